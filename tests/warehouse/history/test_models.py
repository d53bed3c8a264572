"""From visits to histories and events, over several lists, whatever the order of arrival."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby, pairwise
from operator import itemgetter
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts import contract, contracts
from tests.builders import House, Rows, article, both, contents, day, prisoner, quoted, row, target, verdict

Visits = list[tuple[str, float, Rows | None]]
Events = list[tuple[str, str, str | None]]


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def events(con: duckdb.DuckDBPyConnection) -> Events:
    found = con.execute("SELECT event_type, record_id, event_date FROM events ORDER BY observed_at, 1, 2, 3")
    return [(kind, record, when) for kind, record, when in found.fetchall()]


def events_of(house: House, source_id: str, *snapshots: Rows) -> Events:
    for when, rows in enumerate(snapshots):
        house.see(source_id, when, rows)
    with house.build() as con:
        return events(con)


def details(con: duckdb.DuckDBPyConnection, event_type: str) -> list[Any]:
    found = con.execute("SELECT details FROM events WHERE event_type = ? ORDER BY observed_at", [event_type])
    return [json.loads(text) for (text,) in found.fetchall()]


CHILDREN = [name for name, each in contracts().items() if each.versioned and each.references.get("record_id")]
VERSIONED = [name for name, each in contracts().items() if each.versioned]


@dataclass(frozen=True)
class Said:
    """What a list says of a target."""

    position: str | None
    births: tuple[str, ...]
    also: frozenset[str]
    wallets: frozenset[str]
    listing_date: date | None
    delisting_date: date | None

    def rows(self, record_id: str) -> Rows:
        return both(
            target(
                record_id,
                f"Body {record_id}",
                position=self.position,
                birth_dates=list(self.births),
                listing_date=self.listing_date,
                delisting_date=self.delisting_date,
            ),
            {
                "names": [row("names", record_id=record_id, name=name, kind="alias") for name in self.also],
                "identifiers": [
                    row("identifiers", record_id=record_id, type="crypto_wallet", number=number)
                    for number in self.wallets
                ],
            },
        )


# Few records, few contents, lists and nulls, so that versions come back, change and repeat.
SAID = st.builds(
    Said,
    position=st.sampled_from([None, "x", "y"]),
    births=st.sampled_from([(), ("1980",), ("1980", "1981-05")]),
    also=st.frozensets(st.sampled_from(["Anna", "Berta"])),
    wallets=st.frozensets(st.sampled_from(["1a", "1b"])),
    listing_date=st.sampled_from([None, None, date(2020, 1, 1), date(2021, 1, 1)]),
    delisting_date=st.sampled_from([None, None, date(2024, 1, 1), date(2024, 2, 2)]),
)
FILES = st.lists(
    st.dictionaries(st.sampled_from(["un_sc:1", "un_sc:2", "un_sc:3"]), SAID, max_size=3),
    min_size=1,
    max_size=5,
)


def listed(file: dict[str, Said], *others: Rows) -> Rows:
    return both({"sanctions": [], "names": []}, *others, *(said.rows(key) for key, said in file.items()))


def stirred(rows: Rows, shuffle: Any) -> Rows:
    """The same rows as another export gives them: tables and rows in another order."""
    tables = list(rows)
    shuffle.shuffle(tables)
    return {table: shuffle.sample(rows[table], len(rows[table])) for table in tables}


def as_of(con: duckdb.DuckDBPyConnection, table: str, when: float) -> list[str]:
    columns = quoted([column.name for column in contract(table).content_columns])
    found = con.execute(
        f"SELECT {columns} FROM {table} WHERE valid_from <= $1 AND (valid_to IS NULL OR valid_to > $1)",  # noqa: S608
        [day(when)],
    )
    return sorted(map(repr, found.fetchall()))


def of_contract(rows: Rows, table: str) -> list[str]:
    names = [column.name for column in contract(table).content_columns]
    return sorted(repr(tuple(r[name] for name in names)) for r in rows.get(table, []))


@pytest.mark.slow
@settings(max_examples=10, deadline=None)
@given(files=FILES, shuffle=st.randoms(use_true_random=False))
def test_history_as_of_each_visit_is_what_it_found_in_any_order_of_arrival(
    tmp_path_factory: pytest.TempPathFactory, files: list[dict[str, Said]], shuffle: Any
) -> None:
    """What the gate doubts stays as it was believed last, if it was there then."""
    doubted = {
        day(when): tuple(key for key in file if shuffle.random() < 0.3) for when, file in enumerate(files)
    }

    def gate(unit_id: str, observed_at: datetime, baseline: int | None) -> dict[str, Any]:
        return verdict(quarantined=doubted[observed_at])

    visits = []
    for when, file in enumerate(files):  # each its own content, so that each is judged
        marker = target("un_sc:0", "Marker", {"alias": str(when)})
        visits.append((when, stirred(listed(file, marker), shuffle)))
    in_time, late = (House(tmp_path_factory.mktemp(name), gate) for name in ("a", "b"))
    for when, rows in visits:
        in_time.see("un_sc", when, rows)
    shuffle.shuffle(visits)
    for when, rows in visits:
        late.see("un_sc", when, rows)
        if shuffle.random() < 0.3:
            late.promote()  # what is staged by then must not matter either
    with in_time.build() as con, late.build() as other:
        assert contents(con) == contents(other)
        believed: dict[str, Said] = {}
        for when, file in enumerate(files):
            believed = {
                key: believed[key] if key in doubted[day(when)] else said
                for key, said in file.items()
                if key not in doubted[day(when)] or key in believed
            }
            expected = listed(believed, target("un_sc:0", "Marker", {"alias": str(when)}))
            for table in VERSIONED:
                assert as_of(con, table, when) == of_contract(expected, table), table
        came_and_went(con, believed)


def came_and_went(con: duckdb.DuckDBPyConnection, believed: dict[str, Said]) -> None:
    """A target is listed and delisted in turns, is amended at neither, and ends as it stands."""
    kinds = "('listed', 'delisted', 'amended')"
    found = con.execute(
        f"SELECT record_id, observed_at, event_type FROM events WHERE event_type IN {kinds} "  # noqa: S608
        "ORDER BY record_id, observed_at, event_type DESC"
    ).fetchall()
    for key, of_record in groupby(found, itemgetter(0)):
        moves = [(at, kind) for _, at, kind in of_record]
        turns = [(at, kind) for at, kind in moves if kind != "amended"]
        assert all(a[1] != b[1] for a, b in pairwise(turns)), moves
        assert not {at for at, _ in turns} & {at for at, kind in moves if kind == "amended"}, moves
        if turns:
            stands = key == "un_sc:0" or (key in believed and believed[key].delisting_date is None)
            assert (turns[-1][1] == "listed") == stands, moves


@settings(max_examples=8, deadline=None)
@given(files=FILES, shuffle=st.randoms(use_true_random=False))
def test_a_file_written_anew_tells_nothing_new(
    tmp_path_factory: pytest.TempPathFactory, files: list[dict[str, Said]], shuffle: Any
) -> None:
    """Each content once, and again in other orders on the same day, in any order of arrival."""
    once, often = House(tmp_path_factory.mktemp("a")), House(tmp_path_factory.mktemp("b"))
    visits = []
    for when, file in enumerate(files):
        rows = listed(file)
        once.see("un_sc", when, rows)
        visits += [(when + hours / 24, stirred(rows, shuffle)) for hours in range(shuffle.randint(1, 3))]
    shuffle.shuffle(visits)
    for moment, rows in visits:
        often.see("un_sc", moment, rows)
    with once.build() as con, often.build() as other:
        for table in VERSIONED:
            columns = quoted(contract(table).arrow_schema.names)
            query = f"SELECT {columns} FROM {table} ORDER BY ALL"  # noqa: S608
            assert con.execute(query).fetchall() == other.execute(query).fetchall(), table
        for query in (
            "SELECT event_id, event_date, event_type, record_id, observed_at FROM events ORDER BY ALL",
            "FROM entity_records ORDER BY ALL",
            "SELECT source_id, records FROM sources",
        ):
            assert con.execute(query).fetchall() == other.execute(query).fetchall(), query


def test_versions_of_what_leaves_and_comes_back(house: House) -> None:
    a, b = target("un_sc:1", "A"), target("un_sc:1", "B")
    for when, rows in enumerate((a, a, b, a)):
        house.see("un_sc", when, rows)
    with house.build() as con:
        found = con.execute("SELECT name, valid_from, valid_to FROM sanctions ORDER BY valid_from").fetchall()
    assert found == [("A", day(0), day(2)), ("B", day(2), day(3)), ("A", day(3), None)]


def test_a_record_in_quarantine_is_left_out_with_its_children(tmp_path: Path) -> None:
    house = House(tmp_path, lambda unit, at, baseline: verdict(quarantined=("un_sc:2",)))
    address = row("addresses", record_id="un_sc:2", kind="address", full="Minsk")
    house.see("un_sc", 0, both(target("un_sc:1"), target("un_sc:2"), {"addresses": [address]}))
    with house.build() as con:
        for table, there in (("sanctions", [("un_sc:1",)]), ("names", [("un_sc:1",)]), ("addresses", [])):
            assert con.execute(f"SELECT record_id FROM {table}").fetchall() == there  # noqa: S608


def test_the_same_content_may_be_judged_otherwise_later(tmp_path: Path) -> None:
    def gate(unit_id: str, observed_at: datetime, baseline: int | None) -> dict[str, Any]:
        return verdict(quarantined=("un_sc:2",) if observed_at == day(2) else ())

    house = House(tmp_path, gate)
    both_of_them = both(target("un_sc:1"), target("un_sc:2", "Other"))
    for when, rows in enumerate((both_of_them, target("un_sc:1"), both_of_them)):
        house.see("un_sc", when, rows)
    with house.build() as con:
        found = con.execute("SELECT valid_from, valid_to FROM sanctions WHERE record_id = 'un_sc:2'")
        assert found.fetchall() == [(day(0), day(1))]


def test_what_the_gate_doubts_stays_as_it_was_believed_last(tmp_path: Path) -> None:
    house = House(tmp_path, quarantining(1, 2))
    place = row("addresses", record_id="un_sc:2", kind="address", full="Minsk")
    for when, name in enumerate(("Other", "Odd", "Odder", "Another")):
        addresses: Rows = {"addresses": [] if when else [place]}
        house.see("un_sc", when, both(target("un_sc:1"), target("un_sc:2", name), addresses))
    with house.build() as con:
        found = con.execute(
            "SELECT name, valid_from, valid_to FROM sanctions WHERE record_id = 'un_sc:2' ORDER BY valid_from"
        ).fetchall()
        assert found == [("Other", day(0), day(3)), ("Another", day(3), None)]
        assert con.execute("SELECT valid_to FROM addresses").fetchall() == [(day(3),)]
        # told when it was believed, and once
        assert events(con) == [("amended", "un_sc:2", "2025-01-01/2025-01-04")]
        assert con.execute("SELECT count(*) FROM quarantine").fetchall() == [(2,)]


def test_what_is_in_quarantine_now_stands_and_counts(tmp_path: Path) -> None:
    house = House(tmp_path, quarantining(1))
    house.see("un_sc", 0, both(target("un_sc:1"), target("un_sc:2", "Other")))
    house.see("un_sc", 1, both(target("un_sc:1"), target("un_sc:2", "Odd")))
    with house.build() as con:
        assert con.execute("SELECT name, valid_to FROM sanctions WHERE record_id = 'un_sc:2'").fetchall() == [
            ("Other", None)
        ]
        assert con.execute("SELECT records FROM sources").fetchall() == [(2,)]


def quarantining(*days: float) -> Callable[[str, datetime, int | None], dict[str, Any]]:
    moments = {day(number) for number in days}
    return lambda unit, at, baseline: verdict(quarantined=("un_sc:2",) if at in moments else ())


@pytest.mark.parametrize("doubted", [(1,), (1, 2), (0,), (0, 1), (2,)])
def test_what_could_not_be_believed_for_a_while_was_there(tmp_path: Path, doubted: tuple[int, ...]) -> None:
    house = House(tmp_path, quarantining(*doubted))
    there = both(target("un_sc:1"), target("un_sc:2", "Other"))
    for when in range(4):  # content differs each time, so that each is a snapshot
        house.see("un_sc", when, both(there, {"names": [row("names", record_id="un_sc:1", name=str(when))]}))
    with house.build() as con:
        assert [event for event in events(con) if event[1] == "un_sc:2"] == []


def test_what_went_while_it_could_not_be_believed_is_delisted_then(tmp_path: Path) -> None:
    house = House(tmp_path, quarantining(1))
    there = both(target("un_sc:1"), target("un_sc:2", "Other"))
    house.see("un_sc", 0, there)
    house.see("un_sc", 1, both(there, target("un_sc:3", "Third")))
    house.see("un_sc", 2, target("un_sc:1"))
    with house.build() as con:
        assert ("delisted", "un_sc:2", "2025-01-02/2025-01-03") in events(con)
        assert len([event for event in events(con) if event[1] == "un_sc:2"]) == 1


def test_a_publishers_date_holds_where_the_first_sight_could_not_be_believed(tmp_path: Path) -> None:
    house = House(tmp_path, quarantining(0))
    dated = target("un_sc:2", "Other", listing_date=date(2024, 6, 1))
    house.see("un_sc", 0, both(target("un_sc:1"), dated))
    house.see("un_sc", 1, both(target("un_sc:1", "Renamed"), dated))
    with house.build() as con:
        found = con.execute("SELECT event_date, observed_at FROM events WHERE record_id = 'un_sc:2'")
        assert found.fetchall() == [("2024-06-01", day(1))]


def test_a_held_snapshot_neither_lists_nor_delists(tmp_path: Path) -> None:
    house = House(tmp_path, lambda unit, at, baseline: verdict("bad") if at == day(1) else verdict())
    full = both(target("un_sc:1"), target("un_sc:2", "Other"))
    assert events_of(house, "un_sc", full, target("un_sc:3", "Third"), full) == []


def test_windows_of_listing_and_delisting_are_between_visits(house: House) -> None:
    stays = target("un_sc:1", "Stays")
    house.see("un_sc", 0, both(stays, target("un_sc:2", "Goes")))
    house.see("un_sc", 4, both(stays, target("un_sc:2", "Goes")))
    house.see("un_sc", 6, both(stays, target("un_sc:3", "Comes")))
    with house.build() as con:
        assert events(con) == [
            ("delisted", "un_sc:2", "2025-01-05/2025-01-07"),
            ("listed", "un_sc:3", "2025-01-05/2025-01-07"),
        ]
        [gone] = details(con, "delisted")
        assert (gone["basis"], gone["last_seen"][:10], gone["first_missing"][:10]) == (
            "disappearance",
            "2025-01-05",
            "2025-01-07",
        )
        [come] = details(con, "listed")
        assert (come["basis"], come["not_yet_seen"][:10]) == ("appearance", "2025-01-05")


def test_one_listed_again_has_a_window_and_not_the_old_date(house: House) -> None:
    stays, comes = target("un_sc:1", "Stays"), target("un_sc:2", "Back", listing_date=date(2020, 3, 1))
    assert events_of(house, "un_sc", both(stays, comes), stays, both(stays, comes)) == [
        ("listed", "un_sc:2", "2020-03-01"),
        ("delisted", "un_sc:2", "2025-01-01/2025-01-02"),
        ("listed", "un_sc:2", "2025-01-02/2025-01-03"),
    ]


def test_an_amendment_tells_columns_and_child_rows(house: House) -> None:
    number = row("identifiers", record_id="un_sc:1", type="passport", number="AB 1")
    place = row("addresses", record_id="un_sc:1", kind="address", full="Minsk")
    house.see("un_sc", 0, both(target("un_sc:1", gender="male"), {"identifiers": [number]}))
    house.see("un_sc", 1, both(target("un_sc:1", measures=["Asset freeze"]), {"addresses": [place]}))
    with house.build() as con:
        [said] = details(con, "amended")
        assert events(con) == [("amended", "un_sc:1", "2025-01-01/2025-01-02")]
    assert said == {
        "gender": {"before": "male", "after": None},
        "measures": {"before": [], "after": ["Asset freeze"]},
        "identifiers": {"added": [], "removed": [{"type": "passport", "number": "AB 1"}]},
        "addresses": {"added": [{"kind": "address", "full": "Minsk"}], "removed": []},
    }


@pytest.mark.parametrize("table", CHILDREN)
def test_an_amendment_tells_the_rows_of_every_child_table(house: House, table: str) -> None:
    example = {
        column.name: date.fromisoformat(column.example) if column.type == "date" else column.example
        for column in contract(table).content_columns
    }
    child = row(table, **example | {"record_id": "un_sc:1"})
    for when, rows in enumerate(({}, {table: [child]}, {})):
        house.see("un_sc", when, both(target("un_sc:1"), rows))
    with house.build() as con:
        came, went = details(con, "amended")
    [content] = came[table]["added"]
    assert (came, went) == (
        {table: {"added": [content], "removed": []}},
        {table: {"added": [], "removed": [content]}},
    )
    assert {"record_id", "valid_from", "valid_to"}.isdisjoint(content)


def test_what_a_column_sums_up_is_told_once(house: House) -> None:
    house.see("un_sc", 0, target("un_sc:1", programs=["A"], birth_dates=["1980"], position="Chair"))
    more = {"programs": ["A", "B"], "birth_dates": ["1980-05"], "nationalities": ["BY"], "position": "x; y"}
    house.see("un_sc", 1, target("un_sc:1", **more))
    with house.build() as con:
        [said] = details(con, "amended")
    assert said == {
        "programs": {"added": [{"program": "B"}], "removed": []},
        "birth_dates": {"added": [{"birth_date": "1980-05"}], "removed": [{"birth_date": "1980"}]},
        "nationalities": {"added": [{"kind": "nationality", "country": "BY"}], "removed": []},
        "positions": {
            "added": [{"kind": "position", "position": "x"}, {"kind": "position", "position": "y"}],
            "removed": [{"kind": "position", "position": "Chair"}],
        },
    }


def test_the_same_words_read_otherwise_are_no_event(house: House) -> None:
    words = {"record_id": "un_sc:1", "type_raw": "ID", "number": "1", "country_raw": "Byelorussia"}
    for when, read in enumerate(({"type": "other"}, {"type": "national_id", "country": "BY"})):
        house.see(
            "un_sc", when, both(target("un_sc:1"), {"identifiers": [row("identifiers", **words, **read)]})
        )
    with house.build() as con:
        assert con.execute("SELECT count(*) FROM identifiers").fetchall() == [(2,)]
        assert events(con) == []


def test_rows_in_another_order_are_no_event(house: House) -> None:
    a, b = target("un_sc:1", "A", {"alias": "AA"}), target("un_sc:2", "B")
    assert events_of(house, "un_sc", both(a, b), both(b, a)) == []


LISTED = date(2020, 3, 1)
DELISTED = date(2024, 12, 24)
SECO = "ch_seco:1"
STAYS = target("ch_seco:0", "Stays")


def seco(**given: Any) -> Rows:
    return both(STAYS, target(SECO, "Comes and goes", **given))


@pytest.mark.parametrize(
    ("snapshots", "told"),
    [
        pytest.param(
            [seco(programs=["A"]), seco(delisting_date=DELISTED)],
            [("delisted", "2024-12-24", 1)],
            id="delisted on the publisher's day, and not amended by it",
        ),
        pytest.param(
            [seco(), seco(delisting_date=DELISTED), seco(delisting_date=DELISTED, gender="male"), STAYS],
            [("delisted", "2024-12-24", 1)],
            id="neither amended while it is off the list nor delisted again by leaving the file",
        ),
        pytest.param(
            [seco(), seco(delisting_date=date(2024, 1, 1)), seco(delisting_date=DELISTED)],
            [("delisted", "2024-12-24", 1)],
            id="the publisher's last word on the day",
        ),
        pytest.param(
            [seco(), STAYS, seco(delisting_date=DELISTED)],
            [("delisted", "2024-12-24", 1)],
            id="the publisher's day, told after the target had been missing",
        ),
        pytest.param(
            [seco(), STAYS],
            [("delisted", "2025-01-01/2025-01-02", 1)],
            id="a window where the publisher has no day",
        ),
        pytest.param(
            [
                seco(listing_date=LISTED),
                seco(listing_date=LISTED, delisting_date=DELISTED),
                seco(listing_date=date(2025, 1, 3)),
            ],
            [("listed", "2020-03-01", 0), ("delisted", "2024-12-24", 1), ("listed", "2025-01-03", 2)],
            id="listed again on a new day",
        ),
        pytest.param(
            [
                seco(listing_date=LISTED),
                seco(listing_date=LISTED, delisting_date=DELISTED),
                seco(listing_date=LISTED),
            ],
            [
                ("listed", "2020-03-01", 0),
                ("delisted", "2024-12-24", 1),
                ("listed", "2025-01-02/2025-01-03", 2),
            ],
            id="listed again with the old day",
        ),
        pytest.param(
            [seco(listing_date=LISTED, delisting_date=DELISTED)],
            [("delisted", "2024-12-24", 0), ("listed", "2020-03-01", 0)],
            id="delisted before we looked",
        ),
        pytest.param(
            [STAYS, seco(delisting_date=DELISTED)],
            [("delisted", "2024-12-24", 1)],
            id="delisted before we saw it, its listing unknown",
        ),
        pytest.param(
            [seco(delisting_date=DELISTED), seco()],
            [("delisted", "2024-12-24", 0), ("listed", "2025-01-01/2025-01-02", 1)],
            id="delisted before we looked, and listed again",
        ),
        pytest.param(
            [seco(delisting_date=DELISTED), seco(), STAYS],
            [
                ("delisted", "2024-12-24", 0),
                ("listed", "2025-01-01/2025-01-02", 1),
                ("delisted", "2025-01-02/2025-01-03", 2),
            ],
            id="an earlier day is not that of a later delisting",
        ),
        pytest.param(
            [seco(), seco(delisting_date=DELISTED), seco(), seco(delisting_date=date(2025, 1, 4))],
            [
                ("delisted", "2024-12-24", 1),
                ("listed", "2025-01-02/2025-01-03", 2),
                ("delisted", "2025-01-04", 3),
            ],
            id="each delisting with its own day",
        ),
    ],
)
def test_a_target_may_stay_in_its_file_as_delisted(
    house: House, snapshots: list[Rows], told: list[tuple[str, str, int]]
) -> None:
    for when, rows in enumerate(snapshots):
        house.see("ch_seco", when, rows)
    with house.build() as con:
        found = con.execute(
            "SELECT event_type, event_date, observed_at FROM events WHERE record_id = ? "
            "ORDER BY observed_at, event_type",
            [SECO],
        )
        assert found.fetchall() == [(kind, moment, day(when)) for kind, moment, when in told]


def test_a_publishers_day_is_told_as_such(house: House) -> None:
    house.see("ch_seco", 0, seco())
    house.see("ch_seco", 1, seco(delisting_date=DELISTED))
    with house.build() as con:
        assert details(con, "delisted") == [{"basis": "publisher"}]
        found = con.execute("SELECT event_date_precision FROM events WHERE event_type = 'delisted'")
        assert found.fetchall() == [("day",)]


def test_a_delisting_that_was_doubted_is_told_when_it_is_believed(tmp_path: Path) -> None:
    house = House(
        tmp_path, lambda unit, at, baseline: verdict(quarantined=(SECO,) if at in {day(1), day(3)} else ())
    )
    gone = seco(delisting_date=DELISTED)
    for when, rows in enumerate((seco(), gone, both(gone, target("ch_seco:2", "Third")), gone)):
        house.see("ch_seco", when, rows)
    with house.build() as con:
        found = con.execute("SELECT event_type, observed_at FROM events WHERE record_id = ?", [SECO])
        assert found.fetchall() == [("delisted", day(2))]


def test_prisoners_events_are_what_the_source_says(house: House) -> None:
    held = {"arrest_date": "2021-05", "arrest_date_precision": "month", "verdict_date": "2022-01-10"}
    free = {**held, "status": "released", "release_date": "2025-01-02"}
    found = events_of(
        house,
        "by_viasna",
        prisoner("by_viasna:1", status="detained", **held),
        prisoner("by_viasna:1", **free),
    )
    assert [event for event in found if event[0] != "changed"] == [
        ("detained", "by_viasna:1", "2021-05"),
        ("sentenced", "by_viasna:1", "2022-01-10"),
        ("released", "by_viasna:1", "2025-01-02"),
    ]


def test_a_fact_is_learnt_when_it_was_first_said(house: House) -> None:
    house.see("by_viasna", 0, prisoner("by_viasna:1"))
    house.see("by_viasna", 1, prisoner("by_viasna:1", verdict_date="2024-12-01"))
    house.see("by_viasna", 2, prisoner("by_viasna:1", verdict_date="2024-12-01", facility="IK-1"))
    with house.build() as con:
        found = con.execute("SELECT observed_at FROM events WHERE event_type = 'sentenced'").fetchall()
    assert found == [(day(1),)]


def test_a_death_without_a_date_is_an_event_without_one(house: House) -> None:
    assert events_of(house, "by_viasna", prisoner("by_viasna:1", status="died")) == [
        ("died", "by_viasna:1", None)
    ]


@pytest.mark.parametrize("status", ["released", "died"])
def test_what_is_told_without_a_date_happened_between_two_visits(house: House, status: str) -> None:
    found = events_of(
        house,
        "by_viasna",
        prisoner("by_viasna:1", status="detained"),
        prisoner("by_viasna:1", status=status),
        prisoner("by_viasna:1", status=status, facility="IK-1"),
    )
    assert [event for event in found if event[0] != "changed"] == [
        (status, "by_viasna:1", "2025-01-01/2025-01-02")
    ]


def test_a_date_that_comes_later_takes_the_place_of_the_window(house: House) -> None:
    found = events_of(
        house,
        "by_viasna",
        prisoner("by_viasna:1", status="detained"),
        prisoner("by_viasna:1", status="released"),
        prisoner("by_viasna:1", status="released", release_date="2025-01-01"),
    )
    assert [event for event in found if event[0] != "changed"] == [("released", "by_viasna:1", "2025-01-01")]


def test_recognition_has_the_publishers_date(house: House) -> None:
    assert events_of(house, "by_viasna", prisoner("by_viasna:1", recognised_date="2024-05-01")) == [
        ("recognised", "by_viasna:1", "2024-05-01")
    ]


def test_a_corrected_date_leaves_no_second_event(house: House) -> None:
    found = events_of(
        house,
        "by_viasna",
        prisoner("by_viasna:1", status="detained", arrest_date="2021-05-01"),
        prisoner("by_viasna:1", status="detained", arrest_date="2021-05-02"),
    )
    assert [event for event in found if event[0] != "changed"] == [("detained", "by_viasna:1", "2021-05-02")]


def test_one_arrested_again_was_arrested_and_released_before(house: House) -> None:
    first = {"arrest_date": "2021-07-11"}
    found = events_of(
        house,
        "by_viasna",
        prisoner("by_viasna:1", status="detained", **first),
        prisoner("by_viasna:1", status="released", **first, release_date="2025-01-02"),
        prisoner("by_viasna:1", status="detained", arrest_date="2025-01-03"),
        prisoner("by_viasna:1", status="released", arrest_date="2025-01-03", release_date="2025-01-04"),
    )
    assert [event[::2] for event in found if event[0] != "changed"] == [
        ("detained", "2021-07-11"),
        ("released", "2025-01-02"),
        ("detained", "2025-01-03"),
        ("released", "2025-01-04"),
    ]


def test_a_charge_is_told_once(house: House) -> None:
    house.see("by_viasna", 0, prisoner("by_viasna:1"))
    charged = prisoner("by_viasna:1", charges=["Art. 342"])
    charged["charges"] = [row("charges", record_id="by_viasna:1", charge="Art. 342", article="342")]
    house.see("by_viasna", 1, charged)
    with house.build() as con:
        [told] = details(con, "changed")
        assert list(told) == ["charges"]


@pytest.mark.parametrize("date", ["term_end_date", "release_date"])
def test_the_end_of_a_term_is_no_release(house: House, date: str) -> None:
    ahead = prisoner("by_viasna:1", status="detained", arrest_date="2021-05-01", **{date: "2030-01-01"})
    assert [event[0] for event in events_of(house, "by_viasna", ahead)] == ["detained"]


def test_leaving_a_prisoner_list_is_never_a_release(house: House) -> None:
    one = prisoner("by_viasna:1", status="detained", release_date="2025-01-02")
    other = prisoner("by_viasna:2", "Maria Kalesnikava")
    assert events_of(house, "by_viasna", both(one, other), other) == [
        ("disappeared", "by_viasna:1", "2025-01-01/2025-01-02")
    ]


def test_coming_onto_a_prisoner_list_is_an_appearance_but_not_in_its_first_snapshot(house: House) -> None:
    one, other = prisoner("by_viasna:1"), prisoner("by_viasna:2", "Maria Kalesnikava")
    assert events_of(house, "by_viasna", one, both(one, other)) == [
        ("appeared", "by_viasna:2", "2025-01-01/2025-01-02")
    ]


def test_a_prisoners_change_tells_before_and_after(house: House) -> None:
    house.see("by_viasna", 0, prisoner("by_viasna:1", facility="IK-1"))
    house.see("by_viasna", 1, prisoner("by_viasna:1", facility="IK-2"))
    with house.build() as con:
        assert details(con, "changed") == [{"facility": {"before": "IK-1", "after": "IK-2"}}]


def test_event_ids_are_unique_and_the_same_in_each_build(house: House) -> None:
    first = both(*(prisoner(f"by_viasna:{i}", f"Name {i}", arrest_date="2021") for i in range(4)))
    house.see("by_viasna", 0, first)
    house.see("un_sc", 0, target("un_sc:1"))
    house.see("un_sc", 1, target("un_sc:1", "Belavia OAO"))
    with house.build() as con:
        before = con.execute("SELECT event_id FROM events ORDER BY ALL").fetchall()
    house.see("by_viasna", 1, prisoner("by_viasna:1", "Name 1", arrest_date="2021"))
    with house.build() as con:
        after = con.execute("SELECT event_id FROM events ORDER BY ALL").fetchall()
    assert len(set(after)) == len(after) == 8
    assert set(before) < set(after)


def test_sources_count_what_stands_now(house: House) -> None:
    articles = both(*(article(f"a{i}") for i in range(3)), article("a0", url="https://example.org/again"))
    house.see("un_sc", 0, both(target("un_sc:1"), target("un_sc:2", "Other")))
    house.see("un_sc", 1, target("un_sc:1"))
    house.see("gdelt", 1, articles)
    house.see("rss", 2, article("a0", "rss"))
    house.see("eu_fsf", 1, error="503")
    house.see("ch_seco", 1, seco(delisting_date=DELISTED))
    with house.build() as con:
        found = con.execute("SELECT source_id, records FROM sources ORDER BY ALL").fetchall()
    assert found == [("ch_seco", 1), ("eu_fsf", 0), ("gdelt", 3), ("rss", 1), ("un_sc", 1)]


def test_a_list_that_was_never_good_gives_empty_tables(tmp_path: Path) -> None:
    house = House(tmp_path, lambda unit, at, baseline: verdict("bad"))
    house.see("un_sc", 0, target("un_sc:1"))
    with house.build() as con:
        tables = contents(con)
    assert [name for name, rows in tables.items() if rows] == ["snapshots", "sources"]
