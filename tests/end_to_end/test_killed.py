"""A `vigil run` that is ended in the middle takes its Airflow with it, and the next run reports its own
release."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psutil
import pytest

from sources.registry import samples
from tests.end_to_end.conftest import Done, Vigil
from vigil.airflow.keeper import die_with_parent
from vigil.airflow.settings import passwords_file

pytestmark = pytest.mark.slow  # three Airflows

SOURCES = ("eu_fsf", "by_viasna")
END_SECONDS = 30
HOME = "home of $HOME, 100%, 'é'"  # what settings, URLs and SQL might take for something else


@dataclass(frozen=True)
class Killed:
    """How a run ended that got a signal; those of its processes that were left END_SECONDS after; what a run
    said that was begun meanwhile."""

    code: int
    err: str
    left: list[str]
    meanwhile: Done


def begin(arguments: list[str | Path]) -> subprocess.Popen[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("AIRFLOW", "VIGIL"))}
    return subprocess.Popen(
        [sys.executable, "-c", "from vigil.cli import main; main()", *map(str, arguments)],
        env=environment | {"PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=partial(die_with_parent, os.getpid(), signal.SIGTERM),  # noqa: PLW1509
    )


def kill(vigil: Vigil, arguments: list[str | Path], how: signal.Signals) -> Killed:
    """Begins a run, and sends it the signal once a source has been fetched."""
    run = begin(arguments)
    assert run.stdout is not None
    while "fetch" not in (line := run.stdout.readline()):
        assert line or run.poll() is None, run.communicate()
    meanwhile = vigil(*arguments)
    family = psutil.Process(run.pid).children(recursive=True)
    run.send_signal(how)
    _, err = run.communicate(timeout=60)
    _, left = psutil.wait_procs(family, timeout=END_SECONDS)
    return Killed(run.returncode, err, [" ".join(process.cmdline()) for process in left], meanwhile)


@dataclass(frozen=True)
class Runs:
    home: Path
    asked: Killed
    killed: Killed
    after: Done


@pytest.fixture(scope="module")
def runs(vigil: Vigil, tmp_path_factory: pytest.TempPathFactory) -> Runs:
    """A run that got SIGTERM, one of the same that got SIGKILL, and one with newer data to its end."""
    top = tmp_path_factory.mktemp("killed")
    mirror, home = top / "mirror", top / HOME
    later = {}
    for source in SOURCES:
        shutil.copytree(samples(source), mirror / source)
        newest = max((mirror / source).iterdir())
        later[source] = shutil.move(newest, top / source)
    run: list[str | Path] = ["run", "--mirror", mirror, "--home", home]
    for source in SOURCES:
        run += ["--source", source]
    asked = kill(vigil, run, signal.SIGTERM)
    killed = kill(vigil, run, signal.SIGKILL)
    for source in SOURCES:
        day = max(path.name for path in (samples(source)).iterdir())
        shutil.move(later[source], mirror / source / day)
    return Runs(home, asked, killed, vigil(*run))


def test_a_run_that_is_asked_to_end_says_so_and_leaves_no_process(runs: Runs) -> None:
    assert runs.asked.code == 128 + signal.SIGTERM
    assert runs.asked.err.startswith("vigil: ended by SIGTERM")
    assert runs.asked.err.count("\n") == 1
    assert runs.asked.left == []


def test_a_run_that_is_killed_leaves_no_process(runs: Runs) -> None:
    assert runs.killed.code == -signal.SIGKILL
    assert runs.killed.left == []


def test_a_second_run_meanwhile_says_who_is_at_work(runs: Runs) -> None:
    for each in (runs.asked, runs.killed):
        assert each.meanwhile.code == 1
        assert "another vigil run is at work on" in each.meanwhile.err
        assert "--mirror" in each.meanwhile.err
        assert each.meanwhile.err.count("\n") == 1


def test_the_next_run_reports_a_release_with_its_own_data(vigil: Vigil, runs: Runs) -> None:
    assert runs.after.code == 0, runs.after.err
    [release] = [path.name for path in (runs.home / "releases").iterdir() if path.is_dir()]
    assert f"release {release}: " in runs.after.out
    found = vigil(
        "query",
        "SELECT source_id, max(fetched_at)::DATE::VARCHAR AS day FROM snapshots GROUP BY ALL ORDER BY ALL",
        "--format",
        "json",
        "--home",
        runs.home,
    )
    newest = {source: max(path.name for path in (samples(source)).iterdir()) for source in SOURCES}
    assert {row["source_id"]: row["day"] for row in json.loads(found.out)} == newest


def test_no_task_of_a_dead_run_was_executed_later(runs: Runs) -> None:
    with sqlite3.connect(runs.home / "airflow" / "airflow.db") as database:
        states = database.execute("SELECT run_id, dag_id, state FROM dag_run ORDER BY id").fetchall()
        names = sorted({run_id for run_id, dag_id, _ in states if dag_id != "release"})
        begun = database.execute(
            "SELECT count(*) FROM task_instance AS t WHERE run_id <> ? AND dag_id <> 'release' "
            "AND start_date > (SELECT min(start_date) FROM dag_run WHERE run_id = ?)",
            [names[-1], names[-1]],
        ).fetchone()
    assert [state for run_id, _, state in states if run_id in names[:-1]] == ["failed"] * 4
    assert [state for run_id, _, state in states if run_id not in names[:-1]] == ["success"] * 3
    assert begun == (0,)


def test_the_lock_is_free_in_the_end(runs: Runs) -> None:
    with (runs.home / "airflow" / "lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _open_to_others(path: Path) -> bool:
    try:
        return not path.is_symlink() and bool(path.stat().st_mode & 0o077)
    except FileNotFoundError:  # SQLite's own files come and go
        return False


def test_airflows_folder_is_its_owners_alone_and_no_log_has_the_password(runs: Runs) -> None:
    airflow = runs.home / "airflow"
    assert [path for path in (airflow, *airflow.rglob("*")) if _open_to_others(path)] == []
    file = passwords_file(airflow)
    password = json.loads(file.read_text("utf-8"))["vigil"].encode()
    files = [path for path in airflow.rglob("*") if path.is_file() and path != file]
    assert [path for path in files if password in path.read_bytes()] == []


def test_what_is_published_can_be_read_by_others(runs: Runs) -> None:
    for path in (runs.home / "releases").rglob("*"):
        needed = 0o755 if path.is_dir() else 0o644
        assert path.stat().st_mode & needed == needed, path
