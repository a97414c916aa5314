// SPDX-License-Identifier: Apache-2.0
// Random calls of every function of the C ABI (threat T66): handles that are NULL, released, foreign, lent or another
// kind's; structs of any size; texts that are absent, endless or no UTF-8; hosts whose callbacks call back in, release what
// is in use, answer nonsense and fail at any step.
//
//   abi_fuzz --calls N SEED
//
// Beyond crashes and sanitizers it holds what the headers promise: out-handles are NULL and out-structs as they were given
// after a failure, the error tells the code, a table is released once and not called behind that. Every function of the
// headers stands in the table below, and was called with success and with failure at the end.
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "casecomm/casecomm.h"
#include "casecomm/host.h"
#include "examples/host_store.h"

namespace {

void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "abi_fuzz: does not hold: %s\n", what);
  std::abort();
}

constexpr char kFirm[] = R"({
  "people": [
    {"id": "U1", "kind": "staff", "name": "Ann Adler", "emails": ["ann@firm.example.org"]},
    {"id": "P1", "kind": "contact", "name": "Paul One", "emails": ["p1@mail.example.com"]},
    {"id": "P3", "kind": "contact", "name": "Petra Three", "emails": ["p3@mail.example.com"]}],
  "records": [
    {"id": "C1", "kind": "case", "name": "Mary Smith", "state": "open"},
    {"id": "C2", "kind": "case", "name": "John Doe", "state": "open"}],
  "assignments": [
    {"record": "C1", "person": "U1", "role": "manager"}, {"record": "C2", "person": "U1", "role": "editor"},
    {"record": "C1", "person": "P1", "role": "client"}, {"record": "C1", "person": "P3", "role": "other"},
    {"record": "C2", "person": "P3", "role": "client"}]})";

constexpr char kRules[] = R"({"casecomm_rules": 1, "name": "fuzz", "extends": "trackops",
  "settings": {"catch_all": "office@firm.example.org"}})";

enum Kind { kStore, kSource, kMailSink, kEngine, kSession, kDecision, kRouted, kList, kText, kDraft, kReading, kKinds };
template <typename Handle>
constexpr Kind kKindOf = kKinds;
template <>
constexpr Kind kKindOf<casecomm_store> = kStore;
template <>
constexpr Kind kKindOf<casecomm_source> = kSource;
template <>
constexpr Kind kKindOf<casecomm_mail_sink> = kMailSink;
template <>
constexpr Kind kKindOf<casecomm_engine> = kEngine;
template <>
constexpr Kind kKindOf<casecomm_session> = kSession;
template <>
constexpr Kind kKindOf<casecomm_decision> = kDecision;
template <>
constexpr Kind kKindOf<casecomm_routed> = kRouted;
template <>
constexpr Kind kKindOf<casecomm_list> = kList;
template <>
constexpr Kind kKindOf<casecomm_text> = kText;
template <>
constexpr Kind kKindOf<casecomm_draft> = kDraft;
template <>
constexpr Kind kKindOf<casecomm_reading> = kReading;

class Fuzz;

// What a text names, so that it is asked for where it may be found.
enum Noun { kAddress, kThread, kMessage, kWaiting, kCursor, kNouns };

// What stands behind a table's `host`.
struct Host {
  Fuzz* fuzz;
  bool mischief;              // it fails, and answers nonsense
  bool must_release = false;  // its table was not refused for its size
  int releases = 0;
  casecomm_host_store inner{};  // of a store
  int mails_left = 0;           // of a source
};

struct Function {
  const char* name;
  std::function<void(Fuzz&)> call;
  bool fails = true;  // it has a status to tell a failure with
};

const std::vector<Function>& Functions();

class Fuzz {
 public:
  Fuzz(uint64_t seed, std::string folder) : random_(seed), folder_(std::move(folder)) {
    for (const char* word : {"", "firm", "second", "C1", "C2", "U1", "P1", "P3", "casebook", "casefleet",
                             "in.example.org", "b.example.net", "nobody", "list"}) {
      words_.emplace_back(word);
    }
    words_.emplace_back("\xff\xfe\x80");
    words_.emplace_back("nul\0inside", 10);
    words_.emplace_back(5000, 'x');
  }

  // ---- chance ----

  uint64_t Below(uint64_t n) { return random_() % n; }
  bool OneIn(uint64_t n) { return Below(n) == 0; }
  // Whether this argument is to be a wrong one.
  bool Wild() { return wild_ && OneIn(4); }

  // ---- arguments ----

  template <typename Handle>
  Handle Any() {
    uint64_t value = 0;
    if (Wild()) {
      const std::vector<uint64_t>& others = living_[Below(kKinds)];
      switch (Below(6)) {
        case 0:
          break;
        case 1:
          value = random_();
          break;
        case 2:
          value = Of(released_[kKindOf<Handle>]);
          break;
        case 3:
          value = Of(others);
          break;
        case 4:
          value = Of(lent_);
          break;
        default:
          value = Of(living_[kKindOf<Handle>]) ^ uint64_t { 1 } << Below(64);
      }
    } else {  // the newest mostly: what others found is there, too
      const std::vector<uint64_t>& living = living_[kKindOf<Handle>];
      value = !living.empty() && OneIn(2) ? living.back() : Of(living);
    }
    return reinterpret_cast<Handle>(value);
  }

  // A list, mostly one that this function made.
  casecomm_list ListOf(const std::string& maker) {
    if (OneIn(4)) return Any<casecomm_list>();
    std::vector<uint64_t> fitting;
    for (const uint64_t list : living_[kList]) {
      if (made_by_[list] == maker) fitting.push_back(list);
    }
    return reinterpret_cast<casecomm_list>(Of(fitting));
  }

  casecomm_str Word() {
    if (Wild()) {
      switch (Below(5)) {
        case 0:
          return {nullptr, 0};
        case 1:
          return {nullptr, 1 + Below(100)};
        case 2:
          return {"x", SIZE_MAX - Below(16)};
        case 3:
          return {"x", static_cast<size_t>(PTRDIFF_MAX) + 1 + Below(16)};
        default:
          return Exact(std::string(Below(40), static_cast<char>(random_())));
      }
    }
    return Exact(words_[Below(words_.size())]);
  }
  // The word, mostly: else any.
  casecomm_str Mostly(const std::string& word) { return Wild() || OneIn(16) ? Word() : Exact(word); }
  // The newest mostly: what it names is there still.
  const std::string& Known(Noun noun) {
    const std::vector<std::string>& ids = ids_[noun];
    return OneIn(2) ? ids.back() : ids[Below(ids.size())];
  }
  casecomm_str Id(Noun noun) { return OneIn(6) || ids_[noun].empty() ? Word() : Exact(Known(noun)); }
  casecomm_str Raw() { return Wild() ? Word() : Exact(Mail()); }

  // In a block of its own size, so that a read past the end is seen.
  casecomm_str Exact(const std::string& text) {
    char* const block = static_cast<char*>(Block(text.size()));
    std::memcpy(block, text.data(), text.size());
    return {block, text.size()};
  }

  std::string AnAddress() { return ids_[kAddress].empty() ? "p1@mail.example.com" : Known(kAddress); }

  const casecomm_str* Words(size_t* count, const std::string& word) {
    if (Wild()) {
      *count = OneIn(2) ? SIZE_MAX : Below(4) + (uint64_t{1} << 33);
      return nullptr;
    }
    *count = Below(4);
    auto* const texts = static_cast<casecomm_str*>(Block(*count * sizeof(casecomm_str)));
    for (size_t i = 0; i < *count; ++i) texts[i] = Mostly(word);
    return texts;
  }

  // An input struct, in a block of exactly the size it claims.
  template <typename T>
  const T* In(const T& value, bool* right_size = nullptr) {
    if (right_size != nullptr) *right_size = true;
    uint32_t size = sizeof(T), block = size;
    bool tail = false;
    if (OneIn(8)) block = size = static_cast<uint32_t>(sizeof(T) + Below(CASECOMM_STRUCT_MAX - sizeof(T) + 1));
    if (Wild()) {
      if (right_size != nullptr) *right_size = false;
      switch (Below(4)) {
        case 0:
          return nullptr;
        case 1:
          size = static_cast<uint32_t>(Below(sizeof(T) < 24 ? sizeof(T) : 24));
          block = size < 4 ? 4 : size;
          break;
        case 2:
          size = OneIn(2) ? UINT32_MAX : CASECOMM_STRUCT_MAX + 1 + static_cast<uint32_t>(Below(1000));
          block = CASECOMM_STRUCT_MAX;
          break;
        default:
          block = size = static_cast<uint32_t>(sizeof(T) + 1 + Below(CASECOMM_STRUCT_MAX - sizeof(T)));
          tail = true;
      }
    }
    char* const bytes = static_cast<char*>(Block(block));
    std::memset(bytes, 0, block);
    std::memcpy(bytes, &value, block < sizeof(T) ? block : sizeof(T));
    std::memcpy(bytes, &size, sizeof size);
    if (tail) bytes[sizeof(T) + Below(block - sizeof(T))] = 1;
    return reinterpret_cast<const T*>(bytes);
  }

