// SPDX-License-Identifier: Apache-2.0
// A store written in Python. What every store refuses is refused here, so that it never comes there.
#include <atomic>
#include <optional>

#include "errors.h"
#include "names.h"
#include "seams.h"
#include "text.h"

namespace casecomm::python {
namespace {

Name kStore("casecomm._seams", "Store");
Name kColumn("casecomm._seams", "Column");
Name kIndex("casecomm._seams", "Index");
Name kCollection("casecomm._seams", "Collection");
Name kSchema("casecomm._seams", "Schema");
Name kBound("casecomm._seams", "Bound");
Name kQuery("casecomm._seams", "Query");
Name kRow("casecomm._seams", "Row");
Name kPrecondition("casecomm._seams", "Precondition");
Name kPut("casecomm._seams", "Put");
Name kErase("casecomm._seams", "Erase");
Name kAdd("casecomm._seams", "Add");
Name kBatch("casecomm._seams", "Batch");
Name kOutcome("casecomm._seams", "BatchOutcome");
Name kColumnType("casecomm._enums", "ColumnType");
Name kCollectionKind("casecomm._enums", "CollectionKind");
Name kError("casecomm._errors", "Error");

py::object ToPython(const host::Value& value) {
  switch (value.type) {
    case host::Value::Type::kInt64:
      return py::int_(value.integer);
    case host::Value::Type::kText:
      return Text(value.bytes);
    case host::Value::Type::kBytes:
      return ToBytes(value.bytes);
    case host::Value::Type::kNull:
      break;
  }
  return py::none();
}

template <typename T, typename F>
py::tuple Tuple(const std::vector<T>& items, F&& convert) {
  py::tuple out(items.size());
  for (size_t i = 0; i < items.size(); ++i) out[i] = convert(items[i]);
  return out;
}

py::tuple ToPython(const std::vector<host::Value>& values) {
  return Tuple(values, [](const host::Value& value) { return ToPython(value); });
}

py::object ToPython(const host::Bound& bound) {
  if (bound.value.type == host::Value::Type::kNull) return py::none();
  return kBound(ToPython(bound.value), bound.inclusive);
}

py::object ToPython(const host::Schema& schema) {
  return kSchema(schema.version, Tuple(schema.collections, [](const host::Collection& collection) {
                   return kCollection(
                       Text(collection.name), kCollectionKind(static_cast<int>(collection.kind)),
                       Tuple(collection.columns,
                             [](const host::Column& column) {
                               return kColumn(Text(column.name), kColumnType(static_cast<int>(column.type)));
                             }),
                       collection.key_columns, Tuple(collection.indexes, [](const host::Index& index) {
                         return kIndex(Text(index.name), Tuple(index.columns, [](uint32_t n) { return py::int_(n); }));
                       }));
                 }));
}

py::object ToPython(const host::Query& query) {
  return kQuery(query.collection, query.index,
                Tuple(query.prefixes, [](const std::vector<host::Value>& prefix) { return ToPython(prefix); }),
                ToPython(query.lower), ToPython(query.upper), ToPython(query.after), query.descending, query.limit,
                query.count_cap, query.keys_only, query.body_offset, query.body_limit);
}

py::object ToPython(const host::Batch& batch) {
  return kBatch(
      batch.account,
      Tuple(batch.preconditions,
            [](const host::Precondition& p) { return kPrecondition(p.collection, ToPython(p.key), p.version); }),
      Tuple(batch.puts, [](const host::Put& p) { return kPut(p.collection, ToPython(p.columns), ToBytes(p.body)); }),
      Tuple(batch.erases, [](const host::Erase& e) { return kErase(e.collection, ToPython(e.key)); }),
      Tuple(batch.adds, [](const host::Add& a) { return kAdd(a.collection, ToPython(a.key), a.delta); }));
}

// Rows on their way out: the objects are kept, so that views into them hold without the GIL.
class Rows {
 public:
  static constexpr size_t kMost = 256;
  static constexpr size_t kMostBytes = 1u << 20;

  bool full() const { return rows_.size() >= kMost || bytes_ >= kMostBytes; }

