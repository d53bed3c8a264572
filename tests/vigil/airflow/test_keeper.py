"""Nothing that a keeper started outlives the process that started the keeper, however that one ends."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from vigil.airflow.keeper import Keeper, Spec

# Has a child in a session of its own, whose child has lost its parent; all of them ignore SIGTERM. Writes
# the ids of all three into the file named by its argument.
STUBBORN = """
import os, signal, sys, time
for each in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
    signal.signal(each, signal.SIG_IGN)
def note():
    with open(sys.argv[1], "a") as file:
        file.write(f"{os.getpid()}\\n")
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.setsid()
        note()
        time.sleep(600)
    note()
    os._exit(0) if "orphan" in sys.argv else time.sleep(600)
note()
time.sleep(600)
"""
# Ends when it is asked to, as Airflow's components do.
MEEK = "import time; time.sleep(600)"

# Starts a keeper over the spec in its argument, and waits.
PARENT = """
import fcntl, json, os, sys, time
from vigil.airflow.keeper import Keeper, Spec
spec = json.loads(sys.argv[1])
lock = os.open(spec.pop("lock_file"), os.O_RDWR | os.O_CREAT)
fcntl.flock(lock, fcntl.LOCK_EX)
keeper = Keeper(Spec(**spec, lock=lock))
print(keeper._process.pid, flush=True)
try:
    time.sleep(600)
finally:
    keeper.end()
"""


def program(code: str, *arguments: object) -> list[str]:
    return [sys.executable, "-c", code, *map(str, arguments)]


def eventually(true: Callable[[], bool], seconds: float = 30) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.05)
    return true()


def pids(file: Path) -> list[int]:
    return [int(line) for line in file.read_text().split()] if file.exists() else []


def alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def is_free(lock: Path) -> bool:
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


class Kept:
    """A process that has a keeper, with stubborn programs under it."""

    def __init__(self, folder: Path, *more: str) -> None:
        self.noted = folder / "pids"
        self.lock = folder / "lock"
        spec = {
            "first": {"first": program("pass")},
            "together": {
                "stubborn": program(STUBBORN, self.noted, *more),
                "meek": program(MEEK),
            },
            "env": dict(os.environ),
            "logs": str(folder),
            "lock_file": str(self.lock),
        }
        self.parent = subprocess.Popen(program(PARENT, json.dumps(spec)), stdout=subprocess.PIPE)
        assert self.parent.stdout is not None
        self.keeper = int(self.parent.stdout.readline())
        assert eventually(lambda: len(pids(self.noted)) == 3)
        self.programs = pids(self.noted)

    def all_ended(self) -> bool:
        return not any(map(alive, [*self.programs, self.keeper]))


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    made = Kept(tmp_path)
    yield made
    made.parent.kill()
    made.parent.wait()
    for pid in made.programs:
        if alive(pid):
            os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_all_descendants_end_with_the_parent(kept: Kept, how: signal.Signals) -> None:
    assert not is_free(kept.lock)
    kept.parent.send_signal(how)
    assert eventually(kept.all_ended)
    assert eventually(lambda: is_free(kept.lock), 2)


def test_orphans_in_sessions_of_their_own_end_too(tmp_path: Path) -> None:
    kept = Kept(tmp_path, "orphan")
    kept.parent.kill()
    assert eventually(kept.all_ended)
    kept.parent.wait()


def test_the_lock_is_held_until_the_last_descendant_has_ended(kept: Kept) -> None:
    kept.parent.kill()
    kept.parent.wait()
    while not is_free(kept.lock):
        time.sleep(0.05)
    assert kept.all_ended() or eventually(kept.all_ended, 0.5)  # the keeper itself is the last


def test_a_second_signal_kills_at_once(kept: Kept) -> None:
    began = time.monotonic()
    kept.parent.send_signal(signal.SIGINT)
    time.sleep(0.5)
    kept.parent.send_signal(signal.SIGINT)
    assert eventually(kept.all_ended)
    assert time.monotonic() - began < 5
    kept.parent.wait(10)


def test_the_keepers_own_death_leaves_nothing(tmp_path: Path) -> None:
    noted = tmp_path / "pids"
    lock = os.open(tmp_path / "lock", os.O_RDWR | os.O_CREAT)
    keeper = Keeper(
        Spec({}, {"stubborn": program(STUBBORN, noted, "orphan")}, dict(os.environ), str(tmp_path), lock)
    )
    assert eventually(lambda: len(pids(noted)) == 3)
    [process] = [p for p in psutil.Process().children() if "vigil.airflow.keeper" in p.cmdline()]
    process.kill()
    assert eventually(lambda: keeper.ended() is not None)
    keeper.end()
    os.close(lock)
    assert not any(map(alive, pids(noted)))


def test_with_the_keeper_killed_too_its_programs_are_asked_to_end_and_who_is_left_holds_the_lock(
    kept: Kept,
) -> None:
    [meek] = [p for p in psutil.Process(kept.keeper).children() if MEEK in p.cmdline()]
    kept.parent.kill()
    os.kill(kept.keeper, signal.SIGKILL)
    kept.parent.wait()
    if sys.platform == "linux":
        assert eventually(lambda: not alive(meek.pid))
    assert any(map(alive, kept.programs))
    assert not is_free(kept.lock)


def test_one_program_that_ends_is_named_and_ends_the_others(tmp_path: Path) -> None:
    lock = os.open(tmp_path / "lock", os.O_RDWR | os.O_CREAT)
    noted = tmp_path / "pids"
    together = {
        "stubborn": program(STUBBORN, noted),
        "short": program("import time; print('out of memory'); time.sleep(2)"),
    }
    keeper = Keeper(Spec({}, together, dict(os.environ), str(tmp_path), lock))
    assert eventually(lambda: keeper._process.poll() is not None)
    assert keeper.ended() == "short"
    keeper.end()
    os.close(lock)
    assert len(pids(noted)) == 3
    assert not any(map(alive, pids(noted)))
    assert (tmp_path / "short.log").read_text() == "out of memory\n"


def test_what_comes_first_has_to_succeed_first(tmp_path: Path) -> None:
    lock = os.open(tmp_path / "lock", os.O_RDWR | os.O_CREAT)
    noted = tmp_path / "pids"
    spec = Spec(
        {"migrate": program("import sys; sys.exit('database is locked')")},
        {"stubborn": program(STUBBORN, noted)},
        dict(os.environ),
        str(tmp_path),
        lock,
    )
    keeper = Keeper(spec)
    assert eventually(lambda: keeper._process.poll() is not None)
    assert keeper.ended() == "migrate"
    keeper.end()
    os.close(lock)
    assert not noted.exists()


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_what_programs_write_is_private_whatever_the_umask(tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        lock = os.open(tmp_path / "lock", os.O_RDWR | os.O_CREAT)
        written = tmp_path / "written"
        first = {"write": program("import sys; open(sys.argv[1], 'w').close()", written)}
        keeper = Keeper(Spec(first, {"short": program("pass")}, dict(os.environ), str(tmp_path), lock))
        assert eventually(lambda: keeper._process.poll() is not None)
        keeper.end()
        os.close(lock)
    finally:
        os.umask(before)
    for path in (written, tmp_path / "keeper.log", tmp_path / "write.log"):
        assert path.stat().st_mode & 0o077 == 0, path
