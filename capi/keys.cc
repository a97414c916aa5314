// SPDX-License-Identifier: Apache-2.0
#include "casecomm/keys.h"

#include <memory>

#include "casecomm/casecomm.h"
#include "fence.h"
#include "objects.h"
#include "seam_tables.h"

using namespace casecomm::capi;
using casecomm::Result;

casecomm_status casecomm_keys_generate(const struct casecomm_host_random* random, casecomm_text* out,
                                       casecomm_error* error) {
  const auto source = RandomOf(random);  // taken before anything can fail, so that it is released
  return Give(out, error, [&]() -> Result<std::shared_ptr<TextObject>> {
    if (!source.ok()) return source.status();
    const auto ring = casecomm::KeyRing::Generate(*source.value());
    if (!ring.ok()) return ring.status();
    return TextOf(ring.value().Format());
  });
}
