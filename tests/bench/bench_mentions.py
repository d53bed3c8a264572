"""Times the finding of mentions in a generated day of GDELT's graph, beside the parsing of that day.

    python -m tests.bench.bench_mentions                  writes docs/benchmarks-mentions.md
    MENTIONS_MB=2 python -m tests.bench.bench_mentions    a try with small files: writes nothing

The day is made by `generated_news` out of the real slices in ../shared/data/gdelt, and parsed as a run does.
Its titles are put together of a few real ones and have few words; so they are written anew here, of words as
many and as rare as in life, in Latin and Cyrillic letters, some with a watched name in them. Watched are the
first 10,000 names, by a hash, on a real list of sanctions.
"""

from __future__ import annotations

import os
import random
import resource
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import accumulate
from pathlib import Path
from time import perf_counter

import duckdb
import pyarrow as pa

from sources.registry import registry
from storage import database
from storage.home import Home
from tests.bench import generated_news, news_page
from tests.bench.bench_news import FIRST_DAY, SEED, say
from tests.bench.news_runs import NOTHING_QUARANTINED, SOURCE
from transforms.identity.mentions.mentions import find_mentions
from transforms.names.cleaning import script
from transforms.reading.parse_result import parse
from warehouse.history import versions
from warehouse.history.news import build_news
from warehouse.staging.staging import WORK, Staging

PAGE = news_page.PAGE.with_name("benchmarks-mentions.md")
LIST = "us_ofac_sdn"
WATCHED = 10_000
NAMED = 0.1  # of the titles have a watched name
WORDS = 60_000  # that titles are made of, the n-th with a chance of about 1/n
LENGTHS = (5, 14)  # of titles, in words

PAGE_TEXT = """# How fast mentions are found

Written by `python -m tests.bench.bench_mentions` on {day}: {machine}.

A day of GDELT's files is generated (see [benchmarks-news.md](benchmarks-news.md)) and parsed. {watched:,}
watched names of the list `{list}` are then searched in the articles that are kept. The titles are generated
from {words:,} words, so that they are as diverse as real ones. *Parsing* is the time from all files to Arrow
tables and staged Parquet. *Mentions* is the time of `mentions.find_mentions` on the articles in a database,
from splitting texts to the two tables. Both run in one process, one after the other. *CPU* is user and system
time over all threads.

| work | seconds | CPU |
|---|---|---|
| parsing | {parsing.wall:.1f} | {parsing.cpu:.1f} |
| mentions | {mentions.wall:.1f} | {mentions.cpu:.1f} |

{articles:,} articles, {titles:,} distinct titles of {title_words:,} distinct words, {names:,} distinct names
of people and bodies; found: {found:,} mentions, {candidates:,} candidates.

Target: mentions take at most as long as parsing: {wall:.2f} x by the clock, {cpu:.2f} x of CPU:
{verdict}.
"""


@dataclass(frozen=True)
class Took:
    wall: float
    cpu: float


def took(work: Callable[[], object]) -> Took:
    start, before = perf_counter(), _cpu()
    work()
    return Took(perf_counter() - start, _cpu() - before)


