"""Scratch files that ended processes have left behind."""

from __future__ import annotations

import contextlib
import re
import time
from pathlib import Path
from uuid import uuid4

from upath import UPath

from storage.files import is_local
from storage.processes import PATTERN, is_alive, process_name

LEFTOVER_SECONDS = 86_400
"""The age at which a file counts as left behind if it cannot be known whether its process still runs."""

_LEFTOVER = re.compile(
    rf"vigil-.*?(?:({PATTERN})\.[0-9a-f]+)?\.part|\..+?(?:\.({PATTERN}))?\.[0-9a-f]{{32}}\.tmp"
)


def unique_suffix() -> str:
    """A part of a file's name that identifies the process which writes it."""
    return f"{process_name()}.{uuid4().hex}"


def sweep_folder(folder: UPath) -> list[int]:
    """Remove the scratch files in a local folder that no running process writes: those of ended processes
    and, where that cannot be known, those that are a day old. Return the size of each in bytes."""
    if not is_local(folder):
        return []
    removed = []
    for part in Path(folder.path).iterdir() if folder.exists() else ():
        with contextlib.suppress(FileNotFoundError):  # another process was quicker
            if (found := _LEFTOVER.fullmatch(part.name)) and is_left_behind(part, found[1] or found[2]):
                size = part.stat().st_size
                part.unlink()
                removed.append(size)
    return removed


def is_left_behind(file: Path, process: str | None) -> bool:
    """Whether the process that made a file has ended; if that is unknown, whether the file is a day old."""
    alive = is_alive(process) if process else None
    if alive is None:
        return file.stat().st_mtime < time.time() - LEFTOVER_SECONDS
    return not alive
