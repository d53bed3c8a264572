"""The three questions that news tables are laid out for, and how much of a release DuckDB reads for each.

How many rows a scan of Parquet had to look at `EXPLAIN ANALYZE` does not tell: the rows it gives are those
that fit, and the rows it calls scanned are those of the whole files. But a filter by several values stays
outside the scan, which by the row groups' statistics alone passes over those that hold none of them. So each
question has a `probe`: the same question asked by values, whose scan gives every row of every row group that
was read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import duckdb

from storage.database import sql_literal

QUARTER = timedelta(minutes=15)
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Question:
    """What is asked of a table: the columns that answer it, and SQL of the rows that are meant."""

    title: str
    table: str
    select: str
    where: str
    probe: str

    def sql(self, source: str) -> str:
        """The question, to `source`: a table, or SQL of its rows in brackets."""
        return f"SELECT {self.select} FROM {source} WHERE {self.where}"  # noqa: S608


@dataclass(frozen=True)
class Scanned:
    """How many rows of a table were read for a question, of how many."""

    rows: int
    of: int

    @property
    def share(self) -> float:
        return self.rows / self.of if self.of else 0.0


def person(name: str) -> Question:
    """Which articles name somebody."""
    return Question(
        "articles that name one person",
        "article_names",
        "article_id, domain, seen_at",
        f"name = {sql_literal(name)} AND kind = 'person'",
        f"name IN ({sql_literal(name)}, {sql_literal(f'{name} ')})",
    )


def outlet(domain: str) -> Question:
    """What an outlet wrote."""
    return Question(
        "articles of one outlet",
        "articles",
        "seen_at, title, url",
        f"domain = {sql_literal(domain)}",
        f"domain IN ({sql_literal(domain)}, {sql_literal(f'{domain} ')})",
    )


def week(monday: datetime) -> Question:
    """What was written in a week, which begins at `monday` (with a time zone), in which tone."""
    moments = [monday + QUARTER * number for number in range(WEEK // QUARTER)]
    return Question(
        "articles of one week",
        "articles",
        "seen_at, lang, tone, countries",
        f"seen_at >= {_moment(monday)} AND seen_at < {_moment(monday + WEEK)}",
        f"seen_at IN ({', '.join(map(_moment, moments))})",
    )


def scanned(con: duckdb.DuckDBPyConnection, question: Question, source: str) -> Scanned:
    """What DuckDB's EXPLAIN ANALYZE tells of a question to Parquet files."""
    probe = f"SELECT count(*) FROM {source} WHERE {question.probe}"  # noqa: S608
    [(_, plan)] = con.execute(f"EXPLAIN (ANALYZE, FORMAT json) {probe}").fetchall()
    [(rows,)] = con.execute(f"SELECT count(*) FROM {source}").fetchall()  # noqa: S608
    return Scanned(sum(node["operator_cardinality"] for node in _scans(json.loads(plan))), rows)


def _scans(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if node.get("operator_type") == "TABLE_SCAN":
        yield node
    for child in node["children"]:
        yield from _scans(child)


def _moment(moment: datetime) -> str:
    return f"TIMESTAMPTZ '{moment.isoformat()}'"
