"""The table `name_parts`, which the macro `whois` searches."""

from __future__ import annotations

import duckdb

from transforms.names.name_parts import parse_names


def build_name_index(con: duckdb.DuckDBPyConnection) -> None:
    """Create the table `name_parts` according to its contract, from the table `names`."""
    con.register("form", parse_names(con.execute("SELECT DISTINCT name FROM names").to_arrow_table()["name"]))
    con.execute(
        "CREATE OR REPLACE TABLE name_parts AS SELECT n.record_id, f.* "
        "FROM (SELECT DISTINCT record_id, name FROM names) AS n JOIN form AS f USING (name)"
    )
    con.unregister("form")
