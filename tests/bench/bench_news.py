"""Times GDELT's way from zips to a release's Parquet on generated days, against two bare readings.

    make bench-news                           writes docs/benchmarks-news.md
    make bench-news NEWS_MONTH=30             and a month besides
    make bench-news NEWS_DAYS=1 NEWS_MB=2     a try with small files: writes nothing

Days are made by `generated_news` out of the real slices in ../shared/data/gdelt, worked on and deleted one
after another. Each way of a campaign is a process of its own (`news_runs`); all read the same files, which
are in memory as the disk's cache. Timed is a way's work on each day and at the end.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import zipfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

import duckdb

from storage import database
from storage.database import sql_literal
from tests.bench import generated_news, news_page
from tests.bench.news_page import WAYS, Campaign
from tests.bench.questions import outlet, person, scanned, week

ROOT = Path(__file__).resolve().parents[2]
FIRST_DAY = date(2025, 9, 1)  # a Monday
SEED = 5


def unzip(day: Path) -> None:
    """Writes what is in a day's `zips/` into `files/`, and waits until all of it is on the disk."""
    target = day / "files"
    target.mkdir()

    def one(path: Path) -> None:
        with zipfile.ZipFile(path) as archive:
            archive.extractall(target)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(one, sorted((day / "zips").glob("*.zip"))))
    os.sync()


def campaign(days: int, megabytes: float, folder: Path) -> Campaign:
    """Makes `days` days one after another, and has each way work on each. What ours writes stays."""
    result = Campaign(days)
    with ExitStack() as ended:
        ways = {what: ended.enter_context(way(what, folder / what)) for what in WAYS}
        for process in ways.values():
            ended.callback(process.kill)
        for number in range(days):
            date_ = FIRST_DAY + timedelta(days=number)
            day = folder / f"{date_}"
            result.made.append(generated_news.day(day / "zips", date_, megabytes=megabytes, seed=SEED))
            unzip(day)
            for what, process in ways.items():
                result.said[what].append(answer(process, f"{day}\n"))
            shutil.rmtree(day)
            say(f"{days} days: {date_} done")
        for what, process in ways.items():
            result.said[what].append(answer(process, ""))
    result.parquet = sum(path.stat().st_size for path in parquet(folder).rglob("*.parquet"))
    result.check()
    return result


def way(what: str, home: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.bench.news_runs", what, str(home)]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def answer(process: subprocess.Popen[str], line: str) -> dict[str, Any]:
    """What a way says to a line, or to the end of its input. RuntimeError if it has died."""
    if not process.stdin or not process.stdout:
        raise RuntimeError("a way without pipes")
    if line:
        process.stdin.write(line)
        process.stdin.flush()
    else:
        process.stdin.close()
    if not (said := process.stdout.readline()):
        raise RuntimeError(f"a way has ended with {process.wait()}")
    found: dict[str, Any] = json.loads(said)
    return found


def parquet(folder: Path) -> Path:
    """Where ours has written."""
    return folder / "ours" / "releases" / "parquet"


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def questions(folder: Path) -> str:
    """The page's table of what three questions read of the Parquet in a folder.

    Asked are the hundredth of the persons by how many articles name them, the tenth of the outlets, and the
    first week. The page names none of them: what generated articles say of people is not true.
    """
    head = "| question | table | row groups | of these read | rows | in what is read | found | ms |"
    lines = [head, f"|{'---|' * 8}"]
    with database.connect() as con:
        name = common(con, "name", f"{rows_of(folder, 'article_names')} WHERE kind = 'person'", 100)
        domain = common(con, "domain", rows_of(folder, "articles"), 10)
        monday = datetime.combine(FIRST_DAY, time(), UTC)
        for question in (person(name), outlet(domain), week(monday)):
            groups, read, rows, in_groups = 0, 0, 0, 0
            for path in parts(folder, question.table):
                size, count = con.execute(
                    "SELECT max(row_group_num_rows), count(DISTINCT row_group_id) FROM parquet_metadata(?)",
                    [str(path)],
                ).fetchone() or (1, 0)
                found = scanned(con, question, f"read_parquet({sql_literal(str(path))})")
                groups += count
                read += math.ceil(found.rows / size)  # all row groups of a file but its last are of one size
                rows += found.of
                in_groups += found.rows
            answers, milliseconds = asked(con, question.sql(rows_of(folder, question.table)))
            cells = f"{groups:,} | {read:,} | {rows:,} | {in_groups:,} | {answers:,} | {milliseconds:.1f}"
            lines.append(f"| {question.title} | `{question.table}` | {cells} |")
    return "\n".join(lines)


def parts(folder: Path, table: str) -> list[Path]:
    return sorted((folder / table).rglob("*.parquet"))


def rows_of(folder: Path, table: str) -> str:
    """SQL of a table's rows."""
    paths = ", ".join(sql_literal(str(path)) for path in parts(folder, table))
    return f"read_parquet([{paths}], hive_partitioning = false)"


def common(con: duckdb.DuckDBPyConnection, column: str, rows: str, rank: int) -> str:
    """The value of that rank, or the last, by how many rows have it."""
    found = con.execute(
        f"SELECT {column} FROM {rows} GROUP BY ALL ORDER BY count(*) DESC, {column} LIMIT {rank}"  # noqa: S608
    ).fetchall()
    return str(found[-1][0])


def asked(con: duckdb.DuckDBPyConnection, sql: str) -> tuple[int, float]:
    """How many rows a query gives, and in how many milliseconds at the median of five."""
    times, rows = [], 0
    for _ in range(5):
        start = perf_counter()
        rows = len(con.execute(sql).fetchall())
        times.append(perf_counter() - start)
    return rows, statistics.median(times) * 1e3


def main() -> int:
    days = {int(text) for text in os.environ.get("NEWS_DAYS", "1,2").split(",")}
    if month := os.environ.get("NEWS_MONTH"):
        days.add(int(month))
    megabytes = float(os.environ.get("NEWS_MB", generated_news.MEAN))
    if not generated_news.REAL.is_dir():
        say("no real slices of GDELT in ../shared/data/gdelt: nothing to make days of, nothing measured")
        return 0
    campaigns, answers = [], ""
    for number in sorted(days):
        with tempfile.TemporaryDirectory() as folder:
            campaigns.append(campaign(number, megabytes, Path(folder)))
            say("\n".join([*campaigns[-1].table(), campaigns[-1].sums()]))
            if number == max(days):
                answers = questions(parquet(Path(folder)))
    say(news_page.verdict(campaigns))
    say(answers)
    if megabytes == generated_news.MEAN:
        news_page.write(campaigns, megabytes, answers)
    return 0


if __name__ == "__main__":
    sys.exit(main())
