"""`vigil search` and `vigil match`: names against a release."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from transforms.countries import code
from transforms.dates import ISO_FORMATS, partial
from transforms.matching import Named
from transforms.names import key


class NameListError(Exception):
    """A list of names cannot be read. One line."""


DATES = (*ISO_FORMATS, "%d.%m.%Y")

PERSON = """
WITH listed AS (
    SELECT DISTINCT
        r.entity_id,
        coalesce(p.source_id || ': ' || p.status, s.source_id || ': ' || array_to_string(s.programs, ' '))
        || CASE WHEN coalesce(p.valid_to, s.valid_to) IS NULL AND s.delisting_date IS NULL
            THEN '' ELSE ' (no longer listed)' END AS place
    FROM entity_records AS r
    LEFT JOIN (SELECT * FROM prisoners QUALIFY row_number() OVER (
        PARTITION BY record_id ORDER BY valid_from DESC) = 1) AS p USING (record_id)
    LEFT JOIN (SELECT * FROM sanctions QUALIFY row_number() OVER (
        PARTITION BY record_id ORDER BY valid_from DESC) = 1) AS s USING (record_id)
    WHERE r.entity_id IN (SELECT entity_id FROM entity_records WHERE record_id = ANY(?))
)
SELECT
    e.entity_id, e.name, e.schema, e.birth_date, array_to_string(e.countries, ' ') AS countries,
    string_agg(l.place, '; ' ORDER BY l.place) AS lists,
    (SELECT count(DISTINCT article_id) FROM mentions AS m WHERE m.entity_id = e.entity_id) AS articles
FROM entities AS e
JOIN listed AS l USING (entity_id)
GROUP BY ALL
ORDER BY e.name, e.entity_id
"""


def search(con: duckdb.DuckDBPyConnection, name: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Entities one of whose names holds every part of `name`, in any script and order: header, rows."""
    wanted = set(key(name).split())
    named = con.execute("SELECT DISTINCT record_id, name FROM names ORDER BY ALL").fetchall()
    hits = {record for record, known in named if wanted and wanted <= set(key(known).split())}
    found = con.execute(PERSON, [sorted(hits)])
    return [column[0] for column in found.description or []], found.fetchall()


def read_list(path: Path) -> Iterator[Named]:
    """The names of a CSV file with a header: the first column, with `birth_date` (ISO 8601 or
    `31.12.1980`) and `country` (name or code) where there are such columns. Raises NameListError."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = csv.DictReader(stream)
            if not rows.fieldnames:
                raise NameListError(f"{path} is empty: it needs a header line and a name in the first column")
            first = rows.fieldnames[0]
            for row in rows:
                if row[first] and row[first].strip():
                    where = f"{path} line {rows.line_num}"
                    born = _birth(where, (row.get("birth_date") or "").strip())
                    country = _country(where, (row.get("country") or "").strip())
                    yield Named(row[first].strip(), born, country)
    except OSError as error:
        raise NameListError(f"cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise NameListError(f"{path} is not UTF-8: byte {error.start}") from error
    except csv.Error as error:
        raise NameListError(f"{path} is not CSV: {error}") from error


def _birth(where: str, text: str) -> tuple[str, ...]:
    born = partial(text, DATES)
    if text and not born.date:
        raise NameListError(f"{where}: birth_date {text} is neither 1980, 1980-12, 1980-12-31 nor 31.12.1980")
    return (born.date,) if born.date else ()


def _country(where: str, text: str) -> tuple[str, ...]:
    known = code(text) or code(text.upper())
    if text and not known:
        raise NameListError(f"{where}: {text} is no country that we know by this name or code")
    return (known,) if known else ()


def release_names(con: duckdb.DuckDBPyConnection) -> Iterator[Named]:
    """Every name that stands on a list now, with what is known of its bearer; weak aliases are left out."""
    rows = con.execute(
        """
        SELECT DISTINCT n.name, r.births, r.countries, n.record_id
        FROM current_names AS n
        JOIN (
            SELECT record_id, birth_dates AS births, nationalities AS countries FROM current_sanctions
            UNION ALL
            SELECT record_id, CASE WHEN birth_date IS NULL THEN [] ELSE [birth_date] END,
                CASE WHEN country IS NULL THEN [] ELSE [country] END
            FROM current_prisoners
        ) AS r USING (record_id)
        WHERE n.kind <> 'weak_alias'
        ORDER BY n.record_id, n.name  -- a name may stand twice, once a language
        """
    )
    for name, births, countries, record_id in rows.fetchall():
        yield Named(name, tuple(births), tuple(countries), record_id)
