/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The seams: what a host plugs into the library. Each is a table of functions; casecomm_..._host makes a handle of it, or
 * casecomm_engine_options names it.
 *
 *   table      Copied. struct_size as in casecomm.h; smaller than its first version it is refused unread. `host` is handed
 *              to every function unchanged.
 *   release    Optional. Runs exactly once, after the last call of the table's other functions, also when the call that the
 *              table was given to fails, unless it was refused for its struct_size.
 *   result     CASECOMM_OK or a code; the text is written into `error`, which is never NULL, is zeroed but for its
 *              struct_size and position (-1), and is the library's. Code, reason_name, subject, message and position reach
 *              the caller of the library word for word; `reason` is the library's to fill. A number that is no code counts
 *              as CASECOMM_UNKNOWN. A required function that is NULL: invalid_argument, "table".
 *   bytes      What a callback is given is borrowed for its call. Bytes go back through the sink it is given, which
 *              copies what it needs: no block of memory changes hands.
 *   threads    Called on the thread that called the library, with no lock of the library held. Each table says whether
 *              several threads may call at once.
 */
#ifndef CASECOMM_HOST_H_
#define CASECOMM_HOST_H_

#include "casecomm.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- clock, random, observer ---- */

/* Where time comes from. Any threads at once. */
typedef struct casecomm_host_clock {
  uint32_t struct_size;
  uint32_t reserved;
  void* host;
  void (*release)(void* host);
  /* Required. Microseconds since 1970-01-01 UTC; may step back. */
  int64_t (*now_us)(void* host);
} casecomm_host_clock;

/* Where unpredictable bytes come from. Any threads at once. */
typedef struct casecomm_host_random {
  uint32_t struct_size;
  uint32_t reserved;
  void* host;
  void (*release)(void* host);
  /* Required. Fills `size` bytes at `out`, or fails, and the verb that asked fails with it. */
  casecomm_status (*fill)(void* host, void* out, size_t size, casecomm_error* error);
} casecomm_host_random;

enum {
  CASECOMM_EVENT_ACCOUNT_CREATED = 1,
  CASECOMM_EVENT_LOADED = 2,
  CASECOMM_EVENT_RECEIVED = 3,
  CASECOMM_EVENT_LINKED = 4,
  CASECOMM_EVENT_CONTENDED = 5,
  CASECOMM_EVENT_ACTED = 6 /* casecomm_session_act */
};

typedef struct casecomm_event {
  uint32_t struct_size;
  int32_t kind;         /* CASECOMM_EVENT_...; more may come: leave out what you do not know */
  casecomm_str account; /* name; empty for the operator's */
  casecomm_str actor;   /* "operator", a person's id, or "rules" */
  casecomm_str subject; /* an account's name, a message's id */
  int64_t at_us;
  casecomm_decision decision; /* of received, linked and acted, else NULL; borrowed, not to be released */
} casecomm_event;

/* Is told what was done, after its commit; no mail text and no secret is in it. Any threads at once. */
typedef struct casecomm_host_observer {
  uint32_t struct_size;
  uint32_t reserved;
  void* host;
  void (*release)(void* host);
  /* Required. */
  void (*notice)(void* host, const casecomm_event* event);
} casecomm_host_observer;

/* ---- store ---- */

enum { CASECOMM_VALUE_NULL = 0, CASECOMM_VALUE_INT64 = 1, CASECOMM_VALUE_TEXT = 2, CASECOMM_VALUE_BYTES = 3 };

/* A column value. Text is UTF-8 without NUL. Values order: null, integers by value, text and bytes by byte. Never grows. */
typedef struct casecomm_value {
  int32_t type;
  uint32_t reserved;
  int64_t integer;
  casecomm_str bytes;
} casecomm_value;

/* Values in a row: a key, a prefix, the columns of a row. Never grows. */
typedef struct casecomm_key {
  const casecomm_value* values;
  size_t count;
} casecomm_key;

typedef struct casecomm_column {
  uint32_t struct_size;
  int32_t type;      /* CASECOMM_VALUE_..., not null */
  casecomm_str name; /* [a-z][a-z0-9_]*, unique in its collection */
} casecomm_column;

/* Rows stand in an index by the columns it names, in that order, and then by the rest of their primary key. A row of which
   any named column is null is not in the index. */
