"""The campaign itself: faults follow from seed and number, and its checks find what they are for."""

from __future__ import annotations

import json
import os
import signal
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.faults import homes, outcomes, processes
from tests.faults.campaign import CLASSES, FAULTS, SEED, Result, fault, page, plan


@pytest.mark.parametrize("name", CLASSES)
def test_a_fault_follows_from_its_class_number_and_seed(name: str) -> None:
    assert [fault(name, number, SEED).what for number in range(20)] == [
        fault(name, number, SEED).what for number in range(20)
    ]
    assert any(fault(name, number, SEED).what != fault(name, number, SEED + 1).what for number in range(10))


def test_a_campaign_has_as_many_faults_as_asked_for_and_each_class() -> None:
    for total in (20, 100, FAULTS, 2_500):
        counts = Counter(name for name, _ in plan(total))
        assert counts.total() == total
        assert counts.keys() == CLASSES.keys()


def test_faults_differ() -> None:
    whats = {fault(name, number, SEED).what for name, number in plan(FAULTS)}
    assert len(whats) > FAULTS * 0.85


def _home(folder: Path) -> Path:
    release = folder / "releases" / "r1"
    release.mkdir(parents=True)
    (release / "manifest.json").write_text("{}")
    (release / "a.parquet").write_bytes(b"rows")
    names = ("a.parquet", "manifest.json")
    sums = "".join(f"{homes.digest(release / name)}  {name}\n" for name in names)
    (release / "SHA256SUMS").write_text(sums)
    (folder / "releases" / "latest.json").write_text(json.dumps({"release": "r1"}))
    return folder


def test_a_half_visible_release_is_found(tmp_path: Path) -> None:
    home = _home(tmp_path)
    assert homes.half_visible(home) is None
    begun = home / "releases" / "r2"
    begun.mkdir(mode=0o700)
    assert homes.half_visible(home) is None
    begun.chmod(0o755)
    assert homes.half_visible(home) == "r2 is not whole and can be read by others"
    begun.rmdir()
    (home / "releases" / "r1" / "a.parquet").write_bytes(b"row")
    assert homes.half_visible(home) == "r1/a.parquet is not what SHA256SUMS says"


def test_what_is_lost_and_what_is_left_behind_is_found(tmp_path: Path) -> None:
    home = _home(tmp_path)
    before = homes.kept(home)
    assert homes.lost(before, home) == homes.leftovers(home) == []
    (home / "releases" / "r1" / "a.parquet").unlink()
    (home / "releases" / ".x.tmp").touch()
    assert homes.lost(before, home) == ["releases/r1/a.parquet"]
    assert homes.leftovers(home) == ["releases/.x.tmp"]


def test_a_process_is_killed_before_the_chosen_change(tmp_path: Path) -> None:
    def work() -> None:
        for number in range(5):
            (tmp_path / f"{number}").write_text("x")
        (tmp_path / "0").rename(tmp_path / "last")

    ended = processes.run(work, before=processes.kill_at(tmp_path, 4))
    assert ended.status == -signal.SIGKILL
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0", "1", "2"]
    assert processes.run(work, before=processes.kill_at(tmp_path, 6)).status == -signal.SIGKILL
    assert not (tmp_path / "last").exists()


def test_a_process_that_is_left_at_work_is_found_and_ended() -> None:
    def leave() -> None:
        if os.fork() == 0:
            time.sleep(60)

    started = time.monotonic()
    ended = processes.run(leave)
    assert ended.left_alive
    assert time.monotonic() - started < 10
    with pytest.raises(outcomes.Failure, match="orphan"):
        outcomes.check_clear(ended)


def test_only_errors_of_our_own_in_one_line_are_clear() -> None:
    from storage.files import StorageError

    def fail(error: Exception) -> processes.Ended:
        def work() -> None:
            raise error

        return processes.run(work)

    outcomes.check_clear(fail(StorageError("cannot write /home/x: No space left on device")))
    unclear = (StorageError("a\nb" * 20), StorageError(""), OSError(28, "No space left"), KeyError("units"))
    for error in unclear:
        with pytest.raises(outcomes.Failure, match="unclear"):
            outcomes.check_clear(fail(error))


def test_the_page_counts_every_outcome() -> None:
    results = {name: Result(Counter(recovered=3)) for name in CLASSES}
    results["disk"] = Result(skipped="no file system can be mounted here")
    results["kill"].outcomes["lost"] += 1
    results["kill"].failures.append("lost: SIGKILL in publish: x\n    make faults FAULT=kill:4 SEED=1")
    text = page(results, 1, 60.0)
    assert f"{3 * (len(CLASSES) - 1) + 1} faults in 1 minutes" in text
    assert "make faults FAULT=kill:4 SEED=1" in text
    assert "no file system can be mounted here" in text
