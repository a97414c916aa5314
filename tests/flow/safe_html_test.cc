// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "casecomm/mail.h"

namespace casecomm {
namespace {

std::string Lines(std::initializer_list<std::string_view> lines) {
  std::string mail;
  for (const std::string_view line : lines) mail.append(line).append("\r\n");
  return mail;
}

TEST(RenderSafeHtml, TakesTheFirstHtmlThatIsNoAttachment) {
  const std::string mail = Lines({"Content-Type: multipart/mixed; boundary=b",
                                  "",
                                  "--b",
                                  "Content-Type: text/html; name=a.html",
                                  "",
                                  "<p>attached</p>",
                                  "--b",
                                  "Content-Type: multipart/alternative; boundary=c",
                                  "",
                                  "--c",
                                  "Content-Type: text/plain",
                                  "",
                                  "plain",
                                  "--c",
                                  "Content-Type: text/html; charset=utf-8",
                                  "Content-Transfer-Encoding: quoted-printable",
                                  "",
                                  "<p onclick=3Dx>h=C3=A4</p><script>no</script>",
                                  "--c--",
                                  "--b",
                                  "Content-Type: text/html",
                                  "",
                                  "<p>second</p>",
                                  "--b--"});
  EXPECT_EQ(RenderSafeHtml(mail, "/"), "<p>h\u00E4</p>");
}

TEST(RenderSafeHtml, ImagesAreThePositionOfTheAttachment) {
  const std::string mail = Lines({"Content-Type: multipart/related; boundary=b",
                                  "",
                                  "--b",
                                  "Content-Type: text/html",
                                  "",
                                  "<img src=\"cid:a@x\"><img src=cid:b%40x><img src=cid:pdf><img src=cid:svg><img "
                                  "src=cid:none><img src=http://x/y>",
                                  "--b",
                                  "Content-Type: application/pdf",
                                  "Content-ID: <pdf>",
                                  "",
                                  "x",
                                  "--b",
                                  "Content-Type: image/png",
                                  "Content-ID: <a@x>",
                                  "",
                                  "x",
                                  "--b",
                                  "Content-Type: IMAGE/GIF; name=b.gif",
                                  "Content-ID: b@x",
                                  "",
                                  "x",
                                  "--b",
                                  "Content-Type: image/svg+xml",
                                  "Content-ID: <svg>",
                                  "",
                                  "x",
                                  "--b",
                                  "Content-Type: image/png",
                                  "Content-ID: <a@x>",
                                  "",
                                  "another of the same id",
                                  "--b--"});
  const std::string safe = RenderSafeHtml(mail, "https://host/m/1?p=\"&");
  EXPECT_EQ(safe,
            "<img src=\"https://host/m/1?p=&quot;&amp;1\" data-cid=\"a@x\">"
            "<img src=\"https://host/m/1?p=&quot;&amp;2\" data-cid=\"b@x\">");
  const Mail read = ScanMail(mail);
  ASSERT_EQ(read.attachments.size(), 5u);
  EXPECT_EQ(read.attachments[1].content_id, "a@x");
  EXPECT_EQ(read.attachments[2].content_id, "b@x");
}

TEST(RenderSafeHtml, TextWhereThereIsNoHtml) {
  EXPECT_EQ(RenderSafeHtml("Subject: x\r\n\r\n<b>& a\r\nb\r\n", ""), "<pre>&lt;b&gt;&amp; a\nb</pre>");
  EXPECT_EQ(RenderSafeHtml("", ""), "<pre></pre>");
  EXPECT_EQ(RenderSafeHtml(Lines({"Content-Type: image/png", "", "x"}), ""), "<pre></pre>");
  EXPECT_EQ(RenderSafeHtml(Lines({"Content-Type: text/html; name=a", "", "<b>x"}), ""), "<b>x</b>")
      << "a file, but shown, and there is no body";
}

TEST(RenderSafeHtml, TextWhereTheHtmlIsPastTheLimits) {
  std::string deep;
  for (int i = 0; i < 300; ++i) deep += "<div>";
  EXPECT_EQ(RenderSafeHtml(Lines({"Content-Type: text/html", "", deep + "a<p>&lt;b"}), ""), "<pre>a\n&lt;b</pre>");
  const auto both = [&](std::string_view text) {
    return Lines({"Content-Type: multipart/alternative; boundary=b", "", "--b", "", text, "--b",
                  "Content-Type: text/html", "", deep + "html", "--b--"});
  };
  EXPECT_EQ(RenderSafeHtml(both("plain"), ""), "<pre>plain</pre>");
  EXPECT_EQ(RenderSafeHtml(both(" "), ""), "<pre>html</pre>");
}

TEST(RenderSafeHtml, TheCharsetOfAMetaCountsWhereThePartDeclaresNone) {
  const std::string html = "<meta charset=koi8-r><p>\xC1</p>";
  EXPECT_EQ(RenderSafeHtml("Content-Type: text/html\r\n\r\n" + html, ""), "<p>\u0430</p>");
  EXPECT_EQ(RenderSafeHtml("Content-Type: text/html; charset=iso-8859-1 (x)\r\n\r\n" + html, ""), "<p>\u00C1</p>");
}

}  // namespace
}  // namespace casecomm
