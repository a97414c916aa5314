/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A store for casecomm_store_host in plain C: what a host writes that keeps the library's rows in its own structures.
 *
 *   rows       A row is one block of memory: its values, its text and bytes, its body. Once in the store it never changes;
 *              a put makes another row. It is counted: the store holds it, and so does each read that hands it out.
 *   indexes    Each index of each collection is a treap, a binary tree that random priorities keep flat. Its links stand
 *              in the row itself, so that a row enters all its indexes without asking for memory.
 *   read       Seeks the two ends of what each prefix selects and merges these runs through a heap. That happens under
 *              the lock and only notes which rows come; they are handed out after it, so the sink may take its time, read
 *              and commit. What is read is the one state that stood when the read began.
 *   commit     Makes every new row first. Then, under the lock, it checks the preconditions and exchanges row for row,
 *              keeping a list of what it did; if a counter would overflow, it goes back along this list. So nothing can
 *              stop half way, and a batch that ran out of memory has not begun.
 *   threads    One mutex. Any threads at once.
 */
#define _POSIX_C_SOURCE 200809L

#include "host_store.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* ---- rows ---- */

struct row;

struct links {
  struct row* parent;
  struct row* child[2]; /* what stands before, what stands behind */
};

struct row {
  size_t holders; /* guarded by the store's lock */
  uint32_t priority;
  uint32_t column_count;
  int64_t version;
  casecomm_value* columns;
  casecomm_str body;
  struct links links[]; /* one for each index of the collection; then the columns, then the bytes */
};

struct index {
  uint32_t number;  /* which of a row's links are this index's */
  uint32_t named;   /* so many columns of `order` must not be null */
  uint32_t count;   /* of `order` */
  uint32_t* order;  /* the columns it orders by: those it names, then the rest of the primary key */
  struct row* root; /* guarded by the store's lock */
};

struct table {
  const casecomm_collection* collection;
  struct index* indexes; /* [0] is the primary key: every row is in it */
  uint32_t index_count;
};

struct store {
  pthread_mutex_t lock;
  struct table* tables; /* constant after open, but for the roots */
  uint32_t table_count;
  uint32_t random;  /* guarded by lock */
  int64_t sequence; /* guarded by lock: the last version that was given */
};

static casecomm_status fail(casecomm_error* error, casecomm_status code, const char* reason, const char* message) {
  error->code = code;
  strncpy(error->reason_name, reason, sizeof(error->reason_name) - 1);
  strncpy(error->message, message, sizeof(error->message) - 1);
  return code;
}

static casecomm_status no_memory(casecomm_error* error) {
  return fail(error, CASECOMM_RESOURCE_EXHAUSTED, "out_of_memory", "the host's store had no memory left");
}

/* Copies the bytes to *end and moves it on. */
static casecomm_str keep(casecomm_str bytes, char** end) {
  casecomm_str kept;
  kept.data = *end;
  kept.size = bytes.size;
  if (bytes.size != 0) memcpy(*end, bytes.data, bytes.size);
  *end += bytes.size;
  return kept;
}

/* A row of these values; what they leave open, the number of a counter, is 0. NULL: no memory. */
static struct row* row_new(const struct table* table, casecomm_key values, casecomm_str body) {
  const uint32_t count = table->collection->column_count;
  const size_t columns_at = sizeof(struct row) + table->index_count * sizeof(struct links);
  const size_t bytes_at = columns_at + count * sizeof(casecomm_value);
  size_t size = bytes_at + body.size;
  struct row* row;
  char* end;
  uint32_t i;
  for (i = 0; i < values.count; ++i) size += values.values[i].bytes.size;
  row = malloc(size);
  if (!row) return NULL;
  memset(row, 0, bytes_at);
  row->holders = 1;
  row->column_count = count;
  row->columns = (casecomm_value*)(void*)((char*)row + columns_at);
  end = (char*)row + bytes_at;
  for (i = 0; i < count; ++i) {
    casecomm_value* const column = &row->columns[i];
    column->type = CASECOMM_VALUE_INT64;
    if (i >= values.count) continue;
    *column = values.values[i];
    column->bytes = keep(column->bytes, &end);
  }
  row->body = keep(body, &end);
  return row;
}

/* With the lock. */
static void row_drop(struct row* row) {
  if (row && --row->holders == 0) free(row);
}

/* ---- order ---- */

