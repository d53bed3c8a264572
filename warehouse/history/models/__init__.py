"""SQL models: tables derived from the versioned ones, one numbered `.sql` file per step."""

from __future__ import annotations

from pathlib import Path

import duckdb

from contracts import Contract, contracts
from storage.parquet import DAYS, with_derived


def _content(contract: Contract) -> str:
    """Return the SQL of a child row's content as JSON without nulls.

    Columns with the publisher's text beside them (`_raw`) are represented by that text, so that a different
    parsing of the same text is not a change.
    """
    names = [c.name for c in contract.content_columns if c.name != "record_id"]
    read = {f"{name}{suffix}" for name in names for suffix in ("_raw", "_precision")}
    fields = [
        f"'{name}': " + (f'coalesce("{name}_raw", "{name}")' if f"{name}_raw" in names else f'"{name}"')
        for name in names
        if name not in read
    ]
    return f"json_merge_patch('{{}}', to_json({{{', '.join(fields)}}}))"


def _children() -> str:
    """Return the SQL of the rows of all child tables: `part` is the table, `content` the row as JSON."""
    return " UNION ALL ".join(
        f"SELECT '{name}' AS part, record_id, valid_from, valid_to, {_content(each)} AS content FROM {name}"  # noqa: S608
        for name, each in contracts().items()
        if each.versioned and "record_id" in each.references
    )


def build_models(con: duckdb.DuckDBPyConnection) -> None:
    """Run the models in order, in a database with the versioned tables and `entity_records`."""
    con.execute(DAYS.read_text("utf-8"))
    con.execute(f"CREATE OR REPLACE TEMP VIEW child AS {_children()}")
    for path in sorted(Path(__file__).parent.glob("*.sql")):
        con.execute(path.read_text("utf-8"))
    for name, each in contracts().items():
        if not each.versioned and any(column.derived for column in each.columns):
            con.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT {with_derived(each)} FROM {name}")  # noqa: S608
