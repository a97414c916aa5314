// SPDX-License-Identifier: Apache-2.0
#include "attach/inspect.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <set>

#include "scan/attachment.h"
#include "scan/content.h"
#include "tests/attach/files.h"
#include "tests/base/random.h"

namespace casecomm::attach {
namespace {

using std::string;
using testing::File;
using testing::FilePart;
using testing::KnownFile;

string Mail(const string& header, const string& body) {
  return "From: a@x.example.org\r\nTo: b@y.example.org\r\nSubject: s\r\n" + header + "\r\n" + body;
}

string Mail(const std::vector<FilePart>& parts, const string& text_type = "text/plain", const string& text = "Hello") {
  return Mail(testing::MultipartHeader(), testing::MultipartBody(parts, text_type, text));
}

Inspection Look(const string& raw, const InboundPolicy& policy = {}, const SeeFile& see = {}) {
  scan::EnvelopeScanner scanner;
  return Inspect(scanner.Scan(raw), {}, policy, Sniffer::Shared(), see);
}

std::vector<string> Reasons(const Inspection& inspection) {
  std::vector<string> reasons;
  for (const PartVerdict& verdict : inspection.verdicts) reasons.push_back(verdict.reason);
  return reasons;
}

string ReasonOf(const FilePart& part, const InboundPolicy& policy = {}) {
  const Inspection inspection = Look(Mail({part}), policy);
  EXPECT_EQ(inspection.verdicts.size(), 1u) << part.header;
  return inspection.verdicts.empty() ? "" : inspection.verdicts.front().reason;
}

TEST(Inspect, TI06_TheFirstFiveInMimeOrder) {
  std::vector<FilePart> parts;
  for (int i = 0; i < 7; ++i)
    parts.push_back(File("p" + std::to_string(i) + ".pdf", "application/pdf", testing::PdfFile()));
  parts.insert(parts.begin() + 2, File("x.exe", "application/octet-stream", testing::ExeFile()));
  const Inspection inspection = Look(Mail(parts));
  EXPECT_EQ(Reasons(inspection), (std::vector<string>{"accepted", "accepted", "type_unsupported", "accepted",
                                                      "accepted", "accepted", "too_many", "too_many"}))
      << "what is skipped does not count";
  for (size_t i = 0; i < inspection.verdicts.size(); ++i) {
    const PartVerdict& verdict = inspection.verdicts[i];
    EXPECT_EQ(verdict.attachment, static_cast<int64_t>(i));
    EXPECT_EQ(verdict.accepted, verdict.reason == "accepted");
  }
  EXPECT_EQ(inspection.verdicts[6].sentence, "\"p5.pdf\" was skipped: 5 files of this mail were accepted before it.");
  EXPECT_EQ(inspection.verdicts[0].sentence, "\"p0.pdf\" was accepted: it is application/pdf, 53 bytes.");
  EXPECT_FALSE(inspection.ambiguous);
  EXPECT_FALSE(inspection.over_limit);
}

TEST(Inspect, TI06_LimitsAreStrict) {
  InboundPolicy policy;
  const auto pdf = [](size_t size) {
    string bytes = testing::PdfFile();
    bytes.resize(size, ' ');
    return File("a.pdf", "application/pdf", bytes);
  };
  policy.file_bytes_below = 100;
  EXPECT_EQ(ReasonOf(pdf(99), policy), "accepted");
  EXPECT_EQ(ReasonOf(pdf(100), policy), "file_too_large");
  policy.total_bytes_below = 190;
  EXPECT_EQ(Reasons(Look(Mail({pdf(90), pdf(99), pdf(90)}), policy)),
            (std::vector<string>{"accepted", "accepted", "total_too_large"}));
  EXPECT_EQ(Reasons(Look(Mail({pdf(95), pdf(95), pdf(94)}), policy)),
            (std::vector<string>{"accepted", "total_too_large", "accepted"}));
  policy.most_files = 0;
  EXPECT_EQ(ReasonOf(pdf(90), policy), "too_many");
}

TEST(Inspect, TI08_SupportedTypesOnly) {
  for (const KnownFile& file : testing::Documents()) {
    for (const string& declared : {string("application/octet-stream"), file.type}) {
      EXPECT_EQ(ReasonOf(File("a." + file.extension, declared, file.bytes)), "accepted")
          << file.extension << ' ' << declared;
    }
  }
  for (const KnownFile& file : testing::Dangers()) {
    for (const string& name : {"a." + file.extension, "a.pdf." + file.extension, string("a")}) {
      const FilePart part = File(name, "application/octet-stream", file.bytes);
      if (name == "a" && file.type == "text/plain") continue;  // a script without its name is but text
      const Inspection inspection = Look(Mail({part}));
      ASSERT_EQ(inspection.verdicts.size(), 1u);
      EXPECT_FALSE(inspection.verdicts[0].accepted) << name << ": " << inspection.verdicts[0].sentence;
      EXPECT_EQ(inspection.verdicts[0].found_type, file.type);
    }
  }
}

TEST(Inspect, TI08_TheListDecides) {
  InboundPolicy policy;
  policy.types = {"image/*", "application/zip", "text/csv"};
  EXPECT_EQ(ReasonOf(File("a.png", "image/png", testing::PngFile()), policy), "accepted");
  EXPECT_EQ(ReasonOf(File("a.zip", "application/x-zip-compressed", testing::Zip({{"a", "b"}})), policy), "accepted");
  EXPECT_EQ(ReasonOf(File("a.csv", "text/csv", "a,b\n"), policy), "accepted");
  EXPECT_EQ(ReasonOf(File("a.txt", "text/plain", "a,b\n"), policy), "type_unsupported");
  EXPECT_EQ(ReasonOf(File("a.pdf", "application/pdf", testing::PdfFile()), policy), "type_unsupported");
  const FilePart svg = File("a.svg", "image/svg+xml", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
  EXPECT_EQ(ReasonOf(svg, policy), "type_unsupported") << "a group holds nothing that runs";
  policy.types = {"image/svg+xml"};
  EXPECT_EQ(ReasonOf(svg, policy), "accepted");
  policy.types = {"text/*", "application/*"};
  EXPECT_EQ(ReasonOf(File("a.js", "text/javascript", "alert(1)"), policy), "type_unsupported");
  EXPECT_EQ(ReasonOf(File("a.exe", "application/x-dosexec", testing::ExeFile()), policy), "type_unsupported");
  EXPECT_EQ(ReasonOf(File("a.txt", "text/javascript", "alert(1)"), policy), "type_unsupported") << "as declared";
  policy.types = {"text/javascript"};
  EXPECT_EQ(ReasonOf(File("a.js", "text/javascript", "alert(1)"), policy), "accepted");
  EXPECT_EQ(ReasonOf(File("a.txt", "text/plain", "alert(1)"), policy), "type_unsupported");
}

TEST(Inspect, T23_NameHeaderAndBytesMustAgree) {
  const string pdf = testing::PdfFile(), png = testing::PngFile(), exe = testing::ExeFile();
  EXPECT_EQ(ReasonOf(File("a.pdf", "application/pdf", exe)), "type_mismatch");
  EXPECT_EQ(ReasonOf(File("a.png", "image/png", exe)), "type_mismatch");
  EXPECT_EQ(ReasonOf(File("a.pdf.exe", "application/pdf", exe)), "type_mismatch");
  EXPECT_EQ(ReasonOf(File("a.jpg", "application/octet-stream", png)), "type_mismatch");
  EXPECT_EQ(ReasonOf(File("a.png", "image/jpeg", png)), "type_mismatch");
  EXPECT_EQ(ReasonOf(File("a.docx", "application/octet-stream", testing::Zip({{"a", "b"}}))), "type_mismatch");
  EXPECT_EQ(ReasonOf(File("a.docx", "application/octet-stream", testing::Ooxml("word", true))), "type_mismatch");
  EXPECT_EQ(ReasonOf(File("a.txt", "text/plain", "<script>alert(1)</script>")), "type_mismatch");
  EXPECT_EQ(ReasonOf(File("a.exe", "application/octet-stream", pdf)), "type_mismatch");
  EXPECT_EQ(ReasonOf(File("a", "application/octet-stream", pdf)), "accepted") << "no extension claims nothing";
  EXPECT_EQ(ReasonOf(File("Dr. Smith", "application/octet-stream", pdf)), "accepted");
  EXPECT_EQ(ReasonOf(File("a.csv", "application/vnd.ms-excel", "a,b\n")), "accepted") << "as Windows declares it";
  const Inspection inspection = Look(Mail({File("a.png", "image/png", exe)}));
  EXPECT_EQ(inspection.verdicts[0].sentence,
            "\"a.png\" was skipped: its bytes are application/x-dosexec, and no such file has a name in .png.");
  EXPECT_EQ(inspection.verdicts[0].declared_type, "image/png");
}

TEST(Inspect, T22_EachNameIsJudged) {
  const string pdf = testing::PdfFile();
  const auto part = [&](const string& type, const string& disposition) {
    return FilePart{"Content-Type: " + type + "\r\nContent-Disposition: " + disposition + "\r\n", pdf};
  };
  EXPECT_EQ(ReasonOf(part("application/pdf; name=a.pdf", "attachment; filename=a.pdf")), "accepted");
  EXPECT_EQ(ReasonOf(part("application/pdf; name=a.exe", "attachment; filename=a.pdf")), "type_mismatch");
  EXPECT_EQ(ReasonOf(part("application/pdf", "attachment; filename=a.pdf; filename*=utf-8''a.exe")), "type_mismatch");
  EXPECT_EQ(ReasonOf(part("application/pdf", "attachment; filename*=utf-8''a.pdf; filename=a.exe")), "type_mismatch");
  EXPECT_EQ(ReasonOf(part("application/pdf", "attachment; filename=a.pdf; filename=a.exe")), "type_mismatch");
  EXPECT_EQ(ReasonOf(part("application/pdf", "attachment; filename*0=a.; filename*1=exe")), "type_mismatch");
  EXPECT_EQ(ReasonOf(part("application/pdf", "attachment; filename*=utf-8''a.exe%00.pdf")), "type_mismatch")
      << "where C's text ends";
  EXPECT_EQ(ReasonOf(part("application/pdf", "attachment; filename*=utf-8''a.%E2%80%AEexe")), "type_mismatch");
  EXPECT_EQ(ReasonOf(part("application/pdf", "attachment; filename*=utf-8''a.%EF%BD%85%EF%BD%98%EF%BD%85")),
            "type_mismatch")
      << "full-width letters";
  EXPECT_EQ(ReasonOf(part("application/pdf", "attachment; filename=\"=?utf-8?q?a=2Eexe?=\"")), "type_mismatch");
  EXPECT_EQ(ReasonOf(part("application/pdf", "attachment; filename=\"a.exe. . \"")), "type_mismatch");
  EXPECT_EQ(
      Look(Mail({part("application/pdf", "attachment; filename*=utf-8''..%2F..%2Fa%0D%0A.pdf")})).verdicts[0].name,
      "a .pdf");
}

TEST(Inspect, TI07_InlinePartsDoNotCount) {
  const string png = testing::PngFile();
  const auto part = [&](const string& header) { return FilePart{"Content-Type: image/png\r\n" + header, png}; };
  const string html = "<p>x<IMG SRC=\"cid:one%40x\"><img src=cid:two@x><a style='background:url(CID:three@x)'>";
  const Inspection inspection =
      Look(Mail({part("Content-ID: <one@x>\r\nContent-Disposition: attachment; filename=one.png\r\n"),
                 part("Content-ID: <two@x>\r\n"),
                 part("Content-ID: three@x\r\nContent-Disposition: inline; filename=three.png\r\n"),
                 part("Content-ID: <four@x>\r\nContent-Disposition: inline; filename=four.png\r\n"),
                 part("Content-Disposition: inline\r\n"), part("Content-Disposition: inline; filename=named.png\r\n"),
                 part("Content-ID: <one>\r\n")},
                "text/html", html));
  EXPECT_EQ(Reasons(inspection),
            (std::vector<string>{"inline", "inline", "inline", "accepted", "inline", "accepted", "accepted"}));
  EXPECT_EQ(inspection.verdicts[0].sentence, "\"one.png\" is no attachment: the HTML refers to it as cid:one@x.");
  EXPECT_EQ(inspection.verdicts[4].sentence,
            "A file without a name is no attachment: it is to be shown inline, and has no name.");
  EXPECT_EQ(inspection.verdicts[0].found_type, "image/png");

  // In quoted-printable, and behind the files.
  const string later =
      "Content-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<img src=3D\"ci=\r\nd:o=6Ee@x\">";
  const string raw =
      Mail(testing::MultipartHeader(),
           "--=_b\r\nContent-Type: image/png\r\nContent-ID: <one@x>\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
               testing::Base64(png) + "\r\n--=_b\r\n" + later + "\r\n--=_b--\r\n");
  EXPECT_EQ(Reasons(Look(raw)), std::vector<string>{"inline"});
  for (const char* const type : {"application/pkcs7-signature", "application/x-pkcs7-signature",
                                 "application/pgp-signature", "text/vcard", "text/x-vcard", "text/directory"}) {
    EXPECT_EQ(ReasonOf(File("a", type, "x")), "inline") << type;
  }
}

TEST(Inspect, TI07_ManyReferencesAreReadOnce) {
  string html;
  for (int i = 0; i < 200'000; ++i) html += "cid:" + std::to_string(i) + ' ';
  EXPECT_EQ(Reasons(Look(Mail({{"Content-Type: image/png\r\nContent-ID: <199999>\r\n", testing::PngFile()}},
                              "text/html", html))),
            std::vector<string>{"inline"});
}

TEST(Inspect, DamagedAndEmptyAndMessages) {
  const string head = "Content-Type: application/pdf\r\nContent-Disposition: attachment; filename=a.pdf\r\n";
  EXPECT_EQ(ReasonOf({head, ""}), "empty");
  EXPECT_EQ(ReasonOf({head + "Content-Transfer-Encoding: x-unknown\r\n", testing::PdfFile(), false}), "damaged");
  const string message = "Received: by x\r\nFrom: c@z.example.org\r\nSubject: inner\r\n\r\nHi\r\n";
  const FilePart attached{"Content-Type: message/rfc822\r\n", message, false};
  EXPECT_EQ(ReasonOf(attached), "message");
  InboundPolicy policy;
  policy.types = {"message/rfc822"};
  EXPECT_EQ(ReasonOf(attached, policy), "accepted");
  EXPECT_EQ(ReasonOf({"Content-Type: message/rfc822\r\n", "From: a@b\r\n\r\n<html>\r\n", false}, policy), "accepted");
  EXPECT_EQ(ReasonOf({"Content-Type: message/rfc822\r\n", testing::ExeFile(), false}, policy), "type_mismatch");
}

TEST(Inspect, T20_WhatOnlyOtherReadersSeeIsJudgedToo) {
  // Two encodings: one reader takes the first, another the last.
  const string exe = testing::ExeFile();
  const FilePart twice{
      "Content-Type: application/octet-stream; name=a.txt\r\nContent-Transfer-Encoding: 7bit\r\n"
      "Content-Disposition: attachment; filename=a.txt\r\n",
      exe};
  std::vector<std::pair<string, string>> seen;
  const Inspection inspection = Look(Mail({twice}), {}, [&](const PartVerdict& verdict, std::string_view bytes) {
    seen.emplace_back(verdict.reason, bytes);
  });
  EXPECT_TRUE(inspection.ambiguous);
  ASSERT_GE(inspection.verdicts.size(), 2u);
  EXPECT_EQ(inspection.verdicts[0].attachment, 0);
  EXPECT_EQ(inspection.verdicts.back().attachment, -1);
  EXPECT_EQ(inspection.verdicts.back().reason, "ambiguous");
  EXPECT_FALSE(inspection.verdicts.back().accepted);
  bool found = false;
  for (const auto& [reason, bytes] : seen) found = found || (reason == "ambiguous" && bytes == exe);
  EXPECT_TRUE(found) << "the scanner's view lacks what the other reader sees";
  EXPECT_EQ(seen.size(), inspection.verdicts.size());
}

TEST(Inspect, T20_FilesInsideAnAttachedMailAreJudgedButNoAmbiguity) {
  const string inner = Mail("MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=inner\r\n",
                            "--inner\r\nContent-Type: application/octet-stream; name=a.exe\r\n"
                            "Content-Transfer-Encoding: base64\r\n\r\n" +
                                testing::Base64(testing::ExeFile()) + "\r\n--inner--\r\n");
  const Inspection entered = Look(Mail({{"Content-Type: message/rfc822\r\n", inner, false}}));
  EXPECT_EQ(Reasons(entered), (std::vector<string>{"message", "in_message"}));
  EXPECT_FALSE(entered.ambiguous);
  EXPECT_EQ(entered.verdicts[1].found_type, "application/x-dosexec");
  EXPECT_EQ(entered.verdicts[1].name, "a.exe");
}

TEST(Inspect, TheListIsReadMails) {
  test::Rng rng;
  PRINT_SEED(rng);
  for (int i = 0; i < 300; ++i) {
    std::vector<FilePart> parts;
    for (uint64_t count = rng.Below(6); count-- > 0;) {
      const auto& files = rng.Below(2) == 0 ? testing::Documents() : testing::Dangers();
      const KnownFile& file = files[rng.Below(files.size())];
      FilePart part = File("a." + file.extension, file.type, file.bytes);
      if (rng.Below(3) == 0) part.header = "Content-Type: " + file.type + "\r\n";
      parts.push_back(part);
    }
    string raw = Mail(parts);
    for (uint64_t changes = rng.Below(4); changes-- > 0;) raw[rng.Below(raw.size())] = static_cast<char>(rng.Next());
    scan::EnvelopeScanner scanner;
    const scan::Envelope& envelope = scanner.Scan(raw);
    const casecomm::Mail mail = scan::ReadMail(envelope);
    size_t seen = 0, own = 0;
    const Inspection inspection =
        Inspect(envelope, {}, {}, Sniffer::Shared(), [&](const PartVerdict& verdict, std::string_view bytes) {
          ++seen;
          if (verdict.attachment < 0) return;
          string decoded;
          scan::StringSink sink(&decoded);
          scan::ReadAttachment(envelope, static_cast<size_t>(verdict.attachment), &sink);
          EXPECT_EQ(decoded, bytes);
        });
    for (const PartVerdict& verdict : inspection.verdicts) {
      EXPECT_FALSE(verdict.sentence.empty());
      EXPECT_EQ(verdict.accepted, verdict.reason == "accepted");
      if (verdict.attachment < 0) continue;
      EXPECT_EQ(verdict.attachment, static_cast<int64_t>(own));
      ++own;
    }
    EXPECT_EQ(own, mail.attachments.size());
    EXPECT_EQ(seen, inspection.verdicts.size());
    // With or without a scanner, the verdicts are the same.
    const Inspection alone = Inspect(envelope, {}, {}, Sniffer::Shared());
    EXPECT_EQ(Reasons(alone), Reasons(inspection));
  }
}

TEST(Inspect, EachReasonHasItsWordOnceAndStandsInTheDocs) {
  std::set<std::string_view> words;
  std::string table = "| reason | |\n|---|---|\n";
  for (const VerdictReason& reason : VerdictReasons()) {
    EXPECT_TRUE(words.insert(reason.word).second) << reason.word;
    EXPECT_FALSE(reason.meaning.empty());
    table.append("| `").append(reason.word).append("` | ").append(reason.meaning).append(" |\n");
  }
  EXPECT_EQ(words.size(), 12u);
  std::ifstream file(CASECOMM_SOURCE_DIR "/docs/mail.md", std::ios::binary);
  const std::string document(std::istreambuf_iterator<char>(file), {});
  EXPECT_NE(document.find(table), std::string::npos) << "docs/mail.md should hold:\n" << table;
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
// Of a child that maps the mail: what it took beside the bytes, in a hundredth of them.
TEST(Inspect, T18_ALargeFileIsNeverHeldWhole) {
  constexpr size_t kSize = 64 << 20;
  string raw = Mail(testing::MultipartHeader(),
                    "--=_b\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n");
  const string line = testing::Base64(string(57, 'x')) + "\r\n";
  raw.reserve(kSize + 200);
  while (raw.size() < kSize) raw += line;
  raw += "--=_b--\r\n";
  Look(Mail({File("a.bin", "application/octet-stream", "\1\2\3")}));  // the tables
  int pipe_ends[2];
  ASSERT_EQ(pipe(pipe_ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    rusage before{}, after{};
    getrusage(RUSAGE_SELF, &before);
    const Inspection inspection = Look(raw);
    getrusage(RUSAGE_SELF, &after);
    const long grown = inspection.verdicts.size() == 1 ? after.ru_maxrss - before.ru_maxrss : -1;
    const bool told = write(pipe_ends[1], &grown, sizeof grown) == sizeof grown;
    _exit(told ? 0 : 1);
  }
  long grown = -1;
  EXPECT_EQ(read(pipe_ends[0], &grown, sizeof grown), static_cast<ssize_t>(sizeof grown));
  int status = 0;
  waitpid(child, &status, 0);
  close(pipe_ends[0]);
  close(pipe_ends[1]);
  EXPECT_GE(grown, 0);
  EXPECT_LT(grown, static_cast<long>(kSize / 1024 / 10)) << "KiB";
}
#endif

}  // namespace
}  // namespace casecomm::attach
