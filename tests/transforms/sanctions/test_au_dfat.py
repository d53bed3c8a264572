"""Australia's list: the samples, the real file, and workbooks that are not what they should be."""

from __future__ import annotations

import io
import random
import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
import python_calamine

from sources.registry import FOLDER, load, samples
from tests.builders import content, everything, parsed
from transforms.reading.parse_result import ParseResult, SourceFormatError, parse

SOURCE = load(FOLDER / "au_dfat/source.yml")
NAME = SOURCE.files[0].name
DATES = ["2022-03-01", "2024-11-11", "2025-11-28"]
OLD = (
    "Reference",
    "Name of Individual or Entity",
    "Type",
    "Name Type",
    "Date of Birth",
    "Place of Birth",
    "Citizenship",
    "Address",
    "Additional Information",
    "Listing Information",
    "Committees",
    "Control Date",
)
NEW = (
    *OLD[:10],
    "IMO Number",
    *OLD[10:],
    "Alias Strength",
    "Instrument of Designation",
    "Targeted Financial Sanction",
    "Travel Ban",
    "Arms Embargo",
    "Maritime Restriction",
)
Cells = Sequence[Any]

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_TYPES}.styles+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPES}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}"><sheets>'
    '<sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_LINKS}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_LINKS}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><cellXfs count="2"><xf numFmtId="0"/>'
    '<xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>',
}


def _cell(at: str, value: Any) -> str:
    if isinstance(value, bool):
        return f'<c r="{at}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, date):
        return f'<c r="{at}" s="1"><v>{(value - date(1899, 12, 30)).days}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{at}"><v>{value}</v></c>'
    return f'<c r="{at}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'


def workbook(*rows: Cells) -> bytes:
    """A workbook with one sheet; dates are cells with the format of dates, None is no cell."""
    lines = [
        f'<row r="{number}">'
        + "".join(
            _cell(f"{chr(65 + at)}{number}", value) for at, value in enumerate(row) if value is not None
        )
        + "</row>"
        for number, row in enumerate(rows, start=1)
    ]
    sheet = f'<worksheet xmlns="{_MAIN}"><sheetData>{"".join(lines)}</sheetData></worksheet>'
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, text in {**_PARTS, "xl/worksheets/sheet1.xml": sheet}.items():
            archive.writestr(name, text)
    return written.getvalue()


def row(reference: Any = 1, name: str | None = "Doe", titles: Sequence[str] = OLD, **given: Any) -> list[Any]:
    """A row; columns are given by their titles with `_` for blanks, what is not given is empty."""
    told = {"Reference": reference, "Name of Individual or Entity": name, "Type": "Individual"}
    told |= {"Name Type": "Primary Name", "Committees": "1988 (Taliban)"}
    told |= {title.replace("_", " "): value for title, value in given.items()}
    assert told.keys() <= set(titles)
    return [told.get(title) for title in titles]


def read(data: bytes) -> ParseResult:
    return parse(SOURCE.source_id, SOURCE.parser, {NAME: io.BytesIO(data)}, SOURCE.options)


def one(**given: Any) -> ParseResult:
    return read(workbook(OLD, row(**given)))


def sample(day: str) -> bytes:
    return (samples(SOURCE.source_id) / day / NAME).read_bytes()


def of(snapshot: ParseResult, table: str, key: str) -> list[dict[str, Any]]:
    return [found for found in parsed(snapshot, table) if found["record_id"] == f"au_dfat:{key}"]


def test_samples_tell_what_happened() -> None:
    first, second, third = [
        {found["record_id"]: found for found in parsed(read(sample(day)), "sanctions")} for day in DATES
    ]
    assert second.keys() - first.keys() == {f"au_dfat:{key}" for key in (6824, 6825, 7209, 7994)}
    assert first.items() <= second.items()
    assert second.keys() - third.keys() == {"au_dfat:3046"}  # removed by resolution 2799, 6 November 2025
    before, after = [of(read(sample(day)), "programs", "3164")[0]["legal_basis"] for day in DATES[:2]]
    assert (before, after) == (
        "Listed on: 2 Mar. 2016",
        "Listed on: 2 Mar. 2016 (amended on 26 Jul. 2022)",
    )


