"""Rows of workbooks (xlsx) and of CSV files from outside: hardened, and bounded in memory.

Calamine reads workbooks. It believes what it reads: it makes a dense table from the first to the
last cell, takes the last of two attributes of one name, sets aside room for as many strings as a
header claims, and copies a shared string into each cell that uses it. A file of some hundred bytes
can so end the process. Therefore it is given a zip written here, of members whose sizes and
checksums hold and whose content has been looked through before. That is done on bytes by patterns,
for speed: what is written in any other way than programs write is refused, or looked at closely.
"""

from __future__ import annotations

import codecs
import csv
import html
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from struct import error as StructError
from typing import BinaryIO, Literal, NamedTuple, TypeAlias, cast

import numpy as np
import python_calamine

from transforms.reading import zip_members
from transforms.reading.characters import decodes, scrubbed
from transforms.reading.parse_result import SourceFormatError

# As calamine gives them; an empty cell is `""`, one with a formula's error its text, `#REF!`.
Cell: TypeAlias = str | float | int | bool | date | datetime | time | timedelta


class Row(NamedTuple):
    """One row of a workbook's sheet: its number there, from 1, and its cells, as many in every row."""

    number: int
    cells: list[Cell]


class Line(NamedTuple):
    """One record of a table of text: the line or row it starts on, from 1, and its cells.

    `fault` is why its text cannot be relied on; None if it can.
    """

    number: int
    cells: list[str]
    fault: str | None = None


@dataclass(frozen=True)
class Bounds:
    """What a workbook may have: real lists are far below, a file that was made to exhaust memory is above.

    `columns` and `rows` are the last of a cell's address. calamine makes a dense table of what they span, so
    wide sheets may have fewer rows. `unpacked` are the bytes of all members that are read.
    """

    columns: Literal["AZ", "ZZ"] = "AZ"
    rows: Literal[9_999, 99_999] = 99_999
    unpacked: int = 200_000_000

    def __post_init__(self) -> None:
        if self.columns == "ZZ" and self.rows > 9_999:
            raise ValueError("a sheet of more columns than AZ may have at most 9,999 rows")

    @cached_property
    def patterns(self) -> tuple[re.Pattern[bytes], re.Pattern[bytes]]:
        """The tag of a cell that is not certain to be in bounds, and an address in bounds.

        The first leaves out the one way in which nearly all programs write cells.
        """
        column = b"A?[A-Z]" if self.columns == "AZ" else b"[A-Z]{1,2}"
        row = b"[1-9][0-9]{0,%d}" % (len(str(self.rows)) - 1)
        odd = rb"""<c(?! r="%b%b"(?: [st]="[^"]*")*+/?>)[\s/>]""" % (column, row)
        address = rb"""["']%b%b["']""" % (column, row)
        return re.compile(odd), re.compile(address, re.IGNORECASE)


BOUNDS = Bounds()
MAX_MEMBERS = 1_000
MAX_RATIO = 200  # unpacked to packed, of what is large; real workbooks have 10
LARGE = 10_000_000
MAX_TEXT = 400_000_000  # bytes in all cells of a sheet, a shared string as often as it is used
_INDEX_DIGITS = 7  # one more than a plain index of a shared string has
_LEAST_CELL = 24  # bytes of a cell that uses a shared string
MAX_RECORD = 1_000_000  # characters of one record of CSV

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"
_STRINGS = "xl/sharedstrings.xml"
_BOOK, _RELATIONS, _SHEETS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/"
_MEMBER = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|xl/_rels/workbook\.xml\.rels"
    r"|xl/(?:workbook|styles|sharedStrings|worksheets/[^/]+)\.xml",
    re.IGNORECASE,
)
_ZIP_FAULTS = (zipfile.BadZipFile, zlib.error, StructError, EOFError, RuntimeError, ValueError, OSError)

