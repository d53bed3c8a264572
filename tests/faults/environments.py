"""The steps and commands run in an unusual environment: umask, time zone, locale, user, name of the home, a
clock that jumps. They must end as in a normal one, or refuse in one line."""

from __future__ import annotations

import functools
import os
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from tests.faults import homes
from tests.faults.commands import command, suppressed
from tests.faults.homes import World
from tests.faults.outcomes import (
    Failure,
    Fault,
    check_clear,
    check_command,
    check_kept,
    check_same,
    check_tidy,
    check_visible,
)
from tests.faults.processes import Ended, run
from tests.privileges import NOBODY, become_nobody

NAMES = (
    "a home", "it's home", 'a "home"', "home?", "#home", "a;home", "home%20", "*home*", "[home]", "{home}",
    "home$HOME", "дом", "בית", "家", "e\u0301", "a\\home", "~home", "-home", "home=1", "a,home",
    "month=2025-01", "h" * 200, "ho\nme", "home\t", "h&me", "h|me", "(home)", "😀", "home.", ".home",
    "source=un_sc", "@home", "h\udcffme", "a::b", "s3:home", "a'); DROP TABLE x; --",
)  # fmt: skip
ZONES = ("Pacific/Kiritimati", "Etc/GMT+12", "Asia/Kathmandu", "America/St_Johns", "UTC", "No/Such_Zone", "")
LOCALES = ("C", "POSIX", "C.UTF-8", "tr_TR.UTF-8", "xx_XX.latin1", "")
MASKS = (0o000, 0o002, 0o022, 0o027, 0o077, 0o177)
SHIFTS = (-40_000, -366, -1, -0.01, 0.01, 1, 29, 366, 4_000)
"""Days by which the clock is wrong."""

PARTS = ("steps", "steps", "query", "verify", "sources", "search", "suppress", "key")


def draw(rng: Random) -> Fault:
    kinds: tuple[Callable[[Random], Fault], ...] = (
        _named,
        _named,
        _masked,
        _zoned,
        _located,
        _nobody,
        _shifted,
        _poor,
    )
    return rng.choice(kinds)(rng)


def _played(what: str, part: str, before: Callable[[Path], None] | None, name: str = "home") -> Fault:
    def play(world: World, folder: Path) -> str:
        home = folder / name
        world.copy("second", home)
        kept = homes.kept(home)
        ended = run(_part(world, home, part), before=functools.partial(before, folder) if before else None)
        return _judged(world, home, part, ended, kept)

    return Fault(f"{what}: {part}", play)


def _part(world: World, home: Path, part: str) -> Callable[[], Any]:
    parts: dict[str, Callable[[], Any]] = {
        "steps": lambda: homes.whole_run(str(home), world.both, checked=False),
        "query": lambda: command(home, "query", "SELECT count(*) AS n FROM prisoners", "--format", "json"),
        "verify": lambda: command(home, "verify"),
        "sources": lambda: command(home, "sources"),
        "search": lambda: command(home, "search", "Alaksandr"),
        "suppress": lambda: command(home, "suppress", world.records[0], "--reason", "risk"),
        "key": lambda: command(home, "key"),
    }
    return parts[part]


def _judged(world: World, home: Path, part: str, ended: Ended, kept: dict[str, str]) -> str:
    check_visible(home)
    check_kept(kept, home)
    check_private(home)
    if part != "steps":
        check_command(ended)
        if ended.status and not (
            (part == "search" and "match" in ended.output.lower()) or "nobody" in ended.output
        ):
            return "refused"
        if part == "suppress" and suppressed(home) != [world.records[0]]:
            raise Failure("lost", "the suppression is not in the file")
        return "unaffected"
    check_clear(ended)
    if not ended.done:
        return "refused"
    check_same(world, home)
    check_tidy(home)
    return "unaffected"


def check_private(home: Path) -> None:
    """Raises Failure if others may read what is the owner's alone, or may not read a release."""
    for room in ("raw", "staging", "state", "runs", "airflow"):
        path = home / room
        if path.is_dir() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise Failure("half visible", f"{room} has mode {stat.S_IMODE(path.stat().st_mode):o}")
    for name in ("suppressions.yml", "signing_key.pem"):
        if (home / name).exists() and stat.S_IMODE((home / name).stat().st_mode) & 0o077:
            raise Failure("half visible", f"{name} has mode {stat.S_IMODE((home / name).stat().st_mode):o}")
    newest = homes.newest(home)
    if newest and not (home / "releases" / newest / "manifest.json").stat().st_mode & 0o004:
        raise Failure("lost", "a release cannot be read by others")


def _named(rng: Random) -> Fault:
    name = rng.choice(NAMES)
    if rng.random() < 0.3:
        name = f"{name}/{rng.choice(NAMES)}"
    return _played(f"a home named {name!r}", rng.choice(PARTS), None, name)