def test_a_person_in_full() -> None:
    snapshot = read(sample("2025-11-28"))
    (person,) = of(snapshot, "sanctions", "2")
    assert person["reason"].startswith("Title: a) Mullah b) Haji. Designation: a) First Deputy")
    positions = {
        "First Deputy, Council of Ministers under the Taliban regime",
        "Foreign Minister before Wakil Ahmad Mutawakil under the Taliban regime",
        "Governor of Kandahar under the Taliban regime",
        "Political Advisor of Mullah Mohammed Omar",
    }
    assert person | {"reason": None} == {
        "record_id": "au_dfat:2",
        "source_id": "au_dfat",
        "authority": "Australian Government",
        "schema": "Person",
        "name": "MOHAMMAD HASSAN AKHUND",
        "programs": ["1988 (Taliban)"],
        "listing_date": date(2001, 1, 25),
        "amended_date": None,
        "delisting_date": None,
        "measures": ["Arms Embargo", "Targeted Financial Sanction", "Travel Ban"],
        "reason": None,
        "nationalities": ["AF"],
        "nationalities_raw": ["Afghanistan"],
        "birth_dates": ["1945/1950", "1955/1958"],
        "birth_dates_raw": ["Approximately 1945-1950", "Approximately 1955- 1958"],
        "gender": None,
        "position": "; ".join(sorted({*positions, "Mullah", "Haji"})),
        "url": None,
    }
    assert [(found["name"], found["kind"], found["script"]) for found in of(snapshot, "names", "2")] == [
        ("MOHAMMAD HASSAN AKHUND", "primary", "Latn"),
        ("محمد حسن أخوند", "alias", "Arab"),
    ]
    assert {(found["kind"], found["position"]) for found in of(snapshot, "positions", "2")} == {
        ("title", "Mullah"),
        ("title", "Haji"),
        *(("position", position) for position in positions),
    }
    (birth_place,) = of(snapshot, "addresses", "2")
    assert (birth_place["kind"], birth_place["country"]) == ("birth_place", "AF")
    (program,) = of(snapshot, "programs", "2")
    assert program["program_name"] == "Taliban, Security Council resolution 1988"
    assert program["legal_basis"].startswith("Listed by UN 1267 Committee on 25 January 2001 (amended on")


def test_a_body_and_its_names() -> None:
    snapshot = read(sample("2025-11-28"))
    (body,) = of(snapshot, "sanctions", "7209")
    assert (body["schema"], body["name"]) == ("Organization", "Private Military Company “Wagner”")
    assert body["measures"] == ["Targeted Financial Sanction"]
    assert [found["name"] for found in of(snapshot, "names", "7209")][1:] == ["PMC Wagner", "Wagner Group"]
    (number,) = of(snapshot, "identifiers", "3164")
    assert (number["type"], number["type_raw"], number["number"]) == ("imo_company", "IMO Number", "5342883")
    addresses = {found["full"] for found in of(snapshot, "addresses", "3164")}
    assert addresses == {
        "817 Haeun, Donghung-dong, Central District, Pyongyang, Democratic People's Republic of Korea",
        "817, Haeum, Tonghun-dong, Chung-gu, Pyongyang, Democratic People's Republic of Korea",
    }


def test_rows_of_one_number_are_one_target_wherever_they_stand() -> None:
    snapshot = read(
        workbook(
            OLD,
            row("12a", "Second", Name_Type="aka"),
            row(7, "Other"),
            [None] * 12,
            row(12.0, "First", Name_Type=" primary  Name"),
            row(" 12b1 ", "Third\n", Name_Type="Aka "),
            row("12aa", "Fourth", Name_Type="Formerly known as"),
            row("12c", "Fifth (formerly listed as)", Name_Type="AKA"),
        )
    )
    assert {(found["name"], found["kind"]) for found in of(snapshot, "names", "12")} == {
        ("First", "primary"),
        ("Second", "alias"),
        ("Third", "alias"),
        ("Fourth", "former"),
        ("Fifth", "former"),
    }
    report = snapshot.files[NAME]
    assert (report.declared, report.parsed) == (6, 6)
    assert not snapshot.unknown


def test_the_columns_of_2025() -> None:
    columns = {"titles": NEW, "Type": "Vessel ", "IMO_Number": 9144782, "Committees": "Autonomous (Russia)"}
    flags = {"Targeted_Financial_Sanction": False, "Travel_Ban": "FALSE", "Maritime_Restriction": True}
    instrument = {"Instrument_of_Designation": "Amendment (No. 4) Instrument 2025"}
    names = [
        row("8a", f"M/V {strength}", NEW, Name_Type="Alias", Alias_Strength=strength)
        for strength in ("Weak", "Strong")
    ]
    snapshot = read(workbook(NEW, row(8, "M/V Main", **columns, **flags, **instrument), *names))
    (ship,) = parsed(snapshot, "sanctions")
    assert (ship["schema"], ship["measures"]) == ("Vessel", ["Maritime Restriction"])
    (number,) = parsed(snapshot, "identifiers")
    assert (number["type"], number["number"]) == ("imo", "9144782")
    assert {(found["name"], found["kind"]) for found in parsed(snapshot, "names")} == {
        ("M/V Main", "primary"),
        ("M/V Weak", "weak_alias"),
        ("M/V Strong", "alias"),
    }
    assert {found["legal_basis"] for found in parsed(snapshot, "programs")} == {
        "Amendment (No. 4) Instrument 2025",
        None,
    }
    assert not snapshot.unknown