_PREFIXED_CELL = re.compile(rb"<[^\s<>/:]+:c(?=[\s/>])")
_ATTRIBUTE = rb"""\s+([^\s<>/="']+)\s*=\s*("[^"]*"|'[^']*')"""
_ATTRIBUTES = re.compile(_ATTRIBUTE)
_SHEET = re.compile(rb"<(?:[^\s<>/:]+:)?sheet((?:" + _ATTRIBUTE + rb")*)\s*/?>")
_RELATION = re.compile(rb"<(?:[^\s<>/:]+:)?Relationship((?:" + _ATTRIBUTE + rb")*)\s*/?>")
_SHEET = re.compile(rb"<(?:[^\s<>/:]+:)?sheet((?:" + _ATTRIBUTE + rb")*)\s*/?>")
_RELATION = re.compile(rb"<(?:[^\s<>/:]+:)?Relationship((?:" + _ATTRIBUTE + rb")*)\s*/?>")
_CELL = re.compile(rb"<(?:[^\s<>/:]+:)?c((?:" + _ATTRIBUTE + rb")*)\s*(/?)>")
_HUGE_COUNT = re.compile(rb"""uniqueCount\s*=\s*["'][^"']{8}""")
_STRING_ITEM = re.compile(rb"<(?:[^\s<>/:]+:)?si(?=[\s/>])")


Sheet: TypeAlias = int | str
"""A sheet by its position, from 0, or by its name."""


class Workbook:
    """Some sheets of a workbook, which is opened once; the other sheets are neither checked nor read.

    SourceFormatError, naming the file, for what is no whole workbook and for what is out of bounds.
    """

    def __init__(self, data: bytes, name: str, sheets: Sequence[Sheet], bounds: Bounds = BOUNDS) -> None:
        self.name = name
        with _readable(name):
            self._book = python_calamine.load_workbook(_checked(data, name, sheets, bounds))
        self.sheets: Sequence[str] = self._book.sheet_names

    def __contains__(self, sheet: Sheet) -> bool:
        return sheet < len(self.sheets) if isinstance(sheet, int) else sheet in self.sheets

    def rows(self, sheet: Sheet) -> Iterator[Row]:
        """Yield every row of a sheet, empty ones too; a sheet without rows, or that is not there, is refused.

        Columns that are empty in all rows before the first one used are left out. The sheet is one of those
        that the workbook was opened for.
        """
        number = 0
        with _readable(self.name):
            if isinstance(sheet, str):
                found = self._book.get_sheet_by_name(sheet)
            else:
                found = self._book.get_sheet_by_index(sheet)
            for number, cells in enumerate(found.iter_rows(), start=1):
                if not _is_printable(cells):
                    cells = [scrubbed(cell) if isinstance(cell, str) else cell for cell in cells]  # noqa: PLW2901
                yield Row(number, cells)
        if not number:
            raise SourceFormatError(f"{self.name}: the sheet {found.name} is empty, or is no sheet")

    def lines(self, sheet: Sheet) -> Iterator[Line]:
        """Yield the rows of a sheet as text, but for empty ones."""
        for number, cells in self.rows(sheet):
            if any(cells):
                texts = cast(list[str], cells) if {*map(type, cells)} == _TEXTS else list(map(text, cells))
                yield Line(number, texts)


def xlsx_rows(file: BinaryIO, name: str, sheet: Sheet = 0, bounds: Bounds = BOUNDS) -> Iterator[Row]:
    """Yield every row of one sheet of a workbook, as `Workbook.rows` does."""
    yield from Workbook(file.read(), name, [sheet], bounds).rows(sheet)


def _is_printable(cells: list[Cell]) -> bool:
    """Whether no text among the cells has anything to leave out."""
    try:
        return "".join(cast(list[str], cells)).isprintable()
    except TypeError:  # not all are text
        return "".join([cell for cell in cells if isinstance(cell, str)]).isprintable()


@contextmanager
def _readable(name: str) -> Iterator[None]:
    try:
        yield
    except (python_calamine.CalamineError, ArithmeticError, ValueError) as error:
        raise SourceFormatError(f"{name}: the workbook cannot be read: {_line(error)}") from error


def _line(error: Exception) -> str:
    """The message of an error, in one line that is not too long."""
    return " ".join(str(error).split())[:200]


