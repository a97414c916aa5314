# SPDX-License-Identifier: Apache-2.0
"""The library's failures, an exception a code."""

from __future__ import annotations

from typing import Any, ClassVar

from ._enums import Code


class Error(Exception):
    """A failure of the library, or one that a host's seam answers. Each code has a subclass.

    >>> raise NotFound("no record has this id", reason="no_record", subject="R9")
    Traceback (most recent call last):
    casecomm.NotFound: R9: no record has this id
    """

    code: ClassVar[Code] = Code.UNKNOWN
    """the kind of failure"""
    message: str
    """one line of English, past tense"""
    reason: str
    """a stable word a program may compare; '' when the code says enough"""
    subject: str
    """what it is about: a path, an id, a JSON pointer; '' when there is none"""
    position: int | None
    """a byte offset into the subject, or None"""

    def __init__(self, message: str = "", *, reason: str = "", subject: str = "", position: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason
        self.subject = subject
        self.position = position

    def __str__(self) -> str:
        from ._core import describe

        return describe(self.code, self.subject, self.message, self.position)

    def __repr__(self) -> str:
        given = [repr(self.message)]
        given += [f"{name}={value!r}" for name, value in self._given().items()]
        return f"{type(self).__name__}({', '.join(given)})"

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (type(self), self.message, self._given()), self.__dict__

    def _given(self) -> dict[str, Any]:
        words: dict[str, Any] = {name: getattr(self, name) for name in ("reason", "subject") if getattr(self, name)}
        return words if self.position is None else {**words, "position": self.position}

    @property
    def transient(self) -> bool:
        """Trouble that may pass when the same call is made again."""
        from ._core import transient

        return transient(self.code)


def _again(kind: type[Error], message: str, given: dict[str, Any]) -> Error:
    return kind(message, **given)


class Cancelled(Error):
    """The call was called off."""

    code = Code.CANCELLED


class Unknown(Error):
    """A failure that told no kind."""

    code = Code.UNKNOWN


class InvalidArgument(Error, ValueError):
    """What was asked can never be."""

    code = Code.INVALID_ARGUMENT


class DeadlineExceeded(Error):
    """The time for it was up."""

    code = Code.DEADLINE_EXCEEDED


class NotFound(Error, LookupError):
    """There is no such thing, or none the actor may know of."""

    code = Code.NOT_FOUND


class AlreadyExists(Error):
    """It was there before."""

    code = Code.ALREADY_EXISTS


class PermissionDenied(Error):
    """The actor, or this process, may not."""

    code = Code.PERMISSION_DENIED


class ResourceExhausted(Error):
    """Memory, disk or a quota was used up."""

    code = Code.RESOURCE_EXHAUSTED


class FailedPrecondition(Error):
    """The state of things did not allow it; of a closed engine or session too (reason "closed")."""

    code = Code.FAILED_PRECONDITION


class Aborted(Error):
    """A race was lost: nothing was done."""

    code = Code.ABORTED


class OutOfRange(Error):
    """Past the end of a range."""

    code = Code.OUT_OF_RANGE


class Unimplemented(Error, NotImplementedError):
    """The library, or a seam, cannot do this."""

    code = Code.UNIMPLEMENTED


class Internal(Error):
    """A promise was broken, by the library or by a seam."""

    code = Code.INTERNAL


class Unavailable(Error):
    """Not now; it may pass."""

    code = Code.UNAVAILABLE


class DataLoss(Error):
    """What is stored is damaged, or cannot be read."""

    code = Code.DATA_LOSS


class Unauthenticated(Error):
    """Who asks was not proven."""

    code = Code.UNAUTHENTICATED


_CLASSES: dict[int, type[Error]] = {kind.code: kind for kind in Error.__subclasses__()}

for _kind in [Error, *_CLASSES.values()]:
    _kind.__module__ = "casecomm"


def class_of_code(code: int) -> type[Error]:
    return _CLASSES.get(code, Unknown)
