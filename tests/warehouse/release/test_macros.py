"""What an analyst asks in one call: an entity's timeline, a day as it was known, a country's weeks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import takewhile
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.registry import registry
from storage import database
from storage.home import Home
from tests.builders import (
    LISTS,
    House,
    Row,
    Rows,
    article,
    both,
    day,
    fill,
    filled,
    opened,
    prisoner,
    row,
    target,
)
from transforms.identity.linking.linking import link
from transforms.names.name_index import build_name_index
from transforms.reading.parse_result import parse
from warehouse.release.sql import name_macros
from warehouse.release.writer import create_views, write_release

NEW_YEAR = date(2025, 1, 1)


def asked(con: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return con.execute(query).fetchall()


def on(number: int) -> date:
    """The day of 2025 with a number, from 0."""
    return NEW_YEAR + timedelta(days=number)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def mention(con: duckdb.DuckDBPyConnection, record_id: str, *articles: str) -> None:
    """Has articles mention a record's entity, and nobody else, whatever linking says of them."""
    con.execute("DELETE FROM mentions")
    con.execute(
        "INSERT INTO mentions BY NAME SELECT article_id, entity_id, record_id, 'belavia' AS matched_name, "
        "'name' AS method, 1.0 AS score, published_at, seen_at FROM articles, entity_records "
        "WHERE record_id = $1 AND list_contains($2, article_id)",
        [record_id, articles],
    )


def held(record_id: str, name: str = "Ihar Losik", **given: Any) -> Rows:
    """A prisoner in Belarus, in prison if nothing else is `given`; dates are of the day."""
    dates = {f"{key}_precision": "day" for key in given if key.endswith("_date")}
    return prisoner(record_id, name, **{"status": "detained", "country": "BY", **given, **dates})


# --- timeline ---


def test_a_timeline_is_all_that_is_known_of_one_entity_in_order_of_date(house: House) -> None:
    house.see("eu_fsf", 1, target("eu_fsf:1", "Belavia", listing_date=date(2021, 12, 2)))
    house.see("un_sc", 0, both(target("un_sc:1", "BELAVIA"), target("un_sc:2", "Other")))
    house.see("un_sc", 9, target("un_sc:2", "Other"))
    reported = article("a-1", seen_at=day(3), published_at=day(2))
    house.see("gdelt", 3, both(reported, article("a-2", seen_at=day(5))))
    with opened(house) as con:
        mention(con, "eu_fsf:1", "a-1", "a-2")
        [(entity,)] = asked(con, "SELECT entity_id FROM entity_records WHERE record_id = 'un_sc:1'")
        columns = "date, earliest, latest, family, what, source_id, record_id, basis, known_at"
        told = asked(con, f"SELECT {columns} FROM timeline('{entity}')")  # noqa: S608
        assert told == [
            (
                "2021-12-02",
                date(2021, 12, 2),
                date(2021, 12, 2),
                "sanctions",
                "listed",
                "eu_fsf",
                "eu_fsf:1",
                "publisher",
                day(1),
            ),
            (
                "2025-01-01/2025-01-10",
                on(0),
                on(9),
                "sanctions",
                "delisted",
                "un_sc",
                "un_sc:1",
                "disappearance",
                day(9),
            ),
            ("2025-01-03", on(2), on(2), "news", "reported", "gdelt", None, "publisher", day(3)),
            ("2025-01-06", on(5), on(5), "news", "reported", "gdelt", None, "seen", day(5)),
        ]
        assert asked(con, f"SELECT DISTINCT name FROM timeline('{entity}')") == [("Belavia",)]  # noqa: S608
        assert asked(con, "FROM timeline('vg-none')") == []


@pytest.mark.parametrize(
    ("told", "between"),
    [
        ("2021", (date(2021, 1, 1), date(2021, 12, 31))),
        ("2024-02", (date(2024, 2, 1), date(2024, 2, 29))),
        ("2024-02-03", (date(2024, 2, 3), date(2024, 2, 3))),
        ("2024-02/2024-03", (date(2024, 2, 1), date(2024, 3, 31))),
        (None, (None, None)),
    ],
)
def test_an_event_lies_between_its_earliest_and_latest_day(
    told: str | None, between: tuple[date | None, date | None]
) -> None:
    with database.connect() as con:
        filled(
            con,
            {
                "sources": [row("sources", source_id="by_viasna")],
                "entities": [row("entities", entity_id="vg-1")],
                "events": [row("events", entity_id="vg-1", source_id="by_viasna", event_date=told)],
            },
        )
        create_views(con)
        assert asked(con, "SELECT earliest, latest FROM timeline") == [between]


# --- a day as it was known ---


