"""Starts the embedded Airflow for one run: API server, scheduler and DAG processor, under a keeper."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from upath import UPath

from storage.files import storage_errors
from vigil.airflow.client import Airflow, connected
from vigil.airflow.keeper import Keeper, Spec
from vigil.airflow.lock import locked
from vigil.airflow.settings import (
    PRIVATE_FOLDER,
    check_port,
    environment,
    free_port,
    passwords_file,
    plain_path,
    write_password,
)

COMPONENTS = {
    "api-server": ["api-server"],
    # its log server would listen beyond loopback; the API reads the log files themselves
    "scheduler": ["scheduler", "--skip-serve-logs"],
    "dag-processor": ["dag-processor"],
}


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
    """Runs an Airflow with the DAGs of `sources` and the release during the block, with `also` added to its
    environment. Runs that an earlier `vigil run` left unfinished are ended first.

    `lock` is the descriptor from `locked`, which is called if there is none. Raises AirflowError as `locked`,
    or if the port is taken or a component does not come up.
    """
    with contextlib.ExitStack() as stack:
        lock = stack.enter_context(locked(airflow_home, home)) if lock is None else lock
        port = port or free_port()
        check_port(port)
        logs, passwords = airflow_home / "logs", passwords_file(airflow_home)
        with storage_errors("write in", UPath(airflow_home)):
            logs.mkdir(PRIVATE_FOLDER, exist_ok=True)
            write_password(passwords)
        python = [sys.executable, "-P", "-m"]
        spec = Spec(
            first={"db-migrate": [*python, "vigil.airflow.database"]},
            together={name: [*python, "airflow", *command] for name, command in COMPONENTS.items()},
            env=environment(stack.enter_context(plain_path(airflow_home)), home, port, sources)
            | dict(also or {}),
            logs=str(logs),
            lock=lock,
        )
        keeper = Keeper(spec)
        stack.callback(keeper.end)
        yield stack.enter_context(connected(f"http://127.0.0.1:{port}", passwords, keeper, logs))