@pytest.mark.parametrize(
    ("cell", "edtf"),
    [
        (date(1961, 6, 1), ["1961-06-01"]),
        (1958, ["1958"]),
        ("18798", ["1951-06-19"]),
        ("a) Approximately 1955-1958 b) 1953", ["1953", "1955/1958"]),
        ("Between 1963 and 1968", ["1963/1968"]),
        ("5 Feb. 1970\xa0\xa0", ["1970-02-05"]),
        ("na", []),
    ],
)
def test_dates_of_birth_keep_their_precision(cell: Any, edtf: list[str]) -> None:
    snapshot = one(Date_of_Birth=cell)
    assert parsed(snapshot, "sanctions")[0]["birth_dates"] == edtf
    assert not snapshot.unknown


def test_what_is_said_of_one_name_alone_has_it_in_its_note() -> None:
    snapshot = read(
        workbook(
            OLD,
            row(402, "Main", Date_of_Birth=date(1969, 12, 18), Citizenship="Tunisian "),
            row("402a", "Fabio", Name_Type="aka", Date_of_Birth=date(1968, 5, 25), Citizenship="Italian"),
            row("402b", "Hassan", Name_Type="aka", Date_of_Birth="18 Dec. 1969; 1970 (from\nfalse passport)"),
            row(
                "402c", "Thale", Name_Type="aka", Date_of_Birth=date(1969, 12, 18), Citizenship="Tunisian\xa0"
            ),
        )
    )
    assert {(found["birth_date"], found["note"]) for found in parsed(snapshot, "birth_dates")} == {
        ("1969-12-18", None),
        ("1969-12-18", "of the name Hassan"),
        ("1968-05-25", "of the name Fabio"),
        ("1970", "from false passport"),
    }
    assert {(found["country"], found["note"]) for found in parsed(snapshot, "nationalities")} == {
        ("TN", None),
        ("IT", "of the name Fabio"),
    }


@pytest.mark.parametrize(
    ("text", "states"),
    [
        ("Russian and Ukrainian", [("RU", "Russian", None), ("UA", "Ukrainian", None)]),
        ("Moldovan, Russian", [("MD", "Moldovan", None), ("RU", "Russian", None)]),
        ("Trinidad and Tobago", [("TT", "Trinidad and Tobago", None)]),
        ("a) Russian\xa0 b) USSR (until 1991)", [("RU", "Russian", None), ("SU", "USSR", "until 1991")]),
        ("Saudi Arabian (alt Yemeni)", [("SA", "Saudi Arabian", "alt Yemeni")]),
        ("Possibly Ethiopian", [("ET", "Ethiopian", "possibly")]),
        ("Somalia;\nKenya", [("KE", "Kenya", None), ("SO", "Somalia", None)]),
        ("Turkish/Jordanian", [("JO", "Jordanian", None), ("TR", "Turkish", None)]),
        ("Congolese", [(None, "Congolese", None)]),
        ("na", []),
    ],
)
def test_citizenships(text: str, states: list[tuple[str | None, str, str | None]]) -> None:
    snapshot = one(Citizenship=text)
    found = [
        (each["country"], each["country_raw"], each["note"]) for each in parsed(snapshot, "nationalities")
    ]
    assert sorted(found, key=repr) == sorted(states, key=repr)
    assert not snapshot.unknown


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Moscow, Russia", [("Moscow, Russia", "RU")]),
        ("NA", []),
        ("a) Algeria b) Mali", [("Algeria", "DZ"), ("Mali", "ML")]),
        ("(a) Karachi, Pakistan; (b) Lahore", [("Karachi, Pakistan", "PK"), ("Lahore", None)]),
        (
            "Tunis, Tunisia (previous address, Tripoli)",
            [("Tunis, Tunisia (previous address, Tripoli)", "TN")],
        ),
        ("A.\xa0St, Yemen.", [("A. St, Yemen.", "YE")]),
        ("30 (building 1), Moscow, Russia", [("30 (building 1), Moscow, Russia", "RU")]),
        ("a) Giza; Egypt b) Cairo", [("Giza; Egypt", None), ("Cairo", None)]),
        ("1) Moscow; 2) Minsk, Belarus", [("Moscow", None), ("Minsk, Belarus", "BY")]),
        (
            "a) Office 1: i) Herat, ii) Kabul B) Farah",
            [("Office 1: i) Herat, ii) Kabul", None), ("Farah", None)],
        ),
        ("October (C). Street 1, Russia", [("October (C). Street 1, Russia", "RU")]),
        ("Afghanistan Address: a) Wesh b) Kabul", [("Wesh", None), ("Kabul", None)]),
        (
            " ".join(f"{sign}) P{sign}" for sign in "abcdefghijk"),
            [(f"P{sign}", None) for sign in "abcdefghijk"],
        ),
    ],
)
def test_places(text: str, places: list[tuple[str, str | None]]) -> None:
    assert [(found["full"], found["country"]) for found in parsed(one(Address=text), "addresses")] == places


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Listed by UN 1267 Committee on 25 January 2001 (amended on 9 July 2007)", date(2001, 1, 25)),
        ("Listed on: 2 Mar. 2016 (amended on 26 Jul. 2022)", date(2016, 3, 2)),
        ("Listed 16 May 2014", date(2014, 5, 16)),
        ("Listedon 9 Jun. 2014 (amended on 9 Dec. 2015)", date(2014, 6, 9)),
        ("Listed by UN 1267 Committee 9 Mar. 2009", date(2009, 3, 9)),
        ("25 Jan. 2001 (amended 9 July 2007)", date(2001, 1, 25)),
        (date(2014, 4, 28), date(2014, 4, 28)),
        ("Designated under the Autonomous Sanctions Regulations 2011 on 1 Oct. 2012.", date(2012, 10, 1)),
        ("The Minister for Foreign Affairs listed this entity on 21 December 2001 under", date(2001, 12, 21)),
        ("Instrument of first listing: List 2001. Last listed on: 16/09/2022", None),
        ("Designated earlier. Relisted on 1 Oct. 2015. Re-listed on 2 Oct. 2018", None),
        ("Autonomous Sanctions (Designated Persons and Entities) on 1 March 2022", None),
        ("Assets received on or after 23 May 2003. Listed under Resolution 1483 (2003)", None),
        ("Listed on 31 Feb. 2011", None),
    ],
)
def test_the_day_of_the_first_listing(text: Any, day: date | None) -> None:
    snapshot = one(Listing_Information=text)
    assert parsed(snapshot, "sanctions")[0]["listing_date"] == day
    basis = parsed(snapshot, "programs")[0]["legal_basis"]
    assert basis == (None if isinstance(text, date) else text)


