"""The views of a release, over histories from the archive on, as an analyst would ask them."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts import contracts
from storage import database
from tests.builders import House, Rows, article, both, day, filled, opened, prisoner, row, target
from warehouse.release.writer import MACROS, VIEWS, create_views

DELISTED = date(2024, 12, 24)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def asked(con: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return con.execute(query).fetchall()


def programs(record_id: str, *codes: str, **given: Any) -> list[dict[str, Any]]:
    return [row("programs", record_id=record_id, program=code, **given) for code in codes]


def with_children(record_id: str) -> Rows:
    """A row in every child table."""
    children = {
        name: [row(name, record_id=record_id)]
        for name, each in contracts().items()
        if each.versioned and "record_id" in each.references
    }
    return both(target(record_id, f"Body {record_id}"), children)


def test_nothing_stands_of_a_target_that_its_publisher_keeps_as_delisted(house: House) -> None:
    gone = with_children("ch_seco:1")
    gone["sanctions"][0]["delisting_date"] = DELISTED
    house.see("ch_seco", 0, both(gone, with_children("ch_seco:2")))
    with opened(house) as con:
        for name, each in contracts().items():
            if each.versioned and each.family != "prisoners":
                assert ("ch_seco:1",) in asked(con, f"SELECT record_id FROM {name}"), name  # noqa: S608
                found = asked(con, f"SELECT DISTINCT record_id FROM current_{name}")  # noqa: S608
                assert found == [("ch_seco:2",)], name


def test_every_list_that_a_body_is_on_is_one_question(house: House) -> None:
    eu = target("eu_fsf:1", "Belavia", listing_date=date(2021, 12, 2))
    eu["programs"] = [
        *programs("eu_fsf:1", "BLR", program_name="Belarus", legal_basis="2021/2124 (OJ L430I)"),
        *programs("eu_fsf:1", "BLR", program_name="Belarus", legal_basis="2020/1648 (OJ L370I)"),
        *programs("eu_fsf:1", "UKR"),
    ]
    house.see("eu_fsf", 1, eu)
    house.see("un_sc", 2, target("un_sc:1", "BELAVIA", programs=["BY-1"]))
    house.see("us_ofac_sdn", 0, both(target("us_ofac_sdn:1", "Belavia"), target("us_ofac_sdn:2", "Other")))
    with opened(house) as con:
        assert asked(
            con,
            "SELECT source_id, name, program, program_name, legal_basis, listing_date, first_seen, ended "
            "FROM listings WHERE entity_name = 'Belavia' ORDER BY source_id, program",
        ) == [
            (
                "eu_fsf",
                "Belavia",
                "BLR",
                "Belarus",
                "2020/1648 (OJ L370I); 2021/2124 (OJ L430I)",
                date(2021, 12, 2),
                day(1),
                None,
            ),
            ("eu_fsf", "Belavia", "UKR", None, None, date(2021, 12, 2), day(1), None),
            ("un_sc", "BELAVIA", "BY-1", None, None, None, day(2), None),
            ("us_ofac_sdn", "Belavia", None, None, None, None, day(0), None),
        ]


def test_a_date_of_one_programme_is_not_that_of_another(house: House) -> None:
    """Sberbank: a directive of 2022 has a date in OFAC's list, the order of 2014 has none."""
    bank = target("us_ofac_sdn:17018", "Sberbank", listing_date=date(2022, 2, 24))
    bank["programs"] = [
        *programs("us_ofac_sdn:17018", "RUSSIA-EO14024", listing_date=date(2022, 2, 24)),
        *programs("us_ofac_sdn:17018", "UKRAINE-EO13662"),
    ]
    house.see("us_ofac_sdn", 0, bank)
    with opened(house) as con:
        assert asked(con, "SELECT program, listing_date FROM listings ORDER BY program") == [
            ("RUSSIA-EO14024", date(2022, 2, 24)),
            ("UKRAINE-EO13662", None),
        ]


