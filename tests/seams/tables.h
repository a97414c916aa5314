// SPDX-License-Identifier: Apache-2.0
// Tables of host.h whose functions do what a test says, and count.
#ifndef CASECOMM_TESTS_SEAMS_TABLES_H_
#define CASECOMM_TESTS_SEAMS_TABLES_H_

#include <cstdint>
#include <functional>
#include <string_view>

#include "casecomm/host.h"
#include "casecomm/status.h"
#include "seam_tables.h"

namespace casecomm::seams {

inline casecomm_str CStr(std::string_view text) {
  return {text.data(), text.size()};
}

// The host behind a table.
struct ScriptedHost {
  int released = 0;
  bool release_throws = false;
  std::function<casecomm_status(casecomm_error*)> act = [](casecomm_error*) { return CASECOMM_OK; };

  static void Release(void* host) {
    auto* const self = static_cast<ScriptedHost*>(host);
    ++self->released;
    if (self->release_throws) throw 1;
  }
  static casecomm_status Act(void* host, casecomm_error* error) { return static_cast<ScriptedHost*>(host)->act(error); }
};

template <typename Table>
Table TableOf(ScriptedHost* host) {
  Table table{};
  table.struct_size = sizeof(Table);
  table.host = host;
  table.release = &ScriptedHost::Release;
  return table;
}

// What the tests of all tables need of each: a whole table, ones that lack something, and the seam of it.
template <typename Table>
struct Kind;

template <>
struct Kind<casecomm_host_clock> {
  static casecomm_host_clock Whole(ScriptedHost* host) {
    auto table = TableOf<casecomm_host_clock>(host);
    table.now_us = [](void*) { return int64_t{42}; };
    return table;
  }
  static constexpr int kRequired = 1;
  static void Lose(casecomm_host_clock* table, int) { table->now_us = nullptr; }
  static auto Make(const casecomm_host_clock* table) { return capi::ClockOf(table); }
};

template <>
struct Kind<casecomm_host_random> {
  static casecomm_host_random Whole(ScriptedHost* host) {
    auto table = TableOf<casecomm_host_random>(host);
    table.fill = [](void* self, void*, size_t, casecomm_error* error) { return ScriptedHost::Act(self, error); };
    return table;
  }
  static constexpr int kRequired = 1;
  static void Lose(casecomm_host_random* table, int) { table->fill = nullptr; }
  static auto Make(const casecomm_host_random* table) { return capi::RandomOf(table); }
};

template <>
struct Kind<casecomm_host_observer> {
  static casecomm_host_observer Whole(ScriptedHost* host) {
    auto table = TableOf<casecomm_host_observer>(host);
    table.notice = [](void*, const casecomm_event*) {};
    return table;
  }
  static constexpr int kRequired = 1;
  static void Lose(casecomm_host_observer* table, int) { table->notice = nullptr; }
  static auto Make(const casecomm_host_observer* table) { return capi::ObserverOf(table); }
};

template <>
struct Kind<casecomm_host_store> {
  static casecomm_host_store Whole(ScriptedHost* host) {
    auto table = TableOf<casecomm_host_store>(host);
    table.open = [](void* self, const casecomm_schema*, casecomm_error* error) {
      return ScriptedHost::Act(self, error);
    };
    table.read = [](void* self, const casecomm_query* const*, size_t, const casecomm_row_sink*, casecomm_error* error) {
      return ScriptedHost::Act(self, error);
    };
    table.commit = [](void* self, const casecomm_batch* const*, size_t, casecomm_batch_outcome* const*,
                      casecomm_error* error) { return ScriptedHost::Act(self, error); };
    return table;
  }
  static constexpr int kRequired = 3;
  static void Lose(casecomm_host_store* table, int which) {
    if (which == 0) table->open = nullptr;
    if (which == 1) table->read = nullptr;
    if (which == 2) table->commit = nullptr;
  }
  static auto Make(const casecomm_host_store* table) { return capi::StoreOf(table); }
};

template <>
struct Kind<casecomm_host_source> {
  static casecomm_host_source Whole(ScriptedHost* host) {
    auto table = TableOf<casecomm_host_source>(host);
    table.name = CStr("imap:host/user");
    table.next = [](void* self, size_t, casecomm_inbound_fn, void*, casecomm_error* error) {
      return ScriptedHost::Act(self, error);
    };
    table.committed = [](void* self, const casecomm_str*, const uint64_t*, size_t, casecomm_error* error) {
      return ScriptedHost::Act(self, error);
    };
    return table;
  }
  static constexpr int kRequired = 3;
  static void Lose(casecomm_host_source* table, int which) {
    if (which == 0) table->next = nullptr;
    if (which == 1) table->name = {nullptr, 0};
    if (which == 2) table->name = {nullptr, 5};
  }
  static auto Make(const casecomm_host_source* table) { return capi::SourceOf(table); }
};

template <>
struct Kind<casecomm_host_mail_sink> {
  static casecomm_host_mail_sink Whole(ScriptedHost* host) {
    auto table = TableOf<casecomm_host_mail_sink>(host);
    table.send = [](void* self, const casecomm_outbound*, const casecomm_delivery_sink*, casecomm_error* error) {
      return ScriptedHost::Act(self, error);
    };
    return table;
  }
  static constexpr int kRequired = 1;
  static void Lose(casecomm_host_mail_sink* table, int) { table->send = nullptr; }
  static auto Make(const casecomm_host_mail_sink* table) { return capi::SinkOf(table); }
};

}  // namespace casecomm::seams

#endif  // CASECOMM_TESTS_SEAMS_TABLES_H_
