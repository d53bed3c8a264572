"""The interface of parsers: a snapshot's files in, a `ParseResult` with contract tables out."""

from __future__ import annotations

import gc
import importlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Any, BinaryIO, Protocol

import pyarrow as pa

from contracts import contract
from transforms.reading.characters import counting, scrubbed, scrubbed_table, scrubbed_value

RAW_LIMIT = 2_000
BATCH = 2_000
MOST_LABELS = 1_000
LONGEST_LABEL = 200
LONGEST_ERROR = 1_000


class SourceFormatError(Exception):
    """A file does not have its format. The message is one line: what is wrong, and where."""


class OptionError(ValueError):
    """A source's `options` are invalid for its format: an error of the configuration, not of a file."""


class ParserError(SourceFormatError):
    """A parser stopped with an unexpected error, which is also an error of the parser."""


class RowError(ValueError):
    """A parser added a row that violates its table's contract. One line: table, column, record."""


@dataclass
class FileReport:
    """Counts of one file's records: `declared = parsed + quarantined + outside`.

    `declared`: the publisher's count if the file states one, else the number of record elements or lines in
    the raw file. `outside`: records left out on purpose.
    """

    declared: int = 0
    parsed: int = 0
    quarantined: int = 0
    outside: int = 0
    published_at: datetime | None = None

    def to_dict(self) -> dict[str, Any]:
        published = self.published_at.astimezone(UTC).isoformat() if self.published_at else None
        return {**asdict(self), "published_at": published}


@dataclass
class ParseResult:
    """A parser's result, filled row by row, then turned into Arrow tables.

    `tables`: contract tables that the parser built as a whole. `quarantine`: dicts with `file`, `locator`,
    `reason`, `raw`, `key`. `unknown`: counts of unexpected content by a readable label, such as
    `element sdnEntry/foo`. `files`: a report on each file by name.
    """

    tables: dict[str, pa.Table] = field(default_factory=dict)
    quarantine: list[dict[str, str | None]] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)
    files: dict[str, FileReport] = field(default_factory=dict)
    _rows: dict[str, list[Sequence[Any]]] = field(default_factory=dict, repr=False)
    _batches: dict[str, list[pa.RecordBatch]] = field(default_factory=dict, repr=False)

    def add(self, table: str, row: Mapping[str, Any]) -> None:
        """Add a row by column name. Raises RowError for a missing or unknown column."""
        names = contract(table).parsed_schema.names
        try:
            values = [row[name] for name in names]
        except KeyError as error:
            raise RowError(_misnamed(table, names, row)) from error
        if len(row) > len(values):
            raise RowError(_misnamed(table, names, row))
        self.extend(table, [values])

    def extend(self, table: str, rows: Iterable[Sequence[Any]]) -> None:
        """Add rows whose values are in the order of the contract's `parsed_schema`.

        Rows are converted to Arrow in batches, because Python objects need ten times the memory. A RowError
        for a row of the wrong length, or a value of the wrong type, is raised when its batch is full or ends.
        """
        waiting = self._rows.setdefault(table, [])
        waiting += rows
        if len(waiting) >= BATCH:
            self._pack(table)

    def reject(
        self, file: str, locator: str, reason: str, raw: str | None = None, key: str | None = None
    ) -> None:
        """Put one record into quarantine and counts it against its file.

        `key` is the publisher's key as in `record_id`, if it can be read: the record's last valid version
        then applies. Without it this snapshot ends no record of the list, because the unread one may be any
        of them.
        """
        cut = raw[:RAW_LIMIT] if raw else None
        texts = {"locator": locator, "reason": reason, "raw": cut, "key": key}
        seen = {name: text and scrubbed(text) for name, text in texts.items()}
        self.quarantine.append({"file": file, **seen})
        self.files[file].quarantined += 1

    def arrow(self) -> dict[str, pa.Table]:
        """Return the tables, each in its contract's `parsed_schema`."""
        for table in self._rows:
            self._pack(table)
        built = {
            table: pa.Table.from_batches(batches, contract(table).parsed_schema)
            for table, batches in self._batches.items()
        }
        return self.tables | built

    def scrub(self) -> None:
        """Remove invisible characters from all texts of the tables."""
        self.tables = {name: scrubbed_table(table) for name, table in self.arrow().items()}
        self._rows.clear()
        self._batches.clear()

    def _pack(self, table: str) -> None:
        schema = contract(table).parsed_schema
        batches = self._batches.setdefault(table, [])
        if rows := self._rows[table]:
            if wrong := next((row for row in rows if len(row) != len(schema)), None):
                count = f"{len(wrong)} values for {len(schema)} columns"
                raise RowError(f"{table}: {count}, in record {wrong[0] if wrong else None}")
            columns = [*zip(*rows, strict=True)]
            arrays = []
            for column, of in zip(columns, schema, strict=True):
                try:
                    arrays.append(_array(column, of))
                except (pa.ArrowException, OverflowError) as error:
                    raise RowError(_mistyped(table, of, column, columns[0])) from error
            batches.append(pa.RecordBatch.from_arrays(arrays, schema=schema))
            rows.clear()


