/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libcasecomm for any language: verbs are functions, facts are structs, trees are JSON documents (docs/json.md).
 * C99 and C++11 onward; 64-bit. host.h holds the seams that a host plugs in.
 *
 * Rules that hold for every function:
 *
 *   result     A casecomm_status: CASECOMM_OK, or a code numbered as Abseil's; the last argument, a casecomm_error or
 *              NULL, tells what, where and why. Nothing half done is left behind. No exception comes out.
 *   out        An out-handle is NULL after a failure; an out-struct is then as it was given.
 *   handles    Are checked for kind and life: NULL, a released one or another kind's is CASECOMM_INVALID_ARGUMENT, reason
 *              "bad_handle". One release function for each kind, in any order, NULL is fine; what still needs the thing
 *              behind it keeps it. A second release of the same handle does nothing.
 *   inputs     Are borrowed for the call. A casecomm_str need not end in NUL; data NULL is "absent", which most texts
 *              take for empty. Text is UTF-8.
 *   views      What a _read function gives is valid until the handle it was read from is released.
 *   structs    Begin with struct_size: the caller sets it to sizeof, or uses CASECOMM_INIT, which zeroes the rest. Zero
 *              means "as before" in every field added later. An input smaller than its first version, or with bytes that
 *              are not zero behind what this library knows, is CASECOMM_INVALID_ARGUMENT, reason "struct_size". Of an
 *              output the smaller of both sizes is written, and struct_size set to it; one too small for struct_size
 *              itself is refused. A size past CASECOMM_STRUCT_MAX is refused; a casecomm_error of such a size is left as
 *              it was. Structs that the library lists by pointer may be longer than this header knows; read a field of a
 *              later version only if the struct_size there covers it. casecomm_str, casecomm_value and casecomm_key
 *              (host.h) never grow. `reserved` and unknown flags must be 0.
 *   threads    An engine, a store and every result (decision, list, text, routed batch) may be shared by threads. A
 *              session, a source, a mail sink, a draft and a routed batch being filled serve one call at a time: a
 *              second one at once, also from a callback, is CASECOMM_FAILED_PRECONDITION, reason "busy". The library
 *              makes no thread and no timer.
 *   callbacks  Run on the calling thread, with no lock held, and may call every function of the library; calls nest at
 *              most CASECOMM_DEPTH_MAX deep. They must not leave by longjmp or an exception.
 *   times      int64 microseconds since 1970-01-01 UTC, if the name ends in _us.
 */
#ifndef CASECOMM_CASECOMM_H_
#define CASECOMM_CASECOMM_H_

#include <stddef.h>
#include <stdint.h>

#include "reasons.h"

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define CASECOMM_API __attribute__((visibility("default")))
#else
#define CASECOMM_API
#endif

#define CASECOMM_VERSION_MAJOR 0
#define CASECOMM_VERSION_MINOR 2
#define CASECOMM_VERSION_PATCH 0

#define CASECOMM_STRUCT_MAX 4096u
#define CASECOMM_DEPTH_MAX 16

/* casecomm_mail mail = CASECOMM_INIT(casecomm_mail); */
#ifdef __cplusplus
#define CASECOMM_INIT(type) (::casecomm_detail_init<type>())
#else
#define CASECOMM_INIT(type) ((type){.struct_size = (uint32_t)sizeof(type)})
#endif

/* Major, minor and patch of the library that runs, as 0x00MMmmpp. */
CASECOMM_API uint32_t casecomm_version(void);

typedef struct casecomm_str {
  const char* data;
  size_t size;
} casecomm_str;

/* ---- errors ---- */

typedef int32_t casecomm_status;

enum {
  CASECOMM_OK = 0,
  CASECOMM_CANCELLED = 1,
  CASECOMM_UNKNOWN = 2,
  CASECOMM_INVALID_ARGUMENT = 3,
  CASECOMM_DEADLINE_EXCEEDED = 4,
  CASECOMM_NOT_FOUND = 5,
  CASECOMM_ALREADY_EXISTS = 6,
  CASECOMM_PERMISSION_DENIED = 7,
  CASECOMM_RESOURCE_EXHAUSTED = 8,
  CASECOMM_FAILED_PRECONDITION = 9,
  CASECOMM_ABORTED = 10,
  CASECOMM_OUT_OF_RANGE = 11,
  CASECOMM_UNIMPLEMENTED = 12,
  CASECOMM_INTERNAL = 13,
  CASECOMM_UNAVAILABLE = 14,
  CASECOMM_DATA_LOSS = 15,
  CASECOMM_UNAUTHENTICATED = 16
};

enum { CASECOMM_TRUNCATED_REASON = 1, CASECOMM_TRUNCATED_SUBJECT = 2, CASECOMM_TRUNCATED_MESSAGE = 4 };

/* The caller's own. Texts are UTF-8, end in NUL and are cut at a character. After CASECOMM_OK it is as it was given. */
typedef struct casecomm_error {
  uint32_t struct_size;
  casecomm_status code;
  int32_t reason;     /* CASECOMM_REASON_..., reasons.h; 0: none, or a host's own word */
  uint32_t truncated; /* CASECOMM_TRUNCATED_... bits */
  int64_t position;   /* a byte offset into the subject, or -1 */
  char reason_name[64];
  char subject[128]; /* a path, an id, a JSON pointer */
  char message[512]; /* one line of English */
} casecomm_error;

/* "invalid_argument" for CASECOMM_INVALID_ARGUMENT; "unknown" for a number that is none. Never released. */
CASECOMM_API casecomm_str casecomm_status_name(casecomm_status status);

/* ---- handles ---- */

typedef struct casecomm_store_handle* casecomm_store;
typedef struct casecomm_source_handle* casecomm_source;
typedef struct casecomm_mail_sink_handle* casecomm_mail_sink;
typedef struct casecomm_engine_handle* casecomm_engine;
typedef struct casecomm_session_handle* casecomm_session;
typedef struct casecomm_decision_handle* casecomm_decision;
typedef struct casecomm_routed_handle* casecomm_routed;
typedef struct casecomm_list_handle* casecomm_list;
typedef struct casecomm_text_handle* casecomm_text;
typedef struct casecomm_draft_handle* casecomm_draft;
typedef struct casecomm_reading_handle* casecomm_reading;

