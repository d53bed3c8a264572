"""What may become of a fault, and how each is told apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.faults import homes
from tests.faults.homes import World
from tests.faults.processes import Ended

GOOD = {
    "unaffected": "the work continued as if nothing had happened",
    "recovered": "the next run made the same release",
    "healed": "the damage was detected and repaired",
    "refused": "one clear line stated the problem; nothing was changed or published",
}
BAD = {
    "lost": "something archived, published or decided no longer exists, or no later run succeeds",
    "half visible": "a reader could see an incomplete release",
    "mixed": "rows of two states in one release, or different rows than in an undisturbed run",
    "believed": "a false answer or a changed file was accepted",
    "unclear": "an error that is not one clear line",
    "orphan": "a process was left running",
    "left behind": "files of interrupted work remained after the next run",
    "unbounded": "too much time or memory",
}

OUR_OWN = (
    "contracts",
    "dags",
    "duckdb",
    "_duckdb",
    "expectations",
    "sources",
    "transforms",
    "vigil",
    "warehouse",
    "pipeline",
    "storage",
)
"""Packages whose errors are made for people; DuckDB's name the file or the part of the SQL."""

LONGEST = 700
SHORTEST = 12


class Failure(Exception):
    """A fault that did harm: `kind` is one of `BAD`."""

    def __init__(self, kind: str, detail: str) -> None:
        assert kind in BAD, kind
        super().__init__(f"{kind}: {detail}")
        self.kind, self.detail = kind, detail


@dataclass(frozen=True)
class Fault:
    """One fault: what it is in words, and how it is played in a folder of its own. `play` returns one of
    `GOOD`, or raises Failure."""

    what: str
    play: Callable[[World, Path], str]


def check_clear(ended: Ended) -> None:
    """Raises Failure if a step that failed did not say so in one clear line."""
    if ended.left_alive:
        raise Failure("orphan", "a process of its own was still there after it ended")
    if ended.error is None:
        if ended.status < 0:
            raise Failure("unclear", f"ended by signal {-ended.status}: {last_line(ended.output)}")
        return
    kind, _, message = ended.error.partition(": ")
    if kind.partition(".")[0] not in OUR_OWN:
        raise Failure("unclear", f"{ended.error[:300]} ({place(ended.output)})")
    if not SHORTEST <= len(message) <= LONGEST or (kind.startswith("d") is False and "\n" in message.strip()):
        raise Failure("unclear", f"not one line: {ended.error[:400]!r}")


def check_command(ended: Ended) -> None:
    """Raises Failure if a command ended otherwise than well or with one clear line as its last."""
    if ended.left_alive:
        raise Failure("orphan", "a process of its own was still there after it ended")
    if ended.error is not None or "Traceback (most recent call last)" in ended.output:
        raise Failure(
            "unclear",
            f"a traceback: {(ended.error or last_line(ended.output))[:300]} ({place(ended.output)})",
        )
    if ended.status == 0:
        return
    line = last_line(ended.output)
    if ended.status not in {1, 2} or not SHORTEST <= len(line) <= LONGEST:
        raise Failure("unclear", f"status {ended.status}, last line {line[:300]!r}")


def last_line(output: str) -> str:
    lines = [line for line in output.splitlines() if line.strip()]
    return lines[-1].strip() if lines else ""


def place(output: str) -> str:
    """The last place in our code that a traceback names."""
    top = str(Path(__file__).parents[2])
    lines = [line.strip() for line in output.splitlines() if f'File "{top}/' in line and ".venv" not in line]
    ours = [line for line in lines if "/tests/faults/" not in line]
    return ours[-1].replace(f"{top}/", "") if ours else "no place of ours"


def check_visible(home: Path) -> None:
    if seen := homes.half_visible(home):
        raise Failure("half visible", seen)


def check_kept(before: dict[str, str], home: Path) -> None:
    if gone := homes.lost(before, home):
        raise Failure("lost", f"{gone[0]} and {len(gone) - 1} more")


def check_done(ended: Ended, what: str) -> None:
    """Raises Failure if what must work after a fault did not."""
    check_clear(ended)
    if not ended.done:
        raise Failure("lost", f"{what} fails: {(ended.error or last_line(ended.output))[:400]}")


def check_same(world: World, home: Path) -> None:
    """Raises Failure unless the newest release has the tables of an undisturbed one."""
    wanted, found = world.reference["tables"], homes.tables(home)
    if wrong := sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name)):
        kind = "mixed" if found else "lost"
        raise Failure(
            kind, f"not the rows of an undisturbed run: {', '.join(wrong[:4])} ({len(wrong)} tables)"
        )


def check_promoted(world: World, home: Path, source_id: str) -> None:
    """Raises Failure unless a source is promoted as in an undisturbed run."""
    wanted, found = world.reference["promoted"][source_id], homes.promoted(home).get(source_id)
    if wanted != found:
        raise Failure(
            "lost" if found is None else "mixed", f"{source_id} is promoted as {found}, not {wanted}"
        )


def check_tidy(home: Path) -> None:
    if left := homes.leftovers(home):
        raise Failure("left behind", ", ".join(left[:5]))
