"""Political prisoners in China, a list by volunteers: one CSV file, a row a person.

Columns are `Name`, `Gender`, `Date of Birth`, `Date of Death`, `Place`, `Sentence` and `Source`; the list's
README says what each holds. `Place` is never read: it is the town of birth, of the prison or of the
person's home, and the list does not say of whom it is which. `Source` has the addresses of pages on the
case, separated by spaces: the first is read, the others are further reports on it.

`Sentence` holds the end of the term, or `life`, `death`, `detention` (held, not yet sentenced) or
`unknown`. The README says of `unknown` that the person is in a prison, the list's own site that where
they are is unknown: it is read as nothing. An end of term that has passed is no release, though the site
shows it as one.

Dates are ISO; in other forms the figures of the whole file decide whether the day or the month comes first.
Numbers of days, as in a file that has been saved from a workbook, are dates if they are more than a slip.

No text of a row goes to the quarantine, nor into a label of `unknown`, nor into a table if it is not
understood as what its column is for.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from transforms.fields.dates import PartialDate
from transforms.fields.record_parts import Name
from transforms.names import cleaning
from transforms.prisoners.prisoner import Gender, Prisoner, is_name, started, write
from transforms.prisoners.vocabulary import date_words, sentences
from transforms.prisoners.vocabulary.date_words import FigureOrder
from transforms.prisoners.vocabulary.sentences import Sentence
from transforms.reading.json_text import utf8
from transforms.reading.parse_result import ParseResult, SourceFormatError
from transforms.reading.spreadsheet import Line, csv_rows

_MAPPED = ("Name", "Gender", "Date of Birth", "Date of Death", "Sentence", "Source")
_WITHHELD = ("Place",)
_COUNTRY = "CN"
_TITLES = {cleaning.term(title): title for title in (*_MAPPED, *_WITHHELD)}
_COLUMN = re.compile(r"\w[\w /-]{0,39}")  # what a label may call a column

_GENDERS = frozenset({"male", "female"})
_HELD = "detention"
_STANDING = frozenset({_HELD, "unknown"})  # what `Sentence` holds that is none
_NO_END = {"life": Sentence(kind="life"), "death": Sentence(kind="death")}
_DATED = re.compile(r"\d{4}", re.ASCII)
_FIRST_END = "1980"  # before it no term ended that is on the list: a number of an earlier day is a slip
_ADDRESS = re.compile(r"https?://[!-~]+")
_UNDATED = ("Name", "Gender", "Source")
_LONG_WORD = 8
_NO_SOURCE = _STANDING | _NO_END.keys()
_SHIFTED = "a cell of another column"

# A second name, in Latin script, of a pen, or in daily use: 阿可拜尔•伊明（AkbarImin）. What names a
# monastery tells two people of one name apart, and is itself no name.
_SECOND_NAME = re.compile(r"(?P<first>[^（）()]+)[（(](?P<second>[^（）()寺]+)[）)]")


def _lines(name: str, stream: BinaryIO) -> list[Line]:
    """The lines of the file. SourceFormatError if it is no CSV in UTF-8, or is cut off."""
    data = stream.read()
    utf8(name, data)
    lines = list(csv_rows(io.BytesIO(data), name))
    if not lines or lines[0].fault:
        raise SourceFormatError(f"{name} line 1: no header")
    if len(lines[-1].cells) < len(lines[0].cells) and not data.endswith(b"\n"):
        raise SourceFormatError(f"{name} line {lines[-1].number}: cut off in the middle of a record")
    return lines


def _columns(name: str, header: list[str], unknown: Counter[str]) -> list[str]:
    columns = [_TITLES.get(cleaning.term(cell), cleaning.clean(cell)) for cell in header]
    if missing := [column for column in _MAPPED if column not in columns]:
        raise SourceFormatError(f"{name} line 1: no column {', '.join(missing)}")
    if len(set(columns)) < len(columns):
        raise SourceFormatError(f"{name} line 1: a column appears twice")
    for column in columns:
        if column not in (*_MAPPED, *_WITHHELD):
            label = f"column {column}" if _COLUMN.fullmatch(column) else "column with a name that is none"
            unknown[label] += 1
    unknown.update(f"column {column} is missing" for column in _WITHHELD if column not in columns)
    return columns


def _key(row: Mapping[str, str]) -> str:
    """A hash of the first page on the case, which names and dates are corrected after and which no two
    rows share; of the name and the birth of a person without one."""
    address = _ADDRESS.search(row["Source"])
    return _hash(address[0]) if address else _hash(row["Name"], row["Date of Birth"])


def _hash(*said: str) -> str:
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]


def _address_key(cells: Iterable[str]) -> str | None:
    """The key of a row in which it is not known which cell is of which column: the one with an address."""
    found = [address[0] for cell in cells if (address := _ADDRESS.search(cell))]
    return _hash(found[0]) if len(found) == 1 else None


def _is_shifted(row: Mapping[str, str]) -> bool:
    """Whether a cell has what is of another column alone: then nobody knows which cell is which."""
    own = [text for column, text in row.items() if column != "Source"]
    if "://" in "\n".join(own):
        return True
    if any(row[column][:1].isdigit() and date_words.is_day(row[column]) for column in _UNDATED):
        return True
    words = {text.casefold() for column, text in row.items() if column != "Gender" and len(text) < _LONG_WORD}
    return not words.isdisjoint(_GENDERS) or row["Source"].casefold() in _NO_SOURCE


@dataclass(frozen=True)
class _Dates:
    """How the dates of a file are written: what comes first in figures, and whether days are numbers."""

    order: FigureOrder
    serials: bool

    @classmethod
    def of(cls, rows: Iterable[Mapping[str, str]]) -> _Dates:
        texts = [row[column] for row in rows for column in ("Date of Birth", "Date of Death", "Sentence")]
        return cls(date_words.figure_order(texts), date_words.has_serials(texts))

    def read(self, text: str, column: str, unknown: Counter[str]) -> PartialDate:
        reason = f"{column}: not a date"
        return date_words.read_date(text, reason, unknown, self.order, serials=self.serials)


def _sentence(text: str, written: _Dates, unknown: Counter[str]) -> tuple[str | None, Sentence, PartialDate]:
    """The sentence in the list's words and as read, and the day on which the term ends."""
    if not text or _DATED.match(text):
        end = written.read(text, "Sentence", unknown)
        if end.date is None or end.date >= _FIRST_END:
            return end.raw, Sentence(), end
        unknown["Sentence: not a date"] += 1
        return None, Sentence(), PartialDate()
    if sentences.tells_of_health(text):
        unknown["Sentence: withheld, it tells of health"] += 1
        return None, Sentence(), PartialDate()
    word = cleaning.term(text)
    if word in _STANDING or word in _NO_END:
        return text, _NO_END.get(word, Sentence()), PartialDate()
    sentence = sentences.read(text)
    uncounted: Counter[str] = Counter()
    end = PartialDate() if sentence.understood else written.read(text, "Sentence", uncounted)
    if end.raw:
        unknown.update(uncounted)
        return end.raw, Sentence(), end
    unknown["Sentence: form not known"] += not sentence.understood
    return sentences.in_known_words(text), sentence, PartialDate()


