"""Snapshots from a folder, `<mirror>/<source_id>/<YYYY-MM-DD>/<file>`: the same door as the fetcher's.

For files that a person saved by hand where a publisher blocks scripts, and for collected history.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urljoin

from sources.intake import CHUNK, Archive, Batch, Kept, Role, keep
from sources.registry import Source


class MirrorError(Exception):
    """The mirror is not there. One line."""


def dates(mirror: Path, source_id: str) -> list[date]:
    """The dates of a source's snapshots, oldest first; none if it has no folder.

    Raises MirrorError if there is no mirror.
    """
    found = (_date(folder.name) for folder in _folders(mirror, source_id))
    return sorted(day for day in found if day is not None)


def read(source: Source, mirror: Path, day: date, archive: Archive) -> Batch:
    """Takes one date's files into the archive and logs the batch, observed at 00:00 UTC that day.

    Taken are the files that the registry names, those that fit an index's pattern, or all if all
    are optional; `passed_over` names the rest. A required file that is missing is a failed entry.
    Raises StorageError if the archive cannot be written.
    """
    draft = archive.draft(source.source_id, datetime(day.year, day.month, day.day, tzinfo=UTC), "mirror")
    folder = mirror / source.source_id / day.isoformat()
    present = _files(folder)
    roles: dict[str, Role] = {f.name: "optional" if f.optional else "required" for f in source.files}
    urls = {f.name: f.url for f in source.files}
    missing = {name for name, role in roles.items() if role == "required"} - set(present)
    for name in sorted(missing):
        draft.add(name, urls[name], "required", error=f"missing in the mirror of {day}")
    for name in present:
        if _takes(source, name):
            kept = _keep(folder / name, archive, source.max_bytes)
            url = urljoin(source.index.urls[0], name) if source.index else urls.get(name, name)
            role = roles.get(name, "required" if source.index else "optional")
            draft.add(name, url, role, sha256=kept.sha256, size=kept.size, error=kept.error)
    return draft.log()


def passed_over(source: Source, mirror: Path) -> list[str]:
    """What lies in a source's folder and is not read, by path from the mirror, sorted.

    Folders not named by a date, and files that are not the source's. Raises MirrorError.
    """
    ignored = []
    for folder in _folders(mirror, source.source_id):
        if _date(folder.name) is None:
            ignored.append(folder)
        else:
            ignored += [folder / name for name in _files(folder) if not _takes(source, name)]
    return sorted(path.relative_to(mirror).as_posix() for path in ignored)


def unregistered(mirror: Path, known: Collection[str]) -> list[str]:
    """The mirror's folders that are named like no known source, sorted. Raises MirrorError."""
    return sorted(folder.name for folder in _folders(mirror) if folder.name not in known)


def _takes(source: Source, name: str) -> bool:
    if source.index:
        return fnmatchcase(name, source.index.pattern)
    if all(file.optional for file in source.files):
        return True
    return any(file.name == name for file in source.files)


def _keep(path: Path, archive: Archive, limit: int) -> Kept:
    try:
        file = path.open("rb")
    except OSError as error:
        return Kept(error=f"cannot be read: {error.strerror}")
    with file:
        return keep(archive, _chunks(file), path.name, limit)


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk


def _folders(mirror: Path, source_id: str = "") -> list[Path]:
    if not mirror.is_dir():
        raise MirrorError(f"no mirror at {mirror}: no such folder")
    above = mirror / source_id
    return [path for path in above.iterdir() if path.is_dir()] if above.is_dir() else []


def _files(folder: Path) -> list[str]:
    """The names of a folder's files, sorted, without hidden ones."""
    return sorted(path.name for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))


def _date(name: str) -> date | None:
    try:
        day = date.fromisoformat(name)
    except ValueError:
        return None
    return day if day.isoformat() == name else None
