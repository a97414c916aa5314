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
#include "casecomm/host/observer.h"
#include "casecomm/host/random.h"
#include "casecomm/host/scanner.h"
#include "casecomm/host/source.h"
#include "casecomm/host/store.h"
#include "casecomm/keys.h"
#include "casecomm/routed.h"
#include "casecomm/rules.h"
#include "casecomm/status.h"
#include "casecomm/trust.h"
#include "casecomm/views.h"

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
  std::string preset;  // of RuleSet::Presets(); empty: "plain", which files authenticated mail of known people
};

struct EngineOptions {
  std::unique_ptr<host::Store> store;                // required
  KeyRing keys;                                      // required: at least one key
  std::unique_ptr<host::Clock> clock;                // null: the machine's
  std::unique_ptr<host::Random> random;              // null: the operating system's
  std::unique_ptr<host::Observer> observer;          // null: nobody is told
  TrustPolicy trust;                                 // whose Authentication-Results are believed; by default nobody's
  InboundPolicy attachments;                         // which files of a mail count
  std::unique_ptr<host::AttachmentScanner> scanner;  // null: files are not scanned
  uint64_t scanner_bytes = 64u << 20;       // of a file, at most: a larger one is not scanned, and its mail held
  int64_t scanner_timeout_us = 30'000'000;  // a later answer counts as none
  size_t batch_mails = 200;                 // mails a commit, at most
  size_t batch_bytes = 32u << 20;           // and raw bytes, about
};

struct LinkRequest {
  std::string message;                              // id of an unassigned message
  std::vector<std::string> records;                 // a case, a lead, or both (spec CF-11)
  std::string contact;                              // an existing contact; or empty
  std::string new_contact_name, new_contact_email;  // or one to create (spec CF-10)
};

// An act on one state of a stored message.
struct ActRequest {
  std::string message;
  std::string target;  // HeldView::target; may be empty where the act can be done with one state only
  std::string why;     // 1 to 1,000 bytes of UTF-8; Reroute, Reject and Withdraw need it
};

// What a mail's commit answered: handed out in the order of the source, after the commit and before the mail is
// acknowledged; of a mail that names several accounts, once for each, by name.
using ReceivedCallback = std::function<void(const host::InboundMail&, const MailDecision&)>;

// How bytes that are not received, only asked about, came. Unknown envelope: delivery headers stand in (spec CF-03).
struct EnvelopeHint {
  bool known = false;
  std::vector<std::string> recipients;
  std::string source = "files";               // the source they would come from: what it delivered before is looked up
  std::optional<Trust> trust = std::nullopt;  // the host's own verdict on the From domain, as in host::InboundMail
};

// Takes what one stored message's rehearsal says; a failure ends the rehearsal and is answered unchanged.
using RehearsedCallback = std::function<Status(const std::string& message, const Rehearsal&)>;

// Receives bytes in pieces, in order; valid during the call.
using ByteSink = std::function<Status(std::string_view)>;

// One account seen by one actor. Cheap; not shared between threads; must not outlive its engine.
class Session {
 public:
  // Applies a load document (docs/load.schema.json) in one commit: upsert by id, what is not named stays. A fault in the
  // document is invalid_argument with the JSON pointer as subject and the byte as position; nothing is written.
  Status Load(std::string_view json);

  // The address of a record, of a user's drop; minted when it is first asked for or loaded.
  Result<std::string> RecordAddress(std::string_view record);
  Result<std::string> DropAddress(std::string_view person);

  // A fresh address for answers to what is sent to one person about one record, or for reports about its delivery; it ends
  // after 180 days. `email`: where it is sent; empty: the person's first. Takes the right to edit the record;
  // failed_precondition ("not_assigned", "no_email").
  Result<std::string> ReplyAddress(std::string_view record, std::string_view person, std::string_view email = {});
  Result<std::string> ReturnPathAddress(std::string_view record, std::string_view person, std::string_view email = {});

  // Another address in place of the active one, which from then on takes authenticated mail of known people only. Of a
  // record by who may edit it; of a drop by the operator.
  Result<std::string> RotateRecordAddress(std::string_view record);
  Result<std::string> RotateDropAddress(std::string_view person);
  // Revokes an address of any kind: what comes to it is held. A record or drop whose active one it was has another from then
  // on. By who may edit its record; a drop's by the operator. not_found ("no_address") for what is no address of the account.
  Status RetireAddress(std::string_view address);
  // For a key that others may know: rotates every active address that is signed with it, 500 a commit; may be called again
  // where it ended. Answers how many. The operator's; failed_precondition ("newest_key") for the key that signs new ones.
  Result<uint64_t> ReplaceKey(uint32_t key_id);

  // Mail for the catch-all address whose copy the host's own mailer has yet to send, oldest first; and that it was sent.
  // The operator's. not_found ("no_forward"); a second time is no error.
  Result<Page<ForwardView>> Forwards(const PageRequest& page = {});
  Status Forwarded(std::string_view message);

  // Where these bytes would go, by the rules and the directory alone: what the store holds of the mail itself (a
  // duplicate, its thread) is not looked at, so id and thread stay empty; nor are its bodies and files, so that what is
  // held for them (reasons mime_ambiguous, scanner_hit, scanner_unavailable) is told by Explain only. The operator's, as
  // the answer names records and people whoever may view them.
  Result<MailDecision> Route(std::string_view raw, const EnvelopeHint& envelope = {});

  // The same for many at once, in columns and without words: what a router of much mail calls. `routed` is filled anew
  // and its memory used again. One directory answers the whole batch. After a failure it is empty.
  Status RouteBatch(const std::vector<RouteRequest>& mails, RoutedBatch* routed);

