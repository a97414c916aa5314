// SPDX-License-Identifier: Apache-2.0
#include "arguments.h"

#include <algorithm>
#include <limits>

#include "commands.h"

namespace tool {

using casecomm::Code;
using casecomm::Result;
using casecomm::Status;

namespace {

constexpr std::string_view kWrongUse = "wrong_use";

struct ValueCount {
  size_t least, most;
};

ValueCount CountOf(Values values) {
  switch (values) {
    case Values::kNone:
      return {0, 0};
    case Values::kOne:
      return {1, 1};
    case Values::kTwo:
      return {2, 2};
    case Values::kOneOrMore:
      break;
  }
  return {1, std::numeric_limits<size_t>::max()};
}

bool LooksLikeOption(std::string_view word) {
  return word.size() > 1 && word[0] == '-';
}

// The option that begins at words[*next], with its values; *next then stands behind them.
Status TakeOption(const std::vector<std::string>& words, size_t* next, Arguments* arguments) {
  std::string_view name = words[(*next)++];
  const size_t equals = name.find('=');
  const bool has_value = equals != std::string_view::npos;
  const std::string value(has_value ? name.substr(equals + 1) : std::string_view());
  name = name.substr(0, equals);
  const OptionRow* row = FindOption(name);
  if (row == nullptr) return WrongUse(std::string(name), "there is no such option");
  if (arguments->Has(name) && !row->repeats) return WrongUse(std::string(name), "it was given twice");

  const ValueCount count = CountOf(row->values);
  std::vector<std::string>& values = arguments->options[std::string(name)];
  size_t taken = 0;
  if (has_value) {
    values.push_back(value);
    taken = 1;
  } else {
    // With a fixed number of values they may look like anything; an open list ends where an option begins.
    const bool open = row->values == Values::kOneOrMore;
    while (taken < count.most && *next < words.size() && !(open && LooksLikeOption(words[*next]))) {
      values.push_back(words[(*next)++]);
      ++taken;
    }
  }
  if (taken < count.least || taken > count.most) {
    return WrongUse(std::string(name),
                    row->hint.empty() ? std::string("it takes no value") : "it needs " + std::string(row->hint));
  }
  return {};
}

Status Check(const Arguments& arguments) {
  const CommandRow* command = FindCommand(arguments.command);
  if (command == nullptr) {
    return WrongUse(arguments.command, "there is no such command; `casecomm help` lists them");
  }
  const std::string name(command->name);
  for (const auto& [option, values] : arguments.options) {
    const auto& own = command->options;
    if (!IsCommonOption(option) && std::find(own.begin(), own.end(), option) == own.end()) {
      return WrongUse(option, "it does not go with " + name);
    }
    if (option != "--new-contact" && std::find(values.begin(), values.end(), "") != values.end()) {
      return WrongUse(option, "its value is empty");
    }
  }
  if (arguments.operands.size() < command->least_operands || arguments.operands.size() > command->most_operands) {
    return WrongUse(name, "use: casecomm " + name + " " + std::string(command->usage));
  }
  return {};
}

}  // namespace

Status WrongUse(std::string subject, std::string message) {
  return Status(Code::kInvalidArgument, std::string(kWrongUse), std::move(subject), std::move(message));
}

bool IsWrongUse(const Status& status) {
  return status.reason() == kWrongUse;
}

std::string Arguments::Value(std::string_view option) const {
  const auto found = options.find(option);
  return found == options.end() || found->second.empty() ? std::string() : found->second.front();
}

std::vector<std::string> Arguments::Values(std::string_view option) const {
  const auto found = options.find(option);
  return found == options.end() ? std::vector<std::string>() : found->second;
}

Result<Arguments> ParseArguments(const std::vector<std::string>& words) {
  Arguments arguments;
  bool options_ended = false;
  for (size_t next = 0; next < words.size();) {
    const std::string& word = words[next];
    if (!options_ended && word == "--") {
      options_ended = true;
      ++next;
    } else if (!options_ended && LooksLikeOption(word)) {
      if (Status s = TakeOption(words, &next, &arguments); !s.ok()) return s;
    } else if (arguments.command.empty()) {
      arguments.command = word;
      ++next;
    } else {
      arguments.operands.push_back(word);
      ++next;
    }
  }
  if (arguments.Has("--help") || arguments.Has("-h")) {
    Arguments help;
    help.operands.assign(arguments.command.empty() ? 0 : 1, arguments.command);
    help.command = "help";
    return help;
  }
  if (arguments.Has("--version")) arguments = Arguments{"version", {}, {}};
  if (arguments.command.empty()) return WrongUse("", "no command was given; `casecomm help` lists them");
  if (Status s = Check(arguments); !s.ok()) return s;
  return arguments;
}

}  // namespace tool
