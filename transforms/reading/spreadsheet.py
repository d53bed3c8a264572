"""Rows of workbooks (xlsx) and of CSV files from outside: hardened, and bounded in memory.

Calamine reads workbooks. It believes what it reads: it makes a dense table from the first to the
last cell, takes the last of two attributes of one name, sets aside room for as many strings as a
header claims, and copies a shared string into each cell that uses it. A file of some hundred bytes
can so end the process. Therefore it is given a zip written anew here, of members whose sizes and
checksums hold and whose content has been looked through before. That is done on bytes by patterns,
for speed: what is written in any other way than programs write is refused, or looked at closely.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from struct import error as StructError
from typing import BinaryIO, NamedTuple, TypeAlias, cast

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

    `fault` says why its text cannot be relied on; None if it can.
    """

    number: int
    cells: list[str]
    fault: str | None = None


MAX_MEMBERS = 1_000
MAX_BYTES = 200_000_000  # of a workbook's members, unpacked
MAX_RATIO = 200  # unpacked to packed, of what is large; real workbooks have 10
LARGE = 10_000_000
MAX_TEXT = 400_000_000  # bytes in all cells of a sheet, a shared string as often as it is used
_INDEX_DIGITS = 7  # one more than a plain index of a shared string has
_LEAST_CELL = 24  # bytes of a cell that uses a shared string
MAX_RECORD = 1_000_000  # characters of one record of CSV

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"
_STRINGS = "xl/sharedstrings.xml"
_MEMBER = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|xl/_rels/workbook\.xml\.rels"
    r"|xl/(?:workbook|styles|sharedStrings|worksheets/[^/]+)\.xml",
    re.IGNORECASE,
)
_ZIP_FAULTS = (zipfile.BadZipFile, zlib.error, StructError, EOFError, RuntimeError, ValueError, OSError)

# The tag of a cell from A1 to AZ99999, or of an empty one anywhere, which calamine passes over: the
# one way in which nearly all programs write it, and any way that XML allows.
_ODD_CELL = re.compile(rb"""<c(?! r="A?[A-Z][1-9][0-9]{0,4}"(?: [st]="[^"]*")*+/?>)[\s/>]""")
_PREFIXED_CELL = re.compile(rb"<[^\s<>/:]+:c(?=[\s/>])")
_ATTRIBUTE = rb"""\s+([^\s<>/="']+)\s*=\s*("[^"]*"|'[^']*')"""
_ATTRIBUTES = re.compile(_ATTRIBUTE)
_CELL = re.compile(rb"<(?:[^\s<>/:]+:)?c((?:" + _ATTRIBUTE + rb")*)\s*(/?)>")
_REFERENCE = re.compile(rb"""["'](?:[A-Za-z]|[Aa][A-Za-z])[1-9][0-9]{0,4}["']""")

_HUGE_COUNT = re.compile(rb"""uniqueCount\s*=\s*["'][^"']{8}""")
_STRING_ITEM = re.compile(rb"<(?:[^\s<>/:]+:)?si(?=[\s/>])")


def xlsx_rows(file: BinaryIO, name: str, sheet: int | str = 0) -> Iterator[Row]:
    """Yield every row of a sheet (by position from 0, or by name), empty ones too.

    Columns that are empty in all rows before the first one used are left out. Raises
    SourceFormatError, naming the file, for what is no whole workbook and for what is out of bounds:
    cells below row 99,999 or right of column AZ among others.
    """
    number = 0
    with _readable(name):
        book = python_calamine.load_workbook(_checked(file.read(), name))
        found = book.get_sheet_by_name(sheet) if isinstance(sheet, str) else book.get_sheet_by_index(sheet)
        del book  # and with it the zip's bytes
        for number, cells in enumerate(found.iter_rows(), start=1):
            if not _is_printable(cells):
                cells = [scrubbed(cell) if isinstance(cell, str) else cell for cell in cells]  # noqa: PLW2901
            yield Row(number, cells)
    if not number:
        raise SourceFormatError(f"{name}: the sheet {found.name} is empty, or is no sheet")


def _is_printable(cells: list[Cell]) -> bool:
    """Return whether all cells are text with nothing to leave out."""
    try:
        return "".join(cast(list[str], cells)).isprintable()
    except TypeError:
        return False


@contextmanager
def _readable(name: str) -> Iterator[None]:
    try:
        yield
    except (python_calamine.CalamineError, ArithmeticError, ValueError) as error:
        raise SourceFormatError(f"{name}: the workbook cannot be read: {_line(error)}") from error


