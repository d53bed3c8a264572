"""Bounds of charges: which numbers can be articles, parts and points, and how long a text or list may be."""

from __future__ import annotations

from collections import Counter

import pytest

from transforms.prisoners.vocabulary import charges
from transforms.prisoners.vocabulary.charges import Charge, of_known_form, points_to_law

ADMINISTRATIVE = "of the Code of Administrative Offences"


def read(text: str, country: str | None) -> list[str]:
    """What is read of a text, a line a row: `code article part point general`, absent ones as `-`."""
    rows = [
        (row.code, row.article, row.part, row.point, row.general_part) for row in charges.read(text, country)
    ]
    return [" ".join(each or "-" for each in row) if row[1] else "plain" for row in rows]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Art. 1", "by_criminal 1 - - -"),
        ("Art. 999", "by_criminal 999 - - -"),
        ("Art. 1000", "plain"),
        ("Art. 0", "plain"),
        ("Art. 0293", "plain"),
        ("Art. 293-0", "plain"),
        ("Art. 205-20", "by_criminal 205-20 - - -"),
        ("Art. 205-21", "plain"),
        ("Art. 205-1-1", "plain"),
        ("Art. 33-1", "by_criminal 33-1 - - -"),
        ("Art. 32-1", "plain"),
        ("100", "by_criminal 100 - - -"),
        ("99", "plain"),
        (f"Art. 32.1 {ADMINISTRATIVE}", "by_administrative 32.1 - - -"),
        (f"Art. 33.1 {ADMINISTRATIVE}", "plain"),
        (f"Art. 20.99 {ADMINISTRATIVE}", "by_administrative 20.99 - - -"),
        (f"Art. 20.100 {ADMINISTRATIVE}", "plain"),
        (f"Art. 20 {ADMINISTRATIVE}", "plain"),
        (f"Art. 20-1 {ADMINISTRATIVE}", "plain"),
        (f"Art. 20.3.1 {ADMINISTRATIVE}", "by_administrative 20.3-1 - - -"),
        (f"Art. 20.3.1.1 {ADMINISTRATIVE}", "plain"),
    ],
)
def test_numbers_of_articles(text: str, expected: str) -> None:
    assert read(text, "BY") == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("205.2.2", ["ru_criminal 205.2 2 - -"]),
        ("Art. 205.2.2", ["plain"]),
        ("205-2.2", ["plain"]),
        (f"Art. 20.3.1 {ADMINISTRATIVE}", ["ru_administrative 20.3.1 - - -"]),
        ("Part 2.1 of Art. 293", ["ru_criminal 293 2.1 - -"]),
        ("Part 2.9 of Art. 293", ["ru_criminal 293 2.9 - -"]),
        ("Part 2.10 of Art. 293", ["plain"]),
        ("Part 2.0 of Art. 293", ["plain"]),
        ("п. 1 ч. 2 ст. 205", ["ru_criminal 205 2 1 -"]),
        ("п. 10 ч. 2 ст. 205", ["ru_criminal 205 2 10 -"]),
        ("п. 0 ч. 2 ст. 205", ["plain"]),
        ("п. 100 ч. 2 ст. 205", ["plain"]),
        ("п. «а» ч. 2 ст. 205", ["ru_criminal 205 2 а -"]),
        ("п. a ч. 2 ст. 205", ["ru_criminal 205 2 а -"]),  # a Latin letter among Cyrillic ones
        ("п. аб ч. 2 ст. 205", ["plain"]),
    ],
)
def test_notations_of_russia(text: str, expected: list[str]) -> None:
    assert read(text, "RU") == expected


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("20", ["20"]),
        ("21", None),
        ("0", None),
        ("01", None),
        ("1-3", ["1", "2", "3"]),
        ("1-20", [str(number) for number in range(1, 21)]),
        ("1-21", None),
        ("3-1", ["3-1"]),
        ("2-2", ["2-2"]),
        ("9-9", ["9-9"]),
        ("3-0", None),
        ("1-2-3", None),
    ],
)
def test_numbers_of_parts(part: str, expected: list[str] | None) -> None:
    rows = charges.read(f"Part {part} of Art. 293", "BY")
    assert [row.part for row in rows] == (expected or [None])
    assert [row.article for row in rows] == (["293"] * len(rows) if expected else [None])


@pytest.mark.parametrize(
    ("country", "text", "expected"),
    [
        ("BY", "Art. 13, Art. 293", ["by_criminal 293 - - 13"]),
        ("BY", "Art. 13", ["by_criminal 13 - - -"]),
        ("BY", "Art. 13 and Art. 293 and Art. 295", ["by_criminal 293 - - 13", "by_criminal 295 - - -"]),
        ("RU", "Part 3 of Art. 30, Art. 205", ["ru_criminal 205 - - 30(3)"]),
        ("RU", "Art. 205 through Art. 30", ["ru_criminal 205 - - 30"]),
        ("RU", "Part 1 of Art. 205 via Part 3 of Art. 30, Art. 206",
         ["ru_criminal 205 1 - 30(3)", "ru_criminal 206 - - -"]),
        ("BY", "Art. 293, 295 and 342", [f"by_criminal {number} - - -" for number in (293, 295, 342)]),
        ("BY", "Parts 1, 2 and 3 of Art. 293", [f"by_criminal 293 {part} - -" for part in (1, 2, 3)]),
        ("BY", "Part 1 of Art. 293, 295", ["by_criminal 293 1 - -", "by_criminal 295 - - -"]),
        (None, "Art. 293", ["plain"]),
        ("DE", "Art. 293", ["plain"]),
        ("FR", "a; b；c", ["plain"] * 3),
    ],
)  # fmt: skip
def test_joined_references(country: str | None, text: str, expected: list[str]) -> None:
    assert read(text, country) == expected


def test_lists_have_as_many_articles_or_parts_as_24() -> None:
    numbers = [str(number) for number in range(200, 225)]
    assert len(read(f"Art. {', '.join(numbers[:24])}", "BY")) == 24
    assert read(f"Art. {', '.join(numbers)}", "BY") == ["plain"]


def test_a_text_of_20000_characters_is_read_and_a_longer_one_is_plain() -> None:
    text = "Art. 293".ljust(20_000)
    assert read(text, "BY") == ["by_criminal 293 - - -"]
    assert read(f"{text} ", "BY") == ["plain"]


def test_a_reference_to_law_is_a_word_for_articles_before_a_number() -> None:
    assert points_to_law("under Art. 293")
    assert not points_to_law("Art. of war")
    assert not points_to_law("293")


@pytest.mark.parametrize(
    ("text", "article", "kept", "labels"),
    [
        ("Art. 293", "293", "Art. 293", {}),
        ("Art. 293; of Minsk", "293", "Art. 293", {"f: more than a charge, left out": 1}),
        ("Art. 293; Art. 5; of Minsk", "293", "Art. 293; Art. 5", {"f: more than a charge, left out": 1}),
        ("Riots; see Art. 5", None, "Riots; see Art. 5", {"f: no article named": 1}),
        ("Riots", None, None, {"f: no article named": 1}),
        ("Riots; of Minsk", None, None, {"f: no article named": 1}),
    ],
)
def test_of_a_charge_what_may_be_of_another_column_is_left_out(
    text: str, article: str | None, kept: str | None, labels: dict[str, int]
) -> None:
    unknown: Counter[str] = Counter()
    code = "by_criminal" if article else None
    found = of_known_form([Charge(text, code, article)], "f", unknown)  # type: ignore[arg-type]
    assert [charge.charge for charge in found] == ([kept] if kept else [])
    assert +unknown == labels
