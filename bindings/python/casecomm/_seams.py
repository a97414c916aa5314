# SPDX-License-Identifier: Apache-2.0
"""The seams that a host may write in Python, and the facts that go through them.

What a seam raises arrives at the caller of the library, the same object. A casecomm.Error is also understood by the
library on the way: Unavailable from a store is trouble that may pass, Aborted a race that was lost.
"""

from __future__ import annotations

import abc
import dataclasses
import datetime
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple, Union

from ._enums import CollectionKind, ColumnType, DeliveryState, Trust
from ._errors import Error
from ._times import to_micros

if TYPE_CHECKING:
    from ._core import Event

Value = Union[None, int, str, bytes]
"""A column's value. Values order: None, int by value, str by its UTF-8, bytes by byte."""


class Column(NamedTuple):
    """A column of a collection."""

    name: str
    type: ColumnType


class Index(NamedTuple):
    """Rows stand in an index by the columns it names, in that order, and then by the rest of their primary key. A row of
    which any named column is None is not in the index."""

    name: str
    columns: tuple[int, ...]
    """positions in Collection.columns; the first is always 0 (account_id)"""


class Collection(NamedTuple):
    """A declared collection. Column 0 is account_id, an int: the tenant wall and the shard key. The first `key_columns`
    columns are the primary key and are never None."""

    name: str
    kind: CollectionKind
    columns: tuple[Column, ...]
    key_columns: int
    indexes: tuple[Index, ...]

    def index_order(self, index: int) -> tuple[int, ...]:
        """All columns that an index orders by: those it names, then the rest of the primary key.

        >>> columns = tuple(Column(name, ColumnType.INT64) for name in ("account_id", "id", "at"))
        >>> Collection("notes", CollectionKind.ROWS, columns, 2, (Index("by_at", (0, 2)),)).index_order(1)
        (0, 2, 1)
        """
        named = self.indexes[index - 1].columns if index else ()
        return (*named, *(column for column in range(self.key_columns) if column not in named))


class Schema(NamedTuple):
    """The collections that this version of the library knows. Queries and batches name them by position."""

    version: int
    collections: tuple[Collection, ...]


class Bound(NamedTuple):
    """One end of a range on the column that follows the prefix."""

    value: Value
    inclusive: bool = True


class Query(NamedTuple):
    """Which rows, in which order. Index 0 is the primary key; index n is Collection.indexes[n - 1].

    `prefixes` hold equal values for the first columns of the index, all of one length (at least the account), at most
    1,000; none is no rows. Rows of all prefixes come merged by the index columns behind the prefix (the primary key's
    rest included), ties by the values of the prefix, each row once even if a prefix stands twice; descending is this
    order backwards. `after` says where the last page ended: the values of all index columns behind the prefix, then,
    where prefixes can tie, those of the prefix (without them all that tie there are passed over); or it is empty.
    """

    collection: int
    index: int = 0  # type: ignore[assignment]  # tuple.index is of no use here
    prefixes: tuple[tuple[Value, ...], ...] = ()
    lower: Bound | None = None
    upper: Bound | None = None
    after: tuple[Value, ...] = ()
    descending: bool = False
    limit: int = 0
    """at most so many rows; 0: no limit"""
    count_cap: int = 0
    """not 0: the answer is an int, min(rows, count_cap)"""
    keys_only: bool = False
    """bodies come empty"""
    body_offset: int = 0
    """of a blob: bodies begin here, past the end they are empty,"""
    body_limit: int = 0
    """and hold at most so many bytes; 0: to the end"""


class Row(NamedTuple):
    """A row as a store hands it out."""

    columns: Sequence[Value]
    body: bytes
    body_size: int
    """of the whole body, also where a range or nothing was asked for"""
    version: int
    """positive; a store never gives one number twice for the same key, not even after an erase"""


class Precondition(NamedTuple):
    """The row must be absent (version 0) or stand at exactly this version."""

    collection: int
    key: tuple[Value, ...]
    version: int


class Put(NamedTuple):
    """A row to write: all columns, key first."""

    collection: int
    columns: tuple[Value, ...]
    body: bytes


class Erase(NamedTuple):
    """A row to erase. Erasing an absent row does nothing."""

    collection: int
    key: tuple[Value, ...]


