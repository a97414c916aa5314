// SPDX-License-Identifier: Apache-2.0
#include "scan/envelope.h"

#include <array>
#include <cstring>
#include <iterator>

#include "scan/address.h"
#include "scan/defects.h"
#include "scan/field.h"
#include "scan/header_bytes.h"
#include "scan/ids.h"
#include "scan/scratch.h"

namespace casecomm::scan {
namespace {

struct DefectRow {
  Defect defect;
  std::string_view name;
  bool limit = false, structural = false;
};

constexpr DefectRow kDefects[] = {
    {.defect = Defect::kHeaderBytesLimit, .name = "limit_header_bytes", .limit = true, .structural = true},
    {.defect = Defect::kHeaderLinesLimit, .name = "limit_header_lines", .limit = true, .structural = true},
    {.defect = Defect::kNul, .name = "nul", .structural = true},
    {.defect = Defect::kBareCr, .name = "bare_cr", .structural = true},
    {.defect = Defect::kBareLf, .name = "bare_lf", .structural = true},
    {.defect = Defect::kEightBitHeader, .name = "header_8bit"},
    {.defect = Defect::kLineNoField, .name = "header_line", .structural = true},
    {.defect = Defect::kSpaceBeforeColon, .name = "space_before_colon", .structural = true},
    {.defect = Defect::kDuplicateField, .name = "duplicate_field", .structural = true},
    {.defect = Defect::kAddressSyntax, .name = "address_syntax"},
    {.defect = Defect::kAddressObsolete, .name = "address_obsolete"},
    {.defect = Defect::kEncodedWordInAddress, .name = "encoded_word_in_address"},
    {.defect = Defect::kNoHeaderEnd, .name = "no_header_end", .structural = true},
    {.defect = Defect::kDepthLimit, .name = "limit_depth", .limit = true},
    {.defect = Defect::kPartsLimit, .name = "limit_parts", .limit = true},
    {.defect = Defect::kNoBoundary, .name = "boundary_missing"},
    {.defect = Defect::kNoFinalBoundary, .name = "boundary_open"},
    {.defect = Defect::kTransferEncoding, .name = "transfer_encoding"},
    {.defect = Defect::kCharset, .name = "charset"},
    {.defect = Defect::kDate, .name = "date"},
    {.defect = Defect::kTextLimit, .name = "text_limit"},
    {.defect = Defect::kHtmlLimit, .name = "html_limit"},
    {.defect = Defect::kDuplicateParameter, .name = "duplicate_parameter"},
    {.defect = Defect::kBoundarySyntax, .name = "boundary_syntax"},
    {.defect = Defect::kBoundaryJunk, .name = "boundary_junk"},
    {.defect = Defect::kBoundaryReused, .name = "boundary_reused"},
    {.defect = Defect::kMultipartEncoded, .name = "multipart_encoded"},
    {.defect = Defect::kPartsOutside, .name = "parts_outside"},
    {.defect = Defect::kTransferEncodingSyntax, .name = "transfer_encoding_syntax"},
    {.defect = Defect::kMessagePartial, .name = "message_partial"},
    {.defect = Defect::kExternalBody, .name = "external_body"},
    {.defect = Defect::kLongLine, .name = "long_line"},
    {.defect = Defect::kMessageEncoded, .name = "message_encoded"},
    {.defect = Defect::kParameterSections, .name = "parameter_sections"},
    {.defect = Defect::kIdSyntax, .name = "message_id_syntax"},
    {.defect = Defect::kParameterSyntax, .name = "parameter_syntax"},
};

constexpr bool InOrder() {
  for (size_t i = 0; i < std::size(kDefects); ++i) {
    if (static_cast<size_t>(kDefects[i].defect) != i) return false;
  }
  return true;
}
static_assert(InOrder());

// What the scanner does with a field: into which list or value of the envelope it goes. RFC 5322, 3.6: all
// fields but the delivery headers may stand once.
struct Place {
  Field field;
  std::vector<Mailbox> Envelope::*mailboxes = nullptr;
  std::vector<std::string_view> Envelope::*ids = nullptr;
  std::string_view Envelope::*value = nullptr;
  DeliveryHeader delivery{};
};

constexpr Place kPlaces[] = {
    {.field = Field::kOther},
    {.field = Field::kFrom, .mailboxes = &Envelope::from},
    {.field = Field::kSender, .mailboxes = &Envelope::sender},
    {.field = Field::kReplyTo, .mailboxes = &Envelope::reply_to},
    {.field = Field::kTo, .mailboxes = &Envelope::to},
    {.field = Field::kCc, .mailboxes = &Envelope::cc},
    {.field = Field::kBcc, .mailboxes = &Envelope::bcc},
    {.field = Field::kDeliveredTo, .delivery = DeliveryHeader::kDeliveredTo},
    {.field = Field::kXOriginalTo, .delivery = DeliveryHeader::kXOriginalTo},
    {.field = Field::kEnvelopeTo, .delivery = DeliveryHeader::kEnvelopeTo},
    {.field = Field::kXEnvelopeTo, .delivery = DeliveryHeader::kXEnvelopeTo},
    {.field = Field::kXDeliveredTo, .delivery = DeliveryHeader::kXDeliveredTo},
    {.field = Field::kOriginalRecipient, .delivery = DeliveryHeader::kOriginalRecipient},
    {.field = Field::kApparentlyTo, .delivery = DeliveryHeader::kApparentlyTo},
    {.field = Field::kReturnPath, .value = &Envelope::return_path},
    {.field = Field::kMessageId, .value = &Envelope::message_id},
    {.field = Field::kInReplyTo, .ids = &Envelope::in_reply_to},
    {.field = Field::kReferences, .ids = &Envelope::references},
    {.field = Field::kSubject, .value = &Envelope::subject},
    {.field = Field::kDate, .value = &Envelope::date},
    {.field = Field::kMimeVersion, .value = &Envelope::mime_version},
    {.field = Field::kContentType, .value = &Envelope::content_type},
    {.field = Field::kContentTransferEncoding, .value = &Envelope::content_transfer_encoding},
    {.field = Field::kContentDisposition, .value = &Envelope::content_disposition},
    {.field = Field::kContentId, .value = &Envelope::content_id},
    {.field = Field::kReceived},
    {.field = Field::kAuthenticationResults},
    {.field = Field::kClassSign},
};

constexpr bool PlacesInOrder() {
  for (size_t i = 0; i < std::size(kPlaces); ++i) {
    if (static_cast<size_t>(kPlaces[i].field) != i) return false;
  }
  return std::size(kPlaces) == static_cast<size_t>(Field::kCount);
}
static_assert(PlacesInOrder());

}  // namespace

std::string_view DefectName(Defect defect) {
  return kDefects[static_cast<size_t>(defect)].name;
}
bool IsLimit(Defect defect) {
  return kDefects[static_cast<size_t>(defect)].limit;
}
bool IsStructural(Defect defect) {
  return kDefects[static_cast<size_t>(defect)].structural;
}

struct EnvelopeScanner::State {
  explicit State(const MailLimits& mail_limits) : limits(mail_limits) {}

