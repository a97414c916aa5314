// SPDX-License-Identifier: Apache-2.0
// How this library reads mail, as the judges tell it. Its parts are the union of all readings (threat T20).
#include <algorithm>
#include <string>

#include "scan/attachment.h"
#include "scan/content.h"
#include "scan/defects.h"
#include "scan/envelope.h"
#include "scan/mime.h"
#include "scan/params.h"
#include "scan/readings.h"
#include "scan/transfer.h"
#include "tests/judges/judge.h"

namespace casecomm::judge {
namespace {

constexpr int kMostDepth = 20;

// The leaves of the mail, and of mails attached in it: who is shown an attached mail opens it with the same scanner.
void Leaves(const scan::Envelope& envelope, int depth, Reading* reading, Mail* mail) {
  std::vector<scan::DefectAt> found;
  scan::DefectLog log(&found);
  scan::MimeWalker walker(envelope, {}, &log);
  size_t file = 0;
  for (scan::Leaf leaf; walker.Next(&leaf);) {
    std::string bytes;
    scan::StringSink sink(&bytes);
    if (!scan::DecodeTransfer(leaf.body, scan::TransferEncodingOf(leaf.transfer_encoding), &sink)) {
      log.Add(scan::Defect::kTransferEncoding, 0);
    }
    const bool message = scan::IsAttachedMessage(leaf);
    if (mail != nullptr) {
      const bool named =
          scan::FindParameter(leaf.disposition, "filename") || scan::FindParameter(leaf.content_type, "name");
      if (!scan::IsAttachment(leaf, scan::FirstWord(leaf.disposition), named)) {
        if (leaf.type == "text/plain" && !reading->text) reading->text = bytes;
      } else if (file < mail->attachments.size()) {
        MailAttachment& attachment = mail->attachments[file++];
        reading->files.push_back({std::move(attachment.filename), std::move(attachment.content_type),
                                  message ? std::nullopt : std::optional(bytes)});
      }
    }
    if (message && depth < kMostDepth) {
      scan::EnvelopeScanner scanner;
      const scan::Envelope& attached = scanner.Scan(bytes);
      for (const scan::DefectAt& at : attached.defects) {
        reading->defects.emplace_back("attached " + std::string(scan::DefectName(at.defect)), 0);
      }
      Leaves(attached, depth + 1, reading, nullptr);
    }
    reading->parts.push_back({std::move(leaf.type), std::move(bytes)});
  }
  if (mail == nullptr) {
    for (const scan::DefectAt& at : found) {
      reading->defects.emplace_back("attached " + std::string(scan::DefectName(at.defect)), 0);
    }
  }
}

void Read(std::string_view raw, Depth depth, Reading* reading) {
  static scan::EnvelopeScanner scanner;
  const scan::Envelope& envelope = scanner.Scan(raw);
  if (depth == Depth::kHeaders) return;
  Mail mail = scan::ReadMail(envelope);
  reading->message_id = std::move(mail.message_id);
  reading->subject = std::move(mail.subject);
  reading->in_reply_to = std::move(mail.in_reply_to);
  reading->references = std::move(mail.references);
  reading->from = std::move(mail.from);
  reading->sender = std::move(mail.sender);
  reading->reply_to = std::move(mail.reply_to);
  reading->to = std::move(mail.to);
  reading->cc = std::move(mail.cc);
  reading->date = mail.date;
  for (MailDefect& defect : mail.defects) reading->defects.emplace_back(std::move(defect.name), defect.offset);
  if (envelope.from_ambiguous) reading->defects.emplace_back("from_ambiguous", 0);

  Leaves(envelope, 0, reading, &mail);
  bool over = false;
  for (scan::OtherPart& other : scan::ReadOtherwise(envelope, {}, &over)) {
    reading->ambiguous |= !other.entered;
    reading->parts.push_back({std::move(other.leaf.type), std::move(other.decoded)});
  }
  if (over) reading->defects.emplace_back("readings_over", 0);
}

}  // namespace
}  // namespace casecomm::judge

int main(int argc, char** argv) {
  return casecomm::judge::Main(argc, argv, casecomm::judge::Read);
}