  template <typename T>
  const T* Table(const T& table, Host* host) {
    const T* const in = In(table, &host->must_release);
    host->must_release = host->must_release && nested_ == 0;
    return in;
  }

  // An output struct, in a block of exactly the size it claims.
  template <typename T>
  T* Out() {
    uint32_t size = sizeof(T), block = size;
    if (Wild()) {
      switch (Below(4)) {
        case 0:
          return nullptr;
        case 1:
          size = static_cast<uint32_t>(Below(sizeof(T)));
          block = size < 4 ? 4 : size;
          break;
        case 2:
          size = OneIn(2) ? UINT32_MAX : CASECOMM_STRUCT_MAX + 1;
          block = CASECOMM_STRUCT_MAX;
          break;
        default:
          block = size = static_cast<uint32_t>(sizeof(T) + Below(CASECOMM_STRUCT_MAX - sizeof(T) + 1));
      }
    }
    char* const bytes = static_cast<char*>(Block(block));
    std::memset(bytes, 0x5a, block);
    std::memcpy(bytes, &size, sizeof size);
    given_ = {bytes, std::string(bytes, block)};
    return reinterpret_cast<T*>(bytes);
  }
  // Whether all of it may be looked at.
  template <typename T>
  static bool Whole(const T* out) {
    return out != nullptr && out->struct_size >= sizeof(T) && out->struct_size <= CASECOMM_STRUCT_MAX;
  }

  casecomm_error* Error() { return OneIn(8) ? nullptr : Out<casecomm_error>(); }

  // ---- results ----

  // A call that makes a handle.
  template <typename Handle, typename Call>
  void Make(Call call, bool out_required = true) {
    casecomm_error* const error = Error();
    const bool null_out = Wild() && OneIn(2);
    Handle made = reinterpret_cast<Handle>(uint64_t{0xabab});
    const casecomm_status status = call(null_out ? nullptr : &made, error);
    Told(status, error);
    if (null_out) {
      Require(!out_required || status != CASECOMM_OK, "out NULL is refused");
      return;
    }
    Require((status == CASECOMM_OK) == (made != nullptr), "an out-handle is NULL after a failure, and only then");
    if (made == nullptr) return;
    living_[kKindOf<Handle>].push_back(reinterpret_cast<uint64_t>(made));
    if (kKindOf<Handle> == kList) made_by_[reinterpret_cast<uint64_t>(made)] = Functions()[current_].name;
  }

  // A call without, or with an out-struct that Out made.
  template <typename T, typename Call, typename Look>
  void Read(Call call, Look look) {
    casecomm_error* const error = Error();
    T* const out = Out<T>();
    const auto given = given_;
    const casecomm_status status = call(out, error);
    Told(status, error);
    if (status != CASECOMM_OK && out != nullptr) {
      Require(std::memcmp(given.first, given.second.data(), given.second.size()) == 0,
              "an out-struct is as it was given after a failure");
    }
    if (status == CASECOMM_OK && Whole(out)) look(*out);
  }

  template <typename Call>
  void Do(Call call) {
    casecomm_error* const error = Error();
    Told(call(error), error);
  }

  void Told(casecomm_status status, const casecomm_error* error) {
    Require(status >= CASECOMM_OK && status <= CASECOMM_UNAUTHENTICATED, "a status is one of the list");
    // (nested calls count for their own function)
    auto& counts = counts_[current_];
    ++(status == CASECOMM_OK ? counts.first : counts.second);
    if (status == CASECOMM_OK || error == nullptr || error->struct_size < sizeof(casecomm_error) ||
        error->struct_size > CASECOMM_STRUCT_MAX) {
      return;
    }
    Require(error->code == status, "the error tells the code");
    Require(memchr(error->reason_name, 0, sizeof error->reason_name) != nullptr, "a reason ends in NUL");
    Require(memchr(error->subject, 0, sizeof error->subject) != nullptr, "a subject ends in NUL");
    Require(memchr(error->message, 0, sizeof error->message) != nullptr, "a message ends in NUL");
  }

  // Reads every byte of a view.
  void Look(casecomm_str text) {
    Require(text.data != nullptr || text.size == 0, "an absent text has no size");
    for (size_t i = 0; i < text.size; ++i) sum_ += static_cast<unsigned char>(text.data[i]);
  }
  void Look(const casecomm_str* texts, size_t count) {
    for (size_t i = 0; i < count; ++i) Look(texts[i]);
  }
  void Keep(Noun noun, casecomm_str text) {
    Look(text);
    if (text.size == 0 || text.size > 4000) return;
    if (ids_[noun].size() == 8) ids_[noun].erase(ids_[noun].begin());
    ids_[noun].emplace_back(text.data, text.size);
  }

  template <typename Handle>
  void Release(void (*release)(Handle)) {
    std::vector<uint64_t>& living = living_[kKindOf<Handle>];
    const bool keep = living.size() <= kMost[kKindOf<Handle>] / 2 && !OneIn(8);  // else nothing would ever succeed
    uint64_t value = 0;
    if (keep || living.empty()) {
      value = OneIn(2) ? Of(released_[kKindOf<Handle>]) : OneIn(2) ? random_() : Of(lent_);
      std::erase(living, value);
    } else {
      const size_t at = Below(living.size());
      value = living[at];
      living.erase(living.begin() + static_cast<ptrdiff_t>(at));
      std::vector<uint64_t>& released = released_[kKindOf<Handle>];
      if (released.size() < 32) {
        released.push_back(value);
      } else {
        released[Below(released.size())] = value;
      }
    }
    ++counts_[current_].first;
    release(reinterpret_cast<Handle>(value));
  }

  void Lent(uint64_t handle) {
    if (lent_.size() < 32) {
      lent_.push_back(handle);
    } else {
      lent_[Below(lent_.size())] = handle;
    }
  }

  // ---- hosts ----

  Host* NewHost() {
    hosts_.push_back(std::make_unique<Host>());
    Host* const host = hosts_.back().get();
    host->fuzz = this;
    host->mischief = OneIn(2);
    host->mails_left = static_cast<int>(Below(12));
    return host;
  }

  // Calls back in, now and then.
  void Reenter(const Host* host) {
    Require(host->releases == 0, "a table is not called behind its release");
    if (nested_ >= 24 || !OneIn(8)) return;
    for (uint64_t n = 1 + Below(3); n > 0 && nested_ < 24; --n) {
      ++nested_;
      CallOne();
    }
  }

  // The newest tables stand in a struct that is refused: nobody looks at them.
  void Unread(size_t tables) {
    for (size_t i = 0; i < tables; ++i) hosts_[hosts_.size() - 1 - i]->must_release = false;
  }

  // What a callback answers; sometimes a failure, with words that fill their fields.
  casecomm_status Answer(const Host* host, casecomm_error* error) {
    if (!host->mischief || !OneIn(8)) return CASECOMM_OK;
    if (error != nullptr && OneIn(2)) {
      std::memset(error->reason_name, static_cast<int>(Below(256)), sizeof error->reason_name);
      std::memset(error->subject, static_cast<int>(Below(256)), sizeof error->subject);
      std::memset(error->message, static_cast<int>(Below(256)), sizeof error->message);
      error->position = static_cast<int64_t>(random_());
      error->struct_size = static_cast<uint32_t>(random_());
    }
    constexpr casecomm_status kAnswers[] = {1, 3, 5, 8, 9, 10, 13, 14, 15, 16, 17, -1, INT32_MAX, INT32_MIN};
    return kAnswers[Below(std::size(kAnswers))];
  }

  std::string Author() {
    if (OneIn(3)) return "stranger@else.example";
    return OneIn(2) ? "ann@firm.example.org" : "p1@mail.example.com";
  }

  std::string Mail() {
    const std::string to = ids_[kAddress].empty() || OneIn(3) ? "p3@mail.example.com" : Known(kAddress);
    std::string mail =
        std::string("From: ") + Author() + "\r\nTo: " + to + "\r\nSubject: s" + std::to_string(Below(1000)) +
        "\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\ntext\r\n--b\r\n"
        "Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nVGhl\r\n--b--\r\n";
    if (OneIn(8)) mail[Below(mail.size())] = static_cast<char>(random_());
    return mail;
  }

  // ---- the run ----

  void CallOne() {
    const std::vector<Function>& functions = Functions();
    const size_t outer = current_;
    const bool outer_wild = wild_;
    current_ = Below(functions.size());
    wild_ = OneIn(2);
    ++calls_;
    functions[current_].call(*this);
    current_ = outer;
    wild_ = outer_wild;
  }

  void Top() {
    nested_ = 0;
    if (living_[kEngine].empty() || living_[kSession].empty() || OneIn(300)) Settle();
    CallOne();
    blocks_.clear();
    for (int kind = 0; kind < kKinds; ++kind) {
      while (living_[kind].size() > kMost[kind]) CallNamed(kReleases[kind]);
    }
  }

