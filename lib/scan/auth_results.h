// SPDX-License-Identifier: Apache-2.0
// Authentication-Results by the grammar of RFC 8601, section 2.2.
#ifndef CASECOMM_SCAN_AUTH_RESULTS_H_
#define CASECOMM_SCAN_AUTH_RESULTS_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace casecomm::scan {

// A method in a version other than 1 is kOther (RFC 8601, 2.2).
enum class AuthMethod : uint8_t { kOther, kSpf, kDkim, kDmarc };
// RFC 8601, 2.7. What is no result of ours to know is kOther.
enum class AuthResult : uint8_t { kOther, kPass, kFail, kNone, kSoftFail, kNeutral, kPolicy, kTempError, kPermError };

// One resinfo. Views stand in the value. A property that stands twice, or is quoted with a quoted pair or a fold in
// it, comes empty, and then matches nothing.
struct AuthClaim {
  AuthMethod method = AuthMethod::kOther;
  AuthResult result = AuthResult::kOther;
  std::string_view header_from;    // of dmarc: the domain
  std::string_view header_d;       // of dkim
  std::string_view smtp_mailfrom;  // of spf: the domain, behind "@" where there is one
};

// Reads one field value, comments nested and quoted strings and folds as the grammar has them, no allocation, linear.
// Where the grammar lets a word end in two places, it ends at the last.
//   AuthResultsReader reader(value);
//   if (reader.Is("mx.example.org")) for (AuthClaim claim; reader.Next(&claim);) ...
//   if (!reader.ok()) nothing of it counts
class AuthResultsReader {
 public:
  explicit AuthResultsReader(std::string_view value);

  // Whether the field is of this authserv-id (case does not matter), in a version that we know (RFC 8601, 2.2: 1 or absent).
  bool Is(std::string_view authserv_id) const;

  // False at the end of the value, or where it breaks the grammar.
  bool Next(AuthClaim* claim);

  // Whether all that was read so far is of the grammar. A value is believed only if it holds behind the last Next.
  bool ok() const { return ok_; }

 private:
  struct Value;

  bool ReadFront();
  bool ReadClaim(AuthClaim* claim);
  bool ReadProperties(AuthClaim* claim);

  bool AtEnd() const { return pos_ == text_.size(); }
  bool At(char c) const { return !AtEnd() && text_[pos_] == c; }
  bool Take(char c);
  bool SkipComments();  // CFWS; false if a comment does not end
  bool SkipFold();
  bool SkipQuotedPair();
  std::string_view TakeWhile(uint8_t kind);
  std::string_view TakeKeyword();
  bool TakeQuoted(Value* value);
  bool TakeValue(Value* value);
  bool TakeDomain(Value* value);
  bool TakePropertyValue(Value* value);

  std::string_view text_;
  size_t pos_ = 0;
  std::string_view id_, version_;
  bool ok_ = true;
};

}  // namespace casecomm::scan

#endif  // CASECOMM_SCAN_AUTH_RESULTS_H_
