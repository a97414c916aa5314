# SPDX-License-Identifier: Apache-2.0
"""A whole store in Python, as an example of the seam: rows in dicts, and a sorted list for each index.

It passes the suite of tests that the library's own stores pass. Everything is gone with the process.
"""

import bisect
import threading

import casecomm

INT64_MIN, INT64_MAX = -(2**63), 2**63 - 1


def sortable(values):
    """Values of one column compare as the library wants them: int by value, str and bytes by byte."""
    return tuple(value.encode() if isinstance(value, str) else value for value in values)


class Table:
    """The rows of a collection by primary key, and for each index the sorted places of those that stand in it."""

    def __init__(self, collection):
        self.key_columns = collection.key_columns
        self.rows = {}  # key -> (columns, body, version)
        self.orders = [collection.index_order(i) for i in range(len(collection.indexes) + 1)]
        self.places = [[] for _ in self.orders]
        # Where the columns of the primary key stand in a place.
        self.key_of_place = [[order.index(column) for column in range(self.key_columns)] for order in self.orders]

    def key(self, columns):
        return sortable(columns[: self.key_columns])

    def version(self, key):
        return self.rows[key][2] if key in self.rows else 0

    def put(self, columns, body, version):
        key = self.key(columns)
        self.erase(key)
        self.rows[key] = (columns, body, version)
        for places, place in self._places_of(columns):
            bisect.insort(places, place)

    def erase(self, key):
        if key in self.rows:
            for places, place in self._places_of(self.rows.pop(key)[0]):
                del places[bisect.bisect_left(places, place)]

    def _places_of(self, columns):
        for order, places in zip(self.orders, self.places):
            place = sortable(columns[column] for column in order)
            if None not in place:
                yield places, place

    def select(self, query):
        """The rows that a query names, in its order, with no limit."""
        places, length = self.places[query.index], len(query.prefixes[0]) if query.prefixes else 0
        found = []
        for prefix in {sortable(prefix) for prefix in query.prefixes}:
            begin = bisect.bisect_left(places, prefix, key=lambda place: place[:length])
            end = bisect.bisect_right(places, prefix, key=lambda place: place[:length])
            # Rows of all prefixes are merged by the columns behind the prefix, ties by the prefix.
            found += [place[length:] + prefix for place in places[begin:end] if self._in_range(query, place[length:])]
        found.sort(reverse=query.descending)
        if query.after:
            after = sortable(query.after)
            ahead = (lambda at: at < after) if query.descending else (lambda at: at > after)
            found = [position for position in found if ahead(position[: len(after)])]
        behind = len(self.orders[query.index]) - length
        for position in found:
            place = position[behind:] + position[:behind]
            yield self.rows[tuple(place[i] for i in self.key_of_place[query.index])]

    @staticmethod
    def _in_range(query, rest):
        for bound, beyond in ((query.lower, lambda a, b: a < b), (query.upper, lambda a, b: a > b)):
            if bound:
                (value,) = sortable([bound.value])
                if beyond(rest[0], value) or (rest[0] == value and not bound.inclusive):
                    return False
        return True


class DictStore(casecomm.Store):
    def __init__(self):
        self.lock = threading.Lock()
        self.tables = []
        self.sequence = 0

    def open(self, schema):
        self.tables = [Table(collection) for collection in schema.collections]

    def read(self, queries):
        with self.lock:
            return [self._answer(query) for query in queries]

    def _answer(self, query):
        found = self.tables[query.collection].select(query)
        if query.count_cap:
            return sum(1 for _, _ in zip(range(query.count_cap), found))
        rows = []
        for columns, body, version in found:
            piece = b"" if query.keys_only else body[query.body_offset :]
            if query.body_limit:
                piece = piece[: query.body_limit]
            rows.append(casecomm.Row(columns, piece, len(body), version))
            if len(rows) == query.limit:
                break
        return rows

    def commit(self, batches):
        with self.lock:
            return [self._commit(batch) for batch in batches]

    def _commit(self, batch):
        for position, wanted in enumerate(batch.preconditions):
            if self.tables[wanted.collection].version(sortable(wanted.key)) != wanted.version:
                return casecomm.BatchOutcome(casecomm.Aborted("a row was not as the batch wanted it"), position)
        erased = {(erase.collection, sortable(erase.key)) for erase in batch.erases}
        counters = {}
        for add in batch.adds:
            place = (add.collection, sortable(add.key))
            if place not in counters:
                row = None if place in erased else self.tables[add.collection].rows.get(place[1])
                counters[place] = (add.key, row[0][-1] if row else 0)
            value = counters[place][1] + add.delta
            if not INT64_MIN <= value <= INT64_MAX:
                return casecomm.BatchOutcome(casecomm.OutOfRange("the counter would have left the range of int64"))
            counters[place] = (add.key, value)

        self.sequence += 1
        for put in batch.puts:
            self.tables[put.collection].put(put.columns, put.body, self.sequence)
        for collection, key in erased:
            self.tables[collection].erase(key)
        for (collection, _), (key, value) in counters.items():
            self.tables[collection].put((*key, value), b"", self.sequence)
        return casecomm.BatchOutcome()
