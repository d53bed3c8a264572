"""Snapshots from a folder, `<mirror>/<source_id>/<YYYY-MM-DD>/<file>`: the same door as the fetcher's.

For files that a person saved by hand where a publisher blocks scripts, and for collected history. What is
no ordinary file inside the mirror (a pipe, a device, a symbolic link that leads out) fails and is not read.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Collection, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from fnmatch import fnmatchcase
from itertools import islice
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urljoin

from sources.fetching.daily_files import names_file
from sources.fetching.file_lists import stamp
from sources.fetching.page_links import PageError, is_empty
from sources.fetching.response_body import CHUNK, Archive, Batch, FaultError, Kept, Role, Via, keep
from sources.locations import Pages
from sources.registry import FOLDER, Source, samples

_MOST_GAPS = 10
_DATE = len("20250911")


class MirrorError(Exception):
    """The mirror is not there. One line."""


def is_bundled(mirror: Path) -> bool:
    """Whether a mirror is the registry's folder with its bundled samples, which are nobody's lists."""
    return mirror.resolve() == FOLDER.resolve()


def source_folder(mirror: Path, source_id: str) -> Path:
    """Where a mirror has a source's snapshots: `<date>/<file>`."""
    return samples(source_id) if is_bundled(mirror) else mirror / source_id


def dates(mirror: Path, source_id: str) -> list[date]:
    """The dates of a source's snapshots, oldest first; none if it has no folder.

    Raises MirrorError if there is no mirror.
    """
    found = (_date(folder.name) for folder in _folders(mirror, source_id))
    return sorted(day for day in found if day is not None)


def read(source: Source, mirror: Path, day: date, archive: Archive, names: bytes | None = None) -> Batch:
    """Takes one date's files into the archive and logs the batch, observed at 00:00 UTC that day.

    Taken are the files that the registry names, those that fit an index's pattern, pages by their
    numbers (or, in their place, the pages they link to), or all if all are optional; `passed_over`
    names the rest. A required file or a page that is missing is a failed entry. `names`, by which the
    rows of a source by days are filtered, are put beside the files of each day. Raises StorageError if
    the archive cannot be written, MixedHome if samples and publishers' lists would meet in it.
    """
    via: Via = "sample" if is_bundled(mirror) else "mirror"
    draft = archive.draft(source.source_id, datetime(day.year, day.month, day.day, tzinfo=UTC), via)
    folder = source_folder(mirror, source.source_id) / day.isoformat()
    try:
        present = _files(folder)
    except OSError as failure:
        reason = f"the mirror of {day} cannot be read: {failure.strerror}"
        draft.add(day.isoformat(), source.url, "required", error=reason)
        return draft.log()
    optional = {file.name for file in source.files if file.optional}
    last = _last_pages(source, present)
    for name, url, error in sorted(_missing(source, present)):
        draft.add(name, url, "required", error=f"{error} the mirror of {day}")
    for name in present:
        if not _takes(source, name):
            continue
        kept = _keep(folder / name, mirror, archive, source.max_bytes)
        one_of_many = name in optional or source.content == "days"
        role: Role = "required" if _is_named(source, name) and not one_of_many else "optional"
        if name in last and kept.sha256 and _is_empty(archive, kept.sha256, last[name]):
            role = "listing"  # the end, as from the publisher
        draft.add(
            _printable(name),
            _url(source, _printable(name)),
            role,
            sha256=kept.sha256,
            size=kept.size,
            md5=kept.md5,
            error=kept.error,
        )
    for stamped in sorted({name[:_DATE] for name in present if _takes(source, name)}) if names else ():
        file = names_file(stamped)
        kept = keep(archive, [names or b""], file, sys.maxsize)
        draft.add(file, file, "optional", sha256=kept.sha256, size=kept.size, md5=kept.md5)
    return draft.log()


def files(source: Source, mirror: Path, day: date) -> list[Path]:
    """The files of one date that a snapshot of a source is read from, as far as they can be read."""
    folder = source_folder(mirror, source.source_id) / day.isoformat()
    found = []
    with suppress(OSError):  # `read` notes a folder that cannot be read
        found = [folder / name for name in _files(folder) if _takes(source, name)]
    return [path for path in found if _is_readable(path, mirror)]


def _is_readable(path: Path, mirror: Path) -> bool:
    try:
        _open(path, mirror).close()
    except FaultError:
        return False
    return True


def _missing(source: Source, present: list[str]) -> Iterator[tuple[str, str, str]]:
    """What a date lacks: name, address, and in which words."""
    for file in source.files:
        if not file.optional and file.name not in present:
            yield file.name, file.url, "missing in"
    for pages in source.pages:
        if pages.links:
            if not any(pages.is_content(name) for name in present):
                yield pages.links.name, pages.url, "none in"
            continue
        numbers = _numbers(pages, present)
        end = max(numbers, default=pages.first + 1)
        gaps = (page for page in range(pages.first, end) if page not in numbers)
        for page in islice(gaps, _MOST_GAPS):
            yield pages.file(page), pages.address(page), f"page {page} is missing in"


