"""The gate from outside: small tables built from the contracts' own examples in, verdicts out."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from contracts import Contract, contract, contracts
from expectations.runner import FileCounts, Gate, Reported, Session, Verdict
from sources.registry import Fill, FillBounds
from tests.builders import both, prisoner, target
from transforms.snapshot import parse
from warehouse import database

SEEN = datetime(2025, 9, 12, tzinfo=UTC)
PRISONERS = Gate("by_viasna", "prisoners", "prisoners", 0, None, 1.0, False, SEEN)
SANCTIONS = Gate("eu_fsf", "sanctions", "sanctions", 0, None, 1.0, False, SEEN)
NEWS = Gate("gdelt", "news", "articles", 0, None, 1.0, False, SEEN)

Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def session() -> Session:
    return Session()


def example(table: str, **changes: Any) -> dict[str, Any]:
    """A row of the contract's examples, with `changes`."""
    row = {c.name: _typed(c.type, c.example) for c in contract(table).columns}
    if "valid_to" in row:
        row["valid_to"] = None
    return row | changes


def _typed(type_: str, value: Any) -> Any:
    if value is None or type_ not in ("date", "timestamp"):
        return value
    return date.fromisoformat(value) if type_ == "date" else datetime.fromisoformat(value)


def built(rows: Rows, published: bool = False) -> dict[str, pa.Table]:
    def schema(of: Contract) -> pa.Schema:
        return of.arrow_schema if published else of.parsed_schema

    return {
        table: pa.Table.from_pylist(
            [{name: row[name] for name in schema(contract(table)).names} for row in listed],
            schema(contract(table)),
        )
        for table, listed in rows.items()
    }


def prisoners(n: int = 4, **changes: Any) -> Rows:
    """`n` prisoners with a primary name each, the first with `changes`."""
    ids = [f"by_viasna:{i}" for i in range(n)]
    rows = [example("prisoners", record_id=i, source_id="by_viasna") for i in ids]
    rows[0] |= changes
    return {"prisoners": rows, "names": [example("names", record_id=i, kind="primary") for i in ids]}


def sanctions(n: int = 4, **changes: Any) -> Rows:
    """`n` targets with a row in every child table each, the first target with `changes`."""
    ids = [f"eu_fsf:{i}" for i in range(n)]
    rows = [example("sanctions", record_id=i, source_id="eu_fsf", delisting_date=None) for i in ids]
    rows[0] |= changes
    summed_up = both(
        *(target(row["record_id"], **{column: row[column] for column in SUMMING_UP}) for row in rows)
    )
    return {
        "sanctions": rows,
        "names": [example("names", record_id=i, kind="primary") for i in ids],
        **{table: summed_up[table] for table in SUMMED_UP},
        "identifiers": [example("identifiers", record_id=i) for i in ids],
        "addresses": [example("addresses", record_id=i) for i in ids],
        "particulars": [example("particulars", record_id=i) for i in ids],
    }


NEWS_TABLES = (
    "articles",
    "sightings",
    "article_names",
    "article_places",
    "article_counts",
    "news_events",
    "news_event_mentions",
)
META = ("sources", "snapshots", "quarantine", "quality", "tombstones")
SUMMING_UP = ("programs", "birth_dates", "nationalities", "position")
SUMMED_UP = ("programs", "birth_dates", "nationalities", "positions")


def altered(table: str, main: dict[str, Any] | None = None, **changes: Any) -> Rows:
    """A target with the changes `main`, its row in a child table with `changes`."""
    rows = sanctions(1)
    rows["sanctions"][0] |= main or {}
    rows[table][0] |= changes
    return rows


def articles(n: int = 4, **changes: Any) -> Rows:
    rows = [example("articles", article_id=f"a-{i}", source_id="gdelt") for i in range(n)]
    for first in rows[:1]:
        first.update(changes)
    return {"articles": rows}


def of_news(table: str, **changes: Any) -> Rows:
    """Four articles with a row in every table of theirs and four events with a mention each, the first row
    of `table` with `changes`."""
    rows = articles()
    for name in ("sightings", "article_places", "article_counts"):
        rows[name] = [example(name, article_id=f"a-{i}") for i in range(4)]
    for name in ("news_events", "news_event_mentions"):
        rows[name] = [example(name, news_event_id=i) for i in range(4)]
    for row in rows["sightings"]:
        row["source_id"] = "gdelt"
    rows[table][0] |= changes
    return rows


def together(cases: Iterable[Rows]) -> Rows:
    """All cases in one snapshot, each under keys of its own: to validate a snapshot takes long."""

    def of_its_own(row: dict[str, Any], number: int) -> dict[str, Any]:
        keys = {name: row[name] for name in ("record_id", "article_id", "news_event_id") if name in row}
        return row | {
            name: key + 100 * number if isinstance(key, int) else f"{key}-{number}"
            for name, key in keys.items()
        }

    return both(
        *(
            {table: [of_its_own(row, number) for row in listed] for table, listed in rows.items()}
            for number, rows in enumerate(cases)
        )
    )


def judged(
    session: Session, gate: Gate, rows: Rows, baseline: int | None = None, previous: Rows | None = None
) -> Verdict:
    before = built(previous) if previous is not None else None
    return session.check_snapshot(gate, "unit", built(rows), baseline, before)


def failing(verdict: Verdict) -> dict[str, int]:
    """The failed checks' tables and targets, with the number of rows that fail each."""
    return {
        f"{r['table_name']}.{r['expectation'].partition('(')[2].removesuffix(')')}": r["unexpected_count"]
        for r in verdict.results
        if not r["success"]
    }


def failed(verdict: Verdict) -> list[str]:
    """The failed checks' targets."""
    return [name.partition(".")[2] for name in failing(verdict)]


def arrest(value: str | None, precision: str | None) -> dict[str, str | None]:
    return {"arrest_date": value, "arrest_date_precision": precision, "arrest_date_raw": value}


def verdict_on(value: str, precision: str) -> dict[str, str]:
    return {"verdict_date": value, "verdict_date_precision": precision, "verdict_date_raw": value}


NO_RELEASE = {"release_date": None, "release_date_precision": None, "release_date_raw": None}
NO_DEATH = {"death_date": None, "death_date_precision": None, "death_date_raw": None}
NO_TERM_END = {"term_end_date": None, "term_end_date_precision": None, "term_end_date_raw": None}
UNBORN = {"birth_date": None, "birth_date_precision": None, "birth_date_raw": None}

UNBORN_BUT_SAID = {"birth_date": None, "birth_date_precision": None, "birth_date_raw": "in spring"}


HEALTHY = NO_RELEASE | NO_DEATH | NO_TERM_END | UNBORN


@pytest.mark.parametrize(
    ("gate", "rows"),
    [
        (PRISONERS, prisoners(1, **NO_DEATH)),
        (SANCTIONS, sanctions()),
        (NEWS, articles()),
        (NEWS, of_news("articles")),
        (NEWS, articles(0)),
        (NEWS, articles(1, seen_at=None, published_at=None)),
    ],
)
def test_a_healthy_snapshot_passes(session: Session, gate: Gate, rows: Rows) -> None:
    verdict = judged(session, gate, rows)
    assert failed(verdict) == []
    assert (verdict.held, verdict.warned, verdict.quarantined) == ([], [], [])
    tables = {row["table_name"] for row in verdict.results}
    assert tables == set(rows)