  const MailLimits limits;
  Envelope envelope;
  Scratch scratch;
  std::vector<Mailbox> mailboxes;  // of the field at hand

  void Clear(std::string_view raw);
  void Take(const RawField& field, bool again, DefectLog* log);
  uint8_t TakeAddresses(const RawField& field, std::string_view list, std::vector<Mailbox>* out, DefectLog* log);
};

void EnvelopeScanner::State::Clear(std::string_view raw) {
  // The vectors keep their memory; all else starts anew.
  for (const Place& place : kPlaces) {
    if (place.mailboxes != nullptr) (envelope.*place.mailboxes).clear();
    if (place.ids != nullptr) (envelope.*place.ids).clear();
    if (place.value != nullptr) envelope.*place.value = {};
  }
  envelope.delivery.clear();
  envelope.authentication_results.clear();
  envelope.class_fields.clear();
  envelope.defects.clear();
  envelope.received = 0;
  envelope.newest_received = {};
  envelope.raw = raw.data() == nullptr ? std::string_view("") : raw;  // views into it are never null
  envelope.from_ambiguous = envelope.from_null = envelope.over_limit = false;
  scratch.Reset();
}

uint8_t EnvelopeScanner::State::TakeAddresses(const RawField& field, std::string_view list, std::vector<Mailbox>* out,
                                              DefectLog* log) {
  const uint8_t notes = ParseAddresses(list, &scratch, out);
  if ((notes & (kAddressBroken | kAddressAlike)) != 0) log->Add(Defect::kAddressSyntax, field.offset);
  if ((notes & kAddressObsolete) != 0) log->Add(Defect::kAddressObsolete, field.offset);
  if ((notes & kAddressEncodedWord) != 0) log->Add(Defect::kEncodedWordInAddress, field.offset);
  return notes;
}

void EnvelopeScanner::State::Take(const RawField& field, bool again, DefectLog* log) {
  const Place& place = kPlaces[static_cast<size_t>(field.field)];
  bool grammatical = true;
  if (field.field == Field::kFrom) {
    const uint8_t notes = TakeAddresses(field, field.value, &envelope.from, log);
    envelope.from_ambiguous |= (notes & ~kAddressAlike) != 0 || again;
    envelope.from_null = !again && envelope.from.empty() && field.value.ends_with("<>");
  } else if (place.mailboxes != nullptr) {
    TakeAddresses(field, field.value, &(envelope.*place.mailboxes), log);
  } else if (place.ids != nullptr) {
    ParseIds(field.value, &scratch, &(envelope.*place.ids), &grammatical);
  } else if (place.value == nullptr) {
    std::string_view list = field.value;
    const size_t type = field.field == Field::kOriginalRecipient ? list.find(';') : list.npos;
    if (type != list.npos) list.remove_prefix(type + 1);  // RFC 3798, 2.3: "rfc822;" in front
    mailboxes.clear();
    TakeAddresses(field, list, &mailboxes, log);
    for (const Mailbox& mailbox : mailboxes) envelope.delivery.push_back({place.delivery, !again, mailbox});
    return;
  } else if (!again) {
    if (field.field == Field::kReturnPath) {
      mailboxes.clear();
      ParseAddresses(field.value, &scratch, &mailboxes);
      envelope.return_path = mailboxes.empty() ? field.value.substr(0, 0) : AddrSpec(mailboxes.front());
    } else if (field.field == Field::kMessageId) {
      envelope.message_id = ParseMessageId(field.value, &scratch, &grammatical);
    } else {
      envelope.*place.value = field.value;
    }
  }
  if (!grammatical) log->Add(Defect::kIdSyntax, field.offset);
  if (again) log->Add(Defect::kDuplicateField, field.offset);
}

EnvelopeScanner::EnvelopeScanner(const MailLimits& limits) : state_(new State(limits)) {}
EnvelopeScanner::~EnvelopeScanner() {
  delete state_;
}

const Envelope& EnvelopeScanner::Scan(std::string_view mail) {
  State& state = *state_;
  state.Clear(mail);
  Envelope& envelope = state.envelope;
  const std::string_view raw = envelope.raw;
  DefectLog log(&envelope.defects);

  const char eol = LineEndOf(raw);
  const size_t begin = HeaderBegin(raw, eol);
  // Others see the end of the header in an empty line, wherever it stands.
  if (begin > 0 && IsSpace(raw.front())) log.Add(Defect::kLineNoField, 0);
  // Where CR alone ends the lines, others see one line (threat T03).
  envelope.from_ambiguous = eol == '\r';
  FieldReader reader(raw, begin, eol, state.limits, &log);
  std::array<bool, static_cast<size_t>(Field::kCount)> seen{};
  for (RawField field; reader.Next(&field);) {
    switch (field.field) {
      case Field::kOther:
        continue;
      case Field::kReceived:
        if (envelope.received++ == 0) envelope.newest_received = field.value;
        continue;
      case Field::kAuthenticationResults:
        envelope.authentication_results.push_back({field.value, envelope.received});
        continue;
      case Field::kClassSign:
        envelope.class_fields.push_back({field.name, field.value, field.offset});
        continue;
      default:
        break;
    }
    bool& before = seen[static_cast<size_t>(field.field)];
    state.Take(field, before, &log);
    before = true;
  }
  envelope.over_limit = reader.over_limit();
  envelope.body_offset = envelope.over_limit ? raw.size() : reader.body();
  if (reader.suspect()) CheckHeaderBytes(raw, begin, reader.body(), &log);
  return envelope;
}

}  // namespace casecomm::scan
