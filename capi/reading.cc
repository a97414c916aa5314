// SPDX-License-Identifier: Apache-2.0
// A mail read whole.
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "casecomm/attachment.h"
#include "casecomm/casecomm.h"
#include "casecomm/json.h"
#include "casecomm/mail.h"
#include "fence.h"
#include "objects.h"

namespace casecomm::capi {
namespace {

template <typename At>
casecomm_mail_mark MarkView(const At& at) {
  auto view = Sized<casecomm_mail_mark>();
  view.name = Str(at.name);
  view.offset = at.offset;
  return view;
}

casecomm_text_span SpanView(const TextSpan& span) {
  auto view = Sized<casecomm_text_span>();
  view.part = static_cast<int32_t>(span.part);
  view.begin = span.begin;
  view.end = span.end;
  return view;
}

casecomm_delivery_report ReportView(const DeliveryReport& report) {
  auto view = Sized<casecomm_delivery_report>();
  view.final_recipient = Str(report.final_recipient);
  view.original_recipient = OptionalStr(report.original_recipient);
  view.action = OptionalStr(report.action);
  view.status = OptionalStr(report.status);
  view.diagnostic = OptionalStr(report.diagnostic);
  view.original_message_id = OptionalStr(report.original_message_id);
  return view;
}

casecomm_part_verdict VerdictView(const PartVerdict& verdict) {
  auto view = Sized<casecomm_part_verdict>();
  view.accepted = verdict.accepted ? 1 : 0;
  view.attachment = verdict.attachment;
  view.name = Str(verdict.name);
  view.declared_type = Str(verdict.declared_type);
  view.found_type = Str(verdict.found_type);
  view.reason = Str(verdict.reason);
  view.sentence = Str(verdict.sentence);
  return view;
}

casecomm_read_receipt ReceiptView(const ReadReceipt& receipt) {
  auto view = Sized<casecomm_read_receipt>();
  view.final_recipient = OptionalStr(receipt.final_recipient);
  view.original_message_id = OptionalStr(receipt.original_message_id);
  view.disposition = OptionalStr(receipt.disposition);
  return view;
}

casecomm_forwarded ForwardedView(const ForwardedMail& forwarded, Views* views) {
  auto view = Sized<casecomm_forwarded>();
  view.flags = static_cast<uint32_t>((forwarded.attached ? CASECOMM_FORWARD_ATTACHED : 0) |
                                     (forwarded.date ? CASECOMM_FORWARD_DATE_KNOWN : 0));
  view.from = OptionalStr(forwarded.from);
  view.from_name = OptionalStr(forwarded.from_name);
  view.to = views->Strings(forwarded.to);
  view.to_count = forwarded.to.size();
  view.cc = views->Strings(forwarded.cc);
  view.cc_count = forwarded.cc.size();
  view.date = forwarded.date.value_or(0);
  view.date_text = OptionalStr(forwarded.date_text);
  view.subject = OptionalStr(forwarded.subject);
  view.message_id = OptionalStr(forwarded.message_id);
  view.text = Str(forwarded.text);
  return view;
}

uint32_t FlagsOf(const Mail& mail) {
  const std::pair<bool, int> flags[] = {
      {mail.date.has_value(), CASECOMM_MAIL_DATE_KNOWN}, {mail.has_text, CASECOMM_MAIL_HAS_TEXT},
      {mail.has_html, CASECOMM_MAIL_HAS_HTML},           {mail.over_limit, CASECOMM_MAIL_OVER_LIMIT},
      {mail.ambiguous, CASECOMM_MAIL_AMBIGUOUS},         {mail.is_bounce, CASECOMM_MAIL_IS_BOUNCE},
      {mail.is_receipt, CASECOMM_MAIL_IS_RECEIPT},       {mail.is_auto, CASECOMM_MAIL_IS_AUTO},
      {mail.is_autoreply, CASECOMM_MAIL_IS_AUTOREPLY},   {mail.is_list, CASECOMM_MAIL_IS_LIST},
  };
  uint32_t bits = 0;
  for (const auto& [holds, bit] : flags) bits |= holds ? static_cast<uint32_t>(bit) : 0;
  return bits;
}

// One of the lists of texts, where it stands in the mail and in the facts.
struct TextList {
  std::vector<std::string> Mail::*texts;
  const casecomm_str* casecomm_mail_facts::*views;
  size_t casecomm_mail_facts::*count;
};

constexpr TextList kTextLists[] = {
    {&Mail::in_reply_to, &casecomm_mail_facts::in_reply_to, &casecomm_mail_facts::in_reply_to_count},
    {&Mail::references, &casecomm_mail_facts::references, &casecomm_mail_facts::references_count},
    {&Mail::from, &casecomm_mail_facts::from, &casecomm_mail_facts::from_count},
    {&Mail::sender, &casecomm_mail_facts::sender, &casecomm_mail_facts::sender_count},
    {&Mail::reply_to, &casecomm_mail_facts::reply_to, &casecomm_mail_facts::reply_to_count},
    {&Mail::to, &casecomm_mail_facts::to, &casecomm_mail_facts::to_count},
    {&Mail::cc, &casecomm_mail_facts::cc, &casecomm_mail_facts::cc_count},
    {&Mail::bcc, &casecomm_mail_facts::bcc, &casecomm_mail_facts::bcc_count},
    {&Mail::delivered_to, &casecomm_mail_facts::delivered_to, &casecomm_mail_facts::delivered_to_count},
};

}  // namespace

casecomm_attachment AttachmentView(const MailAttachment& attachment) {
  auto facts = Sized<casecomm_attachment>();
  facts.flags = attachment.is_inline ? CASECOMM_ATTACHMENT_INLINE : 0;
  facts.filename = OptionalStr(attachment.filename);
  facts.content_type = Str(attachment.content_type);
  facts.size = attachment.size;
  facts.content_id = OptionalStr(attachment.content_id);
  return facts;
}

ReadingObject::ReadingObject(Mail made)
    : mail(std::move(made)),
      facts(Sized<casecomm_mail_facts>()),
      attachments_(mail.attachments, AttachmentView),
      defects_(mail.defects, MarkView<MailDefect>),
      signs_(mail.signs, MarkView<MailSign>),
      spans_(mail.spans, SpanView),
      dsn_(mail.dsn, ReportView),
      verdicts_(mail.verdicts, VerdictView),
      receipt_(mail.receipt ? ReceiptView(*mail.receipt) : Sized<casecomm_read_receipt>()),
      forwarded_(mail.forwarded ? ForwardedView(*mail.forwarded, &views_) : Sized<casecomm_forwarded>()) {
  facts.flags = FlagsOf(mail);
  facts.mail_class = static_cast<int32_t>(mail.mail_class);
  facts.trust = static_cast<int32_t>(mail.trust);
  facts.date = mail.date.value_or(0);
  facts.message_id = OptionalStr(mail.message_id);
  facts.subject = OptionalStr(mail.subject);
  facts.return_path = OptionalStr(mail.return_path);
  facts.text = OptionalStr(mail.text);
  facts.html_text = OptionalStr(mail.html_text);
  facts.body = Str(mail.Body());
  facts.visible_text = Str(mail.visible_text);
  facts.quoted_text = Str(mail.quoted_text);
  facts.signature = Str(mail.signature);
  for (const TextList& list : kTextLists) {
    facts.*list.views = views_.Strings(mail.*list.texts);
    facts.*list.count = (mail.*list.texts).size();
  }
  facts.attachments = attachments_.data();
  facts.attachment_count = attachments_.size();
  facts.defects = defects_.data();
  facts.defect_count = defects_.size();
  facts.signs = signs_.data();
  facts.sign_count = signs_.size();
  facts.spans = spans_.data();
  facts.span_count = spans_.size();
  facts.dsn = dsn_.data();
  facts.dsn_count = dsn_.size();
  facts.verdicts = verdicts_.data();
  facts.verdict_count = verdicts_.size();
  facts.receipt = mail.receipt ? &receipt_ : nullptr;
  facts.forwarded = mail.forwarded ? &forwarded_ : nullptr;
}

TrustPolicy TrustPolicyOf(Arguments* in, const casecomm_trust_policy* policy) {
  TrustPolicy trust;
  if (!policy) return trust;
  const auto asked = in->Struct(policy, "trust");
  in->Only(asked.flags, CASECOMM_TRUST_ALLOW_SPF | CASECOMM_TRUST_REQUIRE_DKIM, "trust.flags");
  in->Zero(asked.reserved, "trust.reserved");
  trust.authserv_ids = in->Strings(asked.authserv_ids, asked.authserv_id_count, "trust.authserv_ids");
  trust.received_above = asked.received_above;
  trust.allow_spf = (asked.flags & CASECOMM_TRUST_ALLOW_SPF) != 0;
  trust.require_dkim = (asked.flags & CASECOMM_TRUST_REQUIRE_DKIM) != 0;
  return trust;
}

InboundPolicy InboundPolicyOf(Arguments* in, const casecomm_inbound_policy* policy) {
  InboundPolicy inbound;
  if (!policy) return inbound;
  const auto asked = in->Struct(policy, "attachments");
  if (asked.most_files != 0) inbound.most_files = asked.most_files;
  if (asked.file_bytes_below != 0) inbound.file_bytes_below = asked.file_bytes_below;
  if (asked.total_bytes_below != 0) inbound.total_bytes_below = asked.total_bytes_below;
  inbound.types = in->Strings(asked.types, asked.type_count, "attachments.types");
  return inbound;
}

}  // namespace casecomm::capi

