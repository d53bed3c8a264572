"""Leases: one process at a time, and the others learn who it is."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Event
from pathlib import Path
from uuid import uuid4

import pytest

from storage.atomic_writes import write_json
from storage.home import Home
from storage.lease import EXPIRY, LeaseHeld, lease
from storage.processes import process_name

FORK = multiprocessing.get_context("fork")


@pytest.fixture(params=["local", "store"])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Home:
    return Home.at(str(tmp_path) if request.param == "local" else f"memory://{uuid4().hex}")


def in_child(act: Callable[[], None]) -> multiprocessing.process.BaseProcess:
    child = FORK.Process(target=act)
    child.start()
    return child


def hold(home: Home, held: Event) -> None:
    with lease(home, "x", "publishing a release"):
        held.set()
        time.sleep(60)


def test_who_holds_the_lease_and_since_when_is_one_line(tmp_path: Path) -> None:
    home, held = Home.at(str(tmp_path)), FORK.Event()
    child = in_child(lambda: hold(home, held))
    assert held.wait(10)
    with pytest.raises(LeaseHeld) as raised, lease(home, "x", "publishing a release"):
        raise AssertionError
    child.kill()
    child.join()
    line = str(raised.value)
    assert f"another process is publishing a release: process {child.pid} on {os.uname().nodename}" in line
    assert f"since {datetime.now(UTC):%Y-%m-%dT%H:}" in line
    assert "\n" not in line


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_the_lease_ends_with_its_process(tmp_path: Path, end: signal.Signals) -> None:
    home, held = Home.at(str(tmp_path)), FORK.Event()
    child = in_child(lambda: hold(home, held))
    assert held.wait(10)
    os.kill(child.pid or 0, end)
    child.join()
    with lease(home, "x", "publishing a release") as taken:
        taken.check()


def test_a_lease_is_free_again_after_its_block_whatever_ended_it(home: Home) -> None:
    with pytest.raises(ZeroDivisionError), lease(home, "x", "dividing"):
        raise ZeroDivisionError
    with (
        lease(home, "x", "publishing a release"),
        pytest.raises(LeaseHeld),
        lease(home, "x", "publishing a release"),
    ):
        raise AssertionError
    with lease(home, "x", "publishing a release"), lease(home, "y", "something else"):
        pass


def test_who_is_patient_gets_it_and_no_two_have_it_at_once(tmp_path: Path) -> None:
    home, count = Home.at(str(tmp_path)), tmp_path / "count"
    count.write_text("0", "ascii")

    def add() -> None:
        for _ in range(10):
            with lease(home, "x", "counting", patience=60):
                number = int(count.read_text("ascii"))
                time.sleep(0.001)
                count.write_text(str(number + 1), "ascii")

    children = [in_child(add) for _ in range(6)]
    for child in children:
        child.join()
    assert count.read_text("ascii") == "60"


def test_a_lease_whose_file_is_removed_is_held_no_more(home: Home) -> None:
    with lease(home, "x", "publishing a release") as held:
        held.check()
        (home.state / "x.lock").unlink()
        with pytest.raises(LeaseHeld, match="was removed or taken over while publishing a release"):
            held.check()
        with lease(home, "x", "publishing another release"), pytest.raises(LeaseHeld):
            held.check()


@pytest.mark.parametrize(
    ("process", "hours", "void"),
    [
        ("this", 100, False),
        ("ended", 0, True),
        ("of another machine", 0, False),
        ("of another machine", 100, True),
    ],
)
def test_on_a_store_a_lease_left_behind_is_void(process: str, hours: int, void: bool) -> None:
    home = Home.at(f"memory://{uuid4().hex}")
    machine, pid, started = process_name().split("-")
    name = {
        "this": process_name(),
        "ended": f"{machine}-{pid}-{int(started) + 1}",
        "of another machine": f"00000000-{pid}-{started}",
    }[process]
    since = datetime.now(UTC) - timedelta(hours=hours)
    write_json(home.state / "x.lock", {"process": name, "since": since.isoformat(), "act": "resting"})
    assert timedelta(0) < EXPIRY < timedelta(hours=100)
    try:
        with lease(home, "x", "publishing a release", patience=0.1) as held:
            held.check()
    except LeaseHeld as error:
        assert "another process is resting" in str(error)
        assert not void
    else:
        assert void


@pytest.mark.parametrize("text", ["", "[]", "{", "\x00", json.dumps({"pid": None})])
def test_a_damaged_file_of_nobody_is_no_obstacle(tmp_path: Path, text: str) -> None:
    home = Home.at(str(tmp_path))
    home.shut()
    (tmp_path / "state" / "x.lock").write_text(text, "utf-8")
    with lease(home, "x", "publishing a release"):
        pass


def test_the_file_is_the_owners_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with lease(Home.at(str(tmp_path)), "x", "publishing a release"):
            pass
    finally:
        os.umask(before)
    assert (tmp_path / "state" / "x.lock").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "state").stat().st_mode & 0o777 == 0o700
