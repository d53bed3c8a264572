"""Snapshots from a folder, `<mirror>/<source_id>/<YYYY-MM-DD>/<file>`, archived as fetched ones are.

For files that a person saved by hand because a publisher blocks scripts, and for collected history. What is
not a regular file inside the mirror (a pipe, a device, a symbolic link that leads out) fails and is not read.
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

from sources.archive.archive import Archive
from sources.archive.batch import Batch, Entry, Role, Via
from sources.fetching.daily_files import names_file
from sources.fetching.fetch_attempt import made_entry
from sources.fetching.file_lists import stamp
from sources.fetching.page_links import PageError, is_empty
from sources.fetching.response_body import CHUNK, FaultError, StoredBody, store_body
from sources.locations import Pages
from sources.registry import FOLDER, Source, samples

_MOST_GAPS = 10
_DATE = len("20250911")


class MirrorError(Exception):
    """The mirror does not exist or cannot be read. One line."""


def is_bundled(mirror: Path) -> bool:
    """Whether a mirror is the registry's folder with its bundled samples, which are not publishers' lists."""
    return mirror.resolve() == FOLDER.resolve()


def source_folder(mirror: Path, source_id: str) -> Path:
    """Where a mirror has a source's snapshots: `<date>/<file>`."""
    return samples(source_id) if is_bundled(mirror) else mirror / source_id


def list_dates(mirror: Path, source_id: str) -> list[date]:
    """The dates of a source's snapshots, oldest first; none if it has no folder.

    Raises MirrorError if there is no mirror.
    """
    found = (_date(folder.name) for folder in _folders(mirror, source_id))
    return sorted(day for day in found if day is not None)


def import_date(
    source: Source, mirror: Path, day: date, archive: Archive, names: bytes | None = None
) -> Batch:
    """Stores one date's files in the archive and logs the batch, observed at 00:00 UTC that day.

    These are the files that the registry names, those that match an index's pattern, pages by their numbers
    (or instead the pages that they link to), or all files if all are optional; `list_ignored` gives the rest.
    A missing page or required file is a failed entry. `names`, the file of names by which the rows of a
    source by days are filtered, is stored beside the files of each day. Raises StorageError if the archive
    cannot be written, MixedHome if samples and publishers' lists would meet in it.
    """
    via: Via = "sample" if is_bundled(mirror) else "mirror"
    batch = archive.open_batch(source.source_id, datetime(day.year, day.month, day.day, tzinfo=UTC), via)
    folder = source_folder(mirror, source.source_id) / day.isoformat()
    try:
        present = _files(folder)
    except OSError as failure:
        reason = f"the mirror of {day} cannot be read: {failure.strerror}"
        batch.add(Entry(day.isoformat(), source.url, "failed", "required", error=reason))
        return batch.log()
    optional = {file.name for file in source.files if file.optional}
    last = _last_pages(source, present)
    for name, url, error in sorted(_missing(source, present)):
        batch.add(Entry(name, url, "failed", "required", error=f"{error} the mirror of {day}"))
    for name in present:
        if not _takes(source, name):
            continue
        body = _store(folder / name, mirror, archive, source.max_bytes)
        one_of_many = name in optional or source.content == "days"
        role: Role = "required" if _is_named(source, name) and not one_of_many else "optional"
        if name in last and body.sha256 and _is_empty(archive, body.sha256, last[name]):
            role = "listing"  # the end, as from the publisher
        batch.add(
            Entry(
                file=_printable(name),
                url=_url(source, _printable(name)),
                outcome="failed" if body.error else "new",
                role=role,
                sha256=body.sha256,
                bytes=body.size,
                md5=body.md5,
                error=body.error,
            )
        )
    for stamped in sorted({name[:_DATE] for name in present if _takes(source, name)}) if names else ():
        file = names_file(stamped)
        batch.add(made_entry(file, store_body(archive, [names or b""], file, sys.maxsize)))
    return batch.log()


def list_files(source: Source, mirror: Path, day: date) -> list[Path]:
    """The readable files of one date that `import_date` stores."""
    folder = source_folder(mirror, source.source_id) / day.isoformat()
    found = []
    with suppress(OSError):  # `import_date` records a folder that cannot be read
        found = [folder / name for name in _files(folder) if _takes(source, name)]
    return [path for path in found if _is_readable(path, mirror)]


def _is_readable(path: Path, mirror: Path) -> bool:
    try:
        _open(path, mirror).close()
    except FaultError:
        return False
    return True


def _missing(source: Source, present: list[str]) -> Iterator[tuple[str, str, str]]:
    """What a date lacks: its name, its address, and the words for the error."""
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
    """The last pages of lists that end with an empty page; each with the key of its list."""
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
    """The address of a file at the publisher, or its name where the address is not known."""
    for file in source.files:
        if file.name == name:
            return file.url
    for pages in source.pages:
        if (number := pages.number(name)) is not None:
            return pages.address(number)
    return urljoin(source.index.urls[0], name) if source.index else name


def list_ignored(source: Source, mirror: Path) -> list[str]:
    """What is in a source's folder and is not read: folders not named by a date, and files that are not the
    source's. Paths relative to the mirror, sorted. Raises MirrorError.
    """
    ignored = []
    for folder in _folders(mirror, source.source_id):
        if _date(folder.name) is None:
            ignored.append(folder)
            continue
        with suppress(OSError):  # `import_date` records a folder that cannot be read
            ignored += [folder / name for name in _files(folder) if not _takes(source, name)]
    return sorted(_printable(path.relative_to(mirror).as_posix()) for path in ignored)


def list_unregistered(mirror: Path, known: Collection[str]) -> list[str]:
    """The mirror's folders whose names are not those of known sources, sorted. Raises MirrorError."""
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


def _store(path: Path, mirror: Path, archive: Archive, limit: int) -> StoredBody:
    return store_body(archive, _chunks(path, mirror), path.name, limit)


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
    """Opens a regular file of the mirror, without waiting for a pipe's writer. Raises FaultError."""
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
    """A file's name, with bytes that are not UTF-8 in hexadecimal."""
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
    """The names of the files in a folder, sorted, without hidden ones. Raises OSError."""
    return sorted(path.name for path in folder.iterdir() if not (path.is_dir() or path.name.startswith(".")))


def _date(name: str) -> date | None:
    try:
        day = date.fromisoformat(name)
    except ValueError:
        return None
    return day if day.isoformat() == name else None
