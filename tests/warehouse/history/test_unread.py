"""What cannot be read is not gone, keys that were given to somebody else, and lists that were withdrawn."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.builders import House, Row, Rows, both, day, opened, prisoner, row, target


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def unread(record_id: str | None, raw: str | None = None, **given: Any) -> Rows:
    """A record that the parser put into quarantine; without an id, one whose key it could not read."""
    source_id = record_id.partition(":")[0] if record_id else given.pop("source_id", "un_sc")
    found = row(
        "quarantine", source_id=source_id, locator="INDIVIDUAL[1]", reason="bad", record_id=record_id, raw=raw
    )
    return {"quarantine": [found]}


def events(con: duckdb.DuckDBPyConnection, *kinds: str) -> list[tuple[str, str, str]]:
    return con.execute(
        "SELECT event_type, record_id, event_date FROM events "
        "WHERE event_type IN (SELECT unnest(?)) ORDER BY ALL",
        [list(kinds)],
    ).fetchall()


def spans(con: duckdb.DuckDBPyConnection, table: str, record_id: str) -> list[tuple[Any, ...]]:
    return con.execute(
        f"SELECT name, valid_from, valid_to FROM {table} WHERE record_id = ? ORDER BY valid_from",  # noqa: S608
        [record_id],
    ).fetchall()


STAYS = target("un_sc:9", "Stays")


@pytest.mark.parametrize("source", ["un_sc", "eu_fsf", "us_ofac_sdn"])
def test_a_target_that_cannot_be_read_stands_as_last_believed(house: House, source: str) -> None:
    known = target(f"{source}:1", "Known", {"alias": "An alias"})
    house.see(source, 0, both(target(f"{source}:9"), known))
    house.see(source, 1, both(target(f"{source}:9"), unread(f"{source}:1")))
    house.see(source, 2, both(target(f"{source}:9"), known))
    with opened(house) as con:
        assert events(con, "listed", "delisted", "amended") == []
        assert spans(con, "sanctions", f"{source}:1") == [("Known", day(0), None)]
        assert con.execute("SELECT valid_to FROM names WHERE name = 'An alias'").fetchall() == [(None,)]
        found = con.execute(
            "SELECT record_id, observed_at, reason, last_read_at FROM unread_records"
        ).fetchall()
        assert found == [(f"{source}:1", day(1), "quarantined", day(0))]


def test_a_prisoner_that_cannot_be_read_has_not_disappeared(house: House) -> None:
    house.see("by_viasna", 0, both(prisoner("by_viasna:1"), prisoner("by_viasna:2", "Other")))
    house.see("by_viasna", 1, both(prisoner("by_viasna:2", "Other"), unread("by_viasna:1")))
    with opened(house) as con:
        assert events(con, "disappeared") == []
        assert con.execute("SELECT count(*) FROM current_prisoners").fetchall() == [(2,)]


def test_a_record_that_was_read_in_part_stands_as_last_believed_with_all_its_rows(house: House) -> None:
    place = {"addresses": [row("addresses", record_id="un_sc:1", kind="address", full="Minsk")]}
    house.see("un_sc", 0, both(STAYS, target("un_sc:1", "Whole", {"alias": "Alias"}), place))
    house.see("un_sc", 1, both(STAYS, target("un_sc:1", "Whole"), unread("un_sc:1")))
    with opened(house) as con:
        assert events(con, "amended") == []
        assert con.execute("SELECT count(*) FROM current_addresses").fetchall() == [(1,)]


def test_what_was_read_in_part_counts_where_nothing_was_believed_before(house: House) -> None:
    house.see("un_sc", 0, both(STAYS, target("un_sc:1", "In part"), unread("un_sc:1")))
    house.see("un_sc", 1, STAYS)
    with opened(house) as con:
        assert spans(con, "sanctions", "un_sc:1") == [("In part", day(0), day(1))]


def test_no_end_is_concluded_from_a_snapshot_with_a_record_whose_key_cannot_be_read(house: House) -> None:
    house.see("un_sc", 0, both(STAYS, target("un_sc:1", "One"), target("un_sc:2", "Two")))
    house.see("un_sc", 2, both(STAYS, unread(None, "<INDIVIDUAL>One</INDIVIDUAL>")))
    with opened(house) as con:
        assert events(con, "delisted") == []
        seen = con.execute("SELECT record_id, last_seen_at FROM current_sanctions ORDER BY ALL").fetchall()
        assert seen == [("un_sc:1", day(0)), ("un_sc:2", day(0)), ("un_sc:9", day(2))]
    house.see("un_sc", 4, both(STAYS, target("un_sc:1", "One")))
    with opened(house) as con:
        # the window is open from when it was seen last until the next whole snapshot
        assert events(con, "listed", "delisted", "amended") == [
            ("delisted", "un_sc:2", "2025-01-01/2025-01-05")
        ]
        assert spans(con, "sanctions", "un_sc:1") == [("One", day(0), None)]


def test_what_was_unread_already_is_not_another_record(house: House) -> None:
    """A line that is no record and stays in the file for good hides nobody's end."""
    garbage = unread(None, "total: 3")
    house.see("un_sc", 0, both(STAYS, target("un_sc:1", "One"), garbage))
    house.see("un_sc", 1, both(STAYS, garbage))
    with opened(house) as con:
        assert events(con, "delisted") == [("delisted", "un_sc:1", "2025-01-01/2025-01-02")]


