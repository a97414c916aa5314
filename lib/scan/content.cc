// SPDX-License-Identifier: Apache-2.0
#include "scan/content.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "base/text.h"
#include "scan/address.h"
#include "scan/attachment.h"
#include "scan/charset.h"
#include "scan/date.h"
#include "scan/defects.h"
#include "scan/encoded_word.h"
#include "scan/field.h"
#include "scan/header_bytes.h"
#include "scan/mime.h"
#include "scan/params.h"
#include "scan/transfer.h"

namespace casecomm::scan {
namespace {

bool StartsWith(std::string_view text, std::string_view front) {
  return text.substr(0, front.size()) == front;
}

std::string AddressText(const Mailbox& mailbox) {
  std::string text(mailbox.local);
  if (!mailbox.domain.empty()) text += "@" + base::LowerAscii(mailbox.domain);
  return text;
}

std::vector<std::string> AddressTexts(const std::vector<Mailbox>& mailboxes) {
  std::vector<std::string> texts;
  texts.reserve(mailboxes.size());
  std::transform(mailboxes.begin(), mailboxes.end(), std::back_inserter(texts), AddressText);
  return texts;
}

// "local@Domain" with the domain in lower case.
std::string LowerDomain(std::string_view spec) {
  const size_t sign = std::min(spec.rfind('@'), spec.size());
  return std::string(spec.substr(0, sign)) + base::LowerAscii(spec.substr(sign));
}

std::string ContentId(std::string_view value) {
  value = TrimSpace(value);
  if (!value.empty() && value.front() == '<') value.remove_prefix(1);
  if (!value.empty() && value.back() == '>') value.remove_suffix(1);
  return std::string(value);
}

// CRLF and, in mail whose lines end in CR, CR to LF; trailing blanks and empty lines gone. In place.
void NormalizeText(std::string* text, char eol) {
  size_t to = 0;
  for (size_t i = 0; i < text->size(); ++i) {
    const char c = (*text)[i];
    if (c == '\r' && i + 1 < text->size() && (*text)[i + 1] == '\n') continue;
    (*text)[to++] = c == '\r' && eol == '\r' ? '\n' : c;
  }
  text->resize(to);
  text->erase(text->find_last_not_of(" \t\r\n") + 1);
}

class ContentReader {
 public:
  ContentReader(const Envelope& envelope, const MailLimits& limits) : envelope_(envelope), limits_(limits) {}

  Mail Read();

 private:
  void ReadHeader();
  void ReadLeaf(const Leaf& leaf);
  void ReadText(const Leaf& leaf);
  std::optional<std::string> FileName(const Leaf& leaf);
  void Note(Defect defect, std::string_view where) {
    log_.Add(defect, static_cast<size_t>(where.data() - envelope_.raw.data()));
  }

  const Envelope& envelope_;
  const MailLimits limits_;
  std::vector<DefectAt> defects_ = envelope_.defects;
  DefectLog log_{&defects_};
  CharsetDecoder charsets_;
  Mail mail_;
};

void ContentReader::ReadHeader() {
  const Envelope& e = envelope_;
  if (!e.message_id.empty()) mail_.message_id = std::string(e.message_id);
  mail_.in_reply_to.assign(e.in_reply_to.begin(), e.in_reply_to.end());
  mail_.references.assign(e.references.begin(), e.references.end());
  mail_.from = AddressTexts(e.from);
  mail_.sender = AddressTexts(e.sender);
  mail_.reply_to = AddressTexts(e.reply_to);
  mail_.to = AddressTexts(e.to);
  mail_.cc = AddressTexts(e.cc);
  mail_.bcc = AddressTexts(e.bcc);
  for (const Delivery& delivery : e.delivery) mail_.delivered_to.push_back(AddressText(delivery.mailbox));
  if (e.return_path.data() != nullptr) mail_.return_path = LowerDomain(e.return_path);
  if (e.subject.data() != nullptr) {
    bool clean = true;
    mail_.subject = DecodeText(e.subject, &charsets_, &clean);
    if (!clean) Note(Defect::kCharset, e.subject);
  }
  if (e.date.data() != nullptr) {
    mail_.date = ParseDate(e.date);
    if (!mail_.date) Note(Defect::kDate, e.date);
  }
}

std::optional<std::string> ContentReader::FileName(const Leaf& leaf) {
  bool clean = true;
  std::optional<std::string> name = FindText(leaf.disposition, "filename", &charsets_, &clean);
  if (!name) name = FindText(leaf.content_type, "name", &charsets_, &clean);
  if (!clean) Note(Defect::kCharset, leaf.disposition.data() != nullptr ? leaf.disposition : leaf.content_type);
  return name;
}

void ContentReader::ReadText(const Leaf& leaf) {
  const TransferEncoding encoding = TransferEncodingOf(leaf.transfer_encoding);
  std::string decoded;
  std::string_view bytes = leaf.body;  // not copied where it stands in the mail as it is
  if (encoding != TransferEncoding::kIdentity) {
    StringSink sink(&decoded);
    if (!DecodeTransfer(leaf.body, encoding, &sink)) Note(Defect::kTransferEncoding, leaf.body);
    bytes = decoded;
  }
  bool clean = true;
  const std::string charset = FindParameter(leaf.content_type, "charset").value_or("");
  const size_t end = charset.find_first_of(" \t(");  // a comment behind it (RFC 2045, 5.1)
  mail_.text = charsets_.ToUtf8(bytes, std::string_view(charset).substr(0, end), &clean);
  NormalizeText(&*mail_.text, LineEndOf(envelope_.raw));
  if (!clean) Note(Defect::kCharset, leaf.body);
}

void ContentReader::ReadLeaf(const Leaf& leaf) {
  const std::string disposition = FirstWord(leaf.disposition);
  std::optional<std::string> name = FileName(leaf);
  if (!IsAttachment(leaf, disposition, name.has_value())) {
    mail_.has_html |= leaf.type == "text/html";
    mail_.has_text |= leaf.type == "text/plain";
    if (leaf.type == "text/plain" && !mail_.text) ReadText(leaf);
    return;
  }

  MailAttachment file;
  file.filename = std::move(name);
  file.content_type = leaf.type;
  if (leaf.content_id.data() != nullptr) file.content_id = ContentId(leaf.content_id);
  file.is_inline = disposition == "inline" || (leaf.disposition.data() == nullptr && file.content_id);
  if (!IsAttachedMessage(leaf)) {
    SizeSink sink;
    if (!DecodeTransfer(leaf.body, TransferEncodingOf(leaf.transfer_encoding), &sink)) {
      Note(Defect::kTransferEncoding, leaf.body);
    }
    file.size = sink.size();
  }
  mail_.attachments.push_back(std::move(file));
}

Mail ContentReader::Read() {
  ReadHeader();
  MimeWalker walker(envelope_, limits_, &log_);
  for (Leaf leaf; walker.Next(&leaf);) ReadLeaf(leaf);
  mail_.over_limit = walker.over_limit();
  mail_.defects.reserve(defects_.size());
  for (const DefectAt& at : defects_) {
    mail_.defects.push_back({std::string(DefectName(at.defect)), static_cast<int64_t>(at.offset)});
  }
  return std::move(mail_);
}

constexpr Field kKeyFields[] = {Field::kFrom, Field::kTo, Field::kCc, Field::kDate, Field::kSubject};

// Unfolded, with runs of blanks as one: what relays change when they fold anew.
std::string KeyText(std::string_view value) {
  std::string text;
  text.reserve(value.size());
  for (const char c : value) {
    if (!IsSpace(c)) {
      text += c;
    } else if (!text.empty() && text.back() != ' ') {
      text += ' ';
    }
  }
  return text;
}

// Digests what is put in, with CRLF as LF and without the empty lines at the end, where line ends are the relay's.
class DigestSink final : public ByteSink {
 public:
  DigestSink(bool lines, char eol) : lines_(lines), eol_(eol) {}

