// SPDX-License-Identifier: Apache-2.0
// The C++ door: the commands of the command line tool that doors_test.py compares, through the public headers alone.
// usage: cpp_door STORE KEYS COMMAND [ARGUMENT...]
#include <casecomm/engine.h>
#include <casecomm/files.h>
#include <casecomm/json.h>
#include <casecomm/stores.h>

#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "steady.h"

namespace {

using namespace casecomm;

void Check(const Status& status) {
  if (status.ok()) return;
  std::cerr << "cpp_door: " << status.reason() << " " << status.ToString() << "\n";
  std::exit(1);
}

template <typename T>
T Check(Result<T> result) {
  Check(result.status());
  return *std::move(result);
}

void Print(const std::string& json) {
  std::cout << json << "\n";
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::unique_ptr<Engine> Open(const std::string& store, const std::string& keys, bool create) {
  EngineOptions options;
  options.store = Check(SqliteStore({store, create}));
  options.keys = Check(KeyRing::Parse(ReadFile(keys)));
  options.clock = std::make_unique<doors::SteadyClock>();
  options.random = std::make_unique<doors::SteadyRandom>();
  return Check(Engine::Open(std::move(options)));
}

void Ingest(Engine& engine, std::vector<std::string> paths) {
  FileSourceOptions options;
  options.paths = std::move(paths);
  const auto source = Check(FileSource(std::move(options)));
  Check(engine.Receive(*source, "", [](const host::InboundMail& mail, const MailDecision& decision) {
    Print(ToJson(decision, mail.path, mail.index, false));
  }));
}

// Prints a list, page by page of two.
template <typename List>
void PrintPages(List list) {
  PageRequest request;
  request.limit = 2;
  do {
    const auto page = Check(list(request));
    for (const auto& item : page.items) Print(ToJson(item));
    request.cursor = page.next;
  } while (!request.cursor.empty());
}

void Run(Engine& engine, Session& session, const std::string& verb, const std::vector<std::string>& words) {
  if (verb == "load") return Check(session.Load(ReadFile(words.at(0))));
  if (verb == "ingest") return Ingest(engine, words);
  if (verb == "show") return Print(ToJson(Check(session.ShowRecord(words.at(0)))));
  if (verb == "scan") {
    for (const auto& path : words) Print(ToJson(ScanMail(ReadFile(path)), path, -1));
    return;
  }
  if (verb == "trust") {
    ScanOptions options;
    options.trust.authserv_ids = {"mx.firm.example"};
    for (const auto& path : words) Print(ToJson(ScanMail(ReadFile(path), options), path, -1));
    return;
  }
  if (verb == "html") {
    for (const auto& path : words) {
      std::string hex;
      for (const char c : RenderSafeHtml(ReadFile(path), "cid:")) {
        hex += "0123456789abcdef"[static_cast<unsigned char>(c) >> 4];
        hex += "0123456789abcdef"[static_cast<unsigned char>(c) & 15];
      }
      Print("\"" + hex + "\"");
    }
    return;
  }
  if (verb == "route") {
    for (const auto& path : words) Print(ToJson(Check(session.Route(ReadFile(path))), path, -1, false));
    return;
  }
  if (verb == "explain") {
    for (const auto& path : words) Print(ToJson(Check(session.Explain(ReadFile(path))), path, -1, true));
    return;
  }
  if (verb == "link") {
    LinkRequest request;
    request.message = words.at(0);
    request.records = {words.at(1)};
    request.contact = words.at(2);
    return Print(ToJson(Check(session.Link(request)), {}, -1, false));
  }
  if (verb == "people") return PrintPages([&](const PageRequest& page) { return session.People(page); });
  if (verb == "records") return PrintPages([&](const PageRequest& page) { return session.Records(page); });
  if (verb == "assignments") return PrintPages([&](const PageRequest& page) { return session.Assignments({}, page); });
  if (verb == "addresses") return PrintPages([&](const PageRequest& page) { return session.Addresses(page); });
  if (verb == "unassigned") return PrintPages([&](const PageRequest& page) { return session.Unassigned(page); });
  if (verb == "threads") return PrintPages([&](const PageRequest& page) { return session.Threads(words.at(0), page); });
  if (verb == "messages") {
    return PrintPages([&](const PageRequest& page) { return session.Messages(words.at(0), page); });
  }
  Check(Status(Code::kInvalidArgument, "", verb, "this door has no such verb"));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return 64;
  const std::string verb = argv[3];
  const std::vector<std::string> words(argv + 4, argv + argc);
  const auto engine = Open(argv[1], argv[2], verb == "init");
  if (verb == "init") {
    Check(engine->CreateAccount({words.at(0), words.at(1), words.at(2)}, Actor::Operator()).status());
    return 0;
  }
  auto session = Check(engine->As("", Actor::Operator()));
  Run(*engine, session, verb, words);
}