def test_one_that_follows_an_unread_record_may_have_been_it(house: House) -> None:
    house.see("un_sc", 0, STAYS)
    house.see("un_sc", 1, both(STAYS, unread(None)))
    house.see("un_sc", 2, both(STAYS, target("un_sc:1", "New")))
    with opened(house) as con:
        assert events(con, "listed") == [("listed", "un_sc:1", "2025-01-01/2025-01-03")]


# --- a key given to somebody else ---

ALI = target("un_sc:1", "Ali Hasan", schema="Person", birth_dates=["1960-01-01"], nationalities=["IQ"])
JOHN = target("un_sc:1", "John Smith", schema="Person", birth_dates=["1985-05-05"], nationalities=["IQ"])


def test_a_key_given_to_somebody_else_is_another_record(house: House) -> None:
    house.see("un_sc", 0, both(STAYS, ALI))
    house.see("un_sc", 1, both(STAYS, JOHN))
    with opened(house) as con:
        assert spans(con, "sanctions", "un_sc:1") == [("Ali Hasan", day(0), day(1))]
        assert spans(con, "sanctions", "un_sc:1#2") == [("John Smith", day(1), None)]
        # the rows of the child tables go with them, those too that both have
        found = con.execute(
            "SELECT record_id, valid_from, valid_to FROM nationalities ORDER BY ALL"
        ).fetchall()
        assert found == [("un_sc:1", day(0), day(1)), ("un_sc:1#2", day(1), None)]
        assert events(con, "listed", "delisted", "amended") == [
            ("delisted", "un_sc:1", "2025-01-01/2025-01-02"),
            ("listed", "un_sc:1#2", "2025-01-01/2025-01-02"),
        ]
        linked = con.execute(
            "SELECT count(DISTINCT entity_id) FROM entity_records WHERE starts_with(record_id, 'un_sc:1')"
        )
        assert linked.fetchall() == [(2,)]


def test_two_holders_of_a_key_are_never_one_entity(house: House) -> None:
    paper = row("identifiers", type="passport", number="A0000001", country="IQ", record_id="un_sc:1")
    house.see("un_sc", 0, both(STAYS, ALI))
    house.see("un_sc", 1, both(STAYS, JOHN, {"identifiers": [paper]}))
    # another list has both as one
    other = target(
        "eu_fsf:1",
        "Ali Hasan",
        {"alias": "John Smith"},
        schema="Person",
        birth_dates=["1960-01-01", "1985-05-05"],
    )
    house.see("eu_fsf", 1, both(other, {"identifiers": [paper | {"record_id": "eu_fsf:1"}]}))
    with opened(house) as con:
        linked = con.execute(
            "SELECT count(DISTINCT entity_id) FROM entity_records WHERE starts_with(record_id, 'un_sc:1')"
        )
        assert linked.fetchall() == [(2,)]


