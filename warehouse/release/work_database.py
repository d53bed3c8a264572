"""The working database of a release that is being made. It belongs to one run; no two runs share one.

staging/release/<fingerprint>-<random>.duckdb     the tables
staging/release/<fingerprint>-<random>.json       their inputs, the previous release, the process
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from upath import UPath

from storage.atomic_writes import write_json
from storage.files import StorageError, is_local, list_names, read_json, remove_tree, size_of
from storage.home import Home
from storage.leftovers import is_left_behind
from storage.processes import process_name
from warehouse.release.publication import ReleaseRefused
from warehouse.release.release_inputs import ReleaseInputs
from warehouse.staging.staging import WORK


@dataclass(frozen=True)
class Work:
    """A release being made: its `inputs` as the manifest has them, and the id of the release it is built on,
    None for a first one. `id` is handed from step to step."""

    id: str
    database: UPath
    inputs: ReleaseInputs
    previous: str | None


def begin(home: Home, inputs: ReleaseInputs, previous: str | None) -> Work:
    """Begins the work on a release; its database is not there yet. Raises StorageError."""
    home.check_name()
    work_id = f"{inputs.fingerprint}-{secrets.token_hex(4)}"
    stated = {"inputs": inputs.to_json(), "previous": previous, "owner": _owner()}
    write_json(_file(home, work_id, "json"), stated, private=True)
    return Work(work_id, _file(home, work_id, "duckdb"), inputs, previous)


def resume(home: Home, work_id: str) -> Work:
    """Work that was begun. Raises ReleaseRefused if it is not there any more."""
    database = _file(home, work_id, "duckdb")
    try:
        stated = read_json(_file(home, work_id, "json"))
        if not database.is_file():
            raise StorageError(f"{database} is missing")
        return Work(work_id, database, ReleaseInputs.from_json(stated["inputs"]), stated["previous"])
    except (StorageError, TypeError, KeyError, ValueError) as error:
        raise ReleaseRefused(f"the working tables of this release are lost ({error}): run again") from error


def discard(home: Home, work_id: str) -> int:
    """Removes all files of some work; returns their size in bytes. Raises StorageError."""
    size = 0
    for name in list_names(home.staging / WORK):
        if name.partition(".")[0] == work_id:
            size += size_of(home.staging / WORK / name)
            remove_tree(home.staging / WORK / name)
    return size


def discard_left_behind(home: Home) -> list[int]:
    """Removes the work whose process has ended, and day-old work of an unknown process; returns the size of
    each in bytes. Raises StorageError."""
    if not is_local(home.staging):
        return []
    found: dict[str, list[Path]] = {}
    for name in list_names(home.staging / WORK):
        found.setdefault(name.partition(".")[0], []).append(Path((home.staging / WORK / name).path))
    removed = []
    for work_id, files in found.items():
        owner = _stated_owner(_file(home, work_id, "json"))
        if all(is_left_behind(file, owner) for file in files if file.exists()):
            removed.append(discard(home, work_id))
    return removed


def fingerprint_of(work_id: str) -> str:
    return work_id.partition("-")[0]


def _file(home: Home, work_id: str, ending: str) -> UPath:
    return home.staging / WORK / f"{work_id}.{ending}"


def _owner() -> str | None:
    """The process with which the run ends: `vigil run` gives its name to its tasks (`VIGIL_OWNER`). In an
    Airflow of its own no process lasts as long as the run, so none is named."""
    if named := os.environ.get("VIGIL_OWNER"):
        return named
    return None if "AIRFLOW_CTX_DAG_RUN_ID" in os.environ else process_name()


def _stated_owner(file: UPath) -> str | None:
    try:
        stated = read_json(file)
    except StorageError:
        return None
    owner = stated.get("owner") if isinstance(stated, dict) else None
    return owner if isinstance(owner, str) else None