OUT_OF_ORDER = [
    (("2021-05-17", "day"), ("2021-05-16", "day")),
    (("2021-05", "month"), ("2021-04-30", "day")),
    (("2022", "year"), ("2021-12-31", "day")),
    (("2021-06", "month"), ("2020/2021-05", "range")),
]
MAYBE_IN_ORDER = [
    (("2021-05-17", "day"), ("2021-05", "month")),
    (("2021-05-17", "day"), ("2021", "year")),
    (("2021/2023", "range"), ("2022-01-01", "day")),
    (("2022", "circa"), ("2021-12-31", "day")),
    ((None, None), ("2021", "year")),
]


@pytest.mark.parametrize(("dates", "odd"), [(OUT_OF_ORDER, True), (MAYBE_IN_ORDER, False)])
def test_order_of_dates_is_judged_only_as_far_as_they_are_known(
    session: Session, dates: list[tuple[tuple[str | None, str | None], tuple[str, str]]], odd: bool
) -> None:
    cases = [
        prisoners(1, **HEALTHY, **arrest(*arrested), **verdict_on(*sentenced))
        for arrested, sentenced in dates
    ]
    verdict = judged(session, PRISONERS, together(cases))
    assert failing(verdict) == ({"prisoners.arrested_before_verdict": len(dates)} if odd else {})
    assert bool(verdict.warned) == odd
    assert verdict.held == verdict.quarantined == []


# Each with what of it is odd. Of some checks a twentieth may fail: not too many in one snapshot.
ODD: dict[str, tuple[Gate, list[tuple[Rows, set[str]]]]] = {
    "prisoners": (
        PRISONERS,
        [
            (
                prisoners(
                    1,
                    **HEALTHY,
                    **arrest("2025-09-14", "day"),
                    verdict_date=None,
                    verdict_date_precision=None,
                    verdict_date_raw=None,
                ),
                {"prisoners.arrested_by_now"},
            ),
            (prisoners(1, status="detained"), {"prisoners.dead_by_status"}),
            (prisoners(1, sentence_raw=None, **NO_DEATH), {"prisoners.sentence_is_said"}),
            (
                prisoners(1, **verdict_on("1980-06", "month"), **NO_DEATH, **NO_RELEASE),
                {"prisoners.verdict_before_term_end"},
            ),
            (
                prisoners(1, birth_date=None, birth_date_precision=None, **NO_DEATH),
                {"prisoners.birth_date_is_read"},
            ),
        ],
    ),
    "targets": (
        SANCTIONS,
        [
            (sanctions(1, listing_date=date(2025, 9, 14)), {"sanctions.listed_by_now"}),
            (sanctions(1, birth_dates=["1954~", "2020-12"]), {"sanctions.born_before_listing"}),
            (sanctions(1, schema="Vessel"), {"sanctions.only_people_are_born"}),
            (sanctions(1, birth_dates=[]), {"sanctions.birth_dates_are_read"}),
            (sanctions(1, nationalities=[]), {"sanctions.nationalities_are_read"}),
            (sanctions(1, delisting_date=date(2025, 9, 14)), {"sanctions.delisted_by_now"}),
            (sanctions(1, delisting_date=date(2019, 1, 1)), {"sanctions.listed_before_delisting"}),
        ],
    ),
    "what belongs to targets": (
        SANCTIONS,
        [
            (
                altered("birth_dates", {"birth_dates": []}, **UNBORN_BUT_SAID),
                {"birth_dates.birth_date_is_read", "sanctions.birth_dates_are_read"},
            ),
            (
                sanctions(1, birth_dates=["2025-09-14"]),
                {"birth_dates.born_by_now", "sanctions.born_before_listing"},
            ),
            (sanctions(1, birth_dates=["1194-08-30"]), {"birth_dates.born_since_1850"}),
            (
                altered("nationalities", {"nationalities": []}, country=None, country_raw="Atlantis"),
                {"nationalities.country_is_read", "sanctions.nationalities_are_read"},
            ),
            (altered("nationalities", kind="flag"), {"nationalities.people_have_no_flag"}),
            (altered("positions", position="12.05.1980"), {"positions.position_is_words"}),
            (altered("programs", legal_basis_date=date(2025, 9, 14)), {"programs.act_by_now"}),
            (altered("programs", legal_basis_url="see above"), {"programs.act_has_an_address"}),
            (
                altered("particulars", property="deadweight", value="heavy"),
                {"particulars.quantity_is_a_number"},
            ),
            (altered("particulars", property="build_date", value="12/3"), {"particulars.date_holds_a_year"}),
            (
                altered("particulars", property="website", value="none"),
                {"particulars.website_holds_an_address"},
            ),
            (altered("identifiers", type="imo", number="IMO 123"), {"identifiers.imo_has_seven_digits"}),
            (
                altered("identifiers", {"schema": "Vessel"}, type="imo", number="IMO 9187620"),
                {"identifiers.imo_check_digit_holds", "sanctions.only_people_are_born"},
            ),
            (
                altered("identifiers", type="crypto_wallet", number="12Qt D5"),
                {"identifiers.wallet_is_one_word"},
            ),
        ],
    ),
    "news": (
        NEWS,
        [
            (articles(title="Jailed &#8211; again"), {"articles.title_is_decoded"}),
            (articles(lang="eng"), {"articles.lang"}),
            (articles(published_at=datetime(2025, 9, 14, tzinfo=UTC)), {"articles.published_by_now"}),
            (articles(seen_at=datetime(2025, 9, 14, tzinfo=UTC)), {"articles.seen_by_now"}),
            (of_news("sightings", lang="eng"), {"sightings.lang"}),
            (of_news("news_events", event_date=date(2025, 9, 13)), {"news_events.happened_by_then"}),
            (
                of_news("news_event_mentions", seen_at=SEEN - timedelta(days=1)),
                {"news_event_mentions.seen_after_the_event"},
            ),
        ],
    ),
}


@pytest.mark.parametrize(("gate", "cases"), ODD.values(), ids=ODD)
def test_what_is_odd_warns_and_stays(
    session: Session, gate: Gate, cases: list[tuple[Rows, set[str]]]
) -> None:
    verdict = judged(session, gate, together(rows for rows, _ in cases))
    assert failing(verdict) == Counter(name for _, odd in cases for name in odd)
    assert len(verdict.warned) == len(failed(verdict))
    assert verdict.held == verdict.quarantined == []


def test_what_is_in_order_passes(session: Session) -> None:
    cases = [
        (
            altered("identifiers", {"schema": "Vessel"}, type="imo", number="IMO 9187629"),
            "identifiers.imo_check_digit_holds",
        ),
        (
            altered("identifiers", {"schema": "Company"}, type="imo", number="9187620"),
            "identifiers.imo_check_digit_holds",
        ),
        (altered("particulars", property="build_date", value="Sep 2007"), "particulars.date_holds_a_year"),
        (
            altered("particulars", property="website", value="a (www.rhc.aero)"),
            "particulars.website_holds_an_address",
        ),
        (altered("positions", position="Председатель"), "positions.position_is_words"),
        (sanctions(1, birth_dates=["1955~", "1955/1958"]), "sanctions.birth_dates_sum_up_their_rows"),
    ]
    verdict = judged(session, SANCTIONS, together(rows for rows, _ in cases))
    passed = {
        f"{row['table_name']}.{row['expectation'].partition('(')[2].removesuffix(')')}"
        for row in verdict.results
        if row["success"]
    }
    assert {name for _, name in cases} <= passed


