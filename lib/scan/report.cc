// SPDX-License-Identifier: Apache-2.0
// delivery-status = per-message-fields 1*( CRLF per-recipient-fields )      RFC 3464, 2.1
// Final-Recipient = [ address-type ";" ] generic-address                    2.3.2
#include "scan/report.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "scan/address.h"
#include "scan/body_text.h"
#include "scan/charset.h"
#include "scan/defects.h"
#include "scan/field.h"
#include "scan/html.h"
#include "scan/ids.h"
#include "scan/mail_words.h"
#include "scan/mime.h"
#include "scan/report_text.h"
#include "scan/scratch.h"
#include "scan/status_code.h"

namespace casecomm::scan {
namespace {

constexpr size_t kMostStatus = 1 << 20;  // of a part with fields
constexpr size_t kMostText = 64 << 10;
constexpr size_t kMostReports = 1000;
constexpr size_t kMostId = 998;  // RFC 5322, 2.1.1: a line
constexpr size_t kMostDiagnostic = 2048;
constexpr int kMostLeaves = 100;

// A field of a block of fields inside a part.
struct PartField {
  std::string name;  // in lower case
  std::string value;
};

// Reads `text` (UTF-8, LF) line by line into fields. Lines that are none are passed over.
class PartFields {
 public:
  explicit PartFields(std::string_view text) : text_(text) {}

  enum class Step { kField, kBlank, kEnd };

  Step Next(PartField* field) {
    while (pos_ < text_.size()) {
      const std::string_view line = Line();
      pos_ = next_;
      if (line.empty()) return Step::kBlank;
      const size_t colon = line.find(':');
      if (IsBlank(line.front()) || colon == line.npos || colon == 0) continue;
      const std::string_view name = TrimSpace(line.substr(0, colon));
      if (name.find_first_of(" \t") != name.npos) continue;
      field->name = base::LowerAscii(name);
      field->value = std::string(TrimSpace(line.substr(colon + 1)));
      while (pos_ < text_.size() && IsBlank(text_[pos_])) {
        const std::string_view fold = TrimSpace(Line());
        pos_ = next_;
        if (fold.empty()) continue;
        if (!field->value.empty()) field->value += ' ';
        field->value += fold;
      }
      return Step::kField;
    }
    return Step::kEnd;
  }

 private:
  std::string_view Line() {
    next_ = NextLine(text_, pos_, '\n');
    return LineText(text_, pos_, next_, '\n');
  }

  const std::string_view text_;
  size_t pos_ = 0, next_ = 0;
};

// Without comments (RFC 5322, 3.2.2).
std::string WithoutComments(std::string_view text) {
  std::string kept;
  int depth = 0;
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\' && i + 1 < text.size()) {
      if (depth == 0) kept.append(text.substr(i, 2));
      ++i;
    } else if (c == '"' && depth == 0) {
      quoted = !quoted;
      kept += c;
    } else if (c == '(' && !quoted) {
      ++depth;
    } else if (c == ')' && !quoted && depth > 0) {
      --depth;
    } else if (depth == 0) {
      kept += c;
    }
  }
  return std::string(TrimSpace(kept));
}

std::string FirstLower(std::string_view value) {
  const std::string plain = WithoutComments(value);
  return base::LowerAscii(std::string_view(plain).substr(0, plain.find_first_of(" \t;,/")));
}

// "rfc822", "smtp", "X-Notes" and what stands behind the ";"; a value without one has no type.
std::pair<std::string, std::string_view> CutType(std::string_view value) {
  const size_t end = value.find(';');
  if (end == value.npos) return {"", TrimSpace(value)};
  const std::string_view type = TrimSpace(value.substr(0, end));
  if (type.find_first_of(" \t<>@\"(,") != type.npos) return {"", TrimSpace(value)};
  return {base::LowerAscii(type), TrimSpace(value.substr(end + 1))};
}

// RFC 3461, 4: "+" and "=" are written "+2B" and "+3D". Nothing else is decoded, as "a+41@" is an address, too.
std::string DecodeXtext(std::string_view text) {
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    const std::string_view code = text.substr(i, 3);
    const bool escaped = code == "+2B" || code == "+3D";
    plain += escaped ? (code[1] == '2' ? '+' : '=') : text[i];
    if (escaped) i += 2;
  }
  return plain;
}

