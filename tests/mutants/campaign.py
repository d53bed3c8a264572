"""A campaign of mutants: do the tests notice that one token of the code has changed?

    python -m tests.mutants.campaign                    MUTANTS mutants of seed SEED; writes docs/mutants.md
    python -m tests.mutants.campaign MODULE [LINE]      at most as many of a module, or of a line of it

Each mutant is put into a copy of the project and run against the tests of its module: those that mirror
its path, and those of the same package that import it. Where these pass, the other tests of its folder are
run. A mutant that all of them pass has survived.
`verdicts.yml` says which survivors are equivalent to the code (nothing that anyone could see differs) and
which of an earlier campaign are caught by now.
"""

from __future__ import annotations

import argparse
import ast
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from queue import SimpleQueue
from random import Random

import yaml

from tests.mutants.mutations import Mutant, mutants

SEED = 15
MUTANTS = 200
TEST_SECONDS = 300  # for one test with a mutant, which may run for ever
SECONDS = 900  # for all tests of a mutant
ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "mutants.md"
VERDICTS = Path(__file__).with_name("verdicts.yml")
ROOMS = (
    "contracts",
    "dags",
    "expectations",
    "pipeline",
    "sources",
    "storage",
    "transforms",
    "vigil",
    "warehouse",
)
PRIVACY = "warehouse/privacy/"


def _modules() -> dict[str, Path]:
    """The project's modules that have mutants, by path."""
    paths = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
    return {str(path.relative_to(ROOT)): path for path in paths if mutants(path.read_text("utf-8"))}


MODULES = _modules()


@dataclass(frozen=True)
class Sampled:
    """A mutant of a module, and the line of code it is in, which is how verdicts name it."""

    module: str
    mutant: Mutant
    text: str

    @property
    def change(self) -> str:
        """The line with the token as it was and as it is."""
        return f"`{_short(self.mutant.old)}` → `{_short(self.mutant.new)}`"


@dataclass(frozen=True)
class Outcome:
    """What became of a mutant: `by` is the test that failed, None if it survived."""

    sampled: Sampled
    by: str | None
    seconds: float


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 60 else f"{text[:40]} … {text[-15:]}"


def all_mutants(module: str) -> list[Sampled]:
    source = MODULES[module].read_text("utf-8")
    lines = source.split("\n")
    return [Sampled(module, mutant, lines[mutant.line - 1].strip()) for mutant in mutants(source)]


def sample(every: list[Sampled], count: int, seed: int) -> list[Sampled]:
    """`count` different ones of all mutants, each with the same chance."""
    return sorted(
        Random(seed).sample(every, min(count, len(every))),  # noqa: S311
        key=lambda one: (one.module, one.mutant.start),
    )


def mirror(module: str) -> Path:
    """Where the tests of a module are to be: `tests/<folder>/test_<module>.py`."""
    path = Path(module)
    name = path.parent.name if path.stem == "__init__" else path.stem
    return Path("tests", path.parent, f"test_{name}.py")


@cache
def _test_files() -> dict[str, str]:
    """The text of each file of tests that `make test` runs, by path."""
    found = sorted((ROOT / "tests").rglob("test_*.py"))
    texts = {str(path.relative_to(ROOT)): path.read_text("utf-8") for path in found}
    return {path: text for path, text in texts.items() if "pytestmark = pytest.mark.slow" not in text}


@cache
def own_tests(module: str) -> list[str]:
    """The files of tests that mirror a module, first those of parts of it (`test_<module>_<part>.py`), then
    those that import it from within its package's tests."""
    room = f"tests/{Path(module).parts[0]}/"
    stem = str(mirror(module)).removesuffix(".py")
    mirrored = sorted(
        (path for path in _test_files() if path.startswith((f"{stem}.", f"{stem}_"))), reverse=True
    )
    found = sorted(path for path in _test_files() if path.startswith(room) and module in _imports(path))
    return [*mirrored, *(path for path in found if path not in mirrored)]


@cache
def wider_tests(module: str) -> list[str]:
    """The other tests of the same or the next folder, and those elsewhere that import the module. Of a module
    that has no tests of its own also those of modules that import it. Whole runs are left out."""
    folder = Path("tests", module).parent
    while not (found := {path for path in _test_files() if folder in Path(path).parents}):
        folder = folder.parent
    found |= {path for path in _test_files() if module in _imports(path)}
    if not own_tests(module):
        users = {user for user in MODULES if module in _imports(user)}
        found |= {path for path in _test_files() if users & _imports(path)}
        found |= {path for user in users for path in own_tests(user)}
    return sorted(path for path in found - set(own_tests(module)) if not path.startswith("tests/end_to_end/"))


