"""Which names of one list are on another."""

from __future__ import annotations

import pytest

from transforms.matching import CONTRADICTED, Named, match


def pairs(left: Named, right: Named) -> list[tuple[float, bool]]:
    return [(found.score, found.match) for found in match([left], [right])]


@pytest.mark.parametrize("name", ["Ihar Losik", "LOSIK, Ihar", "Ihar  LOSIK", "losik ihar"])
def test_names_match_in_any_order_case_and_punctuation(name: str) -> None:
    assert pairs(Named("Ihar Losik"), Named(name)) == [(1.0, True)]


def test_names_match_in_another_script() -> None:
    assert pairs(Named("Ihar Losik"), Named("Ігар Лосік")) == []  # Belarusian, spelled by its letters
    assert pairs(Named("Igar Losik"), Named("Ігар Лосік")) == [(1.0, True)]


@pytest.mark.parametrize("name", ["Ihar Losik Jr", "Ihar", "Ihar Losyk", ""])
def test_other_names_do_not_match(name: str) -> None:
    assert pairs(Named("Ihar Losik"), Named(name)) == []


@pytest.mark.parametrize("name", ["", "—", "?"])
def test_a_name_without_a_letter_matches_nothing(name: str) -> None:
    assert pairs(Named(name), Named(name)) == []


@pytest.mark.parametrize(
    ("one", "other", "agrees"),
    [
        ((), (), True),
        (("1992-05-20",), (), True),
        (("1992-05-20",), ("1992-05-20",), True),
        (("1992",), ("1992-05-20",), True),
        (("1992-05",), ("1992-05-20",), True),
        (("1992-05-20",), ("1992-05-21",), False),
        (("1992-06",), ("1992-05-20",), False),
        (("1992",), ("1993",), False),
        (("1960", "1992"), ("1992-05-20",), True),
        (("1992-05-20",), ("1992~",), True),
        (("1992-05-20",), ("1980~",), False),
        (("1956-02-01",), ("1955/1958",), True),
        (("1955",), ("1955-06/1958-01",), True),
        (("1958-02-01",), ("1955-06/1958-01",), False),
        (("1959",), ("1955/1958",), False),
        (("1950/1955",), ("1955/1958",), True),
        (("1950/1954",), ("1955/1958",), False),
    ],
)
def test_a_date_of_birth_may_speak_against_a_match(
    one: tuple[str, ...], other: tuple[str, ...], agrees: bool
) -> None:
    expected = [(1.0, True)] if agrees else [(CONTRADICTED, False)]
    assert pairs(Named("Ivan Ivanov", one), Named("Ivan Ivanov", other)) == expected
    assert pairs(Named("Ivan Ivanov", other), Named("Ivan Ivanov", one)) == expected


def test_a_country_may_speak_against_a_match() -> None:
    def named(*countries: str) -> Named:
        return Named("Ivan Ivanov", (), countries)

    assert pairs(named("BY"), named("RU")) == [(CONTRADICTED, False)]
    assert pairs(named("BY"), named("RU", "BY")) == [(1.0, True)]
    assert pairs(named("BY"), named()) == [(1.0, True)]


def test_every_pair_is_given_in_the_order_of_the_left_list() -> None:
    left = [Named("B B"), Named("A A"), Named("C C")]
    right = [Named("A a", ref="1"), Named("b B", ref="2"), Named("a A", ref="3")]
    assert [(found.left.name, found.right.ref) for found in match(left, right)] == [
        ("B B", "2"),
        ("A A", "1"),
        ("A A", "3"),
    ]
