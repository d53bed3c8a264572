"""What a release leaves out for its suppressed records: their rows, and what else tells of them.

Every record stands for itself: the same person's record on another list, and a namesake's, stay.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, Protocol
from urllib.parse import quote

import duckdb
import pyarrow as pa
from upath import UPath

from storage import database
from storage.files import sql_path
from warehouse.privacy.suppression import Entry, Suppressions
from warehouse.staging.staging import Staging


class Names(Protocol):
    def __call__(self, text: str, *, scattered: bool = False) -> bool:
        """Whether a text names somebody; `scattered`: wherever the parts of the name stand in it."""


IN_ITS_PLACE = "withheld"
"""What stands for a text that tells of a suppressed record, where there must be one."""

TOLD_BY = {
    "articles": ("url", "domain", "title", "themes", "persons", "organizations"),
    "sightings": ("url", "title"),
    "article_counts": ("object",),
    "news_events": ("actor1_name", "actor2_name", "url"),
    "news_event_mentions": ("url", "domain"),
    "quarantine": ("locator", "reason", "raw"),
    "snapshots": ("file", "url"),
}
"""Columns, by table, in which a row of no record may tell of one. A place's name is none: it is in every
gazetteer."""

KEY_LENGTH = 6
SHORTEST_KEY = 4
ROWS_AT_A_TIME = 20_000


def spelled(text: str) -> tuple[str, ...]:
    """A text as it may stand, also within an address."""
    return tuple(dict.fromkeys((text, quote(text), quote(text, safe=""))))


def whole_word(text: str) -> str:
    """A pattern for `text` where it is no part of something longer: `x-1` is not in `x-12` nor `x-1-a`."""
    return rf"(?<!\w)(?<!\w-){re.escape(text)}(?!\w|-\w)"


def telling_key(entry: Entry) -> bool:
    """Whether a record's key tells of it without its source: a slug does, a number does not."""
    return len(entry.key) >= KEY_LENGTH and not entry.key.isdigit()


class Marks:
    """Texts to be found in other texts, as whole words."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._found = {form: re.compile(whole_word(form)) for text in texts for form in spelled(text)}

    def __call__(self, text: str) -> bool:
        return any(form in text and pattern.search(text) for form, pattern in self._found.items())


def nobody(text: str, *, scattered: bool = False) -> bool:
    return False


@dataclass(frozen=True)
class Withheld:
    """Suppressed records, with who is named by their names. `unseen` are the numbers of entries whose
    record no snapshot has: they protect nobody."""

    entries: tuple[Entry, ...] = ()
    names: Names = field(default=nobody, repr=False)
    unseen: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.entries)

    @cached_property
    def ids(self) -> frozenset[str]:
        return frozenset(entry.record_id for entry in self.entries)

    @cached_property
    def _ids_of(self) -> dict[str, Marks]:
        """The ids, by the source that all of its ids begin with."""
        return {
            source_id: Marks(entry.record_id for entry in entries)
            for source_id, entries in self._by_source.items()
        }

    @cached_property
    def _telling_keys(self) -> Marks:
        return Marks(entry.key for entry in self.entries if telling_key(entry))

    @cached_property
    def _keys_of(self) -> dict[str, Marks]:
        return {
            source_id: Marks(entry.key for entry in entries if len(entry.key) >= SHORTEST_KEY)
            for source_id, entries in self._by_source.items()
        }

    @cached_property
    def _by_source(self) -> dict[str, list[Entry]]:
        found: dict[str, list[Entry]] = {}
        for entry in self.entries:
            found.setdefault(entry.source_id, []).append(entry)
        return found

    def tells(self, source_id: str | None, text: str, *, scattered: bool = False) -> bool:
        """Whether a text of a source tells of a suppressed record: holds its id, its key or a name of it,
        also with its parts `scattered`. A short number, which may be anything, is no key."""
        return bool(self) and self._told(source_id, text, scattered)

    @cached_property
    def _told(self) -> Callable[[str | None, str, bool], bool]:
        """`tells`, which remembers: themes and names come again and again."""

        @lru_cache(maxsize=1 << 16)
        def told(source_id: str | None, text: str, scattered: bool) -> bool:
            return (
                any(source in text and marks(text) for source, marks in self._ids_of.items())
                or self._telling_keys(text)
                or self._keys_of.get(source_id or "", nobody)(text)
                or self.names(text, scattered=scattered)
            )

        return told

    def row_tells(self, row: Mapping[str, Any], table: str) -> bool:
        """The same of a row of a table of `TOLD_BY`."""
        for column in TOLD_BY[table]:
            for text in row[column] if isinstance(row[column], list) else [row[column]]:
                if text and self.tells(row.get("source_id"), text, scattered=column == "raw"):
                    return True
        return False

    def telling(self, reader: Iterable[pa.RecordBatch], table: str, key: str) -> Iterator[Any]:
        """The `key` of each row of a table of `TOLD_BY`, given in batches, that tells of a record."""
        for batch in reader:
            for row in batch.to_pylist():
                if self.row_tells(row, table):
                    yield row[key]

    def cleaned(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The inputs of a release without what tells of a record: a file may be called after a person, an
        address hold a name, and what is said of a failure repeat it."""
        if not self:
            return dict(given)
        return {
            **given,
            "sources": {
                source_id: {
                    **state,
                    "note": self.text(source_id, state["note"]),
                    "units": [self._unit(source_id, unit) for unit in state["units"]],
                }
                for source_id, state in given["sources"].items()
            },
        }

    def text(self, source_id: str, text: str | None) -> str | None:
        """A text of a source, or what stands in its place."""
        return IN_ITS_PLACE if text and self.tells(source_id, text) else text

    def _unit(self, source_id: str, unit: Mapping[str, Any]) -> dict[str, Any]:
        files = [file for file in unit["files"] if not self.tells(source_id, file)]
        return {
            **unit,
            "files": {file: unit["files"][file] for file in files},
            "urls": {file: self.text(source_id, unit["urls"][file]) for file in files},
            "held": [self.text(source_id, said) for said in unit["held"]],
        }


