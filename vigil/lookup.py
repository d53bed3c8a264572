"""`vigil search` and `vigil match`: names against a release."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from transforms.comparing import compare
from transforms.countries import code
from transforms.dates import ISO_FORMATS, partial
from transforms.forms import parts
from transforms.matching import NAMED


class NameListError(Exception):
    """A list of names cannot be read. One line."""


DATES = (*ISO_FORMATS, "%d.%m.%Y")

SEARCH = Path(__file__).with_name("search.sql")

FOUND = 0.6
"""The least score of an entity that is shown to one who searches."""

ENTITIES = """
WITH answer AS (
    SELECT name, max(score) AS score
    FROM (SELECT right_name AS name, score FROM name_pair UNION ALL SELECT name, score FROM holding)
    GROUP BY name
),
found AS (
    SELECT r.entity_id, round(max(a.score), 2) AS score
    FROM answer AS a
    JOIN names AS n USING (name)
    JOIN entity_records AS r USING (record_id)
    WHERE a.score >= $least
    GROUP BY r.entity_id
),
listed AS (
    SELECT DISTINCT
        r.entity_id,
        coalesce(p.source_id || ': ' || p.status, s.source_id || ': ' || array_to_string(s.programs, ' '))
        || CASE WHEN coalesce(p.valid_to, s.valid_to) IS NULL AND s.delisting_date IS NULL
            THEN '' ELSE ' (no longer listed)' END AS place
    FROM entity_records AS r
    SEMI JOIN found AS f USING (entity_id)
    LEFT JOIN (SELECT * FROM prisoners QUALIFY row_number() OVER (
        PARTITION BY record_id ORDER BY valid_from DESC) = 1) AS p USING (record_id)
    LEFT JOIN (SELECT * FROM sanctions QUALIFY row_number() OVER (
        PARTITION BY record_id ORDER BY valid_from DESC) = 1) AS s USING (record_id)
)
SELECT
    e.entity_id, e.name, f.score, e.schema, e.birth_date, array_to_string(e.countries, ' ') AS countries,
    e.records, string_agg(l.place, '; ' ORDER BY l.place) AS lists,
    (SELECT count(DISTINCT article_id) FROM mentions AS m WHERE m.entity_id = e.entity_id) AS articles
FROM found AS f
JOIN entities AS e USING (entity_id)
JOIN listed AS l USING (entity_id)
GROUP BY ALL
ORDER BY f.score DESC, e.records DESC, e.name, e.entity_id
"""


def search(con: duckdb.DuckDBPyConnection, name: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Entities that bear `name`, or a name that holds all its parts, in any script, spelling and order, the
    likeliest first, then those of most records: header and rows.

    `score` is that of `comparing.compare`, or nine tenths of how alike the parts are if others stand beside
    them.
    """
    known = con.execute("SELECT DISTINCT name FROM names").to_arrow_table()["name"]
    con.register("known_form", parts(known))
    con.register("asked_form", parts(pa.chunked_array([[name]], pa.string())))
    con.execute(SEARCH.read_text("utf-8"))
    con.unregister("known_form")
    con.unregister("asked_form")
    con.execute(
        "CREATE OR REPLACE TEMP TABLE asked AS SELECT ? AS name, unnest([true, false]) AS person", [name]
    )
    compare(con, "asked", "worth_comparing", FOUND)
    found = con.execute(ENTITIES, {"least": FOUND})
    return [column[0] for column in found.description or []], found.fetchall()


def read_list(path: Path) -> pa.Table:
    """The names of a CSV file with a header, as `NAMED`: the first column, with `birth_date` (ISO 8601 or
    `31.12.1980`) and `country` (name or code) where there are such columns. Raises NameListError."""
    return pa.Table.from_pylist(list(_rows(path)), NAMED)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
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
                    yield {"name": row[first].strip(), "births": born, "countries": country}
    except OSError as error:
        raise NameListError(f"cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise NameListError(f"{path} is not UTF-8: byte {error.start}") from error
    except csv.Error as error:
        raise NameListError(f"{path} is not CSV: {error}") from error


def _birth(where: str, text: str) -> list[str]:
    born = partial(text, DATES)
    if text and not born.date:
        raise NameListError(f"{where}: birth_date {text} is neither 1980, 1980-12, 1980-12-31 nor 31.12.1980")
    return [born.date] if born.date else []


def _country(where: str, text: str) -> list[str]:
    known = code(text) or code(text.upper())
    if text and not known:
        raise NameListError(f"{where}: {text} is no country that we know by this name or code")
    return [known] if known else []


_LINKED = "SELECT record_id, entity_id FROM entity_records"
_UNLINKED = "SELECT NULL::VARCHAR AS record_id, NULL::VARCHAR AS entity_id"


def release_names(con: duckdb.DuckDBPyConnection) -> pa.Table:
    """Every name that stands on a list of a release now, as `NAMED`; weak aliases are left out. A release
    without links has no `entity_id`s."""
    tables = con.execute("SELECT table_name FROM duckdb_tables()").fetchall()
    entities = _LINKED if ("entity_records",) in tables else _UNLINKED
    return (
        con.execute(
            f"""
            SELECT DISTINCT n.name, r.person, r.births, r.countries, n.record_id, e.entity_id
            FROM current_names AS n
            JOIN (
                SELECT
                    record_id, schema = 'Person' AS person, birth_dates AS births, nationalities AS countries
                FROM current_sanctions
                UNION ALL
                SELECT record_id, true, CASE WHEN birth_date IS NULL THEN [] ELSE [birth_date] END,
                    CASE WHEN country IS NULL THEN [] ELSE [country] END
                FROM current_prisoners
            ) AS r USING (record_id)
            LEFT JOIN ({entities}) AS e USING (record_id)
            WHERE n.kind <> 'weak_alias'
            ORDER BY n.record_id, n.name  -- a name may stand twice, once a language
            """  # noqa: S608  one of two constants of this module
        )
        .to_arrow_table()
        .cast(NAMED)
    )
