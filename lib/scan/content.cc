// SPDX-License-Identifier: Apache-2.0
#include "scan/content.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/text.h"
#include "scan/address.h"
#include "scan/attachment.h"
#include "scan/body_text.h"
#include "scan/charset.h"
#include "scan/date.h"
#include "scan/defects.h"
#include "scan/encoded_word.h"
#include "scan/field.h"
#include "scan/forward.h"
#include "scan/html.h"
#include "scan/mail_class.h"
#include "scan/mime.h"
#include "scan/params.h"
#include "scan/reply.h"
#include "scan/report.h"
#include "scan/text_marks.h"
#include "scan/transfer.h"

namespace casecomm::scan {
namespace {

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

bool IsBlank(const std::optional<std::string>& text) {
  return !text || text->find_first_not_of(" \t\r\n") == text->npos;
}

class ContentReader {
 public:
  ContentReader(const Envelope& envelope, const MailLimits& limits) : envelope_(envelope), limits_(limits) {}

  Mail Read(Reading reading);

 private:
  void ReadHeader();
  void ReadLeaf(const Leaf& leaf);
  LeafText TextOf(const Leaf& leaf);
  // Of a text that is not read: whether readers decode it in one way.
  void NoteDamage(const Leaf& leaf);
  void CutBody();
  void ReadClass();
  std::optional<std::string> FileName(const Leaf& leaf);
  void Note(Defect defect, std::string_view where) {
    log_.Add(defect, static_cast<size_t>(where.data() - envelope_.raw.data()));
  }

  const Envelope& envelope_;
  const MailLimits limits_;
  std::vector<DefectAt> defects_ = envelope_.defects;
  DefectLog log_{&defects_};
  CharsetDecoder charsets_;
  Leaf html_;                  // the first that is no attachment
  std::optional<Leaf> shown_;  // the first text that is one, and is shown
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
    if (!mail_.date || !IsDateOfGrammar(e.date)) Note(Defect::kDate, e.date);
  }
}

std::optional<std::string> ContentReader::FileName(const Leaf& leaf) {
  bool clean = true;
  std::optional<std::string> name = FindText(leaf.disposition, "filename", &charsets_, &clean);
  if (!name) name = FindText(leaf.content_type, "name", &charsets_, &clean);
  if (!clean) Note(Defect::kCharset, leaf.disposition.data() != nullptr ? leaf.disposition : leaf.content_type);
  return name;
}

LeafText ContentReader::TextOf(const Leaf& leaf) {
  LeafText read = ReadLeafText(leaf, LineEndOf(envelope_.raw), limits_.text_bytes, &charsets_);
  if (!read.encoding_ok) Note(Defect::kTransferEncoding, leaf.body);
  if (!read.charset_ok) Note(Defect::kCharset, leaf.body);
  if (read.cut) Note(Defect::kTextLimit, leaf.body);
  return read;
}

void ContentReader::NoteDamage(const Leaf& leaf) {
  SizeSink unused;
  if (!DecodeTransfer(leaf.body, TransferEncodingOf(leaf.transfer_encoding), &unused)) {
    Note(Defect::kTransferEncoding, leaf.body);
  }
}

void ContentReader::ReadLeaf(const Leaf& leaf) {
  const std::string disposition = FirstWord(leaf.disposition);
  std::optional<std::string> name = FileName(leaf);
  if (!IsAttachment(leaf, disposition, name.has_value())) {
    const bool plain = leaf.type == "text/plain", first_html = leaf.type == "text/html" && !mail_.has_html;
    if (first_html) html_ = leaf;
    mail_.has_html |= first_html;
    mail_.has_text |= plain;
    if (plain && !mail_.text) {
      mail_.text = TextOf(leaf).text;
    } else if (!first_html) {
      NoteDamage(leaf);
    }
    return;
  }

  if (!shown_ && ShowsAsBody(leaf, disposition)) shown_ = leaf;
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

void ContentReader::ReadClass() {
  Signs signs;
  Classify(envelope_, limits_, &signs);
  mail_.mail_class = signs.Class();
  mail_.is_bounce = signs.Has(kSignBounce);
  mail_.is_receipt = signs.Has(kSignReceipt);
  mail_.is_auto = signs.Has(kSignAuto | kSignList);  // spec X-02 counts mailing lists to it
  mail_.is_autoreply = signs.Has(kSignAutoReply);
  mail_.is_list = signs.Has(kSignList);
  for (const SignAt& sign : signs.found) {
    mail_.signs.push_back({std::string(sign.name), static_cast<int64_t>(sign.offset)});
  }
  if (mail_.is_bounce) mail_.dsn = ReadDeliveryReports(envelope_, limits_);
  if (mail_.is_receipt) mail_.receipt = ReadReadReceipt(envelope_, limits_);
}

// The text that a person reads, cut into what is new in it and what is not.
void ContentReader::CutBody() {
  std::vector<TextMark> marks;
  if (html_.body.data() != nullptr && IsBlank(mail_.text)) {
    HtmlText html = TextOfHtmlLeaf(TextOf(html_));
    if (html.past_limit) Note(Defect::kHtmlLimit, html_.body);
    mail_.html_text = std::move(html.text);
    marks = std::move(html.marks);
  }
  const std::string_view body = mail_.Body();
  std::string_view own = body;
  if (!mail_.is_bounce && !mail_.is_receipt) {
    std::optional<InlineForward> forward = FindInlineForward(body, marks, mail_.subject.value_or(""));
    if (forward) {
      own = body.substr(0, forward->begin);
      mail_.forwarded = std::move(forward->mail);
    } else {
      mail_.forwarded = ReadAttachedForward(envelope_, limits_);
    }
  }
  mail_.spans = SplitReply(own, marks);
  if (mail_.spans.size() == kMostSpans) log_.Add(Defect::kTextLimit, envelope_.body_offset);
  if (own.size() < body.size()) {
    mail_.spans.push_back({TextPart::kForwarded, static_cast<int64_t>(own.size()), static_cast<int64_t>(body.size())});
  }
  mail_.visible_text = JoinSpans(body, mail_.spans, TextPart::kVisible);
  mail_.quoted_text = JoinSpans(body, mail_.spans, TextPart::kQuoted);
  mail_.signature = JoinSpans(body, mail_.spans, TextPart::kSignature);
}

Mail ContentReader::Read(Reading reading) {
  ReadHeader();
  MimeWalker walker(envelope_, limits_, &log_);
  for (Leaf leaf; walker.Next(&leaf);) ReadLeaf(leaf);
  if (!mail_.has_text && !mail_.has_html && shown_) {
    if (shown_->type == "text/html") html_ = *shown_;
    if (shown_->type == "text/plain") mail_.text = TextOf(*shown_).text;
  }
  if (mail_.has_html && (reading != Reading::kWhole || !IsBlank(mail_.text))) NoteDamage(html_);
  mail_.over_limit = walker.over_limit();
  ReadClass();
  if (reading == Reading::kWhole) CutBody();
  mail_.defects.reserve(defects_.size());
  for (const DefectAt& at : defects_) {
    mail_.defects.push_back({std::string(DefectName(at.defect)), static_cast<int64_t>(at.offset)});
  }
  return std::move(mail_);
}

}  // namespace

Mail ReadMail(const Envelope& envelope, const MailLimits& limits, Reading reading) {
  return ContentReader(envelope, limits).Read(reading);
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
