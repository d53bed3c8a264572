"""Spoilt files end in tables, in quarantine, or in one line; never in anything else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.registry import registry
from tests.fuzz.campaign import (
    SEED,
    Campaign,
    Player,
    campaigns,
    of_kind,
    outcome,
    sample_files,
    spoil,
)
from tests.fuzz.mutations import KINDS

# In `make test` and in `make test-all`; `make fuzz` takes thousands. Of a snapshot of six zips all are read
# for one that is mutated.
FILES = {"": (20, 150), ".zip": (8, 60)}
EXAMPLES = {".zip": 8}  # of what is no zip at all
SOURCES = registry()
CAMPAIGNS = campaigns()
SNAPSHOTS = {
    one: (SOURCES[one.source_id], sample_files(SOURCES[one.source_id], one.kind)) for one in CAMPAIGNS
}


@pytest.fixture(scope="session")
def player() -> Iterator[Player]:
    with Player() as started:
        yield started


def _sizes(campaign: Campaign) -> list[Any]:
    """A campaign with few files, and with as many as take longer than `make test` may."""
    few, many = FILES.get(campaign.kind, FILES[""])
    return [pytest.param(campaign, few), pytest.param(campaign, many, marks=pytest.mark.slow)]


@pytest.mark.parametrize(("campaign", "files"), [size for one in CAMPAIGNS for size in _sizes(one)], ids=str)
def test_mutated_files(
    campaign: Campaign, files: int, player: Player, record_property: Callable[[str, object], None]
) -> None:
    result = player.run(campaign, files, SEED)
    record_property("fuzz", f"{campaign}: {result.line()}")
    if result.failures:
        pytest.fail("\n".join([f"{campaign}: {result.line()}", *result.failures]), pytrace=False)
    assert result.files == files
    # A web page or a file of news is one among others, so that a bad one is noted where a list is refused.
    among_others = campaign.kind == ".html" or SOURCES[campaign.source_id].family == "news"
    faulted = result.noted if among_others else result.refused
    assert 20 * min(result.clean + result.noted, faulted) >= files  # it is not all one or the other


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
