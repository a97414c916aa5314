// SPDX-License-Identifier: Apache-2.0
#include "casecomm/json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/base/random.h"

namespace casecomm {
namespace {

using nlohmann::json;

TEST(JsonQuote, EscapesWhatItMust) {
  EXPECT_EQ(JsonQuote("a\"b\\c\n\t\r\b\f\x01/é"), "\"a\\\"b\\\\c\\n\\t\\r\\b\\f\\u0001/é\"");
  EXPECT_EQ(JsonQuote(std::string_view("\0", 1)), "\"\\u0000\"");
}

TEST(JsonQuote, T25_HidesNothingFromATerminal) {
  EXPECT_EQ(JsonQuote("\x1b[2J\x7f\xc2\x9b\xe2\x80\xae\xe2\x80\x8b"), "\"\\u001b[2J\\u007f\\u009b\\u202e\\u200b\"");
  EXPECT_EQ(JsonQuote("\xf3\xa0\x80\x81"), "\"\\udb40\\udc01\"");  // a tag character
}

TEST(JsonQuote, IllFormedBytesBecomeReplacementCharacters) {
  const std::string r = "\xef\xbf\xbd";
  EXPECT_EQ(JsonQuote("a\xff"
                      "b"),
            "\"a" + r + "b\"");
  EXPECT_EQ(JsonQuote("\xc0\x80"), "\"" + r + r + "\"");          // overlong
  EXPECT_EQ(JsonQuote("\xed\xa0\x80"), "\"" + r + r + r + "\"");  // a surrogate
  EXPECT_EQ(JsonQuote("\xf4\x90\x80\x80"), "\"" + r + r + r + r + "\"");
  EXPECT_EQ(JsonQuote("\xe2\x82"), "\"" + r + "\"");  // cut short
  EXPECT_EQ(JsonQuote("\xf0\x9f\x98x"), "\"" + r + "x\"");
  EXPECT_EQ(JsonQuote("\xf0\x9f\x98\x80"), "\"\xf0\x9f\x98\x80\"");
}

// Every two-byte string, and random longer ones: what is printed parses, and says the same where it was
// UTF-8.
TEST(JsonQuote, AnyBytesGiveValidJson) {
  for (int a = 0; a < 256; ++a) {
    for (int b = 0; b < 256; ++b) {
      const char bytes[2] = {static_cast<char>(a), static_cast<char>(b)};
      const std::string quoted = JsonQuote({bytes, 2});
      ASSERT_TRUE(json::accept(quoted)) << a << " " << b;
      if (a < 0x80 && b < 0x80) {
        ASSERT_EQ(json::parse(quoted).get<std::string>(), std::string(bytes, 2));
      }
    }
  }
  test::Rng random;
  PRINT_SEED(random);
  static constexpr uint8_t kHard[] = {0x00, 0x1b, 0x22, 0x5c, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0,
                                      0xc2, 0xdf, 0xe0, 0xe2, 0xed, 0xef, 0xf0, 0xf3, 0xf4, 0xf5, 0xff, 0x41};
  for (int round = 0; round < 200'000; ++round) {
    std::string text(random() % 9, '\0');
    for (char& c : text) c = static_cast<char>(kHard[random() % sizeof kHard]);
    const std::string quoted = JsonQuote(text);
    ASSERT_TRUE(json::accept(quoted)) << testing::PrintToString(text);
    // Text that another writer calls UTF-8 comes back as it was.
    bool utf8 = true;
    try {
      (void)json(text).dump();
    } catch (const json::exception&) {
      utf8 = false;
    }
    const std::string back = json::parse(quoted).get<std::string>();
    ASSERT_EQ(back == text, utf8) << testing::PrintToString(text);
  }
}

Mail FullMail() {
  Mail mail;
  mail.message_id = "1@x.example";
  mail.in_reply_to = {"0@x.example"};
  mail.references = {"0@x.example", "00@x.example"};
  mail.from = {"a@x.example"};
  mail.to = {"\xff@x.example"};
  mail.delivered_to = {"d@x.example"};
  mail.subject = "Grüße \"quoted\"";
  mail.date = 1700000000;
  mail.return_path = "";
  mail.has_text = true;
  mail.text = "one\ntwo";
  mail.attachments = {{"plan.pdf", "application/pdf", 12, false, std::nullopt},
                      {std::nullopt, "message/rfc822", -1, true, "cid@x"}};
  mail.defects = {{"bare_cr", 17}};
  mail.mail_class = MailClass::kBounce;
  mail.is_bounce = mail.is_receipt = mail.is_auto = mail.is_autoreply = mail.is_list = true;
  mail.signs = {{"list_id", 5}};
  mail.dsn = {{"g@x.example", std::nullopt, "failed", "5.1.1", "no", "2@x.example"}};
  mail.receipt = ReadReceipt{std::nullopt, "3@x.example", "displayed"};
  mail.spans = {{TextPart::kVisible, 0, 4}, {TextPart::kQuoted, 4, 7}};
  mail.visible_text = "one";
  mail.quoted_text = "two";
  mail.signature = "A";
  mail.forwarded.emplace();
  mail.forwarded->attached = true;
  mail.forwarded->from = "f@x.example";
  mail.forwarded->to = {"t@x.example"};
  mail.forwarded->date = 7;
  mail.forwarded->subject = "s";
  mail.forwarded->text = "inner";
  mail.trust = Trust::kPass;
  mail.verdicts = {{0, "plan.pdf", "application/pdf", "", false, "empty", "It is empty."},
                   {-1, "", "", "a/b", true, "r", "s"}};
  mail.ambiguous = true;
  return mail;
}

TEST(ToJson, MailHasItsFieldsInOrder) {
  EXPECT_EQ(
      ToJson(FullMail(), "in/1.eml", 3),
      R"({"path":"in/1.eml","index":3,"message_id":"1@x.example","in_reply_to":["0@x.example"],)"
      R"("references":["0@x.example","00@x.example"],"from":["a@x.example"],"sender":[],"reply_to":[],)"
      R"("to":["�@x.example"],"cc":[],"bcc":[],"delivered_to":["d@x.example"],)"
      R"("subject":"Grüße \"quoted\"","date":1700000000,"return_path":"","has_text":true,"has_html":false,)"
      R"("attachments":[{"filename":"plan.pdf","content_type":"application/pdf","size":12,"inline":false,)"
      R"("content_id":null},{"filename":null,"content_type":"message/rfc822","size":null,"inline":true,)"
      R"("content_id":"cid@x"}],"text":"one\ntwo","defects":[{"name":"bare_cr","offset":17}],)"
      R"("over_limit":false,"class":"bounce","is_bounce":true,"is_receipt":true,"is_auto":true,)"
      R"("is_autoreply":true,"is_list":true,"signs":[{"name":"list_id","offset":5}],)"
      R"("dsn":[{"final_recipient":"g@x.example","original_recipient":null,"action":"failed","status":"5.1.1",)"
      R"("diagnostic":"no","original_message_id":"2@x.example"}],)"
      R"("receipt":{"final_recipient":null,"original_message_id":"3@x.example","disposition":"displayed"},)"
      R"("html_text":null,"spans":[{"part":"visible","begin":0,"end":4},{"part":"quoted","begin":4,"end":7}],)"
      R"("visible_text":"one","quoted_text":"two","signature":"A","forwarded":{"attached":true,)"
      R"("from":"f@x.example","from_name":null,"to":["t@x.example"],"cc":[],"date":7,"date_text":null,)"
      R"("subject":"s","message_id":null,"text":"inner"},"trust":"pass",)"
      R"("verdicts":[{"attachment":0,"name":"plan.pdf","declared_type":"application/pdf","found_type":null,)"
      R"("accepted":false,"reason":"empty","sentence":"It is empty."},{"attachment":null,"name":"","declared_type":"",)"
      R"("found_type":"a/b","accepted":true,"reason":"r","sentence":"s"}],"ambiguous":true})");
}

TEST(ToJson, WhatIsAbsentIsNull) {
  const json mail = json::parse(ToJson(Mail(), "", -1));
  for (const char* key :
       {"path", "index", "message_id", "subject", "date", "return_path", "text", "html_text", "receipt", "forwarded"}) {
    EXPECT_TRUE(mail.at(key).is_null()) << key;
  }
  const json decision = json::parse(ToJson(MailDecision(), "x.eml", -1, false));
  for (const char* key : {"index", "account", "id", "message_id"}) EXPECT_TRUE(decision.at(key).is_null()) << key;
  EXPECT_EQ(decision.at("outcome"), "not_tracked");
  EXPECT_FALSE(decision.contains("trace"));
}

TEST(ToJson, DecisionTellsTargetsAndTrace) {
  MailDecision decision;
  decision.account = "firm";
  decision.id = "m1";
  decision.outcome = Outcome::kFiled;
  decision.records = {"R1"};
  decision.targets = {{"record:R1", "R1", Outcome::kFiled, "t1", "record_address", "record_address", "Because.", {}},
                      {"drop:u", std::nullopt, Outcome::kUnassigned, "", "r", "w", "s", {{"c@x", "c", "R2"}}}};
  decision.trace = {{"record:R1", "over_limit", false, "limit is over", "within"}, {"record:R1", "open", true, "", ""}};
  EXPECT_EQ(
      ToJson(decision, "box", 0, true),
      R"({"path":"box","index":0,"account":"firm","id":"m1","message_id":null,"outcome":"filed","records":["R1"],)"
      R"("targets":[{"target":"record:R1","record":"R1","outcome":"filed","thread":"t1","rule":"record_address",)"
      R"("reason":"record_address","sentence":"Because.","candidates":[]},{"target":"drop:u","record":null,)"
      R"("outcome":"unassigned","thread":null,"rule":"r","reason":"w","sentence":"s",)"
      R"("candidates":[{"address":"c@x","person":"c","record":"R2"}]}],)"
      R"("trace":[{"target":"record:R1","rule":"over_limit","matched":false,"condition":"limit is over",)"
      R"("value":"within"},{"target":"record:R1","rule":"open","matched":true,"condition":null,"value":null}]})");
}

TEST(ToJson, ItemsOfLists) {
  EXPECT_EQ(ToJson(PersonView{"U1", "staff", "Ann \"A\"", {"a@x.org", "b@x.org"}}),
            R"({"id":"U1","kind":"staff","name":"Ann \"A\"","emails":["a@x.org","b@x.org"]})");
  EXPECT_EQ(ToJson(PersonView{"P1", "contact", "", {}}), R"({"id":"P1","kind":"contact","name":"","emails":[]})");
  EXPECT_EQ(ToJson(RecordView{"C1", "case", "One", "closed", "known"}),
            R"({"id":"C1","kind":"case","name":"One","state":"closed","sender_policy":"known"})");
  EXPECT_EQ(ToJson(AssignmentView{"C1", "U1", "manager"}), R"({"record":"C1","person":"U1","role":"manager"})");
  EXPECT_EQ(ToJson(AddressEntry{"C1", "record", "q@in.example", "active", "", "", 5, {}}),
            R"({"id":"C1","kind":"record","address":"q@in.example","state":"active","person":null,"email":null,)"
            R"("created_at_us":5,"expires_at_us":null})");
  EXPECT_EQ(ToJson(AddressEntry{"C1", "reply", "", "retired", "P1", "p@x.org", 5, 6}),
            R"({"id":"C1","kind":"reply","address":null,"state":"retired","person":"P1","email":"p@x.org",)"
            R"("created_at_us":5,"expires_at_us":6})");
  EXPECT_EQ(ToJson(ForwardView{"m1", "office@x.org", "record:C1", "unknown_sender", "To be forwarded.", 7}),
            R"({"id":"m1","catch_all":"office@x.org","target":"record:C1","reason":"unknown_sender",)"
            R"("sentence":"To be forwarded.","recorded_at_us":7})");
  EXPECT_EQ(ToJson(ThreadSummary{"T1", "C1", "", 1, 2}),
            R"({"id":"T1","record":"C1","subject":"","first_at_us":1,"newest_at_us":2})");
}

