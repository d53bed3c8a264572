"""Canada's regimes in any spelling."""

from __future__ import annotations

import pytest

from transforms.sanctions.publishers.canadian_regimes import Regime, english_half, find_regime

BELARUS = Regime(
    "Belarus", "Belarus / Bélarus", "Special Economic Measures (Belarus) Regulations", is_known=True
)


@pytest.mark.parametrize(
    "text",
    [
        "Belarus / Bélarus",
        "BELARUS  /  BÉLARUS",
        "Belarus/Bélarus",
        "Belarus | Bélarus",
    ],
)
def test_a_regime_is_one_in_any_spelling(text: str) -> None:
    assert find_regime(text) == BELARUS


@pytest.mark.parametrize(
    ("text", "key", "regulations"),
    [
        ("China / Chine", "China", "Special Economic Measures (People's Republic of China) Regulations"),
        (
            "People’s Republic of China",
            "China",
            "Special Economic Measures (People's Republic of China) Regulations",
        ),
        ("Burma", "Myanmar (Burma)", "Special Economic Measures (Myanmar) Regulations"),
        (
            "Special Economic Measures (Haiti) Regulations",
            "Haiti",
            "Special Economic Measures (Haiti) Regulations",
        ),
        (
            "JVCFOR",
            "Justice for Victims of Corrupt Foreign Officials Regulations (JVCFOR)",
            "Justice for Victims of Corrupt Foreign Officials Regulations",
        ),
    ],
)
def test_a_regime_has_other_names(text: str, key: str, regulations: str) -> None:
    found = find_regime(text)
    assert (found.key, found.regulations, found.is_known) == (key, regulations, True)


@pytest.mark.parametrize("text", ["Belarsu / Bélarus", "Belaruss", "Whatever / Bélarus"])
def test_a_slip_of_the_pen_is_read_but_not_known(text: str) -> None:
    assert find_regime(text) == BELARUS._replace(is_known=False)


@pytest.mark.parametrize(
    ("text", "regime"),
    [
        ("Cuba / Cuba", Regime("Cuba", "Cuba / Cuba", None, is_known=False)),
        ("Mali", Regime("Mali", "Mali", None, is_known=False)),  # a state, and no slip in another
        ("Iranian", Regime("Iranian", "Iranian", None, is_known=False)),
        ("Some Act", Regime("Some Act", "Some Act", "Some Act", is_known=False)),
        (
            "Other Regulations / Autre",
            Regime("Other Regulations", "Other Regulations / Autre", "Other Regulations", is_known=False),
        ),
    ],
)
def test_a_new_regime_keeps_its_name(text: str, regime: Regime) -> None:
    assert find_regime(text) == regime


def test_the_halves_of_a_text_are_parted_by_signs_between_blanks() -> None:
    assert [english_half(text) for text in ("A / B", "A | B", "A/B", "A")] == ["A", "A", "A/B", "A"]
