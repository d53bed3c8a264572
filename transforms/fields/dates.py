"""Partial dates: dates to the precision that the source states, with the source's text.

A list may state `1980`, `circa 1955` or `1955 to 1958`: such a date is never completed to a day. Formats are
parsed by prefixdate. This module adds circa, ranges, several dates in one field, spreadsheet cells, and the
contract's three columns per date.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, lru_cache
from typing import Literal, NamedTuple, TypeAlias

from prefixdate import parse_format

ISO_FORMATS = ("%Y-%m-%d", "%Y-%m", "%Y")
_ISO_DAY = ISO_FORMATS[0]
_CENTURIES = ("18", "19", "20")
_PRECISIONS = {4: "year", 7: "month", 10: "day"}

Order: TypeAlias = Literal["day", "month"]  # what comes first in a numeric date; None: unknown


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


def _known(date: str, circa: bool, raw: str | None) -> PartialDate:
    return PartialDate(date, "circa" if circa else _PRECISIONS[len(date)], raw)


def _is_iso_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _parsed(text: str, format_: str, circa: bool, raw: str) -> PartialDate:
    """Parse `text` by one strptime format; only `raw` if it does not fit."""
    if format_ == _ISO_DAY and len(text) == 10 and text[:2] in _CENTURIES and _is_iso_day(text):
        return _known(text, circa, raw)
    found = parse_format(text, format_).text
    # Programs write year 1 for a missing date, and nobody on a list was born before 1800.
    return _known(found[:10], circa, raw) if found and found[:2] in _CENTURIES else PartialDate(raw=raw)


# A time of day and a time zone after a date; both are ignored. A time zone without a time must have a colon:
# `1980-05-19-1981` is a carelessly written range.
_CLOCK = (
    r"(?:(?:T|\s{1,2})\d{1,2}:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:\s?[ap]\.?m\b\.?)?"
    r"(?:\s?(?:Z\b|UTC\b|GMT\b|[+-]\d\d(?::?\d\d)?(?!\d)))?"
    r"|(?:Z\b|[+-]\d\d:\d\d(?!\d)))?"
)
_ISO_TEXT = re.compile(rf"(?P<day>(?:1[89]|20)\d\d-\d\d-\d\d){_CLOCK}|(?:1[89]|20)\d\d(?:-\d\d)?", re.ASCII)


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
            found = _parsed(raw, format_, circa, raw)
            if found.date:
                return found
    iso = _in_iso(raw, formats)
    return _parsed(iso, ISO_FORMATS[3 - len(iso.split("-"))], circa, raw) if iso else PartialDate(raw=raw)


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
    return _known(read.date, circa, raw) if read.date else PartialDate(raw=raw)


def between(start: str | None, end: str | None, raw: str | None = None) -> PartialDate:
    """Create a range from `start` to `end`, both ISO 8601 texts of any precision.

    Equal ends give a plain date. A missing or invalid end, or ends in the wrong order, give a date with only
    `raw`: open ranges are not supported.
    """
    return _span(partial(start), partial(end), raw)


def _span(first: PartialDate, last: PartialDate, raw: str | None, circa: bool = False) -> PartialDate:
    """Return the range of two plain dates, only `raw` if they form none; `circa` applies to equal ends."""
    start, end = (first.date or "").partition("/")[0], (last.date or "").rpartition("/")[2]
    if not start or not end or start[: len(end)] > end:
        return PartialDate(raw=raw)
    return _known(start, circa, raw) if start == end else PartialDate(f"{start}/{end}", "range", raw)


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
    return _known((date(1899, 12, 31) + timedelta(days=days)).isoformat(), False, raw)


# One date as publishers write it. The matching group is named after its parts, so that one match selects the
# format. Years outside 1800 to 2099 belong to another calendar (`24/06/1402`) or are typing errors.
_YEAR = r"(?:1[89]|20)\d\d(?!\d)"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)(?![^\W\d_])\.?"
)
_DAY = r"\d{1,2}(?!\d)(?:st|nd|rd|th)?"
_NUMBER = r"(?!00?\b)\d{1,2}"
_LAST_NUMBER = rf"{_NUMBER}(?!\d)"
_SPACED_YEAR = rf"\s?{_YEAR}"
_GAP = r"[\s.,-]"
_PART_OF = r"(?:(?:early|mid|late)[\s-]|(?:the )?(?:beginning|end|middle) of (?:the )?)"


def _figures(*parts: str) -> str:
    """Return a pattern of parts separated by the same character."""
    return "(?:" + "|".join(sign.join(parts) for sign in ("/", "-", "[.]")) + ")"


_ONE_DATE = "|".join(
    [
        # 19 May 1980, 19th of May, 1980, 19. May 1980, 19-May-1980, 24 Jan.1973
        rf"(?P<d_b_Y>{_DAY}(?:\s+of\b)?{_GAP}{{0,3}}{_MONTH}{_GAP}{{0,3}}{_YEAR})",
        rf"(?P<b_d_Y>{_MONTH}\s*{_DAY}{_GAP}{{1,3}}{_YEAR})",  # May 19, 1980
        rf"(?P<b_Y>{_MONTH}{_GAP}{{0,3}}{_YEAR})",  # May 1980, May, 1980
        # 1980 May 19, unless the following text may belong to it as well
        rf"(?P<Y_b_d>{_YEAR}[\s-]{{1,2}}{_MONTH}[\s-]{{1,2}}{_DAY}(?!\s+(?:{_YEAR}|{_MONTH})))",
        rf"(?P<Y_b>{_YEAR}[\s-]{{1,2}}{_MONTH}(?!\s+\d|[\s.,]*{_YEAR}))",  # 1980 May
        # 19/05/1980, 19.05.1980, 19-05-1980, 19/05/ 1980, 19/05/1980 00:00:00
        rf"(?P<d_m_Y>{_figures(_NUMBER, _NUMBER, _SPACED_YEAR)}{_CLOCK})",
        rf"(?P<m_Y>(?:(?:00?|dd)[/.-])?{_NUMBER}[/.-]{_YEAR})",  # 00/05/1980, dd/05/1980, 05/1980
        # 1980-05-19, 1980-05-19T00:00:00Z, 1980-05-19+02:00
        rf"(?P<Y_m_d>{_figures(_YEAR, _NUMBER, _LAST_NUMBER)}{_CLOCK})",
        rf"(?P<Y_m>{_YEAR}[/.-](?:0[1-9]|1[0-2])(?:-00)?(?![\d/.-]))",  # 1980-05, 1980-05-00
        # 1970s, late 1970s, mid-1980, end of 1980: only the decade or year is read
        rf"(?P<decade>{_PART_OF}?(?:1[89]|20)\d0['’]?s(?!\w))",
        rf"(?P<part>{_PART_OF}{_YEAR}(?![/.-]\d))",
        r"(?P<years>(?:1[89]|20)\d\d\s?[/–-]\s?(?:1[3-9]|[2-9]\d)(?![\d/.-]))",  # 1958/59, 1958-59
        # 1980, 00/00/1980, dd/mm/1980, 1980-00-00; not the year of 1955-58, 1955 May 1958
        rf"(?P<Y>(?:(?:\d{{1,2}}|dd)[/.-](?:00?|mm)[/.-])?{_YEAR}(?:-00){{0,2}}(?![/.-]\d{{1,2}}(?!\d)|\s+{_MONTH}))",
    ]
)
_DATE = re.compile(_ONE_DATE, re.IGNORECASE)
_FORMATS = {name: "%" + name.replace("_", " %") for name in _DATE.groupindex}
_YEARS = {"decade", "part", "years"}  # not strptime formats
_CLOCKED = {_FORMATS["d_m_Y"], _FORMATS["Y_m_d"]}  # a time of day may follow
_HALF_KNOWN = re.compile(r"(?P<first>\d{1,2})[/.-]\d{1,2}[/.-]", re.ASCII)
# Zeros are unknown parts. The first three letters identify a month; `19th` is 19.
_WORD = re.compile(r"(\d*[1-9]\d*|[a-z]{3})[a-z]*", re.IGNORECASE)

# A date or range with the words around it, up to the separator before the next one.
_ANY_DATE = re.sub(r"\?P<\w+>", "?:", _ONE_DATE)
_CIRCA = r"(?:circa|approximately|approx\.?|about|around|est(?:imated|\.)?|cc?a?\.?|~)(?:\s?:)?\s*"
_CIRCA_AFTER = (
    r"\s?\((?:circa|approximately|approx\.?|estimated|est\.?)\)"
    r"|\s(?:approximately|approx\.?)(?=\s*(?:[,)]|or\b|and\b|$))"
)
_ITEM = re.compile(
    r"(?:(?:or|and)\b\s*)?\(?\s*(?P<text>"
    r"(?P<word>(?:(?:for\s+)?this aka only,?\s*)?(?:alt\.?\s+)?"
    r"(?:(?:dob|born(?:\s+[io]n)?|either|in|years?)\b\s*:?\s*)?)"
    rf"(?P<circa>{_CIRCA})?(?P<between>(?:between|from)\s+)?(?P<circa_start>{_CIRCA})?"
    rf"(?P<start>{_ANY_DATE}|(?P<month>{_MONTH}))"
    r"(?:\s*(?P<sign>\b(?:to|through|until|till)\b|[-–—/]|(?(between)(?:\band\b|&)|(?!))|(?(month)\bor\b|(?!)))"
    rf"\s*(?P<circa_end>{_CIRCA})?(?P<end>{_ANY_DATE}))?"
    rf"(?P<circa_after>{_CIRCA_AFTER})?"
    r")\s*\)?"
    # Notes on the origin of the date; any other note can change its meaning: (Hijri calendar), (?)
    r"(?:,?\s*(?P<note>\((?:as|from|in|per|according|appears|used|under)\b(?![^()]*(?:calendar|hijri))[^()]*\)?))?"
    r"(?:\s*[,.]+\s*(?:(?:or|and)\b\s*)?|\s+(?:(?:or|and)\b\s*)?|$)",
    re.IGNORECASE,
)

# Excel's serial numbers of days from 1927 to 2099. Earlier ones have four digits and look like years.
_SERIAL = r"(?:[1-6]\d{4}|7[0-2]\d{3}|730[0-4]\d|73050)(?:\.\d+)?"
_SERIALS = re.compile(rf"{_SERIAL}(?:(?:\s*,)?\s+(?:(?:or|and)\s+)?{_SERIAL})*", re.ASCII | re.IGNORECASE)
_TYPED_YEAR = re.compile(r"(?:1[89]|20)\d\d\.0+", re.ASCII)  # in spreadsheets that store years as numbers
_EACH_SERIAL = re.compile(_SERIAL, re.ASCII)
_SEPARATOR = re.compile(r"(?:;|\n|>>)(?![^()]{0,200}\))")  # not within a note
_ENUMERATED = re.compile(r"\(?[a1i]\)", re.IGNORECASE)
_MARK = re.compile(r"(?<![^\W\d_])\(?[a-z]\)|(?<!\S)\(?(?:\d{1,2}|[ivx]{2,4})\)", re.IGNORECASE)


_DAY_FIRST = re.compile(r"(?P<day>\d\d)/(?P<month>\d\d)/(?P<year>(?:1[89]|20)\d\d)", re.ASCII)
_ISO_DIGITS = re.compile(r"(?:1[89]|20)\d\d-\d\d-\d\d", re.ASCII)
# Dates with the year first are included so that their last figures are not taken for one: `1980-05-19-1981`.
_IN_FIGURES = re.compile(
    rf"{_figures(_YEAR, _NUMBER, _LAST_NUMBER)}"
    rf"|(?<!\d)(?P<first>{_NUMBER})(?P<sign>[/.-])(?P<second>{_NUMBER})(?P=sign){_SPACED_YEAR}",
    re.ASCII,
)
_YEAR_LAST = re.compile(r"\d[/.-]\d{1,2}[/.-]\s?\d{4}(?!\d)", re.ASCII)
_MONTHS = 12
_DAYS = 31


def figure_order(texts: Iterable[str | None], documented: Order | None = None) -> Order | None:
    """Determine whether day or month comes first in the numeric dates of a file, given as `texts`.

    Dates such as `30/09/1978` or `09/30/1978` have only one reading. If all of these agree, their order
    applies to the whole file. `documented` is the order that the publisher describes; it counts as one of
    them. None if both orders occur, or neither: then of `05/06/1978` only the year is known.
    """
    orders: set[Order] = {documented} if documented else set()
    for text in texts:
        for found in _IN_FIGURES.finditer(text or ""):
            first, second = int(found["first"] or 0), int(found["second"] or 0)
            if 0 < first <= _MONTHS < second <= _DAYS:
                orders.add("month")
            elif 0 < second <= _MONTHS < first <= _DAYS:
                orders.add("day")
    return orders.pop() if len(orders) == 1 else None


def _in_figures(words: list[str], order: Order | None, circa: bool, raw: str) -> PartialDate:
    """Parse two numbers and a year. Without an `order` the numbers decide, or only the year is read."""
    first, second, year = int(words[0]), int(words[1]), words[2]
    if order is None:
        if first != second and first <= _MONTHS and second <= _MONTHS:
            return _known(year, circa, raw)
        order = "month" if first <= _MONTHS < second else "day"
    day, month = (first, second) if order == "day" else (second, first)
    iso = f"{year}-{month:02}-{day:02}"
    return _known(iso, circa, raw) if _is_iso_day(iso) else PartialDate(raw=raw)


def _one(text: str, circa: bool, raw: str, order: Order | None) -> PartialDate:
    """Parse `text` as one date in any form; only `raw` if it is not a valid date."""
    if len(text) == 10:  # most dates: 1980-05-19, 19/05/1980
        figures = _DAY_FIRST.fullmatch(text) if order == "day" else None
        iso = f"{figures['year']}-{figures['month']}-{figures['day']}" if figures else text
        if _ISO_DIGITS.fullmatch(iso) and _is_iso_day(iso):
            return _known(iso, circa, raw)
    form = _DATE.fullmatch(text)
    if form is None or form.lastgroup is None:
        return PartialDate(raw=raw)
    if form.lastgroup in _YEARS:
        return _years(form.lastgroup, re.findall(r"\d+", text), circa, raw)
    format_ = _FORMATS[form.lastgroup]
    parts = format_.count("%")
    words = _WORD.findall(text)
    words = words[:parts] if format_ in _CLOCKED else words[-parts:]
    if format_ == _FORMATS["d_m_Y"]:
        return _in_figures(words, order, circa, raw)
    if order != "day" and (zeros := _HALF_KNOWN.match(text)):
        return _half_known(zeros, words[-1], order, circa, raw)
    return _parsed(" ".join(words), format_, circa, raw)


def _years(form: str, figures: list[str], circa: bool, raw: str) -> PartialDate:
    """Return a decade or two years as a range, or the year for a part of a year."""
    first = last = figures[0]
    if form == "decade":
        last = f"{first[:3]}9"
    elif form == "years":
        last = f"{first[:2]}{figures[1]}"
    return _span(partial(first), partial(last), raw, circa)


def _half_known(figures: re.Match[str], year: str, order: Order | None, circa: bool, raw: str) -> PartialDate:
    """Parse `05/00/1980`: a month if the month comes first; otherwise, as in `00/05/1980`, the year."""
    if order is None or not figures["first"].strip("0"):
        return _known(year, circa, raw)
    return _parsed(f"{figures['first']} {year}", _FORMATS["m_Y"], circa, raw)


def _item(item: re.Match[str], reach: int, order: Order | None) -> PartialDate | None:
    """Return the date or range of a match of `_ITEM`; None if it forms neither.

    A `circa` before an earlier date of the list applies to this one too if its ISO text has at most `reach`
    characters.
    """
    start, end, raw = item["start"], item["end"], item["text"]
    circa = any(item.group("circa", "circa_start", "circa_end", "circa_after"))
    whole = item["month"] is None
    if end is None:
        if not whole or item["between"] is not None:
            return None
        read = _one(start, circa, raw, order)
        about = read.date and len(read.date) <= reach and read.precision != "range"
        return read._replace(precision="circa") if about else read
    if not whole:  # the year is written once: between Aug. and Sep. 1977
        start = f"{start} {_WORD.findall(end)[-1]}"
    first, last = _one(start, False, raw, order), _one(end, False, raw, order)
    if item["sign"] == "/" and whole and first.precision != "year":
        return None
    # `1955-05-1958` is ambiguous
    if item["sign"] in "-–—/" and first.precision != last.precision:
        return None
    return _span(first, last, raw, circa)


def _reach(read: PartialDate) -> int:
    """Return the maximum length of following ISO dates to which the `circa` before `read` applies as well.

    It applies to years and months, and to days only if `read` is a day: otherwise a day is known exactly.
    """
    is_day = read.precision == "circa" and read.date is not None and _PRECISIONS[len(read.date)] == "day"
    return 10 if is_day else 7


def _piece(text: str, order: Order | None) -> list[PartialDate]:
    """Parse all dates of one piece of a text; if any words are left over, return the piece unread."""
    found: list[PartialDate] = []
    at = reach = 0
    while at < len(text):
        item = _ITEM.match(text, at)
        if item is None:
            return [PartialDate(raw=text)]
        if item["word"]:
            reach = 0
        read = _item(item, reach, order)
        if read is None:
            return [PartialDate(raw=text)]
        found.append(read)
        if any(item.group("circa", "circa_start", "circa_end")):
            reach = _reach(read)
        if item["note"]:
            found.append(PartialDate(raw=item["note"]))
            reach = 0
        at = item.end()
    return found


@lru_cache(maxsize=65_536)
def read_all(text: str | None, serials: bool = False, order: Order | None = "day") -> tuple[PartialDate, ...]:
    """Parse all dates in a publisher's free text, in the order of the text.

    An empty text gives no dates. All unambiguous forms are read, by these rules:

    - In numeric dates with the year last, `order` is what comes first, as described by the publisher or found
      in the file by `figure_order`. If it is None, `30/09/1978` and `05/05/1978` are days, and of
      `05/06/1978` only the year is read. Numeric dates with the year first are year, month, day.
    - Parts written as 0, `dd` or `mm` are unknown: `00/05/1980` is a month, `12/00/1980` a year. `01/01/1980`
      is that day. A time of day after a date is ignored.
    - `circa`, `c.`, `approximately` or `about` before a date set its precision to `circa`, even for a day.
      They also apply to the years and months that follow in the same list: `Approximately 1981, 1984`. After
      a date they apply to that date only: `1981 (approx.)`.
    - A range has the precision `range`, whether circa or not. `1970s` and `late 1970s` are ten years,
      `1958/59` is two, `late 1980` is the year.
    - Dates are separated by `;`, line breaks, `or`, `and`, commas or spaces, or marked `a)`, `(1)`.

    `raw` of each date is its own piece of the text, without separators and marks. What cannot be read is
    returned as a date with only `raw`. A piece (between `;`, line breaks or marks) with unknown words is
    unread as a whole, because the words can change the meaning of its dates (`before 1955`, `24/06/1402
    (Hijri calendar)`). A note on the origin of a date, as in `1970 (as Ali)`, follows that date. With
    `serials`, a number of five digits, alone or in a list of such numbers, is one of Excel's serial numbers.
    """
    text = (text or "").strip()
    if not text:
        return ()
    single = _one(text, False, text, order)
    if single.date:
        return (single,)
    marked = _MARK.split(text) if _ENUMERATED.match(text) else [text]
    pieces = [piece for part in marked for piece in map(str.strip, _SEPARATOR.split(part)) if piece]
    found: list[PartialDate] = []
    for piece in pieces:
        if serials and _TYPED_YEAR.fullmatch(piece):
            found.append(_known(piece[:4], False, piece))
        elif serials and _SERIALS.fullmatch(piece):
            found += [from_excel(float(each))._replace(raw=each) for each in _EACH_SERIAL.findall(piece)]
        else:
            found += _piece(piece, order)
    return tuple(found)


@lru_cache(maxsize=8_192)
def single_day(text: str, order: Order | None) -> date | None:
    """The day in `text`, in any form of `read_all`; None if it has none, more, or less than a day."""
    read = read_all(text, serials=True, order=order)
    return whole_day(read[0]) if len(read) == 1 else None


def in_any_form(
    text: str | None, formats: tuple[str, ...], order: FileOrder | None = None, circa: bool = False
) -> PartialDate:
    """Parse one date by `formats` like `partial`, else in any form of `read_all` or as Excel's serial number.

    For a form that the list does not normally use, no order of day and month is documented: unless the file's
    other dates show it, of `05/06/1978` only the year is read.
    """
    read = partial(text, formats, circa)
    if read.date or not read.raw:
        return read
    if _EACH_SERIAL.fullmatch(read.raw):
        return from_excel(float(read.raw))._replace(raw=read.raw)
    found = _one(read.raw, circa, read.raw, None)
    in_figures = found.precision in ("year", "circa") and order is not None and _IN_FIGURES.search(read.raw)
    return _one(read.raw, circa, read.raw, order.found) if in_figures and order else found


@lru_cache(maxsize=8_192)
def _has_year_last(text: str) -> bool:
    return bool(_YEAR_LAST.search(text))


class FileOrder:
    """Whether day or month comes first in the dates of a file, determined when first used.

    `dates`: pattern of the relevant dates in the file's bytes. `documented`: as in `figure_order`.
    """

    def __init__(self, data: bytes, dates: re.Pattern[bytes], documented: Order | None = None) -> None:
        self._data, self._dates, self._documented = data, dates, documented

    def of(self, text: str) -> Order | None:
        """The order if it matters to `text`, which has a date of figures with the year last."""
        return self.found if _has_year_last(text) else None

    @cached_property
    def found(self) -> Order | None:
        plain = self._data.replace(b"\0", b"")  # also handles UTF-16
        texts = {text.decode("latin-1") for text in self._dates.findall(plain)}
        return figure_order(texts, self._documented)


def read_cell(value: object, order: Order | None = "day") -> tuple[PartialDate, ...]:
    """Parse a spreadsheet cell: text, a date, or a number.

    Numbers with four digits are years, those with five digits Excel's serial numbers. `order` is as in
    `read_all`.
    """
    if isinstance(value, date):
        return (_known(value.isoformat()[:10], False, str(value)),)
    return read_all(None if value is None else str(value).removesuffix(".0"), serials=True, order=order)


# Months in Belarusian (Cyrillic and Latin), Russian, Spanish and Ukrainian; slashes separate case forms and
# abbreviations. No word means different months in two of these languages. The Ukrainian word for November is
# left out: in related languages it is a different month (listopad: November in Czech, October in Croatian).
_MONTHS_IN_WORDS = (
    "январь/января/январе/янв студзень/студзеня/студзені/студз studzień/studzienia enero/ene "
    "січень/січня/січ",
    "февраль/февраля/феврале/фев/февр люты/лютага/лютым/лют luty/lutaha febrero/feb лютий/лютого",
    "март/марта/марте/мар сакавік/сакавіка/сакавіку/сак sakavik/sakavika marzo/mar березень/березня/берез",
    "апрель/апреля/апреле/апр красавік/красавіка/красавіку/крас krasavik/krasavika abril/abr "
    "квітень/квітня/квіт",
    "май/мая/мае травень/траўня/траўні/трав/траў travień/traŭnia mayo/may",
    "июнь/июня/июне/июн чэрвень/чэрвеня/чэрвені/чэрв/чэр červień/červienia junio/jun червень/червня/черв",
    "июль/июля/июле/июл ліпень/ліпеня/ліпені/ліп lipień/lipienia julio/jul липень/липня/лип",
    "август/августа/августе/авг жнівень/жніўня/жніўні/жнів žnivień/žniŭnia agosto/ago серпень/серпня/серп",
    "сентябрь/сентября/сентябре/сен/сент верасень/верасня/верасні/вер vierasień/vieraśnia "
    "septiembre/setiembre/sept/sep/set вересень/вересня",
    "октябрь/октября/октябре/окт кастрычнік/кастрычніка/кастрычніку/кастр/каст kastryčnik/kastryčnika "
    "octubre/oct жовтень/жовтня/жовт",
    "ноябрь/ноября/ноябре/ноя/нояб лістапад/лістапада/лістападзе/ліст listapad/listapada noviembre/nov",
    "декабрь/декабря/декабре/дек снежань/снежня/снежні/снеж śniežań/śniežnia diciembre/dic "
    "грудень/грудня/груд",
)
_MONTH_NUMBERS = {
    word: number for number, words in enumerate(_MONTHS_IN_WORDS, 1) for word in re.split("[ /]", words)
}
MONTH_WORDS = frozenset(_MONTH_NUMBERS)
_WORDED = re.compile(
    r"(?:(?P<day>[0-9]{1,2})(?:[º°]|-?го|-?га)?[ -](?:de )?)?(?P<month>[^\W\d_]{3,12})\.?,?[ -](?:del? )?"
    r"(?P<year>(?:1[89]|20)[0-9]{2})"
)
_CHINESE = re.compile(
    r"(?P<year>(?:1[89]|20)[0-9]{2}) ?年"
    r"(?: ?(?P<month>[0-9]{1,2}) ?月(?: ?(?P<day>[0-9]{1,2}) ?[日号號])?)?"
)
_YEAR_WORD = re.compile(r"(?<=[0-9]) ?(?:г\.?|год|года|hod|hoda|р\.|рік|року)$")
_WIDE_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")


@lru_cache(maxsize=8_192)
def in_words(text: str | None, order: Order | None = "day") -> PartialDate:
    """Parse one date with its month in words or figures.

    Belarusian (`5 сакавіка 2022`), Russian (`март 2022 г.`), Ukrainian (`5 березня 2022 року`), English
    (`March 5, 2022`), Spanish (`17 de julio de 2021`), Chinese (`2019年12月7日`); figures as in `read_all`.
    An empty text gives an empty date. A text with anything else, or without a year, gives a date with only
    `raw`.
    """
    raw = (text or "").strip()
    if not raw:
        return PartialDate()
    folded = unicodedata.normalize("NFC", " ".join(raw.split())).casefold().translate(_WIDE_DIGITS)
    if chinese := _CHINESE.fullmatch(folded):
        return from_parts(chinese["year"], chinese["month"], chinese["day"], raw=raw)
    folded = _YEAR_WORD.sub("", folded)
    worded = _WORDED.fullmatch(folded)
    if worded and worded["month"] in _MONTH_NUMBERS:
        return from_parts(worded["year"], _MONTH_NUMBERS[worded["month"]], worded["day"], raw=raw)
    return _one(folded, False, raw, order)
