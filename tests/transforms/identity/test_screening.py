"""Which names of one list are on another."""

from __future__ import annotations

from typing import Any

import duckdb
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.identity.screening import NAMED, match
from transforms.names.comparison import THRESHOLD

Row = dict[str, Any]

# People and bodies that lists and news tell of, in the spellings of several languages.
KNOWN = (
    "Ales Bialiatski",
    "Алесь Бяляцкі",
    "Беляцкий Алесь Викторович",
    "Alexander Lukashenko",
    "Аляксандр Рыгоравіч ЛУКАШЭНКА",
    "LUKASHENKO, Viktor",
    "Виктор Лукашенко",
    "Maria Kolesnikova",
    "Марыя Калеснікава / Мария Колесникова",
    "Liu Xiaobo",
    "Belavia",
    "OJSC Belavia",
    "—",
)
NAMES = st.sampled_from(KNOWN) | st.text("aeiklmnorsаеклоі -'/", max_size=12)


def named(name: str, *births: str, countries: str = "", **given: Any) -> Row:
    return {"name": name, "births": list(births), "countries": countries.split(), **given}


def matched(left: list[Row], right: list[Row], floor: float = 0.3) -> list[Row]:
    tables = [pa.Table.from_pylist(rows, NAMED) for rows in (left, right)]
    with duckdb.connect() as con:
        return [row for batch in match(con, *tables, floor) for row in batch.to_pylist()]


def one(left: Row, right: Row) -> tuple[float, bool]:
    [row] = matched([left], [right], floor=0)
    return row["score"], row["match"]


def test_names_match_in_any_order_script_and_language() -> None:
    same = ["Ales Bialiatski", "BIALIATSKI, Ales", "bialiatski  ales", "Алесь Бяляцкі", "Алесь БЕЛЯЦКИЙ"]
    others = ["Viktar Babaryka", "Ales Pushkin", "Belavia", ""]
    rows = matched([named("Ales Bialiatski")], [named(name) for name in same + others], floor=0)
    assert {row["right"] for row in rows if row["match"]} == set(same)
    assert all(row["match"] == (row["score"] >= THRESHOLD) for row in rows)


def test_a_name_without_a_letter_matches_nothing() -> None:
    empty = [named(name) for name in ("", "—", "?")]
    assert {(row["score"], row["match"]) for row in matched(empty, empty, floor=0)} == {(0, False)}


BORN = [
    (("1992-05-20",), ("1992-05-20",), True),
    (("1992",), ("1992-05-20",), True),
    (("1992-05",), ("1992-05-20",), True),
    (("1992-05-20",), ("1992-05-21",), False),
    (("1992-06",), ("1992-05-20",), False),
    (("1992",), ("1993",), False),
    (("1960", "1992"), ("1992-05-20",), True),
    (("1992-05-20",), ("1992~",), True),
    (("1992-05-20",), ("1980~",), False),
    (("1956-02-01",), ("1955/1958",), True),
    (("1955",), ("1955-06/1958-01",), True),
    (("1958-02-01",), ("1955-06/1958-01",), False),
    (("1959",), ("1955/1958",), False),
    (("1950/1955",), ("1955/1958",), True),
    (("1950/1954",), ("1955/1958",), False),
]


def test_a_birth_takes_a_match_back_or_raises_its_score() -> None:
    left, right = "Maria Kolesnikova", "Марыя Калеснікава"
    alone, _ = one(named(left), named(right))
    cases = BORN + [(others, births, agree) for births, others, agree in BORN]
    rows = matched(
        [named(left, *births) for births, _, _ in cases],
        [
            named(name, *others, record_id=f"{name} {number}")
            for number, (_, others, _) in enumerate(cases)
            for name in (right, "Belavia")
        ],
        floor=0,
    )
    for number, (births, others, agree) in enumerate(cases):
        of_left = rows[2 * number * len(cases) : 2 * (number + 1) * len(cases)]
        found = {row["record_id"]: row for row in of_left}
        it = found[f"{right} {number}"]
        assert it["match"] == agree, (births, others)
        assert alone <= it["score"] <= 1 if agree else 0 < it["score"] < THRESHOLD, (births, others)
        assert found[f"Belavia {number}"]["score"] == 0  # who is unlike stays so, born on whatever day


