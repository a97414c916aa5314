// SPDX-License-Identifier: Apache-2.0
#include "thread/place.h"

#include <algorithm>

#include "base/text.h"

namespace casecomm::thread {
namespace {

constexpr size_t kNewest = 19;  // of a list of ids, beside its first
constexpr size_t kMaxId = 998;  // a line (RFC 5322, 2.1.1)

// Fit for a key: it can stand between < and >. An "@" is not asked for, old mail programs left it out.
bool IsWellFormed(std::string_view id) {
  return !id.empty() && id.size() <= kMaxId && std::all_of(id.begin(), id.end(), [](char c) {
    return static_cast<unsigned char>(c) > 0x20 && c != 0x7f && c != '<' && c != '>';
  });
}

// Calls `visit` with the first and the last 19 ids of a list, in their order.
template <typename Visit>
void ForEnds(const std::vector<std::string_view>& ids, Visit visit) {
  for (size_t i = 0; i < ids.size(); ++i) {
    if (i == 0 || i + kNewest >= ids.size()) visit(ids[i]);
  }
}

// Old programs wrote "In-Reply-To: message from Ann <ann@example.com> of Tuesday <id>", and some the address alone: it is no
// id, and would join all that was ever answered to Ann.
bool IsMailbox(std::string_view id, const scan::Envelope& envelope) {
  for (const auto* list : {&envelope.from, &envelope.sender, &envelope.reply_to, &envelope.to, &envelope.cc}) {
    for (const scan::Mailbox& mailbox : *list) {
      const size_t sign = mailbox.local.size();
      if (mailbox.domain.empty() || id.size() != sign + 1 + mailbox.domain.size() || id[sign] != '@') continue;
      if (base::EqualFoldAscii(id.substr(0, sign), mailbox.local) &&
          base::EqualFoldAscii(id.substr(sign + 1), mailbox.domain)) {
        return true;
      }
    }
  }
  return false;
}

bool OlderThan(const Neighbour& a, const Neighbour& b) {
  return a.first_at_us != b.first_at_us ? a.first_at_us < b.first_at_us : a.thread < b.thread;
}

}  // namespace

std::vector<std::string_view> Keys(const scan::Envelope& envelope) {
  std::vector<std::string_view> keys;
  const auto add = [&](std::string_view id) {
    if (IsWellFormed(id) && std::find(keys.begin(), keys.end(), id) == keys.end()) keys.push_back(id);
  };
  const auto add_reference = [&](std::string_view id) {
    if (!IsMailbox(id, envelope)) add(id);
  };
  add(envelope.message_id);
  ForEnds(envelope.in_reply_to, add_reference);
  ForEnds(envelope.references, add_reference);
  return keys;
}

std::optional<uint64_t> SignedThread(const scan::Envelope& envelope, const address::Signer& signer, uint32_t account,
                                     std::string_view domain, int64_t now_us) {
  // The oldest come first here: the references, then what the mail replies to.
  std::vector<std::string_view> ids;
  const auto add = [&](std::string_view id) { ids.push_back(id); };
  ForEnds(envelope.references, add);
  ForEnds(envelope.in_reply_to, add);
  for (auto id = ids.rbegin(); id != ids.rend(); ++id) {
    const size_t at = id->rfind('@');
    if (at == id->npos || !base::EqualFoldAscii(id->substr(at + 1), domain)) continue;
    const std::optional<address::Capability> capability = signer.Verify(id->substr(0, at), domain, now_us);
    if (capability && capability->kind == address::Kind::kMessageId && capability->account == account) {
      return capability->locator;
    }
  }
  return std::nullopt;
}

Placement Place(const std::optional<Neighbour>& signed_thread, const std::vector<Neighbour>& by_reference) {
  std::vector<Neighbour> others = by_reference;
  std::sort(others.begin(), others.end(), OlderThan);
  Placement placement;
  if (signed_thread) {
    placement.thread = signed_thread->thread;
    placement.by_signature = true;
  } else if (!others.empty()) {
    placement.thread = others.front().thread;
  }
  for (Neighbour& other : others) {
    const bool placed = other.thread == placement.thread || std::find(placement.joins.begin(), placement.joins.end(),
                                                                      other.thread) != placement.joins.end();
    if (!placed) placement.joins.push_back(std::move(other.thread));
  }
  return placement;
}

}  // namespace casecomm::thread