def _numbers(pages: Pages, present: list[str]) -> set[int]:
    return {number for name in present if (number := pages.number(name)) is not None}


def _last_pages(source: Source, present: list[str]) -> dict[str, str]:
    """The last pages of lists that end with an empty one, each with the key of its list."""
    found = {}
    for pages in source.pages:
        number = max(_numbers(pages, present), default=pages.first)
        if pages.end.empty is not None and number > pages.first:  # a first page is no end
            found[pages.file(number)] = pages.end.empty
    return found


def _is_empty(archive: Archive, sha256: str, key: str) -> bool:
    with archive.open(sha256) as file:
        try:
            return is_empty(file.read(), key)
        except PageError:  # the parser says what is wrong with it
            return False


def _url(source: Source, name: str) -> str:
    """The address that a file has at the publisher, or its name where that is not known."""
    for file in source.files:
        if file.name == name:
            return file.url
    for pages in source.pages:
        if (number := pages.number(name)) is not None:
            return pages.address(number)
    return urljoin(source.index.urls[0], name) if source.index else name


def passed_over(source: Source, mirror: Path) -> list[str]:
    """What lies in a source's folder and is not read, by path from the mirror, sorted.

    Folders not named by a date, and files that are not the source's. Raises MirrorError.
    """
    ignored = []
    for folder in _folders(mirror, source.source_id):
        if _date(folder.name) is None:
            ignored.append(folder)
            continue
        with suppress(OSError):  # `read` notes a folder that cannot be read
            ignored += [folder / name for name in _files(folder) if not _takes(source, name)]
    return sorted(_printable(path.relative_to(mirror).as_posix()) for path in ignored)


def unregistered(mirror: Path, known: Collection[str]) -> list[str]:
    """The mirror's folders that are named like no known source, sorted. Raises MirrorError."""
    return sorted(_printable(folder.name) for folder in _folders(mirror) if folder.name not in known)


def _takes(source: Source, name: str) -> bool:
    if _is_named(source, name):
        return True
    return not (source.index or source.pages) and all(file.optional for file in source.files)


def _is_named(source: Source, name: str) -> bool:
    """Whether the registry names a file, by name or by pattern."""
    if source.index and fnmatchcase(name, source.index.pattern):
        return source.content != "days" or stamp(name) is not None
    named = any(file.name == name for file in source.files)
    return named or any(pages.is_content(name) for pages in source.pages)


def _keep(path: Path, mirror: Path, archive: Archive, limit: int) -> Kept:
    return keep(archive, _chunks(path, mirror), path.name, limit)


def _chunks(path: Path, mirror: Path) -> Iterator[bytes]:
    with _open(path, mirror) as file:
        while True:
            try:
                chunk = file.read(CHUNK)
            except OSError as error:
                raise FaultError(f"cannot be read: {error.strerror}") from error
            if not chunk:
                return
            yield chunk


def _open(path: Path, mirror: Path) -> BinaryIO:
    """Opens an ordinary file of the mirror, without waiting for anyone. Raises FaultError."""
    try:
        real = path.resolve(strict=True)
        if not real.is_relative_to(mirror.resolve()):
            raise FaultError("a symbolic link that leads out of the mirror is not read")
        opened = os.open(real, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise FaultError(f"cannot be read: {error.strerror}") from error
    except RuntimeError as error:  # links in a circle
        raise FaultError("cannot be read: links in a circle") from error
    if not stat.S_ISREG(os.fstat(opened).st_mode):
        os.close(opened)
        raise FaultError("is no ordinary file")
    return os.fdopen(opened, "rb")


def _printable(name: str) -> str:
    """A file's name, with what in it is no UTF-8 in hexadecimal."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _folders(mirror: Path, source_id: str = "") -> list[Path]:
    if not mirror.is_dir():
        raise MirrorError(f"no mirror at {mirror}: no such folder")
    above = source_folder(mirror, source_id) if source_id else mirror
    try:
        return [path for path in above.iterdir() if path.is_dir()] if above.is_dir() else []
    except OSError as error:
        raise MirrorError(f"{above} cannot be read: {error.strerror}") from error


def _files(folder: Path) -> list[str]:
    """The names of what is in a folder and no folder, sorted, without hidden ones. Raises OSError."""
    return sorted(path.name for path in folder.iterdir() if not (path.is_dir() or path.name.startswith(".")))


def _date(name: str) -> date | None:
    try:
        day = date.fromisoformat(name)
    except ValueError:
        return None
    return day if day.isoformat() == name else None