  // What receiving these bytes now would do, and why, without effect (spec Y-01). The operator's, like Route.
  Result<MailDecision> Explain(std::string_view raw, const EnvelopeHint& envelope = {});

  // The account's rules: its own document, or its preset's. Staff and the operator.
  Result<RuleSet> Rules();
  // From the next batch of mail on; the operator's. ResetRules goes back to the preset. invalid_argument ("catch_all_loops")
  // for a catch-all address at a domain of the store's accounts.
  Status SetRules(const RuleSet& rules);
  Status ResetRules();

  // Where a mail goes by the account's rules and where by others, without effect, as Route sees it (spec Y-02). The
  // operator's.
  Result<Rehearsal> Rehearse(const RuleSet& rules, std::string_view raw, const EnvelopeHint& envelope = {});
  // The same for every stored message, in the order they came.
  Status RehearseStored(const RuleSet& rules, const RehearsedCallback& rehearsed);

  // Lists, a page a call, filtered by what the actor may see. A cursor that is not one of this list's is
  // invalid_argument ("bad_cursor").
  Result<Page<PersonView>> People(const PageRequest& page = {});   // staff and the operator; by id
  Result<Page<RecordView>> Records(const PageRequest& page = {});  // those the actor may view; by id
  // Of one record, or of one person, or of the whole account; of the records the actor may view; by record and person.
  Result<Page<AssignmentView>> Assignments(const AssignmentFilter& filter = {}, const PageRequest& page = {});
  // The operator's; records by id, then drops; of all, reply addresses and return paths by record.
  Result<Page<AddressEntry>> Addresses(const PageRequest& page = {});
  Result<Page<AddressEntry>> Addresses(const AddressFilter& filter, const PageRequest& page = {});
  // Of one record, newest activity first (spec CB-25).
  Result<Page<ThreadSummary>> Threads(std::string_view record, const PageRequest& page = {});
  // Of one thread, oldest first; those of threads joined to it stand among them.
  Result<Page<MessageView>> Messages(std::string_view thread, const PageRequest& page = {});
  Result<Page<UnassignedView>> Unassigned(const PageRequest& page = {});  // staff: their own; operator: all, by owner

  // A record whole, with its threads and their messages.
  Result<RecordPage> ShowRecord(std::string_view record);

  // Files an unassigned message by hand (spec CF-10 to CF-12) and closes its notification. Answers where it is now.
  Result<MailDecision> Link(const LinkRequest& request);

  // The ways out of mail that waits, and back (docs/held.md): each is one commit with an entry in Acts, and answers where the
  // message is now. By the operator, by staff who may edit the record that holds it, or by the owner of the drop address.
  // failed_precondition ("no_such_exit") where the state has no such exit; invalid_argument ("target_needed") where several
  // states have it, ("bad_why").
  //
  // Held at a record's address: files it on that record, marked "released". Its files are scanned again; what the scanner
  // finds, or cannot look at, stays held ("scanner_hit", "scanner_unavailable").
  Result<MailDecision> Release(const ActRequest& request);
  // Held, unassigned or in the catch-all: files it on other records, each one that the actor may edit. Unassigned mail goes
  // where Link lets it, and needs a contact among its addresses.
  Result<MailDecision> Reroute(const ActRequest& request, const std::vector<std::string>& records);
  // Held: marks it as the catch-all's, at this address or, with none, at that of the rules; it must not be one of ours
  // ("bad_recipient"). The copy stays, and stands in Forwards until the host has sent the bytes on.
  Result<MailDecision> Forward(const ActRequest& request, const std::string& address = {});
  Result<MailDecision> Reject(const ActRequest& request);    // held
  Result<MailDecision> Withdraw(const ActRequest& request);  // filed, unassigned or in the catch-all: leaves its lists
  // Rejected or withdrawn: back to the state before; a receipt where the same content came meanwhile.
  Result<MailDecision> Restore(const ActRequest& request);

  // Staff and the operator: of the states that the actor may settle, those that are held, or (state) in the catch-all,
  // rejected or withdrawn. Oldest first.
  Result<Page<HeldView>> Held(const PageRequest& page = {}, Outcome state = Outcome::kHeld);
  // What was done with a message, oldest first; of its states, those that the actor may settle or view.
  Result<Page<ActView>> Acts(std::string_view message, const PageRequest& page = {});
  // Records that a message may belong on and that the actor may edit, best first; for whoever may settle it (spec CF-13).
  Result<std::vector<SuggestionView>> Suggestions(std::string_view message);
  // Waiting messages that people, addresses, assignments or records which changed since would let the rules file (spec
  // Y-04). They are offered: Release, Reroute or Link files them. The change that came first stands first.
  Result<Page<LateMatchView>> LateMatches(const PageRequest& page = {});

  // Hands the bytes of a stored message, or of one of its attachments decoded, to `sink` in pieces; what the sink fails
  // with ends the reading and is answered unchanged. `position` is one in MessageView::attachments. An attached message
  // comes as it stands. not_found ("no_message", "no_attachment"); damage is data_loss ("undecodable"), behind what
  // could be decoded.
  Status ReadRaw(std::string_view message, const ByteSink& sink);
  Status ReadAttachment(std::string_view message, size_t position, const ByteSink& sink);

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

  // An empty name means the only account; with several it is invalid_argument. "operator" is the operator's own, where mail
  // waits that no account takes; it has no people, records or rules, and is open to the operator alone.
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