def test_a_key_that_goes_back_is_the_first_holders_again(house: House) -> None:
    for when, holder in enumerate((ALI, JOHN, ALI)):
        house.see("un_sc", when, both(STAYS, holder))
    with opened(house) as con:
        assert [span[1:] for span in spans(con, "sanctions", "un_sc:1")] == [(day(0), day(1)), (day(2), None)]
        assert [span[1:] for span in spans(con, "sanctions", "un_sc:1#2")] == [(day(1), day(2))]


def test_a_key_given_to_somebody_else_after_its_holder_left_is_another_record(house: House) -> None:
    house.see("un_sc", 0, both(STAYS, ALI))
    house.see("un_sc", 1, STAYS)
    house.see("un_sc", 2, both(STAYS, JOHN))
    with opened(house) as con:
        assert spans(con, "sanctions", "un_sc:1#2") == [("John Smith", day(2), None)]


def test_a_prisoner_lists_key_can_be_given_to_somebody_else(house: House) -> None:
    dated = {"birth_date_precision": "day"}
    house.see("by_viasna", 0, prisoner("by_viasna:1", "Ihar Losik", birth_date="1992-05-20", **dated))
    house.see("by_viasna", 1, prisoner("by_viasna:1", "Maria Kalesnikava", birth_date="1982-04-24", **dated))
    with opened(house) as con:
        assert spans(con, "prisoners", "by_viasna:1#2") == [("Maria Kalesnikava", day(1), None)]
        assert events(con, "appeared", "disappeared", "changed") == [
            ("appeared", "by_viasna:1#2", "2025-01-01/2025-01-02"),
            ("disappeared", "by_viasna:1", "2025-01-01/2025-01-02"),
        ]


@pytest.mark.parametrize(
    "later",
    [
        target("un_sc:1", "Hasan Ali", schema="Person", birth_dates=["1961-01-01"]),
        target("un_sc:1", "John Smith", schema="Person", birth_dates=["1960-01-01"]),
        target("un_sc:1", "John Smith", {"former": "Ali Hasan"}, schema="Person"),
    ],
    ids=["the same name", "the same birth", "the old name kept"],
)
def test_a_record_that_keeps_its_name_or_birth_is_the_same(house: House, later: Rows) -> None:
    house.see("un_sc", 0, both(STAYS, ALI))
    house.see("un_sc", 1, both(STAYS, later))
    with opened(house) as con:
        assert con.execute("SELECT count(*) FROM sanctions WHERE contains(record_id, '#')").fetchall() == [
            (0,)
        ]
        assert [kind for kind, *_ in events(con, "listed", "delisted", "amended")] == ["amended"]


@pytest.mark.parametrize(
    ("before", "after", "is_other"),
    [
        # a first name that very many have says nothing
        ({"name": "Mohammed Ali"}, {"name": "Mohammed Hussein"}, True),
        ({"name": "Mohammed Ali", "birth_dates": ["1960"]}, {"name": "Mohammed Hussein"}, True),
        ({"name": "Mohammed Ali"}, {"name": "Mohammed Ali Hussein"}, False),
        ({"name": "Mohammed Qasim"}, {"name": "Muhammad Kassem"}, False),
        # words of kinds of bodies neither
        (
            {"name": "Bank Melli", "schema": "Organization"},
            {"name": "Bank Sepah", "schema": "Organization"},
            True,
        ),
        # the same name in other letters or another script
        ({"name": "Qadhafi"}, {"name": "Gaddafi"}, False),
        ({"name": "Юрий Караев"}, {"name": "Yuri Karaev"}, False),
        (
            {"name": "Юрий Караев", "birth_dates": ["1966"]},
            {"name": "John Smith", "birth_dates": ["1985"]},
            True,
        ),
        # a kind that could not be read is no other kind
        (
            {"name": "Belaeronavigatsia", "schema": "Organization"},
            {"name": "Belaeronavigatsiya Republican Unitary", "schema": "LegalEntity"},
            False,
        ),
    ],
)
def test_what_of_a_name_tells_two_holders_of_a_key_apart(
    house: House, before: dict[str, Any], after: dict[str, Any], is_other: bool
) -> None:
    for when, given in enumerate((before, after)):
        holder = target("un_sc:1", **{"schema": "Person", **given})
        house.see("un_sc", when, both(STAYS, holder))
    with opened(house) as con:
        found = con.execute("SELECT count(*) FROM sanctions WHERE record_id = 'un_sc:1#2'").fetchall()
    assert found == [(int(is_other),)]


