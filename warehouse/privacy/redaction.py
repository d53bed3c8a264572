"""What a release leaves out for its suppressed records: their rows, and texts that identify them.

Each record is suppressed by itself: the same person's record on another list, and a namesake's, stay.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, Protocol

import duckdb
import pyarrow as pa
from upath import UPath

from storage import database
from storage.files import sql_path
from storage.home import Home
from warehouse.privacy.identifying_text import is_identifying_key, spellings, whole_word
from warehouse.privacy.suppression_list import Entry, Suppressions
from warehouse.staging.staging import Staging
from warehouse.staging.states import SnapshotSequence


class NameMatcher(Protocol):
    def __call__(self, text: str, *, scattered: bool = False) -> bool:
        """Whether a text has a name; with `scattered`, also if the parts of the name are not together."""


REDACTED = "withheld"
"""Replaces a text that identifies a suppressed record, where there must be one."""

IDENTIFYING_COLUMNS = {
    "articles": ("url", "domain", "title", "themes", "persons", "organizations"),
    "sightings": ("url", "title"),
    "article_counts": ("object",),
    "news_events": ("actor1_name", "actor2_name", "url"),
    "news_event_mentions": ("url", "domain"),
    "quarantine": ("locator", "reason", "raw"),
    "snapshots": ("file", "url"),
}
"""Columns, by table, in which a row that belongs to no record may identify one. Names of places are not
among them: they are in every gazetteer."""

SHORTEST_KEY = 4
"""The least length of a key that identifies a record in a text of its own source."""

ROWS_AT_A_TIME = 20_000


class WordSearch:
    """Finds any of some texts in another text, as whole words."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._patterns = {form: re.compile(whole_word(form)) for text in texts for form in spellings(text)}

    def __call__(self, text: str) -> bool:
        return any(form in text and pattern.search(text) for form, pattern in self._patterns.items())


def names_nobody(text: str, *, scattered: bool = False) -> bool:
    return False


@dataclass(frozen=True)
class Redaction:
    """The suppressed records, and what finds their names in a text. `unseen` are the numbers of entries whose
    record no snapshot has: they protect nobody."""

    entries: tuple[Entry, ...] = ()
    names: NameMatcher = field(default=names_nobody, repr=False)
    unseen: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.entries)

    @cached_property
    def ids(self) -> frozenset[str]:
        return frozenset(entry.record_id for entry in self.entries)

    @cached_property
    def _ids_of(self) -> dict[str, WordSearch]:
        """The ids, by the source that they begin with."""
        return {
            source_id: WordSearch(entry.record_id for entry in entries)
            for source_id, entries in self._by_source.items()
        }

    @cached_property
    def _identifying_keys(self) -> WordSearch:
        return WordSearch(entry.key for entry in self.entries if is_identifying_key(entry))

    @cached_property
    def _keys_of(self) -> dict[str, WordSearch]:
        return {
            source_id: WordSearch(entry.key for entry in entries if len(entry.key) >= SHORTEST_KEY)
            for source_id, entries in self._by_source.items()
        }

    @cached_property
    def _by_source(self) -> dict[str, list[Entry]]:
        found: dict[str, list[Entry]] = {}
        for entry in self.entries:
            found.setdefault(entry.source_id, []).append(entry)
        return found

    def identifies(self, source_id: str | None, text: str, *, scattered: bool = False) -> bool:
        """Whether a text of a source identifies a suppressed record: by its id, its key or one of its names,
        also with the parts of the name `scattered`. A short number does not count as a key."""
        return bool(self) and self._identifies(source_id, text, scattered)

    @cached_property
    def _identifies(self) -> Callable[[str | None, str, bool], bool]:
        """`identifies` with a cache: themes and names recur."""

        @lru_cache(maxsize=1 << 16)
        def search(source_id: str | None, text: str, scattered: bool) -> bool:
            return (
                any(source in text and search(text) for source, search in self._ids_of.items())
                or self._identifying_keys(text)
                or self._keys_of.get(source_id or "", names_nobody)(text)
                or self.names(text, scattered=scattered)
            )

        return search

    def row_identifies(self, row: Mapping[str, Any], table: str) -> bool:
        """Whether a row of a table of `IDENTIFYING_COLUMNS` identifies a suppressed record."""
        for column in IDENTIFYING_COLUMNS[table]:
            for text in row[column] if isinstance(row[column], list) else [row[column]]:
                if text and self.identifies(row.get("source_id"), text, scattered=column == "raw"):
                    return True
        return False

    def identifying_rows(self, reader: Iterable[pa.RecordBatch], table: str, key: str) -> Iterator[Any]:
        """The `key` of each row, in batches of a table of `IDENTIFYING_COLUMNS`, that identifies a record."""
        for batch in reader:
            for row in batch.to_pylist():
                if self.row_identifies(row, table):
                    yield row[key]

    def redact_text(self, source_id: str, text: str | None) -> str | None:
        """A text of a source, or `REDACTED`."""
        return REDACTED if text and self.identifies(source_id, text) else text


NO_REDACTION = Redaction()


def collect_redaction(
    suppressed: Suppressions,
    home: Home,
    sources: Mapping[str, SnapshotSequence],
    match_names: Callable[[Iterable[str]], NameMatcher],
) -> Redaction:
    """Collect the names of the suppressed records, in every spelling of any snapshot, promoted or held.

    `sources` are the promoted snapshots by source id; `match_names` makes a matcher from names. The names are
    kept in the memory of this process only. Raises StorageError."""
    if not suppressed.entries:
        return NO_REDACTION
    listed = {entry.source_id for entry in suppressed.entries} & sources.keys()
    found: set[tuple[str, str]] = set()
    with database.connect() as con:
        wanted = pa.table({"record_id": pa.array(sorted(suppressed.ids), pa.string())})
        con.register("wanted", wanted)
        for source_id in sorted(listed):
            found |= _record_names(con, home, source_id, sources[source_id])
    seen = {record_id for record_id, _ in found}
    unseen = tuple(entry.number for entry in suppressed.entries if entry.record_id not in seen)
    return Redaction(suppressed.entries, match_names({name for _, name in found if name}), unseen)


_NAME_QUERIES = {
    "names": "SELECT record_id, CASE WHEN kind <> 'weak_alias' THEN name ELSE '' END AS name",
    "prisoners": "SELECT record_id, unnest([name, coalesce(name_original, '')]) AS name",
    "sanctions": "SELECT record_id, name",
}


def _record_names(
    con: duckdb.DuckDBPyConnection, home: Home, source_id: str, source: SnapshotSequence
) -> set[tuple[str, str]]:
    """Each wanted record of a source with each of its names but weak aliases, which many share. Raises
    StorageError if a staged snapshot is damaged: names that only it has would be missed."""
    paths: dict[str, set[UPath]] = {table: set() for table in _NAME_QUERIES}
    staging = Staging(home, source.code)
    for snapshot in source.snapshots:
        report = staging.report(source_id, snapshot.unit_id)
        for table in _NAME_QUERIES:
            if report["rows"].get(table) if report else snapshot.verdict:
                paths[table].add(staging.verified(source_id, snapshot.unit_id, table))
    found: set[tuple[str, str]] = set()
    for table, select in _NAME_QUERIES.items():
        if paths[table]:
            query = (
                f"SELECT DISTINCT * FROM ({select} FROM read_parquet(?, hive_partitioning = false) "  # noqa: S608
                "SEMI JOIN wanted USING (record_id))"
            )
            found.update(con.execute(query, [sorted(map(sql_path, paths[table]))]).fetchall())
    return found
