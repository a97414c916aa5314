// SPDX-License-Identifier: Apache-2.0
#include "handles.h"

#include <new>

namespace casecomm::capi {

std::string_view KindName(Kind kind) {
  static constexpr std::string_view kNames[] = {"",         "store",  "source", "mail_sink", "engine", "session",
                                                "decision", "routed", "list",   "text",      "draft",  "reading"};
  return kNames[static_cast<size_t>(kind)];
}

uint64_t HandleTable::Insert(Kind kind, std::shared_ptr<void> object) {
  const uint32_t number = next_shard_.fetch_add(1, std::memory_order_relaxed) % kShards;
  Shard& shard = shards_[number];
  const std::lock_guard lock(shard.mutex);
  uint32_t row = shard.first_free;
  if (row != kNone) {
    shard.first_free = shard.slots[row].next_free;
  } else {
    if (shard.slots.size() >= (uint64_t{1} << kSlotBits) / kShards) throw std::bad_alloc();
    row = static_cast<uint32_t>(shard.slots.size());
    shard.slots.emplace_back();
  }
  Slot& slot = shard.slots[row];
  slot.object = std::move(object);
  slot.kind = kind;
  return static_cast<uint64_t>(kind) << kKindShift | static_cast<uint64_t>(slot.generation) << kSlotBits |
         (static_cast<uint64_t>(row) * kShards + number);
}

HandleTable::Slot* HandleTable::Find(Shard* shard, Kind kind, uint64_t handle) {
  if (handle >> kKindShift != static_cast<uint64_t>(kind)) return nullptr;
  const uint64_t row = (handle & ((uint64_t{1} << kSlotBits) - 1)) / kShards;
  if (row >= shard->slots.size()) return nullptr;
  Slot& slot = shard->slots[row];
  const auto generation = static_cast<uint32_t>(handle >> kSlotBits);
  return slot.object && slot.kind == kind && slot.generation == generation ? &slot : nullptr;
}

std::shared_ptr<void> HandleTable::Pin(Kind kind, uint64_t handle) noexcept {
  Shard& shard = ShardOf(handle);
  const std::lock_guard lock(shard.mutex);
  const Slot* slot = Find(&shard, kind, handle);
  return slot ? slot->object : nullptr;
}

std::shared_ptr<void> HandleTable::Remove(Kind kind, uint64_t handle) noexcept {
  Shard& shard = ShardOf(handle);
  const std::lock_guard lock(shard.mutex);
  Slot* slot = Find(&shard, kind, handle);
  if (!slot) return nullptr;
  std::shared_ptr<void> object = std::move(slot->object);
  if (slot->generation != last_generation_) {
    ++slot->generation;
    slot->next_free = shard.first_free;
    shard.first_free = static_cast<uint32_t>((handle & ((uint64_t{1} << kSlotBits) - 1)) / kShards);
  }
  return object;
}

// Never destroyed: other statics may still hold handles when the process ends.
HandleTable& Handles() {
  static HandleTable& table = *new HandleTable;
  return table;
}

}  // namespace casecomm::capi
