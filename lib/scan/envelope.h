// SPDX-License-Identifier: Apache-2.0
// Raw bytes to Envelope: one pass over the header block, no copy, no allocation once the scanner is warm.
#ifndef CASECOMM_SCAN_ENVELOPE_H_
#define CASECOMM_SCAN_ENVELOPE_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "casecomm/mail.h"

namespace casecomm::scan {

// A mailbox of an address list (RFC 5322, 3.4). Views stand in the raw mail, or in the scanner's scratch
// where a comment or a fold inside the addr-spec had to be cut out; they live until the next Scan.
struct Mailbox {
  std::string_view local;    // as written, quotes kept, comments and folds gone; never decoded (RFC 2047, 5 (1))
  std::string_view domain;   // as written, without a final dot; empty if there was no "@"
  std::string_view display;  // the phrase as written, encoded words and folds in it; empty if none
};

// Headers in which a delivering agent names the envelope recipient. Bits for a set of them.
enum class DeliveryHeader : uint8_t {
  kDeliveredTo = 1,
  kXOriginalTo = 2,
  kEnvelopeTo = 4,
  kXEnvelopeTo = 8,
  kXDeliveredTo = 16,
  kOriginalRecipient = 32,
  kApparentlyTo = 64,
};

struct Delivery {
  DeliveryHeader header;
  bool topmost;  // the first field of this name
  Mailbox mailbox;
};

enum class Defect : uint8_t {
  kHeaderBytesLimit,      // "limit_header_bytes"
  kHeaderLinesLimit,      // "limit_header_lines"
  kNul,                   // "nul"
  kBareCr,                // "bare_cr"
  kBareLf,                // "bare_lf": a line end without CR in mail that has CRLF elsewhere
  kEightBitHeader,        // "header_8bit": not UTF-8
  kLineNoField,           // "header_line": a line of the header block that is no field
  kSpaceBeforeColon,      // "space_before_colon"
  kDuplicateField,        // "duplicate_field": a field that may stand once (RFC 5322, 3.6) stood again
  kAddressSyntax,         // "address_syntax"
  kAddressObsolete,       // "address_obsolete": a route or another obsolete form
  kEncodedWordInAddress,  // "encoded_word_in_address": left as it stands
  kNoHeaderEnd,           // "no_header_end": the mail ends inside the header block
  kDepthLimit,
  kPartsLimit,  // "limit_depth", "limit_parts"
  kNoBoundary,
  kNoFinalBoundary,   // "boundary_missing", "boundary_open"
  kTransferEncoding,  // "transfer_encoding": unknown, or damaged base64 or quoted-printable
  kCharset,           // "charset": unknown, or bytes that are not of it; U+FFFD stands for them
  kDate,              // "date": present and not of RFC 5322, 3.3 and 4.3, whether read or not
  kTextLimit,         // "text_limit": a text was cut for its length
  kHtmlLimit,         // "html_limit": HTML past the guards, its text taken by the tag stripper
  // What readers of MIME read in more than one way (threat T20).
  kDuplicateParameter,  // "duplicate_parameter": a boundary, name or filename that stands again and differs
  kBoundarySyntax,      // "boundary_syntax": a boundary that readers cut in different ways
  kBoundaryJunk,        // "boundary_junk": a line that begins as a boundary does and is none
  kBoundaryReused,      // "boundary_reused": the boundary of a multipart around this one
  kMultipartEncoded,    // "multipart_encoded": a multipart in base64 or quoted-printable (RFC 2045, 6.4)
  kPartsOutside,        // "parts_outside": text in front of or behind a multipart's parts that holds a part's header
  kTransferEncodingSyntax,  // "transfer_encoding_syntax": a known name with something beside it
  kMessagePartial,          // "message_partial": a piece of a message (RFC 2046, 5.2.2)
  kExternalBody,            // "external_body": the body stands elsewhere (RFC 2046, 5.2.3)
  kLongLine,                // "long_line": over 998 characters (RFC 5322, 2.1.1)
  kMessageEncoded,          // "message_encoded": an attached message in a transfer encoding (RFC 2046, 5.2.1)
  kParameterSections,       // "parameter_sections": RFC 2231 sections with a gap, no first one, or one of them twice
  kIdSyntax,                // "message_id_syntax": of Message-ID, In-Reply-To or References (RFC 5322, 3.6.4 and 4.5.4)
  kParameterSyntax,         // "parameter_syntax": a name or filename that is not written as RFC 2045, 5.1 has it
};
std::string_view DefectName(Defect defect);
bool IsLimit(Defect defect);
// Whether two readers may take different things for the header of such a mail: no verdict on it is believed (threat T05).
bool IsStructural(Defect defect);

struct DefectAt {
  Defect defect;
  size_t offset;
};

// An Authentication-Results field (RFC 8601).
struct AuthField {
  std::string_view value;
  uint32_t received_above = 0;  // Received fields above it
};

// A field that may tell the class of the mail. Views stand in the raw mail.
struct ClassField {
  std::string_view name, value;
  size_t offset = 0;
};

// What the header block says. Raw values are as written, folds and all, blanks at both ends cut; a null
// data() says that the field is absent.
struct Envelope {
  std::string_view raw;
  size_t body_offset = 0;  // behind the empty line; raw.size() if there is none

  std::vector<Mailbox> from, sender, reply_to, to, cc, bcc;
  bool from_ambiguous = false;  // several From fields, a group, an obsolete or broken form (threats T03, T04)
  bool from_null = false;       // "From: <>", with a name or without
  std::vector<Delivery> delivery;
  std::string_view return_path;  // addr-spec; empty but not null for <>

  std::string_view message_id;  // without <>
  std::vector<std::string_view> in_reply_to, references;

  uint32_t received = 0;                          // Received fields: about one a hop
  std::string_view newest_received;               // the topmost one
  std::vector<AuthField> authentication_results;  // in header order
  std::vector<ClassField> class_fields;           // likewise

  std::string_view subject, date;
  std::string_view mime_version, content_type, content_transfer_encoding, content_disposition, content_id;

  std::vector<DefectAt> defects;
  bool over_limit = false;
};

// Owns the memory that an Envelope's views may stand in. Not shared between threads; cheap to keep, dear to
// make.
class EnvelopeScanner {
 public:
  explicit EnvelopeScanner(const MailLimits& limits = {});
  ~EnvelopeScanner();
  EnvelopeScanner(const EnvelopeScanner&) = delete;
  EnvelopeScanner& operator=(const EnvelopeScanner&) = delete;

  // Reads the header block of `raw`, which must outlive the answer. The answer is valid until the next call.
  const Envelope& Scan(std::string_view raw);

 private:
  struct State;
  State* const state_;
};

// The body of the first message/rfc822 part that is attached (spec CF-13, X-06), or a view with null data() if there
// is none. Nothing is decoded: where all of them are in a transfer encoding the view is empty, but not null. Reads MIME
// no further than it must; at most limits.depth and limits.parts.
std::string_view AttachedMessage(const Envelope& envelope, const MailLimits& limits = {});

}  // namespace casecomm::scan

#endif  // CASECOMM_SCAN_ENVELOPE_H_
