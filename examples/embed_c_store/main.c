/* SPDX-License-Identifier: Apache-2.0 */
/* A host in C whose mail is kept by a store of its own, ../host_store.c. */
#include <stdio.h>

#include "../host_store.h"

static casecomm_error error = {.struct_size = sizeof error};
#define TRY(calls) \
  if (calls) return puts(error.message), 1
#define STR(text) ((casecomm_str){text, sizeof text - 1})

int main(void) {
  casecomm_host_store table = CASECOMM_INIT(casecomm_host_store);
  casecomm_engine_options options = CASECOMM_INIT(casecomm_engine_options);
  casecomm_account_spec firm = {sizeof firm, 0, STR("firm"), STR("in.firm.example"), STR("casebook")};
  casecomm_actor actor = {sizeof actor, CASECOMM_ACTOR_OPERATOR, {NULL, 0}};
  casecomm_text keys, page;
  casecomm_engine engine;
  casecomm_session session;
  casecomm_str json;

  /* The library copies the table and releases the store when nobody needs it any more, also if this call fails. */
  TRY(host_store_table(&table) || casecomm_store_host(&table, &options.store, &error));
  TRY(casecomm_keys_generate(NULL, &keys, &error) || casecomm_text_read(keys, &options.keys, &error));
  TRY(casecomm_engine_open(&options, &engine, &error));
  TRY(casecomm_engine_create_account(engine, &firm, &actor, &error));
  TRY(casecomm_engine_as(engine, firm.name, &actor, &session, &error));
  TRY(casecomm_session_load(session, STR("{\"records\":[{\"id\":\"R1\",\"kind\":\"case\",\"name\":\"Ho\"}]}"), &error));
  TRY(casecomm_session_show_record(session, STR("R1"), &page, &error) || casecomm_text_read(page, &json, &error));
  printf("%.*s\n", (int)json.size, json.data);

  casecomm_text_release(page), casecomm_session_release(session), casecomm_engine_release(engine);
  casecomm_store_release(options.store), casecomm_text_release(keys);
}
