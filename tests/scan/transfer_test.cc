// SPDX-License-Identifier: Apache-2.0
#include "scan/transfer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/base/random.h"

namespace casecomm::scan {
namespace {

std::string Decode(std::string_view body, std::string_view encoding, bool want_clean = true) {
  std::string out;
  StringSink sink(&out);
  EXPECT_EQ(DecodeTransfer(body, TransferEncodingOf(encoding), &sink), want_clean) << body;
  SizeSink size;
  DecodeTransfer(body, TransferEncodingOf(encoding), &size);
  EXPECT_EQ(size.size(), static_cast<int64_t>(out.size()));
  return out;
}

TEST(Transfer, Names) {
  EXPECT_EQ(TransferEncodingOf(""), TransferEncoding::kIdentity);
  EXPECT_EQ(TransferEncodingOf(" 8BIT "), TransferEncoding::kIdentity);
  EXPECT_EQ(TransferEncodingOf("Base64 (comment)"), TransferEncoding::kBase64);
  EXPECT_EQ(TransferEncodingOf("quoted-printable;"), TransferEncoding::kQuotedPrintable);
  EXPECT_EQ(TransferEncodingOf("x-uue"), TransferEncoding::kUuencode);
  EXPECT_EQ(TransferEncodingOf("x-gzip64"), TransferEncoding::kUnknown);
}

TEST(Transfer, Base64) {
  EXPECT_EQ(Decode("", "base64"), "");
  EXPECT_EQ(Decode("TQ==", "base64"), "M");
  EXPECT_EQ(Decode("TWE=", "base64"), "Ma");
  EXPECT_EQ(Decode("TWFu\r\nTWFu\n", "base64"), "ManMan");
  EXPECT_EQ(Decode("TWE", "base64", false), "Ma") << "no padding, no loss; but others leave it out";
  EXPECT_EQ(Decode("TWFuT", "base64", false), "Man");
  EXPECT_EQ(Decode("TWFuTQ=\n", "base64", false), "ManM") << "half of the padding: likewise";
  EXPECT_EQ(Decode("T*W!F\x80u", "base64", false), "Man") << "RFC 2045, 6.8: foreign characters are passed over";
}

TEST(Transfer, Base64BehindItsPadding) {
  EXPECT_EQ(Decode("TQ==\r\nTWFu\r\nTWE=\r\n", "base64", false), "MManMa") << "a second encoded body is not hidden";
  EXPECT_EQ(Decode("TQ==\r\n\r\nCheerio!\r\n", "base64", false), "M") << "prose is not decoded";
  EXPECT_EQ(Decode("TQ==\r\nTWF", "base64", false), "M");
  EXPECT_EQ(Decode("TQ=\r\n=\r\n", "base64"), "M");
}

TEST(Transfer, Base64OfRandomBytes) {
  static constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  test::Rng random;
  PRINT_SEED(random);
  for (size_t size = 0; size < 400; ++size) {
    std::string bytes(size * 23, '\0'), text;
    for (char& c : bytes) c = static_cast<char>(random());
    for (size_t i = 0; i < bytes.size(); i += 3) {
      const auto at = [&](size_t j) {
        return j < bytes.size() ? static_cast<uint32_t>(static_cast<uint8_t>(bytes[j])) : 0u;
      };
      const uint32_t group = at(i) << 16 | at(i + 1) << 8 | at(i + 2);
      for (uint32_t digit = 0; digit < 4; ++digit) {
        text += i + digit > bytes.size() ? '=' : kAlphabet[group >> (18 - 6 * digit) & 63];
      }
      if (random() % 20 == 0) text += "\r\n";
    }
    ASSERT_TRUE(Decode(text, "base64") == bytes);
  }
}

TEST(Transfer, QuotedPrintable) {
  EXPECT_EQ(Decode("Gr=C3=BC=c3=9fe", "quoted-printable"), "Grüße");
  EXPECT_EQ(Decode("a=\r\nb=  \nc", "quoted-printable"), "abc");
  EXPECT_EQ(Decode("a  \r\nb\t\nc ", "quoted-printable"), "a\r\nb\nc")
      << "blanks at the end of a line were added on the way";
  EXPECT_EQ(Decode("a=20\r\n", "quoted-printable"), "a \r\n");
  EXPECT_EQ(Decode("a=4 =zz", "quoted-printable", false), "a=4 =zz");
  EXPECT_EQ(Decode("a=", "quoted-printable"), "a");
}

TEST(Transfer, Uuencode) {
  EXPECT_EQ(Decode("prose\r\nbegin 644 cat.txt\r\n#0V%T\r\n`\r\nend\r\nprose", "x-uuencode"), "Cat");
  EXPECT_EQ(Decode("begin 644 x\n#0V%T\n", "uuencode", false), "Cat") << "no end";
  EXPECT_EQ(Decode("begin 644 x\n#0V\nend\n", "uuencode", false), std::string_view("C\x60\0", 3)) << "a short line";
  EXPECT_EQ(Decode("no begin", "uuencode", false), "");
  for (const char* begin : {"begin ", "begin 644", "begin 644 ", "begin x y", "begin 9 x"}) {
    EXPECT_EQ(Decode(std::string(begin) + "\n#0V%T\n`\nend\n", "uuencode", false), "Cat") << "no mode or no name";
    EXPECT_THAT(DecodeOtherwise(std::string(begin) + "\n#0V%T\n`\nend\n", TransferEncoding::kUuencode),
                testing::ElementsAre(std::string(begin) + "\n#0V%T\n`\nend\n"));
  }
  EXPECT_TRUE(DecodesAlike("begin 644 x\n#0V%T\n`\nend\n", TransferEncoding::kUuencode));
}

TEST(Transfer, UnknownIsReadAsNone) {
  EXPECT_EQ(Decode("hello", "x-gzip64", false), "hello");
}

}  // namespace
}  // namespace casecomm::scan
