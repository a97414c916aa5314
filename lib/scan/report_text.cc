// SPDX-License-Identifier: Apache-2.0
#include "scan/report_text.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "base/text.h"
#include "scan/field.h"
#include "scan/mail_words.h"
#include "scan/status_code.h"

namespace casecomm::scan {
namespace {

// Lines that begin a copy, in lower case, without the dashes in front.
constexpr std::string_view kCopyLines[] = {
    "below this line is a copy",
    "enclosed is a copy",
    "this is a copy of",
    "a copy of the message",
    "a copy of your message",
    "original message",
    "message header follows",
    "message headers follow",
    "unsent message below",
    "unsent message follows",
    "returned message",
    "returned mail follows",
    "undelivered message follows",
    "message text follows",
    "header of original message",
    "headers of the original message",
    "the header of the original message",
    "the headers of the original message",
    "the first ",  // "The first 50 lines of your original message follow:"
    "the original message headers",
    "the body of the message is",
    "included is a copy",
    "received: from ",
    "received: by ",
    "received: (",
    "return-path: <",
    "dkim-signature: ",
    "x-received: ",
    "mime-version: ",
    "message-id: <",
};

// Behind these words an address is the recipient's. The first of them that any line holds counts.
constexpr std::string_view kLeadIns[] = {
    "final-recipient:",
    "failed to deliver to",
    "wasn't delivered to",
    "was not delivered to",
    "couldn't be delivered to",
    "could not be delivered to",
    "cannot be delivered to",
    "undeliverable to",
    "unable to deliver",
    "delivery failed",
    "unknown user",
    "user unknown",
    "rcpt to:",
    "delivery to",
    "message to",
    "mail to",
    "you sent to",
    "recipient",
    "address",
    "mailbox",
    "account",
    "user",
};

constexpr std::string_view kDelayWords[] = {
    "will be retried",
    "has been delayed",
    "delayed mail",
    "delivery delayed",
    "is delayed",
    "warning message only",
    "this is a warning only",
    "has not yet been delivered",
    "still undelivered",
    "transient non-fatal errors",
    "will keep trying",
    "will continue to be",
    "notified if the message can't be delivered",
};

// Behind these words stands what the server said, whatever stood before.
constexpr std::string_view kServerSaid[] = {
    "technical details of permanent failure:",
    "technical details of temporary failure:",
    "the error that the other server returned was:",
    "the response from the remote server was:",
    "the response was:",
    "because:",
};

bool IsAtext(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte > ' ' && byte != 0x7f && std::string_view("()<>[]:;@\\,\"'`|").find(c) == std::string_view::npos;
}
bool IsDomainByte(char c) {
  const char lower = base::FoldAscii(c);
  return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

// The length of the address at the front, 0 if there is none. A final dot is the sentence's.
size_t AddressLength(std::string_view text) {
  size_t pos = 0;
  while (pos < text.size() && (IsAtext(text[pos]) || text[pos] == '\'')) ++pos;
  if (pos == 0 || pos + 1 >= text.size() || text[pos] != '@') return 0;
  const size_t domain = ++pos;
  if (text[pos] == '[') {
    pos = text.find(']', pos);
    return pos == text.npos ? 0 : pos + 1;
  }
  while (pos < text.size() && IsDomainByte(text[pos])) ++pos;
  while (pos > domain && (text[pos - 1] == '.' || text[pos - 1] == '-')) --pos;
  return pos == domain ? 0 : pos;
}

// The first address in the text, from `pos` on, as a view; empty if there is none.
std::string_view FindAddress(std::string_view text, size_t pos) {
  while (pos < text.size()) {
    const size_t at = text.find('@', pos);
    if (at == text.npos) return {};
    size_t begin = at;
    while (begin > pos && IsAtext(text[begin - 1])) --begin;
    const size_t length = AddressLength(text.substr(begin));
    if (length > 0) return text.substr(begin, length);
    pos = at + 1;
  }
  return {};
}

bool Skip(std::string_view* text, std::string_view front) {
  if (!base::StartsWithFoldAscii(*text, front)) return false;
  text->remove_prefix(front.size());
  return true;
}

// Whether the line begins with the address of a recipient: one of its own, or "<address>" and a reason. `rest` is what
// stands behind it.
bool LeadingAddress(std::string_view line, std::string_view* address, std::string_view* rest) {
  while (!line.empty() && (IsBlank(line.front()) || line.front() == '*' || line.front() == '-')) line.remove_prefix(1);
  Skip(&line, "rfc822;");
  const bool angle = Skip(&line, "<");
  if (!angle && !line.empty() && (line.front() == '"' || line.front() == '\'')) line.remove_prefix(1);
  Skip(&line, "mailto:");
  const size_t length = AddressLength(line);
  if (length == 0) return false;
  *address = line.substr(0, length);
  line.remove_prefix(length);
  if (angle && !Skip(&line, ">")) return false;
  if (!line.empty() && (line.front() == '"' || line.front() == '\'' || line.front() == '.')) {
    if (!line.starts_with("...")) line.remove_prefix(1);
  }
  if (Skip(&line, "<mailto:")) line.remove_prefix(std::min(line.find('>'), line.size() - 1) + 1);
  while (!line.empty() && IsBlank(line.front())) line.remove_prefix(1);
  if (line.empty()) {
    *rest = line;
    return true;
  }
  const bool mark = Skip(&line, ":") || Skip(&line, "...") || Skip(&line, ";") || Skip(&line, "on ") ||
                    line.front() == '(' || line.front() == ',';
  if (!mark && !angle) return false;
  while (!line.empty() && (IsBlank(line.front()) || line.front() == ',')) line.remove_prefix(1);
  *rest = line;
  return true;
}

constexpr size_t kMostDiagnostic = 2048;

void AppendLine(std::string_view line, std::string* text) {
  if (text->size() >= kMostDiagnostic || line.empty()) return;
  if (!text->empty()) *text += ' ';
  text->append(base::CutUtf8(line, kMostDiagnostic - text->size()));
}

bool IsListed(const std::vector<std::string>& list, std::string_view address) {
  return std::any_of(list.begin(), list.end(),
                     [&](const std::string& one) { return base::EqualFoldAscii(one, address); });
}

// Whom to ask for help: "postmaster@example.com" on a line of its own.
bool IsHelper(std::string_view address, std::string_view rest) {
  const std::string_view local = address.substr(0, address.find('@'));
  return rest.empty() && (IsPostmaster(local) || IsDaemon(local));
}

constexpr size_t kMostRecipients = 1000;
constexpr size_t kMostLocal = 64;     // RFC 5321, 4.5.3.1.1
constexpr size_t kLeadInReach = 200;  // bytes

class TextReader {
 public:
  explicit TextReader(const std::vector<std::string>& known) : all_known_(!known.empty()) {
    for (const std::string& address : known) {
      if (told_.size() < kMostRecipients) told_.push_back({address, {}, {}});
    }
  }

  void ReadLines(std::string_view text);
  void ReadLeadIns(std::string_view text, const std::vector<std::string>& others);
  std::vector<ToldRecipient> Finish();

 private:
  void Take(std::string_view line);
  bool IsTold(std::string_view address) const {
    return std::any_of(told_.begin(), told_.end(),
                       [&](const ToldRecipient& one) { return base::EqualFoldAscii(one.address, address); });
  }

  const bool all_known_;  // no line adds another
  std::vector<ToldRecipient> told_;
  size_t current_ = 0;  // into told_
  bool begun_ = false;
  bool closed_ = false;  // an empty line stood behind its diagnostic
};

void TextReader::Take(std::string_view line) {
  std::string_view address, rest;
  if (LeadingAddress(line, &address, &rest) && !IsHelper(address, rest)) {
    auto it = std::find_if(told_.begin(), told_.end(),
                           [&](const ToldRecipient& one) { return base::EqualFoldAscii(one.address, address); });
    if (it == told_.end()) {
      if (all_known_ || told_.size() == kMostRecipients) return;
      it = told_.insert(told_.end(), {std::string(address), {}, {}});
    } else if (!it->diagnostic.empty()) {
      AppendLine(rest, &it->context);
      return;
    }
    current_ = static_cast<size_t>(it - told_.begin());
    begun_ = true;
    closed_ = false;
    AppendLine(rest, &it->diagnostic);
    return;
  }
  if (!begun_ || line.starts_with("---")) return;
  ToldRecipient& told = told_[current_];
  const std::string lower = base::LowerAscii(line);
  for (const std::string_view words : kServerSaid) {
    const size_t pos = lower.find(words);
    if (pos == lower.npos) continue;
    AppendLine(told.diagnostic, &told.context);
    told.diagnostic.clear();
    closed_ = false;
    line = TrimSpace(line.substr(pos + words.size()));
    break;
  }
  AppendLine(line, closed_ ? &told.context : &told.diagnostic);
}

void TextReader::ReadLines(std::string_view text) {
  for (size_t pos = 0; pos < text.size();) {
    const size_t end = NextLine(text, pos, '\n');
    const std::string_view line = TrimSpace(text.substr(pos, end - pos));
    pos = end;
    if (line.empty()) {
      closed_ = begun_ && !told_[current_].diagnostic.empty();
    } else if (line.front() != '>') {
      Take(line);
    }
  }
}

void TextReader::ReadLeadIns(std::string_view text, const std::vector<std::string>& others) {
  if (!told_.empty()) return;
  const std::string lower = base::LowerAscii(text);
  const auto take = [&](size_t pos, size_t end) {
    // "user" is the front of user1@partner.example, too.
    if (pos > 0 && pos < end && (IsAtext(text[pos]) || text[pos] == '@')) {
      const size_t least = pos - std::min(pos, kMostLocal);
      while (pos > least && IsAtext(text[pos - 1]) && text[pos - 1] != '=') --pos;
    }
    const std::string_view address = FindAddress(text.substr(0, end), pos);
    if (address.empty() || IsHelper(address, {}) || IsListed(others, address)) return false;
    if (told_.size() == kMostRecipients || IsTold(address)) return false;
    const size_t begin = text.rfind('\n', pos) + 1;  // npos + 1 is 0
    told_.push_back({std::string(address), {}, {}});
    AppendLine(TrimSpace(text.substr(begin, end - begin)), &told_.back().diagnostic);
    AppendLine(TrimSpace(text.substr(end)), &told_.back().context);
    return true;
  };
  for (const std::string_view words : kLeadIns) {
    for (size_t pos = lower.find(words); pos != lower.npos; pos = lower.find(words, pos + words.size())) {
      // Behind the first only lines that begin so: "Unknown user: ann@partner.example" (IMail).
      if (!told_.empty() && pos > 0 && text[pos - 1] != '\n') continue;
      const std::string_view near = base::CutUtf8(text, pos + words.size() + kLeadInReach);
      const bool taken = take(pos + words.size(), std::min(near.find('\n', pos), near.size()));
      if (taken && pos > 0 && text[pos - 1] != '\n') return;
    }
    if (!told_.empty()) return;
  }
  for (size_t pos = 0; pos < text.size();) {
    const size_t end = NextLine(text, pos, '\n');
    if (take(pos, end)) return;
    pos = end;
  }
}

std::vector<ToldRecipient> TextReader::Finish() {
  // What is said once, under the last of several, is said of all.
  for (size_t i = told_.size(); i-- > 1;) {
    ToldRecipient& before = told_[i - 1];
    if (!before.diagnostic.empty() || !before.context.empty()) continue;
    before.diagnostic = told_[i].diagnostic;
    before.context = told_[i].context;
  }
  return std::move(told_);
}

}  // namespace

size_t CopyBegin(std::string_view text) {
  for (size_t pos = 0; pos < text.size();) {
    const size_t end = NextLine(text, pos, '\n');
    std::string_view line = TrimSpace(text.substr(pos, end - pos));
    while (!line.empty() && (line.front() == '-' || line.front() == '>' || IsBlank(line.front())))
      line.remove_prefix(1);
    for (const std::string_view front : kCopyLines) {
      if (!base::StartsWithFoldAscii(line, front)) continue;
      const bool of_lines = front == "the first ";
      if (!of_lines || line.find("original message") != line.npos) return pos;
    }
    pos = end;
  }
  return text.size();
}

std::vector<ToldRecipient> ToldRecipients(std::string_view text, const std::vector<std::string>& known,
                                          const std::vector<std::string>& others) {
  TextReader reader(known);
  reader.ReadLines(text);
  reader.ReadLeadIns(text, others);
  return reader.Finish();
}

bool TellsOfDelay(std::string_view text) {
  const std::string folded = FoldReportText(text);
  return std::any_of(std::begin(kDelayWords), std::end(kDelayWords),
                     [&](std::string_view words) { return folded.find(words) != folded.npos; });
}

}  // namespace casecomm::scan
