// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_SCAN_TRANSFER_H_
#define CASECOMM_SCAN_TRANSFER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace casecomm::scan {

// RFC 2045, section 6; uuencode is what old programs send under names with or without "x-".
enum class TransferEncoding : uint8_t { kIdentity, kBase64, kQuotedPrintable, kUuencode, kUnknown };

// Of a Content-Transfer-Encoding value; kIdentity if it is absent.
TransferEncoding TransferEncodingOf(std::string_view value);

// The six bits that a character of base64 stands for; 64 or more if it is none.
uint8_t Base64Value(char c);

// What readers may take the value for, each once, that of TransferEncodingOf first: a value with something beside a known
// name, or like one, is read as it and as none. More than one is a doubt.
std::vector<TransferEncoding> EveryTransferEncoding(std::string_view value);

// Takes decoded bytes piece by piece, so that a large attachment never stands in memory decoded.
class ByteSink {
 public:
  virtual void Put(std::string_view bytes) = 0;

 protected:
  ~ByteSink() = default;
};

class StringSink final : public ByteSink {
 public:
  explicit StringSink(std::string* out) : out_(out) {}
  void Put(std::string_view bytes) override { out_->append(bytes); }

 private:
  std::string* const out_;
};

// Keeps the front.
class FrontSink final : public ByteSink {
 public:
  FrontSink(size_t most, std::string* out) : most_(most), out_(out) {}
  void Put(std::string_view bytes) override { out_->append(bytes.substr(0, most_ - out_->size())); }

 private:
  const size_t most_;
  std::string* const out_;
};

class SizeSink final : public ByteSink {
 public:
  void Put(std::string_view bytes) override { size_ += static_cast<int64_t>(bytes.size()); }
  int64_t size() const { return size_; }

 private:
  int64_t size_ = 0;
};

// Decodes a body. Foreign characters in base64 are passed over (RFC 2045, 6.8), damage elsewhere stays as it stands;
// an unknown encoding is read as none. False if something was damaged or unknown.
bool DecodeTransfer(std::string_view body, TransferEncoding encoding, ByteSink* sink);

// Whether readers decode the body alike: base64 with nothing foreign in it and nothing behind its padding,
// quoted-printable without broken escapes, uuencoded data that is whole. A look at each byte, and nothing kept.
bool DecodesAlike(std::string_view body, TransferEncoding encoding);

// What readers do with a damaged body, a bit for each thing: none is DecodeTransfer.
using DecodingHabits = uint8_t;
enum DecodingHabit : DecodingHabits {
  kStopsAtPadding = 1,
  kStopsAtForeign = 2,
  kUrlAlphabet = 4,    // RFC 4648, 5
  kReadsOn = 8,        // past padding and foreign characters, none of the three above
  kDropsEscapes = 16,  // a "=" of quoted-printable that begins no escape
  kLeavesIt = 32,      // uuencoded data that is not whole stands as it is
};

// How readers decode the body that differ from DecodeTransfer; none where all agree. Two of them may give the same bytes.
std::vector<DecodingHabits> EveryHabit(std::string_view body, TransferEncoding encoding);

// Decodes as a reader with these habits, one of EveryHabit, or 0 for DecodeTransfer.
void DecodeAs(std::string_view body, TransferEncoding encoding, DecodingHabits habits, ByteSink* sink);

// What EveryHabit gives, each once, and none that is what DecodeTransfer gives.
std::vector<std::string> DecodeOtherwise(std::string_view body, TransferEncoding encoding);

}  // namespace casecomm::scan

#endif  // CASECOMM_SCAN_TRANSFER_H_
