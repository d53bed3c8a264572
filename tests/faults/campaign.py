"""A campaign: many faults, each on a home of its own, in processes of their own.

    make faults                                    all of them; writes docs/faults.md
    make faults FAULTS=100 SEED=7                  fewer, of another seed; writes nothing
    make faults FAULT=kill:17 SEED=7               one alone, or several: kill:17,lie:3

Every fault must end in one of the good outcomes of `tests.faults.outcomes`.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from tests.faults import disks, environments, homes, kills, lies, races, runs, tampering
from tests.faults.homes import World
from tests.faults.outcomes import BAD, GOOD, Failure, Fault

SEED = 2026
FAULTS = 1000
SECONDS = 300
"""What a fault may take, with all that comes after it; three times that where `vigil run` is ended."""

PAGE = Path(__file__).resolve().parents[2] / "docs" / "faults.md"

Draw = Callable[[Random], Fault]


@dataclass(frozen=True)
class Class:
    """A kind of faults: how many of a thousand are of it, what they are, and how one is drawn."""

    share: int
    title: str
    draw: Draw
    unable: Callable[[], str | None] = lambda: None


CLASSES: dict[str, Class] = {
    "kill": Class(180, "killed in each step", kills.draw),
    "disk": Class(80, "no space, no inodes", disks.draw, disks.unable),
    "lie": Class(330, "publishers that lie", lies.draw),
    "race": Class(60, "two and three at once", races.draw),
    "tamper": Class(262, "tampering with home and release", tampering.draw),
    "environment": Class(80, "odd environments", environments.draw),
    "run": Class(8, "`vigil run` ended", runs.draw),
}


@dataclass
class Result:
    """What became of a class's faults."""

    outcomes: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    seconds: float = 0.0
    slowest: float = 0.0
    skipped: str | None = None

    @property
    def faults(self) -> int:
        return sum(self.outcomes.values())


def fault(name: str, number: int, seed: int) -> Fault:
    """Fault `number` of a class, which follows from it and the seed alone."""
    return CLASSES[name].draw(Random(f"{seed} {name} {number}"))  # noqa: S311


def plan(total: int) -> list[tuple[str, int]]:
    """The faults of a campaign of `total`, by class and number; each class has one at least. Those that take
    longest come first."""
    shares = sum(each.share for each in CLASSES.values())
    counts = {name: max(1, round(total * each.share / shares)) for name, each in CLASSES.items()}
    counts[max(counts, key=lambda name: counts[name])] += total - sum(counts.values())
    order = sorted(counts, key=lambda name: counts[name])
    return [(name, number) for name in order for number in range(counts[name])]


def play(name: str, number: int, seed: int, world: World) -> tuple[str, str]:
    """Plays one fault; returns its outcome and, of a bad one, the details."""
    folder = world.folder / "played" / f"{name}-{number}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for each in (folder, folder.parent):
        each.chmod(0o755)
    chosen = fault(name, number, seed)
    try:
        return chosen.play(world, folder), ""
    except Failure as failure:
        return failure.kind, failure.detail
    except Exception as error:  # noqa: BLE001  a fault that the campaign itself cannot play is a failure, too
        return "unclear", f"the campaign: {type(error).__name__}: {error} {traceback.format_exc()[-600:]}"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def played(
    faults: list[tuple[str, int]], seed: int, world: World, workers: int
) -> Iterator[tuple[str, int, str, str, float]]:
    """Plays faults, some at a time, each in its own process: class, number, outcome, details, seconds."""
    waiting = list(reversed(faults))
    at_work: dict[int, tuple[str, int, float, int]] = {}
    try:
        while waiting or at_work:
            while waiting and len(at_work) < workers:
                name, number = waiting.pop()
                said, says = os.pipe()
                pid = os.fork()
                if pid == 0:
                    try:
                        os.close(said)
                        os.setpgid(0, 0)
                        answer = play(name, number, seed, world)
                        os.write(says, json.dumps(answer).encode("utf-8", "replace")[:60_000])
                    finally:
                        os._exit(0)
                os.close(says)
                at_work[pid] = name, number, time.monotonic(), said
            for pid, (name, number, started, said) in list(at_work.items()):
                ended, _ = os.waitpid(pid, os.WNOHANG)
                took = time.monotonic() - started
                if not ended and took > SECONDS * (3 if name == "run" else 1):
                    os.kill(pid, signal.SIGKILL)
                    os.waitpid(pid, 0)
                    ended = pid
                if ended:
                    del at_work[pid]
                    with os.fdopen(said, "rb") as answer:
                        data = answer.read()
                    outcome, detail = json.loads(data) if data else ("unbounded", "did not end")
                    yield name, number, outcome, detail, took
            time.sleep(0.01)
    finally:  # of a campaign that is ended
        for pid in at_work:
            os.kill(pid, signal.SIGTERM)
            os.waitpid(pid, 0)


