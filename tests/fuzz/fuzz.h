// SPDX-License-Identifier: Apache-2.0
// What a fuzz target is: a function of any bytes that asserts what the headers promise of them (threat T27).
// fuzz.cc is the entry that libFuzzer and driver.cc call.
#ifndef CASECOMM_TESTS_FUZZ_FUZZ_H_
#define CASECOMM_TESTS_FUZZ_FUZZ_H_

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "scan/field.h"
#include "scan/mime.h"

namespace casecomm::fuzz {

using Use = std::function<void(std::string_view)>;

// Of each target: its name, one run, and the inputs that a mail holds for it.
extern const char kName[];
void RunOne(std::string_view input);
void ForEachInput(std::string_view mail, const Use& use);

// Ends the program where a promise does not hold.
void Require(bool holds, const char* what);

// A view that is absent, or stands in `whole`.
bool Inside(std::string_view part, std::string_view whole);

// Cuts the input at the first line end, for targets that take two things.
std::pair<std::string_view, std::string_view> FirstLine(std::string_view input);

void ForEachField(std::string_view mail, const std::function<void(const scan::RawField&)>& use);

// Every leaf whose type begins so, and its text as people read it.
void ForEachText(std::string_view mail, std::string_view type, const Use& use);

}  // namespace casecomm::fuzz

#endif  // CASECOMM_TESTS_FUZZ_FUZZ_H_
