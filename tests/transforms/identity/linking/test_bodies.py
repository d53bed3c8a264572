"""Which companies and organizations are put together."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from storage import database
from tests.builders import target
from tests.transforms.identity.linking.test_linking import LUKASHENKO, linked, links, number, person


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with database.connect() as opened:
        yield opened


def test_bodies_are_linked_by_a_telling_name(con: duckdb.DuckDBPyConnection) -> None:
    assert linked(con, target("eu_fsf:1", "BELAVIA"), target("un_sc:1", "Belavia")) == [
        ["eu_fsf:1", "un_sc:1"]
    ]


def test_bodies_with_other_tax_numbers_of_one_country_are_candidates(con: duckdb.DuckDBPyConnection) -> None:
    groups = linked(
        con,
        target("eu_fsf:1", "Avrora JSC", nationalities=["RU"]),
        target("un_sc:1", "Avrora", nationalities=["RU"]),
        number("eu_fsf:1", "tax_id", "7802463197", "RU"),
        number("un_sc:1", "tax_id", "9704004093", "RU"),
    )
    assert groups == []
    [(status, _, reason)] = links(con).values()
    assert status == "candidate"
    assert reason.startswith("other numbers of the same kind; ")


@pytest.mark.parametrize("kind", ["tax_id", "registration"])
def test_bodies_with_other_tax_numbers_of_one_country_are_not_joined_by_a_third(
    con: duckdb.DuckDBPyConnection, kind: str
) -> None:
    """Where a country is not said it is where the body is, and a list may call a tax number another."""
    groups = linked(
        con,
        target("eu_fsf:1", "Zala Aero", nationalities=["RU"]),
        target("un_sc:1", "Zala Aero", nationalities=["RU"]),
        target("us_ofac_sdn:1", "Zala Aero", nationalities=["RU"]),
        number("eu_fsf:1", kind, "1841015504"),
        number("us_ofac_sdn:1", "tax_id", "1841001815", "RU"),
    )
    assert [len(group) for group in groups] == [2]
    assert ["eu_fsf:1", "us_ofac_sdn:1"] not in groups
    assert {status for status, _, _ in links(con).values()} >= {"same", "refused"}


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("Al-Haramain: Albania Branch", "Al-Haramain (Albania Branch)", True),
        ("China Unicom (Hong Kong) Limited", "Sino Energy Shipping (Hong Kong) Ltd", False),
    ],
)
def test_words_in_brackets_are_words_of_a_bodys_name(
    con: duckdb.DuckDBPyConnection, one: str, other: str, together: bool
) -> None:
    parts = [target("eu_fsf:1", one, nationalities=["AL"]), target("un_sc:1", other, nationalities=["AL"])]
    assert linked(con, *parts) == ([["eu_fsf:1", "un_sc:1"]] if together else [])


def test_bodies_of_the_same_words_are_compared_however_many_bear_the_words(
    con: duckdb.DuckDBPyConnection,
) -> None:
    branches = [target(f"us_ofac_sdn:{n}", f"Alfa {place}") for n, place in enumerate("abcdefghijklm" * 5)]
    pair = [
        target("eu_fsf:1", "Alfa-Bank", nationalities=["RU"]),
        target("un_sc:1", "ALFA BANK AO", nationalities=["RU"]),
    ]
    assert ["eu_fsf:1", "un_sc:1"] in linked(con, *branches, *pair)


@pytest.mark.parametrize(
    ("source_id", "programs", "status"),
    [
        ("un_sc", ["Iran"], "same"),
        ("au_dfat", ["Autonomous (Iran)", "Autonomous (Russia)"], "same"),
        ("un_sc", [], "candidate"),
        ("un_sc", ["Autonomous (Iran)"], "candidate"),  # another list's word
        ("ca_sema", ["Syria / Syrie"], None),
    ],
)
def test_what_country_a_programme_is_about_tells_of_bodies_whose_place_is_not_said(
    con: duckdb.DuckDBPyConnection, source_id: str, programs: list[str], status: str | None
) -> None:
    one = target("eu_fsf:1", "Marou Sanat", programs=["IRN"])
    linked(con, one, target(f"{source_id}:1", "MAROU SANAT", programs=programs))
    assert [found for found, _, _ in links(con).values()] == ([status] if status else [])


def test_a_body_is_where_it_is_registered(con: duckdb.DuckDBPyConnection) -> None:
    name = "Kinloss Property Limited"
    parts = [
        target("eu_fsf:1", name),
        target("un_sc:1", name, nationalities=["VG"]),
        number("eu_fsf:1", "registration", "1534407", "VG"),
    ]
    assert linked(con, *parts) == [["eu_fsf:1", "un_sc:1"]]
    [(_, _, reason)] = links(con).values()
    assert reason.endswith("both VG")


def test_a_person_and_a_body_are_never_one(con: duckdb.DuckDBPyConnection) -> None:
    assert linked(con, target("eu_fsf:1", LUKASHENKO), person("un_sc:1", LUKASHENKO, "1954-08-30")) == []
