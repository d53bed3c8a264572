"""SIGKILL in every step: before one of its changes to a file, or at any time."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from tests.faults import homes
from tests.faults.commands import command, suppressed
from tests.faults.homes import RELEASE_STEPS, SOURCE_STEPS, SOURCES, World
from tests.faults.outcomes import (
    Failure,
    Fault,
    check_clear,
    check_done,
    check_kept,
    check_promoted,
    check_same,
    check_tidy,
    check_visible,
)
from tests.faults.processes import kill_at, run

BEGUN_IN = {"history": "second", "models": "history", "validate_release": "models", "publish": "work"}
"""The prepared home in which each step of a release begins."""

MOST_KILLS = 3
LATER = 1.1
"""Of a step's time, the latest at which it is killed: at times it is done before."""


def draw(rng: Random) -> Fault:
    target = rng.choice(
        ["source", "release", "release", "suppress"] if rng.random() < 0.2 else ["source", "release"]
    )
    if target == "source":
        return _source(rng)
    return _release(rng) if target == "release" else _suppress(rng)


def _when(rng: Random, step: str) -> tuple[str, Callable[[World, Path], Callable[[], None]]]:
    """When a step is killed, in words and as what its process does at the start of the step."""
    part = rng.random()
    if rng.random() < 0.6:

        def at_change(world: World, home: Path) -> Callable[[], None]:
            return kill_at(home, 1 + int(part * world.changes[step]))

        return f"before {part:.0%} of its changes", at_change

    def at_time(world: World, _: Path) -> Callable[[], None]:
        seconds = max(0.001, part * LATER * world.seconds[step])

        def begin() -> None:
            signal.signal(signal.SIGALRM, signal.SIG_DFL)  # ends the process as abruptly as SIGKILL
            signal.setitimer(signal.ITIMER_REAL, seconds)

        return begin

    return f"after {part * LATER:.0%} of its time", at_time


def _source(rng: Random) -> Fault:
    source_id = rng.choice(list(SOURCES))
    steps = [rng.choice(SOURCE_STEPS) for _ in range(rng.randint(1, MOST_KILLS))]
    moments = [_when(rng, f"{step} {source_id}") for step in steps]
    in_full = rng.random() < 0.15

    def play(world: World, folder: Path) -> str:
        home = world.copy("first", folder / "home")
        before = homes.kept(home)
        for step, (_, moment) in zip(steps, moments, strict=True):
            begin = moment(world, home)
            ended = run(lambda step=step, begin=begin: _chain(home, source_id, world.both, step, begin))
            check_clear(ended) if ended.status not in {-signal.SIGKILL, -signal.SIGALRM} else None
            check_visible(home)
            check_kept(before, home)
            before = homes.kept(home)
        check_done(run(lambda: _again(home, source_id, world.both)), "the next run of the source")
        check_promoted(world, home, source_id)
        check_kept(before, home)
        check_tidy(home)
        if in_full:
            check_done(run(lambda: homes.whole_run(str(home), world.both, checked=False)), "the next run")
            check_same(world, home)
            check_tidy(home)
        return "recovered"

    output = ", then ".join(f"{step} {when}" for step, (when, _) in zip(steps, moments, strict=True))
    return Fault(f"SIGKILL of {source_id} in {output}", play)


def _chain(home: Path, source_id: str, address: str, step: str, begin: Callable[[], None]) -> None:
    """A source's steps; `begin` is called at the start of one of them."""
    from pipeline.fetching import fetch_source
    from pipeline.parsing import parse_snapshot
    from pipeline.promotion import promote_source
    from pipeline.validation import validate_source

    at = str(home)
    if step == "fetch":
        begin()
    units = fetch_source(at, source_id, publisher=address)
    if step == "parse":
        begin()
    for unit in units:
        parse_snapshot(at, source_id, unit)
    if step == "validate":
        begin()
    validate_source(at, source_id, "by-fault")
    if step == "promote":
        begin()
    promote_source(at, source_id)


def _again(home: Path, source_id: str, address: str) -> Any:
    homes.clean(str(home))
    return homes.source_steps(str(home), source_id, address)


def _release(rng: Random) -> Fault:
    step = rng.choices(RELEASE_STEPS, [2, 1, 1, 4])[0]
    when, moment = _when(rng, step)
    retried = rng.random() < 0.5
    checked = rng.random() < 0.1

    def play(world: World, folder: Path) -> str:
        home = world.copy(BEGUN_IN[step], folder / "home")
        at, work = str(home), world.reference["work"]
        before = homes.kept(home)
        begin = moment(world, home)
        ended = run(lambda: _step(at, step, work, begin))
        if ended.status not in {-signal.SIGKILL, -signal.SIGALRM}:
            check_done(ended, step)
        check_visible(home)
        check_kept(before, home)
        before = homes.kept(home)
        if retried and homes.newest(home) == homes.newest(world.template("first")):
            check_done(run(lambda: _rest(at, step, work)), f"{step}, tried again, and what comes after it")
        check_done(run(lambda: _run_again(at, checked)), "the next run")
        check_same(world, home)
        check_visible(home)
        check_tidy(home)
        return "recovered"

    return Fault(f"SIGKILL in {step} {when}, {'the step is tried again' if retried else 'a new run'}", play)


def _step(home: str, step: str, work: Any, begin: Callable[[], None]) -> Any:
    from pipeline.releasing import build_history, build_models, publish_release, validate_release

    begin()
    if step == "history":
        return build_history(home)
    if step == "validate_release":
        return validate_release(home, work, "by-fault")
    return build_models(home, work) if step == "models" else publish_release(home, work)


def _rest(home: str, step: str, work: Any) -> Any:
    """The step again, as Airflow tries it again, and those after it."""
    from pipeline.releasing import build_history, build_models, publish_release

    left = RELEASE_STEPS[RELEASE_STEPS.index(step) :]
    if "history" in left:
        work = build_history(home)
    if "models" in left:
        build_models(home, work)
    return publish_release(home, work)


def _run_again(home: str, checked: bool) -> Any:
    homes.clean(home)
    return homes.release_steps(home, checked=checked)


def _suppress(rng: Random) -> Fault:
    number = rng.randint(1, 12)

    def play(world: World, folder: Path) -> str:
        home = world.copy("first", folder / "home")
        before = homes.kept(home)
        record = world.records[0]
        ended = run(
            lambda: command(home, "suppress", record, "--reason", "risk"), before=kill_at(home, number)
        )
        check_visible(home)
        check_kept(before, home)
        again = run(lambda: command(home, "suppress", record, "--reason", "risk"))
        if again.status and "already" not in again.output:
            raise Failure("lost", f"cannot be suppressed after a kill: {again.output[-300:]}")
        if suppressed(home).count(record) != 1:
            raise Failure("lost", f"{suppressed(home).count(record)} entries of one record")
        return "unaffected" if ended.done else "recovered"

    return Fault(f"SIGKILL in vigil suppress before its change {number}", play)
