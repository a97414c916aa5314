// SPDX-License-Identifier: Apache-2.0
// The public door: Engine and Session hand on to the rooms behind, and fence foreign exceptions.
#include "casecomm/engine.h"

#include "base/text.h"
#include "flow/context.h"
#include "flow/receive.h"
#include "flow/session.h"
#include "store/collections.h"

namespace casecomm {
namespace {

using host::Value;

constexpr std::string_view kOperator = "operator";
constexpr size_t kMaxName = 255;
constexpr size_t kMaxDomain = 190;  // an address of ours, 64 + 1 + domain, stays within RFC 5321's 256

// Letters, digits and inner hyphens, at least two labels (RFC 1123); lower case.
Status CheckDomain(std::string_view domain) {
  const auto fail = [&](std::string_view why) {
    return Status(Code::kInvalidArgument, "bad_domain", std::string(domain), std::string(why));
  };
  if (domain.empty() || domain.size() > kMaxDomain) return fail("a domain has 1 to 190 characters");
  size_t label = 0, labels = 1;
  for (size_t i = 0; i < domain.size(); ++i) {
    const char c = domain[i];
    const bool alphanumeric = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (c == '.') {
      if (label == 0 || domain[i - 1] == '-') return fail("a label of the domain was empty or ended in a hyphen");
      label = 0;
      ++labels;
    } else if (alphanumeric || (c == '-' && label > 0)) {
      if (++label > 63) return fail("a label of the domain was longer than 63 characters");
    } else {
      return fail("a domain holds letters, digits, hyphens and dots only");
    }
  }
  if (label == 0 || domain.back() == '-') return fail("a label of the domain was empty or ended in a hyphen");
  if (labels < 2) return fail("the domain had one label; it needs at least two, as in in.example.org");
  return {};
}

// An account that names no preset still has rules (spec X-05).
std::string PresetOf(const AccountSpec& spec) {
  return spec.preset.empty() ? "plain" : spec.preset;
}

Status CheckSpec(const AccountSpec& spec) {
  if (spec.name.empty() || spec.name.size() > kMaxName || !base::IsUtf8(spec.name) ||
      base::Printable(spec.name) != spec.name) {
    return Status(Code::kInvalidArgument, "bad_name", spec.name,
                  "an account's name is 1 to 255 bytes of UTF-8 without control characters");
  }
  if (spec.name == kOperator) {
    return Status(Code::kInvalidArgument, "bad_name", spec.name, "the account of this name is the operator's own");
  }
  if (Status s = CheckDomain(base::LowerAscii(spec.domain)); !s.ok()) return s;
  return route::Program::Preset(PresetOf(spec)).status();
}

AccountInfo Info(const wire::AccountRow& row, const route::Program& program) {
  return {row.name, row.domain, row.preset, std::string(program.policy())};
}

}  // namespace

class Engine::Impl {
 public:
  explicit Impl(std::unique_ptr<flow::Context> context) : context_(std::move(context)) {}

  Result<AccountInfo> CreateAccount(const AccountSpec& spec, const Actor& actor);
  Result<std::shared_ptr<flow::Account>> Find(std::string_view name, bool operator_if_several);
  Result<std::shared_ptr<flow::Account>> OperatorsOwn(const Actor& actor);

  flow::Context& context() { return *context_; }