  // Makes a world in which calls can succeed.
  void Settle() {
    CallNamed("casecomm_keys_generate");
    for (const char* name : {"casecomm_store_memory",
                             "casecomm_engine_open",
                             "casecomm_engine_create_account",
                             "casecomm_engine_as",
                             "casecomm_session_load",
                             "casecomm_session_set_rules",
                             "casecomm_engine_as",
                             "casecomm_session_record_address",
                             "casecomm_text_read",
                             "casecomm_session_drop_address",
                             "casecomm_text_read",
                             "casecomm_source_host",
                             "casecomm_engine_receive",
                             "casecomm_source_host",
                             "casecomm_engine_receive",
                             "casecomm_session_threads",
                             "casecomm_session_unassigned",
                             "casecomm_list_unassigned",
                             "casecomm_session_forwards",
                             "casecomm_list_forward",
                             "casecomm_session_forwarded",
                             "casecomm_session_link",
                             "casecomm_session_act",
                             "casecomm_session_people",
                             "casecomm_mail_sink_host",
                             "casecomm_mail_sink_submit"}) {
      CallNamed(name);
    }
  }

  void CallNamed(const std::string& name) {
    const std::vector<Function>& functions = Functions();
    for (size_t i = 0; i < functions.size(); ++i) {
      if (name != functions[i].name) continue;
      current_ = i;
      wild_ = false;
      functions[i].call(*this);
    }
  }

  void End();

  // Whether every function succeeded once, and failed once where it can.
  bool Covered() const {
    for (size_t i = 0; i < Functions().size(); ++i) {
      const auto [successes, failures] = CountsOf(i);
      if (successes == 0 || (failures == 0 && Functions()[i].fails)) return false;
    }
    return true;
  }

  void PrintCounts() const {
    std::printf("%-36s %10s %10s\n", "function", "successes", "failures");
    for (size_t i = 0; i < Functions().size(); ++i) {
      const auto [successes, failures] = CountsOf(i);
      std::printf("%-36s %10llu %10llu\n", Functions()[i].name, static_cast<unsigned long long>(successes),
                  static_cast<unsigned long long>(failures));
    }
  }

  uint64_t calls() const { return calls_; }
  const std::string& folder() const { return folder_; }
  std::string keys;  // of a ring that stores were opened with

  uint64_t Random() { return random_(); }

 private:
  static constexpr const char* kReleases[] = {
      "casecomm_store_release",   "casecomm_source_release",   "casecomm_mail_sink_release", "casecomm_engine_release",
      "casecomm_session_release", "casecomm_decision_release", "casecomm_routed_release",    "casecomm_list_release",
      "casecomm_text_release",    "casecomm_draft_release",    "casecomm_reading_release"};

  // Few engines and sessions, so that what one call made is found by another.
  static constexpr size_t kMost[kKinds] = {6, 6, 6, 2, 4, 8, 4, 24, 12, 6, 6};

  std::pair<uint64_t, uint64_t> CountsOf(size_t function) const {
    const auto found = counts_.find(function);
    return found == counts_.end() ? std::pair<uint64_t, uint64_t>() : found->second;
  }
  uint64_t Of(const std::vector<uint64_t>& handles) { return handles.empty() ? 0 : handles[Below(handles.size())]; }
  void* Block(size_t size) {
    blocks_.push_back(std::make_unique<char[]>(size));
    return blocks_.back().get();
  }

  std::mt19937_64 random_;
  const std::string folder_;
  bool wild_ = false;
  size_t current_ = 0;
  uint64_t calls_ = 0, nested_ = 0, sum_ = 0;
  std::map<uint64_t, std::string> made_by_;  // of lists
  std::vector<uint64_t> living_[kKinds], released_[kKinds], lent_;
  std::vector<std::string> words_, ids_[kNouns];
  std::vector<std::unique_ptr<char[]>> blocks_;  // of the call at hand and those within it
  std::pair<char*, std::string> given_;
  std::deque<std::unique_ptr<Host>> hosts_;
  std::map<size_t, std::pair<uint64_t, uint64_t>> counts_;
};

// ---- callbacks ----

Host* Of(void* host) {
  return static_cast<Host*>(host);
}

void HostRelease(void* host) {
  Require(++Of(host)->releases == 1, "a table is released once");
  if (Of(host)->inner.release != nullptr) Of(host)->inner.release(Of(host)->inner.host);
}

int64_t HostNow(void* host) {
  Of(host)->fuzz->Reenter(Of(host));
  if (Of(host)->mischief && Of(host)->fuzz->OneIn(64)) return static_cast<int64_t>(Of(host)->fuzz->Random());
  return 1'700'000'000'000'000 + static_cast<int64_t>(Of(host)->fuzz->Below(1'000'000'000));
}

casecomm_status HostFill(void* host, void* out, size_t size, casecomm_error* error) {
  Of(host)->fuzz->Reenter(Of(host));
  for (size_t i = 0; i < size; ++i)
    static_cast<unsigned char*>(out)[i] = static_cast<unsigned char>(Of(host)->fuzz->Random());
  return Of(host)->fuzz->Answer(Of(host), error);
}

void LookAtLent(Fuzz& fuzz, casecomm_decision decision) {
  if (decision == nullptr) return;
  fuzz.Lent(reinterpret_cast<uint64_t>(decision));
  casecomm_decision_facts facts = CASECOMM_INIT(casecomm_decision_facts);
  if (casecomm_decision_read(decision, &facts, nullptr) == CASECOMM_OK) {
    fuzz.Keep(kMessage, facts.id);
    for (size_t i = 0; i < facts.target_count; ++i) {
      fuzz.Keep(kThread, facts.targets[i]->thread);
      fuzz.Look(facts.targets[i]->sentence);
    }
  }
  if (fuzz.OneIn(8)) casecomm_decision_release(decision);  // not its to release
}

void HostNotice(void* host, const casecomm_event* event) {
  Fuzz& fuzz = *Of(host)->fuzz;
  fuzz.Look(event->account);
  fuzz.Look(event->subject);
  fuzz.Reenter(Of(host));
  LookAtLent(fuzz, event->decision);
}

casecomm_status StoreOpen(void* host, const casecomm_schema* schema, casecomm_error* error) {
  Of(host)->fuzz->Reenter(Of(host));
  if (const casecomm_status status = Of(host)->fuzz->Answer(Of(host), error); status != CASECOMM_OK) return status;
  return Of(host)->inner.open(Of(host)->inner.host, schema, error);
}

casecomm_status StoreRead(void* host, const casecomm_query* const* queries, size_t count, const casecomm_row_sink* sink,
                          casecomm_error* error) {
  Fuzz& fuzz = *Of(host)->fuzz;
  fuzz.Reenter(Of(host));
  if (const casecomm_status status = fuzz.Answer(Of(host), error); status != CASECOMM_OK) return status;
  const casecomm_status status = Of(host)->inner.read(Of(host)->inner.host, queries, count, sink, error);
  if (Of(host)->mischief && fuzz.OneIn(16)) {  // a row that nobody asked for
    casecomm_value values[4] = {};
    for (casecomm_value& value : values) {
      value.type = static_cast<int32_t>(fuzz.Below(5));
      value.bytes = {"text", fuzz.Below(5)};
    }
    casecomm_row row = CASECOMM_INIT(casecomm_row);
    row.columns = fuzz.OneIn(4) ? nullptr : values;
    row.column_count = static_cast<uint32_t>(fuzz.Below(5));
    row.body = {"body", 4};
    row.version = static_cast<int64_t>(fuzz.Below(3));
    if (fuzz.OneIn(4)) row.struct_size = static_cast<uint32_t>(fuzz.Below(48));
    if (fuzz.OneIn(4)) {
      static_cast<void>(sink->count(sink->sink, fuzz.Below(3), fuzz.Random()));
    } else {
      static_cast<void>(
          sink->row(sink->sink, fuzz.OneIn(4) ? SIZE_MAX : fuzz.Below(2), fuzz.OneIn(16) ? nullptr : &row));
    }
  }
  return status;
}

casecomm_status StoreCommit(void* host, const casecomm_batch* const* batches, size_t count,
                            casecomm_batch_outcome* const* outcomes, casecomm_error* error) {
  Fuzz& fuzz = *Of(host)->fuzz;
  fuzz.Reenter(Of(host));
  if (const casecomm_status status = fuzz.Answer(Of(host), error); status != CASECOMM_OK) return status;
  const casecomm_status status = Of(host)->inner.commit(Of(host)->inner.host, batches, count, outcomes, error);
  if (Of(host)->mischief && fuzz.OneIn(16) && count > 0) {
    casecomm_batch_outcome& outcome = *outcomes[fuzz.Below(count)];
    outcome.status = fuzz.Answer(Of(host), outcome.error);
    outcome.failed_precondition = static_cast<int64_t>(fuzz.Random());
  }
  return status;
}

