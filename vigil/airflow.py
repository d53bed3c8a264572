"""An Airflow of our own for one run: SQLite, LocalExecutor, everything on loopback.

Starts the API server, the scheduler and the DAG processor under a keeper (`vigil.keeper`), and talks to
them through Airflow's public REST API alone.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import re
import secrets
import socket
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx
import psutil
from upath import UPath

import dags
from storage.files import storage_errors
from storage.processes import process_name
from vigil.keeper import STOP_SECONDS, Keeper, Spec

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
    "pipeline.steps",
    "sources.fetching.fetcher",
)
START_SECONDS = 120
ENDING_SECONDS = 3 * STOP_SECONDS
"""How long a run waits for the processes of an earlier one whose `vigil run` was killed."""

PATIENCE_SECONDS = 240.0
"""How long one call of Airflow's API is tried again while its processes live."""

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 15.0
PAGE = 100  # what Airflow's API gives at most at a time
_GROUP_AND_OTHERS = 0o077
_PLAIN_PATH = re.compile(r"[\w ./+,=@-]+")
_PRIVATE_FILE = 0o600
_PRIVATE_FOLDER = 0o700


class AirflowError(Exception):
    """Airflow could not be started or asked. One line."""


@dataclass(frozen=True)
class Airflow:
    """A running Airflow: its REST API, with a token. `passwords` is the file to log in with; `keeper` and
    `logs` are there if it is our own."""

    client: httpx.Client
    passwords: Path
    keeper: Keeper | None = None
    logs: Path = Path()

    def call(self, method: str, path: str, **kwargs: Any) -> Any:
        """One call of `/api/v2`; raises AirflowError with Airflow's own words, and as `_answer`."""
        return _content(method, path, self._answer(method, path, **kwargs))

    def create(self, path: str, body: Mapping[str, Any], made: str) -> None:
        """Makes a thing that has a name of its own, which is then at the path `made`: a POST that is tried
        again, since one whose answer was lost may have made it. Raises AirflowError."""
        answer = self._answer("POST", path, json=body)
        if answer.status_code == HTTPStatus.CONFLICT:
            self.call("GET", made)
        else:
            _content("POST", path, answer)

    def _answer(self, method: str, path: str, **kwargs: Any) -> httpx.Response:
        """The answer to a call that can be made twice. What may pass (no answer in time, a dropped
        connection, 429, 5xx) is tried again for PATIENCE_SECONDS, with pauses that double.

        Raises AirflowError if it does not pass, or if one of our own Airflow's processes has ended.
        """
        deadline, pause = time.monotonic() + PATIENCE_SECONDS, FIRST_PAUSE_SECONDS
        while True:
            self.check_processes()
            try:
                answer = self.client.request(method, f"/api/v2{path}", **kwargs)
            except httpx.TransportError as error:
                trouble = str(error) or type(error).__name__
            else:
                if answer.status_code == HTTPStatus.UNAUTHORIZED:  # a token is for a day
                    _log_in(self.client, self.passwords)
                elif not (answer.is_server_error or answer.status_code == HTTPStatus.TOO_MANY_REQUESTS):
                    return answer
                trouble = f"{answer.status_code} {' '.join(answer.text.split())[:300]}"
            if time.monotonic() + pause > deadline:
                raise AirflowError(f"Airflow's API does not answer {method} {path}: {trouble}")
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    def check_processes(self) -> None:
        """Raises AirflowError if one of our own Airflow's processes has ended."""
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
        """Makes the pools that are not there yet; the size of one that is stays as its operator set it."""
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
        """Starts a run, with `interval` one of that data interval."""
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

    def set_off(self, dag_id: str, run_id: str) -> dict[str, set[str]]:
        """The runs of a DAG that were set off by asset events of the runs called `run_id`: by name, with the
        DAGs whose events they are."""
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
        "LOGGING__FILE_TASK_HANDLER_NEW_FOLDER_PERMISSIONS": "0o700",
        "LOGGING__FILE_TASK_HANDLER_NEW_FILE_PERMISSIONS": "0o600",
    }
    return {
        **mine,
        "AIRFLOW_HOME": str(airflow_home),
        "VIGIL_HOME": str(home),
        "VIGIL_OWNER": process_name(),
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
def locked(airflow_home: Path, home: Path) -> Iterator[int]:
    """Holds the lock of a home's own Airflow, which one `vigil run` at a time may work with; yields its file
    descriptor. Airflow's folder is then its owner's alone.

    The lock is held until the block has ended and no process that inherited the descriptor is left. Waits
    up to ENDING_SECONDS for processes whose `vigil run` was killed. Raises AirflowError, which names the
    holder, or StorageError.
    """
    with storage_errors("use", UPath(airflow_home)):
        airflow_home.mkdir(_PRIVATE_FOLDER, parents=True, exist_ok=True)
        shut(airflow_home)
        lock = os.open(airflow_home / "lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, _PRIVATE_FILE)
    try:
        deadline = time.monotonic() + ENDING_SECONDS
        while not _flock(lock):
            holder, at_work = _holder(lock)
            if at_work:
                raise AirflowError(f"another vigil run is at work on {home}: {holder}")
            if time.monotonic() > deadline:
                raise AirflowError(f"processes of an ended vigil run are still at work on {home}: {holder}")
            time.sleep(0.2)
        _note_holder(lock)
        yield lock
    finally:
        os.close(lock)


def _flock(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _note_holder(lock: int) -> None:
    """Writes into the lock's file who holds it: process, time and command."""
    now = datetime.now(UTC)
    text = json.dumps({"pid": os.getpid(), "since": f"{now:%Y-%m-%d %H:%M:%S} UTC", "command": _command()})
    os.ftruncate(lock, 0)
    os.pwrite(lock, text.encode(), 0)


def _command() -> str:
    return " ".join([Path(sys.argv[0]).name, *sys.argv[1:]])


def _holder(lock: int) -> tuple[str, bool]:
    """Who holds the lock, for people, and whether that process is still there."""
    try:
        found = json.loads(os.pread(lock, 10_000, 0))
        there = psutil.pid_exists(found["pid"])
        return f"process {found['pid']} since {found['since']}: {found['command']}", there
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):  # not written yet, or damaged
        return "its lock does not say which", False


def shut(folder: Path) -> None:
    """Shuts a folder and all that is in it to the machine's other users. Symbolic links are not followed."""
    for path in (folder, *folder.rglob("*")):
        with contextlib.suppress(FileNotFoundError):  # an ending process removed it
            mode = path.lstat().st_mode
            if mode & _GROUP_AND_OTHERS and not path.is_symlink():
                path.chmod(mode & ~_GROUP_AND_OTHERS)


@contextlib.contextmanager
def running(  # noqa: PLR0913
    airflow_home: Path,
    home: Path,
    port: int,
    sources: list[str],
    also: Mapping[str, str] | None = None,
    *,
    lock: int | None = None,
) -> Iterator[Airflow]:
    """An Airflow that runs the DAGs of `sources` and the release, for as long as the block lasts, with
    what is in `also` in its environment. Runs that an earlier `vigil run` left unfinished are ended first.

    `lock` is the descriptor that `locked` gave, which is called if there is none. Raises AirflowError as
    `locked`, or if the port is taken or a component does not come up.
    """
    with contextlib.ExitStack() as stack:
        lock = stack.enter_context(locked(airflow_home, home)) if lock is None else lock
        port = port or free_port()
        check_port(port)
        logs, passwords = airflow_home / "logs", passwords_file(airflow_home)
        with storage_errors("write in", UPath(airflow_home)):
            logs.mkdir(_PRIVATE_FOLDER, exist_ok=True)
            _write_password(passwords)
        python = [sys.executable, "-P", "-m"]
        spec = Spec(
            first={"db-migrate": [*python, "vigil.airflow_database"]},
            together={name: [*python, "airflow", *command] for name, command in COMPONENTS.items()},
            env=environment(stack.enter_context(_plain(airflow_home)), home, port, sources)
            | dict(also or {}),
            logs=str(logs),
            lock=lock,
        )
        keeper = Keeper(spec)
        stack.callback(keeper.end)
        yield stack.enter_context(connected(f"http://127.0.0.1:{port}", passwords, keeper, logs))


@contextlib.contextmanager
def _plain(folder: Path) -> Iterator[Path]:
    """A path of a folder that Airflow's settings and a database's URL can hold: the folder's own or, if
    that has characters which mean something there (`$`, `%`, `?`), a symbolic link in the system's temporary
    folder for as long as the block lasts. Raises StorageError."""
    if _PLAIN_PATH.fullmatch(str(folder)):
        yield folder
        return
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    link = Path(tempfile.gettempdir()) / f"vigil-airflow-{os.getuid()}-{name}"
    with storage_errors("write", UPath(link)):
        link.unlink(missing_ok=True)  # of a run that was killed
        link.symlink_to(folder)
    try:
        yield link
    finally:
        link.unlink(missing_ok=True)


def passwords_file(airflow_home: Path) -> Path:
    """Where Airflow's simple auth manager reads passwords from, and would write those that it generates."""
    return airflow_home / "simple_auth_manager_passwords.json.generated"


def _write_password(passwords: Path) -> None:
    """Writes a new password for `vigil`: Airflow would print one that it generates."""
    part = passwords.with_suffix(".part")
    part.unlink(missing_ok=True)
    part.touch(_PRIVATE_FILE)
    part.write_text(json.dumps({"vigil": secrets.token_urlsafe(24)}) + "\n", "utf-8")
    part.replace(passwords)


@contextlib.contextmanager
def connected(
    address: str, passwords: Path, keeper: Keeper | None = None, logs: Path = Path()
) -> Iterator[Airflow]:
    """An Airflow at `address`, logged in to with the password for `vigil` in the file `passwords`.

    `keeper` has its processes, and `logs` what they print, if they are ours. Raises AirflowError if it does
    not come up.
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
    """Puts a token on the client; False while Airflow or its passwords are not there yet. Raises AirflowError
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
    """What a call gave. Raises AirflowError if Airflow refused it."""
    if answer.status_code >= HTTPStatus.BAD_REQUEST:
        raise AirflowError(f"Airflow refused {method} {path}: {answer.text[:300]}")
    return answer.json() if answer.content else None


def _last_line(log: Path) -> str:
    lines = [line.strip() for line in log.read_text("utf-8", "replace").splitlines() if line.strip()]
    return lines[-1][:300] if lines else f"{log} is empty"
