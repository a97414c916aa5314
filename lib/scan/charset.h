// SPDX-License-Identifier: Apache-2.0
#ifndef CASECOMM_SCAN_CHARSET_H_
#define CASECOMM_SCAN_CHARSET_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace casecomm::scan {

// Bytes of a charset to UTF-8. Names are read as the WHATWG Encoding Standard reads them: iso-8859-1 and us-ascii are
// windows-1252, gb2312 is gb18030, and so on. Text without a charset, or of an unknown one, is UTF-8 if it is
// well-formed, else windows-1252. Keeps the converter of the last charset. Not shared between threads.
class CharsetDecoder {
 public:
  CharsetDecoder() = default;
  ~CharsetDecoder();
  CharsetDecoder(const CharsetDecoder&) = delete;
  CharsetDecoder& operator=(const CharsetDecoder&) = delete;

  // Always well-formed UTF-8; U+FFFD stands for what is not of the charset. `clean` turns false then, and where the
  // charset is unknown or does not fit; it is never set to true. What stands behind `most` bytes of UTF-8 may be left out.
  std::string ToUtf8(std::string_view bytes, std::string_view charset, bool* clean,
                     size_t most = std::string_view::npos);

  // Header text that declares no charset (RFC 6532).
  std::string GuessUtf8(std::string_view bytes, bool* clean) { return ToUtf8(bytes, {}, clean); }

 private:
  // False if the name is none that we know.
  bool Open(std::string_view name);
  std::string Convert(std::string_view bytes, size_t most, bool* clean);

  std::string name_;        // of the converter at hand, as asked for
  void* source_ = nullptr;  // UConverter, null if the name is unknown
  void* target_ = nullptr;  // UConverter to UTF-8
};

}  // namespace casecomm::scan

#endif  // CASECOMM_SCAN_CHARSET_H_