def spans(house: House) -> list[tuple[Any, ...]]:
    """Of record 1: programme, the days from the start on which it was first seen and seen ended."""
    with opened(house) as con:
        found = asked(
            con,
            "SELECT program, first_seen, ended, delisting_date FROM listings "
            "WHERE ends_with(record_id, ':1') ORDER BY program",
        )
    return [
        (program, (seen - day(0)).days, (ended - day(0)).days if ended else None, said)
        for program, seen, ended, said in found
    ]


def test_past_listings_have_ended(house: House) -> None:
    stays = target("un_sc:2", "Stays", programs=["A"])
    for when, codes in enumerate((["A", "B"], ["A"], ["A", "C"], None)):
        house.see("un_sc", when, both(stays, target("un_sc:1", programs=codes) if codes else {}))
    assert spans(house) == [("A", 0, 3, None), ("B", 0, 1, None), ("C", 2, 3, None)]


def test_a_listing_that_came_back_stands(house: House) -> None:
    for when, codes in enumerate((["A"], ["B"], ["A"])):
        house.see("un_sc", when, target("un_sc:1", programs=codes))
    assert spans(house) == [("A", 0, None, None), ("B", 1, 2, None)]


def test_a_delisting_in_the_file_ends_a_listing(house: House) -> None:
    listed = target("ch_seco:1", programs=["A"])
    gone = target("ch_seco:1", programs=["A"], delisting_date=DELISTED)
    for when, rows in enumerate((listed, gone, both(gone, target("ch_seco:2", "Other")))):
        house.see("ch_seco", when, rows)
    assert spans(house) == [("A", 0, 1, DELISTED)]


def test_a_listing_under_no_programme_ends_too(house: House) -> None:
    house.see("un_sc", 0, both(target("un_sc:1"), target("un_sc:2", "Stays")))
    house.see("un_sc", 1, target("un_sc:2", "Stays"))
    assert spans(house) == [(None, 0, 1, None)]


def test_a_target_first_seen_as_delisted_is_a_past_listing(house: House) -> None:
    house.see("ch_seco", 2, target("ch_seco:1", programs=["A"], delisting_date=DELISTED))
    with opened(house) as con:
        assert asked(con, "SELECT program, first_seen = ended, delisting_date FROM listings") == [
            ("A", True, DELISTED)
        ]


def test_a_delisting_that_takes_the_programmes_away_ends_them(house: House) -> None:
    house.see("ch_seco", 0, target("ch_seco:1", programs=["A"]))
    house.see("ch_seco", 1, target("ch_seco:1", delisting_date=DELISTED))
    assert spans(house) == [("A", 0, 1, DELISTED)]


def test_everything_delisted_in_a_year_holds_the_windows_that_end_in_it(house: House) -> None:
    stays = target("un_sc:0", "Stays")
    of_2026 = target("un_sc:1", "Over the turn", programs=["A", "B"], listing_date=date(2020, 1, 1))
    house.see("un_sc", 0, both(stays, of_2026, target("un_sc:2", "In 2025")))
    house.see("un_sc", 300, both(stays, of_2026))
    house.see("un_sc", 370, stays)
    house.see("ch_seco", 0, target("ch_seco:1", "On a day", programs=["C"]))
    house.see("ch_seco", 370, target("ch_seco:1", "On a day", delisting_date=date(2026, 1, 2)))
    house.see("eu_fsf", 370, target("eu_fsf:1", "Before", programs=["D"], delisting_date=date(2026, 1, 1)))
    columns = "delisted, delisted_after, delisted_by, basis, name, source_id, programs, listing_date"
    with opened(house) as con:
        assert asked(
            con,
            f"SELECT {columns} FROM delistings WHERE year(delisted_by) = 2026 ORDER BY name",  # noqa: S608
        ) == [
            ("2026-01-01", date(2026, 1, 1), date(2026, 1, 1), "publisher", "Before", "eu_fsf", ["D"], None),
            (
                "2026-01-02",
                date(2026, 1, 2),
                date(2026, 1, 2),
                "publisher",
                "On a day",
                "ch_seco",
                ["C"],
                None,
            ),
            (
                "2025-10-28/2026-01-06",
                date(2025, 10, 28),
                date(2026, 1, 6),
                "disappearance",
                "Over the turn",
                "un_sc",
                ["A", "B"],
                date(2020, 1, 1),
            ),
        ]
        assert asked(con, "SELECT name FROM delistings WHERE year(delisted_by) = 2025") == [("In 2025",)]


