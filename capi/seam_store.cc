// SPDX-License-Identifier: Apache-2.0
// A store of the host's: what the library asks as structs of host.h, what the host answers held against the contract.
#include <algorithm>
#include <atomic>
#include <string>
#include <utility>
#include <vector>

#include "objects.h"
#include "seam_call.h"
#include "seam_tables.h"

namespace casecomm::capi {
namespace {

using host::Value;

constexpr std::string_view kStore = "store";

Status BrokenContract(std::string message) {
  return Status(Code::kInternal, "store_contract", {}, std::move(message));
}

casecomm_value ToC(const Value& value) {
  casecomm_value out{};
  out.type = static_cast<int32_t>(value.type);
  out.integer = value.integer;
  if (value.type == Value::Type::kText || value.type == Value::Type::kBytes) out.bytes = Str(value.bytes);
  return out;
}

// Keys as structs, in blocks that do not move.
class Keys {
 public:
  casecomm_key Keep(const std::vector<Value>& values) {
    if (blocks_.empty() || blocks_.back().capacity() - blocks_.back().size() < values.size()) {
      blocks_.emplace_back().reserve(std::max<size_t>(kBlock, values.size()));
    }
    std::vector<casecomm_value>& block = blocks_.back();
    const size_t begin = block.size();
    for (const Value& value : values) block.push_back(ToC(value));
    return {block.data() + begin, values.size()};
  }

 private:
  static constexpr size_t kBlock = 256;
  std::vector<std::vector<casecomm_value>> blocks_;
};

// Sized structs, and the pointers to them that a host gets. Neither moves when this does.
template <typename T>
class Structs {
 public:
  explicit Structs(size_t count) : items_(count, Sized<T>()) {
    for (T& item : items_) pointers_.push_back(&item);
  }
  T& operator[](size_t i) { return items_[i]; }
  const T& operator[](size_t i) const { return items_[i]; }
  size_t size() const { return items_.size(); }
  T* const* pointers() const { return pointers_.data(); }

 private:
  std::vector<T> items_;
  std::vector<T*> pointers_;
};

// A schema as the host gets it. Names and positions are borrowed of the schema it was made of.
class HostSchema {
 public:
  explicit HostSchema(const host::Schema& schema) : collections_(schema.collections.size()) {
    for (size_t i = 0; i < schema.collections.size(); ++i) Add(schema.collections[i], &collections_[i]);
    schema_.version = schema.version;
    schema_.collection_count = static_cast<uint32_t>(collections_.size());
    schema_.collections = collections_.pointers();
  }
  const casecomm_schema* get() const { return &schema_; }

 private:
  void Add(const host::Collection& collection, casecomm_collection* out) {
    Structs<casecomm_column>& columns = columns_.emplace_back(collection.columns.size());
    for (size_t i = 0; i < columns.size(); ++i) {
      columns[i].type = static_cast<int32_t>(collection.columns[i].type);
      columns[i].name = Str(collection.columns[i].name);
    }
    Structs<casecomm_index>& indexes = indexes_.emplace_back(collection.indexes.size());
    for (size_t i = 0; i < indexes.size(); ++i) {
      indexes[i].name = Str(collection.indexes[i].name);
      indexes[i].columns = collection.indexes[i].columns.data();
      indexes[i].column_count = static_cast<uint32_t>(collection.indexes[i].columns.size());
    }
    out->kind = static_cast<int32_t>(collection.kind);
    out->name = Str(collection.name);
    out->columns = columns.pointers();
    out->indexes = indexes.pointers();
    out->column_count = static_cast<uint32_t>(columns.size());
    out->key_columns = collection.key_columns;
    out->index_count = static_cast<uint32_t>(indexes.size());
  }

