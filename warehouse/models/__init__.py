"""SQL models: tables derived from the versioned ones, one numbered `.sql` file a step."""

from __future__ import annotations

from pathlib import Path

import duckdb


def build(con: duckdb.DuckDBPyConnection) -> None:
    """Runs the models in order, in a database that holds the versioned tables and `entity_records`."""
    for path in sorted(Path(__file__).parent.glob("*.sql")):
        con.execute(path.read_text("utf-8"))
