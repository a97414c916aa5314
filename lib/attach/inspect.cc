// SPDX-License-Identifier: Apache-2.0
#include "attach/inspect.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "attach/media.h"
#include "attach/sample.h"
#include "base/text.h"
#include "scan/attachment.h"
#include "scan/params.h"
#include "scan/readings.h"
#include "scan/transfer.h"

namespace casecomm::attach {
namespace {

using scan::Leaf;

enum class Why : uint8_t {
  kAccepted,
  kInline,
  kTooMany,
  kFileTooLarge,
  kTotalTooLarge,
  kTypeUnsupported,
  kTypeMismatch,
  kDamaged,
  kEmpty,
  kAmbiguous,
  kMessage,
  kEntered,
};

// In the sentence {file} {size} {found} and {because} are filled in.
struct ReasonRow {
  VerdictReason reason;
  std::string_view sentence;
};
constexpr ReasonRow kReasons[] = {
    {{"accepted", "it is taken along"}, "{file} was accepted: it is {found}, {size}."},
    {{"inline", "part of the text, or a signature; it does not count"}, "{file} is no attachment: {because}."},
    {{"too_many", "as many as are taken along stand before it"},
     "{file} was skipped: {because} of this mail were accepted before it."},
    {{"file_too_large", "it is not smaller than the limit of a file"},
     "{file} was skipped: its {size} are not below the limit of {because}."},
    {{"total_too_large", "with those before it the sum is not smaller than its limit"},
     "{file} was skipped: with its {size} the sum is not below the limit of {because}."},
    {{"type_unsupported", "its type is not on the list of supported ones"},
     "{file} was skipped: {because} is not a supported type."},
    {{"type_mismatch", "its bytes are another type than its name or its header says"},
     "{file} was skipped: its bytes are {found}, and {because}."},
    {{"damaged", "its transfer encoding is damaged or unknown"},
     "{file} was skipped: its transfer encoding is damaged or unknown, so it is not known whole."},
    {{"empty", "it has no bytes"}, "{file} was skipped: it has no bytes."},
    {{"ambiguous", "only some readers of this mail see it"},
     "{file} was skipped: only some readers of this mail see it ({found}, {size})."},
    {{"message", "a mail of its own, and mails are not on the list of supported types"},
     "{file} was skipped: it is a mail of its own, which is not a supported type."},
    {{"in_message", "a file of a mail that is attached; it goes with that mail"},
     "{file} was skipped: it stands inside an attached mail ({found}, {size})."},
};

constexpr std::string_view kSignatureTypes[] = {
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
    "application/pgp-signature",
    "text/vcard",
    "text/x-vcard",
    "text/directory",
};

constexpr std::string_view kMessageType = "message/rfc822";
constexpr size_t kLongestCid = 998;  // a line (RFC 5322, 2.1.1)

std::string Count(uint64_t number, std::string_view noun) {
  return std::to_string(number) + " " + std::string(noun) + (number == 1 ? "" : "s");
}

std::string Fill(std::string_view sentence, const std::vector<std::pair<std::string_view, std::string_view>>& values) {
  std::string out;
  while (!sentence.empty()) {
    const auto value = std::find_if(values.begin(), values.end(),
                                    [&](const auto& row) { return sentence.substr(0, row.first.size()) == row.first; });
    out += value == values.end() ? sentence.substr(0, 1) : value->second;
    sentence.remove_prefix(value == values.end() ? 1 : value->first.size());
  }
  return out;
}

int HexDigit(char c) {
  const char lower = base::FoldAscii(c);
  return c >= '0' && c <= '9' ? c - '0' : lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::string PercentDecoded(std::string_view url) {
  std::string text;
  for (size_t i = 0; i < url.size(); ++i) {
    const int high = url[i] == '%' && i + 2 < url.size() ? HexDigit(url[i + 1]) : -1;
    const int low = high < 0 ? -1 : HexDigit(url[i + 2]);
    text += low < 0 ? url[i] : static_cast<char>(high << 4 | low);
    if (low >= 0) i += 2;
  }
  return text;
}

// Content-IDs of files, and whether the HTML refers to them (RFC 2392).
using References = std::map<std::string, bool, std::less<>>;

// Marks those that HTML refers to. Its bytes pass by in pieces, and are read once.
class CidSink final : public scan::ByteSink {
 public:
  explicit CidSink(References* references) : references_(references) {}

  void Put(std::string_view bytes) override {
    for (const char c : bytes) {
      if (matched_ < kScheme.size()) {
        const char lower = base::FoldAscii(c);
        matched_ = lower == kScheme[matched_] ? matched_ + 1 : lower == kScheme[0] ? 1 : 0;
      } else if (c > ' ' && kEnds.find(c) == std::string_view::npos && id_.size() < kLongestCid) {
        id_ += c;
      } else {
        Finish();
      }
    }
  }

  void Finish() {
    const auto found = references_->find(PercentDecoded(id_));
    if (found != references_->end()) found->second = true;
    id_.clear();
    matched_ = 0;
  }

 private:
  static constexpr std::string_view kScheme = "cid:", kEnds = "\"'<>)\\&#";

  References* const references_;
  size_t matched_ = 0;
  std::string id_;
};

std::string_view ContentId(std::string_view value) {
  const size_t open = value.find('<');
  if (open != std::string_view::npos) value.remove_prefix(open + 1);
  return value.substr(0, value.find('>'));
}

// "exe" of a name that is safe, as a reader compares it: full-width forms are letters, too.
std::string Extension(std::string_view name) {
  const size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return {};
  std::string extension;
  for (size_t i = dot + 1; i < name.size(); ++i) {
    const auto byte = [&](size_t at) { return static_cast<uint8_t>(name[at]); };
    if (i + 2 < name.size() && byte(i) == 0xef && (byte(i + 1) == 0xbc || byte(i + 1) == 0xbd)) {  // U+FF00 to U+FF7F
      extension += static_cast<char>((byte(i + 1) == 0xbd ? 0x60 : 0x20) + (byte(i + 2) & 0x3f));
      i += 2;
    } else {
      extension += name[i];
    }
  }
  return base::LowerAscii(extension);
}

// What a reader may take for the name: whole, and up to a control character where C's text ends.
std::vector<std::string> Extensions(const std::vector<std::string>& names) {
  std::vector<std::string> extensions;
  for (const std::string& name : names) {
    extensions.push_back(Extension(SafeFileName(name)));
    const auto control = std::find_if(name.begin(), name.end(), [](char c) { return static_cast<uint8_t>(c) < 0x20; });
    if (control == name.end()) continue;
    extensions.push_back(
        Extension(SafeFileName(std::string_view(name.data(), static_cast<size_t>(control - name.begin())))));
  }
  return extensions;
}

Danger DangerOf(std::string_view type) {
  for (const Media& media : AllMedia()) {
    if (media.type == type) return media.danger;
  }
  return Danger::kHolds;
}

class Inspector {
 public:
  Inspector(const scan::Envelope& envelope, const MailLimits& limits, const InboundPolicy& policy, Sniffer& sniffer,
            const SeeFile& see)
      : envelope_(envelope), limits_(limits), policy_(policy), sniffer_(sniffer), see_(see) {}

  Inspection Run();

 private:
  struct File {
    const Leaf& leaf;
    std::vector<std::string> names;
    FileSample sample;
    bool whole = true;
    PartVerdict verdict;
  };

  void ReadReferences(const std::vector<Leaf>& bodies);
  void Judge(File* file, std::string_view bytes, std::optional<Why> settled);
  std::optional<std::string> WhyInline(const File& file) const;
  // The reason, and what stands for {because}.
  std::pair<Why, std::string> Decide(const File& file) const;
  std::optional<std::string> Disagreement(const File& file) const;
  std::optional<std::string> Unsupported(const File& file) const;
  bool Listed(std::string_view type) const;
  void Tell(File* file, Why why, std::string_view because);

  const scan::Envelope& envelope_;
  const MailLimits& limits_;
  const InboundPolicy& policy_;
  Sniffer& sniffer_;
  const SeeFile& see_;
  References references_;
  uint32_t accepted_ = 0;
  uint64_t total_ = 0;  // below its limit
  Inspection inspection_;
};

void Inspector::ReadReferences(const std::vector<Leaf>& bodies) {
  for (const Leaf& body : bodies) {
    CidSink sink(&references_);
    scan::DecodeTransfer(body.body, scan::TransferEncodingOf(body.transfer_encoding), &sink);
    sink.Finish();
  }
}

std::optional<std::string> Inspector::WhyInline(const File& file) const {
  const Leaf& leaf = file.leaf;
  if (std::find(std::begin(kSignatureTypes), std::end(kSignatureTypes), leaf.type) != std::end(kSignatureTypes)) {
    return "it is a signature (" + leaf.type + ")";
  }
  const auto reference = references_.find(ContentId(leaf.content_id));
  if (reference != references_.end() && reference->second) {
    return "the HTML refers to it as cid:" + base::Printable(ContentId(leaf.content_id));
  }
  if (file.names.empty() && scan::FirstWord(leaf.disposition) == "inline") {
    return "it is to be shown inline, and has no name";
  }
  return std::nullopt;
}

bool Inspector::Listed(std::string_view type) const {
  const std::vector<std::string>& types = policy_.types.empty() ? InboundPolicy::DefaultTypes() : policy_.types;
  const bool by_group = DangerOf(type) != Danger::kExecutes;
  return std::any_of(types.begin(), types.end(), [&](const std::string& listed) {
    if (listed == type || TableName(listed) == type) return true;
    return by_group && listed.size() > 2 && listed.substr(listed.size() - 2) == "/*" &&
           type.substr(0, listed.size() - 1) == listed.substr(0, listed.size() - 1);
  });
}

std::optional<std::string> Inspector::Disagreement(const File& file) const {
  const std::string& found = file.verdict.found_type;
  for (const std::string& extension : Extensions(file.names)) {
    if (ExtensionAgrees(extension, found) == Agreement::kNo) {
      return "no such file has a name in ." + base::Printable(extension);
    }
  }
  if (file.leaf.content_type.data() != nullptr && DeclaredAgrees(file.leaf.type, found) == Agreement::kNo) {
    return "its header declares " + base::Printable(file.leaf.type);
  }
  return std::nullopt;
}

// The type that keeps it from being accepted. What runs under one of its names is judged by that name's type, too, and it
// must be listed itself.
std::optional<std::string> Inspector::Unsupported(const File& file) const {
  const std::string& found = file.verdict.found_type;
  bool listed = Listed(found);
  for (const std::string& extension : Extensions(file.names)) {
    const Media* harmless = nullptr;
    const Media* runs = nullptr;
    for (const Media& media : AllMedia()) {
      if (!Lists(media.extensions, extension) || (media.type != found && !Lists(media.found_as, found))) continue;
      (media.danger == Danger::kExecutes ? runs : harmless) = &media;
      listed =
          listed || (media.danger != Danger::kExecutes && DangerOf(found) != Danger::kExecutes && Listed(media.type));
    }
    if (runs != nullptr && harmless == nullptr && !Listed(runs->type)) return std::string(runs->type);
    listed = listed || (runs != nullptr && harmless == nullptr);
  }
  const std::string_view declared = TableName(file.leaf.type);
  if (DangerOf(declared) == Danger::kExecutes && !Listed(declared)) return std::string(declared);
  if (!listed) return found.empty() ? "what its bytes are could not be told, and an unknown type" : found;
  return std::nullopt;
}

std::pair<Why, std::string> Inspector::Decide(const File& file) const {
  if (auto because = WhyInline(file)) return {Why::kInline, std::move(*because)};
  const bool message = scan::IsAttachedMessage(file.leaf);
  if (message && !Listed(TableName(file.leaf.type))) return {Why::kMessage, {}};
  if (!file.whole) return {Why::kDamaged, {}};
  const uint64_t size = file.sample.size();
  if (size == 0) return {Why::kEmpty, {}};
  if (auto because = Disagreement(file)) return {Why::kTypeMismatch, std::move(*because)};
  if (auto because = Unsupported(file)) return {Why::kTypeUnsupported, std::move(*because)};
  if (size >= policy_.file_bytes_below) return {Why::kFileTooLarge, Count(policy_.file_bytes_below, "byte")};
  if (accepted_ >= policy_.most_files) return {Why::kTooMany, Count(accepted_, "file")};
  // total_ never passes the limit, so that the difference does not wrap and the sum is not formed.
  if (size >= policy_.total_bytes_below - total_)
    return {Why::kTotalTooLarge, Count(policy_.total_bytes_below, "byte")};
  return {Why::kAccepted, {}};
}

void Inspector::Tell(File* file, Why why, std::string_view because) {
  const ReasonRow& row = kReasons[static_cast<size_t>(why)];
  PartVerdict& verdict = file->verdict;
  verdict.accepted = why == Why::kAccepted;
  verdict.reason = row.reason.word;
  const std::string name = verdict.name.empty() ? "A file without a name" : '"' + base::Printable(verdict.name) + '"';
  const std::string size = Count(file->sample.size(), "byte");
  const std::string found = verdict.found_type.empty() ? "of an unknown type" : verdict.found_type;
  verdict.sentence =
      Fill(row.sentence, {{"{file}", name}, {"{size}", size}, {"{found}", found}, {"{because}", because}});
}

void Inspector::Judge(File* file, std::string_view bytes, std::optional<Why> settled) {
  PartVerdict& verdict = file->verdict;
  file->names = scan::CandidateNames(file->leaf);
  for (size_t i = 0; i < file->names.size() && verdict.name.empty(); ++i) verdict.name = SafeFileName(file->names[i]);
  verdict.declared_type = base::Printable(file->leaf.type);
  verdict.found_type = sniffer_.TypeOf(file->sample);
  // A mail's own text may begin as anything; only bytes that are no text are no mail.
  if (scan::IsAttachedMessage(file->leaf) &&
      (verdict.found_type.substr(0, 5) == "text/" || verdict.found_type == "image/svg+xml")) {
    verdict.found_type = kMessageType;
  }
  const auto [why, because] = settled ? std::pair(*settled, std::string()) : Decide(*file);
  Tell(file, why, because);
  if (verdict.accepted) {
    ++accepted_;
    total_ += file->sample.size();
  }
  if (see_) see_(verdict, bytes);
  inspection_.verdicts.push_back(std::move(verdict));
}

Inspection Inspector::Run() {
  std::vector<Leaf> files, bodies;
  inspection_.over_limit = scan::ForEachLeaf(envelope_, limits_, [&](const Leaf& leaf, bool is_file) {
    if (is_file) {
      if (!ContentId(leaf.content_id).empty()) references_.emplace(ContentId(leaf.content_id), false);
      files.push_back(leaf);
    } else if (leaf.type == "text/html") {
      bodies.push_back(leaf);
    }
    return true;
  });
  if (!references_.empty()) ReadReferences(bodies);
  for (size_t i = 0; i < files.size(); ++i) {
    File file{files[i], {}, {}, true, {}};
    file.verdict.attachment = static_cast<int64_t>(i);
    const scan::TransferEncoding encoding = scan::EncodingOf(file.leaf);
    std::string decoded;
    std::string_view bytes = file.leaf.body;
    if (encoding == scan::TransferEncoding::kIdentity) {
      file.sample.Put(bytes);
    } else if (!see_) {
      file.whole = scan::DecodeTransfer(bytes, encoding, &file.sample);
    } else {
      decoded.reserve(bytes.size() / 4 * 3 + 3);  // of base64; the others seldom need more
      scan::StringSink sink(&decoded);
      file.whole = scan::DecodeTransfer(bytes, encoding, &sink);
      bytes = decoded;
      file.sample.Put(bytes);
    }
    Judge(&file, bytes, std::nullopt);
  }

  bool over = false;
  scan::ForEachOther(envelope_, limits_, &over, [&](const scan::OtherReading& other) {
    File file{other.leaf, {}, {}, true, {}};
    std::string decoded;
    std::string_view bytes = other.from;
    if (see_ && !other.IsPlain()) {
      scan::StringSink sink(&decoded);
      other.Decode(&sink);
      bytes = decoded;
      file.sample.Put(bytes);
    } else {
      other.Decode(&file.sample);
    }
    inspection_.ambiguous |= !other.entered;
    Judge(&file, bytes, other.entered ? Why::kEntered : Why::kAmbiguous);
    return true;
  });
  inspection_.over_limit |= over;
  return std::move(inspection_);
}

}  // namespace

Inspection Inspect(const scan::Envelope& envelope, const MailLimits& limits, const InboundPolicy& policy,
                   Sniffer& sniffer, const SeeFile& see) {
  return Inspector(envelope, limits, policy, sniffer, see).Run();
}

std::span<const VerdictReason> VerdictReasons() {
  static const std::vector<VerdictReason> reasons = [] {
    std::vector<VerdictReason> all;
    for (const ReasonRow& row : kReasons) all.push_back(row.reason);
    return all;
  }();
  return reasons;
}

}  // namespace casecomm::attach
