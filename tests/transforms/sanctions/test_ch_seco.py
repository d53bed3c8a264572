"""Switzerland's list: the samples, the real targets, a list of real size, and what should not be."""

from __future__ import annotations

import io
import random
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from sources.registry import FOLDER, load, samples
from tests.bench.memory import peak_bytes, reset_peak
from transforms.reading.parse_result import ParseResult, SourceFormatError, parse

SOURCE = load(FOLDER / "ch_seco/source.yml")
NAME = SOURCE.files[0].name
DATES = ["2021-12-21", "2023-02-01", "2023-03-29"]

PROGRAM = (
    '<sanctions-program ssid="20" version-date="2026-05-21">'
    '<program-key lang="ger">Weissrussland</program-key><program-key lang="eng">Belarus</program-key>'
    '<program-name lang="eng">Ordinance of 16 March 2022 on measures against Belarus</program-name>'
    '<sanctions-set ssid="4387" lang="fre">Gel</sanctions-set>'
    '<sanctions-set ssid="4387" lang="eng">Freeze</sanctions-set>'
    '<sanctions-set ssid="46113" lang="eng">No loans</sanctions-set><origin>EU</origin></sanctions-program>'
)
MINSK = (
    '<place ssid="7"><location>Minsk</location><location-variant>Мінск</location-variant>'
    "<area>Minsk Region</area>"
    '<country iso-code="BY">Belarus</country></place>'
)
LISTED = '<modification modification-type="listed" effective-date="2021-08-11"/>'


def read(data: bytes) -> ParseResult:
    return parse(SOURCE.source_id, SOURCE.parser, {NAME: io.BytesIO(data)}, SOURCE.options)


def rows(snapshot: ParseResult, table: str) -> list[dict[str, Any]]:
    tables = snapshot.arrow()
    return tables[table].to_pylist() if table in tables else []


def of(snapshot: ParseResult, table: str, key: str) -> list[dict[str, Any]]:
    return [row for row in rows(snapshot, table) if row["record_id"] == f"ch_seco:{key}"]


def content(snapshot: ParseResult) -> dict[str, list[str]]:
    return {table: sorted(map(repr, rows(snapshot, table))) for table in snapshot.arrow()}


def sample(day: str) -> bytes:
    return (samples(SOURCE.source_id) / day / NAME).read_bytes()


def listing(*targets: str, before: str = PROGRAM, after: str = MINSK, kind: str = "whole-list") -> bytes:
    root = f'<swiss-sanctions-list list-type="{kind}" date="2026-08-27">'
    return f"{root}{before}{''.join(targets)}{after}</swiss-sanctions-list>".encode()


def part(value: str, type_: str = "whole-name", order: int = 1, **variants: str) -> str:
    """A part of a name; a variant is called by language and script, as in `RUS_CYRL`, or `RUS_CYRL_2`."""
    spelt = "".join(
        f'<spelling-variant lang="{key[:3]}" script="{key[4:8]}" '
        f'spelling-variant-type="not-defined">{text}</spelling-variant>'
        for key, text in variants.items()
    )
    return f'<name-part order="{order}" name-part-type="{type_}"><value>{value}</value>{spelt}</name-part>'


def name(*parts: str, type_: str = "primary-name", quality: str = "good", lang: str = "eng") -> str:
    return f'<name ssid="1" name-type="{type_}" quality="{quality}" lang="{lang}">{"".join(parts)}</name>'


def identity(inner: str, main: str = "true") -> str:
    return f'<identity ssid="2" main="{main}">{inner}</identity>'


def target(
    inner: str = "",
    more: str = "",
    tag: str = "individual",
    *,
    key: str = "5",
    mods: str = LISTED,
    sets: str = "4387",
    who: str = name(part("ACME")),
) -> str:
    """A target; `inner` stands in its identity, `more` beside it."""
    ssid = f' ssid="{key}"' if key else ""
    sets = "".join(f"<sanctions-set-id>{set_id}</sanctions-set-id>" for set_id in sets.split())
    subject = f"<{tag}>{identity(who + inner)}{more}</{tag.partition(' ')[0]}>"
    return f"<target{ssid}>{sets}{subject}{mods}</target>"


def modification(type_: str, effective: str = "", inner: str = "", **dates: str) -> str:
    given = {"effective-date": effective} | {f"{key}-date": value for key, value in dates.items()}
    told = "".join(f' {key}="{value}"' for key, value in given.items() if value)
    return f'<modification modification-type="{type_}"{told}>{inner}</modification>'


def named(snapshot: ParseResult) -> set[tuple[str, str, str | None, str | None]]:
    return {(row["name"], row["kind"], row["script"], row["lang"]) for row in rows(snapshot, "names")}


# The samples.


def test_samples_tell_what_happened() -> None:
    days = [read(sample(day)) for day in DATES]
    first, second, third = ({row["record_id"]: row for row in rows(day, "sanctions")} for day in days)
    assert set(second) - set(first) == {"ch_seco:60010"}  # taken over from the UN on 30 January 2023
    assert second["ch_seco:60010"]["listing_date"] == date(2023, 1, 30)
    assert set(second) == set(third)
    changed = {key for key in second if second[key] != third[key]}
    assert changed == {"ch_seco:1373"}  # taken off on 28 March 2023
    assert [day["ch_seco:1373"]["delisting_date"] for day in (second, third)] == [None, date(2023, 3, 28)]
    # The ordinance on Belarus was made anew on 16 March 2022.
    basis = [of(day, "programs", "43926")[0]["legal_basis_date"] for day in days]
    assert basis == [date(2020, 12, 11), date(2022, 3, 16), date(2022, 3, 16)]
    assert first["ch_seco:34461"] == third["ch_seco:34461"]


