"""Reads CSV files that people keep, as spreadsheet programs save them: in UTF-8, or in UTF-16 with a byte
order mark, with commas, semicolons, tabs or bars between the cells.
"""

from __future__ import annotations

import csv
import io

DELIMITERS = (",", ";", "\t", "|")
_BYTE_ORDER_MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


class NotCells(Exception):
    """A file is not CSV. One line, which says what to do and repeats nothing of the file."""


def decode_csv(data: bytes) -> str:
    """The text of a file. Raises NotCells."""
    encoding = next((name for mark, name in _BYTE_ORDER_MARKS if data.startswith(mark)), "utf-8-sig")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise NotCells(f"line {line}: not UTF-8: save it as CSV in UTF-8") from None
    if "\0" in text:
        raise NotCells("not text, it has zero bytes: save it as CSV in UTF-8")
    return text


def parse_rows(text: str) -> list[tuple[int, list[str]]]:
    """The rows that are not empty, each with the number of its last line. Raises NotCells."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    found = []
    first_line = 1
    try:
        for cells in reader:
            first_line = reader.line_num + 1
            if any(map(str.strip, cells)):
                found.append((reader.line_num, cells))
    except csv.Error as error:
        raise NotCells(f"line {first_line}: not CSV ({error}): look for a quotation mark too many") from None
    if found and [cell[:4].lower() for cell in found[0][1][:1]] == ["sep="]:  # what Excel writes for itself
        del found[0]
    return found


def _delimiter(text: str) -> str:
    """The delimiter of the first line that is not empty; a comma if there is none."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    if first.lower().startswith("sep=") and len(first) == len("sep=") + 1:
        return first[-1]
    return max(DELIMITERS, key=first.count)
