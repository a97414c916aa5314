// SPDX-License-Identifier: Apache-2.0
// address-list = element *("," element)      element = mailbox / group / nothing
// group        = phrase ":" [list] ";"       mailbox = [phrase] "<" [route ":"] addr-spec ">" / addr-spec
// addr-spec    = local "@" domain            local   = word *("." word)
// with comments, blanks and folds between any two tokens (RFC 5322, 3.4 and 4.4).
#include "scan/address.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "scan/field.h"
#include "scan/lines.h"
#include "scan/utf8.h"

namespace casecomm::scan {
namespace {

enum Kind : uint8_t {
  kAtom,
  kSpace,
  kOpen,
  kClose,
  kLess,
  kGreater,
  kAt,
  kComma,
  kSemicolon,
  kColon,
  kQuote,
  kDot,
  kBackslash
};

constexpr auto kKinds = [] {
  std::array<Kind, 256> kinds{};
  for (const char c : {' ', '\t', '\r', '\n'}) kinds[static_cast<uint8_t>(c)] = kSpace;
  kinds['('] = kOpen;
  kinds[')'] = kClose;
  kinds['<'] = kLess;
  kinds['>'] = kGreater;
  kinds['@'] = kAt;
  kinds[','] = kComma;
  kinds[';'] = kSemicolon;
  kinds[':'] = kColon;
  kinds['"'] = kQuote;
  kinds['.'] = kDot;
  kinds['\\'] = kBackslash;
  return kinds;
}();

Kind KindOf(char c) {
  return kKinds[static_cast<uint8_t>(c)];
}

constexpr size_t kNowhere = std::string_view::npos;

// One past the quoted string, or the end of the text if it is not closed.
size_t SkipQuoted(std::string_view text, size_t pos, bool* closed) {
  for (++pos; pos < text.size(); ++pos) {
    if (text[pos] == '\\') {
      ++pos;
    } else if (text[pos] == '"') {
      *closed = true;
      return pos + 1;
    }
  }
  *closed = false;
  return text.size();
}

size_t SkipComment(std::string_view text, size_t pos, bool* closed) {
  size_t depth = 0;
  for (; pos < text.size(); ++pos) {
    if (text[pos] == '\\') {
      ++pos;
    } else if (text[pos] == '(') {
      ++depth;
    } else if (text[pos] == ')' && --depth == 0) {
      *closed = true;
      return pos + 1;
    }
  }
  *closed = false;
  return text.size();
}

// Copies a part of an addr-spec without comments and folds. Blanks stay as one only between two words, where
// they make it an address that nobody has.
char* CopyWithoutCfws(std::string_view spec, char* to) {
  const char* const begin = to;
  char last = '.';
  bool space = false;
  const auto put = [&](std::string_view token) {
    const char first = token.front();
    // Beside a dot and the sign they mean nothing, nor anywhere in a literal (RFC 5322, 3.4.1).
    constexpr std::string_view kOpening = ".@[", kClosing = ".@]";
    const bool in_literal = to != begin && *begin == '[' && last != ']';
    if (space && !in_literal && kOpening.find(last) == kNowhere && kClosing.find(first) == kNowhere) *to++ = ' ';
    space = false;
    for (const char c : token) {
      if (c != '\r' && c != '\n') *to++ = c;
    }
    last = token.back();
  };
  for (size_t pos = 0; pos < spec.size();) {
    bool closed;
    size_t end = pos + 1;
    switch (KindOf(spec[pos])) {
      case kSpace:
        space = true;
        break;
      case kOpen:
        end = SkipComment(spec, pos, &closed);
        space = true;
        break;
      case kQuote:
        end = SkipQuoted(spec, pos, &closed);
        put(spec.substr(pos, end - pos));
        break;
      case kBackslash:
        end = std::min(pos + 2, spec.size());
        put(spec.substr(pos, end - pos));
        break;
      default:
        put(spec.substr(pos, 1));
    }
    pos = end;
  }
  return to;
}

// What a list may hold that asks for a second look. Bits.
enum Odd : uint8_t { kControl = 1, kReturn = 2, kBracket = 4, kHigh = 8, kQuoting = 16, kPoint = 32 };

constexpr auto kOdds = [] {
  std::array<uint8_t, 256> odds{};
  for (size_t c = 0; c < 32; ++c) odds[c] = kControl;
  for (size_t c = 128; c < 256; ++c) odds[c] = kHigh;
  odds['\t'] = odds['\n'] = 0;
  odds['\r'] = kReturn;
  odds[127] = kControl;
  odds['['] = odds[']'] = kBracket;
  odds['"'] = odds['\\'] = kQuoting;
  odds['.'] = kPoint;
  return odds;
}();

// kControl, kReturn and kBracket of a list.
uint8_t OddsOf(std::string_view text) {
  uint8_t odds = 0;
  for (size_t pos = QuietPrefix(text); pos < text.size(); pos += 1 + QuietPrefix(text.substr(pos + 1))) {
    odds |= kOdds[static_cast<uint8_t>(text[pos])];
  }
  if ((odds & kReturn) == 0) return odds;
  for (size_t pos = text.find('\r'); pos != kNowhere; pos = text.find('\r', pos + 1)) {
    if (pos + 1 < text.size() && !IsSpace(text[pos + 1])) odds |= kControl;  // no fold
  }
  return odds;
}

// Of a piece of an addr-spec; kPoint where two dots stand in a row.
uint8_t OddsOfPiece(std::string_view piece) {
  uint8_t odds = 0, row = 0, last = 0;
  for (const char c : piece) {
    const uint8_t odd = kOdds[static_cast<uint8_t>(c)];
    odds |= odd;
    row |= odd & last;
    last = odd;
  }
  return static_cast<uint8_t>((odds & ~kPoint) | (row & kPoint));
}

uint8_t NotesOfQuoted(std::string_view local) {
  uint8_t notes = 0;
  bool quoted = false, in_quotes = false;
  char last = '\0';
  for (size_t i = 0; i < local.size(); ++i) {
    const char c = local[i];
    if (c == '"') {
      quoted = true;
      in_quotes = !in_quotes;
    } else if (c == '\\') {
      ++i;
    } else if (!in_quotes) {
      if (c == '.' && last == '.') notes |= kAddressDots;
      if (c == '[' || c == ']') notes |= kAddressBroken;
    }
    last = c;
  }
  if (last == '.') notes |= kAddressDots;
  // RFC 5322, 4.4, obs-local-part: a quoted string beside another word.
  bool closed = false;
  if (quoted && (local.front() != '"' || SkipQuoted(local, 0, &closed) != local.size())) notes |= kAddressObsolete;
  return notes;
}

// What the pieces of a whole addr-spec show that its tokens did not.
uint8_t NotesOfSpec(std::string_view local, std::string_view domain) {
  const uint8_t odds = OddsOfPiece(local);
  uint8_t notes = 0;
  if ((odds & (kQuoting | kBracket)) != 0) {
    notes = NotesOfQuoted(local);
  } else if ((odds & kPoint) != 0 || local.back() == '.') {
    notes = kAddressDots;
  }
  const uint8_t domain_odds = OddsOfPiece(domain);
  // RFC 6532, 3.2.
  if (((odds | domain_odds) & kHigh) != 0 && !(IsUtf8(local) && IsUtf8(domain))) notes |= kAddressBroken;

  if (domain.empty()) return notes;
  const bool literal = domain.front() == '[' && domain.back() == ']';
  if (literal && domain.find('\\') != kNowhere) notes |= kAddressObsolete;  // obs-dtext
  if (!literal && (domain.front() == '.' || (domain_odds & (kPoint | kBracket)) != 0 ||
                   ((domain_odds & kQuoting) != 0 && domain.find('"') != kNowhere))) {
    notes |= kAddressBroken;
  }
  return notes;
}

class Parser {
 public:
  Parser(std::string_view text, Scratch* scratch, std::vector<Mailbox>* out)
      : text_(text), scratch_(scratch), out_(out) {}

