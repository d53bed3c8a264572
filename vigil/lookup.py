"""`vigil search` and `vigil match`: names against a release."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from storage import user_csv
from storage.parquet import literal
from transforms.fields.countries import code
from transforms.fields.dates import ISO_FORMATS, partial
from transforms.identity.screening import NAMED


class NameListError(Exception):
    """A list of names cannot be read. One line."""


USED = ("birth_date", "country")
DATES = (*ISO_FORMATS, "%d.%m.%Y", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S")
_EDTF = re.compile(r"\d{4}(-\d\d){0,2}~|\d{4}(-\d\d){0,2}/\d{4}(-\d\d){0,2}", re.ASCII)

FOUND = "entity_id, name, matched_name, score, schema, birth_date, countries, records, lists, articles"


def search(con: duckdb.DuckDBPyConnection, name: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Who bears a name, in any script, spelling and order, as the release's macro `whois` tells: header and
    rows, the likeliest first. Raises NameListError for a name that is no text."""
    try:
        name.encode()
    except UnicodeEncodeError as error:  # bytes of the command line that are not UTF-8
        raise NameListError("the name is not UTF-8") from error
    # no parameter: for the first one DuckDB loads pandas, which takes as long as the search
    found = con.execute(f"SELECT {FOUND} FROM whois({literal(name)})")  # noqa: S608
    return [column[0] for column in found.description or []], found.fetchall()


@dataclass(frozen=True)
class NameList:
    """A user's own list: its `names`, as `NAMED`, and in a line how it was `read`."""

    names: pa.Table
    read: str


def read_list(path: Path) -> NameList:
    """The names of a CSV file with a header: its first column, with `birth_date` (ISO 8601, EDTF as releases
    have it, or `31.12.1980`) and `country` (name or code) where there are such columns, in any case. Raises
    NameListError."""
    try:
        table = user_csv.rows(user_csv.decode(path.read_bytes()))
    except OSError as error:
        raise NameListError(f"cannot read {path}: {error.strerror}") from error
    except user_csv.NotCells as error:
        raise NameListError(f"{path}: {error}") from None
    if not table:
        raise NameListError(f"{path} is empty: it needs a header line and a name in the first column")
    (_, titles), *rows = table
    header = _header(path, titles)
    listed = [_named(f"{path} line {number}", header, row) for number, row in rows]
    named = [each for each in listed if each["name"]]
    if not named:
        raise NameListError(f"{path} holds no names: they are looked for below the title of its first column")
    count = "1 name" if len(named) == 1 else f"{len(named):,} names"
    told = [f"{path}: {count} in the column {titles[0].strip() or 'without a title'}"]
    if used := [name for name in USED if name in header[1:]]:
        told.append(f"with {' and '.join(used)}")
    if left := [f"line {number}" for (number, _), each in zip(rows, listed, strict=True) if not each["name"]]:
        told.append(f"no name in {left[0]}{f' and {len(left) - 1} more' if len(left) > 1 else ''}")
    if passed := [
        title.strip() for title, name in zip(titles[1:], header[1:], strict=True) if name and name not in USED
    ]:
        told.append(f"not used: {', '.join(passed)}")
    return NameList(pa.Table.from_pylist(named, NAMED), " ".join("; ".join(told).split()))


def _header(path: Path, titles: list[str]) -> list[str]:
    """What the columns are called, as we call them."""
    header = [re.sub(r"[\s_-]+", "_", title.strip()).lower() for title in titles]
    if twice := [name for name in USED if header.count(name) > 1]:
        raise NameListError(f"{path} line 1: the column {twice[0]} stands twice: keep one of them")
    if header[0] in USED:
        raise NameListError(f"{path} line 1: the first column is {header[0]}: put the names there")
    if any(partial(title.strip(), DATES).precision == "day" for title in titles):
        raise NameListError(f"{path} line 1: a date, where titles should be: begin with name,birth_date")
    return header


def _named(where: str, header: list[str], row: list[str]) -> dict[str, Any]:
    if any(map(str.strip, row[len(header) :])):
        raise NameListError(f"{where}: {len(row)} cells, not {len(header)}: quote a name that holds a comma")
    given = dict(zip(header[1:], (cell.strip() for cell in row[1:]), strict=False))
    return {
        "name": row[0].strip(),
        "births": _birth(where, given.get("birth_date", "")),
        "countries": _countries(where, given.get("country", "")),
    }


def _birth(where: str, text: str) -> list[str]:
    if _EDTF.fullmatch(text) and all(partial(end, ISO_FORMATS).date for end in text.rstrip("~").split("/")):
        return [text]
    born = partial(text, DATES)
    if text and not (born.date and text.isascii()):
        raise NameListError(
            f"{where}: birth_date {text} is neither 1980, 1980-12, 1980-12-31 nor 31.12.1980: "
            "write it so, or nothing where it is not known"
        )
    return [born.date] if born.date else []


def _countries(where: str, text: str) -> list[str]:
    """One country, or several with commas or semicolons between them."""
    known = [_code(text)] if _code(text) else [_code(each.strip()) for each in re.split("[;,]", text)]
    if text and None in known:
        raise NameListError(
            f"{where}: {text} is no country that we know by this name or code: "
            "write two letters, as in BY, or nothing where it is not known"
        )
    return [country for country in known if country]


def _code(text: str) -> str | None:
    return code(text) or code(text.upper())


def release_names(con: duckdb.DuckDBPyConnection) -> pa.Table:
    """Every name on the current lists of a release, as `NAMED`; weak aliases are left out."""
    return (
        con.execute(
            """
            SELECT DISTINCT n.name, r.person, r.births, r.countries, n.record_id, r.entity_id
            FROM current_names AS n
            JOIN (
                SELECT
                    record_id, entity_id, schema = 'Person' AS person,
                    birth_dates AS births, nationalities AS countries
                FROM current_sanctions
                UNION ALL
                SELECT record_id, entity_id, true, CASE WHEN birth_date IS NULL THEN [] ELSE [birth_date] END,
                    CASE WHEN country IS NULL THEN [] ELSE [country] END
                FROM current_prisoners
            ) AS r USING (record_id)
            WHERE n.kind <> 'weak_alias'
            ORDER BY n.record_id, n.name  -- a name may stand twice, once a language
            """
        )
        .to_arrow_table()
        .cast(NAMED)
    )
