"""How long what a source brings waits for a release, by the crons of the DAGs as Airflow has them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from croniter import croniter

from dags.settings import NEWS_WAIT
from sources.registry import registry
from tests.dags.test_dags import load

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = 92
END = BEGIN + timedelta(days=DAYS)
LONGEST_FETCH = 20
"""Minutes from the time in the cron until the source is promoted."""
LONGEST_RELEASE = 15
"""Minutes from the first step of a release until it is published."""
HOUR = timedelta(hours=1)
STREAMS = {source_id for source_id, source in registry().items() if source.content == "stream"}


def minutes(number: int) -> timedelta:
    return timedelta(minutes=number)


def times(cron: str) -> Iterator[datetime]:
    moments = croniter(cron, BEGIN - minutes(1))
    while (moment := moments.get_next(datetime)) < END:
        yield moment


@dataclass(frozen=True)
class Fetch:
    source_id: str
    at: datetime
    promoted_at: datetime


@dataclass(frozen=True)
class Crons:
    release: str
    sources: dict[str, str]

    def fetches(self, seed: int | None) -> list[Fetch]:
        """All fetches of a quarter of a year: each takes its longest, or a random time up to that."""
        chance = random.Random(seed)  # noqa: S311 - a simulation
        return [
            Fetch(
                source_id,
                at,
                at + minutes(LONGEST_FETCH if seed is None else chance.randint(0, LONGEST_FETCH)),
            )
            for source_id, cron in self.sources.items()
            for at in times(cron)
        ]


@pytest.fixture(scope="module")
def crons(tmp_path_factory: pytest.TempPathFactory) -> Crons:
    dags: dict[str, Any] = load(tmp_path_factory.mktemp("airflow"))["dags"]
    by_dag = {dag_id: dags[dag_id]["timetable"]["__var"] for dag_id in [*registry(), "release"]}
    release = by_dag.pop("release")["timetable"]["__var"]["expression"]
    return Crons(release, {dag_id: timetable["expression"] for dag_id, timetable in by_dag.items()})


def published(crons: Crons, fetches: list[Fetch]) -> tuple[dict[str, list[timedelta]], int]:
    """How long each source's fetches waited until a release with them was published, and how many releases
    there were: one at a time; by the clock if a list has changed, or the last is older than news may wait.
    Each fetch brings something new."""
    waiting = sorted(fetches, key=lambda fetch: fetch.promoted_at)
    waits: dict[str, list[timedelta]] = {source_id: [] for source_id in crons.sources}
    pending: list[Fetch] = []
    begun = free = BEGIN - NEWS_WAIT
    number = at = 0
    for tick in times(crons.release):
        start = max(tick, free)
        while at < len(waiting) and waiting[at].promoted_at < start:
            pending.append(waiting[at])
            at += 1
        lists = any(fetch.source_id not in STREAMS for fetch in pending)
        if not lists and not (pending and start - begun >= NEWS_WAIT):
            continue
        begun, free, number = start, start + minutes(LONGEST_RELEASE), number + 1
        for fetch in pending:
            waits[fetch.source_id].append(free - fetch.at)
        pending = []
    return waits, number


@pytest.mark.parametrize("seed", [None, 1, 2])
def test_a_list_is_in_a_release_within_the_hour_and_news_within_its_wait(
    crons: Crons, seed: int | None
) -> None:
    fetches = crons.fetches(seed)
    waits, number = published(crons, fetches)
    assert sum(map(len, waits.values())) > 0.99 * len(fetches)
    longest = {source_id: max(found) for source_id, found in waits.items()}
    assert {source_id for source_id, wait in longest.items() if wait > HOUR} <= STREAMS, longest
    assert max(longest[source_id] for source_id in STREAMS) <= NEWS_WAIT + HOUR
    assert number / DAYS < 12  # each is whole: a release for each look at a feed would be 48


def test_no_source_waits_for_a_rarer_one(crons: Crons) -> None:
    """With every weekly source failing for good, the daily ones wait no longer."""
    weekly = {source_id for source_id, source in registry().items() if source.cadence >= timedelta(days=7)}
    fetches = [fetch for fetch in crons.fetches(None) if fetch.source_id not in weekly]
    waits, _ = published(crons, fetches)
    daily = set(waits) - weekly - STREAMS
    assert weekly
    assert max(max(waits[source_id]) for source_id in daily) <= HOUR


def test_the_page_for_operators_has_the_schedule(crons: Crons) -> None:
    page = (Path(__file__).parents[2] / "docs" / "operate.md").read_text("utf-8")
    every = crons.release.removesuffix(" * * * *").removeprefix("*/")
    assert f"every {every} minutes" in page
