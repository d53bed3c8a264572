"""The UN's list: the samples, the real files, and files that are not what they should be."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from contracts.countries import CODES
from sources.registry import FOLDER, load, samples
from tests.builders import content, everything, parsed
from transforms.reading.parse_result import ParseResult, SourceFormatError, parse

SOURCE = load(FOLDER / "un_sc/source.yml")
NAME = SOURCE.files[0].name
DATES = ["2025-10-10", "2025-11-01", "2025-11-10"]


def read(data: bytes) -> ParseResult:
    return parse(SOURCE.source_id, SOURCE.parser, {NAME: io.BytesIO(data)}, SOURCE.options)


def sample(day: str) -> bytes:
    return (samples(SOURCE.source_id) / day / NAME).read_bytes()


def listing(*people: str, entities: str = "") -> bytes:
    body = f"<INDIVIDUALS>{''.join(people)}</INDIVIDUALS><ENTITIES>{entities}</ENTITIES>"
    return f'<CONSOLIDATED_LIST dateGenerated="2025-11-29T00:00:06Z">{body}</CONSOLIDATED_LIST>'.encode()


def record(inner: str = "", ref: str = "QDi.999", tag: str = "INDIVIDUAL", name: str = "ACME") -> str:
    key = f"<REFERENCE_NUMBER>{ref}</REFERENCE_NUMBER>" if ref else ""
    return f"<{tag}>{key}<FIRST_NAME>{name}</FIRST_NAME>{inner}</{tag}>"


def of(snapshot: ParseResult, table: str, ref: str) -> list[dict[str, Any]]:
    return [row for row in parsed(snapshot, table) if row["record_id"] == f"un_sc:{ref}"]


def test_samples_tell_what_happened() -> None:
    first, second, third = (
        {row["record_id"] for row in parsed(read(sample(day)), "sanctions")} for day in DATES
    )
    assert second - first == {"un_sc:HTi.008", "un_sc:HTi.009"}  # listed on 17 October 2025
    assert second - third == {"un_sc:QDi.317", "un_sc:QDi.336"}  # removed by resolution 2799, 6 November 2025
    assert first <= second and third <= second


def test_a_person_in_full() -> None:
    snapshot = read(sample("2025-11-01"))
    assert of(snapshot, "sanctions", "QDi.006") == [
        {
            "record_id": "un_sc:QDi.006",
            "source_id": "un_sc",
            "authority": "United Nations Security Council",
            "schema": "Person",
            "name": "AIMAN MUHAMMED RABI AL-ZAWAHIRI",
            "programs": ["Al-Qaida"],
            "listing_date": date(2001, 1, 25),
            "amended_date": date(2025, 3, 11),
            "delisting_date": None,
            "measures": [],
            "reason": None,
            "nationalities": ["EG"],
            "nationalities_raw": ["Egypt"],
            "birth_dates": ["1951-06-19"],
            "birth_dates_raw": ["1951-06-19"],
            "gender": None,
            "position": "Doctor; Dr.",
            "url": None,
        }
    ]
    assert {(row["name"], row["kind"], row["script"]) for row in of(snapshot, "names", "QDi.006")} == {
        ("AIMAN MUHAMMED RABI AL-ZAWAHIRI", "primary", "Latn"),
        ("Ayman Al-Zawahari", "alias", "Latn"),
        ("Dhawahri Ayman", "alias", "Latn"),
        ("أيمن محمد ربيع الظواهري", "alias", "Arab"),
    }
    assert {
        (row["number"], row["type"], row["country"]) for row in of(snapshot, "identifiers", "QDi.006")
    } == {
        ("1084010", "passport", "EG"),
        ("19820215", "passport", None),
    }
    (place,) = of(snapshot, "addresses", "QDi.006")
    assert (place["kind"], place["full"], place["city"], place["country"]) == (
        "birth_place",
        "Giza, Egypt",
        "Giza",
        "EG",
    )


def test_kinds_of_names_keys_and_dates() -> None:
    snapshot = read(sample("2025-11-01"))
    assert {row["name"]: row["kind"] for row in of(snapshot, "names", "CDe.001")} == {
        "ADF": "primary",
        "Allied Democratic Forces": "alias",
        "ADF/NALU": "former",
        "NALU": "former",
    }
    assert {row["name"]: row["kind"] for row in of(snapshot, "names", "HTi.001")}["BARBEQUE"] == "weak_alias"
    assert len(of(snapshot, "sanctions", "KPe.023")) == 1  # with a trailing space in the file
    assert of(snapshot, "sanctions", "SSi.001")[0]["listing_date"] == date(2015, 7, 1)  # with an offset
    assert len(of(snapshot, "names", "QDe.137")) == 9  # with those in brackets behind another script's


@pytest.mark.parametrize(
    ("inner", "edtf", "raw"),
    [
        ("<TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>1965-03-29</DATE>", "1965-03-29", "1965-03-29"),
        ("<TYPE_OF_DATE>EXACT</TYPE_OF_DATE><YEAR>1968</YEAR>", "1968", "1968"),
        ("<TYPE_OF_DATE>APPROXIMATELY</TYPE_OF_DATE><YEAR>1968</YEAR>", "1968~", "APPROXIMATELY 1968"),
        (
            "<TYPE_OF_DATE>BETWEEN</TYPE_OF_DATE><FROM_YEAR>1963</FROM_YEAR><TO_YEAR>1968</TO_YEAR>",
            "1963/1968",
            "BETWEEN 1963 1968",
        ),
        ("<TYPE_OF_DATE>EXACT</TYPE_OF_DATE><NOTE>Nov. 1973 </NOTE>", "1973-11", "Nov. 1973"),
        ("<TYPE_OF_DATE>EXACT</TYPE_OF_DATE><NOTE>August 1961 </NOTE>", "1961-08", "August 1961"),
        ("<TYPE_OF_DATE>EXACT</TYPE_OF_DATE><NOTE>30-35 years old</NOTE>", None, "30-35 years old"),
        ("<TYPE_OF_DATE>EXACT</TYPE_OF_DATE><YEAR>1977</YEAR><NOTE>Sep.</NOTE>", "1977", "1977 Sep."),
    ],
)
def test_dates_of_birth_keep_their_precision(inner: str, edtf: str | None, raw: str) -> None:
    birth = f"<INDIVIDUAL_DATE_OF_BIRTH>{inner}</INDIVIDUAL_DATE_OF_BIRTH>"
    snapshot = read(listing(record(birth)))
    (row,) = parsed(snapshot, "sanctions")
    assert (row["birth_dates"], row["birth_dates_raw"]) == ([edtf] if edtf else [], [raw])
    assert not snapshot.unknown


def test_names_in_one_field_are_taken_apart() -> None:
    inner = (
        "<NAME_ORIGINAL_SCRIPT>شركة ؛ مصرف</NAME_ORIGINAL_SCRIPT>"
        "<ENTITY_ALIAS><QUALITY>a.k.a.</QUALITY><ALIAS_NAME>B (x; y); C;</ALIAS_NAME></ENTITY_ALIAS>"
        "<ENTITY_ALIAS><QUALITY/><ALIAS_NAME/></ENTITY_ALIAS>"
        "<ENTITY_ALIAS><QUALITY>f.k.a.</QUALITY><ALIAS_NAME>Old</ALIAS_NAME>"
        "<NOTE>original script: Старый</NOTE></ENTITY_ALIAS>"
    )
    snapshot = read(listing(entities=record(inner, tag="ENTITY", name="ONE ; TWO")))
    assert {(row["name"], row["kind"], row["script"]) for row in parsed(snapshot, "names")} == {
        ("ONE", "primary", "Latn"),
        ("TWO", "alias", "Latn"),
        ("B (x; y)", "alias", "Latn"),
        ("C", "alias", "Latn"),
        ("شركة", "alias", "Arab"),
        ("مصرف", "alias", "Arab"),
        ("Old", "former", "Latn"),
        ("Старый", "former", "Cyrl"),
    }
    assert not snapshot.unknown


def alias(name: str = "", note: str = "", inner: str = "", quality: str = "Good") -> str:
    texts = f"<QUALITY>{quality}</QUALITY><ALIAS_NAME>{name}</ALIAS_NAME><NOTE>{note}</NOTE>{inner}"
    return f"<INDIVIDUAL_ALIAS>{texts}</INDIVIDUAL_ALIAS>"


@pytest.mark.parametrize(
    ("given", "names"),
    [
        (alias("حسن غول (Hassan Ghul; Hasan Gul)"), {"حسن غول", "Hassan Ghul", "Hasan Gul"}),
        (alias("Jin Tiesan (金铁三)"), {"Jin Tiesan", "金铁三"}),
        (alias("HTS (X) (هيئة (original script); Hay’at)"), {"HTS (X)", "هيئة", "Hay’at"}),
        (alias("Sabet b) Karimi; Sabet"), {"Sabet b) Karimi", "Sabet"}),
        (alias("Foo (Bar; Baz"), {"Foo (Bar", "Baz"}),
        (alias("Saif", "DOB: 11 Apr. 1963. In\nArabic: سيف العدل"), {"Saif", "سيف العدل"}),
        (alias("Al-Kawthar", "in Arabic script: شركة الكوثر"), {"Al-Kawthar", "شركة الكوثر"}),
    ],
)
def test_spellings_in_brackets_and_notes_are_names(given: str, names: set[str]) -> None:
    snapshot = read(listing(record(given)))
    assert {row["name"] for row in parsed(snapshot, "names") if row["kind"] == "alias"} == names


def test_a_name_listed_before_is_a_former_one_but_a_weak_one_stays_weak() -> None:
    good = alias("A", "Previously listed as. In Arabic: رياض")
    snapshot = read(listing(record(good + alias("B", "formerly listed as", quality="Low"))))
    kinds = {row["name"]: row["kind"] for row in parsed(snapshot, "names")}
    assert (kinds["A"], kinds["رياض"], kinds["B"]) == ("former", "former", "weak_alias")


def test_births_that_stand_in_aliases_are_not_lost() -> None:
    born = "<DATE_OF_BIRTH>{}</DATE_OF_BIRTH><CITY_OF_BIRTH>Minsk</CITY_OF_BIRTH>"
    inner = alias(inner=born.format("1960")) + alias("Ali", inner=born.format("1958 - 1964"))
    snapshot = read(listing(record(inner + alias(inner="<DATE_OF_BIRTH>null</DATE_OF_BIRTH>"))))
    assert {(row["birth_date"], row["note"]) for row in parsed(snapshot, "birth_dates")} == {
        ("1960", None),
        ("1958/1964", "of the name Ali"),
    }
    assert [(row["kind"], row["full"]) for row in parsed(snapshot, "addresses")] == [("birth_place", "Minsk")]
    assert not snapshot.unknown


def test_notes_on_names_and_whereabouts_reach_no_table_nor_the_quarantine() -> None:
    inner = (
        "<INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>B</ALIAS_NAME><NOTE>secret-1</NOTE></INDIVIDUAL_ALIAS>"
        "<INDIVIDUAL_ADDRESS><COUNTRY>Haiti</COUNTRY><NOTE>secret-2</NOTE></INDIVIDUAL_ADDRESS>"
    )
    snapshot = read(listing(record(inner), record(inner)))
    assert len(snapshot.quarantine) == 1
    assert "<ALIAS_NAME>B</ALIAS_NAME>" in (snapshot.quarantine[0]["raw"] or "")
    assert "secret" not in everything(snapshot)
    assert not snapshot.unknown


def test_a_document_without_a_number_and_an_empty_one_say_nothing() -> None:
    inner = (
        "<INDIVIDUAL_DOCUMENT/>"
        "<INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>Passport</TYPE_OF_DOCUMENT></INDIVIDUAL_DOCUMENT>"
        "<INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>National Identification\n   Number</TYPE_OF_DOCUMENT>"
        "<TYPE_OF_DOCUMENT2>tazkira</TYPE_OF_DOCUMENT2><NUMBER>77 </NUMBER>"
        "<DATE_OF_ISSUE>1988</DATE_OF_ISSUE><COUNTRY_OF_ISSUE>Afghanistan</COUNTRY_OF_ISSUE></INDIVIDUAL_DOCUMENT>"
    )
    snapshot = read(listing(record(inner)))
    (row,) = parsed(snapshot, "identifiers")
    assert (row["type"], row["number"], row["country"]) == ("national_id", "77", "AF")
    assert row["note"] == "tazkira; issued 1988"
    assert not snapshot.unknown


def test_what_is_new_in_the_format_is_counted() -> None:
    inner = (
        "<MOOD/><GENDER>N</GENDER><LISTED_ON>lately</LISTED_ON><NATIONALITY><VALUE>Atlantis</VALUE></NATIONALITY>"
        "<INDIVIDUAL_ALIAS><QUALITY>So-so</QUALITY><ALIAS_NAME>B</ALIAS_NAME></INDIVIDUAL_ALIAS>"
        "<INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>ABOUT</TYPE_OF_DATE><YEAR>1960</YEAR></INDIVIDUAL_DATE_OF_BIRTH>"
        "<INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>Library card</TYPE_OF_DOCUMENT>"
        "<NUMBER>1</NUMBER></INDIVIDUAL_DOCUMENT>"
    )
    snapshot = read(listing(record(inner)))
    assert snapshot.unknown == {
        "element INDIVIDUAL/MOOD": 1,
        "GENDER N": 1,
        "date lately": 1,
        "country Atlantis": 1,
        "QUALITY So-so": 1,
        "TYPE_OF_DATE ABOUT": 1,
        "TYPE_OF_DOCUMENT Library card": 1,
    }
    (row,) = parsed(snapshot, "sanctions")
    assert (row["birth_dates"], row["birth_dates_raw"]) == ([], ["ABOUT 1960"])


def test_a_record_without_key_or_name_and_a_repeated_one_go_to_quarantine() -> None:
    snapshot = read(listing(record(), record(ref=""), record(ref="QDi.1", name=""), record(ref=" QDi.999 ")))
    assert [(bad["locator"], bad["reason"], bad["key"]) for bad in snapshot.quarantine] == [
        ("INDIVIDUAL[2]", "no REFERENCE_NUMBER", None),
        ("INDIVIDUAL[3]", "no name", "QDi.1"),
        ("INDIVIDUAL[4]", "REFERENCE_NUMBER QDi.999 came before", "QDi.999"),
    ]
    report = snapshot.files[NAME]
    assert (report.declared, report.parsed, report.quarantined) == (4, 1, 3)


def document(**texts: str) -> str:
    inner = "".join(f"<{name}>{text}</{name}>" for name, text in texts.items())
    return f"<INDIVIDUAL_DOCUMENT>{inner}</INDIVIDUAL_DOCUMENT>"


@pytest.mark.parametrize(
    ("given", "found"),
    [  # the numbers are invented
        (
            document(
                TYPE_OF_DOCUMENT="Passport", NOTE="Tunisian passport number L 100000 issued on 28 Feb. 1996"
            ),
            ("passport", "L 100000", "TN", "issued on 28 Feb. 1996"),
        ),
        (
            document(
                TYPE_OF_DOCUMENT="National Identification Number", NOTE="04000000 issued on 18 Jun. 1999"
            ),
            ("national_id", "04000000", None, "issued on 18 Jun. 1999"),
        ),
        (
            document(
                TYPE_OF_DOCUMENT="National Identification Number",
                TYPE_OF_DOCUMENT2="Afghan national identification card (tazkira) number 500000",
                NOTE="issued in 1974",
            ),
            ("national_id", "500000", "AF", "issued in 1974"),
        ),
        (
            document(
                TYPE_OF_DOCUMENT="National Identification Number",
                NOTE="Italian Fiscal Code: AAAMMD74T11Z000Z",
            ),
            ("tax_id", "AAAMMD74T11Z000Z", "IT", None),
        ),
        (
            document(
                TYPE_OF_DOCUMENT="Passport",
                NUMBER="CAR diplomatic passport no. D00000001",
                DATE_OF_ISSUE="2013-04-11",
                NOTE="valid until 10 April 2018",
            ),
            (
                "passport",
                "D00000001",
                "CF",
                "issued 2013-04-11; diplomatic passport; valid until 10 April 2018",
            ),
        ),
        (
            document(TYPE_OF_DOCUMENT="Passport", NUMBER="R00000001, South Sudan"),
            ("passport", "R00000001", "SS", None),
        ),
        (
            document(TYPE_OF_DOCUMENT="PASSPORT ", NUMBER="D 000001", ISSUING_COUNTRY="Afghanistan"),
            ("passport", "D 000001", "AF", None),
        ),
    ],
)
def test_documents_are_read_where_the_number_is(
    given: str, found: tuple[str, str, str | None, str | None]
) -> None:
    snapshot = read(listing(record(given)))
    (row,) = parsed(snapshot, "identifiers")
    assert (row["type"], row["number"], row["country"], row["note"]) == found
    assert not snapshot.unknown


def test_a_number_in_the_comments_is_one_of_the_targets() -> None:
    # KPe.034, Ilsim International Bank
    entity = record("<COMMENTS1>It evades sanctions. SWIFT: ILSIKPPY</COMMENTS1>", "KPe.034", "ENTITY")
    (row,) = parsed(read(listing(entities=entity)), "identifiers")
    assert (row["type"], row["number"]) == ("swift_bic", "ILSIKPPY")


def test_the_latest_day_of_update_is_that_of_amendment() -> None:
    inner = (
        "<LISTED_ON>2012-05-25-04:00</LISTED_ON><UN_LIST_TYPE>Al-Qaida</UN_LIST_TYPE>"
        "<LAST_DAY_UPDATED><VALUE>2013-05-13</VALUE><VALUE>2019-05-01</VALUE><VALUE/></LAST_DAY_UPDATED>"
    )
    snapshot = read(listing(record(inner), record("<LAST_DAY_UPDATED><VALUE/></LAST_DAY_UPDATED>", "QDi.1")))
    amended = {row["record_id"]: row["amended_date"] for row in parsed(snapshot, "sanctions")}
    assert amended == {"un_sc:QDi.999": date(2019, 5, 1), "un_sc:QDi.1": None}
    (program,) = parsed(snapshot, "programs")
    assert program["listing_date"] == date(2012, 5, 25)
    assert not snapshot.unknown


def test_words_of_the_vocabulary_are_compared_without_case_and_stray_blanks() -> None:
    inner = (
        "<GENDER>FEMALE </GENDER><UN_LIST_TYPE>AL-QAIDA</UN_LIST_TYPE><LISTED_ON>25 May 2012</LISTED_ON>"
        "<NATIONALITY><VALUE>afghan</VALUE><VALUE>Iraqi, Iranian</VALUE><VALUE>NA</VALUE></NATIONALITY>"
        "<INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>Approximately</TYPE_OF_DATE><YEAR>1968</YEAR>"
        "</INDIVIDUAL_DATE_OF_BIRTH>"
        "<INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>exact</TYPE_OF_DATE><DATE>29 Mar 1965</DATE>"
        "</INDIVIDUAL_DATE_OF_BIRTH>" + alias("B", quality=" LOW") + alias("C", quality="F.K.A.")
    )
    snapshot = read(listing(record(inner)))
    (row,) = parsed(snapshot, "sanctions")
    assert (row["gender"], row["programs"], row["listing_date"]) == (
        "female",
        ["Al-Qaida"],
        date(2012, 5, 25),
    )
    assert row["birth_dates"] == ["1965-03-29", "1968~"]
    assert set(row["nationalities"]) >= {"AF", "IQ", "IR"}
    kinds = {name["name"]: name["kind"] for name in parsed(snapshot, "names")}
    assert (kinds["B"], kinds["C"]) == ("weak_alias", "former")
    assert not snapshot.unknown


@pytest.mark.parametrize(
    ("name", "text", "schema", "type_"),
    [
        ("LYNN S", "IMO: 8706349. Listed pursuant to resolution 2146 (2014).", "Vessel", "imo"),
        ("OCEAN MARITIME MANAGEMENT COMPANY", "IMO Number: 1790183.", "Organization", "imo_company"),
        (
            "CHONGCHONGANG SHIPPING COMPANY",
            "Operator. IMO Number: 5342883. It",
            "Organization",
            "imo_company",
        ),
        ("ACME", "It owns the ship JI SONG 8 (IMO 8503228).", "Organization", None),
    ],
)
def test_ships_and_shipping_companies_have_their_number_in_a_note(
    name: str, text: str, schema: str, type_: str | None
) -> None:
    inner = f"<COMMENTS1>{text}</COMMENTS1>"
    snapshot = read(listing(entities=record(inner, tag="ENTITY", name=name)))
    assert parsed(snapshot, "sanctions")[0]["schema"] == schema
    assert [row["type"] for row in parsed(snapshot, "identifiers")] == ([type_] if type_ else [])


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"<export/>", "the root element is export, not CONSOLIDATED_LIST"),
        (listing(record()).replace(b"ACME", b"\xe9l\xe8ve"), "not well-formed"),
    ],
)
def test_a_broken_file_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(SourceFormatError, match=message):
        read(data)


@pytest.mark.parametrize(
    ("day", "rows", "names"),
    [
        ("2024-05-15", 875, 4_043),
        ("2025-11-29", 1_000, 4_252),
        ("2025-12-09", 1_000, 4_252),
        ("2026-01-28", 999, 4_246),
    ],
)
def test_the_real_lists(shared_data: Path, day: str, rows: int, names: int) -> None:
    snapshot = read((shared_data / "un_sc" / day / NAME).read_bytes())
    report = snapshot.files[NAME]
    assert (report.declared, report.parsed, report.quarantined) == (rows, rows, 0)
    assert not snapshot.unknown
    tables = snapshot.arrow()
    assert (tables["sanctions"].num_rows, tables["names"].num_rows) == (rows, names)
    assert {code for row in parsed(snapshot, "sanctions") for code in row["nationalities"]} <= CODES
    assert all(row["listing_date"] for row in parsed(snapshot, "sanctions"))


def test_ten_days_without_change_are_seen_as_such(shared_data: Path) -> None:
    one, other, later = (
        read((shared_data / "un_sc" / day / NAME).read_bytes())
        for day in ("2025-11-29", "2025-12-09", "2026-01-28")
    )
    assert content(one) == content(other)
    gone = {row["record_id"] for row in parsed(other, "sanctions")} - {
        row["record_id"] for row in parsed(later, "sanctions")
    }
    assert gone == {"un_sc:IQi.074"}


def test_samples_agree_with_the_real_lists(shared_data: Path) -> None:
    known: dict[str, dict[str, Any]] = {}
    names: set[tuple[str, str, str]] = set()
    for day in ("2024-05-15", "2025-11-29"):
        real = read((shared_data / "un_sc" / day / NAME).read_bytes())
        known |= {row["record_id"]: row for row in parsed(real, "sanctions")}
        names |= {(row["record_id"], row["name"], row["kind"]) for row in parsed(real, "names")}
    for day in DATES:
        small = read(sample(day))
        for row in parsed(small, "sanctions"):
            for column in ("name", "programs", "listing_date", "birth_dates", "nationalities"):
                assert row[column] == known[row["record_id"]][column]
        assert {(row["record_id"], row["name"], row["kind"]) for row in parsed(small, "names")} <= names


def test_a_file_saved_in_another_encoding_is_refused(shared_data: Path) -> None:
    with pytest.raises(SourceFormatError, match="line 53"):
        read((shared_data / "damaged/un_sc" / NAME).read_bytes())


@pytest.mark.parametrize("ref", ["-", "N/A", "Unknown"])
def test_a_reference_that_is_none_is_no_record_of_its_own(ref: str) -> None:
    snapshot = read(listing(record(ref=ref), record(ref="QDi. 001 ")))
    assert [bad["key"] for bad in snapshot.quarantine] == [None]
    assert [row["record_id"] for row in parsed(snapshot, "sanctions")] == ["un_sc:QDi.001"]


def born(type_: str, **fields: str) -> str:
    given = "".join(f"<{tag}>{text}</{tag}>" for tag, text in fields.items())
    return f"<INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>{type_}</TYPE_OF_DATE>{given}</INDIVIDUAL_DATE_OF_BIRTH>"


def test_births_in_other_forms() -> None:
    births = [
        born("EXACT", DATE="17/05/1981"),
        born("EXACT", DATE="03/04/1982"),  # the day first, as in the other one
        born("APPROXIMATELY", YEAR="1985, 1986"),
        born("BETWEEN", YEAR="1960-1965"),
        born("APPROXIMATELY", NOTE="1958/59"),
        born("EXACT", NOTE="Between Aug. and Sep. 1977"),
        born("EXACT", DATE="0001-01-01"),
    ]
    rows = parsed(read(listing(record("".join(births)))), "birth_dates")
    assert [(row["birth_date"], row["birth_date_precision"]) for row in rows] == [
        ("1981-05-17", "day"),
        ("1982-04-03", "day"),
        ("1985", "circa"),
        ("1986", "circa"),
        ("1960/1965", "range"),
        ("1958/1959", "range"),
        ("1977-08/1977-09", "range"),
        (None, None),
    ]


def test_documents_without_a_number_of_their_own_and_with_several() -> None:
    documents = "".join(
        f"<INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>Passport</TYPE_OF_DOCUMENT><NUMBER>{number}</NUMBER>"
        f"<NOTE>{note}</NOTE></INDIVIDUAL_DOCUMENT>"
        for number, note in (
            ("-", "Iraqi passport number A2345678, issued 1 May 2001"),
            ("A1234567", "(Qatari passport issued in Doha on 1 Jan 2010)"),
            ("A3456789 (Iran); B3456789 (Iraq)", ""),
        )
    )
    rows = parsed(read(listing(record(documents))), "identifiers")
    assert [(row["number"], row["country"], row["note"]) for row in rows] == [
        ("A2345678", "IQ", "issued 1 May 2001"),
        ("A1234567", "QA", "issued in Doha on 1 Jan 2010"),
        ("A3456789", "IR", None),
        ("B3456789", "IQ", None),
    ]
