"""An Airflow of our own for one run: SQLite, LocalExecutor, everything on loopback.

Starts the API server, the scheduler and the DAG processor as child processes, and talks to
them through Airflow's public REST API alone.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

import dags

DAGS_FOLDER = Path(dags.__file__).parent
COMPONENTS = {
    "api-server": ["api-server"],
    # its log server would listen beyond loopback; the API reads the log files themselves
    "scheduler": ["scheduler", "--skip-serve-logs"],
    "dag-processor": ["dag-processor"],
}
# What every task would import after the fork, half a second of it each.
PRELOADED = (
    "airflow.executors.local_executor",
    "airflow.dag_processing.dagbag",
    "great_expectations",
    "dags.source_dags",
    "dags.steps",
    "sources.fetch",
)
START_SECONDS = 120
PAGE = 100  # what Airflow's API gives at most at a time
STOP_SECONDS = 20


class AirflowError(Exception):
    """Airflow could not be started or asked. One line."""


@dataclass(frozen=True)
class Airflow:
    """A running Airflow: its REST API, with a token."""

    client: httpx.Client
    processes: dict[str, subprocess.Popen[bytes]]
    logs: Path

    def call(self, method: str, path: str, **kwargs: Any) -> Any:
        """One call of `/api/v2`; raises AirflowError with Airflow's own words."""
        self.check_processes()
        try:
            answer = self.client.request(method, f"/api/v2{path}", **kwargs)
        except httpx.TransportError as error:
            raise AirflowError(f"Airflow's API does not answer: {error}") from error
        if answer.status_code >= httpx.codes.BAD_REQUEST:
            raise AirflowError(f"Airflow refused {method} {path}: {answer.text[:300]}")
        return answer.json() if answer.content else None

    def check_processes(self) -> None:
        for name, process in self.processes.items():
            if process.poll() is not None:
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
        """Makes the pools that are not there yet; the size of one that is stays as its operator set it."""
        known = {pool["name"] for pool in self.call("GET", "/pools")["pools"]}
        for name, pool in pools.items():
            if name not in known:
                self.call("POST", "/pools", json={"name": name, "include_deferred": False, **pool})

    def trigger(
        self,
        dag_id: str,
        run_id: str,
        conf: dict[str, Any],
        interval: tuple[datetime, datetime] | None = None,
    ) -> None:
        """Starts a run, with `interval` one of that data interval."""
        body: dict[str, Any] = {"dag_run_id": run_id, "logical_date": None, "conf": conf}
        if interval:
            start, end = (moment.isoformat() for moment in interval)
            # Airflow wants a logical date, and no two runs of one DAG with the same
            body["logical_date"] = datetime.now(UTC).isoformat()
            body |= {"data_interval_start": start, "data_interval_end": end}
        self.call("POST", f"/dags/{dag_id}/dagRuns", json=body)

    def forget_queued_assets(self, dag_id: str) -> None:
        """Drops asset updates that an earlier, interrupted run left waiting for a DAG."""
        if self.call("GET", f"/dags/{dag_id}/assets/queuedEvents", params={})["total_entries"]:
            self.call("DELETE", f"/dags/{dag_id}/assets/queuedEvents")

    def states(self, run_id: str) -> dict[str, str]:
        """The states of the runs of this name, by DAG."""
        runs = self._all("/dags/~/dagRuns", "dag_runs", run_id)
        return {run["dag_id"]: run["state"] for run in runs}

    def tasks(self, run_id: str) -> dict[str, list[dict[str, Any]]]:
        """The task instances of the runs of this name, mapped ones each, by DAG."""
        found: dict[str, list[dict[str, Any]]] = {}
        for task in self._all("/dags/~/dagRuns/~/taskInstances", "task_instances", run_id):
            found.setdefault(task["dag_id"], []).append(task)
        return found

    def _all(self, path: str, what: str, run_id: str) -> Iterator[dict[str, Any]]:
        """What belongs to the runs of a name, whatever their DAG: to ask for each DAG by itself keeps the
        API server busier than the DAGs do."""
        params = {"run_id_prefix_pattern": run_id, "order_by": "id", "limit": PAGE}
        seen, total = 0, 1
        while seen < total:
            page = self.call("GET", path, params=params | {"offset": seen})
            yield from (each for each in page[what] if each["dag_run_id"] == run_id)
            seen, total = seen + PAGE, page["total_entries"]

    def runs_since(self, dag_id: str, moment: str) -> list[dict[str, Any]]:
        """A DAG's runs that were created after `moment` (ISO 8601), oldest first."""
        params = {"run_after_gte": moment, "order_by": "run_after"}
        return list(self.call("GET", f"/dags/{dag_id}/dagRuns", params=params)["dag_runs"])

    def task_error(self, task: dict[str, Any]) -> str:
        """What a failed task itself said: the exception that ended its last try."""
        path = (
            f"/dags/{task['dag_id']}/dagRuns/{task['dag_run_id']}"
            f"/taskInstances/{task['task_id']}/logs/{task['try_number']}"
        )
        answer = self.call(
            "GET", path, params={"map_index": task["map_index"]}, headers={"Accept": "application/json"}
        )
        said = ""
        for line in answer["content"]:
            for problem in line.get("error_detail") or []:
                said = f"{problem['exc_type']}: {problem['exc_value']}"
            if not said and line.get("level") in {"error", "critical"}:
                said = str(line.get("event"))
        return " ".join(said.split()) or "no error in its log"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def check_port(port: int) -> None:
    """Raises AirflowError if something listens on the port already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise AirflowError(f"port {port} on 127.0.0.1 is in use: choose another with --port") from error


def environment(airflow_home: Path, home: Path, port: int, sources: list[str]) -> dict[str, str]:
    """The environment of the embedded Airflow; nothing of the user's own Airflow reaches it."""
    mine = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("AIRFLOW", "VIGIL_")) or key == "VIGIL_CONTACT"
    }
    address = f"http://127.0.0.1:{port}"
    settings = {
        "CORE__DAGS_FOLDER": str(DAGS_FOLDER),
        "CORE__EXECUTOR": "LocalExecutor",
        # a task waits for Airflow a good deal; what is heavy is held back by its pool
        "CORE__PARALLELISM": str(2 * (os.cpu_count() or 1)),
        "CORE__LOAD_EXAMPLES": "False",
        "CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "CORE__EXECUTION_API_SERVER_URL": f"{address}/execution/",
        "CORE__SIMPLE_AUTH_MANAGER_USERS": "vigil:admin",
        "DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{airflow_home}/airflow.db",
        "API__HOST": "127.0.0.1",
        "API__PORT": str(port),
        "API__BASE_URL": address,
        "API_AUTH__JWT_SECRET": secrets.token_urlsafe(32),
        "API__SECRET_KEY": secrets.token_urlsafe(32),
        "SCHEDULER__ENABLE_HEALTH_CHECK": "False",
        "SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.3",
        "SCHEDULER__SCHEDULER_HEARTBEAT_SEC": "1",
        "SCHEDULER__MP_START_METHOD": "forkserver",
        "SCHEDULER__MP_FORKSERVER_PRELOAD": ",".join(PRELOADED),
        "DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "3600",
        "DAG_PROCESSOR__REFRESH_INTERVAL": "3600",
        "DAG_PROCESSOR__STALE_DAG_THRESHOLD": "7200",
        "USAGE_DATA_COLLECTION__ENABLED": "False",
        "LOGGING__COLORED_CONSOLE_LOG": "False",
    }
    return {
        **mine,
        "AIRFLOW_HOME": str(airflow_home),
        "VIGIL_HOME": str(home),
        "VIGIL_SCHEDULE": "off",
        "VIGIL_SOURCES": ",".join(sources),
        "VIGIL_RETRIES": "1",
        "VIGIL_RETRY_DELAY": "2",
        "GX_ANALYTICS_ENABLED": "False",
        "SCARF_ANALYTICS": "False",
        "PYTHONWARNINGS": "ignore",
        **{f"AIRFLOW__{name}": value for name, value in settings.items()},
    }