def test_who_was_in_prison_on_a_day_is_told_as_it_was_known_then_and_as_it_is_now(house: House) -> None:
    house.see("by_viasna", 0, held("by_viasna:1", arrest_date="2021-07-14"))
    freed = held("by_viasna:1", arrest_date="2021-07-14", release_date="2025-01-11", status="released")
    house.see(
        "by_viasna", 30, both(freed, held("by_viasna:2", "Maria Kalesnikava", arrest_date="2020-09-07"))
    )
    query = "SELECT record_id, status, basis, known_at FROM prisoners_as_of({}) ORDER BY record_id"
    with opened(house) as con:
        # long before anybody looked, by the list's own dates
        assert asked(con, query.format("'2023-01-01'")) == [
            ("by_viasna:1", "detained", "publisher", day(30)),
            ("by_viasna:2", "detained", "publisher", day(30)),
        ]
        assert asked(con, query.format("'2023-01-01', known := '2025-01-01'")) == [
            ("by_viasna:1", "detained", "publisher", day(0)),
        ]
        # freed on 11 January, which was told on the 31st
        assert asked(con, query.format("'2025-01-20'"))[0][1:3] == ("released", "publisher")
        assert asked(con, query.format("'2025-01-20', known := '2025-01-20'")) == [
            ("by_viasna:1", "detained", "last_seen", day(0)),
        ]
        assert asked(con, query.format("'2025-01-20', known := '2024-12-31'")) == []
        # nobody has looked since
        assert {basis for *_, basis, _ in asked(con, query.format("'2025-06-01'"))} == {"last_seen"}


def test_who_was_on_a_list_on_a_day_is_told_as_it_was_known_then_and_as_it_is_now(house: House) -> None:
    old = target("un_sc:1", "Old", listing_date=date(2020, 1, 1), programs=["A"])
    new = target("un_sc:1", "Old", listing_date=date(2020, 1, 1), programs=["A", "B"])
    house.see("un_sc", 0, both(old, target("un_sc:2", "Without a date")))
    house.see("un_sc", 10, both(new, target("un_sc:2", "Without a date")))
    house.see("un_sc", 20, new)
    query = "SELECT record_id, programs, basis, known_at FROM sanctions_as_of({}) ORDER BY record_id"
    with opened(house) as con:
        assert asked(con, query.format("'2019-12-31'")) == []
        assert asked(con, query.format("'2022-01-01'")) == [("un_sc:1", ["A"], "publisher", day(0))]
        assert asked(con, query.format("'2022-01-01', known := '2024-01-01'")) == []
        assert asked(con, query.format("'2025-01-15'")) == [
            ("un_sc:1", ["A", "B"], "history", day(10)),
            ("un_sc:2", [], "last_seen", day(0)),  # the next look missed it
        ]
        assert asked(con, query.format("'2025-01-15', known := '2025-01-05'")) == [
            ("un_sc:1", ["A"], "last_seen", day(0)),
            ("un_sc:2", [], "last_seen", day(0)),
        ]
        assert asked(con, query.format("'2025-01-21'")) == [("un_sc:1", ["A", "B"], "history", day(10))]


def test_a_file_that_stayed_the_same_was_looked_at_until_another_came(house: House) -> None:
    both_of_them = both(target("un_sc:1", "Goes"), target("un_sc:2", "Stays"))
    for when in (0, 5, 10):
        house.see("un_sc", when, both_of_them)
    house.see("un_sc", 12, target("un_sc:2", "Stays"))
    with opened(house) as con:
        found = [
            asked(con, f"SELECT basis FROM sanctions_as_of('{on(n)}') WHERE record_id = 'un_sc:1'")  # noqa: S608
            for n in (10, 11, 12)
        ]
        assert found == [[("history",)], [("last_seen",)], []]
        assert asked(con, "SELECT fetched_at, last_seen_at FROM snapshots ORDER BY ALL") == [
            (day(0), day(10)),
            (day(12), day(12)),
        ]


def test_both_families_of_a_day_are_one_question(house: House) -> None:
    house.see("by_viasna", 0, held("by_viasna:1", "Ihar Losik"))
    house.see("un_sc", 0, target("un_sc:1", "Belavia"))
    with opened(house) as con:
        assert asked(
            con, "SELECT family, name, status, basis FROM as_of(DATE '2025-01-01') ORDER BY ALL"
        ) == [
            ("prisoners", "Ihar Losik", "detained", "history"),
            ("sanctions", "Belavia", "listed", "history"),
        ]


Look = dict[str, dict[str, Any]]
"""What was on a list when it was looked at: of each record what it said."""