  uint8_t Run();

 private:
  enum Last : uint8_t { kNothing, kWord, kPeriod, kSign };

  void Word(size_t end, bool encoded);
  void Dot();
  void At();
  void Less();
  void Colon();
  // The element ends here: what it holds is given out.
  void Finish();
  void Emit(bool angle);
  void ClearSpec();
  void Clear();
  // Whether the token that ends here holds line ends, which are to be cut out.
  bool Folded(size_t end) const { return text_.substr(pos_, end - pos_).find_first_of("\r\n") != kNowhere; }
  // Whether the addr-spec is whole but for a dot behind its domain.
  bool EndsInOneDot() const {
    return last_ == kPeriod && at_ != kNowhere && spec_end_ > at_ + 2 && text_[spec_end_ - 2] != '.';
  }
  void Touch(size_t end) {
    if (phrase_ == kNowhere) phrase_ = pos_;
    phrase_end_ = end;
  }

  const std::string_view text_;
  Scratch* const scratch_;
  std::vector<Mailbox>* const out_;
  size_t pos_ = 0;
  uint8_t notes_ = 0;
  bool in_group_ = false;

  // The element: its first token, the end of its last, and the phrase in front of "<".
  size_t phrase_ = kNowhere, phrase_end_ = 0;
  std::string_view display_, phrase_spec_;
  uint8_t odds_ = 0;               // of the whole list
  size_t element_ = out_->size();  // the mailboxes in front of it
  bool angle_ = false, closed_ = false, route_ = false;