def test_a_person_in_full() -> None:
    snapshot = read(sample("2023-02-01"))
    assert of(snapshot, "sanctions", "43926") == [
        {
            "record_id": "ch_seco:43926",
            "source_id": "ch_seco",
            "authority": "State Secretariat for Economic Affairs (SECO), Switzerland",
            "schema": "Person",
            "name": "Aliaksandr Ryhoravich Lukashenka",
            "programs": ["Belarus"],
            "listing_date": date(2020, 12, 11),
            "amended_date": None,
            "delisting_date": None,
            "measures": ["Freezing of assets, ban on entry and transit"],
            "reason": "President of Belarus; answerable for the violence of the state before and after the "
            "election of 2020.",
            "nationalities": ["BY"],
            "nationalities_raw": ["Belarus"],
            "birth_dates": ["1954-08-30"],
            "birth_dates_raw": ["30.8.1954"],
            "gender": "male",
            "position": None,
            "url": None,
        }
    ]
    assert {tuple(row.values())[1:] for row in of(snapshot, "names", "43926")} == {
        ("Aliaksandr Ryhoravich Lukashenka", "primary", "Latn", "en"),
        ("Alexandr Grigorievich Lukashenko", "alias", "Latn", "ru"),
        ("Аляксандр Рыгоравіч Лукашэнка", "alias", "Cyrl", "be"),
        ("Александр Григорьевич Лукашенко", "alias", "Cyrl", "ru"),
    }
    (born,) = of(snapshot, "addresses", "43926")
    assert (born["kind"], born["full"], born["city"]) == (
        "birth_place",
        "Kopys, Vitebsk Region, Belarus",
        "Kopys",
    )
    (program,) = of(snapshot, "programs", "43926")
    assert program["program_name"] == "Belarus"
    assert program["legal_basis"].startswith("Ordinance of 16 March 2022 on measures against Belarus (SR 946")
    (ref,) = of(snapshot, "identifiers", "60010")
    assert (ref["type"], ref["type_raw"], ref["type_name"], ref["number"]) == (
        "list_reference",
        "foreign-identifier",
        "UN reference",
        "QDe.169",
    )


# Whether and when a target is listed.


@pytest.mark.parametrize(
    ("mods", "listed", "delisted"),
    [
        (LISTED, "2021-08-11", None),
        # in other words and forms
        (LISTED.replace("listed", "Listed"), "2021-08-11", None),
        (
            modification("De-Listed", "1.3.2016") + modification("LISTED", "2014-12-17"),
            "2014-12-17",
            "2016-03-01",
        ),
        (modification("delisted", "01.03.2016"), None, "2016-03-01"),
        (modification("de listed ", "2016-03-01T00:00:00Z"), None, "2016-03-01"),
        (modification("de-listed", "2016-03-01") + modification("amended", "2015-11-18"), None, "2016-03-01"),
        # out of order: the date decides
        (
            modification("amended", "2025-06-03")
            + modification("de-listed", "2025-06-20")
            + modification("listed", "2014-12-17"),
            "2014-12-17",
            "2025-06-20",
        ),
        # listed anew, amended since
        (
            modification("amended", "2022-01-01")
            + modification("listed", "2020-12-11")
            + modification("de-listed", "2016-03-01")
            + modification("listed", "2006-06-28"),
            "2020-12-11",
            None,
        ),
        (
            modification("de-listed", "2023-01-01")
            + modification("listed", "2020-12-11")
            + modification("de-listed", "2016-03-01")
            + modification("listed", "2006-06-28"),
            "2020-12-11",
            "2023-01-01",
        ),
        # on one day
        (modification("de-listed", "2020-01-02") + modification("listed", "2020-01-02"), "2020-01-02", None),
        (
            modification("amended", "2020-01-02")
            + modification("de-listed", "2020-01-02")
            + modification("listed", "2019-01-02"),
            "2019-01-02",
            "2020-01-02",
        ),
        # when it takes effect, else when it is published, else when it is decided
        (modification("listed", "2016-03-01", publication="2016-02-29"), "2016-03-01", None),
        (
            modification("listed", publication="2016-03-01+01:00", enactment="2016-02-29"),
            "2016-03-01",
            None,
        ),
        (modification("listed", enactment="2016-02-29"), "2016-02-29", None),
        # on no day that is told: before all others
        (modification("listed") + modification("amended", "2016-03-01"), None, None),
        (modification("amended") + modification("listed", "2016-03-01"), "2016-03-01", None),
    ],
)
def test_the_latest_modification_decides(mods: str, listed: str | None, delisted: str | None) -> None:
    snapshot = read(listing(target(mods=mods)))
    (row,) = rows(snapshot, "sanctions")
    found = [row[column] and row[column].isoformat() for column in ("listing_date", "delisting_date")]
    assert found == [listed, delisted]
    assert not snapshot.unknown


@pytest.mark.parametrize(
    ("mods", "amended"),
    [
        (LISTED, None),
        (
            LISTED + modification("amended", "2022-01-01") + modification("amended", "2021-12-01"),
            "2022-01-01",
        ),
        (modification("de-listed", "2016-03-01") + modification("amended", "2015-11-18"), "2015-11-18"),
        (LISTED + modification("Amended", publication="2022-01-01T00:00:00+01:00"), "2022-01-01"),
        (LISTED + modification("amended", enactment="1.2.2022"), "2022-02-01"),
        (LISTED + modification("amended"), None),
    ],
)
def test_the_latest_amendment_is_dated(mods: str, amended: str | None) -> None:
    snapshot = read(listing(target(mods=mods)))
    (row,) = rows(snapshot, "sanctions")
    assert row["amended_date"] == (date.fromisoformat(amended) if amended else None)
    assert not snapshot.unknown


