// SPDX-License-Identifier: Apache-2.0
#include "attach/signatures.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>

#include "attach/zip.h"
#include "base/text.h"

namespace casecomm::attach {
namespace {

using std::string_view;

constexpr string_view kUnknown = "application/octet-stream";
constexpr size_t kMarkupInText = 4096;  // where browsers and libmagic look for it
constexpr string_view kPdf = "application/pdf", kPdfMark = "%PDF-";
constexpr size_t kPdfWithin = 1024;  // where readers look for a PDF's header

struct Signature {
  size_t at;
  string_view bytes;
  string_view type;
  bool also_text = false;  // it is the type even where the file is text as a whole
};

#define BYTES(literal) string_view(literal, sizeof(literal) - 1)
constexpr Signature kSignatures[] = {
    {0, BYTES("{\\rtf"), "text/rtf", true},
    {0, BYTES("%!PS"), "application/postscript", true},
    {0, BYTES("GIF87a"), "image/gif", true},
    {0, BYTES("GIF89a"), "image/gif", true},
    {0, BYTES("#!AMR"), "audio/amr", true},
    {0, BYTES("\x89PNG\r\n\x1a\n"), "image/png"},
    {0, BYTES("\xff\xd8\xff"), "image/jpeg"},
    {0, BYTES("MZ"), "application/x-dosexec"},
    {0, BYTES("ZM"), "application/x-dosexec"},
    {0,
     BYTES("\x7f"
           "ELF"),
     "application/x-executable"},
    {0, BYTES("\xfe\xed\xfa\xce"), "application/x-mach-binary"},
    {0, BYTES("\xfe\xed\xfa\xcf"), "application/x-mach-binary"},
    {0, BYTES("\xce\xfa\xed\xfe"), "application/x-mach-binary"},
    {0, BYTES("\xcf\xfa\xed\xfe"), "application/x-mach-binary"},
    {0, BYTES("\xca\xfe\xba\xbe"), "application/java-vm"},
    {0, BYTES("\x4c\x00\x00\x00\x01\x14\x02\x00"), "application/x-ms-shortcut"},
    {0, BYTES("ITSF"), "application/vnd.ms-htmlhelp"},
    {0, BYTES("\x3f\x5f\x03\x00"), "application/vnd.ms-htmlhelp"},
    {0,
     BYTES("\x00"
           "asm"),
     "application/wasm"},
    {0, BYTES("FWS"), "application/x-shockwave-flash"},
    {0, BYTES("CWS"), "application/x-shockwave-flash"},
    {0, BYTES("ZWS"), "application/x-shockwave-flash"},
    {0, BYTES("dex\n"), "application/vnd.android.package-archive"},
    {0, BYTES("\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d"), "application/vnd.ms-onenote"},
    {4, BYTES("Standard Jet DB"), "application/x-msaccess"},
    {4, BYTES("Standard ACE DB"), "application/x-msaccess"},
    {32769, BYTES("CD001"), "application/x-iso9660-image"},
    {0, BYTES("conectix"), "application/x-iso9660-image"},
    {0, BYTES("vhdxfile"), "application/x-iso9660-image"},
    {0, BYTES("xar!"), "application/x-package"},
    {0, BYTES("\xed\xab\xee\xdb"), "application/x-package"},
    {0, BYTES("!<arch>\ndebian"), "application/x-package", true},
    {0, BYTES("\x78\x9f\x3e\x22"), "application/vnd.ms-tnef"},
    {257, BYTES("ustar"), "application/x-tar"},
    {4, BYTES("ftypqt  "), "video/quicktime"},
    {4, BYTES("ftypM4A "), "audio/mp4"},
    {4, BYTES("ftypM4B "), "audio/mp4"},
    {4, BYTES("ftypM4V "), "video/mp4"},
    {4, BYTES("ftypmp4"), "video/mp4"},
    {4, BYTES("ftypisom"), "video/mp4"},
    {4, BYTES("ftypiso2"), "video/mp4"},
    {4, BYTES("ftypavc1"), "video/mp4"},
    {4, BYTES("ftypMSNV"), "video/mp4"},
    {4, BYTES("ftyp3g"), "video/3gpp"},
    {4, BYTES("ftyphei"), "image/heic"},
    {4, BYTES("ftyphev"), "image/heic"},
    {4, BYTES("ftypmif1"), "image/heic"},
    {4, BYTES("ftypavif"), "image/avif"},
    {8, BYTES("WEBPVP8"), "image/webp"},
    {0, BYTES("OggS"), "audio/ogg"},
};

// What stands at the front of text that something runs, or that is more than text. After a byte order mark and blanks; without case.
constexpr Signature kTextFronts[] = {
    {0, "#!", "text/x-shellscript"},
    {0, "<?php", "text/x-php"},
    {0, "@echo off", "text/x-msdos-batch"},
    {0, "windows registry editor", "text/x-ms-regedit"},
    {0, "regedit4", "text/x-ms-regedit"},
    {0, "[version]", "text/x-ms-regedit"},
    {0, "[internetshortcut]", "application/internet-shortcut"},
    {0, "[desktop entry]", "application/internet-shortcut"},
    {0, "begin:vcalendar", "text/calendar"},
    {0, "begin:vcard", "text/vcard"},
    {0, "received:", "message/rfc822"},
    {0, "return-path:", "message/rfc822"},
    {0, "delivered-to:", "message/rfc822"},
    {0, "mime-version:", "message/rfc822"},
    // HTML as browsers sniff it (WHATWG MIME Sniffing, 7.1); a blank or ">" follows.
    {0, "<!--", "text/html"},
    {0, "<?xml", "text/xml"},
};
constexpr string_view kHtmlFronts[] = {
    "<!doctype html", "<html",  "<head", "<script", "<iframe", "<h1", "<div", "<font", "<table", "<a",
    "<style",         "<title", "<b",    "<body",   "<br",     "<p",  "<svg", "<img",  "<math",  "<meta"};

// What is run wherever a browser finds it.
constexpr string_view kMarkup[] = {"<!doctype html", "<html", "<head",   "<body",  "<script",
                                   "<iframe",        "<svg",  "<object", "<embed", "<?php"};
constexpr string_view kXhtml = "http://www.w3.org/1999/xhtml";

bool At(string_view bytes, size_t at, string_view mark) {
  return bytes.size() >= at && bytes.substr(at, mark.size()) == mark;
}

bool FoldedAt(string_view bytes, size_t at, string_view lower) {
  return bytes.size() >= at && base::EqualFoldAscii(bytes.substr(at, lower.size()), lower);
}

bool EndsTag(string_view bytes, size_t at) {
  return at >= bytes.size() || string_view(" \t\r\n\f/>").find(bytes[at]) != string_view::npos;
}

bool IsText(string_view bytes) {
  bool binary = false;  // without a branch a byte, as this looks at each
  for (const char c : bytes) {
    const auto byte = static_cast<uint8_t>(c);
    binary |= (byte < 0x20 && static_cast<uint8_t>(byte - 7) > 6 && byte != 0x1b) || byte == 0x7f;
  }
  return !binary;
}

// Text behind a UTF-16 mark, narrowed to the ASCII in it; "" for other bytes.
std::string Narrow(string_view bytes) {
  const bool little = At(bytes, 0, "\xff\xfe");
  if (!little && !At(bytes, 0, "\xfe\xff")) return {};
  std::string text;
  for (size_t i = 2; i + 1 < bytes.size(); i += 2) {
    const char low = bytes[little ? i : i + 1], high = bytes[little ? i + 1 : i];
    text += high == 0 ? low : '?';
  }
  return text;
}

// The first markup that is run: "text/html", "image/svg+xml", "text/x-php"; "" where there is none.
string_view MarkupIn(string_view bytes) {
  for (size_t at = bytes.find('<'); at != string_view::npos; at = bytes.find('<', at + 1)) {
    for (const string_view tag : kMarkup) {
      if (!FoldedAt(bytes, at, tag) || !EndsTag(bytes, at + tag.size())) continue;
      return tag == "<svg" ? "image/svg+xml" : tag == "<?php" ? "text/x-php" : "text/html";
    }
    // A name space in front, as in <svg:svg>.
    if (FoldedAt(bytes, at, "<svg:")) return "image/svg+xml";
  }
  return {};
}

// Without what every reader passes over.
string_view SkipBlank(string_view text) {
  if (At(text, 0, "\xef\xbb\xbf")) text.remove_prefix(3);
  return text.substr(std::min(text.find_first_not_of(" \t\r\n\f\v"), text.size()));
}

string_view TypeOfText(string_view text) {
  text = SkipBlank(text);
  if (const string_view markup = MarkupIn(text.substr(0, kMarkupInText)); !markup.empty()) return markup;
  const bool html = std::any_of(std::begin(kHtmlFronts), std::end(kHtmlFronts),
                                [&](string_view tag) { return FoldedAt(text, 0, tag) && EndsTag(text, tag.size()); });
  if (html || text.find(kXhtml) != string_view::npos) return "text/html";
  for (const Signature& mark : kTextFronts) {
    if (FoldedAt(text, mark.at, mark.bytes)) return mark.type;
  }
  return "text/plain";
}

struct OleType {
  uint32_t stream;
  string_view type;
};
// The first stream that is there decides: a mail holds documents, a document holds sheets.
constexpr OleType kOleTypes[] = {
    {kOleInstaller, "application/x-msi"},
    {kOleMail, "application/vnd.ms-outlook"},
    {kOleMacros, "application/vnd.ms-office.vbaproject"},
    {kOleEncrypted, "application/encrypted"},
    {kOleWord, "application/msword"},
    {kOlePowerPoint, "application/vnd.ms-powerpoint"},
    {kOleExcel, "application/vnd.ms-excel"},
};

string_view TypeOfOle(uint32_t streams) {
  for (const OleType& row : kOleTypes) {
    if ((streams & row.stream) != 0) return row.type;
  }
  return "application/x-ole-storage";
}

// A picture whose first bytes after the name are a comment or an assignment runs as JavaScript, too.
bool IsScriptGif(string_view bytes) {
  const string_view size = bytes.substr(std::min<size_t>(6, bytes.size()), 2);
  return At(size, 0, "/*") || At(size, 0, "//") || At(size, 0, "=") || At(size, 0, "`");
}

bool IsMedia(string_view type) {
  return type.starts_with("image/") || type.starts_with("audio/") || type.starts_with("video/");
}

}  // namespace

string_view TypeBySignature(const FileSample& file) {
  const string_view front = file.front();
  if (At(front, 0, kOleMagic)) return TypeOfOle(file.ole_streams());
  if (At(front, 0, BYTES("PK\x03\x04")) || At(front, 0, BYTES("PK\x05\x06"))) return TypeOfZip(file);
  if (At(SkipBlank(front), 0, kPdfMark)) return kPdf;
  const std::string narrow = Narrow(front);
  const bool text =
      !narrow.empty() ? IsText(narrow) : IsText(front) && (file.size() <= front.size() || IsText(file.end()));
  for (const Signature& mark : kSignatures) {
    if ((mark.also_text || !text) && At(front, mark.at, mark.bytes)) return mark.type;
  }
  if (!text) return {};
  if (const string_view markup = MarkupIn(front.substr(0, kMarkupInText)); !markup.empty()) return markup;
  return TypeOfText(narrow.empty() ? front : narrow);
}

string_view TypeOfPolyglot(const FileSample& file, string_view type) {
  const string_view front = file.front();
  if (IsMedia(type) && type != "image/svg+xml") {
    if (const string_view markup = MarkupIn(front); !markup.empty()) return markup;
    if (const string_view markup = MarkupIn(file.end()); !markup.empty()) return markup;
    if (type == "image/gif" && IsScriptGif(front)) return "text/javascript";
    if (type == "image/bmp" && At(front, 2, "/*")) return "text/javascript";
  }
  const bool passive = IsMedia(type) || type == kPdf || type.starts_with("text/");
  if ((passive || type == kUnknown) && EndsInZip(file)) return type == kUnknown ? "application/zip" : kUnknown;
  const size_t pdf = front.substr(0, kPdfWithin).find(kPdfMark);
  if (pdf != string_view::npos && type != kPdf) {
    if (type == kUnknown) return kPdf;
    if (IsMedia(type) || type == "text/plain") return kUnknown;
  }
  return type;
}

#undef BYTES

}  // namespace casecomm::attach
