"""The UK Sanctions List: the samples, the real excerpt, and files that are not what they should be."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from sources.registry import FOLDER, load, samples
from tests.builders import content, everything, parsed
from transforms.reading.parse_result import ParseResult, SourceFormatError, parse

SOURCE = load(FOLDER / "gb_uksl/source.yml")
NAME = SOURCE.files[0].name
DATES = ["2025-01-20", "2025-04-10", "2025-11-10"]
REAL = "2026-03-26"
BELARUS = "The Republic of Belarus (Sanctions) (EU Exit) Regulations 2019"


def read(data: bytes) -> ParseResult:
    return parse(SOURCE.source_id, SOURCE.parser, {NAME: io.BytesIO(data)}, SOURCE.options)


def sample(day: str) -> bytes:
    return (samples(SOURCE.source_id) / day / NAME).read_bytes()


def listing(*designations: str) -> bytes:
    body = "".join(designations)
    text = f"<Designations>{body}<DateGenerated>26/03/2026</DateGenerated></Designations>"
    return text.encode()


def record(inner: str = "", ref: str = "RUS9999", kind: str = "Individual", name: str | None = None) -> str:
    key = f"<UniqueID>{ref}</UniqueID>" if ref else ""
    names = named(("Name6", "ACME")) if name is None else name
    target = f"<IndividualEntityShip>{kind}</IndividualEntityShip>"
    return f"<Designation>{key}<Names>{names}</Names>{target}{inner}</Designation>"


def named(*parts: tuple[str, str], type_: str = "Primary Name", strength: str = "") -> str:
    texts = "".join(f"<{tag}>{text}</{tag}>" for tag, text in parts)
    graded = f"<AliasStrength>{strength}</AliasStrength>" if strength else ""
    return f"<Name>{texts}<NameType>{type_}</NameType>{graded}</Name>"


def original(text: str, type_: str = "", language: str = "") -> str:
    parts = (
        f"<NameNonLatinScript>{text}</NameNonLatinScript><NonLatinScriptType>{type_}</NonLatinScriptType>"
        f"<NonLatinScriptLanguage>{language}</NonLatinScriptLanguage>"
    )
    return f"<NonLatinNames><NonLatinName>{parts}</NonLatinName></NonLatinNames>"


def person(inner: str) -> str:
    return record(f"<IndividualDetails><Individual>{inner}</Individual></IndividualDetails>")


def entity(inner: str) -> str:
    return record(f"<EntityDetails><Entity>{inner}</Entity></EntityDetails>", kind="Entity")


def ship(inner: str) -> str:
    return record(f"<ShipDetails><Ship>{inner}</Ship></ShipDetails>", kind="Ship")


def measured(imposed: str, **indicators: str) -> str:
    each = "".join(f"<{name}>{value}</{name}>" for name, value in indicators.items())
    return record(
        f"<SanctionsImposed>{imposed}</SanctionsImposed>"
        f"<SanctionsImposedIndicators>{each}</SanctionsImposedIndicators>"
    )


def of(snapshot: ParseResult, table: str, ref: str) -> list[dict[str, Any]]:
    return [row for row in parsed(snapshot, table) if row["record_id"] == f"gb_uksl:{ref}"]


def only(snapshot: ParseResult, table: str = "sanctions") -> dict[str, Any]:
    (row,) = parsed(snapshot, table)
    return row


def kinds(snapshot: ParseResult, ref: str = "RUS9999") -> dict[str, str]:
    return {row["name"]: row["kind"] for row in of(snapshot, "names", ref)}


def test_samples_tell_what_happened() -> None:
    rows = [{row["record_id"]: row for row in parsed(read(sample(day)), "sanctions")} for day in DATES]
    first, second, third = (set(each) for each in rows)
    assert second - first == {"gb_uksl:BEL0169", "gb_uksl:BEL0174"}  # listed on 27 January 2025
    assert second - third == {"gb_uksl:AQD0115"}  # removed on 7 November 2025
    assert first <= second and third <= second
    amended = {key for key in first if rows[0][key] != rows[1][key]}  # on 9 April 2025
    assert amended == {f"gb_uksl:{ref}" for ref in ("BEL0045", "BEL0047", "BEL0108", "GHR0050")}
    assert all(rows[1][key] == rows[2][key] for key in third)


def test_a_person_in_full() -> None:
    snapshot = read(sample("2025-04-10"))
    assert of(snapshot, "sanctions", "BEL0169") == [
        {
            "record_id": "gb_uksl:BEL0169",
            "source_id": "gb_uksl",
            "authority": "UK Foreign, Commonwealth and Development Office",
            "schema": "Person",
            "name": "Andrey Mikhailovich TSEDRIK",
            "programs": [BELARUS],
            "listing_date": date(2025, 1, 27),
            "amended_date": date(2025, 4, 9),
            "delisting_date": None,
            "measures": ["Asset freeze", "Director Disqualification Sanction", "Travel Ban"],
            "reason": "Heads a place of detention where political prisoners are held. "
            "Other information: Director disqualification since 09/04/2025.",
            "nationalities": ["BY"],
            "nationalities_raw": ["Belarus"],
            "birth_dates": ["1978-04-20"],
            "birth_dates_raw": ["20/04/1978"],
            "gender": "male",
            "position": "Commanding Officer of Pre-trial Detention Centre (SIZO) No 1",
            "url": None,
        }
    ]
    names = {(r["name"], r["kind"], r["script"], r["lang"]) for r in of(snapshot, "names", "BEL0169")}
    assert names == {
        ("Andrey Mikhailovich TSEDRIK", "primary", "Latn", None),
        ("Andrei Mikhailovich TSEDRYK", "alias", "Latn", None),
        ("Андрэй Міхайлавіч ЦЕДРЫК", "alias", "Cyrl", "be"),
        ("Андрей Михайлович ЦЕДРИК", "alias", "Cyrl", "ru"),
    }
    assert of(snapshot, "programs", "BEL0169") == [
        {
            "record_id": "gb_uksl:BEL0169",
            "program": BELARUS,
            "program_name": BELARUS,
            "listing_date": None,
            "legal_basis": BELARUS,
            "legal_basis_date": None,
            "legal_basis_url": None,
            "schedule": None,
            "item": None,
        }
    ]
    (reference,) = of(snapshot, "identifiers", "BEL0169")
    assert (reference["type"], reference["type_raw"], reference["number"]) == (
        "list_reference",
        "OFSIGroupID",
        "16739",
    )
    (place,) = of(snapshot, "addresses", "BEL0169")
    assert (place["kind"], place["full"], place["city"], place["country"]) == (
        "birth_place",
        "Minsk, Belarus",
        "Minsk",
        "BY",
    )


def test_a_ship_in_full() -> None:
    snapshot = read(sample("2025-04-10"))
    (row,) = of(snapshot, "sanctions", "DPR0097")
    assert (row["schema"], row["name"], row["nationalities"]) == ("Vessel", "AN SAN 1", ["KP"])
    (flag,) = of(snapshot, "nationalities", "DPR0097")
    assert (flag["kind"], flag["country"], flag["note"]) == ("flag", "KP", "believed")
    numbers = {(r["type"], r["number"]) for r in of(snapshot, "identifiers", "DPR0097")}
    assert numbers == {("list_reference", "13648"), ("imo", "7303803")}
    assert {(r["type"], r["number"]) for r in of(snapshot, "identifiers", "DPR0075")} == {
        ("imo", "IMO9562233")
    }
    told = {(r["property"], r["value"], r["note"]) for r in of(snapshot, "particulars", "DPR0097")}
    assert told == {
        ("operator", "Korean Ansan Shipping", "owner or operator"),
        ("former_flag", "Russia", None),
        ("vessel_type", "Chemical Carrier", None),
        ("tonnage", "1757", None),
        ("length", "86", None),
        ("build_date", "1973", None),
    }


def test_two_records_of_one_person_share_a_reference() -> None:
    snapshot = read(sample("2025-01-20"))
    for ref, listed in (("BEL0045", date(2020, 12, 31)), ("GHR0050", date(2020, 9, 29))):
        (row,) = of(snapshot, "sanctions", ref)
        assert (row["name"], row["listing_date"]) == ("Alexander Grigorievich LUKASHENKO", listed)
        assert [r["number"] for r in of(snapshot, "identifiers", ref)] == ["13918"]
        home = next(r for r in of(snapshot, "addresses", ref) if r["kind"] == "address")
        # `AddressLine6` is at times a town and at times a province
        assert (home["full"], home["city"]) == (
            "Independence Palace, Prospekte Pobeditelei, Minsk, Belarus",
            None,
        )


def test_kinds_of_names() -> None:
    snapshot = read(sample("2025-01-20"))
    assert kinds(snapshot, "AQD0115") == {
        "ABU MOHAMMED AL-JAWLANI": "primary",
        "Abu Mohamed AL-JAWLANI": "alias",
        "Amjad Muzaffar Hussein Ali AL-NAIMI": "alias",
        "Shaykh AL-FATIH": "weak_alias",
        "AL FATIH": "weak_alias",
        "أبو محمد الجولاني": "alias",
    }
    names = (
        named(("Name1", "Ann"), ("Name6", "Old"), type_="Formerly known as")
        + named(("Name6", "FIRM"), type_="PRIMARY NAME")
        + named(("Name6", "Firm"), type_="primary name variation", strength="LOW QUALITY A.K.A.")
    )
    snapshot = read(listing(record(name=names)))
    assert kinds(snapshot) == {"FIRM": "primary", "Firm": "weak_alias", "Ann Old": "former"}
    assert not snapshot.unknown


def test_of_two_primary_names_the_same_is_the_main_one_in_any_order() -> None:
    one, other = named(("Name6", "DIN")), named(("Name1", "IADENA  "), ("Name6", "DIN "))
    for names in (one + other, other + one):
        snapshot = read(listing(record(name=names)))
        assert kinds(snapshot) == {"DIN": "primary", "IADENA DIN": "alias"}


def test_an_empty_name_says_nothing_and_a_record_without_a_primary_name_is_told() -> None:
    names = named() + named(("Name6", "Weak"), type_="Alias", strength="Low quality a.k.a")
    snapshot = read(listing(record(original("Имя"), name=names)))
    assert only(snapshot)["name"] == "Имя"
    assert snapshot.unknown == {"no Primary Name": 1}


@pytest.mark.parametrize(
    ("text", "type_", "language", "expected"),
    [
        ("Казаков ", "Cyrillic", "Russian", ("Казаков", "Cyrl", "ru")),
        ("Имя", "Cryillic", "Romanian; Moldavian; Moldovan", ("Имя", "Cyrl", "ro")),
        ("OAO ZAVOD", "Cyrillic", "", ("OAO ZAVOD", "Latn", None)),  # the letters decide
        ("اسم", "", "Persian/Farsi", ("اسم", "Arab", "fa")),
    ],
)
def test_names_in_other_scripts(
    text: str, type_: str, language: str, expected: tuple[str, str, str | None]
) -> None:
    snapshot = read(listing(record(original(text, type_, language))))
    (row,) = [row for row in parsed(snapshot, "names") if row["kind"] == "alias"]
    assert (row["name"], row["script"], row["lang"]) == expected
    assert not snapshot.unknown


@pytest.mark.parametrize(
    ("text", "edtf", "precision"),
    [
        ("14/08/1967", "1967-08-14", "day"),
        ("dd/mm/1980", "1980", "year"),
        ("dd/07/1978", "1978-07", "month"),
        ("00/00/1975", "1975", "year"),
        ("'00/00/1975", "1975", "year"),
        ("1962", "1962", "year"),
        ("15/08/19yy", None, None),
        ("31/02/1972", None, None),
    ],
)
def test_dates_of_birth_keep_their_precision(text: str, edtf: str | None, precision: str | None) -> None:
    snapshot = read(listing(person(f"<DOBs><DOB>{text}</DOB></DOBs>")))
    row = only(snapshot, "birth_dates")
    assert (row["birth_date"], row["birth_date_precision"], row["birth_date_raw"]) == (edtf, precision, text)
    assert only(snapshot)["birth_dates"] == ([edtf] if edtf else [])
    assert snapshot.unknown == ({} if edtf else {f"date {text}": 1})


def test_measures_agree_with_the_indicators_or_that_is_told() -> None:
    agreeing = measured(
        " De-flag |Prohibition of port entry|",
        Deflag="true",
        ProhibitionOfPortEntry="true",
        AssetFreeze="false",
    )
    snapshot = read(listing(agreeing))
    assert only(snapshot)["measures"] == ["De-flag", "Prohibition of port entry"]
    assert not snapshot.unknown
    snapshot = read(listing(measured("Travel Ban", AssetFreeze="true", TravelBan="false", Deflag="2")))
    assert only(snapshot)["measures"] == ["Travel Ban"]
    assert snapshot.unknown == {
        "SanctionsImposedIndicators AssetFreeze": 1,
        "SanctionsImposedIndicators Travel Ban": 1,
        "SanctionsImposedIndicators Deflag 2": 1,
    }


def test_places_of_birth_have_the_state_of_now() -> None:
    locations = "".join(
        f"<Location><TownOfBirth>{town}</TownOfBirth><CountryOfBirth>{state}</CountryOfBirth></Location>"
        for town, state in [
            ("Hrodna Region", "Former USSR Currently Belarus"),
            ("", "Russia (now Ukraine)"),
            ("Gaza City", "Occupied Palestinian Territories"),
        ]
    )
    snapshot = read(listing(person(f"<BirthDetails>{locations}</BirthDetails>")))
    found = {(row["full"], row["city"], row["country"]) for row in parsed(snapshot, "addresses")}
    assert found == {
        ("Hrodna Region, Former USSR Currently Belarus", "Hrodna Region", "BY"),
        ("Russia (now Ukraine)", None, "UA"),
        ("Gaza City, Occupied Palestinian Territories", "Gaza City", "PS"),
    }
    assert not snapshot.unknown


def test_documents_of_people() -> None:
    inner = (
        "<PassportDetails><Passport><PassportNumber>AAID00435 </PassportNumber>"
        "<PassportAdditionalInformation>Expires 18 February 2013</PassportAdditionalInformation></Passport>"
        "<Passport><PassportAdditionalInformation>no number</PassportAdditionalInformation></Passport>"
        "</PassportDetails><NationalIdentifierDetails><NationalIdentifier>"
        "<NationalIdentifierNumber>12 345</NationalIdentifierNumber>"
        "<NationalIdentifierAdditionalInformation>Ukraine</NationalIdentifierAdditionalInformation>"
        "</NationalIdentifier><NationalIdentifier><NationalIdentifierNumber>6</NationalIdentifierNumber>"
        "<NationalIdentifierAdditionalInformation>ID</NationalIdentifierAdditionalInformation>"
        "</NationalIdentifier></NationalIdentifierDetails>"
    )
    snapshot = read(listing(person(inner + inner)))
    found = [(r["type"], r["number"], r["country"], r["note"]) for r in parsed(snapshot, "identifiers")]
    assert sorted(found, key=repr) == [
        ("national_id", "12 345", "UA", None),
        ("national_id", "6", None, "ID"),  # an abbreviation, not Indonesia
        ("passport", "AAID00435", None, "Expires 18 February 2013"),
    ]


def test_what_is_told_of_a_body() -> None:
    inner = (
        "<TypeOfEntities><TypeOfEntity>State-Owned Enterprise </TypeOfEntity></TypeOfEntities>"
        "<ParentCompanies><ParentCompany>Holding</ParentCompany></ParentCompanies>"
        "<Subsidiaries><Subsidiary>Brest branch</Subsidiary><Subsidiary>Gomel branch</Subsidiary>"
        "</Subsidiaries>"
    )
    snapshot = read(listing(entity(inner)))
    assert only(snapshot)["schema"] == "Organization"
    assert {(row["property"], row["value"]) for row in parsed(snapshot, "particulars")} == {
        ("organization_type", "State-Owned Enterprise"),
        ("parent", "Holding"),
        ("subsidiary", "Brest branch"),
        ("subsidiary", "Gomel branch"),
    }


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1137711000074 (Russia)", {("registration", "", "1137711000074")}),
        ("Tax ID No. 7813491943 (Russia)", {("tax_id", "Tax ID No", "7813491943")}),
        (
            "1089847364114 (Russia). Tax ID No. 7813491943 (Russia)",
            {("registration", "", "1089847364114"), ("tax_id", "Tax ID No", "7813491943")},
        ),
        ("UNP: 100122726 (Belarus)", {("tax_id", "UNP", "100122726")}),
        ("0127108975400001 · 371692-5", {("registration", "", "0127108975400001 · 371692-5")}),
        ("INN: 7710137066", {("tax_id", "INN", "7710137066")}),
        (
            "OGRN: 1247700291200\nKPP: 770701001\nINN: 9707028663",
            {
                ("registration", "OGRN", "1247700291200"),
                ("other", "KPP", "770701001"),
                ("tax_id", "INN", "9707028663"),
            },
        ),
        (
            "INN: 7720603527OGRN: 1077764566373",
            {("tax_id", "INN", "7720603527"), ("registration", "OGRN", "1077764566373")},
        ),
        ("INN: 77 and more", {("registration", "", "INN: 77 and more")}),
    ],
)
def test_labelled_numbers_of_bodies_are_taken_apart(text: str, numbers: set[tuple[str, str, str]]) -> None:
    item = f"<BusinessRegistrationNumber>{text}</BusinessRegistrationNumber>"
    inner = f"<BusinessRegistrationNumbers>{item}</BusinessRegistrationNumbers>"
    snapshot = read(listing(entity(inner)))
    expected = {(type_, label or "BusinessRegistrationNumber", number) for type_, label, number in numbers}
    assert {(r["type"], r["type_raw"], r["number"]) for r in parsed(snapshot, "identifiers")} == expected


def test_what_is_said_but_has_not_been_seen() -> None:
    inner = "<CryptoWalletAddresses><CryptoWalletAddress>bc1q</CryptoWalletAddress></CryptoWalletAddresses>"
    hull = "<HullIdentificationNumber>H1</HullIdentificationNumber>"
    vessel = ship(f"<HullIdentificationNumbers>{hull}</HullIdentificationNumbers>")
    snapshot = read(listing(record(inner, ref="RUS1"), vessel))
    assert (only(snapshot, "identifiers")["type"], only(snapshot, "identifiers")["number"]) == (
        "crypto_wallet",
        "bc1q",
    )
    assert (only(snapshot, "particulars")["property"], only(snapshot, "particulars")["value"]) == (
        "hull_number",
        "H1",
    )
    assert not snapshot.unknown


def test_reasons_lose_their_line_breaks_and_ways_to_reach_someone_alone() -> None:
    inner = (
        "<UKStatementofReasons>\nX is an \n“involved person”.  Evidence including phone records."
        "</UKStatementofReasons><OtherInformation>Fax is +963 11 2139928. Telephone numbers: "
        "8 (800) 333 55 45, 18222 (ext. 8573). Call + 375 17 389 11 37 or write to secret@example.org. "
        "Listed on 21/03/2023.</OtherInformation>"
    )
    snapshot = read(listing(record(inner)))
    reason = only(snapshot)["reason"]
    assert reason.startswith(
        "X is an “involved person”. Evidence including phone records. Other information: [withheld]"
    )
    assert reason.endswith("Listed on 21/03/2023.")
    for hidden in ("2139928", "333", "8573", "389", "example.org"):
        assert hidden not in everything(snapshot)


def test_withheld_fields_reach_no_table_nor_the_quarantine() -> None:
    inner = (
        "<PhoneNumbers><PhoneNumber>-101823</PhoneNumber></PhoneNumbers>"
        "<EmailAddresses><EmailAddress>secret@example.org</EmailAddress></EmailAddresses>"
        "<Websites><Website>office@secret.example</Website><Website>www.one.example, two.example and "
        "https://three.example/@page</Website></Websites>"
        "<OtherInformation>Telephone: 555 secret 12345678</OtherInformation>"
    )
    snapshot = read(listing(record(inner), record(inner)))
    assert {row["value"] for row in parsed(snapshot, "particulars")} == {
        "www.one.example",
        "two.example",
        "https://three.example/@page",
    }
    (rejected,) = snapshot.quarantine
    assert "<Name6>ACME</Name6>" in (rejected["raw"] or "")
    assert "101823" not in everything(snapshot)
    assert "secret@" not in everything(snapshot) and "office@" not in everything(snapshot)
    assert "secret" not in (rejected["raw"] or "")
    assert not snapshot.unknown


def test_what_is_not_known_is_counted() -> None:
    inner = (
        "<DateDesignated>in 2022</DateDesignated><Shoes>42</Shoes>"
        "<Addresses><Address><AddressCountry>Atlantis</AddressCountry></Address></Addresses>"
        "<IndividualDetails><Individual><Genders><Gender>Male</Gender><Gender>female</Gender></Genders>"
        "</Individual></IndividualDetails>"
    )
    names = named(("Name6", "ACME")) + named(("Name6", "B"), type_="Nickname", strength="So-so")
    inner += original("Имя", "Cyrillic", "Elvish")
    snapshot = read(listing(record(inner, kind="Aircraft", name=names)))
    row = only(snapshot)
    assert (row["schema"], row["gender"], row["listing_date"]) == ("LegalEntity", None, None)
    assert kinds(snapshot)["B"] == "alias"
    assert snapshot.unknown == {
        "AliasStrength so-so": 1,
        "Gender female, male": 1,
        "IndividualEntityShip Aircraft": 1,
        "NameType nickname": 1,
        "NonLatinScriptLanguage Elvish": 1,
        "country Atlantis": 1,
        "date in 2022": 1,
        "element Designation/Shoes": 1,
    }


def test_records_that_cannot_be_read_go_to_quarantine() -> None:
    snapshot = read(listing(record(), record(ref=""), record(ref="RUS1", name=named()), record()))
    assert [(item["locator"], item["reason"]) for item in snapshot.quarantine] == [
        ("Designation[2]", "no UniqueID"),
        ("Designation[3]", "no name"),
        ("Designation[4]", "UniqueID RUS9999 came before"),
    ]
    assert [item["key"] for item in snapshot.quarantine] == [None, "RUS1", "RUS9999"]
    report = snapshot.files[NAME]
    assert (report.declared, report.parsed, report.quarantined) == (4, 1, 3)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"Report Date: 26-Mar-2026\nLast Updated,Unique ID\n", "not XML"),
        (b"<CONSOLIDATED_LIST/>", "the root element is CONSOLIDATED_LIST, not Designations"),
        (listing(record()).replace(b"ACME", b"\xe9l\xe8ve"), "not well-formed"),
    ],
)
def test_a_broken_file_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(SourceFormatError, match=message):
        read(data)


def counted(text: str, tag: str) -> int:
    return len(re.findall(rf"<{tag}>\s*\S", text))


def test_the_real_excerpt(shared_data: Path) -> None:
    """Counted again with regular expressions: each element that holds something, by its tag."""
    data = (shared_data / "gb_uksl" / REAL / NAME).read_bytes()
    text, snapshot = data.decode(), read(data)
    report = snapshot.files[NAME]
    assert (report.declared, report.parsed, report.quarantined) == (2, 2, 0)
    assert report.published_at == datetime(2026, 3, 26, tzinfo=UTC)
    assert not snapshot.unknown
    rows = {table: built.num_rows for table, built in snapshot.arrow().items()}
    assert rows == {
        "sanctions": counted(text, "UniqueID"),
        "names": counted(text, "Name6") + counted(text, "NameNonLatinScript"),
        "programs": counted(text, "RegimeName"),
        "positions": counted(text, "Position"),
        "nationalities": counted(text, "Nationality"),
        "birth_dates": counted(text, "DOB"),
        "identifiers": counted(text, "OFSIGroupID") + counted(text, "NationalIdentifierNumber"),
        "addresses": counted(text, "Address>|<Location"),
    }
    assert rows["names"] == 6 and rows["identifiers"] == 3 and rows["addresses"] == 2
    assert all(len(row["measures"]) == 4 for row in parsed(snapshot, "sanctions"))
    assert all(not (row["reason"] or "").startswith("\n") for row in parsed(snapshot, "sanctions"))
    assert {row["birth_dates"][0] for row in parsed(snapshot, "sanctions")} == {"1967-08-14", "1972-08-14"}
    assert {row["country"] for row in parsed(snapshot, "identifiers")} == {None, "UA"}


@pytest.mark.parametrize("name", ["-", "N/A", "Unknown", "--"])
def test_a_record_whose_main_name_says_nothing_keeps_its_key(name: str) -> None:
    snapshot = read(listing(record(ref="BEL0045", name=named(("Name1", " "), ("Name6", name))), record()))
    (rejected,) = snapshot.quarantine
    assert (rejected["key"], rejected["reason"]) == ("BEL0045", "no name")
    assert len(parsed(snapshot, "sanctions")) == 1


def test_words_for_nothing_among_the_parts_of_names_and_addresses() -> None:
    address = "<AddressLine1>-</AddressLine1><AddressLine2>Unknown</AddressLine2><AddressLine6>Minsk"
    address += "</AddressLine6><AddressPostalCode>N/A</AddressPostalCode>"
    inner = (
        f"<Addresses><Address>{address}<AddressCountry>Belarus</AddressCountry></Address></Addresses>"
        "<IndividualDetails><Individual><DOBs><DOB>Unknown</DOB></DOBs>"
        "<Nationalities><Nationality>NA</Nationality><Nationality>none</Nationality></Nationalities>"
        "<Positions><Position>N/A</Position></Positions><Genders><Gender>Unknown</Gender></Genders>"
        "<BirthDetails><Location><TownOfBirth>-</TownOfBirth><CountryOfBirth>Unknown</CountryOfBirth>"
        "</Location></BirthDetails><PassportDetails><Passport><PassportNumber>-</PassportNumber>"
        "<PassportAdditionalInformation>N/A</PassportAdditionalInformation></Passport></PassportDetails>"
        "</Individual></IndividualDetails><UNReferenceNumber>n/a</UNReferenceNumber>"
    )
    names = named(("Name1", "Viktor"), ("Name2", "-"), ("Name6", "LUKASHENKO"))
    names += named(("Name1", "a.k.a."), ("Name6", "Kolya"), type_="Alias")
    snapshot = read(listing(record(inner, name=names)))
    assert kinds(snapshot) == {"Viktor LUKASHENKO": "primary", "Kolya": "alias"}
    assert only(snapshot, "addresses")["full"] == "Minsk, Belarus"
    assert set(snapshot.arrow()) == {"sanctions", "names", "addresses"}
    assert not snapshot.unknown


@pytest.mark.parametrize("change", [str.upper, str.lower, lambda text: f" {text}  "])
def test_words_of_the_publisher_are_the_same_in_any_case(change: Callable[[str], str]) -> None:
    """A changed case or a stray blank changes no row."""
    words = (
        "Primary Name",
        "Primary Name Variation",
        "Alias",
        "Low quality a.k.a",
        "Individual",
        "Ship",
        "Male",
        "Asset freeze",
        "Director Disqualification Sanction",
        "Travel Ban",
        "true",
        "false",
        "Russian",
        "Belarusian",
    )
    text = sample("2025-04-10").decode()
    changed = re.sub(rf">\s*({'|'.join(words)})\s*<", lambda found: f">{change(found[1])}<", text)
    imposed = re.compile("(?<=<SanctionsImposed>)[^<]+")
    changed = imposed.sub(lambda found: "|".join(map(change, found[0].split("|"))), changed)
    assert changed != text
    before, after = read(text.encode()), read(changed.encode())
    assert content(after) == content(before)
    assert not after.unknown


def test_the_dates_of_the_list_in_iso_form() -> None:
    text = sample("2025-04-10").decode()
    dated = re.compile(r"(?<=>)(\d\d)/(\d\d)/(\d{4})(?=</(?:DateDesignated|LastUpdated|DateGenerated)>)")
    found = read(dated.sub(r"\3-\2-\1", text).encode())
    assert content(found) == content(read(text.encode()))
    assert found.files[NAME].published_at == datetime(2025, 4, 10, tzinfo=UTC)
    assert not found.unknown
    rows = parsed(read(listing(record("<LastUpdated>44830</LastUpdated>"))), "sanctions")
    assert rows[0]["amended_date"] == date(2022, 9, 26)  # as Excel counts


def test_the_day_of_the_last_amendment() -> None:
    dates = "<DateDesignated>26/09/2022</DateDesignated><LastUpdated>09/04/2025</LastUpdated>"
    row = only(read(listing(record(dates))))
    assert (row["listing_date"], row["amended_date"]) == (date(2022, 9, 26), date(2025, 4, 9))


def test_a_date_that_could_be_two_is_a_year_where_the_file_has_dates_of_both_orders() -> None:
    def births(*texts: str, encoding: str = "utf-8") -> dict[str, str]:
        dates = "".join(f"<DOB>{text}</DOB>" for text in texts)
        data = listing(person(f"<DOBs>{dates}</DOBs>")).decode()
        found = read(f'<?xml version="1.0" encoding="{encoding}"?>{data}'.encode(encoding))
        return {row["birth_date_raw"]: row["birth_date"] for row in parsed(found, "birth_dates")}

    plain = {"05/06/1978": "1978-06-05", "30/09/1978": "1978-09-30"}
    assert births(*plain) == plain
    mixed = {"05/06/1978": "1978", "09/30/1978": "1978-09-30", "05/05/1978": "1978-05-05"}
    assert births(*mixed) == births(*mixed, encoding="utf-16") == mixed
    listed = record("<DateDesignated>05/06/2021</DateDesignated><LastUpdated>09/30/2022</LastUpdated>")
    snapshot = read(listing(listed))
    assert (only(snapshot)["listing_date"], only(snapshot)["amended_date"]) == (None, date(2022, 9, 30))
    assert snapshot.unknown == {"date 05/06/2021": 1}


def test_circa_is_about_all_years_that_follow() -> None:
    snapshot = read(listing(person("<DOBs><DOB>Approximately 1981, 1984</DOB></DOBs>")))
    found = {(row["birth_date"], row["birth_date_precision"]) for row in parsed(snapshot, "birth_dates")}
    assert found == {("1981", "circa"), ("1984", "circa")}


@pytest.mark.parametrize(
    ("text", "states"),
    [("Belarusian", ["BY"]), ("Iraqi, Iranian", ["IQ", "IR"]), ("Russia", ["RU"]), ("NA", [])],
)
def test_nationalities_by_name_or_demonym(text: str, states: list[str]) -> None:
    inner = f"<Nationalities><Nationality>{text}</Nationality></Nationalities>"
    snapshot = read(listing(person(inner)))
    assert only(snapshot)["nationalities"] == states
    assert not snapshot.unknown


def test_what_is_said_of_a_document_beside_its_number() -> None:
    inner = "".join(
        f"<Passport><PassportNumber>{number}</PassportNumber><PassportAdditionalInformation>{note}"
        "</PassportAdditionalInformation></Passport>"
        for number, note in [
            ("MP0000001", "Belarusian"),
            ("MP0000002", "Belarusian passport issued in Minsk on 1 May 2010"),
            ("Passport No: MP0000003 (Qatari passport issued in Doha)", ""),
        ]
    )
    snapshot = read(listing(person(f"<PassportDetails>{inner}</PassportDetails>")))
    found = {row["number"]: (row["country"], row["note"]) for row in parsed(snapshot, "identifiers")}
    assert found["MP0000001"] == ("BY", None)
    assert found["MP0000002"][0] == "BY" and "Minsk on 1 May 2010" in found["MP0000002"][1]
    assert found["MP0000003"][0] == "QA" and "issued in Doha" in found["MP0000003"][1]


@pytest.mark.parametrize("text", ["9187629", "IMO 9187629", "IMO9187629"])
def test_a_ships_number_with_and_without_the_word(text: str) -> None:
    snapshot = read(listing(ship(f"<IMONumbers><IMONumber>{text}</IMONumber></IMONumbers>")))
    assert (only(snapshot, "identifiers")["type"], only(snapshot, "identifiers")["number"]) == ("imo", text)


def test_a_slip_in_the_word_for_a_main_name() -> None:
    names = named(("Name6", "BATKA"), type_="Alias") + named(("Name6", "LUKASHENKO"), type_="Primay Name")
    snapshot = read(listing(record(name=names)))
    assert kinds(snapshot) == {"LUKASHENKO": "primary", "BATKA": "alias"}
    assert snapshot.unknown == {"NameType primay name": 1, "no Primary Name": 1}


def test_a_former_name_by_its_own_words() -> None:
    names = named(("Name6", "BELAVIA")) + named(("Name6", "f.k.a. AEROFLOT"), type_="Alias")
    assert kinds(read(listing(record(name=names)))) == {"BELAVIA": "primary", "AEROFLOT": "former"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("SWIFT/BIC SABRRUMM", ("swift_bic", "SABRRUMM", None)),
        ("D-U-N-S 123456789", ("other", "123456789", None)),
        ("Registration Number: HE 123456 (Cyprus)", ("registration", "HE 123456", "CY")),
        ("Tax Identification Number: INN 7736053886", ("tax_id", "7736053886", None)),
    ],
)
def test_registrations_of_other_kinds(text: str, found: tuple[str, str, str | None]) -> None:
    given = f"<BusinessRegistrationNumbers><BusinessRegistrationNumber>{text}</BusinessRegistrationNumber>"
    (number,) = parsed(read(listing(entity(f"{given}</BusinessRegistrationNumbers>"))), "identifiers")
    assert (number["type"], number["number"], number["country"]) == found


def test_a_ships_number_is_one_whatever_stands_before_it() -> None:
    given = "".join(f"<IMONumber>{text}</IMONumber>" for text in ("9187629", "imo: 9187629", "Unknown"))
    rows = parsed(read(listing(ship(f"<IMONumbers>{given}</IMONumbers>"))), "identifiers")
    assert [row["type"] for row in rows] == ["imo", "imo"]


def test_several_passports_in_one_field() -> None:
    text = "A1 (Iran) , A2 (Iraq)"
    given = f"<PassportDetails><Passport><PassportNumber>{text}</PassportNumber></Passport></PassportDetails>"
    rows = parsed(read(listing(person(given))), "identifiers")
    assert [(row["number"], row["country"]) for row in rows] == [("A1", "IR"), ("A2", "IQ")]
