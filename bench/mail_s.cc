// SPDX-License-Identifier: Apache-2.0
#include "bench/mail_s.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace casecomm::bench {
namespace {

constexpr std::array<std::string_view, 48> kWords = {
    "the",      "contract", "we",        "have",   "looked", "at",       "numbers", "again",  "please", "send",
    "signed",   "copy",     "by",        "Friday", "and",    "our",      "counsel", "asked",  "for",    "two",
    "changes",  "in",       "section",   "seven",  "of",     "lease",    "hearing", "moved",  "to",     "next",
    "month",    "as",       "agreed",    "on",     "phone",  "shipment", "left",    "this",   "week",   "invoice",
    "attached", "is",       "corrected", "let",    "me",     "know",     "if",      "Tuesday"};
constexpr std::array<std::string_view, 16> kNames = {"Anna",  "Ben",  "Carla", "David", "Elena", "Farid",
                                                     "Grace", "Hiro", "Ines",  "Jonas", "Karin", "Luca",
                                                     "Maya",  "Nils", "Olga",  "Pavel"};
constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

class Writer {
 public:
  explicit Writer(uint64_t seed) : numbers_(seed) { out_.reserve(kMailSBytes); }

  Writer& Text(std::string_view text) {
    out_ += text;
    return *this;
  }
  Writer& Word() { return Text(kWords[numbers_.Below(kWords.size())]); }
  Writer& Name() { return Text(kNames[numbers_.Below(kNames.size())]); }
  Writer& Number(uint64_t below) { return Text(std::to_string(numbers_.Below(below))); }

  Writer& Hex(size_t digits) {
    for (size_t i = 0; i < digits; ++i) out_ += "0123456789abcdef"[numbers_.Below(16)];
    return *this;
  }

  // Base64 in folded lines, as signers write it.
  Writer& Base64(size_t letters) {
    for (size_t i = 0; i < letters; ++i) {
      if (i != 0 && i % 68 == 0) out_ += "\r\n         ";
      out_ += kBase64[numbers_.Below(64)];
    }
    return *this;
  }

  Writer& Date() {
    constexpr std::string_view kDays[] = {"Mon", "Tue", "Wed", "Thu", "Fri"};
    char text[40];
    std::snprintf(text, sizeof text, "%s, %d Sep 2025 %02d:%02d:%02d -0700", kDays[numbers_.Below(5)].data(),
                  static_cast<int>(1 + numbers_.Below(28)), static_cast<int>(numbers_.Below(24)),
                  static_cast<int>(numbers_.Below(60)), static_cast<int>(numbers_.Below(60)));
    return Text(text);
  }

  Writer& MessageId() { return Text("<CA").Hex(32).Text("=").Hex(12).Text("@mail.example.net>"); }

  Writer& Mailboxes(const std::vector<std::string>& addresses) {
    for (size_t i = 0; i < addresses.size(); ++i) {
      if (i != 0) Text(",\r\n\t");
      Name().Text(" ").Name().Text(" <").Text(addresses[i]).Text(">");
    }
    return *this;
  }

  size_t size() const { return out_.size(); }
  std::string Take() { return std::move(out_); }

 private:
  Numbers numbers_;
  std::string out_;
};

std::string_view DomainOf(std::string_view address) {
  return address.substr(address.rfind('@') + 1);
}

void WriteReceived(Writer& w, std::string_view by, std::string_view recipient) {
  w.Text("Received: from mail-sor-f").Number(900).Text(".relay.example.net (mail-sor-f").Number(900);
  w.Text(".relay.example.net.\r\n        [209.85.")
      .Number(256)
      .Text(".")
      .Number(256)
      .Text("])\r\n        by ")
      .Text(by);
  w.Text(" with SMTPS id ").Hex(24).Text(".").Number(100).Text("\r\n        for <").Text(recipient);
  w.Text(">\r\n        (version=TLS1_3 cipher=TLS_AES_128_GCM_SHA256 bits=128/128);\r\n        ")
      .Date()
      .Text(" (PDT)\r\n");
}

void WriteSignature(Writer& w, std::string_view field, std::string_view first, std::string_view domain,
                    size_t key_bits) {
  w.Text(field).Text(": ").Text(first).Text("a=rsa-sha256; c=relaxed/relaxed;\r\n        d=").Text(domain);
  w.Text("; s=2023")
      .Number(9999)
      .Text("; t=17")
      .Hex(8)
      .Text("; darn=in.example.org;\r\n        h=to:subject:message-id:");
  w.Text(
      "date:from:in-reply-to:references\r\n         "
      ":mime-version:from:to:cc:subject:date:message-id:reply-to;\r\n");
  w.Text("        bh=").Base64(43).Text("=;\r\n        b=").Base64(key_bits / 6).Text("==\r\n");
}

void WriteResults(Writer& w, std::string_view field, std::string_view first, const MailS& mail) {
  w.Text(field).Text(": ").Text(first).Text("mx.example.org;\r\n       dkim=pass header.i=@").Text(DomainOf(mail.from));
  w.Text(" header.s=2023")
      .Number(9999)
      .Text(" header.b=")
      .Base64(8)
      .Text(";\r\n       spf=pass (example.org: domain of ");
  w.Text(mail.from)
      .Text(" designates 209.85.")
      .Number(256)
      .Text(".41 as permitted sender) smtp.mailfrom=")
      .Text(mail.from);
  w.Text(";\r\n       dmarc=pass (p=QUARANTINE sp=NONE dis=NONE) header.from=").Text(DomainOf(mail.from)).Text("\r\n");
}

}  // namespace