CASECOMM_API void casecomm_store_release(casecomm_store store);
CASECOMM_API void casecomm_source_release(casecomm_source source);
CASECOMM_API void casecomm_mail_sink_release(casecomm_mail_sink sink);
CASECOMM_API void casecomm_engine_release(casecomm_engine engine);
CASECOMM_API void casecomm_session_release(casecomm_session session);
CASECOMM_API void casecomm_decision_release(casecomm_decision decision);
CASECOMM_API void casecomm_routed_release(casecomm_routed routed);
CASECOMM_API void casecomm_list_release(casecomm_list list);
CASECOMM_API void casecomm_text_release(casecomm_text text);
CASECOMM_API void casecomm_draft_release(casecomm_draft draft);
CASECOMM_API void casecomm_reading_release(casecomm_reading reading);

/* Bytes: an address, a JSON document, a key ring. */
CASECOMM_API casecomm_status casecomm_text_read(casecomm_text text, casecomm_str* out, casecomm_error* error);

/* Receives bytes in pieces, in order. Anything but CASECOMM_OK ends the reading and is its answer, with what the callback
   wrote into `error` (never NULL). */
typedef casecomm_status (*casecomm_bytes_fn)(void* host, const char* data, size_t size, casecomm_error* error);

/* ---- keys ---- */

struct casecomm_host_random; /* host.h */

/* A fresh key ring as text: "casecomm-keys 1", then a line a key. Guard it like a password: addresses are signed with it
   and a store opens with its own ring only. `random` NULL: the operating system's. Released before the call returns. */
CASECOMM_API casecomm_status casecomm_keys_generate(const struct casecomm_host_random* random, casecomm_text* out,
                                                    casecomm_error* error);

/* ---- stores and sources ---- */

/* In this process's memory, gone with it. */
CASECOMM_API casecomm_status casecomm_store_memory(casecomm_store* out, casecomm_error* error);

enum { CASECOMM_SQLITE_CREATE = 1 };

typedef struct casecomm_sqlite_options {
  uint32_t struct_size;
  uint32_t flags;          /* CASECOMM_SQLITE_CREATE: make the file if it is not there */
  casecomm_str path;       /* of the database file */
  int32_t busy_timeout_ms; /* how long to wait for another process's commit; 0: 10,000 */
  int32_t reserved;
} casecomm_sqlite_options;

/* SQLite with write-ahead log and synchronous=FULL. not_found; permission_denied ("store_readonly"); data_loss
   ("store_damaged"); failed_precondition ("store_newer", "store_path"); unavailable. */
CASECOMM_API casecomm_status casecomm_store_sqlite(const casecomm_sqlite_options* options, casecomm_store* out,
                                                   casecomm_error* error);

enum { CASECOMM_FILES_ANY = 1 };

typedef struct casecomm_files_options {
  uint32_t struct_size;
  uint32_t flags; /* CASECOMM_FILES_ANY: a file that is neither *.eml nor an mbox is one mail, too */
  const casecomm_str* paths;
  size_t path_count;
  const casecomm_str* envelope_recipients; /* not empty: the envelope of every mail */
  size_t envelope_recipient_count;
  uint64_t mail_bytes_limit; /* a mail may have so many bytes; 0: 256 MiB */
} casecomm_files_options;

/* Mail in files, named "files": *.eml, mbox, Maildir, folders of them. */
CASECOMM_API casecomm_status casecomm_source_files(const casecomm_files_options* options, casecomm_source* out,
                                                   casecomm_error* error);

/* ---- engine ---- */

struct casecomm_host_clock;    /* host.h */
struct casecomm_host_observer; /* host.h */
struct casecomm_host_scanner;  /* host.h */

enum { CASECOMM_TRUST_ALLOW_SPF = 1, CASECOMM_TRUST_REQUIRE_DKIM = 2 };

/* Whose word on a mail's authentication counts (RFC 8601). Without an authserv-id there is no trust. */
typedef struct casecomm_trust_policy {
  uint32_t struct_size;
  uint32_t flags; /* CASECOMM_TRUST_ALLOW_SPF: an aligned SPF pass alone is enough; CASECOMM_TRUST_REQUIRE_DKIM:
                                        an aligned DKIM pass is needed */
  const casecomm_str* authserv_ids; /* of the host's own border servers */
  size_t authserv_id_count;
  uint32_t
      received_above; /* Received fields, from the top, that may stand above the results: those of the host's own servers */
  uint32_t reserved;
} casecomm_trust_policy;

/* What of an inbound mail's files is taken along (spec TI-06 to TI-08). */
typedef struct casecomm_inbound_policy {
  uint32_t struct_size;
  uint32_t most_files;       /* accepted; 0: 5 */
  uint64_t file_bytes_below; /* of each; 0: no limit */
  uint64_t total_bytes_below;
  const casecomm_str*
      types; /* supported media types; "image/" with a star behind it: all of them. None: the library's */
  size_t type_count;
} casecomm_inbound_policy;

typedef struct casecomm_engine_options {
  uint32_t struct_size;
  uint32_t reserved;
  casecomm_store store;                      /* required; serves one engine ("store_used"); still yours to release */
  casecomm_str keys;                         /* required: the text of a key ring */
  const struct casecomm_host_clock* clock;   /* NULL: the machine's. Tables are copied */
  const struct casecomm_host_random* random; /* NULL: the operating system's */
  const struct casecomm_host_observer* observer; /* NULL: nobody is told */
  uint64_t batch_mails;                          /* mails a commit, at most; 0: 200 */
  uint64_t batch_bytes;                          /* and raw bytes, about; 0: 32 MiB */
  const casecomm_trust_policy* trust;            /* NULL: nobody's word counts */
  const casecomm_inbound_policy* attachments;    /* NULL: the library's */
  const struct casecomm_host_scanner* scanner;   /* NULL: files are not scanned */
  uint64_t scanner_bytes;     /* of a file, at most: a larger one is not scanned, and its mail held; 0: 64 MiB */
  int64_t scanner_timeout_us; /* an answer later than this counts as none; 0: 30 seconds */
} casecomm_engine_options;