def ship(record_id: str, number: str, **told: str | list[str]) -> Rows:
    found = [(name, value) for name, given in told.items() for value in _each(given)]
    return both(
        target(record_id, f"Ship {record_id}", schema="Vessel"),
        {
            "identifiers": [row("identifiers", record_id=record_id, type="imo", number=number)],
            "nationalities": [
                row("nationalities", record_id=record_id, kind="flag", country="PA", country_raw="Panama")
            ],
            "particulars": [
                row("particulars", record_id=record_id, property=name, value=value) for name, value in found
            ],
        },
    )


def _each(given: str | list[str]) -> list[str]:
    return given if isinstance(given, list) else [given]


def test_vessels_are_rows_with_their_number_in_seven_digits(house: House) -> None:
    told = ship(
        "us_ofac_sdn:1",
        "IMO 9187629",
        vessel_type="Crude Oil Tanker",
        gross_tonnage="81,479",
        build_date="1999",
        owner="A Ltd",
        former_flag=["Liberia", "Iran"],
    )
    bare = ship("us_ofac_sdn:2", "9074729")
    bare["nationalities"][0] |= {"country": None, "country_raw": "Atlantis"}
    odd = ship("us_ofac_sdn:3", "unknown")
    without = ship("us_ofac_sdn:5", "RS 150443")  # the register of a class, not the IMO's number
    without["identifiers"][0]["type"] = "registration"
    body = both(target("us_ofac_sdn:4", "A company"), {"identifiers": [dict(told["identifiers"][0])]})
    body["identifiers"][0]["record_id"] = "us_ofac_sdn:4"
    house.see("us_ofac_sdn", 0, both(told, bare, odd, without, body))
    with opened(house) as con:
        assert asked(
            con,
            "SELECT imo, name, flag, former_flags, vessel_type, gross_tonnage, build_date, owner, operator "
            "FROM vessels ORDER BY name",
        ) == [
            (
                "9187629",
                "Ship us_ofac_sdn:1",
                "PA",
                "Iran; Liberia",
                "Crude Oil Tanker",
                "81,479",
                "1999",
                "A Ltd",
                None,
            ),
            ("9074729", "Ship us_ofac_sdn:2", "Atlantis", *[None] * 6),
            (None, "Ship us_ofac_sdn:3", "PA", *[None] * 6),
            (None, "Ship us_ofac_sdn:5", "PA", *[None] * 6),
        ]


def test_a_ship_that_was_delisted_is_no_vessel_of_now(house: House) -> None:
    gone = ship("ch_seco:1", "9187629")
    gone["sanctions"][0]["delisting_date"] = DELISTED
    house.see("ch_seco", 0, both(gone, ship("ch_seco:2", "9074729")))
    with opened(house) as con:
        assert asked(con, "SELECT record_id, imo FROM vessels") == [("ch_seco:2", "9074729")]


def test_wallets_are_rows_with_their_currency(house: House) -> None:
    wallets = [
        row("identifiers", record_id="us_ofac_sdn:1", type=kind, type_raw=said, number=number)
        for kind, said, number in (
            ("crypto_wallet", "Digital Currency Address - XBT", "12QtD5"),
            ("crypto_wallet", "Digital Currency Address - btc", "12QtD6"),
            ("crypto_wallet", "Digital currency address: Bitcoin", "12QtD7"),
            ("crypto_wallet", "Digital Currency Address - USDT", "TQ1"),
            ("crypto_wallet", "Wallet", "0x98"),
            ("passport", "Passport - XBT", "AB 1"),
        )
    ]
    lazarus = target("us_ofac_sdn:1", "Lazarus Group", programs=["DPRK3"])
    house.see("us_ofac_sdn", 0, both(lazarus, {"identifiers": wallets}))
    house.see("us_ofac_sdn", 1, both(lazarus, {"identifiers": wallets[:-1]}))
    columns = "currency, address, name, source_id, programs"
    with opened(house) as con:
        assert asked(con, f"SELECT {columns} FROM crypto_wallets ORDER BY address") == [  # noqa: S608
            (None, "0x98", "Lazarus Group", "us_ofac_sdn", ["DPRK3"]),
            *(("BTC", f"12QtD{number}", "Lazarus Group", "us_ofac_sdn", ["DPRK3"]) for number in (5, 6, 7)),
            ("USDT", "TQ1", "Lazarus Group", "us_ofac_sdn", ["DPRK3"]),
        ]


