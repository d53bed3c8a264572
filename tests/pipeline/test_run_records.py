"""Records of runs are bounded: the newest of each DAG stay, and those of runs that may not be over."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.run_records import KEPT, UNTOUCHED, clean_logs, clean_runs, newest_records
from pipeline.upkeep import clean_home
from storage.home import Home

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def record(folder: Path, age: timedelta, size: int = 1000) -> Path:
    inner = folder / "data_docs" / "validations"
    inner.mkdir(parents=True)
    (inner / "page.html").write_bytes(b"x" * size)
    moment = (NOW - age).timestamp()
    os.utime(folder, (moment, moment))
    return folder


def days(number: int) -> timedelta:
    return timedelta(days=number)


def test_the_newest_of_each_dag_are_kept(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    old = [
        record(runs / dag / f"run-{n}", days(100 - n)) for dag in ("un_sc", "rss") for n in range(KEPT + 3)
    ]
    lines = clean_runs(Home.at(str(tmp_path)), NOW)
    left = sorted(path for path in runs.glob("*/*"))
    assert left == sorted(old[3 : KEPT + 3] + old[KEPT + 6 :])
    assert lines == ["removed Data Docs of 6 earlier runs, 0.0 MB"]
    assert clean_runs(Home.at(str(tmp_path)), NOW) == []


def test_what_may_be_of_a_run_that_is_not_over_is_kept(tmp_path: Path) -> None:
    for n in range(3 * KEPT):
        record(tmp_path / "runs" / "gdelt" / f"run-{n}", UNTOUCHED - timedelta(minutes=1))
    assert clean_runs(Home.at(str(tmp_path)), NOW) == []


def test_logs_of_tasks_and_of_the_dag_processor(tmp_path: Path) -> None:
    logs = tmp_path / "airflow" / "logs"
    for n in range(KEPT + 1):
        record(logs / "dag_id=rss" / f"run_id=vigil-{n}", days(20 - n), 2_000_000)
        record(logs / "dag_processor" / f"2026-01-{n + 1:02}", days(20 - n), 1_000_000)
    (logs / "dag_processor" / "latest").symlink_to("2026-01-06")
    (logs / "scheduler.log").write_text("kept", "utf-8")
    assert clean_runs(Home.at(str(tmp_path)), NOW) == ["removed logs of 2 earlier runs, 3.0 MB"]
    assert sorted(path.name for path in logs.iterdir()) == ["dag_id=rss", "dag_processor", "scheduler.log"]
    assert not (logs / "dag_id=rss" / "run_id=vigil-0").exists()
    assert clean_logs(logs, NOW) == []


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    elsewhere = record(tmp_path / "elsewhere", days(50))
    above = tmp_path / "home" / "runs" / "rss"
    above.mkdir(parents=True)
    for n in range(KEPT + 2):
        (above / f"run-{n}").symlink_to(elsewhere)
    (tmp_path / "home" / "runs" / "linked").symlink_to(elsewhere)
    assert clean_runs(Home.at(str(tmp_path / "home")), NOW) == []
    assert (elsewhere / "data_docs" / "validations" / "page.html").exists()


@pytest.mark.parametrize("home", ["nowhere", "memory://vigil"])
def test_a_home_without_records(tmp_path: Path, home: str) -> None:
    at = Home.at(home if ":" in home else str(tmp_path / home))
    assert clean_runs(at, NOW) == []
    assert newest_records(at, "rss") == {}


def test_the_newest_run_s_results_and_log_are_found(tmp_path: Path) -> None:
    for n in (1, 2, 0):
        docs = tmp_path / "runs" / "rss" / f"run-{n}" / "data_docs"
        docs.mkdir(parents=True)
        (docs / "index.html").write_text("", "utf-8")
        os.utime(docs / "index.html", (n, n))
        log = tmp_path / "airflow" / "logs" / "dag_id=rss" / f"run_id=vigil-{n}"
        log.mkdir(parents=True)
        os.utime(log, (n, n))
    assert newest_records(Home.at(str(tmp_path)), "rss") == {
        "results": tmp_path / "runs" / "rss" / "run-2" / "data_docs" / "index.html",
        "log": tmp_path / "airflow" / "logs" / "dag_id=rss" / "run_id=vigil-2",
    }
    assert newest_records(Home.at(str(tmp_path)), "gdelt") == {}


def test_a_run_begins_with_it(tmp_path: Path) -> None:
    for n in range(KEPT + 1):
        record(tmp_path / "runs" / "rss" / f"run-{n}", datetime.now(UTC) - NOW + days(50 - n))
    removed = [line for line in clean_home(str(tmp_path)) if "Data Docs" in line]
    assert removed == ["removed Data Docs of 1 earlier run, 0.0 MB"]
