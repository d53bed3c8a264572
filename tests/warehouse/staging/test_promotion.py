"""Which snapshots are good, from visits and verdicts."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from sources.archive.batch import Entry
from sources.registry import Content
from tests.builders import House, Rows, both, day, row, target, verdict
from warehouse.staging.evaluation import NOT_JUDGED, NOT_PARSED, SourceSpec, evaluate_snapshots
from warehouse.staging.promotion import decide_state


def size(n: int) -> Rows:
    return both(*(target(f"un_sc:{i}", f"Body {i}") for i in range(n)))


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def held(house: House) -> list[list[str]]:
    return [list(unit.held) for unit in house.state("un_sc").snapshots]


def test_good_snapshots_are_promoted_in_order_of_observation(house: House) -> None:
    for when in (2, 0, 1):
        house.see("un_sc", when, size(when + 1))
    house.promote()
    state = house.state("un_sc")
    assert [unit.observed_at for unit in state.snapshots] == [day(n) for n in (0, 1, 2)]
    assert state.held is None
    assert state.checked_at == day(2)


def test_the_baseline_is_the_size_of_the_last_good_snapshot(tmp_path: Path) -> None:
    asked: list[tuple[datetime, int | None]] = []

    def gate(unit_id: str, observed_at: datetime, baseline: int | None) -> dict[str, Any]:
        asked.append((observed_at, baseline))
        return verdict("too few") if observed_at == day(1) else verdict()

    house = House(tmp_path, gate)
    for when, n in enumerate((4, 1, 3, 5)):
        house.see("un_sc", when, size(n))
    house.promote()
    assert asked == [(day(0), None), (day(1), 4), (day(2), 4), (day(3), 3)]
    assert held(house) == [[], ["too few"], [], []]
    assert house.state("un_sc").held is None  # the newest one is good


def test_a_snapshot_is_measured_by_the_last_good_one_and_by_no_other(tmp_path: Path) -> None:
    """Which that is may change with the baseline the same: the verdict's key tells them apart."""
    bad = {day(1)}
    house = House(tmp_path, lambda unit, at, baseline: verdict("bad") if at in bad else verdict())
    for when, name in enumerate("abcd"):
        house.see("un_sc", when, target("un_sc:1", name))
    house.promote()

    def measured() -> list[tuple[str, str | None]]:
        judged = evaluate_snapshots(house.archive, house.staging, house.spec("un_sc"))
        return [(each.snapshot.unit_id, each.previous) for each in judged]

    (first, _), _, (third, by), (_, last) = measured()
    assert (by, last) == (first, third)
    keys = {unit.verdict for unit in house.state("un_sc").snapshots}
    house.see("un_sc", 0.5, target("un_sc:1", "e"))
    house.promote()
    after = {unit.verdict for unit in house.state("un_sc").snapshots}
    assert len(after - keys) == 3  # the late one, and the two that are measured by it now
    assert [previous for _, previous in measured()][3] == measured()[1][0]


def test_the_baseline_is_without_all_records_in_quarantine(tmp_path: Path) -> None:
    """Whichever table's row put them there: the gate counts the next snapshot in the same way."""
    asked = []

    def gate(unit_id: str, observed_at: datetime, baseline: int | None) -> dict[str, Any]:
        asked.append(baseline)
        return verdict(quarantined=("un_sc:0", "un_sc:1")) if observed_at == day(0) else verdict()

    house = House(tmp_path, gate)
    house.see("un_sc", 0, size(5))
    house.see("un_sc", 1, size(6))
    house.promote()
    assert asked == [None, 3]


def test_a_late_arrival_has_those_after_it_judged_anew(tmp_path: Path) -> None:
    asked = []

    def gate(unit_id: str, observed_at: datetime, baseline: int | None) -> dict[str, Any]:
        asked.append((observed_at, baseline))
        return verdict("fell") if baseline is not None and baseline > 9 else verdict()

    house = House(tmp_path, gate)
    house.see("un_sc", 0, size(2))
    house.see("un_sc", 2, size(3))
    house.see("un_sc", 3, size(4))
    house.promote()
    assert held(house) == [[], [], []]
    asked.clear()
    house.see("un_sc", 1, size(10))
    house.promote()
    # what comes after the one held now has another baseline too
    assert asked == [(day(1), 2), (day(2), 10), (day(3), 10)]
    assert held(house) == [[], [], ["fell"], ["fell"]]
    asked.clear()
    house.promote()
    assert asked == []


def test_the_newest_snapshot_held_by_its_gate_holds_the_source(tmp_path: Path) -> None:
    house = House(tmp_path, lambda unit, at, baseline: verdict("a", "b") if at == day(1) else verdict())
    house.see("un_sc", 0, size(1))
    house.see("un_sc", 1, size(2))
    house.promote()
    assert house.state("un_sc").held == "2025-01-02: a; b"


def test_a_failed_visit_holds_the_source_and_leaves_its_snapshots(house: House) -> None:
    house.see("un_sc", 0, size(1))
    house.see("un_sc", 1, error="404")
    house.promote()
    state = house.state("un_sc")
    assert state.held == "2025-01-02: https://lists.example/list.xml: 404"
    assert state.checked_at == day(0)
    assert held(house) == [[]]


def test_each_further_failed_visit_says_the_same(house: House) -> None:
    """Else every one of them would make a release."""
    house.see("un_sc", 0, size(1))
    house.see("un_sc", 1, error="404")
    house.promote()
    before = house.state("un_sc")
    house.see("un_sc", 2, error="404")
    assert house.state("un_sc") == before


