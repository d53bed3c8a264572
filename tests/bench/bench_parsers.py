"""Times each sanctions parser on the real snapshots beside the project, against a floor.

    make bench          all; writes docs/benchmarks.md
    make bench BENCH_SOURCE=un_sc

Timed is the way from bytes on disk to typed Arrow tables, all child tables included. The floor is the
bare reading of the same files in the same run: lxml's iterparse that keeps nothing, python-calamine's
reading of all cells, or the csv module over the decoded text. Each measurement is a fresh process, floor
and parser in turn. Memory is what the parser's process takes at its peak on top of what it took after
imports and one bundled sample.
"""

from __future__ import annotations

import csv
import io
import json
import os
import platform
import statistics
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from sources.registry import Source, registry, samples

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"
PAGE = ROOT / "docs" / "benchmarks.md"
REPEATS = 7
MAX_RATIO = 3.0
MAX_MEMORY = 4.0  # times the files' size
SMALL = 100_000  # bytes below which a ratio says nothing: the clock's and the allocator's grain
LIBRARIES = ("lxml", "pyarrow", "python-calamine")

PAGE_TEXT = """# How fast the parsers are

Written by `make bench` on {day}: {machine}. It needs real snapshots in `../shared/data/<source>/<date>/`.

*Floor* is the time to read the same files and nothing else: `lxml.etree.iterparse` for XML, all cells by
python-calamine for xlsx, the `csv` module over the decoded text for CSV. *Parser* is the time from bytes on
disk to typed Arrow tables, including all child tables. Each measurement is a new process, {repeats} of each,
alternating. Times are medians; the ratio is the median (and the minimum) over the pairs. *Memory* is the peak
of the process minus its memory after imports and one bundled sample; *x* is that divided by the size of the
files, for xlsx also by their unzipped size. *Tables* is the size of the Arrow tables.

| source | snapshot | files | floor | parser | ratio | memory | x | tables |
|---|---|---|---|---|---|---|---|---|
{rows}

Targets: ratio at most {ratio:g}, memory at most {memory:g} x the files. {verdict}
"""


class Snapshot(NamedTuple):
    """A dated folder of real files of a source."""

    source_id: str
    folder: Path

    def paths(self) -> list[Path]:
        return sorted(path for path in self.folder.iterdir() if path.suffix.lower() in FLOORS)

    def size(self) -> int:
        return sum(path.stat().st_size for path in self.paths())

    def unzipped(self) -> int | None:
        """What the files hold when unzipped; None if none is a zip."""
        if not all(zipfile.is_zipfile(path) for path in self.paths()):
            return None
        return sum(info.file_size for path in self.paths() for info in zipfile.ZipFile(path).infolist())


@dataclass(frozen=True)
class Measured:
    """One snapshot's results: seconds of floor and parser in pairs, bytes."""

    snapshot: Snapshot
    floors: list[float]
    parsers: list[float]
    peak: int
    arrow: int

    @property
    def ratios(self) -> list[float]:
        return [parser / floor for parser, floor in zip(self.parsers, self.floors, strict=True)]

    @property
    def ratio(self) -> float:
        return statistics.median(self.ratios)

    @property
    def memory(self) -> float:
        return self.peak / self.snapshot.size()

    def missed(self) -> list[str]:
        """The aims that it misses; none for files too small to tell."""
        if self.snapshot.size() < SMALL:
            return []
        name = f"{self.snapshot.source_id} {self.snapshot.folder.name}"
        ratio = [f"{name}: ratio {self.ratio:.2f}"] if self.ratio > MAX_RATIO else []
        return ratio + ([f"{name}: memory {self.memory:.1f} x"] if self.memory > MAX_MEMORY else [])

    def row(self) -> str:
        unzipped = self.snapshot.unzipped()
        times = f"{self.memory:.1f}" + (f" ({self.peak / unzipped:.1f} unzipped)" if unzipped else "")
        small = self.snapshot.size() < SMALL
        cells = (
            self.snapshot.source_id,
            self.snapshot.folder.name,
            megabytes(self.snapshot.size()),
            f"{statistics.median(self.floors) * 1e3:,.1f} ms",
            f"{statistics.median(self.parsers) * 1e3:,.1f} ms",
            "too small" if small else f"{self.ratio:.2f} ({min(self.ratios):.2f})",
            megabytes(self.peak),
            "too small" if small else times,
            megabytes(self.arrow),
        )
        return f"| {' | '.join(cells)} |"


def megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"


def read_xml(path: Path) -> None:
    from lxml import etree

    for _, element in etree.iterparse(str(path)):
        element.clear()
        parent = element.getparent()
        while parent is not None and parent[0] is not element:
            del parent[0]


