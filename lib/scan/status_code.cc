// SPDX-License-Identifier: Apache-2.0
// status-code = class "." subject "." detail ; class = "2" / "4" / "5" ; subject, detail = 1*3DIGIT      RFC 3463, 2
#include "scan/status_code.h"

#include "base/text.h"
#include "scan/field.h"

namespace casecomm::scan {
namespace {

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}
bool IsWord(char c) {
  return IsDigit(c) || (base::FoldAscii(c) >= 'a' && base::FoldAscii(c) <= 'z') ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool IsClass(char c) {
  return c == '2' || c == '4' || c == '5';
}

size_t Digits(std::string_view text, size_t pos) {
  size_t count = 0;
  while (pos + count < text.size() && IsDigit(text[pos + count])) ++count;
  return count;
}

// The length of the status code at `pos`, 0 if there is none.
size_t StatusLength(std::string_view text, size_t pos) {
  if (pos >= text.size() || !IsClass(text[pos])) return 0;
  size_t end = pos + 1;
  for (int number = 0; number < 2; ++number) {
    if (end >= text.size() || text[end] != '.') return 0;
    const size_t digits = Digits(text, end + 1);
    if (digits == 0 || digits > 3) return 0;
    end += 1 + digits;
  }
  if (end < text.size() && IsWord(text[end])) return 0;
  if (end + 1 < text.size() && (text[end] == '.' || text[end] == '-') && IsDigit(text[end + 1])) return 0;
  return end - pos;
}

bool IsReplyCode(std::string_view code) {
  return (code[0] == '4' || code[0] == '5') && code[1] >= '0' && code[1] <= '5' && IsDigit(code[2]);
}

// Whether `pos` stands behind a reply code and one separator, or a "#".
bool BehindReply(std::string_view text, size_t pos) {
  if (pos > 0 && text[pos - 1] == '#') return true;
  return pos >= 4 && (IsBlank(text[pos - 1]) || text[pos - 1] == '-') && IsReplyCode(text.substr(pos - 4, 3)) &&
         (pos == 4 || !IsWord(text[pos - 5]));
}

constexpr std::string_view kCodeWords[] = {"smtp", "error", "code", "reply", "response", "status", "said", "returned"};

// Where the first reply code stands; npos if there is none. A number counts that begins a line, stands behind a sign or
// one of the words above: "gave up after 500 attempts" is none.
size_t FindReply(std::string_view text) {
  for (size_t pos = 0; pos + 3 <= text.size(); ++pos) {
    if (!IsReplyCode(text.substr(pos, 3))) continue;
    if (pos + 3 < text.size() && text[pos + 3] != ' ' && text[pos + 3] != '-' && !IsSpace(text[pos + 3])) continue;
    size_t before = pos;
    while (before > 0 && IsBlank(text[before - 1])) --before;
    if (before == 0 || text[before - 1] == '\n') return pos;
    if (IsWord(text[pos - 1]) || text[pos - 1] == '.') continue;
    if (!IsWord(text[before - 1])) {
      if (text[before - 1] != ',' && text[before - 1] != '.') return pos;
      continue;
    }
    size_t word = before;
    while (word > 0 && IsWord(text[word - 1])) --word;
    for (const std::string_view known : kCodeWords) {
      if (base::EqualFoldAscii(text.substr(word, before - word), known)) return pos;
    }
  }
  return text.npos;
}

// In the order in which they are looked for. Words in lower case, blanks as one.
constexpr struct {
  std::string_view words, detail;
} kWords[] = {
    {"unrouteable mail domain", "1.2"},
    {"host not found", "1.2"},
    {"domain not found", "1.2"},
    {"domain name not found", "1.2"},
    {"host or domain name", "1.2"},
    {"no mx or a", "1.2"},
    {"nonexistent domain", "1.2"},
    {"host unknown", "1.2"},
    {"unknown host", "1.2"},
    {"bad domain", "1.2"},
    {"couldn't find any host", "1.2"},
    {"couldn't find any exchanger", "1.2"},
    {"mailbox full", "2.2"},
    {"mailbox is full", "2.2"},
    {"full mailbox", "2.2"},
    {"quota", "2.2"},
    {"not enough storage", "2.2"},
    {"not have enough space", "2.2"},
    {"insufficient storage", "2.2"},
    {"mailbox exceeds", "2.2"},
    {"user unknown", "1.1"},
    {"unknown user", "1.1"},
    {"no such user", "1.1"},
    {"no such mailbox", "1.1"},
    {"no such recipient", "1.1"},
    {"no such address", "1.1"},
    {"no mailbox here", "1.1"},
    {"mailbox not found", "1.1"},
    {"mailbox unavailable", "1.1"},
    {"mailbox does not exist", "1.1"},
    {"does not exist", "1.1"},
    {"doesn't exist", "1.1"},
    {"nonexistent user", "1.1"},
    {"invalid recipient", "1.1"},
    {"invalid mailbox", "1.1"},
    {"unknown recipient", "1.1"},
    {"recipient unknown", "1.1"},
    {"unknown address", "1.1"},
    {"address unknown", "1.1"},
    {"address not found", "1.1"},
    {"unknown local part", "1.1"},
    {"unrouteable address", "1.1"},
    {"not listed in", "1.1"},
    {"no account by that name", "1.1"},
    {"doesn't have a yahoo", "1.1"},
    {"wasn't found at", "1.1"},
    {"not a valid mailbox", "1.1"},
    {"recipnotfound", "1.1"},
    {"account is disabled", "2.1"},
    {"account disabled", "2.1"},
    {"account inactive", "2.1"},
    {"account is inactive", "2.1"},
    {"mailbox disabled", "2.1"},
    {"message too large", "3.4"},
    {"message size exceeds", "3.4"},
    {"message is too large", "3.4"},
    {"too big", "3.4"},
    {"loops back to myself", "4.6"},
    {"mail loop", "4.6"},
    {"routing loop", "4.6"},
    {"too many hops", "4.6"},
    {"retry timeout exceeded", "4.7"},
    {"delivery time expired", "4.7"},
    {"in the queue too long", "4.7"},
    {"timed out", "4.1"},
    {"connection refused", "4.1"},
    {"no route to host", "4.1"},
    {"could not initiate smtp conversation", "4.1"},
    {"wasn't able to establish an smtp connection", "4.1"},
    {"connection dropped", "4.2"},
    {"connection was dropped", "4.2"},
    {"lost connection", "4.2"},
    {"connection lost", "4.2"},
    {"relay", "7.1"},
    {"spam", "7.1"},
    {"blacklist", "7.1"},
    {"blocklist", "7.1"},
    {"blocked", "7.1"},
    {"access denied", "7.1"},
    {"not authorized", "7.1"},
};

constexpr struct {
  std::string_view code, detail;
} kReplies[] = {{"551", "1.6"}, {"552", "2.2"}, {"452", "2.2"}, {"553", "1.3"}};

}  // namespace

std::optional<std::string> StatusOfField(std::string_view value) {
  value = TrimSpace(value);
  const size_t length = StatusLength(value, 0);
  if (length == 0) return FindStatus(value);
  return std::string(value.substr(0, length));
}

std::optional<std::string> FindStatus(std::string_view text) {
  std::optional<std::string> first;
  for (size_t pos = 0; pos < text.size(); ++pos) {
    if (!IsClass(text[pos])) continue;
    if (pos > 0 && (IsWord(text[pos - 1]) || text[pos - 1] == '.')) continue;
    const size_t length = StatusLength(text, pos);
    if (length == 0) continue;
    if (BehindReply(text, pos)) return std::string(text.substr(pos, length));
    // "CommuniGate Pro SMTP 4.1.8": a version stands behind a name.
    const bool behind_name = pos > 1 && IsBlank(text[pos - 1]) && IsWord(text[pos - 2]) && !IsDigit(text[pos - 2]);
    if (!first && !behind_name) first = std::string(text.substr(pos, length));
  }
  return first;
}

char ReplyClass(std::string_view text) {
  const size_t reply = FindReply(text);
  return reply == text.npos ? '\0' : text[reply];
}

std::string_view DetailOfWords(std::string_view text) {
  const std::string lower = base::LowerAscii(text);
  for (const auto& row : kWords) {
    if (lower.find(row.words) != lower.npos) return row.detail;
  }
  const size_t reply = FindReply(text);
  if (reply == text.npos) return {};
  for (const auto& row : kReplies) {
    if (text.substr(reply, 3) == row.code) return row.detail;
  }
  return {};
}

}  // namespace casecomm::scan