/* Below, at or above 0. Of two values of one type; null is not compared, as it stands in no index. */
static int compare_values(const casecomm_value* a, const casecomm_value* b) {
  const size_t shorter = a->bytes.size < b->bytes.size ? a->bytes.size : b->bytes.size;
  int order;
  if (a->type == CASECOMM_VALUE_INT64) return (a->integer > b->integer) - (a->integer < b->integer);
  order = shorter == 0 ? 0 : memcmp(a->bytes.data, b->bytes.data, shorter);
  return order != 0 ? order : (a->bytes.size > b->bytes.size) - (a->bytes.size < b->bytes.size);
}

/* By the columns of the index, beginning at the one at `first` and ending in those before it. */
static int compare_rows(const struct index* index, const struct row* a, const struct row* b, size_t first) {
  int order = 0;
  size_t i;
  for (i = 0; order == 0 && i < index->count; ++i) {
    const uint32_t column = index->order[(first + i) % index->count];
    order = compare_values(&a->columns[column], &b->columns[column]);
  }
  return order;
}

/* A place in an index: values for its first columns, in two parts. */
struct place {
  casecomm_key prefix, rest;
};

static struct place place_of(casecomm_key prefix, const casecomm_value* rest, size_t rest_count) {
  struct place place;
  place.prefix = prefix;
  place.rest.values = rest;
  place.rest.count = rest_count;
  return place;
}

/* 0 if the row begins with the values of the place. */
static int compare_place(const struct index* index, const struct row* row, const struct place* place) {
  int order = 0;
  size_t i;
  for (i = 0; order == 0 && i < place->prefix.count + place->rest.count; ++i) {
    const casecomm_value* const value =
        i < place->prefix.count ? &place->prefix.values[i] : &place->rest.values[i - place->prefix.count];
    order = compare_values(&row->columns[index->order[i]], value);
  }
  return order;
}

/* ---- an index ---- */

/* Where the tree points to the row. */
static struct row** slot_of(struct index* index, const struct row* row) {
  struct row* const parent = row->links[index->number].parent;
  if (!parent) return &index->root;
  return &parent->links[index->number].child[parent->links[index->number].child[1] == row];
}

/* The row changes places with its parent. */
static void rotate_up(struct index* index, struct row* row) {
  struct links* const mine = &row->links[index->number];
  struct row* const parent = mine->parent;
  struct links* const its = &parent->links[index->number];
  const int side = its->child[1] == row;
  struct row* const between = mine->child[!side];
  *slot_of(index, parent) = row;
  mine->parent = its->parent;
  mine->child[!side] = parent;
  its->parent = row;
  its->child[side] = between;
  if (between) between->links[index->number].parent = parent;
}

static void index_insert(struct index* index, struct row* row) {
  struct links* const mine = &row->links[index->number];
  struct row** slot = &index->root;
  memset(mine, 0, sizeof(*mine));
  while (*slot) {
    mine->parent = *slot;
    slot = &mine->parent->links[index->number].child[compare_rows(index, row, mine->parent, 0) > 0];
  }
  *slot = row;
  while (mine->parent && mine->parent->priority < row->priority) rotate_up(index, row);
}

static void index_remove(struct index* index, struct row* row) {
  struct row* const* const child = row->links[index->number].child;
  while (child[0] || child[1]) {
    const int side = !child[0] || (child[1] && child[1]->priority > child[0]->priority);
    rotate_up(index, child[side]);
  }
  *slot_of(index, row) = NULL;
}

/* The row that stands next to it, behind (side 1) or before (side 0); NULL at the end. */
static struct row* neighbour(const struct index* index, const struct row* row, int side) {
  struct row* next = row->links[index->number].child[side];
  if (next) {
    while (next->links[index->number].child[!side]) next = next->links[index->number].child[!side];
    return next;
  }
  for (next = row->links[index->number].parent; next && next->links[index->number].child[side] == row;) {
    row = next;
    next = row->links[index->number].parent;
  }
  return next;
}

/* The index is cut before the rows that begin with the place, or, if `past`, behind them. The row at the cut, behind it
   (side 1) or before it (side 0); NULL if there is none. */
static struct row* at_cut(const struct index* index, const struct place* place, int past, int side) {
  struct row* row = index->root;
  struct row* found = NULL;
  while (row) {
    const int order = compare_place(index, row, place);
    const int behind = order > 0 || (order == 0 && !past);
    if (behind == side) found = row;
    row = row->links[index->number].child[!behind];
  }
  return found;
}

