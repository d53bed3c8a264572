"""A release's tables as Parquet files: their names, the order of their rows, how they are read.

parquet/<table>.parquet   or  parquet/<table>/month=YYYY-MM/part-0.parquet
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from upath import UPath

from contracts import HISTORY_COLUMNS, Column, Contract
from storage.database import sql_literal
from storage.files import StorageError, sql_path, storage_errors

DAYS = Path(__file__).with_name("days.sql")
"""The macros that derived columns are computed by."""

SQL_TYPES = {
    "string": "VARCHAR",
    "bool": "BOOLEAN",
    "int32": "INTEGER",
    "int64": "BIGINT",
    "double": "DOUBLE",
    "date": "DATE",
    "timestamp": "TIMESTAMPTZ",
    "list<string>": "VARCHAR[]",
}
"""DuckDB's names of a contract's types."""


def parquet_files(folder: UPath, contract: Contract) -> list[UPath]:
    """A table's Parquet files in a release's `parquet` folder, in order."""
    if contract.partition_by:
        return sorted((folder / contract.name).glob("month=*/*.parquet"), key=str)
    return [folder / f"{contract.name}.parquet"]


def scan(folder: UPath, contract: Contract) -> str:
    """SQL that reads a table of a release, with the contract's columns alone. In an earlier release,
    whose contract may have been another, a column that it lacks is empty."""
    return scan_files(parquet_files(folder, contract), contract)


def scan_files(paths: list[UPath], contract: Contract) -> str:
    """As `scan`, of some of a table's files; a file that is not there has no rows. Raises StorageError if the
    first of them is not a Parquet file."""
    paths = [path for path in paths if path.exists()]
    there = _column_names(paths[0]) if paths else []
    columns = ", ".join(f'"{c.name}"' if c.name in there else empty_column(c) for c in contract.columns)
    if not paths:
        return f"SELECT {columns} WHERE false"
    files = ", ".join(sql_literal(sql_path(path)) for path in paths)
    return f"SELECT {columns} FROM read_parquet([{files}], hive_partitioning = false)"  # noqa: S608


def _column_names(path: UPath) -> list[str]:
    with storage_errors("read", path):
        try:
            return list(pq.read_schema(path.path, filesystem=path.fs).names)
        except pa.ArrowException as error:
            raise StorageError(f"cannot read {path}: {error}") from error


def empty_column(column: Column) -> str:
    """SQL of a column without values."""
    return f'NULL::{SQL_TYPES[column.type]} AS "{column.name}"'


def write_query(  # noqa: PLR0913 - all that makes a file
    con: duckdb.DuckDBPyConnection,
    query: str,
    schema: pa.Schema,
    path: UPath,
    *,
    metadata: dict[str, str],
    row_group: int,
) -> int:
    """Stream a query into one Parquet file in `schema`, with `row_group` rows per group; return the number of
    rows. Raises StorageError."""
    schema = schema.with_metadata(metadata)
    rows = 0
    with storage_errors("write", path):
        path.parent.mkdir(parents=True, exist_ok=True)
        reader = con.execute(query).to_arrow_reader(row_group)
        with pq.ParquetWriter(path.path, schema, filesystem=path.fs, compression="zstd") as writer:
            for batch in reader:
                table = pa.Table.from_batches([batch]).cast(schema)
                writer.write_table(table)
                rows += table.num_rows
    return rows


def row_order(contract: Contract) -> str:
    """A total order of a table's rows, for equal tables to be equal files: by the contract's `order_by`, for
    the rows of common queries to be together, then by key."""
    key = list(contract.primary_key)
    rest = [c.name for c in contract.columns if c.name not in key]
    return ", ".join([*contract.order_by, *(f'"{name}"' for name in key + rest)])


def select_table(contract: Contract) -> str:
    """SQL that reads a table of the working database, with the contract's columns alone."""
    columns = ", ".join(f'"{c.name}"' for c in contract.columns)
    return f"SELECT {columns} FROM {contract.name}"  # noqa: S608


def with_derived(contract: Contract) -> str:
    """SQL of a table's columns, with the derived ones computed and without `valid_from` and `valid_to`."""
    return ", ".join(
        f'{c.derived} AS "{c.name}"' if c.derived else f'"{c.name}"'
        for c in contract.columns
        if c.name not in HISTORY_COLUMNS
    )


def write_table(con: duckdb.DuckDBPyConnection, contract: Contract, folder: UPath) -> int:
    """Writes a table into a release's `parquet` folder; returns its rows."""
    meta = {"title": contract.title, "description": contract.description}
    rows = 0
    for path, where in partition_files(con, contract, folder):
        part = f"{select_table(contract)} WHERE {where} ORDER BY {row_order(contract)}"
        rows += write_query(
            con, part, contract.arrow_schema, path, metadata=meta, row_group=contract.row_group
        )
    return rows


def partition_files(
    con: duckdb.DuckDBPyConnection, contract: Contract, folder: UPath
) -> Iterator[tuple[UPath, str]]:
    """The files of a table in the `parquet` folder of a new release, each with an SQL condition of its rows.
    Rows without the time by which a table is split are in `month=unknown`, and so is an empty table."""
    if not contract.partition_by:
        yield folder / f"{contract.name}.parquet", "true"
        return
    time = f'"{contract.partition_by}"'
    months = con.execute(
        f"SELECT DISTINCT strftime({time} AT TIME ZONE 'UTC', '%Y-%m') AS m FROM {contract.name} ORDER BY m"  # noqa: S608
    ).fetchall()
    for (month,) in months or [(None,)]:
        first = f"TIMESTAMPTZ '{month}-01 00:00:00+00'"
        within = f"{time} >= {first} AND {time} < {first} + INTERVAL 1 MONTH"
        path = folder / contract.name / f"month={month or 'unknown'}" / "part-0.parquet"
        yield path, within if month else f"{time} IS NULL"
