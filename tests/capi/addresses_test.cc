// SPDX-License-Identifier: Apache-2.0
// The life of addresses, and mail for the catch-all address, through the C ABI.
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "tests/capi/world.h"

namespace casecomm::capi_test {
namespace {

std::map<std::string, casecomm_address> All(World* world, casecomm_list* list) {
  world->Ok(casecomm_session_all_addresses(world->session, nullptr, list, &world->error));
  auto facts = CASECOMM_INIT(casecomm_list_facts);
  world->Ok(casecomm_list_read(*list, &facts, &world->error));
  std::map<std::string, casecomm_address> all;
  for (size_t i = 0; i < facts.count; ++i) {
    auto address = CASECOMM_INIT(casecomm_address);
    world->Ok(casecomm_list_address(*list, i, &address, &world->error));
    all[Text(address.address)] = address;
  }
  return all;
}

TEST(Addresses, Y03_T37_are_minted_rotated_retired_and_replaced) {
  World world;
  const std::string first = world.Address("C1"), drop = world.Drop();
  casecomm_text text = nullptr;
  world.Ok(casecomm_session_rotate_record_address(world.session, S("C1"), &text, &world.error));
  const std::string second = Taken(text);
  EXPECT_EQ(world.Address("C1"), second);
  world.Ok(casecomm_session_rotate_drop_address(world.session, S("U1"), &text, &world.error));
  EXPECT_EQ(Taken(text), world.Drop());
  world.Ok(casecomm_session_load(
      world.session, S(R"({"assignments": [{"record": "C1", "person": "P1", "role": "client"}]})"), &world.error));
  world.Ok(casecomm_session_reply_address(world.session, S("C1"), S("P1"), S(""), &text, &world.error));
  const std::string reply = Taken(text);
  world.Ok(casecomm_session_return_path_address(world.session, S("C1"), S("P1"), S(""), &text, &world.error));
  const std::string path = Taken(text);
  world.Ok(casecomm_session_retire_address(world.session, S(reply), &world.error));
  EXPECT_EQ(casecomm_session_retire_address(world.session, S("x@in.firm.example"), &world.error), CASECOMM_NOT_FOUND);
  EXPECT_EQ(world.error.reason, CASECOMM_REASON_NO_ADDRESS);

  casecomm_list list = nullptr;
  const auto all = All(&world, &list);
  EXPECT_EQ(Text(all.at(first).state), "grace");
  EXPECT_EQ(Text(all.at(second).state), "active");
  EXPECT_EQ(Text(all.at(drop).state), "grace");
  EXPECT_EQ(Text(all.at(reply).state), "retired");
  EXPECT_EQ(Text(all.at(reply).kind), "reply");
  EXPECT_EQ(Text(all.at(reply).person), "P1");
  EXPECT_EQ(Text(all.at(path).kind), "return_path");
  EXPECT_GT(all.at(path).expires_at_us, all.at(path).created_at_us);
  EXPECT_EQ(all.at(second).expires_at_us, 0);
  casecomm_list_release(list);

  uint64_t replaced = 7;
  EXPECT_EQ(casecomm_session_replace_key(world.session, 30, &replaced, &world.error), CASECOMM_OK);
  EXPECT_EQ(replaced, 0u);
}

TEST(Addresses, TI05_mail_for_the_catch_all_address_is_listed_until_it_was_sent_on) {
  World world;
  const std::string id = world.Forward();
  casecomm_list list = nullptr;
  world.Ok(casecomm_session_forwards(world.session, nullptr, &list, &world.error));
  auto forward = CASECOMM_INIT(casecomm_forward);
  world.Ok(casecomm_list_forward(list, 0, &forward, &world.error));
  EXPECT_EQ(Text(forward.id), id);
  EXPECT_EQ(Text(forward.catch_all), "office@firm.example.org");
  EXPECT_EQ(Text(forward.target), "record:C1");
  EXPECT_EQ(Text(forward.reason), "unknown_sender");
  casecomm_list_release(list);
  for (int twice = 0; twice < 2; ++twice) {
    EXPECT_EQ(casecomm_session_forwarded(world.session, S(id), &world.error), CASECOMM_OK);
  }
  EXPECT_EQ(casecomm_session_forwarded(world.session, S("none"), &world.error), CASECOMM_NOT_FOUND);
  EXPECT_EQ(world.error.reason, CASECOMM_REASON_NO_FORWARD);
  world.Ok(casecomm_session_forwards(world.session, nullptr, &list, &world.error));
  auto facts = CASECOMM_INIT(casecomm_list_facts);
  world.Ok(casecomm_list_read(list, &facts, &world.error));
  EXPECT_EQ(facts.count, 0u);
  casecomm_list_release(list);
}

}  // namespace
}  // namespace casecomm::capi_test
