"""OFSI's list: the samples in both forms, the real file, and files that are not what they should be."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from contracts.countries import CODES
from sources.archive.archive import Archive
from sources.fetching import fetcher, mirror
from sources.registry import FOLDER, load, samples
from tests.builders import content, parsed
from tests.conftest import Site
from transforms.reading.parse_result import ParseResult, SourceFormatError, parse

SOURCE = load(FOLDER / "gb_ofsi/source.yml")
CSV, XLSX = (file.name for file in SOURCE.files)
DATES = ["2022-03-16", "2025-04-10", "2025-11-08"]

COLUMNS = """
    Name 6,Name 1,Name 2,Name 3,Name 4,Name 5,Title,Name Non-Latin Script,Non-Latin Script Type,
    Non-Latin Script Language,DOB,Town of Birth,Country of Birth,Nationality,Passport Number,Passport Details,
    National Identification Number,National Identification Details,Position,Address 1,Address 2,Address 3,
    Address 4,Address 5,Address 6,Post/Zip Code,Country,Other Information,Group Type,Alias Type,Alias Quality,
    Regime,Listed On,UK Sanctions List Date Designated,Last Updated,Group ID
"""
# As the list of the 2010s had them.
OLD_COLUMNS = """
    Name 6,Name 1,Name 2,Name 3,Name 4,Name 5,Title,DOB,Town of Birth,Country of Birth,Nationality,
    Passport Details,NI Number,Position,Address 1,Address 2,Address 3,Address 4,Address 5,Address 6,
    Post/Zip Code,Country,Other Information,Group Type,Alias Type,Regime,Listed On,Last Updated,Group ID
"""
NOW, THEN = ([column.strip() for column in columns.split(",")] for columns in (COLUMNS, OLD_COLUMNS))


def read(data: bytes, name: str = CSV) -> ParseResult:
    return parse(SOURCE.source_id, SOURCE.parser, {name: io.BytesIO(data)}, SOURCE.options)


def sample(day: str, name: str = CSV) -> bytes:
    return (samples(SOURCE.source_id) / day / name).read_bytes()


def row(**given: str) -> dict[str, str]:
    """A row by column, with `_` for each space of a column's name; what is not given is ordinary."""
    ordinary = {
        "Name 6": "ACME",
        "Group Type": "Individual",
        "Alias Type": "Primary name",
        "Regime": "Belarus",
        "Listed On": "06/11/2020",
        "Last Updated": "06/11/2020",
        "Group ID": "1",
    }
    return ordinary | {column.replace("_", " "): text for column, text in given.items()}


def table(rows: list[dict[str, str]], columns: list[str] = NOW) -> list[list[str]]:
    return [["Last Updated", "10/04/2025"], columns, *([row.get(c, "") for c in columns] for row in rows)]


