// SPDX-License-Identifier: Apache-2.0
// forward = words of the forwarder, (marker [block] / block / attribution), the original
// marker = dashes phrase dashes / phrase ":"
// A marker that says "forwarded" is enough by itself. One that says "original message", and a block without any, stand above what
// a reply quotes, too: there the subject tells. Whatever stands behind a reply's quote is the quote's.
#include "scan/forward.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "scan/attribution.h"
#include "scan/charset.h"
#include "scan/encoded_word.h"
#include "scan/forward_words.h"
#include "scan/header_block.h"
#include "scan/local_date.h"
#include "scan/text_lines.h"
#include "scan/written_address.h"

namespace casecomm::scan {
namespace {

struct Line {
  std::string_view text;
  size_t begin = 0, next = 0;
};

Line LineAt(std::string_view text, size_t pos) {
  const size_t end = std::min(text.find('\n', pos), text.size());
  return {text.substr(pos, end - pos), pos, std::min(end + 1, text.size())};
}

bool IsBlankLine(std::string_view line) {
  return TrimBlanks(line).empty();
}

// How many quote signs a line begins with, blanks between them; `behind` is what follows them, without one blank.
size_t QuoteDepth(std::string_view line, size_t most, std::string_view* behind) {
  size_t depth = 0, pos = 0;
  for (size_t i = 0; i < line.size() && depth < most; ++i) {
    if (line[i] == '>') {
      ++depth;
      pos = i + 1;
    } else if (line[i] != ' ' || (i > 0 && line[i - 1] == ' ')) {
      break;
    }
  }
  if (pos > 0 && pos < line.size() && line[pos] == ' ') ++pos;
  *behind = line.substr(pos);
  return depth;
}

bool IsQuoted(std::string_view line) {
  return !line.empty() && line.front() == '>';
}

size_t SkipBlankLines(std::string_view text, size_t pos) {
  for (Line line = LineAt(text, pos); pos < text.size() && IsBlankLine(line.text); line = LineAt(text, pos))
    pos = line.next;
  return pos;
}

std::string_view TrimLines(std::string_view text) {
  text.remove_prefix(SkipBlankLines(text, 0));
  return text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
}

// The run of quoted lines that begins at `pos`, without `depth` signs; `next` is what follows it.
std::string Unquoted(std::string_view text, size_t pos, size_t depth, size_t* next) {
  std::string out;
  *next = pos;
  size_t blanks = 0;
  while (pos < text.size()) {
    const Line line = LineAt(text, pos);
    pos = line.next;
    if (IsQuoted(line.text)) {
      out.append(blanks, '\n');
      blanks = 0;
      std::string_view behind;
      QuoteDepth(line.text, depth, &behind);
      out.append(behind).append("\n");
      *next = pos;
    } else if (IsBlankLine(line.text)) {
      ++blanks;
    } else {
      break;
    }
  }
  return out;
}

bool AllQuoted(std::string_view text) {
  bool any = false;
  for (size_t pos = 0; pos < text.size();) {
    const Line line = LineAt(text, pos);
    if (!IsQuoted(line.text) && !IsBlankLine(line.text)) return false;
    any |= IsQuoted(line.text);
    pos = line.next;
  }
  return any;
}

class Finder {
 public:
  Finder(std::string_view text, std::span<const TextMark> marks, std::string_view subject)
      : text_(text), marks_(marks), subject_(KindOfSubject(subject)) {}

  std::optional<InlineForward> Find();

 private:
  // Quote containers of HTML that are open at a line; those that hold text already are a reply's quote.
  void Enter(size_t pos);
  bool InsideQuote() const { return used_ > 0; }

