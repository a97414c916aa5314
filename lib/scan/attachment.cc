// SPDX-License-Identifier: Apache-2.0
#include "scan/attachment.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include "scan/charset.h"
#include "scan/defects.h"
#include "scan/params.h"

namespace casecomm::scan {
namespace {

// Parts that are the mail's own text or its report, not files.
constexpr std::string_view kNotAttached[] = {
    "text/plain",
    "text/html",
    "message/delivery-status",
    "message/disposition-notification",
    "text/rfc822-headers",
    "message/feedback-report",
};

}  // namespace

bool IsAttachment(const Leaf& leaf, std::string_view disposition, bool named) {
  if (disposition == "attachment" || named) return true;
  const bool own_text = leaf.whole && (leaf.type.starts_with("text/") || leaf.type.starts_with("multipart/"));
  return !own_text && std::find(std::begin(kNotAttached), std::end(kNotAttached), leaf.type) == std::end(kNotAttached);
}

bool ShowsAsBody(const Leaf& leaf, std::string_view disposition) {
  return disposition != "attachment" && (leaf.type == "text/plain" || leaf.type == "text/html");
}

bool IsAttachedMessage(const Leaf& leaf) {
  return leaf.type.starts_with("message/");
}

bool ForEachLeaf(const Envelope& envelope, const MailLimits& limits,
                 const std::function<bool(const Leaf& leaf, bool file)>& see) {
  std::vector<DefectAt> unused;
  DefectLog log(&unused);
  CharsetDecoder charsets;
  MimeWalker walker(envelope, limits, &log);
  for (Leaf leaf; walker.Next(&leaf);) {
    bool clean = true;
    const bool named = FindText(leaf.disposition, "filename", &charsets, &clean) ||
                       FindText(leaf.content_type, "name", &charsets, &clean);
    if (!see(leaf, IsAttachment(leaf, FirstWord(leaf.disposition), named))) break;
  }
  return walker.over_limit();
}

TransferEncoding EncodingOf(const Leaf& leaf) {
  return IsAttachedMessage(leaf) ? TransferEncoding::kIdentity : TransferEncodingOf(leaf.transfer_encoding);
}

AttachmentRead ReadAttachment(const Envelope& envelope, size_t position, ByteSink* sink, const MailLimits& limits) {
  AttachmentRead read = AttachmentRead::kNone;
  ForEachLeaf(envelope, limits, [&](const Leaf& leaf, bool file) {
    if (!file || position-- > 0) return true;
    read = DecodeTransfer(leaf.body, EncodingOf(leaf), sink) ? AttachmentRead::kWhole : AttachmentRead::kDamaged;
    return false;
  });
  return read;
}

}  // namespace casecomm::scan
