// SPDX-License-Identifier: Apache-2.0
// Any bytes through everything that reads a mail. Beyond crashes and sanitizers it holds what the headers promise.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "base/text.h"
#include "scan/address.h"
#include "scan/content.h"

namespace {

using namespace casecomm;

void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "scan_fuzz: does not hold: %s\n", what);
  std::abort();
}

bool Inside(std::string_view part, std::string_view whole) {
  return part.data() == nullptr ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

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

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view raw(reinterpret_cast<const char*>(data), size);
  scan::EnvelopeScanner scanner;
  const scan::Envelope& envelope = scanner.Scan(raw);
  Require(envelope.body_offset <= raw.size(), "the body begins inside the mail");
  for (const auto* list :
       {&envelope.from, &envelope.sender, &envelope.reply_to, &envelope.to, &envelope.cc, &envelope.bcc}) {
    CheckMailboxes(*list);
  }
  for (const std::string_view value : {envelope.subject, envelope.date, envelope.content_type}) {
    Require(Inside(value, raw), "values stand in the mail");
  }
  const bool limit = std::any_of(envelope.defects.begin(), envelope.defects.end(),
                                 [](const scan::DefectAt& at) { return scan::IsLimit(at.defect); });
  Require(limit == envelope.over_limit, "over_limit comes with its defect");

  const Mail mail = scan::ReadMail(envelope);
  Require(!mail.text || base::IsUtf8(*mail.text), "text is UTF-8");
  Require(!mail.subject || base::IsUtf8(*mail.subject), "the subject is UTF-8");
  Require(mail.text.has_value() == mail.has_text, "text comes with has_text");
  for (const MailAttachment& file : mail.attachments) {
    Require(!file.filename || base::IsUtf8(*file.filename), "file names are UTF-8");
    Require(file.size >= -1, "sizes are -1 or more");
  }
  for (const MailDefect& defect : mail.defects) {
    Require(defect.offset >= 0 && static_cast<size_t>(defect.offset) <= raw.size(), "defects stand in the mail");
  }
  Require(Inside(scan::AttachedMessage(envelope), raw), "an attached message stands in the mail");
  Require(scan::ContentKey(envelope) == scan::ContentKey(envelope), "the content key is a function");
  return 0;
}
