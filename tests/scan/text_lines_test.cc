// SPDX-License-Identifier: Apache-2.0
#include "scan/text_lines.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace casecomm::scan {
namespace {

struct Plain {
  std::vector<std::string_view> lines;
  std::vector<size_t> begins;
};

Plain Cut(std::string_view text) {
  Plain plain;
  for (size_t pos = 0; pos < text.size();) {
    const size_t end = std::min(text.find('\n', pos), text.size());
    plain.lines.push_back(text.substr(pos, end - pos));
    plain.begins.push_back(pos);
    pos = end + 1;
  }
  return plain;
}

void ExpectSame(const std::string& text, std::mt19937* random) {
  const Plain plain = Cut(text);
  const TextLines lines(text);
  ASSERT_EQ(lines.size(), plain.lines.size());
  EXPECT_EQ(lines.Begin(lines.size()), text.size());
  EXPECT_EQ(lines.LineAt(text.size()), lines.size());
  if (plain.lines.empty()) return;
  size_t line = 0;
  for (int i = 0; i < 3000; ++i) {
    // Forward, back and anywhere.
    const size_t step = (*random)() % 40;
    line = i % 7 == 0   ? (*random)() % plain.lines.size()
           : i % 3 == 0 ? line - std::min(line, step)
                        : std::min(line + step % 3, plain.lines.size() - 1);
    ASSERT_EQ(lines[line].data(), plain.lines[line].data()) << line;
    ASSERT_EQ(lines[line], plain.lines[line]) << line;
    ASSERT_EQ(lines.Begin(line), plain.begins[line]) << line;
    ASSERT_EQ(lines.LineAt(plain.begins[line]), line);
    if (!plain.lines[line].empty()) {
      ASSERT_EQ(lines.LineAt(plain.begins[line] + 1), line + 1);
    }
  }
  const LineRange range(lines, plain.lines.size() / 2, plain.lines.size() - plain.lines.size() / 2);
  EXPECT_EQ(range[0], plain.lines[plain.lines.size() / 2]);
}

TEST(TextLines, AreThoseOfATableOfThemAll) {
  std::mt19937 random(1);
  for (const char* const text : {"", "\n", "\n\n", "a", "a\n", "\na", "a\n\nb"}) ExpectSame(text, &random);
  // Around the size where the table gets gaps.
  for (const size_t size : {1000u, 65'536u, 65'537u, 300'000u}) {
    std::string text;
    while (text.size() < size) text += random() % 3 == 0 ? "\n" : std::string(random() % 90, 'x') + "\n";
    text.resize(size, 'y');
    ExpectSame(text, &random);
    ExpectSame(std::string(size, '\n') + "x", &random);
  }
}

}  // namespace
}  // namespace casecomm::scan
