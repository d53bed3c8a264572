"""The page of `bench_matching`: how well each way tells names, how fast, and what of the aims is met."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests.bench.matching_pairs import Pairs, Peer
from tests.bench.matching_scores import RESAMPLES, Numbers
from tests.bench.matching_throughput import FLOOR, SAMPLE
from tests.bench.news_page import told
from transforms.names.comparison import THRESHOLD

PAGE = Path(__file__).resolve().parents[2] / "docs" / "benchmarks-matching.md"
LIBRARIES = ("duckdb", "rapidfuzz", "anyascii")
MAX_SECONDS = 120
MAX_SCREENING = 60
WAYS = {
    "ours": "ours",
    "logic-v2": "nomenklatura's logic-v2",
    "baseline": "anyascii and token-sort ratio",
}
F1_BARS = {"X1": 0.97, "X2": 0.92, "X3": 0.94, "X4": 0.92, "X5": 0.985}
PRECISE_BARS = {"X2": 0.80, "X4": 0.80}
NOT_INSTALLED = "not installed"

WHAT = {
    "X1": "Belarusian: Latin, Cyrillic",
    "X2": "Belarusian in Latin, Russian in Cyrillic",
    "X3": "Belarusian, Russian, both in Cyrillic",
    "X4": "Latin of Belarusian, Latin of Russian",
    "X5": "Russian and Ukrainian: Latin, Cyrillic",
}

PAGE_TEXT = """# How well and how fast names are matched

Written by `make bench-matching` on {day}: {machine}.

## The same person in two spellings

The files are `../shared/data/matching/X1.csv` to `X5.csv` (without these the benchmark stops and says so).
Each has people with two spellings of their name, from official texts. Every left name is compared with every
right name of its file, by the name alone. A pair is true if it is in the file; all others are false. Each
method has *one* threshold for all five files: that of the best F1, pooled over the pairs of about half of
the left names (selected by a hash of the name). All numbers are for the other left names, against all right
names. *Recall at 99 %* is the highest recall of any threshold with a precision of 99 % on the file. *Best F1*
is that of the best threshold for the file in hindsight. In brackets: 95 % intervals from {resamples:,}
bootstrap samples of these left names. An interval of 1.000–1.000 only means that none of them was missed or
mistaken.

All of these pairs were visible while the rules and the table of given names were written, so this is not a
blind test. With an empty table of given names, an early version of the rules had a pooled F1 of 0.993.

*Ours* is `comparison.compare`, with the published threshold {published:g}. *logic-v2* is the matcher of
nomenklatura {peer}, given people with nothing but a name. The baseline is the similarity of the sorted words
after transliteration to ASCII: `rapidfuzz.fuzz.token_sort_ratio` of `anyascii.anyascii`.

| way | threshold |
|---|---|
{thresholds}

| file | left names | way | precision | recall | F1 | recall at 99 % | best F1 |
|---|---|---|---|---|---|---|---|
{rows}

{files}

{bars}

## Pairs written without knowledge of the rules

The files in `tests/bench/blind` were written by hand by someone who had not seen the rules, the files above
or any list. They contain public persons and bodies, with their relatives, namesakes and sister companies. The
results before anyone had looked at an error are in that folder's README.md. Afterwards the errors of one half
were read and rules were improved (for arabic, east_asian and other_scripts, no errors were read). The numbers
below are for the other left names, whose errors nobody has read. Ours uses its published threshold,
{published:g}, the others the thresholds above. logic-v2 is given bodies as companies.

| file | left names | way | precision | recall | F1 | recall at 99 % | best F1 |
|---|---|---|---|---|---|---|---|
{other_rows}

## All names of all lists

{throughput}

## Measure logic-v2

`make bench-matching` measures logic-v2 if nomenklatura can be imported; otherwise its columns are
`{not_installed}`. It is in the optional group `peers` of `pyproject.toml`. It can also be in a separate
environment, whose Python is named by `VIGIL_PEERS_PYTHON`. Its dependency PyICU is compiled at installation:
on Debian that needs `libicu-dev`, `pkg-config` and `g++`.
"""

THROUGHPUT = """The names of all records of a release made from `../shared/data`: {records:,} records,
{names:,} different names (without weak aliases). All are compared with each other: {possible:,.0f} million
pairs, starting from the text of the names. {pairs:,} pairs score {floor:g} or more. It took {wall:,.1f}
seconds ({cpu:,.1f} CPU seconds over all threads), and {peak:,.0f} MB of memory at the peak. CPU seconds
depend less on other work of the machine.

Both targets are for 2 cores. `vigil match` of {screened:,} of these names against the release took
{screen_wall:,.1f} seconds ({screen_cpu:,.1f} CPU seconds), including reading the release, and found
{screen_pairs:,} pairs.

- All names of all lists, at most {most} seconds: {wall:,.1f}: {met}.
- {screened:,} names against it, at most {most_screening} seconds: {screen_wall:,.1f}: {met_screening}.

