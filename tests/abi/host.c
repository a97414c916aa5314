/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A host that calls every function of the C ABI and prints what it saw: tests/abi/host.txt has what that is. It keeps to
 * the first publication, so that it compiles with every header since. With CASECOMM_LATER it is compiled with the headers
 * of tests/abi/later.py, runs with a library that is older than them, and also sets the fields that such a one cannot know.
 *
 * usage: host DATABASE
 */
#include <casecomm/casecomm.h>
#include <casecomm/host.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host_store.h"

static casecomm_error error;
static const casecomm_actor operator_actor = {.struct_size = sizeof(casecomm_actor), .kind = CASECOMM_ACTOR_OPERATOR};

static casecomm_str text(const char* words) {
  const casecomm_str out = {words, strlen(words)};
  return out;
}

static void print(const char* name, casecomm_str value) {
  if (value.data == NULL) {
    printf(" %s=-", name);
  } else {
    printf(" %s=%.*s", name, (int)value.size, value.data);
  }
}

static int same(casecomm_str value, const char* words) {
  return value.size == strlen(words) && memcmp(value.data, words, value.size) == 0;
}

static void fail(const char* what) {
  fprintf(stderr, "%s\n", what);
  exit(1);
}

static void check(int holds, const char* what) {
  if (!holds) fail(what);
}

/* A call that must be good. */
static void good(casecomm_status status, const char* call) {
  if (status == CASECOMM_OK) return;
  fprintf(stderr, "%s: %d %s: %s: %s\n", call, (int)error.code, error.reason_name, error.subject, error.message);
  exit(1);
}
#define GOOD(call) good(call, #call)

/* A call that must fail, and how. */
static void bad(casecomm_status status, const char* call) {
  check(status != CASECOMM_OK, call);
  check(error.code == status, call);
  printf("  %.*s:", (int)(strchr(call, '(') - call), call);
  print("code", casecomm_status_name(status));
  printf(" reason=%d %s subject=%s position=%" PRId64 "\n", (int)error.reason, error.reason_name, error.subject,
         error.position);
}
#define BAD(call) bad(call, #call)

/* What the library writes of a struct: all that this host knows; with CASECOMM_LATER all but the last field. Nothing
   behind it is touched. */
