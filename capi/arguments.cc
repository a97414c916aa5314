// SPDX-License-Identifier: Apache-2.0
#include "arguments.h"

namespace casecomm::capi {

Status BadArgument(std::string_view subject, std::string message) {
  return {Code::kInvalidArgument, "bad_argument", std::string(subject), std::move(message)};
}

Status NullArgument(std::string_view subject) {
  return BadArgument(subject, "the argument was NULL");
}

Status WrongSize(std::string_view subject) {
  return {Code::kInvalidArgument, "struct_size", std::string(subject),
          "the struct was too small, too large, or had fields set that this library does not know"};
}

Status BadHandle(Kind kind) {
  return {Code::kInvalidArgument, "bad_handle", std::string(KindName(kind)),
          "the handle was NULL, released, foreign or of another kind"};
}

Status BusyHandle(Kind kind) {
  return {Code::kFailedPrecondition, "busy", std::string(KindName(kind)), "the handle served another call"};
}

bool Arguments::Count(const void* array, size_t count, std::string_view name) {
  if (count > std::numeric_limits<uint32_t>::max() || (!array && count != 0)) {
    Refuse(BadArgument(name, "the array was NULL with a count, or impossibly long"));
    return false;
  }
  return true;
}

void Arguments::Strings(const casecomm_str* texts, size_t count, std::string_view name, std::vector<std::string>* out) {
  if (!Count(texts, count, name) || !ok()) return out->clear();
  if (out->size() > count) out->resize(count);
  for (size_t i = 0; i < count && ok(); ++i) {
    const std::string_view view = Text(texts[i], name);
    if (i < out->size()) {
      (*out)[i].assign(view);
    } else {
      out->emplace_back(view);
    }
  }
}

}  // namespace casecomm::capi
