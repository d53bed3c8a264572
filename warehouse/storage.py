"""Storage by URL: where each thing lies under a home, and how bytes get there whole.

Every path is a `UPath`, so a home may be a local folder or any store that fsspec knows. Only this
module tells the two apart.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from upath import UPath

_LOCAL = {"", "file", "local"}
_LEFTOVER_AGE = timedelta(days=1)
_OTHERS = 0o077
_OWN_FOLDER = 0o700
_OWN_FILE = 0o600
_FILE = 0o666  # less the umask


class StorageError(Exception):
    """Something cannot be read or written. The message is one line: what, and why."""


@dataclass(frozen=True)
class Home:
    """The folder or store in which one Vigil keeps everything; a property a room."""

    root: UPath

    @classmethod
    def at(cls, text: str) -> Home:
        """A home from a URL (`file:`, `s3:`, …) or a plain path, which may be relative or start with `~`."""
        path = UPath(text)
        if path.protocol in _LOCAL:
            path = UPath(Path(path.path).expanduser().absolute())
        return cls(path)

    @property
    def raw(self) -> UPath:
        """Bytes as published, and the fetch log: `objects/`, `log/`."""
        return self.root / "raw"

    @property
    def staging(self) -> UPath:
        """Parsed snapshots on their way through the gate."""
        return self.root / "staging"

    @property
    def state(self) -> UPath:
        """What was decided about each snapshot."""
        return self.root / "state"

    @property
    def releases(self) -> UPath:
        return self.root / "releases"

    @property
    def runs(self) -> UPath:
        """Records of runs."""
        return self.root / "runs"

    @property
    def airflow(self) -> UPath:
        """Airflow's own home."""
        return self.root / "airflow"

    def shut(self) -> None:
        """Makes `raw` and `staging`, and shuts them to the machine's other users where they are local:
        they hold what is withheld, and people whom a release leaves out. Raises StorageError."""
        for room in (self.raw, self.staging):
            if is_local(room):
                with told("shut", room):
                    folder = Path(room.path)
                    folder.mkdir(parents=True, exist_ok=True)
                    if folder.stat().st_mode & _OTHERS:
                        folder.chmod(_OWN_FOLDER)

    def check_writable(self) -> None:
        """Makes the home if it is not there. Raises StorageError if nothing can be written in it."""
        probe = self.root / f".probe-{uuid4().hex}"
        with told("use", self.root):
            self.root.mkdir(parents=True, exist_ok=True)
            probe.write_bytes(b"vigil")
            probe.unlink()


@contextlib.contextmanager
def told(act: str, path: UPath) -> Iterator[None]:
    """Turns the system's error inside the block into a StorageError of one line: cannot `act` `path`."""
    try:
        yield
    except OSError as error:
        raise StorageError(f"cannot {act} {path}: {error.strerror or type(error).__name__}") from error


def is_local(path: UPath) -> bool:
    """Whether a path lies on this machine's own file system."""
    return path.protocol in _LOCAL


def sql_path(path: UPath) -> str:
    """A path as DuckDB takes it: a plain local path, or the store's URL."""
    return path.path if is_local(path) else str(path)


def names(folder: UPath) -> list[str]:
    """The names in a folder, sorted; none if it is not there."""
    return sorted(child.name for child in folder.iterdir()) if folder.exists() else []


def write_atomic(path: UPath, data: bytes, *, private: bool = False) -> None:
    """Writes a file so that a reader sees the old one or the new one, never a part.

    A `private` one is the owner's alone to read, where it is local. Raises StorageError.
    """
    with told("write", path):
        path.parent.mkdir(parents=True, exist_ok=True)
        if not is_local(path):
            path.write_bytes(data)  # an object store shows an object only once it is whole
            return
        part = Path(path.parent.path) / f".{path.name}.{uuid4().hex}.tmp"
        try:
            part.touch(_OWN_FILE if private else _FILE, exist_ok=False)
            with part.open("wb") as file:
                file.write(data)
                _flush(file.fileno())
            _replace(part, Path(path.path))
        finally:
            part.unlink(missing_ok=True)


def write_json(path: UPath, value: Any, *, private: bool = False) -> None:
    """Writes a value as JSON, atomically and always in the same form. Raises StorageError."""
    text = json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True)
    write_atomic(path, f"{text}\n".encode(), private=private)


def read_json(path: UPath) -> Any:
    """What a JSON file holds. Raises StorageError if it is not there or is not JSON."""
    with told("read", path):
        data = path.read_bytes()
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise StorageError(f"cannot read {path}: not JSON: {error}") from error


def remove(path: UPath) -> None:
    """Removes a file if it is there. Raises StorageError."""
    with told("remove", path):
        if path.exists():
            path.unlink()


def is_plain_file(path: UPath) -> bool:
    """Whether a regular file lies at a path: no folder, no symbolic link, no pipe, and not nothing."""
    if not is_local(path):
        return path.is_file()
    try:
        return stat.S_ISREG(os.lstat(path.path).st_mode)
    except OSError:
        return False


def clear(path: UPath) -> None:
    """Removes whatever lies at a path: a file, a link, a folder with all that is in it. Raises StorageError."""
    with told("remove", path):
        if not is_local(path):
            if path.exists():
                path.fs.rm(path.path, recursive=True)
        elif path.is_dir() and not path.is_symlink():
            shutil.rmtree(path.path)
        else:
            Path(path.path).unlink(missing_ok=True)


@contextlib.contextmanager
def scratch(room: UPath, *, private: bool = False) -> Iterator[Path]:
    """A path on this machine for a file in the making; `place` then puts it where it belongs.

    It lies in `room` if that is local, so that placing is one rename, else in the system's
    temporary folder. A `private` one is there already, empty, and the owner's alone to read. What is
    left of it at the end is removed. Raises StorageError.
    """
    with told("write in", room):
        if is_local(room):
            folder = Path(room.path)
            folder.mkdir(parents=True, exist_ok=True)
        else:
            folder = Path(tempfile.gettempdir())
    part = folder / f"vigil-{uuid4().hex}.part"
    if private:
        with told("write in", room):
            part.touch(_OWN_FILE, exist_ok=False)
    try:
        yield part
    finally:
        part.unlink(missing_ok=True)


def place(part: Path, target: UPath) -> None:
    """Makes a finished scratch file visible at its target, whole. Raises StorageError."""
    with told("write", target):
        target.parent.mkdir(parents=True, exist_ok=True)
        if not is_local(target):
            target.fs.put_file(str(part), target.path)
            return
        with part.open("rb+") as file:
            _flush(file.fileno())
        _replace(part, Path(target.path))


def sweep(room: UPath) -> None:
    """Removes scratch files that a killed process left in a local room more than a day ago."""
    if not is_local(room):
        return
    limit = (datetime.now(UTC) - _LEFTOVER_AGE).timestamp()
    for part in Path(room.path).glob("vigil-*.part"):
        with contextlib.suppress(FileNotFoundError):  # another process was quicker
            if part.stat().st_mtime < limit:
                part.unlink()


def _flush(descriptor: int) -> None:
    os.fsync(descriptor)


def _replace(part: Path, target: Path) -> None:
    part.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        _flush(folder)  # else a power cut may undo the rename
    finally:
        os.close(folder)