def _gender(text: str, unknown: Counter[str]) -> Gender | None:
    word = cleaning.term(text)
    if word in _GENDERS:
        return cast(Gender, word)
    unknown["Gender: not known"] += bool(word)
    return None


def _prisoner(key: str, row: Mapping[str, str], written: _Dates, unknown: Counter[str]) -> Prisoner:
    sentence_raw, sentence, term_end = _sentence(row["Sentence"], written, unknown)
    death = written.read(row["Date of Death"], "Date of Death", unknown)
    address = _ADDRESS.search(row["Source"])
    unknown["Source: no address"] += bool(row["Source"]) and address is None
    parts = _SECOND_NAME.fullmatch(row["Name"])
    name = cleaning.clean(parts["first"] if parts else row["Name"])
    others = [cleaning.clean(parts["second"])] if parts else []
    standing = cleaning.term(row["Sentence"])
    dead = death.date or _DATED.match(row["Date of Death"])  # whatever the day
    return Prisoner(
        key=key,
        name=name,
        name_original=name,
        names=[Name(other, "alias", cleaning.script(other)) for other in others],
        country=_COUNTRY,
        designation="political prisoner",
        status="died" if dead else "detained" if standing == _HELD else "unknown",
        status_raw=row["Sentence"] if standing in _STANDING else None,
        gender=_gender(row["Gender"], unknown),
        birth=written.read(row["Date of Birth"], "Date of Birth", unknown),
        death=death,
        term_end=term_end,
        sentence=sentence,
        sentence_raw=sentence_raw,
        url=address[0] if address else None,
    )


def parse(source_id: str, files: Mapping[str, BinaryIO], options: Mapping[str, Any]) -> ParseResult:
    """Reads the one file of the list and fills `prisoners`, `names` and `charges`, which stays empty.

    SourceFormatError if the file is no such CSV (HTML, empty, without a column we read, another
    encoding) or was cut off.
    """
    if len(files) != 1:
        raise SourceFormatError(f"{len(files)} files, not one")
    name, stream = next(iter(files.items()))
    snapshot = started([name])
    report, unknown = snapshot.files[name], snapshot.unknown
    header, *lines = _lines(name, stream)
    columns = _columns(name, header.cells, unknown)
    seen: dict[str, dict[str, str]] = {}
    for line, cells, fault in lines:
        report.declared += 1
        if fault or len(cells) != len(columns):
            reason = fault or f"{len(cells)} columns, not {len(columns)}"
            snapshot.reject(name, f"line {line}", reason, key=_address_key(cells))
            continue
        row = dict(zip(columns, map(str.strip, cells), strict=True))
        key = _key(row)
        if _is_shifted(row):
            snapshot.reject(name, f"line {line}", _SHIFTED, key=_address_key(cells))
        elif not is_name(row["Name"]):
            snapshot.reject(name, f"line {line}", "no name", key=_address_key([row["Source"]]))
        elif seen.get(key) == row:
            report.outside += 1
        elif key in seen:
            snapshot.reject(name, f"line {line}", "the person stands on an earlier line", key=key)
        else:
            seen[key] = row
    written = _Dates.of(seen.values())
    for key, row in seen.items():
        report.parsed += 1
        write(snapshot, source_id, _prisoner(key, row, written, unknown))
    snapshot.unknown = +unknown
    return snapshot
