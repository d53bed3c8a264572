"""The Political Prisoner Database of the US Congressional-Executive Commission on China: its export as a
workbook or as CSV, one row a prisoner, found by the names of its columns.

Columns of `_READ` are read. `_WITHHELD` tell of a life, a home, relatives, faith, ethnic group or third
persons, and are never looked at; `_IGNORED` are known and passed over. No text of a row goes to the
quarantine, nor into a label of `unknown`.

`Detention Status` holds codes, known from research on the export of 2020: a main part (`DET`, `REL`, `DEC`,
`ESC`), more after `/` or `-`, and `?` behind what the Commission presumes. Dates are `2008/12/08`, with `mm`
and `dd` for what is not known (`2008/12/dd`); where figures begin otherwise, those of the whole file decide
whether the day or the month comes first. Other layouts of the export, as that of 2020, are refused.
"""

from __future__ import annotations

import codecs
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from transforms.fields import dates
from transforms.fields.dates import PartialDate
from transforms.fields.record_parts import Name
from transforms.names import cleaning
from transforms.prisoners.prisoner import KEY, Gender, Prisoner, Status, is_name, started, write
from transforms.prisoners.vocabulary import date_words, institutions, sentences
from transforms.prisoners.vocabulary.date_words import FigureOrder
from transforms.prisoners.vocabulary.sentences import Kind, Sentence
from transforms.reading.json_text import utf8
from transforms.reading.parse_result import FileReport, ParseResult, SourceFormatError
from transforms.reading.spreadsheet import table_rows

_KEY = "CECC Record Number"
_LATIN_NAMES = ("Main Name", "Pinyin Name")  # by preference
_CHINESE, _NATIVE = "Chinese characters", "Name Native Characters (non-Chinese)"
_OTHER_NAMES = ("Alternate Name (lay or pen)", "Additional Name(s)", "Name Transliteration (non-Chinese)")
_LENGTHS = {"Sentence Length Years": "year", "Months": "month", "Days": "day"}
_READ = (
    _KEY,
    *_LATIN_NAMES,
    _CHINESE,
    _NATIVE,
    *_OTHER_NAMES,
    "Sex",
    "Date of Birth",
    "Detention Date",
    *_LENGTHS,
    "Expected Release Date",
    "Actual Release Date",
    "Official End Date of Sentence",
    "Current or Last Detention Facility",
    "Detention Status",
)
_WITHHELD = (
    "Short Summary",
    "Sentence Details",
    "Detention Timeline",  # with a trailing space in the header
    "Family",
    "Origin",
    "Residence",
    "Religion",
    "Ethnic Group",
    "Occupation",
    "Affiliation",
    "Legal Advisor",
)
_IGNORED = (
    "Formal Arrest Date",  # the procuratorate's approval of an arrest that has been: no column
    "Issues",  # topics of the case such as association or democracy: no column
)
_TITLES = {cleaning.term(title): title for title in (*_READ, *_WITHHELD, *_IGNORED)}
_COLUMN = re.compile(r"\w[\w ()/-]{0,59}")  # what a label may call a column
_DATES = (
    *("Date of Birth", "Detention Date", "Expected Release Date", "Actual Release Date"),
    "Official End Date of Sentence",
)
_NUMBER_OF_RECORD = re.compile(r"[0-9]{1,4}(?:-[0-9]{1,6})?")

_GENDERS: dict[str, Gender] = {"m": "male", "male": "male", "f": "female", "female": "female"}

# What a code says outright; `DET/life?` presumes the sentence alone. `REL/dec`: has died since.
_STATUSES: dict[str, Status] = {
    "det": "detained",
    "det/life": "detained",
    "det/life?": "detained",
    "det/dth-r": "detained",
    "rel": "released",
    "rel-psb": "released",
    "rel/dec": "died",
    "dec": "died",
    "dec-exe": "died",
    "dec-ill": "died",
    # the codes in words, should an export spell them out
    "detained": "detained",
    "released": "released",
    "deceased": "died",
}
# Presumed, escaped, or under control but perhaps not in custody: bail, medical parole, surveillance at
# home, a suspended sentence.
_UNSAID = frozenset(
    {
        *("det?", "det?/life", "det?/life?", "det?/dth-r", "rel?", "dec?"),
        *("esc", "esc?"),
        *("det/bail", "det/bail?", "det/med", "det/med?", "det/surveil", "det/suspend"),
    }
)
_HEALTH = frozenset({"det/med", "det/med?", "dec-ill"})
_KINDS: dict[str, Kind] = {
    "det/life": "life",
    "det?/life": "life",
    "det/dth-r": "death",  # with reprieve
    "det?/dth-r": "death",
}
# A code in the form that codes have: one of the main parts, and short parts behind it.
_CODE = re.compile(r"(?:DET|REL|DEC|ESC)\??(?:[/-][a-z]{1,8}(?:-[a-z])?\??){0,2}", re.IGNORECASE)

