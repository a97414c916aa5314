// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_SCAN_FIELD_H_
#define CASECOMM_SCAN_FIELD_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "casecomm/mail.h"
#include "scan/defects.h"
#include "scan/lines.h"

namespace casecomm::scan {

// The fields that somebody here reads.
enum class Field : uint8_t {
  kOther,
  kFrom,
  kSender,
  kReplyTo,
  kTo,
  kCc,
  kBcc,
  kDeliveredTo,
  kXOriginalTo,
  kEnvelopeTo,
  kXEnvelopeTo,
  kXDeliveredTo,
  kOriginalRecipient,
  kApparentlyTo,
  kReturnPath,
  kMessageId,
  kInReplyTo,
  kReferences,
  kSubject,
  kDate,
  kMimeVersion,
  kContentType,
  kContentTransferEncoding,
  kContentDisposition,
  kContentId,
  kReceived,
  kAuthenticationResults,
  kClassSign,  // one of the fields that tell the class of a mail (mail_class.cc)
  kCount,
};

Field FieldNamed(std::string_view name);

struct RawField {
  Field field = Field::kOther;
  std::string_view name;
  std::string_view value;  // as written, folds and all, blanks and line ends at both ends cut; data() is never null
  size_t offset = 0;       // of the name in the mail
};

inline bool IsBlank(char c) {
  return c == ' ' || c == '\t';
}
inline bool IsSpace(char c) {
  return c <= ' ' && (c == ' ' || c == '\t' || c == '\r' || c == '\n');
}

std::string_view TrimSpace(std::string_view text);

// The character that ends the lines of a mail: LF, or CR where a mail has no LF at all.
char LineEndOf(std::string_view raw);

// One past the end of the line that begins at `pos`, its line end included.
size_t NextLine(std::string_view raw, size_t pos, char eol);

// The line [begin, end) without its line end.
std::string_view LineText(std::string_view raw, size_t begin, size_t end, char eol);

// Lines that end a header block from outside: the boundaries of the multiparts around it.
class Fence {
 public:
  virtual bool Ends(std::string_view line) const = 0;

 protected:
  ~Fence() = default;
};

// Cuts a header block into fields. A line that is neither field nor continuation is skipped where another
// field follows before the empty line (a fold that lost its blank); else the body begins at it (RFC
// 5322, 2.2, says neither).
class FieldReader {
 public:
  FieldReader(std::string_view raw, size_t begin, char eol, const MailLimits& limits, DefectLog* defects,
              const Fence* fence = nullptr);

  // False at the end of the block.
  bool Next(RawField* field);

  // After the last Next: where the body begins, and whether a limit ended the reading before it.
  size_t body() const { return pos_; }
  bool over_limit() const { return over_limit_; }
  // Whether the block may hold what CheckHeaderBytes flags.
  bool suspect() const { return index_.SuspectBefore(pos_); }

 private:
  // The end of the line at pos_ if it may still be read, else 0.
  size_t TakeLine();
  bool FieldFollows(size_t pos) const;
  bool AtFence(size_t end) const;

  const std::string_view raw_;
  const size_t begin_;
  const char eol_;
  const MailLimits limits_;
  DefectLog* const defects_;
  const Fence* const fence_;
  LineIndex index_;
  size_t pos_;
  uint32_t lines_ = 0;
  bool in_junk_ = false;
  bool over_limit_ = false;
};

}  // namespace casecomm::scan

#endif  // CASECOMM_SCAN_FIELD_H_
