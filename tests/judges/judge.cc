// SPDX-License-Identifier: Apache-2.0
#include "tests/judges/judge.h"

#include <sodium.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <iterator>

namespace casecomm::judge {
namespace {

constexpr std::string_view kNoFiles[] = {
    "text/plain",
    "text/html",
    "message/delivery-status",
    "message/disposition-notification",
    "text/rfc822-headers",
    "message/feedback-report",
};

std::string HexDigest(std::string_view bytes) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> digest;
  crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  std::array<char, 2 * crypto_hash_sha256_BYTES + 1> hex;
  sodium_bin2hex(hex.data(), hex.size(), digest.data(), digest.size());
  return hex.data();
}

// Line ends as LF, none at the end: what parsers make of them differs, and hides nothing.
std::string Normal(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (bytes[i] == '\r' && i + 1 < bytes.size() && bytes[i + 1] == '\n') continue;
    text += bytes[i];
  }
  text.erase(text.find_last_not_of("\r\n \t") + 1);
  return text;
}

// Bytes above 127 stand as they are: who reads the line replaces what is no UTF-8.
void Append(std::string* out, std::string_view text) {
  *out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || c == '"' || c == '\\' || byte == 0x7f) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", byte);
      *out += escape;
    } else {
      *out += c;
    }
  }
  *out += '"';
}

void Append(std::string* out, const std::optional<std::string>& text) {
  if (!text) {
    *out += "null";
  } else {
    Append(out, std::string_view(*text));
  }
}

void Append(std::string* out, const std::vector<std::string>& texts) {
  *out += '[';
  for (const std::string& text : texts) {
    if (out->back() != '[') *out += ',';
    Append(out, std::string_view(text));
  }
  *out += ']';
}

template <typename T>
void Field(std::string* out, std::string_view name, const T& value) {
  *out += out->back() == '{' ? "" : ",";
  Append(out, name);
  *out += ':';
  Append(out, value);
}

void Bytes(std::string* out, const std::optional<std::string>& bytes) {
  *out += ",\"size\":" + std::to_string(bytes ? static_cast<int64_t>(bytes->size()) : -1);
  Field(out, "sha256", bytes ? std::optional<std::string>(HexDigest(*bytes)) : std::nullopt);
  Field(out, "normal", bytes ? std::optional<std::string>(HexDigest(Normal(*bytes))) : std::nullopt);
}

std::string Json(const Reading& reading) {
  std::string out = "{";
  Field(&out, "message_id", reading.message_id);
  Field(&out, "in_reply_to", reading.in_reply_to);
  Field(&out, "references", reading.references);
  Field(&out, "from", reading.from);
  Field(&out, "sender", reading.sender);
  Field(&out, "reply_to", reading.reply_to);
  Field(&out, "to", reading.to);
  Field(&out, "cc", reading.cc);
  Field(&out, "subject", reading.subject);
  out += ",\"date\":" + (reading.date ? std::to_string(*reading.date) : "null");
  out += ",\"attachments\":[";
  for (const File& file : reading.files) {
    out += out.back() == '[' ? "{" : ",{";
    Field(&out, "filename", file.filename);
    Field(&out, "type", std::string_view(file.type));
    Bytes(&out, file.bytes);
    out += '}';
  }
  out += "],\"parts\":[";
  for (const Part& part : reading.parts) {
    out += out.back() == '[' ? "{" : ",{";
    Field(&out, "type", std::string_view(part.type));
    Bytes(&out, part.bytes);
    out += '}';
  }
  out += ']';
  Field(&out, "text_sha256",
        reading.text ? std::optional<std::string>(HexDigest(Normal(*reading.text))) : std::nullopt);
  out += ",\"defects\":[";
  for (const auto& [name, offset] : reading.defects) {
    out += out.back() == '[' ? "[" : ",[";
    Append(&out, std::string_view(name));
    out += ',' + std::to_string(offset) + ']';
  }
  out += "],\"ambiguous\":" + std::string(reading.ambiguous ? "true" : "false");
  return out + "}\n";
}

