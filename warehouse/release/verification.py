"""Checks a release: signed, whole, and one truth in all its files.

The signature covers the manifest and the manifest covers every other file, so a release that fails there is
looked at no further: its files are not opened. After that its parts are held against each other: Parquet,
`vigil.duckdb`, `changes` with the release before, manifest, datapackage, licences.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from upath import UPath

from contracts import Contract, contracts
from storage import database
from storage.files import StorageError, is_local, open_regular, sql_path
from storage.home import Home
from storage.parquet import literal, parquet_files, relative, scan, scan_files
from transforms.fields.record_ids import plain
from warehouse.privacy.leak_check import describe_leak, find_leaks
from warehouse.privacy.suppression_list import Suppressions
from warehouse.release import catalog, signing
from warehouse.release.manifest import (
    DATABASE,
    DATAPACKAGE,
    LATEST,
    LICENSES,
    MANIFEST,
    SUMS,
    UNLISTED,
    DamagedError,
    Datapackage,
    Manifest,
    Pointer,
    parse_model,
    read_bytes,
    read_model,
    sums_text,
)
from warehouse.release.reader import Release
from warehouse.release.writer import FRICTIONLESS, write_database

_SUM = re.compile("([0-9a-f]{64})  (.+)")
_CHANGE = pa.field("change", pa.string(), False)
_KINDS = ("added", "changed", "removed")
_FOLDER = "a folder"
_LONGEST_LINE = 500
_MOST_NAMED = 5

Bag = tuple[int, int]
"""How many rows, and the sum of their hashes: of equal rows in any order it is equal."""


def verify(
    release: Release,
    suppressed: Suppressions | None = None,
    *,
    keys: list[Ed25519PublicKey] | None = None,
    code: str | None = None,
) -> list[str]:
    """What is wrong with a release, a line each; nothing if it is what was published.

    One of `keys` must have signed it; if they are None, the signature must fit the key that lies in it.
    Views and macros must be those of our code, if the release is of the same `code` (`dags.code_version`). Of
    `suppressed` records nothing may be in it: a release from before their suppression is to be withdrawn.
    """
    return [_shown(problem) for problem in _problems(release, suppressed, keys, code)]


def verify_pointer(home: Home) -> list[str]:
    """What is wrong with the pointer to a home's latest release, a line each. It may point nowhere yet."""
    path = home.releases / LATEST
    if not path.exists() and not path.is_symlink():
        return []
    try:
        pointer = read_model(path, Pointer)
        manifest = read_model(home.releases / pointer.release / MANIFEST, Manifest)
    except DamagedError as error:
        return [_shown(f"{LATEST}: {error}")]
    if pointer.fingerprint not in (None, manifest.fingerprint):
        return [f"{LATEST} states another fingerprint than {MANIFEST} of release {pointer.release}"]
    return []


def previous_folder(release: Release) -> UPath | None:
    """The folder of the release before, if it lies beside this one."""
    return _beside(release.folder, release.manifest["previous"])


def _beside(folder: UPath, previous: str | None) -> UPath | None:
    if previous is None or not (folder.parent / previous / MANIFEST).exists():
        return None
    return folder.parent / previous


def _shown(problem: str) -> str:
    """A problem as one line that cannot steer a terminal: a release's files may have any name."""
    text = " ".join(problem.split())
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    return shown if len(shown) <= _LONGEST_LINE else f"{shown[:_LONGEST_LINE]}…"


def _problems(
    release: Release,
    suppressed: Suppressions | None,
    keys: list[Ed25519PublicKey] | None,
    code: str | None,
) -> list[str]:
    try:
        data = read_bytes(release.folder / MANIFEST)
        signing.check(release.folder, data, keys)
        manifest = parse_model(MANIFEST, data, Manifest)
    except (DamagedError, signing.SigningError) as error:
        return [str(error)]
    if manifest.release != release.id:
        return [f"{MANIFEST} is of release {manifest.release}, not of {release.id}"]
    problems = _checked("the folder", lambda: _verify_files(release.folder, manifest, data))
    return problems or _verify_contents(release, manifest, suppressed, code)


