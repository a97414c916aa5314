// SPDX-License-Identifier: Apache-2.0
// One engine, many threads: the sharing rule of casecomm/engine.h, under ThreadSanitizer in the gate.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <thread>
#include <vector>

#include "tests/flow/host.h"

namespace casecomm {
namespace {

using testing::Firm;
using testing::ListSource;

constexpr int kThreads = 6;  // and two that load and read
constexpr int kMails = 12;

std::string Body(int thread, int mail) {
  return "thread " + std::to_string(thread) + " mail " + std::to_string(mail) + "\r\n";
}

// Each thread receives mail of its own and mail that all of them have, while others load, explain and read.
void ReceiveFromManyThreads(Firm& firm) {
  const std::string c1 = firm.Record("C1"), c2 = firm.Record("C2");
  std::atomic<int> filed{0}, duplicates{0}, failures{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kMails; ++i) {
        ListSource source;
        source.Add(Firm::Mail("p1@mail.example.com", c1, "References: <root@x.example>\r\n", Body(t, i)));
        source.Add(Firm::Mail("p2@mail.example.com", c2, "", Body(-1, i)));
        const Status s = firm.engine->Receive(source, "firm", [&](const host::InboundMail&, const MailDecision& d) {
          (d.outcome == Outcome::kFiled ? filed : duplicates) += 1;
        });
        if (!s.ok()) ++failures;
      }
    });
  }
  threads.emplace_back([&] {
    for (int i = 0; i < kMails; ++i) {
      const Status s = firm.As().Load(R"({"records":[{"id":"N)" + std::to_string(i) +
                                      R"(","kind":"case","name":"n","state":"open"}]})");
      if (!s.ok()) ++failures;
    }
  });
  threads.emplace_back([&] {
    for (int i = 0; i < kMails; ++i) {
      if (!firm.As().Explain(Firm::Mail("p1@mail.example.com", c1, "", Body(9, i))).ok()) ++failures;
      if (!firm.As("U1").ShowRecord("C1").ok()) ++failures;
      const std::string mail = Firm::Mail("p1@mail.example.com", c1, "", Body(8, i));
      RoutedBatch routed;
      if (!firm.As().Route(mail).ok() || !firm.As().RouteBatch({{mail}, {mail}}, &routed).ok()) ++failures;
      Session session = firm.As("U1");
      if (!session.Records().ok() || !session.Threads("C1").ok() || !session.Unassigned().ok()) ++failures;
    }
  });
  for (std::thread& thread : threads) thread.join();

  EXPECT_EQ(failures, 0);
  EXPECT_EQ(filed, kThreads * kMails + kMails);  // what all have is filed once
  EXPECT_EQ(duplicates, (kThreads - 1) * kMails);
  const auto page = firm.As().ShowRecord("C1");
  ASSERT_EQ(page->threads.size(), 1u);
  EXPECT_EQ(page->threads[0].messages.size(), static_cast<size_t>(kThreads * kMails));
}

// Mail races with the retirement of its address: what is filed was committed before, and nothing after (threat T37).
// CASECOMM_T37=1: 1e5 mails; else a share.
TEST(EngineThreads, T37_NothingIsFiledOnceAnAddressIsRetired) {
  const char* const given = std::getenv("CASECOMM_T37");
  const int rounds = given != nullptr && *given == '1' ? 2'500 : 10;
  Firm firm("casebook");
  int filed_in_time = 0;
  for (int round = 0; round < rounds; ++round) {
    const std::string address = round % 2 == 0 ? firm.Record("C1") : *firm.As().ReplyAddress("C1", "P1");
    std::atomic<bool> retired{false};
    std::atomic<int> filed{0}, late{0}, failures{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 10; ++i) {
          const bool after = retired;
          ListSource source;
          source.Add(Firm::Mail("p1@mail.example.com", address, "", Body(round * 4 + t, i)));
          const Status s = firm.engine->Receive(source, "firm", [&](const host::InboundMail&, const MailDecision& d) {
            if (d.outcome != Outcome::kFiled) return;
            ++(after ? late : filed);
          });
          if (!s.ok()) ++failures;
        }
      });
    }
    threads.emplace_back([&] {
      if (!firm.As().RetireAddress(address).ok()) ++failures;
      retired = true;
    });
    for (std::thread& thread : threads) thread.join();
    ASSERT_EQ(late, 0);
    ASSERT_EQ(failures, 0);
    filed_in_time += filed;
  }
  EXPECT_GT(filed_in_time, 0);
}

TEST(EngineThreads, ShareAnEngineOverTheMemoryStore) {
  Firm firm("casebook");
  ReceiveFromManyThreads(firm);
}

TEST(EngineThreads, ShareAnEngineOverSqlite) {
  const auto folder = std::filesystem::temp_directory_path() / ("casecomm-threads-" + std::to_string(::getpid()));
  std::filesystem::create_directory(folder);
  {
    auto store = SqliteStore({(folder / "firm.db").string(), /*create=*/true, /*busy_timeout_ms=*/10000});
    ASSERT_TRUE(store.ok()) << store.status().ToString();
    Firm firm("casebook", 200, std::move(*store));
    ReceiveFromManyThreads(firm);
  }
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace casecomm
