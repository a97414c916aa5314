// SPDX-License-Identifier: Apache-2.0
// Each class of ambiguity has a mail that hides a file from some readers (threat T20). The file is in the union of the plain
// walk and the other readings, whatever stands around it.
#include "scan/readings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "scan/transfer.h"
#include "scan/utf8.h"
#include "tests/base/random.h"
#include "tests/scan/fixtures.h"

namespace casecomm::scan {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::IsSupersetOf;

// "MZ" and prose: what no decoding of the mails below makes by chance.
const std::string kHidden = "MZ hidden program, not to be passed by.";
constexpr std::string_view kHidden64 = "TVogaGlkZGVuIHByb2dyYW0sIG5vdCB0byBiZSBwYXNzZWQgYnku";
constexpr std::string_view kHiddenUu = "G35H@:&ED9&5N('!R;V=R86TL(&YO=\"!T;R!B92!P87-S960@8GDN";

struct Union {
  std::shared_ptr<const std::string> mail;  // the parts' views stand in it
  std::vector<std::string> shown, other, entered;
  std::vector<OtherPart> parts;
  std::vector<DefectAt> defects;
  bool over = false;

  bool Holds(const std::string& bytes) const {
    const auto in = [&](const std::vector<std::string>& list) {
      return std::any_of(list.begin(), list.end(), [&](const std::string& part) {
        return part.substr(0, part.find_last_not_of("\r\n") + 1) == bytes;
      });
    };
    return in(shown) || in(other) || in(entered);
  }
};

Union ReadAll(const std::string& text, const MailLimits& limits = {}) {
  Union all;
  all.mail = std::make_shared<const std::string>(text);
  const std::string& mail = *all.mail;
  EnvelopeScanner scanner(limits);
  const Envelope& envelope = scanner.Scan(mail);
  all.defects = envelope.defects;
  DefectLog log(&all.defects);
  MimeWalker walker(envelope, limits, &log);
  for (Leaf leaf; walker.Next(&leaf);) {
    StringSink sink(&all.shown.emplace_back());
    // As ReadMail notes it.
    if (!DecodeTransfer(leaf.body, TransferEncodingOf(leaf.transfer_encoding), &sink)) {
      log.Add(Defect::kTransferEncoding, static_cast<size_t>(leaf.body.data() - mail.data()));
    }
  }
  all.parts = ReadOtherwise(envelope, limits, &all.over);
  for (const OtherPart& part : all.parts) (part.entered ? all.entered : all.other).push_back(part.decoded);
  return all;
}

std::string Join(std::initializer_list<std::string_view> lines) {
  std::string text;
  for (const std::string_view line : lines) text.append(line).append("\n");
  return text;
}

std::string File(std::string_view header = "", std::string_view body = kHidden64) {
  return "Content-Type: application/octet-stream; name=evil.exe\n" +
         (header.empty() ? std::string("Content-Transfer-Encoding: base64\n") : std::string(header)) + "\n" +
         std::string(body) + "\n";
}

// A multipart of a text and the file; `type` declares it.
std::string Mixed(std::string_view type, std::string_view delimiter, std::string_view final = "") {
  const std::string line(delimiter);
  return std::string(type) + "\n\n" + line + "\n\ntext\n" + line + "\n" + File() +
         (final.empty() ? line + "--" : std::string(final)) + "\n";
}

// A multipart of one part.
std::string Only(const std::string& part) {
  return "Content-Type: multipart/mixed; boundary=only\n\n--only\n" + part + "--only--\n";
}

struct Class {
  std::string name, mail;  // lines end in LF
  std::string hidden = kHidden;
};

std::vector<Class> Classes() {
  const std::string mixed = "Content-Type: multipart/mixed; boundary=bb";
  std::string nul_name = "Content-Transfer-Enc?oding: base64\n";
  std::replace(nul_name.begin(), nul_name.end(), '?', '\0');
  const std::string whole = Mixed(mixed, "--bb");
  std::string encoded;  // the parts of `whole` in base64
  {
    constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const std::string body = whole.substr(whole.find("\n\n") + 2);
    for (size_t i = 0; i < body.size(); i += 3) {
      const auto at = [&](size_t n) { return n < body.size() ? static_cast<uint8_t>(body[n]) : 0u; };
      const uint32_t bits = at(i) << 16 | at(i + 1) << 8 | at(i + 2);
      for (const int shift : {18, 12, 6, 0}) encoded += kDigits[bits >> shift & 63];
      if (i % 57 == 54) encoded += "\n";
    }
  }
  return {
      {"content_type_twice_last",
       Mixed("Content-Type: text/plain\nContent-Type: multipart/mixed; boundary=bb", "--bb")},
      {"content_type_twice_first", Mixed(mixed + "\nContent-Type: text/plain", "--bb")},
      {"content_type_twice_two_boundaries", Mixed("Content-Type: multipart/mixed; boundary=aa\n" + mixed, "--bb")},
      {"encoding_twice_last", Only(File("Content-Transfer-Encoding: 7bit\nContent-Transfer-Encoding: base64\n"))},
      {"encoding_twice_first",
       Only(File("Content-Transfer-Encoding: base64\nContent-Transfer-Encoding: quoted-printable\n"))},
      {"boundary_twice", Mixed("Content-Type: multipart/mixed; boundary=aa; boundary=bb", "--bb")},
      {"boundary_twice_quoted", Mixed("Content-Type: multipart/mixed; boundary=\"aa\"; boundary=bb", "--bb")},
      {"boundary_trailing_blank", Mixed("Content-Type: multipart/mixed; boundary=\"bb \"", "--bb")},
      {"boundary_extended_beside_plain",
       Mixed("Content-Type: multipart/mixed; boundary*=us-ascii''aa; boundary=bb", "--bb")},
      {"boundary_sections", Mixed("Content-Type: multipart/mixed; boundary*1=b; boundary*0=b", "--bb")},
      {"boundary_sections_with_a_gap", Mixed("Content-Type: multipart/mixed; boundary*0=b; boundary*2=b", "--bb")},
      {"boundary_sections_as_written", Mixed("Content-Type: multipart/mixed; boundary*1=a; boundary*0=b", "--ab")},
      {"boundary_percent", Mixed("Content-Type: multipart/mixed; boundary=b%62", "--bb")},
      {"boundary_comment_behind", Mixed("Content-Type: multipart/mixed; boundary=bb (a comment)", "--bb")},
      {"boundary_in_a_comment", Mixed("Content-Type: multipart/mixed (; boundary=bb); boundary=aa", "--bb")},
      {"boundary_in_a_string", Mixed("Content-Type: multipart/mixed; x=\"; boundary=bb\"; boundary=aa", "--bb")},
      {"boundary_cut_at_blank", Mixed("Content-Type: multipart/mixed; boundary=bb cc", "--bb")},
      {"boundary_single_quotes", Mixed("Content-Type: multipart/mixed; boundary='bb'", "--bb")},
      {"boundary_backslash", Mixed("Content-Type: multipart/mixed; boundary=\"b\\b\"", "--bb")},
      {"boundary_other_case", Mixed("Content-Type: multipart/mixed; boundary=BB", "--bb")},
      {"boundary_over_70", Mixed("Content-Type: multipart/mixed; boundary=" + std::string(70, 'b') + "cc",
                                 "--" + std::string(70, 'b') + "dd")},
      {"boundary_encoded_word", Mixed("Content-Type: multipart/mixed; boundary=\"=?us-ascii?Q?bb?=\"", "--bb")},
      {"boundary_none", Mixed("Content-Type: multipart/mixed", "--bb")},
      {"delimiter_junk_behind", Mixed(mixed, "--bb junk")},
      {"delimiter_by_prefix", Mixed(mixed, "--bbcc")},
      {"delimiter_blank_in_front", Mixed(mixed, " --bb")},
      {"delimiter_inside_a_line", mixed + "\n\n--bb\n\ntext--bb\n" + File() + "--bb--\n"},
      {"delimiter_behind_bare_cr", mixed + "\n\n--bb\n\ntext\r--bb\n" + File() + "--bb--\n"},
      {"delimiter_ends_in_bare_cr", mixed + "\n\n--bb\n\ntext\n--bb\r" + File() + "--bb--\n"},
      {"final_missing", Mixed(mixed, "--bb", " ")},
      {"final_with_junk", mixed + "\n\n--bb\n\ntext\n--bb--junk\n" + File() + "--bb--\n"},
      {"final_then_parts", mixed + "\n\n--bb\n\ntext\n--bb--\n--bb\n" + File() + "--bb--\n"},
      {"final_then_a_header", mixed + "\n\n--bb\n\ntext\n--bb--\n" + File()},
      {"final_then_another_boundary", mixed + "\n\n--bb\n\ntext\n--bb--\n\n--cc\n" + File() + "--cc--\n"},
      {"preamble_with_a_header", mixed + "\n\n" + File() + "--bb\n\ntext\n--bb--\n"},
      {"preamble_with_a_boundary", mixed + "\n\n--cc\n" + File() + "--cc--\n--bb\n\ntext\n--bb--\n"},
      {"header_without_its_end", Only("Content-Type: text/plain\njunk\n" + File())},
      {"header_ended_by_blanks", Only("Content-Type: text/plain\n \n" + File())},
      {"header_behind_empty_lines", Only("\n\n" + File())},
      {"header_blank_before_colon",
       Only(File("Content-Transfer-Encoding : 7bit\nContent-Transfer-Encoding: base64\n"))},
      {"header_nul_in_a_name", Only(File(nul_name))},
      {"header_bare_cr", Only(File("X-Junk: x\rContent-Transfer-Encoding: base64\n"))},
      {"multipart_in_base64", mixed + "\nContent-Transfer-Encoding: base64\n\n" + encoded + "\n"},
      {"multipart_in_quoted_printable",
       Replaced(Mixed(mixed + "\nContent-Transfer-Encoding: quoted-printable", "--bb"), "--bb\n", "=2D-bb\n")},
      {"text_with_a_boundary", Mixed("Content-Type: text/plain; boundary=bb", "--bb")},
      {"no_type_and_a_boundary", "Subject: x\n\n--bb\n" + File() + "--bb--\n"},
      {"type_without_subtype", Mixed("Content-Type: multipart; boundary=bb", "--bb")},
      {"type_behind_junk", Mixed("Content-Type: ; multipart/mixed; boundary=bb", "--bb")},
      {"nested_of_one_boundary",
       mixed + "\n\n--bb\nContent-Type: multipart/mixed; boundary=bb\n\n--bb\n\ntext\n--bb--\n--bb\n" + File() +
           "--bb--\n"},
      {"nested_by_prefix", mixed +
                               "\n\n--bb\nContent-Type: multipart/mixed; boundary=bbcc\n\n--bbcc\n\ntext\n--bbdd\n" +
                               File() + "--bbcc--\n--bb--\n"},
      {"message_attached", Only("Content-Type: message/rfc822\n\n" + whole)},
      {"message_in_base64",
       Only("Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" +
            [&] {
              // Its header is empty but for the type, which stands in front of the encoded parts as bytes, too.
              return std::string("Q29udGVudC1UeXBlOiBtdWx0aXBhcnQvbWl4ZWQ7IGJvdW5kYXJ5PWJiICAKCiAg\n") + encoded + "\n";
            }())},
      {"message_partial", Only("Content-Type: message/partial; id=x; number=1; total=1\n\n" + whole)},
      {"base64_goes_on_behind_padding", Only(File("", "QQ==" + std::string(kHidden64) + "?")), "A" + kHidden},
      {"base64_stops_at_padding", Only(File("", std::string(kHidden64) + "=\n?QUJD"))},
      {"base64_with_junk", Only(File("", "T.V.o!gaGlkZGVuIHByb2dyYW0sIG5vdCB0byBiZSBwYXNzZWQgYnku"))},
      {"base64_stops_at_junk", Only(File("", std::string(kHidden64) + "\n-- \nA list, and more\n"))},
      {"encoding_semicolon", Only(File("Content-Transfer-Encoding: base64;\n"))},
      {"encoding_quoted", Only(File("Content-Transfer-Encoding: \"base64\"\n"))},
      {"encoding_hyphen", Only(File("Content-Transfer-Encoding: base-64\n"))},
      {"encoding_list", Only(File("Content-Transfer-Encoding: 7bit, base64\n"))},
      {"encoding_comment_in_front", Only(File("Content-Transfer-Encoding: (x) base64\n"))},
      {"quoted_printable_broken",
       Only(File("Content-Transfer-Encoding: quoted-printable\n", "MZ h=idden program, not to be passed by=2E"))},
      {"uuencode_in_text", Only("\ntext\nbegin 644 evil.exe\n" + std::string(kHiddenUu) + "\n`\nend\n")},
      {"uuencode_without_begin",
       Only("Content-Type: application/octet-stream; name=evil.exe\nContent-Transfer-Encoding: x-uuencode\n\n" +
            kHidden + "\n")},
      {"message_encoded_as_it_stands",
       Only("Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" + File())},
      {"uuencode_begin_base64", Only("\ntext\nbegin-base64 644 evil.exe\n" + std::string(kHidden64) + "\n====\n")},
      {"yenc_in_text", Only("\ntext\n=ybegin line=128 size=39 name=evil.exe\n" +
                            [] {
                              std::string line;
                              for (const char c : kHidden) line += static_cast<char>(c + 42);
                              return line;
                            }() +
                            "\n=yend size=39\n")},
  };
}

TEST(Readings, T20_what_each_class_hides_is_in_the_union) {
  const std::vector<Class> classes = Classes();
  ASSERT_GE(classes.size(), 40u);
  for (const Class& c : classes) {
    const Union all = ReadAll(c.mail);
    EXPECT_TRUE(all.Holds(c.hidden)) << c.name;
    EXPECT_FALSE(all.over) << c.name;
  }
}

// What stands around a mail changes nothing in it: other line ends, a multipart or a message around it, a mail above.
TEST(Readings, T20_nothing_around_hides_it) {
  for (const Class& c : Classes()) {
    EXPECT_TRUE(ReadAll("Subject: x\nMIME-Version: 1.0\n" + c.mail).Holds(c.hidden)) << c.name;
    EXPECT_TRUE(ReadAll("Content-Type: multipart/mixed; boundary=outer\n\n--outer\n\nabove\n--outer\n" + c.mail +
                        "\n--outer--\n")
                    .Holds(c.hidden))
        << c.name;
    EXPECT_TRUE(ReadAll("Content-Type: multipart/mixed; boundary=outer\n\n--outer\nContent-Type: message/rfc822\n\n" +
                        c.mail + "\n--outer--\n")
                    .Holds(c.hidden))
        << c.name;
    // CR alone stays as it is.
    std::string crlf;
    for (const char ch : c.mail) {
      if (ch == '\n') crlf += '\r';
      crlf += ch;
    }
    EXPECT_TRUE(ReadAll(crlf).Holds(c.hidden)) << c.name;
  }
}

// A mail that hides a file is flagged: by a part that others see, or by a defect, or as the message it stands in.
TEST(Readings, T20_what_hides_is_flagged) {
  for (const Class& c : Classes()) {
    const Union all = ReadAll(c.mail);
    const bool flagged = !all.other.empty() || !all.entered.empty() || !all.defects.empty();
    EXPECT_TRUE(flagged) << c.name;
  }
}

TEST(Readings, T20_two_classes_in_one) {
  // The type is the last of two, the boundary the second of two, the encoding a name with something beside it.
  const std::string mail =
      Join({"Content-Type: text/plain", "Content-Type: multipart/mixed; boundary=aa; boundary=bb", "", "--bb junk",
            "Content-Type: application/x-evil", "Content-Transfer-Encoding: base64;", "Content-Transfer-Encoding: 7bit",
            "", kHidden64, "--bb--"});
  EXPECT_TRUE(ReadAll(mail).Holds(kHidden));
}

TEST(Readings, CleanMailHasNone) {
  for (const std::string& mail : {
           std::string("Subject: x\r\n\r\nbody\r\n"),
           Mixed("Content-Type: multipart/mixed; boundary=\"----=_Part (1)\"", "------=_Part (1)"),
           Mixed("Content-Type: multipart/mixed; boundary=bb", "--bb", " "),  // without its final boundary
           Join({"Content-Type: multipart/signed; boundary=s; protocol=\"application/pgp-signature\"", "", "--s",
                 "Content-Type: multipart/mixed; boundary=\"s-1\"", "", "--s-1", "", "text", "--s-1--", "--s",
                 "Content-Type: application/pgp-signature; name=\"signature.asc\"",
                 "Content-Disposition: attachment; filename=\"signature.asc\"", "", "-----BEGIN PGP SIGNATURE-----",
                 "-----END PGP SIGNATURE-----", "--s--", "", "_______", "A list's footer"}),
           Join({"Content-Type: text/plain; charset=x-unheard-of", "Content-Transfer-Encoding: quoted-printable", "",
                 "a=3Db <x y=z>", "begin with this", "-- ", "signature"}),
           Join({"Content-Type: multipart/mixed; boundary=b", "", "--b", "Content-Type: image/png; name=\"a.png\"",
                 "Content-Disposition: attachment; filename=\"a.png\"; filename*=utf-8''a.png",
                 "Content-Transfer-Encoding: base64", "", "QUJD", "RA==", "", "--b--"}),
           Join({"Content-Type: multipart/report; boundary=b", "", "--b", "", "not delivered", "--b",
                 "Content-Type: message/rfc822", "", "Subject: x", "", "what was sent", "--b--"}),
       }) {
    const Union all = ReadAll(mail);
    EXPECT_THAT(all.other, IsEmpty()) << mail;
    EXPECT_THAT(all.entered, IsEmpty()) << mail;
    EXPECT_FALSE(all.over) << mail;
  }
}

TEST(Readings, AnAttachedMessageIsEnteredAndNoAmbiguity) {
  const Union all =
      ReadAll(Only("Content-Type: message/rfc822\n\n" + Mixed("Content-Type: multipart/mixed; boundary=bb", "--bb")));
  EXPECT_THAT(all.entered, ElementsAre(kHidden));
  EXPECT_THAT(all.other, IsEmpty());
  ASSERT_EQ(all.parts.size(), 1u);
  EXPECT_THAT(CandidateNames(all.parts[0].leaf), ElementsAre("evil.exe"));
}

// The same bytes under another name or type are another part: it is the name that a policy goes by.
TEST(Readings, ANameOrTypeOfOtherReadersIsGiven) {
  const Union named =
      ReadAll(Only("Content-Disposition: attachment; filename=a.txt\n"
                   "Content-Disposition: attachment; filename=a.exe\n\ntext\n"));
  ASSERT_EQ(named.parts.size(), 1u);
  EXPECT_THAT(CandidateNames(named.parts[0].leaf), ElementsAre("a.exe"));
  const Union typed = ReadAll(Only("Content-Type: text/plain\nContent-Type: text/html\n\n<p>\n"));
  ASSERT_EQ(typed.parts.size(), 1u);
  EXPECT_EQ(typed.parts[0].leaf.type, "text/html");
}

TEST(Readings, DefectsHaveTheirPlaces) {
  const auto place = [](const std::string& mail, Defect defect) -> int64_t {
    const Union all = ReadAll(mail);
    for (const DefectAt& at : all.defects) {
      if (at.defect == defect) return static_cast<int64_t>(at.offset);
    }
    return -1;
  };
  const std::string mixed = "Content-Type: multipart/mixed; boundary=bb";
  EXPECT_EQ(place(mixed + "; boundary=cc\n\n--bb\n\nx\n--bb--\n", Defect::kDuplicateParameter), 14);
  EXPECT_EQ(place(mixed + "; boundary=bb\n\n--bb\n\nx\n--bb--\n", Defect::kDuplicateParameter), -1) << "the same again";
  EXPECT_EQ(place(mixed + " (x)\n\n--bb\n\nx\n--bb--\n", Defect::kBoundarySyntax), 14);
  EXPECT_EQ(place(mixed + "\n\n--bb\n\nx\n--bbc\n--bb--\n", Defect::kBoundaryJunk), 52);
  EXPECT_EQ(place(mixed + "\n\n--bb\n" + mixed + "\n\n--bb\n\nx\n--bb--\n--bb--\n", Defect::kBoundaryReused), 63);
  EXPECT_EQ(place(mixed + "\nContent-Transfer-Encoding: base64\n\n--bb\n\nx\n--bb--\n", Defect::kMultipartEncoded), 70);
  EXPECT_EQ(place(mixed + "\n\n--bb\n\nx\n--bb--\nContent-Type: a/b\n", Defect::kPartsOutside), 59);
  EXPECT_EQ(place(mixed + "\n\nContent-Type: a/b\n--bb\n\nx\n--bb--\n", Defect::kPartsOutside), 44);
  EXPECT_EQ(place("Content-Transfer-Encoding: base64;\n\nQQ==\n", Defect::kTransferEncodingSyntax), 27);
  EXPECT_EQ(place("Content-Transfer-Encoding: x-unheard-of\n\nQQ==\n", Defect::kTransferEncodingSyntax), -1);
  EXPECT_EQ(place("Content-Type: message/partial; id=1\n\n", Defect::kMessagePartial), 14);
  EXPECT_EQ(place("Content-Type: message/external-body\n\n", Defect::kExternalBody), 14);
  EXPECT_EQ(place("Subject: x\n\n" + std::string(1001, 'x') + "\n", Defect::kLongLine), 12);
  EXPECT_EQ(place("Subject: x\n\n" + std::string(998, 'x') + "\r\n", Defect::kLongLine), -1);
  EXPECT_EQ(place("Content-Disposition: attachment; filename=a; filename=b\n\n", Defect::kDuplicateParameter), 21);
  std::string nul = Only("X: ?\n\nx\n");
  nul[nul.find('?')] = '\0';
  EXPECT_EQ(place(nul, Defect::kNul), 56);
}

std::vector<std::string> Names(std::string_view disposition, std::string_view content_type = {}) {
  Leaf leaf;
  leaf.disposition = disposition;
  leaf.content_type = content_type;
  return CandidateNames(leaf);
}

TEST(CandidateNames, T22_all_shapes) {
  EXPECT_THAT(Names("attachment; filename=a.txt"), ElementsAre("a.txt"));
  EXPECT_THAT(
      Names("attachment; filename=\"Rechnung M\xc3\xa4rz.pdf\"", "application/pdf; name=\"Rechnung M\xc3\xa4rz.pdf\""),
      ElementsAre("Rechnung M\xc3\xa4rz.pdf"));
  EXPECT_THAT(Names("attachment"), IsEmpty());
  EXPECT_THAT(Names({}, "text/plain; name=x"), ElementsAre("x"));
  EXPECT_THAT(Names("attachment; filename=a.txt", "text/plain; name=b.exe"), ElementsAre("a.txt", "b.exe"));
  EXPECT_THAT(Names("attachment; filename=a.txt; filename=b.exe"), IsSupersetOf({"a.txt", "b.exe"}));
  EXPECT_THAT(Names("attachment; filename=a.txt; filename*=utf-8''b.exe"), IsSupersetOf({"a.txt", "b.exe"}));
  EXPECT_THAT(Names("attachment; filename=a.txt; filename*0=b.; filename*1=exe"), IsSupersetOf({"a.txt", "b.exe"}));
  EXPECT_THAT(Names("attachment; filename*0=a.exe; filename*2=.txt"), IsSupersetOf({"a.exe", "a.exe.txt"}));
  EXPECT_THAT(Names("attachment; filename*1=.exe; filename*0=a"), IsSupersetOf({"a.exe", ".exea"}));
  EXPECT_THAT(Names("attachment; filename*1=a.exe"), Contains("a.exe"));
  EXPECT_THAT(Names("attachment; filename*0=a.exe; filename*0=b.exe"), IsSupersetOf({"a.exe", "b.exe"}));
  EXPECT_THAT(Names("attachment; filename=a.txt%00.exe"), Contains("a.txt%00.exe"));
  EXPECT_THAT(Names("attachment; filename=evil%2Eexe"), IsSupersetOf({"evil%2Eexe", "evil.exe"}));
  EXPECT_THAT(Names("attachment; filename*=utf-8''evil%2Eexe"), IsSupersetOf({"evil.exe", "evil%2Eexe"}));
  EXPECT_THAT(Names("attachment; filename*=''a.exe"), Contains("a.exe"));
  EXPECT_THAT(Names("attachment; filename==?utf-8?Q?a=2Eexe?="), IsSupersetOf({"a.exe", "=?utf-8?Q?a=2Eexe?="}));
  EXPECT_THAT(Names("attachment; filename*=utf-8''=?utf-8?Q?a=2Eexe?="), Contains("a.exe"));
  EXPECT_THAT(Names("attachment; filename=evil.exe (harmless.txt)"),
              IsSupersetOf({"evil.exe (harmless.txt)", "evil.exe"}));
  EXPECT_THAT(Names("attachment; filename=evil.exe harmless.txt"), IsSupersetOf({"evil.exe harmless.txt", "evil.exe"}));
  EXPECT_THAT(Names("attachment; filename=\"evil\\.exe\""), IsSupersetOf({"evil\\.exe", "evil.exe"}));
  EXPECT_THAT(Names("attachment; filename=a\"b\".exe"), IsSupersetOf({"a\"b\".exe", "ab.exe"}));
  EXPECT_THAT(Names("attachment; filename='evil.exe'"), Contains("evil.exe"));
  EXPECT_THAT(Names("attachment (filename=evil.exe); filename=a.txt"), Contains("a.txt"));
  EXPECT_THAT(Names("attachment; x=\"filename=evil.exe\"; filename=a.txt"), IsSupersetOf({"a.txt", "evil.exe"}));
  EXPECT_THAT(Names("attachment; filename=\"evil.exe\r\n .txt\""), IsSupersetOf({"evil.exe .txt", "evil.exe"}));
  EXPECT_THAT(Names(std::string_view("attachment; filename=\"evil.exe\0.txt\"", 37)), Contains("evil.exe"));
}

// CVE-2024-39929: a name over several lines, of which a mail server saw the first alone.
TEST(CandidateNames, T22_a_name_of_several_lines) {
  const std::vector<std::string> names =
      Names("attachment;\r\n filename*0=\"invoice.\"\r\n ;\r\n filename*1*=e%78e;\r\n filename*2=\"\"");
  EXPECT_THAT(names, Contains("invoice.exe"));
  EXPECT_EQ(names.front(), "invoice.exe");
}

TEST(CandidateNames, BoundedWhateverStandsThere) {
  std::string value = "attachment";
  for (int i = 0; i < 100'000; ++i) value += "; filename=" + std::to_string(i);
  const std::vector<std::string> names = Names(value);
  EXPECT_LE(names.size(), 200u);
  EXPECT_THAT(names, IsSupersetOf({"0", "99999"}));
  EXPECT_EQ(names.front(), "0");
}

TEST(Readings, BoundedByTheMail) {
  // Every reading of the damaged body is nearly as long as the mail.
  std::string mail = "Content-Type: application/x\nContent-Transfer-Encoding: base64\n\n";
  for (int i = 0; i < 20'000; ++i) mail += "QUJD-UJD_UJD!QUJDQQ==\n";
  const Union all = ReadAll(mail);
  size_t bytes = 0;
  for (const OtherPart& part : all.parts) bytes += part.decoded.size();
  EXPECT_LE(bytes, mail.size() + 4096);
  EXPECT_TRUE(all.over);
  MailLimits few;
  few.parts = 2;
  std::string parts = "Content-Type: multipart/mixed; boundary=a; boundary=b\n\n";
  for (int i = 0; i < 10; ++i) parts += "--b\nContent-Type: a/b\n\n" + std::to_string(i) + "\n";
  EXPECT_TRUE(ReadAll(parts, few).over);
}

// What a limit leaves unread inside an attached message is told, as nobody else reads it.
TEST(Readings, LimitsInsideAMessageAreTold) {
  const auto nested = [](int depth) {
    std::string mail;
    for (int i = 0; i < depth; ++i) mail += "Content-Type: message/rfc822\n\n";
    return mail + File();
  };
  MailLimits limits;
  limits.depth = 10;
  EXPECT_FALSE(ReadAll(nested(10), limits).over);
  EXPECT_THAT(ReadAll(nested(10), limits).entered, ElementsAre(kHidden));
  EXPECT_TRUE(ReadAll(nested(11), limits).over);
  limits.header_lines = 3;
  EXPECT_TRUE(ReadAll("Content-Type: message/rfc822\n\nX: 1\nX: 2\nX: 3\nX: 4\n" + File(), limits).over);
}

TEST(Readings, MutantsOfEveryClassStayBounded) {
  test::Rng random;
  PRINT_SEED(random);
  for (const Class& c : Classes()) {
    for (int round = 0; round < 40; ++round) {
      std::string mail = c.mail;
      for (int edit = static_cast<int>(random() % 4); edit >= 0; --edit) {
        const size_t at = random() % mail.size();
        const size_t length = random() % std::min<size_t>(30, mail.size() - at);
        switch (random() % 3) {
          case 0:
            mail[at] = "\r\n\0-:;=\" "[random() % 9];
            break;
          case 1:
            mail.erase(at, length);
            break;
          default:
            mail.insert(at, mail.substr(random() % mail.size(), length));
        }
        if (mail.empty()) mail = "x";
      }
      const Union all = ReadAll(mail);
      size_t bytes = 0;
      for (const OtherPart& part : all.parts) {
        bytes += part.decoded.size();
        for (const std::string& name : CandidateNames(part.leaf)) ASSERT_TRUE(IsUtf8(name)) << c.name;
      }
      ASSERT_LE(bytes, mail.size() + 4096) << c.name;
    }
  }
}

TEST(Readings, TimeIsLinear) {
  const auto repeated = [](std::string head, std::string piece) {
    return [=](size_t bytes) {
      std::string mail = head;
      while (mail.size() < bytes) mail += piece;
      return mail;
    };
  };
  const std::vector<std::pair<std::string, std::function<std::string(size_t)>>> makers = {
      {"types", repeated("", "Content-Type: multipart/mixed; boundary=b\n")},
      {"parameters", repeated("Content-Type: multipart/mixed", "; boundary=b")},
      {"boundaries",
       repeated("Content-Type: multipart/mixed; boundary=a; boundary=b\n\n", "--b junk\n\nx\n--a\n\ny\n")},
      {"finals", repeated("Content-Type: multipart/mixed; boundary=b\n\n", "--b\nContent-Type: a/b\n\nx\n--b--\n")},
      {"nested", repeated("", "Content-Type: multipart/mixed; boundary=b; boundary=c\n\n--b\n")},
      {"messages", repeated("Content-Type: message/rfc822\n\n", "Content-Type: message/rfc822\n\n")},
      {"dashes", repeated("Content-Type: multipart/mixed; boundary=------------\n\n", "-")},
      {"base64", repeated("Content-Transfer-Encoding: base64\nContent-Type: a/b\n\n", "QQ==QUJD\n")},
      {"insets", repeated("\n", "begin 644 a\n#86)C\n`\nend\n")},
      {"open insets", repeated("\n", "begin 644 a\n")},
      {"junk", repeated("Content-Type: multipart/mixed; boundary=b\n\n--b\n", "junk\n \n\rX : y\n")},
      {"empty", repeated("Content-Type: multipart/mixed; boundary=b; boundary=c\n\n--b\n", "\n")},
  };
  for (const auto& [name, make] : makers) {
    const auto read = [](const std::string& mail) {
      EnvelopeScanner scanner;
      bool over = false;
      ReadOtherwise(scanner.Scan(mail), {}, &over);
    };
    const std::string small = make(1 << 16), large = make(1 << 19);
    EXPECT_TRUE(CostsAtMost(
        14, [&] { read(small); }, [&] { read(large); }, 0.05))
        << name;
  }
}

}  // namespace
}  // namespace casecomm::scan
