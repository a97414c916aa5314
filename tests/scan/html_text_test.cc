// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <gumbo.h>

#include <ctime>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "scan/html.h"
#include "scan/html_charset.h"
#include "scan/utf8.h"
#include "tests/scan/fixtures.h"
#include "tests/scan/html_payloads.h"

namespace casecomm::scan {
namespace {

std::string Repeated(std::string_view piece, size_t n) {
  std::string text;
  text.reserve(piece.size() * n);
  for (size_t i = 0; i < n; ++i) text += piece;
  return text;
}

// The text with its marks written into it: {Q quote Q}, {S signature S}, {--}.
std::string Marked(std::string_view html) {
  const HtmlText read = TextOfHtml(html);
  constexpr std::string_view kSigns[] = {"{Q", "Q}", "{S", "S}", "{--}"};
  std::string text;
  size_t at = 0;
  for (const TextMark& mark : read.marks) {
    text += read.text.substr(at, mark.offset - at);
    text += kSigns[static_cast<size_t>(mark.kind)];
    at = mark.offset;
  }
  return text + read.text.substr(at);
}

struct Case {
  std::string_view html, text;
};

void Expect(std::initializer_list<Case> cases) {
  for (const Case& c : cases) EXPECT_EQ(Marked(c.html), c.text) << c.html;
}

TEST(HtmlText, BlanksCollapseAsABrowserDoes) {
  Expect({
      {"", ""},
      {"  a \r\n\t b  ", "a b"},
      {"a<b> b</b> <i>c </i> d", "a b c d"},
      {"a <span> b</span>", "a b"},
      {"<p> a </p>", "a"},
      {"a&nbsp;&nbsp;b", "a  b"},
      {"&nbsp;&nbsp;a", "  a"},
      {"a<br> b", "a\nb"},
      {"a <br>b", "a\nb"},
      {"<div>a</div> <div>b</div>", "a\nb"},
      {"a&#8203;b&shy;c\uFEFF\u2060d", "abcd"},
      {"a&zwnj;&nbsp;&zwnj;b", "a b"},
      {"\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645", "\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645"},
      {"\U0001F468\u200D\U0001F469", "\U0001F468\u200D\U0001F469"},
      {"\u2013 \u20AC \u00E9 \u0341", "\u2013 \u20AC \u00E9 \u0341"},
  });
}

TEST(HtmlText, BlocksStandOnLines) {
  Expect({
      {"<p>a</p><p>b</p>", "a\n\nb"},
      {"<div>a<div>b</div>c</div>", "a\nb\nc"},
      {"<div>a</div><div><br></div><div>b</div>", "a\n\nb"},
      {"<div>a<br></div><div>b</div>", "a\nb"},
      {"a<br><br>b<br><br><br>c", "a\n\nb\n\n\nc"},
      {"<br><br>a<br><br>", "\n\na"},
      {"<h1>a</h1>b", "a\n\nb"},
      {"<p>a<p>b<div>c</div>", "a\n\nb\n\nc"},
      {"<p style='margin:0'>a</p><p style='margin:0'>b</p>", "a\nb"},
      {"<p class=MsoNormal>a</p><p class=MsoNormal><o:p>&nbsp;</o:p></p><p class=MsoNormal>b</p>", "a\n\nb"},
      {"<p class=x_MsoNormal>a</p><p class=x_MsoNormal>b</p>", "a\nb"},
      {"a<span style='display:block'>b</span>c", "a\nb\nc"},
      {"a<div style='display:inline'>b</div>c", "abc"},
      {"a<hr>b", "a\nb"},
      {"<address>a</address><center>b</center>", "a\nb"},
  });
}

TEST(HtmlText, ListsAndTables) {
  Expect({
      {"x<ul><li>a</li><li>b</li></ul>y", "x\n\n- a\n- b\n\ny"},
      {"<ul><li><p>a</p></li><li>b</ul>", "- a\n\n- b"},
      {"<ul><li>a<ul><li>b</ul><li>c</ul>", "- a\n  - b\n- c"},
      {"<ol><li>a<li>b</ol>", "1. a\n2. b"},
      {"<ol start=9><li>a<ul><li>x</ul><li>b</ol>", "9. a\n  - x\n10. b"},
      {"<ul><li></li><li>a</ul>", "- a"},
      {"<dl><dt>a<dd>b</dl>", "a\nb"},
      {"<table><tr><td>a</td><td>b</td></tr><tr><td>c<td>d</table>", "a\tb\nc\td"},
      {"<table><tr><td><div>a</div></td><td><p>b</p></td></tr></table>c", "a\tb\nc"},
      {"<table><tr><td>a<br>b</td><td>c</td></tr></table>", "a\nb\nc"},
      {"<table><tr><td></td><td>a</td><td> </td><td>b</td></tr></table>", "a\tb"},
      {"<table><tr><td><table><tr><td>a<td>b</table><td>c</table>", "a\tb\tc"},
      {"<table><caption>t</caption><tr><th>a<th>b</table>", "t\na\tb"},
  });
}

TEST(HtmlText, PreformattedTextIsKept) {
  Expect({
      {"<pre>a\n  b\tc\n\nd</pre>", "a\n  b\tc\n\nd"},
      {"x<pre>\na</pre>y", "x\n\na\n\ny"},
      {"<div style='white-space: pre-wrap'>a  b\nc</div>", "a  b\nc"},
      {"<div style='white-space:pre-line'>a  b\nc</div>", "a b\nc"},
      {"<pre>a<span style='white-space:normal'> b\n c</span></pre>", "a b c"},
      {"<xmp><b></xmp>", "<b>"},
      {"<pre>a  \nb</pre>", "a\nb"},
  });
}

TEST(HtmlText, WhatIsNotShownGivesNone) {
  Expect({
      {"<head><title>t</title><style>s</style></head>a", "a"},
      {"a<script>s</script><style>s</style><template>t</template><noscript>n</noscript>b", "ab"},
      {"a<span style='color:red;DISPLAY : none !important'>b</span>c", "ac"},
      {"a<div hidden>b</div>c", "ac"},
      {"a<span style='visibility:hidden'>b</span>c", "ac"},
      {"a<span style='mso-hide:all'>b</span>c", "ac"},
      {"a<span style='max-height:0px;overflow:hidden'>b</span>c", "ac"},
      {"a<span style='max-height:10px;overflow:hidden'>b</span>c", "abc"},
      {"a<!--[if mso]>b<![endif]--><![if !mso]>c<![endif]><!-- d -->e", "ace"},
      {"a<img alt=b src=c><input value=d><select><option>e</select><textarea>f</textarea>g", "ag"},
      {"<a href=http://x>b</a><object>c</object><iframe>d</iframe>", "b"},
      {"a<svg><text>b</text></svg>c", "abc"},
  });
}

TEST(HtmlText, EntitiesAreDecoded) {
  Expect({
      {"&lt;&amp;&gt;&quot;&#39;&euro;&#x20AC;&auml", "<&>\"'\u20AC\u20AC\u00E4"},
      {"&#0;&#xD800;&#1114112;", "\uFFFD\uFFFD\uFFFD"},
      {"&#128;", "\u20AC"},
      {"&unknown; & b", "&unknown; & b"},
  });
}

TEST(HtmlText, QuotesAreMarked) {
  Expect({
      {"a<blockquote>b</blockquote>c", "a\n\n{Qb\n\nQ}c"},
      {"a<blockquote type=cite>b<blockquote type=cite>c</blockquote></blockquote>", "a\n\n{Qb\n\n{QcQ}Q}"},
      {"<div>a</div><div class='gmail_quote gmail_quote_container'><div class=gmail_attr>On x:<br></div>"
       "<blockquote class=gmail_quote>b</blockquote></div><div>c</div>",
       "a\n{QOn x:\n\n{Qb\n\nQ}Q}c"},
      {"a<div class=moz-cite-prefix>On x:<br></div><blockquote type=cite>b</blockquote>c", "a\nOn x:\n\n{Qb\n\nQ}c"},
      {"a<div class='ydp1234yahoo_quoted'>b</div>", "a\n{QbQ}"},
      {"a<div class=yahoo_quoted>b</div>", "a\n{QbQ}"},
      {"a<div class=protonmail_quote>b</div>", "a\n{QbQ}"},
      {"a<blockquote class=tutanota_quote>b</blockquote>", "a\n\n{QbQ}"},
      {"a<div class=zmail_extra>b</div>", "a\n{QbQ}"},
      {"a<div id=mail-editor-reference-message-container>b</div>", "a\n{QbQ}"},
      {"a<div id=x_x_mail-editor-reference-message-container>b</div>", "a\n{QbQ}"},
      {"a<span class=gmail_quote>b</span>c", "a\n{Qb\nQ}c"},
      {"a<div class=gmail_quote></div>b", "a\nb"},
      {"a<div class=gmail_quote style='display:none'>b</div>c", "ac"},
      {"a<blockquote class=webkit-indent-blockquote>b</blockquote>", "a\n\nb"},
      {"a<blockquote style='margin:0 0 0 40px;border:none;padding:0px'>b</blockquote>", "a\nb"},
      {"a<div class=not_gmail_quote>b</div><div class=quote>c</div>", "a\nb\nc"},
      {"<table><tr><td>a<td><div class=gmail_quote>b</div></table>", "a\n{QbQ}"},
      {"<ul><li>a<blockquote>b</blockquote></ul>c", "- a\n\n{Qb\n\nQ}c"},
  });
}

TEST(HtmlText, SeparatorsAreMarked) {
  Expect({
      {"a<div id=appendonsend></div><hr tabindex=-1 style='display:inline-block'><div id=divRplyFwdMsg>b</div>",
       "a\n{--}b"},
      {"a<div id=x_divRplyFwdMsg>b</div>", "a\n{--}b"},
      {"a<div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in 0in 0in'><p class=MsoNormal>b</div>",
       "a\n{--}b"},
      {"a<div style='border:none;border-top:solid #B5C4DF 1.0pt'>b</div>", "a\n{--}b"},
      {"a<div style='border-top:solid #E1E1E1 1.0pt'>b</div>", "a\nb"},
      {"a<div style='border:none;border-top:solid red 1.0pt'>b</div>", "a\nb"},
      {"a<div class=OutlookMessageHeader>b</div>", "a\n{--}b"},
      {"a<hr>b", "a\nb"},
      {"a<div id=appendonsend></div>", "a{--}"},
  });
}

TEST(HtmlText, SignaturesAreMarked) {
  Expect({
      {"a<div class=gmail_signature>b</div>c", "a\n{Sb\nS}c"},
      {"a<div class=moz-signature>-- <br>b</div>", "a\n{S--\nbS}"},
      {"a<div id=Signature>b</div>", "a\n{SbS}"},
      {"a<div id=x_Signature>b</div>", "a\n{SbS}"},
      {"a<div id=ms-outlook-mobile-signature>b</div>", "a\n{SbS}"},
      {"a<div class=protonmail_signature_block><div class=protonmail_signature_block-user>b</div></div>", "a\n{SbS}"},
      {"a<div id=AppleMailSignature>b</div>", "a\n{SbS}"},
      {"a<div class=digital-signature>b</div>", "a\nb"},
  });
}

// What text_marks.h promises, of anything.
TEST(HtmlText, MarksStandAtLineBeginsAndNest) {
  const HtmlPayloads payloads("x", "y");
  std::mt19937_64 random(4);
  constexpr std::string_view kPieces[] = {"<blockquote>",
                                          "</blockquote>",
                                          "<div class=gmail_quote>",
                                          "</div>",
                                          "<div id=Signature>",
                                          "<hr tabindex=-1>",
                                          "text",
                                          " ",
                                          "<br>",
                                          "&nbsp;",
                                          "<table><tr><td>",
                                          "</table>",
                                          "<td>",
                                          "<ul><li>",
                                          "<li>",
                                          "</ul>",
                                          "<pre>\n",
                                          "</pre>",
                                          "<p>",
                                          "<span>",
                                          "\n",
                                          "&#8203;",
                                          "<tr>",
                                          "\u00E9"};
  for (int i = 0; i < 20'000; ++i) {
    std::string html;
    for (size_t n = random() % 40; n > 0; --n) html += kPieces[random() % std::size(kPieces)];
    const HtmlText read = TextOfHtml(html);
    ASSERT_TRUE(IsUtf8(read.text)) << html;
    ASSERT_TRUE(read.text.empty() || std::string_view(" \t\n").find(read.text.back()) == std::string_view::npos)
        << html;
    ASSERT_EQ(read.text.find(" \n"), std::string::npos) << html;
    size_t before = 0;
    std::vector<MarkKind> open;
    for (const TextMark& mark : read.marks) {
      ASSERT_GE(mark.offset, before) << html;
      before = mark.offset;
      ASSERT_TRUE(mark.offset == 0 || mark.offset == read.text.size() || read.text[mark.offset - 1] == '\n') << html;
      if (mark.kind == MarkKind::kQuoteBegin || mark.kind == MarkKind::kSignatureBegin) open.push_back(mark.kind);
      if (mark.kind == MarkKind::kQuoteEnd || mark.kind == MarkKind::kSignatureEnd) {
        ASSERT_FALSE(open.empty()) << html;
        ASSERT_EQ(static_cast<int>(open.back()) + 1, static_cast<int>(mark.kind)) << html;
        open.pop_back();
      }
    }
    ASSERT_TRUE(open.empty()) << html;
  }
}

TEST(HtmlText, PastTheLimitsTagsAreStripped) {
  const std::string deep = Repeated("<div>", 300);
  EXPECT_TRUE(HtmlPastLimits(deep));
  EXPECT_TRUE(TextOfHtml(deep).past_limit);
  EXPECT_FALSE(TextOfHtml(Repeated("<div>", 250)).past_limit);
  const Case cases[] = {
      {"a<b>b</b> c<p>d &amp;&lt;&#65;&#x42;&nbsp;e", "ab c\nd &<AB e"},
      {"<script>no</script>a<style>no</style><title>no</title>b<!-- no -->c", "a\nbc"},
      {"a < b && c &unknown; &#; &#xZ;", "a < b && c &unknown; &#; &#xZ;"},
      {"<blockquote>a</blockquote>", "a"},
      {"a<!doctype x>b<?x?>c", "abc"},
      {"a<script>no", "a"},
      {"a<!-- no", "a"},
      {"a<b", "a"},
      {"a\x01\x7f\u00E9", "a\u00E9"},
  };
  for (const Case& c : cases) {
    const HtmlText read = TextOfHtml(deep + std::string(c.html));
    EXPECT_TRUE(read.past_limit);
    EXPECT_TRUE(read.marks.empty());
    EXPECT_EQ(read.text, c.text) << c.html;
  }
}

// Each would take the parser minutes, gigabytes, or its stack.
TEST(HtmlText, NothingIsMoreThanTheGuardsBear) {
  const std::string different_bold = [] {
    std::string html;
    for (int i = 0; i < 200; ++i) html += "<p><b class=" + std::to_string(i) + "></p>";
    return html;
  }();
  std::string attributes = "<p ", bodies;
  for (int i = 0; i < 200'000; ++i) attributes += "a" + std::to_string(i) + "=1 ";
  for (int i = 0; i < 100'000; ++i) bodies += "<body a" + std::to_string(i) + "=1>";
  // A value as long as a node of the tree is no node.
  std::string long_values = "<p ";
  for (int i = 0; i < 50'000; ++i) {
    long_values += "a" + std::to_string(i) + (i % 60 == 0 ? "=" + std::string(sizeof(GumboNode) - 1, 'x') + " " : " ");
  }
  const std::string cases[] = {
      Repeated("<div>", 800'000),
      Repeated("<b><i>", 100'000),
      Repeated("<b><div></b>", 200'000),
      different_bold + Repeated("<p>x</p>", 100'000),
      Repeated("<table><td>", 300'000),
      Repeated("<svg><g>", 300'000),
      Repeated("<table><div>x", 200'000),
      Repeated("<span>", 250) + "<b>" + std::string(2'000'000, 'x'),
      Repeated("<p>x", 800'000),
      Repeated("<template>", 200'000),
      Repeated("<select><option>", 200'000),
      Repeated("<a>", 500'000),
      Repeated(std::string("a\0", 2), 1'000'000),
      attributes,
      long_values,
      bodies,
  };
  for (const std::string& html : cases) {
    const std::clock_t begin = std::clock();
    TextOfHtml(html);
    EXPECT_LT(static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC, 2.0) << html.substr(0, 40);
  }
}

// Each once ended the parser, and the process with it.
TEST(HtmlText, NoAssertionOfTheParserFails) {
  for (const std::string_view html :
       {"<table><math><select><mi><select></table>x", "<TABLE><MATH><SELECT><MI><SELECT></TABLE>x",
        "<svg></svg><select></select><isindex><frameset></frameset>x"}) {
    EXPECT_EQ(TextOfHtml(html).text, "x") << html;
  }
}

TEST(HtmlText, CostsLinearTime) {
  for (const std::string_view piece :
       {"<p>text of a paragraph</p>", "<div class=gmail_quote>a</div>", "<blockquote>a</blockquote>",
        "<table><tr><td>a<td>b</table>", "<br>", "<ul><li>a</ul>", "&amp;", "a ",
        "<span style='display:none;x:y'>a</span>", "<table><tr>x<td>y</table>", "<!-- x -->", "<", "</", "<a title=\"",
        "&#8203;"}) {
    const std::string once = Repeated(piece, 3000), twice = Repeated(piece, 6000);
    EXPECT_TRUE(CostsAtMost(
        3, [&] { TextOfHtml(once); }, [&] { TextOfHtml(twice); }, 0.01))
        << piece;
  }
  for (const std::string_view piece : {"<p>text</p>", "<", "<script>", "<!--", "</scr", "&", "&#1", "<style>a</"}) {
    const std::string deep = Repeated("<div>", 300);
    const std::string once = deep + Repeated(piece, 30'000), twice = deep + Repeated(piece, 60'000);
    EXPECT_TRUE(CostsAtMost(
        3, [&] { TextOfHtml(once); }, [&] { TextOfHtml(twice); }, 0.01))
        << piece;
  }
}

TEST(HtmlText, TheCharsetOfAMeta) {
  const Case cases[] = {
      {"<meta charset=Koi8-R>", "koi8-r"},
      {"<META http-equiv='Content-Type' content='text/html; charset=windows-1251'>", "windows-1251"},
      {"<meta name=x content=y><meta charset = \"gb2312\" />", "gb2312"},
      {"<meta charset=utf-16le>", "utf-8"},
      {"<meta name=charset>", ""},
      {"<meta charset=", ""},
      {"<p charset=x>", ""},
      {"", ""},
  };
  for (const Case& c : cases) EXPECT_EQ(HtmlCharset(c.html), c.text) << c.html;
  EXPECT_EQ(HtmlCharset(std::string(4096, ' ') + "<meta charset=koi8-r>"), "");
}

}  // namespace
}  // namespace casecomm::scan
