// SPDX-License-Identifier: Apache-2.0
// The commands: one function each, and the tables that say how they are called.
#include "commands.h"

#include <casecomm/engine.h>
#include <casecomm/files.h>
#include <casecomm/json.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <memory>
#include <string>
#include <system_error>
#include <utility>

#include "files.h"
#include "held.h"
#include "host.h"
#include "print.h"
#include "reading.h"
#include "rules.h"
#include "sources.h"

namespace tool {

using casecomm::Code;
using casecomm::Engine;
using casecomm::JsonQuote;
using casecomm::MailDecision;
using casecomm::Printable;
using casecomm::Result;
using casecomm::Session;
using casecomm::Status;
using casecomm::ToJson;
using casecomm::host::InboundMail;
using casecomm::host::Source;

namespace {

constexpr size_t kDocumentBytes = 1u << 30;

Status Init(const Arguments& arguments, Output& out) {
  casecomm::AccountSpec spec;
  spec.name = arguments.Value("--account");
  spec.domain = arguments.Value("--domain");
  spec.preset = arguments.Value("--preset");
  for (const char* option : {"--account", "--domain"}) {
    if (!arguments.Has(option)) return WrongUse(option, "init needs it");
  }
  if (const Status fault = Engine::CheckAccount(spec); !fault.ok()) {  // before anything is made
    return WrongUse(std::string(fault.subject()), std::string(fault.message()));
  }
  const Result<Place> place = FindPlace(arguments);
  if (!place.ok()) return place.status();
  if (arguments.Has("--as") && !IsThere(*place)) {  // the library refuses a person, but only once there is a store
    return Status(Code::kPermissionDenied, "operator_only", arguments.Value("--as"),
                  "only the operator may create a store");
  }
  Result<std::unique_ptr<Engine>> engine = CreateOrOpenEngine(arguments);
  if (!engine.ok()) return engine.status();
  const Result<casecomm::AccountInfo> info = (*engine)->CreateAccount(spec, ActorOf(arguments));
  if (!info.ok()) return info.status();
  if (out.json()) {
    out.Line("{" + JsonField("account", info->name) + "," + JsonField("domain", info->domain) + "," +
             JsonField("preset", info->preset) + "," + JsonField("policy", info->policy) + "," +
             JsonField("store", place->store_file) + "," + JsonField("keys", place->key_file) + "}");
    return {};
  }
  out.Line("account  " + Printable(info->name));
  out.Line("domain   " + Printable(info->domain));
  out.Line("preset   " + Printable(info->preset));
  out.Line("policy   " + Printable(info->policy));
  out.Line("store    " + Printable(place->store_file));
  out.Line("keys     " + Printable(place->key_file) +
           "  (addresses are signed with it: keep it secret and keep it safe)");
  return {};
}

Status Load(const Arguments& arguments, Output& out) {
  const std::string& path = arguments.operands[0];
  const Result<std::string> text = ReadAll(path, kDocumentBytes);
  if (!text.ok()) return text.status();
  Result<Opened> opened = OpenSession(arguments);
  if (!opened.ok()) return opened.status();
  if (const Status s = opened->session->Load(*text); !s.ok()) return PlaceFailure(s, path, *text);
  out.Line(out.json() ? "{" + JsonField("loaded", path) + "}" : "loaded " + Printable(path));
  return {};
}

Status Address(const Arguments& arguments, Output& out) {
  const bool of_person = arguments.Has("--person"), reply = arguments.Has("--reply"),
             rotate = arguments.Has("--rotate");
  if (of_person == !arguments.operands.empty()) return WrongUse("address", "it needs a RECORD or --person P");
  if (reply && (of_person || rotate)) return WrongUse("--reply", "it takes a RECORD and nothing else");
  if (arguments.Has("--email") && !reply) return WrongUse("--email", "it goes with --reply P");
  Result<Opened> opened = OpenSession(arguments);
  if (!opened.ok()) return opened.status();
  Session& session = *opened->session;
  const std::string id = of_person ? arguments.Value("--person") : arguments.operands[0];
  const auto address = [&]() -> Result<std::string> {
    if (reply) return session.ReplyAddress(id, arguments.Value("--reply"), arguments.Value("--email"));
    if (of_person) return rotate ? session.RotateDropAddress(id) : session.DropAddress(id);
    return rotate ? session.RotateRecordAddress(id) : session.RecordAddress(id);
  }();
  if (!address.ok()) return address.status();
  const std::string kind = reply ? "reply" : of_person ? "drop" : "record";
  if (out.json()) {
    out.Line("{" + JsonField("id", id) + "," + JsonField("kind", kind) + "," + JsonField("address", *address) + "}");
  } else {
    out.Line(*address);
  }
  return {};
}

Status Retire(const Arguments& arguments, Output& out) {
  const std::string& address = arguments.operands[0];
  Result<Opened> opened = OpenSession(arguments);
  if (!opened.ok()) return opened.status();
  if (const Status s = opened->session->RetireAddress(address); !s.ok()) return s;
  out.Line(out.json() ? "{" + JsonField("retired", address) + "}" : "retired " + Printable(address));
  return {};
}

Status ReplaceKey(const Arguments& arguments, Output& out) {
  const std::string& text = arguments.operands[0];
  uint32_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc() || end != text.data() + text.size()) return WrongUse(text, "keys are numbered 0 to 31");
  Result<Opened> opened = OpenSession(arguments);
  if (!opened.ok()) return opened.status();
  const Result<uint64_t> replaced = opened->session->ReplaceKey(id);
  if (!replaced.ok()) return replaced.status();
  const std::string count = std::to_string(*replaced);
  out.Line(out.json() ? "{\"key\":" + std::to_string(id) + ",\"replaced\":" + count + "}"
                      : count + " addresses of key " + std::to_string(id) + " replaced");
  return {};
}

Status Forwarded(const Arguments& arguments, Output& out) {
  const std::string& message = arguments.operands[0];
  Result<Opened> opened = OpenSession(arguments);
  if (!opened.ok()) return opened.status();
  if (const Status s = opened->session->Forwarded(message); !s.ok()) return s;
  out.Line(out.json() ? "{" + JsonField("forwarded", message) + "}" : "forwarded " + Printable(message));
  return {};
}

// One mail from an MTA. What a filter prints, some MTAs send back to the author: without --json it says nothing.
Status IngestPipe(const Arguments& arguments, Output& out) {
  if (arguments.operands.size() != 1) return WrongUse("-", "it stands alone: one mail on standard input");
  if (arguments.Has("--ack")) return WrongUse("--ack", "it does not go with -");
  Result<std::unique_ptr<Engine>> engine = OpenEngine(arguments);
  if (!engine.ok()) return engine.status();
  PipeSource source(arguments.Values("--envelope-to"), PipeSource::Empty::kFails);
  bool stored = false;
  const Status status = (*engine)->Receive(source, arguments.Value("--account"),
                                           [&](const InboundMail& mail, const MailDecision& decision) {
                                             stored = true;
                                             if (out.json()) out.Line(ToJson(decision, mail.path, mail.index, false));
                                           });
  if (!status.ok() || stored) return status;
  return Status(Code::kUnavailable, "not_stored", "", "the mail was not stored");
}

Status Ingest(const Arguments& arguments, Output& out) {
  const auto& paths = arguments.operands;
  if (std::find(paths.begin(), paths.end(), "-") != paths.end()) return IngestPipe(arguments, out);
  Result<std::unique_ptr<Engine>> engine = OpenEngine(arguments);
  if (!engine.ok()) return engine.status();
  casecomm::FileSourceOptions options;
  options.paths = paths;
  options.envelope_recipients = arguments.Values("--envelope-to");
  Result<std::unique_ptr<Source>> files = casecomm::FileSource(std::move(options));
  if (!files.ok()) return files.status();
  std::unique_ptr<AckFile> ack;
  if (arguments.Has("--ack")) {
    Result<std::unique_ptr<AckFile>> opened = AckFile::Open(arguments.Value("--ack"));
    if (!opened.ok()) return opened.status();
    ack = *std::move(opened);
  }

  ReportingSource source(*std::move(files), std::move(ack), &out);
  DecisionPrinter printer(&out);
  uint64_t mails = 0;
  const auto received = [&](const InboundMail& mail, const MailDecision& decision) {
    if (out.json()) {
      out.Line(ToJson(decision, mail.path, mail.index, false));
    } else {
      printer.Print(decision, mail.path, mail.index);
    }
    out.Progress(++mails);
  };
  const Status status = (*engine)->Receive(source, arguments.Value("--account"), received);
  if (!out.json()) printer.PrintSummary(source.left_out());
  return status;
}

Status Scan(const Arguments& arguments, Output& out) {
  casecomm::ScanOptions options;
  Result<casecomm::TrustPolicy> trust = TrustOf(arguments);
  if (!trust.ok()) return trust.status();
  options.trust = *std::move(trust);
  return ForEachMail(arguments.operands, {}, [&](const InboundMail& inbound) {
    const casecomm::Mail mail = casecomm::ScanMail(inbound.raw, options);
    if (out.json()) {
      out.Line(ToJson(mail, inbound.path, inbound.index));
    } else {
      PrintMail(mail, inbound.path, inbound.index, &out);
    }
    return out.status();
  });
}

Status Html(const Arguments& arguments, Output& out) {
  // What a mail holds may act on a terminal (threat T25).
  if (out.terminal() && !out.json()) {
    return WrongUse("html", "text of a mail may harm a terminal; redirect it, or ask for --json");
  }
  return ForEachMail(arguments.operands, {}, [&](const InboundMail& inbound) {
    const std::string html = casecomm::RenderSafeHtml(inbound.raw, "cid:");
    if (out.json()) {
      out.Line("{" + JsonField("path", inbound.path) + "," + JsonField("html", html) + "}");
    } else {
      out.Bytes(html);
      out.Bytes("\n");
    }
    return out.status();
  });
}

using Decide = Result<MailDecision> (Session::*)(std::string_view raw, const casecomm::EnvelopeHint& envelope);

Status DecideEach(const Arguments& arguments, Output& out, Decide decide, bool with_trace) {
  Result<Opened> opened = OpenSession(arguments);
  if (!opened.ok()) return opened.status();
  DecisionPrinter printer(&out);
  return ForEachMail(arguments.operands, arguments.Values("--envelope-to"), [&](const InboundMail& mail) -> Status {
    const Result<MailDecision> decision =
        (*opened->session.*decide)(mail.raw, {mail.envelope_known, mail.envelope_recipients});
    if (!decision.ok()) return decision.status();
    if (out.json()) {
      out.Line(ToJson(*decision, mail.path, mail.index, with_trace));
    } else {
      printer.Print(*decision, mail.path, mail.index);
      if (with_trace) printer.PrintTrace(*decision);
    }
    return out.status();
  });
}

Status Route(const Arguments& arguments, Output& out) {
  return DecideEach(arguments, out, &Session::Route, /*with_trace=*/false);
}

Status Explain(const Arguments& arguments, Output& out) {
  return DecideEach(arguments, out, &Session::Explain, /*with_trace=*/true);
}

Status Link(const Arguments& arguments, Output& out) {
  casecomm::LinkRequest request;
  request.message = arguments.operands[0];
  request.records = arguments.Values("--record");
  request.contact = arguments.Value("--contact");
  const std::vector<std::string> fresh = arguments.Values("--new-contact");
  if (request.records.empty()) return WrongUse("link", "it needs --record R");
  if (!request.contact.empty() && !fresh.empty())
    return WrongUse("link", "it takes --contact or --new-contact, not both");
  if (!fresh.empty()) {
    request.new_contact_name = fresh[0];
    request.new_contact_email = fresh[1];
  }
  Result<Opened> opened = OpenSession(arguments);
  if (!opened.ok()) return opened.status();
  const Result<MailDecision> decision = opened->session->Link(request);
  if (!decision.ok()) return decision.status();
  if (out.json()) {
    out.Line(ToJson(*decision, {}, -1, false));
  } else {
    DecisionPrinter(&out).Print(*decision, request.message, -1);
  }
  return {};
}

std::string OptionUsage(const OptionRow& row) {
  return std::string(row.name) + (row.hint.empty() ? "" : " " + std::string(row.hint));
}

Status Help(const Arguments& arguments, Output& out) {
  if (!arguments.operands.empty()) {
    const CommandRow* row = FindCommand(arguments.operands[0]);
    if (row == nullptr) return WrongUse(arguments.operands[0], "there is no such command; `casecomm help` lists them");
    out.Line("casecomm " + std::string(row->name) + (row->usage.empty() ? "" : " ") + std::string(row->usage));
    out.Line(std::string(row->purpose));
    return {};
  }
  out.Line("casecomm [OPTION...] COMMAND [ARGUMENT...]: files mail on case records.\n");
  for (const CommandRow& row : Commands()) {
    out.Line("  " + std::string(row.name) + (row.usage.empty() ? "" : " ") + std::string(row.usage));
    out.Line("      " + std::string(row.purpose));
  }
  out.Line("\nOptions of every command:");
  for (const OptionRow& row : Options()) {
    if (IsCommonOption(row.name)) out.Line("  " + OptionUsage(row));
  }
  out.Line(
      "\nWith --as PERSON that person acts, otherwise the operator, who may do all.\n"
      "The store may also be named by CASECOMM_STORE; its key ring is FILE.keys.\n"
      "Exit codes: 0; 64 wrong use; 65 bad data, with the place of the error; 75 trouble that may pass.");
  return {};
}

Status Version(const Arguments&, Output& out) {
  out.Line("casecomm " CASECOMM_VERSION);
  return {};
}

}  // namespace

