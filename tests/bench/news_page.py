"""The page of `bench_news`: what each way took, what it is compared with, and what of the aims is met."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.bench.generated_news import Made

PAGE = Path(__file__).resolve().parents[2] / "docs" / "benchmarks-news.md"
MAX_RATIO = 3.0
MAX_MEMORY = 2e9
LIBRARIES = ("duckdb", "pyarrow", "isal")
WAYS = {"ours": "ours", "unzip": "unzip and read", "read": "read"}

PAGE_TEXT = """# How fast news are processed

Written by `make bench-news` on {day}: {machine}.

No complete real days are available, so the files are generated: `tests/bench/generated_news.py` makes them
from real files in `../shared/data/gdelt` (without these the benchmark stops and says so). The rows have real
shapes and lengths, each with its own id, URL, domain, title, names, tone and times. A day has {files} files:
for each quarter of an hour and each of the two streams the graph (about {megabytes:g} MB unzipped), the
events and the mentions. They compress {packing:.1f} : 1, the real files 3.2 : 1.

*Ours* is the work from these zips to a release's Parquet: files are checked, parsed and filtered by the
`options` of `sources/gdelt/source.yml` into staged tables day by day; then all days are merged, sorted and
written by month. It excludes fetching, validation, linking and the other tables of a release. *Read* is
DuckDB reading all 27, 61 and 16 columns of the unzipped files and counting each. *Unzip and read* is the
same, after Python's `zipfile` has unzipped them in two threads (the bytes are discarded, nothing is written).
Each method is a separate process. All read the same files from the disk cache. *Peak* is the maximum memory
of the process.

| days | files | rows | unzipped | way | seconds | rows/s | MB/s | peak |
|---|---|---|---|---|---|---|---|---|
{rows}

| days | ours : unzip and read | ours : read | seconds a day | parsing | articles kept | Parquet |
|---|---|---|---|---|---|---|
{sums}

Targets: from zips to Parquet in at most {ratio:g} times the time of reading; at most {memory:g} GB of memory,
for any number of days; twice the days in at most twice the time.

{verdict}

## What a query reads

Three common queries on the Parquet files of {most}. *Row groups*: number in the table. *Of these read*: those
that DuckDB could not skip by the minimum and maximum values in the files. *Rows*: number in the table. *In
what is read*: rows returned by the scan, from `EXPLAIN ANALYZE` (see `tests/bench/questions.py`). *ms*:
median of five runs. A query for the week that contains all days reads everything.

{questions}
"""


@dataclass
class Campaign:
    """So many days: what was made, and what each way said of each day and of the end."""

    days: int
    made: list[Made] = field(default_factory=list)
    said: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {what: [] for what in WAYS})
    parquet: int = 0

    def files(self) -> int:
        return sum(made.files for made in self.made)

    def unzipped(self) -> int:
        return sum(made.unzipped for made in self.made)

    def packed(self) -> int:
        return sum(made.packed for made in self.made)

    def rows(self) -> int:
        return sum(sum(made.rows.values()) for made in self.made)

    def seconds(self, what: str) -> float:
        return float(sum(said["seconds"] for said in self.said[what]))

    def peak(self, what: str) -> int:
        return int(self.said[what][-1]["peak"])

    def ratio(self, floor: str) -> float:
        return self.seconds("ours") / self.seconds(floor)

    def parsing(self) -> float:
        return float(sum(said["seconds"] for said in self.said["ours"][:-1]))

    def kept(self) -> float:
        days = self.said["ours"][:-1]
        return float(sum(said["kept"] for said in days) / sum(said["articles"] for said in days))

    def check(self) -> None:
        """RuntimeError if a way has lost or rejected rows: its time would be that of other work."""
        for what, said in self.said.items():
            for made, day in zip(self.made, said, strict=False):
                if day["rows"] != sum(made.rows.values()) or day.get("quarantined"):
                    raise RuntimeError(f"{what} has read {day} of {made}")

    def table(self) -> list[str]:
        lines = []
        for what, name in WAYS.items():
            seconds = self.seconds(what)
            cells = (
                f"{self.days}",
                f"{self.files():,}",
                f"{self.rows():,}",
                f"{self.unzipped() / 1e6:,.0f} MB",
                name,
                f"{seconds:,.1f}",
                f"{self.rows() / seconds:,.0f}",
                f"{self.unzipped() / 1e6 / seconds:,.0f}",
                f"{self.peak(what) / 1e6:,.0f} MB",
            )
            lines.append(f"| {' | '.join(cells)} |")
        return lines

    def sums(self) -> str:
        cells = (
            f"{self.days}",
            f"{self.ratio('unzip'):.2f}",
            f"{self.ratio('read'):.2f}",
            f"{self.seconds('ours') / self.days:,.1f}",
            f"{self.parsing() / self.days:,.1f}",
            f"{self.kept():.1%}",
            f"{self.parquet / 1e6:,.1f} MB",
        )
        return f"| {' | '.join(cells)} |"


def verdict(campaigns: list[Campaign]) -> str:
    """What of the aims is met, a line each."""
    lines = []
    for floor, name in (("unzip", "unzip and read"), ("read", "read alone")):
        ratios = ", ".join(f"{each.ratio(floor):.2f} ({counted(each.days)})" for each in campaigns)
        met = all(each.ratio(floor) <= MAX_RATIO for each in campaigns)
        lines.append(f"- Ratio to {name}, at most {MAX_RATIO:g}: {ratios}: {told(met)}.")
    peaks = ", ".join(f"{each.peak('ours') / 1e9:.2f} GB ({counted(each.days)})" for each in campaigns)
    met = all(each.peak("ours") <= MAX_MEMORY for each in campaigns)
    lines.append(f"- Memory, at most {MAX_MEMORY / 1e9:g} GB: {peaks}: {told(met)}.")
    for fewer, more in pairwise(campaigns):
        times, growth = more.days / fewer.days, more.seconds("ours") / fewer.seconds("ours")
        lines.append(
            f"- {counted(more.days)} over {counted(fewer.days)}, at most {times:g} x the time: "
            f"{growth:.2f} x: {told(growth <= times)}."
        )
    return "\n".join(lines)


def counted(days: int) -> str:
    return f"{days} day{'s' if days > 1 else ''}"


def told(met: bool) -> str:
    return "met" if met else "**missed**"


def machine() -> str:
    """The machine in general terms, and the versions that matter."""
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    system = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GB of memory"
    return f"{system}, Python {platform.python_version()}, {libraries}"


def write(campaigns: list[Campaign], megabytes: float, questions: str) -> None:
    """Writes the page."""
    text = PAGE_TEXT.format(
        day=f"{datetime.now(UTC):%Y-%m-%d}",
        machine=machine(),
        packing=sum(each.unzipped() for each in campaigns) / sum(each.packed() for each in campaigns),
        files=campaigns[0].files() // campaigns[0].days,
        megabytes=megabytes,
        rows="\n".join(line for each in campaigns for line in each.table()),
        sums="\n".join(each.sums() for each in campaigns),
        ratio=MAX_RATIO,
        memory=MAX_MEMORY / 1e9,
        verdict=verdict(campaigns),
        most=counted(campaigns[-1].days),
        questions=questions,
    )
    PAGE.write_text(text, "utf-8")
