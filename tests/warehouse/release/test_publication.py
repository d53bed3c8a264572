"""A release becomes visible whole, by one process, on the release it was built on, or leaves nothing."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import shutil
import signal
import stat
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
from airflow.sdk.exceptions import AirflowFailException
from upath import UPath

from dags.failures import final_errors
from pipeline.releasing import build_history
from pipeline.upkeep import clean_home
from storage import database
from storage.files import StorageError
from storage.home import Home
from storage.lease import LeaseHeld, lease
from tests.builders import Rows, both, filled, target
from tests.privileges import umask
from warehouse.release import publication, writer
from warehouse.release.publication import (
    PUBLICATION,
    PointerError,
    ReleaseRefused,
    check_whole,
    latest,
    latest_id,
    reveal,
    unfinished,
)
from warehouse.release.reader import ReleaseError, connect, find, holding
from warehouse.release.writer import write_release

NOON = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)
INPUTS: dict[str, Any] = {
    "fingerprint": "f" * 16,
    "code": "c1",
    "sources": {},
    "suppressed": {"records": 0, "tombstones": []},
}
FORK = multiprocessing.get_context("fork")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.at(str(tmp_path / "it's home"))


def rows(count: int) -> Rows:
    return both(*(target(f"eu_fsf:{n}") for n in range(count)))


def write(home: Home, count: int, now: datetime = NOON, **given: Any) -> Path:
    with database.connect() as con:
        filled(con, rows(count))
        return Path(home.releases.path) / write_release(con, home, INPUTS, now, **given)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one release."""
    folder = tmp_path_factory.mktemp("template") / "it's home"
    write(Home.at(str(folder)), 1)
    return folder


@pytest.fixture
def first(home: Home, template: Path) -> Path:
    """The first release of the home."""
    shutil.copytree(template, home.root.path)
    return Path(home.releases.path) / f"{NOON:%Y-%m-%dT%H%M%SZ}"


def killed(act: Callable[[], object]) -> None:
    """Runs something in a process that is killed by what it does."""
    child = FORK.Process(target=act)
    child.start()
    child.join(60)
    assert child.exitcode == -signal.SIGKILL


def kill_at(step: str, where: object, *, after: bool = False) -> None:
    """Has this process killed when it comes to a function, or behind it."""
    real = getattr(where, step)

    def deadly(*arguments: object, **named: object) -> object:
        if after:
            real(*arguments, **named)
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError

    setattr(where, step, deadly)


STEPS = [
    ("write_table", writer, False),
    *(
        pytest.param(step, writer, False, marks=pytest.mark.slow)
        for step in ("write_changes", "write_database", "licenses", "seal_release")
    ),
    ("seal_release", writer, True),
    pytest.param("open_folder", publication, False, marks=pytest.mark.slow),
    ("open_folder", publication, True),
]


