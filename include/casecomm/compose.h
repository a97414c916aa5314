// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_COMPOSE_H_
#define CASECOMM_COMPOSE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "casecomm/status.h"

namespace casecomm {

// Somebody in a header field: a name of UTF-8, which may be empty, and an addr-spec (RFC 5322, 3.4.1; RFC 6532).
struct NamedAddress {
  std::string name, address;
};

// A file of a mail to be sent. With a Content-ID it is an image of the HTML, shown where that names "cid:" and the id.
struct ComposedFile {
  std::string name;                                     // UTF-8; may be empty
  std::string media_type = "application/octet-stream";  // type "/" subtype
  std::string bytes;
  std::string content_id;  // without <>
};

// What a mail is to say. Each field has a type of its own, so that no text can become another field (threat T28): in a
// header field CR, LF, NUL and other control characters are refused, and so is what is no UTF-8. Who gets a blind copy
// stands in the envelope, and nowhere in the mail (T29).
struct ComposeRequest {
  NamedAddress from;
  std::vector<NamedAddress> to, cc, reply_to;  // to and cc not both empty
  std::string subject;                         // without blanks at its ends
  int64_t date_s = 0;                          // unix seconds, of the years 1970 to 9999
  int32_t zone_minutes = 0;                    // east of UTC, less than 24 hours
  std::string message_id;                      // ids are without <>
  std::vector<std::string> in_reply_to, references;
  std::optional<std::string> text;  // UTF-8; any line ends, which become CRLF; NUL is refused
  std::optional<std::string> html;  // likewise; a whole document
  std::vector<ComposedFile> files;  // images of the HTML and attachments, each in their order
  bool automatic = false;           // nobody wrote it: Auto-Submitted: auto-generated (RFC 3834)
};

struct ComposedMail {
  std::string bytes;      // RFC 5322, CRLF, lines of at most 998 bytes, 7 bit but for what `smtputf8` says
  bool smtputf8 = false;  // some local part is not ASCII: the server must offer SMTPUTF8 (RFC 6531)
};

// The mail that says so: text and HTML as alternatives, images beside their HTML, attachments behind (RFC 2045 to 2047,
// 2183, 2231, 2387). The same request gives the same bytes. They are read again before they are answered, and every field,
// text and file compared with the request. invalid_argument ("bad_header_text", "bad_address", "bad_message_id", "bad_date",
// "bad_media_type", "bad_text", "no_recipient", "image_without_html"), the subject naming what it is of: "to[1].name",
// the position its first bad byte. internal "composed_differs" where the bytes do not read as they should. Any thread.
Result<ComposedMail> ComposeMail(const ComposeRequest& request);

}  // namespace casecomm

#endif  // CASECOMM_COMPOSE_H_
