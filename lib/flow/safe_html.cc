// SPDX-License-Identifier: Apache-2.0
// A mail's body as HTML that a host may show.
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "casecomm/mail.h"
#include "scan/attachment.h"
#include "scan/body_text.h"
#include "scan/charset.h"
#include "scan/envelope.h"
#include "scan/field.h"
#include "scan/html.h"
#include "scan/params.h"

namespace casecomm {
namespace {

struct Bodies {
  std::optional<scan::LeafText> html, text;
  std::optional<scan::Leaf> shown;  // the first text that is a file, and is shown
  // Positions in Mail::attachments of those that are images, by their Content-ID; of two the first.
  std::map<std::string, size_t, std::less<>> images;
};

Bodies BodiesOf(std::string_view raw, const MailLimits& limits) {
  scan::EnvelopeScanner scanner(limits);
  const char eol = scan::LineEndOf(raw);
  scan::CharsetDecoder charsets;
  Bodies bodies;
  size_t position = 0;
  const auto read = [&](const scan::Leaf& leaf) {
    std::optional<scan::LeafText>* const body = leaf.type == "text/html"    ? &bodies.html
                                                : leaf.type == "text/plain" ? &bodies.text
                                                                            : nullptr;
    if (body != nullptr && !*body) *body = scan::ReadLeafText(leaf, eol, limits.text_bytes, &charsets);
  };
  scan::ForEachLeaf(scanner.Scan(raw), limits, [&](const scan::Leaf& leaf, bool file) {
    if (!file) {
      read(leaf);
      return true;
    }
    if (!bodies.shown && scan::ShowsAsBody(leaf, scan::FirstWord(leaf.disposition))) bodies.shown = leaf;
    std::string_view id = scan::TrimSpace(leaf.content_id);
    if (!id.empty() && id.front() == '<') id.remove_prefix(1);
    if (!id.empty() && id.back() == '>') id.remove_suffix(1);
    // A browser runs what stands in SVG where it is opened by itself.
    const bool image = leaf.type.substr(0, 6) == "image/" && leaf.type.substr(6, 3) != "svg";
    if (image && !id.empty()) bodies.images.emplace(id, position);
    ++position;
    return true;
  });
  if (!bodies.html && !bodies.text && bodies.shown) read(*bodies.shown);
  return bodies;
}

bool IsBlank(std::string_view text) {
  return scan::TrimSpace(text).empty();
}

}  // namespace

std::string RenderSafeHtml(std::string_view raw, std::string_view cid_prefix, const MailLimits& limits) {
  const Bodies bodies = BodiesOf(raw, limits);
  if (bodies.html) {
    const auto cid = [&](std::string_view id) -> std::optional<std::string> {
      const auto image = bodies.images.find(id);
      if (image == bodies.images.end()) return std::nullopt;
      return std::string(cid_prefix) + std::to_string(image->second);
    };
    if (!bodies.html->cut) {
      if (std::optional<std::string> safe = scan::SafeHtml(bodies.html->text, cid)) return *std::move(safe);
    }
    if (!bodies.text || IsBlank(bodies.text->text)) return scan::TextAsHtml(scan::TextOfHtmlLeaf(*bodies.html).text);
  }
  return scan::TextAsHtml(bodies.text ? std::string_view(bodies.text->text) : std::string_view());
}

}  // namespace casecomm
