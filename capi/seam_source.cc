// SPDX-License-Identifier: Apache-2.0
// A mail source of the host's.
#include <string>
#include <utility>
#include <vector>

#include "seam_call.h"
#include "seam_tables.h"

namespace casecomm::capi {
namespace {

using host::InboundMail;

// Where the mails of one call of `next` go. The first failure ends it.
struct Inbox {
  size_t room;
  std::vector<InboundMail>* out;
  Status failure;
};

Status TakeMail(const casecomm_inbound* given, Inbox* inbox) {
  Arguments in;
  const casecomm_inbound mail = in.Struct(given, "mail");
  in.Only(mail.flags, CASECOMM_INBOUND_ENVELOPE_KNOWN, "mail.flags");
  InboundMail taken;
  taken.transport_key = in.String(mail.transport_key, "mail.transport_key");
  taken.envelope_known = (mail.flags & CASECOMM_INBOUND_ENVELOPE_KNOWN) != 0;
  in.Strings(mail.envelope_recipients, mail.envelope_recipient_count, "mail.envelope_recipients",
             &taken.envelope_recipients);
  const std::string_view raw = in.Text(mail.raw, "mail.raw");
  taken.path = in.String(mail.path, "mail.path");
  taken.index = mail.index;
  taken.trust = in.Verdict(mail.trust, "mail.trust");
  in.Zero(mail.reserved, "mail.reserved");
  if (inbox->room == 0) in.Refuse(BadArgument("mail", "the source handed over more mails than it was asked for"));
  if (!in.ok()) return in.status();
  taken.raw.assign(raw);
  inbox->out->push_back(std::move(taken));
  --inbox->room;
  return {};
}

casecomm_status Put(void* sink, const casecomm_inbound* mail) {
  auto* const inbox = static_cast<Inbox*>(sink);
  return Answer(&inbox->failure, [&] { return TakeMail(mail, inbox); });
}

class HostSource : public host::Source {
 public:
  explicit HostSource(HostTable<casecomm_host_source> table)
      : table_(std::move(table)), name_(table_->name.data, table_->name.size) {}
  static bool Whole(const casecomm_host_source& table) {
    std::string_view name;
    return table.next && View(table.name, &name) && !name.empty();
  }

  std::string_view name() const override { return name_; }

  Status Next(size_t limit, std::vector<InboundMail>* out) override {
    // A new batch: what is left of the last one was not committed, and will be handed over anew.
    if (out->empty()) pending_.clear();
    const size_t before = out->size();
    Inbox inbox{limit, out, {}};
    Status said = CallHost("source", "next", [&](casecomm_error* error) {
      return table_->next(table_->host, limit, &Put, &inbox, error);
    });
    for (size_t i = before; i < out->size(); ++i) pending_.emplace_back((*out)[i], handed_over_++);
    return inbox.failure.ok() ? said : inbox.failure;
  }

  Status Committed(const std::vector<const InboundMail*>& mails) override {
    std::vector<casecomm_str> keys;
    std::vector<uint64_t> positions;
    size_t place = 0;
    for (const InboundMail* mail : mails) {
      const Pending* const pending = Find(*mail, &place);
      if (!pending)
        return Status(Code::kInternal, {}, mail->path, "a mail was committed that the source had not given");
      keys.push_back(Str(mail->transport_key));
      positions.push_back(pending->position);
    }
    if (mails.empty() || !table_->committed) return {};
    return CallHost("source", "committed", [&](casecomm_error* error) {
      return table_->committed(table_->host, keys.data(), positions.data(), keys.size(), error);
    });
  }

 private:
  // A mail handed over, known again by what a source says of it.
  struct Pending {
    Pending(const InboundMail& mail, uint64_t its_position)
        : transport_key(mail.transport_key),
          path(mail.path),
          index(mail.index),
          size(mail.raw.size()),
          position(its_position) {}
    bool Is(const InboundMail& mail) const {
      return size == mail.raw.size() && index == mail.index && transport_key == mail.transport_key && path == mail.path;
    }
    std::string transport_key, path;
    int64_t index;
    size_t size;
    uint64_t position;
  };

  // Mails are committed in the order they came in: the search begins at `place`, behind the one found last.
  const Pending* Find(const InboundMail& mail, size_t* place) const {
    for (size_t tried = 0; tried < pending_.size(); ++tried) {
      const Pending& pending = pending_[(*place)++ % pending_.size()];
      if (pending.Is(mail)) return &pending;
    }
    return nullptr;
  }

  const HostTable<casecomm_host_source> table_;
  const std::string name_;
  std::vector<Pending> pending_;  // of this batch
  uint64_t handed_over_ = 0;
};

}  // namespace

Result<std::unique_ptr<host::Source>> SourceOf(const casecomm_host_source* table) {
  return SeamOf<host::Source, HostSource>(table, "source");
}

}  // namespace casecomm::capi