casecomm_status SourceNext(void* host, size_t limit, casecomm_inbound_fn put, void* sink, casecomm_error* error) {
  Fuzz& fuzz = *Of(host)->fuzz;
  fuzz.Reenter(Of(host));
  for (size_t i = 0; i < limit && Of(host)->mails_left > 0; ++i) {
    --Of(host)->mails_left;
    casecomm_inbound mail = CASECOMM_INIT(casecomm_inbound);
    mail.raw = fuzz.Raw();
    mail.path = fuzz.Exact("a path");
    mail.index = -1;
    size_t recipients = 0;
    const casecomm_str* const envelope = fuzz.Words(&recipients, fuzz.AnAddress());
    if (fuzz.OneIn(2)) {
      mail.flags = CASECOMM_INBOUND_ENVELOPE_KNOWN;
      mail.envelope_recipients = envelope;
      mail.envelope_recipient_count = recipients;
    }
    mail.trust = static_cast<int32_t>(fuzz.Below(4));
    if (Of(host)->mischief && fuzz.OneIn(8)) mail.flags = static_cast<uint32_t>(fuzz.Random());
    if (Of(host)->mischief && fuzz.OneIn(8)) mail.trust = static_cast<int32_t>(fuzz.Random());
    if (put(sink, fuzz.In(mail)) != CASECOMM_OK && !fuzz.OneIn(4)) break;
  }
  return fuzz.Answer(Of(host), error);
}

casecomm_status SourceCommitted(void* host, const casecomm_str* keys, const uint64_t* positions, size_t count,
                                casecomm_error* error) {
  Fuzz& fuzz = *Of(host)->fuzz;
  fuzz.Look(keys, count);
  for (size_t i = 0; i < count; ++i) Require(positions[i] < 1000, "positions count the mails handed over");
  fuzz.Reenter(Of(host));
  return fuzz.Answer(Of(host), error);
}

casecomm_status SinkSend(void* host, const casecomm_outbound* mail, const casecomm_delivery_sink* answers,
                         casecomm_error* error) {
  Fuzz& fuzz = *Of(host)->fuzz;
  fuzz.Look(mail->recipients, mail->recipient_count);
  fuzz.Reenter(Of(host));
  for (uint64_t n = fuzz.Below(4); n > 0; --n) {
    casecomm_recipient_result result = CASECOMM_INIT(casecomm_recipient_result);
    result.state = static_cast<int32_t>(fuzz.Below(6));
    result.words = fuzz.Word();
    static_cast<void>(answers->recipient(answers->sink, fuzz.OneIn(8) ? SIZE_MAX : fuzz.Below(4), fuzz.In(result)));
  }
  if (fuzz.OneIn(2)) static_cast<void>(answers->message_id(answers->sink, fuzz.Word()));
  return fuzz.Answer(Of(host), error);
}

casecomm_status ScannerScan(void* host, const casecomm_scanned_file* file, const casecomm_finding_sink* answer,
                            casecomm_error* error) {
  Fuzz& fuzz = *Of(host)->fuzz;
  fuzz.Look(file->name);
  fuzz.Look(file->found_type);
  fuzz.Look(file->bytes);
  fuzz.Reenter(Of(host));
  if (fuzz.OneIn(4)) static_cast<void>(answer->found(answer->sink, fuzz.Word()));
  return fuzz.Answer(Of(host), error);
}

casecomm_status TakeBytes(void* host, const char* data, size_t size, casecomm_error* error) {
  Fuzz& fuzz = *Of(host)->fuzz;
  fuzz.Look(casecomm_str{data, size});
  fuzz.Reenter(Of(host));
  return fuzz.Answer(Of(host), error);
}

casecomm_status TakeRehearsed(void* host, const casecomm_rehearsed* rehearsed, casecomm_error* error) {
  Fuzz& fuzz = *Of(host)->fuzz;
  fuzz.Look(rehearsed->message);
  fuzz.Reenter(Of(host));
  LookAtLent(fuzz, rehearsed->now);
  LookAtLent(fuzz, rehearsed->then);
  return fuzz.Answer(Of(host), error);
}

void TakeReceived(void* host, const casecomm_received* received) {
  Fuzz& fuzz = *Of(host)->fuzz;
  fuzz.Look(received->path);
  fuzz.Look(received->transport_key);
  fuzz.Reenter(Of(host));
  LookAtLent(fuzz, received->decision);
}

// ---- tables ----

template <typename Table>
Table NewTable(Fuzz& fuzz, Host** host) {
  Table table = CASECOMM_INIT(Table);
  *host = fuzz.NewHost();
  table.host = *host;
  table.release = HostRelease;
  return table;
}

const casecomm_host_clock* ClockTable(Fuzz& fuzz) {
  Host* host = nullptr;
  auto table = NewTable<casecomm_host_clock>(fuzz, &host);
  table.now_us = fuzz.Wild() ? nullptr : HostNow;
  return fuzz.Table(table, host);
}

const casecomm_host_random* RandomTable(Fuzz& fuzz) {
  Host* host = nullptr;
  auto table = NewTable<casecomm_host_random>(fuzz, &host);
  table.fill = fuzz.Wild() ? nullptr : HostFill;
  return fuzz.Table(table, host);
}

const casecomm_host_observer* ObserverTable(Fuzz& fuzz) {
  Host* host = nullptr;
  auto table = NewTable<casecomm_host_observer>(fuzz, &host);
  table.notice = fuzz.Wild() ? nullptr : HostNotice;
  return fuzz.Table(table, host);
}

const casecomm_host_scanner* ScannerTable(Fuzz& fuzz) {
  Host* host = nullptr;
  auto table = NewTable<casecomm_host_scanner>(fuzz, &host);
  table.scan = fuzz.Wild() ? nullptr : ScannerScan;
  return fuzz.Table(table, host);
}

const casecomm_trust_policy* TrustStruct(Fuzz& fuzz) {
  casecomm_trust_policy trust = CASECOMM_INIT(casecomm_trust_policy);
  trust.flags = static_cast<uint32_t>(fuzz.Wild() ? fuzz.Random() : fuzz.Below(4));
  trust.authserv_ids = fuzz.Words(&trust.authserv_id_count, "mx.example.org");
  trust.received_above = static_cast<uint32_t>(fuzz.Below(3));
  return fuzz.OneIn(4) ? nullptr : fuzz.In(trust);
}

const casecomm_inbound_policy* InboundStruct(Fuzz& fuzz) {
  casecomm_inbound_policy policy = CASECOMM_INIT(casecomm_inbound_policy);
  policy.most_files = static_cast<uint32_t>(fuzz.Below(3));
  policy.file_bytes_below = fuzz.OneIn(2) ? fuzz.Random() : fuzz.Below(4);
  policy.total_bytes_below = fuzz.OneIn(2) ? fuzz.Random() : fuzz.Below(4);
  policy.types = fuzz.Words(&policy.type_count, "application/pdf");
  return fuzz.OneIn(4) ? nullptr : fuzz.In(policy);
}

casecomm_mail MailStruct(Fuzz& fuzz) {
  casecomm_mail mail = CASECOMM_INIT(casecomm_mail);
  mail.raw = fuzz.Raw();
  if (fuzz.OneIn(2)) {
    mail.flags = CASECOMM_MAIL_ENVELOPE_KNOWN;
    mail.envelope_recipients = fuzz.Words(&mail.envelope_recipient_count, "p1@mail.example.com");
  }
  if (fuzz.Wild()) mail.flags = static_cast<uint32_t>(fuzz.Random());
  if (fuzz.OneIn(2)) mail.source = fuzz.Word();
  mail.trust = static_cast<int32_t>(fuzz.Wild() ? fuzz.Random() : fuzz.Below(4));
  return mail;
}

const casecomm_page* PageStruct(Fuzz& fuzz) {
  if (fuzz.OneIn(3)) return nullptr;
  casecomm_page page = CASECOMM_INIT(casecomm_page);
  page.limit = static_cast<uint32_t>(fuzz.Wild() ? fuzz.Random() : fuzz.Below(20));
  if (fuzz.Wild()) page.cursor = fuzz.Id(kCursor);
  return fuzz.In(page);
}

const casecomm_actor* ActorStruct(Fuzz& fuzz) {
  casecomm_actor actor = CASECOMM_INIT(casecomm_actor);
  actor.kind = static_cast<int32_t>(fuzz.Wild() ? fuzz.Random() : fuzz.OneIn(4) ? 2 : 1);
  actor.person = fuzz.Mostly("U1");
  return fuzz.In(actor);
}

void KeepAddress(Fuzz& fuzz, casecomm_status status, const casecomm_text* made) {
  casecomm_str address = {nullptr, 0};
  if (status == CASECOMM_OK && casecomm_text_read(*made, &address, nullptr) == CASECOMM_OK)
    fuzz.Keep(kAddress, address);
}