def written(cells: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(cells)
    return out.getvalue().encode()


def listed(*rows: dict[str, str], columns: list[str] = NOW) -> ParseResult:
    return read(written(table(list(rows), columns)))


def of(snapshot: ParseResult, name: str, key: str = "1") -> list[dict[str, Any]]:
    return [row for row in parsed(snapshot, name) if row["record_id"] == f"gb_ofsi:{key}"]


def told(text: str, **given: str) -> ParseResult:
    """A target of whom `Other Information` says `text`."""
    return listed(row(**given) | {"Other Information": text})


def pairs(snapshot: ParseResult, name: str, *columns: str) -> set[tuple[Any, ...]]:
    return {tuple(row[column] for column in columns) for row in of(snapshot, name)}


@pytest.mark.parametrize("day", DATES)
def test_both_forms_give_the_same_rows(day: str) -> None:
    assert content(read(sample(day))) == content(read(sample(day, XLSX), XLSX))


def test_samples_tell_what_happened() -> None:
    first, second, third = (
        {row["record_id"] for row in parsed(read(sample(day)), "sanctions")} for day in DATES
    )
    assert second - first == {"gb_ofsi:15033"}  # the Wagner Group was listed on 24 March 2022
    assert second - third == {"gb_ofsi:12883", "gb_ofsi:13133"}  # removed on 7 November 2025
    assert first <= second and third <= second
    before, after = (of(read(sample(day)), "sanctions", "14196") for day in DATES[:2])
    assert (before[0]["measures"], after[0]["measures"]) == ([], ["Asset freeze", "Trust services"])
    before, after = (of(read(sample(day)), "sanctions", "13918") for day in DATES[:2])
    assert before == after


def test_a_person_in_full() -> None:
    snapshot = read(sample("2025-04-10"))
    assert of(snapshot, "sanctions", "13918") == [
        {
            "record_id": "gb_ofsi:13918",
            "source_id": "gb_ofsi",
            "authority": "UK Office of Financial Sanctions Implementation",
            "schema": "Person",
            "name": "Alexander Grigorievich LUKASHENKO",
            "programs": ["Belarus", "Global Human Rights"],
            "listing_date": date(2020, 9, 29),  # the earlier of two
            "amended_date": date(2022, 2, 4),
            "delisting_date": None,
            "measures": [],
            "reason": "President of Belarus since 1994, responsible for repression after the election of "
            "August 2020. Other information: Listed under the Global Human Rights and Belarus sanctions "
            "regimes.",
            "nationalities": ["BY"],
            "nationalities_raw": ["Belarus"],
            "birth_dates": ["1954-08-30"],
            "birth_dates_raw": ["30/08/1954"],
            "gender": "male",
            "position": "President of Belarus",
            "url": None,
        }
    ]
    assert {(n["name"], n["kind"], n["script"]) for n in of(snapshot, "names", "13918")} == {
        ("Alexander Grigorievich LUKASHENKO", "primary", "Latn"),
        ("Aliaksandr Ryhoravich LUKASHENKA", "alias", "Latn"),
        ("ЛУКАШЕНКО, Александр Григорьевич", "alias", "Cyrl"),
        ("ЛУКАШЭНКА, Аляксандр Рыгоравіч", "alias", "Cyrl"),
    }
    assert {(i["type"], i["type_raw"], i["number"]) for i in of(snapshot, "identifiers", "13918")} == {
        ("list_reference", "UK Sanctions List Ref", "BEL0045"),
        ("list_reference", "UK Sanctions List Ref", "GHR0050"),
    }
    assert {(a["kind"], a["full"], a["city"]) for a in of(snapshot, "addresses", "13918")} == {
        ("address", "Independence Palace, Prospekte Pobeditelei, Minsk, Belarus", None),
        ("birth_place", "Kopys, Vitebsk/Viciebsk district, Belarus", "Kopys, Vitebsk/Viciebsk district"),
    }


def test_a_ship() -> None:
    snapshot = read(sample("2025-04-10"))
    (ship,) = of(snapshot, "sanctions", "13651")
    assert (ship["schema"], ship["name"]) == ("Vessel", "SAM JONG 2")
    assert {(i["type"], i["number"]) for i in of(snapshot, "identifiers", "13651")} == {
        ("imo", "7408873"),
        ("list_reference", "DPR0100"),
    }
    assert [(n["kind"], n["country"]) for n in of(snapshot, "nationalities", "13651")] == [("flag", "KP")]
    assert {(p["property"], p["value"]) for p in of(snapshot, "particulars", "13651")} == {
        ("owner", "Korea Samjong Shipping"),
        ("former_flag", "Russia"),
        ("vessel_type", "Oil tanker"),
        ("tonnage", "1676"),
        ("length", "80"),
        ("build_date", "1975"),
    }


def test_the_rows_of_a_group_are_one_target() -> None:
    snapshot = listed(
        row(Group_ID="7", DOB="00/00/1980", Country="Mali"),
        row(Group_ID="8"),
        row(Group_ID=" 7 ", DOB="00/05/1980", Alias_Type="AKA", Name_6="B", Country="Mali"),
        row(
            Group_ID="7",
            DOB="17/05/1980",
            Regime="Mali",
            Listed_On="01/01/2019",
            Address_6="Gao",
            Country="Mali",
        ),
    )
    (target,) = of(snapshot, "sanctions", "7")
    assert target["birth_dates"] == ["1980", "1980-05", "1980-05-17"]
    assert (target["programs"], target["listing_date"]) == (["Belarus", "Mali"], date(2019, 1, 1))
    assert {a["full"] for a in of(snapshot, "addresses", "7")} == {"Mali", "Gao, Mali"}
    assert snapshot.files[CSV].parsed == 4


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("17/05/1980", "1980-05-17"),
        ("00/05/1980", "1980-05"),
        ("00/00/1980", "1980"),
        ("05/1980", "1980-05"),
        ("1980", "1980"),
        ("01/01/1980", "1980-01-01"),
        ("about noon", None),
    ],
)
def test_dates_of_birth_are_as_precise_as_their_text(text: str, edtf: str | None) -> None:
    snapshot = listed(row(DOB=text))
    (target,) = parsed(snapshot, "sanctions")
    assert (target["birth_dates"], target["birth_dates_raw"]) == ([edtf] if edtf else [], [text])
    assert snapshot.unknown == ({} if edtf else {f"date {text}": 1})


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("(1) Germany. (2) Morocco", {"Germany", "Morocco"}),
        ("(1) Uganda (2) Uganda (3)Mali", {"Uganda", "Mali"}),
        ("(1) - (2) Chad", {"Chad"}),
        ("(1) Chad (2) - .", {"Chad"}),
        ("(1) Chad (2) Mali (2) Niger", {"Chad", "Mali", "Niger"}),  # a number twice
        ("(1-3) Libya (4) Morocco", {"Libya", "Morocco"}),
        ("(1) to (6) Algeria (7) Morocco", {"Algeria", "Morocco"}),
        ("Germany. Russia", {"Germany", "Russia"}),
        ("Estonia, Russia", {"Estonia", "Russia"}),
        ("Congo (Democratic Republic).", {"Congo (Democratic Republic)"}),
    ],
)
def test_several_nationalities_in_one_cell(text: str, values: set[str]) -> None:
    snapshot = listed(row(Nationality=text))
    assert {n["country_raw"] for n in of(snapshot, "nationalities")} == values
    assert all(n["country"] for n in of(snapshot, "nationalities"))
    assert not snapshot.unknown


def test_years_in_brackets_part_nothing() -> None:
    position = "(1) Governor of Ilam (2012) (2) Commander of the 3rd (2) Corps etc."
    assert pairs(
        listed(row(Position=position, Title="(1) Mullah (2) Haji")), "positions", "kind", "position"
    ) == {
        ("position", "Governor of Ilam (2012)"),
        ("position", "Commander of the 3rd"),
        ("position", "Corps etc."),
        ("title", "Mullah"),
        ("title", "Haji"),
    }


def test_numbers_and_what_is_said_of_them_belong_together() -> None:
    snapshot = listed(
        row(
            Passport_Number="(1) A1 (2) - (3) B/2.",
            Passport_Details="(1) Afghanistan number, issued on 25 Jan. 1988 (2) Egypt (3) Yemen",
            National_Identification_Number="(1) 55 (2) 66",
            National_Identification_Details="Italian fiscal code",
        )
    )
    assert pairs(snapshot, "identifiers", "type", "number", "country", "note") == {
        ("passport", "A1", "AF", "Afghanistan number, issued on 25 Jan. 1988"),
        ("passport", "B/2", "YE", None),
        ("tax_id", "55", "IT", "Italian fiscal code"),
        ("tax_id", "66", "IT", "Italian fiscal code"),
    }


def test_places_of_birth() -> None:
    snapshot = listed(
        row(Town_of_Birth="(1) Bengasi (2) Kabul (3) -", Country_of_Birth="(1-2) Libya (3) Morocco"),
        row(Group_ID="2", Town_of_Birth="(1) Akobo (2) Uror", Country_of_Birth="South Sudan"),
        row(Group_ID="3", Country_of_Birth="Former USSR Currently Belarus"),
        row(Group_ID="4", Country_of_Birth="Russia (USSR)"),
        row(Group_ID="5", Country_of_Birth="Crimea", Town_of_Birth="Yalta"),
    )
    assert {(a["record_id"][-1], a["full"], a["country"]) for a in parsed(snapshot, "addresses")} == {
        ("1", "Bengasi, Libya", "LY"),
        ("1", "Kabul, Libya", "LY"),
        ("1", "Morocco", "MA"),
        ("2", "Akobo, South Sudan", "SS"),
        ("2", "Uror, South Sudan", "SS"),
        ("3", "Former USSR Currently Belarus", "BY"),
        ("4", "Russia (USSR)", "RU"),
        ("5", "Yalta, Crimea", None),
    }
    assert not snapshot.unknown


