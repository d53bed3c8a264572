"""Whether the previous release with the changes is this release."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import duckdb
from upath import UPath

from contracts import Contract
from storage.database import sql_literal
from storage.files import sql_path
from storage.parquet import scan
from transforms.fields.record_ids import plain
from warehouse.release.manifest import MANIFEST, Manifest
from warehouse.release.verification.tables import RowsHash, count_and_hash, count_difference, row_hash

_KINDS = ("added", "changed", "removed")


def check_changes(  # noqa: PLR0913 - a table, its changes and what they lead from
    con: duckdb.DuckDBPyConnection,
    folder: UPath,
    manifest: Manifest,
    contract: Contract,
    *,
    now: RowsHash,
    before: UPath | None,
) -> Iterator[str]:
    """Whether the previous release with a table's changes gives the table of this release.

    Without the previous release (`before` is None) the changes are checked against this release only. Where
    records are suppressed, rows may be missing without a change, but of lists no more records than are
    suppressed.
    """
    name = f"changes/{contract.name}.parquet"
    columns = ", ".join(f'"{c.name}"' for c in contract.columns)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE reported AS SELECT change, {columns} "  # noqa: S608
        f"FROM read_parquet({sql_literal(sql_path(folder / name))})"
    )
    reported = _by_kind(con, contract, "reported AS r", "r.change")
    if odd := sorted(set(reported) - set(_KINDS)):
        yield f"{name}: {odd[0]} is not a kind of change"
        return
    counts = {kind: rows for kind, (rows, _) in reported.items()}
    stated = manifest.tables[contract.name].changes
    if counts != stated:
        yield f"{name}: {_counted(counts)}, {MANIFEST} states {_counted(stated)}"
    if manifest.previous is None:
        if reported.get("added", (0, 0)) != now or set(reported) > {"added"}:
            yield f"{name}: in a first release it should have all rows of {contract.name}, as added"
        return
    same_key = " AND ".join(f't."{k}" IS NOT DISTINCT FROM r."{k}"' for k in contract.primary_key)
    if reported:
        here = _by_kind(con, contract, f"{contract.name} AS r JOIN reported AS t ON {same_key}", "t.change")
        if here != {kind: hashed for kind, hashed in reported.items() if kind != "removed"}:
            yield f"{name}: rows reported as added or changed are not in {contract.name}, or removed ones are"
            return
    if before is None:
        return
    con.execute(f"CREATE OR REPLACE TEMP VIEW earlier AS {scan(before / 'parquet', contract)}")
    suppressing = bool(manifest.suppressed.records)
    expected = "FROM earlier"
    if reported:
        there = _by_kind(con, contract, f"earlier AS r JOIN reported AS t ON {same_key}", "t.change")
        if (
            there.get("removed") != reported.get("removed")
            or there.get("changed", (0, 0))[0] != counts.get("changed", 0)
            or ("added" in there and not suppressing)
        ):
            yield f"{name}: it disagrees with release {before.name} on the previous rows of {contract.name}"
            return
        kept = f"SELECT * FROM earlier AS r WHERE NOT EXISTS (FROM reported AS t WHERE {same_key})"  # noqa: S608
        expected = f"{kept} UNION ALL SELECT * EXCLUDE (change) FROM reported WHERE change <> 'removed'"  # noqa: S608
    if count_and_hash(con, expected, contract) == now:
        return
    lost, extra = count_difference(con, expected, f"FROM {contract.name}")
    if extra or not (suppressing and _may_be_missing(con, contract, expected, manifest.suppressed.records)):
        yield (
            f"{name}: with it release {before.name} does not give this release: "
            f"{extra} rows of {contract.name} are unexplained, {lost} are missing"
        )


def _may_be_missing(con: duckdb.DuckDBPyConnection, contract: Contract, expected: str, most: int) -> bool:
    """Whether the expected rows that a table lacks can be of `most` suppressed records."""
    if contract.name not in {"prisoners", "sanctions"}:
        return True  # how many rows depend on a record is not known
    rows = con.execute(
        f"SELECT DISTINCT record_id FROM (({expected}) EXCEPT ALL FROM {contract.name})"  # noqa: S608
    ).fetchall()
    return len({plain(record_id) for (record_id,) in rows}) <= most


def _by_kind(con: duckdb.DuckDBPyConnection, contract: Contract, rows: str, kind: str) -> dict[str, RowsHash]:
    """The number and the hash of the rows `r` of each kind of change."""
    found = con.execute(f"SELECT {kind}, count(*), sum({row_hash(contract, 'r.')}) FROM {rows} GROUP BY ALL")  # noqa: S608
    return {str(kind): (int(count), int(total)) for kind, count, total in found.fetchall()}


def _counted(counts: Mapping[Any, int]) -> str:
    return ", ".join(f"{counts[kind]} {kind}" for kind in _KINDS if kind in counts) or "no changes"
