// SPDX-License-Identifier: Apache-2.0
#include "held.h"

#include <casecomm/engine.h>
#include <casecomm/json.h>

#include <iterator>
#include <string>
#include <utility>

#include "host.h"
#include "print.h"

namespace tool {

using casecomm::ActRequest;
using casecomm::MailDecision;
using casecomm::Outcome;
using casecomm::OutcomeName;
using casecomm::Page;
using casecomm::PageRequest;
using casecomm::Printable;
using casecomm::Result;
using casecomm::Session;
using casecomm::Status;
using casecomm::ToJson;

namespace {

constexpr Outcome kStates[] = {Outcome::kHeld, Outcome::kCatchAll, Outcome::kRejected, Outcome::kWithdrawn};

std::string Listed(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : ", ") + Printable(text);
  return all;
}

std::string Title(const std::optional<std::string>& subject) {
  return subject ? Printable(*subject) : "(no subject)";
}

void Print(const casecomm::HeldView& view, Output& out) {
  std::string line = view.id + "  " + Printable(view.target) + "  " + view.reason;
  if (view.alert_days > 0)
    line += "  waits for over " + std::to_string(view.alert_days) + " day" + (view.alert_days > 1 ? "s" : "");
  out.Line(line);
  out.Line("    " + Listed(view.from) + ": " + Title(view.subject));
  if (!view.forwarded_to.empty()) out.Line("    forwarded to " + Printable(view.forwarded_to));
  out.Wrapped(4, view.sentence);
}

void Print(const casecomm::ActView& act, Output& out) {
  std::string line = Printable(act.event) + " by " + Printable(act.actor) + ": " + Printable(act.target) + ", " +
                     std::string(OutcomeName(act.from)) + " to " + std::string(OutcomeName(act.to));
  if (!act.records.empty()) line += " on " + Listed(act.records);
  if (!act.address.empty()) line += " to " + Printable(act.address);
  out.Line(line);
  if (!act.why.empty()) out.Wrapped(4, Printable(act.why));
}

void Print(const casecomm::LateMatchView& match, Output& out) {
  out.Line(match.id + "  " + Listed(match.from) + ": " + Title(match.subject));
  for (const std::string& change : match.changes) out.Wrapped(4, change);
  for (const casecomm::TargetDecision& target : match.targets) {
    out.Line("    " + Printable(target.target) + " -> record:" + Printable(target.record.value_or("")) + " by rule " +
             target.rule);
    out.Wrapped(8, target.sentence);
  }
}

// Every item of a list, a page at a time.
template <typename Read>
Status Each(Output& out, std::string_view none, const Read& read) {
  PageRequest request;
  bool any = false;
  do {
    auto page = read(request);
    if (!page.ok()) return page.status();
    for (const auto& item : page->items) {
      any = true;
      if (out.json()) {
        out.Line(ToJson(item));
      } else {
        Print(item, out);
      }
    }
    if (Status s = out.status(); !s.ok()) return s;
    request.cursor = page->next;
  } while (!request.cursor.empty());
  if (!any && !none.empty() && !out.json()) out.Line(none);
  return {};
}

// What was done with a message, then where it may belong.
Status ShowOne(Session& session, const std::string& message, Output& out) {
  const auto suggestions = session.Suggestions(message);
  if (!suggestions.ok()) return suggestions.status();
  if (Status s = Each(out, "", [&](const PageRequest& page) { return session.Acts(message, page); }); !s.ok()) return s;
  if (!out.json() && suggestions->empty()) out.Line("No record suggests itself.");
  for (const casecomm::SuggestionView& suggestion : *suggestions) {
    if (out.json()) {
      out.Line(ToJson(suggestion));
      continue;
    }
    out.Line("record:" + Printable(suggestion.record) + " \"" + Printable(suggestion.name) + "\"  " +
             std::to_string(suggestion.score));
    for (const casecomm::SuggestionReason& reason : suggestion.reasons) out.Wrapped(4, reason.sentence);
  }
  return out.status();
}

// An act on the message of the command line.
template <typename Act>
Status Settle(const Arguments& arguments, Output& out, const Act& act) {
  Result<Opened> opened = OpenSession(arguments);
  if (!opened.ok()) return opened.status();
  const ActRequest request{arguments.operands[0], arguments.Value("--target"), arguments.Value("--why")};
  const Result<MailDecision> decision = act(*opened->session, request);
  if (!decision.ok()) return decision.status();
  if (out.json()) {
    out.Line(ToJson(*decision, {}, -1, false));
  } else {
    DecisionPrinter(&out).Print(*decision, request.message, -1);
  }
  return {};
}

Status NeedWhy(const Arguments& arguments) {
  return arguments.Has("--why") ? Status() : WrongUse(arguments.command, "it needs --why TEXT");
}

}  // namespace

