"""Human Rights Center Viasna's list of prisoners: one CSV export a language, joined on `id`.

Read from the English export are the columns of `_MAPPED`; from the Belarusian and Russian ones only
`id`, `status` and `name`. Columns of `_IGNORED` are known and passed over: some say nothing the tables
have room for, the others (`photo`, `description`, `judge`, `councel`) are withheld, for they show or
tell of faces, health, relatives and third persons. `prison` is read for an institution's name and town
alone. No text of a record goes to the quarantine, nor into a label of `unknown`. Of a text that is not
understood as what its column is for nothing is kept: in a row that is shifted it is another column's.

Dates are ISO; in other forms the figures of the whole file decide whether the day or the month comes first.

Older exports have `articles/0`, `articles/1` and so on, `prison/title` and `prison/address` beside or in
place of `articles` and `prison`, and lack the columns of `_LATER`.

People who are not designated (status `np`) are left out; the English export's status decides, and a row
that does not call a person designated in another language gives no name either.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from transforms.fields.dates import PartialDate
from transforms.fields.record_parts import Name
from transforms.names import cleaning
from transforms.prisoners.prisoner import KEY, Gender, Prisoner, Status, is_name, started, write
from transforms.prisoners.vocabulary import charges, date_words, institutions, sentences
from transforms.prisoners.vocabulary.charges import Charge
from transforms.prisoners.vocabulary.date_words import FigureOrder
from transforms.prisoners.vocabulary.institutions import Institution
from transforms.prisoners.vocabulary.sentences import Kind, Sentence
from transforms.reading.json_text import utf8
from transforms.reading.parse_result import ParseResult, SourceFormatError
from transforms.reading.spreadsheet import Line, csv_rows

MAIN = "prisoners.en.csv"
_FILES = {MAIN: "en", "prisoners.be.csv": "be", "prisoners.ru.csv": "ru"}
_COUNTRY = "BY"

_KEYS = frozenset({"id", "name", "status"})
_MAPPED = _KEYS | {
    "url",
    "gender",
    "birthday",
    "arrested",
    "articles",
    "prison",
    "decision",
    "penalty",
    "release_date",
    "verdict_date",
}
_LATER = frozenset(
    {
        "died",  # mapped where it is there
        "fake_terrorist_list",  # whether the state calls the person a terrorist: no column for it
        "clusters",  # groups of cases that Viasna shows together: not said which, and no column for it
    }
)
_IGNORED = frozenset(
    {
        "photo",
        "description",
        "judge",
        "councel",  # their spelling
        "declaration",  # the address of the statement that designates the person
        "penalty_start_date",  # the day from which the term runs: no column for it
        "appeal_date",  # the day of a later instance: `verdict_date` is the first verdict's
    }
)
# In older exports an object has a column for each of its parts.
_NESTED = {"articles": re.compile(r"articles/\d{1,3}"), "prison": re.compile(r"prison/(?:title|address)")}
_DATES = ("birthday", "arrested", "verdict_date", "release_date", "died")
_COLUMN = re.compile(r"[A-Za-z][\w /-]{0,39}", re.ASCII)  # what a label may call a column
_NUMBER = re.compile(r"[0-9]{1,9}")

_DESIGNATED = frozenset({"active", "former"})
_NOT_DESIGNATED = "np"
_EMPTY = frozenset({"FALSE", "False", "false"})
_TRUE = frozenset({"true", "1", "yes"})
_FALSE = frozenset({"false", "0", "no"})
_GENDERS = frozenset({"male", "female"})

_PAGE = re.compile(r"https?://(?:[a-z0-9-]+\.)*spring96\.org/[\w%.~/-]*", re.ASCII)
# Where a row shows that its cells stand under other titles than their own.
_NO_ADDRESS = frozenset(
    {*_DATES, "id", "status", "gender", "articles", "prison", "decision", "penalty", "judge"}
)
_UNDATED = _NO_ADDRESS - {*_DATES} | {"url", "name", "photo", "councel", "declaration", "fake_terrorist_list"}
_NO_ARTICLE = frozenset({"prison", "birthday", "arrested", "gender", "photo"})
_ARTICLE = re.compile(r"\b(?:Art\.|Article|ст\.|арт\.) ?[0-9]")
_NO_SENTENCE = frozenset({"judge", "councel", "declaration", "photo"})
_SENTENCE = re.compile(
    r"[0-9][0-9 /.,½]* ?(?:years?|months?|days?|base)|(?:imprisonment|arrest|fine|restricted|suspended)\b",
    re.IGNORECASE,
)
_OTHER_DATES = frozenset({"penalty_start_date", "appeal_date"})
_ANY_WORDS = frozenset({"gender", "description"})

_IMPRISONMENT = frozenset({"life", "prison", "colony"})  # more exact than `imprisonment`
_WITHOUT_TERM = frozenset({"fine", "life", "death"})


@dataclass(frozen=True)
class _Record:
    """One line of an export: where it starts, and its values by column, empty ones as empty text."""

    line: int
    values: dict[str, str]

    def get(self, column: str) -> str:
        return self.values.get(column, "")

    def term(self, column: str) -> str:
        """A word of the publisher's vocabulary as it is compared."""
        return cleaning.term(self.get(column))

    @property
    def articles(self) -> list[str]:
        """The charges' texts: one for all, or one each in an older export."""
        parts = (value for column, value in self.values.items() if _NESTED["articles"].fullmatch(column))
        return [part for part in (self.get("articles"), *parts) if part]

    @property
    def prison(self) -> str:
        """The institution with its address, as newer exports write it."""
        parts = (self.get("prison/title"), self.get("prison/address"))
        return self.get("prison") or ", ".join(filter(None, parts))