using namespace casecomm::capi;

casecomm_status casecomm_mail_scan(casecomm_str raw, casecomm_str path, int64_t index, casecomm_text* out,
                                   casecomm_error* error) {
  return Give(out, error, [&]() -> casecomm::Result<std::shared_ptr<TextObject>> {
    Arguments in;
    const std::string_view bytes = in.Text(raw, "raw");
    const std::string_view from = in.Text(path, "path");
    if (!in.ok()) return in.status();
    return TextOf(casecomm::ToJson(casecomm::ScanMail(bytes), from, index));
  });
}

casecomm_status casecomm_mail_safe_html(casecomm_str raw, casecomm_str cid_prefix, casecomm_text* out,
                                        casecomm_error* error) {
  return Give(out, error, [&]() -> casecomm::Result<std::shared_ptr<TextObject>> {
    Arguments in;
    const std::string_view bytes = in.Text(raw, "raw");
    const std::string_view prefix = in.Text(cid_prefix, "cid_prefix");
    if (!in.ok()) return in.status();
    return TextOf(casecomm::RenderSafeHtml(bytes, prefix));
  });
}

casecomm_status casecomm_file_name_safe(casecomm_str name, casecomm_text* out, casecomm_error* error) {
  return Give(out, error, [&]() -> casecomm::Result<std::shared_ptr<TextObject>> {
    Arguments in;
    const std::string_view written = in.Text(name, "name");
    if (!in.ok()) return in.status();
    return TextOf(casecomm::SafeFileName(written));
  });
}