class Reporter {
 public:
  Reporter(const Envelope& envelope, const MailLimits& limits) : envelope_(envelope), limits_(limits) {}

  std::vector<DeliveryReport> Deliveries();
  std::optional<ReadReceipt> Receipt();

 private:
  // A per-recipient block as it is read.
  struct Block {
    std::optional<std::string> final_recipient, original_recipient, action, status, diagnostic;

    bool HasRecipient() const { return final_recipient || original_recipient; }
  };

  std::string Text(const Leaf& leaf, size_t most);
  std::string AddressOf(std::string_view value, bool xtext);
  void ReadStatus(std::string_view text);
  void Take(PartField* field, Block* block);
  void Flush(Block* block);
  void ReadText(std::string_view text);
  void ReadOriginal(std::string_view text, bool header_only);
  void KeepId(std::string_view value);
  std::optional<std::string> OriginalId();

  const Envelope& envelope_;
  const MailLimits& limits_;
  CharsetDecoder charsets_;
  Scratch scratch_;
  std::vector<DeliveryReport> reports_;
  std::optional<std::string> original_id_;
};

std::string Reporter::Text(const Leaf& leaf, size_t most) {
  return ReadLeafText(leaf, LineEndOf(envelope_.raw), most, &charsets_).text;
}

// The addr-spec of a recipient field; what stands there where it is of another kind than Internet mail.
std::string Reporter::AddressOf(std::string_view value, bool xtext) {
  const auto [type, generic] = CutType(value);
  const std::string plain = xtext ? DecodeXtext(generic) : std::string(generic);
  std::vector<Mailbox> mailboxes;
  scratch_.Reset();
  if (type != "x400") ParseAddresses(plain, &scratch_, &mailboxes);
  if (mailboxes.empty()) return type == "x400" ? plain : std::string();
  std::string address(mailboxes[0].local);
  if (!mailboxes[0].domain.empty()) address += "@" + base::LowerAscii(mailboxes[0].domain);
  return address;
}

void Reporter::KeepId(std::string_view value) {
  if (original_id_) return;
  scratch_.Reset();
  bool grammatical = true;
  const std::string_view id = ParseMessageId(value, &scratch_, &grammatical);
  if (!id.empty() && id.size() <= kMostId) original_id_ = std::string(id);
}

void Reporter::Take(PartField* field, Block* block) {
  const struct {
    std::string_view name;
    std::optional<std::string>* value;
  } places[] = {
      {"final-recipient", &block->final_recipient},
      {"original-recipient", &block->original_recipient},
      {"action", &block->action},
      {"status", &block->status},
      {"diagnostic-code", &block->diagnostic},
  };
  for (const auto& place : places) {
    if (field->name != place.name) continue;
    // The empty line between two recipients is missing.
    const bool recipient = field->name == "final-recipient" || field->name == "original-recipient";
    if (recipient && place.value->has_value()) Flush(block);
    if (!place.value->has_value()) *place.value = std::move(field->value);
    return;
  }
  if (field->name == "original-message-id" || field->name == "x-original-message-id") KeepId(field->value);
}

void Reporter::Flush(Block* block) {
  Block read = std::exchange(*block, {});
  if (!read.HasRecipient() || reports_.size() == kMostReports) return;
  DeliveryReport report;
  if (read.original_recipient) {
    std::string original = AddressOf(*read.original_recipient, true);
    if (!original.empty()) report.original_recipient = std::move(original);
  }
  if (read.final_recipient) report.final_recipient = AddressOf(*read.final_recipient, false);
  // A system's own name ("LOCAL; ann", X.400) tells less than the address that the mail was sent to.
  const bool named = report.final_recipient.find('@') != std::string::npos;
  if (!named && report.original_recipient && report.original_recipient->find('@') != std::string::npos) {
    report.final_recipient = *report.original_recipient;
  }
  if (report.final_recipient.empty()) report.final_recipient = report.original_recipient.value_or("");
  if (report.final_recipient.empty()) return;
  if (read.action) report.action = FirstLower(*read.action);
  if (read.diagnostic) {
    report.diagnostic = std::string(base::CutUtf8(CutType(*read.diagnostic).second, kMostDiagnostic));
  }
  if (read.status) report.status = StatusOfField(*read.status);
  reports_.push_back(std::move(report));
}