_AROUND_SIGNS = re.compile(r"\s*([/?])\s*")

_NUMBER = re.compile(r"\d{1,3}(?:\.\d{1,2})?", re.ASCII)
_MOST_YEARS = 25  # of all terms together, by article 69 of China's criminal law
_MONTHS_A_YEAR = 12

_DATE = re.compile(
    r"(?P<year>(?:18|19|20)\d\d)(?:[/-](?P<month>\d\d?|mm)(?:[/-](?P<day>\d\d?|dd)(?:[T ]00:00:00)?)?)?",
    re.IGNORECASE | re.ASCII,
)

# Where a row shows that its cells stand under other titles than their own.
_UNDATED = frozenset(_TITLES.values()) - {
    *_DATES,
    "Formal Arrest Date",
    "Short Summary",
    "Detention Timeline",
}
_DAY = re.compile(
    r"(?:18|19|20)\d\d[/-](?:\d\d?|mm)[/-](?:\d\d?|dd)(?:[T ]00:00:00)?", re.IGNORECASE | re.ASCII
)

_BETWEEN_NAMES = re.compile(r"[;\uff1b\r\n]")
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class _Record:
    """A row: where it stands, and its clean values by column."""

    line: int
    values: dict[str, str]

    def get(self, column: str) -> str:
        return self.values.get(column, "")


def _data(name: str, stream: BinaryIO) -> bytes:
    """The file. SourceFormatError for CSV in an encoding that has no Chinese characters."""
    data = stream.read()
    if not data.startswith((*_WORKBOOKS, *_UTF16)):
        utf8(name, data)
    return data


def _columns(where: str, header: Iterable[str], unknown: Counter[str]) -> list[str]:
    columns = [_TITLES.get(cleaning.term(title), cleaning.clean(title)) for title in header]
    while columns and not columns[-1]:
        columns.pop()
    if missing := [column for column in _READ if column not in columns]:
        raise SourceFormatError(f"{where}: no column {', '.join(missing)}")
    if len(set(columns)) < len(columns):
        raise SourceFormatError(f"{where}: a column appears twice")
    passed_over = (*_WITHHELD, *_IGNORED)
    for column in columns:
        if column not in (*_READ, *passed_over):
            label = f"column {column}" if _COLUMN.fullmatch(column) else "column without a name"
            unknown[label] += 1
    unknown.update(f"column {column} is missing" for column in passed_over if column not in columns)
    return columns


def _records(name: str, stream: BinaryIO, snapshot: ParseResult) -> Iterator[_Record]:
    """The rows that can be told apart; the others are rejected, or outside if they only repeat.

    SourceFormatError if the file is no such table, or was cut off.
    """
    data = _data(name, stream)
    lines = table_rows(io.BytesIO(data), name)
    header = next(lines, None)
    if header is None or header.fault:
        raise SourceFormatError(f"{name} line 1: no header")
    columns = _columns(f"{name} line {header.number}", header.cells, snapshot.unknown)
    width = len(header.cells)  # with the empty titles behind the last one
    report = snapshot.files[name]
    seen: dict[str, list[str]] = {}
    short = 0
    for line, cells, fault in lines:
        report.declared += 1
        short = line if len(cells) < len(columns) else 0
        if fault or len(cells) != width or any(cells[len(columns) :]):
            reason = fault or f"{len(cells)} cells under {len(columns)} columns"
            snapshot.reject(name, f"line {line}", reason, key=_first_key(columns, cells))
            continue
        record = _Record(line, dict(zip(columns, cells, strict=False)))
        key = cleaning.clean(record.get(_KEY))
        if KEY.fullmatch(key) and _is_shifted(record.values):
            snapshot.reject(name, f"line {line}", "a cell of another column", key=key)
            continue
        if not KEY.fullmatch(key):
            snapshot.reject(name, f"line {line}", f"no {_KEY}")
        elif key in seen and seen[key] == cells[: len(columns)]:
            report.outside += 1
        elif key in seen:
            snapshot.reject(name, f"line {line}", f"{_KEY} stands on an earlier line", key=key)
        else:
            seen[key] = cells[: len(columns)]
            yield record
    if short and not data.rstrip(b"\0").endswith(b"\n"):
        raise SourceFormatError(f"{name} line {short}: cut off in the middle of a record")


