// SPDX-License-Identifier: Apache-2.0
// Bytes of stored mail and of its attachments, in pieces.
#include <algorithm>

#include "tests/flow/host.h"

namespace casecomm {
namespace {

using testing::Firm;
using testing::ListSource;
using testing::RawOf;

std::string Base64(std::string_view bytes) {
  static constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t bits = 0;
    for (size_t j = 0; j < 3; ++j) bits = bits << 8 | (i + j < bytes.size() ? static_cast<uint8_t>(bytes[i + j]) : 0u);
    for (size_t j = 0; j < 4; ++j) text += i + j <= bytes.size() ? kDigits[bits >> (18 - 6 * j) & 63] : '=';
    if (i % 57 == 54) text += "\r\n";
  }
  return text;
}

std::string Part(const std::string& fields, const std::string& body) {
  return "--b\r\n" + fields + "\r\n" + body + "\r\n";
}

std::string Multipart(Firm& firm, const std::string& parts) {
  return "From: p1@mail.example.com\r\nTo: " + firm.Record("C1") +
         "\r\nSubject: Files\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + parts +
         "--b--\r\n";
}

struct Read {
  std::string bytes;
  size_t largest = 0, pieces = 0;
  Status status;
};

Read ReadFile(Session session, const std::string& message, size_t position) {
  Read read;
  read.status = session.ReadAttachment(message, position, [&](std::string_view piece) {
    EXPECT_FALSE(piece.empty());
    read.bytes += piece;
    read.largest = std::max(read.largest, piece.size());
    ++read.pieces;
    return Status();
  });
  return read;
}

std::string Noise(size_t size) {
  std::string bytes(size, '\0');
  uint32_t state = 1;
  for (char& c : bytes) c = static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
  return bytes;
}

struct Expected {
  const char* type;
  std::string bytes;
  bool whole;
};

void ExpectFiles(Firm& firm, const std::string& message, const std::vector<const char*>& people,
                 const std::vector<MailAttachment>& files, const std::vector<Expected>& expected) {
  ASSERT_EQ(files.size(), expected.size());
  for (size_t i = 0; i < files.size(); ++i) {
    SCOPED_TRACE(expected[i].type);
    EXPECT_EQ(files[i].content_type, expected[i].type);
    for (const char* person : people) {
      const Read read = ReadFile(firm.As(person), message, i);
      EXPECT_EQ(read.bytes, expected[i].bytes);
      EXPECT_EQ(read.status.reason(), expected[i].whole ? "" : "undecodable");
      EXPECT_EQ(read.status.code(), expected[i].whole ? Code::kOk : Code::kDataLoss);
    }
    const bool mail = files[i].content_type == "message/rfc822";
    EXPECT_EQ(files[i].size, mail ? -1 : static_cast<int64_t>(expected[i].bytes.size()));
  }
  for (const size_t position : {files.size(), files.size() + 1, ~size_t{0}}) {
    const Read none = ReadFile(firm.As(), message, position);
    EXPECT_EQ(none.status.code(), Code::kNotFound);
    EXPECT_EQ(none.status.reason(), "no_attachment");
    EXPECT_EQ(none.pieces, 0u);
  }
}

TEST(Content, AttachmentsOfEveryEncodingInTheOrderTheyAreListed) {
  Firm firm("casebook");
  const std::string noise = Noise(1000), inner = "From: a@b.org\r\nSubject: inner\r\n\r\ninner body";
  const std::string mail = Multipart(
      firm, Part("Content-Type: text/plain\r\n", "The mail's own text.") +
                Part("Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n", Base64(noise)) +
                Part("Content-Type: text/plain; name=q.txt\r\nContent-Transfer-Encoding: quoted-printable\r\n",
                     "caf=C3=A9 =\r\njoined") +
                Part("Content-Disposition: attachment; filename=plain.txt\r\n", "as it stands") +
                Part("Content-Type: message/rfc822\r\n", inner) + Part("Content-Type: application/d\r\n", ""));
  const MailDecision filed = firm.ReceiveOne(mail);
  const auto messages = firm.As().Messages(filed.targets.at(0).thread);
  ASSERT_TRUE(messages.ok());
  ExpectFiles(firm, filed.id, {"", "U1", "U2"}, messages->items.at(0).attachments,
              {{"application/pdf", noise, true},
               {"text/plain", "caf\xc3\xa9 joined", true},
               {"text/plain", "as it stands", true},
               {"message/rfc822", inner, true},
               {"application/d", "", true}});
}

// Readers differ on such, so the mail is held (threat T20).
TEST(Content, DamagedAttachmentsComeAsFarAsTheyDecode) {
  Firm firm("casebook");
  const std::string mail = Multipart(
      firm, Part("Content-Type: image/x; name=u\r\nContent-Transfer-Encoding: x-uuencode\r\n",
                 "begin 644 u\r\n#0V%T\r\n`\r\nend") +
                Part("Content-Type: application/a\r\nContent-Transfer-Encoding: base64\r\n", "QUJD\r\nR!") +
                Part("Content-Type: application/b\r\nContent-Transfer-Encoding: x-unheard-of\r\n", "bytes") +
                Part("Content-Type: application/c\r\nContent-Transfer-Encoding: quoted-printable\r\n", "a=ZZb"));
  const MailDecision held = firm.ReceiveOne(mail);
  EXPECT_EQ(held.targets.at(0).reason, "mime_ambiguous");
  ExpectFiles(firm, held.id, {""}, ScanMail(mail).attachments,
              {{"image/x", "Cat", true},
               {"application/a", "ABC", false},
               {"application/b", "bytes", false},
               {"application/c", "a=ZZb", false}});
}

TEST(Content, LargeOnesComeInPieces) {
  Firm firm("casebook");
  const std::string noise = Noise(3'000'001), text(200'000, 'x');
  const std::string mail =
      Multipart(firm, Part("Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n", Base64(noise)) +
                          Part("Content-Type: application/text\r\n", text));
  const std::string id = firm.ReceiveOne(mail).id;
  const Read decoded = ReadFile(firm.As(), id, 0), plain = ReadFile(firm.As(), id, 1);
  EXPECT_TRUE(decoded.status.ok());
  EXPECT_EQ(decoded.bytes, noise);
  EXPECT_LE(decoded.largest, 64u << 10);
  EXPECT_EQ(decoded.pieces, 46u);
  EXPECT_EQ(plain.bytes, text);
  EXPECT_LE(plain.largest, 64u << 10);

  std::string raw;
  size_t largest = 0;
  const int reads = firm.control->reads;
  const Status status = firm.As().ReadRaw(id, [&](std::string_view piece) {
    raw += piece;
    largest = std::max(largest, piece.size());
    return Status();
  });
  EXPECT_TRUE(status.ok()) << status.ToString();
  EXPECT_EQ(raw, mail);
  EXPECT_GE(largest, 64u << 10);
  EXPECT_LE(largest, 1u << 20);
  EXPECT_GE(firm.control->reads - reads, static_cast<int>(mail.size() / (1u << 20)));
}

TEST(Content, WhatTheSinkFailsWithEndsTheReadingAndIsAnswered) {
  Firm firm("casebook");
  const std::string mail = Multipart(
      firm, Part("Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n", Base64(Noise(1'000'000))));
  const std::string id = firm.ReceiveOne(mail).id;
  const Status mine(Code::kCancelled, "enough", "me", "it was enough");
  for (const int after : {0, 1, 3}) {
    for (const bool raw : {false, true}) {
      int calls = 0;
      const ByteSink sink = [&](std::string_view) { return calls++ == after ? mine : Status(); };
      const Status status = raw ? firm.As().ReadRaw(id, sink) : firm.As().ReadAttachment(id, 0, sink);
      EXPECT_EQ(status.ToString(), mine.ToString());
      EXPECT_EQ(status.reason(), "enough");
      EXPECT_EQ(calls, after + 1);
    }
  }
  const Status thrown = firm.As().ReadRaw(id, [](std::string_view) -> Status { throw std::runtime_error("sunk"); });
  EXPECT_EQ(thrown.code(), Code::kInternal);
  EXPECT_EQ(thrown.message(), "sunk");
}

TEST(Content, ASinkMayCallTheEngine) {
  Firm firm("casebook");
  const std::string id = firm.ReceiveOne(Firm::Mail("p1@mail.example.com", firm.Record("C1"))).id;
  const Status status = firm.As().ReadRaw(id, [&](std::string_view) { return firm.As().People().status(); });
  EXPECT_TRUE(status.ok()) << status.ToString();
}

TEST(Content, T51_WhoMayNotSeeTheMessageHearsThatThereIsNone) {
  Firm firm;
  const std::string on_c2 = firm.ReceiveOne(Firm::Mail("p3@mail.example.com", firm.Record("C2"))).id;
  const std::string unassigned = firm.Log("p3@mail.example.com").id;
  EXPECT_TRUE(RawOf(firm.As("U1"), on_c2).ok());
  EXPECT_TRUE(RawOf(firm.As("U1"), unassigned).ok());
  for (const std::string& id : {on_c2, unassigned}) {
    EXPECT_TRUE(RawOf(firm.As(), id).ok());
    for (const char* person : {"U2", "P3", "nobody"}) {
      const Status raw = RawOf(firm.As(person), id).status();
      const Status file = ReadFile(firm.As(person), id, 0).status;
      const Status missing = RawOf(firm.As(person), "none").status();
      EXPECT_EQ(raw.reason(), "no_message");
      EXPECT_EQ(raw.message(), missing.message());
      EXPECT_EQ(file.reason(), "no_message");
      EXPECT_EQ(file.message(), missing.message());
    }
  }
  EXPECT_EQ(RawOf(firm.As(), "none").status().reason(), "no_message");
  EXPECT_EQ(ReadFile(firm.As(), "none", 0).status.reason(), "no_message");
}

TEST(Content, AnEmptyMailIsNoPiece) {
  Firm firm("casebook");
  ListSource source;
  source.AddTo("", {firm.Record("C1")});
  const auto decision = firm.Receive(source).at(0);
  ASSERT_FALSE(decision.id.empty());
  EXPECT_EQ(RawOf(firm.As(), decision.id).value(), "");
}

}  // namespace
}  // namespace casecomm
