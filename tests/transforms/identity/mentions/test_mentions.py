"""Which article names whom: in any language and case, and whom it does not name.

What stands in the titles is true: the Nobel peace prize of 2022, who rules Belarus, who is on the lists.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts import contract
from storage import database
from tests.builders import Rows, article, both, day, filled, prisoner, row, target, with_names
from transforms.identity.mentions.mentions import find_mentions
from transforms.names.inflections import nominatives

LINE = 0.8
BIALIATSKI = "by_viasna:1"
LUKASHENKO = "us_ofac_sdn:1"


def entity(*parts: Rows) -> Rows:
    """Records of one person or body."""
    records = both(*parts)
    mains = records.get("sanctions", []) + records.get("prisoners", [])
    entity_id = f"vg-{mains[0]['record_id']}"
    countries = {
        code for each in mains for code in each.get("nationalities") or [each.get("country")] if code
    }
    births = [
        birth for each in mains for birth in each.get("birth_dates") or [each.get("birth_date")] if birth
    ]
    schema = mains[0].get("schema", "Person")
    named = row(
        "entities", entity_id=entity_id, name=mains[0]["name"], countries=sorted(countries), schema=schema
    ) | {"birth_date": births[0] if births else None}
    members = [row("entity_records", entity_id=entity_id, record_id=each["record_id"]) for each in mains]
    return {**records, "entities": [named], "entity_records": members}


def person(record_id: str, name: str, *countries: str, births: tuple[str, ...] = (), **also: str) -> Rows:
    return target(
        record_id,
        name,
        also=also,
        schema="Person",
        nationalities=list(countries),
        birth_dates=list(births),
    )


def title(text: str, lang: str | None = "en", *countries: str, **given: Any) -> Rows:
    return article(text, title=text, lang=lang, countries=list(countries), seen_at=day(0), **given)


def found(key: str, persons: tuple[str, ...] = (), bodies: tuple[str, ...] = (), *countries: str) -> Rows:
    """An article without a title, in which a source found names."""
    return article(
        key, persons=list(persons), organizations=list(bodies), countries=list(countries), seen_at=day(0)
    )


def told(con: duckdb.DuckDBPyConnection, *parts: Rows) -> None:
    filled(con, with_names(both({"articles": []}, *parts)))
    find_mentions(con)


Found = dict[str, Any]


def rows(con: duckdb.DuckDBPyConnection, table: str) -> list[Found]:
    columns = contract(table).arrow_schema.names
    listed = ", ".join(columns)
    return [
        dict(zip(columns, each, strict=True))
        for each in con.execute(f"SELECT {listed} FROM {table}").fetchall()  # noqa: S608
    ]


class News:
    """What came of the one run in which all of the articles below were read together."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.mentions, self.candidates = rows(con, "mentions"), rows(con, "candidate_mentions")

    def of(self, article_id: str) -> set[str]:
        return {each["record_id"] for each in self.mentions if each["article_id"] == article_id}

    def maybe(self, article_id: str) -> set[tuple[str, str]]:
        return {(c["record_id"], c["reason"]) for c in self.candidates if c["article_id"] == article_id}


