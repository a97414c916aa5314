/* SPDX-License-Identifier: Apache-2.0 */
/* The C door: the commands of the command line tool that doors_test.py compares, through the C ABI alone.
   usage: c_door STORE KEYS COMMAND [ARGUMENT...] */
#include <casecomm/casecomm.h>
#include <casecomm/host.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static casecomm_error error;

static void check(casecomm_status status) {
  if (status == CASECOMM_OK) return;
  fprintf(stderr, "c_door: %s %s: %s\n", error.reason_name, error.subject, error.message);
  exit(1);
}

static casecomm_str str(const char* text) {
  casecomm_str s;
  s.data = text;
  s.size = text == NULL ? 0 : strlen(text);
  return s;
}

static void print(casecomm_text text) {
  casecomm_str json;
  check(casecomm_text_read(text, &json, &error));
  printf("%.*s\n", (int)json.size, json.data);
  casecomm_text_release(text);
}

static void print_hex(casecomm_text text) {
  casecomm_str bytes;
  size_t i;
  check(casecomm_text_read(text, &bytes, &error));
  printf("\"");
  for (i = 0; i < bytes.size; ++i) printf("%02x", (unsigned)(unsigned char)bytes.data[i]);
  printf("\"\n");
  casecomm_text_release(text);
}

/* The whole file; the data is the caller's to free. */
static casecomm_str read_file(const char* path) {
  casecomm_str bytes = {NULL, 0};
  char* data = NULL;
  size_t room = 0;
  FILE* file = fopen(path, "rb");
  if (file == NULL) {
    perror(path);
    exit(1);
  }
  for (;;) {
    size_t got;
    if (bytes.size == room) {
      room = room == 0 ? 65536 : room * 2;
      data = realloc(data, room);
      if (data == NULL) exit(1);
    }
    got = fread(data + bytes.size, 1, room - bytes.size, file);
    if (got == 0) break;
    bytes.size += got;
  }
  fclose(file);
  bytes.data = data;
  return bytes;
}

/* steady.h in C */
static uint64_t step(void) {
  const char* text = getenv("CASECOMM_STEP");
  return text == NULL ? 0 : strtoull(text, NULL, 10);
}

static int64_t now_us(void* host) {
  (void)host;
  return 1700000000000000 + (int64_t)step() * 1000000;
}

static casecomm_status fill(void* host, void* out, size_t size, casecomm_error* failure) {
  uint64_t* state = host;
  unsigned char* bytes = out;
  uint64_t word = 0;
  size_t i;
  (void)failure;
  for (i = 0; i < size; ++i) {
    if (i % 8 == 0) {
      word = *state += 0x9e3779b97f4a7c15u;
      word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9u;
      word = (word ^ (word >> 27)) * 0x94d049bb133111ebu;
      word ^= word >> 31;
    }
    bytes[i] = (unsigned char)(word >> (i % 8 * 8));
  }
  return CASECOMM_OK;
}

static casecomm_engine engine;
static casecomm_session session;

static void open_engine(const char* store_path, const char* keys_path, int create) {
  static uint64_t state;
  casecomm_host_clock clock = CASECOMM_INIT(casecomm_host_clock);
  casecomm_host_random random = CASECOMM_INIT(casecomm_host_random);
  casecomm_sqlite_options sqlite = CASECOMM_INIT(casecomm_sqlite_options);
  casecomm_engine_options options = CASECOMM_INIT(casecomm_engine_options);
  const casecomm_str keys = read_file(keys_path);
  casecomm_store store;
  state = step() << 32;
  clock.now_us = now_us;
  random.fill = fill;
  random.host = &state;
  sqlite.path = str(store_path);
  sqlite.flags = create ? CASECOMM_SQLITE_CREATE : 0;
  check(casecomm_store_sqlite(&sqlite, &store, &error));
  options.store = store;
  options.keys = keys;
  options.clock = &clock;
  options.random = &random;
  check(casecomm_engine_open(&options, &engine, &error));
  casecomm_store_release(store);
  free((void*)keys.data);
}

static casecomm_actor operator_actor(void) {
  casecomm_actor actor = CASECOMM_INIT(casecomm_actor);
  actor.kind = CASECOMM_ACTOR_OPERATOR;
  return actor;
}

static void init(char** words) {
  casecomm_account_spec spec = CASECOMM_INIT(casecomm_account_spec);
  casecomm_actor actor = operator_actor();
  spec.name = str(words[0]);
  spec.domain = str(words[1]);
  spec.preset = str(words[2]);
  check(casecomm_engine_create_account(engine, &spec, &actor, &error));
}

static void received(void* host, const casecomm_received* mail) {
  casecomm_text json;
  (void)host;
  check(casecomm_decision_json(mail->decision, mail->path, mail->index, 0, &json, &error));
  print(json);
}

static void ingest(char** words, int count) {
  casecomm_files_options options = CASECOMM_INIT(casecomm_files_options);
  casecomm_str* paths = calloc((size_t)count, sizeof *paths);
  casecomm_source source;
  int i;
  if (paths == NULL) exit(1);
  for (i = 0; i < count; ++i) paths[i] = str(words[i]);
  options.paths = paths;
  options.path_count = (size_t)count;
  check(casecomm_source_files(&options, &source, &error));
  check(casecomm_engine_receive(engine, source, str(""), received, NULL, &error));
  casecomm_source_release(source);
  free(paths);
}

