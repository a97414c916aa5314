// SPDX-License-Identifier: Apache-2.0
// A text cut into what is new, what is quoted and what is signed; a forward inside it; what a report tells. A text that begins
// with "<" is HTML, and its marks count.
#include <algorithm>

#include "base/text.h"
#include "scan/charset.h"
#include "scan/forward.h"
#include "scan/header_block.h"
#include "scan/html.h"
#include "scan/reply.h"
#include "scan/report_text.h"
#include "scan/status_code.h"
#include "tests/fuzz/fuzz.h"

namespace casecomm::fuzz {
namespace {

bool AtLine(std::string_view text, size_t offset) {
  return offset == 0 || offset == text.size() || (offset < text.size() && text[offset - 1] == '\n');
}

void CheckUtf8(const ForwardedMail& mail) {
  for (const auto* value : {&mail.from, &mail.from_name, &mail.date_text, &mail.subject, &mail.message_id}) {
    Require(!*value || base::IsUtf8(**value), "a forwarded header is UTF-8");
  }
  for (const auto* list : {&mail.to, &mail.cc}) {
    for (const std::string& address : *list) Require(!address.empty() && base::IsUtf8(address), "recipients are UTF-8");
  }
  Require(base::IsUtf8(mail.text), "a forwarded text is UTF-8");
  Require(mail.text.empty() || (mail.text.back() != '\n' && mail.text.back() != ' '), "it has no blanks at its end");
}

}  // namespace

const char kName[] = "reply";

void RunOne(std::string_view input) {
  scan::CharsetDecoder charsets;
  bool clean = true;
  scan::HtmlText read;
  read.text = charsets.GuessUtf8(input, &clean);
  read.text.erase(std::remove(read.text.begin(), read.text.end(), '\r'), read.text.end());
  if (!read.text.empty() && read.text[0] == '<') read = scan::TextOfHtml(std::string(read.text));
  const std::string& text = read.text;

  const std::vector<TextSpan> spans = scan::SplitReply(text, read.marks);
  Require(spans.empty() == text.empty(), "an empty text alone has no spans");
  int64_t end = 0;
  std::string_view whole = text;
  for (size_t i = 0; i < spans.size(); ++i) {
    Require(spans[i].begin == end && spans[i].end > end, "spans follow each other without gap");
    Require(AtLine(whole, static_cast<size_t>(spans[i].begin)), "a span begins at the begin of a line");
    Require(i == 0 || spans[i].part != spans[i - 1].part, "neighbours of one kind are one span");
    end = spans[i].end;
  }
  Require(end == static_cast<int64_t>(text.size()), "spans cover the text");
  for (const TextPart part : {TextPart::kVisible, TextPart::kQuoted, TextPart::kSignature, TextPart::kForwarded}) {
    Require(base::IsUtf8(scan::JoinSpans(text, spans, part)), "pieces are UTF-8");
  }

  for (const std::string_view subject : {"Fwd: x", "Re: x"}) {
    const auto forward = scan::FindInlineForward(text, read.marks, subject);
    if (!forward) continue;
    Require(forward->begin <= text.size() && AtLine(whole, forward->begin), "a forward begins at the begin of a line");
    Require(!forward->mail.attached, "an inline forward is not attached");
    CheckUtf8(forward->mail);
  }
  for (size_t line = 0, lines = 0; line < text.size() && lines < 200; ++lines) {
    for (const auto& block : {scan::ReadHeaderBlock(text, line), scan::ReadHeaderLine(text, line)}) {
      if (!block) continue;
      Require(block->begin >= line && block->begin <= block->end && block->end <= text.size(),
              "a header block stands in the text");
      for (const std::string_view value : {block->from, block->to, block->cc, block->date, block->subject}) {
        Require(Inside(value, whole), "its values stand in the text");
      }
    }
    line = std::min(text.find('\n', line), text.size() - 1) + 1;
  }

  const size_t copy = scan::CopyBegin(text);
  Require(copy <= text.size(), "a copy begins in the text");
  for (const scan::ToldRecipient& told :
       scan::ToldRecipients(whole.substr(0, copy), {"known@x.example"}, {"other@x.example"})) {
    Require(!told.address.empty() && base::IsUtf8(told.diagnostic), "a report tells of somebody");
  }
  scan::TellsOfDelay(text);
  if (const auto status = scan::FindStatus(text))
    Require(scan::StatusOfField(*status) == status, "a status is read as itself");
  scan::DetailOfWords(text);
}

void ForEachInput(std::string_view mail, const Use& use) {
  ForEachText(mail, "text/", use);
}

}  // namespace casecomm::fuzz
