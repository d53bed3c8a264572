"""How a release becomes visible: a folder that one process writes, and the pointer to the latest.

    releases/<id>/                 its owner's alone until it is whole
    releases/latest.json           the pointer: {"release": id, "fingerprint": hash of its inputs}
    state/publication              the id of the release being written; left behind by a killed process

All of it happens under the lease `PUBLICATION`. A folder that has no manifest, or that `state/publication`
names and the pointer does not, was never visible: the next holder of the lease removes it.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from upath import UPath

from storage.atomic_writes import write_json
from storage.files import (
    StorageError,
    hash_file,
    is_plain_file,
    is_there,
    list_names,
    read_file,
    read_json,
    remove,
    remove_tree,
    size_of,
    storage_errors,
)
from storage.home import Home
from storage.permissions import OPEN_FOLDER, OWN_FOLDER, make_folder, open_folder
from warehouse.release.manifest import LATEST, MANIFEST, DamagedError, read_outline

PUBLICATION = "publication"
"""The lease for writing a release, and the file in `state` that names the release."""

_ID = re.compile(r"\d{4}-\d\d-\d\dT\d{6}Z")
_FOLDER = re.compile(r"\w[\w-]*")


class PointerError(StorageError):
    """`latest.json` is damaged, missing, or names a release that is not there. One line, with a remedy."""


class ReleaseRefused(Exception):
    """The tables of a release break their contracts, or their inputs have changed meanwhile. One line."""


def latest(home: Home) -> dict[str, Any] | None:
    """The latest release as `latest.json` names it (`release`, and its `fingerprint` if known), None if there
    is none. Raises StorageError if it is damaged or lost, or the release it names is not there."""
    pointer = home.releases / LATEST
    if not is_there(pointer):
        if visible(home):
            raise PointerError(f"{pointer} is missing: {_remedy(home)}")
        return None
    try:
        found = read_json(pointer)
    except StorageError as error:
        raise PointerError(f"{error}: {_remedy(home)}") from error
    release = found.get("release") if isinstance(found, dict) else None
    if not isinstance(release, str) or not _FOLDER.fullmatch(release):
        raise PointerError(f"{pointer} names no release: {_remedy(home)}")
    if not (home.releases / release / MANIFEST).exists():
        raise PointerError(f"{pointer} names release {release}, which has no {MANIFEST}: {_remedy(home)}")
    return dict(found)


def _remedy(home: Home) -> str:
    there = [name for name in visible(home) if _field(home.releases / name / MANIFEST, "release") == name]
    if not there:
        return "put it back, or remove the file to begin with a first release"
    newest = {
        "release": there[-1],
        "fingerprint": _field(home.releases / there[-1] / MANIFEST, "fingerprint"),
    }
    return f"put it back, or write {json.dumps(newest)} into the file to continue from that release"


def latest_id(home: Home) -> str | None:
    """The id of the latest release, None if there is none. Raises StorageError as `latest`."""
    found = latest(home)
    return str(found["release"]) if found else None


def check_base(home: Home, base: str | None) -> None:
    """Raises ReleaseRefused if the latest release is not `base`, the one that a release was built on."""
    if (found := latest_id(home)) != base:
        raise ReleaseRefused(
            f"release {found} was published meanwhile: run again"
            if found
            else f"release {base} was taken back meanwhile: run again"
        )


def check_whole(home: Home, release: str) -> None:
    """Raises ReleaseRefused if a table of a release is not as its manifest lists it: a release built on it
    would lose ids and report false changes. A release of an earlier version, which lists no files, is not
    checked."""
    folder = home.releases / release
    try:
        listed = read_outline(folder).get("files")
        for name, file in listed.items() if isinstance(listed, dict) else ():
            if name.startswith("parquet/") and (
                not is_plain_file(folder / name) or hash_file(folder / name) != file["sha256"]
            ):
                raise DamagedError(f"{name} is not as published")
    except (DamagedError, StorageError) as error:
        raise ReleaseRefused(
            f"release {release}, which this one would be built on, is damaged: {error}: put it back from a "
            f"copy, or remove {folder} and continue from an earlier one"
        ) from error


@contextlib.contextmanager
def new_folder(home: Home, now: datetime) -> Iterator[UPath]:
    """The folder of a new release, named by the second `now` or the next that is free, for the block to fill
    and to `reveal`. It is removed if the block raises before that. Raises StorageError."""
    journal = home.state / PUBLICATION
    with storage_errors("write in", home.releases):
        make_folder(home.releases, OPEN_FOLDER)
    while (folder := _claim(home, f"{now.astimezone(UTC):%Y-%m-%dT%H%M%SZ}", journal)) is None:
        now += timedelta(seconds=1)
    try:
        yield folder
    finally:
        if _pointed_to(home) != folder.name:
            remove_tree(folder)
        remove(journal)


def _claim(home: Home, release: str, journal: UPath) -> UPath | None:
    """Creates the folder, for its owner alone; None if there is one."""
    folder = home.releases / release
    if folder.exists():
        return None
    write_json(journal, {"release": release}, private=True)
    with storage_errors("make", folder):
        try:
            folder.mkdir(OWN_FOLDER)
        except FileExistsError:
            return None
    return folder


def reveal(home: Home, folder: UPath, fingerprint: str) -> None:
    """Make a complete release readable for all, and the latest one. Raises StorageError."""
    open_folder(folder)
    write_json(home.releases / LATEST, {"release": folder.name, "fingerprint": fingerprint})


def remove_unfinished(home: Home) -> list[tuple[str, int]]:
    """Removes the folders of releases that never became visible; returns the id and size in bytes of each.
    To be called under the lease. Raises StorageError, also if the pointer is damaged."""
    latest(home)  # with a damaged pointer it is unknown what is visible
    removed = []
    for release in unfinished(home):
        folder = home.releases / release
        removed.append((release, size_of(folder)))
        remove_tree(folder)
    remove(home.state / PUBLICATION)
    return removed


def visible(home: Home) -> list[str]:
    """The ids of all releases of a home, oldest first, without one that is being written."""
    hidden = unfinished(home)
    return [
        name
        for name in list_names(home.releases)
        if name not in hidden and (home.releases / name / MANIFEST).exists()
    ]


def unfinished(home: Home) -> list[str]:
    """The ids of the releases that have a folder and never became visible, oldest first. A release that lost
    its manifest is not among them if the pointer or a later release names it."""
    begun = _field(home.state / PUBLICATION, "release")
    candidates = {
        name
        for name in list_names(home.releases)
        if _ID.fullmatch(name)
        and (name == begun or not (home.releases / name / MANIFEST).exists())
        and (home.releases / name).is_dir()
    } - {_pointed_to(home)}
    if candidates:
        for name in list_names(home.releases):
            candidates.discard(_field(home.releases / name / MANIFEST, "previous"))
    return sorted(candidates)


def _pointed_to(home: Home) -> str:
    return _field(home.releases / LATEST, "release")


def _field(path: UPath, name: str) -> str:
    """A text field of a JSON file; empty if the file is damaged or missing, or lacks the field."""
    try:
        found = json.loads(read_file(path))
    except (OSError, ValueError, RecursionError):
        return ""
    value = found.get(name) if isinstance(found, dict) else None
    return value if isinstance(value, str) else ""