def held(record_id: str, **given: Any) -> Rows:
    """A woman in prison, if nothing else is `given`; dates have the precision of their text."""
    dates: dict[str, Any] = {}
    for name in [key for key in given if key.endswith("_date")]:
        known = {4: "year", 7: "month", 10: "day"}[len(given[name])]
        dates |= {f"{name}_precision": known, f"{name}_raw": given[name]}
    return prisoner(
        record_id, **{"status": "detained", "gender": "female", "country": "BY", **given, **dates}
    )


def counted(con: duckdb.DuckDBPyConnection, day: str) -> list[tuple[Any, ...]]:
    return asked(
        con,
        f"SELECT status, basis, people FROM prisoners_by_day WHERE day = '{day}' ORDER BY ALL",  # noqa: S608
    )


def test_a_day_before_we_looked_is_known_by_the_publishers_dates(house: House) -> None:
    house.see("by_viasna", 0, held("by_viasna:1", arrest_date="2021-07-14"))
    house.see("by_viasna", 10, held("by_viasna:1", arrest_date="2021-07-14"))
    with opened(house) as con:
        assert counted(con, "2021-07-13") == []
        assert counted(con, "2021-07-14") == [("detained", "publisher", 1)]
        assert counted(con, "2024-12-31") == [("detained", "publisher", 1)]
        assert counted(con, "2025-01-01") == [("detained", "history", 1)]
        assert asked(con, "SELECT country, source_id, gender FROM prisoners_by_day GROUP BY ALL") == [
            ("BY", "by_viasna", "female")
        ]


def test_a_release_told_later_counts_from_its_own_day(house: House) -> None:
    house.see("by_viasna", 0, held("by_viasna:1", arrest_date="2021-07-14"))
    house.see(
        "by_viasna",
        30,
        held("by_viasna:1", arrest_date="2021-07-14", release_date="2025-01-11", status="released"),
    )
    with opened(house) as con:
        assert counted(con, "2025-01-10") == [("detained", "publisher", 1)]
        assert counted(con, "2025-01-11") == [("released", "publisher", 1)]
        assert counted(con, "2025-01-31") == [("released", "publisher", 1)]
        assert counted(con, "2025-02-01") == []  # nobody has looked yet


@pytest.mark.parametrize(("arrest", "first"), [("2021", "2021-12-31"), ("2021-07", "2021-07-31")])
def test_an_arrest_of_a_month_or_a_year_counts_from_its_last_day(
    house: House, arrest: str, first: str
) -> None:
    house.see("by_viasna", 0, held("by_viasna:1", arrest_date=arrest))
    with opened(house) as con:
        assert asked(con, "SELECT min(day)::VARCHAR FROM prisoners_by_day") == [(first,)]


def test_a_release_of_a_month_ends_the_count_on_its_first_day_and_is_no_release_of_that_day(
    house: House,
) -> None:
    house.see(
        "by_viasna",
        0,
        held("by_viasna:1", arrest_date="2021-07-14", release_date="2023-05", status="released"),
    )
    with opened(house) as con:
        assert counted(con, "2023-04-30") == [("detained", "publisher", 1)]
        assert counted(con, "2023-05-01") == []
        assert counted(con, "2025-01-01") == [("released", "history", 1)]


def test_who_may_have_been_freed_at_any_time_is_not_counted_as_held(house: House) -> None:
    house.see("by_viasna", 0, held("by_viasna:1", arrest_date="2010-07-01", status="unknown"))
    with opened(house) as con:
        assert counted(con, "2011-01-01") == []
        assert counted(con, "2025-01-01") == [("unknown", "history", 1)]