  casecomm_schema schema_ = Sized<casecomm_schema>();
  Structs<casecomm_collection> collections_;
  std::vector<Structs<casecomm_column>> columns_;
  std::vector<Structs<casecomm_index>> indexes_;
};

uint32_t Flags(const host::Query& query) {
  uint32_t flags = 0;
  if (query.descending) flags |= CASECOMM_QUERY_DESCENDING;
  if (query.keys_only) flags |= CASECOMM_QUERY_KEYS_ONLY;
  if (!query.lower.inclusive) flags |= CASECOMM_QUERY_LOWER_EXCLUSIVE;
  if (!query.upper.inclusive) flags |= CASECOMM_QUERY_UPPER_EXCLUSIVE;
  return flags;
}

// The queries of one read.
class Questions {
 public:
  explicit Questions(const std::vector<host::Query>& queries) : queries_(queries.size()), prefixes_(queries.size()) {
    for (size_t i = 0; i < queries.size(); ++i) {
      const host::Query& query = queries[i];
      casecomm_query& out = queries_[i];
      for (const auto& prefix : query.prefixes) prefixes_[i].push_back(keys_.Keep(prefix));
      out.flags = Flags(query);
      out.collection = query.collection;
      out.index = query.index;
      out.prefixes = prefixes_[i].data();
      out.prefix_count = prefixes_[i].size();
      out.lower = ToC(query.lower.value);
      out.upper = ToC(query.upper.value);
      out.after = keys_.Keep(query.after);
      out.limit = query.limit;
      out.count_cap = query.count_cap;
      out.body_offset = query.body_offset;
      out.body_limit = query.body_limit;
    }
  }
  const casecomm_query* const* pointers() const { return queries_.pointers(); }
  size_t size() const { return queries_.size(); }

 private:
  Keys keys_;
  Structs<casecomm_query> queries_;
  std::vector<std::vector<casecomm_key>> prefixes_;
};

// What the host hands out, checked before it goes on. After a failure nothing goes on.
class CheckedSink {
 public:
  CheckedSink(const host::Schema& schema, const std::vector<host::Query>& queries, host::RowSink& sink)
      : schema_(schema), queries_(queries), sink_(sink) {}

  casecomm_row_sink table() {
    casecomm_row_sink table = Sized<casecomm_row_sink>();
    table.sink = this;
    table.row = [](void* self, size_t query, const casecomm_row* row) {
      auto* const sink = static_cast<CheckedSink*>(self);
      return Answer(&sink->failure_, [&] { return sink->Row(query, row); });
    };
    table.count = [](void* self, size_t query, uint64_t count) {
      auto* const sink = static_cast<CheckedSink*>(self);
      return Answer(&sink->failure_, [&] { return sink->Count(query, count); });
    };
    return table;
  }

  // The read's answer, as the store said it had gone.
  Status End(Status said) {
    if (!failure_.ok()) return failure_;
    if (!said.ok()) return said;
    return queries_.empty() ? Status() : Reach(queries_.size() - 1, /*ended=*/true);
  }

 private:
  // Answers come in the order of the queries, and a count comes for each that asked for one.
  Status Reach(size_t query, bool ended) {
    if (query >= queries_.size() || query < query_) return BrokenContract("an answer came to another query");
    for (; query_ < query; ++query_, given_ = 0) {
      if (queries_[query_].count_cap != 0 && given_ == 0) return BrokenContract("a count did not come");
    }
    if (ended && queries_[query_].count_cap != 0 && given_ == 0) return BrokenContract("a count did not come");
    return {};
  }

  Status Count(size_t query, uint64_t count) {
    if (Status status = Reach(query, /*ended=*/false); !status.ok()) return status;
    if (queries_[query].count_cap == 0) return BrokenContract("a count came that nobody had asked for");
    if (given_++ != 0) return BrokenContract("a count came twice");
    if (count > queries_[query].count_cap) return BrokenContract("a count was above its cap");
    return sink_.Count(query, count);
  }

  Status Row(size_t number, const casecomm_row* given) {
    if (Status status = Reach(number, /*ended=*/false); !status.ok()) return status;
    const host::Query& query = queries_[number];
    casecomm_row row;
    if (!given || !Read(given, &row)) return BrokenContract("a row was NULL or had a wrong struct_size");
    if (query.count_cap != 0) return BrokenContract("a row came where a count was asked for");
    if (query.limit != 0 && given_ == query.limit) return BrokenContract("more rows came than were asked for");
    ++given_;
    if (row.version <= 0) return BrokenContract("a row's version was not positive");
    if (Status status = TakeColumns(query, row); !status.ok()) return status;
    std::string_view body;
    if (!View(row.body, &body) || body.size() != BodySize(query, row.body_size)) {
      return BrokenContract("a row's body was not of the size that was asked for");
    }
    return sink_.Row(number, {columns_.data(), columns_.size(), body, row.body_size, row.version});
  }

