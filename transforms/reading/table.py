"""Tables of CSV files and of workbooks' sheets: the row of titles, then records by column.

A `TableFormat` has the columns that a format knows; titles are compared without regard to case and outer
blanks. What it does not know is counted in `unknown`, a row that cannot be identified goes to quarantine,
and a file that is no such table, or was cut off, is refused as a whole: a list read in part would show
people as gone who are not.
"""

from __future__ import annotations

import codecs
import io
import re
from collections import Counter
from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, BinaryIO, Literal, NamedTuple, TypeAlias

from transforms.names import cleaning
from transforms.reading import spreadsheet
from transforms.reading.declaration import Fields, Node, is_read
from transforms.reading.json_text import utf8
from transforms.reading.parse_result import ParseResult, SourceFormatError
from transforms.reading.spreadsheet import BOUNDS, Bounds, Cell, Line, Row, Sheet, csv_rows, table_rows

Shape: TypeAlias = Literal["exact", "padded", "loose"]
Encoding: TypeAlias = Literal["utf-8", "unicode", "any"]

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


class Record(NamedTuple):
    """A row: the line or row it starts on, its key, and its texts by column; empty ones are left out."""

    line: int
    key: str
    values: Node


class Titles(NamedTuple):
    """The row of titles: its columns by their place, and the places without a title."""

    columns: dict[int, str]
    untitled: Collection[int] = ()


# The key of a row, and why it cannot be read, if so. Without a key nobody knows which record it is.
Identify: TypeAlias = Callable[[Node], tuple[str | None, str | None]]


def first_key(column: str, form: re.Pattern[str]) -> Callable[[Titles, Sequence[str]], str | None]:
    """The key of a row with too few cells or too many, if it is certain: in the first cell, of this form."""

    def key(titles: Titles, cells: Sequence[str]) -> str | None:
        first = cleaning.clean(cells[0]) if cells and titles.columns[0] == column else ""
        return first if form.fullmatch(first) else None

    return key


def label_of(shown: re.Pattern[str], otherwise: str) -> Callable[[str], str]:
    """How a column that is not known is counted: by its title if that has the form `shown`."""
    return lambda title: f"column {title}" if shown.fullmatch(title) else otherwise


