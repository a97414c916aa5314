// SPDX-License-Identifier: Apache-2.0
#include "scan/encoded_word.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "scan/address.h"
#include "scan/field.h"
#include "scan/hex.h"
#include "scan/transfer.h"

namespace casecomm::scan {
namespace {

// RFC 2047, 4.2.
void DecodeQ(std::string_view text, std::string* out) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '_') {
      *out += ' ';
    } else if (text[i] == '=' && HexByte(text, i) >= 0) {
      *out += static_cast<char>(HexByte(text, i));
      i += 2;
    } else {
      *out += text[i];
    }
  }
}

// What stands behind the whole groups of four of base64 that stops in the middle of a byte, or nothing: a sender who cuts
// the encoded text anywhere writes the rest into the next word, against RFC 2047, 5. Where padding alone is left out, no
// bit of a next byte is there.
std::string_view CutGroup(std::string_view base64) {
  const std::string_view rest = base64.substr(base64.size() - base64.size() % 4);
  if (rest.empty() || std::any_of(base64.begin(), base64.end(), [](char c) { return Base64Value(c) >= 64; })) return {};
  const uint8_t next_byte = rest.size() == 2 ? 15 : 3;
  return rest.size() == 1 || (Base64Value(rest.back()) & next_byte) != 0 ? rest : std::string_view();
}

}  // namespace

std::string Unfold(std::string_view raw) {
  std::string text;
  text.reserve(raw.size());
  std::copy_if(raw.begin(), raw.end(), std::back_inserter(text), [](char c) { return c != '\r' && c != '\n'; });
  return text;
}

std::string DecodeText(std::string_view raw, CharsetDecoder* charsets, bool* clean) {
  const std::string unfolded = Unfold(raw);
  const std::string_view text = unfolded;
  std::string out;
  std::string charset, bytes;  // of the encoded words since the last plain text
  std::string cut;             // base64 that goes on in the next word
  bool pending = false;
  const auto decode_base64 = [&](std::string encoded) {
    // Padding is left out by many; a word ends where it ends, so nothing is in doubt.
    if (encoded.size() % 4 > 1 && encoded.back() != '=') encoded.append(4 - encoded.size() % 4, '=');
    StringSink sink(&bytes);
    if (!DecodeTransfer(encoded, TransferEncoding::kBase64, &sink)) *clean = false;
  };
  const auto end_cut = [&] {
    if (!cut.empty()) decode_base64(std::exchange(cut, {}));
  };
  const auto flush = [&] {
    end_cut();
    if (pending) out += charsets->ToUtf8(bytes, charset, clean);
    pending = false;
    bytes.clear();
  };
  size_t plain = 0;  // where the text since the last encoded word begins
  for (size_t pos = text.find("=?"); pos != text.npos; pos = text.find("=?", pos)) {
    const size_t length = EncodedWordLength(text.substr(pos));
    if (length == 0) {
      pos += 2;
      continue;
    }
    const std::string_view gap = text.substr(plain, pos - plain);
    if (!pending || !std::all_of(gap.begin(), gap.end(), IsBlank)) {
      flush();
      out += charsets->GuessUtf8(gap, clean);
    }
    const std::string_view word = text.substr(pos + 2, length - 4);
    const size_t mark = word.find('?');
    std::string name = base::LowerAscii(word.substr(0, mark));
    if (pending && name != charset) flush();
    charset = std::move(name);
    pending = true;
    const std::string_view encoded = word.substr(mark + 3);
    if (base::FoldAscii(word[mark + 1]) == 'q') {
      end_cut();
      DecodeQ(encoded, &bytes);
    } else {
      std::string base64 = std::exchange(cut, {}) + std::string(encoded);
      cut = CutGroup(base64);
      base64.resize(base64.size() - cut.size());
      if (!base64.empty()) decode_base64(std::move(base64));
    }
    pos += length;
    plain = pos;
  }
  flush();
  out += charsets->GuessUtf8(text.substr(plain), clean);
  return out;
}

}  // namespace casecomm::scan
