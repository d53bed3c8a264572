"""Whether a target is listed, from events on days that are known or not."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from transforms.sanctions.vocabulary.listing_history import (
    AMENDED,
    DELISTED,
    LISTED,
    UNKNOWN,
    Change,
    Event,
    Listing,
    UnclearListingError,
    find_amendment,
    find_listing,
)

ONE, TWO, THREE, FOUR = (date(year, 1, 1) for year in (2001, 2002, 2003, 2004))


@pytest.mark.parametrize(
    ("events", "listing"),
    [
        ([], Listing()),
        ([(ONE, LISTED)], Listing(listed=ONE)),
        ([(THREE, AMENDED), (ONE, LISTED), (TWO, AMENDED)], Listing(listed=ONE, amended=THREE)),
        ([(TWO, LISTED), (ONE, LISTED)], Listing(listed=ONE)),  # extended, not listed again
        ([(ONE, LISTED), (TWO, DELISTED)], Listing(listed=ONE, delisted=TWO)),
        ([(ONE, LISTED), (TWO, DELISTED), (THREE, LISTED)], Listing(listed=THREE)),
        ([(ONE, LISTED), (TWO, LISTED), (TWO, DELISTED)], Listing(listed=TWO)),  # on one day: listed last
        ([(ONE, LISTED), (TWO, AMENDED), (TWO, DELISTED)], Listing(listed=ONE, amended=TWO, delisted=TWO)),
        ([(date.min, LISTED), (TWO, AMENDED)], Listing(amended=TWO)),
        ([(date.min, AMENDED), (ONE, LISTED)], Listing(listed=ONE)),
        ([(ONE, UNKNOWN), (TWO, LISTED)], Listing(listed=TWO)),
    ],
)
def test_the_last_events_decide(events: list[tuple[date, Change]], listing: Listing) -> None:
    assert find_listing([Event(day, change) for day, change in events]) == listing


@pytest.mark.parametrize(
    ("events", "reason"),
    [
        ([Event(date.min, DELISTED)], "de-listed on no day"),
        ([Event(ONE, LISTED), Event(date.min, DELISTED, is_undatable=True)], "de-listed on no day"),
        ([Event(ONE, DELISTED), Event(date.min, LISTED, is_undatable=True)], "listed on no day"),
        ([Event(ONE, LISTED), Event(TWO, UNKNOWN)], "of no type that is known"),
        ([Event(ONE, LISTED), Event(date.min, UNKNOWN, is_undatable=True)], "of no type that is known"),
    ],
)
def test_events_that_do_not_decide_say_why(events: list[Event], reason: str) -> None:
    with pytest.raises(UnclearListingError, match=reason):
        find_listing(events)


def test_an_event_is_on_the_first_day_that_can_be_read() -> None:
    assert Event.dated(LISTED, [None, TWO, ONE]) == Event(TWO, LISTED, is_undatable=False)
    assert Event.dated(LISTED, [None]) == Event(date.min, LISTED, is_undatable=True)
    assert Event.dated(LISTED, []) == Event(date.min, LISTED, is_undatable=False)


@pytest.mark.parametrize(
    ("published", "listed", "amended"),
    [
        (set(), ONE, None),
        (set(), None, None),
        ({ONE}, ONE, None),
        ({ONE}, TWO, None),
        ({ONE + timedelta(60)}, ONE, None),
        ({ONE + timedelta(61)}, ONE, ONE + timedelta(61)),
        ({ONE}, None, None),  # it may be the act that lists
        ({ONE, TWO}, None, TWO),
        ({ONE, ONE + timedelta(3)}, ONE, ONE + timedelta(3)),
    ],
)
def test_the_latest_act_amends_if_it_does_not_list(
    published: set[date], listed: date | None, amended: date | None
) -> None:
    assert find_amendment(published, listed) == amended