def _checked(name: str, check: Callable[[], Iterable[str]]) -> list[str]:
    """The problems that a check finds; that it cannot read what it is about is one."""
    try:
        return list(check())
    except (OSError, ValueError, MemoryError, duckdb.Error, pa.ArrowException, StorageError) as error:
        return [f"{name} cannot be read: {error or type(error).__name__}"]
    except DamagedError as error:
        return [str(error)]


def _verify_files(folder: UPath, manifest: Manifest, data: bytes) -> Iterator[str]:
    """Whether there is what the manifest lists, as it was, and nothing else."""
    if is_local(folder) and Path(folder.path).is_symlink():
        yield "the folder of the release is a symbolic link"
    present, others = _entries(folder)
    folders = {str(parent) for name in manifest.files for parent in Path(name).parents}
    for name in sorted({*manifest.files, *UNLISTED, *present, *others}):
        listed = name in manifest.files or name in UNLISTED
        if name in others and (listed or name not in folders or others[name] != _FOLDER):
            yield f"{name} is {others[name]}" + ("" if listed else f", and not in {MANIFEST}")
        elif listed and name not in present and name not in others:
            yield f"{name} is missing"
        elif not listed and name in present:
            yield f"{name} is not in {MANIFEST}"
        elif name in manifest.files:
            size, digest = manifest.files[name].bytes, manifest.files[name].sha256
            if present[name].stat().st_size != size or _sha256(present[name]) != digest:
                yield f"{name} is not as published: its SHA-256 is not that of {MANIFEST}"
    if SUMS in present:
        sums = {name: file.sha256 for name, file in manifest.files.items()}
        sums[MANIFEST] = hashlib.sha256(data).hexdigest()
        if signing.SIGNATURE in present:
            sums[signing.SIGNATURE] = _sha256(present[signing.SIGNATURE])
        yield from _verify_sums(present[SUMS], sums)


def _entries(folder: UPath) -> tuple[dict[str, UPath], dict[str, str]]:
    """The regular files in a folder by relative name, and what everything else in it is. Follows no links."""
    if not is_local(folder):
        found = (path for path in folder.rglob("*") if path.is_file())
        return {relative(path, folder): path for path in found}, {}
    present: dict[str, UPath] = {}
    others: dict[str, str] = {}
    rest = [Path(folder.path)]
    while rest:
        with os.scandir(rest.pop()) as entries:
            for entry in entries:
                name = os.path.relpath(entry.path, folder.path)
                mode = entry.stat(follow_symlinks=False).st_mode
                if stat.S_ISREG(mode):
                    present[name] = UPath(entry.path)
                elif stat.S_ISDIR(mode):
                    others[name] = _FOLDER
                    rest.append(Path(entry.path))
                else:
                    others[name] = "a symbolic link" if stat.S_ISLNK(mode) else "neither a file nor a folder"
    return present, others


def _verify_sums(path: UPath, expected: dict[str, str]) -> Iterator[str]:
    """Whether `SHA256SUMS` says of every file but itself what the manifest says."""
    data = read_bytes(path)
    lines = data.decode("utf-8", "replace").removesuffix("\n").split("\n")
    read = [_SUM.fullmatch(line) for line in lines]
    if damaged := [number for number, line in enumerate(read, 1) if line is None]:
        yield f"{SUMS} is damaged: line {damaged[0]} is no checksum and name"
        return
    sums = {line[2]: line[1] for line in read if line}
    for name in sorted({*sums, *expected}):
        if name not in sums:
            yield f"{name} is not in {SUMS}"
        elif sums[name] != expected.get(name):
            yield f"{name} has another checksum in {SUMS} than in {MANIFEST}"
    if len(sums) < len(lines):
        yield f"{SUMS} is damaged: a file is named more than once"
    elif sums == expected and data != sums_text(expected):
        yield f"{SUMS} is damaged: its lines are not in order, or the end of one is another"


