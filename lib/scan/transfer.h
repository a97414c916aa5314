// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_SCAN_TRANSFER_H_
#define CASECOMM_SCAN_TRANSFER_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace casecomm::scan {

// RFC 2045, section 6; uuencode is what old programs send under names with or without "x-".
enum class TransferEncoding : uint8_t { kIdentity, kBase64, kQuotedPrintable, kUuencode, kUnknown };

// Of a Content-Transfer-Encoding value; kIdentity if it is absent.
TransferEncoding TransferEncodingOf(std::string_view value);

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

}  // namespace casecomm::scan

#endif  // CASECOMM_SCAN_TRANSFER_H_
