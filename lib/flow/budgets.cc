// SPDX-License-Identifier: Apache-2.0
#include "flow/budgets.h"

#include "base/hash.h"
#include "flow/context.h"
#include "identify/address_key.h"
#include "scan/date.h"
#include "store/collections.h"

namespace casecomm::flow {
namespace {

using host::Value;

constexpr int64_t kPieceUs = 600'000'000, kPiecesBefore = 6;
constexpr int64_t kKept = 2 * kPiecesBefore;  // pieces behind the newest: mail that is late may still ask for them
constexpr uint32_t kMostRows = 32;            // of a name at once: an hour, and what is to be erased

int64_t PieceOf(int64_t at_us) {
  return at_us / kPieceUs;
}

}  // namespace

int64_t ArrivalTime(const scan::Envelope& envelope, int64_t now_us) {
  // RFC 5321, 4.4: the date stands behind the last semicolon.
  std::string_view date = envelope.date;
  if (envelope.received > 0) {
    const size_t semicolon = envelope.newest_received.rfind(';');
    if (semicolon == std::string_view::npos) return now_us;
    date = envelope.newest_received.substr(semicolon + 1);
  }
  const auto seconds = scan::ParseDate(date);
  if (!seconds || *seconds < 0 || *seconds >= now_us / 1'000'000) return now_us;
  return *seconds * 1'000'000;
}

std::string RecordBudget(std::string_view record) {
  return "record:" + std::string(record);
}

std::string SenderBudget(std::string_view local, std::string_view domain) {
  const identify::CanonicalAddress address(local, domain);
  return "sender:" +
         std::to_string(base::StableHash64(std::string(address.local()) + '@' + std::string(address.domain())));
}

Status BudgetBook::Load(host::Store& store, uint32_t account, const std::set<std::string>& names, int64_t at_us) {
  const int64_t piece = PieceOf(at_us);
  std::vector<const std::string*> asked;
  std::vector<host::Query> queries;
  for (const std::string& name : names) {
    if (!loaded_.emplace(Piece(name, piece), 0).second) continue;
    asked.push_back(&name);
    host::Query& query = queries.emplace_back();
    query.collection = store::kBudgets;
    query.prefixes = {Key(account, Value::Text(name))};
    query.upper = {Value::Int(piece), true};
    query.descending = true;
    query.limit = kMostRows;
  }
  if (queries.empty()) return {};
  auto rows = store::ReadRows(store, queries);
  if (!rows.ok()) return rows.status();
  for (size_t i = 0; i < asked.size(); ++i) {
    for (const store::StoredRow& row : (*rows)[i]) {
      if (row.integer(2) >= piece - kPiecesBefore) {
        loaded_[{*asked[i], piece}] += row.integer(3);
      } else if (row.integer(2) < piece - kKept) {
        old_.emplace(*asked[i], row.integer(2));
      }
    }
  }
  return {};
}

int64_t BudgetBook::InLastHour(const std::string& name, int64_t at_us) const {
  const int64_t piece = PieceOf(at_us);
  const auto known = loaded_.find({name, piece});
  int64_t mails = known == loaded_.end() ? 0 : known->second;
  for (auto noted = noted_.lower_bound({name, piece - kPiecesBefore}); noted != noted_.end(); ++noted) {
    if (noted->first.first != name || noted->first.second > piece) break;
    mails += noted->second;
  }
  return mails;
}

void BudgetBook::Note(const std::string& name, int64_t at_us) {
  ++noted_[{name, PieceOf(at_us)}];
}

void BudgetBook::Store(const std::string& name, int64_t at_us) {
  ++stored_[{name, PieceOf(at_us)}];
}

void BudgetBook::Write(uint32_t account, store::BatchBuilder* batch) const {
  const auto key = [&](const Piece& piece) { return Key(account, Value::Text(piece.first), Value::Int(piece.second)); };
  for (const Piece& piece : old_) {
    if (stored_.count(piece) == 0) batch->Erase(store::kBudgets, key(piece));
  }
  for (const auto& [piece, mails] : stored_) batch->Add(store::kBudgets, key(piece), mails);
}

}  // namespace casecomm::flow
