"""Human Rights Center Viasna's list of prisoners: one CSV export per language, joined on `id`.

The English export is read as declared in `FIELDS`; of the Belarusian and Russian ones only `id`, `status` and
`name`. Withheld fields show or describe faces, health, relatives and third persons. Of `prison` only an
institution's name and town are read. No text of a record goes to the quarantine or into a label of `unknown`.
A text that is not recognised as belonging to its column is not kept: in a shifted row it belongs to another
one.

Dates are in ISO format; for other forms the whole file decides whether the day or the month comes first.

Older exports have `articles/0`, `articles/1` and so on, `prison/title` and `prison/address` in addition to or
instead of `articles` and `prison`, and lack the columns of `_LATER`.

People who are not designated (status `np`) are left out. The status of the English export decides; a row in
another language without a designated status gives no name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, BinaryIO

from transforms.fields.dates import PartialDate
from transforms.fields.record_parts import Name
from transforms.names import cleaning
from transforms.prisoners import sinks
from transforms.prisoners.prisoner import KEY, Prisoner, Status, is_name, started_in_languages, write
from transforms.prisoners.sinks import Context, Fields
from transforms.prisoners.vocabulary import charges, date_words, sentences
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
from transforms.reading.parse_result import ParseResult
from transforms.reading.table import TableFormat, first_key, label_of

MAIN = "prisoners.en.csv"
_FILES = {MAIN: "en", "prisoners.be.csv": "be", "prisoners.ru.csv": "ru"}
_COUNTRY = "BY"

_KEYS = ("id", "name", "status")
_LATER = frozenset({"died", "fake_terrorist_list", "clusters"})
# In older exports an object has a column for each of its parts.
_PARTS = {"articles": re.compile(r"articles/\d{1,3}"), "prison": re.compile(r"prison/(?:title|address)")}
_DATES = ("birthday", "arrested", "verdict_date", "release_date", "died")
_COLUMN = re.compile(r"[A-Za-z][\w /-]{0,39}", re.ASCII)  # what a label may call a column
_NUMBER = re.compile(r"[0-9]{1,9}")

_DESIGNATED = frozenset({"active", "former"})
_NOT_DESIGNATED = "np"
_EMPTY = frozenset({"FALSE", "False", "false"})
_TRUE = frozenset({"true", "1", "yes"})
_FALSE = frozenset({"false", "0", "no"})

_PAGE = re.compile(r"https?://(?:[a-z0-9-]+\.)*spring96\.org/[\w%.~/-]*", re.ASCII)
# Columns whose content shows that a row is shifted.
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


def _value(text: str) -> str:
    """Return a cell's text; exports write an empty object as `FALSE`."""
    cleaned = cleaning.clean(text)
    return "" if cleaned in _EMPTY else cleaned


def _identify(row: Node) -> tuple[str | None, str | None]:
    id_ = row.get("id", "")
    key = id_ if KEY.fullmatch(id_) else None
    if any(_is_of_another_column(column, text) for column, text in row.items()):
        return key, "a cell of another column"  # the columns may be shifted
    there = {"id": key, "name": is_name(row.get("name", "")), "status": "status" in row}
    return key, next((f"no {column}" for column, given in there.items() if not given), None)


def _is_of_another_column(column: str, text: str) -> bool:
    """Return whether a cell has content that only another column can have."""
    if column in _OTHER_DATES and not text[0].isdigit():
        return not date_words.only_date_words(text)
    return (
        (column in _NO_ADDRESS and "://" in text)
        or (column in _UNDATED and text[0].isdigit() and date_words.is_day(text))
        or (column not in _ANY_WORDS and text.casefold() in sinks.MALE_OR_FEMALE)
        or (column in _NO_ARTICLE and _ARTICLE.search(text) is not None)
        or (column in _NO_SENTENCE and _SENTENCE.match(text) is not None)
    )


def _status_of(row: Node) -> str:
    return cleaning.term(row.get("status", ""))