TEST(ToJson, AMessageIsTheSameAloneAndOnItsRecord) {
  MessageView message;
  message.id = "m1";
  message.from = {"a@x.org"};
  message.badges = {"unverified"};
  message.receipts = 3;
  message.attachments.push_back({"f.pdf", "application/pdf", 7, false, std::nullopt});
  RecordPage page{"R1", "case", "n", "open", "q@in.example", {{"T1", "s", 1, 2, {message}}}};
  EXPECT_NE(ToJson(page).find("\"messages\":[" + ToJson(message) + "]"), std::string::npos);
  EXPECT_EQ(json::parse(ToJson(message))["attachments"][0]["size"], 7);
}

TEST(ToJson, RecordPageAndUnassigned) {
  RecordPage page{"R1", "case", "Müller v. Müller", "open", "q@in.example", {}};
  ThreadView thread{"t1", "Lease", 5, 9, {}};
  MessageView message;
  message.id = "m1";
  message.from = {"a@x"};
  message.date = -1;
  message.recorded_at_us = 5;
  message.badges = {"unverified"};
  message.attachments = {{"a.txt", "text/plain", 3, false, std::nullopt}};
  message.receipts = 2;
  thread.messages = {message};
  page.threads = {thread};
  const json parsed = json::parse(ToJson(page));
  EXPECT_EQ(parsed.at("name"), "Müller v. Müller");
  const json& m = parsed.at("threads").at(0).at("messages").at(0);
  EXPECT_EQ(m.at("date"), -1);  // a time before 1970 is one, too
  EXPECT_EQ(m.at("receipts"), 2);
  EXPECT_EQ(m.at("attachments").at(0).at("inline"), false);
  EXPECT_EQ(parsed.at("threads").at(0).at("newest_at_us"), 9);

  UnassignedView view;
  view.id = "m2";
  view.owner = "u1";
  view.notification = "n1";
  view.recorded_at_us = 7;
  view.candidates = {{"c@x", "c1", "R2"}};
  EXPECT_EQ(ToJson(view),
            R"({"id":"m2","path":null,"owner":"u1","message_id":null,"subject":null,"from":[],"to":[],"reason":"",)"
            R"("sentence":"","notification":"n1","recorded_at_us":7,)"
            R"("candidates":[{"address":"c@x","person":"c1","record":"R2"}]})");
}

