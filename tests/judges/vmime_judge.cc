// SPDX-License-Identifier: Apache-2.0
// How VMime reads mail. A judge in tests, linked by nothing else: VMime is GPL-3.0-or-later, and a program that links it,
// such as this one built, is a combined work under it. The library never links it.
#include <exception>
#include <string>

#include "tests/judges/judge.h"
#include "vmime/platforms/posix/posixHandler.hpp"
#include "vmime/vmime.hpp"

namespace casecomm::judge {
namespace {

constexpr std::string_view kHostName = "no-domain.invalid";

// VMime gives an address without "@" the name of this host, which it looks up in the DNS.
class Handler : public vmime::platforms::posix::posixHandler {
 public:
  const vmime::string getHostName() const { return vmime::string(kHostName); }
};

std::string Address(const vmime::mailbox& mailbox) {
  const vmime::emailAddress& email = mailbox.getEmail();
  const std::string local = email.getLocalName().getBuffer(), domain = email.getDomainName().getBuffer();
  return domain.empty() || domain == kHostName ? local : local + "@" + domain;
}

template <typename T>
vmime::shared_ptr<const T> Value(const vmime::header& header, const char* name) {
  if (!header.hasField(name)) return nullptr;
  return vmime::dynamicCast<const T>(header.findField(name)->getValue());
}

void Mailbox(const vmime::header& header, const char* name, std::vector<std::string>* out) {
  const auto value = Value<vmime::mailbox>(header, name);
  if (value != nullptr && !value->isEmpty()) out->push_back(Address(*value));
}

void Addresses(const vmime::header& header, const char* name, std::vector<std::string>* out) {
  const auto list = Value<vmime::addressList>(header, name);
  if (list == nullptr) return;
  for (const auto& mailbox : list->toMailboxList()->getMailboxList()) out->push_back(Address(*mailbox));
}

std::string Id(const vmime::messageId& id) {
  return id.getRight().empty() ? id.getLeft() : id.getLeft() + "@" + id.getRight();
}

void Ids(const vmime::header& header, const char* name, std::vector<std::string>* out) {
  const auto ids = Value<vmime::messageIdSequence>(header, name);
  if (ids == nullptr) return;
  for (const auto& id : ids->getMessageIdList()) out->push_back(Id(*id));
}

// Days since 1970 of a day of the Gregorian calendar.
int64_t Days(int64_t year, int month, int day) {
  year -= month <= 2;
  const int64_t era = (year >= 0 ? year : year - 399) / 400;
  const int64_t of_era = year - era * 400;
  const int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

std::string Decoded(const vmime::contentHandler& contents) {
  std::string bytes;
  vmime::utility::outputStreamStringAdapter out(bytes);
  contents.extract(out);
  return bytes;
}

std::optional<std::string> FileName(const vmime::header& header) {
  for (const auto& [field, parameter] :
       {std::pair("Content-Disposition", "filename"), std::pair("Content-Type", "name")}) {
    if (!header.hasField(field)) continue;
    const auto with = vmime::dynamicCast<const vmime::parameterizedHeaderField>(header.findField(field));
    if (with == nullptr || !with->hasParameter(parameter)) continue;
    return with->findParameter(parameter)->getValue().getConvertedText(vmime::charset("utf-8"));
  }
  return std::nullopt;
}

// Files and text count outside attached messages alone.
void Entity(const vmime::bodyPart& part, bool whole, bool inside, Reading* reading) {
  const vmime::body& body = *part.getBody();
  if (body.getPartCount() > 0) {
    for (size_t i = 0; i < body.getPartCount(); ++i) Entity(*body.getPartAt(i), false, inside, reading);
    return;
  }
  const vmime::header& header = *part.getHeader();
  const vmime::mediaType media = body.getContentType();
  const std::string type = vmime::utility::stringUtils::toLower(media.getType() + "/" + media.getSubType());
  const auto disposition = Value<vmime::contentDisposition>(header, "Content-Disposition");
  const std::optional<std::string> name = FileName(header);
  const bool file =
      IsFile(type, disposition == nullptr ? "" : vmime::utility::stringUtils::toLower(disposition->getName()),
             name.has_value(), whole);
  std::string bytes = Decoded(*body.getContents());
  if (!inside && file) {
    reading->files.push_back({name, type, type.starts_with("message/") ? std::nullopt : std::optional(bytes)});
  }
  if (!inside && !file && type == "text/plain" && !reading->text) reading->text = bytes;
  if (type == "message/rfc822" || type == "message/global") {
    vmime::message attached;
    attached.parse(bytes);
    Entity(attached, false, true, reading);
    return;
  }
  reading->parts.push_back({type, std::move(bytes)});
}

void ReadWhole(std::string_view mail, Depth depth, Reading* reading) {
  vmime::message message;
  message.parse(std::string(mail));
  const vmime::header& header = *message.getHeader();
  if (const auto id = Value<vmime::messageId>(header, "Message-Id")) reading->message_id = Id(*id);
  Ids(header, "In-Reply-To", &reading->in_reply_to);
  Ids(header, "References", &reading->references);
  Mailbox(header, "From", &reading->from);
  Mailbox(header, "Sender", &reading->sender);
  Mailbox(header, "Reply-To", &reading->reply_to);
  Addresses(header, "To", &reading->to);
  Addresses(header, "Cc", &reading->cc);
  if (const auto subject = Value<vmime::text>(header, "Subject")) {
    reading->subject = subject->getConvertedText(vmime::charset("utf-8"));
  }
  if (const auto date = Value<vmime::datetime>(header, "Date")) {
    reading->date = Days(date->getYear(), date->getMonth(), date->getDay()) * 86400 +
                    (date->getHour() * 60 + date->getMinute() - date->getZone()) * int64_t{60} + date->getSecond();
  }
  if (depth == Depth::kWhole) Entity(message, true, false, reading);
}

// What was read before an exception stands.
void Read(std::string_view mail, Depth depth, Reading* reading) {
  static const bool ready = (vmime::platform::setHandler<Handler>(),
                             vmime::parsingContext::getDefaultContext().setInternationalizedEmailSupport(true), true);
  static_cast<void>(ready);
  try {
    ReadWhole(mail, depth, reading);
  } catch (const std::exception& e) {
    reading->defects.emplace_back(std::string("exception: ") + e.what(), 0);
  }
}

}  // namespace
}  // namespace casecomm::judge

int main(int argc, char** argv) {
  return casecomm::judge::Main(argc, argv, casecomm::judge::Read);
}
