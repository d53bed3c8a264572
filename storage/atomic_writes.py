"""Writes files whole or not at all."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from upath import UPath

from storage.files import is_local, storage_errors
from storage.leftovers import unique_suffix
from storage.permissions import OPEN_FILE, OWN_FILE


def write_atomic(path: UPath, data: bytes, *, private: bool = False) -> None:
    """Write a file so that a reader sees the old one or the new one, never a part.

    A local file that is `private` is readable by its owner only, any other by all who may enter its folder,
    whatever the umask. Raises StorageError.
    """
    with storage_errors("write", path):
        path.parent.mkdir(parents=True, exist_ok=True)
        if not is_local(path):
            path.write_bytes(data)  # an object store shows an object only once it is whole
            return
        part = Path(path.parent.path) / f".{path.name}.{unique_suffix()}.tmp"
        try:
            part.touch(OWN_FILE, exist_ok=False)
            with part.open("wb") as file:
                file.write(data)
                if not private:
                    os.fchmod(file.fileno(), OPEN_FILE)
                _flush(file.fileno())
            _replace(part, Path(path.path))
        finally:
            part.unlink(missing_ok=True)


def write_new(path: UPath, data: bytes, *, private: bool = False) -> bool:
    """Write a file that is not there yet, whole or not at all; False if it exists, which is then left as it
    is. If several processes write it at once, one gets True. Raises StorageError."""
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
    """Write a value as JSON, atomically and always in the same form. Raises StorageError."""
    text = json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True)
    write_atomic(path, f"{text}\n".encode(), private=private)


@contextlib.contextmanager
def scratch(folder: UPath, *, private: bool = False) -> Iterator[Path]:
    """A path on this machine for a file being written, which `place_scratch` then puts at its target.

    It is in `folder` if that is local, so that placing is one rename, else in the system's temporary folder.
    A `private` file exists already, empty, readable by its owner only. If the file is still there at the end,
    it is removed. Raises StorageError.
    """
    with storage_errors("write in", folder):
        if is_local(folder):
            local = Path(folder.path)
            local.mkdir(parents=True, exist_ok=True)
        else:
            local = Path(tempfile.gettempdir())
    part = local / f"vigil-{unique_suffix()}.part"
    if private:
        with storage_errors("write in", folder):
            part.touch(OWN_FILE, exist_ok=False)
    try:
        with storage_errors("write in", folder):
            yield part
    finally:
        part.unlink(missing_ok=True)


def place_scratch(part: Path, target: UPath) -> None:
    """Makes a finished scratch file visible at its target, whole. Raises StorageError."""
    with storage_errors("write", target):
        target.parent.mkdir(parents=True, exist_ok=True)
        if not is_local(target):
            target.fs.put_file(str(part), target.path)
            return
        with part.open("rb+") as file:
            _flush(file.fileno())
        _replace(part, Path(target.path))


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
