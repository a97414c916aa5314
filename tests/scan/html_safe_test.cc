// SPDX-License-Identifier: Apache-2.0
// Threat T24: what a rendering of HTML holds is judged by parsing it again, against a list of this file's own.
#include <gtest/gtest.h>
#include <gumbo.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <random>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "scan/charset.h"
#include "scan/html.h"
#include "scan/html_style.h"
#include "scan/html_tree.h"
#include "scan/html_url.h"
#include "scan/utf8.h"
#include "tests/base/random.h"
#include "tests/scan/fixtures.h"
#include "tests/scan/html_payloads.h"

namespace casecomm::scan {
namespace {

std::optional<std::string> Cid(std::string_view id) {
  return "/own/" + std::to_string(id.size());
}

std::string Safe(std::string_view html) {
  return SafeHtml(html, Cid).value_or("past the limits");
}

const std::set<std::string> kElements = {
    "a",      "abbr",       "acronym", "address", "article", "aside", "b",       "bdi",        "bdo",
    "big",    "blockquote", "br",      "caption", "center",  "cite",  "code",    "col",        "colgroup",
    "dd",     "del",        "dfn",     "div",     "dl",      "dt",    "em",      "figcaption", "figure",
    "font",   "footer",     "h1",      "h2",      "h3",      "h4",    "h5",      "h6",         "header",
    "hr",     "i",          "img",     "ins",     "kbd",     "li",    "main",    "mark",       "nav",
    "ol",     "p",          "pre",     "q",       "s",       "samp",  "section", "small",      "span",
    "strike", "strong",     "sub",     "sup",     "table",   "tbody", "td",      "tfoot",      "th",
    "thead",  "time",       "tr",      "tt",      "u",       "ul",    "var",     "wbr"};

// Attributes and what the whole of their value has to match.
const std::map<std::string, std::regex>& Values() {
  static const std::map<std::string, std::regex> values = [] {
    const std::map<std::string, std::string> patterns = {
        {"href", R"((https?://[^/\\"'<>` ][^\\"'<>` ]*|(mailto|tel):[^/\\"'<>` ][^\\"'<>` ]*))"},
        {"rel", "noopener noreferrer nofollow"},
        {"target", "_blank"},
        {"src", "/own/[0-9]+"},
        {"data-cid", "[^\\x00-\\x1f]+"},
        {"style", R"(([a-z-]+:[A-Za-z0-9#%.,()' _-]+;?)+)"},
        {"title", "[^\\x00-\\x1f]*"},
        {"alt", "[^\\x00-\\x1f]*"},
        {"face", "[^\\x00-\\x1f]*"},
        {"dir", "[A-Za-z0-9+-]+"},
        {"lang", "[A-Za-z0-9+-]+"},
        {"align", "[A-Za-z0-9+-]+"},
        {"valign", "[A-Za-z0-9+-]+"},
        {"type", "[A-Za-z0-9+-]+"},
        {"clear", "[A-Za-z0-9+-]+"},
        {"size", "[A-Za-z0-9+-]+"},
        {"hidden", ""},
        {"nowrap", ""},
        {"noshade", ""},
        {"reversed", ""},
        {"width", "[0-9]{1,4}%?"},
        {"height", "[0-9]{1,4}%?"},
        {"border", "[0-9]{1,4}%?"},
        {"hspace", "[0-9]{1,4}%?"},
        {"vspace", "[0-9]{1,4}%?"},
        {"cellpadding", "[0-9]{1,4}%?"},
        {"cellspacing", "[0-9]{1,4}%?"},
        {"start", "[0-9]{1,4}%?"},
        {"value", "[0-9]{1,4}%?"},
        {"span", "[0-9]{1,3}"},
        {"colspan", "[0-9]{1,3}"},
        {"rowspan", "[0-9]{1,3}"},
        {"bgcolor", R"((#[0-9a-f]+|[a-z]+|(rgb|hsl)a?\([0-9.,% ]*\)))"},
        {"color", R"((#[0-9a-f]+|[a-z]+|(rgb|hsl)a?\([0-9.,% ]*\)))"},
    };
    std::map<std::string, std::regex> made;
    for (const auto& [name, pattern] : patterns) made.emplace(name, std::regex(pattern));
    return made;
  }();
  return values;
}

// Whether a style calls anything but a colour, moves its element, takes from elsewhere, or has a number that is below 0 or past
// all limits. A word that is harmless may hold any of these names, and so may the name of a font in quotes.
bool IsBadStyle(const std::string& style) {
  static const std::regex strings("'[^']*'");
  static const std::regex bad(
      "(^|[^a-z-])(?!(rgb|hsl)a?\\()[a-z-]*\\(|"
      "(^|;)(position|behavior|cursor|src|content|filter|[a-z-]*(binding|filter|image|content)):|"
      "-[0-9]|[0-9]{5}",
      std::regex::icase);
  return std::regex_search(std::regex_replace(style, strings, "x"), bad);
}

// The first thing of a tree that may not stand in a rendering; "" if there is none.
std::string Fault(const GumboNode& node) {
  std::vector<const GumboNode*> open = {&node};
  while (!open.empty()) {
    const GumboNode& at = *open.back();
    open.pop_back();
    if (at.type == GUMBO_NODE_TEXT || at.type == GUMBO_NODE_WHITESPACE) continue;
    if (at.type == GUMBO_NODE_DOCUMENT) {
      for (unsigned i = 0; i < at.v.document.children.length; ++i) {
        open.push_back(static_cast<const GumboNode*>(at.v.document.children.data[i]));
      }
      continue;
    }
    if (at.type != GUMBO_NODE_ELEMENT) return "node of type " + std::to_string(at.type);
    const GumboElement& element = at.v.element;
    const std::string name = gumbo_normalized_tagname(element.tag);
    const bool root = element.tag == GUMBO_TAG_HTML || element.tag == GUMBO_TAG_HEAD || element.tag == GUMBO_TAG_BODY;
    if (element.tag_namespace != GUMBO_NAMESPACE_HTML) return "foreign " + name;
    if (!root && kElements.count(name) == 0) return "element " + name;
    if (root && element.attributes.length > 0) return "attribute of " + name;
    if (element.tag == GUMBO_TAG_HEAD && element.children.length > 0) return "head with content";
    for (unsigned i = 0; i < element.attributes.length; ++i) {
      const auto& attribute = *static_cast<const GumboAttribute*>(element.attributes.data[i]);
      const auto rule = Values().find(attribute.name);
      if (rule == Values().end()) return "attribute " + std::string(attribute.name);
      const std::string value = attribute.value;
      if (!std::regex_match(value, rule->second)) return std::string(attribute.name) + "=" + value;
      if (rule->first == "style" && IsBadStyle(value)) return "style " + value;
    }
    if (element.tag == GUMBO_TAG_A && element.attributes.length < 3) return "a without rel";
    for (unsigned i = 0; i < element.children.length; ++i) {
      open.push_back(static_cast<const GumboNode*>(element.children.data[i]));
    }
  }
  return {};
}

// As a document of its own, and as content of a page of today.
std::string FaultOf(const std::string& rendering) {
  for (const GumboTag context : {GUMBO_TAG_LAST, GUMBO_TAG_DIV}) {
    GumboOptions options = kGumboDefaultOptions;
    options.max_errors = 0;
    options.fragment_context = context;
    GumboOutput* output = gumbo_parse_with_options(&options, rendering.data(), rendering.size());
    const std::string fault = Fault(*output->root);
    gumbo_destroy_output(&options, output);
    if (!fault.empty()) return fault;
  }
  if (!IsUtf8(rendering)) return "not UTF-8";
  for (const std::string_view raw : {"<!", "<?", "\r", "`"}) {
    if (rendering.find(raw) != rendering.npos && raw != "`") return "raw " + std::string(raw);
  }
  return rendering.find('\0') == rendering.npos ? "" : "NUL";
}

void ExpectSafe(const std::string& html) {
  const std::optional<std::string> rendering = SafeHtml(html, Cid);
  ASSERT_TRUE(rendering) << html;
  ASSERT_EQ(FaultOf(*rendering), "") << html << "\n=> " << *rendering;
  ASSERT_EQ(SafeHtml(*rendering, Cid), rendering) << html << "\n=> " << *rendering;
}

const HtmlPayloads& Payloads() {
  static const HtmlPayloads payloads("fire(1)", "http://192.0.2.1");
  return payloads;
}

TEST(SafeHtml, LeavesNothingOfAnyPayload) {
  EXPECT_GT(Payloads().all().size(), 3000u);
  for (const std::string& payload : Payloads().all()) ExpectSafe(payload);
}

// What this file's judge is worth: it finds fault with nearly all payloads as they stand.
TEST(SafeHtml, TheJudgeSeesThePayloads) {
  size_t seen = 0;
  for (const std::string& payload : Payloads().all()) {
    const HtmlTree tree(payload);
    ASSERT_NE(tree.document(), nullptr);
    seen += !Fault(*tree.document()).empty();
  }
  EXPECT_GT(seen, Payloads().all().size() * 9 / 10);
}

TEST(SafeHtml, TheJudgeOfStylesTellsThemApart) {
  for (const char* const bad : {"width:url(x)", "color:red;height:expression(x)", "color:rgb(1,(2))", "position:fixed",
                                "color:red;-moz-binding:x", "background-image:none", "width:-1px", "width:10000px",
                                "font-family:a,url(x)", "font-family:'a',b(c)", "content:'x'"}) {
    EXPECT_TRUE(IsBadStyle(bad)) << bad;
  }
  for (const char* const good : {"color:reurld", "color:rgba(1,2,3,0.5);background:hsl(1 2% 3%)",
                                 "list-style-position:inside", "font-family:'url(x)'", "color:position"}) {
    EXPECT_FALSE(IsBadStyle(good)) << good;
  }
}

TEST(SafeHtml, LeavesNothingOfMutants) {
  const size_t count = test::Runs("CASECOMM_T24", 20'000);
  const uint64_t seed = test::Rng().seed();
  std::mt19937_64 random(seed);
  CharsetDecoder charsets;
  bool clean = true;
  for (size_t i = 0; i < count; ++i) {
    SCOPED_TRACE("CASECOMM_SEED=" + std::to_string(seed) + ", mutant " + std::to_string(i));
    ASSERT_NO_FATAL_FAILURE(ExpectSafe(charsets.ToUtf8(Payloads().Mutant(&random), "utf-8", &clean)));
  }
}

struct Case {
  std::string_view html, safe;
};

TEST(SafeHtml, KeepsWhatAMailShows) {
  const Case cases[] = {
      {"", ""},
      {"plain & simple", "plain &amp; simple"},
      {"<html><head><title>t</title></head><body><p>a</p></body></html>", "<p>a</p>"},
      {"<p align=center style='COLOR:Red !important; font: x'>a</p>", "<p align=\"center\" style=\"color:red\">a</p>"},
      {"<table border=1 cellpadding='2'><tr><td colspan=2 bgcolor=#FFF nowrap>x",
       "<table border=\"1\" cellpadding=\"2\"><tbody><tr><td colspan=\"2\" bgcolor=\"#fff\" "
       "nowrap=\"\">x</td></tr></tbody></table>"},
      {"<a href='http://x.y/?a=1&b=2' target=_top id=i class=c>z</a>",
       "<a href=\"http://x.y/?a=1&amp;b=2\" rel=\"noopener noreferrer nofollow\" target=\"_blank\">z</a>"},
      {"<a href=mailto:a@b.c>z</a><a href=tel:+1>y</a>",
       "<a href=\"mailto:a@b.c\" rel=\"noopener noreferrer nofollow\" target=\"_blank\">z</a>"
       "<a href=\"tel:+1\" rel=\"noopener noreferrer nofollow\" target=\"_blank\">y</a>"},
      {"<a href=#top>z</a><a href=/x>y</a><a name=n>w</a>", "zyw"},
      {"<img src=cid:abc width=10 alt='a `b`'>",
       "<img src=\"/own/3\" data-cid=\"abc\" width=\"10\" alt=\"a &#96;b&#96;\">"},
      {"<img src=http://x/y.png alt=z>", ""},
      {"<o:p>kept</o:p><blink>kept</blink><form>kept<input value=no></form>", "keptkeptkept"},
      {"a<script>no</script><style>no</style><object>no</object><select><option>no</select>b", "ab"},
      {"<pre>\n\n x\n</pre>", "<pre>\n\n x\n</pre>"},
      {"<pre><p>\na</p>\nb</pre>", "<pre><p>\na</p>\nb</pre>"},
      {"<pre><x>\na</x></pre>", "<pre>\n\na</pre>"},
      {"<body bgcolor=#000 text=white><p>a", "<div style=\"background-color:#000;color:white\"><p>a</p></div>"},
      {"<blockquote type=cite cite=mid:x>q</blockquote>", "<blockquote type=\"cite\">q</blockquote>"},
      {"<ol start=3 type=a><li>x</ol>", "<ol start=\"3\" type=\"a\"><li>x</li></ol>"},
      {"<span style='display:none'>pre</span>", "<span style=\"display:none\">pre</span>"},
      {"<p dir=rtl lang=he>\u05D0\u202Eabc</p>", "<p dir=\"rtl\" lang=\"he\">\u05D0\u202Eabc</p>"},
      {"<p>a<table><tr><td>b</table>", "<p>a</p><table><tbody><tr><td>b</td></tr></tbody></table><p></p>"},
      {"<b>1<p>2</b>3</p>", "<b>1</b><p><b>2</b>3</p>"},
      {"a\x01"
       "b&#13;c&nbsp;d",
       "a\uFFFDbc\u00A0d"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(Safe(c.html), c.safe) << c.html;
    EXPECT_EQ(Safe(Safe(c.html)), Safe(c.html)) << c.html;
  }
}

TEST(SafeHtml, ImagesThatNobodyKnowsAreLeftOut) {
  const auto none = [](std::string_view) { return std::optional<std::string>(); };
  EXPECT_EQ(SafeHtml("a<img src=cid:x>b", none), "ab");
  EXPECT_EQ(SafeHtml("a<img src=cid:x>b", nullptr), "ab");
  std::string asked;
  SafeHtml("<img src=' CID:a%40b%2Fc'>", [&](std::string_view id) {
    asked = id;
    return std::optional<std::string>();
  });
  EXPECT_EQ(asked, "a@b/c");
  EXPECT_EQ(Safe("<img src=cid:%ff>"), "") << "no UTF-8";
  EXPECT_EQ(SafeHtml("<img src=cid:x>", [](std::string_view) { return std::optional<std::string>("\"><script>"); }),
            "<img src=\"&quot;&gt;&lt;script&gt;\" data-cid=\"x\">");
}

TEST(SafeHtml, UrlsAreAbsoluteAndOfFourSchemes) {
  const Case cases[] = {
      {"http://a.b/c", "http://a.b/c"},
      {" \x01HTTPS://a.b", "https://a.b"},
      {"ht\ttp:\n//a.b", "http://a.b"},
      {"mailto:a@b?subject=x y", "mailto:a@b?subject=x%20y"},
      {"http://a/\"'<>`\\{}|^", "http://a/%22%27%3c%3e%60%5c%7b%7d%7c%5e"},
      {"http://\u00E4.de/\u00FC", "http://\u00E4.de/\u00FC"},
      {"http:a", ""},
      {"http:/a", ""},
      {"http:///a", ""},
      {"http://\\a", ""},
      {"http://", ""},
      {"//a.b", ""},
      {"ftp://a.b", ""},
      {"javascript:x", ""},
      {"java\nscript:x", ""},
      {"data:text/html,x", ""},
      {"http://a\x01/", ""},
      {"", ""},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(SafeUrl(c.html), c.safe) << c.html;
    EXPECT_EQ(SafeUrl(SafeUrl(c.html)), c.safe) << c.html;
  }
}

TEST(SafeHtml, StylesAreWrittenAnew) {
  const Case cases[] = {
      {"color:red", "color:red"},
      {" COLOR : #FFF ; ; margin:0 10PX auto 1.5em", "color:#fff;margin:0 10px auto 1.5em"},
      {"color:rgb( 1 , 2,3 )", "color:rgb(1,2,3)"},
      {"color:rgb(1 2 3)", "color:rgb(1 2 3)"},
      {"font-family:\"Segoe UI\",Arial", "font-family:'Segoe UI',Arial"},
      {"border:1px solid #CCC", "border:1px solid #ccc"},
      {"width:100%;width:4096px;width:4097px;width:201%;width:-1px;width:1e9px", "width:100%;width:4096px"},
      {"line-height:1.5;font-weight:700", "line-height:1.5;font-weight:700"},
      {"background:#fff url(x) no-repeat;background:red", "background:red"},
      {"color:red\\;x;height:1px", "height:1px"},
      {"position:fixed;top:0;z-index:1;opacity:0;display:block;display:flex", "display:block"},
      {"margin:1px 2px 3px 4px 5px", ""},
      {"font-family:'a;color:red", ""},
      {"font-family:a(b)", ""},
      {"width:calc(1px)", ""},
      {"color:expression(x)", ""},
      {"color", ""},
      {"color:", ""},
      {":red", ""},
      {"color:red!x", ""},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(SafeStyle(c.html), c.safe) << c.html;
    EXPECT_EQ(SafeStyle(SafeStyle(c.html)), c.safe) << c.html;
  }
}

TEST(SafeHtml, TextAsHtmlShowsTheText) {
  EXPECT_EQ(TextAsHtml("a<b>&\n\x01\"c"), "<pre>a&lt;b&gt;&amp;\n\"c</pre>");
  for (const std::string_view text : {"", "\nx", "<script>", "a\n\nb"}) {
    EXPECT_EQ(Safe(TextAsHtml(text)), TextAsHtml(text));
    EXPECT_EQ(TextOfHtml(TextAsHtml(text)).text, TextOfHtml(Safe(TextAsHtml(text))).text);
  }
}

TEST(SafeHtml, NothingPastTheLimits) {
  const auto nested = [](size_t depth) {
    std::string html;
    for (size_t i = 0; i < depth; ++i) html += "<div>";
    return html;
  };
  EXPECT_TRUE(SafeHtml(nested(254), Cid)) << "with html and body 256 elements";
  EXPECT_FALSE(SafeHtml(nested(255), Cid));
  EXPECT_TRUE(SafeHtml(nested(254) + "x", Cid));
  EXPECT_FALSE(SafeHtml(nested(255) + "x", Cid));
  EXPECT_FALSE(SafeHtml(std::string(4 << 20, '<'), Cid)) << "escaped it is past the limit";
  EXPECT_FALSE(SafeHtml(std::string((4 << 20) + 1, 'x'), Cid));
}

TEST(SafeHtml, CostsLinearTime) {
  const auto repeated = [](std::string_view piece, size_t n) {
    std::string html;
    for (size_t i = 0; i < n; ++i) html += piece;
    return html;
  };
  for (const std::string_view piece : {"<p style='color:red;font-family:Arial'>text</p>", "<a href='http://x.y/'>z</a>",
                                       "<img src=cid:a>", "<b><p>x</b></p>", "&amp;&lt;", "<table><tr>x<td>y</table>",
                                       "<!-- x -->", "<style>x</style>", "<a title=\"", "<svg><p>x"}) {
    const std::string once = repeated(piece, 1500), twice = repeated(piece, 3000);
    EXPECT_TRUE(CostsAtMost(
        3, [&] { SafeHtml(once, Cid); }, [&] { SafeHtml(twice, Cid); }, 0.02))
        << piece;
  }
}

}  // namespace
}  // namespace casecomm::scan
