"""What `bench_news` times, each in a process of its own: two bare readings of a day's files, and ours.

    python -m tests.bench.news_runs unzip|read|ours HOME

Each line on standard input is a folder of a day, with `zips/` and, unzipped, `files/`: it is worked on, and a
line of JSON says what came of it. At the end of input what all days need is done, and a last line written.
Seconds are those of the work, without the waiting for the next line.
"""

from __future__ import annotations

import json
import resource
import sys
import time
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from contracts import contracts
from sources.registry import registry
from storage import database
from storage.home import Home
from storage.parquet import write_table
from tests.bench.memory import peak_bytes
from transforms.reading.parse_result import parse
from warehouse.history import versions
from warehouse.history.news import PARSED, build_news
from warehouse.staging.staging import WORK, Staging

THREADS = 2
KINDS = {"gkg.csv": 27, "export.CSV": 61, "mentions.CSV": 16}
SOURCE = "gdelt"
TABLES = (*PARSED, "article_names")
NOTHING_QUARANTINED = (
    "CREATE TABLE quarantined_record "
    "(source_id VARCHAR, unit_id VARCHAR, observed_at TIMESTAMPTZ, record_id VARCHAR, by_gate BOOLEAN); "
    "CREATE TABLE keyless_record "
    "(source_id VARCHAR, unit_id VARCHAR, observed_at TIMESTAMPTZ, raw VARCHAR)"
)


def count_columns(folder: Path) -> dict[str, Any]:
    """DuckDB reads all columns of the files in a folder and counts the values of each."""
    con = duckdb.connect()
    rows = 0
    for kind, width in KINDS.items():
        paths = [str(path) for path in sorted(folder.glob(f"*.{kind}"))]
        names = [f"c{number}" for number in range(width)]
        counts = con.execute(
            f"SELECT count(*), {', '.join(f'count({name})' for name in names)} "  # noqa: S608
            "FROM read_csv($paths, delim = '\t', quote = '', escape = '', header = false, "
            "auto_detect = false, columns = $columns)",
            {"paths": paths, "columns": dict.fromkeys(names, "VARCHAR")},
        ).fetchone()
        rows += counts[0] if counts else 0
    return {"rows": rows}


def inflate(folder: Path) -> None:
    """Unzips all files in a folder and throws away what comes out."""

    def one(path: Path) -> None:
        with zipfile.ZipFile(path) as archive, archive.open(archive.namelist()[0]) as stream:
            while stream.read(1 << 20):
                pass

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(one, sorted(folder.glob("*.zip"))))


class Read:
    """The bare reading of unzipped files."""

    def __init__(self, home: Path) -> None:
        pass

    def day(self, folder: Path) -> dict[str, Any]:
        return count_columns(folder / "files")

    def end(self) -> dict[str, Any]:
        return {}


class Unzip(Read):
    """The same after the unzipping of the files."""

    def day(self, folder: Path) -> dict[str, Any]:
        inflate(folder / "zips")
        return count_columns(folder / "files")


class Ours:
    """Vigil's way from zips to a release's Parquet: parsing a day into staged tables; then, over all days,
    the building of the news tables and their writing."""

    def __init__(self, home: Path) -> None:
        self._home = Home.at(str(home))
        self._home.shut()
        self._staging = Staging(self._home, "bench")
        self._source = registry()[SOURCE]
        self._units: list[versions.StagedUnit] = []

    def day(self, folder: Path) -> dict[str, Any]:
        number, unit = len(self._units), folder.name
        with ExitStack() as opened:
            paths = sorted((folder / "zips").glob("*.zip"))
            files = {path.name: opened.enter_context(path.open("rb")) for path in paths}
            snapshot = parse(SOURCE, self._source.parser, files, self._source.options)
            tables = snapshot.arrow()
        rows = {name: table.num_rows for name, table in tables.items()}
        self._staging.write(SOURCE, unit, tables, {"rows": rows})
        seen = datetime.fromtimestamp(number, UTC)
        where = self._staging.folder(SOURCE, unit)
        self._units.append(versions.StagedUnit(SOURCE, number, unit, seen, seen, rows, where))
        reports = snapshot.files
        graph = [found for name, found in reports.items() if name.endswith(".gkg.csv.zip")]
        return {
            "rows": sum(found.declared for found in reports.values()),
            "quarantined": sum(found.quarantined for found in reports.values()),
            "articles": sum(found.declared for found in graph),
            "kept": sum(found.parsed for found in graph),
            "unknown": sum(snapshot.unknown.values()),
        }

    def end(self) -> dict[str, Any]:
        work = self._home.staging / WORK / "bench.duckdb"
        work.parent.mkdir(parents=True, exist_ok=True)
        written = {}
        with database.connect(work) as con:
            con.execute(NOTHING_QUARANTINED)
            versions.load_observations(con, self._units)
            versions.find_unread(con, self._units)
            build_news(con, self._units)
            for name in TABLES:
                written[name] = write_table(con, contracts()[name], self._home.releases / "parquet")
        return {"written": written}


RUNS: dict[str, Callable[[Path], Read | Ours]] = {"unzip": Unzip, "read": Read, "ours": Ours}


def timed(work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    start = time.perf_counter()
    found = work()
    return {"seconds": time.perf_counter() - start, **found}


def say(found: dict[str, Any]) -> None:
    sys.stdout.write(f"{json.dumps(found)}\n")
    sys.stdout.flush()


def main(what: str, home: str) -> None:
    run = RUNS[what](Path(home))
    for line in sys.stdin:
        folder = Path(line.strip())
        say(timed(lambda: run.day(folder)))  # noqa: B023  called at once
    found = timed(run.end)
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    say({**found, "peak": peak_bytes() + children * (1 if sys.platform == "darwin" else 1024)})


if __name__ == "__main__":
    main(*sys.argv[1:])
