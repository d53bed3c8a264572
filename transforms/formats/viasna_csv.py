"""Human Rights Center Viasna's list of prisoners: one CSV export a language, joined on `id`.

Read from the English export are the columns of `_MAPPED`; from the Belarusian and Russian ones only
`id`, `status` and `name`. Columns of `_IGNORED` are known and passed over: some say nothing the tables
have room for, the others (`photo`, `description`, `judge`, `councel`) are withheld, for they show or
tell of faces, health, relatives and third persons. `prison` is read for an institution's name alone.
No text of a record goes to the quarantine, nor into a label of `unknown`.

People who are not designated (status `np`) are left out; the English export's status decides, and a row
that says `np` in another language gives no name either.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from transforms import dates, names, sentences
from transforms.dates import PartialDate
from transforms.snapshot import FileReport, Snapshot, SourceFormatError

MAIN = "prisoners.en.csv"
_FILES = {MAIN: "en", "prisoners.be.csv": "be", "prisoners.ru.csv": "ru"}

_KEYS = frozenset({"id", "name", "status"})
_MAPPED = _KEYS | {
    "url",
    "gender",
    "birthday",
    "arrested",
    "articles",
    "prison",
    "decision",
    "release_date",
    "verdict_date",
}
_LATER = frozenset({"died", "clusters", "fake_terrorist_list"})  # older exports lack these
_IGNORED = frozenset(
    {
        "photo",
        "description",
        "judge",
        "councel",  # their spelling
        "declaration",  # the address of the statement that designates the person
        "penalty",  # the kind of sentence
        "penalty_start_date",
        "appeal_date",
    }
)

_DESIGNATED = frozenset({"active", "former"})
_NOT_DESIGNATED = "np"
_TRUE = frozenset({"true", "1", "yes"})
_GENDERS = frozenset({"male", "female"})

# The start of a reference to an article of the criminal code. Only there is the text split, for an
# article's title can hold the separators too.
_ARTICLE = r"(?:Parts?\s+\d[\d\s,.-]*(?:and\s+\d+\s+)?of\s+)?Art(?:icles?\b|\.)"
_HAS_ARTICLE = re.compile(_ARTICLE, re.IGNORECASE)
_NEXT_ARTICLE = re.compile(rf"\s*[;,]\s*(?={_ARTICLE})", re.IGNORECASE)

# Institutions by the words they are known under. What matches is all that is taken over: a postcode, a
# street or a private address has no way through. Hospitals are left out on purpose: they tell of health.
_INSTITUTION = re.compile(
    r"(?:women's |juvenile )?"
    r"(?:(?:penal|correctional|educational)(?: labou?r)? (?:colony|settlement)|penal settlement|prison"
    r"|(?:pre-trial|temporary|remand) (?:detention|isolation) (?:cent(?:er|re)|facility|ward)"
    r"|(?:open|closed)(?:-type)? correctional (?:facility|institution)|correctional (?:facility|institution)"
    r"|arrest house)"
    r"(?: (?:No\. ?|# ?|№ ?)\d{1,3}(?!\d)|(?: of the)? KGB\b|(?=,|$))"
    r"|KGB (?:pre-trial )?(?:detention cent(?:er|re)|prison)",
    re.IGNORECASE,
)
# What `prison` holds in place of an institution: where the person stands.
_STANDING = re.compile(
    r"released|(?:under )?(?:home confinement|house arrest)|restricted freedom|suspended|abroad",
    re.IGNORECASE,
)
_HEALTH = re.compile(r"psychiatr|treatment|medical|hospital|disab|illness", re.IGNORECASE)


@dataclass(frozen=True)
class _Record:
    """One line of an export: where it starts, and its values by column, empty ones as empty text."""

    line: int
    values: dict[str, str]

    def get(self, column: str) -> str:
        return self.values.get(column, "")


def _value(text: str) -> str:
    """A cell's text; exports write an empty object as `FALSE`."""
    cleaned = names.clean(text)
    return "" if cleaned == "FALSE" else cleaned


