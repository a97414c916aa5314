// SPDX-License-Identifier: Apache-2.0
#include "casecomm/host/source.h"

#include <memory>

#include "casecomm/casecomm.h"
#include "casecomm/files.h"
#include "fence.h"
#include "objects.h"

using namespace casecomm::capi;
using casecomm::Result;

casecomm_status casecomm_source_files(const casecomm_files_options* options, casecomm_source* out,
                                      casecomm_error* error) {
  return Give(out, error, [&]() -> Result<std::shared_ptr<SourceObject>> {
    Arguments in;
    const auto asked = in.Struct(options, "options");
    in.Only(asked.flags, CASECOMM_FILES_ANY, "options.flags");
    casecomm::FileSourceOptions settings;
    settings.paths = in.Strings(asked.paths, asked.path_count, "options.paths");
    settings.envelope_recipients =
        in.Strings(asked.envelope_recipients, asked.envelope_recipient_count, "options.envelope_recipients");
    settings.any_file = (asked.flags & CASECOMM_FILES_ANY) != 0;
    if (asked.mail_bytes_limit != 0) settings.mail_bytes_limit = asked.mail_bytes_limit;
    if (!in.ok()) return in.status();
    auto source = casecomm::FileSource(std::move(settings));
    if (!source.ok()) return source.status();
    return std::make_shared<SourceObject>(std::move(source).value());
  });
}

void casecomm_source_release(casecomm_source source) {
  Release(source);
}

void casecomm_mail_sink_release(casecomm_mail_sink sink) {
  Release(sink);
}