/* Opens the store and checks it, and that the keys are its own (failed_precondition, "wrong_keys"). Each table's release
   runs exactly once, also when this fails: at the latest when the last that needs it is released. */
CASECOMM_API casecomm_status casecomm_engine_open(const casecomm_engine_options* options, casecomm_engine* out,
                                                  casecomm_error* error);

enum { CASECOMM_ACTOR_OPERATOR = 1, CASECOMM_ACTOR_PERSON = 2 };

typedef struct casecomm_actor {
  uint32_t struct_size;
  int32_t kind;        /* CASECOMM_ACTOR_...; 0 is refused: every verb has an actor */
  casecomm_str person; /* the host's id, of a person */
} casecomm_actor;

typedef struct casecomm_account_spec {
  uint32_t struct_size;
  uint32_t reserved;
  casecomm_str name;   /* 1 to 255 bytes, unique in the store */
  casecomm_str domain; /* of its record and drop addresses */
  casecomm_str preset; /* "casebook", "casefleet", "mycase", "plain", "trackops"; empty: "plain" */
} casecomm_account_spec;

CASECOMM_API casecomm_status casecomm_engine_create_account(casecomm_engine engine, const casecomm_account_spec* spec,
                                                            const casecomm_actor* actor, casecomm_error* error);

/* A list of casecomm_account. */
CASECOMM_API casecomm_status casecomm_engine_accounts(casecomm_engine engine, casecomm_list* out,
                                                      casecomm_error* error);

/* One account seen by one actor. An empty account means the only one; "operator" is the operator's own (docs/held.md). */
CASECOMM_API casecomm_status casecomm_engine_as(casecomm_engine engine, casecomm_str account,
                                                const casecomm_actor* actor, casecomm_session* out,
                                                casecomm_error* error);

/* What became of a received mail. Borrowed for the call, its decision too: it must not be released. */
typedef struct casecomm_received {
  uint32_t struct_size;
  uint32_t reserved;
  casecomm_str path; /* where it came from, for people */
  int64_t index;     /* in an mbox, from 0; -1 elsewhere */
  casecomm_str transport_key;
  casecomm_decision decision;
} casecomm_received;

typedef void (*casecomm_received_fn)(void* host, const casecomm_received* received);

/* Receives until the source has nothing new: one atomic commit an account and batch, `received` (may be NULL) told of each
   mail and account after it, then acknowledged. Mail that names no account's address goes by the rules of `home`; with
   an empty `home` and several accounts it goes to the operator's own. A fault that may pass leaves the rest unread. */
CASECOMM_API casecomm_status casecomm_engine_receive(casecomm_engine engine, casecomm_source source, casecomm_str home,
                                                     casecomm_received_fn received, void* host, casecomm_error* error);

/* ---- mail ---- */

enum { CASECOMM_MAIL_ENVELOPE_KNOWN = 1 };

/* Whether the author's domain is proven (spec X-04). */
enum { CASECOMM_TRUST_NONE = 1, CASECOMM_TRUST_PASS = 2, CASECOMM_TRUST_FAIL = 3 };

typedef struct casecomm_mail {
  uint32_t struct_size;
  uint32_t flags;   /* CASECOMM_MAIL_ENVELOPE_KNOWN; else delivery headers stand in (spec CF-03) */
  casecomm_str raw; /* RFC 5322 bytes */
  const casecomm_str* envelope_recipients;
  size_t envelope_recipient_count;
  casecomm_str source; /* explain: the source it would come from; empty: "files" */
  int32_t
      trust; /* CASECOMM_TRUST_...: the host's own verdict on the author's domain; 0: by the engine's trust policy */
  uint32_t reserved;
} casecomm_mail;

/* What the mail says, as a JSON object. `path` absent and `index` -1 are null there. */
CASECOMM_API casecomm_status casecomm_mail_scan(casecomm_str raw, casecomm_str path, int64_t index, casecomm_text* out,
                                                casecomm_error* error);

/* The mail's HTML as a fragment that a host may show (threat T24; docs/mail.md); `cid:` images become cid_prefix and the
   position of the attachment. UTF-8. */
CASECOMM_API casecomm_status casecomm_mail_safe_html(casecomm_str raw, casecomm_str cid_prefix, casecomm_text* out,
                                                     casecomm_error* error);

/* A name made safe for a file anywhere (threat T21); empty where nothing is left of it. */
CASECOMM_API casecomm_status casecomm_file_name_safe(casecomm_str name, casecomm_text* out, casecomm_error* error);

/* ---- a mail read whole ---- */

typedef struct casecomm_scan_options {
  uint32_t struct_size;
  uint32_t reserved;
  const casecomm_trust_policy* trust;         /* NULL: nobody's word counts */
  const casecomm_inbound_policy* attachments; /* NULL: the library's */
} casecomm_scan_options;

/* What a mail is before anything is done with it (spec X-02). */
enum {
  CASECOMM_CLASS_NORMAL = 1,
  CASECOMM_CLASS_LIST = 2,
  CASECOMM_CLASS_AUTOMATIC = 3,
  CASECOMM_CLASS_RECEIPT = 4,
  CASECOMM_CLASS_BOUNCE = 5
};

/* What a piece of the text is (spec ). */
enum { CASECOMM_TEXT_VISIBLE = 1, CASECOMM_TEXT_QUOTED = 2, CASECOMM_TEXT_SIGNATURE = 3, CASECOMM_TEXT_FORWARDED = 4 };

enum { CASECOMM_ATTACHMENT_INLINE = 1 };

