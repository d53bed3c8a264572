"""Texts that list several values."""

from __future__ import annotations

import pytest

from transforms.sanctions.vocabulary.listed_parts import listed_parts


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Kabul", ("Kabul",)),
        ("a) Kabul b) Herat", ("Kabul", "Herat")),
        ("1) Kabul 2) Herat (C) 3) Farah", ("Kabul", "Herat (C)", "Farah")),
        ("Kabul; Herat >> na", ("Kabul", "Herat")),
        ("Kabul (Old; New); Herat", ("Kabul (Old; New)", "Herat")),
        ("POB: Kabul; Alternate Address: Herat", ("Kabul", "Herat")),
        ("-", ()),
    ],
)
def test_parts_of_a_list(text: str, parts: tuple[str, ...]) -> None:
    assert listed_parts(text) == parts
