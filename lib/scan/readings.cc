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
constexpr size_t kLongestBoundary = 70;  // RFC 2046, 5.1.1; some readers cut there

bool BeginsWith(std::string_view text, std::string_view lower) {
  return text.size() >= lower.size() && base::EqualFoldAscii(text.substr(0, lower.size()), lower);
}

bool IsMultipart(std::string_view type) {
  return BeginsWith(type, "multipart/");
}

// Types of message/ whose body is a report of its own form; in all others some reader sees a header and a body.
constexpr std::string_view kReports[] = {
    "message/delivery-status",        "message/disposition-notification",        "message/feedback-report",
    "message/global-delivery-status", "message/global-disposition-notification", "message/tracking-status",
};

bool IsMessage(std::string_view type) {
  return BeginsWith(type, "message/") &&
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
  return BeginsWith(text, "content-");
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
std::string DecodeYenc(std::string_view body) {
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
    }
  }
  return out;
}

// What a leaf shows, for "the same part": its bytes without the line ends behind them, its type and its names.
base::Digest KeyOf(const Leaf& leaf, std::string_view decoded) {
  const size_t last = decoded.find_last_not_of("\r\n");
  base::Sha256 key;
  key.Field(decoded.substr(0, last == decoded.npos ? 0 : last + 1));
  key.Field(leaf.type);
  for (const std::string& name : CandidateNames(leaf)) key.Field(name);
  return key.Finish();
}

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
  Explorer(const Envelope& envelope, const MailLimits& limits, bool* over)
      : envelope_(envelope),
        limits_(limits),
        over_(over),
        budget_(kPasses * (envelope.raw.size() + 4096)),
        room_(envelope.raw.size() + 4096) {}

  std::vector<OtherPart> Run();

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
  // Whether the leaf is a text without a name, read as it stands where the plain walk shows the same bytes: no file is in
  // it that others see.
  bool IsShown(const Leaf& leaf, TransferEncoding encoding, const Owner& owner) const;
  bool Charge(size_t bytes);
  void Push(Stretch stretch);

  void Read(const Stretch& stretch);
  void ReadBody(const Stretch& stretch, std::string_view body, const Fields& fields, const Owner& owner);
  void ReadLeaf(const Leaf& leaf, const std::vector<TransferEncoding>& encodings, const Owner& owner);
  void Split(const Stretch& stretch, std::string_view body, std::string_view boundary, std::string_view default_type,
             const Owner& owner);
  void CutAt(const Stretch& stretch, std::string_view body, const std::vector<Mark>& marks, bool past_final,
             std::string_view default_type, const Owner& owner);
  void FindInsets(const Leaf& leaf, std::string_view text);
  void Give(const Leaf& leaf, std::string decoded, const Owner& owner, bool entered);
  Owner Decoded(std::string_view body, TransferEncoding encoding);
  // Of what holds parts: decoded once, and kept, as views of it are compared by their place.
  Owner DecodedOnce(std::string_view body, TransferEncoding encoding);

  const Envelope& envelope_;
  const MailLimits limits_;
  bool* const over_;
  size_t budget_;
  size_t room_;  // bytes of parts that may still be given
  bool doubtful_ = false;
  std::vector<Shown> shown_;
  std::vector<std::pair<std::string_view, std::string>> places_;  // bodies in the mail that are shown, and their types
  std::deque<Stretch> work_;
  std::set<std::tuple<const char*, size_t, bool, std::string_view>> seen_;
  std::set<std::tuple<const char*, size_t, std::string>> cut_;  // bodies, each with a boundary
  std::map<std::tuple<const char*, size_t, TransferEncoding>, Owner> decoded_;
  std::vector<Owner> copies_;
  std::set<base::Digest> keys_;
  std::vector<OtherPart> found_;
};

bool Explorer::Charge(size_t bytes) {
  if (*over_) return false;
  if (bytes + 64 > budget_) {
    *over_ = true;
    return false;
  }
  budget_ -= bytes + 64;
  return true;
}