@pytest.mark.parametrize(
    ("text", "programs"),
    [
        (
            "1267/1989 (ISIL (Da'esh))",
            {"1267/1989 (ISIL (Da'esh))": "ISIL (Da'esh), Security Council resolutions 1267, 1989"},
        ),
        (
            "Autonomous (Thematic - Cyber)  ",
            {"Autonomous (Thematic - Cyber)": "Autonomous sanctions, Thematic - Cyber"},
        ),
        ("1373 (2001)", {"1373 (2001)": "Counter-terrorism, Security Council resolution 1373 (2001)"}),
        (
            "1970 (Libya) 1973 (Libya)",
            {
                "1970 (Libya)": "Libya, Security Council resolution 1970",
                "1973 (Libya)": "Libya, Security Council resolution 1973",
            },
        ),
    ],
)
def test_committees_in_words(text: str, programs: dict[str, str]) -> None:
    snapshot = one(Committees=text)
    assert {found["program"]: found["program_name"] for found in parsed(snapshot, "programs")} == programs
    assert not snapshot.unknown


def test_numbers_with_a_label_are_read_from_the_information() -> None:
    text = (
        "Gender: male. Passport no.: a) Egyptian Passport number 1084010 b) Passport No.: N002848852. "
        "Afghan national identification card (tazkira) number 1136 issued. "
        "Spanish Identity Card No: 78.865.693. "
        "Company identification number: 1203000004151; IMO Identification Number: 6183435 (Company)\n"
        "Registration ID: 1027800000084 (Russia)\nTax ID No.: 7831000122 (Russia)\nSWIFT/BIC: ROSYRU2P\n"
        "Italian Fiscal Code: DAOMMD74T11Z352Z. Website: www.abr.ru, see https://www.interpol.int/en/un/1. "
        "Associated with Al-Qaida (QDe.004). Last known position: Vice President of Syriatel."
    )
    snapshot = one(
        Additional_Information=text, Listing_Information="on the RBA Consolidated List as 2011SYR0123."
    )
    numbers = [
        (found["type"], found["number"], found["country"]) for found in parsed(snapshot, "identifiers")
    ]
    assert sorted(numbers, key=repr) == [
        ("imo_company", "6183435", None),
        ("list_reference", "2011SYR0123", None),
        ("national_id", "1136", "AF"),
        ("national_id", "78.865.693", "ES"),
        ("passport", "1084010", "EG"),
        ("passport", "N002848852", None),
        ("registration", "1027800000084", "RU"),
        ("registration", "1203000004151", None),
        ("swift_bic", "ROSYRU2P", None),
        ("tax_id", "7831000122", "RU"),
        ("tax_id", "DAOMMD74T11Z352Z", "IT"),
    ]
    assert [found["value"] for found in parsed(snapshot, "particulars")] == ["www.abr.ru"]
    assert [found["position"] for found in parsed(snapshot, "positions")] == ["Vice President of Syriatel"]
    (person,) = parsed(snapshot, "sanctions")
    assert person["gender"] == "male"
    assert person["reason"] == " ".join(text.split())


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (
            "Cham Holding.\nTel: +963 11 9962; +963 11 668;\nFax: +963 11 673;\nWebsite: www.cham.sy",
            "Cham Holding. Website: www.cham.sy",
        ),
        ("Bank. Email: info@bank.ru; pac@bank.com Head: X", "Bank. Head: X"),
        ("The FDLR. Email: Fdlr@fmx.de (mailto:Fdlr@fmx.de);", "The FDLR."),
        (
            "Trade. Telephone numbers: +850-2-18111, 18222 (ext. 8573). Facsimile number: +850-2-381.",
            "Trade.",
        ),
        ("Traffic. Mob: +963 933240231. Seen in 2011", "Traffic. Seen in 2011"),
        ("Aid of +9821-8875 1749 fame", "Aid of fame"),
        ("Tel Afar, held in Sfax prison", "Tel Afar, held in Sfax prison"),
    ],
)
def test_telephone_and_mail_reach_no_table_nor_the_quarantine(text: str, left: str) -> None:
    snapshot = one(Additional_Information=text, Address=text)
    assert parsed(snapshot, "sanctions")[0]["reason"] == left
    refused = one(name=None, Additional_Information=text, Address=text)
    for found in (everything(snapshot), everything(refused)):
        assert "@" not in found
        assert "+8" not in found
        assert "+9" not in found


