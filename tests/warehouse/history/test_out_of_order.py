"""A release depends on what was seen when, and on nothing else: not on the order in which it came."""

from __future__ import annotations

import random
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from upath import UPath

from contracts import contracts
from storage.parquet import write_table
from tests.builders import House, Row, Rows, article, both, day, digest, prisoner, target, verdict
from warehouse.release.writer import write_release

Visit = tuple[str, float, Rows | None]
"""Which list was looked at when, and what was found: None if the visit failed."""

NAMES = ["Ihar Losik", "Ігар Лосік", "Maria Kalesnikava", "Марыя Калеснікава", "Viktar Babaryka"]
DATES = st.sampled_from(["2020-06-18", "2020-06", "2021"])


def _partial(column: str, text: str | None) -> Row:
    if text is None:
        return {}
    return {column: text, f"{column}_precision": {4: "year", 7: "month", 10: "day"}[len(text)]}


@st.composite
def prisoners(draw: st.DrawFn) -> Rows:
    rows: Rows = {"prisoners": [], "names": []}
    for key in draw(st.sets(st.integers(1, 3), max_size=3)):
        said = {
            "status": draw(st.sampled_from(["detained", "released", "unknown"])),
            "country": "BY",
            **_partial("arrest_date", draw(st.none() | DATES)),
            **_partial("birth_date", draw(st.sampled_from([None, "1992-05-20", "1992"]))),
        }
        rows = both(rows, prisoner(f"by_viasna:{key}", draw(st.sampled_from(NAMES)), **said))
    return rows


@st.composite
def targets(draw: st.DrawFn, source_id: str) -> Rows:
    rows: Rows = {"sanctions": [], "names": []}
    for key in draw(st.sets(st.integers(1, 3), max_size=3)):
        name, also = draw(st.permutations(NAMES))[:2]
        said = {
            "schema": draw(st.sampled_from(["Person", "Person", "Organization"])),
            "birth_dates": draw(st.sampled_from([[], ["1992-05-20"], ["1982"]])),
            "nationalities": draw(st.sampled_from([[], ["BY"]])),
            "programs": draw(st.sampled_from([["BELARUS"], ["SDGT", "BELARUS"]])),
        }
        rows = both(rows, target(f"{source_id}:{key}", name, {"alias": also}, **said))
    return rows


@st.composite
def news(draw: st.DrawFn, source_id: str) -> Rows:
    found: Rows = {"articles": [], "sightings": []}
    for key in draw(st.sets(st.integers(1, 3), min_size=1, max_size=2)):
        said = {
            "url": f"https://news.example/{key}?from={source_id}",
            "title": draw(st.sampled_from([None, "Ihar Losik is free", "Калеснікава на волі"])),
            "persons": draw(st.lists(st.sampled_from(NAMES), max_size=2, unique=True)),
            "seen_at": day(draw(st.integers(0, 20))),
        }
        found = both(found, article(f"a-{key}", source_id, **said))
    return found


CONTENTS = {
    "by_viasna": prisoners(),
    "un_sc": targets("un_sc"),
    "us_ofac_sdn": targets("us_ofac_sdn"),
    "gdelt": news("gdelt"),
    "rss": news("rss"),
}


@st.composite
def visits(draw: st.DrawFn) -> list[Visit]:
    """Each at its own time, of any list; some fail, and a content may come back."""
    made: list[Visit] = []
    seen: dict[str, list[Rows]] = {}
    for when in range(draw(st.integers(2, 9))):
        source_id = draw(st.sampled_from(sorted(CONTENTS)))
        old = seen.setdefault(source_id, [])
        if draw(st.integers(0, 6)) == 0:
            made.append((source_id, when, None))
        elif old and draw(st.integers(0, 3)) == 0:
            made.append((source_id, when, draw(st.sampled_from(old))))
        else:
            old.append(draw(CONTENTS[source_id]))
            made.append((source_id, when, old[-1]))
    return made


def gate(unit_id: str, observed_at: datetime, baseline: int | None) -> dict[str, Any]:
    """Holds some contents whatever their size, and others by the size of the last good one."""
    if int(unit_id[:2], 16) % 7 == 0:
        return verdict("of a kind that is held")
    return verdict("lost") if baseline == 3 and int(unit_id[:2], 16) % 3 == 0 else verdict()


def see(house: House, visit: Visit) -> None:
    source_id, when, rows = visit
    house.see(source_id, when, rows, error="503" if rows is None else None, file=f"{source_id}.xml")


def published(house: House, folder: Path) -> dict[str, str]:
    """The Parquet files of a release of what is there: their checksums."""
    with house.build() as con:
        for each in contracts().values():
            write_table(con, each, UPath(folder))
    return {str(path.relative_to(folder)): digest(path) for path in sorted(folder.rglob("*.parquet"))}


@pytest.mark.slow
@settings(max_examples=5, deadline=None)
@given(made=visits(), shuffle=st.randoms(use_true_random=False))
def test_what_came_late_again_or_between_releases_gives_the_same_bytes(
    tmp_path_factory: pytest.TempPathFactory, made: list[Visit], shuffle: random.Random
) -> None:
    in_order, late = (House(tmp_path_factory.mktemp(name), gate) for name in ("in_order", "late"))
    for visit in made:
        see(in_order, visit)
    came = shuffle.sample([*made, *shuffle.sample(made, len(made) // 2)], len(made) + len(made) // 2)
    for number, visit in enumerate(came):
        see(late, visit)
        if shuffle.random() < 0.2:
            late.promote()  # what is staged and judged by then must not matter
        if number == len(came) // 2 and shuffle.random() < 0.5:
            release(late)  # nor what was published
    first = published(in_order, tmp_path_factory.mktemp("first"))
    assert first == published(late, tmp_path_factory.mktemp("second"))
    assert len(first) >= len(contracts()) - len([c for c in contracts().values() if c.partition_by])


def release(house: House) -> None:
    with house.build() as con:
        write_release(con, house.home, {"fingerprint": "f", "code": "c", "sources": {}})
