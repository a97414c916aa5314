// SPDX-License-Identifier: Apache-2.0
// Address lists of headers, and addresses as clients write them into text.
#include <algorithm>

#include "base/text.h"
#include "scan/address.h"
#include "scan/ids.h"
#include "scan/written_address.h"
#include "tests/fuzz/fuzz.h"

namespace casecomm::fuzz {

const char kName[] = "addresses";

void RunOne(std::string_view list) {
  scan::Scratch scratch, other;
  std::vector<scan::Mailbox> mailboxes;
  const uint8_t notes = scan::ParseAddresses(list, &scratch, &mailboxes);
  for (const scan::Mailbox& mailbox : mailboxes) {
    Require(!mailbox.local.empty(), "a mailbox has a local part");
    Require(mailbox.domain.empty() || mailbox.domain.data() == mailbox.local.data() + mailbox.local.size() + 1,
            "an addr-spec stands in one piece");
    Require(Inside(mailbox.display, list), "a phrase stands in the list");
    const std::string_view spec = scan::AddrSpec(mailbox);
    Require(spec.find_first_of("\r\n") == spec.npos, "an addr-spec has no line end");
    if (notes != 0) continue;
    std::vector<scan::Mailbox> again;
    Require(scan::ParseAddresses(spec, &other, &again) == 0 && again.size() == 1 && again[0].local == mailbox.local &&
                again[0].domain == mailbox.domain,
            "an addr-spec of a whole list is read as itself");
  }
  std::vector<std::string_view> ids;
  bool grammatical = false;
  scan::ParseIds(list, &scratch, &ids, &grammatical);
  for (const std::string_view id : ids) Require(!id.empty(), "no id is empty");
  const std::string_view id = scan::ParseMessageId(list, &scratch, &grammatical);
  Require(!grammatical || !id.empty(), "an id of the grammar is read");

  if (!base::IsUtf8(list)) return;
  for (const scan::WrittenAddress& address : scan::ReadWrittenAddresses(list)) {
    Require(!address.name.empty() || !address.address.empty(), "a written address is something");
    Require(base::IsUtf8(address.name) && base::IsUtf8(address.address), "written addresses are UTF-8");
  }
  const scan::WrittenAddress author = scan::ReadWrittenAuthor(list);
  Require(base::IsUtf8(author.name), "the author is UTF-8");
  const std::string line = scan::OnOneLine(list);
  Require(line.find('\n') == line.npos && scan::OnOneLine(line) == line, "one line stays one line");
}

void ForEachInput(std::string_view mail, const Use& use) {
  ForEachField(mail, [&](const scan::RawField& field) {
    if (field.field >= scan::Field::kFrom && field.field <= scan::Field::kReferences) use(field.value);
  });
}

}  // namespace casecomm::fuzz
