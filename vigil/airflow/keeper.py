"""The process between `vigil run` and its Airflow: when `vigil run` ends, in any way, all of Airflow ends.

Airflow forks supervisors, workers and tasks, some into sessions of their own; none of them notices that
`vigil run` was killed. The keeper does: it reads from a pipe of which `vigil run` alone holds the other end.
Where the system can (Linux), processes whose parent has died become the keeper's children, so that none of
them escapes.

    standard input    one line of JSON, the `Spec`; at its end, or at SIGTERM, SIGINT or SIGHUP, the tree ends
    standard output   at most one line: the name of the program that ended by itself

The file descriptor of the home's lock is inherited by the keeper and its programs, so the lock is held for as
long as any of them lives.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import psutil

STOP_SECONDS = 5.0
"""How long the programs may take to end after SIGTERM; what is left is killed."""

TRACKER_SECONDS = 1.0
_POLL_SECONDS = 0.1
_LINE = 65_536
_PRIVATE = 0o077
_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@dataclass(frozen=True)
class Spec:
    """What a keeper runs: the programs of `first` one after the other, each to its end and with exit code 0,
    then those of `together`, until one of them ends. Each has a name and a command line; its output goes to
    `<logs>/<name>.log`. `lock` is the number of an inherited file descriptor."""

    first: Mapping[str, Sequence[str]]
    together: Mapping[str, Sequence[str]]
    env: Mapping[str, str]
    logs: str
    lock: int


class Keeper:
    """A keeper process, seen from the process that started it."""

    def __init__(self, spec: Spec) -> None:
        """Starts the keeper. What it runs, secrets in its environment included, goes through the pipe."""
        self._kept = {child.pid for child in psutil.Process().children(recursive=True)}
        adopt_orphans(adopt=True)  # in case the keeper itself is killed
        read, self._tether = os.pipe()
        self._output, write = os.pipe()
        with open(Path(spec.logs) / "keeper.log", "wb", opener=_private) as log:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "vigil.airflow.keeper"],
                stdin=read,
                stdout=write,
                stderr=log,
                pass_fds=(spec.lock,),
                start_new_session=True,  # Ctrl-C in a terminal is for `vigil run`, which ends the keeper
            )
        os.close(read)
        os.close(write)
        with contextlib.suppress(BrokenPipeError):  # it has ended: `ended` says so
            os.write(self._tether, json.dumps(asdict(spec)).encode() + b"\n")

    def ended(self) -> str | None:
        """None while everything runs; else the name of the program that ended first."""
        if self._process.poll() is None:
            return None
        return os.read(self._output, _LINE).decode().strip() or "keeper"

    def end(self) -> None:
        """Ends the programs and all their descendants; returns when none is left. A signal to this process
        meanwhile has what is left killed at once, and is then handled as it would have been."""
        os.close(self._tether)
        with self._hurried_by_signals(), contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(2 * STOP_SECONDS)
        self._process.kill()
        self._process.wait()
        os.close(self._output)
        kill_descendants(self._kept)  # none, unless the keeper was killed
        adopt_orphans(adopt=False)

    @contextlib.contextmanager
    def _hurried_by_signals(self) -> Iterator[None]:
        came: list[int] = []

        def hurry(number: int, _: object) -> None:
            came.append(number)
            self._process.send_signal(signal.SIGTERM)

        if threading.current_thread() is not threading.main_thread():  # signals are for the main one
            yield
            return
        before = {each: signal.signal(each, hurry) for each in _SIGNALS}
        try:
            yield
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)
            for number in came[:1]:
                signal.raise_signal(number)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def adopt_orphans(*, adopt: bool) -> None:
    """Has descendants whose parent dies become children of this process, where the system can (prctl(2))."""
    _prctl(_PR_SET_CHILD_SUBREAPER, int(adopt))


def die_with_parent(parent: int, signal_: int) -> None:
    """Has the system send this process `signal_` when the process `parent`, which started it, dies, where the
    system can. To be called between fork and exec."""
    _prctl(_PR_SET_PDEATHSIG, signal_)
    if os.getppid() != parent:  # it died before the call
        os.kill(os.getpid(), signal_)


def kill_descendants(kept: Collection[int] = ()) -> None:
    """Kills every descendant of this process but those of the ids `kept`, until none is left. Python's
    resource trackers have a moment to remove the semaphores of those that were killed."""
    deadline = time.monotonic() + TRACKER_SECONDS
    while left := [p for p in psutil.Process().children(recursive=True) if p.pid not in kept]:
        _send([p for p in left if time.monotonic() > deadline or not _is_tracker(p)], signal.SIGKILL)
        _reap(left)
        time.sleep(_POLL_SECONDS / 10)


def _is_tracker(process: psutil.Process) -> bool:
    try:
        return any("multiprocessing.resource_tracker" in part for part in process.cmdline())
    except psutil.Error:  # it has ended
        return False


def _prctl(option: int, value: int) -> None:
    with contextlib.suppress(AttributeError):  # not Linux
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _send(processes: Collection[psutil.Process], signal_: int) -> None:
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(signal_)


def _reap(processes: Collection[psutil.Process]) -> None:
    """Collects those that have ended and are this process's own children."""
    for process in processes:
        with contextlib.suppress(ChildProcessError):
            os.waitpid(process.pid, os.WNOHANG)