  bool Tells(std::string_view language) const {
    return subject_ == SubjectKind::kForward || (subject_ == SubjectKind::kNordicForward && language != "fi");
  }
  // The forward whose run of quoted lines begins at `pos`.
  std::optional<InlineForward> InQuote(size_t pos) const;
  std::optional<InlineForward> Below(size_t begin, Marker marker, size_t pos) const;
  InlineForward BelowAuthorLine(size_t begin, size_t pos, size_t first) const;
  // The block in the line of the marker, as Yahoo writes it.
  std::optional<InlineForward> Behind(size_t begin, size_t rest) const {
    const std::optional<HeaderBlock> block = ReadHeaderLine(text_, begin + rest);
    if (!block) return std::nullopt;
    return Make(begin, text_, block, block->end);
  }
  InlineForward Make(size_t begin, std::string_view text, const std::optional<HeaderBlock>& block, size_t body) const;
  bool ReplyAbove(size_t end) const;
  std::optional<InlineForward> BelowAttribution() const;

  const std::string_view text_;
  const std::span<const TextMark> marks_;
  const SubjectKind subject_;
  size_t mark_ = 0, depth_ = 0, used_ = 0;
};

void Finder::Enter(size_t pos) {
  for (; mark_ < marks_.size() && marks_[mark_].offset <= pos; ++mark_) {
    if (marks_[mark_].kind == MarkKind::kQuoteBegin) ++depth_;
    if (marks_[mark_].kind == MarkKind::kQuoteEnd && depth_ > 0) --depth_;
    used_ = std::min(used_, depth_);
  }
}

// Decoded where a client left encoded words as they are.
std::string Decoded(std::string text) {
  if (text.find("=?") == text.npos) return text;
  CharsetDecoder charsets;
  bool clean = true;
  return DecodeText(text, &charsets, &clean);
}

std::vector<std::string> Recipients(std::string_view list) {
  std::vector<std::string> out;
  for (WrittenAddress& written : ReadWrittenAddresses(list)) {
    out.push_back(written.address.empty() ? Decoded(std::move(written.name)) : std::move(written.address));
  }
  return out;
}

InlineForward Finder::Make(size_t begin, std::string_view text, const std::optional<HeaderBlock>& block,
                           size_t body) const {
  InlineForward forward;
  forward.begin = begin;
  ForwardedMail& mail = forward.mail;
  if (block) {
    WrittenAddress author = ReadWrittenAuthor(block->from);
    if (!author.address.empty()) mail.from = std::move(author.address);
    if (!author.name.empty()) mail.from_name = Decoded(std::move(author.name));
    mail.to = Recipients(block->to);
    mail.cc = Recipients(block->cc);
    if (!block->date.empty()) {
      mail.date_text = OnOneLine(block->date);
      mail.date = ParseLocalDate(*mail.date_text, block->language);
    }
    if (block->subject.data() != nullptr) mail.subject = Decoded(OnOneLine(block->subject));
  }
  std::string_view original = text.substr(body);
  for (size_t pos = 0; pos < original.size();) {
    const Line line = LineAt(original, pos);
    size_t rest = 0;
    if (MarkerOf(line.text, &rest) == Marker::kEnd) {
      original = original.substr(0, pos);
      break;
    }
    pos = line.next;
  }
  std::string unquoted;
  if (AllQuoted(original)) {
    size_t end = 0;
    unquoted = Unquoted(original, 0, 1, &end);
    original = unquoted;
  }
  mail.text = TrimLines(original);
  return forward;
}

// The block, or the plain text, below a marker whose line ends at `pos`.
std::optional<InlineForward> Finder::Below(size_t begin, Marker marker, size_t pos) const {
  const size_t first = SkipBlankLines(text_, pos);
  if (first < text_.size() && IsQuoted(LineAt(text_, first).text)) {
    std::string_view behind;
    size_t next = 0;
    const std::string inner =
        Unquoted(text_, first, QuoteDepth(LineAt(text_, first).text, text_.size(), &behind), &next);
    const size_t skip = SkipBlankLines(inner, 0);
    const std::optional<HeaderBlock> block = ReadHeaderBlock(inner, skip);
    if (block) {
      if (marker == Marker::kOriginal && !Tells(block->language)) return std::nullopt;
      return Make(begin, inner, block, block->end);
    }
  }
  const std::optional<HeaderBlock> block = ReadHeaderBlock(text_, first);
  if (marker == Marker::kWeak && !block) return std::nullopt;
  if (marker == Marker::kOriginal && !Tells(block ? block->language : std::string_view())) return std::nullopt;
  if (!block) return BelowAuthorLine(begin, pos, first);
  // Zoho writes its marker twice.
  const size_t body = SkipBlankLines(text_, block->end);
  const Line next = LineAt(text_, body);
  const bool again = !next.text.empty() && next.text == LineAt(text_, begin).text;
  return Make(begin, text_, block, again ? next.next : block->end);
}

// Yandex: '14.01.2025, 09:12, "Ann" <ann@x.example>:' stands for a block.
InlineForward Finder::BelowAuthorLine(size_t begin, size_t pos, size_t first) const {
  constexpr size_t kLongestAuthorLine = 400;
  const Line line = LineAt(text_, first);
  const std::string_view value = TrimBlanks(line.text);
  const size_t colon = EndsInColon(value);
  if (colon == 0 || value.size() > kLongestAuthorLine) return Make(begin, text_, std::nullopt, pos);
  const size_t quote = value.find(", \""), angle = value.rfind(" <");
  const size_t comma = quote != value.npos ? quote : value.substr(0, angle).rfind(", ");
  if (comma == value.npos || angle == value.npos || !ParseLocalDate(value.substr(0, comma), {})) {
    return Make(begin, text_, std::nullopt, pos);
  }
  HeaderBlock block;
  block.date = value.substr(0, comma);
  block.from = value.substr(comma + 2, value.size() - comma - 2 - colon);
  return Make(begin, text_, block, line.next);
}

std::optional<InlineForward> Finder::InQuote(size_t pos) const {
  const Line line = LineAt(text_, pos);
  std::string_view behind;
  const size_t depth = QuoteDepth(line.text, text_.size(), &behind);
  size_t next = 0;
  const std::string inner = Unquoted(text_, pos, depth, &next);
  const size_t skip = SkipBlankLines(inner, 0);
  Finder nested(inner, {}, {});
  if (skip >= inner.size()) return std::nullopt;
  size_t rest = 0;
  const Line first = LineAt(inner, skip);
  const Marker marker = MarkerOf(first.text, &rest);
  std::optional<InlineForward> found;
  if (rest == first.text.npos &&
      (marker == Marker::kForward || marker == Marker::kWeak || (marker == Marker::kOriginal && Tells({})))) {
    found = nested.Below(skip, marker == Marker::kOriginal ? Marker::kForward : marker, first.next);
  } else if (const std::optional<HeaderBlock> block = ReadHeaderBlock(inner, skip); block && Tells(block->language)) {
    found = Make(pos, inner, block, block->end);
  }
  if (found) found->begin = pos;
  return found;
}

// Whether an attribution line stands above without quote signs below it: a reply, then, whose quote the forward is in.
bool Finder::ReplyAbove(size_t end) const {
  constexpr size_t kAhead = 8;
  const TextLines lines(text_.substr(0, end));
  for (size_t i = 0; i < lines.size(); ++i) {
    if (IsBlankLine(lines[i]) || IsQuoted(lines[i])) continue;
    std::array<std::string_view, kAhead> few;
    const size_t count = std::min(kAhead, lines.size() - i);
    for (size_t ahead = 0; ahead < count; ++ahead) few[ahead] = lines[i + ahead];
    const Attribution found = ReadAttribution(std::span(few).first(count));
    if (found.kind < AttributionKind::kDated) continue;
    size_t below = i + std::max<size_t>(found.lines, 1);
    while (below < lines.size() && IsBlankLine(lines[below])) ++below;
    if (below == lines.size() || !IsQuoted(lines[below])) return true;
  }
  return false;
}

// Without the four blanks that each of its lines begins with, where each does.
std::string_view WithoutIndent(std::string_view text, std::string* out) {
  constexpr std::string_view kIndent = "    ";
  for (size_t pos = 0; pos < text.size();) {
    const Line line = LineAt(text, pos);
    pos = line.next;
    const bool blank = IsBlankLine(line.text);
    if (!blank && !line.text.starts_with(kIndent)) return text;
    out->append(blank ? std::string_view() : line.text.substr(kIndent.size())).append("\n");
  }
  return *out;
}

// Outlook for Mac writes "On 4/3/23, 10:15 AM, "Ann" <ann@x.example> wrote:" above what it forwards, too, and sets it in.
std::optional<InlineForward> Finder::BelowAttribution() const {
  constexpr size_t kMostLines = 200;  // that the forwarder writes above
  const TextLines lines(text_);
  for (size_t i = 0; i < std::min(lines.size(), kMostLines); ++i) {
    if (IsBlankLine(lines[i]) || IsQuoted(lines[i])) continue;
    std::array<std::string_view, kAttributionLines> few;
    const size_t count = std::min(few.size(), lines.size() - i);
    for (size_t ahead = 0; ahead < count; ++ahead) few[ahead] = lines[i + ahead];
    const std::optional<AttributionParts> parts = ReadAttributionParts(std::span(few).first(count));
    if (!parts) continue;
    HeaderBlock block;
    block.from = parts->author;
    block.date = parts->date;
    block.language = parts->language;
    const size_t below = i + parts->lines;
    std::string unindented;
    const std::string_view original =
        below < lines.size() ? WithoutIndent(text_.substr(lines.Begin(below)), &unindented) : std::string_view();
    return Make(lines.Begin(i), original, block, 0);
  }
  return std::nullopt;
}

std::optional<InlineForward> Finder::Find() {
  const bool forward = subject_ == SubjectKind::kForward;
  std::string_view above;    // the last line that is not blank
  size_t rule = text_.npos;  // the line of underscores or dashes that Outlook draws above its block
  for (size_t pos = 0; pos < text_.size();) {
    const Line line = LineAt(text_, pos);
    Enter(pos);
    pos = line.next;
    if (IsBlankLine(line.text)) continue;
    const bool inside = InsideQuote();
    used_ = depth_;
    if (IsQuoted(line.text)) {
      if (!inside && !IsQuoted(above)) {
        // Below "Ann wrote:" it is Ann who forwards.
        const bool attributed = EndsInColon(TrimBlanks(above)) != 0;
        std::optional<InlineForward> found = InQuote(line.begin);
        if (found && (forward || !attributed)) return found;
      }
      above = line.text;
      continue;
    }
    above = line.text;
    if (inside) continue;

    std::string_view dashes = TrimBlanks(line.text);
    if (TakeDashes(&dashes) >= 5 && dashes.empty()) {
      rule = line.begin;
      continue;
    }
    size_t rest = 0;
    const Marker marker = MarkerOf(line.text, &rest);
    if (marker != Marker::kNone && marker != Marker::kEnd) {
      std::optional<InlineForward> found =
          rest == line.text.npos ? Below(line.begin, marker, line.next) : Behind(line.begin, rest);
      if (found && (forward || !ReplyAbove(line.begin))) return found;
      if (found || marker == Marker::kOriginal) return std::nullopt;
    }
    if (const std::optional<HeaderBlock> block = ReadHeaderBlock(text_, line.begin)) {
      if (!Tells(block->language)) return std::nullopt;
      return Make(rule != text_.npos ? rule : line.begin, text_, block, block->end);
    }
    rule = text_.npos;
  }
  return forward ? BelowAttribution() : std::nullopt;
}

}  // namespace

std::optional<InlineForward> FindInlineForward(std::string_view text, std::span<const TextMark> marks,
                                               std::string_view subject) {
  return Finder(text, marks, subject).Find();
}

}  // namespace casecomm::scan