class Add(NamedTuple):
    """A number to add to a counter row, which is made with 0 if absent. Past the ends of int64 the batch answers
    OutOfRange."""

    collection: int
    key: tuple[Value, ...]
    delta: int


class Batch(NamedTuple):
    """All or nothing, of one account: every key begins with it. A key stands at most once among puts and erases. Adds
    come after the erases."""

    account: int
    preconditions: tuple[Precondition, ...] = ()
    puts: tuple[Put, ...] = ()
    erases: tuple[Erase, ...] = ()
    adds: tuple[Add, ...] = ()


class BatchOutcome(NamedTuple):
    """What became of one batch: BatchOutcome() if it was written, or why nothing of it was. Aborted names the first
    precondition that failed."""

    error: Error | None = None
    failed_precondition: int | None = None
    """position in Batch.preconditions"""


class Store(abc.ABC):
    """A store. Three verbs, no interactive transaction. All calls may come from any thread, one after another or at
    once. What CheckSchema, CheckQuery and CheckBatch of casecomm/host/store.h refuse never comes here, nor does a call
    before open, or a second open. The whole contract stands in that header, and as tests in tests/seams/store_suite.h.
    """

    @abc.abstractmethod
    def open(self, schema: Schema) -> None:
        """Makes or checks what the schema asks. One written by a newer schema is refused with FailedPrecondition, reason
        "store_newer", nothing changed; a damaged one with DataLoss, "store_damaged"."""

    @abc.abstractmethod
    def read(self, queries: Sequence[Query]) -> Iterable[Iterable[Row] | int]:
        """One answer for each query, from one committed state: its rows in order, or their number where count_cap is
        set. Both iterables may be lazy; the second answer is asked for only after the rows of the first, and nothing
        more if the reader has had enough."""

    @abc.abstractmethod
    def commit(self, batches: Sequence[Batch]) -> Iterable[BatchOutcome | None]:
        """Commits each batch by itself, in order; several may be made durable together. One outcome for each, None for
        written. When it raises, no batch may be assumed either way."""

    def close(self) -> None:
        """Called once, when the engine has let go of the store, also when opening failed."""


@dataclasses.dataclass(frozen=True)
class InboundMail:
    """A mail as a transport hands it over.

    >>> InboundMail(b"From: a@b.example\\n\\nHello", envelope=["r@in.firm.example"]).envelope
    ('r@in.firm.example',)
    """

    raw: bytes = dataclasses.field(repr=False)
    """RFC 5322 bytes"""
    transport_key: str = ""
    """the same for the same delivery, and only then; '': the digest of bytes and recipients"""
    envelope: Sequence[str] | None = None
    """addr-specs of the envelope's recipients; None: the transport did not tell"""
    path: str = ""
    """where it came from, for people: a file, a folder"""
    index: int | None = None
    """in an mbox, from 0"""
    trust: Trust | None = None
    """the transport's own verdict on the author's domain; None: by the engine's trust policy"""

    def __post_init__(self) -> None:
        if isinstance(self.envelope, str):
            raise TypeError("envelope must be a sequence of str, not one str")
        if self.envelope is not None:
            object.__setattr__(self, "envelope", tuple(self.envelope))


class Source(abc.ABC):
    """A mail source: it lists what is new, and is told what was committed. Used by one thread at a time."""

    @property
    @abc.abstractmethod
    def name(self) -> str:
        """A stable name, part of the deduplication key: 'files', 'imap:host/user'."""

    @abc.abstractmethod
    def next(self, limit: int) -> Iterable[InboundMail]:
        """Up to `limit` further mails. None of them says that there is nothing more now. After a failure the mails that
        came out before it are still good, so that a generator may yield some and then raise."""

    @abc.abstractmethod
    def committed(self, mails: Sequence[InboundMail]) -> None:
        """The library has made durable what became of these mails, the objects that came from next: acknowledge them.
        Never called before the commit. A failure ends the receiving; the mails stay filed."""


