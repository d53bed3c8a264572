"""Dates in a publisher's free text: several in one field, in any form, with the day or the month first."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import cached_property, lru_cache
from typing import Literal, TypeAlias

from transforms.fields.dates import (
    CLOCK,
    PRECISIONS,
    PartialDate,
    from_excel,
    is_iso_day,
    known_date,
    parse_by_format,
    partial,
    span,
    whole_day,
)

Order: TypeAlias = Literal["day", "month"]  # what comes first in a numeric date; None: unknown

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
        rf"(?P<d_m_Y>{_figures(_NUMBER, _NUMBER, _SPACED_YEAR)}{CLOCK})",
        rf"(?P<m_Y>(?:(?:00?|dd)[/.-])?{_NUMBER}[/.-]{_YEAR})",  # 00/05/1980, dd/05/1980, 05/1980
        # 1980-05-19, 1980-05-19T00:00:00Z, 1980-05-19+02:00
        rf"(?P<Y_m_d>{_figures(_YEAR, _NUMBER, _LAST_NUMBER)}{CLOCK})",
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
            return known_date(year, circa, raw)
        order = "month" if first <= _MONTHS < second else "day"
    day, month = (first, second) if order == "day" else (second, first)
    iso = f"{year}-{month:02}-{day:02}"
    return known_date(iso, circa, raw) if is_iso_day(iso) else PartialDate(raw=raw)


def read_one_date(text: str, circa: bool, raw: str, order: Order | None) -> PartialDate:
    """Parse `text` as one date in any form; only `raw` if it is not a valid date."""
    if len(text) == 10:  # most dates: 1980-05-19, 19/05/1980
        figures = _DAY_FIRST.fullmatch(text) if order == "day" else None
        iso = f"{figures['year']}-{figures['month']}-{figures['day']}" if figures else text
        if _ISO_DIGITS.fullmatch(iso) and is_iso_day(iso):
            return known_date(iso, circa, raw)
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
    return parse_by_format(" ".join(words), format_, circa, raw)


def _years(form: str, figures: list[str], circa: bool, raw: str) -> PartialDate:
    """Return a decade or two years as a range, or the year for a part of a year."""
    first = last = figures[0]
    if form == "decade":
        last = f"{first[:3]}9"
    elif form == "years":
        last = f"{first[:2]}{figures[1]}"
    return span(partial(first), partial(last), raw, circa)


def _half_known(figures: re.Match[str], year: str, order: Order | None, circa: bool, raw: str) -> PartialDate:
    """Parse `05/00/1980`: a month if the month comes first; otherwise, as in `00/05/1980`, the year."""
    if order is None or not figures["first"].strip("0"):
        return known_date(year, circa, raw)
    return parse_by_format(f"{figures['first']} {year}", _FORMATS["m_Y"], circa, raw)


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
        read = read_one_date(start, circa, raw, order)
        about = read.date and len(read.date) <= reach and read.precision != "range"
        return read._replace(precision="circa") if about else read
    if not whole:  # the year is written once: between Aug. and Sep. 1977
        start = f"{start} {_WORD.findall(end)[-1]}"
    first, last = read_one_date(start, False, raw, order), read_one_date(end, False, raw, order)
    if item["sign"] == "/" and whole and first.precision != "year":
        return None
    # `1955-05-1958` is ambiguous
    if item["sign"] in "-–—/" and first.precision != last.precision:
        return None
    return span(first, last, raw, circa)


def _reach(read: PartialDate) -> int:
    """Return the maximum length of following ISO dates to which the `circa` before `read` applies as well.

    It applies to years and months, and to days only if `read` is a day: otherwise a day is known exactly.
    """
    is_day = read.precision == "circa" and read.date is not None and PRECISIONS[len(read.date)] == "day"
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
def read_dates(
    text: str | None, serials: bool = False, order: Order | None = "day"
) -> tuple[PartialDate, ...]:
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
    single = read_one_date(text, False, text, order)
    if single.date:
        return (single,)
    marked = _MARK.split(text) if _ENUMERATED.match(text) else [text]
    pieces = [piece for part in marked for piece in map(str.strip, _SEPARATOR.split(part)) if piece]
    found: list[PartialDate] = []
    for piece in pieces:
        if serials and _TYPED_YEAR.fullmatch(piece):
            found.append(known_date(piece[:4], False, piece))
        elif serials and _SERIALS.fullmatch(piece):
            found += [from_excel(float(each))._replace(raw=each) for each in _EACH_SERIAL.findall(piece)]
        else:
            found += _piece(piece, order)
    return tuple(found)


@lru_cache(maxsize=8_192)
def single_day(text: str, order: Order | None) -> date | None:
    """The day in `text`, in any form of `read_dates`; None if it has none, more, or less than a day."""
    read = read_dates(text, serials=True, order=order)
    return whole_day(read[0]) if len(read) == 1 else None


def read_date(
    text: str | None, formats: tuple[str, ...], order: FileOrder | None = None, circa: bool = False
) -> PartialDate:
    """Parse one date by `formats` like `partial`, else in any form of `read_dates` or as a number of Excel's.

    For a form that the list does not normally use, no order of day and month is documented: unless the file's
    other dates show it, of `05/06/1978` only the year is read.
    """
    read = partial(text, formats, circa)
    if read.date or not read.raw:
        return read
    if _EACH_SERIAL.fullmatch(read.raw):
        return from_excel(float(read.raw))._replace(raw=read.raw)
    found = read_one_date(read.raw, circa, read.raw, None)
    in_figures = found.precision in ("year", "circa") and order is not None and _IN_FIGURES.search(read.raw)
    return read_one_date(read.raw, circa, read.raw, order.found) if in_figures and order else found


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
    `read_dates`.
    """
    if isinstance(value, date):
        return (known_date(value.isoformat()[:10], False, str(value)),)
    return read_dates(None if value is None else str(value).removesuffix(".0"), serials=True, order=order)
