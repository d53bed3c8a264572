"""Checks of a whole release."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from contracts import contracts
from expectations.runner import Session
from tests.expectations.snapshots import (
    FAULTY_NEWS,
    SEEN,
    SOUND_NEWS,
    change_row,
    release,
    validate_release,
    with_more,
)


def test_a_sound_release_passes(session: Session) -> None:
    verdict = validate_release(session, release())
    assert verdict.held == verdict.warned == verdict.quarantined == []
    assert {row["table_name"] for row in verdict.results} == set(contracts())
    assert {(row["source_id"], row["unit_id"], row["severity"]) for row in verdict.results} == {
        (None, None, "hold")
    }


@pytest.mark.parametrize(
    ("row", "changes", "said"),
    [
        (1, {"valid_from": SEEN}, "no two rows have the same key"),
        (1, {"valid_from": datetime(2025, 9, 20, tzinfo=UTC)}, "a version ends before the next begins"),
        (0, {"valid_to": None}, "a version ends before the next begins"),
        (0, {"valid_to": SEEN}, "a version ends after it begins"),
    ],
)
def test_versions_of_a_record_follow_each_other(
    session: Session, row: int, changes: dict[str, Any], said: str
) -> None:
    tables = release()
    change_row(tables, "sanctions", row, changes)
    held = validate_release(session, {"sanctions": tables["sanctions"]}).held
    assert any(line.endswith(f"fail: {said}") for line in held)


def test_a_release_with_faults_is_held_for_each(session: Session) -> None:
    tables = release()
    change_row(tables, "names", 0, {"record_id": "eu_fsf:9"})
    change_row(tables, "events", 0, {"entity_id": "vg-0"})
    change_row(tables, "mentions", 0, {"article_id": "a-0"})
    change_row(tables, "articles", 0, {"seen_at": None})
    change_row(tables, "entities", 0, {"birth_date": "about 1955", "countries": ["BLR"]})
    change_row(tables, "sources", 0, {"freshness": "new"})
    assert validate_release(session, tables).held == [
        "articles: 1 of 1 rows fail: seen_at is there",
        "entities: 1 of 1 rows fail: birth_date is in EDTF",
        "entities: 1 of 1 rows fail: countries are country codes",
        "events: 1 of 1 rows fail: entity_id stands in the table it refers to",
        "mentions: 1 of 1 rows fail: article_id stands in the table it refers to",
        "names: 1 of 2 rows fail: record_id stands in the table it refers to",
        "sources: 1 of 1 rows fail: freshness is one of fresh, stale, held, sample, ended",
    ]


def test_more_rows_of_news_are_checked_by_counting(session: Session) -> None:
    verdict = validate_release(session, with_more(release(), SOUND_NEWS))
    assert verdict.held == []
    assert all(row["success"] for row in verdict.results)
    tables = with_more(release(), ((table, changes) for table, changes, _ in FAULTY_NEWS))
    verdict = validate_release(session, tables)
    counts = {said: 2 if said == "no two rows have the same key" else 1 for *_, said in FAULTY_NEWS}
    assert verdict.held == sorted(
        f"{table}: {counts[said]} of {tables[table].num_rows} rows fail: {said}"
        for table, _, said in FAULTY_NEWS
    )
    told = [row["unexpected_count"] for row in verdict.results if not row["success"]]
    assert sorted(told) == sorted(counts[said] for *_, said in FAULTY_NEWS)


def test_a_release_without_a_valid_to_column_is_held(session: Session) -> None:
    tables = release()
    tables["names"] = tables["names"].drop_columns(["valid_to"])
    assert validate_release(session, tables).held == ["names: lacks valid_to timestamp[us, tz=UTC]"]
