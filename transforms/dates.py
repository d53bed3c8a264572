"""Dates to the precision the source knows, with its own words kept beside.

A list says `1980`, `circa 1955`, `1955 to 1958`: such a date is never filled up to a day. Parsing
of formats is prefixdate's; this module adds circa, ranges and the contract's triple of columns.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from prefixdate import Precision, parse_formats

ISO_FORMATS = ("%Y-%m-%d", "%Y-%m", "%Y")
_PRECISIONS = {4: "year", 7: "month", 10: "day"}


@dataclass(frozen=True)
class PartialDate:
    """A date as far as it is known.

    `date` is ISO 8601 text cut to what is known (`1980`, `1980-05`, `1980-05-17`; a range as
    `from/to`), `precision` one of `contracts.PRECISIONS`, `raw` the source's text. `date` and
    `precision` are None together: nothing was given, or the text could not be read.
    """

    date: str | None = None
    precision: str | None = None
    raw: str | None = None

    @property
    def edtf(self) -> str | None:
        """The date in EDTF (ISO 8601-2): `1980-05`, `1955~` if circa, `1955/1958` if a range."""
        return f"{self.date}~" if self.precision == "circa" else self.date

    def columns(self, name: str) -> dict[str, str | None]:
        """The contract's three columns of a partial date called `name`."""
        return {name: self.date, f"{name}_precision": self.precision, f"{name}_raw": self.raw}


def _known(date: str, circa: bool, raw: str | None) -> PartialDate:
    return PartialDate(date, "circa" if circa else _PRECISIONS[len(date)], raw)


@lru_cache(maxsize=65_536)
def partial(text: str | None, formats: tuple[str, ...] = ISO_FORMATS, circa: bool = False) -> PartialDate:
    """Reads `text` by the first of `formats` (as of strptime) that fits it whole.

    The precision is what the format holds, a time of day being left out. Empty text gives an
    empty date; text that fits no format gives one with `raw` alone.
    """
    raw = (text or "").strip()
    if not raw:
        return PartialDate()
    prefix = parse_formats(raw, formats)
    if prefix.precision is Precision.EMPTY or prefix.text is None:
        return PartialDate(raw=raw)
    return _known(prefix.text[:10], circa, raw)


def from_parts(
    year: int | str | None,
    month: int | str | None = None,
    day: int | str | None = None,
    circa: bool = False,
    raw: str | None = None,
) -> PartialDate:
    """A date from its parts; None, empty or 0 is an unknown part.

    A day without a month adds nothing. Parts that make no calendar date give one with `raw` alone.
    """
    parts: list[str] = []
    for part, width in ((year, 4), (month, 2), (day, 2)):
        digits = str(part if part is not None else "").strip()
        if not digits.strip("0"):
            break
        parts.append(digits.zfill(width))
    read = partial("-".join(parts), ISO_FORMATS[3 - len(parts) :][:1]) if parts else PartialDate()
    return _known(read.date, circa, raw) if read.date else PartialDate(raw=raw)


def between(start: str | None, end: str | None, raw: str | None = None) -> PartialDate:
    """A date somewhere from `start` to `end`, both ISO 8601 texts of any precision.

    Equal ends are a plain date. An end that is missing or unreadable, or ends in the wrong
    order, give a date with `raw` alone: a half-open range is no date of this kind.
    """
    first, last = partial(start), partial(end)
    if not first.date or not last.date or first.date[: len(last.date)] > last.date:
        return PartialDate(raw=raw)
    if first.date == last.date:
        return _known(first.date, False, raw)
    return PartialDate(f"{first.date}/{last.date}", "range", raw)


def moment(text: str | None, unknown: Counter[str]) -> datetime | None:
    """A time in ISO 8601 as UTC, which also stands for a zone that is not given.

    A text that is none gives None and counts in `unknown`.
    """
    if text is None:
        return None
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        unknown[f"date {text}"] += 1
        return None
    return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