typedef struct casecomm_attachment {
  uint32_t struct_size;
  uint32_t flags;        /* CASECOMM_ATTACHMENT_INLINE */
  casecomm_str filename; /* as the sender wrote it: sanitize before use as a path; absent: none */
  casecomm_str content_type;
  int64_t size;            /* decoded bytes; -1: an attached message, or what could not be decoded */
  casecomm_str content_id; /* without <>; absent: none */
} casecomm_attachment;

/* A defect, or a sign of the mail's class: a stable name, and a byte offset into the raw mail. */
typedef struct casecomm_mail_mark {
  uint32_t struct_size;
  uint32_t reserved;
  casecomm_str name;
  int64_t offset;
} casecomm_mail_mark;

/* Bytes [begin, end) of `body`. Spans follow each other without gap and cover all of it. */
typedef struct casecomm_text_span {
  uint32_t struct_size;
  int32_t part; /* CASECOMM_TEXT_... */
  int64_t begin, end;
} casecomm_text_span;

/* A recipient that a delivery report tells of (RFC 3464). All but the first may be absent. */
typedef struct casecomm_delivery_report {
  uint32_t struct_size;
  uint32_t reserved;
  casecomm_str final_recipient, original_recipient;
  casecomm_str action, status, diagnostic; /* "failed", "5.1.1", the server's words */
  casecomm_str original_message_id;
} casecomm_delivery_report;

/* A read receipt (RFC 8098). All may be absent. */
typedef struct casecomm_read_receipt {
  uint32_t struct_size;
  uint32_t reserved;
  casecomm_str final_recipient, original_message_id, disposition;
} casecomm_read_receipt;

enum { CASECOMM_FORWARD_ATTACHED = 1, CASECOMM_FORWARD_DATE_KNOWN = 2 };

/* The original inside a forward (spec X-06). Texts may be absent. */
typedef struct casecomm_forwarded {
  uint32_t struct_size;
  uint32_t flags;               /* CASECOMM_FORWARD_ATTACHED: a message of its own; else written into the text */
  casecomm_str from, from_name; /* addr-spec; decoded */
  const casecomm_str* to;       /* addr-specs; a name where no address stands */
  size_t to_count;
  const casecomm_str* cc;
  size_t cc_count;
  int64_t date; /* unix seconds */
  casecomm_str date_text, subject, message_id, text;
} casecomm_forwarded;

/* What is found and settled of one part (spec TI-06 to TI-08). */
typedef struct casecomm_part_verdict {
  uint32_t struct_size;
  uint32_t accepted;  /* 0 or 1 */
  int64_t attachment; /* position among the attachments; -1: seen only by other readers of the bytes */
  casecomm_str name;  /* safe as a file name; empty: none */
  casecomm_str declared_type, found_type; /* media types; found_type is empty where nothing was looked at */
  casecomm_str reason, sentence;
} casecomm_part_verdict;

enum {
  CASECOMM_MAIL_DATE_KNOWN = 1,
  CASECOMM_MAIL_HAS_TEXT = 2, /* a text/plain part that is no attachment */
  CASECOMM_MAIL_HAS_HTML = 4,
  CASECOMM_MAIL_OVER_LIMIT = 8, /* what was read before the limit stands */
  CASECOMM_MAIL_AMBIGUOUS = 16, /* other readers would see other parts (threat T20) */
  CASECOMM_MAIL_IS_BOUNCE = 32, /* each sign on its own, whatever the class */
  CASECOMM_MAIL_IS_RECEIPT = 64,
  CASECOMM_MAIL_IS_AUTO = 128,
  CASECOMM_MAIL_IS_AUTOREPLY = 256,
  CASECOMM_MAIL_IS_LIST = 512
};

/* A mail read whole. Addresses are addr-specs, ids are without <>, texts are UTF-8 with LF. */
typedef struct casecomm_mail_facts {
  uint32_t struct_size;
  uint32_t flags;                                    /* CASECOMM_MAIL_DATE_KNOWN and so on */
  int32_t mail_class;                                /* CASECOMM_CLASS_... */
  int32_t trust;                                     /* CASECOMM_TRUST_... */
  int64_t date;                                      /* unix seconds, the sender's claim */
  casecomm_str message_id, subject;                  /* absent: none */
  casecomm_str return_path;                          /* empty for <>; absent: none */
  casecomm_str text, html_text;                      /* absent: none */
  casecomm_str body;                                 /* the one of them that the spans are of */
  casecomm_str visible_text, quoted_text, signature; /* what is new in it, what is quoted, the signature */
  const casecomm_str* in_reply_to;
  size_t in_reply_to_count;
  const casecomm_str* references;
  size_t references_count;
  const casecomm_str* from;
  size_t from_count;
  const casecomm_str* sender;
  size_t sender_count;
  const casecomm_str* reply_to;
  size_t reply_to_count;
  const casecomm_str* to;
  size_t to_count;
  const casecomm_str* cc;
  size_t cc_count;
  const casecomm_str* bcc;
  size_t bcc_count;
  const casecomm_str* delivered_to;
  size_t delivered_to_count;
  const casecomm_attachment* const* attachments;
  size_t attachment_count;
  const casecomm_mail_mark* const* defects;
  size_t defect_count;
  const casecomm_mail_mark* const* signs; /* of the class */
  size_t sign_count;
  const casecomm_text_span* const* spans;
  size_t span_count;
  const casecomm_delivery_report* const* dsn;
  size_t dsn_count;
  const casecomm_part_verdict* const* verdicts;
  size_t verdict_count;
  const casecomm_read_receipt* receipt; /* NULL: none */
  const casecomm_forwarded* forwarded;  /* NULL: none */
} casecomm_mail_facts;

/* Reads any bytes. `options` may be NULL. */
CASECOMM_API casecomm_status casecomm_mail_read(casecomm_str raw, const casecomm_scan_options* options,
                                                casecomm_reading* out, casecomm_error* error);
CASECOMM_API casecomm_status casecomm_reading_read(casecomm_reading reading, casecomm_mail_facts* out,
                                                   casecomm_error* error);

/* The same as a JSON object; `path` and `index` as of casecomm_mail_scan. */
CASECOMM_API casecomm_status casecomm_reading_json(casecomm_reading reading, casecomm_str path, int64_t index,
                                                   casecomm_text* out, casecomm_error* error);

