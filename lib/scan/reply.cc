// SPDX-License-Identifier: Apache-2.0
// The work goes in this order: cut into lines; what HTML says of them; lines with quote signs; attributions; then from top to
// bottom, what belongs to a quote; last, signatures in what is left.
#include "scan/reply.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include "base/text.h"
#include "scan/attribution.h"
#include "scan/header_block.h"
#include "scan/reply_signature.h"

namespace casecomm::scan {
namespace {

constexpr size_t kNone = static_cast<size_t>(-1);
constexpr size_t kBlanksBelowNamed = 2, kBlanksBelow = 12;  // empty lines between an attribution and its quote
constexpr size_t kRule = 5;                                 // signs of a line drawn above a header block
constexpr size_t kLongestMark = 200;

bool StartsWith(std::string_view text, std::string_view start) {
  return text.substr(0, start.size()) == start;
}

std::string_view SkipIndent(std::string_view line) {
  constexpr size_t kIndent = 3;
  for (size_t i = 0; i < kIndent && !line.empty() && line.front() == ' '; ++i) line.remove_prefix(1);
  return line;
}

// How many bytes the first quote sign of a line takes, or 0.
size_t QuoteSign(std::string_view line) {
  for (const std::string_view sign : {">", "\uff1e", "&gt;"}) {
    if (StartsWith(line, sign)) return sign.size();
  }
  return 0;
}

// Signs that people also use for other ends: they count only below an attribution.
size_t RareSign(std::string_view line) {
  for (const std::string_view sign : {"|", "\u00bb", "\u2502", "\u203a"}) {
    if (StartsWith(line, sign)) return sign.size();
  }
  size_t letters = 0;
  while (letters < line.size() && letters < 4 && line[letters] >= 'A' && line[letters] <= 'Z') ++letters;
  return letters > 0 && letters < line.size() && line[letters] == '>' ? letters + 1 : 0;
}

// Lines that begin with ">" and quote nothing if they stand alone: "From " escaped (RFC 4155), faces, ">>> now <<<".
bool IsLoneSign(std::string_view line) {
  const std::string_view trimmed = TrimBlanks(line);
  if (StartsWith(trimmed, ">>") && trimmed.size() > 4 && trimmed.substr(trimmed.size() - 2) == "<<") return true;
  if (StartsWith(trimmed, ">From ")) return true;
  return trimmed.size() >= 2 && trimmed.size() <= 4 && trimmed.find(' ') == trimmed.npos &&
         std::string_view(":;._=8").find(trimmed[1]) != std::string_view::npos;
}

// What the prompts of a program's shell look like, if no other depth is quoted.
bool IsPrompt(std::string_view line) {
  return StartsWith(line, ">>> ") && line.size() > 4 && line[4] != '>';
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

bool IsBlank(std::string_view line) {
  if (!line.empty() && line.front() > ' ' && line.front() < 0x7f) return false;
  return TrimBlanks(line).empty();
}

bool HasAddress(std::string_view value) {
  return value.find('@') != value.npos;
}

struct Container {
  size_t begin = 0, end = 0;  // lines
  size_t parent = kNone;
  bool open_to_author = false;  // holds the attribution, the quote and what is written between
};

class Splitter {
 public:
  Splitter(std::string_view text, std::span<const TextMark> marks) : text_(text), marks_(marks) {}

  std::vector<TextSpan> Split();

 private:
  enum class Kind : uint8_t { kBlank, kWords, kSigned, kContained };

  void CutLines();
  void ReadMarks();
  void FindSigns();
  void FindAttributions();
  void OpenContainers();
  void FindQuotes();
  void FillBlanks();
  void SplitSignatures();

  size_t size() const { return lines_.size(); }
  bool IsQuote(size_t line) const { return kinds_[line] == Kind::kSigned || kinds_[line] == Kind::kContained; }
  size_t NextWords(size_t line) const {
    while (line < size() && kinds_[line] == Kind::kBlank) ++line;
    return line;
  }
  size_t LineAt(size_t offset) const {
    return static_cast<size_t>(std::lower_bound(begins_.begin(), begins_.end(), offset) - begins_.begin());
  }
  void Quote(size_t begin, size_t end) {
    std::fill(parts_.begin() + static_cast<ptrdiff_t>(begin), parts_.begin() + static_cast<ptrdiff_t>(end),
              TextPart::kQuoted);
  }

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
  std::vector<std::string_view> lines_;  // without LF
  std::vector<size_t> begins_;
  std::vector<Kind> kinds_;
  std::vector<TextPart> parts_;
  std::vector<bool> separated_, signature_;  // by marks
  std::vector<bool> ends_attribution_;       // its last line
  std::vector<Attribution> attributions_;    // by their first line
  std::vector<size_t> bare_quote_;           // the next line at or below that begins a quote without an attribution
  std::vector<Container> containers_;
  std::string rare_sign_;
};

void Splitter::CutLines() {
  for (size_t pos = 0; pos < text_.size();) {
    const size_t end = std::min(text_.find('\n', pos), text_.size());
    lines_.push_back(text_.substr(pos, end - pos));
    begins_.push_back(pos);
    kinds_.push_back(IsBlank(lines_.back()) ? Kind::kBlank : Kind::kWords);
    pos = end + 1;
  }
  parts_.assign(size(), TextPart::kVisible);
  separated_.assign(size() + 1, false);
  signature_.assign(size(), false);
  attributions_.assign(size(), {});
  ends_attribution_.assign(size(), false);
}

void Splitter::ReadMarks() {
  std::vector<size_t> open;
  size_t signatures = 0, signature_begin = 0;
  const auto end_signature = [&](size_t line) {
    std::fill(signature_.begin() + static_cast<ptrdiff_t>(signature_begin),
              signature_.begin() + static_cast<ptrdiff_t>(line), true);
  };
  for (const TextMark& mark : marks_) {
    const size_t line = LineAt(mark.offset);
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
        separated_[line] = true;
        break;
    }
  }
  if (signatures != 0) end_signature(size());
}

void Splitter::FindSigns() {
  bool shallow = false, prompts = false;
  for (size_t i = 0; i < size(); ++i) {
    const std::string_view line = SkipIndent(lines_[i]);
    if (kinds_[i] != Kind::kWords) continue;
    if (QuoteSign(line) == 0) {
      if (i > 0 && kinds_[i - 1] == Kind::kSigned && EndsLink(lines_[i - 1], line)) kinds_[i] = Kind::kSigned;
      continue;
    }
    if (IsFramedAttribution(line)) {
      attributions_[i] = {AttributionKind::kFull, 1};
      ends_attribution_[i] = true;
      continue;
    }
    kinds_[i] = Kind::kSigned;
    prompts = prompts || IsPrompt(line);
    shallow = shallow || !StartsWith(line, ">>>") || StartsWith(line, ">>>>");
  }
  for (size_t i = 0; i < size(); ++i) {
    if (kinds_[i] != Kind::kSigned) continue;
    const std::string_view line = SkipIndent(lines_[i]);
    const bool alone =
        (i == 0 || kinds_[i - 1] != Kind::kSigned) && (i + 1 == size() || kinds_[i + 1] != Kind::kSigned);
    if ((alone && IsLoneSign(line)) || (prompts && !shallow)) kinds_[i] = Kind::kWords;
  }
}

void Splitter::FindAttributions() {
  size_t end = size();  // the next line at or below that may be the last of one
  for (size_t i = size(); i-- > 0;) {
    if (MayEndAttribution(lines_[i])) end = i;
    if (kinds_[i] != Kind::kWords || end - i >= kAttributionLines) continue;
    if (attributions_[i].kind != AttributionKind::kNone) continue;  // framed
    attributions_[i] = ReadAttribution(std::span(lines_).subspan(i));
    if (attributions_[i].kind != AttributionKind::kNone) ends_attribution_[i + attributions_[i].lines - 1] = true;
  }
}

// A container holds what is quoted. But Gmail puts the attribution, the quote and the answers between the pieces of the quote
// into one, too: where a container has no attribution above and begins with one that a container inside follows, the inner ones are the quote.
void Splitter::OpenContainers() {
  std::vector<size_t> above(size() + 1, kNone);  // the last line of words above
  for (size_t i = 0; i < size(); ++i) above[i + 1] = kinds_[i] == Kind::kBlank ? above[i] : i;
  std::vector<size_t> first_inside(containers_.size(), kNone);
  for (size_t i = containers_.size(); i-- > 0;) {
    if (containers_[i].parent != kNone) first_inside[containers_[i].parent] = i;
  }
  for (size_t i = 0; i < containers_.size(); ++i) {
    Container& container = containers_[i];
    if (container.begin >= container.end) continue;
    if (container.parent != kNone && !containers_[container.parent].open_to_author) continue;
    const size_t before = above[container.begin];
    const bool attributed = before != kNone && ends_attribution_[before];
    const size_t first = NextWords(container.begin);
    if (!attributed && first_inside[i] != kNone && first < container.end &&
        attributions_[first].kind != AttributionKind::kNone) {
      const size_t below = NextWords(first + attributions_[first].lines);
      const Container& inside = containers_[first_inside[i]];
      container.open_to_author = inside.begin > first && inside.begin <= below && below < inside.end;
    }
    if (container.open_to_author) continue;
    for (size_t line = container.begin; line < container.end; ++line) {
      if (kinds_[line] != Kind::kBlank) kinds_[line] = Kind::kContained;
    }
  }
}

Splitter::Marker Splitter::BlockAt(size_t line, bool announced) const {
  const std::optional<HeaderBlock> block = ReadHeaderBlock(text_, begins_[line]);
  if (!block) return {};
  const bool complete = !block->from.empty() && !block->subject.empty() && !block->date.empty();
  if (!announced && !complete && !HasAddress(block->from) && !HasAddress(block->to) && !HasAddress(block->cc))
    return {};
  const size_t end = LineAt(block->end);
  return {end, RestOf(NextWords(end))};
}

Splitter::Marker Splitter::TitleAt(size_t line) const {
  if (!IsOriginalTitle(lines_[line])) return {};
  size_t below = NextWords(line + 1);
  if (below < size() && kinds_[below] == Kind::kWords) {
    if (const Marker block = BlockAt(below, true); block.end != 0) return block;
    if (attributions_[below].kind != AttributionKind::kNone) below = NextWords(below + attributions_[below].lines);
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
  const Attribution& attribution = attributions_[line];
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
  if (attribution.kind == AttributionKind::kFull && bare_quote_[end] == size()) return {end, true};
  return {};
}

Splitter::Marker Splitter::MarkerAt(size_t line) {
  if (const Marker title = TitleAt(line); title.end != 0) return title;
  if (IsRule(lines_[line])) {
    constexpr size_t kBlanksBelowRule = 2;
    const size_t below = NextWords(line + 1);
    if (below < size() && below - line - 1 <= kBlanksBelowRule && kinds_[below] == Kind::kWords) {
      if (const Marker block = BlockAt(below, true); block.end != 0) return block;
    }
  }
  if (const Marker block = BlockAt(line, separated_[line]); block.end != 0) return block;
  return AttributionAt(line);
}

void Splitter::FindQuotes() {
  bare_quote_.assign(size() + 1, size());
  size_t words = kNone;  // above
  std::vector<bool> bare(size(), false);
  for (size_t i = 0; i < size(); ++i) {
    if (kinds_[i] == Kind::kBlank) continue;
    if (IsQuote(i) && words != kNone && !IsQuote(words) && !ends_attribution_[words] && !IsOriginalTitle(lines_[words]))
      bare[i] = true;
    words = i;
  }
  for (size_t i = size(); i-- > 0;) bare_quote_[i] = bare[i] ? i : bare_quote_[i + 1];

  for (size_t i = 0; i < size();) {
    if (kinds_[i] == Kind::kBlank) {
      ++i;
      continue;
    }
    if (IsQuote(i)) {
      Quote(i, i + 1);
      ++i;
      continue;
    }
    if (!rare_sign_.empty() && StartsWith(SkipIndent(lines_[i]), rare_sign_)) {
      kinds_[i] = Kind::kSigned;
      Quote(i, i + 1);
      ++i;
      continue;
    }
    const Marker marker = MarkerAt(i);
    if (marker.end == 0) {
      ++i;
      continue;
    }
    Quote(i, marker.rest ? size() : marker.end);
    i = marker.rest ? size() : marker.end;
  }
}

// Empty lines go with what is above them; those at the top with what is below.
void Splitter::FillBlanks() {
  const size_t first = NextWords(0);
  if (first == size()) return;
  for (size_t i = 0; i < size(); ++i) {
    if (kinds_[i] == Kind::kBlank) parts_[i] = i < first ? parts_[first] : parts_[i - 1];
  }
}

void Splitter::SplitSignatures() {
  for (size_t begin = 0; begin < size();) {
    if (parts_[begin] == TextPart::kQuoted) {
      ++begin;
      continue;
    }
    size_t end = begin;
    while (end < size() && parts_[end] != TextPart::kQuoted) ++end;
    for (const auto& [from, to] : FindSignatures(std::span(lines_).subspan(begin, end - begin))) {
      std::fill(parts_.begin() + static_cast<ptrdiff_t>(begin + from),
                parts_.begin() + static_cast<ptrdiff_t>(begin + to), TextPart::kSignature);
    }
    for (size_t i = begin; i < end; ++i) {
      if (signature_[i]) parts_[i] = TextPart::kSignature;
    }
    begin = end;
  }
}

std::vector<TextSpan> Splitter::Split() {
  CutLines();
  ReadMarks();
  FindSigns();
  FindAttributions();
  OpenContainers();
  FindQuotes();
  FillBlanks();
  SplitSignatures();
  std::vector<TextSpan> spans;
  for (size_t i = 0; i < size(); ++i) {
    const int64_t end = static_cast<int64_t>(i + 1 < size() ? begins_[i + 1] : text_.size());
    if (!spans.empty() && spans.back().part == parts_[i]) {
      spans.back().end = end;
    } else {
      spans.push_back({parts_[i], static_cast<int64_t>(begins_[i]), end});
    }
  }
  return spans;
}

}  // namespace

std::vector<TextSpan> SplitReply(std::string_view text, std::span<const TextMark> marks) {
  return Splitter(text, marks).Split();
}

std::string JoinSpans(std::string_view text, std::span<const TextSpan> spans, TextPart part) {
  std::string joined;
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
