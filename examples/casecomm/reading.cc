// SPDX-License-Identifier: Apache-2.0
#include "reading.h"

#include <casecomm/engine.h>
#include <casecomm/json.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <optional>
#include <string>

#include "files.h"
#include "host.h"
#include "print.h"

namespace tool {

using casecomm::Page;
using casecomm::PageRequest;
using casecomm::Printable;
using casecomm::Result;
using casecomm::Session;
using casecomm::Status;
using casecomm::ToJson;

namespace {

// Gives each item of a list to `visit`, a page at a time.
template <typename Item, typename Visit>
Status ForEach(Session& session, Result<Page<Item>> (*read)(Session&, const Arguments&, const PageRequest&),
               const Arguments& arguments, const Visit& visit) {
  PageRequest request;
  request.limit = 1000;
  do {
    const Result<Page<Item>> page = read(session, arguments, request);
    if (!page.ok()) return page.status();
    for (const Item& item : page->items) {
      if (Status s = visit(item); !s.ok()) return s;
    }
    request.cursor = page->next;
  } while (!request.cursor.empty());
  return {};
}

// Prints each item of a list: JSON, or by `print`; `none` if there is nothing to print.
template <typename Item>
Status List(const Arguments& arguments, Output& out,
            Result<Page<Item>> (*read)(Session&, const Arguments&, const PageRequest&),
            void (*print)(const Item&, Output*), std::string_view none) {
  Result<Opened> opened = OpenSession(arguments);
  if (!opened.ok()) return opened.status();
  bool any = false;
  const Status listed = ForEach(*opened->session, read, arguments, [&](const Item& item) {
    any = true;
    if (out.json()) {
      out.Line(ToJson(item));
    } else {
      print(item, &out);
    }
    return out.status();
  });
  if (listed.ok() && !any && !out.json()) out.Line(none);
  return listed;
}

// Where bytes go: standard output, or the new file of --output.
class ByteOutput {
 public:
  ByteOutput(const Arguments& arguments, Output& out) : path_(arguments.Value("--output")), out_(out) {}
  ~ByteOutput() {
    if (file_ && !kept_) unlink(path_.c_str());
  }
  ByteOutput(const ByteOutput&) = delete;
  ByteOutput& operator=(const ByteOutput&) = delete;

  // What a mail holds may act on a terminal (threat T25), and is no JSON.
  Status Check() const {
    if (!path_.empty()) return {};
    if (out_.json()) return WrongUse("--json", "bytes are no JSON; name a file for them with --output FILE");
    if (out_.terminal()) return WrongUse("--output", "bytes of a mail may harm a terminal; name a file, or redirect");
    return {};
  }

  Status Write(std::string_view bytes) {
    size_ += bytes.size();
    if (path_.empty()) {
      out_.Bytes(bytes);
      return out_.status();
    }
    if (Status s = Open(); !s.ok()) return s;
    return WriteAll(file_->number(), bytes, path_);
  }

  // What was damaged is kept as far as it could be read.
  Status Finish(const Status& read) {
    if (!read.ok() && read.reason() != "undecodable") return read;
    if (path_.empty()) return read;
    if (Status s = Open(); !s.ok()) return s;
    kept_ = true;
    out_.Line(out_.json() ? "{\"file\":" + casecomm::JsonQuote(path_) + ",\"size\":" + std::to_string(size_) + "}"
                          : "wrote " + std::to_string(size_) + " bytes to " + Printable(path_));
    return read;
  }

 private:
  Status Open() {
    if (file_) return {};
    const int number = open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (number < 0) return FileError(path_, errno);
    file_.emplace(number);
    return {};
  }

