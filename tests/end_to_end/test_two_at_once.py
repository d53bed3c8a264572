"""Runs that meet in one home, and what those that were killed leave, through the steps that the DAGs run."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from pipeline.releasing import build_history, build_models, publish_release
from pipeline.upkeep import clean_home
from sources.registry import registry
from storage import processes
from storage.home import Home
from tests.end_to_end.conftest import promoted_home
from warehouse.privacy import suppression, suppression_list
from warehouse.privacy.suppression import suppress_record
from warehouse.release import decisions, work_database, writer
from warehouse.release.publication import ReleaseRefused, latest_id
from warehouse.release.reader import find
from warehouse.release.verification import verify

pytestmark = pytest.mark.slow  # a release a test

SOURCES = ("by_viasna", "us_ofac_cons")
FORK = multiprocessing.get_context("fork")
DECISION = (
    "left_record,right_record,decision,reason,decided_on\n"
    "by_viasna:3,by_viasna:4,different,a namesake,2026-01-02\n"
)


@pytest.fixture(scope="module")
def promoted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the samples of two sources promoted."""
    return promoted_home(tmp_path_factory.mktemp("promoted") / "home", SOURCES)


@pytest.fixture
def home(promoted: Path, tmp_path: Path) -> str:
    return str(shutil.copytree(promoted, tmp_path / "home"))


def begin(home: str) -> str:
    begun = build_history(home)
    assert begun is not None
    return begun


def publish(home: str, begun: str) -> str:
    return str(publish_release(home, build_models(home, begun))["release"])


def working(home: str) -> list[str]:
    folder = Path(home, "staging", "release")
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def in_child(act: Callable[[], object]) -> int | None:
    child = FORK.Process(target=act)
    child.start()
    child.join(120)
    return child.exitcode


def test_two_runs_of_the_same_content_have_a_database_each_and_give_one_release(home: str) -> None:
    one, two = begin(home), begin(home)
    assert one != two
    assert len([name for name in working(home) if name.endswith(".duckdb")]) == 2
    for begun in (one, two):
        build_models(home, begun)
    published = publish_release(home, one)["release"]
    assert publish_release(home, two)["release"] == published
    assert publish_release(home, one)["release"] == published  # tried again by Airflow
    assert latest_id(Home.at(home)) == published
    assert verify(find(Home.at(home))) == []
    assert working(home) == []


def test_a_run_that_another_has_overtaken_is_refused_and_leaves_nothing(home: str) -> None:
    place, slow = Home.at(home), begin(home)
    suppress_record(place, registry(), "by_viasna:4", "request", date(2026, 1, 2))
    first = publish(home, begin(home))
    suppression.lift_suppression(place, registry(), "by_viasna:4")
    build_models(home, slow)
    with pytest.raises(ReleaseRefused, match=f"release {first} was published meanwhile: run again"):
        publish_release(home, slow)
    assert latest_id(place) == first
    assert sorted(path.name for path in place.releases.iterdir()) == [first, "latest.json"]
    again = find(place, publish(home, begin(home)))
    assert again.manifest["previous"] == first


