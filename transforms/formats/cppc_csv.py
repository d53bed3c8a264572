"""Political prisoners in China, a list by volunteers: one CSV file, a row a person.

Columns are `Name`, `Gender`, `Date of Birth`, `Date of Death`, `Place`, `Sentence` and `Source`; the list's
README says what each holds. `Place` is never read: it is the town of birth, of the prison or of the
person's home, and the list does not say of whom it is which. `Source` has the addresses of pages on the
case, separated by spaces: the first is read, the others are further reports on it.

`Sentence` holds the end of the term, or `life`, `death`, `detention` (held, not yet sentenced) or
`unknown`. The README says of `unknown` that the person is in a prison, the list's own site that where
they are is unknown: it is read as nothing. An end of term that has passed is no release, though the site
shows it as one.

No text of a row goes to the quarantine, nor into a label of `unknown`.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any, BinaryIO, cast

from transforms import dates, names, sentences
from transforms.dates import PartialDate
from transforms.documents import utf8
from transforms.prisoners import Gender, Prisoner, started, write
from transforms.sentences import Sentence
from transforms.sheets import Line, csv_rows
from transforms.snapshot import Snapshot, SourceFormatError
from transforms.targets import Name

_MAPPED = ("Name", "Gender", "Date of Birth", "Date of Death", "Sentence", "Source")
_WITHHELD = ("Place",)
_COUNTRY = "CN"

_GENDERS = frozenset({"male", "female"})
_HELD = "detention"
_STANDING = frozenset({_HELD, "unknown"})  # what `Sentence` holds that is none
_NO_END = {"life": Sentence(kind="life"), "death": Sentence(kind="death")}
_DATED = re.compile(r"\d{4}", re.ASCII)
_ADDRESS = re.compile(r"https?://\S+")

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
    columns = [cell.strip() for cell in header]
    if missing := [column for column in _MAPPED if column not in columns]:
        raise SourceFormatError(f"{name} line 1: no column {', '.join(missing)}")
    if len(set(columns)) < len(columns):
        raise SourceFormatError(f"{name} line 1: a column appears twice")
    unknown.update(f"column {column}" for column in columns if column not in (*_MAPPED, *_WITHHELD))
    unknown.update(f"column {column} is missing" for column in _WITHHELD if column not in columns)
    return columns


def _key(row: Mapping[str, str]) -> str:
    """A hash of the first page on the case, which names and dates are corrected after and which no two
    rows share; of the name and the birth of a person without one."""
    address = _ADDRESS.search(row["Source"])
    said = (address[0],) if address else (row["Name"], row["Date of Birth"])
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]


def _date(row: Mapping[str, str], column: str, unknown: Counter[str]) -> PartialDate:
    date = dates.partial(row[column])
    unknown[f"{column}: not a date"] += date.raw is not None and date.date is None
    return date


def _sentence(text: str, unknown: Counter[str]) -> tuple[str | None, Sentence, PartialDate]:
    """The sentence in the list's words and as read, and the day on which the term ends."""
    if _DATED.match(text):
        end = dates.partial(text)
        unknown["Sentence: not a date"] += end.date is None
        return text, Sentence(), end
    if sentences.tells_of_health(text):
        unknown["Sentence: withheld, it tells of health"] += 1
        return None, Sentence(), PartialDate()
    if text in _STANDING:
        return text, Sentence(), PartialDate()
    sentence = _NO_END.get(text) or sentences.read(text)
    unknown["Sentence: form not known"] += not sentence.understood
    return text or None, sentence, PartialDate()


def _gender(text: str, unknown: Counter[str]) -> Gender | None:
    if text in _GENDERS:
        return cast(Gender, text)
    unknown["Gender: not known"] += bool(text)
    return None


def _prisoner(row: Mapping[str, str], unknown: Counter[str]) -> Prisoner:
    sentence_raw, sentence, term_end = _sentence(row["Sentence"], unknown)
    death = _date(row, "Date of Death", unknown)
    address = _ADDRESS.search(row["Source"])
    unknown["Source: no address"] += bool(row["Source"]) and address is None
    parts = _SECOND_NAME.fullmatch(row["Name"])
    name = names.clean(parts["first"] if parts else row["Name"])
    others = [names.clean(parts["second"])] if parts else []
    detained = row["Sentence"] == _HELD
    return Prisoner(
        key=_key(row),
        name=name,
        name_original=name,
        names=[Name(other, "alias", names.script(other)) for other in others],
        country=_COUNTRY,
        designation="political prisoner",
        # Whatever the day, who has a date of death is dead.
        status="died" if _DATED.match(death.raw or "") else "detained" if detained else "unknown",
        status_raw=row["Sentence"] if row["Sentence"] in _STANDING else None,
        gender=_gender(row["Gender"], unknown),
        birth=_date(row, "Date of Birth", unknown),
        death=death,
        term_end=term_end,
        sentence=sentence,
        sentence_raw=sentence_raw,
        url=address[0] if address else None,
    )


def parse(source_id: str, files: Mapping[str, BinaryIO], options: Mapping[str, Any]) -> Snapshot:
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
            snapshot.reject(name, f"line {line}", fault or f"{len(cells)} columns, not {len(columns)}")
            continue
        row = dict(zip(columns, map(str.strip, cells), strict=True))
        key = _key(row)
        if not row["Name"]:
            snapshot.reject(name, f"line {line}", "no name")
        elif seen.get(key) == row:
            report.outside += 1
        elif key in seen:
            snapshot.reject(name, f"line {line}", "the person stands on an earlier line")
        else:
            seen[key] = row
            report.parsed += 1
            write(snapshot, source_id, _prisoner(row, unknown))
    snapshot.unknown = +unknown
    return snapshot