@cache
def _imports(path: str) -> frozenset[str]:
    """The project's modules that a file imports, wherever in it."""
    names = set()
    for node in ast.walk(ast.parse((ROOT / path).read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}", *(f"{node.module}.{alias.name}" for alias in node.names)}
    paths = {name.replace(".", "/") for name in names}
    return frozenset({f"{path}.py" for path in paths} | {f"{path}/__init__.py" for path in paths})


def copy_project(folder: Path) -> Path:
    """A copy of the files that git knows or would take, beside a link to the real snapshots."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    project = folder / "project"
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file():
            (project / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, project / name)
    if (ROOT.parent / "shared").is_dir():
        (folder / "shared").symlink_to(ROOT.parent / "shared")
    return project


def run_tests(project: Path, files: list[str], *more: str) -> str | None:
    """The first test that fails in a copy of the project; None if all pass or there are none."""
    if not files:
        return None
    options = ["-x", "-q", "--no-header", "--tb=no", "-p", "no:cacheprovider", "-m", "not slow"]
    options += ["--timeout", str(TEST_SECONDS), "--timeout-method", "thread"]
    environment = os.environ | {"CI": "true", "PYTHONPATH": str(project), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *options, *more, *files],
            cwd=project,
            env=environment,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "no end"
    if done.returncode == 0:
        return None
    if failed := re.search(r"^(?:FAILED|ERROR) (\S+)", done.stdout, re.MULTILINE):
        return failed[1].partition("[")[0]
    return "no end" if "Timeout" in done.stdout + done.stderr else "no start"


def attempt(project: Path, sampled: Sampled) -> Outcome:
    """Runs the tests of a mutant's module with the mutant in a copy of the project."""
    path = project / sampled.module
    source = path.read_text("utf-8")
    start = time.monotonic()
    path.write_text(sampled.mutant.apply(source), "utf-8")
    try:
        by = run_tests(project, own_tests(sampled.module))
        if by is None:
            by = run_tests(project, wider_tests(sampled.module))
    finally:
        path.write_text(source, "utf-8")
    return Outcome(sampled, by, time.monotonic() - start)


def run(chosen: list[Sampled], *, trusted: bool = False) -> Iterator[Outcome]:
    """The outcomes as they come; as many at a time as there are cores. Raises RuntimeError if a test fails
    without a mutant, unless the tests are `trusted`."""
    workers = os.cpu_count() or 1
    with tempfile.TemporaryDirectory() as top, ThreadPoolExecutor(workers) as pool:
        copies: SimpleQueue[Path] = SimpleQueue()
        for number in range(workers):
            copies.put(project := copy_project(Path(top, str(number))))
        files = sorted({file for module in {one.module for one in chosen} for file in own_tests(module)})
        if not trusted and (failing := run_tests(project, files, "--numprocesses", "auto")):
            raise RuntimeError(f"without a mutant, {failing} fails")

        def attempt_in_copy(sampled: Sampled) -> Outcome:
            project = copies.get()
            try:
                return attempt(project, sampled)
            finally:
                copies.put(project)

        for future in as_completed([pool.submit(attempt_in_copy, sampled) for sampled in chosen]):
            yield future.result()


Verdicts = dict[tuple[str, str, str], dict[str, str]]


def verdicts() -> Verdicts:
    """What is known of mutants that survived: by module, line of code and new token."""
    listed = yaml.safe_load(VERDICTS.read_text("utf-8")) or []
    return {(each["module"], each["line"], each["new"]): each for each in listed}


def verdict(known: Verdicts, sampled: Sampled) -> dict[str, str] | None:
    return known.get((sampled.module, sampled.text, sampled.mutant.new))


PAGE_TEXT = """# Mutants

Written by `make mutants` on {day}: {total} random changes of one token (seed {seed}) in {modules} modules,
each run against the tests of its module. {caught} are caught, {share:.0%}.{equivalent}

| changed | mutants | caught |
|---|---|---|
{kinds}

| package | mutants | caught | equivalent | survived |
|---|---|---|---|---|
{rooms}

## Survivors

{survivors}

## Mended

Mutants that survived an earlier campaign and are caught by now:

{mended}
"""


def page(outcomes: list[Outcome], seed: int) -> str:
    """docs/mutants.md."""
    known = verdicts()
    outcomes = sorted(outcomes, key=lambda each: (each.sampled.module, each.sampled.mutant.start))
    total, caught = len(outcomes), sum(outcome.by is not None for outcome in outcomes)
    survivors = [outcome for outcome in outcomes if outcome.by is None]
    equivalent = sum(_is_equivalent(known, outcome) for outcome in survivors)
    kinds = Counter(outcome.sampled.mutant.kind for outcome in outcomes)
    caught_kinds = Counter(outcome.sampled.mutant.kind for outcome in outcomes if outcome.by)
    rooms: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        rooms.setdefault(str(Path(outcome.sampled.module).parent), []).append(outcome)
    return PAGE_TEXT.format(
        day=f"{datetime.now(UTC):%Y-%m-%d}",
        total=total,
        seed=seed,
        modules=len({outcome.sampled.module for outcome in outcomes}),
        caught=caught,
        share=caught / max(total, 1),
        equivalent=f" Of the other {len(survivors)}, {equivalent} are equivalent." if survivors else "",
        kinds="\n".join(
            f"| {kind} | {count} | {caught_kinds[kind]} |" for kind, count in sorted(kinds.items())
        ),
        rooms="\n".join(_room(room, found, known) for room, found in sorted(rooms.items())),
        survivors="\n".join(_survivor(outcome, known) for outcome in survivors) or "None.",
        mended="\n".join(
            f"- `{module}`: `{line}` with `{_short(new)}`: {each['reason']}"
            for (module, line, new), each in known.items()
            if each["verdict"] == "mended"
        ),
    )


def _is_equivalent(known: Verdicts, outcome: Outcome) -> bool:
    found = verdict(known, outcome.sampled)
    return found is not None and found["verdict"] == "equivalent"


def _room(room: str, found: list[Outcome], known: Verdicts) -> str:
    survived = [outcome for outcome in found if outcome.by is None]
    equivalent = sum(_is_equivalent(known, outcome) for outcome in survived)
    caught = len(found) - len(survived)
    return f"| `{room}` | {len(found)} | {caught} | {equivalent} | {len(survived) - equivalent} |"


def _survivor(outcome: Outcome, known: Verdicts) -> str:
    sampled, found = outcome.sampled, verdict(known, outcome.sampled)
    said = f"equivalent: {found['reason']}" if found and found["verdict"] == "equivalent" else "survived"
    return f"- `{sampled.module}:{sampled.mutant.line}` {sampled.change}: {said}"


def main() -> int:
    """Runs a campaign; 1 if a mutant of the privacy package survived that is not equivalent."""
    asked = argparse.ArgumentParser(prog="tests.mutants.campaign")
    asked.add_argument("module", nargs="?")
    asked.add_argument("line", nargs="?", type=int)
    asked.add_argument("--mutants", type=int, default=int(os.environ.get("MUTANTS") or MUTANTS))
    asked.add_argument("--seed", type=int, default=int(os.environ.get("SEED") or SEED))
    asked.add_argument("--trusted", action="store_true", help="do not run the tests without a mutant first")
    given = asked.parse_args()
    every = [
        sampled
        for module in ([given.module] if given.module else MODULES)
        for sampled in all_mutants(module)
        if given.line in {None, sampled.mutant.line}
    ]
    chosen = sample(every, given.mutants, given.seed)
    outcomes, known = [], verdicts()
    for outcome in run(chosen, trusted=given.trusted):
        outcomes.append(outcome)
        sampled = outcome.sampled
        said = outcome.by or ("equivalent" if _is_equivalent(known, outcome) else "SURVIVED")
        place = f"{sampled.module}:{sampled.mutant.line}"
        sys.stdout.write(f"{len(outcomes)}/{len(chosen)} {place} {sampled.change}: {said}\n")
        sys.stdout.flush()
    if not given.module:
        PAGE.write_text(page(outcomes, given.seed), "utf-8")
    survived = [one for one in outcomes if one.by is None and not _is_equivalent(known, one)]
    sys.stdout.write(f"{len(outcomes) - len(survived)} of {len(outcomes)} are caught or equivalent\n")
    return 1 if any(one.sampled.module.startswith(PRIVACY) for one in survived) else 0


if __name__ == "__main__":
    sys.exit(main())
