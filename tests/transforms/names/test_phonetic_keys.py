"""One name sounds alike in all its spellings, in Python and in DuckDB."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.names.phonetic_keys import (
    LETTERS,
    consonant_skeleton,
    consonant_skeleton_sql,
    phonetic_key,
    phonetic_key_sql,
)


@pytest.mark.parametrize(
    "spellings",
    [
        "лукашенко лукашэнка lukashenko lukashenka łukaszenka lukaschenko lukašenka",
        "беляцкий бяляцкі bialiatski bialiacki beliatsky",
        "паўлічэнка paulichenka pavlichenko павличенко",
        "навумаў navumau naumov наумов",
        "салаўёў salauyou соловьёв solovyov solovyev",
        "сакалоўскі sakalouski соколовский sokolovskiy sokolovsky",
        "чарнышоў charnyshou чернышёв чернышев chernyshev",
        "сяргей siarhei сергей sergey serhei",
        "хаджымуратавіч khadzhimuratavich хаджимуратович",
        "уладзімір uladzimir владимир vladimir",
        "щербаков shcherbakov szczerbakow schtscherbakow",
        "рашид rashid rasheed рашід",
        "παπαδόπουλος papadopoulos",
        "ευσταθίου efstathiou",
        "μπελογιάννης belogiannis",
        "ივანიშვილი ivanishvili",
        "ჯაფარიძე japaridze",
        "հարությունյան harutyunyan",
        "петър петар petar",
        "съезд sezd",
        "김 kim",
        "정은 jongun",
    ],
)
def test_one_name_sounds_alike_in_all_its_spellings(spellings: str) -> None:
    assert len({phonetic_key(spelling) for spelling in spellings.split()}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("иванов", "иванова"),
        ("olga", "oleg"),
        ("petrov", "petrenko"),
        ("hasan", "husayn"),
        ("ким", "кон"),
        ("ιωάννου", "ιωαννίδης"),
    ],
)
def test_different_names_do_not(one: str, other: str) -> None:
    assert phonetic_key(one) != phonetic_key(other)


_WORD = st.text(st.sampled_from([*LETTERS, *"abcdefghijklmnopqrstuvwxyzáéíñö0123456789"]), max_size=14)


@settings(deadline=None)
@given(st.lists(_WORD, min_size=1, max_size=50))
def test_duckdb_hears_the_same(words: list[str]) -> None:
    with duckdb.connect() as con:
        con.execute(f"CREATE MACRO key(word) AS {phonetic_key_sql('word')}")
        con.execute(f"CREATE MACRO skeleton(key) AS {consonant_skeleton_sql('key')}")
        heard = con.execute(
            "SELECT key(word), skeleton(key(word)) FROM (SELECT unnest(?) AS word)",
            [words],
        ).fetchall()
    assert heard == [(phonetic_key(word), consonant_skeleton(phonetic_key(word))) for word in words]


@given(st.text(max_size=20))
def test_a_sound_is_in_ascii_whatever_the_script(word: str) -> None:
    assert phonetic_key(word.lower()).isascii()
