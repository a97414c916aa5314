// SPDX-License-Identifier: Apache-2.0
// First the mail, and each message attached in it, is walked as MimeWalker does it. Where that meets nothing that readers
// differ on, the work is done. Else the bytes are explored: each stretch that some reader takes for an entity is read with
// every header, boundary and decoding that its own bytes allow, each stretch once. All choices are made where they arise,
// so that any mix of habits is covered, and a budget of bytes bounds them.
#include "scan/readings.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <iterator>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "base/hash.h"
#include "base/text.h"
#include "scan/attachment.h"
#include "scan/charset.h"
#include "scan/defects.h"
#include "scan/encoded_word.h"
#include "scan/field.h"
#include "scan/header_bytes.h"
#include "scan/params.h"
#include "scan/transfer.h"

namespace casecomm::scan {
namespace {

using Owner = std::shared_ptr<const std::string>;

constexpr size_t kNowhere = std::string_view::npos;
constexpr size_t kPiece = 4096;
constexpr size_t kLargeMail = 108u << 20;  // with what is kept of it
constexpr size_t kKept = 8u << 20;         // of a mail that is as large by itself
constexpr size_t kStretches = 4;           // for each part that a mail may have
constexpr size_t kLongestBoundary = 70;    // RFC 2046, 5.1.1; some readers cut there

bool IsMultipart(std::string_view type) {
  return base::StartsWithFoldAscii(type, "multipart/");
}

// Types of message/ whose body is a report of its own form; in all others some reader sees a header and a body.
constexpr std::string_view kReports[] = {
    "message/delivery-status",        "message/disposition-notification",        "message/feedback-report",
    "message/global-delivery-status", "message/global-disposition-notification", "message/tracking-status",
};

bool IsMessage(std::string_view type) {
  return base::StartsWithFoldAscii(type, "message/") &&
         std::find(std::begin(kReports), std::end(kReports), type) == std::end(kReports);
}

std::string_view LineAt(std::string_view text, size_t pos) {
  return LineText(text, pos, NextLine(text, pos, '\n'), '\n');
}

// Where the first line that is not empty begins.
size_t SkipEmptyLines(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  if (first == text.npos) return text.size();
  const size_t end = text.rfind('\n', first);
  return end == text.npos ? 0 : end + 1;
}

bool BeginsPartHeader(std::string_view text) {
  return base::StartsWithFoldAscii(text, "content-");
}

// The delimiter line at `pos` of a text that declares none: "--" and a word, a part's header in the next line.
std::string_view DelimiterAt(std::string_view text, size_t pos) {
  const std::string_view line = TrimSpace(LineAt(text, pos));
  if (line.size() < 3 || line.substr(0, 2) != "--" || line.find(' ') != line.npos) return {};
  return BeginsPartHeader(text.substr(NextLine(text, pos, '\n'))) ? line.substr(2) : std::string_view();
}

// The first such line in a stretch that shows as text, or as nothing.
std::string_view FindDelimiter(std::string_view text) {
  for (size_t pos = 0; pos < text.size(); pos = NextLine(text, pos, '\n')) {
    if (text[pos] != '-') continue;
    const std::string_view boundary = DelimiterAt(text, pos);
    if (!boundary.empty()) return boundary;
  }
  return {};
}

// Lines that begin a file inside a text, and the one that ends it.
struct Inset {
  std::string_view begin, end;
};
constexpr Inset kInsets[] = {{"begin ", "end"}, {"begin-base64 ", "===="}, {"=ybegin ", "=yend"}};

const Inset* InsetAt(std::string_view line) {
  for (const Inset& inset : kInsets) {
    if (line.substr(0, inset.begin.size()) != inset.begin) continue;
    // "begin 644 name": a mode in front of the name, or it is prose.
    const std::string_view rest = line.substr(inset.begin.size());
    if (inset.begin[0] == '=') return rest.find("name=") == rest.npos ? nullptr : &inset;
    const size_t digits = rest.find_first_not_of("01234567");
    if (digits >= 3 && digits <= 6 && digits + 1 < rest.size() && rest[digits] == ' ') return &inset;
  }
  return nullptr;
}

size_t FindInset(std::string_view text, size_t pos) {
  for (; pos < text.size(); pos = NextLine(text, pos, '\n')) {
    if ((text[pos] == 'b' || text[pos] == '=') && InsetAt(LineAt(text, pos)) != nullptr) return pos;
  }
  return kNowhere;
}

// yEnc: each byte plus 42, "=" before one plus 64 more.
void DecodeYenc(std::string_view body, ByteSink* sink) {
  std::string out;
  for (size_t pos = 0; pos < body.size();) {
    const size_t next = NextLine(body, pos, '\n');
    const std::string_view line = LineText(body, pos, next, '\n');
    pos = next;
    if (line.substr(0, 2) == "=y") continue;
    for (size_t i = 0; i < line.size(); ++i) {
      const bool escape = line[i] == '=' && i + 1 < line.size();
      if (escape) ++i;
      out += static_cast<char>(static_cast<uint8_t>(line[i]) - 42 - (escape ? 64 : 0));
      if (out.size() < kPiece) continue;
      sink->Put(out);
      out.clear();
    }
  }
  if (!out.empty()) sink->Put(out);
}

void DecodeTo(std::string_view bytes, const PartCoding& coding, ByteSink* sink) {
  if (coding.yenc) return DecodeYenc(bytes, sink);
  DecodeAs(bytes, coding.encoding, coding.habits, sink);
}

// Whether bytes are read as they stand.
bool IsPlain(TransferEncoding encoding) {
  return encoding == TransferEncoding::kIdentity || encoding == TransferEncoding::kUnknown;
}

// What is asked of decoded bytes before they are digested.
class ShapeSink final : public ByteSink {
 public:
  void Put(std::string_view bytes) override {
    const size_t last = bytes.find_last_not_of("\r\n");
    if (last != bytes.npos) without_line_ends_ = size_ + last + 1;
    blank_ = blank_ && bytes.find_first_not_of(" \t\r\n") == bytes.npos;
    size_ += bytes.size();
  }
  size_t size() const { return size_; }
  size_t without_line_ends() const { return without_line_ends_; }
  bool blank() const { return blank_; }