DATES = st.sampled_from([on(n) for n in range(-4, 22)])
SAID_OF_TARGETS = st.fixed_dictionaries(
    {}, optional={"listing_date": DATES, "delisting_date": DATES, "gender": st.just("male")}
)
SAID_OF_PRISONERS = st.fixed_dictionaries(
    {"status": st.sampled_from(["detained", "released", "died", "unknown"])},
    optional={"arrest_date": DATES, "release_date": DATES, "death_date": DATES},
)


def looks(source_id: str, said: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[int, Look]]:
    """Looks at a list of two records, by the day of 2025."""
    of_one = st.dictionaries(st.sampled_from([f"{source_id}:1", f"{source_id}:2"]), said)
    return st.dictionaries(st.integers(0, 18), of_one, min_size=1, max_size=5)


def versions(table: str, source_id: str, seen: dict[int, Look]) -> Rows:
    """The table's rows, as history makes them, with the snapshots, said slowly."""
    rows: list[Row] = []
    for record_id in sorted({key for look in seen.values() for key in look}):
        standing: Row | None = None
        for when in sorted(seen):
            said = seen[when].get(record_id)
            if standing and (said is None or said != standing["said"]):
                standing["valid_to"] = day(when)
                standing = None
            if said is not None and standing is None:
                standing = {"record_id": record_id, "said": said, "valid_from": day(when), "valid_to": None}
                rows.append(standing)
    moments = [(f"{n:064}", day(n)) for n in sorted(seen)]
    return {
        table: [
            row(table, **{k: v for k, v in r.items() if k != "said"}, **spelled(r["said"])) for r in rows
        ],
        "snapshots": [
            row(
                "snapshots",
                snapshot_id=key,
                source_id=source_id,
                gate="promoted",
                fetched_at=at,
                last_seen_at=at,
            )
            for key, at in moments
        ],
        "entity_records": [
            row("entity_records", record_id=key, entity_id=f"vg-{key}")
            for key in sorted({r["record_id"] for r in rows})
        ],
        "sources": [
            row("sources", source_id=source_id, last_snapshot_at=max((at for _, at in moments), default=None))
        ],
    }


def spelled(said: dict[str, Any]) -> dict[str, Any]:
    """What is said in the columns of a table: partial dates of prisoners as text."""
    if "status" not in said:
        return said
    told: dict[str, Any] = {"country": "BY"}
    for name, value in said.items():
        told |= {name: f"{value}", f"{name}_precision": "day"} if name.endswith("_date") else {name: value}
    return told


@pytest.fixture(scope="module")
def empty() -> Iterator[duckdb.DuckDBPyConnection]:
    """A database with all tables and macros, to be filled by `put`."""
    with database.connect() as con:
        filled(con, {})
        create_views(con)
        yield con


def put(con: duckdb.DuckDBPyConnection, rows: Rows) -> None:
    for table in ("prisoners", "sanctions", "snapshots", "entity_records", "sources"):
        con.execute(f"DELETE FROM {table}")  # noqa: S608
        fill(con, table, rows.get(table, []))


def days_of(con: duckdb.DuckDBPyConnection, macro: str, known: int | None = None) -> list[list[Any]]:
    """What a macro says of each day from 29 December to 23 January, as known."""
    then = f", known := DATE '{on(known)}'" if known is not None else ""
    return [asked(con, f"FROM {macro}(DATE '{on(n)}'{then}) ORDER BY ALL") for n in range(-3, 23, 3)]


@pytest.mark.slow
@settings(max_examples=10, deadline=None)
@given(seen=looks("un_sc", SAID_OF_TARGETS), known=st.integers(-1, 19))
def test_what_was_known_of_lists_is_what_a_release_of_that_day_says(
    empty: duckdb.DuckDBPyConnection, seen: dict[int, Look], known: int
) -> None:
    put(empty, versions("sanctions", "un_sc", seen))
    as_known = days_of(empty, "sanctions_as_of", known)
    put(empty, versions("sanctions", "un_sc", {n: look for n, look in seen.items() if n <= known}))
    assert as_known == days_of(empty, "sanctions_as_of")


@pytest.mark.slow
@settings(max_examples=10, deadline=None)
@given(seen=looks("by_viasna", SAID_OF_PRISONERS), known=st.integers(-1, 19))
def test_what_was_known_of_prisoners_is_what_a_release_of_that_day_says(
    empty: duckdb.DuckDBPyConnection, seen: dict[int, Look], known: int
) -> None:
    put(empty, versions("prisoners", "by_viasna", seen))
    as_known = days_of(empty, "prisoners_as_of", known)
    put(empty, versions("prisoners", "by_viasna", {n: look for n, look in seen.items() if n <= known}))
    assert as_known == days_of(empty, "prisoners_as_of")