  // The addr-spec that its last words may be.
  size_t spec_ = kNowhere, spec_end_ = 0, at_ = kNowhere;
  int words_ = 0;
  bool gap_ = false, dirty_ = false, encoded_ = false;
  uint8_t spec_notes_ = 0;
  Last last_ = kNothing;
};

void Parser::ClearSpec() {
  spec_ = at_ = kNowhere;
  spec_end_ = 0;
  words_ = 0;
  gap_ = dirty_ = encoded_ = false;
  spec_notes_ = 0;
  last_ = kNothing;
}

void Parser::Clear() {
  ClearSpec();
  phrase_ = kNowhere;
  display_ = phrase_spec_ = {};
  element_ = out_->size();
  angle_ = closed_ = route_ = false;
}

void Parser::Word(size_t end, bool encoded) {
  if (closed_) {
    notes_ |= kAddressBroken;
  } else {
    if (last_ == kWord && gap_ && at_ != kNowhere) {
      Emit(angle_);  // a word behind a whole addr-spec
      ClearSpec();
      words_ = 1;
      last_ = kWord;
      gap_ = true;
    }
    if (last_ == kWord && gap_ && !angle_) {
      spec_ = pos_;  // what stood before was a phrase
      dirty_ = encoded_ = false;
      spec_notes_ = kAddressBroken;
      ++words_;
    } else if (last_ == kWord) {
      spec_notes_ |= kAddressBroken;
      dirty_ |= gap_;
    } else {
      if (last_ == kPeriod && gap_) spec_notes_ |= kAddressObsolete;
      dirty_ |= gap_ && last_ != kNothing;
    }
    if (spec_ == kNowhere) spec_ = pos_;
    if (words_ == 0) words_ = 1;
    encoded_ |= encoded;
    spec_end_ = end;
    last_ = kWord;
  }
  gap_ = false;
  Touch(end);
}

void Parser::Dot() {
  if (closed_) {
    notes_ |= kAddressBroken;
    return;
  }
  if (spec_ == kNowhere) {
    spec_ = pos_;
    spec_notes_ |= kAddressBroken;
  }
  if (gap_ && last_ != kNothing) {
    dirty_ = true;
    spec_notes_ |= kAddressObsolete;
  }
  gap_ = false;
  spec_end_ = pos_ + 1;
  last_ = kPeriod;
  Touch(pos_ + 1);
}

void Parser::At() {
  if (closed_) {
    notes_ |= kAddressBroken;
    return;
  }
  if (angle_ && spec_ == kNowhere && !route_) {
    route_ = true;
    notes_ |= kAddressObsolete;
  }
  if (spec_ == kNowhere) spec_ = pos_;
  if (at_ != kNowhere) spec_notes_ |= kAddressBroken;
  dirty_ |= gap_;
  gap_ = false;
  at_ = pos_;
  spec_end_ = pos_ + 1;
  last_ = kSign;
  Touch(pos_ + 1);
}

void Parser::Less() {
  if (angle_) {
    notes_ |= kAddressBroken;
    Emit(true);
  } else if (closed_) {
    notes_ |= kAddressBroken;  // a second <> in one element
  } else {
    // A phrase must not hold an "@" unquoted. Where it is the address itself and nothing else, as many programs write,
    // all agree.
    if (out_->size() > element_) notes_ |= kAddressBroken;
    out_->resize(element_);
    if (phrase_ != kNowhere) display_ = text_.substr(phrase_, phrase_end_ - phrase_);
    if (!display_.empty() && display_.front() == '.') notes_ |= kAddressBroken;  // obs-phrase begins with a word
    if (at_ != kNowhere) {
      phrase_spec_ = text_.substr(spec_, spec_end_ - spec_);
      if (phrase_ != spec_ || phrase_end_ != spec_end_) notes_ |= kAddressBroken;
    }
    if (EndsInOneDot()) {
      phrase_spec_.remove_suffix(1);
      notes_ |= kAddressFinalDot;
    }
  }
  ClearSpec();
  angle_ = true;
  closed_ = route_ = false;
}

void Parser::Colon() {
  if (angle_) {
    if (route_) {
      ClearSpec();
      route_ = false;
    } else {
      Word(pos_ + 1, false);
      spec_notes_ |= kAddressBroken;
    }
  } else if (closed_ || at_ != kNowhere) {
    notes_ |= kAddressBroken;
    Finish();
  } else {
    if (in_group_) notes_ |= kAddressBroken;
    if (phrase_ == kNowhere || text_[phrase_] == '.') notes_ |= kAddressBroken;  // a name begins with a word
    in_group_ = true;
    notes_ |= kAddressGroup;
    Clear();
  }
}

void Parser::Emit(bool angle) {
  if (spec_ == kNowhere) {
    if (angle) notes_ |= kAddressBroken;
    return;
  }
  const bool no_sign = at_ == kNowhere;
  if (no_sign || at_ == spec_ || at_ + 1 == spec_end_) spec_notes_ |= kAddressBroken;
  if (last_ == kPeriod) spec_notes_ |= EndsInOneDot() ? kAddressFinalDot : kAddressBroken;
  if (encoded_) spec_notes_ |= kAddressEncodedWord;
  notes_ |= spec_notes_;
  if (route_ || at_ == spec_) return;                         // nothing in front of the "@"
  if (no_sign && !angle && (words_ > 1 || encoded_)) return;  // a phrase alone

  size_t end = spec_end_;
  while (!no_sign && end > at_ + 1 && text_[end - 1] == '.') --end;
  std::string_view local = text_.substr(spec_, (no_sign ? end : at_) - spec_);
  std::string_view domain = no_sign ? std::string_view() : text_.substr(at_ + 1, end - at_ - 1);
  if (dirty_) {
    char* const begin = scratch_->Reserve(end - spec_ + 1);
    char* to = CopyWithoutCfws(local, begin);
    const size_t local_size = static_cast<size_t>(to - begin);
    if (!no_sign) {
      *to++ = '@';
      to = CopyWithoutCfws(domain, to);
    }
    while (!no_sign && static_cast<size_t>(to - begin) > local_size + 1 && to[-1] == '.') --to;
    const std::string_view copy = scratch_->Commit(static_cast<size_t>(to - begin));
    local = copy.substr(0, local_size);
    if (!no_sign) domain = copy.substr(local_size + 1);
  }
  if (local.empty()) return;
  notes_ |= NotesOfSpec(local, domain);
  // Behind a comment, or with blanks and comments in it, some readers lose what is not of the grammar; and in front of a comma a
  // final dot takes it along.
  if ((notes_ & kAddressDots) != 0 && (dirty_ || text_.substr(0, spec_).find('(') != kNowhere))
    notes_ |= kAddressBroken;
  if ((notes_ & kAddressFinalDot) != 0 && pos_ < text_.size() && text_[pos_] == ',') notes_ |= kAddressBroken;
  out_->push_back({local, domain, display_});
  if (!phrase_spec_.empty() && !base::EqualFoldAscii(phrase_spec_, AddrSpec(out_->back()))) notes_ |= kAddressBroken;
}

void Parser::Finish() {
  if (angle_) {
    notes_ |= kAddressBroken;  // no ">"
    Emit(true);
  } else if (!closed_) {
    Emit(false);
  }
  Clear();
}

uint8_t Parser::Run() {
  bool closed = true;
  odds_ = OddsOf(text_);
  if ((odds_ & kControl) != 0) notes_ |= kAddressBroken;
  bool element = false;  // something stood since the last separator
  while (pos_ < text_.size()) {
    size_t end = pos_ + 1;
    const Kind kind = KindOf(text_[pos_]);
    if (kind != kSpace && kind != kOpen && kind != kComma) element = true;
    switch (kind) {
      case kSpace:
        gap_ = true;
        break;
      case kOpen:
        end = SkipComment(text_, pos_, &closed);
        if (!closed) notes_ |= kAddressBroken;
        gap_ = true;
        break;
      case kLess:
        Less();
        break;
      case kGreater:
        if (angle_) {
          Emit(true);
          angle_ = false;
          closed_ = true;
        } else {
          notes_ |= kAddressBroken;
        }
        break;
      case kAt:
        At();
        break;
      case kDot:
        Dot();
        break;
      case kColon:
        Colon();
        break;
      case kComma:
        if (angle_ && route_) break;
        if (!element) notes_ |= kAddressObsolete;
        element = false;
        Finish();
        break;
      case kSemicolon:
        if (!in_group_) notes_ |= kAddressBroken;
        Finish();
        in_group_ = false;
        break;
      case kQuote:
        end = SkipQuoted(text_, pos_, &closed);
        if (!closed) notes_ |= kAddressBroken;
        Word(end, false);
        dirty_ |= Folded(end);
        break;
      case kClose:
        notes_ |= kAddressBroken;
        Word(end, false);
        break;
      default: {
        if (text_[pos_] == '[' && last_ == kSign) {
          const size_t bracket = text_.find_first_of("[]@,<>()\"", pos_ + 1);
          end = bracket == kNowhere || text_[bracket] != ']' ? pos_ + 1 : bracket + 1;
          Word(end, false);
          dirty_ |= Folded(end) || text_.substr(pos_, end - pos_).find_first_of(" \t") != kNowhere;
          break;
        }
        const size_t encoded = text_[pos_] == '=' ? EncodedWordLength(text_.substr(pos_)) : 0;
        bool backslash = false;
        if (encoded != 0) {
          end = pos_ + encoded;
          const std::string_view word = text_.substr(pos_, encoded);
          backslash = word.find('\\') != kNowhere;
          // RFC 2047, 2: no blank stands in one. Others end it there, and what is behind the blank is of the list.
          if (word.find_first_of(" \t") != kNowhere && word.find_first_of("()<>[]:;@,\"") != kNowhere) {
            notes_ |= kAddressBroken;
          }
        } else {
          for (end = pos_;;) {
            while (end < text_.size() && KindOf(text_[end]) == kAtom) ++end;
            if (end == text_.size() || KindOf(text_[end]) != kBackslash) break;
            end = std::min(end + 2, text_.size());
            backslash = true;
          }
        }
        // A bracket stands in a literal alone. GMime and Python see no address behind one in a phrase.
        if ((odds_ & kBracket) != 0 && encoded == 0 && text_.substr(pos_, end - pos_).find_first_of("[]") != kNowhere) {
          notes_ |= kAddressBroken;
        }
        Word(end, encoded != 0);
        if (backslash) {
          notes_ |= kAddressBroken;  // quoting outside of quotes
          dirty_ |= Folded(end);
        }
      }
    }
    pos_ = end;
  }
  if (in_group_) notes_ |= kAddressBroken;
  Finish();
  return notes_;
}

}  // namespace

size_t EncodedWordLength(std::string_view text) {
  if (text.size() < 8 || text[0] != '=' || text[1] != '?') return 0;
  size_t pos = 2;
  while (pos < text.size() && text[pos] != '?' && !IsSpace(text[pos])) ++pos;
  if (pos == 2 || pos + 3 > text.size() || text[pos] != '?') return 0;
  const char encoding = text[pos + 1];
  if ((encoding != 'b' && encoding != 'B' && encoding != 'q' && encoding != 'Q') || text[pos + 2] != '?') return 0;
  for (pos += 3; pos < text.size() && text[pos] != '?'; ++pos) {
    if (text[pos] == '\n' || text[pos] == '\r') return 0;
  }
  return pos + 1 < text.size() && text[pos + 1] == '=' ? pos + 2 : 0;
}

uint8_t ParseAddresses(std::string_view list, Scratch* scratch, std::vector<Mailbox>* out) {
  return Parser(list, scratch, out).Run();
}

}  // namespace casecomm::scan