class _Run:
    """The keeper's own work: one spec, from its first program to the end of its last process."""

    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        self._started: list[subprocess.Popen[bytes]] = []
        self._asked = 0

    def ask(self, *_: object) -> None:
        """Handles a signal: the first one ends the programs, the second kills them."""
        self._asked += 1

    def go(self) -> str | None:
        """Runs the spec until it is asked to end; returns the name of the program that ended by itself."""
        for name, command in self._spec.first.items():
            process = self._start(name, command)
            while process.poll() is None:
                if self._is_to_end():
                    return None
            if process.returncode:
                return name
        together = {name: self._start(name, command) for name, command in self._spec.together.items()}
        while not self._is_to_end():
            for name, process in together.items():
                if process.poll() is not None:
                    return name
        return None

    def _start(self, name: str, command: Sequence[str]) -> subprocess.Popen[bytes]:
        with (Path(self._spec.logs) / f"{name}.log").open("wb") as out:
            process = subprocess.Popen(  # noqa: S603  the command is `vigil run`'s
                command,
                env=self._spec.env,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=(self._spec.lock,),
                preexec_fn=partial(die_with_parent, os.getpid(), signal.SIGTERM),  # noqa: PLW1509  no threads
            )
        self._started.append(process)
        return process

    def _is_to_end(self) -> bool:
        """Waits a moment; True if a signal came or `vigil run` closed the pipe."""
        readable, _, _ = select.select([0], [], [], _POLL_SECONDS)
        return bool(self._asked or (readable and not os.read(0, 1)))

    def end(self) -> None:
        """Ends every descendant: SIGTERM, then SIGKILL after STOP_SECONDS or at the second signal."""
        me = psutil.Process()
        _send(me.children(recursive=True), signal.SIGTERM)
        asked, deadline = self._asked, time.monotonic() + STOP_SECONDS
        while left := me.children(recursive=True):
            _reap(left)
            if self._asked > asked or time.monotonic() > deadline:
                break
            time.sleep(_POLL_SECONDS)
        kill_descendants()
        for process in self._started:  # where orphans do not become the keeper's children
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)


def _line() -> bytes:
    """The first line of standard input, read without a buffer; what there is of it if the pipe closes."""
    found = bytearray()
    while not found.endswith(b"\n") and (part := os.read(0, _LINE)):
        found += part
    return bytes(found)


def main() -> None:
    """Runs the spec that comes on standard input."""
    os.umask(_PRIVATE)
    adopt_orphans(adopt=True)
    _prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)  # a second line: the pipe is the first
    line = _line()
    if not line.endswith(b"\n"):
        return
    run = _Run(Spec(**json.loads(line)))
    for each in _SIGNALS:
        signal.signal(each, run.ask)
    try:
        ended = run.go()
    finally:
        run.end()
    if ended:
        with contextlib.suppress(OSError):
            os.write(1, f"{ended}\n".encode())


if __name__ == "__main__":
    main()