def test_words_in_another_case_mean_the_same() -> None:
    """What a publisher writes in another case, or with other signs between words, amends nothing."""
    inner = (
        '<day-month-year day="23" month="3" year="1980" calendar="Gregorian" quality="low"/>'
        '<nationality><country iso-code="BY">Belarus</country></nationality>'
        '<identification-document document-type="diplomatic-passport"><number>77</number>'
        "</identification-document>"
        + name(part("Lukashenka", "family-name"), part("Dzmitry", "given-name"), type_="alias", quality="low")
        + name(part("BORN", "family-name"), type_="formerly-known-as")
    )
    one = listing(
        target(inner, tag='individual sex="male"'), target(tag='object object-type="vessel"', key="6")
    )
    other = one.decode()
    for word, drifted in [
        ("Gregorian", "GREGORIAN"),
        ("low", "Low"),
        ("good", "GOOD"),
        ("diplomatic-passport", "Diplomatic passport"),
        ("family-name", "Family-Name"),
        ("given-name", "given_name"),
        ("primary-name", "Primary Name"),
        ("alias", "Alias"),
        ("formerly-known-as", "Formerly-known-as"),
        ("male", "Male"),
        ("vessel", "Vessel"),
        ("whole-list", "Whole-List"),
        ('main="true"', 'main="True"'),
        ('lang="eng"', 'lang="ENG"'),
        ('iso-code="BY"', 'iso-code="by"'),
    ]:
        assert word in other
        other = (
            other.replace(f'"{word}"', f'"{drifted}"') if "=" not in word else other.replace(word, drifted)
        )
    snapshot = read(other.encode())
    assert content(snapshot) == content(read(one))
    assert not snapshot.unknown


def test_the_day_of_the_list_in_another_form() -> None:
    for text in ("2026-08-27", "27.08.2026", "2026-08-27T00:00:00"):
        data = re.sub(rb' date="[^"]+"', f' date="{text}"'.encode(), listing(target()), count=1)
        snapshot = read(data)
        assert snapshot.files[NAME].published_at == datetime(2026, 8, 27, tzinfo=UTC)
        assert not snapshot.unknown


def test_old_copies_are_no_records() -> None:
    old = target('<nationality><country iso-code="IQ">Iraq</country></nationality>', who=name(part("OLD")))
    told = "<other-information>IMO: 1234567</other-information>"
    copies = f"<added>{old}<identity/></added><removed>{old}{told}</removed>"
    snapshot = read(listing(target(mods=modification("amended", "2024-01-01", copies) + LISTED)))
    assert snapshot.files[NAME].declared == 1
    assert named(snapshot) == {("ACME", "primary", "Latn", "en")}
    assert set(snapshot.arrow()) == {"sanctions", "names", "programs"}
    assert not snapshot.unknown


# Names.


@pytest.mark.parametrize(
    ("parts", "whole"),
    [
        (
            [("family-name", "Lukashenka"), ("given-name", "Dzmitry"), ("father-name", "A.")],
            "Dzmitry A. Lukashenka",
        ),
        ([("given-name", "José"), ("further-given-name", "B."), ("family-name", "G. P.")], "José B. G. P."),
        (
            [("tribal-name", "al-T"), ("family-name", "F"), ("grand-father-name", "G"), ("given-name", "N")],
            "N G F al-T",
        ),
        ([("suffix", "Jr."), ("family-name", "F"), ("given-name", "N"), ("other", "O")], "N O F Jr."),
        ([("whole-name", "  Hui\n Chon ")], "Hui Chon"),
        ([("family-name", "Nameless"), ("given-name", "-")], "Nameless"),
        ([("maiden-name", "M"), ("given-name", "N")], "N M"),
    ],
)
def test_given_names_stand_first(parts: list[tuple[str, str]], whole: str) -> None:
    who = name(*(part(value, type_, at) for at, (type_, value) in enumerate(parts, 1)))
    snapshot = read(listing(target(who=who)))
    assert named(snapshot) == {(whole, "primary", "Latn", "en")}
    assert rows(snapshot, "sanctions")[0]["name"] == whole


def test_parts_of_one_type_stand_in_their_order_and_a_title_apart() -> None:
    parts = part("B", "given-name", 10), part("A", "given-name", 9), part("Dr.", "title", 1)
    snapshot = read(listing(target(who=name(*parts))))
    assert named(snapshot) == {("A B", "primary", "Latn", "en")}
    assert [(row["kind"], row["position"]) for row in rows(snapshot, "positions")] == [("title", "Dr.")]


def test_a_maiden_name_makes_a_former_name() -> None:
    who = name(
        part("New", "family-name", 1),
        part("Old", "maiden-name", 2),
        part("Ann", "given-name", 3, RUS_CYRL="Анна"),
    )
    assert named(read(listing(target(who=who)))) == {
        ("Ann New", "primary", "Latn", "en"),
        ("Ann Old", "former", "Latn", "en"),
        ("Анна", "weak_alias", "Cyrl", "ru"),
    }


