// SPDX-License-Identifier: Apache-2.0
// The rules at the head of host.h, for every table.
#include "tests/seams/tables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

#include "structs.h"
#include "tests/seams/store_suite.h"

namespace casecomm::seams {
namespace {

template <typename Table>
class Tables : public testing::Test {
 protected:
  // A table as long as the caller says, what is behind the struct of today filled with `rest`.
  Result<int> MakeOfSize(size_t size, unsigned char rest) {
    const Table whole = Kind<Table>::Whole(&host_);
    std::vector<unsigned char> bytes(std::max(size, sizeof(Table)), rest);
    std::memcpy(bytes.data(), &whole, sizeof(Table));
    const auto told = static_cast<uint32_t>(size);
    std::memcpy(bytes.data(), &told, sizeof told);
    auto made = Kind<Table>::Make(reinterpret_cast<const Table*>(bytes.data()));
    if (!made.ok()) return made.status();
    return 1;
  }

  ScriptedHost host_;
};

using AllTables = testing::Types<casecomm_host_clock, casecomm_host_random, casecomm_host_observer, casecomm_host_store,
                                 casecomm_host_source, casecomm_host_mail_sink>;
TYPED_TEST_SUITE(Tables, AllTables);

TYPED_TEST(Tables, AreReleasedOnceWhenTheSeamEnds) {
  const TypeParam table = Kind<TypeParam>::Whole(&this->host_);
  {
    auto made = Kind<TypeParam>::Make(&table);
    ASSERT_TRUE(made.ok()) << made.status().ToString();
    EXPECT_EQ(this->host_.released, 0);
  }
  EXPECT_EQ(this->host_.released, 1);
}

TYPED_TEST(Tables, AreCopied) {
  TypeParam table = Kind<TypeParam>::Whole(&this->host_);
  {
    auto made = Kind<TypeParam>::Make(&table);
    ASSERT_TRUE(made.ok());
    table = TypeParam{};
  }
  EXPECT_EQ(this->host_.released, 1);
}

TYPED_TEST(Tables, NeedNoRelease) {
  TypeParam table = Kind<TypeParam>::Whole(&this->host_);
  table.release = nullptr;
  EXPECT_TRUE(Kind<TypeParam>::Make(&table).ok());
  EXPECT_EQ(this->host_.released, 0);
}

TYPED_TEST(Tables, MayThrowWhenReleased) {
  this->host_.release_throws = true;
  const TypeParam table = Kind<TypeParam>::Whole(&this->host_);
  EXPECT_TRUE(Kind<TypeParam>::Make(&table).ok());
  EXPECT_EQ(this->host_.released, 1);
}

TYPED_TEST(Tables, OfAWrongSizeAreRefusedUnread) {
  for (const size_t size : {size_t{0}, size_t{4}, size_t{capi::kFirstSize<TypeParam> - 1}, sizeof(TypeParam) + 8,
                            size_t{CASECOMM_STRUCT_MAX}, size_t{CASECOMM_STRUCT_MAX} + 1, size_t{UINT32_MAX}}) {
    const Status status = this->MakeOfSize(std::min<size_t>(size, 5000), 0xAB).status();
    EXPECT_EQ(status.code(), Code::kInvalidArgument) << size;
    EXPECT_EQ(status.reason(), "struct_size") << size;
  }
  EXPECT_EQ(this->host_.released, 0);
}

TYPED_TEST(Tables, OfALaterVersionAreTakenIfTheyAskForNothingNew) {
  for (const size_t size : {sizeof(TypeParam) + 8, size_t{CASECOMM_STRUCT_MAX}}) {
    this->host_.released = 0;
    EXPECT_TRUE(this->MakeOfSize(size, 0).ok()) << size;
    EXPECT_EQ(this->host_.released, 1);
  }
}

TYPED_TEST(Tables, ThatLackSomethingAreReleasedAndRefused) {
  for (int which = 0; which < Kind<TypeParam>::kRequired; ++which) {
    this->host_.released = 0;
    TypeParam table = Kind<TypeParam>::Whole(&this->host_);
    Kind<TypeParam>::Lose(&table, which);
    const Status status = Kind<TypeParam>::Make(&table).status();
    EXPECT_EQ(status.code(), Code::kInvalidArgument) << which;
    EXPECT_EQ(status.reason(), "table") << which;
    EXPECT_EQ(this->host_.released, 1) << which;
  }
}

TYPED_TEST(Tables, WithSomethingReservedAreReleasedAndRefused) {
  TypeParam table = Kind<TypeParam>::Whole(&this->host_);
  table.reserved = 1;
  EXPECT_EQ(Kind<TypeParam>::Make(&table).status().reason(), "bad_argument");
  EXPECT_EQ(this->host_.released, 1);
}

TEST(NoTable, MeansTheDefaultOrIsRefused) {
  auto clock = capi::ClockOf(nullptr);
  ASSERT_TRUE(clock.ok());
  EXPECT_GT((*clock)->NowMicros(), 0);
  auto random = capi::RandomOf(nullptr);
  ASSERT_TRUE(random.ok());
  char bytes[8];
  EXPECT_TRUE((*random)->Fill(bytes, sizeof bytes).ok());
  auto observer = capi::ObserverOf(nullptr);
  ASSERT_TRUE(observer.ok());
  EXPECT_EQ(*observer, nullptr);
  EXPECT_EQ(capi::StoreOf(nullptr).status().reason(), "bad_argument");
  EXPECT_EQ(capi::SourceOf(nullptr).status().reason(), "bad_argument");
  EXPECT_EQ(capi::SinkOf(nullptr).status().reason(), "bad_argument");
}

// ---- handles of tables ----

TEST(TableHandles, AreReleasedWithTheirLastUse) {
  ScriptedHost host;
  casecomm_store store = nullptr;
  const auto table = Kind<casecomm_host_store>::Whole(&host);
  ASSERT_EQ(casecomm_store_host(&table, &store, nullptr), CASECOMM_OK);
  EXPECT_EQ(host.released, 0);
  casecomm_store_release(store);
  EXPECT_EQ(host.released, 1);
  casecomm_store_release(store);
  EXPECT_EQ(host.released, 1);
}

TEST(TableHandles, WithoutAPlaceToPutThemAreReleasedAtOnce) {
  ScriptedHost host;
  const auto store = Kind<casecomm_host_store>::Whole(&host);
  EXPECT_EQ(casecomm_store_host(&store, nullptr, nullptr), CASECOMM_INVALID_ARGUMENT);
  EXPECT_EQ(host.released, 1);
  const auto source = Kind<casecomm_host_source>::Whole(&host);
  EXPECT_EQ(casecomm_source_host(&source, nullptr, nullptr), CASECOMM_INVALID_ARGUMENT);
  EXPECT_EQ(host.released, 2);
  const auto sink = Kind<casecomm_host_mail_sink>::Whole(&host);
  EXPECT_EQ(casecomm_mail_sink_host(&sink, nullptr, nullptr), CASECOMM_INVALID_ARGUMENT);
  EXPECT_EQ(host.released, 3);
}

TEST(TableHandles, OfAFailedCallAreNull) {
  casecomm_error error = CASECOMM_INIT(casecomm_error);
  auto store = reinterpret_cast<casecomm_store>(uintptr_t{1});
  EXPECT_EQ(casecomm_store_host(nullptr, &store, &error), CASECOMM_INVALID_ARGUMENT);
  EXPECT_EQ(store, nullptr);
  EXPECT_EQ(error.reason, CASECOMM_REASON_BAD_ARGUMENT);
}

// ---- what a callback answers ----

// Every callback that answers a status, called through its seam; the host acts as it was told.
struct Callback {
  const char* message;  // of a failure that says nothing
  std::function<Status(ScriptedHost*)> call;
};

template <typename Table>
auto SeamOf(ScriptedHost* host) {
  const Table table = Kind<Table>::Whole(host);
  return Kind<Table>::Make(&table).value();
}

const std::vector<Callback>& Callbacks() {
  static const auto open_store = [](ScriptedHost* host) {
    const auto act = std::exchange(host->act, [](casecomm_error*) { return CASECOMM_OK; });
    auto store = SeamOf<casecomm_host_store>(host);
    EXPECT_TRUE(store->Open(SuiteSchema()).ok());
    host->act = act;
    return store;
  };
  static const std::vector<Callback> all{
      {"the host's random failed in fill",
       [](ScriptedHost* host) {
         char bytes[4];
         return SeamOf<casecomm_host_random>(host)->Fill(bytes, sizeof bytes);
       }},
      {"the host's store failed in open",
       [](ScriptedHost* host) { return SeamOf<casecomm_host_store>(host)->Open(SuiteSchema()); }},
      {"the host's store failed in read",
       [](ScriptedHost* host) {
         store::RowCollector rows(1);
         return open_store(host)->Read({Ask(kNotes, 0, {{Int(1)}})}, rows);
       }},
      {"the host's store failed in commit",
       [](ScriptedHost* host) {
         std::vector<BatchOutcome> outcomes;
         return open_store(host)->Commit({Batch()}, &outcomes);
       }},
      {"the host's source failed in next",
       [](ScriptedHost* host) {
         std::vector<host::InboundMail> mails;
         return SeamOf<casecomm_host_source>(host)->Next(5, &mails);
       }},
      {"the host's mail sink failed in send",
       [](ScriptedHost* host) {
         host::Delivery delivery;
         return SeamOf<casecomm_host_mail_sink>(host)->Send({"a@b", {"c@d"}, "x"}, &delivery);
       }},
  };
  return all;
}

TEST(Answers, ArriveWordForWord) {
  for (const Callback& callback : Callbacks()) {
    ScriptedHost host;
    host.act = [](casecomm_error* error) {
      EXPECT_EQ(error->struct_size, sizeof(casecomm_error));
      EXPECT_EQ(error->position, -1);
      EXPECT_STREQ(error->message, "");
      std::strcpy(error->reason_name, "tape_jammed");
      std::strcpy(error->subject, "/dev/tape0");
      std::strcpy(error->message, "the tape was j\u00E4mmed");
      error->position = 17;
      error->code = CASECOMM_OK;  // what is returned counts
      return CASECOMM_DATA_LOSS;
    };
    const Status status = callback.call(&host);
    EXPECT_EQ(status.code(), Code::kDataLoss) << callback.message;
    EXPECT_EQ(status.reason(), "tape_jammed");
    EXPECT_EQ(status.subject(), "/dev/tape0");
    EXPECT_EQ(status.message(), "the tape was j\u00E4mmed");
    EXPECT_EQ(status.position(), 17);
    EXPECT_EQ(host.released, 1);
  }
}

TEST(Answers, ThatSayNothingNameTheCallback) {
  for (const Callback& callback : Callbacks()) {
    ScriptedHost host;
    host.act = [](casecomm_error*) { return CASECOMM_UNAVAILABLE; };
    const Status status = callback.call(&host);
    EXPECT_EQ(status.code(), Code::kUnavailable);
    EXPECT_EQ(status.message(), callback.message);
    EXPECT_EQ(status.position(), -1);
  }
}

TEST(Answers, WithANumberThatIsNoCodeAreUnknown) {
  for (const Callback& callback : Callbacks()) {
    for (const casecomm_status number : {17, -1, INT32_MAX, INT32_MIN}) {
      ScriptedHost host;
      host.act = [number](casecomm_error* error) {
        std::strcpy(error->message, "odd");
        return number;
      };
      const Status status = callback.call(&host);
      EXPECT_EQ(status.code(), Code::kUnknown) << number;
      EXPECT_EQ(status.message(), "odd");
    }
  }
}

TEST(Answers, NeedNotEndInNul) {
  for (const Callback& callback : Callbacks()) {
    ScriptedHost host;
    host.act = [](casecomm_error* error) {
      std::memset(error->reason_name, 'r', sizeof error->reason_name);
      std::memset(error->subject, 's', sizeof error->subject);
      std::memset(error->message, 'm', sizeof error->message);
      error->struct_size = UINT32_MAX;
      return CASECOMM_INTERNAL;
    };
    const Status status = callback.call(&host);
    EXPECT_EQ(status.reason(), std::string(64, 'r'));
    EXPECT_EQ(status.subject(), std::string(128, 's'));
    EXPECT_EQ(status.message(), std::string(512, 'm'));
  }
}

TEST(Answers, ThatAreThrownAreFenced) {
  for (const Callback& callback : Callbacks()) {
    ScriptedHost host;
    host.act = [](casecomm_error*) -> casecomm_status { throw std::runtime_error("boom"); };
    EXPECT_EQ(callback.call(&host).code(), Code::kInternal);
    EXPECT_EQ(callback.call(&host).reason(), "exception");
    host.act = [](casecomm_error*) -> casecomm_status { throw std::bad_alloc(); };
    EXPECT_EQ(callback.call(&host).code(), Code::kResourceExhausted);
    host.act = [](casecomm_error*) -> casecomm_status { throw 5; };
    EXPECT_EQ(callback.call(&host).reason(), "exception");
    EXPECT_EQ(host.released, 4);
  }
}

TEST(Answers, ReachTheCallerOfTheLibraryAsText) {
  ScriptedHost host;
  host.act = [](casecomm_error* error) {
    std::memset(error->message, '\xC3', sizeof error->message);
    std::strcpy(error->reason_name, "dice_lost");
    std::strcpy(error->subject, "the \xFF table");
    return CASECOMM_UNAVAILABLE;
  };
  const auto table = Kind<casecomm_host_random>::Whole(&host);
  casecomm_text text = nullptr;
  casecomm_error error = CASECOMM_INIT(casecomm_error);
  EXPECT_EQ(casecomm_keys_generate(&table, &text, &error), CASECOMM_UNAVAILABLE);
  EXPECT_EQ(text, nullptr);
  EXPECT_EQ(error.code, CASECOMM_UNAVAILABLE);
  EXPECT_EQ(error.reason, CASECOMM_REASON_NONE);
  EXPECT_STREQ(error.reason_name, "dice_lost");
  EXPECT_STREQ(error.subject, "the \uFFFD table");
  EXPECT_EQ(std::string_view(error.message).substr(0, 3), "\uFFFD");
  EXPECT_LT(std::strlen(error.message), sizeof error.message);
  EXPECT_NE(error.truncated & CASECOMM_TRUNCATED_MESSAGE, 0u);
  EXPECT_EQ(host.released, 1);
}

}  // namespace
}  // namespace casecomm::seams