@pytest.mark.parametrize("sign", ["1", ";", "(", "a", "a) ", "listed ", "1 (", "@", "tel 1"])
def test_texts_of_unheard_length_take_no_time(sign: str) -> None:
    columns = ("Date_of_Birth", "Citizenship", "Address", "Additional_Information", "Listing_Information")
    told = dict.fromkeys((*columns, "Committees", "Place_of_Birth"), sign * 100000)
    (target,) = parsed(one(**told), "sanctions")
    assert target["name"] == "Doe"


def test_what_is_new_in_the_format_is_counted() -> None:
    titles = (*OLD, "Mood", "", "Type")
    told = {
        "Type": "Ghost",
        "Date_of_Birth": "before 1955",
        "Citizenship": "Atlantean",
        "Committees": "Regime",
    }
    main = [*row(1, **told), "x", "y", "z"]
    strange = [*row("1a", "B", Name_Type="Nick name", Committees=None), None, " ", None]
    snapshot = read(workbook(titles, main, strange))
    assert snapshot.unknown == {
        "column mood": 1,
        "column type": 1,
        "cell in a column without a title": 1,
        "Type Ghost": 1,
        "date before 1955": 1,
        "country Atlantean": 1,
        "Committees Regime": 1,
        "Name Type Nick name": 1,
    }
    (target,) = parsed(snapshot, "sanctions")
    assert (target["schema"], target["birth_dates_raw"]) == ("LegalEntity", ["before 1955"])


def test_new_values_of_the_columns_of_2025_are_counted() -> None:
    told = {"Travel_Ban": "maybe", "Alias_Strength": "Medium"}
    snapshot = read(
        workbook(
            NEW, row(1, titles=NEW, **told), row("1a", "B", NEW, Name_Type="aka", Alias_Strength="So-so")
        )
    )
    assert snapshot.unknown == {"Travel Ban maybe": 1, "Alias Strength So-so": 1}
    assert parsed(snapshot, "sanctions")[0]["measures"] == []


def test_rows_without_a_key_or_name_and_targets_without_one_main_name_go_to_quarantine() -> None:
    snapshot = read(
        workbook(
            OLD,
            row(1, "Good"),
            row(None, "No reference"),
            row("QDi.004", "Another's reference"),
            row(2, "na"),
            row("3a", "Alias alone", Name_Type="aka"),
            row(4, "One"),
            row("4a", "Alias", Name_Type="aka"),
            row(4, "Two"),
        )
    )
    assert Counter((bad["locator"], bad["reason"]) for bad in snapshot.quarantine) == Counter(
        [
            ("row 3", "no Reference"),
            ("row 4", "no Reference"),
            ("row 5", "no name"),
            ("row 6", "0 rows of reference 3 have a primary name"),
            ("row 7", "2 rows of reference 4 have a primary name"),
            ("row 8", "2 rows of reference 4 have a primary name"),
            ("row 9", "2 rows of reference 4 have a primary name"),
        ]
    )
    keys = {bad["locator"]: bad["key"] for bad in snapshot.quarantine}
    assert [keys[f"row {number}"] for number in range(3, 10)] == [None, None, "2", "3", "4", "4", "4"]
    assert "name of individual or entity: No reference" in (snapshot.quarantine[0]["raw"] or "")
    report = snapshot.files[NAME]
    assert (report.declared, report.parsed, report.quarantined) == (8, 1, 7)


def test_a_slip_in_the_word_for_a_main_name_keeps_the_key() -> None:
    snapshot = read(workbook(OLD, row(1), row(2, "Viktor Lukashenko", Name_Type="Primay Name"), row(3)))
    (rejected,) = snapshot.quarantine
    assert (rejected["locator"], rejected["key"]) == ("row 3", "2")
    report = snapshot.files[NAME]
    assert (report.declared, report.parsed, report.quarantined) == (3, 2, 1)


BORN = {"Date_of_Birth": date(1975, 11, 28), "Citizenship": "Belarusian"}


