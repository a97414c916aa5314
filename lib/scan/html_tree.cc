// SPDX-License-Identifier: Apache-2.0
#include "scan/html_tree.h"

#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstdint>
#include <cstring>
#include <new>

#include "base/text.h"

namespace casecomm::scan {
namespace {

// How often a tag of this name may begin in `html`; never too few.
size_t CountTags(std::string_view html, std::string_view name) {
  size_t count = 0;
  for (size_t at = html.find('<'); at != html.npos; at = html.find('<', at + 1)) {
    count += base::EqualFoldAscii(html.substr(at + 1, name.size()), name);
  }
  return count;
}

struct Renamed {
  std::string_view name;
  GumboTag tag;
};

constexpr char kOther = 'z';  // in the place of the first letter
constexpr Renamed kRenamed[] = {
    {"select", GUMBO_TAG_SELECT},   {"template", GUMBO_TAG_TEMPLATE}, {"frameset", GUMBO_TAG_UNKNOWN},
    {"isindex", GUMBO_TAG_UNKNOWN}, {"svg", GUMBO_TAG_UNKNOWN},       {"math", GUMBO_TAG_UNKNOWN},
};

// Whether the tag whose name stands at `name` is one of them, but for its first letter.
bool IsNamed(std::string_view name, const Renamed& row) {
  return base::EqualFoldAscii(name.substr(std::min<size_t>(1, name.size()), row.name.size() - 1), row.name.substr(1));
}

// `html` with other names where they may stand as tags; empty if there are none.
std::string Rename(std::string_view html) {
  std::string renamed;
  for (size_t at = html.find('<'); at != html.npos; at = html.find('<', at + 1)) {
    const size_t name = at + 1 + (html.substr(at + 1, 1) == "/");
    for (const Renamed& row : kRenamed) {
      if (name >= html.size() || base::FoldAscii(html[name]) != row.name[0] || !IsNamed(html.substr(name), row))
        continue;
      if (renamed.empty()) renamed = html;
      renamed[name] = kOther;
    }
  }
  return renamed;
}

// Numeric character references past 2^28 become others that mean no character either, and are as long: gumbo's number
// overflows, and what it makes of it is not UTF-8. `tamed` is a copy of `html`, or empty until one is needed.
void TameReferences(std::string_view html, std::string* tamed) {
  constexpr size_t kMostDigits = 7;
  for (size_t at = html.find("&#"); at != html.npos; at = html.find("&#", at + 2)) {
    const bool hex = base::EqualFoldAscii(html.substr(at + 2, 1), "x");
    const size_t begin = at + 2 + (hex ? 1 : 0);
    const size_t end = std::min(
        html.find_first_not_of(hex ? std::string_view("0123456789abcdefABCDEF") : "0123456789", begin), html.size());
    const size_t first = std::min(html.find_first_not_of('0', begin), end);
    if (end - first <= kMostDigits) continue;
    if (tamed->empty()) *tamed = html;
    std::fill(tamed->begin() + static_cast<ptrdiff_t>(first), tamed->begin() + static_cast<ptrdiff_t>(end), '0');
    std::fill_n(tamed->begin() + static_cast<ptrdiff_t>(end - kMostDigits), kMostDigits, '9');
  }
}

}  // namespace

// All that a parse takes, given back as one. Blocks that the parser frees are given out again by size class.
class HtmlTree::Region {
 public:
  explicit Region(size_t html_bytes)
      : size_(std::min(kHtmlTreeBytes, (256u << 10) + 512 * html_bytes)), bytes_(new char[size_]) {}

  // The tree, or null if it is past the limits.
  const GumboNode* Parse(std::string_view html) {
    GumboOptions options = kGumboDefaultOptions;
    options.allocator = [](void* self, size_t size) { return static_cast<Region*>(self)->Allocate(size); };
    options.deallocator = [](void* self, void* block) { static_cast<Region*>(self)->Free(block); };
    options.userdata = this;
    options.max_errors = 0;
    html_ = html;
    options_ = &options;
    Run();
    return output_ == nullptr || !Settle() ? nullptr : output_->document;
  }

 private:
  struct alignas(std::max_align_t) Header {
    uint32_t size_class = 0;
    uint32_t asked = 0;
    uint32_t depth = 0;  // of a node; 0: not known
  };
  static constexpr unsigned kClasses = 32;

  // The parser is C and checks no allocation: the only way out is a jump, over frames that own nothing.
  void Run() {
    if (setjmp(out_) == 0) output_ = gumbo_parse_with_options(options_, html_.data(), html_.size());
  }
  [[noreturn]] void Leave() {
    output_ = nullptr;
    longjmp(out_, 1);
  }

  static Header* HeaderOf(void* block) { return static_cast<Header*>(block) - 1; }