@pytest.mark.parametrize(
    ("parts", "variants"),
    [
        # one part in the same script: the others stand as they are
        (
            [part("L", "family-name", 1, RUS_LATN="Lo"), part("D", "given-name", 2)],
            {("D Lo", "alias", "Latn", "ru")},
        ),
        # each language and script by itself
        (
            [
                part("L", "family-name", 1, RUS_LATN="Lo", RUS_CYRL="Ло", BEL_CYRL="Ла"),
                part("D", "given-name", 2, RUS_CYRL="До", BEL_CYRL="Да"),
            ],
            {
                ("D Lo", "alias", "Latn", "ru"),
                ("До Ло", "alias", "Cyrl", "ru"),
                ("Да Ла", "alias", "Cyrl", "be"),
            },
        ),
        # another script: what is not spelt in it is left out; one part alone is a weak alias
        (
            [
                part("L", "family-name", 1, RUS_CYRL="Ло"),
                part("D", "given-name", 2, RUS_CYRL="До"),
                part("F", "father-name", 3),
            ],
            {("До Ло", "alias", "Cyrl", "ru")},
        ),
        (
            [part("L", "family-name", 1, RUS_CYRL="Ло"), part("D", "given-name", 2)],
            {("Ло", "weak_alias", "Cyrl", "ru")},
        ),
        # several of a part: each in one name, not every combination
        (
            [
                part("L", "family-name", 1, RUS_LATN="L1", RUS_LATN_2="L2", RUS_LATN_3="L3"),
                part("D", "given-name", 2, RUS_LATN="D1", RUS_LATN_2="D2", RUS_LATN_3="D3"),
            ],
            {(text, "alias", "Latn", "ru") for text in ("D1 L1", "D1 L2", "D1 L3", "D2 L1", "D3 L1")},
        ),
        # a whole name in any language
        (
            [part("A Co.", ARA_ARAB="شركة", GER_LATN="A AG", prs_LATN="A Dari")],
            {
                ("شركة", "alias", "Arab", "ar"),
                ("A AG", "alias", "Latn", "de"),
                ("A Dari", "alias", "Latn", None),
            },
        ),
        ([part("", RUS_CYRL="Ло"), part("X", "title", 2)], set()),
    ],
)
def test_other_spellings_are_put_together(parts: list[str], variants: set[tuple[str, str, str, str]]) -> None:
    snapshot = read(listing(target(who=name(*parts))))
    assert {found for found in named(snapshot) if found[1] != "primary"} == variants
    assert not snapshot.unknown


def test_kinds_of_names_and_the_main_one() -> None:
    second = name(part("Other self"), quality="low") + name(part("Sohn"), lang="ger")
    first = (
        name(part("Good"), type_="alias")
        + name(part("Poor"), type_="alias", quality="low")
        + name(part("Past", RUS_CYRL="Былое"), type_="formerly-known-as", quality="low")
        + name(part("Vater"), lang="ger")
        + name(part("Father"))
    )
    inner = f"<individual>{identity(second, 'false')}{identity(first)}</individual>"
    snapshot = read(
        listing(f'<target ssid="5"><sanctions-set-id>4387</sanctions-set-id>{inner}{LISTED}</target>')
    )
    assert named(snapshot) == {
        ("Father", "primary", "Latn", "en"),
        ("Good", "alias", "Latn", "en"),
        ("Poor", "weak_alias", "Latn", "en"),
        ("Past", "former", "Latn", "en"),
        ("Былое", "former", "Cyrl", "ru"),
        ("Vater", "alias", "Latn", "de"),
        ("Other self", "weak_alias", "Latn", "en"),
        ("Sohn", "alias", "Latn", "de"),
    }


# Dates, states, places, documents.


@pytest.mark.parametrize(
    ("given", "edtf", "precision", "raw", "note"),
    [
        (
            'day="23" month="3" year="1980" calendar="Gregorian" quality="good"',
            "1980-03-23",
            "day",
            "23.3.1980",
            None,
        ),
        ('month="3" year="1980"', "1980-03", "month", "3.1980", None),
        ('year="1980" quality="low"', "1980", "year", "1980", "quality low"),
        ('day="23" year="1980"', "1980", "year", "23.1980", None),
        ('day="0" month="0" year="1980"', "1980", "year", "0.0.1980", None),
        ('day="23" month="3"', None, None, "23.3", None),
    ],
)
def test_dates_of_birth_keep_their_precision(
    given: str, edtf: str | None, precision: str | None, raw: str, note: str | None
) -> None:
    snapshot = read(listing(target(f'<day-month-year ssid="3" {given}/>')))
    (row,) = rows(snapshot, "birth_dates")
    assert list(row.values())[1:] == [edtf, precision, raw, note]
    assert not snapshot.unknown


def test_dates_that_cannot_be_read_stay_in_words() -> None:
    inner = '<day-month-year day="24" month="6" year="1402" calendar="Hijri"/>'
    inner += '<day-month-year day="31" month="2" year="1980"/>'
    snapshot = read(listing(target(inner)))
    assert [list(row.values())[1:] for row in rows(snapshot, "birth_dates")] == [
        [None, None, "24.6.1402", "calendar Hijri"],
        [None, None, "31.2.1980", None],
    ]
    assert snapshot.unknown == {"calendar Hijri": 1, "date 31.2.1980": 1}


def test_bodies_and_ships_are_founded_built_and_registered() -> None:
    inner = (
        '<day-month-year year="1991"/><nationality><country iso-code="KP">North Korea</country></nationality>'
    )
    told = "<other-information>Flag: Iran</other-information>"
    snapshot = read(
        listing(
            target(inner, tag="entity", key="1"),
            target(inner, told, 'object object-type="vessel"', key="2"),
            target(tag='object object-type="aircraft"', key="3"),
        )
    )
    assert [row["schema"] for row in rows(snapshot, "sanctions")] == ["Organization", "Vessel", "Airplane"]
    assert {tuple(row.values()) for row in rows(snapshot, "particulars")} == {
        ("ch_seco:1", "established", "1991", None),
        ("ch_seco:2", "build_date", "1991", None),
    }
    assert [tuple(row.values())[1:4] for row in rows(snapshot, "nationalities")] == [
        ("registration", "KP", "North Korea"),
        ("flag", "KP", "North Korea"),
        ("flag", "IR", "Iran"),
    ]
    assert not snapshot.unknown