const std::vector<OptionRow>& Options() {
  static const std::vector<OptionRow> kOptions = {
      {"--store", Values::kOne, "sqlite:FILE", false},
      {"--account", Values::kOne, "NAME", false},
      {"--keys", Values::kOne, "FILE", false},
      {"--as", Values::kOne, "PERSON", false},
      {"--json", Values::kNone, "", true},
      {"--help", Values::kNone, "", true},
      {"-h", Values::kNone, "", true},
      {"--version", Values::kNone, "", true},
      {"--domain", Values::kOne, "DOMAIN", false},
      {"--preset", Values::kOne, "PRESET", false},
      {"--rules", Values::kOne, "FILE", false},
      {"--person", Values::kOne, "PERSON", false},
      {"--tsv", Values::kNone, "", true},
      {"--envelope-to", Values::kOne, "ADDRESS", true},
      {"--ack", Values::kOne, "FILE", false},
      {"--record", Values::kOneOrMore, "RECORD...", true},
      {"--contact", Values::kOne, "PERSON", false},
      {"--new-contact", Values::kTwo, "NAME EMAIL", false},
      {"--output", Values::kOne, "FILE", false},
      {"--state", Values::kOne, "STATE", false},
      {"--target", Values::kOne, "TARGET", false},
      {"--why", Values::kOne, "TEXT", false},
      {"--to", Values::kOne, "ADDRESS", false},
      {"--authserv-id", Values::kOne, "ID", true},
      {"--received-above", Values::kOne, "N", false},
      {"--allow-spf", Values::kNone, "", true},
      {"--require-dkim", Values::kNone, "", true},
      {"--reply", Values::kOne, "PERSON", false},
      {"--email", Values::kOne, "ADDRESS", false},
      {"--rotate", Values::kNone, "", true},
      {"--all", Values::kNone, "", true},
  };
  return kOptions;
}

