// SPDX-License-Identifier: Apache-2.0
#include "scan/mime.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/text.h"
#include "scan/header_bytes.h"
#include "scan/params.h"
#include "scan/transfer.h"

namespace casecomm::scan {
namespace {

constexpr std::string_view kMultipart = "multipart/";
constexpr size_t kLongestLine = 998;  // RFC 5322, 2.1.1

// What tells that a text holds the header of a part.
constexpr std::string_view kPartFields[] = {"content-type:", "content-disposition:", "content-transfer-encoding:"};

}  // namespace

MimeWalker::MimeWalker(const Envelope& envelope, const MailLimits& limits, DefectLog* defects)
    : raw_(envelope.raw),
      limits_(limits),
      defects_(defects),
      eol_(LineEndOf(envelope.raw)),
      pos_(envelope.body_offset),
      over_limit_(envelope.over_limit) {
  root_.content_type = envelope.content_type;
  root_.transfer_encoding = envelope.content_transfer_encoding;
  root_.disposition = envelope.content_disposition;
  root_.content_id = envelope.content_id;
  root_.type = MediaType(root_.content_type, "text/plain");
  root_.whole = true;
  done_ = over_limit_;
}

void MimeWalker::Stop(Defect limit) {
  defects_->Add(limit, pos_);
  over_limit_ = done_ = true;
}

bool MimeWalker::Match(std::string_view line, size_t* level, bool* final) const {
  if (line.size() < 2 || line[0] != '-' || line[1] != '-') return false;
  while (IsBlank(line.back())) line.remove_suffix(1);  // RFC 2046, 5.1.1, transport-padding
  line.remove_prefix(2);
  for (size_t i = open_.size(); i-- > 0;) {
    const std::string& boundary = open_[i].boundary;
    const bool ends = line.size() == boundary.size() + 2 && line[boundary.size()] == '-' && line.back() == '-';
    if (!ends && line.size() != boundary.size()) continue;
    if (line.substr(0, boundary.size()) != boundary) continue;
    *level = i;
    *final = ends;
    return true;
  }
  return false;
}

bool MimeWalker::Resembles(std::string_view line) const {
  line.remove_prefix(std::min<size_t>(2, line.size()));
  return std::any_of(open_.begin(), open_.end(),
                     [&](const Open& open) { return base::StartsWithFoldAscii(line, open.boundary); });
}

bool MimeWalker::Ends(std::string_view line) const {
  size_t level;
  bool final;
  return Match(line, &level, &final);
}

MimeWalker::Boundary MimeWalker::FindBoundary(size_t pos) const {
  Boundary boundary;
  while (pos < raw_.size()) {
    const size_t next = NextLine(raw_, pos, eol_);
    if (raw_[pos] == '-' && pos + 1 < next && raw_[pos + 1] == '-') {
      const std::string_view line = LineText(raw_, pos, next, eol_);
      if (Match(line, &boundary.level, &boundary.final)) {
        boundary.begin = pos;
        boundary.next = next;
        boundary.found = true;
        return boundary;
      }
      if (Resembles(line)) defects_->Add(Defect::kBoundaryJunk, pos);
    }
    if (next - pos > kLongestLine + 2) defects_->Add(Defect::kLongLine, pos);
    pos = next;
  }
  boundary.begin = boundary.next = raw_.size();
  return boundary;
}

std::string_view MimeWalker::BodyUpTo(size_t begin, const Boundary& boundary) const {
  size_t end = boundary.begin;
  if (boundary.found) {
    if (end > begin && raw_[end - 1] == eol_) --end;
    if (eol_ == '\n' && end > begin && raw_[end - 1] == '\r') --end;
  }
  return raw_.substr(begin, end - begin);
}

void MimeWalker::CloseAbove(size_t level, size_t offset) {
  for (; open_.size() > level; open_.pop_back()) defects_->Add(Defect::kNoFinalBoundary, offset);
}

void MimeWalker::NotePartsOutside(size_t begin, size_t end) {
  for (size_t pos = begin; pos < end; pos = NextLine(raw_, pos, eol_)) {
    if ((raw_[pos] | 0x20) != 'c') continue;
    const std::string_view rest = raw_.substr(pos, end - pos);
    if (std::any_of(std::begin(kPartFields), std::end(kPartFields),
                    [&](std::string_view field) { return base::StartsWithFoldAscii(rest, field); })) {
      defects_->Add(Defect::kPartsOutside, pos);
      return;
    }
  }
}

void MimeWalker::NoteMultipart(const Leaf& leaf, std::string_view boundary) {
  const size_t place = static_cast<size_t>(leaf.content_type.data() - raw_.data());
  const ParameterDoubt doubt = DoubtOf(leaf.content_type, "boundary");
  if (doubt == ParameterDoubt::kRepeated) defects_->Add(Defect::kDuplicateParameter, place);
  if (doubt == ParameterDoubt::kSyntax) defects_->Add(Defect::kBoundarySyntax, place);
  if (std::any_of(open_.begin(), open_.end(), [&](const Open& open) { return open.boundary == boundary; })) {
    defects_->Add(Defect::kBoundaryReused, place);
  }
  if (leaf.transfer_encoding.data() == nullptr) return;
  const std::vector<TransferEncoding> every = EveryTransferEncoding(leaf.transfer_encoding);
  if (every.size() > 1 || (every[0] != TransferEncoding::kIdentity && every[0] != TransferEncoding::kUnknown)) {
    defects_->Add(Defect::kMultipartEncoded, static_cast<size_t>(leaf.transfer_encoding.data() - raw_.data()));
  }
}

void MimeWalker::NoteLeaf(const Leaf& leaf) {
  const auto place = [&](std::string_view value) { return static_cast<size_t>(value.data() - raw_.data()); };
  if (leaf.type == "message/partial") defects_->Add(Defect::kMessagePartial, place(leaf.content_type));
  if (leaf.type == "message/rfc822" || leaf.type == "message/global") {
    const TransferEncoding encoding = TransferEncodingOf(leaf.transfer_encoding);
    if (encoding != TransferEncoding::kIdentity) defects_->Add(Defect::kMessageEncoded, place(leaf.transfer_encoding));
  }
  if (leaf.type == "message/external-body") defects_->Add(Defect::kExternalBody, place(leaf.content_type));
  if (leaf.transfer_encoding.data() != nullptr && EveryTransferEncoding(leaf.transfer_encoding).size() > 1) {
    defects_->Add(Defect::kTransferEncodingSyntax, place(leaf.transfer_encoding));
  }
  for (const auto& [value, name] : {std::pair(leaf.disposition, "filename"), std::pair(leaf.content_type, "name")}) {
    if (value.data() == nullptr) continue;
    if (!StandsPlainly(value, name)) {
      if (DoubtOf(value, name) == ParameterDoubt::kRepeated) defects_->Add(Defect::kDuplicateParameter, place(value));
      if (!IsWellFormed(value, name)) defects_->Add(Defect::kParameterSyntax, place(value));
    }
    if (HasBrokenSections(value, name)) defects_->Add(Defect::kParameterSections, place(value));
  }
}

bool MimeWalker::Enter(Leaf* leaf) {
  if (leaf->type.compare(0, kMultipart.size(), kMultipart) == 0) {
    std::string boundary = FindParameter(leaf->content_type, "boundary").value_or("");
    while (!boundary.empty() && IsSpace(boundary.back())) boundary.pop_back();
    if (boundary.empty()) {
      defects_->Add(Defect::kNoBoundary, pos_);
    } else if (open_.size() == limits_.depth) {
      Stop(Defect::kDepthLimit);
      return false;
    } else {
      NoteMultipart(*leaf, boundary);
      Open open;
      open.boundary = std::move(boundary);
      open.default_type = leaf->type == "multipart/digest" ? "message/rfc822" : "text/plain";
      open.self = std::move(*leaf);
      open.begin = pos_;
      open_.push_back(std::move(open));
      return false;
    }
  }
  NoteLeaf(*leaf);
  const Boundary end = FindBoundary(pos_);
  leaf->body = BodyUpTo(pos_, end);
  pos_ = end.begin;
  return true;
}

bool MimeWalker::ReadPartHeader(Leaf* leaf) {
  *leaf = {};
  const size_t begin = pos_;
  FieldReader reader(raw_, pos_, eol_, limits_, defects_, this);
  const std::pair<Field, std::string_view*> wanted[] = {
      {Field::kContentType, &leaf->content_type},
      {Field::kContentTransferEncoding, &leaf->transfer_encoding},
      {Field::kContentDisposition, &leaf->disposition},
      {Field::kContentId, &leaf->content_id},
  };
  for (RawField field; reader.Next(&field);) {
    for (const auto& [name, value] : wanted) {
      if (field.field != name) continue;
      if (value->data() == nullptr) {
        *value = field.value;
      } else {
        defects_->Add(Defect::kDuplicateField, field.offset);
      }
    }
  }
  pos_ = reader.body();
  over_limit_ = done_ = reader.over_limit();
  if (reader.suspect()) CheckHeaderBytes(raw_, begin, pos_, defects_);
  leaf->type = MediaType(leaf->content_type, open_.back().default_type);
  return !over_limit_;
}

bool MimeWalker::Next(Leaf* leaf) {
  if (!begun_ && !done_) {
    begun_ = true;
    *leaf = root_;
    if (Enter(leaf)) return true;
  }
  while (!done_) {
    if (open_.empty()) {
      NotePartsOutside(pos_, raw_.size());
      done_ = true;
      break;
    }
    const Boundary boundary = FindBoundary(pos_);
    const size_t keep = boundary.found ? boundary.level + 1 : 0;
    const size_t skipped = std::exchange(pos_, boundary.begin);
    Open& top = open_.back();
    if (!top.begun && (keep < open_.size() || boundary.final)) {
      defects_->Add(Defect::kNoBoundary, top.begin);
      *leaf = std::move(top.self);
      leaf->body = BodyUpTo(top.begin, boundary);
      open_.pop_back();
      return true;
    }
    NotePartsOutside(skipped, boundary.begin);
    CloseAbove(keep, boundary.begin);
    if (!boundary.found) break;
    pos_ = boundary.next;
    if (boundary.final) {
      open_.pop_back();
      continue;
    }
    // RFC 2046, 5.1.1: a delimiter brings its own line end, so no part stands between two boundary lines in a row.
    open_.back().begun = true;
    if (Ends(LineText(raw_, pos_, NextLine(raw_, pos_, eol_), eol_))) continue;
    if (parts_ == limits_.parts) {
      Stop(Defect::kPartsLimit);
      break;
    }
    ++parts_;
    if (ReadPartHeader(leaf) && Enter(leaf)) return true;
  }
  done_ = true;
  return false;
}

}  // namespace casecomm::scan