@pytest.mark.parametrize("places_first", [True, False])
def test_places_are_found_wherever_they_stand(places_first: bool) -> None:
    inner = (
        '<place-of-birth ssid="3" place-id="7" quality="good"/>'
        '<address ssid="4" place-id="7" quality="good" current="false"><c-o>Club</c-o><p-o-box>12</p-o-box>'
        "<address-details>1, Nemiga str.</address-details><zip-code>220004</zip-code>"
        "<remark>secret</remark></address>"
        '<address ssid="5" place-id="7" quality="low"/><place-of-birth ssid="6"/>'
    )
    before, after = (PROGRAM + MINSK, "") if places_first else ("", MINSK + PROGRAM)
    snapshot = read(listing(target(inner), before=before, after=after))
    rest = ("Minsk", "Minsk Region")
    assert {tuple(row.values())[1:] for row in rows(snapshot, "addresses")} == {
        ("birth_place", "Minsk, Minsk Region, Belarus", *rest, None, "BY", "Belarus"),
        ("address", "Minsk, Minsk Region, Belarus", *rest, None, "BY", "Belarus"),
        (
            "address",
            "Club, 1, Nemiga str., P.O. Box 12, Minsk, Minsk Region, 220004, Belarus",
            *rest,
            "220004",
            "BY",
            "Belarus",
        ),
    }
    assert rows(snapshot, "sanctions")[0]["programs"] == ["Belarus"]
    assert "secret" not in repr(content(snapshot))
    assert not snapshot.unknown


def test_documents() -> None:
    inner = (
        '<identification-document ssid="3" document-type="diplomatic-passport"><number> NO33301/862</number>'
        '<issuer code="IQ">Republic of Iraq</issuer><date-of-issue>1997-10-17</date-of-issue>'
        '<expiry-date>2005-10-01</expiry-date><place-of-issue place-id="7"/>'
        "<remark>In doubt</remark></identification-document>"
        '<identification-document document-type="id-card"><number>77</number>'
        "<issuer>Belarus</issuer></identification-document>"
        '<identification-document document-type="library-card"><number>78</number></identification-document>'
        '<identification-document document-type="passport"><issuer code="BY">Belarus</issuer>'
        "</identification-document>"
    )
    snapshot = read(listing(target(inner)))
    assert sorted(list(row.values())[1:] for row in rows(snapshot, "identifiers")) == [
        ["national_id", "id-card", None, "77", "BY", "Belarus", None],
        ["other", "library-card", None, "78", None, None, None],
        [
            "passport",
            "diplomatic-passport",
            None,
            "NO33301/862",
            "IQ",
            "Republic of Iraq",
            "In doubt; issued 1997-10-17; expires 2005-10-01; issued in Minsk, Minsk Region, Belarus",
        ],
    ]
    assert snapshot.unknown == {"document-type library-card": 1}


def test_what_stands_beside_a_documents_number_is_taken_apart() -> None:
    inner = "".join(
        f'<identification-document document-type="passport"><number>{number}</number>'
        f"<remark>{remark}</remark></identification-document>"
        for number, remark in [
            ("A012 (Qatari passport issued in Doha)", "-"),
            ("-", "Passport number: B3450 (Tunisian)"),
            ("N/A", "unknown"),
            ("C6780", "Afghan"),
        ]
    )
    snapshot = read(listing(target(inner)))
    found = [(row["number"], row["country"], row["country_raw"]) for row in rows(snapshot, "identifiers")]
    assert found == [("A012", "QA", "Qatari"), ("B3450", "TN", "Tunisian"), ("C6780", "AF", "Afghan")]
    assert not snapshot.unknown


# Programmes.


def test_programmes_sets_and_references() -> None:
    un = PROGRAM.replace("EU", "UN").replace("4387", "1").replace("46113", "2")
    old = target(key="6", sets="").replace('ssid="6"', 'ssid="6" sanctions-set-id="46113"', 1)
    two = target(sets="4387 46113 1").replace(
        "<individual>", "<foreign-identifier>QDe.1 </foreign-identifier><individual>", 1
    )
    snapshot = read(listing(two, old, before=PROGRAM + un))
    act = "Ordinance of 16 March 2022 on measures against Belarus"
    assert {tuple(row.values()) for row in rows(snapshot, "programs")} == {
        (f"ch_seco:{key}", "Belarus", "Belarus", None, f"{act}; {measure}", date(2022, 3, 16), *(None,) * 3)
        for key, measure in [("5", "Freeze"), ("5", "No loans"), ("6", "No loans")]
    }
    assert [(row["programs"], row["measures"]) for row in rows(snapshot, "sanctions")] == [
        (["Belarus"], ["Freeze", "No loans"]),
        (["Belarus"], ["No loans"]),
    ]
    assert [row["type_name"] for row in rows(snapshot, "identifiers")] == ["EU reference or UN reference"]
    assert not snapshot.unknown


def test_a_set_or_a_language_that_is_missing_is_counted() -> None:
    german = PROGRAM.replace('lang="eng"', 'lang="ger"')
    snapshot = read(listing(target(sets="4387 99"), target(sets="", key="6"), before=german))
    programs = {row["record_id"]: row["programs"] for row in rows(snapshot, "sanctions")}
    assert programs == {"ch_seco:5": ["4387", "99"], "ch_seco:6": []}
    assert snapshot.unknown == {
        "sanctions-program without program-key in English": 1,
        "sanctions-set-id of no sanctions-set": 1,
        "target without sanctions-set-id": 1,
    }


# Other information.


