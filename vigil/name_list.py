"""A user's own list of names, which `vigil match` screens."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from storage import user_csv
from transforms.fields.countries import code
from transforms.fields.dates import ISO_FORMATS, partial
from transforms.identity.screening import NAMED


class NameListError(Exception):
    """A list of names cannot be read. One line."""


USED = ("birth_date", "country")
DATES = (*ISO_FORMATS, "%d.%m.%Y", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S")
_EDTF = re.compile(r"\d{4}(-\d\d){0,2}~|\d{4}(-\d\d){0,2}/\d{4}(-\d\d){0,2}", re.ASCII)


@dataclass(frozen=True)
class NameList:
    """A user's own list: its `names`, as `NAMED`, and a line that says how it was read."""

    names: pa.Table
    summary: str


def read_name_list(path: Path) -> NameList:
    """Read a CSV file with a header: names from its first column, with `birth_date` (ISO 8601, EDTF as in
    releases, or `31.12.1980`) and `country` (name or code) where there are such columns, in any case. Raises
    NameListError."""
    try:
        table = user_csv.parse_rows(user_csv.decode_csv(path.read_bytes()))
    except OSError as error:
        raise NameListError(f"cannot read {path}: {error.strerror}") from error
    except user_csv.NotCells as error:
        raise NameListError(f"{path}: {error}") from None
    if not table:
        raise NameListError(f"{path} is empty: it needs a header line and a name in the first column")
    (_, titles), *rows = table
    header = _column_names(path, titles)
    entries = [_parse_row(f"{path} line {number}", header, row) for number, row in rows]
    named = [each for each in entries if each["name"]]
    if not named:
        raise NameListError(f"{path} has no names: they are expected below the title of its first column")
    count = "1 name" if len(named) == 1 else f"{len(named):,} names"
    summary = [f"{path}: {count} in the column {titles[0].strip() or 'without a title'}"]
    if used := [name for name in USED if name in header[1:]]:
        summary.append(f"with {' and '.join(used)}")
    if left := [
        f"line {number}" for (number, _), each in zip(rows, entries, strict=True) if not each["name"]
    ]:
        summary.append(f"no name in {left[0]}{f' and {len(left) - 1} more' if len(left) > 1 else ''}")
    if passed := [
        title.strip() for title, name in zip(titles[1:], header[1:], strict=True) if name and name not in USED
    ]:
        summary.append(f"not used: {', '.join(passed)}")
    return NameList(pa.Table.from_pylist(named, NAMED), " ".join("; ".join(summary).split()))


def _column_names(path: Path, titles: list[str]) -> list[str]:
    """The titles in snake case. Raises NameListError for a header that cannot be meant."""
    header = [re.sub(r"[\s_-]+", "_", title.strip()).lower() for title in titles]
    if twice := [name for name in USED if header.count(name) > 1]:
        raise NameListError(f"{path} line 1: the column {twice[0]} is there twice: keep one of them")
    if header[0] in USED:
        raise NameListError(f"{path} line 1: the first column is {header[0]}: put the names there")
    if any(partial(title.strip(), DATES).precision == "day" for title in titles):
        raise NameListError(f"{path} line 1: a date, where titles should be: begin with name,birth_date")
    return header


def _parse_row(where: str, header: list[str], row: list[str]) -> dict[str, Any]:
    if any(map(str.strip, row[len(header) :])):
        raise NameListError(f"{where}: {len(row)} cells, not {len(header)}: quote a name that holds a comma")
    values = dict(zip(header[1:], (cell.strip() for cell in row[1:]), strict=False))
    return {
        "name": row[0].strip(),
        "births": _parse_birth(where, values.get("birth_date", "")),
        "countries": _parse_countries(where, values.get("country", "")),
    }


def _parse_birth(where: str, text: str) -> list[str]:
    if _EDTF.fullmatch(text) and all(partial(end, ISO_FORMATS).date for end in text.rstrip("~").split("/")):
        return [text]
    born = partial(text, DATES)
    if text and not (born.date and text.isascii()):
        raise NameListError(
            f"{where}: birth_date {text} is neither 1980, 1980-12, 1980-12-31 nor 31.12.1980: "
            "write it so, or nothing where it is not known"
        )
    return [born.date] if born.date else []


def _parse_countries(where: str, text: str) -> list[str]:
    """One country, or several with commas or semicolons between them."""
    known = [_code(text)] if _code(text) else [_code(each.strip()) for each in re.split("[;,]", text)]
    if text and None in known:
        raise NameListError(
            f"{where}: {text} is not the name or code of a country: "
            "write two letters, as in BY, or nothing where it is not known"
        )
    return [country for country in known if country]


def _code(text: str) -> str | None:
    return code(text) or code(text.upper())
