"""A target's rows: what is the same for all lists of sanctions."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.builders import parsed
from transforms.fields.record_parts import Country, Identifier, Name, NameKind, joined
from transforms.reading.parse_result import ParseResult
from transforms.sanctions.target import (
    Address,
    Birth,
    Nationality,
    Particular,
    Position,
    Program,
    Target,
    country,
    is_ship_number,
    place,
    whole_number,
)
from transforms.sanctions.target_names import alias, main_name
from transforms.sanctions.target_rows import write


def written(target: Target) -> ParseResult:
    snapshot = ParseResult()
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


NOTHING = (
    "- -- – ? N/A n/a n.a. Unknown UNKNOWN. (unknown) none Nil TBC unspecified Inconnu inconnue s/o unbekannt"
    " неизвестно"
)


@pytest.mark.parametrize("nothing", [*NOTHING.split(), "Not available", "not known"])
def test_a_word_for_nothing_is_nothing_in_any_column(nothing: str) -> None:
    target = Target("7", "Person", "Viktor Lukashenko", url=nothing)
    target.names = [alias(nothing, "alias"), alias("Viktar Lukashenka", "alias")]
    target.births = [Birth(None, None, nothing)]
    target.nationalities = [Nationality("nationality", *country(nothing, unknown := Counter()))]
    target.nationalities.append(Nationality("nationality", None, nothing))
    target.identifiers = [Identifier("passport", None, None, nothing)]
    target.addresses = [Address("address", nothing)]
    target.positions = [Position("position", nothing)]
    target.particulars = [Particular("website", nothing)]
    target.programs = [Program("Belarus", legal_basis=nothing), Program(nothing)]
    target.reasons, target.measures = [nothing], [nothing]
    snapshot = written(target)
    assert set(snapshot.arrow()) == {"sanctions", "names", "programs"}
    assert [row["name"] for row in parsed(snapshot, "names")] == ["Viktor Lukashenko", "Viktar Lukashenka"]
    assert [(row["program"], row["legal_basis"]) for row in parsed(snapshot, "programs")] == [
        ("Belarus", None)
    ]
    (row,) = parsed(snapshot, "sanctions")
    assert [row[column] for column in ("reason", "position", "url")] == [None, None, None]
    assert row["nationalities_raw"] == row["birth_dates_raw"] == row["measures"] == []
    assert not unknown


def test_a_word_for_nothing_beside_something_says_nothing_of_it() -> None:
    target = Target("7", "Person", "Viktor Lukashenko")
    target.births = [Birth("1975", "year", "1975", "N/A"), Birth("1976", "year", "1976", "unknown")]
    target.identifiers = [Identifier("passport", None, None, "MP0000001", None, "Unknown", "-")]
    target.nationalities = [Nationality("nationality", "BY", "Belarus", "none")]
    target.addresses = [Address("address", "Minsk, Belarus", "Minsk", "N/A", "-", "BY", "Belarus")]
    snapshot = written(target)
    assert [row["note"] for row in parsed(snapshot, "birth_dates")] == [None, None]
    (number,) = parsed(snapshot, "identifiers")
    assert (number["number"], number["country_raw"], number["note"]) == ("MP0000001", None, None)
    assert parsed(snapshot, "nationalities")[0]["note"] is None
    (address,) = parsed(snapshot, "addresses")
    assert (address["city"], address["region"], address["postal_code"]) == ("Minsk", None, None)


def test_the_parts_of_an_address_leave_out_what_says_nothing() -> None:
    assert joined(["-", "Minsk", None, "Unknown", "Belarus"]) == "Minsk, Belarus"
    assert joined(["Via Roma 1", "Casoria", "NA", "Italy"]) == "Via Roma 1, Casoria, NA, Italy"  # of Naples
    assert place("birth_place", ["Unknown", "N/A"], Address("birth_place", "")) is None


def test_names_and_places_that_are_also_words_for_nothing() -> None:
    """`Na` is a name, and `NA` Namibia's code; a bank may be called by its letters."""
    target = Target("7", "Person", "Na", names=[alias("Non", "alias"), alias("No", "alias")])
    target.addresses = [Address("birth_place", "Na", "Na")]
    target.nationalities = [Nationality("nationality", "NA", "NA")]
    snapshot = written(target)
    assert [row["name"] for row in parsed(snapshot, "names")] == ["Na", "Non", "No"]
    assert parsed(snapshot, "addresses")[0]["city"] == "Na"
    assert parsed(snapshot, "nationalities")[0]["country"] == "NA"
    bank = Target("8", "Organization", "TBC Bank", names=[alias("TBC", "alias"), alias("TBD", "alias")])
    assert [row["name"] for row in parsed(written(bank), "names")] == ["TBC Bank", "TBC"]


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("a.k.a. Batka", "Batka", "alias"),
        ("A.K.A Batka", "Batka", "alias"),
        ("a.k.a.: Batka", "Batka", "alias"),
        ("aka Batka", "Batka", "alias"),
        ("AKA: Batka", "Batka", "alias"),
        ("a/k/a Batka", "Batka", "alias"),
        ("also known as Batka", "Batka", "alias"),
        ("commonly known as Batka", "Batka", "alias"),
        ("a. k. a. Batka", "Batka", "alias"),
        ("Also known as: Batka", "Batka", "alias"),
        ("alias Batka", "Batka", "alias"),
        ("Alias: Batka", "Batka", "alias"),
        ("(a.k.a. Batka)", "Batka", "alias"),
        ('a.k.a. "Batka"', "Batka", "alias"),
        ("a.k.a. “Batka”", "Batka", "alias"),
        ("f.k.a. Batka", "Batka", "former"),
        ("FKA Batka", "Batka", "former"),
        ("f/k/a Batka", "Batka", "former"),
        ("formerly known as Batka", "Batka", "former"),
        ("Formerly: Batka", "Batka", "former"),
        ("previously known as Batka", "Batka", "former"),
        ("Akavia Batka", "Akavia Batka", "alias"),
        ("A. K. Antonov", "A. K. Antonov", "alias"),
        ("alias", "alias", "alias"),
    ],
)
def test_a_name_is_what_follows_also_known_as(text: str, name: str, kind: str) -> None:
    target = Target("7", "Person", "Aleksandr Lukashenko", names=[alias(text, "alias")])
    _, found = parsed(written(target), "names")
    assert (found["name"], found["kind"]) == (name, kind)


