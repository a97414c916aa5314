// SPDX-License-Identifier: Apache-2.0
#include "attach/sniffer.h"

#include <magic.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <memory>
#include <new>
#include <utility>

#include "attach/media.h"
#include "attach/signatures.h"
#include "base/text.h"

namespace casecomm::attach {
namespace {

// Nothing that unpacks, runs a program or walks a container; text is told without it, at a hundredth of the cost.
constexpr int kFlags = MAGIC_MIME_TYPE | MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_TAR | MAGIC_NO_CHECK_APPTYPE |
                       MAGIC_NO_CHECK_ELF | MAGIC_NO_CHECK_TEXT | MAGIC_NO_CHECK_CDF | MAGIC_NO_CHECK_CSV |
                       MAGIC_NO_CHECK_TOKENS | MAGIC_NO_CHECK_ENCODING | MAGIC_NO_CHECK_JSON;

// How much it looks at; more only costs time.
constexpr size_t kBytes = 16 << 10;

struct Limit {
  int parameter;
  size_t value;
};
constexpr Limit kLimits[] = {
    {MAGIC_PARAM_INDIR_MAX, 8},
    {MAGIC_PARAM_NAME_MAX, 32},
    {MAGIC_PARAM_REGEX_MAX, 1024},
    {MAGIC_PARAM_BYTES_MAX, kBytes},
};

struct Close {
  void operator()(magic_set* handle) const { magic_close(handle); }
};
using Handle = std::unique_ptr<magic_set, Close>;

Handle OpenTables(const std::string& tables) {
  Handle handle(magic_open(kFlags));
  if (handle == nullptr) throw std::bad_alloc();
  if (magic_load(handle.get(), tables.empty() ? nullptr : tables.c_str()) != 0) {
    if (magic_errno(handle.get()) == ENOMEM) throw std::bad_alloc();
    return nullptr;
  }
  for (const Limit& limit : kLimits) {
    if (magic_setparam(handle.get(), limit.parameter, &limit.value) != 0) return nullptr;
  }
  return handle;
}

}  // namespace

// Handles that nobody uses wait in slots. Where all are full one more is closed.
struct Sniffer::State {
  explicit State(std::string name) : tables(std::move(name)) {}
  ~State() {
    for (auto& slot : idle) Handle closed(slot.load());
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  Handle Take() {
    for (auto& slot : idle) {
      if (Handle handle(slot.exchange(nullptr)); handle != nullptr) return handle;
    }
    return OpenTables(tables);
  }
  void GiveBack(Handle handle) {
    for (auto& slot : idle) {
      magic_set* empty = nullptr;
      if (!slot.compare_exchange_strong(empty, handle.get())) continue;
      static_cast<void>(handle.release());
      return;
    }
  }

  const std::string tables;
  std::array<std::atomic<magic_set*>, 16> idle = {};
};

Sniffer::Sniffer(std::string tables) : state_(new State(std::move(tables))) {}

Sniffer::~Sniffer() {
  delete state_;
}

Sniffer& Sniffer::Shared() {
  static Sniffer* const sniffer = new Sniffer;  // threads may ask to the very end
  return *sniffer;
}

std::string Sniffer::TypeOf(std::string_view bytes) {
  FileSample file;
  file.Put(bytes);
  return TypeOf(file);
}

std::string Sniffer::TypeOf(const FileSample& file) {
  Handle handle = state_->Take();
  if (handle == nullptr) return {};
  std::string type = "application/x-empty";
  if (file.size() > 0) {
    type = TypeBySignature(file);
    if (type.empty()) {
      const std::string_view front = file.front().substr(0, kBytes);
      const char* const found = magic_buffer(handle.get(), front.data(), front.size());
      if (found == nullptr && magic_errno(handle.get()) == ENOMEM) throw std::bad_alloc();
      type = found == nullptr ? "application/octet-stream" : TableName(base::LowerAscii(found));
    }
    type = TypeOfPolyglot(file, type);
  }
  state_->GiveBack(std::move(handle));
  return type;
}

}  // namespace casecomm::attach
