// SPDX-License-Identifier: Apache-2.0
#include "casecomm/casecomm.h"
#include "fence.h"
#include "objects.h"

namespace casecomm::capi {

Result<std::shared_ptr<TextObject>> TextOf(Result<std::string> text) {
  if (!text.ok()) return text.status();
  return std::make_shared<TextObject>(std::move(text).value());
}

const casecomm_str* Views::Strings(const std::vector<std::string>& texts) {
  std::vector<casecomm_str>& array = arrays_.emplace_back();
  array.reserve(texts.size() + 1);
  for (const std::string& text : texts) array.push_back(Str(text));
  return array.data();
}

}  // namespace casecomm::capi

using namespace casecomm::capi;

casecomm_status casecomm_text_read(casecomm_text text, casecomm_str* out, casecomm_error* error) {
  return Fence(error, [&] {
    Arguments in;
    const auto object = in.Pin(text);
    if (!out) in.Refuse(NullArgument("out"));
    if (in.ok()) *out = Str(object->text);
    return in.status();
  });
}

void casecomm_text_release(casecomm_text text) {
  Release(text);
}