static void ask(const char* verb, const char* path) {
  const int with_trace = strcmp(verb, "explain") == 0;
  casecomm_mail mail = CASECOMM_INIT(casecomm_mail);
  casecomm_decision decision;
  casecomm_text json;
  mail.raw = read_file(path);
  if (strcmp(verb, "scan") == 0) {
    check(casecomm_mail_scan(mail.raw, str(path), -1, &json, &error));
    print(json);
    free((void*)mail.raw.data);
    return;
  }
  if (strcmp(verb, "trust") == 0) {
    const casecomm_str authserv_id = str("mx.firm.example");
    casecomm_trust_policy trust = CASECOMM_INIT(casecomm_trust_policy);
    casecomm_scan_options options = CASECOMM_INIT(casecomm_scan_options);
    casecomm_reading reading;
    trust.authserv_ids = &authserv_id;
    trust.authserv_id_count = 1;
    options.trust = &trust;
    check(casecomm_mail_read(mail.raw, &options, &reading, &error));
    check(casecomm_reading_json(reading, str(path), -1, &json, &error));
    print(json);
    casecomm_reading_release(reading);
    free((void*)mail.raw.data);
    return;
  }
  if (strcmp(verb, "html") == 0) {
    check(casecomm_mail_safe_html(mail.raw, str("cid:"), &json, &error));
    print_hex(json);
    free((void*)mail.raw.data);
    return;
  }
  if (with_trace) {
    check(casecomm_session_explain(session, &mail, &decision, &error));
  } else {
    check(casecomm_session_route(session, &mail, &decision, &error));
  }
  check(casecomm_decision_json(decision, str(path), -1, with_trace ? CASECOMM_JSON_TRACE : 0, &json, &error));
  print(json);
  casecomm_decision_release(decision);
  free((void*)mail.raw.data);
}

static void load(const char* path) {
  const casecomm_str document = read_file(path);
  check(casecomm_session_load(session, document, &error));
  free((void*)document.data);
}

static void show(const char* record) {
  casecomm_text json;
  check(casecomm_session_show_record(session, str(record), &json, &error));
  print(json);
}

/* Prints a list, page by page of three. */
static void list(const char* verb, const char* argument) {
  casecomm_page page = CASECOMM_INIT(casecomm_page);
  char cursor[1024];
  page.limit = 3;
  for (;;) {
    casecomm_list_facts facts = CASECOMM_INIT(casecomm_list_facts);
    casecomm_list items = NULL;
    size_t i;
    if (strcmp(verb, "people") == 0) check(casecomm_session_people(session, &page, &items, &error));
    if (strcmp(verb, "records") == 0) check(casecomm_session_records(session, &page, &items, &error));
    if (strcmp(verb, "addresses") == 0) check(casecomm_session_addresses(session, &page, &items, &error));
    if (strcmp(verb, "unassigned") == 0) check(casecomm_session_unassigned(session, &page, &items, &error));
    if (strcmp(verb, "assignments") == 0)
      check(casecomm_session_assignments(session, str(""), str(""), &page, &items, &error));
    if (strcmp(verb, "threads") == 0) check(casecomm_session_threads(session, str(argument), &page, &items, &error));
    if (strcmp(verb, "messages") == 0) check(casecomm_session_messages(session, str(argument), &page, &items, &error));
    check(casecomm_list_read(items, &facts, &error));
    for (i = 0; i < facts.count; ++i) {
      casecomm_text json;
      check(casecomm_list_json(items, i, &json, &error));
      print(json);
    }
    if (facts.next.size >= sizeof cursor) exit(1);
    memcpy(cursor, facts.next.data, facts.next.size);
    page.cursor.data = cursor;
    page.cursor.size = facts.next.size;
    casecomm_list_release(items);
    if (page.cursor.size == 0) return;
  }
}

static void link_message(char** words) {
  casecomm_link_request request = CASECOMM_INIT(casecomm_link_request);
  casecomm_str record = str(words[1]);
  casecomm_decision decision;
  casecomm_text json;
  request.message = str(words[0]);
  request.records = &record;
  request.record_count = 1;
  request.contact = str(words[2]);
  check(casecomm_session_link(session, &request, &decision, &error));
  check(casecomm_decision_json(decision, str(NULL), -1, 0, &json, &error));
  print(json);
  casecomm_decision_release(decision);
}

int main(int argc, char** argv) {
  const char* verb;
  casecomm_actor actor = operator_actor();
  int i;
  if (argc < 4) return 64;
  error.struct_size = sizeof error;
  verb = argv[3];
  open_engine(argv[1], argv[2], strcmp(verb, "init") == 0);
  if (strcmp(verb, "init") == 0) {
    init(argv + 4);
    casecomm_engine_release(engine);
    return 0;
  }
  check(casecomm_engine_as(engine, str(""), &actor, &session, &error));
  if (strcmp(verb, "load") == 0) {
    load(argv[4]);
  } else if (strcmp(verb, "ingest") == 0) {
    ingest(argv + 4, argc - 4);
  } else if (strcmp(verb, "scan") == 0 || strcmp(verb, "trust") == 0 || strcmp(verb, "html") == 0 ||
             strcmp(verb, "route") == 0 || strcmp(verb, "explain") == 0) {
    for (i = 4; i < argc; ++i) ask(verb, argv[i]);
  } else if (strcmp(verb, "show") == 0) {
    show(argv[4]);
  } else if (strcmp(verb, "link") == 0) {
    link_message(argv + 4);
  } else {
    list(verb, argc > 4 ? argv[4] : "");
  }
  casecomm_session_release(session);
  casecomm_engine_release(engine);
  return 0;
}
