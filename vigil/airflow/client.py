"""A client of Airflow's public REST API, which starts runs and follows them."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx

from vigil.airflow.errors import AirflowError
from vigil.airflow.keeper import Keeper

START_SECONDS = 120
PATIENCE_SECONDS = 240.0
"""How long one call of Airflow's API is tried again while its processes live."""

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 15.0
PAGE = 100  # the most that Airflow's API gives at a time


@dataclass(frozen=True)
class Airflow:
    """A running Airflow: its REST API, with a token. `passwords` is the file with the password; `keeper` and
    `logs` are set if it is the embedded one."""

    client: httpx.Client
    passwords: Path
    keeper: Keeper | None = None
    logs: Path = Path()

    def call(self, method: str, path: str, **kwargs: Any) -> Any:
        """One call of `/api/v2`. Raises AirflowError with Airflow's own message, and as `_answer`."""
        return _content(method, path, self._answer(method, path, **kwargs))

    def create(self, path: str, body: Mapping[str, Any], made: str) -> None:
        """Create a resource with a name of its own, which is then at the path `made`. It may be retried,
        as one whose answer was lost may have created it already. Raises AirflowError."""
        answer = self._answer("POST", path, json=body)
        if answer.status_code == HTTPStatus.CONFLICT:
            self.call("GET", made)
        else:
            _content("POST", path, answer)

    def _answer(self, method: str, path: str, **kwargs: Any) -> httpx.Response:
        """The answer to an idempotent call. Temporary failures (timeouts, dropped connections, 429, 5xx) are
        retried for PATIENCE_SECONDS, with pauses that double.

        Raises AirflowError if the failure lasts, or if a process of the embedded Airflow has ended.
        """
        deadline, pause = time.monotonic() + PATIENCE_SECONDS, FIRST_PAUSE_SECONDS
        while True:
            self.check_processes()
            try:
                answer = self.client.request(method, f"/api/v2{path}", **kwargs)
            except httpx.TransportError as error:
                trouble = str(error) or type(error).__name__
            else:
                if answer.status_code == HTTPStatus.UNAUTHORIZED:  # a token is valid for a day
                    _log_in(self.client, self.passwords)
                elif not (answer.is_server_error or answer.status_code == HTTPStatus.TOO_MANY_REQUESTS):
                    return answer
                trouble = f"{answer.status_code} {' '.join(answer.text.split())[:300]}"
            if time.monotonic() + pause > deadline:
                raise AirflowError(f"Airflow's API does not answer {method} {path}: {trouble}")
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    def check_processes(self) -> None:
        """Raises AirflowError if a process of the embedded Airflow has ended."""
        if self.keeper and (name := self.keeper.ended()):
            raise AirflowError(f"Airflow's {name} stopped: {_last_line(self.logs / f'{name}.log')}")

    def wait_for_dags(self, wanted: set[str]) -> None:
        """Returns once Airflow knows all the DAGs. Raises AirflowError if one cannot be imported."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if errors := self.call("GET", "/importErrors")["import_errors"]:
                lines = errors[0]["stack_trace"].strip().splitlines()
                raise AirflowError(f"{errors[0]['filename']}: {lines[-1]}")
            known = {dag["dag_id"] for dag in self.call("GET", "/dags", params={"limit": 100})["dags"]}
            if wanted <= known:
                return
            time.sleep(0.5)
        raise AirflowError(f"Airflow did not load its DAGs within {START_SECONDS} s: {self.logs}")

    def make_pools(self, pools: dict[str, dict[str, Any]]) -> None:
        """Create the pools that are missing; an existing one keeps the size that its operator has set."""
        known = {pool["name"] for pool in self.call("GET", "/pools")["pools"]}
        for name, pool in pools.items():
            if name not in known:
                body = {"name": name, "include_deferred": False, **pool}
                self.create("/pools", body, f"/pools/{name}")

    def trigger(
        self,
        dag_id: str,
        run_id: str,
        conf: dict[str, Any],
        interval: tuple[datetime, datetime] | None = None,
    ) -> None:
        """Start a run, for the data interval `interval` if one is given."""
        body: dict[str, Any] = {"dag_run_id": run_id, "logical_date": None, "conf": conf}
        if interval:
            start, end = (moment.isoformat() for moment in interval)
            # Airflow wants a logical date, and no two runs of one DAG with the same
            body["logical_date"] = datetime.now(UTC).isoformat()
            body |= {"data_interval_start": start, "data_interval_end": end}
        self.create(f"/dags/{dag_id}/dagRuns", body, f"/dags/{dag_id}/dagRuns/{run_id}")

    def states(self, run_id: str) -> dict[str, str]:
        """The states of the runs of this name, by DAG."""
        runs = self._all("/dags/~/dagRuns", "dag_runs", run_id)
        return {run["dag_id"]: run["state"] for run in runs}

    def tasks(self, run_id: str) -> dict[str, list[dict[str, Any]]]:
        """The task instances of the runs of this name, by DAG; a mapped task has several."""
        found: dict[str, list[dict[str, Any]]] = {}
        for task in self._all("/dags/~/dagRuns/~/taskInstances", "task_instances", run_id):
            found.setdefault(task["dag_id"], []).append(task)
        return found

    def _all(self, path: str, what: str, run_id: str) -> Iterator[dict[str, Any]]:
        """The items of the runs of a name, of all DAGs: one request per DAG would keep the API server busier
        than the DAGs do."""
        params = {"run_id_prefix_pattern": run_id, "order_by": "id", "limit": PAGE}
        seen, total = 0, 1
        while seen < total:
            page = self.call("GET", path, params=params | {"offset": seen})
            yield from (each for each in page[what] if each["dag_run_id"] == run_id)
            seen, total = seen + PAGE, page["total_entries"]

    def triggered_runs(self, dag_id: str, run_id: str) -> dict[str, set[str]]:
        """The runs of a DAG that asset events of the runs `run_id` have triggered: by name, with the DAGs of
        these events."""
        found: dict[str, set[str]] = {}
        seen, total = 0, 1
        while seen < total:
            params = {"source_run_id": run_id, "limit": PAGE, "offset": seen}
            page = self.call("GET", "/assets/events", params=params)
            for event in page["asset_events"]:
                for run in event["created_dagruns"]:
                    if run["dag_id"] == dag_id:
                        found.setdefault(run["run_id"], set()).add(event["source_dag_id"])
            seen, total = seen + PAGE, page["total_entries"]
        return found

    def task_error(self, task: dict[str, Any]) -> str:
        """The error message of a failed task: the exception that ended its last try."""
        path = (
            f"/dags/{task['dag_id']}/dagRuns/{task['dag_run_id']}"
            f"/taskInstances/{task['task_id']}/logs/{task['try_number']}"
        )
        answer = self.call(
            "GET", path, params={"map_index": task["map_index"]}, headers={"Accept": "application/json"}
        )
        message = ""
        for line in answer["content"]:
            for problem in line.get("error_detail") or []:
                message = f"{problem['exc_type']}: {problem['exc_value']}"
            if not message and line.get("level") in {"error", "critical"}:
                message = str(line.get("event"))
        return " ".join(message.split()) or "no error in its log"


@contextlib.contextmanager
def connected(
    address: str, passwords: Path, keeper: Keeper | None = None, logs: Path = Path()
) -> Iterator[Airflow]:
    """Connects to the Airflow at `address`, with the password for `vigil` in the file `passwords`.

    For the embedded Airflow, `keeper` has its processes and `logs` their output. Raises AirflowError if it
    does not come up.
    """
    with httpx.Client(base_url=address, timeout=30, trust_env=False) as client:
        airflow = Airflow(client, passwords, keeper, logs)
        deadline = time.monotonic() + START_SECONDS
        while not _log_in(client, passwords):
            airflow.check_processes()
            if time.monotonic() > deadline:
                raise AirflowError(f"Airflow at {address} did not let us in within {START_SECONDS} s")
            time.sleep(0.25)
        yield airflow


def _log_in(client: httpx.Client, passwords: Path) -> bool:
    """Gives the client a token; False while Airflow or its passwords are not there yet. Raises AirflowError
    if Airflow refuses the password."""
    try:
        password = json.loads(passwords.read_text("utf-8"))["vigil"]
        answer = client.post("/auth/token", json={"username": "vigil", "password": password})
    except (httpx.TransportError, FileNotFoundError, json.JSONDecodeError):
        return False
    if answer.status_code == HTTPStatus.UNAUTHORIZED:
        raise AirflowError(f"Airflow at {client.base_url} refuses the password for vigil in {passwords}")
    if answer.is_success:
        client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
    return answer.is_success


def _content(method: str, path: str, answer: httpx.Response) -> Any:
    """The content of an answer. Raises AirflowError if Airflow refused the call."""
    if answer.status_code >= HTTPStatus.BAD_REQUEST:
        raise AirflowError(f"Airflow refused {method} {path}: {answer.text[:300]}")
    return answer.json() if answer.content else None


def _last_line(log: Path) -> str:
    lines = [line.strip() for line in log.read_text("utf-8", "replace").splitlines() if line.strip()]
    return lines[-1][:300] if lines else f"{log} is empty"
