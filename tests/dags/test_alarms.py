"""What makes a source's run red, in words; what its asset event states; what waits for a release."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException, AirflowTaskTimeout

from contracts import contracts
from dags import failures
from pipeline.fetching import fetch_source
from pipeline.parsing import parse_snapshot
from pipeline.promotion import promote_source
from pipeline.releasing import (
    NothingToRelease,
    build_history,
    build_models,
    publish_release,
    validate_release,
)
from pipeline.reports import list_alarms, summarize_source
from pipeline.validation import validate_source
from sources.archive.failed_attempts import record_attempt
from sources.archive.origin import MixedHome
from sources.registry import registry, samples
from storage.files import StorageError
from storage.home import Home
from tests.suppressing import listed
from warehouse.staging.staging import Staging
from warehouse.staging.states import PromotedSnapshot, PromotedState, States

LIST, FEED = "cu_prisonersdefenders", "rss"
WAIT = timedelta(hours=6)


class TaskInstance:
    """Airflow's, as far as the steps look at it."""

    dag_id, run_id, task_id = "un_sc", "run", "promote"

    def __init__(self, states: Mapping[str, str] = {}) -> None:
        self.states = states
        self.pushed: dict[str, Any] = {}
        self.left: dict[tuple[str, int], str] = {}

    def xcom_push(self, key: str, value: Any) -> None:
        self.pushed[key] = value

    def xcom_pull(self, task_ids: str, key: str, map_indexes: int) -> str | None:
        assert key == failures.ERROR
        return self.left.get((task_ids, map_indexes))

    def get_task_states(self, dag_id: str, run_ids: list[str]) -> dict[str, Any]:
        assert dag_id == self.dag_id
        return {run_id: self.states for run_id in run_ids if self.states}


@pytest.mark.parametrize(
    ("error", "raised", "text"),
    [
        (StorageError("cannot write a: no space"), StorageError, "StorageError: cannot write a: no space"),
        (MixedHome("one\nhome"), AirflowFailException, "MixedHome: one home"),
        (AirflowTaskTimeout("after 3 s"), AirflowTaskTimeout, "AirflowTaskTimeout: after 3 s"),
        (KeyError(), KeyError, "KeyError"),
    ],
)
def test_a_task_leaves_its_error_for_the_alarm(
    error: BaseException, raised: type[BaseException], text: str
) -> None:
    ti = TaskInstance()
    with pytest.raises(raised), failures.reported(ti):
        raise error
    assert ti.pushed == {failures.ERROR: text}


def test_a_task_that_ends_well_leaves_none() -> None:
    ti = TaskInstance()
    with failures.reported(ti):
        pass
    assert ti.pushed == {}


def test_the_failed_tasks_of_a_run_by_name() -> None:
    states = {"fetch": "success", "parse_0": "failed", "parse_1": "success", "parse_2": "failed"}
    ti = TaskInstance(states | {"validate": "failed", "promote": "running", "alarm": "upstream_failed"})
    ti.left = {("parse", 0): "ValueError: no", ("validate", -1): "KeyError"}
    killed = "its process was killed; the log of the scheduler may say why"
    assert failures.errors_of_run(ti) == {
        "parse_0": "ValueError: no",
        "parse_2": killed,
        "validate": "KeyError",
    }
    many = TaskInstance({f"parse_{number}": "failed" for number in range(1000)})
    assert list(failures.errors_of_run(many).values())[-1] == f"{1000 - failures.MOST} more tasks failed"
    assert failures.errors_of_run(TaskInstance()) == {}


