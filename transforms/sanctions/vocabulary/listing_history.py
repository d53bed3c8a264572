"""Whether and since when a target is listed, and when it was amended, from the events that a list gives."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from enum import IntEnum
from typing import NamedTuple

LISTING_PERIOD = timedelta(days=60)
"""An act that is published later than this after the listing is not the one that lists the target."""


class Change(IntEnum):
    """What happened to a listing. Of several on one day the greatest is the latest: a target that is listed
    again, as in another annex, was delisted before, and one that is delisted is not amended any more."""

    AMENDED = 0
    DELISTED = 1
    LISTED = 2
    UNKNOWN = 3


AMENDED, DELISTED, LISTED, UNKNOWN = Change  # an Enum's attributes are slow to find


class Event(NamedTuple):
    """A change and its day, `date.min` if none is known; `is_undatable` if one is given but unreadable."""

    day: date
    change: Change
    is_undatable: bool = False

    @classmethod
    def dated(cls, change: Change, days: Sequence[date | None]) -> Event:
        """The event on the first of the `days` that are given; None is one that cannot be read."""
        for day in days:
            if day:
                return cls(day, change)
        return cls(date.min, change, bool(days))


class Listing(NamedTuple):
    """The last listing, the latest amendment, and the delisting if nothing came after it."""

    listed: date | None = None
    amended: date | None = None
    delisted: date | None = None


class UnclearListingError(Exception):
    """The events do not say whether the target is listed; the message says why."""


def find_listing(events: Collection[Event]) -> Listing:
    """The listing after all `events`. Raises UnclearListingError."""
    if not events:
        return Listing()
    history = sorted(events)
    if reason := _why_unclear(history):
        raise UnclearListingError(reason)
    listed = amended = None
    is_delisted = False
    for day, change, _ in history:
        if change is LISTED and (is_delisted or listed is None):
            listed = day
        elif change is AMENDED and day != date.min:
            amended = day
        is_delisted = change is DELISTED
    return Listing(None if listed == date.min else listed, amended, day if is_delisted else None)


def _why_unclear(history: list[Event]) -> str | None:
    undatable = {event.change for event in history if event.is_undatable}
    latest = history[-1]
    if DELISTED in undatable or (latest.change is DELISTED and latest.day == date.min):
        return "de-listed on no day that can be read"
    if LISTED in undatable and any(event.change is DELISTED for event in history):
        return "listed on no day that can be read, and de-listed"
    if UNKNOWN in undatable or latest.change is UNKNOWN:
        return "the latest modification is of no type that is known"
    return None


def find_amendment(published: Collection[date], listed: date | None) -> date | None:
    """The day of the latest of the acts published on a target, if it is not the one that lists it.

    An act amends if it is later than another one or long after the listing. Of a target without that day and
    with one act it is not known which it is.
    """
    latest = max(published, default=None)
    if latest is None or (listed and latest <= listed):
        return None
    amends = len(published) > 1 or (listed and latest - listed > LISTING_PERIOD)
    return latest if amends else None
