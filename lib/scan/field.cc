// SPDX-License-Identifier: Apache-2.0
#include "scan/field.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/text.h"

namespace casecomm::scan {
namespace {

struct Name {
  std::string_view name;
  Field field;
};

// Sorted by length, then by first letter: the order that FieldNamed walks.
constexpr Name kNames[] = {
    {"cc", Field::kCc},
    {"to", Field::kTo},
    {"bcc", Field::kBcc},
    {"date", Field::kDate},
    {"from", Field::kFrom},
    {"sender", Field::kSender},
    {"subject", Field::kSubject},
    {"reply-to", Field::kReplyTo},
    {"content-id", Field::kContentId},
    {"message-id", Field::kMessageId},
    {"references", Field::kReferences},
    {"envelope-to", Field::kEnvelopeTo},
    {"in-reply-to", Field::kInReplyTo},
    {"return-path", Field::kReturnPath},
    {"content-type", Field::kContentType},
    {"delivered-to", Field::kDeliveredTo},
    {"mime-version", Field::kMimeVersion},
    {"apparently-to", Field::kApparentlyTo},
    {"x-envelope-to", Field::kXEnvelopeTo},
    {"x-original-to", Field::kXOriginalTo},
    {"x-delivered-to", Field::kXDeliveredTo},
    {"original-recipient", Field::kOriginalRecipient},
    {"content-disposition", Field::kContentDisposition},
    {"content-transfer-encoding", Field::kContentTransferEncoding},
};

constexpr size_t kLongest = 25;
constexpr size_t kLetters = 26;
constexpr uint8_t kNone = 255;

// The first name of each length and first letter.
constexpr auto kFirst = [] {
  std::array<std::array<uint8_t, kLetters>, kLongest + 1> first{};
  for (auto& row : first) row.fill(kNone);
  for (size_t i = std::size(kNames); i-- > 0;) {
    first[kNames[i].name.size()][static_cast<size_t>(kNames[i].name[0] - 'a')] = static_cast<uint8_t>(i);
  }
  return first;
}();

// The length of the field name at the front of the line, and in `colon` where its colon stands; 0 if it is no
// field.
size_t NameLength(std::string_view line, size_t* colon) {
  const size_t length = GraphPrefix(line, ':');  // RFC 5322, 3.6.8, ftext
  size_t i = length;
  while (i < line.size() && IsBlank(line[i])) ++i;
  if (i == line.size() || line[i] != ':') return 0;
  *colon = i;
  return length;
}

// Bit 5 folds letters, and of the characters of a name it turns none into a hyphen.
bool IsName(std::string_view name, std::string_view lower) {
  for (size_t i = 0; i < lower.size(); ++i) {
    if ((name[i] | 0x20) != lower[i]) return false;
  }
  return true;
}

// How far a lost field may stand behind lines that are none.
constexpr int kJunkLines = 80;

}  // namespace

Field FieldNamed(std::string_view name) {
  if (name.empty() || name.size() > kLongest) return Field::kOther;
  const char letter = base::FoldAscii(name[0]);
  if (letter < 'a' || letter > 'z') return Field::kOther;
  size_t i = kFirst[name.size()][static_cast<size_t>(letter - 'a')];
  if (i == kNone) return Field::kOther;
  for (; i < std::size(kNames) && kNames[i].name.size() == name.size() && kNames[i].name[0] == letter; ++i) {
    if (IsName(name, kNames[i].name)) return kNames[i].field;
  }
  return Field::kOther;
}

std::string_view TrimSpace(std::string_view text) {
  while (!text.empty() && IsSpace(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsSpace(text.back())) text.remove_suffix(1);
  return text;
}

char LineEndOf(std::string_view raw) {
  if (raw.empty() || std::memchr(raw.data(), '\n', raw.size()) != nullptr) return '\n';
  return std::memchr(raw.data(), '\r', raw.size()) != nullptr ? '\r' : '\n';
}

size_t NextLine(std::string_view raw, size_t pos, char eol) {
  const void* const end = std::memchr(raw.data() + pos, eol, raw.size() - pos);
  return end == nullptr ? raw.size() : static_cast<size_t>(static_cast<const char*>(end) - raw.data()) + 1;
}

std::string_view LineText(std::string_view raw, size_t begin, size_t end, char eol) {
  if (end > begin && raw[end - 1] == eol) --end;
  if (eol == '\n' && end > begin && raw[end - 1] == '\r') --end;
  return raw.substr(begin, end - begin);
}

FieldReader::FieldReader(std::string_view raw, size_t begin, char eol, const MailLimits& limits, DefectLog* defects,
                         const Fence* fence)
    : raw_(raw),
      begin_(begin),
      eol_(eol),
      limits_(limits),
      defects_(defects),
      fence_(fence),
      // A line is sought no further than the limit reaches, so that a body without line ends costs nothing.
      index_(raw.substr(0, begin + std::min<size_t>(limits.header_bytes, raw.size() - begin)), begin, eol),
      pos_(begin) {}

size_t FieldReader::TakeLine() {
  const size_t end = index_.Next();
  const bool whole = end == raw_.size() || (end > pos_ && raw_[end - 1] == eol_);
  if (!whole || end == pos_) {
    defects_->Add(Defect::kHeaderBytesLimit, pos_);
  } else if (lines_ == limits_.header_lines) {
    defects_->Add(Defect::kHeaderLinesLimit, pos_);
  } else {
    ++lines_;
    return end;
  }
  over_limit_ = true;
  return 0;
}

bool FieldReader::FieldFollows(size_t pos) const {
  if (fence_ != nullptr) return false;
  const std::string_view window = raw_.substr(0, std::min(raw_.size(), begin_ + limits_.header_bytes));
  for (int lines = 0; lines < kJunkLines && pos < window.size(); ++lines) {
    const size_t end = NextLine(window, pos, eol_);
    const std::string_view line = LineText(window, pos, end, eol_);
    if (line.empty() || line.substr(0, 2) == "--") return false;
    size_t colon = 0;
    const std::string_view name = line.substr(0, NameLength(line, &colon));
    // "Note:" is prose; a name that we know, or one with a hyphen, is a field.
    if (FieldNamed(name) != Field::kOther || name.find('-') != name.npos) return true;
    pos = end;
  }
  return false;
}

bool FieldReader::AtFence(size_t end) const {
  if (fence_ == nullptr || raw_[pos_] != '-') return false;
  return fence_->Ends(LineText(raw_, pos_, end, eol_));
}

bool FieldReader::Next(RawField* field) {
  while (pos_ < raw_.size()) {
    // The empty line is outside every limit.
    if (raw_[pos_] == eol_) {
      ++pos_;
      return false;
    }
    if (eol_ == '\n' && raw_[pos_] == '\r' && pos_ + 1 < raw_.size() && raw_[pos_ + 1] == '\n') {
      pos_ += 2;
      return false;
    }
    const size_t line = pos_;
    size_t end = TakeLine();
    if (end == 0) return false;
    if (AtFence(end)) {
      defects_->Add(Defect::kNoHeaderEnd, line);
      return false;
    }

    size_t colon = 0;
    const size_t length = IsBlank(raw_[line]) ? 0 : NameLength(raw_.substr(line, end - line), &colon);
    if (length == 0) {
      const bool continuation = IsBlank(raw_[line]);
      if (!in_junk_) defects_->Add(Defect::kLineNoField, line);
      if (!continuation && !in_junk_) {
        if (!FieldFollows(end)) return false;
        in_junk_ = true;
      }
      pos_ = end;
      continue;
    }
    in_junk_ = false;
    pos_ = end;
    while (pos_ < raw_.size() && IsBlank(raw_[pos_])) {
      end = TakeLine();
      if (end == 0) return false;
      pos_ = end;
    }
    field->name = raw_.substr(line, length);
    field->field = FieldNamed(field->name);
    field->value = TrimSpace(raw_.substr(line + colon + 1, pos_ - line - colon - 1));
    field->offset = line;
    if (colon != length) defects_->Add(Defect::kSpaceBeforeColon, line);
    return true;
  }
  defects_->Add(Defect::kNoHeaderEnd, pos_);
  return false;
}

}  // namespace casecomm::scan
