"""The raw archive: every byte fetched, under its SHA-256, and the log of what was fetched when.

    raw/objects/<first 2 hex>/<sha256>           bytes as published
    raw/damaged/<sha256>.<8 hex>                 damaged objects that were set aside, for the operator
    raw/origin                                   samples or publishers' lists (`sources.archive.origin`)
    raw/log/<source_id>/<observed_at>.json       one batch: what one fetch attempt brought
    raw/partial/<source_id>.json                 what an unfinished fetch attempt has brought so far

What later stages see (`batches`, `snapshots`, `failure`, `checked_at`) is a pure function of the log
files, whatever the order in which they were written.

Everything is checked when it is read: an object is hashed each time it is opened, and a log file must have
the form in which it was written.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, BinaryIO, cast
from uuid import uuid4

from pydantic import TypeAdapter, ValidationError
from upath import UPath

from sources.archive import origin
from sources.archive.batch import Batch, Entry, Via
from sources.archive.open_batch import OpenBatch, Progress
from sources.registry import Content
from storage.atomic_writes import place_scratch, scratch, write_json
from storage.files import StorageError, is_plain_file, list_names, storage_errors
from storage.home import Home
from storage.leftovers import sweep_folder

if TYPE_CHECKING:
    from io import BufferedReader

_CHARSET = re.compile(r"[\w.:+-]{1,40}", re.ASCII)

_DAY = len("20250911")
"""Characters of a file's name that are its day, for a source by days."""

_BATCH = TypeAdapter(Batch)


class ObjectError(StorageError):
    """The bytes of an object are missing or damaged. One line."""


class LogError(StorageError):
    """A file of the fetch log cannot be read. One line: which file, why, and what to do."""


