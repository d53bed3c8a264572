"""Files and folders by URL, with one clear error.

Every path is a `UPath`, which is local or of any store that fsspec knows. Only this package distinguishes the
two.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from upath import UPath

LOCAL_PROTOCOLS = {"", "file", "local"}


class StorageError(Exception):
    """Something cannot be read or written. The message is one line: what, and why."""


@contextlib.contextmanager
def storage_errors(act: str, path: UPath) -> Iterator[None]:
    """Re-raises OSError as StorageError: cannot `act` `path`, and why, in one line."""
    try:
        yield
    except OSError as error:
        raise StorageError(f"cannot {act} {path}: {error.strerror or type(error).__name__}") from error


def is_local(path: UPath) -> bool:
    """Whether a path is on this machine's own file system."""
    return path.protocol in LOCAL_PROTOCOLS


def sql_path(path: UPath) -> str:
    """A path as DuckDB takes it: a plain local path, or the store's URL."""
    return path.path if is_local(path) else str(path)


def list_names(folder: UPath) -> list[str]:
    """The names in a folder, sorted; none if it is not there. Raises StorageError if it is not a folder but a
    file or a broken link."""
    if not is_there(folder):
        return []
    with storage_errors("read", folder):
        return sorted(child.name for child in folder.iterdir())


@contextlib.contextmanager
def open_regular(path: UPath) -> Iterator[BinaryIO]:
    """Opens a regular file for reading, and neither a symbolic link nor a pipe nor a device. Raises
    StorageError, also for an OSError inside the block."""
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


def read_file(path: UPath) -> bytes:
    """The content of a regular file or of a link to one. Raises OSError, for a pipe or a device at once."""
    if not is_local(path):
        return bytes(path.read_bytes())
    descriptor = os.open(path.path, os.O_RDONLY | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "it is not a regular file")
    with os.fdopen(descriptor, "rb") as stream:
        return stream.read()


def read_json(path: UPath) -> Any:
    """The value of a JSON file. Raises StorageError if it cannot be read or is not JSON."""
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
    """Whether anything is at a path, a broken link included."""
    return os.path.lexists(path.path) if is_local(path) else path.exists()


def is_plain_file(path: UPath) -> bool:
    """Whether a regular file is at a path, and not a folder, a symbolic link or a pipe."""
    if not is_local(path):
        return path.is_file()
    try:
        return stat.S_ISREG(os.lstat(path.path).st_mode)
    except OSError:
        return False


def remove_tree(path: UPath) -> None:
    """Removes what is at a path: a file, a link, a folder with all that is in it. Raises StorageError."""
    with storage_errors("remove", path):
        if not is_local(path):
            if path.exists():
                path.fs.rm(path.path, recursive=True)
        elif path.is_dir() and not path.is_symlink():
            shutil.rmtree(path.path)
        else:
            Path(path.path).unlink(missing_ok=True)


def size_of(path: UPath) -> int:
    """The size in bytes of a file, or of all files in a folder."""
    return sum(each.stat().st_size for each in (path, *path.rglob("*")) if each.is_file())


def relative_name(path: UPath, folder: UPath) -> str:
    """The path of a file relative to a folder that it is in."""
    return path.path.removeprefix(folder.path).lstrip("/")


def hash_file(path: UPath) -> str:
    """The SHA-256 of a file. Raises StorageError."""
    digest = hashlib.sha256()
    with storage_errors("read", path), path.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()
