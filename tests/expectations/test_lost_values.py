"""What the columns of a snapshot lost since the last good one, and dates that cannot be read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from expectations.runner import Session
from expectations.sizes import Reported
from sources.bounds import Fill, FillBounds
from tests.expectations.snapshots import (
    NEWS,
    PRISONERS,
    SANCTIONS,
    SEEN,
    UNBORN_BUT_SAID,
    Rows,
    articles,
    built,
    people,
    sanctions,
    some,
    validate,
)


@pytest.mark.parametrize(
    ("size", "before", "after", "severity"),
    [
        (12, 12, 0, "hold"),
        (40, 12, 0, "hold"),
        (600, 30, 0, "hold"),
        (600, 6, 0, "warn"),
        (600, 2, 0, None),
        (6, 5, 3, None),
        (6, 6, 0, "hold"),
        (4, 2, 0, None),
        (40, 40, 25, "hold"),
        (40, 40, 33, "warn"),
        (40, 40, 36, None),
        (600, 600, 500, "warn"),
        (600, 600, 440, "hold"),
        (600, 600, 580, None),
        (40, 20, 40, None),
    ],
)
def test_a_column_that_lost_its_values_warns_or_holds(
    session: Session, size: int, before: int, after: int, severity: str | None
) -> None:
    first, second = (people(size, court=some("Minsk City Court", n)) for n in (before, after))
    verdict = validate(session, PRISONERS, second, size, first)
    line = f"prisoners: lost since the last good snapshot: court {before} -> {after}"
    assert verdict.held == ([line] if severity == "hold" else [])
    assert verdict.warned == ([line] if severity == "warn" else [])
    found = [row for row in verdict.results if not row["success"]]
    assert [(row["severity"], row["observed"]) for row in found] == (
        [(severity, line.removeprefix("prisoners: "))] if severity else []
    )


def test_who_came_and_went_is_no_loss(session: Session) -> None:
    """The same records keep what they had, though it is a smaller share of all."""
    before = people(40, court=some("Minsk City Court", 30))
    after = people(90, first=15, court=some("Minsk City Court", 30))
    verdict = validate(session, PRISONERS, after, None, before)
    assert verdict.held == verdict.warned == []


def test_where_few_records_are_the_same_all_are_compared(session: Session) -> None:
    before = people(60, court=some("Minsk City Court", 60))
    verdict = validate(session, PRISONERS, people(60, first=50), None, before)
    assert verdict.held == ["prisoners: lost since the last good snapshot: court 60 -> 0"]


def test_rows_of_a_child_table_and_what_is_in_them_are_compared(session: Session) -> None:
    before = sanctions(12)
    lost = "lost since the last good snapshot"
    for table in ("identifiers", "addresses", "particulars"):
        after = {**before, table: []}
        assert validate(session, SANCTIONS, after, None, before).held == [f"{table}: {lost}: rows 12 -> 0"]
    after = sanctions(12)
    for row in after["identifiers"]:
        row.update(note=None, type="other")
    [held] = validate(session, SANCTIONS, after, None, before).held
    assert held == f"identifiers: {lost}: type=passport 12 -> 0, type known 12 -> 0, note 12 -> 0"


def test_a_word_that_no_row_has_any_more_holds(session: Session) -> None:
    """As where `weak alias` is called otherwise and all are read as aliases."""
    before, after = sanctions(12), sanctions(12)
    for rows, kind in ((before, "weak_alias"), (after, "alias")):
        rows["names"] += [row | {"kind": kind, "name": "Also"} for row in rows["names"]]
    [held] = validate(session, SANCTIONS, after, None, before).held
    assert held == "names: lost since the last good snapshot: kind=weak_alias 12 -> 0"


def test_a_state_of_all_may_change_but_not_become_unknown(session: Session) -> None:
    before = people(12, status=lambda _: "detained")
    assert validate(session, PRISONERS, people(12, status=lambda _: "released"), 12, before).held == []
    [held] = validate(session, PRISONERS, people(12, status=lambda _: "unknown"), 12, before).held
    assert held.endswith("status=detained 12 -> 0, status known 12 -> 0")


def test_dates_that_are_read_to_the_year_alone_have_lost_their_days(session: Session) -> None:
    def arrested(date: str, precision: str) -> Rows:
        given = {"arrest_date": date, "arrest_date_precision": precision, "arrest_date_raw": "05/06/2021"}
        return people(20, **{name: lambda _, value=value: value for name, value in given.items()})

    verdict = validate(session, PRISONERS, arrested("2021", "year"), 20, arrested("2021-06-05", "day"))
    assert verdict.held == ["prisoners: lost since the last good snapshot: arrest_date_precision=day 20 -> 0"]


def test_bounds_are_a_source_s_own_and_an_operator_s(session: Session) -> None:
    before, after = people(40, court=some("Minsk City Court", 40)), people(40)

    def held(fill: Fill) -> list[bool]:
        verdict = validate(session, replace(PRISONERS, fill=fill), after, 40, before)
        return [bool(verdict.held), bool(verdict.warned)]

    assert held(Fill()) == [True, False]
    assert held(Fill(columns={"prisoners.court": FillBounds(hold=None)})) == [False, True]
    assert held(Fill(columns={"prisoners.court": FillBounds(warn=None, hold=None)})) == [False, False]
    assert held(Fill(columns={"names.rows": FillBounds(hold=None)})) == [True, False]
    assert held(Fill(accepted=(SEEN.date(),))) == [False, True]


def test_a_day_whose_column_is_empty_is_held_by_the_day_before(session: Session) -> None:
    fill = Fill(warn=0.5, hold=1)
    gate = replace(NEWS, content="days", fill=fill)

    def titled(n: int, titles: int) -> Rows:
        rows = articles(n, seen_at=None)
        for number, row in enumerate(rows["articles"]):
            row["title"] = "A title" if number < titles else None
        return rows

    def held(before: Rows, after: Rows) -> list[str]:
        shape = validate(session, gate, before).shape
        return session.check_snapshot(gate, "unit", built(after), shape=shape).held

    assert held(titled(60, 60), titled(30, 0)) == [
        "articles: lost since the last good snapshot: title 30 -> 0"
    ]
    assert held(titled(60, 60), titled(30, 1)) == []
    assert held(titled(60, 60), titled(10, 0)) == []
    assert held(titled(60, 60), titled(0, 0)) == []


@pytest.mark.parametrize(("unread", "holds"), [(20, True), (11, True), (9, False)])
def test_a_first_snapshot_whose_dates_are_mostly_unread_is_held(
    session: Session, unread: int, holds: bool
) -> None:
    rows = sanctions(20)
    for row in rows["sanctions"][:unread]:
        row["birth_dates"] = []
    for row in rows["birth_dates"][:unread]:
        row.update(UNBORN_BUT_SAID)
    verdict = validate(session, SANCTIONS, rows)
    lines = [line for line in verdict.held if "at least 50% of the dates given for birth_date" in line]
    assert [line.startswith(f"birth_dates: {unread} of 20") for line in lines] == ([True] if holds else [])
    assert verdict.quarantined == []


@pytest.mark.parametrize(("times", "holds"), [(40, True), (21, True), (20, False)])
def test_dates_of_prisoners_that_are_not_kept_unread_hold_by_their_number(
    session: Session, times: int, holds: bool
) -> None:
    reported = Reported(unknown={"arrested: not a date": times, "gender: not known": 40})
    tables = built(people(40))
    held = session.check_snapshot(PRISONERS, "unit", tables, reported=reported).held
    line = f"prisoners: dates that could not be read: arrested ({times} of 40 records)"
    assert held == ([line] if holds else [])