 private:
  size_t size_ = 0, without_line_ends_ = 0;
  bool blank_ = true;
};

// Digests the front.
class FrontDigestSink final : public ByteSink {
 public:
  FrontDigestSink(size_t most, base::Sha256* digest) : left_(most), digest_(digest) {}
  void Put(std::string_view bytes) override {
    bytes = bytes.substr(0, left_);
    left_ -= bytes.size();
    digest_->Update(bytes);
  }

 private:
  size_t left_;
  base::Sha256* const digest_;
};

// What a leaf shows, for "the same part": its bytes without the line ends behind them, its type and its names.
base::Digest KeyOf(const Leaf& leaf, std::string_view from, const PartCoding& coding, const ShapeSink& shape) {
  base::Sha256 key;
  key.Field(std::to_string(shape.without_line_ends()));
  FrontDigestSink sink(shape.without_line_ends(), &key);
  DecodeTo(from, coding, &sink);
  key.Field(leaf.type);
  for (const std::string& name : CandidateNames(leaf)) key.Field(name);
  return key.Finish();
}

// Looks for the begin of an inset in a text that passes by.
class InsetSink final : public ByteSink {
 public:
  void Put(std::string_view bytes) override {
    while (!found_ && !bytes.empty()) {
      const size_t end = std::min(bytes.find('\n'), bytes.size());
      Take(bytes.substr(0, end));
      if (end < bytes.size()) EndLine();
      bytes.remove_prefix(std::min(end + 1, bytes.size()));
    }
  }

  // Behind the last piece.
  bool Found() {
    EndLine();
    return found_;
  }

 private:
  // Of a line its front tells; yEnc's name may stand anywhere in it.
  void Take(std::string_view text) {
    if (!line_.empty() ? line_[0] == '=' : text.substr(0, 1) == "=") {
      tail_ += text;
      named_ = named_ || tail_.find("name=") != tail_.npos;
      tail_.erase(0, tail_.size() - std::min<size_t>(4, tail_.size()));
    }
    line_ += text.substr(0, kFront - line_.size());
  }

  void EndLine() {
    std::string_view line = line_;
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    const std::string_view yenc = kInsets[2].begin;
    found_ = found_ || InsetAt(line) != nullptr || (named_ && line.substr(0, yenc.size()) == yenc);
    line_.clear();
    tail_.clear();
    named_ = false;
  }

  static constexpr size_t kFront = 64;

  std::string line_, tail_;
  bool named_ = false, found_ = false;
};

// The fields of one header that tell of its body, as one reader sees the header. Of repeated ones the first few and the
// last.
struct Fields {
  std::vector<std::string_view> types, encodings, dispositions, ids;

  bool operator==(const Fields& other) const {
    return types == other.types && encodings == other.encodings && dispositions == other.dispositions;
  }
};

void AddFew(std::vector<std::string_view>* values, std::string_view value) {
  constexpr size_t kMost = 4;
  if (std::find(values->begin(), values->end(), value) != values->end()) return;
  if (values->size() == kMost) values->pop_back();
  values->push_back(value);
}

// Habits in which readers of headers differ. Bits.
enum HeaderHabit : uint8_t {
  kCrEndsLine = 1,        // a CR alone is a line end
  kJunkIsPassed = 2,      // a line that is no field does not end the header
  kBlankEnds = 4,         // a line of blanks is an empty one
  kColonStandsAlone = 8,  // "Name :" is no field
  kNulIsPassed = 16,
  kEmptyIsPassed = 32,  // empty lines in front of the header
};

// Reads one header with some habits, and notes which others would change something.
class HeaderReader {
 public:
  HeaderReader(std::string_view text, uint8_t habits, size_t limit) : text_(text), habits_(habits), limit_(limit) {}

  void Read();
  const Fields& fields() const { return fields_; }
  size_t body() const { return pos_; }
  uint8_t differ() const { return differ_; }
  // Copies that views of the fields stand in.
  std::vector<Owner> owners;

 private:
  bool Has(uint8_t habit) { return (habits_ & habit) != 0; }
  size_t LineEnd(size_t pos);
  void Take(std::string_view line);

