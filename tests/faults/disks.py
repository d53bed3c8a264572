"""A home on its own file system (tmpfs) with too little space for what a step writes, in bytes or inodes. The
step must report in one line that there is no space. With enough space it must then continue."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from tests.faults import homes
from tests.faults.commands import command, suppressed
from tests.faults.homes import SOURCES, World
from tests.faults.outcomes import (
    Failure,
    Fault,
    check_clear,
    check_command,
    check_done,
    check_kept,
    check_promoted,
    check_same,
    check_tidy,
    check_visible,
)
from tests.faults.processes import Ended, run

ROOMY = 512 << 20
_NEW_MOUNTS, _PRIVATE, _REMOUNT = 0x20000, 0x44000, 0x20
PAGE = os.sysconf("SC_PAGE_SIZE")

NEEDS = {
    "source": (400 << 10, 60),
    "release": (13 << 20, 130),
    "publish": (8 << 20, 100),
    "suppress": (8 << 10, 4),
}
"""What each work writes at most: bytes, files."""

BEGINS_IN = {"source": "first", "release": "second", "publish": "work", "suppress": "first"}


def _mount(source: str, at: Path | str, kind: str | None, flags: int, options: str | None) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    given = [None if text is None else os.fsencode(str(text)) for text in (source, at, kind, options)]
    if libc.mount(given[0], given[1], given[2], flags, given[3]):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), str(at))


def _own_mounts() -> None:
    """Has this process mount for itself and its children alone; what is mounted ends with them."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_NEW_MOUNTS):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    _mount("none", "/", None, _PRIVATE, None)


def _try() -> None:
    _own_mounts()
    folder = Path("/tmp")  # noqa: S108  in this process alone
    _mount("tmpfs", folder, "tmpfs", 0, "size=1m")


@cache
def unable() -> str | None:
    """Why no file systems can be made here; None if they can."""
    if sys.platform != "linux":
        return "only Linux has tmpfs"
    pid = os.fork()
    if pid == 0:
        try:
            _try()
            os._exit(0)
        except OSError as error:
            os._exit(error.errno or 1)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return f"no file system can be mounted here: {os.strerror(status)}" if status else None


def draw(rng: Random) -> Fault:
    work = rng.choices(["source", "release", "publish", "suppress"], [4, 3, 3, 1])[0]
    source_id = rng.choice(list(SOURCES))
    what = rng.choice(["bytes", "bytes", "files"])
    most = NEEDS[work][what == "files"]
    left = int(most * rng.random() ** 2)  # the first that is written more often than the last

    def play(world: World, folder: Path) -> str:
        home = folder / "home"
        home.mkdir()
        _own_mounts()
        _mount("tmpfs", home, "tmpfs", 0, f"size={ROOMY},nr_inodes=100000,mode=700")
        template = world.template(BEGINS_IN[work])
        for child in sorted(template.iterdir()):
            _copy(child, home / child.name)
        before = homes.kept(home)
        _leave(home, what, left)
        function, again, check = _work(world, home, work, source_id)
        ended = run(function)
        _check_said(ended, work)
        check_visible(home)
        check_kept(before, home)
        _mount("tmpfs", home, "tmpfs", _REMOUNT, f"size={ROOMY},nr_inodes=100000")
        finished = run(again)
        if work != "suppress":
            check_done(finished, "the same with space")
        check()
        check_kept(before, home)
        check_visible(home)
        if work != "suppress":
            check_tidy(home)
        return "unaffected" if ended.done and ended.status == 0 else "recovered"

    where = f"a source's steps ({source_id})" if work == "source" else f"the {work}"
    unit = f"{left:,} bytes" if what == "bytes" else f"{left} files"
    return Fault(f"room for {unit} in {where}", play)


def _copy(source: Path, target: Path) -> None:
    import shutil

    if source.is_dir():
        shutil.copytree(source, target, symlinks=True)
    else:
        shutil.copy2(source, target)


def _leave(home: Path, what: str, left: int) -> None:
    used = os.statvfs(home)
    if what == "bytes":
        taken = (used.f_blocks - used.f_bfree) * used.f_frsize
        _mount("tmpfs", home, "tmpfs", _REMOUNT, f"size={taken + left // PAGE * PAGE},nr_inodes=100000")
    else:
        taken = used.f_files - used.f_ffree
        _mount("tmpfs", home, "tmpfs", _REMOUNT, f"size={ROOMY},nr_inodes={taken + left}")


Work = tuple[Callable[[], Any], Callable[[], Any], Callable[[], None]]


def _work(world: World, home: Path, work: str, source_id: str) -> Work:
    """What runs without space, what runs with it, and how the end is checked."""
    at, both = str(home), world.both

    def whole() -> Any:
        homes.clean(at)
        return homes.release_steps(at, checked=False)

    def source() -> Any:
        homes.clean(at)
        return homes.source_steps(at, source_id, both)

    def suppress() -> None:
        command(home, "suppress", world.records[0], "--reason", "risk")

    def one_entry() -> None:
        if suppressed(home) != [world.records[0]]:
            raise Failure("lost", f"{len(suppressed(home))} entries of one record")

    works: dict[str, Work] = {
        "source": (source, source, lambda: check_promoted(world, home, source_id)),
        "release": (whole, whole, lambda: check_same(world, home)),
        "publish": (
            lambda: homes.publish(at, world.reference["work"]),
            whole,
            lambda: check_same(world, home),
        ),
        "suppress": (suppress, suppress, one_entry),
    }
    return works[work]


def _check_said(ended: Ended, work: str) -> None:
    if work == "suppress":
        check_command(ended)
        return
    check_clear(ended)
    if ended.status == -signal.SIGBUS:  # a mapped file without room
        raise Failure("unclear", "ended by SIGBUS")