@settings(max_examples=10, deadline=None)
@given(seen=looks("by_viasna", SAID_OF_PRISONERS))
def test_a_days_prisoners_are_those_that_the_view_counts(
    empty: duckdb.DuckDBPyConnection, seen: dict[int, Look]
) -> None:
    put(empty, versions("prisoners", "by_viasna", seen))
    for n in range(-3, max(seen) + 1, 2):
        counted = f"SELECT status, sum(people) FROM prisoners_by_day WHERE day = '{on(n)}'"  # noqa: S608
        assert asked(empty, f"{counted} GROUP BY status ORDER BY ALL") == asked(
            empty,
            f"SELECT status, count(*) FROM prisoners_as_of('{on(n)}') GROUP BY status ORDER BY ALL",  # noqa: S608
        )


def is_there(seen: dict[int, Look], key: str, n: int) -> bool:
    """Whether a list had a record as listed when it was looked at."""
    found = seen[n].get(key)
    return found is not None and found.get("delisting_date", date.max) > on(n)


def listed_on(seen: dict[int, Look], key: str, at: date) -> bool:
    """Whether a record was on its list on a day, by its publisher's dates where nobody looked."""
    before = [n for n in sorted(seen) if on(n) <= at]
    after = [n for n in sorted(seen) if on(n) > at]
    missed_on = on(before[-1]) if before else date.min
    if before and is_there(seen, key, before[-1]):
        missed_on = seen[before[-1]][key].get("delisting_date", date.max)
        if at < missed_on:  # else it ended as was announced, and may have begun again
            off = list(takewhile(lambda n: not is_there(seen, key, n), after))
            said = [seen[n][key]["delisting_date"] for n in off if key in seen[n]]
            return on(before[-1]) == at or not said or at < said[-1]
    if not after or at <= missed_on:
        return False
    on_list: list[int] = []
    for n in after:
        ended = on_list and seen[on_list[-1]][key].get("delisting_date", date.max) < on(n)
        if ended or not is_there(seen, key, n):  # what comes after an announced end is another listing
            break
        on_list.append(n)
    if on_list:
        dates = [seen[n][key]["listing_date"] for n in on_list if "listing_date" in seen[n][key]]
        return bool(dates) and missed_on <= dates[-1] <= at
    if any(key in seen[n] for n in before) or key not in seen[after[0]]:
        return False
    off = [n for n in takewhile(lambda n: not is_there(seen, key, n), after) if key in seen[n]]
    dates = [seen[n][key]["listing_date"] for n in off if "listing_date" in seen[n][key]]
    return bool(dates) and missed_on <= dates[-1] <= at < seen[off[-1]][key]["delisting_date"]


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(seen=looks("un_sc", SAID_OF_TARGETS))
def test_a_target_stands_on_each_day_by_the_publishers_dates_or_as_we_saw_it(
    empty: duckdb.DuckDBPyConnection, seen: dict[int, Look]
) -> None:
    put(empty, versions("sanctions", "un_sc", seen))
    keys = sorted({key for look in seen.values() for key in look})
    for n in range(-5, 23, 3):
        found = asked(empty, f"SELECT record_id FROM sanctions_as_of('{on(n)}') ORDER BY ALL")  # noqa: S608
        assert found == [(key,) for key in keys if listed_on(seen, key, on(n))], n


@pytest.mark.slow
@settings(max_examples=50, deadline=None)
@given(seen=looks("un_sc", SAID_OF_TARGETS))
def test_on_a_day_of_a_look_just_those_are_listed_that_the_list_had(
    empty: duckdb.DuckDBPyConnection, seen: dict[int, Look]
) -> None:
    put(empty, versions("sanctions", "un_sc", seen))
    for n, look in seen.items():
        found = asked(empty, f"SELECT record_id FROM sanctions_as_of('{on(n)}') ORDER BY ALL")  # noqa: S608
        assert found == [(key,) for key in sorted(look) if is_there(seen, key, n)], n


@pytest.mark.slow
@settings(max_examples=50, deadline=None)
@given(seen=looks("by_viasna", SAID_OF_PRISONERS))
def test_on_a_day_of_a_look_just_those_are_prisoners_that_the_list_had(
    empty: duckdb.DuckDBPyConnection, seen: dict[int, Look]
) -> None:
    put(empty, versions("prisoners", "by_viasna", seen))
    for n, look in seen.items():
        found = asked(empty, f"SELECT record_id FROM prisoners_as_of('{on(n)}') ORDER BY ALL")  # noqa: S608
        assert found == [(key,) for key in sorted(look)], n


