"""The configuration of the embedded Airflow: SQLite, LocalExecutor, everything on loopback."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import secrets
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

from upath import UPath

import dags
from storage.files import storage_errors
from storage.processes import process_name
from vigil.airflow.errors import AirflowError

DAGS_FOLDER = Path(dags.__file__).parent
# What every task would import after the fork, half a second each.
PRELOADED = (
    "airflow.executors.local_executor",
    "airflow.dag_processing.dagbag",
    "great_expectations",
    "dags.source_dags",
    "vigil.airflow.preload",
)
PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700
_PLAIN_PATH = re.compile(r"[\w ./+,=@-]+")


def environment(airflow_home: Path, home: Path, port: int, sources: list[str]) -> dict[str, str]:
    """The environment of the embedded Airflow, without any setting of the user's own Airflow."""
    mine = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("AIRFLOW", "VIGIL_")) or key == "VIGIL_CONTACT"
    }
    address = f"http://127.0.0.1:{port}"
    settings = {
        "CORE__DAGS_FOLDER": str(DAGS_FOLDER),
        "CORE__EXECUTOR": "LocalExecutor",
        # tasks often wait for Airflow; pools limit the heavy ones
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
        "SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "1",
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
def plain_path(folder: Path) -> Iterator[Path]:
    """A path of a folder that is valid in Airflow's settings and a database URL: the folder's own or, if that
    has special characters (`$`, `%`, `?`), a symbolic link in the system's temporary folder during the block.
    Raises StorageError."""
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
    """The file from which Airflow's simple auth manager reads passwords."""
    return airflow_home / "simple_auth_manager_passwords.json.generated"


def write_password(passwords: Path) -> None:
    """Writes a new password for `vigil`, as Airflow would print a generated one."""
    part = passwords.with_suffix(".part")
    part.unlink(missing_ok=True)
    part.touch(PRIVATE_FILE)
    part.write_text(json.dumps({"vigil": secrets.token_urlsafe(24)}) + "\n", "utf-8")
    part.replace(passwords)


def free_port() -> int:
    """A port of 127.0.0.1 on which nothing listens."""
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