def test_who_left_a_list_is_counted_no_more(house: House) -> None:
    other = held("by_viasna:2")
    house.see("by_viasna", 0, both(held("by_viasna:1"), other))
    house.see("by_viasna", 5, other)
    with opened(house) as con:
        assert counted(con, "2025-01-05") == [("detained", "history", 2)]
        assert counted(con, "2025-01-06") == [("detained", "history", 1)]


def test_arrested_again_counts_from_the_new_arrest(house: House) -> None:
    house.see("by_viasna", 0, held("by_viasna:1", arrest_date="2021-07-11"))
    house.see(
        "by_viasna",
        30,
        held("by_viasna:1", arrest_date="2021-07-11", release_date="2025-01-16", status="released"),
    )
    house.see("by_viasna", 150, held("by_viasna:1", arrest_date="2025-04-29", release_date="2025-01-16"))
    with opened(house) as con:
        assert counted(con, "2025-02-10") == [("released", "history", 1)]
        assert counted(con, "2025-04-28") == [("released", "history", 1)]
        assert counted(con, "2025-04-29") == [("detained", "publisher", 1)]
        assert counted(con, "2025-05-31") == [("detained", "history", 1)]
        assert asked(
            con, "SELECT event_type, event_date FROM events WHERE event_type <> 'changed' ORDER BY ALL"
        ) == [("detained", "2021-07-11"), ("detained", "2025-04-29"), ("released", "2025-01-16")]


DAYS = [date(2024, 12, 20) + timedelta(days=n) for n in range(40)]
PARTIAL = st.sampled_from(DAYS).flatmap(lambda d: st.sampled_from([f"{d}", f"{d:%Y-%m}", f"{d:%Y}"]))
VERSION = st.fixed_dictionaries(
    {"status": st.sampled_from(["detained", "released", "died", "exiled", "unknown"])},
    optional={"arrest_date": PARTIAL, "release_date": PARTIAL, "death_date": PARTIAL},
)


def earliest(text: str) -> date:
    return date.fromisoformat((text + "-01-01")[:10])


def latest(text: str) -> date:
    ends = [d for d in (date(2024, 12, 1) + timedelta(days=n) for n in range(800)) if f"{d}".startswith(text)]
    return ends[-1]


def stood(versions: dict[int, dict[str, str]], newest: int, on: date) -> tuple[str, str] | None:
    """Where one person stood on a day, said slowly: `versions` by the day of 2025 on which each came."""
    spans = [
        (day(number).date(), day(after).date(), told)
        for (number, told), after in zip(
            sorted(versions.items()), [*sorted(versions)[1:], newest + 1], strict=True
        )
    ]
    *_, (_, gone, last) = spans
    release, death, arrest = (last.get(f"{what}_date") for what in ("release", "death", "arrest"))
    answers = []
    for since, before, told in spans:
        freed = (
            earliest(told["release_date"])
            if told["status"] == "released" and "release_date" in told
            else since
        )
        if since <= on < before:
            answers.append(
                ("history", max(since, freed), told["status"])
                if freed <= on
                else ("history", since, "detained")
            )
    if arrest:
        arrested = latest(arrest)
        seen = [
            max(since, arrested)
            for since, before, told in spans
            if told["status"] == "detained" and before > arrested
        ]
        told_end = release if release and earliest(release) >= arrested else death
        known = told_end if last["status"] != "detained" else None
        end = earliest(known) if known else min(seen, default=arrested)
        if arrested <= on < end:
            answers.append(("publisher", arrested, "detained"))
    out = death if last["status"] == "died" else release
    if (
        last["status"] in {"released", "died", "exiled"}
        and out
        and len(out) == 10
        and earliest(out) <= on < gone
    ):
        answers.append(("publisher", earliest(out), last["status"]))
    basis, _, status = max(answers, default=("", on, ""))
    return (status, basis) if basis else None


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(
    people=st.lists(
        st.dictionaries(st.integers(0, 20), VERSION, min_size=1, max_size=3), min_size=1, max_size=3
    )
)
def test_every_day_is_counted_as_each_person_stood(people: list[dict[int, dict[str, str]]]) -> None:
    rows: Rows = {"sources": [row("sources", source_id="by_viasna", last_snapshot_at=day(25))]}
    for number, versions in enumerate(people):
        for came, gone in zip(sorted(versions), [*sorted(versions)[1:], None], strict=True):
            ends = {"valid_from": day(came), "valid_to": None if gone is None else day(gone)}
            rows = both(rows, held(f"by_viasna:{number}", **versions[came], **ends))
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'Asia/Tokyo'")  # an analyst's clock must not shift a day
        filled(con, rows)
        con.execute((MACROS / "spans" / "prisoner_spans.sql").read_text("utf-8"))
        con.execute((VIEWS / "prisoners_by_day.sql").read_text("utf-8"))
        found = asked(con, "SELECT day, status, basis, people FROM prisoners_by_day ORDER BY ALL")
    expected = [
        (on, *where, n)
        for on in DAYS
        for where, n in sorted(
            Counter(filter(None, (stood(versions, 25, on) for versions in people))).items()
        )
    ]
    assert [each for each in found if DAYS[0] <= each[0] <= DAYS[-1]] == expected


