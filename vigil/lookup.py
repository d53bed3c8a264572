"""`vigil search` and `vigil match`: names against a release."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from transforms.matching import Named
from transforms.names import key


class NameListError(Exception):
    """A list of names cannot be read. One line."""


PERSON = """
SELECT
    e.entity_id, e.name, e.schema, e.birth_date, array_to_string(e.countries, ' ') AS countries,
    string_agg(DISTINCT
        coalesce(p.source_id || ': ' || p.status, s.source_id || ': ' || array_to_string(s.programs, ' '))
        || CASE WHEN coalesce(p.valid_to, s.valid_to) IS NULL THEN '' ELSE ' (no longer listed)' END,
        '; ') AS lists,
    (SELECT count(DISTINCT article_id) FROM mentions AS m WHERE m.entity_id = e.entity_id) AS articles
FROM entities AS e
JOIN entity_records AS r USING (entity_id)
LEFT JOIN (SELECT * FROM prisoners QUALIFY row_number() OVER (
    PARTITION BY record_id ORDER BY valid_from DESC) = 1) AS p USING (record_id)
LEFT JOIN (SELECT * FROM sanctions QUALIFY row_number() OVER (
    PARTITION BY record_id ORDER BY valid_from DESC) = 1) AS s USING (record_id)
WHERE r.entity_id IN (SELECT entity_id FROM entity_records WHERE record_id = ANY(?))
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
    """The names of a CSV file with a header: the first column, with `birth_date` and `country` where
    there are such columns. Raises NameListError."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = csv.DictReader(stream)
            if not rows.fieldnames:
                raise NameListError(f"{path} is empty: it needs a header line and a name in the first column")
            first = rows.fieldnames[0]
            for row in rows:
                if row[first] and row[first].strip():
                    births = (row.get("birth_date") or "").strip()
                    country = (row.get("country") or "").strip().upper()
                    yield Named(
                        row[first].strip(), (births,) if births else (), (country,) if country else ()
                    )
    except OSError as error:
        raise NameListError(f"cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise NameListError(f"{path} is not UTF-8: byte {error.start}") from error


def release_names(con: duckdb.DuckDBPyConnection) -> Iterator[Named]:
    """Every name that stands on a list now, with what is known of its bearer; weak aliases are left out."""
    rows = con.execute(
        """
        SELECT n.name, r.births, r.countries, n.record_id
        FROM current_names AS n
        JOIN (
            SELECT record_id, birth_dates AS births, nationalities AS countries FROM current_sanctions
            UNION ALL
            SELECT record_id, CASE WHEN birth_date IS NULL THEN [] ELSE [birth_date] END,
                CASE WHEN country IS NULL THEN [] ELSE [country] END
            FROM current_prisoners
        ) AS r USING (record_id)
        WHERE n.kind <> 'weak_alias'
        ORDER BY n.record_id, n.name
        """
    )
    for name, births, countries, record_id in rows.fetchall():
        yield Named(name, tuple(births), tuple(countries), record_id)
