"""Whether the Parquet files of a table keep their contract: columns, rows, keys, references, months."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from upath import UPath

from contracts import Contract, contracts
from storage import database
from storage.database import count_rows, sql_literal
from storage.files import is_local, relative_name, sql_path
from storage.parquet import parquet_files, scan_files
from warehouse.release import signing
from warehouse.release.manifest import DATABASE, DATAPACKAGE, LICENSES, MANIFEST, Manifest

_CHANGE = pa.field("change", pa.string(), False)

RowsHash = tuple[int, int]
"""The number of rows, and the sum of their hashes: the same for equal rows in any order."""


def check_listing(manifest: Manifest) -> list[str]:
    """Tables and files that the manifest should list and does not, or lists and should not."""
    problems = [f"{name} is not in this release" for name in contracts() if name not in manifest.tables]
    problems += [f"{name} is not a table" for name in manifest.tables if name not in contracts()]
    expected = {DATABASE, DATAPACKAGE, LICENSES, signing.PUBLIC_KEY}
    expected |= {f"changes/{name}.parquet" for name in contracts()}
    expected |= {file for table in manifest.tables.values() for file in table.files}
    problems += [f"{name} is not in {MANIFEST}" for name in sorted(expected - set(manifest.files))]
    strays = [n for n in manifest.files if n.startswith(("parquet/", "changes/")) and n not in expected]
    return problems + [f"{name} belongs to no table" for name in sorted(strays)]


def check_schema(folder: UPath, contract: Contract) -> list[str]:
    """Whether a table's files and the file of its changes have the contract's columns."""
    wanted = dict.fromkeys(parquet_files(folder / "parquet", contract), contract.arrow_schema)
    wanted[folder / "changes" / f"{contract.name}.parquet"] = pa.schema([_CHANGE, *contract.arrow_schema])
    return [
        f"{relative_name(path, folder)}: the schema is not the contract's"
        for path, schema in wanted.items()
        if not pq.read_schema(path.path, filesystem=path.fs).equals(schema)
    ]


def connect_sandboxed(folders: list[UPath]) -> duckdb.DuckDBPyConnection:
    """A connection that can read these folders only, whatever a database in them asks for."""
    con = database.connect()
    if all(is_local(folder) for folder in folders):
        con.execute("SET allowed_directories = ?", [[sql_path(folder) for folder in folders]])
        con.execute("SET enable_external_access = false")
    con.execute("SET lock_configuration = true")
    return con


def count_and_hash(con: duckdb.DuckDBPyConnection, rows: str, contract: Contract) -> RowsHash:
    """The number and the hash of the rows of a query that has a contract's columns."""
    found = con.execute(f"SELECT count(*), coalesce(sum({row_hash(contract)}), 0) FROM ({rows})").fetchone()  # noqa: S608
    return (int(found[0]), int(found[1])) if found else (0, 0)


def row_hash(contract: Contract, row: str = "") -> str:
    """SQL of a row's hash over a contract's columns. Lists are hashed as JSON, as DuckDB's `hash` is the same
    for the two lists `['a', 'b'], []` and `['a'], ['b']`."""
    columns = (
        f'to_json({row}"{c.name}")' if c.type.startswith("list") else f'{row}"{c.name}"'
        for c in contract.columns
    )
    return f"hash({', '.join(columns)})"


def check_rows(
    con: duckdb.DuckDBPyConnection, manifest: Manifest, contract: Contract, hashes: dict[str, RowsHash]
) -> list[str]:
    """Reads a table to its end and adds its hash to `hashes`."""
    hashes[contract.name] = (rows, _) = count_and_hash(con, f"FROM {contract.name}", contract)
    stated = manifest.tables[contract.name].rows
    return [] if rows == stated else [f"{contract.name}: {rows} rows, {MANIFEST} states {stated}"]


def check_keys(con: duckdb.DuckDBPyConnection, contract: Contract) -> list[str]:
    """Whether each primary key occurs once."""
    key = ", ".join(f'"{name}"' for name in contract.primary_key)
    repeated = count_rows(
        con,
        f"SELECT count(*) FROM (SELECT 1 FROM {contract.name} GROUP BY {key} HAVING count(*) > 1)",  # noqa: S608
    )
    return [f"{contract.name}: {repeated} keys occur more than once"] if repeated else []


def check_references(con: duckdb.DuckDBPyConnection, contract: Contract) -> Iterator[str]:
    """Whether the values of referring columns are in a table that they refer to."""
    for column, tables in contract.references.items():
        known = " UNION ALL ".join(f'SELECT "{column}" FROM {table}' for table in tables)  # noqa: S608
        lost = count_rows(
            con,
            f'SELECT count(*) FROM {contract.name} AS t WHERE "{column}" IS NOT NULL '  # noqa: S608
            f'AND "{column}" NOT IN ({known})',
        )
        if lost:
            yield f"{contract.name}: {lost} values of {column} are not in {' or '.join(tables)}"


def check_months(con: duckdb.DuckDBPyConnection, folder: UPath, contract: Contract) -> list[str]:
    """Whether each row is in the file of its month: a reader of one month goes by the file's name."""
    if not contract.partition_by:
        return []
    month = f"strftime(\"{contract.partition_by}\" AT TIME ZONE 'UTC', '%Y-%m')"
    problems = []
    for path in parquet_files(folder / "parquet", contract):
        named = sql_literal(path.parent.name.removeprefix("month="))
        rows = scan_files([path], contract)
        strays = f"SELECT count(*) FROM ({rows}) WHERE coalesce({month}, 'unknown') <> {named}"  # noqa: S608
        if stray := count_rows(con, strays):
            problems.append(f"{contract.name}: {stray} rows are in another month's file")
    return problems


def count_difference(con: duckdb.DuckDBPyConnection, one: str, other: str) -> tuple[int, int]:
    """The number of rows that only `one` has, and that only `other` has."""
    left = count_rows(con, f"SELECT count(*) FROM (({one}) EXCEPT ALL ({other}))")  # noqa: S608
    right = count_rows(con, f"SELECT count(*) FROM (({other}) EXCEPT ALL ({one}))")  # noqa: S608
    return left, right