// The id of the first item of a session's list.
template <typename Item>
casecomm_str First(Fuzz& fuzz, casecomm_session session,
                   casecomm_status (*list_of)(casecomm_session, const casecomm_page*, casecomm_list*, casecomm_error*),
                   casecomm_status (*item_of)(casecomm_list, size_t, Item*, casecomm_error*)) {
  casecomm_list list = nullptr;
  Item item = CASECOMM_INIT(Item);
  std::string id;
  if (list_of(session, nullptr, &list, nullptr) == CASECOMM_OK && item_of(list, 0, &item, nullptr) == CASECOMM_OK) {
    id.assign(item.id.data, item.id.size);
  }
  casecomm_list_release(list);
  return fuzz.Exact(id);
}

// A message that this session could link.
casecomm_str Waiting(Fuzz& fuzz, casecomm_session session) {
  return First(fuzz, session, casecomm_session_unassigned, casecomm_list_unassigned);
}

// A message that is to be sent on.
casecomm_str ToForward(Fuzz& fuzz, casecomm_session session) {
  return First(fuzz, session, casecomm_session_forwards, casecomm_list_forward);
}

// A list of a session's, with a page and nothing else.
template <casecomm_status (*kList)(casecomm_session, const casecomm_page*, casecomm_list*, casecomm_error*)>
void Lists(Fuzz& f) {
  f.Make<casecomm_list>(
      [&](auto out, auto error) { return kList(f.Any<casecomm_session>(), PageStruct(f), out, error); });
}
template <Noun noun, casecomm_status (*kList)(casecomm_session, casecomm_str, const casecomm_page*, casecomm_list*,
                                              casecomm_error*)>
void ListsOf(Fuzz& f) {
  f.Make<casecomm_list>([&](auto out, auto error) {
    return kList(f.Any<casecomm_session>(), noun == kThread ? f.Id(kThread) : f.Mostly("C1"), PageStruct(f), out,
                 error);
  });
}
template <casecomm_status (*kMint)(casecomm_session, casecomm_str, casecomm_str, casecomm_str, casecomm_text*,
                                   casecomm_error*)>
void MintsFor(Fuzz& f) {
  f.Make<casecomm_text>([&](auto out, auto error) {
    const casecomm_str none = {nullptr, 0};
    return kMint(f.Any<casecomm_session>(), f.Mostly("C1"), f.Mostly("P1"),
                 f.OneIn(2) ? none : f.Mostly("p1@mail.example.com"), out, error);
  });
}
template <typename Item, casecomm_status (*kRead)(casecomm_list, size_t, Item*, casecomm_error*), typename Look>
void Items(Fuzz& f, const char* maker, Look look) {
  f.Read<Item>(
      [&](auto out, auto error) { return kRead(f.ListOf(maker), f.Wild() ? f.Random() : f.Below(2), out, error); },
      look);
}
template <typename Handle, void (*kRelease)(Handle)>
void Releases(Fuzz& f) {
  f.Release<Handle>(kRelease);
}

