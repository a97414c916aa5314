// SPDX-License-Identifier: Apache-2.0
// CF-02, CF-04 to CF-08 and CF-13 once more, from the words of the specification alone: names, lists and loops, nothing of
// the library. tests/route/casefleet_test.cc holds the program against it.
#ifndef TESTS_ROUTE_CASEFLEET_REFERENCE_H_
#define TESTS_ROUTE_CASEFLEET_REFERENCE_H_

#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace casefleet_reference {

struct Person {
  std::string id;
  bool staff = false;
  std::vector<std::string> emails;  // lower case
};

struct Record {
  std::string id;
  std::string kind;  // "case", "matter", "lead", "intake", "provider"
  bool open = true;
  std::vector<std::string> people;  // ids of those assigned
};

struct Firm {
  std::vector<Person> people;
  std::vector<Record> records;
};

struct Mail {
  std::string author;                   // an address
  std::vector<std::string> recipients;  // besides the drop address, in order, each once
  std::string drop_owner;               // id
  bool drop_is_visible = false;         // stands in To or Cc
  bool original_attached = false;
};

struct Answer {
  std::string outcome;                                                 // "filed", "unassigned", "held"
  std::string cause;                                                   // of unassigned and held
  std::set<std::string> records;                                       // of filed
  std::set<std::tuple<std::string, std::string, std::string>> offers;  // of recipients: address, person, record
};

inline bool Has(const std::vector<std::string>& all, const std::string& one) {
  for (const std::string& each : all) {
    if (each == one) return true;
  }
  return false;
}

// The open records of one of the two kinds of everybody who has the address.
inline std::set<std::string> OpenRecords(const Firm& firm, const std::string& address, const std::string& kind,
                                         const std::string& same_kind) {
  std::set<std::string> ids;
  for (const Person& person : firm.people) {
    if (!Has(person.emails, address)) continue;
    for (const Record& record : firm.records) {
      if (record.open && (record.kind == kind || record.kind == same_kind) && Has(record.people, person.id)) {
        ids.insert(record.id);
      }
    }
  }
  return ids;
}

inline Answer Route(const Firm& firm, const Mail& mail) {
  Answer answer;

  // CF-02
  bool by_owner = false;
  for (const Person& person : firm.people) {
    if (person.id == mail.drop_owner && Has(person.emails, mail.author)) by_owner = true;
  }
  if (!by_owner) {
    answer.outcome = "held";
    answer.cause = "not_owner";
    return answer;
  }

  // CF-13
  if (mail.recipients.empty() || (mail.drop_is_visible && mail.original_attached)) {
    answer.outcome = "unassigned";
    answer.cause = "forwarded";
    return answer;
  }

  std::string first_cause = "no_recipient";
  for (const std::string& address : mail.recipients) {
    bool known = false, staff = false;
    for (const Person& person : firm.people) {
      if (!Has(person.emails, address)) continue;
      known = true;
      if (person.staff) staff = true;
    }
    if (staff) continue;

    // CF-04, CF-05, CF-07
    const std::set<std::string> cases = OpenRecords(firm, address, "case", "matter");
    const std::set<std::string> leads = OpenRecords(firm, address, "lead", "intake");
    std::string cause;
    if (cases.size() == 1) {
      answer.records.insert(*cases.begin());
    } else if (cases.empty() && leads.size() == 1) {
      answer.records.insert(*leads.begin());
    } else if (!known) {
      cause = "unknown_recipient";
    } else if (cases.size() > 1) {
      cause = "several_cases";
    } else if (leads.size() > 1) {
      cause = "several_leads";
    } else {
      cause = "no_open_record";
    }
    if (cause.empty()) continue;
    if (first_cause == "no_recipient") first_cause = cause;
    for (const std::string& id : cases.empty() ? leads : cases) {
      for (const Person& person : firm.people) {
        if (!Has(person.emails, address)) continue;
        for (const Record& record : firm.records) {
          if (record.id == id && Has(record.people, person.id)) answer.offers.insert({address, person.id, id});
        }
      }
    }
  }

  // CF-08, CF-06
  if (!answer.records.empty()) {
    answer.outcome = "filed";
  } else {
    answer.outcome = "unassigned";
    answer.cause = first_cause;
  }
  return answer;
}

}  // namespace casefleet_reference

#endif  // TESTS_ROUTE_CASEFLEET_REFERENCE_H_
