"""Facts that a label identifies, and what is left of a text."""

from __future__ import annotations

import pytest

from transforms.fields.record_parts import Identifier
from transforms.sanctions.target import Particular, Position, Target
from transforms.sanctions.vocabulary.labelled_facts import LABELS, read_facts

BOTH_CODES = "ABCDEFGH and ABCDEFGHIJK"


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("IMO: 1234567", [("imo", "IMO", "1234567", None)]),
        (
            "IMO number: IMO 1234567, 7654321",
            [("imo", "IMO number", "1234567", None), ("imo", "IMO number", "7654321", None)],
        ),
        ("IMO 1234567", [("imo", "IMO", "1234567", None)]),
        ("IMO: 12345678", []),
        (
            f"BIC: {BOTH_CODES}",
            [("swift_bic", "BIC", "ABCDEFGH", BOTH_CODES), ("swift_bic", "BIC", "ABCDEFGHIJK", BOTH_CODES)],
        ),
        ("SWIFT: ABCDEFGH", [("swift_bic", "SWIFT", "ABCDEFGH", None)]),
        ("INN: 7713226814 (main office)", [("tax_id", "INN", "7713226814", "main office")]),
        ("INN: unknown", []),
        ("Registration number: 12 (a", []),
        ("Call sign: A1BC", [("call_sign", "Call sign", "A1BC", None)]),
    ],
)
def test_numbers_are_read_by_their_label(text: str, numbers: list[tuple[str, str, str, str | None]]) -> None:
    facts = read_facts(text, "Organization")
    assert [(each.type, each.type_raw, each.number, each.note) for each in facts.identifiers] == numbers
    assert facts.remark == (None if numbers else text)


def test_a_number_without_a_label_is_that_of_a_ship_alone() -> None:
    assert read_facts("9074729", "Vessel").identifiers == [Identifier("imo", None, None, "9074729")]
    assert read_facts("9074728", "Vessel").remark == "9074728"
    assert read_facts("9074729", "Organization").remark == "9074729"


def test_facts_of_one_text_are_taken_apart() -> None:
    facts = read_facts(
        "Flag: Liberia; Vessel type: Tanker. Tonnage: 12; Address unclear; Rank: Captain; Tel: 123", "Vessel"
    )
    assert [(each.kind, each.country) for each in facts.nationalities] == [("flag", "LR")]
    assert facts.particulars == [Particular("vessel_type", "Tanker"), Particular("tonnage", "12")]
    assert facts.positions == [Position("title", "Captain")]
    assert facts.remark == "Address unclear"


def test_a_list_of_posts_is_one_post() -> None:
    facts = read_facts("Function: Minister; member of: the board", "Person")
    assert facts.positions == [Position("position", "Minister; member of: the board")]


def test_births_are_of_people_alone() -> None:
    facts = read_facts("DOB: 5 June 1978; POB: Minsk", "Person")
    assert [read.date for read in facts.births] == ["1978-06-05"]
    assert facts.places == [("birth_place", "Minsk")]
    assert read_facts("DOB: 05/06/1978", "Person").undated == ["05/06/1978"]
    assert read_facts("DOB: 5 June 1978", "Vessel").remark == "DOB: 5 June 1978"
    assert read_facts("DOB: long ago", "Person").remark == "DOB: long ago"


@pytest.mark.parametrize("text", ["Wife of A", "Mail: a@example.org", "Phone 41 22 123", "lives in Minsk"])
def test_contacts_and_a_persons_private_life_are_left_out(text: str) -> None:
    assert read_facts(text, "Person").remark is None
    assert read_facts(f"{text}; Flag bearer", "Person").remark == "Flag bearer"


def test_what_is_private_of_a_person_is_a_remark_of_a_body() -> None:
    assert read_facts("Located in Minsk", "Organization").remark == "Located in Minsk"


def test_a_long_piece_is_prose() -> None:
    text = f"Tonnage: {'1' * 191}"
    assert read_facts(text, "Vessel").particulars == [Particular("tonnage", "1" * 191)]
    assert read_facts(f"{text}1", "Vessel").remark == f"{text}1"


def test_an_unknown_state_stays_in_the_remark() -> None:
    assert read_facts("Flag: Atlantis", "Vessel").remark == "Flag: Atlantis"


def test_facts_are_added_to_a_target() -> None:
    target = Target("1", "Person")
    text = "tall; Rank: Captain; Passport number: A1234567; DOB: 1978; Nationality: Belarus; Website: x.org"
    read_facts(text, target.schema).add_to(target)
    assert target.positions == [Position("title", "Captain")]
    assert [each.number for each in target.identifiers] == ["A1234567"]
    assert [each.date for each in target.births] == ["1978"]
    assert [each.country for each in target.nationalities] == ["BY"]
    assert target.particulars == [Particular("website", "x.org")]
    assert target.reasons == ["tall"]


def test_labels_are_in_lower_case() -> None:
    assert all(label == label.lower().strip() for label in LABELS)
