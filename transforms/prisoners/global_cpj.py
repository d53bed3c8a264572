"""The Committee to Protect Journalists' census of imprisoned journalists, from the API behind its site.

The files are pages of JSON, `entries-1.json`, `entries-2.json` and so on, each `{"data": [...]}`. A row is a
person in the census of one `year`, which covers those in custody at midnight on 1 December. A person in
several censuses has several rows: that of the newest census is published, the others count as outside. Only
people in the newest census of the whole answer are `detained`; being left out of it does not show what became
of them.

Only the fields that are read are requested, and the answer should have no others. Other fields that the API
is known to have are withheld or ignored; unknown ones are counted. No text of a row goes to the quarantine or
into a label of `unknown`, and none goes into a table unless it is recognised as belonging to its field.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from transforms.fields import countries
from transforms.names import cleaning
from transforms.prisoners.prisoner import KEY, Prisoner, is_name, started, write
from transforms.prisoners.sinks import Context, Fields
from transforms.prisoners.vocabulary import charges, date_words
from transforms.prisoners.vocabulary.date_words import FileDates
from transforms.reading import json_text
from transforms.reading.declaration import (
    TEXT,
    Node,
    compile_filling,
    ignored,
    read_fields,
    withheld,
    withheld_fields,
)
from transforms.reading.parse_result import ParseResult, SourceFormatError

_AROUND = frozenset({"data", "meta", "pageCount", "rowCount"})  # keys of the answer; the API's own counts
_FIELD = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,40}")  # what a label may call a field

_FILE = re.compile(r"entries-([1-9]\d{0,4})\.json", re.ASCII)
_IMPRISONED = "imprisoned"
_ELSEWHERE = frozenset(
    {"killed", "missing", "released", "exiled", "threatened", "free"}
)  # no census of these
_DESIGNATIONS = {"journalist": "imprisoned journalist", "media worker": "imprisoned media worker"}
_NOBODY = re.compile(
    r"\d+\s.*|.*\b(?:unidentified|unnamed|unknown|anonymous|names? (?:withheld|unknown))\b.*", re.IGNORECASE
)
_YEAR = re.compile(r"(?:19|20)\d\d", re.ASCII)
# Words in the Committee's categories of charges.
_CATEGORY_WORDS = """
anti state retaliatory retaliation false fake news defamation criminal libel insult insulting censorship
violation violations ethnic religious or and of the no not none charge charges disclosed undisclosed unknown
other legal action terrorism terrorist extremism espionage treason contempt tax drug drugs national security
public order misuse office professional illegal
"""
_CATEGORIES = frozenset(_CATEGORY_WORDS.split())
_WORD = re.compile(r"[^\W_]+")
_BETWEEN_CHARGES = re.compile(r"[,;]")  # categories of the Committee's, none of which has a comma in it
_PAGE = re.compile(r"(?:https?://(?:www\.)?cpj\.org/|/?)(data/people/[\w.%/-]{1,200})", re.ASCII)


@dataclass(frozen=True)
class _Row:
    """A row of the census: its position, and its cleaned values by field."""

    file: str
    place: str
    values: Node

    @property
    def key(self) -> str:
        """The Committee's number of the person, else a hash of the facts that distinguish people."""
        number: str = self.values["personId"]
        if KEY.fullmatch(number):
            return number
        identifying = "\n".join(self.values[field] for field in ("fullName", "country", "startDisplay"))
        return hashlib.sha256(identifying.encode()).hexdigest()[:16]

    @property
    def year(self) -> int | None:
        """The census."""
        text = self.values["year"]
        return int(text) if _YEAR.fullmatch(text) else None


def _text(value: object) -> str:
    """Return a field's text; the texts of a list are joined by commas."""
    if isinstance(value, list):
        return ", ".join(filter(None, map(json_text.text, value)))
    return json_text.text(value)


def _pages(files: Iterable[str]) -> list[str]:
    """Return the names of the pages in order. Raises SourceFormatError for other files or a missing page."""
    pages, others = json_text.numbered_files(files, _FILE, "entries-{}.json")
    if others:
        raise SourceFormatError(f"{others[0]}: not a file of this source")
    return pages


def _list(name: str, stream: BinaryIO, unknown: Counter[str]) -> list[Any]:
    answer = json_text.json_document(name, stream)
    rows = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(rows, list):
        raise SourceFormatError(f"{name}: no list `data`")
    _count(answer.keys() - _AROUND, unknown)
    return rows


def _count(fields: Iterable[str], unknown: Counter[str]) -> None:
    json_text.count_unknown(fields, _FIELD, "field of an odd name", unknown)


def _rows(files: Mapping[str, BinaryIO], result: ParseResult) -> Iterator[_Row]:
    """Return the rows of people in a census; other rows count as outside, and unreadable ones are rejected.

    Raises SourceFormatError for an invalid page, or for an empty page before others.
    """
    empty = None
    for name in _pages(files):
        report = result.files[name]
        found = _list(name, files[name], result.unknown)
        if found and empty:
            raise SourceFormatError(f"{empty}: an empty page, but not the last one")
        empty = None if found else name
        for number, row in enumerate(found):
            report.declared += 1
            place = f"data[{number}]"
            if not isinstance(row, dict):
                result.reject(name, place, "not an object")
                continue
            _count(row.keys() - FIELDS.keys(), result.unknown)
            values = Node({field: _text(row.get(field)) for field in _READ})
            read, status = _Row(name, place, values), cleaning.term(values["status"])
            named = values["fullName"] if is_name(values["fullName"]) else ""
            nobody = _NOBODY.fullmatch(values["fullName"])
            needed = {"fullName": named or nobody, "status": status}
            if missing := [field for field, value in needed.items() if not value]:
                known = named or KEY.fullmatch(values["personId"])
                result.reject(name, place, f"no {missing[0]}", key=read.key if known else None)
            elif status in _ELSEWHERE or nobody:
                report.outside += 1
            elif status != _IMPRISONED:
                result.unknown["status: not known"] += 1
                result.reject(name, place, "a status that is not known", key=read.key)
            else:
                yield read


