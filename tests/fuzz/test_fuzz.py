"""Spoilt files end in tables, in quarantine, or in one line; never in anything else."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.registry import registry
from tests.fuzz.campaign import (
    SEED,
    Campaign,
    Result,
    campaigns,
    of_kind,
    outcome,
    run,
    sample_files,
    spoil,
)
from tests.fuzz.mutations import KINDS

FILES = 150  # each mutation, and each heavy one; `make fuzz` takes thousands
FEWER = {".zip": 60}  # each once at least: of a snapshot of six files all are read for one that is spoilt
EXAMPLES = {".zip": 15}  # of what is no zip at all
SOURCES = registry()
CAMPAIGNS = campaigns()
SNAPSHOTS = {
    one: (SOURCES[one.source_id], sample_files(SOURCES[one.source_id], one.kind)) for one in CAMPAIGNS
}


@pytest.fixture(scope="module")
def running(request: pytest.FixtureRequest) -> Iterator[dict[Campaign, Future[Result]]]:
    """The campaigns asked for, as many at a time as there are cores."""
    calls = [
        item.callspec
        for item in request.session.items
        if isinstance(item, pytest.Function) and hasattr(item, "callspec")
    ]
    wanted = [
        campaign for campaign in CAMPAIGNS if any(call.params.get("campaign") == campaign for call in calls)
    ]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield {
            campaign: pool.submit(run, campaign, FEWER.get(campaign.kind, FILES), SEED) for campaign in wanted
        }


@pytest.mark.parametrize("campaign", CAMPAIGNS, ids=str)
def test_spoilt_files(
    campaign: Campaign,
    running: dict[Campaign, Future[Result]],
    record_property: Callable[[str, object], None],
) -> None:
    result = running[campaign].result()
    record_property("fuzz", f"{campaign}: {result.line()}")
    if result.failures:
        pytest.fail("\n".join([f"{campaign}: {result.line()}", *result.failures]), pytrace=False)
    files = FEWER.get(campaign.kind, FILES)
    assert result.files == files
    # A web page or a file of news is one among others, so that a bad one is noted where a list is refused.
    among_others = campaign.kind == ".html" or SOURCES[campaign.source_id].family == "news"
    faulted = result.noted if among_others else result.refused
    assert min(result.clean + result.noted, faulted) > files // 20  # it is not all one or the other


@pytest.mark.parametrize("campaign", CAMPAIGNS, ids=str)
def test_a_file_follows_from_its_number_and_the_seed(campaign: Campaign) -> None:
    _, snapshots = SNAPSHOTS[campaign]
    for number in (0, 1, 20):
        assert spoil(campaign, snapshots, SEED, number) == spoil(campaign, snapshots, SEED, number)
    assert any(
        spoil(campaign, snapshots, SEED, number) != spoil(campaign, snapshots, SEED + 1, number)
        for number in range(10)
    )


@pytest.mark.parametrize("campaign", CAMPAIGNS, ids=str)
def test_any_bytes(campaign: Campaign) -> None:
    source, snapshots = SNAPSHOTS[campaign]
    spoilt = of_kind(snapshots[0], campaign.kind)[0]

    @settings(max_examples=EXAMPLES.get(campaign.kind, 60), derandomize=True, deadline=None)
    @given(data=st.binary(max_size=4_000) | st.text(max_size=2_000).map(lambda text: text.encode("utf-8")))
    def any_bytes(data: bytes) -> None:
        outcome(source, {**snapshots[0], spoilt: data}, spoilt)

    any_bytes()


def test_every_source_has_a_campaign() -> None:
    assert {campaign.source_id for campaign in CAMPAIGNS} == SOURCES.keys()
    assert {campaign.kind for campaign in CAMPAIGNS} <= set(KINDS)
