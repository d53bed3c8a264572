"""Verifies a release: that it is signed and complete, and that all its files agree.

The signature covers the manifest and the manifest covers every other file, so if one of these checks fails,
the files are not opened. After that its parts are compared with each other: Parquet, `vigil.duckdb`,
`changes` with the previous release, manifest, datapackage, licences.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import duckdb
import pyarrow as pa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from upath import UPath

from contracts import contracts
from storage import database
from storage.files import StorageError
from storage.home import Home
from storage.parquet import scan
from warehouse.privacy.leak_check import describe_leak, find_leaks
from warehouse.privacy.suppression_list import Suppressions
from warehouse.release import signing
from warehouse.release.manifest import (
    DATABASE,
    DATAPACKAGE,
    LATEST,
    LICENSES,
    MANIFEST,
    UNLISTED,
    DamagedError,
    Manifest,
    Pointer,
    parse_model,
    read_bytes,
    read_model,
)
from warehouse.release.reader import Release
from warehouse.release.verification.changes import check_changes
from warehouse.release.verification.database_file import check_database
from warehouse.release.verification.documents import check_datapackage, check_licenses, check_statements
from warehouse.release.verification.files import check_files
from warehouse.release.verification.tables import (
    RowsHash,
    check_keys,
    check_listing,
    check_months,
    check_references,
    check_rows,
    check_schema,
    connect_sandboxed,
)

_LONGEST_LINE = 500


def verify(
    release: Release,
    suppressed: Suppressions | None = None,
    *,
    keys: list[Ed25519PublicKey] | None = None,
    code: str | None = None,
) -> list[str]:
    """The problems of a release, one line each; empty if it is as published.

    One of `keys` must have signed it; if `keys` is None, the signature must fit the public key in it. Views
    and macros must be those of this code if `code`, its version, is the release's. No record of `suppressed`
    may be in it: a release from before a suppression is to be withdrawn.
    """
    return [_one_line(problem) for problem in _find_problems(release, suppressed, keys, code)]


def verify_pointer(home: Home) -> list[str]:
    """The problems of the pointer to a home's latest release, one line each. Without a pointer there are
    none."""
    path = home.releases / LATEST
    if not path.exists() and not path.is_symlink():
        return []
    try:
        pointer = read_model(path, Pointer)
        manifest = read_model(home.releases / pointer.release / MANIFEST, Manifest)
    except DamagedError as error:
        return [_one_line(f"{LATEST}: {error}")]
    if pointer.fingerprint not in (None, manifest.fingerprint):
        return [f"{LATEST} states another fingerprint than {MANIFEST} of release {pointer.release}"]
    return []


def previous_folder(release: Release) -> UPath | None:
    """The folder of the previous release, None if it is not beside this one."""
    return _folder_beside(release.folder, release.manifest["previous"])


def _folder_beside(folder: UPath, previous: str | None) -> UPath | None:
    if previous is None or not (folder.parent / previous / MANIFEST).exists():
        return None
    return folder.parent / previous


def _one_line(problem: str) -> str:
    """A problem as one line without control characters: a release's files may have any name."""
    text = " ".join(problem.split())
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    return shown if len(shown) <= _LONGEST_LINE else f"{shown[:_LONGEST_LINE]}…"


def _find_problems(
    release: Release,
    suppressed: Suppressions | None,
    keys: list[Ed25519PublicKey] | None,
    code: str | None,
) -> list[str]:
    try:
        data = read_bytes(release.folder / MANIFEST)
        signing.check_signature(release.folder, data, keys)
        manifest = parse_model(MANIFEST, data, Manifest)
    except (DamagedError, signing.SigningError) as error:
        return [str(error)]
    if manifest.release != release.id:
        return [f"{MANIFEST} is of release {manifest.release}, not of {release.id}"]
    problems = _run_check("the folder", lambda: check_files(release.folder, manifest, data))
    return problems or _check_contents(release, manifest, suppressed, code)


def _run_check(name: str, check: Callable[[], Iterable[str]]) -> list[str]:
    """The problems that a check finds; an error in reading is one."""
    try:
        return list(check())
    except (OSError, ValueError, MemoryError, duckdb.Error, pa.ArrowException, StorageError) as error:
        return [f"{name} cannot be read: {error or type(error).__name__}"]
    except DamagedError as error:
        return [str(error)]


def _check_contents(
    release: Release, manifest: Manifest, suppressed: Suppressions | None, code: str | None
) -> list[str]:
    """Whether the files of a release, all as published, agree."""
    folder = release.folder
    problems = []
    if suppressed is not None and suppressed.entries:
        problems += _run_check("the release", lambda: _find_leaks(release, manifest, suppressed))
    misfits = check_listing(manifest)
    for contract in contracts().values():
        misfits += _run_check(contract.name, lambda c=contract: check_schema(folder, c))  # type: ignore[misc]
    if misfits:
        return problems + misfits  # the other checks need the contracts' tables
    before = _folder_beside(folder, manifest.previous)
    with connect_sandboxed([folder, *([before] if before else [])]) as con:
        for name, contract in contracts().items():
            con.execute(f"CREATE VIEW {name} AS {scan(folder / 'parquet', contract)}")
        hashes: dict[str, RowsHash] = {}
        for contract in contracts().values():
            problems += _run_check(contract.name, lambda c=contract: check_rows(con, manifest, c, hashes))  # type: ignore[misc]
        if len(hashes) < len(contracts()):
            return problems  # a table cannot be read to its end
        problems += _run_check(DATABASE, lambda: check_database(con, folder, manifest, hashes, code))
        for contract in contracts().values():
            problems += check_months(con, folder, contract)
            problems += check_references(con, contract)
            if repeated := check_keys(con, contract):
                problems += repeated  # then it is unknown which row a change is of
                continue
            problems += _run_check(
                f"changes of {contract.name}",
                lambda c=contract: check_changes(  # type: ignore[misc]
                    con, folder, manifest, c, now=hashes[c.name], before=before
                ),
            )
        problems += check_statements(con, manifest)
        problems += _run_check(DATAPACKAGE, lambda: check_datapackage(folder, manifest))
        problems += _run_check(LICENSES, lambda: check_licenses(con, folder))
    return problems


def _find_leaks(release: Release, manifest: Manifest, suppressed: Suppressions) -> list[str]:
    every = {name: release.folder / name for name in sorted({*manifest.files, *UNLISTED})}
    listed = scan(release.folder / "parquet", contracts()["sources"])
    with database.connect() as con:
        rows = con.execute(f"SELECT source_id FROM ({listed}) WHERE family = 'prisoners'").fetchall()  # noqa: S608
    prisoners = [source_id for (source_id,) in rows]
    return [describe_leak(*found) for found in find_leaks(every, suppressed, prisoners)]
