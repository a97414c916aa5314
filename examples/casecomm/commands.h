// SPDX-License-Identifier: Apache-2.0
#ifndef EXAMPLES_CASECOMM_COMMANDS_H_
#define EXAMPLES_CASECOMM_COMMANDS_H_

#include <casecomm/status.h>

#include <string_view>
#include <vector>

#include "arguments.h"
#include "output.h"

namespace tool {

struct CommandRow {
  std::string_view name;
  std::string_view usage;    // behind the name
  std::string_view purpose;  // one sentence
  size_t least_operands, most_operands;
  std::vector<std::string_view> options;  // beside those that every command takes
  casecomm::Status (*run)(const Arguments& arguments, Output& out);
};

const std::vector<CommandRow>& Commands();
const std::vector<OptionRow>& Options();

// The row of that name, or null.
const CommandRow* FindCommand(std::string_view name);
const OptionRow* FindOption(std::string_view name);

// Options that every command takes.
bool IsCommonOption(std::string_view name);

// `casecomm ingest -`, whatever stands around it: speaks to an MTA, so it ends with 0 or 75 whatever happens.
bool IsPipe(int argc, const char* const* argv);

}  // namespace tool

#endif  // EXAMPLES_CASECOMM_COMMANDS_H_
