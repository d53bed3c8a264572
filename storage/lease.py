"""Leases: of several processes in one home, one at a time does what two must not do at once.

    state/<name>.lock      the holder of the lease, or the last one

On a local home the lock is the kernel's (flock) and ends with its process. On a store it is a file that only
one can create; it is void when its process has ended or, if that cannot be known, after `EXPIRY`.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from upath import UPath

from storage.files import is_local, read_file, remove, storage_errors
from storage.home import Home
from storage.permissions import OWN_FOLDER, make_folder
from storage.processes import is_alive, process_name

EXPIRY = timedelta(hours=2)
_POLL_SECONDS = 0.02


class LeaseHeld(Exception):
    """Another process holds the lease. One line: which, and since when."""


class Lease:
    """A lease that this process holds."""

    def __init__(self, path: UPath, holder: dict[str, Any], descriptor: int | None) -> None:
        self._path = path
        self._holder = holder
        self._descriptor = descriptor

    def check(self) -> None:
        """Raises LeaseHeld if the lease is lost: its file was removed, or it expired."""
        if self._descriptor is None:
            held = _read(self._path) == self._holder
        else:
            held = _same_file(self._descriptor, Path(self._path.path))
        if not held:
            raise LeaseHeld(f"{self._path} was removed or taken over while {self._holder['act']}: run again")

    def _release(self) -> None:
        if self._descriptor is not None:
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)  # closing leaves it to a child forked meanwhile
            os.close(self._descriptor)
        elif _read(self._path) == self._holder:
            remove(self._path)


@contextlib.contextmanager
def lease(home: Home, name: str, act: str, *, patience: float = 0.0) -> Iterator[Lease]:
    """Holds the lease `name` of a home for the block. `act` says what for, as in "publishing a release".

    Waits up to `patience` seconds for another holder, then raises LeaseHeld. Raises StorageError.
    """
    path = home.state / f"{name}.lock"
    with storage_errors("use", home.state):
        make_folder(home.state, OWN_FOLDER)
    holder = {
        "act": act,
        "host": socket.gethostname(),
        "pid": os.getpid(),
        "process": process_name(),
        "run": os.environ.get("AIRFLOW_CTX_DAG_RUN_ID"),
        "since": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    deadline = time.monotonic() + patience
    with storage_errors("lock", path):
        while (held := _take(path, holder)) is None:
            if time.monotonic() >= deadline:
                raise LeaseHeld(_describe(_read(path), act))
            time.sleep(_POLL_SECONDS)
    try:
        yield held
    finally:
        held._release()


def _take(path: UPath, holder: dict[str, Any]) -> Lease | None:
    """The lease, or None if another holds it."""
    text = json.dumps(holder).encode()
    if not is_local(path):
        try:
            path.fs.pipe_file(path.path, text, mode="create")
        except FileExistsError:
            if _void(_read(path)):
                remove(path)
            return None
        return Lease(path, holder, None)
    descriptor = os.open(path.path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not _same_file(descriptor, Path(path.path)):  # removed between the two
            raise BlockingIOError
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, text, 0)
    except BlockingIOError:
        os.close(descriptor)
        return None
    except OSError:
        os.close(descriptor)
        raise
    return Lease(path, holder, descriptor)


def _same_file(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _read(path: UPath) -> dict[str, Any]:
    """The holder that the file states; empty if it cannot be read."""
    try:
        found = json.loads(read_file(path))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _void(holder: dict[str, Any]) -> bool:
    """Whether the file on a store is left behind: its process has ended or, if that cannot be known, it is
    old."""
    alive = is_alive(str(holder.get("process")))
    if alive is not None:
        return not alive
    try:
        return datetime.fromisoformat(str(holder.get("since"))) < datetime.now(UTC) - EXPIRY
    except (TypeError, ValueError):
        return False


def _describe(holder: dict[str, Any], act: str) -> str:
    run = f" (run {holder['run']})" if holder.get("run") else ""
    return (
        f"another process is {holder.get('act', act)}: process {holder.get('pid', 'unknown')} on "
        f"{holder.get('host', 'this machine')}{run}, since {holder.get('since', 'a moment ago')}: "
        "run again when it is done"
    )
