// SPDX-License-Identifier: Apache-2.0
#include "tests/faults/hooks.h"

#include <malloc.h>
#include <sqlite3.h>
#include <unicode/uclean.h>

#include <cstdio>
#include <cstdlib>
#include <new>

#include "tests/support/heap.h"

namespace casecomm::faults {
namespace {

// SQLite asks for sizes of its blocks.
void* SqliteMalloc(int size) {
  return test::RefusesNext() ? nullptr : std::malloc(static_cast<size_t>(size));
}
void* SqliteRealloc(void* block, int size) {
  return test::RefusesNext() ? nullptr : std::realloc(block, static_cast<size_t>(size));
}
int SqliteSize(void* block) {
  return static_cast<int>(malloc_usable_size(block));
}
int SqliteRound(int size) {
  return (size + 7) & ~7;
}
int SqliteInit(void*) {
  return SQLITE_OK;
}
void SqliteShutdown(void*) {}

void* IcuMalloc(const void*, size_t size) {
  return test::RefusesNext() ? nullptr : std::malloc(size);
}
void* IcuRealloc(const void*, void* block, size_t size) {
  return test::RefusesNext() ? nullptr : std::realloc(block, size);
}
void IcuFree(const void*, void* block) {
  std::free(block);
}

void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "not hooked: %s\n", what);
  std::abort();
}

}  // namespace

void HookLibraries() {
  UErrorCode error = U_ZERO_ERROR;
  if (test::LiveBlocks() < 0) {  // else malloc itself refuses
    static sqlite3_mem_methods methods = {SqliteMalloc, std::free,  SqliteRealloc,  SqliteSize,
                                          SqliteRound,  SqliteInit, SqliteShutdown, nullptr};
    Require(sqlite3_config(SQLITE_CONFIG_MALLOC, &methods) == SQLITE_OK, "SQLite");
    u_setMemoryFunctions(nullptr, IcuMalloc, IcuRealloc, IcuFree, &error);
    Require(U_SUCCESS(error), "ICU");
  }
  u_init(&error);
  Require(U_SUCCESS(error), "ICU's data");
  try {  // the unwinder keeps what it finds at the first throw
    throw std::bad_alloc();
  } catch (const std::bad_alloc&) {
  }
}

}  // namespace casecomm::faults
