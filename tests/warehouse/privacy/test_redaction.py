"""Taking a person out of the releases: nothing of them is left in any byte, and nobody else goes."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from contracts import contracts
from tests.builders import House, article, both, day, digest, row, target, verdict
from tests.suppressing import (
    ARTICLES,
    LOSIK,
    NAMESAKE,
    ON_A_SANCTIONS_LIST,
    OTHERS,
    SPELLINGS,
    UNTOUCHED,
    VERDICT,
    everything,
    house_with_losik,
    ids_of,
    losik,
    news,
    person,
    publish,
    rows_of,
    suppressed,
    ways_to_write,
)
from transforms.names.name_spotter import NameSpotter
from warehouse.privacy.redaction import collect_redaction
from warehouse.privacy.suppression_list import Suppressions
from warehouse.release.reader import companions, diff
from warehouse.release.verification import verify

NEWS = {name for name, each in contracts().items() if each.family == "news"} - {
    "mentions",
    "candidate_mentions",
}


@pytest.fixture
def house(tmp_path: Path) -> House:
    return house_with_losik(tmp_path / "home")


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Nothing that these tests do may tell a log of the person."""
    caplog.set_level(logging.DEBUG)
    yield
    for trace in (LOSIK, *SPELLINGS):
        assert trace not in caplog.text


def test_nothing_of_a_person_is_left_in_any_byte(house: House) -> None:
    first = publish(house, 0)
    said = everything(Path(first.folder.path)).casefold()
    assert {LOSIK} < ids_of(first, "prisoners")
    for table in ("names", "charges", "events", "entity_records", "mentions"):
        assert LOSIK in ids_of(first, table), table
    assert companions(first, LOSIK) == ["un_sc:9"]
    for name in SPELLINGS:
        assert name.casefold() in said
    before = {path: digest(path) for path in Path(first.folder.path).rglob("*") if path.is_file()}

    house.suppressed = suppressed(LOSIK, "un_sc:9")
    second = publish(house, 1)
    said = everything(Path(second.folder.path)).casefold()
    for trace in (LOSIK, "un_sc:9", "losik-ihar", "ihar-losik", "лосика", *SPELLINGS):
        for way in ways_to_write(trace) if " " in trace else {trace}:
            assert not re.search(rf"(?<!\w){re.escape(way.casefold())}(?!\w)", said), way
    assert verify(second, house.suppressed) == []
    assert ids_of(second, "prisoners") == {"by_viasna:1", "by_viasna:170"}
    for table in NEWS:
        assert ids_of(first, table, "article_id") >= UNTOUCHED, table
        assert ids_of(second, table, "article_id") == UNTOUCHED, table
    assert ids_of(second, "mentions", "article_id") == {"a-other"}

    # what is said of the release before is of nobody either, and nothing else is said to be gone
    for table in contracts():
        assert [r for r in rows_of(second, table, "changes") if r["change"] == "removed"] == [], table
    assert set(diff(house.home, first, second)["prisoners"].values()) == {0}
    assert all(counts["removed"] == 0 for counts in diff(house.home, first, second).values())
    assert {path: digest(path) for path in before} == before

    # the numbers say that somebody was taken out
    assert second.manifest["suppressed"]["records"] == 2
    tombstones = rows_of(second, "tombstones")
    assert [r["tombstone_id"] for r in second.manifest["suppressed"]["tombstones"]] == [
        r["tombstone_id"] for r in tombstones
    ]
    assert all(re.fullmatch("t-[0-9a-f]{16}", r["tombstone_id"]) for r in tombstones)
    assert sorted((r["source_id"], r["suppressed_on"], r["reason"]) for r in tombstones) == [
        ("by_viasna", date(2026, 11, 20), "request"),
        ("un_sc", date(2026, 11, 20), "request"),
    ]