def _is_shifted(values: Mapping[str, str]) -> bool:
    """Whether a cell has what is of another column alone: then nobody knows which cell is which."""
    for column, text in values.items():
        if column in _UNDATED and text and _DAY.fullmatch(cleaning.clean(text)):
            return True
        if column in _DATES and _CODE.fullmatch(cleaning.clean(text)):
            return True
    return False


def _first_key(columns: list[str], cells: list[str]) -> str | None:
    """The number of a row with too few cells or too many, if it is certain: no cell is before it."""
    first = cleaning.clean(cells[0]) if cells and columns[0] == _KEY else ""
    return first if _NUMBER_OF_RECORD.fullmatch(first) else None


def _names(record: _Record, column: str) -> list[str]:
    """The names in a cell, in their order: what semicolons or line breaks part, and nothing else does."""
    pieces = _BETWEEN_NAMES.split(record.get(column))
    return [name for piece in pieces if is_name(name := cleaning.clean(piece))]


def _all_names(record: _Record) -> list[Name]:
    """Every name once. Of those in Chinese characters the export says the language."""
    found: dict[str, Name] = {}
    for column in (_CHINESE, *_LATIN_NAMES, _NATIVE, *_OTHER_NAMES):
        lang = "zh" if column == _CHINESE else None
        for name in _names(record, column):
            found.setdefault(name, Name(name, "alias", cleaning.script(name), lang))
    return list(found.values())


def _date(record: _Record, column: str, order: FigureOrder, unknown: Counter[str]) -> PartialDate:
    """A date as far as it is known: `1962/03/12`, `1962/03/dd`, `1962/mm/dd`, `1962`, `about 1962`."""
    text, reason = cleaning.clean(record.get(column)), f"{column}: form not known"
    if match := _DATE.fullmatch(text):
        month, day = (part if part and part.isdigit() else None for part in match.group("month", "day"))
        date = dates.from_parts(match["year"], month, day, raw=text)
        unknown[reason] += date.date is None
        return date
    return date_words.read_date(text, reason, unknown, order, serials=True)


def _length(record: _Record, unknown: Counter[str]) -> tuple[str | None, Sentence]:
    """The sentence in the words of the three cells of its length, and its term in months, without days."""
    cells = {column: cleaning.clean(record.get(column)).removesuffix(".0") for column in _LENGTHS}
    told = {column: text for column, text in cells.items() if text and text.strip("0.")}
    if not told:
        return None, Sentence()
    if not all(map(_NUMBER.fullmatch, told.values())):
        text = " ".join(told.values())
        read = sentences.read(text)
        if read.kind in ("life", "death"):
            return sentences.in_known_words(text), Sentence(kind=read.kind)
        unknown["Sentence Length: not a number"] += 1
        return None, Sentence(understood=False)
    raw = " ".join(f"{text} {_LENGTHS[column]}{'' if text == '1' else 's'}" for column, text in told.items())
    years, months, _ = (float(told.get(column, 0)) for column in _LENGTHS)
    term = years * _MONTHS_A_YEAR + months
    if term > _MOST_YEARS * _MONTHS_A_YEAR:  # a number that stands for something else
        unknown["Sentence Length: longer than there can be"] += 1
        return raw, Sentence(understood=False)
    return raw, Sentence(months=term or None)


def _sentence(record: _Record, status: str, unknown: Counter[str]) -> tuple[str | None, Sentence]:
    """The sentence. Life and death are told by the status alone, and a length beside that is no term."""
    raw, sentence = _length(record, unknown)
    kind = _KINDS.get(cleaning.term(status))
    if kind is None:
        return raw, sentence
    unknown["Sentence Length: beside a status of life or death"] += sentence.months is not None
    return raw or status, Sentence(kind=kind)


