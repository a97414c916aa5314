// SPDX-License-Identifier: Apache-2.0
#include "scan/mime.h"

#include <utility>

#include "scan/params.h"

namespace casecomm::scan {
namespace {

constexpr std::string_view kMultipart = "multipart/";

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

bool MimeWalker::Ends(std::string_view line) const {
  size_t level;
  bool final;
  return Match(line, &level, &final);
}

MimeWalker::Boundary MimeWalker::FindBoundary(size_t pos) const {
  Boundary boundary;
  while (pos < raw_.size()) {
    const size_t next = NextLine(raw_, pos, eol_);
    if (raw_[pos] == '-' && Match(LineText(raw_, pos, next, eol_), &boundary.level, &boundary.final)) {
      boundary.begin = pos;
      boundary.next = next;
      boundary.found = true;
      return boundary;
    }
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
      Open open;
      open.boundary = std::move(boundary);
      open.default_type = leaf->type == "multipart/digest" ? "message/rfc822" : "text/plain";
      open.self = std::move(*leaf);
      open.begin = pos_;
      open_.push_back(std::move(open));
      return false;
    }
  }
  const Boundary end = FindBoundary(pos_);
  leaf->body = BodyUpTo(pos_, end);
  pos_ = end.begin;
  return true;
}

bool MimeWalker::ReadPartHeader(Leaf* leaf) {
  *leaf = {};
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
      done_ = true;
      break;
    }
    const Boundary boundary = FindBoundary(pos_);
    const size_t keep = boundary.found ? boundary.level + 1 : 0;
    pos_ = boundary.begin;
    Open& top = open_.back();
    if (!top.begun && (keep < open_.size() || boundary.final)) {
      defects_->Add(Defect::kNoBoundary, top.begin);
      *leaf = std::move(top.self);
      leaf->body = BodyUpTo(top.begin, boundary);
      open_.pop_back();
      return true;
    }
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
