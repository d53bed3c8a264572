"""Numbers of documents in free texts and in fields that hold more than a number. All numbers are invented."""

from __future__ import annotations

import pytest

from transforms.fields.documents.fields import number_type, read_document_field, read_document_fields
from transforms.fields.documents.numbers import find_numbers
from transforms.fields.record_parts import Country

Found = tuple[str, str, str | None, str | None]


def of(text: str) -> list[Found]:
    return [(found.type, found.number, found.country, found.note) for found in find_numbers(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "Passport No: 123 (Qatari passport issued in Doha on 2 Nov 2003)",
            [("passport", "123", "QA", "issued in Doha on 2 Nov 2003")],
        ),
        (
            "passport number A0123 issued by Iran on 1 Jan 2010 expires 1 Jan 2015",
            [("passport", "A0123", "IR", "issued by Iran on 1 Jan 2010 expires 1 Jan 2015")],
        ),
        ("National ID: 123", [("national_id", "123", None, None)]),
        ("Tax ID No. 1234567890 (Russia)", [("tax_id", "1234567890", "RU", None)]),
        (
            "Afghan passport number D 000001 issued in Kabul on 13 Sept. 1998. Afghan national identification"
            " card (tazkira)number 55555. Born in 1968.",
            [
                ("passport", "D 000001", "AF", "issued in Kabul on 13 Sept. 1998"),
                ("national_id", "55555", "AF", None),
            ],
        ),
        (
            "Spokesperson. Passport no.: na Afghan passport number OA111111, issued on 31 Jan. 2012. Family",
            [("passport", "OA111111", "AF", "issued on 31 Jan. 2012")],
        ),
        (
            "Passport no.: Afghan SE-000001, issued on 25 Jan. 1988 (expired on 23 Feb. 2000).",
            [("passport", "SE-000001", "AF", "issued on 25 Jan. 1988; expired on 23 Feb. 2000")],
        ),
        (
            "Passport no: a) 111111111 b) 222222222 (issued by the Democratic People's Republic of Korea on"
            " 14 Feb. 2018)",
            [
                ("passport", "111111111", None, None),
                (
                    "passport",
                    "222222222",
                    "KP",
                    "issued by the Democratic People's Republic of Korea on 14 Feb. 2018",
                ),
            ],
        ),
        (
            "SWIFT/BIC ABCDRUMM BIK (RU) 044000000 Tax ID No. 7700000000 (Russia) Registration Number"
            " 1027700000000 (Russia)",
            [
                ("swift_bic", "ABCDRUMM", None, None),
                ("other", "044000000", "RU", None),
                ("tax_id", "7700000000", "RU", None),
                ("registration", "1027700000000", "RU", None),
            ],
        ),
        ("INN: 7700000000 OGRN: 1027700000000", [
            ("tax_id", "7700000000", None, None),
            ("registration", "1027700000000", None, None),
        ]),
        ("Passport: A1 (Iran) , A2 (Iraq)", [("passport", "A1", "IR", None), ("passport", "A2", "IQ", None)]),
        ("Passport no. 111111111 and 222222222.", [
            ("passport", "111111111", None, None),
            ("passport", "222222222", None, None),
        ]),
        ("Passport number 111111 (expired), 5 May 2001", [("passport", "111111", None, "expired")]),
        ("Passport number (Iran) A1234567", [("passport", "A1234567", "IR", None)]),
        ("Passport No.A1234567", [("passport", "A1234567", None, None)]),
        ("Passport number 123456, Libya.", [("passport", "123456", "LY", None)]),
        ("D-U-N-S 123456789", [("other", "123456789", None, None)]),
        ("Tunisian National identification no: 111111", [("national_id", "111111", "TN", None)]),
        ("Italian Fiscal Code: AAA BBB 61S17 Z000F.", [("tax_id", "AAA BBB 61S17 Z000F", "IT", None)]),
        ("International Maritime Organization (IMO) Number: 9187629.", [("imo", "9187629", None, None)]),
        ("CAR diplomatic passport no. D00000001", [("passport", "D00000001", "CF", None)]),
        ("Jordanian national number 9999999999", [("national_id", "9999999999", "JO", None)]),
        ("Russian national passport 999999999", [("passport", "999999999", "RU", None)]),
        ("SSN 000-00-0000 (United States of America)", [("national_id", "000-00-0000", "US", None)]),
    ],
)  # fmt: skip
def test_numbers_in_a_text(text: str, found: list[Found]) -> None:
    assert of(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "National identification card issued in 2004. Born 12 May 1960.",
        "Registered in 2004; tax evasion since 1999.",
        "His passport was issued on 12/05/2010.",
        "Resolution 1989 (2011), identity 2 of 3.",
        "Passport no.: na",
        "Listed as asset of a company (OFSI ID: 13641, Group ID: 13122)",
        "Date of registration: 1989. Listed under registry number 7.",
    ],
)
def test_texts_without_a_number(text: str) -> None:
    assert of(text) == []


def test_the_country_of_the_sentence_before_is_not_that_of_the_document() -> None:
    assert of("Representative in Namibia. Passport number 111111111 (expired 2017)") == [
        ("passport", "111111111", None, "expired 2017")
    ]


