"""The raw archive: every byte fetched, under its SHA-256, and the log of what was fetched when.

    raw/objects/<first 2 hex>/<sha256>           bytes as published
    raw/log/<source_id>/<observed_at>.json       one batch: what one visit to a source brought

What later stages see (`batches`, `units`, `failure`, `checked_at`) is a pure function of the log
files, whatever the order in which they were written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, BinaryIO, Literal

from upath import UPath

from warehouse import storage

Outcome = Literal["new", "unchanged", "failed"]
Role = Literal["required", "optional", "listing"]
Via = Literal["live", "mirror", "sample"]


@dataclass(frozen=True)
class Entry:
    """One file of a batch.

    `outcome` compares with the last content seen at the same address; `unchanged` still carries
    the content's `sha256`. A `failed` one may carry the bytes that came (an error page, say).
    `role`: the file is `required` in the snapshot, or `optional`; a `listing` only names other
    files and is no part of the snapshot.
    """

    file: str
    url: str
    outcome: Outcome
    role: Role = "required"
    status: int | None = None
    sha256: str | None = None
    bytes: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    content_type: str | None = None
    error: str | None = None

    @property
    def has_content(self) -> bool:
        return self.outcome != "failed"

    @property
    def finding(self) -> tuple[str | None, ...]:
        """What was found, apart from how it was asked for: equal findings say the same."""
        return (self.file, self.url, self.role, self.sha256, self.error)


@dataclass(frozen=True)
class Batch:
    """What one visit to a source brought, at a time kept to the second in UTC."""

    source_id: str
    observed_at: datetime
    via: Via
    entries: tuple[Entry, ...]

    def __post_init__(self) -> None:
        if self.observed_at.tzinfo is None:
            raise ValueError(f"observation time {self.observed_at} has no time zone")
        moment = self.observed_at.astimezone(UTC).replace(microsecond=0)
        object.__setattr__(self, "observed_at", moment)

    @cached_property
    def current(self) -> dict[str, Entry]:
        """The entry that counts for each file: the last one with content, else the last one."""
        chosen: dict[str, Entry] = {}
        for entry in self.entries:
            earlier = chosen.get(entry.file)
            if earlier is None or entry.has_content or not earlier.has_content:
                chosen[entry.file] = entry
        return chosen

    @property
    def content(self) -> dict[str, Entry]:
        """The snapshot's files that came, by name, sorted."""
        return {
            file: entry
            for file, entry in sorted(self.current.items())
            if entry.has_content and entry.role != "listing"
        }

    @property
    def failure(self) -> str | None:
        """Why the batch as a whole failed, in one line, or None.

        It failed if a file that is not optional did, or if all its files did.
        """
        failed = [entry for entry in self.current.values() if not entry.has_content]
        grave = [entry for entry in failed if entry.role != "optional"]
        if not grave and len(failed) < len(self.current):
            return None
        told = grave or failed
        if not told:
            return None
        more = f" (and {len(told) - 1} more)" if len(told) > 1 else ""
        return f"{told[0].url}: {told[0].error}{more}"


@dataclass(frozen=True)
class Unit:
    """A snapshot for the transforms: the files to parse together, by name.

    `unit_id` depends on names and content alone; `last_seen_at` is the newest visit that found
    the same.
    """

    unit_id: str
    source_id: str
    observed_at: datetime
    files: Mapping[str, str]
    urls: Mapping[str, str]
    last_seen_at: datetime


class Draft:
    """A batch being gathered; `log` closes it."""

    def __init__(self, archive: Archive, source_id: str, observed_at: datetime, via: Via) -> None:
        self._archive = archive
        self._batch = Batch(source_id, observed_at, via, ())
        self._entries: list[Entry] = []
        self._by_url: dict[str, Entry] = {}
        self._files: set[str] = set()
        for batch in archive.batches(source_id):
            self._files.update(batch.content)
            if batch.observed_at <= self._batch.observed_at:
                self._by_url |= {entry.url: entry for entry in batch.current.values() if entry.has_content}

    def last(self, url: str) -> Entry | None:
        """The last content seen at an address up to this batch's time, for a conditional request."""
        return self._by_url.get(url)

    def seen(self, file: str) -> bool:
        """Whether any batch of the source brought a file of this name."""
        return file in self._files

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
        error: str | None = None,
    ) -> None:
        """Notes one file: failed if there is an `error`, else new or unchanged by its content."""
        last = self.last(url)
        outcome: Outcome = "unchanged" if last and last.sha256 == sha256 else "new"
        self._entries.append(
            Entry(
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
                error=error,
            )
        )

    def log(self) -> Batch:
        """Writes the batch into the fetch log and returns it. Raises StorageError."""
        batch = replace(self._batch, entries=tuple(self._entries))
        self._archive.log(batch)
        return batch