def test_a_publisher_may_be_a_day_ahead(session: Session) -> None:
    assert failed(judged(session, SANCTIONS, sanctions(listing_date=date(2025, 9, 13)))) == []


BAD_PRISONERS: list[tuple[str, dict[str, Any]]] = [
    ("born_before_arrest", arrest("1979", "year")),
    ("status", {"status": "escaped"}),
    ("is_designated", {"recognised": False}),
    ("no_term_without_end", {"sentence_kind": "life", "sentence_months": 300.0}),
    ("sentence_in_reason", {"sentence_months": 0.0}),
    ("sentence_in_reason", {"sentence_months": 1_201.0}),
    ("name", {"name": None}),
    ("country", {"country": "UK"}),
    ("birth_date", {"birth_date": "17.05.1980"}),
    ("birth_date", {"birth_date": "1980-13"}),
    ("birth_date_precision", {"birth_date_precision": "week"}),
    ("birth_date_precision_fits", {"birth_date": "1980-01-01", "birth_date_precision": "year"}),
    ("birth_date_precision_fits", {"birth_date": "1980-02-30", "birth_date_precision": "day"}),
    ("birth_date_precision_fits", {"birth_date": "1980", "birth_date_precision": None}),
]
BAD_SANCTIONS: list[tuple[str, dict[str, Any]]] = [
    ("schema", {"schema": "Ship"}),
    ("nationalities", {"nationalities": ["BY", "XX"]}),
    ("nationalities", {"nationalities": ["BY", None]}),
    ("nationalities", {"nationalities": ["BY|RU"]}),
    ("programs", {"programs": None}),
    ("birth_dates", {"birth_dates": ["1954", "circa 1955"]}),
    ("programs_sum_up_their_rows", {"programs": ["BELARUS", "BURMA"]}),
    ("nationalities_sum_up_their_rows", {"nationalities": []}),
    ("birth_dates_sum_up_their_rows", {"birth_dates": ["1954"]}),
    ("position_sums_up_its_rows", {"position": None}),
]
BAD_ARTICLES: list[tuple[str, dict[str, Any]]] = [
    ("tone", {"tone": 250.0}),
    ("tone_positive", {"tone_positive": -1.0}),
    ("tone_negative", {"tone_negative": 101.0}),
    ("self_density", {"self_density": 250.0}),
    ("words", {"words": -1}),
    ("countries", {"countries": ["UK"]}),
    ("url", {"url": None}),
]


@pytest.mark.parametrize(
    ("gate", "make", "bad"),
    [
        (PRISONERS, prisoners, BAD_PRISONERS),
        (SANCTIONS, sanctions, BAD_SANCTIONS),
        (NEWS, articles, BAD_ARTICLES),
    ],
)
def test_bad_records_go_to_quarantine_alone(
    session: Session, gate: Gate, make: Callable[[int], Rows], bad: list[tuple[str, dict[str, Any]]]
) -> None:
    rows = make(4 * len(bad))
    main = rows[gate.main_table]
    for row, (_, changes) in zip(main, bad, strict=False):
        row.update(changes)
    verdict = judged(session, gate, rows)
    assert verdict.held == []
    keys = [next(iter(row.values())) for row in main[: len(bad)]]
    assert verdict.quarantined_ids == set(keys)
    for key, (what, _) in zip(keys, bad, strict=True):
        reasons = [q["reason"] for q in verdict.quarantined if q["record_id"] == key]
        assert any(f"({what}) fails" in reason for reason in reasons), key


BAD_NEWS: list[tuple[str, dict[str, Any], str]] = [
    ("sightings", {"url": None}, "a-0"),
    ("sightings", {"article_id": "a-99"}, "a-99"),
    ("article_places", {"article_id": "a-99"}, "a-99"),
    ("article_places", {"latitude": 91.0}, "a-0"),
    ("article_places", {"longitude": -180.5}, "a-0"),
    ("article_places", {"place_type": "village"}, "a-0"),
    ("article_places", {"country": "UK"}, "a-0"),
    ("article_counts", {"number": -1}, "a-0"),
    ("article_counts", {"article_id": "a-99"}, "a-99"),
    ("news_events", {"goldstein": 10.5}, "0"),
    ("news_events", {"quad_class": "war"}, "0"),
    ("news_events", {"actor2_latitude": 123.0}, "0"),
    ("news_events", {"actor1_country": "BLR"}, "0"),
    ("news_events", {"mentions": -1}, "0"),
    ("news_event_mentions", {"confidence": 101}, "0"),
    ("news_event_mentions", {"url": None}, "0"),
]


def test_a_bad_row_of_news_goes_with_its_article_or_its_event(session: Session) -> None:
    verdict = judged(session, NEWS, together(of_news(table, **changes) for table, changes, _ in BAD_NEWS))
    assert verdict.held == []
    expected = {
        (table, str(100 * number) if key.isdecimal() else f"{key}-{number}")
        for number, (table, _, key) in enumerate(BAD_NEWS)
    }
    assert {(q["table"], q["record_id"]) for q in verdict.quarantined} == expected
    assert verdict.quarantined_ids == {key for _, key in expected}
    assert Verdict.from_json(verdict.to_json()) == verdict


def test_an_event_whose_article_is_not_there_is_sound(session: Session) -> None:
    for article_id in (None, "a-99"):
        verdict = judged(session, NEWS, of_news("news_events", article_id=article_id))
        assert failed(verdict) == []


def test_a_row_without_a_key_holds(session: Session) -> None:
    for table, key in (("articles", "article_id"), ("news_events", "news_event_id")):
        held = judged(session, NEWS, of_news(table, **{key: None})).held
        assert f"{table}: 1 of 4 rows fail: {key} is there" in held


def test_a_record_of_another_source_is_no_record_of_this_one(session: Session) -> None:
    rows = sanctions()
    for table in rows.values():
        table[0]["record_id"] = "un_sc:1"
    verdict = judged(session, SANCTIONS, rows)
    assert failed(verdict) == ["record_id_starts_with_source_id"]
    assert verdict.quarantined_ids == {"un_sc:1"}


def test_two_records_with_one_key_both_go_to_quarantine(session: Session) -> None:
    rows = prisoners(8, **NO_DEATH)
    rows["prisoners"].append(rows["prisoners"][3] | {"name": "Somebody Else"})
    verdict = judged(session, PRISONERS, rows)
    assert verdict.quarantined_ids == {"by_viasna:3"}


def test_a_bad_child_row_quarantines_its_record(session: Session) -> None:
    rows = sanctions()
    rows["addresses"][2]["country"] = "XX"
    rows["identifiers"][2]["country"] = "XX"
    verdict = judged(session, SANCTIONS, rows)
    assert [(q["table"], q["record_id"]) for q in verdict.quarantined] == [
        ("addresses", "eu_fsf:2"),
        ("identifiers", "eu_fsf:2"),
    ]
    assert len({q["reason"] for q in verdict.quarantined}) == 2


