"""Which records are one person or body, and which articles name it: by equal names, for now.

Two records are put together if a full name of one is a full name of the other after
transliteration, whatever the order of its parts, and, for people, a date of birth agrees.
Nothing is put together that would make two records of one list one entity.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa

from transforms.names import key

SQL = Path(__file__).with_suffix(".sql")

PERSON_PARTS = 2
"""A person's name needs this many parts to be matched: single names are shared by many people."""


def _keys(names: pa.ChunkedArray) -> pa.Table:
    """Each distinct name with its matching key, as `name, key, parts`."""
    distinct = names.unique()
    keys = [key(name) for name in distinct.to_pylist()]
    return pa.table(
        {
            "name": pa.array(distinct, pa.string()),
            "key": pa.array(keys, pa.string()),
            "parts": pa.array([len(k.split()) for k in keys], pa.int32()),
        }
    )


def link(con: duckdb.DuckDBPyConnection) -> None:
    """Creates `entities`, `entity_records` and `mentions` in a database that holds `prisoners`,
    `sanctions` and `names` with their history, `articles` and `article_names`.

    Every record that ever stood on a list belongs to an entity. A record's last version speaks
    for it; weak aliases are not matched.
    """
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE record AS
        SELECT record_id, source_id, schema, name, nationalities AS countries, birth_dates AS births
        FROM sanctions
        QUALIFY row_number() OVER (PARTITION BY record_id ORDER BY valid_from DESC) = 1
        UNION ALL
        SELECT record_id, source_id, 'Person', name,
            CASE WHEN country IS NULL THEN [] ELSE [country] END,
            CASE WHEN birth_date IS NULL THEN [] ELSE [birth_date] END
        FROM prisoners
        QUALIFY row_number() OVER (PARTITION BY record_id ORDER BY valid_from DESC) = 1
        """
    )
    spelled = con.execute("SELECT name FROM names UNION SELECT name FROM article_names").to_arrow_table()
    con.register("keys", _keys(spelled["name"]))
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE name_key AS
        SELECT DISTINCT n.record_id, k.key
        FROM names AS n
        JOIN record AS r ON r.record_id = n.record_id
        JOIN keys AS k ON k.name = n.name
        WHERE n.kind <> 'weak_alias' AND k.parts >= CASE r.schema WHEN 'Person' THEN {PERSON_PARTS} ELSE 1 END
        """  # noqa: S608  a constant of this module
    )
    con.execute(SQL.read_text("utf-8"))
    con.unregister("keys")
