"""What commands print, and how they refuse."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from vigil.printing import Console, Format, print_rows

if TYPE_CHECKING:
    from warehouse.release.reader import Release

out = Console(emoji=False)
err = Console(stderr=True, soft_wrap=True, emoji=False)


class Refused(Exception):
    """The command cannot do what it was asked. One line."""


def print_line(line: str) -> None:
    """Prints one line as it is, however long."""
    out.print(line, markup=False, highlight=False, soft_wrap=True)


def show_rows(
    header: list[str], rows: Iterable[tuple[Any, ...]], format_: Format, *, raw_cells: bool = False
) -> None:
    """Prints rows as `vigil.printing.print_rows`. Raises Refused if the output cannot be written."""
    try:
        print_rows(out, header, rows, format_, raw_cells=raw_cells)
    except BrokenPipeError:  # the reader, such as `head`, has closed the pipe
        raise
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for what is left in the buffer
        raise Refused(f"cannot write what was asked for: {error.strerror}") from error


def query_release(release: Release, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """The header and the rows of a query over a release."""
    from warehouse.release.reader import ask, connect

    with connect(release) as con:
        header, rows = ask(con, sql)
        return header, list(rows)