/* ---- a collection: a row stands in its indexes ---- */

static int stands_in(const struct index* index, const struct row* row) {
  uint32_t i;
  for (i = 0; i < index->named; ++i) {
    if (row->columns[index->order[i]].type == CASECOMM_VALUE_NULL) return 0;
  }
  return 1;
}

static void table_insert(struct store* store, struct table* table, struct row* row) {
  uint32_t i;
  store->random ^= store->random << 13;
  store->random ^= store->random >> 17;
  store->random ^= store->random << 5;
  row->priority = store->random;
  for (i = 0; i < table->index_count; ++i) {
    if (stands_in(&table->indexes[i], row)) index_insert(&table->indexes[i], row);
  }
}

static void table_remove(struct table* table, struct row* row) {
  uint32_t i;
  for (i = 0; i < table->index_count; ++i) {
    if (stands_in(&table->indexes[i], row)) index_remove(&table->indexes[i], row);
  }
}

static struct row* table_find(const struct table* table, casecomm_key key) {
  const struct place place = place_of(key, NULL, 0);
  struct row* const row = at_cut(&table->indexes[0], &place, 0, 1);
  return row && compare_place(&table->indexes[0], row, &place) == 0 ? row : NULL;
}

static casecomm_key key_of(const struct table* table, const casecomm_value* columns) {
  casecomm_key key;
  key.values = columns;
  key.count = table->collection->key_columns;
  return key;
}

/* ---- read ---- */

/* What one prefix selects, walked in the query's direction. */
struct run {
  struct row* at;
  struct row* last;
};

struct merge {
  const struct index* index;
  size_t prefix_count; /* of values in a prefix */
  int down;            /* descending */
  size_t count;
  struct run* runs; /* a heap: that with the next row is the first */
};

/* Where the last page ended may lie inside the run: begins it there. */
static void begin_after(const struct index* index, const casecomm_query* query, casecomm_key prefix, int down,
                        struct row** begin) {
  const size_t behind = index->count - prefix.count;
  const struct place place = place_of(prefix, query->after.values, behind);
  int order = 0; /* of this prefix and that of the last page's end, which part rows that tie */
  size_t i;
  struct row* row;
  for (i = behind; order == 0 && i < query->after.count; ++i) {
    order = compare_values(&prefix.values[i - behind], &query->after.values[i]);
  }
  if (down) order = -order;
  row = at_cut(index, &place, (order <= 0) != down, !down);
  if (!row || !*begin || (down ? compare_rows(index, row, *begin, 0) < 0 : compare_rows(index, row, *begin, 0) > 0)) {
    *begin = *begin ? row : NULL;
  }
}

/* 0 if no row is in it. */
static int run_begin(const struct index* index, const casecomm_query* query, casecomm_key prefix, struct run* run) {
  const int down = (query->flags & CASECOMM_QUERY_DESCENDING) != 0;
  const int has_lower = query->lower.type != CASECOMM_VALUE_NULL, has_upper = query->upper.type != CASECOMM_VALUE_NULL;
  const int past_lower = has_lower && (query->flags & CASECOMM_QUERY_LOWER_EXCLUSIVE) != 0;
  const int past_upper = !has_upper || (query->flags & CASECOMM_QUERY_UPPER_EXCLUSIVE) == 0;
  const struct place lower = place_of(prefix, &query->lower, (size_t)has_lower);
  const struct place upper = place_of(prefix, &query->upper, (size_t)has_upper);
  struct row* ends[2];
  ends[0] = at_cut(index, &lower, past_lower, 1);
  ends[1] = at_cut(index, &upper, past_upper, 0);
  if (query->after.count != 0) begin_after(index, query, prefix, down, &ends[down]);
  run->at = ends[down];
  run->last = ends[!down];
  return ends[0] && ends[1] && compare_rows(index, ends[0], ends[1], 0) <= 0;
}

/* Whether the next row of run a comes before that of run b. */
static int comes_before(const struct merge* merge, const struct run* a, const struct run* b) {
  const int order = compare_rows(merge->index, a->at, b->at, merge->prefix_count);
  return merge->down ? order > 0 : order < 0;
}