  void* Allocate(size_t size) {
    if (size > size_) Leave();
    unsigned size_class = 5;
    while ((size_t{1} << size_class) < size) ++size_class;
    void* block = free_[size_class];
    if (block != nullptr) {
      free_[size_class] = *static_cast<void**>(block);
    } else {
      const size_t whole = sizeof(Header) + (size_t{1} << size_class);
      if (size_ - used_ < whole) Leave();
      block = bytes_.get() + used_ + sizeof(Header);
      used_ += whole;
    }
    new (HeaderOf(block)) Header{size_class, static_cast<uint32_t>(size), 0};
    Watch(block, size);
    return block;
  }

  void Free(void* block) {
    if (block == nullptr) return;
    if (block == newest_node_) newest_node_ = nullptr;
    const Header& header = *HeaderOf(block);
    if (header.asked == sizeof(GumboAttribute) && attributes_ > 0) --attributes_;
    *static_cast<void**>(block) = free_[header.size_class];
    free_[header.size_class] = block;
  }

  // A block of a node's size is a node, but for a string that is as long by chance. When the parser asks for more, the
  // node before stands in the tree.
  void Watch(void* block, size_t size) {
    if (size != sizeof(GumboNode) && size != sizeof(GumboAttribute)) return;
    if (!Settle()) Leave();
    if (size == sizeof(GumboAttribute)) {
      if (++attributes_ > kHtmlAttributes) Leave();
    } else {
      newest_node_ = static_cast<GumboNode*>(block);
      newest_node_->parent = nullptr;
    }
  }

  // Of a string by chance the type is no GumboNodeType at all, so it is not read as one.
  static bool IsOf(const GumboNode* node, GumboNodeType type) {
    int number;
    static_assert(sizeof number == sizeof node->type);
    std::memcpy(&number, &node->type, sizeof number);
    return number == static_cast<int>(type);
  }

  // False if the newest node is an element too deep.
  bool Settle() {
    if (newest_node_ == nullptr) return true;
    const unsigned depth = Depth(newest_node_);
    if (IsOf(newest_node_, GUMBO_NODE_ELEMENT) && depth > kHtmlDepth + 1) return false;
    if (HeaderOf(newest_node_)->depth == 0) return depth <= kHtmlDepth + 1;
    attributes_ = 0;
    newest_node_ = nullptr;
    return true;
  }

  // Of a node, the document's being 1; of what does not stand in the tree, how far up it goes.
  unsigned Depth(GumboNode* node) {
    unsigned steps = 0;
    for (GumboNode* at = node; IsNode(at) && steps <= kHtmlDepth + 2; at = at->parent) {
      if (const unsigned known = HeaderOf(at)->depth; known > 0) return HeaderOf(node)->depth = known + steps;
      ++steps;
      if (IsOf(at, GUMBO_NODE_DOCUMENT)) return HeaderOf(node)->depth = steps;
    }
    return steps;
  }

  // Whether it is a block of ours that may be a node: what a string by chance points to is nothing, or harmless.
  bool IsNode(const GumboNode* node) const {
    const auto at = reinterpret_cast<uintptr_t>(node), begin = reinterpret_cast<uintptr_t>(bytes_.get());
    if (at < begin + sizeof(Header) || at > begin + used_ - sizeof(GumboNode) || at % alignof(Header) != 0)
      return false;
    return (reinterpret_cast<const Header*>(at) - 1)->asked == sizeof(GumboNode);
  }

  const size_t size_;
  const std::unique_ptr<char[]> bytes_;  // large: the system gives what is touched only
  size_t used_ = 0;
  std::array<void*, kClasses> free_{};
  GumboNode* newest_node_ = nullptr;
  unsigned attributes_ = 0;  // of the tag that is read
  std::string_view html_;
  const GumboOptions* options_ = nullptr;
  GumboOutput* volatile output_ = nullptr;
  std::jmp_buf out_;
};

HtmlTree::HtmlTree(std::string_view html) {
  if (html.size() > kHtmlBytes || CountTags(html, "html") + CountTags(html, "body") > kHtmlRoots) return;
  renamed_ = Rename(html);
  TameReferences(html, &renamed_);
  region_ = std::make_unique<Region>(html.size());
  document_ = region_->Parse(renamed_.empty() ? html : renamed_);
}

HtmlTree::~HtmlTree() = default;

GumboTag TagOf(const GumboElement& element) {
  if (element.tag != GUMBO_TAG_UNKNOWN) return element.tag;
  const std::string_view tag(element.original_tag.data, element.original_tag.length);
  for (const Renamed& row : kRenamed) {
    if (tag.size() > row.name.size() && tag[1] == kOther && IsNamed(tag.substr(1), row)) return row.tag;
  }
  return GUMBO_TAG_UNKNOWN;
}

std::string_view AttributeOf(const GumboElement& element, const char* name) {
  const GumboAttribute* attribute = gumbo_get_attribute(&element.attributes, name);
  return attribute == nullptr ? std::string_view() : std::string_view(attribute->value);
}

}  // namespace casecomm::scan