def test_kinds_of_names() -> None:
    snapshot = listed(
        row(Name_6="ZAGOR"),
        row(Name_6="SECOND"),  # a second primary name
        row(Name_6="Spelling", Alias_Type="Primary name variation"),
        row(Name_6="Good", Alias_Type="AKA", Alias_Quality="Good quality"),
        row(Name_6="Weak", Alias_Type="AKA", Alias_Quality="Low quality"),
        row(Name_6="Weak", Alias_Type="AKA"),  # and good: the better counts
        row(Name_6="Poor", Alias_Type="AKA", Alias_Quality="Low quality"),
        row(Name_6="Old", Alias_Type="FKA", Name_1="The"),
    )
    assert pairs(snapshot, "names", "name", "kind") == {
        ("SECOND", "primary"),
        ("ZAGOR", "alias"),
        ("Spelling", "alias"),
        ("Good", "alias"),
        ("Weak", "alias"),
        ("Poor", "weak_alias"),
        ("The Old", "former"),
    }
    assert not snapshot.unknown


def test_a_target_without_a_primary_name() -> None:
    variation = listed(
        row(Name_6="B", Alias_Type="AKA"), row(Name_6="C", Alias_Type="Primary name variation")
    )
    assert (of(variation, "sanctions")[0]["name"], dict(variation.unknown)) == ("C", {})
    none = listed(row(Name_6="C", Alias_Type="AKA"), row(Name_6="B", Alias_Type="FKA"))
    assert (of(none, "sanctions")[0]["name"], dict(none.unknown)) == ("B", {"no Primary name": 1})


def test_names_in_other_scripts_have_their_language() -> None:
    originals = [
        ("Каддафи", "Cyrillic", "Russian", "ru"),
        ("Радоичић", "Cyrillic", "Serbian", "sr"),
        ("Лис", "Cryillic", "Ukraine", "uk"),
        ("Лось", "Cyrillic", "Cyrillic", None),
        ("Волк", "Russian", "", "ru"),
        ("صرافی روشان", "Persian", "", "fa"),
        ("Рысь", "", "", None),
    ]
    rows = [
        row()
        | {"Name Non-Latin Script": name, "Non-Latin Script Type": kind, "Non-Latin Script Language": lang}
        for name, kind, lang, _ in originals
    ]
    again = row() | {"Name Non-Latin Script": "Каддафи"}  # the language is told once
    low = row(Alias_Type="AKA", Alias_Quality="Low quality", Name_6="X") | {"Name Non-Latin Script": "Ёж"}
    snapshot = listed(*rows, again, low)
    names = {(n["name"], n["lang"], n["kind"]) for n in of(snapshot, "names") if n["script"] != "Latn"}
    assert names == {(name, lang, "alias") for name, _, _, lang in originals} | {("Ёж", None, "weak_alias")}
    assert not snapshot.unknown


def test_other_information_is_taken_apart_by_its_labels() -> None:
    snapshot = told(
        "(UK Sanctions List Ref):BEL0001 and GHR0002. Listed twice. (UN Ref):CDi. 038. Listed pursuant to "
        "resolution 2641 (2022): “x”. (UK Statement of Reasons):He did (1) a (2) b.\n (Gender):male "
        "(Website):www.a.by and https://b.by/c?d=e@f, g@h.by (Type of entity):State-Owned Enterprise\xa0 "
        "(Parent company):(1) One Ltd. (2) Two (Subsidiaries):Three "
        "(Business Reg No):(1) OGRN: 1027700132195 (2) TIN – 7707083893 (3) 123 (Estonia)"
    )
    assert pairs(snapshot, "identifiers", "type", "type_raw", "number", "country") == {
        ("list_reference", "UK Sanctions List Ref", "BEL0001", None),
        ("list_reference", "UK Sanctions List Ref", "GHR0002", None),
        ("list_reference", "UN Ref", "CDi.038", None),
        ("registration", "OGRN", "1027700132195", None),
        ("tax_id", "TIN", "7707083893", None),
        ("registration", "Business Reg No", "123", "EE"),
    }
    assert pairs(snapshot, "particulars", "property", "value") == {
        ("website", "www.a.by"),
        ("website", "https://b.by/c?d=e@f"),
        ("organization_type", "State-Owned Enterprise"),
        ("parent", "One Ltd."),
        ("parent", "Two"),
        ("subsidiary", "Three"),
    }
    (target,) = of(snapshot, "sanctions")
    assert target["gender"] == "male"
    assert target["reason"] == (
        "He did (1) a (2) b. Other information: Listed twice. "
        "Other information: Listed pursuant to resolution 2641 (2022): “x”."
    )
    assert not snapshot.unknown


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("TIN: 780", {("tax_id", "TIN", "780")}),
        ("INN - 780 OGRN - 102", {("tax_id", "INN", "780"), ("registration", "OGRN", "102")}),
        ("Tax Identification Number: INN: 5008", {("tax_id", "Tax Identification Number: INN", "5008")}),
        ("780 - TIN", {("tax_id", "TIN", "780")}),
        ("UK Company no. 55", {("registration", "UK Company no", "55")}),
        ("RU12", {("registration", "Business Reg No", "RU12")}),
        ("12 34", {("registration", "Business Reg No", "12 34")}),
        ("DSO-ZZCO-9", {("registration", "Business Reg No", "DSO-ZZCO-9")}),
        ("Ma.Bko.9.M.9", {("registration", "Business Reg No", "Ma.Bko.9.M.9")}),
        ("x" * 400, {("registration", "Business Reg No", "x" * 400)}),
    ],
)
def test_numbers_of_registration(text: str, numbers: set[tuple[str, str, str]]) -> None:
    assert pairs(told(f"(Business Reg No):{text}"), "identifiers", "type", "type_raw", "number") == numbers


def test_digital_currency_addresses() -> None:
    snapshot = told(
        "(UK Sanctions List Ref):RUS1421. "
        "Digital Currency Address: XBT 3Lpoy53K625zVeE47ZasiG5jGkAxJ27kh1\t \n"
        "Digital Currency Address: ETH\t0x7FF9cFad3877F21d41Da833E2F775dB0569eE3D9 (Type of entity):Exchange"
    )
    wallets = pairs(snapshot, "identifiers", "type", "type_raw", "number") - {
        ("list_reference", "UK Sanctions List Ref", "RUS1421")
    }
    assert wallets == {
        ("crypto_wallet", "Digital Currency Address - XBT", "3Lpoy53K625zVeE47ZasiG5jGkAxJ27kh1"),
        ("crypto_wallet", "Digital Currency Address - ETH", "0x7FF9cFad3877F21d41Da833E2F775dB0569eE3D9"),
    }