/* ---- decisions ---- */

enum {
  CASECOMM_OUTCOME_FILED = 1,
  CASECOMM_OUTCOME_UNASSIGNED = 2,
  CASECOMM_OUTCOME_HELD = 3,
  CASECOMM_OUTCOME_CATCH_ALL = 4,
  CASECOMM_OUTCOME_APPLIED = 5,
  CASECOMM_OUTCOME_DUPLICATE = 6,
  CASECOMM_OUTCOME_NOT_TRACKED = 7,
  CASECOMM_OUTCOME_REJECTED = 8,
  CASECOMM_OUTCOME_WITHDRAWN = 9
};

/* "filed" for CASECOMM_OUTCOME_FILED; absent for a number that is none. Never released. */
CASECOMM_API casecomm_str casecomm_outcome_name(int32_t outcome);

/* A record that an ambiguous recipient may mean (spec CF-08). */
typedef struct casecomm_candidate {
  uint32_t struct_size;
  uint32_t reserved;
  casecomm_str address, person, record;
} casecomm_candidate;

/* Why a mail went, or did not go, to one destination (spec Y-01). */
typedef struct casecomm_target {
  uint32_t struct_size;
  int32_t outcome;
  casecomm_str target; /* "record:ID", "drop:PERSON", "unroutable:ADDRESS", "none" */
  casecomm_str record; /* absent: none */
  casecomm_str thread; /* empty: none, or a new one would begin */
  casecomm_str rule;
  casecomm_str reason; /* a stable word */
  casecomm_str sentence;
  const casecomm_candidate* const* candidates;
  size_t candidate_count;
} casecomm_target;

/* One rule tried for one target. */
typedef struct casecomm_trace_step {
  uint32_t struct_size;
  int32_t matched; /* 1 or 0 */
  casecomm_str target, rule;
  casecomm_str condition; /* the first that failed; empty when matched */
  casecomm_str value;     /* what stood there instead */
} casecomm_trace_step;

typedef struct casecomm_decision_facts {
  uint32_t struct_size;
  int32_t outcome;         /* the first of its targets' in the order of CASECOMM_OUTCOME_... */
  casecomm_str account;    /* name; empty for the operator's */
  casecomm_str id;         /* of the stored message; empty if nothing was stored */
  casecomm_str message_id; /* absent: it has none */
  const casecomm_str* records;
  size_t record_count;
  const casecomm_target* const* targets;
  size_t target_count;
  const casecomm_trace_step* const* trace; /* of explain only */
  size_t trace_count;
} casecomm_decision_facts;

CASECOMM_API casecomm_status casecomm_decision_read(casecomm_decision decision, casecomm_decision_facts* out,
                                                    casecomm_error* error);

enum { CASECOMM_JSON_TRACE = 1 };

/* The decision as a JSON object; flags: CASECOMM_JSON_TRACE adds the trace. */
CASECOMM_API casecomm_status casecomm_decision_json(casecomm_decision decision, casecomm_str path, int64_t index,
                                                    uint32_t flags, casecomm_text* out, casecomm_error* error);

/* ---- verbs of a session ---- */

/* Applies a load document (docs/load.schema.json) in one commit. A fault in it is invalid_argument with the JSON pointer
   as subject and the byte as position; nothing is written. */
CASECOMM_API casecomm_status casecomm_session_load(casecomm_session session, casecomm_str json, casecomm_error* error);

CASECOMM_API casecomm_status casecomm_session_record_address(casecomm_session session, casecomm_str record,
                                                             casecomm_text* out, casecomm_error* error);
CASECOMM_API casecomm_status casecomm_session_drop_address(casecomm_session session, casecomm_str person,
                                                           casecomm_text* out, casecomm_error* error);

/* A fresh address for answers to what is sent to one person about one record, or for reports about its delivery; it ends
   after 180 days. `email`: where it is sent; empty: the person's first. Takes the right to edit the record. */
CASECOMM_API casecomm_status casecomm_session_reply_address(casecomm_session session, casecomm_str record,
                                                            casecomm_str person, casecomm_str email, casecomm_text* out,
                                                            casecomm_error* error);
CASECOMM_API casecomm_status casecomm_session_return_path_address(casecomm_session session, casecomm_str record,
                                                                  casecomm_str person, casecomm_str email,
                                                                  casecomm_text* out, casecomm_error* error);

/* Another address in place of the active one, which from then on takes authenticated mail of known people only. */
CASECOMM_API casecomm_status casecomm_session_rotate_record_address(casecomm_session session, casecomm_str record,
                                                                    casecomm_text* out, casecomm_error* error);
CASECOMM_API casecomm_status casecomm_session_rotate_drop_address(casecomm_session session, casecomm_str person,
                                                                  casecomm_text* out, casecomm_error* error);

/* Revokes an address of any kind: what comes to it is held. A record or drop whose active one it was has another then. */
CASECOMM_API casecomm_status casecomm_session_retire_address(casecomm_session session, casecomm_str address,
                                                             casecomm_error* error);

/* For a key that others may know: rotates every active address that is signed with it, 500 a commit; may be called again
   where it ended. `replaced` (may be NULL): how many. The operator's. */
CASECOMM_API casecomm_status casecomm_session_replace_key(casecomm_session session, uint32_t key_id, uint64_t* replaced,
                                                          casecomm_error* error);

/* The host's own mailer has sent a mail of casecomm_session_forwards on. A second time is no error. The operator's. */
CASECOMM_API casecomm_status casecomm_session_forwarded(casecomm_session session, casecomm_str message,
                                                        casecomm_error* error);

/* Where a mail would go, by the rules and the directory alone; the operator's. */
CASECOMM_API casecomm_status casecomm_session_route(casecomm_session session, const casecomm_mail* mail,
                                                    casecomm_decision* out, casecomm_error* error);