def run(total: int, seed: int, workers: int) -> tuple[dict[str, Result], float]:
    """A campaign. Says on standard output what fails, and at times how far it is."""
    results = {name: Result(skipped=each.unable()) for name, each in CLASSES.items()}
    faults = [(name, number) for name, number in plan(total) if not results[name].skipped]
    started = time.monotonic()
    with homes.world() as world:
        for done, (name, number, outcome, detail, took) in enumerate(
            played(faults, seed, world, workers), start=1
        ):
            result = results[name]
            result.outcomes[outcome] += 1
            result.seconds += took
            result.slowest = max(result.slowest, took)
            if outcome in BAD:
                what = fault(name, number, seed).what
                result.failures.append(
                    f"{outcome}: {what}: {detail}\n    make faults FAULT={name}:{number} SEED={seed}"
                )
                say(f"{name}:{number} {result.failures[-1]}")
            if done % 50 == 0:
                say(f"{done:,} of {len(faults):,} faults, {time.monotonic() - started:.0f} s")
    return results, time.monotonic() - started


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


PAGE_TEXT = """# Injected faults

Written by `make faults` on {day}, seed {seed}: {faults:,} faults in {minutes:.0f} minutes. Each fault is
injected into its own home, prepared from the bundled samples, with a release of the first days; the second
days follow. After the fault, the next run must make the same release as an undisturbed run, with the same
bytes in its Parquet files. Everything archived, published or decided must still exist. A reader must see a
complete release at every moment.

| class | faults | {good} | {bad} | slowest |
|---|{dashes}
{rows}

{skipped}{meanings}

{classes}

## Failures

{failures}

For other seeds, fewer faults, or a single one: `make faults SEED=7`, `make faults FAULTS=100`,
`make faults FAULT=kill:17 SEED=7`. Before a change lands, a tenth of a campaign is run (`.ci/run`).
"""


def page(results: dict[str, Result], seed: int, seconds: float) -> str:
    """docs/faults.md."""
    total = Result()
    rows = []
    for name, result in results.items():
        total.outcomes.update(result.outcomes)
        total.slowest = max(total.slowest, result.slowest)
        rows.append(_row(CLASSES[name].title, result))
    rows.append(_row("all", total))
    skipped = [
        f"Skipped: {CLASSES[name].title}: {result.skipped}.\n\n"
        for name, result in results.items()
        if result.skipped
    ]
    failures = [f"- {failure}" for result in results.values() for failure in result.failures]
    described = {name: sys.modules[each.draw.__module__].__doc__ or "" for name, each in CLASSES.items()}
    return PAGE_TEXT.format(
        day=f"{datetime.now(UTC):%Y-%m-%d}",
        seed=seed,
        faults=total.faults,
        minutes=seconds / 60,
        good=" | ".join(GOOD),
        bad=" | ".join(BAD),
        dashes="---|" * (2 + len(GOOD) + len(BAD)),
        rows="\n".join(rows),
        skipped="".join(skipped),
        meanings="\n".join(f"- **{name}**: {meaning}" for name, meaning in {**GOOD, **BAD}.items()),
        classes="\n".join(
            f"## {CLASSES[name].title.capitalize()}\n\n{text.strip()}\n" for name, text in described.items()
        ),
        failures="\n".join(failures) or "None.",
    )


def _row(title: str, result: Result) -> str:
    cells = [str(result.outcomes[name]) for name in (*GOOD, *BAD)]
    return f"| {title} | {result.faults:,} | {' | '.join(cells)} | {result.slowest:.0f} s |"


def alone(chosen: list[tuple[str, int]], seed: int, workers: int) -> bool:
    """Plays some faults and says what became of each."""
    good = True
    with homes.world() as world:
        for name, number, outcome, detail, took in played(chosen, seed, world, workers):
            say(f"{name}:{number} of seed {seed}: {fault(name, number, seed).what}")
            say(f"    {outcome} after {took:.1f} s{': ' if detail else ''}{detail}")
            good = good and outcome in GOOD
    return good


def main() -> int:
    asked = argparse.ArgumentParser(prog="tests.faults.campaign")
    asked.add_argument("--faults", type=int, default=int(os.environ.get("FAULTS") or FAULTS))
    asked.add_argument("--seed", type=int, default=int(os.environ.get("SEED") or SEED))
    asked.add_argument(
        "--only", default=os.environ.get("FAULT") or None, help="class:number, or several with commas"
    )
    asked.add_argument("--classes", default=None, help="only these, with commas between them")
    asked.add_argument("--workers", type=int, default=int(os.environ.get("WORKERS") or os.cpu_count() or 1))
    given = asked.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what is prepared is removed then, too
    homes.preload()
    homes.without_docs()
    if given.only:
        chosen = [
            (name, int(number)) for name, _, number in (one.partition(":") for one in given.only.split(","))
        ]
        return 0 if alone(chosen, given.seed, given.workers) else 1
    for name in set(CLASSES) - set((given.classes or ",".join(CLASSES)).split(",")):
        del CLASSES[name]
    results, seconds = run(given.faults, given.seed, given.workers)
    for name, result in results.items():
        counts = ", ".join(f"{count} {outcome}" for outcome, count in result.outcomes.most_common())
        say(f"{name}: {result.skipped or counts} ({result.seconds:.0f} s, slowest {result.slowest:.1f} s)")
    if given.classes is None and given.faults >= FAULTS:
        PAGE.write_text(page(results, given.seed, seconds), "utf-8")
    failed = sum(len(result.failures) for result in results.values())
    say(f"{sum(result.faults for result in results.values()):,} faults in {seconds:.0f} s, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
