// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "tests/capi/world.h"

namespace casecomm::capi_test {
namespace {

// A struct with room behind it, as a later version of the header would have.
template <typename T>
class Longer {
 public:
  explicit Longer(const T& value) : bytes_(CASECOMM_STRUCT_MAX + 8, 0) {
    std::memcpy(bytes_.data(), &value, sizeof value);
  }
  const T* Sized(uint32_t size) {
    std::memcpy(bytes_.data(), &size, sizeof size);
    return get();
  }
  const T* With(size_t offset, unsigned char byte) {
    bytes_[offset] = byte;
    return get();
  }
  const T* get() const { return reinterpret_cast<const T*>(bytes_.data()); }

 private:
  std::vector<unsigned char> bytes_;
};

// `call` takes the struct; `good` is what it answers to one that is right.
template <typename T>
void ExpectSizes(const T& value, uint32_t first_size, const std::string& good,
                 const std::function<casecomm_status(const T*, casecomm_error*)>& call) {
  const auto told = [&](const T* in) {
    Error error;
    return Told(call(in, &error), error);
  };
  Longer<T> longer(value);
  for (const uint32_t small : {0u, 1u, 4u, 8u, first_size - 1}) EXPECT_EQ(told(longer.Sized(small)), "3 struct_size");
  EXPECT_EQ(told(longer.Sized(first_size)), good);
  EXPECT_EQ(told(longer.Sized(sizeof(T))), good);
  EXPECT_EQ(told(longer.Sized(sizeof(T) + 8)), good) << "zero behind";
  EXPECT_EQ(told(longer.Sized(CASECOMM_STRUCT_MAX)), good) << "zero behind";
  for (const uint32_t huge : {CASECOMM_STRUCT_MAX + 1, 1u << 31, UINT32_MAX}) {
    EXPECT_EQ(told(longer.Sized(huge)), "3 struct_size");
  }
  longer.Sized(sizeof(T) + 8);
  EXPECT_EQ(told(longer.With(sizeof(T) + 7, 1)), "3 struct_size") << "an unknown field";
  EXPECT_EQ(told(longer.Sized(sizeof(T) + 7)), good) << "what is behind the size does not count";
  EXPECT_EQ(told(nullptr), "3 bad_argument");
}

TEST(Structs, InputsHaveASize) {
  World world;
  casecomm_store store = nullptr;
  casecomm_source source = nullptr;
  casecomm_engine engine = nullptr;
  casecomm_session session = nullptr;
  casecomm_decision decision = nullptr;
  casecomm_draft draft = nullptr;
  const casecomm_str missing = S("/nonexistent/at/all");

  auto sqlite = CASECOMM_INIT(casecomm_sqlite_options);
  sqlite.path = missing;
  ExpectSizes<casecomm_sqlite_options>(sqlite, 32, "5 store_missing",
                                       [&](auto* in, auto* e) { return casecomm_store_sqlite(in, &store, e); });
  auto files = CASECOMM_INIT(casecomm_files_options);
  files.paths = &missing;
  files.path_count = 1;
  ExpectSizes<casecomm_files_options>(files, 48, "5 ",
                                      [&](auto* in, auto* e) { return casecomm_source_files(in, &source, e); });
  auto options = CASECOMM_INIT(casecomm_engine_options);
  options.store = world.store;
  options.keys = S(kKeys);
  ExpectSizes<casecomm_engine_options>(options, 72, "9 store_used",
                                       [&](auto* in, auto* e) { return casecomm_engine_open(in, &engine, e); });
  const casecomm_actor actor = Operator();
  ExpectSizes<casecomm_actor>(actor, 24, "ok", [&](auto* in, auto* e) {
    const casecomm_status status = casecomm_engine_as(world.engine, S("firm"), in, &session, e);
    casecomm_session_release(session);
    return status;
  });
  const casecomm_account_spec spec = Spec("firm");
  ExpectSizes<casecomm_account_spec>(spec, 56, "6 account_exists", [&](auto* in, auto* e) {
    return casecomm_engine_create_account(world.engine, in, &actor, e);
  });
  const casecomm_mail mail = Mail("From: a@b.c\n\n");
  ExpectSizes<casecomm_mail>(mail, 56, "ok", [&](auto* in, auto* e) {
    const casecomm_status status = casecomm_session_route(world.session, in, &decision, e);
    casecomm_decision_release(decision);
    return status;
  });
  casecomm_routed routed = nullptr;
  world.Ok(casecomm_routed_new(&routed, &world.error));
  ExpectSizes<casecomm_mail>(mail, 56, "ok", [&](auto* in, auto* e) {
    return casecomm_session_route_batch(world.session, &in, 1, routed, e);
  });
  casecomm_routed_release(routed);
  auto link = CASECOMM_INIT(casecomm_link_request);
  link.message = S("none");
  const casecomm_str record = S("C1");
  link.records = &record;
  link.record_count = 1;
  link.contact = S("P1");
  ExpectSizes<casecomm_link_request>(link, 88, "5 not_unassigned", [&](auto* in, auto* e) {
    return casecomm_session_link(world.session, in, &decision, e);
  });
  auto act = CASECOMM_INIT(casecomm_act_request);
  act.act = CASECOMM_ACT_RESTORE;
  act.message = S("none");
  ExpectSizes<casecomm_act_request>(act, 88, "5 no_message", [&](auto* in, auto* e) {
    return casecomm_session_act(world.session, in, &decision, e);
  });
  auto page = CASECOMM_INIT(casecomm_page);
  page.limit = 1001;
  const std::function<casecomm_status(const casecomm_page*, casecomm_error*)> people = [&](auto* in, auto* e) {
    if (!in) return casecomm_session_route(world.session, nullptr, &decision, e);  // NULL is the first hundred
    casecomm_list list = nullptr;
    return casecomm_session_people(world.session, in, &list, e);
  };
  ExpectSizes<casecomm_page>(page, 24, "3 bad_limit", people);
  auto policy = CASECOMM_INIT(casecomm_attachment_policy);
  ExpectSizes<casecomm_attachment_policy>(policy, 24, "ok", [&](auto* in, auto* e) {
    if (!in) return casecomm_session_route(world.session, nullptr, &decision, e);  // NULL is the defaults
    const casecomm_status status = casecomm_draft_new(in, &draft, e);
    casecomm_draft_release(draft);
    return status;
  });
}

TEST(Structs, ReservedAndUnknownFlagsMustBeZero) {
  World world;
  Error error;
  const auto refused = [&](casecomm_status status) {
    EXPECT_EQ(Told(status, error), "3 bad_argument");
    return std::string(error.subject);
  };
  casecomm_store store = nullptr;
  auto sqlite = CASECOMM_INIT(casecomm_sqlite_options);
  sqlite.flags = 2;
  EXPECT_EQ(refused(casecomm_store_sqlite(&sqlite, &store, &error)), "options.flags");
  sqlite.flags = 0, sqlite.reserved = 1;
  EXPECT_EQ(refused(casecomm_store_sqlite(&sqlite, &store, &error)), "options.reserved");
  sqlite.reserved = 0, sqlite.busy_timeout_ms = -1;
  EXPECT_EQ(refused(casecomm_store_sqlite(&sqlite, &store, &error)), "options.busy_timeout_ms");
  casecomm_source source = nullptr;
  auto files = CASECOMM_INIT(casecomm_files_options);
  files.flags = 6;
  EXPECT_EQ(refused(casecomm_source_files(&files, &source, &error)), "options.flags");
  casecomm_engine engine = nullptr;
  auto options = CASECOMM_INIT(casecomm_engine_options);
  options.reserved = 1;
  EXPECT_EQ(refused(casecomm_engine_open(&options, &engine, &error)), "options.reserved");
  auto actor = Operator();
  auto spec = Spec("other");
  spec.reserved = 1;
  EXPECT_EQ(refused(casecomm_engine_create_account(world.engine, &spec, &actor, &error)), "spec.reserved");
  casecomm_session session = nullptr;
  for (const int32_t kind : {0, 3, -1}) {
    actor.kind = kind;
    EXPECT_EQ(refused(casecomm_engine_as(world.engine, S(""), &actor, &session, &error)), "actor.kind");
  }
  casecomm_decision decision = nullptr;
  auto mail = Mail("x");
  mail.flags = 2;
  EXPECT_EQ(refused(casecomm_session_explain(world.session, &mail, &decision, &error)), "mail.flags");
  auto link = CASECOMM_INIT(casecomm_link_request);
  link.reserved = 1;
  EXPECT_EQ(refused(casecomm_session_link(world.session, &link, &decision, &error)), "request.reserved");
  auto policy = CASECOMM_INIT(casecomm_attachment_policy);
  policy.reserved = 1;
  casecomm_draft draft = nullptr;
  EXPECT_EQ(refused(casecomm_draft_new(&policy, &draft, &error)), "policy.reserved");
  mail.flags = 0;
  world.Ok(casecomm_session_route(world.session, &mail, &decision, &world.error));
  casecomm_text text = nullptr;
  EXPECT_EQ(refused(casecomm_decision_json(decision, S(""), -1, 2, &text, &error)), "flags");
  casecomm_decision_release(decision);
}

// No text and no array is read behind NULL, and no size overflows.
TEST(Structs, TextsAndArraysThatCannotBe) {
  World world;
  Error error;
  const auto refused = [&](casecomm_status status) {
    EXPECT_EQ(Told(status, error), "3 bad_argument");
    return std::string(error.subject);
  };
  casecomm_text text = nullptr;
  casecomm_list list = nullptr;
  casecomm_decision decision = nullptr;
  const size_t sizes[] = {1, size_t{1} << 40, std::numeric_limits<ptrdiff_t>::max(), SIZE_MAX - 8, SIZE_MAX};
  for (const size_t size : sizes) {
    const casecomm_str none{nullptr, size};
    EXPECT_EQ(refused(casecomm_session_load(world.session, none, &error)), "json");
    EXPECT_EQ(refused(casecomm_session_record_address(world.session, none, &text, &error)), "record");
    EXPECT_EQ(refused(casecomm_session_drop_address(world.session, none, &text, &error)), "person");
    EXPECT_EQ(refused(casecomm_session_reply_address(world.session, none, S(""), S(""), &text, &error)), "record");
    EXPECT_EQ(refused(casecomm_session_reply_address(world.session, S(""), none, S(""), &text, &error)), "person");
    EXPECT_EQ(refused(casecomm_session_return_path_address(world.session, S(""), S(""), none, &text, &error)), "email");
    EXPECT_EQ(refused(casecomm_session_rotate_record_address(world.session, none, &text, &error)), "record");
    EXPECT_EQ(refused(casecomm_session_rotate_drop_address(world.session, none, &text, &error)), "person");
    EXPECT_EQ(refused(casecomm_session_retire_address(world.session, none, &error)), "address");
    EXPECT_EQ(refused(casecomm_session_forwarded(world.session, none, &error)), "message");
    EXPECT_EQ(refused(casecomm_session_show_record(world.session, none, &text, &error)), "record");
    EXPECT_EQ(refused(casecomm_session_threads(world.session, none, nullptr, &list, &error)), "record");
    EXPECT_EQ(refused(casecomm_session_messages(world.session, none, nullptr, &list, &error)), "thread");
    EXPECT_EQ(refused(casecomm_session_assignments(world.session, none, S(""), nullptr, &list, &error)), "record");
    EXPECT_EQ(refused(casecomm_session_assignments(world.session, S(""), none, nullptr, &list, &error)), "person");
    EXPECT_EQ(refused(casecomm_mail_scan(none, S(""), -1, &text, &error)), "raw");
    EXPECT_EQ(refused(casecomm_mail_scan(S(""), none, -1, &text, &error)), "path");
    auto mail = Mail("x");
    mail.raw = none;
    EXPECT_EQ(refused(casecomm_session_route(world.session, &mail, &decision, &error)), "mail.raw");
    mail = Mail("x");
    mail.envelope_recipient_count = size;
    EXPECT_EQ(refused(casecomm_session_explain(world.session, &mail, &decision, &error)), "mail.envelope_recipients");
    mail.envelope_recipients = &none;
    mail.envelope_recipient_count = 1;
    EXPECT_EQ(refused(casecomm_session_explain(world.session, &mail, &decision, &error)), "mail.envelope_recipients");
    auto page = CASECOMM_INIT(casecomm_page);
    page.cursor = none;
    EXPECT_EQ(refused(casecomm_session_people(world.session, &page, &list, &error)), "page.cursor");
  }
  for (const size_t count : {std::numeric_limits<size_t>::max(), std::numeric_limits<size_t>::max() / 16 + 1}) {
    const casecomm_mail* mails[] = {nullptr};
    const casecomm_str one = S("a@b.c");
    auto mail = Mail("x");
    mail.envelope_recipients = &one;
    mail.envelope_recipient_count = count;
    EXPECT_EQ(refused(casecomm_session_explain(world.session, &mail, &decision, &error)), "mail.envelope_recipients");
    casecomm_routed routed = nullptr;
    world.Ok(casecomm_routed_new(&routed, &world.error));
    EXPECT_EQ(refused(casecomm_session_route_batch(world.session, mails, count, routed, &error)), "mails");
    EXPECT_EQ(refused(casecomm_session_route_batch(world.session, nullptr, 1, routed, &error)), "mails");
    casecomm_routed_release(routed);
    casecomm_source source = nullptr;
    auto files = CASECOMM_INIT(casecomm_files_options);
    files.paths = &one;
    files.path_count = count;
    EXPECT_EQ(refused(casecomm_source_files(&files, &source, &error)), "options.paths");
  }
  const casecomm_str long_text{"x", SIZE_MAX};
  EXPECT_EQ(refused(casecomm_session_load(world.session, long_text, &error)), "json");
}

// `read` fills an output of this size.
template <typename T>
void ExpectOutputs(const std::function<casecomm_status(T*, casecomm_error*)>& read) {
  T whole = ::casecomm_detail_init<T>();
  Error error;
  ASSERT_EQ(Told(read(&whole, &error), error), "ok");
  EXPECT_EQ(whole.struct_size, sizeof(T));
  for (uint32_t size = 0; size <= sizeof(T) + 24; ++size) {
    alignas(16) unsigned char bytes[sizeof(T) + 64];
    std::memset(bytes, 0xa5, sizeof bytes);
    std::memcpy(bytes, &size, sizeof size);
    const auto told = Told(read(reinterpret_cast<T*>(bytes), &error), error);
    if (size < 4) {
      EXPECT_EQ(told, "3 struct_size");
      for (size_t i = 4; i < sizeof bytes; ++i) ASSERT_EQ(bytes[i], 0xa5);
      continue;
    }
    EXPECT_EQ(told, "ok");
    const size_t written = std::min<size_t>(size, sizeof(T));
    uint32_t said = 0;
    std::memcpy(&said, bytes, sizeof said);
    EXPECT_EQ(said, written);
    EXPECT_EQ(std::memcmp(bytes + 4, reinterpret_cast<const unsigned char*>(&whole) + 4, written - 4), 0) << size;
    for (size_t i = written; i < sizeof bytes; ++i) ASSERT_EQ(bytes[i], 0xa5) << size;
  }
  T huge = ::casecomm_detail_init<T>();
  huge.struct_size = CASECOMM_STRUCT_MAX + 1;
  EXPECT_EQ(Told(read(&huge, &error), error), "3 struct_size");
  EXPECT_EQ(Told(read(nullptr, &error), error), "3 bad_argument");
}

TEST(Structs, OutputsMayHaveAnySize) {
  World world;
  world.Fill();
  casecomm_decision decision = nullptr;
  const casecomm_mail mail = Mail("From: a@b.c\n\n");
  world.Ok(casecomm_session_explain(world.session, &mail, &decision, &world.error));
  ExpectOutputs<casecomm_decision_facts>([&](auto* out, auto* e) { return casecomm_decision_read(decision, out, e); });
  casecomm_decision_release(decision);

  casecomm_routed routed = nullptr;
  world.Ok(casecomm_routed_new(&routed, &world.error));
  ExpectOutputs<casecomm_routed_columns>([&](auto* out, auto* e) { return casecomm_routed_read(routed, out, e); });
  casecomm_routed_release(routed);

  casecomm_list list = nullptr;
  const auto next = [&](casecomm_status status) {
    world.Ok(status);
    return list;
  };
  const auto release = [&] { casecomm_list_release(list); };
  next(casecomm_engine_accounts(world.engine, &list, &world.error));
  ExpectOutputs<casecomm_list_facts>([&](auto* out, auto* e) { return casecomm_list_read(list, out, e); });
  ExpectOutputs<casecomm_account>([&](auto* out, auto* e) { return casecomm_list_account(list, 0, out, e); });
  release();
  next(casecomm_session_people(world.session, nullptr, &list, &world.error));
  ExpectOutputs<casecomm_person>([&](auto* out, auto* e) { return casecomm_list_person(list, 0, out, e); });
  release();
  next(casecomm_session_records(world.session, nullptr, &list, &world.error));
  ExpectOutputs<casecomm_record>([&](auto* out, auto* e) { return casecomm_list_record(list, 0, out, e); });
  release();
  next(casecomm_session_assignments(world.session, S(""), S(""), nullptr, &list, &world.error));
  ExpectOutputs<casecomm_assignment>([&](auto* out, auto* e) { return casecomm_list_assignment(list, 0, out, e); });
  release();
  next(casecomm_session_addresses(world.session, nullptr, &list, &world.error));
  ExpectOutputs<casecomm_address>([&](auto* out, auto* e) { return casecomm_list_address(list, 0, out, e); });
  release();
  world.Forward();
  next(casecomm_session_forwards(world.session, nullptr, &list, &world.error));
  ExpectOutputs<casecomm_forward>([&](auto* out, auto* e) { return casecomm_list_forward(list, 0, out, e); });
  release();
  next(casecomm_session_threads(world.session, S("C1"), nullptr, &list, &world.error));
  ExpectOutputs<casecomm_thread>([&](auto* out, auto* e) { return casecomm_list_thread(list, 0, out, e); });
  release();
  const std::string thread = world.ThreadOfC1();
  next(casecomm_session_messages(world.session, S(thread), nullptr, &list, &world.error));
  ExpectOutputs<casecomm_message>([&](auto* out, auto* e) { return casecomm_list_message(list, 0, out, e); });
  release();
  next(casecomm_session_unassigned(world.session, nullptr, &list, &world.error));
  ExpectOutputs<casecomm_unassigned>([&](auto* out, auto* e) { return casecomm_list_unassigned(list, 0, out, e); });
  release();

  casecomm_draft draft = nullptr;
  world.Ok(casecomm_draft_new(nullptr, &draft, &world.error));
  ExpectOutputs<casecomm_draft_facts>([&](auto* out, auto* e) { return casecomm_draft_read(draft, out, e); });
  casecomm_draft_release(draft);
}

TEST(Structs, AVerdictThatCannotBeWrittenAddsNoFile) {
  World world;
  casecomm_draft draft = nullptr;
  world.Ok(casecomm_draft_new(nullptr, &draft, &world.error));
  auto verdict = CASECOMM_INIT(casecomm_attachment_verdict);
  verdict.struct_size = 2;
  Error error;
  EXPECT_EQ(Told(casecomm_draft_add(draft, S("a"), 5, &verdict, &error), error), "3 struct_size");
  EXPECT_EQ(Told(casecomm_draft_add(draft, S("a"), 5, nullptr, &error), error), "3 bad_argument");
  auto facts = CASECOMM_INIT(casecomm_draft_facts);
  world.Ok(casecomm_draft_read(draft, &facts, &world.error));
  EXPECT_EQ(facts.file_count, 0u);
  casecomm_draft_release(draft);
}

}  // namespace
}  // namespace casecomm::capi_test