typedef struct casecomm_index {
  uint32_t struct_size;
  uint32_t column_count;
  casecomm_str name;
  const uint32_t* columns; /* positions; the first is always 0 (account_id) */
} casecomm_index;

enum {
  CASECOMM_COLLECTION_ROWS = 1,    /* columns and a body */
  CASECOMM_COLLECTION_BLOBS = 2,   /* the same; bodies may be large and are read by range */
  CASECOMM_COLLECTION_COUNTERS = 3 /* key columns and one int64 column, no body, changed by adds and erases only */
};

/* Column 0 is account_id, int64. The first key_columns columns are the primary key and are never null. */
typedef struct casecomm_collection {
  uint32_t struct_size;
  int32_t kind;
  casecomm_str name;
  const casecomm_column* const* columns;
  const casecomm_index* const* indexes;
  uint32_t column_count;
  uint32_t key_columns;
  uint32_t index_count;
  uint32_t reserved;
} casecomm_collection;

/* Collections are named in queries and batches by their position here. Outlives the store. */
typedef struct casecomm_schema {
  uint32_t struct_size;
  uint32_t collection_count;
  int64_t version;
  const casecomm_collection* const* collections;
} casecomm_schema;

enum {
  CASECOMM_QUERY_DESCENDING = 1,
  CASECOMM_QUERY_KEYS_ONLY = 2, /* bodies come empty */
  CASECOMM_QUERY_LOWER_EXCLUSIVE = 4,
  CASECOMM_QUERY_UPPER_EXCLUSIVE = 8
};

/* Which rows, in which order. Index 0 is the primary key; index n is indexes[n - 1].
   prefixes: equal values for the first columns of the index, all of one length (at least the account), at most 1,000;
   none is no rows. Rows of all prefixes come merged by the index columns behind the prefix (the primary key's rest
   included), ties by the values of the prefix, each row once even if a prefix stands twice; descending is this order
   backwards. lower, upper: on the column behind the prefix; null: no bound. after: where the last page ended, the values
   of all index columns behind the prefix, then, where prefixes can tie, those of the prefix (without them all that tie
   there are passed over); empty: from the start. */
typedef struct casecomm_query {
  uint32_t struct_size;
  uint32_t flags; /* CASECOMM_QUERY_... */
  uint32_t collection;
  uint32_t index;
  const casecomm_key* prefixes;
  size_t prefix_count;
  casecomm_value lower, upper;
  casecomm_key after;
  uint32_t limit;       /* at most so many rows; 0: no limit */
  uint32_t count_cap;   /* not 0: no rows come; the sink's count gets min(rows, count_cap) */
  uint64_t body_offset; /* of a blob: bodies begin here, past the end they are empty, */
  uint64_t body_limit;  /* and hold at most so many bytes; 0: to the end */
} casecomm_query;

typedef struct casecomm_row {
  uint32_t struct_size;
  uint32_t column_count;
  const casecomm_value* columns;
  casecomm_str body;
  uint64_t body_size; /* of the whole body, also where a range or nothing was asked for */
  int64_t version;    /* positive; one number is never given twice for the same key, not even after an erase */
} casecomm_row;

/* Where rows go. `query` is the position in the call's list. Anything but CASECOMM_OK must end the read, which answers it. */
typedef struct casecomm_row_sink {
  uint32_t struct_size;
  uint32_t reserved;
  void* sink;
  casecomm_status (*row)(void* sink, size_t query, const casecomm_row* row);
  casecomm_status (*count)(void* sink, size_t query, uint64_t count);
} casecomm_row_sink;

/* The row must be absent (version 0) or stand at exactly this version. */
typedef struct casecomm_precondition {
  uint32_t struct_size;
  uint32_t collection;
  casecomm_key key;
  int64_t version;
} casecomm_precondition;

typedef struct casecomm_put {
  uint32_t struct_size;
  uint32_t collection;
  casecomm_key columns; /* all of them, key first */
  casecomm_str body;
} casecomm_put;

typedef struct casecomm_erase {
  uint32_t struct_size;
  uint32_t collection;
  casecomm_key key;
} casecomm_erase;

/* Adds to a counter row, which is made with 0 if absent. Past the ends of int64 the batch answers out_of_range. */
typedef struct casecomm_add {
  uint32_t struct_size;
  uint32_t collection;
  casecomm_key key;
  int64_t delta;
} casecomm_add;

/* All or nothing, of one account. A key stands at most once among puts and erases. Erasing an absent row does nothing.
   Adds come after the erases. */