NOTHING = Withheld()


def gather(
    suppressed: Suppressions,
    staging: Staging,
    given: Mapping[str, Any],
    naming: Callable[[Iterable[str]], Names],
) -> Withheld:
    """The suppressed records with their names, in every spelling that any snapshot had, good or held.

    `given` are the inputs of the release, `naming` makes of names what finds them in a text. The names
    are kept in this process's memory alone.
    """
    if not suppressed.entries:
        return NOTHING
    sources = {entry.source_id for entry in suppressed.entries} & given["sources"].keys()
    found: set[tuple[str, str]] = set()
    with database.connect() as con:
        wanted = pa.table({"record_id": pa.array(sorted(suppressed.ids), pa.string())})
        con.register("wanted", wanted)
        for source_id in sorted(sources):
            state = given["sources"][source_id]
            found |= _names(con, staging.of(state["code"]), source_id, state["units"])
    there = {record_id for record_id, _ in found}
    unseen = tuple(entry.number for entry in suppressed.entries if entry.record_id not in there)
    return Withheld(suppressed.entries, naming({name for _, name in found if name}), unseen)


_NAMES = {
    "names": "SELECT record_id, CASE WHEN kind <> 'weak_alias' THEN name ELSE '' END AS name",
    "prisoners": "SELECT record_id, unnest([name, coalesce(name_original, '')]) AS name",
    "sanctions": "SELECT record_id, name",
}


def _names(
    con: duckdb.DuckDBPyConnection, staging: Staging, source_id: str, units: Iterable[Mapping[str, Any]]
) -> set[tuple[str, str]]:
    """Each wanted record of a source with each of its names. A weak alias, which many share, is left out.
    Raises StorageError if what was staged of a snapshot is damaged: a name that it alone has would be missed.
    """
    paths: dict[str, set[UPath]] = {table: set() for table in _NAMES}
    for unit in units:
        report = staging.report(source_id, unit["unit_id"])
        for table in _NAMES:
            if report["rows"].get(table) if report else unit["verdict"]:
                paths[table].add(staging.verified(source_id, unit["unit_id"], table))
    found: set[tuple[str, str]] = set()
    for table, select in _NAMES.items():
        if paths[table]:
            query = (
                f"SELECT DISTINCT * FROM ({select} FROM read_parquet(?, hive_partitioning = false) "  # noqa: S608
                "SEMI JOIN wanted USING (record_id))"
            )
            found.update(con.execute(query, [sorted(map(sql_path, paths[table]))]).fetchall())
    return found