@pytest.mark.parametrize(
    ("text", "table", "found"),
    [
        ("IMO Number: 8405270", "identifiers", [("imo", "IMO Number", None, "8405270")]),
        ("IMO number : 8405270.", "identifiers", [("imo", "IMO number", None, "8405270")]),
        (
            "Registration number: 1027700 (Russia)",
            "identifiers",
            [("registration", "Registration number", None, "1027700", "RU", "Russia", None)],
        ),
        (
            "Passport number: A0123 (Qatari passport issued in Doha)",
            "identifiers",
            [("passport", "Passport number", None, "A0123", "QA")],
        ),
        (
            "Passport No: A0123, issued on 5 May 2010",
            "identifiers",
            [("passport", "Passport No", None, "A0123", None, None, "issued on 5 May 2010")],
        ),
        ("Passport No. A0123 (Tunisian)", "identifiers", [("passport", "Passport No", None, "A0123", "TN")]),
        ("IMO Number: IMO 8405270", "identifiers", [("imo", "IMO Number", None, "8405270")]),
        ("IMO 8405270", "identifiers", [("imo", "IMO", None, "8405270")]),
        ("IMO No. 8405270.", "identifiers", [("imo", "IMO No", None, "8405270")]),
        (
            "OGRN: 102, 103",
            "identifiers",
            [
                ("registration", "OGRN", "Primary state registration number (Russia)", number)
                for number in ("102", "103")
            ],
        ),
        (
            "UNP: 600390798",
            "identifiers",
            [("tax_id", "UNP", "Payer's account number (Belarus)", "600390798")],
        ),
        ("National ID.: 12 34", "identifiers", [("national_id", "National ID.", None, "12 34")]),
        (
            "SWIFT codes: SCERIRTHKSH (Kish branch), SCERIRTH (Tehran)",
            "identifiers",
            [("swift_bic", "SWIFT codes", None, code) for code in ("SCERIRTHKSH", "SCERIRTH")],
        ),
        ("Website: https://belavia.by", "particulars", [("website", "https://belavia.by", None)]),
        ("Date of registration: 22.1.1993", "particulars", [("established", "22.1.1993", None)]),
        (
            "Position: Head of prison; member of the board",
            "positions",
            [("position", "Head of prison; member of the board")],
        ),
        ("Title: Major General", "positions", [("title", "Major General")]),
        ("DOB: 5 Apr 1938", "birth_dates", [("1938-04-05", "day", "5 Apr 1938", None)]),
        (
            "Date range: DOB between 1973 and 1974",
            "birth_dates",
            [("1973/1974", "range", "DOB between 1973 and 1974", None)],
        ),
        ("DOB: 30/09/1978", "birth_dates", [("1978-09-30", "day", "30/09/1978", None)]),
        ("DOB: 05/06/1978", "birth_dates", [("1978", "year", "05/06/1978", None)]),
        ("DOB: 5.6.1978", "birth_dates", [("1978-06-05", "day", "5.6.1978", None)]),
        (
            "DOB: circa 1981, 1984",
            "birth_dates",
            [("1981", "circa", "circa 1981", None), ("1984", "circa", "1984", None)],
        ),
        ("Nationality: Iraq", "nationalities", [("nationality", "IQ", "Iraq", None)]),
        ("Nationality: Afghan", "nationalities", [("nationality", "AF", "Afghan", None)]),
        (
            "Nationality: Iraqi, Iranian",
            "nationalities",
            [("nationality", "IQ", "Iraqi", None), ("nationality", "IR", "Iranian", None)],
        ),
        (
            "Principal place of business: Minsk, Belarus",
            "addresses",
            [("address", "Minsk, Belarus", None, None, None, None, None)],
        ),
    ],
)
def test_facts_with_a_label_are_read(text: str, table: str, found: list[tuple[str | None, ...]]) -> None:
    snapshot = read(listing(target(more=f'<other-information ssid="9">{text}</other-information>')))
    width = len(found[0])
    assert [tuple(row.values())[1 : width + 1] for row in rows(snapshot, table)] == found
    assert rows(snapshot, "sanctions")[0]["reason"] is None
    assert not snapshot.unknown


def test_a_ships_number_may_stand_without_imo() -> None:
    told = "<other-information>8405270</other-information>"
    ship = target(more=told, tag='object object-type="vessel"')
    snapshot = read(
        listing(ship, target(more=told, key="6"), target(more=told.replace("70<", "71<"), key="7"))
    )
    assert [tuple(row.values())[:5] for row in rows(snapshot, "identifiers")] == [
        ("ch_seco:5", "imo", None, None, "8405270")
    ]


def test_other_dates_of_birth_in_figures_decide_which_way_round_one_is() -> None:
    for other, expected in [("30/09/1978", "1978-06-05"), ("09/30/1978", "1978-05-06"), ("1980", "1978")]:
        snapshot = read(
            listing(
                *[
                    target(more=f"<other-information>DOB: {text}</other-information>", key=str(key))
                    for key, text in enumerate(("05/06/1978", other), 5)
                ]
            )
        )
        (born,) = of(snapshot, "birth_dates", "5")
        assert (born["birth_date"], born["birth_date_raw"]) == (expected, "05/06/1978")
        assert snapshot.files[NAME].parsed == 2


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Travel ban does not apply until 15 March 2016.", "Travel ban does not apply until 15 March 2016."),
        ("IMO Number: 84052", "IMO Number: 84052"),
        ("Registration number: ИНН", "Registration number: ИНН"),
        ("Nationality: Iraq until 1991", "Nationality: Iraq until 1991"),
        ("DOB: about the war", "DOB: about the war"),
        ("SWIFT: REF AIRTH", "SWIFT: REF AIRTH"),
        ("INN: 7701; known for much; Fax: +7 495 000 00 00", "known for much"),
        ("INN: 7701. KPP: 7702, Status: active", "Status: active"),
        ("Tel.: +375 17 000 00 00", None),
        ("E-mail: a@b.example", None),
        ("+375 17 000 00 00", None),
        ("His father's name is withheld here", None),
        ("Suspected location: withheld here", None),
        ("In custody; Deceased", "Deceased"),
    ],
)
def test_the_rest_of_other_information_is_a_remark_or_withheld(text: str, reason: str | None) -> None:
    snapshot = read(listing(target(more=f"<other-information>{text}</other-information>")))
    assert rows(snapshot, "sanctions")[0]["reason"] == reason
    assert "000 00" not in repr(content(snapshot)) and "b.example" not in repr(content(snapshot))
    assert "withheld" not in repr(content(snapshot)) and not snapshot.unknown


