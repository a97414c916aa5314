// SPDX-License-Identifier: Apache-2.0
// Handles: numbers in the shape of pointers. Freed and foreign ones are refused, as nothing is ever read behind them.
#ifndef CASECOMM_CAPI_HANDLES_H_
#define CASECOMM_CAPI_HANDLES_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string_view>
#include <utility>

#include "casecomm/casecomm.h"

namespace casecomm::capi {

static_assert(sizeof(void*) == 8, "a handle holds 64 bits");

enum class Kind : uint8_t {
  kStore = 1,
  kSource,
  kMailSink,
  kEngine,
  kSession,
  kDecision,
  kRouted,
  kList,
  kText,
  kDraft,
  kReading,
};

// "store", "mail_sink".
std::string_view KindName(Kind kind);

// A handle is kind (4 bits, never 0, so that it is no address of a program), generation (32) and slot (28). A slot
// whose generations are used up is never used again. Any threads at once; nothing is destroyed under a lock.
class HandleTable {
 public:
  explicit HandleTable(uint32_t last_generation = UINT32_MAX) : last_generation_(last_generation) {}

  // May throw std::bad_alloc, and nothing is changed then.
  uint64_t Insert(Kind kind, std::shared_ptr<void> object);

  // The object, kept alive by the answer; null if the handle is none of this kind.
  std::shared_ptr<void> Pin(Kind kind, uint64_t handle) noexcept;

  // The same, and the handle is none from here on.
  std::shared_ptr<void> Remove(Kind kind, uint64_t handle) noexcept;

 private:
  struct Slot {
    std::shared_ptr<void> object;  // null: free
    uint32_t generation = 0;
    Kind kind{};
    uint32_t next_free = 0;
  };
  // Calls on different handles seldom meet at one lock.
  struct alignas(64) Shard {
    std::mutex mutex;
    std::deque<Slot> slots;
    uint32_t first_free = kNone;
  };

  static constexpr uint32_t kNone = UINT32_MAX;
  static constexpr int kSlotBits = 28;
  static constexpr int kKindShift = 60;
  static constexpr uint32_t kShards = 16;

  Shard& ShardOf(uint64_t handle) { return shards_[handle % kShards]; }
  // The living slot that the handle names, or null. Under the shard's lock.
  static Slot* Find(Shard* shard, Kind kind, uint64_t handle);

  const uint32_t last_generation_;
  std::atomic<uint32_t> next_shard_{0};
  std::array<Shard, kShards> shards_;
};

// The process's own.
HandleTable& Handles();

// What stands behind each handle (objects.h).
struct StoreObject;
struct SourceObject;
struct MailSinkObject;
struct EngineObject;
struct SessionObject;
struct DecisionObject;
struct RoutedObject;
struct ListObject;
struct TextObject;
struct DraftObject;
struct ReadingObject;

template <typename T, Kind kind>
struct NounOf {
  using Object = T;
  static constexpr Kind kKind = kind;
};
template <typename Handle>
struct Noun;
template <>
struct Noun<casecomm_store> : NounOf<StoreObject, Kind::kStore> {};
template <>
struct Noun<casecomm_source> : NounOf<SourceObject, Kind::kSource> {};
template <>
struct Noun<casecomm_mail_sink> : NounOf<MailSinkObject, Kind::kMailSink> {};
template <>
struct Noun<casecomm_engine> : NounOf<EngineObject, Kind::kEngine> {};
template <>
struct Noun<casecomm_session> : NounOf<SessionObject, Kind::kSession> {};
template <>
struct Noun<casecomm_decision> : NounOf<DecisionObject, Kind::kDecision> {};
template <>
struct Noun<casecomm_routed> : NounOf<RoutedObject, Kind::kRouted> {};
template <>
struct Noun<casecomm_list> : NounOf<ListObject, Kind::kList> {};
template <>
struct Noun<casecomm_text> : NounOf<TextObject, Kind::kText> {};
template <>
struct Noun<casecomm_draft> : NounOf<DraftObject, Kind::kDraft> {};
template <>
struct Noun<casecomm_reading> : NounOf<ReadingObject, Kind::kReading> {};

template <typename Handle>
using ObjectOf = typename Noun<Handle>::Object;

template <typename Handle>
Handle Insert(std::shared_ptr<ObjectOf<Handle>> object) {
  return reinterpret_cast<Handle>(Handles().Insert(Noun<Handle>::kKind, std::move(object)));
}

template <typename Handle>
std::shared_ptr<ObjectOf<Handle>> Pin(Handle handle) noexcept {
  return std::static_pointer_cast<ObjectOf<Handle>>(
      Handles().Pin(Noun<Handle>::kKind, reinterpret_cast<uint64_t>(handle)));
}

// Takes the handle out of the table. What stood behind it ends here, unless somebody still needs it.
template <typename Handle>
void Release(Handle handle) noexcept {
  Handles().Remove(Noun<Handle>::kKind, reinterpret_cast<uint64_t>(handle));
}

// A handle that a callback is lent: none from the end of the callback on, whatever the host did with it.
template <typename Handle>
class Lent {
 public:
  explicit Lent(std::shared_ptr<ObjectOf<Handle>> object) : handle_(Insert<Handle>(std::move(object))) {}
  ~Lent() { Release(handle_); }
  Lent(const Lent&) = delete;
  Lent& operator=(const Lent&) = delete;
  Handle get() const { return handle_; }

 private:
  const Handle handle_;
};

}  // namespace casecomm::capi

#endif  // CASECOMM_CAPI_HANDLES_H_
