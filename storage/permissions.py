"""Permissions of local files and folders, whatever the umask."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from upath import UPath

from storage.files import is_local, storage_errors

OWN_FOLDER = 0o700
OPEN_FOLDER = 0o755
OWN_FILE = 0o600
OPEN_FILE = 0o644


def make_folder(path: UPath, mode: int) -> None:
    """Creates a folder if it is not there; a local one gets this mode, whatever the umask. The mode of an
    existing folder stays. Raises OSError."""
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
    """Removes permissions from a file or folder, but not from a folder with the sticky bit, as /tmp."""
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & bits and not mode & stat.S_ISVTX:
        path.chmod(mode & ~bits)


def open_folder(folder: UPath) -> None:
    """Makes a local folder and all that is in it readable for all, whatever the umask. The folder itself is
    last, so that nobody reads a part of it. Raises StorageError."""
    if not is_local(folder):
        return
    with storage_errors("open", folder):
        for parent, _, files in os.walk(folder.path, topdown=False):
            for name in files:
                Path(parent, name).chmod(OPEN_FILE)
            Path(parent).chmod(OPEN_FOLDER)
