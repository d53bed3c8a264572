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
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, BinaryIO

from transforms.fields.dates import PartialDate
from transforms.fields.record_parts import Name
from transforms.names import cleaning
from transforms.prisoners import sinks
from transforms.prisoners.prisoner import Prisoner, is_name, started, write
from transforms.prisoners.sinks import Context, Fields
from transforms.prisoners.vocabulary import date_words, sentences
from transforms.prisoners.vocabulary.date_words import FileDates
from transforms.prisoners.vocabulary.sentences import Sentence
from transforms.reading.declaration import (
    TEXT,
    Node,
    compile_filling,
    read_fields,
    withheld,
    withheld_fields,
)
from transforms.reading.parse_result import ParseResult, SourceFormatError
from transforms.reading.table import TableFormat, Titles, label_of

_COLUMN = re.compile(r"\w[\w /-]{0,39}")  # what a label may call a column
_HELD = "detention"
_STANDING = frozenset({_HELD, "unknown"})  # what `Sentence` holds that is none
_NO_END = {"life": Sentence(kind="life"), "death": Sentence(kind="death")}
_DATED = re.compile(r"\d{4}", re.ASCII)
_FIRST_END = "1980"  # before it no term ended that is on the list: a number of an earlier day is a slip
_ADDRESS = re.compile(r"https?://[!-~]+")
_UNDATED = ("Name", "Gender", "Source")
_LONG_WORD = 8
_NO_SOURCE = _STANDING | _NO_END.keys()

# A second name, in Latin script, of a pen, or in daily use: 阿可拜尔•伊明（AkbarImin）. What names a
# monastery distinguishes two people of one name, and is itself no name.
_SECOND_NAME = re.compile(r"(?P<first>[^（）()]+)[（(](?P<second>[^（）()寺]+)[）)]")


def _identify(row: Node) -> tuple[str | None, str | None]:
    """The key: a hash of the first page on the case, which names and dates are corrected after and which no
    two rows share; of the name and the birth of a person without one."""
    if _is_shifted(row):
        return _address_key(row.values()), "a cell of another column"  # nobody knows which cell is which
    source = row.get("Source", "")
    if not is_name(row.get("Name", "")):
        return _address_key([source]), "no name"
    return _address_key([source]) or _hash(row["Name"], row.get("Date of Birth", "")), None


def _address_key(cells: Iterable[str]) -> str | None:
    """The key of a row in which it is not known which cell is of which column: the one with an address."""
    found = [address[0] for cell in cells if (address := _ADDRESS.search(cell))]
    return _hash(found[0]) if len(found) == 1 else None


def _stray_key(titles: Titles, cells: Sequence[str]) -> str | None:
    return _address_key(cells)


def _hash(*texts: str) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]


def _is_shifted(row: Node) -> bool:
    """Whether a cell has what only another column can have."""
    if "://" in "\n".join([text for column, text in row.items() if column != "Source"]):
        return True
    if any((text := row.get(column, ""))[:1].isdigit() and date_words.is_day(text) for column in _UNDATED):
        return True
    words = {text.casefold() for column, text in row.items() if column != "Gender" and len(text) < _LONG_WORD}
    return not words.isdisjoint(sinks.MALE_OR_FEMALE) or row.get("Source", "").casefold() in _NO_SOURCE


def _add_death(person: Prisoner, text: str, context: Context) -> None:
    person.death = context.dates.read(text, "Date of Death", context.unknown)
    if person.death.date or _DATED.match(text):  # whatever the day
        person.status = "died"


def _add_sentence(person: Prisoner, text: str, context: Context) -> None:
    """The sentence, the day on which the term ends, or that the person is held."""
    word = cleaning.term(text)
    if word in _STANDING:
        person.status_raw = text
        if word == _HELD and person.status != "died":
            person.status = "detained"
    person.sentence_raw, person.sentence, person.term_end = _sentence(text, word, context)


def _sentence(text: str, word: str, context: Context) -> tuple[str | None, Sentence, PartialDate]:
    unknown = context.unknown
    if _DATED.match(text):
        end = context.dates.read(text, "Sentence", unknown)
        if end.date is None or end.date >= _FIRST_END:
            return end.raw, Sentence(), end
        unknown["Sentence: not a date"] += 1
        return None, Sentence(), PartialDate()
    if sentences.tells_of_health(text):
        unknown["Sentence: withheld, it tells of health"] += 1
        return None, Sentence(), PartialDate()
    if word in _STANDING or word in _NO_END:
        return text, _NO_END.get(word, Sentence()), PartialDate()
    sentence = sentences.read(text)
    uncounted: Counter[str] = Counter()
    end = PartialDate() if sentence.understood else context.dates.read(text, "Sentence", uncounted)
    if end.raw:
        unknown.update(uncounted)
        return end.raw, Sentence(), end
    unknown["Sentence: form not known"] += not sentence.understood
    return sentences.in_known_words(text), sentence, PartialDate()


def _add_page(person: Prisoner, text: str, context: Context) -> None:
    address = _ADDRESS.search(text)
    person.url = address[0] if address else None
    context.unknown["Source: no address"] += address is None


FIELDS: Fields = {
    "Name": TEXT,
    "Gender": sinks.gender("Gender"),
    "Date of Birth": sinks.date("birth", "Date of Birth"),
    "Date of Death": _add_death,
    "Sentence": _add_sentence,
    "Source": _add_page,
    "Place": withheld("Place"),
}
WITHHELD_FIELDS = withheld_fields(FIELDS)
_FILL = compile_filling(FIELDS)
_TABLE = TableFormat(
    FIELDS,
    needed=read_fields(FIELDS),
    expected=("Place",),
    label=label_of(_COLUMN, "column with a name that is none"),
    clean=str.strip,
    stray_key=_stray_key,
    repeated="the person stands on an earlier line",
)


def _begin(key: str, row: Node) -> Prisoner:
    parts = _SECOND_NAME.fullmatch(row["Name"])
    name = cleaning.clean(parts["first"] if parts else row["Name"])
    others = [cleaning.clean(parts["second"])] if parts else []
    return Prisoner(
        key=key,
        name=name,
        name_original=name,
        names=[Name(other, "alias", cleaning.script(other)) for other in others],
        country="CN",
        designation="political prisoner",
    )


def parse(source_id: str, files: Mapping[str, BinaryIO], options: Mapping[str, Any]) -> ParseResult:
    """Reads the one file of the list and fills `prisoners`, `names` and `charges`, which stays empty.

    SourceFormatError if the file is no such CSV (HTML, empty, without a column we read, another
    encoding) or was cut off.
    """
    if len(files) != 1:
        raise SourceFormatError(f"{len(files)} files, not one")
    name, stream = next(iter(files.items()))
    result = started([name])
    records = list(_TABLE.records(name, stream, result, _identify))
    texts = [
        record.values.get(column, "")
        for record in records
        for column in ("Date of Birth", "Date of Death", "Sentence")
    ]
    context = Context(result.unknown, FileDates.of(texts))
    for _, key, row in records:
        result.files[name].parsed += 1
        person = _begin(key, row)
        _FILL(person, row, context)
        write(result, source_id, person)
    result.unknown = +result.unknown
    return result
