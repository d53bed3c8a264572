"""Searches a written release for suppressed records: in every byte, and in every text as a reader of the
files sees it.

It looks for a record's id, and for its key alone where that identifies the record: a slug, not a number. It
does not look for names: namesakes, and the same person's record on another list, are published.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from upath import UPath

from storage import database
from storage.files import sql_path
from warehouse.privacy.identifying_text import is_identifying_key, spellings, whole_word
from warehouse.privacy.redaction import ROWS_AT_A_TIME
from warehouse.privacy.suppression_list import FILE, Entry, Suppressions

CHUNK = 1 << 20
_AFTER = 2  # bytes after a word that show whether it has ended

_NO_TEXT = re.compile(r"(?:U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?|FLOAT|DOUBLE|BOOLEAN|DATE|TIME.*|INTERVAL)")
_CATALOG = (
    "schemas",
    "tables",
    "columns",
    "views",
    "functions",
    "types",
    "sequences",
    "indexes",
    "constraints",
)


@dataclass(frozen=True)
class _Mark:
    """A text that identifies an entry; `key` if it is the publisher's key alone."""

    entry: Entry
    text: str
    key: bool

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(whole_word(self.text))

    @cached_property
    def raw(self) -> re.Pattern[bytes]:
        """The same in bytes that are not text. What precedes may be anything, such as a length."""
        return re.compile(re.escape(self.text.encode()) + rb"(?![0-9A-Za-z_\x80-\xff]|-[0-9A-Za-z])")

    def is_in(self, text: str) -> bool:
        return self.text in text and self.pattern.search(text) is not None


class LeakSearch:
    """Looks for the suppressed records in texts, columns and bytes; its results are numbers of entries.

    In another record's row a key alone counts only for `prisoners` sources, and only in the rows of the key's
    own source: sanctions lists refer to each other by their numbers.
    """

    def __init__(self, suppressed: Suppressions, prisoners: Iterable[str]) -> None:
        self._entries = {entry.record_id: entry for entry in suppressed.entries}
        self._prisoners = frozenset(prisoners)
        self._marks = [
            _Mark(entry, form, key=key)
            for entry in suppressed.entries
            for text, key in ((entry.record_id, False), (entry.key, True))
            if not key or is_identifying_key(entry)
            for form in spellings(text)
        ]
        self._ids = pa.array(sorted(self._entries), pa.string())
        # Any of them, in one pass whatever their number; a text that matches is searched again for each.
        self._any = _either(mark.text for mark in self._marks)
        self._any_id = _either(mark.text for mark in self._marks if not mark.key)
        self._overlap = max((len(mark.text.encode()) for mark in self._marks), default=0) + _AFTER

    def in_text(self, text: str, record_id: str | None = None) -> set[int]:
        """In a text, which may be from a row of the record `record_id`."""
        return {
            mark.entry.number for mark in self._marks if mark.is_in(text) and self._counts(mark, record_id)
        }

    def _counts(self, mark: _Mark, record_id: str | None) -> bool:
        source_id = mark.entry.source_id
        return (
            not mark.key
            or record_id is None
            or (source_id in self._prisoners and record_id.startswith(f"{source_id}:"))
        )

    def in_json(self, value: Any) -> set[int]:
        """In all texts of a JSON value."""
        if isinstance(value, dict):
            return {n for pair in value.items() for each in pair for n in self.in_json(each)}
        if isinstance(value, list):
            return {n for each in value for n in self.in_json(each)}
        return self.in_text(value) if isinstance(value, str) else set()

    def in_file(self, path: UPath) -> set[int]:
        """In the bytes of a file, for records' ids alone."""
        found: set[int] = set()
        data = b""
        with path.open("rb") as stream:
            while chunk := stream.read(CHUNK):
                data = data[-self._overlap :] + chunk
                if _matches(pa.array([data], pa.binary()), self._any_id)[0].as_py():
                    found |= self._in_bytes(data)
        return found | self._in_bytes(data, last=True)

    def _in_bytes(self, data: bytes, last: bool = False) -> set[int]:
        """Whether a word that ends with the chunk has ended is known from the next chunk only."""
        end = len(data) if last else len(data) - _AFTER
        return {
            mark.entry.number
            for mark in self._marks
            if not mark.key and any(match.end() <= end for match in mark.raw.finditer(data))
        }

    def in_rows(self, con: duckdb.DuckDBPyConnection, relation: str) -> set[int]:
        """In all texts of a relation. In a column `record_id` only whole values count."""
        found: set[int] = set()
        types = con.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()  # noqa: S608
        texts = {name: type_ for name, type_, *_ in types if not _NO_TEXT.fullmatch(type_)}
        if not texts:
            return found
        columns = ", ".join(_as_text(name, type_) for name, type_ in texts.items())
        for batch in con.execute(f"SELECT {columns} FROM {relation}").to_arrow_reader(ROWS_AT_A_TIME):  # noqa: S608
            records = batch.column("record_id") if "record_id" in texts else None
            for name, column in zip(batch.schema.names, batch.columns, strict=True):
                if name == "record_id":
                    hits = column.filter(pc.is_in(column, value_set=self._ids))
                    found |= {self._entries[each].number for each in hits.unique().to_pylist()}
                    continue
                for row in pc.indices_nonzero(_matches(column, self._any)).to_pylist():
                    record_id = records[row].as_py() if records is not None else None
                    found |= self.in_text(column[row].as_py(), record_id)
        return found


