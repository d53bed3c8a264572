"""What the letters of a Latin name can be in other languages than English."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.names.cleaning import clean
from transforms.names.name_parts import parse_names
from transforms.names.phonetic_keys import phonetic_key
from transforms.names.spellings import spellings


def sounds(name: str) -> set[tuple[str, ...]]:
    return {tuple(map(phonetic_key, spelling.lower().split())) for spelling in spellings(name)}


@pytest.mark.parametrize(
    ("name", "original"),
    [
        ("Sviatłana Cichanoŭskaja", "Святлана Ціханоўская"),  # Łacinka
        ("Jaŭhien Šatochin", "Яўген Шатохін"),
        ("Swiatłana Cichanouska", "Святлана Ціханоўска"),  # Polish
        ("Anton Tschechow", "Антон Чехов"),  # German
        ("Marija Sacharowa", "Мария Захарова"),
        ("Wolodymyr Selenskyj", "Володимир Зеленський"),
        ("Djokhar Doudaïev", "Джохар Дудаев"),  # French
        ("Nikita Khrouchtchev", "Никита Хрущев"),
        ("Ilia Iachine", "Илиа Иашин"),
        ("Xədicə Hacıyeva", "Khadija Hajiyeva"),  # Azerbaijani
    ],
)
def test_one_of_the_ways_sounds_like_the_original(name: str, original: str) -> None:
    [heard] = sounds(original)
    assert heard in sounds(name)


@pytest.mark.parametrize(
    "name",
    [
        "Ales Bialiatski",
        "Marie Curie",
        "Anton Chekhov",
        "Владимир Путин",
        "Sergey Ivanovich Chernov",
        "Dzmitry Valerievich PAULICHENKA",
        "محمد علي",
    ],
)
def test_what_is_english_or_not_latin_is_itself_alone(name: str) -> None:
    assert spellings(name) == [name]


def test_the_ways_are_readings_of_a_name_of_people_but_not_of_bodies() -> None:
    names = pa.chunked_array([["Boris Jelzin"]])
    assert set(parse_names(names)["reading"].to_pylist()) == {0, 1}
    assert set(parse_names(names, bodies=True)["reading"].to_pylist()) == {0}


@given(st.text(alphabet=st.characters(categories=("L", "M", "Zs", "Pd")), max_size=40).map(clean))
def test_a_name_comes_first_and_no_way_twice(name: str) -> None:
    found = spellings(name)
    assert found[0] == name
    assert len(found) == len(set(found))