uint64_t Numbers::Next() {
  uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

std::string MakeMailS(const MailS& mail) {
  Writer w(mail.seed * 2 + 1);
  w.Text("Delivered-To: ").Text(mail.delivered_to).Text("\r\n");  // matters, 1
  WriteReceived(w, "2002:a05:7300:cb12:b0:1b8:9d4b:ae1c", mail.delivered_to);
  w.Text("X-Received: by 2002:a05:6402:").Hex(4).Text(":b0:").Hex(3).Text(":").Hex(4).Text(" with SMTP id ").Hex(32);
  w.Text(";\r\n        ").Date().Text(" (PDT)\r\n");
  w.Text("ARC-Seal: i=1; a=rsa-sha256; t=17")
      .Hex(8)
      .Text("; cv=none;\r\n        d=relay.example.net; s=arc-20240605;\r\n");
  w.Text("        b=").Base64(341).Text("==\r\n");
  WriteSignature(w, "ARC-Message-Signature", "i=1; ", "relay.example.net", 2048);
  WriteResults(w, "ARC-Authentication-Results", "i=1; ", mail);
  w.Text("Return-Path: <").Text(mail.from).Text(">\r\n");  // 2
  WriteReceived(w, "mx.example.org", mail.delivered_to);
  w.Text("Received-SPF: pass (example.org: domain of ").Text(mail.from).Text(" designates 209.85.").Number(256);
  w.Text(".41 as permitted\r\n        sender) client-ip=209.85.").Number(256).Text(".41;\r\n");
  WriteResults(w, "Authentication-Results", "", mail);
  WriteSignature(w, "DKIM-Signature", "v=1; ", DomainOf(mail.from), 2048);
  WriteSignature(w, "X-Google-DKIM-Signature", "v=1; ", "1e100.example.net", 1024);
  const size_t padded_from = w.size();

  Writer tail(mail.seed * 2 + 2);
  tail.Text("X-Google-Smtp-Source: AGHT+I").Base64(60).Text("=\r\n");
  WriteReceived(tail, "smtp.relay.example.net", mail.delivered_to);
  tail.Text("MIME-Version: 1.0\r\n");                                            // 3
  tail.Text("References: ").MessageId().Text("\r\n ").MessageId().Text("\r\n");  // 4
  tail.Text("In-Reply-To: ").MessageId().Text("\r\n");                           // 5
  tail.Text("X-Mailer: Example Mail (16.0.").Number(9999).Text(")\r\nThread-Index: ").Base64(30).Text("==\r\n");
  tail.Text("X-Originating-IP: [203.0.113.").Number(256).Text("]\r\n");
  tail.Text("From: ").Mailboxes({mail.from}).Text("\r\n");                                            // 6
  tail.Text("Date: ").Date().Text("\r\n");                                                            // 7
  tail.Text("Message-ID: ").MessageId().Text("\r\n");                                                 // 8
  tail.Text("Subject: Re: ").Word().Text(" ").Word().Text(" ").Word().Text(" ").Hex(8).Text("\r\n");  // 9
  tail.Text("To: ").Mailboxes(mail.to).Text("\r\n");                                                  // 10
  tail.Text("Cc: ").Mailboxes(mail.cc).Text("\r\n");                                                  // 11
  tail.Text("Content-Type: text/plain; charset=\"UTF-8\"\r\n\r\n");                                   // 12

  // One more field of a provider's takes what is left, so that all mails are of one size.
  constexpr std::string_view kPad = "X-Gm-Message-State: ";
  const size_t used = padded_from + kPad.size() + 2 + tail.size();
  if (used > kMailSHeaderBytes) {
    std::fprintf(stderr, "mail S: the addresses leave no room (%zu bytes over)\n", used - kMailSHeaderBytes);
    std::abort();
  }
  w.Text(kPad);
  const size_t line_end = kMailSHeaderBytes - tail.size() - 2;
  for (size_t column = kPad.size(); w.size() < line_end; ++column) {
    const bool fold = column >= 76 && line_end - w.size() > 8;
    if (fold) {
      w.Text("\r\n ");
      column = 1;
    } else {
      w.Hex(1);
    }
  }
  w.Text("\r\n").Text(tail.Take());

  for (size_t column = 0; w.size() < kMailSBytes - 2;) {
    const size_t before = w.size();
    w.Word();
    column += w.size() - before + 1;
    w.Text(column > 68 ? "\r\n" : " ");
    if (column > 68) column = 0;
  }
  std::string text = w.Take();
  text.resize(kMailSBytes - 2);
  text += "\r\n";
  return text;
}

std::string MakeMailS(uint64_t seed) {
  Numbers n(~seed);
  const auto stranger = [&n](const char* domain) {
    return "stranger" + std::to_string(n.Below(1'000'000'000)) + "@" + domain;
  };
  MailS mail;
  mail.seed = seed;
  mail.from = stranger("sender.example");
  mail.to = {stranger("one.example"), stranger("two.example")};
  mail.cc = {stranger("three.example")};
  mail.delivered_to = mail.to[0];
  return MakeMailS(mail);
}

}  // namespace casecomm::bench
