// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "base/text.h"
#include "casecomm/attachment.h"
#include "tests/base/random.h"

namespace casecomm {
namespace {

using std::string;

// What the contract promises of a name, each told by Unicode's own properties. "" where it is kept.
string Fault(const string& name) {
  if (name.empty()) return "";
  if (name.size() > 255) return "longer than 255 bytes";
  if (!base::IsUtf8(name)) return "not UTF-8";
  if (name.find_first_of("/\\:*?\"<>|") != string::npos) return "a character that file systems keep for themselves";
  if (name.front() == '.' || name.front() == ' ' || name.front() == '~' || name.front() == '-') return "front";
  if (name.back() == '.' || name.back() == ' ') return "end";
  const icu::UnicodeString text = icu::UnicodeString::fromUTF8(name);
  for (int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
    const UChar32 c = text.char32At(i);
    if (c == 0xfffd) continue;
    if (u_charType(c) == U_CONTROL_CHAR || u_charType(c) == U_FORMAT_CHAR) return "control or format character";
    if (u_hasBinaryProperty(c, UCHAR_BIDI_CONTROL)) return "bidirectional control";
    if (u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT)) return "zero width";
    if (c != ' ' && u_isUWhiteSpace(c)) return "a blank that is none";
    if (c == 0xff0f || c == 0xff3c || c == 0x2044 || c == 0x2215 || c == 0x29f5) return "looks like a separator";
    if (c == 0xff0e || c == 0x2024) return "looks like a dot";
  }
  string device = base::LowerAscii(name.substr(0, name.find('.')));
  while (!device.empty() && device.back() == ' ') device.pop_back();
  static const std::set<string> kDevices = {"con", "prn", "aux", "nul", "conin$", "conout$", "clock$"};
  if (kDevices.count(device) != 0) return "a device";
  if (device.size() == 4 && (device.substr(0, 3) == "com" || device.substr(0, 3) == "lpt") && device[3] >= '0' &&
      device[3] <= '9') {
    return "a port";
  }
  return SafeFileName(name) == name ? "" : "not a fixed point: " + base::Printable(SafeFileName(name));
}

struct Row {
  string name, safe;
};

class SafeName : public testing::TestWithParam<Row> {};

TEST_P(SafeName, T21_IsWhatIsLeftOfIt) {
  EXPECT_EQ(SafeFileName(GetParam().name), GetParam().safe) << base::Printable(GetParam().name);
  EXPECT_EQ(Fault(GetParam().safe), "");
}

INSTANTIATE_TEST_SUITE_P(
    Rows, SafeName,
    testing::Values(
        Row{"", ""}, Row{"plan.pdf", "plan.pdf"}, Row{"Übersicht – Größe.xlsx", "Übersicht – Größe.xlsx"},
        Row{"見積書.pdf", "見積書.pdf"}, Row{"100% sure.txt", "100% sure.txt"},
        // Paths.
        Row{"../../../tmp/mike33.sh", "mike33.sh"}, Row{"C:\\Windows\\delta85.dll", "delta85.dll"},
        Row{"/etc/alpha463", "alpha463"}, Row{"\\\\srv\\share\\alpha772.doc", "alpha772.doc"}, Row{"folder/", "folder"},
        Row{"evil.exe/.", "evil.exe"}, Row{"..", ""}, Row{".", ""}, Row{"/", ""}, Row{"../..", ""}, Row{"C:", "C_"},
        Row{"C:plan.doc", "C_plan.doc"},
        Row{"..\xef\xbc\x8f..\xef\xbc\x8f"
            "etc",
            "_.._etc"},
        Row{"a\xe2\x88\x95"
            "b",
            "a_b"},
        // Controls and what cannot be seen.
        Row{string("romeo\0.exe", 10), "romeo.exe"}, Row{"a\r\n\tX-Injected: yes.txt", "a X-Injected_ yes.txt"},
        Row{"sierra\xe2\x80\xae"
            "fdp.exe",
            "sierrafdp.exe"},
        Row{"a\xe2\x80\x8b.p\xef\xbb\xbf"
            "df",
            "a.pdf"},
        Row{"a\xc2\xad"
            "b\xcd\x8f.txt",
            "ab.txt"},
        Row{"a\xf3\xa0\x81\x81.txt", "a.txt"}, Row{"\xe2\xa0\x80\xe3\x80\x80x\xc2\xa0\xe2\x80\x83y", "x y"},
        Row{"a\x7f\xc2\x9b.txt", "a.txt"},
        // Ends.
        Row{"...hidden", "hidden"}, Row{".bashrc", "bashrc"}, Row{"a.txt. ", "a.txt"}, Row{"a.txt . .", "a.txt"},
        Row{"\xe2\x80\xa6 a", "a"}, Row{"a\xe2\x80\xa6", "a"},
        Row{"wait\xe2\x80\xa6 what.txt", "wait\xe2\x80\xa6 what.txt"}, Row{"\xcc\xb8x", "x"}, Row{".\xcc\xb8x", "x"},
        Row{"~", "_"}, Row{"~root", "_root"}, Row{"-rf", "_rf"}, Row{"a.pdf               .scr", "a.pdf .scr"},
        // What file systems keep for themselves.
        Row{"a.txt:b.exe", "a.txt_b.exe"}, Row{"a.exe::$DATA", "a.exe__$DATA"}, Row{"a<b>c|d?e*f\"g", "a_b_c_d_e_f_g"},
        Row{"evil\xef\xbc\x8e"
            "exe",
            "evil.exe"},
        Row{"evil\xe2\x80\xa4"
            "exe",
            "evil.exe"},
        Row{"a\xef\x80\xba"
            "b",
            "a_b"},
        // Devices.
        Row{"CON", "_CON"}, Row{"nul.txt", "_nul.txt"}, Row{"COM1.log", "_COM1.log"}, Row{"Lpt9 .a.b", "_Lpt9 .a.b"},
        Row{"con.", "_con"}, Row{"COM\xc2\xb9", "_COM\xc2\xb9"},
        Row{"\xef\xbc\xa3\xef\xbc\xaf\xef\xbc\xae.txt", "_\xef\xbc\xa3\xef\xbc\xaf\xef\xbc\xae.txt"},
        Row{"conin$", "_conin$"}, Row{"console.txt", "console.txt"}, Row{"com10", "com10"}, Row{"coma", "coma"},
        // Not UTF-8.
        Row{"a\xff\x80"
            "b",
            "a__b"},
        Row{"\xed\xa0\x80", "___"}, Row{"\xc0\xaf", "__"}));

TEST(SafeNameLength, T21_TheExtensionIsKeptAndNoCharacterIsCut) {
  EXPECT_EQ(SafeFileName(string(255, 'n')), string(255, 'n'));
  EXPECT_EQ(SafeFileName(string(256, 'n')), string(255, 'n'));
  EXPECT_EQ(SafeFileName(string(300, 'n') + ".txt"), string(251, 'n') + ".txt");
  EXPECT_EQ(SafeFileName(string(255, 'n') + ".exe"), string(251, 'n') + ".exe");
  EXPECT_EQ(SafeFileName("a." + string(300, 'e')), "a." + string(253, 'e')) << "that is no extension";
  string wide;
  for (int i = 0; i < 200; ++i) wide += "\xe8\xa6\x8b";
  EXPECT_EQ(SafeFileName(wide), wide.substr(0, 255));
  EXPECT_EQ(SafeFileName(wide + ".pdf"), wide.substr(0, 249) + ".pdf");
  EXPECT_EQ(SafeFileName(string(254, 'n') + ". n" + string(40, 'x')), string(254, 'n'));
}

TEST(SafeNameEverywhere, T21_AllShortNamesOfANastyAlphabet) {
  const std::vector<string> kPieces = {"/",
                                       "\\",
                                       ".",
                                       ":",
                                       "~",
                                       " ",
                                       "-",
                                       string("\0", 1),
                                       "a",
                                       "\n",
                                       "\xff",
                                       "\xcc\x81",
                                       "_",
                                       "e",
                                       "\xe2\x80\xae",
                                       "\xef\xbc\x8e",
                                       "con",
                                       "\xe2\x80\xa6"};
  uint64_t names = 0;
  const auto check = [&](const string& name) {
    ++names;
    const string fault = Fault(SafeFileName(name));
    ASSERT_EQ(fault, "") << base::Printable(name);
  };
  for (const string& a : kPieces) {
    for (const string& b : kPieces) {
      for (const string& c : kPieces) {
        for (const string& d : kPieces) check(a + b + c + d);
        check(a + b + c);
      }
      check(a + b);
    }
    check(a);
  }
  EXPECT_EQ(names, 18u * (1 + 18u * (1 + 18u * (1 + 18u))));
}

// CASECOMM_NAMES=10000000 for the figure of threats.md.
TEST(SafeNameEverywhere, T21_RandomNamesOfNastyPieces) {
  test::Rng rng;
  PRINT_SEED(rng);
  const size_t names = test::Runs("CASECOMM_NAMES", 200'000);
  const std::vector<string> kPieces = {"..",
                                       "/",
                                       "\\",
                                       "C:",
                                       ".",
                                       " ",
                                       "~",
                                       "-",
                                       "%2e%2e%2f",
                                       "con",
                                       "NUL",
                                       "com1",
                                       "lpt\xc2\xb2",
                                       "aux.",
                                       "$",
                                       "_",
                                       "\xe2\x80\xae",
                                       "\xe2\x80\x8b",
                                       "\xef\xbb\xbf",
                                       "\xc2\xa0",
                                       "\xe3\x80\x80",
                                       "\xef\xbc\x8f",
                                       "\xef\xbc\x8e",
                                       "\xe2\x80\xa6",
                                       "\xcc\x81",
                                       "\xf3\xa0\x80\xa0",
                                       "\xff",
                                       "\xe2\x80",
                                       "\xed\xa0\x80",
                                       "\xf0\x9f\x98\x80",
                                       "\xe8\xa6\x8b",
                                       ".exe",
                                       ".pdf",
                                       "readme",
                                       "\r\n",
                                       string("\0", 1),
                                       ":",
                                       "::$DATA",
                                       "\xe2\x81\xa6",
                                       "\xef\xbc\xa3\xef\xbc\xaf\xef\xbc\xae",
                                       string(60, 'n'),
                                       string(20, '.'),
                                       string(9, ' ')};
  for (uint64_t i = 0; i < names; ++i) {
    string name;
    for (uint64_t pieces = rng.Below(9); pieces-- > 0;) {
      if (rng.Below(4) == 0) {
        const uint64_t most = rng.Below(2) == 0 ? 0x3000 : 0x110000;
        icu::UnicodeString(static_cast<UChar32>(rng.Below(most))).toUTF8String(name);
      } else {
        name += kPieces[rng.Below(kPieces.size())];
      }
    }
    const string fault = Fault(SafeFileName(name));
    ASSERT_EQ(fault, "") << base::Printable(name);
  }
}

}  // namespace
}  // namespace casecomm