# --- a country's weeks ---

MONDAY = 5  # 6 January 2025


def test_a_countrys_prisoners_sanctions_and_news_are_side_by_side_by_week(house: House) -> None:
    losik = held("by_viasna:1", "Ihar Losik", arrest_date="2020-06-25")
    freed = held(
        "by_viasna:1", "Ihar Losik", arrest_date="2020-06-25", release_date="2025-01-15", status="released"
    )
    taken = held("by_viasna:2", "Maria Kalesnikava", arrest_date="2025-01-17")
    abroad = held("by_viasna:3", "Somebody", country="RU", arrest_date="2025-01-17")
    belavia = target("us_ofac_sdn:1", "Belavia", programs=["BELARUS-EO14038"])
    other = target("us_ofac_sdn:2", "Other", programs=["SDGT"])
    listed = target("us_ofac_sdn:3", "Body", listing_date=on(MONDAY + 9), programs=["BELARUS"])
    house.see("by_viasna", MONDAY, losik)
    house.see("by_viasna", MONDAY + 13, both(freed, taken, abroad))
    house.see("by_viasna", MONDAY + 21, both(freed, taken, abroad, held("by_viasna:9", country="RU")))
    house.see("us_ofac_sdn", MONDAY, both(belavia, other))
    house.see("us_ofac_sdn", MONDAY + 9, both(belavia, other, listed))
    house.see("us_ofac_sdn", MONDAY + 11, both(listed, other))
    seen = MONDAY + 8
    told = article("a-1", countries=["BY"], seen_at=day(seen))
    file = f"{on(seen):%Y%m%d}120000.gkg.csv.zip"
    house.see("gdelt", seen, both(told, article("a-2", countries=["BY"], seen_at=day(seen))), file=file)
    columns = (
        "week, detentions, releases, deaths, held, listings, delistings, targets, articles, articles_on_them"
    )
    with opened(house) as con:
        mention(con, "us_ofac_sdn:1", "a-1")
        found = asked(con, f"SELECT {columns} FROM prisoners_and_sanctions('BY', '2025-01-03', '2025-02-05')")  # noqa: S608
        assert found == [
            (on(MONDAY - 7), 0, 0, 0, 1, 0, 0, 0, None, None),
            (on(MONDAY), 0, 0, 0, 1, 0, 0, 1, None, None),
            (on(MONDAY + 7), 1, 1, 0, 1, 1, 1, 1, 2, 1),
            (on(MONDAY + 14), 0, 0, 0, 1, None, None, None, None, None),
            (on(MONDAY + 21), 0, 0, 0, 1, None, None, None, None, None),
            (on(MONDAY + 28), None, None, None, None, None, None, None, None, None),
        ]
        [(share,)] = asked(
            con,
            "SELECT news_coverage FROM prisoners_and_sanctions('BY', '2025-01-13', '2025-01-13')",
        )
        assert share == pytest.approx(1 / 1344)


def test_what_may_have_been_in_a_week_is_told_apart(house: House) -> None:
    stays = target("eu_fsf:2", "Stays", programs=["BLR"])
    house.see("eu_fsf", 0, both(target("eu_fsf:1", "Belavia", programs=["BLR"]), stays))
    house.see("eu_fsf", MONDAY + 8, stays)  # gone between 1 and 14 January
    month = held("by_viasna:1")
    month["prisoners"][0] |= {"arrest_date": "2025-01", "arrest_date_precision": "month"}
    day_of_it = held("by_viasna:2", "Maria Kalesnikava", arrest_date="2025-01-08")
    house.see("by_viasna", 40, both(month, day_of_it))
    columns = "detentions, detentions_maybe, held, delistings, delistings_maybe"
    with opened(house) as con:
        found = asked(con, f"SELECT {columns} FROM prisoners_and_sanctions('BY', '2025-01-01', '2025-01-31')")  # noqa: S608
        assert found == [
            (0, 1, 0, 0, 1),
            (1, 1, 1, 0, 1),
            (0, 1, 1, 0, 1),
            (0, 1, 1, None, None),
            (0, 1, 2, None, None),
        ]