@contextlib.contextmanager
def running(
    airflow_home: Path, home: Path, port: int, sources: list[str], also: Mapping[str, str] | None = None
) -> Iterator[Airflow]:
    """An Airflow that runs the DAGs of `sources` and the release, for as long as the block lasts, with
    what is in `also` in its environment.

    Raises AirflowError if another one is at work on the same home, the port is taken, or a
    component does not come up.
    """
    airflow_home.mkdir(parents=True, exist_ok=True)
    with (airflow_home / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AirflowError(f"another vigil run is at work on {home}") from error
        port = port or free_port()
        check_port(port)
        env = environment(airflow_home, home, port, sources) | dict(also or {})
        logs = airflow_home / "logs"
        logs.mkdir(exist_ok=True)
        _migrate(env, logs)
        processes: dict[str, subprocess.Popen[bytes]] = {}
        try:
            for name, command in COMPONENTS.items():
                with (logs / f"{name}.log").open("wb") as out:
                    processes[name] = subprocess.Popen(  # noqa: S603  our own interpreter
                        [sys.executable, "-P", "-m", "airflow", *command],
                        env=env,
                        stdin=subprocess.DEVNULL,
                        stdout=out,
                        stderr=subprocess.STDOUT,
                        start_new_session=True,
                    )
            address = f"http://127.0.0.1:{port}"
            with connected(address, passwords_file(airflow_home), processes, logs) as airflow:
                yield airflow
        finally:
            _stop(processes)


def _migrate(env: dict[str, str], logs: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-m", "airflow", "db", "migrate"], env=env, capture_output=True, check=False
    )
    (logs / "db-migrate.log").write_bytes(done.stdout + done.stderr)
    if done.returncode:
        raise AirflowError(f"Airflow's database: {_last_line(logs / 'db-migrate.log')}")


def passwords_file(airflow_home: Path) -> Path:
    """Where Airflow's simple auth manager keeps the passwords that it generates."""
    return airflow_home / "simple_auth_manager_passwords.json.generated"


@contextlib.contextmanager
def connected(
    address: str,
    passwords: Path,
    processes: dict[str, subprocess.Popen[bytes]] | None = None,
    logs: Path = Path(),
) -> Iterator[Airflow]:
    """An Airflow at `address`, logged in to with the password for `vigil` in the file `passwords`.

    `processes` are its components if they are ours. Raises AirflowError if it does not come up.
    """
    with httpx.Client(base_url=address, timeout=30, trust_env=False) as client:
        airflow = Airflow(client, processes or {}, logs)
        deadline = time.monotonic() + START_SECONDS
        while not _log_in(client, passwords):
            airflow.check_processes()
            if time.monotonic() > deadline:
                raise AirflowError(f"Airflow at {address} did not let us in within {START_SECONDS} s")
            time.sleep(0.25)
        yield airflow


def _log_in(client: httpx.Client, passwords: Path) -> bool:
    """Puts a token on the client; False while Airflow or its passwords are not there yet."""
    try:
        password = json.loads(passwords.read_text("utf-8"))["vigil"]
        answer = client.post("/auth/token", json={"username": "vigil", "password": password})
    except (httpx.TransportError, FileNotFoundError, json.JSONDecodeError):
        return False
    if answer.is_success:
        client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
    return answer.is_success


def _stop(processes: dict[str, subprocess.Popen[bytes]]) -> None:
    """Ends the components, their children with them: each is the head of its own session."""
    for process in processes.values():
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    for process in processes.values():
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(max(0.1, deadline - time.monotonic()))
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _last_line(log: Path) -> str:
    lines = [line.strip() for line in log.read_text("utf-8", "replace").splitlines() if line.strip()]
    return lines[-1][:300] if lines else "it said nothing"