@pytest.mark.parametrize(("gate", "rows"), [(PRISONERS, prisoners()), (SANCTIONS, sanctions())])
def test_every_record_has_a_primary_name(session: Session, gate: Gate, rows: Rows) -> None:
    nameless = rows["names"][1]["record_id"]
    rows["names"][1] = rows["names"][1] | {"kind": "alias"}
    verdict = judged(session, gate, rows)
    assert verdict.quarantined_ids == {nameless}


def test_a_repeated_alias_only_warns(session: Session) -> None:
    rows = sanctions()
    rows["names"].append(dict(rows["names"][0]))
    verdict = judged(session, SANCTIONS, rows)
    assert verdict.warned == ["names: 2 of 5 rows fail: no two rows have the same key"]
    assert verdict.held == verdict.quarantined == []


@pytest.mark.parametrize("gate", [PRISONERS, SANCTIONS])
def test_an_empty_list_is_held_whatever_the_registry_says(session: Session, gate: Gate) -> None:
    assert judged(session, gate, {}).held == [f"{gate.main_table}: 0 rows, 1 expected at least"]


def test_news_below_the_minimum_is_held(session: Session) -> None:
    verdict = judged(session, replace(NEWS, minimum=1), articles(0))
    assert verdict.held == ["articles: 0 rows, 1 expected at least"]


def test_a_snapshot_above_the_maximum_warns(session: Session) -> None:
    verdict = judged(session, replace(SANCTIONS, maximum=3), sanctions(4))
    assert verdict.warned == ["sanctions: 4 rows, 3 expected at most"]
    assert verdict.held == []


@pytest.mark.parametrize(
    ("rows", "baseline", "max_drop", "least"),
    [(9, 10, 0.1, None), (8, 10, 0.1, 9), (3, 10, 0.7, None), (2, 10, 0.7, 3), (4, 4808, 0.1, 4328)],
)
def test_a_drop_against_the_last_good_snapshot_is_held(
    session: Session, rows: int, baseline: int, max_drop: float, least: int | None
) -> None:
    verdict = judged(session, replace(PRISONERS, max_drop=max_drop), prisoners(rows, **NO_DEATH), baseline)
    after = f"(last good snapshot {baseline:,} minus {max_drop * 100:g} %)"
    assert verdict.held == ([f"prisoners: {rows} rows, {least:,} expected at least {after}"] if least else [])


NAMES = [f"{first} {last}" for first in ("Anna", "Berta", "Clara") for last in map(chr, range(65, 91))]


def told(gate: Gate, people: Mapping[str, str], births: Mapping[str, str] | None = None) -> Rows:
    """Records by their key, with a name each and no more than that, or a date of birth."""
    rows: Rows = {gate.main_table: [], "names": []}
    for key, name in people.items():
        record_id, birth = f"{gate.source_id}:{key}", (births or {}).get(key)
        if gate is PRISONERS:
            given = {"birth_date": birth, "birth_date_precision": birth and "year", "birth_date_raw": birth}
            part = prisoner(record_id, name, **given)
        else:
            part = target(record_id, name, schema="Person", birth_dates=[birth] if birth else [])
        rows = both(rows, part)
    return {table: listed for table, listed in rows.items() if listed}


def by_number(names: list[str], first: int = 0) -> dict[str, str]:
    return {str(number): name for number, name in enumerate(names, first)}


LISTS = pytest.mark.parametrize("gate", [PRISONERS, SANCTIONS], ids=lambda gate: gate.family)


@LISTS
@pytest.mark.parametrize(
    ("size", "other", "holds"),
    [
        (78, 1, False),
        (78, 2, False),
        (78, 3, True),
        (10, 2, False),
        (10, 3, True),
        (10, 10, True),
        (2, 2, False),
    ],
)
def test_few_new_keys_warn_and_many_hold(
    session: Session, gate: Gate, size: int, other: int, holds: bool
) -> None:
    names = NAMES[:size]
    after = by_number(names[other:], other) | {f"new-{n}": name for n, name in enumerate(names[:other])}
    verdict = judged(session, gate, told(gate, after), None, told(gate, by_number(names)))
    said = f"{gate.main_table}: {other} of {size} rows fail: the record did not stand under another key"
    assert [line.startswith(said) for line in verdict.held] == ([True] if holds else [])
    assert any(line.startswith(said) for line in verdict.warned)
    assert verdict.quarantined == []
    assert not any("reused" in target for target in failed(verdict))


def test_an_operator_can_let_new_keys_pass(session: Session) -> None:
    gate = replace(SANCTIONS, rekeyed=True)
    before, after = by_number(NAMES), {f"new-{n}": name for n, name in enumerate(NAMES)}
    verdict = judged(session, gate, told(gate, after), None, told(gate, before))
    assert verdict.held == []
    assert any("under another key" in line for line in verdict.warned)


def test_of_a_long_list_two_in_a_hundred_may_have_new_keys(session: Session) -> None:
    names = [f"{name} {n}" for n in range(5) for name in NAMES]  # 390: 7 may
    for other, held in ((7, 0), (8, 1)):
        after = by_number(names[other:], other) | {f"new-{n}": name for n, name in enumerate(names[:other])}
        verdict = judged(session, SANCTIONS, told(SANCTIONS, after), None, told(SANCTIONS, by_number(names)))
        assert len(verdict.held) == held


@LISTS
def test_keys_that_have_moved_by_one_hold(session: Session, gate: Gate) -> None:
    """As where a publisher's key is a row's number, and a row came in on top."""
    words = ["Zmitser Dashkevich", "Maria Kalesnikava", "Ihar Losik", "Pavel Seviarynets", "Volha Harbunova"]
    before, after = by_number(words), by_number(["Ales Bialiatski", *words])
    verdict = judged(session, gate, told(gate, after), None, told(gate, before))
    meaning = "the key was not another's in the last good snapshot (2 may fail)"
    assert verdict.held == [f"{gate.main_table}: 5 of 6 rows fail: {meaning}"]


@LISTS
def test_coming_and_going_are_no_new_keys(session: Session, gate: Gate) -> None:
    before = by_number([*NAMES[:20], *["Ivan Ivanou"] * 5])
    after = by_number([*NAMES[:20]]) | {f"new-{n}": "Ivan Ivanou" for n in range(5)}
    born = {key: f"19{60 + int(key)}" for key, name in before.items() if name == "Ivan Ivanou"}
    later = {f"new-{n}": f"199{n}" for n in range(5)}
    verdict = judged(session, gate, told(gate, after, later), None, told(gate, before, born))
    assert verdict.held == verdict.warned == []
    others = by_number(NAMES[:20]) | {f"new-{n}": name for n, name in enumerate(NAMES[40:50])}
    verdict = judged(session, gate, told(gate, others), None, told(gate, by_number(NAMES[:30])))
    assert verdict.held == verdict.warned == []


def test_a_first_snapshot_has_no_keys_to_keep(session: Session) -> None:
    assert not any("key" in row["expectation"] for row in judged(session, SANCTIONS, sanctions()).results)


def test_articles_have_no_keys_to_keep(session: Session) -> None:
    verdict = judged(session, NEWS, articles(4, article_id="a-9"), None, articles())
    assert failed(verdict) == verdict.held == []