const std::vector<Function>& Functions() {
  static const std::vector<Function> functions = {
      {"casecomm_version", [](Fuzz& f) { f.Told(casecomm_version() == 0 ? 13 : 0, nullptr); }, false},
      {"casecomm_status_name",
       [](Fuzz& f) {
         const casecomm_str name = casecomm_status_name(static_cast<casecomm_status>(f.Random()));
         f.Look(name);
         f.Told(name.size == 0 ? 13 : 0, nullptr);
       },
       false},
      {"casecomm_outcome_name",
       [](Fuzz& f) {
         f.Look(casecomm_outcome_name(static_cast<int32_t>(f.OneIn(2) ? f.Below(9) : f.Random())));
         f.Told(0, nullptr);
       },
       false},
      {"casecomm_store_release", Releases<casecomm_store, casecomm_store_release>, false},
      {"casecomm_source_release", Releases<casecomm_source, casecomm_source_release>, false},
      {"casecomm_mail_sink_release", Releases<casecomm_mail_sink, casecomm_mail_sink_release>, false},
      {"casecomm_engine_release", Releases<casecomm_engine, casecomm_engine_release>, false},
      {"casecomm_session_release", Releases<casecomm_session, casecomm_session_release>, false},
      {"casecomm_decision_release", Releases<casecomm_decision, casecomm_decision_release>, false},
      {"casecomm_routed_release", Releases<casecomm_routed, casecomm_routed_release>, false},
      {"casecomm_list_release", Releases<casecomm_list, casecomm_list_release>, false},
      {"casecomm_text_release", Releases<casecomm_text, casecomm_text_release>, false},
      {"casecomm_draft_release", Releases<casecomm_draft, casecomm_draft_release>, false},
      {"casecomm_reading_release", Releases<casecomm_reading, casecomm_reading_release>, false},
      {"casecomm_text_read",
       [](Fuzz& f) {
         casecomm_str text = {nullptr, 0};
         casecomm_error* const error = f.Error();
         const casecomm_status status = casecomm_text_read(f.Any<casecomm_text>(), f.Wild() ? nullptr : &text, error);
         f.Told(status, error);
         const bool address = status == CASECOMM_OK && text.size < 200 && memchr(text.data, '@', text.size) != nullptr;
         if (address) f.Keep(kAddress, text);
         if (text.size > 14 && std::memcmp(text.data, "casecomm-keys ", 14) == 0 && f.keys.empty()) {
           f.keys.assign(text.data, text.size);
         }
       }},
      {"casecomm_keys_generate",
       [](Fuzz& f) {
         f.Make<casecomm_text>([&](auto out, auto error) {
           const casecomm_status status = casecomm_keys_generate(f.OneIn(2) ? nullptr : RandomTable(f), out, error);
           casecomm_str text = {nullptr, 0};
           if (status == CASECOMM_OK && casecomm_text_read(*out, &text, nullptr) == CASECOMM_OK && f.keys.empty()) {
             f.keys.assign(text.data, text.size);
           }
           return status;
         });
       }},
      {"casecomm_store_memory",
       [](Fuzz& f) {
         f.Make<casecomm_store>([&](auto out, auto error) { return casecomm_store_memory(out, error); });
       }},
      {"casecomm_store_sqlite",
       [](Fuzz& f) {
         f.Make<casecomm_store>([&](auto out, auto error) {
           casecomm_sqlite_options options = CASECOMM_INIT(casecomm_sqlite_options);
           options.flags = f.Wild() ? static_cast<uint32_t>(f.Random()) : uint32_t{CASECOMM_SQLITE_CREATE};
           const std::string path = f.folder() + "/" + std::to_string(f.Below(3)) + ".db";
           options.path = f.OneIn(8) ? f.Exact(path) : f.Exact(f.folder() + "/not/there");
           options.busy_timeout_ms = f.Wild() ? static_cast<int32_t>(f.Random()) : 1;
           if (options.busy_timeout_ms == 0 || options.busy_timeout_ms > 10) options.busy_timeout_ms = 1;
           return casecomm_store_sqlite(f.In(options), out, error);
         });
       }},
      {"casecomm_store_host",
       [](Fuzz& f) {
         f.Make<casecomm_store>([&](auto out, auto error) {
           Host* host = nullptr;
           auto table = NewTable<casecomm_host_store>(f, &host);
           Require(host_store_table(&host->inner) == CASECOMM_OK, "the inner store is there");
           table.open = StoreOpen;
           table.read = StoreRead;
           table.commit = f.Wild() ? nullptr : StoreCommit;
           return casecomm_store_host(f.Table(table, host), out, error);
         });
       }},
      {"casecomm_source_files",
       [](Fuzz& f) {
         f.Make<casecomm_source>([&](auto out, auto error) {
           casecomm_files_options options = CASECOMM_INIT(casecomm_files_options);
           options.flags = f.Wild() ? static_cast<uint32_t>(f.Random()) : static_cast<uint32_t>(f.Below(2));
           options.paths = f.Words(&options.path_count, f.folder() + "/mail");
           if (f.OneIn(2)) {
             options.envelope_recipients = f.Words(&options.envelope_recipient_count, "p1@mail.example.com");
           }
           options.mail_bytes_limit = f.Wild() ? f.Random() : 0;
           return casecomm_source_files(f.In(options), out, error);
         });
       }},
      {"casecomm_source_host",
       [](Fuzz& f) {
         f.Make<casecomm_source>([&](auto out, auto error) {
           Host* host = nullptr;
           auto table = NewTable<casecomm_host_source>(f, &host);
           table.name = f.Mostly("fuzz");
           table.next = f.Wild() ? nullptr : SourceNext;
           if (f.OneIn(2)) table.committed = SourceCommitted;
           return casecomm_source_host(f.Table(table, host), out, error);
         });
       }},
      {"casecomm_mail_sink_host",
       [](Fuzz& f) {
         f.Make<casecomm_mail_sink>([&](auto out, auto error) {
           Host* host = nullptr;
           auto table = NewTable<casecomm_host_mail_sink>(f, &host);
           table.send = f.Wild() ? nullptr : SinkSend;
           return casecomm_mail_sink_host(f.Table(table, host), out, error);
         });
       }},
      {"casecomm_mail_sink_submit",
       [](Fuzz& f) {
         f.Make<casecomm_list>([&](auto out, auto error) {
           casecomm_outbound mail = CASECOMM_INIT(casecomm_outbound);
           mail.return_path = f.Mostly("me@firm.example.org");
           mail.recipients = f.Words(&mail.recipient_count, "p1@mail.example.com");
           mail.raw = f.Raw();
           return casecomm_mail_sink_submit(f.Any<casecomm_mail_sink>(), f.In(mail), out, error);
         });
       }},
      {"casecomm_engine_open",
       [](Fuzz& f) {
         f.Make<casecomm_engine>([&](auto out, auto error) {
           casecomm_engine_options options = CASECOMM_INIT(casecomm_engine_options);
           size_t tables = 0;
           options.store = f.Any<casecomm_store>();
           options.keys = f.Mostly(f.keys);
           if (f.OneIn(3)) options.clock = ClockTable(f), ++tables;
           if (f.OneIn(3)) options.random = RandomTable(f), ++tables;
           if (f.OneIn(2)) options.observer = ObserverTable(f), ++tables;
           if (f.OneIn(2)) options.scanner = ScannerTable(f), ++tables;
           if (f.OneIn(2)) options.batch_mails = f.Random();
           if (f.OneIn(2)) options.batch_bytes = f.Random();
           options.trust = TrustStruct(f);
           options.attachments = InboundStruct(f);
           if (f.OneIn(4)) options.scanner_bytes = f.Random();
           if (f.OneIn(4)) options.scanner_timeout_us = static_cast<int64_t>(f.Random() >> (f.Wild() ? 0 : 1));
           if (f.Wild()) options.reserved = 1;
           bool read = false;
           const casecomm_engine_options* const given = f.In(options, &read);
           if (!read) f.Unread(tables);
           return casecomm_engine_open(given, out, error);
         });
       }},
      {"casecomm_engine_create_account",
       [](Fuzz& f) {
         f.Do([&](auto error) {
           casecomm_account_spec spec = CASECOMM_INIT(casecomm_account_spec);
           spec.name = f.Mostly("firm");
           spec.domain = f.Mostly("in.example.org");
           spec.preset = f.Mostly(f.OneIn(2) ? "casebook" : "casefleet");
           return casecomm_engine_create_account(f.Any<casecomm_engine>(), f.In(spec), ActorStruct(f), error);
         });
       }},
      {"casecomm_engine_accounts",
       [](Fuzz& f) {
         f.Make<casecomm_list>(
             [&](auto out, auto error) { return casecomm_engine_accounts(f.Any<casecomm_engine>(), out, error); });
       }},
      {"casecomm_engine_as",
       [](Fuzz& f) {
         f.Make<casecomm_session>([&](auto out, auto error) {
           return casecomm_engine_as(f.Any<casecomm_engine>(), f.Mostly("firm"), ActorStruct(f), out, error);
         });
       }},
      {"casecomm_engine_receive",
       [](Fuzz& f) {
         f.Do([&](auto error) {
           Host* const host = f.NewHost();
           return casecomm_engine_receive(f.Any<casecomm_engine>(), f.Any<casecomm_source>(), f.Mostly("firm"),
                                          f.OneIn(4) ? nullptr : TakeReceived, host, error);
         });
       }},
      {"casecomm_mail_scan",
       [](Fuzz& f) {
         f.Make<casecomm_text>([&](auto out, auto error) {
           return casecomm_mail_scan(f.Raw(), f.Word(), static_cast<int64_t>(f.Random()), out, error);
         });
       }},
      {"casecomm_mail_safe_html",
       [](Fuzz& f) {
         f.Make<casecomm_text>(
             [&](auto out, auto error) { return casecomm_mail_safe_html(f.Raw(), f.Word(), out, error); });
       }},
      {"casecomm_file_name_safe",
       [](Fuzz& f) {
         f.Make<casecomm_text>([&](auto out, auto error) { return casecomm_file_name_safe(f.Word(), out, error); });
       }},
      {"casecomm_mail_read",
       [](Fuzz& f) {
         f.Make<casecomm_reading>([&](auto out, auto error) {
           casecomm_scan_options options = CASECOMM_INIT(casecomm_scan_options);
           options.trust = TrustStruct(f);
           options.attachments = InboundStruct(f);
           return casecomm_mail_read(f.Raw(), f.OneIn(2) ? nullptr : f.In(options), out, error);
         });
       }},
      {"casecomm_reading_read",
       [](Fuzz& f) {
         f.Read<casecomm_mail_facts>(
             [&](auto out, auto error) { return casecomm_reading_read(f.Any<casecomm_reading>(), out, error); },
             [&](const casecomm_mail_facts& facts) {
               f.Look(facts.body);
               f.Look(facts.visible_text);
               f.Look(facts.from, facts.from_count);
               f.Look(facts.delivered_to, facts.delivered_to_count);
               int64_t at = 0;
               for (size_t i = 0; i < facts.span_count; ++i) {
                 Require(facts.spans[i]->begin == at, "spans follow each other");
                 at = facts.spans[i]->end;
               }
               Require(at == static_cast<int64_t>(facts.body.size), "spans cover the body");
               for (size_t i = 0; i < facts.attachment_count; ++i) f.Look(facts.attachments[i]->content_type);
               for (size_t i = 0; i < facts.defect_count; ++i) f.Look(facts.defects[i]->name);
               for (size_t i = 0; i < facts.sign_count; ++i) f.Look(facts.signs[i]->name);
               for (size_t i = 0; i < facts.dsn_count; ++i) f.Look(facts.dsn[i]->final_recipient);
               for (size_t i = 0; i < facts.verdict_count; ++i) f.Look(facts.verdicts[i]->sentence);
               if (facts.receipt != nullptr) f.Look(facts.receipt->disposition);
               if (facts.forwarded != nullptr) f.Look(facts.forwarded->text);
             });
       }},
      {"casecomm_reading_json",
       [](Fuzz& f) {
         f.Make<casecomm_text>([&](auto out, auto error) {
           return casecomm_reading_json(f.Any<casecomm_reading>(), f.Word(), static_cast<int64_t>(f.Random()), out,
                                        error);
         });
       }},
      {"casecomm_decision_read",
       [](Fuzz& f) {
         f.Read<casecomm_decision_facts>(
             [&](auto out, auto error) { return casecomm_decision_read(f.Any<casecomm_decision>(), out, error); },
             [&](const casecomm_decision_facts& facts) {
               f.Keep(kMessage, facts.id);
               f.Look(facts.records, facts.record_count);
               for (size_t i = 0; i < facts.target_count; ++i) {
                 f.Look(facts.targets[i]->sentence);
                 f.Keep(kThread, facts.targets[i]->thread);
                 for (size_t j = 0; j < facts.targets[i]->candidate_count; ++j)
                   f.Look(facts.targets[i]->candidates[j]->address);
               }
               for (size_t i = 0; i < facts.trace_count; ++i) f.Look(facts.trace[i]->condition);
             });
       }},
      {"casecomm_decision_json",
       [](Fuzz& f) {
         f.Make<casecomm_text>([&](auto out, auto error) {
           return casecomm_decision_json(f.Any<casecomm_decision>(), f.Word(), static_cast<int64_t>(f.Random()),
                                         static_cast<uint32_t>(f.Wild() ? f.Random() : f.Below(2)), out, error);
         });
       }},
      {"casecomm_session_load",
       [](Fuzz& f) {
         f.Do([&](auto error) {
           std::string document = kFirm;
           if (f.OneIn(4)) document[f.Below(document.size())] = static_cast<char>(f.Random());
           return casecomm_session_load(f.Any<casecomm_session>(), f.Mostly(document), error);
         });
       }},
      {"casecomm_session_record_address",
       [](Fuzz& f) {
         f.Make<casecomm_text>([&](auto out, auto error) {
           const casecomm_status status =
               casecomm_session_record_address(f.Any<casecomm_session>(), f.Mostly("C1"), out, error);
           KeepAddress(f, status, out);
           return status;
         });
       }},
      {"casecomm_session_drop_address",
       [](Fuzz& f) {
         f.Make<casecomm_text>([&](auto out, auto error) {
           const casecomm_status status =
               casecomm_session_drop_address(f.Any<casecomm_session>(), f.Mostly("U1"), out, error);
           KeepAddress(f, status, out);
           return status;
         });
       }},
      {"casecomm_session_reply_address", MintsFor<casecomm_session_reply_address>},
      {"casecomm_session_return_path_address", MintsFor<casecomm_session_return_path_address>},
      {"casecomm_session_rotate_record_address",
       [](Fuzz& f) {
         f.Make<casecomm_text>([&](auto out, auto error) {
           return casecomm_session_rotate_record_address(f.Any<casecomm_session>(), f.Mostly("C1"), out, error);
         });
       }},
      {"casecomm_session_rotate_drop_address",
       [](Fuzz& f) {
         f.Make<casecomm_text>([&](auto out, auto error) {
           return casecomm_session_rotate_drop_address(f.Any<casecomm_session>(), f.Mostly("U1"), out, error);
         });
       }},
      {"casecomm_session_retire_address",
       [](Fuzz& f) {
         f.Do([&](auto error) {
           return casecomm_session_retire_address(f.Any<casecomm_session>(), f.Id(kAddress), error);
         });
       }},
      {"casecomm_session_replace_key",
       [](Fuzz& f) {
         f.Do([&](auto error) {
           uint64_t replaced = 0;
           return casecomm_session_replace_key(f.Any<casecomm_session>(),
                                               static_cast<uint32_t>(f.Wild() ? f.Random() : f.Below(3)),
                                               f.OneIn(2) ? &replaced : nullptr, error);
         });
       }},
      {"casecomm_session_forwarded",
       [](Fuzz& f) {
         f.Do([&](auto error) {
           const casecomm_session session = f.Any<casecomm_session>();
           return casecomm_session_forwarded(session, f.OneIn(2) ? ToForward(f, session) : f.Id(kWaiting), error);
         });
       }},
      {"casecomm_session_route",
       [](Fuzz& f) {
         f.Make<casecomm_decision>([&](auto out, auto error) {
           return casecomm_session_route(f.Any<casecomm_session>(), f.In(MailStruct(f)), out, error);
         });
       }},
      {"casecomm_routed_new",
       [](Fuzz& f) { f.Make<casecomm_routed>([&](auto out, auto error) { return casecomm_routed_new(out, error); }); }},
      {"casecomm_session_route_batch",
       [](Fuzz& f) {
         f.Do([&](auto error) {
           std::vector<const casecomm_mail*> mails(f.Below(4));
           for (auto& mail : mails) mail = f.In(MailStruct(f));
           const bool claim = f.Wild();
           return casecomm_session_route_batch(f.Any<casecomm_session>(), claim ? nullptr : mails.data(),
                                               claim ? SIZE_MAX : mails.size(), f.Any<casecomm_routed>(), error);
         });
       }},
      {"casecomm_routed_read",
       [](Fuzz& f) {
         f.Read<casecomm_routed_columns>(
             [&](auto out, auto error) { return casecomm_routed_read(f.Any<casecomm_routed>(), out, error); },
             [&](const casecomm_routed_columns& columns) {
               for (size_t i = 0; i < columns.mail_count; ++i) {
                 Require(columns.first_target[i] < columns.first_target[i + 1], "a mail has a target");
               }
               f.Look(columns.rules, columns.target_count);
               f.Look(columns.reasons, columns.target_count);
               f.Look(columns.records, columns.target_count);
               f.Look(columns.owners, columns.target_count);
             });
       }},
      {"casecomm_session_explain",
       [](Fuzz& f) {
         f.Make<casecomm_decision>([&](auto out, auto error) {
           return casecomm_session_explain(f.Any<casecomm_session>(), f.In(MailStruct(f)), out, error);
         });
       }},
      {"casecomm_rules_check",
       [](Fuzz& f) {
         f.Make<casecomm_text>(
             [&](auto out, auto error) { return casecomm_rules_check(f.Mostly(kRules), out, error); });
       }},
      {"casecomm_session_rules",
       [](Fuzz& f) {
         f.Make<casecomm_text>(
             [&](auto out, auto error) { return casecomm_session_rules(f.Any<casecomm_session>(), out, error); });
       }},
      {"casecomm_session_set_rules",
       [](Fuzz& f) {
         f.Do([&](auto error) {
           return casecomm_session_set_rules(f.Any<casecomm_session>(), f.Mostly(f.OneIn(6) ? "" : kRules), error);
         });
       }},
      {"casecomm_session_rehearse",
       [](Fuzz& f) {
         f.Make<casecomm_decision>([&](auto out, auto error) {
           return casecomm_session_rehearse(f.Any<casecomm_session>(), f.Mostly(kRules), f.In(MailStruct(f)), out,
                                            error);
         });
       }},
      {"casecomm_session_rehearse_stored",
       [](Fuzz& f) {
         f.Do([&](auto error) {
           return casecomm_session_rehearse_stored(f.Any<casecomm_session>(), f.Mostly(kRules),
                                                   f.Wild() ? nullptr : TakeRehearsed, f.NewHost(), error);
         });
       }},
      {"casecomm_session_show_record",
       [](Fuzz& f) {
         f.Make<casecomm_text>([&](auto out, auto error) {
           return casecomm_session_show_record(f.Any<casecomm_session>(), f.Mostly("C1"), out, error);
         });
       }},
      {"casecomm_session_link",
       [](Fuzz& f) {
         f.Make<casecomm_decision>(
             [&](auto out, auto error) {
               casecomm_link_request request = CASECOMM_INIT(casecomm_link_request);
               const casecomm_session session = f.Any<casecomm_session>();
               request.message = f.OneIn(2) ? Waiting(f, session) : f.Id(kWaiting);
               request.records = f.Words(&request.record_count, "C1");
               if (request.record_count > 1 && f.OneIn(2)) request.record_count = 1;
               if (f.OneIn(2)) {
                 request.contact = f.Mostly("P3");
               } else {
                 request.new_contact_name = f.Mostly("New");
                 request.new_contact_email = f.Mostly("new@mail.example.com");
               }
               return casecomm_session_link(session, f.In(request), out, error);
             },
             /*out_required=*/false);
       }},
      {"casecomm_session_act",
       [](Fuzz& f) {
         f.Make<casecomm_decision>(
             [&](auto out, auto error) {
               casecomm_act_request request = CASECOMM_INIT(casecomm_act_request);
               const casecomm_session session = f.Any<casecomm_session>();
               request.act = f.Wild() ? static_cast<int32_t>(f.Random()) : 1 + static_cast<int32_t>(f.Below(6));
               request.message = f.OneIn(2) ? Waiting(f, session) : f.Id(f.OneIn(2) ? kWaiting : kMessage);
               if (f.OneIn(3)) request.target = f.Mostly("record:C1");
               request.why = f.Mostly("why not");
               request.records = f.Words(&request.record_count, "C1");
               request.address = f.Mostly("all@firm.example.com");
               return casecomm_session_act(session, f.In(request), out, error);
             },
             /*out_required=*/false);
       }},
      {"casecomm_session_held",
       [](Fuzz& f) {
         f.Make<casecomm_list>([&](auto out, auto error) {
           const auto state = f.Wild() ? static_cast<int32_t>(f.Random()) : CASECOMM_OUTCOME_HELD;
           return casecomm_session_held(f.Any<casecomm_session>(), state, PageStruct(f), out, error);
         });
       }},
      {"casecomm_session_acts", ListsOf<kMessage, casecomm_session_acts>},
      {"casecomm_session_suggestions",
       [](Fuzz& f) {
         f.Make<casecomm_list>([&](auto out, auto error) {
           return casecomm_session_suggestions(f.Any<casecomm_session>(), f.Id(f.OneIn(2) ? kWaiting : kMessage), out,
                                               error);
         });
       }},
      {"casecomm_session_late_matches", Lists<casecomm_session_late_matches>},
      {"casecomm_session_raw",
       [](Fuzz& f) {
         f.Do([&](auto error) {
           return casecomm_session_raw(f.Any<casecomm_session>(), f.Id(kMessage), f.Wild() ? nullptr : TakeBytes,
                                       f.NewHost(), error);
         });
       }},
      {"casecomm_session_attachment",
       [](Fuzz& f) {
         f.Do([&](auto error) {
           return casecomm_session_attachment(f.Any<casecomm_session>(), f.Id(kMessage), f.Wild() ? f.Random() : 0,
                                              f.Wild() ? nullptr : TakeBytes, f.NewHost(), error);
         });
       }},
      {"casecomm_session_people", Lists<casecomm_session_people>},
      {"casecomm_session_records", Lists<casecomm_session_records>},
      {"casecomm_session_assignments",
       [](Fuzz& f) {
         f.Make<casecomm_list>([&](auto out, auto error) {
           const casecomm_str none = {nullptr, 0};
           return casecomm_session_assignments(f.Any<casecomm_session>(), f.OneIn(2) ? f.Mostly("C1") : none,
                                               f.OneIn(4) ? f.Mostly("U1") : none, PageStruct(f), out, error);
         });
       }},
      {"casecomm_session_addresses", Lists<casecomm_session_addresses>},
      {"casecomm_session_all_addresses", Lists<casecomm_session_all_addresses>},
      {"casecomm_session_forwards", Lists<casecomm_session_forwards>},
      {"casecomm_session_threads", ListsOf<kMessage, casecomm_session_threads>},
      {"casecomm_session_messages", ListsOf<kThread, casecomm_session_messages>},
      {"casecomm_session_unassigned", Lists<casecomm_session_unassigned>},
      {"casecomm_list_read",
       [](Fuzz& f) {
         f.Read<casecomm_list_facts>(
             [&](auto out, auto error) { return casecomm_list_read(f.Any<casecomm_list>(), out, error); },
             [&](const casecomm_list_facts& facts) { f.Keep(kCursor, facts.next); });
       }},
      {"casecomm_list_json",
       [](Fuzz& f) {
         f.Make<casecomm_text>([&](auto out, auto error) {
           return casecomm_list_json(f.Any<casecomm_list>(), f.Wild() ? f.Random() : f.Below(2), out, error);
         });
       }},
      {"casecomm_list_account",
       [](Fuzz& f) {
         Items<casecomm_account, casecomm_list_account>(f, "casecomm_engine_accounts",
                                                        [&](const casecomm_account& a) { f.Look(a.policy); });
       }},
      {"casecomm_list_person",
       [](Fuzz& f) {
         Items<casecomm_person, casecomm_list_person>(
             f, "casecomm_session_people", [&](const casecomm_person& p) { f.Look(p.emails, p.email_count); });
       }},
      {"casecomm_list_record",
       [](Fuzz& f) {
         Items<casecomm_record, casecomm_list_record>(f, "casecomm_session_records",
                                                      [&](const casecomm_record& r) { f.Look(r.name); });
       }},
      {"casecomm_list_assignment",
       [](Fuzz& f) {
         Items<casecomm_assignment, casecomm_list_assignment>(f, "casecomm_session_assignments",
                                                              [&](const casecomm_assignment& a) { f.Look(a.role); });
       }},
      {"casecomm_list_address",
       [](Fuzz& f) {
         Items<casecomm_address, casecomm_list_address>(
             f, "casecomm_session_addresses", [&](const casecomm_address& a) { f.Keep(kAddress, a.address); });
       }},
      {"casecomm_list_thread",
       [](Fuzz& f) {
         Items<casecomm_thread, casecomm_list_thread>(f, "casecomm_session_threads",
                                                      [&](const casecomm_thread& t) { f.Keep(kThread, t.id); });
       }},
      {"casecomm_list_message",
       [](Fuzz& f) {
         Items<casecomm_message, casecomm_list_message>(f, "casecomm_session_messages", [&](const casecomm_message& m) {
           f.Keep(kMessage, m.id);
           f.Look(m.from, m.from_count);
           f.Look(m.badges, m.badge_count);
           for (size_t i = 0; i < m.attachment_count; ++i) f.Look(m.attachments[i]->filename);
         });
       }},
      {"casecomm_list_unassigned",
       [](Fuzz& f) {
         Items<casecomm_unassigned, casecomm_list_unassigned>(f, "casecomm_session_unassigned",
                                                              [&](const casecomm_unassigned& u) {
                                                                f.Keep(kWaiting, u.id);
                                                                f.Look(u.sentence);
                                                              });
       }},
      {"casecomm_list_forward",
       [](Fuzz& f) {
         Items<casecomm_forward, casecomm_list_forward>(f, "casecomm_session_forwards", [&](const casecomm_forward& m) {
           f.Keep(kWaiting, m.id);
           f.Look(m.sentence);
         });
       }},
      {"casecomm_list_recipient_result",
       [](Fuzz& f) {
         Items<casecomm_recipient_result, casecomm_list_recipient_result>(
             f, "casecomm_mail_sink_submit", [&](const casecomm_recipient_result& r) { f.Look(r.words); });
       }},
      {"casecomm_draft_new",
       [](Fuzz& f) {
         f.Make<casecomm_draft>([&](auto out, auto error) {
           casecomm_attachment_policy policy = CASECOMM_INIT(casecomm_attachment_policy);
           policy.file_bytes_below = f.Random();
           return casecomm_draft_new(f.OneIn(2) ? nullptr : f.In(policy), out, error);
         });
       }},
      {"casecomm_draft_add",
       [](Fuzz& f) {
         f.Read<casecomm_attachment_verdict>(
             [&](auto out, auto error) {
               return casecomm_draft_add(f.Any<casecomm_draft>(), f.Word(), f.OneIn(2) ? f.Random() : f.Below(100), out,
                                         error);
             },
             [&](const casecomm_attachment_verdict& verdict) { f.Look(verdict.sentence); });
       }},
      {"casecomm_draft_remove",
       [](Fuzz& f) {
         f.Do([&](auto error) {
           return casecomm_draft_remove(f.Any<casecomm_draft>(), f.Wild() ? f.Random() : f.Below(2), error);
         });
       }},
      {"casecomm_draft_read",
       [](Fuzz& f) {
         f.Read<casecomm_draft_facts>(
             [&](auto out, auto error) { return casecomm_draft_read(f.Any<casecomm_draft>(), out, error); },
             [](const casecomm_draft_facts&) {});
       }},
  };
  return functions;
}