LISTED = (
    entity(prisoner(BIALIATSKI, "Бяляцкі Алесь Віктаравіч", country="BY", birth_date="1962-09-25")),
    entity(
        person(LUKASHENKO, "LUKASHENKO, Aleksandr Grigoryevich", "BY", births=("1954-08-30",)),
        person("eu_fsf:1", "Александр Григорьевич ЛУКАШЕНКО", births=("1954-08-30",)),
    ),
    entity(person("un_sc:1", "Fumio Nakagawa Weatherstone", "JP")),
    entity(person("eu_fsf:2", "Sergei IVANOV", "RU")),
    entity(person("eu_fsf:3", "John SMITH", "US")),
    entity(person("eu_fsf:4", "Ali HASSAN", "SY")),
    entity(person("eu_fsf:5", "Viktor Zubrilin", "RU", births=("1960-01-01",))),
    entity(person("un_sc:5", "Viktor Zubrilin", "RU", births=("1980-01-01",))),
    entity(person("eu_fsf:6", "Ruslan Tamburov", "RU")),
    entity(person("un_sc:6", "Ruslan Tamburov", "RU", births=("1970",))),
    entity(person("eu_fsf:7", "Hamdan", "SY", weak_alias="Hamdan Qasabli")),
    entity(person("eu_fsf:8", "Abdul Rahman al-Qasabli", "SY")),
    entity(target("eu_fsf:20", "OAO Belaruskali", nationalities=["BY"])),
    entity(target("un_sc:21", "Belmash Export Ltd", nationalities=["BY"])),
    entity(target("un_sc:22", "Ministry of Health", nationalities=["BY"])),
    entity(target("un_sc:23", "Akhmat Dzhamburov Foundation", nationalities=["RU"])),
    entity(person("un_sc:24", "Akhmat Dzhamburov", "RU")),
    entity(target("un_sc:25", "Ocean Belmash", schema="Vessel", nationalities=["BY"])),
    entity(prisoner("cn_cppc:1", "伊力哈木·土赫提", country="CN")),
    entity(prisoner("cn_cppc:2", "江天勇", country="CN")),
)

NAMED = {
    BIALIATSKI: [
        ("be", "Нобелеўскую прэмію міру за 2022 год прысудзілі Алесю Бяляцкаму"),
        ("be", "Прэмія міру Алеся Бяляцкага"),
        ("ru", "Нобелевскую премию мира присудили Алесю Беляцкому, «Мемориалу» и Центру гражданских свобод"),
        ("uk", "Нобелівську премію миру 2022 отримали Алесь Біляцький, «Меморіал» та Центр"),
        ("en", "Nobel Peace Prize 2022 goes to Ales Bialiatski, Memorial and Center for Civil Liberties"),
        ("en", "Ales Bialiatski's Nobel prize"),
        ("de", "Friedensnobelpreis 2022: Ales Bialiatski ausgezeichnet"),
        ("pl", "Pokojowa Nagroda Nobla dla Alesia Bialackiego"),
        ("cs", "Nobelovu cenu za mír získal Ales Bjaljacki"),
        (None, "Бяляцкі Алесь атрымаў прэмію"),
    ],
    LUKASHENKO: [
        ("ru", "ЕС не признал Александра Лукашенко легитимным президентом"),
        ("ru", "Инаугурация Лукашенко Александра прошла тайно"),
        ("ru", "Переговоры с Александром Григорьевичем Лукашенко"),
        ("be", "ЕЗ не прызнаў Аляксандра Лукашэнкі прэзідэнтам"),
        ("be", "Сустрэча з Аляксандрам Лукашэнкам"),
        ("uk", "ЄС не визнав Олександра Лукашенка президентом"),
        ("uk", "Зустріч з Олександром Лукашенком у Мінську"),
        ("pl", "UE nie uznaje Alaksandra Łukaszenki za prezydenta"),
        ("pl", "Spotkanie z Aleksandrem Łukaszenką w Mińsku"),
        ("cs", "Setkání s Alexandrem Lukašenkem"),
        ("de", "EU erkennt Alexander Lukaschenko nicht als Präsidenten an"),
        ("de", "Alexander Lukaschenkos Flugzeug"),
        ("lt", "ES nepripažįsta Aliaksandro Lukašenkos prezidentu"),
    ],
}

NOBODY = [
    title("Alexander and Lukashenko", "en", "BY"),
    title("Putin calls Alexander, Lukashenko answers", "en", "BY"),
    title("Переговоры с Александром Ивановичем Лукашенко", "ru", "BY"),
    title("Nobel Prize: Ales goes to Bialiatski", "en", "BY"),
    title("the alexander lukashenko in small letters", "en", "BY"),
    found("longer", ("ales bialiatski morozevich",), (), "BY"),
    found("as a body", (), ("ales bialiatski",), "BY"),
    found("as a person", ("belmash export",), (), "BY"),
    found("a weak alias", ("hamdan qasabli",), (), "SY"),
    found("one word", ("hamdan",), (), "SY"),
    title("Ocean Belmash leaves port", "en", "BY"),
    title("New ministry of health opens", "en", "BY"),
]