def _cpu() -> float:
    used = (resource.getrusage(which) for which in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def parse_day(folder: Path, staging: Staging) -> versions.StagedUnit:
    """Parses the zips in a folder into staged tables, as a run does."""
    source = registry()[SOURCE]
    with ExitStack() as opened:
        files = {path.name: opened.enter_context(path.open("rb")) for path in sorted(folder.glob("*.zip"))}
        tables = parse(SOURCE, source.parser, files, source.options).arrow()
    rows = {name: table.num_rows for name, table in tables.items()}
    staging.write(SOURCE, folder.name, tables, {"rows": rows})
    seen = datetime.fromtimestamp(0, UTC)
    return versions.StagedUnit(SOURCE, 0, folder.name, seen, seen, rows, staging.folder(SOURCE, folder.name))


def watch(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Fills the tables of lists with the watched names, each record an entity; returns the people's."""
    source = registry()[LIST]
    folder = sorted((generated_news.REAL.parent / LIST).iterdir())[-1]
    with ExitStack() as opened:
        files = {path.name: opened.enter_context(path.open("rb")) for path in sorted(folder.iterdir())}
        tables = parse(LIST, source.parser, files, source.options).arrow()
    seen = datetime(2025, 1, 1, tzinfo=UTC)
    for name in ("names", "sanctions"):
        con.register("parsed", tables[name])
        con.execute(
            f"CREATE TABLE {name} AS SELECT *, ?::TIMESTAMPTZ AS valid_from, NULL::TIMESTAMPTZ AS valid_to "  # noqa: S608
            "FROM parsed",
            [seen],
        )
        con.unregister("parsed")
    con.execute("CREATE TABLE prisoners (record_id VARCHAR)")
    con.execute(
        f"""
        DELETE FROM names WHERE kind = 'weak_alias' OR name NOT IN (
            SELECT name FROM (SELECT DISTINCT name FROM names WHERE kind <> 'weak_alias')
            ORDER BY hash(name) LIMIT {WATCHED});
        CREATE TABLE entity_records AS
        SELECT 'vg-' || record_id AS entity_id, record_id FROM sanctions;
        CREATE TABLE entities AS
        SELECT
            'vg-' || record_id AS entity_id, schema, name, nationalities AS countries,
            birth_dates[1] AS birth_date
        FROM sanctions
        """  # noqa: S608
    )
    found = con.execute(
        "SELECT DISTINCT n.name FROM names AS n JOIN sanctions AS s USING (record_id) "
        "WHERE s.schema = 'Person' ORDER BY n.name"
    )
    return [name for (name,) in found.fetchall()]


def retitle(con: duckdb.DuckDBPyConnection, people: list[str]) -> None:
    """Gives each article that has a title a new one."""
    draw = random.Random(SEED)  # noqa: S311
    ids = [
        key
        for (key,) in con.execute("SELECT article_id FROM articles WHERE title <> '' ORDER BY 1").fetchall()
    ]
    seeds = con.execute("SELECT DISTINCT unnest(string_split(title, ' ')) AS word FROM articles ORDER BY 1")
    pieces = [word for (word,) in seeds.fetchall() if word and word.isalpha()]
    by_script = [
        [word for word in pieces if (script(word) == "Cyrl") is cyrillic] or pieces
        for cyrillic in (False, True)
    ]
    words: list[list[str]] = []
    for some in by_script:
        # the beginning of one word and the end of another: as many as in life, and of such lengths
        made = {
            f"{(a := draw.choice(some))[: len(a) // 2 + 1]}{(b := draw.choice(some))[len(b) // 2 :]}"
            for _ in range(WORDS)
        }
        words.append(draw.sample(sorted(made), len(made)))
    weights = [list(accumulate(1 / (n + 1) for n in range(len(some)))) for some in words]
    titles = []
    for _ in ids:
        which = draw.random() < 0.2
        title = draw.choices(words[which], cum_weights=weights[which], k=draw.randint(*LENGTHS))
        title = [word.capitalize() if draw.random() < 0.4 else word for word in title]
        if draw.random() < NAMED:
            name = draw.choice(people).split()
            title[2:2] = [name[0], name[-1]]
        titles.append(" ".join(title))
    con.register("new_title", pa.table({"article_id": ids, "title": titles}))
    con.execute(
        "UPDATE articles SET title = n.title FROM new_title AS n WHERE articles.article_id = n.article_id"
    )
    con.unregister("new_title")


def count(con: duckdb.DuckDBPyConnection, sql: str) -> int:
    return int((con.execute(sql).fetchone() or (0,))[0])


def main() -> int:
    megabytes = float(os.environ.get("MENTIONS_MB", generated_news.MEAN))
    if not generated_news.REAL.is_dir():
        say("no real slices of GDELT in ../shared/data/gdelt: nothing to make days of, nothing measured")
        return 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        day = folder / f"{FIRST_DAY}"
        generated_news.day(day, FIRST_DAY, megabytes=megabytes, seed=SEED)
        home = Home.at(str(folder / "home"))
        home.shut()
        staging = Staging(home, "bench")
        units: list[versions.StagedUnit] = []
        parsing = took(lambda: units.append(parse_day(day, staging)))
        work = home.staging / WORK / "bench.duckdb"
        work.parent.mkdir(parents=True, exist_ok=True)
        with database.connect(work) as con:
            con.execute(NOTHING_QUARANTINED)
            versions.load_observations(con, units)
            versions.find_unread(con, units)
            build_news(con, units)
            retitle(con, watch(con))
            mentions = took(lambda: find_mentions(con))
            figures = {
                "articles": count(con, "SELECT count(*) FROM articles"),
                "titles": count(con, "SELECT count(DISTINCT title) FROM articles"),
                "title_words": count(
                    con,
                    "SELECT count(DISTINCT lower(word)) "
                    "FROM (SELECT unnest(string_split(title, ' ')) AS word FROM articles)",
                ),
                "names": count(con, "SELECT count(DISTINCT (kind, name)) FROM article_names"),
                "found": count(con, "SELECT count(*) FROM mentions"),
                "candidates": count(con, "SELECT count(*) FROM candidate_mentions"),
            }
    text = PAGE_TEXT.format(
        day=f"{datetime.now(UTC):%Y-%m-%d}",
        machine=news_page.machine(),
        watched=WATCHED,
        list=LIST,
        words=WORDS,
        parsing=parsing,
        mentions=mentions,
        wall=mentions.wall / parsing.wall,
        cpu=mentions.cpu / parsing.cpu,
        verdict=news_page.told(mentions.wall <= parsing.wall),
        **figures,
    )
    say(text)
    if megabytes == generated_news.MEAN:
        PAGE.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
