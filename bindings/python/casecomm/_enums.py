# SPDX-License-Identifier: Apache-2.0
"""The library's numbered words. The numbers do not change."""

import enum


class _Word(enum.IntEnum):
    """An int whose str is the library's own word, as in its JSON."""

    def __str__(self) -> str:
        return self.name.lower()


class Outcome(_Word):
    """What became of a mail at one destination; a mail's own outcome is the first of its targets' in this order.

    >>> str(Outcome.FILED), int(Outcome.FILED)
    ('filed', 1)
    """

    FILED = 1
    UNASSIGNED = 2
    HELD = 3
    CATCH_ALL = 4
    APPLIED = 5
    DUPLICATE = 6
    NOT_TRACKED = 7
    REJECTED = 8
    WITHDRAWN = 9


class MailClass(_Word):
    """What a mail is before anything is done with it: the first of bounce, receipt, automatic, list, normal that has a
    sign.

    >>> str(MailClass.BOUNCE)
    'bounce'
    """

    NORMAL = 1
    LIST = 2
    AUTOMATIC = 3
    RECEIPT = 4
    BOUNCE = 5


class TextPart(_Word):
    """What a piece of a mail's text is."""

    VISIBLE = 1
    """what its author wrote anew"""
    QUOTED = 2
    SIGNATURE = 3
    FORWARDED = 4


class Trust(_Word):
    """Whether the author's domain is proven."""

    NONE = 1
    PASS = 2
    FAIL = 3


class EventKind(_Word):
    """What an engine did."""

    ACCOUNT_CREATED = 1
    """subject: the account's name"""
    LOADED = 2
    """a load document was applied"""
    RECEIVED = 3
    """subject: the stored message's id; decision: what became of it"""
    LINKED = 4
    """subject: the message's id; decision: where it is now"""
    CONTENDED = 5
    """a commit lost a race and is planned anew; subject: the verb"""
    ACTED = 6
    """a person released, rerouted, forwarded, rejected, withdrew or restored a message; as LINKED"""


class DeliveryState(_Word):
    """What became of one recipient of a mail that was sent."""

    SENT = 1
    """the server took responsibility"""
    TEMPORARY = 2
    """refused for now: trying again later is safe"""
    PERMANENT = 3
    """refused for good"""
    UNKNOWN = 4
    """it may or may not have been taken: never resent silently"""


class ColumnType(_Word):
    """What a column holds: int, str (without NUL) or bytes; None where it is no key column."""

    INT64 = 1
    TEXT = 2
    BYTES = 3


class CollectionKind(_Word):
    """What the rows of a collection are."""

    ROWS = 1
    """columns and a body"""
    BLOBS = 2
    """the same, and bodies may be large and are read by range"""
    COUNTERS = 3
    """key columns and then one int column, no body, changed only by adds and erases"""


class Code(_Word):
    """The kinds of failure, numbered like Abseil's canonical codes."""

    CANCELLED = 1
    UNKNOWN = 2
    INVALID_ARGUMENT = 3
    DEADLINE_EXCEEDED = 4
    NOT_FOUND = 5
    ALREADY_EXISTS = 6
    PERMISSION_DENIED = 7
    RESOURCE_EXHAUSTED = 8
    FAILED_PRECONDITION = 9
    ABORTED = 10
    OUT_OF_RANGE = 11
    UNIMPLEMENTED = 12
    INTERNAL = 13
    UNAVAILABLE = 14
    DATA_LOSS = 15
    UNAUTHENTICATED = 16