def test_reasons_and_attributes() -> None:
    more = "<justification>Why</justification><justification>Because</justification>"
    more += "<other-information>Note</other-information>"
    extra = '<generic-attribute ssid="1" name="Call sign">P5AB2</generic-attribute></target>'
    whole = target(
        more=more
        + '<relation ssid="6" target-id="7" relation-type="related-to"><remark>x</remark></relation>'
    )
    snapshot = read(listing(whole.replace("</target>", extra)))
    assert rows(snapshot, "sanctions")[0]["reason"] == "Because; Note; Why"
    assert [(row["type"], row["number"]) for row in rows(snapshot, "identifiers")] == [("call_sign", "P5AB2")]
    assert not snapshot.unknown


# What is new or wrong.


def test_what_is_new_in_the_format_is_counted() -> None:
    inner = (
        f"<mood/>{name(part('A', 'half'), type_='nickname', quality='so-so', lang='xx')}"
        '<nationality><country iso-code="ZZ">Atlantis</country></nationality>'
        '<address place-id="99" since="1"/>'
    )
    mods = LISTED + modification("suspended", "2020-01-01") + modification("amended", "lately")
    odd = target(inner, tag='individual sex="N"', mods=mods)
    snapshot = read(listing(odd, target(tag="object", key="6", mods=""), after=MINSK + "<footnote/>"))
    assert snapshot.unknown == {
        "attribute target/individual/identity/address@since": 1,
        "country Atlantis": 1,
        "country ZZ": 1,
        "date lately": 1,
        "element swiss-sanctions-list/footnote": 1,
        "element target/individual/identity/mood": 1,
        "lang xx": 1,
        "modification-type suspended": 1,
        "name-part-type half": 1,
        "name-type nickname": 1,
        "object-type": 1,
        "place-id of no place": 1,
        "quality so-so": 1,
        "sex N": 1,
        "target without modification": 1,
    }
    assert [row["schema"] for row in rows(snapshot, "sanctions")] == ["Person", "LegalEntity"]
    assert ("A", "alias", "Latn", None) in named(snapshot)


def test_what_cannot_be_read_goes_to_quarantine() -> None:
    told = "<other-information>secret</other-information><justification>Why</justification>"
    address = "<address><address-details>Street</address-details><remark>secret</remark></address>"
    snapshot = read(
        listing(
            target(),
            target(address, told, key=""),
            target(
                address, told, key=" 5 ", mods=modification("amended", inner="<added><a>secret</a></added>")
            ),
            target(key="6", who=name(part("-"))),
            '<target ssid="7"/>',
            target(key="8").replace("</target>", f"<entity>{identity(name(part('B')))}</entity></target>"),
            target(key="9", mods=LISTED.replace("listed", "de-listed").replace("2021-08-11", "some day")),
        )
    )
    assert [(bad["locator"], bad["reason"], bad["key"]) for bad in snapshot.quarantine] == [
        ("target[2]", "no ssid", None),
        ("target[3]", "ssid 5 came before", "5"),
        ("target[4]", "no name", "6"),
        ("target[5]", "0 of individual, entity and object", "7"),
        ("target[6]", "2 of individual, entity and object", "8"),
        ("target[7]", "de-listed on no day that can be read", "9"),
    ]
    assert [row["record_id"] for row in rows(snapshot, "sanctions")] == ["ch_seco:5"]  # the first of a key
    report = snapshot.files[NAME]
    assert (report.declared, report.parsed, report.quarantined) == (7, 1, 6)
    raw = snapshot.quarantine[0]["raw"] or ""
    assert "<justification>Why</justification>" in raw and "Street" in raw
    assert "secret" not in repr(snapshot)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"<export/>", "the root element is export, not swiss-sanctions-list"),
        (listing(target(), kind="delta-list"), "list-type is 'delta-list', not 'whole-list'"),
        (b"<swiss-sanctions-list/>", "list-type is not given"),
    ],
)
def test_a_broken_file_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(SourceFormatError, match=message) as caught:
        read(data)
    assert NAME in str(caught.value)


# A list of real size, with what the real one is said to have: half its bytes are old copies.

_LETTERS = "aeioubdfgklmnprstv"


def _words(chance: random.Random, count: int) -> str:
    return " ".join("".join(chance.choices(_LETTERS, k=chance.randint(3, 10))) for _ in range(count)).title()


def _subject(chance: random.Random, place: int) -> str:
    entity = chance.random() < 1 / 3
    names = ""
    for at in range(chance.choice((1, 1, 2, 3, 6))):
        types = ["whole-name"] if entity else ["family-name", "given-name", "father-name"]
        parts = (
            part(
                _words(chance, 1),
                type_,
                order,
                **({"RUS_LATN": _words(chance, 1)} if chance.random() < 0.4 else {}),
            )
            for order, type_ in enumerate(types, 1)
        )
        names += name(*parts, type_="alias" if at else "primary-name")
    if entity:
        where = f'<address place-id="{place}" quality="good"><zip-code>220030</zip-code></address>'
    else:
        where = (
            f'<day-month-year day="1" month="2" year="{chance.randint(1930, 2000)}" calendar="Gregorian"/>'
            f'<place-of-birth place-id="{place}"/>'
            '<nationality><country iso-code="BY">Belarus</country></nationality>'
        )
    why = f"<justification>{_words(chance, chance.randint(20, 150))}</justification>"
    told = f"<other-information>Registration number: {chance.randint(10**9, 10**10)}</other-information>"
    tag = "entity" if entity else "individual"
    return f"<{tag}>{identity(names + where)}{why}{told if chance.random() < 0.5 else ''}</{tag}>"