  // TypeError if it is no Row of what the store promised.
  void Add(py::object object) {
    if (!kRow.Is(object)) RaiseType("Store.read must answer rows of casecomm.Row, not " + TypeName(object));
    const py::tuple row = py::reinterpret_borrow<py::tuple>(object);
    const py::object columns = py::reinterpret_steal<py::object>(PySequence_Tuple(py::object(row[0]).ptr()));
    if (!columns) throw py::error_already_set();
    Kept kept{{object, columns}, {}, {}};
    for (const py::handle value : py::reinterpret_borrow<py::tuple>(columns)) kept.values.push_back(ValueOf(value));
    const py::object body = row[1];
    if (!PyBytes_Check(body.ptr())) RaiseType("Row.body must be bytes, not " + TypeName(body));
    kept.view.body = {PyBytes_AS_STRING(body.ptr()), static_cast<size_t>(PyBytes_GET_SIZE(body.ptr()))};
    kept.view.body_size = Integer<uint64_t>(row[2], "Row.body_size");
    kept.view.version = Integer<int64_t>(row[3], "Row.version");
    bytes_ += kept.view.body.size();
    rows_.push_back(std::move(kept));
  }

  // Hands them out and forgets them. Called with the GIL, which is let go meanwhile: the reader may do anything.
  Status Deliver(size_t query, host::RowSink& sink) {
    Status status;
    {
      const ReleaseGil released;
      for (Kept& kept : rows_) {
        kept.view.columns = kept.values.data();
        kept.view.column_count = kept.values.size();
        if (status = sink.Row(query, kept.view); !status.ok()) break;
      }
    }
    rows_.clear();
    bytes_ = 0;
    return status;
  }

 private:
  struct Kept {
    std::pair<py::object, py::object> objects;
    std::vector<host::Value> values;
    host::RowView view;
  };

  template <typename T>
  static T Integer(const py::object& object, const char* what) {
    if (!PyLong_Check(object.ptr())) RaiseType(std::string(what) + " must be an int, not " + TypeName(object));
    try {
      return object.cast<T>();
    } catch (const py::cast_error&) {
      PyErr_Format(PyExc_ValueError, "%s was out of range", what);
      throw py::error_already_set();
    }
  }

  static host::Value ValueOf(py::handle value) {
    if (value.is_none()) return host::Value::Null();
    if (PyLong_Check(value.ptr())) {
      return host::Value::Int(Integer<int64_t>(py::reinterpret_borrow<py::object>(value), "a column"));
    }
    if (PyUnicode_Check(value.ptr())) {
      Py_ssize_t size = 0;
      const char* const data = PyUnicode_AsUTF8AndSize(value.ptr(), &size);  // kept in the str
      if (!data) throw py::error_already_set();
      return host::Value::Text({data, static_cast<size_t>(size)});
    }
    if (PyBytes_Check(value.ptr())) {
      return host::Value::Bytes({PyBytes_AS_STRING(value.ptr()), static_cast<size_t>(PyBytes_GET_SIZE(value.ptr()))});
    }
    RaiseType("a column must be None, int, str or bytes, not " + TypeName(value));
  }

  std::vector<Kept> rows_;
  size_t bytes_ = 0;
};

class StoreSeam : public host::Store {
 public:
  explicit StoreSeam(py::object store) : store_(std::move(store)) {}

  ~StoreSeam() override {
    const TakeGil gil;
    if (!gil.taken() || InterpreterIsEnding()) return;
    try {
      store_.get().attr("close")();
    } catch (py::error_already_set& e) {
      e.restore();
      PyErr_WriteUnraisable(store_.get().ptr());
    }
  }

  Status Open(const host::Schema& schema) override {
    if (Status status = host::CheckSchema(schema); !status.ok()) return status;
    if (opened_.exchange(true)) return Status(Code::kFailedPrecondition, "the store was open already");
    schema_ = schema;
    const Status status = InPython([&]() -> Status {
      store_.get().attr("open")(ToPython(schema));
      return {};
    });
    (status.ok() ? ready_ : opened_) = status.ok();
    return status;
  }

  Status Read(const std::vector<host::Query>& queries, host::RowSink& sink) override {
    if (!ready_) return NotOpen();
    for (const host::Query& query : queries) {
      if (Status status = host::CheckQuery(schema_, query); !status.ok()) return status;
    }
    return InPython([&] { return Answer(queries, sink); });
  }

