"""A question about one name, one outlet or one week reads few of a month's row groups."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb
import pytest
from upath import UPath

from contracts import contract
from storage import database
from storage.database import sql_literal
from storage.files import sql_path
from storage.parquet import parquet_files, scan, write_table
from tests.bench.questions import Question, outlet, person, scanned, week

ARTICLES = 400_000
TABLES = ("articles", "article_names")

# A month of articles: outlets drawn unevenly, as they are in life, quarters of an hour evenly. Names differ
# in their first letters, as in life too: of texts DuckDB keeps the first eight bytes of a row group's bounds.
NEWS = f"""
CREATE MACRO named(number) AS left(md5(number::VARCHAR), 6);

CREATE TABLE articles AS
SELECT
    'a-' || left(sha256(i::VARCHAR), 16) AS article_id, 'gdelt' AS source_id,
    'https://' || outlet || '.example/' || i AS url, outlet || '.example' AS domain,
    'Headline ' || i AS title, 'en' AS lang, NULL::TIMESTAMPTZ AS published_at,
    TIMESTAMPTZ '2025-09-01 00:00:00+00' + INTERVAL 15 MINUTE * (hash(i + 7) % 2880)::INTEGER AS seen_at,
    -1.5::DOUBLE AS tone, 1.0::DOUBLE AS tone_positive, 2.5::DOUBLE AS tone_negative,
    3.5::DOUBLE AS tone_polarity, 20.0::DOUBLE AS activity_density, 1.0::DOUBLE AS self_density,
    500::BIGINT AS words, ['ARREST', 'TRIAL'] AS themes,
    [named(hash(i + 1) % 20_000) || ' person', named(hash(i + 2) % 20_000) || ' person'] AS persons,
    [named(hash(i + 3) % 5_000) || ' body'] AS organizations, ['BY'] AS countries
FROM (SELECT i, named((sqrt(hash(i) % 9_000_000))::INTEGER) AS outlet FROM range({ARTICLES}) AS t(i));

CREATE TABLE article_names AS
SELECT DISTINCT unnest(persons) AS name, 'person' AS kind, article_id, domain, seen_at FROM articles
UNION ALL
SELECT DISTINCT unnest(organizations), 'organization', article_id, domain, seen_at FROM articles;
"""  # noqa: S608  a number of this module


def named(number: int) -> str:
    return hashlib.md5(str(number).encode(), usedforsecurity=False).hexdigest()[:6]


SOMEBODY = f"{named(77)} person"
QUESTIONS = [
    # the share of the month's row groups that each may read
    (person(SOMEBODY), 0.1),
    (outlet(f"{named(1_977)}.example"), 0.6),
    (week(datetime(2025, 9, 8, tzinfo=UTC)), 0.35),
]


@dataclass(frozen=True)
class Month:
    """A month of news as a release holds it."""

    con: duckdb.DuckDBPyConnection
    folder: UPath

    def source(self, table: str) -> str:
        return f"({scan(self.folder, contract(table))})"

    def row_groups(self, table: str, column: str) -> list[tuple[int, str, str]]:
        """Rows, least and greatest value of each row group, by its statistics."""
        [path] = parquet_files(self.folder, contract(table))
        return self.con.execute(
            "SELECT row_group_num_rows, stats_min_value, stats_max_value "  # noqa: S608
            f"FROM parquet_metadata({sql_literal(sql_path(path))}) "
            "WHERE path_in_schema = ? ORDER BY row_group_id",
            [column],
        ).fetchall()


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Month]:
    folder = UPath(tmp_path_factory.mktemp("release"))
    with database.connect() as con:
        con.execute(NEWS)
        for table in TABLES:
            write_table(con, contract(table), folder)
        for table in TABLES:
            con.execute(f"ALTER TABLE {table} RENAME TO written_{table}")
        yield Month(con, folder)


@pytest.mark.parametrize(("question", "most"), QUESTIONS)
def test_a_question_reads_few_row_groups(month: Month, question: Question, most: float) -> None:
    found = scanned(month.con, question, month.source(question.table))
    assert 0 < found.share <= most
    asked = month.con.execute(f"{question.sql(month.source(question.table))} ORDER BY ALL").fetchall()
    told = month.con.execute(f"{question.sql(f'written_{question.table}')} ORDER BY ALL").fetchall()
    assert asked == told
    assert asked


def test_what_is_read_are_the_row_groups_whose_statistics_allow_it(month: Month) -> None:
    groups = month.row_groups("article_names", "name")
    rows = contract("article_names").row_group
    assert [count for count, _, _ in groups[:-1]] == [rows] * (len(groups) - 1)
    assert sorted(groups, key=lambda group: group[1]) == groups
    wanted = sum(count for count, least, greatest in groups if least <= SOMEBODY <= greatest)
    found = scanned(month.con, person(SOMEBODY), month.source("article_names"))
    assert found.rows == wanted
    assert found.of == sum(count for count, _, _ in groups)


@pytest.mark.parametrize("table", TABLES)
def test_every_row_group_has_the_statistics_that_a_question_goes_by(month: Month, table: str) -> None:
    for column in {"articles": ("domain", "seen_at"), "article_names": ("name", "seen_at")}[table]:
        assert all(least is not None and greatest for _, least, greatest in month.row_groups(table, column))


def test_a_name_that_nobody_bears_reads_nothing(month: Month) -> None:
    assert scanned(month.con, person("zzz"), month.source("article_names")).rows == 0