def read_csv(path: Path) -> None:
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    for _ in csv.reader(io.StringIO(text, newline="")):
        pass


def read_xlsx(path: Path) -> None:
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(path)
    for name in book.sheet_names:
        book.get_sheet_by_name(name).to_python()


FLOORS: dict[str, Callable[[Path], None]] = {".xml": read_xml, ".csv": read_csv, ".xlsx": read_xlsx}


def time_floor(source: Source, paths: list[Path], warm: list[Path]) -> dict[str, float]:
    for path in warm:
        FLOORS[path.suffix.lower()](path)
    start = time.perf_counter()
    for path in paths:
        FLOORS[path.suffix.lower()](path)
    return {"seconds": time.perf_counter() - start}


def time_parser(source: Source, paths: list[Path], warm: list[Path]) -> dict[str, float]:
    from tests.bench.memory import peak_bytes, reset_peak
    from transforms.reading.parse_result import parse

    def read(found: list[Path]) -> int:
        with ExitStack() as opened:
            files = {path.name: opened.enter_context(path.open("rb")) for path in found}
            tables = parse(source.source_id, source.parser, files, source.options).arrow()
        return sum(table.nbytes for table in tables.values())

    if warm:
        read(warm)
    reset_peak()
    before = peak_bytes()
    start = time.perf_counter()
    size = read(paths)
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "peak": peak_bytes() - before, "arrow": size}


def child(what: str, source_id: str, folder: str) -> None:
    """One measurement, in this process; its numbers go to standard output."""
    source = registry()[source_id]
    paths = Snapshot(source_id, Path(folder)).paths()
    kinds = {path.suffix.lower() for path in paths}
    folders = sorted(samples(source_id).glob("*/"))
    bundled = [[p for p in sorted(f.iterdir()) if p.suffix.lower() in kinds] for f in folders]
    warm = next((found for found in bundled if found), [])
    timed = time_floor if what == "floor" else time_parser
    sys.stdout.write(json.dumps(timed(source, paths, warm)))


def measurement(what: str, snapshot: Snapshot) -> dict[str, float]:
    """One measurement in a process of its own."""
    command = [
        sys.executable,
        "-m",
        "tests.bench.bench_parsers",
        what,
        snapshot.source_id,
        str(snapshot.folder),
    ]
    ended = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, float] = json.loads(ended.stdout)
    return found


def measured(snapshot: Snapshot) -> Measured:
    floors, parsers = [], []
    for _ in range(REPEATS):
        floors.append(measurement("floor", snapshot))
        parsers.append(measurement("parser", snapshot))
    return Measured(
        snapshot,
        [one["seconds"] for one in floors],
        [one["seconds"] for one in parsers],
        int(max(one["peak"] for one in parsers)),
        int(parsers[0]["arrow"]),
    )


def snapshots(wanted: str | None) -> list[Snapshot]:
    """The real snapshots of the sanctions sources, and a line for each source without one."""
    found = []
    for source in registry().values():
        if source.family != "sanctions" or wanted not in {None, source.source_id}:
            continue
        folders = [Snapshot(source.source_id, f) for f in sorted((DATA / source.source_id).glob("*/"))]
        there = [snapshot for snapshot in folders if snapshot.paths()]
        if not there:
            sys.stdout.write(f"{source.source_id}: no real snapshot in ../shared/data, not measured\n")
        found += there
    return found


def machine() -> str:
    """The machine in general terms, and the versions that matter."""
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    system = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    return f"{system}, Python {platform.python_version()}, {libraries}"


def main() -> int:
    wanted = os.environ.get("BENCH_SOURCE") or None
    results = []
    for snapshot in snapshots(wanted):
        results.append(measured(snapshot))
        sys.stdout.write(f"{results[-1].row()}\n")
        sys.stdout.flush()
    missed = [line for result in results for line in result.missed()]
    verdict = f"Missed: {'; '.join(missed)}." if missed else "All are met."
    sys.stdout.write(f"{verdict}\n" if results else "nothing measured\n")
    if results and wanted is None:
        text = PAGE_TEXT.format(
            day=f"{datetime.now(UTC):%Y-%m-%d}",
            machine=machine(),
            repeats=REPEATS,
            rows="\n".join(result.row() for result in results),
            ratio=MAX_RATIO,
            memory=MAX_MEMORY,
            verdict=verdict,
        )
        PAGE.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    if len(sys.argv) == 4:
        child(*sys.argv[1:])
    else:
        sys.exit(main())