#ifdef CASECOMM_LATER
#define KNOWN(type) offsetof(type, later)
#else
#define KNOWN(type) sizeof(type)
#endif
#define GUARD 64
#define READ(type, name, call)                                        \
  union {                                                             \
    type value;                                                       \
    unsigned char bytes[sizeof(type) + GUARD];                        \
  } name;                                                             \
  memset(&name, 0x5A, sizeof name);                                   \
  name.value.struct_size = (uint32_t)sizeof(type);                    \
  GOOD(call);                                                         \
  check(name.value.struct_size == KNOWN(type), "the size of " #type); \
  for (size_t byte_ = KNOWN(type); byte_ < sizeof name; ++byte_) check(name.bytes[byte_] == 0x5A, "the end of " #type)

/* What the library lists by pointer is at least as long as this host knows it. */
#define LISTED(type, pointer) check((pointer)->struct_size >= KNOWN(type), "the size of a listed " #type)

/* ---- the host's tables ---- */

static int releases;

static void release(void* host) {
  (void)host;
  ++releases;
}

static int64_t now_us(void* host) {
  int64_t* now = host;
  return *now += 1000000;
}

static casecomm_status fill(void* host, void* out, size_t size, casecomm_error* failure) {
  uint64_t* state = host;
  unsigned char* bytes = out;
  check(failure != NULL, "an error for fill");
  for (size_t i = 0; i < size; ++i) {
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    bytes[i] = (unsigned char)(*state >> 56);
  }
  return CASECOMM_OK;
}

static void notice(void* host, const casecomm_event* event) {
  int* count = host;
  LISTED(casecomm_event, event);
  check(event->at_us > 0, "the time of an event");
  check((event->decision != NULL) == (event->kind == CASECOMM_EVENT_RECEIVED || event->kind == CASECOMM_EVENT_LINKED),
        "the decision of an event");
  if (event->kind != CASECOMM_EVENT_RECEIVED) {
    printf("  event %d", (int)event->kind);
    print("account", event->account);
    print("actor", event->actor);
    printf("\n");
  }
  ++*count;
}

#define MAILS 5
struct mailbox {
  char raw[MAILS][2048];
  size_t given, committed, fail_at;
};

static casecomm_status next(void* host, size_t limit, casecomm_inbound_fn put, void* sink, casecomm_error* failure) {
  struct mailbox* box = host;
  for (size_t i = 0; i < limit && box->given < MAILS; ++i) {
    char key[16], path[16];
    const casecomm_str to = text("ana@firm.example");
    casecomm_inbound mail = CASECOMM_INIT(casecomm_inbound);
    casecomm_status status;
    if (box->given == box->fail_at) {
      box->fail_at = MAILS;
      check(failure->code == 0 && failure->position == -1, "a fresh error");
      failure->code = CASECOMM_UNAUTHENTICATED;
      strcpy(failure->reason_name, "password_refused");
      strcpy(failure->subject, "imap.firm.example");
      strcpy(failure->message, "the server did not take the password");
      failure->position = 7;
      return CASECOMM_UNAUTHENTICATED;
    }
    snprintf(key, sizeof key, "uid %zu", box->given);
    snprintf(path, sizeof path, "box/%zu", box->given);
    mail.transport_key = text(key);
    mail.raw = text(box->raw[box->given]);
    mail.path = text(path);
    mail.index = -1;
    if (box->given == 4) {
      mail.flags = CASECOMM_INBOUND_ENVELOPE_KNOWN;
      mail.envelope_recipients = &to;
      mail.envelope_recipient_count = 1;
    }
    status = put(sink, &mail);
    if (status != CASECOMM_OK) return status;
    ++box->given;
  }
  return CASECOMM_OK;
}

static casecomm_status committed(void* host, const casecomm_str* keys, const uint64_t* positions, size_t count,
                                 casecomm_error* failure) {
  struct mailbox* box = host;
  (void)failure;
  for (size_t i = 0; i < count; ++i) {
    char key[32];
    snprintf(key, sizeof key, "uid %" PRIu64, positions[i]);
    check(same(keys[i], key), "the key of a committed mail");
  }
  box->committed += count;
  return CASECOMM_OK;
}

static casecomm_status send_mail(void* host, const casecomm_outbound* mail, const casecomm_delivery_sink* answers,
                                 casecomm_error* failure) {
  casecomm_recipient_result result = CASECOMM_INIT(casecomm_recipient_result);
  (void)host;
  (void)failure;
  LISTED(casecomm_outbound, mail);
  LISTED(casecomm_delivery_sink, answers);
  check(mail->recipient_count == 3 && mail->raw.size > 0, "what is sent");
  result.state = CASECOMM_DELIVERY_SENT;
  result.reply = 250;
  result.words = text("queued");
  if (answers->recipient(answers->sink, 0, &result) != CASECOMM_OK) return CASECOMM_INTERNAL;
  result.state = CASECOMM_DELIVERY_PERMANENT;
  result.reply = 550;
  result.words = text("no such user");
  if (answers->recipient(answers->sink, 1, &result) != CASECOMM_OK) return CASECOMM_INTERNAL;
  return answers->message_id(answers->sink, text("other@firm.example"));
}

/* ---- what it prints ---- */

static casecomm_str text_of(casecomm_text handle) {
  casecomm_str out = {NULL, 0};
  GOOD(casecomm_text_read(handle, &out, &error));
  return out;
}

static void keep(casecomm_text handle, char* out, size_t size) {
  const casecomm_str value = text_of(handle);
  check(value.size < size, "a text that fits");
  memcpy(out, value.data, value.size);
  out[value.size] = '\0';
  casecomm_text_release(handle);
}

static void print_json(casecomm_text handle) {
  const casecomm_str json = text_of(handle);
  check(json.size > 2 && json.data[0] == '{' && json.data[json.size - 1] == '}', "a JSON object");
  casecomm_text_release(handle);
}

static void print_decision(const char* what, casecomm_decision decision) {
  casecomm_text json = NULL;
  READ(casecomm_decision_facts, facts, casecomm_decision_read(decision, &facts.value, &error));
  printf("  %s:", what);
  print("outcome", casecomm_outcome_name(facts.value.outcome));
  print("account", facts.value.account);
  print("message_id", facts.value.message_id);
  printf(" stored=%d records=%zu trace=%d\n", facts.value.id.size > 0, facts.value.record_count,
         facts.value.trace_count > 0);
  for (size_t i = 0; i < facts.value.target_count; ++i) {
    const casecomm_target* target = facts.value.targets[i];
    LISTED(casecomm_target, target);
    printf("    target");
    print("record", target->record);
    print("rule", target->rule);
    print("reason", target->reason);
    printf(" candidates=%zu\n", target->candidate_count);
    check(target->sentence.size > 10, "a sentence");
    for (size_t c = 0; c < target->candidate_count; ++c) {
      LISTED(casecomm_candidate, target->candidates[c]);
      printf("      candidate");
      print("person", target->candidates[c]->person);
      print("record", target->candidates[c]->record);
      printf("\n");
    }
  }
  for (size_t i = 0; i < facts.value.trace_count; ++i) {
    LISTED(casecomm_trace_step, facts.value.trace[i]);
    check(facts.value.trace[i]->rule.size > 0, "the rule of a step");
  }
  GOOD(casecomm_decision_json(decision, text("a/path"), 0, CASECOMM_JSON_TRACE, &json, &error));
  print_json(json);
}

static void received(void* host, const casecomm_received* mail) {
  int* count = host;
  LISTED(casecomm_received, mail);
  check(mail->index == -1 && mail->transport_key.size > 0, "what was received");
  printf("  received");
  print("path", mail->path);
  printf("\n");
  print_decision("received", mail->decision);
  casecomm_decision_release(mail->decision); /* borrowed: must be without effect */
  ++*count;
}

static casecomm_status gather(void* host, const char* data, size_t size, casecomm_error* failure) {
  char* out = host;
  check(failure != NULL, "an error for a sink");
  check(strlen(out) + size < 2048, "bytes that fit");
  strncat(out, data, size);
  return CASECOMM_OK;
}

static casecomm_status refuse(void* host, const char* data, size_t size, casecomm_error* failure) {
  (void)host;
  (void)data;
  (void)size;
  failure->code = CASECOMM_CANCELLED;
  strcpy(failure->reason_name, "enough");
  strcpy(failure->message, "the reader had seen enough");
  return CASECOMM_CANCELLED;
}

static size_t size_of(casecomm_list list) {
  READ(casecomm_list_facts, facts, casecomm_list_read(list, &facts.value, &error));
  return facts.value.count;
}

/* ---- what it does ---- */

static const char kLoad[] =
    "{\"people\": [{\"id\": \"ana\", \"kind\": \"staff\", \"name\": \"Ana Ruiz\", \"emails\": [\"ana@firm.example\"]},"
    " {\"id\": \"hale\", \"kind\": \"contact\", \"name\": \"Mara Hale\", \"emails\": [\"mara@hale.example\"]}],"
    " \"records\": [{\"id\": \"C1\", \"kind\": \"case\", \"name\": \"Hale v. Northgate\", \"state\": \"open\"},"
    " {\"id\": \"C2\", \"kind\": \"case\", \"name\": \"Hale, will\", \"state\": \"open\"}],"
    " \"assignments\": [{\"record\": \"C1\", \"person\": \"ana\", \"role\": \"manager\"},"
    " {\"record\": \"C1\", \"person\": \"hale\", \"role\": \"client\"},"
    " {\"record\": \"C2\", \"person\": \"hale\", \"role\": \"client\"}]}";

static void write_mails(struct mailbox* box, const char* record, const char* drop) {
  memset(box, 0, sizeof *box);
  box->fail_at = MAILS;
  snprintf(
      box->raw[0], sizeof box->raw[0],
      "From: Mara Hale <mara@hale.example>\r\nTo: %s\r\nSubject: The lease\r\nMessage-ID: <1@hale.example>\r\n"
      "Date: Mon, 2 Mar 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
      "--b\r\nContent-Type: text/plain\r\n\r\nHere it is.\r\n--b\r\nContent-Type: text/plain; name=note.txt\r\n"
      "Content-Disposition: attachment; filename=note.txt\r\nContent-Transfer-Encoding: base64\r\n\r\n"
      "SGVsbG8sIEFuYQ==\r\n--b--\r\n",
      record);
  snprintf(box->raw[1], sizeof box->raw[1],
           "From: ana@firm.example\r\nTo: mara@hale.example\r\nBcc: %s\r\nSubject: Which one?\r\n"
           "Message-ID: <2@firm.example>\r\n\r\nOf both.\r\n",
           drop);
  snprintf(box->raw[2], sizeof box->raw[2],
           "From: ana@firm.example\r\nTo: new@nobody.example\r\nCc: %s\r\nSubject: Please call\r\n"
           "Message-ID: <3@firm.example>\r\n\r\nNow.\r\n",
           drop);
  snprintf(box->raw[3], sizeof box->raw[3],
           "From: mara@hale.example\r\nTo: %s\r\nSubject: Re: The lease\r\nIn-Reply-To: <1@hale.example>\r\n"
           "Message-ID: <4@hale.example>\r\n\r\nAnd?\r\n",
           record);
  snprintf(box->raw[4], sizeof box->raw[4],
           "From: ann@else.example\r\nTo: bob@else.example\r\n\r\nNothing of ours.\r\n");
}

#if CASECOMM_VERSION_MINOR >= 2
static casecomm_status rehearsed(void* host, const casecomm_rehearsed* said, casecomm_error* failure) {
  READ(casecomm_decision_facts, then, casecomm_decision_read(said->then, &then.value, &error));
  LISTED(casecomm_rehearsed, said);
  check(failure != NULL && said->message.size > 0 && said->differs == 1, "what was rehearsed");
  check(then.value.outcome == CASECOMM_OUTCOME_HELD && then.value.trace_count == 1, "where it would go");
  GOOD(casecomm_decision_read(said->now, &then.value, &error));
  ++*(int*)host;
  return CASECOMM_OK;
}

static void rehearse(casecomm_session session) {
  int count = 0;
  GOOD(casecomm_session_rehearse_stored(
      session, text("{\"casecomm_rules\": 1, \"name\": \"h\", \"rules\": [{\"rule\": \"all\", \"then\": \"hold\"}]}"),
      rehearsed, &count, &error));
  check(count > 0, "that something was rehearsed");
}
#else
static void rehearse(casecomm_session session) {
  (void)session;
}
#endif

static void lists(casecomm_session session, char* unassigned_id) {
  casecomm_list list = NULL, more = NULL;
  casecomm_text json = NULL;
  char thread[128] = "", message[128] = "", raw[2048] = "", file[2048] = "";

  casecomm_page page = CASECOMM_INIT(casecomm_page);
  page.limit = 1;
  GOOD(casecomm_session_people(session, &page, &list, &error));
  {
    READ(casecomm_list_facts, facts, casecomm_list_read(list, &facts.value, &error));
    READ(casecomm_person, person, casecomm_list_person(list, 0, &person.value, &error));
    printf("  person");
    print("id", person.value.id);
    print("kind", person.value.kind);
    print("name", person.value.name);
    check(person.value.email_count == 1, "one email");
    print("email", person.value.emails[0]);
    printf(" more=%d\n", facts.value.next.size > 0);
    page.cursor = facts.value.next;
    GOOD(casecomm_session_people(session, &page, &more, &error));
    casecomm_list_release(list);
  }
  {
    READ(casecomm_person, person, casecomm_list_person(more, 0, &person.value, &error));
    printf("  person");
    print("id", person.value.id);
    printf("\n");
    GOOD(casecomm_list_json(more, 0, &json, &error));
    print_json(json);
    BAD(casecomm_list_json(more, 1, &json, &error));
    check(json == NULL, "an out-handle after a failure");
    casecomm_list_release(more);
  }
  GOOD(casecomm_session_records(session, NULL, &list, &error));
  for (size_t i = 0; i < size_of(list); ++i) {
    READ(casecomm_record, record, casecomm_list_record(list, i, &record.value, &error));
    printf("  record");
    print("id", record.value.id);
    print("kind", record.value.kind);
    print("name", record.value.name);
    print("state", record.value.state);
    printf("\n");
  }
  BAD(casecomm_list_person(list, 0, &(casecomm_person){.struct_size = sizeof(casecomm_person)}, &error));
  casecomm_list_release(list);
  GOOD(casecomm_session_assignments(session, text("C1"), text(""), NULL, &list, &error));
  for (size_t i = 0; i < size_of(list); ++i) {
    READ(casecomm_assignment, assignment, casecomm_list_assignment(list, i, &assignment.value, &error));
    printf("  assignment");
    print("record", assignment.value.record);
    print("person", assignment.value.person);
    print("role", assignment.value.role);
    printf("\n");
  }
  casecomm_list_release(list);
  GOOD(casecomm_session_addresses(session, NULL, &list, &error));
  for (size_t i = 0; i < size_of(list); ++i) {
    READ(casecomm_address, address, casecomm_list_address(list, i, &address.value, &error));
    printf("  address");
    print("id", address.value.id);
    print("kind", address.value.kind);
    printf("\n");
  }
  casecomm_list_release(list);
  GOOD(casecomm_session_threads(session, text("C1"), NULL, &list, &error));
  printf("  threads=%zu", size_of(list));
  {
    READ(casecomm_thread, found, casecomm_list_thread(list, 0, &found.value, &error));
    print("record", found.value.record);
    print("subject", found.value.subject);
    printf("\n");
    check(found.value.first_at_us <= found.value.newest_at_us && found.value.id.size < sizeof thread, "a thread");
    memcpy(thread, found.value.id.data, found.value.id.size);
  }
  casecomm_list_release(list);
  GOOD(casecomm_session_messages(session, text(thread), NULL, &list, &error));
  for (size_t i = 0; i < size_of(list); ++i) {
    READ(casecomm_message, found, casecomm_list_message(list, i, &found.value, &error));
    printf("  message");
    print("message_id", found.value.message_id);
    print("subject", found.value.subject);
    print("rule", found.value.rule);
    print("reason", found.value.reason);
    print("filed_by", found.value.filed_by);
    printf(" from=%zu to=%zu cc=%zu date=%" PRId64 " known=%u badges=%zu receipts=%" PRIu64 "\n",
           found.value.from_count, found.value.to_count, found.value.cc_count, found.value.date, found.value.flags,
           found.value.badge_count, found.value.receipts);
    for (size_t a = 0; a < found.value.attachment_count; ++a) {
      const casecomm_attachment* attachment = found.value.attachments[a];
      LISTED(casecomm_attachment, attachment);
      printf("    attachment");
      print("filename", attachment->filename);
      print("type", attachment->content_type);
      print("content_id", attachment->content_id);
      printf(" size=%" PRId64 " flags=%u\n", attachment->size, attachment->flags);
    }
    if (i == 0) memcpy(message, found.value.id.data, found.value.id.size);
  }
  casecomm_list_release(list);
  GOOD(casecomm_session_raw(session, text(message), gather, raw, &error));
  check(strstr(raw, "Subject: The lease") != NULL, "the raw mail");
  GOOD(casecomm_session_attachment(session, text(message), 0, gather, file, &error));
  printf("  file=%s\n", file);
  check(casecomm_session_attachment(session, text(message), 1, gather, file, &error) == CASECOMM_NOT_FOUND &&
            error.reason == CASECOMM_REASON_NO_ATTACHMENT && same(text(message), error.subject),
        "an attachment that is not there");
  rehearse(session);
  BAD(casecomm_session_raw(session, text(message), refuse, NULL, &error));
  printf("    said=%s\n", error.message);
  GOOD(casecomm_session_show_record(session, text("C1"), &json, &error));
  print_json(json);
  GOOD(casecomm_session_unassigned(session, NULL, &list, &error));
  for (size_t i = 0; i < size_of(list); ++i) {
    READ(casecomm_unassigned, found, casecomm_list_unassigned(list, i, &found.value, &error));
    printf("  unassigned");
    print("owner", found.value.owner);
    print("subject", found.value.subject);
    print("path", found.value.path);
    print("reason", found.value.reason);
    printf(" from=%zu to=%zu notified=%d candidates=%zu\n", found.value.from_count, found.value.to_count,
           found.value.notification.size > 0, found.value.candidate_count);
    if (same(found.value.subject, "Which one?")) memcpy(unassigned_id, found.value.id.data, found.value.id.size);
  }
  casecomm_list_release(list);
}

static void route(casecomm_session session, const struct mailbox* box) {
  casecomm_decision decision = NULL;
  casecomm_routed routed = NULL;
  casecomm_text json = NULL;
  casecomm_mail mails[2] = {CASECOMM_INIT(casecomm_mail), CASECOMM_INIT(casecomm_mail)};
  const casecomm_mail* both[3] = {&mails[0], &mails[1], NULL};
  const casecomm_str to = text("bob@else.example");
  mails[0].raw = text(box->raw[0]);
  mails[1].raw = text(box->raw[4]);
  mails[1].flags = CASECOMM_MAIL_ENVELOPE_KNOWN;
  mails[1].envelope_recipients = &to;
  mails[1].envelope_recipient_count = 1;

  GOOD(casecomm_mail_scan(mails[0].raw, text("a/path"), -1, &json, &error));
  print_json(json);
  GOOD(casecomm_session_route(session, &mails[0], &decision, &error));
  print_decision("route", decision);
  casecomm_decision_release(decision);
  mails[0].source = text("imap:test");
  GOOD(casecomm_session_explain(session, &mails[0], &decision, &error));
  print_decision("explain", decision);
  casecomm_decision_release(decision);

  GOOD(casecomm_routed_new(&routed, &error));
  GOOD(casecomm_session_route_batch(session, both, 2, routed, &error));
  {
    READ(casecomm_routed_columns, columns, casecomm_routed_read(routed, &columns.value, &error));
    for (size_t i = 0; i < columns.value.mail_count; ++i) {
      printf("  column");
      print("outcome", casecomm_outcome_name(columns.value.outcomes[i]));
      for (uint32_t t = columns.value.first_target[i]; t < columns.value.first_target[i + 1]; ++t) {
        print("target", casecomm_outcome_name(columns.value.target_outcomes[t]));
        print("record", columns.value.records[t]);
        print("rule", columns.value.rules[t]);
        print("reason", columns.value.reasons[t]);
        print("owner", columns.value.owners[t]);
      }
      printf("\n");
    }
  }
  BAD(casecomm_session_route_batch(session, both, 3, routed, &error));
  casecomm_routed_release(routed);
}

static void faults(casecomm_engine engine, casecomm_session session) {
  casecomm_list list = NULL;
  casecomm_text address = NULL;
  casecomm_page page = CASECOMM_INIT(casecomm_page);
  casecomm_session other = NULL;
  const casecomm_actor nobody = {.struct_size = sizeof(casecomm_actor)};
  casecomm_actor ana = CASECOMM_INIT(casecomm_actor);
  ana.kind = CASECOMM_ACTOR_PERSON;
  ana.person = text("ana");

  BAD(casecomm_session_people(NULL, NULL, &list, &error));
  check(list == NULL, "an out-handle after a failure");
  BAD(casecomm_list_json((casecomm_list)(void*)session, 0, &address, &error));
  BAD(casecomm_engine_as(engine, text(""), &nobody, &other, &error));
  BAD(casecomm_engine_as(engine, text("none"), &operator_actor, &other, &error));
  BAD(casecomm_session_record_address(session, text("C9"), &address, &error));
  BAD(casecomm_session_load(session, text("{\"people\": 1}"), &error));
  page.limit = 5000;
  BAD(casecomm_session_people(session, &page, &list, &error));
  page.limit = 0;
  page.struct_size = 8;
  BAD(casecomm_session_people(session, &page, &list, &error));
  page.struct_size = CASECOMM_STRUCT_MAX + 1;
  BAD(casecomm_session_people(session, &page, &list, &error));
  GOOD(casecomm_engine_as(engine, text("firm"), &ana, &other, &error));
  BAD(casecomm_session_addresses(other, NULL, &list, &error));
  casecomm_session_release(other);
  BAD(casecomm_session_people(other, NULL, &list, &error));
  check(casecomm_session_people(NULL, NULL, &list, NULL) == CASECOMM_INVALID_ARGUMENT, "no error wanted");
}

static void drafts(void) {
  casecomm_draft draft = NULL;
  casecomm_attachment_policy policy = CASECOMM_INIT(casecomm_attachment_policy);
  policy.file_bytes_below = 1000;
  GOOD(casecomm_draft_new(&policy, &draft, &error));
  for (uint64_t size = 400; size <= 1200; size += 400) {
    READ(casecomm_attachment_verdict, verdict, casecomm_draft_add(draft, text("a.pdf"), size, &verdict.value, &error));
    printf("  file size=%" PRIu64 " accepted=%d", size, (int)verdict.value.accepted);
    print("reason", verdict.value.reason);
    printf("\n");
  }
  GOOD(casecomm_draft_remove(draft, 0, &error));
  BAD(casecomm_draft_remove(draft, 9, &error));
  READ(casecomm_draft_facts, facts, casecomm_draft_read(draft, &facts.value, &error));
  printf("  draft files=%zu bytes=%" PRIu64 "\n", facts.value.file_count, facts.value.total_bytes);
  casecomm_draft_release(draft);
}

static void sends(void) {
  casecomm_host_mail_sink table = CASECOMM_INIT(casecomm_host_mail_sink);
  casecomm_mail_sink sink = NULL;
  casecomm_list list = NULL;
  casecomm_outbound mail = CASECOMM_INIT(casecomm_outbound);
  const int before = releases;
  casecomm_str to[3] = {text("a@x.example"), text("b@x.example"), text("c@x.example")};
  table.release = release;
  table.send = send_mail;
  mail.recipients = to;
  mail.recipient_count = 3;
  mail.raw = text("From: a@firm.example\r\n\r\nHello\r\n");
  GOOD(casecomm_mail_sink_host(&table, &sink, &error));
  GOOD(casecomm_mail_sink_submit(sink, &mail, &list, &error));
  for (size_t i = 0; i < size_of(list); ++i) {
    READ(casecomm_recipient_result, result, casecomm_list_recipient_result(list, i, &result.value, &error));
    printf("  delivery state=%d reply=%d", (int)result.value.state, (int)result.value.reply);
    print("words", result.value.words);
    printf("\n");
  }
  casecomm_list_release(list);
  to[1] = text("b x");
  BAD(casecomm_mail_sink_submit(sink, &mail, &list, &error));
  check(releases == before, "a mail sink that is in use");
  casecomm_mail_sink_release(sink);
  check(releases == before + 1, "a mail sink that is released");
}

#if CASECOMM_VERSION_MINOR >= 2
static void print_text(casecomm_text handle) {
  print(" text", text_of(handle));
  printf("\n");
  casecomm_text_release(handle);
}

static void listed(const char* name, casecomm_list list) {
  printf("  %s=%zu\n", name, size_of(list));
  casecomm_list_release(list);
}

/* Of a session that has no mail. */
static void acts(casecomm_session session) {
  casecomm_act_request request = CASECOMM_INIT(casecomm_act_request);
  casecomm_decision decision = NULL;
  casecomm_list list = NULL;
  request.act = CASECOMM_ACT_WITHDRAW;
  request.message = text("none");
  BAD(casecomm_session_act(session, &request, &decision, &error));
  request.why = text("not this one");
  BAD(casecomm_session_act(session, &request, &decision, &error));
  request.act = CASECOMM_ACT_RESTORE + 1;
  BAD(casecomm_session_act(session, &request, NULL, &error));
  GOOD(casecomm_session_held(session, 0, NULL, &list, &error));
  listed("held", list);
  GOOD(casecomm_session_held(session, CASECOMM_OUTCOME_WITHDRAWN, NULL, &list, &error));
  listed("withdrawn", list);
  BAD(casecomm_session_held(session, CASECOMM_OUTCOME_FILED, NULL, &list, &error));
  GOOD(casecomm_session_acts(session, text("none"), NULL, &list, &error));
  listed("acts", list);
  BAD(casecomm_session_suggestions(session, text("none"), &list, &error));
  GOOD(casecomm_session_late_matches(session, NULL, &list, &error));
  listed("late", list);
}

/* The life of addresses, and the list of what is to be sent on. */
static void address_life(casecomm_engine engine, casecomm_session session) {
  casecomm_text words = NULL;
  casecomm_list list = NULL;
  casecomm_session other = NULL;
  casecomm_actor ana = CASECOMM_INIT(casecomm_actor);
  uint64_t replaced = 9;
  char address[128] = "";
  GOOD(casecomm_session_load(
      session,
      text("{\"people\": [{\"id\": \"ana\", \"kind\": \"staff\", \"name\": \"Ana\", \"emails\": "
           "[\"ana@firm.example\"]}, {\"id\": \"hale\", \"kind\": \"contact\", \"name\": \"Hale\", "
           "\"emails\": [\"hale@hale.example\"]}], \"records\": [{\"id\": \"C1\", \"kind\": \"case\", "
           "\"name\": \"Hale\", \"sender_policy\": \"known\"}], \"assignments\": [{\"record\": \"C1\", "
           "\"person\": \"hale\", \"role\": \"client\"}]}"),
      &error));
  GOOD(casecomm_session_records(session, NULL, &list, &error));
  {
    READ(casecomm_record, record, casecomm_list_record(list, 0, &record.value, &error));
    print("  policy", record.value.sender_policy);
    printf("\n");
  }
  casecomm_list_release(list);
  GOOD(casecomm_session_reply_address(session, text("C1"), text("hale"), text(""), &words, &error));
  keep(words, address, sizeof address);
  GOOD(casecomm_session_return_path_address(session, text("C1"), text("hale"), text("hale@hale.example"), &words,
                                            &error));
  casecomm_text_release(words);
  BAD(casecomm_session_reply_address(session, text("C1"), text("ana"), text(""), &words, &error));
  BAD(casecomm_session_return_path_address(session, text("C1"), text("hale"), text("ana@firm.example"), &words,
                                           &error));
  GOOD(casecomm_session_retire_address(session, text(address), &error));
  BAD(casecomm_session_retire_address(session, text("x@in.firm.example"), &error));
  GOOD(casecomm_session_rotate_record_address(session, text("C1"), &words, &error));
  casecomm_text_release(words);
  GOOD(casecomm_session_rotate_drop_address(session, text("ana"), &words, &error));
  casecomm_text_release(words);
  BAD(casecomm_session_rotate_drop_address(session, text("hale"), &words, &error));
  GOOD(casecomm_session_replace_key(session, 30, &replaced, &error));
  printf("  replaced=%" PRIu64 "\n", replaced);
  GOOD(casecomm_session_all_addresses(session, NULL, &list, &error));
  for (size_t i = 0; i < size_of(list); ++i) {
    READ(casecomm_address, found, casecomm_list_address(list, i, &found.value, &error));
    printf("  address");
    print("id", found.value.id);
    print("kind", found.value.kind);
    print("person", found.value.person);
    print("email", found.value.email);
    printf(" ends=%d\n", found.value.expires_at_us > found.value.created_at_us);
  }
  casecomm_list_release(list);
  GOOD(casecomm_session_forwards(session, NULL, &list, &error));
  BAD(casecomm_list_forward(list, 0, &(casecomm_forward){.struct_size = sizeof(casecomm_forward)}, &error));
  casecomm_list_release(list);
  BAD(casecomm_session_forwarded(session, text("none"), &error));
  ana.kind = CASECOMM_ACTOR_PERSON;
  ana.person = text("ana");
  GOOD(casecomm_engine_as(engine, text(""), &ana, &other, &error));
  BAD(casecomm_session_forwards(other, NULL, &list, &error));
  casecomm_session_release(other);
}

static void rule_documents(void) {
  casecomm_store store = NULL;
  casecomm_engine engine = NULL;
  casecomm_session session = NULL;
  casecomm_decision decision = NULL;
  casecomm_text words = NULL;
  char keys[512];
  const casecomm_str rules =
      text("{\"casecomm_rules\": 1, \"name\": \"hold\", \"rules\": [{\"rule\": \"all\", \"then\": \"hold\"}]}");
  casecomm_engine_options options = CASECOMM_INIT(casecomm_engine_options);
  casecomm_account_spec spec = CASECOMM_INIT(casecomm_account_spec);
  casecomm_mail mail = CASECOMM_INIT(casecomm_mail);
  mail.raw = text("From: a@b.example\r\nTo: c@d.example\r\n\r\nHello\r\n");
  GOOD(casecomm_rules_check(rules, &words, &error));
  print_json(words);
  BAD(casecomm_rules_check(text("{\"casecomm_rules\": 2}"), &words, &error));
  GOOD(casecomm_keys_generate(NULL, &words, &error));
  keep(words, keys, sizeof keys);
  GOOD(casecomm_store_memory(&store, &error));
  options.store = store;
  options.keys = text(keys);
  GOOD(casecomm_engine_open(&options, &engine, &error));
  casecomm_store_release(store);
  spec.name = text("firm");
  spec.domain = text("in.firm.example");
  GOOD(casecomm_engine_create_account(engine, &spec, &operator_actor, &error));
  GOOD(casecomm_engine_as(engine, text(""), &operator_actor, &session, &error));
  GOOD(casecomm_session_rehearse(session, rules, &mail, &decision, &error));
  print_decision("rehearse", decision);
  casecomm_decision_release(decision);
  address_life(engine, session);
  BAD(casecomm_session_set_rules(session, text("[]"), &error));
  GOOD(casecomm_session_set_rules(session, rules, &error));
  GOOD(casecomm_session_rules(session, &words, &error));
  print_text(words);
  acts(session);
  casecomm_session_release(session);
  casecomm_engine_release(engine);
}

static casecomm_status scan_file(void* host, const casecomm_scanned_file* file, const casecomm_finding_sink* answer,
                                 casecomm_error* failure) {
  (void)host;
  (void)file;
  (void)failure;
  return answer->found(answer->sink, text("bad"));
}

static void readings(void) {
  static const char raw[] =
      "Authentication-Results: mx.firm.example; dmarc=pass header.from=client.example\r\n"
      "From: Ann <ann@client.example>\r\nTo: a@firm.example\r\nSubject: Re: b\r\nList-Id: <l.client.example>\r\n"
      "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nYes.\r\n\r\n> No?\r\n--b\r\n"
      "Content-Type: application/pdf; name=\"../a.pdf\"\r\n\r\nwords\r\n--b--\r\n";
  casecomm_text words = NULL;
  casecomm_reading reading = NULL;
  casecomm_engine engine = NULL;
  const casecomm_str server = text("mx.firm.example"), type = text("application/pdf");
  casecomm_trust_policy trust = CASECOMM_INIT(casecomm_trust_policy);
  casecomm_inbound_policy policy = CASECOMM_INIT(casecomm_inbound_policy);
  casecomm_scan_options options = CASECOMM_INIT(casecomm_scan_options);
  casecomm_engine_options settings = CASECOMM_INIT(casecomm_engine_options);
  casecomm_host_scanner table = CASECOMM_INIT(casecomm_host_scanner);
  const int before = releases;
  trust.authserv_ids = &server;
  trust.authserv_id_count = 1;
  policy.types = &type;
  policy.type_count = 1;
  options.trust = &trust;
  options.attachments = &policy;
  GOOD(casecomm_mail_read(text(raw), &options, &reading, &error));
  READ(casecomm_mail_facts, facts, casecomm_reading_read(reading, &facts.value, &error));
  printf("  class=%d trust=%d flags=%d", (int)facts.value.mail_class, (int)facts.value.trust, (int)facts.value.flags);
  print("visible", facts.value.visible_text);
  print("quoted", facts.value.quoted_text);
  print("sign", facts.value.signs[0]->name);
  print("verdict", facts.value.verdicts[0]->reason);
  printf("\n");
  GOOD(casecomm_reading_json(reading, text("a"), -1, &words, &error));
  casecomm_text_release(words);
  casecomm_reading_release(reading);
  BAD(casecomm_reading_read(reading, &facts.value, &error));
  trust.flags = 1u << 31;
  BAD(casecomm_mail_read(text(raw), &options, &reading, &error));
  GOOD(casecomm_mail_safe_html(text(raw), text("cid:"), &words, &error));
  print_text(words);
  GOOD(casecomm_file_name_safe(text("../a\\b.pdf"), &words, &error));
  print_text(words);

  rule_documents();

  table.release = release;
  table.scan = scan_file;
  settings.scanner = &table;
  BAD(casecomm_engine_open(&settings, &engine, &error));
  check(releases == before + 1, "a scanner that is released with the call that fails");
}
#endif

#ifdef CASECOMM_LATER
static int refusals;

/* A field that the library cannot know is set: the call is refused, and says why. */
#define REFUSED(object, call)                                \
  memset(&(object).later, 0x5A, sizeof(object).later);       \
  error.reason = 0;                                          \
  check((call) == CASECOMM_INVALID_ARGUMENT, #call);         \
  check(error.reason == CASECOMM_REASON_STRUCT_SIZE, #call); \
  ++refusals;                                                \
  memset(&(object).later, 0, sizeof(object).later)

static casecomm_status later_function(void* host, casecomm_error* failure) {
  (void)host;
  (void)failure;
  return CASECOMM_OK;
}

#define REFUSED_TABLE(table, call)                           \
  (table).later = later_function;                            \
  error.reason = 0;                                          \
  check((call) == CASECOMM_INVALID_ARGUMENT, #call);         \
  check(error.reason == CASECOMM_REASON_STRUCT_SIZE, #call); \
  ++refusals;                                                \
  (table).later = NULL

static void later_inputs(casecomm_engine engine, casecomm_session session, casecomm_store store) {
  casecomm_text words = NULL;
  casecomm_list list = NULL;
  casecomm_decision decision = NULL;
  casecomm_routed routed = NULL;
  casecomm_store other = NULL;
  casecomm_source source = NULL;
  casecomm_mail_sink sink = NULL;
  casecomm_draft draft = NULL;
  casecomm_session seen = NULL;
  casecomm_engine opened = NULL;
  casecomm_actor actor = operator_actor;
  casecomm_account_spec spec = CASECOMM_INIT(casecomm_account_spec);
  casecomm_page page = CASECOMM_INIT(casecomm_page);
  casecomm_mail mail = CASECOMM_INIT(casecomm_mail);
  const casecomm_mail* mails[1] = {&mail};
  casecomm_link_request link = CASECOMM_INIT(casecomm_link_request);
  casecomm_attachment_policy policy = CASECOMM_INIT(casecomm_attachment_policy);
  casecomm_sqlite_options sqlite = CASECOMM_INIT(casecomm_sqlite_options);
  casecomm_files_options files = CASECOMM_INIT(casecomm_files_options);
  casecomm_engine_options options = CASECOMM_INIT(casecomm_engine_options);
  casecomm_host_clock clock = CASECOMM_INIT(casecomm_host_clock);
  casecomm_host_random random = CASECOMM_INIT(casecomm_host_random);
  casecomm_host_observer observer = CASECOMM_INIT(casecomm_host_observer);
  casecomm_host_source source_table = CASECOMM_INIT(casecomm_host_source);
  casecomm_host_mail_sink sink_table = CASECOMM_INIT(casecomm_host_mail_sink);
  casecomm_host_store store_table = CASECOMM_INIT(casecomm_host_store);
  casecomm_outbound outbound = CASECOMM_INIT(casecomm_outbound);
#if CASECOMM_VERSION_MINOR >= 2
  casecomm_act_request act = CASECOMM_INIT(casecomm_act_request);
  casecomm_reading reading = NULL;
  casecomm_host_scanner scanner = CASECOMM_INIT(casecomm_host_scanner);
  casecomm_scan_options scan = CASECOMM_INIT(casecomm_scan_options);
  casecomm_trust_policy trust = CASECOMM_INIT(casecomm_trust_policy);
  casecomm_inbound_policy inbound = CASECOMM_INIT(casecomm_inbound_policy);
#endif
  const casecomm_str to = text("a@x.example"), path = text("/none/none");
  const int before = releases;

  spec.name = text("later");
  spec.domain = text("in.later.example");
  spec.preset = text("casebook");
  mail.raw = text("From: a@x.example\r\n\r\nHello\r\n");
  REFUSED(spec, casecomm_engine_create_account(engine, &spec, &actor, &error));
  REFUSED(actor, casecomm_engine_create_account(engine, &spec, &actor, &error));
  REFUSED(actor, casecomm_engine_as(engine, text(""), &actor, &seen, &error));
  REFUSED(page, casecomm_session_people(session, &page, &list, &error));
  REFUSED(page, casecomm_session_records(session, &page, &list, &error));
  REFUSED(page, casecomm_session_assignments(session, text(""), text(""), &page, &list, &error));
  REFUSED(page, casecomm_session_addresses(session, &page, &list, &error));
  REFUSED(page, casecomm_session_threads(session, text("C1"), &page, &list, &error));
  REFUSED(page, casecomm_session_messages(session, text("none"), &page, &list, &error));
  REFUSED(page, casecomm_session_unassigned(session, &page, &list, &error));
  REFUSED(mail, casecomm_session_route(session, &mail, &decision, &error));
  REFUSED(mail, casecomm_session_explain(session, &mail, &decision, &error));
  GOOD(casecomm_routed_new(&routed, &error));
  REFUSED(mail, casecomm_session_route_batch(session, mails, 1, routed, &error));
  casecomm_routed_release(routed);
  REFUSED(link, casecomm_session_link(session, &link, &decision, &error));
  REFUSED(policy, casecomm_draft_new(&policy, &draft, &error));
  sqlite.path = path;
  REFUSED(sqlite, casecomm_store_sqlite(&sqlite, &other, &error));
  files.paths = &path;
  files.path_count = 1;
  REFUSED(files, casecomm_source_files(&files, &source, &error));
  options.store = store;
  REFUSED(options, casecomm_engine_open(&options, &opened, &error));

  random.release = clock.release = observer.release = source_table.release = sink_table.release = store_table.release =
      release;
  random.fill = fill;
  REFUSED_TABLE(random, casecomm_keys_generate(&random, &words, &error));
  REFUSED_TABLE(source_table, casecomm_source_host(&source_table, &source, &error));
  REFUSED_TABLE(sink_table, casecomm_mail_sink_host(&sink_table, &sink, &error));
  REFUSED_TABLE(store_table, casecomm_store_host(&store_table, &other, &error));
  options.clock = &clock;
  REFUSED_TABLE(clock, casecomm_engine_open(&options, &opened, &error));
  options.clock = NULL;
  options.observer = &observer;
  REFUSED_TABLE(observer, casecomm_engine_open(&options, &opened, &error));
#if CASECOMM_VERSION_MINOR >= 2
  REFUSED(act, casecomm_session_act(session, &act, &decision, &error));
  REFUSED(page, casecomm_session_held(session, 0, &page, &list, &error));
  REFUSED(page, casecomm_session_acts(session, text("none"), &page, &list, &error));
  REFUSED(page, casecomm_session_late_matches(session, &page, &list, &error));
  options.observer = NULL;
  scanner.release = release;
  options.scanner = &scanner;
  REFUSED_TABLE(scanner, casecomm_engine_open(&options, &opened, &error));
  options.scanner = NULL;
  scan.trust = &trust;
  scan.attachments = &inbound;
  REFUSED(scan, casecomm_mail_read(mail.raw, &scan, &reading, &error));
  REFUSED(trust, casecomm_mail_read(mail.raw, &scan, &reading, &error));
  REFUSED(inbound, casecomm_mail_read(mail.raw, &scan, &reading, &error));
#endif
  check(releases == before, "a table that was refused for its size is not released");

  sink_table.send = send_mail;
  GOOD(casecomm_mail_sink_host(&sink_table, &sink, &error));
  outbound.recipients = &to;
  outbound.recipient_count = 1;
  outbound.raw = mail.raw;
  REFUSED(outbound, casecomm_mail_sink_submit(sink, &outbound, &list, &error));
  casecomm_mail_sink_release(sink);
  check(releases == before + 1, "a mail sink that is released");
  releases = before;
  check(words == NULL && list == NULL && decision == NULL && other == NULL && source == NULL && draft == NULL &&
            seen == NULL && opened == NULL,
        "out-handles after failures");
}
#endif

static void run(const char* name, casecomm_store store) {
  int64_t now = 1770000000000000;
  uint64_t seed = 1;
  int events = 0, mails = 0;
  char keys[512], record[128], drop[128], unassigned[128] = "";
  const casecomm_str linked = text("C2");
  struct mailbox box;
  casecomm_host_clock clock = CASECOMM_INIT(casecomm_host_clock);
  casecomm_host_random random = CASECOMM_INIT(casecomm_host_random);
  casecomm_host_observer observer = CASECOMM_INIT(casecomm_host_observer);
  casecomm_host_source table = CASECOMM_INIT(casecomm_host_source);
  casecomm_engine_options options = CASECOMM_INIT(casecomm_engine_options);
  casecomm_account_spec spec = CASECOMM_INIT(casecomm_account_spec);
  casecomm_link_request link = CASECOMM_INIT(casecomm_link_request);
  casecomm_engine engine = NULL, second = NULL;
  casecomm_session session = NULL;
  casecomm_source source = NULL;
  casecomm_decision decision = NULL;
  casecomm_text words = NULL;
  casecomm_list list = NULL;
  const int before = releases;

  printf("%s\n", name);
  clock.host = &now;
  clock.now_us = now_us;
  random.host = &seed;
  random.fill = fill;
  observer.host = &events;
  observer.notice = notice;
  clock.release = random.release = observer.release = table.release = release;
  GOOD(casecomm_keys_generate(&random, &words, &error));
  check(releases == before + 1, "keys are made, their table is released");
  keep(words, keys, sizeof keys);

  options.store = store;
  options.keys = text(keys);
  options.clock = &clock;
  options.random = &random;
  options.observer = &observer;
  GOOD(casecomm_engine_open(&options, &engine, &error));
  options.clock = NULL;
  options.random = NULL;
  options.observer = NULL;
  BAD(casecomm_engine_open(&options, &second, &error));
  check(second == NULL, "an out-handle after a failure");
  casecomm_store_release(store);

  spec.name = text("firm");
  spec.domain = text("in.firm.example");
  spec.preset = text("casebook");
  GOOD(casecomm_engine_create_account(engine, &spec, &operator_actor, &error));
  BAD(casecomm_engine_create_account(engine, &spec, &operator_actor, &error));
  GOOD(casecomm_engine_accounts(engine, &list, &error));
  {
    READ(casecomm_account, account, casecomm_list_account(list, 0, &account.value, &error));
    printf("  account");
    print("name", account.value.name);
    print("domain", account.value.domain);
    print("preset", account.value.preset);
    print("policy", account.value.policy);
    printf(" of %zu\n", size_of(list));
  }
  casecomm_list_release(list);

  GOOD(casecomm_engine_as(engine, text(""), &operator_actor, &session, &error));
  GOOD(casecomm_session_load(session, text(kLoad), &error));
  GOOD(casecomm_session_record_address(session, text("C1"), &words, &error));
  keep(words, record, sizeof record);
  GOOD(casecomm_session_drop_address(session, text("ana"), &words, &error));
  keep(words, drop, sizeof drop);
  write_mails(&box, record, drop);
  route(session, &box);

  table.host = &box;
  table.name = text("imap:test");
  table.next = next;
  table.committed = committed;
  box.fail_at = 0;
  GOOD(casecomm_source_host(&table, &source, &error));
  BAD(casecomm_engine_receive(engine, source, text("firm"), received, &mails, &error));
  printf("    said=%s\n", error.message);
  GOOD(casecomm_engine_receive(engine, source, text("firm"), received, &mails, &error));
  printf("  mails=%d committed=%zu\n", mails, box.committed);
  casecomm_source_release(source);

  lists(session, unassigned);
  link.message = text(unassigned);
  link.records = &linked;
  link.record_count = 1;
  link.contact = text("hale");
  GOOD(casecomm_session_link(session, &link, &decision, &error));
  print_decision("link", decision);
  casecomm_decision_release(decision);
  GOOD(casecomm_session_unassigned(session, NULL, &list, &error));
  printf("  unassigned=%zu\n", size_of(list));
  casecomm_list_release(list);
  faults(engine, session);
#ifdef CASECOMM_LATER
  later_inputs(engine, session, store);
#endif
  casecomm_session_release(session);
  casecomm_session_release(session);
  casecomm_engine_release(engine);
  casecomm_engine_release(NULL);
  printf("  events=%d released=%d\n", events, releases - before);
}

static void files(const char* path) {
  casecomm_files_options options = CASECOMM_INIT(casecomm_files_options);
  casecomm_source source = NULL;
  const casecomm_str paths[1] = {text(path)};
  options.paths = paths;
  options.path_count = 1;
  options.mail_bytes_limit = 1 << 20;
  check(casecomm_source_files(&options, &source, &error) == CASECOMM_INVALID_ARGUMENT && source == NULL &&
            error.reason == CASECOMM_REASON_NOT_MAIL,
        "a file that is no mail");
  options.flags = CASECOMM_FILES_ANY;
  GOOD(casecomm_source_files(&options, &source, &error));
  casecomm_source_release(source);
}

int main(int argc, char** argv) {
  casecomm_store store = NULL;
  casecomm_host_store table = CASECOMM_INIT(casecomm_host_store);
  casecomm_sqlite_options sqlite = CASECOMM_INIT(casecomm_sqlite_options);
  check(argc == 2, "usage: host DATABASE");
  error.struct_size = (uint32_t)sizeof error;
  check(casecomm_version() >= ((CASECOMM_VERSION_MAJOR << 16) | (1 << 8)), "the version");

  GOOD(casecomm_store_memory(&store, &error));
  run("memory", store);

  sqlite.path = text(argv[1]);
  check(casecomm_store_sqlite(&sqlite, &store, &error) == CASECOMM_NOT_FOUND && store == NULL &&
            error.reason == CASECOMM_REASON_STORE_MISSING,
        "a store that is not there");
  sqlite.flags = CASECOMM_SQLITE_CREATE;
  GOOD(casecomm_store_sqlite(&sqlite, &store, &error));
  run("sqlite", store);
  files(argv[1]);

  check(host_store_table(&table) == CASECOMM_OK, "a store of the host");
  GOOD(casecomm_store_host(&table, &store, &error));
  run("host", store);

  printf("library\n");
  drafts();
  sends();
#if CASECOMM_VERSION_MINOR >= 2
  printf("reading\n");
  readings();
#endif
#ifdef CASECOMM_LATER
  fprintf(stderr, "refused %d\n", refusals);
#endif
  return 0;
}
