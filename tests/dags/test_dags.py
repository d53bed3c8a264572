"""The DAGs as Airflow sees them: imported in a process of their own, without network or database."""

from __future__ import annotations

import json
import os
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sources.registry import registry

FOLDER = Path(__file__).parents[2] / "dags"
SOURCES = sorted(registry())
OTHERS = {"release": "release_dag.py", "upkeep": "upkeep_dag.py"}

# Loads the folder as Airflow does, with sockets and databases out of reach, and prints every DAG as
# Airflow serialises it.
LOAD = """
import json, pathlib, socket, sqlite3, sys

def forbidden(*args, **kwargs):
    raise AssertionError("loading DAGs must touch neither network nor database")

from airflow.dag_processing.dagbag import DagBag
from airflow.serialization.serialized_objects import DagSerialization

before = set(sys.modules)
socket.socket.connect = socket.getaddrinfo = sqlite3.connect = forbidden
folder = pathlib.Path(sys.argv[1])
bag = DagBag(folder, bundle_path=folder, bundle_name="dags")
print(json.dumps({
    "errors": bag.import_errors,
    "files": {dag_id: pathlib.Path(dag.fileloc).name for dag_id, dag in bag.dags.items()},
    "dags": {dag_id: DagSerialization.to_dict(dag)["dag"] for dag_id, dag in bag.dags.items()},
    "loaded": sorted({m.partition(".")[0] for m in set(sys.modules) - before}),
}, sort_keys=True, default=str))
"""