  const std::string_view text_;
  const uint8_t habits_;
  const size_t limit_;
  Fields fields_;
  size_t pos_ = 0;
  uint8_t differ_ = 0;
};

// One past the end of the line.
size_t HeaderReader::LineEnd(size_t pos) {
  const size_t next = NextLine(text_, pos, '\n');
  size_t cr = text_.substr(0, next).find('\r', pos);
  if (cr != kNowhere && cr + 1 < text_.size() && text_[cr + 1] == '\n') cr = kNowhere;
  if (cr != kNowhere) differ_ |= kCrEndsLine;
  return cr != kNowhere && Has(kCrEndsLine) ? cr + 1 : next;
}

void HeaderReader::Take(std::string_view line) {
  Owner copy;
  if (line.find('\0') != line.npos) {
    differ_ |= kNulIsPassed;
    if (Has(kNulIsPassed)) {
      std::string without(line);
      without.erase(std::remove(without.begin(), without.end(), '\0'), without.end());
      copy = std::make_shared<const std::string>(std::move(without));
      line = *copy;
    }
  }
  const size_t colon = line.find(':');
  if (colon == line.npos) return;
  size_t name = colon;
  while (name > 0 && IsBlank(line[name - 1])) --name;
  const std::string_view value = TrimSpace(line.substr(colon + 1));
  const std::pair<Field, std::vector<std::string_view>*> wanted[] = {
      {Field::kContentType, &fields_.types},
      {Field::kContentTransferEncoding, &fields_.encodings},
      {Field::kContentDisposition, &fields_.dispositions},
      {Field::kContentId, &fields_.ids},
  };
  const Field field = FieldNamed(line.substr(0, name));
  for (const auto& [known, values] : wanted) {
    if (known != field) continue;
    AddFew(values, value);
    const size_t nul = value.find('\0');
    if (nul != value.npos) AddFew(values, value.substr(0, nul));
    if (copy) owners.push_back(std::move(copy));
    return;
  }
}

void HeaderReader::Read() {
  const size_t first = SkipEmptyLines(text_);
  if (first != 0 && first < text_.size() && BeginsPartHeader(text_.substr(first))) {
    differ_ |= kEmptyIsPassed;
    if (Has(kEmptyIsPassed)) pos_ = first;
  }
  const size_t end = pos_ + std::min(limit_, text_.size() - pos_);
  size_t begin = pos_;
  while (pos_ < end) {
    begin = pos_;
    size_t next = LineEnd(begin);
    std::string_view line = text_.substr(begin, next - begin);
    const bool blank = line.find_first_not_of(" \t\r\n") == line.npos;
    const bool empty = blank && line.find_first_of(" \t") == line.npos;
    if (blank && !empty) differ_ |= kBlankEnds;
    if (empty || (blank && Has(kBlankEnds))) {
      pos_ = next;
      return;
    }
    // The folds that follow.
    while (next < end && IsBlank(text_[next])) {
      const size_t after = LineEnd(next);
      if (text_.substr(next, after - next).find_first_not_of(" \t\r\n") == kNowhere) {
        differ_ |= kBlankEnds;
        if (Has(kBlankEnds)) break;
      }
      next = after;
    }
    line = text_.substr(begin, next - begin);
    const size_t stop = line.find_first_of(": \t\r\n");
    const size_t colon = stop == kNowhere ? kNowhere : line.find_first_not_of(" \t", stop);
    bool field = stop != 0 && colon != kNowhere && line[colon] == ':';
    if (field && colon != stop) {
      differ_ |= kColonStandsAlone;
      field = !Has(kColonStandsAlone);
    }
    if (!field) {
      differ_ |= kJunkIsPassed;
      if (!Has(kJunkIsPassed)) return;
    } else {
      Take(line);
    }
    pos_ = next;
  }
}

// A place where a delimiter may stand, and how well.
struct Mark {
  size_t begin = 0, next = 0;  // of the delimiter, and of what follows its line
  bool exact = false;          // as RFC 2046 has it
  bool final = false;
  bool prefix = false;  // at the begin of a line, something else behind it
};

class Explorer {
 public:
  using See = std::function<bool(const OtherReading& other)>;

  Explorer(const Envelope& envelope, const MailLimits& limits, bool* over, const See& see)
      : envelope_(envelope),
        limits_(limits),
        over_(over),
        see_(see),
        budget_(kPasses * (envelope.raw.size() + 4096)),
        room_(envelope.raw.size() + 4096),
        kept_room_(std::max(kKept, kLargeMail - std::min(kLargeMail, envelope.raw.size()))),
        most_stretches_(kStretches * (size_t{limits.parts} + 1)) {}

  void Run();

 private:
  // How often the bytes of the mail may be gone over in all.
  static constexpr size_t kPasses = 96;

  // A stretch of bytes that some reader takes for an entity or a message.
  struct Stretch {
    std::string_view bytes;
    Owner owner;  // null where the bytes stand in the mail
    std::string_view default_type;
    uint32_t depth = 0;
    bool message = false;
  };

  // A leaf of the plain walk.
  struct Shown {
    Leaf leaf;
    Owner owner;
    bool entered;
  };

  void WalkPlainly(const Stretch& message, const Envelope& envelope, bool entered);
  bool IsDoubtful(const Leaf& leaf, const MimeWalker& walker);
  // Whether a header stands there that tells of what is behind it.
  bool TellsOfBody(std::string_view text);
  // Whether the leaf is a text without a name, read as it stands where the plain walk shows the same bytes: no file is in
  // it that others see.
  bool IsShown(const Leaf& leaf, TransferEncoding encoding, const Owner& owner) const;
  bool Charge(size_t bytes);
  // Room for a copy that stays.
  bool Keep(size_t bytes);
  void Push(Stretch stretch);

