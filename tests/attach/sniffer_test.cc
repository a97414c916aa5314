// SPDX-License-Identifier: Apache-2.0
#include "attach/sniffer.h"

#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "attach/media.h"
#include "base/text.h"
#include "tests/attach/files.h"
#include "tests/base/random.h"

namespace casecomm::attach {
namespace {

using std::string;
using testing::KnownFile;

string TypeOf(std::string_view bytes) {
  return Sniffer::Shared().TypeOf(bytes);
}

TEST(Sniffer, TI08_TheTypeIsFoundInTheBytes) {
  for (const auto* files : {&testing::Documents(), &testing::Dangers()}) {
    for (const KnownFile& file : *files) EXPECT_EQ(TypeOf(file.bytes), file.type) << file.extension;
  }
  EXPECT_EQ(TypeOf(""), "application/x-empty");
}

TEST(Sniffer, TI08_TheNamesOfKnownFilesAgree) {
  for (const auto* files : {&testing::Documents(), &testing::Dangers()}) {
    for (const KnownFile& file : *files) {
      if (file.extension == "bin") continue;
      EXPECT_EQ(ExtensionAgrees(file.extension, file.type), Agreement::kYes) << file.extension << ' ' << file.type;
      EXPECT_EQ(ExtensionAgrees("case", file.type), Agreement::kUnknown);
      EXPECT_EQ(DeclaredAgrees("application/octet-stream", file.type), Agreement::kUnknown);
      EXPECT_EQ(DeclaredAgrees(file.type, file.type), Agreement::kYes);
    }
  }
}

TEST(Sniffer, TheSameInAnyPieces) {
  test::Rng rng;
  PRINT_SEED(rng);
  for (const auto* files : {&testing::Documents(), &testing::Dangers()}) {
    for (const KnownFile& file : *files) {
      FileSample sample;
      std::string_view rest = file.bytes;
      while (!rest.empty()) {
        const size_t piece = std::min<size_t>(rest.size(), 1 + rng.Below(rng.Below(2) == 0 ? 7 : 200));
        sample.Put(rest.substr(0, piece));
        rest.remove_prefix(piece);
      }
      EXPECT_EQ(Sniffer::Shared().TypeOf(sample), file.type) << file.extension;
    }
  }
}

TEST(Sniffer, TheDirectoryOfAnOfficeFileMayStandAnywhere) {
  const string large(3 << 20, 'x');
  EXPECT_EQ(TypeOf(testing::Ole({"WordDocument"}, 4000) + large), "application/msword");
  EXPECT_EQ(TypeOf(testing::Ole({"WordDocument", "Macros"}, 4000) + large), "application/vnd.ms-office.vbaproject");
  EXPECT_EQ(TypeOf(testing::Ole({"Root", "Nothing"}) + large), "application/x-ole-storage");
  const string types = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
  EXPECT_EQ(
      TypeOf(testing::Zip({{"[Content_Types].xml", "x"}, {"word/media/a.png", large}, {"word/document.xml", "x"}})),
      types);
}

TEST(Sniffer, T19_AZipIsReadByItsNamesAlone) {
  std::vector<std::pair<string, string>> files = {{"[Content_Types].xml", "x"}, {"word/document.xml", "x"}};
  EXPECT_EQ(TypeOf(testing::Zip(files, "a comment")).substr(0, 15), "application/vnd");
  EXPECT_EQ(TypeOf(testing::Zip(files) + "x"), "application/zip")
      << "what stands behind the end hides it from some readers";
  EXPECT_EQ(TypeOf(testing::Zip(files).substr(0, 60)), "application/zip");
  for (int i = 0; i < 9000; ++i) files.emplace_back("word/media/a_long_name_of_a_picture" + std::to_string(i), "");
  EXPECT_EQ(TypeOf(testing::Zip(files)), "application/zip") << "a directory that is not seen whole proves nothing";
  string broken = testing::Zip({{"word/a", "x"}, {"[Content_Types].xml", "x"}});
  broken.replace(broken.rfind("PK\x01\x02") + 28, 2, "\xff\xff");
  EXPECT_EQ(TypeOf(broken), "application/zip");
  EXPECT_EQ(TypeOf(testing::Zip({})), "application/zip");
}

// T23: no file that a browser or a shell runs passes as what nobody runs.
TEST(Sniffer, T23_NoPolyglotIsItsHarmlessHalf) {
  const std::vector<string> kActive = {
      "<html><script>alert(1)</script></html>",
      "<SCRIPT\nsrc=x></SCRIPT>",
      "<svg onload=alert(1)>",
      "<svg/onload=x>",
      "<!DOCTYPE html><body onload=x>",
      "<iframe src=x>",
      "<?php system($x); ?>",
      "<body\tonload=x>",
      "<object data=x>",
      testing::Zip({{"a.exe", testing::ExeFile()}}),
      testing::Zip({{"META-INF/MANIFEST.MF", "x"}}, "end"),
  };
  std::set<string> harmless;
  for (const KnownFile& file : testing::Documents()) harmless.insert(file.type);
  int made = 0;
  for (const KnownFile& file : testing::Documents()) {
    const bool container = file.bytes.substr(0, 2) == "PK" || file.bytes.substr(0, 2) == "\xd0\xcf";
    for (const string& active : kActive) {
      // In front, in the middle, behind.
      for (const size_t at : {size_t{0}, std::min<size_t>(file.bytes.size(), 64), file.bytes.size()}) {
        string both = file.bytes;
        both.insert(at, active);
        const string found = TypeOf(both);
        ++made;
        // Whoever opens a container or a document whose mark stands first reads no markup in it.
        if (at != 0 && active.front() == '<' &&
            (container || file.type == "application/pdf" || file.type == "text/rtf"))
          continue;
        // The end of an archive is not its end here.
        if (active.front() == 'P' && (at != file.bytes.size() || container)) continue;
        EXPECT_NE(found, file.type) << file.extension << " at " << at << ": " << base::Printable(active.substr(0, 30));
        EXPECT_TRUE(harmless.count(found) == 0)
            << found << " for " << file.extension << " at " << at << ": " << base::Printable(active.substr(0, 30));
      }
    }
  }
  EXPECT_GE(made, 500);
  EXPECT_EQ(TypeOf("GIF89a/*" + string(80, ' ') + "*/=1;alert(1)"), "text/javascript");
  EXPECT_EQ(TypeOf("GIF89a=1;alert(1)"), "text/javascript");
  EXPECT_EQ(TypeOf(testing::GifFile() + "%PDF-1.4\n"), "application/octet-stream");
  EXPECT_EQ(TypeOf("\r\n" + testing::PdfFile()), "application/pdf") << "a blank line in front is common";
  EXPECT_EQ(TypeOf(string(100, '\0') + testing::Zip({{"a", "b"}})), "application/zip");
  EXPECT_EQ(TypeOf("MZ is the plate of Mainz.\n"), "text/plain");
  EXPECT_EQ(TypeOf("BM and CWS are letters, too, a <b> b, 1 < 2, <a.b@example.org>\n"), "text/plain");
}

TEST(Sniffer, WithoutTablesNothingIsKnown) {
  Sniffer sniffer("/nonexistent/tables");
  for (const KnownFile& file : testing::Documents()) EXPECT_EQ(sniffer.TypeOf(file.bytes), "") << file.extension;
  EXPECT_EQ(sniffer.TypeOf(""), "");
}

TEST(Sniffer, ThreadsShareIt) {
  Sniffer sniffer;
  std::vector<std::thread> threads;
  std::vector<int> wrong(4, 0);
  for (int& count : wrong) {
    threads.emplace_back([&] {
      for (int round = 0; round < 5; ++round) {
        for (const KnownFile& file : testing::Documents()) count += sniffer.TypeOf(file.bytes) != file.type;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, std::vector<int>(4, 0));
}

TEST(Sniffer, AnyBytes) {
  test::Rng rng;
  PRINT_SEED(rng);
  std::vector<string> fronts = {""};
  for (const auto* files : {&testing::Documents(), &testing::Dangers()}) {
    for (const KnownFile& file : *files) fronts.push_back(file.bytes);
  }
  for (int i = 0; i < 3000; ++i) {
    string bytes = fronts[rng.Below(fronts.size())];
    for (uint64_t changes = rng.Below(6); changes-- > 0 && !bytes.empty();) {
      const size_t at = rng.Below(bytes.size());
      switch (rng.Below(3)) {
        case 0:
          bytes[at] = static_cast<char>(rng.Next());
          break;
        case 1:
          bytes.resize(at);
          break;
        default:
          bytes.insert(at, fronts[rng.Below(fronts.size())]);
      }
    }
    const string type = TypeOf(bytes);
    ASSERT_EQ(bytes.empty(), type == "application/x-empty");
    ASSERT_NE(type.find('/'), string::npos) << base::Hex(bytes);
  }
}

}  // namespace
}  // namespace casecomm::attach
