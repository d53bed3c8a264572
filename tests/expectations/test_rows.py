"""Rows of a snapshot: what is in order, what is odd and warns, what is quarantined, what holds the source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest

from expectations.gate import Gate
from expectations.runner import Session
from expectations.verdict import Verdict
from tests.expectations.snapshots import (
    HEALTHY,
    NEWS,
    NO_DEATH,
    NO_RELEASE,
    PRISONERS,
    SANCTIONS,
    SEEN,
    UNBORN_BUT_SAID,
    Rows,
    altered,
    arrest,
    articles,
    built,
    example,
    failed,
    failing,
    of_news,
    prisoners,
    sanctions,
    together,
    validate,
    verdict_on,
)


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
    verdict = validate(session, gate, rows)
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
    verdict = validate(session, PRISONERS, together(cases))
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
    verdict = validate(session, gate, together(rows for rows, _ in cases))
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
    verdict = validate(session, SANCTIONS, together(rows for rows, _ in cases))
    passed = {
        f"{row['table_name']}.{row['expectation'].partition('(')[2].removesuffix(')')}"
        for row in verdict.results
        if row["success"]
    }
    assert {name for _, name in cases} <= passed


def test_a_publisher_may_be_a_day_ahead(session: Session) -> None:
    assert failed(validate(session, SANCTIONS, sanctions(listing_date=date(2025, 9, 13)))) == []


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
    verdict = validate(session, gate, rows)
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
    verdict = validate(session, NEWS, together(of_news(table, **changes) for table, changes, _ in BAD_NEWS))
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
        verdict = validate(session, NEWS, of_news("news_events", article_id=article_id))
        assert failed(verdict) == []


def test_a_row_without_a_key_holds(session: Session) -> None:
    for table, key in (("articles", "article_id"), ("news_events", "news_event_id")):
        held = validate(session, NEWS, of_news(table, **{key: None})).held
        assert f"{table}: 1 of 4 rows fail: {key} is there" in held


def test_a_record_of_another_source_is_no_record_of_this_one(session: Session) -> None:
    rows = sanctions()
    for table in rows.values():
        table[0]["record_id"] = "un_sc:1"
    verdict = validate(session, SANCTIONS, rows)
    assert failed(verdict) == ["record_id_starts_with_source_id"]
    assert verdict.quarantined_ids == {"un_sc:1"}


def test_two_records_with_one_key_both_go_to_quarantine(session: Session) -> None:
    rows = prisoners(8, **NO_DEATH)
    rows["prisoners"].append(rows["prisoners"][3] | {"name": "Somebody Else"})
    verdict = validate(session, PRISONERS, rows)
    assert verdict.quarantined_ids == {"by_viasna:3"}


def test_a_bad_child_row_quarantines_its_record(session: Session) -> None:
    rows = sanctions()
    rows["addresses"][2]["country"] = "XX"
    rows["identifiers"][2]["country"] = "XX"
    verdict = validate(session, SANCTIONS, rows)
    assert [(q["table"], q["record_id"]) for q in verdict.quarantined] == [
        ("addresses", "eu_fsf:2"),
        ("identifiers", "eu_fsf:2"),
    ]
    assert len({q["reason"] for q in verdict.quarantined}) == 2


@pytest.mark.parametrize(("gate", "rows"), [(PRISONERS, prisoners()), (SANCTIONS, sanctions())])
def test_every_record_has_a_primary_name(session: Session, gate: Gate, rows: Rows) -> None:
    nameless = rows["names"][1]["record_id"]
    rows["names"][1] = rows["names"][1] | {"kind": "alias"}
    verdict = validate(session, gate, rows)
    assert verdict.quarantined_ids == {nameless}


def test_a_repeated_alias_only_warns(session: Session) -> None:
    rows = sanctions()
    rows["names"].append(dict(rows["names"][0]))
    verdict = validate(session, SANCTIONS, rows)
    assert verdict.warned == ["names: 2 of 5 rows fail: no two rows have the same key"]
    assert verdict.held == verdict.quarantined == []


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
    held = validate(session, SANCTIONS, rows).held
    assert "names: 1 of 4 rows fail: record_id is there" in held


def test_a_child_of_a_record_left_out_holds(session: Session) -> None:
    rows = prisoners()
    rows["names"].append(example("names", record_id="by_viasna:99"))
    assert validate(session, PRISONERS, rows).held == [
        "names: 1 of 5 rows fail: record_id stands in the table it refers to"
    ]


def test_a_row_of_another_source_holds(session: Session) -> None:
    (held,) = validate(session, NEWS, articles(source_id="rss")).held
    assert held == "articles: 1 of 4 rows fail: source_id is the source's own"
