"""Whether `vigil.duckdb` has the rows of the Parquet files, and the views and macros that it should."""

from __future__ import annotations

from collections.abc import Iterator
from tempfile import TemporaryDirectory

import duckdb
from upath import UPath

from contracts import contracts
from storage.database import sql_literal
from storage.files import sql_path
from warehouse.release import catalog
from warehouse.release.manifest import DATABASE, MANIFEST, Manifest
from warehouse.release.verification.tables import RowsHash, count_and_hash, count_difference
from warehouse.release.writer import write_database

_MOST_NAMED = 5


def check_database(
    con: duckdb.DuckDBPyConnection,
    folder: UPath,
    manifest: Manifest,
    hashes: dict[str, RowsHash],
    code: str | None,
) -> Iterator[str]:
    """Whether `vigil.duckdb` has the definitions that the manifest states and the rows of Parquet."""
    con.execute(f"ATTACH {sql_literal(sql_path(folder / DATABASE))} AS vigil (READ_ONLY)")
    found = catalog.read_definitions(con, "vigil")
    if manifest.database.duckdb == duckdb.__version__:
        if catalog.hash_definitions(found) != manifest.database.catalog:
            yield f"{DATABASE}: its views, macros and columns are not those that {MANIFEST} states"
        if code == manifest.code and (different := _differing(found, _expected_catalog())):
            more = f" and {len(different) - _MOST_NAMED} more" if len(different) > _MOST_NAMED else ""
            yield f"{DATABASE}: not as this code makes it: {', '.join(different[:_MOST_NAMED])}{more}"
    tables = {name.removeprefix("table ") for name in found if name.startswith("table ")}
    for name, contract in contracts().items():
        if name not in tables:
            yield f"{DATABASE}: table {name} is missing"
        elif _columns(con, f"FROM vigil.main.{name}") != _columns(con, f"FROM {name}"):
            yield f"{DATABASE}: table {name} has other columns than its Parquet files"
        elif count_and_hash(con, f"FROM vigil.main.{name}", contract) != hashes[name]:
            left, right = count_difference(con, f"FROM {name}", f"FROM vigil.main.{name}")
            yield f"{DATABASE}: table {name} lacks {left} rows of its Parquet files and has {right} others"
    yield from (f"{DATABASE}: table {name} is not in this release" for name in sorted(tables - set(hashes)))


def _columns(con: duckdb.DuckDBPyConnection, rows: str) -> list[tuple[str, str]]:
    return [(str(name), str(type_)) for name, type_, *_ in con.execute(f"DESCRIBE {rows}").fetchall()]


def _differing(found: dict[str, str], expected: dict[str, str]) -> list[str]:
    return [name for name in sorted({*found, *expected}) if found.get(name) != expected.get(name)]


def _expected_catalog() -> dict[str, str]:
    """The definitions of a database as this code writes it."""
    with TemporaryDirectory() as scratch:
        empty = UPath(scratch)
        write_database(empty, contracts(), empty / DATABASE)
        return catalog.read_database_definitions(empty / DATABASE)