OTHERS = [
    found("name", ("ales bialiatski", "alexander lukashenko"), (), "BY"),
    found("office", ("president alexander lukashenko",), (), "BY"),
    found("elsewhere", ("fumio nakagawa weatherstone",), (), "US"),
    found("servant", ("abdulrahman al qasabli",), (), "SY"),
    title("Abdul-Rahman Qasabli arrested", "en", "SY"),
    title("Lukashenko meets Putin", "en", "BY", "RU"),
    title("А. Лукашенко в Минске", "ru", "BY"),
    title("Sergei Ivanov signs for Krasnodar", "en", "RU"),
    found("common", ("john smith", "ali hassan"), (), "SY", "US"),
    found("namesakes", ("viktor zubrilin",), (), "RU"),
    found("not told apart", ("ruslan tamburov",), (), "RU"),
    found("bodies", (), ("belaruskali", "belmash export", "ministry of health"), "BY"),
    title("EU lists Belmash Export", "en", "BY"),
    title("ЕС ввёл санкции против «Белмаш Экспорт»", "ru", "BY"),
    title("Belaruskali miners on strike", "en", "BY"),
    title("Akhmat Dzhamburov Foundation gives", "en", "RU"),
    title("伊力哈木·土赫提获奖", "zh", "CN"),
    title("江天勇律师获释", "zh", "CN"),
]


@pytest.fixture(scope="module")
def news() -> Iterator[News]:
    titles = (title(text, lang, "BY") for texts in NAMED.values() for lang, text in texts)
    with database.connect() as con:
        told(con, *LISTED, *titles, *NOBODY, *OTHERS)
        yield News(con)


@pytest.mark.parametrize(
    ("record_id", "text"), [(record_id, text) for record_id, texts in NAMED.items() for _, text in texts]
)
def test_a_title_names_whom_it_names_in_any_language_and_case(news: News, record_id: str, text: str) -> None:
    assert record_id in news.of(text)
    [quoted] = {each["matched_name"] for each in news.mentions if each["article_id"] == text}
    assert quoted in text and len(quoted.split()) >= 2


@pytest.mark.parametrize("nobody", [each["articles"][0]["article_id"] for each in NOBODY])
def test_words_that_are_nobody_s_name_are_no_mention(news: News, nobody: str) -> None:
    assert news.of(nobody) == set()


def test_names_that_a_source_found_are_matched_as_a_whole(news: News) -> None:
    assert news.of("name") == {BIALIATSKI, LUKASHENKO, "eu_fsf:1"}
    assert news.of("office") == {LUKASHENKO, "eu_fsf:1"}
    by_name = [each for each in news.mentions if each["article_id"] == "name"]
    assert {(each["method"], each["matched_name"]) for each in by_name} == {
        ("name", "ales bialiatski"),
        ("name", "alexander lukashenko"),
    }


def test_arabic_names_of_several_words_are_one(news: News) -> None:
    assert news.of("servant") == {"eu_fsf:8"}
    assert news.of("Abdul-Rahman Qasabli arrested") == {"eu_fsf:8"}


def test_a_surname_alone_or_with_an_initial_is_a_candidate_at_most(news: News) -> None:
    assert news.of("Lukashenko meets Putin") == set()
    lone = {(LUKASHENKO, "surname_alone"), ("eu_fsf:1", "surname_alone")}
    assert news.maybe("Lukashenko meets Putin") == lone
    assert news.of("А. Лукашенко в Минске") == set()
    assert (LUKASHENKO, "initial") in news.maybe("А. Лукашенко в Минске")


def test_a_part_of_a_longer_name_is_a_candidate(news: News) -> None:
    assert news.maybe("longer") == {(BIALIATSKI, "longer")}


def test_a_common_name_links_to_nobody_even_where_the_country_agrees(news: News) -> None:
    assert news.of("Sergei Ivanov signs for Krasnodar") == set()
    assert news.maybe("Sergei Ivanov signs for Krasnodar") == {("eu_fsf:2", "common_name")}
    assert news.of("common") == set()
    assert news.maybe("common") == {("eu_fsf:3", "common_name"), ("eu_fsf:4", "common_name")}