def test_measures_beyond_an_asset_freeze() -> None:
    snapshot = told(
        "(UK Sanctions List Ref):RUS0001. Financial sanctions imposed in addition to an asset freeze: Loans "
        "and credit arrangements. Trust services. (UK Statement of Reasons):A travel ban was asked for."
    )
    assert of(snapshot, "sanctions")[0]["measures"] == [
        "Asset freeze",
        "Loans and credit arrangements",
        "Trust services",
    ]


def test_ways_to_reach_someone_are_in_no_table_nor_in_the_quarantine() -> None:
    text = (
        "(UK Sanctions List Ref):BEL0001. Telephone numbers: +375 17 111 22 33, 111-22-34 (ext. 5). Fax is "
        "+375171112235. Mail: a@secret.by (UK Statement of Reasons):Call +375-17-111-22-36 or b@secret.by. "
        "(Phone number):(1) 11122337 (2) 11122338 (Email address):c@secret.by (Fax): 11122339 "
        "(Tel): 11122330 (Website):d@secret.by"
    )
    snapshot = listed(
        row(Country="Mali") | {"Other Information": text},
        row(Group_ID="", Country="Mali") | {"Other Information": text},
        row(Group_ID="3", Name_6="", Country="Mali") | {"Other Information": text},
        row(Group_ID="4", Group_Type="Ship") | {"Other Information": text},
        row(Group_ID="4") | {"Other Information": text},
    )
    assert len(snapshot.quarantine) == 4
    assert "Country: Mali" in (snapshot.quarantine[1]["raw"] or "")
    told_ = repr(snapshot.arrow()) + repr(snapshot.quarantine) + repr(dict(snapshot.unknown))
    for name, rows in snapshot.arrow().items():
        told_ += f"{name} {rows.to_pylist()}"
    assert not re.search(r"111.?22|1112|secret", told_)
    assert not snapshot.unknown


def test_the_list_of_the_2010s() -> None:
    given = row(
        Name_1="Hamid",
        DOB="00/00/1955",
        Alias_Type="Prime Alias",
        Passport_Details="Afghan passport OA 100001",
        NI_Number="(1) 55 (2) 66",
        Nationality="(1) Germany. (2) Morocco",
    )
    given["Other Information"] = "UN Ref TI.A.12.01. Heads an office (UN Ref QDe.004). Father's name is Ali."
    snapshot = listed(given, row(Alias_Type="AKA", Name_6="B"), columns=THEN)
    assert pairs(snapshot, "identifiers", "type", "type_raw", "number") == {
        ("passport", "Passport Details", "OA 100001"),
        ("national_id", "NI Number", "55"),
        ("national_id", "NI Number", "66"),
        ("list_reference", "UN Ref", "TI.A.12.01"),
    }
    assert pairs(snapshot, "names", "name", "kind") == {("Hamid ACME", "primary"), ("B", "alias")}
    assert not snapshot.unknown


def test_an_old_file_in_cp1252() -> None:
    rows = table([row(Name_6="MÜLLER", Position="Chief of “X”")], THEN)
    snapshot = read(written(rows).decode().encode("cp1252"))
    assert of(snapshot, "sanctions")[0]["name"] == "MÜLLER"
    assert pairs(snapshot, "positions", "position") == {("Chief of “X”",)}


def test_what_is_new_in_the_format_is_counted() -> None:
    snapshot = listed(
        row(
            Group_Type="Aeroplane",
            Alias_Type="Nickname",
            Alias_Quality="So-so",
            Nationality="Atlantis",
            Listed_On="lately",
            Mood="x",
        )
        | {
            "Name Non-Latin Script": "x",
            "Non-Latin Script Language": "Elvish",
            "Other Information": "(Gender):N (Shoe size):44",
        },
        columns=[*NOW, "Mood"],
    )
    assert snapshot.unknown == {
        "column Mood": 1,
        "Group Type Aeroplane": 1,
        "Alias Type nickname": 1,
        "Alias Quality so-so": 1,
        "no Primary name": 1,
        "Non-Latin Script Language Elvish": 1,
        "country Atlantis": 1,
        "date lately": 1,
        "Gender N (Shoe size):44": 1,
        "Other Information (Shoe size)": 1,
    }
    (target,) = parsed(snapshot, "sanctions")
    assert (target["schema"], target["gender"], target["listing_date"]) == ("LegalEntity", None, None)


def test_rows_that_cannot_be_relied_on_go_to_quarantine() -> None:
    cells = table(
        [
            row(),
            row(Group_ID=""),
            row(Group_ID="3", Name_6=""),
            row(Group_ID="4"),
            row(Group_ID="4", Group_Type="Ship"),
        ]
    )
    cells.insert(3, ["ACME", "2"])
    cells.insert(4, [*cells[2], "more"])
    cells.insert(5, [*cells[2], ""])  # nothing more
    cells.insert(6, [""] * 36)  # nothing at all
    data = written(cells) + b'"AC"ME,5\r\n'
    snapshot = read(data)
    assert [(bad["locator"], (bad["reason"] or "")[:40]) for bad in snapshot.quarantine] == [
        ("line 4", "2 cells under 36 columns"),
        ("line 5", "37 cells under 36 columns"),
        ("line 8", "no Group ID"),
        ("line 12", "',' expected after '\"'"),
        ("line 9", "Group ID 3: no name"),
        ("line 10", "Group ID 4: rows of two kinds"),
        ("line 11", "Group ID 4: rows of two kinds"),
    ]
    assert [bad["key"] for bad in snapshot.quarantine] == [None, None, None, None, "3", "4", "4"]
    report = snapshot.files[CSV]
    assert (report.declared, report.parsed, report.quarantined) == (9, 2, 7)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"Last Updated,10/04/2025\r\n", "does not start with `Last Updated` and a header"),
        (written(table([row()])[1:]), "does not start with `Last Updated` and a header"),
        (b"a,b\r\nc,d\r\n", "does not start with `Last Updated` and a header"),
        (b"Last Updated,10/04/2025\r\n,,\r\na,b\r\n", "line 3: no column Name 1, Name 2"),
        (written(table([row()], [c for c in NOW if c != "Group ID"])), "line 2: no column Group ID"),
        (written(table([row()], [*NOW, "DOB"])), "line 2: a column appears twice"),
        (written(table([row()])) + b'"ACME\r\nB,"C"\r\n', "lines 4 to 5: "),
        (b"PK\x03\x04", "the zip is broken"),
    ],
)
def test_a_broken_file_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(SourceFormatError) as error:
        read(data)
    assert str(error.value).startswith(CSV)
    assert message in str(error.value)


