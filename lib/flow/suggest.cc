// SPDX-License-Identifier: Apache-2.0
// Where a message that waits may belong (spec CF-13): every reason counts once a record, and is told.
#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/hash.h"
#include "base/text.h"
#include "flow/mentions.h"
#include "flow/router.h"
#include "flow/session.h"
#include "scan/content.h"
#include "store/collections.h"
#include "thread/place.h"

namespace casecomm {
namespace {

using flow::Role;
using host::Value;
using identify::Position;

// The reasons, the strongest first.
struct Reason {
  std::string_view word;
  uint32_t score;
};
constexpr Reason kAddressNamed{"address_named", 100};
constexpr Reason kThreadKnown{"thread_known", 60};
constexpr Reason kIdInSubject{"id_in_subject", 40};
constexpr Reason kAuthorRecord{"author_record", 30};
constexpr Reason kOriginalAuthor{"original_author", 28};
constexpr Reason kRecipientRecord{"recipient_record", 25};
constexpr Reason kOriginalRecipient{"original_recipient", 22};

struct RoleRow {
  Role role;
  const Reason* reason;
  std::string_view did;  // "Paul One wrote it"
};
constexpr RoleRow kRoles[] = {
    {Role::kAuthor, &kAuthorRecord, "wrote it"},
    {Role::kOriginalAuthor, &kOriginalAuthor, "wrote the mail that it forwards"},
    {Role::kRecipient, &kRecipientRecord, "is a recipient of it"},
    {Role::kOriginalRecipient, &kOriginalRecipient, "is a recipient of the mail that it forwards"},
};

constexpr size_t kSubjectBytes = 500;  // of a subject, for ids in it
constexpr size_t kMaxSuggestions = 50;

bool IsWordByte(char c) {
  const char folded = base::FoldAscii(c);
  return (folded >= 'a' && folded <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
}

class Suggester {
 public:
  explicit Suggester(const identify::Directory& directory) : directory_(directory) {}

  void Add(Position record, const Reason& reason, std::string sentence) {
    auto& reasons = found_[record];
    for (const auto& [known, text] : reasons) {
      if (known == &reason) return;
    }
    reasons.emplace_back(&reason, std::move(sentence));
  }

  void AddPeople(const flow::Named& named) {
    const identify::AddressEntry* entry = directory_.FindAddress(named.address);
    if (entry == nullptr || entry->staff) return;  // users are assigned to many records, which says nothing
    const auto row = std::find_if(std::begin(kRoles), std::end(kRoles),
                                  [&](const RoleRow& known) { return known.role == named.role; });
    for (const Position p : entry->people) {
      const identify::Person& person = directory_.person(p);
      for (const Position r : person.records) {
        if (directory_.record(r).state != identify::RecordState::kOpen) continue;
        Add(r, *row->reason,
            "Contact " + base::Printable(person.id) + " \"" + base::Printable(person.name) + "\" (" +
                base::Printable(named.address) + ") " + std::string(row->did) + " and is on this open record.");
      }
    }
  }

  // Ids that stand in the subject as words, whatever stands inside them.
  void AddSubject(std::string_view subject) {
    subject = base::CutUtf8(subject, kSubjectBytes);
    const auto is_edge = [&](size_t i) {
      return i == 0 || i == subject.size() || !IsWordByte(subject[i - 1]) || !IsWordByte(subject[i]);
    };
    std::vector<size_t> edges;
    for (size_t i = 0; i <= subject.size(); ++i) {
      if (is_edge(i)) edges.push_back(i);
    }
    constexpr size_t kShortest = 2, kLongest = 64;  // one letter says nothing
    for (size_t i = 0; i < edges.size(); ++i) {
      for (size_t j = i + 1; j < edges.size() && edges[j] - edges[i] <= kLongest; ++j) {
        if (edges[j] - edges[i] < kShortest) continue;
        const std::string_view id = subject.substr(edges[i], edges[j] - edges[i]);
        const Position record = directory_.FindRecord(id);
        if (record == identify::kNoPosition) continue;
        Add(record, kIdInSubject, "The subject names the record: " + base::Printable(id) + ".");
      }
    }
  }

  std::vector<SuggestionView> Finish(const std::set<std::string>& editable) const {
    std::vector<SuggestionView> views;
    for (const auto& [position, reasons] : found_) {
      const identify::Record& record = directory_.record(position);
      if (editable.count(std::string(record.id)) == 0) continue;
      SuggestionView& view = views.emplace_back();
      view.record = record.id;
      view.name = record.name;
      auto sorted = reasons;
      std::stable_sort(sorted.begin(), sorted.end(),
                       [](const auto& a, const auto& b) { return a.first->score > b.first->score; });
      for (const auto& [reason, sentence] : sorted) {
        view.score += reason->score;
        view.reasons.push_back({std::string(reason->word), sentence});
      }
    }
    std::sort(views.begin(), views.end(), [](const SuggestionView& a, const SuggestionView& b) {
      return std::pair(b.score, std::string_view(a.record)) < std::pair(a.score, std::string_view(b.record));
    });
    if (views.size() > kMaxSuggestions) views.resize(kMaxSuggestions);
    return views;
  }

  std::set<std::string> records() const {
    std::set<std::string> ids;
    for (const auto& [position, reasons] : found_) ids.emplace(directory_.record(position).id);
    return ids;
  }

 private:
  const identify::Directory& directory_;
  std::map<Position, std::vector<std::pair<const Reason*, std::string>>> found_;
};

}  // namespace

Result<std::vector<SuggestionView>> Session::Impl::Suggestions(std::string_view message) {
  const std::string id(message);
  auto states = flow::ReadNouns(context_.store(), store::kTargets, store::kPrimary,
                                {flow::Key(number(), Value::Text(id))}, wire::ReadTarget);
  if (!states.ok()) return states.status();
  auto may = MaySettle(*states);
  if (!may.ok()) return may.status();
  if (std::find(may->begin(), may->end(), true) == may->end()) {
    return Status(Code::kNotFound, "no_message", id, "no message of this id is in the account");
  }
  auto messages = MessageRows({id});
  if (!messages.ok()) return messages.status();
  const wire::MessageRow& row = messages->at(id);
  auto raw = StoredRaw(id);
  if (!raw.ok()) return raw.status();
  auto snapshot = context_.FreshSnapshot(*account_);
  if (!snapshot.ok()) return snapshot.status();
  const identify::Directory& directory = *snapshot->directory;
  Suggester suggester(directory);

  flow::Router router;
  ReadFor(&router, *raw, row.envelope_known, row.envelope_recipients, std::nullopt);
  for (const identify::Recipient& recipient : router.recipients().all) {
    if (recipient.own != identify::Own::kVerified || recipient.capability.account != number() ||
        recipient.capability.kind != address::Kind::kRecord) {
      continue;
    }
    const identify::Locator* locator = directory.FindLocator(address::Kind::kRecord, recipient.capability.locator);
    if (locator == nullptr) continue;
    suggester.Add(locator->subject, kAddressNamed, "The mail names the record's address.");
  }

  const scan::Envelope& envelope = router.envelope();
  const Mail mail = scan::ReadMail(envelope);
  for (const flow::Named& named : flow::NamedIn(envelope, mail.forwarded, row.envelope_recipients)) {
    suggester.AddPeople(named);
  }
  suggester.AddSubject(mail.subject.value_or(""));
  if (mail.forwarded && mail.forwarded->subject) suggester.AddSubject(*mail.forwarded->subject);

  std::vector<std::vector<Value>> keys;
  for (const std::string_view reference : thread::Keys(envelope)) {
    keys.push_back(flow::Key(number(), Value::Int(base::StableHash64(reference))));
  }
  auto threads = flow::ReadMany(context_.store(), store::kThreadKeys, store::kThreadKeysById, std::move(keys));
  if (!threads.ok()) return threads.status();
  for (const store::StoredRow& thread : *threads) {
    const Position record = directory.FindRecord(thread.text(1));
    if (record == identify::kNoPosition) continue;
    suggester.Add(record, kThreadKnown, "A thread of the record has mail that this one refers to.");
  }

  auto editable = Allowed(access::Action::kEditRecord, suggester.records());
  if (!editable.ok()) return editable.status();
  return suggester.Finish(*editable);
}

}  // namespace casecomm
