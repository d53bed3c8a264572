"""How alike names are."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from transforms.names.comparison import THRESHOLD, compare


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


def fill(con: duckdb.DuckDBPyConnection, table: str, names: list[str], *, person: bool) -> None:
    con.register(
        "given_names", pa.table({"name": pa.array(names, pa.string()), "person": [person] * len(names)})
    )
    con.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS FROM given_names")
    con.unregister("given_names")


def scores(
    con: duckdb.DuckDBPyConnection, one: str, others: list[str], *, person: bool = True
) -> dict[str, float]:
    """Of one name with each of the others."""
    fill(con, "these", [one], person=person)
    fill(con, "those", others, person=person)
    compare(con, "these", "those", 0)
    found = con.execute("SELECT right_name, score FROM name_pair").fetchall()
    return dict.fromkeys(others, 0.0) | dict(found)


def score(con: duckdb.DuckDBPyConnection, one: str, other: str, *, person: bool = True) -> float:
    return scores(con, one, [other], person=person)[other]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Aliaksandr LUKASHENKA", "Александр Григорьевич Лукашенко"),
        ("LUKASHENKO, Aleksandr Grigoryevich", "Аляксандр Рыгоравіч ЛУКАШЭНКА"),
        ("Ales Bialiatski", "Алесь Беляцкий"),
        ("Aleś Bialacki", "Алесь Бяляцкі"),
        ("Volha Mikalaeuna CHAMADANAVA", "Ольга Николаевна ЧЕМОДАНОВА"),
        ("Dzianis Anatolievich TAUSTSIANKOU", "Denis Anatolievich TOLSTENKOV"),
        ("Leonidovich SIVAKOV", "Юрий Леонидович СИВАКОВ"),
        ("Yauhen Aliakseevich URUBLEUSKI", "Евгений Алексеевич ВРУБЛЕВСКИЙ"),
        ("Mohammed bin Salman", "محمد بن سلمان"),
        ("Aliasghar NOROUZI", "Ali Asghar NOROUZI"),
        ("Влади мир ПУТИН", "Vladimir Putin"),
    ],
)
def test_one_person_in_two_spellings(con: duckdb.DuckDBPyConnection, one: str, other: str) -> None:
    assert score(con, one, other) >= THRESHOLD


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Viktar LUKASHENKA", "Дмитрий Лукашенко"),  # brothers
        ("Viktar Aliaksandravich LUKASHENKA", "Дмитрий Александрович ЛУКАШЕНКО"),
        ("Muammar QADHAFI", "Hannibal Muammar QADHAFI"),  # father and son
        ("Boris Romanovich ROTENBERG", "Борис Борисович РОТЕНБЕРГ"),
        ("Vladimir Vladimirovich PUTIN", "Владимир Владимирович ВЛАДИМИРОВ"),
        ("Aleksandr Nikolaevich", "Александр Николаевич ЛУКАШЕНКО"),  # no surname
        ("Aleksandr LUKASHENKO", "LUKASHENKO"),
        ("Muhammad ALI", "Mohammad Ali JAFARI"),
        ("Aleksei Ivanov", "Aleksandr Ivanov"),
        ("Olga Petrova", "Oleg Petrov"),
    ],
)
def test_two_people(con: duckdb.DuckDBPyConnection, one: str, other: str) -> None:
    assert score(con, one, other) < THRESHOLD


@pytest.mark.parametrize(
    ("name", "spellings"),
    [
        # Chinese: Pinyin, Wade-Giles, either order, surnames of two signs and ones that are read otherwise
        ("习近平", "Xi Jinping; XI Jin-ping; Xi Jin Ping; Jinping XI"),
        ("刘晓波", "Liu Xiaobo; Xiaobo LIU"),
        ("毛泽东", "Mao Zedong; Mao Tse-tung"),
        ("蔣經國", "Jiang Jingguo; Chiang Ching-kuo"),
        ("李登輝", "Li Denghui; Lee Teng-hui"),
        ("欧阳自远", "Ouyang Ziyuan"),
        ("曾庆红", "Zeng Qinghong; 曾慶紅"),
        ("单田芳", "Shan Tianfang"),
        # Korean: the systems of the South and the North, McCune-Reischauer, and habits
        ("김정은", "Kim Jong Un; KIM Jong-un; Kim Jong-Eun; Kim Jeong-eun; Kim Jung Eun; 김 정은"),
        ("리설주", "Ri Sol Ju; Lee Seol-ju; 이설주"),
        ("박근혜", "Park Geun-hye; Pak Kun-hye; Bak Geun-hye"),
        ("최룡해", "Choe Ryong Hae; CHOE Ryong-hae"),
        ("윤석열", "Yoon Suk Yeol; Yoon Seok-youl; Yun Sŏk-yŏl"),
        ("조용원", "Jo Yong Won; Cho Yong-won"),
        # Hebrew
        ("בנימין נתניהו", "Benjamin Netanyahu; Binyamin Netanyahu; Биньямин Нетаньяху"),
        ("יצחק רבין", "Yitzhak Rabin; Ицхак Рабин"),
        ("איתמר בן גביר", "Itamar Ben-Gvir"),
        ("בצלאל סמוטריץ'", "Bezalel Smotrich"),
        ("חיים ויצמן", "Chaim Weizmann"),
        # Arabic and Persian: long vowels, the French spelling, the article, names of several words
        ("رامي مخلوف", "Rami Makhlouf; Rami MAKHLUF; Рами Махлуф"),
        ("حسن روحانی", "Hassan Rouhani; Hasan Ruhani"),
        ("محمد باقر قالیباف", "Mohammad Bagher Ghalibaf; Mohammad Baqer Qalibaf"),
        ("نور الدين بدوي", "Noureddine Bedoui"),
        ("أبو بكر البغدادي", "Abu Bakr al-Baghdadi"),
        ("عبد الفتاح السيسي", "Abdel Fattah el-Sisi"),
        # Georgian, Armenian, Greek
        ("ბიძინა ივანიშვილი", "Bidzina Ivanishvili; Бидзина Иванишвили"),
        ("მიხეილ სააკაშვილი", "Mikheil Saakashvili; Mikhail Saakashvili"),
        ("Նիկոլ Փաշինյան", "Nikol Pashinyan; Никол Пашинян"),
        ("Արայիկ Հարությունյան", "Arayik Harutyunyan"),
        ("Γεώργιος Παπανδρέου", "Georgios Papandreou; George Papandreou"),
        ("ΑΛΕΞΗΣ ΤΣΙΠΡΑΣ", "Alexis Tsipras"),
        ("Κατερίνα Σακελλαροπούλου", "Katerina Sakellaropoulou"),
        # The Balkans, Turkey, the Caucasus, Central Asia; marks that not all write
        ("Војислав Шешељ", "Vojislav Šešelj; Vojislav Seselj"),
        ("Желю Желев", "Zhelyu Zhelev"),
        ("Кънчо Щерев", "Kancho Shterev"),
        ("Mevlüt Çavuşoğlu", "Mevlut Cavusoglu; Мевлют Чавушоглу"),
        ("Қасым-Жомарт Тоқаев", "Kassym-Jomart Tokayev; Касым-Жомарт Токаев"),
        ("İlham Əliyev", "Ilham Aliyev; Ильхам Алиев"),
    ],
)
def test_one_person_across_scripts(con: duckdb.DuckDBPyConnection, name: str, spellings: str) -> None:
    found = scores(con, name, spellings.split("; "))
    assert {spelling: alike for spelling, alike in found.items() if alike < THRESHOLD} == {}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("习近平", "Xi Zhongxun"),  # father and son
        ("习近平", "Xi Yuanping"),  # brothers
        ("高明", "Hao Ming"),
        ("李强", "Li Qiangqiang"),
        ("王小明", "Wang Ming"),
        ("王伟", "王维"),  # of one sound, in other signs
        ("李鹏", "Li Peng-fei"),
        ("김정은", "Kim Jong Il"),
        ("김정은", "Kim Jong Nam"),
        ("김정은", "Kim Yo Jong"),
        ("김대중", "Kim Tae Jong"),
        ("김영철", "Kim Yong Chun"),
        ("박영식", "Paek Yong Sik"),
        ("이명박", "Lee Myung"),
        ("בנימין נתניהו", "Yonatan Netanyahu"),
        ("יצחק רבין", "Yitzhak Rubinstein"),
        ("رامي مخلوف", "Hafez Makhlouf"),
        ("محمد سالم", "Mohammad Salim"),
        ("ماهر الأسد", "Bashar al-Assad"),
        ("Abu ABDALLAH", "عبد الله"),
        ("Γεώργιος Παπανδρέου", "Andreas Papandreou"),
        ("Սերժ Սարգսյան", "Vazgen Sargsyan"),
        ("ბიძინა ივანიშვილი", "Bidzina Gegidze"),
        ("Слободан Милошевић", "Dragomir Milosevic"),
    ],
)
def test_two_people_across_scripts(con: duckdb.DuckDBPyConnection, one: str, other: str) -> None:
    assert score(con, one, other) < THRESHOLD


def test_spellings_that_one_arabic_word_can_have_are_not_one_with_each_other(
    con: duckdb.DuckDBPyConnection,
) -> None:
    fill(con, "these", ["Ahmad Samer", "Ahmad Sammar", "أحمد سامر"], person=True)
    compare(con, "these", "these", THRESHOLD)
    found = con.execute("SELECT left_name, right_name FROM name_pair").fetchall()
    assert found == [("Ahmad Samer", "أحمد سامر")]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("JSC Belaruskali", "ОАО «Беларуськалий»", True),
        ("Severstal PAO", "Public Joint Stock Company SEVERSTAL", True),
        ("Joint Stock Company ALROSA", "Joint Stock Company SEVERSTAL", False),
        ("SBERBANK", "SBERBANK TECHNOLOGIES", False),
        ("Plant 43", "Plant 45", False),
        ("Asia Sun Group", "Asia Sun Trading Co. Ltd.", False),
    ],
)
def test_bodies(con: duckdb.DuckDBPyConnection, one: str, other: str, same: bool) -> None:
    assert (score(con, one, other, person=False) >= THRESHOLD) == same


def test_a_list_with_itself_gives_each_pair_once(con: duckdb.DuckDBPyConnection) -> None:
    names = ["Ales Bialiatski", "Алесь Беляцкий", "Алесь Бяляцкі", "Maria Kalesnikava"]
    fill(con, "these", [*names, *names], person=True)
    compare(con, "these", "these", 0.5)
    found = con.execute("SELECT left_name, right_name FROM name_pair ORDER BY ALL").fetchall()
    assert found == [
        ("Ales Bialiatski", "Алесь Беляцкий"),
        ("Ales Bialiatski", "Алесь Бяляцкі"),
        ("Алесь Беляцкий", "Алесь Бяляцкі"),
    ]


def test_people_and_bodies_are_not_compared(con: duckdb.DuckDBPyConnection) -> None:
    fill(con, "these", ["Ivan Petrov"], person=True)
    fill(con, "those", ["Ivan Petrov"], person=False)
    compare(con, "these", "those", 0)
    assert con.execute("SELECT count(*) FROM name_pair").fetchone() == (0,)


_PART = st.sampled_from(
    (
        "Ivan",
        "Иван",
        "Hanna",
        "Ганна",
        "Petrovich",
        "Пятровіч",
        "Abu",
        "Bakr",
        "al",
        "Muhammad",
        "محمد",
        "חיים",
        "习近平",
        "김정은",
        "Jong",
        "Kim",
        "99",
        "A.",
    )
)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_PART, min_size=1, max_size=5), st.lists(_PART, min_size=1, max_size=5), st.booleans())
def test_a_score_is_the_same_both_ways_and_within_bounds(
    con: duckdb.DuckDBPyConnection, one: list[str], other: list[str], person: bool
) -> None:
    there = score(con, " ".join(one), " ".join(other), person=person)
    back = score(con, " ".join(other), " ".join(one), person=person)
    assert there == pytest.approx(back)
    assert 0 <= there <= 1
