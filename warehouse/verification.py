"""Checks a release: is it what was published?"""

from __future__ import annotations

import re

import duckdb
import pyarrow.parquet as pq

from contracts import Contract, contracts
from warehouse import database
from warehouse.reader import Release
from warehouse.release import MANIFEST, SUMS, files
from warehouse.suppression import Suppressions
from warehouse.tables import literal, parquet_files, scan, scan_files, sha256
from warehouse.traces import line, traces

_SUM = re.compile("([0-9a-f]{64})  (.+)")


def verify(release: Release, suppressed: Suppressions | None = None) -> list[str]:
    """What is wrong with a release, a line each; nothing if it is whole.

    Looks at checksums, row counts, schemas, keys and references, and for `suppressed` records, of which
    nothing may be in it. A release from before their suppression holds them: it is to be withdrawn.
    """
    problems = _verify_sums(release)
    if problems:
        return problems  # counting rows of damaged files says nothing more
    if suppressed is not None and suppressed.entries:
        every = {SUMS: release.folder / SUMS, **dict(files(release.folder))}
        problems += [line(*found) for found in traces(every, suppressed, _prisoner_sources(release))]
    misfits = [misfit for contract in contracts().values() for misfit in _verify_table(release, contract)]
    problems += misfits
    if misfits:
        return problems  # keys and references need the contracts' columns
    with database.connect() as con:
        for name, contract in contracts().items():
            con.execute(f"CREATE VIEW {name} AS {scan(release.folder / 'parquet', contract)}")
        for contract in contracts().values():
            problems += _verify_keys(con, contract)
            problems += _verify_months(con, release, contract)
    return problems


def _prisoner_sources(release: Release) -> list[str]:
    listed = scan(release.folder / "parquet", contracts()["sources"])
    with database.connect() as con:
        rows = con.execute(f"SELECT source_id FROM ({listed}) WHERE family = 'prisoners'").fetchall()  # noqa: S608
    return [source_id for (source_id,) in rows]


def _verify_sums(release: Release) -> list[str]:
    listing = release.folder / SUMS
    if not listing.exists():
        return [f"{SUMS} is missing"]
    lines = listing.read_bytes().decode("utf-8", "replace").removesuffix("\n").split("\n")
    read = [_SUM.fullmatch(line) for line in lines]
    if damaged := [number for number, line in enumerate(read, 1) if line is None]:
        return [f"{SUMS} is damaged: line {number} is no checksum and name" for number in damaged]
    sums = {line[2]: line[1] for line in read if line}
    present = dict(files(release.folder))
    problems = [f"{name} is missing" for name in sorted(set(sums) - set(present))]
    problems += [f"{name} is not in {SUMS}" for name in sorted(set(present) - set(sums))]
    problems += [
        f"{name} is not as published: its SHA-256 is not that of {SUMS}"
        for name, path in present.items()
        if name in sums and sha256(path) != sums[name]
    ]
    if problems:
        return problems
    for table, entry in release.manifest["tables"].items():
        for name, file in entry["files"].items():
            if sums.get(name) != file["sha256"]:
                problems.append(f"{name} of {table} differs between {MANIFEST} and {SUMS}")
    return problems


def _verify_table(release: Release, contract: Contract) -> list[str]:
    problems = []
    rows = 0
    for path in parquet_files(release.folder / "parquet", contract):
        if not path.exists():
            return [f"{contract.name} is not in this release"]
        found = pq.ParquetFile(path.path, filesystem=path.fs)
        rows += found.metadata.num_rows
        if not found.schema_arrow.equals(contract.arrow_schema):
            problems.append(f"{contract.name}: the schema is not its contract's")
    stated = release.manifest["tables"].get(contract.name, {}).get("rows")
    if rows != stated:
        problems.append(f"{contract.name}: {rows} rows, the manifest says {stated}")
    return problems


def _verify_keys(con: duckdb.DuckDBPyConnection, contract: Contract) -> list[str]:
    key = ", ".join(f'"{name}"' for name in contract.primary_key)
    problems = []
    repeated = _count(
        con,
        f"SELECT count(*) FROM (SELECT 1 FROM {contract.name} GROUP BY {key} HAVING count(*) > 1)",  # noqa: S608
    )
    if repeated:
        problems.append(f"{contract.name}: {repeated} keys stand more than once")
    for column, tables in contract.references.items():
        known = " UNION ALL ".join(f'SELECT "{column}" FROM {table}' for table in tables)  # noqa: S608
        lost = _count(
            con,
            f'SELECT count(*) FROM {contract.name} AS t WHERE "{column}" IS NOT NULL '  # noqa: S608
            f'AND "{column}" NOT IN ({known})',
        )
        if lost:
            problems.append(f"{contract.name}: {lost} values of {column} are not in {' or '.join(tables)}")
    return problems


def _verify_months(con: duckdb.DuckDBPyConnection, release: Release, contract: Contract) -> list[str]:
    """Whether rows lie in the file of their month: a reader of one month goes by the file's name."""
    if not contract.partition_by:
        return []
    month = f"strftime(\"{contract.partition_by}\" AT TIME ZONE 'UTC', '%Y-%m')"
    problems = []
    for path in parquet_files(release.folder / "parquet", contract):
        named = literal(path.parent.name.removeprefix("month="))
        rows = scan_files([path], contract)
        strays = f"SELECT count(*) FROM ({rows}) WHERE coalesce({month}, 'unknown') <> {named}"  # noqa: S608
        if stray := _count(con, strays):
            problems.append(f"{contract.name}: {stray} rows lie in another month's file")
    return problems


def _count(con: duckdb.DuckDBPyConnection, query: str) -> int:
    row = con.execute(query).fetchone()
    return int(row[0]) if row else 0
