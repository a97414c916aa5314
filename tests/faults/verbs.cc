// SPDX-License-Identifier: Apache-2.0
#include "tests/faults/verbs.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <utility>

#include "casecomm/attachment.h"
#include "casecomm/files.h"
#include "casecomm/host/sink.h"
#include "casecomm/json.h"
#include "casecomm/mail.h"
#include "store/collections.h"

namespace casecomm::faults {
namespace {

std::string Spell(const std::string& text) {
  return text;
}
std::string Spell(const AccountInfo& account) {
  return account.name + " " + account.domain + " " + account.preset + " " + account.policy;
}
std::string Spell(const MailDecision& decision) {
  return ToJson(decision, "", -1, /*with_trace=*/true);
}
std::string Spell(const std::unique_ptr<Engine>& engine) {
  return engine != nullptr ? "engine" : "none";
}
std::string Spell(const std::unique_ptr<host::Source>& source) {
  return std::string(source->name());
}
std::string Spell(const Session&) {
  return "session";
}
std::string Spell(const SuggestionView& suggestion) {
  return ToJson(suggestion);
}
std::string Spell(const KeyRing& ring) {
  return ring.Format();
}
template <typename T>
std::string Spell(const std::vector<T>& items) {
  std::string all;
  for (const T& item : items) all += Spell(item) + "\n";
  return all;
}
template <typename T>
std::string Spell(const Page<T>& page) {
  std::string all;
  for (const T& item : page.items) all += ToJson(item) + "\n";
  return all + "next " + page.next;
}
std::string Spell(const RecordPage& page) {
  return ToJson(page);
}
std::string Spell(const host::Delivery& delivery) {
  std::string all = delivery.message_id;
  for (const auto& result : delivery.recipients) {
    all += " " + std::string(DeliveryStateName(result.state)) + " " + result.words;
  }
  return all;
}

template <typename T>
Status Tell(const Result<T>& result, std::string* answer) {
  if (result.ok()) *answer = Spell(*result);
  return result.status();
}

// A verb that answers a Result.
template <typename Act>
Verb Asks(std::string name, Act act) {
  return {std::move(name),
          [act](World& w, std::string* answer) { return Tell(w.Call([&] { return act(w); }), answer); }};
}

// An act of a person on a message: once done, it cannot be done again.
template <typename Act>
Verb Acts(std::string name, std::string World::*message, Act act, std::function<void(World&)> prepare = nullptr) {
  return {std::move(name),
          [message, act](World& w, std::string* answer) {
            const ActRequest request{w.*message, "", "not for anybody else"};
            const std::vector<std::string> records = {"C1"};
            return Tell(w.Call([&] { return act(w, request, records); }), answer);
          },
          std::move(prepare), true, Code::kFailedPrecondition};
}

// A function that has no Status to answer, and throws std::bad_alloc and nothing else.
template <typename Act>
Verb Makes(std::string name, Act act) {
  return {std::move(name),
          [act](World& w, std::string* answer) {
            return Tell(w.Call([&]() -> Result<decltype(act(w))> {
              try {
                return act(w);
              } catch (const std::bad_alloc&) {
                return Status::OutOfMemory();
              }
            }),
                        answer);
          },
          nullptr, /*touches_store=*/false};
}

Verb Receives(std::string name, std::function<void(World&)> prepare) {
  return {std::move(name),
          [](World& w, std::string* answer) {
            ListSource source;
            source.Add(MailText("p1@mail.example.com", w.record_address, "Filed, too"));
            source.Add(MailText("p1@mail.example.com", w.record_address, "Filed"));  // came before
            source.Add(MailText("ann@firm.example.org", "p3@mail.example.com", "Unassigned"), {w.drop_address});
            source.Add(MailText("p1@mail.example.com", "crd1zzzzzzzzzz-zzzz@in.example.org", "Held"));
            std::vector<MailDecision> decisions;
            decisions.reserve(8);
            const ReceivedCallback received = [&](const host::InboundMail&, const MailDecision& decision) {
              decisions.push_back(decision);
            };
            const std::string home = "firm";
            const Status status = w.Call([&] { return w.engine->Receive(source, home, received); });
            if (status.ok() && source.committed != 4) *answer = "not all acknowledged\n";
            if (!status.ok() && source.committed != 0) return Status(Code::kInternal, "acknowledged and failed");
            *answer += Spell(decisions);
            return status;
          },
          std::move(prepare)};
}

void WriteFile(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

// One of the hard mails that go through every door.
std::string DoorMail(const std::string& name) {
  std::ifstream file(CASECOMM_SOURCE_DIR "/tests/doors/mail/" + name + ".eml", std::ios::binary);
  std::string mail(std::istreambuf_iterator<char>(file), {});
  EXPECT_FALSE(mail.empty()) << name;
  return mail;
}

// ScanMail never fails: out of memory is a defect.
Status Scan(World& w, const std::string& bytes, const ScanOptions& options, std::string* answer) {
  Mail mail;
  const Status called = w.Call([&] {
    mail = ScanMail(bytes, options);
    return Status();
  });
  if (!called.ok()) return called;
  if (!mail.over_limit) {
    *answer = ToJson(mail, "", -1);
    return Status();
  }
  const bool told = mail.defects.empty() || mail.defects.front().name == "out_of_memory";
  return told ? Status::OutOfMemory() : Status(Code::kInternal, "another defect");
}

Verb ScansWhole(std::string name, const std::string& mail) {
  return {std::move(name),
          [bytes = DoorMail(mail)](World& w, std::string* answer) {
            ScanOptions options;
            options.trust.authserv_ids = {"mx.firm.example"};
            return Scan(w, bytes, options, answer);
          },
          nullptr, /*touches_store=*/false};
}

void MakeMailFolder(World& w) {
  const std::string root = w.folder + "/mail";
  std::filesystem::create_directories(root + "/sub");
  std::filesystem::create_directories(root + "/maildir/new");
  std::filesystem::create_directories(root + "/maildir/cur");
  WriteFile(root + "/a.eml", MailText("a@b.example", "c@d.example", "One"));
  WriteFile(root + "/maildir/new/1.host", MailText("a@b.example", "c@d.example", "Two"));
  WriteFile(root + "/sub/box", "From a@b.example\n" + MailText("a@b.example", "c@d.example", "Three") +
                                   "\nFrom a@b.example\n" + MailText("a@b.example", "c@d.example", "Four") + "\n");
}

// All mails of a folder, through as many calls of Next as it takes; a call that failed is made again.
Status ReadFolder(World& w, std::string* answer) {
  FileSourceOptions options;
  options.paths = {w.folder + "/mail"};
  auto source = FileSource(std::move(options));
  if (!source.ok()) return source.status();
  std::vector<host::InboundMail> mails;
  const Status first = w.Call([&] { return (*source)->Next(100, &mails); });
  if (!first.ok()) {
    const Status again = (*source)->Next(100, &mails);  // it lost none
    if (!again.ok()) return Status(Code::kInternal, "the source did not come back: " + again.ToString());
  }
  std::string all;
  for (const host::InboundMail& mail : mails) {
    all += mail.path.substr(w.folder.size()) + " " + std::to_string(mail.index) + " " + mail.raw + "\n";
  }
  if (mails.size() != 4) return Status(Code::kInternal, "the source gave another number of mails:\n" + all);
  *answer = all;
  return first;
}

ByteSink Into(std::string* bytes) {
  return [bytes](std::string_view piece) {
    bytes->append(piece);
    return Status();
  };
}

template <typename Read>
Verb Streams(std::string name, Read read) {
  return {std::move(name), [read](World& w, std::string* answer) {
            answer->reserve(1 << 16);
            const ByteSink sink = Into(answer);
            return w.Call([&] { return read(w, sink); });
          }};
}

struct AcceptAll : host::Sink {
  Status Send(const host::OutboundMail& mail, host::Delivery* delivery) override {
    for (size_t i = 0; i < mail.recipients.size(); ++i) {
      delivery->recipients.push_back({host::DeliveryState::kSent, 250, "taken"});
    }
    return {};
  }
};

}  // namespace

// Makes, or opens, a store beside the world's.
Verb OpensStore(std::string name, std::function<void(World&)> prepare) {
  return {std::move(name),
          [](World& w, std::string* answer) {
            SqliteOptions options;
            options.path = w.folder + "/other.db";
            options.create = true;
            const host::Schema& schema = store::LibrarySchema();
            std::unique_ptr<host::Store> opened;
            const Status status = w.Call([&]() -> Status {
              auto store = SqliteStore(options);
              if (!store.ok()) return store.status();
              opened = std::move(*store);
              return opened->Open(schema);
            });
            if (status.ok()) *answer = Dump(*opened) + "open";
            return status;
          },
          std::move(prepare), /*touches_store=*/false};
}

void RemoveOther(World& w) {
  for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(w.folder + "/other.db" + end);
}

void MakeOther(World& w) {
  RemoveOther(w);
  std::string ignored;
  EXPECT_TRUE(OpensStore("", nullptr).act(w, &ignored).ok());
}

std::vector<Verb> Verbs() {
  const auto raw = [](World& w) { return MailText("p1@mail.example.com", w.record_address, "Another"); };
  std::vector<Verb> verbs = {
      {"Open",
       [](World& w, std::string* answer) {
         EngineOptions options = w.Options();
         return Tell(w.Call([&] { return Engine::Open(std::move(options)); }), answer);
       },
       [](World& w) { w.Close(/*killed=*/false); }},
      OpensStore("SqliteMake", RemoveOther),
      OpensStore("SqliteOpen", MakeOther),
      {"MemoryOpen",
       [](World& w, std::string*) {
         const std::unique_ptr<host::Store> store = MemoryStore();
         const host::Schema& schema = store::LibrarySchema();
         return w.Call([&] { return store->Open(schema); });
       },
       nullptr, false},
      {"CheckAccount",
       [](World& w, std::string*) {
         const AccountSpec spec{"another firm with a name of some length", "Second.Example.Org", "casebook"};
         return w.Call([&] { return Engine::CheckAccount(spec); });
       },
       nullptr, false},
      {"CreateAccount",
       [](World& w, std::string* answer) {
         const AccountSpec spec{"another firm with a name of some length", "Second.Example.Org", "casebook"};
         const Actor actor;
         return Tell(w.Call([&] { return w.engine->CreateAccount(spec, actor); }), answer);
       },
       nullptr, true, Code::kAlreadyExists},
      Asks("Accounts", [](World& w) { return w.engine->Accounts(); }),
      {"As",
       [](World& w, std::string* answer) {
         const Actor actor = Actor::Person("a person whose id is longer than a short string");
         return Tell(w.Call([&] { return w.engine->As("firm", actor); }), answer);
       }},
      Receives("Receive", nullptr),
      Receives("ReceiveAfterUncleanEnd",
               [](World& w) {
                 w.Close(/*killed=*/true);
                 w.Reopen();
               }),
      {"Load",
       [](World& w, std::string*) {
         return w.Call([&] {
           return w.session->Load(
               R"({"people": [{"id": "P9", "kind": "contact", "name": "Nina \u00e9 Nine", "emails": ["nina@mail.example.com"]}],
                   "records": [{"id": "C9", "kind": "case", "name": "A case of some length", "state": "open"},
                               {"id": "C2", "kind": "case", "name": "John Doe", "state": "closed"}],
                   "assignments": [{"record": "C9", "person": "P9", "role": "client"}]})");
         });
       }},
      Asks("RecordAddress", [](World& w) { return w.session->RecordAddress("C2"); }),
      Asks("DropAddress", [](World& w) { return w.session->DropAddress("U1"); }),
      {"Route",
       [raw](World& w, std::string* answer) {
         const std::string bytes = raw(w);
         const EnvelopeHint hint;
         return Tell(w.Call([&] { return w.session->Route(bytes, hint); }), answer);
       }},
      {"RouteBatch",
       [raw](World& w, std::string* answer) {
         const std::string first = raw(w), second = MailText("ann@firm.example.org", "p3@mail.example.com", "x");
         const std::vector<std::string> envelope = {w.drop_address};
         const std::vector<RouteRequest> mails = {{first, false, nullptr}, {second, true, &envelope}};
         RoutedBatch routed;
         Status status = w.Call([&] { return w.session->RouteBatch(mails, &routed); });
         if (!status.ok()) {  // it is empty, and serves again
           if (routed.mail_count() != 0 || !routed.first_target.empty()) return Status(Code::kInternal, "not empty");
           if (Status again = w.session->RouteBatch(mails, &routed); !again.ok())
             return Status(Code::kInternal, "again");
         }
         for (size_t i = 0; i < routed.target_count(); ++i) {
           *answer += std::string(OutcomeName(routed.target_outcomes[i])) + " " + std::string(routed.rules[i]) + " " +
                      std::string(routed.records[i]) + " " + std::string(routed.owners[i]) + "\n";
         }
         return status;
       }},
      {"Explain",
       [](World& w, std::string* answer) {
         const std::string bytes = MailText("ann@firm.example.org", "p3@mail.example.com", "Explain");
         EnvelopeHint hint;
         hint.known = true;
         hint.recipients = {w.drop_address};
         return Tell(w.Call([&] { return w.session->Explain(bytes, hint); }), answer);
       }},
      Asks("People", [](World& w) { return w.session->People(); }),
      {"PeopleNextPage",
       [](World& w, std::string* answer) {
         PageRequest page;
         page.limit = 1;
         page.cursor = w.session->People(page)->next;
         return Tell(w.Call([&] { return w.session->People(page); }), answer);
       }},
      Asks("Records", [](World& w) { return w.staff->Records(); }),
      {"Assignments",
       [](World& w, std::string* answer) {
         const AssignmentFilter filter{"", "U1"};
         return Tell(w.Call([&] { return w.session->Assignments(filter); }), answer);
       }},
      Asks("Addresses", [](World& w) { return w.session->Addresses(); }),
      Asks("Threads", [](World& w) { return w.staff->Threads("C1"); }),
      Asks("Messages", [](World& w) { return w.staff->Messages(w.thread); }),
      Asks("Unassigned", [](World& w) { return w.staff->Unassigned(); }),
      Asks("ShowRecord", [](World& w) { return w.staff->ShowRecord("C1"); }),
      {"Link",
       [](World& w, std::string* answer) {
         LinkRequest request;
         request.message = w.unassigned;
         request.records = {"C1"};
         request.contact = "P3";
         return Tell(w.Call([&] { return w.staff->Link(request); }), answer);
       },
       nullptr, true, Code::kNotFound},
      {"LinkToNewContact",
       [](World& w, std::string* answer) {
         LinkRequest request;
         request.message = w.unassigned;
         request.records = {"C2"};
         request.new_contact_name = "Petra's other name, of some length";
         request.new_contact_email = "petra@other.example.com";
         return Tell(w.Call([&] { return w.staff->Link(request); }), answer);
       },
       nullptr, true, Code::kNotFound},
      Asks("Held", [](World& w) { return w.session->Held(); }),
      Asks("Acts", [](World& w) { return w.session->Acts(w.unassigned); }),
      Asks("Suggestions", [](World& w) { return w.staff->Suggestions(w.unassigned); }),
      Asks("LateMatches", [](World& w) { return w.session->LateMatches(); }),
      Acts("Withdraw", &World::unassigned,
           [](World& w, const ActRequest& request, const auto&) { return w.staff->Withdraw(request); }),
      Acts("WithdrawFiled", &World::filed,
           [](World& w, const ActRequest& request, const auto&) { return w.session->Withdraw(request); }),
      Acts("Reroute", &World::unassigned,
           [](World& w, const ActRequest& request, const auto& on) { return w.session->Reroute(request, on); }),
      Acts(
          "Restore", &World::unassigned,
          [](World& w, const ActRequest& request, const auto&) { return w.staff->Restore(request); },
          [](World& w) {
            EXPECT_TRUE(w.staff->Withdraw({w.unassigned, "", "by mistake"}).ok());
          }),
      Streams("ReadRaw", [](World& w, const ByteSink& sink) { return w.staff->ReadRaw(w.filed, sink); }),
      Streams("ReadAttachment",
              [](World& w, const ByteSink& sink) { return w.staff->ReadAttachment(w.filed, 0, sink); }),
      {"ScanMail", [raw](World& w, std::string* answer) { return Scan(w, raw(w), {}, answer); }, nullptr, false},
      ScansWhole("ScanMailHtmlReply", "html_reply"),
      ScansWhole("ScanMailForward", "forward"),
      ScansWhole("ScanMailForwardAttached", "forward_attached"),
      ScansWhole("ScanMailBounce", "bounce"),
      ScansWhole("ScanMailReceipt", "receipt"),
      ScansWhole("ScanMailFiles", "files"),
      ScansWhole("ScanMailAmbiguous", "ambiguous"),
      ScansWhole("ScanMailTrusted", "trusted"),
      Makes("RenderSafeHtml",
            [mail = DoorMail("files")](World&) { return RenderSafeHtml(mail, "/a/prefix/of/some/length/"); }),
      Makes("SafeFileName",
            [](World&) { return SafeFileName("a name \x01 that is longer than a short string..txt "); }),
      {"FileSource",
       [](World& w, std::string* answer) {
         FileSourceOptions options;
         options.paths = {w.folder + "/mail"};
         return Tell(w.Call([&] { return FileSource(std::move(options)); }), answer);
       },
       MakeMailFolder, false},
      {"FileSourceNext", ReadFolder, MakeMailFolder, false},
      {"KeyRingGenerate",
       [](World& w, std::string* answer) {
         Random random(std::make_shared<uint64_t>(1));
         return Tell(w.Call([&] { return KeyRing::Generate(random); }), answer);
       },
       nullptr, false},
      {"KeyRingParse",
       [](World& w, std::string* answer) {
         const std::string text =
             "casecomm-keys 1\n3 " + std::string(64, 'a') + " 0\n4 " + std::string(64, 'b') + " 5\n";
         return Tell(w.Call([&] { return KeyRing::Parse(text); }), answer);
       },
       nullptr, false},
      {"Submit",
       [](World& w, std::string* answer) {
         AcceptAll sink;
         const host::OutboundMail mail{"", {"a@b.example", "c@d.example"}, "Subject: x\r\n\r\n"};
         return Tell(w.Call([&] { return host::Submit(sink, mail); }), answer);
       },
       nullptr, false},
      {"AttachmentDraftAdd",
       [](World& w, std::string* answer) {
         AttachmentDraft draft;
         const Status status = w.Call([&]() -> Status {
           try {
             *answer = draft.Add("a file with a name of some length.pdf", 1000).sentence;
             return {};
           } catch (const std::bad_alloc&) {
             return Status::OutOfMemory();
           }
         });
         if (!status.ok() && (draft.total_bytes() != 0 || !draft.files().empty())) {
           return Status(Code::kInternal, "the draft was changed");
         }
         return status;
       },
       nullptr, false},
      Makes("JsonOfMail", [mail = ScanMail(MailText("a@b.example", "c@d.example", "Json"))](
                              World&) { return ToJson(mail, "a path", 3); }),
      Makes("JsonQuote", [](World&) { return JsonQuote("some text \x01 that is longer than a short string \xff"); }),
      Makes("Printable", [](World&) { return Printable("some text \x01 that is longer than a short string \xff"); }),
  };
  return verbs;
}

}  // namespace casecomm::faults
