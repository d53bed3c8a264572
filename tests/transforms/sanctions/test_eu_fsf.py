"""The EU's list: the samples, the real file, merging, and files that are not what they should be."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from contracts.countries import CODES
from sources.registry import FOLDER, load, samples
from tests.builders import content, everything, parsed
from transforms.reading.parse_result import ParseResult, SourceFormatError, parse

SOURCE = load(FOLDER / "eu_fsf/source.yml")
NAME = SOURCE.files[0].name
DATES = ["2020-11-01", "2024-05-13", "2025-03-17"]


def read(data: bytes) -> ParseResult:
    return parse(SOURCE.source_id, SOURCE.parser, {NAME: io.BytesIO(data)}, SOURCE.options)


def sample(day: str) -> bytes:
    return (samples(SOURCE.source_id) / day / NAME).read_bytes()


def export(*entities: str) -> bytes:
    head = '<export xmlns="urn:any" generationDate="2024-05-13T17:44:28+02:00">'
    return f"{head}{''.join(entities)}</export>".encode()


def alias(name: str, **attributes: str) -> str:
    given = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f'<nameAlias wholeName="{name}"{given}/>'


def entity(
    inner: str = alias("Acme"), kind: str = "enterprise", ref: str = "EU.1.1", **attributes: str
) -> str:
    given = "".join(f' {key}="{value}"' for key, value in attributes.items())
    subject = f'<subjectType code="{kind}"/>'
    return f'<sanctionEntity euReferenceNumber="{ref}"{given}>{subject}{inner}</sanctionEntity>'


def one(*entities: str) -> dict[str, Any]:
    (row,) = parsed(read(export(*entities)), "sanctions")
    return row


def of(snapshot: ParseResult, table: str, ref: str) -> list[dict[str, Any]]:
    return [row for row in parsed(snapshot, table) if row["record_id"] == f"eu_fsf:{ref}"]


def test_samples_tell_what_happened() -> None:
    first, second, third = (
        {row["record_id"] for row in parsed(read(sample(day)), "sanctions")} for day in DATES
    )
    assert {"eu_fsf:EU.5971.83", "eu_fsf:EU.6711.45"} <= second - first  # Lukashenka, Belavia
    assert second - third == {"eu_fsf:EU.7854.12", "eu_fsf:EU.8132.1"}  # Kantor, Ismailova, 14 March 2025
    assert first <= third
    before, after = (of(read(sample(day)), "sanctions", "EU.5751.30")[0]["position"] for day in DATES[:2])
    assert (before, after) == ("Minister of Internal Affairs", "Former Minister of Internal Affairs")


def test_a_person_in_full() -> None:
    snapshot = read(sample("2024-05-13"))
    assert of(snapshot, "sanctions", "EU.5971.83") == [
        {
            "record_id": "eu_fsf:EU.5971.83",
            "source_id": "eu_fsf",
            "authority": "Council of the European Union",
            "schema": "Person",
            "name": "Aliaksandr Ryhoravich LUKASHENKA",
            "programs": ["BLR"],
            "listing_date": date(2020, 11, 6),
            "amended_date": date(2021, 2, 26),
            "delisting_date": None,
            "measures": [],
            "reason": None,
            "nationalities": [],
            "nationalities_raw": [],
            "birth_dates": ["1954-08-30"],
            "birth_dates_raw": ["1954-08-30"],
            "gender": "male",
            "position": "President of the Republic of Belarus",
            "url": "https://eur-lex.europa.eu/legal-content/EN/TXT/"
            "?uri=uriserv%3AOJ.L_.2021.068.01.0029.01.ENG&toc=OJ%3AL%3A2021%3A068%3ATOC",
        }
    ]
    names = {
        (row["name"], row["kind"], row["script"], row["lang"]) for row in of(snapshot, "names", "EU.5971.83")
    }
    assert ("Aliaksandr Ryhoravich LUKASHENKA", "primary", "Latn", None) in names
    assert ("Аляксандр Рыгоравіч ЛУКАШЭНКА", "alias", "Cyrl", "be") in names
    assert ("Aljaksandr Ryhoravitj LUKASJENKA", "alias", "Latn", "sv") in names
    assert sum(kind == "primary" for _, kind, _, _ in names) == 1
    (place,) = of(snapshot, "addresses", "EU.5971.83")
    assert (place["kind"], place["country"], place["country_raw"]) == ("birth_place", "BY", "BELARUS")


def test_a_body_and_a_person_of_three_states() -> None:
    snapshot = read(sample("2024-05-13"))
    (belavia,) = of(snapshot, "sanctions", "EU.6711.45")
    assert belavia["name"] == "Open Joint Stock Company “Belavia Belarusian Airlines”"
    assert (belavia["schema"], belavia["listing_date"]) == ("Organization", date(2021, 12, 2))
    (number,) = of(snapshot, "identifiers", "EU.6711.45")
    assert (number["type"], number["number"], number["country"]) == ("registration", "600390798", None)
    assert number["note"] == "issued 1996-01-04"
    (address,) = of(snapshot, "addresses", "EU.6711.45")
    assert address["full"] == "14A Nemiga St., 220004, Minsk, BELARUS"
    (kantor,) = of(snapshot, "sanctions", "EU.7854.12")
    assert kantor["nationalities"] == ["GB", "IL", "RU"]
    assert kantor["nationalities_raw"] == ["UNITED KINGDOM", "ISRAEL", "RUSSIAN FEDERATION"]


@pytest.mark.parametrize(
    ("aliases", "main"),
    [
        ([("Юрий", "RU", "", 1), ("Yuri", "", "", 3), ("Juryj", "SV", "x", 2)], "Yuri"),
        ([("Old", "", "", 1), ("New", "EN", "Minister", 2)], "New"),
        ([("First", "", "", 1), ("Second", "", "", 2)], "First"),
        ([("Second", "", "", 10), ("First", "", "", 9)], "First"),
        ([("Юрий", "RU", "", 1)], "Юрий"),
    ],
)
def test_the_main_name(aliases: list[tuple[str, str, str, int]], main: str) -> None:
    made = [
        alias(name, nameLanguage=lang, function=function, logicalId=str(number))
        for name, lang, function, number in aliases
    ]
    for order in (made, made[::-1]):
        snapshot = read(export(entity("".join(order), "person")))
        assert parsed(snapshot, "sanctions")[0]["name"] == main
        assert [row["kind"] for row in parsed(snapshot, "names")] == ["primary"] + ["alias"] * (len(made) - 1)


def test_repeated_elements_are_one_record() -> None:
    first = entity(alias("A", logicalId="5") + '<regulation programme="TAQA"/>', "person", designationDate="")
    second = entity(
        alias("B", logicalId="4") + '<regulation programme="AFG"/>', "person", designationDate="2001-02-23"
    )
    other = entity(kind="person", ref="EU.2.2")
    snapshot = read(export(first, other, second))
    report = snapshot.files[NAME]
    assert (report.declared, report.parsed, report.outside, report.quarantined) == (3, 2, 1, 0)
    (row,) = of(snapshot, "sanctions", "EU.1.1")
    assert (row["name"], row["programs"], row["listing_date"]) == ("B", ["AFG", "TAQA"], date(2001, 2, 23))
    assert [name["name"] for name in of(snapshot, "names", "EU.1.1")] == ["B", "A"]
    assert content(read(export(second, first, other))) == content(snapshot)


def test_what_cannot_be_merged_or_named_goes_to_quarantine() -> None:
    keyless = f'<sanctionEntity><subjectType code="person"/>{alias("X")}</sanctionEntity>'
    snapshot = read(
        export(
            entity(kind="person"),
            entity(kind="enterprise"),
            keyless,
            entity("", ref="EU.3.3"),
            entity(ref="EU.4.4"),
        )
    )
    assert [(bad["locator"], bad["reason"], bad["key"]) for bad in snapshot.quarantine] == [
        ("sanctionEntity[2]", "EU.1.1 came before with another subjectType", "EU.1.1"),
        ("sanctionEntity[3]", "no euReferenceNumber", None),
        ("sanctionEntity[4]", "no name", "EU.3.3"),
    ]
    report = snapshot.files[NAME]
    assert (report.declared, report.parsed, report.outside, report.quarantined) == (5, 2, 0, 3)


@pytest.mark.parametrize(
    ("attributes", "edtf", "raw"),
    [
        (
            {"birthdate": "1966-06-21", "year": "1966", "monthOfYear": "6", "dayOfMonth": "21"},
            "1966-06-21",
            "1966-06-21",
        ),
        ({"year": "1966"}, "1966", "1966"),
        ({"year": "1966", "monthOfYear": "6"}, "1966-06", "1966-6"),
        ({"year": "1967", "circa": "true"}, "1967~", "circa 1967"),
        ({"yearRangeFrom": "1953", "yearRangeTo": "1958"}, "1953/1958", "1953/1958"),
        ({"yearRangeTo": "1980"}, None, "/1980"),
        ({"year": "1343", "calendarType": "ISLAMIC"}, None, "1343 ISLAMIC"),
        (
            {"birthdate": "1982-04-19", "year": "1402", "calendarType": "ISLAMIC"},
            "1982-04-19",
            "1982-04-19 ISLAMIC",
        ),
    ],
)
def test_dates_of_birth_keep_their_precision(attributes: dict[str, str], edtf: str | None, raw: str) -> None:
    given = "".join(
        f' {key}="{value}"' for key, value in ({"calendarType": "GREGORIAN"} | attributes).items()
    )
    snapshot = read(export(entity(f"{alias('X')}<birthdate{given}/>", "person")))
    (row,) = parsed(snapshot, "sanctions")
    assert (row["birth_dates"], row["birth_dates_raw"]) == ([edtf] if edtf else [], [raw])
    assert not snapshot.unknown


def test_a_ship_is_an_enterprise_with_an_imo_number() -> None:
    imo = (
        '<identification identificationTypeCode="imo" identificationTypeDescription="IMO" number="9187629"/>'
    )
    assert one(entity(alias("Ship") + imo))["schema"] == "Vessel"
    assert one(entity(alias("Ship")), entity(alias("Ship") + imo))["schema"] == "Vessel"


def test_without_a_date_of_designation_there_is_no_date_of_listing() -> None:
    act = '<regulation programme="SYR" publicationDate="2020-05-29" entryIntoForceDate="2020-05-30"/>'
    assert one(entity(alias("X") + act))["listing_date"] is None


def act(programme: str, published: str) -> str:
    return f'<regulation programme="{programme}" publicationDate="{published}" numberTitle="1/2"/>'


def sourced(name: str, published: str) -> str:
    return f'<nameAlias wholeName="{name}"><regulationSummary publicationDate="{published}"/></nameAlias>'


@pytest.mark.parametrize(
    ("designated", "acts", "amended"),
    [
        # Lukashenko: designated by 2020/1648, amended by 2021/339
        ("2020-11-06", [sourced("A", "2020-11-06"), act("BLR", "2021-02-26")], "2021-02-26"),
        ("2020-11-06", [sourced("A", "2020-11-06"), act("BLR", "2020-11-06")], None),
        # one act, published some days after the day of designation: the one that lists
        ("2009-06-29", [sourced("A", "2009-07-10"), act("IRN", "2009-07-10")], None),
        # one act, years later
        ("2008-06-23", [sourced("A", "2022-06-28"), act("IRN", "2022-06-28")], "2022-06-28"),
        # two acts, days apart
        ("2022-02-28", [sourced("A", "2022-02-28"), act("UKR", "2022-03-09")], "2022-03-09"),
        # no day of designation
        ("", [sourced("A", "2003-07-01"), act("IRQ", "2020-05-29")], "2020-05-29"),
        ("", [sourced("A", "2020-05-29"), act("SYR", "2020-05-29")], None),
    ],
)
def test_the_latest_act_amends_unless_it_lists(designated: str, acts: list[str], amended: str | None) -> None:
    row = one(entity("".join(acts), designationDate=designated))
    assert str(row["amended_date"]) == str(amended)


def test_each_programme_has_its_own_day_of_designation() -> None:
    first = entity(alias("A") + act("AFG", "2023-02-13"), designationDate="2001-02-23")
    second = entity(alias("A") + act("TAQA", "2024-05-01"), designationDate="2010-07-26")
    snapshot = read(export(first, second))
    assert {row["program"]: row["listing_date"] for row in parsed(snapshot, "programs")} == {
        "AFG": date(2001, 2, 23),
        "TAQA": date(2010, 7, 26),
    }
    (row,) = parsed(snapshot, "sanctions")
    assert (row["listing_date"], row["amended_date"]) == (date(2001, 2, 23), date(2024, 5, 1))


def identification(code: str, number: str, remark: str = "", described: str = "") -> str:
    return (
        f'<identification identificationTypeCode="{code}" identificationTypeDescription="{described}"'
        f' number="{number}"><remark>{remark}</remark></identification>'
    )


@pytest.mark.parametrize(
    ("code", "described", "remark", "type_"),
    [
        ("taxid", "Tax ID", "", "tax_id"),
        ("euvat", "EU VAT number", "", "tax_id"),
        ("regnumber", "Registration Number", "", "registration"),
        ("ssn", "Social Security Number", "", "national_id"),
        ("driver", "Driving licence", "", "other"),
        ("id", "National identification card", "", "national_id"),
        ("passport", "National passport", "", "passport"),
        ("diplpassport", "Diplomatic passport", "", "passport"),
        ("swiftbic", "SWIFT BIC", "", "swift_bic"),
        ("imo", "IMO (vessel identification)", "", "imo"),
        ("mmsi", "Maritime Mobile Service Identity", "", "mmsi"),
        ("electoralid", "Election Card Number", "", "national_id"),
        ("residentperm", "Resident's Permit", "", "national_id"),
        (" FiscalCode ", "National Fiscal Code", "", "tax_id"),
        ("other", "Other identification number", "Tax Identification Number", "tax_id"),
        ("other", "Other identification number", "National ID No.", "national_id"),
        ("other", "Other identification number", "KPP", "other"),
        ("other", "Other identification number", "Passport No or ID", "other"),
    ],
)
def test_identifications_have_the_contracts_types(code: str, described: str, remark: str, type_: str) -> None:
    inner = alias("X") + identification(code, "9187629", remark, described)
    snapshot = read(export(entity(inner, "person")))
    (row,) = parsed(snapshot, "identifiers")
    assert (row["type"], row["number"]) == (type_, "9187629")
    assert not snapshot.unknown


def test_a_new_type_of_identification_is_counted_and_read_by_its_description() -> None:
    inner = alias("X") + identification("npwp", "1", described="Taxpayer identification number (Indonesia)")
    snapshot = read(export(entity(inner)))
    assert [row["type"] for row in parsed(snapshot, "identifiers")] == ["tax_id"]
    assert snapshot.unknown == {"identification type npwp": 1}


def test_words_of_the_vocabulary_are_compared_without_case_and_stray_blanks() -> None:
    inner = (
        alias("X", gender="f ", strong="TRUE")
        + act("blr", "2020-11-06")
        + '<birthdate birthdate="1966-06-21" calendarType="Gregorian" circa="1" countryIso2Code="by"/>'
        + '<address city="Minsk"><contactInfo key="Web" value="www.example.org"/>'
        + '<contactInfo key="phone" value="1"/></address>'
    )
    snapshot = read(export(entity(inner, " PERSON")))
    (row,) = parsed(snapshot, "sanctions")
    assert (row["schema"], row["gender"], row["programs"]) == ("Person", "female", ["BLR"])
    assert row["birth_dates"] == ["1966-06-21~"]
    assert {place["country"] for place in parsed(snapshot, "addresses")} == {None, "BY"}
    assert [found["property"] for found in parsed(snapshot, "particulars")] == ["website"]
    assert not snapshot.unknown


def test_an_unknown_type_of_subject_loses_only_the_schema() -> None:
    slip = entity(alias("B"), kind="persn")
    snapshot = read(export(entity(alias("A"), kind="person"), slip))
    assert [bad["reason"] for bad in snapshot.quarantine] == []
    (row,) = parsed(snapshot, "sanctions")
    assert row["schema"] == "Person"
    assert {name["name"] for name in parsed(snapshot, "names")} == {"A", "B"}
    assert snapshot.unknown == {"subjectType persn": 1}
    classed = entity(alias("C"), kind="persn").replace('"persn"', '"persn" classificationCode="P"')
    assert one(classed)["schema"] == "Person"
    assert one(entity(alias("D"), kind="persn"))["schema"] == "LegalEntity"


def test_a_document_in_a_remark_is_one_of_the_targets() -> None:
    remark = "<remark>Passport No: A000001 (Qatari passport issued in Doha on 2 Nov 2003)</remark>"
    (row,) = parsed(read(export(entity(remark + alias("X"), "person"))), "identifiers")
    assert (row["type"], row["number"], row["country"]) == ("passport", "A000001", "QA")
    assert row["note"] == "issued in Doha on 2 Nov 2003"


def test_flags_of_a_document_are_told() -> None:
    document = (
        '<identification identificationTypeCode="passport" identificationTypeDescription="National passport"'
        ' number="A1" countryIso2Code="BY" countryDescription="BELARUS" knownFalse="true"'
        ' revokedByIssuer="true" diplomatic="false" validTo="2030-01-01">'
        "<remark>second copy</remark></identification>"
    )
    snapshot = read(export(entity(alias("X") + document, "person")))
    (row,) = parsed(snapshot, "identifiers")
    assert (row["type"], row["type_raw"], row["country"]) == ("passport", "passport", "BY")
    assert row["type_name"] == "National passport"
    assert row["note"] == "known to be false; revoked by issuer; valid to 2030-01-01; second copy"


def test_acts_contacts_and_references_go_where_they_belong() -> None:
    inner = (
        '<regulation programme="BLR" numberTitle="2020/1648 (OJ L370I)" publicationDate="2020-11-06">'
        "<publicationUrl>https://acts.example/1648</publicationUrl></regulation>"
        '<regulation programme="MARS" publicationDate="2021-01-02"/>'
        '<nameAlias wholeName="Bee"/><nameAlias wholeName="B"><remark>low quality alias</remark></nameAlias>'
        '<citizenship countryIso2Code="BY" countryDescription="BELARUS">'
        "<remark>until 2014</remark></citizenship>"
        '<address city="Minsk"><contactInfo key="WEB" value="www.example.org"/></address>'
        '<birthdate birthdate="1947-12-03" calendarType="ISLAMIC" circa="false"/>'
    )
    snapshot = read(export(entity(inner, "person", unitedNationId="QDi.43")))
    assert [tuple(row.values())[1:7] for row in parsed(snapshot, "programs")] == [
        ("BLR", "Belarus", None, "2020/1648 (OJ L370I)", date(2020, 11, 6), "https://acts.example/1648"),
        ("MARS", None, None, None, date(2021, 1, 2), None),
    ]
    assert {row["name"]: row["kind"] for row in parsed(snapshot, "names")}["B"] == "weak_alias"
    (citizenship,) = parsed(snapshot, "nationalities")
    assert (citizenship["kind"], citizenship["country"], citizenship["note"]) == (
        "citizenship",
        "BY",
        "until 2014",
    )
    (site,) = parsed(snapshot, "particulars")
    assert (site["property"], site["value"]) == ("website", "www.example.org")
    (reference,) = parsed(snapshot, "identifiers")
    assert (reference["type"], reference["type_raw"], reference["number"]) == (
        "list_reference",
        "unitedNationId",
        "QDi.43",
    )
    (born,) = parsed(snapshot, "birth_dates")
    assert (born["birth_date"], born["note"]) == ("1947-12-03", "calendar ISLAMIC")
    assert snapshot.unknown == {"programme MARS": 1}


def test_what_is_withheld_reaches_no_table_nor_the_quarantine() -> None:
    private = (
        '<nameAlias wholeName="X"><remark>secret-1</remark></nameAlias>'
        '<birthdate year="1970" calendarType="GREGORIAN"><remark>secret-2</remark></birthdate>'
        '<address city="Minsk"><contactInfo key="PHONE" value="secret-3"/><remark>secret-4</remark></address>'
    )
    snapshot = read(export(entity(private, "person"), entity(private, "person", ref="")))
    assert len(snapshot.quarantine) == 1
    assert 'wholeName="X"' in (snapshot.quarantine[0]["raw"] or "")
    assert "secret" not in everything(snapshot)
    assert not snapshot.unknown


def test_what_is_new_in_the_format_is_counted() -> None:
    extra = '<alert/><citizenship countryIso2Code="QX" countryDescription="NOWHERE"/>'
    odd = '<identification identificationTypeCode="library" number="1"/>'
    snapshot = read(
        export(entity(alias("X", gender="N") + extra + odd, "robot", designationDate="lately", mood="1"))
    )
    assert snapshot.unknown == {
        "element sanctionEntity/alert": 1,
        "attribute sanctionEntity@mood": 1,
        "subjectType robot": 1,
        "country QX": 1,
        "gender N": 1,
        "date lately": 1,
        "identification type library": 1,
    }


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'{"timestamp":"2026-02-08","status":500}', 'starts with \'{"timestamp"'),
        (b"<sdnList/>", "the root element is sdnList, not export"),
    ],
)
def test_a_broken_file_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(SourceFormatError, match=message):
        read(data)


@lru_cache(maxsize=1)
def read_file(path: Path) -> ParseResult:
    return read(path.read_bytes())


@pytest.fixture
def real(shared_data: Path) -> ParseResult:
    return read_file(shared_data / "eu_fsf/2024-05-13" / NAME)


def test_the_real_list(real: ParseResult) -> None:
    snapshot = real
    report = snapshot.files[NAME]
    assert (report.declared, report.parsed, report.outside, report.quarantined) == (4_811, 4_808, 3, 0)
    assert report.published_at == datetime(2024, 5, 13, 15, 44, 28, 283_000, tzinfo=UTC)
    assert all(label.startswith("control character") for label in snapshot.unknown)
    tables = snapshot.arrow()
    assert {name: table.num_rows for name, table in tables.items()} == {
        "sanctions": 4_808,
        "names": 25_174,
        "identifiers": 1_583,  # one more has `-` for a number
        "addresses": 3_924,
        "birth_dates": 3_522,
        "nationalities": 2_102,
        "positions": 4_378,
        "programs": 4_811,
        "particulars": 283,
    }
    rows = parsed(snapshot, "sanctions")
    assert {code for row in rows for code in row["nationalities"]} <= CODES
    assert sum(row["schema"] == "Vessel" for row in rows) == 2  # of 17 with an IMO number
    (merged,) = of(snapshot, "sanctions", "EU.334.4")
    assert (merged["programs"], merged["listing_date"]) == (["AFG", "TAQA"], date(2001, 2, 23))
    mains = [row for row in parsed(snapshot, "names") if row["kind"] == "primary"]
    assert sum(row["script"] != "Latn" for row in mains) == 0


def test_samples_agree_with_the_real_list(real: ParseResult) -> None:
    known = {row["record_id"]: row for row in parsed(real, "sanctions")}
    names = {(row["record_id"], row["name"]) for row in parsed(real, "names")}
    for day in DATES:
        small = read(sample(day))
        for row in parsed(small, "sanctions"):
            for column in ("name", "programs", "listing_date", "birth_dates", "gender", "nationalities"):
                assert row[column] == known[row["record_id"]][column]
        assert {(row["record_id"], row["name"]) for row in parsed(small, "names")} <= names


def test_a_damaged_answer_is_refused(shared_data: Path) -> None:
    with pytest.raises(SourceFormatError, match="not XML"):
        read((shared_data / "damaged/eu_fsf" / NAME).read_bytes())


@pytest.mark.parametrize("ref", ["-", "N/A", "Unknown"])
def test_a_reference_that_is_none_is_no_record_of_its_own(ref: str) -> None:
    snapshot = read(export(entity(ref=ref), entity(ref="EU.1.2")))
    assert [(bad["key"], bad["reason"]) for bad in snapshot.quarantine] == [(None, "no euReferenceNumber")]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("02/10/2020", None),
        ("13/10/2020", date(2020, 10, 13)),
        ("Oct 2, 2020", date(2020, 10, 2)),
        ("-", None),
    ],
)
def test_days_of_designation_in_other_forms(text: str, day: date | None) -> None:
    assert one(entity(designationDate=text))["listing_date"] == day


def test_numbers_by_what_they_are_called_and_countries_by_name() -> None:
    inner = (
        alias("Acme")
        + '<identification identificationTypeCode="other" identificationTypeDescription="Tax ID No."'
        ' number="7813491943"/>'
        + '<identification identificationTypeCode="other" identificationTypeDescription="SWIFT/BIC"'
        ' number="SABRRUMM"/>'
        + '<citizenship countryIso2Code="" countryDescription="Afghan"/>'
        + '<citizenship countryIso2Code="EL" countryDescription="GREECE"/>'
        + '<citizenship countryIso2Code="00" countryDescription="UNKNOWN"/>'
    )
    snapshot = read(export(entity(inner)))
    assert [row["type"] for row in parsed(snapshot, "identifiers")] == ["tax_id", "swift_bic"]
    assert [row["country"] for row in parsed(snapshot, "nationalities")] == ["AF", "GR"]
    assert not snapshot.unknown