def test_a_day_without_change_but_for_its_date() -> None:
    data = sample("2025-04-10")
    later = read(data.replace(b"Last Updated,10/04/2025", b"Last Updated,11/04/2025", 1))
    assert content(later) == content(read(data))
    assert later.files[CSV].published_at == datetime(2025, 4, 11, tzinfo=UTC)


def test_a_workbook_that_somebody_saved_again() -> None:
    """Dates become dates and keys numbers."""
    parts = {}
    with zipfile.ZipFile(io.BytesIO(sample("2025-04-10", XLSX))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    strings = re.findall(rb"<si><t>(.*?)</t></si>", parts["xl/sharedStrings.xml"], re.DOTALL)

    def typed(cell: re.Match[bytes]) -> bytes:
        where, value = cell[1], strings[int(cell[2])]
        if day := re.fullmatch(rb"(\d\d)/(\d\d)/(\d{4})", value):
            if day[1] == b"00" or where.startswith(b"B"):
                return cell[0]
            serial = date(int(day[3]), int(day[2]), int(day[1])).toordinal() - date(1899, 12, 30).toordinal()
            return b'<c r="%s" s="1"><v>%d</v></c>' % (where, serial)
        if re.fullmatch(rb"\d{5}", value):
            return b'<c r="%s"><v>%s</v></c>' % (where, value)
        return cell[0]

    sheet = parts["xl/worksheets/sheet1.xml"]
    changed = re.sub(rb'<c r="([A-Z]+\d+)" s="\d" t="s"><v>(\d+)</v></c>', typed, sheet)
    assert changed.count(b'" s="1"><v>') > 90
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, part in (parts | {"xl/worksheets/sheet1.xml": changed}).items():
            archive.writestr(name, part)
    again, before = read(out.getvalue(), XLSX), read(sample("2025-04-10"))
    raw = {"birth_dates": "birth_date_raw", "sanctions": "birth_dates_raw"}

    def rows(snapshot: ParseResult, name: str) -> list[str]:
        return sorted(repr({**found, raw.get(name, ""): ""}) for found in parsed(snapshot, name))

    for name in before.arrow():
        assert rows(again, name) == rows(before, name)
    assert not again.unknown


@pytest.mark.parametrize("name", ["-", "N/A", "Unknown"])
def test_a_target_whose_name_says_nothing_keeps_its_key(name: str) -> None:
    snapshot = listed(row(Group_ID="7", Name_6=name), row(Group_ID="8"))
    (rejected,) = snapshot.quarantine
    assert (rejected["key"], rejected["reason"]) == ("7", "Group ID 7: no name")
    assert [each["record_id"] for each in parsed(snapshot, "sanctions")] == ["gb_ofsi:8"]


def test_words_for_nothing_are_nothing_in_any_column() -> None:
    given = row(
        Name_1="Viktor",
        Name_2="-",
        Title="N/A",
        DOB="Unknown",
        Town_of_Birth="-",
        Country_of_Birth="Unknown",
        Nationality="NA",
        Passport_Number="-",
        Passport_Details="n/a",
        National_Identification_Number="none",
        Position="Not available",
        Address_1="Unknown",
        Address_6="Minsk",
        Country="Belarus",
    )
    given |= {"Post/Zip Code": "-", "Other Information": "(Gender):Unknown (Website):N/A (Parent company):-"}
    snapshot = listed(given, row(Alias_Type="AKA", Name_6="a.k.a. Kolya"), row(Alias_Type="AKA", Name_6="--"))
    assert set(snapshot.arrow()) == {"sanctions", "names", "programs", "addresses"}
    assert pairs(snapshot, "names", "name") == {("Viktor ACME",), ("Kolya",)}
    assert pairs(snapshot, "addresses", "full", "postal_code") == {("Minsk, Belarus", None)}
    assert not snapshot.unknown


def test_each_regime_has_its_day_of_listing_and_the_target_one_of_amendment() -> None:
    snapshot = listed(
        row(Last_Updated="04/02/2022"),
        row(Alias_Type="AKA", Name_6="B", Last_Updated="18/03/2022"),
        row(Regime="Global Human Rights", Listed_On="29/09/2020", Last_Updated="04/02/2022"),
    )
    assert pairs(snapshot, "programs", "program", "listing_date") == {
        ("Belarus", date(2020, 11, 6)),
        ("Global Human Rights", date(2020, 9, 29)),
    }
    (target,) = parsed(snapshot, "sanctions")
    assert (target["listing_date"], target["amended_date"]) == (date(2020, 9, 29), date(2022, 3, 18))


@pytest.mark.parametrize(
    "text",
    ["2020-11-06", "2020-11-06T00:00:00", "44141", "44141.0", "06/11/2020 00:00:00"],
)
def test_days_in_other_forms(text: str) -> None:
    """As a spreadsheet, or a CSV file saved from one, has them."""
    snapshot = listed(row(Listed_On=text, Last_Updated=text))
    (target,) = parsed(snapshot, "sanctions")
    assert (target["listing_date"], target["amended_date"]) == (date(2020, 11, 6), date(2020, 11, 6))
    assert not snapshot.unknown


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("29221", {("1980-01-01", "day")}),
        ("29221.0", {("1980-01-01", "day")}),
        ("1980-01-01", {("1980-01-01", "day")}),
        ("Approximately 1981, 1984", {("1981", "circa"), ("1984", "circa")}),
    ],
)
def test_dates_of_birth_in_other_forms(text: str, found: set[tuple[str, str]]) -> None:
    snapshot = listed(row(DOB=text))
    assert pairs(snapshot, "birth_dates", "birth_date", "birth_date_precision") == found
    assert not snapshot.unknown


