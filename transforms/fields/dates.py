"""Partial dates: dates to the precision that the source states, with the source's text.

A list may state `1980`, `circa 1955` or `1955 to 1958`: such a date is never completed to a day. Formats are
parsed by prefixdate. This module adds circa, ranges, and the contract's three columns per date; dates in
free text are read by `dates_in_text`.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from prefixdate import parse_format

ISO_FORMATS = ("%Y-%m-%d", "%Y-%m", "%Y")
_ISO_DAY = ISO_FORMATS[0]
_CENTURIES = ("18", "19", "20")
PRECISIONS = {4: "year", 7: "month", 10: "day"}


class PartialDate(NamedTuple):
    """A date of any precision.

    `date`: ISO 8601 text, as long as it is known (`1980`, `1980-05`, `1980-05-17`; a range as `from/to`).
    `precision`: one of `contracts.PRECISIONS`. `raw`: the source's text. `date` and `precision` are both None
    if nothing was given, or if the text could not be parsed.
    """

    date: str | None = None
    precision: str | None = None
    raw: str | None = None

    @property
    def edtf(self) -> str | None:
        """The date in EDTF (ISO 8601-2): `1980-05`, `1955~` if circa, `1955/1958` if a range."""
        return f"{self.date}~" if self.precision == "circa" else self.date

    def columns(self, name: str) -> dict[str, str | None]:
        """Return the contract's three columns of a partial date called `name`."""
        return {name: self.date, f"{name}_precision": self.precision, f"{name}_raw": self.raw}


def known_date(date: str, circa: bool, raw: str | None) -> PartialDate:
    return PartialDate(date, "circa" if circa else PRECISIONS[len(date)], raw)


def is_iso_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def parse_by_format(text: str, format_: str, circa: bool, raw: str) -> PartialDate:
    """Parse `text` by one strptime format; only `raw` if it does not fit."""
    if format_ == _ISO_DAY and len(text) == 10 and text[:2] in _CENTURIES and is_iso_day(text):
        return known_date(text, circa, raw)
    found = parse_format(text, format_).text
    # Programs write year 1 for a missing date, and nobody on a list was born before 1800.
    return known_date(found[:10], circa, raw) if found and found[:2] in _CENTURIES else PartialDate(raw=raw)


# A time of day and a time zone after a date; both are ignored. A time zone without a time must have a colon:
# `1980-05-19-1981` is a carelessly written range.
CLOCK = (
    r"(?:(?:T|\s{1,2})\d{1,2}:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:\s?[ap]\.?m\b\.?)?"
    r"(?:\s?(?:Z\b|UTC\b|GMT\b|[+-]\d\d(?::?\d\d)?(?!\d)))?"
    r"|(?:Z\b|[+-]\d\d:\d\d(?!\d)))?"
)
_ISO_TEXT = re.compile(rf"(?P<day>(?:1[89]|20)\d\d-\d\d-\d\d){CLOCK}|(?:1[89]|20)\d\d(?:-\d\d)?", re.ASCII)


def _in_iso(text: str, formats: tuple[str, ...]) -> str | None:
    """Return the date of an ISO 8601 text, without time and time zone, if one of `formats` is as precise."""
    found = _ISO_TEXT.fullmatch(text)
    iso = (found["day"] or text) if found else ""
    return iso if len(iso) in _lengths(formats) else None


@lru_cache
def _lengths(formats: tuple[str, ...]) -> frozenset[int]:
    """Return the lengths of ISO dates with the precisions of `formats`."""
    return frozenset(
        10 if "%d" in format_ else 7 if re.search("%[mbB]", format_) else 4 for format_ in formats
    )


_DIRECTIVES = {"%Y": r"\d{4}", "%m": r"\d{1,2}", "%d": r" ?\d{1,2}", "%b": r"\D+", "%B": r"\D+"}


@lru_cache
def _shape(format_: str) -> re.Pattern[str]:
    """Return a pattern that every text of a strptime format matches: far cheaper than trying the format."""
    parts = (part for part in re.split(r"(%.|\s+)", format_) if part)
    shapes = (
        _DIRECTIVES.get(part, ".*") if part[0] == "%" else r"\s+" if part.isspace() else re.escape(part)
        for part in parts
    )
    return re.compile("".join(shapes), re.IGNORECASE | re.DOTALL)