def _value(text: str) -> str:
    """A cell's text; exports write an empty object as `FALSE`."""
    cleaned = cleaning.clean(text)
    return "" if cleaned in _EMPTY else cleaned


def _lines(name: str, stream: BinaryIO) -> tuple[list[Line], bool]:
    """The lines of an export, and whether it ends with a whole one. SourceFormatError if it is no CSV."""
    data = stream.read()
    utf8(name, data)
    return list(csv_rows(io.BytesIO(data), name)), data.endswith(b"\n")


def _object(column: str) -> str | None:
    """The object that a column of an older export holds a part of; None for any other column."""
    return next((name for name, form in _NESTED.items() if form.fullmatch(column)), None)


def _columns(name: str, lines: list[Line], needed: frozenset[str], unknown: Counter[str]) -> list[str]:
    if not lines or lines[0].fault:
        raise SourceFormatError(f"{name} line 1: no header")
    columns = [cleaning.term(cell) for cell in lines[0].cells]
    nested = {column: _object(column) for column in columns}
    if missing := sorted(needed - set(columns) - set(nested.values())):
        raise SourceFormatError(f"{name} line 1: no column {', '.join(missing)}")
    if len(set(columns)) < len(columns):
        raise SourceFormatError(f"{name} line 1: a column appears twice")
    known = _MAPPED | _IGNORED | _LATER
    for column, title in zip(columns, lines[0].cells, strict=True):
        if column not in known and not nested[column]:
            label = cleaning.clean(title)
            unknown[f"column {label}" if _COLUMN.fullmatch(label) else "column with a name that is none"] += 1
    unknown.update(f"column {column} is missing" for column in sorted(_IGNORED - set(columns)))
    return columns


def _records(name: str, stream: BinaryIO, needed: frozenset[str], snapshot: ParseResult) -> Iterator[_Record]:
    """The records of one export that can be told apart; the others go to quarantine.

    SourceFormatError if the file is no such export, or was cut off.
    """
    lines, whole = _lines(name, stream)
    columns = _columns(name, lines, needed, snapshot.unknown)
    report = snapshot.files[name]
    seen: dict[str, list[str]] = {}
    for line, cells, fault in lines[1:]:
        report.declared += 1
        if fault or len(cells) != len(columns):
            shape = f"{len(cells)} columns, not {len(columns)}"
            snapshot.reject(name, f"line {line}", fault or shape, key=_first_key(columns, cells))
            continue
        record = _Record(line, dict(zip(columns, map(_value, cells), strict=True)))
        key = record.get("id") if KEY.fullmatch(record.get("id")) else ""
        if key and seen.get(key) == cells:
            report.outside += 1
            continue
        if _is_shifted(record.values):
            snapshot.reject(name, f"line {line}", "a cell of another column", key=key or None)
            continue
        there = {"id": key, "name": is_name(record.get("name")), "status": record.get("status")}
        reason = next(
            (f"no {column}" for column, value in there.items() if not value),
            "id stands on an earlier line" if key in seen else None,
        )
        if reason:
            snapshot.reject(name, f"line {line}", reason, key=key or None)
            continue
        seen[key] = cells
        yield record
    last = lines[-1]
    if len(last.cells) < len(columns) and not whole:
        raise SourceFormatError(f"{name} line {last.number}: cut off in the middle of a record")


