// SPDX-License-Identifier: Apache-2.0
// What stands behind the handles. Results build their views once, when they are made, and never change.
#ifndef CASECOMM_CAPI_OBJECTS_H_
#define CASECOMM_CAPI_OBJECTS_H_

#include <atomic>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "arguments.h"
#include "casecomm/attachment.h"
#include "casecomm/casecomm.h"
#include "casecomm/engine.h"
#include "casecomm/host/sink.h"
#include "casecomm/host/source.h"
#include "casecomm/host/store.h"
#include "casecomm/mail.h"

namespace casecomm::capi {

struct StoreObject {
  explicit StoreObject(std::unique_ptr<host::Store> made) : store(std::move(made)) {}

  // The store, for the first that asks; null afterwards.
  std::unique_ptr<host::Store> Use() { return used.exchange(true) ? nullptr : std::move(store); }

  std::unique_ptr<host::Store> store;
  std::atomic<bool> used{false};
};

struct SourceObject {
  explicit SourceObject(std::unique_ptr<host::Source> made) : source(std::move(made)) {}
  const std::unique_ptr<host::Source> source;
  Busy busy;
};

struct MailSinkObject {
  explicit MailSinkObject(std::unique_ptr<host::Sink> made) : sink(std::move(made)) {}
  const std::unique_ptr<host::Sink> sink;
  Busy busy;
};

struct EngineObject {
  explicit EngineObject(std::unique_ptr<Engine> made) : engine(std::move(made)) {}
  const std::unique_ptr<Engine> engine;
};

struct SessionObject {
  SessionObject(std::shared_ptr<EngineObject> its_engine, Session made)
      : engine(std::move(its_engine)), session(std::move(made)) {}
  const std::shared_ptr<EngineObject> engine;  // outlives the session
  Session session;
  Busy busy;
};

struct TextObject {
  explicit TextObject(std::string made) : text(std::move(made)) {}
  const std::string text;
};

struct DraftObject {
  explicit DraftObject(AttachmentPolicy policy) : draft(policy) {}
  AttachmentDraft draft;
  AttachmentVerdict verdict;  // the last one: what the caller's views show
  Busy busy;
};

// A text's object, or why there is none.
Result<std::shared_ptr<TextObject>> TextOf(Result<std::string> text);

// Arrays of views whose place does not change.
class Views {
 public:
  // The array is empty, not NULL, when there are none.
  const casecomm_str* Strings(const std::vector<std::string>& texts);

 private:
  std::deque<std::vector<casecomm_str>> arrays_;
};

// Structs that the caller sees through an array of pointers: one for each of some items, as `view` shows it.
template <typename T>
class Listed {
 public:
  Listed() = default;
  template <typename Item, typename View>
  Listed(const std::vector<Item>& items, View&& view) {
    rows_.reserve(items.size());
    pointers_.reserve(items.size());
    for (const Item& item : items) {
      rows_.push_back(view(item));
      pointers_.push_back(&rows_.back());
    }
  }
  Listed(Listed&&) noexcept = default;
  Listed& operator=(Listed&&) noexcept = default;

  const T* const* data() const { return pointers_.data(); }
  size_t size() const { return pointers_.size(); }

 private:
  std::vector<T> rows_;  // stands where it stands, also when this is moved
  std::vector<const T*> pointers_;
};

template <typename T>
T Sized() {
  T value{};
  value.struct_size = static_cast<uint32_t>(sizeof(T));
  return value;
}

casecomm_candidate CandidateView(const Candidate& candidate);
casecomm_attachment AttachmentView(const MailAttachment& attachment);

struct DecisionObject {
  explicit DecisionObject(MailDecision made);
  DecisionObject(const DecisionObject&) = delete;
  DecisionObject& operator=(const DecisionObject&) = delete;

  const MailDecision decision;
  casecomm_decision_facts facts;

 private:
  Views views_;
  std::deque<Listed<casecomm_candidate>> candidates_;
  Listed<casecomm_target> targets_;
  Listed<casecomm_trace_step> trace_;
};

struct ReadingObject {
  explicit ReadingObject(Mail made);
  ReadingObject(const ReadingObject&) = delete;
  ReadingObject& operator=(const ReadingObject&) = delete;

  const Mail mail;
  casecomm_mail_facts facts;

 private:
  Views views_;
  Listed<casecomm_attachment> attachments_;
  Listed<casecomm_mail_mark> defects_, signs_;
  Listed<casecomm_text_span> spans_;
  Listed<casecomm_delivery_report> dsn_;
  Listed<casecomm_part_verdict> verdicts_;
  casecomm_read_receipt receipt_;
  casecomm_forwarded forwarded_;
};

// Policies as callers pass them; NULL is the library's own.
TrustPolicy TrustPolicyOf(Arguments* in, const casecomm_trust_policy* policy);
InboundPolicy InboundPolicyOf(Arguments* in, const casecomm_inbound_policy* policy);

}  // namespace casecomm::capi

#endif  // CASECOMM_CAPI_OBJECTS_H_