def test_two_main_names_of_one_target_are_both_its_names() -> None:
    snapshot = read(
        workbook(
            OLD,
            row(4, "Viktor Lukashenko", **BORN),
            row("4a", "Vitya", Name_Type="aka", **BORN),
            row(4, "Viktar Lukashenka", **BORN),
        )
    )
    assert not snapshot.quarantine
    assert [(found["name"], found["kind"]) for found in parsed(snapshot, "names")] == [
        ("Viktor Lukashenko", "primary"),
        ("Vitya", "alias"),
        ("Viktar Lukashenka", "alias"),
    ]
    assert snapshot.unknown == {"two primary names of one reference": 1}


def test_two_targets_under_one_reference_are_not_one() -> None:
    other = {"Date_of_Birth": "a) 1949 b) 1951", "Citizenship": "Iraqi", "Committees": "1518 (Iraq)"}
    snapshot = read(
        workbook(OLD, row(4, "Viktor Lukashenko", **BORN), row(5), row(4, "Rashid Khan", **other))
    )
    assert [(bad["locator"], bad["key"]) for bad in snapshot.quarantine] == [("row 2", "4"), ("row 4", "4")]
    assert [found["record_id"] for found in parsed(snapshot, "sanctions")] == ["au_dfat:5"]


@pytest.mark.parametrize(
    "other",
    [
        {"Type": "Entity"},
        {"Date_of_Birth": 1949},
        {"Citizenship": "Iraqi"},
        {"Committees": "1518 (Iraq)"},
        {"Listing_Information": "Listed on 7 May 2004"},
    ],
)
def test_a_row_of_somebody_else_under_a_number_is_not_merged(other: dict[str, Any]) -> None:
    own = {**BORN, "Listing_Information": "Listed on 1 March 2022"}
    snapshot = read(
        workbook(
            OLD,
            row(4, "Viktor Lukashenko", **own),
            row("4a", "Vitya", Name_Type="aka", **own),
            row(5),
            row("4b", "Rashid Khan", Name_Type="aka", **{**own, **other}),
        )
    )
    (rejected,) = snapshot.quarantine
    assert (rejected["locator"], rejected["key"]) == ("row 5", "4")
    assert rejected["reason"] == "a row of another target under reference 4"
    assert [found["name"] for found in of(snapshot, "names", "4")] == ["Viktor Lukashenko", "Vitya"]
    report = snapshot.files[NAME]
    assert (report.declared, report.parsed, report.quarantined) == (4, 3, 1)


@pytest.mark.parametrize(
    ("other", "taken"),
    [
        ({"Committees": "1518 (Iraq)", "Citizenship": "Iraqi"}, False),
        ({"Date_of_Birth": 1949, "Citizenship": "Iraqi"}, True),  # so the list has it of some aliases
        ({"Committees": "Autonomous (Russia)"}, True),
    ],
)
def test_rows_beside_the_main_one_are_the_targets_but_for_clear_strangers(
    other: dict[str, Any], taken: bool
) -> None:
    alias = row("4a", "Rashid Khan", Name_Type="aka", **{**BORN, **other})
    snapshot = read(workbook(OLD, row(4, "Viktor Lukashenko", **BORN), alias))
    assert len(parsed(snapshot, "names")) == 1 + taken
    assert [bad["key"] for bad in snapshot.quarantine] == ([] if taken else ["4"])


def test_a_row_elsewhere_that_contradicts_nothing_is_the_targets() -> None:
    snapshot = read(
        workbook(
            OLD,
            row(4, "Viktor Lukashenko", **BORN),
            row(5),
            row("4a", "Vitya", Name_Type="aka", **BORN),
            row("4b", "Viktor Alyaksandravich Lukashenko", Name_Type="aka", Date_of_Birth=1976),
        )
    )
    assert not snapshot.quarantine
    assert len(of(snapshot, "names", "4")) == 3


@pytest.mark.parametrize("name", ["-", "N/A", "na", "Unknown", "--"])
def test_a_target_whose_name_says_nothing_keeps_its_key(name: str) -> None:
    (rejected,) = read(workbook(OLD, row(7, name), row(8))).quarantine
    assert (rejected["key"], rejected["reason"]) == ("7", "no name")


def test_words_for_nothing_are_nothing_in_any_column() -> None:
    columns = ("Date_of_Birth", "Place_of_Birth", "Citizenship", "Address", "Listing_Information")
    for nothing in ("-", "N/A", "Unknown", "none", "not available", "nil"):
        told = {**dict.fromkeys(columns, nothing), "Additional_Information": nothing}
        snapshot = read(workbook(OLD, row(1, **told), row("1b", "a.k.a. Vitya", Name_Type="aka")))
        assert set(snapshot.arrow()) == {"sanctions", "names", "programs"}
        assert [found["name"] for found in parsed(snapshot, "names")] == ["Doe", "Vitya"]
        assert parsed(snapshot, "sanctions")[0]["reason"] is None
        assert not snapshot.unknown
    people = read(workbook(OLD, row(1, "Na", Date_of_Birth=1950)))
    assert parsed(people, "sanctions")[0]["name"] == "Na"