void Fuzz::End() {
  nested_ = 1000;
  for (int round = 0; round < 2; ++round) {
    for (uint64_t handle : living_[kSession]) casecomm_session_release(reinterpret_cast<casecomm_session>(handle));
    for (uint64_t handle : living_[kEngine]) casecomm_engine_release(reinterpret_cast<casecomm_engine>(handle));
    for (uint64_t handle : living_[kStore]) casecomm_store_release(reinterpret_cast<casecomm_store>(handle));
    for (uint64_t handle : living_[kSource]) casecomm_source_release(reinterpret_cast<casecomm_source>(handle));
    for (uint64_t handle : living_[kMailSink]) casecomm_mail_sink_release(reinterpret_cast<casecomm_mail_sink>(handle));
    for (uint64_t handle : living_[kDecision]) casecomm_decision_release(reinterpret_cast<casecomm_decision>(handle));
    for (uint64_t handle : living_[kRouted]) casecomm_routed_release(reinterpret_cast<casecomm_routed>(handle));
    for (uint64_t handle : living_[kList]) casecomm_list_release(reinterpret_cast<casecomm_list>(handle));
    for (uint64_t handle : living_[kText]) casecomm_text_release(reinterpret_cast<casecomm_text>(handle));
    for (uint64_t handle : living_[kDraft]) casecomm_draft_release(reinterpret_cast<casecomm_draft>(handle));
    for (uint64_t handle : living_[kReading]) casecomm_reading_release(reinterpret_cast<casecomm_reading>(handle));
  }
  for (const auto& host : hosts_) {
    Require(host->releases == 1 || !host->must_release, "a table is released, also when its call fails");
    // A table refused unread is still its maker's
    if (host->releases == 0 && host->inner.release != nullptr) host->inner.release(host->inner.host);
  }
}

