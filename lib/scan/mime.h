// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_SCAN_MIME_H_
#define CASECOMM_SCAN_MIME_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scan/defects.h"
#include "scan/envelope.h"
#include "scan/field.h"

namespace casecomm::scan {

// A part that holds no parts (message/rfc822 is one: it is not entered). Values are as in Envelope.
struct Leaf {
  std::string type;  // media type in lower case; the default of its place where none is declared
  std::string_view content_type, transfer_encoding, disposition, content_id;
  std::string_view body;  // without the line end in front of the boundary
  bool whole = false;     // it is the whole mail
};

// Walks the leaves of a MIME tree (RFC 2046, 5.1) in order, in one pass over the bytes and without recursion. A
// multipart whose boundary is missing or never comes is a leaf itself.
class MimeWalker final : private Fence {
 public:
  // The envelope and the log outlive the walker.
  MimeWalker(const Envelope& envelope, const MailLimits& limits, DefectLog* defects);

  // False behind the last leaf, or where a limit ended the walk.
  bool Next(Leaf* leaf);
  bool over_limit() const { return over_limit_; }
  // Of the multiparts around the leaf that Next gave last, the outermost first.
  size_t depth() const { return open_.size(); }
  std::string_view boundary(size_t level) const { return open_[level].boundary; }
  // Whether that leaf is a part of a multipart/digest.
  bool InDigest() const { return !open_.empty() && open_.back().default_type != "text/plain"; }

 private:
  // A multipart that is not closed yet.
  struct Open {
    std::string boundary;
    std::string_view default_type;  // of its parts
    Leaf self;                      // given out if its boundary never comes
    size_t begin = 0;
    bool begun = false;  // its first boundary was seen
  };

  // A line that is a boundary of an open multipart.
  struct Boundary {
    size_t begin = 0, next = 0;  // of the line, and of what follows it
    size_t level = 0;            // into open_
    bool final = false;
    bool found = false;
  };

  bool Ends(std::string_view line) const override;
  bool Match(std::string_view line, size_t* level, bool* final) const;
  // Whether some reader takes the line for a boundary that Match does not.
  bool Resembles(std::string_view line) const;
  Boundary FindBoundary(size_t pos) const;
  std::string_view BodyUpTo(size_t begin, const Boundary& boundary) const;
  void CloseAbove(size_t level, size_t offset);
  void NotePartsOutside(size_t begin, size_t end);
  void NoteMultipart(const Leaf& leaf, std::string_view boundary);
  void NoteLeaf(const Leaf& leaf);
  // Begins the entity whose body stands at pos_. True if it is a leaf, which then is given out.
  bool Enter(Leaf* leaf);
  bool ReadPartHeader(Leaf* leaf);
  void Stop(Defect limit);

  const std::string_view raw_;
  const MailLimits limits_;
  DefectLog* const defects_;
  const char eol_;
  std::vector<Open> open_;
  size_t pos_;
  uint32_t parts_ = 0;
  Leaf root_;
  bool begun_ = false, done_ = false, over_limit_ = false;
};

}  // namespace casecomm::scan

#endif  // CASECOMM_SCAN_MIME_H_
