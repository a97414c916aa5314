// SPDX-License-Identifier: Apache-2.0
// A mail read whole: what C shows is what the C++ library says, fact by fact.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "casecomm/attachment.h"
#include "casecomm/json.h"
#include "casecomm/mail.h"
#include "tests/capi/world.h"

namespace casecomm::capi_test {
namespace {

std::vector<std::string> Mails() {
  std::vector<std::string> mails;
  for (const auto& entry : std::filesystem::directory_iterator(CASECOMM_SOURCE_DIR "/tests/doors/mail")) {
    std::ifstream file(entry.path(), std::ios::binary);
    mails.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  EXPECT_GE(mails.size(), 12u);
  return mails;
}

std::vector<std::string> Texts(const casecomm_str* texts, size_t count) {
  std::vector<std::string> out;
  for (size_t i = 0; i < count; ++i) out.push_back(Text(texts[i]));
  return out;
}

std::optional<std::string> Maybe(casecomm_str text) {
  if (text.data == nullptr) return std::nullopt;
  return Text(text);
}

void ExpectForwarded(const casecomm_forwarded& facts, const ForwardedMail& want) {
  EXPECT_EQ((facts.flags & CASECOMM_FORWARD_ATTACHED) != 0, want.attached);
  EXPECT_EQ(Maybe(facts.from), want.from);
  EXPECT_EQ(Maybe(facts.from_name), want.from_name);
  EXPECT_EQ(Texts(facts.to, facts.to_count), want.to);
  EXPECT_EQ(Texts(facts.cc, facts.cc_count), want.cc);
  EXPECT_EQ((facts.flags & CASECOMM_FORWARD_DATE_KNOWN) != 0, want.date.has_value());
  EXPECT_EQ(facts.date, want.date.value_or(0));
  EXPECT_EQ(Maybe(facts.date_text), want.date_text);
  EXPECT_EQ(Maybe(facts.subject), want.subject);
  EXPECT_EQ(Maybe(facts.message_id), want.message_id);
  EXPECT_EQ(Text(facts.text), want.text);
}

void ExpectFacts(const casecomm_mail_facts& facts, const casecomm::Mail& want) {
  EXPECT_EQ(Maybe(facts.message_id), want.message_id);
  EXPECT_EQ(Maybe(facts.subject), want.subject);
  EXPECT_EQ(Maybe(facts.return_path), want.return_path);
  EXPECT_EQ(Maybe(facts.text), want.text);
  EXPECT_EQ(Maybe(facts.html_text), want.html_text);
  EXPECT_EQ(Text(facts.body), want.Body());
  EXPECT_EQ(Text(facts.visible_text), want.visible_text);
  EXPECT_EQ(Text(facts.quoted_text), want.quoted_text);
  EXPECT_EQ(Text(facts.signature), want.signature);
  EXPECT_EQ(Texts(facts.in_reply_to, facts.in_reply_to_count), want.in_reply_to);
  EXPECT_EQ(Texts(facts.references, facts.references_count), want.references);
  EXPECT_EQ(Texts(facts.from, facts.from_count), want.from);
  EXPECT_EQ(Texts(facts.sender, facts.sender_count), want.sender);
  EXPECT_EQ(Texts(facts.reply_to, facts.reply_to_count), want.reply_to);
  EXPECT_EQ(Texts(facts.to, facts.to_count), want.to);
  EXPECT_EQ(Texts(facts.cc, facts.cc_count), want.cc);
  EXPECT_EQ(Texts(facts.bcc, facts.bcc_count), want.bcc);
  EXPECT_EQ(Texts(facts.delivered_to, facts.delivered_to_count), want.delivered_to);
  EXPECT_EQ(facts.mail_class, static_cast<int32_t>(want.mail_class));
  EXPECT_EQ(facts.trust, static_cast<int32_t>(want.trust));
  EXPECT_EQ(facts.date, want.date.value_or(0));
  const auto flag = [&](uint32_t bit) { return (facts.flags & bit) != 0; };
  EXPECT_EQ(flag(CASECOMM_MAIL_DATE_KNOWN), want.date.has_value());
  EXPECT_EQ(flag(CASECOMM_MAIL_HAS_TEXT), want.has_text);
  EXPECT_EQ(flag(CASECOMM_MAIL_HAS_HTML), want.has_html);
  EXPECT_EQ(flag(CASECOMM_MAIL_OVER_LIMIT), want.over_limit);
  EXPECT_EQ(flag(CASECOMM_MAIL_AMBIGUOUS), want.ambiguous);
  EXPECT_EQ(flag(CASECOMM_MAIL_IS_BOUNCE), want.is_bounce);
  EXPECT_EQ(flag(CASECOMM_MAIL_IS_RECEIPT), want.is_receipt);
  EXPECT_EQ(flag(CASECOMM_MAIL_IS_AUTO), want.is_auto);
  EXPECT_EQ(flag(CASECOMM_MAIL_IS_AUTOREPLY), want.is_autoreply);
  EXPECT_EQ(flag(CASECOMM_MAIL_IS_LIST), want.is_list);

  ASSERT_EQ(facts.attachment_count, want.attachments.size());
  for (size_t i = 0; i < want.attachments.size(); ++i) {
    EXPECT_EQ(Maybe(facts.attachments[i]->filename), want.attachments[i].filename);
    EXPECT_EQ(Text(facts.attachments[i]->content_type), want.attachments[i].content_type);
    EXPECT_EQ(facts.attachments[i]->size, want.attachments[i].size);
  }
  ASSERT_EQ(facts.defect_count, want.defects.size());
  for (size_t i = 0; i < want.defects.size(); ++i) {
    EXPECT_EQ(Text(facts.defects[i]->name), want.defects[i].name);
    EXPECT_EQ(facts.defects[i]->offset, want.defects[i].offset);
  }
  ASSERT_EQ(facts.sign_count, want.signs.size());
  for (size_t i = 0; i < want.signs.size(); ++i) EXPECT_EQ(Text(facts.signs[i]->name), want.signs[i].name);
  ASSERT_EQ(facts.span_count, want.spans.size());
  for (size_t i = 0; i < want.spans.size(); ++i) {
    EXPECT_EQ(facts.spans[i]->part, static_cast<int32_t>(want.spans[i].part));
    EXPECT_EQ(facts.spans[i]->begin, want.spans[i].begin);
    EXPECT_EQ(facts.spans[i]->end, want.spans[i].end);
  }
  ASSERT_EQ(facts.dsn_count, want.dsn.size());
  for (size_t i = 0; i < want.dsn.size(); ++i) {
    EXPECT_EQ(Text(facts.dsn[i]->final_recipient), want.dsn[i].final_recipient);
    EXPECT_EQ(Maybe(facts.dsn[i]->original_recipient), want.dsn[i].original_recipient);
    EXPECT_EQ(Maybe(facts.dsn[i]->action), want.dsn[i].action);
    EXPECT_EQ(Maybe(facts.dsn[i]->status), want.dsn[i].status);
    EXPECT_EQ(Maybe(facts.dsn[i]->diagnostic), want.dsn[i].diagnostic);
    EXPECT_EQ(Maybe(facts.dsn[i]->original_message_id), want.dsn[i].original_message_id);
  }
  ASSERT_EQ(facts.verdict_count, want.verdicts.size());
  for (size_t i = 0; i < want.verdicts.size(); ++i) {
    EXPECT_EQ(facts.verdicts[i]->attachment, want.verdicts[i].attachment);
    EXPECT_EQ(Text(facts.verdicts[i]->name), want.verdicts[i].name);
    EXPECT_EQ(Text(facts.verdicts[i]->declared_type), want.verdicts[i].declared_type);
    EXPECT_EQ(Text(facts.verdicts[i]->found_type), want.verdicts[i].found_type);
    EXPECT_EQ(facts.verdicts[i]->accepted != 0, want.verdicts[i].accepted);
    EXPECT_EQ(Text(facts.verdicts[i]->reason), want.verdicts[i].reason);
    EXPECT_EQ(Text(facts.verdicts[i]->sentence), want.verdicts[i].sentence);
  }
  ASSERT_EQ(facts.receipt != nullptr, want.receipt.has_value());
  if (want.receipt) {
    EXPECT_EQ(Maybe(facts.receipt->final_recipient), want.receipt->final_recipient);
    EXPECT_EQ(Maybe(facts.receipt->original_message_id), want.receipt->original_message_id);
    EXPECT_EQ(Maybe(facts.receipt->disposition), want.receipt->disposition);
  }
  ASSERT_EQ(facts.forwarded != nullptr, want.forwarded.has_value());
  if (want.forwarded) ExpectForwarded(*facts.forwarded, *want.forwarded);
}

TEST(Readings, FactsAreThoseOfTheCppLibrary) {
  for (const std::string& raw : Mails()) {
    SCOPED_TRACE(raw.substr(0, 200));
    casecomm_reading reading = nullptr;
    Error error;
    ASSERT_EQ(casecomm_mail_read(S(raw), nullptr, &reading, &error), CASECOMM_OK) << error.message;
    auto facts = CASECOMM_INIT(casecomm_mail_facts);
    ASSERT_EQ(casecomm_reading_read(reading, &facts, &error), CASECOMM_OK);
    const casecomm::Mail want = ScanMail(raw);
    ExpectFacts(facts, want);
    casecomm_text json = nullptr;
    ASSERT_EQ(casecomm_reading_json(reading, S("a"), 3, &json, &error), CASECOMM_OK);
    EXPECT_EQ(Taken(json), ToJson(want, "a", 3));
    casecomm_reading_release(reading);
    EXPECT_EQ(Told(casecomm_reading_read(reading, &facts, &error), error), "3 bad_handle");
  }
}

TEST(Readings, X04_TrustIsTheCallersToGive) {
  const std::string raw =
      "Authentication-Results: mx.firm.example; dmarc=pass header.from=client.example\r\n"
      "From: ann@client.example\r\n\r\nHello\r\n";
  const auto trust_of = [&](const casecomm_trust_policy* policy) {
    auto options = CASECOMM_INIT(casecomm_scan_options);
    options.trust = policy;
    casecomm_reading reading = nullptr;
    Error error;
    EXPECT_EQ(casecomm_mail_read(S(raw), &options, &reading, &error), CASECOMM_OK) << error.message;
    auto facts = CASECOMM_INIT(casecomm_mail_facts);
    EXPECT_EQ(casecomm_reading_read(reading, &facts, &error), CASECOMM_OK);
    casecomm_reading_release(reading);
    return facts.trust;
  };
  EXPECT_EQ(trust_of(nullptr), CASECOMM_TRUST_NONE);
  const casecomm_str ours = S("MX.firm.example"), other = S("mx.other.example");
  auto policy = CASECOMM_INIT(casecomm_trust_policy);
  policy.authserv_ids = &ours;
  policy.authserv_id_count = 1;
  EXPECT_EQ(trust_of(&policy), CASECOMM_TRUST_PASS);
  policy.flags = CASECOMM_TRUST_REQUIRE_DKIM;
  EXPECT_EQ(trust_of(&policy), CASECOMM_TRUST_NONE);
  policy.flags = 0;
  policy.authserv_ids = &other;
  EXPECT_EQ(trust_of(&policy), CASECOMM_TRUST_NONE);
}

TEST(Readings, WrongArgumentsAreTold) {
  casecomm_reading reading = nullptr;
  Error error;
  auto options = CASECOMM_INIT(casecomm_scan_options);
  options.reserved = 1;
  EXPECT_EQ(Told(casecomm_mail_read(S("x"), &options, &reading, &error), error), "3 bad_argument");
  options.reserved = 0;
  auto policy = CASECOMM_INIT(casecomm_trust_policy);
  policy.flags = 64;
  options.trust = &policy;
  EXPECT_EQ(Told(casecomm_mail_read(S("x"), &options, &reading, &error), error), "3 bad_argument");
  EXPECT_EQ(Told(casecomm_mail_read({nullptr, 5}, nullptr, &reading, &error), error), "3 bad_argument");
  EXPECT_EQ(reading, nullptr);
}

TEST(Readings, TI06_TheInboundPolicyJudges) {
  std::string raw = "Content-Type: multipart/mixed; boundary=b\r\n\r\n";
  for (int i = 0; i < 3; ++i) {
    raw += "--b\r\nContent-Type: text/plain; name=a" + std::to_string(i) + ".txt\r\n\r\nwords\r\n";
  }
  raw += "--b--\r\n";
  auto options = CASECOMM_INIT(casecomm_scan_options);
  auto policy = CASECOMM_INIT(casecomm_inbound_policy);
  policy.most_files = 2;
  options.attachments = &policy;
  casecomm_reading reading = nullptr;
  Error error;
  ASSERT_EQ(casecomm_mail_read(S(raw), &options, &reading, &error), CASECOMM_OK) << error.message;
  auto facts = CASECOMM_INIT(casecomm_mail_facts);
  ASSERT_EQ(casecomm_reading_read(reading, &facts, &error), CASECOMM_OK);
  ASSERT_EQ(facts.verdict_count, 3u);
  EXPECT_EQ(facts.verdicts[0]->accepted, 1u);
  EXPECT_EQ(facts.verdicts[1]->accepted, 1u);
  EXPECT_EQ(facts.verdicts[2]->accepted, 0u);
  EXPECT_EQ(Text(facts.verdicts[2]->reason), "too_many");
  casecomm_reading_release(reading);
}

TEST(Readings, T21_T24_NamesAndHtmlAreMadeSafe) {
  casecomm_text text = nullptr;
  Error error;
  ASSERT_EQ(casecomm_file_name_safe(S("../../etc/passwd"), &text, &error), CASECOMM_OK);
  EXPECT_EQ(Taken(text), SafeFileName("../../etc/passwd"));
  const std::string raw = "Content-Type: text/html\r\n\r\n<p onclick=x()>Hi<script>y()</script></p>\r\n";
  ASSERT_EQ(casecomm_mail_safe_html(S(raw), S("cid:"), &text, &error), CASECOMM_OK);
  const std::string html = Taken(text);
  EXPECT_EQ(html, RenderSafeHtml(raw, "cid:"));
  EXPECT_NE(html.find("Hi"), std::string::npos);
  EXPECT_EQ(html.find("onclick"), std::string::npos);
  EXPECT_EQ(html.find("script"), std::string::npos);
}

// ---- the scanner seam ----

struct FakeScanner {
  int calls = 0, released = 0;
  std::string bytes, finding;
  casecomm_status answer = CASECOMM_OK;

  casecomm_host_scanner Table() {
    auto table = CASECOMM_INIT(casecomm_host_scanner);
    table.host = this;
    table.release = [](void* host) { ++static_cast<FakeScanner*>(host)->released; };
    table.scan = [](void* host, const casecomm_scanned_file* file, const casecomm_finding_sink* sink,
                    casecomm_error*) -> casecomm_status {
      auto& self = *static_cast<FakeScanner*>(host);
      ++self.calls;
      self.bytes = Text(file->bytes);
      if (!self.finding.empty()) {
        EXPECT_EQ(sink->found(sink->sink, S(self.finding)), CASECOMM_OK);
      }
      return self.answer;
    };
    return table;
  }
};

std::string MailWithFile(const std::string& to) {
  return "From: bob@client.example.com\r\nTo: " + to +
         "\r\nSubject: file\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nSee it.\r\n--b\r\n"
         "Content-Type: text/plain; name=a.txt\r\nContent-Transfer-Encoding: base64\r\n\r\naGVsbG8=\r\n--b--\r\n";
}

std::vector<std::string> ReceiveFile(FakeScanner* scanner) {
  std::vector<std::string> reasons;
  {
    const casecomm_host_scanner table = scanner->Table();
    World world({}, nullptr, nullptr, [&](casecomm_engine_options* options) { options->scanner = &table; });
    ListSource list;
    list.mails.push_back({MailWithFile(world.Address("C1")), {}});
    const casecomm_host_source source_table = list.Table();
    casecomm_source source = nullptr;
    world.Ok(casecomm_source_host(&source_table, &source, &world.error));
    const casecomm_received_fn received = [](void* host, const casecomm_received* mail) {
      auto facts = CASECOMM_INIT(casecomm_decision_facts);
      ASSERT_EQ(casecomm_decision_read(mail->decision, &facts, nullptr), CASECOMM_OK);
      for (size_t i = 0; i < facts.target_count; ++i) {
        static_cast<std::vector<std::string>*>(host)->push_back(Text(facts.targets[i]->reason));
      }
    };
    world.Ok(casecomm_engine_receive(world.engine, source, S(""), received, &reasons, &world.error));
    casecomm_source_release(source);
  }
  EXPECT_EQ(scanner->released, 1);
  return reasons;
}

TEST(ScannerSeam, T19_AnswersOfTheHostDecide) {
  FakeScanner clean;
  EXPECT_EQ(ReceiveFile(&clean), std::vector<std::string>{"record_address"});
  EXPECT_EQ(clean.calls, 1);
  EXPECT_EQ(clean.bytes, "hello");

  FakeScanner bad;
  bad.finding = "Eicar";
  EXPECT_EQ(ReceiveFile(&bad), std::vector<std::string>{"scanner_hit"});

  FakeScanner down;
  down.answer = CASECOMM_UNAVAILABLE;
  EXPECT_EQ(ReceiveFile(&down), std::vector<std::string>{"scanner_unavailable"});
}

}  // namespace
}  // namespace casecomm::capi_test
