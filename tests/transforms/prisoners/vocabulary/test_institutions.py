"""Prisons and courts: the names that real lists write, and what must not come with them."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from transforms.prisoners.vocabulary import institution_words, institutions
from transforms.prisoners.vocabulary.institutions import Institution

HEALTH = "facility: withheld, it tells of health"
NOT_KNOWN = "facility: no institution we know"
NO_COURT = "court: no court we know"


def prison(text: str) -> tuple[Institution, dict[str, int]]:
    unknown: Counter[str] = Counter()
    return institutions.prison(text, unknown), dict(unknown)


def court(text: str) -> tuple[Institution, dict[str, int]]:
    unknown: Counter[str] = Counter()
    return institutions.court(text, unknown), dict(unknown)


@pytest.mark.parametrize(
    ("text", "name", "place"),
    [
        # English, as Viasna writes them
        ("Penal colony No. 1, 211440, Navapolack, vulica Techničnaya 8", "Penal colony No. 1", "Navapolack"),
        ("Prison No. 4, 212011, Mahilioŭ, vulica Krupskaj 99A", "Prison No. 4", "Mahilioŭ"),
        (
            "Penal colony No. 15, 213105, Mahilioŭ, Viejna, Slaŭharadskaja šaša 183",
            "Penal colony No. 15",
            "Mahilioŭ",
        ),
        (
            "Pre-trial detention center No. 1, 220030, Minsk, vulica Valadarskaha 2",
            "Pre-trial detention center No. 1",
            "Minsk",
        ),
        (
            "Open correctional facility No. 55, 220021, Minsk, vulica Sacyjalistyčnaja, 7",
            "Open correctional facility No. 55",
            "Minsk",
        ),
        ("Penal colony No. 9, Horki", "Penal colony No. 9", "Horki"),
        ("women's penal colony No. 4", "women's penal colony No. 4", None),
        ("KGB pre-trial detention center", "KGB pre-trial detention center", None),
        ("Pre-trial detention center of the KGB", "Pre-trial detention center of the KGB", None),
        ("Prison No. 4", "Prison No. 4", None),
        ("Prison No. 4 212011 Mahilioŭ", "Prison No. 4", None),
        ("Minsk, Prison No. 4", "Prison No. 4", "Minsk"),
        ("220030, Minsk, vulica Valadarskaha 2, Prison No. 4", "Prison No. 4", "Minsk"),
        ("Krupskaj 9, Prison No. 4, 212011", "Prison No. 4", None),
        # and others
        (
            "Baku Investigative Prison No. 1 (Kurdakhani pre-trial detention center)",
            "Baku Investigative Prison No. 1 (Kurdakhani pre-trial detention center)",
            None,
        ),
        ("Penitentiary Institution № 14", "Penitentiary Institution № 14", None),
        ("Prison #15", "Prison #15", None),
        ("Investigative prison No.3 (where his wife lives)", "Investigative prison No.3", None),
        (
            "Ministry of National Security Detention Facility",
            "Ministry of National Security Detention Facility",
            None,
        ),
        (
            "Investigative Prison of the Ministry of National Security",
            "Investigative Prison of the Ministry of National Security",
            None,
        ),
        ("Gobustan Closed Prison", "Gobustan Closed Prison", None),
        ("IK-6, Melekhovo, Vladimir region", "IK-6", "Vladimir region"),
        ("SIZO-1, St. Petersburg", "SIZO-1", "St. Petersburg"),
        ("Tilanqiao Prison", "Tilanqiao Prison", None),
        ("Beijing No. 2 Prison", "Beijing No. 2 Prison", "Beijing"),
        ("Drapchi Prison, Tibet Autonomous Region", "Drapchi Prison", "Tibet Autonomous Region"),
        ("Nanxi PSB Det. Ctr.", "Nanxi PSB Det. Ctr.", None),
        (
            "Xinjiang Women's Prison (general location)",
            "Xinjiang Women's Prison (general location)",
            "Xinjiang",
        ),
        ("Xinjiang (general location)", None, "Xinjiang"),
        # Russian
        ("ИК-5", "ИК-5", None),
        ("СИЗО-1", "СИЗО-1", None),
        ("колония № 3", "колония № 3", None),
        ("женская исправительная колония № 4", "женская исправительная колония № 4", None),
        ("тюрьма № 8, Жодино", "тюрьма № 8", "Жодино"),
        ("тюрьма", "тюрьма", None),
        (
            "ФКУ ИК-2 УФСИН России по Владимирской области",
            "ФКУ ИК-2 УФСИН России по Владимирской области",
            "Владимирской области",
        ),
        (
            "Владимир | ФКУ «Тюрьма № 2 УФСИН по Владимирской области» «Владимирский централ»",
            "ФКУ «Тюрьма № 2 УФСИН по Владимирской области» «Владимирский централ»",
            "Владимир",
        ),
        (
            "ФКУ СИЗО-1 УФСИН России по Владимирской области | Владимирская область",
            "ФКУ СИЗО-1 УФСИН России по Владимирской области",
            "Владимирская область",
        ),
        (
            "п. Двубратский | п. Двубратский | ФКУ ИК-2 УФСИН России по Краснодарскому Краю",
            "ФКУ ИК-2 УФСИН России по Краснодарскому Краю",
            "п. Двубратский",
        ),
        ("СИЗО-1, ул. Володарского, 2, г. Минск, 220030", "СИЗО-1", "г. Минск"),
        ("ИК-6 ул. Ленина 5", "ИК-6", None),
        ("ИК-6 Иванов Иван", "ИК-6", None),
        ("СИЗО «Лефортово»", "СИЗО «Лефортово»", None),
        ("Лефортово", "Лефортово", None),
        ("ИУОТ-48", "ИУОТ-48", None),
        # Belarusian
        ("Папраўчая калонія № 1", "Папраўчая калонія № 1", None),
        ("Турма №4, 212011, Магілёў, вул. Крупскай, 99А", "Турма №4", "Магілёў"),
        ("СІЗА-1", "СІЗА-1", None),
        ("СІЗА КДБ", "СІЗА КДБ", None),
        # The letters of Belarusian, and the Latin ones that look like them
        ("ІК-2", "ІК-2", None),
        ("IК-2, Бабруйск", "IК-2", "Бабруйск"),
        ("ПК-2", "ПК-2", None),
        ("ІУАТ-21", "ІУАТ-21", None),
        ("IУАТ №21", "IУАТ №21", None),
        ("ИУОТ-21", "ИУОТ-21", None),
        ("IUOT-21", "IUOT-21", None),
        ("CIЗА-1", "CIЗА-1", None),
        ("СIЗО-1", "СIЗО-1", None),
        ("ИК общего режима", "ИК общего режима", None),
        ("ІК узмоцненага рэжыму №15", "ІК узмоцненага рэжыму №15", None),
        # The town in front, behind, or in brackets
        ("Жодино тюрьма №8", "тюрьма №8", "Жодино"),
        ("тюрьма №8 Жодино", "тюрьма №8", "Жодино"),
        ("Тюрьма № 8 (Жодино)", "Тюрьма № 8", "Жодино"),
        ("Жодзіна турма №8", "турма №8", "Жодзіна"),
        ("г. Гомель ИК-4", "ИК-4", "г. Гомель"),
        ("ИК-4 в Гомеле", "ИК-4", "Гомель"),
        ("ПК №1 (Наваполацк)", "ПК №1", "Наваполацк"),
        ("ІУАТ-46 (Круглае)", "ІУАТ-46", "Круглае"),
        ("СИЗО Минск", "СИЗО", "Минск"),
        ("тюрьма в Жодино", "тюрьма", "Жодино"),
        ("калонія ў Бабруйску", "калонія", "Бабруйск"),
        ("prison in Zhodzina", "prison", "Zhodzina"),
        ("СИЗО-1 города Минска", "СИЗО-1", "города Минска"),
        ("м. Сімферополь, СІЗО-1", "СІЗО-1", "м. Сімферополь"),
        ("四会监狱（广东）", "四会监狱", "广东"),
        ("Minsk SIZO-1", "SIZO-1", "Minsk"),
        ("SIZO-1 Minsk", "SIZO-1", "Minsk"),
        ("Prison No. 8 Zhodino", "Prison No. 8", "Zhodino"),
        ("Women's colony No. 4 in Homel", "Women's colony No. 4", "Homel"),
        ("Penal colony No. 1 (Navapolack)", "Penal colony No. 1", "Navapolack"),
        ("Prisión de Boniato en Santiago de Cuba", "Prisión de Boniato", "Santiago de Cuba"),
        ("天津监狱", "天津监狱", "天津"),
        ("乌鲁木齐第一监狱", "乌鲁木齐第一监狱", "乌鲁木齐"),
        # The town as an adjective
        ("Жодинская тюрьма №8", "Жодинская тюрьма №8", "Жодино"),
        ("Жодзінская турма", "Жодзінская турма", "Жодзіна"),
        ("Гомельская женская колония", "Гомельская женская колония", "Гомель"),
        ("Шкловская ИК-17", "Шкловская ИК-17", "Шклов"),
        ("Брестское СИЗО", "Брестское СИЗО", "Брест"),
        # Minsk's prisons by the names that they go by
        ("Окрестина", "Окрестина", "Минск"),
        ("ЦИП на Окрестина", "ЦИП на Окрестина", "Минск"),
        ("ИВС Окрестино", "ИВС Окрестино", "Минск"),
        ("ІЧУ на Акрэсціна", "ІЧУ на Акрэсціна", "Мінск"),
        ("Акрэсьціна", "Акрэсьціна", "Мінск"),
        ("Okrestina", "Okrestina", "Minsk"),
        ("the Akrestsina detention center in Minsk", "Akrestsina detention center", "Minsk"),
        ("изолятор КГБ", "изолятор КГБ", None),
        ("KGB SIZO", "KGB SIZO", None),
        ("Akrestsina detention center", "Akrestsina detention center", "Minsk"),
        ("detention center on Akreścina street", "detention center on Akreścina", "Minsk"),
        ("Володарка", "Володарка", "Минск"),
        ("СІЗА Валадарка", "СІЗА Валадарка", "Мінск"),
        ("СИЗО-1 (Володарка)", "СИЗО-1 (Володарка)", "Минск"),
        (
            "Pre-trial detention center No. 1 (Valadarka)",
            "Pre-trial detention center No. 1 (Valadarka)",
            "Minsk",
        ),
        ("Пищаловский замок", "Пищаловский замок", "Минск"),
        ("Пішчалаўскі замак", "Пішчалаўскі замак", "Мінск"),
        ("СИЗО №1 на ул. Володарского", "СИЗО №1 на Володарского", "Минск"),
        ("СІЗА на Валадарскага", "СІЗА на Валадарскага", "Мінск"),
        # Kinds with an adjective, towns in other cases, and where somebody is
        ("Барановичский ИВС", "Барановичский ИВС", "Барановичи"),
        ("Женская колония в Гомеле", "Женская колония", "Гомель"),
        ("Жаночая калонія ў Гомелі", "Жаночая калонія", "Гомель"),
        ("СИЗО-1 г. Минска", "СИЗО-1", "г. Минск"),
        ("ИУОТ-45 (Костюковичи)", "ИУОТ-45", "Костюковичи"),
        ("ПУАТ № 29, Слонім", "ПУАТ № 29", "Слонім"),
        ("ИК-22 «Волчьи норы»", "ИК-22", "Волчьи норы"),
        ("Turma-8, Žodzina", "Turma-8", "Žodzina"),
        ("содержится в СИЗО №1", "СИЗО №1", None),
        ("у СІЗА-1", "СІЗА-1", None),
        ("Донецкий СИЗО", "Донецкий СИЗО", "Донецк"),
        ("ИТТ Донецк", "ИТТ", "Донецк"),
        ("Матросская Тишина", "Матросская Тишина", None),
        ("ЕПКТ ИК-14 Омск", "ЕПКТ ИК-14", "Омск"),
        ("Chushur (Qushui) Prison, Lhasa", "Chushur (Qushui) Prison", "Lhasa"),
        ("Вільнянська виправна колонія №11", "Вільнянська виправна колонія №11", "Вільнянськ"),
        # Ukrainian
        ("СІЗО №1 (Сімферополь)", "СІЗО №1", "Сімферополь"),
        ("Київське СІЗО", "Київське СІЗО", "Київ"),
        ("Виправна колонія № 76 (Рівне)", "Виправна колонія № 76", "Рівне"),
        ("слідчий ізолятор", "слідчий ізолятор", None),
        ("Лук’янівський слідчий ізолятор", "Лук’янівський слідчий ізолятор", None),
        # Spanish
        ("Prisión Combinado del Este, La Habana", "Prisión Combinado del Este", "La Habana"),
        ("Prisión Las Mangas Nuevas, Bayamo, Granma", "Prisión Las Mangas Nuevas", "Granma"),
        ("Prisión Kilo 5 ½ (Pinar del Río)", "Prisión Kilo 5 ½", "Pinar del Río"),
        ("Prisión Boniato, Carretera Central 45, Santiago de Cuba", "Prisión Boniato", "Santiago de Cuba"),
        ("Establecimiento Penitenciario Guanajay", "Establecimiento Penitenciario Guanajay", None),
        ("Centro de Trabajo y Estudio La Lima", "Centro de Trabajo y Estudio La Lima", None),
        ("Centro de Instrucción Penal de Holguín", "Centro de Instrucción Penal de Holguín", "Holguín"),
        ("Centro de Torturas Villa Marista", "Centro de Torturas Villa Marista", None),
        ("Prisión 1580", "Prisión 1580", None),
        ("Kilo 8", "Kilo 8", None),
        ("Combinado del Este", "Combinado del Este", None),
        # Chinese
        ("北京市第二监狱", "北京市第二监狱", "北京市"),
        ("秦城监狱", "秦城监狱", None),
        ("广州市第一看守所", "广州市第一看守所", "广州市"),
        ("江苏省南京市雨花台区宁双路9号南京监狱", "南京监狱", "江苏省南京市"),
    ],
)
def test_prisons(text: str, name: str | None, place: str | None) -> None:
    assert prison(text) == ((name, place), {})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Released awaiting the commencement of the sentence",
        "home confinement, Minsk, vulica Niamiha 5",
        "under house arrest",
        "abroad",
        "Libertad condicional, antes en Prisión de Boniato",
        "Prisión domiciliaria",
        "Prisión Provisional",
        "domiciliaria",
        "Trabajo correccional sin internamiento",
        "на свободе",
        "под домашним арестом, ул. Ленина, 5",
        "хатні арышт",
        "取保候审",
    ],
)
def test_where_a_person_stands_is_no_institution(text: str) -> None:
    assert prison(text) == (Institution(), {})


@pytest.mark.parametrize(
    "text",
    [
        "Republican Psychiatric Hospital",
        "Treatment Institution of the Justice Ministry",
        "Prison No. 4, transferred to the prison hospital",
        "лечебно-исправительное учреждение № 3",
        "ФКУ «ЛИУ № 3 УФСИН России по РМ»",
        "ПФРСИ при ФКУ ЛИУ-42 ГУФСИН России по Кемеровской области",
        "Смоленская ПБСТИН",
        "псіхіятрычная бальніца",
        "тюремна лікарня",
        "ЛТП-1",
        "Hospital Psiquiátrico de La Habana",
        "北京市安康医院",
    ],
)
def test_what_tells_of_health_is_withheld(text: str) -> None:
    assert prison(text) == (Institution(), {HEALTH: 1})


@pytest.mark.parametrize(
    "text",
    [
        "vulica Valadarskaha 2",
        "Penal colony No. 220030",
        "lives near Prison No. 4",
        "his mother's flat in Minsk",
        "220030",
        "Minsk",
        "Prisión Boniato km 5",
        "朝阳区三里屯路9号",
    ],
)
def test_what_is_not_known_is_counted_without_its_text(text: str) -> None:
    assert prison(text) == (Institution(), {NOT_KNOWN: 1})


@pytest.mark.parametrize(
    ("text", "name", "place"),
    [
        ("Minsk City Court", "Minsk City Court", "Minsk"),
        ("Homieĺ Regional Court", "Homieĺ Regional Court", "Homieĺ"),
        ("Leninski District Court of Minsk", "Leninski District Court of Minsk", "Minsk"),
        ("Nizami District Court of Ganja City", "Nizami District Court of Ganja City", "Ganja"),
        ("Minsk City Court, vulica Arlouskaja 1", "Minsk City Court", "Minsk"),
        ("Supreme Court", "Supreme Court", None),
        ("Beijing No. 1 Intermediate People's Court", "Beijing No. 1 Intermediate People's Court", "Beijing"),
        ("Суд Центрального района Минска", "Суд Центрального района Минска", "Минска"),
        ("Второй Западный окружной военный суд", "Второй Западный окружной военный суд", None),
        ("235-й гарнизонный военный суд", "235-й гарнизонный военный суд", None),
        ("Савёловский районный суд Москвы", "Савёловский районный суд Москвы", "Москвы"),
        ("Верховный суд Республики Крым", "Верховный суд Республики Крым", "Республики Крым"),
        ("Верховный суд РФ", "Верховный суд РФ", None),
        ("Мосгорсуд", "Мосгорсуд", None),
        ("Мінскі гарадскі суд", "Мінскі гарадскі суд", None),
        ("Tribunal Provincial de La Habana", "Tribunal Provincial de La Habana", "La Habana"),
        (
            "Tribunal Municipal Popular de Santiago de Cuba",
            "Tribunal Municipal Popular de Santiago de Cuba",
            "Santiago de Cuba",
        ),
        (
            "Sala de los Delitos contra la Seguridad del Estado del Tribunal Provincial de Holguín",
            "Sala de los Delitos contra la Seguridad del Estado del Tribunal Provincial de Holguín",
            "Holguín",
        ),
        ("北京市第一中级人民法院", "北京市第一中级人民法院", "北京市"),
        # and no judge with it
        ("Minsk City Court, judge Ivan Ivanov", "Minsk City Court", "Minsk"),
        ("Minsk City Court (Judge: Ivan Ivanov)", "Minsk City Court", "Minsk"),
        ("Minsk City Court Ivan Ivanov", "Minsk City Court", "Minsk"),
        ("Minsk City Court, Ivan Ivanov", "Minsk City Court", "Minsk"),
        ("Baku Court of Grave Crimes Judge Ivan Ivanov", "Baku Court of Grave Crimes", None),
        (
            "Суд Центрального района г. Минска, судья Иванов И. И.",
            "Суд Центрального района г. Минска",
            "г. Минска",
        ),
        ("Судья Иванов, Минский городской суд", "Минский городской суд", None),
        ("Минский городской суд Иванов И. И.", "Минский городской суд", None),
        ("Минский городской суд Иванова", "Минский городской суд", None),
        ("Мінскі гарадскі суд, суддзя Іваноў", "Мінскі гарадскі суд", None),
        ("Tribunal Provincial de Granma, juez Juan Juanez", "Tribunal Provincial de Granma", "Granma"),
        ("北京市第一中级人民法院审判长张三", "北京市第一中级人民法院", "北京市"),
    ],
)
def test_courts(text: str, name: str, place: str | None) -> None:
    assert court(text) == ((name, place), {})


@pytest.mark.parametrize(
    "text", ["vulica Arlouskaja 1", "Judge Ivan Ivanov", "Судья Иванов", "the court", "суд"]
)
def test_what_is_no_court_is_counted_without_its_text(text: str) -> None:
    assert court(text) == (Institution(), {NO_COURT: 1})


def test_no_text_is_no_court() -> None:
    assert court(" ") == (Institution(), {})


# Real fields


def test_all_that_viasnas_export_says_of_prisons_is_known(shared_data: Path) -> None:
    with (shared_data / "by_viasna/2023-03-01/prisoners.en.csv").open(encoding="utf-8-sig") as file:
        texts = [row["prison"] for row in csv.DictReader(file)]
    unknown: Counter[str] = Counter()
    found = [institutions.prison(text, unknown) for text in texts]
    assert not unknown
    assert len(found) == 43
    assert [(each.name, each.place) for each in found if each.name] == [
        (text.split(", ")[0], text.split(", ")[2]) for text in texts if ", " in text
    ]
    assert sum(each.name is not None for each in found) == 9


def test_russias_prisons_are_known_or_tell_of_health(shared_data: Path) -> None:
    with (shared_data / "ru_ovdinfo_prisons/2025-05-01/prisons_ovd.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    unknown: Counter[str] = Counter()
    found = [institutions.prison(row["name_ovd"], unknown) for row in rows]
    named = [each for each in found if each.name]
    assert unknown[NOT_KNOWN] == 0
    assert (len(rows), len(named), unknown[HEALTH]) == (566, 543, 23)
    assert sum(each.place is not None for each in named) == len(named)
    parts = [{" ".join(part.split()) for part in row["name_ovd"].split("|")} for row in rows]
    whole = sum(each.name in theirs for each, theirs in zip(found, parts, strict=True))
    placed = sum(each.place in theirs for each, theirs in zip(found, parts, strict=True))
    assert whole >= 541 and placed >= 542  # of the others a part of the name is left out, or the region taken
    for row, each in zip(rows, found, strict=True):
        for text in (f"{row['name_ovd']}, {row['address']}", f"{row['address']}; {row['name_ovd']}"):
            beside = institutions.prison(text, Counter())
            assert beside.name == each.name
            assert not re.search(r"[0-9]{3}", re.sub(r"№ ?[0-9]+", "", str(beside)))
            assert not re.search(r"\b(?:ул|пер|пр|ш|дом)\b", str(beside))


def test_azerbaijans_prisons_are_known(shared_data: Path) -> None:
    page = (shared_data / "az_list/2014-08-01/list.html").read_bytes().decode("utf-8", "replace")
    text = " ".join(html.document_fromstring(page).text_content().split())
    # A field ends at the next label, or at the next person's number, with a page's number before it.
    ends = r"Case|Brief|Background|[0-9]+ ?[0-9]*\.|[0-9]+ [abc]\.|[A-G]\. "
    texts = re.findall(rf"Place of [Dd]etention: ?(.{{5,90}}?)(?<![.#№]) (?:{ends})", text)
    unknown: Counter[str] = Counter()
    named = sum(institutions.prison(each, unknown).name is not None for each in texts)
    assert len(texts) > 80
    assert named / len(texts) > 0.95
    assert unknown[HEALTH] == 1


# Whatever the address

PRISONS = st.sampled_from(
    (
        "Penal colony No. 1",
        "Prison No. 8",
        "Pre-trial detention center No. 7",
        "Open correctional facility No. 9",
    )
)
TOWNS = st.sampled_from(("Navapolack", "Mahilioŭ", "Minsk", "Ivacevičy", "Rečyca", "Viciebsk", "Stara Wieś"))
WORDS = st.text("abcdefghijklmnopqrstuvwxyzčšžŭłńś", min_size=3, max_size=12).map(lambda word: f"Zx{word}qz")
STREETS = st.sampled_from(("vulica {}", "vul. {}", "praspiekt {}", "zavulak {}", "{} šaša", "{} street"))


HOUSES = st.from_regex("[1-9][0-9]{0,2}[АBb]?", fullmatch=True)


ROADS = (
    st.tuples(STREETS, WORDS)
    .map(lambda each: each[0].format(each[1]))
    .filter(lambda road: not institution_words.HEALTH.search(road))  # which withholds the whole
)


@given(PRISONS, st.integers(200_000, 249_999), TOWNS, ROADS, HOUSES)
def test_no_street_house_or_postcode_comes_with_a_prison(
    name: str, postcode: int, town: str, road: str, number: str
) -> None:
    for text in (
        f"{name}, {postcode}, {town}, {road} {number}",
        f"{name}, {postcode}, {town}, {road}, {number}",
        f"{postcode}, {town}, {road} {number}, {name}",
        f"{name} {postcode} {town} {road} {number}",
        f"{name}, {road} {number}, {town}, {postcode}",
        f"{name}, {postcode}, {road} {number}",
    ):
        found, unknown = prison(text)
        assert found.name == name and not unknown
        assert found.place in (town, None)
    assert prison(f"{name}, {postcode}, {town}, {road} {number}")[0].place == town


LEADS = st.sampled_from(
    (
        "Окрестина ",
        "ІК-2 (",
        "Жодино тюрьма №8 ",
        "Prisión Boniato con ",
        "СИЗО ",
        "",
        "Prison No. 8, ",
        "Prison No. 8 ",
        "ИК-5, ",
        "ИК-5 ",
        "home, ",
        "Prisión Boniato, ",
        "Kilo 8; ",
    )
)


@given(WORDS, LEADS)
def test_words_that_are_not_known_stay_behind(secret: str, lead: str) -> None:
    found, _ = prison(lead + secret)
    assert "Zx" not in str(found)
    assert "Zx" not in str(court(f"Minsk City Court, {secret}")[0])


LABELS = {HEALTH, NOT_KNOWN, NO_COURT}


@settings(deadline=None)
@given(
    st.text(max_size=80)
    | st.lists(
        st.sampled_from(
            [
                *("Prison", "No. 4", "Minsk", ",", "|", "(", ")", "«", "»", "ИК-5", "УФСИН", "по", "области"),
                *(
                    "Court",
                    "of",
                    "City",
                    "Tribunal",
                    "de",
                    "Kilo 8",
                    "监狱",
                    "北京市",
                    "法院",
                    "212011",
                    "vulica",
                ),
                *("г.", "суд", "Московский", "Prisión", "ул.", "5"),
            ]
        ),
        max_size=15,
    ).map(" ".join)
)
def test_any_text_is_read(text: str) -> None:
    flat = " ".join(text.split())
    for read in (prison, court):
        found, unknown = read(text)
        assert unknown.keys() <= LABELS
        assert sum(unknown.values()) <= 1
        for part in found:
            assert part is None or 0 < len(part) <= 200
            assert part is None or not re.search(r"[0-9]{5}|vulica", part)
        assert found.name is None or unquoted(found.name) in unquoted(flat)


def unquoted(text: str) -> str:
    return re.sub('[«»"]', "", text)
