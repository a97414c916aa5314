// SPDX-License-Identifier: Apache-2.0
#include "tests/faults/world.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "casecomm/json.h"
#include "store/collections.h"
#include "store/rows.h"

namespace casecomm::faults {
namespace {

using host::Value;

class Proxy : public host::Store {
 public:
  explicit Proxy(std::shared_ptr<Stored> stored) : stored_(std::move(stored)) {}

  Status Open(const host::Schema& schema) override {
    if (stored_->open) return {};
    const Status status = stored_->store->Open(schema);
    stored_->open = status.ok();
    return status;
  }
  Status Read(const std::vector<host::Query>& queries, host::RowSink& sink) override {
    return stored_->store->Read(queries, sink);
  }
  Status Commit(const std::vector<host::Batch>& batches, std::vector<host::BatchOutcome>* outcomes) override {
    if (!stored_->record) return stored_->store->Commit(batches, outcomes);
    outcomes->clear();
    for (const host::Batch& batch : batches) {  // each by itself, so that the states between are known
      std::vector<host::BatchOutcome> one;
      if (Status s = stored_->store->Commit({batch}, &one); !s.ok()) return s;
      outcomes->push_back(std::move(one.front()));
      stored_->states.push_back(Dump(*stored_->store));
    }
    return {};
  }

 private:
  const std::shared_ptr<Stored> stored_;
};

constexpr char kFirm[] = R"({
  "people": [
    {"id": "U1", "kind": "staff", "name": "Ann Adler", "emails": ["ann@firm.example.org", "ann@home.example.net"]},
    {"id": "P1", "kind": "contact", "name": "Paul One", "emails": ["p1@mail.example.com"]},
    {"id": "P3", "kind": "contact", "name": "Petra Three", "emails": ["p3@mail.example.com"]}],
  "records": [
    {"id": "C1", "kind": "case", "name": "Mary Smith", "state": "open"},
    {"id": "C2", "kind": "case", "name": "John Doe", "state": "open"},
    {"id": "M1", "kind": "matter", "name": "Old Matter", "state": "closed"}],
  "assignments": [
    {"record": "C1", "person": "U1", "role": "manager"}, {"record": "C2", "person": "U1", "role": "editor"},
    {"record": "M1", "person": "U1", "role": "manager"}, {"record": "C1", "person": "P1", "role": "client"},
    {"record": "C1", "person": "P3", "role": "other"}, {"record": "C2", "person": "P3", "role": "client"}]})";

std::string Text(const Value& value) {
  switch (value.type) {
    case Value::Type::kNull:
      return "null";
    case Value::Type::kInt64:
      return std::to_string(value.integer);
    default:
      return JsonQuote(value.bytes);
  }
}

}  // namespace

Status Random::Fill(void* out, size_t size) {
  for (size_t i = 0; i < size; ++i) {
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    static_cast<uint8_t*>(out)[i] = static_cast<uint8_t>(*state >> 56);
  }
  return {};
}

std::string Dump(host::Store& store, bool with_versions) {
  const host::Schema& schema = store::LibrarySchema();
  std::vector<int64_t> accounts = {0};
  std::string text;
  for (size_t at = 0; at < accounts.size(); ++at) {
    for (uint32_t collection = 0; collection < schema.collections.size(); ++collection) {
      host::Query query;
      query.collection = collection;
      query.prefixes = {{Value::Int(accounts[at])}};
      const auto rows = store::ReadRows(store, {query});
      if (!rows.ok()) return "unreadable: " + rows.status().ToString();
      for (const store::StoredRow& row : rows->front()) {
        if (collection == store::kAccounts) accounts.push_back(row.integer(1));
        text += schema.collections[collection].name;
        for (const store::OwnedValue& value : row.columns) text += " " + Text(value.View());
        text += " " + row.body;
        if (with_versions) text += " v" + std::to_string(row.version);
        text += "\n";
      }
    }
  }
  return text;
}

World::World(const std::string& folder_name, bool sqlite) : folder(folder_name) {
  if (sqlite) {
    for (const char* end : {"firm.db", "firm.db-wal", "firm.db-shm"}) std::filesystem::remove(folder + "/" + end);
    SqliteOptions options;
    options.path = folder + "/firm.db";
    options.create = true;
    auto store = SqliteStore(options);
    EXPECT_TRUE(store.ok()) << store.status().ToString();
    stored->store = std::move(*store);
  } else {
    stored->store = MemoryStore();
  }
  Reopen();
  Fill();
}