@dataclasses.dataclass(frozen=True)
class OutboundMail:
    """A mail ready to go."""

    raw: bytes = dataclasses.field(repr=False)
    """RFC 5322 bytes, sent unchanged"""
    recipients: Sequence[str]
    """addr-specs of the envelope, at least one"""
    return_path: str = ""
    """addr-spec of the envelope; '' for <>"""

    def __post_init__(self) -> None:
        if isinstance(self.recipients, str):
            raise TypeError("recipients must be a sequence of str, not one str")
        object.__setattr__(self, "recipients", tuple(self.recipients))


class RecipientResult(NamedTuple):
    """What became of one recipient."""

    state: DeliveryState = DeliveryState.UNKNOWN
    reply: int = 0
    """SMTP reply code; 0: there was none"""
    words: str = ""
    """what the server said"""


class Delivery(NamedTuple):
    """What became of a mail that was sent."""

    recipients: tuple[RecipientResult, ...]
    """in the mail's order"""
    message_id: str = ""
    """really used, without <>; '': the mail's own"""


class MailSink(abc.ABC):
    """Sends prebuilt mail and answers for each recipient. Used by one thread at a time."""

    @abc.abstractmethod
    def send(self, mail: OutboundMail) -> Delivery | Iterable[RecipientResult]:
        """A Delivery, or results in the mail's order for as many recipients as are settled; a generator may yield some
        and then raise. Recipients left open are unknown."""


class Clock:
    """Where time comes from; the library has no other. Override now or now_us. Called from any thread. If it raises, the
    call of the library goes on by the machine's clock, and then raises the exception: what it committed stands."""

    def now(self) -> datetime.datetime:
        """An aware datetime. It may step back: what the library stores does not."""
        raise NotImplementedError("override Clock.now or Clock.now_us")

    def now_us(self) -> int:
        """Microseconds since 1970-01-01 UTC."""
        return to_micros(self.now())


class Random(abc.ABC):
    """Where unpredictable bytes come from. Called from any thread."""

    @abc.abstractmethod
    def fill(self, size: int) -> bytes:
        """`size` bytes, or an exception, and the call that asked fails with it."""


class Observer(abc.ABC):
    """Is told what was done, after its commit. Called from any thread. What it raises goes to sys.unraisablehook: the act
    it tells of stands."""

    @abc.abstractmethod
    def notice(self, event: Event) -> None:
        """Something was done."""


class ScannedFile(NamedTuple):
    """A decoded part of an inbound mail."""

    name: str
    """safe as a file name, or ''"""
    declared_type: str
    found_type: str
    data: bytes
    """decoded; archives as they stand"""
    deadline: datetime.datetime
    """an answer behind it counts as none"""


class Scanner(abc.ABC):
    """Judges the files of mail before it is filed: mail with a file that is not clean is held (scanner_hit), and so is
    mail with one that could not be scanned (scanner_unavailable): where scan raises, too. Called from any thread."""

    @abc.abstractmethod
    def scan(self, file: ScannedFile) -> str | None:
        """None if the file is clean; else what is bad in it, in the scanner's words."""


@dataclasses.dataclass(frozen=True)
class TrustPolicy:
    """Whose word on a mail's authentication counts (RFC 8601). Without an authserv-id there is no trust.

    >>> TrustPolicy(["mx.firm.example"]).authserv_ids
    ('mx.firm.example',)
    """

    authserv_ids: Sequence[str] = ()
    """of the host's own border servers"""
    received_above: int = 0
    """how many Received fields, from the top, may stand above the results: those of the host's own servers"""
    allow_spf: bool = False
    """an aligned SPF pass alone is enough"""
    require_dkim: bool = False
    """an aligned DKIM pass is needed, whatever DMARC says"""

    def __post_init__(self) -> None:
        if isinstance(self.authserv_ids, str):
            raise TypeError("authserv_ids must be a sequence of str, not one str")
        object.__setattr__(self, "authserv_ids", tuple(self.authserv_ids))


@dataclasses.dataclass(frozen=True)
class InboundPolicy:
    """What of an inbound mail's files is taken along."""

    most_files: int = 5
    file_bytes_below: int | None = None
    """of each; None: no limit"""
    total_bytes_below: int | None = None
    types: Sequence[str] = ()
    """supported media types, 'image/png' or 'image/*'; none: the library's list"""

    def __post_init__(self) -> None:
        if isinstance(self.types, str):
            raise TypeError("types must be a sequence of str, not one str")
        object.__setattr__(self, "types", tuple(self.types))