@pytest.mark.parametrize(
    ("before", "after", "reused"),
    [
        pytest.param({}, {}, False, id="nothing changed"),
        pytest.param({}, {"name": "Alexander Lukashenko"}, False, id="spelt otherwise"),
        pytest.param({}, {"name": "LUKASHENKA, Aliaksandr"}, False, id="turned round"),
        pytest.param({}, {"name": "Aliaksandr Ryhoravich Lukashenka"}, False, id="written in full"),
        pytest.param(
            {}, {"name": "Alexander Lukashenko", "birth_dates": ["1955"]}, False, id="both corrected"
        ),
        pytest.param({}, {"name": "Viktar Sheiman", "birth_dates": ["1958"]}, True, id="another birth"),
        pytest.param(
            {}, {"name": "Aliaksandr Sheiman", "birth_dates": ["1958"]}, True, id="a namesake by one word"
        ),
        pytest.param({}, {"name": "Viktar Sheiman"}, False, id="the same birth"),
        pytest.param(
            {},
            {"name": "Viktar Sheiman", "birth_dates": ["1950/1956"]},
            False,
            id="a birth that can be the same",
        ),
        pytest.param({"birth_dates": []}, {"name": "Viktar Sheiman"}, True, id="nothing alike"),
        pytest.param({"birth_dates": []}, {"name": "Aliaksandr Sheiman"}, False, id="one word alike"),
        pytest.param(
            {"birth_dates": []},
            {"name": "Aliaksandr Sheiman", "schema": "Vessel", "birth_dates": []},
            True,
            id="another kind",
        ),
        pytest.param(
            {},
            {"name": "Viktar Sheiman", "birth_dates": ["1958"], "also": "Aliaksandr Lukashenka"},
            False,
            id="an old name kept",
        ),
        pytest.param(
            {"birth_dates": [], "imo": "9187629"},
            {"name": "Sea Star", "birth_dates": [], "imo": "9187629"},
            False,
            id="renamed with the same number",
        ),
    ],
)
def test_a_key_given_to_somebody_else_is_told(
    session: Session, before: dict[str, Any], after: dict[str, Any], reused: bool
) -> None:
    def snapshot(
        name: str = "Aliaksandr Lukashenka", also: str | None = None, imo: str | None = None, **given: Any
    ) -> Rows:
        person = {"schema": "Person", "birth_dates": ["1954-08-30"], **given}
        numbers = [example("identifiers", record_id="eu_fsf:1", type="imo", number=imo)] if imo else []
        others = {"alias": also} if also else None
        rows = both(target("eu_fsf:1", name, others, **person), target("eu_fsf:2"), {"identifiers": numbers})
        return {table: listed for table, listed in rows.items() if listed}

    verdict = judged(session, SANCTIONS, snapshot(**after), None, snapshot(**before))
    assert ("not_reused" in failed(verdict)) == reused
    assert verdict.held == verdict.quarantined == []


def test_the_quarantined_count_as_missing(session: Session) -> None:
    gate = replace(PRISONERS, max_drop=0.0)
    assert judged(session, gate, prisoners(4), 4).held == []
    (held,) = judged(session, gate, prisoners(4, status="escaped"), 4).held
    assert held.startswith("prisoners: 3 rows, 4 expected at least")


def test_where_many_records_are_bad_the_snapshot_is(session: Session) -> None:
    rows = prisoners(4)
    for row in rows["prisoners"][:2]:
        row["status"] = "escaped"
    (held,) = judged(session, PRISONERS, rows).held
    assert held == "prisoners: 2 rows, 3 expected at least (4 read, of which 25% may be quarantined)"


def rejecting(session: Session, gate: Gate, rows: Rows, **files: tuple[str, int, int]) -> Verdict:
    """The verdict on rows whose parser reports of each file its kind, what it read, and what it rejected."""
    counts = {name: FileCounts(*found) for name, found in files.items()}
    return session.check_snapshot(gate, "unit", built(rows), reported=Reported(counts))


@pytest.mark.parametrize(
    ("read", "by_parser", "by_gate", "holds"),
    [
        (40, 38, 0, True),
        (40, 10, 0, False),
        (40, 11, 0, True),
        (40, 6, 4, False),
        (40, 6, 5, True),
        (4, 1, 0, False),
        (4, 2, 0, True),
        (3, 1, 0, False),
        (3, 2, 0, True),
        (2, 1, 0, False),
        (1, 1, 0, True),
    ],
)
def test_the_quarantined_share_is_of_what_was_declared_whoever_quarantined_it(
    session: Session, read: int, by_parser: int, by_gate: int, holds: bool
) -> None:
    rows = prisoners(read - by_parser, **NO_DEATH) if read > by_parser else {"prisoners": [], "names": []}
    for row in rows["prisoners"][:by_gate]:
        row["country"] = "UK"
    verdict = rejecting(session, PRISONERS, rows, list=("list", read, by_parser))
    left = read - by_parser - by_gate
    said = [line for line in verdict.held if "may be quarantined" in line]
    assert [line.startswith(f"prisoners: {left} rows, ") for line in said] == ([True] if holds else [])


def test_where_rows_are_not_records_the_share_is_of_the_rows(session: Session) -> None:
    rows = sanctions(4)
    assert rejecting(session, SANCTIONS, rows, list=("list", 20, 5)).held == []
    rows["sanctions"][0]["schema"] = "Ship"
    [held] = rejecting(session, SANCTIONS, rows, list=("list", 20, 5)).held
    assert held == "sanctions: 11 rows, 15 expected at least (20 read, of which 25% may be quarantined)"


def test_one_of_a_list_s_files_that_is_rejected_holds(session: Session) -> None:
    verdict = rejecting(session, PRISONERS, prisoners(6, **NO_DEATH), en=("en", 40, 34), ru=("ru", 100, 0))
    [held] = verdict.held
    assert held == "prisoners: 6 rows, 30 expected at least (40 read in en, of which 25% may be quarantined)"


DAY = replace(NEWS, content="days")


@pytest.mark.parametrize(
    ("gkg", "held", "warned"),
    [
        pytest.param([(1629, 1629)], 1, 1, id="all of a kind"),
        pytest.param([(1629, 0), (1629, 1629)], 1, 1, id="half of a kind"),
        pytest.param([(1629, 0)] * 9 + [(1629, 1629)], 0, 1, id="one file of many"),
        pytest.param([(3, 3)], 0, 1, id="a tiny kind"),
        pytest.param([(1629, 0), (1, 1)], 1, 1, id="half of the files of a kind"),
        pytest.param([(1629, 400)], 0, 0, id="a quarter"),
    ],
)
def test_a_file_of_the_news_that_is_rejected_holds_its_day_or_warns(
    session: Session, gkg: list[tuple[int, int]], held: int, warned: int
) -> None:
    files = {f"gkg{number}": ("gkg", *counts) for number, counts in enumerate(gkg)}
    verdict = rejecting(
        session, DAY, articles(), **files, events=("export", 21110, 0), more=("export", 50, 0)
    )
    assert (len(verdict.held), len(verdict.warned)) == (held, warned)
    assert all("in gkg" in line for line in verdict.held)


