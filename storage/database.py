"""DuckDB connections, all with times in UTC."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
from upath import UPath

from storage.files import StorageError, sql_path

MEMORY = "1500MB"
"""The memory that DuckDB may use before it spills to disk: a release of many months of news fits in 2 GB."""


def connect(path: UPath | None = None, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """A connection to a database file, or to one in memory; to be closed by the caller."""
    con = duckdb.connect(sql_path(path) if path is not None else ":memory:", read_only=read_only)
    con.execute("SET timezone = 'UTC'")
    if path is None:  # spill to the system's temporary folder, not to the current one
        con.execute("SET temp_directory = ?", [spill_folder()])
    con.execute(f"SET memory_limit = '{MEMORY}'")
    return con


@contextmanager
def duckdb_errors(act: str, path: UPath) -> Iterator[None]:
    """Re-raises DuckDB's error of reading or writing a file as StorageError: cannot `act` `path`."""
    try:
        yield
    except duckdb.IOException as error:
        reason = " ".join(str(error).rpartition(": ")[2].split())
        raise StorageError(f"cannot {act} {path}: {reason}") from error


@contextmanager
def interruptible(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Raises KeyboardInterrupt where DuckDB raises RuntimeError for Ctrl-C, and stops the running query, for
    which closing the connection would wait."""
    try:
        yield
    except RuntimeError as error:
        con.interrupt()
        if str(error) != "Query interrupted":
            raise
        raise KeyboardInterrupt from error


def spill_folder() -> str:
    """The folder into which DuckDB spills data of a database in memory."""
    return str(Path(tempfile.gettempdir()) / f"vigil-{os.getpid()}")


def count_rows(con: duckdb.DuckDBPyConnection, query: str) -> int:
    """The number that a `SELECT count(*)` gives."""
    row = con.execute(query).fetchone()
    return int(row[0]) if row else 0


def sql_literal(text: str) -> str:
    """A text as a string literal of SQL."""
    return "'" + text.replace("'", "''") + "'"
