"""Who is who from release to release: ids that stand, decisions, and nothing of whom is withheld."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from tests.builders import House, Rows, both, row, target
from tests.suppressing import LOSIK, everything, losik, person, publish, rows_of, suppressed
from transforms.identity.linking.entity_ids import candidate_ids
from warehouse.release.decisions import Decision
from warehouse.release.reader import Release

UN = "un_sc:9"
OTHER = person("by_viasna:3", "Viktar Babaryka", "1963-11-09")
SHIPS = 120
LISTS = ("eu_fsf", "un_sc", "us_ofac_sdn")


def entities(release: Release) -> dict[str, str]:
    return {r["record_id"]: r["entity_id"] for r in rows_of(release, "entity_records")}


def on_a_sanctions_list(**given: Any) -> Rows:
    born = {"birth_dates": ["1992-05-20"], "schema": "Person"}
    return target(UN, "LOSIK Ihar", {"alias": "Ігар Лосік"}, **{**born, **given})


def listed_twice(folder: Path) -> House:
    house = House(folder)
    house.see("by_viasna", 0, both(losik(), OTHER))
    house.see("un_sc", 1, both(target("un_sc:1"), on_a_sanctions_list()))
    return house


def test_a_person_keeps_the_id_when_another_list_takes_him_up(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.see("un_sc", 0, on_a_sanctions_list())
    first = entities(publish(house, 0))
    house.see("by_viasna", 1, both(losik(), OTHER))
    second = publish(house, 1)
    assert entities(second)[UN] == entities(second)[LOSIK] == first[UN]
    assert rows_of(second, "retired_entities") == []


def test_what_became_of_an_entity_that_was_merged_is_told(tmp_path: Path) -> None:
    house = listed_twice(tmp_path)
    house.decisions = (Decision(2, LOSIK, UN, False, "a namesake"),)
    first = publish(house, 0)
    apart = entities(first)
    assert apart[LOSIK] != apart[UN]
    [link] = rows_of(first, "links")
    assert (link["status"], link["method"]) == ("refused", "decision")
    assert "a namesake" in link["reason"]
    house.decisions = ()
    second = publish(house, 1)
    assert entities(second)[UN] == apart[LOSIK]
    retired = {
        "entity_id": apart[UN],
        "became": apart[LOSIK],
        "last_release": first.id,
        "reason": "merged",
    }
    assert rows_of(second, "retired_entities") == [retired]
    assert rows_of(second, "retired_entities", "changes") == [{"change": "added", **retired}]


def test_a_decision_makes_another_release(tmp_path: Path) -> None:
    house = listed_twice(tmp_path)
    before = house.inputs()
    house.decisions = (Decision(2, LOSIK, UN, True, "the same"),)
    after = house.inputs()
    assert before.fingerprint != after.fingerprint
    assert LOSIK not in str(after.decisions)


def test_nothing_of_a_withheld_record_is_left_in_links_ids_or_decisions(tmp_path: Path) -> None:
    """The entity's id was made of the record, and whoever knows it could make it again: it goes too."""
    house = listed_twice(tmp_path)
    reason = "as told by his lawyer"
    house.decisions = (Decision(2, LOSIK, UN, True, reason),)
    first = publish(house, 0)
    old = entities(first)[UN]
    assert old == next(candidate_ids(LOSIK))
    house.suppressed = suppressed(LOSIK)
    second = publish(house, 1)
    assert entities(second)[UN] == next(candidate_ids(UN))
    found = everything(Path(str(second.folder.path)))
    for told in (LOSIK, old, reason):
        assert told not in found
    house.suppressed = suppressed(LOSIK, UN)
    found = everything(Path(str(publish(house, 2).folder.path)))
    for told in (LOSIK, UN, old, entities(second)[UN], reason):
        assert told not in found


def ship(source_id: str, number: int, name: str | None = None, key: int | None = None) -> Rows:
    record_id = f"{source_id}:{number if key is None else key}"
    return both(
        target(record_id, name or f"Vessel {number}", schema="Vessel"),
        {"identifiers": [row("identifiers", record_id=record_id, type="imo", number=f"{9000000 + number}")]},
    )


def test_untouched_entities_keep_their_ids_when_others_come_go_and_change(tmp_path: Path) -> None:
    """Ships on three lists, by their IMO numbers; then one of 20 records is added, removed or changed."""
    chance = random.Random(6)  # noqa: S311  the same in every run
    lists = {source: [n for n in range(SHIPS) if chance.random() < 0.7] for source in LISTS}
    house = House(tmp_path)
    for source, numbers in lists.items():
        house.see(source, 0, both(*(ship(source, n) for n in numbers)))
    first = entities(publish(house, 0))
    touched: set[int] = set()
    for source, numbers in lists.items():
        rows = []
        for n in numbers:
            lot = chance.random()
            if lot < 0.05:
                touched.add(n)
            if lot < 0.02:
                continue  # taken off its list
            rows.append(ship(source, n, "Renamed" if lot < 0.04 else None))
            if 0.04 <= lot < 0.05:
                rows.append(ship(source, SHIPS + n))
        house.see(source, 1, both(*rows))
    second = entities(publish(house, 1))
    kept = [second[r] == first[r] for r in first if int(r.split(":")[1]) not in touched]
    assert len(kept) > 200
    assert sum(kept) >= 0.99 * len(kept)
    assert len(set(second.values())) >= len(set(first.values()))


@pytest.mark.slow
def test_late_snapshots_give_the_ids_that_they_would_have_given_in_time(tmp_path: Path) -> None:
    orders = ([("eu_fsf", 0), ("un_sc", 1)], [("un_sc", 1), ("eu_fsf", 0)])
    called = []
    for number, order in enumerate(orders):
        house = House(tmp_path / str(number))
        for step, (source, at) in enumerate(order):
            house.see(source, at, both(*(ship(source, n) for n in range(5))))
            if source == "un_sc" and at == 1:
                house.see(source, 2, both(*(ship(source, n) for n in range(5))))
            release = publish(house, step)
        called.append(entities(release))
    assert called[0] == called[1]
