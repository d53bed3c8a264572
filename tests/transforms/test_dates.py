"""Dates keep the precision that the source gives, and its words."""

from __future__ import annotations

import calendar
import time
from collections import Counter
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import PRECISIONS
from transforms.dates import PartialDate, between, from_parts, moment, partial

OFAC = ("%d %b %Y", "%b %Y", "%Y")


@pytest.mark.parametrize(
    ("text", "formats", "expected"),
    [
        ("1980", ("%Y-%m-%d", "%Y-%m", "%Y"), ("1980", "year")),
        ("1980-05", ("%Y-%m-%d", "%Y-%m", "%Y"), ("1980-05", "month")),
        ("1980-05-17", ("%Y-%m-%d", "%Y-%m", "%Y"), ("1980-05-17", "day")),
        ("10 Dec 1948", OFAC, ("1948-12-10", "day")),
        ("Dec 1948", OFAC, ("1948-12", "month")),
        ("12/18/2025", ("%m/%d/%Y",), ("2025-12-18", "day")),
        ("2025-12-18 23:10", ("%Y-%m-%d %H:%M",), ("2025-12-18", "day")),
    ],
)
def test_the_precision_is_the_formats(text: str, formats: tuple[str, ...], expected: tuple[str, str]) -> None:
    assert partial(text, formats) == PartialDate(*expected, text)


@pytest.mark.parametrize("text", ["20th century", "1955 to 1958", "31/02/1980", "1980-13", "1980-02-30"])
def test_what_fits_no_format_keeps_its_words_alone(text: str) -> None:
    assert partial(text) == PartialDate(None, None, text)
    assert partial(text).edtf is None


@pytest.mark.parametrize("text", ["", "  ", None])
def test_nothing_gives_nothing(text: str | None) -> None:
    assert partial(text) == PartialDate()


def test_circa_is_said_in_edtf_and_not_in_the_date() -> None:
    found = partial("1955", circa=True)
    assert (found.date, found.precision, found.edtf) == ("1955", "circa", "1955~")


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ((1980, None, None), ("1980", "year")),
        (("1980", "00", "00"), ("1980", "year")),
        ((1980, 5, None), ("1980-05", "month")),
        ((1980, 5, 7), ("1980-05-07", "day")),
        ((1980, None, 7), ("1980", "year")),
        ((1980, 2, 30), (None, None)),
        ((1980, 13, 1), (None, None)),
        ((None, 5, 7), (None, None)),
        (("198x", 5, 7), (None, None)),
    ],
)
def test_parts(parts: tuple[str | int | None, ...], expected: tuple[str | None, str | None]) -> None:
    assert from_parts(*parts, raw="as written") == PartialDate(*expected, "as written")


@pytest.mark.parametrize(
    ("start", "end", "date_", "precision"),
    [
        ("1955", "1958", "1955/1958", "range"),
        ("1955-03", "1955-03-20", "1955-03/1955-03-20", "range"),
        ("1955", "1955", "1955", "year"),
        ("1958", "1955", None, None),
        ("1955", None, None, None),
        ("early", "1955", None, None),
    ],
)
def test_ranges(start: str, end: str | None, date_: str | None, precision: str | None) -> None:
    assert between(start, end, "raw") == PartialDate(date_, precision, "raw")


def test_columns_are_the_contracts_three() -> None:
    assert partial("1980-05").columns("birth_date") == {
        "birth_date": "1980-05",
        "birth_date_precision": "month",
        "birth_date_raw": "1980-05",
    }


@given(st.dates(min_value=date(1000, 1, 1)), st.sampled_from(["day", "month", "year"]), st.booleans())
def test_printed_and_read_again_a_date_is_the_same(day: date, precision: str, circa: bool) -> None:
    text = day.isoformat()[: {"day": 10, "month": 7, "year": 4}[precision]]
    found = partial(text, circa=circa)
    assert found.date == text
    assert found.precision == ("circa" if circa else precision)
    parts = [int(part) for part in text.split("-")]
    assert from_parts(*parts, circa=circa, raw=text) == found


@given(st.integers(1, 9999), st.integers(0, 14), st.integers(0, 33))
def test_parts_never_make_a_date_that_is_not_there(year: int, month: int, day: int) -> None:
    found = from_parts(year, month, day)
    exists = month == 0 or (month <= 12 and day <= calendar.monthrange(year, month)[1])
    assert (found.date is not None) == exists
    if found.date:
        assert found.date.count("-") <= (month > 0) + (day > 0)


@given(st.text(max_size=30))
def test_any_text_is_read_or_kept(text: str) -> None:
    found = partial(text, OFAC)
    assert found.raw == (text.strip() or None)
    assert (found.date is None) == (found.precision is None)
    assert found.precision is None or found.precision in PRECISIONS


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-05-13T17:44:28.283+02:00", datetime(2024, 5, 13, 15, 44, 28, 283000, tzinfo=UTC)),
        ("2025-11-29T00:00:06Z", datetime(2025, 11, 29, 0, 0, 6, tzinfo=UTC)),
        ("2025-11-29T00:00:06", datetime(2025, 11, 29, 0, 0, 6, tzinfo=UTC)),
        (None, None),
    ],
)
def test_a_moment_is_in_utc_wherever_the_machine_stands(
    text: str | None, expected: datetime | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        assert moment(text, Counter()) == expected
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_text_that_is_no_moment_is_counted() -> None:
    unknown: Counter[str] = Counter()
    assert moment("yesterday", unknown) is None
    assert unknown == {"date yesterday": 1}
