"""Child processes in which faults happen: forked from a process that has imported everything and holds no
thread and no database, so that a child is there at once."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LIMIT = 120.0
"""Seconds after which a child is ended that does not end by itself."""

_CHANGES = frozenset(
    {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "os.truncate", "os.link", "os.symlink"}
)


@dataclass(frozen=True)
class Ended:
    """How a child ended. `value` is what its function returned, through JSON. `error` is the exception as
    `module.Class: message`; `output` is what it wrote to its standard output and error. `status` is the exit
    code, or minus the number of the signal. `peak` is in bytes."""

    status: int
    value: Any
    error: str | None
    output: str
    seconds: float
    peak: int
    left_alive: bool

    @property
    def done(self) -> bool:
        return self.status == 0 and self.error is None


class Child:
    """A function in a forked process, in a group of its own."""

    def __init__(
        self,
        function: Callable[[], Any],
        *,
        before: Callable[[], None] | None = None,
        name: str = "child",
    ) -> None:
        self.name = name
        self._output = tempfile.NamedTemporaryFile(prefix="vigil-fault-")  # noqa: SIM115  closed by `wait`
        self._result = tempfile.NamedTemporaryFile(prefix="vigil-fault-")  # noqa: SIM115
        self._started = time.monotonic()
        sys.stdout.flush()
        sys.stderr.flush()
        self.pid = os.fork()
        if self.pid == 0:
            self._live(function, before)

    def _live(self, function: Callable[[], Any], before: Callable[[], None] | None) -> None:
        """Runs the function in the child, and never returns."""
        answer: dict[str, Any] = {}
        status = 1
        try:
            os.setpgid(0, 0)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            for stream in (1, 2):
                os.dup2(self._output.fileno(), stream)
            if before:
                before()
            answer["value"] = function()
            status = 0
        except SystemExit as ended:  # how the command line ends
            status = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
        except BaseException as error:  # noqa: BLE001  whatever it is, it is the finding
            kind = type(error)
            answer["error"] = f"{kind.__module__}.{kind.__qualname__}: {error}"
            traceback.print_exc()
        finally:
            with contextlib.suppress(BaseException):
                sys.stdout.flush()
                sys.stderr.flush()
            with contextlib.suppress(BaseException):
                os.write(self._result.fileno(), json.dumps(answer, default=str).encode("utf-8", "replace"))
            os._exit(status)

    def kill(self, number: int = signal.SIGKILL) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def wait(self, limit: float = LIMIT) -> Ended:
        """Waits for the end; a child that takes longer than `limit` seconds is killed, with its group."""
        deadline = self._started + limit
        while True:
            pid, status, usage = os.wait4(self.pid, os.WNOHANG)
            if pid:
                break
            if time.monotonic() > deadline:
                self.kill()
            time.sleep(0.005)
        seconds = time.monotonic() - self._started
        left_alive = self._end_group()
        answer = {}
        with contextlib.suppress(ValueError):  # it was killed before it could say
            answer = json.loads(Path(self._result.name).read_bytes() or b"{}")
        output = Path(self._output.name).read_bytes().decode("utf-8", "replace")
        self._output.close()
        self._result.close()
        return Ended(
            status=os.waitstatus_to_exitcode(status),
            value=answer.get("value"),
            error=answer.get("error"),
            output=output,
            seconds=seconds,
            peak=usage.ru_maxrss * 1024,
            left_alive=left_alive,
        )

    def _end_group(self) -> bool:
        """Whether anything of the child's group outlived it by more than a moment; it is ended then."""
        for _ in range(40):
            try:
                os.killpg(self.pid, 0)
            except (ProcessLookupError, PermissionError):
                return False
            time.sleep(0.025)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        return True


def run(
    function: Callable[[], Any],
    *,
    before: Callable[[], None] | None = None,
    kill_after: float | None = None,
    limit: float = LIMIT,
) -> Ended:
    """Runs a function in a child; with `kill_after` it is killed after that many seconds."""
    child = Child(function, before=before)
    if kill_after is not None:
        time.sleep(kill_after)
        child.kill()
    return child.wait(limit)


def count_changes(home: Path, act: Callable[[int, str], None]) -> None:
    """Has `act` called, in this process from now on, before each change that Python makes to a file below
    `home` and before each flush to the disk, with the change's number, from 1, and its name."""
    top = str(home)
    number = 0

    def changed(name: str) -> None:
        nonlocal number
        number += 1
        act(number, name)

    def hook(event: str, given: tuple[Any, ...]) -> None:
        if event == "open":
            path, _, flags = given
            writes = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) if isinstance(flags, int) else 0
            if writes and isinstance(path, str | Path) and str(path).startswith(top):
                changed("open")
        elif event in _CHANGES and any(str(part).startswith(top) for part in given[:2]):
            changed(event)

    flush = os.fsync

    def fsync(descriptor: Any) -> None:
        changed("fsync")
        flush(descriptor)

    os.fsync = fsync
    sys.addaudithook(hook)


def kill_at(home: Path, chosen: int) -> Callable[[], None]:
    """For a child: it kills itself before change number `chosen` to `home`."""

    def act(number: int, _: str) -> None:
        if number == chosen:
            os.kill(os.getpid(), signal.SIGKILL)

    return lambda: count_changes(home, act)