def test_a_person_on_two_lists_is_detained_once_on_the_more_precise_day() -> None:
    def arrest(record_id: str, told: str, precision: str) -> Rows:
        return {
            "prisoners": [
                row("prisoners", record_id=record_id, country="BY", status="detained", valid_from=day(30))
            ],
            "entity_records": [row("entity_records", record_id=record_id, entity_id="vg-1")],
            "sources": [row("sources", source_id=record_id.partition(":")[0])],
            "snapshots": [
                row(
                    "snapshots",
                    source_id=record_id.partition(":")[0],
                    fetched_at=day(30),
                    last_seen_at=day(30),
                    gate="promoted",
                )
            ],
            "events": [
                row(
                    "events",
                    event_id=record_id,
                    event_type="detained",
                    event_date=told,
                    event_date_precision=precision,
                    entity_id="vg-1",
                    record_id=record_id,
                )
            ],
        }

    rows = both(arrest("by_viasna:1", "2025-01-08", "day"), arrest("rss:1", "2025-01", "month"))
    with database.connect() as con:
        filled(con, both(rows, {"entities": [row("entities", entity_id="vg-1")]}))
        create_views(con)
        assert asked(
            con,
            "SELECT sum(detentions), sum(detentions_maybe), max(held) "
            "FROM prisoners_and_sanctions('BY', '2025-01-01', '2025-01-31')",
        ) == [(1, 0, 1)]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("'Belarus', '2025-01-01', '2025-02-01'", '"Belarus" is no country code: ask with its two letters'),
        ("'', '2025-01-01', '2025-02-01'", '"" is no country code'),
        ("'BY', '2025-02-01', '2025-01-01'", "the days end on 2025-01-01, before they begin on 2025-02-01"),
    ],
)
def test_a_question_that_has_no_answer_is_refused(house: House, question: str, said: str) -> None:
    house.see("by_viasna", 0, held("by_viasna:1"))
    with opened(house) as con, pytest.raises(duckdb.Error, match=said):
        asked(con, f"FROM prisoners_and_sanctions({question})")


def test_a_country_is_known_by_small_letters_too(house: House) -> None:
    house.see("by_viasna", 0, held("by_viasna:1"))
    with opened(house) as con:
        weeks = [
            asked(con, f"FROM prisoners_and_sanctions('{by}', '2025-01-01', '2025-01-01')")
            for by in ("BY", "by")
        ]
    assert weeks[0] == weeks[1]
    assert weeks[0][0][7] == 1  # held


def test_of_a_country_without_lists_nothing_is_known(house: House) -> None:
    house.see("by_viasna", 0, held("by_viasna:1"))
    with opened(house) as con:
        [told] = asked(con, "FROM prisoners_and_sanctions('CU', '2025-01-01', '2025-01-01')")
        assert told == (date(2024, 12, 30), *[None] * 14, 0)


@pytest.mark.parametrize(
    ("source_id", "program", "countries"),
    [
        ("eu_fsf", "BLR", ["BY"]),
        ("ca_sema", "Belarus / Bélarus", ["BY"]),
        ("us_ofac_sdn", "BELARUS-EO14038", ["BY"]),
        ("us_ofac_cons", "belarus", ["BY"]),
        ("un_sc", "BLR", []),  # another list's word
        ("eu_fsf", "UKR", ["RU"]),
        ("us_ofac_sdn", "MAGNIT", ["RU"]),
        ("us_ofac_sdn", "GLOMAG", []),
        ("eu_fsf", "SSD", ["SS"]),
        ("eu_fsf", "SDN", ["SD"]),
        ("eu_fsf", "GNB", ["GW"]),
        ("eu_fsf", "GIN", ["GN"]),
        ("gb_ofsi", "Guinea-Bissau", ["GW"]),
        ("gb_uksl", "The South Sudan (Sanctions) (EU Exit) Regulations 2019", ["SS"]),
        ("au_dfat", "751 (Somalia and Eritrea)", ["ER", "SO"]),
        ("un_sc", "Somalia", ["SO"]),
        ("eu_fsf", "MLI", ["ML"]),
        ("us_ofac_sdn", "IRAN-HR", ["IR"]),
        ("us_ofac_sdn", "IRAN-TRA", ["IR", "SY"]),
        ("us_ofac_cons", "CMIC-EO13959", ["CN"]),
        ("us_ofac_sdn", "SDGT", []),
    ],
)
def test_a_target_is_of_the_country_that_its_programme_answers(
    empty: duckdb.DuckDBPyConnection, source_id: str, program: str, countries: list[str]
) -> None:
    record_id = f"{source_id}:1"
    put(empty, {"entity_records": [row("entity_records", record_id=record_id, entity_id="vg-1")]})
    empty.execute("DELETE FROM programs")
    fill(empty, "programs", [row("programs", record_id=record_id, program=program)])
    found = asked(empty, "SELECT country, basis FROM target_countries ORDER BY country")
    assert found == [(code, ["programme"]) for code in countries]