static void sift_down(struct merge* merge, size_t parent) {
  for (;;) {
    size_t child = 2 * parent + 1;
    struct run moved;
    if (child >= merge->count) return;
    if (child + 1 < merge->count && comes_before(merge, &merge->runs[child + 1], &merge->runs[child])) ++child;
    if (!comes_before(merge, &merge->runs[child], &merge->runs[parent])) return;
    moved = merge->runs[parent];
    merge->runs[parent] = merge->runs[child];
    merge->runs[child] = moved;
    parent = child;
  }
}

/* The next row of all, NULL at the end. Runs of a prefix that stands twice give each row twice, one behind the other. */
static struct row* merge_next(struct merge* merge) {
  struct row* row;
  if (merge->count == 0) return NULL;
  row = merge->runs[0].at;
  if (row == merge->runs[0].last) {
    merge->runs[0] = merge->runs[--merge->count];
  } else {
    merge->runs[0].at = neighbour(merge->index, row, !merge->down);
  }
  sift_down(merge, 0);
  return row;
}

/* What answers one query. */
struct answer {
  struct row** rows; /* each held */
  size_t count, capacity;
};

static int answer_add(struct answer* answer, struct row* row) {
  if (answer->count == answer->capacity) {
    const size_t capacity = answer->capacity == 0 ? 16 : 2 * answer->capacity;
    struct row** const rows = realloc(answer->rows, capacity * sizeof(*rows));
    if (!rows) return 0;
    answer->rows = rows;
    answer->capacity = capacity;
  }
  answer->rows[answer->count++] = row;
  ++row->holders;
  return 1;
}

/* With the lock. 0: no memory. */
static int find_rows(const struct store* store, const casecomm_query* query, struct answer* answer) {
  const int counts = query->count_cap != 0;
  const size_t most = counts ? query->count_cap : query->limit != 0 ? query->limit : SIZE_MAX;
  struct merge merge;
  struct row* row;
  struct row* before = NULL;
  int done = 1;
  size_t i;
  if (query->prefix_count == 0) return 1;
  merge.index = &store->tables[query->collection].indexes[query->index];
  merge.prefix_count = query->prefixes[0].count;
  merge.down = (query->flags & CASECOMM_QUERY_DESCENDING) != 0;
  merge.count = 0;
  merge.runs = malloc(query->prefix_count * sizeof(*merge.runs));
  if (!merge.runs) return 0;
  for (i = 0; i < query->prefix_count; ++i) {
    if (run_begin(merge.index, query, query->prefixes[i], &merge.runs[merge.count])) ++merge.count;
  }
  for (i = merge.count / 2; i-- > 0;) sift_down(&merge, i);
  while (done && answer->count < most && (row = merge_next(&merge)) != NULL) {
    if (row == before) continue;
    before = row;
    if (counts) {
      ++answer->count;
    } else {
      done = answer_add(answer, row);
    }
  }
  free(merge.runs);
  return done;
}

static casecomm_status hand_out(size_t number, const casecomm_query* query, const struct answer* answer,
                                const casecomm_row_sink* sink) {
  casecomm_status status = CASECOMM_OK;
  size_t i;
  if (query->count_cap != 0) return sink->count(sink->sink, number, answer->count);
  for (i = 0; status == CASECOMM_OK && i < answer->count; ++i) {
    const struct row* const row = answer->rows[i];
    const size_t size = row->body.size;
    const size_t offset = query->body_offset < size ? (size_t)query->body_offset : size;
    casecomm_row view = CASECOMM_INIT(casecomm_row);
    view.column_count = row->column_count;
    view.columns = row->columns;
    view.body.data = row->body.data + offset;
    view.body.size = size - offset;
    if (query->body_limit != 0 && query->body_limit < view.body.size) view.body.size = (size_t)query->body_limit;
    if (query->flags & CASECOMM_QUERY_KEYS_ONLY) view.body.size = 0;
    view.body_size = size;
    view.version = row->version;
    status = sink->row(sink->sink, number, &view);
  }
  return status;
}

