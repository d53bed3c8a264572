"""A process is known by its name."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

from storage.processes import is_alive, process_name


def test_a_process_is_known_by_more_than_its_number() -> None:
    machine, pid, started = process_name().split("-")
    ended = subprocess.Popen(["true"])
    ended.wait()
    assert is_alive(process_name()) is True
    assert is_alive(f"{machine}-{pid}-{int(started) + 1}") is False
    assert is_alive(f"{machine}-{ended.pid}-{started}") is False
    assert is_alive(f"00000000-{pid}-{started}") is None
    for text in ("", "None", f"{machine}-{pid}", f"../{process_name()}"):
        assert is_alive(text) is None


def test_a_killed_child_that_nobody_has_waited_for_is_dead() -> None:
    child = subprocess.Popen(["sleep", "60"])
    machine, _, _ = process_name().split("-")
    started = Path(f"/proc/{child.pid}/stat").read_text("ascii").rpartition(")")[2].split()[19]
    name = f"{machine}-{child.pid}-{started}"
    assert is_alive(name) is True
    child.kill()
    while is_alive(name):
        time.sleep(0.01)
    assert is_alive(name) is False
    child.wait()
