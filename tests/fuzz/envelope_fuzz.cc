// SPDX-License-Identifier: Apache-2.0
// Header blocks, and the class that they tell.
#include <algorithm>

#include "scan/ids.h"
#include "scan/mail_class.h"
#include "tests/fuzz/fuzz.h"

namespace casecomm::fuzz {
namespace {

void CheckMailboxes(const std::vector<scan::Mailbox>& mailboxes) {
  for (const scan::Mailbox& mailbox : mailboxes) {
    Require(!mailbox.local.empty(), "a mailbox has a local part");
    Require(mailbox.domain.empty() || mailbox.domain.data() == mailbox.local.data() + mailbox.local.size() + 1,
            "an addr-spec stands in one piece");
    Require(mailbox.domain.empty() || mailbox.domain.back() != '.', "no domain ends in a dot");
    Require(mailbox.local.find_first_of("\r\n") == std::string_view::npos, "a local part has no line end");
    Require(mailbox.domain.find_first_of("\r\n") == std::string_view::npos, "a domain has no line end");
  }
}

bool Same(const std::vector<scan::Mailbox>& a, const std::vector<scan::Mailbox>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const scan::Mailbox& x, const scan::Mailbox& y) {
    return x.local == y.local && x.domain == y.domain && x.display == y.display;
  });
}

void CheckEnvelope(std::string_view raw, const scan::Envelope& envelope) {
  Require(envelope.body_offset <= raw.size(), "the body begins inside the mail");
  for (const auto* list :
       {&envelope.from, &envelope.sender, &envelope.reply_to, &envelope.to, &envelope.cc, &envelope.bcc}) {
    CheckMailboxes(*list);
  }
  for (const std::string_view value :
       {envelope.subject, envelope.date, envelope.mime_version, envelope.content_type,
        envelope.content_transfer_encoding, envelope.content_disposition, envelope.content_id}) {
    Require(Inside(value, envelope.raw), "values stand in the mail");
  }
  uint32_t received = 0;
  for (const scan::AuthField& field : envelope.authentication_results) {
    Require(Inside(field.value, envelope.raw), "results stand in the mail");
    Require(field.received_above >= received, "results are in header order");
    received = field.received_above;
  }
  for (const scan::ClassField& field : envelope.class_fields) {
    Require(Inside(field.name, envelope.raw) && Inside(field.value, envelope.raw), "signs stand in the mail");
    Require(field.offset <= raw.size(), "a sign has a place");
  }
  for (const auto* ids : {&envelope.in_reply_to, &envelope.references}) {
    for (const std::string_view id : *ids) {
      Require(id.find_first_of("\r\n<> \t") == std::string_view::npos, "an id is one word without brackets");
    }
  }
  for (const scan::DefectAt& at : envelope.defects) Require(at.offset <= raw.size(), "defects stand in the mail");
  const bool limit = std::any_of(envelope.defects.begin(), envelope.defects.end(),
                                 [](const scan::DefectAt& at) { return scan::IsLimit(at.defect); });
  Require(limit == envelope.over_limit, "over_limit comes with its defect");
}

}  // namespace

const char kName[] = "envelope";

void RunOne(std::string_view raw) {
  scan::EnvelopeScanner fresh;
  const scan::Envelope& envelope = fresh.Scan(raw);
  CheckEnvelope(raw, envelope);
  scan::Signs signs;
  scan::Classify(envelope, {}, &signs);
  uint8_t bits = 0;
  for (const scan::SignAt& sign : signs.found) {
    Require(sign.offset <= raw.size(), "a sign stands in the mail");
    bits |= sign.bits;
  }
  Require((signs.bits & ~bits) == 0, "what is said is said by a sign");

  // What was read before does not matter.
  thread_local scan::EnvelopeScanner used;
  const scan::Envelope& again = used.Scan(raw);
  Require(Same(again.from, envelope.from) && Same(again.to, envelope.to) && Same(again.cc, envelope.cc),
          "the same mailboxes");
  Require(again.references == envelope.references && again.subject == envelope.subject, "the same values");
  Require(again.defects.size() == envelope.defects.size() && again.body_offset == envelope.body_offset, "the same end");

  scan::EnvelopeScanner strict({.header_lines = 3, .header_bytes = 200});
  CheckEnvelope(raw, strict.Scan(raw));
}

void ForEachInput(std::string_view mail, const Use& use) {
  use(mail);
}

}  // namespace casecomm::fuzz
