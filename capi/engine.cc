// SPDX-License-Identifier: Apache-2.0
#include "casecomm/engine.h"

#include <memory>
#include <utility>

#include "casecomm/casecomm.h"
#include "fence.h"
#include "list.h"
#include "objects.h"
#include "seam_tables.h"

using namespace casecomm::capi;
using casecomm::Actor;
using casecomm::Code;
using casecomm::MailDecision;
using casecomm::Result;
using casecomm::Status;
using casecomm::host::InboundMail;

namespace {

Actor ActorOf(const casecomm_actor* actor, Arguments* in) {
  const auto asked = in->Struct(actor, "actor");
  if (in->ok() && asked.kind != CASECOMM_ACTOR_OPERATOR && asked.kind != CASECOMM_ACTOR_PERSON) {
    in->Refuse(BadArgument("actor.kind", "the kind was none of an actor's"));
  }
  Actor made;
  made.kind = static_cast<Actor::Kind>(asked.kind);
  made.person = in->String(asked.person, "actor.person");
  return made;
}

// A seam, or null and the fault kept.
template <typename Seam>
std::unique_ptr<Seam> Taken(Result<std::unique_ptr<Seam>>* made, Arguments* in) {
  if (made->ok()) return std::move(*made).value();
  in->Refuse(made->status());
  return nullptr;
}

}  // namespace

casecomm_status casecomm_engine_open(const casecomm_engine_options* options, casecomm_engine* out,
                                     casecomm_error* error) {
  // Every table is taken before anything can fail, so that each is released.
  casecomm_engine_options asked{};
  const bool whole = options && Read(options, &asked);
  auto clock = ClockOf(asked.clock);
  auto random = RandomOf(asked.random);
  auto observer = ObserverOf(asked.observer);
  auto scanner = ScannerOf(asked.scanner);
  return Give(out, error, [&]() -> Result<std::shared_ptr<EngineObject>> {
    Arguments in;
    if (!whole) return options ? WrongSize("options") : NullArgument("options");
    casecomm::EngineOptions settings;
    settings.clock = Taken(&clock, &in);
    settings.random = Taken(&random, &in);
    settings.observer = Taken(&observer, &in);
    settings.scanner = Taken(&scanner, &in);
    in.Zero(asked.reserved, "options.reserved");
    const auto store = in.Pin(asked.store);
    const std::string_view keys = in.Text(asked.keys, "options.keys");
    settings.trust = TrustPolicyOf(&in, asked.trust);
    settings.attachments = InboundPolicyOf(&in, asked.attachments);
    if (asked.scanner_timeout_us < 0) {
      in.Refuse(BadArgument("options.scanner_timeout_us", "the time was negative"));
    }
    if (!in.ok()) return in.status();
    auto ring = casecomm::KeyRing::Parse(keys);
    if (!ring.ok()) return ring.status();
    settings.keys = std::move(ring).value();
    if (asked.batch_mails != 0) settings.batch_mails = asked.batch_mails;
    if (asked.batch_bytes != 0) settings.batch_bytes = asked.batch_bytes;
    if (asked.scanner_bytes != 0) settings.scanner_bytes = asked.scanner_bytes;
    if (asked.scanner_timeout_us != 0) settings.scanner_timeout_us = asked.scanner_timeout_us;

    settings.store = store->Use();
    if (!settings.store) {
      return Status(Code::kFailedPrecondition, "store_used", "options.store", "the store served an engine already");
    }
    auto engine = casecomm::Engine::Open(std::move(settings));
    if (!engine.ok()) return engine.status();
    return std::make_shared<EngineObject>(std::move(engine).value());
  });
}

casecomm_status casecomm_engine_create_account(casecomm_engine engine, const casecomm_account_spec* spec,
                                               const casecomm_actor* actor, casecomm_error* error) {
  return Fence(error, [&] {
    Arguments in;
    const auto object = in.Pin(engine);
    const auto asked = in.Struct(spec, "spec");
    in.Zero(asked.reserved, "spec.reserved");
    const casecomm::AccountSpec account{in.String(asked.name, "spec.name"), in.String(asked.domain, "spec.domain"),
                                        in.String(asked.preset, "spec.preset")};
    const Actor who = ActorOf(actor, &in);
    if (!in.ok()) return in.status();
    return object->engine->CreateAccount(account, who).status();
  });
}

casecomm_status casecomm_engine_accounts(casecomm_engine engine, casecomm_list* out, casecomm_error* error) {
  return Give(out, error, [&]() -> ListResult {
    Arguments in;
    const auto object = in.Pin(engine);
    if (!in.ok()) return in.status();
    return ListOf(object->engine->Accounts());
  });
}

casecomm_status casecomm_engine_as(casecomm_engine engine, casecomm_str account, const casecomm_actor* actor,
                                   casecomm_session* out, casecomm_error* error) {
  return Give(out, error, [&]() -> Result<std::shared_ptr<SessionObject>> {
    Arguments in;
    auto object = in.Pin(engine);
    const std::string_view name = in.Text(account, "account");
    const Actor who = ActorOf(actor, &in);
    if (!in.ok()) return in.status();
    auto session = object->engine->As(name, who);
    if (!session.ok()) return session.status();
    return std::make_shared<SessionObject>(std::move(object), std::move(session).value());
  });
}

casecomm_status casecomm_engine_receive(casecomm_engine engine, casecomm_source source, casecomm_str home,
                                        casecomm_received_fn received, void* host, casecomm_error* error) {
  return Fence(error, [&] {
    Arguments in;
    const auto object = in.Pin(engine);
    const auto from = in.Take(source);
    const std::string_view name = in.Text(home, "home");
    if (!in.ok()) return in.status();
    const auto tell = [&](const InboundMail& mail, const MailDecision& decision) {
      if (!received) return;
      const Lent<casecomm_decision> lent(std::make_shared<DecisionObject>(decision));
      auto facts = Sized<casecomm_received>();
      facts.path = Str(mail.path);
      facts.index = mail.index;
      facts.transport_key = Str(mail.transport_key);
      facts.decision = lent.get();
      received(host, &facts);
    };
    return object->engine->Receive(*from->source, name, tell);
  });
}

void casecomm_engine_release(casecomm_engine engine) {
  Release(engine);
}