def modes(folder: Path) -> set[int]:
    return {stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(("step", "where", "after"), STEPS)
def test_what_a_kill_leaves_is_seen_by_nobody_and_removed_by_the_next(
    home: Home, first: Path, step: str, where: object, after: bool
) -> None:
    def act() -> None:
        kill_at(step, where, after=after)
        write(home, 2, NOON + timedelta(hours=1))

    killed(act)
    assert latest_id(home) == first.name
    [left] = unfinished(home)
    assert left == "2026-11-23T130000Z"
    folder = first.parent / left
    if (step, after) != ("open_folder", True):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    second = write(home, 3, NOON + timedelta(hours=2))
    assert unfinished(home) == []
    assert sorted(path.name for path in first.parent.iterdir()) == [first.name, second.name, "latest.json"]
    assert find(home).manifest["previous"] == first.name


def test_a_run_that_is_killed_behind_the_pointer_has_published(home: Home) -> None:
    def act() -> None:
        kill_at("reveal", writer, after=True)
        write(home, 1)

    killed(act)
    assert unfinished(home) == []
    assert clean_home(str(home.root)) == []
    assert find(home).manifest["tables"]["sanctions"]["rows"] == 1


def test_clean_removes_unfinished_releases_and_says_so(home: Home, first: Path) -> None:
    for hour in (1, 2):

        def act(hour: int = hour) -> None:
            kill_at("write_database", writer)
            for left in unfinished(home):  # so that two are left
                (first.parent / left).rename(first.parent / f"kept-{hour}")
            write(home, 2, NOON + timedelta(hours=hour))

        killed(act)
    (first.parent / "kept-2").rename(first.parent / "2026-11-23T130000Z")
    (first.parent / "2026-11-23T140000Z" / "large").write_bytes(bytes(2_000_000))
    [line] = clean_home(str(home.root))
    assert line.startswith("removed 2 unfinished releases, 2.")
    assert line.endswith(" MB")
    assert sorted(path.name for path in first.parent.iterdir()) == [first.name, "latest.json"]
    assert clean_home(str(home.root)) == []


def test_a_release_that_is_being_made_is_not_removed_nor_shown(home: Home) -> None:
    seen: list[object] = []

    @contextlib.contextmanager
    def moving() -> Iterator[None]:
        seen.append(clean_home(str(home.root)))
        [name] = unfinished(home)
        with pytest.raises(ReleaseError, match=f"no release {name} in .*; there are: none"):
            find(home, name)
        seen.append(holding(home, "eu_fsf:0"))
        yield

    folder = write(home, 1, moving=moving)
    assert seen == [[], ([], [])]
    assert holding(home, "eu_fsf:0") == ([folder.name], [])
    assert find(home).manifest["tables"]["sanctions"]["rows"] == 1


def test_a_published_release_that_lost_its_manifest_is_not_taken_for_unfinished(
    home: Home, first: Path
) -> None:
    write(home, 2, NOON + timedelta(hours=1))
    (first / "manifest.json").unlink()
    (first.parent / "notes").mkdir()
    assert clean_home(str(home.root)) == []
    write(home, 3, NOON + timedelta(hours=2))
    assert (first / "vigil.duckdb").exists()
    assert (first.parent / "notes").exists()


def test_a_release_without_a_manifest_is_removed_though_nobody_noted_it(home: Home, first: Path) -> None:
    """As an earlier version left it."""
    shutil.copytree(first, first.parent / "2026-11-23T235959Z")
    (first.parent / "2026-11-23T235959Z" / "manifest.json").unlink()
    assert clean_home(str(home.root))[0].startswith("removed 1 unfinished release, ")
    assert sorted(path.name for path in first.parent.iterdir()) == [first.name, "latest.json"]


@pytest.mark.parametrize("bits", [0o000, 0o022, 0o077, 0o777 & ~0o700])
def test_a_release_can_be_read_by_all_when_it_is_whole_and_not_before(home: Home, bits: int) -> None:
    during = []

    @contextlib.contextmanager
    def moving() -> Iterator[None]:
        [name] = [path.name for path in home.releases.iterdir() if path.is_dir()]
        during.append(stat.S_IMODE((home.releases / name).stat().st_mode))
        yield

    with umask(bits):
        folder = write(home, 1, moving=moving)
    assert during == [0o700]
    assert modes(folder.parent) == {0o644}
    places = [folder.parent, folder, *(path for path in folder.rglob("*") if path.is_dir())]
    assert {stat.S_IMODE(path.stat().st_mode) for path in places} == {0o755}


def test_one_publishes_and_the_other_is_told_who(home: Home, first: Path) -> None:
    with (
        lease(home, PUBLICATION, "publishing a release"),
        pytest.raises(LeaseHeld, match=f"another process is publishing a release: process {os.getpid()} on"),
    ):
        write(home, 2)
    assert sorted(path.name for path in first.parent.iterdir()) == [first.name, "latest.json"]


def test_of_several_at_once_each_publishes_whole_or_is_refused(home: Home, first: Path) -> None:
    base = first.name

    def act(count: int, ended: multiprocessing.SimpleQueue[str]) -> None:
        try:
            ended.put(write(home, count, previous=base).name)
        except (LeaseHeld, ReleaseRefused) as error:
            ended.put(f"{type(error).__name__}: {error}")

    ended: multiprocessing.SimpleQueue[str] = FORK.SimpleQueue()
    children = [FORK.Process(target=act, args=(count, ended)) for count in (2, 3, 4)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    said = [ended.get() for _ in children]
    [published] = [each for each in said if ":" not in each]
    ways = ("another process is publishing", f"release {published} was published meanwhile")
    assert all(any(way in each for way in ways) for each in said if each != published)
    assert sorted(path.name for path in first.parent.iterdir()) == sorted([base, published, "latest.json"])
    assert find(home).manifest["previous"] == base


def test_a_release_that_another_has_overtaken_is_refused(home: Home, first: Path) -> None:
    second = write(home, 2, NOON + timedelta(hours=1))
    with pytest.raises(ReleaseRefused, match=f"release {second.name} was published meanwhile: run again"):
        write(home, 3, NOON + timedelta(hours=2), previous=first.name)
    with pytest.raises(ReleaseRefused, match="was published meanwhile"):
        write(home, 3, NOON + timedelta(hours=2), previous=None)
    assert latest_id(home) == second.name
    assert not (first.parent / "2026-11-23T140000Z").exists()


def test_the_pointer_is_looked_at_again_before_it_moves(home: Home, first: Path) -> None:
    second = write(home, 2, NOON + timedelta(hours=1))

    @contextlib.contextmanager
    def moving() -> Iterator[None]:
        (first.parent / "latest.json").write_text(f'{{"release": "{first.name}"}}', "utf-8")
        yield

    with pytest.raises(ReleaseRefused, match=f"release {first.name} was published meanwhile"):
        write(home, 3, NOON + timedelta(hours=2), moving=moving)
    assert latest_id(home) == first.name
    assert sorted(path.name for path in first.parent.iterdir()) == [first.name, second.name, "latest.json"]


def test_who_has_lost_the_lease_does_not_move_the_pointer(home: Home) -> None:
    @contextlib.contextmanager
    def moving() -> Iterator[None]:
        shutil.rmtree(home.state.path)
        yield

    with pytest.raises(LeaseHeld, match="was removed"):
        write(home, 1, moving=moving)
    assert latest(home) is None
    assert list(home.releases.iterdir()) == []


def test_the_release_before_is_the_one_that_the_changes_are_against(home: Home, first: Path) -> None:
    second = write(home, 3, NOON + timedelta(hours=1), previous=first.name)
    manifest = json.loads((second / "manifest.json").read_text("utf-8"))
    assert manifest["previous"] == first.name
    assert pq.read_metadata(second / "changes" / "sanctions.parquet").num_rows == 2


def test_a_pointer_to_a_release_that_is_not_there_is_one_line_with_a_way_out(home: Home, first: Path) -> None:
    second = write(home, 2, NOON + timedelta(hours=1))
    shutil.rmtree(second)
    for act in (lambda: latest(home), lambda: write(home, 3), lambda: build_history(str(home.root))):
        with pytest.raises(
            StorageError, match=f"names release {second.name}, which has no manifest"
        ) as raised:
            act()
        assert "\n" not in str(raised.value)
    with pytest.raises((StorageError, ReleaseError), match="which has no manifest"):
        find(home)
    way_out = str(raised.value).partition("write ")[2].partition(" into the file")[0]
    (first.parent / "latest.json").write_text(way_out, "utf-8")
    assert latest(home) == {"release": first.name, "fingerprint": INPUTS["fingerprint"]}
    third = write(home, 3, NOON + timedelta(hours=2))
    assert find(home).manifest["previous"] == first.name
    shutil.rmtree(first)
    shutil.rmtree(third)
    with pytest.raises(StorageError, match="remove the file to begin with a first release"):
        latest(home)


def emptied(path: Path) -> None:
    path.unlink()


def a_dead_link(path: Path) -> None:
    path.unlink()
    path.symlink_to("/nowhere/at/all")


def not_json(path: Path) -> None:
    path.write_bytes(b"\0" * path.stat().st_size)


@pytest.mark.parametrize("damage", [emptied, a_dead_link, not_json])
def test_a_lost_pointer_beside_releases_begins_no_first_release(
    home: Home, first: Path, damage: Callable[[Path], None]
) -> None:
    shutil.copytree(first, first.with_name("copy"))
    damage(first.parent / "latest.json")
    for act in (lambda: latest(home), lambda: write(home, 3), lambda: build_history(str(home.root))):
        with pytest.raises(PointerError, match=r"latest\.json") as raised:
            act()
        assert "\n" not in str(raised.value)
        with pytest.raises(AirflowFailException), final_errors():
            act()
    way_out = str(raised.value).partition("write ")[2].partition(" into the file")[0]
    emptied(first.parent / "latest.json") if damage is not emptied else None
    (first.parent / "latest.json").write_text(way_out, "utf-8")
    assert latest(home) == {"release": first.name, "fingerprint": INPUTS["fingerprint"]}


def test_an_older_copy_of_the_note_of_what_is_made_hides_no_release(home: Home, first: Path) -> None:
    second = write(home, 2, NOON + timedelta(hours=1))
    Path(home.state.path, PUBLICATION).write_text(json.dumps({"release": first.name}), "utf-8")
    assert find(home, first.name).id == first.name
    assert holding(home, "eu_fsf:0") == ([first.name, second.name], [])


def test_something_else_in_place_of_the_releases_is_one_line(home: Home) -> None:
    write(home, 1)
    folder = Path(home.releases.path)
    shutil.rmtree(folder)
    folder.write_text("a file", "utf-8")
    for act in (lambda: find(home), lambda: latest(home), lambda: clean_home(str(home.root))):
        with pytest.raises(StorageError, match="releases: Not a directory") as raised:
            act()
        assert "\n" not in str(raised.value)


def zeroed(path: Path) -> None:
    path.write_bytes(b"\0" * path.stat().st_size)


def of_another_table(path: Path) -> None:
    shutil.copy(path.with_name("quality.parquet"), path)


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("damage", [emptied, zeroed, of_another_table, a_folder, a_dead_link])
@pytest.mark.parametrize("table", ["entity_records", "sanctions"])
def test_no_release_is_built_on_a_damaged_one(
    home: Home, first: Path, damage: Callable[[Path], None], table: str
) -> None:
    check_whole(home, first.name)
    damage(first / "parquet" / f"{table}.parquet")
    with pytest.raises(
        ReleaseRefused, match=f"release {first.name}, which .* is damaged: .*{table}"
    ) as raised:
        check_whole(home, first.name)
    assert "\n" not in str(raised.value)


@pytest.mark.slow
def test_readers_see_one_release_while_the_pointer_flips_a_thousand_times(home: Home) -> None:
    """The id, the manifest, the Parquet files and the database that a reader gets belong together."""
    counts = {write(home, n, NOON + timedelta(hours=n)).name: n for n in (1, 2, 3)}
    done = FORK.Event()
    looks: multiprocessing.SimpleQueue[set[tuple[int, ...]]] = FORK.SimpleQueue()

    def look() -> None:
        seen = set()
        while not done.is_set():
            found = find(home)
            with connect(found) as con:
                [in_database] = con.execute("SELECT count(*) FROM sanctions").fetchone() or (None,)
            seen.add(
                (
                    counts[found.id],
                    counts[found.manifest["release"]],
                    found.manifest["tables"]["sanctions"]["rows"],
                    in_database,
                    pq.read_metadata(f"{found.folder.path}/parquet/sanctions.parquet").num_rows,
                )
            )
        looks.put(seen)

    readers = [FORK.Process(target=look) for _ in range(2)]
    for reader in readers:
        reader.start()
    names = sorted(counts)
    for flip in range(1000):
        reveal(home, home.releases / names[flip % 3], INPUTS["fingerprint"])
        time.sleep(0.001)
    done.set()
    seen = [looks.get() for _ in readers]
    for reader in readers:
        reader.join()
        assert reader.exitcode == 0
    assert set.union(*seen) == {(n,) * 5 for n in counts.values()}


def test_a_folder_that_appears_in_the_same_second_is_not_written_into(
    home: Home, first: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process makes it between the look and the making."""
    claim = publication._claim

    def late(at: Home, name: str, journal: UPath) -> UPath | None:
        if name == "2026-11-23T120001Z":
            (first.parent / name).mkdir()
        return claim(at, name, journal)

    monkeypatch.setattr(publication, "_claim", late)
    assert write(home, 2).name == "2026-11-23T120002Z"


def test_an_error_of_the_writer_leaves_nothing(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise duckdb.IOException("No space left on device")

    monkeypatch.setattr(writer, "write_database", full)
    with pytest.raises(duckdb.IOException):
        write(home, 1)
    assert list(home.releases.iterdir()) == []
    assert unfinished(home) == []
