// SPDX-License-Identifier: Apache-2.0
// Multiparts, read as we do and as others might.
#include <algorithm>
#include <set>

#include "base/text.h"
#include "scan/attachment.h"
#include "scan/content.h"
#include "scan/readings.h"
#include "tests/fuzz/fuzz.h"

namespace casecomm::fuzz {
namespace {

void CheckNames(const scan::Leaf& leaf) {
  std::set<std::string> seen;
  for (const std::string& name : scan::CandidateNames(leaf)) {
    Require(base::IsUtf8(name), "candidate names are UTF-8");
    Require(seen.insert(name).second, "each candidate name stands once");
  }
}

void CheckWalk(const scan::Envelope& envelope, const MailLimits& limits) {
  std::vector<scan::DefectAt> defects;
  scan::DefectLog log(&defects);
  scan::MimeWalker walker(envelope, limits, &log);
  uint32_t leaves = 0;
  for (scan::Leaf leaf; walker.Next(&leaf);) {
    ++leaves;
    Require(Inside(leaf.body, envelope.raw), "a body stands in the mail");
    Require(base::LowerAscii(leaf.type) == leaf.type && !leaf.type.empty(), "a type is in lower case");
    for (const std::string_view value :
         {leaf.content_type, leaf.transfer_encoding, leaf.disposition, leaf.content_id}) {
      Require(Inside(value, envelope.raw), "values stand in the mail");
    }
    Require(walker.depth() <= limits.depth, "no more depth than the limit");
    CheckNames(leaf);
  }
  Require(leaves <= limits.parts, "no more parts than the limit");
  for (const scan::DefectAt& at : defects) Require(at.offset <= envelope.raw.size(), "defects stand in the mail");
  const bool limit =
      std::any_of(defects.begin(), defects.end(), [](const scan::DefectAt& at) { return scan::IsLimit(at.defect); });
  Require(limit == walker.over_limit() || envelope.over_limit, "over_limit comes with its defect");
}

}  // namespace

const char kName[] = "mime";

void RunOne(std::string_view raw) {
  scan::EnvelopeScanner scanner;
  const scan::Envelope& envelope = scanner.Scan(raw);
  CheckWalk(envelope, {});
  CheckWalk(envelope, {.depth = 2, .parts = 3});

  bool over = false;
  size_t decoded = 0;
  const std::vector<scan::OtherPart> others = scan::ReadOtherwise(envelope, {}, &over);
  Require(others.size() <= MailLimits().parts, "no more other parts than the limit");
  for (const scan::OtherPart& other : others) {
    decoded += other.decoded.size();
    CheckNames(other.leaf);
  }
  Require(decoded <= raw.size() + 4096, "about as many decoded bytes as the mail has");

  const Mail mail = scan::ReadMail(envelope, {}, scan::Reading::kParts);
  for (const MailAttachment& file : mail.attachments) {
    Require(!file.filename || base::IsUtf8(*file.filename), "file names are UTF-8");
    Require(file.size >= -1, "sizes are -1 or more");
  }
  for (size_t position = 0; position < std::min<size_t>(mail.attachments.size(), 8); ++position) {
    scan::SizeSink size;
    const scan::AttachmentRead read = scan::ReadAttachment(envelope, position, &size);
    Require(read != scan::AttachmentRead::kNone, "an attachment that is told of can be read");
    const int64_t told = mail.attachments[position].size;
    Require(read != scan::AttachmentRead::kWhole || told == -1 || told == size.size(), "its size is what was told");
  }
  scan::SizeSink none;
  Require(scan::ReadAttachment(envelope, mail.attachments.size(), &none) == scan::AttachmentRead::kNone,
          "and no further one");
  Require(Inside(scan::AttachedMessage(envelope), raw), "an attached message stands in the mail");
  Require(scan::ContentKey(envelope) == scan::ContentKey(envelope), "the content key is a function");
}

void ForEachInput(std::string_view mail, const Use& use) {
  use(mail);
}

}  // namespace casecomm::fuzz