void Explorer::Push(Stretch stretch) {
  if (stretch.bytes.empty()) return;
  if (stretch.depth > limits_.depth) {
    *over_ = true;
    return;
  }
  if (!seen_.emplace(stretch.bytes.data(), stretch.bytes.size(), stretch.message, stretch.default_type).second) return;
  work_.push_back(std::move(stretch));
}

Owner Explorer::Decoded(std::string_view body, TransferEncoding encoding) {
  if (!Charge(4 * body.size())) return nullptr;
  std::string decoded;
  StringSink sink(&decoded);
  DecodeTransfer(body, encoding, &sink);
  return std::make_shared<const std::string>(std::move(decoded));
}

Owner Explorer::DecodedOnce(std::string_view body, TransferEncoding encoding) {
  Owner& once = decoded_[{body.data(), body.size(), encoding}];
  if (!once) once = Decoded(body, encoding);
  return once;
}

void Explorer::Give(const Leaf& leaf, std::string decoded, const Owner& owner, bool entered) {
  if (decoded.find_first_not_of(" \t\r\n") == decoded.npos || !Charge(2 * decoded.size())) return;
  if (!keys_.insert(KeyOf(leaf, decoded)).second) return;
  if (decoded.size() > room_ || found_.size() == limits_.parts) {
    *over_ = true;
    return;
  }
  room_ -= decoded.size();
  OtherPart part;
  part.leaf = leaf;
  part.decoded = std::move(decoded);
  part.entered = entered;
  part.owner = owner;
  found_.push_back(std::move(part));
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
  if (encoding == TransferEncoding::kQuotedPrintable && BeginsWith(type, "text/")) return true;
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
    const Owner decoded = encoding == TransferEncoding::kIdentity ? nullptr : Decoded(leaf.body, encoding);
    if (FindInset(decoded ? std::string_view(*decoded) : leaf.body, 0) != kNowhere) return true;
  }
  // A boundary that stands in the body, but not as RFC 2046 has it.
  if (walker.depth() == 0) return false;
  for (size_t pos = leaf.body.find("--"); pos != kNowhere; pos = leaf.body.find("--", pos + 1)) {
    for (size_t level = 0; level < walker.depth(); ++level) {
      if (BeginsWith(leaf.body.substr(pos + 2), walker.boundary(level))) return true;
    }
  }
  return false;
}

void Explorer::WalkPlainly(const Stretch& message, const Envelope& envelope, bool entered) {
  std::vector<DefectAt> defects = envelope.defects;
  DefectLog log(&defects);
  MimeWalker walker(envelope, limits_, &log);
  bool doubtful = false;
  for (Leaf leaf; walker.Next(&leaf);) {
    doubtful = doubtful || IsDoubtful(leaf, walker);
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
  }
  doubtful |=
      std::any_of(defects.begin(), defects.end(), [&](const DefectAt& at) { return IsDoubt(at, envelope.raw); });
  doubtful_ |= doubtful;
  if (entered && walker.over_limit()) *over_ = true;  // of the mail itself its own reading tells
}

bool Explorer::IsShown(const Leaf& leaf, TransferEncoding encoding, const Owner& owner) const {
  const bool identity = encoding == TransferEncoding::kIdentity || encoding == TransferEncoding::kUnknown;
  if (!identity || owner || !BeginsWith(leaf.type, "text/") || FirstWord(leaf.disposition) == "attachment")
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
      all += text.substr(reader.body());
      if (!Charge(all.size())) return;
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
      const bool identity = encoding == TransferEncoding::kIdentity || encoding == TransferEncoding::kUnknown;
      if (!identity && (multipart || !boundaries.empty() || IsMessage(leaf.type))) {
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
      if (IsMessage(leaf.type)) {
        Stretch message;
        message.bytes = text;
        message.owner = holder;
        message.default_type = "text/plain";
        message.depth = stretch.depth + 1;
        message.message = true;
        Push(std::move(message));
      }
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
    const Owner decoded = Decoded(leaf.body, encoding);
    if (!decoded) return;
    if (leaf.type == "text/plain") FindInsets(leaf, *decoded);
    if (!IsMessage(leaf.type) && !IsShown(leaf, encoding, owner)) Give(leaf, *decoded, owner, false);
    if (DecodesAlikeAs(leaf.type, leaf.body, encoding)) continue;
    if (!Charge(16 * leaf.body.size())) return;
    for (std::string& other : DecodeOtherwise(leaf.body, encoding)) Give(leaf, std::move(other), owner, false);
  }
}