/* The same for many at once, in columns. Mail i has the targets first_target[i] to first_target[i + 1] - 1. */
typedef struct casecomm_routed_columns {
  uint32_t struct_size;
  uint32_t reserved;
  size_t mail_count;
  size_t target_count;
  const int32_t* outcomes;        /* a row a mail */
  const uint32_t* first_target;   /* a row a mail, and one more */
  const int32_t* target_outcomes; /* a row a target, as those below */
  const casecomm_str* rules;
  const casecomm_str* reasons;
  const casecomm_str* records; /* where it would be filed, or whose address it came to; absent: none */
  const casecomm_str* owners;  /* whose drop address it came by; absent: by none */
} casecomm_routed_columns;

/* A batch to be filled, also again and again: its memory is used anew. */
CASECOMM_API casecomm_status casecomm_routed_new(casecomm_routed* out, casecomm_error* error);

/* Fills `routed`; the views of what it held before end, so nobody else may read it meanwhile ("busy"). A mail that is NULL
   or malformed fails the whole, with its position; the batch is then empty. */
CASECOMM_API casecomm_status casecomm_session_route_batch(casecomm_session session, const casecomm_mail* const* mails,
                                                          size_t mail_count, casecomm_routed routed,
                                                          casecomm_error* error);
CASECOMM_API casecomm_status casecomm_routed_read(casecomm_routed routed, casecomm_routed_columns* out,
                                                  casecomm_error* error);

/* What receiving a mail now would do, and why, without effect (spec Y-01); the operator's. */
CASECOMM_API casecomm_status casecomm_session_explain(casecomm_session session, const casecomm_mail* mail,
                                                      casecomm_decision* out, casecomm_error* error);

/* Reads and checks a rule document (docs/rules.md), and answers its rules in their order as a JSON object (docs/json.md). A
   fault in it is invalid_argument with the JSON pointer as subject and the byte as position. Needs no engine. */
CASECOMM_API casecomm_status casecomm_rules_check(casecomm_str json, casecomm_text* out, casecomm_error* error);

/* The account's rule document: its own, or its preset's. Staff and the operator. */
CASECOMM_API casecomm_status casecomm_session_rules(casecomm_session session, casecomm_text* out,
                                                    casecomm_error* error);

/* Another document from the next batch of mail on; an empty one goes back to the preset. A fault as of
   casecomm_rules_check changes nothing. The operator's. */
CASECOMM_API casecomm_status casecomm_session_set_rules(casecomm_session session, casecomm_str json,
                                                        casecomm_error* error);

/* Where a mail would go by the rules of another document, with its trace and without effect; casecomm_session_route says
   where it goes now (spec Y-02). mail.source does not count. The operator's. */
CASECOMM_API casecomm_status casecomm_session_rehearse(casecomm_session session, casecomm_str rules,
                                                       const casecomm_mail* mail, casecomm_decision* out,
                                                       casecomm_error* error);

/* Where a stored message goes by the rules that hold, and where by others. Borrowed for the call, its decisions too: they must
   not be released. */
typedef struct casecomm_rehearsed {
  uint32_t struct_size;
  uint32_t differs; /* 1: some target, its outcome or its record is another */
  casecomm_str message;
  casecomm_decision now; /* both with their traces */
  casecomm_decision then;
} casecomm_rehearsed;

/* Anything but CASECOMM_OK ends the rehearsal and is its answer, with what the callback wrote into `error`. */
typedef casecomm_status (*casecomm_rehearsed_fn)(void* host, const casecomm_rehearsed* rehearsed,
                                                 casecomm_error* error);

/* The same of every stored message, without effect, however it came to where it is: one call of `rehearsed` each, by
   their ids (spec Y-02). Budgets are taken to be kept, and threads for unknown. The operator's. */
CASECOMM_API casecomm_status casecomm_session_rehearse_stored(casecomm_session session, casecomm_str rules,
                                                              casecomm_rehearsed_fn rehearsed, void* host,
                                                              casecomm_error* error);

/* A record whole, with its threads and their messages, as a JSON object. */
CASECOMM_API casecomm_status casecomm_session_show_record(casecomm_session session, casecomm_str record,
                                                          casecomm_text* out, casecomm_error* error);

typedef struct casecomm_link_request {
  uint32_t struct_size;
  uint32_t reserved;
  casecomm_str message;        /* id of an unassigned message */
  const casecomm_str* records; /* a case, a lead, or both (spec CF-11) */
  size_t record_count;
  casecomm_str contact;                             /* an existing contact; or empty, */
  casecomm_str new_contact_name, new_contact_email; /* and one to create (spec CF-10) */
} casecomm_link_request;

/* Files an unassigned message by hand and closes its notification. `out` (may be NULL): where it is now; NULL after
   CASECOMM_OK when memory ran out behind the commit. */
CASECOMM_API casecomm_status casecomm_session_link(casecomm_session session, const casecomm_link_request* request,
                                                   casecomm_decision* out, casecomm_error* error);

/* What casecomm_session_act does. Numbers do not change. */
enum {
  CASECOMM_ACT_RELEASE = 1,  /* held at a record's address: filed on that record */
  CASECOMM_ACT_REROUTE = 2,  /* held, unassigned or in the catch-all: filed on other records */
  CASECOMM_ACT_FORWARD = 3,  /* held: the catch-all's; sending the bytes there is the caller's */
  CASECOMM_ACT_REJECT = 4,   /* held */
  CASECOMM_ACT_WITHDRAW = 5, /* filed, unassigned or in the catch-all */
  CASECOMM_ACT_RESTORE = 6   /* rejected or withdrawn: back to the state before */
};

typedef struct casecomm_act_request {
  uint32_t struct_size;
  int32_t act;                 /* CASECOMM_ACT_... */
  casecomm_str message;        /* id */
  casecomm_str target;         /* "target" of casecomm_session_held's items; may be empty where only one state fits */
  casecomm_str why;            /* 1 to 1,000 bytes of UTF-8; reroute, reject and withdraw need it */
  const casecomm_str* records; /* of reroute */
  size_t record_count;
  casecomm_str address; /* of forward; empty: the catch-all address of the rules */
} casecomm_act_request;

