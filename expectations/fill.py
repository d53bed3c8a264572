"""How full a snapshot's columns are, and which values were lost since the last good snapshot.

If a publisher changes a word of its vocabulary, the form of its dates or the name of an element, a column
becomes empty, or all its values fall back to a word such as `unknown`, while the number of records stays the
same. Therefore each table's rows are counted, and for each column the rows in which it is filled.

For a list, the records that are in both snapshots are compared, so that added and removed records are no
loss. If there are few such records, and for days of news, the shares of all rows are compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import duckdb

from contracts import PRECISIONS, Contract, contract
from expectations.checks import Severity
from sources.bounds import Fill, FillBounds

Shape = dict[str, dict[str, int]]
"""By table and measure, how many rows meet it."""

ROWS = "rows"

SAYS_NOTHING = {
    ("prisoners", "status"): "unknown",
    ("sanctions", "schema"): "LegalEntity",
    ("identifiers", "type"): "other",
}
"""The value of a column where the publisher's word is missing or unknown."""

VOCABULARY = {
    ("addresses", "kind"),
    ("identifiers", "type"),
    ("names", "kind"),
    ("nationalities", "kind"),
    ("particulars", "property"),
    ("positions", "kind"),
    ("prisoners", "status"),
    ("sanctions", "schema"),
}
"""Columns that hold a publisher's words. A word that no row has any more was replaced by another."""

PUT_TOGETHER = {"prisoners": ("name",), "sanctions": ("name", "reason")}
"""Columns that are joined from several fields of a publisher. If one of the fields is lost they stay filled,
with fewer words."""

_KEYS = frozenset({"record_id", "source_id", "article_id", "news_event_id"})
_DAY = PRECISIONS[0]
_FILLED = {"string": "{} <> ''", "list<string>": "len({}) > 0"}
"""SQL by type, for a column's quoted name; another type's is filled where it is not null."""

MOST_OTHERS = 0.5
"""If less than this share of the last good snapshot's records is in this one, all rows are compared."""


@dataclass(frozen=True)
class Comparison:
    """How two snapshots are compared, by the records that both have or by all rows of each.

    Below these numbers of lost values chance is an explanation: of a column that lost `some` (to hold, and
    to warn), and of one that lost `all`, or all where more than a few rows had any.
    """

    some: int
    some_warn: int
    all: int
    all_of_many: int
    all_warn: int

    def loss(self, expected: float, now: int, rows: int, bounds: FillBounds) -> Severity | None:
        """What a fall leads to, from the number of values to be expected to that which is there, in a table
        of so many `rows`."""
        lost = expected - now
        if lost <= 0:
            return None
        if now:
            enough, enough_warn = self.some, self.some_warn
        else:
            alike = expected >= MANY * rows and bounds.hold != 1
            enough = self.all_of_many if alike else self.all
            enough_warn = self.all_warn
        if bounds.hold is not None and lost / expected >= bounds.hold and lost >= enough:
            return "hold"
        if bounds.warn is not None and lost / expected >= bounds.warn and lost >= enough_warn:
            return "warn"
        return None


OF_THE_SAME = Comparison(some=10, some_warn=5, all=10, all_of_many=3, all_warn=3)
OF_ALL_ROWS = Comparison(some=50, some_warn=50, all=20, all_of_many=20, all_warn=20)
MANY = 0.25


@dataclass(frozen=True)
class Loss:
    """A measure of a table that fell: from how many rows, in proportion, to how many."""

    table: str
    measure: str
    before: int
    now: int
    severity: Severity

    def __str__(self) -> str:
        return f"{self.measure} {self.before:,} -> {self.now:,}"


def _measures(table: Contract) -> dict[str, str]:
    """SQL by measure: whether a row of the table meets it."""
    found = {ROWS: "true"}
    for column in table.content_columns:
        name = column.name
        if name in _KEYS:
            continue
        words: tuple[str, ...] = column.enum or () if (table.name, name) in VOCABULARY else ()
        if column.enum == PRECISIONS:
            words = (_DAY,)
        else:
            found[name] = _FILLED.get(column.type, "{} IS NOT NULL").format(f'"{name}"')
        found |= {f"{name}={word}": f"\"{name}\" = '{word}'" for word in words}
    return found