  static uint64_t BodySize(const host::Query& query, uint64_t whole) {
    if (query.keys_only || query.body_offset >= whole) return 0;
    const uint64_t rest = whole - query.body_offset;
    return query.body_limit == 0 ? rest : std::min(rest, query.body_limit);
  }

  Status TakeColumns(const host::Query& query, const casecomm_row& row) {
    const host::Collection& collection = schema_.collections[query.collection];
    if (row.column_count != collection.columns.size() || !row.columns) {
      return BrokenContract("a row had another number of columns");
    }
    columns_.clear();
    for (uint32_t i = 0; i < row.column_count; ++i) {
      const casecomm_value& in = row.columns[i];
      Value value;
      const bool null = in.type == CASECOMM_VALUE_NULL && i >= collection.key_columns;
      if (!null) {
        if (in.type != static_cast<int32_t>(collection.columns[i].type)) {
          return BrokenContract("a column's value was not of its type");
        }
        value.type = static_cast<Value::Type>(in.type);
        if (value.type == Value::Type::kInt64) {
          value.integer = in.integer;
        } else if (!View(in.bytes, &value.bytes)) {
          return BrokenContract("a column's value was NULL with a size, or impossibly long");
        }
      }
      columns_.push_back(value);
    }
    const auto same_account = [&](const std::vector<Value>& prefix) {
      return prefix[0].integer == columns_[0].integer;
    };
    if (std::none_of(query.prefixes.begin(), query.prefixes.end(), same_account)) {
      return BrokenContract("a row was of another account");
    }
    return {};
  }

  const host::Schema& schema_;
  const std::vector<host::Query>& queries_;
  host::RowSink& sink_;
  Status failure_;
  size_t query_ = 0;            // that is being answered
  uint64_t given_ = 0;          // rows or counts of it
  std::vector<Value> columns_;  // of the last row
};

// Batches that the schema carries, and room for what becomes of each.
class Orders {
 public:
  explicit Orders(const std::vector<const host::Batch*>& batches)
      : batches_(batches.size()), outcomes_(batches.size()), errors_(batches.size(), BlankError()) {
    for (size_t i = 0; i < batches.size(); ++i) {
      Add(*batches[i], &batches_[i]);
      outcomes_[i].failed_precondition = -1;
      outcomes_[i].error = &errors_[i];
    }
  }

  const casecomm_batch* const* batches() const { return batches_.pointers(); }
  casecomm_batch_outcome* const* outcomes() const { return outcomes_.pointers(); }
  size_t size() const { return batches_.size(); }

  // A store that contradicts itself makes the whole answer void: nobody can tell what was written.
  Result<host::BatchOutcome> Outcome(size_t i) const {
    const casecomm_batch_outcome& said = outcomes_[i];
    const bool aborted = said.status == CASECOMM_ABORTED;
    const bool named = said.failed_precondition >= 0 &&
                       static_cast<uint64_t>(said.failed_precondition) < batches_[i].precondition_count;
    if (aborted && !named) return BrokenContract("a batch was aborted by no precondition of its own");
    if (said.status == CASECOMM_OK && said.failed_precondition != -1) {
      return BrokenContract("a batch was committed, yet one of its preconditions had failed");
    }
    Status status = CallHost(kStore, "commit", [&](casecomm_error* error) {
      *error = errors_[i];
      return said.status;
    });
    return host::BatchOutcome{std::move(status), aborted ? said.failed_precondition : -1};
  }

 private:
  void Add(const host::Batch& batch, casecomm_batch* out) {
    Structs<casecomm_precondition>& preconditions = preconditions_.emplace_back(batch.preconditions.size());
    for (size_t i = 0; i < preconditions.size(); ++i) {
      preconditions[i].collection = batch.preconditions[i].collection;
      preconditions[i].key = keys_.Keep(batch.preconditions[i].key);
      preconditions[i].version = batch.preconditions[i].version;
    }
    Structs<casecomm_put>& puts = puts_.emplace_back(batch.puts.size());
    for (size_t i = 0; i < puts.size(); ++i) {
      puts[i].collection = batch.puts[i].collection;
      puts[i].columns = keys_.Keep(batch.puts[i].columns);
      puts[i].body = Str(batch.puts[i].body);
    }
    Structs<casecomm_erase>& erases = erases_.emplace_back(batch.erases.size());
    for (size_t i = 0; i < erases.size(); ++i) {
      erases[i].collection = batch.erases[i].collection;
      erases[i].key = keys_.Keep(batch.erases[i].key);
    }
    Structs<casecomm_add>& adds = adds_.emplace_back(batch.adds.size());
    for (size_t i = 0; i < adds.size(); ++i) {
      adds[i].collection = batch.adds[i].collection;
      adds[i].key = keys_.Keep(batch.adds[i].key);
      adds[i].delta = batch.adds[i].delta;
    }
    out->account = batch.account;
    out->preconditions = preconditions.pointers();
    out->precondition_count = preconditions.size();
    out->puts = puts.pointers();
    out->put_count = puts.size();
    out->erases = erases.pointers();
    out->erase_count = erases.size();
    out->adds = adds.pointers();
    out->add_count = adds.size();
  }

