// SPDX-License-Identifier: Apache-2.0
// A naive interpreter of rule documents, written from docs/rules.md: JSON and words, nothing of lib/route's compiler. It
// judges the compiled program.
#ifndef TESTS_ROUTE_INTERPRETER_H_
#define TESTS_ROUTE_INTERPRETER_H_

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

namespace casecomm::testing {

using Words = std::map<std::string, std::string>;  // a fact's name -> its value's

class Interpreter {
 public:
  // `folder`: where the documents that ship stand, NAME.json.
  Interpreter(const std::string& json, std::string folder) : folder_(std::move(folder)) {
    const auto document = nlohmann::ordered_json::parse(json);
    std::string extends = document.value("extends", "");
    if (!extends.empty()) Settle(Shipped(extends));
    Settle(document);
    if (document.contains("lists")) {
      for (const auto& [name, entries] : document["lists"].items()) {
        for (const auto& entry : entries) lists_[name].insert(entry.get<std::string>());
      }
    }
    if (document.contains("rules")) {
      for (const auto& entry : document["rules"]) Take(entry, {});
    } else {
      Take({{"include", extends}}, {});
    }
  }

  struct Tried {
    std::string rule;
    bool matched;
    std::string fact, value;  // the first that failed
  };

  // The rules tried, the last of which matched. `facts` hold every fact but the settings, and "record_policy", the record's own
  // sender policy; `author` the canonical address.
  std::vector<Tried> Run(Words facts, const std::string& author) const {
    for (const auto& [name, value] : settings_) facts[name] = value;
    if (facts.count("record_policy") != 0)
      facts["sender_policy"] = Stricter(facts["sender_policy"], facts["record_policy"]);
    std::vector<Tried> tried;
    for (const auto& rule : rules_) {
      Tried step{rule["rule"], true, "", ""};
      if (rule.contains("when")) {
        for (const auto& [fact, allowed] : rule["when"].items()) {
          if (Holds(fact, allowed, facts, author, &step)) continue;
          step.matched = false;
          break;
        }
      }
      tried.push_back(step);
      if (step.matched) break;
    }
    return tried;
  }

  int64_t number(const std::string& setting) const { return numbers_.at(setting); }

  const nlohmann::ordered_json& rule(const std::string& name) const {
    for (const auto& rule : rules_) {
      if (rule["rule"] == name) return rule;
    }
    throw std::out_of_range(name);
  }

 private:
  // What both demand together.
  static std::string Stricter(const std::string& a, const std::string& b) {
    const auto either = [&](const std::string& word) { return a == word || b == word; };
    if (either("staff")) return "staff";
    const bool both = either("known_and_authenticated");
    const bool known = both || either("known"), proven = both || either("authenticated");
    if (known && proven) return "known_and_authenticated";
    return known ? "known" : proven ? "authenticated" : "anyone";
  }

  nlohmann::ordered_json Shipped(const std::string& name) const {
    std::ifstream file(folder_ + "/" + name + ".json");
    return nlohmann::ordered_json::parse(file);
  }

  void Settle(const nlohmann::ordered_json& document) {
    if (!document.contains("settings")) return;
    for (const auto& [name, value] : document["settings"].items()) {
      if (value.is_number()) {
        numbers_[name] = value.get<int64_t>();
      } else {
        settings_[name] = value.get<std::string>();
      }
    }
  }

  void Take(const nlohmann::ordered_json& entry, std::set<std::string> except) {
    if (!entry.contains("include")) {
      if (except.count(entry["rule"]) == 0) rules_.push_back(entry);
      return;
    }
    if (entry.contains("except")) {
      for (const auto& name : entry["except"]) except.insert(name.get<std::string>());
    }
    const nlohmann::ordered_json shipped = Shipped(entry["include"]);
    for (const auto& inner : shipped["rules"]) Take(inner, except);
  }

  bool InList(const std::string& list, const std::string& author) const {
    if (author.empty()) return false;
    const std::string domain = author.substr(author.rfind('@') + 1);
    for (const std::string& entry : lists_.at(list)) {
      if (entry == author || entry == "@" + domain) return true;
      if (entry.rfind("@*.", 0) == 0) {
        const std::string tail = entry.substr(2);
        if (domain.size() > tail.size() && domain.compare(domain.size() - tail.size(), tail.size(), tail) == 0)
          return true;
      }
    }
    return false;
  }

  bool Holds(const std::string& fact, const nlohmann::ordered_json& allowed, const Words& facts,
             const std::string& author, Tried* step) const {
    const auto values = allowed.is_array() ? allowed.get<std::vector<std::string>>()
                                           : std::vector<std::string>{allowed.get<std::string>()};
    if (fact == "author_in" || fact == "author_not_in") {
      for (const std::string& list : values) {
        if (InList(list, author) == (fact == "author_in")) continue;
        step->fact = "author_in " + list;
        step->value = fact == "author_in" ? "no" : "yes";
        return false;
      }
      return true;
    }
    const std::string& value = facts.at(fact);
    for (const std::string& one : values) {
      if (one == value) return true;
    }
    step->fact = fact;
    step->value = value;
    return false;
  }

  const std::string folder_;
  std::map<std::string, std::string> settings_{{"sender_policy", "known_and_authenticated"},
                                               {"closed_record", "hold"},
                                               {"aliases_count", "no"},
                                               {"capture_replies", "yes"}};
  std::map<std::string, int64_t> numbers_{{"max_received", 50}, {"record_per_hour", 90}, {"sender_per_hour", 0}};
  std::map<std::string, std::set<std::string>> lists_;
  std::vector<nlohmann::ordered_json> rules_;
};

}  // namespace casecomm::testing

#endif  // TESTS_ROUTE_INTERPRETER_H_