def test_a_name_that_two_entities_bear_is_a_candidate_for_both(news: News) -> None:
    assert news.of("namesakes") == set()
    assert news.maybe("namesakes") == {("eu_fsf:5", "namesakes"), ("un_sc:5", "namesakes")}


def test_entities_that_nothing_tells_apart_are_both_meant(news: News) -> None:
    assert news.of("not told apart") == {"eu_fsf:6", "un_sc:6"}


def test_scores_are_above_the_line_for_mentions_and_below_for_candidates(news: News) -> None:
    assert all(LINE <= each["score"] <= 1 for each in news.mentions)
    assert all(0.2 <= each["score"] < LINE for each in news.candidates)
    doubted = {"namesakes", "surname_alone"}
    assert all(each["score"] <= 0.5 for each in news.candidates if each["reason"] in doubted)


def test_bodies_are_named_without_their_legal_form(news: News) -> None:
    assert news.of("bodies") == {"eu_fsf:20", "un_sc:21"}
    assert news.of("EU lists Belmash Export") == {"un_sc:21"}
    assert news.of("ЕС ввёл санкции против «Белмаш Экспорт»") == {"un_sc:21"}
    assert news.of("Belaruskali miners on strike") == {"eu_fsf:20"}


def test_a_body_s_name_of_common_words_is_a_candidate(news: News) -> None:
    assert news.maybe("bodies") == {("un_sc:22", "common_name")}


def test_who_gave_a_foundation_his_name_is_not_meant(news: News) -> None:
    assert news.of("Akhmat Dzhamburov Foundation gives") == {"un_sc:23"}


def test_chinese_names_are_found_within_a_line_and_short_ones_are_candidates(news: News) -> None:
    assert news.of("伊力哈木·土赫提获奖") == {"cn_cppc:1"}
    assert news.maybe("江天勇律师获释") == {("cn_cppc:2", "common_name")}


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with database.connect() as opened:
        yield opened


def test_countries_that_agree_raise_the_score_and_others_lower_it(con: duckdb.DuckDBPyConnection) -> None:
    who = entity(person("un_sc:1", "Fumio Weatherstone", "JP"))
    many = [f"{first}{second}" for first in "AB" for second in "AEGIMNQ"]
    told(
        con,
        who,
        found("agrees", ("fumio weatherstone",), (), "JP"),
        found("among many", ("fumio weatherstone",), (), "JP", *many),
        found("nothing said", ("fumio weatherstone",)),
        found("elsewhere", ("fumio weatherstone",), (), "US"),
    )
    scores = {
        each["article_id"]: each["score"] for each in rows(con, "mentions") + rows(con, "candidate_mentions")
    }
    assert scores["agrees"] > scores["among many"] > scores["nothing said"] > scores["elsewhere"]


def test_places_count_as_countries_of_an_article(con: duckdb.DuckDBPyConnection) -> None:
    who = entity(person("un_sc:1", "Fumio Weatherstone", "JP"))
    place = {"article_places": [row("article_places", article_id="placed", country="JP")]}
    told(con, who, found("placed", ("fumio weatherstone",)), found("not", ("fumio weatherstone",)), place)
    scores = {each["article_id"]: each["score"] for each in rows(con, "mentions")}
    assert scores["placed"] > scores["not"]


def test_a_mention_tells_when_its_article_was_published_and_seen(con: duckdb.DuckDBPyConnection) -> None:
    told(con, LISTED[0], title("Ales Bialiatski is free", published_at=day(-1)))
    assert rows(con, "mentions") == [
        {
            "article_id": "Ales Bialiatski is free",
            "entity_id": f"vg-{BIALIATSKI}",
            "record_id": BIALIATSKI,
            "matched_name": "Ales Bialiatski",
            "method": "title",
            "score": pytest.approx(0.9, abs=0.1),
            "published_at": day(-1),
            "seen_at": day(0),
        }
    ]


