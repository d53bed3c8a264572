"""How many records a snapshot has, and how many of those read are in quarantine."""

from __future__ import annotations

from dataclasses import replace

import pytest

from expectations.gate import Gate
from expectations.runner import Session
from expectations.sizes import FileCounts, Reported
from expectations.verdict import Verdict
from tests.expectations.snapshots import (
    NEWS,
    NO_DEATH,
    PRISONERS,
    SANCTIONS,
    Rows,
    articles,
    built,
    of_news,
    prisoners,
    sanctions,
    validate,
)


@pytest.mark.parametrize("gate", [PRISONERS, SANCTIONS])
def test_an_empty_list_is_held_whatever_the_registry_says(session: Session, gate: Gate) -> None:
    assert validate(session, gate, {}).held == [f"{gate.main_table}: 0 rows, 1 expected at least"]


def test_news_below_the_minimum_is_held(session: Session) -> None:
    verdict = validate(session, replace(NEWS, minimum=1), articles(0))
    assert verdict.held == ["articles: 0 rows, 1 expected at least"]


def test_a_snapshot_above_the_maximum_warns(session: Session) -> None:
    verdict = validate(session, replace(SANCTIONS, maximum=3), sanctions(4))
    assert verdict.warned == ["sanctions: 4 rows, 3 expected at most"]
    assert verdict.held == []


@pytest.mark.parametrize(
    ("rows", "baseline", "max_drop", "least"),
    [(9, 10, 0.1, None), (8, 10, 0.1, 9), (3, 10, 0.7, None), (2, 10, 0.7, 3), (4, 4808, 0.1, 4328)],
)
def test_a_drop_against_the_last_good_snapshot_is_held(
    session: Session, rows: int, baseline: int, max_drop: float, least: int | None
) -> None:
    verdict = validate(session, replace(PRISONERS, max_drop=max_drop), prisoners(rows, **NO_DEATH), baseline)
    after = f"(last good snapshot {baseline:,} minus {max_drop * 100:g} %)"
    assert verdict.held == ([f"prisoners: {rows} rows, {least:,} expected at least {after}"] if least else [])


def test_the_quarantined_count_as_missing(session: Session) -> None:
    gate = replace(PRISONERS, max_drop=0.0)
    assert validate(session, gate, prisoners(4), 4).held == []
    (held,) = validate(session, gate, prisoners(4, status="escaped"), 4).held
    assert held.startswith(
        "prisoners.status: 1 of 4 outside the enum; prisoners: 3 rows, 4 expected at least"
    )


def test_where_many_records_are_bad_the_snapshot_is(session: Session) -> None:
    rows = prisoners(4)
    for row in rows["prisoners"][:2]:
        row["status"] = "escaped"
    (held,) = validate(session, PRISONERS, rows).held
    assert held == (
        "prisoners.status: 2 of 4 outside the enum; "
        "prisoners: 2 rows, 3 expected at least (4 read, of which 25% may be quarantined)"
    )


def test_a_hold_names_what_put_most_rows_into_quarantine(session: Session) -> None:
    rows = sanctions(7)
    for row in rows["particulars"]:
        row["property"] = "colour"
    for row in rows["sanctions"][:2]:
        row["programs"] = ["another"]
    held = validate(session, SANCTIONS, rows).held[0]
    assert held.startswith(
        "particulars.property: 7 of 7 outside the enum; "
        "sanctions.programs_sum_up_their_rows: 2 of 7 fail: programs are those of the table programs; "
        "sanctions: 0 rows, 1 expected at least"
    )


def rejecting(session: Session, gate: Gate, rows: Rows, **files: tuple[str, int, int]) -> Verdict:
    """The verdict on rows whose parser reports of each file its kind, what it read, and what it rejected."""
    counts = {name: FileCounts(*found) for name, found in files.items()}
    return session.check_snapshot(gate, "unit", built(rows), reported=Reported(counts))


