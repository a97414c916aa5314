// SPDX-License-Identifier: Apache-2.0
#include "attach/media.h"

#include <gtest/gtest.h>

#include <set>
#include <sstream>
#include <string>

#include "base/text.h"
#include "casecomm/attachment.h"

namespace casecomm::attach {
namespace {

std::vector<std::string> Words(std::string_view list) {
  std::istringstream in{std::string(list)};
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

TEST(Media, TheTableIsWellFormed) {
  std::set<std::string_view> types;
  for (const Media& media : AllMedia()) EXPECT_TRUE(types.insert(media.type).second) << media.type;
  std::set<std::string> other_names;
  for (const Media& media : AllMedia()) {
    EXPECT_EQ(base::LowerAscii(media.type), media.type);
    for (const std::string_view list : {media.extensions, media.also, media.found_as}) {
      std::string joined;
      for (const std::string& word : Words(list)) joined += (joined.empty() ? "" : " ") + word;
      EXPECT_EQ(joined, list) << media.type << ": one blank between words";
      EXPECT_EQ(base::LowerAscii(list), list) << media.type;
    }
    for (const std::string& name : Words(media.also)) {
      EXPECT_TRUE(other_names.insert(name).second) << name << " stands for two types";
      EXPECT_EQ(types.count(name), 0u) << name << " is a row of its own";
      EXPECT_EQ(TableName(name), media.type);
    }
    EXPECT_EQ(TableName(media.type), media.type);
  }
  EXPECT_EQ(TableName("application/x-new"), "application/x-new");
}

TEST(Media, TI08_ByDefaultNothingThatRunsOrHoldsAnything) {
  const auto& types = InboundPolicy::DefaultTypes();
  EXPECT_GT(types.size(), 30u);
  for (const std::string& type : types) {
    for (const std::string_view bad : {"html", "svg", "xml+", "zip", "script", "exec", "message/", "macro", "java"}) {
      EXPECT_EQ(type.find(bad), std::string::npos) << type;
    }
  }
}

TEST(Media, TI08_WhatNamesAndHeadersMaySay) {
  EXPECT_EQ(ExtensionAgrees("jpg", "image/jpeg"), Agreement::kYes);
  EXPECT_EQ(ExtensionAgrees("png", "image/jpeg"), Agreement::kNo);
  EXPECT_EQ(ExtensionAgrees("csv", "text/plain"), Agreement::kYes);
  EXPECT_EQ(ExtensionAgrees("pdf", "application/octet-stream"), Agreement::kNo);
  EXPECT_EQ(ExtensionAgrees("", "application/pdf"), Agreement::kUnknown);
  EXPECT_EQ(ExtensionAgrees("v2", "application/pdf"), Agreement::kUnknown);
  EXPECT_EQ(ExtensionAgrees("docx", "application/zip"), Agreement::kNo);
  EXPECT_EQ(DeclaredAgrees("image/jpg", "image/jpeg"), Agreement::kYes);
  EXPECT_EQ(DeclaredAgrees("application/vnd.ms-excel", "text/plain"), Agreement::kYes);
  EXPECT_EQ(DeclaredAgrees("application/x-zip-compressed",
                           "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
            Agreement::kYes);
  EXPECT_EQ(DeclaredAgrees("text/plain", "application/pdf"), Agreement::kNo);
  EXPECT_EQ(DeclaredAgrees("image/png", "application/x-dosexec"), Agreement::kNo);
  EXPECT_EQ(DeclaredAgrees("application/x-firm", "application/pdf"), Agreement::kUnknown);
}

}  // namespace
}  // namespace casecomm::attach