def load(home: Path, **environment: str) -> dict[str, Any]:
    env = {k: v for k, v in os.environ.items() if not k.startswith(("AIRFLOW", "VIGIL"))}
    env |= {"AIRFLOW_HOME": str(home), "AIRFLOW__CORE__UNIT_TEST_MODE": "False", **environment}
    done = subprocess.run(
        [sys.executable, "-c", LOAD, str(FOLDER)], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return dict(json.loads(done.stdout.splitlines()[-1]))


@pytest.fixture(scope="module")
def airflow_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("airflow")


@pytest.fixture(scope="module")
def loaded(airflow_home: Path) -> dict[str, Any]:
    return load(airflow_home, PYTHONHASHSEED="1")


def tasks(loaded: dict[str, Any], dag_id: str) -> dict[str, dict[str, Any]]:
    return {task["__var"]["task_id"]: task["__var"] for task in loaded["dags"][dag_id]["tasks"]}


def edges(loaded: dict[str, Any], dag_id: str) -> set[tuple[str, str]]:
    return {
        (name, after)
        for name, task in tasks(loaded, dag_id).items()
        for after in task.get("downstream_task_ids", [])
    }


def test_every_file_imports_and_gives_its_dags(loaded: dict[str, Any]) -> None:
    assert loaded["errors"] == {}
    assert loaded["files"] == {**dict.fromkeys(SOURCES, "source_dags.py"), **OTHERS}


def test_loading_is_light(loaded: dict[str, Any]) -> None:
    assert not {"great_expectations", "pandas", "duckdb", "pyarrow", "lxml", "httpx"} & set(loaded["loaded"])


def test_dags_are_stable_text(loaded: dict[str, Any], airflow_home: Path) -> None:
    """Airflow makes a new DAG version of whatever differs between two parses."""
    assert load(airflow_home, PYTHONHASHSEED="2")["dags"] == loaded["dags"]


@pytest.mark.parametrize("dag_id", SOURCES)
def test_a_source_goes_from_fetch_to_promote(loaded: dict[str, Any], dag_id: str) -> None:
    assert edges(loaded, dag_id) == {
        ("fetch", "parse"),
        ("parse", "validate"),
        ("validate", "promote"),
        ("promote", "alarm"),
    }
    found = tasks(loaded, dag_id)
    assert found["parse"]["_is_mapped"]
    assert {found[name]["trigger_rule"] for name in ("validate", "promote", "alarm")} == {"all_done"}
    assert {task: found[task]["pool"] for task in ("fetch", "validate")} == {
        "fetch": "publishers",
        "validate": "gates",
    }
    pools = json.loads((FOLDER / "pools.json").read_text("utf-8"))
    assert {"publishers", "parsers", "gates"} == set(pools)


def test_the_release_runs_from_history_to_publish(loaded: dict[str, Any]) -> None:
    assert edges(loaded, "release") == {
        ("history", "models"),
        ("models", "validate"),
        ("validate", "publish"),
    }


def test_each_source_updates_the_asset_that_the_release_waits_for(loaded: dict[str, Any]) -> None:
    produced = {
        dag_id: [outlet["__var"]["uri"] for outlet in tasks(loaded, dag_id)["promote"]["outlets"]]
        for dag_id in SOURCES
    }
    assert produced == {dag_id: [f"vigil://promoted/{dag_id}"] for dag_id in SOURCES}
    awaited = json.dumps(loaded["dags"]["release"]["timetable"])
    assert all(f"vigil://promoted/{dag_id}" in awaited for dag_id in SOURCES)


@pytest.mark.parametrize("dag_id", [*SOURCES, *OTHERS])
def test_defaults_are_set_everywhere(loaded: dict[str, Any], dag_id: str) -> None:
    dag = loaded["dags"][dag_id]
    assert dag["doc_md"].strip()
    assert dag["tags"]
    assert dag["max_active_runs"] == 1
    assert not dag.get("catchup", False)
    for name, task in tasks(loaded, dag_id).items():
        settings = {**dag["default_args"]["__var"], **task.get("partial_kwargs", {}), **task}
        assert settings["owner"] == "vigil", name
        assert settings["execution_timeout"], name
        if name != "alarm":  # it only repeats what failed before it
            assert settings["retries"] == 2, name


def test_schedules_follow_the_registry_and_can_be_turned_off(
    loaded: dict[str, Any], airflow_home: Path
) -> None:
    crons = {dag_id: loaded["dags"][dag_id]["timetable"]["__var"]["expression"] for dag_id in SOURCES}
    assert crons == {source_id: source.cron for source_id, source in registry().items()}
    by_hand = load(airflow_home, VIGIL_SCHEDULE="off", VIGIL_SOURCES="eu_fsf")
    assert set(by_hand["dags"]) == {"eu_fsf", *OTHERS}
    for dag_id in ("eu_fsf", "upkeep"):
        assert "Null" in by_hand["dags"][dag_id]["timetable"]["__type"]
    assert "un_sc" not in json.dumps(by_hand["dags"]["release"]["timetable"])


def test_a_run_of_a_source_by_days_is_a_day(loaded: dict[str, Any]) -> None:
    kinds = {dag_id: loaded["dags"][dag_id]["timetable"]["__type"].rpartition(".")[2] for dag_id in SOURCES}
    assert {dag_id for dag_id, kind in kinds.items() if kind == "CronDataIntervalTimetable"} == {
        source_id for source_id, source in registry().items() if source.content == "days"
    }


@pytest.mark.parametrize("dag_id", SOURCES)
def test_of_a_backfills_runs_one_fetches_judges_or_promotes_at_a_time(
    loaded: dict[str, Any], dag_id: str
) -> None:
    found = tasks(loaded, dag_id)
    assert {name for name, task in found.items() if task.get("max_active_tis_per_dag") == 1} == {
        "fetch",
        "validate",
        "promote",
    }


def test_a_local_publisher_can_be_set_for_all_runs(loaded: dict[str, Any], airflow_home: Path) -> None:
    local = load(airflow_home, VIGIL_PUBLISHER="http://127.0.0.1:1", VIGIL_SOURCES="gdelt")
    params = [dict(found["dags"]["gdelt"]["params"])["publisher"]["default"] for found in (loaded, local)]
    assert params == [None, "http://127.0.0.1:1"]


@pytest.mark.parametrize("source_id", ["un_sc", "gdelt"])
def test_a_task_makes_its_own_dag_alone(source_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_AIRFLOW_PARSING_CONTEXT_DAG_ID", source_id)  # as Airflow does before a task
    made = runpy.run_path(str(FOLDER / "source_dags.py"))
    assert made.keys() & set(SOURCES) == {source_id}
    assert made[source_id].dag_id == source_id