def _line(error: Exception) -> str:
    """What an error says, in one line that is not too long."""
    return " ".join(str(error).split())[:200]


def _checked(data: bytes, name: str) -> io.BytesIO:
    """The members of a workbook that calamine needs, looked through, in a zip of their own."""
    if data.startswith(_OLE):
        raise SourceFormatError(f"{name}: an old or an encrypted workbook, not xlsx")
    if not data.startswith(_ZIP):
        raise SourceFormatError(f"{name}: {_seen(data)}, not a workbook")
    written = io.BytesIO()
    lengths: list[int] = []
    try:
        with zip_members.opened(data, name, MAX_MEMBERS) as archive, zipfile.ZipFile(written, "w") as anew:
            for path, member in _members(archive, name, len(data)):
                with archive.open(member) as opened:  # a header may lie: not one byte more than it says
                    content = opened.read(member.file_size)
                where = f"{name}: {path}"
                _check_member(content, where)
                if path.lower() == _STRINGS:
                    lengths = _string_lengths(content, where)
                else:
                    _check_cells(content, where)
                    _check_text(content, lengths, where)
                    # As errors some would come out empty, and others end the reading.
                    content = content.replace(b' t="e"', b' t="str"')
                anew.writestr(path, content)
    except _ZIP_FAULTS as error:
        raise SourceFormatError(f"{name}: the zip is broken: {_line(error)}") from error
    written.seek(0)
    return written


def _members(archive: zipfile.ZipFile, name: str, packed: int) -> list[tuple[str, zipfile.ZipInfo]]:
    """What there is to read, by path, the shared strings first."""
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
    if "xl/workbook.xml" not in found:
        raise SourceFormatError(f"{name}: a zip without xl/workbook.xml, not a workbook")
    unpacked = sum(member.file_size for _, member in found.values())
    if unpacked > MAX_BYTES or (unpacked > LARGE and unpacked > MAX_RATIO * packed):
        raise SourceFormatError(f"{name}: {packed:,} bytes would unpack to {unpacked:,}")
    return [found[path] for path in sorted(found, key=lambda path: path != _STRINGS)]


def _check_member(content: bytes, where: str) -> None:
    if b"\0" in content:
        raise SourceFormatError(f"{where}: not UTF-8")
    if b"<!DOCTYPE" in content:
        raise SourceFormatError(f"{where}: has a document type declaration")


def _check_cells(content: bytes, where: str) -> None:
    if b"<![CDATA[" in content or content.count(b"sheetData") > 2:
        raise SourceFormatError(f"{where}: CDATA, or two tables, of which calamine would lose some")
    for pattern in (_ODD_CELL, _PREFIXED_CELL) if _has_prefix(content, b"c") else (_ODD_CELL,):
        for tag in pattern.finditer(content):
            if not _in_bounds(content, tag.start()):
                shown = content[tag.start() : tag.start() + 40].decode("utf-8", "replace")
                raise SourceFormatError(f"{where}: a cell that is not from A1 to AZ99999: {shown!r}")


def _has_prefix(content: bytes, name: bytes) -> bool:
    """Return whether an element called `name` may have a prefix."""
    return any(part.startswith(name) for part in content.split(b":")[1:])


def _in_bounds(content: bytes, at: int) -> bool:
    """Return whether the cell's tag that starts at `at` is an empty one, or in bounds."""
    tag = _CELL.match(content, at)
    if tag is None:
        return False
    references = [value for name, value in _ATTRIBUTES.findall(tag[1]) if name == b"r"]
    return bool(tag[4]) or (len(references) == 1 and _REFERENCE.fullmatch(references[0]) is not None)


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
    # Of every value the length of the string it would stand for; of one that is no plain index the most.
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


def table_rows(file: BinaryIO, name: str, sheet: int | str = 0, delimiter: str = ",") -> Iterator[Line]:
    """Yield the rows, but for empty ones, of what its first bytes say it is: a workbook or CSV.

    Raises SourceFormatError as `xlsx_rows` and `csv_rows` do.
    """
    data = file.read()
    if not data.startswith((_ZIP, _OLE)):
        for line in csv_rows(io.BytesIO(data), name, delimiter):
            if line.fault or any(line.cells):
                yield line
        return
    for number, cells in xlsx_rows(io.BytesIO(data), name, sheet):
        if any(cells):
            texts = cast(list[str], cells) if {*map(type, cells)} == _TEXTS else list(map(text, cells))
            yield Line(number, texts)


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
    """A record of a file that is not sound; what stands for a bad byte becomes U+FFFD."""
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