@lru_cache(maxsize=65_536)
def partial(text: str | None, formats: tuple[str, ...] = ISO_FORMATS, circa: bool = False) -> PartialDate:
    """Parse `text` by the first of `formats` (strptime) that fits it completely, or else as ISO 8601.

    The precision is that of the format; a time of day is ignored. An ISO date, with or without time and time
    zone, is read if one of the formats is as precise: a list of full dates contains no bare year. Empty text
    gives an empty date; text that fits no format gives one with `raw` alone.
    """
    raw = (text or "").strip()
    if not raw:
        return PartialDate()
    for format_ in formats:
        if _shape(format_).fullmatch(raw):
            found = parse_by_format(raw, format_, circa, raw)
            if found.date:
                return found
    iso = _in_iso(raw, formats)
    return (
        parse_by_format(iso, ISO_FORMATS[3 - len(iso.split("-"))], circa, raw)
        if iso
        else PartialDate(raw=raw)
    )


def from_parts(
    year: int | str | None,
    month: int | str | None = None,
    day: int | str | None = None,
    circa: bool = False,
    raw: str | None = None,
) -> PartialDate:
    """Create a date from its parts; None, an empty text or 0 is an unknown part.

    A day without a month is ignored. Parts that form no calendar date give a date with only `raw`.
    """
    parts: list[str] = []
    for part, width in ((year, 4), (month, 2), (day, 2)):
        digits = str(part if part is not None else "").strip()
        if not digits.strip("0"):
            break
        parts.append(digits.zfill(width))
    read = partial("-".join(parts), ISO_FORMATS[3 - len(parts) :][:1]) if parts else PartialDate()
    return known_date(read.date, circa, raw) if read.date else PartialDate(raw=raw)


def between(start: str | None, end: str | None, raw: str | None = None) -> PartialDate:
    """Create a range from `start` to `end`, both ISO 8601 texts of any precision.

    Equal ends give a plain date. A missing or invalid end, or ends in the wrong order, give a date with only
    `raw`: open ranges are not supported.
    """
    return span(partial(start), partial(end), raw)


def span(first: PartialDate, last: PartialDate, raw: str | None, circa: bool = False) -> PartialDate:
    """Return the range of two plain dates, only `raw` if they form none; `circa` applies to equal ends."""
    start, end = (first.date or "").partition("/")[0], (last.date or "").rpartition("/")[2]
    if not start or not end or start[: len(end)] > end:
        return PartialDate(raw=raw)
    return known_date(start, circa, raw) if start == end else PartialDate(f"{start}/{end}", "range", raw)


def whole_day(read: PartialDate) -> date | None:
    """The day of a date that is known to the day; None for any other."""
    return date.fromisoformat(read.date) if read.date and read.precision == "day" else None


def moment(text: str | None, unknown: Counter[str]) -> datetime | None:
    """Parse an ISO 8601 time into UTC, which is also assumed if no time zone is given.

    An invalid text gives None and is counted in `unknown`.
    """
    if text is None:
        return None
    try:
        read = datetime.fromisoformat(text)
        return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
    except (ValueError, OverflowError):  # invalid, or out of range in UTC
        unknown[f"date {text}"] += 1
        return None


_EXCEL_NO_DAY = 60  # Excel's 29 February 1900, which did not exist
_EXCEL_LAST = 2_958_465  # 31 December 9999


def from_excel(serial: float) -> PartialDate:
    """Convert a serial number of Excel's 1900 date system into a day; the time of day is ignored.

    `raw` is the number. Invalid numbers (0, 60, after the year 9999) give only `raw`. Every valid number is
    treated as a day, so `1980.0` is in 1905; `read_cell` distinguishes years from days.
    """
    raw = str(serial).removesuffix(".0")
    if not 1 <= serial < _EXCEL_LAST + 1 or math.floor(serial) == _EXCEL_NO_DAY:
        return PartialDate(raw=raw)
    days = math.floor(serial) - (serial > _EXCEL_NO_DAY)
    return known_date((date(1899, 12, 31) + timedelta(days=days)).isoformat(), False, raw)