// Files that stand in the text, as old programs put them there and some readers show them.
void Explorer::FindInsets(const Leaf& leaf, std::string_view text) {
  size_t pos = FindInset(text, 0);
  while (pos != kNowhere) {
    const std::string_view line = LineAt(text, pos);
    const Inset* const inset = InsetAt(line);
    size_t end = NextLine(text, pos, '\n');
    const size_t body = end;
    while (end < text.size() && TrimSpace(LineAt(text, end)).substr(0, inset->end.size()) != inset->end) {
      end = NextLine(text, end, '\n');
    }
    const std::string_view data = text.substr(body, end - body);
    std::string decoded;
    StringSink sink(&decoded);
    if (inset == &kInsets[0]) {
      DecodeTransfer(
          text.substr(pos, std::min(NextLine(text, std::min(end, text.size() - 1), '\n'), text.size()) - pos),
          TransferEncoding::kUuencode, &sink);
    } else if (inset == &kInsets[1]) {
      DecodeTransfer(data, TransferEncoding::kBase64, &sink);
    } else {
      decoded = DecodeYenc(data);
    }
    // The name as a parameter, so that it is judged as any other.
    const size_t name = inset == &kInsets[2] ? line.find("name=") + 5 : line.find(' ', inset->begin.size()) + 1;
    std::string quoted = "attachment; filename=\"";
    for (const char c : TrimSpace(line.substr(name))) {
      if (c == '"' || c == '\\') quoted += '\\';
      quoted += c;
    }
    const Owner holder = std::make_shared<const std::string>(quoted + "\"");
    Leaf file;
    file.type = "application/octet-stream";
    file.disposition = *holder;
    file.body = leaf.body;
    Give(file, std::move(decoded), holder, false);
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
    if (!BeginsWith(body.substr(pos + 2), boundary)) {
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

std::vector<OtherPart> Explorer::Run() {
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
      const Owner decoded = Decoded(shown.leaf.body, TransferEncodingOf(shown.leaf.transfer_encoding));
      if (!decoded) break;
      keys_.insert(KeyOf(shown.leaf, *decoded));
    }
  }
  CharsetDecoder charsets;
  for (const Shown& shown : shown_) {
    if (!shown.entered || IsMessage(shown.leaf.type)) continue;
    bool clean = true;
    const bool named = FindText(shown.leaf.disposition, "filename", &charsets, &clean) ||
                       FindText(shown.leaf.content_type, "name", &charsets, &clean);
    const Owner decoded = Decoded(shown.leaf.body, TransferEncodingOf(shown.leaf.transfer_encoding));
    if (!decoded) break;
    if (IsMultipart(shown.leaf.type) || IsAttachment(shown.leaf, FirstWord(shown.leaf.disposition), named)) {
      Give(shown.leaf, *decoded, shown.owner, true);
    } else {
      keys_.insert(KeyOf(shown.leaf, *decoded));
    }
  }
  if (!doubtful_) return std::move(found_);
  for (const Shown& shown : shown_) {
    if (!shown.owner && !IsMessage(shown.leaf.type)) places_.emplace_back(shown.leaf.body, shown.leaf.type);
  }
  std::sort(places_.begin(), places_.end(),
            [](const auto& a, const auto& b) { return a.first.data() < b.first.data(); });
  Push(std::move(root));
  while (!work_.empty() && !*over_) {
    const Stretch stretch = std::move(work_.front());
    work_.pop_front();
    Read(stretch);
  }
  return std::move(found_);
}

}  // namespace

std::vector<OtherPart> ReadOtherwise(const Envelope& envelope, const MailLimits& limits, bool* over) {
  *over = false;
  return Explorer(envelope, limits, over).Run();
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
