// SPDX-License-Identifier: Apache-2.0
#include "rules.h"

#include <casecomm/engine.h>
#include <casecomm/json.h>
#include <casecomm/rules.h>

#include <string>
#include <utility>

#include "files.h"
#include "host.h"
#include "print.h"
#include "sources.h"

namespace tool {
namespace {

using casecomm::MailDecision;
using casecomm::Printable;
using casecomm::Rehearsal;
using casecomm::Result;
using casecomm::RuleSet;
using casecomm::RuleView;
using casecomm::Status;
using casecomm::TargetDecision;
using casecomm::ToJson;

constexpr size_t kRulesBytes = (1u << 20) + 1;

Result<RuleSet> ReadRules(const std::string& path) {
  const Result<std::string> text = ReadAll(path, kRulesBytes);
  if (!text.ok()) return text.status();
  Result<RuleSet> rules = RuleSet::Parse(*text);
  if (!rules.ok()) return PlaceFailure(rules.status(), path, *text);
  return rules;
}

void PrintRules(const RuleSet& rules, Output& out) {
  if (out.json()) {
    out.Line(ToJson(rules));
    return;
  }
  out.Line("rules    " + Printable(rules.name()));
  out.Line("policy   " + Printable(rules.policy()));
  size_t number = 0;
  for (const RuleView& rule : rules.Rules()) {
    out.Line(std::to_string(++number) + "  " + rule.name + ": " + rule.action + " (" + rule.reason + ")" +
             (rule.document.empty() ? "" : "  " + out.Paint(Color::kDim, rule.document)));
    std::string when;
    for (const std::string& condition : rule.when) when += (when.empty() ? "" : "; ") + condition;
    out.Wrapped(4, when.empty() ? "always" : when);
  }
}

std::string Where(const TargetDecision& target) {
  const std::string end = std::string(OutcomeName(target.outcome)) + " ";
  return end + (target.record ? "record:" + Printable(*target.record) : Printable(target.target)) + " by rule " +
         target.rule;
}

void PrintTargets(std::string_view label, const MailDecision& decision, Output& out) {
  for (const TargetDecision& target : decision.targets) {
    out.Line("    " + std::string(label) + Where(target));
    out.Wrapped(8, target.sentence);
  }
}

class RehearsalPrinter {
 public:
  explicit RehearsalPrinter(Output& out) : out_(out) {}

  Status Print(const Rehearsal& rehearsal, std::string_view path, int64_t index) {
    ++mails_;
    if (rehearsal.differs) ++elsewhere_;
    if (out_.json()) {
      out_.Line(ToJson(rehearsal, path, index));
    } else if (rehearsal.differs) {
      out_.Line(Printable(path) + (index >= 0 ? "#" + std::to_string(index) : ""));
      PrintTargets("now   ", rehearsal.now, out_);
      PrintTargets("then  ", rehearsal.then, out_);
    }
    return out_.status();
  }

  void PrintSummary() const {
    if (!out_.json()) {
      out_.Line(std::to_string(mails_) + (mails_ == 1 ? " mail: " : " mails: ") + std::to_string(elsewhere_) +
                " would go elsewhere");
    }
  }

 private:
  Output& out_;
  uint64_t mails_ = 0, elsewhere_ = 0;
};

}  // namespace

Status Rules(const Arguments& arguments, Output& out) {
  const std::string& verb = arguments.operands[0];
  const bool takes_file = verb == "check" || verb == "set";
  if (!takes_file && verb != "show" && verb != "reset") {
    return WrongUse("rules", "it needs check FILE, show, set FILE or reset");
  }
  if (takes_file != (arguments.operands.size() == 2)) {
    return WrongUse("rules " + verb, takes_file ? "it needs a FILE" : "it takes no FILE");
  }
  if (verb == "check") {
    const Result<RuleSet> rules = ReadRules(arguments.operands[1]);
    if (!rules.ok()) return rules.status();
    PrintRules(*rules, out);
    return {};
  }
  Result<Opened> opened = OpenSession(arguments);
  if (!opened.ok()) return opened.status();
  if (verb == "set") {
    const Result<RuleSet> rules = ReadRules(arguments.operands[1]);
    if (!rules.ok()) return rules.status();
    if (Status s = opened->session->SetRules(*rules); !s.ok()) return s;
  } else if (verb == "reset") {
    if (Status s = opened->session->ResetRules(); !s.ok()) return s;
  }
  const Result<RuleSet> held = opened->session->Rules();
  if (!held.ok()) return held.status();
  PrintRules(*held, out);
  return {};
}

Status Rehearse(const Arguments& arguments, Output& out) {
  if (!arguments.Has("--rules")) return WrongUse("rehearse", "it needs --rules FILE");
  const Result<RuleSet> rules = ReadRules(arguments.Value("--rules"));
  if (!rules.ok()) return rules.status();
  Result<Opened> opened = OpenSession(arguments);
  if (!opened.ok()) return opened.status();
  RehearsalPrinter printer(out);
  const Status status =
      arguments.operands.empty()
          ? opened->session->RehearseStored(*rules,
                                            [&](const std::string& message, const Rehearsal& rehearsal) {
                                              return printer.Print(rehearsal, message, -1);
                                            })
          : ForEachMail(arguments.operands, arguments.Values("--envelope-to"),
                        [&](const casecomm::host::InboundMail& mail) -> Status {
                          const Result<Rehearsal> rehearsal = opened->session->Rehearse(
                              *rules, mail.raw, {mail.envelope_known, mail.envelope_recipients});
                          if (!rehearsal.ok()) return rehearsal.status();
                          return printer.Print(*rehearsal, mail.path, mail.index);
                        });
  if (status.ok()) printer.PrintSummary();
  return status;
}

}  // namespace tool
