"""What dates of birth say of two people, and their slips."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from storage import database
from tests.builders import both
from tests.transforms.identity.linking.test_linking import LUKASHENKO, linked, links, number, person


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with database.connect() as opened:
        yield opened


@pytest.mark.parametrize(
    ("one", "other", "status"),
    [
        (["1954"], ["1954-08-30"], "same"),
        (["1954-08"], ["1954-08-30"], "same"),
        (["1954~"], ["1953-08-30"], "same"),
        (["1953/1955"], ["1954-08-30"], "same"),
        (["1954-08-03"], ["1954-03-08"], "same"),
        (["1950", "1954"], ["1960", "1954-08-30"], "same"),
        (["1954-08-30"], ["1954-09-29"], "candidate"),
        (["1954"], ["1964"], None),
    ],
)
def test_dates_of_birth_agree_to_the_precision_known(
    con: duckdb.DuckDBPyConnection, one: list[str], other: list[str], status: str | None
) -> None:
    linked(con, person("eu_fsf:1", LUKASHENKO, *one), person("un_sc:1", LUKASHENKO, *other))
    assert [found for found, _, _ in links(con).values()] == ([status] if status else [])


@pytest.mark.parametrize(
    "slip", ["1954-08-31", "1954-08-13", "1954-06-30", "1956-08-30", "1945-08-30", "1954-08-01"]
)
def test_one_part_of_a_full_date_is_a_slip_where_all_else_says_one(
    con: duckdb.DuckDBPyConnection, slip: str
) -> None:
    one, other = person("eu_fsf:1", LUKASHENKO, "1954-08-30"), person("un_sc:1", LUKASHENKO, slip)
    assert linked(con, one, other) == [["eu_fsf:1", "un_sc:1"]]
    [(status, _, reason)] = links(con).values()
    assert status == "same"
    assert "born" in reason


@pytest.mark.parametrize(
    ("name", "birth", "given"),
    [
        ("Viktar SHEIMAN", "1954-08-31", {}),
        (LUKASHENKO, "1955-08-31", {}),
        (LUKASHENKO, "1954-08-31", {"nationalities": ["UZ"]}),
        (LUKASHENKO, "1954-08-31", {"gender": "female"}),
    ],
)
def test_a_slip_is_none_where_anything_else_speaks_against_it(
    con: duckdb.DuckDBPyConnection, name: str, birth: str, given: dict[str, Any]
) -> None:
    one = person("eu_fsf:1", name, "1954-08-30", **{"nationalities": ["BY"], "gender": "male"})
    assert linked(con, one, person("un_sc:1", name, birth, **{"nationalities": ["BY"], **given})) == []


def test_a_slip_is_none_between_two_who_have_other_documents(con: duckdb.DuckDBPyConnection) -> None:
    parts = [
        person("eu_fsf:1", LUKASHENKO, "1954-08-30"),
        person("un_sc:1", LUKASHENKO, "1954-08-31"),
        number("eu_fsf:1", "passport", "MP1234567", "BY"),
        number("un_sc:1", "passport", "MP7654321", "BY"),
    ]
    assert linked(con, *parts) == []
    [(status, _, reason)] = links(con).values()
    assert (status, reason.partition(":")[0]) == ("refused", "different dates of birth")


def test_a_name_that_two_records_of_a_list_bear_makes_no_slip(con: duckdb.DuckDBPyConnection) -> None:
    twins = [person(f"eu_fsf:{i}", LUKASHENKO, f"1954-08-3{i}") for i in (0, 1)]
    assert linked(con, *twins, person("un_sc:1", LUKASHENKO, "1954-08-13")) == []


@pytest.mark.parametrize(("birth", "together"), [("1958-05-26", True), ("1959-06-27", False)])
def test_a_slip_between_two_who_share_a_document_holds_for_who_is_one_with_them(
    con: duckdb.DuckDBPyConnection, birth: str, together: bool
) -> None:
    """The name is not rare, so the date alone ties the third to the first, and parts it from the second."""
    name = "Viktar SHEIMAN"
    groups = linked(
        con,
        person("eu_fsf:1", name, "1958-05-26"),
        person("un_sc:1", name, "1958-05-25"),
        person("us_ofac_sdn:1", name, birth),
        number("eu_fsf:1", "passport", "MP1234567", "BY"),
        number("un_sc:1", "passport", "MP1234567", "BY"),
    )
    assert groups == [["eu_fsf:1", "un_sc:1", *(["us_ofac_sdn:1"] if together else [])]]


@pytest.mark.parametrize("fact", ["passport", "reference"])
def test_a_passport_and_a_reference_that_two_lists_give_go_before_a_slip(
    con: duckdb.DuckDBPyConnection, fact: str
) -> None:
    shared = number("eu_fsf:1", "list_reference", "QDi.43")
    if fact == "passport":
        passport = ("passport", "MP1234567", "BY")
        shared = both(number("eu_fsf:1", *passport), number("un_sc:QDi.043", *passport))
    one = person("eu_fsf:1", "Viktar SHEIMAN", "1958-05-26")
    assert linked(con, one, person("un_sc:QDi.043", "Viktar SHEIMAN", "1958-06-25"), shared) == [
        ["eu_fsf:1", "un_sc:QDi.043"]
    ]


@pytest.mark.parametrize(
    ("births", "chosen"),
    [
        (["1954", "1954-08-30", "1954-08"], "1954-08-30"),
        (["1950/1958", "1954"], "1954"),
        (["1954~", "1954"], "1954"),
        (["1954-01-01/1954-12-31", "1954-08"], "1954-08"),
        (["1954~"], "1954~"),
        (["1955", "1954"], "1954"),
        ([], None),
    ],
)
def test_an_entity_has_the_most_precise_date_of_birth(
    con: duckdb.DuckDBPyConnection, births: list[str], chosen: str | None
) -> None:
    linked(con, person("eu_fsf:1", "Ivan Ivanov", *births))
    assert con.execute("SELECT birth_date FROM entities").fetchall() == [(chosen,)]


@pytest.mark.parametrize(
    ("name", "birth", "numbers", "groups"),
    [
        (LUKASHENKO, "1954-08-30", {}, [["eu_fsf:1", "eu_fsf:2", "un_sc:1"]]),
        (LUKASHENKO, "1954", {}, []),  # the year alone is anybody's
        ("Sergei IVANOV", "1954-08-30", {}, [["eu_fsf:1", "un_sc:1"]]),  # and so is the name
        (
            LUKASHENKO,
            "1954-08-30",
            {"eu_fsf:1": "MP1234567", "eu_fsf:2": "MP7654321"},
            [["eu_fsf:1", "un_sc:1"]],
        ),
    ],
)
def test_a_list_has_a_person_twice_if_a_third_has_the_rare_name_and_date_of_both(
    con: duckdb.DuckDBPyConnection,
    name: str,
    birth: str,
    numbers: dict[str, str],
    groups: list[list[str]],
) -> None:
    people = [person(record_id, name, birth) for record_id in ("eu_fsf:1", "eu_fsf:2", "un_sc:1")]
    passports = [number(record_id, "passport", text, "BY") for record_id, text in numbers.items()]
    assert linked(con, *people, *passports) == groups
