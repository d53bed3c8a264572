"""Great Expectations returns the verdicts that the other tests of validation take from the counts alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from expectations.runner import Session
from expectations.sizes import FileCounts, Reported
from expectations.verdict import Verdict
from sources.bounds import Fill
from tests.expectations.snapshots import (
    FAULTY_NEWS,
    NAMES,
    NEWS,
    PRISONERS,
    SANCTIONS,
    articles,
    built,
    by_number,
    change_row,
    damaged_sanctions,
    named_records,
    of_news,
    prisoners,
    release,
    sanctions,
    together,
    validate,
    validate_release,
    with_more,
)


def _in_order(session: Session) -> Verdict:
    return validate(session, SANCTIONS, sanctions(), 4, sanctions())


def _quarantined_and_warned(session: Session) -> Verdict:
    return validate(session, SANCTIONS, damaged_sanctions())


def _prisoners_out_of_order(session: Session) -> Verdict:
    return validate(
        session, PRISONERS, together([prisoners(1, status="escaped"), prisoners(12, recognised=False)])
    )


def _news_with_bad_rows(session: Session) -> Verdict:
    rows = of_news("news_events", goldstein=10.5)
    rows["articles"][1]["url"] = None
    rows["articles"][3]["article_id"] = None
    rows["articles"][2]["seen_at"] = datetime(2025, 9, 14, tzinfo=UTC)
    return validate(session, NEWS, rows)


def _empty(session: Session) -> Verdict:
    return validate(session, PRISONERS, {})


def _other_columns(session: Session) -> Verdict:
    tables = built(prisoners())
    tables["prisoners"] = tables["prisoners"].drop_columns(["gender"])
    return session.check_snapshot(PRISONERS, "unit", tables)


def _sizes(session: Session) -> Verdict:
    gate = replace(SANCTIONS, maximum=3, max_drop=0.1)
    reported = Reported({"list": FileCounts("list", 20, 16)}, {"birth_date: not a date": 3})
    return session.check_snapshot(gate, "unit", built(sanctions(4)), 10, reported=reported)


def _new_and_reused_keys(session: Session) -> Verdict:
    before, after = by_number(NAMES[:20]), by_number(NAMES[5:20], 5) | {"0": NAMES[70]}
    after |= {f"new-{n}": name for n, name in enumerate(NAMES[1:5])}
    return validate(session, SANCTIONS, named_records(SANCTIONS, after), 20, named_records(SANCTIONS, before))


def _lost_values(session: Session) -> Verdict:
    after = sanctions(12)
    for row in after["identifiers"]:
        row.update(note=None, type="other")
    for row in after["sanctions"][:3]:
        row["listing_date"] = date(2025, 9, 14)
    gate = replace(SANCTIONS, fill=Fill(warn=0.1))
    return validate(session, gate, after | {"addresses": []}, 12, sanctions(12))


def _news_lost_a_column(session: Session) -> Verdict:
    gate = replace(NEWS, content="days", fill=Fill(warn=0.5, hold=1))
    before, after = articles(60), articles(30)
    for row in after["articles"]:
        row["title"] = None
    shape = validate(session, gate, before).shape
    return session.check_snapshot(gate, "unit", built(after), shape=shape)


def _release_in_order(session: Session) -> Verdict:
    return validate_release(session, release())


def _release_with_faults(session: Session) -> Verdict:
    tables = with_more(release(), ((table, changes) for table, changes, _ in FAULTY_NEWS))
    change_row(tables, "names", 0, {"record_id": "eu_fsf:9"})
    change_row(tables, "sanctions", 0, {"valid_to": None})
    change_row(tables, "entities", 0, {"birth_date": "about 1955", "countries": ["BLR"]})
    return validate_release(session, tables)


@pytest.mark.parametrize(
    ("case", "outcome"),
    [
        (_in_order, ""),
        (_quarantined_and_warned, "warned quarantined"),
        (_prisoners_out_of_order, "warned quarantined"),
        (_news_with_bad_rows, "held warned quarantined"),
        (_empty, "held"),
        (_other_columns, "held"),
        (_sizes, "held warned"),
        (_new_and_reused_keys, "held warned"),
        (_lost_values, "held warned"),
        (_news_lost_a_column, "held"),
        (_release_in_order, ""),
        (_release_with_faults, "held"),
    ],
)
def test_great_expectations_agrees_with_the_counts(
    session: Session, great_expectations_session: Session, case: Callable[[Session], Verdict], outcome: str
) -> None:
    verdict = case(great_expectations_session)
    assert case(session) == verdict
    found = [name for name in ("held", "warned", "quarantined") if getattr(verdict, name)]
    assert " ".join(found) == outcome
