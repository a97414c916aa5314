// SPDX-License-Identifier: Apache-2.0
// The work goes in this order: cut into lines; what HTML says of them; lines with quote signs; attributions; then from top to
// bottom, what belongs to a quote; last, signatures in what is left.
#include "scan/reply.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <utility>

#include "base/text.h"
#include "scan/attribution.h"
#include "scan/header_block.h"
#include "scan/reply_signature.h"
#include "scan/text_lines.h"

namespace casecomm::scan {
namespace {

constexpr size_t kNone = static_cast<size_t>(-1);
constexpr size_t kBlanksBelowNamed = 2, kBlanksBelow = 12;  // empty lines between an attribution and its quote
constexpr size_t kRule = 5, kShortRule = 3;                 // signs of a line drawn above a header block
constexpr size_t kLongestMark = 200;

std::string_view SkipIndent(std::string_view line) {
  constexpr size_t kIndent = 3;
  for (size_t i = 0; i < kIndent && !line.empty() && line.front() == ' '; ++i) line.remove_prefix(1);
  return line;
}

// How many bytes the first quote sign of a line takes, or 0.
size_t QuoteSign(std::string_view line) {
  for (const std::string_view sign : {">", "\uff1e", "&gt;"}) {
    if (line.starts_with(sign)) return sign.size();
  }
  return 0;
}

// Signs that people also use for other ends: they count only below an attribution.
size_t RareSign(std::string_view line) {
  for (const std::string_view sign : {"|", "\u00bb", "\u2502", "\u203a"}) {
    if (line.starts_with(sign)) return sign.size();
  }
  size_t letters = 0;
  while (letters < line.size() && letters < 4 && line[letters] >= 'A' && line[letters] <= 'Z') ++letters;
  return letters > 0 && letters < line.size() && line[letters] == '>' ? letters + 1 : 0;
}

// Lines that begin with ">" and quote nothing if they stand alone: "From " escaped (RFC 4155), faces, ">>> now <<<".
bool IsLoneSign(std::string_view line) {
  const std::string_view trimmed = TrimBlanks(line);
  if (trimmed.starts_with(">>") && trimmed.size() > 4 && trimmed.substr(trimmed.size() - 2) == "<<") return true;
  if (trimmed.starts_with(">From ")) return true;
  return trimmed.size() >= 2 && trimmed.size() <= 4 && trimmed.find(' ') == trimmed.npos &&
         std::string_view(":;._=8").find(trimmed[1]) != std::string_view::npos;
}

// What the prompts of a program's shell look like, if no other depth is quoted.
bool IsPrompt(std::string_view line) {
  return line.starts_with(">>> ") && line.size() > 4 && line[4] != '>';
}

// Whether the line before broke inside of a link in brackets, and this is its rest.
bool EndsLink(std::string_view before, std::string_view line) {
  const size_t link = before.rfind("http");
  if (link == before.npos || link == 0 || before.find_first_of(" )>", link) != before.npos) return false;
  if (before[link - 1] != '(' && before[link - 1] != '<') return false;
  const size_t close = line.find(before[link - 1] == '(' ? ')' : '>');
  return close != line.npos && line.find(' ') > close;
}

// A line drawn: dashes and the like only, or a title between them.
bool IsRule(std::string_view line) {
  if (line.size() > kLongestMark) return false;
  line = TrimBlanks(line);
  constexpr std::string_view kSigns = "-_=*~";
  size_t front = 0, back = 0;
  while (front < line.size() && kSigns.find(line[front]) != kSigns.npos) ++front;
  if (front == line.size()) return front >= kRule;
  while (kSigns.find(line[line.size() - 1 - back]) != kSigns.npos) ++back;
  return front >= kRule && back >= kRule;
}

// Three or four of one sign, as some webmails draw: below it a block must be whole.
bool IsShortRule(std::string_view line) {
  line = TrimBlanks(line);
  return line.size() >= kShortRule && line.size() < kRule && std::string_view("-_=*~").find(line[0]) != line.npos &&
         line.find_first_not_of(line[0]) == line.npos;
}

bool IsBlank(std::string_view line) {
  if (!line.empty() && line.front() > ' ' && line.front() < 0x7f) return false;
  return TrimBlanks(line).empty();
}

bool HasAddress(std::string_view value) {
  return value.find('@') != value.npos;
}

Attribution ReadAttributionAt(const TextLines& lines, size_t line) {
  std::array<std::string_view, kAttributionLines> few;
  const size_t count = std::min(few.size(), lines.size() - line);
  for (size_t i = 0; i < count; ++i) few[i] = lines[line + i];
  return ReadAttribution(std::span(few).first(count));
}

struct Container {
  size_t begin = 0, end = 0;  // lines
  size_t parent = kNone;
  bool open_to_author = false;  // holds the attribution, the quote and what is written between
};

class Splitter {
 public:
  Splitter(std::string_view text, std::span<const TextMark> marks)
      : text_(text), marks_(marks), lines_(text), known_(lines_.size()) {}

