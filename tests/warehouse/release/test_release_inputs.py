"""What a release is made from: fingerprint, freshness, and the tables that tell of snapshots."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from sources.archive.batch import Entry
from tests.builders import House, both, day, row, target, verdict
from warehouse.staging.evaluation import SourceSpec

ONE = target("un_sc:1", "Body one")
TWO = target("un_sc:2", "Body two")


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def said(house: House, source_id: str) -> tuple[str, str | None]:
    state = house.inputs().sources[source_id]
    return state.freshness, state.note


def test_seeing_the_same_again_makes_no_new_release(house: House) -> None:
    house.see("un_sc", 0, ONE)
    first = house.inputs().fingerprint
    house.see("un_sc", 1, ONE)
    assert house.inputs().fingerprint == first


def test_new_content_makes_a_new_release_and_tells_the_last_sight_of_the_old(house: House) -> None:
    house.see("un_sc", 0, ONE)
    house.see("un_sc", 1, ONE)
    first = house.inputs().fingerprint
    house.see("un_sc", 2, TWO)
    given = house.inputs()
    assert given.fingerprint != first
    old, new = given.sources["un_sc"].snapshots
    assert old.last_seen_at == day(1)
    assert new.last_seen_at is None


def test_other_code_makes_a_new_release(house: House) -> None:
    house.see("un_sc", 0, ONE)
    assert house.inputs("a").fingerprint != house.inputs("b").fingerprint


def test_freshness_is_as_of_the_newest_observation_of_all(house: House) -> None:
    house.see("un_sc", 0, ONE)
    house.see("eu_fsf", 3, target("eu_fsf:1"))
    assert said(house, "un_sc") == ("fresh", None)
    house.see("eu_fsf", 3.5, target("eu_fsf:1"))
    assert said(house, "un_sc") == ("stale", "not seen since 2025-01-01")
    assert said(house, "eu_fsf") == ("fresh", None)
    house.see("un_sc", 3, ONE)
    assert said(house, "un_sc") == ("fresh", None)


def test_a_held_source_tells_why_and_what_stands(house: House) -> None:
    house.see("un_sc", 0, ONE)
    house.see("un_sc", 1, error="503")
    assert said(house, "un_sc") == (
        "held",
        "2025-01-02: https://lists.example/list.xml: 503; the snapshot of 2025-01-01 stands",
    )


def test_a_source_that_never_gave_anything_good_has_nothing_that_stands(house: House) -> None:
    house.see("un_sc", 0, error="503")
    assert said(house, "un_sc")[1] == "2025-01-01: https://lists.example/list.xml: 503; no snapshot stands"


def test_a_fresh_source_tells_what_could_not_be_had(house: House) -> None:
    house.see("gdelt", 0, {"articles": []}, file="a.zip")
    assert said(house, "gdelt") == ("fresh", None)
    batch = house.archive.open_batch("gdelt", day(1), "live")
    same = batch.newest("a.zip")
    assert same
    batch.add(Entry(same.file, same.url, "new", "optional", sha256=same.sha256, bytes=same.bytes))
    batch.add(
        Entry("c.zip", "https://lists.example/c.zip", "failed", "optional", error="answered 404 Not Found")
    )
    batch.log()
    assert said(house, "gdelt") == (
        "fresh",
        "1 file could not be had: https://lists.example/c.zip: answered 404 Not Found",
    )


def test_samples_are_called_so(house: House) -> None:
    house.see("un_sc", 0, ONE, via="sample")
    assert said(house, "un_sc")[0] == "sample"


def test_a_source_that_left_the_registry_is_left_out(house: House) -> None:
    house.see("un_sc", 0, ONE)
    house.promote()
    house.states.save("xx_gone", house.state("un_sc"))
    assert list(house.inputs().sources) == ["un_sc"]


def test_snapshots_tell_each_file_with_its_counts_and_gate(tmp_path: Path) -> None:
    def gate(unit_id: str, observed_at: datetime, baseline: int | None) -> dict[str, Any]:
        return verdict("too few") if observed_at == day(1) else verdict(quarantined=("un_sc:2",))

    house = House(tmp_path, gate)
    house.see("un_sc", 0, both(ONE, TWO))
    house.see("un_sc", 1, ONE)
    house.see("un_sc", 2, ONE)
    house.see("un_sc", 3, both(ONE, TWO))
    with house.build() as con:
        found = con.execute(
            "SELECT fetched_at, gate, records_declared, records_parsed, records_quarantined, bytes > 0 "
            "FROM snapshots ORDER BY fetched_at"
        ).fetchall()
    assert found == [
        (day(0), "promoted", 2, 1, 1, True),
        (day(1), "held", 1, 1, 0, True),
        (day(3), "promoted", 2, 1, 1, True),
    ]


def test_a_dropped_record_is_in_quarantine_without_its_content(tmp_path: Path) -> None:
    house = House(tmp_path, lambda unit, at, baseline: verdict(quarantined=("un_sc:2",)))
    house.see("un_sc", 0, both(ONE, TWO))
    with house.build() as con:
        found = con.execute("SELECT source_id, locator, reason, raw FROM quarantine").fetchall()
    assert found == [("un_sc", "un_sc:2", "a reason", None)]


def test_content_that_came_back_has_one_row_an_expectation_the_last_one(tmp_path: Path) -> None:
    """It is judged against another baseline then; `quality` has one key for both."""

    def gate(unit_id: str, observed_at: datetime, baseline: int | None) -> dict[str, Any]:
        fell = baseline is not None and baseline > 1
        result = row(
            "quality",
            source_id="un_sc",
            unit_id=unit_id,
            expectation="rows(drop)",
            success=not fell,
        )
        return verdict(*["fell"] * fell, results=(result,))

    house = House(tmp_path, gate)
    for when, rows in enumerate((ONE, both(ONE, TWO), ONE)):
        house.see("un_sc", when, rows)
    with house.build() as con:
        found = con.execute(
            "SELECT success FROM quality JOIN observation USING (unit_id) ORDER BY seq"
        ).fetchall()
        assert con.execute("SELECT count(*), count(DISTINCT unit_id) FROM quality").fetchall() == [(2, 2)]
    assert found == [(False,), (True,)]


def test_last_snapshot_is_the_last_good_one(tmp_path: Path) -> None:
    house = House(tmp_path, lambda unit, at, baseline: verdict("bad") if at == day(1) else verdict())
    house.see("un_sc", 0, both(ONE, TWO))
    house.see("un_sc", 1, ONE)
    with house.build() as con:
        found = con.execute("SELECT freshness, last_snapshot_at, records FROM sources").fetchall()
    assert found == [("held", day(0), 2)]


class ByDays(House):
    """A house in which the news comes by days, a file each as `see` puts it in."""

    def spec(self, source_id: str) -> SourceSpec:
        return replace(super().spec(source_id), content="days")


def article(number: int) -> dict[str, Any]:
    return {"articles": [row("articles", article_id=f"a-{number:016}", source_id="gdelt")]}


def test_each_file_of_a_day_tells_when_it_came(tmp_path: Path) -> None:
    house = ByDays(tmp_path)
    for when, file in enumerate(("20250102a.zip", "20250101a.zip", "20250102b.zip")):
        house.see("gdelt", when, article(when), file=file)
    with house.build() as con:
        found = con.execute("SELECT file, fetched_at FROM snapshots ORDER BY file").fetchall()
        last = con.execute("SELECT last_snapshot_at FROM sources").fetchall()
    assert found == [("20250101a.zip", day(1)), ("20250102a.zip", day(0)), ("20250102b.zip", day(2))]
    assert last == [(day(2),)]


def test_what_is_left_out_of_one_day_stands_in_another_that_came_at_the_same_time(tmp_path: Path) -> None:
    def gate(unit_id: str, observed_at: datetime, baseline: int | None) -> dict[str, Any]:
        first = house.archive.snapshots("gdelt", "days")[0].unit_id
        return verdict(quarantined=("a-1",)) if unit_id == first else verdict()

    house = ByDays(tmp_path, gate)
    for file in ("20250101a.zip", "20250102a.zip"):
        house.see(
            "gdelt",
            0,
            {"articles": [row("articles", article_id="a-1", source_id="gdelt", url=file)]},
            file=file,
        )
    with house.build() as con:
        assert con.execute("SELECT count(*) FROM quarantined_record").fetchone() == (1,)
        assert con.execute("SELECT url FROM articles").fetchall() == [("20250102a.zip",)]