def _text(name: str, stream: BinaryIO) -> str:
    data = stream.read()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SourceFormatError(f"{name} line {line}: not UTF-8") from error
    if not text.strip():
        raise SourceFormatError(f"{name}: empty file")
    if text.lstrip().startswith(("<", "{")):
        raise SourceFormatError(f"{name} line 1: starts with {text.lstrip()[:1]!r}, not a CSV header")
    return text


def _lines(name: str, text: str) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line it starts on. SourceFormatError where quoting is broken."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    start = 1
    try:
        for cells in reader:
            if cells:
                yield start, cells
            start = reader.line_num + 1
    except csv.Error as error:
        raise SourceFormatError(f"{name} line {start}: {error}") from error


def _columns(name: str, header: list[str], needed: frozenset[str], unknown: Counter[str]) -> list[str]:
    columns = [cell.strip() for cell in header]
    if missing := sorted(needed - set(columns)):
        raise SourceFormatError(f"{name} line 1: no column {', '.join(missing)}")
    if len(set(columns)) < len(columns):
        raise SourceFormatError(f"{name} line 1: a column appears twice")
    known = _MAPPED | _IGNORED | _LATER
    unknown.update(f"column {column}" for column in columns if column not in known)
    unknown.update(f"column {column} is missing" for column in sorted(_IGNORED - set(columns)))
    return columns


def _records(name: str, stream: BinaryIO, needed: frozenset[str], snapshot: Snapshot) -> Iterator[_Record]:
    """The records of one export that can be told apart; the others go to quarantine.

    SourceFormatError if the file is no such export, or was cut off.
    """
    text = _text(name, stream)
    lines = _lines(name, text)
    columns = _columns(name, next(lines)[1], needed, snapshot.unknown)
    report = snapshot.files[name]
    seen: set[str] = set()
    last_short = 0
    for line, cells in lines:
        report.declared += 1
        last_short = line if len(cells) < len(columns) else 0
        if len(cells) != len(columns):
            snapshot.reject(name, f"line {line}", f"{len(cells)} columns, not {len(columns)}")
            continue
        record = _Record(line, dict(zip(columns, map(_value, cells), strict=True)))
        key = record.get("id")
        reason = next(
            (f"no {column}" for column in ("id", "name", "status") if not record.get(column)),
            "id stands on an earlier line" if key in seen else None,
        )
        if reason:
            snapshot.reject(name, f"line {line}", reason)
            continue
        seen.add(key)
        yield record
    if last_short and not text.endswith("\n"):
        raise SourceFormatError(f"{name} line {last_short}: cut off in the middle of a record")


def _facility(prison: str, unknown: Counter[str]) -> str | None:
    """The institution's name at the start of `prison`, without the address that follows it."""
    if match := _INSTITUTION.match(prison):
        return match[0]
    if prison and not _STANDING.match(prison):
        unknown["prison: no institution we know"] += 1
    return None


def _charges(articles: str, unknown: Counter[str]) -> list[str]:
    """The articles, each in the source's words; sorted, so that another order is no change."""
    charges = sorted({part for part in _NEXT_ARTICLE.split(articles) if part})
    unknown["articles: no article named"] += sum(not _HAS_ARTICLE.match(charge) for charge in charges)
    return charges


def _sentence(decision: str, unknown: Counter[str]) -> tuple[str | None, float | None]:
    if _HEALTH.search(decision):  # a court's order of treatment
        unknown["decision: withheld, it tells of health"] += 1
        return None, None
    sentence = sentences.read(decision)
    if not sentence.understood:
        unknown["decision: form not known"] += 1
    return decision or None, sentence.months


def _date(record: _Record, column: str, unknown: Counter[str]) -> PartialDate:
    date = dates.partial(record.get(column))
    if date.raw and not date.date and not (column == "died" and date.raw.lower() in _TRUE):
        unknown[f"{column}: not a date"] += 1
    return date


def _status(status: str, death: PartialDate, release: PartialDate) -> str:
    """What has become of the person, as far as the record says so outright."""
    if death.date or (death.raw or "").lower() in _TRUE:
        return "died"
    if status == "active":
        return "detained"
    return "released" if status == "former" and release.date else "unknown"