@dataclass(frozen=True)
class TableFormat:
    """The columns of a table, and how its rows are written.

    `fields` are the known columns by title, as `declaration` has them. Without those of `needed` a file is
    refused; those of `expected` are counted if they are missing. `parts` are the forms of columns that hold a
    part of another one, such as `articles/0`.

    `shape`: in an `exact` table all rows are as wide as the titles; in a `padded` one empty cells may
    follow, as where a sheet was saved as CSV; in a `loose` one columns that are not known, that come again
    or that have no title are counted and passed over. The row of titles is the first of `title_rows` rows
    that has the first two columns of `needed`.

    `encoding`: CSV in `utf-8`; a workbook, or CSV in UTF-8 or UTF-16 (`unicode`); a workbook or `any` CSV.
    Of a workbook `sheet` is read, within `bounds`. Several sheets of one are opened by `Workbook`, and each
    is read by `read_records` with a format of its own.

    `label` names a column that is not known, `clean` a cell's text, `stray_key` finds the key of a row whose
    cells are not certain, and `repeated` is why a row is rejected whose key came before.
    """

    fields: Fields[Any, Any]
    needed: Sequence[str]
    expected: Collection[str] = ()
    parts: Mapping[str, re.Pattern[str]] = field(default_factory=dict)
    shape: Shape = "exact"
    encoding: Encoding = "utf-8"
    delimiter: str = ","
    sheet: Sheet = 0
    bounds: Bounds = BOUNDS
    title_rows: int = 1
    label: Callable[[str], str] = "column {}".format
    clean: Callable[[str], str] = str
    stray_key: Callable[[Titles, Sequence[str]], str | None] = lambda titles, cells: None
    repeated: str = "the key stands on an earlier line"

    @cached_property
    def _titles(self) -> dict[str, str]:
        return {cleaning.term(title): title for title in self.fields}

    def lines(self, data: bytes, name: str) -> Iterator[Line]:
        """The rows of a file, but for empty ones. SourceFormatError for another kind of file or encoding."""
        if self.encoding == "utf-8":
            utf8(name, data)
            return csv_rows(io.BytesIO(data), name, self.delimiter)
        if self.encoding == "unicode" and not data.startswith((*_WORKBOOKS, *_UTF16)):
            utf8(name, data)
        return table_rows(io.BytesIO(data), name, self.sheet, self.delimiter, self.bounds)

    def find_titles(self, rows: Iterator[Line | Row], name: str, unknown: Counter[str]) -> Titles:
        """The row of titles among the next rows. SourceFormatError if it is no such table."""
        for row, _ in zip(rows, range(self.title_rows), strict=False):
            if isinstance(row, Line) and row.fault:
                raise SourceFormatError(f"{name} line {row.number}: {row.fault}")
            titles = [cleaning.clean(spreadsheet.text(cell)) for cell in row.cells]
            columns = list(map(self._column, titles))
            there = {*columns, *filter(None, map(self._whole, columns))}
            missing = [column for column in self.needed if column not in there]
            if self.title_rows > 1 and not there.issuperset(self.needed[:2]):
                continue
            if missing:
                lacking = f"no column {', '.join(missing)}"
                in_row = f"{name}: {lacking} in row {row.number}"
                in_line = f"{name} line {row.number}: {lacking}"
                raise SourceFormatError(in_row if isinstance(row, Row) else in_line)
            if self.shape == "loose":
                found = self._loose(columns, unknown)
            else:
                found = self._strict(f"{name} line {row.number}", columns, titles, unknown)
            unknown.update(f"column {column} is missing" for column in self.expected if column not in columns)
            return found
        if self.title_rows == 1:
            raise SourceFormatError(f"{name} line 1: no header")
        raise SourceFormatError(
            f"{name}: none of the first {self.title_rows} rows has the titles of the columns"
        )

    def _column(self, title: str) -> str:
        """The column of a title; the title itself if it is not known."""
        term = title.casefold()
        return self._titles.get(term) or (term if self._whole(term) else title)

    def _whole(self, column: str) -> str | None:
        """The column that another one holds a part of."""
        return next((name for name, form in self.parts.items() if form.fullmatch(column)), None)

    def _strict(self, where: str, columns: list[str], titles: list[str], unknown: Counter[str]) -> Titles:
        while self.shape == "padded" and columns and not columns[-1]:
            columns.pop()
        if len(set(columns)) < len(columns):
            raise SourceFormatError(f"{where}: a column appears twice")
        for column, title in zip(columns, titles, strict=False):
            if column not in self.fields and not self._whole(column):
                unknown[self.label(title)] += 1
        return Titles(dict(enumerate(columns)))

    def _loose(self, columns: list[str], unknown: Counter[str]) -> Titles:
        found: dict[int, str] = {}
        seen: set[str] = set()
        for place, column in enumerate(columns):
            if column and (column not in self.fields or column in seen):
                unknown[self.label(column)] += 1
            elif column and is_read(self.fields[column]):
                found[place] = column
            seen.add(column)
        untitled = [place for place, column in enumerate(columns) if not column]
        return Titles(found, untitled)

    def fault(self, line: Line, width: int) -> str | None:
        """Why the cells of a row cannot be relied on, in a table of `width` columns."""
        _, cells, fault = line
        if fault:
            return fault
        if self.shape == "exact":
            return None if len(cells) == width else f"{len(cells)} columns, not {width}"
        if len(cells) < width or any(cells[width:]):
            return f"{len(cells)} cells under {width} columns"
        return None

    def records(
        self, name: str, stream: BinaryIO, result: ParseResult, identify: Identify
    ) -> Iterator[Record]:
        """Yield the records of a file that can be identified, as `read_records` does.

        SourceFormatError also, once all is read, if the file ends in the middle of a record.
        """
        data = stream.read()
        cut = yield from self.read_records(name, self.lines(data, name), result, identify)
        if cut and not _ends_with_a_line(data):
            raise SourceFormatError(f"{name} line {cut}: cut off in the middle of a record")

    def read_records(
        self, name: str, lines: Iterator[Line], result: ParseResult, identify: Identify
    ) -> Generator[Record, None, int]:
        """Yield the records of a file's rows, or of those of one sheet of it; return the number of the last
        row if it has too few cells, else 0.

        Every row is counted as declared in the file's report. A row of another width, one that `identify`
        finds a fault with, and one that differs from an earlier one of its key go to quarantine; one that
        only repeats an earlier one is outside. SourceFormatError if the rows are no such table.
        """
        titles = self.find_titles(lines, name, result.unknown)
        columns = list(titles.columns.values())
        report = result.files[name]
        repeats = Repeats()
        short = 0
        for line in lines:
            report.declared += 1
            short = line.number if len(line.cells) < len(columns) else 0
            if fault := self.fault(line, len(columns)):
                result.reject(name, f"line {line.number}", fault, key=self.stray_key(titles, line.cells))
                continue
            cells = zip(columns, map(self.clean, line.cells), strict=False)
            values = Node([(column, text) for column, text in cells if text])
            key, fault = identify(values)
            if key and not fault and (known := repeats.find(key, values)):
                if known == "the same":
                    report.outside += 1
                    continue
                fault = self.repeated
            if fault or not key:
                result.reject(name, f"line {line.number}", fault or "no key", key=key)
            else:
                yield Record(line.number, key, values)
        return short


class Repeats:
    """What came before under a key."""

    def __init__(self) -> None:
        self._seen: dict[str, object] = {}

    def find(self, key: str, content: object) -> Literal["the same", "another"] | None:
        """Return whether `key` came before, with the same content or another; remembers it if it did not."""
        first = self._seen.setdefault(key, content)
        if first is content:
            return None
        return "the same" if first == content else "another"


def _ends_with_a_line(data: bytes) -> bool:
    return (data.rstrip(b"\0") if data.startswith(_UTF16) else data).endswith(b"\n")


def filled(titles: Titles, cells: Sequence[Cell], unknown: Counter[str]) -> dict[str, Cell]:
    """A row's cells that hold anything, by column; those without a title are counted."""
    found: dict[str, Cell] = {}
    for place, column in titles.columns.items():
        cell = cells[place]
        if cell != "" and not (isinstance(cell, str) and cell.isspace()):
            found[column] = cell
    for place in titles.untitled:
        if cells[place] != "" and not str(cells[place]).isspace():
            unknown["cell in a column without a title"] += 1
    return found
