"""What numbers and references say of two records."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from storage import database
from tests.builders import Rows, target
from tests.transforms.identity.linking.test_linking import LUKASHENKO, linked, links, number, person

Number = tuple[str, str, str | None]
"""A number's type, the number, and its country."""


def two_people(one: Number, other: Number) -> list[Rows]:
    """Of one name and other dates of birth, each with a number."""
    return [
        person("eu_fsf:1", LUKASHENKO, "1954-08-30"),
        person("un_sc:1", LUKASHENKO, "1964-09-30"),
        number("eu_fsf:1", *one),
        number("un_sc:1", *other),
    ]


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with database.connect() as opened:
        yield opened


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (LUKASHENKO, "Nikolai Aleksandrovich LUKASHENKO"),
        ("Ali Abdullah BAWAZIR", "Mohamed Ali Abdullah BAWAZIR"),
        ("Hasan Ahmad Muhammad AL-SHAARI", "Husayn Ahmad Muhammad AL-SHAARI"),
    ],
)
def test_a_passport_of_a_family_makes_them_nobody(
    con: duckdb.DuckDBPyConnection, one: str, other: str
) -> None:
    groups = linked(
        con,
        person("eu_fsf:1", one, "1954-08-30"),
        person("un_sc:1", other, "1980-01-02"),
        number("eu_fsf:1", "passport", "MP1234567", "BY"),
        number("un_sc:1", "passport", "MP1234567", "BY"),
    )
    assert groups == []


def test_a_shared_document_wins_over_what_contradicts(con: duckdb.DuckDBPyConnection) -> None:
    groups = linked(
        con,
        person("eu_fsf:1", LUKASHENKO, "1954-08-30", gender="male"),
        person("un_sc:1", LUKASHENKO, "1955-08-31", gender="female"),
        number("eu_fsf:1", "passport", "MP 123-4567", "BY"),
        number("un_sc:1", "passport", "MP1234567"),
    )
    assert groups == [["eu_fsf:1", "un_sc:1"]]
    [(_, method, reason)] = links(con).values()
    assert method == "identifier"
    assert reason.startswith("same passport (BY); ")
    assert con.execute("SELECT DISTINCT score, method FROM entity_records").fetchall() == [
        (1.0, "identifier")
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("passport", "MP1234567", "BY"), ("passport", "MP1234567", "RU")),
        (("passport", "12345", None), ("passport", "12345", None)),
        (("passport", "0000000", "BY"), ("passport", "0000000", "BY")),
        (("passport", "123456", "BY"), ("national_id", "123456", "BY")),
        (("crypto_wallet", "12QtD5BFwRsdNsAZY76", None), ("crypto_wallet", "12QtD5BFwRsdNsAZY76", None)),
    ],
)
def test_numbers_that_are_no_ones_own_are_no_hard_facts(
    con: duckdb.DuckDBPyConnection,
    one: tuple[str, str, str | None],
    other: tuple[str, str, str | None],
) -> None:
    assert linked(con, *two_people(one, other)) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("passport", "National passport number MP1234567", "BY"), ("passport", "MP 123-4567", "BY")),
        (("passport", "123450987 (Expires 18 Jun. 2018)", None), ("passport", "123450987", "KP")),
        (("passport", "8208 No. 123450", None), ("passport", "8208 123450", "RU")),
        (("passport", "723450987. 623450987", None), ("passport", "623450987", "RU")),
        (
            ("national_id", "Social Security Number 900-12-3456 (US)", None),
            ("national_id", "900123456", "US"),
        ),
        (("national_id", "14/MAMAKA(N)123450", "MM"), ("other", "14/MaMaKa 123450", "MM")),
        (("registration", "OGRN: 1157847282603 TIN: 7840038027", None), ("tax_id", "7840038027", "RU")),
        (
            ("registration", "1067746244026 dated 27/07/1992. Tax ID: 7705713236", None),
            ("tax_id", "7705713236", "RU"),
        ),
        (("other", "7702165310 / 770101001", None), ("tax_id", "7702165310", "RU")),
        (("registration", "100211261(УНП)", "BY"), ("tax_id", "100211261", "BY")),
    ],
)
def test_a_number_is_known_whatever_is_written_around_it(
    con: duckdb.DuckDBPyConnection, one: tuple[str, str, str | None], other: tuple[str, str, str | None]
) -> None:
    parts = [
        person("eu_fsf:1", "Viktar SHEIMAN", "1958-05-26"),
        person("un_sc:1", "Viktar SHEIMAN", "1959-06-27"),
        number("eu_fsf:1", *one),
        number("un_sc:1", *other),
    ]
    assert linked(con, *parts) == [["eu_fsf:1", "un_sc:1"]]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("other", "771401001", "RU"), ("registration", "771401001", "RU")),
        (("other", "7702165310 / 771401001", "RU"), ("tax_id", "7702165311 / 771401001", "RU")),
        (("other", "Ration card number 1234509", "PK"), ("other", "Ration card number 1234509", "PK")),
        (
            ("registration", "12345678 dated 27/07/1992", "RU"),
            ("registration", "87654321 dated 27/07/1992", "RU"),
        ),
    ],
)
def test_what_a_cell_says_besides_its_number_is_no_hard_fact(
    con: duckdb.DuckDBPyConnection, one: tuple[str, str, str], other: tuple[str, str, str]
) -> None:
    assert linked(con, *two_people(one, other)) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("imo_company", "5706291", None), ("other", "IMO 5706291", None)),
        (("swift_bic", "TJSCRUMM", None), ("swift_bic", "TJSCRUMM123", None)),
    ],
)
def test_renamed_bodies_are_one_by_the_numbers_of_shipping_and_of_banks(
    con: duckdb.DuckDBPyConnection, one: tuple[str, str, str | None], other: tuple[str, str, str | None]
) -> None:
    parts = [
        target("eu_fsf:1", "Transkapitalbank"),
        target("un_sc:1", "Kallisto Holding"),
        number("eu_fsf:1", *one),
        number("un_sc:1", *other),
    ]
    assert linked(con, *parts) == [["eu_fsf:1", "un_sc:1"]]


