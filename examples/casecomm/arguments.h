// SPDX-License-Identifier: Apache-2.0
#ifndef EXAMPLES_CASECOMM_ARGUMENTS_H_
#define EXAMPLES_CASECOMM_ARGUMENTS_H_

#include <casecomm/status.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tool {

// Wrong use of the command line: exit 64.
casecomm::Status WrongUse(std::string subject, std::string message);
bool IsWrongUse(const casecomm::Status& status);

enum class Values { kNone, kOne, kTwo, kOneOrMore };

struct OptionRow {
  std::string_view name;  // with its dashes
  Values values;
  std::string_view hint;
  bool repeats;  // values of all occurrences together
};

// What was asked for, checked against the tables in commands.cc.
struct Arguments {
  std::string command;
  std::vector<std::string> operands;
  std::map<std::string, std::vector<std::string>, std::less<>> options;

  bool Has(std::string_view option) const { return options.count(option) > 0; }
  // The option's first value; empty if it is not there.
  std::string Value(std::string_view option) const;
  std::vector<std::string> Values(std::string_view option) const;
};

// Reads the words after the program's name. Options may stand before and behind the command; `--` ends them;
// `--option=value` gives one value.
casecomm::Result<Arguments> ParseArguments(const std::vector<std::string>& words);

}  // namespace tool

#endif  // EXAMPLES_CASECOMM_ARGUMENTS_H_