def _sha256(path: UPath) -> str:
    digest = hashlib.sha256()
    with open_regular(path) as stream:
        while chunk := stream.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def _verify_contents(
    release: Release, manifest: Manifest, suppressed: Suppressions | None, code: str | None
) -> list[str]:
    """Whether the files of a release, all as published, say the same."""
    folder = release.folder
    problems = []
    if suppressed is not None and suppressed.entries:
        problems += _checked("the release", lambda: _find_leaks(release, manifest, suppressed))
    misfits = _misplaced(manifest)
    for contract in contracts().values():
        misfits += _checked(contract.name, lambda c=contract: _verify_schema(folder, c))  # type: ignore[misc]
    if misfits:
        return problems + misfits  # all else needs the contracts' tables
    before = _beside(folder, manifest.previous)
    with _sandboxed([folder, *([before] if before else [])]) as con:
        for name, contract in contracts().items():
            con.execute(f"CREATE VIEW {name} AS {scan(folder / 'parquet', contract)}")
        bags: dict[str, Bag] = {}
        for contract in contracts().values():
            problems += _checked(contract.name, lambda c=contract: _verify_rows(con, manifest, c, bags))  # type: ignore[misc]
        if len(bags) < len(contracts()):
            return problems  # a table cannot be read to its end
        problems += _checked(DATABASE, lambda: _verify_database(con, folder, manifest, bags, code))
        for contract in contracts().values():
            problems += _verify_months(con, release, contract)
            problems += _verify_references(con, contract)
            if repeated := _verify_keys(con, contract):
                problems += repeated  # which row a change is of cannot be said then
                continue
            problems += _checked(
                f"changes of {contract.name}",
                lambda c=contract: _verify_changes(  # type: ignore[misc]
                    con, folder, manifest, c, now=bags[c.name], before=before
                ),
            )
        problems += _verify_stated(con, manifest)
        problems += _checked(DATAPACKAGE, lambda: _verify_datapackage(folder, manifest))
        problems += _checked(LICENSES, lambda: _verify_licenses(con, folder))
    return problems


def _find_leaks(release: Release, manifest: Manifest, suppressed: Suppressions) -> list[str]:
    every = {name: release.folder / name for name in sorted({*manifest.files, *UNLISTED})}
    listed = scan(release.folder / "parquet", contracts()["sources"])
    with database.connect() as con:
        rows = con.execute(f"SELECT source_id FROM ({listed}) WHERE family = 'prisoners'").fetchall()  # noqa: S608
    return [
        describe_leak(*found) for found in find_leaks(every, suppressed, [source_id for (source_id,) in rows])
    ]


def _misplaced(manifest: Manifest) -> list[str]:
    """Tables and files that a manifest ought to list and does not, or the reverse."""
    problems = [f"{name} is not in this release" for name in contracts() if name not in manifest.tables]
    problems += [f"{name} is no table" for name in manifest.tables if name not in contracts()]
    expected = {DATABASE, DATAPACKAGE, LICENSES, signing.PUBLIC_KEY}
    expected |= {f"changes/{name}.parquet" for name in contracts()}
    expected |= {file for table in manifest.tables.values() for file in table.files}
    problems += [f"{name} is not in {MANIFEST}" for name in sorted(expected - set(manifest.files))]
    strays = [n for n in manifest.files if n.startswith(("parquet/", "changes/")) and n not in expected]
    return problems + [f"{name} is of no table" for name in sorted(strays)]


def _verify_schema(folder: UPath, contract: Contract) -> list[str]:
    """Whether a table's files and the file of its changes have the contract's columns."""
    wanted = dict.fromkeys(parquet_files(folder / "parquet", contract), contract.arrow_schema)
    wanted[folder / "changes" / f"{contract.name}.parquet"] = pa.schema([_CHANGE, *contract.arrow_schema])
    return [
        f"{relative(path, folder)}: the schema is not the contract's"
        for path, schema in wanted.items()
        if not pq.read_schema(path.path, filesystem=path.fs).equals(schema)
    ]


def _sandboxed(folders: list[UPath]) -> duckdb.DuckDBPyConnection:
    """A connection that reads these folders and nothing else, whatever a database in them may ask for."""
    con = database.connect()
    if all(is_local(folder) for folder in folders):
        con.execute("SET allowed_directories = ?", [[sql_path(folder) for folder in folders]])
        con.execute("SET enable_external_access = false")
    con.execute("SET lock_configuration = true")
    return con


def _bag(con: duckdb.DuckDBPyConnection, rows: str, contract: Contract) -> Bag:
    """The bag of a query that has a contract's columns."""
    found = con.execute(f"SELECT count(*), coalesce(sum({_hash(contract)}), 0) FROM ({rows})").fetchone()  # noqa: S608
    return (int(found[0]), int(found[1])) if found else (0, 0)


