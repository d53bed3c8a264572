"""Damage to CSV: what an editor, a spreadsheet or a new export does to it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from random import Random

from tests.fuzz.bytes_mutations import Mutation, decoded
from tests.fuzz.values import encoded, odd, odd_like, repeated

Rows = list[list[str]]


def delimiter_of(text: str) -> str:
    """What the first line is parted by: Memorial's lists have semicolons and no comma."""
    first = text.partition("\n")[0]
    return ";" if ";" in first and "," not in first else ","


def rows(data: bytes) -> Rows:
    text = decoded(data)
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text)))


def written(cells: Rows, delimiter: str = ",", quoting: int = csv.QUOTE_MINIMAL, end: str = "\r\n") -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator=end).writerows(cells)  # type: ignore[arg-type]
    return encoded(out.getvalue())


def header(cells: Rows) -> int:
    """The row that names the columns: the longest of the first three."""
    return max(range(min(3, len(cells))), key=lambda index: (len(cells[index]), -index))


def _table(change: Callable[[Rows, int, Random], Rows | None]) -> Mutation:
    """A mutation made of a change to the rows, told where the header is."""

    def mutation(data: bytes, rng: Random) -> bytes:
        cells = rows(data)
        changed = change(cells, header(cells), rng)
        return written(cells if changed is None else changed, delimiter_of(decoded(data)))

    mutation.__name__ = change.__name__
    return mutation


def _row(cells: Rows, head: int, rng: Random) -> list[str]:
    return cells[rng.randrange(min(head + 1, len(cells) - 1), len(cells))]


@_table
def drop_column(cells: Rows, head: int, rng: Random) -> Rows:
    gone = rng.randrange(len(cells[head]))
    return [[c for at, c in enumerate(row) if at != gone] for row in cells]


@_table
def add_column(cells: Rows, head: int, rng: Random) -> None:
    place = rng.randrange(len(cells[head]) + 1)
    for at, row in enumerate(cells[head:]):
        row.insert(place, "x" if at else rng.choice(("New", "", cells[head][0])))


@_table
def rename_column(cells: Rows, head: int, rng: Random) -> None:
    at = rng.randrange(len(cells[head]))
    name = cells[head][at]
    cells[head][at] = rng.choice((name.upper(), f" {name} ", f"{name}s", "", "new", rng.choice(cells[head])))


@_table
def swap_columns(cells: Rows, head: int, rng: Random) -> None:
    one, other = rng.randrange(len(cells[head])), rng.randrange(len(cells[head]))
    for row in cells[head + rng.randrange(2) :]:  # with their names or without
        if len(row) > max(one, other):
            row[one], row[other] = row[other], row[one]


@_table
def remove_header(cells: Rows, head: int, rng: Random) -> Rows:
    return rng.choice(
        (cells[:head] + cells[head + 1 :], cells[1:], cells[head + 1 :], cells[: head + 1], cells[:head])
    )


@_table
def repeat_header(cells: Rows, head: int, rng: Random) -> None:
    cells.insert(rng.randrange(len(cells) + 1), list(cells[head]))


@_table
def odd_first_line(cells: Rows, head: int, rng: Random) -> None:
    cells[0] = rng.choice(([odd(rng)], ["Last Updated", odd(rng)], ["Last Updated"], [], [""], ["sep=,"]))


@_table
def cut_row(cells: Rows, head: int, rng: Random) -> None:
    row = _row(cells, head, rng)
    del row[rng.randrange(len(row) + 1) :]


@_table
def lengthen_row(cells: Rows, head: int, rng: Random) -> None:
    _row(cells, head, rng).extend(["x"] * rng.choice((1, 5, 10_000)))


@_table
def shift_row(cells: Rows, head: int, rng: Random) -> None:
    row = _row(cells, head, rng)
    row.insert(rng.randrange(len(row) + 1), "")


@_table
def blank_rows(cells: Rows, head: int, rng: Random) -> None:
    for _ in range(rng.choice((1, 50))):
        cells.insert(
            rng.randrange(len(cells) + 1), rng.choice(([], [""], [" "] * 5, [""] * len(cells[head])))
        )


@_table
def shuffle_rows(cells: Rows, head: int, rng: Random) -> Rows:
    return rng.sample(cells, len(cells))


@_table
def repeat_row(cells: Rows, head: int, rng: Random) -> None:
    row = _row(cells, head, rng)
    cells.extend(list(row) for _ in range(rng.choice((1, 1, 500))))


