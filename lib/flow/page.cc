// SPDX-License-Identifier: Apache-2.0
#include "flow/page.h"

#include <algorithm>
#include <charconv>
#include <tuple>
#include <utility>

#include "base/hash.h"
#include "base/text.h"
#include "flow/context.h"
#include "store/collections.h"

namespace casecomm::flow {
namespace {

using host::Value;
using store::OwnedValue;

constexpr uint32_t kMaxLimit = 1000;
constexpr size_t kFilteredAtOnce = 256;

// A cursor: 16 hexadecimal digits that seal it, then for each value a letter, decimal or hexadecimal digits, and a dot.
constexpr size_t kSealDigits = 16;
constexpr char kInteger = 'i', kText = 't', kBytes = 'b';

std::string Seal(std::string_view scope, std::string_view values) {
  std::string sealed(scope);
  sealed.append(values);
  auto hash = static_cast<uint64_t>(base::StableHash64(sealed));
  std::string digits(kSealDigits, '0');
  for (size_t i = kSealDigits; i-- > 0; hash >>= 4) digits[i] = "0123456789abcdef"[hash & 15];
  return digits;
}

std::string ValuesText(const std::vector<OwnedValue>& values) {
  std::string text;
  for (const OwnedValue& value : values) {
    if (value.type == Value::Type::kInt64) {
      text += kInteger + std::to_string(value.integer);
    } else {
      text += (value.type == Value::Type::kText ? kText : kBytes) + base::Hex(value.bytes);
    }
    text += '.';
  }
  return text;
}

template <typename Number>
bool ParseNumber(std::string_view text, int base, Number* number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *number, base);
  return error == std::errc() && end == text.data() + text.size();
}

bool ParseValue(std::string_view text, host::ColumnType type, OwnedValue* value) {
  if (text.empty()) return false;
  const char letter = text.front();
  text.remove_prefix(1);
  if (type == host::ColumnType::kInt64) {
    value->type = Value::Type::kInt64;
    return letter == kInteger && ParseNumber(text, 10, &value->integer);
  }
  value->type = type == host::ColumnType::kText ? Value::Type::kText : Value::Type::kBytes;
  if (letter != (type == host::ColumnType::kText ? kText : kBytes) || text.size() % 2 != 0) return false;
  for (size_t i = 0; i < text.size(); i += 2) {
    uint8_t byte = 0;
    if (!ParseNumber(text.substr(i, 2), 16, &byte)) return false;
    value->bytes += static_cast<char>(byte);
  }
  return type != host::ColumnType::kText ||
         (base::IsUtf8(value->bytes) && value->bytes.find('\0') == std::string::npos);
}

bool Less(const OwnedValue& a, const OwnedValue& b) {
  return std::tie(a.type, a.integer, a.bytes) < std::tie(b.type, b.integer, b.bytes);
}

}  // namespace

Pager::Pager(size_t limit, uint32_t collection, uint32_t index, std::string scope)
    : limit_(limit),
      collection_(collection),
      index_(index),
      order_(host::IndexOrder(store::LibrarySchema().collections[collection], index)),
      scope_(std::move(scope)) {
  order_.erase(order_.begin());
}

Result<Pager> Pager::Open(const PageRequest& page, uint32_t collection, uint32_t index,
                          const std::vector<std::string_view>& scope) {
  if (page.limit < 1 || page.limit > kMaxLimit) {
    return Status(Code::kInvalidArgument, "bad_limit", std::to_string(page.limit), "a page has 1 to 1,000 items");
  }
  std::string whole = std::to_string(collection) + "." + std::to_string(index) + ".";
  for (const std::string_view part : scope) whole += base::Hex(part) + ".";
  Pager pager(page.limit, collection, index, std::move(whole));
  if (!page.cursor.empty() && !pager.ParseCursor(page.cursor)) {
    return Status(Code::kInvalidArgument, "bad_cursor", page.cursor, "the cursor is not one of this list");
  }
  return pager;
}

bool Pager::ParseCursor(std::string_view cursor) {
  if (cursor.size() < kSealDigits) return false;
  const std::string_view seal = cursor.substr(0, kSealDigits);
  std::string_view values = cursor.substr(kSealDigits);
  if (Seal(scope_, values) != seal) return false;
  for (const uint32_t column : order_) {
    const size_t dot = values.find('.');
    if (dot == std::string_view::npos) return false;
    const host::ColumnType type = store::LibrarySchema().collections[collection_].columns[column].type;
    if (!ParseValue(values.substr(0, dot), type, &after_.emplace_back())) return false;
    values.remove_prefix(dot + 1);
  }
  return values.empty();
}

Pager::Position Pager::PositionOf(const store::StoredRow& row) const {
  Position position;
  for (const uint32_t column : order_) position.push_back(row.columns[column]);
  return position;
}

Status Pager::Read(host::Store& store, std::vector<std::vector<Value>> prefixes, bool descending, const Filter& filter,
                   bool behind_cursor) {
  if (prefixes.empty()) return {};
  const size_t fixed = prefixes.front().size() - 1;  // values of a position that are the prefix's
  std::vector<host::Query> queries = QueriesOf(collection_, index_, std::move(prefixes));
  Position position;
  if (behind_cursor) position = after_;
  while (!full()) {
    size_t step = limit_ + 1 - rows_.size();
    if (filter) step = std::max(step, kFilteredAtOnce);
    for (host::Query& query : queries) {
      query.descending = descending;
      query.limit = static_cast<uint32_t>(step);
      query.after.clear();
      for (size_t i = fixed; i < position.size(); ++i) query.after.push_back(position[i].View());
    }
    auto read = store::ReadRows(store, queries);
    if (!read.ok()) return read.status();
    std::vector<store::StoredRow> rows = std::move(read->front());
    for (size_t i = 1; i < read->size(); ++i) {
      std::move((*read)[i].begin(), (*read)[i].end(), std::back_inserter(rows));
    }
    if (read->size() > 1) {
      const auto before = [&](const store::StoredRow& a, const store::StoredRow& b) {
        const Position left = PositionOf(a), right = PositionOf(b);
        const auto from = static_cast<Position::difference_type>(fixed);
        return std::lexicographical_compare(left.begin() + from, left.end(), right.begin() + from, right.end(), Less);
      };
      std::sort(rows.begin(), rows.end(),
                [&](const auto& a, const auto& b) { return descending ? before(b, a) : before(a, b); });
    }
    const bool more = rows.size() >= step;
    if (more) {
      rows.resize(step);
      position = PositionOf(rows.back());
    }
    if (filter) {
      if (Status s = filter(&rows); !s.ok()) return s;
    }
    std::move(rows.begin(), rows.end(), std::back_inserter(rows_));
    if (!more) break;
  }
  return {};
}

std::vector<store::StoredRow> Pager::Finish(std::string* next) {
  next->clear();
  if (full()) {
    rows_.resize(limit_);
    const std::string values = ValuesText(PositionOf(rows_.back()));
    *next = Seal(scope_, values) + values;
  }
  return std::move(rows_);
}

}  // namespace casecomm::flow
