"""A batch in the making, and what is kept of it when the visit breaks off."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

from pydantic import TypeAdapter
from upath import UPath

from sources.archive.batch import Batch, Entry, Outcome, Role, Via
from storage import files

if TYPE_CHECKING:
    from sources.archive.archive import Archive

_ENTRIES = TypeAdapter(list[Entry])
_GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
log = logging.getLogger(__name__)


class Progress:
    """The files that an unfinished visit need not ask for again, by address, on disk after each."""

    def __init__(self, path: UPath) -> None:
        self._path = path
        self.entries: dict[str, Entry] = {}

    def begin(self, at: datetime, via: Via, within: timedelta) -> None:
        """Takes up what is on disk if it came the same way and began less than `within` before `at`;
        else, or if it cannot be read, begins anew."""
        self._began, self._via = at, via
        if not files.is_plain_file(self._path):
            files.clear(self._path)
            return
        try:
            stored = files.read_json(self._path)
            began = datetime.fromisoformat(stored["began"])
            entries = _ENTRIES.validate_python(stored["entries"])
            if stored["via"] == via and timedelta(0) <= at - began < within:
                self._began = began
                self.entries = {entry.url: entry for entry in entries}
        except (files.StorageError, KeyError, TypeError, ValueError) as error:
            log.warning("%s is damaged, the visit begins again: %s", self._path, " ".join(str(error).split()))

    def note(self, entry: Entry) -> None:
        """Adds a file, on disk too. Raises StorageError."""
        self.entries[entry.url] = entry
        value = {
            "began": self._began.isoformat(),
            "via": self._via,
            "entries": [asdict(entry) for entry in self.entries.values()],
        }
        files.write_json(self._path, value, private=True)

    def forget(self) -> None:
        """Raises StorageError if the file is there and cannot be removed."""
        self.entries = {}
        files.remove(self._path)


class Draft:
    """A batch being gathered; `log` closes it."""

    def __init__(self, archive: Archive, source_id: str, observed_at: datetime, via: Via) -> None:
        self._archive = archive
        self._progress: Progress | None = None
        self._batch = Batch(source_id, observed_at, via, ())
        self._entries: list[Entry] = []
        self._by_url: dict[str, Entry] = {}
        self._files: dict[str, Entry | None] = {}
        for batch in archive.batches(source_id):
            for file in batch.files:
                self._files.setdefault(file, None)
            self._files |= batch.content
            if batch.observed_at <= self._batch.observed_at:
                self._by_url |= {entry.url: entry for entry in batch.current.values() if entry.has_content}

    def last(self, url: str) -> Entry | None:
        """The last content seen at an address up to this batch's time, for a conditional request."""
        return self._by_url.get(url)

    def newest(self, file: str) -> Entry | None:
        """The newest content that any batch of the source brought of a file of this name; None if the
        archive holds it no more, so that it is to be fetched again."""
        entry = self._files.get(file)
        there = entry and entry.sha256 and self._archive.holds(entry.sha256)
        return entry if there else None

    def named(self) -> Iterable[str]:
        """The files that any batch of the source brought or failed to get."""
        return self._files.keys()

    def add(  # noqa: PLR0913 - an entry's fields, by keyword
        self,
        file: str,
        url: str,
        role: Role,
        *,
        status: int | None = None,
        sha256: str | None = None,
        size: int | None = None,
        etag: str | None = None,
        last_modified: str | None = None,
        content_type: str | None = None,
        total: int | None = None,
        md5: str | None = None,
        error: str | None = None,
    ) -> None:
        """Notes one file: failed if there is an `error`, else new or unchanged by its content.

        Raises StorageError if the visit's progress is kept and cannot be written.
        """
        last = self.last(url)
        outcome: Outcome = "unchanged" if last and last.sha256 == sha256 else "new"
        entry = Entry(
            file=file,
            url=url,
            outcome="failed" if error else outcome,
            role=role,
            status=status,
            sha256=sha256,
            bytes=size,
            etag=etag,
            last_modified=last_modified,
            content_type=content_type,
            total=total,
            md5=md5,
            error=error,
        )
        self._entries.append(entry)
        if self._progress and (entry.has_content or (role == "optional" and status in _GONE)):
            self._progress.note(entry)

    def resume(self, within: timedelta) -> None:
        """Keeps the visit's progress from now on, and takes up that of an earlier attempt which came
        the same way and began less than `within` ago."""
        self._progress = self._archive.progress(self._batch.source_id)
        self._progress.begin(self._batch.observed_at, self._batch.via, within)

    def restored(self, url: str) -> Entry | None:
        """What the earlier attempt that is taken up found at an address, if its bytes are still there."""
        entry = self._progress.entries.get(url) if self._progress else None
        there = entry and entry.sha256 and self._archive.has(entry.sha256)
        return entry if there else None

    def keep(self, url: str) -> None:
        """Notes what is `restored` of an address, just as the earlier attempt did."""
        if entry := self.restored(url):
            self._entries.append(entry)

    def drop(self) -> None:
        """Forgets the visit's progress, so that the next one begins anew. Raises StorageError."""
        if self._progress:
            self._progress.forget()

    def log(self) -> Batch:
        """Writes the batch into the fetch log and returns it. Raises StorageError."""
        batch = replace(self._batch, entries=tuple(self._entries))
        if batch.failure is None:
            self.drop()  # first: progress that outlived its batch would be taken for a new visit's
        self._archive.log(batch)
        return batch