def test_a_number_under_which_lists_have_other_names_is_a_slip(con: duckdb.DuckDBPyConnection) -> None:
    groups = linked(
        con,
        person("eu_fsf:1", "Jin RYU", "1965-08-07"),
        person("un_sc:1", "KIL Jong Hun", "1972-02-20"),
        number("eu_fsf:1", "passport", "472410022", "KP"),
        number("un_sc:1", "passport", "472410022", "KP"),
    )
    assert groups == []


def test_a_cited_reference_of_the_un_joins_and_another_parts(con: duckdb.DuckDBPyConnection) -> None:
    name = "Haji Muhammad ASHRAF"
    groups = linked(
        con,
        person("un_sc:QDi.043", name, "1965"),
        person("eu_fsf:1", name, "1955"),
        person("eu_fsf:2", name, "1965"),
        number("eu_fsf:1", "list_reference", "QDi.43"),
        number("eu_fsf:2", "list_reference", "QDi.044"),
    )
    assert groups == [["eu_fsf:1", "un_sc:QDi.043"]]
    found = links(con)
    assert found["eu_fsf:1", "un_sc:QDi.043"][:2] == ("same", "reference")
    assert found["eu_fsf:2", "un_sc:QDi.043"][2].startswith("different UN references")


def test_ships_are_one_by_their_imo_number_whatever_they_are_called(con: duckdb.DuckDBPyConnection) -> None:
    groups = linked(
        con,
        target("eu_fsf:1", "Bratsk", schema="Vessel"),
        target("us_ofac_sdn:1", "NS BURGAS", schema="Vessel"),
        target("un_sc:1", "Bratsk", schema="Vessel"),
        number("eu_fsf:1", "imo", "9411020"),
        number("us_ofac_sdn:1", "imo", "IMO 9411020"),
        number("un_sc:1", "imo", "9187629"),
    )
    assert groups == [["eu_fsf:1", "us_ofac_sdn:1"]]