@pytest.mark.parametrize("change", [str.upper, str.lower, lambda text: f" {text}  "])
def test_words_of_the_publisher_are_the_same_in_any_case(change: Callable[[str], str]) -> None:
    book = python_calamine.load_workbook(io.BytesIO(sample("2025-11-28")))
    titles, *rows = book.get_sheet_by_index(0).to_python()
    words = {"Type", "Name Type", "Alias Strength", "Targeted Financial Sanction", "Travel Ban"}
    places = [at for at, title in enumerate(titles) if title in words]
    changed = [
        [change(str(cell)) if at in places and cell != "" else cell or None for at, cell in enumerate(found)]
        for found in rows
    ]
    snapshot = read(workbook([change(title) if title else None for title in titles], *changed))
    assert content(snapshot) == content(read(sample("2025-11-28")))
    assert not snapshot.unknown


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2014-04-28", date(2014, 4, 28)),
        ("2014-04-28T00:00:00", date(2014, 4, 28)),
        (41757, date(2014, 4, 28)),
        ("41757.0", date(2014, 4, 28)),
        ("Listed on 2014-04-28", date(2014, 4, 28)),
        ("Listed on 28/04/2014", date(2014, 4, 28)),
        ("Listed on 04/05/2014", None),  # which of the two comes first the file does not say
    ],
)
def test_days_of_listing_in_other_forms(cell: Any, day: date | None) -> None:
    snapshot = one(Listing_Information=cell)
    (target,), (program,) = parsed(snapshot, "sanctions"), parsed(snapshot, "programs")
    assert target["listing_date"] == program["listing_date"] == day
    assert program["legal_basis"] == (cell if str(cell).startswith("Listed") else None)


def test_each_committee_has_its_day_of_listing() -> None:
    listed, second = "Listed on 1 March 2022", "Listed on 2 April 2023"
    snapshot = read(
        workbook(
            OLD,
            row(1, Listing_Information=listed, Committees="Autonomous (Russia)"),
            row("1a", "B", Name_Type="aka", Listing_Information=second, Committees="Autonomous (Belarus)"),
            row(2, Listing_Information=listed, Committees="1970 (Libya) 1973 (Libya)"),
        )
    )
    days = {(found["program"], found["listing_date"]) for found in parsed(snapshot, "programs")}
    assert days == {
        ("Autonomous (Russia)", date(2022, 3, 1)),
        ("Autonomous (Belarus)", date(2023, 4, 2)),
        ("1970 (Libya)", None),
        ("1973 (Libya)", None),
    }


def test_the_files_other_dates_decide_which_of_day_and_month_comes_first() -> None:
    def births(*texts: str) -> list[str]:
        rows = [row(at, Date_of_Birth=text) for at, text in enumerate(texts, 1)]
        return [found["birth_date"] for found in parsed(read(workbook(OLD, *rows)), "birth_dates")]

    assert births("05/06/1978") == ["1978"]
    assert births("05/06/1978", "30/09/1978") == ["1978-06-05", "1978-09-30"]
    assert births("05/06/1978", "09/30/1978") == ["1978-05-06", "1978-09-30"]
    assert births("05/06/1978", "30/09/1978", "09/30/1978") == ["1978", "1978-09-30", "1978-09-30"]


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        (29221, [("1980-01-01", "day")]),
        ("29221.0", [("1980-01-01", "day")]),
        ("1980-01-01", [("1980-01-01", "day")]),
        ("Approximately 1981, 1984", [("1981", "circa"), ("1984", "circa")]),
    ],
)
def test_dates_of_birth_in_other_forms(cell: Any, found: list[tuple[str, str]]) -> None:
    rows = parsed(one(Date_of_Birth=cell), "birth_dates")
    assert [(each["birth_date"], each["birth_date_precision"]) for each in rows] == found


@pytest.mark.parametrize(
    ("text", "number", "country", "note"),
    [
        ("Passport No: MP0000001 (Qatari passport issued in Doha)", "MP0000001", "QA", "issued in Doha"),
        (
            "Belarusian passport number MP0000002, issued on 1 May 2010",
            "MP0000002",
            "BY",
            "issued on 1 May 2010",
        ),
        ("Company Identification No.1089847364114 (Russia)", "1089847364114", "RU", None),
        ("Tax ID No. 7813491943 (Russia)", "7813491943", "RU", None),
        ("International Maritime Organization (IMO) Ship No.9187629", "9187629", None, None),
        ("Date of Registration: 2007", None, None, None),
    ],
)
def test_numbers_with_their_countries_and_notes(
    text: str, number: str | None, country: str | None, note: str | None
) -> None:
    snapshot = one(Additional_Information=text)
    found = [(each["number"], each["country"], each["note"]) for each in parsed(snapshot, "identifiers")]
    assert found == ([(number, country, note)] if number else [])


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (workbook(["Some", "other", "table"], [1, 2, 3]), "none of the first 20 rows has the titles"),
        (workbook(OLD[:2], [1, "Doe"]), "no column type, name type in row 1"),
    ],
)
def test_a_broken_file_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(SourceFormatError, match=message):
        read(data)