Pairs per second, for {sample} × {sample} of these names of people, every left one with every right one:

| way | seconds | CPU seconds | pairs a second | pairs a CPU second |
|---|---|---|---|---|
{speeds}

Ours does not look at pairs without a common part, and counts them as compared, because their score is known
to be 0. logic-v2 is called for each pair; its entities are created and its data loaded beforehand."""


@dataclass(frozen=True)
class Result:
    """How well a way tells the pairs of the files: its threshold, and for each file the numbers on the left
    names that the threshold was not chosen on, with their intervals."""

    threshold: float
    numbers: dict[str, tuple[Numbers, Numbers, Numbers]]


def machine() -> str:
    """The machine in general terms, and the versions that matter."""
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    system = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GB of memory"
    return f"{system}, Python {platform.python_version()}, {libraries}"


def _row(file: Pairs, way: str, result: Result | None) -> str:
    left = int((~file.chosen_on).sum())
    if result is None:
        cells = [NOT_INSTALLED, *[""] * 4]
    else:
        found, low, high = result.numbers[file.name]
        cells = [f"{found.precision:.3f}", f"{found.recall:.3f}"]
        cells += [
            f"{getattr(found, what):.3f} ({getattr(low, what):.3f}–{getattr(high, what):.3f})"
            for what in ("f1", "precise", "best")
        ]
    return f"| {' | '.join([file.name, str(left), way, *cells])} |"


def bars(ours: Result) -> str:
    """What of the aims is met, a line each."""
    numbers = {name: found for name, (found, _, _) in ours.numbers.items()}
    aims = [(name, "F1", bar, numbers[name].f1) for name, bar in F1_BARS.items()]
    aims += [(name, "recall at 99 %", bar, numbers[name].precise) for name, bar in PRECISE_BARS.items()]
    return "\n".join(
        f"- {name}, {what} of at least {bar:g}: {reached:.3f}: {told(reached >= bar)}."
        for name, what, bar, reached in aims
    )


def speeds(said: dict[str, Any], peer: Peer | None) -> str:
    """The rows of the table of pairs a second."""
    took = {"ours": (said["sample_wall"], said["sample_cpu"])}
    if peer:
        took["logic-v2"] = (peer.wall, peer.cpu)
    rows = [
        f"| {way} | {wall:,.1f} | {cpu:,.1f} | {SAMPLE**2 / wall:,.0f} | {SAMPLE**2 / cpu:,.0f} |"
        for way, (wall, cpu) in took.items()
    ]
    if peer:
        ratios = [peer_took / own for peer_took, own in zip(took["logic-v2"], took["ours"], strict=True)]
        rows.append(f"| ours : logic-v2 | | | {ratios[0]:,.1f} | {ratios[1]:,.1f} |")
    else:
        rows.append(f"| logic-v2 | {NOT_INSTALLED} | | | |")
    return "\n".join(rows)


def _rows(files: list[Pairs], results: dict[str, Result | None]) -> str:
    return "\n".join(_row(file, way, result) for file in files for way, result in results.items())


def write(  # noqa: PLR0917 - two kinds of files, and two measures of speed
    files: list[Pairs],
    results: dict[str, Result | None],
    other: list[Pairs],
    others: dict[str, Result | None],
    said: dict[str, Any],
    peer: Peer | None,
) -> None:
    """Writes the page, of the results of each way (None: not installed) on X1 to X5 and on the `other` files,
    of what `matching_throughput` said, and of logic-v2 on its sample."""
    ours = results["ours"]
    if ours is None:
        raise ValueError("no results of our own")
    throughput = THROUGHPUT.format(
        **said | {"sample": SAMPLE, "peak": said["peak"] / 1e6},
        possible=said["names"] * (said["names"] - 1) / 2 / 1e6,
        floor=FLOOR,
        most=MAX_SECONDS,
        met=told(said["wall"] <= MAX_SECONDS),
        most_screening=MAX_SCREENING,
        met_screening=told(said["screen_wall"] <= MAX_SCREENING),
        speeds=speeds(said, peer),
    )
    text = PAGE_TEXT.format(
        day=f"{datetime.now(UTC):%Y-%m-%d}",
        machine=machine(),
        resamples=RESAMPLES,
        published=THRESHOLD,
        peer=peer.version if peer else f"({NOT_INSTALLED})",
        thresholds="\n".join(
            f"| {WAYS[way]} | {f'{result.threshold:.3f}' if result else NOT_INSTALLED} |"
            for way, result in results.items()
        ),
        rows=_rows(files, results),
        other_rows=_rows(other, others),
        files="; ".join(f"{name}: {what}" for name, what in WHAT.items()) + ".",
        bars=bars(ours),
        throughput=throughput,
        not_installed=NOT_INSTALLED,
    )
    PAGE.write_text(text, "utf-8")