static casecomm_status store_read(void* host, const casecomm_query* const* queries, size_t query_count,
                                  const casecomm_row_sink* sink, casecomm_error* error) {
  struct store* const store = host;
  struct answer* const answers = calloc(query_count + 1, sizeof(*answers));
  casecomm_status status = CASECOMM_OK;
  int found = 1;
  size_t i, j;
  if (!answers) return no_memory(error);
  pthread_mutex_lock(&store->lock);
  for (i = 0; found && i < query_count; ++i) found = find_rows(store, queries[i], &answers[i]);
  pthread_mutex_unlock(&store->lock);
  if (!found) status = no_memory(error);

  for (i = 0; status == CASECOMM_OK && i < query_count; ++i) status = hand_out(i, queries[i], &answers[i], sink);

  pthread_mutex_lock(&store->lock);
  for (i = 0; i < query_count; ++i) {
    for (j = 0; answers[i].rows && j < answers[i].count; ++j) row_drop(answers[i].rows[j]);
    free(answers[i].rows);
  }
  pthread_mutex_unlock(&store->lock);
  free(answers);
  return status;
}

/* ---- commit ---- */

/* A row for a row. Either may be missing: there was none, it was erased. */
struct step {
  struct table* table;
  casecomm_key key;
  struct row* made;
  struct row* replaced;
  int64_t delta; /* of an add */
  int is_add;
};

/* With the lock. 0: a counter would have overflowed, and nothing changed. */
static int step_do(struct store* store, struct step* step, int64_t version) {
  struct row* const stored = table_find(step->table, step->key);
  if (step->is_add) {
    const uint32_t number = step->table->collection->key_columns;
    const int64_t sum = stored ? stored->columns[number].integer : 0;
    if (step->delta > 0 ? sum > INT64_MAX - step->delta : sum < INT64_MIN - step->delta) return 0;
    step->made->columns[number].integer = sum + step->delta;
  }
  step->replaced = stored;
  if (stored) table_remove(step->table, stored);
  if (step->made) {
    step->made->version = version;
    table_insert(store, step->table, step->made);
  }
  return 1;
}

/* With the lock. */
static void step_undo(struct store* store, struct step* step) {
  if (step->made) table_remove(step->table, step->made);
  if (step->replaced) table_insert(store, step->table, step->replaced);
  step->replaced = NULL;
}

/* The position of the first that does not hold; -1: all hold. With the lock. */
static int64_t failed_precondition(const struct store* store, const casecomm_batch* batch) {
  size_t i;
  for (i = 0; i < batch->precondition_count; ++i) {
    const casecomm_precondition* const wanted = batch->preconditions[i];
    const struct row* const row = table_find(&store->tables[wanted->collection], wanted->key);
    if ((row ? row->version : 0) != wanted->version) return (int64_t)i;
  }
  return -1;
}

/* With the lock: all steps or none. */
static casecomm_status take_steps(struct store* store, const casecomm_batch* batch, struct step* steps, size_t count,
                                  casecomm_batch_outcome* outcome) {
  int64_t version;
  size_t i;
  outcome->failed_precondition = failed_precondition(store, batch);
  if (outcome->failed_precondition >= 0) {
    return fail(outcome->error, CASECOMM_ABORTED, "precondition_failed", "a row was not as the batch wanted it");
  }
  version = ++store->sequence;
  for (i = 0; i < count; ++i) {
    if (step_do(store, &steps[i], version)) continue;
    while (i-- > 0) step_undo(store, &steps[i]);
    return fail(outcome->error, CASECOMM_OUT_OF_RANGE, "", "a counter would have left the range of int64");
  }
  return CASECOMM_OK;
}

/* What the batch will do, in order, each row made. 0: no memory. */
static int plan_steps(const struct store* store, const casecomm_batch* batch, struct step* steps) {
  const casecomm_str no_body = {NULL, 0};
  size_t i;
  for (i = 0; i < batch->put_count; ++i, ++steps) {
    const casecomm_put* const put = batch->puts[i];
    steps->table = &store->tables[put->collection];
    steps->made = row_new(steps->table, put->columns, put->body);
    if (!steps->made) return 0;
    steps->key = key_of(steps->table, steps->made->columns);
  }
  for (i = 0; i < batch->erase_count; ++i, ++steps) {
    steps->table = &store->tables[batch->erases[i]->collection];
    steps->key = batch->erases[i]->key;
  }
  for (i = 0; i < batch->add_count; ++i, ++steps) {
    const casecomm_add* const add = batch->adds[i];
    steps->table = &store->tables[add->collection];
    steps->made = row_new(steps->table, add->key, no_body);
    if (!steps->made) return 0;
    steps->key = add->key;
    steps->delta = add->delta;
    steps->is_add = 1;
  }
  return 1;
}

