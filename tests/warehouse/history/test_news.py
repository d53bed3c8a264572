"""News tables from staged snapshots: one article of several sources, and what goes with it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from upath import UPath

from contracts import contract, contracts
from storage import database
from tests.builders import Row, Rows, arrow, article, both, contents, day, row
from transforms.names.name_spotter import NameSpotter
from warehouse.history.news import build_news
from warehouse.history.versions import StagedUnit, find_unread, load_observations
from warehouse.privacy.redaction import NO_REDACTION, Redaction
from warehouse.privacy.suppression_list import parse_suppressions

NEWS = [
    name
    for name, each in contracts().items()
    if each.family == "news" and name not in {"mentions", "candidate_mentions"}
]
URL = "https://example.org/2025/09/11/minsk-52-freed"


@dataclass(frozen=True)
class Unit:
    """A promoted snapshot, of which the gate put some records into quarantine."""

    source_id: str
    when: float
    rows: Rows
    quarantined: tuple[str, ...] = ()


def build(
    folder: Path, units: Sequence[Unit], withheld: Redaction = NO_REDACTION
) -> dict[str, list[tuple[Any, ...]]]:
    """The news tables of some snapshots, which came in this order."""
    staged = []
    for seq, unit in enumerate(units):
        unit_id = f"u{sorted(map(repr, units)).index(repr(unit))}"
        place = folder / f"source={unit.source_id}" / f"unit={unit_id}"
        place.mkdir(parents=True, exist_ok=True)
        for name, rows in unit.rows.items():
            pq.write_table(arrow(name, rows, contract(name).parsed_schema), place / f"{name}.parquet")
        counts = {name: len(rows) for name, rows in unit.rows.items()}
        at = day(unit.when)
        staged.append(StagedUnit(unit.source_id, seq, unit_id, at, at, counts, UPath(place)))
    left_out = [
        {
            "source_id": s.source_id,
            "observed_at": s.observed_at,
            "unit_id": s.unit_id,
            "record_id": key,
            "by_gate": True,
        }
        for s, unit in zip(staged, units, strict=True)
        for key in unit.quarantined
    ]
    with database.connect() as con:
        load_observations(con, staged)
        names = ("source_id", "unit_id", "record_id")
        schema = pa.schema([("observed_at", pa.timestamp("us", "UTC")), *((n, pa.string()) for n in names)])
        schema = schema.append(pa.field("by_gate", pa.bool_()))
        con.register("quarantined", pa.Table.from_pylist(left_out, schema))
        con.execute("CREATE TABLE quarantined_record AS FROM quarantined")
        con.execute("CREATE TABLE keyless_record AS SELECT *, 'raw' AS raw FROM quarantined WHERE false")
        find_unread(con, staged)
        build_news(con, staged, withheld)
        return tables_of(con)


def tables_of(con: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[Any, ...]]]:
    for name in set(contracts()) - set(NEWS):
        con.register("nothing", contract(name).arrow_schema.empty_table())
        con.execute(f"CREATE TABLE {name} AS FROM nothing")
    return {name: rows for name, rows in contents(con).items() if name in NEWS}


def rows_of(found: dict[str, list[tuple[Any, ...]]], table: str) -> list[Row]:
    names = contract(table).arrow_schema.names
    return [dict(zip(names, values, strict=True)) for values in found[table]]


def test_one_article_of_three_sources_is_one_row_with_a_sighting_each(tmp_path: Path) -> None:
    feed = article("a-1", "rss", url=f"{URL}?utm_source=rss", title="Fifty-two freed", lang="en",
                   published_at=day(0), themes=["Belarus"], domain="example.org")  # fmt: skip
    gkg = article("a-1", "gdelt", url=URL, seen_at=day(0.5), tone=-3.2, tone_negative=5.0, words=512,
                  themes=["RELEASE_PRISON", "ARREST"], persons=["ihar losik"], countries=["BY", "US"],
                  domain="example.org")  # fmt: skip
    asked = article("a-1", "gdelt_doc", url=f"{URL}/", title="Fifty-two prisoners leave Belarus",
                    seen_at=day(0.6), published_at=day(0.2), countries=["BY"],
                    domain="example.org")  # fmt: skip
    found = build(
        tmp_path,
        [Unit("rss", 1, feed), Unit("gdelt_doc", 2, asked), Unit("gdelt", 3, gkg), Unit("rss", 4, feed)],
    )
    assert rows_of(found, "articles") == [
        row(
            "articles",
            article_id="a-1",
            source_id="gdelt",
            url=URL,
            domain="example.org",
            title="Fifty-two prisoners leave Belarus",
            lang="en",
            published_at=day(0.2),
            seen_at=day(0.5),
            tone=-3.2,
            tone_negative=5.0,
            words=512,
            themes=["ARREST", "Belarus", "RELEASE_PRISON"],
            persons=["ihar losik"],
            organizations=[],
            countries=["BY", "US"],
        )
    ]
    sightings = {(s["source_id"], s["url"]): s["seen_at"] for s in rows_of(found, "sightings")}
    assert sightings == {
        ("gdelt", URL): day(0.5),
        ("gdelt_doc", f"{URL}/"): day(0.6),
        ("rss", f"{URL}?utm_source=rss"): day(1),
    }
    assert [(n["name"], n["kind"], n["seen_at"]) for n in rows_of(found, "article_names")] == [
        ("ihar losik", "person", day(0.5))
    ]


def test_an_article_is_as_first_seen_whenever_its_snapshot_came(tmp_path: Path) -> None:
    def seen(title: str, seen_at: datetime | None = None) -> Rows:
        return article("a-1", url=URL, title=title, seen_at=seen_at)

    later = [Unit("gdelt", 2, seen("Later")), Unit("gdelt", 1, seen("First"))]
    found = build(tmp_path / "1", later)
    assert [(a["title"], a["seen_at"]) for a in rows_of(found, "articles")] == [("First", day(1))]
    assert [s["title"] for s in rows_of(found, "sightings")] == ["First"]
    found = build(tmp_path / "2", [*later, Unit("gdelt", 3, seen("Earliest", day(-3)))])
    assert [(a["title"], a["seen_at"]) for a in rows_of(found, "articles")] == [("Earliest", day(-3))]


def test_what_an_article_holds_is_told_once_and_dated_with_it(tmp_path: Path) -> None:
    def day_of(when: float, number: int) -> Rows:
        place = row("article_places", article_id="a-1", place="Minsk", country="BY", seen_at=day(when))
        arrests = row(
            "article_counts", article_id="a-1", count_type="ARREST", number=number, seen_at=day(when)
        )
        return both(
            article("a-1", seen_at=day(when), persons=["ihar losik", "ihar losik"]),
            {"article_places": [place, place], "article_counts": [arrests]},
        )

    found = build(tmp_path, [Unit("gdelt", 1, day_of(1, 52)), Unit("gdelt", 2, day_of(0, 53))])
    assert [(p["place"], p["seen_at"]) for p in rows_of(found, "article_places")] == [("Minsk", day(0))]
    counts = {(c["number"], c["seen_at"]) for c in rows_of(found, "article_counts")}
    assert counts == {(52, day(0)), (53, day(0))}
    assert len(found["article_names"]) == 1


def test_a_row_whose_article_is_not_there_is_left_out(tmp_path: Path) -> None:
    stray = both(
        article("a-1", seen_at=day(0)),
        {
            "sightings": article("a-2", seen_at=day(0))["sightings"],
            "article_places": [row("article_places", article_id="a-2", seen_at=day(0))],
            "article_counts": [row("article_counts", article_id="a-2", seen_at=day(0))],
            "news_events": [row("news_events", news_event_id=1, article_id="a-2", seen_at=day(0))],
            "news_event_mentions": [row("news_event_mentions", news_event_id=7, article_id="a-2")],
        },
    )
    found = build(tmp_path, [Unit("gdelt", 0, stray)])
    assert {name: len(rows) for name, rows in found.items()} == {
        "articles": 1,
        "sightings": 1,
        "article_names": 0,
        "article_places": 0,
        "article_counts": 0,
        "news_events": 1,
        "news_event_mentions": 1,
    }


def test_an_article_in_quarantine_goes_with_its_rows_of_that_snapshot_alone(tmp_path: Path) -> None:
    def snapshot(source_id: str, place: str, theme: str) -> Rows:
        return both(
            article("a-1", source_id, themes=[theme], seen_at=day(0)),
            article("a-2", source_id, themes=[theme], seen_at=day(0)),
            {
                "article_places": [row("article_places", article_id="a-1", place=place)],
                "article_counts": [row("article_counts", article_id="a-1", object=place)],
            },
        )

    bad = Unit("gdelt", 1, snapshot("gdelt", "Minsk", "BAD"), quarantined=("a-1",))
    found = build(tmp_path / "1", [bad, Unit("gdelt", 2, snapshot("gdelt", "Brest", "GOOD"))])
    themes = {a["article_id"]: a["themes"] for a in rows_of(found, "articles")}
    assert themes == {"a-1": ["GOOD"], "a-2": ["BAD", "GOOD"]}
    assert [p["place"] for p in rows_of(found, "article_places")] == ["Brest"]
    assert [c["object"] for c in rows_of(found, "article_counts")] == ["Brest"]
    alone = build(tmp_path / "2", [bad])
    assert {a["article_id"] for a in rows_of(alone, "articles")} == {"a-2"}
    assert {s["article_id"] for s in rows_of(alone, "sightings")} == {"a-2"}
    assert alone["article_places"] == alone["article_counts"] == []


def test_an_event_in_quarantine_takes_its_mentions_and_no_article(tmp_path: Path) -> None:
    rows = both(
        article("a-1", seen_at=day(0)),
        {
            "news_events": [row("news_events", news_event_id=i, article_id="a-1") for i in (1, 2)],
            "news_event_mentions": [row("news_event_mentions", news_event_id=i) for i in (1, 2, 3)],
        },
    )
    found = build(tmp_path, [Unit("gdelt", 0, rows, quarantined=("1",))])
    assert [e["news_event_id"] for e in rows_of(found, "news_events")] == [2]
    assert [m["news_event_id"] for m in rows_of(found, "news_event_mentions")] == [2, 3]
    assert len(found["articles"]) == 1


def test_an_event_is_one_row_and_a_mention_told_twice_is_one(tmp_path: Path) -> None:
    def told(tone: float, seen: float) -> Rows:
        mention = row("news_event_mentions", news_event_id=1, sentence=2, seen_at=day(0))
        event = row("news_events", news_event_id=1, tone=tone, seen_at=day(seen))
        return {"news_events": [event], "news_event_mentions": [mention, {**mention, "sentence": 3}]}

    found = build(tmp_path, [Unit("gdelt", 0, told(-2.0, 1)), Unit("gdelt", 1, told(-1.0, 0))])
    assert [(e["tone"], e["seen_at"]) for e in rows_of(found, "news_events")] == [(-1.0, day(0))]
    assert [m["sentence"] for m in rows_of(found, "news_event_mentions")] == [2, 3]


def test_without_snapshots_the_tables_are_empty(tmp_path: Path) -> None:
    assert build(tmp_path, []) == {name: [] for name in NEWS}


# Few articles, addresses, times and values, nulls among them, so that articles meet and ties are many.
IDS = st.sampled_from(["a-1", "a-2"])
TIMES = st.sampled_from([None, day(0), day(1)])
WORDS = st.lists(st.sampled_from(["x", "y", "z"]), max_size=2)
ARTICLES = st.fixed_dictionaries(
    {
        "article_id": IDS,
        "url": st.sampled_from([URL, f"{URL}/"]),
        "title": st.sampled_from([None, "One", "Two"]),
        "seen_at": TIMES,
        "published_at": TIMES,
        "tone": st.sampled_from([None, -1.5, 2.0]),
        "themes": WORDS,
        "persons": WORDS,
        "countries": WORDS,
    }
)
PLACES = st.fixed_dictionaries(
    {"article_id": IDS, "place": st.sampled_from([None, "Minsk"]), "seen_at": TIMES}
)
EVENTS = st.fixed_dictionaries(
    {"news_event_id": st.integers(1, 2), "tone": st.sampled_from([None, 1.0]), "seen_at": TIMES}
)


@st.composite
def units(draw: st.DrawFn) -> Unit:
    source_id = draw(st.sampled_from(["gdelt", "rss"]))
    rows = both(
        *(article(source_id=source_id, **given) for given in draw(st.lists(ARTICLES, max_size=3))),
        {
            "article_places": [row("article_places", **p) for p in draw(st.lists(PLACES, max_size=2))],
            "news_events": [row("news_events", **e) for e in draw(st.lists(EVENTS, max_size=2))],
            "news_event_mentions": [
                row("news_event_mentions", **{**e, "tone": None}) for e in draw(st.lists(EVENTS, max_size=2))
            ],
        },
    )
    return Unit(source_id, draw(st.integers(0, 2)), rows, tuple(draw(st.lists(IDS, max_size=1))))


@pytest.mark.slow
@settings(max_examples=12, deadline=None)
@given(st.lists(units(), max_size=4), st.randoms(use_true_random=False))
def test_the_tables_depend_on_what_was_seen_not_on_the_order_in_which_it_came(
    tmp_path_factory: pytest.TempPathFactory, given_units: list[Unit], shuffle: random.Random
) -> None:
    first = build(tmp_path_factory.mktemp("first"), given_units)
    other = [
        Unit(u.source_id, u.when, {t: shuffle.sample(r, len(r)) for t, r in u.rows.items()}, u.quarantined)
        for u in shuffle.sample(given_units, len(given_units))
    ]
    assert build(tmp_path_factory.mktemp("other"), other) == first
    for name, rows in first.items():
        each = contract(name)
        key = [each.arrow_schema.names.index(column) for column in each.primary_key]
        assert len({repr([values[i] for i in key]) for values in rows}) == len(rows), name
    good = {
        (r["article_id"], u.source_id, r["url"])
        for u in given_units
        for r in u.rows.get("articles", [])
        if r["article_id"] not in u.quarantined
    }
    assert {r["article_id"] for r in rows_of(first, "articles")} == {each for each, _, _ in good}
    assert {(s["article_id"], s["source_id"], s["url"]) for s in rows_of(first, "sightings")} == good


LOSIK = Redaction(
    parse_suppressions(
        f"salt: {'5e' * 32}\n"
        "suppressed:\n  - {record_id: 'by_viasna:17', on: 2026-11-20, reason: request}\n",
        "the test",
        {"by_viasna"},
    ).entries,
    NameSpotter(["Ihar Losik", "Ігар Лосік"]),
)


def full(key: str, event: int) -> Rows:
    """An article with a row in every table, and an event with a mention."""
    url = f"https://example.org/{key}"
    return both(
        article(key, url=url, title="News", persons=["maria kalesnikava"], seen_at=day(0)),
        {
            "article_places": [row("article_places", article_id=key, seen_at=day(0))],
            "article_counts": [row("article_counts", article_id=key, object="people", seen_at=day(0))],
            "news_events": [row("news_events", news_event_id=event, article_id=key, url=url)],
            "news_event_mentions": [row("news_event_mentions", news_event_id=event, article_id=key, url=url)],
        },
    )


@pytest.mark.parametrize(
    ("table", "changes"),
    [
        ("articles", {"persons": ["maria kalesnikava", "ihar losik"]}),
        ("articles", {"themes": ["Ігар Лосік"]}),
        ("sightings", {"title": "Ігара Лосіка вызвалілі"}),
        ("sightings", {"url": "https://example.org/a?utm_campaign=ihar-losik"}),
        ("article_counts", {"object": "blogger Ihar Losik"}),
        ("news_events", {"actor1_name": "IHAR LOSIK"}),
        ("news_events", {"actor2_name": "LOSIK IHAR"}),
        ("news_events", {"url": "https://example.org/ihar-losik"}),
        ("news_event_mentions", {"url": "https://example.org/losik-ihar"}),
    ],
)
def test_what_tells_of_a_suppressed_person_goes_with_all_its_rows(
    tmp_path: Path, table: str, changes: dict[str, Any]
) -> None:
    told, other = full("a-1", 1), full("a-2", 2)
    told[table][0] |= changes
    # a mention of the event on another day, in an article that tells of nobody
    other["news_event_mentions"].append(row("news_event_mentions", news_event_id=1, article_id="a-2"))
    found = build(tmp_path, [Unit("gdelt", 0, both(told, other))], LOSIK)
    for name in NEWS:
        rows = rows_of(found, name)
        assert len(rows) == 1, name
        assert rows[0]["article_id"] == "a-2"
        assert rows[0].get("news_event_id", 2) == 2


def test_a_sighting_of_another_day_and_source_that_tells_takes_the_article_with_it(tmp_path: Path) -> None:
    told = article("a-1", "rss", title="Ihar Losik is free", seen_at=day(1))
    units = [Unit("gdelt", 0, both(full("a-1", 1), full("a-2", 2))), Unit("rss", 1, told)]
    found = build(tmp_path, units, LOSIK)
    assert {r["article_id"] for name in NEWS for r in rows_of(found, name)} == {"a-2"}


def test_a_surname_and_a_place_tell_of_nobody(tmp_path: Path) -> None:
    rows = full("a-1", 1)
    rows["article_places"][0]["place"] = "Ihar Losik Street, Minsk"
    rows["sightings"][0]["title"] = "Losik"
    found = build(tmp_path, [Unit("gdelt", 0, rows)], LOSIK)
    assert all(len(found[name]) == 1 for name in NEWS)
