// SPDX-License-Identifier: Apache-2.0
// Stores of the host's that break the contract, and what the library passes on to one that keeps it.
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "structs.h"
#include "tests/seams/store_suite.h"
#include "tests/seams/tables.h"

namespace casecomm::seams {
namespace {

using ReadFn =
    std::function<casecomm_status(const casecomm_query* const*, size_t, const casecomm_row_sink*, casecomm_error*)>;
using CommitFn = std::function<casecomm_status(const casecomm_batch* const*, size_t, casecomm_batch_outcome* const*,
                                               casecomm_error*)>;

// A store of the host's that answers as a test says.
struct FunctionStore {
  ReadFn on_read;
  CommitFn on_commit;
  int released = 0;

  // Open, behind the seam.
  std::unique_ptr<host::Store> Open() {
    casecomm_host_store table = CASECOMM_INIT(casecomm_host_store);
    table.host = this;
    table.release = [](void* self) { ++static_cast<FunctionStore*>(self)->released; };
    table.open = [](void*, const casecomm_schema*, casecomm_error*) -> casecomm_status { return CASECOMM_OK; };
    table.read = [](void* self, const casecomm_query* const* queries, size_t count, const casecomm_row_sink* sink,
                    casecomm_error* error) {
      return static_cast<FunctionStore*>(self)->on_read(queries, count, sink, error);
    };
    table.commit = [](void* self, const casecomm_batch* const* batches, size_t count,
                      casecomm_batch_outcome* const* outcomes, casecomm_error* error) {
      return static_cast<FunctionStore*>(self)->on_commit(batches, count, outcomes, error);
    };
    auto store = capi::StoreOf(&table).value();
    EXPECT_TRUE(store->Open(SuiteSchema()).ok());
    return store;
  }
};

casecomm_value CInt(int64_t integer) {
  return {CASECOMM_VALUE_INT64, 0, integer, {nullptr, 0}};
}
casecomm_value CText(std::string_view text) {
  return {CASECOMM_VALUE_TEXT, 0, 0, CStr(text)};
}
constexpr casecomm_value kCNull = {CASECOMM_VALUE_NULL, 0, 0, {nullptr, 0}};

// A sound row of notes, to be broken.
struct NoteRow {
  std::vector<casecomm_value> columns{CInt(7), CText("a"), CText("ann"), kCNull, kCNull};
  casecomm_row row = CASECOMM_INIT(casecomm_row);

