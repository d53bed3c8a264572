"""Read GDELT's zipped files into rows, repairing what can be repaired.

The files are tab-separated, without header or quoting; lines end with a line feed. Nearly all are valid and
are read by DuckDB's fast reader. If it fails, the file is read again by a tolerant reader: invalid UTF-8 is
replaced, and lines of a wrong width are rejected.
"""

from __future__ import annotations

import struct
import threading
import uuid
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import BinaryIO, cast

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
from fsspec.implementations.memory import MemoryFileSystem
from isal import isal_zlib

from contracts import contract
from transforms.reading import zip_members
from transforms.reading.characters import count, counting, decodes, scrubbed, scrubbed_table
from transforms.reading.parse_result import RAW_LIMIT, SourceFormatError

READERS = 2
"""Number of files read in parallel. Each needs twice its unzipped size (10 to 40 MB) of memory."""

# DuckDB allocates memory for a whole batch at once, by default for a million rows.
_BATCH = 4_000

# DuckDB allocates 16 times as much; the longest lines seen have 25 KB. Longer ones go to the tolerant reader.
_LONGEST_LINE = 1_000_000

# A published file holds up to 40 MB, packed 3 or 4 to 1, in some thousand lines.
_MAX_BYTES = 256 * 1024 * 1024
_MAX_RATIO = 100
_MAX_LINES = 1_000_000
_MAX_MEMBERS = 100
# With more wrong lines the whole file is rejected.
_MAX_WRONG = 10_000

# Characters of Windows-1252 in place of the control characters of Latin-1.
_AS_WINDOWS = {
    code: character for code in range(0x80, 0xA0) if (character := bytes([code]).decode("cp1252", "ignore"))
}

_INFLATE_ERROR = cast(type[Exception], isal_zlib.error)  # whose stub takes it for an instance
# ValueError: a directory beyond the end of the file, or a member's name that is not UTF-8 as declared.
_DAMAGED = (
    *(zipfile.BadZipFile, _INFLATE_ERROR, struct.error, EOFError, NotImplementedError, RuntimeError),
    *(ValueError, OverflowError, OSError),
)
_LOCAL_HEADER = struct.Struct("<26xHH")
_ENCRYPTED = 1


@dataclass(frozen=True)
class Layout:
    """The layout of one kind of file.

    `columns`: all columns in the publisher's order. `read`: the columns to return. `wanted`: an SQL condition
    on rows. `define`: creates the functions that `wanted` calls. `shown`: how many characters of a malformed
    line may be quarantined.
    """

    columns: tuple[str, ...]
    read: tuple[str, ...]
    wanted: str
    shown: int = RAW_LIMIT
    define: Callable[[duckdb.DuckDBPyConnection], None] = lambda _: None


@dataclass
class Rows:
    """The content of a file.

    `declared`: number of lines. `wanted`: the selected rows as text (empty is null) with the file's name;
    None if the file could not be read, with the reason in `error`. `rejected`: malformed lines as number,
    reason and text. `unknown`: counts of what was repaired.
    """

    file: str
    declared: int = 0
    wanted: pa.Table | None = None
    error: str | None = None
    rejected: list[tuple[int, str, str]] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)


def read_files(
    files: Mapping[str, BinaryIO], layout: Layout, known: Mapping[str, pa.Table]
) -> Iterator[Rows]:
    """Yield the rows of each of `files`, in the given order; `layout.wanted` may read the `known` tables."""
    readers = threading.local()

    def one(name: str) -> Rows:
        if not hasattr(readers, "own"):
            readers.own = _Reader(known, layout)
        found: Rows = readers.own.rows(name, files[name], layout)
        return found

    with ThreadPoolExecutor(READERS) as pool:
        yield from pool.map(one, files)


