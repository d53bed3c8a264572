"""Dates in parts."""

from __future__ import annotations

import re

import pytest

from transforms.fields.date_parts import DateParts
from transforms.fields.dates_in_text import FileOrder

NO_ORDER = FileOrder(b"", re.compile(b"x"))


def parts(
    *,
    full: str | None = None,
    year: str | None = None,
    month: str | None = None,
    day: str | None = None,
    start: str | None = None,
    end: str | None = None,
    calendar: str | None = None,
    circa: bool = False,
) -> DateParts:
    return DateParts(full, year, month, day, start, end, circa, calendar)


@pytest.mark.parametrize(
    ("given", "edtf", "raw"),
    [
        (parts(), None, None),
        (parts(full="1980-05-19", year="1980"), "1980-05-19", "1980-05-19"),
        (parts(full="1980-05-19", calendar="ISLAMIC"), "1980-05-19", "1980-05-19 ISLAMIC"),
        (parts(full="1980-05-19", start="1979", end="1981"), "1980-05-19", "1980-05-19"),
        (parts(year="1980"), "1980", "1980"),
        (parts(year="1980", circa=True), "1980~", "circa 1980"),
        (parts(year="1980", month="5"), "1980-05", "1980-5"),
        (parts(year="1980", day="5"), "1980", "1980-5"),
        (parts(year="1980", month="5", day="19"), "1980-05-19", "1980-5-19"),
        (parts(year="1980", month="13"), None, "1980-13"),
        (parts(year="1400", calendar="ISLAMIC"), None, "1400 ISLAMIC"),
        (parts(start="1979", end="1981"), "1979/1981", "1979/1981"),
        (parts(start="1979"), None, "1979/"),
        (parts(end="1981"), None, "/1981"),
    ],
)
def test_parts_make_a_date(given: DateParts, edtf: str | None, raw: str | None) -> None:
    read = given.read(NO_ORDER)
    assert (read.edtf, read.raw) == (edtf, raw)


@pytest.mark.parametrize(
    ("given", "is_plain"),
    [
        (parts(year="1980"), True),
        (parts(full="1980", calendar="ISLAMIC", start="1979"), True),
        (parts(year="1400", calendar="ISLAMIC"), False),
        (parts(start="1979"), False),
        (parts(end="1979"), False),
    ],
)
def test_another_calendar_and_a_range_are_not_plain(given: DateParts, is_plain: bool) -> None:
    assert given.is_plain is is_plain
