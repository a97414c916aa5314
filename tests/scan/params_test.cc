// SPDX-License-Identifier: Apache-2.0
#include "scan/params.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace casecomm::scan {
namespace {

std::string Text(std::string_view value, std::string_view name = "filename") {
  CharsetDecoder charsets;
  bool clean = true;
  return FindText(value, name, &charsets, &clean).value_or("(none)");
}

TEST(Params, MediaTypes) {
  EXPECT_EQ(MediaType("Text/HTML; charset=x", "text/plain"), "text/html");
  EXPECT_EQ(MediaType("text/plain (a comment)", ""), "text/plain");
  EXPECT_EQ(MediaType("(a (b) \\) c) (d)image/png; x=y", ""), "image/png") << "RFC 2045, 5.1";
  EXPECT_EQ(MediaType("(open image/png", ""), "text/plain");
  EXPECT_EQ(FindParameter("image/png; (c) name (d)=x", "name"), "x");
  EXPECT_EQ(FindParameter("image/png; name= (c) \"x\"", "name"), "x");
  EXPECT_EQ(FindParameter("image/png; name=(1).txt", "name"), "(1).txt");
  EXPECT_EQ(MediaType("text/plain charset=x", ""), "text/plain") << "the semicolon is missing";
  EXPECT_EQ(MediaType({}, "message/rfc822"), "message/rfc822");
  for (const char* broken : {"text", "text/", "/plain", "a/b/c", ";charset=x"})
    EXPECT_EQ(MediaType(broken, "x/y"), "text/plain") << broken;
  EXPECT_EQ(FirstWord(" \"Attachment\" ; filename=a"), "attachment");
  EXPECT_EQ(FirstWord("attachment, filename=a"), "attachment");
}

// RFC 2045, 5.1: type and subtype are tokens of a structured field.
TEST(Params, AMediaTypeEndsWhereItsTokensEnd) {
  for (const char* value : {"Image / PNG; x=y", "image(c)/ (d) png", "image/png>", "image/png, text/plain",
                            "image/png=", "\"image/png\"", "image/png\tname=x", "image/png:"}) {
    EXPECT_EQ(MediaType(value, "x/y"), "image/png") << value;
  }
  for (const char* broken : {"<image/png>", "image /", "/ png", "image png", "image/png/x", "image/;png", ""}) {
    EXPECT_EQ(MediaType(broken, "x/y"), "text/plain") << broken;
  }
  EXPECT_EQ(MediaType("Multipart/Mixed, x; boundary=b", ""), "multipart/mixed");
  EXPECT_EQ(MediaType("multipart / mixed; boundary=b", ""), "text/plain") << "others would see no parts";
}

TEST(Params, ASemicolonMayBeMissing) {
  EXPECT_EQ(Text("attachment filename=\"a b.txt\""), "a b.txt");
  EXPECT_EQ(Text("attachment, filename=a.txt; size=1"), "a.txt");
  EXPECT_EQ(Text("attachment; size=\"1\" filename=\"a.txt\" x=y"), "a.txt");
  EXPECT_EQ(Text("attachment; x=\"1\"\r\n\tfilename*=utf-8''%C3%A4"), "ä");
  EXPECT_EQ(Text("attachment; filename=of two words=x; y=z"), "of two words=x") << "names have blanks";
  EXPECT_EQ(Text("attachment; filename=\"a\" and more"), "a");
  EXPECT_EQ(Text("filename=a"), "(none)") << "no word stands in front of it";
  EXPECT_EQ(FindParameter("text/plain charset=utf-8", "charset"), "utf-8");
  EXPECT_EQ(FindParameter("text/plain; charset=\"utf-8\" format=flowed", "format"), "flowed");
  EXPECT_EQ(FindParameter("multipart/mixed boundary=b", "boundary"), std::nullopt) << "others would see no parts";
  // Who keeps to the semicolons finds another name.
  CharsetDecoder charsets;
  EXPECT_THAT(EveryText("attachment; x=\"1\" filename=\";filename=b\"", "filename", &charsets),
              testing::IsSupersetOf({";filename=b", "b\""}));
}

TEST(Params, PlainShapes) {
  EXPECT_EQ(Text("attachment; filename=a.txt"), "a.txt");
  EXPECT_EQ(Text("attachment; FileName = \"a b;c.txt\" ; x=y"), "a b;c.txt");
  EXPECT_EQ(Text("attachment; filename=with spaces.pdf ; x=y"), "with spaces.pdf");
  EXPECT_EQ(Text("attachment; filename=\"a \\\"q\\\" \\\\ C:\\x.dll\""), "a \"q\" \\ C:\\x.dll")
      << "lone backslashes of paths stay";
  EXPECT_EQ(Text("attachment; filename=\"folded\r\n name\""), "folded name");
  EXPECT_EQ(Text("attachment; filename=\"\""), "");
  EXPECT_EQ(Text("attachment; filename=a; filename=b"), "a");
  EXPECT_EQ(Text("attachment; filename"), "(none)");
  EXPECT_EQ(Text("attachment; xfilename=a; filenamex=b"), "(none)");
  EXPECT_EQ(Text("attachment; filename=\"open"), "open");
  EXPECT_EQ(Text("attachment; filename=\"K\xc3\xb6ln.pdf\""), "Köln.pdf");
  EXPECT_EQ(Text("attachment; filename=\"K\xf6ln.pdf\""), "Köln.pdf");
  EXPECT_EQ(Text({}), "(none)");
}

TEST(Params, EncodedWordsInNames) {
  EXPECT_EQ(Text("attachment; filename=\"=?utf-8?B?5pel5pys?= =?utf-8?Q?=E8=AA=9E.pdf?=\""), "日本語.pdf");
  EXPECT_EQ(Text("attachment; filename==?utf-8?q?a_b?="), "a b");
}

TEST(Params, Rfc2231) {
  EXPECT_EQ(Text("a; filename*=utf-8'de'%C3%9Cbersicht%20%zz"), "Übersicht %zz");
  EXPECT_EQ(Text("a; filename*0*=iso-8859-1''%DCber; filename*1=\"sicht \"; filename*2*=%E4.pdf"), "Übersicht ä.pdf");
  EXPECT_EQ(Text("a; filename*2=c; filename*0=a; filename*1=b"), "abc") << "any order";
  EXPECT_EQ(Text("a; filename*0=a; filename*0=x; filename*1=b"), "ab");
  EXPECT_EQ(Text("a; filename*0=a; filename*2=c"), "a") << "a gap ends it";
  EXPECT_EQ(Text("a; filename*1=b; filename=plain"), "plain") << "without its first section it is none";
  EXPECT_EQ(Text("a; filename=plain; filename*=utf-8''ext; filename*0=sec"), "ext");
  EXPECT_EQ(Text("a; filename*0=a; filename*99999999999=b; filename*x=c; filename*=x"), "x");
  EXPECT_EQ(Text("a; filename*=no-quotes"), "no-quotes");
  EXPECT_EQ(Text("a; filename*0*=utf-8''%E6%97; filename*1*=%A5"), "日") << "a character cut in two";
}

TEST(Params, Rfc2231BrokenButMeant) {
  EXPECT_EQ(Text("a; filename*1=a; filename*2=b"), "ab") << "a sender who counts from one";
  EXPECT_EQ(Text("a; filename*1*=utf-8''%C3%A4; filename*2=b"), "äb");
  EXPECT_EQ(Text("a; filename*=''a%20b"), "a b");
  EXPECT_EQ(Text("a; filename*=utf-8'en-us'a%20b"), "a b");
  EXPECT_EQ(Text("a; filename*=\"utf-8''a%20b\""), "a b") << "quotes around it";
  EXPECT_EQ(Text("a; filename*=utf-8''\"a%20b\""), "a b") << "quotes inside it";
  EXPECT_EQ(Text("a; filename*=x-unheard-of''%C3%A4"), "ä");
  EXPECT_EQ(Text("a; filename*=utf-8''%FF.txt"), "\xef\xbf\xbd.txt");
  EXPECT_EQ(Text("a; filename*0*=utf-8''%C3%A4; filename*1=%20; filename*2*=%20"), "ä%20 ") << "percent in plain";
  EXPECT_EQ(Text("a; filename*0=\"a;b\"; filename*1=\"\\\"c\""), "a;b\"c") << "quotes inside";
  EXPECT_EQ(Text("a; filename*0*=utf-8''=?utf-8?q?x?=;"), "=?utf-8?q?x?=") << "no encoded word inside";
  EXPECT_EQ(Text("a;; filename=b;;;"), "b");
  EXPECT_EQ(Text("a; FILENAME*0*=UTF-8''b;\r\n\tFileName*1=c"), "bc");
  EXPECT_EQ(Text("a; filename*00=b; filename*01=c"), "bc");
}

TEST(Params, ValuesOutsideTheGrammarAreTold) {
  for (const std::string_view value :
       {"a; filename=b", "a; filename=\"b c\"", "a; filename=b (c)", "a;filename = \"b\" (c); x=y z", "a",
        "a; filename=\"\"", "a; filename*=b c", "a; filename=\xc3\xbc"}) {
    EXPECT_TRUE(IsWellFormed(value, "filename")) << value;
  }
  for (const std::string_view value : {"a; filename=b c", "a; filename=(c) b", "a; filename=(1).txt", "a; filename=\"b",
                                       "a filename=b", "a, filename=b", "a; x=\"1\" filename=b", "a; filename="}) {
    EXPECT_FALSE(IsWellFormed(value, "filename")) << value;
  }
}

TEST(Params, BrokenSectionsAreTold) {
  EXPECT_FALSE(HasBrokenSections("a; filename*1=b; filename*0=a; filename=c", "filename"));
  EXPECT_FALSE(HasBrokenSections("a; filename*=b", "filename"));
  EXPECT_TRUE(HasBrokenSections("a; filename*0=a; filename*2=c", "filename"));
  EXPECT_TRUE(HasBrokenSections("a; filename*1=a", "filename"));
  EXPECT_TRUE(HasBrokenSections("a; filename*0=a; filename*0*=b", "filename"));
}

TEST(Params, DoubtsOfABoundary) {
  const auto doubt = [](std::string_view value) { return DoubtOf(value, "boundary"); };
  for (const char* plain : {"a/b", "a/b; boundary=x", "a/b; boundary=\"x y(z)\"; charset=u", "a/b; boundary=x ; c=d",
                            "a/b;\r\n boundary=\"----=_Part_1_2.3\"", "a/b; boundary=x; boundary=x"}) {
    EXPECT_EQ(doubt(plain), ParameterDoubt::kNone) << plain;
  }
  for (const char* odd : {"a/b; boundary=x y", "a/b; boundary=x (y)", "a/b; boundary=\"x \"", "a/b; boundary=\"x\\y\"",
                          "a/b; boundary*0=x; boundary*2=y", "a/b; boundary*=''x; boundary=y", "a/b; boundary=x\"y\"",
                          "a/b; x=\"boundary=y\"; boundary=x", "a/b; boundary=x%41"}) {
    EXPECT_EQ(doubt(odd), ParameterDoubt::kSyntax) << odd;
  }
  EXPECT_EQ(doubt("a/b; boundary=x; boundary=y"), ParameterDoubt::kRepeated);
}

TEST(Params, BytesForBoundaryAndCharset) {
  EXPECT_EQ(FindParameter("multipart/mixed; boundary=\"a=?b;c\"", "boundary"), "a=?b;c");
  EXPECT_EQ(FindParameter("multipart/mixed; boundary*0=ab; boundary*1=cd", "boundary"), "abcd");
  EXPECT_EQ(FindParameter("text/plain", "charset"), std::nullopt);
}

TEST(Params, ManySectionsCostLinearTime) {
  std::string value = "a";
  for (int i = 9999; i >= 0; --i) value += "; filename*" + std::to_string(i) + "=x";
  EXPECT_EQ(Text(value), std::string(10'000, 'x'));
  EXPECT_EQ(Text("a; filename*9999=x; filename*0=y"), "y");
  EXPECT_EQ(Text(std::string(1 << 20, ';') + "filename=z"), "z");
}

}  // namespace
}  // namespace casecomm::scan