  void Put(std::string_view bytes) override {
    if (!lines_) return digest_.Update(bytes);
    for (const char c : bytes) {
      if (held_cr_ && c != '\n') Keep(eol_ == '\r' ? '\n' : '\r');
      held_cr_ = c == '\r';
      if (!held_cr_) Keep(c);
    }
  }

  base::Digest Finish() {
    if (held_cr_ && eol_ != '\r') Keep('\r');
    digest_.Update({piece_.data(), size_});
    return digest_.Finish();
  }

 private:
  void Keep(char c) {
    if (c == '\n') {
      ++held_lines_;
      return;
    }
    for (; held_lines_ > 0; --held_lines_) Add('\n');
    Add(c);
  }

  void Add(char c) {
    if (size_ == piece_.size()) {
      digest_.Update({piece_.data(), size_});
      size_ = 0;
    }
    piece_[size_++] = c;
  }

  const bool lines_;
  const char eol_;
  base::Sha256 digest_;
  std::array<char, 4096> piece_;
  size_t size_ = 0;
  size_t held_lines_ = 0;
  bool held_cr_ = false;
};

}  // namespace

Mail ReadMail(const Envelope& envelope, const MailLimits& limits) {
  return ContentReader(envelope, limits).Read();
}

base::Digest ContentKey(const Envelope& envelope, const MailLimits& limits) {
  std::vector<DefectAt> unused;
  DefectLog log(&unused);
  const char eol = LineEndOf(envelope.raw);
  std::array<std::vector<std::string>, std::size(kKeyFields)> values;
  FieldReader reader(envelope.raw, HeaderBegin(envelope.raw, eol), eol, limits, &log);
  for (RawField field; reader.Next(&field);) {
    const auto* const wanted = std::find(std::begin(kKeyFields), std::end(kKeyFields), field.field);
    if (wanted != std::end(kKeyFields)) {
      values[static_cast<size_t>(wanted - std::begin(kKeyFields))].push_back(KeyText(field.value));
    }
  }
  base::Sha256 key;
  for (const std::vector<std::string>& list : values) {
    key.Field(std::to_string(list.size()));
    for (const std::string& value : list) key.Field(value);
  }

  MimeWalker walker(envelope, limits, &log);
  for (Leaf leaf; walker.Next(&leaf);) {
    const TransferEncoding encoding = TransferEncodingOf(leaf.transfer_encoding);
    DigestSink sink(
        StartsWith(leaf.type, "text/") || StartsWith(leaf.type, "message/") || encoding == TransferEncoding::kIdentity,
        eol);
    DecodeTransfer(leaf.body, encoding, &sink);
    key.Field(base::AsBytes(sink.Finish()));
  }
  // What a limit left unread counts as it stands, so that two mails that differ there stay two.
  if (walker.over_limit()) key.Field(base::AsBytes(base::Sha256Of(envelope.raw)));
  return key.Finish();
}

std::string_view AttachedMessage(const Envelope& envelope, const MailLimits& limits) {
  std::vector<DefectAt> unused;
  DefectLog log(&unused);
  MimeWalker walker(envelope, limits, &log);
  std::string_view encoded;
  for (Leaf leaf; walker.Next(&leaf);) {
    if (leaf.type != "message/rfc822" && leaf.type != "message/global") continue;
    if (TransferEncodingOf(leaf.transfer_encoding) == TransferEncoding::kIdentity) return leaf.body;
    encoded = leaf.body.substr(0, 0);
  }
  return encoded;
}

}  // namespace casecomm::scan