def large_list(targets: int, seed: int = 1) -> Iterator[bytes]:
    """A list in the format, piece by piece; the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311
    yield b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    yield b'<swiss-sanctions-list list-type="whole-list" date="2026-09-28">' + PROGRAM.encode()
    for key in range(1, targets + 1):
        subject = f"<sanctions-set-id>4387</sanctions-set-id>{_subject(chance, 3 * key)}"
        old = f'<target ssid="{key}">{subject}</target>'
        copies = f"<added>{old}</added><removed>{old}</removed>" if key % 2 else ""
        mods = modification("amended", "2024-02-01", copies) + LISTED
        gone = modification("de-listed", "2025-06-20") if key % 5 == 0 else ""
        yield f'<target ssid="{key}">{subject}{gone}{mods}</target>'.encode()
    for key in range(1, targets + 1):
        place = f"<location>{_words(chance, 1)}</location><country iso-code='BY'>Belarus</country>"
        yield f'<place ssid="{3 * key}">{place}</place>'.encode()
    yield b"</swiss-sanctions-list>"


def _parse_and_tell(path: Path) -> None:
    """Parses in a process of its own, which this module is run as, and prints what it took."""
    read(sample(DATES[0]))
    reset_peak()
    before = peak_bytes()
    with path.open("rb") as file:
        snapshot = parse(SOURCE.source_id, SOURCE.parser, {NAME: file}, SOURCE.options)
        tables = snapshot.arrow()
    sys.stdout.write(f"{peak_bytes() - before} {tables['sanctions'].num_rows} {len(snapshot.unknown)}")


def test_a_list_of_real_size_takes_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_bytes(b"".join(large_list(8_000)))
    told = subprocess.run(
        [sys.executable, "-m", "tests.transforms.sanctions.test_ch_seco", str(path)],
        check=True,
        capture_output=True,
        text=True,
        cwd=FOLDER.parent,
    ).stdout
    grown, count, unknown = map(int, told.split())
    assert (count, unknown) == (8_000, 0)
    assert grown <= 4 * path.stat().st_size


def test_a_list_of_real_size_is_counted_right() -> None:
    data = b"".join(large_list(400))
    root = etree.fromstring(data)
    top = root.findall("target")
    snapshot = read(data)
    tables = {table: built.num_rows for table, built in snapshot.arrow().items()}
    assert len(root.findall(".//target")) == 2 * len(top) == 2 * tables["sanctions"]
    assert tables["birth_dates"] == sum(
        len(item.findall("individual/identity/day-month-year")) for item in top
    )
    assert tables["addresses"] == len(root.findall("place"))
    assert tables["identifiers"] == sum(len(item.findall("*/other-information")) for item in top)
    assert sum(row["delisting_date"] is not None for row in rows(snapshot, "sanctions")) == 80
    spelt = Counter(
        sum(1 for p in one.findall("name-part") if p.find("spelling-variant") is not None) > 0
        for item in top
        for one in item.findall("*/identity/name")
    )
    assert tables["names"] == spelt[True] * 2 + spelt[False]


# The real targets.


def test_the_real_targets(shared_data: Path) -> None:
    data = (shared_data / "ch_seco/2026-08-27" / NAME).read_bytes()
    snapshot = read(data)
    report = snapshot.files[NAME]
    assert report.declared == report.parsed == len(etree.fromstring(data).findall("target")) == 3
    assert report.published_at == datetime(2026, 8, 27, tzinfo=UTC)
    assert snapshot.unknown == {"place-id of no place": 1}  # the places are cut out of the file
    assert {table: built.num_rows for table, built in snapshot.arrow().items()} == {
        "sanctions": 3,
        "names": 5,
        "programs": 3,
        "birth_dates": 1,
        "identifiers": 2,
        "addresses": 1,
    }
    assert [row["delisting_date"] for row in rows(snapshot, "sanctions")] == [date(2016, 3, 1), None, None]


def test_samples_agree_with_the_real_targets(shared_data: Path) -> None:
    real = read((shared_data / "ch_seco/2026-08-27" / NAME).read_bytes())
    small = read(sample("2023-03-29"))
    for key in ("5142", "46130", "34461"):
        (ours,), (theirs,) = of(small, "sanctions", key), of(real, "sanctions", key)
        for column in ("schema", "name", "programs", "listing_date", "delisting_date", "birth_dates"):
            assert ours[column] == theirs[column]
        assert {tuple(row.values()) for row in of(real, "names", key)} <= {
            tuple(row.values()) for row in of(small, "names", key)
        }


if __name__ == "__main__":
    _parse_and_tell(Path(sys.argv[1]))


@pytest.mark.parametrize("key", ["-", "N/A", "Unknown", "13x73"])
def test_an_ssid_that_is_none_is_no_record_of_its_own(key: str) -> None:
    snapshot = read(listing(target(key=key), target(key="6")))
    assert [(bad["key"], bad["reason"]) for bad in snapshot.quarantine] == [(None, "no ssid")]


@pytest.mark.parametrize(
    ("mods", "reason"),
    [
        (
            modification("de-listd", "2022-01-01") + LISTED,
            "the latest modification is of no type that is known",
        ),
        (modification("de-listed", "2022-13-01") + LISTED, "de-listed on no day that can be read"),
        (
            modification("de-listed", "2022-01-01") + modification("listed", "soon"),
            "listed on no day that can be read, and de-listed",
        ),
    ],
)
def test_a_target_of_which_the_modifications_do_not_say_whether_it_is_listed(mods: str, reason: str) -> None:
    snapshot = read(listing(target(mods=mods)))
    assert [(bad["key"], bad["reason"]) for bad in snapshot.quarantine] == [("5", reason)]


def test_a_slip_in_the_word_for_a_main_name_changes_no_name() -> None:
    who = name(part("Zed Acme"), type_="primary-nam") + name(part("Abe"), type_="alias")
    assert rows(read(listing(target(who=who))), "sanctions")[0]["name"] == "Zed Acme"
