"""Which release run a run waits for, and which release it may report; an Airflow of canned answers."""

from __future__ import annotations

import io
import json
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
from rich.console import Console

from pipeline.reports import list_unreleased
from sources.registry import registry
from vigil import run as module
from vigil.airflow.client import Airflow
from vigil.airflow.errors import AirflowError
from vigil.run import AirflowChoice, Outcome, run_dags
from vigil.signals import Ended, ended_by_signals

SOURCES = ["eu_fsf", "un_sc"]


class FakeAirflow:
    """Source runs succeed as soon as they are started, but for the task `failed`; `events` has, by poll, the
    release runs that each source's asset event is known to have set off."""

    def __init__(self, events: list[dict[str, list[str]]], failed: str | None = None) -> None:
        self.events = events
        self.failed = failed
        self.runs: dict[str, dict[str, str]] = {}
        self.posted: list[tuple[str, str]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = unquote(request.url.path).removeprefix("/api/v2")
        if request.method == "POST":
            return self.post(path, json.loads(request.content))
        assert request.method == "GET", f"{request.method} {path}: others' things are left alone"
        answers: dict[str, Callable[[], Any]] = {
            "/pools": lambda: {"pools": []},
            "/importErrors": lambda: {"import_errors": []},
            "/dags": lambda: {"dags": [{"dag_id": dag_id} for dag_id in [*SOURCES, "release"]]},
            "/dags/~/dagRuns": lambda: self.dag_runs(request.url.params["run_id_prefix_pattern"]),
            "/dags/~/dagRuns/~/taskInstances": lambda: self.tasks(
                request.url.params["run_id_prefix_pattern"]
            ),
            "/assets/events": self.asset_events,
        }
        if path.endswith("/logs/1"):
            return httpx.Response(200, json={"content": [{"level": "error", "event": "disk full"}]})
        return httpx.Response(200, json=answers[path]())

    def post(self, path: str, body: dict[str, Any]) -> httpx.Response:
        if path.endswith("/dagRuns"):
            dag_id = path.split("/")[2]
            self.posted.append((dag_id, body["dag_run_id"]))
            self.runs.setdefault(body["dag_run_id"], {})[dag_id] = "success"
        return httpx.Response(200, json={})

    def dag_runs(self, run_id: str) -> dict[str, Any]:
        found = self.runs.get(run_id, {})
        runs = [{"dag_id": d, "dag_run_id": run_id, "state": state} for d, state in found.items()]
        return {"dag_runs": runs, "total_entries": len(runs)}

    def tasks(self, run_id: str) -> dict[str, Any]:
        tasks = [
            {
                "dag_id": dag_id,
                "dag_run_id": run_id,
                "task_id": task_id,
                "state": "failed" if f"{dag_id}.{task_id}" == self.failed else "success",
                "try_number": 1,
                "map_index": -1,
            }
            for dag_id in self.runs.get(run_id, {})
            for task_id in ("fetch", "promote")
        ]
        return {"task_instances": tasks, "total_entries": len(tasks)}

    def asset_events(self) -> dict[str, Any]:
        now = self.events.pop(0) if len(self.events) > 1 else self.events[0]
        for release_run in {each for runs in now.values() for each in runs}:
            self.runs.setdefault(release_run, {})["release"] = "failed" if "bad" in release_run else "success"
        events = [
            {
                "source_dag_id": source,
                "created_dagruns": [{"dag_id": "release", "run_id": each} for each in runs],
            }
            for source, runs in now.items()
        ]
        return {"asset_events": events, "total_entries": len(events)}


class There(AirflowChoice):
    """Where a fake Airflow is."""

    fake: FakeAirflow

    @contextmanager
    def airflow(self, sources: list[str], clean: Callable[[], None]) -> Iterator[Airflow]:
        clean()
        with httpx.Client(base_url="http://airflow", transport=httpx.MockTransport(self.fake)) as client:
            yield Airflow(client, Path("passwords"))


def go(fake: FakeAirflow, home: Path, address: str | None = None) -> Outcome:
    there = There(home, address=address)
    object.__setattr__(there, "fake", fake)
    sources = [registry()[source_id] for source_id in SOURCES]
    return run_dags(there, sources, {}, Console(file=io.StringIO()))


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "POLL_SECONDS", 0.01)
    monkeypatch.setattr(module, "RELEASE_SECONDS", 0.3)


def test_the_release_run_is_the_one_that_the_runs_own_events_set_off(tmp_path: Path) -> None:
    fake = FakeAirflow(
        [{}, {"eu_fsf": ["bad-of-another-run"], "un_sc": []}, {each: ["ours"] for each in SOURCES}]
    )
    assert go(fake, tmp_path).release_state == "success"


def test_a_release_run_of_some_of_its_events_is_not_waited_for(tmp_path: Path) -> None:
    with pytest.raises(AirflowError, match="the release did not start"):
        go(FakeAirflow([{"eu_fsf": ["of-another-run"], "un_sc": []}]), tmp_path)


def test_a_source_without_an_event_does_not_stop_the_release(tmp_path: Path) -> None:
    fake = FakeAirflow([{}], failed="un_sc.promote")
    outcome = go(fake, tmp_path)
    assert fake.posted[-1][0] == "release"
    assert outcome.crashed
    assert outcome.failures == {"un_sc.promote": "disk full"}


def test_in_an_airflow_of_others_the_run_starts_its_own_release_and_removes_nothing(tmp_path: Path) -> None:
    fake = FakeAirflow([{each: ["bad-of-another-run"] for each in SOURCES}])
    assert go(fake, tmp_path, "http://airflow").release_state == "success"
    assert [dag_id for dag_id, _ in fake.posted] == [*SOURCES, "release"]
    assert len({run_id for _, run_id in fake.posted}) == 1


def test_a_release_that_lacks_a_promoted_snapshot_is_not_the_runs_own() -> None:
    manifest = {"sources": {"eu_fsf": {"units": [{"unit_id": "a"}, {"unit_id": "b"}]}}}
    assert list_unreleased(manifest, {"eu_fsf": ["a", "b"]}) == []
    assert list_unreleased(manifest, {"eu_fsf": ["a"]}) == []
    [line] = list_unreleased(manifest, {"eu_fsf": ["a", "b", "c"]})
    assert line.startswith("eu_fsf: 1 of 3 snapshots")
    [line] = list_unreleased(manifest, {"un_sc": ["a"]})
    assert line.startswith("un_sc")


@pytest.mark.parametrize("each", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_ends_the_run_once(each: signal.Signals) -> None:
    ended = []
    with pytest.raises(Ended, match=f"ended by {each.name}") as raised, ended_by_signals():
        try:
            signal.raise_signal(each)
        finally:
            signal.raise_signal(each)  # does not interrupt what ends the run
            ended.append(each)
    assert raised.value.number == each
    assert ended == [each]


def test_a_signal_that_is_ignored_stays_so() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with ended_by_signals():
            signal.raise_signal(signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)
