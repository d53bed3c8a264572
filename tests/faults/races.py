"""Two or three processes run at once in one home, started shortly after each other: releases, fetches,
suppressions, commands, readers, clean-ups. Each must do its work, or report in one line which process is
running. One more run must then make the release of an undisturbed run. No reader may ever see an incomplete
release, or two at once."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from storage.processes import process_name
from tests.faults import homes
from tests.faults.commands import command, suppressed
from tests.faults.homes import World
from tests.faults.outcomes import (
    Failure,
    Fault,
    check_clear,
    check_command,
    check_done,
    check_kept,
    check_same,
    check_tidy,
    check_visible,
)
from tests.faults.processes import Child, Ended, run

CASTS = (
    ("release", "release"),
    ("release", "release", "read"),
    ("publish", "publish", "read"),
    ("publish", "release"),
    ("release", "suppress"),
    ("publish", "suppress", "read"),
    ("suppress", "suppress", "suppress"),
    ("source", "source"),
    ("source", "source", "release"),
    ("source", "release", "read"),
    ("clean", "release", "read"),
    ("clean", "publish"),
    ("clean", "source"),
    ("clean", "clean", "publish"),
    ("query", "publish"),
    ("verify", "publish"),
    ("key", "key", "key"),
    ("key", "publish"),
)
"""Who is at work together."""

COMMANDS = {"suppress", "query", "verify", "key"}
APART = 1.5
"""Seconds within which they start."""


def draw(rng: Random) -> Fault:
    cast = rng.choice(CASTS)
    waits = [0.0] + [rng.random() * rng.choice((0.0, 0.2, APART)) for _ in cast[1:]]
    rng.shuffle(waits)

    def play(world: World, folder: Path) -> str:
        publishes = "publish" in cast
        home = world.copy("work" if publishes else "second", folder / "home")
        own_work(home, process_name())
        before = homes.kept(home)
        chosen = [world.records[number] for number in range(len(cast))]
        children = [
            (part, Child(_part(world, home, part, wait, record)))
            for part, wait, record in zip(cast, waits, chosen, strict=True)
        ]
        ended = [(part, child.wait()) for part, child in children]
        refused = [_check_part(part, each) for part, each in ended]
        check_visible(home)
        check_kept(before, home)
        wanted = [record for part, record in zip(cast, chosen, strict=True) if part == "suppress"]
        if sorted(suppressed(home)) != sorted(wanted):
            raise Failure("lost", f"{len(suppressed(home))} of {len(wanted)} suppressions are in the file")
        own_work(home, f"{process_name().partition('-')[0]}-0-0")  # of a process that has ended
        check_done(run(lambda: homes.whole_run(str(home), world.both, checked=False)), "the next run")
        _check_end(world, home, wanted)
        check_visible(home)
        check_tidy(home)
        return "refused" if any(refused) else "unaffected"

    together = ", ".join(f"{part} after {wait:.2f} s" for part, wait in zip(cast, waits, strict=True))
    return Fault(together, play)


def own_work(home: Path, process: str) -> None:
    """Has the begun releases of a home belong to a process: while it lives, no clean-up takes them."""
    for path in (home / "staging" / "release").glob("*.json"):
        path.write_text(json.dumps({**json.loads(path.read_bytes()), "owner": process}), "utf-8")


def _part(world: World, home: Path, part: str, wait: float, record: str) -> Callable[[], Any]:
    at = str(home)
    parts: dict[str, Callable[[], Any]] = {
        "release": lambda: homes.release_steps(at, checked=False),
        "publish": lambda: homes.publish(at, world.reference["work"]),
        "source": lambda: homes.source_steps(at, "un_sc", world.both),
        "clean": lambda: homes.clean(at),
        "read": lambda: _read(home),
        "suppress": lambda: command(home, "suppress", record, "--reason", "risk"),
        "query": lambda: command(home, "query", "SELECT count(*) AS n FROM prisoners", "--format", "json"),
        "verify": lambda: command(home, "verify"),
        "key": lambda: command(home, "key"),
    }

    def begin() -> Any:
        time.sleep(wait)
        return parts[part]()

    return begin


def _read(home: Path) -> int:
    """Reads the newest release again and again, each time through the pointer; raises if it is of two."""
    import duckdb

    from storage.home import Home
    from warehouse.release.reader import connect, find

    looks, until = 0, time.monotonic() + 4.0
    while time.monotonic() < until:
        found = find(Home.at(str(home)))
        with connect(found) as con:
            for table in ("prisoners", "sanctions", "events"):
                output = found.manifest["tables"][table]["rows"]
                row = con.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608
                if row is None or row[0] != output:
                    raise duckdb.Error(
                        f"mixed: {table} of {found.id} has {row} rows, its manifest says {output}"
                    )
        looks += 1
    return looks


def _check_part(part: str, ended: Ended) -> bool:
    """Whether it was refused; raises Failure if that was not clear."""
    if part in COMMANDS:
        check_command(ended)
        if part in {"query", "key", "suppress"} and ended.status:
            raise Failure("lost", f"{part} was refused: {ended.output[-300:]}")
        return bool(ended.status)
    check_clear(ended)
    if part == "read" and ended.error:
        raise Failure("mixed" if "mixed" in ended.error else "half visible", ended.error[:300])
    return not ended.done


def _check_end(world: World, home: Path, wanted: list[str]) -> None:
    """The last release: that of an undisturbed run, without the suppressed records."""
    if not wanted:
        check_same(world, home)
        return
    folder = home / "releases" / str(homes.newest(home))
    output = json.loads((folder / "manifest.json").read_bytes())["tables"]["tombstones"]["rows"]
    if output != len(wanted):
        raise Failure("mixed", f"{output} tombstones for {len(wanted)} suppressed records")
    if left := run(lambda: _still_there(home, wanted)).value:
        raise Failure("mixed", f"{left} rows of suppressed records are in the newest release")


def _still_there(home: Path, wanted: list[str]) -> int:
    from tests.faults.commands import records

    return len(set(records(home)) & set(wanted))