def test_a_date_that_could_be_two_is_a_year_where_the_file_has_dates_of_both_orders() -> None:
    def births(*texts: str) -> set[tuple[Any, ...]]:
        return pairs(
            listed(*(row(DOB=text) for text in texts)), "birth_dates", "birth_date_raw", "birth_date"
        )

    assert births("05/06/1978", "30/09/1978") == {("05/06/1978", "1978-06-05"), ("30/09/1978", "1978-09-30")}
    assert births("05/06/1978", "09/30/1978") == {("05/06/1978", "1978"), ("09/30/1978", "1978-09-30")}
    snapshot = listed(row(Listed_On="05/06/2021", Last_Updated="09/30/2022"))
    (target,) = parsed(snapshot, "sanctions")
    assert (target["listing_date"], target["amended_date"]) == (None, date(2022, 9, 30))
    assert snapshot.unknown == {"date 05/06/2021": 1}


@pytest.mark.parametrize("change", [str.upper, str.lower, lambda text: f" {text}  "])
def test_words_of_the_publisher_are_the_same_in_any_case(change: Callable[[str], str]) -> None:
    first, header, *rows = csv.reader(io.StringIO(sample("2025-04-10").decode(), newline=""))
    words = ("Group Type", "Alias Type", "Alias Quality", "Regime", "Non-Latin Script Language")
    for cells in rows:
        for column in words:
            at = header.index(column)
            cells[at] = cells[at] and change(cells[at])
        at = header.index("Other Information")
        cells[at] = re.sub(
            r"\((Gender|UK Statement of Reasons|Type of entity)\):", lambda m: f"({change(m[1])}):", cells[at]
        )
        cells[at] = re.sub(r"(?<=\(Gender\):)\w+", lambda m: change(m[0]), cells[at], flags=re.IGNORECASE)
    changed = read(written([[change(first[0]), first[1]], list(map(change, header)), *rows]))
    assert content(changed) == content(read(sample("2025-04-10")))
    assert not changed.unknown


STRANGER = {
    "Name 6": "RASHID",
    "DOB": "01/02/1949",
    "Regime": "Iraq",
    "Listed On": "07/05/2004",
    "Last Updated": "31/12/2020",
    "Other Information": "(UK Sanctions List Ref):IRQ0001.",
}
OWN = {"Other Information": "(UK Sanctions List Ref):BEL0045."}


@pytest.mark.parametrize("alias_type", ["AKA", "FKA", "Primary name variation"])
def test_a_row_of_somebody_else_under_a_number_is_not_merged(alias_type: str) -> None:
    own = [
        row(Group_ID="7", Name_1="Viktor", Name_6="LUKASHENKO", DOB="28/11/1975") | OWN,
        row(Group_ID="7", Name_1="Viktar", Name_6="LUKASHENKA", DOB="28/11/1975", Alias_Type="AKA") | OWN,
    ]
    stranger = row(Group_ID="7", Alias_Type=alias_type) | STRANGER
    snapshot = listed(own[0], stranger, row(Group_ID="8"), own[1])
    (rejected,) = snapshot.quarantine
    assert (rejected["locator"], rejected["key"]) == ("line 4", "7")
    assert rejected["reason"] == "Group ID 7: a row of another target"
    assert {row["name"] for row in of(snapshot, "names", "7")} == {"Viktor LUKASHENKO", "Viktar LUKASHENKA"}
    assert [row["program"] for row in of(snapshot, "programs", "7")] == ["Belarus"]
    report = snapshot.files[CSV]
    assert (report.declared, report.parsed, report.quarantined) == (4, 3, 1)


def test_of_two_targets_under_one_number_none_is_taken() -> None:
    own = row(Group_ID="7", Name_1="Viktor", Name_6="LUKASHENKO", DOB="28/11/1975") | OWN
    snapshot = listed(own, row(Group_ID="8"), row(Group_ID="7") | STRANGER)
    assert [(bad["locator"], bad["key"], bad["reason"]) for bad in snapshot.quarantine] == [
        ("line 3", "7", "Group ID 7: two targets"),
        ("line 5", "7", "Group ID 7: two targets"),
    ]
    assert [each["record_id"] for each in parsed(snapshot, "sanctions")] == ["gb_ofsi:8"]
    born = row(Group_ID="7", Name_6="RASHID", DOB="01/02/1949")  # all else is the same
    assert len(listed(row(Group_ID="7", DOB="28/11/1975"), born).quarantine) == 2


def test_rows_of_one_target_can_differ_in_much() -> None:
    """An alias under another regime, one with another birth, and a second main name."""
    snapshot = listed(
        row(Name_1="Viktor", Name_6="LUKASHENKO", DOB="28/11/1975") | OWN,
        row(Name_1="Viktar", Name_6="LUKASHENKO", Regime="Global Human Rights", Listed_On="29/09/2020") | OWN,
        row(Name_6="BATKA", Alias_Type="AKA", Regime="Global Human Rights", Listed_On="29/09/2020") | OWN,
        row(Name_6="VITYA", Alias_Type="AKA", DOB="1970") | OWN,
    )
    assert not snapshot.quarantine
    assert len(of(snapshot, "names")) == 4


@pytest.mark.parametrize(
    ("column", "cell", "found"),
    [
        (
            "Passport_Number",
            "Passport No: MP0000001 (Qatari passport issued in Doha on 1 May 2010)",
            ("passport", "MP0000001", "QA"),
        ),
        ("Passport_Number", "Belarusian passport number MP0000002", ("passport", "MP0000002", "BY")),
        ("National_Identification_Number", "TIN: 100000000001", ("tax_id", "100000000001", None)),
        ("National_Identification_Number", "1000000001 (Ukraine)", ("national_id", "1000000001", "UA")),
    ],
)
def test_what_stands_beside_a_number_in_its_cell(column: str, cell: str, found: tuple[Any, ...]) -> None:
    snapshot = listed(row(**{column: cell}))
    assert pairs(snapshot, "identifiers", "type", "number", "country") == {found}