def test_a_ship_under_another_name_is_known_by_its_number_however_it_is_written(house: House) -> None:
    for when, (name, number) in enumerate((("Sea Star", "9187629"), ("Moon Light", "IMO 9187629"))):
        imo = row("identifiers", type="imo", number=number, record_id="un_sc:1")
        ship = target("un_sc:1", name, schema="Vessel")
        house.see("un_sc", when, both(STAYS, ship, {"identifiers": [imo]}))
    with opened(house) as con:
        assert con.execute("SELECT count(*) FROM sanctions WHERE contains(record_id, '#')").fetchall() == [
            (0,)
        ]


# --- lists that were withdrawn, and what is announced ---


def test_a_withdrawn_list_has_nobody_on_it_and_delisted_nobody(house: House) -> None:
    house.withdrawn = {"eu_fsf": date(2025, 1, 6)}
    listed = both(target("eu_fsf:1", "One", programs=["A"]), target("eu_fsf:2", "Two"))
    house.see("eu_fsf", 0, listed)
    with opened(house) as con:
        assert con.execute("SELECT count(*) FROM current_sanctions").fetchall() == [(2,)]
    house.see("eu_fsf", 8, target("eu_fsf:1", "One"))  # what is left of the file
    house.see("un_sc", 9, target("un_sc:1", "Other"))
    with opened(house) as con:
        assert events(con, "listed", "delisted", "amended") == []
        assert con.execute("SELECT record_id FROM current_sanctions").fetchall() == [("un_sc:1",)]
        assert con.execute("SELECT count(*) FROM current_names").fetchall() == [(1,)]
        assert con.execute(
            "SELECT freshness, ended_on, records FROM sources WHERE source_id = 'eu_fsf'"
        ).fetchall() == [("ended", date(2025, 1, 6), 0)]
        ended = datetime(2025, 1, 6, tzinfo=UTC)
        assert con.execute("SELECT DISTINCT ended FROM listings WHERE source_id = 'eu_fsf'").fetchall() == [
            (ended,)
        ]
        for on, there in (("2025-01-05", 2), ("2025-01-06", 0), ("2025-01-09", 0)):
            found = con.execute(f"FROM sanctions_as_of('{on}') WHERE source_id = 'eu_fsf'")
            assert len(found.fetchall()) == there, on


def test_a_delisting_that_is_announced_has_not_happened_yet(house: House) -> None:
    announced = target("ch_seco:1", "One", delisting_date=date(2025, 1, 20))
    house.see("ch_seco", 0, both(target("ch_seco:1", "One"), target("ch_seco:2", "Two")))
    house.see("ch_seco", 5, both(announced, target("ch_seco:2", "Two")))
    with opened(house) as con:
        assert events(con, "delisted") == []
        assert len(con.execute("FROM current_sanctions").fetchall()) == 2
        assert con.execute("SELECT ended FROM listings").fetchall() == [(None,), (None,)]
        assert con.execute("SELECT records FROM sources").fetchall() == [(2,)]
        for on, there in (("2025-01-06", 2), ("2025-01-19", 2), ("2025-01-20", 1)):
            assert len(con.execute(f"FROM sanctions_as_of('{on}')").fetchall()) == there, on
    house.see("un_sc", 25, STAYS)  # another list is looked at after that day
    with opened(house) as con:
        assert events(con, "delisted") == [("delisted", "ch_seco:1", "2025-01-20")]
        assert ("ch_seco:1",) not in con.execute("SELECT record_id FROM current_sanctions").fetchall()


