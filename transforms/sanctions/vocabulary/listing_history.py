"""Whether and since when a target is listed, and when it was amended, from the events that a list gives."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from enum import IntEnum
from typing import NamedTuple

LISTING = timedelta(days=60)
"""An act that is published later than this after the listing is not the one that lists the target."""


class Change(IntEnum):
    """What happened to a listing. Of several on one day the greatest is the latest: a target that is listed
    again, as in another annex, was delisted before, and one that is delisted is not amended any more."""

    AMENDED = 0
    DELISTED = 1
    LISTED = 2
    UNKNOWN = 3


class Event(NamedTuple):
    """A change and its day: `date.min` if no day is known."""

    day: date
    change: Change


class Listing(NamedTuple):
    """The last listing, the latest amendment, and the delisting if nothing came after it."""

    listed: date | None = None
    amended: date | None = None
    delisted: date | None = None


class UnclearListingError(Exception):
    """The events do not say whether the target is listed; the message says why."""


def find_listing(events: Collection[Event], undatable: Collection[Change]) -> Listing:
    """The listing after all `events`; `undatable` are the changes with a day that cannot be read.

    Raises UnclearListingError.
    """
    if not events:
        return Listing()
    history = sorted(events)
    if reason := _is_unclear(history, undatable):
        raise UnclearListingError(reason)
    listed = amended = None
    is_delisted = False
    for day, change in history:
        if change is Change.LISTED and (is_delisted or listed is None):
            listed = day
        elif change is Change.AMENDED and day != date.min:
            amended = day
        is_delisted = change is Change.DELISTED
    return Listing(None if listed == date.min else listed, amended, day if is_delisted else None)


def _is_unclear(history: list[Event], undatable: Collection[Change]) -> str | None:
    latest = history[-1]
    if Change.DELISTED in undatable or latest == (date.min, Change.DELISTED):
        return "de-listed on no day that can be read"
    if Change.LISTED in undatable and any(event.change is Change.DELISTED for event in history):
        return "listed on no day that can be read, and de-listed"
    if Change.UNKNOWN in undatable or latest.change is Change.UNKNOWN:
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
    amends = len(published) > 1 or (listed and latest - listed > LISTING)
    return latest if amends else None
