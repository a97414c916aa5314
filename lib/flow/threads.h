// SPDX-License-Identifier: Apache-2.0
// The threads that a batch touches: what the store has of them, and what the batch makes of it.
#ifndef CASECOMM_FLOW_THREADS_H_
#define CASECOMM_FLOW_THREADS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "flow/context.h"
#include "scan/envelope.h"
#include "store/rows.h"

namespace casecomm::flow {

// What thread placement needs of a mail, without a view into it.
struct ThreadTraits {
  std::vector<int64_t> keys;               // stable hashes of thread::Keys
  std::optional<int64_t> own_key;          // of those, the one of the mail's own Message-ID
  std::optional<uint64_t> signed_locator;  // of an id of ours that proves itself
  std::string subject;

  static ThreadTraits Of(const scan::Envelope& envelope, std::string_view subject, const Context& context,
                         const wire::AccountRow& account, int64_t now_us);
};

// The thread that this one was joined to at last, itself if it was not; nothing if it is lost.
Result<std::optional<wire::ThreadRow>> FindHead(host::Store& store, uint32_t account, std::string thread);

// Adds the threads that are joined to these, and theirs, each at the position of the one it is joined to.
Status AddAliases(host::Store& store, uint32_t account, std::map<std::string, size_t>* position);

// Where a mail was placed.
struct Placed {
  std::string thread;
  bool id_again;  // another message of the record bears its Message-ID (threat T14)
};

// The badge of such mail.
inline constexpr std::string_view kMessageIdAgain = "message_id_again";

// Three steps: Want for each mail that may be placed, Load once, then Place and at the end Write. One
// account, one batch.
class ThreadBook {
 public:
  explicit ThreadBook(uint32_t account) : account_(account) {}

  void Want(const std::string& record, const ThreadTraits& traits);
  Status Load(host::Store& store);

  // The thread the mail joins, made if there is none; `new_id` is its id then. Raises *recorded_us above the
  // thread's newest entry, so that times never run backwards inside a thread.
  Placed Place(const std::string& record, const ThreadTraits& traits, const std::string& message, std::string new_id,
               int64_t* recorded_us);

  // The thread Place would answer; empty for a new one. Changes nothing.
  std::string Find(const std::string& record, const ThreadTraits& traits) const;

  // Puts every changed thread and key, with the preconditions that nobody else changed them meanwhile.
  void Write(store::BatchBuilder& batch) const;

 private:
  struct Thread {
    wire::ThreadRow row;  // version 0: not stored yet
    bool changed = false;
  };
  struct KnownKey {
    std::string thread, message;  // the message whose own Message-ID it is; empty: it was only referred to
    int64_t version = 0;          // 0: not stored yet
    bool changed = false;
  };
  using RecordKey = std::pair<std::string, int64_t>;  // record, key

  const Thread* Resolve(const std::string& id) const;  // past aliases; null if the store has lost it
  Thread* Resolve(const std::string& id);
  void Neighbours(const std::string& record, const ThreadTraits& traits, std::optional<std::string>* by_signature,
                  std::set<std::string>* by_reference) const;

  const uint32_t account_;
  std::set<RecordKey> wanted_;
  std::set<uint64_t> wanted_locators_;
  std::map<RecordKey, KnownKey> keys_;        // stored or placed
  std::map<uint64_t, std::string> locators_;  // of kind message id -> thread
  std::map<std::string, Thread> threads_;
};

}  // namespace casecomm::flow

#endif  // CASECOMM_FLOW_THREADS_H_
