"""The Political Prisoner Database of the US Congressional-Executive Commission on China.

The export is a workbook or CSV, one row per prisoner; columns are found by their names. `FIELDS` declares
what is read; withheld columns are never looked at. No text of a row goes to the quarantine or into a label of
`unknown`.

`Detention Status` has codes, known from research on the export of 2020: a main part (`DET`, `REL`, `DEC`,
`ESC`), further parts after `/` or `-`, and `?` after what the Commission presumes. Dates are `2008/12/08`,
with `mm` and `dd` for unknown parts (`2008/12/dd`); for other forms the whole file decides whether the day or
the month comes first. Other layouts of the export, such as that of 2020, are refused.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any, BinaryIO

from transforms.fields import dates
from transforms.fields.record_parts import Name
from transforms.names import cleaning
from transforms.prisoners import sinks
from transforms.prisoners.prisoner import KEY, Gender, Prisoner, Status, is_name, started, write
from transforms.prisoners.sinks import Context, DateColumn, Fields, Sink
from transforms.prisoners.vocabulary import date_words, sentences
from transforms.prisoners.vocabulary.date_words import FileDates
from transforms.prisoners.vocabulary.sentences import Kind, Sentence
from transforms.reading.declaration import (
    TEXT,
    Node,
    compile_filling,
    ignored,
    read_fields,
    withheld,
    withheld_fields,
)
from transforms.reading.parse_result import FileReport, ParseResult, SourceFormatError
from transforms.reading.table import Record, TableFormat, first_key, label_of

_KEY = "CECC Record Number"
_LATIN_NAMES = ("Main Name", "Pinyin Name")  # by preference
_CHINESE, _NATIVE = "Chinese characters", "Name Native Characters (non-Chinese)"
_OTHER_NAMES = ("Alternate Name (lay or pen)", "Additional Name(s)", "Name Transliteration (non-Chinese)")
_LENGTHS = {"Sentence Length Years": "year", "Months": "month", "Days": "day"}
_STATUS, _EXPECTED_END = "Detention Status", "Expected Release Date"
_DATES = (
    "Date of Birth",
    "Detention Date",
    _EXPECTED_END,
    "Actual Release Date",
    "Official End Date of Sentence",
)
_COLUMN = re.compile(r"\w[\w ()/-]{0,59}")  # what a label may call a column
_NUMBER_OF_RECORD = re.compile(r"[0-9]{1,4}(?:-[0-9]{1,6})?")

_GENDERS: dict[str, Gender] = {"m": "male", "male": "male", "f": "female", "female": "female"}

# What a code states explicitly. In `DET/life?` only the sentence is presumed. `REL/dec`: has died since.
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
    # the codes in words, in case an export spells them out
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
# The form of codes: one of the main parts, followed by short parts.
_CODE = re.compile(r"(?:DET|REL|DEC|ESC)\??(?:[/-][a-z]{1,8}(?:-[a-z])?\??){0,2}", re.IGNORECASE)

_AROUND_SIGNS = re.compile(r"\s*([/?])\s*")

_NUMBER = re.compile(r"\d{1,3}(?:\.\d{1,2})?", re.ASCII)
_MOST_YEARS = 25  # of all terms together, by article 69 of China's criminal law
_MONTHS_A_YEAR = 12

_DATE = re.compile(
    r"(?P<year>(?:18|19|20)\d\d)(?:[/-](?P<month>\d\d?|mm)(?:[/-](?P<day>\d\d?|dd)(?:[T ]00:00:00)?)?)?",
    re.IGNORECASE | re.ASCII,
)

# Columns that may have a date; a date in another column shows that the row is shifted.
_DATED = frozenset({*_DATES, "Formal Arrest Date", "Short Summary", "Detention Timeline"})
_DAY = re.compile(
    r"(?:18|19|20)\d\d[/-](?:\d\d?|mm)[/-](?:\d\d?|dd)(?:[T ]00:00:00)?", re.IGNORECASE | re.ASCII
)

_BETWEEN_NAMES = re.compile(r"[;\uff1b\r\n]")


def _identify(row: Node) -> tuple[str | None, str | None]:
    key = cleaning.clean(row.get(_KEY, ""))
    if not KEY.fullmatch(key):
        return None, f"no {_KEY}"
    return key, "a cell of another column" if _is_shifted(row) else None


def _is_shifted(row: Node) -> bool:
    """Return whether a cell has content that only another column can have: the row may be shifted."""
    texts = [(column, cleaning.clean(text)) for column, text in row.items() if column in FIELDS]
    return any(
        (column not in _DATED and _DAY.fullmatch(text)) or (column in _DATES and _CODE.fullmatch(text))
        for column, text in texts
    )


def _names(row: Node, column: str) -> list[str]:
    """Return the names in a cell, in order, split at semicolons and line breaks only."""
    pieces = _BETWEEN_NAMES.split(row.get(column, ""))
    return [name for piece in pieces if is_name(name := cleaning.clean(piece))]


def _all_names(row: Node) -> list[Name]:
    """Return every name once. For names in Chinese characters the export states the language."""
    found: dict[str, Name] = {}
    for column in (_CHINESE, *_LATIN_NAMES, _NATIVE, *_OTHER_NAMES):
        lang = "zh" if column == _CHINESE else None
        for name in _names(row, column):
            found.setdefault(name, Name(name, "alias", cleaning.script(name), lang))
    return list(found.values())


def _date(to: DateColumn, column: str) -> Sink:
    """Parse a date of any precision: `1962/03/12`, `1962/03/dd`, `1962/mm/dd`, `1962`, `about 1962`."""
    reason = f"{column}: form not known"

    def sink(person: Prisoner, given: str, context: Context) -> None:
        text = cleaning.clean(given)
        if match := _DATE.fullmatch(text):
            month, day = (part if part and part.isdigit() else None for part in match.group("month", "day"))
            date = dates.from_parts(match["year"], month, day, raw=text)
            context.unknown[reason] += date.date is None
        else:
            date = date_words.read_date(text, reason, context.unknown, context.dates.order, serials=True)
        # The end of the term has two columns; the expected one counts only if it has a date.
        if date.date or (column != _EXPECTED_END and not getattr(person, to).date):
            setattr(person, to, date)

    return sink


def _length(row: Node, unknown: Counter[str]) -> tuple[str | None, Sentence]:
    """Return the sentence as written in the cells of its length, and its term in months, without days."""
    cells = {column: cleaning.clean(row.get(column, "")).removesuffix(".0") for column in _LENGTHS}
    given = {column: text for column, text in cells.items() if text and text.strip("0.")}
    if not given:
        return None, Sentence()
    if not all(map(_NUMBER.fullmatch, given.values())):
        text = " ".join(given.values())
        read = sentences.read(text)
        if read.kind in ("life", "death"):
            return sentences.in_known_words(text), Sentence(kind=read.kind)
        unknown["Sentence Length: not a number"] += 1
        return None, Sentence(understood=False)
    raw = " ".join(f"{text} {_LENGTHS[column]}{'' if text == '1' else 's'}" for column, text in given.items())
    years, months, _ = (float(given.get(column, 0)) for column in _LENGTHS)
    term = years * _MONTHS_A_YEAR + months
    if term > _MOST_YEARS * _MONTHS_A_YEAR:  # a number with another meaning
        unknown["Sentence Length: longer than there can be"] += 1
        return raw, Sentence(understood=False)
    return raw, Sentence(months=term or None)


def _sentence(row: Node, status: str, unknown: Counter[str]) -> tuple[str | None, Sentence]:
    """Return the sentence. Life and death follow from the status; a length beside them is not a term."""
    raw, sentence = _length(row, unknown)
    kind = _KINDS.get(cleaning.term(status))
    if kind is None:
        return raw, sentence
    unknown["Sentence Length: beside a status of life or death"] += sentence.months is not None
    return raw or status, Sentence(kind=kind)


def _status(text: str, unknown: Counter[str]) -> tuple[Status, str | None]:
    """Return the status, and the code unless it is about health, or not a code."""
    code = cleaning.term(text)
    if code in _HEALTH:
        unknown["Detention Status: withheld, it tells of health"] += 1
    elif code and code not in _STATUSES and code not in _UNSAID:
        unknown["Detention Status: not a code we know"] += 1
    known = code in _STATUSES or code in _UNSAID
    shown = code not in _HEALTH and (known or (_CODE.fullmatch(text) and not sentences.tells_of_health(text)))
    return _STATUSES.get(code, "unknown"), text if shown else None


def _finish(person: Prisoner, row: Node, context: Context) -> None:
    code = _AROUND_SIGNS.sub(r"\1", cleaning.clean(row.get(_STATUS, "")))
    person.status, person.status_raw = _status(code, context.unknown)
    person.sentence_raw, person.sentence = _sentence(row, code, context.unknown)


FIELDS: Fields = {
    _KEY: TEXT,
    "Main Name": TEXT,
    "Pinyin Name": TEXT,
    _CHINESE: TEXT,
    _NATIVE: TEXT,
    **dict.fromkeys(_OTHER_NAMES, TEXT),
    "Sex": sinks.gender("Sex", _GENDERS),
    "Date of Birth": _date("birth", "Date of Birth"),
    "Detention Date": _date("arrest", "Detention Date"),
    **dict.fromkeys(_LENGTHS, TEXT),
    _EXPECTED_END: _date("term_end", _EXPECTED_END),  # where there is no official one
    "Actual Release Date": _date("release", "Actual Release Date"),
    "Official End Date of Sentence": _date("term_end", "Official End Date of Sentence"),
    "Current or Last Detention Facility": sinks.facility("CN"),
    _STATUS: withheld("Detention Status (DET/med, DEC-ill)", TEXT),
    "Short Summary": withheld("Short Summary"),
    "Sentence Details": withheld("Sentence Details"),
    "Detention Timeline": withheld("Detention Timeline"),  # with a trailing space in the header
    "Family": withheld("Family"),
    "Origin": withheld("Origin"),
    "Residence": withheld("Residence"),
    "Religion": withheld("Religion"),
    "Ethnic Group": withheld("Ethnic Group"),
    "Occupation": withheld("Occupation"),
    "Affiliation": withheld("Affiliation"),
    "Legal Advisor": withheld("Legal Advisor"),
    "Formal Arrest Date": ignored("the procuratorate's approval of an arrest that has been: no column"),
    "Issues": ignored("topics of the case such as association or democracy: no column"),
}
WITHHELD_FIELDS = withheld_fields(FIELDS)
_FILL = compile_filling(FIELDS, _finish)
_READ = read_fields(FIELDS)
_TABLE = TableFormat(
    FIELDS,
    needed=_READ,
    expected=[column for column in FIELDS if column not in _READ],
    shape="padded",
    encoding="unicode",
    label=label_of(_COLUMN, "column without a name"),
    stray_key=first_key(_KEY, _NUMBER_OF_RECORD),
    repeated=f"{_KEY} stands on an earlier line",
)


def _begin(key: str, row: Node, names: list[Name]) -> Prisoner:
    """Create the person. The main name is the one in Latin script, else the pinyin one, else any."""
    latin = [name for column in _LATIN_NAMES for name in _names(row, column)]
    preferred = [name for name in latin if cleaning.script(name) == "Latn"]
    main = next(iter([*preferred, *(name.name for name in names)]))
    return Prisoner(
        key=key,
        name=main,
        name_original=next(iter([*_names(row, _NATIVE), *_names(row, _CHINESE)]), None),
        names=[name for name in names if name.name != main],
        country="CN",
        designation="political prisoner",
    )


def parse(source_id: str, files: Mapping[str, BinaryIO], options: Mapping[str, Any]) -> ParseResult:
    """Parse an export into `prisoners` and `names`; `charges` stays empty, because the export has none.

    Several files are forms of one export: a workbook is preferred to CSV, and the rows of the others count as
    outside. Raises SourceFormatError for anything else (a web page, an empty file, a missing column, CSV in
    another encoding), for a truncated file, and for forms with different records.
    """
    if not files:
        raise SourceFormatError("no file in the snapshot")
    first, *others = sorted(files, key=lambda name: (not name.endswith(".xlsx"), name))
    result = started([first])
    keys: set[str] = set()
    named: list[tuple[Record, list[Name]]] = []
    for record in _TABLE.records(first, files[first], result, _identify):
        keys.add(record.key)
        if names := _all_names(record.values):
            named.append((record, names))
        else:
            result.reject(first, f"line {record.line}", "no name", key=record.key)
    texts = [record.values.get(column, "") for record, _ in named for column in _DATES]
    context = Context(result.unknown, FileDates.of(texts))
    for record, names in named:
        result.files[first].parsed += 1
        person = _begin(record.key, record.values, names)
        _FILL(person, record.values, context)
        write(result, source_id, person)
    for name in others:
        other = ParseResult(files={name: FileReport()})
        if {record.key for record in _TABLE.records(name, files[name], other, _identify)} != keys:
            raise SourceFormatError(f"{name}: not the same export as {first}: other records")
        rows = other.files[name].declared
        result.files[name] = FileReport(rows, outside=rows)
    result.unknown = +result.unknown
    return result