def _checked(data: bytes, name: str, sheets: Sequence[Sheet], bounds: Bounds) -> io.BytesIO:
    """The members of a workbook that calamine needs for `sheets`, looked through, in a zip of their own."""
    if data.startswith(_OLE):
        raise SourceFormatError(f"{name}: an old or an encrypted workbook, not xlsx")
    if not data.startswith(_ZIP):
        raise SourceFormatError(f"{name}: {_seen(data)}, not a workbook")
    written = io.BytesIO()
    lengths: list[int] = []
    try:
        with zip_members.opened(data, name, MAX_MEMBERS) as archive, zipfile.ZipFile(written, "w") as checked:
            for path, member in _members(archive, name, sheets, len(data), bounds):
                content = _content(archive, member)
                where = f"{name}: {path}"
                _check_member(content, where)
                if path.lower() == _STRINGS:
                    lengths = _string_lengths(content, where)
                else:
                    _check_cells(content, where, bounds)
                    _check_text(content, lengths, where)
                    # As errors some would come out empty, and others end the reading.
                    content = content.replace(b' t="e"', b' t="str"')
                checked.writestr(path, content)
    except _ZIP_FAULTS as error:
        raise SourceFormatError(f"{name}: the zip is broken: {_line(error)}") from error
    written.seek(0)
    return written


def _members(
    archive: zipfile.ZipFile, name: str, sheets: Sequence[Sheet], packed: int, bounds: Bounds
) -> list[tuple[str, zipfile.ZipInfo]]:
    """What there is to read for `sheets`, by path, the shared strings first."""
    found: dict[str, tuple[str, zipfile.ZipInfo]] = {}
    for member in archive.infolist():
        path = member.filename.replace("\\", "/")
        if not _MEMBER.fullmatch(path):
            continue
        if path.lower() in found:
            raise SourceFormatError(f"{name}: {path} twice in the zip")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise SourceFormatError(f"{name}: {path} is packed in a way that workbooks are not")
        found[path.lower()] = (path, member)
    if _BOOK not in found:
        raise SourceFormatError(f"{name}: a zip without xl/workbook.xml, not a workbook")
    for path in _other_sheets(archive, found, sheets):
        del found[path]
    unpacked = sum(member.file_size for _, member in found.values())
    if unpacked > bounds.unpacked or (unpacked > LARGE and unpacked > MAX_RATIO * packed):
        raise SourceFormatError(f"{name}: {packed:,} bytes would unpack to {unpacked:,}")
    return [found[path] for path in sorted(found, key=lambda path: path != _STRINGS)]