def test_the_better_births_agree_the_more_they_raise() -> None:
    left, right = "Maria Kolesnikova", "Maria Alexandrovna Kalesnikava-Ivanova"
    scores = [
        one(named(left, *a), named(right, *b))[0]
        for a, b in ((("1982",), ()), (("1982",), ("1982-04-24",)), (("1982-04-24",), ("1982-04-24",)))
    ]
    assert scores == sorted(set(scores))


def test_a_country_may_speak_against_a_match_or_for_it() -> None:
    left, right = "Maria Kolesnikova", "Maria Alexandrovna Kalesnikava-Ivanova"

    def score(countries: str, others: str) -> float:
        return one(named(left, countries=countries), named(right, countries=others))[0]

    assert score("BY", "RU") < THRESHOLD < 1
    assert score("BY", "RU") < score("BY", "") == score("", "BY") < score("BY", "RU BY")
    assert not one(named(left, countries="BY"), named(left, countries="RU"))[1]


def test_a_body_is_no_person_where_that_is_known() -> None:
    body, person, unknown = (named("Lukoil", person=person) for person in (False, True, None))
    assert one(body, person) == (0, False)
    for left, right in ((body, unknown), (unknown, person), (unknown, unknown)):
        assert one(left, right) == (1, True)


def test_pairs_stand_in_the_order_of_the_left_list_the_highest_first() -> None:
    left = [named("Belavia"), named("Ales Bialiatski"), named("Nobody Else"), named("Belavia")]
    right = [
        named("Bialiatski Ales", "1962", record_id="a", entity_id="vg-1"),
        named("OJSC Belavia", record_id="b"),
        named("Belavia", record_id="c"),
        named("BELAVIA", record_id="d"),
    ]
    rows = matched(left, right, floor=0)
    assert [row["left"] for row in rows] == [row["name"] for row in left for _ in right]
    assert [row["record_id"] for row in rows] == [*"cdba", *"abcd", *"abcd", *"cdba"]
    assert all(rows[n]["score"] > rows[n + 1]["score"] > 0 for n in (1, 13))
    assert rows[4] == {
        "left": "Ales Bialiatski",
        "right": "Bialiatski Ales",
        "score": 1.0,
        "match": True,
        "record_id": "a",
        "entity_id": "vg-1",
    }


def test_the_floor_is_the_least_score_given() -> None:
    left, right = [named(name) for name in KNOWN], [named(name) for name in reversed(KNOWN)]
    every = matched(left, right, floor=0)
    for floor in (0.3, 0.6, 0.9, 1):
        assert matched(left, right, floor) == [row for row in every if row["score"] >= floor]


def test_nothing_is_found_on_an_empty_list() -> None:
    assert matched([], [named("Belavia")], floor=0) == matched([named("Belavia")], [], floor=0) == []


@settings(max_examples=15, deadline=None)
@given(st.lists(NAMES, max_size=6), st.lists(NAMES, max_size=6))
def test_of_any_names_with_no_floor_all_pairs_are_scored_alike_from_both_sides(
    lefts: list[str], rights: list[str]
) -> None:
    left, right = [named(name) for name in lefts], [named(name) for name in rights]
    rows = matched(left, right, floor=0)
    paired = sorted((row["left"], row["right"]) for row in rows)
    assert paired == sorted((one, other) for one in lefts for other in rights)
    turned = [{**row, "left": row["right"], "right": row["left"]} for row in matched(right, left, floor=0)]
    assert sorted(map(repr, rows)) == sorted(map(repr, turned))
    for row in rows:
        assert 0 <= row["score"] <= 1
        assert row["match"] == (row["score"] >= THRESHOLD)
        if row["left"] == row["right"] and any(map(str.isalnum, row["left"])):
            assert row["score"] == 1
