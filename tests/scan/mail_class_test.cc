// SPDX-License-Identifier: Apache-2.0
#include "scan/mail_class.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

#include "base/text.h"
#include "tests/base/random.h"
#include "tests/scan/fixtures.h"
#include "tests/support/heap.h"

namespace casecomm::scan {
namespace {

using ::testing::ElementsAre;

Signs SignsOf(std::string_view mail) {
  EnvelopeScanner scanner;
  Signs signs;
  Classify(scanner.Scan(mail), {}, &signs);
  return signs;
}

std::vector<std::string> Names(const Signs& signs) {
  std::vector<std::string> names;
  for (const SignAt& sign : signs.found) names.emplace_back(sign.name);
  return names;
}

bool Shows(const Signs& signs, std::string_view name) {
  return std::any_of(signs.found.begin(), signs.found.end(), [&](const SignAt& sign) { return sign.name == name; });
}

// A person's mail, with `fields` (lines ended with CRLF) in its header.
std::string Mail(std::string_view fields, std::string_view body = "Paid this morning.\r\n\r\nAnn\r\n") {
  return "Return-Path: <ann@partner.example>\r\nFrom: Ann Smith <ann@partner.example>\r\nTo: desk@crm.example\r\n" +
         std::string(fields) + "Date: Tue, 14 Jan 2025 09:12:00 +0000\r\nMessage-ID: <1@partner.example>\r\n\r\n" +
         std::string(body);
}

// Of a mail program: null return path.
std::string Machine(std::string_view from, std::string_view subject, std::string_view fields = "",
                    std::string_view body = "Hello.\r\n", std::string_view path = "<>") {
  return "Return-Path: " + std::string(path) + "\r\nFrom: " + std::string(from) +
         "\r\nTo: desk@crm.example\r\nSubject: " + std::string(subject) + "\r\n" + std::string(fields) + "\r\n" +
         std::string(body);
}

std::string Parts(std::string_view type, std::string_view part_type, std::string_view part) {
  return "MIME-Version: 1.0\r\nContent-Type: " + std::string(type) +
         "; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSee below.\r\n--b\r\nContent-Type: " +
         std::string(part_type) + "\r\n\r\n" + std::string(part) + "\r\n--b--\r\n";
}

// With such a body instead of one line of text.
std::string WithParts(std::string_view head, const std::string& parts) {
  return "From: " + std::string(head) + "\r\nTo: desk@crm.example\r\nSubject: Note\r\n" + parts;
}

constexpr std::string_view kStatus =
    "Reporting-MTA: dns; mx.partner.example\r\n\r\nFinal-Recipient: rfc822; a@b.example\r\n"
    "Action: failed\r\nStatus: 5.1.1\r\n";
constexpr std::string_view kDisposition =
    "Final-Recipient: rfc822; a@b.example\r\nDisposition: "
    "manual-action/MDN-sent-manually; displayed\r\n";
constexpr std::string_view kFeedback = "Feedback-Type: abuse\r\nUser-Agent: X/1\r\nVersion: 1\r\n";
constexpr std::string_view kQmail =
    "Hi. This is the qmail-send program at mx.partner.example.\r\nI'm afraid I wasn't able to deliver your message to "
    "the following addresses.\r\n";

// For each sign a mail that shows it, and one that nearly does.
struct Case {
  std::string_view sign;
  std::string mail;
  MailClass mail_class;
  std::string near;
  MailClass near_class = MailClass::kNormal;
};

std::vector<Case> Cases() {
  constexpr MailClass kAuto = MailClass::kAutomatic, kList = MailClass::kList, kBounce = MailClass::kBounce,
                      kReceipt = MailClass::kReceipt;
  const auto field = [](std::string_view sign, MailClass mail_class, std::string_view yes, std::string_view no) {
    return Case{sign, Mail(std::string(yes) + "\r\n"), mail_class, Mail(std::string(no) + "\r\n")};
  };
  std::vector<Case> cases = {
      field("auto_submitted_replied", kAuto, "Auto-Submitted: auto-replied", "Auto-Submitted: no"),
      field("auto_submitted_generated", kAuto, "Auto-Submitted: auto-generated", "X-Auto-Submitted: auto-generated"),
      field("auto_submitted_notified", kAuto, "Auto-Submitted: auto-notified; owner-email=\"a@b.example\"",
            "Auto-Submitted: no; owner-email=\"auto-notified\""),
      field("auto_submitted", kAuto, "Auto-Submitted: auto-x-later", "Auto-Submitted:"),
      field("precedence_auto_reply", kAuto, "Precedence: auto_reply", "Precedence: auto_reply_to_me"),
      field("preference_auto_reply", kAuto, "Preference: auto_reply", "Preference: auto"),
      field("x_amazon_auto_reply", kAuto, "X-Amazon-Auto-Reply: true", "X-Amazon-Auto-Reply: no"),
      field("precedence_bulk", kAuto, "Precedence: Junk", "Precedence: normal"),
      field("precedence_list", kList, "Precedence: list", "Precedence: first-class"),
      field("x_precedence_auto_reply", kAuto, "X-Precedence: auto_reply", "X-Precedence: auto"),
      field("x_precedence_bulk", kAuto, "X-Precedence: bulk", "X-Precedence: special-delivery"),
      field("x_precedence_list", kList, "X-Precedence: list", "X-Precedence: listing"),
      field("x_autoreply", kAuto, "X-Autoreply: yes", "X-Autoreply: No"),
      field("x_auto_reply", kAuto, "X-Auto-Reply: true", "X-Auto-Reply: no"),
      field("x_autoreply_from", kAuto, "X-Autoreply-From: ann@partner.example", "X-Autoreply-For: ann@partner.example"),
      field("x_auto_reply_from", kAuto, "X-Auto-Reply-From: ann@partner.example", "X-Auto-Reply-From:"),
      field("x_mail_autoreply", kAuto, "X-Mail-Autoreply: yes", "X-Mail-Autoreply: no"),
      field("x_autorespond", kAuto, "X-Autorespond: Invoice 17", "X-Autorespond: no"),
      field("x_auto_respond", kAuto, "X-Auto-Respond: yes", "X-Auto-Respond:"),
      field("x_autoresponder", kAuto, "X-Autoresponder: Example 1.0", "X-Autoresponders: Example 1.0"),
      field("x_autogenerated_reply", kAuto, "X-Autogenerated: Reply", "X-Autogenerated: no"),
      field("x_autogenerated", kAuto, "X-Autogenerated: Letter", "X-Autogenerated: Mirror"),
      field("x_apple_action", kAuto, "X-Apple-Action: VACATION (x)", "X-Apple-Action: move"),
      field("x_fc_machine_generated", kAuto, "X-FC-MachineGenerated: true", "X-FC-MachineGenerated: false"),
      field("x_post_message_class", kAuto, "X-POST-MessageClass: 9; Autoresponder", "X-POST-MessageClass: 9; Mail"),
      field("x_cron_env", kAuto, "X-Cron-Env: <SHELL=/bin/sh>", "X-Cron: <SHELL=/bin/sh>"),
      field("x_jira_fingerprint", kAuto, "X-JIRA-FingerPrint: 5f0c", "X-JIRA: 5f0c"),
      field("x_ms_exchange_rules_agent", kAuto, "X-MS-Exchange-Generated-Message-Source: Mailbox Rules Agent",
            "X-MS-Exchange-Generated-Message-Source: Mailbox Rules Agency"),
      field("x_failed_recipients", kBounce, "X-Failed-Recipients: a@b.example", "X-Recipients: a@b.example"),
      field("x_ms_exchange_is_ndr", kBounce, "X-MS-Exchange-Message-Is-Ndr:", "X-MS-Exchange-Message-Is-Nd: no"),
      field("content_class_dsn", kBounce, "Content-Class: urn:content-classes:dsn",
            "Content-Class: urn:content-classes:message"),
      field("content_class_mdn", kReceipt, "Content-Class: urn:content-classes:mdn",
            "Content-Class: urn:content-classes:calendarmessage"),
      field("feedback_original_recipient", kAuto, "X-HmXmrOriginalRecipient: a@hotmail.example",
            "X-OriginalRecipient: a@hotmail.example"),
      field("list_id", kList, "List-Id: News <news.partner.example>", "X-List-Id: News"),
      field("list_post", kList, "List-Post: <mailto:users@partner.example>", "List-Posts: 5"),
      field("list_unsubscribe", kList, "List-Unsubscribe: <https://partner.example/u>", "Unsubscribe: no"),
      field("list_subscribe", kList, "List-Subscribe: <mailto:s@partner.example>", "Subscribe: no"),
      field("list_help", kList, "List-Help: <mailto:h@partner.example>", "Help: no"),
      field("list_owner", kList, "List-Owner: <mailto:o@partner.example>", "Owner: Ann"),
      field("list_archive", kList, "List-Archive: <https://partner.example/a>", "Archive: yes"),
      field("mailing_list", kList, "Mailing-List: list u@partner.example; contact o@partner.example", "X-Mailing: yes"),
      field("x_mailing_list", kList, "X-Mailing-List: users@partner.example", "X-Mailing-Lists: none"),
  };
  const std::string ann = "Ann Smith <ann@partner.example>";
  const std::string daemon = "Mail Delivery System <MAILER-DAEMON@mx.partner.example>";
  const std::string postmaster = "postmaster@partner.example";
  const std::string person = "<ann@partner.example>";
  std::vector<Case> others = {
      {"report_delivery_status",
       WithParts(ann, Parts("multipart/report; report-type=\"Delivery-Status\"", "text/plain", "x")), kBounce,
       WithParts(ann, Parts("multipart/mixed; report-type=delivery-status", "text/plain", "x"))},
      {"delivery_status",
       "From: a@b.example\r\nContent-Type: message/delivery-status (x)\r\n\r\n" + std::string(kStatus), kBounce,
       "From: a@b.example\r\nContent-Type: message/delivery-statuses\r\n\r\n" + std::string(kStatus)},
      // A person forwards the report that he got, or his client takes it for a file.
      {"delivery_status_part", WithParts(ann, Parts("multipart/report", "message/delivery-status", kStatus)), kBounce,
       WithParts(ann, Parts("multipart/mixed", "message/delivery-status", kStatus))},
      {"daemon_subject", Machine(daemon, "Undelivered Mail Returned to Sender", "", "", person), kBounce,
       Machine(ann, "Undelivered Mail Returned to Sender", "", "", person)},
      {"daemon_text", Machine(postmaster, "Hm", "", kQmail, person), kBounce,
       Machine(ann, "Hm", "", "What does this mean?\r\n\r\n" + std::string(kQmail), person)},
      {"daemon_null_path", Machine(daemon, "Een bericht"), kBounce, Machine(postmaster, "Een bericht"), kAuto},
      {"null_path_subject", Machine("bounce@partner.example", "failure notice"), kBounce,
       Machine("bounce@partner.example", "Re: failure notice"), kAuto},
      {"null_path_text", Machine("bounce@partner.example", "Hm", "", kQmail), kBounce,
       Machine("bounce@partner.example", "Hm", "", "> " + std::string(kQmail.substr(0, 60)) + "\r\n"), kAuto},
      {"role_report",
       Machine("no-reply@partner.example", "Delivery failure notification", "",
               "Your message could not be delivered to the following recipients:\r\n\r\nx@y.example\r\n", person),
       kBounce,
       Machine("no-reply@partner.example", "Delivery failure notification", "", "Your parcel is late.\r\n", person)},
      {"report_disposition",
       WithParts(ann, Parts("multipart/report; report-type=disposition-notification", "text/plain", "x")), kReceipt,
       WithParts(ann, Parts("multipart/report; report-type=disposition", "text/plain", "x"))},
      {"disposition",
       "From: a@b.example\r\nContent-Type: Message/Disposition-Notification\r\n\r\n" + std::string(kDisposition),
       kReceipt, "From: a@b.example\r\nDisposition-Notification-To: a@b.example\r\n\r\nRead me.\r\n"},
      {"disposition_part", WithParts(ann, Parts("multipart/report", "message/disposition-notification", kDisposition)),
       kReceipt, WithParts(ann, Parts("multipart/mixed", "message/disposition-notification", kDisposition))},
      {"report_feedback", WithParts(ann, Parts("multipart/report; report-type=feedback-report", "text/plain", "x")),
       kAuto, WithParts(ann, Parts("multipart/mixed; report-type=feedback-report", "text/plain", "x"))},
      {"feedback", "From: a@b.example\r\nContent-Type: message/feedback-report\r\n\r\n" + std::string(kFeedback), kAuto,
       "From: a@b.example\r\nContent-Type: text/plain\r\n\r\n" + std::string(kFeedback)},
      {"feedback_part", WithParts(ann, Parts("multipart/report", "message/feedback-report", kFeedback)), kAuto,
       WithParts(ann, Parts("multipart/mixed", "message/feedback-report", kFeedback))},
      {"feedback_hotmail", Machine("staff@hotmail.com", "complaint about message from 192.0.2.1", "", "", person),
       kAuto, Machine("stuff@hotmail.com", "complaint about message from 192.0.2.1", "", "", person)},
      {"subject_auto_reply", Mail("Subject: Automatic reply: Invoice 17\r\n"), kAuto,
       Mail("Subject: Re: Automatic reply: Invoice 17\r\n")},
      {"subject_notes_absence", Mail("Subject: AUTO: Ann Smith is out of the office (returning 20.01.2025)\r\n"), kAuto,
       Mail("Subject: AUTO: price list\r\n")},
      {"subject_absence", Machine(ann, "Abwesenheitsnotiz: Rechnung"), kAuto,
       Machine(ann, "Abwesenheitsnotiz: Rechnung", "", "", person)},
      {"null_return_path", Machine(ann, "Re: Invoice 17"), kAuto, Machine(ann, "Re: Invoice 17", "", "", person)},
  };
  cases.insert(cases.end(), others.begin(), others.end());
  return cases;
}

TEST(MailClass, X02_each_sign_shows_and_what_is_nearly_one_does_not) {
  std::set<std::string_view> tried;
  for (const Case& one : Cases()) {
    SCOPED_TRACE(one.sign);
    tried.insert(one.sign);
    const Signs signs = SignsOf(one.mail);
    EXPECT_TRUE(Shows(signs, one.sign)) << ::testing::PrintToString(Names(signs));
    EXPECT_EQ(signs.Class(), one.mail_class);
    const Signs near = SignsOf(one.near);
    EXPECT_FALSE(Shows(near, one.sign));
    EXPECT_EQ(near.Class(), one.near_class) << ::testing::PrintToString(Names(near));
  }
  for (const SignRow& row : SignTable()) EXPECT_EQ(tried.count(row.name), 1U) << row.name << " has no case";
}

TEST(MailClass, The_offset_is_of_the_field_or_the_part) {
  for (const Case& one : Cases()) {
    SCOPED_TRACE(one.sign);
    const Signs signs = SignsOf(one.mail);
    size_t last = 0;
    for (const SignAt& sign : signs.found) {
      ASSERT_LT(sign.offset, one.mail.size());
      EXPECT_GE(sign.offset, last) << "in the order of the mail";
      last = sign.offset;
      if (sign.offset > 0) {
        EXPECT_EQ(one.mail[sign.offset - 1], '\n');
      }
    }
  }
  const std::string mail =
      "From: a@b.example\r\nX-Y: z\r\nSubject:\r\n Automatic reply: x\r\nAuto-Submitted: x\r\n\r\n";
  const Signs signs = SignsOf(mail);
  ASSERT_THAT(Names(signs), ElementsAre("subject_auto_reply", "auto_submitted"));
  EXPECT_EQ(signs.found[0].offset, mail.find("Subject"));
  EXPECT_EQ(signs.found[1].offset, mail.find("Auto-Submitted"));
}

TEST(MailClass, The_table_is_whole) {
  std::set<std::string_view> names;
  for (const SignRow& row : SignTable()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_FALSE(row.name.empty() || row.where.empty() || row.source.empty()) << row.name;
    EXPECT_NE(row.bits, 0) << row.name;
    EXPECT_TRUE((row.bits & kSignAutoReply) == 0 || (row.bits & kSignAuto) != 0) << row.name;
  }
}

std::string BitsText(uint8_t bits) {
  constexpr std::pair<uint8_t, std::string_view> kNames[] = {
      {kSignBounce, "bounce"},    {kSignReceipt, "receipt"}, {kSignAuto, "automatic"},
      {kSignAutoReply, "answer"}, {kSignList, "list"},       {kSignMute, "mute"},
  };
  std::string text;
  for (const auto& [bit, name] : kNames) {
    if ((bits & bit) != 0) text += (text.empty() ? "" : ", ") + std::string(name);
  }
  return text;
}

TEST(MailClass, The_document_shows_the_table_word_for_word) {
  std::ostringstream table;
  table << "| sign | says | where | source |\n|---|---|---|---|\n";
  for (const SignRow& row : SignTable()) {
    table << "| `" << row.name << "` | " << BitsText(row.bits) << " | " << row.where << " | " << row.source << " |\n";
  }
  std::ifstream file(CASECOMM_SOURCE_DIR "/docs/mail-class.md", std::ios::binary);
  const std::string document{std::istreambuf_iterator<char>(file), {}};
  EXPECT_NE(document.find(table.str()), std::string::npos) << "docs/mail-class.md should hold:\n" << table.str();
}

// RFC 3834, 5: [CFWS] word [CFWS] *(";" parameter).
TEST(MailClass, Auto_submitted_by_its_grammar) {
  for (const std::string_view no :
       {"no", "NO", " no", "\tNo\t", "no (by hand)", "(a person) no", "(a (nested \\) comment)) no", "no;x=y",
        "no ; auto=auto-replied", "no(auto-replied)", "\r\n no", "(\r\n auto-replied)\r\n no", "\"no\"",
        "(auto-replied)", "(open auto-replied", ""}) {
    const Signs signs = SignsOf(Mail("Auto-Submitted:" + std::string(no) + "\r\n"));
    EXPECT_EQ(signs.Class(), MailClass::kNormal) << no;
    EXPECT_TRUE(signs.found.empty()) << no;
  }
  struct {
    std::string_view value, sign;
  } const words[] = {
      {"auto-replied", "auto_submitted_replied"},
      {"Auto-Replied (vacation)", "auto_submitted_replied"},
      {"(rejected) AUTO-REPLIED;owner-email=\"a@b.example\"", "auto_submitted_replied"},
      {"\r\n\tauto-replied", "auto_submitted_replied"},
      {"auto-generated (failure)", "auto_submitted_generated"},
      {"auto-generated;\r\n type=x", "auto_submitted_generated"},
      {"auto-notified; owner-token=x", "auto_submitted_notified"},
      {"auto-forwarded", "auto_submitted"},
      {"yes", "auto_submitted"},
      {"none", "auto_submitted"},
      {"auto-replied-not", "auto_submitted"},
  };
  for (const auto& [value, sign] : words) {
    const Signs signs = SignsOf(Mail("aUTO-sUBMITTED: " + std::string(value) + "\r\n"));
    EXPECT_THAT(Names(signs), ElementsAre(std::string(sign))) << value;
    EXPECT_EQ(signs.Class(), MailClass::kAutomatic);
    EXPECT_EQ(signs.Has(kSignAutoReply), sign == "auto_submitted_replied");
  }
  EXPECT_THAT(Names(SignsOf(Mail("Auto-Submitted: no\r\nAuto-Submitted: auto-replied\r\nAuto-Submitted: "
                                 "auto-replied\r\n"))),
              ElementsAre("auto_submitted_replied"))
      << "each field is read, each sign told once";
}

TEST(MailClass, X02_bounce_before_receipt_before_automatic_before_list_before_normal) {
  const std::string bounce = "X-Failed-Recipients: a@b.example\r\n",
                    receipt = "Content-Class: urn:content-classes:mdn\r\n",
                    automatic = "Auto-Submitted: auto-replied\r\n", list = "List-Id: <x.y>\r\n";
  const Signs all = SignsOf(Mail(list + automatic + receipt + bounce));
  EXPECT_EQ(all.Class(), MailClass::kBounce);
  EXPECT_TRUE(all.Has(kSignBounce) && all.Has(kSignReceipt) && all.Has(kSignAuto) && all.Has(kSignList));
  EXPECT_FALSE(all.Has(kSignAutoReply)) << "a report is no answer, RFC 3834, 2";
  const Signs read = SignsOf(Mail(list + automatic + receipt));
  EXPECT_EQ(read.Class(), MailClass::kReceipt);
  EXPECT_FALSE(read.Has(kSignAutoReply));
  const Signs reply = SignsOf(Mail(list + automatic));
  EXPECT_EQ(reply.Class(), MailClass::kAutomatic);
  EXPECT_TRUE(reply.Has(kSignAutoReply));
  const Signs posted = SignsOf(Mail(list));
  EXPECT_EQ(posted.Class(), MailClass::kList);
  EXPECT_TRUE(posted.IsAutomatic());
  EXPECT_FALSE(posted.Has(kSignAuto));
  const Signs normal = SignsOf(Mail(""));
  EXPECT_EQ(normal.Class(), MailClass::kNormal);
  EXPECT_FALSE(normal.IsAutomatic());
  const Signs mute = SignsOf(Machine("ann@partner.example", "Re: Invoice"));
  EXPECT_EQ(mute.Class(), MailClass::kAutomatic);
  EXPECT_FALSE(mute.IsAutomatic()) << "a null return path alone: nobody may answer it, but no field says automatic";
  EXPECT_FALSE(mute.Has(kSignBounce));
}

TEST(MailClass, Subjects_of_automatic_answers_in_many_languages) {
  for (const std::string_view subject :
       {"Automatic reply: x", "AUTOMATIC REPLY:", "Out of Office AutoReply: x", "Automatische Antwort: x",
        "Automatisch antwoord: x", "R\xc3\xa9ponse automatique : x", "R\xc3\xa9ponse automatique\xc2\xa0: x",
        "=?utf-8?Q?R=C3=A9ponse_automatique=C2=A0:_x?=", "=?iso-8859-1?Q?R=E9ponse_automatique_:_x?=",
        "=?ISO-8859-1?B?UmVzcHVlc3RhIGF1dG9t4XRpY2E6IHg=?=",
        "=?utf-8?B?UmVzcHVlc3RhIGF1dG9t?= =?utf-8?B?w6F0aWNhOiB4?=", "=?koi8-r?B?4dfUz83B1MnexdPLycogz9TXxdQ6IHg=?=",
        "Risposta automatica: x", "Automatiskt svar: x", "Automatisk svar: x", "Automaattinen vastaus: x",
        "=?utf-8?B?6Ieq5Yqo5Zue5aSNOiB4?=", "=?utf-8?B?6Ieq5Yqo562U5aSN77yaeA==?="}) {
    const Signs signs = SignsOf(Mail("Subject: " + std::string(subject) + "\r\n"));
    EXPECT_EQ(signs.Class(), MailClass::kAutomatic) << subject;
    EXPECT_TRUE(signs.Has(kSignAutoReply)) << subject;
  }
  for (const std::string_view subject : {"Re: Automatic reply: x",
                                         "AW: Automatische Antwort: x",
                                         "Fwd: Automatic reply: x",
                                         "Automatic reply",
                                         "",
                                         "Automatic replying: x",
                                         "How does an automatic reply: work",
                                         "Out of office next week - who covers?",
                                         "Out of office: 3 to 7 July",
                                         "Abwesenheit: Ann",
                                         "[list] Automatic reply: x",
                                         "OOO: Ann",
                                         "Automatische Antworten: x",
                                         "=?utf-8?Q?Re:_R=C3=A9ponse_automatique_:_x?=",
                                         "=?utf-8?Q?",
                                         "=?utf-8?X?abc?=",
                                         "=?koi8-r?Q?",
                                         "Undeliverable: x",
                                         "Mail delivery failed: returning message to sender",
                                         "Returned mail"}) {
    EXPECT_EQ(SignsOf(Mail("Subject: " + std::string(subject) + "\r\n")).Class(), MailClass::kNormal) << subject;
  }
  EXPECT_TRUE(SignsOf(Machine("ann@partner.example", "Auto: Invoice 17")).Has(kSignAutoReply)) << "Sieve";
  EXPECT_FALSE(
      SignsOf(Mail("Subject: Out of office: our picks\r\nPrecedence: bulk\r\nList-Id: <n.x>\r\n")).Has(kSignAutoReply))
      << "a newsletter";
}

TEST(MailClass, T32_systems_of_tickets_are_automatic_and_no_absence) {
  EXPECT_EQ(SignsOf(Mail("Subject: [example.com #33575] AutoReply: Invoice\r\nPrecedence: bulk\r\n")).bits, kSignAuto);
  EXPECT_EQ(SignsOf(Mail("Subject: [Request received] Invoice\r\nAuto-Submitted: auto-generated\r\n")).bits, kSignAuto);
}

// The words of each product, with addresses of our own.
TEST(MailClass, Reports_of_the_forms_older_than_RFC_3464) {
  const std::string daemon = "MAILER-DAEMON@mx.partner.example";
  struct {
    std::string from, subject, body;
  } const mails[] = {
      {daemon, "failure notice", std::string(kQmail)},
      {daemon, "Hm", std::string(kQmail)},
      {"Mail Delivery System <Mailer-Daemon@mx.partner.example>", "Mail delivery failed: returning message to sender",
       ""},
      {daemon, "[users] Mail delivery failed: returning message to sender", ""},
      {daemon, "Warning: message 1abcDE-000123-Xy delayed 24 hours", ""},
      {daemon, "Undelivered Mail Returned to Sender", ""},
      {daemon, "Delayed Mail (still being retried)", ""},
      {daemon, "Returned mail: see transcript for details", ""},
      {daemon, "Warning: could not send message for past 4 hours", ""},
      {daemon, "Delivery Status Notification (Failure)", ""},
      {daemon, "Delivery Status Notification (Delay)", ""},
      {"postmaster@partner.example", "Undeliverable: Invoice 17", ""},
      {"System Administrator <postmaster@partner.example>", "=?windows-1252?Q?Unzustellbar=3A_Rechnung?=", ""},
      {"postmaster@partner.example", "=?iso-8859-1?Q?Olevererbart=3A_Faktura?=", ""},
      {"postmaster@partner.example", "Non remis : Facture", ""},
      {"Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@partner.example>", "Onbestelbaar: x", ""},
      {"Postmaster@partner.example", "DELIVERY FAILURE: User ann (ann@partner.example) not listed in Directory", ""},
      {"Postmaster@partner.example", "Mail Delivery Failure", ""},
      {"MAILER-DAEMON@yahoo.example", "Failure Notice",
       "Sorry, we were unable to deliver your message to the following address.\r\n"},
      {"Mail Delivery Subsystem <mailer-daemon@googlemail.example>", "Hm",
       "Your message wasn't delivered to x@y.example because the address couldn't be found\r\n"},
      {"postmaster@163.example", "=?gbk?B?z7XNs83L0MU=?=", ""},
      {"postmaster@partner.example", "Hm",
       "The message that you sent was undeliverable to the following:\r\n\tx@y.example (user not found)\r\n"},
      {"Postmaster <postmaster@partner.example>", "Undeliverable Mail", "Unknown user: x@y.example\r\n"},
      {"<>", "Returned mail: User unknown", "   ----- Transcript of session follows -----\r\n"},
      {"mailer-daemon", "Hm", "   ----- The following addresses had permanent fatal errors -----\r\n"},
  };
  for (const auto& mail : mails) {
    SCOPED_TRACE(mail.from + " | " + mail.subject);
    EXPECT_EQ(SignsOf(Machine(mail.from, mail.subject, "", mail.body)).Class(), MailClass::kBounce);
    if (mail.from == "<>") continue;
    const std::string no_path = Replaced(Machine(mail.from, mail.subject, "", mail.body), "Return-Path: <>", "X-Y: z");
    EXPECT_EQ(SignsOf(no_path).Class(), MailClass::kBounce) << "a relay lost the return path";
    if (mail.from.find("ostmaster@") != std::string::npos) continue;
    EXPECT_EQ(SignsOf(Machine(mail.from, mail.subject, "", mail.body, "<x@y.example>")).Class(), MailClass::kBounce)
        << "a list put its own";
    EXPECT_EQ(
        SignsOf(Machine("Ann <ann@partner.example>", mail.subject, "", mail.body, "<ann@partner.example>")).Class(),
        MailClass::kNormal)
        << "a person who repeats it";
  }
  for (const std::string_view encoding : {"base64", "quoted-printable"}) {
    const std::string body = encoding == "base64" ? "SGkuIFRoaXMgaXMgdGhlIHFtYWlsLXNlbmQgcHJvZ3JhbSBhdCBteC4=\r\n"
                                                  : "Hi. This is the qmail-send=\r\n program at mx.\r\n";
    EXPECT_TRUE(Shows(SignsOf(Machine("postmaster@x.example", "Hm",
                                      "Content-Transfer-Encoding: " + std::string(encoding) + "\r\n", body)),
                      "daemon_text"))
        << encoding;
  }
  EXPECT_TRUE(Shows(SignsOf(Machine("postmaster@x.example", "Hm", "Content-Type: text/html\r\n",
                                    "<p>Delivery has failed <b>to these</b>\r\nrecipients</p>\r\n")),
                    "daemon_text"));
}

TEST(MailClass, Reports_of_gateways_and_of_lists_that_pass_them_on) {
  const std::string list = "List-Id: Talk <talk.partner.example>\r\nPrecedence: bulk\r\n";
  const std::string mails[] = {
      Machine("\"Jetmail System\" <>", "Mail Error", list, "It came back.\r\n", "<talk-admin@partner.example>"),
      Machine("<>", "Hm", "Auto-Submitted: auto-replied\r\n", "That's not a valid user here.\r\n"),
      Machine("Postmaster <postmaster@partner.example>", "Undeliverable Mail", list,
              "Delivery failed 20 attempts: x@y.example\r\n", "<talk-admin@partner.example>"),
      Machine("postmaster@partner.example", "Hm", "", "Delivery failed 12 attempts: x@y.example\r\n",
              "<postmaster@partner.example>"),
      Machine("post_master@partner.example", "Re:Note", "", "550 - Requested action not taken: no such user here\r\n",
              "<post_master@partner.example>"),
      Machine("MAILER-DAEMON@partner.example", "Your message to x@y.example could not be delivered.", "", "",
              "<MAILER-DAEMON@partner.example>"),
      Machine("E500_SMTP_Mail_Service@partner.example", "Returned Mail - Error During Delivery", "",
              "------ Failed Recipients ------\r\n\r\n<x@y.example>: mailbox unavailable\r\n", "<e@partner.example>"),
      Machine("\"System Administrator\"@partner.example", "Delivery Failure", "",
              "Could not deliver message to the following recipient(s):\r\n\r\nFailed Recipient: x@y.example\r\n",
              "<a@partner.example>"),
  };
  for (const std::string& mail : mails) {
    const Signs signs = SignsOf(mail);
    EXPECT_EQ(signs.Class(), MailClass::kBounce) << mail << ::testing::PrintToString(Names(signs));
  }
  // Who writes under the address of a role, and says something first, is a person.
  const std::string person = "<admin@partner.example>";
  const std::string others[] = {
      Machine("admin@partner.example", "Re: Delivery failure", "",
              "The following message could not be delivered, says the server. Why?\r\n", person),
      Machine("admin@partner.example", "Delivery failure", "",
              "We moved to a new provider" + std::string(500, '.') +
                  "\r\n\r\nThis message was created automatically by mail delivery software.\r\n",
              person),
      Machine("admin@partner.example", "Delivery failure", "", "The parcel is lost.\r\n", person),
      Machine("postmaster@partner.example", "Hm", "",
              "I made several attempts: delivery failed attempts do not count.\r\n", "<postmaster@partner.example>"),
  };
  for (const std::string& mail : others) {
    const Signs signs = SignsOf(mail);
    EXPECT_EQ(signs.Class(), MailClass::kNormal) << mail << ::testing::PrintToString(Names(signs));
  }
}

TEST(MailClass, An_answer_by_its_stamp) {
  for (const std::string_view subject :
       {"Auto-Reply: Invoice 17", "Autoreply: Invoice 17", "[Automatyczna =?iso-8859-2?Q?odpowied=BC?=] Invoice 17",
        "=?utf-8?B?6Ieq5YuV6L+U5L+h77ya?= Invoice 17"}) {
    EXPECT_TRUE(SignsOf(Mail("Subject: " + std::string(subject) + "\r\n")).Has(kSignAutoReply)) << subject;
  }
  for (const std::string_view subject :
       {"Auto-reply for my mailbox?", "Re: Auto-Reply: Invoice 17", "[Talk] Auto-Reply: Invoice 17", "[auto-reply"}) {
    EXPECT_FALSE(SignsOf(Mail("Subject: " + std::string(subject) + "\r\n")).Has(kSignAutoReply)) << subject;
  }
}

TEST(MailClass, What_only_looks_like_a_report_is_none) {
  const std::string person = "<ann@partner.example>";
  const std::string mails[] = {
      // forwarded as it stands, inside a message
      WithParts("ann@partner.example",
                Parts("multipart/mixed", "message/rfc822",
                      "From: MAILER-DAEMON@x.example\r\nSubject: failure notice\r\nContent-Type: "
                      "multipart/report; report-type=delivery-status; boundary=c\r\n\r\n--c\r\n"
                      "Content-Type: message/delivery-status\r\n\r\n" +
                          std::string(kStatus) + "\r\n--c--\r\n")),
      Machine("ann@partner.example", "Fwd: Undelivered Mail Returned to Sender", "",
              "Why?\r\n\r\n-----Original Message-----\r\nFrom: MAILER-DAEMON@x.example\r\n\r\n" + std::string(kQmail),
              person),
      Machine("ann@partner.example", "Undeliverable: Invoice 17", "", "It came back.\r\n", person),
      Machine("postmaster@partner.example", "Delivery report of March", "", "Find it attached.\r\n",
              "<postmaster@partner.example>"),
      Machine("postmaster@partner.example", "Your account", "", "Please call me.\r\n\r\nThe postmaster\r\n", person),
      Machine("Mail System Internal Data <MAILER-DAEMON@partner.example>",
              "DON'T DELETE THIS MESSAGE -- FOLDER INTERNAL DATA", "", "This text is part of the internal format.\r\n",
              "<MAILER-DAEMON>"),
      "From: ann@partner.example\r\nSubject: failure notice\r\n\r\n" + std::string(kQmail),
  };
  for (const std::string& mail : mails) {
    const Signs signs = SignsOf(mail);
    EXPECT_EQ(signs.Class(), MailClass::kNormal) << mail << ::testing::PrintToString(Names(signs));
  }
  const Signs absent = SignsOf(
      Machine("ann@partner.example", "Automatic reply: failure notice", "Auto-Submitted: auto-replied\r\n", kQmail));
  EXPECT_EQ(absent.Class(), MailClass::kAutomatic) << "it answers a report";
  EXPECT_TRUE(absent.Has(kSignAutoReply));
}

TEST(MailClass, T32_suppression_and_body_text_never_change_the_class_of_a_normal_mail) {
  test::Rng random;
  PRINT_SEED(random);
  const auto any = [&](auto... choices) {
    const std::string list[] = {std::string(choices)...};
    return list[random() % std::size(list)];
  };
  for (int round = 0; round < 500; ++round) {
    const std::string head = "Subject: " +
                             any("Invoice", "Re: Automatic reply: x", "Out of office next week", "Fwd: failure notice",
                                 "=?utf-8?B?w6k=?=", "") +
                             "\r\n" + any("", "X-Loop: ann@partner.example\r\n", "Precedence: normal\r\n") +
                             any("", "Content-Type: text/html\r\n", "Content-Type: multipart/mixed; boundary=b\r\n",
                                 "Auto-Submitted: no\r\n");
    ASSERT_EQ(SignsOf(Mail(head)).Class(), MailClass::kNormal) << head;
    std::string body =
        any(std::string(kQmail), std::string(kStatus), "--b\r\nContent-Type: message/delivery-status\r\n\r\n",
            "Auto-Submitted: auto-replied\r\n\r\n", "I am out of the office.\r\n");
    for (int i = static_cast<int>(random() % 200); i > 0; --i) body += static_cast<char>(random());
    const std::string suppress =
        "X-Auto-Response-Suppress: " + any("All", "OOF", "DR, OOF, AutoReply", "None") + "\r\n";
    const Signs signs = SignsOf(Mail(suppress + head, body));
    EXPECT_EQ(signs.Class(), MailClass::kNormal) << head << body;
    EXPECT_TRUE(signs.found.empty());
  }
}

TEST(MailClass, A_warm_look_at_a_mail_that_is_no_report_allocates_nothing) {
  const std::string mails[] = {
      Mail("Subject: =?utf-8?Q?R=C3=A9ponse?= =?utf-8?B?w6k=?=\r\n"),
      Mail("Subject: Automatic reply: x\r\nAuto-Submitted: auto-replied\r\nList-Id: <x>\r\nPrecedence: bulk\r\n"),
      Mail("Content-Type: multipart/mixed; boundary=\"a-long-boundary-that-fits-nowhere\"\r\n"),
      Machine("ann@partner.example", "Automatic reply: x"),
  };
  for (const std::string& mail : mails) {
    EnvelopeScanner scanner;
    Signs signs;
    Classify(scanner.Scan(mail), {}, &signs);
    const Envelope& envelope = scanner.Scan(mail);
    const auto before = test::Allocations();
    Classify(envelope, {}, &signs);
    EXPECT_EQ(test::Allocations(), before) << mail;
  }
}

std::string Repeated(std::string_view piece, size_t size) {
  std::string text;
  while (text.size() < size) text += piece;
  return text;
}

TEST(MailClass, Twice_the_mail_costs_at_most_a_little_more_than_twice) {
  const auto grow = [](size_t size) {
    return std::vector<std::string>{
        Mail(Repeated("Auto-Submitted: (x) no\r\n", size)),
        Mail("Auto-Submitted: " + Repeated("(a) ", size) + "no\r\n"),
        Mail("Subject: " + Repeated("=?utf-8?Q?a?= ", size) + "\r\n"),
        Machine("postmaster@x.example", "Hm", "", Repeated("the following addresses\r\n", size)),
        Machine("postmaster@x.example", "Hm", "", Repeated("<<<<the original message was received ", size)),
        Machine("postmaster@x.example", "Hm", "Content-Type: multipart/report; boundary=b\r\n",
                Repeated("--b\r\n\r\nx\r\n", size)),
    };
  };
  constexpr size_t kSize = 200'000;
  const std::vector<std::string> once = grow(kSize), twice = grow(2 * kSize);
  for (size_t i = 0; i < once.size(); ++i) {
    EnvelopeScanner one, other;
    const Envelope &small = one.Scan(once[i]), &large = other.Scan(twice[i]);
    Signs signs;
    const auto classify = [&](const Envelope& envelope) {
      for (int run = 0; run < 20; ++run) Classify(envelope, {}, &signs);
    };
    EXPECT_TRUE(CostsAtMost(
        3, [&] { classify(small); }, [&] { classify(large); }))
        << i;
  }
}

}  // namespace
}  // namespace casecomm::scan