  const std::string path_;
  Output& out_;
  std::optional<Descriptor> file_;
  bool kept_ = false;
  uint64_t size_ = 0;
};

template <typename Read>
Status WriteBytes(const Arguments& arguments, Output& out, const Read& read) {
  ByteOutput bytes(arguments, out);
  if (Status s = bytes.Check(); !s.ok()) return s;
  Result<Opened> opened = OpenSession(arguments);
  if (!opened.ok()) return opened.status();
  return bytes.Finish(read(*opened->session, [&](std::string_view piece) { return bytes.Write(piece); }));
}

Result<Page<casecomm::AddressEntry>> ReadAddresses(Session& session, const Arguments& asked, const PageRequest& page) {
  return session.Addresses({/*all=*/asked.Has("--all")}, page);
}

}  // namespace

Status Addresses(const Arguments& arguments, Output& out) {
  if (!arguments.Has("--tsv")) return List(arguments, out, ReadAddresses, PrintAddress, "No address yet.");
  Result<Opened> opened = OpenSession(arguments);
  if (!opened.ok()) return opened.status();
  return ForEach(*opened->session, ReadAddresses, arguments, [&](const casecomm::AddressEntry& entry) {
    out.Line(entry.id + "\t" + entry.kind + "\t" + entry.address);
    return out.status();
  });
}

Status People(const Arguments& arguments, Output& out) {
  return List<casecomm::PersonView>(
      arguments, out, [](Session& session, const Arguments&, const PageRequest& page) { return session.People(page); },
      PrintPerson, "Nobody yet.");
}

Status Records(const Arguments& arguments, Output& out) {
  return List<casecomm::RecordView>(
      arguments, out, [](Session& session, const Arguments&, const PageRequest& page) { return session.Records(page); },
      PrintRecordLine, "No record.");
}

Status Assignments(const Arguments& arguments, Output& out) {
  if (arguments.Values("--record").size() > 1) return WrongUse("--record", "assignments takes one");
  if (arguments.Has("--record") && arguments.Has("--person")) {
    return WrongUse("assignments", "it takes --record or --person, not both");
  }
  return List<casecomm::AssignmentView>(
      arguments, out,
      [](Session& session, const Arguments& asked, const PageRequest& page) {
        return session.Assignments({asked.Value("--record"), asked.Value("--person")}, page);
      },
      PrintAssignment, "No assignment.");
}

Status Show(const Arguments& arguments, Output& out) {
  Result<Opened> opened = OpenSession(arguments);
  if (!opened.ok()) return opened.status();
  const Result<casecomm::RecordPage> page = opened->session->ShowRecord(arguments.operands[0]);
  if (!page.ok()) return page.status();
  if (out.json()) {
    out.Line(ToJson(*page));
  } else {
    PrintRecord(*page, &out);
  }
  return {};
}

Status Threads(const Arguments& arguments, Output& out) {
  return List<casecomm::ThreadSummary>(
      arguments, out,
      [](Session& session, const Arguments& asked, const PageRequest& page) {
        return session.Threads(asked.operands[0], page);
      },
      PrintThread, "No mail yet.");
}

Status Messages(const Arguments& arguments, Output& out) {
  return List<casecomm::MessageView>(
      arguments, out,
      [](Session& session, const Arguments& asked, const PageRequest& page) {
        return session.Messages(asked.operands[0], page);
      },
      PrintMessage, "No mail.");
}

Status Unassigned(const Arguments& arguments, Output& out) {
  return List<casecomm::UnassignedView>(
      arguments, out,
      [](Session& session, const Arguments&, const PageRequest& page) { return session.Unassigned(page); },
      PrintUnassigned, "Nothing waits.");
}

Status Forwards(const Arguments& arguments, Output& out) {
  return List<casecomm::ForwardView>(
      arguments, out,
      [](Session& session, const Arguments&, const PageRequest& page) { return session.Forwards(page); }, PrintForward,
      "Nothing waits.");
}

Status Raw(const Arguments& arguments, Output& out) {
  return WriteBytes(arguments, out, [&](Session& session, const casecomm::ByteSink& sink) {
    return session.ReadRaw(arguments.operands[0], sink);
  });
}

Status Attachment(const Arguments& arguments, Output& out) {
  const std::string& number = arguments.operands[1];
  size_t position = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), position);
  if (error != std::errc() || end != number.data() + number.size()) {
    return WrongUse(number, "attachments are numbered from 0");
  }
  return WriteBytes(arguments, out, [&](Session& session, const casecomm::ByteSink& sink) {
    return session.ReadAttachment(arguments.operands[0], position, sink);
  });
}

}  // namespace tool