def _either(texts: Iterable[str]) -> str:
    """A pattern of RE2 for any of some texts, as far as RE2 can find the end of a word."""
    return f"(?:{'|'.join(map(re.escape, texts))})(?:[^0-9A-Za-z_]|$)"


def _matches(texts: pa.Array, pattern: str) -> pa.Array:
    return pc.fill_null(pc.match_substring_regex(texts, pattern), False)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _as_text(name: str, type_: str) -> str:
    if type_ == "VARCHAR":
        return _quoted(name)
    text = (
        f"array_to_string({_quoted(name)}, chr(10))" if type_ == "VARCHAR[]" else f"{_quoted(name)}::VARCHAR"
    )
    return f"{text} AS {_quoted(name)}"


def find_leaks(
    files: Mapping[str, UPath], suppressed: Suppressions, prisoners: Iterable[str]
) -> Iterator[tuple[str, int]]:
    """Where in the `files` of a release, by name, a suppressed record is found, each with the number of its
    entry. `prisoners` are the ids of the sources that are prisoner lists. If nothing is suppressed, no file
    is read."""
    if not suppressed.entries:
        return
    search = LeakSearch(suppressed, prisoners)
    for name, path in sorted(files.items()):
        yield from dict.fromkeys(
            (where, number) for where, found in _in_file(search, name, path) for number in sorted(found)
        )


def _in_file(search: LeakSearch, name: str, path: UPath) -> Iterator[tuple[str, set[int]]]:
    if found := search.in_text(name):
        yield "a file's name", found
        name = f"a {path.suffix or 'nameless'} file"
    yield name, search.in_file(path)
    if path.suffix == ".parquet":
        yield name, _in_parquet(search, path)
    elif path.suffix == ".duckdb":
        for part, found in _in_database(search, path):
            yield f"{name}, {part}", found
    else:
        text = path.read_bytes().decode("utf-8", "replace")
        found = search.in_text(text)
        if path.suffix == ".json":
            with contextlib.suppress(ValueError):  # what is not JSON has been searched as text
                found |= search.in_json(json.loads(text))
        yield name, found


def _in_parquet(search: LeakSearch, path: UPath) -> set[int]:
    schema = pq.read_schema(path.path, filesystem=path.fs)
    described = [schema.metadata, *(field.metadata for field in schema)]
    metadata = pq.read_metadata(path.path, filesystem=path.fs).metadata
    words = [
        *schema.names,
        *(text.decode("utf-8", "replace") for each in [*described, metadata] for pair in (each or {}).items()
          for text in pair),
    ]  # fmt: skip
    found = {number for word in words for number in search.in_text(word)}
    with database.connect() as con:
        file = sql_path(path).replace("'", "''")
        return found | search.in_rows(con, f"read_parquet('{file}', hive_partitioning = false)")


def _in_database(search: LeakSearch, path: UPath) -> Iterator[tuple[str, set[int]]]:
    with database.connect(path, read_only=True) as con:
        tables = con.execute("SELECT schema_name, table_name FROM duckdb_tables() ORDER BY ALL").fetchall()
        for schema, table in tables:
            shown = "a table" if search.in_text(table) else f"table {table}"
            yield shown, search.in_rows(con, f"{_quoted(schema)}.{_quoted(table)}")
        for kind in _CATALOG:
            yield f"the catalog of its {kind}", search.in_rows(con, f"duckdb_{kind}()")


def describe_leak(where: str, number: int) -> str:
    """The line that `vigil verify` reports for it."""
    return f"{where} holds a suppressed record (entry {number} of {FILE}): withdraw this release"