def readmes_questions() -> list[str]:
    """The queries on prisoner lists that the README gives, in its order."""
    text = (Path(__file__).parents[3] / "README.md").read_text("utf-8")
    block = text.partition("asked of prisoner lists:")[2].partition("\n## ")[0]
    return [query for query in re.split(r"(?m)^ *--.*$", block) if query.strip()]


def test_the_readmes_questions_on_prisoners_have_their_answers(house: House) -> None:
    fine = row("charges", record_id="by_viasna:3", charge="Art. 342", code="by_criminal", article="342")
    people = both(
        held("by_viasna:1", status="released", arrest_date="2021-07-14", release_date="2025-01-09"),
        held("by_viasna:2", status="released", arrest_date="2021-07-14", release_date="2025-03-01"),
        held("by_viasna:3", arrest_date="2020", sentence_months=30.0),
        held("by_viasna:4", sentence_months=60.0, gender="male"),
        {"charges": [fine, {**fine, "part": "1"}, {**fine, "record_id": "by_viasna:4"}]},
    )
    house.see("by_viasna", 80, people)
    belarus = target("us_ofac_sdn:1", "Belavia", programs=["BELARUS-EO14038"])
    house.see("us_ofac_sdn", 0, both(belarus, target("us_ofac_sdn:2", "Other", programs=["SDGT"])))
    house.see("us_ofac_sdn", 3, target("us_ofac_sdn:3", "Third"))
    with opened(house) as con:
        women, sentences, releases = (asked(con, query) for query in readmes_questions())
    assert women == [("BY", "by_viasna", "publisher", 2)]
    assert sentences == [("by_criminal", "342", 2, 45.0)]
    assert releases == [
        ("2025-01-01/2025-01-04", "Belavia", "us_ofac_sdn", "2025-01-09", "Ihar Losik"),
    ]