@pytest.mark.slow
def test_tombstones_stay_the_same_and_the_person_can_come_back(house: House) -> None:
    publish(house, 0)
    house.suppressed = suppressed(LOSIK)
    second = publish(house, 1)
    house.see(
        "by_viasna",
        2,
        both(losik(status="released", facility=None), person("by_viasna:3", "A B", "1990-01-01"), OTHERS),
    )
    third = publish(house, 2)
    assert rows_of(third, "tombstones") == rows_of(second, "tombstones")
    assert rows_of(third, "tombstones", "changes") == []
    assert ids_of(third, "prisoners", part="changes") == {"by_viasna:3"}
    assert verify(third, house.suppressed) == []
    house.suppressed = Suppressions()
    fourth = publish(house, 3)
    changes = {(r["change"], r["record_id"]) for r in rows_of(fourth, "prisoners", "changes")}
    assert changes == {("added", LOSIK)}
    assert [r["change"] for r in rows_of(fourth, "tombstones", "changes")] == ["removed"]
    for table in NEWS - {"article_names"}:
        assert ids_of(fourth, table, "article_id", "changes") == set(ARTICLES) - UNTOUCHED, table


def test_the_same_person_on_another_list_and_a_namesake_stay(house: House) -> None:
    house.see("eu_fsf", 0, NAMESAKE)
    first = publish(house, 0)
    house.suppressed = suppressed(LOSIK)
    second = publish(house, 1)
    for release in (first, second):
        assert {"un_sc:9", "eu_fsf:5"} < ids_of(release, "sanctions")
        assert {"un_sc:9", "eu_fsf:5"} < ids_of(release, "names")
    assert companions(second, "un_sc:9") == []
    assert verify(second, house.suppressed) == []
    assert verify(second) == []
    # their entity is another now: what was the person's is not told of as gone
    old = next(r["entity_id"] for r in rows_of(first, "entity_records") if r["record_id"] == LOSIK)
    assert old not in everything(Path(second.folder.path))


def test_who_is_removed_from_a_list_in_the_same_release_is_told_of(house: House) -> None:
    first = publish(house, 0)
    house.suppressed = suppressed(LOSIK)
    house.see("un_sc", 1, ON_A_SANCTIONS_LIST)
    second = publish(house, 1)
    house.suppressed = suppressed(LOSIK, "un_sc:9")
    third = publish(house, 2)
    assert diff(house.home, first, second)["sanctions"] == {"added": 0, "changed": 1, "removed": 0}
    assert diff(house.home, first, third)["sanctions"] == {"added": 0, "changed": 1, "removed": 0}
    assert diff(house.home, first, third)["prisoners"] == {"added": 0, "changed": 0, "removed": 0}


@pytest.mark.slow
def test_a_diff_over_several_releases_does_not_show_who_changed_and_was_then_suppressed(house: House) -> None:
    first = publish(house, 0)
    house.see("by_viasna", 2, both(losik(status="released", facility="Prison No. 4", **VERDICT), OTHERS))
    publish(house, 1)
    house.suppressed = suppressed(LOSIK)
    third = publish(house, 2)
    assert all(counts["removed"] == 0 for counts in diff(house.home, first, third).values())


def test_the_fingerprint_tells_who_is_suppressed_to_nobody(house: House) -> None:
    prints = []
    for of in (
        Suppressions(),
        suppressed(LOSIK),
        suppressed("un_sc:9"),
        replace(suppressed(LOSIK), salt="x" * 32),
    ):
        house.suppressed = of
        given = house.inputs()
        prints.append(given.fingerprint)
        assert not re.search("viasna:17|un_sc:9", json.dumps(given.to_json()))
    assert len(set(prints)) == 4
    house.suppressed = suppressed("eu_fsf:1")  # a source that is not in this release
    assert house.inputs().to_json()["suppressed"] == {"records": 0, "tombstones": []}


def test_quarantine_tells_nothing_of_them(tmp_path: Path) -> None:
    def rejected(locator: str, raw: str | None, reason: str = "no date") -> dict[str, Any]:
        return row("quarantine", source_id="un_sc", snapshot_id="s", locator=locator, raw=raw, reason=reason)

    house = House(tmp_path, lambda unit, at, baseline: verdict(quarantined=("un_sc:IQi.074", "un_sc:1")))
    house.rejected["un_sc"] = [
        rejected("INDIVIDUAL[1]", "<REF>IQi.074</REF>"),
        rejected("INDIVIDUAL[2]", "<LAST_NAME>Losik</LAST_NAME><FIRST_NAME>Ihar</FIRST_NAME>"),
        rejected("INDIVIDUAL[3]", "<REF>IQi.0741</REF>"),
        rejected("un_sc:IQi.074", None),
        rejected("INDIVIDUAL[5]", None),
    ]
    wanted = target("un_sc:IQi.074", "Ihar Losik", **{"schema": "Person"})
    house.see("un_sc", 0, both(target("un_sc:1"), wanted))
    first = publish(house, 0)
    assert len(rows_of(first, "quarantine")) == 7
    house.suppressed = suppressed("un_sc:IQi.074")
    second = publish(house, 1)
    assert ids_of(second, "quarantine", "locator") == {"INDIVIDUAL[3]", "INDIVIDUAL[5]", "un_sc:1"}
    assert rows_of(second, "quarantine", "changes") == []
    # the count is of what was read
    assert [r["records_quarantined"] for r in rows_of(second, "snapshots")] == [2]


