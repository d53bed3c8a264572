"""Political prisoners in China, a list by volunteers: one CSV file, one row per person.

The columns are `Name`, `Gender`, `Date of Birth`, `Date of Death`, `Place`, `Sentence` and `Source`; the
list's README describes them. `Place` is never read: it is the town of birth, of the prison or of the person's
home, and the list does not state which. `Source` has the addresses of pages on the case, separated by spaces:
the first is read, the others are further reports.

`Sentence` has the end of the term, or `life`, `death`, `detention` (detained, not yet sentenced) or
`unknown`. For `unknown` the README says that the person is in a prison, and the list's site that the
whereabouts are unknown: it is read as missing. A past end of the term is not a release, although the site
shows it as one.

Dates are in ISO format; for other forms the whole file decides whether the day or the month comes first. A
spreadsheet's day numbers are read as dates unless there is only a single one, which is an error.

No text of a row goes to the quarantine or into a label of `unknown`, and none goes into a table unless it is
recognised as belonging to its column.
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
_STANDING = frozenset({_HELD, "unknown"})  # values of `Sentence` that are not sentences
_NO_END = {"life": Sentence(kind="life"), "death": Sentence(kind="death")}
_DATED = re.compile(r"\d{4}", re.ASCII)
_FIRST_END = "1980"  # no term on the list ended earlier: an earlier day number is an error
_ADDRESS = re.compile(r"https?://[!-~]+")
_UNDATED = ("Name", "Gender", "Source")
_LONG_WORD = 8
_NO_SOURCE = _STANDING | _NO_END.keys()

# A second name: in Latin script, a pen name, or a common name: 阿可拜尔•伊明（AkbarImin）. The name of a
# monastery distinguishes two people with the same name, and is not itself a name.
_SECOND_NAME = re.compile(r"(?P<first>[^（）()]+)[（(](?P<second>[^（）()寺]+)[）)]")


def _identify(row: Node) -> tuple[str | None, str | None]:
    """Return the key: a hash of the address of the first page on the case; without one, of name and birth.

    Addresses stay when names and dates are corrected, and no two rows share one.
    """
    if _is_shifted(row):
        return _address_key(row.values()), "a cell of another column"  # the columns may be shifted
    source = row.get("Source", "")
    if not is_name(row.get("Name", "")):
        return _address_key([source]), "no name"
    return _address_key([source]) or _hash(row["Name"], row.get("Date of Birth", "")), None


def _address_key(cells: Iterable[str]) -> str | None:
    """Return the key of a row whose columns may be shifted: from the cell with an address."""
    found = [address[0] for cell in cells if (address := _ADDRESS.search(cell))]
    return _hash(found[0]) if len(found) == 1 else None


def _stray_key(titles: Titles, cells: Sequence[str]) -> str | None:
    return _address_key(cells)


def _hash(*texts: str) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]


def _is_shifted(row: Node) -> bool:
    """Return whether a cell has content that only another column can have."""
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
    """Return the sentence, the day on which the term ends, and whether the person is detained."""
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
    """Parse the file of the list into `prisoners` and `names`; `charges` stays empty.

    Raises SourceFormatError if the file is invalid (HTML, empty, a missing column, another encoding) or
    truncated.
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