def test_a_target_is_of_the_countries_of_all_its_records(house: House) -> None:
    house.see("eu_fsf", 0, target("eu_fsf:1", "Belavia", programs=["BLR"]))
    house.see("un_sc", 0, target("un_sc:1", "BELAVIA", nationalities=["BY", "CY"]))
    house.see("eu_fsf", 5, target("eu_fsf:2", "Other"))
    with opened(house) as con:
        assert asked(con, "SELECT country, basis FROM target_countries ORDER BY country") == [
            ("BY", ["nationality", "programme"]),
            ("CY", ["nationality"]),
        ]


# --- who is this ---

LUKASHENKA = ["Łukaszenka", "Лукашенко", "Лукашэнка", "Lukashenko", "Lukashenka", "Alexander Lukaschenko"]
BIALIATSKI = ["Bialiatski", "Беляцкий", "Бяляцкі", "Ales Bialiatski", "Беляцкий, Алесь"]


def named(entity_id: str, *parts: Rows) -> Rows:
    """The rows of an entity with these records."""
    rows = both(*parts)
    records = [r["record_id"] for table in ("prisoners", "sanctions") for r in rows.get(table, [])]
    main = (rows.get("sanctions") or rows["prisoners"])[0]
    return both(
        rows,
        {
            "entities": [
                row(
                    "entities",
                    entity_id=entity_id,
                    name=main["name"],
                    schema=main.get("schema", "Person"),
                    records=len(records),
                )
            ],
            "entity_records": [
                row("entity_records", entity_id=entity_id, record_id=record) for record in records
            ],
        },
    )


@pytest.fixture(scope="module")
def people() -> Iterator[duckdb.DuckDBPyConnection]:
    """Some who bear a name like another's."""
    with database.connect() as con:
        person = {"schema": "Person"}
        rows = both(
            named(
                "vg-lukashenka",
                target(
                    "eu_fsf:1",
                    "Alyaksandr Ryhoravich LUKASHENKA",
                    {"alias": "Александр Григорьевич ЛУКАШЕНКО"},
                    **person,
                    birth_dates=["1954-08-30"],
                    programs=["BLR"],
                ),
                target("us_ofac_sdn:1", "Alexander LUKASHENKO", **person, programs=["BELARUS"]),
            ),
            named(
                "vg-viktar",
                target("eu_fsf:2", "Viktar Aliaksandravich LUKASHENKA", **person),
            ),
            named("vg-bialiatski", prisoner("by_viasna:1", "Ales Bialiatski", status="released")),
            named(
                "vg-beletsky",
                target("us_ofac_sdn:3", "Aleksei Yuryevich BELETSKY", **person),
                target("eu_fsf:3", "Алексей Юрьевич БЕЛЕЦКИЙ", **person),
            ),
            named("vg-belavia", target("eu_fsf:4", 'OJSC "Belavia Belarusian Airlines"')),
            named("vg-liu", prisoner("cn_cppc:1", "刘晓波", status="died")),
            named("vg-usama", target("us_ofac_sdn:5", "Usama bin Muhammad bin Awad BIN LADIN", **person)),
        )
        filled(con, rows)
        build_name_index(con)
        create_views(con)
        yield con


def who(con: duckdb.DuckDBPyConnection, question: str) -> list[str]:
    return [entity for (entity,) in con.execute("SELECT entity_id FROM whois(?)", [question]).fetchall()]


@pytest.mark.parametrize(
    ("question", "entity"),
    [
        *((spelling, "vg-lukashenka") for spelling in LUKASHENKA),
        *((spelling, "vg-bialiatski") for spelling in BIALIATSKI),
        ("A. Lukashenka", "vg-lukashenka"),
        ("Лукашенко А.Г.", "vg-lukashenka"),
        ("А. Г. Лукашенко", "vg-lukashenka"),
        ("Lukashneka", "vg-lukashenka"),
        ("Belaiva", "vg-belavia"),
        ("AlexanderLukashenko", "vg-lukashenka"),  # two words run together
        ("Biletsky", "vg-beletsky"),
        ("лукaшенкo", "vg-lukashenka"),  # with a Latin a and o
        ("Viktor Lukashenko", "vg-viktar"),
        ("Белецкий", "vg-beletsky"),
        ("Белавиа", "vg-belavia"),
        ("刘晓波", "vg-liu"),
        ("Osama bin Laden", "vg-usama"),
    ],
)
def test_any_spelling_finds_its_bearer_first(
    people: duckdb.DuckDBPyConnection, question: str, entity: str
) -> None:
    assert who(people, question)[0] == entity


@pytest.mark.parametrize(
    "question", ["", "  ", "!?", "(", "_", "😀", "'; DROP TABLE names", "Kalesnikava", "al"]
)
def test_what_nobody_is_called_finds_nobody(people: duckdb.DuckDBPyConnection, question: str) -> None:
    assert who(people, question) == []


