// SPDX-License-Identifier: Apache-2.0
// docs/rules.schema.json says what the parser does: the same facts with the same values, the same acts and settings.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "route/program.h"

namespace casecomm::route {
namespace {

using Names = std::vector<std::string>;

nlohmann::ordered_json Schema() {
  std::ifstream file(CASECOMM_SOURCE_DIR "/docs/rules.schema.json");
  return nlohmann::ordered_json::parse(file);
}

TEST(RulesSchema, names_every_fact_and_value) {
  const nlohmann::ordered_json schema = Schema();
  const auto& when = schema["properties"]["rules"]["items"]["oneOf"][0]["properties"]["when"]["properties"];
  Names facts, named;
  for (size_t f = 0; f < kFixedFacts; ++f) facts.emplace_back(FactName(static_cast<Fact>(f)));
  facts.insert(facts.end(), {"author_in", "author_not_in"});
  for (const auto& [name, value] : when.items()) named.push_back(name);
  EXPECT_EQ(named, facts);
  for (size_t f = 0; f < kFixedFacts; ++f) {
    const Fact fact = static_cast<Fact>(f);
    Names values;
    for (uint8_t v = 0; v < FactValueCount(fact); ++v) values.emplace_back(FactValueName(fact, v));
    EXPECT_EQ(when[std::string(FactName(fact))]["oneOf"][0]["enum"].get<Names>(), values);
    EXPECT_EQ(when[std::string(FactName(fact))]["oneOf"][1]["maxItems"].get<size_t>(), values.size() - 1);
  }
}

TEST(RulesSchema, names_every_act_and_every_setting) {
  const nlohmann::ordered_json schema = Schema();
  Names acts;
  for (int a = 0; a <= static_cast<int>(Action::kApply); ++a) acts.emplace_back(ActionName(static_cast<Action>(a)));
  const auto& rule = schema["properties"]["rules"]["items"]["oneOf"][0]["properties"];
  EXPECT_EQ(rule["then"]["enum"].get<Names>(), acts);
  for (const std::string& act : acts) {
    const std::string json =
        R"({"casecomm_rules": 1, "name": "t", "rules": [{"rule": "a", "then": ")" + act + R"("}]})";
    EXPECT_NE(Program::Parse(json).status().reason(), "bad_value") << act;
  }
  const auto& settings = schema["properties"]["settings"]["properties"];
  for (const auto& [name, values] : settings.items()) {
    const auto take = [&, setting = name](int64_t value) {
      return Program::Parse(R"({"casecomm_rules": 1, "name": "t", "extends": "casebook", "settings": {")" + setting +
                            "\": " + std::to_string(value) + "}}")
          .ok();
    };
    if (values.contains("minimum")) {
      const auto least = values["minimum"].get<int64_t>(), most = values["maximum"].get<int64_t>();
      EXPECT_TRUE(take(least) && take(most)) << name;
      EXPECT_FALSE(take(least - 1) || take(most + 1)) << name;
      continue;
    }
    const Names allowed = name == "catch_all" ? Names{"office@firm.example"} : values["enum"].get<Names>();
    for (const std::string& value : allowed) {
      const std::string json = R"({"casecomm_rules": 1, "name": "t", "extends": "casebook", "settings": {")" + name +
                               R"(": ")" + value + R"("}})";
      EXPECT_TRUE(Program::Parse(json).ok()) << json;
    }
  }
}

}  // namespace
}  // namespace casecomm::route
