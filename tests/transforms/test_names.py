"""Names: cleaning, scripts, and the key for exact matching."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms import names

WORDS = st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=8), min_size=1, max_size=5)


def test_clean_composes_and_collapses() -> None:
    assert names.clean("  Ihar\u00a0 \n Losi\u0301k ") == "Ihar Losík"


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
    assert names.script(text) == script


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
    assert names.key(one) == names.key(other)


def test_key_keeps_apart_what_differs() -> None:
    assert names.key("Ihar Losik") != names.key("Ihar Losek")
    assert names.key("Al Sharaa") != names.key("Alsharaa")


@given(st.text(max_size=40))
def test_key_of_a_key_is_the_key(text: str) -> None:
    assert names.key(names.key(text)) == names.key(text)


@given(WORDS, st.randoms())
def test_key_does_not_depend_on_order(words: list[str], random: object) -> None:
    shuffled = sorted(words, key=lambda _: random.random())  # type: ignore[attr-defined]
    assert names.key(" ".join(words)) == names.key(" ".join(shuffled))


@given(st.text(max_size=40))
def test_clean_is_done_once(text: str) -> None:
    assert names.clean(names.clean(text)) == names.clean(text)