def _prisoner(
    source_id: str, record: _Record, name_original: str | None, unknown: Counter[str]
) -> dict[str, Any]:
    status, gender = record.get("status"), record.get("gender").lower()
    death, release = _date(record, "died", unknown), _date(record, "release_date", unknown)
    if status not in _DESIGNATED:
        unknown["status: not known"] += 1
    if gender and gender not in _GENDERS:
        unknown["gender: not known"] += 1
    sentence_raw, sentence_months = _sentence(record.get("decision"), unknown)
    return {
        "record_id": f"{source_id}:{record.get('id')}",
        "source_id": source_id,
        "name": record.get("name"),
        "name_original": name_original,
        "gender": gender if gender in _GENDERS else None,
        **_date(record, "birthday", unknown).columns("birth_date"),
        "country": "BY",
        "status": _status(status, death, release),
        "status_raw": status,
        "recognised": status in _DESIGNATED,
        **_date(record, "arrested", unknown).columns("arrest_date"),
        **_date(record, "verdict_date", unknown).columns("verdict_date"),
        **release.columns("release_date"),
        **death.columns("death_date"),
        "sentence_raw": sentence_raw,
        "sentence_months": sentence_months,
        "charges": _charges(record.get("articles"), unknown),
        "facility": _facility(record.get("prison"), unknown),
        "case_url": record.get("url") or None,
    }


def _translations(name: str, stream: BinaryIO, main: Mapping[str, str], snapshot: Snapshot) -> dict[str, str]:
    """The published people's names in another export, by id. `main` has each id's English status."""
    report = snapshot.files[name]
    found: dict[str, str] = {}
    for record in _records(name, stream, _KEYS, snapshot):
        key = record.get("id")
        if key not in main and record.get("status") != _NOT_DESIGNATED:
            snapshot.reject(name, f"line {record.line}", f"id is not in {MAIN}")
        elif main.get(key, _NOT_DESIGNATED) == _NOT_DESIGNATED or record.get("status") == _NOT_DESIGNATED:
            report.outside += 1
        else:
            found[key] = record.get("name")
            report.parsed += 1
    return found


def parse(source_id: str, files: Mapping[str, BinaryIO], options: Mapping[str, Any]) -> Snapshot:
    """Reads `prisoners.en.csv`, with `prisoners.be.csv` and `prisoners.ru.csv` where they are there.

    Fills `prisoners` and `names`. Records with status `np` count as outside. SourceFormatError for a
    missing English export, a file that is no such CSV (HTML, empty, without a column we read, another
    encoding) or was cut off: a list read in part would show people as gone who are not.
    """
    if unexpected := sorted(files.keys() - _FILES.keys()):
        raise SourceFormatError(f"{unexpected[0]}: not a file of this source")
    if MAIN not in files:
        raise SourceFormatError(f"{MAIN}: not in the snapshot")
    snapshot = Snapshot(files={name: FileReport() for name in _FILES if name in files})
    for table in ("prisoners", "names"):
        snapshot.extend(table, [])
    records = list(_records(MAIN, files[MAIN], _MAPPED, snapshot))
    statuses = {record.get("id"): record.get("status") for record in records}
    translated = {
        lang: _translations(name, files[name], statuses, snapshot)
        for name, lang in _FILES.items()
        if name in files and name != MAIN
    }
    report = snapshot.files[MAIN]
    for record in records:
        if record.get("status") == _NOT_DESIGNATED:
            report.outside += 1
            continue
        report.parsed += 1
        key = record.get("id")
        own = {lang: by_id[key] for lang, by_id in translated.items() if key in by_id}
        row = _prisoner(source_id, record, own.get("be"), snapshot.unknown)
        snapshot.add("prisoners", row)
        for lang, name in ({"en": row["name"]} | own).items():
            snapshot.add(
                "names",
                {
                    "record_id": row["record_id"],
                    "name": name,
                    "kind": "primary" if lang == "en" else "alias",
                    "script": names.script(name),
                    "lang": lang,
                },
            )
    snapshot.unknown = +snapshot.unknown
    return snapshot