  std::vector<TextSpan> Split();

 private:
  enum class Kind : uint8_t { kBlank, kWords, kSigned, kContained };

  // What is known of a line: one byte, as a text may be nothing but lines.
  struct Line {
    Kind kind : 2;
    uint8_t part : 2;                               // TextPart, which is below 4 here
    uint8_t separated : 1, signature : 1;           // by marks
    uint8_t attribution : 1, ends_attribution : 1;  // begins one; is the last line of one
  };
  static_assert(sizeof(Line) == 1 && static_cast<int>(TextPart::kSignature) < 4);

  void ReadLines();
  void ReadMarks();
  void FindSigns();
  void FindAttributions();
  void OpenContainers();
  void FindQuotes();
  void FillBlanks();
  void SplitSignatures();

  size_t size() const { return known_.size(); }
  TextPart PartOf(size_t line) const { return static_cast<TextPart>(known_[line].part); }
  void SetPart(size_t begin, size_t end, TextPart part) {
    for (size_t i = begin; i < end; ++i) known_[i].part = static_cast<uint8_t>(part) & 3;
  }
  bool IsQuote(size_t line) const {
    return known_[line].kind == Kind::kSigned || known_[line].kind == Kind::kContained;
  }
  size_t NextWords(size_t line) const {
    while (line < size() && known_[line].kind == Kind::kBlank) ++line;
    return line;
  }
  Attribution AttributionOf(size_t line) const;

  // What begins at a line of words and makes what is below a quote: one past its last line, and whether all is quoted to
  // the end of the text. `end` is 0 where there is none.
  struct Marker {
    size_t end = 0;
    bool rest = false;
  };
  Marker MarkerAt(size_t line);
  Marker TitleAt(size_t line) const;
  Marker BlockAt(size_t line, bool announced) const;
  Marker AttributionAt(size_t line);
  bool MarksRareSign(size_t line);
  bool RestOf(size_t below) const { return below == size() || !IsQuote(below); }