@dataclass(frozen=True)
class Snapshot:
    """The files of a source that are parsed together.

    `files` has the SHA-256 of each by name, `urls` its address. `unit_id` depends on names, content and
    `charsets` alone. `last_seen_at` is the time of the newest fetch attempt that found the same content.
    `came_at` has the time of each file that was fetched before `observed_at`. `charsets` has the charset
    of HTTP's Content-Type, by file, for files of a stream that came with one.
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

    def __init__(self, home: Home) -> None:
        self._home = home
        self._objects = home.raw / "objects"
        self._incoming = home.raw / "incoming"
        self._logs = home.raw / "log"

    def put(self, chunks: Iterable[bytes]) -> tuple[str, int]:
        """Stores a stream of bytes; returns their SHA-256 and their number.

        The object appears only when it is complete; if `chunks` raises, nothing is stored. A damaged
        object is replaced. Raises StorageError.
        """
        digest = hashlib.sha256()
        size = 0
        self._home.shut()
        with scratch(self._incoming, private=True) as part:
            with storage_errors("write in", self._incoming), part.open("wb") as file:
                for chunk in chunks:
                    digest.update(chunk)
                    size += len(chunk)
                    file.write(chunk)
            sha256 = digest.hexdigest()
            if not self.has(sha256):
                place_scratch(part, self._object(sha256))
        return sha256, size

    def open(self, sha256: str) -> BinaryIO:
        """Opens the stored bytes for reading; the caller closes them. They are hashed first: damaged ones are
        set aside, so that the same content can be stored again. Raises ObjectError if they are missing or
        damaged, StorageError if they cannot be read."""
        path = self._object(sha256)
        if not self.holds(sha256):
            raise ObjectError(f"raw object {sha256} is not in the archive")
        if is_plain_file(path):
            with storage_errors("read", path):
                file = cast("BufferedReader", path.open("rb"))
                try:
                    found = hashlib.file_digest(file, "sha256").hexdigest()
                    file.seek(0)
                except BaseException:
                    file.close()
                    raise
            if found == sha256:
                return file
            file.close()
        aside = self._home.raw / "damaged" / f"{sha256}.{uuid4().hex[:8]}"
        with storage_errors("set aside", path):
            aside.parent.mkdir(parents=True, exist_ok=True)
            with suppress(FileNotFoundError):  # another process was quicker
                path.rename(aside)
        raise ObjectError(f"raw object {sha256} is damaged: set aside as raw/damaged/{aside.name}")

    def has(self, sha256: str) -> bool:
        """Whether an object is there and undamaged: it is hashed, and set aside if it is damaged."""
        if not self.holds(sha256):
            return False
        try:
            self.open(sha256).close()
        except StorageError as error:
            logging.getLogger(__name__).warning("%s", error)
            return False
        return True

    def holds(self, sha256: str) -> bool:
        """Whether an object is there, without checking its bytes."""
        return self._object(sha256).exists()

    def lost_files(self, snapshot: Snapshot) -> str | None:
        """Which of a snapshot's files the archive lacks, in one line; None if it has them all."""
        lost = [(name, sha256) for name, sha256 in snapshot.files.items() if not self.holds(sha256)]
        if not lost:
            return None
        more = f" and {len(lost) - 1} more" if len(lost) > 1 else ""
        return (
            f"{lost[0][0]}{more} of {snapshot.observed_at:%Y-%m-%d} is damaged or not in the archive "
            f"(raw object {lost[0][1]}): it comes back when the publisher or a mirror gives the same bytes"
        )

    def open_batch(self, source_id: str, observed_at: datetime, via: Via) -> OpenBatch:
        """Begins a batch; `observed_at` has a time zone. Raises MixedHome if samples and publishers' lists
        would meet in the archive; StorageError."""
        origin.claim(self._home, via, self.vias)
        sweep_folder(self._incoming)
        return OpenBatch(self, source_id, observed_at, via)

    def progress(self, source_id: str) -> Progress:
        """The progress of an unfinished fetch attempt of a source; its file need not exist."""
        return Progress(self._home.raw / "partial" / f"{source_id}.json")

    def log(self, batch: Batch) -> None:
        """Writes a batch into the fetch log. Raises MixedHome as `open_batch`, StorageError.

        A batch of the same source and time that is there already is kept: entries with other findings are
        appended to its own, and apply.
        """
        origin.claim(self._home, batch.via, self.vias)
        path = self._logs / batch.source_id / _log_name(batch)
        if path.exists():
            stored = _read_batch(path)
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
        write_json(path, value, private=True)

    def batches(self, source_id: str) -> list[Batch]:
        """All batches of a source, oldest first. Raises LogError for a damaged log."""
        return [_read_batch(path) for path in self._log_files(source_id)]

    def logged(self) -> list[str]:
        """The ids of the sources that have a log."""
        with storage_errors("read", self._logs):
            return list_names(self._logs)

    def _log_files(self, source_id: str) -> list[UPath]:
        folder = self._logs / source_id
        try:
            return [folder / name for name in list_names(folder) if name.endswith("Z.json")]
        except StorageError as error:
            reason = getattr(error.__cause__, "strerror", None)
            raise LogError(f"cannot read raw/log/{source_id}: {reason}: {_REPAIR}") from error

    def snapshots(self, source_id: str, content: Content) -> list[Snapshot]:
        """A source's snapshots in order of observation; those of `days` in the order of the days.

        `full`: the whole content of each batch that did not fail; consecutive batches with the same content
        are one snapshot. `stream`: of each batch the files that no earlier one brought, with their
        `charsets`. `days`: the files whose names begin with one day, each with the newest content that a
        batch brought; `observed_at` is the time of the newest of them.
        """
        return _SNAPSHOTS[content](self.batches(source_id))

    def vias(self) -> set[Via]:
        """How the batches of all sources came in. Damaged log files are passed over: they stop their own
        source alone."""
        found: set[Via] = set()
        for source_id in self.logged():
            with suppress(LogError):
                for path in self._log_files(source_id):
                    with suppress(LogError):
                        found.add(_read_batch(path).via)
        return found

    def check_origin(self, via: Via) -> None:
        """Raises MixedHome as `open_batch`; writes nothing."""
        origin.check(self._home, via, self.vias)

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


