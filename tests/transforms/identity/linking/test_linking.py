"""Who is put together with whom, and why."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from itertools import permutations
from typing import Any

import duckdb
import pytest

from storage import database
from tests.builders import LISTS, Row, Rows, both, day, filled, prisoner, row, target
from transforms.identity.linking.linking import link
from warehouse.release.decisions import Decision

Groups = list[list[str]]
LUKASHENKO = "Aleksandr Grigorevich LUKASHENKO"


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with database.connect() as opened:
        yield opened


def linked(con: duckdb.DuckDBPyConnection, *parts: Rows, **given: Any) -> Groups:
    """The groups of records that `link` makes of two or more."""
    filled(con, both(*parts))
    link(con, lists=LISTS, **given)
    found = con.execute(
        "SELECT list(record_id ORDER BY record_id) AS together FROM entity_records "
        "GROUP BY entity_id HAVING count(*) > 1 ORDER BY together"
    )
    return [together for (together,) in found.fetchall()]


def links(con: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], tuple[str, str, str]]:
    """Status, method and reason of each link."""
    rows = con.execute("SELECT left_record, right_record, status, method, reason FROM links").fetchall()
    return {(left, right): (status, method, reason) for left, right, status, method, reason in rows}


def person(record_id: str, name: str, *births: str, also: dict[str, str] | None = None, **given: Any) -> Rows:
    return target(record_id, name, also, **{"schema": "Person", "birth_dates": list(births), **given})


def number(record_id: str, type_: str, text: str, country: str | None = None, raw: str = "No.") -> Rows:
    one: Row = row("identifiers", record_id=record_id, type=type_, number=text, country=country, type_raw=raw)
    return {"identifiers": [one]}


def decided(one: str, other: str, same: bool, line: int = 2) -> Decision:
    left, right = sorted((one, other))
    return Decision(line, left, right, same, "seen in court")


def test_a_person_on_two_lists_is_one_by_name_and_birth(con: duckdb.DuckDBPyConnection) -> None:
    eu = person("eu_fsf:1", "Александр Григорьевич Лукашенко", "1954-08-30", nationalities=["BY"])
    un = person("un_sc:1", LUKASHENKO, "1954-08-30", nationalities=["BY"])
    assert linked(con, eu, un) == [["eu_fsf:1", "un_sc:1"]]
    [(status, method, reason)] = links(con).values()
    assert (status, method) == ("same", "model")
    assert f"named Александр Григорьевич Лукашенко and {LUKASHENKO} (1.00)" in reason
    assert reason.endswith("both born 1954-08-30; both BY")
    assert con.execute("SELECT DISTINCT method, score > 0.99 FROM entity_records").fetchall() == [
        ("model", True)
    ]
    assert con.execute("SELECT name, records FROM entities").fetchall() == [(LUKASHENKO, 2)]


@pytest.mark.parametrize(
    ("name", "births", "status"),
    [
        ("Muhammad ALI", ["1970"], None),
        ("Abu Ali", ["1970"], None),
        ("Ivan", ["1970"], None),
        ("Viktar SHEIMAN", [], "candidate"),
        ("Viktar Uladzimiravich SHEIMAN", [], "same"),
        ("Viktar SHEIMAN", ["1958-05-26"], "same"),
    ],
)
def test_the_less_telling_a_name_the_more_must_agree_besides(
    con: duckdb.DuckDBPyConnection, name: str, births: list[str], status: str | None
) -> None:
    linked(con, person("eu_fsf:1", name, *births), person("un_sc:1", name, *births))
    found = [each for each, _, _ in links(con).values()]
    assert found == ([status] if status else [])


@pytest.mark.parametrize("birth", [None, "1971-02-03"])
def test_a_prisoner_does_not_become_a_sanctioned_namesake(
    con: duckdb.DuckDBPyConnection, birth: str | None
) -> None:
    held = prisoner("by_viasna:1", "Ivan Ivanov", birth_date=birth)
    assert linked(con, held, person("eu_fsf:1", "Ivan Ivanov", "1970-02-03")) == []
    assert con.execute("SELECT count(*) FROM entities").fetchall() == [(2,)]


def test_a_name_that_two_records_of_a_list_bear_links_nothing(con: duckdb.DuckDBPyConnection) -> None:
    twins = [person(f"eu_fsf:{i}", LUKASHENKO, "1954") for i in (1, 2)]
    assert linked(con, *twins, person("un_sc:1", LUKASHENKO, "1954")) == []
    for status, _, reason in links(con).values():
        assert status == "candidate"
        assert reason.startswith("another record of the list fits as well; ")


def test_a_chain_that_would_join_two_records_of_a_list_is_broken(con: duckdb.DuckDBPyConnection) -> None:
    """The weakest link is refused, and says why."""
    a = person("eu_fsf:1", LUKASHENKO, "1954-08-30")
    b = person("eu_fsf:2", "Viktar Uladzimiravich SHEIMAN", "1954")
    between = person("un_sc:1", LUKASHENKO, "1954-08-30", also={"alias": "Viktar Uladzimiravich SHEIMAN"})
    assert linked(con, a, b, between) == [["eu_fsf:1", "un_sc:1"]]
    status, _, reason = links(con)["eu_fsf:2", "un_sc:1"]
    assert status == "refused"
    assert reason.startswith("two records of one list: ")


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ({"gender": "male"}, {"gender": "female"}, "different genders"),
        ({"birth_dates": ["1954-08-30"]}, {"birth_dates": ["1976-11-28"]}, "different dates of birth"),
    ],
)
def test_contradicting_people_are_never_joined_by_a_third(
    con: duckdb.DuckDBPyConnection, one: dict[str, Any], other: dict[str, Any], why: str
) -> None:
    ends = [
        person("eu_fsf:1", LUKASHENKO, **one),
        person("us_ofac_sdn:1", LUKASHENKO, **other),
    ]
    groups = linked(con, *ends, person("un_sc:1", LUKASHENKO))
    assert all(len(group) == 2 for group in groups)
    assert any(reason.startswith(why) for status, _, reason in links(con).values() if status == "refused")


def test_a_weak_alias_is_weak_evidence(con: duckdb.DuckDBPyConnection) -> None:
    a = person("eu_fsf:1", LUKASHENKO, "1954")
    b = person("un_sc:1", "Petr Petrov", "1954", also={"weak_alias": LUKASHENKO})
    assert linked(con, a, b) == []


def test_the_last_version_of_a_record_speaks_for_it(con: duckdb.DuckDBPyConnection) -> None:
    old, new = person("eu_fsf:1", "Ivan Ivanov", "1970"), person("eu_fsf:1", "Ivan Ivanov", "1980")
    old["sanctions"][0] |= {"valid_from": day(0), "valid_to": day(1)}
    new["sanctions"][0] |= {"valid_from": day(1)}
    assert linked(con, old, new, person("un_sc:1", "Ivan Ivanov", "1970")) == []


def test_what_is_decided_to_be_the_same_is_put_together_whatever_contradicts(
    con: duckdb.DuckDBPyConnection, caplog: pytest.LogCaptureFixture
) -> None:
    parts = [person("eu_fsf:1", LUKASHENKO, "1954-08-30"), person("un_sc:1", "Ivan Ivanov", "1970-01-02")]
    with caplog.at_level(logging.WARNING):
        assert linked(con, *parts, decisions=[decided("eu_fsf:1", "un_sc:1", True)]) == [
            ["eu_fsf:1", "un_sc:1"]
        ]
    [(status, method, reason)] = links(con).values()
    assert (status, method) == ("same", "decision")
    assert reason.startswith("decided: seen in court")
    assert caplog.messages == ["decisions, line 2: put together against what the lists say"]


def test_what_is_decided_to_be_different_is_not_joined_by_a_third_either(
    con: duckdb.DuckDBPyConnection,
) -> None:
    parts = [person(f"{source}:1", LUKASHENKO, "1954-08-30") for source in ("eu_fsf", "un_sc", "us_ofac_sdn")]
    groups = linked(con, *parts, decisions=[decided("eu_fsf:1", "un_sc:1", False)])
    assert len(groups) == 1
    assert not {"eu_fsf:1", "un_sc:1"} <= set(groups[0])
    status, method, reason = links(con)["eu_fsf:1", "un_sc:1"]
    assert (status, method) == ("refused", "decision")
    assert "seen in court" in reason


def test_decisions_that_cannot_all_be_followed_are_told_of(
    con: duckdb.DuckDBPyConnection, caplog: pytest.LogCaptureFixture
) -> None:
    parts = [person(f"{source}:1", LUKASHENKO, "1954-08-30") for source in ("eu_fsf", "un_sc", "us_ofac_sdn")]
    said = [
        decided("eu_fsf:1", "un_sc:1", False, 2),
        decided("eu_fsf:1", "us_ofac_sdn:1", True, 3),
        decided("un_sc:1", "us_ofac_sdn:1", True, 4),
        decided("un_sc:1", "un_sc:2", True, 5),
    ]
    with caplog.at_level(logging.WARNING):
        assert linked(con, *parts, decisions=said) == [["eu_fsf:1", "us_ofac_sdn:1"]]
    assert caplog.messages == [
        "decisions, line 5: no list has such a record: it has no effect",
        "decisions, line 4: not followed, as another line is against it",
    ]


def test_every_pair_of_an_entity_that_was_compared_is_same_and_no_other(
    con: duckdb.DuckDBPyConnection,
) -> None:
    parts = [
        person(f"{source}:1", LUKASHENKO, "1954-08-30", gender="male")
        for source in ("eu_fsf", "un_sc", "us_ofac_sdn")
    ]
    linked(con, *parts, person("ch_seco:1", LUKASHENKO, "1954-08-30", gender="female"))
    wrong = con.execute(
        "SELECT * FROM links AS l JOIN entity_records AS a ON a.record_id = l.left_record "
        "JOIN entity_records AS b ON b.record_id = l.right_record "
        "WHERE (l.status = 'same') <> (a.entity_id = b.entity_id)"
    ).fetchall()
    assert wrong == []
    assert sorted(status for status, _, _ in links(con).values()) == ["refused"] * 3 + ["same"] * 3


def test_an_entity_has_the_countries_of_all_its_records(con: duckdb.DuckDBPyConnection) -> None:
    linked(
        con,
        target("eu_fsf:1", "Belavia", nationalities=["RU", "BY"]),
        target("un_sc:1", "Belavia", nationalities=["BY"]),
    )
    assert con.execute("SELECT countries FROM entities").fetchall() == [(["BY", "RU"],)]


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        (["Александр Григорьевич Лукашенко", LUKASHENKO], LUKASHENKO),
        (["ALEKSANDR GRIGOREVICH LUKASHENKO", LUKASHENKO], LUKASHENKO),
        (["Aleksandr Grigorevich Lukashenko", LUKASHENKO], "Aleksandr Grigorevich Lukashenko"),
        (
            ["Aliaksandr Ryhoravich Lukashenka", LUKASHENKO, "LUKASHENKO Aleksandr Grigorevich"],
            LUKASHENKO,
        ),
    ],
)
def test_the_name_shown_is_a_latin_one_that_most_records_know(
    con: duckdb.DuckDBPyConnection, names: list[str], shown: str
) -> None:
    sources = ("eu_fsf", "un_sc", "us_ofac_sdn")
    for order in permutations(names):
        parts = [person(f"{sources[n]}:1", name, "1954-08-30") for n, name in enumerate(order)]
        linked(con, *parts)
        assert con.execute("SELECT name FROM entities").fetchall() == [(shown,)]


def test_the_tables_do_not_depend_on_the_order_of_rows(con: duckdb.DuckDBPyConnection) -> None:
    parts = [
        person("eu_fsf:1", LUKASHENKO, "1954-08-30"),
        person("un_sc:1", "Лукашенко Александр Григорьевич", "1954"),
        target("un_sc:2", "Other"),
    ]
    tables = ("entities", "entity_records", "links")
    linked(con, *parts)
    first = [con.execute(f"FROM {table} ORDER BY ALL").fetchall() for table in tables]
    linked(con, *reversed(parts))
    assert [con.execute(f"FROM {table} ORDER BY ALL").fetchall() for table in tables] == first


def test_without_records_the_tables_are_empty(con: duckdb.DuckDBPyConnection) -> None:
    assert linked(con) == []
    for table in ("entities", "entity_records", "links", "retired_entities"):
        assert con.execute(f"SELECT count(*) FROM {table}").fetchall() == [(0,)]  # noqa: S608


@pytest.mark.skipif(find_spec("pyspark") is None, reason="pyspark (the extra `spark`) is not installed")
@pytest.mark.skipif(shutil.which("java") is None, reason="there is no Java runtime")
def test_spark_links_as_duckdb_does(con: duckdb.DuckDBPyConnection) -> None:
    parts = [
        person("eu_fsf:1", LUKASHENKO, "1954-08-30", nationalities=["BY"], gender="male"),
        person("un_sc:1", "Аляксандр Рыгоравіч Лукашэнка", "1954", also={"weak_alias": "Batka"}),
        person("us_ofac_sdn:1", "Aleksandr LUKASHENKO", "1953~", nationalities=["BY"]),
        person("us_ofac_sdn:2", "Viktor Aleksandrovich LUKASHENKO", "1975-11-28"),
        target("eu_fsf:2", "Belavia", nationalities=["BY"]),
        target("un_sc:2", "BELAVIA", nationalities=["BY"]),
        number("eu_fsf:2", "tax_id", "600390798", "BY"),
        number("un_sc:2", "tax_id", "600390798", "BY"),
    ]
    tables = ("links", "entities", "entity_records")
    linked(con, *parts)
    first = {table: con.execute(f"FROM {table} ORDER BY ALL").fetchall() for table in tables}
    assert len(first["links"]) >= 3
    linked(con, *parts, backend="spark")
    assert {table: con.execute(f"FROM {table} ORDER BY ALL").fetchall() for table in tables} == first