TEST(Json, HeldMailActsSuggestionsAndLateMatches) {
  HeldView held;
  held.id = "m1";
  held.target = "held:record:R1";
  held.reason = "unknown_sender";
  held.from = {"a@x"};
  held.recorded_at_us = 5;
  held.age_us = 6;
  held.alert_days = 7;
  held.size = 8;
  EXPECT_EQ(ToJson(held),
            R"({"id":"m1","target":"held:record:R1","state":"held","reason":"unknown_sender","rule":"","sentence":"",)"
            R"("path":null,"message_id":null,"subject":null,"from":["a@x"],"to":[],"recorded_at_us":5,"age_us":6,)"
            R"("alert_days":7,"size":8,"forwarded_to":null})");
  ActView act;
  act.id = "a1";
  act.target = "held:record:R1";
  act.event = "released";
  act.actor = "u1";
  act.records = {"R1"};
  act.recorded_at_us = 9;
  EXPECT_EQ(
      ToJson(act),
      R"({"id":"a1","target":"held:record:R1","event":"released","actor":"u1","why":null,"from":"held","to":"filed",)"
      R"("records":["R1"],"address":null,"recorded_at_us":9})");
  EXPECT_EQ(ToJson(SuggestionView{"R1", "Ho", 100, {{"address_named", "It does."}}}),
            R"({"record":"R1","name":"Ho","score":100,"reasons":[{"word":"address_named","sentence":"It does."}]})");
  LateMatchView match;
  match.id = "m1";
  match.recorded_at_us = 5;
  match.changes = {"contact c is on record R1 now"};
  EXPECT_EQ(ToJson(match), R"({"id":"m1","message_id":null,"subject":null,"from":[],"to":[],"recorded_at_us":5,)"
                           R"("changes":["contact c is on record R1 now"],"targets":[]})");
}

TEST(Printable, T25_OneLineWithoutControls) {
  EXPECT_EQ(Printable("a\r\nb\x1b[31m\xe2\x80\xae\xff"), "a\\x0d\\x0ab\\x1b[31m\\u{202e}\\xff");
}

}  // namespace
}  // namespace casecomm
