"""The raw archive: every byte fetched, under its SHA-256, and the log of what was fetched when.

    raw/objects/<first 2 hex>/<sha256>           bytes as published
    raw/log/<source_id>/<observed_at>.json       one batch: what one visit to a source brought
    raw/partial/<source_id>.json                 what a visit that is not finished has brought so far

What later stages see (`batches`, `units`, `failure`, `checked_at`) is a pure function of the log
files, whatever the order in which they were written.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any, BinaryIO

from upath import UPath

from warehouse import storage
from warehouse.batch import Batch, Content, Entry, Via
from warehouse.draft import Draft, Progress

__all__ = ["Archive", "Batch", "Entry", "Unit"]

_CHARSET = re.compile(r"[\w.:+-]{1,40}", re.ASCII)

_DAY = len("20250911")
"""How much of the name of a file of a source by days is the day."""


@dataclass(frozen=True)
class Unit:
    """A snapshot for the transforms: the files to parse together, by name.

    `unit_id` depends on names, content and `charsets` alone; `last_seen_at` is the newest visit that found
    the same. `came_at` has when each file came that came before `observed_at`. `charsets` are those
    of HTTP's Content-Type, of a stream's files that came with one.
    """

    unit_id: str
    source_id: str
    observed_at: datetime
    files: Mapping[str, str]
    urls: Mapping[str, str]
    last_seen_at: datetime
    came_at: Mapping[str, datetime] = field(default_factory=dict)
    charsets: Mapping[str, str] = field(default_factory=dict)


class Archive:
    """The content-addressed store and fetch log of one home."""

    def __init__(self, home: storage.Home) -> None:
        self._home = home
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
        self._home.shut()
        with storage.scratch(self._incoming, private=True) as part:
            with storage.told("write in", self._incoming), part.open("wb") as file:
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

    def progress(self, source_id: str) -> Progress:
        """What an unfinished visit to a source has brought; its file need not be there."""
        return Progress(self._home.raw / "partial" / f"{source_id}.json")

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
        self._home.shut()
        value = {**asdict(batch), "observed_at": batch.observed_at.isoformat()}
        storage.write_json(path, value, private=True)

    def batches(self, source_id: str) -> list[Batch]:
        """Every batch of a source, oldest first. Raises StorageError for a damaged log."""
        folder = self._logs / source_id
        logs = [name for name in storage.names(folder) if name.endswith("Z.json")]
        return [_batch(storage.read_json(folder / name)) for name in logs]

    def units(self, source_id: str, content: Content) -> list[Unit]:
        """A source's snapshots in order of observation; those of `days` in the order of the days.

        `full`: each batch that did not fail gives its whole content; neighbours with the same
        content are one. `stream`: each batch gives the files that no earlier one brought, with their
        `charsets`. `days`:
        the files whose names begin with one day, each with the newest content that a batch brought;
        `observed_at` is when the newest of them came.
        """
        return _UNITS[content](self.batches(source_id))

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
    seen: set[tuple[str, str | None, str | None]] = set()
    units: list[Unit] = []
    for batch in batches:
        found = {
            (name, entry.sha256, charset(entry.content_type)): entry for name, entry in batch.content.items()
        }
        if fresh := {key: entry for key, entry in found.items() if key not in seen}:
            charsets = {name: label for name, _, label in fresh if label}
            units.append(_unit(batch, {key[0]: entry for key, entry in fresh.items()}, charsets))
            seen |= fresh.keys()
    return units


def _days(batches: list[Batch]) -> list[Unit]:
    newest: dict[str, dict[str, tuple[Entry, Batch]]] = {}
    for batch in batches:
        for name, entry in batch.content.items():
            day = newest.setdefault(name[:_DAY], {})
            if name not in day or day[name][0].sha256 != entry.sha256:
                day[name] = entry, batch
    return [_day(dict(sorted(found.items()))) for _, found in sorted(newest.items())]


def _day(found: Mapping[str, tuple[Entry, Batch]]) -> Unit:
    last = max((batch for _, batch in found.values()), key=lambda batch: batch.observed_at)
    unit = _unit(last, {name: entry for name, (entry, _) in found.items()})
    came = {name: batch.observed_at for name, (_, batch) in found.items() if batch is not last}
    return replace(unit, came_at=came)


_UNITS: Mapping[Content, Callable[[list[Batch]], list[Unit]]] = {
    "full": _whole_snapshots,
    "stream": _new_files,
    "days": _days,
}


def _unit(batch: Batch, content: Mapping[str, Entry], charsets: Mapping[str, str] = {}) -> Unit:
    files = {name: entry.sha256 for name, entry in content.items() if entry.sha256}
    lines = "".join(
        " ".join(filter(None, (name, sha256, charsets.get(name)))) + "\n" for name, sha256 in files.items()
    )
    return Unit(
        unit_id=hashlib.sha256(lines.encode()).hexdigest()[:16],
        source_id=batch.source_id,
        observed_at=batch.observed_at,
        files=files,
        urls={name: content[name].url for name in files},
        last_seen_at=batch.observed_at,
        charsets=charsets,
    )


def charset(content_type: str | None) -> str | None:
    """The charset of HTTP's `Content-Type`, in lower case; None if it names none."""
    for parameter in (content_type or "").split(";")[1:]:
        key, _, value = parameter.partition("=")
        value = value.strip().strip("\"'").strip().lower()
        if key.strip().lower() == "charset" and _CHARSET.fullmatch(value):
            return value
    return None


def _batch(stored: dict[str, Any]) -> Batch:
    entries = tuple(Entry(**entry) for entry in stored["entries"])
    return Batch(stored["source_id"], datetime.fromisoformat(stored["observed_at"]), stored["via"], entries)
