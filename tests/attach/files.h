// SPDX-License-Identifier: Apache-2.0
// Small files of many types, and mails that carry them.
#ifndef CASECOMM_TESTS_ATTACH_FILES_H_
#define CASECOMM_TESTS_ATTACH_FILES_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace casecomm::testing {

inline std::string Bytes(uint64_t number, size_t size) {
  std::string bytes;
  for (size_t i = 0; i < size; ++i) bytes += static_cast<char>(number >> (8 * i) & 0xff);
  return bytes;
}

// A ZIP whose files are stored (APPNOTE.TXT, 4.3.6): names and bytes.
inline std::string Zip(const std::vector<std::pair<std::string, std::string>>& files, const std::string& comment = {}) {
  std::string zip, directory;
  for (const auto& [name, bytes] : files) {
    const std::string common = Bytes(20, 2) + Bytes(0, 2) + Bytes(0, 2) + Bytes(0, 4) + Bytes(0, 4) +
                               Bytes(bytes.size(), 4) + Bytes(bytes.size(), 4) + Bytes(name.size(), 2) + Bytes(0, 2);
    directory += "PK\x01\x02" + Bytes(20, 2) + common + Bytes(0, 2) + Bytes(0, 2) + Bytes(0, 2) + Bytes(0, 4) +
                 Bytes(zip.size(), 4) + name;
    zip += "PK\x03\x04" + common + name + bytes;
  }
  return zip + directory + "PK\x05\x06" + Bytes(0, 4) + Bytes(files.size(), 2) + Bytes(files.size(), 2) +
         Bytes(directory.size(), 4) + Bytes(zip.size(), 4) + Bytes(comment.size(), 2) + comment;
}

inline std::string Ooxml(const std::string& folder, bool macros = false) {
  std::vector<std::pair<std::string, std::string>> files = {{"docProps/app.xml", "<p/>"},
                                                            {"[Content_Types].xml", "<Types/>"},
                                                            {"_rels/.rels", "<r/>"},
                                                            {folder + "/a.xml", "<a/>"}};
  if (macros) files.emplace_back(folder + "/vbaProject.bin", "x");
  return Zip(files);
}

inline std::string Odf(const std::string& kind) {
  return Zip({{"mimetype", "application/vnd.oasis.opendocument." + kind}, {"content.xml", "<c/>"}});
}