def test_a_day_of_which_all_was_rejected_is_held(session: Session) -> None:
    [held] = rejecting(session, DAY, articles(0), gkg=("gkg", 1629, 1629)).held
    assert held == "articles: 0 rows, 1,222 expected at least (1,629 read, of which 25% may be quarantined)"


def test_of_a_stream_one_feed_that_is_rejected_warns(session: Session) -> None:
    stream = replace(NEWS, content="stream")
    verdict = rejecting(session, stream, articles(), a=("a", 20, 20), b=("b", 100, 0))
    assert verdict.held == []
    assert len(verdict.warned) == 1


def test_events_are_counted_beside_articles(session: Session) -> None:
    rows = of_news("articles")
    for row in rows["news_events"][:2]:
        row["goldstein"] = 99.0
    [held] = judged(session, NEWS, rows).held
    assert held.startswith("articles: 2 rows, 3 expected at least (4 read in news_events")


# what a snapshot's columns lost


def people(n: int, first: int = 0, **column: Callable[[int], Any]) -> Rows:
    """`n` prisoners with what a function of their number gives."""
    return both(
        *(
            prisoner(
                f"by_viasna:{i}", NAMES[i % len(NAMES)] + f" {i}", **{k: f(i) for k, f in column.items()}
            )
            for i in range(first, first + n)
        )
    )


def some(value: str, below: int) -> Callable[[int], str | None]:
    return lambda number: value if number < below else None


@pytest.mark.parametrize(
    ("size", "before", "after", "severity"),
    [
        (12, 12, 0, "hold"),
        (40, 12, 0, "hold"),
        (600, 30, 0, "hold"),
        (600, 6, 0, "warn"),
        (600, 2, 0, None),
        (6, 5, 3, None),
        (6, 6, 0, "hold"),
        (4, 2, 0, None),
        (40, 40, 25, "hold"),
        (40, 40, 33, "warn"),
        (40, 40, 36, None),
        (600, 600, 500, "warn"),
        (600, 600, 440, "hold"),
        (600, 600, 580, None),
        (40, 20, 40, None),
    ],
)
def test_a_column_that_lost_its_values_warns_or_holds(
    session: Session, size: int, before: int, after: int, severity: str | None
) -> None:
    first, second = (people(size, court=some("Minsk City Court", n)) for n in (before, after))
    verdict = judged(session, PRISONERS, second, size, first)
    line = f"prisoners: lost since the last good snapshot: court {before} -> {after}"
    assert verdict.held == ([line] if severity == "hold" else [])
    assert verdict.warned == ([line] if severity == "warn" else [])
    found = [row for row in verdict.results if not row["success"]]
    assert [(row["severity"], row["observed"]) for row in found] == (
        [(severity, line.removeprefix("prisoners: "))] if severity else []
    )


def test_who_came_and_went_is_no_loss(session: Session) -> None:
    """The same records keep what they had, though it is a smaller share of all."""
    before = people(40, court=some("Minsk City Court", 30))
    after = people(90, first=15, court=some("Minsk City Court", 30))
    verdict = judged(session, PRISONERS, after, None, before)
    assert verdict.held == verdict.warned == []


def test_where_few_records_are_the_same_all_are_compared(session: Session) -> None:
    before = people(60, court=some("Minsk City Court", 60))
    verdict = judged(session, PRISONERS, people(60, first=50), None, before)
    assert verdict.held == ["prisoners: lost since the last good snapshot: court 60 -> 0"]


def test_rows_of_a_child_table_and_what_is_in_them_are_compared(session: Session) -> None:
    before = sanctions(12)
    lost = "lost since the last good snapshot"
    for table in ("identifiers", "addresses", "particulars"):
        after = {**before, table: []}
        assert judged(session, SANCTIONS, after, None, before).held == [f"{table}: {lost}: rows 12 -> 0"]
    after = sanctions(12)
    for row in after["identifiers"]:
        row.update(note=None, type="other")
    [held] = judged(session, SANCTIONS, after, None, before).held
    assert held == f"identifiers: {lost}: type=passport 12 -> 0, type known 12 -> 0, note 12 -> 0"


def test_a_word_that_no_row_has_any_more_holds(session: Session) -> None:
    """As where `weak alias` is called otherwise and all are read as aliases."""
    before, after = sanctions(12), sanctions(12)
    for rows, kind in ((before, "weak_alias"), (after, "alias")):
        rows["names"] += [row | {"kind": kind, "name": "Also"} for row in rows["names"]]
    [held] = judged(session, SANCTIONS, after, None, before).held
    assert held == "names: lost since the last good snapshot: kind=weak_alias 12 -> 0"


def test_a_state_of_all_may_change_but_not_become_unknown(session: Session) -> None:
    before = people(12, status=lambda _: "detained")
    assert judged(session, PRISONERS, people(12, status=lambda _: "released"), 12, before).held == []
    [held] = judged(session, PRISONERS, people(12, status=lambda _: "unknown"), 12, before).held
    assert held.endswith("status=detained 12 -> 0, status known 12 -> 0")


def test_dates_that_are_read_to_the_year_alone_have_lost_their_days(session: Session) -> None:
    def arrested(date: str, precision: str) -> Rows:
        given = {"arrest_date": date, "arrest_date_precision": precision, "arrest_date_raw": "05/06/2021"}
        return people(20, **{name: lambda _, value=value: value for name, value in given.items()})

    verdict = judged(session, PRISONERS, arrested("2021", "year"), 20, arrested("2021-06-05", "day"))
    assert verdict.held == ["prisoners: lost since the last good snapshot: arrest_date_precision=day 20 -> 0"]


def test_bounds_are_a_source_s_own_and_an_operator_s(session: Session) -> None:
    before, after = people(40, court=some("Minsk City Court", 40)), people(40)

    def held(fill: Fill) -> list[bool]:
        verdict = judged(session, replace(PRISONERS, fill=fill), after, 40, before)
        return [bool(verdict.held), bool(verdict.warned)]

    assert held(Fill()) == [True, False]
    assert held(Fill(columns={"prisoners.court": FillBounds(hold=None)})) == [False, True]
    assert held(Fill(columns={"prisoners.court": FillBounds(warn=None, hold=None)})) == [False, False]
    assert held(Fill(columns={"names.rows": FillBounds(hold=None)})) == [True, False]
    assert held(Fill(accepted=(SEEN.date(),))) == [False, True]


def test_a_day_whose_column_is_empty_is_held_by_the_day_before(session: Session) -> None:
    fill = Fill(warn=0.5, hold=1)
    gate = replace(NEWS, content="days", fill=fill)

    def titled(n: int, titles: int) -> Rows:
        rows = articles(n, seen_at=None)
        for number, row in enumerate(rows["articles"]):
            row["title"] = "A title" if number < titles else None
        return rows

    def held(before: Rows, after: Rows) -> list[str]:
        shape = judged(session, gate, before).shape
        return session.check_snapshot(gate, "unit", built(after), shape=shape).held

    assert held(titled(60, 60), titled(30, 0)) == [
        "articles: lost since the last good snapshot: title 30 -> 0"
    ]
    assert held(titled(60, 60), titled(30, 1)) == []
    assert held(titled(60, 60), titled(10, 0)) == []
    assert held(titled(60, 60), titled(0, 0)) == []


