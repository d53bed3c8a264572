"""An open batch: what a fetch attempt has brought so far, and the progress that a later one resumes."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

from pydantic import TypeAdapter
from upath import UPath

from sources.archive.batch import Batch, Entry, Via
from storage.atomic_writes import write_json
from storage.files import StorageError, is_plain_file, read_json, remove, remove_tree

if TYPE_CHECKING:
    from sources.archive.archive import Archive

_ENTRIES = TypeAdapter(list[Entry])
_GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
log = logging.getLogger(__name__)


class Progress:
    """The files that an unfinished fetch attempt need not request again, by address; saved after each."""

    def __init__(self, path: UPath) -> None:
        self._path = path
        self.entries: dict[str, Entry] = {}

    def begin(self, at: datetime, via: Via, within: timedelta) -> None:
        """Resumes the saved progress if it came in by the same `via` and began less than `within` before
        `at`. Otherwise, or if it cannot be read, starts with none."""
        self._began, self._via = at, via
        if not is_plain_file(self._path):
            remove_tree(self._path)
            return
        try:
            stored = read_json(self._path)
            began = datetime.fromisoformat(stored["began"])
            entries = _ENTRIES.validate_python(stored["entries"])
            if stored["via"] == via and timedelta(0) <= at - began < within:
                self._began = began
                self.entries = {entry.url: entry for entry in entries}
        except (StorageError, KeyError, TypeError, ValueError) as error:
            reason = " ".join(str(error).split())
            log.warning("%s is damaged, the fetch attempt begins again: %s", self._path, reason)

    def record(self, entry: Entry) -> None:
        """Adds a file, and saves the progress. Raises StorageError."""
        self.entries[entry.url] = entry
        value = {
            "began": self._began.isoformat(),
            "via": self._via,
            "entries": [asdict(entry) for entry in self.entries.values()],
        }
        write_json(self._path, value, private=True)

    def forget(self) -> None:
        """Removes the progress. Raises StorageError if its file cannot be removed."""
        self.entries = {}
        remove(self._path)


class OpenBatch:
    """A batch to which files are added one at a time; `log` writes it into the fetch log."""

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
        """The newest content of a file of this name in any batch of the source; None if there is none, or
        the archive lacks its bytes, so that it has to be fetched again."""
        entry = self._files.get(file)
        there = entry and entry.sha256 and self._archive.holds(entry.sha256)
        return entry if there else None

    def known_files(self) -> Iterable[str]:
        """The names of the files that any batch of the source fetched or failed to fetch."""
        return self._files.keys()

    def add(self, entry: Entry) -> None:
        """Adds a file. A `new` one whose content is the last one seen at its address becomes `unchanged`.

        Raises StorageError if the attempt's progress is kept and cannot be saved.
        """
        last = self.last(entry.url)
        if entry.has_content and last and last.sha256 == entry.sha256:
            entry = replace(entry, outcome="unchanged")
        self._entries.append(entry)
        if self._progress and (entry.has_content or (entry.role == "optional" and entry.status in _GONE)):
            self._progress.record(entry)

    def resume(self, within: timedelta) -> None:
        """Keeps the attempt's progress from now on, and resumes that of an earlier attempt which came in the
        same way and began less than `within` ago."""
        self._progress = self._archive.progress(self._batch.source_id)
        self._progress.begin(self._batch.observed_at, self._batch.via, within)

    def restored(self, url: str) -> Entry | None:
        """What the resumed attempt found at an address, if the archive still has its bytes."""
        entry = self._progress.entries.get(url) if self._progress else None
        there = entry and entry.sha256 and self._archive.has(entry.sha256)
        return entry if there else None

    def keep(self, url: str) -> None:
        """Adds what is `restored` of an address, as the resumed attempt recorded it."""
        if entry := self.restored(url):
            self._entries.append(entry)

    def drop_progress(self) -> None:
        """Forgets the attempt's progress, so that the next one begins again. Raises StorageError."""
        if self._progress:
            self._progress.forget()

    def log(self) -> Batch:
        """Writes the batch into the fetch log and returns it. Raises StorageError."""
        batch = replace(self._batch, entries=tuple(self._entries))
        if batch.failure is None:
            self.drop_progress()  # first: progress that outlived its batch would be taken for a new attempt's
        self._archive.log(batch)
        return batch