def test_themes_are_told_by_whose_words_they_are() -> None:
    themes = {
        "WB_840_JUSTICE": ("world_bank", 840, "justice"),
        "WB_2024_ANTI_CORRUPTION_AUTHORITIES": ("world_bank", 2024, "anti corruption authorities"),
        "TAX_FNCACT_POLITICAL_PRISONER": ("tax_fncact", None, "political prisoner"),
        "TAX_FNCACT": ("tax_fncact", None, "tax fncact"),
        "TAX_ETHNICITY_BELARUSIAN": ("tax_ethnicity", None, "belarusian"),
        "TAX_POLITICAL_PARTY_REPUBLICANS": ("tax_political_party", None, "republicans"),
        "TAX_WORLDLANGUAGES_BELARUSIAN": ("tax_worldlanguages", None, "belarusian"),
        "CRISISLEX_C07_SAFETY": ("crisislex", None, "safety"),
        "CRISISLEX_CRISISLEXREC": ("crisislex", None, "crisislexrec"),
        "EPU_CATS_NATIONAL_SECURITY": ("epu", None, "national security"),
        "EPU_POLICY": ("epu", None, "policy"),
        "UNGP_POLITICAL_FREEDOMS": ("ungp", None, "political freedoms"),
        "USPEC_POLITICS_GENERAL1": ("uspec", None, "politics general1"),
        "ECON_BANKRUPTCY": ("econ", None, "bankruptcy"),
        "ENV_OIL": ("env", None, "oil"),
        "SOC_GENERALCRIME": ("soc", None, "generalcrime"),
        "RELEASE_PRISON": ("gdelt", None, "release prison"),
        "SOCIAL": ("gdelt", None, "social"),
        "ARREST": ("gdelt", None, "arrest"),
        "Палітвязні": ("feed", None, "Палітвязні"),
        "Belarus": ("feed", None, "Belarus"),
        "2025": ("feed", None, "2025"),
    }
    with database.connect() as con:
        filled(con, article("a-1", seen_at=day(0), themes=[*themes]))
        create_views(con)
        found = asked(con, "SELECT theme, vocabulary, number, label FROM article_themes")
        assert {theme: rest for theme, *rest in found} == {theme: [*told] for theme, told in themes.items()}
        assert asked(con, "SELECT DISTINCT article_id, seen_at FROM article_themes") == [("a-1", day(0))]


def test_coverage_counts_the_quarters_of_an_hour_of_a_day() -> None:
    def file(name: str, fetched: float = 300, **given: Any) -> Rows:
        said = {
            "source_id": "gdelt",
            "fetched_at": day(fetched),
            "gate": "promoted",
            "records_declared": 10,
            "records_parsed": 4,
            "records_quarantined": 1,
            "records_outside": 5,
        }
        return {"snapshots": [row("snapshots", **said | {"file": name} | given)]}

    rows = both(
        file("20250911143000.gkg.csv.zip"),
        file("20250911143000.gkg.csv.zip", 301, records_parsed=5, records_outside=4),  # published again
        file("20250911144500.gkg.csv.zip"),
        file("20250911144500.export.CSV.zip"),
        file("20250911144500.translation.mentions.CSV.zip", gate="held", records_parsed=None),
        file("20250913000000.translation.gkg.csv.zip"),
        file("lastupdate.txt"),
        file("20250911143000.gkg.csv.zip", source_id="rss"),
    )
    with database.connect() as con:
        filled(con, rows)
        create_views(con)
        told = asked(con, "SELECT * FROM news_coverage WHERE files + held > 0 ORDER BY day, stream, kind")
        assert told == [
            (date(2025, 9, 11), "english", "export", 1, 0, 95, 10, 4, 1, 5),
            (date(2025, 9, 11), "english", "gkg", 2, 0, 94, 20, 9, 2, 9),
            (date(2025, 9, 11), "translated", "mentions", 0, 1, 95, 0, 0, 0, 0),
            (date(2025, 9, 13), "translated", "gkg", 1, 0, 95, 10, 4, 1, 5),
        ]
        none = asked(
            con, "SELECT count(*), min(missing), max(missing) FROM news_coverage WHERE files + held = 0"
        )
        assert none == [(8, 96, 96)]


def test_weeks_of_news_are_of_a_country_and_begin_on_monday() -> None:
    articles = both(
        article("a-1", seen_at=day(0), countries=["BY", "US"], tone=-4.0),  # Wednesday, 1 January 2025
        article("a-2", seen_at=day(4.99), countries=["BY"], tone=-2.0),
        article("a-3", seen_at=day(4.5), countries=["BY"]),
        article("a-4", seen_at=day(5), countries=["BY"], tone=1.0),
        article("a-5", seen_at=day(5)),
    )
    with database.connect() as con:
        filled(con, articles)
        create_views(con)
        assert asked(con, "SELECT * FROM news_by_week ORDER BY country, week") == [
            ("BY", date(2024, 12, 30), 3, 2, -3.0),
            ("BY", date(2025, 1, 6), 1, 1, 1.0),
            ("US", date(2024, 12, 30), 1, 1, -4.0),
        ]
