"""How alike names are."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from transforms.comparing import THRESHOLD, compare


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


def score(con: duckdb.DuckDBPyConnection, one: str, other: str, *, person: bool = True) -> float:
    fill(con, "these", [one], person=person)
    fill(con, "those", [other], person=person)
    compare(con, "these", "those", 0)
    found = con.execute("SELECT score FROM name_pair").fetchone()
    return float(found[0]) if found else 0.0


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
        "99",
        "A.",
    )
)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_PART, min_size=1, max_size=5), st.lists(_PART, min_size=1, max_size=5), st.booleans())
def test_a_score_is_the_same_both_ways_and_within_bounds(
    con: duckdb.DuckDBPyConnection, one: list[str], other: list[str], person: bool
) -> None:
    there = score(con, " ".join(one), " ".join(other), person=person)
    back = score(con, " ".join(other), " ".join(one), person=person)
    assert there == pytest.approx(back)
    assert 0 <= there <= 1
