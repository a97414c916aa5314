// SPDX-License-Identifier: Apache-2.0
#include "scan/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "scan/mail_class.h"
#include "scan/report_text.h"
#include "scan/status_code.h"
#include "tests/scan/fixtures.h"

namespace casecomm::scan {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;
using ::testing::SizeIs;

using Text = std::optional<std::string>;

std::vector<DeliveryReport> ReportsOf(const std::string& mail) {
  EnvelopeScanner scanner;
  const Envelope& envelope = scanner.Scan(mail);
  Signs signs;
  Classify(envelope, {}, &signs);
  EXPECT_EQ(signs.Class(), MailClass::kBounce) << mail;
  return ReadDeliveryReports(envelope, {});
}

std::string Report(std::string_view status, std::string_view last = "", std::string_view text = "It failed.\r\n",
                   std::string_view fields = "") {
  return "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.partner.example\r\nTo: desk@crm.example\r\n" + std::string(fields) +
         "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\n" +
         std::string(text) + "\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n" + std::string(status) + "\r\n" +
         std::string(last) + "--b--\r\n";
}

constexpr std::string_view kMta =
    "Reporting-MTA: dns; mx.partner.example\r\nArrival-Date: Tue, 14 Jan 2025 09:12:00 "
    "+0000\r\n\r\n";

std::string Plain(std::string_view body, std::string_view subject = "failure notice", std::string_view fields = "") {
  return "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.partner.example\r\nTo: desk@crm.example\r\nSubject: " +
         std::string(subject) + "\r\n" + std::string(fields) + "\r\n" + std::string(body);
}

std::string Repeated(std::string_view piece, size_t size) {
  std::string text;
  while (text.size() < size) text += piece;
  return text;
}

TEST(Reports, X02_the_fields_of_RFC_3464) {
  const auto reports = ReportsOf(Report(
      std::string(kMta) + "Original-Recipient: rfc822;Ann+2Bx@Partner.Example\r\nFinal-Recipient: RFC822; (her) "
                          "<Ann@PARTNER.example>\r\nAction: Failed (for good)\r\nStatus: 5.1.1 (bad address)\r\n"
                          "Remote-MTA: dns; mx2.partner.example\r\nDiagnostic-Code: smtp; 550 5.1.1\r\n\t"
                          "<Ann@partner.example>: no\r\n such user\r\nLast-Attempt-Date: Tue, 14 Jan 2025 09:12:00 "
                          "+0000\r\n",
      "--b\r\nContent-Type: message/rfc822\r\n\r\nFrom: desk@crm.example\r\nMessage-ID:\r\n <orig-1@crm.example>\r\n"
      "\r\nMessage-ID: <no@x.example>\r\n"));
  ASSERT_THAT(reports, SizeIs(1));
  EXPECT_EQ(reports[0].final_recipient, "Ann@partner.example");
  EXPECT_EQ(reports[0].original_recipient, Text("Ann+x@partner.example"));
  EXPECT_EQ(reports[0].action, Text("failed"));
  EXPECT_EQ(reports[0].status, Text("5.1.1"));
  EXPECT_EQ(reports[0].diagnostic, Text("550 5.1.1 <Ann@partner.example>: no such user"));
  EXPECT_EQ(reports[0].original_message_id, Text("orig-1@crm.example"));
}

TEST(Reports, Several_recipients_and_broken_groups) {
  const std::string a = "Final-Recipient: rfc822; a@x.example\r\n", b = "Final-Recipient: rfc822; b@x.example\r\n",
                    failed = "Action: failed\r\nStatus: 5.1.1\r\n", delayed = "Action: delayed\r\nStatus: 4.4.1\r\n";
  const std::string mta(kMta);
  for (const std::string& status : {
           mta + a + failed + "\r\n" + b + delayed,                    // RFC 3464
           mta + a + failed + b + delayed,                             // no empty line between them
           a + failed + "\r\n" + b + delayed,                          // no fields of the message
           mta + a + "\r\n" + failed + "\r\n" + b + "\r\n" + delayed,  // empty lines inside
           mta + "\r\n\r\nnot a field\r\n" + a + failed + " \r\n\r\n\r\n\r\n" + b + delayed,
           mta + Replaced(a, ": ", " :") + failed + "\r\n: x\r\n" + b + delayed + "Action: failed\r\n",
       }) {
    SCOPED_TRACE(status);
    const auto reports = ReportsOf(Report(status));
    ASSERT_THAT(reports, SizeIs(2));
    EXPECT_EQ(reports[0].final_recipient, "a@x.example");
    EXPECT_EQ(reports[0].action, Text("failed"));
    EXPECT_EQ(reports[0].status, Text("5.1.1"));
    EXPECT_EQ(reports[1].final_recipient, "b@x.example");
    EXPECT_EQ(reports[1].action, Text("delayed"));
    EXPECT_EQ(reports[1].status, Text("4.4.1"));
  }
}

TEST(Reports, Recipients_in_every_shape) {
  struct {
    std::string_view value, address;
  } const shapes[] = {
      {"rfc822; a@X.example", "a@x.example"},
      {"rfc822;<a@x.example>", "a@x.example"},
      {"<a@x.example>", "a@x.example"},
      {"a@x.example", "a@x.example"},
      {"RFC822;\r\n a@x.example", "a@x.example"},
      {"rfc822; \"a;b\"@x.example", "\"a;b\"@x.example"},
      {"utf-8; \xc3\xa9@x.example", "\xc3\xa9@x.example"},
      {"LOCAL; ann", "ann"},
      {"X400; /G=Ann/C=de/", "/G=Ann/C=de/"},
      {"rfc822; a+41@x.example", "a+41@x.example"},
      {"rfc822; Ann <a@x.example> (her)", "a@x.example"},
  };
  for (const auto& [value, address] : shapes) {
    const auto reports = ReportsOf(Report("Final-Recipient: " + std::string(value) + "\r\nAction: failed\r\n"));
    ASSERT_THAT(reports, SizeIs(1)) << value;
    EXPECT_EQ(reports[0].final_recipient, address);
  }
  const auto original = ReportsOf(
      Report("Original-Recipient: rfc822; a+3Db+2Bc@x.example\r\nFinal-Recipient: system;<>\r\nAction: failed\r\n"));
  ASSERT_THAT(original, SizeIs(1));
  EXPECT_EQ(original[0].final_recipient, "a=b+c@x.example") << "RFC 3461, 4";
  for (const std::string_view name : {"LOCAL; <ann>", "X400; /G=Ann/C=de/"}) {
    const auto named = ReportsOf(Report(
        "Original-Recipient: rfc822; a@x.example\r\nFinal-Recipient: " + std::string(name) + "\r\nAction: failed\r\n"));
    ASSERT_THAT(named, SizeIs(1));
    EXPECT_EQ(named[0].final_recipient, "a@x.example") << "of CommuniGate Pro, X.400 gateways";
  }
}

TEST(Reports, Status_from_where_it_is_known_best) {
  struct {
    std::string_view fields, status;
  } const cases[] = {
      {"Action: failed\r\nStatus: 5.2.2\r\nDiagnostic-Code: smtp; 550 5.1.1 x\r\n", "5.2.2"},
      {"Action: failed\r\nStatus: 5.0.0\r\nDiagnostic-Code: smtp; 550 5.1.1 x\r\n", "5.1.1"},
      {"Action: failed\r\nStatus: 5.0.0\r\nDiagnostic-Code: smtp; 450 4.1.1 x\r\n", "5.0.0"},
      {"Action: failed\r\nStatus: 5.0.0\r\nDiagnostic-Code: smtp; 550 no mailbox here (#5.7.17)\r\n", "5.7.17"},
      {"Action: failed\r\nStatus: 5.0.0\r\nDiagnostic-Code: smtp; 550 user unknown\r\n", "5.0.0"},
      {"Action: failed\r\nStatus: 5.0.0\r\nDiagnostic-Code: smtp; connect to [5.1.1.7]\r\n", "5.0.0"},
      {"Action: failed\r\nDiagnostic-Code: smtp; 550 5.7.26 x\r\n", "5.7.26"},
      {"Action: failed\r\nDiagnostic-Code: smtp; 550 User unknown\r\n", "5.1.1"},
      {"Action: failed\r\nDiagnostic-Code: smtp; 552 x\r\n", "5.2.2"},
      {"Action: delayed\r\nDiagnostic-Code: smtp; 451 later\r\n", "4.0.0"},
      {"Action: delayed\r\nDiagnostic-Code: X-Postfix; connection timed out\r\n", "4.4.1"},
      {"Action: failed\r\n", "5.0.0"},
      {"Action: delayed\r\n", "4.0.0"},
      {"Action: delivered\r\n", "2.0.0"},
      {"Action: relayed\r\nStatus: 2.1.9\r\n", "2.1.9"},
      {"Action: failed\r\nStatus: 5.1.1.0\r\n", "5.0.0"},
      {"Action: failed\r\nStatus: DNS 5.4.4\r\n", "5.0.0"},
  };
  for (const auto& [fields, status] : cases) {
    const auto reports = ReportsOf(Report("Final-Recipient: rfc822; a@x.example\r\n" + std::string(fields)));
    ASSERT_THAT(reports, SizeIs(1));
    EXPECT_EQ(reports[0].status, Text(status)) << fields;
  }
  const auto none = ReportsOf(Report("Final-Recipient: rfc822; a@x.example\r\n"));
  ASSERT_THAT(none, SizeIs(1));
  EXPECT_EQ(none[0].status, std::nullopt);
  EXPECT_EQ(none[0].action, std::nullopt);
  EXPECT_EQ(none[0].diagnostic, std::nullopt);
}

TEST(Reports, A_status_part_in_a_transfer_encoding) {
  const auto reports = ReportsOf(Replaced(
      Report("RmluYWwtUmVjaXBpZW50OiByZmM4MjI7IGFAeC5leGFtcGxlCkFjdGlvbjogZmFpbGVkClN0YXR1"
             "czogNS4xLjEK\r\n"),
      "message/delivery-status\r\n", "message/global-delivery-status\r\nContent-Transfer-Encoding: base64\r\n"));
  ASSERT_THAT(reports, SizeIs(1));
  EXPECT_EQ(reports[0].final_recipient, "a@x.example");
  EXPECT_EQ(reports[0].status, Text("5.1.1"));
}

TEST(Reports, The_original_id_from_where_it_stands) {
  const std::string status = "Final-Recipient: rfc822; a@x.example\r\nAction: failed\r\nStatus: 5.1.1\r\n";
  const std::string id = "Message-Id: <orig@crm.example>\r\n";
  const auto original = [](const std::string& mail) {
    const auto reports = ReportsOf(mail);
    return reports.empty() ? Text("no report") : reports[0].original_message_id;
  };
  for (const std::string type : {"message/rfc822", "message/global", "text/rfc822-headers", "message/rfc822-headers",
                                 "message/global-headers"}) {
    EXPECT_EQ(original(Report(status, "--b\r\nContent-Type: " + type + "\r\n\r\nSubject: x\r\n" + id)),
              Text("orig@crm.example"))
        << type;
  }
  EXPECT_EQ(original(Report(status, "--b\r\nContent-Type: text/plain\r\n\r\n" + id)), std::nullopt)
      << "a text is no returned mail";
  EXPECT_EQ(original(Report(status + "X-Original-Message-ID: <field@crm.example>\r\n",
                            "--b\r\nContent-Type: message/rfc822\r\n\r\n" + id)),
            Text("field@crm.example"));
  EXPECT_EQ(original(Report(status, "", "x\r\n", "In-Reply-To: <answered@crm.example>\r\n")),
            Text("answered@crm.example"));
  EXPECT_EQ(original(Report(status, "--b\r\nContent-Type: message/rfc822\r\n\r\n" + id, "x\r\n",
                            "In-Reply-To: <answered@crm.example>\r\n")),
            Text("orig@crm.example"));
  EXPECT_EQ(original(Report(status)), std::nullopt);
  EXPECT_EQ(original(Report(status, "--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\n" + id)),
            std::nullopt)
      << "in the body of the returned mail";
  EXPECT_EQ(original(Report(status, "--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <" +
                                        std::string(2000, 'x') + "@x>\r\n")),
            std::nullopt)
      << "longer than a line may be";
}

// The words of each product, with addresses of our own.
struct Form {
  std::string_view product;
  std::string mail;
  std::vector<std::string> recipients;
  std::string_view action, status, diagnostic;
  Text original = std::nullopt;
};

std::vector<Form> Forms() {
  const std::string copy =
      "Return-Path: <desk@crm.example>\r\nReceived: from crm.example by x.example; today\r\nMessage-ID: "
      "<orig@crm.example>\r\nFrom: desk@crm.example\r\nTo: zoe@else.example\r\n\r\n<zoe@else.example>:\r\n550 5.9.9 "
      "hello\r\n";
  const Text id = "orig@crm.example";
  return {
      {"qmail",
       Plain(
           "Hi. This is the qmail-send program at mx.partner.example.\r\nI'm afraid I wasn't able to deliver your "
           "message "
           "to the following addresses.\r\nThis is a permanent error; I've given up. Sorry it didn't work out.\r\n\r\n"
           "<ann@Partner.example>:\r\nSorry, no mailbox here by that name. (#5.1.1)\r\n\r\n<bob@partner.example>:\r\n"
           "192.0.2.7 does not like recipient.\r\nRemote host said: 550 5.1.1 unknown\r\nGiving up on "
           "192.0.2.7.\r\n\r\n"
           "--- Below this line is a copy of the message.\r\n\r\n" +
           copy),
       {"ann@partner.example", "bob@partner.example"},
       "failed",
       "5.1.1",
       "Sorry, no mailbox here by that name. (#5.1.1)",
       id},
      {"Exim",
       Plain(
           "This message was created automatically by mail delivery software.\r\n\r\nA message that you sent could not "
           "be delivered to one or more of its\r\nrecipients. This is a permanent error. The following address(es) "
           "failed:\r\n\r\n  ann@partner.example\r\n    SMTP error from remote mail server after RCPT TO:"
           "<ann@partner.example>:\r\n    host mx.partner.example [192.0.2.7]: 550 5.1.10 no such user\r\n\r\n------ "
           "This "
           "is a copy of the message, including all the headers. ------\r\n\r\n" +
               copy,
           "Mail delivery failed: returning message to sender", "X-Failed-Recipients: ann@partner.example\r\n"),
       {"ann@partner.example"},
       "failed",
       "5.1.10",
       "SMTP error from remote mail server after RCPT TO:<ann@partner.example>: host mx.partner.example [192.0.2.7]: "
       "550 "
       "5.1.10 no such user",
       id},
      {"Exim, delayed",
       Plain(
           "This message was created automatically by mail delivery software.\r\nA message that you sent has not yet "
           "been "
           "delivered to one or more of its\r\nrecipients after more than 24 hours on the queue on mx.example.\r\n\r\n"
           "The message identifier is:     1abcDE-000123-Xy\r\nThe subject of the message is: Re: Order\r\n\r\nThe "
           "address "
           "to which the message has not yet been delivered is:\r\n\r\n  ann@partner.example\r\n    Delay reason: "
           "Connection timed out\r\n\r\nNo action is required on your part.\r\n",
           "Warning: message 1abcDE-000123-Xy delayed 24 hours"),
       {"ann@partner.example"},
       "delayed",
       "4.4.1",
       "Delay reason: Connection timed out"},
      {"Postfix, 1999",
       Plain("This is the Postfix program at host mx.example.\r\n\r\nI'm sorry to have to inform you that the message "
             "returned\r\nbelow could not be delivered to one or more destinations.\r\n\r\n\t\t\tThe Postfix "
             "program\r\n\r\n"
             "<ann@partner.example> (expanded from <all@partner.example>): host mx[192.0.2.7]\r\n    said: 552 5.2.2 "
             "mailbox "
             "full\r\n",
             "Undelivered Mail Returned to Sender"),
       {"ann@partner.example"},
       "failed",
       "5.2.2",
       "(expanded from <all@partner.example>): host mx[192.0.2.7] said: 552 5.2.2 mailbox full"},
      {"sendmail, 8.6",
       Plain("The original message was received at Tue, 14 Jan 2025 09:12:00 GMT\r\nfrom crm.example "
             "[192.0.2.1]\r\n\r\n   "
             "----- The following addresses had permanent fatal errors -----\r\n<ann@partner.example>\r\n\r\n   ----- "
             "Transcript of session follows -----\r\n... while talking to mx.partner.example.:\r\n>>> RCPT "
             "To:<ann@partner.example>\r\n<<< 550 5.1.1 <ann@partner.example>... User unknown\r\n550 "
             "<ann@partner.example>... User unknown\r\n\r\n   ----- Original message follows -----\r\n" +
                 copy,
             "Returned mail: User unknown"),
       {"ann@partner.example"},
       "failed",
       "5.1.1",
       "... while talking to mx.partner.example.: <<< 550 5.1.1 "
       "<ann@partner.example>... User unknown 550 <ann@partner.example>... User unknown",
       id},
      {"Exchange 5.5",
       Plain("Your message\r\n\r\n  To:      All\r\n  Subject: Order\r\n  Sent:    Tue, 14 Jan 2025 "
             "09:12:00\r\n\r\ndid not "
             "reach the following recipient(s):\r\n\r\nann@partner.example on Tue, 14 Jan 2025 09:12:07\r\n    The "
             "recipient "
             "name is not recognized\r\n",
             "Undeliverable: Order"),
       {"ann@partner.example"},
       "failed",
       "5.0.0",
       "Tue, 14 Jan 2025 09:12:07 The recipient name is not recognized"},
      {"Exchange 2007",
       Plain("Delivery has failed to these recipients or distribution lists:\r\n\r\nann@partner.example<mailto:"
             "ann@partner.example>\r\nThe recipient's e-mail address was not found.\r\n\r\nDiagnostic information for "
             "administrators:\r\n\r\nGenerating server: partner.example\r\n\r\nann@partner.example\r\n#550 5.1.1 "
             "RESOLVER.ADR.RecipNotFound; not found ##\r\n\r\nOriginal message headers:\r\n\r\n" +
                 copy,
             "Undeliverable: Order"),
       {"ann@partner.example"},
       "failed",
       "5.1.1",
       "The recipient's e-mail address was not found.",
       id},
      {"Gmail",
       Plain(
           "Delivery to the following recipient failed permanently:\r\n\r\n     ann@partner.example\r\n\r\nTechnical "
           "details of permanent failure: \r\nGoogle tried to deliver your message, but it was rejected. The error "
           "that the "
           "other server returned was: 550 550 5.7.1 Blocked (state 14).\r\n\r\n----- Original message -----\r\n\r\n" +
               copy,
           "Delivery Status Notification (Failure)"),
       {"ann@partner.example"},
       "failed",
       "5.7.1",
       "550 550 5.7.1 Blocked (state 14).",
       id},
      {"Gmail, delayed",
       Plain("This is an automatically generated Delivery Status Notification\r\n\r\nTHIS IS A WARNING MESSAGE "
             "ONLY.\r\n\r\n"
             "Delivery to the following recipient has been delayed:\r\n\r\n     ann@partner.example\r\n\r\nMessage "
             "will be "
             "retried for 2 more day(s)\r\n\r\nTechnical details of temporary failure: \r\nDNS Error: Domain name not "
             "found\r\n",
             "Delivery Status Notification (Delay)"),
       {"ann@partner.example"},
       "delayed",
       "4.1.2",
       "DNS Error: Domain name not found"},
      {"Yahoo",
       Plain("Sorry, we were unable to deliver your message to the following "
             "address.\r\n\r\n<ann@partner.example>:\r\nRemote "
             "host said: 554 delivery error: dd This user doesn't have a yahoo.example account "
             "(ann@partner.example)\r\n\r\n"
             "--- Below this line is a copy of the message.\r\n\r\n" +
                 copy,
             "Failure Notice"),
       {"ann@partner.example"},
       "failed",
       "5.1.1",
       "Remote host said: 554 delivery error: dd This user doesn't have a yahoo.example account (ann@partner.example)",
       id},
      {"HCL Notes",
       Plain("Your message\r\n\r\n  Subject: Order\r\n\r\nwas not delivered to:\r\n\r\n  "
             "ann@partner.example\r\n\r\nbecause:"
             "\r\n\r\n  User ann (ann@partner.example) not listed in Domino Directory\r\n",
             "DELIVERY FAILURE: User ann not listed"),
       {"ann@partner.example"},
       "failed",
       "5.1.1",
       "User ann (ann@partner.example) not listed in Domino Directory"},
      {"GroupWise",
       Plain("The message that you sent was undeliverable to the following:\r\n\tann@partner.example (user not "
             "found)\r\n",
             "Message status - undeliverable"),
       {"ann@partner.example"},
       "failed",
       "5.0.0",
       "(user not found)"},
      {"IMail",
       Plain("Unknown user: ann@partner.example\r\n\r\nOriginal message follows.\r\n\r\n" + copy, "Undeliverable Mail"),
       {"ann@partner.example"},
       "failed",
       "5.1.1",
       "Unknown user: ann@partner.example",
       id},
      {"CommuniGate Pro",
       Plain("Failed to deliver to 'ann@partner.example'\r\nSMTP module(domain partner.example) reports:\r\n host "
             "said:\r\n "
             "550 5.2.1 account disabled\r\n",
             "Undeliverable mail: Order"),
       {"ann@partner.example"},
       "failed",
       "5.2.1",
       "Failed to deliver to 'ann@partner.example'"},
      {"AOL",
       Plain("Your mail to the following recipients could not be delivered because they are not accepting mail:\r\n\t"
             "ann@partner.example\r\n",
             "Mail Delivery Problem"),
       {"ann@partner.example"},
       "failed",
       "5.0.0",
       ""},
      {"HTML alone",
       Plain(
           "<html><body><p>Your message wasn't delivered to <b>ann@partner.example</b> because the address couldn't be "
           "found.</p></body></html>\r\n",
           "Delivery Status Notification (Failure)", "Content-Type: text/html\r\n"),
       {"ann@partner.example"},
       "failed",
       "5.0.0",
       "Your message wasn't delivered to ann@partner.example because the address couldn't be found."},
  };
}

TEST(Reports, X02_forms_older_than_RFC_3464) {
  for (const Form& form : Forms()) {
    SCOPED_TRACE(form.product);
    const auto reports = ReportsOf(form.mail);
    std::vector<std::string> recipients;
    for (const DeliveryReport& report : reports) recipients.push_back(report.final_recipient);
    ASSERT_EQ(recipients, form.recipients);
    for (const DeliveryReport& report : reports) {
      EXPECT_EQ(report.action, Text(form.action));
      EXPECT_EQ(report.status, Text(form.status));
      EXPECT_EQ(report.original_message_id, form.original);
    }
    EXPECT_EQ(reports[0].diagnostic.value_or(""), form.diagnostic);
  }
}

TEST(Reports, Recipients_of_the_header_need_no_text) {
  const auto reports = ReportsOf(
      Plain("Sorry.\r\n", "Hm", "X-Failed-Recipients: ann@partner.example,\r\n Bob <bob@partner.example>\r\n"));
  ASSERT_THAT(reports, SizeIs(2));
  EXPECT_EQ(reports[1].final_recipient, "bob@partner.example");
  EXPECT_EQ(reports[1].status, Text("5.0.0"));
}

TEST(Reports, One_reason_under_several_recipients_is_of_all) {
  const auto reports = ReportsOf(Plain(
      "Delivery to the following recipients failed.\r\n\r\n     ann@partner.example\r\n     bob@partner.example\r\n"
      "\r\nTechnical details of permanent failure: \r\n550 5.7.1 Blocked\r\n"));
  ASSERT_THAT(reports, SizeIs(2));
  for (const DeliveryReport& report : reports) {
    EXPECT_EQ(report.diagnostic, Text("550 5.7.1 Blocked"));
    EXPECT_EQ(report.status, Text("5.7.1"));
  }
}

TEST(Reports, All_of_it_is_UTF_8) {
  const auto header = ReportsOf(Plain("Sorry.\r\n", "Hm", "X-Failed-Recipients: \xe9@partner.example\r\n"));
  ASSERT_THAT(header, SizeIs(1));
  EXPECT_EQ(header[0].final_recipient, "\xc3\xa9@partner.example");
  const auto cut = ReportsOf(Plain("We failed to deliver to a@partner.example " + Repeated("\xc3\xa9", 401) + "\r\n"));
  ASSERT_THAT(cut, SizeIs(1));
  EXPECT_TRUE(base::IsUtf8(cut[0].diagnostic.value()));
}

TEST(Reports, Neither_the_reader_nor_the_postmaster_is_a_recipient) {
  EXPECT_THAT(
      ReportsOf(Plain("Your mail failed. Write to desk@crm.example, or to\r\npostmaster@mx.partner.example\r\n")),
      IsEmpty());
  EXPECT_THAT(ReportsOf(Plain("")), IsEmpty());
}

TEST(Reports, Fields_in_the_text_of_a_mail_without_its_boundaries) {
  const auto reports = ReportsOf(Replaced(
      Report("Final-Recipient: rfc822; a@x.example\r\nAction: failed\r\nStatus: 5.4.6\r\n"), "boundary=b", "x=y"));
  ASSERT_THAT(reports, SizeIs(1));
  EXPECT_EQ(reports[0].final_recipient, "a@x.example");
  EXPECT_EQ(reports[0].status, Text("5.4.6"));
}

TEST(StatusCode, A_code_is_a_word_of_its_own) {
  for (const std::string_view text :
       {"5.1.1", "550 5.1.1 no", "550-5.1.1 no", "(#5.1.1)", "<5.1.1>", "x: 5.1.1.", "[5.1.1]",
        "10.0.0.5 said 550 5.1.1", "SMTP 4.1.8 says 550 5.1.1", "4.0.0 (550 5.1.1)"}) {
    EXPECT_EQ(FindStatus(text), Text("5.1.1")) << text;
  }
  for (const std::string_view text : {"", "5.1", "5.1.1.1", "15.1.1", "5.1.1234", "5..1", "3.1.1", "v5.1.1", "5.1.1a",
                                      "1.5.1.1", "CommuniGate Pro SMTP 4.1.8", "5.1.", "5.1.1-2"}) {
    EXPECT_EQ(FindStatus(text), std::nullopt) << text;
  }
  EXPECT_EQ(StatusOfField("4.2.2 (quota)"), Text("4.2.2"));
  EXPECT_EQ(StatusOfField("failed"), std::nullopt);
  struct {
    std::string_view text;
    char reply;
  } const replies[] = {
      {"550 no", '5'},
      {"said: 451 later", '4'},
      {"SMTP error 550 x", '5'},
      {"<<< 550-x", '5'},
      {"after 500 attempts", 0},
      {"5500 x", 0},
      {"192.0.2.450 x", 0},
      {"260 ok", 0},
      {"line\n554 x", '5'},
      {"(state 14): 550", '5'},
      {"599 x", 0},
      {"", 0},
  };
  for (const auto& [text, reply] : replies) EXPECT_EQ(ReplyClass(text), reply) << text;
}

TEST(ReportText, Where_the_copy_begins) {
  for (const std::string_view line :
       {"--- Below this line is a copy of the message.", "   ----- Original message -----", "Original message follows.",
        "The first 50 lines of your original message follow:", "------ This is a copy of the message, ------",
        "Received: from x by y", "> Received: from x by y", "Return-Path: <a@b.example>"}) {
    const std::string text = "It failed.\n\n" + std::string(line) + "\n\nx\n";
    EXPECT_EQ(CopyBegin(text), 12U) << line;
  }
  for (const std::string_view line :
       {"The original message was received at noon", "The first of them failed", "Received it?"}) {
    const std::string text = std::string(line) + "\n";
    EXPECT_EQ(CopyBegin(text), text.size()) << line;
  }
}

std::optional<ReadReceipt> ReceiptOf(const std::string& mail) {
  EnvelopeScanner scanner;
  const Envelope& envelope = scanner.Scan(mail);
  Signs signs;
  Classify(envelope, {}, &signs);
  EXPECT_EQ(signs.Class(), MailClass::kReceipt) << mail;
  return ReadReadReceipt(envelope, {});
}

std::string Receipt(std::string_view fields, std::string_view head = "") {
  return "From: ann@partner.example\r\n" + std::string(head) +
         "Content-Type: multipart/report; report-type=disposition-notification; boundary=b\r\n\r\n--b\r\n\r\nRead.\r\n"
         "--b\r\nContent-Type: message/disposition-notification\r\n\r\n" +
         std::string(fields) + "\r\n--b--\r\n";
}

TEST(Receipts, X02_the_fields_of_RFC_8098) {
  const auto receipt = ReceiptOf(Receipt(
      "Reporting-UA: x.example; Mail 1.0\r\nOriginal-Recipient: rfc822;ann@partner.example\r\nFinal-Recipient: "
      "rfc822; Ann@Partner.example\r\nOriginal-Message-ID: <orig@crm.example>\r\nDisposition: manual-action/\r\n "
      "MDN-sent-manually (by hand); Displayed/error (x)\r\n"));
  ASSERT_TRUE(receipt);
  EXPECT_EQ(receipt->final_recipient, Text("Ann@partner.example"));
  EXPECT_EQ(receipt->original_message_id, Text("orig@crm.example"));
  EXPECT_EQ(receipt->disposition, Text("displayed"));
}

TEST(Receipts, Broken_ones_say_what_they_can) {
  const auto deleted = ReceiptOf(Receipt("\r\nFinal-Recipient: ann@partner.example\r\n\r\nDisposition: deleted\r\n",
                                         "In-Reply-To: <orig@crm.example>\r\n"));
  ASSERT_TRUE(deleted);
  EXPECT_EQ(deleted->final_recipient, Text("ann@partner.example"));
  EXPECT_EQ(deleted->disposition, Text("deleted"));
  EXPECT_EQ(deleted->original_message_id, Text("orig@crm.example"));
  const auto empty = ReceiptOf(Receipt(""));
  ASSERT_TRUE(empty);
  EXPECT_EQ(empty->final_recipient, std::nullopt);
  EXPECT_EQ(empty->disposition, std::nullopt);
  EXPECT_EQ(empty->original_message_id, std::nullopt);
}

TEST(Reports, Twice_the_report_costs_at_most_a_little_more_than_twice) {
  const auto grow = [](size_t size) {
    return std::vector<std::string>{
        Report(Repeated("Final-Recipient: rfc822; a@x.example\r\nAction: failed\r\n\r\n", size)),
        Report(Repeated("Final-Recipient: rfc822; a@x.example\r\n", size)),
        Report("Final-Recipient: rfc822; a@x.example\r\nDiagnostic-Code: x;" + Repeated(" 5.1.1.1\r\n", size)),
        Report(Repeated("no field\r\n", size)),
        Plain(Repeated("user address mailbox ", size)),
        Plain(Repeated("@@@@a@", size)),
        Plain(Repeated("<a@x.example>:\r\nx\r\n\r\n", size)),
    };
  };
  constexpr size_t kSize = 30'000;
  const std::vector<std::string> once = grow(kSize), twice = grow(2 * kSize);
  for (size_t i = 0; i < once.size(); ++i) {
    EnvelopeScanner one, other;
    const Envelope &small = one.Scan(once[i]), &large = other.Scan(twice[i]);
    const auto read = [](const Envelope& envelope) {
      for (int run = 0; run < 5; ++run) ReadDeliveryReports(envelope, {});
    };
    EXPECT_TRUE(CostsAtMost(
        3, [&] { read(small); }, [&] { read(large); }))
        << i;
  }
}

TEST(Reports, Many_recipients_share_one_look_at_the_text) {
  const std::string long_text = Repeated("Nothing that says anything.\r\n", 60'000);
  const std::string one = "Final-Recipient: rfc822; a@x.example\r\n\r\n";
  const std::string few = Report(one, "", long_text), many = Report(Repeated(one, 800 * one.size()), "", long_text);
  EnvelopeScanner scanner, other;
  const Envelope &small = scanner.Scan(few), &large = other.Scan(many);
  EXPECT_TRUE(CostsAtMost(
      20, [&] { ReadDeliveryReports(small, {}); }, [&] { ReadDeliveryReports(large, {}); }));
}

TEST(Reports, What_a_mail_makes_is_bounded) {
  std::string status;
  for (int i = 0; i < 1500; ++i) {
    status += "Final-Recipient: rfc822; a" + std::to_string(i) + "@x.example\r\nAction: failed\r\n\r\n";
  }
  EXPECT_THAT(ReportsOf(Report(status)), SizeIs(1000));
  const auto words =
      ReportsOf(Report("Final-Recipient: rfc822; a@x.example\r\nAction: failed\r\nDiagnostic-Code: smtp; " +
                       Repeated("\xc3\xa9", 5001) + "\r\n"));
  ASSERT_THAT(words, SizeIs(1));
  EXPECT_EQ(words[0].diagnostic->size(), 2048U);
}

}  // namespace
}  // namespace casecomm::scan