def _hash(contract: Contract, row: str = "") -> str:
    """SQL of a hash of a row of a contract's columns. A list goes in as JSON: to DuckDB's `hash` the lists
    `['a', 'b'], []` are as `['a'], ['b']`."""
    columns = (
        f'to_json({row}"{c.name}")' if c.type.startswith("list") else f'{row}"{c.name}"'
        for c in contract.columns
    )
    return f"hash({', '.join(columns)})"


def _verify_rows(
    con: duckdb.DuckDBPyConnection, manifest: Manifest, contract: Contract, bags: dict[str, Bag]
) -> list[str]:
    """Reads a table to its end and puts its bag among `bags`."""
    bags[contract.name] = (rows, _) = _bag(con, f"FROM {contract.name}", contract)
    stated = manifest.tables[contract.name].rows
    return [] if rows == stated else [f"{contract.name}: {rows} rows, {MANIFEST} says {stated}"]


def _verify_keys(con: duckdb.DuckDBPyConnection, contract: Contract) -> list[str]:
    key = ", ".join(f'"{name}"' for name in contract.primary_key)
    repeated = _count(
        con,
        f"SELECT count(*) FROM (SELECT 1 FROM {contract.name} GROUP BY {key} HAVING count(*) > 1)",  # noqa: S608
    )
    return [f"{contract.name}: {repeated} keys stand more than once"] if repeated else []


def _verify_references(con: duckdb.DuckDBPyConnection, contract: Contract) -> Iterator[str]:
    for column, tables in contract.references.items():
        known = " UNION ALL ".join(f'SELECT "{column}" FROM {table}' for table in tables)  # noqa: S608
        lost = _count(
            con,
            f'SELECT count(*) FROM {contract.name} AS t WHERE "{column}" IS NOT NULL '  # noqa: S608
            f'AND "{column}" NOT IN ({known})',
        )
        if lost:
            yield f"{contract.name}: {lost} values of {column} are not in {' or '.join(tables)}"


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


def _verify_database(
    con: duckdb.DuckDBPyConnection, folder: UPath, manifest: Manifest, bags: dict[str, Bag], code: str | None
) -> Iterator[str]:
    """Whether `vigil.duckdb` defines what the manifest states and holds the rows of the Parquet files."""
    con.execute(f"ATTACH {literal(sql_path(folder / DATABASE))} AS vigil (READ_ONLY)")
    found = catalog.catalog(con, "vigil")
    if manifest.database.duckdb == duckdb.__version__:
        if catalog.digest(found) != manifest.database.catalog:
            yield f"{DATABASE}: its views, macros and columns are not those that {MANIFEST} states"
        if code == manifest.code and (odd := _differing(found, _expected_catalog())):
            more = f" and {len(odd) - _MOST_NAMED} more" if len(odd) > _MOST_NAMED else ""
            yield f"{DATABASE}: not as this code makes it: {', '.join(odd[:_MOST_NAMED])}{more}"
    tables = {name.removeprefix("table ") for name in found if name.startswith("table ")}
    for name, contract in contracts().items():
        if name not in tables:
            yield f"{DATABASE}: table {name} is missing"
        elif _columns(con, f"FROM vigil.main.{name}") != _columns(con, f"FROM {name}"):
            yield f"{DATABASE}: table {name} has other columns than its Parquet files"
        elif _bag(con, f"FROM vigil.main.{name}", contract) != bags[name]:
            left, right = _difference(con, f"FROM {name}", f"FROM vigil.main.{name}")
            yield f"{DATABASE}: table {name} lacks {left} rows of its Parquet files and has {right} others"
    yield from (f"{DATABASE}: table {name} is not in this release" for name in sorted(tables - set(bags)))


def _columns(con: duckdb.DuckDBPyConnection, rows: str) -> list[tuple[str, str]]:
    return [(str(name), str(type_)) for name, type_, *_ in con.execute(f"DESCRIBE {rows}").fetchall()]


def _differing(found: dict[str, str], expected: dict[str, str]) -> list[str]:
    return [name for name in sorted({*found, *expected}) if found.get(name) != expected.get(name)]


def _expected_catalog() -> dict[str, str]:
    """What a database defines that our code writes."""
    with TemporaryDirectory() as scratch:
        empty = UPath(scratch)
        write_database(empty, contracts(), empty / DATABASE)
        return catalog.read(empty / DATABASE)