@_table
def remove_rows(cells: Rows, head: int, rng: Random) -> Rows:
    return cells[: head + 1] + [row for row in cells[head + 1 :] if rng.random() < 0.5]


@_table
def odd_cell(cells: Rows, head: int, rng: Random) -> None:
    row = _row(cells, head, rng)
    row[rng.randrange(len(row)) if row else slice(None)] = odd(rng)


@_table
def odd_cells(cells: Rows, head: int, rng: Random) -> None:
    """The same odd value all down a column."""
    at, value = rng.randrange(len(cells[head])), odd(rng)
    for row in cells[head + 1 :]:
        row[at : at + 1] = [value]


@_table
def odd_throughout(cells: Rows, head: int, rng: Random) -> None:
    """Odd values all over the file, each another."""
    share = rng.choice((0.05, 0.3, 1.0))
    for row in cells[head + 1 :]:
        row[:] = [odd_like(cell, rng) if rng.random() < share else cell for cell in row]


@_table
def lines_in_cell(cells: Rows, head: int, rng: Random) -> None:
    row = _row(cells, head, rng)
    at = rng.randrange(max(1, len(row)))
    row[at : at + 1] = [
        "a" + rng.choice(("\n", "\r\n", "\r", "\n\n", "\x0b", "\u2028")) * rng.choice((1, 1_000)) + "b"
    ]


@_table
def huge_cell(cells: Rows, head: int, rng: Random) -> None:
    row = rng.choice((_row(cells, head, rng), cells[head]))
    at = rng.randrange(max(1, len(row)))
    row[at : at + 1] = [rng.choice(("a", "a ", '"', ",", "(1) ", "; ")) * 1_000_000]


@_table
def repeated_text(cells: Rows, head: int, rng: Random) -> None:
    """The same sign a hundred thousand times (more are too many for the csv module) in some columns."""
    row = _row(cells, head, rng)
    row[:] = [repeated(rng)[-100_000:] if rng.random() < 0.2 else cell for cell in row]


@_table
def many_columns(cells: Rows, head: int, rng: Random) -> None:
    cells[head].extend(f"c{number}" for number in range(10_000))


@_table
def only_first_cells(cells: Rows, head: int, rng: Random) -> Rows:
    return [row[:1] for row in cells]


def quote(data: bytes, rng: Random) -> bytes:
    """Quotes too many: at one place."""
    place = rng.randrange(len(data) + 1)
    return data[:place] + b'"' * rng.choice((1, 1, 2, 3)) + data[place:]


def unquote(data: bytes, rng: Random) -> bytes:
    """A quote too few, or none left at all."""
    if rng.random() < 0.3 or b'"' not in data:
        return data.replace(b'"', b"")
    place = rng.choice([at for at, byte in enumerate(data) if byte == ord('"')])
    return data[:place] + data[place + 1 :]


def change_delimiter(data: bytes, rng: Random) -> bytes:
    delimiter = rng.choice((";", "\t", "|", " "))
    if rng.random() < 0.3:
        return data.replace(b",", delimiter.encode())
    return written(rows(data), delimiter)


def change_quoting(data: bytes, rng: Random) -> bytes:
    delimiter = delimiter_of(decoded(data))
    return written(rows(data), delimiter, quoting=csv.QUOTE_ALL, end=rng.choice(("\n", "\r\n", "\r")))


def many_rows(data: bytes, rng: Random) -> bytes:
    """Twenty megabytes of a list's rows, again and again."""
    lines = data.split(b"\n")
    return data + b"\n" + b"\n".join(lines[3:]) * (20_000_000 // len(data))


def open_quote(data: bytes, rng: Random) -> bytes:
    """Twenty megabytes after a quote that nothing closes."""
    return data + b'"' + b"a,b\n" * 5_000_000


def many_commas(data: bytes, rng: Random) -> bytes:
    return data + b"," * 5_000_000


MUTATIONS: tuple[Mutation, ...] = (
    drop_column,
    add_column,
    rename_column,
    swap_columns,
    remove_header,
    repeat_header,
    odd_first_line,
    cut_row,
    lengthen_row,
    shift_row,
    blank_rows,
    shuffle_rows,
    repeat_row,
    remove_rows,
    odd_cell,
    odd_cells,
    odd_cells,
    odd_throughout,
    odd_throughout,
    lines_in_cell,
    huge_cell,
    many_columns,
    only_first_cells,
    quote,
    unquote,
    change_delimiter,
    change_quoting,
)
HEAVY: tuple[Mutation, ...] = (
    repeated_text,
    repeated_text,
    repeated_text,
    many_rows,
    open_quote,
    many_commas,
)
