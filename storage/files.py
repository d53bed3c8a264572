"""Files and folders by URL: written whole or not at all, read with one clear error.

Every path is a `UPath`, which is local or of any store that fsspec knows. Only this module distinguishes
the two.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO
from uuid import uuid4

from upath import UPath

from storage.processes import PATTERN, is_alive, process_name

LOCAL_PROTOCOLS = {"", "file", "local"}
LEFTOVER_SECONDS = 86_400
"""How old a file must be to count as left behind if nobody can say whether its process still runs."""

_LEFTOVER = re.compile(
    rf"vigil-.*?(?:({PATTERN})\.[0-9a-f]+)?\.part|\..+?(?:\.({PATTERN}))?\.[0-9a-f]{{32}}\.tmp"
)
OWN_FOLDER = 0o700
OPEN_FOLDER = 0o755
_OWN_FILE = 0o600
_OPEN_FILE = 0o644


class StorageError(Exception):
    """Something cannot be read or written. The message is one line: what, and why."""


def make_folder(path: UPath, mode: int) -> None:
    """Makes a folder if it is not there, where it is local with just this mode, whatever the umask; the mode
    of one that is there stays. Raises OSError."""
    if not is_local(path):
        path.mkdir(parents=True, exist_ok=True)
        return
    folder = Path(path.path)
    try:
        folder.mkdir(OWN_FOLDER, parents=True)
    except FileExistsError:
        if not folder.is_dir():
            raise
    else:
        folder.chmod(mode)


def tighten(path: Path, bits: int) -> None:
    """Takes permissions from a file or folder that has them; not from a folder that is for all, as /tmp."""
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & bits and not mode & stat.S_ISVTX:
        path.chmod(mode & ~bits)


def unique_suffix() -> str:
    """A part of a file's name that names the process which writes it."""
    return f"{process_name()}.{uuid4().hex}"


@contextlib.contextmanager
def storage_errors(act: str, path: UPath) -> Iterator[None]:
    """Re-raises OSError as StorageError: cannot `act` `path`, and why, in one line."""
    try:
        yield
    except OSError as error:
        raise StorageError(f"cannot {act} {path}: {error.strerror or type(error).__name__}") from error


def is_local(path: UPath) -> bool:
    """Whether a path lies on this machine's own file system."""
    return path.protocol in LOCAL_PROTOCOLS


def sql_path(path: UPath) -> str:
    """A path as DuckDB takes it: a plain local path, or the store's URL."""
    return path.path if is_local(path) else str(path)


def names(folder: UPath) -> list[str]:
    """The names in a folder, sorted; none if it is not there. Raises StorageError if something else lies in
    its place: a file, or a link that leads nowhere."""
    if not is_there(folder):
        return []
    with storage_errors("read", folder):
        return sorted(child.name for child in folder.iterdir())


def write_atomic(path: UPath, data: bytes, *, private: bool = False) -> None:
    """Writes a file so that a reader sees the old one or the new one, never a part.

    Where it is local, a `private` one is for its owner alone and another may be read by all whom its folder
    lets in, whatever the umask. Raises StorageError.
    """
    with storage_errors("write", path):
        path.parent.mkdir(parents=True, exist_ok=True)
        if not is_local(path):
            path.write_bytes(data)  # an object store shows an object only once it is whole
            return
        part = Path(path.parent.path) / f".{path.name}.{unique_suffix()}.tmp"
        try:
            part.touch(_OWN_FILE, exist_ok=False)
            with part.open("wb") as file:
                file.write(data)
                if not private:
                    os.fchmod(file.fileno(), _OPEN_FILE)
                _flush(file.fileno())
            _replace(part, Path(path.path))
        finally:
            part.unlink(missing_ok=True)


@contextlib.contextmanager
def open_regular(path: UPath) -> Iterator[BinaryIO]:
    """Opens a regular file for reading: follows no symbolic link as its last part, waits for no pipe, reads
    no device. Raises StorageError, also for what fails inside the block."""
    with storage_errors("read", path):
        if not is_local(path):
            with path.open("rb") as stream:
                yield stream
            return
        descriptor = os.open(path.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise StorageError(f"cannot read {path}: it is not a regular file")
        with os.fdopen(descriptor, "rb") as stream:
            yield stream


def write_new(path: UPath, data: bytes, *, private: bool = False) -> bool:
    """Writes a file that is not there yet, whole or not at all; False if it is there, which is then left
    as it is. Of several that write it at once one returns True. Raises StorageError."""
    if not is_local(path):
        with storage_errors("write", path):
            try:
                path.fs.pipe_file(path.path, data, mode="create")
            except FileExistsError:
                return False
        return True
    with scratch(path.parent, private=private) as part, storage_errors("write", path):
        with part.open("wb") as file:
            file.write(data)
            _flush(file.fileno())
        try:
            Path(path.path).hardlink_to(part)
        except FileExistsError:
            return False
        _flush_folder(part.parent)
    return True


def write_json(path: UPath, value: Any, *, private: bool = False) -> None:
    """Writes a value as JSON, atomically and always in the same form. Raises StorageError."""
    text = json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True)
    write_atomic(path, f"{text}\n".encode(), private=private)