// An OLE2 compound file ([MS-CFB]) of one directory sector, behind as many sectors as asked.
inline std::string Ole(const std::vector<std::string>& streams, size_t sectors_before = 0,
                       const std::string& class_id = std::string(16, '\0')) {
  std::string file("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8);
  file += std::string(16, '\0') + Bytes(0x3e, 2) + Bytes(3, 2) + Bytes(0xfffe, 2) + Bytes(9, 2);
  file.resize(512 + 512 * sectors_before);
  const auto entry = [&](const std::string& name, uint8_t kind, const std::string& id) {
    std::string bytes;
    for (const char c : name) bytes += {c, '\0'};
    bytes.resize(64);
    bytes +=
        Bytes((name.size() + 1) * 2, 2) + Bytes(kind, 1) + Bytes(1, 1) + Bytes(~uint64_t{0}, 8) + Bytes(~0u, 4) + id;
    bytes.resize(128);
    file += bytes;
  };
  entry("Root Entry", 5, class_id);
  for (const std::string& name : streams) entry(name, 2, std::string(16, '\0'));
  file.resize((file.size() + 511) / 512 * 512);
  return file;
}

struct KnownFile {
  std::string extension, type, bytes;
};

inline std::string Padded(std::string bytes, size_t size = 200) {
  bytes.resize(size);
  return bytes;
}

#define CASECOMM_BYTES(literal) std::string(literal, sizeof(literal) - 1)

inline const std::string& PngFile() {
  static const std::string png =
      CASECOMM_BYTES("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\6\0\0\0\x1f\x15\xc4\x89");
  return png;
}
inline const std::string& JpegFile() {
  static const std::string jpeg = Padded(CASECOMM_BYTES("\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0"));
  return jpeg;
}
inline const std::string& GifFile() {
  static const std::string gif = CASECOMM_BYTES("GIF89a\1\0\1\0\0\0\0,\0\0\0\0\1\0\1\0\0\2\1D\0;");
  return gif;
}
inline const std::string& PdfFile() {
  static const std::string pdf = "%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n";
  return pdf;
}
inline const std::string& ExeFile() {
  static const std::string exe = Padded(
      Padded(CASECOMM_BYTES("MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff"), 60) + Bytes(64, 4) + CASECOMM_BYTES("PE\0\0\x4c\1"),
      400);
  return exe;
}

// Files that are accepted by default.
inline const std::vector<KnownFile>& Documents() {
  static const std::string kOoxml = "application/vnd.openxmlformats-officedocument.";
  static const std::string kOdf = "application/vnd.oasis.opendocument.";
  static const std::vector<KnownFile> files = {
      {"pdf", "application/pdf", PdfFile()},
      {"docx", kOoxml + "wordprocessingml.document", Ooxml("word")},
      {"xlsx", kOoxml + "spreadsheetml.sheet", Ooxml("xl")},
      {"pptx", kOoxml + "presentationml.presentation", Ooxml("ppt")},
      {"odt", kOdf + "text", Odf("text")},
      {"ods", kOdf + "spreadsheet", Odf("spreadsheet")},
      {"odp", kOdf + "presentation", Odf("presentation")},
      {"doc", "application/msword", Ole({"1Table", "WordDocument"})},
      {"xls", "application/vnd.ms-excel", Ole({"Workbook"})},
      {"ppt", "application/vnd.ms-powerpoint", Ole({"PowerPoint Document"})},
      {"rtf", "text/rtf", "{\\rtf1\\ansi hello}"},
      {"doc", "text/rtf", "{\\rtf1\\ansi hello}"},
      {"txt", "text/plain", "Hello there\r\n"},
      {"txt", "text/plain", CASECOMM_BYTES("\xff\xfeH\0e\0l\0l\0o\0")},
      {"txt", "text/plain",
       "Gr\xfc\xdf"
       "e aus K\xf6ln\n"},
      {"md", "text/plain", "# Title\n"},
      {"csv", "text/plain", "a,b\n1,2\n"},
      {"ics", "text/calendar", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"},
      {"jpg", "image/jpeg", JpegFile()},
      {"jpeg", "image/jpeg", JpegFile()},
      {"png", "image/png", PngFile()},
      {"gif", "image/gif", GifFile()},
      {"webp", "image/webp", Padded(CASECOMM_BYTES("RIFF\x24\0\0\0WEBPVP8 "))},
      {"tif", "image/tiff", Padded(CASECOMM_BYTES("II*\0\x08\0\0\0"))},
      {"bmp", "image/bmp",
       Padded(CASECOMM_BYTES("BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\1\0\0\0\1\0\0\0\1\0\x18\0"))},
      {"heic", "image/heic",
       Padded(CASECOMM_BYTES("\0\0\0\x18"
                             "ftypheic\0\0\0\0mif1heic"))},
      {"mp3", "audio/mpeg", Padded(CASECOMM_BYTES("ID3\3\0\0\0\0\0\0\xff\xfb\x90\x64"), 1000)},
      {"m4a", "audio/mp4",
       Padded(CASECOMM_BYTES("\0\0\0\x18"
                             "ftypM4A \0\0\0\0M4A mp42"))},
      {"wav", "audio/wav", Padded(CASECOMM_BYTES("RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0"))},
      {"amr", "audio/amr", "#!AMR\n\x3c\x91\x17"},
      {"ogg", "audio/ogg", Padded(CASECOMM_BYTES("OggS\0\2"))},
      {"flac", "audio/flac", Padded(CASECOMM_BYTES("fLaC\0\0\0\x22"))},
      {"mp4", "video/mp4",
       Padded(CASECOMM_BYTES("\0\0\0\x18"
                             "ftypmp42\0\0\0\0mp42isom"))},
      {"mov", "video/quicktime",
       Padded(CASECOMM_BYTES("\0\0\0\x14"
                             "ftypqt  \0\0\0\0qt  "))},
      {"webm", "video/webm",
       Padded(CASECOMM_BYTES(
           "\x1a\x45\xdf\xa3\x9f\x42\x86\x81\1\x42\xf7\x81\1\x42\xf2\x81\4\x42\xf3\x81\x08\x42\x82\x84webm"))},
      {"avi", "video/x-msvideo", Padded(CASECOMM_BYTES("RIFF\x24\0\0\0AVI LIST"))},
      {"wmv", "video/x-ms-asf", Padded(CASECOMM_BYTES("\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\0\xaa\0\x62\xce\x6c"))},
  };
  return files;
}

// Files that something runs, or that may hold anything. None is accepted by default.
inline const std::vector<KnownFile>& Dangers() {
  static const std::string kInstaller = CASECOMM_BYTES("\x84\x10\x0c\0\0\0\0\0\xc0\0\0\0\0\0\0\x46");
  static const std::vector<KnownFile> files = {
      {"exe", "application/x-dosexec", ExeFile()},
      {"scr", "application/x-dosexec", ExeFile()},
      {"dll", "application/x-dosexec", ExeFile()},
      {"so", "application/x-executable",
       Padded(CASECOMM_BYTES("\x7f"
                             "ELF\2\1\1\0"))},
      {"dylib", "application/x-mach-binary", Padded(CASECOMM_BYTES("\xcf\xfa\xed\xfe\7\0\0\1"))},
      {"class", "application/java-vm", Padded(CASECOMM_BYTES("\xca\xfe\xba\xbe\0\0\0\x34"))},
      {"lnk", "application/x-ms-shortcut", Padded(CASECOMM_BYTES("\x4c\0\0\0\1\x14\2\0\0\0\0\0\xc0\0\0\0\0\0\0\x46"))},
      {"url", "application/internet-shortcut", "[InternetShortcut]\r\nURL=https://a.example.org/\r\n"},
      {"html", "text/html", "<html><body>x</body></html>"},
      {"html", "text/html", "  <!DOCTYPE html>\n<p>x"},
      {"htm", "text/html", "<!-- x --><b>y</b>"},
      {"html", "text/html", "some words\n<script>alert(1)</script>"},
      {"xhtml", "text/html", "<?xml version=\"1.0\"?><a:html xmlns:a=\"http://www.w3.org/1999/xhtml\"/>"},
      {"svg", "image/svg+xml", "<?xml version=\"1.0\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\"/>"},
      {"svg", "image/svg+xml", "<x:SVG/><svg:svg xmlns:svg=\"http://www.w3.org/2000/svg\"/>"},
      {"sh", "text/x-shellscript", "#!/bin/sh\necho\n"},
      {"bat", "text/x-msdos-batch", "@ECHO OFF\r\n"},
      {"php", "text/x-php", "x <?php echo 1;"},
      {"reg", "text/x-ms-regedit", "Windows Registry Editor Version 5.00\r\n"},
      {"js", "text/plain", "alert(1)"},
      {"vbs", "text/plain", "MsgBox 1"},
      {"ps1", "text/plain", "Get-Item ."},
      {"hta", "text/html", "<html><hta:application/>"},
      {"docm", "application/vnd.ms-word.document.macroenabled.12", Ooxml("word", true)},
      {"xlsm", "application/vnd.ms-excel.sheet.macroenabled.12", Ooxml("xl", true)},
      {"pptm", "application/vnd.ms-powerpoint.presentation.macroenabled.12", Ooxml("ppt", true)},
      {"doc", "application/vnd.ms-office.vbaproject", Ole({"WordDocument", "_VBA_PROJECT"})},
      {"msi", "application/x-msi", Ole({"x"}, 0, kInstaller)},
      {"jar", "application/java-archive", Zip({{"META-INF/MANIFEST.MF", "x"}})},
      {"apk", "application/vnd.android.package-archive", Zip({{"AndroidManifest.xml", "x"}, {"classes.dex", "y"}})},
      {"chm", "application/vnd.ms-htmlhelp", Padded("ITSF")},
      {"swf", "application/x-shockwave-flash", Padded("CWS\x0a")},
      {"one", "application/vnd.ms-onenote", Padded("\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3")},
      {"zip", "application/zip", Zip({{"a.exe", ExeFile()}})},
      {"7z", "application/x-7z-compressed", Padded("7z\xbc\xaf'\x1c")},
      {"rar", "application/x-rar", Padded(CASECOMM_BYTES("Rar!\x1a\7\0"))},
      {"gz", "application/gzip", Padded(CASECOMM_BYTES("\x1f\x8b\x08\0"))},
      {"msg", "application/vnd.ms-outlook", Ole({"__properties_version1.0", "WordDocument"})},
      {"eml", "message/rfc822", "Received: by x\r\nSubject: y\r\n\r\nz"},
      {"xml", "text/xml", "<?xml version=\"1.0\"?><a/>"},
      {"bin", "application/octet-stream", CASECOMM_BYTES("\1\2\3\4\5\6\0\x90\x91\x92")},
  };
  return files;
}

// A part of a mail: its header lines, and its bytes as they are (8bit) or in base64.
struct FilePart {
  std::string header, bytes;
  bool base64 = true;
};

inline std::string Base64(std::string_view bytes) {
  static constexpr char kLetters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (size_t i = 0, column = 0; i < bytes.size(); i += 3, column += 4) {
    if (column == 76) out += "\r\n", column = 0;
    uint32_t bits = 0;
    for (size_t k = 0; k < 3; ++k) bits = bits << 8 | (i + k < bytes.size() ? static_cast<uint8_t>(bytes[i + k]) : 0);
    for (size_t k = 0; k < 4; ++k) out += i + k <= bytes.size() ? kLetters[bits >> (18 - 6 * k) & 63] : '=';
  }
  return out;
}

inline FilePart File(const std::string& name, const std::string& type, std::string bytes) {
  return {"Content-Type: " + type + "\r\nContent-Disposition: attachment; filename=\"" + name + "\"\r\n",
          std::move(bytes)};
}

// The fields of a mail's header that its parts need, and its body.
inline std::string MultipartHeader() {
  return "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"=_b\"\r\n";
}
inline std::string MultipartBody(const std::vector<FilePart>& parts, const std::string& text_type = "text/plain",
                                 const std::string& text = "Hello") {
  std::string body = "--=_b\r\nContent-Type: " + text_type + "\r\n\r\n" + text + "\r\n";
  for (const FilePart& part : parts) {
    body += "--=_b\r\n" + part.header + (part.base64 ? "Content-Transfer-Encoding: base64\r\n\r\n" : "\r\n") +
            (part.base64 ? Base64(part.bytes) : part.bytes) + "\r\n";
  }
  return body + "--=_b--\r\n";
}

}  // namespace casecomm::testing

#endif  // CASECOMM_TESTS_ATTACH_FILES_H_