def _status(text: str, unknown: Counter[str]) -> tuple[Status, str | None]:
    """The status, and the code itself unless it tells of health, or is none."""
    code = cleaning.term(text)
    if code in _HEALTH:
        unknown["Detention Status: withheld, it tells of health"] += 1
    elif code and code not in _STATUSES and code not in _UNSAID:
        unknown["Detention Status: not a code we know"] += 1
    known = code in _STATUSES or code in _UNSAID
    shown = code not in _HEALTH and (known or (_CODE.fullmatch(text) and not sentences.tells_of_health(text)))
    return _STATUSES.get(code, "unknown"), text if shown else None


def _prisoner(record: _Record, order: FigureOrder, unknown: Counter[str]) -> Prisoner:
    all_names = _all_names(record)
    main = _main_name(record, all_names)
    code = _AROUND_SIGNS.sub(r"\1", cleaning.clean(record.get("Detention Status")))
    status, status_raw = _status(code, unknown)
    sentence_raw, sentence = _sentence(record, code, unknown)
    official = _date(record, "Official End Date of Sentence", order, unknown)
    expected = _date(record, "Expected Release Date", order, unknown)
    sex = cleaning.term(record.get("Sex"))
    unknown["Sex: not known"] += bool(sex) and sex not in _GENDERS
    facility = institutions.prison(cleaning.clean(record.get("Current or Last Detention Facility")), unknown)
    return Prisoner(
        key=cleaning.clean(record.get(_KEY)),
        name=main,
        name_original=next(iter([*_names(record, _NATIVE), *_names(record, _CHINESE)]), None),
        names=[name for name in all_names if name.name != main],
        country="CN",
        designation="political prisoner",
        status=status,
        status_raw=status_raw,
        gender=_GENDERS.get(sex),
        birth=_date(record, "Date of Birth", order, unknown),
        arrest=_date(record, "Detention Date", order, unknown),
        release=_date(record, "Actual Release Date", order, unknown),
        term_end=official if official.date or not expected.date else expected,
        sentence=sentence,
        sentence_raw=sentence_raw,
        facility=facility,
        facility_country="CN" if facility.name else None,
    )


def _main_name(record: _Record, all_names: list[Name]) -> str:
    """The main name if it is in Latin script, else the pinyin one, else any."""
    latin = [name for column in _LATIN_NAMES for name in _names(record, column)]
    preferred = [name for name in latin if cleaning.script(name) == "Latn"]
    return next(iter([*preferred, *(name.name for name in all_names)]))


def parse(source_id: str, files: Mapping[str, BinaryIO], options: Mapping[str, Any]) -> ParseResult:
    """Reads an export; fills `prisoners` and `names`, and `charges` with no row: the export has none.

    Of several files, which are forms of one export, a workbook is read before CSV, and the rows of the
    others are counted as outside. SourceFormatError for what is no such table (a web page, empty, without
    a column we read, CSV in another encoding), for a file cut off, and for forms of different records.
    """
    if not files:
        raise SourceFormatError("no file in the snapshot")
    first, *others = sorted(files, key=lambda name: (not name.endswith(".xlsx"), name))
    snapshot = started([first])
    report = snapshot.files[first]
    keys: set[str] = set()
    records = []
    for record in _records(first, files[first], snapshot):
        key = cleaning.clean(record.get(_KEY))
        keys.add(key)
        if _all_names(record):
            records.append(record)
        else:
            snapshot.reject(first, f"line {record.line}", "no name", key=key)
    order = date_words.figure_order(record.get(column) for record in records for column in _DATES)
    for record in records:
        report.parsed += 1
        write(snapshot, source_id, _prisoner(record, order, snapshot.unknown))
    for name in others:
        other = ParseResult(files={name: FileReport()})
        if {cleaning.clean(record.get(_KEY)) for record in _records(name, files[name], other)} != keys:
            raise SourceFormatError(f"{name}: not the same export as {first}: other records")
        rows = other.files[name].declared
        snapshot.files[name] = FileReport(rows, outside=rows)
    snapshot.unknown = +snapshot.unknown
    return snapshot
