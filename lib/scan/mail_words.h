// SPDX-License-Identifier: Apache-2.0
// Words by which mail programs are known, compared in a folded form: ASCII letters in lower case, runs of blanks and line
// ends as one blank, curly apostrophes straight.
#ifndef CASECOMM_SCAN_MAIL_WORDS_H_
#define CASECOMM_SCAN_MAIL_WORDS_H_

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace casecomm::scan {

// Appends `text` (UTF-8) folded to `out`, as far as there is room for.
class FoldedText {
 public:
  void Clear() { size_ = 0; }
  void Append(std::string_view text);
  std::string_view view() const { return {bytes_.data(), size_}; }

 private:
  static constexpr size_t kRoom = 256;

  void Put(char c);

  std::array<char, kRoom> bytes_;
  size_t size_ = 0;
};

// The front of a Subject, its encoded words decoded. Allocates only where a charset is neither UTF-8 nor Latin-1.
void FoldSubject(std::string_view raw, FoldedText* out);

// A text as one line, without the lines that begin with a quote sign.
std::string FoldReportText(std::string_view text);

// "Automatic reply: ..." as Exchange and Outlook.com write it, in the languages of the table.
bool IsAutoReplySubject(std::string_view folded);
// "AUTO: Ann Example is out of the office (returning 20.1.)": HCL Notes.
bool IsNotesOutOfOffice(std::string_view folded);
// "Out of office: ...": what people write, too.
bool IsOutOfOfficeSubject(std::string_view folded);
// "Undelivered Mail Returned to Sender"; a list's "[name]" may stand in front.
bool IsReportSubject(std::string_view folded);
// Holds a sentence of a mail program that says what became of a mail. `folded` is of FoldReportText.
bool IsReportText(std::string_view folded);
// The local part of an address under which a mail program writes, and nobody else; "postmaster" may be a person.
bool IsDaemon(std::string_view local);
bool IsPostmaster(std::string_view local);
// The local part of a role that nobody reads, or of the administrator: programs write under it, and people may.
bool IsRole(std::string_view local);

}  // namespace casecomm::scan

#endif  // CASECOMM_SCAN_MAIL_WORDS_H_