@pytest.mark.parametrize(("unread", "holds"), [(20, True), (11, True), (9, False)])
def test_a_first_snapshot_whose_dates_are_mostly_unread_is_held(
    session: Session, unread: int, holds: bool
) -> None:
    rows = sanctions(20)
    for row in rows["sanctions"][:unread]:
        row["birth_dates"] = []
    for row in rows["birth_dates"][:unread]:
        row.update(UNBORN_BUT_SAID)
    verdict = judged(session, SANCTIONS, rows)
    lines = [line for line in verdict.held if "at least 50% of the dates given for birth_date" in line]
    assert [line.startswith(f"birth_dates: {unread} of 20") for line in lines] == ([True] if holds else [])
    assert verdict.quarantined == []


@pytest.mark.parametrize(("times", "holds"), [(40, True), (21, True), (20, False)])
def test_dates_of_prisoners_that_are_not_kept_unread_hold_by_their_number(
    session: Session, times: int, holds: bool
) -> None:
    reported = Reported(unknown={"arrested: not a date": times, "gender: not known": 40})
    tables = built(people(40))
    held = session.check_snapshot(PRISONERS, "unit", tables, reported=reported).held
    line = f"prisoners: dates that could not be read: arrested ({times} of 40 records)"
    assert held == ([line] if holds else [])


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (lambda t: t.drop_columns(["gender"]), "prisoners: lacks gender string"),
        (lambda t: t.append_column("photo", pa.nulls(4, pa.string())), "prisoners: has photo string"),
        (lambda t: t.select(t.column_names[::-1]), "prisoners: columns are not in the contract's order"),
        (
            lambda t: t.set_column(5, "birth_date", pa.array([1980] * 4)),
            "prisoners: lacks birth_date string; has birth_date int64",
        ),
    ],
)
def test_columns_that_are_not_the_contracts_are_held(session: Session, table: Any, said: str) -> None:
    tables = built(prisoners())
    tables["prisoners"] = table(tables["prisoners"])
    assert session.check_snapshot(PRISONERS, "unit", tables, None).held == [said]


def test_what_a_list_s_element_is_called_does_not_matter(session: Session) -> None:
    tables = built(prisoners(1, **NO_DEATH))
    other = pa.list_(pa.field("item", pa.string()))
    at = tables["prisoners"].schema.get_field_index("charges")
    charges = tables["prisoners"]["charges"].cast(other)
    tables["prisoners"] = tables["prisoners"].set_column(at, pa.field("charges", other), charges)
    assert session.check_snapshot(PRISONERS, "unit", tables, None).held == []


def test_rows_that_cannot_be_quarantined_by_key_hold(session: Session) -> None:
    rows = sanctions()
    rows["names"][0]["record_id"] = None
    held = judged(session, SANCTIONS, rows).held
    assert "names: 1 of 4 rows fail: record_id is there" in held


def test_a_child_of_a_record_left_out_holds(session: Session) -> None:
    rows = prisoners()
    rows["names"].append(example("names", record_id="by_viasna:99"))
    assert judged(session, PRISONERS, rows).held == [
        "names: 1 of 5 rows fail: record_id stands in the table it refers to"
    ]


def test_a_row_of_another_source_holds(session: Session) -> None:
    (held,) = judged(session, NEWS, articles(source_id="rss")).held
    assert held == "articles: 1 of 4 rows fail: source_id is the source's own"


def damaged_sanctions() -> Rows:
    rows = sanctions(12, schema="Ship")
    rows["sanctions"][2]["schema"] = "Ship"
    rows["sanctions"][5]["nationalities"] = ["??"]
    rows["sanctions"][7]["listing_date"] = date(2031, 1, 1)
    rows["names"].append(dict(rows["names"][0]))
    return rows


def test_same_rows_in_any_order_and_any_session_give_the_same_verdict(session: Session) -> None:
    first = judged(session, SANCTIONS, damaged_sanctions())
    turned = {table: rows[::-1] for table, rows in damaged_sanctions().items()}
    keys = [(row["table_name"], row["expectation"]) for row in first.results]
    assert keys == sorted(set(keys))
    assert len(first.quarantined) == 4
    assert judged(session, SANCTIONS, turned).to_json() == first.to_json()
    assert judged(Session(), SANCTIONS, damaged_sanctions()).to_json() == first.to_json()


def test_a_verdict_survives_json(session: Session) -> None:
    verdict = judged(session, SANCTIONS, damaged_sanctions())
    assert Verdict.from_json(verdict.to_json()) == verdict


def test_results_are_rows_of_the_quality_table(session: Session) -> None:
    verdict = judged(session, SANCTIONS, damaged_sanctions(), 12, sanctions())
    quality = pa.Table.from_pylist(verdict.results, contract("quality").arrow_schema)
    assert quality.to_pylist() == verdict.results
    assert checked(session, {"quality": quality}).held == []


def test_neither_verdict_nor_docs_repeat_a_person_s_data(tmp_path: Path) -> None:
    own = Session()
    rows = prisoners(4, name_original="Зміцер", gender="zmicier", country="Zmicier", facility="Zmicier st. 5")
    rows["prisoners"][0] |= {"birth_date": "Zmicier"}
    verdict = judged(own, PRISONERS, rows)
    assert len(verdict.quarantined) >= 3
    own.build_docs(tmp_path)
    pages = "".join(page.read_text("utf-8") for page in tmp_path.rglob("*.html"))
    for word in ("zmicier", "зміцер", rows["prisoners"][1]["name"].lower()):
        assert word not in verdict.to_json().lower()
        assert word not in pages.lower()


def test_data_docs_tell_of_every_suite(tmp_path: Path) -> None:
    own = Session()
    judged(own, SANCTIONS, sanctions())
    judged(own, SANCTIONS, sanctions(), None, sanctions())
    checked(own, {})
    checked(own, {"events": release()["events"]})
    index = own.build_docs(tmp_path / "docs")
    assert index == tmp_path / "docs" / "index.html"
    text = index.read_text("utf-8")
    for suite in ("eu_fsf.sanctions", "eu_fsf.names", "eu_fsf.size", "eu_fsf.keys", "release.events"):
        assert suite in text
    assert own.build_docs(tmp_path / "docs") == index
    files = [path for path in (tmp_path / "docs").rglob("*") if path.is_file()]
    assert {path.suffix for path in files} == {".html"}  # not 4 MB of fonts that no page uses