class _Reader:
    """The DuckDB connection of one thread, which can read files in memory."""

    def __init__(self, known: Mapping[str, pa.Table], layout: Layout) -> None:
        self._files = MemoryFileSystem()
        self._known, self._layout = known, layout
        self._con = self._connect()

    def _connect(self) -> duckdb.DuckDBPyConnection:
        con = duckdb.connect(":memory:", config={"threads": 1, "enable_external_file_cache": False})
        con.register_filesystem(self._files)
        for name, table in self._known.items():
            con.register(name, table)
        self._layout.define(con)
        return con

    def rows(self, name: str, stream: BinaryIO, layout: Layout) -> Rows:
        found = Rows(name, declared=1)
        try:
            data = unzipped(name, stream)
            if not data.strip():
                raise SourceFormatError(f"{name}: empty file")
            if data.count(b"\n") > _MAX_LINES:
                raise SourceFormatError(f"{name}: more than {_MAX_LINES:,} lines: not one of GDELT's files")
        except SourceFormatError as error:
            found.error = str(error)
            return found
        found.declared = data.count(b"\n") + (not data.endswith(b"\n"))
        # The fast reader treats a carriage return as a line end, and can crash on invalid UTF-8.
        if b"\r" not in data and b"\0" not in data and decodes(data, "utf-8"):
            try:
                found.wanted = self._fast(data, layout, name)
            except duckdb.Error:  # the connection may be unusable afterwards
                self._con.close()
                self._con = self._connect()
        if found.wanted is None:
            self._careful(data, layout, found)
        if found.wanted is not None:
            with counting() as left_out:
                found.wanted = scrubbed_table(found.wanted, _visible)
            found.unknown.update(left_out)
        return found

    def _fast(self, data: bytes, layout: Layout, name: str) -> pa.Table:
        path = f"/{uuid.uuid4().hex}"
        self._files.pipe_file(path, data)
        try:
            return self._con.execute(
                f"SELECT $file AS file, {', '.join(layout.read)} FROM read_csv($path, delim = '\t', "  # noqa: S608
                "quote = '', escape = '', header = false, auto_detect = false, strict_mode = true, "
                "max_line_size = $longest, columns = $columns) "
                f"WHERE {layout.wanted}",
                {
                    "file": name,
                    "path": f"memory:/{path}",
                    "longest": _LONGEST_LINE,
                    "columns": dict.fromkeys(layout.columns, "VARCHAR"),
                },
            ).to_arrow_table(_BATCH)
        finally:
            self._files.rm_file(path)

    def _careful(self, data: bytes, layout: Layout, found: Rows) -> None:
        text = data.decode("utf-8", errors="replace")
        if bad := text.count("\ufffd") - data.count("\ufffd".encode()):
            found.unknown["bytes not UTF-8, replaced"] += bad
        whole_text = pa.array([text.removesuffix("\n")], pa.large_string())
        lines = pc.list_flatten(pc.split_pattern(whole_text, "\n"))
        width = len(layout.columns)
        widths = pc.add(pc.count_substring(lines, "\t"), 1)
        whole = pc.equal(widths, width)
        wrong = pc.indices_nonzero(pc.invert(whole))
        rejected = wrong[:_MAX_WRONG]
        shown = pc.utf8_slice_codeunits(lines.take(rejected), 0, RAW_LIMIT)
        found.rejected = [
            (number + 1, f"{columns} columns, not {width}", line)
            for number, columns, line in zip(
                *(column.to_pylist() for column in (rejected, widths.take(rejected), shown)), strict=True
            )
        ]
        if len(found.rejected) == len(lines) or len(wrong) > _MAX_WRONG:
            right = "none" if len(wrong) == len(lines) else f"only {len(lines) - len(wrong):,}"
            found.error = f"{found.file}: {right} of {len(lines)} lines has {width} columns"
            found.declared, found.rejected = 1, []
            return
        cells = pc.split_pattern(lines.filter(whole), "\t")
        table = pa.table({name: pc.list_element(cells, at) for at, name in enumerate(layout.columns)})
        self._con.register("careful", table)
        found.wanted = self._con.execute(
            f"SELECT $file AS file, {', '.join(layout.read)} "  # noqa: S608
            f"FROM (SELECT nullif(COLUMNS(*), '') FROM careful) WHERE {layout.wanted}",
            {"file": found.file},
        ).to_arrow_table(_BATCH)
        self._con.unregister("careful")


def _visible(text: str) -> str:
    """Remove invisible characters, after repairing Windows-1252 text that was decoded as Latin-1.

    GDELT's gazetteer contains such names: `Se\x9eana` is Sežana.
    """
    if (meant := text.translate(_AS_WINDOWS)) != text:
        count("text in Windows-1252 read as Latin 1, mended")
    return scrubbed(meant)


def unzipped(name: str, stream: BinaryIO) -> bytes:
    """Return the only file in a zip. Raises SourceFormatError if it is not alone, damaged or huge."""
    try:
        packed = stream.read()
        with zip_members.opened(packed, name, _MAX_MEMBERS) as archive:
            members = [member for member in archive.infolist() if not member.filename.endswith("/")]
            if len(members) != 1:
                raise SourceFormatError(f"{name}: {len(members)} files in the zip, not one")
            member = members[0]
            if member.file_size > _MAX_BYTES or member.file_size > _MAX_RATIO * max(member.compress_size, 1):
                sizes = f"{member.file_size} bytes out of {member.compress_size}"
                raise SourceFormatError(f"{name}: {sizes}: not one of GDELT's files")
            if member.compress_type == zipfile.ZIP_DEFLATED and not member.flag_bits & _ENCRYPTED:
                return _inflated(packed, member)
            if (
                member.compress_type != zipfile.ZIP_STORED
            ):  # other methods can expand to gigabytes in one step
                raise SourceFormatError(f"{name}: damaged zip: packed in a way that GDELT does not use")
            # RuntimeError is what zipfile raises for an encrypted member
            return archive.read(member)
    except _DAMAGED as error:
        raise SourceFormatError(f"{name}: damaged zip: {error}") from error


def _inflated(zipped: bytes, member: zipfile.ZipInfo) -> bytes:
    """Return a member's bytes, like `ZipFile.read` but three times as fast."""
    if member.header_offset < 0:  # the beginning of the zip is missing
        raise zipfile.BadZipFile("its member begins before the file")
    name, extra = _LOCAL_HEADER.unpack_from(zipped, member.header_offset)
    start = member.header_offset + _LOCAL_HEADER.size + name + extra
    packed = memoryview(zipped)[start : start + member.compress_size]
    data = isal_zlib.decompressobj(-15).decompress(packed, member.file_size + 1)
    if len(data) != member.file_size or isal_zlib.crc32(data) != member.CRC:
        raise zipfile.BadZipFile("its bytes are not what its checksum says")
    return bytes(data)


def concatenated(rows: Sequence[pa.Table]) -> pa.Table:
    """Concatenate the rows of several files, numbered by `nr`."""
    table = pa.concat_tables(rows)
    return table.append_column("nr", pa.array(range(table.num_rows), pa.int64()))


def in_contract(con: duckdb.DuckDBPyConnection, made: str, name: str, source_id: str) -> pa.Table:
    """Return the table `made` with the columns of the contract `name`, sorted by its key."""
    schema, key = contract(name).parsed_schema, contract(name).primary_key
    found = con.execute(
        f"SELECT {', '.join(schema.names)} "  # noqa: S608  names from the contract
        f"FROM (SELECT *, $source_id AS source_id FROM {made}) ORDER BY {', '.join(key)}",
        {"source_id": source_id},
    )
    return found.to_arrow_table().cast(schema)