class Archive:
    """The content-addressed store and fetch log of one home."""

    def __init__(self, home: storage.Home) -> None:
        self._objects = home.raw / "objects"
        self._incoming = home.raw / "incoming"
        self._logs = home.raw / "log"

    def put(self, chunks: Iterable[bytes]) -> tuple[str, int]:
        """Stores a stream of bytes; returns their SHA-256 and their number.

        Nothing is visible before all of it is there; if `chunks` raises, nothing is stored.
        Raises StorageError.
        """
        digest = hashlib.sha256()
        size = 0
        with storage.scratch(self._incoming) as part:
            with storage.told("write in", self._incoming), part.open("xb") as file:
                for chunk in chunks:
                    digest.update(chunk)
                    size += len(chunk)
                    file.write(chunk)
            sha256 = digest.hexdigest()
            if not self.has(sha256):
                storage.place(part, self._object(sha256))
        return sha256, size

    def open(self, sha256: str) -> BinaryIO:
        """The stored bytes, to be read and closed. Raises StorageError if they are not there."""
        if not self.has(sha256):
            raise storage.StorageError(f"raw object {sha256} is not in {self._objects}")
        return self._object(sha256).open("rb")

    def has(self, sha256: str) -> bool:
        return self._object(sha256).exists()

    def draft(self, source_id: str, observed_at: datetime, via: Via) -> Draft:
        """Begins a batch, observed at a time with a zone."""
        storage.sweep(self._incoming)
        return Draft(self, source_id, observed_at, via)

    def log(self, batch: Batch) -> None:
        """Writes a batch into the fetch log. Raises StorageError.

        A batch of the same source and time that is there already is kept: entries that say
        something else are added behind its own, and win.
        """
        path = self._logs / batch.source_id / f"{batch.observed_at:%Y-%m-%dT%H%M%SZ}.json"
        if path.exists():
            stored = _batch(storage.read_json(path))
            known = {(entry.file, entry.has_content): entry.finding for entry in stored.entries}
            added = [
                entry
                for entry in batch.current.values()
                if known.get((entry.file, entry.has_content)) != entry.finding
            ]
            if not added:
                return
            batch = replace(batch, entries=(*stored.entries, *added))
        storage.write_json(path, {**asdict(batch), "observed_at": batch.observed_at.isoformat()})

    def batches(self, source_id: str) -> list[Batch]:
        """Every batch of a source, oldest first. Raises StorageError for a damaged log."""
        folder = self._logs / source_id
        logs = [name for name in storage.names(folder) if name.endswith("Z.json")]
        return [_batch(storage.read_json(folder / name)) for name in logs]

    def units(self, source_id: str, content: Literal["full", "stream"]) -> list[Unit]:
        """A source's snapshots in order of observation.

        `full`: each batch that did not fail gives its whole content; neighbours with the same
        content are one. `stream`: each batch gives the files that no earlier one brought.
        """
        batches = self.batches(source_id)
        return _whole_snapshots(batches) if content == "full" else _new_files(batches)

    def ways(self) -> set[Via]:
        """The ways by which batches of any source came in."""
        return {batch.via for source_id in storage.names(self._logs) for batch in self.batches(source_id)}

    def failure(self, source_id: str) -> str | None:
        """Why the newest batch failed, in one line; None if it did not, or there is none."""
        batches = self.batches(source_id)
        return batches[-1].failure if batches else None

    def checked_at(self, source_id: str) -> datetime | None:
        """The time of the newest batch that did not fail."""
        times = [batch.observed_at for batch in self.batches(source_id) if batch.failure is None]
        return times[-1] if times else None

    def _object(self, sha256: str) -> UPath:
        return self._objects / sha256[:2] / sha256


def _whole_snapshots(batches: list[Batch]) -> list[Unit]:
    units: list[Unit] = []
    for batch in batches:
        if batch.failure is not None or not batch.content:
            continue
        unit = _unit(batch, batch.content)
        if units and units[-1].unit_id == unit.unit_id:
            units[-1] = replace(units[-1], last_seen_at=batch.observed_at)
        else:
            units.append(unit)
    return units


def _new_files(batches: list[Batch]) -> list[Unit]:
    seen: set[tuple[str, str | None]] = set()
    units: list[Unit] = []
    for batch in batches:
        fresh = {name: entry for name, entry in batch.content.items() if (name, entry.sha256) not in seen}
        if fresh:
            units.append(_unit(batch, fresh))
            seen |= {(name, entry.sha256) for name, entry in fresh.items()}
    return units


def _unit(batch: Batch, content: Mapping[str, Entry]) -> Unit:
    files = {name: entry.sha256 for name, entry in content.items() if entry.sha256}
    lines = "".join(f"{name} {sha256}\n" for name, sha256 in files.items())
    return Unit(
        unit_id=hashlib.sha256(lines.encode()).hexdigest()[:16],
        source_id=batch.source_id,
        observed_at=batch.observed_at,
        files=files,
        urls={name: content[name].url for name in files},
        last_seen_at=batch.observed_at,
    )


def _batch(stored: dict[str, Any]) -> Batch:
    entries = tuple(Entry(**entry) for entry in stored["entries"])
    return Batch(stored["source_id"], datetime.fromisoformat(stored["observed_at"]), stored["via"], entries)