def _newest(rows: Iterator[_Row], result: ParseResult) -> tuple[dict[str, _Row], int | None]:
    """Return each person's row in their newest census by key, and the newest census of all.

    A year with fewer than half of the people of the previous year is a census that is still being entered:
    the people in it count as detained, and so do those of the last complete census.
    """
    censuses: dict[tuple[str, int | None], _Row] = {}
    for row in rows:
        first = censuses.setdefault((row.key, row.year), row)
        if first is row:
            continue
        if first.values == row.values:  # the list changed while its pages were fetched
            result.files[row.file].outside += 1
        else:
            reason = "the same person and census stand in an earlier row"
            result.reject(row.file, row.place, reason, key=row.key)
    people = Counter(year for _, year in censuses if year)
    whole = [year for year, count in people.items() if 2 * count >= people[year - 1]]
    newest: dict[str, _Row] = {}
    for (key, year), row in sorted(censuses.items(), key=lambda item: (item[0][0], item[0][1] or 0)):
        if key in newest:
            result.files[newest[key].file].outside += 1
        newest[key] = row
        result.unknown["year: none"] += year is None
    return newest, max(whole, default=None)


def _add_charges(person: Prisoner, text: str, context: Context) -> None:
    """Return the Committee's categories; other words are left out."""
    found = [part for each in _BETWEEN_CHARGES.split(text) if (part := each.strip())]
    known = [part for part in found if set(_WORD.findall(cleaning.term(part))) <= _CATEGORIES]
    context.unknown["charges: no category that we know"] += len(found) - len(known)
    person.charges = [charge for part in known for charge in charges.read(part)]


def _add_arrest(person: Prisoner, text: str, context: Context) -> None:
    reason = "startDisplay: form not known"
    person.arrest = date_words.read_date(text, reason, context.unknown, context.dates.order)


def _add_country(person: Prisoner, text: str, context: Context) -> None:
    person.country = countries.code(text)
    context.unknown["country: not known"] += person.country is None


def _add_designation(person: Prisoner, text: str, context: Context) -> None:
    type_ = cleaning.term(text)
    person.designation = _DESIGNATIONS.get(type_, person.designation)
    context.unknown["type: not known"] += type_ not in _DESIGNATIONS


def _add_page(person: Prisoner, text: str, context: Context) -> None:
    page = _PAGE.fullmatch(text)
    context.unknown["mtpage: form not known"] += bool(text) and page is None
    person.url = f"https://cpj.org/{page[1]}" if page else None


_WITHHELD = (
    *("body", "notes", "photoUrl", "photoCredit", "healthProblems", "tortured", "threatened", "captive"),
    *("organizations", "employedAs"),
)
_IGNORED = {
    "of the work": ("jobs", "coverage", "coverages", "mediums", "localOrForeign"),
    "it is not stated of what": ("location", "region", "state", "locality", "province", "locationImprisoned"),
    "not asked for": (
        *("gender", "primaryNationality", "secondaryNationality", "tertiaryNationality"),
        *("endDisplay", "combinedStatus", "lastStatus", "href"),
    ),
    "a range such as `5 years to <10 years`": ("lengthOfSentence", "sentence"),
    "of journalists killed": ("typeOfDeath", "motiveConfirmed", "impunityMurder", "sourcesOfFire"),
}
FIELDS: Fields = {
    "personId": TEXT,
    "fullName": TEXT,
    "status": TEXT,
    "charges": _add_charges,
    "startDisplay": _add_arrest,
    "country": _add_country,
    "type": _add_designation,
    "mtpage": _add_page,
    "year": TEXT,
    **{field: withheld(field) for field in _WITHHELD},
    **{field: ignored(why) for why, fields in _IGNORED.items() for field in fields},
}
WITHHELD_FIELDS = withheld_fields(FIELDS)
_READ = read_fields(FIELDS)
_FILL = compile_filling(FIELDS)


def _prisoner(row: _Row, census: int | None, context: Context) -> Prisoner:
    values, year = row.values, row.year
    held = year is not None and census is not None and year >= census
    person = Prisoner(
        key=row.key,
        name=values["fullName"],
        country=None,
        designation=_DESIGNATIONS["journalist"],
        status="detained" if held else "unknown",
        status_raw=f"{values['status']} {year}" if year else values["status"],
    )
    _FILL(person, values, context)
    return person


def parse(source_id: str, files: Mapping[str, BinaryIO], options: Mapping[str, Any]) -> ParseResult:
    """Parse the pages into `prisoners`, `names` and `charges`.

    If a person's row is on two pages, the second counts as outside if it is equal, and is rejected otherwise.
    Raises SourceFormatError for an invalid page (a web page, truncated, without the list) and for a missing
    page: an incomplete list would make people seem to have disappeared.
    """
    if not files:
        raise SourceFormatError("no file in the snapshot")
    result = started(_pages(files))
    newest, census = _newest(_rows(files, result), result)
    order = date_words.figure_order(row.values["startDisplay"] for row in newest.values())
    context = Context(result.unknown, FileDates(order, serials=False))
    for row in newest.values():
        result.files[row.file].parsed += 1
        write(result, source_id, _prisoner(row, census, context))
    result.unknown = +result.unknown
    return result
