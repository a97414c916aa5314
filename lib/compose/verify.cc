// SPDX-License-Identifier: Apache-2.0
#include "compose/verify.h"

#include <algorithm>
#include <vector>

#include "compose/body.h"
#include "compose/written.h"
#include "identify/address_key.h"
#include "scan/charset.h"
#include "scan/date.h"
#include "scan/encoded_word.h"
#include "scan/envelope.h"
#include "scan/field.h"
#include "scan/mime.h"
#include "scan/params.h"
#include "scan/transfer.h"

namespace casecomm::compose {
namespace {

// A mail of ours passes none of these.
MailLimits NoLimits() {
  MailLimits limits;
  limits.header_bytes = limits.header_lines = limits.parts = ~uint32_t{0};
  return limits;
}

class Verifier {
 public:
  Verifier(const ComposeRequest& request, std::string_view mail)
      : request_(request), mail_(mail), scanner_(NoLimits()), envelope_(scanner_.Scan(mail)) {}

  std::string WhatDiffers() {
    if (HasDefects(envelope_.defects)) return "defects";
    if (Names() != WantedNames()) return "fields";
    if (!Same(envelope_.from, {request_.from})) return "from";
    if (!Same(envelope_.to, request_.to)) return "to";
    if (!Same(envelope_.cc, request_.cc)) return "cc";
    if (!Same(envelope_.reply_to, request_.reply_to)) return "reply_to";
    if (Decoded(envelope_.subject) != request_.subject) return "subject";
    if (scan::ParseDate(envelope_.date) != request_.date_s) return "date_s";
    if (envelope_.message_id != request_.message_id) return "message_id";
    if (!SameIds(envelope_.in_reply_to, request_.in_reply_to)) return "in_reply_to";
    if (!SameIds(envelope_.references, request_.references)) return "references";
    return Parts();
  }

 private:
  // Ids of others are repeated as they stand.
  static bool HasDefects(const std::vector<scan::DefectAt>& defects) {
    return std::any_of(defects.begin(), defects.end(),
                       [](const scan::DefectAt& at) { return at.defect != scan::Defect::kIdSyntax; });
  }

  std::vector<std::string> Names() const {
    std::vector<scan::DefectAt> ignored;
    scan::DefectLog log(&ignored);
    scan::FieldReader reader(mail_, 0, '\n', NoLimits(), &log);
    std::vector<std::string> names;
    for (scan::RawField field; reader.Next(&field);) names.emplace_back(field.name);
    return names;
  }

  std::vector<std::string> WantedNames() const {
    std::vector<std::string> names = {"From"};
    const auto add = [&](const char* name, bool there) {
      if (there) names.emplace_back(name);
    };
    add("To", !request_.to.empty());
    add("Cc", !request_.cc.empty());
    add("Reply-To", !request_.reply_to.empty());
    add("Subject", !request_.subject.empty());
    add("Date", true);
    add("Message-ID", true);
    add("In-Reply-To", !request_.in_reply_to.empty());
    add("References", !request_.references.empty());
    add("Auto-Submitted", request_.automatic);
    add("MIME-Version", true);
    add("Content-Type", true);
    add("Content-Transfer-Encoding", request_.files.empty() && !(request_.text && request_.html));
    return names;
  }

  std::string Decoded(std::string_view raw) {
    bool clean = true;
    return scan::DecodeText(raw, &charsets_, &clean);
  }

  // A phrase as it is meant: one quoted string, or words.
  std::string NameOf(std::string_view display) {
    if (display.empty() || display.front() != '"') return Decoded(display);
    std::string name;
    for (size_t i = 1; i + 1 < display.size(); ++i) {
      if (display[i] == '\\' && i + 2 < display.size()) ++i;
      name += display[i];
    }
    return name;
  }

  bool Same(const std::vector<scan::Mailbox>& got, const std::vector<NamedAddress>& wanted) {
    return std::equal(got.begin(), got.end(), wanted.begin(), wanted.end(),
                      [&](const scan::Mailbox& mailbox, const NamedAddress& address) {
                        const size_t at = address.address.rfind('@');
                        return mailbox.local == std::string_view(address.address).substr(0, at) &&
                               identify::CanonicalAddress(mailbox.local, mailbox.domain) ==
                                   identify::CanonicalAddress(address.address) &&
                               NameOf(mailbox.display) == address.name;
                      });
  }

  static bool SameIds(const std::vector<std::string_view>& got, const std::vector<std::string>& wanted) {
    return std::equal(got.begin(), got.end(), wanted.begin(), wanted.end());
  }

  std::string Parts() {
    struct Wanted {
      std::string what, type;
      std::string_view bytes;
      const ComposedFile* file;
    };
    const std::string text = CanonicalText(request_.text.value_or("")),
                      html = CanonicalText(request_.html.value_or(""));
    std::vector<Wanted> wanted;
    if (request_.text || !request_.html) wanted.push_back({"text", "text/plain", text, nullptr});
    if (request_.html) wanted.push_back({"html", "text/html", html, nullptr});
    for (const bool image : {true, false}) {
      for (size_t i = 0; i < request_.files.size(); ++i) {
        const ComposedFile& file = request_.files[i];
        if (file.content_id.empty() == image) continue;
        wanted.push_back({"files[" + std::to_string(i) + "]", WrittenType(file), file.bytes, &file});
      }
    }
    std::vector<scan::DefectAt> defects;
    scan::DefectLog log(&defects);
    scan::MimeWalker walker(envelope_, NoLimits(), &log);
    size_t next = 0;
    for (scan::Leaf leaf; walker.Next(&leaf); ++next) {
      if (next == wanted.size()) return "parts";
      const Wanted& want = wanted[next];
      std::string bytes;
      scan::StringSink sink(&bytes);
      if (!scan::DecodeTransfer(leaf.body, scan::TransferEncodingOf(leaf.transfer_encoding), &sink)) return want.what;
      if (leaf.type != want.type || bytes != want.bytes || !SameFile(leaf, want.file)) return want.what;
    }
    if (next != wanted.size()) return "parts";
    return defects.empty() ? "" : "defects";
  }

  bool SameFile(const scan::Leaf& leaf, const ComposedFile* file) {
    bool clean = true;
    const std::string name = scan::FindText(leaf.disposition, "filename", &charsets_, &clean).value_or("");
    if (file == nullptr) return leaf.disposition.empty() && leaf.content_id.empty();
    const std::string id = file->content_id.empty() ? "" : "<" + file->content_id + ">";
    return name == file->name && scan::FindText(leaf.content_type, "name", &charsets_, &clean).value_or("") == name &&
           leaf.content_id == id && scan::FirstWord(leaf.disposition) == (id.empty() ? "attachment" : "inline");
  }

  const ComposeRequest& request_;
  const std::string_view mail_;
  scan::EnvelopeScanner scanner_;
  const scan::Envelope& envelope_;
  scan::CharsetDecoder charsets_;
};

}  // namespace

std::string WhatDiffers(const ComposeRequest& request, std::string_view mail) {
  return Verifier(request, mail).WhatDiffers();
}

}  // namespace casecomm::compose