void Reporter::ReadStatus(std::string_view text) {
  Block block;
  PartField field;
  PartFields fields(text);
  for (PartFields::Step step; (step = fields.Next(&field)) != PartFields::Step::kEnd;) {
    if (step == PartFields::Step::kField) {
      Take(&field, &block);
    } else if (block.HasRecipient() && (block.action || block.status)) {
      Flush(&block);
    }
  }
  Flush(&block);
}

// The class of a status that nothing else tells (RFC 3463, 3.1).
char ClassOf(const std::optional<std::string>& action) {
  if (!action) return '\0';
  return *action == "failed" ? '5' : *action == "delayed" ? '4' : '2';
}

bool IsBare(std::string_view status) {
  return status.substr(1) == ".0.0";
}

// Words that tell a status, looked at once: many recipients may share them.
class Words {
 public:
  explicit Words(std::string_view text) : text_(text) {}

  const std::optional<std::string>& status() { return Read().status; }
  char reply() { return Read().reply; }
  std::string_view detail() { return Read().detail; }

 private:
  struct Meaning {
    std::optional<std::string> status;
    char reply;
    std::string_view detail;
  };

  const Meaning& Read() {
    if (!meaning_) meaning_ = Meaning{FindStatus(text_), ReplyClass(text_), DetailOfWords(text_)};
    return *meaning_;
  }

  const std::string_view text_;
  std::optional<Meaning> meaning_;
};

// Completes a status that is absent or says no more than its class. Where a Status field stands, only a code of its
// class in the server's words knows better.
void CompleteStatus(Words* context, DeliveryReport* report) {
  const std::string_view diagnostic = report->diagnostic ? std::string_view(*report->diagnostic) : std::string_view();
  if (report->status) {
    if (!IsBare(*report->status)) return;
    const std::optional<std::string> better = FindStatus(diagnostic);
    if (better && better->front() == report->status->front()) report->status = better;
    return;
  }
  Words own(diagnostic);
  report->status = own.status() ? own.status() : context->status();
  if (report->status) return;
  for (Words* const words : {&own, context}) {
    const char status_class = words->reply() != '\0' ? words->reply() : ClassOf(report->action);
    if ((words->detail().empty() && words->reply() == '\0') || status_class == '\0') continue;
    report->status =
        std::string(1, status_class) + "." + std::string(words->detail().empty() ? "0.0" : words->detail());
    return;
  }
  const char status_class = ClassOf(report->action);
  if (status_class != '\0') report->status = std::string(1, status_class) + ".0.0";
}

void Reporter::ReadText(std::string_view text) {
  const size_t copy = CopyBegin(text);
  const std::string_view told_text = text.substr(0, copy);
  std::vector<std::string> known, others;
  for (const ClassField& field : envelope_.class_fields) {
    if (!base::EqualFoldAscii(field.name, "x-failed-recipients")) continue;
    std::vector<Mailbox> mailboxes;
    scratch_.Reset();
    ParseAddresses(field.value, &scratch_, &mailboxes);
    bool clean = true;
    for (const Mailbox& mailbox : mailboxes) known.push_back(charsets_.GuessUtf8(AddrSpec(mailbox), &clean));
  }
  for (const std::vector<Mailbox>* list : {&envelope_.from, &envelope_.to, &envelope_.reply_to}) {
    for (const Mailbox& mailbox : *list) others.emplace_back(AddrSpec(mailbox));
  }
  bool delayed = TellsOfDelay(told_text);
  FoldedText subject;
  FoldSubject(envelope_.subject, &subject);
  delayed |= subject.view().find("(delay)") != std::string_view::npos || TellsOfDelay(subject.view());
  Words all(told_text);
  for (ToldRecipient& told : ToldRecipients(told_text, known, others)) {
    DeliveryReport report;
    const size_t sign = std::min(told.address.rfind('@'), told.address.size());
    report.final_recipient = told.address.substr(0, sign) + base::LowerAscii(told.address.substr(sign));
    report.action = delayed ? "delayed" : "failed";
    if (!told.diagnostic.empty()) report.diagnostic = std::move(told.diagnostic);
    Words own(told.context);
    CompleteStatus(told.context.empty() && !report.diagnostic ? &all : &own, &report);
    reports_.push_back(std::move(report));
  }
}