 private:
  const std::unique_ptr<flow::Context> context_;
};

Result<AccountInfo> Engine::Impl::CreateAccount(const AccountSpec& spec, const Actor& actor) {
  if (actor.kind != Actor::Kind::kOperator) {
    return Status(Code::kPermissionDenied, "operator_only", actor.person, "only the operator may create an account");
  }
  if (Status s = CheckSpec(spec); !s.ok()) return s;
  auto program = route::Program::Preset(PresetOf(spec));
  if (!program.ok()) return program.status();

  bool contended = false;
  for (int attempt = 0; attempt < flow::kCommitAttempts; ++attempt) {
    if (contended) context_->Notice(host::EventKind::kContended, spec.name, kOperator, "create_account");
    if (Status s = context_->RefreshAccounts(); !s.ok()) return s;
    if (context_->FindAccount(spec.name) != nullptr) {
      return Status(Code::kAlreadyExists, "account_exists", spec.name, "an account of this name is in the store");
    }
    wire::AccountRow row;
    if (Status s = context_->random().Fill(&row.number, sizeof row.number); !s.ok()) return s;
    row.number &= address::kMaxAccount;
    if (row.number == flow::kOperatorAccount) continue;
    row.name = spec.name;
    row.domain = base::LowerAscii(spec.domain);
    row.preset = PresetOf(spec);
    row.created_us = context_->RecordTime();

    store::BatchBuilder batch(flow::kOperatorAccount);
    const std::string mark = "account:" + spec.name;  // makes the name unique among racing creators
    const auto mark_key = flow::Key(flow::kOperatorAccount, Value::Text(mark));
    batch.Require(store::kMarks, mark_key, 0);
    batch.Require(store::kAccounts, flow::Key(flow::kOperatorAccount, Value::Int(row.number)), 0);
    batch.Put(store::kMarks, {mark_key[0], mark_key[1], Value::Int(row.number)});
    wire::Put(batch, row);
    context_->MarkKeys(batch);
    const Status committed = store::CommitOne(context_->store(), batch.batch());
    contended = committed.code() == Code::kAborted;
    if (contended) continue;
    if (!committed.ok()) return committed;
    context_->Notice(host::EventKind::kAccountCreated, spec.name, kOperator, spec.name);
    // It is made: if this read fails, whoever asks for the account first reads the list again.
    const Status ignored = context_->RefreshAccounts();
    static_cast<void>(ignored);
    return Info(row, *program);
  }
  return Status(Code::kUnavailable, "commit_contended", spec.name, "other writers kept creating accounts");
}

Result<std::shared_ptr<flow::Account>> Engine::Impl::Find(std::string_view name, bool operator_if_several) {
  std::shared_ptr<flow::Account> account = name.empty() ? nullptr : context_->FindAccount(name);
  if (account != nullptr) return account;
  if (Status s = context_->RefreshAccounts(); !s.ok()) return s;
  if (!name.empty()) {
    account = context_->FindAccount(name);
    if (account != nullptr) return account;
    return Status(Code::kNotFound, "no_account", std::string(name), "no account of this name is in the store");
  }
  const auto accounts = context_->accounts();
  if (accounts.size() == 1) return accounts.front();
  if (operator_if_several) return context_->FindAccount(flow::kOperatorAccount);
  if (accounts.empty()) return Status(Code::kNotFound, "no_account", "", "the store has no account yet");
  return Status(Code::kInvalidArgument, "account_needed", "", "the store has several accounts; one must be named");
}

Result<std::shared_ptr<flow::Account>> Engine::Impl::OperatorsOwn(const Actor& actor) {
  if (actor.kind != Actor::Kind::kOperator) {
    return Status(Code::kPermissionDenied, "operator_only", actor.person,
                  "only the operator may see mail of no account");
  }
  if (Status s = context_->RefreshAccounts(); !s.ok()) return s;
  return context_->FindAccount(flow::kOperatorAccount);
}

Engine::Engine(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Engine::~Engine() = default;

Result<std::unique_ptr<Engine>> Engine::Open(EngineOptions options) {
  return Fenced([&]() -> Result<std::unique_ptr<Engine>> {
    auto context = flow::Context::Open(std::move(options));
    if (!context.ok()) return context.status();
    return std::unique_ptr<Engine>(new Engine(std::make_unique<Impl>(std::move(*context))));
  });
}

Status Engine::CheckAccount(const AccountSpec& spec) {
  return Fenced([&] { return CheckSpec(spec); });
}

Result<AccountInfo> Engine::CreateAccount(const AccountSpec& spec, const Actor& actor) {
  return Fenced([&] { return impl_->CreateAccount(spec, actor); });
}

Result<std::vector<AccountInfo>> Engine::Accounts() {
  return Fenced([&]() -> Result<std::vector<AccountInfo>> {
    flow::Context& context = impl_->context();
    if (Status s = context.RefreshAccounts(); !s.ok()) return s;
    std::vector<AccountInfo> infos;
    for (const auto& account : context.accounts()) {
      auto document = context.ReadRules(account->row());
      if (!document.ok()) return document.status();
      auto program = route::Program::Parse(*document);
      if (!program.ok()) return program.status();
      infos.push_back(Info(account->row(), *program));
    }
    return infos;
  });
}

Result<Session> Engine::As(std::string_view account, const Actor& actor) {
  return Fenced([&]() -> Result<Session> {
    auto found =
        account == kOperator ? impl_->OperatorsOwn(actor) : impl_->Find(account, /*operator_if_several=*/false);
    if (!found.ok()) return found.status();
    return Session(std::make_shared<Session::Impl>(impl_->context(), std::move(*found), actor));
  });
}

Status Engine::Receive(host::Source& source, std::string_view home, const ReceivedCallback& received) {
  return Fenced([&]() -> Status {
    auto account = impl_->Find(home, /*operator_if_several=*/true);
    if (!account.ok()) return account.status();
    return flow::Receiver(impl_->context(), source, std::move(*account)).Run(received);
  });
}

Status Session::Load(std::string_view json) {
  return Fenced([&] { return impl_->Load(json); });
}
Result<std::string> Session::RecordAddress(std::string_view record) {
  return Fenced([&] { return impl_->RecordAddress(record); });
}
Result<std::string> Session::DropAddress(std::string_view person) {
  return Fenced([&] { return impl_->DropAddress(person); });
}
Result<MailDecision> Session::Route(std::string_view raw, const EnvelopeHint& envelope) {
  return Fenced([&] { return impl_->Route(raw, envelope); });
}
Status Session::RouteBatch(const std::vector<RouteRequest>& mails, RoutedBatch* routed) {
  Status status = Fenced([&] { return impl_->RouteBatch(mails, routed); });
  if (!status.ok()) Impl::Clear(routed);
  return status;
}
Result<MailDecision> Session::Explain(std::string_view raw, const EnvelopeHint& envelope) {
  return Fenced([&] { return impl_->Explain(raw, envelope); });
}
Result<Page<PersonView>> Session::People(const PageRequest& page) {
  return Fenced([&] { return impl_->People(page); });
}
Result<Page<RecordView>> Session::Records(const PageRequest& page) {
  return Fenced([&] { return impl_->Records(page); });
}
Result<Page<AssignmentView>> Session::Assignments(const AssignmentFilter& filter, const PageRequest& page) {
  return Fenced([&] { return impl_->Assignments(filter, page); });
}
Result<Page<AddressEntry>> Session::Addresses(const PageRequest& page) {
  return Addresses({}, page);
}
Result<Page<AddressEntry>> Session::Addresses(const AddressFilter& filter, const PageRequest& page) {
  return Fenced([&] { return impl_->Addresses(filter, page); });
}
Result<Page<ThreadSummary>> Session::Threads(std::string_view record, const PageRequest& page) {
  return Fenced([&] { return impl_->Threads(record, page); });
}
Result<Page<MessageView>> Session::Messages(std::string_view thread, const PageRequest& page) {
  return Fenced([&] { return impl_->Messages(thread, page); });
}
Result<Page<UnassignedView>> Session::Unassigned(const PageRequest& page) {
  return Fenced([&] { return impl_->Unassigned(page); });
}
Result<RecordPage> Session::ShowRecord(std::string_view record) {
  return Fenced([&] { return impl_->ShowRecord(record); });
}
Result<MailDecision> Session::Link(const LinkRequest& request) {
  return Fenced([&] { return impl_->Link(request); });
}
Status Session::ReadRaw(std::string_view message, const ByteSink& sink) {
  return Fenced([&] { return impl_->ReadRaw(message, sink); });
}
Status Session::ReadAttachment(std::string_view message, size_t position, const ByteSink& sink) {
  return Fenced([&] { return impl_->ReadAttachment(message, position, sink); });
}

}  // namespace casecomm