def test_a_full_name_finds_no_namesake(people: duckdb.DuckDBPyConnection) -> None:
    assert who(people, "Alexander Lukaschenko") == ["vg-lukashenka"]
    assert who(people, "Lukashenko") == ["vg-lukashenka", "vg-viktar"]


def test_a_fathers_initial_is_not_that_of_a_given_name(people: duckdb.DuckDBPyConnection) -> None:
    assert "vg-viktar" not in who(people, "А. Г. Лукашенко")
    assert "vg-viktar" in who(people, "В. А. Лукашенко")


def test_questions_may_be_asked_of_each_row_of_a_list(people: duckdb.DuckDBPyConnection) -> None:
    people_asked = "(VALUES ('Belavia'), ('Беляцкий'), ('Nobody')) AS l(asked)"
    query = f"SELECT asked, entity_id FROM {people_asked}, whois(asked)"  # noqa: S608
    assert {("Belavia", "vg-belavia"), ("Беляцкий", "vg-bialiatski")} <= set(asked(people, query))


@pytest.mark.timeout(120)
def test_a_question_of_thousands_of_words_is_answered_by_its_first(people: duckdb.DuckDBPyConnection) -> None:
    assert who(people, "Lukashenko " * 5000) == ["vg-lukashenka", "vg-viktar"]


def test_who_it_is_is_told_with_lists_and_the_name_that_was_found(people: duckdb.DuckDBPyConnection) -> None:
    columns = "name, matched_name, score, schema, records, lists, articles"
    assert asked(people, f"SELECT {columns} FROM whois('Alexander Lukashenko')") == [  # noqa: S608
        (
            "Alyaksandr Ryhoravich LUKASHENKA",
            "Alexander LUKASHENKO",
            1.0,
            "Person",
            2,
            "eu_fsf: BLR; us_ofac_sdn: BELARUS",
            0,
        )
    ]
    assert asked(people, "SELECT name, lists FROM whois('Беляцкий') WHERE score > 0.95") == []
    assert asked(people, "SELECT lists FROM whois('Алесь Беляцкий')") == [("by_viasna: released",)]


def test_the_real_list_tells_who_is_meant(shared_data: Path) -> None:
    source = registry()["eu_fsf"]
    name = "xmlFullSanctionsList_1_1.xml"
    with (shared_data / "eu_fsf" / "2024-05-13" / name).open("rb") as file:
        tables = parse("eu_fsf", source.parser, {name: file}, source.options).arrow()
    seen = {"valid_from": day(0), "valid_to": None}
    wanted = ("sanctions", "names", "birth_dates", "nationalities", "identifiers")
    with database.connect() as con:
        filled(con, {table: [each | seen for each in tables[table].to_pylist()] for table in wanted})
        link(con, lists=LISTS)
        build_name_index(con)
        create_views(con)
        found = {
            spelling: con.execute("SELECT score, birth_date FROM whois(?)", [spelling]).fetchall()
            for spelling in LUKASHENKA
        }
    for spelling, bearers in found.items():  # his family bears the surname, and is on that list
        assert "1954-08-30" in {born for score, born in bearers if score == bearers[0][0]}, spelling
    assert {born for _, born in found["Alexander Lukaschenko"]} == {"1954-08-30"}


def test_the_macros_of_sounds_are_made_from_their_rules() -> None:
    assert name_macros.FILE.read_text("utf-8") == name_macros.macro_definitions(), "run make docs"


# --- in the file ---


@pytest.mark.parametrize("attached", [False, True])
def test_the_macros_are_in_a_releases_database(tmp_path: Path, attached: bool) -> None:
    rows = both(
        versions("sanctions", "un_sc", {0: {"un_sc:1": {}}}),
        versions("prisoners", "by_viasna", {0: {"by_viasna:1": {"status": "detained"}}}),
    )
    home = Home.at(str(tmp_path))
    with database.connect() as con:
        filled(con, rows)
        release = write_release(con, home, {"fingerprint": "f", "code": "c", "sources": {}})
    path = Path(home.releases.path) / release / "vigil.duckdb"
    with duckdb.connect() if attached else duckdb.connect(str(path), read_only=True) as con:
        if attached:
            con.execute(f"ATTACH '{path}' AS another (READ_ONLY)")
            con.execute("USE another")
        assert len(asked(con, "FROM as_of('2025-01-01')")) == 2
        assert len(asked(con, "FROM prisoners_and_sanctions('BY', '2025-01-01', '2025-01-12')")) == 2
        assert asked(con, "FROM timeline('vg-1')") == []
        assert asked(con, "SELECT count(*) FROM prisoners_by_day") == [(1,)]
