"""Who is put together with whom, and which article names whom."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from tests.builders import Rows, article, both, day, filled, prisoner, target, with_names
from transforms.linking import link
from warehouse import database

Groups = list[list[str]]


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with database.connect() as opened:
        yield opened


def linked(con: duckdb.DuckDBPyConnection, *parts: Rows) -> Groups:
    """The groups of records that `link` makes of two or more."""
    filled(con, both(*parts))
    link(con)
    found = con.execute(
        "SELECT list(record_id ORDER BY record_id) AS together FROM entity_records "
        "GROUP BY entity_id HAVING count(*) > 1 ORDER BY together"
    )
    return [together for (together,) in found.fetchall()]


def person(record_id: str, name: str, *births: str, **given: str) -> Rows:
    return target(record_id, name, also=given, schema="Person", birth_dates=list(births))


def test_a_person_on_two_lists_is_one_by_name_and_birth(con: duckdb.DuckDBPyConnection) -> None:
    eu = person("eu_fsf:1", "Александр Лукашенко", "1954-08-30")
    un = person("un_sc:1", "LUKASHENKO Aleksandr", "1954-08-30")
    assert linked(con, eu, un) == [["eu_fsf:1", "un_sc:1"]]
    assert con.execute("SELECT DISTINCT method, score FROM entity_records").fetchall() == [
        ("exact_name", 1.0)
    ]
    assert con.execute("SELECT name, records FROM entities").fetchall() == [("Александр Лукашенко", 2)]


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        (["1954"], ["1954-08-30"], True),
        (["1954-08"], ["1954-08-30"], True),
        (["1950", "1954"], ["1960", "1954-08-30"], True),
        (["1954-08-30"], ["1954-08-31"], False),
        (["1954"], ["1955"], False),
        ([], ["1954"], False),
        ([], [], False),
    ],
)
def test_people_need_a_date_of_birth_that_agrees(
    con: duckdb.DuckDBPyConnection, one: list[str], other: list[str], together: bool
) -> None:
    groups = linked(con, person("eu_fsf:1", "Ivan Ivanov", *one), person("un_sc:1", "Ivan Ivanov", *other))
    assert groups == ([["eu_fsf:1", "un_sc:1"]] if together else [])


@pytest.mark.parametrize("birth", [None, "1971-02-03"])
def test_a_prisoner_does_not_become_a_sanctioned_namesake(
    con: duckdb.DuckDBPyConnection, birth: str | None
) -> None:
    held = prisoner("by_viasna:1", "Ivan Ivanov", birth_date=birth)
    assert linked(con, held, person("eu_fsf:1", "Ivan Ivanov", "1970-02-03")) == []
    assert con.execute("SELECT count(*) FROM entities").fetchall() == [(2,)]


def test_a_name_that_two_records_of_a_list_bear_links_nothing(con: duckdb.DuckDBPyConnection) -> None:
    twins = [person(f"eu_fsf:{i}", "Ivan Ivanov", "1970") for i in (1, 2)]
    assert linked(con, *twins, person("un_sc:1", "Ivan Ivanov", "1970")) == []


def test_a_chain_that_would_join_two_records_of_a_list_is_taken_apart(con: duckdb.DuckDBPyConnection) -> None:
    a = person("eu_fsf:1", "Ivan Ivanov", "1970")
    b = person("eu_fsf:2", "Petr Petrov", "1970")
    between = person("un_sc:1", "Ivan Ivanov", "1970", alias="Petr Petrov")
    assert linked(con, a, b, between) == []
    assert con.execute("SELECT DISTINCT method FROM entity_records").fetchall() == [("own",)]


def test_a_chain_over_three_lists_is_one(con: duckdb.DuckDBPyConnection) -> None:
    a = person("eu_fsf:1", "Ivan Ivanov", "1970")
    b = person("un_sc:1", "Ivan Ivanov", "1970", alias="Ioann Ioannov")
    c = person("us_ofac_sdn:1", "Ioann Ioannov", "1970")
    assert linked(con, a, b, c) == [["eu_fsf:1", "un_sc:1", "us_ofac_sdn:1"]]


def test_bodies_are_linked_by_name_alone(con: duckdb.DuckDBPyConnection) -> None:
    assert linked(con, target("eu_fsf:1", "BELAVIA"), target("un_sc:1", "Belavia")) == [
        ["eu_fsf:1", "un_sc:1"]
    ]


def test_a_person_and_a_body_are_never_one(con: duckdb.DuckDBPyConnection) -> None:
    assert linked(con, target("eu_fsf:1", "Ivan Ivanov"), person("un_sc:1", "Ivan Ivanov", "1970")) == []


def test_a_single_name_of_a_person_links_nothing(con: duckdb.DuckDBPyConnection) -> None:
    assert linked(con, person("eu_fsf:1", "Ivan", "1970"), person("un_sc:1", "Ivan", "1970")) == []


def test_a_weak_alias_links_nothing(con: duckdb.DuckDBPyConnection) -> None:
    a = person("eu_fsf:1", "Ivan Ivanov", "1970")
    b = person("un_sc:1", "Petr Petrov", "1970", weak_alias="Ivan Ivanov")
    assert linked(con, a, b) == []


def test_the_last_version_of_a_record_speaks_for_it(con: duckdb.DuckDBPyConnection) -> None:
    old, new = person("eu_fsf:1", "Ivan Ivanov", "1970"), person("eu_fsf:1", "Ivan Ivanov", "1980")
    old["sanctions"][0] |= {"valid_from": day(0), "valid_to": day(1)}
    new["sanctions"][0] |= {"valid_from": day(1)}
    assert linked(con, old, new, person("un_sc:1", "Ivan Ivanov", "1970")) == []


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


def test_an_entity_has_the_countries_of_all_its_records(con: duckdb.DuckDBPyConnection) -> None:
    linked(
        con,
        target("eu_fsf:1", "Belavia", nationalities=["RU", "BY"]),
        target("un_sc:1", "Belavia", nationalities=["BY"]),
    )
    assert con.execute("SELECT countries FROM entities").fetchall() == [(["BY", "RU"],)]


def test_ids_do_not_depend_on_the_order_of_rows(con: duckdb.DuckDBPyConnection) -> None:
    parts = [target("eu_fsf:1", "Belavia"), target("un_sc:1", "Belavia"), target("un_sc:2", "Other")]
    linked(con, *parts)
    first = con.execute("FROM entity_records ORDER BY ALL").fetchall()
    linked(con, *reversed(parts))
    assert con.execute("FROM entity_records ORDER BY ALL").fetchall() == first


def mentioned(
    con: duckdb.DuckDBPyConnection, articles: list[dict[str, Any]], *parts: Rows
) -> list[tuple[str, str]]:
    linked(con, *parts, with_names(both(*(article(seen_at=day(0), **each) for each in articles))))
    return con.execute("SELECT record_id, matched_name FROM mentions ORDER BY ALL").fetchall()


def test_an_article_names_whom_it_names_in_any_spelling(con: duckdb.DuckDBPyConnection) -> None:
    news = {"article_id": "a1", "persons": ["losik ihar"], "organizations": ["Белавиа"]}
    found = mentioned(con, [news], prisoner("by_viasna:1", "Ihar Losik"), target("eu_fsf:1", "BELAVIA"))
    assert found == [("by_viasna:1", "losik ihar"), ("eu_fsf:1", "Белавиа")]


def test_a_name_that_two_entities_bear_is_no_mention(con: duckdb.DuckDBPyConnection) -> None:
    held, listed = prisoner("by_viasna:1", "Ivan Ivanov"), person("eu_fsf:1", "Ivan Ivanov", "1970")
    assert mentioned(con, [{"article_id": "a1", "persons": ["ivan ivanov"]}], held, listed) == []


def test_an_entity_of_two_records_is_mentioned_for_each(con: duckdb.DuckDBPyConnection) -> None:
    a, b = target("eu_fsf:1", "Belavia"), target("un_sc:1", "Belavia")
    found = mentioned(con, [{"article_id": "a1", "organizations": ["belavia"]}], a, b)
    assert found == [("eu_fsf:1", "belavia"), ("un_sc:1", "belavia")]


def test_neither_single_names_of_people_nor_weak_aliases_are_mentions(con: duckdb.DuckDBPyConnection) -> None:
    known = person("eu_fsf:1", "Ivan", "1970", weak_alias="Petr Petrov")
    assert mentioned(con, [{"article_id": "a1", "persons": ["ivan", "petr petrov"]}], known) == []


def test_people_are_not_sought_among_bodies(con: duckdb.DuckDBPyConnection) -> None:
    news = {"article_id": "a1", "persons": ["belavia air"], "organizations": ["ivan ivanov"]}
    found = mentioned(con, [news], target("eu_fsf:1", "Belavia Air"), person("un_sc:1", "Ivan Ivanov"))
    assert found == []


def test_a_mention_tells_when_its_article_was_published_and_seen(con: duckdb.DuckDBPyConnection) -> None:
    news = [
        {"article_id": "a1", "organizations": ["belavia"], "published_at": day(-1)},
        {"article_id": "a2", "organizations": ["belavia"]},
    ]
    mentioned(con, news, target("eu_fsf:1", "Belavia"))
    told = con.execute("SELECT article_id, published_at, seen_at FROM mentions ORDER BY ALL").fetchall()
    assert told == [("a1", day(-1), day(0)), ("a2", None, day(0))]


def test_without_records_or_articles_the_tables_are_empty(con: duckdb.DuckDBPyConnection) -> None:
    assert linked(con) == []
    assert con.execute("SELECT count(*) FROM entities").fetchall() == [(0,)]
    assert con.execute("SELECT count(*) FROM mentions").fetchall() == [(0,)]