def _is_shifted(values: Mapping[str, str]) -> bool:
    """Whether a cell has what is of another column alone: then nobody knows which cell is which."""
    return any(text and _is_of_another_column(column, text) for column, text in values.items())


def _is_of_another_column(column: str, text: str) -> bool:
    if column in _OTHER_DATES and not text[0].isdigit():
        return not date_words.only_date_words(text)
    return (
        (column in _NO_ADDRESS and "://" in text)
        or (column in _UNDATED and text[0].isdigit() and date_words.is_day(text))
        or (column not in _ANY_WORDS and text.casefold() in _GENDERS)
        or (column in _NO_ARTICLE and _ARTICLE.search(text) is not None)
        or (column in _NO_SENTENCE and _SENTENCE.match(text) is not None)
    )


def _first_key(columns: list[str], cells: list[str]) -> str | None:
    """The id of a row with too few cells or too many, if it is certain: a number, with no cell before it."""
    if columns[0] != "id" or not cells or not _NUMBER.fullmatch(cells[0].strip()):
        return None
    return cells[0].strip()


def _charges(record: _Record, unknown: Counter[str]) -> list[Charge]:
    """The charges that name an article: other words may be another column's."""
    found = (charge for text in record.articles for charge in charges.read(text, _COUNTRY))
    return charges.of_known_form(found, "articles", unknown)


def _sentence(record: _Record, unknown: Counter[str]) -> tuple[str | None, Sentence]:
    """The sentence in the source's words, and as read: the term from `decision`, the kind from both.

    A text with other words than those of sentences is left out whole.
    """
    said: dict[str, str | None] = {}
    read: dict[str, Sentence] = {}
    for column in ("decision", "penalty"):
        text = record.get(column)
        if sentences.tells_of_health(text):  # a court's order of treatment
            unknown[f"{column}: withheld, it tells of health"] += 1
            text = ""
        said[column], read[column] = sentences.in_known_words(text), sentences.read(text)
        if not read[column].understood:
            unknown[f"{column}: form not known"] += 1
    months = read["decision"].months
    kind = _kind({each.kind for each in read.values() if each.kind}, unknown)
    if months is not None and kind in _WITHOUT_TERM:
        unknown["penalty: a kind that has no term, with a term"] += 1
        kind = None
    return "; ".join(filter(None, said.values())) or None, Sentence(months, kind)


def _kind(said: set[Kind], unknown: Counter[str]) -> Kind | None:
    """Of what the texts of one sentence say of its kind the more exact, or the graver if they differ."""
    kind = min(said, key=sentences.GRAVEST_FIRST.index, default=None)
    alike = kind == "suspended" or (kind in _IMPRISONMENT and "imprisonment" in said)
    unknown["penalty: of another kind than decision"] += len(said) > 1 and not alike
    return kind


@dataclass(frozen=True)
class _Dates:
    """How the dates of an export are written: what comes first in figures, and whether days are numbers."""

    order: FigureOrder
    serials: bool

    @classmethod
    def of(cls, records: list[_Record]) -> _Dates:
        texts = [record.get(column) for record in records for column in _DATES]
        return cls(date_words.figure_order(texts), date_words.has_serials(texts))

    def read(self, record: _Record, column: str, unknown: Counter[str]) -> PartialDate:
        text = record.get(column)
        if column == "died" and cleaning.term(text) in _TRUE | _FALSE:
            return PartialDate()
        reason = f"{column}: not a date"
        return date_words.read_date(text, reason, unknown, self.order, serials=self.serials)


def _status(record: _Record, death: PartialDate, release: PartialDate) -> Status:
    """What has become of a designated person, as far as the record says so outright.

    Who has words in `died` that are not understood is not called detained.
    """
    died = record.term("died")
    if death.date or died in _TRUE:
        return "died"
    if record.term("status") == "active":
        return "unknown" if died and died not in _FALSE else "detained"
    return "released" if release.date else "unknown"


def _url(record: _Record, unknown: Counter[str]) -> str | None:
    """The record's page on the publisher's site."""
    text = record.get("url")
    page = _PAGE.fullmatch(text)
    unknown["url: none of this site"] += bool(text) and page is None
    return page[0] if page else None