def test_a_validation_is_silent_and_stays_off_the_network(
    session: Session, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    judged(session, SANCTIONS, damaged_sanctions())
    assert capfd.readouterr() == ("", "")


def test_the_runner_loads_without_great_expectations() -> None:
    code = "import sys, expectations.runner; sys.exit('great_expectations' in sys.modules)"
    assert (
        subprocess.run(
            [sys.executable, "-c", code], check=False, env={"PYTHONPATH": ":".join(sys.path)}
        ).returncode
        == 0
    )


def release() -> dict[str, pa.Table]:
    """A release of two sanctions, a prisoner, and all that belongs to them."""
    target, person = {"record_id": "eu_fsf:1"}, {"record_id": "by_viasna:1"}
    ended = {"valid_to": datetime(2025, 10, 1, tzinfo=UTC)}
    return built(
        {
            "sanctions": [
                example("sanctions", **target, **ended),
                example("sanctions", **target, valid_from=ended["valid_to"]),
            ],
            "prisoners": [example("prisoners", **person)],
            "charges": [example("charges", **person)],
            "names": [example("names", **target), example("names", **person)],
            "name_parts": [example("name_parts", **target)],
            "identifiers": [example("identifiers", **target)],
            "addresses": [example("addresses", **target)],
            "particulars": [example("particulars", **target)],
            **{table: [example(table, **target)] for table in SUMMED_UP},
            **{table: [example(table)] for table in NEWS_TABLES},
            "mentions": [example("mentions", **person)],
            "candidate_mentions": [example("candidate_mentions", **person)],
            "entities": [example("entities", birth_date="1955~")],
            "entity_records": [example("entity_records", **target), example("entity_records", **person)],
            "links": [example("links")],
            "retired_entities": [example("retired_entities")],
            "events": [example("events", **target)],
            "unread_records": [example("unread_records", **target)],
            **{table: [example(table)] for table in META},
        },
        published=True,
    )


def checked(session: Session, tables: Mapping[str, pa.Table]) -> Verdict:
    """What is said of a release of these tables."""
    with database.connect() as con:
        for name, table in tables.items():
            con.register(name, table)
        return session.check_release(con)


def changed(tables: dict[str, pa.Table], table: str, row: int, changes: Mapping[str, Any]) -> None:
    rows = tables[table].to_pylist()
    rows[row] |= changes
    tables[table] = pa.Table.from_pylist(rows, tables[table].schema)


def test_a_sound_release_passes(session: Session) -> None:
    verdict = checked(session, release())
    assert verdict.held == verdict.warned == verdict.quarantined == []
    assert {row["table_name"] for row in verdict.results} == set(contracts())
    assert {(row["source_id"], row["unit_id"], row["severity"]) for row in verdict.results} == {
        (None, None, "hold")
    }


@pytest.mark.parametrize(
    ("row", "changes", "said"),
    [
        (1, {"valid_from": SEEN}, "no two rows have the same key"),
        (1, {"valid_from": datetime(2025, 9, 20, tzinfo=UTC)}, "a version ends before the next begins"),
        (0, {"valid_to": None}, "a version ends before the next begins"),
        (0, {"valid_to": SEEN}, "a version ends after it begins"),
    ],
)
def test_versions_of_a_record_follow_each_other(
    session: Session, row: int, changes: dict[str, Any], said: str
) -> None:
    tables = release()
    changed(tables, "sanctions", row, changes)
    held = checked(session, {"sanctions": tables["sanctions"]}).held
    assert any(line.endswith(f"fail: {said}") for line in held)


def test_a_release_with_faults_is_held_for_each(session: Session) -> None:
    tables = release()
    changed(tables, "names", 0, {"record_id": "eu_fsf:9"})
    changed(tables, "events", 0, {"entity_id": "vg-0"})
    changed(tables, "mentions", 0, {"article_id": "a-0"})
    changed(tables, "articles", 0, {"seen_at": None})
    changed(tables, "entities", 0, {"birth_date": "about 1955", "countries": ["BLR"]})
    changed(tables, "sources", 0, {"freshness": "new"})
    assert checked(session, tables).held == [
        "articles: 1 of 1 rows fail: seen_at is there",
        "entities: 1 of 1 rows fail: birth_date is in EDTF",
        "entities: 1 of 1 rows fail: countries are country codes",
        "events: 1 of 1 rows fail: entity_id stands in the table it refers to",
        "mentions: 1 of 1 rows fail: article_id stands in the table it refers to",
        "names: 1 of 2 rows fail: record_id stands in the table it refers to",
        "sources: 1 of 1 rows fail: freshness is one of fresh, stale, held, sample, ended",
    ]


SOUND_NEWS: list[tuple[str, dict[str, Any]]] = [
    ("articles", {"article_id": "a-1"}),
    ("sightings", {"url": "https://example.org/2"}),
    ("news_events", {"news_event_id": 2, "article_id": "a-2", "actor1_country": None}),
    ("news_event_mentions", {"sentence": 3, "event_seen_at": None}),
]
FAULTY_NEWS: list[tuple[str, dict[str, Any], str]] = [
    ("articles", {}, "no two rows have the same key"),
    ("articles", {"article_id": "a-1", "url": None}, "url is there"),
    ("articles", {"article_id": "a-2", "themes": ["A", None]}, "themes is there"),
    ("articles", {"article_id": "a-3", "countries": ["BY", "UK"]}, "countries are country codes"),
    ("sightings", {}, "no two rows have the same key"),
    ("article_names", {"kind": "body"}, "kind is one of person, organization"),
    ("article_places", {"article_id": "a-9"}, "article_id stands in the table it refers to"),
    ("article_places", {"country": "UK"}, "country is a country code"),
    ("article_counts", {"article_id": "a-9"}, "article_id stands in the table it refers to"),
    ("news_events", {}, "no two rows have the same key"),
    ("news_event_mentions", {}, "no two rows have the same key"),
]


def with_more(tables: dict[str, pa.Table], more: Iterable[tuple[str, dict[str, Any]]]) -> dict[str, pa.Table]:
    """The same with further rows, each like the first of its table but for some changes."""
    found = dict(tables)
    for table, changes in more:
        row = tables[table].to_pylist()[0] | changes
        found[table] = pa.concat_tables([found[table], pa.Table.from_pylist([row], tables[table].schema)])
    return found


def test_more_rows_of_news_are_checked_by_counting(session: Session) -> None:
    verdict = checked(session, with_more(release(), SOUND_NEWS))
    assert verdict.held == []
    assert all(row["success"] for row in verdict.results)
    tables = with_more(release(), ((table, changes) for table, changes, _ in FAULTY_NEWS))
    verdict = checked(session, tables)
    counts = {said: 2 if said == "no two rows have the same key" else 1 for *_, said in FAULTY_NEWS}
    assert verdict.held == sorted(
        f"{table}: {counts[said]} of {tables[table].num_rows} rows fail: {said}"
        for table, _, said in FAULTY_NEWS
    )
    told = [row["unexpected_count"] for row in verdict.results if not row["success"]]
    assert sorted(told) == sorted(counts[said] for *_, said in FAULTY_NEWS)


def test_a_release_without_a_valid_to_column_is_held(session: Session) -> None:
    tables = release()
    tables["names"] = tables["names"].drop_columns(["valid_to"])
    assert checked(session, tables).held == ["names: lacks valid_to timestamp[us, tz=UTC]"]


def test_real_sdn_list_passes(session: Session, shared_data: Path) -> None:
    with (shared_data / "us_ofac_sdn" / "2024-05-07" / "SDN.XML").open("rb") as file:
        tables = parse("us_ofac_sdn", "ofac_xml", {"SDN.XML": file}, {}).arrow()
    gate = Gate(
        "us_ofac_sdn", "sanctions", "sanctions", 10_000, 30_000, 0.1, False, datetime(2024, 5, 7, tzinfo=UTC)
    )
    verdict = session.check_snapshot(gate, "unit", tables, 14_966)
    assert failed(verdict) == []
    assert verdict.quarantined == []
