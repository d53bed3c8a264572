"""Names: cleaning, scripts, and the key for exact matching."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.names import cleaning

WORDS = st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=8), min_size=1, max_size=5)


def test_clean_composes_and_collapses() -> None:
    assert cleaning.clean("  Ihar\u00a0 \n Losi\u0301k ") == "Ihar Losík"


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("Ihar LOSIK", "Latn"),
        ("Łukasz Żółć", "Latn"),
        ("Ігар Лосік", "Cyrl"),
        ("أيمن محمد", "Arab"),
        ("习近平", "Hani"),
        ("אלישע ירד", "Hebr"),
        ("Ανοικτή εταιρεία", "Grek"),
        ("ОАО Belavia Airlines", "Latn"),
        ("ААТ “Авіякампанія” X", "Cyrl"),
        ("123 – 456", None),
        ("", None),
    ],
)
def test_script_is_that_of_most_letters(text: str, script: str | None) -> None:
    assert cleaning.script(text) == script


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("LUKASHENKA, Alyaksandr", "alyaksandr lukashenka"),
        ("Ahmad al-Shar'a", "Al-Shara, Ahmad"),
        ("Jürgen", "Jurgen"),
        ("Ольга", "Olga"),
    ],
)
def test_key_sees_one_name_in_two_writings(one: str, other: str) -> None:
    assert cleaning.key(one) == cleaning.key(other)


def test_key_keeps_apart_what_differs() -> None:
    assert cleaning.key("Ihar Losik") != cleaning.key("Ihar Losek")
    assert cleaning.key("Al Sharaa") != cleaning.key("Alsharaa")


@given(st.text(max_size=40))
def test_key_of_a_key_is_the_key(text: str) -> None:
    assert cleaning.key(cleaning.key(text)) == cleaning.key(text)


@given(WORDS, st.randoms())
def test_key_does_not_depend_on_order(words: list[str], random: object) -> None:
    shuffled = sorted(words, key=lambda _: random.random())  # type: ignore[attr-defined]
    assert cleaning.key(" ".join(words)) == cleaning.key(" ".join(shuffled))


@given(st.text(max_size=40))
def test_clean_is_done_once(text: str) -> None:
    assert cleaning.clean(cleaning.clean(text)) == cleaning.clean(text)