def test_two_numbers_with_labels_in_one_cell() -> None:
    snapshot = listed(row(National_Identification_Number="OGRNIP: 300000000000001 TIN: 100000000001"))
    assert pairs(snapshot, "identifiers", "type", "number") == {
        ("registration", "300000000000001"),
        ("tax_id", "100000000001"),
    }


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        (
            "1089847364114 (Russia). Tax ID No. 7813491943 (Russia)",
            {("registration", "1089847364114", "RU"), ("tax_id", "7813491943", "RU")},
        ),
        ("Tax ID No. 7813491943 (Russia)", {("tax_id", "7813491943", "RU")}),
        ("UNP 100122726 (Belarus)", {("tax_id", "100122726", "BY")}),
        ("Belarusian tax number 100122726", {("tax_id", "100122726", "BY")}),
        (
            '"OGRN: 1089847364114 TIN: 7813491943"',
            {("registration", "1089847364114", None), ("tax_id", "7813491943", None)},
        ),
    ],
)
def test_numbers_of_registration_with_countries(text: str, numbers: set[tuple[Any, ...]]) -> None:
    snapshot = told(f"(Business Reg No):{text}", Group_Type="Entity")
    assert pairs(snapshot, "identifiers", "type", "number", "country") == numbers


@pytest.mark.parametrize(
    ("text", "states"),
    [("Belarusian", {"BY"}), ("Iraqi, Iranian", {"IQ", "IR"}), ("(1) Syrian (2) Lebanese", {"SY", "LB"})],
)
def test_nationalities_by_demonym(text: str, states: set[str]) -> None:
    snapshot = listed(row(Nationality=text))
    assert {each["country"] for each in of(snapshot, "nationalities")} == states
    assert not snapshot.unknown


def test_a_key_that_a_spreadsheet_made_a_number() -> None:
    assert [each["record_id"] for each in parsed(listed(row(Group_ID="13918.0")), "sanctions")] == [
        "gb_ofsi:13918"
    ]


def test_a_slip_in_a_word_of_one_row_loses_that_word_alone() -> None:
    snapshot = listed(
        row(Name_6="LUKASHENKO", Alias_Type="Primay name"),
        row(Name_6="BATKA", Alias_Type="AKA", Group_Type="Indivdual"),
    )
    (target,) = parsed(snapshot, "sanctions")
    assert (target["name"], target["schema"]) == ("LUKASHENKO", "Person")
    assert snapshot.unknown == {
        "Alias Type primay name": 1,
        "Group Type Indivdual": 1,
        "no Primary name": 1,
    }


# Both files, one, or none


def both(one: bytes, other: bytes) -> ParseResult:
    files = {XLSX: io.BytesIO(other), CSV: io.BytesIO(one)}
    return parse(SOURCE.source_id, SOURCE.parser, files, SOURCE.options)


def test_of_both_files_one_is_read() -> None:
    one, other = sample("2025-04-10"), sample("2025-04-10", XLSX)
    snapshot = both(one, other)
    reports = {name: (r.declared, r.parsed, r.outside) for name, r in snapshot.files.items()}
    assert reports == {CSV: (48, 48, 0), XLSX: (48, 0, 48)}
    assert content(snapshot) == content(read(one))
    with pytest.raises(SourceFormatError, match=r"ConList.xlsx: not the same list as ConList.csv"):
        both(sample("2025-11-08"), other)


@pytest.mark.parametrize("present", [(CSV,), (XLSX,), (CSV, XLSX)])
def test_a_mirror_may_have_either_file(present: tuple[str, ...], tmp_path: Path, archive: Archive) -> None:
    folder = tmp_path / SOURCE.source_id / "2025-04-10"
    folder.mkdir(parents=True)
    for name in present:
        (folder / name).write_bytes(sample("2025-04-10", name))
    batch = mirror.import_date(SOURCE, tmp_path, date(2025, 4, 10), archive)
    assert batch.failure is None
    (unit,) = archive.snapshots(SOURCE.source_id, SOURCE.content)
    assert set(unit.files) == set(present)


def test_a_live_fetch_that_finds_the_list_gone_says_so(site: Site, archive: Archive) -> None:
    with fetcher.make_client(site.base_url) as client:
        now = datetime(2026, 11, 1, tzinfo=UTC)
        batch = fetcher.fetch_batch(
            SOURCE, archive, client=client, observed_at=now, via="live", sleep=lambda _: None
        )
    assert "404" in (batch.failure or "")
    with pytest.raises(fetcher.FetchError, match=r"gb_ofsi: .*404"):
        fetcher.raise_if_failed(batch, SOURCE)


# The real list


def cells_of(file: Path) -> Iterator[Mapping[str, str]]:
    """The real workbook's rows, read without calamine and without the code under test."""
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    with zipfile.ZipFile(file) as book:
        strings = [
            "".join(item.itertext())
            for item in ElementTree.fromstring(book.read("xl/sharedStrings.xml")).iter(f"{space}si")  # noqa: S314
        ]
        tree = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))  # noqa: S314
    heads: dict[str, str] = {}
    for number, line in enumerate(tree.iter(f"{space}row")):
        found = {
            (cell.get("r") or "").rstrip("0123456789"): strings[int(cell.findtext(f"{space}v") or 0)]
            for cell in line
            if cell.get("t") == "s"
        }
        if number == 1:
            heads = found
        elif number > 1:
            yield defaultdict(str, {heads[column]: text.strip() for column, text in found.items()})


@pytest.fixture(scope="module")
def real_rows(shared_data: Path) -> list[Mapping[str, str]]:
    return list(cells_of(shared_data / "gb_ofsi/2025-04-10" / XLSX))


@pytest.fixture(scope="module")
def real(shared_data: Path) -> ParseResult:
    return read((shared_data / "gb_ofsi/2025-04-10" / XLSX).read_bytes(), XLSX)


def test_the_real_list(real: ParseResult, real_rows: list[Mapping[str, str]]) -> None:
    report = real.files[XLSX]
    assert (
        (report.declared, report.parsed, report.quarantined)
        == (18_796, 18_796, 0)
        == (len(real_rows), 18_796, 0)
    )
    assert report.published_at == datetime(2025, 4, 10, tzinfo=UTC)
    assert all(label.startswith("control character") for label in real.unknown)
    assert Counter(row["schema"] for row in parsed(real, "sanctions")) == {
        "Person": 3_662,
        "Organization": 1_009,
        "Vessel": 15,
    }
    assert all(row["listing_date"] for row in parsed(real, "sanctions"))
    assert {code for row in parsed(real, "sanctions") for code in row["nationalities"]} <= CODES


