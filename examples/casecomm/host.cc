// SPDX-License-Identifier: Apache-2.0
#include "host.h"

#include <casecomm/stores.h>

#include <charconv>
#include <cstdlib>
#include <system_error>
#include <utility>

#include "files.h"
#include "key_file.h"
#include "seams.h"

namespace tool {

using casecomm::Actor;
using casecomm::Code;
using casecomm::Engine;
using casecomm::EngineOptions;
using casecomm::KeyRing;
using casecomm::Result;
using casecomm::Session;
using casecomm::SqliteOptions;
using casecomm::Status;

namespace {

Result<std::unique_ptr<Engine>> Open(const Arguments& arguments, const Place& place, KeyRing keys, bool create) {
  Result<casecomm::TrustPolicy> trust = TrustOf(arguments);
  if (!trust.ok()) return trust.status();
  SqliteOptions sqlite;
  sqlite.path = place.store_file;
  sqlite.create = create;
  Result<std::unique_ptr<casecomm::host::Store>> store = casecomm::SqliteStore(sqlite);
  if (!store.ok()) return store.status();
  EngineOptions options = Seams();
  options.store = *std::move(store);
  options.keys = std::move(keys);
  options.trust = *std::move(trust);
  return Engine::Open(std::move(options));
}

}  // namespace

Result<Place> FindPlace(const Arguments& arguments) {
  constexpr std::string_view kScheme = "sqlite:";
  std::string store = arguments.Value("--store");
  if (store.empty()) {
    const char* environment = std::getenv("CASECOMM_STORE");
    store = environment == nullptr ? "" : environment;
  }
  if (store.empty()) return WrongUse("", "no store was named: give --store sqlite:FILE or set CASECOMM_STORE");
  if (store.size() <= kScheme.size() || store.compare(0, kScheme.size(), kScheme) != 0) {
    return WrongUse(store, "a store is named sqlite:FILE");
  }
  Place place;
  place.store_file = store.substr(kScheme.size());
  place.key_file = arguments.Has("--keys") ? arguments.Value("--keys") : place.store_file + ".keys";
  return place;
}

bool IsThere(const Place& place) {
  return Exists(place.store_file);
}

Result<std::unique_ptr<Engine>> OpenEngine(const Arguments& arguments) {
  const Result<Place> place = FindPlace(arguments);
  if (!place.ok()) return place.status();
  if (!IsThere(*place)) {
    return Status(Code::kNotFound, "no_store", place->store_file, "there is no such store; `casecomm init` makes one");
  }
  Result<KeyRing> keys = ReadKeyFile(place->key_file);
  if (!keys.ok()) return keys.status();
  return Open(arguments, *place, *std::move(keys), false);
}

Result<std::unique_ptr<Engine>> CreateOrOpenEngine(const Arguments& arguments) {
  const Result<Place> place = FindPlace(arguments);
  if (!place.ok()) return place.status();
  const bool fresh = !IsThere(*place) && !Exists(place->key_file);
  Result<KeyRing> keys = fresh ? CreateKeyFile(place->key_file) : ReadKeyFile(place->key_file);
  if (!keys.ok()) return keys.status();
  return Open(arguments, *place, *std::move(keys), true);
}

Result<casecomm::TrustPolicy> TrustOf(const Arguments& arguments) {
  casecomm::TrustPolicy trust;
  trust.authserv_ids = arguments.Values("--authserv-id");
  trust.allow_spf = arguments.Has("--allow-spf");
  trust.require_dkim = arguments.Has("--require-dkim");
  const std::string above = arguments.Value("--received-above");
  const char* const end = above.data() + above.size();
  if (arguments.Has("--received-above")) {
    const auto [stop, fault] = std::from_chars(above.data(), end, trust.received_above);
    if (fault != std::errc() || stop != end)
      return WrongUse("--received-above", "it needs a number of Received fields");
  }
  if (trust.authserv_ids.empty() && (trust.allow_spf || trust.require_dkim || arguments.Has("--received-above"))) {
    return WrongUse("--authserv-id", "the options on trust need it: nobody's word counts without");
  }
  return trust;
}

Actor ActorOf(const Arguments& arguments) {
  return arguments.Has("--as") ? Actor::Person(arguments.Value("--as")) : Actor::Operator();
}

Result<Opened> OpenSession(const Arguments& arguments) {
  Opened opened;
  Result<std::unique_ptr<Engine>> engine = OpenEngine(arguments);
  if (!engine.ok()) return engine.status();
  opened.engine = *std::move(engine);
  Result<Session> session = opened.engine->As(arguments.Value("--account"), ActorOf(arguments));
  if (!session.ok()) {
    const Status failure = session.status();
    const bool not_named = failure.code() == Code::kInvalidArgument && !arguments.Has("--account");
    return not_named ? WrongUse("--account", std::string(failure.message())) : failure;
  }
  opened.session = std::make_unique<Session>(*std::move(session));
  return opened;
}

}  // namespace tool