  const std::string_view text_;
  const std::span<const TextMark> marks_;
  const TextLines lines_;
  std::vector<Line> known_;
  size_t bare_quotes_end_ = 0;  // past the last line that begins a quote without an attribution
  bool spoken_ = false;         // the author wrote something above
  std::vector<Container> containers_;
  std::string rare_sign_;
};

void Splitter::ReadLines() {
  for (size_t i = 0; i < size(); ++i) {
    known_[i] = {};
    known_[i].kind = IsBlank(lines_[i]) ? Kind::kBlank : Kind::kWords;
  }
  SetPart(0, size(), TextPart::kVisible);
}

Attribution Splitter::AttributionOf(size_t line) const {
  if (!known_[line].attribution) return {};
  const std::string_view first = SkipIndent(lines_[line]);
  if (QuoteSign(first) != 0 && IsFramedAttribution(first)) return {AttributionKind::kFull, 1};
  return ReadAttributionAt(lines_, line);
}

void Splitter::ReadMarks() {
  std::vector<size_t> open;
  size_t signatures = 0, signature_begin = 0;
  const auto end_signature = [&](size_t line) {
    for (size_t i = signature_begin; i < line; ++i) known_[i].signature = 1;
  };
  for (const TextMark& mark : marks_) {
    const size_t line = lines_.LineAt(mark.offset);
    switch (mark.kind) {
      case MarkKind::kQuoteBegin:
        containers_.push_back({line, size(), open.empty() ? kNone : open.back(), false});
        open.push_back(containers_.size() - 1);
        break;
      case MarkKind::kQuoteEnd:
        if (open.empty()) break;
        containers_[open.back()].end = line;
        open.pop_back();
        break;
      case MarkKind::kSignatureBegin:
        if (signatures++ == 0) signature_begin = line;
        break;
      case MarkKind::kSignatureEnd:
        if (signatures != 0 && --signatures == 0) end_signature(line);
        break;
      case MarkKind::kSeparator:
        if (line < size()) known_[line].separated = 1;
        break;
    }
  }
  if (signatures != 0) end_signature(size());
}

void Splitter::FindSigns() {
  bool shallow = false, prompts = false;
  for (size_t i = 0; i < size(); ++i) {
    const std::string_view line = SkipIndent(lines_[i]);
    if (known_[i].kind != Kind::kWords) continue;
    if (QuoteSign(line) == 0) {
      if (i > 0 && known_[i - 1].kind == Kind::kSigned && EndsLink(lines_[i - 1], line)) known_[i].kind = Kind::kSigned;
      continue;
    }
    if (IsFramedAttribution(line)) {
      known_[i].attribution = known_[i].ends_attribution = 1;
      continue;
    }
    known_[i].kind = Kind::kSigned;
    prompts = prompts || IsPrompt(line);
    shallow = shallow || !line.starts_with(">>>") || line.starts_with(">>>>");
  }
  for (size_t i = 0; i < size(); ++i) {
    if (known_[i].kind != Kind::kSigned) continue;
    const std::string_view line = SkipIndent(lines_[i]);
    const bool alone =
        (i == 0 || known_[i - 1].kind != Kind::kSigned) && (i + 1 == size() || known_[i + 1].kind != Kind::kSigned);
    if ((alone && IsLoneSign(line)) || (prompts && !shallow)) known_[i].kind = Kind::kWords;
  }
}

void Splitter::FindAttributions() {
  size_t end = size();  // the next line at or below that may be the last of one
  for (size_t i = size(); i-- > 0;) {
    if (MayEndAttribution(lines_[i])) end = i;
    if (known_[i].kind != Kind::kWords || end - i >= kAttributionLines) continue;
    if (known_[i].attribution) continue;  // framed
    const Attribution found = ReadAttributionAt(lines_, i);
    if (found.kind == AttributionKind::kNone) continue;
    known_[i].attribution = 1;
    known_[i + found.lines - 1].ends_attribution = 1;
  }
}

// A container holds what is quoted. But Gmail puts the attribution, the quote and the answers between the pieces of the quote
// into one, too: where a container has no attribution above and begins with one that a container inside follows, the inner ones are the quote.
void Splitter::OpenContainers() {
  size_t before = kNone, seen = 0;  // the last line of words above a container; containers begin in order
  std::vector<size_t> first_inside(containers_.size(), kNone);
  for (size_t i = containers_.size(); i-- > 0;) {
    if (containers_[i].parent != kNone) first_inside[containers_[i].parent] = i;
  }
  for (size_t i = 0; i < containers_.size(); ++i) {
    Container& container = containers_[i];
    for (; seen < container.begin; ++seen) {
      if (known_[seen].kind != Kind::kBlank) before = seen;
    }
    if (container.begin >= container.end) continue;
    if (container.parent != kNone && !containers_[container.parent].open_to_author) continue;
    const bool attributed = before != kNone && known_[before].ends_attribution;
    const size_t first = NextWords(container.begin);
    if (!attributed && first_inside[i] != kNone && first < container.end && known_[first].attribution) {
      const size_t below = NextWords(first + AttributionOf(first).lines);
      const Container& inside = containers_[first_inside[i]];
      container.open_to_author = inside.begin > first && inside.begin <= below && below < inside.end;
    }
    if (container.open_to_author) continue;
    for (size_t line = container.begin; line < container.end; ++line) {
      if (known_[line].kind != Kind::kBlank) known_[line].kind = Kind::kContained;
    }
  }
}

Splitter::Marker Splitter::BlockAt(size_t line, bool announced) const {
  const std::optional<HeaderBlock> block = ReadHeaderBlock(text_, lines_.Begin(line));
  if (!block) return {};
  const bool complete = !block->from.empty() && !block->subject.empty() && !block->date.empty();
  if (!announced && !complete && !HasAddress(block->from) && !HasAddress(block->to) && !HasAddress(block->cc))
    return {};
  const size_t end = lines_.LineAt(block->end);
  return {end, RestOf(NextWords(end))};
}

Splitter::Marker Splitter::TitleAt(size_t line) const {
  constexpr size_t kBlanksBelowTitle = 1;
  size_t below = NextWords(line + 1);
  if (!IsOriginalTitle(lines_[line])) {
    const bool titled = below < size() && below - line - 1 <= kBlanksBelowTitle && known_[below].kind == Kind::kWords &&
                        IsBareTitle(lines_[line]);
    return titled ? BlockAt(below, true) : Marker{};
  }
  if (below < size() && known_[below].kind == Kind::kWords) {
    if (const Marker block = BlockAt(below, true); block.end != 0) return block;
    if (known_[below].attribution) below = NextWords(below + AttributionOf(below).lines);
  }
  return {below, RestOf(below)};
}

// Whether the line is quoted by a sign that is rare; from then on it is one.
bool Splitter::MarksRareSign(size_t line) {
  const std::string_view words = SkipIndent(lines_[line]);
  const size_t sign = RareSign(words);
  if (sign == 0) return false;
  rare_sign_ = words.substr(0, sign);
  return true;
}

Splitter::Marker Splitter::AttributionAt(size_t line) {
  const Attribution attribution = AttributionOf(line);
  if (attribution.kind == AttributionKind::kNone) return {};
  const size_t end = line + attribution.lines;
  const size_t below = NextWords(end);
  const size_t blanks = below - end;
  const bool named = attribution.kind == AttributionKind::kNamed;
  if (below == size()) return named ? Marker{} : Marker{end, false};
  if (blanks <= (named ? kBlanksBelowNamed : kBlanksBelow)) {
    if (IsQuote(below)) return {below, false};
    if (!named && MarksRareSign(below)) return {below, false};
  }
  // Yahoo and Notes wrote both.
  if (blanks <= kBlanksBelowNamed) {
    if (const Marker block = BlockAt(below, false); block.end != 0) return block;
  }
  // Who deletes the quote and answers below it leaves nothing above.
  const bool rest =
      attribution.kind == AttributionKind::kFull || (attribution.kind == AttributionKind::kPrecise && spoken_);
  if (rest && bare_quotes_end_ <= end) return {end, true};
  return {};
}

Splitter::Marker Splitter::MarkerAt(size_t line) {
  if (const Marker title = TitleAt(line); title.end != 0) return title;
  const bool rule = IsRule(lines_[line]);
  if (rule || IsShortRule(lines_[line])) {
    constexpr size_t kBlanksBelowRule = 2;
    const size_t below = NextWords(line + 1);
    if (below < size() && below - line - 1 <= kBlanksBelowRule && known_[below].kind == Kind::kWords) {
      if (const Marker block = BlockAt(below, rule); block.end != 0) return block;
    }
  }
  if (const Marker block = BlockAt(line, known_[line].separated); block.end != 0) return block;
  return AttributionAt(line);
}

void Splitter::FindQuotes() {
  size_t words = kNone;  // above
  for (size_t i = 0; i < size(); ++i) {
    if (known_[i].kind == Kind::kBlank) continue;
    if (IsQuote(i) && words != kNone && !IsQuote(words) && !known_[words].ends_attribution &&
        !IsOriginalTitle(lines_[words])) {
      bare_quotes_end_ = i + 1;
    }
    words = i;
  }

  for (size_t i = 0; i < size();) {
    if (known_[i].kind == Kind::kBlank) {
      ++i;
      continue;
    }
    if (IsQuote(i)) {
      SetPart(i, i + 1, TextPart::kQuoted);
      ++i;
      continue;
    }
    if (!rare_sign_.empty() && SkipIndent(lines_[i]).starts_with(rare_sign_)) {
      known_[i].kind = Kind::kSigned;
      SetPart(i, i + 1, TextPart::kQuoted);
      ++i;
      continue;
    }
    const Marker marker = MarkerAt(i);
    if (marker.end == 0) {
      spoken_ = true;
      ++i;
      continue;
    }
    const size_t end = marker.rest ? size() : marker.end;
    SetPart(i, end, TextPart::kQuoted);
    i = end;
  }
}

// Empty lines go with what is above them; those at the top with what is below.
void Splitter::FillBlanks() {
  const size_t first = NextWords(0);
  if (first == size()) return;
  for (size_t i = 0; i < size(); ++i) {
    if (known_[i].kind == Kind::kBlank) known_[i].part = known_[i < first ? first : i - 1].part;
  }
}

void Splitter::SplitSignatures() {
  for (size_t begin = 0; begin < size();) {
    if (PartOf(begin) == TextPart::kQuoted) {
      ++begin;
      continue;
    }
    size_t end = begin;
    while (end < size() && PartOf(end) != TextPart::kQuoted) ++end;
    for (const auto& [from, to] : FindSignatures(LineRange(lines_, begin, end - begin))) {
      SetPart(begin + from, begin + to, TextPart::kSignature);
    }
    for (size_t i = begin; i < end; ++i) {
      if (known_[i].signature) SetPart(i, i + 1, TextPart::kSignature);
    }
    begin = end;
  }
}

std::vector<TextSpan> Splitter::Split() {
  ReadLines();
  ReadMarks();
  FindSigns();
  FindAttributions();
  OpenContainers();
  FindQuotes();
  FillBlanks();
  SplitSignatures();
  size_t count = 0;
  for (size_t i = 0; i < size(); ++i) count += i == 0 || PartOf(i) != PartOf(i - 1);
  std::vector<TextSpan> spans;
  spans.reserve(std::min(count, kMostSpans) + 1);  // one for what the caller has behind them
  for (size_t i = 0; i < size(); ++i) {
    const bool last = spans.size() == kMostSpans;
    if (i > 0 && (last || PartOf(i) == PartOf(i - 1))) continue;
    const int64_t begin = static_cast<int64_t>(lines_.Begin(i));
    if (i > 0) spans.back().end = begin;
    spans.push_back({PartOf(i), begin, static_cast<int64_t>(text_.size())});
  }
  if (count > kMostSpans) spans.back().part = TextPart::kVisible;
  return spans;
}

}  // namespace

std::vector<TextSpan> SplitReply(std::string_view text, std::span<const TextMark> marks) {
  return Splitter(text, marks).Split();
}

std::string JoinSpans(std::string_view text, std::span<const TextSpan> spans, TextPart part) {
  size_t most = 0;
  for (const TextSpan& span : spans) most += span.part == part ? static_cast<size_t>(span.end - span.begin) + 2 : 0;
  std::string joined;
  joined.reserve(most);
  for (const TextSpan& span : spans) {
    if (span.part != part) continue;
    const std::string_view piece =
        TrimBlanks(text.substr(static_cast<size_t>(span.begin), static_cast<size_t>(span.end - span.begin)));
    if (piece.empty()) continue;
    if (!joined.empty()) joined += "\n\n";
    joined += piece;
  }
  return joined;
}

}  // namespace casecomm::scan
