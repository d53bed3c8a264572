"""OFAC's XML: the samples, the real lists, and files that are not what they should be."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from contracts.countries import CODES
from sources.registry import FOLDER, load, samples
from tests.builders import everything, parsed
from transforms.reading.parse_result import ParseResult, SourceFormatError, parse

SOURCE = load(FOLDER / "us_ofac_sdn/source.yml")
NAME = SOURCE.files[0].name
DATES = ["2023-08-01", "2023-08-10", "2025-04-03"]


def read(data: bytes) -> ParseResult:
    return parse(SOURCE.source_id, SOURCE.parser, {NAME: io.BytesIO(data)}, SOURCE.options)


def sample(day: str) -> bytes:
    return (samples(SOURCE.source_id) / day / NAME).read_bytes()


def listing(
    *entries: str, count: int | None = None, head: str = "<Publish_Date>05/07/2024</Publish_Date>"
) -> bytes:
    count = len(entries) if count is None else count
    header = f"<publshInformation>{head}<Record_Count>{count}</Record_Count></publshInformation>"
    return f'<sdnList xmlns="urn:any">{header}{"".join(entries)}</sdnList>'.encode()


def entry(uid: str = "7", inner: str = "", type_: str = "Entity") -> str:
    return f"<sdnEntry><uid>{uid}</uid><lastName>ACME</lastName><sdnType>{type_}</sdnType>{inner}</sdnEntry>"


def of(snapshot: ParseResult, table: str, uid: str) -> list[dict[str, Any]]:
    return [row for row in parsed(snapshot, table) if row["record_id"] == f"us_ofac_sdn:{uid}"]


def keys(day: str) -> set[str]:
    return {row["record_id"].partition(":")[2] for row in parsed(read(sample(day)), "sanctions")}


def test_samples_tell_what_happened() -> None:
    first, second, third = (keys(day) for day in DATES)
    assert second - first == {"44541", "44580"}  # Belavia and an aircraft of its, 9 August 2023
    assert second - third == {"35317"}  # Karina Rotenberg, 2 April 2025
    assert first <= second and third <= second


def test_a_person_in_full() -> None:
    snapshot = read(sample("2025-04-03"))
    assert of(snapshot, "sanctions", "9760") == [
        {
            "record_id": "us_ofac_sdn:9760",
            "source_id": "us_ofac_sdn",
            "authority": "US Treasury, Office of Foreign Assets Control",
            "schema": "Person",
            "name": "Alyaksandr Ryhorovich LUKASHENKA",
            "programs": ["BELARUS"],
            "listing_date": None,
            "amended_date": None,
            "delisting_date": None,
            "measures": [],
            "reason": None,
            "nationalities": ["BY"],
            "nationalities_raw": ["Belarus"],
            "birth_dates": ["1954-08-30", "1954-08-31"],
            "birth_dates_raw": ["30 Aug 1954", "31 Aug 1954"],
            "gender": "male",
            "position": None,
            "url": "https://sanctionssearch.ofac.treas.gov/Details.aspx?id=9760",
        }
    ]
    assert [(row["name"], row["kind"]) for row in of(snapshot, "names", "9760")] == [
        ("Alyaksandr Ryhorovich LUKASHENKA", "primary"),
        ("Aleksandr Grigorevich LUKASHENKO", "alias"),
        ("Alexander Grigoryevich LUKASHENKO", "alias"),
        ("Alyaksandr Hryhoryavich LUKASHENKA", "alias"),
    ]
    places = {(row["kind"], row["full"], row["country"]) for row in of(snapshot, "addresses", "9760")}
    assert places == {
        ("address", "38 Karl Marx St., Minsk, Belarus", "BY"),
        ("birth_place", "Kopys, Vitebsk oblast, Belarus", "BY"),
    }


def test_bodies_and_an_aircraft() -> None:
    snapshot = read(sample("2023-08-10"))
    assert {row["number"]: row["type"] for row in of(snapshot, "identifiers", "44541")} == {
        "600390798": "tax_id",
        "011286185000": "registration",
    }
    assert {row["name"]: row["kind"] for row in of(snapshot, "names", "30702")} == {
        "KGB ALPHA": "primary",
        "KGB ALFA": "alias",
        "ALPHA GROUP": "weak_alias",
        "ALPHA UNIT": "weak_alias",
    }
    assert {row["name"]: row["kind"] for row in of(snapshot, "names", "12861")}["GPO AZOT OJSC"] == "former"
    (plane,) = of(snapshot, "sanctions", "44580")
    assert (plane["schema"], plane["name"]) == ("Airplane", "EW-301PJ")
    assert {row["type"] for row in of(snapshot, "identifiers", "44580")} == {"aircraft"}
    (address,) = of(snapshot, "addresses", "32746")
    assert (address["region"], address["postal_code"]) == ("Minsk Region", "223710")


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("10 Dec 1948", "1948-12-10"),
        ("Dec 1948", "1948-12"),
        ("1948", "1948"),
        ("circa 1955", "1955~"),
        ("circa 10 Dec 1948", "1948-12-10~"),
        ("1955 to 1958", "1955/1958"),
        ("01 Jan 1955 to 31 Dec 1958", "1955-01-01/1958-12-31"),
        ("Mar 1955 to Jun 1955", "1955-03/1955-06"),
    ],
)
def test_dates_of_birth_keep_their_precision(text: str, edtf: str) -> None:
    item = f"<dateOfBirthItem><dateOfBirth>{text}</dateOfBirth></dateOfBirthItem>"
    snapshot = read(listing(entry(inner=f"<dateOfBirthList>{item}</dateOfBirthList>")))
    (row,) = parsed(snapshot, "sanctions")
    assert (row["birth_dates"], row["birth_dates_raw"]) == ([edtf], [text])


def test_a_date_in_an_unknown_form_is_kept_in_words_and_counted() -> None:
    items = "".join(
        f"<dateOfBirthItem><dateOfBirth>{text}</dateOfBirth></dateOfBirthItem>"
        for text in ("before 1950", "1951")
    )
    snapshot = read(listing(entry(inner=f"<dateOfBirthList>{items}</dateOfBirthList>")))
    (row,) = parsed(snapshot, "sanctions")
    assert (row["birth_dates"], row["birth_dates_raw"]) == (["1951"], ["1951", "before 1950"])
    assert snapshot.unknown == {"date before 1950": 1}


def ids(*pairs: tuple[str, str]) -> str:
    items = (f"<id><idType>{type_}</idType><idNumber>{number}</idNumber></id>" for type_, number in pairs)
    return f"<idList>{''.join(items)}</idList>"


def test_the_list_of_ids_is_sorted_out() -> None:
    pairs = [
        ("Gender", "Female"),
        ("Website", "www.example.org"),
        ("Email Address", "someone@example.org"),
        ("Phone Number", "555 01 23"),
        ("Secondary sanctions risk:", "section 1(b)"),
        ("Executive Order 99999 Something -", "Directive 1"),
        ("Digital Currency Address - XBT", "1abc"),
        ("Vessel Registration Identification", "IMO 7406784"),
        ("MMSI", "572469210"),
        ("SWIFT/BIC", "HAVIGB2L"),
        ("Passport", "P1"),
        ("Library Card", "L1"),
    ]
    snapshot = read(listing(entry(inner=f"<remarks>(Linked To: B)</remarks>{ids(*pairs)}")))
    (row,) = parsed(snapshot, "sanctions")
    assert row["gender"] == "female"
    assert row["reason"] == (
        "(Linked To: B); Executive Order 99999 Something: Directive 1; Secondary sanctions risk: section 1(b)"
    )
    assert {found["number"]: found["type"] for found in parsed(snapshot, "identifiers")} == {
        "1abc": "crypto_wallet",
        "IMO 7406784": "imo",
        "572469210": "mmsi",
        "HAVIGB2L": "swift_bic",
        "P1": "passport",
        "L1": "other",
    }
    assert snapshot.unknown == {"idType Library Card": 1}
    assert "someone@example.org" not in everything(snapshot)
    assert "555 01 23" not in everything(snapshot)


def test_what_is_an_attribute_in_disguise_goes_where_it_belongs() -> None:
    pairs = [
        ("Website", "www.example.org"),
        ("Organization Established Date", "Dec 1991"),
        ("Vessel Year of Build", "1999"),
        ("Former Vessel Flag", "None Identified"),
        ("Other Vessel Flag", "Togo"),
        ("Nationality of Registration", "Korea, North"),
        ("Issuer Name", "ACME Corporation"),
        ("Other Vessel Call Sign", "5IM713"),
    ]
    ship = (
        "<vesselInfo><callSign>T2EA4</callSign><vesselType>Bulk Carrier</vesselType>"
        "<vesselFlag>Iran</vesselFlag>"
        "<vesselOwner>ACME</vesselOwner><tonnage>72,642</tonnage>"
        "<grossRegisteredTonnage>39,424</grossRegisteredTonnage></vesselInfo>"
    )
    snapshot = read(listing(entry(inner=ids(*pairs) + ship, type_="Vessel")))
    assert {(row["property"], row["value"]) for row in parsed(snapshot, "particulars")} == {
        ("website", "www.example.org"),
        ("established", "Dec 1991"),
        ("build_date", "1999"),
        ("former_flag", "None Identified"),
        ("vessel_type", "Bulk Carrier"),
        ("owner", "ACME"),
        ("tonnage", "72,642"),
        ("gross_tonnage", "39,424"),
    }
    assert {(row["kind"], row["country"], row["note"]) for row in parsed(snapshot, "nationalities")} == {
        ("flag", "IR", None),
        ("flag", "TG", "Other Vessel Flag"),
        ("registration", "KP", None),
    }
    assert {(row["type"], row["number"]) for row in parsed(snapshot, "identifiers")} == {
        ("call_sign", "T2EA4"),
        ("call_sign", "5IM713"),
    }
    assert ("ACME Corporation", "alias") in {(row["name"], row["kind"]) for row in parsed(snapshot, "names")}
    assert not snapshot.unknown


def programmes(*codes: str) -> str:
    return f"<programList>{''.join(f'<program>{code}</program>' for code in codes)}</programList>"


@pytest.mark.parametrize(
    ("codes", "pairs", "listed", "by_program"),
    [
        # The Central Bank of the Russian Federation, 22 February 2022
        (
            ["RUSSIA-EO14024"],
            [
                ("Listing Date (EO 14024 Directive 1a):", "22 Feb 2022"),
                ("Effective Date (EO 14024 Directive 1a):", "01 Mar 2022"),
            ],
            "2022-02-22",
            ["2022-02-22"],
        ),
        (["CMIC-EO13959"], [("Listing Date (CMIC)", "03 Jun 2021")], "2021-06-03", ["2021-06-03"]),
        (
            ["BURMA-EO14014"],
            [("LISTING DATE (eo 14014 directive 1) :", "2023-10-31")],
            "2023-10-31",
            ["2023-10-31"],
        ),
        (
            ["BURMA-EO14014"],
            [("Effective Date (EO 14014 Directive 1):", "15 Dec 2023")],
            "2023-12-15",
            ["2023-12-15"],
        ),
        # Sberbank: under Executive Order 13662 since 2014, a date that the list does not give
        (
            ["UKRAINE-EO13662", "RUSSIA-EO14024"],
            [
                ("Listing Date (EO 14024 Directive 2):", "24 Feb 2022"),
                ("Listing Date (EO 14024 Directive 3):", "24 Feb 2022"),
                ("Effective Date (EO 14024 Directive 2):", "26 Mar 2022"),
            ],
            "2022-02-24",
            [None, "2022-02-24"],
        ),
        (
            ["RUSSIA-EO14024", "CMIC-EO13959"],
            [("Listing Date (CMIC)", "16 Dec 2021"), ("Listing Date (EO 14024 Directive 1):", "22 Feb 2022")],
            "2021-12-16",
            ["2022-02-22", "2021-12-16"],
        ),
        (["CUBA"], [], None, [None]),
    ],
)
def test_dates_of_listing_are_in_their_columns(
    codes: list[str], pairs: list[tuple[str, str]], listed: str | None, by_program: list[str | None]
) -> None:
    snapshot = read(listing(entry(inner=programmes(*codes) + ids(*pairs))))
    (row,) = parsed(snapshot, "sanctions")
    assert str(row["listing_date"]) == str(listed)
    assert [
        found and str(found) for found in (row["listing_date"] for row in parsed(snapshot, "programs"))
    ] == by_program
    assert all(label.rstrip(" :") in (row["reason"] or "") for label, _ in pairs)
    assert not snapshot.unknown


def test_a_date_of_listing_that_cannot_be_read_is_counted() -> None:
    snapshot = read(listing(entry(inner=ids(("Listing Date (CMIC)", "03 June or so")))))
    (row,) = parsed(snapshot, "sanctions")
    assert row["listing_date"] is None
    assert snapshot.unknown == {"date 03 June or so": 1}


def test_words_of_the_vocabulary_are_compared_without_case_and_stray_blanks() -> None:
    aka = "<akaList><aka><type>F.K.A. </type><category> Weak</category><lastName>B</lastName></aka>"
    aka += "<aka><type>F.K.A.</type><category>Strong</category><lastName>C</lastName></aka></akaList>"
    pairs = [
        ("gender", " MALE"),
        ("Tax ID  No.", "7813491943"),
        ("Secondary  Sanctions Risk", "section 1(b)"),
        ("WEBSITE", "www.example.org"),
        ("email address", "someone@example.org"),
        ("DIGITAL CURRENCY ADDRESS - XBT", "1abc"),
    ]
    land = "<nationalityList><nationality><country>None  identified</country></nationality></nationalityList>"
    inner = aka + land + ids(*pairs) + programmes("Belarus")
    snapshot = read(listing(entry(inner=inner, type_=" INDIVIDUAL ")))
    (row,) = parsed(snapshot, "sanctions")
    assert (row["schema"], row["gender"], row["programs"]) == ("Person", "male", ["BELARUS"])
    assert row["reason"] == "Secondary Sanctions Risk: section 1(b)"
    assert {name["name"]: name["kind"] for name in parsed(snapshot, "names")} == {
        "ACME": "primary",
        "B": "weak_alias",
        "C": "former",
    }
    assert {found["number"]: found["type"] for found in parsed(snapshot, "identifiers")} == {
        "7813491943": "tax_id",
        "1abc": "crypto_wallet",
    }
    assert parsed(snapshot, "identifiers")[0]["type_raw"] == "Tax ID No."
    assert [found["property"] for found in parsed(snapshot, "particulars")] == ["website"]
    assert "someone@example.org" not in everything(snapshot)
    assert not snapshot.unknown


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("Circa 1955", "1955~"),
        ("circa 1955 to circa 1958", "1955/1958"),
        ("circa 1955 to 1958", "1955/1958"),
        ("10 December 1948", "1948-12-10"),
        ("1948-12", "1948-12"),
    ],
)
def test_dates_of_birth_in_other_forms(text: str, edtf: str) -> None:
    item = f"<dateOfBirthItem><dateOfBirth>{text}</dateOfBirth></dateOfBirthItem>"
    snapshot = read(listing(entry(inner=f"<dateOfBirthList>{item}</dateOfBirthList>")))
    (row,) = parsed(snapshot, "sanctions")
    assert (row["birth_dates"], row["birth_dates_raw"]) == ([edtf], [text])
    assert not snapshot.unknown


def test_a_document_in_the_remarks_is_one_of_the_targets() -> None:
    said = "Passport No: A-000001 (Qatari passport issued in Doha); Passport No. B000002; Company ID: 59531"
    inner = f"<remarks>{said}</remarks>" + ids(("Passport", "B000002"))
    rows = parsed(read(listing(entry(inner=inner))), "identifiers")
    assert [(row["number"], row["type"], row["country"], row["note"]) for row in rows] == [
        ("B000002", "passport", None, None),
        ("A-000001", "passport", "QA", "issued in Doha"),
    ]


@pytest.mark.parametrize("text", ["05/07/2024", "2024-05-07", "07 May 2024"])
def test_the_header_and_other_dates_are_read_in_iso_too(text: str) -> None:
    item = "<dateOfBirthItem><dateOfBirth>1954-08-30</dateOfBirth></dateOfBirthItem>"
    head = f"<Publish_Date>{text}</Publish_Date>"
    snapshot = read(listing(entry(inner=f"<dateOfBirthList>{item}</dateOfBirthList>"), head=head))
    assert snapshot.files[NAME].published_at == datetime(2024, 5, 7, tzinfo=UTC)
    assert parsed(snapshot, "sanctions")[0]["birth_dates"] == ["1954-08-30"]
    assert not snapshot.unknown


@pytest.mark.parametrize(
    ("type_", "id_type", "number", "found"),
    [
        ("Vessel", "Vessel Registration Identification", "9187629", "imo"),  # ADRIAN DARYA 1
        ("Vessel", "Vessel Registration Identification", "imo 9187629", "imo"),
        ("Vessel", "Identification Number", "IMO 9339301", "imo"),  # NS LEADER
        ("Vessel", "Vessel Registration Identification", "RS 150443", "registration"),
        ("Entity", "Identification Number", "IMO 5342883", "imo_company"),  # Chongchongang Shipping
        ("Entity", "Company Number", "IMO 1790183", "imo_company"),  # has the check digit of a ship's
        ("Entity", "Company Number", "9187629", "registration"),
    ],
)
def test_numbers_of_the_imo_are_known_for_what_they_are(
    type_: str, id_type: str, number: str, found: str
) -> None:
    (row,) = parsed(read(listing(entry(inner=ids((id_type, number)), type_=type_))), "identifiers")
    assert (row["type"], row["number"]) == (found, number)


def test_a_field_may_list_several_nationalities() -> None:
    lands = "<nationality><country>{}</country></nationality>"
    inner = f"<nationalityList>{lands.format('Iraqi, Iranian')}{lands.format('Afghan')}</nationalityList>"
    snapshot = read(listing(entry(inner=inner, type_="Individual")))
    assert {(row["country"], row["country_raw"]) for row in parsed(snapshot, "nationalities")} == {
        ("IQ", "Iraqi"),
        ("IR", "Iranian"),
        ("AF", "Afghan"),
    }


def test_a_placeholder_is_no_main_name() -> None:
    snapshot = read(listing(entry("8").replace("ACME", "-")))
    assert [(bad["reason"], bad["key"]) for bad in snapshot.quarantine] == [("no name", "8")]


def test_a_programme_keeps_its_code_and_gains_a_name() -> None:
    programs = "<programList><program>BELARUS</program><program>MARS-EO1</program></programList>"
    snapshot = read(listing(entry(inner=programs)))
    assert [(row["program"], row["program_name"]) for row in parsed(snapshot, "programs")] == [
        ("BELARUS", "Belarus Sanctions Regulations, 31 CFR part 548; E.O. 13405"),
        ("MARS-EO1", None),
    ]
    assert snapshot.unknown == {"program MARS-EO1": 1}


def test_ways_to_reach_someone_reach_no_quarantine() -> None:
    inner = ids(("Email Address", "someone@example.org"), ("Phone Number", "555 01 23"), ("Passport", "P1"))
    snapshot = read(listing(entry(inner=inner), entry(inner=f"{inner}<score>9</score>")))
    (bad,) = snapshot.quarantine
    raw = bad["raw"] or ""
    assert "P1" in raw
    assert not any(text in raw for text in ("example.org", "555 01 23", "score"))


def test_what_is_new_in_the_format_is_counted() -> None:
    aka = "<akaList><aka><type>b.k.a.</type><category>odd</category><lastName>B</lastName></aka></akaList>"
    land = "<nationalityList><nationality><country>Atlantis</country></nationality></nationalityList>"
    crimea = "<addressList><address><country>Region: Crimea</country></address></addressList>"
    snapshot = read(listing(entry(inner=f"<score>1</score>{aka}{land}{crimea}", type_="Robot")))
    assert snapshot.unknown == {
        "element sdnEntry/score": 1,
        "sdnType Robot": 1,
        "aka type b.k.a.": 1,
        "aka category odd": 1,
        "country Atlantis": 1,
    }
    (row,) = parsed(snapshot, "sanctions")
    assert (row["schema"], row["nationalities"], row["nationalities_raw"]) == (
        "LegalEntity",
        [],
        ["Atlantis"],
    )
    (place,) = parsed(snapshot, "addresses")
    assert (place["country"], place["country_raw"]) == (None, "Region: Crimea")


def test_a_record_without_key_or_name_and_a_repeated_one_go_to_quarantine() -> None:
    nameless = "<sdnEntry><uid>9</uid><sdnType>Entity</sdnType></sdnEntry>"
    keyless = "<sdnEntry><lastName>X</lastName></sdnEntry>"
    snapshot = read(listing(entry("7"), keyless, nameless, entry("7")))
    assert [(bad["locator"], bad["reason"], bad["key"]) for bad in snapshot.quarantine] == [
        ("sdnEntry[2]", "no uid", None),
        ("sdnEntry[3]", "no name", "9"),
        ("sdnEntry[4]", "uid 7 came before", "7"),
    ]
    assert "<lastName>X</lastName>" in (snapshot.quarantine[0]["raw"] or "")
    report = snapshot.files[NAME]
    assert (report.declared, report.parsed, report.quarantined) == (4, 1, 3)
    assert len(parsed(snapshot, "sanctions")) == 1


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (listing(entry(), count=2), "Record_Count is 2, but the file holds 1 entries"),
        (b"<sdnList><sdnEntry><uid>1</uid></sdnEntry></sdnList>", "no Record_Count"),
        (b"<export/>", "the root element is export, not sdnList"),
    ],
)
def test_a_broken_file_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(SourceFormatError, match=message):
        read(data)


def test_a_header_date_that_cannot_be_read_is_counted() -> None:
    snapshot = read(listing(entry(), head="<Publish_Date>soon</Publish_Date>"))
    assert snapshot.files[NAME].published_at is None
    assert snapshot.unknown == {"date soon": 1}


@lru_cache(maxsize=1)
def read_file(path: Path) -> ParseResult:
    return read(path.read_bytes())


@pytest.fixture
def real(shared_data: Path) -> ParseResult:
    return read_file(shared_data / "us_ofac_sdn/2024-05-07" / NAME)


def test_the_real_list(real: ParseResult) -> None:
    snapshot = real
    report = snapshot.files[NAME]
    assert (report.declared, report.parsed, report.quarantined) == (14_966, 14_966, 0)
    assert report.published_at == datetime(2024, 5, 7, tzinfo=UTC)
    assert not snapshot.unknown
    tables = snapshot.arrow()
    assert {name: table.num_rows for name, table in tables.items()} == {
        "sanctions": 14_966,
        "names": 36_717,
        "identifiers": 16_251,
        "addresses": 21_990,
        "birth_dates": 7_532,
        "nationalities": 6_849,
        "positions": 1_586,
        "programs": 17_383,
        "particulars": 5_469,
    }
    codes = {code for row in parsed(snapshot, "sanctions") for code in row["nationalities"]}
    assert codes <= CODES
    wallets = [row for row in parsed(snapshot, "identifiers") if row["type"] == "crypto_wallet"]
    assert len(wallets) == 602  # 603 in the file, one of them given twice for one target
    assert all(
        len(row["birth_dates"]) == len(row["birth_dates_raw"]) for row in parsed(snapshot, "sanctions")
    )
    (ship,) = of(snapshot, "sanctions", "4243")
    assert (ship["schema"], ship["nationalities"]) == ("Vessel", ["PA"])


def test_samples_agree_with_the_real_list(real: ParseResult) -> None:
    known = {row["record_id"]: row for row in parsed(real, "sanctions")}
    names = {(row["record_id"], row["name"], row["kind"]) for row in parsed(real, "names")}
    for day in DATES:
        small = read(sample(day))
        for row in parsed(small, "sanctions"):
            assert row["name"] == known[row["record_id"]]["name"]
            assert row["programs"] == known[row["record_id"]]["programs"]
            assert row["birth_dates"] == known[row["record_id"]]["birth_dates"]
        assert {(row["record_id"], row["name"], row["kind"]) for row in parsed(small, "names")} <= names


@pytest.mark.parametrize(("day", "rows"), [("2024-05-06", 443), ("2025-10-22", 443), ("2025-12-18", 442)])
def test_the_consolidated_list_is_in_the_same_format(shared_data: Path, day: str, rows: int) -> None:
    snapshot = read((shared_data / "us_ofac_cons" / day / "CONSOLIDATED.XML").read_bytes())
    assert snapshot.files[NAME].parsed == rows
    assert not snapshot.unknown
    assert not snapshot.quarantine


@pytest.mark.parametrize("uid", ["-", "N/A", "Unknown", "97x60"])
def test_a_uid_that_is_none_is_no_record_of_its_own(uid: str) -> None:
    snapshot = read(listing(entry("7"), entry(uid)))
    assert [(bad["key"], bad["reason"]) for bad in snapshot.quarantine] == [(None, "no uid")]
    report = snapshot.files[NAME]
    assert (report.declared, report.parsed, report.quarantined) == (2, 1, 1)


def born(*texts: str) -> ParseResult:
    items = "".join(f"<dateOfBirthItem><dateOfBirth>{text}</dateOfBirth></dateOfBirthItem>" for text in texts)
    return read(listing(entry("7", f"<dateOfBirthList>{items}</dateOfBirthList>", "Individual")))


@pytest.mark.parametrize(
    ("texts", "dates"),
    [
        (["c. 1960, 1962 or 1964"], [("1960", "circa"), ("1962", "circa"), ("1964", "circa")]),
        (["May 7, 1974"], [("1974-05-07", "day")]),
        (["03/04/1981"], [("1981", "year")]),
        (["03/04/1981", "05/17/1980"], [("1981-03-04", "day"), ("1980-05-17", "day")]),
        (["1980-00-00"], [("1980", "year")]),
        (["43000"], [("2017-09-22", "day")]),
        (["0001"], [(None, None)]),
    ],
)
def test_births_in_other_forms(texts: list[str], dates: list[tuple[str | None, str | None]]) -> None:
    rows = parsed(born(*texts), "birth_dates")
    assert [(row["birth_date"], row["birth_date_precision"]) for row in rows] == dates


def test_what_stands_beside_a_number_is_read_as_what_it_is() -> None:
    ids = "".join(
        f"<id><idType>{type_}</idType><idNumber>{number}</idNumber></id>"
        for type_, number in (
            ("Passport", "A1234567 (Qatari passport issued in Doha on 1 Jan 2010)"),
            ("Tax ID No.", "7813491943 (Russia)"),
            ("National ID No.", "K123456(4)"),
            ("Passport Number", "B1234567"),
            ("digital currency address - xbt:", "1abc"),
        )
    )
    rows = parsed(read(listing(entry("7", f"<idList>{ids}</idList>"))), "identifiers")
    assert [(row["type"], row["type_raw"], row["number"], row["country"], row["note"]) for row in rows] == [
        ("passport", "Passport", "A1234567", "QA", "issued in Doha on 1 Jan 2010"),
        ("tax_id", "Tax ID No.", "7813491943", "RU", None),
        ("national_id", "National ID No.", "K123456(4)", None, None),
        ("passport", "Passport Number", "B1234567", None, None),
        ("crypto_wallet", "Digital Currency Address - XBT", "1abc", None, None),
    ]
