// SPDX-License-Identifier: Apache-2.0
#include "casecomm/json.h"

#include <concepts>
#include <cstdio>

#include "base/text.h"

namespace casecomm {
namespace {

struct Character {
  uint32_t code_point;
  size_t length;  // bytes it took; of ill-formed bytes, the longest part that could have begun a character
  bool well_formed;
};

// The character at the front of `text`, which is not empty (RFC 3629, section 4; Unicode 3.9, table 3-7).
Character Decode(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t lead = byte(0);
  if (lead < 0x80) return {lead, 1, true};
  const size_t tails = lead >= 0xc2 && lead <= 0xdf   ? 1
                       : (lead & 0xf0) == 0xe0        ? 2
                       : lead >= 0xf0 && lead <= 0xf4 ? 3
                                                      : 0;
  if (tails == 0) return {0, 1, false};
  uint32_t code_point = lead & (0x3fu >> tails);
  for (size_t i = 1; i <= tails; ++i) {
    // The second byte's range keeps out overlong forms, surrogates and what lies past U+10FFFF.
    const uint8_t low = i == 1 ? (lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80) : 0x80;
    const uint8_t high = i == 1 ? (lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf) : 0xbf;
    if (i >= text.size() || byte(i) < low || byte(i) > high) return {0, i, false};
    code_point = code_point << 6 | (byte(i) & 0x3fu);
  }
  return {code_point, tails + 1, true};
}

// What could act on a terminal or hide there is written as an escape: the same string to a parser (threat
// T25).
bool MustEscape(uint32_t c) {
  return c < 0x20 || c == '"' || c == '\\' || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x61c ||
         (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
         c >= 0xe0000;
}

void AppendUnit(std::string* out, uint32_t unit) {
  char escape[16];
  std::snprintf(escape, sizeof escape, "\\u%04x", unit & 0xffff);
  *out += escape;
}

void AppendEscape(std::string* out, uint32_t c) {
  static constexpr std::string_view kShort[][2] = {{"\"", "\\\""}, {"\\", "\\\\"}, {"\b", "\\b"}, {"\f", "\\f"},
                                                   {"\n", "\\n"},  {"\r", "\\r"},  {"\t", "\\t"}};
  for (const auto& [plain, escape] : kShort) {
    if (static_cast<uint32_t>(plain[0]) == c) {
      *out += escape;
      return;
    }
  }
  if (c < 0x10000) return AppendUnit(out, c);
  AppendUnit(out, 0xd800 + ((c - 0x10000) >> 10));
  AppendUnit(out, 0xdc00 + ((c - 0x10000) & 0x3ff));
}

void AppendQuoted(std::string* out, std::string_view text) {
  *out += '"';
  while (!text.empty()) {
    const Character c = Decode(text);
    if (!c.well_formed) {
      *out += "\xef\xbf\xbd";
    } else if (MustEscape(c.code_point)) {
      AppendEscape(out, c.code_point);
    } else {
      *out += text.substr(0, c.length);
    }
    text.remove_prefix(c.length);
  }
  *out += '"';
}

void Write(std::string* out, const std::string& text) {
  AppendQuoted(out, text);
}
void Write(std::string* out, const MailAttachment& attachment);
void Write(std::string* out, const MailDefect& defect);
void Write(std::string* out, const MailSign& sign);
void Write(std::string* out, const DeliveryReport& report);
void Write(std::string* out, const ReadReceipt& receipt);
void Write(std::string* out, const TextSpan& span);
void Write(std::string* out, const ForwardedMail& forwarded);
void Write(std::string* out, const PartVerdict& verdict);
void Write(std::string* out, const Candidate& candidate);
void Write(std::string* out, const TargetDecision& target);
void Write(std::string* out, const TraceStep& step);
void Write(std::string* out, const MessageView& message);
void Write(std::string* out, const ThreadView& thread);
void Write(std::string* out, const SuggestionReason& reason);

// An object under construction: Field writes one key and its value, in the order of the calls; End the closing brace.
class Object {
 public:
  explicit Object(std::string* out) : out_(out) { *out_ += '{'; }
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;

  void End() { *out_ += '}'; }

  Object& Field(std::string_view key, std::string_view value) { return AppendQuoted(Key(key), value), *this; }
  Object& Field(std::string_view key, const char* value) { return Field(key, std::string_view(value)); }
  Object& Field(std::string_view key, const std::string& value) { return Field(key, std::string_view(value)); }
  template <std::same_as<bool> T>
  Object& Field(std::string_view key, T value) {
    return *Key(key) += value ? "true" : "false", *this;
  }
  Object& Field(std::string_view key, int64_t value) { return *Key(key) += std::to_string(value), *this; }
  Object& Field(std::string_view key, uint64_t value) { return *Key(key) += std::to_string(value), *this; }
  template <typename T>
  Object& Field(std::string_view key, const std::optional<T>& value) {
    return value ? Field(key, *value) : Null(key);
  }
  Object& Field(std::string_view key, const std::vector<std::string>& values) { return Array(key, values); }

  // A noun of the house, or null.
  template <typename T>
  Object& Noun(std::string_view key, const std::optional<T>& value) {
    if (!value) return Null(key);
    return Write(Key(key), *value), *this;
  }

  // Absent where the library says "empty", "negative".
  Object& TextOrNull(std::string_view key, std::string_view value) {
    return value.empty() ? Null(key) : Field(key, value);
  }
  Object& CountOrNull(std::string_view key, int64_t value) { return value < 0 ? Null(key) : Field(key, value); }

  // What is JSON already.
  Object& Whole(std::string_view key, std::string_view json) { return *Key(key) += json, *this; }

  template <typename T>
  Object& Array(std::string_view key, const std::vector<T>& values) {
    *Key(key) += '[';
    for (size_t i = 0; i < values.size(); ++i) {
      if (i > 0) *out_ += ',';
      Write(out_, values[i]);
    }
    *out_ += ']';
    return *this;
  }

 private:
  Object& Null(std::string_view key) { return *Key(key) += "null", *this; }
  std::string* Key(std::string_view key) {
    if (!first_) *out_ += ',';
    first_ = false;
    AppendQuoted(out_, key);
    *out_ += ':';
    return out_;
  }

  std::string* const out_;
  bool first_ = true;
};

void Write(std::string* out, const MailAttachment& attachment) {
  Object(out)
      .Field("filename", attachment.filename)
      .Field("content_type", attachment.content_type)
      .CountOrNull("size", attachment.size)
      .Field("inline", attachment.is_inline)
      .Field("content_id", attachment.content_id)
      .End();
}

void Write(std::string* out, const SuggestionReason& reason) {
  Object(out).Field("word", reason.word).Field("sentence", reason.sentence).End();
}

void Write(std::string* out, const MailDefect& defect) {
  Object(out).Field("name", defect.name).Field("offset", defect.offset).End();
}

void Write(std::string* out, const MailSign& sign) {
  Object(out).Field("name", sign.name).Field("offset", sign.offset).End();
}

void Write(std::string* out, const DeliveryReport& report) {
  Object(out)
      .Field("final_recipient", report.final_recipient)
      .Field("original_recipient", report.original_recipient)
      .Field("action", report.action)
      .Field("status", report.status)
      .Field("diagnostic", report.diagnostic)
      .Field("original_message_id", report.original_message_id)
      .End();
}

void Write(std::string* out, const ReadReceipt& receipt) {
  Object(out)
      .Field("final_recipient", receipt.final_recipient)
      .Field("original_message_id", receipt.original_message_id)
      .Field("disposition", receipt.disposition)
      .End();
}

void Write(std::string* out, const TextSpan& span) {
  Object(out).Field("part", TextPartName(span.part)).Field("begin", span.begin).Field("end", span.end).End();
}

void Write(std::string* out, const ForwardedMail& forwarded) {
  Object(out)
      .Field("attached", forwarded.attached)
      .Field("from", forwarded.from)
      .Field("from_name", forwarded.from_name)
      .Field("to", forwarded.to)
      .Field("cc", forwarded.cc)
      .Field("date", forwarded.date)
      .Field("date_text", forwarded.date_text)
      .Field("subject", forwarded.subject)
      .Field("message_id", forwarded.message_id)
      .Field("text", forwarded.text)
      .End();
}

void Write(std::string* out, const PartVerdict& verdict) {
  Object(out)
      .CountOrNull("attachment", verdict.attachment)
      .Field("name", verdict.name)
      .Field("declared_type", verdict.declared_type)
      .TextOrNull("found_type", verdict.found_type)
      .Field("accepted", verdict.accepted)
      .Field("reason", verdict.reason)
      .Field("sentence", verdict.sentence)
      .End();
}

void Write(std::string* out, const Candidate& candidate) {
  Object(out)
      .Field("address", candidate.address)
      .Field("person", candidate.person)
      .Field("record", candidate.record)
      .End();
}

void Write(std::string* out, const TargetDecision& target) {
  Object(out)
      .Field("target", target.target)
      .Field("record", target.record)
      .Field("outcome", OutcomeName(target.outcome))
      .TextOrNull("thread", target.thread)
      .Field("rule", target.rule)
      .Field("reason", target.reason)
      .Field("sentence", target.sentence)
      .Array("candidates", target.candidates)
      .End();
}

void Write(std::string* out, const TraceStep& step) {
  Object(out)
      .Field("target", step.target)
      .Field("rule", step.rule)
      .Field("matched", step.matched)
      .TextOrNull("condition", step.condition)
      .TextOrNull("value", step.value)
      .End();
}

void Write(std::string* out, const MessageView& message) {
  Object(out)
      .Field("id", message.id)
      .Field("message_id", message.message_id)
      .Field("from", message.from)
      .Field("to", message.to)
      .Field("cc", message.cc)
      .Field("subject", message.subject)
      .Field("date", message.date)
      .Field("recorded_at_us", message.recorded_at_us)
      .Field("rule", message.rule)
      .Field("reason", message.reason)
      .Field("sentence", message.sentence)
      .Field("filed_by", message.filed_by)
      .Field("badges", message.badges)
      .Array("attachments", message.attachments)
      .Field("receipts", message.receipts)
      .End();
}

void Write(std::string* out, const ThreadView& thread) {
  Object(out)
      .Field("id", thread.id)
      .Field("subject", thread.subject)
      .Field("first_at_us", thread.first_at_us)
      .Field("newest_at_us", thread.newest_at_us)
      .Array("messages", thread.messages)
      .End();
}

}  // namespace

std::string ToJson(const Mail& mail, std::string_view path, int64_t index) {
  std::string out;
  Object(&out)
      .TextOrNull("path", path)
      .CountOrNull("index", index)
      .Field("message_id", mail.message_id)
      .Field("in_reply_to", mail.in_reply_to)
      .Field("references", mail.references)
      .Field("from", mail.from)
      .Field("sender", mail.sender)
      .Field("reply_to", mail.reply_to)
      .Field("to", mail.to)
      .Field("cc", mail.cc)
      .Field("bcc", mail.bcc)
      .Field("delivered_to", mail.delivered_to)
      .Field("subject", mail.subject)
      .Field("date", mail.date)
      .Field("return_path", mail.return_path)
      .Field("has_text", mail.has_text)
      .Field("has_html", mail.has_html)
      .Array("attachments", mail.attachments)
      .Field("text", mail.text)
      .Array("defects", mail.defects)
      .Field("over_limit", mail.over_limit)
      .Field("class", MailClassName(mail.mail_class))
      .Field("is_bounce", mail.is_bounce)
      .Field("is_receipt", mail.is_receipt)
      .Field("is_auto", mail.is_auto)
      .Field("is_autoreply", mail.is_autoreply)
      .Field("is_list", mail.is_list)
      .Array("signs", mail.signs)
      .Array("dsn", mail.dsn)
      .Noun("receipt", mail.receipt)
      .Field("html_text", mail.html_text)
      .Array("spans", mail.spans)
      .Field("visible_text", mail.visible_text)
      .Field("quoted_text", mail.quoted_text)
      .Field("signature", mail.signature)
      .Noun("forwarded", mail.forwarded)
      .Field("trust", TrustName(mail.trust))
      .Array("verdicts", mail.verdicts)
      .Field("ambiguous", mail.ambiguous)
      .End();
  return out;
}

std::string ToJson(const MailDecision& decision, std::string_view path, int64_t index, bool with_trace) {
  std::string out;
  Object object(&out);
  object.TextOrNull("path", path)
      .CountOrNull("index", index)
      .TextOrNull("account", decision.account)
      .TextOrNull("id", decision.id)
      .Field("message_id", decision.message_id)
      .Field("outcome", OutcomeName(decision.outcome))
      .Field("records", decision.records)
      .Array("targets", decision.targets);
  if (with_trace) object.Array("trace", decision.trace);
  object.End();
  return out;
}

std::string ToJson(const RecordPage& page) {
  std::string out;
  Object(&out)
      .Field("id", page.id)
      .Field("kind", page.kind)
      .Field("name", page.name)
      .Field("state", page.state)
      .Field("address", page.address)
      .Array("threads", page.threads)
      .End();
  return out;
}

std::string ToJson(const PersonView& person) {
  std::string out;
  Object(&out)
      .Field("id", person.id)
      .Field("kind", person.kind)
      .Field("name", person.name)
      .Field("emails", person.emails)
      .End();
  return out;
}

std::string ToJson(const RecordView& record) {
  std::string out;
  Object(&out)
      .Field("id", record.id)
      .Field("kind", record.kind)
      .Field("name", record.name)
      .Field("state", record.state)
      .Field("sender_policy", record.sender_policy)
      .End();
  return out;
}

std::string ToJson(const AssignmentView& assignment) {
  std::string out;
  Object(&out)
      .Field("record", assignment.record)
      .Field("person", assignment.person)
      .Field("role", assignment.role)
      .End();
  return out;
}

std::string ToJson(const AddressEntry& entry) {
  std::string out;
  Object(&out)
      .Field("id", entry.id)
      .Field("kind", entry.kind)
      .TextOrNull("address", entry.address)
      .Field("state", entry.state)
      .TextOrNull("person", entry.person)
      .TextOrNull("email", entry.email)
      .Field("created_at_us", entry.created_at_us)
      .Field("expires_at_us", entry.expires_at_us)
      .End();
  return out;
}

std::string ToJson(const ThreadSummary& thread) {
  std::string out;
  Object(&out)
      .Field("id", thread.id)
      .Field("record", thread.record)
      .Field("subject", thread.subject)
      .Field("first_at_us", thread.first_at_us)
      .Field("newest_at_us", thread.newest_at_us)
      .End();
  return out;
}

std::string ToJson(const MessageView& message) {
  std::string out;
  Write(&out, message);
  return out;
}

std::string ToJson(const UnassignedView& view) {
  std::string out;
  Object(&out)
      .Field("id", view.id)
      .TextOrNull("path", view.path)
      .Field("owner", view.owner)
      .Field("message_id", view.message_id)
      .Field("subject", view.subject)
      .Field("from", view.from)
      .Field("to", view.to)
      .Field("reason", view.reason)
      .Field("sentence", view.sentence)
      .TextOrNull("notification", view.notification)
      .Field("recorded_at_us", view.recorded_at_us)
      .Array("candidates", view.candidates)
      .End();
  return out;
}

std::string ToJson(const HeldView& view) {
  std::string out;
  Object(&out)
      .Field("id", view.id)
      .Field("target", view.target)
      .Field("state", OutcomeName(view.state))
      .Field("reason", view.reason)
      .Field("rule", view.rule)
      .Field("sentence", view.sentence)
      .TextOrNull("path", view.path)
      .Field("message_id", view.message_id)
      .Field("subject", view.subject)
      .Field("from", view.from)
      .Field("to", view.to)
      .Field("recorded_at_us", view.recorded_at_us)
      .Field("age_us", view.age_us)
      .Field("alert_days", int64_t{view.alert_days})
      .Field("size", view.size)
      .TextOrNull("forwarded_to", view.forwarded_to)
      .End();
  return out;
}

std::string ToJson(const ActView& act) {
  std::string out;
  Object(&out)
      .Field("id", act.id)
      .Field("target", act.target)
      .Field("event", act.event)
      .Field("actor", act.actor)
      .TextOrNull("why", act.why)
      .Field("from", OutcomeName(act.from))
      .Field("to", OutcomeName(act.to))
      .Field("records", act.records)
      .TextOrNull("address", act.address)
      .Field("recorded_at_us", act.recorded_at_us)
      .End();
  return out;
}

std::string ToJson(const SuggestionView& suggestion) {
  std::string out;
  Object(&out)
      .Field("record", suggestion.record)
      .Field("name", suggestion.name)
      .Field("score", int64_t{suggestion.score})
      .Array("reasons", suggestion.reasons)
      .End();
  return out;
}

std::string ToJson(const LateMatchView& match) {
  std::string out;
  Object(&out)
      .Field("id", match.id)
      .Field("message_id", match.message_id)
      .Field("subject", match.subject)
      .Field("from", match.from)
      .Field("to", match.to)
      .Field("recorded_at_us", match.recorded_at_us)
      .Field("changes", match.changes)
      .Array("targets", match.targets)
      .End();
  return out;
}

std::string ToJson(const ForwardView& view) {
  std::string out;
  Object(&out)
      .Field("id", view.id)
      .Field("catch_all", view.catch_all)
      .Field("target", view.target)
      .Field("reason", view.reason)
      .Field("sentence", view.sentence)
      .Field("recorded_at_us", view.recorded_at_us)
      .End();
  return out;
}

std::string ToJson(const AccountInfo& account) {
  std::string out;
  Object(&out)
      .Field("name", account.name)
      .Field("domain", account.domain)
      .Field("preset", account.preset)
      .Field("policy", account.policy)
      .End();
  return out;
}

std::string ToJson(const host::RecipientResult& result) {
  std::string out;
  Object(&out)
      .Field("state", host::DeliveryStateName(result.state))
      .Field("reply", int64_t{result.reply})
      .Field("words", result.words)
      .End();
  return out;
}

std::string ToJson(const RuleView& rule) {
  std::string out;
  Object(&out)
      .Field("rule", rule.name)
      .TextOrNull("document", rule.document)
      .Field("when", rule.when)
      .Field("then", rule.action)
      .Field("reason", rule.reason)
      .Field("say", rule.sentence)
      .Field("notify_editors", rule.notify_editors)
      .End();
  return out;
}

std::string ToJson(const Rehearsal& rehearsal, std::string_view path, int64_t index) {
  std::string out;
  Object(&out)
      .TextOrNull("path", path)
      .CountOrNull("index", index)
      .Field("differs", rehearsal.differs)
      .Whole("now", ToJson(rehearsal.now, {}, -1, true))
      .Whole("then", ToJson(rehearsal.then, {}, -1, true))
      .End();
  return out;
}

std::string JsonQuote(std::string_view text) {
  std::string out;
  AppendQuoted(&out, text);
  return out;
}

std::string Printable(std::string_view text) {
  return base::Printable(text);
}

}  // namespace casecomm