EngineOptions World::Options() {
  EngineOptions options;
  options.store = std::make_unique<Proxy>(stored);
  KeyRing::Key key;
  key.secret.fill(7);
  options.keys.keys.push_back(key);
  options.clock = std::make_unique<Clock>(now_us_);
  options.random = std::make_unique<Random>(seed_);
  return options;
}

void World::Reopen() {
  auto opened = Engine::Open(Options());
  ASSERT_TRUE(opened.ok()) << opened.status().ToString();
  engine = std::move(*opened);
}

void World::SetTime(int64_t now_us, uint64_t seed) {
  *now_us_ = now_us;
  *seed_ = seed;
}

void World::Close(bool killed) {
  session.reset();
  staff.reset();
  struct Gone : host::Store {
    Status Open(const host::Schema&) override { return {}; }
    Status Read(const std::vector<host::Query>&, host::RowSink&) override { return Status(Code::kUnavailable, "gone"); }
    Status Commit(const std::vector<host::Batch>&, std::vector<host::BatchOutcome>*) override {
      return Status(Code::kUnavailable, "gone");
    }
  };
  std::unique_ptr<host::Store> kept = std::make_unique<Gone>();
  if (killed) std::swap(stored->store, kept);
  engine.reset();
  if (killed) std::swap(stored->store, kept);
}

void World::Fill() {
  const auto created = engine->CreateAccount({"firm", "in.example.org", "casefleet"}, Actor::Operator());
  ASSERT_TRUE(created.ok()) << created.status().ToString();
  auto operators = engine->As("firm", Actor::Operator());
  auto ann = engine->As("firm", Actor::Person("U1"));
  ASSERT_TRUE(operators.ok() && ann.ok());
  session.emplace(std::move(*operators));
  staff.emplace(std::move(*ann));
  const Status loaded = session->Load(kFirm);
  ASSERT_TRUE(loaded.ok()) << loaded.ToString();
  record_address = *session->RecordAddress("C1");
  drop_address = *session->DropAddress("U1");

  ListSource source;
  source.Add(MailText("p1@mail.example.com", record_address, "Filed"));
  source.Add(MailText("ann@firm.example.org", "p3@mail.example.com", "Which case?"), {drop_address});
  const Status received = engine->Receive(source, "firm", [&](const host::InboundMail&, const MailDecision& decision) {
    if (decision.outcome == Outcome::kFiled) filed = decision.id, thread = decision.targets.front().thread;
    if (decision.outcome == Outcome::kUnassigned) unassigned = decision.id;
  });
  ASSERT_TRUE(received.ok()) << received.ToString();
  ASSERT_FALSE(filed.empty() || thread.empty() || unassigned.empty());
}

std::string MailText(const std::string& from, const std::string& to, const std::string& subject) {
  return "From: \"=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=\" <" + from + ">\r\nTo: " + to +
         ", x@b\xc3\xbc"
         "cher.example\r\nSubject: " +
         subject + " =?koi8-r?B?0NLJ18XU?=\r\nDate: Mon, 2 Nov 2026 10:00:00 +0000\r\nMessage-ID: <" +
         subject.substr(0, 5) +
         "@mail.example.com>\r\nReferences: <first@mail.example.com>\r\nMIME-Version: 1.0\r\n"
         "Content-Type: multipart/mixed; boundary=\"part\"\r\n\r\n--part\r\n"
         "Content-Type: text/plain; charset=shift_jis\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
         "=93=FA=96{ long enough that no string keeps it within itself\r\n--part\r\n"
         "Content-Type: application/pdf; name*=utf-8''%E2%82%AC.pdf\r\nContent-Disposition: attachment\r\n"
         "Content-Transfer-Encoding: base64\r\n\r\nVGhlIGJ5dGVzIG9mIGEgZG9jdW1lbnQsIGxvbmdlciB0aGFuIGEgc2hvcnQgc3Rya"
         "W5nLg==\r\n--part--\r\n";
}

void ListSource::Add(std::string raw, std::vector<std::string> envelope) {
  host::InboundMail mail;
  mail.raw = std::move(raw);
  mail.path = "a mail that a test gave, number " + std::to_string(mails.size());
  mail.envelope_known = !envelope.empty();
  mail.envelope_recipients = std::move(envelope);
  mails.push_back(std::move(mail));
}

Status ListSource::Next(size_t limit, std::vector<host::InboundMail>* out) {
  for (; limit > 0 && given < mails.size(); --limit) {
    out->push_back(mails[given]);
    ++given;
  }
  return {};
}

Status ListSource::Committed(const std::vector<const host::InboundMail*>& done) {
  committed += done.size();
  return {};
}

}  // namespace casecomm::faults
