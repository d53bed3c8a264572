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

from storage.home import Home
from tests.bench import matching_page
from tests.bench.matching_page import Result
from tests.bench.matching_pairs import FOLDER, Pairs, Scores, baseline, files, logic_v2, ours, written
from tests.bench.matching_scores import Judged, best_threshold, intervals, numbers
from transforms.names.comparison import THRESHOLD
from warehouse.release.reader import find

ROOT = Path(__file__).resolve().parents[2]
SEED = 6


def scored(of: list[Pairs]) -> dict[str, list[Scores] | None]:
    """The scores of the files by each way; None if it is not installed."""
    peer = logic_v2([file.sides for file in of])
    return {
        "ours": [ours(*file.sides) for file in of],
        "logic-v2": peer.scores if peer else None,
        "baseline": [baseline(file.lefts, file.rights) for file in of],
    }


def chosen(of: list[Pairs], scores: list[Scores]) -> float:
    """The threshold that is best on the one half of the left names."""
    halves = [
        (each[file.chosen_on], file.truth[file.chosen_on]) for file, each in zip(of, scores, strict=True)
    ]
    return best_threshold([Judged.of(*half) for half in halves])


def result(of: list[Pairs], scores: list[Scores], threshold: float) -> Result:
    """What a threshold does on the other half."""
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
    say("comparing one person in two spellings")
    results = {way: scores and result(of, scores, chosen(of, scores)) for way, scores in scored(of).items()}
    say("comparing pairs that were written without sight of the rules")
    other = written()
    others = {
        way: scores and result(other, scores, THRESHOLD if way == "ours" else results[way].threshold)
        for way, scores in scored(other).items()
    }
    with home(given.home) as place:
        say("comparing all names of all lists")
        said = throughput(place)
    peer = logic_v2([(*said["sample"], True)])
    matching_page.write(of, results, other, others, said, peer)
    say(f"written: {matching_page.PAGE}")


if __name__ == "__main__":
    main()