static casecomm_status commit_batch(struct store* store, const casecomm_batch* batch, casecomm_batch_outcome* outcome) {
  const size_t count = batch->put_count + batch->erase_count + batch->add_count;
  struct step* const steps = calloc(count + 1, sizeof(*steps));
  casecomm_status status;
  int planned;
  size_t i;
  if (!steps) return no_memory(outcome->error);
  planned = plan_steps(store, batch, steps);
  pthread_mutex_lock(&store->lock);
  status = planned ? take_steps(store, batch, steps, count, outcome) : no_memory(outcome->error);
  for (i = 0; i < count; ++i) row_drop(status == CASECOMM_OK ? steps[i].replaced : steps[i].made);
  pthread_mutex_unlock(&store->lock);
  free(steps);
  return status;
}

static casecomm_status store_commit(void* host, const casecomm_batch* const* batches, size_t batch_count,
                                    casecomm_batch_outcome* const* outcomes, casecomm_error* error) {
  size_t i;
  (void)error;
  for (i = 0; i < batch_count; ++i) outcomes[i]->status = commit_batch(host, batches[i], outcomes[i]);
  return CASECOMM_OK;
}

/* ---- open and release ---- */

/* 0: no memory. */
static int index_open(struct index* index, const casecomm_collection* collection, uint32_t number) {
  const casecomm_index* const named = number == 0 ? NULL : collection->indexes[number - 1];
  uint32_t column, i;
  index->number = number;
  index->named = named ? named->column_count : 0;
  index->order = malloc((index->named + collection->key_columns) * sizeof(*index->order));
  if (!index->order) return 0;
  for (i = 0; i < index->named; ++i) index->order[i] = named->columns[i];
  index->count = index->named;
  for (column = 0; column < collection->key_columns; ++column) {
    for (i = 0; i < index->named && index->order[i] != column;) ++i;
    if (i == index->named) index->order[index->count++] = column;
  }
  return 1;
}

/* Frees the rows, leaves first. */
static void free_rows(struct index* index) {
  struct row* row = index->root;
  while (row) {
    const struct links* const links = &row->links[index->number];
    struct row* const child = links->child[links->child[0] == NULL];
    struct row* const parent = links->parent;
    if (!child) {
      *slot_of(index, row) = NULL;
      free(row);
    }
    row = child ? child : parent;
  }
}

static void free_tables(struct store* store) {
  uint32_t i, j;
  for (i = 0; i < store->table_count; ++i) {
    struct table* const table = &store->tables[i];
    if (table->indexes) free_rows(&table->indexes[0]);
    for (j = 0; j < table->index_count; ++j) free(table->indexes[j].order);
    free(table->indexes);
  }
  free(store->tables);
  store->tables = NULL;
  store->table_count = 0;
}

static casecomm_status store_open(void* host, const casecomm_schema* schema, casecomm_error* error) {
  struct store* const store = host;
  uint32_t i, j;
  store->tables = calloc(schema->collection_count + 1u, sizeof(*store->tables));
  if (!store->tables) return no_memory(error);
  for (i = 0; i < schema->collection_count; ++i) {
    const casecomm_collection* const collection = schema->collections[i];
    struct table* const table = &store->tables[store->table_count++];
    table->collection = collection;
    table->indexes = calloc(collection->index_count + 1u, sizeof(*table->indexes));
    if (table->indexes) table->index_count = collection->index_count + 1;
    for (j = 0; j < table->index_count && index_open(&table->indexes[j], collection, j);) ++j;
    if (!table->indexes || j < table->index_count) {
      free_tables(store);
      return no_memory(error);
    }
  }
  return CASECOMM_OK;
}

static void store_release(void* host) {
  struct store* const store = host;
  free_tables(store);
  pthread_mutex_destroy(&store->lock);
  free(store);
}

casecomm_status host_store_table(casecomm_host_store* out) {
  casecomm_host_store table = CASECOMM_INIT(casecomm_host_store);
  struct store* const store = calloc(1, sizeof(*store));
  if (!store) return CASECOMM_RESOURCE_EXHAUSTED;
  if (pthread_mutex_init(&store->lock, NULL) != 0) {
    free(store);
    return CASECOMM_RESOURCE_EXHAUSTED;
  }
  store->random = 2463534242u;
  table.host = store;
  table.release = store_release;
  table.open = store_open;
  table.read = store_read;
  table.commit = store_commit;
  *out = table;
  return CASECOMM_OK;
}
