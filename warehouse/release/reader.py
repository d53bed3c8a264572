"""The release reader: find a release, query it, compare two."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import duckdb
from upath import UPath

from contracts import Contract, contracts
from storage import database
from storage.database import count_rows, sql_literal
from storage.files import StorageError, sql_path
from storage.home import Home
from storage.parquet import scan
from warehouse.release.changes import compare, count_changes
from warehouse.release.manifest import DamagedError, read_outline
from warehouse.release.publication import latest, visible


class ReleaseError(Exception):
    """A release is missing or damaged. One line."""


@dataclass(frozen=True)
class Release:
    """A visible release: its id, its folder and its manifest."""

    id: str
    folder: UPath
    manifest: dict[str, Any]


def find(home: Home, release: str | None = None) -> Release:
    """The named release, or the latest. Raises ReleaseError if it is not there or its manifest is damaged,
    StorageError if the pointer to the latest is."""
    if release is None:
        pointer = latest(home)
        if pointer is None:
            raise ReleaseError(f"no release in {home.root} yet: vigil run makes one")
        release = str(pointer["release"])
    there = visible(home)
    if release not in there:
        raise ReleaseError(f"no release {release} in {home.root}; there are: {', '.join(there) or 'none'}")
    return Release(release, home.releases / release, _outline(home.releases / release))


def read_release_folder(folder: UPath) -> Release:
    """The release in a folder that belongs to no home, as after a download. Raises ReleaseError."""
    manifest = _outline(folder)
    return Release(manifest["release"], folder, manifest)


def _outline(folder: UPath) -> dict[str, Any]:
    try:
        return read_outline(folder)
    except DamagedError as error:
        raise ReleaseError(f"release {folder.name}: {error}") from error


_CLOSED = {
    "python_enable_replacements": "false",  # a table of the name of a variable of ours
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",  # httpfs, among others
    "allow_community_extensions": "false",
}


def connect(release: Release, *, files: bool = False) -> duckdb.DuckDBPyConnection:
    """A read-only connection to a release's `vigil.duckdb`, with times shown in UTC. SQL on it can read
    no file (unless `files`), no network and no variable of this process, and cannot change these settings.
    Data that does not fit into memory goes to the system's temporary folder."""
    path = release.folder / "vigil.duckdb"
    if not path.exists():
        raise ReleaseError(f"release {release.id} has no vigil.duckdb")
    con = database.connect(path, read_only=True)
    try:
        con.execute("SET temp_directory = ?", [database.spill_folder()])
        closed = _CLOSED if files else {**_CLOSED, "enable_external_access": "false"}
        for setting, value in {**closed, "lock_configuration": "true"}.items():
            con.execute(f"SET {setting} = {value}")
    except BaseException:
        con.close()
        raise
    return con


_READING = frozenset({duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN})
_PIVOTING = frozenset({duckdb.StatementType.SELECT, duckdb.StatementType.CREATE})
_AT_A_TIME = 1000


def ask(
    con: duckdb.DuckDBPyConnection, sql: str, *, files: bool = False
) -> tuple[list[str], Iterator[tuple[Any, ...]]]:
    """Run one reading statement; return the names of its columns and an iterator of its rows. With `files`,
    COPY is allowed too. Raises ReleaseError for other statements and for several, duckdb.Error if DuckDB
    cannot run it. The iterator raises ReleaseError at a value that Python cannot represent."""
    allowed = _READING | {duckdb.StatementType.COPY} if files else _READING
    try:
        sql.encode()
    except UnicodeEncodeError as error:  # bytes of the command line that are no text
        raise ReleaseError("the query is not UTF-8") from error
    statements = con.extract_statements(sql)
    # DuckDB makes two statements of a PIVOT, a type and a SELECT; those it adds have no text
    written = [each for each in statements if each.query]
    made = [each for each in statements if not each.query]
    if (
        not statements
        or len(written) > 1
        or any(each.type not in allowed for each in written)
        or any(each.type not in _PIVOTING for each in made)
    ):
        raise ReleaseError("a query is one statement that reads: SELECT, FROM, WITH, DESCRIBE or EXPLAIN")
    for statement in statements:
        con.execute(statement)
    return [column[0] for column in con.description or []], _rows(con)


def _rows(con: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    while batch := _fetched(con):
        yield from batch


def _fetched(con: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    try:
        return con.fetchmany(_AT_A_TIME)
    except (OverflowError, ValueError) as error:  # an interval of millions of years, as an example
        reason = f"{type(error).__name__}: {error}"
        raise ReleaseError(f"a value that cannot be shown, cast it to VARCHAR: {reason}") from error


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
    """Rows added, changed and removed between two releases, by table. Only keys in the changes
    between them are compared, so that records that were suppressed meanwhile are not counted. Raises
    ReleaseError as `chain`."""
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
        f"SELECT {key}, change, {number} AS step FROM read_parquet({sql_literal(sql_path(path))})"  # noqa: S608
        for number, path in enumerate(paths)
    )
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE touched AS SELECT {key}, arg_max(change, step) AS change "  # noqa: S608
        f"FROM ({changes}) GROUP BY {key}"
    )
    then, now = (scan(release.folder / "parquet", contract) for release in (older, steps[-1]))
    # A row that is missing although its last change is not a removal was suppressed: it is not counted.
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


def holding(home: Home, record_id: str) -> tuple[list[str], list[str]]:
    """The ids of the releases that have a record in their tables or changes (removed ones too), oldest first;
    and the ids of the releases for which that cannot be read."""
    found, damaged = [], []
    wanted = sql_literal(record_id)
    with database.connect() as con:
        for name in visible(home):
            folder = home.releases / name
            try:
                if any(
                    count_rows(con, f'SELECT count(*) FROM ({rows}) WHERE "{column}" = {wanted}')  # noqa: S608
                    for table, column in _HOLDS
                    for part in ("parquet", "changes")
                    for rows in [scan(folder / part, contracts()[table])]
                ):
                    found.append(name)
            except (StorageError, duckdb.Error):
                damaged.append(name)
    return found, damaged


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