def _misnamed(table: str, names: Sequence[str], row: Mapping[str, Any]) -> str:
    """Describe the missing and unknown columns of a row."""
    lacking = [name for name in names if name not in row]
    faults = []
    for name in row:
        if name not in names:
            close = get_close_matches(name, lacking or names, n=1)
            faults.append(f"unknown column {name}" + (f", did you mean {close[0]}?" if close else ""))
    if lacking:
        faults.append(f"no column {', '.join(lacking)}")
    return f"{table}: {'; '.join(faults)}; in record {row.get(names[0])}"


def _mistyped(table: str, column: pa.Field, values: Sequence[Any], records: Sequence[Any]) -> str:
    """Describe the first value of a wrong type, by the type only, because the value may be withheld."""
    for value, record in zip(values, records, strict=True):
        try:
            pa.array([value], column.type)
        except (pa.ArrowException, OverflowError):
            return f"{table}.{column.name}: {type(value).__name__}, not {column.type}, in record {record}"
    return f"{table}.{column.name}: not {column.type}"


def _array(values: Sequence[Any], column: pa.Field) -> pa.Array:
    try:
        return pa.array(values, column.type)
    except UnicodeEncodeError:  # an unpaired surrogate, which JSON escapes can contain
        scrubbed_ = [scrubbed_value(value, nullable=column.nullable) for value in values]
        return pa.array(scrubbed_, column.type)


class Parser(Protocol):
    def __call__(
        self, source_id: str, files: Mapping[str, BinaryIO], options: Mapping[str, Any]
    ) -> ParseResult:
        """Read a snapshot's files, by name, in the source's format.

        `options` come from the source's YAML. Raises SourceFormatError if the snapshot cannot be read as a
        whole; a single bad record is quarantined instead.
        """


def parse(
    source_id: str, parser: str, files: Mapping[str, BinaryIO], options: Mapping[str, Any]
) -> ParseResult:
    """Read a snapshot with a `parser`, a module below `transforms` such as `sanctions.un_sc`.

    Invisible characters (see `reading.characters`) are removed from all tables and counted in `unknown`.
    Raises SourceFormatError for a snapshot that cannot be read (ParserError if the parser did not expect the
    error), and OptionError for `options` that the format does not have.
    """
    read: Parser = importlib.import_module(f"transforms.{parser}").parse
    with _no_collecting(), counting() as left_out, _parser_errors(source_id):
        result = read(source_id, files, options)
        result.scrub()
    result.unknown.update(left_out)
    result.unknown = _bounded(result.unknown)
    return result


def _bounded(unknown: Counter[str]) -> Counter[str]:
    """Return the most frequent labels, each on one line and shortened, and the others combined as one."""
    short: Counter[str] = Counter()
    for text, count in unknown.items():
        label = " ".join(scrubbed(text).split())
        short[label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1]}…"] += count
    kept = Counter(dict(short.most_common(MOST_LABELS)))
    if others := short.total() - kept.total():
        kept[f"beyond the first {MOST_LABELS:,} kinds"] += others
    return kept


@contextmanager
def _parser_errors(source_id: str) -> Iterator[None]:
    """Re-raise unexpected errors as a ParserError of one line.

    Invisible characters are removed from the message of a SourceFormatError.
    """
    try:
        yield
    except OptionError:
        raise
    except SourceFormatError as error:
        if (line := _line(error)) == str(error):
            raise
        raise type(error)(line) from error
    except BaseException as error:
        # A panic of a Rust library is not an Exception, and neither are signals that end the process.
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        reason = _line(error)[:200]
        raise ParserError(f"{source_id}: the parser stopped: {type(error).__name__}: {reason}") from error


def _line(error: BaseException) -> str:
    return " ".join(scrubbed(str(error)).split())[:LONGEST_ERROR]


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Disable the search for cyclic garbage: a parser creates millions of objects without cycles."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
