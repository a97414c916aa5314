// SPDX-License-Identifier: Apache-2.0
// The words by which clients mark a forward, in the languages of the tables in forward_words.cc.
#ifndef CASECOMM_SCAN_FORWARD_WORDS_H_
#define CASECOMM_SCAN_FORWARD_WORDS_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace casecomm::scan {

enum class Marker : uint8_t {
  kNone,
  kForward,   // "-------- Forwarded Message --------", "Begin forwarded message:": enough by itself
  kWeak,      // "Forwarded message:": with a header block below
  kOriginal,  // "-----Original Message-----": where the subject tells a forward
  kEnd,       // "----- End forwarded message -----"
};

// What `line` is. Where more stands in the line behind the dashes, `rest` is where; npos else.
Marker MarkerOf(std::string_view line, size_t* rest);

enum class SubjectKind : uint8_t {
  kOther,
  kForward,
  kNordicForward,  // "VS:": a forward in Denmark and Norway, and a reply in Finland
};

// By the first prefix: "[tag] FW: ..." is a forward, "RE: FW: ..." is none.
SubjectKind KindOfSubject(std::string_view subject);

// The bytes of the colon at the end, or 0.
size_t EndsInColon(std::string_view text);

// Takes the dashes at the begin off, and gives their number: "-", "_", "=", "*", "~" and the long ones.
size_t TakeDashes(std::string_view* text);

}  // namespace casecomm::scan

#endif  // CASECOMM_SCAN_FORWARD_WORDS_H_