def shape(con: duckdb.DuckDBPyConnection, tables: Iterable[str], prefix: str = "", kept: str = "") -> Shape:
    """The shape of the tables of these names, each after `prefix` in `con`; of the rows that `kept`, a
    further clause of SQL, leaves."""
    found: Shape = {}
    for name in sorted(tables):
        measures = _measures(contract(name))
        counted = ", ".join(f"count(*) FILTER ({sql})" for sql in measures.values())
        row = con.execute(f"SELECT {counted} FROM {prefix}{name} {kept}").fetchone()  # noqa: S608  our own SQL
        found[name] = dict(zip(measures, row or (), strict=True))
    return found


def losses_of_list(
    con: duckdb.DuckDBPyConnection, tables: Iterable[str], main: str, bounds: Fill
) -> list[Loss]:
    """What a list's `tables` lost. In `con`: the snapshot's tables, and those of the last good one as
    `before_<table>`."""
    names = sorted(tables)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE in_both AS "  # noqa: S608  our own SQL
        f"SELECT record_id FROM {main} INTERSECT SELECT record_id FROM before_{main}"
    )
    [(same, records)] = con.execute(
        f"SELECT (SELECT count(*) FROM in_both), (SELECT count(*) FROM before_{main})"  # noqa: S608
    ).fetchall()
    matched = same > 0 and same >= MOST_OTHERS * records
    kept = "SEMI JOIN in_both USING (record_id)" if matched else ""
    before, now = shape(con, names, "before_", kept), shape(con, names, "", kept)
    how = OF_THE_SAME if matched else OF_ALL_ROWS
    grown = now[main][ROWS] / before[main][ROWS] if before[main][ROWS] else 0.0
    found: list[Loss] = []
    for name in names:
        if name != main:
            rows, limits = before[name][ROWS] * grown, bounds.of(name, ROWS)
            if severity := how.loss(rows, now[name][ROWS], now[main][ROWS], limits):
                found.append(Loss(name, ROWS, round(rows), now[name][ROWS], severity))
        found += _losses(name, before[name], now[name], how, bounds)
    if matched:
        found += _shortened(con, main, bounds)
    return found


def _shortened(con: duckdb.DuckDBPyConnection, main: str, bounds: Fill) -> Iterator[Loss]:
    """The columns of the main table whose texts lost words and gained none."""
    for column in PUT_TOGETHER[main]:
        [(several, shorter)] = con.execute(
            "SELECT count(*), count(*) FILTER (len(new) < len(old) AND list_has_all(old, new)) FROM ("  # noqa: S608
            f"SELECT string_split(b.{column}, ' ') AS old, string_split(n.{column}, ' ') AS new "
            f"FROM before_{main} AS b JOIN {main} AS n USING (record_id)) WHERE len(old) > 1"
        ).fetchall()
        limits = bounds.of(main, column)
        if severity := OF_THE_SAME.loss(several, several - shorter, several, limits):
            yield Loss(main, f"{column} whole", several, several - shorter, severity)


def losses_of_day(before: Shape, now: Shape, bounds: Fill) -> list[Loss]:
    """The values that the columns of a day of news lost against another day, which has other rows, and more
    or fewer of them."""
    return [
        loss
        for name in sorted(before.keys() & now.keys())
        for loss in _losses(name, before[name], now[name], OF_ALL_ROWS, bounds)
    ]


def _share(before: int, now: int) -> float:
    """The share of a table's earlier values to expect, by its numbers of rows; at most 1, because what a few
    rows hold does not predict what many will."""
    return min(1.0, now / before) if before else 0.0


def _losses(
    table: str, before: dict[str, int], now: dict[str, int], how: Comparison, bounds: Fill
) -> Iterator[Loss]:
    """The columns of a table that fell, in proportion to its rows."""
    share = _share(before[ROWS], now[ROWS])
    for measure, count in before.items():
        column, _, word = measure.partition("=")
        name, expected, there = measure, count * share, now[measure]
        nothing = SAYS_NOTHING.get((table, column))
        if measure == ROWS:
            continue
        if word and word == nothing:
            name = f"{column} known"
            expected, there = (before[ROWS] - count) * share, now[ROWS] - there
        elif word == _DAY:
            date = column.removesuffix("_precision")  # the precision of a lost date is no further loss
            expected *= min(1.0, now[date] / (before[date] * share)) if before[date] * share else 0.0
        elif word:
            strangers = (
                now[f"{column}={nothing}"] - before[f"{column}={nothing}"] * share if nothing else expected
            )
            if there or strangers < expected / 2:
                continue  # single records may change: no word has been replaced
        if severity := how.loss(expected, there, now[ROWS], bounds.of(table, column)):
            yield Loss(table, name, round(expected), there, severity)
