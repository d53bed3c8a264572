"""Prints rows of publishers' data for people, programs and spreadsheets.

No output controls a terminal, and no cell of a CSV runs as a formula in a spreadsheet.
"""

from __future__ import annotations

import json
import re
import sys
import textwrap
import unicodedata
from collections.abc import Callable, Iterable
from enum import StrEnum
from itertools import chain, count, islice
from math import isfinite
from numbers import Number
from typing import Any

from rich.console import Console as RichConsole
from rich.table import Table
from rich.text import Text

MOST_SHOWN = 10_000
"""Rows of a table for people: it is laid out in memory, by the width of all its cells."""

_JOINED = re.compile("(?<=[\u0600-\u06ff\u0900-\u0dff])[\u200c\u200d]")
# Before the sign of a formula: what spreadsheets pass over, with marks of no width. Signs have wide and small
# forms too.
_RUN = re.compile(
    "[\\s\\x00-\\x1f\"'\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*[=+\\-@＝＋－＠﹦﹢﹣﹫]|[\t\r\n]"
)
_NUMBER = re.compile(r"[+-]?\d[\d.,]*(e[+-]?\d+)?%?", re.ASCII | re.IGNORECASE)


class Format(StrEnum):
    table = "table"
    csv = "csv"
    json = "json"


class Console(RichConsole):
    """A console on which texts are `visible`."""

    def print(self, *objects: Any, **options: Any) -> None:
        super().print(*(visible(each) if isinstance(each, str) else each for each in objects), **options)


def visible(text: str) -> str:
    """A text with the characters escaped, as `\\x1b`, that a terminal would obey or hide: control characters
    except line breaks and tabs, direction marks, characters of no width, and unassigned ones. The joiners of
    Arabic and Indic scripts stay."""
    if text.isprintable():
        return text
    joiners = {match.start() for match in _JOINED.finditer(text)}
    return "".join(
        each if _is_harmless(each) or each in "\n\t" or place in joiners else _written_out(each)
        for place, each in enumerate(text)
    )


def _is_harmless(character: str) -> bool:
    return character.isprintable() or unicodedata.category(character) == "Zs"


def _written_out(character: str) -> str:
    number = ord(character)
    return (
        f"\\x{number:02x}"
        if number < 0x100
        else f"\\u{number:04x}"
        if number < 0x10000
        else f"\\U{number:08x}"
    )


def harmless_cell(value: Any) -> str:
    """A value as the text of a CSV cell. If a spreadsheet would run the text as a formula, it begins with
    `'`, which marks it as text; numbers stay as they are."""
    text = as_text(value)
    if isinstance(value, Number) or _NUMBER.fullmatch(text) or not _RUN.match(text):
        return text
    return f"'{text}"


def as_text(value: Any) -> str:
    """A value in one cell: of a list the items, with commas between them."""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def print_rows(
    console: Console,
    header: list[str],
    rows: Iterable[tuple[Any, ...]],
    format_: Format,
    *,
    raw_cells: bool = False,
) -> None:
    """Prints rows: CSV and JSON, as they come, for programs; the table, of `MOST_SHOWN` rows, for people.
    `raw_cells`: as CSV, what a spreadsheet would run is not marked. Raises OSError."""
    if format_ is Format.csv:
        _print_csv(header, rows, as_text if raw_cells else harmless_cell)
    elif format_ is Format.json:
        _print_json(header, rows)
    else:
        _print_table(console, header, rows)
    sys.stdout.flush()


def _print_csv(header: list[str], rows: Iterable[tuple[Any, ...]], cell: Callable[[Any], str]) -> None:
    show = visible if sys.stdout.isatty() else str  # a program gets the bytes as they are
    for row in chain([header], rows):
        cells = [_quoted(show(cell(value))) for value in row]
        sys.stdout.write(",".join(cells if cells != [""] else ['""']) + "\n")


def _quoted(text: str) -> str:
    """A cell as RFC 4180 has it. `csv.writer` does not quote a carriage return, which would end the row for a
    reader."""
    if any(each in text for each in ',"\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text


def _print_json(header: list[str], rows: Iterable[tuple[Any, ...]]) -> None:
    before = "["
    names = _distinct(header)
    for row in rows:
        record = dict(zip(names, map(_in_json, row), strict=True))
        text = json.dumps(record, ensure_ascii=False, indent=2, default=str, allow_nan=False)
        if not text.replace("\n", "").isprintable():
            text = "".join(e if e == "\n" or _is_harmless(e) else json.dumps(e)[1:-1] for e in text)
        sys.stdout.write(f"{before}\n{textwrap.indent(text, '  ')}")
        before = ","
    sys.stdout.write("[]\n" if before == "[" else "\n]\n")


def _distinct(header: list[str]) -> list[str]:
    """The columns' names, repeated ones with a number: a JSON object has one value per name."""
    taken = set(header)
    names: list[str] = []
    for name in header:
        free = (each for number in count(1) if (each := f"{name}_{number}") not in taken)
        names.append(next(free) if name in names else name)
        taken.add(names[-1])
    return names


def _in_json(value: Any) -> Any:
    """A value with the parts that JSON lacks as text: NaN, infinite numbers, and keys that are not text."""
    if isinstance(value, float) and not isfinite(value):
        return str(value)
    if isinstance(value, list | tuple):
        return [_in_json(each) for each in value]
    if isinstance(value, dict):
        return {as_text(key): _in_json(each) for key, each in value.items()}
    return value


def _print_table(console: Console, header: list[str], rows: Iterable[tuple[Any, ...]]) -> None:
    table = Table(header_style="bold", show_edge=False)
    for name in header:
        title = Text(visible(name))
        table.add_column(title, overflow="fold", no_wrap=name.endswith("_id"))  # an id is to be copied
    left = iter(rows)
    for row in islice(left, MOST_SHOWN):
        table.add_row(*(Text(visible(as_text(value))) for value in row))
    more = next(left, None) is not None
    console.print(table)
    note = (
        f"the first {table.row_count:,} rows: --format csv gives all" if more else f"{table.row_count:,} rows"
    )
    console.print(note, style="dim", highlight=False)