def test_order_of_rows_and_columns_do_not_change_the_rows() -> None:
    book = python_calamine.load_workbook(io.BytesIO(sample("2024-11-11")))
    titles, *rows = book.get_sheet_by_index(0).to_python()
    shuffler = random.Random(0)  # noqa: S311
    columns = shuffler.sample(range(len(titles)), len(titles))
    shuffled = [[found[at] or None for at in columns] for found in shuffler.sample(rows, len(rows))]
    again = read(workbook(["On 11 November 2024"], [], [titles[at] for at in columns], *shuffled))
    assert content(again) == content(read(sample("2024-11-11")))


def test_the_real_list(shared_data: Path) -> None:
    snapshot = read((shared_data / "au_dfat/2024-11-11" / NAME).read_bytes())
    report = snapshot.files[NAME]
    assert (report.declared, report.parsed, report.quarantined) == (9_553, 9_553, 0)
    # Not Gregorian, misspelt, of two figures, or no date: all are kept in the publisher's words.
    unread = {label: count for label, count in snapshot.unknown.items() if "character" not in label}
    assert unread == {
        "date 24/06/1402 (Hijri Calendar)": 1,
        "date 10/061962": 1,
        "date 29-Aprl-1967": 1,
        "date 23-Apr-68": 1,
        "date alt DOB: 07/04/62": 1,
        "date 1965, 29 March": 1,
        "date Approximately (30-35 years old)": 1,
        "country Kuwaiti citizenship withdrawn in 2002": 1,
    }
    targets = parsed(snapshot, "sanctions")
    assert Counter(found["schema"] for found in targets) == {"Person": 2_316, "Organization": 746}
    assert all(found["program_name"] for found in parsed(snapshot, "programs"))
    assert sum(len(found["programs"]) for found in targets) == 3_063
    assert "@" not in everything(snapshot)
    rows = {table: {found["record_id"] for found in parsed(snapshot, table)} for table in snapshot.arrow()}
    assert (len(rows["birth_dates"]), len(rows["nationalities"])) == (2_224, 1_942)
    places = Counter(
        found for found, _ in {(p["kind"], p["record_id"]) for p in parsed(snapshot, "addresses")}
    )
    assert places == {"address": 1_101, "birth_place": 1_292}
    assert Counter(found["type"] for found in parsed(snapshot, "identifiers"))["list_reference"] == 124
    # One for each reference and name, and three that stand in brackets with another. One is given with the
    # words `Formerly known as`.
    assert Counter(found["kind"] for found in parsed(snapshot, "names")) == {
        "primary": 3_062,
        "alias": 6_434,
        "former": 25,
    }
    # Five of the 2,727 that have a text have a mail address in it and nothing else.
    assert sum(found["reason"] is not None for found in targets) == 2_722


def test_nothing_of_the_real_names_is_lost(shared_data: Path) -> None:
    data = (shared_data / "au_dfat/2024-11-11" / NAME).read_bytes()
    rows = python_calamine.load_workbook(io.BytesIO(data)).get_sheet_by_index(0).to_python()[1:]
    given = {" ".join(str(found[1]).split()).removeprefix("Formerly known as ") for found in rows}
    read_ = {found["name"] for found in parsed(read(data), "names")}
    assert {name for name in given - read_ if "listed as" not in name.lower()} == set()


def test_samples_agree_with_the_real_list(shared_data: Path) -> None:
    real = read((shared_data / "au_dfat/2024-11-11" / NAME).read_bytes())
    small = read(sample("2024-11-11"))
    for table in ("names", "addresses", "birth_dates", "nationalities", "programs", "positions"):
        assert set(content(small)[table]) <= set(content(real)[table])
    known = {found["record_id"]: found for found in parsed(real, "sanctions")}
    for found in parsed(small, "sanctions"):
        for column in (
            "schema",
            "name",
            "programs",
            "listing_date",
            "birth_dates",
            "nationalities",
            "gender",
        ):
            assert found[column] == known[found["record_id"]][column]


@pytest.mark.parametrize(
    ("text", "sites"),
    [
        ("Website: www.cham.sy", ["www.cham.sy"]),
        ("Website: https://cham.sy/en", ["https://cham.sy/en"]),
        ("See https://www.interpol.int/en/un/1 and http://www.un.org/securitycouncil", []),
        ("No site", []),
    ],
)
def test_a_website_is_the_targets_own(text: str, sites: list[str]) -> None:
    snapshot = one(Additional_Information=text)
    assert [found["value"] for found in parsed(snapshot, "particulars")] == sites