@pytest.mark.parametrize(("text", "kind"), [("aka Batka", "weak_alias"), ("fka Batka", "former")])
def test_a_weak_alias_stays_one_and_a_former_name_is_former(text: str, kind: NameKind) -> None:
    target = Target("7", "Person", "Aleksandr Lukashenko", names=[alias(text, "weak_alias")])
    assert [row["kind"] for row in parsed(written(target), "names")] == ["primary", kind]


@pytest.mark.parametrize(
    ("main", "other"),
    [
        ("AKA INTEGRAL SERVICES, S. DE R.L. DE C.V.", "AKA INTEGRAL"),
        ("A.K.A. Rahman", "A.K.A. Rahman Khan"),
        ("Aka Jean", "Aka Jean-Marie"),
        ("MYANMAR WAR WAR WIN", "ALIAS LLC"),
    ],
)
def test_such_words_can_be_part_of_a_name(main: str, other: str) -> None:
    target = Target("7", "Organization", main, names=[alias(other, "alias")])
    assert [row["name"] for row in parsed(written(target), "names")] == [main, other]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("a.k.a. Batka", "Batka"),
        ("aka: Batka", "Batka"),
        ("formerly known as Belneftekhim", "Belneftekhim"),
        (" Batka ", "Batka"),
        ("-", ""),
        ("N/A", ""),
        ("Unknown", ""),
        ("???", ""),
        (None, ""),
        ("Na", "Na"),
    ],
)
def test_a_main_name(text: str | None, name: str) -> None:
    assert main_name(text) == name


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
