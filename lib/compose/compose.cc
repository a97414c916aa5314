// SPDX-License-Identifier: Apache-2.0
// mail = fields MIME-Version entity
// entity = mixed(body, attachment...) / body        body = alternative(text, page) / text / page
// page = related(html, image...) / html
#include "casecomm/compose.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "base/base32.h"
#include "base/hash.h"
#include "base/text.h"
#include "compose/body.h"
#include "compose/field.h"
#include "compose/verify.h"
#include "compose/written.h"
#include "record/check.h"

namespace casecomm {
namespace {

using compose::FieldWriter;

constexpr size_t kLongestText = 10'000;  // bytes of a header field's text
constexpr size_t kLongestId = 900;       // so that its line is one (RFC 5322, 2.1.1)
constexpr int64_t kEndOfYear9999 = 253'402'300'800;

Status Bad(const char* reason, std::string subject, const std::string& why, int64_t position = -1) {
  return Status(Code::kInvalidArgument, reason, std::move(subject), why, position);
}

Status CheckText(std::string_view text, const std::string& what) {
  if (text.size() > kLongestText) return Bad("bad_header_text", what, "expected at most 10,000 bytes");
  const auto control =
      std::find_if(text.begin(), text.end(), [](char c) { return static_cast<uint8_t>(c) < ' ' || c == 127; });
  if (control != text.end()) {
    return Bad("bad_header_text", what, "a header field takes no CR, LF, NUL or other control character",
               control - text.begin());
  }
  if (!base::IsUtf8(text)) {
    return Bad("bad_header_text", what, "expected UTF-8", static_cast<int64_t>(base::Utf8Prefix(text)));
  }
  if (!text.empty() && (text.front() == ' ' || text.back() == ' ')) {
    return Bad("bad_header_text", what, "a header field keeps no blanks at its ends");
  }
  return {};
}

Status CheckAddress(const NamedAddress& address, const std::string& what) {
  if (Status s = CheckText(address.name, what + ".name"); !s.ok()) return s;
  const std::string_view fault = record::CheckEmail(address.address);
  if (address.address.find("=?") != std::string::npos) {  // some decode it, and send to somebody else (threat T04)
    return Bad("bad_address", what + ".address", "expected an address without \"=?\", which begins an encoded word");
  }
  if (fault.empty()) return {};
  return Bad("bad_address", what + ".address", "expected " + std::string(fault));
}

Status CheckAddresses(const std::vector<NamedAddress>& addresses, const std::string& what) {
  for (size_t i = 0; i < addresses.size(); ++i) {
    if (Status s = CheckAddress(addresses[i], what + "[" + std::to_string(i) + "]"); !s.ok()) return s;
  }
  return {};
}

Status CheckMessageId(std::string_view id, const std::string& what) {
  const bool plain =
      std::all_of(id.begin(), id.end(), [](char c) { return c > ' ' && c < 127 && c != '<' && c != '>'; });
  const size_t at = id.find('@');
  if (plain && id.size() <= kLongestId && at != id.npos && at > 0 && at + 1 < id.size()) return {};
  return Bad("bad_message_id", what, "expected an id of left part, @ and right part, printable ASCII without < and >");
}

Status CheckIds(const std::vector<std::string>& ids, const std::string& what) {
  for (size_t i = 0; i < ids.size(); ++i) {
    if (Status s = CheckMessageId(ids[i], what + "[" + std::to_string(i) + "]"); !s.ok()) return s;
  }
  return {};
}

Status CheckBody(const std::optional<std::string>& body, const std::string& what) {
  if (!body) return {};
  if (const size_t nul = body->find('\0'); nul != body->npos) {
    return Bad("bad_text", what, "a text takes no NUL", static_cast<int64_t>(nul));
  }
  if (base::IsUtf8(*body)) return {};
  return Bad("bad_text", what, "expected UTF-8", static_cast<int64_t>(base::Utf8Prefix(*body)));
}

Status CheckFile(const ComposedFile& file, const std::string& what) {
  if (Status s = CheckText(file.name, what + ".name"); !s.ok()) return s;
  if (!compose::IsMediaType(file.media_type)) {
    return Bad("bad_media_type", what + ".media_type",
               "expected type/subtype of tokens, and neither a multipart nor a message other than message/rfc822");
  }
  return file.content_id.empty() ? Status() : CheckMessageId(file.content_id, what + ".content_id");
}

Status Check(const ComposeRequest& request) {
  if (Status s = CheckAddress(request.from, "from"); !s.ok()) return s;
  if (request.to.empty() && request.cc.empty()) {
    return Bad("no_recipient", "to", "a mail names somebody in To or Cc");
  }
  if (Status s = CheckAddresses(request.to, "to"); !s.ok()) return s;
  if (Status s = CheckAddresses(request.cc, "cc"); !s.ok()) return s;
  if (Status s = CheckAddresses(request.reply_to, "reply_to"); !s.ok()) return s;
  if (Status s = CheckText(request.subject, "subject"); !s.ok()) return s;
  if (request.date_s < 0 || request.date_s >= kEndOfYear9999) {
    return Bad("bad_date", "date_s", "expected seconds of the years 1970 to 9999");
  }
  if (request.zone_minutes <= -24 * 60 || request.zone_minutes >= 24 * 60) {
    return Bad("bad_date", "zone_minutes", "expected less than 24 hours");
  }
  if (Status s = CheckMessageId(request.message_id, "message_id"); !s.ok()) return s;
  if (Status s = CheckIds(request.in_reply_to, "in_reply_to"); !s.ok()) return s;
  if (Status s = CheckIds(request.references, "references"); !s.ok()) return s;
  if (Status s = CheckBody(request.text, "text"); !s.ok()) return s;
  if (Status s = CheckBody(request.html, "html"); !s.ok()) return s;
  for (size_t i = 0; i < request.files.size(); ++i) {
    const std::string what = "files[" + std::to_string(i) + "]";
    if (Status s = CheckFile(request.files[i], what); !s.ok()) return s;
    if (!request.files[i].content_id.empty() && !request.html) {
      return Bad("image_without_html", what, "an image with a Content-ID is shown by HTML, and there is none");
    }
  }
  return {};
}

std::string TwoDigits(int64_t number) {
  return {static_cast<char>('0' + number / 10), static_cast<char>('0' + number % 10)};
}

// "Tue, 14 Jan 2025 09:12:00 +0100"
std::string DateText(int64_t date_s, int32_t zone_minutes) {
  constexpr int64_t kDay = 86'400, kDaysOf400Years = 146'097, kMarch1Of0 = 719'468;               // days to 1970
  static constexpr std::string_view kDays[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};  // 1970 began so
  static constexpr std::string_view kMonths[] = {"Mar", "Apr", "May", "Jun", "Jul", "Aug",
                                                 "Sep", "Oct", "Nov", "Dec", "Jan", "Feb"};
  const int64_t local = date_s + int64_t{zone_minutes} * 60 + kDay;  // a day more, so that it is not below 0
  const int64_t day = local / kDay - 1, clock = local % kDay;
  // Years that begin with March end with the day that comes and goes.
  const int64_t since = day + kMarch1Of0, era = since / kDaysOf400Years, of_era = since % kDaysOf400Years;
  const int64_t year_of_era = (of_era - of_era / 1460 + of_era / 36'524 - of_era / 146'096) / 365;
  const int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t month = (5 * of_year + 2) / 153;
  const int64_t year = era * 400 + year_of_era + (month >= 10 ? 1 : 0);
  const int64_t zone = std::abs(zone_minutes);
  return std::string(kDays[(day % 7 + 7) % 7]) + ", " + TwoDigits(of_year - (153 * month + 2) / 5 + 1) + " " +
         std::string(kMonths[month]) + " " + TwoDigits(year / 100) + TwoDigits(year % 100) + " " +
         TwoDigits(clock / 3600) + ":" + TwoDigits(clock / 60 % 60) + ":" + TwoDigits(clock % 60) + " " +
         (zone_minutes < 0 ? "-" : "+") + TwoDigits(zone / 60) + TwoDigits(zone % 60);
}

// Fields of an entity, each ended with CRLF, and its body.
struct Entity {
  std::string fields, body;
};

Entity TextEntity(std::string_view type, std::string_view text) {
  Entity entity;
  compose::EncodedBody encoded = compose::EncodeText(compose::CanonicalText(text));
  FieldWriter writer(&entity.fields);
  writer.Value("Content-Type", type);
  writer.Parameter("charset", "utf-8");
  writer.End();
  writer.Text("Content-Transfer-Encoding", encoded.encoding);
  entity.body = std::move(encoded.bytes);
  return entity;
}

Entity FileEntity(const ComposedFile& file) {
  Entity entity;
  FieldWriter writer(&entity.fields);
  const std::string type = compose::WrittenType(file);
  writer.Value("Content-Type", type);
  if (!file.name.empty()) writer.Parameter("name", file.name);
  writer.End();
  const bool message = compose::IsMessage(type);
  writer.Text("Content-Transfer-Encoding", message ? "7bit" : "base64");
  writer.Value("Content-Disposition", file.content_id.empty() ? "attachment" : "inline");
  if (!file.name.empty()) writer.Parameter("filename", file.name);
  writer.End();
  if (!file.content_id.empty()) writer.Ids("Content-ID", {file.content_id});
  entity.body = message ? file.bytes : compose::Base64Lines(file.bytes);
  return entity;
}

Entity Multipart(std::string_view subtype, std::vector<Entity> parts) {
  if (parts.size() == 1) return std::move(parts.front());
  base::Sha256 hash;  // the same parts give the same boundary
  hash.Field(subtype);
  for (const Entity& part : parts) {
    hash.Field(part.fields);
    hash.Field(part.body);
  }
  uint64_t bits = 0;
  const base::Digest digest = hash.Finish();
  for (size_t i = 0; i < sizeof bits; ++i) bits = bits << 8 | digest[i];
  std::string boundary(compose::kBoundaryMark);
  base::AppendBase32(&boundary, bits, 12);

  Entity entity;
  FieldWriter writer(&entity.fields);
  writer.Value("Content-Type", "multipart/" + std::string(subtype));
  if (subtype == "related") writer.Parameter("type", "text/html");  // RFC 2387, 3.1
  writer.Parameter("boundary", boundary);
  writer.End();
  for (const Entity& part : parts) {
    entity.body.append("--").append(boundary).append("\r\n");
    entity.body.append(part.fields).append("\r\n").append(part.body).append("\r\n");
  }
  entity.body.append("--").append(boundary).append("--\r\n");
  return entity;
}

Entity BodyOf(const ComposeRequest& request) {
  std::vector<Entity> page, alternatives, mixed;
  if (request.html) page.push_back(TextEntity("text/html", *request.html));
  for (const ComposedFile& file : request.files) {
    (file.content_id.empty() ? mixed : page).push_back(FileEntity(file));
  }
  if (request.text || !request.html) alternatives.push_back(TextEntity("text/plain", request.text.value_or("")));
  if (!page.empty()) alternatives.push_back(Multipart("related", std::move(page)));
  mixed.insert(mixed.begin(), Multipart("alternative", std::move(alternatives)));
  return Multipart("mixed", std::move(mixed));
}

ComposedMail Write(const ComposeRequest& request) {
  ComposedMail mail;
  FieldWriter writer(&mail.bytes);
  const auto written = [&](const std::vector<NamedAddress>& addresses) {
    std::vector<NamedAddress> all;
    for (const NamedAddress& one : addresses) {
      all.push_back({one.name, compose::WrittenAddress(one.address)});
      mail.smtputf8 |= !compose::IsPrintableAscii(all.back().address);
    }
    return all;
  };
  writer.Addresses("From", written({request.from}));
  writer.Addresses("To", written(request.to));
  writer.Addresses("Cc", written(request.cc));
  writer.Addresses("Reply-To", written(request.reply_to));
  if (!request.subject.empty()) writer.Text("Subject", request.subject);
  writer.Text("Date", DateText(request.date_s, request.zone_minutes));
  writer.Ids("Message-ID", {request.message_id});
  writer.Ids("In-Reply-To", request.in_reply_to);
  writer.Ids("References", request.references);
  if (request.automatic) writer.Text("Auto-Submitted", "auto-generated");
  writer.Text("MIME-Version", "1.0");
  const Entity body = BodyOf(request);
  mail.bytes.append(body.fields).append("\r\n").append(body.body);
  return mail;
}

}  // namespace

Result<ComposedMail> ComposeMail(const ComposeRequest& request) {
  if (Status s = Check(request); !s.ok()) return s;
  ComposedMail mail = Write(request);
  if (const std::string differs = compose::WhatDiffers(request, mail.bytes); !differs.empty()) {
    return Status(Code::kInternal, "composed_differs", differs, "the mail does not read as what it was made of");
  }
  return mail;
}

}  // namespace casecomm
