// SPDX-License-Identifier: Apache-2.0
// The bytes of a stored message, and of what is attached to it, in pieces.
#include <algorithm>

#include "flow/session.h"
#include "scan/attachment.h"
#include "store/collections.h"

namespace casecomm {
namespace {

using host::Value;

constexpr uint64_t kRawPiece = 256u << 10;
constexpr size_t kDecodedPiece = 64u << 10;

Status NoMessage(std::string_view message) {
  return Status(Code::kNotFound, "no_message", std::string(message), "no message of this id is in the account");
}

// Hands on what is decoded in pieces of one size, until the host's sink fails.
class Pieces final : public scan::ByteSink {
 public:
  explicit Pieces(const casecomm::ByteSink& sink) : sink_(sink) {}

  void Put(std::string_view bytes) override {
    while (!bytes.empty() && status_.ok()) {
      if (held_.empty() && bytes.size() >= kDecodedPiece) {
        status_ = sink_(bytes.substr(0, kDecodedPiece));
        bytes.remove_prefix(kDecodedPiece);
        continue;
      }
      const size_t taken = std::min(bytes.size(), kDecodedPiece - held_.size());
      held_.append(bytes.substr(0, taken));
      bytes.remove_prefix(taken);
      if (held_.size() == kDecodedPiece) Flush();
    }
  }

  Status Finish() {
    if (!held_.empty() && status_.ok()) Flush();
    return status_;
  }

 private:
  void Flush() {
    status_ = sink_(held_);
    held_.clear();
  }

  const casecomm::ByteSink& sink_;
  std::string held_;
  Status status_;
};

}  // namespace

// ok if the actor may read the message: one of a record they may view, or one that they may settle.
Status Session::Impl::AuthorizeMessage(std::string_view message) {
  if (is_operator()) return {};
  auto targets = flow::ReadNouns(context_.store(), store::kTargets, store::kPrimary,
                                 {flow::Key(number(), Value::Text(message))}, wire::ReadTarget);
  if (!targets.ok()) return targets.status();
  auto may = MaySettle(*targets);
  if (!may.ok()) return may.status();
  for (size_t i = 0; i < targets->size(); ++i) {
    const wire::TargetRow& target = (*targets)[i];
    if (target.outcome != Outcome::kFiled && target.outcome != Outcome::kDuplicate && (*may)[i]) return {};
    if (target.outcome != Outcome::kFiled || !target.record) continue;
    const Status allowed = Authorize(access::Action::kViewRecord, *target.record);
    if (allowed.ok() || allowed.code() != Code::kPermissionDenied) return allowed;
  }
  return NoMessage(message);  // the same words whether it is not there or not theirs: no oracle (threat T51)
}

Result<std::string> Session::Impl::StoredRaw(std::string_view message) {
  auto stored = flow::ReadOne(context_.store(), store::kRaw, flow::Key(number(), Value::Text(message)));
  if (!stored.ok()) return stored.status();
  if (!*stored) return NoMessage(message);
  return std::move((*stored)->body);
}

Status Session::Impl::ReadRaw(std::string_view message, const ByteSink& sink) {
  if (Status s = AuthorizeMessage(message); !s.ok()) return s;
  host::Query query;
  query.collection = store::kRaw;
  query.prefixes = {flow::Key(number(), Value::Text(message))};
  query.body_limit = kRawPiece;
  uint64_t size = 0;
  do {
    auto read = store::ReadRows(context_.store(), {query});
    if (!read.ok()) return read.status();
    if (read->front().empty() && query.body_offset == 0) return NoMessage(message);
    const std::string_view piece = read->front().empty() ? std::string_view() : read->front().front().body;
    if (query.body_offset == 0) size = read->front().front().body_size;
    if (size == 0) return {};
    if (piece.empty() || piece.size() > size - query.body_offset) {
      return Status(Code::kDataLoss, "store_damaged", std::string(message), "the store gave other bytes than it has");
    }
    if (Status s = sink(piece); !s.ok()) return s;
    query.body_offset += piece.size();
  } while (query.body_offset < size);
  return {};
}

Status Session::Impl::ReadAttachment(std::string_view message, size_t position, const ByteSink& sink) {
  if (Status s = AuthorizeMessage(message); !s.ok()) return s;
  auto row =
      flow::ReadNoun(context_.store(), store::kMessages, flow::Key(number(), Value::Text(message)), wire::ReadMessage);
  if (!row.ok()) return row.status();
  if (!*row) return NoMessage(message);
  if (position >= (*row)->attachments.size()) {
    return Status(Code::kNotFound, "no_attachment", std::string(message),
                  "the message has no attachment " + std::to_string(position) + "; they are numbered from 0");
  }
  auto raw = StoredRaw(message);
  if (!raw.ok()) return raw.status();
  scan::EnvelopeScanner scanner;
  Pieces pieces(sink);
  const scan::AttachmentRead read = scan::ReadAttachment(scanner.Scan(*raw), position, &pieces);
  if (Status s = pieces.Finish(); !s.ok()) return s;
  if (read == scan::AttachmentRead::kWhole) return {};
  return Status(Code::kDataLoss, "undecodable", std::string(message),
                "attachment " + std::to_string(position) + " was damaged; what could be read of it was given");
}

}  // namespace casecomm
