# SPDX-License-Identifier: Apache-2.0
"""Lists that come a page at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T", covariant=True)


class Page(NamedTuple, Generic[T]):
    """Some rows of a list."""

    items: tuple[T, ...]
    next: str
    """the cursor of the next page, which a host may keep, also over days; '' when there is no more"""


class Listing(Iterable[T]):
    """A list that asks for its pages by itself while it is iterated, each time from the start. Rows that stay are listed
    once, whatever comes and goes."""

    def __init__(self, fetch: Callable[[int, str], tuple[tuple[T, ...], str]], page_size: int) -> None:
        self._fetch = fetch
        self._page_size = page_size

    def page(self, limit: int | None = None, cursor: str = "") -> Page[T]:
        """Up to `limit` (1 to 1,000) rows, from Page.next of the page before or from the start. A cursor that is not one
        of this list's is InvalidArgument, "bad_cursor"."""
        return Page(*self._fetch(self._page_size if limit is None else limit, cursor))

    def __iter__(self) -> Iterator[T]:
        cursor = ""
        while True:
            page = self.page(cursor=cursor)
            yield from page.items
            cursor = page.next
            if not cursor:
                return