@pytest.mark.parametrize(
    ("read", "by_parser", "by_gate", "holds"),
    [
        (40, 38, 0, True),
        (40, 10, 0, False),
        (40, 11, 0, True),
        (40, 6, 4, False),
        (40, 6, 5, True),
        (4, 1, 0, False),
        (4, 2, 0, True),
        (3, 1, 0, False),
        (3, 2, 0, True),
        (2, 1, 0, False),
        (1, 1, 0, True),
    ],
)
def test_the_quarantined_share_is_of_what_was_declared_whoever_quarantined_it(
    session: Session, read: int, by_parser: int, by_gate: int, holds: bool
) -> None:
    rows = prisoners(read - by_parser, **NO_DEATH) if read > by_parser else {"prisoners": [], "names": []}
    for row in rows["prisoners"][:by_gate]:
        row["country"] = "UK"
    verdict = rejecting(session, PRISONERS, rows, list=("list", read, by_parser))
    left = read - by_parser - by_gate
    said = [line for line in verdict.held if "may be quarantined" in line]
    assert [f"prisoners: {left} rows, " in line for line in said] == ([True] if holds else [])


def test_where_rows_are_not_records_the_share_is_of_the_rows(session: Session) -> None:
    rows = sanctions(4)
    assert rejecting(session, SANCTIONS, rows, list=("list", 20, 5)).held == []
    rows["sanctions"][0]["schema"] = "Ship"
    [held] = rejecting(session, SANCTIONS, rows, list=("list", 20, 5)).held
    assert held == "sanctions: 11 rows, 15 expected at least (20 read, of which 25% may be quarantined)"


def test_one_of_a_list_s_files_that_is_rejected_holds(session: Session) -> None:
    verdict = rejecting(session, PRISONERS, prisoners(6, **NO_DEATH), en=("en", 40, 34), ru=("ru", 100, 0))
    [held] = verdict.held
    assert held == "prisoners: 6 rows, 30 expected at least (40 read in en, of which 25% may be quarantined)"


DAY = replace(NEWS, content="days")


@pytest.mark.parametrize(
    ("gkg", "held", "warned"),
    [
        pytest.param([(1629, 1629)], 1, 1, id="all of a kind"),
        pytest.param([(1629, 0), (1629, 1629)], 1, 1, id="half of a kind"),
        pytest.param([(1629, 0)] * 9 + [(1629, 1629)], 0, 1, id="one file of many"),
        pytest.param([(3, 3)], 0, 1, id="a tiny kind"),
        pytest.param([(1629, 0), (1, 1)], 1, 1, id="half of the files of a kind"),
        pytest.param([(1629, 400)], 0, 0, id="a quarter"),
    ],
)
def test_a_file_of_the_news_that_is_rejected_holds_its_day_or_warns(
    session: Session, gkg: list[tuple[int, int]], held: int, warned: int
) -> None:
    files = {f"gkg{number}": ("gkg", *counts) for number, counts in enumerate(gkg)}
    verdict = rejecting(
        session, DAY, articles(), **files, events=("export", 21110, 0), more=("export", 50, 0)
    )
    assert (len(verdict.held), len(verdict.warned)) == (held, warned)
    assert all("in gkg" in line for line in verdict.held)


def test_a_day_of_which_all_was_rejected_is_held(session: Session) -> None:
    [held] = rejecting(session, DAY, articles(0), gkg=("gkg", 1629, 1629)).held
    assert held == "articles: 0 rows, 1,222 expected at least (1,629 read, of which 25% may be quarantined)"


def test_of_a_stream_one_feed_that_is_rejected_warns(session: Session) -> None:
    stream = replace(NEWS, content="stream")
    verdict = rejecting(session, stream, articles(), a=("a", 20, 20), b=("b", 100, 0))
    assert verdict.held == []
    assert len(verdict.warned) == 1


def test_events_are_counted_beside_articles(session: Session) -> None:
    rows = of_news("articles")
    for row in rows["news_events"][:2]:
        row["goldstein"] = 99.0
    [held] = validate(session, NEWS, rows).held
    assert held.startswith("articles: 2 rows, 3 expected at least (4 read in news_events")


# what a snapshot's columns lost
