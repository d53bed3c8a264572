"""Several names in one field: what separates them, and what only looks as if it did."""

from __future__ import annotations

import pytest

from transforms.sanctions.vocabulary.joined_names import split_aliases, split_main_name


def names(text: str, is_person: bool) -> list[str]:
    return [found.name for found in split_aliases(text, is_person)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ivan Petrov; Vanya", ["Ivan Petrov", "Vanya"]),
        ("Ivan Petrov or Vanya Petrov", ["Ivan Petrov", "Vanya Petrov"]),
        ("Anna Bush and Carl Dane", ["Anna Bush", "Carl Dane"]),
        ("Anna Bush/Carl Dane", ["Anna Bush", "Carl Dane"]),
        ("Ivan A Petrov or Ivan B Petrov", ["Ivan A Petrov", "Ivan B Petrov"]),
        ("Anna Bush, Carl Dane, Eve Fox", ["Anna Bush", "Carl Dane", "Eve Fox"]),
        ("Bush Anna, Dane Carl", ["Bush Anna", "Dane Carl"]),
        ("Bush, Anna", ["Bush", "Anna"]),
        ("Бушова, Anna Maria", ["Бушова", "Anna Maria"]),
        ("also Ivan Petrov; and Vanya Petrov; or Orest", ["Ivan Petrov", "Vanya Petrov", "Orest"]),
        ("Ivan Petrov a.k.a. Vanya", ["Ivan Petrov", "a.k.a. Vanya"]),
        ("Ivan Petrov; Ivan Petrov", ["Ivan Petrov"]),
        # one name each
        ("Bush, Anna Maria", ["Bush, Anna Maria"]),
        ("Bush/Dane", ["Bush/Dane"]),
        ("Bush or Carl Dane", ["Bush or Carl Dane"]),
        ("Evgenyevich or Evgenievich", ["Evgenyevich or Evgenievich"]),
        ("Ivan Evgenyevich or Evgenievich Petrov", ["Ivan Evgenyevich or Evgenievich Petrov"]),
        ("(Ivan Petrov", ["Ivan Petrov"]),
        ("Ivan Petrov)", ["Ivan Petrov"]),
        ("Ivan (Vanya) Petrov", ["Ivan (Vanya) Petrov"]),
    ],
)
def test_names_of_people(text: str, expected: list[str]) -> None:
    assert names(text, is_person=True) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Foo, LLC; Bar", ["Foo, LLC", "Bar"]),
        ("Foo, Bar", ["Foo", "Bar"]),
        ("Foo, the Bar", ["Foo", "the Bar"]),
        ("Foo, l'Opera", ["Foo", "l'Opera"]),
        ('Foo, "Bar"', ["Foo", '"Bar"']),
        ("Foo or Bar", ["Foo", "Bar"]),
        ("Foo LLC and Bar LLC", ["Foo LLC", "Bar LLC"]),
        ("Foo and LLC Bar", ["Foo", "LLC Bar"]),
        ("ООО Фу and Бар", ["ООО Фу", "Бар"]),
        ("Фу and Бар", ["Фу", "Бар"]),
        ("Foo Bar/Baz Qux", ["Foo Bar", "Baz Qux"]),
        ("Foo aka Bar", ["Foo", "aka Bar"]),
        # one name each
        ("Foo, bar", ["Foo, bar"]),
        ('Foo,"bar"', ['Foo,"bar"']),
        ("LLC, Foo", ["LLC, Foo"]),
        ("Ministry of Education, Science and Youth", ["Ministry of Education, Science and Youth"]),
        ("Foo and Bar", ["Foo and Bar"]),
        ("Фу and Bar", ["Фу and Bar"]),
        ("Foo and Бар", ["Foo and Бар"]),
        ("Foo/Bar", ["Foo/Bar"]),
        ("Foo Bar/Baz", ["Foo Bar/Baz"]),
        ("Foo/Baz Qux", ["Foo/Baz Qux"]),
        ("Foo or LLC", ["Foo or LLC"]),
        ("LLC or Foo", ["LLC or Foo"]),
        ("Foo AKA Bar", ["Foo AKA Bar"]),
        ("A (B, C)", ["A (B, C)"]),
    ],
)
def test_names_of_bodies(text: str, expected: list[str]) -> None:
    assert names(text, is_person=False) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Russian: Иван Петров", [("Иван Петров", "ru")]),
        ("Ivan Petrov (Russian: Иван Петров)", [("Ivan Petrov", None), ("Иван Петров", "ru")]),
        ("Foo; Ukrainian: Фу Farsi: فو", [("Foo", None), ("Фу", "uk"), ("فو", "fa")]),
    ],
)
def test_a_label_names_the_language(text: str, expected: list[tuple[str, str | None]]) -> None:
    assert [(found.name, found.lang) for found in split_aliases(text, True)] == expected


@pytest.mark.parametrize(
    ("text", "is_person", "main", "others"),
    [
        ("Foo", False, "Foo", []),
        ("Foo (Bar)", False, "Foo (Bar)", []),
        ("Foo (also known as Bar)", False, "Foo", [("Bar", "alias")]),
        ("Foo (aka Bar; Baz)", True, "Foo", [("Bar", "alias"), ("Baz", "alias")]),
        ("Foo (formerly known as Bar)", False, "Foo", [("Bar", "former")]),
        ("Foo (F.k.a. Bar; Baz)", False, "Foo", [("Bar", "former"), ("Baz", "former")]),
        ("Foo (fka: Bar)", False, "Foo", [("Bar", "former")]),
        ("Foo Bar/Baz Qux", False, "Foo Bar", [("Baz Qux", "alias")]),
        ("Anna Bush/Carl Dane", True, "Anna Bush/Carl Dane", []),
        ("Foo/Bar", False, "Foo/Bar", []),
    ],
)
def test_a_main_name_and_others_in_its_field(
    text: str, is_person: bool, main: str, others: list[tuple[str, str]]
) -> None:
    found, more = split_main_name(text, is_person)
    assert (found, [(each.name, each.kind) for each in more]) == (main, others)


def test_a_text_of_2000_characters_is_split_and_a_longer_one_is_one_name() -> None:
    text = "Ivan Petrov; Vanya".ljust(2_000, "a")
    assert len(names(text, True)) == 2
    assert len(names(f"{text}a", True)) == 1
    main = "Foo Bar/Baz ".ljust(2_000, "a")
    assert split_main_name(main, False)[0] == "Foo Bar"
    assert split_main_name(f"{main}a", False) == (f"{main}a", [])
