// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "casecomm/attachment.h"
#include "tests/base/random.h"

namespace casecomm {
namespace {

constexpr uint64_t kFile = 10 * 1024 * 1024, kTotal = 25 * 1024 * 1024;

testing::AssertionResult Names(const AttachmentVerdict& verdict, std::vector<std::string> words) {
  for (const std::string& word : words) {
    if (verdict.sentence.find(word) == std::string::npos) {
      return testing::AssertionFailure() << '"' << verdict.sentence << "\" does not name " << word;
    }
  }
  return testing::AssertionSuccess();
}

TEST(Attach, CB17_AFileMustBeSmallerThanItsLimit) {
  for (const uint64_t size : {uint64_t{0}, uint64_t{1}, kFile - 1, kFile, kFile + 1, UINT64_MAX}) {
    AttachmentDraft draft;
    const AttachmentVerdict verdict = draft.Add("plan.pdf", size);
    EXPECT_EQ(verdict.accepted, size < kFile) << size;
    EXPECT_EQ(verdict.reason, size < kFile ? "accepted" : "file_too_large") << size;
    EXPECT_TRUE(Names(verdict, {"\"plan.pdf\"", std::to_string(size) + " byte", "10485760 bytes"}));
    EXPECT_EQ(draft.files().size(), size < kFile ? 1u : 0u);
    EXPECT_EQ(draft.total_bytes(), size < kFile ? size : 0u);
  }
}

TEST(Attach, CB18_TheSumMustBeSmallerThanItsLimit) {
  for (const uint64_t last : {kTotal - 2 * (kFile - 1) - 1, kTotal - 2 * (kFile - 1), kTotal - 2 * (kFile - 1) + 1}) {
    AttachmentDraft draft;
    ASSERT_TRUE(draft.Add("a", kFile - 1).accepted);
    ASSERT_TRUE(draft.Add("b", kFile - 1).accepted);
    const uint64_t sum = 2 * (kFile - 1) + last;
    const AttachmentVerdict verdict = draft.Add("last.zip", last);
    EXPECT_EQ(verdict.accepted, sum < kTotal) << last;
    EXPECT_EQ(verdict.reason, sum < kTotal ? "accepted" : "total_too_large") << last;
    EXPECT_TRUE(Names(verdict, {"\"last.zip\"", std::to_string(last) + " bytes", "26214400 bytes"}));
    EXPECT_EQ(draft.total_bytes(), sum < kTotal ? sum : 2 * (kFile - 1));
  }
}

TEST(Attach, CB18_NoSumWraps) {
  AttachmentDraft draft(AttachmentPolicy{UINT64_MAX, UINT64_MAX});
  EXPECT_EQ(draft.Add("whole", UINT64_MAX).reason, "file_too_large");
  EXPECT_TRUE(draft.Add("most", UINT64_MAX - 1).accepted);
  EXPECT_TRUE(draft.Add("none", 0).accepted);
  EXPECT_EQ(draft.Add("one", 1).reason, "total_too_large");
  EXPECT_EQ(draft.Add("most again", UINT64_MAX - 1).reason, "total_too_large");
  EXPECT_EQ(draft.total_bytes(), UINT64_MAX - 1);
}

TEST(Attach, CB17_CB18_ALimitOfZeroRefusesEvenAnEmptyFile) {
  AttachmentDraft no_file(AttachmentPolicy{0, 100}), no_total(AttachmentPolicy{100, 0}), one(AttachmentPolicy{1, 1});
  EXPECT_EQ(no_file.Add("empty", 0).reason, "file_too_large");
  EXPECT_EQ(no_total.Add("empty", 0).reason, "total_too_large");
  EXPECT_TRUE(one.Add("empty", 0).accepted);
  EXPECT_EQ(one.Add("byte", 1).reason, "file_too_large");
}

TEST(Attach, CB19_ARefusedFileLeavesThoseBeforeIt) {
  AttachmentDraft draft;
  ASSERT_TRUE(draft.Add("first", 100).accepted);
  ASSERT_FALSE(draft.Add("huge", kFile).accepted);
  ASSERT_TRUE(draft.Add("second", 200).accepted);
  ASSERT_EQ(draft.files().size(), 2u);
  EXPECT_EQ(draft.files()[0].name, "first");
  EXPECT_EQ(draft.files()[1].name, "second");
  EXPECT_EQ(draft.files()[1].size, 200u);
  EXPECT_EQ(draft.total_bytes(), 300u);
}

TEST(Attach, CB19_ARemovedFileGivesItsBytesBack) {
  AttachmentDraft draft(AttachmentPolicy{100, 100});
  ASSERT_TRUE(draft.Add("a", 60).accepted);
  ASSERT_TRUE(draft.Add("b", 39).accepted);
  ASSERT_FALSE(draft.Add("c", 40).accepted);
  draft.Remove(2);
  EXPECT_EQ(draft.total_bytes(), 99u);
  draft.Remove(1);
  ASSERT_EQ(draft.files().size(), 1u);
  EXPECT_EQ(draft.files()[0].name, "a");
  EXPECT_EQ(draft.total_bytes(), 60u);
  EXPECT_EQ(draft.Add("c", 40).reason, "total_too_large");
  EXPECT_TRUE(draft.Add("c", 39).accepted);
}

TEST(Attach, CB20_AnyTypeIsTaken) {
  AttachmentDraft draft;
  for (const std::string_view name : {"a.exe", "b.js", "c", "d.tar.gz", "", "e.docm", "\u00fc.pdf", "same", "same"}) {
    EXPECT_TRUE(draft.Add(name, 1).accepted) << name;
  }
  EXPECT_EQ(draft.files().back().name, "same");
}

TEST(Attach, CB21_AnyNumberOfFiles) {
  AttachmentDraft draft;
  for (int i = 0; i < 5'000; ++i) ASSERT_TRUE(draft.Add("f" + std::to_string(i), 1'000).accepted);
  EXPECT_EQ(draft.files().size(), 5'000u);
  EXPECT_EQ(draft.total_bytes(), 5'000'000u);
}

TEST(Attach, T25_SentencesAreOneLine) {
  AttachmentDraft draft;
  EXPECT_TRUE(Names(draft.Add("a\r\nb\u202e", 1), {"\"a\\x0d\\x0ab\\u{202e}\" of 1 byte was"}));
  EXPECT_EQ(draft.files()[0].name, "a\r\nb\u202e");
}

TEST(Attach, CB17_CB18_CB19_AnyOrderHoldsTheLimits) {
  test::Rng rng;
  PRINT_SEED(rng);
  for (int round = 0; round < 300; ++round) {
    const AttachmentPolicy policy{rng.Below(60), rng.Below(200)};
    AttachmentDraft draft(policy);
    std::vector<uint64_t> sizes;
    uint64_t total = 0;
    for (int step = 0; step < 30; ++step) {
      if (rng.Below(4) == 0) {
        const size_t at = rng.Below(sizes.size() + 2);
        draft.Remove(at);
        if (at < sizes.size()) {
          total -= sizes[at];
          sizes.erase(sizes.begin() + static_cast<ptrdiff_t>(at));
        }
      } else {
        const uint64_t size = rng.Below(70);
        const bool fits = size < policy.file_bytes_below && total + size < policy.total_bytes_below;
        ASSERT_EQ(draft.Add("f", size).accepted, fits);
        if (fits) {
          sizes.push_back(size);
          total += size;
        }
      }
      ASSERT_EQ(draft.total_bytes(), total);
      ASSERT_EQ(draft.files().size(), sizes.size());
      for (size_t i = 0; i < sizes.size(); ++i) ASSERT_EQ(draft.files()[i].size, sizes[i]);
    }
  }
}

}  // namespace
}  // namespace casecomm