const std::vector<CommandRow>& Commands() {
  static const std::vector<CommandRow> kCommands = {
      {"init",
       "--account NAME --domain DOMAIN [--preset casebook|casefleet|mycase|plain|trackops]",
       "Makes an account, and the store and its key ring if they are not there.",
       0,
       0,
       {"--domain", "--preset"},
       Init},
      {"load",
       "FILE.json",
       "Adds or changes people, records and assignments in one commit; - reads standard input.",
       1,
       1,
       {},
       Load},
      {"address",
       "RECORD [--rotate] | --person PERSON [--rotate] | RECORD --reply PERSON [--email ADDRESS]",
       "Prints the address of a record, or a user's own drop address. --rotate makes another one first, and the old "
       "takes\n"
       "      authenticated mail of known people only; --reply makes one for answers of that person.",
       0,
       1,
       {"--person", "--rotate", "--reply", "--email"},
       Address},
      {"addresses",
       "[--all] [--tsv]",
       "Lists the addresses of records and users; --all: of every kind and state; --tsv: id, kind, address.",
       0,
       0,
       {"--all", "--tsv"},
       Addresses},
      {"retire", "ADDRESS", "Revokes an address: what comes to it is held.", 1, 1, {}, Retire},
      {"replace-key",
       "ID",
       "For a key that others may know: rotates every address that is signed with it.",
       1,
       1,
       {},
       ReplaceKey},
      {"forwards", "", "Lists mail that is to be sent on to the catch-all address.", 0, 0, {}, Forwards},
      {"forwarded", "MESSAGE", "Says that it was sent on.", 1, 1, {}, Forwarded},
      {"ingest",
       "PATH... [--envelope-to ADDRESS]... [--ack FILE] [TRUST...] | -",
       "Files mail: *.eml, mbox, Maildir, folders. With - one mail from an MTA: the exit code is 0 or 75, and it is "
       "stored\n"
       "      only if 0. --ack adds each mail to FILE once it is stored, and leaves out what FILE lists. TRUST: as of "
       "scan.",
       1,
       static_cast<size_t>(-1),
       {"--envelope-to", "--ack", "--authserv-id", "--received-above", "--allow-spf", "--require-dkim"},
       Ingest},
      {"scan",
       "PATH... [--authserv-id ID]... [--received-above N] [--allow-spf] [--require-dkim]",
       "Prints how mail reads: header, class, what is new and what is quoted, the original of a forward, attachments "
       "and\n"
       "      their verdicts, defects. Needs no store. The options say whose word on authentication counts.",
       1,
       static_cast<size_t>(-1),
       {"--authserv-id", "--received-above", "--allow-spf", "--require-dkim"},
       Scan},
      {"html",
       "PATH...",
       "Writes the HTML of mail, made safe to show: nothing in it runs, and nothing is loaded from elsewhere. Needs no "
       "store.",
       1,
       static_cast<size_t>(-1),
       {},
       Html},
      {"route",
       "PATH... [--envelope-to ADDRESS]... [TRUST...]",
       "Says where mail would go by the rules alone, whatever mail the store holds; changes nothing.",
       1,
       static_cast<size_t>(-1),
       {"--envelope-to", "--authserv-id", "--received-above", "--allow-spf", "--require-dkim"},
       Route},
      {"explain",
       "PATH... [--envelope-to ADDRESS]... [TRUST...]",
       "Says where mail would go and why, rule by rule; changes nothing.",
       1,
       static_cast<size_t>(-1),
       {"--envelope-to", "--authserv-id", "--received-above", "--allow-spf", "--require-dkim"},
       Explain},
      {"rules",
       "check FILE | show | set FILE | reset",
       "check reads a rule document and says what is wrong with it, and needs no store; set makes it the account's, "
       "reset "
       "goes\n"
       "      back to the preset, show lists the rules in their order.",
       1,
       2,
       {},
       Rules},
      {"rehearse",
       "--rules FILE [PATH... [--envelope-to ADDRESS]...] [TRUST...]",
       "Says which mail would go elsewhere by other rules, and why; of the mail at the paths, or of all that is "
       "stored. "
       "Changes\n"
       "      nothing.",
       0,
       static_cast<size_t>(-1),
       {"--rules", "--envelope-to", "--authserv-id", "--received-above", "--allow-spf", "--require-dkim"},
       Rehearse},
      {"people", "", "Lists people, by id.", 0, 0, {}, People},
      {"records", "", "Lists the records that may be viewed, by id.", 0, 0, {}, Records},
      {"assignments",
       "[--record RECORD | --person PERSON]",
       "Lists who is assigned to which record, and as what.",
       0,
       0,
       {"--record", "--person"},
       Assignments},
      {"show", "RECORD", "Shows a record's threads and their mail, newest activity first.", 1, 1, {}, Show},
      {"threads", "RECORD", "Lists a record's threads, newest activity first.", 1, 1, {}, Threads},
      {"messages", "THREAD", "Lists a thread's mail, oldest first.", 1, 1, {}, Messages},
      {"raw", "MESSAGE [--output FILE]", "Writes a stored mail as it came.", 1, 1, {"--output"}, Raw},
      {"attachment",
       "MESSAGE N [--output FILE]",
       "Writes a mail's attachment N, counted from 0, decoded.",
       2,
       2,
       {"--output"},
       Attachment},
      {"unassigned", "", "Lists mail that waits to be linked by hand.", 0, 0, {}, Unassigned},
      {"link",
       "ID --record RECORD... [--contact PERSON | --new-contact NAME EMAIL]",
       "Files an unassigned mail on a case, a lead, or both.",
       1,
       1,
       {"--record", "--contact", "--new-contact"},
       Link},
      {"held",
       "[list [--state held|catch_all|rejected|withdrawn] | show MESSAGE]",
       "Lists mail that waits for a person, or that one set aside; show: what was done with it, and where it may "
       "belong.",
       0,
       2,
       {"--state"},
       Held},
      {"release",
       "MESSAGE [--target TARGET] [--why TEXT]",
       "Files held mail on the record whose address held it.",
       1,
       1,
       {"--target", "--why"},
       Release},
      {"reroute",
       "MESSAGE --record RECORD... --why TEXT [--target TARGET]",
       "Files mail that waits on other records.",
       1,
       1,
       {"--record", "--target", "--why"},
       Reroute},
      {"forward",
       "MESSAGE [--to ADDRESS] [--target TARGET] [--why TEXT]",
       "Marks held mail as the catch-all's, of the rules if no other is named, and keeps the copy. Sending it there is "
       "the "
       "caller's: see forwards and raw.",
       1,
       1,
       {"--to", "--target", "--why"},
       Forward},
      {"reject", "MESSAGE --why TEXT [--target TARGET]", "Sets held mail aside.", 1, 1, {"--target", "--why"}, Reject},
      {"withdraw",
       "MESSAGE --why TEXT [--target TARGET]",
       "Takes filed, unassigned or forwarded mail out of its lists.",
       1,
       1,
       {"--target", "--why"},
       Withdraw},
      {"restore",
       "MESSAGE [--target TARGET] [--why TEXT]",
       "Brings back what was rejected or withdrawn.",
       1,
       1,
       {"--target", "--why"},
       Restore},
      {"acts", "MESSAGE", "Lists who did what with a mail, when and why.", 1, 1, {}, Acts},
      {"matches", "", "Lists waiting mail that the rules would file by now, and what has changed.", 0, 0, {}, Matches},
      {"help", "[COMMAND]", "Prints this.", 0, 1, {}, Help},
      {"version", "", "Prints the version.", 0, 0, {}, Version},
  };
  return kCommands;
}

const CommandRow* FindCommand(std::string_view name) {
  for (const CommandRow& row : Commands()) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

const OptionRow* FindOption(std::string_view name) {
  for (const OptionRow& row : Options()) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

bool IsCommonOption(std::string_view name) {
  static constexpr std::string_view kCommon[] = {"--store", "--account", "--keys", "--as",
                                                 "--json",  "--help",    "-h",     "--version"};
  return std::find(std::begin(kCommon), std::end(kCommon), name) != std::end(kCommon);
}

bool IsPipe(int argc, const char* const* argv) {
  bool ingest = false;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (ingest && word == "-") return true;
    ingest = ingest || word == "ingest";
  }
  return false;
}

}  // namespace tool