// The Message-ID in the header, or the copy, of the mail that is reported.
void Reporter::ReadOriginal(std::string_view text, bool header_only) {
  for (size_t pos = 0; pos < text.size() && !original_id_;) {
    const size_t end = NextLine(text, pos, '\n');
    std::string_view line = LineText(text, pos, end, '\n');
    if (header_only && line.empty() && pos > 0) return;
    while (!header_only && !line.empty() && (line.front() == '>' || IsBlank(line.front()))) line.remove_prefix(1);
    if (base::StartsWithFoldAscii(line, "message-id:")) {
      line.remove_prefix(std::string_view("message-id:").size());
      if (TrimSpace(line).empty()) line = text.substr(end, NextLine(text, end, '\n') - end);
      KeepId(line);
    }
    pos = end;
  }
}

// What a report that says nothing of it answers to.
std::optional<std::string> Reporter::OriginalId() {
  if (!original_id_ && !envelope_.in_reply_to.empty()) KeepId(envelope_.in_reply_to.front());
  return original_id_;
}

bool IsOriginal(std::string_view type) {
  return type == "message/rfc822" || type == "message/global" || type == "text/rfc822-headers" ||
         type == "message/rfc822-headers" || type == "message/global-headers";
}

std::vector<DeliveryReport> Reporter::Deliveries() {
  std::vector<DefectAt> unused;
  DefectLog log(&unused);
  MimeWalker walker(envelope_, limits_, &log);
  std::string text;
  int leaves = 0;
  for (Leaf leaf; leaves < kMostLeaves && walker.Next(&leaf); ++leaves) {
    if (leaf.type == "message/delivery-status" || leaf.type == "message/global-delivery-status") {
      ReadStatus(Text(leaf, kMostStatus));
    } else if (IsOriginal(leaf.type)) {
      ReadOriginal(Text(leaf, kMostText), true);
    } else if (text.empty() && (leaf.whole || leaf.type.starts_with("text/"))) {
      text = Text(leaf, kMostText);
      if (leaf.type == "text/html") text = TextOfHtml(text).text;
    }
  }
  // Where the boundaries are broken the fields stand in the text.
  if (reports_.empty()) ReadStatus(std::string_view(text).substr(0, CopyBegin(text)));
  if (reports_.empty()) ReadText(text);
  ReadOriginal(std::string_view(text).substr(CopyBegin(text)), false);
  Words all(text);
  for (DeliveryReport& report : reports_) {
    CompleteStatus(&all, &report);
    report.original_message_id = OriginalId();
  }
  return std::move(reports_);
}

std::optional<ReadReceipt> Reporter::Receipt() {
  std::vector<DefectAt> unused;
  DefectLog log(&unused);
  MimeWalker walker(envelope_, limits_, &log);
  ReadReceipt receipt;
  int leaves = 0;
  for (Leaf leaf; leaves < kMostLeaves && walker.Next(&leaf); ++leaves) {
    if (IsOriginal(leaf.type)) ReadOriginal(Text(leaf, kMostText), true);
    if (leaf.type != "message/disposition-notification" && leaf.type != "message/global-disposition-notification") {
      continue;
    }
    const std::string text = Text(leaf, kMostStatus);
    PartField field;
    PartFields fields(text);
    for (PartFields::Step step; (step = fields.Next(&field)) != PartFields::Step::kEnd;) {
      if (step == PartFields::Step::kBlank) continue;
      if (field.name == "final-recipient" && !receipt.final_recipient) {
        std::string address = AddressOf(field.value, false);
        if (!address.empty()) receipt.final_recipient = std::move(address);
      } else if (field.name == "original-message-id") {
        KeepId(field.value);
      } else if (field.name == "disposition" && !receipt.disposition) {
        // RFC 8098, 3.2.6: mode ";" type *("/" modifier)
        const std::string plain = WithoutComments(field.value);
        std::string type = FirstLower(TrimSpace(std::string_view(plain).substr(plain.find(';') + 1)));
        if (!type.empty()) receipt.disposition = std::move(type);
      }
    }
  }
  receipt.original_message_id = OriginalId();
  return receipt;
}

}  // namespace

std::vector<DeliveryReport> ReadDeliveryReports(const Envelope& envelope, const MailLimits& limits) {
  return Reporter(envelope, limits).Deliveries();
}

std::optional<ReadReceipt> ReadReadReceipt(const Envelope& envelope, const MailLimits& limits) {
  return Reporter(envelope, limits).Receipt();
}

}  // namespace casecomm::scan
