"""A target's rows: what is the same for all lists of sanctions."""

from __future__ import annotations

import pytest

from tests.builders import parsed
from transforms.snapshot import Snapshot
from transforms.targets import (
    Birth,
    Country,
    Identifier,
    Name,
    Nationality,
    Position,
    Program,
    Target,
    is_ship_number,
    whole_number,
    write,
)


def written(target: Target) -> Snapshot:
    snapshot = Snapshot()
    write(snapshot, "xx_list", "An authority", target)
    return snapshot


def test_what_stands_twice_is_written_once_and_texts_do_not_depend_on_the_order() -> None:
    names = [Name("B", "alias", "Latn"), Name("A", "alias", "Latn"), Name("B", "alias", "Latn")]
    positions = [Position("position", "Judge"), Position("title", "Dr."), Position("position", "Judge")]
    births = [Birth("1980", "year", "1980"), Birth("1955", "circa", "about 1955"), Birth(None, None, "young")]
    programs = [Program("X"), Program("W", "In words")]
    rows = []
    for step in (1, -1):
        target = Target("7", "Person", "Main", names=names[::step], positions=positions[::step])
        target.births, target.programs, target.reasons = births[::step], programs[::step], ["b", "a"][::step]
        snapshot = written(target)
        rows.append(parsed(snapshot, "sanctions"))
        assert len(parsed(snapshot, "names")) == 3
        assert len(parsed(snapshot, "positions")) == 2
        assert len(parsed(snapshot, "birth_dates")) == 3
    assert rows[0] == rows[1]
    (row,) = rows[0]
    assert (row["record_id"], row["position"], row["reason"]) == ("xx_list:7", "Dr.; Judge", "a; b")
    assert (row["birth_dates"], row["birth_dates_raw"]) == (
        ["1955~", "1980"],
        ["about 1955", "1980", "young"],
    )
    assert row["programs"] == ["W", "X"]


def test_a_name_that_repeats_the_main_one_is_left_out_but_not_one_in_another_language() -> None:
    names = [Name("Main", "alias", "Latn"), Name("Main", "alias", "Latn", "be")]
    found = parsed(written(Target("7", "Person", "Main", names=names)), "names")
    assert [(row["kind"], row["lang"]) for row in found] == [("primary", None), ("alias", "be")]


def test_what_is_empty_says_nothing() -> None:
    target = Target("7", "Person", "Main", births=[Birth(None, None, None)])
    target.nationalities = [Nationality("nationality", *Country())]
    snapshot = written(target)
    assert set(snapshot.arrow()) == {"sanctions", "names"}


@pytest.mark.parametrize(
    ("schema", "number", "type_"),
    [
        ("Vessel", "5342883", "imo"),
        ("Organization", "5342883", "imo_company"),
        ("Organization", "9074729", "imo"),  # of a ship that it owns
    ],
)
def test_an_imo_number_of_no_ship_is_a_companys(schema: str, number: str, type_: str) -> None:
    numbers = [Identifier("imo", None, None, number), Identifier("mmsi", None, None, "1")]
    found = parsed(written(Target("7", schema, "Main", identifiers=numbers)), "identifiers")
    assert [row["type"] for row in found] == [type_, "mmsi"]


@pytest.mark.parametrize(
    ("text", "ship"),
    [("9074729", True), ("IMO 9074729", True), ("9074728", False), ("5342883", False), ("907472", False)],
)
def test_a_ships_number_is_told_by_its_check_digit(text: str, ship: bool) -> None:
    assert is_ship_number(text) is ship


@pytest.mark.parametrize(
    ("text", "number"),
    [("12", 12), ("", None), (None, None), ("1.5", None), ("-1", None), ("9" * 5_000, None)],
)
def test_a_whole_number(text: str | None, number: int | None) -> None:
    assert whole_number(text) == number
