// SPDX-License-Identifier: Apache-2.0
// A source and a mail sink of the host's: what crosses, what is refused.
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "tests/seams/tables.h"

namespace casecomm::seams {
namespace {

// ---- source ----

struct FunctionSource {
  std::function<casecomm_status(size_t, casecomm_inbound_fn, void*, casecomm_error*)> on_next;
  std::vector<std::string> keys;
  std::vector<uint64_t> positions;
  int commits = 0;

  std::unique_ptr<host::Source> Seam(bool acknowledges = true) {
    casecomm_host_source table = CASECOMM_INIT(casecomm_host_source);
    table.host = this;
    table.name = CStr("imap:host/user");
    table.next = [](void* self, size_t limit, casecomm_inbound_fn put, void* sink, casecomm_error* error) {
      return static_cast<FunctionSource*>(self)->on_next(limit, put, sink, error);
    };
    if (acknowledges) {
      table.committed = [](void* self, const casecomm_str* texts, const uint64_t* numbers, size_t count,
                           casecomm_error*) -> casecomm_status {
        auto* const source = static_cast<FunctionSource*>(self);
        ++source->commits;
        for (size_t i = 0; i < count; ++i) {
          source->keys.emplace_back(texts[i].data, texts[i].size);
          source->positions.push_back(numbers[i]);
        }
        return CASECOMM_OK;
      };
    }
    return capi::SourceOf(&table).value();
  }
};

casecomm_inbound Mail(std::string_view key, std::string_view raw = "x") {
  casecomm_inbound mail = CASECOMM_INIT(casecomm_inbound);
  mail.transport_key = CStr(key);
  mail.raw = CStr(raw);
  mail.index = -1;
  return mail;
}

// Hands over mails of these keys at each call, one after the other, as many as are asked for.
auto Handing(std::vector<std::string> keys) {
  return [keys = std::move(keys), at = size_t{0}](size_t limit, casecomm_inbound_fn put, void* sink,
                                                  casecomm_error*) mutable -> casecomm_status {
    for (; limit > 0 && at < keys.size(); --limit) {
      const casecomm_inbound mail = Mail(keys[at++]);
      if (const casecomm_status status = put(sink, &mail); status != CASECOMM_OK) return status;
    }
    return CASECOMM_OK;
  };
}

std::vector<const host::InboundMail*> All(const std::vector<host::InboundMail>& mails) {
  std::vector<const host::InboundMail*> all;
  for (const auto& mail : mails) all.push_back(&mail);
  return all;
}

TEST(CSource, HandsOverAMailWhole) {
  FunctionSource source;
  source.on_next = [](size_t limit, casecomm_inbound_fn put, void* sink, casecomm_error*) {
    EXPECT_EQ(limit, 5u);
    std::string raw("a\0b", 3), path = "inbox/7";
    const std::vector<std::string> recipients{"a@x.example", "b@x.example"};
    const std::vector<casecomm_str> views{CStr(recipients[0]), CStr(recipients[1])};
    casecomm_inbound mail = Mail("uid 7");
    mail.flags = CASECOMM_INBOUND_ENVELOPE_KNOWN;
    mail.envelope_recipients = views.data();
    mail.envelope_recipient_count = 2;
    mail.raw = CStr(raw);
    mail.path = CStr(path);
    mail.index = 3;
    EXPECT_EQ(put(sink, &mail), CASECOMM_OK);
    raw = path = "gone";
    const casecomm_inbound bare = [] {
      casecomm_inbound empty = CASECOMM_INIT(casecomm_inbound);
      empty.index = -1;
      return empty;
    }();
    return put(sink, &bare);
  };
  const auto seam = source.Seam();
  EXPECT_EQ(seam->name(), "imap:host/user");
  std::vector<host::InboundMail> mails;
  ASSERT_TRUE(seam->Next(5, &mails).ok());
  ASSERT_EQ(mails.size(), 2u);
  EXPECT_EQ(mails[0].transport_key, "uid 7");
  EXPECT_TRUE(mails[0].envelope_known);
  EXPECT_EQ(mails[0].envelope_recipients, (std::vector<std::string>{"a@x.example", "b@x.example"}));
  EXPECT_EQ(mails[0].raw, std::string("a\0b", 3));
  EXPECT_EQ(mails[0].path, "inbox/7");
  EXPECT_EQ(mails[0].index, 3);
  EXPECT_EQ(mails[1].transport_key, "");
  EXPECT_FALSE(mails[1].envelope_known);
  EXPECT_EQ(mails[1].index, -1);
}

TEST(CSource, AMalformedMailEndsTheCallAndTheMailsBeforeItAreGood) {
  using Change = std::function<void(casecomm_inbound*)>;
  const std::vector<std::pair<const char*, Change>> changes{
      {"struct_size", [](casecomm_inbound* mail) { mail->struct_size = 8; }},
      {"struct_size", [](casecomm_inbound* mail) { mail->struct_size = UINT32_MAX; }},
      {"bad_argument", [](casecomm_inbound* mail) { mail->flags = 2; }},
      {"bad_argument",
       [](casecomm_inbound* mail) {
         mail->raw = {nullptr, 9};
       }},
      {"bad_argument", [](casecomm_inbound* mail) { mail->raw.size = SIZE_MAX; }},
      {"bad_argument",
       [](casecomm_inbound* mail) {
         mail->transport_key = {nullptr, 1};
       }},
      {"bad_argument",
       [](casecomm_inbound* mail) {
         mail->path = {nullptr, 1};
       }},
      {"bad_argument", [](casecomm_inbound* mail) { mail->envelope_recipient_count = 1; }},
      {"bad_argument",
       [](casecomm_inbound* mail) {
         static const casecomm_str broken{nullptr, 4};
         mail->envelope_recipients = &broken;
         mail->envelope_recipient_count = 1;
       }},
  };
  for (size_t i = 0; i <= changes.size(); ++i) {
    FunctionSource source;
    source.on_next = [&](size_t, casecomm_inbound_fn put, void* sink, casecomm_error*) {
      const casecomm_inbound good = Mail("good");
      EXPECT_EQ(put(sink, &good), CASECOMM_OK);
      casecomm_inbound bad = good;
      if (i < changes.size()) changes[i].second(&bad);
      EXPECT_EQ(put(sink, i < changes.size() ? &bad : nullptr), CASECOMM_INVALID_ARGUMENT);
      EXPECT_EQ(put(sink, &good), CASECOMM_INVALID_ARGUMENT) << "it stays failed";
      return CASECOMM_OK;  // whatever the source makes of it
    };
    const auto seam = source.Seam();
    std::vector<host::InboundMail> mails;
    const Status status = seam->Next(5, &mails);
    EXPECT_EQ(status.code(), Code::kInvalidArgument) << i;
    EXPECT_EQ(status.reason(), i < changes.size() ? changes[i].first : "bad_argument") << i;
    EXPECT_EQ(mails.size(), 1u);
  }
}

TEST(CSource, MoreMailsThanAskedForAreRefused) {
  FunctionSource source;
  source.on_next = [](size_t limit, casecomm_inbound_fn put, void* sink, casecomm_error*) {
    const casecomm_inbound mail = Mail("k");
    for (size_t i = 0; i < limit; ++i) EXPECT_EQ(put(sink, &mail), CASECOMM_OK);
    return put(sink, &mail);
  };
  const auto seam = source.Seam();
  std::vector<host::InboundMail> mails(1);
  EXPECT_EQ(seam->Next(3, &mails).reason(), "bad_argument");
  EXPECT_EQ(mails.size(), 4u);
}

TEST(CSource, IsToldTheKeysAndPositionsOfWhatWasCommitted) {
  FunctionSource source;
  source.on_next = Handing({"a", "b", "b", "c", "d", "a", "e"});
  const auto seam = source.Seam();
  std::vector<host::InboundMail> mails;
  ASSERT_TRUE(seam->Next(2, &mails).ok());
  ASSERT_TRUE(seam->Next(2, &mails).ok());
  ASSERT_TRUE(seam->Committed(All(mails)).ok());
  EXPECT_EQ(source.keys, (std::vector<std::string>{"a", "b", "b", "c"}));
  EXPECT_EQ(source.positions, (std::vector<uint64_t>{0, 1, 2, 3}));

  // A batch that was not committed, and is not any more; then "a" came once more.
  mails.clear();
  ASSERT_TRUE(seam->Next(1, &mails).ok());
  mails.clear();
  ASSERT_TRUE(seam->Next(2, &mails).ok());
  ASSERT_TRUE(seam->Committed({&mails[1]}).ok());
  ASSERT_TRUE(seam->Committed({&mails[0]}).ok());
  EXPECT_EQ(source.positions, (std::vector<uint64_t>{0, 1, 2, 3, 6, 5}));
  EXPECT_EQ(source.keys[5], "a");

  host::InboundMail foreign;
  foreign.transport_key = "a stranger";
  EXPECT_EQ(seam->Committed({&foreign}).code(), Code::kInternal);
  EXPECT_TRUE(seam->Committed({}).ok());
  EXPECT_EQ(source.commits, 3);
}

TEST(CSource, NeedNotAcknowledge) {
  FunctionSource source;
  source.on_next = Handing({"a"});
  const auto seam = source.Seam(/*acknowledges=*/false);
  std::vector<host::InboundMail> mails;
  ASSERT_TRUE(seam->Next(2, &mails).ok());
  EXPECT_TRUE(seam->Committed(All(mails)).ok());
}

// ---- mail sink ----

struct FunctionSink {
  std::function<casecomm_status(const casecomm_outbound*, const casecomm_delivery_sink*, casecomm_error*)> on_send;
  int released = 0;
  casecomm_mail_sink handle = nullptr;

