"""Charges: the forms that real lists write, what is read of them, and what is left as plain text."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.prisoners.vocabulary import charges
from transforms.prisoners.vocabulary.charges import Charge

CODES = {"BY": "by_criminal", "RU": "ru_criminal"}


def read(text: str, country: str | None) -> list[str]:
    """What is read of a text, a line a row: `article part point general`, absent ones as `-`."""
    return [
        " ".join(each or "-" for each in (row.article, row.part, row.point, row.general_part)).removesuffix(
            " - - -"
        )
        if row.article
        else "plain"
        for row in charges.read(text, country)
    ]


BELARUSIAN = [
    ("Part 2 of Art. 293 of the Criminal Code — Participation in riots", ["293 2 - -"]),
    (
        "Art. 342 of the Criminal Code — Organization and preparation of actions that grossly violate "
        "public order, or active participation in them",
        ["342"],
    ),
    # A part behind the title
    ("Art. 293 of the Criminal Code (Riots), part 2", ["293 2 - -"]),
    ("Article 342 (Organization of group actions) Part 1", ["342 1 - -"]),
    ("Art. 361 (Calls for sanctions) (part 3)", ["361 3 - -"]),
    ("ст. 293 УК (Массовые беспорядки), ч. 2", ["293 2 - -"]),
    ("ст. 293 «Массовые беспорядки» ч. 2", ["293 2 - -"]),
    (
        "арт. 342 (Арганізацыя дзеянняў) ч. 1; арт. 130 (Распальванне варожасці) ч. 3",
        ["342 1 - -", "130 3 - -"],
    ),
    ("Art. 293 (Riots), part 2 of Article 342", ["293", "342 2 - -"]),  # of the article to come
    ("Art. 407: Disclosure of the data of the inquiry", ["407"]),
    ("Art. 361-1 of the Criminal Code — Creation of an extremist formation", ["361-1"]),
    ("Part 1 of Article 13 and Article 293 of the Criminal Code — Preparation", ["293 - - 13(1)"]),
    ("Art. 14 and Part 3 of Art. 295", ["295 3 - 14"]),
    ("Part 6 of Art. 16 and Part 2 of Art. 293 of the Criminal Code", ["293 2 - 16(6)"]),
    ("Art. 293 and Part 1 of Art. 13", ["293 - - 13(1)"]),
    ("Art. 13", ["13"]),
    ("Part 1 of Art. 13", ["13 1 - -"]),
    ("Part 1, 2 of Art. 411", ["411 1 - -", "411 2 - -"]),
    ("Part 1 and 2 of Art. 130 of the Criminal Code", ["130 1 - -", "130 2 - -"]),
    ("Parts 1-3 of Art. 130", ["130 1 - -", "130 2 - -", "130 3 - -"]),
    ("Articles 130, 342 and 361 of the Criminal Code", ["130", "342", "361"]),
    ("Art. 293, Part 2 of the Criminal Code", ["293 2 - -"]),
    ("Art. 342 (1)", ["342 1 - -"]),
    ("Article 361-4 of the Criminal Code of the Republic of Belarus", ["361-4"]),
    ("Art. 341; Part 2 of Art. 285; Art. 130", ["341", "285 2 - -", "130"]),
    ("Art. 341, Part 2 of Art. 285", ["341", "285 2 - -"]),
    ("Participation in riots (Part 2 of Art. 293 of the Criminal Code)", ["293 2 - -"]),
    ("Riots; Art. 342", ["plain", "342"]),
    ("ч. 2 арт. 293 КК РБ", ["293 2 - -"]),
    ("частка 2 артыкула 293 Крымінальнага кодэкса", ["293 2 - -"]),
    ("ч. 1 арт. 13 і арт. 293 КК", ["293 - - 13(1)"]),
    ("арт. 368 ч. 1", ["368 1 - -"]),
    ("арт. 361-1 Крымінальнага кодэкса Рэспублікі Беларусь — Стварэнне", ["361-1"]),
    ("ч. 1 ст. 342 УК РБ", ["342 1 - -"]),
    ("ст. 361-1", ["361-1"]),
    ("ст. 361.1", ["361-1"]),
    ("ст. 361¹ УК", ["361-1"]),
    ("ч.1 ст.13 и ст. 293 УК", ["293 - - 13(1)"]),
    ("ч. 1, ч. 2 ст. 293", ["293 1 - -", "293 2 - -"]),
    ("ч. 1 и 2 ст. 293", ["293 1 - -", "293 2 - -"]),
    ("п. 12 ч. 2 ст. 139 УК", ["139 2 12 -"]),
    ("ч. 1 ст. 342 Уголовного кодекса Республики Беларусь (организация)", ["342 1 - -"]),
    ("Участие в массовых беспорядках (ч. 2 ст. 293 УК РБ)", ["293 2 - -"]),
    ("ч. 3 ст. 361, ч. 1 ст. 342 УК РБ", ["361 3 - -", "342 1 - -"]),
    ("342, 130", ["342", "130"]),
]
RUSSIAN = [
    ("ч. 2 ст. 205.2 УК РФ", ["205.2 2 - -"]),
    ("ст. 207.3 ч. 2 п. «д» УК", ["207.3 2 д -"]),
    ("п. «а» ч. 2 ст. 205 УК РФ", ["205 2 а -"]),
    ("п.«a» ч.2 ст.205", ["205 2 а -"]),  # a Latin a
    ("п. «а», «в» ч. 2 ст. 205 УК РФ", ["205 2 а -", "205 2 в -"]),
    ("пп. а, б ч. 2 ст. 207.3", ["207.3 2 а -", "207.3 2 б -"]),
    ("п. «а, в» ч. 2 ст. 205", ["205 2 а -", "205 2 в -"]),
    ("ч. 1 ст. 30, ч. 2 ст. 205.2", ["205.2 2 - 30(1)"]),
    ("ч. 3 ст. 30 – п. «б» ч. 2 ст. 205 УК РФ", ["205 2 б 30(3)"]),
    ("ч. 3 ст. 30, ч. 5 ст. 33, ч. 2 ст. 205 УК РФ", ["205 2 - 30(3), 33(5)"]),
    ("ст. 275 УК РФ (через ч. 3 ст. 30)", ["275 - - 30(3)"]),
    ("ст. 30 УК РФ ч. 3", ["30 3 - -"]),
    ("ст. 228.1 УК РФ ч. 4 п. г,ст. 30 УК РФ ч. 3", ["228.1 4 г -", "30 3 - -"]),
    ("ст. 205 УК РФ ч. 1,ст. 222.1 УК РФ ч. 1", ["205 1 - -", "222.1 1 - -"]),
    ("УК РФ ст. 207.3 ч. 2 п. д; УК РФ ст. 275", ["207.3 2 д -", "275"]),
    ("ч. 1.1 ст. 205.1 УК РФ", ["205.1 1.1 - -"]),
    ("ст. 275", ["275"]),
    ("cт. 275", ["275"]),  # a Latin c
    ("ст. 205-2 УК", ["205.2"]),
    ("ст. 205² УК", ["205.2"]),
    ("ст. 280.3, 207.3 УК РФ", ["280.3", "207.3"]),
    ("Ст. ст. 280, 282 УК РФ", ["280", "282"]),
    ("ст. 105 УК РФ - убийство", ["105"]),
    ("статья 207.3 часть 2 Уголовного кодекса Российской Федерации", ["207.3 2 - -"]),
    ("ч.2 ст.205.2УК РФ", ["205.2 2 - -"]),
    ("по ч. 2 ст. 205.2 УК РФ", ["205.2 2 - -"]),
    ("Art. 205.2 part 2 of the Criminal Code of the RF", ["205.2 2 - -"]),
    ("Art. 280.3 of the Criminal Code of the Russian Federation", ["280.3"]),
    ("Part 1 of Article 318 of the Russian Criminal Code", ["318 1 - -"]),
    ("207.3 p.2 (d)", ["207.3 2 d -"]),
    ("207.3 ч. 2", ["207.3 2 - -"]),
    ("205.2.2", ["205.2 2 - -"]),
    ("205.2 УК РФ", ["205.2"]),
]


@pytest.mark.parametrize(
    ("country", "text", "expected"),
    [("BY", *row) for row in BELARUSIAN] + [("RU", *row) for row in RUSSIAN],
)
def test_real_forms(country: str, text: str, expected: list[str]) -> None:
    assert read(text, country) == expected
    assert {row.code for row in charges.read(text, country)} - {None} == {CODES[country]}


@pytest.mark.parametrize(
    ("country", "text", "code", "expected"),
    [
        ("BY", "ст. 23.34 КоАП", "by_administrative", ["23.34"]),
        ("BY", "ч. 1 арт. 24.23 КаАП РБ", "by_administrative", ["24.23 1 - -"]),
        ("BY", "Art. 24.23 of the Code of Administrative Offences", "by_administrative", ["24.23"]),
        ("RU", "ст. 20.3.3 КоАП", "ru_administrative", ["20.3.3"]),
        ("RU", "ч. 8 ст. 20.2 КоАП РФ", "ru_administrative", ["20.2 8 - -"]),
        ("RU", "КоАП РФ ст. 20.3", "ru_administrative", ["20.3"]),
        ("RU", "ст. 20.3.3 Кодекса об административных правонарушениях", "ru_administrative", ["20.3.3"]),
        ("BY", "ст. 280.3 УК РФ", "ru_criminal", ["280.3"]),
        ("RU", "ст. 361-1 УК РБ", "by_criminal", ["361-1"]),
        (None, "ч. 2 ст. 205.2 УК РФ", "ru_criminal", ["205.2 2 - -"]),
        (None, "Art. 342 of the Criminal Code of Belarus", "by_criminal", ["342"]),
    ],
)
def test_the_code_that_the_text_names(country: str | None, text: str, code: str, expected: list[str]) -> None:
    assert read(text, country) == expected
    assert {row.code for row in charges.read(text, country)} == {code}


def test_two_codes_in_one_field() -> None:
    found = charges.read("КоАП РФ ст. 20.3.3; УК РФ ст. 280.3, ч. 2 ст. 207.3", "RU")
    assert [(row.code, row.article) for row in found] == [
        ("ru_administrative", "20.3.3"),
        ("ru_criminal", "280.3"),
        ("ru_criminal", "207.3"),
    ]


@pytest.mark.parametrize(
    ("country", "text"),
    [
        # numbers that cannot be
        ("BY", "Art. 0"),
        ("BY", "Art. 1000"),
        ("BY", "Art. 99999999999999999999"),
        ("BY", "Part 21 of Art. 342"),
        ("BY", "Part 0 of Art. 342"),
        ("BY", "ст. 23.34"),  # of an administrative code by its look, and none is named
        ("RU", "ст. 20.3.3"),
        ("RU", "ст. 205.2.2 УК"),
        ("RU", "ст. 293–295 УК"),
        ("BY", "Art. 342 - 361"),
        # what can be read in two ways, or in none
        ("RU", "ст. 275 ч. 2 ст. 205.2"),
        ("RU", "ст. 280 прим. 1"),
        ("RU", "ст. 205, 5 лет"),
        ("BY", "Art. 342a"),
        ("BY", "Art. 342 3 years"),
        ("BY", "Art. 130, Art. 342x"),
        ("BY", "Art. 130, 342 and Part 1 of Art. 13"),  # whose preparation?
        ("RU", "Paragraph 2 of Art. 205"),  # a point or a part?
        ("BY", "2 years"),
        ("BY", "5"),
        ("RU", "2022"),
        # other laws, and other countries' codes
        ("BY", "Art. 5 of the Law on Mass Events"),
        ("RU", "ст. 5 ФЗ о митингах"),
        ("RU", "ст. 108 УПК РФ"),
        ("RU", "ст. 30 УК ЛНР ч. 1"),
        ("RU", "ст. 258 УК Украины"),
        ("RU", "Art. 110 of the Criminal Code of Ukraine"),
        ("UA", "ст. 258 УК"),
        ("CU", "Art. 143 del Código Penal"),
        ("CN", "Article 105 of the Criminal Law"),
        (None, "Art. 342"),
        (None, "ст. 275 УК"),
        # no article at all
        ("BY", "Riots; or what is called so, and more"),
        ("RU", "Нет информации"),
        ("CU", "Desórdenes públicos, Desacato"),
        ("CN", "煽动颠覆国家政权罪"),
        (None, "Anti-State"),
    ],
)
def test_what_is_not_known_is_plain_text(country: str | None, text: str) -> None:
    assert charges.read(text, country) == (Charge(text),)


@pytest.mark.parametrize("country", ["BY", "CU", None])
@pytest.mark.parametrize("text", ["", "  ", "\n\t", ";", " ; ; "])
def test_empty_text_has_no_charge(country: str | None, text: str) -> None:
    assert charges.read(text, country) == ()


@pytest.mark.parametrize(
    ("country", "text", "expected"),
    [
        (
            "BY",
            "Art. 407: Disclosure of data; of any kind; Part 1 of Article 13 and Article 293 — Riots, or "
            "their preparation, Part 2 of Art. 293",
            [
                "Art. 407: Disclosure of data; of any kind",
                "Part 1 of Article 13 and Article 293 — Riots, or their preparation",
                "Part 2 of Art. 293",
            ],
        ),
        (
            "BY",
            "Art. 130 — Hatred (of Art. 5; Art. 6); Art. 342",
            ["Art. 130 — Hatred (of Art. 5; Art. 6)", "Art. 342"],
        ),
        ("BY", "Art. 130 — Hatred (of all; Art. 342", ["Art. 130 — Hatred (of all", "Art. 342"]),
        ("BY", "Art. 130\nArt.  342 ", ["Art. 130", "Art. 342"]),
        ("BY", "Riots\nHooliganism", ["Riots", "Hooliganism"]),
        ("RU", "ст. 280.3, ч. 2 ст. 207.3 УК РФ", ["ст. 280.3", "ч. 2 ст. 207.3 УК РФ"]),
        ("RU", "ч. 1 ст. 30, ст. 205, ст. 275", ["ч. 1 ст. 30, ст. 205", "ст. 275"]),
        ("CU", "Desórdenes públicos; Desacato, Atentado", ["Desórdenes públicos", "Desacato, Atentado"]),
        ("CN", "颠覆国家政权罪；寻衅滋事罪", ["颠覆国家政权罪", "寻衅滋事罪"]),
        (None, "Anti-State\nFalse News", ["Anti-State", "False News"]),
    ],
)
def test_a_field_is_parted_only_where_a_charge_begins(
    country: str | None, text: str, expected: list[str]
) -> None:
    assert [row.charge for row in charges.read(text, country)] == expected


def test_rows_of_one_charge_share_its_text() -> None:
    assert {row.charge for row in charges.read("Part 1,  2 of Art. 411 — Evasion", "BY")} == {
        "Part 1, 2 of Art. 411 — Evasion"
    }


@pytest.mark.parametrize(
    ("slug", "expected"),
    [
        ("uk-205-2-ch-2", ("ru_criminal", "205.2", "2", None, None)),
        ("uk-207-3-ch-2-p-d", ("ru_criminal", "207.3", "2", "д", None)),
        ("uk-105-ch-2-p-zh", ("ru_criminal", "105", "2", "ж", None)),
        ("uk-30-ch-1", ("ru_criminal", "30", "1", None, None)),
        ("uk-275", ("ru_criminal", "275", None, None, None)),
        ("uk-275-cherez-ch-3-st-30", ("ru_criminal", "275", None, None, "30(3)")),
        ("uk-275-cherez-st-30", ("ru_criminal", "275", None, None, "30")),
        ("uk-205-1-ch-1-1", ("ru_criminal", "205.1", "1.1", None, None)),
        ("uk-205-5-chast-neizvestna", ("ru_criminal", "205.5", None, None, None)),
        ("uk-356-pt-1", ("ru_criminal", "356", "1", None, None)),
        ("uk-280-3-ch-1-en", ("ru_criminal", "280.3", "1", None, None)),
        ("koap-20-3-3", ("ru_administrative", "20.3.3", None, None, None)),
        ("koap-20-3-3-ch-1", ("ru_administrative", "20.3.3", "1", None, None)),
    ],
)
def test_slugs_of_memorials_register(slug: str, expected: tuple[str | None, ...]) -> None:
    assert charges.from_slug(slug) == (slug, *expected)


@pytest.mark.parametrize(
    "slug", ["uk-205-x", "uk-0", "uk-205-2-2", "uk-275-ch-40", "koap-205-2", "uk-205-p-q"]
)
def test_slugs_of_no_known_form_are_plain_text(slug: str) -> None:
    assert charges.from_slug(slug) == Charge(slug)


@pytest.mark.parametrize("slug", ["", "uk-neizvestno", "regions-krym", "smert", "uk", "ukraina-205"])
def test_slugs_that_are_no_articles_are_none(slug: str) -> None:
    assert charges.from_slug(slug) is None


def test_every_article_of_the_real_export_is_read(shared_data: Path) -> None:
    with (shared_data / "by_viasna/2023-03-01/prisoners.en.csv").open(encoding="utf-8-sig") as file:
        fields = [row["articles"] for row in csv.DictReader(file)]
    found = [row for field in fields for row in charges.read(field, "BY")]
    assert len(found) == 48
    assert all(row.code == "by_criminal" and row.article for row in found)
    assert [row for row in found if row.general_part] == [
        Charge(
            "Part 1 of Article 13 and Article 293 of the Criminal Code — Preparation for mass riots",
            "by_criminal",
            "293",
            general_part="13(1)",
        )
    ]
    for field in fields:
        assert "; ".join(row.charge for row in charges.read(field, "BY")) == field


# Whatever the numbers

ARTICLES = st.integers(34, 999)  # no article of the general part
SUBS = st.none() | st.integers(1, 20)
PARTS = st.none() | st.integers(1, 20)
POINTS = st.none() | st.sampled_from("абвгдежзиклм")


def number(article: int, sub: int | None, sign: str) -> str:
    return f"{article}{sign}{sub}" if sub else str(article)


@given(ARTICLES, SUBS, st.integers(1, 20))
def test_english_belarusian_and_russian_words_read_the_same(article: int, sub: int | None, part: int) -> None:
    written = number(article, sub, "-")
    for text in (
        f"Part {part} of Art. {written} of the Criminal Code — Title",
        f"Art. {written}, Part {part} of the Criminal Code",
        f"ч. {part} арт. {written} КК РБ",
        f"частка {part} артыкула {written}",
        f"арт. {written} ч. {part}",
        f"ч.{part} ст.{written} УК РБ",
    ):
        assert charges.read(text, "BY") == (Charge(text, "by_criminal", written, str(part)),)


@given(ARTICLES, SUBS, PARTS, POINTS)
def test_every_order_of_article_part_and_point(
    article: int, sub: int | None, part: int | None, point: str | None
) -> None:
    written = number(article, sub, ".")
    parts, points = f"ч. {part} " if part else "", f"п. «{point}» " if point and part else ""
    expected = ("ru_criminal", written, str(part) if part else None, point if part else None, None)
    for text in (
        f"{points}{parts}ст. {written} УК РФ",
        f"ст. {written} {parts}{points}УК РФ",
        f"ст. {written} УК РФ {parts}{points}".strip(),
        f"УК РФ ст. {written} {parts}{points}".strip(),
    ):
        assert charges.read(text, "RU") == ((text, *expected),)


@given(ARTICLES, SUBS, PARTS, st.sampled_from((30, 33)), st.integers(1, 6))
def test_preparation_and_complicity_go_with_what_is_prepared(
    article: int, sub: int | None, part: int | None, general: int, of: int
) -> None:
    special = f"ч. {part} ст. {number(article, sub, '.')}" if part else f"ст. {number(article, sub, '.')}"
    for joint in (", ", " и ", " - "):
        (row,) = charges.read(f"ч. {of} ст. {general}{joint}{special} УК РФ", "RU")
        assert (row.article, row.general_part) == (number(article, sub, "."), f"{general}({of})")


@given(ARTICLES, SUBS, PARTS)
def test_slugs_are_read_back(article: int, sub: int | None, part: int | None) -> None:
    slug = f"uk-{number(article, sub, '-')}" + (f"-ch-{part}" if part else "")
    assert charges.from_slug(slug) == Charge(
        slug, "ru_criminal", number(article, sub, "."), str(part) if part else None
    )


@given(st.integers(1000, 9_999) | st.just(0), st.integers(21, 999))
def test_numbers_out_of_reason_make_no_article(article: int, part: int) -> None:
    for text in (
        f"Art. {article} — Title",
        f"ч. 1 ст. {article}",
        f"Part {part} of Art. 342",
        f"ст. 342 ч. {part}",
    ):
        assert charges.read(text, "BY") == (Charge(text),)


TITLES = st.lists(
    st.sampled_from(
        ["riots", "or active participation in them", "harm, grave", "of data; of any kind", "the President",
         "a criminal organization", "(in any form, or none)", "of Art. 5", "«extremism»", "insult & hatred"]
    ),
    min_size=1,
    max_size=4,
).map(" ".join)  # fmt: skip


@given(
    st.lists(st.tuples(ARTICLES, PARTS, TITLES), min_size=1, max_size=6, unique_by=lambda each: each[0]),
    st.sampled_from(("; ", ", ")),
)
def test_a_field_is_read_charge_by_charge_and_nothing_of_it_is_lost(
    found: list[tuple[int, int | None, str]], separator: str
) -> None:
    texts = [
        f"{f'Part {part} of ' if part else ''}Art. {article} of the Criminal Code — A title, {title}"
        for article, part, title in found
    ]
    read = charges.read(separator.join(texts), "BY")
    assert [row.charge for row in read] == texts
    assert [(row.article, row.part) for row in read] == [
        (str(article), str(part) if part else None) for article, part, _ in found
    ]


SOUP = st.lists(
    st.sampled_from(
        [
            *(
                "ст.",
                "ч.",
                "п.",
                "пп.",
                "«",
                "»",
                "а",
                "и",
                "1",
                "205.2",
                "30",
                "13",
                "361-1",
                "²",
                "(2)",
                "(d)",
            ),
            *(
                "(",
                ")",
                ",",
                ";",
                "|",
                "-",
                "—",
                "через",
                "УК РФ",
                "КоАП",
                "УК Украины",
                "Part",
                "of the",
                "Art.",
            ),
            *("and", "by", "\n", "part", "Paragraph 2", "по", "Title", "99999", "5.5.5.5.5", "1¹", "п. «²»"),
            *(".", "/", "；"),
        ]
    ),
    max_size=30,
)


@settings(deadline=None)
@given(
    st.text(max_size=60) | SOUP.map(" ".join) | SOUP.map("".join),
    st.sampled_from(("BY", "RU", "CU", None)),
)
def test_any_text_is_read_and_no_charge_is_made_up(text: str, country: str | None) -> None:
    found = charges.read(text, country)
    flat = " ".join(text.split())
    for row in found:
        assert row.charge and row.charge in flat
        assert (row.code is None) == (row.article is None)
        assert row.article or not (row.part or row.point or row.general_part)
    assert charges.from_slug(text) is None or text.startswith(("uk-", "koap-"))


@settings(deadline=None)
@given(SOUP.map(" ".join))
def test_no_word_is_lost_in_parting(text: str) -> None:
    whole = kept(text)
    reached, before = {0}, None  # how much of the text the charges so far can be; rows can share a charge
    for row in charges.read(text, "BY"):
        charge = kept(row.charge)
        on = {at + len(charge) for at in reached if whole.startswith(charge, at)}
        reached, before = on | (reached if charge == before else set()), charge
    assert len(whole) in reached


def kept(text: str) -> str:
    return "".join(letter for letter in text if letter not in " \n;,|")


@pytest.mark.parametrize(
    "unit", ["ст. 275, ", "ч. 1, ", "п. а, ", "ст. 275 ч. 2 ст. 5, ", "(", "ст. 1 и ", "1, ", "; (ч. 1 "]
)
@pytest.mark.timeout(120)  # more than a hundred times what it takes; time squared in the text takes hours
def test_time_grows_with_the_text_alone(unit: str) -> None:
    assert charges.read(unit * 15_000, "RU")


@pytest.mark.parametrize(
    "text",
    [
        "ст. 19.1, ст. 24.23 КоАП",
        "КоАП ст. 19.1, ст. 24.23",
        "ст. 19.1, ч. 3 ст. 19.3, ст. 20.33 КоАП",
        "Part 1 of Art. 19.1 and Part 2 of Art. 24.23 of the Code of Administrative Offences",
    ],
)
def test_a_code_that_is_named_once_is_that_of_all_articles(text: str) -> None:
    assert {charge.code for charge in charges.read(text, "RU")} == {"ru_administrative"}
