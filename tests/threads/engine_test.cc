// SPDX-License-Identifier: Apache-2.0
// One engine, many threads: the sharing rule of casecomm/engine.h, under ThreadSanitizer in the gate.
#include <gtest/gtest.h>

#include <atomic>
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