typedef struct casecomm_batch {
  uint32_t struct_size;
  uint32_t reserved;
  int64_t account;
  const casecomm_precondition* const* preconditions;
  size_t precondition_count;
  const casecomm_put* const* puts;
  size_t put_count;
  const casecomm_erase* const* erases;
  size_t erase_count;
  const casecomm_add* const* adds;
  size_t add_count;
} casecomm_batch;

typedef struct casecomm_batch_outcome {
  uint32_t struct_size;
  casecomm_status
      status; /* CASECOMM_OK: durable. CASECOMM_ABORTED: a precondition failed. Else: nothing of it was written */
  int64_t failed_precondition; /* its position, of aborted */
  casecomm_error* error;       /* of a failure: its texts; never NULL, the library's */
} casecomm_batch_outcome;

/* A store. Any threads at once. The library hands it only what the schema carries (columns of the right types, keys
   whole), so a store need not check that again. */
typedef struct casecomm_host_store {
  uint32_t struct_size;
  uint32_t reserved;
  void* host;
  void (*release)(void* host);
  /* Required. Called once, before all else: makes or checks what the schema asks. failed_precondition, "store_newer", for
     data written by a newer schema, nothing changed; data_loss, "store_damaged". */
  casecomm_status (*open)(void* host, const casecomm_schema* schema, casecomm_error* error);
  /* Required. Answers every query from one committed state, in order. Not found is no row. */
  casecomm_status (*read)(void* host, const casecomm_query* const* queries, size_t query_count,
                          const casecomm_row_sink* sink, casecomm_error* error);
  /* Required. Commits each batch by itself, in order; several may be made durable together. `outcomes` has an entry a
     batch, zeroed but for struct_size, error and failed_precondition (-1). When it returns CASECOMM_OK, every batch whose
     status is CASECOMM_OK is durable. When it fails, no batch may be assumed either way. */
  casecomm_status (*commit)(void* host, const casecomm_batch* const* batches, size_t batch_count,
                            casecomm_batch_outcome* const* outcomes, casecomm_error* error);
} casecomm_host_store;

CASECOMM_API casecomm_status casecomm_store_host(const casecomm_host_store* table, casecomm_store* out,
                                                 casecomm_error* error);

/* ---- mail source ---- */

enum { CASECOMM_INBOUND_ENVELOPE_KNOWN = 1 };

typedef struct casecomm_inbound {
  uint32_t struct_size;
  uint32_t flags; /* CASECOMM_INBOUND_ENVELOPE_KNOWN: the transport gave the envelope recipients */
  casecomm_str
      transport_key; /* the same for the same delivery, and only then; empty: the digest of bytes and recipients */
  const casecomm_str* envelope_recipients;
  size_t envelope_recipient_count;
  casecomm_str raw;
  casecomm_str path; /* where it came from, for people */
  int64_t index;     /* in an mbox, from 0; -1 elsewhere */
  int32_t trust; /* CASECOMM_TRUST_...: the transport's own verdict on the author's domain; 0: by the engine's policy */
  uint32_t reserved;
} casecomm_inbound;

/* Copies the mail. Anything but CASECOMM_OK must end `next`, which answers it. */
typedef casecomm_status (*casecomm_inbound_fn)(void* sink, const casecomm_inbound* mail);

/* A mail source. One call at a time, on any thread. */
typedef struct casecomm_host_source {
  uint32_t struct_size;
  uint32_t reserved;
  void* host;
  void (*release)(void* host);
  casecomm_str name; /* required, copied: stable, part of the deduplication key: "imap:host/user" */
  /* Required. Hands up to `limit` further mails to `put`; none says that there is nothing more now. After a failure the
     mails handed over before it are still good. */
  casecomm_status (*next)(void* host, size_t limit, casecomm_inbound_fn put, void* sink, casecomm_error* error);
  /* Optional. What became of these mails, by their transport keys as handed over by `next` (and their positions in the
     order of all mails ever handed over, from 0), is durable: acknowledge them. Never called before the commit. A
     failure ends the receiving; the mails stay filed. */
  casecomm_status (*committed)(void* host, const casecomm_str* transport_keys, const uint64_t* positions, size_t count,
                               casecomm_error* error);
} casecomm_host_source;

CASECOMM_API casecomm_status casecomm_source_host(const casecomm_host_source* table, casecomm_source* out,
                                                  casecomm_error* error);

