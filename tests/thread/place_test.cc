// SPDX-License-Identifier: Apache-2.0
#include "thread/place.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/base/random.h"

namespace casecomm::thread {
namespace {

using Ids = std::vector<std::string_view>;

constexpr int64_t kNow = 1'790'000'000'000'000;
constexpr std::string_view kDomain = "in.example.org";

scan::Envelope Mail(std::string_view own, Ids in_reply_to, Ids references) {
  scan::Envelope envelope;
  envelope.message_id = own;
  envelope.in_reply_to = std::move(in_reply_to);
  envelope.references = std::move(references);
  return envelope;
}

std::vector<std::string> Numbered(std::string_view letter, size_t count) {
  std::vector<std::string> ids;
  for (size_t i = 0; i < count; ++i) ids.push_back(std::string(letter) + std::to_string(i) + "@x");
  return ids;
}

Ids Views(const std::vector<std::string>& texts) {
  return Ids(texts.begin(), texts.end());
}

// -- Keys ------------------------------------------------------------------------------------------------------------

TEST(Keys, X08_OwnIdThenInReplyToThenReferencesEachOnce) {
  EXPECT_EQ(Keys(Mail("own@x", {"b@x", "own@x"}, {"a@x", "b@x", "c@x", "a@x"})), (Ids{"own@x", "b@x", "a@x", "c@x"}));
  EXPECT_EQ(Keys(Mail({}, {}, {"a@x"})), (Ids{"a@x"}));
  EXPECT_TRUE(Keys(Mail({}, {}, {})).empty());
}

TEST(Keys, X08_IdsAreComparedAsWritten) {
  EXPECT_EQ(Keys(Mail("A@x", {"a@x"}, {"a@X"})), (Ids{"A@x", "a@x", "a@X"}));
}

TEST(Keys, X08_OnlyWellFormedIds) {
  const std::string long_id(998, 'i'), longer_id(999, 'i');
  EXPECT_EQ(Keys(Mail("", {"a b@x", "<a@x>", "a@x\r\n", std::string_view("a\0@x", 4), "a\x7f@x", long_id, longer_id},
                      {"", "11107978796724623", "\u00fc@x", "a\t@x"})),
            (Ids{long_id, "11107978796724623", "\u00fc@x"}));
}

TEST(Keys, X08_AnAddressOfTheMailIsNoId) {
  scan::EnvelopeScanner scanner;
  constexpr std::string_view kMail =
      "Message-ID: <own@x>\r\n"
      "In-Reply-To: message from Ann <Ann@Example.com> of \"Tue\" <a@x>\r\n"
      "References: <bob@example.com> <c@x> <cc@example.com> <else@example.com>\r\n"
      "From: bob@example.com\r\nTo: ann@example.com\r\nCc: d <cc@example.com>, own@x\r\n\r\n";
  EXPECT_EQ(Keys(scanner.Scan(kMail)), (Ids{"own@x", "a@x", "c@x", "else@example.com"}));
}

TEST(Keys, X08_TheFirstAndTheLastNineteen) {
  for (const size_t count : {size_t{1}, size_t{19}, size_t{20}, size_t{21}, size_t{10'000}}) {
    const std::vector<std::string> replies = Numbered("i", count), references = Numbered("r", count);
    const Ids keys = Keys(Mail("own@x", Views(replies), Views(references)));
    Ids expected = {"own@x"};
    for (const auto* list : {&replies, &references}) {
      expected.push_back(list->front());
      for (size_t i = std::max<size_t>(1, count - std::min<size_t>(count, 19)); i < count; ++i)
        expected.push_back((*list)[i]);
    }
    EXPECT_EQ(keys, expected) << count;
    EXPECT_LE(keys.size(), 41u);
    EXPECT_EQ(keys.size() == 41, count >= 20) << count;
  }
}

TEST(Keys, X08_StandInTheEnvelopeAsScanned) {
  const std::string raw =
      "Message-ID: <own@x>\r\nIn-Reply-To: <b@x>\r\nReferences: <a@x>\r\n <b@x>\r\nSubject: s\r\n\r\nbody\r\n";
  scan::EnvelopeScanner scanner;
  EXPECT_EQ(Keys(scanner.Scan(raw)), (Ids{"own@x", "b@x", "a@x"}));
}

// -- SignedThread ----------------------------------------------------------------------------------------------------

class Signed : public testing::Test {
 protected:
  std::string Id(uint64_t locator, std::string_view domain = kDomain, address::Kind kind = address::Kind::kMessageId,
                 uint32_t account = 7, std::string_view prefix = {}) const {
    return signer_.Mint({kind, 3, account, locator}, domain, prefix).value();
  }
  std::optional<uint64_t> Thread(const Ids& in_reply_to, const Ids& references, int64_t now = kNow) const {
    return SignedThread(Mail("own@x", in_reply_to, references), signer_, 7, kDomain, now);
  }
  static address::Signer Make(uint8_t fill) {
    KeyRing ring;
    ring.keys.resize(1);
    ring.keys[0].id = 3;
    ring.keys[0].secret.fill(fill);
    ring.keys[0].verify_until_us = kNow + 1;
    return address::Signer::Make(ring).value();
  }

  const address::Signer signer_ = Make(1);
};

TEST_F(Signed, X08_AnIdOfOursNamesItsThread) {
  const std::string ours = Id(55), with_prefix = Id(56, kDomain, address::Kind::kMessageId, 7, "01h-");
  EXPECT_EQ(Thread({ours}, {}), 55u);
  EXPECT_EQ(Thread({}, {"a@x", ours, "b@x"}), 55u);
  EXPECT_EQ(Thread({with_prefix}, {}), 56u);
  EXPECT_EQ(Thread({}, {}), std::nullopt);
  EXPECT_EQ(Thread({"a@x", "", "no-at-sign"}, {"b@x"}), std::nullopt);
}

TEST_F(Signed, X08_TheNewestReferenceComesFirst) {
  const std::string one = Id(1), two = Id(2), three = Id(3);
  EXPECT_EQ(Thread({}, {one, two}), 2u);
  EXPECT_EQ(Thread({three}, {one, two}), 3u);
  EXPECT_EQ(Thread({one, three}, {two}), 3u);
  EXPECT_EQ(Thread({"a@x"}, {one, two, "b@x"}), 2u);
}

TEST_F(Signed, X08_DomainInEitherCase) {
  std::string ours = Id(55);
  ours.replace(ours.find('@'), std::string::npos, "@IN.Example.Org");
  EXPECT_EQ(Thread({ours}, {}), 55u);
}

TEST_F(Signed, X08_WhatDoesNotProveIsNotOurs) {
  const std::string elsewhere = Id(55, "in.example.com"), record = Id(55, kDomain, address::Kind::kRecord),
                    neighbour = Id(55, kDomain, address::Kind::kMessageId, 8), good = Id(9);
  std::string moved = elsewhere;
  moved.replace(moved.find('@'), std::string::npos, "@in.example.org");
  std::string forged = good;
  forged[20] = forged[20] == '7' ? '8' : '7';
  const std::string foreign = Make(2).Mint({address::Kind::kMessageId, 3, 7, 55}, kDomain).value();
  for (const std::string& id :
       {elsewhere, record, neighbour, moved, forged, foreign, good + ".evil.example", "@" + good}) {
    EXPECT_EQ(Thread({id}, {id}), std::nullopt) << id;
    EXPECT_EQ(Thread({id}, {good, id}), 9u) << id << " must not hide an older true id";
  }
  EXPECT_EQ(Thread({good}, {}, kNow + 1), std::nullopt) << "the key has ended";
}

TEST_F(Signed, X08_TheOwnIdIsNoReference) {
  const std::string ours = Id(55);
  EXPECT_EQ(SignedThread(Mail(ours, {}, {}), signer_, 7, kDomain, kNow), std::nullopt);
}

TEST_F(Signed, X08_ReadsNoFurtherThanKeys) {
  const std::string ours = Id(55);
  const std::vector<std::string> plain = Numbered("r", 40);
  for (size_t at = 0; at < plain.size(); ++at) {
    Ids references = Views(plain);
    references[at] = ours;
    EXPECT_EQ(Thread({}, references).has_value(), at == 0 || at >= 21) << at;
  }
}

// -- Place -----------------------------------------------------------------------------------------------------------

TEST(Place, X08_NothingKnownMakesANewThread) {
  const Placement placement = Place(std::nullopt, {});
  EXPECT_EQ(placement.thread, "");
  EXPECT_TRUE(placement.joins.empty());
  EXPECT_FALSE(placement.by_signature);
}

TEST(Place, X08_TheOldestTakesTheMailAndTheOthers) {
  const Placement placement = Place(std::nullopt, {{"b", 20}, {"a", 30}, {"c", 10}});
  EXPECT_EQ(placement.thread, "c");
  EXPECT_EQ(placement.joins, (std::vector<std::string>{"b", "a"}));
  EXPECT_FALSE(placement.by_signature);
}

TEST(Place, X08_OfTwoAsOldTheSmallerIdStays) {
  const Placement placement = Place(std::nullopt, {{"b", 10}, {"a", 10}});
  EXPECT_EQ(placement.thread, "a");
  EXPECT_EQ(placement.joins, (std::vector<std::string>{"b"}));
}

TEST(Place, X08_ASignatureDecides) {
  const Placement placement = Place(Neighbour{"young", 99}, {{"old", 1}, {"young", 99}});
  EXPECT_EQ(placement.thread, "young");
  EXPECT_EQ(placement.joins, (std::vector<std::string>{"old"}));
  EXPECT_TRUE(placement.by_signature);
  EXPECT_TRUE(Place(Neighbour{"only", 5}, {}).joins.empty());
}

TEST(Place, X08_DuplicatesCollapse) {
  const Placement placement = Place(std::nullopt, {{"a", 10}, {"b", 20}, {"a", 10}, {"b", 20}, {"b", 5}});
  EXPECT_EQ(placement.thread, "b");
  EXPECT_EQ(placement.joins, (std::vector<std::string>{"a"}));
}

TEST(Place, X08_OrderDoesNotMatterAndNobodyIsLost) {
  test::Rng rng;
  PRINT_SEED(rng);
  for (int round = 0; round < 5'000; ++round) {
    std::vector<Neighbour> neighbours;
    std::set<std::string> all;
    int64_t oldest = INT64_MAX;
    for (size_t i = 0, n = rng.Below(8); i < n; ++i) {
      const std::string id = rng.Text("abcdef", 1);
      const auto at = static_cast<int64_t>(id[0] % 3);  // ties; the same thread always has the same time
      neighbours.push_back({id, at});
      all.insert(id);
      oldest = std::min(oldest, at);
    }
    std::optional<Neighbour> signed_thread;
    if (rng.Below(3) == 0) {
      signed_thread = Neighbour{rng.Text("abcdefg", 1), 5};
      all.insert(signed_thread->thread);
    }
    const Placement first = Place(signed_thread, neighbours);
    std::shuffle(neighbours.begin(), neighbours.end(), std::mt19937_64(rng.Next()));
    const Placement second = Place(signed_thread, neighbours);
    ASSERT_EQ(first.thread, second.thread);
    ASSERT_EQ(first.joins, second.joins);
    ASSERT_EQ(first.by_signature, signed_thread.has_value());

    std::set<std::string> placed(first.joins.begin(), first.joins.end());
    ASSERT_EQ(placed.size(), first.joins.size());
    ASSERT_EQ(placed.count(first.thread), 0u);
    if (!all.empty()) placed.insert(first.thread);
    ASSERT_EQ(placed, all);
    if (signed_thread) {
      ASSERT_EQ(first.thread, signed_thread->thread);
    }
    if (!signed_thread && !all.empty()) {
      ASSERT_EQ(first.thread[0] % 3, oldest);
      for (const std::string& id : all) ASSERT_TRUE(id[0] % 3 != oldest || id >= first.thread);
    }
  }
}

}  // namespace
}  // namespace casecomm::thread