def _whole_snapshots(batches: list[Batch]) -> list[Snapshot]:
    snapshots: list[Snapshot] = []
    for batch in batches:
        if batch.failure is not None or not batch.content:
            continue
        snapshot = _snapshot(batch, batch.content)
        if snapshots and snapshots[-1].unit_id == snapshot.unit_id:
            snapshots[-1] = replace(snapshots[-1], last_seen_at=batch.observed_at)
        else:
            snapshots.append(snapshot)
    return snapshots


def _new_files(batches: list[Batch]) -> list[Snapshot]:
    seen: set[tuple[str, str | None, str | None]] = set()
    snapshots: list[Snapshot] = []
    for batch in batches:
        found = {
            (name, entry.sha256, charset(entry.content_type)): entry for name, entry in batch.content.items()
        }
        if fresh := {key: entry for key, entry in found.items() if key not in seen}:
            charsets = {name: label for name, _, label in fresh if label}
            snapshots.append(_snapshot(batch, {key[0]: entry for key, entry in fresh.items()}, charsets))
            seen |= fresh.keys()
    return snapshots


def _days(batches: list[Batch]) -> list[Snapshot]:
    newest: dict[str, dict[str, tuple[Entry, Batch]]] = {}
    for batch in batches:
        for name, entry in batch.content.items():
            day = newest.setdefault(name[:_DAY], {})
            if name not in day or day[name][0].sha256 != entry.sha256:
                day[name] = entry, batch
    return [_day(dict(sorted(found.items()))) for _, found in sorted(newest.items())]


def _day(found: Mapping[str, tuple[Entry, Batch]]) -> Snapshot:
    last = max((batch for _, batch in found.values()), key=lambda batch: batch.observed_at)
    snapshot = _snapshot(last, {name: entry for name, (entry, _) in found.items()})
    came = {name: batch.observed_at for name, (_, batch) in found.items() if batch is not last}
    return replace(snapshot, came_at=came)


_SNAPSHOTS: Mapping[Content, Callable[[list[Batch]], list[Snapshot]]] = {
    "full": _whole_snapshots,
    "stream": _new_files,
    "days": _days,
}


def _snapshot(batch: Batch, content: Mapping[str, Entry], charsets: Mapping[str, str] = {}) -> Snapshot:
    files = {name: entry.sha256 for name, entry in content.items() if entry.sha256}
    lines = "".join(
        " ".join(filter(None, (name, sha256, charsets.get(name)))) + "\n" for name, sha256 in files.items()
    )
    return Snapshot(
        unit_id=hashlib.sha256(lines.encode()).hexdigest()[:16],
        source_id=batch.source_id,
        observed_at=batch.observed_at,
        files=files,
        urls={name: content[name].url for name in files},
        last_seen_at=batch.observed_at,
        charsets=charsets,
    )


def charset(content_type: str | None) -> str | None:
    """The charset that HTTP's `Content-Type` names, in lower case, or None."""
    for parameter in (content_type or "").split(";")[1:]:
        key, _, value = parameter.partition("=")
        value = value.strip().strip("\"'").strip().lower()
        if key.strip().lower() == "charset" and _CHARSET.fullmatch(value):
            return value
    return None


_REPAIR = "put it back from a copy, or move it away: then its fetch attempts are forgotten"


def _read_batch(path: UPath) -> Batch:
    shown = f"raw/log/{path.parent.name}/{path.name}"
    if not is_plain_file(path):
        raise LogError(f"{shown} is damaged: it is not a file: {_REPAIR}")
    try:
        batch = _BATCH.validate_json(path.read_bytes())
    except OSError as error:
        raise LogError(f"cannot read {shown}: {error.strerror}: {_REPAIR}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        found = f"{where}: {first['msg']}" if where else first["msg"]
        raise LogError(f"{shown} is damaged: {found}: {_REPAIR}") from error
    if (batch.source_id, _log_name(batch)) != (path.parent.name, path.name):
        raise LogError(f"{shown} is damaged: it records another fetch attempt: {_REPAIR}")
    return batch


def _log_name(batch: Batch) -> str:
    return f"{batch.observed_at:%Y-%m-%dT%H%M%SZ}.json"