  NoteRow() {
    row.body = CStr("body");
    row.body_size = 4;
    row.version = 1;
  }
  const casecomm_row* get() {
    row.columns = columns.data();
    if (row.column_count == 0) row.column_count = static_cast<uint32_t>(columns.size());
    return &row;
  }
};

// Two rows at most of notes, a count up to 3, three bytes of a blob, keys only.
std::vector<Query> FourQueries() {
  std::vector<Query> queries{Ask(kNotes, 0, {{Int(7)}}), Ask(kNotes, 0, {{Int(7)}}), Ask(kBlobs, 0, {{Int(7)}}),
                             Ask(kNotes, 0, {{Int(7)}})};
  queries[0].limit = 2;
  queries[1].count_cap = 3;
  queries[2].body_offset = 1;
  queries[2].body_limit = 3;
  queries[3].keys_only = true;
  return queries;
}

casecomm_row BlobRow(std::vector<casecomm_value>* columns, std::string_view body, uint64_t size) {
  *columns = {CInt(7), CText("b"), kCNull};
  casecomm_row row = CASECOMM_INIT(casecomm_row);
  row.columns = columns->data();
  row.column_count = 3;
  row.body = CStr(body);
  row.body_size = size;
  row.version = 9;
  return row;
}

TEST(Contract, OfAReadThatIsKept) {
  FunctionStore host;
  host.on_read = [](const casecomm_query* const* queries, size_t count, const casecomm_row_sink* sink,
                    casecomm_error*) -> casecomm_status {
    EXPECT_EQ(count, 4u);
    EXPECT_EQ(queries[0]->struct_size, sizeof(casecomm_query));
    EXPECT_EQ(queries[0]->limit, 2u);
    EXPECT_EQ(queries[1]->count_cap, 3u);
    EXPECT_EQ(queries[2]->body_offset, 1u);
    EXPECT_EQ(queries[3]->flags, uint32_t{CASECOMM_QUERY_KEYS_ONLY});
    NoteRow note;
    EXPECT_EQ(sink->row(sink->sink, 0, note.get()), CASECOMM_OK);
    EXPECT_EQ(sink->row(sink->sink, 0, note.get()), CASECOMM_OK);
    EXPECT_EQ(sink->count(sink->sink, 1, 3), CASECOMM_OK);
    std::vector<casecomm_value> columns;
    const casecomm_row blob = BlobRow(&columns, "lob", 9);
    EXPECT_EQ(sink->row(sink->sink, 2, &blob), CASECOMM_OK);
    note.row.body = {nullptr, 0};
    EXPECT_EQ(sink->row(sink->sink, 3, note.get()), CASECOMM_OK);
    return CASECOMM_OK;
  };
  const auto store = host.Open();
  store::RowCollector got(4);
  const Status status = store->Read(FourQueries(), got);
  ASSERT_TRUE(status.ok()) << status.ToString();
  EXPECT_EQ(got.rows[0].size(), 2u);
  EXPECT_EQ(got.rows[0][1].text(2), "ann");
  EXPECT_TRUE(got.rows[0][1].is_null(3));
  EXPECT_EQ(got.counts[1], 3u);
  EXPECT_EQ(got.rows[2][0].body, "lob");
  EXPECT_EQ(got.rows[3][0].body_size, 4u);
}

// Each breaks one rule; all return CASECOMM_OK whatever the sink says.
TEST(Contract, OfAReadThatIsBrokenIsAnInternalError) {
  const auto note = [](std::function<void(NoteRow*)> change, size_t query = 0) {
    return [=](const casecomm_row_sink* sink) {
      NoteRow row;
      change(&row);
      EXPECT_EQ(sink->row(sink->sink, query, row.get()), CASECOMM_INTERNAL);
    };
  };
  const auto blob = [](std::string_view body, uint64_t size) {
    return [=](const casecomm_row_sink* sink) {
      std::vector<casecomm_value> columns;
      const casecomm_row row = BlobRow(&columns, body, size);
      sink->count(sink->sink, 1, 0);
      EXPECT_EQ(sink->row(sink->sink, 2, &row), CASECOMM_INTERNAL);
    };
  };
  const auto nothing = [](NoteRow*) {};
  using Break = std::function<void(const casecomm_row_sink*)>;
  const std::vector<std::pair<const char*, Break>> breaks{
      {"query past the end", note(nothing, 4)},
      {"query far past the end", note(nothing, SIZE_MAX)},
      {"a row for a count", note(nothing, 1)},
      {"a row of a later query while a count is open", note(nothing, 2)},
      {"NULL", [](const casecomm_row_sink* sink) { sink->row(sink->sink, 0, nullptr); }},
      {"row of size 0", note([](NoteRow* row) { row->row.struct_size = 0; })},
      {"row of half its size", note([](NoteRow* row) { row->row.struct_size = 24; })},
      {"row of huge size", note([](NoteRow* row) { row->row.struct_size = UINT32_MAX; })},
      {"too few columns", note([](NoteRow* row) { row->row.column_count = 4; })},
      {"too many columns", note([](NoteRow* row) { row->row.column_count = 6; })},
      {"huge count of columns", note([](NoteRow* row) { row->row.column_count = UINT32_MAX; })},
      {"no columns",
       [](const casecomm_row_sink* sink) {
         NoteRow row;
         casecomm_row bare = *row.get();
         bare.columns = nullptr;
         sink->row(sink->sink, 0, &bare);
       }},
      {"wrong type", note([](NoteRow* row) { row->columns[2] = CInt(1); })},
      {"type that is none", note([](NoteRow* row) { row->columns[2].type = 77; })},
      {"null in the key", note([](NoteRow* row) { row->columns[1] = kCNull; })},
      {"NULL text with a size", note([](NoteRow* row) {
         row->columns[2].bytes = {nullptr, 3};
       })},
      {"text without end", note([](NoteRow* row) { row->columns[2].bytes.size = SIZE_MAX; })},
      {"another account", note([](NoteRow* row) { row->columns[0] = CInt(8); })},
      {"version 0", note([](NoteRow* row) { row->row.version = 0; })},
      {"version below 0", note([](NoteRow* row) { row->row.version = -1; })},
      {"NULL body with a size", note([](NoteRow* row) {
         row->row.body = {nullptr, 4};
       })},
      {"body shorter than it says", note([](NoteRow* row) { row->row.body_size = 5; })},
      {"body longer than it says", note([](NoteRow* row) { row->row.body_size = 3; })},
      {"more rows than the limit",
       [](const casecomm_row_sink* sink) {
         NoteRow row;
         sink->row(sink->sink, 0, row.get());
         sink->row(sink->sink, 0, row.get());
         EXPECT_EQ(sink->row(sink->sink, 0, row.get()), CASECOMM_INTERNAL);
       }},
      {"a row of a query that is over",
       [](const casecomm_row_sink* sink) {
         NoteRow row;
         sink->count(sink->sink, 1, 0);
         EXPECT_EQ(sink->row(sink->sink, 0, row.get()), CASECOMM_INTERNAL);
       }},
      {"a count for rows", [](const casecomm_row_sink* sink) { sink->count(sink->sink, 0, 1); }},
      {"a count past the end", [](const casecomm_row_sink* sink) { sink->count(sink->sink, 9, 1); }},
      {"a count above its cap", [](const casecomm_row_sink* sink) { sink->count(sink->sink, 1, 4); }},
      {"two counts",
       [](const casecomm_row_sink* sink) {
         sink->count(sink->sink, 1, 1);
         EXPECT_EQ(sink->count(sink->sink, 1, 1), CASECOMM_INTERNAL);
       }},
      {"no count at all", [](const casecomm_row_sink*) {}},
      {"blob range too long", blob("blob", 9)},
      {"blob range too short", blob("lo", 9)},
      {"blob range past the end", blob("x", 1)},
      {"a body where keys were asked for",
       [](const casecomm_row_sink* sink) {
         NoteRow row;
         sink->count(sink->sink, 1, 0);
         EXPECT_EQ(sink->row(sink->sink, 3, row.get()), CASECOMM_INTERNAL);
       }},
  };
  for (const auto& [name, act] : breaks) {
    FunctionStore host;
    host.on_read = [&act = act](const casecomm_query* const*, size_t, const casecomm_row_sink* sink, casecomm_error*) {
      act(sink);
      return CASECOMM_OK;
    };
    const auto store = host.Open();
    store::RowCollector got(4);
    const Status status = store->Read(FourQueries(), got);
    EXPECT_EQ(status.code(), Code::kInternal) << name;
    EXPECT_EQ(status.reason(), "store_contract") << name;
    EXPECT_NE(status.message(), "") << name;
  }
}

TEST(Contract, ACountThatIsTheLastAnswerMustCome) {
  FunctionStore host;
  host.on_read = [](const casecomm_query* const*, size_t, const casecomm_row_sink*, casecomm_error*) {
    return CASECOMM_OK;
  };
  const auto store = host.Open();
  Query query = Ask(kNotes, 0, {{Int(7)}});
  query.count_cap = 1;
  store::RowCollector got(1);
  EXPECT_EQ(store->Read({query}, got).reason(), "store_contract");
}

TEST(Contract, AFailureOfTheSinkIsTheAnswerWhateverTheStoreSays) {
  for (const casecomm_status said : {CASECOMM_OK, CASECOMM_DATA_LOSS}) {
    FunctionStore host;
    int offered = 0;
    host.on_read = [&](const casecomm_query* const*, size_t, const casecomm_row_sink* sink, casecomm_error*) {
      NoteRow row;
      EXPECT_EQ(sink->row(sink->sink, 0, row.get()), CASECOMM_CANCELLED);
      EXPECT_EQ(sink->row(sink->sink, 0, row.get()), CASECOMM_CANCELLED) << "it stays failed";
      ++offered;
      return said;
    };
    const auto store = host.Open();
    HookSink sink;
    sink.hook = [](size_t) { return Status(Code::kCancelled, "enough", "me", "no more", 3); };
    const Status status = store->Read({Ask(kNotes, 0, {{Int(7)}})}, sink);
    EXPECT_EQ(status.code(), Code::kCancelled);
    EXPECT_EQ(status.reason(), "enough");
    EXPECT_EQ(sink.rows, 1u);
    EXPECT_EQ(offered, 1);
  }
}

TEST(Contract, WhatTheSinkThrowsDoesNotCrossTheStore) {
  FunctionStore host;
  bool came_back = false;
  host.on_read = [&](const casecomm_query* const*, size_t, const casecomm_row_sink* sink, casecomm_error*) {
    NoteRow row;
    EXPECT_EQ(sink->row(sink->sink, 0, row.get()), CASECOMM_RESOURCE_EXHAUSTED);
    came_back = true;
    return CASECOMM_OK;
  };
  const auto store = host.Open();
  HookSink sink;
  sink.hook = [](size_t) -> Status { throw std::bad_alloc(); };
  EXPECT_EQ(store->Read({Ask(kNotes, 0, {{Int(7)}})}, sink).reason(), "out_of_memory");
  EXPECT_TRUE(came_back);
}

TEST(Contract, TheStoreIsHandedOnlyWhatTheSchemaCarries) {
  FunctionStore host;
  int calls = 0;
  host.on_read = [&](const casecomm_query* const*, size_t, const casecomm_row_sink*, casecomm_error*) {
    ++calls;
    return CASECOMM_OK;
  };
  host.on_commit = [&](const casecomm_batch* const* batches, size_t count, casecomm_batch_outcome* const*,
                       casecomm_error*) {
    ++calls;
    EXPECT_EQ(count, 1u);
    EXPECT_EQ(batches[0]->account, 3);
    return CASECOMM_OK;
  };
  const auto store = host.Open();
  store::RowCollector got(2);
  EXPECT_EQ(store->Read({Ask(kNotes, 0, {{Int(7)}}), Ask(99, 0, {{Int(7)}})}, got).code(), Code::kInvalidArgument);
  EXPECT_TRUE(store->Read({}, got).ok());
  EXPECT_EQ(calls, 0);
  std::vector<Batch> batches(3);
  batches[0].puts.push_back({kNotes, {Int(7)}, {}});
  batches[1].account = 3;
  batches[2].erases.push_back({99, {Int(7)}});
  std::vector<BatchOutcome> outcomes;
  ASSERT_TRUE(store->Commit(batches, &outcomes).ok());
  EXPECT_EQ(calls, 1);
  ASSERT_EQ(outcomes.size(), 3u);
  EXPECT_EQ(outcomes[0].status.code(), Code::kInvalidArgument);
  EXPECT_TRUE(outcomes[1].status.ok());
  EXPECT_EQ(outcomes[2].status.code(), Code::kInvalidArgument);
  ASSERT_TRUE(store->Commit({batches[0]}, &outcomes).ok());
  EXPECT_EQ(calls, 1);
}

// ---- commit ----

std::vector<Batch> TwoBatches() {
  std::vector<Batch> batches(2);
  for (Batch& batch : batches) {
    batch.account = 7;
    batch.preconditions = {{kNotes, {Int(7), Text("a")}, 0}, {kNotes, {Int(7), Text("b")}, 4}};
    batch.puts.push_back({kNotes, {Int(7), Text("c"), Value::Null(), Value::Null(), Value::Null()}, "body"});
    batch.erases.push_back({kNotes, {Int(7), Text("d")}});
    batch.adds.push_back({kCounts, {Int(7), Text("n"), Int(1)}, -5});
  }
  return batches;
}

TEST(Contract, OfACommitThatIsKept) {
  FunctionStore host;
  host.on_commit = [](const casecomm_batch* const* batches, size_t count, casecomm_batch_outcome* const* outcomes,
                      casecomm_error*) -> casecomm_status {
    EXPECT_EQ(count, 2u);
    const casecomm_batch& batch = *batches[1];
    EXPECT_EQ(batch.account, 7);
    EXPECT_EQ(batch.precondition_count, 2u);
    EXPECT_EQ(batch.preconditions[1]->version, 4);
    EXPECT_EQ(std::string_view(batch.preconditions[1]->key.values[1].bytes.data, 1), "b");
    EXPECT_EQ(batch.put_count, 1u);
    EXPECT_EQ(batch.puts[0]->columns.count, 5u);
    EXPECT_EQ(batch.puts[0]->columns.values[2].type, CASECOMM_VALUE_NULL);
    EXPECT_EQ(batch.puts[0]->columns.values[2].bytes.data, nullptr);
    EXPECT_EQ(batch.puts[0]->body.size, 4u);
    EXPECT_EQ(batch.erase_count, 1u);
    EXPECT_EQ(batch.erases[0]->key.count, 2u);
    EXPECT_EQ(batch.add_count, 1u);
    EXPECT_EQ(batch.adds[0]->delta, -5);
    for (size_t i = 0; i < count; ++i) {
      EXPECT_EQ(outcomes[i]->struct_size, sizeof(casecomm_batch_outcome));
      EXPECT_EQ(outcomes[i]->status, CASECOMM_OK);
      EXPECT_EQ(outcomes[i]->failed_precondition, -1);
      EXPECT_EQ(outcomes[i]->error->struct_size, sizeof(casecomm_error));
      EXPECT_EQ(outcomes[i]->error->position, -1);
    }
    outcomes[0]->status = CASECOMM_ABORTED;
    outcomes[0]->failed_precondition = 1;
    outcomes[1]->status = CASECOMM_UNAVAILABLE;
    std::strcpy(outcomes[1]->error->reason_name, "line_cut");
    std::strcpy(outcomes[1]->error->message, "a digger cut the line");
    outcomes[1]->error->position = 8;
    return CASECOMM_OK;
  };
  const auto store = host.Open();
  std::vector<BatchOutcome> outcomes;
  const Status status = store->Commit(TwoBatches(), &outcomes);
  ASSERT_TRUE(status.ok()) << status.ToString();
  ASSERT_EQ(outcomes.size(), 2u);
  EXPECT_EQ(outcomes[0].status.code(), Code::kAborted);
  EXPECT_EQ(outcomes[0].failed_precondition, 1);
  EXPECT_EQ(outcomes[1].status.code(), Code::kUnavailable);
  EXPECT_EQ(outcomes[1].status.reason(), "line_cut");
  EXPECT_EQ(outcomes[1].status.message(), "a digger cut the line");
  EXPECT_EQ(outcomes[1].status.position(), 8);
  EXPECT_EQ(outcomes[1].failed_precondition, -1);
}

TEST(Contract, OfACommitThatIsBrokenIsAnInternalError) {
  struct Break {
    const char* name;
    casecomm_status status;
    int64_t failed_precondition;
  };
  for (const Break& broken :
       {Break{"aborted by none", CASECOMM_ABORTED, -1}, Break{"past the end", CASECOMM_ABORTED, 2},
        Break{"far past the end", CASECOMM_ABORTED, INT64_MAX}, Break{"below 0", CASECOMM_ABORTED, INT64_MIN},
        Break{"done and not", CASECOMM_OK, 0}}) {
    FunctionStore host;
    host.on_commit = [&](const casecomm_batch* const*, size_t, casecomm_batch_outcome* const* outcomes,
                         casecomm_error*) {
      outcomes[1]->status = broken.status;
      outcomes[1]->failed_precondition = broken.failed_precondition;
      return CASECOMM_OK;
    };
    const auto store = host.Open();
    std::vector<BatchOutcome> outcomes;
    const Status status = store->Commit(TwoBatches(), &outcomes);
    EXPECT_EQ(status.code(), Code::kInternal) << broken.name;
    EXPECT_EQ(status.reason(), "store_contract") << broken.name;
  }
}

TEST(Contract, AnOutcomeIsHeardAsAnErrorIs) {
  FunctionStore host;
  host.on_commit = [&](const casecomm_batch* const*, size_t, casecomm_batch_outcome* const* outcomes,
                       casecomm_error*) -> casecomm_status {
    outcomes[0]->status = -7;
    std::memset(outcomes[0]->error->message, 'm', sizeof outcomes[0]->error->message);
    outcomes[1]->status = CASECOMM_OUT_OF_RANGE;
    outcomes[1]->failed_precondition = 55;  // means nothing, as it did not abort
    outcomes[1]->error = nullptr;           // the library keeps its own
    return CASECOMM_OK;
  };
  const auto store = host.Open();
  std::vector<BatchOutcome> outcomes;
  ASSERT_TRUE(store->Commit(TwoBatches(), &outcomes).ok());
  EXPECT_EQ(outcomes[0].status.code(), Code::kUnknown);
  EXPECT_EQ(outcomes[0].status.message(), std::string(512, 'm'));
  EXPECT_EQ(outcomes[1].status.code(), Code::kOutOfRange);
  EXPECT_EQ(outcomes[1].status.message(), "the host's store failed in commit");
  EXPECT_EQ(outcomes[1].failed_precondition, -1);
}

// ---- open ----

TEST(Contract, TheSchemaStandsUntilTheStoreIsReleased) {
  struct Host {
    const casecomm_schema* schema = nullptr;
    std::string read_at_release;
  } host;
  casecomm_host_store table = CASECOMM_INIT(casecomm_host_store);
  table.host = &host;
  table.open = [](void* self, const casecomm_schema* schema, casecomm_error*) -> casecomm_status {
    static_cast<Host*>(self)->schema = schema;
    return CASECOMM_OK;
  };
  table.read = [](void*, const casecomm_query* const*, size_t, const casecomm_row_sink*, casecomm_error*) {
    return casecomm_status{CASECOMM_OK};
  };
  table.commit = [](void*, const casecomm_batch* const*, size_t, casecomm_batch_outcome* const*, casecomm_error*) {
    return casecomm_status{CASECOMM_OK};
  };
  table.release = [](void* self) {
    auto* const host_of_it = static_cast<Host*>(self);
    for (uint32_t i = 0; i < host_of_it->schema->collection_count; ++i) {
      const casecomm_collection& collection = *host_of_it->schema->collections[i];
      host_of_it->read_at_release.append(collection.name.data, collection.name.size).append(":");
      for (uint32_t c = 0; c < collection.column_count; ++c) {
        host_of_it->read_at_release.append(collection.columns[c]->name.data, 1)
            .append(std::to_string(collection.columns[c]->type));
      }
      host_of_it->read_at_release.append(" ");
      for (uint32_t n = 0; n < collection.index_count; ++n) {
        host_of_it->read_at_release.append(std::to_string(collection.indexes[n]->column_count));
      }
      host_of_it->read_at_release.append(";");
    }
  };
  {
    auto store = capi::StoreOf(&table).value();
    ASSERT_TRUE(store->Open(SuiteSchema()).ok());
    EXPECT_EQ(host.schema->version, 3);
    EXPECT_EQ(host.schema->collections[3]->kind, CASECOMM_COLLECTION_COUNTERS);
    EXPECT_EQ(host.schema->collections[1]->key_columns, 4u);
    EXPECT_EQ(host.schema->collections[1]->indexes[1]->columns[1], 4u);
  }
  EXPECT_EQ(host.read_at_release, "notes:a1i2o2a1d3 232;links:a1a2b1c3n2 23;blobs:a1i2k1 2;counts:a1n2d1v1 2;");
}

TEST(Contract, OpenIsCalledOnceAlsoWhenItFails) {
  ScriptedHost host;
  int opens = 0;
  host.act = [&](casecomm_error*) {
    ++opens;
    return CASECOMM_DATA_LOSS;
  };
  const auto table = Kind<casecomm_host_store>::Whole(&host);
  const auto store = capi::StoreOf(&table).value();
  EXPECT_EQ(store->Open(SuiteSchema()).code(), Code::kDataLoss);
  EXPECT_EQ(store->Open(SuiteSchema()).code(), Code::kFailedPrecondition);
  EXPECT_EQ(opens, 1);
  store::RowCollector got(1);
  EXPECT_EQ(store->Read({Ask(kNotes, 0, {{Int(7)}})}, got).code(), Code::kFailedPrecondition);
}

}  // namespace
}  // namespace casecomm::seams
