"""Who is named in a text: every spelling, order, script and case; nobody else."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from transforms.names.name_spotter import NameSpotter

LOSIK = ["Ihar Losik", "Ігар Лосік", "Игорь Лосик"]


@pytest.mark.parametrize(
    ("spellings", "text"),
    [
        (LOSIK, "Ihar Losik"),
        (LOSIK, "LOSIK, Ihar"),
        (LOSIK, "ihar losik"),
        (LOSIK, "Blogger Ihar Losik freed"),
        (LOSIK, "Freed: Losik Ihar, 33"),
        (LOSIK, "https://example.org/2025/ihar-losik.html"),
        (LOSIK, "https://example.org/ihar_losik_freed/"),
        (LOSIK, "https://example.org/%D0%86%D0%B3%D0%B0%D1%80-%D0%9B%D0%BE%D1%81%D1%96%D0%BA"),
        (LOSIK, "Игоря Лосика освободили"),
        (LOSIK, "Свабоду Ігару Лосіку!"),
        (LOSIK, "https://example.org/igorya-losika-osvobodili"),
        (LOSIK, "Сустрэча з Ігарам Лосікам"),
        (["Мария Колесникова"], "О Марии Колесниковой"),
        (["Мария Колесникова"], "Видели Марию Колесникову"),
        (["Марыя Калеснікава"], "Марыі Калеснікавай"),
        (["Сергей Тихановский"], "Сергея Тихановского"),
        (["Максим Знак"], "письмо Максиму Знаку"),
        (["Максим Знак"], "письмо Максима Знака"),
        (["Уладзімір Іваноў"], "Уладзіміра Іванова"),
        (["Алесь Бяляцкі"], "Алеся Бяляцкага"),
        (["Тихановский Сергей Леонидович"], "Сергей Тихановский на свободе"),
        (["Siarhei Leanidavich Tsikhanouski"], "Siarhei Tsikhanouski"),
        (["Мікалай Віктаравіч Статкевіч"], "Мікалая Статкевіча"),
        (["Katsiaryna Bakhvalava (Andreyeva)"], "Katsiaryna Andreyeva"),
        (["Katsiaryna Bakhvalava (Andreyeva)"], "Bakhvalava Katsiaryna"),
        (["Katsiaryna Bakhvalava (Andreyeva)"], "katsiaryna bakhvalava andreyeva"),
        (["José Daniel Ferrer García"], "Liberan a José Daniel Ferrer"),
        (["José Daniel Ferrer García"], "https://example.org/jose-daniel-ferrer-libre"),
        (["刘晓波"], "诺贝尔奖得主刘晓波获释"),
        (["محمد علي"], "أفرج عن محمد علي اليوم"),
    ],
)
def test_it_is_found(spellings: list[str], text: str) -> None:
    assert NameSpotter(spellings)(text)


@pytest.mark.parametrize(
    ("spellings", "text"),
    [
        (LOSIK, ""),
        (LOSIK, "Ihar Ilyash and Darya Losik"),
        (LOSIK, "Losik"),
        (LOSIK, "Ihar Losikau"),
        (LOSIK, "https://example.org/losik"),
        (LOSIK, "100%"),
        (["Losik"], "Losik"),
        (["王"], "王"),
        (["Ivan Ivanov"], "Vivan Ivanov"),
        (["Мікалай Віктаравіч Статкевіч"], "Мікалай Віктаравіч"),
        (["José Daniel Ferrer García"], "José Daniel Pérez"),
        (["Nguyễn Văn Đài"], "Nguyễn Văn Hóa"),
        (["", "  ", "()", "( )", "—"], "( ) —"),
        ([], "Ihar Losik"),
    ],
)
def test_it_is_not_found(spellings: list[str], text: str) -> None:
    assert not NameSpotter(spellings)(text)


@given(st.lists(st.text(max_size=12), max_size=3), st.text(max_size=30))
@example(["😍"], "")
def test_any_text_is_taken(spellings: list[str], text: str) -> None:
    NameSpotter(spellings)(text)


@given(
    st.lists(st.text("абвгдеіклмноўы", min_size=1, max_size=8), min_size=2, max_size=3),
    st.text(max_size=10),
    st.text(max_size=10),
)
def test_a_name_is_found_among_other_words(parts: list[str], before: str, after: str) -> None:
    name = " ".join(parts)
    assert NameSpotter([name])(f"{before} | {name} | {after}")
