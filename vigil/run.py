"""`vigil run`: has Airflow run the source DAGs, then the release, and shows how it goes."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from sources.registry import Source
from vigil.airflow.client import Airflow, connected
from vigil.airflow.embedded import running
from vigil.airflow.errors import AirflowError
from vigil.airflow.lock import locked
from vigil.airflow.settings import DAGS_FOLDER, passwords_file
from vigil.progress import Reporter

ENDED = {"success", "failed"}
POLL_SECONDS = 1.0
RELEASE_SECONDS = 120
"""How long after the last source the scheduler may take to start the release."""


@dataclass(frozen=True)
class Outcome:
    """How a run went: the error of each failed task, by `dag.task`; whether a task other than a fetch failed;
    the release's state; the ids of the snapshots that its sources had promoted when they ended, by source."""

    failures: dict[str, str]
    crashed: bool
    release_state: str
    promoted: dict[str, list[str]]


@dataclass(frozen=True)
class AirflowChoice:
    """Which Airflow does the work: the embedded one on `port`, or another one at `address`."""

    home: Path
    port: int = 0
    address: str | None = None
    passwords: Path | None = None

    @contextmanager
    def airflow(self, sources: list[str], clean: Callable[[], None]) -> Iterator[Airflow]:
        """Connects to the Airflow, with the DAGs of `sources`. `clean` is called when no other `vigil run`
        works on the home, before the embedded Airflow starts. Raises AirflowError."""
        own = self.home / "airflow"
        if self.address:
            clean()
            with connected(self.address, self.passwords or passwords_file(own)) as airflow:
                yield airflow
            return
        with locked(own, self.home) as lock:
            clean()
            with running(own, self.home, self.port, sources, lock=lock) as airflow:
                yield airflow


def run_dags(
    choice: AirflowChoice,
    sources: list[Source],
    conf: dict[str, Any],
    console: Console,
    interval: tuple[datetime, datetime] | None = None,
) -> Outcome:
    """Run the DAGs of `sources` with `conf`, for a data interval if one is given, then the release.

    Leftovers of dead runs are removed first, and printed. Raises AirflowError.
    """
    from pipeline.reports import promoted_units
    from pipeline.upkeep import clean_home

    run_id = f"vigil-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}"
    chosen = [source.source_id for source in sources]

    def clean() -> None:
        for line in clean_home(str(choice.home)):
            console.print(line, markup=False, highlight=False, soft_wrap=True)
        asked = "starting Airflow" if choice.address is None else f"asking {choice.address}"
        console.print(asked, highlight=False)

    with choice.airflow(chosen, clean) as airflow, Reporter(console) as reporter:
        airflow.make_pools(json.loads((DAGS_FOLDER / "pools.json").read_text("utf-8")))
        airflow.wait_for_dags({*chosen, "release"})
        for source_id in chosen:
            airflow.trigger(source_id, run_id, conf, interval)
        progress: dict[str, list[dict[str, Any]]] = {source_id: [] for source_id in chosen}
        _watch(airflow, chosen, run_id, progress, reporter)
        promoted = promoted_units(str(choice.home), chosen)
        if choice.address or not _all_promoted(progress.values()):
            # another Airflow waits for the assets of other sources too; else an asset was not updated
            airflow.trigger("release", run_id, {})
            release_run = run_id
        else:
            release_run = _release_run(airflow, run_id, set(chosen))
        states = _watch(airflow, ["release"], release_run, progress, reporter)
        return _outcome(airflow, progress, states["release"], promoted)


def _all_promoted(progress: Iterable[list[dict[str, Any]]]) -> bool:
    """Whether every source's last step has succeeded, and so updated its asset."""
    return all(
        any(task["task_id"] == "promote" and task["state"] == "success" for task in tasks)
        for tasks in progress
    )


def _watch(
    airflow: Airflow,
    dag_ids: list[str],
    run_id: str,
    progress: dict[str, list[dict[str, Any]]],
    reporter: Reporter,
) -> dict[str, str]:
    """Show the progress of the DAGs' runs of this name until all have ended; return their states."""
    while True:
        states = airflow.states(run_id)
        if missing := set(dag_ids) - states.keys():
            raise AirflowError(f"Airflow has no run {run_id} of {min(missing)} any more")
        progress.update(airflow.tasks(run_id))
        reporter.show(progress)
        if all(states[dag_id] in ENDED for dag_id in dag_ids):
            return states
        time.sleep(POLL_SECONDS)


def _release_run(airflow: Airflow, run_id: str, sources: set[str]) -> str:
    """The release run that the asset events of the runs `run_id` of all these sources have triggered."""
    deadline = time.monotonic() + RELEASE_SECONDS
    while time.monotonic() < deadline:
        for name, dag_ids in airflow.triggered_runs("release", run_id).items():
            if sources <= dag_ids:
                return name
        time.sleep(POLL_SECONDS)
    raise AirflowError(f"the release did not start within {RELEASE_SECONDS} s of the last source")


def _outcome(
    airflow: Airflow,
    progress: dict[str, list[dict[str, Any]]],
    release_state: str,
    promoted: dict[str, list[str]],
) -> Outcome:
    failed = [
        task
        for tasks in progress.values()
        for task in tasks
        if task["state"] == "failed" and task["task_id"] != "alarm"
    ]
    return Outcome(
        failures={f"{task['dag_id']}.{task['task_id']}": airflow.task_error(task) for task in failed},
        crashed=any(task["task_id"] != "fetch" for task in failed),
        release_state=release_state,
        promoted=promoted,
    )