def fetch(home: str, source_id: str, mirror: Path) -> None:
    for unit_id in fetch_source(home, source_id, mirror=str(mirror)):
        parse_snapshot(home, source_id, unit_id)
    validate_source(home, source_id, None)
    promote_source(home, source_id)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A mirror, and a home with a release of it: a list and a feed, each of one day."""
    top = tmp_path_factory.mktemp("made")
    for source_id in (LIST, FEED):
        day = min((samples(source_id)).iterdir())
        shutil.copytree(day, top / "mirror" / source_id / day.name)
        fetch(str(top / "home"), source_id, top / "mirror")
    work = build_history(str(top / "home"))
    assert work
    validate_release(str(top / "home"), build_models(str(top / "home"), work), None)
    publish_release(str(top / "home"), work)
    return top


@pytest.fixture
def top(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "made"))


def see(top: Path, source_id: str, change: tuple[bytes, bytes], day: str = "2026-09-01") -> None:
    """The files of a source as they are in the mirror, changed, on another day."""
    [before] = (top / "mirror" / source_id).iterdir()
    after = Path(shutil.copytree(before, before.parent / day))
    for file in after.iterdir():
        file.write_bytes(file.read_bytes().replace(*change))
    fetch(str(top / "home"), source_id, top / "mirror")


def held(top: Path) -> str:
    see(top, LIST, (b"<t", b"<!-- "))
    return str(top / "home")


def test_nothing_is_wrong(top: Path) -> None:
    assert list_alarms(str(top / "home"), LIST, {}) == []


def test_a_held_source_by_day_and_reason_beside_failed_tasks(top: Path) -> None:
    home = held(top)
    [line] = list_alarms(home, LIST, {})
    assert line.startswith(f"{LIST}: held since 2026-09-01: ")
    first, second = list_alarms(home, LIST, {"fetch": "FetchError: 404"})
    assert (first, second) == (f"{LIST}: fetch failed: FetchError: 404", line)
    assert list_alarms(home, "un_sc", {"fetch": "x"}) == ["un_sc: fetch failed: x"]


def test_a_list_withdrawn_for_good_raises_no_alarm_for_its_silence(top: Path) -> None:
    home = str(top / "home")
    ended = next(source_id for source_id, source in registry().items() if source.withdrawn)
    with pytest.raises(StorageError), record_attempt(Home.at(home), ended, datetime.now(UTC), None, {}):
        raise StorageError("no space")
    promote_source(home, ended)
    assert list_alarms(home, ended, {"fetch": "FetchError: 404"}) == []
    assert list_alarms(home, ended, {"parse_0": "KeyError"}) == [f"{ended}: parse_0 failed: KeyError"]


@pytest.mark.parametrize(
    ("first", "last", "red"), [(10, 11, False), (11, 12, True), (1, 30, True), (12, 13, False)]
)
def test_a_run_over_days_is_red_for_a_held_one_among_them(
    tmp_path: Path, first: int, last: int, red: bool
) -> None:
    def of_day(number: int, *held: str) -> PromotedSnapshot:
        name, at = f"202509{number}143000.gkg.csv.zip", datetime(2025, 9, number, tzinfo=UTC)
        files, urls, sizes = {name: "0" * 64}, {name: "https://news.example/"}, {"0" * 64: 1}
        return PromotedSnapshot(f"unit{number}", at, files, urls, sizes, None, held, at, {})

    snapshots = (of_day(10), of_day(11, "too few rows"), of_day(12))
    state = PromotedState("code", snapshots, held=None, missing=None, checked_at=None, sample=False)
    States(Home.at(str(tmp_path))).save("gdelt", state)
    days = (date(2025, 9, first), date(2025, 9, last))
    expected = ["gdelt: the day 2025-09-11 is held: too few rows"] if red else []
    assert list_alarms(str(tmp_path), "gdelt", {}, days) == expected


def test_a_suppressed_person_is_in_no_alarm(top: Path) -> None:
    home, name = str(top / "home"), "Maykel Castillo Pérez"
    [record] = (key for key, found in _names(home).items() if name in found)
    assert name in list_alarms(home, LIST, {"parse_0": f"KeyError: {name}"})[0]
    suppressions = listed(f"record_id: {record}, on: 2026-09-01, reason: request")
    (top / "home" / "suppressions.yml").write_text(suppressions, "utf-8")
    [line] = list_alarms(home, LIST, {"parse_0": f"KeyError: {name}"})
    assert line.startswith(f"{LIST}: parse_0 failed: ")
    assert "Castillo" not in line


def test_with_an_unreadable_list_of_the_suppressed_no_text_is_shown(top: Path) -> None:
    (top / "home" / "suppressions.yml").write_text("no list", "utf-8")
    [line] = list_alarms(str(top / "home"), LIST, {"parse_0": "KeyError: a name"})
    assert "a name" not in line


def _names(home: str) -> dict[str, str]:
    """The names of the list's people, by record."""
    state = States(Home.at(home)).load_all()[LIST]
    [snapshot] = state.snapshots
    rows = Staging(Home.at(home), state.code).tables(LIST, snapshot.unit_id)["prisoners"].to_pylist()
    return {row["record_id"]: row["name"] for row in rows}


def test_an_event_states_the_newest_good_snapshot_and_why_the_source_is_held(top: Path) -> None:
    good = summarize_source(str(top / "home"), LIST)
    assert good["rows"].keys() <= contracts().keys()
    assert good["rows"]["prisoners"] > 0
    assert (good["held"], good["reason"]) == (False, None)
    after = summarize_source(held(top), LIST)
    assert (after["held"], after["snapshot_day"], after["rows"]) == (True, good["snapshot_day"], good["rows"])
    assert after["reason"].startswith("2026-09-01: ")
    assert json.loads(json.dumps(after)) == after


def test_news_alone_waits_for_the_next_list_and_not_longer_than_its_wait(top: Path) -> None:
    home = str(top / "home")
    assert build_history(home, news_wait=WAIT) is None
    see(top, FEED, (b"<title>", b"<title>Again: "))
    assert build_history(home, news_wait=WAIT) is None
    assert build_history(home, news_wait=timedelta(microseconds=1))
    assert build_history(home)  # set off by assets, or by hand
    see(top, LIST, (b"</body>", b"<p></p></body>"))
    assert build_history(home, news_wait=WAIT)


def test_a_list_that_is_held_goes_out_at_once(top: Path) -> None:
    assert build_history(held(top), news_wait=WAIT)


def test_before_the_first_good_snapshot_there_is_nothing_to_release_by_the_clock(tmp_path: Path) -> None:
    assert build_history(str(tmp_path), news_wait=WAIT) is None
    with pytest.raises(NothingToRelease):
        build_history(str(tmp_path))
