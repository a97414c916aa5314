// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "casecomm/files.h"

namespace casecomm {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
namespace fs = std::filesystem;

class FileSourceTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "casecomm-files-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    root_ = pattern;
  }
  void TearDown() override { fs::remove_all(root_); }

  std::string Path(const std::string& name) const { return root_.string() + "/" + name; }
  std::string Write(const std::string& name, std::string_view bytes) {
    const std::string path = Path(name);
    fs::create_directories(fs::path(path).parent_path());
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }

  // Everything the source gives, as (path under the root or "path#index", raw), and how it ended.
  std::vector<std::pair<std::string, std::string>> Read(FileSourceOptions options) {
    std::vector<std::pair<std::string, std::string>> read;
    Result<std::unique_ptr<host::Source>> source = FileSource(std::move(options));
    end_ = source.status();
    if (!source.ok()) return read;
    for (;;) {
      std::vector<host::InboundMail> mails;
      end_ = (*source)->Next(3, &mails);
      EXPECT_LE(mails.size(), 3u);
      for (const host::InboundMail& mail : mails) {
        EXPECT_EQ(mail.transport_key, "");
        std::string name = mail.path.substr(root_.string().size() + 1);
        if (mail.index >= 0) name += "#" + std::to_string(mail.index);
        read.emplace_back(std::move(name), mail.raw);
      }
      if (!end_.ok() || mails.empty()) return read;
    }
  }
  std::vector<std::string> Names(FileSourceOptions options) {
    std::vector<std::string> names;
    for (auto& [name, raw] : Read(std::move(options))) names.push_back(name);
    return names;
  }

  fs::path root_;
  Status end_;
};

TEST_F(FileSourceTest, EmlIsOneMailAndLosesItsFromLine) {
  const std::string plain = Write("a.eml", "A: 1\n\nx");
  const std::string with_from = Write("B.EML", "From someone\r\nB: 2\r\n\r\n>From y\r\n\r\nFrom z\r\n");
  EXPECT_THAT(Read({{plain, with_from}, {}}),
              ElementsAre(Pair("a.eml", "A: 1\n\nx"), Pair("B.EML", "B: 2\r\n\r\n>From y\r\n\r\nFrom z\r\n")));
  EXPECT_TRUE(end_.ok()) << end_.ToString();
}

TEST_F(FileSourceTest, MboxIsReadMailByMail) {
  const std::string mbox = Write("mail", "From a\nA: 1\n\n>From x\n\nFrom b\nB: 2\n\n");
  EXPECT_THAT(Read({{mbox}, {}}), ElementsAre(Pair("mail#0", "A: 1\n\nFrom x\n"), Pair("mail#1", "B: 2\n")));
}