def _difference(con: duckdb.DuckDBPyConnection, one: str, other: str) -> tuple[int, int]:
    """How many rows only `one` has, and how many only `other`."""
    left = _count(con, f"SELECT count(*) FROM (({one}) EXCEPT ALL ({other}))")  # noqa: S608
    right = _count(con, f"SELECT count(*) FROM (({other}) EXCEPT ALL ({one}))")  # noqa: S608
    return left, right


def _verify_changes(  # noqa: PLR0913 - a table, its changes and what they lead from
    con: duckdb.DuckDBPyConnection,
    folder: UPath,
    manifest: Manifest,
    contract: Contract,
    *,
    now: Bag,
    before: UPath | None,
) -> Iterator[str]:
    """Whether a table's changes and the release before give this release's table.

    Without the release before only what the changes say of this one can be checked. Where records are
    suppressed, rows may be missing that no change reports: of lists no more records than are suppressed.
    """
    name = f"changes/{contract.name}.parquet"
    columns = ", ".join(f'"{c.name}"' for c in contract.columns)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE reported AS SELECT change, {columns} "  # noqa: S608
        f"FROM read_parquet({literal(sql_path(folder / name))})"
    )
    reported = _by_kind(con, contract, "reported AS r", "r.change")
    if odd := sorted(set(reported) - set(_KINDS)):
        yield f"{name}: {odd[0]} is no kind of change"
        return
    counts = {kind: rows for kind, (rows, _) in reported.items()}
    stated = manifest.tables[contract.name].changes
    if counts != stated:
        yield f"{name}: {_counted(counts)}, {MANIFEST} says {_counted(stated)}"
    if manifest.previous is None:
        if reported.get("added", (0, 0)) != now or set(reported) > {"added"}:
            yield f"{name}: of a first release it is not all rows of {contract.name}, added"
        return
    same_key = " AND ".join(f't."{k}" IS NOT DISTINCT FROM r."{k}"' for k in contract.primary_key)
    here = _by_kind(con, contract, f"{contract.name} AS r JOIN reported AS t ON {same_key}", "t.change")
    if here != {kind: bag for kind, bag in reported.items() if kind != "removed"}:
        yield f"{name}: rows that it calls added or changed are not in {contract.name}, or removed ones are"
        return
    if before is None:
        return
    con.execute(f"CREATE OR REPLACE TEMP VIEW earlier AS {scan(before / 'parquet', contract)}")
    there = _by_kind(con, contract, f"earlier AS r JOIN reported AS t ON {same_key}", "t.change")
    suppressing = bool(manifest.suppressed.records)
    if (
        there.get("removed") != reported.get("removed")
        or there.get("changed", (0, 0))[0] != counts.get("changed", 0)
        or ("added" in there and not suppressing)
    ):
        yield f"{name}: it says other than release {before.name} of what was in {contract.name} before"
        return
    kept = f"SELECT * FROM earlier AS r WHERE NOT EXISTS (FROM reported AS t WHERE {same_key})"  # noqa: S608
    expected = f"{kept} UNION ALL SELECT * EXCLUDE (change) FROM reported WHERE change <> 'removed'"  # noqa: S608
    if _bag(con, expected, contract) == now:
        return
    lost, extra = _difference(con, expected, f"FROM {contract.name}")
    if extra or not (suppressing and _may_be_missing(con, contract, expected, manifest.suppressed.records)):
        yield (
            f"{name}: with it release {before.name} is not this release: "
            f"{extra} rows of {contract.name} come from nowhere, {lost} are missing"
        )


def _may_be_missing(con: duckdb.DuckDBPyConnection, contract: Contract, expected: str, most: int) -> bool:
    """Whether the expected rows that a table lacks can be of `most` suppressed records."""
    if contract.name not in {"prisoners", "sanctions"}:
        return True  # what goes with a record is not to be counted
    rows = con.execute(
        f"SELECT DISTINCT record_id FROM (({expected}) EXCEPT ALL FROM {contract.name})"  # noqa: S608
    ).fetchall()
    return len({plain(record_id) for (record_id,) in rows}) <= most