def _add_charges(person: Prisoner, row: Node, context: Context) -> None:
    """Return the charges that name an article; other words may belong to another column.

    Charges have one column, in older exports one each.
    """
    parts = (text for column, text in row.items() if _PARTS["articles"].fullmatch(column))
    texts = filter(None, (row.text("articles"), *parts))
    found = (charge for text in texts for charge in charges.read(text, _COUNTRY))
    person.charges = charges.of_known_form(found, "articles", context.unknown)


_add_facility = sinks.facility(_COUNTRY)


def _add_prison(person: Prisoner, row: Node, context: Context) -> None:
    """Return the institution; it shares a column with its address, in older exports it has its own."""
    parts = (row.get("prison/title"), row.get("prison/address"))
    _add_facility(person, row.get("prison") or ", ".join(filter(None, parts)), context)


def _add_sentence(person: Prisoner, row: Node, context: Context) -> None:
    """Return the sentence in the source's words, and parsed: the term from `decision`, the kind from both.

    A text with words that are not words of sentences is left out completely.
    """
    unknown = context.unknown
    known: dict[str, str | None] = {}
    read: dict[str, Sentence] = {}
    for column in ("decision", "penalty"):
        text = row.get(column, "")
        if sentences.tells_of_health(text):  # a court's order of treatment
            unknown[f"{column}: withheld, it tells of health"] += 1
            text = ""
        known[column], read[column] = sentences.in_known_words(text), sentences.read(text)
        unknown[f"{column}: form not known"] += not read[column].understood
    months = read["decision"].months
    kind = _kind({each.kind for each in read.values() if each.kind}, unknown)
    if months is not None and kind in _WITHOUT_TERM:
        unknown["penalty: a kind that has no term, with a term"] += 1
        kind = None
    person.sentence_raw = "; ".join(filter(None, known.values())) or None
    person.sentence = Sentence(months, kind)


def _kind(given: set[Kind], unknown: Counter[str]) -> Kind | None:
    """Return the more exact of two kinds of one sentence, or the more severe if they differ."""
    kind = min(given, key=sentences.GRAVEST_FIRST.index, default=None)
    alike = kind == "suspended" or (kind in _IMPRISONMENT and "imprisonment" in given)
    unknown["penalty: of another kind than decision"] += len(given) > 1 and not alike
    return kind


def _add_death(person: Prisoner, text: str, context: Context) -> None:
    if cleaning.term(text) not in _TRUE | _FALSE:
        person.death = context.dates.read(text, "died", context.unknown)


def _status(row: Node, death: PartialDate, release: PartialDate) -> Status:
    """Return a designated person's status, as far as the record states it explicitly.

    A person with unknown words in `died` is not called detained.
    """
    died = cleaning.term(row.get("died", ""))
    if death.date or died in _TRUE:
        return "died"
    if _status_of(row) == "active":
        return "unknown" if died and died not in _FALSE else "detained"
    return "released" if release.date else "unknown"


def _finish(person: Prisoner, row: Node, context: Context) -> None:
    _add_charges(person, row, context)
    _add_prison(person, row, context)
    _add_sentence(person, row, context)
    if _status_of(row) == "active":  # for detained people, the day on which the term ends
        person.release, person.term_end = PartialDate(), person.release
    person.status = _status(row, person.death, person.release)