REFERENCES = {
    "UK Sanctions List Ref": r"[A-Z]{3}\d{4}|SDi\.\d{3}",
    "UN Ref": r"[A-Z]{2}[A-Za-z]\. ?\d{3}",
}


def test_the_real_list_against_another_count(real: ParseResult, real_rows: list[Mapping[str, str]]) -> None:
    """Distinct rows of each target, counted with other code."""
    seen: defaultdict[str, set[tuple[str, ...]]] = defaultdict(set)
    for cells in real_rows:
        key = cells["Group ID"]
        seen["sanctions"].add((key,))
        seen["programs"].add((key, cells["Regime"]))
        if cells["DOB"]:
            seen["birth_dates"].add((key, cells["DOB"]))
        where = tuple(
            cells[column] for column in (*(f"Address {n}" for n in range(1, 7)), "Post/Zip Code", "Country")
        )
        if any(where):
            seen["addresses"].add((key, *where))
        name = " ".join(f"{' '.join(cells[f'Name {n}'] for n in (1, 2, 3, 4, 5))} {cells['Name 6']}".split())
        seen["Latin"].add((key, name))
        if cells["Name Non-Latin Script"]:
            seen["others"].add((key, " ".join(cells["Name Non-Latin Script"].split())))
        text = cells["Other Information"]
        for label in ("Gender", "IMO number", "Flag of ship", "Website", "Type of entity"):
            if f"({label}):" in text:
                seen[label].add((key,))
        for label, form in REFERENCES.items():
            head = re.search(rf"\({label}\):([^(]{{0,20}})", text)
            seen[label] |= {(key, found) for found in re.findall(form, head[1] if head else "")}
    names = parsed(real, "names")
    tables = {name: len(parsed(real, name)) for name in ("sanctions", "programs", "birth_dates")}
    assert tables == {name: len(seen[name]) for name in tables}
    assert tables == {"sanctions": 4_686, "programs": 4_702, "birth_dates": 3_542}
    kinds = Counter(row["kind"] for row in parsed(real, "addresses"))
    assert kinds["address"] == len(seen["addresses"]) == 3_117
    assert len({(n["record_id"], n["name"]) for n in names}) == len(seen["Latin"] | seen["others"])
    numbers = Counter(row["type_raw"] for row in parsed(real, "identifiers"))
    assert numbers["UK Sanctions List Ref"] == len(seen["UK Sanctions List Ref"]) == 4_698
    assert numbers["UN Ref"] == len(seen["UN Ref"]) == 867
    assert numbers["IMO number"] == len(seen["IMO number"]) == 15
    assert sum(row["gender"] is not None for row in parsed(real, "sanctions")) == len(seen["Gender"]) == 2_711
    flags = [row for row in parsed(real, "nationalities") if row["kind"] == "flag"]
    assert len(flags) == len(seen["Flag of ship"])
    facts: defaultdict[str, set[str]] = defaultdict(set)
    for fact in parsed(real, "particulars"):
        facts[fact["property"]].add(fact["record_id"])
    assert len(facts["organization_type"]) == len(seen["Type of entity"]) == 345
    assert len(seen["Website"]) - len(facts["website"]) == 6  # which hold mail addresses alone


def test_partial_dates_of_the_real_list_stay_partial(real: ParseResult) -> None:
    for born in parsed(real, "birth_dates"):
        zeros = born["birth_date_raw"].count("00/")
        if "/" in born["birth_date_raw"] and zeros:
            assert born["birth_date_precision"] == {1: "month", 2: "year"}[zeros]
    assert Counter(row["birth_date_precision"] for row in parsed(real, "birth_dates")) == {
        "day": 2_695,
        "month": 24,
        "year": 823,
    }


def test_nothing_withheld_of_the_real_list_is_told(
    real: ParseResult, real_rows: list[Mapping[str, str]]
) -> None:
    told = {str(cell) for rows in real.arrow().values() for row in rows.to_pylist() for cell in row.values()}
    everything = "\n".join(told)
    mails: set[str] = set()
    numbers: set[str] = set()
    for cells in real_rows:
        text = cells["Other Information"]
        mails |= set(re.findall(r"[\w.-]+@[\w-]+\.[\w.-]+", text))
        for part in re.findall(
            r"\((?:Phone number|Fax|Tel)\):(.*?)(?= ?\([A-Z][^()]*\):|$)", text, re.DOTALL
        ):
            numbers |= set(re.findall(r"\+?\d[\d ()-]{6,}\d", part))
    assert len(mails) > 300 and len(numbers) > 400
    assert not [mail for mail in mails if mail in everything]
    assert not [number for number in numbers if number in everything]


def test_samples_agree_with_the_real_list(real: ParseResult) -> None:
    known = {row["record_id"]: row for row in parsed(real, "sanctions")}
    for table_, columns in {
        "names": ("name", "kind", "lang"),
        "identifiers": ("type", "number"),
        "birth_dates": ("birth_date_raw",),
        "addresses": ("kind", "full"),
        "particulars": ("property", "value"),
        "positions": ("kind", "position"),
    }.items():
        there = {(r["record_id"], *(r[column] for column in columns)) for r in parsed(real, table_)}
        for day in DATES:
            small = parsed(read(sample(day)), table_)
            assert {(r["record_id"], *(r[column] for column in columns)) for r in small} <= there
    for day in DATES:
        for small_row in parsed(read(sample(day)), "sanctions"):
            for column in ("schema", "name", "programs", "listing_date", "nationalities", "position"):
                assert small_row[column] == known[small_row["record_id"]][column]


@pytest.mark.parametrize("key", ["-", "Unknown", "139x8"])
def test_a_group_id_that_is_none_is_no_group_of_its_own(key: str) -> None:
    snapshot = listed(row(), row(Group_ID=key))
    assert [(bad["key"], bad["reason"]) for bad in snapshot.quarantine] == [(None, "no Group ID")]


def test_a_row_that_gives_the_same_days_in_another_form_is_of_the_same_target() -> None:
    main = row(Name_6="DOE", Listed_On="06/11/2020", Last_Updated="04/02/2022", DOB="17/05/1980")
    other = {"Alias_Type": "AKA", "Listed_On": "2020-11-06", "Last_Updated": "44596", "DOB": "17 May 1980"}
    snapshot = listed(main, row(Name_6="Zeta", **other))
    assert not snapshot.quarantine
    assert len(of(snapshot, "names")) == 2