def test_in_a_stream_no_snapshot_is_measured_by_another(house: House) -> None:
    baselines: list[int | None] = []
    house.gate = lambda unit, at, baseline: baselines.append(baseline) or verdict()
    for when in range(3):
        article = row("articles", article_id=f"a-{when}", source_id="gdelt")
        house.see("gdelt", when, {"articles": [article]}, file=f"{when}.zip")
    house.promote()
    assert baselines == [None, None, None]
    judged = evaluate_snapshots(house.archive, house.staging, house.spec("gdelt"))
    assert [each.previous for each in judged] == [None, None, None]


def test_a_day_is_measured_by_how_full_the_last_good_day_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gate(unit_id: str, observed_at: datetime, baseline: int | None) -> dict[str, Any]:
        said = verdict("empty") if observed_at.day == 2 else verdict()
        return said | {"shape": {"articles": {"rows": observed_at.day}}}

    house = House(tmp_path, gate)
    days = SourceSpec("gdelt", "days", "articles", "gate")
    monkeypatch.setattr(house, "spec", lambda source_id: days)
    for when in range(3):
        article = row("articles", article_id=f"a-{when}", source_id="gdelt")
        house.see("gdelt", when, {"articles": [article]}, file=f"2025010{when + 1}000000.zip")
    house.promote()
    judged = list(evaluate_snapshots(house.archive, house.staging, days))
    first = judged[0].snapshot.unit_id
    assert [each.previous for each in judged] == [None, first, first]
    assert [each.shape for each in judged] == [None, *[{"articles": {"rows": 1}}] * 2]
    assert [each.baseline for each in judged] == [None] * 3
    assert len({each.key for each in judged}) == 3


def test_a_good_visit_after_a_failed_one_frees_the_source(house: House) -> None:
    for when, error in enumerate((None, "404", None)):
        house.see("un_sc", when, size(1), error)
    house.promote()
    state = house.state("un_sc")
    assert state.held is None
    assert [(u.observed_at, u.last_seen_at) for u in state.snapshots] == [(day(0), day(2))]


def test_a_snapshot_that_cannot_be_read_is_held_with_the_reason(house: House) -> None:
    house.unreadable["bad.xml"] = "bad.xml: not XML"
    house.see("un_sc", 0, size(1))
    house.see("un_sc", 1, size(2), file="bad.xml")
    house.promote()
    state = house.state("un_sc")
    assert held(house) == [[], ["bad.xml: not XML"]]
    assert state.snapshots[1].verdict is None
    assert state.held == "2025-01-02: bad.xml: not XML"


def test_not_parsed_and_not_judged_are_told(house: House) -> None:
    house.see("un_sc", 0, size(1))
    assert held(house) == [[NOT_PARSED]]
    house.parse("un_sc")
    assert held(house) == [[NOT_JUDGED]]
    house.judge("un_sc")
    assert held(house) == [[]]


def test_what_was_promoted_stands_while_a_step_of_ours_has_failed(house: House) -> None:
    house.see("un_sc", 0, size(1))
    house.promote()
    before = house.state("un_sc")
    house.see("un_sc", 1, size(2))
    after = house.state("un_sc")
    assert after == replace(before, held=f"2025-01-02: {NOT_PARSED}")


def test_promoting_the_same_again_says_so(house: House) -> None:
    house.see("un_sc", 0, size(1))
    house.parse("un_sc")
    house.judge("un_sc")
    assert house.states.save("un_sc", house.state("un_sc"))
    assert not house.states.save("un_sc", house.state("un_sc"))


def test_a_stream_gives_each_file_once(house: House) -> None:
    rows: Rows = {"articles": []}
    house.see("gdelt", 0, rows, file="a.csv")
    house.see("gdelt", 1, rows, file="a.csv")
    house.see("gdelt", 2, rows, file="b.csv")
    house.promote()
    assert [list(unit.files) for unit in house.state("gdelt").snapshots] == [["a.csv"], ["b.csv"]]


# what a stream lacks


def visit(house: House, when: float, **files: str | None) -> None:
    """A visit to a news source whose files came with a content, or could not be had."""
    batch = house.archive.open_batch("gdelt", day(when), "live")
    for name, text in files.items():
        url = f"https://news.example/{name}"
        if text is None:
            batch.add(Entry(name, url, "failed", "optional", status=404, error="answered 404 Not Found"))
        else:
            sha256, size = house.archive.put([text.encode()])
            batch.add(Entry(name, url, "new", "optional", sha256=sha256, bytes=size))
    batch.log()


def missing(house: House, content: Content) -> Any:
    return decide_state(
        house.archive, house.staging, SourceSpec("gdelt", content, "articles", "gate")
    ).missing


def test_a_feed_that_could_not_be_had_is_told_until_it_can(house: House) -> None:
    visit(house, 0, one="a", two=None, three=None)
    assert missing(house, "stream") == (
        "2 files could not be had: https://news.example/three: answered 404 Not Found"
    )
    assert missing(house, "full") is None
    visit(house, 1, one="a", two="b", three="c")
    assert missing(house, "stream") is None


def test_a_file_of_a_day_that_could_not_be_had_is_told_whatever_was_asked_for_since(house: House) -> None:
    visit(house, 0, f20250101a="a", f20250101b=None)
    visit(house, 1, f20250102a="c")
    lacking = "1 file could not be had: https://news.example/f20250101b: answered 404 Not Found"
    told = missing(house, "days").split("; ")
    assert told[0] == lacking
    visit(house, 0.5, f20250101b="b")
    assert lacking not in missing(house, "days")


def test_days_that_are_held_are_told(house: House) -> None:
    visit(house, 0, f2025010a="a", f2025011a="b")
    assert missing(house, "days") == f"2 days held: {NOT_PARSED}"