@contextlib.contextmanager
def at_the_last_moment(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> Iterator[None]:
    """Has something happen when all files of a release are written."""
    real = writer.seal_release

    def late(*given: object) -> None:
        real(*given)  # type: ignore[arg-type]
        act()

    with monkeypatch.context() as patch:
        patch.setattr(writer, "seal_release", late)
        yield


@pytest.mark.parametrize(
    ("file", "change"),
    [
        (
            suppression_list.FILE,
            lambda at: suppress_record(at, registry(), "by_viasna:4", "request", date(2026, 1, 2)),
        ),
        (decisions.FILE, lambda at: decisions.decisions_path(at).write_text(DECISION, "utf-8")),
    ],
)
def test_what_changes_while_the_files_are_written_stops_the_release(
    home: str, monkeypatch: pytest.MonkeyPatch, file: str, change: Callable[[Home], object]
) -> None:
    place = Home.at(home)
    begun = build_models(home, begin(home))
    with (
        at_the_last_moment(monkeypatch, lambda: change(place)),
        pytest.raises(ReleaseRefused, match=f"{file} has changed while this release was made: run again"),
    ):
        publish_release(home, begun)
    assert latest_id(place) is None
    assert list(place.releases.iterdir()) == []
    assert find(place, publish(home, begin(home))).manifest["previous"] is None


def test_decisions_that_change_before_the_last_step_stop_it(home: str) -> None:
    begun = build_models(home, begin(home))
    decisions.decisions_path(Home.at(home)).write_text(DECISION, "utf-8")
    with pytest.raises(ReleaseRefused, match=r"decisions\.csv has changed"):
        publish_release(home, begun)
    assert not Path(home, "releases").exists()


def test_no_one_can_be_suppressed_between_the_last_look_and_the_pointer(
    home: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a command would say of a release to come what is not so: it waits until the pointer has moved."""
    place, real = Home.at(home), writer.reveal
    begun = build_models(home, begin(home))

    def suppress() -> None:
        suppress_record(place, registry(), "by_viasna:4", "request", date(2026, 1, 2))

    child = FORK.Process(target=suppress)

    def late(*given: object) -> None:
        child.start()
        time.sleep(0.5)
        assert child.is_alive()
        assert not suppression_list.list_path(place).exists()
        real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(writer, "reveal", late)
    publish_release(home, begun)
    child.join()
    assert child.exitcode == 0
    assert suppression_list.list_path(place).exists()


def test_the_work_of_a_dead_run_goes_and_that_of_a_live_one_stays(home: str) -> None:
    def killed() -> None:
        begin(home)
        os.kill(os.getpid(), signal.SIGKILL)

    assert in_child(killed) == -signal.SIGKILL
    dead = working(home)
    alive = begin(home)
    assert len(dead) == 2
    [line] = [line for line in clean_home(home) if "working database" in line]
    assert line.startswith("removed 1 working database, ")
    assert sorted({name.partition(".")[0] for name in working(home)}) == [alive]
    assert clean_home(home) == []
    publish(home, alive)
    assert working(home) == []


@pytest.mark.parametrize("named", ["a dead process", "a live process", "nobody, young", "nobody, old"])
def test_work_lives_as_long_as_the_run_that_owns_it(
    home: str, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    """In Airflow each step is a process of its own: `vigil run` says by which one the work is to be known."""
    owner = processes.process_name()
    if named == "a dead process":
        owner = f"{owner.rpartition('-')[0]}-1"
    if named.startswith("nobody"):
        monkeypatch.setenv("AIRFLOW_CTX_DAG_RUN_ID", "scheduled")
    else:
        monkeypatch.setenv("VIGIL_OWNER", owner)
    assert in_child(lambda: begin(home)) == 0
    if named == "nobody, old":
        for path in Path(home, "staging", "release").iterdir():
            os.utime(path, (0, 0))
    clean_home(home)
    assert bool(working(home)) == (named in {"a live process", "nobody, young"})


def test_work_that_is_lost_is_one_line(home: str) -> None:
    begun = begin(home)
    for path in Path(home, "staging", "release").glob("*.duckdb"):
        path.unlink()
    for step in (build_models, publish_release):
        with pytest.raises(ReleaseRefused, match="the working tables of this release are lost") as raised:
            step(home, begun)
        assert "\n" not in str(raised.value)
        assert str(raised.value).endswith(": run again")


def test_scratch_files_of_dead_processes_go_wherever_they_lie(home: str) -> None:
    from storage.atomic_writes import scratch

    places = [Path(home), *(Path(home, name) for name in ("raw/incoming", "raw/log", "state", "staging/x/y"))]

    def killed() -> None:
        with contextlib.ExitStack() as opened:
            for place in places:
                part = opened.enter_context(scratch(Home.at(str(place)).root))
                part.write_bytes(bytes(1000))
                (place / f".x.json.{part.name.split('-', 1)[1].removesuffix('.part')}.tmp").touch()
            os.kill(os.getpid(), signal.SIGKILL)

    assert in_child(killed) == -signal.SIGKILL
    with scratch(Home.at(home).staging) as mine:
        mine.touch()
        assert clean_home(home) == ["removed 10 temporary files, 0.0 MB"]
        assert mine.exists()
    assert [path for path in Path(home).rglob("*") if path.suffix in {".part", ".tmp"}] == []
    assert work_database.discard_left_behind(Home.at(home)) == []