/* ---- mail sink ---- */

enum {
  CASECOMM_DELIVERY_SENT = 1,      /* the server took responsibility */
  CASECOMM_DELIVERY_TEMPORARY = 2, /* refused for now: trying again later is safe */
  CASECOMM_DELIVERY_PERMANENT = 3, /* refused for good */
  CASECOMM_DELIVERY_UNKNOWN = 4    /* it may or may not have been taken: never resent silently */
};

typedef struct casecomm_outbound {
  uint32_t struct_size;
  uint32_t reserved;
  casecomm_str return_path; /* addr-spec of the envelope; empty for <> */
  const casecomm_str* recipients;
  size_t recipient_count;
  casecomm_str raw; /* sent unchanged */
} casecomm_outbound;

typedef struct casecomm_recipient_result {
  uint32_t struct_size;
  int32_t state; /* CASECOMM_DELIVERY_... */
  int32_t reply; /* SMTP reply code; 0: there was none */
  uint32_t reserved;
  casecomm_str words; /* what the server said */
} casecomm_recipient_result;

/* Where a mail sink's answers go; each copies its text. A recipient that is not answered is unknown; the first answer
   for a position counts, one past the end is invalid_argument. */
typedef struct casecomm_delivery_sink {
  uint32_t struct_size;
  uint32_t reserved;
  void* sink;
  casecomm_status (*recipient)(void* sink, size_t position, const casecomm_recipient_result* result);
  /* The Message-ID really used, without <>, if it is not the mail's own. */
  casecomm_status (*message_id)(void* sink, casecomm_str message_id);
} casecomm_delivery_sink;

/* Sends prebuilt bytes. One call at a time, on any thread. */
typedef struct casecomm_host_mail_sink {
  uint32_t struct_size;
  uint32_t reserved;
  void* host;
  void (*release)(void* host);
  /* Required. A failure is of the whole attempt. */
  casecomm_status (*send)(void* host, const casecomm_outbound* mail, const casecomm_delivery_sink* answers,
                          casecomm_error* error);
} casecomm_host_mail_sink;

CASECOMM_API casecomm_status casecomm_mail_sink_host(const casecomm_host_mail_sink* table, casecomm_mail_sink* out,
                                                     casecomm_error* error);

/* Sends through the sink what can be sent: invalid_argument ("bad_recipient", "bad_mail"), before the sink is called, for
   an envelope address with blanks, control characters or no `@`, no recipient, or no bytes. The list has a
   casecomm_recipient_result for every recipient. When the sink fails and settled nobody, its failure is the answer. */
CASECOMM_API casecomm_status casecomm_mail_sink_submit(casecomm_mail_sink sink, const casecomm_outbound* mail,
                                                       casecomm_list* out, casecomm_error* error);
CASECOMM_API casecomm_status casecomm_list_recipient_result(casecomm_list list, size_t position,
                                                            casecomm_recipient_result* out, casecomm_error* error);

/* ---- attachment scanner ---- */

/* A decoded part of an inbound mail. */
typedef struct casecomm_scanned_file {
  uint32_t struct_size;
  uint32_t reserved;
  casecomm_str name;                      /* safe as a file name, or empty */
  casecomm_str declared_type, found_type; /* media types */
  casecomm_str bytes;                     /* decoded; archives as they stand */
  int64_t deadline_us;                    /* of the clock: an answer behind it counts as none */
} casecomm_scanned_file;

/* Where the scanner's answer goes; it copies its text. Not called: the file is clean. */
typedef struct casecomm_finding_sink {
  uint32_t struct_size;
  uint32_t reserved;
  void* sink;
  casecomm_status (*found)(void* sink, casecomm_str finding); /* what is bad in the file, in the scanner's words */
} casecomm_finding_sink;

/* Judges the files of mail before it is filed: what is not clean is held (scanner_hit), and so is what could not be
   scanned (scanner_unavailable). Any threads at once. */
typedef struct casecomm_host_scanner {
  uint32_t struct_size;
  uint32_t reserved;
  void* host;
  void (*release)(void* host);
  /* Required. A failure is of the scanner, not of the file. */
  casecomm_status (*scan)(void* host, const casecomm_scanned_file* file, const casecomm_finding_sink* answer,
                          casecomm_error* error);
} casecomm_host_scanner;

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* CASECOMM_HOST_H_ */
