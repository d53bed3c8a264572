"""Outcomes of parsing every bundled sample and every real snapshot, reduced to counts and hashes.

An outcome is what `parse` returns or raises: the tables, the counts of unknown elements, the quarantine and
the file reports, or the error. `tests/golden/<source_id>.json` holds a source's outcomes by the case's name:

    samples/2025-10-10              a bundled snapshot
    samples/2025-10-10 cut          the newest one, changed in one of the ways of `VARIANTS`
    samples/2025-09-11 unfiltered   a day of GDELT without options; also `listed`, filtered by names alone
    real/2024-05-15                 a real snapshot in the folder beside the project
    real/damaged/un_sc              a real file that arrived damaged

Wording is hashed apart from content: `reasons` (of the quarantine), `labels` (of unknown elements) and
`message` (of an error) change with the wording alone. `order` is the only hash that depends on the order of a
table's rows; releases do not depend on it, since they sort each table by all its columns.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pyarrow as pa

from sources.registry import NAMES_FILE, Source, samples
from tests.golden.variants import VARIANTS, Change
from transforms.reading.parse_result import ParseResult, SourceFormatError, parse

FOLDER = Path(__file__).parent
REAL_DATA = FOLDER.parents[2] / "shared" / "data"
SAMPLE, REAL = "samples/", "real/"

_DIGITS = 16  # of a hash: 64 bits are plenty against a change by accident
# Heads of state and the like, whom the bundled and the real rows name.
_LISTED_NAMES = ("Alexander Lukashenko", "Angela Merkel", "Donald Trump", "Vladimir Putin", "Ales Bialiatski")

_encode = json.JSONEncoder(ensure_ascii=False, default=str).encode


@dataclass(frozen=True)
class Case:
    """One input of a source's parser: its name, the files' paths by name, and how they differ from these."""

    name: str
    source: Source
    paths: dict[str, Path]
    change: Change | None = None
    added: dict[str, bytes] = field(default_factory=dict)
    options: dict[str, Any] | None = None

    def files(self) -> dict[str, bytes]:
        """The files' contents by name, changed."""
        files = {name: path.read_bytes() for name, path in self.paths.items()}
        if self.change:
            files = {name: self.change(content) for name, content in files.items()}
        return files | self.added

    def outcome(self) -> dict[str, Any]:
        """Parses the files; see the module for what is returned."""
        options = self.source.parser_options() if self.options is None else self.options
        streams = {name: io.BytesIO(content) for name, content in self.files().items()}
        try:
            result = parse(self.source.source_id, self.source.parser, streams, options)
        except SourceFormatError as error:
            return {"error": {"type": type(error).__name__, "message": _hash([str(error)])}}
        return _summary(result)


def sample_cases(source: Source) -> Iterator[Case]:
    """The cases of a source's bundled samples."""
    snapshots = list(_snapshots(source, samples(source.source_id), SAMPLE))
    for case in snapshots:
        yield from _filtered(case)
    newest = snapshots[-1]
    for variant, change in VARIANTS.items():
        case = Case(f"{newest.name} {variant}", source, newest.paths, change)
        if case.files() != newest.files():
            yield case


def real_cases(source: Source) -> Iterator[Case]:
    """The cases of a source's real snapshots; none without the folder of these."""
    for case in _snapshots(source, REAL_DATA / source.source_id, REAL):
        yield from _filtered(case)
    for folder in sorted((REAL_DATA / "damaged").glob(f"{source.source_id}*/")):
        for path in sorted(folder.iterdir()):
            paths = {source.files[0].name: path}
            yield Case(f"{REAL}damaged/{folder.name}", source, paths)


def recorded(source_id: str) -> dict[str, Any]:
    """The outcomes in the source's file, by case; none without a file."""
    path = record_path(source_id)
    outcomes: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    return outcomes


def record_path(source_id: str) -> Path:
    return FOLDER / f"{source_id}.json"


def differences(expected: Any, actual: Any, place: str = "") -> list[str]:
    """The places at which recorded and actual outcomes differ, one per line, such as
    `samples/2025-10-10 > tables > names > rows: 37, now 36`."""
    if expected == actual:
        return []
    if not (isinstance(expected, dict) and isinstance(actual, dict)):
        before, now = (
            "absent" if one is None else "present" if isinstance(one, dict) else one
            for one in (expected, actual)
        )
        return [f"{place}: {before}, now {now}"]
    return [
        line
        for key in sorted({*expected, *actual})
        for line in differences(expected.get(key), actual.get(key), f"{place} > {key}" if place else key)
    ]


def _snapshots(source: Source, folder: Path, prefix: str) -> Iterator[Case]:
    """The dated folders in `folder`, oldest first, each with the files that the source takes."""
    for dated in sorted(folder.glob("????-??-??/")):
        date.fromisoformat(dated.name)
        names = sorted(path.name for path in dated.iterdir() if _takes(source, path.name))
        yield Case(f"{prefix}{dated.name}", source, {name: dated / name for name in names})


def _takes(source: Source, name: str) -> bool:
    """Whether a file is part of a snapshot of the source, as it is for a mirror folder."""
    if source.index:
        return fnmatchcase(name, source.index.pattern)
    if any(pages.is_content(name) for pages in source.pages):
        return True
    any_name = not source.pages and all(file.optional for file in source.files)
    return any_name or any(file.name == name for file in source.files)


def _filtered(case: Case) -> Iterator[Case]:
    """The case, and for days of news the same with other filters."""
    yield case
    if case.source.content != "days":
        return
    yield Case(f"{case.name} unfiltered", case.source, case.paths, options={})
    day = min(case.paths)[: len("20250911")]
    names = "".join(f"{name}\n" for name in sorted(_LISTED_NAMES)).encode()
    added = {f"{day}{NAMES_FILE}": names}
    yield Case(f"{case.name} listed", case.source, case.paths, added=added, options={"listed": True})


def _summary(result: ParseResult) -> dict[str, Any]:
    quarantine = [[record[key] for key in ("file", "locator", "raw", "key")] for record in result.quarantine]
    reasons = [[record[key] for key in ("file", "locator", "reason")] for record in result.quarantine]
    return {
        "tables": {name: _table(table) for name, table in sorted(result.arrow().items())},
        "unknown": {
            "kinds": len(result.unknown),
            "count": result.unknown.total(),
            "labels": _hash(sorted(map(_encode, result.unknown.items()))),
        },
        "quarantine": {
            "records": len(quarantine),
            "content": _hash(sorted(map(_encode, quarantine))),
            "reasons": _hash(sorted(map(_encode, reasons))),
        },
        "files": {name: report.to_dict() for name, report in sorted(result.files.items())},
    }


def _table(table: pa.Table) -> dict[str, Any]:
    """A table's row count and hashes, of its columns and values alone: not of chunks, buffers or metadata."""
    columns = [f"{column.name} {column.type} {column.nullable}" for column in table.schema]
    rows = [_encode(row) for row in zip(*(column.to_pylist() for column in table.columns), strict=True)]
    return {
        "rows": table.num_rows,
        "content": _hash([*columns, *sorted(rows)]),
        "order": _hash(rows),
    }


def _hash(lines: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line.encode() + b"\n")
    return digest.hexdigest()[:_DIGITS]