FIELDS: Fields = {
    "id": TEXT,  # the key
    "name": TEXT,
    "status": TEXT,
    "url": sinks.page(_PAGE, "url: none of this site"),
    "gender": sinks.gender("gender"),
    "birthday": sinks.date("birth", "birthday"),
    "arrested": sinks.date("arrest", "arrested"),
    "articles": TEXT,
    "prison": TEXT,
    "decision": TEXT,
    "penalty": TEXT,
    "release_date": sinks.date("release", "release_date"),
    "verdict_date": sinks.date("verdict", "verdict_date"),
    "died": _add_death,
    "fake_terrorist_list": ignored("whether the state calls the person a terrorist: no column for it"),
    "clusters": ignored("groups of cases that Viasna shows together: of what, it does not say"),
    "declaration": ignored("the address of the statement that designates the person: no column for it"),
    "penalty_start_date": ignored("the day from which the term runs: no column for it"),
    "appeal_date": ignored("the day of a later instance: `verdict_date` is the first verdict's"),
    "photo": withheld("photo"),
    "description": withheld("description"),
    "judge": withheld("judge"),
    "councel": withheld("councel"),  # their spelling
}
WITHHELD_FIELDS = withheld_fields(FIELDS)
_FILL = compile_filling(FIELDS, _finish)
_READ = sorted({*read_fields(FIELDS)} - _LATER)
_TABLE = TableFormat(
    FIELDS,
    needed=_READ,
    expected=[column for column in FIELDS if column not in {*_READ, *_LATER}],
    parts=_PARTS,
    label=label_of(_COLUMN, "column with a name that is none"),
    clean=_value,
    stray_key=first_key("id", _NUMBER),
    repeated="id stands on an earlier line",
)
_NAMES = replace(_TABLE, needed=_KEYS)


def _prisoner(row: Node, own: Mapping[str, str], context: Context) -> Prisoner:
    """Return a designated person; `own` has the names of the other exports by language."""
    person = Prisoner(
        key=row["id"],
        name=row["name"],
        name_lang=_FILES[MAIN],
        name_original=own.get("be"),
        names=[Name(name, "alias", cleaning.script(name), lang) for lang, name in own.items()],
        country=_COUNTRY,
        designation="political prisoner",
        status_raw=row["status"],
    )
    _FILL(person, row, context)
    return person


def _translations(
    name: str, stream: BinaryIO, main: Mapping[str, str], result: ParseResult
) -> dict[str, str]:
    """Return the published people's names in another export by id; `main` maps ids to English statuses."""
    report = result.files[name]
    found: dict[str, str] = {}
    for line, key, row in _NAMES.records(name, stream, result, _identify):
        status = _status_of(row)
        if key not in main and status != _NOT_DESIGNATED:
            result.reject(name, f"line {line}", f"id is not in {MAIN}", key=key)
        elif main.get(key) in _DESIGNATED and status not in _DESIGNATED | {_NOT_DESIGNATED}:
            result.unknown["status: not known"] += 1
            result.reject(name, f"line {line}", "a status that is not known", key=key)
        elif main.get(key) in _DESIGNATED and status in _DESIGNATED:
            found[key] = row["name"]
            report.parsed += 1
        else:
            report.outside += 1
    return found


def parse(source_id: str, files: Mapping[str, BinaryIO], options: Mapping[str, Any]) -> ParseResult:
    """Parse `prisoners.en.csv`, and `prisoners.be.csv` and `prisoners.ru.csv` if present.

    Fills `prisoners`, `names` and `charges`. Records with status `np` count as outside. A record with an
    unknown status is quarantined, because it is unclear whether the person is designated. Raises
    SourceFormatError for a missing English export, and for a file that is invalid or truncated.
    """
    result = started_in_languages(files, _FILES)
    records = list(_TABLE.records(MAIN, files[MAIN], result, _identify))
    statuses = {record.key: _status_of(record.values) for record in records}
    dates = FileDates.of(record.values.get(column, "") for record in records for column in _DATES)
    translated = {
        lang: _translations(name, files[name], statuses, result)
        for name, lang in _FILES.items()
        if name in files and name != MAIN
    }
    report, context = result.files[MAIN], Context(result.unknown, dates)
    for line, key, row in records:
        if statuses[key] == _NOT_DESIGNATED:
            report.outside += 1
        elif statuses[key] in _DESIGNATED:
            report.parsed += 1
            own = {lang: by_id[key] for lang, by_id in translated.items() if key in by_id}
            write(result, source_id, _prisoner(row, own, context))
        else:
            result.unknown["status: not known"] += 1
            result.reject(MAIN, f"line {line}", "a status that is not known", key=key)
    result.unknown = +result.unknown
    return result
