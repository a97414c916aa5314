// SPDX-License-Identifier: Apache-2.0
// docs/load.schema.json says what the parser does: same keys, same required keys, same words.
#include <gtest/gtest.h>
#include <simdjson.h>

#include <algorithm>
#include <string>
#include <vector>

#include "record/document.h"

namespace casecomm::record {
namespace {

using simdjson::dom::element;
using Names = std::vector<std::string>;

struct Kind {
  std::string definition, list;
  std::vector<std::pair<std::string, std::string>> good;  // member and JSON value
};

const std::vector<Kind> kKinds = {
    {"person", "people", {{"id", R"("i")"}, {"kind", R"("staff")"}, {"name", R"("n")"}, {"emails", R"(["a@b"])"}}},
    {"record",
     "records",
     {{"id", R"("i")"},
      {"kind", R"("case")"},
      {"name", R"("n")"},
      {"state", R"("open")"},
      {"sender_policy", R"("known")"}}},
    {"assignment", "assignments", {{"record", R"("r")"}, {"person", R"("p")"}, {"role", R"("other")"}}},
};

// A document of one entry: the good members but `without`, `key` with `value` instead.
Status Try(const Kind& kind, const std::string& without, const std::string& key = {}, const std::string& value = {}) {
  std::string entry;
  for (const auto& [name, good] : kind.good) {
    if (name == without) continue;
    entry += (entry.empty() ? "\"" : ",\"") + name + "\":" + (name == key ? value : good);
  }
  return ParseLoadDocument("{\"" + kind.list + "\":[{" + entry + "}]}").status();
}

Names Strings(const element& array) {
  Names names;
  for (const element e : array.get_array()) names.emplace_back(std::string_view(e));
  return names;
}

Names Keys(const element& object) {
  Names names;
  for (const auto field : object.get_object()) names.emplace_back(field.key);
  return names;
}

std::string Joined(const Names& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

class Schema : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(parser_.load(CASECOMM_SOURCE_DIR "/docs/load.schema.json").get(root_), simdjson::SUCCESS);
  }
  element Definition(const Kind& kind) { return root_["$defs"][kind.definition].value(); }

  simdjson::dom::parser parser_;
  element root_;
};

TEST_F(Schema, NamesTheKeysOfTheParser) {
  const Status top = ParseLoadDocument(R"({"?":1})").status();
  EXPECT_NE(top.message().find("keys " + Joined(Keys(root_["properties"])) + ";"), std::string_view::npos)
      << top.message();
  EXPECT_FALSE(bool(root_["additionalProperties"]));
  for (const Kind& kind : kKinds) {
    const Status status = ParseLoadDocument("{\"" + kind.list + "\":[{\"?\":1}]}").status();
    const Names keys = Keys(Definition(kind)["properties"]);
    EXPECT_NE(status.message().find("keys " + Joined(keys) + ";"), std::string_view::npos) << status.message();
    EXPECT_EQ(keys.size(), kind.good.size());
    EXPECT_FALSE(bool(Definition(kind)["additionalProperties"])) << kind.definition;
  }
}

TEST_F(Schema, RequiresWhatTheParserRequires) {
  for (const Kind& kind : kKinds) {
    EXPECT_TRUE(Try(kind, "").ok()) << Try(kind, "").ToString();
    const Names required = Strings(Definition(kind)["required"]);
    for (const auto& [name, good] : kind.good) {
      const bool listed = std::find(required.begin(), required.end(), name) != required.end();
      const Status status = Try(kind, name);
      EXPECT_EQ(status.ok(), !listed) << kind.definition << " " << name;
      if (listed) {
        EXPECT_EQ(status.reason(), "missing_key");
      }
    }
  }
}

TEST_F(Schema, ListsTheWordsOfTheParser) {
  int lists = 0;
  for (const Kind& kind : kKinds) {
    for (const auto& [name, good] : kind.good) {
      element words;
      if (Definition(kind)["properties"][name]["enum"].get(words) != simdjson::SUCCESS) continue;
      ++lists;
      const Status status = Try(kind, "", name, R"("?")");
      EXPECT_NE(status.message().find("one of " + Joined(Strings(words)) + ";"), std::string_view::npos)
          << status.message();
      for (const std::string& word : Strings(words)) EXPECT_TRUE(Try(kind, "", name, '"' + word + '"').ok()) << word;
    }
  }
  EXPECT_EQ(lists, 5);
}

TEST_F(Schema, KnowsTheSizesOfTheParser) {
  const Kind& record = kKinds[1];
  const auto filled = [](uint64_t size) { return '"' + std::string(size, 'x') + '"'; };
  const uint64_t id = root_["$defs"]["id"]["maxLength"].get_uint64(),
                 name = root_["$defs"]["name"]["maxLength"].get_uint64();
  EXPECT_TRUE(Try(record, "", "id", filled(id)).ok());
  EXPECT_FALSE(Try(record, "", "id", filled(id + 1)).ok());
  EXPECT_TRUE(Try(record, "", "name", filled(name)).ok());
  EXPECT_FALSE(Try(record, "", "name", filled(name + 1)).ok());
  EXPECT_EQ(root_["$defs"]["id"]["minLength"].get_uint64().value(), 1u);
}

}  // namespace
}  // namespace casecomm::record
