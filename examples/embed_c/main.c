/* SPDX-License-Identifier: Apache-2.0 */
/* A whole host in C: an account in memory, one record, one mail, and where it went. */
#include <casecomm/casecomm.h>
#include <stdio.h>

static casecomm_error error = {.struct_size = sizeof error};
#define TRY(calls) \
  if (calls) return puts(error.message), 1
#define STR(text) ((casecomm_str){text, sizeof text - 1})

int main(void) {
  casecomm_engine_options options = CASECOMM_INIT(casecomm_engine_options);
  casecomm_account_spec firm = {sizeof firm, 0, STR("firm"), STR("in.firm.example"), STR("casebook")};
  casecomm_actor actor = {sizeof actor, CASECOMM_ACTOR_OPERATOR, {NULL, 0}};
  casecomm_decision_facts facts = CASECOMM_INIT(casecomm_decision_facts);
  casecomm_text keys, text;
  casecomm_engine engine;
  casecomm_session session;
  casecomm_decision decision;
  casecomm_str to;
  char bytes[256];

  TRY(casecomm_store_memory(&options.store, &error) || casecomm_keys_generate(NULL, &keys, &error));
  TRY(casecomm_text_read(keys, &options.keys, &error) || casecomm_engine_open(&options, &engine, &error));
  TRY(casecomm_engine_create_account(engine, &firm, &actor, &error));
  TRY(casecomm_engine_as(engine, firm.name, &actor, &session, &error));
  TRY(casecomm_session_load(session, STR("{\"records\":[{\"id\":\"R1\",\"kind\":\"case\",\"name\":\"Ho\"}]}"), &error));
  TRY(casecomm_session_record_address(session, STR("R1"), &text, &error) || casecomm_text_read(text, &to, &error));

  const int size = snprintf(bytes, sizeof bytes, "From: ann@b.example\nTo: %.*s\n\nHello\n", (int)to.size, to.data);
  casecomm_mail mail = {.struct_size = sizeof mail, .raw = {bytes, (size_t)size}};
  TRY(casecomm_session_explain(session, &mail, &decision, &error) || casecomm_decision_read(decision, &facts, &error));
  printf("%.*s\n", (int)facts.targets[0]->sentence.size, facts.targets[0]->sentence.data);

  casecomm_decision_release(decision), casecomm_text_release(text), casecomm_session_release(session);
  casecomm_engine_release(engine), casecomm_store_release(options.store), casecomm_text_release(keys);
}