def _masked(rng: Random) -> Fault:
    mask = rng.choice(MASKS)
    return _played(f"umask {mask:03o}", rng.choice(PARTS), lambda _: os.umask(mask) and None)


def _zoned(rng: Random) -> Fault:
    zone = rng.choice(ZONES)

    def become(_: Path) -> None:
        os.environ["TZ"] = zone
        time.tzset()

    return _played(f"TZ={zone}", rng.choice(PARTS), become)


def _nobody(rng: Random) -> Fault:
    """A user without rights who owns the home, or does not."""
    part, owns = rng.choice(PARTS), rng.random() < 0.5

    def play(world: World, folder: Path) -> str:
        home = world.copy("second", folder / "home")
        kept = homes.kept(home)
        for path in (folder, *folder.rglob("*")):
            owner = NOBODY if owns or not path.is_relative_to(home) else 0
            os.chown(path, owner, owner, follow_symlinks=False)

        def become() -> None:
            os.environ["HOME"] = str(folder)
            become_nobody()

        return _judged(world, home, part, run(_part(world, home, part), before=become), kept)

    return Fault(
        f"a user without rights in {'a home of its own' if owns else 'the home of another'}: {part}", play
    )


def _poor(rng: Random) -> Fault:
    """An environment without what programs count on."""
    gone = rng.sample(["HOME", "PATH", "USER", "LANG", "TMPDIR", "LOGNAME"], rng.randint(1, 6))
    wrong = rng.choice((None, "TMPDIR", "HOME", "XDG_CACHE_HOME", "COLUMNS"))

    def become(folder: Path) -> None:
        for name in gone:
            os.environ.pop(name, None)
        if wrong:
            os.environ[wrong] = "/nowhere/at/all" if wrong != "COLUMNS" else "1"

    output = f"without {', '.join(gone)}" + (f", with a wrong {wrong}" if wrong else "")
    return _played(output, rng.choice(PARTS), become)


def _located(rng: Random) -> Fault:
    """A fresh process: the locale counts when Python starts."""
    locale, name = rng.choice(LOCALES), rng.choice(("home", "дом", "it's"))
    part = rng.choice(("query", "sources", "verify", "search"))
    words = {"query": ["query", "SELECT name FROM prisoners ORDER BY ALL"], "search": ["search", "Аляксандр"]}

    def play(world: World, folder: Path) -> str:
        home = world.copy("second", folder / name)
        kept = homes.kept(home)
        started = time.monotonic()
        code = "from vigil.cli import main; main()"
        process = subprocess.run(
            [sys.executable, "-c", code, *words.get(part, [part]), "--home", str(home)],
            cwd=Path(__file__).parents[2],
            capture_output=True,
            env={"PATH": os.environ["PATH"], "LC_ALL": locale, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
            check=False,
        )
        output = (process.stdout + process.stderr).decode("utf-8", "replace")
        seconds = time.monotonic() - started
        return _judged(
            world, home, part, Ended(process.returncode, None, None, output, seconds, 0, False), kept
        )

    return Fault(f"LC_ALL={locale}, a home named {name!r}: {part}", play)


def _shifted(rng: Random) -> Fault:
    """The clock is wrong by days, then right again."""
    days = rng.choice(SHIFTS)

    def play(world: World, folder: Path) -> str:
        home = world.copy("second", folder / "home")
        kept = homes.kept(home)
        whole = _part(world, home, "steps")
        outcome = _judged(
            world, home, "steps", run(whole, before=lambda: shift_clock(timedelta(days=days))), kept
        )
        kept = homes.kept(home)
        again = _judged(world, home, "steps", run(whole), kept)
        record = run(_part(world, home, "suppress"))
        check_command(record)
        last = run(whole)
        check_clear(last)
        if not last.done and outcome == again == "unaffected":
            raise Failure("lost", f"no release after the clock was wrong: {(last.error or '')[:300]}")
        check_visible(home)
        return again if outcome == "unaffected" else outcome

    return Fault(f"the clock is wrong by {days:g} days, then right", play)


def shift_clock(by: timedelta) -> None:
    """Has what our code asks for the time in this process say another one."""
    real = datetime

    class Kind(type):
        def __instancecheck__(cls, value: object) -> bool:
            return isinstance(value, real)

    class Shifted(real, metaclass=Kind):  # type: ignore[misc, valid-type]
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return real.now(tz) + by

        @classmethod
        def utcnow(cls) -> datetime:
            return real.now(UTC).replace(tzinfo=None) + by

    for name, module in list(sys.modules.items()):
        ours = name.partition(".")[0] in {
            "dags",
            "sources",
            "warehouse",
            "expectations",
            "vigil",
            "transforms",
        }
        if ours and getattr(module, "datetime", None) is real:
            module.datetime = Shifted  # type: ignore[attr-defined]
    seconds = time.time
    time.time = lambda: seconds() + by.total_seconds()
