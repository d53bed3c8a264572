"""The lock of a home's own Airflow: one `vigil run` at a time works with it."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psutil
from upath import UPath

from storage.files import storage_errors
from vigil.airflow.errors import AirflowError
from vigil.airflow.keeper import STOP_SECONDS
from vigil.airflow.settings import PRIVATE_FILE, PRIVATE_FOLDER

ENDING_SECONDS = 3 * STOP_SECONDS
"""How long a run waits for the processes of an earlier one whose `vigil run` was killed."""

_GROUP_AND_OTHERS = 0o077


@contextlib.contextmanager
def locked(airflow_home: Path, home: Path) -> Iterator[int]:
    """Holds the lock of a home's own Airflow, with which one `vigil run` at a time may work; yields its file
    descriptor. Makes Airflow's folder private.

    The lock is held until the block has ended and every process that inherited the descriptor. Waits up to
    ENDING_SECONDS for processes whose `vigil run` was killed. Raises AirflowError, which names the holder, or
    StorageError.
    """
    with storage_errors("use", UPath(airflow_home)):
        airflow_home.mkdir(PRIVATE_FOLDER, parents=True, exist_ok=True)
        make_private(airflow_home)
        lock = os.open(airflow_home / "lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, PRIVATE_FILE)
    try:
        deadline = time.monotonic() + ENDING_SECONDS
        while not _flock(lock):
            holder, at_work = _holder(lock)
            if at_work:
                raise AirflowError(f"another vigil run is at work on {home}: {holder}")
            if time.monotonic() > deadline:
                raise AirflowError(f"processes of an ended vigil run are still at work on {home}: {holder}")
            time.sleep(0.2)
        _note_holder(lock)
        yield lock
    finally:
        os.close(lock)


def _flock(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _note_holder(lock: int) -> None:
    """Writes the holder into the lock's file: process, time and command."""
    now = datetime.now(UTC)
    text = json.dumps({"pid": os.getpid(), "since": f"{now:%Y-%m-%d %H:%M:%S} UTC", "command": _command()})
    os.ftruncate(lock, 0)
    os.pwrite(lock, text.encode(), 0)


def _command() -> str:
    return " ".join([Path(sys.argv[0]).name, *sys.argv[1:]])


def _holder(lock: int) -> tuple[str, bool]:
    """The holder of the lock, for people, and whether that process still runs."""
    try:
        found = json.loads(os.pread(lock, 10_000, 0))
        there = psutil.pid_exists(found["pid"])
        return f"process {found['pid']} since {found['since']}: {found['command']}", there
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):  # not written yet, or damaged
        return "its lock does not say which", False


def make_private(folder: Path) -> None:
    """Makes a folder and all that is in it private. Symbolic links are not followed."""
    for path in (folder, *folder.rglob("*")):
        with contextlib.suppress(FileNotFoundError):  # an ending process has removed it
            mode = path.lstat().st_mode
            if mode & _GROUP_AND_OTHERS and not path.is_symlink():
                path.chmod(mode & ~_GROUP_AND_OTHERS)
