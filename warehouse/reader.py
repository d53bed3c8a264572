"""The release reader: find a release, query it, compare two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb
from upath import UPath

from contracts import Contract, contracts
from warehouse import database
from warehouse.changes import compare, count_changes
from warehouse.release import MANIFEST, latest
from warehouse.storage import Home, names, read_json, sql_path
from warehouse.tables import literal, scan


class ReleaseError(Exception):
    """A release is not there, or not what it should be. One line."""


@dataclass(frozen=True)
class Release:
    """A visible release: its id, its folder and its manifest."""

    id: str
    folder: UPath
    manifest: dict[str, Any]


def find(home: Home, release: str | None = None) -> Release:
    """The named release, or the latest. Raises ReleaseError if there is none."""
    if release is None:
        standing = latest(home)
        if standing is None:
            raise ReleaseError(f"no release in {home.root} yet: vigil run makes one")
        release = str(standing["release"])
    folder = home.releases / release
    if not (folder / MANIFEST).exists():
        there = [name for name in names(home.releases) if (home.releases / name / MANIFEST).exists()]
        raise ReleaseError(f"no release {release} in {home.root}; there are: {', '.join(there) or 'none'}")
    return Release(release, folder, read_json(folder / MANIFEST))


def connect(release: Release) -> duckdb.DuckDBPyConnection:
    """A read-only connection to a release's `vigil.duckdb`, with times shown in UTC."""
    path = release.folder / "vigil.duckdb"
    if not path.exists():
        raise ReleaseError(f"release {release.id} has no vigil.duckdb")
    return database.connect(path, read_only=True)


def _count(con: duckdb.DuckDBPyConnection, query: str) -> int:
    row = con.execute(query).fetchone()
    return int(row[0]) if row else 0


def chain(home: Home, older: Release, newer: Release) -> list[Release]:
    """The releases after `older` up to `newer`, oldest first. Raises ReleaseError if `older` is not
    among the releases that came before `newer`."""
    steps = [newer]
    while steps[0].manifest["previous"] not in (None, older.id):
        steps.insert(0, find(home, steps[0].manifest["previous"]))
    if steps[0].manifest["previous"] is None:
        raise ReleaseError(f"release {older.id} does not come before {newer.id}")
    return steps


def diff(home: Home, older: Release, newer: Release) -> dict[str, dict[str, int]]:
    """Rows added, changed and removed between two releases, by table. Only keys that the changes
    tables between them name are looked at, so that nothing is said of records that were suppressed
    on the way. Raises ReleaseError as `chain`."""
    steps = [] if older.id == newer.id else chain(home, older, newer)
    with database.connect() as con:
        return {name: _net(con, contract, older, steps) for name, contract in contracts().items()}


def _net(
    con: duckdb.DuckDBPyConnection, contract: Contract, older: Release, steps: list[Release]
) -> dict[str, int]:
    counts = {"added": 0, "changed": 0, "removed": 0}
    if not steps:
        return counts
    key = ", ".join(f'"{name}"' for name in contract.primary_key)
    paths = [step.folder / "changes" / f"{contract.name}.parquet" for step in steps]
    changes = " UNION ALL ".join(
        f"SELECT {key}, change, {number} AS step FROM read_parquet({literal(sql_path(path))})"  # noqa: S608
        for number, path in enumerate(paths)
    )
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE touched AS SELECT {key}, arg_max(change, step) AS change "  # noqa: S608
        f"FROM ({changes}) GROUP BY {key}"
    )
    then, now = (scan(release.folder / "parquet", contract) for release in (older, steps[-1]))
    # What is gone though the last that was told of it is no removal was suppressed: nothing is said of it.
    con.execute(
        f"DELETE FROM touched AS t WHERE change <> 'removed' "  # noqa: S608
        f"AND NOT EXISTS (FROM ({now}) AS r WHERE {_same_key(contract)})"
    )
    then, now = (
        f"SELECT r.* FROM ({rows}) AS r SEMI JOIN touched AS t ON {_same_key(contract)}"  # noqa: S608
        for rows in (then, now)
    )
    return counts | count_changes(con, compare(con, contract, then, now))


def _same_key(contract: Contract) -> str:
    return " AND ".join(f't."{name}" IS NOT DISTINCT FROM r."{name}"' for name in contract.primary_key)


_HOLDS = (("prisoners", "record_id"), ("sanctions", "record_id"), ("quarantine", "locator"))


def holding(home: Home, record_id: str) -> list[str]:
    """The ids of the releases in which a record is, oldest first: in its tables, or in what it says of
    changes, where a record that was removed stands too."""
    found = []
    with database.connect() as con:
        for name in names(home.releases):
            folder = home.releases / name
            if (folder / MANIFEST).exists() and any(
                _count(con, f'SELECT count(*) FROM ({rows}) WHERE "{column}" = {literal(record_id)}')  # noqa: S608
                for table, column in _HOLDS
                for part in ("parquet", "changes")
                for rows in [scan(folder / part, contracts()[table])]
            ):
                found.append(name)
    return found


def companions(release: Release, record_id: str) -> list[str]:
    """The other records of a record's entity."""
    linked = scan(release.folder / "parquet", contracts()["entity_records"])
    with database.connect() as con:
        rows = con.execute(
            f"WITH linked AS ({linked}) SELECT o.record_id "  # noqa: S608
            "FROM linked AS r JOIN linked AS o USING (entity_id) "
            "WHERE r.record_id = $1 AND o.record_id <> $1 ORDER BY ALL",
            [record_id],
        ).fetchall()
    return [other for (other,) in rows]
