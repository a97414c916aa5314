// SPDX-License-Identifier: Apache-2.0
// Whether reading a mail costs time and memory in proportion to its size: each kind of large mail is read whole at n and 2n, and a
// message of 100 MiB in a child whose peak is asked for.
//
// usage: linear [--only KIND] [--memory-only | --time-only]
// Exits with 1 where 2n costs more than 2.2 times n, or the peak is above 1.2 times the message.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "casecomm/mail.h"

namespace {

constexpr double kMostRatio = 2.2, kMostMemory = 1.2;
constexpr int kRuns = 5;
constexpr size_t kMemoryBytes = 100u << 20;

std::string Repeated(size_t n, std::string_view unit) {
  std::string text;
  text.reserve(n * unit.size());
  for (size_t i = 0; i < n; ++i) text += unit;
  return text;
}

std::string Numbered(size_t n, std::string_view before, std::string_view behind) {
  std::string text;
  for (size_t i = 0; i < n; ++i) {
    text += before;
    text += std::to_string(i);
    text += behind;
  }
  return text;
}

std::string Plain(std::string_view body) {
  return "From: a@b.example\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + std::string(body);
}

std::string Html(std::string_view body) {
  return "From: a@b.example\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + std::string(body);
}

std::string Header(std::string_view fields) {
  return std::string(fields) + "From: a@b.example\r\n\r\nx\r\n";
}

// Multiparts one in another.
std::string Nested(size_t n) {
  std::string mail = "From: a@b.example\r\n", end;
  for (size_t i = 0; i < n; ++i) {
    const std::string boundary = "b" + std::to_string(i);
    mail += "Content-Type: multipart/mixed; boundary=" + boundary + "\r\n\r\n--" + boundary + "\r\n";
    end.insert(0, "\r\n--" + boundary + "--\r\n");
  }
  return mail + "\r\nx" + end;
}

std::string NestedMessages(size_t n) {
  return Repeated(n, "Content-Type: message/rfc822\r\n\r\n") + "From: a@b.example\r\n\r\nx\r\n";
}

// Lines of an ever deeper quote.
std::string QuoteLadder(size_t n) {
  std::string text;
  const size_t depth = 200;
  for (size_t i = 0; i < n; ++i) text += std::string(i % depth + 1, '>') + " On Monday Ann <a@b.example> wrote:\r\n";
  return text;
}

struct Kind {
  const char* name;
  size_t n;  // of units, so that a reading takes some milliseconds
  std::function<std::string(size_t)> make;
  bool past_limits = false;  // limits of MailLimits raised, so that the whole of it is read
};

const std::vector<Kind>& Kinds() {
  static const std::vector<Kind> kinds = {
      {"header bytes (one field)", 400'000, [](size_t n) { return Header("X: " + std::string(n, 'x') + "\r\n"); },
       true},
      {"header fields", 20'000, [](size_t n) { return Header(Repeated(n, "X-Field: some value of it\r\n")); }, true},
      {"folded lines of a field", 20'000,
       [](size_t n) { return Header("Subject: a\r\n" + Repeated(n, " folded on\r\n")); }, true},
      {"addresses", 20'000,
       [](size_t n) { return Header("To: " + Numbered(n, "Ann <a", "@b.example>,\r\n ") + "c@d.example\r\n"); }, true},
      {"addresses without commas", 20'000,
       [](size_t n) { return Header("To: " + Repeated(n, "a@b.example ") + "\r\n"); }, true},
      {"groups", 20'000, [](size_t n) { return Header("To: " + Repeated(n, "a:") + "\r\n"); }, true},
      {"open brackets of addresses", 40'000, [](size_t n) { return Header("To: " + Repeated(n, "<a@") + "\r\n"); },
       true},
      {"comment ladder in addresses", 40'000,
       [](size_t n) { return Header("To: " + std::string(n, '(') + std::string(n, ')') + " a@b.example\r\n"); }, true},
      {"open comments in addresses", 80'000, [](size_t n) { return Header("To: " + std::string(n, '(') + "\r\n"); },
       true},
      {"open quotes in addresses", 80'000, [](size_t n) { return Header("To: " + Repeated(n, "\" ") + "\r\n"); }, true},
      {"references", 80'000,
       [](size_t n) { return Header("References:" + Numbered(n, " <m", "@b.example>\r\n") + "\r\n"); }, true},
      {"open brackets of references", 100'000,
       [](size_t n) { return Header("References: " + std::string(n, '<') + "\r\n"); }, true},
      {"open comments of references", 100'000,
       [](size_t n) { return Header("References: " + Repeated(n, "(<a@b>") + "\r\n"); }, true},
      {"encoded words", 10'000, [](size_t n) { return Header("Subject:" + Repeated(n, " =?utf-8?q?=C3=BC?=\r\n")); },
       true},
      {"encoded words of changing charsets", 5'000,
       [](size_t n) { return Header("Subject:" + Repeated(n, " =?utf-8?q?=C3=BC?= =?koi8-r?b?8A==?=\r\n")); }, true},
      {"beginnings of encoded words", 40'000, [](size_t n) { return Header("Subject: " + Repeated(n, "=?") + "\r\n"); },
       true},
      {"open encoded words", 20'000, [](size_t n) { return Header("Subject: " + Repeated(n, "=?utf-8?q?") + "\r\n"); },
       true},
      {"parameters", 20'000,
       [](size_t n) { return Header("Content-Type: text/plain" + Numbered(n, "; p", "=v\r\n") + "\r\n"); }, true},
      {"sections of a name", 5'000,
       [](size_t n) {
         return Header("Content-Disposition: attachment" + Numbered(n, "; filename*", "=v\r\n") + "\r\n");
       },
       true},
      {"sections of a name backwards", 5'000,
       [](size_t n) {
         std::string fields = "Content-Disposition: attachment";
         for (size_t i = n; i-- > 0;) fields += "; filename*" + std::to_string(i) + "*=%41\r\n ";
         return Header(fields + "\r\n");
       },
       true},
      {"names of one part", 5'000,
       [](size_t n) {
         return Header("Content-Disposition: attachment" + Numbered(n, "; filename=\"n", ".txt\"\r\n ") + "\r\n");
       },
       true},
      {"content types of one part", 2'000,
       [](size_t n) { return Header(Numbered(n, "Content-Type: multipart/mixed; boundary=b", "\r\n")); }, true},
      {"comment ladder in a date", 100'000, [](size_t n) { return Header("Date: " + std::string(n, '(') + "\r\n"); },
       true},
      {"authentication results", 5'000,
       [](size_t n) {
         return Header("Authentication-Results: x;" + Repeated(n, " dkim=pass (c) header.d=b.example;\r\n") + "\r\n");
       },
       true},
      {"lost lines in the header", 20'000,
       [](size_t n) { return Header(Repeated(n, "no field at all\r\nX-A: b\r\n")); }, true},
      {"depth of multiparts, within the limit", 49, Nested},
      {"depth of multiparts, past the limit", 1'500, Nested},
      {"depth of attached messages", 10'000, NestedMessages},
      {"parts", 4'000,
       [](size_t n) {
         return "Content-Type: multipart/mixed; boundary=b\r\n\r\n" +
                Repeated(n, "--b\r\nContent-Type: text/plain\r\n\r\nx\r\n") + "--b--\r\n";
       }},
      {"parts that are files", 1'000,
       [](size_t n) {
         return "Content-Type: multipart/mixed; boundary=b\r\n\r\n" +
                Numbered(n, "--b\r\nContent-Type: image/png; name=n",
                         ".png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n") +
                "--b--\r\n";
       }},
      {"parts without end", 4'000,
       [](size_t n) {
         return "Content-Type: multipart/mixed; boundary=b\r\n\r\n" +
                Repeated(n, "--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n");
       }},
      {"lines that look like boundaries", 50'000,
       [](size_t n) {
         return "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n" + Repeated(n, "--bc\r\n") + "--b--\r\n";
       }},
      {"uuencoded files in a text", 2'000,
       [](size_t n) { return Plain(Repeated(n, "begin 644 a.txt\r\n#0V%T\r\n`\r\nend\r\n")); }},
      {"beginnings of uuencoded files", 20'000, [](size_t n) { return Plain(Repeated(n, "begin 644 a.txt\r\n")); }},
      {"base64 ends", 20'000,
       [](size_t n) {
         return "Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n" + Repeated(n, "QQ==\r\n");
       }},
      {"lines of a text", 50'000, [](size_t n) { return Plain(Repeated(n, "A line of a text.\r\n")); }},
      {"one long line", 2'000'000, [](size_t n) { return Plain(std::string(n, 'x')); }},
      {"one long line of blanks", 2'000'000, [](size_t n) { return Plain(std::string(n, ' ') + "x"); }},
      {"empty lines", 500'000, [](size_t n) { return Plain(Repeated(n, "\r\n") + "x"); }},
      {"quote signs in one line", 1'000'000, [](size_t n) { return Plain(std::string(n, '>')); }},
      {"quoted lines", 30'000, [](size_t n) { return Plain(Repeated(n, "> quoted\r\n")); }},
      {"answers between quotes", 10'000, [](size_t n) { return Plain(Repeated(n, "> quoted\r\nanswer\r\n")); }},
      {"quote ladder", 5'000, [](size_t n) { return Plain(QuoteLadder(n)); }},
      {"attribution lines", 5'000,
       [](size_t n) { return Plain(Repeated(n, "On Mon, Jan 13, 2025 at 9:12 AM Ann <a@b.example> wrote:\r\n")); }},
      {"beginnings of attribution lines", 10'000,
       [](size_t n) { return Plain(Repeated(n, "On Mon, Jan 13, 2025 at 9:12 AM Ann\r\n")); }},
      {"words of attribution in one line", 50'000, [](size_t n) { return Plain(Repeated(n, "On wrote: ")); }},
      {"header blocks in a text", 5'000,
       [](size_t n) { return Plain(Repeated(n, "From: a\r\nSent: b\r\nTo: c\r\nSubject: d\r\n\r\n")); }},
      {"labels of header blocks", 20'000, [](size_t n) { return Plain(Repeated(n, "From: a\r\n")); }},
      {"forward markers", 5'000,
       [](size_t n) {
         return Plain(Repeated(n, "---------- Forwarded message ---------\r\nFrom: a@b.example\r\n\r\n"));
       }},
      {"signature marks", 30'000, [](size_t n) { return Plain(Repeated(n, "-- \r\n")); }},
      {"quoted-printable", 50'000,
       [](size_t n) {
         return "Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" +
                Repeated(n, "=C3=BC and more of it=\r\n");
       }},
      {"paragraphs of HTML", 10'000, [](size_t n) { return Html(Repeated(n, "<p>text &amp; more</p>\r\n")); }},
      {"open elements of HTML", 20'000, [](size_t n) { return Html(Repeated(n, "<div>")); }},
      {"depth of HTML", 20'000, [](size_t n) { return Html(Repeated(n, "<div>") + "x" + Repeated(n, "</div>")); }},
      {"formatting elements of HTML", 10'000, [](size_t n) { return Html(Repeated(n, "<b><p>x")); }},
      {"misnested HTML", 5'000, [](size_t n) { return Html(Repeated(n, "<a><b></a><p></b>")); }},
      {"tables in tables", 2'000, [](size_t n) { return Html(Repeated(n, "<table><tr><td>") + "x"); }},
      {"blockquotes of HTML", 10'000, [](size_t n) { return Html(Repeated(n, "<blockquote type=cite>") + "x"); }},
      {"answers between blockquotes", 5'000,
       [](size_t n) { return Html(Repeated(n, "<blockquote type=cite>q</blockquote><p>answer</p>")); }},
      {"attributes of HTML", 40'000, [](size_t n) { return Html("<p" + Numbered(n, " a", "=b") + ">x"); }},
      {"open tags", 100'000, [](size_t n) { return Html(Repeated(n, "<a ")); }},
      {"open comments of HTML", 50'000, [](size_t n) { return Html(Repeated(n, "<!-- ")); }},
      {"entities", 50'000, [](size_t n) { return Html(Repeated(n, "&amp;&ouml;&#x41;")); }},
      {"HTML past its limit", 3'000'000, [](size_t n) { return Html(Repeated(n / 12, "<p>some</p>\r\n")); }},
      {"delivery reports of recipients", 3'000,
       [](size_t n) {
         return "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b\r\n"
                "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; b.example\r\n\r\n" +
                Repeated(n, "Final-Recipient: rfc822; a@b.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n") +
                "--b--\r\n";
       }},
      {"bounce lines in a text", 10'000,
       [](size_t n) {
         return "From: MAILER-DAEMON@b.example\r\nReturn-Path: <>\r\nSubject: failure notice\r\n\r\n" +
                Repeated(n, "<a@b.example>:\r\n550 5.1.1 unknown\r\n\r\n");
       }},
  };
  return kinds;
}

double CpuMilliseconds() {
  timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

double Once(const std::string& mail, const casecomm::ScanOptions& options) {
  const double begin = CpuMilliseconds();
  const casecomm::Mail read = casecomm::ScanMail(mail, options);
  const double spent = CpuMilliseconds() - begin;
  return read.from.size() > mail.size() ? 0 : spent;  // the answer is used
}

double Median(std::array<double, kRuns> times) {
  std::sort(times.begin(), times.end());
  return times[kRuns / 2];
}

bool TimeOf(const Kind& kind) {
  casecomm::ScanOptions options;
  if (kind.past_limits) {
    options.limits.header_lines = options.limits.header_bytes = 1u << 30;
    options.limits.depth = 10'000;
  }
  const std::string one = kind.make(kind.n), two = kind.make(2 * kind.n);
  double first = 0, second = 0, ratio = 0;
  // What other people's work on a shared machine does to one round, another does not see.
  for (int round = 0; round < 3; ++round) {
    std::array<double, kRuns> ones, twos;
    Once(one, options);
    for (int i = 0; i < kRuns; ++i) {
      ones[static_cast<size_t>(i)] = Once(one, options);
      twos[static_cast<size_t>(i)] = Once(two, options);
    }
    first = Median(ones);
    second = Median(twos);
    ratio = second / first;
    if (ratio <= kMostRatio) break;
  }
  const bool fine = ratio <= kMostRatio;
  std::printf("%-40s %9zu bytes %9.2f ms %9.2f ms  %5.2f%s\n", kind.name, one.size(), first, second, ratio,
              fine ? "" : "  NOT LINEAR");
  std::fflush(stdout);
  return fine;
}

long PeakKilobytes() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

// The peak of a child that builds the mail and reads it, against that of one that builds it alone.
double PeakOver(const std::function<std::string()>& make, bool* ok) {
  int pipes[2];
  if (pipe(pipes) != 0) return 0;
  const pid_t child = fork();
  if (child == 0) {
    casecomm::ScanMail("From: a@b.example\r\n\r\nx");  // what is loaded once counts for no mail
    const long before = PeakKilobytes();
    const std::string mail = make();
    casecomm::ScanMail(mail);
    const double over = static_cast<double>(PeakKilobytes() - before) * 1024 / static_cast<double>(mail.size());
    const ssize_t written = write(pipes[1], &over, sizeof over);
    _exit(written == sizeof over ? 0 : 1);
  }
  double over = 0;
  int status = 1;
  close(pipes[1]);
  *ok = child > 0 && read(pipes[0], &over, sizeof over) == sizeof over && waitpid(child, &status, 0) == child &&
        status == 0;
  close(pipes[0]);
  return over;
}

// Of exactly kMemoryBytes: the unit again and again between front and end, so that building it takes no second copy.
std::string Large(std::string_view front, std::string_view unit, std::string_view end) {
  std::string mail;
  mail.reserve(kMemoryBytes);
  mail += front;
  while (mail.size() + unit.size() + end.size() <= kMemoryBytes) mail += unit;
  mail += end;
  return mail;
}

bool MemoryOf(const char* name, const std::function<std::string()>& make) {
  bool ok = false;
  const double over = PeakOver(make, &ok);
  const bool fine = ok && over <= kMostMemory;
  std::printf("%-40s %9.2f times its 100 MiB%s\n", name, over, !ok ? "  DIED" : fine ? "" : "  TOO MUCH");
  std::fflush(stdout);
  return fine;
}

bool Memory() {
  const std::string line76 = std::string(76, 'Q') + "\r\n";
  const auto file = [](std::string_view encoding) {
    return "From: a@b.example\r\nContent-Type: multipart/mixed; "
           "boundary=b\r\n\r\n--b\r\n\r\ntext\r\n--b\r\nContent-Type: "
           "application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: " +
           std::string(encoding) + "\r\n\r\n";
  };
  bool fine = MemoryOf("plain text", [] {
    return Large("From: a@b.example\r\n\r\n", "A line of some text as it stands in a mail.\r\n", "");
  });
  fine &=
      MemoryOf("one line", [] { return Large("From: a@b.example\r\n\r\n", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", ""); });
  fine &= MemoryOf("base64 file", [&] { return Large(file("base64"), line76, "--b--\r\n"); });
  fine &= MemoryOf("file as it stands", [&] { return Large(file("8bit"), line76, "--b--\r\n"); });
  fine &= MemoryOf("quoted-printable text", [] {
    return Large("From: a@b.example\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n",
                 "=C3=BC as it stands in a mail=\r\n", "");
  });
  fine &= MemoryOf("HTML", [] {
    return Large("From: a@b.example\r\nContent-Type: text/html\r\n\r\n", "<p>A paragraph.</p>\r\n", "");
  });
  fine &= MemoryOf("many parts", [] {
    return Large("From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n",
                 "--b\r\nContent-Type: text/plain\r\n\r\nA part of the mail.\r\n", "--b--\r\n");
  });
  fine &= MemoryOf("parts of 10 KiB that are files", [&] {
    return Large("From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n",
                 "--b\r\nContent-Type: image/png; name=a.png\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
                     Repeated(134, line76),
                 "--b--\r\n");
  });
  fine &= MemoryOf("attached message with a base64 file", [&] {
    return Large(
        "From: c@b.example\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\nContent-Type: "
        "message/rfc822\r\n\r\n" +
            file("base64"),
        line76, "--b--\r\n--o--\r\n");
  });
  fine &= MemoryOf("two readings of a base64 file",
                   [&] { return Large(file("base64\r\nContent-Transfer-Encoding: 8bit"), line76, "--b--\r\n"); });
  fine &= MemoryOf("quoted lines", [] { return Large("From: a@b.example\r\n\r\n", "> quoted\r\nanswer\r\n", ""); });
  return fine;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string_view> words(argv + 1, argv + argc);
  const auto has = [&](std::string_view word) { return std::find(words.begin(), words.end(), word) != words.end(); };
  const std::string_view only = words.size() == 2 && words[0] == "--only" ? words[1] : std::string_view();
  bool fine = true;
  if (!has("--memory-only")) {
    for (const Kind& kind : Kinds()) {
      if (std::string_view(kind.name).find(only) != std::string_view::npos) fine &= TimeOf(kind);
    }
  }
  if (!has("--time-only") && only.empty()) fine &= Memory();
  return fine ? 0 : 1;
}
