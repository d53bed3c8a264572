"""What a name is made of."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.names.name_parts import parse_names, readings


def taken_apart(name: str, *, bodies: bool = False) -> list[tuple[str, str]]:
    """Kind and root of the parts of a name's first reading."""
    table = parse_names(pa.chunked_array([[name]]), bodies=bodies)
    table = table.filter(pc.equal(table["reading"], 0))
    return list(zip(table["kind"].to_pylist(), table["root"].to_pylist(), strict=True))


@pytest.mark.parametrize(
    "spellings",
    [
        [
            "Uladzimir Uladzimiravich NAVUMAU",
            "Владимир Владимирович НАУМОВ",
            "Володимир Володимирович НАУМОВ",
        ],
        ["Ales BIALIATSKI", "Алесь Бяляцкі", "Алесь Беляцкий"],
        ["Mikalai Mikalaevich KUPREEV", "Николай Николаевич КУПРЕЕВ", "Nikolaj Nikolajevitj KUPREJEV"],
        [
            "Hanna Barysauna LUKINA",
            "Анна Борисовна Лукина",
            "Ганна Барысаўна Лукіна",
            "Ганна Борисівна Лукіна",
        ],
        ["Abd al-Rahman", "Абд аль-Рахман", "Abdul Rahman", "Abdurrahman", "عبد الرحمن", "Abdel-Rahman"],
        ["Nur al-Din", "Noureddine", "نور الدين"],
    ],
)
def test_a_name_has_the_same_roots_in_all_languages(spellings: list[str]) -> None:
    assert len({tuple(root for _, root in taken_apart(spelling)) for spelling in spellings}) == 1


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("Aliaksandr Ryhoravich LUKASHENKA", ["given", "patronymic", "other"]),
        ("LUKASHENKO, Aleksandr Grigoryevich", ["other", "given", "patronymic"]),
        ("Николай Васильевич СЕРГЕЕВИЧ", ["given", "patronymic", "other"]),  # the surname only looks like one
        ("Leonidovich SIVAKOV", ["patronymic", "other"]),
        ("A. G. Lukashenko", ["initial", "initial", "other"]),
        ("Abu Bakr al-Baghdadi", ["kunya", "particle", "other"]),
    ],
)
def test_what_a_part_is(name: str, kinds: list[str]) -> None:
    assert [kind for kind, _ in taken_apart(name)] == kinds


def test_a_kunya_is_one_part_with_or_without_an_article() -> None:
    assert taken_apart("Abu al-Qasim Karim") == [("kunya", "abu kasim"), ("given", "karim")]
    assert taken_apart("Abu al-Hassan") == [("kunya", "abu hasan")]
    assert taken_apart("Umm Kulthum") == [("kunya", "umm kultum")]


def test_letters_of_the_wrong_alphabet_are_read_as_what_they_look_like() -> None:
    latin_i_and_kra = "Дзмiтрый Ниĸолаевич"
    assert taken_apart(latin_i_and_kra) == taken_apart("Дзмітрый Николаевич")
    assert taken_apart("Роман ГOBOP") == taken_apart("Роман ГОВОР")
    assert taken_apart("Серге́й") == taken_apart("Сергей")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("وهاب زاده", "وهابزاده"),
        ("عبيد الله", "عبيدالله"),
        ("ﻤﺤﻤﺪ ﻛﺮﻴﻡ", "محمد كريم"),  # Arabic letters as the forms that they take in a word
    ],
)
def test_arabic_words_that_are_one_name(one: str, other: str) -> None:
    assert taken_apart(one) == taken_apart(other)


def test_how_a_part_is_written_is_told_if_asked_for() -> None:
    table = parse_names(pa.chunked_array([["Abu Bakr محمود"]]), words=True)
    assert table["word"].to_pylist() == ["bakr", "محمود"]


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("Алексей ДОРОФЕЕВ / Олексій ДОРОФЄЄВ", ["Алексей ДОРОФЕЕВ", "Олексій ДОРОФЄЄВ"]),
        ("Vadzim MURASHKA Vadim MURASHKO", ["Vadzim MURASHKA", "Vadim MURASHKO"]),
        ("Ivan Petrov (Ivan Sidorov)", ["Ivan Petrov", "Ivan Sidorov"]),
        ("Juan DE LA CRUZ", ["Juan DE LA CRUZ"]),
    ],
)
def test_the_names_that_a_cell_holds(cell: str, names: list[str]) -> None:
    assert readings(cell) == names


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("JSC Belaruskali", "ОАО «Беларуськалий»"),
        ("Rosneft Limited Liability Company", "ООО Роснефть"),
        ("Bank Dabrabyt", "Банк Дабрабыт"),
    ],
)
def test_legal_forms_and_translated_words_of_bodies_are_one(one: str, other: str) -> None:
    def roots(name: str) -> set[str]:
        return {root for kind, root in taken_apart(name, bodies=True) if kind in {"legal", "generic"}}

    assert roots(one) == roots(other) != set()


@given(st.lists(st.text(max_size=30), max_size=5))
def test_any_text_can_be_taken_apart(names: list[str]) -> None:
    for bodies in (False, True):
        table = parse_names(pa.chunked_array([names], pa.string()), bodies=bodies)
        assert set(table["name"].to_pylist()) <= set(names)
        assert not table["sound"].null_count