def test_a_file_that_is_called_after_a_person_is_not_named(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.see("by_viasna", 0, both(losik(), OTHERS), file="ihar-losik.html")
    house.see("by_viasna", 1, OTHERS, file="maria-kalesnikava.html")
    house.see("by_viasna", 2, error="503", file="ihar-losik.html")
    first = publish(house, 0)
    assert "ihar-losik.html" in json.dumps(first.manifest)
    house.suppressed = suppressed(LOSIK)
    second = publish(house, 1)
    said = everything(Path(second.folder.path))
    assert "ihar-losik" not in said
    assert "maria-kalesnikava.html" in said
    assert [(r["freshness"], r["note"]) for r in rows_of(second, "sources")] == [("held", "withheld")]
    assert rows_of(second, "snapshots", "changes") == []


def test_an_entry_of_nobody_is_told_by_its_number(house: House) -> None:
    withheld = collect_redaction(
        suppressed(LOSIK, "by_viasna:18"), house.home, house.inputs().sources, NameSpotter
    )
    assert withheld.unseen == (2,)


def test_names_from_a_snapshot_that_is_held_count_too(tmp_path: Path) -> None:
    house = House(tmp_path, lambda unit, at, baseline: verdict("bad") if at == day(1) else verdict())
    house.see("by_viasna", 0, both(person(LOSIK, "I. Losik", "1992-05-20"), OTHERS))
    house.see("by_viasna", 1, both(losik(), OTHERS))
    house.see("gdelt", 0, news("a-title", "a-other"))
    house.suppressed = suppressed(LOSIK)
    with house.build() as con:
        assert con.execute("SELECT article_id FROM articles").fetchall() == [("a-other",)]


def test_a_weak_alias_which_many_share_names_nobody(tmp_path: Path) -> None:
    house = House(tmp_path)
    bearer = target("un_sc:9", "Ihar Losik", also={"Abu Ali": "weak_alias"}, **{"schema": "Person"})
    house.see("un_sc", 0, both(target("un_sc:1"), bearer))
    house.see("gdelt", 0, news("a-alias", "a-persons"))
    house.suppressed = suppressed("un_sc:9")
    with house.build() as con:
        assert con.execute("SELECT article_id FROM articles").fetchall() == [("a-alias",)]


def test_an_article_goes_from_every_source_that_has_it(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.see("by_viasna", 0, losik())
    house.see("gdelt", 0, news("a-title", "a-other"))
    house.see("rss", 0, article("a-title", "rss", published_at=day(0), title="News"))
    house.suppressed = suppressed(LOSIK)
    with house.build() as con:
        assert con.execute("SELECT article_id FROM articles").fetchall() == [("a-other",)]


def test_a_mention_of_an_article_that_is_not_there_goes_if_it_tells(tmp_path: Path) -> None:
    """Events are told of by articles that the release does not keep."""
    house = House(tmp_path)
    house.see("by_viasna", 0, losik())
    told = [
        row("news_event_mentions", news_event_id=n, article_id=f"a-{n}", url=f"https://example.org/{slug}")
        for n, slug in ((1, "ihar-losik"), (2, "52-freed"))
    ]
    house.see("gdelt", 0, {"articles": [], "news_event_mentions": told})
    first = publish(house, 0)
    assert ids_of(first, "news_event_mentions", "news_event_id") == {1, 2}
    house.suppressed = suppressed(LOSIK)
    second = publish(house, 1)
    assert ids_of(second, "news_event_mentions", "news_event_id") == {2}
    assert rows_of(second, "news_event_mentions", "changes") == []
