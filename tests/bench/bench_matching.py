"""Measures how names are matched: one person in two spellings, and all names of all lists.

    make bench-matching                       writes docs/benchmarks-matching.md
    python -m tests.bench.bench_matching --home DIR

Names of all lists are those of the latest release in DIR (VIGIL_HOME), or else of one that is made of
../shared/data for the purpose. For logic-v2 beside ours see `matching_pairs.logic_v2`.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.bench import matching_page
from tests.bench.matching_page import Result
from tests.bench.matching_pairs import FOLDER, Pairs, Scores, baseline, files, logic_v2, ours
from tests.bench.matching_scores import Judged, best_threshold, intervals, numbers
from warehouse.reader import find
from warehouse.storage import Home

ROOT = Path(__file__).resolve().parents[2]
SEED = 6


def result(of: list[Pairs], scores: list[Scores]) -> Result:
    """The threshold that is best on the one half of the left names, and what it does on the other."""
    chosen = [
        Judged.of(each[file.chosen_on], file.truth[file.chosen_on])
        for file, each in zip(of, scores, strict=True)
    ]
    threshold = best_threshold(chosen)
    kept = {
        file.name: Judged.of(each[~file.chosen_on], file.truth[~file.chosen_on])
        for file, each in zip(of, scores, strict=True)
    }
    return Result(
        threshold,
        {name: (numbers(each, threshold), *intervals(each, threshold, SEED)) for name, each in kept.items()},
    )


@contextmanager
def home(given: Path | None) -> Iterator[Path]:
    """A home with a release of the real lists: the given one, or one made for as long as it is needed."""
    if given:
        yield given
        return
    with tempfile.TemporaryDirectory() as made:
        say("making a release of ../shared/data")
        run = "from vigil.cli import main; main()"
        command = [sys.executable, "-c", run, "run", "--mirror", str(FOLDER.parent), "--home", made]
        subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
        yield Path(made)


def throughput(place: Path) -> dict[str, Any]:
    """What `matching_throughput` says of the latest release of a home."""
    database = find(Home.at(str(place))).folder / "vigil.duckdb"
    command = [sys.executable, "-m", "tests.bench.matching_throughput", str(database)]
    done = subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    arguments = argparse.ArgumentParser(description="Measures how names are matched.")
    arguments.add_argument("--home", type=Path, default=os.environ.get("VIGIL_HOME"))
    given = arguments.parse_args()
    try:
        of = files()
    except FileNotFoundError as error:
        sys.exit(f"bench-matching: no {error.filename}")
    lists = [(file.lefts, file.rights) for file in of]
    say("comparing one person in two spellings")
    peer = logic_v2(lists)
    results = {
        "ours": result(of, [ours(*each) for each in lists]),
        "logic-v2": result(of, peer.scores) if peer else None,
        "baseline": result(of, [baseline(*each) for each in lists]),
    }
    with home(given.home) as place:
        say("comparing all names of all lists")
        said = throughput(place)
    matching_page.write(of, results, said, logic_v2([said["sample"]]))
    say(f"written: {matching_page.PAGE}")


if __name__ == "__main__":
    main()