def test_a_name_in_the_title_and_among_the_names_is_told_once_for_each_spelling(
    con: duckdb.DuckDBPyConnection,
) -> None:
    both_ways = article(
        "a1", title="Ales Bialiatski free", lang="en", persons=["ales bialiatski"], seen_at=day(0)
    )
    told(con, LISTED[0], both_ways)
    assert {(each["matched_name"], each["method"]) for each in rows(con, "mentions")} == {
        ("Ales Bialiatski", "title"),
        ("ales bialiatski", "name"),
    }


def test_candidates_do_not_multiply(con: duckdb.DuckDBPyConnection) -> None:
    crowd = [entity(person(f"eu_fsf:{i}", "Ali Hassan", births=(f"19{50 + i}",))) for i in range(12)]
    told(con, *crowd, found("a1", ("ali hassan",)))
    assert rows(con, "mentions") == rows(con, "candidate_mentions") == []


def test_without_records_or_articles_the_tables_are_empty(con: duckdb.DuckDBPyConnection) -> None:
    told(con)
    assert rows(con, "mentions") == rows(con, "candidate_mentions") == []
    told(con, title("Ales Bialiatski is free"))
    assert rows(con, "mentions") == []
    told(con, LISTED[0])
    assert rows(con, "mentions") == []


def test_the_order_of_rows_does_not_matter(con: duckdb.DuckDBPyConnection) -> None:
    given_rows = with_names(both(*LISTED, *OTHERS))
    results = []
    for seed in (1, 2):
        draw = random.Random(seed)  # noqa: S311
        filled(con, {table: draw.sample(each, len(each)) for table, each in given_rows.items()})
        find_mentions(con)
        results.append(
            [
                con.execute(f"FROM {table} ORDER BY ALL").fetchall()
                for table in ("mentions", "candidate_mentions")
            ]
        )
    assert results[0] == results[1]


@settings(max_examples=5, deadline=None)
@given(
    titles=st.lists(
        st.lists(
            st.sampled_from(
                ["Ales", "Bialiatski", "Алеся", "Бяляцкага", "says", "-", ",", "'s", "А.", "的", "€", "0"]
            ),
            min_size=1,
            max_size=9,
        ).map(" ".join),
        min_size=30,
        max_size=60,
        unique=True,
    )
)
def test_what_is_quoted_stands_in_the_title(titles: list[str]) -> None:
    with database.connect() as con:
        told(con, LISTED[0], *(title(text, "be", "BY") for text in titles))
        for each in rows(con, "mentions") + rows(con, "candidate_mentions"):
            assert each["matched_name"] in each["article_id"]
        named = {each["article_id"] for each in rows(con, "mentions")}
        assert {text for text in titles if text.startswith("Ales Bialiatski says")} <= named


@pytest.mark.parametrize(
    ("word", "endings", "nominative"),
    [
        ("лукашенки", "", "лукашенка"),
        ("беляцкого", "", "беляцкий"),
        ("бяляцкага", "", "бяляцкий"),
        ("тихановской", "", "тихановская"),
        ("протасевичу", "", "протасевич"),
        ("андрея", "", "андрей"),
        ("игорем", "", "игорь"),
        ("павла", "", "павел"),
        ("марии", "", "мария"),
        ("ользе", "", "ольга"),
        ("кравца", "", "кравец"),
        ("łukaszenki", "slavic", "łukaszenka"),
        ("bialackiego", "slavic", "bialacki"),
        ("lukašenkos", "baltic", "lukašenka"),
        ("lukaschenkos", "germanic", "lukaschenko"),
    ],
)
def test_a_word_in_another_case_is_read_as_its_nominative(word: str, endings: str, nominative: str) -> None:
    assert nominative in set(nominatives(word, endings))


@given(
    word=st.text("абвгіїоуяьцкшewoaiąęsk", min_size=1, max_size=12),
    endings=st.sampled_from(["", "slavic", "baltic", "germanic"]),
)
def test_readings_of_a_word_are_few_distinct_and_others(word: str, endings: str) -> None:
    read = list(nominatives(word, endings))
    assert word not in read
    assert len(read) == len(set(read)) <= 12
    assert all(len(each) >= 3 for each in read)