// Every function that a header declares.
std::set<std::string> Declared() {
  std::set<std::string> names;
  for (const char* header : {"casecomm.h", "host.h"}) {
    std::ifstream file(std::string(CASECOMM_SOURCE_DIR "/capi/") + header);
    std::stringstream text;
    text << file.rdbuf();
    const std::string all = text.str();
    const std::regex declaration("CASECOMM_API [^;(]*?(casecomm_[a-z_]+)\\(");
    for (std::sregex_iterator at(all.begin(), all.end(), declaration), end; at != end; ++at) names.insert((*at)[1]);
  }
  return names;
}

bool TableIsWhole() {
  std::set<std::string> listed;
  for (const Function& function : Functions()) listed.insert(function.name);
  bool whole = true;
  const std::set<std::string> declared = Declared();
  for (const std::string& name : declared) {
    if (listed.count(name) == 0) std::fprintf(stderr, "abi_fuzz: not called: %s\n", name.c_str()), whole = false;
  }
  for (const std::string& name : listed) {
    if (declared.count(name) == 0) std::fprintf(stderr, "abi_fuzz: not declared: %s\n", name.c_str()), whole = false;
  }
  return whole && !declared.empty();
}

int Run(uint64_t calls, uint64_t seed, const std::string& folder) {
  std::filesystem::create_directories(folder + "/mail");
  std::ofstream(folder + "/mail/a.eml") << "From: p1@mail.example.com\nTo: p3@mail.example.com\nSubject: a\n\nbody\n";
  std::printf("abi_fuzz: %llu calls, seed %llu\n", static_cast<unsigned long long>(calls),
              static_cast<unsigned long long>(seed));
  std::fflush(stdout);
  Fuzz fuzz(seed, folder);
  while (fuzz.calls() < calls) fuzz.Top();
  while (!fuzz.Covered() && fuzz.calls() < 10 * calls) fuzz.Top();  // some successes are rare
  fuzz.End();
  fuzz.PrintCounts();
  if (fuzz.Covered()) return 0;
  std::fprintf(stderr, "abi_fuzz: a function never succeeded, or never failed\n");
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4 || std::string(argv[1]) != "--calls") {
    std::fprintf(stderr, "usage: abi_fuzz --calls N SEED\n");
    return 2;
  }
  if (!TableIsWhole()) return 1;
  std::string folder = ::access("/dev/shm", W_OK) == 0 ? "/dev/shm/abi-fuzz-XXXXXX" : "/tmp/abi-fuzz-XXXXXX";
  Require(::mkdtemp(folder.data()) != nullptr, "a temporary folder can be made");
  const int code = Run(std::strtoull(argv[2], nullptr, 10), std::strtoull(argv[3], nullptr, 10), folder);
  std::filesystem::remove_all(folder);
  return code;
}