def _content(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    with archive.open(member) as opened:  # a header may lie: not one byte more than it states
        return opened.read(member.file_size)


def _other_sheets(
    archive: zipfile.ZipFile, found: Mapping[str, tuple[str, zipfile.ZipInfo]], sheets: Sequence[Sheet]
) -> set[str]:
    """The paths of the sheets that are surely not among `sheets`; none if the workbook is written oddly."""
    if _RELATIONS not in found or any(found[path][1].file_size > LARGE for path in (_BOOK, _RELATIONS)):
        return set()
    book, relations = (_content(archive, found[path][1]) for path in (_BOOK, _RELATIONS))
    targets: dict[bytes, str] = {}
    for each in _RELATION.finditer(relations):
        given = {key: value[1:-1] for key, value in _ATTRIBUTES.findall(each[1])}
        target = given.get(b"Target", b"").decode("utf-8", "replace").lower().lstrip("/")
        targets[given.get(b"Id", b"")] = target if target.startswith("xl/") else f"xl/{target}"
    wanted: set[str] = set()
    others: set[str] = set()
    for at, each in enumerate(_SHEET.finditer(book)):
        given = {key.rpartition(b":")[2]: value[1:-1] for key, value in _ATTRIBUTES.findall(each[1])}
        name = html.unescape(given.get(b"name", b"").decode("utf-8", "replace"))
        (wanted if at in sheets or name in sheets else others).add(targets.get(given.get(b"id", b""), ""))
    if len(wanted) < len(sheets):  # one is not there, or is written in another way: calamine decides
        return set()
    return {path for path in others - wanted if path.startswith(_SHEETS) and path in found}


def _check_member(content: bytes, where: str) -> None:
    if b"\0" in content:
        raise SourceFormatError(f"{where}: not UTF-8")
    if b"<!DOCTYPE" in content:
        raise SourceFormatError(f"{where}: has a document type declaration")


def _check_cells(content: bytes, where: str, bounds: Bounds) -> None:
    if b"<![CDATA[" in content or content.count(b"sheetData") > 2:
        raise SourceFormatError(f"{where}: CDATA, or two tables, of which calamine would lose some")
    odd_cell, address = bounds.patterns
    for pattern in (odd_cell, _PREFIXED_CELL) if _has_prefix(content, b"c") else (odd_cell,):
        for tag in pattern.finditer(content):
            if not _in_bounds(content, tag.start(), address):
                shown = content[tag.start() : tag.start() + 40].decode("utf-8", "replace")
                last = f"{bounds.columns}{bounds.rows}"
                raise SourceFormatError(f"{where}: a cell that is not from A1 to {last}: {shown!r}")


def _has_prefix(content: bytes, name: bytes) -> bool:
    """Return whether an element called `name` may have a prefix."""
    return any(part.startswith(name) for part in content.split(b":")[1:])


def _in_bounds(content: bytes, at: int, address: re.Pattern[bytes]) -> bool:
    """Return whether the cell's tag that starts at `at` is an empty one, or in bounds."""
    tag = _CELL.match(content, at)
    if tag is None:
        return False
    references = [value for name, value in _ATTRIBUTES.findall(tag[1]) if name == b"r"]
    return bool(tag[4]) or (len(references) == 1 and address.fullmatch(references[0]) is not None)


def _string_lengths(content: bytes, where: str) -> list[int]:
    """The bytes of each shared string, at most."""
    if _HUGE_COUNT.search(content):
        raise SourceFormatError(f"{where}: more strings than can be")
    return [len(item) for item in _STRING_ITEM.split(content)[1:]]


def _check_text(content: bytes, lengths: list[int], where: str) -> None:
    """Bounds what a sheet's cells hold once each has a copy of its shared string."""
    longest = max(lengths, default=0)
    if longest * (len(content) // _LEAST_CELL) <= MAX_TEXT:
        return
    # Of every value the length of its shared string; of one that is no plain index the most.
    text = np.frombuffer(content + bytes(_INDEX_DIGITS), np.uint8)
    values = np.flatnonzero(text == ord("v"))
    values = values[text[values - 1] == ord("<")]
    starts = values[text[values + 1] == ord(">")] + 2
    index = np.zeros(len(starts), np.int64)
    reading = np.ones(len(starts), bool)
    for place in range(_INDEX_DIGITS):
        digit = text[starts + place] - ord("0")  # wraps round below 0
        reading &= digit < 10
        index = np.where(reading, index * 10 + digit, index)
    plain = (text[starts] - ord("0") < 10) & ~reading & (index < len(lengths))
    total = int(np.array(lengths)[index[plain]].sum())
    odd = len(values) - int(plain.sum())
    if _has_prefix(content, b"v"):
        odd += content.count(b":v")
    if total + odd * longest > MAX_TEXT:
        raise SourceFormatError(f"{where}: its cells would hold more than {MAX_TEXT:,} bytes")


_UTF32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_KINDS = {
    b"<": "a web page or XML",
    b"{": "JSON",
    b"%PDF": "a PDF",
    _ZIP: "a zip",
    _OLE: "an old or an encrypted workbook",
}
_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_ASCII = bytes(range(128))
_TEXTS = {str}


def csv_rows(file: BinaryIO, name: str, delimiter: str = ",") -> Iterator[Line]:
    """Yield every record that is not an empty line.

    The encoding is UTF-16 if marked so, else UTF-8 if the file is valid UTF-8; else, if it has more
    valid sequences of several bytes than other bytes beyond ASCII, it is damaged UTF-8, and if not,
    cp1252. A record with bytes that its encoding does not have, of which half or more is NULs, or with
    quotes wrong within one line has a `fault`. Characters that no text of a table holds are left out.
    Raises SourceFormatError, naming the file and the line, for what is no CSV, for wrong quotes that
    swallowed lines, and for a record of more than a million characters.
    """
    data = file.read()
    encoding, whole = _encoding(data, name)
    errors = "strict" if whole else "surrogateescape"
    sound = whole and b"\0" not in data
    stream = io.TextIOWrapper(io.BytesIO(data), encoding, errors, newline="")
    size = 0

    def lines() -> Iterator[str]:
        nonlocal size
        while line := stream.readline(MAX_RECORD + 1):
            size += len(line)
            if size > MAX_RECORD:
                raise SourceFormatError(
                    f"{name} line {start}: a record longer than {MAX_RECORD:,} characters"
                )
            yield line

    start = 1
    reader = csv.reader(lines(), delimiter=delimiter, strict=True)
    while True:
        start, size = reader.line_num + 1, 0
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if reader.line_num > start:
                raise SourceFormatError(f"{name} lines {start} to {reader.line_num}: {error}") from error
            yield Line(start, [], str(error))
            continue
        if not cells:
            continue
        found = Line(start, cells) if sound else _looked_at(start, cells)
        yield found if found.fault else Line(start, _scrubbed(found.cells))


def table_rows(
    file: BinaryIO, name: str, sheet: Sheet = 0, delimiter: str = ",", bounds: Bounds = BOUNDS
) -> Iterator[Line]:
    """Yield the rows, but for empty ones, of what its first bytes show a file to be: a workbook or CSV.

    Raises SourceFormatError as `Workbook` and `csv_rows` do.
    """
    data = file.read()
    if data.startswith((_ZIP, _OLE)):
        yield from Workbook(data, name, [sheet], bounds).lines(sheet)
        return
    for line in csv_rows(io.BytesIO(data), name, delimiter):
        if line.fault or any(line.cells):
            yield line


def text(cell: Cell) -> str:
    """A cell as text: whole numbers without a fraction, dates in ISO 8601, `TRUE` and `FALSE`."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


def _encoding(data: bytes, name: str) -> tuple[str, bool]:
    """The encoding of a CSV file, and whether all of it is valid."""
    if data.startswith(_UTF32):
        raise SourceFormatError(f"{name}: in UTF-32, which no publisher uses")
    if data.startswith(_UTF16):
        if not decodes(data, "utf-16"):
            raise SourceFormatError(f"{name}: marked as UTF-16, and is not")
        return "utf-16", True
    start = data.removeprefix(codecs.BOM_UTF8).lstrip()
    if not start or start.startswith(tuple(_KINDS)):
        raise SourceFormatError(f"{name}: {_seen(start)}, not CSV")
    if decodes(data, "utf-8"):
        return "utf-8-sig", True
    sequences = _MULTIBYTE.findall(data)
    others = len(data.translate(None, _ASCII)) - sum(map(len, sequences))
    if len(sequences) > others:
        return "utf-8-sig", False
    return "cp1252", decodes(data, "cp1252")


def _looked_at(number: int, cells: list[str]) -> Line:
    """A record of a file with bad bytes or NULs; what replaced a bad byte becomes U+FFFD."""
    joined = "".join(cells)
    nuls = joined.count("\0")
    try:
        joined.encode()
    except UnicodeEncodeError:
        shown = [cell.encode("utf-8", "surrogateescape").decode("utf-8", "replace") for cell in cells]
        return Line(number, shown, "bytes that are not of the file's encoding")
    return Line(number, cells, "half of it NULs" if 2 * nuls >= max(1, len(joined)) else None)


def _scrubbed(cells: list[str]) -> list[str]:
    """The cells without the characters that no text of a table holds, each counted here, where it is read."""
    return cells if "".join(cells).isprintable() else [scrubbed(cell) for cell in cells]


def _seen(data: bytes) -> str:
    """What a file is that is not what it should be, by its first bytes."""
    if not data.strip():
        return "the file is empty"
    kinds = (kind for start, kind in _KINDS.items() if data.lstrip().startswith(start))
    return next(kinds, f"starts with {data[:40].decode('utf-8', 'replace')!r}")