def test_a_release_that_is_to_come_has_not_happened_yet(house: House) -> None:
    dates = {"release_date": "2025-01-20", "release_date_precision": "day"}
    house.see("by_viasna", 0, prisoner("by_viasna:1", status="released", **dates))
    with opened(house) as con:
        assert events(con, "released") == []
        assert con.execute("SELECT status FROM current_prisoners").fetchall() == [("detained",)]
        for on, status in (
            ("2025-01-01", "detained"),
            ("2025-01-19", "detained"),
            ("2025-01-20", "released"),
        ):
            found = con.execute(f"SELECT status FROM prisoners_as_of('{on}')").fetchall()  # noqa: S608
            assert found == [(status,)], on


def test_who_reads_what_is_current_sees_how_old_it_is(house: House) -> None:
    house.see("un_sc", 0, target("un_sc:1", "One", programs=["A"]))
    house.see("by_viasna", 2, prisoner("by_viasna:1"))
    with opened(house) as con:
        for view, seen in (
            ("current_sanctions", day(0)),
            ("current_prisoners", day(2)),
            ("listings", day(0)),
        ):
            found = con.execute(f"SELECT entity_id IS NOT NULL, last_seen_at, freshness FROM {view}")  # noqa: S608
            assert found.fetchall() == [(True, seen, "fresh")], view


# --- as of a day ---


def test_one_listed_again_was_not_listed_while_it_was_missed(house: House) -> None:
    old = target("un_sc:1", "Back", listing_date=date(2010, 3, 1))
    house.see("un_sc", 0, STAYS)
    house.see("un_sc", 4, both(STAYS, old))
    with opened(house) as con:
        [(kind, on, details)] = con.execute(
            "SELECT event_type, event_date, details FROM events WHERE record_id = 'un_sc:1'"
        ).fetchall()
        assert (kind, on) == ("listed", "2025-01-01/2025-01-05")
        assert '"listing_date":"2010-03-01"' in details
        for day_, there in (("2025-01-01", 0), ("2025-01-03", 0), ("2025-01-05", 1)):
            found = con.execute(f"FROM sanctions_as_of('{day_}') WHERE record_id = 'un_sc:1'")
            assert len(found.fetchall()) == there, day_


def test_a_listing_between_two_looks_has_the_publishers_date(house: House) -> None:
    house.see("un_sc", 0, STAYS)
    house.see("un_sc", 4, both(STAYS, target("un_sc:1", "New", listing_date=date(2025, 1, 3))))
    with opened(house) as con:
        assert events(con, "listed") == [("listed", "un_sc:1", "2025-01-03")]


def test_an_amendment_has_the_publishers_date_where_it_gives_one(house: House) -> None:
    house.see("un_sc", 0, target("un_sc:1", "One", amended_date=date(2024, 5, 1)))
    house.see("un_sc", 4, target("un_sc:1", "One", amended_date=date(2025, 1, 3), gender="male"))
    house.see("un_sc", 8, target("un_sc:1", "One", amended_date=date(2025, 1, 3), gender="female"))
    with opened(house) as con:
        assert events(con, "amended") == [
            ("amended", "un_sc:1", "2025-01-03"),
            ("amended", "un_sc:1", "2025-01-05/2025-01-09"),
        ]


@pytest.mark.parametrize(
    ("before", "after"),
    [("Iraq  programme", "Iraq programme"), ("Iraq Programme", "IRAQ PROGRAMME")],
)
def test_a_word_in_another_case_amends_nobody(house: House, before: str, after: str) -> None:
    named: list[Row] = []
    for when, name in enumerate((before, after)):
        named = [row("programs", record_id="un_sc:1", program="A", program_name=name)]
        house.see("un_sc", when, target("un_sc:1", "One") | {"programs": named})
    with opened(house) as con:
        assert events(con, "amended") == []
