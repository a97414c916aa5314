// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <iterator>
#include <string>
#include <vector>

#include "base/text.h"
#include "scan/content.h"
#include "scan/defects.h"
#include "scan/field.h"
#include "scan/header_bytes.h"
#include "scan/mime.h"
#include "scan/transfer.h"

namespace casecomm::scan {
namespace {

constexpr Field kKeyFields[] = {Field::kFrom, Field::kTo, Field::kCc, Field::kDate, Field::kSubject};

// Unfolded, with runs of blanks as one: what relays change when they fold anew.
std::string KeyText(std::string_view value) {
  std::string text;
  text.reserve(value.size());
  for (const char c : value) {
    if (!IsSpace(c)) {
      text += c;
    } else if (!text.empty() && text.back() != ' ') {
      text += ' ';
    }
  }
  return text;
}

// Digests what is put in, with CRLF as LF and without the empty lines at the end, where line ends are the relay's.
class DigestSink final : public ByteSink {
 public:
  DigestSink(bool lines, char eol) : lines_(lines), eol_(eol) {}

  void Put(std::string_view bytes) override {
    if (!lines_) return digest_.Update(bytes);
    for (const char c : bytes) {
      if (held_cr_ && c != '\n') Keep(eol_ == '\r' ? '\n' : '\r');
      held_cr_ = c == '\r';
      if (!held_cr_) Keep(c);
    }
  }

  base::Digest Finish() {
    if (held_cr_ && eol_ != '\r') Keep('\r');
    digest_.Update({piece_.data(), size_});
    return digest_.Finish();
  }

 private:
  void Keep(char c) {
    if (c == '\n') {
      ++held_lines_;
      return;
    }
    for (; held_lines_ > 0; --held_lines_) Add('\n');
    Add(c);
  }

  void Add(char c) {
    if (size_ == piece_.size()) {
      digest_.Update({piece_.data(), size_});
      size_ = 0;
    }
    piece_[size_++] = c;
  }

  const bool lines_;
  const char eol_;
  base::Sha256 digest_;
  std::array<char, 4096> piece_;
  size_t size_ = 0;
  size_t held_lines_ = 0;
  bool held_cr_ = false;
};

}  // namespace

base::Digest ContentKey(const Envelope& envelope, const MailLimits& limits) {
  std::vector<DefectAt> unused;
  DefectLog log(&unused);
  const char eol = LineEndOf(envelope.raw);
  std::array<std::vector<std::string>, std::size(kKeyFields)> values;
  FieldReader reader(envelope.raw, HeaderBegin(envelope.raw, eol), eol, limits, &log);
  for (RawField field; reader.Next(&field);) {
    const auto* const wanted = std::find(std::begin(kKeyFields), std::end(kKeyFields), field.field);
    if (wanted != std::end(kKeyFields)) {
      values[static_cast<size_t>(wanted - std::begin(kKeyFields))].push_back(KeyText(field.value));
    }
  }
  base::Sha256 key;
  for (const std::vector<std::string>& list : values) {
    key.Field(std::to_string(list.size()));
    for (const std::string& value : list) key.Field(value);
  }

  MimeWalker walker(envelope, limits, &log);
  for (Leaf leaf; walker.Next(&leaf);) {
    const TransferEncoding encoding = TransferEncodingOf(leaf.transfer_encoding);
    DigestSink sink(
        leaf.type.starts_with("text/") || leaf.type.starts_with("message/") || encoding == TransferEncoding::kIdentity,
        eol);
    DecodeTransfer(leaf.body, encoding, &sink);
    key.Field(base::AsBytes(sink.Finish()));
  }
  // What a limit left unread counts as it stands, so that two mails that differ there stay two.
  if (walker.over_limit()) key.Field(base::AsBytes(base::Sha256Of(envelope.raw)));
  return key.Finish();
}

}  // namespace casecomm::scan
