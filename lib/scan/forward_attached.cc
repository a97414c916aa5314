// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "scan/attachment.h"
#include "scan/body_text.h"
#include "scan/charset.h"
#include "scan/date.h"
#include "scan/defects.h"
#include "scan/encoded_word.h"
#include "scan/field.h"
#include "scan/forward.h"
#include "scan/header_block.h"
#include "scan/mime.h"
#include "scan/params.h"
#include "scan/transfer.h"

namespace casecomm::scan {
namespace {

std::string LowerDomain(const Mailbox& mailbox) {
  std::string text(mailbox.local);
  if (!mailbox.domain.empty()) text += "@" + base::LowerAscii(mailbox.domain);
  return text;
}

std::vector<std::string> Specs(const std::vector<Mailbox>& mailboxes) {
  std::vector<std::string> out;
  out.reserve(mailboxes.size());
  std::transform(mailboxes.begin(), mailboxes.end(), std::back_inserter(out), LowerDomain);
  return out;
}

// A phrase (RFC 5322, 3.2.5) as people read it.
std::string PhraseText(std::string_view display, CharsetDecoder* charsets) {
  bool clean = true;
  const std::string decoded = DecodeText(display, charsets, &clean);
  std::string out;
  bool quoted = false;
  for (size_t i = 0; i < decoded.size(); ++i) {
    if (decoded[i] == '"') {
      quoted = !quoted;
    } else {
      if (quoted && decoded[i] == '\\' && i + 1 < decoded.size()) ++i;
      out += decoded[i];
    }
  }
  return std::string(TrimBlanks(out));
}

// The first text/plain part that says something, else the text of the first text/html part.
std::string TextOf(const Envelope& envelope, const MailLimits& limits, CharsetDecoder* charsets) {
  const char eol = LineEndOf(envelope.raw);
  std::vector<DefectAt> unused;
  DefectLog log(&unused);
  MimeWalker walker(envelope, limits, &log);
  std::optional<Leaf> html;
  for (Leaf leaf; walker.Next(&leaf);) {
    bool clean = true;
    const bool named = FindText(leaf.disposition, "filename", charsets, &clean) ||
                       FindText(leaf.content_type, "name", charsets, &clean);
    if (IsAttachment(leaf, FirstWord(leaf.disposition), named)) continue;
    if (leaf.type == "text/html" && !html) html = leaf;
    if (leaf.type != "text/plain") continue;
    std::string text = ReadLeafText(leaf, eol, limits.text_bytes, charsets).text;
    if (!text.empty()) return text;
  }
  if (!html) return {};
  return TextOfHtmlLeaf(ReadLeafText(*html, eol, limits.text_bytes, charsets)).text;
}

ForwardedMail ReadOriginal(std::string_view raw, const MailLimits& limits) {
  EnvelopeScanner scanner(limits);
  const Envelope& envelope = scanner.Scan(raw);
  CharsetDecoder charsets;
  ForwardedMail mail;
  mail.attached = true;
  if (!envelope.from.empty()) {
    mail.from = LowerDomain(envelope.from.front());
    std::string name = PhraseText(envelope.from.front().display, &charsets);
    if (!name.empty()) mail.from_name = std::move(name);
  }
  mail.to = Specs(envelope.to);
  mail.cc = Specs(envelope.cc);
  if (envelope.date.data() != nullptr) {
    mail.date_text = Unfold(envelope.date);
    mail.date = ParseDate(envelope.date);
  }
  bool clean = true;
  if (envelope.subject.data() != nullptr) mail.subject = DecodeText(envelope.subject, &charsets, &clean);
  if (!envelope.message_id.empty()) mail.message_id = std::string(envelope.message_id);
  mail.text = TextOf(envelope, limits, &charsets);
  return mail;
}

}  // namespace

std::optional<ForwardedMail> ReadAttachedForward(const Envelope& envelope, const MailLimits& limits) {
  const std::string type = MediaType(envelope.content_type, "text/plain");
  if (type == "multipart/report") return std::nullopt;
  std::vector<DefectAt> unused;
  DefectLog log(&unused);
  MimeWalker walker(envelope, limits, &log);
  for (Leaf leaf; walker.Next(&leaf);) {
    if ((leaf.type != "message/rfc822" && leaf.type != "message/global") || walker.InDigest()) continue;
    const TransferEncoding encoding = TransferEncodingOf(leaf.transfer_encoding);
    if (encoding == TransferEncoding::kIdentity) return ReadOriginal(leaf.body, limits);
    // RFC 2046, 5.2.1, forbids an encoding, and senders do it. The text stands in front of what is attached to it.
    std::string decoded;
    FrontSink sink(size_t{limits.header_bytes} + limits.text_bytes, &decoded);
    DecodeTransfer(leaf.body, encoding, &sink);
    return ReadOriginal(decoded, limits);
  }
  return std::nullopt;
}

}  // namespace casecomm::scan
