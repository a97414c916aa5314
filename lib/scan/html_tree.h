// SPDX-License-Identifier: Apache-2.0
// gumbo behind its guards. The parser has no limits of its own, is quadratic in depth and in attributes, and frees by
// recursion; so it works in a region of memory that is bounded, the tree is watched as it grows, and the parser is left at
// once when it asks for more. Some mixtures of elements that mail has no use for end it with a failed assertion
// ("<table><math><select><mi><select>"): it gets to see those under names that it does not know.
#ifndef CASECOMM_SCAN_HTML_TREE_H_
#define CASECOMM_SCAN_HTML_TREE_H_

#include <gumbo.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace casecomm::scan {

constexpr size_t kHtmlBytes = 4u << 20;
constexpr unsigned kHtmlDepth = 256;      // of elements in each other
constexpr unsigned kHtmlAttributes = 64;  // of an element
constexpr size_t kHtmlRoots = 128;        // <html> and <body> tags, whose attributes gather on one element
constexpr size_t kHtmlTreeBytes = 64u << 20;

// The tree of an HTML document (HTML5). Not shared between threads.
class HtmlTree {
 public:
  // Parses; throws std::bad_alloc only. `html` outlives the tree.
  explicit HtmlTree(std::string_view html);
  ~HtmlTree();
  HtmlTree(const HtmlTree&) = delete;
  HtmlTree& operator=(const HtmlTree&) = delete;

  // The document, or null where the HTML is past the limits.
  const GumboNode* document() const { return document_; }

 private:
  class Region;

  std::string renamed_;  // the HTML, where a name in it had to be changed
  std::unique_ptr<Region> region_;
  const GumboNode* document_ = nullptr;
};

// What an element is, whatever name the parser saw. svg, math and what else is renamed are unknown; select and template
// are themselves.
GumboTag TagOf(const GumboElement& element);

// The element's children; none for what is no element.
inline const GumboVector* ChildrenOf(const GumboNode& node) {
  switch (node.type) {
    case GUMBO_NODE_DOCUMENT:
      return &node.v.document.children;
    case GUMBO_NODE_ELEMENT:
      return &node.v.element.children;
    default:
      return nullptr;
  }
}

// The value of an attribute, or a null view. Linear in the element's attributes.
std::string_view AttributeOf(const GumboElement& element, const char* name);

}  // namespace casecomm::scan

#endif  // CASECOMM_SCAN_HTML_TREE_H_