/* One act of a person on one state of a stored message, in one commit (docs/held.md). failed_precondition
   ("no_such_exit") where the state has no such exit. `out` as of casecomm_session_link. */
CASECOMM_API casecomm_status casecomm_session_act(casecomm_session session, const casecomm_act_request* request,
                                                  casecomm_decision* out, casecomm_error* error);

/* The bytes of a stored message; of one of its attachments, decoded, by its position in casecomm_message. */
CASECOMM_API casecomm_status casecomm_session_raw(casecomm_session session, casecomm_str message,
                                                  casecomm_bytes_fn sink, void* host, casecomm_error* error);
CASECOMM_API casecomm_status casecomm_session_attachment(casecomm_session session, casecomm_str message,
                                                         size_t position, casecomm_bytes_fn sink, void* host,
                                                         casecomm_error* error);

/* ---- lists: a page a call, filtered by what the actor may see ---- */

typedef struct casecomm_page {
  uint32_t struct_size;
  uint32_t limit;      /* 1 to 1,000; 0: 100 */
  casecomm_str cursor; /* casecomm_list_facts.next of the page before; empty: from the start */
} casecomm_page;

/* `page` NULL: the first hundred. The item in each name is what casecomm_list_<item> reads from it. */
CASECOMM_API casecomm_status casecomm_session_people(casecomm_session session, const casecomm_page* page,
                                                     casecomm_list* out, casecomm_error* error);
CASECOMM_API casecomm_status casecomm_session_records(casecomm_session session, const casecomm_page* page,
                                                      casecomm_list* out, casecomm_error* error);
/* Of one record, of one person (the other one empty), or of the whole account. */
CASECOMM_API casecomm_status casecomm_session_assignments(casecomm_session session, casecomm_str record,
                                                          casecomm_str person, const casecomm_page* page,
                                                          casecomm_list* out, casecomm_error* error);
/* The active ones of records and drops; of every kind and state. */
CASECOMM_API casecomm_status casecomm_session_addresses(casecomm_session session, const casecomm_page* page,
                                                        casecomm_list* out, casecomm_error* error);
CASECOMM_API casecomm_status casecomm_session_all_addresses(casecomm_session session, const casecomm_page* page,
                                                            casecomm_list* out, casecomm_error* error);
CASECOMM_API casecomm_status casecomm_session_threads(casecomm_session session, casecomm_str record,
                                                      const casecomm_page* page, casecomm_list* out,
                                                      casecomm_error* error);
CASECOMM_API casecomm_status casecomm_session_messages(casecomm_session session, casecomm_str thread,
                                                       const casecomm_page* page, casecomm_list* out,
                                                       casecomm_error* error);
CASECOMM_API casecomm_status casecomm_session_unassigned(casecomm_session session, const casecomm_page* page,
                                                         casecomm_list* out, casecomm_error* error);
/* Mail for the account's catch-all address that has yet to be sent on, oldest first; the operator's. */
CASECOMM_API casecomm_status casecomm_session_forwards(casecomm_session session, const casecomm_page* page,
                                                       casecomm_list* out, casecomm_error* error);

/* Lists whose items are JSON objects (docs/json.md): casecomm_list_json reads them. */

/* Of a CASECOMM_OUTCOME_: held (or 0), catch_all, rejected, withdrawn; those states that the actor may settle. */
CASECOMM_API casecomm_status casecomm_session_held(casecomm_session session, int32_t state, const casecomm_page* page,
                                                   casecomm_list* out, casecomm_error* error);
/* Who did what with a message, when and why. */
CASECOMM_API casecomm_status casecomm_session_acts(casecomm_session session, casecomm_str message,
                                                   const casecomm_page* page, casecomm_list* out,
                                                   casecomm_error* error);
/* Records that a message may belong on, best first, with reasons. One page holds all. */
CASECOMM_API casecomm_status casecomm_session_suggestions(casecomm_session session, casecomm_str message,
                                                          casecomm_list* out, casecomm_error* error);
/* Waiting messages that the rules and the directory of now would file, and what has changed (spec Y-04). */
CASECOMM_API casecomm_status casecomm_session_late_matches(casecomm_session session, const casecomm_page* page,
                                                           casecomm_list* out, casecomm_error* error);

typedef struct casecomm_list_facts {
  uint32_t struct_size;
  uint32_t reserved;
  size_t count;
  casecomm_str next;       /* cursor of the next page; empty: there is no more */
  casecomm_str message_id; /* of casecomm_mail_sink_submit: the one really used, if the sink told one; else absent */
} casecomm_list_facts;

CASECOMM_API casecomm_status casecomm_list_read(casecomm_list list, casecomm_list_facts* out, casecomm_error* error);

/* One item as a JSON object. out_of_range past the end. */
CASECOMM_API casecomm_status casecomm_list_json(casecomm_list list, size_t position, casecomm_text* out,
                                                casecomm_error* error);

typedef struct casecomm_account {
  uint32_t struct_size;
  uint32_t reserved;
  casecomm_str name, domain, preset;
  casecomm_str policy; /* "P0 anyone", "P1 known" (spec X-05) */
} casecomm_account;

typedef struct casecomm_person {
  uint32_t struct_size;
  uint32_t reserved;
  casecomm_str id;
  casecomm_str kind; /* "staff" or "contact" */
  casecomm_str name;
  const casecomm_str* emails;
  size_t email_count;
} casecomm_person;

typedef struct casecomm_record {
  uint32_t struct_size;
  uint32_t reserved;
  casecomm_str id;
  casecomm_str kind; /* "case", "intake", "provider", "lead", "matter" */
  casecomm_str name;
  casecomm_str state;         /* "open" or "closed" */
  casecomm_str sender_policy; /* its own, which adds to the account's: "anyone", "known", ... (spec X-05) */
} casecomm_record;

typedef struct casecomm_assignment {
  uint32_t struct_size;
  uint32_t reserved;
  casecomm_str record, person, role;
} casecomm_assignment;

