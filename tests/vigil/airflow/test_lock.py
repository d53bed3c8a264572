"""One `vigil run` at a time works on a home with an Airflow of its own; what is Airflow's is its owner's."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from storage.files import StorageError
from vigil.airflow import lock as module
from vigil.airflow.errors import AirflowError
from vigil.airflow.lock import locked

HOLD = """
import subprocess, sys, time
from pathlib import Path
from vigil.airflow.lock import locked
sys.argv = ["/usr/bin/vigil", "run", "--live"]
with locked(Path({folder!r}), Path("home")) as lock:
    left = subprocess.Popen(["sleep", {left!r}], pass_fds=(lock,))
    print(left.pid, flush=True)
    time.sleep(60)
"""


@contextmanager
def holder(folder: Path, left: float = 60) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the lock, and has a child that lives for `left` seconds."""
    code = HOLD.format(folder=str(folder), left=str(left))
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    child = int(process.stdout.readline())
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        with suppress(ProcessLookupError):
            os.kill(child, 9)


def take(folder: Path) -> None:
    with locked(folder, Path("home")):
        pass


def test_the_second_learns_who_is_at_work_since_when_and_with_what(tmp_path: Path) -> None:
    folder = tmp_path / "airflow"
    with holder(folder) as process, pytest.raises(AirflowError) as raised:
        take(folder)
    assert f"another vigil run is at work on home: process {process.pid} since 20" in str(raised.value)
    assert str(raised.value).endswith(" UTC: vigil run --live")


def test_what_a_killed_run_left_at_work_is_waited_for(tmp_path: Path) -> None:
    folder = tmp_path / "airflow"
    with holder(folder, left=3) as process:
        process.kill()
        process.wait()
        began = time.monotonic()
        take(folder)
        assert 0.5 < time.monotonic() - began < module.ENDING_SECONDS


def test_what_does_not_end_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ENDING_SECONDS", 0.5)
    folder = tmp_path / "airflow"
    with holder(folder) as process:
        process.kill()
        process.wait()
        with pytest.raises(
            AirflowError, match=f"ended vigil run are still at work on home: process {process.pid}"
        ):
            take(folder)


@pytest.mark.parametrize(
    "text", [b"", b"[]", b"{}", b"null", b"\xff", b'{"pid": "x"}', b"[" * 9000, b'{"pid": 1e400}']
)
def test_a_damaged_note_of_the_holder_is_no_riddle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: bytes
) -> None:
    monkeypatch.setattr(module, "ENDING_SECONDS", 0.5)
    folder = tmp_path / "airflow"
    with holder(folder):
        (folder / "lock").write_bytes(text)
        with pytest.raises(
            AirflowError, match=r"^processes of an ended vigil run are still at work on home: its lock"
        ):
            take(folder)
    (folder / "lock").write_bytes(text)
    take(folder)


@pytest.mark.parametrize("what", ["folder", "link", "file for the folder"])
def test_something_in_the_locks_place_is_one_line(tmp_path: Path, what: str) -> None:
    folder = tmp_path / "airflow"
    if what == "folder":
        (folder / "lock").mkdir(parents=True)
    elif what == "link":
        folder.mkdir()
        (folder / "lock").symlink_to(tmp_path / "elsewhere")
    else:
        folder.write_text("")
    with pytest.raises(StorageError, match=r"^cannot use "):
        take(folder)
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_what_an_earlier_version_left_open_is_shut(tmp_path: Path, mask: int) -> None:
    folder, outside = tmp_path / "airflow", tmp_path / "outside"
    (folder / "logs" / "dag_processor").mkdir(parents=True)
    outside.write_text("not ours", "utf-8")
    outside.chmod(0o644)
    for name in (
        "airflow.db",
        "airflow.cfg",
        "simple_auth_manager_passwords.json.generated",
        "logs/api-server.log",
    ):
        (folder / name).write_text("secret", "utf-8")
        (folder / name).chmod(0o664)
    folder.chmod(0o755)
    (folder / "logs" / "latest").symlink_to(outside)
    before = os.umask(mask)
    try:
        take(folder)
    finally:
        os.umask(before)
    found = [folder, *(path for path in folder.rglob("*") if not path.is_symlink())]
    assert {path.name: path.stat().st_mode & 0o077 for path in found} == {path.name: 0 for path in found}
    assert outside.stat().st_mode & 0o777 == 0o644
