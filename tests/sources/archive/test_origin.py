"""Samples and publishers' lists cannot meet in one home."""

from __future__ import annotations

import multiprocessing
from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Barrier
from pathlib import Path
from uuid import uuid4

import pytest

from sources.archive.archive import Archive
from sources.archive.batch import Batch, Entry, Via
from sources.archive.origin import MixedHome
from storage.home import Home

DAY = datetime(2025, 9, 11, tzinfo=UTC)
OTHERS: dict[Via, tuple[Via, ...]] = {
    "sample": ("live", "mirror"),
    "live": ("sample",),
    "mirror": ("sample",),
}
PAIRS = [(first, then) for first, others in OTHERS.items() for then in others]


def archive(home: Path | str) -> Archive:
    return Archive(Home.at(str(home)))


def batch(via: Via, day: int = 0) -> Batch:
    entry = Entry("list.xml", "https://example.org/list.xml", "failed", error="503")
    return Batch("un_sc", DAY + timedelta(days=day), via, (entry,))


@pytest.mark.parametrize(("first", "then"), PAIRS)
def test_the_first_visit_decides_before_it_has_brought_anything(
    tmp_path: Path, first: Via, then: Via
) -> None:
    archive(tmp_path).open_batch("un_sc", DAY, first)
    with pytest.raises(MixedHome, match=f"{tmp_path} holds"):
        archive(tmp_path).open_batch("eu_fsf", DAY, then)
    with pytest.raises(MixedHome):
        archive(tmp_path).log(batch(then))
    assert archive(tmp_path).batches("un_sc") == []


@pytest.mark.parametrize(("first", "then"), PAIRS)
def test_a_batch_that_was_begun_before_is_not_logged(tmp_path: Path, first: Via, then: Via) -> None:
    archive(tmp_path).log(batch(first))
    with pytest.raises(MixedHome):
        archive(tmp_path).log(batch(then, 1))


@pytest.mark.parametrize(("first", "then"), PAIRS)
@pytest.mark.parametrize("marker", [None, b"", b"\xff\xfe", b"sam", b"[]"])
def test_a_marker_that_is_lost_or_damaged_is_made_from_the_log(
    tmp_path: Path, first: Via, then: Via, marker: bytes | None
) -> None:
    archive(tmp_path).log(batch(first))
    file = tmp_path / "raw" / "origin"
    whole = file.read_bytes()
    if marker is None:
        file.unlink()
    else:
        file.write_bytes(marker)
    with pytest.raises(MixedHome):
        archive(tmp_path).open_batch("eu_fsf", DAY, then)
    archive(tmp_path).open_batch("eu_fsf", DAY, first)
    assert file.read_bytes() == whole
    assert file.stat().st_mode & 0o077 == 0


def test_live_and_mirror_are_the_same_lists(tmp_path: Path) -> None:
    archive(tmp_path).log(batch("live"))
    archive(tmp_path).log(batch("mirror", 1))
    assert len(archive(tmp_path).batches("un_sc")) == 2


def test_a_store_elsewhere_is_claimed_too() -> None:
    home = f"memory://{uuid4().hex}"
    archive(home).open_batch("un_sc", DAY, "live")
    with pytest.raises(MixedHome):
        archive(home).open_batch("un_sc", DAY, "sample")


def _visit(home: str, via: Via, start: Barrier, results: multiprocessing.Queue[str]) -> None:
    start.wait()
    try:
        archive(home).log(batch(via))
        results.put(via)
    except MixedHome:
        results.put("refused")


def test_of_many_first_visits_at_one_moment_one_kind_gets_in(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    for turn in range(10):
        start, results = context.Barrier(6), context.Queue()
        vias: list[Via] = ["sample", "live", "sample", "mirror", "sample", "live"]
        home = str(tmp_path / str(turn))
        visits = [context.Process(target=_visit, args=(home, via, start, results)) for via in vias]
        for each in visits:
            each.start()
        found = {results.get(timeout=30) for _ in visits}
        for each in visits:
            each.join()
        assert len(archive(home).vias()) == 1 or archive(home).vias() == {"live", "mirror"}
        assert found in (
            {"sample", "refused"},
            {"live", "refused"},
            {"mirror", "refused"},
            {"live", "mirror", "refused"},
        )
