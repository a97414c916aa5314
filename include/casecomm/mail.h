// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_MAIL_H_
#define CASECOMM_MAIL_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "casecomm/attachment.h"
#include "casecomm/trust.h"

namespace casecomm {

// What a person would call a file of the mail. `is_inline`: disposition inline, or none and a Content-ID.
struct MailAttachment {
  std::optional<std::string> filename;  // decoded UTF-8, as the sender wrote it: sanitize before use as a path
  std::string content_type;             // "image/png", lower case, as declared
  int64_t size = -1;                    // decoded bytes; -1 for an attached message, or what could not be decoded
  bool is_inline = false;
  std::optional<std::string> content_id;  // without <>
};

// What was wrong with the mail, and where: a stable name and a byte offset into the raw mail.
struct MailDefect {
  std::string name;
  int64_t offset = 0;
};

// What a mail is before anything is done with it (spec X-02). The first of bounce, receipt, automatic, list and normal
// that has a sign. Numbers do not change.
enum class MailClass : int32_t { kNormal = 1, kList = 2, kAutomatic = 3, kReceipt = 4, kBounce = 5 };
std::string_view MailClassName(MailClass mail_class);  // "normal", "list", "automatic", "receipt", "bounce"

// A sign of a class: a stable name (docs/mail.md lists them with their sources) and where it stands in the raw mail.
struct MailSign {
  std::string name;
  int64_t offset = 0;
};

// A recipient that a delivery report (RFC 3464, or a form older than it) tells of.
struct DeliveryReport {
  std::string final_recipient;  // addr-spec, domain in lower case
  std::optional<std::string> original_recipient;
  std::optional<std::string> action;               // "failed", "delayed", "delivered", "relayed", "expanded"
  std::optional<std::string> status;               // "5.1.1" (RFC 3463)
  std::optional<std::string> diagnostic;           // the server's words, unfolded
  std::optional<std::string> original_message_id;  // of the mail that the report is about, without <>
};

// A read receipt (RFC 8098).
struct ReadReceipt {
  std::optional<std::string> final_recipient, original_message_id;
  std::optional<std::string> disposition;  // "displayed", "deleted", "dispatched", "processed"
};

// What a piece of a mail's text is (spec ). Numbers do not change.
enum class TextPart : int32_t { kVisible = 1, kQuoted = 2, kSignature = 3, kForwarded = 4 };
std::string_view TextPartName(TextPart part);  // "visible", "quoted", "signature", "forwarded"

// Bytes [begin, end) of Mail::Body(). The spans of a mail follow each other without gap and cover all of it.
struct TextSpan {
  TextPart part = TextPart::kVisible;
  int64_t begin = 0, end = 0;
};

// The original inside a forward (spec X-06): a message attached whole, or one written into the text.
struct ForwardedMail {
  bool attached = false;
  std::optional<std::string> from;       // addr-spec; absent where only a name stands
  std::optional<std::string> from_name;  // decoded UTF-8
  std::vector<std::string> to, cc;       // addr-specs; a name where no address stands
  std::optional<int64_t> date;           // unix seconds; a local time without zone is read as UTC
  std::optional<std::string> date_text;  // as it stands there
  std::optional<std::string> subject, message_id;
  std::string text;  // UTF-8, LF, no trailing blanks
};

// What is found and settled of one part of a mail (spec TI-06 to TI-08).
struct PartVerdict {
  int64_t attachment = -1;  // position in Mail::attachments; -1: a body, or seen only by other readers of the bytes
  std::string name;         // safe as a file name (threat T21); "" where the part has none
  std::string declared_type, found_type;  // media types in lower case; found_type is "" where nothing was looked at
  bool accepted = false;
  std::string reason;    // a stable word, docs/mail.md
  std::string sentence;  // names the file and what decided
};

// A mail read whole: what its header names (RFC 5322, 6532), its first text and its attachments (RFC 2045 to 2047,
// 2183, 2231). Addresses are addr-specs, local part as written, domain in lower case; ids are without <>.
struct Mail {
  std::optional<std::string> message_id;
  std::vector<std::string> in_reply_to, references;
  std::vector<std::string> from, sender, reply_to, to, cc, bcc;
  std::vector<std::string> delivered_to;    // every delivery header, in header order
  std::optional<std::string> subject;       // decoded, unfolded UTF-8
  std::optional<int64_t> date;              // unix seconds: the sender's claim
  std::optional<std::string> return_path;   // "" for <>
  bool has_text = false, has_html = false;  // a text/plain, text/html part that is not an attachment
  // Of the first such text/plain part: UTF-8, LF, no trailing blanks. In a mail without any such part, of the first text that
  // is attached but shown (disposition other than attachment).
  std::optional<std::string> text;
  std::optional<std::string> html_text;     // the same of the first text/html part, where `text` is absent or blank
  std::vector<MailAttachment> attachments;  // in MIME order
  std::vector<MailDefect> defects;
  bool over_limit = false;  // a limit below was passed; what was read before it stands

  MailClass mail_class = MailClass::kNormal;
  // Each sign of its own, whatever the class. is_autoreply: it answers a mail of somebody else by itself.
  bool is_bounce = false, is_receipt = false, is_auto = false, is_autoreply = false, is_list = false;
  std::vector<MailSign> signs;
  std::vector<DeliveryReport> dsn;
  std::optional<ReadReceipt> receipt;

  std::vector<TextSpan> spans;  // of Body()
  // Body() cut by its spans: what the author wrote anew, what is quoted, the signature. Pieces are joined by an empty
  // line, without blanks at their ends. A forwarded original stands in `forwarded` alone.
  std::string visible_text, quoted_text, signature;
  std::optional<ForwardedMail> forwarded;

  Trust trust = Trust::kNone;
  // Of the files, in MIME order; then of parts that only another reader of the same bytes would see (threat T20), in
  // which case `ambiguous` holds.
  std::vector<PartVerdict> verdicts;
  bool ambiguous = false;

  // What the spans are of: `text`, or `html_text` where it stands.
  std::string_view Body() const { return html_text ? *html_text : text ? std::string_view(*text) : std::string_view(); }
};

// Spec of threat T18. Past a limit the rest is left unread and the defect `limit` names it.
struct MailLimits {
  uint32_t depth = 100;
  uint32_t parts = 10'000;
  uint32_t header_lines = 10'000;
  uint32_t header_bytes = 1 << 20;
  // Of a text: the rest is left out of `text` and `html_text` (defect "text_limit", which is no limit passed).
  uint32_t text_bytes = 4 << 20;
};

struct ScanOptions {
  MailLimits limits;
  TrustPolicy trust;
  InboundPolicy attachments;
};

// Reads any bytes; never fails, never throws. Pure; any thread. When memory runs out the answer is empty but for
// over_limit and, if there is room for it, its only defect "out_of_memory".
Mail ScanMail(std::string_view raw, const ScanOptions& options = {});

// The mail's HTML as a fragment that a host may show (threat T24): of its first text/html part, an allow-list of elements,
// attributes and styles; no script, form, frame or link that runs anything; nothing is loaded from elsewhere; images of
// the mail itself (`cid:`) are `cid_prefix` and the position of the attachment, images of others are left out. Where the
// mail has no HTML, or HTML past the limits (defect "html_limit"), the text in a <pre>. UTF-8. Never throws but
// std::bad_alloc. Pure; any thread.
std::string RenderSafeHtml(std::string_view raw, std::string_view cid_prefix, const MailLimits& limits = {});

}  // namespace casecomm

#endif  // CASECOMM_MAIL_H_
