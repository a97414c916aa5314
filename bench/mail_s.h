// SPDX-License-Identifier: Apache-2.0
// Mail of kind S: 10 KB as it comes out of a large provider today. 28 header fields in 5.9 KB, of which 12
// matter to routing; the rest is DKIM, ARC, Received and what providers add. 4 KB of text.
#ifndef CASECOMM_BENCH_MAIL_S_H_
#define CASECOMM_BENCH_MAIL_S_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace casecomm::bench {

inline constexpr size_t kMailSHeaderBytes = 5900;
inline constexpr size_t kMailSBytes = 10000;

// A stream of numbers that is the same on every machine (splitmix64).
class Numbers {
 public:
  explicit Numbers(uint64_t seed) : state_(seed) {}
  uint64_t Next();
  uint64_t Below(uint64_t bound) { return Next() % bound; }

 private:
  uint64_t state_;
};

// What a mail names. Addresses are addr-specs.
struct MailS {
  uint64_t seed = 0;  // two seeds give two mails that share no line of identity, text or signature
  std::string from;
  std::vector<std::string> to, cc;
  std::string delivered_to;
};

// Exactly kMailSBytes bytes with CRLF, of which the header block and its empty line are kMailSHeaderBytes.
// Four addresses of 64 octets fit; more than fits ends the program.
std::string MakeMailS(const MailS& mail);

// A distinct mail from one stranger to another.
std::string MakeMailS(uint64_t seed);

}  // namespace casecomm::bench

#endif  // CASECOMM_BENCH_MAIL_S_H_
