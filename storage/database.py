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
"""What DuckDB may use before it goes to the disk: so a release of many months of news is made in 2 GB."""


def connect(path: UPath | None = None, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """A connection to a database file, or to one in memory; to be closed by the caller."""
    con = duckdb.connect(sql_path(path) if path is not None else ":memory:", read_only=read_only)
    con.execute("SET timezone = 'UTC'")
    if path is None:  # else what does not fit goes beside the file; not into the folder one stands in
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
    """Raises KeyboardInterrupt where DuckDB has a RuntimeError for Ctrl-C, and ends what was running: closing
    the connection would wait for it."""
    try:
        yield
    except RuntimeError as error:
        con.interrupt()
        if str(error) != "Query interrupted":
            raise
        raise KeyboardInterrupt from error


def spill_folder() -> str:
    """Where DuckDB puts what does not fit into memory, where that is not beside a database file."""
    return str(Path(tempfile.gettempdir()) / f"vigil-{os.getpid()}")


def count_rows(con: duckdb.DuckDBPyConnection, query: str) -> int:
    """The number that a `SELECT count(*)` gives."""
    row = con.execute(query).fetchone()
    return int(row[0]) if row else 0
