"""Rows of cells of a CSV file that a person keeps, as spreadsheet programs save it: in UTF-8, or in UTF-16
with a byte order mark, its cells parted by commas, semicolons or tabs.
"""

from __future__ import annotations

import csv
import io

PARTED_BY = (",", ";", "\t", "|")
_MARKED = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


class NotCells(Exception):
    """What was given is no CSV. One line, that says what to do and nothing of what is in it."""


def decode(data: bytes) -> str:
    """The text of a file. Raises NotCells."""
    encoding = next((name for mark, name in _MARKED if data.startswith(mark)), "utf-8-sig")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise NotCells(f"line {line}: not UTF-8: save it as CSV in UTF-8") from None
    if "\0" in text:
        raise NotCells("no text, it holds zero bytes: save it as CSV in UTF-8")
    return text


def rows(text: str) -> list[tuple[int, list[str]]]:
    """The rows in which anything stands, each with the line that it ends on. Raises NotCells."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    found = []
    begun = 1
    try:
        for cells in reader:
            begun = reader.line_num + 1
            if any(map(str.strip, cells)):
                found.append((reader.line_num, cells))
    except csv.Error as error:
        raise NotCells(f"line {begun}: not CSV ({error}): look for a quotation mark too many") from None
    if found and [cell[:4].lower() for cell in found[0][1][:1]] == ["sep="]:  # what Excel writes for itself
        del found[0]
    return found


def _delimiter(text: str) -> str:
    """What parts the cells of the first line in which anything stands; a comma, where nothing does."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    if first.lower().startswith("sep=") and len(first) == len("sep=") + 1:
        return first[-1]
    return max(PARTED_BY, key=first.count)