bool ReadMail(std::string* mail) {
  std::array<unsigned char, 4> head;
  if (std::fread(head.data(), 1, head.size(), stdin) != head.size()) return false;
  mail->resize(head[0] | head[1] << 8 | head[2] << 16 | static_cast<size_t>(head[3]) << 24);
  return std::fread(mail->data(), 1, mail->size(), stdin) == mail->size();
}

double CpuSeconds() {
  timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

int Answer(Reader reader, int seconds, int megabytes) {
  const rlimit memory = {static_cast<rlim_t>(megabytes) << 20, static_cast<rlim_t>(megabytes) << 20};
  const rlimit none = {0, 0};
  if (setrlimit(RLIMIT_AS, &memory) != 0 || setrlimit(RLIMIT_CORE, &none) != 0) return 1;
  prctl(PR_SET_DUMPABLE, 0);
  const itimerval limit = {{0, 0}, {seconds, 0}};
  for (std::string mail; ReadMail(&mail);) {
    setitimer(ITIMER_PROF, &limit, nullptr);  // whose signal ends the process
    Reading reading;
    reader(mail, Depth::kWhole, &reading);
    const std::string line = Json(reading);
    if (std::fwrite(line.data(), 1, line.size(), stdout) != line.size() || std::fflush(stdout) != 0) return 1;
  }
  return 0;
}

}  // namespace

bool IsFile(std::string_view type, std::string_view disposition, bool named, bool whole) {
  if (disposition == "attachment" || named) return true;
  const bool own_text = whole && (type.starts_with("text/") || type.starts_with("multipart/"));
  return !own_text && std::find(std::begin(kNoFiles), std::end(kNoFiles), type) == std::end(kNoFiles);
}

int Measure(std::string_view option, const char* amount, Act act) {
  std::vector<std::string> mails(1);
  while (ReadMail(&mails.back())) mails.emplace_back();
  mails.pop_back();
  if (mails.empty()) return 1;
  const auto round = [&] {
    for (const std::string& mail : mails) act(mail);
  };
  if (option == "--rounds") {
    for (int rounds = std::atoi(amount); rounds > 0; --rounds) round();
    return 0;
  }
  round();
  size_t bytes = 0;
  for (const std::string& mail : mails) bytes += mail.size();
  uint64_t rounds = 0;
  double spent = 0;
  for (const double begin = CpuSeconds(); spent < std::atof(amount); spent = CpuSeconds() - begin, ++rounds) round();
  std::printf("%ju %ju %.6f\n", rounds * mails.size(), rounds * bytes, spent);
  return 0;
}

int Main(int argc, char** argv, Reader reader) {
  int seconds = 10, megabytes = 2048;
  const std::vector<std::string_view> words(argv + 1, argv + argc);
  if (words.size() == 3 && (words[0] == "headers" || words[0] == "whole")) {
    static const Reader measured = reader;
    const Act headers = [](std::string_view mail) {
      Reading reading;
      measured(mail, Depth::kHeaders, &reading);
    };
    const Act whole = [](std::string_view mail) {
      Reading reading;
      measured(mail, Depth::kWhole, &reading);
    };
    return Measure(words[1], argv[3], words[0] == "headers" ? headers : whole);
  }
  for (size_t i = 0; i < words.size(); i += 2) {
    const bool is_seconds = words[i] == "--seconds";
    if (i + 1 == words.size() || (!is_seconds && words[i] != "--megabytes")) {
      std::fprintf(stderr, "usage: %s [--seconds N] [--megabytes N] | headers|whole --time SECONDS\n", argv[0]);
      return 64;
    }
    (is_seconds ? seconds : megabytes) = std::atoi(argv[i + 2]);
  }
  return Answer(reader, seconds, megabytes);
}

}  // namespace casecomm::judge