Status Held(const Arguments& arguments, Output& out) {
  const auto& words = arguments.operands;
  const bool shows = !words.empty() && words[0] == "show";
  if (!words.empty() && !shows && words[0] != "list") return WrongUse("held", "it takes list or show MESSAGE");
  if (words.size() != (shows ? 2 : words.empty() ? 0 : 1)) return WrongUse("held", "show takes a message, list none");
  if (shows && arguments.Has("--state")) return WrongUse("--state", "held list takes it");
  Outcome state = Outcome::kHeld;
  if (arguments.Has("--state")) {
    const std::string name = arguments.Value("--state");
    const auto* found = std::begin(kStates);
    while (found != std::end(kStates) && OutcomeName(*found) != name) ++found;
    if (found == std::end(kStates)) return WrongUse("--state", "it is held, catch_all, rejected or withdrawn");
    state = *found;
  }
  Result<Opened> opened = OpenSession(arguments);
  if (!opened.ok()) return opened.status();
  Session& session = *opened->session;
  if (shows) return ShowOne(session, words[1], out);
  return Each(out, "Nothing waits.", [&](const PageRequest& page) { return session.Held(page, state); });
}

Status Release(const Arguments& arguments, Output& out) {
  return Settle(arguments, out, [](Session& session, const ActRequest& request) { return session.Release(request); });
}

Status Reroute(const Arguments& arguments, Output& out) {
  const std::vector<std::string> records = arguments.Values("--record");
  if (records.empty()) return WrongUse("reroute", "it needs --record R");
  if (Status s = NeedWhy(arguments); !s.ok()) return s;
  return Settle(arguments, out,
                [&](Session& session, const ActRequest& request) { return session.Reroute(request, records); });
}

Status Forward(const Arguments& arguments, Output& out) {
  return Settle(arguments, out, [&](Session& session, const ActRequest& request) {
    return session.Forward(request, arguments.Has("--to") ? arguments.Value("--to") : std::string());
  });
}

Status Reject(const Arguments& arguments, Output& out) {
  if (Status s = NeedWhy(arguments); !s.ok()) return s;
  return Settle(arguments, out, [](Session& session, const ActRequest& request) { return session.Reject(request); });
}

Status Withdraw(const Arguments& arguments, Output& out) {
  if (Status s = NeedWhy(arguments); !s.ok()) return s;
  return Settle(arguments, out, [](Session& session, const ActRequest& request) { return session.Withdraw(request); });
}

Status Restore(const Arguments& arguments, Output& out) {
  return Settle(arguments, out, [](Session& session, const ActRequest& request) { return session.Restore(request); });
}

Status Acts(const Arguments& arguments, Output& out) {
  Result<Opened> opened = OpenSession(arguments);
  if (!opened.ok()) return opened.status();
  return Each(out, "Nothing was done with it.",
              [&](const PageRequest& page) { return opened->session->Acts(arguments.operands[0], page); });
}

Status Matches(const Arguments& arguments, Output& out) {
  Result<Opened> opened = OpenSession(arguments);
  if (!opened.ok()) return opened.status();
  return Each(out, "Nothing that waits would be filed by now.",
              [&](const PageRequest& page) { return opened->session->LateMatches(page); });
}

}  // namespace tool