  Status Commit(const std::vector<host::Batch>& batches, std::vector<host::BatchOutcome>* outcomes) override {
    if (!ready_) return NotOpen();
    outcomes->assign(batches.size(), {});
    std::vector<size_t> sound;  // positions of the batches that the schema carries
    for (size_t i = 0; i < batches.size(); ++i) {
      (*outcomes)[i].status = host::CheckBatch(schema_, batches[i]);
      if ((*outcomes)[i].status.ok()) sound.push_back(i);
    }
    if (sound.empty()) return {};
    return InPython([&] { return CommitSound(batches, sound, outcomes); });
  }

 private:
  static Status NotOpen() { return Status(Code::kFailedPrecondition, "the store was not open"); }

  // The next of `iterator`; nothing at its end.
  static std::optional<py::object> Next(const py::object& iterator) {
    PyObject* const item = PyIter_Next(iterator.ptr());
    if (item) return py::reinterpret_steal<py::object>(item);
    if (PyErr_Occurred()) throw py::error_already_set();
    return std::nullopt;
  }

  Status Answer(const std::vector<host::Query>& queries, host::RowSink& sink) {
    const py::object answers =
        py::iter(store_.get().attr("read")(Tuple(queries, [](const host::Query& query) { return ToPython(query); })));
    Rows rows;
    for (size_t i = 0; i < queries.size(); ++i) {
      const std::optional<py::object> answer = Next(answers);
      if (!answer) {
        PyErr_Format(PyExc_ValueError, "Store.read gave %zu answers to %zu queries", i, queries.size());
        throw py::error_already_set();
      }
      Status status;
      if (queries[i].count_cap != 0) {
        const uint64_t count = Count(*answer);
        const ReleaseGil released;
        status = sink.Count(i, count);
      } else {
        const py::object found = py::iter(*answer);
        while (std::optional<py::object> row = Next(found)) {
          rows.Add(std::move(*row));
          if (rows.full()) status = rows.Deliver(i, sink);
          if (!status.ok()) return status;
        }
        status = rows.Deliver(i, sink);
      }
      if (!status.ok()) return status;
    }
    return {};
  }

  static uint64_t Count(const py::object& answer) {
    if (!PyLong_Check(answer.ptr())) {
      RaiseType("Store.read must answer an int where count_cap is set, not " + TypeName(answer));
    }
    const unsigned long long count = PyLong_AsUnsignedLongLong(answer.ptr());
    if (PyErr_Occurred()) throw py::error_already_set();
    return count;
  }

  Status CommitSound(const std::vector<host::Batch>& batches, const std::vector<size_t>& sound,
                     std::vector<host::BatchOutcome>* outcomes) {
    const py::object answers =
        py::iter(store_.get().attr("commit")(Tuple(sound, [&](size_t batch) { return ToPython(batches[batch]); })));
    size_t told = 0;
    while (const std::optional<py::object> outcome = Next(answers)) {
      if (told < sound.size()) (*outcomes)[sound[told]] = OutcomeOf(*outcome);
      ++told;
    }
    if (told != sound.size()) {
      PyErr_Format(PyExc_ValueError, "Store.commit gave %zu outcomes for %zu batches", told, sound.size());
      throw py::error_already_set();
    }
    return {};
  }

  static host::BatchOutcome OutcomeOf(const py::object& object) {
    if (object.is_none()) return {};
    if (!kOutcome.Is(object)) {
      RaiseType("Store.commit must answer casecomm.BatchOutcome or None, not " + TypeName(object));
    }
    const py::object error = object.attr("error"), failed = object.attr("failed_precondition");
    if (error.is_none()) return {};
    if (!kError.Is(error)) RaiseType("BatchOutcome.error must be a casecomm.Error, not " + TypeName(error));
    PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(error.ptr())), error.ptr());
    host::BatchOutcome outcome{Capture(), -1};
    if (!failed.is_none()) outcome.failed_precondition = failed.cast<int64_t>();
    return outcome;
  }

  const HeldObject store_;
  host::Schema schema_;  // constant after Open
  std::atomic<bool> opened_{false}, ready_{false};
};

}  // namespace

std::unique_ptr<host::Store> PythonStore(py::object store) {
  if (!kStore.Is(store))
    RaiseType("store must be a casecomm.Store, MemoryStore or SqliteStore, not " + TypeName(store));
  return std::make_unique<StoreSeam>(std::move(store));
}

}  // namespace casecomm::python