def _gender(record: _Record, unknown: Counter[str]) -> Gender | None:
    gender = record.term("gender")
    if gender in _GENDERS:
        return cast(Gender, gender)
    unknown["gender: not known"] += bool(gender)
    return None


def _prisoner(record: _Record, own: Mapping[str, str], written: _Dates, unknown: Counter[str]) -> Prisoner:
    """A designated person; `own` has the names of the other exports by language."""
    active = record.term("status") == "active"
    death, end = written.read(record, "died", unknown), written.read(record, "release_date", unknown)
    # Who is held is to be released on the day on which the term ends.
    release, term_end = (PartialDate(), end) if active else (end, PartialDate())
    facility: Institution = institutions.prison(record.prison, unknown)
    sentence_raw, sentence = _sentence(record, unknown)
    return Prisoner(
        key=record.get("id"),
        name=record.get("name"),
        name_lang=_FILES[MAIN],
        name_original=own.get("be"),
        names=[Name(name, "alias", cleaning.script(name), lang) for lang, name in own.items()],
        country=_COUNTRY,
        designation="political prisoner",
        status=_status(record, death, release),
        status_raw=record.get("status"),
        gender=_gender(record, unknown),
        birth=written.read(record, "birthday", unknown),
        arrest=written.read(record, "arrested", unknown),
        verdict=written.read(record, "verdict_date", unknown),
        release=release,
        term_end=term_end,
        death=death,
        sentence=sentence,
        sentence_raw=sentence_raw,
        charges=_charges(record, unknown),
        facility=facility,
        facility_country=_COUNTRY if facility.name else None,
        url=_url(record, unknown),
    )


def _translations(
    name: str, stream: BinaryIO, main: Mapping[str, str], snapshot: ParseResult
) -> dict[str, str]:
    """The published people's names in another export, by id. `main` has each id's English status."""
    report = snapshot.files[name]
    found: dict[str, str] = {}
    for record in _records(name, stream, _KEYS, snapshot):
        key, status = record.get("id"), record.term("status")
        if key not in main and status != _NOT_DESIGNATED:
            snapshot.reject(name, f"line {record.line}", f"id is not in {MAIN}", key=key)
        elif main.get(key) in _DESIGNATED and status not in _DESIGNATED | {_NOT_DESIGNATED}:
            snapshot.unknown["status: not known"] += 1
            snapshot.reject(name, f"line {record.line}", "a status that is not known", key=key)
        elif main.get(key) in _DESIGNATED and status in _DESIGNATED:
            found[key] = record.get("name")
            report.parsed += 1
        else:
            report.outside += 1
    return found


def parse(source_id: str, files: Mapping[str, BinaryIO], options: Mapping[str, Any]) -> ParseResult:
    """Reads `prisoners.en.csv`, with `prisoners.be.csv` and `prisoners.ru.csv` where they are there.

    Fills `prisoners`, `names` and `charges`. Records with status `np` count as outside; of one with a
    status that is not known it cannot be said whether the person is designated: it goes to quarantine.
    SourceFormatError for a missing English export, a file that is no such CSV (HTML, empty, without a
    column we read, another encoding) or was cut off: a list read in part would show people as gone who
    are not.
    """
    if unexpected := sorted(files.keys() - _FILES.keys()):
        raise SourceFormatError(f"{unexpected[0]}: not a file of this source")
    if MAIN not in files:
        raise SourceFormatError(f"{MAIN}: not in the snapshot")
    snapshot = started(name for name in _FILES if name in files)
    records = list(_records(MAIN, files[MAIN], _MAPPED, snapshot))
    statuses = {record.get("id"): record.term("status") for record in records}
    written = _Dates.of(records)
    translated = {
        lang: _translations(name, files[name], statuses, snapshot)
        for name, lang in _FILES.items()
        if name in files and name != MAIN
    }
    report = snapshot.files[MAIN]
    for record in records:
        key, status = record.get("id"), record.term("status")
        if status == _NOT_DESIGNATED:
            report.outside += 1
        elif status in _DESIGNATED:
            report.parsed += 1
            own = {lang: by_id[key] for lang, by_id in translated.items() if key in by_id}
            write(snapshot, source_id, _prisoner(record, own, written, snapshot.unknown))
        else:
            snapshot.unknown["status: not known"] += 1
            snapshot.reject(MAIN, f"line {record.line}", "a status that is not known", key=key)
    snapshot.unknown = +snapshot.unknown
    return snapshot
