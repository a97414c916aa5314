// SPDX-License-Identifier: Apache-2.0
// A mail routed for a test: the decision and its words.
#ifndef TESTS_ROUTE_ROUTED_H_
#define TESTS_ROUTE_ROUTED_H_

#include <algorithm>
#include <cctype>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "route/decide.h"
#include "tests/identify/world.h"

namespace casecomm::testing {

inline const route::Program& Preset(const std::string& name) {
  static std::map<std::string, route::Program> presets;
  auto found = presets.find(name);
  if (found == presets.end()) found = presets.emplace(name, route::Program::Preset(name).value()).first;
  return found->second;
}

inline MailDecision Route(const route::Program& program, const identify::Directory& directory, std::string raw,
                          const KnownEnvelope& known = {}) {
  const ReadMail mail(std::move(raw), directory, known);
  route::Decision decision;
  route::Decide(program, mail.recipients, mail.identified, directory, &decision);
  return route::Describe(program, *mail.envelope, mail.recipients, mail.identified, directory, decision, true);
}

inline std::string Word(Outcome outcome) {
  switch (outcome) {
    case Outcome::kFiled:
      return "filed";
    case Outcome::kUnassigned:
      return "unassigned";
    case Outcome::kHeld:
      return "held";
    case Outcome::kNotTracked:
      return "not_tracked";
    case Outcome::kCatchAll:
      return "catch_all";
    case Outcome::kApplied:
      return "applied";
    default:
      return "?";
  }
}

// All of a decision as text, for comparing two.
inline std::string Told(const MailDecision& mail) {
  std::string text = Word(mail.outcome);
  for (const std::string& record : mail.records) text += " " + record;
  for (const TargetDecision& t : mail.targets) {
    text += "\n" + t.target + " " + t.record.value_or("-") + " " + Word(t.outcome) + " " + t.rule + " " + t.reason +
            " " + t.sentence;
    for (const Candidate& c : t.candidates) text += "\n  " + c.address + " " + c.person + " " + c.record;
  }
  for (const TraceStep& s : mail.trace) {
    text += "\n" + s.target + " " + s.rule + (s.matched ? " matched" : " " + s.condition + " <> " + s.value);
  }
  return text;
}

// A sentence without its names: quoted names, addresses, ids of the tests (a capital letter and digits), bytes.
inline std::string Blanked(const std::string& sentence) {
  std::string out, word;
  const auto end_word = [&] {
    const bool id = word.size() >= 2 && std::isupper(static_cast<unsigned char>(word[0])) != 0 &&
                    std::isdigit(static_cast<unsigned char>(word[1])) != 0;
    out += word.find('@') != std::string::npos || id ? "_" : word;
    word.clear();
  };
  for (size_t i = 0; i < sentence.size(); ++i) {
    const char c = sentence[i];
    if (c == '"') {
      end_word();
      i = std::min(sentence.find('"', i + 1), sentence.size());
      out += '_';
    } else if (c == ' ' || c == ',' || c == ';' || c == ':' || c == '(' || c == ')') {
      end_word();
      out += c;
    } else {
      word += c;
    }
  }
  end_word();
  return out;
}

}  // namespace casecomm::testing

#endif  // TESTS_ROUTE_ROUTED_H_