  void Read(const Stretch& stretch);
  void ReadBody(const Stretch& stretch, std::string_view body, const Fields& fields, const Owner& owner);
  void ReadLeaf(const Leaf& leaf, const std::vector<TransferEncoding>& encodings, const Owner& owner);
  void Split(const Stretch& stretch, std::string_view body, std::string_view boundary, std::string_view default_type,
             const Owner& owner);
  void CutAt(const Stretch& stretch, std::string_view body, const std::vector<Mark>& marks, bool past_final,
             std::string_view default_type, const Owner& owner);
  void FindInsets(std::string_view text, const Owner& owner);
  void Give(OtherReading other, const base::Digest* but = nullptr);
  // Notes that a leaf is seen, as it is decoded.
  void NoteShown(const Leaf& leaf);
  bool HasInset(std::string_view body, TransferEncoding encoding) const;
  // Of what holds parts: decoded once, and kept, as views of it are compared by their place.
  Owner DecodedOnce(std::string_view body, TransferEncoding encoding);

  const Envelope& envelope_;
  const MailLimits limits_;
  bool* const over_;
  const See& see_;
  size_t budget_;
  size_t room_;       // bytes of parts that may still be given
  size_t kept_room_;  // bytes of copies that may still be kept
  const size_t most_stretches_;
  uint32_t given_ = 0;
  bool enough_ = false;  // the caller has seen enough
  bool doubtful_ = false;
  std::vector<Shown> shown_;
  std::vector<std::pair<std::string_view, std::string>> places_;  // bodies in the mail that are shown, and their types
  std::deque<Stretch> work_;
  std::set<std::tuple<const char*, size_t, bool, std::string_view>> seen_;
  std::set<std::tuple<const char*, size_t, std::string>> cut_;  // bodies, each with a boundary
  std::map<std::tuple<const char*, size_t, TransferEncoding>, Owner> decoded_;
  std::vector<Owner> copies_;
  std::set<base::Digest> keys_;
};

bool Explorer::Charge(size_t bytes) {
  if (*over_ || enough_) return false;
  if (bytes + 64 > budget_) {
    *over_ = true;
    return false;
  }
  budget_ -= bytes + 64;
  return true;
}

bool Explorer::Keep(size_t bytes) {
  if (bytes > kept_room_) {
    *over_ = true;
    return false;
  }
  kept_room_ -= bytes;
  return true;
}

void Explorer::Push(Stretch stretch) {
  if (stretch.bytes.empty()) return;
  if (stretch.depth > limits_.depth) {
    *over_ = true;
    return;
  }
  if (!seen_.emplace(stretch.bytes.data(), stretch.bytes.size(), stretch.message, stretch.default_type).second) return;
  if (seen_.size() > most_stretches_) {
    *over_ = true;
    return;
  }
  work_.push_back(std::move(stretch));
}

Owner Explorer::DecodedOnce(std::string_view body, TransferEncoding encoding) {
  Owner& once = decoded_[{body.data(), body.size(), encoding}];
  if (once || !Charge(4 * body.size())) return once;
  SizeSink size;
  DecodeTransfer(body, encoding, &size);
  if (!Keep(static_cast<size_t>(size.size()))) return nullptr;
  std::string decoded;
  decoded.reserve(static_cast<size_t>(size.size()));
  StringSink sink(&decoded);
  DecodeTransfer(body, encoding, &sink);
  once = std::make_shared<const std::string>(std::move(decoded));
  return once;
}

bool Explorer::HasInset(std::string_view body, TransferEncoding encoding) const {
  if (IsPlain(encoding)) return FindInset(body, 0) != kNowhere;
  InsetSink sink;
  DecodeTransfer(body, encoding, &sink);
  return sink.Found();
}

void Explorer::NoteShown(const Leaf& leaf) {
  PartCoding coding;
  coding.encoding = TransferEncodingOf(leaf.transfer_encoding);
  ShapeSink shape;
  DecodeTo(leaf.body, coding, &shape);
  keys_.insert(KeyOf(leaf, leaf.body, coding, shape));
}

void Explorer::Give(OtherReading other, const base::Digest* but) {
  ShapeSink shape;
  DecodeTo(other.from, other.coding, &shape);
  if (shape.blank() || !Charge(2 * shape.size())) return;
  const base::Digest key = KeyOf(other.leaf, other.from, other.coding, shape);
  if ((but != nullptr && key == *but) || !keys_.insert(key).second) return;
  if (shape.size() > room_ || given_ == limits_.parts) {
    *over_ = true;
    return;
  }
  room_ -= shape.size();
  ++given_;
  enough_ = !see_(other);
}

// Defects of the walk that show that readers differ. A missing final boundary alone does not.
constexpr Defect kDoubts[] = {
    Defect::kNul,
    Defect::kBareCr,
    Defect::kLineNoField,
    Defect::kSpaceBeforeColon,
    Defect::kNoHeaderEnd,
    Defect::kNoBoundary,
    Defect::kDuplicateParameter,
    Defect::kBoundarySyntax,
    Defect::kBoundaryJunk,
    Defect::kBoundaryReused,
    Defect::kMultipartEncoded,
    Defect::kPartsOutside,
    Defect::kTransferEncodingSyntax,
};

bool IsDoubt(const DefectAt& at, std::string_view raw) {
  // Only repeated fields that tell of a body.
  if (at.defect == Defect::kDuplicateField) return BeginsPartHeader(raw.substr(at.offset));
  return std::find(std::begin(kDoubts), std::end(kDoubts), at.defect) != std::end(kDoubts);
}

// Broken escapes in a text change a few characters of it, and clients write them often.
bool DecodesAlikeAs(std::string_view type, std::string_view body, TransferEncoding encoding) {
  if (encoding == TransferEncoding::kQuotedPrintable && base::StartsWithFoldAscii(type, "text/")) return true;
  return DecodesAlike(body, encoding);
}

// What a leaf itself shows that readers differ on, and the walk does not note.
bool Explorer::IsDoubtful(const Leaf& leaf, const MimeWalker& walker) {
  const TransferEncoding encoding = TransferEncodingOf(leaf.transfer_encoding);
  if (!DecodesAlikeAs(leaf.type, leaf.body, encoding)) return true;
  // A text that is a multipart to those who go by its boundary or its first line.
  if (!IsMultipart(leaf.type) && !IsMessage(leaf.type)) {
    if (leaf.content_type.data() != nullptr && FindParameter(leaf.content_type, "boundary")) return true;
    const size_t first = SkipEmptyLines(leaf.body);
    if (first < leaf.body.size() && !DelimiterAt(leaf.body, first).empty()) return true;
    // The header of a part behind empty lines, or behind a boundary and an empty line.
    if (!leaf.whole && leaf.content_type.data() == nullptr && BeginsPartHeader(leaf.body.substr(first))) return true;
  }
  if (leaf.type == "text/plain") {
    if (encoding != TransferEncoding::kIdentity && !Charge(4 * leaf.body.size())) return false;
    if (HasInset(leaf.body, encoding)) return true;
  }
  // A boundary that stands in the body, but not as RFC 2046 has it.
  if (walker.depth() == 0) return false;
  for (size_t pos = leaf.body.find("--"); pos != kNowhere; pos = leaf.body.find("--", pos + 1)) {
    for (size_t level = 0; level < walker.depth(); ++level) {
      if (base::StartsWithFoldAscii(leaf.body.substr(pos + 2), walker.boundary(level))) return true;
    }
  }
  return false;
}

bool Explorer::TellsOfBody(std::string_view text) {
  HeaderReader reader(text, kJunkIsPassed, limits_.header_bytes);
  reader.Read();
  return Charge(reader.body()) && !(reader.fields() == Fields{});
}

void Explorer::WalkPlainly(const Stretch& message, const Envelope& envelope, bool entered) {
  std::vector<DefectAt> defects = envelope.defects;
  DefectLog log(&defects);
  MimeWalker walker(envelope, limits_, &log);
  bool doubtful = false;
  for (Leaf leaf; walker.Next(&leaf);) {
    doubtful = doubtful || IsDoubtful(leaf, walker);
    if (shown_.size() == most_stretches_) {
      *over_ = true;
      break;
    }
    shown_.push_back({leaf, message.owner, entered});
    if (!IsMessage(leaf.type)) continue;
    if (message.depth == limits_.depth) {
      *over_ = true;
      break;
    }
    const TransferEncoding encoding = TransferEncodingOf(leaf.transfer_encoding);
    Stretch inner;
    inner.owner = encoding == TransferEncoding::kIdentity ? message.owner : DecodedOnce(leaf.body, encoding);
    inner.bytes = encoding == TransferEncoding::kIdentity || !inner.owner ? leaf.body : *inner.owner;
    inner.message = true;
    inner.depth = message.depth + 1;
    work_.push_back(std::move(inner));
    doubtful = doubtful || (!IsPlain(encoding) && TellsOfBody(leaf.body));
  }
  doubtful |=
      std::any_of(defects.begin(), defects.end(), [&](const DefectAt& at) { return IsDoubt(at, envelope.raw); });
  doubtful_ |= doubtful;
  if (entered && walker.over_limit()) *over_ = true;  // of the mail itself its own reading tells
}

bool Explorer::IsShown(const Leaf& leaf, TransferEncoding encoding, const Owner& owner) const {
  if (!IsPlain(encoding) || owner || !base::StartsWithFoldAscii(leaf.type, "text/") ||
      FirstWord(leaf.disposition) == "attachment")
    return false;
  const char* const end = leaf.body.data() + leaf.body.size();
  auto place = std::partition_point(places_.begin(), places_.end(), [&](const auto& at) {
    return at.first.data() + at.first.size() <= leaf.body.data();
  });
  for (; place != places_.end() && place->first.data() < end; ++place) {
    if (leaf.type == "text/plain" || leaf.type == place->second) return CandidateNames(leaf).empty();
  }
  return false;
}

// One header each way.
void Explorer::Read(const Stretch& stretch) {
  if (!Charge(stretch.bytes.size() / 8)) return;
  std::string_view text = stretch.bytes;
  if (stretch.message) text.remove_prefix(HeaderBegin(text, LineEndOf(text)));
  std::vector<uint8_t> masks = {0};
  std::vector<std::pair<Fields, size_t>> read;
  constexpr size_t kMostMasks = 16;
  for (size_t i = 0; i < masks.size(); ++i) {
    HeaderReader reader(text, masks[i], limits_.header_bytes);
    reader.Read();
    if (!Charge(reader.body())) return;
    for (uint8_t habit = 1; habit <= kEmptyIsPassed; habit = static_cast<uint8_t>(habit << 1)) {
      const uint8_t mask = masks[i] | habit;
      if ((reader.differ() & habit) == 0 || masks.size() == kMostMasks) continue;
      if (std::find(masks.begin(), masks.end(), mask) == masks.end()) masks.push_back(mask);
    }
    std::pair<Fields, size_t> one(reader.fields(), reader.body());
    if (std::find(read.begin(), read.end(), one) != read.end()) continue;
    Owner owner = stretch.owner;
    if (!reader.owners.empty()) {
      // Fields that are copies: the body is one, too, so that one owner holds all.
      std::string all;
      for (const Owner& copy : reader.owners) all += *copy + "\r\n";
      all += "\r\n";
      const std::string_view body = text.substr(reader.body());
      if (!Charge(all.size() + body.size()) || !Keep(all.size() + body.size())) return;
      all += body;
      Stretch copied = stretch;
      copied.owner = std::make_shared<const std::string>(std::move(all));
      copied.bytes = *copied.owner;
      copies_.push_back(copied.owner);
      copied.message = false;
      Push(std::move(copied));
      continue;
    }
    ReadBody(stretch, text.substr(reader.body()), one.first, owner);
    read.push_back(std::move(one));
  }
}

void Explorer::ReadBody(const Stretch& stretch, std::string_view body, const Fields& fields, const Owner& owner) {
  std::vector<TransferEncoding> encodings;
  for (const std::string_view value : fields.encodings) {
    for (const TransferEncoding encoding : EveryTransferEncoding(value)) {
      if (std::find(encodings.begin(), encodings.end(), encoding) == encodings.end()) encodings.push_back(encoding);
    }
  }
  if (encodings.empty()) encodings.push_back(TransferEncoding::kIdentity);

  std::vector<std::string_view> values = fields.types;
  if (values.empty()) values.emplace_back();
  std::vector<std::string_view> dispositions = fields.dispositions;
  if (dispositions.empty()) dispositions.emplace_back();
  for (const std::string_view value : values) {
    Leaf leaf;
    leaf.type = MediaType(value, stretch.default_type);
    leaf.content_type = value;
    leaf.transfer_encoding = fields.encodings.empty() ? std::string_view() : fields.encodings.front();
    leaf.content_id = fields.ids.empty() ? std::string_view() : fields.ids.front();
    leaf.body = body;
    leaf.whole = stretch.message;

    std::vector<std::string> boundaries = EveryParameter(value, "boundary");
    CharsetDecoder charsets;
    for (size_t i = 0, count = boundaries.size(); i < count; ++i) {
      bool clean = true;
      if (boundaries[i].find("=?") != kNowhere) boundaries.push_back(DecodeText(boundaries[i], &charsets, &clean));
      if (boundaries[i].size() > kLongestBoundary) boundaries.push_back(boundaries[i].substr(0, kLongestBoundary));
    }
    for (std::string& boundary : boundaries) {
      while (!boundary.empty() && IsSpace(boundary.back())) boundary.pop_back();
    }
    const bool multipart =
        IsMultipart(leaf.type) || base::LowerAscii(value.substr(0, 256)).find("multipart/") != kNowhere;
    const std::string_view inner_type = leaf.type == "multipart/digest" ? "message/rfc822" : "text/plain";
    for (const TransferEncoding encoding : encodings) {
      std::string_view text = body;
      Owner holder = owner;
      if (!IsPlain(encoding) && (multipart || !boundaries.empty() || IsMessage(leaf.type))) {
        holder = DecodedOnce(body, encoding);
        if (!holder) return;
        text = *holder;
      }
      for (const std::string& boundary : boundaries) {
        if (!boundary.empty()) Split(stretch, text, boundary, inner_type, holder);
      }
      if (!Charge(text.size())) return;
      const std::string_view guess =
          multipart ? FindDelimiter(text) : DelimiterAt(text, std::min(SkipEmptyLines(text), text.size()));
      if (!guess.empty()) Split(stretch, text, guess, inner_type, holder);
      if (!IsMessage(leaf.type)) continue;
      Stretch message;
      message.bytes = text;
      message.owner = holder;
      message.default_type = "text/plain";
      message.depth = stretch.depth + 1;
      message.message = true;
      Push(message);
      // RFC 2046, 5.2.1 has no encoded messages: some read them as they stand.
      if (IsPlain(encoding) || !TellsOfBody(body)) continue;
      message.bytes = body;
      message.owner = owner;
      Push(std::move(message));
    }
    if (multipart && !boundaries.empty()) continue;
    for (const std::string_view disposition : dispositions) {
      leaf.disposition = disposition;
      ReadLeaf(leaf, encodings, owner);
    }
  }
}

void Explorer::ReadLeaf(const Leaf& leaf, const std::vector<TransferEncoding>& encodings, const Owner& owner) {
  for (const TransferEncoding encoding : encodings) {
    if (!Charge(4 * leaf.body.size())) return;
    const bool identity = IsPlain(encoding);
    if (leaf.type == "text/plain" && HasInset(leaf.body, encoding)) {
      const Owner decoded = identity ? nullptr : DecodedOnce(leaf.body, encoding);
      if (!identity && !decoded) return;
      FindInsets(identity ? leaf.body : *decoded, identity ? owner : decoded);
    }
    OtherReading other;
    other.leaf = leaf;
    other.from = leaf.body;
    other.coding.encoding = encoding;
    other.owners[0] = owner;
    const bool message = IsMessage(leaf.type);
    if (!message && !IsShown(leaf, encoding, owner)) Give(other);
    if (DecodesAlikeAs(leaf.type, leaf.body, encoding)) continue;
    if (!Charge(16 * leaf.body.size())) return;
    // A message is shown by its own parts.
    ShapeSink shape;
    DecodeTo(other.from, other.coding, &shape);
    const base::Digest main = KeyOf(leaf, other.from, other.coding, shape);
    for (const DecodingHabits habits : EveryHabit(leaf.body, encoding)) {
      other.coding.habits = habits;
      Give(other, &main);
    }
  }
}

// Files that stand in the text, as old programs put them there and some readers show them.
void Explorer::FindInsets(std::string_view text, const Owner& owner) {
  size_t pos = FindInset(text, 0);
  while (pos != kNowhere && !*over_ && !enough_) {
    const std::string_view line = LineAt(text, pos);
    const Inset* const inset = InsetAt(line);
    size_t end = NextLine(text, pos, '\n');
    const size_t body = end;
    while (end < text.size() && TrimSpace(LineAt(text, end)).substr(0, inset->end.size()) != inset->end) {
      end = NextLine(text, end, '\n');
    }
    OtherReading file;
    file.from = text.substr(body, end - body);
    if (inset == &kInsets[0]) {
      file.coding.encoding = TransferEncoding::kUuencode;
      file.from = text.substr(pos, std::min(NextLine(text, std::min(end, text.size() - 1), '\n'), text.size()) - pos);
    } else if (inset == &kInsets[1]) {
      file.coding.encoding = TransferEncoding::kBase64;
    } else {
      file.coding.yenc = true;
    }
    // The name as a parameter, so that it is judged as any other.
    const size_t name = inset == &kInsets[2] ? line.find("name=") + 5 : line.find(' ', inset->begin.size()) + 1;
    std::string quoted = "attachment; filename=\"";
    for (const char c : TrimSpace(line.substr(name))) {
      if (c == '"' || c == '\\') quoted += '\\';
      quoted += c;
    }
    file.owners = {owner, std::make_shared<const std::string>(quoted + "\"")};
    file.leaf.type = "application/octet-stream";
    file.leaf.disposition = *file.owners[1];
    file.leaf.body = file.from;
    Give(std::move(file));
    pos = FindInset(text, std::max(end, body));
  }
}

// Every place of the boundary in the body, then the body cut at those that one kind of reader takes.
void Explorer::Split(const Stretch& stretch, std::string_view body, std::string_view boundary,
                     std::string_view default_type, const Owner& owner) {
  if (!cut_.emplace(body.data(), body.size(), std::string(boundary)).second) return;
  if (!Charge(body.size())) return;
  std::vector<Mark> marks;
  bool odd = false;
  for (size_t pos = body.find("--"); pos != kNowhere; pos = body.find("--", pos)) {
    if (!base::StartsWithFoldAscii(body.substr(pos + 2), boundary)) {
      ++pos;
      continue;
    }
    Mark mark;
    mark.begin = pos;
    const size_t line_end = std::min(body.find_first_of("\r\n", pos), body.size());
    mark.next = line_end;
    if (mark.next < body.size() && body[mark.next] == '\r') ++mark.next;
    if (mark.next < body.size() && body[mark.next] == '\n' && (mark.next == line_end || body[mark.next - 1] == '\r')) {
      ++mark.next;
    }
    std::string_view tail = body.substr(pos + 2 + boundary.size(), line_end - pos - 2 - boundary.size());
    mark.final = tail.substr(0, 2) == "--";
    if (mark.final) tail.remove_prefix(2);
    const bool line_begin = pos == 0 || body[pos - 1] == '\n';
    const bool whole = tail.find_first_not_of(" \t") == kNowhere;
    const bool ends = line_end == body.size() || body[line_end] == '\n' || mark.next == line_end + 2;
    const bool alike = body.substr(pos + 2, boundary.size()) == boundary;
    mark.exact = line_begin && whole && ends && alike;
    mark.prefix = line_begin && alike;
    odd |= !mark.exact;
    marks.push_back(mark);
    pos = mark.next > pos + 2 ? mark.next : pos + 2;
    if (marks.size() > limits_.parts) {
      *over_ = true;
      break;
    }
  }
  std::vector<Mark> exact, prefix;
  for (const Mark& mark : marks) {
    if (mark.exact) exact.push_back(mark);
    if (mark.prefix) prefix.push_back(mark);
  }
  CutAt(stretch, body, exact, false, default_type, owner);
  CutAt(stretch, body, exact, true, default_type, owner);
  if (!odd) return;
  if (prefix.size() != exact.size()) {
    CutAt(stretch, body, prefix, false, default_type, owner);
    CutAt(stretch, body, prefix, true, default_type, owner);
  }
  CutAt(stretch, body, marks, false, default_type, owner);
  CutAt(stretch, body, marks, true, default_type, owner);
}

void Explorer::CutAt(const Stretch& stretch, std::string_view body, const std::vector<Mark>& marks, bool past_final,
                     std::string_view default_type, const Owner& owner) {
  const auto push = [&](std::string_view part) {
    Stretch inner;
    inner.bytes = part;
    inner.owner = owner;
    inner.default_type = default_type;
    inner.depth = stretch.depth + 1;
    Push(std::move(inner));
  };
  const auto outside = [&](std::string_view text) {
    // In front of the parts and behind them only what has a part's header is one.
    const size_t first = SkipEmptyLines(text);
    if (first < text.size() && BeginsPartHeader(text.substr(first))) push(text.substr(first));
    const std::string_view guess = FindDelimiter(text);
    if (!guess.empty()) Split(stretch, text, guess, default_type, owner);
  };
  bool closed = false;
  size_t begin = kNowhere;
  for (const Mark& mark : marks) {
    size_t end = mark.begin;
    if (end > 0 && body[end - 1] == '\n') --end;
    if (end > 0 && body[end - 1] == '\r') --end;
    if (begin == kNowhere) {
      outside(body.substr(0, end));
    } else if (closed) {
      outside(body.substr(begin, std::max(begin, end) - begin));
    } else {
      push(body.substr(begin, std::max(begin, end) - begin));
    }
    begin = mark.next;
    closed = mark.final;
    if (closed && !past_final) break;
  }
  if (begin == kNowhere) return;
  if (closed) {
    outside(body.substr(begin));
  } else {
    push(body.substr(begin));
  }
}

void Explorer::Run() {
  Stretch root;
  root.bytes = envelope_.raw;
  root.message = true;
  root.default_type = "text/plain";
  WalkPlainly(root, envelope_, false);
  while (!work_.empty() && !*over_) {
    const Stretch message = std::move(work_.front());
    work_.pop_front();
    if (!Charge(message.bytes.size())) break;
    EnvelopeScanner scanner(limits_);
    WalkPlainly(message, scanner.Scan(message.bytes), true);
  }
  work_.clear();

  if (doubtful_) {
    for (const Shown& shown : shown_) {
      if (shown.entered) continue;
      if (!Charge(4 * shown.leaf.body.size())) break;
      NoteShown(shown.leaf);
    }
  }
  CharsetDecoder charsets;
  for (const Shown& shown : shown_) {
    if (!shown.entered || IsMessage(shown.leaf.type)) continue;
    bool clean = true;
    const bool named = FindText(shown.leaf.disposition, "filename", &charsets, &clean) ||
                       FindText(shown.leaf.content_type, "name", &charsets, &clean);
    if (!Charge(4 * shown.leaf.body.size())) break;
    if (!IsMultipart(shown.leaf.type) && !IsAttachment(shown.leaf, FirstWord(shown.leaf.disposition), named)) {
      NoteShown(shown.leaf);
      continue;
    }
    OtherReading other;
    other.leaf = shown.leaf;
    other.from = shown.leaf.body;
    other.coding.encoding = TransferEncodingOf(shown.leaf.transfer_encoding);
    other.entered = true;
    other.owners[0] = shown.owner;
    Give(std::move(other));
  }
  if (!doubtful_) return;
  for (const Shown& shown : shown_) {
    if (!shown.owner && !IsMessage(shown.leaf.type)) places_.emplace_back(shown.leaf.body, shown.leaf.type);
  }
  std::sort(places_.begin(), places_.end(),
            [](const auto& a, const auto& b) { return a.first.data() < b.first.data(); });
  Push(std::move(root));
  while (!work_.empty() && !*over_ && !enough_) {
    const Stretch stretch = std::move(work_.front());
    work_.pop_front();
    Read(stretch);
  }
}

}  // namespace

bool OtherReading::IsPlain() const {
  return scan::IsPlain(coding.encoding) && !coding.yenc;
}

void OtherReading::Decode(ByteSink* sink) const {
  DecodeTo(from, coding, sink);
}

void ForEachOther(const Envelope& envelope, const MailLimits& limits, bool* over,
                  const std::function<bool(const OtherReading& other)>& see) {
  *over = false;
  Explorer(envelope, limits, over, see).Run();
}

std::vector<OtherPart> ReadOtherwise(const Envelope& envelope, const MailLimits& limits, bool* over) {
  std::vector<OtherPart> parts;
  ForEachOther(envelope, limits, over, [&](const OtherReading& other) {
    OtherPart part;
    part.leaf = other.leaf;
    part.entered = other.entered;
    part.owners = other.owners;
    StringSink sink(&part.decoded);
    other.Decode(&sink);
    parts.push_back(std::move(part));
    return true;
  });
  return parts;
}

std::vector<std::string> CandidateNames(const Leaf& leaf) {
  CharsetDecoder charsets;
  std::vector<std::string> names = EveryText(leaf.disposition, "filename", &charsets);
  const auto add = [&](std::vector<std::string> more) {
    for (std::string& name : more) {
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
    }
  };
  add(EveryText(leaf.content_type, "name", &charsets));
  // Some readers take either parameter from either field.
  add(EveryText(leaf.disposition, "name", &charsets));
  add(EveryText(leaf.content_type, "filename", &charsets));
  return names;
}

}  // namespace casecomm::scan