casecomm_status casecomm_mail_read(casecomm_str raw, const casecomm_scan_options* options, casecomm_reading* out,
                                   casecomm_error* error) {
  return Give(out, error, [&]() -> casecomm::Result<std::shared_ptr<ReadingObject>> {
    Arguments in;
    const std::string_view bytes = in.Text(raw, "raw");
    casecomm::ScanOptions asked;
    if (options) {
      const auto given = in.Struct(options, "options");
      in.Zero(given.reserved, "options.reserved");
      if (!in.ok()) return in.status();
      asked.trust = TrustPolicyOf(&in, given.trust);
      asked.attachments = InboundPolicyOf(&in, given.attachments);
    }
    if (!in.ok()) return in.status();
    return std::make_shared<ReadingObject>(casecomm::ScanMail(bytes, asked));
  });
}

casecomm_status casecomm_reading_read(casecomm_reading reading, casecomm_mail_facts* out, casecomm_error* error) {
  return Fence(error, [&] {
    Arguments in;
    const auto object = in.Pin(reading);
    in.Out(out);
    if (in.ok()) Write(object->facts, out);
    return in.status();
  });
}

casecomm_status casecomm_reading_json(casecomm_reading reading, casecomm_str path, int64_t index, casecomm_text* out,
                                      casecomm_error* error) {
  return Give(out, error, [&]() -> casecomm::Result<std::shared_ptr<TextObject>> {
    Arguments in;
    const auto object = in.Pin(reading);
    const std::string_view from = in.Text(path, "path");
    if (!in.ok()) return in.status();
    return TextOf(casecomm::ToJson(object->mail, from, index));
  });
}

void casecomm_reading_release(casecomm_reading reading) {
  Release(reading);
}
