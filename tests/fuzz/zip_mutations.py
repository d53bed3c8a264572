"""Damage to GDELT's files: to the zip, to the lines and cells of the table in it; and bombs."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from random import Random

from tests.fuzz import bytes_mutations, xlsx_mutations
from tests.fuzz.bytes_mutations import NOT_UTF8, Mutation
from tests.fuzz.values import encoded, odd, odd_like, repeated
from tests.fuzz.xlsx_mutations import members, zipped

Rows = list[list[str]]
MEGABYTE = 1_000_000


def _content(change: Callable[[bytes, Random], bytes]) -> Mutation:
    """A mutation made of a change to what is in the zip."""

    def mutation(data: bytes, rng: Random) -> bytes:
        ((name, content),) = members(data).items()
        return zipped({name: change(content, rng)})

    mutation.__name__ = change.__name__
    return mutation


def _table(change: Callable[[Rows, Random], None]) -> Mutation:
    """A mutation made of a change to the rows."""

    def changed(content: bytes, rng: Random) -> bytes:
        rows = [line.split("\t") for line in content.decode().splitlines()]
        change(rows, rng)
        return encoded("".join("\t".join(row) + "\n" for row in rows))

    changed.__name__ = change.__name__
    return _content(changed)


@_table
def drop_column(rows: Rows, rng: Random) -> None:
    at = rng.randrange(len(rows[0]))
    for row in rows:
        del row[at]


@_table
def add_column(rows: Rows, rng: Random) -> None:
    at = rng.randrange(len(rows[0]) + 1)
    for row in rows:
        row.insert(at, rng.choice(("", "x")))


@_table
def swap_columns(rows: Rows, rng: Random) -> None:
    one, other = rng.randrange(len(rows[0])), rng.randrange(len(rows[0]))
    for row in rows:
        row[one], row[other] = row[other], row[one]


@_table
def cut_row(rows: Rows, rng: Random) -> None:
    row = rng.choice(rows)
    del row[rng.randrange(len(row)) :]


@_table
def lengthen_row(rows: Rows, rng: Random) -> None:
    rng.choice(rows).extend(["x"] * rng.choice((1, 5, 10_000)))


@_table
def blank_rows(rows: Rows, rng: Random) -> None:
    for _ in range(rng.choice((1, 50))):
        rows.insert(rng.randrange(len(rows) + 1), rng.choice(([], [""], [""] * len(rows[0]))))


@_table
def repeat_rows(rows: Rows, rng: Random) -> None:
    rows += [list(row) for row in rows * rng.choice((1, 1, 200))]


@_table
def shuffle_rows(rows: Rows, rng: Random) -> None:
    rng.shuffle(rows)


@_table
def one_key(rows: Rows, rng: Random) -> None:
    """Many rows with one number, or one address, that differ elsewhere."""
    at = rng.choice((0, 4, 5, -1))
    for row in rows:
        row[at] = rows[0][at]


@_table
def header_row(rows: Rows, rng: Random) -> None:
    rows.insert(0, [f"Column{number}" for number in range(len(rows[0]))])


@_table
def odd_cell(rows: Rows, rng: Random) -> None:
    row = rng.choice(rows)
    row[rng.randrange(len(row))] = odd(rng)


@_table
def odd_cells(rows: Rows, rng: Random) -> None:
    """The same odd value all down a column."""
    at, value = rng.randrange(len(rows[0])), odd(rng)
    for row in rows:
        row[at] = value


@_table
def odd_throughout(rows: Rows, rng: Random) -> None:
    share = rng.choice((0.05, 0.3, 1.0))
    for row in rows:
        row[:] = [odd_like(cell, rng) if rng.random() < share else cell for cell in row]


@_table
def odd_parts(rows: Rows, rng: Random) -> None:
    """Odd values between the semicolons, commas and number signs that part a cell."""
    mark = rng.choice(";,#")
    for row in rows:
        for at, cell in enumerate(row):
            if mark in cell and rng.random() < 0.5:
                parts = cell.split(mark)
                parts[rng.randrange(len(parts))] = rng.choice((odd(rng), "", mark * 3))
                row[at] = mark.join(parts)


@_table
def huge_cell(rows: Rows, rng: Random) -> None:
    row = rng.choice(rows)
    row[rng.randrange(len(row))] = rng.choice(("a", "a;", "1#", ",", '"', "<a>", "&#x41;")) * MEGABYTE


@_table
def repeated_text(rows: Rows, rng: Random) -> None:
    """The same sign hundreds of thousands of times in some cells."""
    row = rng.choice(rows)
    row[:] = [repeated(rng) if rng.random() < 0.2 else cell for cell in row]


@_content
def damage_content(content: bytes, rng: Random) -> bytes:
    """What is in the zip spoilt as any file is."""
    return rng.choice(bytes_mutations.MUTATIONS)(content, rng)


@_content
def not_utf8(content: bytes, rng: Random) -> bytes:
    for _ in range(rng.choice((1, 5, 50))):
        at = rng.randrange(len(content) + 1)
        content = content[:at] + rng.choice(NOT_UTF8) + content[at:]
    return content


long_run = _content(bytes_mutations.long_run)


@_content
def quotes(content: bytes, rng: Random) -> bytes:
    """Quotes, which have no meaning here, at the start of cells or anywhere."""
    return content.replace(b"\t", b'\t"') if rng.random() < 0.5 else content.replace(b"e", b'"')


@_content
def many_rows(content: bytes, rng: Random) -> bytes:
    """Twenty megabytes of a file's rows, again and again."""
    return content * (20 * MEGABYTE // len(content))


@_content
def many_tabs(content: bytes, rng: Random) -> bytes:
    return content + b"\t" * 5 * MEGABYTE


@_content
def many_lines(content: bytes, rng: Random) -> bytes:
    """Lines that are no rows, each of which goes to quarantine."""
    return content + b"x\n" * 100_000


def two_files(data: bytes, rng: Random) -> bytes:
    ((name, content),) = members(data).items()
    return zipped({name: content, rng.choice(("b.CSV", "../b.CSV", "folder/")): rng.choice((b"", content))})


def rename_member(data: bytes, rng: Random) -> bytes:
    ((_, content),) = members(data).items()
    return zipped({rng.choice(("", "x", "../../x.CSV", "/etc/passwd", "é" * 200, "folder/")): content})


def packed_otherwise(data: bytes, rng: Random) -> bytes:
    """A zip of 100 megabytes, packed in a way that is unpacked at one step, which says that it is small."""
    ((name, _),) = members(data).items()
    made = bytearray(zipped({name: b"a" * 100 * MEGABYTE}, rng.choice((zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA))))
    at = made.rindex(b"PK\x01\x02")
    made[at + 24 : at + 28] = struct.pack("<L", 1_000)
    return bytes(made)


def many_members(data: bytes, rng: Random) -> bytes:
    """A list of more members than are in the zip, each the first one again."""
    start, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    entry = data[start:end]
    count = rng.choice((300, 70_000, 300_000))
    fields = struct.pack(
        "<4s4xHHLLH", b"PK\x05\x06", count % 65_536, count % 65_536, len(entry) * count, start, 0
    )
    return data[:start] + entry * count + fields


def bomb(data: bytes, rng: Random) -> bytes:
    """A zip of 300 megabytes of one sign, which may say that it is small."""
    ((name, _),) = members(data).items()
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open(name, "w") as member,
    ):
        block = rng.choice((b"a", b"\t", b"\n", b"\0")) * MEGABYTE
        for _ in range(300):
            member.write(block)
    made = bytearray(out.getvalue())
    if rng.random() < 0.5:
        at = made.rindex(b"PK\x01\x02")
        made[at + 24 : at + 28] = struct.pack("<L", 1_000)
    return bytes(made)


MUTATIONS: tuple[Mutation, ...] = (
    drop_column,
    add_column,
    swap_columns,
    cut_row,
    lengthen_row,
    blank_rows,
    repeat_rows,
    shuffle_rows,
    one_key,
    header_row,
    odd_cell,
    odd_cells,
    odd_cells,
    odd_throughout,
    odd_throughout,
    odd_parts,
    odd_parts,
    huge_cell,
    damage_content,
    damage_content,
    not_utf8,
    not_utf8,
    long_run,
    quotes,
    two_files,
    rename_member,
    xlsx_mutations.other_zip,
    xlsx_mutations.stored,
    xlsx_mutations.repeat_member,
    xlsx_mutations.odd_zip_fields,
)
HEAVY: tuple[Mutation, ...] = (
    repeated_text,
    repeated_text,
    repeated_text,
    many_rows,
    many_tabs,
    many_lines,
    packed_otherwise,
    many_members,
    bomb,
)
