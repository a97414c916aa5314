# SPDX-License-Identifier: Apache-2.0
"""Times of the library as aware datetimes, and back."""

from __future__ import annotations

import datetime

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
MICROSECOND = datetime.timedelta(microseconds=1)


def of_micros(us: int) -> datetime.datetime | None:
    """None where no datetime can say it."""
    try:
        return EPOCH + datetime.timedelta(microseconds=us)
    except OverflowError:
        return None


def of_seconds(seconds: int) -> datetime.datetime | None:
    return of_micros(seconds * 1_000_000)


def to_micros(time: datetime.datetime) -> int:
    """TypeError for a naive datetime: whose clock it is of is not known."""
    return (time - EPOCH) // MICROSECOND
