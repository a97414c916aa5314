// SPDX-License-Identifier: Apache-2.0
// A mail whole: what ScanMail gives.
#include <algorithm>

#include "base/text.h"
#include "casecomm/mail.h"
#include "tests/fuzz/fuzz.h"

namespace casecomm::fuzz {

const char kName[] = "mail";

void RunOne(std::string_view raw) {
  ScanOptions options;
  options.trust.authserv_ids = {"mx.home.example"};
  const Mail mail = ScanMail(raw, options);
  Require(mail.text.has_value() || !mail.has_text, "text comes with has_text");
  Require(!mail.text || mail.has_text || (!mail.has_html && !mail.attachments.empty()),
          "without has_text it is of a file, in a mail without a body");
  for (const auto* text : {&mail.text, &mail.html_text, &mail.subject}) {
    Require(!*text || base::IsUtf8(**text), "texts are UTF-8");
  }
  for (const MailDefect& defect : mail.defects) {
    Require(defect.offset >= 0 && static_cast<size_t>(defect.offset) <= raw.size(), "defects stand in the mail");
  }
  for (const MailSign& sign : mail.signs) {
    Require(sign.offset >= 0 && static_cast<size_t>(sign.offset) <= raw.size(), "signs stand in the mail");
  }
  int64_t end = 0;
  for (const TextSpan& span : mail.spans) {
    Require(span.begin == end && span.end > end, "spans follow each other without gap");
    end = span.end;
  }
  Require(end == static_cast<int64_t>(mail.Body().size()), "spans cover the body");
  for (const std::string* text : {&mail.visible_text, &mail.quoted_text, &mail.signature}) {
    Require(base::IsUtf8(*text), "pieces are UTF-8");
  }
  for (const PartVerdict& verdict : mail.verdicts) {
    Require(verdict.attachment >= -1 && verdict.attachment < static_cast<int64_t>(mail.attachments.size()),
            "a verdict is of a file");
    Require(SafeFileName(verdict.name) == verdict.name, "its name is safe");
  }
  Require(base::IsUtf8(RenderSafeHtml(raw, "cid-")), "a rendering is UTF-8");
}

void ForEachInput(std::string_view mail, const Use& use) {
  use(mail);
}

}  // namespace casecomm::fuzz
