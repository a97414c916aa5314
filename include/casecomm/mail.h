// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_MAIL_H_
#define CASECOMM_MAIL_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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
  std::optional<std::string> text;          // of the first such text/plain part: UTF-8, LF, no trailing blanks
  std::vector<MailAttachment> attachments;  // in MIME order
  std::vector<MailDefect> defects;
  bool over_limit = false;  // a limit below was passed; what was read before it stands
};

// Spec of threat T18. Past a limit the rest is left unread and the defect `limit` names it.
struct MailLimits {
  uint32_t depth = 100;
  uint32_t parts = 10'000;
  uint32_t header_lines = 10'000;
  uint32_t header_bytes = 1 << 20;
};

// Reads any bytes; never fails, never throws. Pure; any thread. When memory runs out the answer is empty but for
// over_limit and, if there is room for it, its only defect "out_of_memory".
Mail ScanMail(std::string_view raw, const MailLimits& limits = {});

}  // namespace casecomm

#endif  // CASECOMM_MAIL_H_
