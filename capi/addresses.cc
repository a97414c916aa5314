// SPDX-License-Identifier: Apache-2.0
// Addresses and their life, and what was sent on to the catch-all address.
#include <memory>
#include <string_view>

#include "casecomm/casecomm.h"
#include "casecomm/engine.h"
#include "fence.h"
#include "objects.h"

using namespace casecomm::capi;
using casecomm::Result;
using casecomm::Session;
using casecomm::Status;

namespace {

using TextResult = Result<std::shared_ptr<TextObject>>;

using SentVerb = Result<std::string> (Session::*)(std::string_view, std::string_view, std::string_view);
casecomm_status GiveSent(casecomm_session session, SentVerb verb, casecomm_str record, casecomm_str person,
                         casecomm_str email, casecomm_text* out, casecomm_error* error) {
  return Give(out, error, [&]() -> TextResult {
    Arguments in;
    const auto object = in.Take(session);
    const std::string_view on = in.Text(record, "record"), to = in.Text(person, "person"), at = in.Text(email, "email");
    if (!in.ok()) return in.status();
    return TextOf((object->session.*verb)(on, to, at));
  });
}

// The text that a verb answers about one id.
using TextVerb = Result<std::string> (Session::*)(std::string_view);
casecomm_status GiveText(casecomm_session session, TextVerb verb, casecomm_str id, std::string_view name,
                         casecomm_text* out, casecomm_error* error) {
  return Give(out, error, [&]() -> TextResult {
    Arguments in;
    const auto object = in.Take(session);
    const std::string_view asked = in.Text(id, name);
    if (!in.ok()) return in.status();
    return TextOf((object->session.*verb)(asked));
  });
}

using ActVerb = Status (Session::*)(std::string_view);
casecomm_status Act(casecomm_session session, ActVerb verb, casecomm_str on, std::string_view name,
                    casecomm_error* error) {
  return Fence(error, [&] {
    Arguments in;
    const auto object = in.Take(session);
    const std::string_view asked = in.Text(on, name);
    if (!in.ok()) return in.status();
    return (object->session.*verb)(asked);
  });
}

}  // namespace

casecomm_status casecomm_session_record_address(casecomm_session session, casecomm_str record, casecomm_text* out,
                                                casecomm_error* error) {
  return GiveText(session, &Session::RecordAddress, record, "record", out, error);
}

casecomm_status casecomm_session_drop_address(casecomm_session session, casecomm_str person, casecomm_text* out,
                                              casecomm_error* error) {
  return GiveText(session, &Session::DropAddress, person, "person", out, error);
}

casecomm_status casecomm_session_reply_address(casecomm_session session, casecomm_str record, casecomm_str person,
                                               casecomm_str email, casecomm_text* out, casecomm_error* error) {
  return GiveSent(session, &Session::ReplyAddress, record, person, email, out, error);
}

casecomm_status casecomm_session_return_path_address(casecomm_session session, casecomm_str record, casecomm_str person,
                                                     casecomm_str email, casecomm_text* out, casecomm_error* error) {
  return GiveSent(session, &Session::ReturnPathAddress, record, person, email, out, error);
}

casecomm_status casecomm_session_rotate_record_address(casecomm_session session, casecomm_str record,
                                                       casecomm_text* out, casecomm_error* error) {
  return GiveText(session, &Session::RotateRecordAddress, record, "record", out, error);
}

casecomm_status casecomm_session_rotate_drop_address(casecomm_session session, casecomm_str person, casecomm_text* out,
                                                     casecomm_error* error) {
  return GiveText(session, &Session::RotateDropAddress, person, "person", out, error);
}

casecomm_status casecomm_session_retire_address(casecomm_session session, casecomm_str address, casecomm_error* error) {
  return Act(session, &Session::RetireAddress, address, "address", error);
}

casecomm_status casecomm_session_replace_key(casecomm_session session, uint32_t key_id, uint64_t* replaced,
                                             casecomm_error* error) {
  if (replaced != nullptr) *replaced = 0;
  return Fence(error, [&]() -> Status {
    Arguments in;
    const auto object = in.Take(session);
    if (!in.ok()) return in.status();
    const Result<uint64_t> count = object->session.ReplaceKey(key_id);
    if (count.ok() && replaced != nullptr) *replaced = *count;
    return count.status();
  });
}

casecomm_status casecomm_session_forwarded(casecomm_session session, casecomm_str message, casecomm_error* error) {
  return Act(session, &Session::Forwarded, message, "message", error);
}
