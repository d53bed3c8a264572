"""Names in a release: who bears one, and all of them."""

from __future__ import annotations

from typing import Any

import duckdb
import pyarrow as pa

from storage.database import sql_literal
from transforms.identity.screening import NAMED
from vigil.name_list import NameListError

FOUND = "entity_id, name, matched_name, score, schema, birth_date, countries, records, lists, articles"


def search_names(con: duckdb.DuckDBPyConnection, name: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Who bears a name, in any script, spelling and order, by the release's macro `whois`: header and rows,
    the likeliest first. Raises NameListError for a name that is not text."""
    try:
        name.encode()
    except UnicodeEncodeError as error:  # bytes of the command line that are not UTF-8
        raise NameListError("the name is not UTF-8") from error
    # no parameter: for the first one DuckDB loads pandas, which takes as long as the search
    found = con.execute(f"SELECT {FOUND} FROM whois({sql_literal(name)})")  # noqa: S608
    return [column[0] for column in found.description or []], found.fetchall()


def release_names(con: duckdb.DuckDBPyConnection) -> pa.Table:
    """Every name on the current lists of a release but weak aliases, as `NAMED`."""
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
            ORDER BY n.record_id, n.name  -- a name may occur once per language
            """
        )
        .to_arrow_table()
        .cast(NAMED)
    )
