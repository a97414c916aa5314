// SPDX-License-Identifier: Apache-2.0
#include "attach/media.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include "casecomm/attachment.h"

namespace casecomm::attach {
namespace {

constexpr Danger kNone = Danger::kNone, kHolds = Danger::kHolds, kExecutes = Danger::kExecutes;

#define OOXML "application/vnd.openxmlformats-officedocument."
#define ODF "application/vnd.oasis.opendocument."

constexpr Media kMedia[] = {
    // Documents.
    {"application/pdf", kNone, "pdf ai", "application/x-pdf application/acrobat text/pdf", ""},
    {OOXML "wordprocessingml.document", kNone, "docx dotx", OOXML "wordprocessingml.template", ""},
    {OOXML "spreadsheetml.sheet", kNone, "xlsx xltx", OOXML "spreadsheetml.template", ""},
    {OOXML "presentationml.presentation", kNone, "pptx potx ppsx",
     OOXML "presentationml.template " OOXML "presentationml.slideshow", ""},
    {ODF "text", kNone, "odt ott", "application/x-vnd.oasis.opendocument.text " ODF "text-template",
     ODF "text-template"},
    {ODF "spreadsheet", kNone, "ods ots", ODF "spreadsheet-template", ODF "spreadsheet-template"},
    {ODF "presentation", kNone, "odp otp", ODF "presentation-template", ODF "presentation-template"},
    {ODF "graphics", kNone, "odg otg", ODF "graphics-template", ODF "graphics-template"},
    {"application/msword", kNone, "doc dot", "application/doc application/vnd.msword application/x-msword", "text/rtf"},
    {"application/vnd.ms-excel", kNone, "xls xlt", "application/excel application/x-excel application/x-msexcel", ""},
    {"application/vnd.ms-powerpoint", kNone, "ppt pps pot", "application/powerpoint application/mspowerpoint", ""},
    {"text/rtf", kNone, "rtf doc", "application/rtf application/x-rtf text/richtext", ""},
    {"text/plain", kNone, "txt text log asc md markdown tex ini cfg conf nfo diff patch", "text/markdown text/x-log",
     ""},
    {"text/csv", kNone, "csv tsv tab", "text/tab-separated-values text/comma-separated-values application/csv",
     "text/plain"},
    {"text/calendar", kNone, "ics ical ifb", "application/ics text/x-vcalendar", ""},
    {"text/vcard", kNone, "vcf vcard", "text/x-vcard text/directory", ""},
    // Images.
    {"image/jpeg", kNone, "jpg jpeg jpe jfif", "image/jpg image/pjpeg", ""},
    {"image/png", kNone, "png", "image/x-png image/apng", ""},
    {"image/gif", kNone, "gif", "", ""},
    {"image/webp", kNone, "webp", "", ""},
    {"image/tiff", kNone, "tif tiff", "image/tif image/x-tiff", ""},
    {"image/bmp", kNone, "bmp dib", "image/x-ms-bmp image/x-bmp image/x-windows-bmp", ""},
    {"image/heic", kNone, "heic heif heics", "image/heif image/heic-sequence image/heif-sequence", ""},
    {"image/avif", kNone, "avif", "", ""},
    // Sound.
    {"audio/mpeg", kNone, "mp3 mpga mp2", "audio/mp3 audio/x-mp3 audio/x-mpeg audio/mpg", ""},
    {"audio/mp4", kNone, "m4a m4b mp4", "audio/x-m4a audio/m4a audio/mp4a-latm", "video/mp4"},
    {"audio/ogg", kNone, "ogg oga opus", "application/ogg audio/opus audio/x-vorbis audio/vorbis", ""},
    {"audio/wav", kNone, "wav", "audio/x-wav audio/wave audio/vnd.wave", ""},
    {"audio/amr", kNone, "amr", "audio/amr-wb", ""},
    {"audio/aac", kNone, "aac", "audio/x-aac audio/x-hx-aac-adts audio/aacp", ""},
    {"audio/flac", kNone, "flac", "audio/x-flac", ""},
    {"audio/x-ms-wma", kNone, "wma", "", "video/x-ms-asf"},
    {"audio/midi", kNone, "mid midi", "audio/x-midi audio/mid", ""},
    {"audio/x-aiff", kNone, "aif aiff aifc", "audio/aiff", ""},
    // Film.
    {"video/mp4", kNone, "mp4 m4v mp4v", "video/x-m4v application/mp4", "audio/mp4"},
    {"video/quicktime", kNone, "mov qt", "", "video/mp4"},
    {"video/webm", kNone, "webm", "audio/webm", ""},
    {"video/x-matroska", kNone, "mkv mka", "audio/x-matroska video/matroska", ""},
    {"video/mpeg", kNone, "mpg mpeg mpe vob", "video/mpg video/mp2p video/x-mpeg", ""},
    {"video/mp2t", kNone, "ts mts m2ts", "", ""},
    {"video/x-msvideo", kNone, "avi", "video/avi video/msvideo", ""},
    {"video/3gpp", kNone, "3gp 3gpp 3g2", "audio/3gpp video/3gpp2 audio/3gpp2", "video/mp4 audio/mp4"},
    {"video/x-ms-asf", kNone, "wmv asf wma", "video/x-ms-wmv application/vnd.ms-asf", ""},
    {"video/x-flv", kNone, "flv", "", ""},
    // What may hold anything.
    {"message/rfc822", kHolds, "eml mht mhtml mbox", "message/global application/eml", "text/plain"},
    {"application/vnd.ms-outlook", kHolds, "msg oft", "application/msoutlook", ""},
    {"application/vnd.ms-tnef", kHolds, "dat tnef", "application/ms-tnef", ""},
    {"application/zip", kHolds, "zip", "application/x-zip-compressed application/x-zip",
     OOXML "wordprocessingml.document " OOXML "spreadsheetml.sheet " OOXML "presentationml.presentation"},
    {"application/x-7z-compressed", kHolds, "7z", "", ""},
    {"application/x-rar", kHolds, "rar", "application/vnd.rar application/x-rar-compressed", ""},
    {"application/gzip", kHolds, "gz tgz gzip", "application/x-gzip application/x-compressed-tar", ""},
    {"application/x-bzip2", kHolds, "bz2 tbz2", "application/bzip2", ""},
    {"application/x-xz", kHolds, "xz txz", "", ""},
    {"application/zstd", kHolds, "zst", "application/x-zstd", ""},
    {"application/x-tar", kHolds, "tar", "", ""},
    {"application/vnd.ms-cab-compressed", kHolds, "cab", "application/x-cab", ""},
    {"application/x-lzh-compressed", kHolds, "lzh lha", "application/x-lharc application/x-lzh", ""},
    {"application/x-ace", kHolds, "ace", "application/x-ace-compressed", ""},
    {"application/x-arj", kHolds, "arj", "", ""},
    {"application/epub+zip", kHolds, "epub", "", ""},
    {"application/x-ole-storage", kHolds, "pub vsd mpp",
     "application/cdfv2 application/vnd.visio application/vnd.ms-project", ""},
    {"application/encrypted", kHolds, "", "application/cdfv2-encrypted", ""},
    {"text/xml", kHolds, "xml xsd kml gpx rss", "application/xml", ""},
    {"application/json", kHolds, "json ndjson geojson", "text/json", "text/plain"},
    {"application/postscript", kHolds, "ps eps", "image/x-eps", ""},
    {"application/vnd.ms-fontobject", kHolds, "eot", "", ""},
    {"image/x-icon", kHolds, "ico cur", "image/vnd.microsoft.icon", ""},
    {"image/emf", kHolds, "emf", "image/x-emf", ""},
    {"image/wmf", kHolds, "wmf", "image/x-wmf", ""},
    {"image/vnd.adobe.photoshop", kHolds, "psd", "application/photoshop image/psd", ""},
    {"application/dicom", kHolds, "dcm", "", ""},
    {"application/x-sqlite3", kHolds, "sqlite db sqlite3", "application/vnd.sqlite3", ""},
    {"application/pkcs7-mime", kHolds, "p7m p7c p7b", "application/x-pkcs7-mime application/pkcs7-certificates", ""},
    {"application/pkcs7-signature", kHolds, "p7s", "application/x-pkcs7-signature", ""},
    {"application/pgp-signature", kHolds, "sig", "", "text/plain"},
    {"application/pgp-encrypted", kHolds, "pgp gpg", "application/pgp-keys", "text/plain"},
    // What a common program runs.
    {"text/html", kExecutes, "html htm shtml xhtml xht", "application/xhtml+xml text/xhtml", "text/plain text/xml"},
    {"image/svg+xml", kExecutes, "svg svgz", "image/svg", "text/xml text/plain"},
    {"application/x-dosexec", kExecutes, "exe com scr pif cpl dll sys ocx drv ax",
     "application/x-msdownload application/x-msdos-program application/vnd.microsoft.portable-executable "
     "application/x-executable-file application/x-exe application/exe",
     ""},
    {"application/x-executable", kExecutes, "elf so run ko appimage",
     "application/x-sharedlib application/x-pie-executable application/x-object application/x-coredump", ""},
    {"application/x-mach-binary", kExecutes, "dylib bundle", "", ""},
    {"application/x-msi", kExecutes, "msi msp mst msix appx appxbundle msixbundle", "", "application/zip"},
    {"application/x-ms-shortcut", kExecutes, "lnk", "application/x-win-lnk", ""},
    {"application/internet-shortcut", kExecutes, "url website webloc scf desktop",
     "application/x-mswinurl application/x-url application/x-desktop", "text/plain text/xml"},
    {"text/x-msdos-batch", kExecutes, "bat cmd", "application/x-bat application/bat", "text/plain"},
    {"text/x-ms-regedit", kExecutes, "reg inf ins isp", "", "text/plain"},
    {"text/javascript", kExecutes, "js jse mjs cjs",
     "application/javascript application/x-javascript application/ecmascript text/ecmascript", "text/plain"},
    {"text/vbscript", kExecutes, "vbs vbe vb bas", "application/x-vbs text/x-vbscript", "text/plain"},
    {"application/hta", kExecutes, "hta wsf wsc wsh ws sct msc", "", "text/html text/xml text/plain"},
    {"text/x-powershell", kExecutes, "ps1 ps1xml ps2 psc1 psc2 psd1 psm1", "application/x-powershell",
     "text/plain text/xml"},
    {"text/x-shellscript", kExecutes, "sh bash zsh csh ksh command tool", "application/x-sh application/x-csh",
     "text/plain"},
    {"text/x-python", kExecutes, "py pyw pyc pyz pyzw", "application/x-python text/x-script.python", "text/plain"},
    {"text/x-perl", kExecutes, "pl pm cgi", "application/x-perl", "text/plain"},
    {"text/x-ruby", kExecutes, "rb", "application/x-ruby", "text/plain"},
    {"text/x-php", kExecutes, "php php3 php4 php5 phtml phar", "application/x-httpd-php application/x-php",
     "text/plain"},
    {"text/x-server-page", kExecutes, "asp aspx ashx asmx jsp jspx cfm", "", "text/plain text/html"},
    {"application/x-applescript", kExecutes, "scpt scptd applescript workflow action terminal", "",
     "text/plain text/xml"},
    {"application/java-archive", kExecutes, "jar war ear jnlp",
     "application/x-java-archive application/x-java-jnlp-file", "text/xml"},
    {"application/java-vm", kExecutes, "class", "application/x-java-applet application/x-java-vm", ""},
    {"application/vnd.android.package-archive", kExecutes, "apk xapk aab", "",
     "application/zip application/java-archive"},
    {"application/wasm", kExecutes, "wasm", "", ""},
    {"application/x-shockwave-flash", kExecutes, "swf", "application/vnd.adobe.flash.movie", ""},
    {"application/vnd.ms-htmlhelp", kExecutes, "chm hlp", "application/x-chm application/winhlp", ""},
    {"application/vnd.ms-word.document.macroenabled.12", kExecutes, "docm dotm",
     "application/vnd.ms-word.template.macroenabled.12", ""},
    {"application/vnd.ms-excel.sheet.macroenabled.12", kExecutes, "xlsm xltm xlam",
     "application/vnd.ms-excel.template.macroenabled.12 application/vnd.ms-excel.addin.macroenabled.12", ""},
    {"application/vnd.ms-excel.sheet.binary.macroenabled.12", kExecutes, "xlsb", "", ""},
    {"application/vnd.ms-powerpoint.presentation.macroenabled.12", kExecutes, "pptm potm ppsm ppam sldm",
     "application/vnd.ms-powerpoint.slideshow.macroenabled.12 application/vnd.ms-powerpoint.template.macroenabled.12 "
     "application/vnd.ms-powerpoint.addin.macroenabled.12",
     ""},
    {"application/vnd.ms-office.vbaproject", kExecutes, "doc dot xls xlt xla ppt pps pot ppa", "", ""},
    {"application/x-ms-query", kExecutes,
     "slk iqy rqy oqy dqy xll xlm settingcontent-ms library-ms search-ms searchconnector-ms "
     "appref-ms application theme themepack diagcab gadget job grp osd",
     "", "text/plain text/xml application/x-dosexec application/zip"},
    {"application/vnd.ms-onenote", kExecutes, "one onepkg", "application/onenote", ""},
    {"application/x-msaccess", kExecutes, "mdb accdb mde accde ade adp mda mdw",
     "application/msaccess application/vnd.ms-access", ""},
    {"application/x-iso9660-image", kExecutes, "iso img udf vhd vhdx vmdk dmg toast", "application/x-apple-diskimage",
     ""},
    {"application/x-package", kExecutes, "deb rpm pkg mpkg snap flatpak ipa",
     "application/vnd.debian.binary-package application/x-rpm application/x-xar application/x-debian-package",
     "application/zip"},
};

#undef OOXML
#undef ODF

// Declared types that say nothing, or that programs put on whatever they do not know.
constexpr std::string_view kNoClaim[] = {
    "application/octet-stream",     "binary/octet-stream",    "application/binary",   "application/unknown",
    "application/x-unknown",        "application/x-download", "application/download", "application/force-download",
    "application/x-force-download", "application/applefile",  "unknown/unknown",      "application/data",
    "application/x-octet-stream",   "application/file",       "application/x-file",   "application/save",
    "application/octetstream",
};

// What mail programs declare by what the sender's machine opens such files with.
struct Habit {
  std::string_view declared, found;
};
constexpr Habit kHabits[] = {
    {"text/plain", "text/calendar text/vcard"},
    {"application/msword",
     "application/vnd.openxmlformats-officedocument.wordprocessingml.document text/rtf text/plain"},
    {"application/vnd.ms-excel",
     "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet text/plain application/x-ole-storage"},
    {"application/vnd.ms-powerpoint", "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
    {"audio/mp4", "video/mp4"},
    {"video/mp4", "video/quicktime audio/mp4"},
    {"video/3gpp", "video/mp4 audio/mp4"},
};

}  // namespace

std::span<const Media> AllMedia() {
  return kMedia;
}

bool Lists(std::string_view list, std::string_view word) {
  while (!list.empty()) {
    const size_t end = std::min(list.find(' '), list.size());
    if (list.substr(0, end) == word) return true;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return false;
}

std::string_view TableName(std::string_view found) {
  const auto names = [&](const Media& media) { return media.type == found; };
  if (std::any_of(std::begin(kMedia), std::end(kMedia), names)) return found;
  const auto* const row =
      std::find_if(std::begin(kMedia), std::end(kMedia), [&](const Media& media) { return Lists(media.also, found); });
  return row == std::end(kMedia) ? found : row->type;
}

Agreement ExtensionAgrees(std::string_view extension, std::string_view found) {
  Agreement answer = Agreement::kUnknown;
  for (const Media& media : kMedia) {
    if (!Lists(media.extensions, extension)) continue;
    if (media.type == found || Lists(media.found_as, found)) return Agreement::kYes;
    answer = Agreement::kNo;
  }
  return answer;
}

Agreement DeclaredAgrees(std::string_view declared, std::string_view found) {
  if (declared == found) return Agreement::kYes;
  if (std::find(std::begin(kNoClaim), std::end(kNoClaim), declared) != std::end(kNoClaim)) return Agreement::kUnknown;
  const std::string_view name = TableName(declared);
  for (const Habit& habit : kHabits) {
    if (habit.declared == name && Lists(habit.found, found)) return Agreement::kYes;
  }
  Agreement answer = Agreement::kUnknown;
  for (const Media& media : kMedia) {
    if (media.type != name) continue;
    if (media.type == found || Lists(media.found_as, found)) return Agreement::kYes;
    answer = Agreement::kNo;
  }
  return answer;
}

}  // namespace casecomm::attach

namespace casecomm {

const std::vector<std::string>& InboundPolicy::DefaultTypes() {
  static const std::vector<std::string> types = [] {
    std::vector<std::string> harmless;
    for (const attach::Media& media : attach::AllMedia()) {
      if (media.danger == attach::Danger::kNone) harmless.emplace_back(media.type);
    }
    return harmless;
  }();
  return types;
}

}  // namespace casecomm
