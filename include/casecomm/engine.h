// SPDX-License-Identifier: Apache-2.0
// The engine: opens a store, receives mail, answers for what it did.
#ifndef CASECOMM_ENGINE_H_
#define CASECOMM_ENGINE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "casecomm/decision.h"
#include "casecomm/host/clock.h"
#include "casecomm/host/random.h"
#include "casecomm/host/source.h"
#include "casecomm/host/store.h"
#include "casecomm/keys.h"
#include "casecomm/mail.h"
#include "casecomm/status.h"

namespace casecomm {

// Who acts. Every verb has an actor, so that no check can be forgotten.
struct Actor {
  enum class Kind : int32_t { kOperator = 1, kPerson = 2 };
  Kind kind = Kind::kOperator;
  std::string person;  // the host's id, of kPerson

  static Actor Operator() { return {}; }
  static Actor Person(std::string id) { return {Kind::kPerson, std::move(id)}; }
};

struct AccountSpec {
  std::string name;    // 1 to 255 bytes of UTF-8, unique in the store
  std::string domain;  // of its record and drop addresses; ASCII, at least two labels
  std::string preset;  // "casebook" or "casefleet"
};

struct AccountInfo {
  std::string name, domain, preset;
  std::string policy;  // the sender policy that holds: "P0 anyone", "P1 known" (spec X-05)
};

struct EngineOptions {
  std::unique_ptr<host::Store> store;    // required
  KeyRing keys;                          // required: at least one key
  std::unique_ptr<host::Clock> clock;    // null: the machine's
  std::unique_ptr<host::Random> random;  // null: the operating system's
  size_t batch_mails = 200;              // mails a commit, at most
  size_t batch_bytes = 32u << 20;        // and raw bytes, about
};

// An address of a record or a person, as it is handed out.
struct AddressEntry {
  std::string id;    // the host's id of the record or person
  std::string kind;  // "record" or "drop"
  std::string address;
};

struct MessageView {
  std::string id;
  std::optional<std::string> message_id;
  std::vector<std::string> from, to, cc;
  std::optional<std::string> subject;
  std::optional<int64_t> date;  // unix seconds, the sender's claim
  int64_t recorded_at_us = 0;
  std::string rule, reason, sentence;
  std::string filed_by;             // "rules", "operator" or a person's id
  std::vector<std::string> badges;  // "unverified", "new_sender", "record_closed"
  std::vector<MailAttachment> attachments;
  uint64_t receipts = 0;  // how often the same content came again
};

struct ThreadView {
  std::string id;
  std::string subject;
  int64_t first_at_us = 0, newest_at_us = 0;
  std::vector<MessageView> messages;  // oldest first
};

struct RecordPage {
  std::string id, kind, name, state;
  std::string address;
  std::vector<ThreadView> threads;  // newest activity first (spec CB-25)
};

struct UnassignedView {
  std::string id;
  std::string path;
  std::string owner;  // person id
  std::optional<std::string> message_id, subject;
  std::vector<std::string> from, to;
  std::string reason, sentence;
  std::string notification;  // id of the open notification that names it (spec CF-09)
  int64_t recorded_at_us = 0;
  std::vector<Candidate> candidates;
};

struct LinkRequest {
  std::string message;                              // id of an unassigned message
  std::vector<std::string> records;                 // a case, a lead, or both (spec CF-11)
  std::string contact;                              // an existing contact; or empty
  std::string new_contact_name, new_contact_email;  // or one to create (spec CF-10)
};

// What a mail's commit answered: handed out in the order of the source, after the commit and before the mail is
// acknowledged; of a mail that names several accounts, once for each, by name.
using ReceivedCallback = std::function<void(const host::InboundMail&, const MailDecision&)>;

// How bytes that are not received, only asked about, came. Unknown envelope: delivery headers stand in (spec CF-03).
struct EnvelopeHint {
  bool known = false;
  std::vector<std::string> recipients;
  std::string source = "files";  // the source they would come from: what it delivered before is looked up
};

// One account seen by one actor. Cheap; not shared between threads; must not outlive its engine.
class Session {
 public:
  // Applies a load document (docs/load.schema.json) in one commit: upsert by id, what is not named stays. A fault in the
  // document is invalid_argument with the JSON pointer as subject and the byte as position; nothing is written.
  Status Load(std::string_view json);

  // The address of a record, of a user's drop; minted when it is first asked for or loaded.
  Result<std::string> RecordAddress(std::string_view record);
  Result<std::string> DropAddress(std::string_view person);
  Result<std::vector<AddressEntry>> Addresses();

  // What receiving these bytes now would do, and why, without effect (spec Y-01). The operator's: the answer names
  // records and people whoever may view them.
  Result<MailDecision> Explain(std::string_view raw, const EnvelopeHint& envelope = {});

  Result<RecordPage> ShowRecord(std::string_view record);
  Result<std::vector<UnassignedView>> Unassigned();

  // Files an unassigned message by hand (spec CF-10 to CF-12) and closes its notification. Answers where it is now.
  Result<MailDecision> Link(const LinkRequest& request);

  // The raw bytes of a stored message.
  Result<std::string> RawMessage(std::string_view message);

 private:
  friend class Engine;
  class Impl;
  explicit Session(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<Impl> impl_;
};

// Shared by threads. The library owns no thread and no timer.
class Engine {
 public:
  // Opens the store and checks it, and that the key ring is the one its addresses are signed with (failed_precondition,
  // "wrong_keys"). The options are released exactly once, also on failure.
  static Result<std::unique_ptr<Engine>> Open(EngineOptions options);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // What CreateAccount refuses of these settings whatever the store holds; for a host that has yet to make its store.
  // invalid_argument ("bad_name", "bad_domain"), or not_found for an unknown preset.
  static Status CheckAccount(const AccountSpec& spec);

  Result<AccountInfo> CreateAccount(const AccountSpec& spec, const Actor& actor);
  Result<std::vector<AccountInfo>> Accounts();

  // An empty name means the only account; with several it is invalid_argument.
  Result<Session> As(std::string_view account, const Actor& actor);

  // Receives until the source has nothing new: batches, one atomic commit an account, acknowledged after the last of
  // them. Mail that names no account's address goes by the rules of `home` (an account's name), or, with an empty
  // `home` and several accounts, to the operator's own. A fault that may pass leaves the rest of the source unread.
  Status Receive(host::Source& source, std::string_view home, const ReceivedCallback& received);

  class Impl;

 private:
  explicit Engine(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace casecomm

#endif  // CASECOMM_ENGINE_H_