def _by_kind(con: duckdb.DuckDBPyConnection, contract: Contract, rows: str, kind: str) -> dict[str, Bag]:
    """The bag of the rows `r` of each kind of change."""
    found = con.execute(f"SELECT {kind}, count(*), sum({_hash(contract, 'r.')}) FROM {rows} GROUP BY ALL")  # noqa: S608
    return {str(kind): (int(count), int(total)) for kind, count, total in found.fetchall()}


def _counted(counts: Mapping[Any, int]) -> str:
    return ", ".join(f"{counts[kind]} {kind}" for kind in _KINDS if kind in counts) or "no changes"


def _verify_stated(con: duckdb.DuckDBPyConnection, manifest: Manifest) -> Iterator[str]:
    """Whether the manifest says of sources, snapshots, suppressed records and quality what the tables say."""
    listed = dict(con.execute("SELECT source_id, freshness FROM sources").fetchall())
    if listed != {source_id: source.freshness for source_id, source in manifest.sources.items()}:
        yield f"sources: they are not those of {MANIFEST}, or not as fresh"
    fetched = {
        digest
        for source in manifest.sources.values()
        for snapshot in source.units
        for digest in snapshot.files.values()
    }
    snapshots = {digest for (digest,) in con.execute("SELECT DISTINCT snapshot_id FROM snapshots").fetchall()}
    if strays := len(snapshots - fetched):
        yield f"snapshots: {strays} are not in {MANIFEST}"
    tombstones = [row for (row,) in con.execute("SELECT tombstone_id FROM tombstones ORDER BY 1").fetchall()]
    stated = [tombstone.tombstone_id for tombstone in manifest.suppressed.tombstones]
    if tombstones != sorted(stated) or len(stated) != manifest.suppressed.records:
        yield f"tombstones: they are not those of {MANIFEST}"
    counts = con.execute(
        "SELECT severity, count(*), count(*) FILTER (NOT success) FROM quality GROUP BY severity"
    ).fetchall()
    if {severity: (total, failed) for severity, total, failed in counts} != {
        severity: (stated.expectations, stated.failed) for severity, stated in manifest.quality.items()
    }:
        yield f"quality: {MANIFEST} counts other expectations"


def _verify_datapackage(folder: UPath, manifest: Manifest) -> Iterator[str]:
    """Whether `datapackage.json` describes the tables of this release."""
    package = read_model(folder / DATAPACKAGE, Datapackage)
    if package.version != manifest.release:
        yield f"{DATAPACKAGE} is of release {package.version}"
    if sorted(resource.name for resource in package.resources) != sorted(contracts()):
        yield f"{DATAPACKAGE}: its resources are not the tables"
        return
    for resource in package.resources:
        contract = contracts()[resource.name]
        if resource.path != manifest.tables[resource.name].files:
            yield f"{DATAPACKAGE}: the files of {resource.name} are not those of {MANIFEST}"
        described = [
            (field.name, field.type, field.constraints.required, tuple(field.constraints.enum or ()))
            for field in resource.contents.fields
        ]
        wanted = [(c.name, FRICTIONLESS[c.type], not c.nullable, c.enum or ()) for c in contract.columns]
        if described != wanted or resource.contents.primary_key != list(contract.primary_key):
            yield f"{DATAPACKAGE}: the columns of {resource.name} are not its contract's"


def _verify_licenses(con: duckdb.DuckDBPyConnection, folder: UPath) -> Iterator[str]:
    """Whether `LICENSES.md` gives the terms of every source, and of no other."""
    _, *parts = read_bytes(folder / LICENSES).decode("utf-8").split("\n## ")
    sections = {part.partition(":")[0]: part for part in parts}
    rows = con.execute(
        "SELECT source_id, title, publisher, licence, licence_url, attribution FROM sources"
    ).fetchall()
    for source_id, *terms in rows:
        if source_id not in sections:
            yield f"{LICENSES} does not name {source_id}"
        elif any(text not in sections[source_id] for text in terms if text):
            yield f"{LICENSES} gives other terms of {source_id} than the table sources"
    for stray in sorted(set(sections) - {source_id for source_id, *_ in rows}):
        yield f"{LICENSES} names {stray}, which is no source of this release"


def _count(con: duckdb.DuckDBPyConnection, query: str) -> int:
    row = con.execute(query).fetchone()
    return int(row[0]) if row else 0
