"""What parsers and the gate notice reaches people: the note, `quality`, the table that a run ends with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.builders import House, day, prisoner, target, verdict
from tests.suppressing import suppressed
from warehouse.staging import findings
from warehouse.staging.promotion import decide_state

WARNED = ["names: 2 of 5 rows fail: no two rows have the same key", "sanctions: 1 of 9 rows fail: too old"]


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path, lambda unit, at, baseline: verdict() | {"warned": WARNED})


def report(house: House, source_id: str, **changes: Any) -> None:
    """Changes what the parser reports of each snapshot of a source."""
    house.promote()
    for unit in house.archive.snapshots(source_id, house.spec(source_id).content):
        found = house.staging.report(source_id, unit.unit_id) or {}
        tables = house.staging.tables(source_id, unit.unit_id)
        tables["quarantine"] = house.staging.table(source_id, unit.unit_id, "quarantine")
        house.staging.write(source_id, unit.unit_id, tables, found | changes)


def found(house: House, source_id: str) -> list[findings.Finding]:
    state = decide_state(house.archive, house.staging, house.spec(source_id))
    return findings.find_problems(house.home, source_id, state)


FILE = {"declared": 9, "parsed": 7, "quarantined": 2, "outside": 0, "published_at": None}


def test_what_was_noticed_is_in_the_table_and_in_the_note(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.see("un_sc", 0, target("un_sc:1"))
    report(house, "un_sc", unknown={"element A/B": 1, "date 1;2;3": 4, "none": 0}, files={"list.xml": FILE})
    assert findings.format_table(found(house, "un_sc")) == [
        "source  snapshot    what         number  which",
        f"un_sc   2025-01-01  warnings     2       {WARNED[0]} and 1 more",
        "un_sc   2025-01-01  unknown      2       date 1;2;3 (4 times) and 1 more",
        "un_sc   2025-01-01  quarantined  2       of 9 declared",
    ]
    monkeypatch.setattr(house, "promote", lambda: None)
    state = house.inputs().sources["un_sc"]
    assert state.freshness == "fresh"
    assert state.note == (
        f"2 warnings: {WARNED[0]} and 1 more; 2 unknown elements: date 1;2;3 (4 times) and 1 more; "
        "2 records quarantined: of 9 declared"
    )


def test_a_good_snapshot_of_which_all_is_known_is_not_in_the_table(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.see("un_sc", 0, target("un_sc:1"))
    house.promote()
    assert findings.format_table(found(house, "un_sc")) == []
    assert house.inputs().sources["un_sc"].note is None


def test_the_table_is_of_the_newest_snapshot_and_of_those_that_are_held(tmp_path: Path) -> None:
    bad = {day(1), day(3), *map(day, range(10, 16))}
    house = House(tmp_path, lambda unit, at, baseline: verdict(f"bad {at:%d}") if at in bad else verdict())
    for when in (0, 1, 2, 3):
        house.see("un_sc", when, target("un_sc:1", f"Body {when}"))
    house.promote()
    assert [(each.day, each.what, each.texts) for each in found(house, "un_sc")] == [
        ("2025-01-04", "held", ("bad 04",)),
        ("2025-01-02", "held", ("bad 02",)),
    ]
    for when in range(10, 17):
        house.see("un_sc", when, target("un_sc:1", f"Body {when}"))
    house.promote()
    *newest, others = found(house, "un_sc")
    assert [each.day for each in newest] == [f"2025-01-{number}" for number in (16, 15, 14, 13, 12)]
    assert (others.number, others.texts) == (3, ("older snapshots",))


def test_a_failed_visit_is_in_the_table(house: House) -> None:
    house.see("un_sc", 0, error="404")
    house.promote()
    [held] = found(house, "un_sc")
    assert (held.day, held.what) == ("2025-01-01", "held")
    assert held.texts == ("https://lists.example/list.xml: 404",)


def quality(house: House) -> list[tuple[Any, ...]]:
    with house.build() as con:
        return con.execute(
            "SELECT table_name, source_id, expectation, severity, success, observed, unexpected_count "
            "FROM quality ORDER BY ALL"
        ).fetchall()


def test_what_a_parser_did_not_know_is_in_quality(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.see("un_sc", 0, target("un_sc:1"))
    house.see("by_viasna", 0, prisoner("by_viasna:1"))
    long = "x" * 300
    house.promote()
    monkeypatch.setattr(house, "parse", lambda source_id: None)
    report(house, "un_sc", unknown={"element A/B": 3, f"date {long}1": 1, f"date {long}2": 1})
    report(house, "by_viasna", unknown={"gender: not known": 2})
    short = f"known_to_parser(date {long[: findings.LONGEST - 6]}…)"
    assert quality(house) == [
        ("prisoners", "by_viasna", "known_to_parser(gender: not known)", "warn", False, None, 2),
        ("sanctions", "un_sc", short, "warn", False, None, 2),
        ("sanctions", "un_sc", "known_to_parser(element A/B)", "warn", False, None, 3),
    ]


def test_a_snapshot_that_cannot_be_read_is_in_quality(house: House) -> None:
    house.unreadable["bad.xml"] = "bad.xml: not XML"
    house.see("un_sc", 0, target("un_sc:1"))
    house.see("un_sc", 1, target("un_sc:2"), file="bad.xml")
    said = ("sanctions", "un_sc", "read_by_parser(snapshot)", "hold", False, "bad.xml: not XML", None)
    assert quality(house) == [said]


def test_neither_shows_what_identifies_a_suppressed_record(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.suppressed = suppressed("by_viasna:ihar-losik")
    house.see("by_viasna", 0, prisoner("by_viasna:ihar-losik"))
    house.see("by_viasna", 1, prisoner("by_viasna:other", "Ales Bialiatski"))
    report(house, "by_viasna", unknown={"class ihar-losik": 1, "class other": 1})
    monkeypatch.setattr(house, "parse", lambda source_id: None)
    labels = {row[2] for row in quality(house)}
    assert labels == {"known_to_parser(withheld)", "known_to_parser(class other)"}