typedef struct casecomm_address {
  uint32_t struct_size;
  uint32_t reserved;
  casecomm_str id;            /* the host's id of the record, or of a drop's person */
  casecomm_str kind;          /* "record", "drop", "reply" or "return_path" */
  casecomm_str address;       /* empty if its key is no longer in the ring */
  casecomm_str state;         /* "active", "grace" or "retired" */
  casecomm_str person, email; /* of a reply address or return path: whom mail was sent to, and where */
  int64_t created_at_us;
  int64_t expires_at_us; /* 0: never */
} casecomm_address;

typedef struct casecomm_forward {
  uint32_t struct_size;
  uint32_t reserved;
  casecomm_str id;        /* of the stored message */
  casecomm_str catch_all; /* the addr-spec to forward it to */
  casecomm_str target;    /* what it came to: "record:ID", "reply:RECORD:PERSON" */
  casecomm_str reason, sentence;
  int64_t recorded_at_us;
} casecomm_forward;

typedef struct casecomm_thread {
  uint32_t struct_size;
  uint32_t reserved;
  casecomm_str id, record, subject;
  int64_t first_at_us, newest_at_us;
} casecomm_thread;

enum { CASECOMM_MESSAGE_DATE_KNOWN = 1 };

typedef struct casecomm_message {
  uint32_t struct_size;
  uint32_t flags; /* CASECOMM_MESSAGE_DATE_KNOWN */
  casecomm_str id;
  casecomm_str message_id; /* absent: none */
  const casecomm_str* from;
  size_t from_count;
  const casecomm_str* to;
  size_t to_count;
  const casecomm_str* cc;
  size_t cc_count;
  casecomm_str subject; /* absent: none */
  int64_t date;         /* unix seconds, the sender's claim */
  int64_t recorded_at_us;
  casecomm_str rule, reason, sentence;
  casecomm_str filed_by; /* "rules", "operator" or a person's id */
  const casecomm_str* badges;
  size_t badge_count;
  const casecomm_attachment* const* attachments;
  size_t attachment_count;
  uint64_t receipts; /* how often the same content came again */
} casecomm_message;

typedef struct casecomm_unassigned {
  uint32_t struct_size;
  uint32_t reserved;
  casecomm_str id, path;
  casecomm_str owner;               /* person id */
  casecomm_str message_id, subject; /* absent: none */
  const casecomm_str* from;
  size_t from_count;
  const casecomm_str* to;
  size_t to_count;
  casecomm_str reason, sentence;
  casecomm_str notification; /* id of the open notification that names it (spec CF-09) */
  int64_t recorded_at_us;
  const casecomm_candidate* const* candidates;
  size_t candidate_count;
} casecomm_unassigned;

/* The item at `position`, from 0; out_of_range past the end, invalid_argument ("wrong_item") of a list of others. */
CASECOMM_API casecomm_status casecomm_list_account(casecomm_list list, size_t position, casecomm_account* out,
                                                   casecomm_error* error);
CASECOMM_API casecomm_status casecomm_list_person(casecomm_list list, size_t position, casecomm_person* out,
                                                  casecomm_error* error);
CASECOMM_API casecomm_status casecomm_list_record(casecomm_list list, size_t position, casecomm_record* out,
                                                  casecomm_error* error);
CASECOMM_API casecomm_status casecomm_list_assignment(casecomm_list list, size_t position, casecomm_assignment* out,
                                                      casecomm_error* error);
CASECOMM_API casecomm_status casecomm_list_address(casecomm_list list, size_t position, casecomm_address* out,
                                                   casecomm_error* error);
CASECOMM_API casecomm_status casecomm_list_thread(casecomm_list list, size_t position, casecomm_thread* out,
                                                  casecomm_error* error);
CASECOMM_API casecomm_status casecomm_list_message(casecomm_list list, size_t position, casecomm_message* out,
                                                   casecomm_error* error);
CASECOMM_API casecomm_status casecomm_list_unassigned(casecomm_list list, size_t position, casecomm_unassigned* out,
                                                      casecomm_error* error);
CASECOMM_API casecomm_status casecomm_list_forward(casecomm_list list, size_t position, casecomm_forward* out,
                                                   casecomm_error* error);

/* ---- attachments of a draft (spec CB-17 to CB-21) ---- */

typedef struct casecomm_attachment_policy {
  uint32_t struct_size;
  uint32_t reserved;
  uint64_t file_bytes_below;  /* 0: 10 MiB */
  uint64_t total_bytes_below; /* 0: 25 MiB */
} casecomm_attachment_policy;

typedef struct casecomm_attachment_verdict {
  uint32_t struct_size;
  int32_t accepted;    /* 1 or 0 */
  casecomm_str reason; /* "accepted", "file_too_large", "total_too_large" */
  casecomm_str sentence;
} casecomm_attachment_verdict;

typedef struct casecomm_draft_facts {
  uint32_t struct_size;
  uint32_t reserved;
  size_t file_count;
  uint64_t total_bytes;
} casecomm_draft_facts;

/* `policy` NULL: the defaults. */
CASECOMM_API casecomm_status casecomm_draft_new(const casecomm_attachment_policy* policy, casecomm_draft* out,
                                                casecomm_error* error);
/* Judges a file when it is added; a refused one leaves those before it. The verdict's views end at the next add. */
CASECOMM_API casecomm_status casecomm_draft_add(casecomm_draft draft, casecomm_str name, uint64_t size,
                                                casecomm_attachment_verdict* out, casecomm_error* error);
/* out_of_range past the end. */
CASECOMM_API casecomm_status casecomm_draft_remove(casecomm_draft draft, size_t position, casecomm_error* error);
CASECOMM_API casecomm_status casecomm_draft_read(casecomm_draft draft, casecomm_draft_facts* out,
                                                 casecomm_error* error);

#ifdef __cplusplus
} /* extern "C" */

template <typename T>
inline T casecomm_detail_init() {
  T value = T();
  value.struct_size = static_cast<uint32_t>(sizeof(T));
  return value;
}
#endif

#endif /* CASECOMM_CASECOMM_H_ */
