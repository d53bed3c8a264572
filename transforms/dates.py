"""Dates to the precision the source knows, with its own words kept beside.

A list says `1980`, `circa 1955`, `1955 to 1958`: such a date is never filled up to a day. Parsing
of formats is prefixdate's; this module adds circa, ranges, several dates in one field, cells of a
workbook and the contract's triple of columns.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from prefixdate import parse_format

ISO_FORMATS = ("%Y-%m-%d", "%Y-%m", "%Y")
_ISO_DAY = ISO_FORMATS[0]
_PRECISIONS = {4: "year", 7: "month", 10: "day"}


class PartialDate(NamedTuple):
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


def _is_iso_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _parsed(text: str, format_: str, circa: bool, raw: str) -> PartialDate:
    """`text` read by one format of strptime; `raw` alone if it does not fit."""
    if format_ == _ISO_DAY and len(text) == 10 and _is_iso_day(text):  # most of all dates
        return _known(text, circa, raw)
    found = parse_format(text, format_).text
    return _known(found[:10], circa, raw) if found else PartialDate(raw=raw)


_DIRECTIVES = {"%Y": r"\d{4}", "%m": r"\d{1,2}", "%d": r" ?\d{1,2}", "%b": r"\D+", "%B": r"\D+"}


@lru_cache
def _shape(format_: str) -> re.Pattern[str]:
    """What every text of a strptime format looks like: far cheaper to ask than to try the format."""
    parts = (part for part in re.split(r"(%.|\s+)", format_) if part)
    shapes = (
        _DIRECTIVES.get(part, ".*") if part[0] == "%" else r"\s+" if part.isspace() else re.escape(part)
        for part in parts
    )
    return re.compile("".join(shapes), re.IGNORECASE | re.DOTALL)


@lru_cache(maxsize=65_536)
def partial(text: str | None, formats: tuple[str, ...] = ISO_FORMATS, circa: bool = False) -> PartialDate:
    """Reads `text` by the first of `formats` (as of strptime) that fits it whole.

    The precision is what the format holds, a time of day being left out. Empty text gives an
    empty date; text that fits no format gives one with `raw` alone.
    """
    raw = (text or "").strip()
    if not raw:
        return PartialDate()
    for format_ in formats:
        if _shape(format_).fullmatch(raw):
            found = _parsed(raw, format_, circa, raw)
            if found.date:
                return found
    return PartialDate(raw=raw)


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
    return _span(partial(start), partial(end), raw)


def _span(first: PartialDate, last: PartialDate, raw: str | None, circa: bool = False) -> PartialDate:
    """The range of two plain dates, `raw` alone if they make none; `circa` is for equal ends."""
    if not first.date or not last.date or first.date[: len(last.date)] > last.date:
        return PartialDate(raw=raw)
    if first.date == last.date:
        return _known(first.date, circa, raw)
    return PartialDate(f"{first.date}/{last.date}", "range", raw)


def moment(text: str | None, unknown: Counter[str]) -> datetime | None:
    """A time in ISO 8601 as UTC, which also stands for a zone that is not given.

    A text that is none gives None and counts in `unknown`.
    """
    if text is None:
        return None
    try:
        read = datetime.fromisoformat(text)
        return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
    except (ValueError, OverflowError):  # no time; a time whose day in UTC has no year
        unknown[f"date {text}"] += 1
        return None


_EXCEL_NO_DAY = 60  # Excel counts 29 February 1900, which never was
_EXCEL_LAST = 2_958_465  # 31 December 9999


def from_excel(serial: float) -> PartialDate:
    """The day that a serial number of Excel's 1900 date system stands for; a time of day is left out.

    `raw` is the number. What is no day of that system (0, 60, after the year 9999) gives `raw` alone.
    Any number of a day is taken as one, so `1980.0` is in 1905: `read_cell` knows years from days.
    """
    raw = str(serial).removesuffix(".0")
    if not 1 <= serial < _EXCEL_LAST + 1 or math.floor(serial) == _EXCEL_NO_DAY:
        return PartialDate(raw=raw)
    days = math.floor(serial) - (serial > _EXCEL_NO_DAY)
    return _known((date(1899, 12, 31) + timedelta(days=days)).isoformat(), False, raw)


# One date as publishers write it. The group that matches is named after the parts it holds, so
# that one look chooses the format. Where all is digits the day comes first: so it does with all
# these publishers. Years outside of 1800 to 2099 are another calendar's (`24/06/1402`), or slips.
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


def _figures(*parts: str) -> str:
    """A regex of parts between one and the same sign."""
    return "|".join(sign.join(parts) for sign in ("/", "-", "[.]"))


_ONE_DATE = "|".join(
    [
        # 19 May 1980, 19th of May, 1980, 19. May 1980, 19-May-1980, 24 Jan.1973
        rf"(?P<d_b_Y>{_DAY}(?:\s+of\b)?{_GAP}{{0,3}}{_MONTH}{_GAP}{{0,3}}{_YEAR})",
        rf"(?P<b_d_Y>{_MONTH}\s*{_DAY}{_GAP}{{1,3}}{_YEAR})",  # May 19, 1980
        rf"(?P<b_Y>{_MONTH}{_GAP}{{0,3}}{_YEAR})",  # May 1980, May, 1980
        # 1980 May 19, unless what follows may belong to it as well
        rf"(?P<Y_b_d>{_YEAR}[\s-]{{1,2}}{_MONTH}[\s-]{{1,2}}{_DAY}(?!\s+(?:{_YEAR}|{_MONTH})))",
        rf"(?P<Y_b>{_YEAR}[\s-]{{1,2}}{_MONTH}(?!\s+\d|[\s.,]*{_YEAR}))",  # 1980 May
        # 19/05/1980, 19.05.1980, 19-05-1980, 19/05/ 1980
        rf"(?P<d_m_Y>{_figures(_NUMBER, _NUMBER, _SPACED_YEAR)})",
        rf"(?P<m_Y>(?:(?:00?|dd)[/.-])?{_NUMBER}[/.-]{_YEAR})",  # 00/05/1980, dd/05/1980, 05/1980
        rf"(?P<Y_m_d>{_figures(_YEAR, _NUMBER, _LAST_NUMBER)})",  # 1980-05-19
        rf"(?P<Y_m>{_YEAR}[/.-](?:0[1-9]|1[0-2])(?:-00)?(?![\d/.-]))",  # 1980-05, 1980-05-00
        # 1980, 00/00/1980, dd/mm/1980, 1980-00-00; not the year of 1955-58, 1955 May 1958
        rf"(?P<Y>(?:(?:\d{{1,2}}|dd)[/.-](?:00?|mm)[/.-])?{_YEAR}(?:-00){{0,2}}(?![/.-]\d{{1,2}}(?!\d)|\s+{_MONTH}))",
    ]
)
_DATE = re.compile(_ONE_DATE, re.IGNORECASE)
_FORMATS = {name: "%" + name.replace("_", " %") for name in _DATE.groupindex}
# Zeros are unknown parts. Of a month the first three letters tell it; `19th` is 19.
_WORD = re.compile(r"(\d*[1-9]\d*|[a-z]{3})[a-z]*", re.IGNORECASE)

# A date or a range with what may stand around it, up to what separates it from the next one.
_ANY_DATE = re.sub(r"\?P<\w+>", "?:", _ONE_DATE)
_CIRCA = r"(?:circa|approximately|approx\.?|about|around|ca?\.?|~)\s*"
_ITEM = re.compile(
    r"(?:(?:or|and)\b\s*)?\(?\s*(?P<said>"
    r"(?:(?:for\s+)?this aka only,?\s*)?(?:alt\.?\s+)?(?:(?:dob|born(?:\s+[io]n)?)\b\s*:?\s*)?"
    rf"(?P<circa>{_CIRCA})?(?P<between>(?:between|from)\s+)?(?P<circa_start>{_CIRCA})?"
    rf"(?P<start>{_ANY_DATE}|{_MONTH})"
    rf"(?:\s*(?P<sign>\bto\b|[-–—/]|(?(between)\band\b|(?!)))\s*(?P<circa_end>{_CIRCA})?(?P<end>{_ANY_DATE}))?"
    r")\s*\)?"
    # Notes on where the date is from; any other may change what it means: (Hijri calendar), (?)
    r"(?:,?\s*(?P<note>\((?:as|from|in|per|according|appears|used|under)\b(?![^()]*(?:calendar|hijri))[^()]*\)?))?"
    r"(?:\s*[,.]+\s*(?:(?:or|and)\b\s*)?|\s+(?:(?:or|and)\b\s*)?|$)",
    re.IGNORECASE,
)

_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_SEPARATOR = re.compile(r"(?:;|\n|>>)(?![^()]{0,200}\))")  # not within a note
_ENUMERATED = re.compile(r"\(?[a1i]\)", re.IGNORECASE)
_MARK = re.compile(r"(?<![^\W\d_])\(?[a-z]\)|(?<!\S)\(?(?:\d{1,2}|[ivx]{2,4})\)", re.IGNORECASE)


_FIGURES = re.compile(r"(?P<day>\d\d)/(?P<month>\d\d)/(?P<year>(?:1[89]|20)\d\d)", re.ASCII)
_ISO_FIGURES = re.compile(r"(?:1[89]|20)\d\d-\d\d-\d\d", re.ASCII)


def _one(text: str, circa: bool, raw: str) -> PartialDate:
    """`text`, one date in any form; `raw` alone if it is none, or no day of the calendar."""
    if len(text) == 10:  # what most dates are: 1980-05-19, 19/05/1980
        figures = _FIGURES.fullmatch(text)
        iso = f"{figures['year']}-{figures['month']}-{figures['day']}" if figures else text
        if _ISO_FIGURES.fullmatch(iso) and _is_iso_day(iso):
            return _known(iso, circa, raw)
    form = _DATE.fullmatch(text)
    if form is None or form.lastgroup is None:
        return PartialDate(raw=raw)
    format_ = _FORMATS[form.lastgroup]
    words = _WORD.findall(text)[-format_.count("%") :]
    return _parsed(" ".join(words), format_, circa, raw)


def _item(item: re.Match[str]) -> PartialDate | None:
    """The date or range that `_ITEM` found; None if its words make neither."""
    start, end, raw = item["start"], item["end"], item["said"]
    circa = any(item.group("circa", "circa_start", "circa_end"))
    whole = start[0].isdigit() or start[-1].isdigit()
    if end is None:
        return _one(start, circa, raw) if whole and item["between"] is None else None
    if not whole:  # the year is said once: between Aug. and Sep. 1977
        start = f"{start} {_WORD.findall(end)[-1]}"
    first, last = _one(start, False, raw), _one(end, False, raw)
    if item["sign"] == "/" and first.precision != "year":
        return None
    # `1955-05-1958` may be anything
    if item["sign"] in "-–—/" and first.precision != last.precision:
        return None
    return _span(first, last, raw, circa)


def _piece(text: str) -> list[PartialDate]:
    """All dates of one piece of a text, or the piece unread: what is left over could change them."""
    found: list[PartialDate] = []
    at = 0
    while at < len(text):
        item = _ITEM.match(text, at)
        read = _item(item) if item else None
        if item is None or read is None:
            return [PartialDate(raw=text)]
        found.append(read)
        if item["note"]:
            found.append(PartialDate(raw=item["note"]))
        at = item.end()
    return found


@lru_cache(maxsize=65_536)
def read_all(text: str | None, serials: bool = False) -> tuple[PartialDate, ...]:
    """Reads every date in a publisher's free text, in the order of the text.

    Empty text gives no dates. Any form is read that cannot mean something else, by these rules:

    - Figures are day first or year first (`19/05/1980`, `1980-05-19`). Parts written as 0, `dd`,
      `mm` are unknown: `00/05/1980` is a month, `12/00/1980` a year. `01/01/1980` is that day.
    - `circa`, `c.`, `approximately`, `about` before a date make its precision `circa`, be it a day.
    - Of a range the precision is `range`, circa or not: it says by itself that the date is not known.
    - Dates are separated by `;`, lines, `or`, `and`, commas, spaces, or marked `a)`, `(1)`.

    `raw` of each is its own piece of the text, without separators and marks. What is not read
    stands among the others as a date with `raw` alone: a piece (between `;`, lines or marks) with
    words that are not understood is left unread whole, since they may change what its dates mean
    (`before 1955`, `24/06/1402 (Hijri calendar)`); a note on the source of a date, as in
    `1970 (as Ali)`, follows that date. With `serials`, a text of five digits is a day as Excel counts.
    """
    text = (text or "").strip()
    if not text:
        return ()
    single = _one(text, False, text)
    if single.date:
        return (single,)
    if serials and _SERIAL.fullmatch(text):
        return (from_excel(float(text)),)
    marked = _MARK.split(text) if _ENUMERATED.match(text) else [text]
    stripped = (piece.strip() for part in marked for piece in _SEPARATOR.split(part))
    return tuple(found for piece in stripped if piece for found in _piece(piece))


def read_cell(value: object) -> tuple[PartialDate, ...]:
    """Reads a cell of a workbook: text, a date, or a number, which is a year or a serial number.

    Of numbers those of four digits are years that somebody typed, those of five serial numbers.
    """
    if isinstance(value, date):
        return (_known(value.isoformat()[:10], False, str(value)),)
    return read_all(None if value is None else str(value).removesuffix(".0"), serials=True)


# The months in Belarusian (Cyrillic and Latin), Russian and Spanish; forms are parted by strokes. No word
# is a month in one of them and another month in one of the others. Ukrainian is left out: of its words
# some are another month's in a language next to it (listopad is November in Czech, October in Croatian).
_MONTHS_IN_WORDS = (
    "январь/января/янв студзень/студзеня/студз studzień/studzienia enero/ene",
    "февраль/февраля/фев/февр люты/лютага/лют luty/lutaha febrero/feb",
    "март/марта/мар сакавік/сакавіка/сак sakavik/sakavika marzo/mar",
    "апрель/апреля/апр красавік/красавіка/крас krasavik/krasavika abril/abr",
    "май/мая травень/траўня travień/traŭnia mayo/may",
    "июнь/июня/июн чэрвень/чэрвеня/чэрв červień/červienia junio/jun",
    "июль/июля/июл ліпень/ліпеня/ліп lipień/lipienia julio/jul",
    "август/августа/авг жнівень/жніўня/жнів žnivień/žniŭnia agosto/ago",
    "сентябрь/сентября/сен/сент верасень/верасня/вер vierasień/vieraśnia septiembre/setiembre/sept/sep",
    "октябрь/октября/окт кастрычнік/кастрычніка/кастр kastryčnik/kastryčnika octubre/oct",
    "ноябрь/ноября/ноя/нояб лістапад/лістапада/ліст listapad/listapada noviembre/nov",
    "декабрь/декабря/дек снежань/снежня/снеж śniežań/śniežnia diciembre/dic",
)
_MONTH_NUMBERS = {
    word: number for number, words in enumerate(_MONTHS_IN_WORDS, 1) for word in re.split("[ /]", words)
}
_WORDED = re.compile(
    r"(?:(?P<day>[0-9]{1,2})(?:[º°]|-?го|-?га)?[ -](?:de )?)?(?P<month>[^\W\d_]{3,12})\.?,?[ -](?:del? )?"
    r"(?P<year>(?:1[89]|20)[0-9]{2})"
)
_CHINESE = re.compile(
    r"(?P<year>(?:1[89]|20)[0-9]{2}) ?年"
    r"(?: ?(?P<month>[0-9]{1,2}) ?月(?: ?(?P<day>[0-9]{1,2}) ?[日号號])?)?"
)
_YEAR_WORD = re.compile(r"(?<=[0-9]) ?(?:г\.?|год|года|hod|hoda)$")
_WIDE_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")


@lru_cache(maxsize=8_192)
def in_words(text: str | None) -> PartialDate:
    """Reads one date with its month in words, or in figures.

    Belarusian (`5 сакавіка 2022`), Russian (`март 2022 г.`), English (`March 5, 2022`), Spanish
    (`17 de julio de 2021`) and Chinese (`2019年12月7日`); of figures the day or the year comes first. Empty
    text gives an empty date; text with anything more, or less than a year, gives one with `raw` alone.
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
    return _one(folded, False, raw)
