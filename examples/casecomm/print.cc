// SPDX-License-Identifier: Apache-2.0
#include "print.h"

#include <casecomm/json.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <optional>

namespace tool {

using casecomm::MailAttachment;
using casecomm::MailDecision;
using casecomm::Outcome;
using casecomm::Printable;
using casecomm::TargetDecision;

namespace {

// Columns on a terminal, about: a character each.
size_t Width(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

std::string Pad(std::string text, size_t width) {
  if (const size_t have = Width(text); have < width) text.append(width - have, ' ');
  return text;
}

std::string Number(uint64_t count, std::string_view noun) {
  return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

std::string Time(int64_t seconds) {
  const std::time_t time = seconds;
  std::tm parts{};
  char text[40];
  if (gmtime_r(&time, &parts) == nullptr || std::strftime(text, sizeof text, "%Y-%m-%d %H:%M", &parts) == 0) {
    return std::to_string(seconds);
  }
  return text;
}

std::string TimeOfMicros(int64_t micros) {
  return Time(micros / 1'000'000);
}

std::string Size(int64_t bytes) {
  if (bytes < 0) return "size unknown";
  if (bytes < 1024) return std::to_string(bytes) + " B";
  static constexpr const char* kUnits[] = {"KiB", "MiB", "GiB"};
  double size = static_cast<double>(bytes);
  size_t unit = 0;
  for (size /= 1024; size >= 1024 && unit < 2; ++unit) size /= 1024;
  char text[32];
  std::snprintf(text, sizeof text, "%.1f %s", size, kUnits[unit]);
  return text;
}

std::string Join(const std::vector<std::string>& texts) {
  std::string joined;
  for (const std::string& text : texts) joined += (joined.empty() ? "" : ", ") + Printable(text);
  return joined;
}

std::string Describe(const MailAttachment& file) {
  return (file.filename ? Printable(*file.filename) : "(no name)") + " (" + Printable(file.content_type) + ", " +
         Size(file.size) + (file.is_inline ? ", inline" : "") + ")";
}

std::string Subject(const std::optional<std::string>& subject) {
  return subject && !subject->empty() ? Printable(*subject) : "(no subject)";
}

std::string Words(std::string_view name) {
  std::string words(name);
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

Color ColorOf(Outcome outcome) {
  if (outcome == Outcome::kFiled || outcome == Outcome::kApplied) return Color::kGreen;
  return outcome == Outcome::kDuplicate || outcome == Outcome::kNotTracked ? Color::kDim : Color::kYellow;
}

std::string Place(std::string_view path, int64_t index) {
  return Printable(path) + (index < 0 ? "" : "#" + std::to_string(index));
}

std::string Where(const TargetDecision& target) {
  constexpr std::string_view kDrop = "drop:";
  if (target.record) return Printable(*target.record);
  return target.target.compare(0, kDrop.size(), kDrop) == 0 ? Printable(target.target.substr(kDrop.size())) : "-";
}

// Columns of a list: ids of usual length stand under one another.
constexpr size_t kIdWidth = 16;

std::string IdColumn(const std::string& id) {
  return Pad(Printable(id), kIdWidth);
}

void PrintBody(const casecomm::MessageView& message, Output* out) {
  std::string badges;
  for (const std::string& badge : message.badges) badges += " [" + Words(Printable(badge)) + "]";
  out->Wrapped(2, (message.date ? Time(*message.date) : TimeOfMicros(message.recorded_at_us)) + "  " +
                      Join(message.from) + " to " + Join(message.to) +
                      (message.cc.empty() ? "" : ", cc " + Join(message.cc)) + out->Paint(Color::kYellow, badges));
  out->Line("    " + Subject(message.subject));
  for (const MailAttachment& file : message.attachments) out->Line("    + " + Describe(file));
  out->Wrapped(4, Printable(message.sentence));
  if (message.receipts > 0) out->Line("    came again: " + Number(message.receipts, "time"));
}

}  // namespace

void DecisionPrinter::Print(const MailDecision& decision, std::string_view path, int64_t index) {
  constexpr size_t kOutcomeWidth = 11, kMaxWhere = 24, kMaxPath = 44;
  ++mails_;
  ++counts_[decision.outcome];
  const std::string place = Place(path, index);
  for (const TargetDecision& target : decision.targets) {
    const std::string where = Where(target);
    where_width_ = std::max(where_width_, std::min(Width(where), kMaxWhere));
    path_width_ = std::max(path_width_, std::min(Width(place), kMaxPath));
    const std::string outcome = Pad(Words(casecomm::OutcomeName(target.outcome)), kOutcomeWidth);
    const std::string head =
        out_->Paint(ColorOf(target.outcome), outcome) + "  " + out_->Paint(Color::kBold, Pad(where, where_width_));
    // On lines of known width the reason stands below; elsewhere, in a log or a pipe, a target is a line.
    if (out_->width() > 0) {
      out_->Line(head + "  " + place);
      out_->Wrapped(4, Printable(target.sentence));
    } else {
      out_->Line(head + "  " + Pad(place, path_width_) + "  " + Printable(target.sentence));
    }
  }
}

void DecisionPrinter::PrintTrace(const MailDecision& decision) {
  std::string_view target;
  for (const casecomm::TraceStep& step : decision.trace) {
    if (step.target != target) out_->Line("    " + Printable(step.target));
    target = step.target;
    out_->Line((step.matched ? "      yes  " : "      no   ") + Pad(Printable(step.rule), 26) +
               (step.matched ? "" : " " + Printable(step.condition) + "? it is " + Printable(step.value)));
  }
}

void DecisionPrinter::PrintSummary(uint64_t left_out) {
  std::string line = Number(mails_, "mail");
  const char* separator = ": ";
  for (const auto& [outcome, count] : counts_) {
    line += separator + std::to_string(count) + " " + Words(casecomm::OutcomeName(outcome));
    separator = ", ";
  }
  if (left_out > 0) line += "; left out, acknowledged before: " + std::to_string(left_out);
  out_->Line(out_->Paint(Color::kBold, line));
}

namespace {

// The first line of a text, as much of it as a line of a terminal shows.
std::string Excerpt(std::string_view text) {
  constexpr size_t kMost = 60;
  std::string line(text.substr(0, text.find('\n')));
  if (line.size() == text.size() && line.size() <= kMost) return Printable(line);
  if (line.size() > kMost) {
    line.resize(kMost);
    while (!line.empty() && (static_cast<unsigned char>(line.back()) & 0xc0) == 0x80) line.pop_back();
    if (!line.empty() && static_cast<unsigned char>(line.back()) >= 0xc0) line.pop_back();
  }
  return Printable(line) + " ...";
}

}  // namespace

void PrintMail(const casecomm::Mail& mail, std::string_view path, int64_t index, Output* out) {
  const auto row = [&](const char* name, const std::string& value) {
    if (!value.empty()) out->Line("  " + Pad(name, 12) + value);
  };
  out->Line(out->Paint(Color::kBold, Place(path, index)));
  row("from", Join(mail.from));
  row("sender", Join(mail.sender));
  row("reply to", Join(mail.reply_to));
  row("to", Join(mail.to));
  row("cc", Join(mail.cc));
  row("bcc", Join(mail.bcc));
  row("delivered to", Join(mail.delivered_to));
  row("subject", Subject(mail.subject));
  row("date", mail.date ? Time(*mail.date) + " UTC" : "");
  row("message id", mail.message_id ? Printable(*mail.message_id) : "");
  row("in reply to", Join(mail.in_reply_to));
  row("references", Join(mail.references));
  row("body", std::string(mail.has_text ? "text" : "") + (mail.has_text && mail.has_html ? ", " : "") +
                  (mail.has_html ? "html" : ""));
  std::string mail_class(casecomm::MailClassName(mail.mail_class));
  for (const casecomm::MailSign& sign : mail.signs)
    mail_class += (&sign == mail.signs.data() ? ": " : ", ") + sign.name;
  row("class", mail_class);
  row("trust", std::string(casecomm::TrustName(mail.trust)));
  for (const casecomm::DeliveryReport& report : mail.dsn) {
    row("report", Printable(report.final_recipient) + " " + Printable(report.status.value_or("")) + " " +
                      Printable(report.action.value_or("")));
  }
  row("says", Excerpt(mail.visible_text));
  if (mail.forwarded) {
    const casecomm::ForwardedMail& original = *mail.forwarded;
    row("forwarded", "from " + Printable(original.from.value_or(original.from_name.value_or("an unknown author"))) +
                         ", " + Subject(original.subject));
  }
  for (const MailAttachment& file : mail.attachments) row("attachment", Describe(file));
  for (const casecomm::PartVerdict& verdict : mail.verdicts) row("verdict", Printable(verdict.sentence));
  for (const casecomm::MailDefect& defect : mail.defects) {
    row("defect", Printable(defect.name) + " at byte " + std::to_string(defect.offset));
  }
}

void PrintRecord(const casecomm::RecordPage& page, Output* out) {
  out->Line(out->Paint(Color::kBold, Printable(page.name)) + "  " + Printable(page.kind) + " " + Printable(page.id) +
            ", " + Printable(page.state));
  out->Line(Printable(page.address));
  if (page.threads.empty()) out->Line("\nNo mail yet.");
  for (const casecomm::ThreadView& thread : page.threads) {
    out->Line("");
    out->Line(out->Paint(Color::kBold, thread.subject.empty() ? "(no subject)" : Printable(thread.subject)) + "  " +
              Number(thread.messages.size(), "message") + ", newest " + TimeOfMicros(thread.newest_at_us));
    for (const casecomm::MessageView& message : thread.messages) {
      PrintBody(message, out);
    }
  }
}

void PrintAddress(const casecomm::AddressEntry& entry, Output* out) {
  const std::string person = entry.person.empty() ? "" : "  for " + Printable(entry.person);
  const std::string state = entry.state == "active" ? "" : "  " + entry.state;
  out->Line(Pad(entry.kind, 6) + "  " + IdColumn(entry.id) + "  " + entry.address + state + person);
}

void PrintPerson(const casecomm::PersonView& person, Output* out) {
  out->Line(Pad(person.kind, 7) + "  " + IdColumn(person.id) + "  " + Printable(person.name) +
            (person.emails.empty() ? "" : "  " + Join(person.emails)));
}

void PrintRecordLine(const casecomm::RecordView& record, Output* out) {
  out->Line(Pad(record.kind, 8) + "  " + IdColumn(record.id) + "  " + Pad(record.state, 6) + "  " +
            Printable(record.name) + (record.sender_policy == "anyone" ? "" : "  (" + record.sender_policy + ")"));
}

void PrintAssignment(const casecomm::AssignmentView& assignment, Output* out) {
  out->Line(IdColumn(assignment.record) + "  " + IdColumn(assignment.person) + "  " + assignment.role);
}

void PrintThread(const casecomm::ThreadSummary& thread, Output* out) {
  out->Line(out->Paint(Color::kBold, Printable(thread.id)) + "  newest " + TimeOfMicros(thread.newest_at_us) + "  " +
            Subject(thread.subject));
}

void PrintMessage(const casecomm::MessageView& message, Output* out) {
  out->Line(out->Paint(Color::kBold, Printable(message.id)));
  PrintBody(message, out);
}

void PrintForward(const casecomm::ForwardView& view, Output* out) {
  out->Line(out->Paint(Color::kBold, Printable(view.id)) + "  to " + Printable(view.catch_all) + ", since " +
            TimeOfMicros(view.recorded_at_us));
  out->Wrapped(2, Printable(view.sentence));
}

void PrintUnassigned(const casecomm::UnassignedView& view, Output* out) {
  out->Line(out->Paint(Color::kBold, Printable(view.id)) + "  for " + Printable(view.owner) + ", since " +
            TimeOfMicros(view.recorded_at_us));
  out->Wrapped(2, Subject(view.subject) + "  from " + Join(view.from) + " to " + Join(view.to));
  out->Wrapped(2, Printable(view.sentence));
  for (const casecomm::Candidate& candidate : view.candidates) {
    out->Line("  may belong to " + Printable(candidate.record) + ": " + Printable(candidate.address) + " is " +
              Printable(candidate.person));
  }
}

std::string JsonField(std::string_view key, std::string_view value) {
  return casecomm::JsonQuote(key) + ":" + casecomm::JsonQuote(value);
}

}  // namespace tool
