"""What operators see in Airflow of a source that the gate holds: a red run with the reason, an asset event
that states what was promoted, a call of their notifier."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import Any

import pytest

from contracts import contracts
from pipeline.run_records import KEPT
from tests.end_to_end.conftest import Mirrored, Ran

REASON = "not XML"


def rows(home: Any, sql: str, *values: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(home / "airflow" / "airflow.db")) as database:
        return database.execute(sql, values).fetchall()


def states(mirrored: Mirrored, dag_id: str, task_id: str) -> list[str]:
    return [
        state
        for (state,) in rows(
            mirrored.home,
            "SELECT t.state FROM task_instance AS t JOIN dag_run AS r USING (dag_id, run_id)"
            " WHERE t.dag_id = ? AND t.task_id = ? ORDER BY r.id",
            dag_id,
            task_id,
        )
    ]


def test_only_the_run_of_the_held_source_is_red(mirrored: Mirrored) -> None:
    runs = rows(mirrored.home, "SELECT dag_id, state FROM dag_run ORDER BY id")
    assert runs.count(("eu_fsf", "success")) == 2
    assert [run for run in runs if run[1] != "success"] == [("eu_fsf", "failed")]
    assert states(mirrored, "eu_fsf", "promote") == ["success"] * 3
    assert states(mirrored, "eu_fsf", "alarm") == ["skipped", "skipped", "failed"]


def test_the_reason_is_in_the_log_of_the_alarm(mirrored: Mirrored) -> None:
    logs = mirrored.home / "airflow" / "logs" / "dag_id=eu_fsf"
    [log] = logs.glob("run_id=*/task_id=alarm/attempt=1.log")
    errors = [
        detail
        for line in log.read_text("utf-8").splitlines()
        for detail in json.loads(line).get("error_detail") or []
    ]
    assert [detail["exc_type"] for detail in errors] == ["AirflowFailException"]
    assert errors[0]["exc_value"].startswith("eu_fsf: held since 2026-01-02: ")
    assert REASON in errors[0]["exc_value"]


def test_the_operators_notifier_is_called_once_with_the_reason(mirrored: Mirrored) -> None:
    [line] = (mirrored.home / "notified.jsonl").read_text("utf-8").splitlines()
    told = json.loads(line)
    assert (told["dag"], told["task"]) == ("eu_fsf", "alarm")
    assert REASON in told["text"]


def events(home: Any, source_id: str) -> list[dict[str, Any]]:
    joined = "asset_event AS e JOIN asset AS a ON a.id = e.asset_id"
    sql = f"SELECT e.extra FROM {joined} WHERE a.name = ? ORDER BY e.id"  # noqa: S608 - no value in it
    return [json.loads(extra) for (extra,) in rows(home, sql, source_id)]


def test_each_asset_event_states_what_is_promoted(mirrored: Mirrored) -> None:
    first, again, held = events(mirrored.home, "eu_fsf")
    assert first["changed"]
    assert not again["changed"]
    for event in (first, again):
        assert event["snapshot_day"] == "2025-03-17"
        assert event["rows"]["sanctions"] > 0
        assert (event["held"], event["reason"]) == (False, None)
    assert held["changed"]
    assert held["held"]
    assert held["reason"].startswith("2026-01-02: ")
    assert REASON in held["reason"]
    assert (held["snapshot_day"], held["rows"]) == (first["snapshot_day"], first["rows"])


def test_the_release_goes_out_with_the_held_source(mirrored: Mirrored) -> None:
    assert states(mirrored, "release", "publish")[-1] == "success"


def test_upkeep_removes_the_records_of_old_runs(mirrored: Mirrored) -> None:
    assert states(mirrored, "upkeep", "clean") == ["success"]
    left = [path.name for path in (mirrored.home / "runs" / "by_viasna").iterdir()]
    assert len(left) == KEPT
    assert any(name.startswith("vigil-") for name in left)
    assert "old-0" not in left


@pytest.mark.slow
@pytest.mark.parametrize("source_id", ["us_ofac_sdn", "rss", "gdelt", "by_viasna"])
def test_of_the_demo_too(demo: Ran, source_id: str) -> None:
    [event] = events(demo.home, source_id)
    assert event.keys() == {"changed", "snapshot_day", "rows", "held", "reason", "failed_checks"}
    assert event["rows"].keys() <= contracts().keys()
    assert sum(event["rows"].values()) > 0
    assert all(": " in check for check in event["failed_checks"])
