"""The definitions in a DuckDB database: tables, columns, views, macros and the rest, but no rows."""

from __future__ import annotations

import hashlib
import json

import duckdb
from upath import UPath

from storage import database
from storage.database import sql_literal
from storage.files import sql_path

_DEFINITIONS = (
    """
    SELECT 'table ' || table_name, [comment] FROM duckdb_tables()
    WHERE database_name = $1 AND NOT internal
    """,
    """
    SELECT 'column ' || table_name || '.' || column_name,
        [column_index::VARCHAR, data_type, column_default, comment]
    FROM duckdb_columns() AS c SEMI JOIN duckdb_tables() AS t USING (database_name, schema_name, table_name)
    WHERE database_name = $1 AND NOT internal
    """,
    """
    SELECT 'view ' || view_name, [sql, comment] FROM duckdb_views()
    WHERE database_name = $1 AND NOT internal
    """,
    """
    SELECT 'macro ' || function_name || '(' || array_to_string(parameters, ', ') || ')',
        [function_type, macro_definition]
    FROM duckdb_functions() WHERE database_name = $1 AND NOT internal
    """,
    """
    SELECT 'schema ' || schema_name, [sql] FROM duckdb_schemas()
    WHERE database_name = $1 AND NOT internal AND schema_name <> 'main'
    """,
    """
    SELECT 'type ' || type_name, [logical_type] FROM duckdb_types()
    WHERE database_name = $1 AND NOT internal
    """,
    "SELECT 'sequence ' || sequence_name, [sql] FROM duckdb_sequences() WHERE database_name = $1",
    "SELECT 'index ' || index_name, [sql] FROM duckdb_indexes() WHERE database_name = $1",
)


def read_definitions(con: duckdb.DuckDBPyConnection, database: str) -> dict[str, str]:
    """The definitions of one attached database: `table names`, `view listings`, … each with its text.

    DuckDB writes the text from what it has parsed, so it may differ between versions of DuckDB.
    """
    found: dict[str, str] = {}
    for query in _DEFINITIONS:
        for name, parts in con.execute(query, [database]).fetchall():
            found[name] = json.dumps(parts, ensure_ascii=False)
    return found


def hash_definitions(definitions: dict[str, str]) -> str:
    """The SHA-256 of definitions."""
    return hashlib.sha256(json.dumps(definitions, sort_keys=True).encode()).hexdigest()


def read_database_definitions(path: UPath) -> dict[str, str]:
    """The definitions of a database file."""
    with database.connect() as con:
        con.execute(f"ATTACH {sql_literal(sql_path(path))} AS described (READ_ONLY)")
        return read_definitions(con, "described")


def describe_database(path: UPath) -> dict[str, str]:
    """What a manifest states of a database file: the version of DuckDB that wrote it, and the digest of its
    definitions."""
    return {"duckdb": duckdb.__version__, "catalog": hash_definitions(read_database_definitions(path))}