def test_where_a_passport_was_issued_does_not_say_by_whom() -> None:
    assert of("Passport number 1111111 issued in Milan, Italy")[0][2] is None


@pytest.mark.parametrize(
    ("number", "note", "found"),
    [
        ("Afghan passport number SE 000001", None, ("passport", "SE 000001", "AF", None)),
        ("Libya B/000001", None, ("passport", "B/000001", "LY", None)),
        ("R00000001, South Sudan", None, ("passport", "R00000001", "SS", None)),
        ("00000001 (Yemen)", None, ("passport", "00000001", "YE", None)),
        ("381110000 (Expired 25 Jan. 2016)", None, ("passport", "381110000", None, "Expired 25 Jan. 2016")),
        ("British number 090000000", None, ("passport", "090000000", "GB", None)),
        (
            "Social Security Number 000-00-0000 (US)",
            None,
            ("national_id", "000-00-0000", "US", "Social Security"),
        ),
        (
            "CAR diplomatic passport no. D00000001",
            "valid until 10 April 2018",
            ("passport", "D00000001", "CF", "diplomatic passport; valid until 10 April 2018"),
        ),
        ("1000000", "Egyptian", ("passport", "1000000", "EG", None)),
        ("B000000", "(Libyan)", ("passport", "B000000", "LY", None)),
        ("0200000", "Russian number", ("passport", "0200000", "RU", None)),
        (
            "1400000",
            "Kuwaiti. Issued in Kuwait. Expired on 31 March 2006",
            ("passport", "1400000", "KW", "Issued in Kuwait. Expired on 31 March 2006"),
        ),
        (
            "B0800000",
            "Issuing Country: Uganda. Date of Expiry: 13 June 2021",
            ("passport", "B0800000", "UG", "Issuing Country: Uganda. Date of Expiry: 13 June 2021"),
        ),
        ("96 03 400000", None, ("passport", "96 03 400000", None, None)),
        ("12/La Ma Na (N) 89 400", None, ("passport", "12/La Ma Na (N) 89 400", None, None)),
        ("Series 9005 No 600000", None, ("passport", "Series 9005 No 600000", None, None)),
        (
            None,
            "Tunisian passport number L 190000 issued on 28 Feb. 1996",
            ("passport", "L 190000", "TN", "issued on 28 Feb. 1996"),
        ),
        (None, "04600000 issued on 18 Jun. 1999", ("passport", "04600000", None, "issued on 18 Jun. 1999")),
        (None, "Moroccan national identity card DE- 400000", ("national_id", "DE- 400000", "MA", None)),
    ],
)
def test_a_field_of_its_own(number: str | None, note: str | None, found: Found) -> None:
    read = read_document_field("passport", "Passport", number, note)
    assert read
    assert (read.type, read.number, read.country, read.note) == found


def test_the_list_s_own_country_counts_first() -> None:
    read = read_document_field(
        "passport", None, "Afghan passport number OA1", None, Country("PK", "Pakistan")
    )
    assert read
    assert (read.number, read.country, read.country_raw) == ("OA1", "PK", "Pakistan")


@pytest.mark.parametrize("note", [None, "issued in 1974", "issued on 12/05/2010", "2010"])
def test_a_field_without_a_number_is_no_document(note: str | None) -> None:
    assert read_document_field("passport", None, None, note) is None


@pytest.mark.parametrize(
    ("label", "type_"),
    [
        ("Tax ID No. (Russia)", "tax_id"),
        ("TIN (Taxpayer registration number)", "tax_id"),
        ("National Identification number Iran", "national_id"),
        ("Syrian national number", "national_id"),
        ("ID-number", "national_id"),
        ("PSRN", "registration"),
        ("KPP", "other"),
        ("Military ID number", "other"),
        ("Passport number", "passport"),
        ("issued 2016", None),
        ("son of a passport officer", None),
    ],
)
def test_what_a_label_alone_stands_for(label: str, type_: str | None) -> None:
    assert number_type(label) == type_


@pytest.mark.parametrize(
    ("number", "found"),
    [
        ("Qatari passport number 12345, issued in Doha", [("passport", "12345", "QA", "issued in Doha")]),
        ("A1234567, issued on 1 Jan 2010", [("passport", "A1234567", None, "issued on 1 Jan 2010")]),
        ("No. A1234567", [("passport", "A1234567", None, None)]),
        ("(Iran) A1234567", [("passport", "A1234567", "IR", None)]),
        ("A1234567 - Iran", [("passport", "A1234567", "IR", None)]),
        ("A1234567 (IRN)", [("passport", "A1234567", "IR", None)]),
        ("Tax ID No. 7813491943 (Russia)", [("tax_id", "7813491943", "RU", "Tax ID")]),
        (
            "A1234567 (Iran); B7654321 (Iraq)",
            [("passport", "A1234567", "IR", None), ("passport", "B7654321", "IQ", None)],
        ),
        ("K123456(4)", [("passport", "K123456(4)", None, None)]),  # a check digit, as in Hong Kong
        ("-", []),
    ],
)
def test_fields_with_more_than_a_number(number: str, found: list[Found]) -> None:
    read = read_document_fields("passport", "Passport", number)
    assert [(each.type, each.number, each.country, each.note) for each in read] == found
