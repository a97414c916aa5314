// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <utility>

#include "casecomm/attachment.h"
#include "casecomm/casecomm.h"
#include "fence.h"
#include "objects.h"

using namespace casecomm::capi;
using casecomm::Code;
using casecomm::Result;
using casecomm::Status;

casecomm_status casecomm_draft_new(const casecomm_attachment_policy* policy, casecomm_draft* out,
                                   casecomm_error* error) {
  return Give(out, error, [&]() -> Result<std::shared_ptr<DraftObject>> {
    casecomm::AttachmentPolicy limits;
    if (policy) {
      Arguments in;
      const auto asked = in.Struct(policy, "policy");
      in.Zero(asked.reserved, "policy.reserved");
      if (!in.ok()) return in.status();
      if (asked.file_bytes_below != 0) limits.file_bytes_below = asked.file_bytes_below;
      if (asked.total_bytes_below != 0) limits.total_bytes_below = asked.total_bytes_below;
    }
    return std::make_shared<DraftObject>(limits);
  });
}

casecomm_status casecomm_draft_add(casecomm_draft draft, casecomm_str name, uint64_t size,
                                   casecomm_attachment_verdict* out, casecomm_error* error) {
  return Fence(error, [&] {
    Arguments in;
    const auto object = in.Take(draft);
    const std::string_view file = in.Text(name, "name");
    in.Out(out);
    if (!in.ok()) return in.status();
    object->verdict = object->draft.Add(file, size);
    auto verdict = Sized<casecomm_attachment_verdict>();
    verdict.accepted = object->verdict.accepted ? 1 : 0;
    verdict.reason = Str(object->verdict.reason);
    verdict.sentence = Str(object->verdict.sentence);
    Write(verdict, out);
    return Status();
  });
}

casecomm_status casecomm_draft_remove(casecomm_draft draft, size_t position, casecomm_error* error) {
  return Fence(error, [&] {
    Arguments in;
    const auto object = in.Take(draft);
    if (!in.ok()) return in.status();
    if (position >= object->draft.files().size()) {
      return Status(Code::kOutOfRange, "the draft had no file at this position");
    }
    object->draft.Remove(position);
    return Status();
  });
}

casecomm_status casecomm_draft_read(casecomm_draft draft, casecomm_draft_facts* out, casecomm_error* error) {
  return Fence(error, [&] {
    Arguments in;
    const auto object = in.Take(draft);
    in.Out(out);
    if (!in.ok()) return in.status();
    auto facts = Sized<casecomm_draft_facts>();
    facts.file_count = object->draft.files().size();
    facts.total_bytes = object->draft.total_bytes();
    Write(facts, out);
    return Status();
  });
}

void casecomm_draft_release(casecomm_draft draft) {
  Release(draft);
}