TEST_F(FileSourceTest, MboxLinesLongerThanTheBufferComeWhole) {
  const std::string line(700'000, 'x');
  const std::string mbox = Write("mail", "From a\nA: 1\n\n" + line + "\n\nFrom b\nB: 2\n\n" + line);
  EXPECT_THAT(Read({{mbox}, {}}),
              ElementsAre(Pair("mail#0", "A: 1\n\n" + line + "\n"), Pair("mail#1", "B: 2\n\n" + line)));
}

TEST_F(FileSourceTest, FoldersAreReadInByteOrderAndOtherFilesSkipped) {
  for (const char* name : {"b/2.eml", "b/10.eml", "a.eml", "Z.eml", "b-c.eml", "c.txt", "notes/readme"}) {
    Write(name, std::string(name) == "c.txt" ? "no mail" : "A: 1\n\n");
  }
  Write("mbox", "From a\nA: 1\n\n");
  EXPECT_THAT(Names({{root_.string()}, {}}), ElementsAre("Z.eml", "a.eml", "b/10.eml", "b/2.eml", "b-c.eml", "mbox#0"));
  EXPECT_TRUE(end_.ok()) << end_.ToString();
}

TEST_F(FileSourceTest, MaildirGivesCurAndNewInNameOrderAndNeverTmp) {
  for (const char* name : {"M/new/9.x", "M/cur/1.x:2,S", "M/cur/2.eml", "M/tmp/3.eml", "M/cur/.4", "M/.Sent/cur/5.x",
                           "M/dovecot.index", "M/.Sent/new/6.x"}) {
    Write(name, "A: 1\n\n");
  }
  EXPECT_THAT(Names({{Path("M")}, {}}),
              ElementsAre("M/.Sent/cur/5.x", "M/.Sent/new/6.x", "M/cur/1.x:2,S", "M/cur/2.eml", "M/new/9.x"));
}

TEST_F(FileSourceTest, PartsOfAMaildirMayBeNamed) {
  for (const char* name : {"M/new/9.x", "M/cur/1.x:2,S", "M/cur/.4", "M/tmp/3.x", "d/new/5.x"}) Write(name, "A: 1\n\n");
  EXPECT_THAT(Names({{Path("M/new"), Path("M/cur/")}, {}}), ElementsAre("M/new/9.x", "M/cur/1.x:2,S"));
  EXPECT_THAT(Names({{Path("M/cur/1.x:2,S")}, {}}), ElementsAre("M/cur/1.x:2,S"));
  EXPECT_EQ(FileSource({{Path("M/tmp")}, {}}).status().reason(), "no_mail");
  EXPECT_EQ(FileSource({{Path("M/tmp/3.x")}, {}}).status().reason(), "not_mail");
  EXPECT_EQ(FileSource({{Path("d/new")}, {}}).status().reason(), "no_mail") << "no cur beside it";
  const fs::path before = fs::current_path();
  fs::current_path(root_ / "M");
  auto here = FileSource({{"new", "cur/1.x:2,S"}, {}});
  fs::current_path(before);
  EXPECT_TRUE(here.ok()) << here.status().ToString();
}

TEST_F(FileSourceTest, AFolderNamedTmpOutsideAMaildirIsRead) {
  Write("d/tmp/a.eml", "A: 1\n\n");
  EXPECT_THAT(Names({{Path("d")}, {}}), ElementsAre("d/tmp/a.eml"));
}

TEST_F(FileSourceTest, EnvelopeIsGivenToEveryMail) {
  auto source = FileSource({{Write("a.eml", "A: 1\n\n"), Write("b.eml", "B: 1\n\n")}, {"x@y.example"}});
  ASSERT_TRUE(source.ok());
  std::vector<host::InboundMail> mails;
  ASSERT_TRUE((*source)->Next(10, &mails).ok());
  ASSERT_EQ(mails.size(), 2u);
  for (const auto& mail : mails) {
    EXPECT_TRUE(mail.envelope_known);
    EXPECT_THAT(mail.envelope_recipients, ElementsAre("x@y.example"));
  }
}

TEST_F(FileSourceTest, AnyFileTakesWhatIsNeither) {
  Write("d/a.txt", "A: 1\n\n");
  Write("d/b", "From b\nB: 1\n\n");
  Write("d/empty", "");
  FileSourceOptions options{{Path("d")}, {}};
  options.any_file = true;
  EXPECT_THAT(Read(options), ElementsAre(Pair("d/a.txt", "A: 1\n\n"), Pair("d/b#0", "B: 1\n"), Pair("d/empty", "")));
}

TEST_F(FileSourceTest, EachFaultNamesItsPath) {
  const std::string text = Write("a.txt", "no mail");
  const std::string empty = Write("empty", "");
  fs::create_directory(Path("folder"));
  Write("folder/readme", "no mail");
  ASSERT_EQ(mkfifo(Path("fifo").c_str(), 0600), 0);
  fs::create_symlink("loop", Path("loop"));
  fs::create_symlink("nowhere", Path("nothing.eml"));
  fs::create_directory(Path("up"));
  fs::create_symlink("..", Path("up/x"));
  const std::vector<std::tuple<std::string, Code, std::string>> rows = {
      {Path("missing.eml"), Code::kNotFound, "no such file"},
      {text + "/x", Code::kNotFound, "no such file"},
      {Path("nothing.eml"), Code::kNotFound, "no such file"},
      {text, Code::kInvalidArgument, "neither *.eml nor an mbox"},
      {empty, Code::kInvalidArgument, "it is empty"},
      {Path("folder"), Code::kInvalidArgument, "holds no mail"},
      {Path("fifo"), Code::kInvalidArgument, "neither a file nor a folder"},
      {Path("loop"), Code::kInvalidArgument, "leads back"},
  };
  for (const auto& [path, code, words] : rows) {
    EXPECT_THAT(Names({{path}, {}}), IsEmpty());
    EXPECT_EQ(end_.code(), code) << path << " " << end_.ToString();
    EXPECT_THAT(end_.ToString(), HasSubstr(path));
    EXPECT_THAT(end_.ToString(), HasSubstr(words));
  }
  EXPECT_EQ(FileSource({}).status().code(), Code::kInvalidArgument);
}

TEST_F(FileSourceTest, MailsBeforeAFaultAreGood) {
  Write("d/a.eml", "A: 1\n\n");
  fs::create_symlink(Path("d"), Path("d/b"));
  EXPECT_THAT(Names({{Path("d")}, {}}), ElementsAre("d/a.eml"));
  EXPECT_EQ(end_.reason(), "link_loop");
  EXPECT_EQ(end_.subject(), Path("d/b"));
}

TEST_F(FileSourceTest, DanglingLinkInAFolderIsAFault) {
  Write("d/a.eml", "A: 1\n\n");
  fs::create_symlink("gone", Path("d/b.eml"));
  Names({{Path("d")}, {}});
  EXPECT_EQ(end_.reason(), "dangling_link");
  EXPECT_EQ(end_.subject(), Path("d/b.eml"));
}

TEST_F(FileSourceTest, AFileThatVanishedMayComeBack) {
  for (char c = 'a'; c <= 'f'; ++c) Write(std::string("d/") + c + ".eml", "A: 1\n\n");
  auto source = FileSource({{Path("d")}, {}});
  ASSERT_TRUE(source.ok());
  std::vector<host::InboundMail> mails;
  ASSERT_TRUE((*source)->Next(2, &mails).ok());
  fs::remove(Path("d/d.eml"));
  const Status failure = (*source)->Next(10, &mails);
  EXPECT_TRUE(failure.transient()) << failure.ToString();
  EXPECT_EQ(failure.subject(), Path("d/d.eml"));
  EXPECT_EQ(mails.size(), 3u);
}

TEST_F(FileSourceTest, UnreadableFileIsAFault) {
  const std::string path = Write("a.eml", "A: 1\n\n");
  fs::permissions(path, fs::perms::none);
  fs::permissions(root_, fs::perms::all);
  const bool root = geteuid() == 0;
  if (root) {
    ASSERT_EQ(seteuid(65534), 0);  // root may read all
  }
  Names({{path}, {}});
  if (root) {
    ASSERT_EQ(seteuid(0), 0);
  }
  EXPECT_EQ(end_.code(), Code::kPermissionDenied) << end_.ToString();
  EXPECT_EQ(end_.subject(), path);
}

TEST_F(FileSourceTest, MailAtItsLimitAndOneOver) {
  const std::string mail = "A: 1\n\n" + std::string(93, 'x') + "\n";
  const std::string paths[] = {Write("a.eml", mail), Write("box", "From a\n" + mail + "\n")};
  ASSERT_EQ(mail.size(), 100u);
  for (const std::string& path : paths) {
    for (const uint64_t limit : {99u, 100u, 101u}) {
      FileSourceOptions options{{path}, {}};
      options.mail_bytes_limit = limit;
      EXPECT_EQ(Read(options).size(), limit < 100 ? 0u : 1u) << path << " " << limit;
      EXPECT_EQ(end_.reason(), limit < 100 ? "mail_too_large" : "");
      EXPECT_EQ(end_.subject(), limit < 100 ? path : "");
    }
  }
}

// 400 mails of 256 KiB: far more than a bounded reader may hold.
TEST_F(FileSourceTest, AnMboxIsNotReadWhole) {
  const std::string path = Path("big");
  {
    std::ofstream out(path, std::ios::binary);
    const std::string mail = "From a\nA: 1\n\n" + std::string(256 << 10, 'x') + "\n\n";
    for (int i = 0; i < 400; ++i) out << mail;
  }
  auto source = FileSource({{path}, {}});
  ASSERT_TRUE(source.ok());
  size_t count = 0;
  for (;;) {
    std::vector<host::InboundMail> mails;
    ASSERT_TRUE((*source)->Next(1'000'000, &mails).ok());
    if (mails.empty()) break;
    size_t bytes = 0;
    for (const auto& mail : mails) bytes += mail.raw.size();
    EXPECT_LE(bytes, (32u << 20) + (300u << 10));
    count += mails.size();
  }
  EXPECT_EQ(count, 400u);
}

}  // namespace
}  // namespace casecomm