def read_file(path: UPath) -> bytes:
    """What a file holds, which may be a link to one; a pipe or a device in its place is not waited for.
    Raises OSError."""
    if not is_local(path):
        return bytes(path.read_bytes())
    descriptor = os.open(path.path, os.O_RDONLY | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "it is not a regular file")
    with os.fdopen(descriptor, "rb") as stream:
        return stream.read()


def read_json(path: UPath) -> Any:
    """What a JSON file holds. Raises StorageError if it cannot be read or is not JSON."""
    with storage_errors("read", path):
        data = read_file(path)
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise StorageError(f"cannot read {path}: not JSON: {error}") from error


def remove(path: UPath) -> None:
    """Removes a file if it is there. Raises StorageError."""
    with storage_errors("remove", path):
        if path.exists():
            path.unlink()


def is_there(path: UPath) -> bool:
    """Whether anything lies at a path, be it a link that leads nowhere."""
    return os.path.lexists(path.path) if is_local(path) else path.exists()


def is_plain_file(path: UPath) -> bool:
    """Whether a regular file lies at a path: no folder, no symbolic link, no pipe, and not nothing."""
    if not is_local(path):
        return path.is_file()
    try:
        return stat.S_ISREG(os.lstat(path.path).st_mode)
    except OSError:
        return False


def clear(path: UPath) -> None:
    """Removes what lies at a path: a file, a link, a folder with all that is in it. Raises StorageError."""
    with storage_errors("remove", path):
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
    with storage_errors("write in", room):
        if is_local(room):
            folder = Path(room.path)
            folder.mkdir(parents=True, exist_ok=True)
        else:
            folder = Path(tempfile.gettempdir())
    part = folder / f"vigil-{unique_suffix()}.part"
    if private:
        with storage_errors("write in", room):
            part.touch(_OWN_FILE, exist_ok=False)
    try:
        with storage_errors("write in", room):
            yield part
    finally:
        part.unlink(missing_ok=True)


def place(part: Path, target: UPath) -> None:
    """Makes a finished scratch file visible at its target, whole. Raises StorageError."""
    with storage_errors("write", target):
        target.parent.mkdir(parents=True, exist_ok=True)
        if not is_local(target):
            target.fs.put_file(str(part), target.path)
            return
        with part.open("rb+") as file:
            _flush(file.fileno())
        _replace(part, Path(target.path))


def sweep(room: UPath) -> list[int]:
    """Removes the scratch files from a local room that no live process writes: those of processes that
    ended, and of ones that cannot be asked if they are a day old. Returns the size of each in bytes."""
    if not is_local(room):
        return []
    removed = []
    for part in Path(room.path).iterdir() if room.exists() else ():
        with contextlib.suppress(FileNotFoundError):  # another process was quicker
            if (found := _LEFTOVER.fullmatch(part.name)) and is_left_behind(part, found[1] or found[2]):
                size = part.stat().st_size
                part.unlink()
                removed.append(size)
    return removed


def is_left_behind(file: Path, process: str | None) -> bool:
    """Whether the process that made a file has ended; whether the file is a day old if nobody knows that."""
    alive = is_alive(process) if process else None
    if alive is None:
        return file.stat().st_mtime < time.time() - LEFTOVER_SECONDS
    return not alive


def open_folder(folder: UPath) -> None:
    """Lets everybody read a local folder and all that is in it, whatever the umask: itself last, so that
    nothing of it can be read before all can. Raises StorageError."""
    if not is_local(folder):
        return
    with storage_errors("open", folder):
        for place, _, files in os.walk(folder.path, topdown=False):
            for name in files:
                Path(place, name).chmod(_OPEN_FILE)
            Path(place).chmod(OPEN_FOLDER)


def size_of(path: UPath) -> int:
    """The size in bytes of a file, or of all files in a folder."""
    return sum(each.stat().st_size for each in (path, *path.rglob("*")) if each.is_file())


def _flush(descriptor: int) -> None:
    os.fsync(descriptor)


def _replace(part: Path, target: Path) -> None:
    part.replace(target)
    _flush_folder(target.parent)


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        _flush(descriptor)  # else a power cut may undo the rename
    finally:
        os.close(descriptor)