  explicit FunctionSink(decltype(on_send) act) : on_send(std::move(act)) {
    casecomm_host_mail_sink table = CASECOMM_INIT(casecomm_host_mail_sink);
    table.host = this;
    table.release = [](void* self) { ++static_cast<FunctionSink*>(self)->released; };
    table.send = [](void* self, const casecomm_outbound* mail, const casecomm_delivery_sink* answers,
                    casecomm_error* error) { return static_cast<FunctionSink*>(self)->on_send(mail, answers, error); };
    EXPECT_EQ(casecomm_mail_sink_host(&table, &handle, nullptr), CASECOMM_OK);
  }
  ~FunctionSink() {
    casecomm_mail_sink_release(handle);
    EXPECT_EQ(released, 1);
  }

  // "state reply words", a line a recipient; then "id ID" if the sink told one.
  casecomm_status Submit(std::string* results, casecomm_error* error,
                         std::vector<std::string> to = {"a@x.example", "b@x.example", "c@x.example"}) {
    std::vector<casecomm_str> recipients;
    for (const std::string& address : to) recipients.push_back(CStr(address));
    casecomm_outbound mail = CASECOMM_INIT(casecomm_outbound);
    mail.return_path = CStr("me@x.example");
    mail.recipients = recipients.data();
    mail.recipient_count = recipients.size();
    mail.raw = CStr("Subject: x\r\n\r\n");
    casecomm_list list = nullptr;
    const casecomm_status status = casecomm_mail_sink_submit(handle, &mail, &list, error);
    EXPECT_EQ(list != nullptr, status == CASECOMM_OK);
    casecomm_recipient_result result = CASECOMM_INIT(casecomm_recipient_result);
    for (size_t i = 0; list && casecomm_list_recipient_result(list, i, &result, nullptr) == CASECOMM_OK; ++i) {
      *results += std::to_string(result.state) + " " + std::to_string(result.reply) + " " +
                  std::string(result.words.data, result.words.size) + "\n";
    }
    casecomm_list_facts facts = CASECOMM_INIT(casecomm_list_facts);
    if (list && casecomm_list_read(list, &facts, nullptr) == CASECOMM_OK && facts.message_id.data) {
      *results += "id " + std::string(facts.message_id.data, facts.message_id.size) + "\n";
    }
    casecomm_list_release(list);
    return status;
  }
};

casecomm_recipient_result Said(int32_t state, int32_t reply, std::string_view words) {
  casecomm_recipient_result result = CASECOMM_INIT(casecomm_recipient_result);
  result.state = state;
  result.reply = reply;
  result.words = CStr(words);
  return result;
}

TEST(CMailSink, AnswersForEachRecipient) {
  FunctionSink sink([](const casecomm_outbound* mail, const casecomm_delivery_sink* answers, casecomm_error*) {
    EXPECT_EQ(std::string_view(mail->return_path.data, mail->return_path.size), "me@x.example");
    EXPECT_EQ(mail->recipient_count, 3u);
    EXPECT_EQ(std::string_view(mail->recipients[2].data, mail->recipients[2].size), "c@x.example");
    EXPECT_EQ(std::string_view(mail->raw.data, mail->raw.size), "Subject: x\r\n\r\n");
    const auto first = Said(CASECOMM_DELIVERY_PERMANENT, 550, "no such user"), again = Said(1, 250, "changed my mind");
    EXPECT_EQ(answers->recipient(answers->sink, 2, &first), CASECOMM_OK);
    EXPECT_EQ(answers->recipient(answers->sink, 2, &again), CASECOMM_OK) << "the first answer counts";
    const auto sent = Said(CASECOMM_DELIVERY_SENT, 250, "ok");
    EXPECT_EQ(answers->recipient(answers->sink, 0, &sent), CASECOMM_OK);
    EXPECT_EQ(answers->recipient(answers->sink, 3, &sent), CASECOMM_INVALID_ARGUMENT);
    EXPECT_EQ(answers->recipient(answers->sink, SIZE_MAX, &sent), CASECOMM_INVALID_ARGUMENT);
    EXPECT_EQ(answers->message_id(answers->sink, CStr("id@x.example")), CASECOMM_OK);
    return CASECOMM_OK;
  });
  std::string results;
  EXPECT_EQ(sink.Submit(&results, nullptr), CASECOMM_OK);
  EXPECT_EQ(results, "1 250 ok\n4 0 \n3 550 no such user\nid id@x.example\n");
}

TEST(CMailSink, MalformedAnswersAreRefusedAndSettleNothing) {
  FunctionSink sink([](const casecomm_outbound*, const casecomm_delivery_sink* answers, casecomm_error*) {
    for (const int32_t state : {0, -1, 5, INT32_MAX}) {
      const auto bad = Said(state, 250, "ok");
      EXPECT_EQ(answers->recipient(answers->sink, 0, &bad), CASECOMM_INVALID_ARGUMENT);
    }
    EXPECT_EQ(answers->recipient(answers->sink, 0, nullptr), CASECOMM_INVALID_ARGUMENT);
    auto bad = Said(CASECOMM_DELIVERY_SENT, 250, "ok");
    bad.reserved = 1;
    EXPECT_EQ(answers->recipient(answers->sink, 0, &bad), CASECOMM_INVALID_ARGUMENT);
    bad = Said(CASECOMM_DELIVERY_SENT, 250, "ok");
    bad.words = {nullptr, 2};
    EXPECT_EQ(answers->recipient(answers->sink, 0, &bad), CASECOMM_INVALID_ARGUMENT);
    bad.struct_size = 4;
    EXPECT_EQ(answers->recipient(answers->sink, 0, &bad), CASECOMM_INVALID_ARGUMENT);
    EXPECT_EQ(answers->message_id(answers->sink, {nullptr, 7}), CASECOMM_INVALID_ARGUMENT);
    return CASECOMM_OK;
  });
  std::string results;
  EXPECT_EQ(sink.Submit(&results, nullptr, {"a@x.example"}), CASECOMM_OK);
  EXPECT_EQ(results, "4 0 \n");
}

TEST(CMailSink, AFailureThatSettledNobodyIsTheAnswer) {
  bool settles = false;
  FunctionSink sink([&](const casecomm_outbound*, const casecomm_delivery_sink* answers, casecomm_error* error) {
    const auto sent = Said(CASECOMM_DELIVERY_SENT, 250, "ok");
    if (settles) answers->recipient(answers->sink, 1, &sent);
    std::snprintf(error->reason_name, sizeof error->reason_name, "line_cut");
    std::snprintf(error->message, sizeof error->message, "a digger cut the line");
    return CASECOMM_UNAVAILABLE;
  });
  std::string results;
  casecomm_error error = CASECOMM_INIT(casecomm_error);
  EXPECT_EQ(sink.Submit(&results, &error), CASECOMM_UNAVAILABLE);
  EXPECT_STREQ(error.reason_name, "line_cut");
  EXPECT_STREQ(error.message, "a digger cut the line");
  EXPECT_EQ(results, "");
  settles = true;
  EXPECT_EQ(sink.Submit(&results, &error), CASECOMM_OK);
  EXPECT_EQ(results, "4 0 \n1 250 ok\n4 0 \n");
}

TEST(CMailSink, WhatCannotBeSentIsRefusedBeforeIt) {
  int calls = 0;
  FunctionSink sink([&](const casecomm_outbound*, const casecomm_delivery_sink*, casecomm_error*) {
    ++calls;
    return CASECOMM_OK;
  });
  for (const std::vector<std::string>& to :
       {std::vector<std::string>{}, {"no at"}, {"a@x.example", "b c@x.example"}, {"a\r\n@x.example"}}) {
    std::string results;
    casecomm_error error = CASECOMM_INIT(casecomm_error);
    EXPECT_EQ(sink.Submit(&results, &error, to), CASECOMM_INVALID_ARGUMENT);
    EXPECT_EQ(error.reason, CASECOMM_REASON_BAD_RECIPIENT);
  }
  casecomm_outbound mail = CASECOMM_INIT(casecomm_outbound);
  casecomm_list list = nullptr;
  casecomm_error error = CASECOMM_INIT(casecomm_error);
  EXPECT_EQ(casecomm_mail_sink_submit(sink.handle, &mail, &list, &error), CASECOMM_INVALID_ARGUMENT);
  EXPECT_EQ(error.reason, CASECOMM_REASON_BAD_MAIL);
  mail.recipient_count = 3;
  EXPECT_EQ(casecomm_mail_sink_submit(sink.handle, &mail, &list, &error), CASECOMM_INVALID_ARGUMENT);
  EXPECT_EQ(error.reason, CASECOMM_REASON_BAD_ARGUMENT);
  EXPECT_EQ(casecomm_mail_sink_submit(sink.handle, nullptr, &list, &error), CASECOMM_INVALID_ARGUMENT);
  EXPECT_EQ(casecomm_mail_sink_submit(nullptr, &mail, &list, &error), CASECOMM_INVALID_ARGUMENT);
  EXPECT_EQ(calls, 0);
}

TEST(CMailSink, ServesOneCallAtATime) {
  FunctionSink* self = nullptr;
  casecomm_status within = CASECOMM_OK;
  casecomm_error error = CASECOMM_INIT(casecomm_error);
  FunctionSink sink([&](const casecomm_outbound* mail, const casecomm_delivery_sink*, casecomm_error*) {
    casecomm_list list = nullptr;
    within = casecomm_mail_sink_submit(self->handle, mail, &list, &error);
    return CASECOMM_OK;
  });
  self = &sink;
  std::string results;
  EXPECT_EQ(sink.Submit(&results, nullptr), CASECOMM_OK);
  EXPECT_EQ(within, CASECOMM_FAILED_PRECONDITION);
  EXPECT_EQ(error.reason, CASECOMM_REASON_BUSY);
}

}  // namespace
}  // namespace casecomm::seams
