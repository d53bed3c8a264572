"""Names of processes, which tell the files of a running process from those that an ended one left behind."""

from __future__ import annotations

import hashlib
import os
import re
import socket
from functools import cache
from pathlib import Path

PATTERN = r"[0-9a-f]{8}-\d+-\d+"
"""A regular expression of a process's name: machine, process id, when it started."""


def process_name() -> str:
    """The name of this process; no other process has it, at any time, on any machine."""
    return f"{_machine()}-{os.getpid()}-{_started(os.getpid()) or 0}"


def is_alive(name: str) -> bool | None:
    """Whether a process still runs; None if that cannot be known here, as it is of another machine or
    container, or the text is not the name of a process."""
    if not re.fullmatch(PATTERN, name):
        return None
    machine, pid, started = name.split("-")
    return _started(int(pid)) == int(started) if machine == _machine() else None


@cache
def _machine() -> str:
    """The scope in which process ids are unique: this machine since its start, or this container."""
    parts = [socket.gethostname()]
    for path in (Path("/proc/sys/kernel/random/boot_id"), Path("/proc/self/ns/pid")):
        try:
            parts.append(str(path.readlink()) if path.is_symlink() else path.read_text("ascii"))
        except OSError:  # no Linux
            parts.append("")
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:8]


def _started(pid: int) -> int | None:
    """When a process started, in ticks of the kernel's clock, 0 where that is not known; None if it does not
    run: a zombie does not."""
    if not Path("/proc/self/stat").exists():
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return None
        except PermissionError:
            pass
        return 0
    try:
        text = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    state, *fields = text.rpartition(")")[2].split()  # proc(5): the name before it may hold anything
    return None if state in "ZX" else int(fields[18])