  Keys keys_;
  Structs<casecomm_batch> batches_;
  Structs<casecomm_batch_outcome> outcomes_;
  std::vector<casecomm_error> errors_;
  std::vector<Structs<casecomm_precondition>> preconditions_;
  std::vector<Structs<casecomm_put>> puts_;
  std::vector<Structs<casecomm_erase>> erases_;
  std::vector<Structs<casecomm_add>> adds_;
};

class HostStore : public host::Store {
 public:
  explicit HostStore(HostTable<casecomm_host_store> table) : table_(std::move(table)) {}
  static bool Whole(const casecomm_host_store& table) { return table.open && table.read && table.commit; }

  Status Open(const host::Schema& schema) override {
    if (Status status = host::CheckSchema(schema); !status.ok()) return status;
    if (tried_.exchange(true)) return Status(Code::kFailedPrecondition, "the store was open already");
    host_schema_ = std::make_unique<const HostSchema>(schema);
    Status status = CallHost(
        kStore, "open", [&](casecomm_error* error) { return table_->open(table_->host, host_schema_->get(), error); });
    if (status.ok()) schema_ = &schema;
    return status;
  }

  Status Read(const std::vector<host::Query>& queries, host::RowSink& sink) override {
    const host::Schema* const schema = schema_;
    if (!schema) return NotOpen();
    for (const host::Query& query : queries) {
      if (Status status = host::CheckQuery(*schema, query); !status.ok()) return status;
    }
    if (queries.empty()) return {};
    const Questions questions(queries);
    CheckedSink checked(*schema, queries, sink);
    const casecomm_row_sink table = checked.table();
    return checked.End(CallHost(kStore, "read", [&](casecomm_error* error) {
      return table_->read(table_->host, questions.pointers(), questions.size(), &table, error);
    }));
  }

  Status Commit(const std::vector<host::Batch>& batches, std::vector<host::BatchOutcome>* outcomes) override {
    const host::Schema* const schema = schema_;
    if (!schema) return NotOpen();
    outcomes->assign(batches.size(), {});
    std::vector<const host::Batch*> sound;
    std::vector<size_t> places;
    for (size_t i = 0; i < batches.size(); ++i) {
      (*outcomes)[i].status = host::CheckBatch(*schema, batches[i]);
      if (!(*outcomes)[i].status.ok()) continue;
      sound.push_back(&batches[i]);
      places.push_back(i);
    }
    if (sound.empty()) return {};
    Orders orders(sound);
    Status status = CallHost(kStore, "commit", [&](casecomm_error* error) {
      return table_->commit(table_->host, orders.batches(), orders.size(), orders.outcomes(), error);
    });
    if (!status.ok()) return status;
    for (size_t i = 0; i < sound.size(); ++i) {
      auto outcome = orders.Outcome(i);
      if (!outcome.ok()) return outcome.status();
      (*outcomes)[places[i]] = std::move(*outcome);
    }
    return {};
  }

 private:
  static Status NotOpen() { return Status(Code::kFailedPrecondition, "the store was not open"); }

  // Declared before the table, which is released first: the host may look at its schema until then.
  std::unique_ptr<const HostSchema> host_schema_;  // constant after Open
  std::atomic<bool> tried_{false};
  std::atomic<const host::Schema*> schema_{nullptr};  // null: not open
  const HostTable<casecomm_host_store> table_;
};

}  // namespace

Result<std::unique_ptr<host::Store>> StoreOf(const casecomm_host_store* table) {
  return SeamOf<host::Store, HostStore>(table, kStore);
}

}  // namespace casecomm::capi
