// SPDX-License-Identifier: Apache-2.0
// The verbs that answer lists, a page a call.
#include <string_view>

#include "casecomm/casecomm.h"
#include "casecomm/engine.h"
#include "fence.h"
#include "list.h"
#include "objects.h"

using namespace casecomm::capi;
using casecomm::PageRequest;
using casecomm::Session;

namespace {

PageRequest PageOf(const casecomm_page* page, Arguments* in) {
  PageRequest request;
  if (!page) return request;
  const auto asked = in->Struct(page, "page");
  if (asked.limit != 0) request.limit = asked.limit;
  request.cursor = in->String(asked.cursor, "page.cursor");
  return request;
}

// `list` answers a Result<Page<...>>, of a session and a page.
template <typename List>
casecomm_status GiveList(casecomm_session session, const casecomm_page* page, casecomm_list* out, casecomm_error* error,
                         List&& list) {
  return Give(out, error, [&]() -> ListResult {
    Arguments in;
    const auto object = in.Take(session);
    const PageRequest asked = PageOf(page, &in);
    if (!in.ok()) return in.status();
    return ListOf(list(object->session, asked));
  });
}

// The same, of one id.
template <typename List>
casecomm_status GiveListOf(casecomm_session session, casecomm_str id, std::string_view name, const casecomm_page* page,
                           casecomm_list* out, casecomm_error* error, List&& list) {
  return Give(out, error, [&]() -> ListResult {
    Arguments in;
    const auto object = in.Take(session);
    const std::string_view of = in.Text(id, name);
    const PageRequest asked = PageOf(page, &in);
    if (!in.ok()) return in.status();
    return ListOf(list(object->session, of, asked));
  });
}

}  // namespace

casecomm_status casecomm_session_people(casecomm_session session, const casecomm_page* page, casecomm_list* out,
                                        casecomm_error* error) {
  return GiveList(session, page, out, error, [](Session& s, const PageRequest& p) { return s.People(p); });
}

casecomm_status casecomm_session_records(casecomm_session session, const casecomm_page* page, casecomm_list* out,
                                         casecomm_error* error) {
  return GiveList(session, page, out, error, [](Session& s, const PageRequest& p) { return s.Records(p); });
}

casecomm_status casecomm_session_assignments(casecomm_session session, casecomm_str record, casecomm_str person,
                                             const casecomm_page* page, casecomm_list* out, casecomm_error* error) {
  return Give(out, error, [&]() -> ListResult {
    Arguments in;
    const auto object = in.Take(session);
    const casecomm::AssignmentFilter filter{in.String(record, "record"), in.String(person, "person")};
    const PageRequest asked = PageOf(page, &in);
    if (!in.ok()) return in.status();
    return ListOf(object->session.Assignments(filter, asked));
  });
}

casecomm_status casecomm_session_addresses(casecomm_session session, const casecomm_page* page, casecomm_list* out,
                                           casecomm_error* error) {
  return GiveList(session, page, out, error, [](Session& s, const PageRequest& p) { return s.Addresses(p); });
}

casecomm_status casecomm_session_threads(casecomm_session session, casecomm_str record, const casecomm_page* page,
                                         casecomm_list* out, casecomm_error* error) {
  return GiveListOf(session, record, "record", page, out, error,
                    [](Session& s, std::string_view id, const PageRequest& p) { return s.Threads(id, p); });
}

casecomm_status casecomm_session_messages(casecomm_session session, casecomm_str thread, const casecomm_page* page,
                                          casecomm_list* out, casecomm_error* error) {
  return GiveListOf(session, thread, "thread", page, out, error,
                    [](Session& s, std::string_view id, const PageRequest& p) { return s.Messages(id, p); });
}

casecomm_status casecomm_session_unassigned(casecomm_session session, const casecomm_page* page, casecomm_list* out,
                                            casecomm_error* error) {
  return GiveList(session, page, out, error, [](Session& s, const PageRequest& p) { return s.Unassigned(p); });
}

casecomm_status casecomm_session_held(casecomm_session session, int32_t state, const casecomm_page* page,
                                      casecomm_list* out, casecomm_error* error) {
  return GiveList(session, page, out, error, [state](Session& s, const PageRequest& p) {
    return s.Held(p, state == 0 ? casecomm::Outcome::kHeld : static_cast<casecomm::Outcome>(state));
  });
}

casecomm_status casecomm_session_acts(casecomm_session session, casecomm_str message, const casecomm_page* page,
                                      casecomm_list* out, casecomm_error* error) {
  return GiveListOf(session, message, "message", page, out, error,
                    [](Session& s, std::string_view id, const PageRequest& p) { return s.Acts(id, p); });
}

casecomm_status casecomm_session_suggestions(casecomm_session session, casecomm_str message, casecomm_list* out,
                                             casecomm_error* error) {
  return GiveListOf(session, message, "message", nullptr, out, error,
                    [](Session& s, std::string_view id, const PageRequest&) { return s.Suggestions(id); });
}

casecomm_status casecomm_session_late_matches(casecomm_session session, const casecomm_page* page, casecomm_list* out,
                                              casecomm_error* error) {
  return GiveList(session, page, out, error, [](Session& s, const PageRequest& p) { return s.LateMatches(p); });
}

casecomm_status casecomm_session_all_addresses(casecomm_session session, const casecomm_page* page, casecomm_list* out,
                                               casecomm_error* error) {
  return GiveList(session, page, out, error,
                  [](Session& s, const PageRequest& p) { return s.Addresses({/*all=*/true}, p); });
}

casecomm_status casecomm_session_forwards(casecomm_session session, const casecomm_page* page, casecomm_list* out,
                                          casecomm_error* error) {
  return GiveList(session, page, out, error, [](Session& s, const PageRequest& p) { return s.Forwards(p); });
}
