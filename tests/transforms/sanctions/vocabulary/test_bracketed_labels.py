"""Values by labels or numbers in brackets."""

from __future__ import annotations

from collections import Counter

import pytest

from transforms.sanctions.vocabulary.bracketed_labels import (
    labelled_parts,
    numbered_values,
    paired_values,
    values,
)


def test_parts_by_their_labels() -> None:
    unknown: Counter[str] = Counter()
    text = "First. (Gender):Male. (Note) : resolution 2662 (2022): x (Other):y"
    assert labelled_parts(text, {"gender", "note"}, "Column", unknown) == [
        ("", "First. "),
        ("gender", "Male."),
        ("note", "resolution 2662 (2022): x (Other):y"),
    ]
    assert unknown == {"Column (Other)": 1}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Chad.", ((0, "Chad"),)),
        ("-", ((0, None),)),
        ("(1) Chad. (2) -", ((1, "Chad"), (2, None))),
        ("(1-3) Libya (4) Morocco", ((1, "Libya"), (2, "Libya"), (3, "Libya"), (4, "Morocco"))),
        ("(1) Act (1998) Co.", ((1, "Act (1998) Co."),)),
    ],
)
def test_values_by_their_numbers(text: str, found: tuple[tuple[int, str | None], ...]) -> None:
    assert numbered_values(text) == found


def test_values_of_two_cells_are_paired_by_number() -> None:
    assert list(paired_values("(1) A (2) B", "(1) one (2) two (3) three")) == [
        ("A", "one"),
        ("B", "two"),
        (None, "three"),
    ]
    assert list(paired_values("(1) A (2) B", "both")) == [("A", "both"), ("B", "both")]
    assert values("(1) A (2) - (3) B") == ["A", "B"]
