"""The records of runs that people look at, Data Docs and Airflow's logs: only the newest are kept."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from storage.files import is_local
from storage.home import Home

KEPT = 5
"""Runs of each DAG whose records are kept."""

UNTOUCHED = timedelta(hours=12)
"""A record that was changed since may be of a run that has not ended."""


def clean_runs(home: Home, now: datetime | None = None) -> list[str]:
    """Removes the records of all but the newest runs of each DAG from a local home; returns a line for each
    kind of record that was removed."""
    if not is_local(home.runs):
        return []
    dags = _folders(Path(home.runs.path), "*")
    found = _remove((_folders(dag, "*") for dag in dags), now)
    return [*_line("Data Docs", found), *clean_logs(Path(home.airflow.path) / "logs", now)]


def newest_records(home: Home, dag_id: str) -> dict[str, Path]:
    """Where the newest run of a DAG has its `results` (Data Docs) and its `log`, of those that there are on
    this machine's disk."""
    if not is_local(home.runs):
        return {}
    found = {}
    if results := [*Path(home.runs.path).glob(f"{dag_id}/*/data_docs/index.html")]:
        found["results"] = max(results, key=_touched)
    if logs := _folders(Path(home.airflow.path) / "logs" / f"dag_id={dag_id}", "run_id=*"):
        found["log"] = max(logs, key=_touched)
    return found


def clean_logs(logs: Path, now: datetime | None = None) -> list[str]:
    """The same for a folder of Airflow's logs: those of tasks by run, those of the DAG processor by day."""
    by_run = (_folders(dag, "run_id=*") for dag in _folders(logs, "dag_id=*"))
    found = _remove([*by_run, _folders(logs / "dag_processor", "20*")], now)
    return _line("logs", found)


def _folders(above: Path, pattern: str) -> list[Path]:
    return [path for path in above.glob(pattern) if path.is_dir() and not path.is_symlink()]


def _remove(groups: Iterable[list[Path]], now: datetime | None) -> tuple[int, int]:
    """Removes of each group all folders but the newest, unless they were changed lately; returns their number
    and their bytes. What another process removes at the same time is skipped."""
    limit = ((now or datetime.now(UTC)) - UNTOUCHED).timestamp()
    number = size = 0
    for group in groups:
        for folder in sorted(group, key=_touched, reverse=True)[KEPT:]:
            if _touched(folder) >= limit:
                continue
            size += sum(_size(path) for path in folder.rglob("*"))
            number += 1
            shutil.rmtree(folder, ignore_errors=True)
    return number, size


def _touched(folder: Path) -> float:
    with contextlib.suppress(FileNotFoundError):
        return folder.stat().st_mtime
    return 0.0


def _size(path: Path) -> int:
    with contextlib.suppress(FileNotFoundError):
        return path.lstat().st_size if path.is_file() else 0
    return 0


def _line(what: str, found: tuple[int, int]) -> list[str]:
    number, size = found
    runs = "1 earlier run" if number == 1 else f"{number} earlier runs"
    return [f"removed {what} of {runs}, {size / 1e6:.1f} MB"] if number else []
