"""Scratch files of ended processes are removed."""

from __future__ import annotations

import os
import time
from pathlib import Path

from storage.files import list_names
from storage.home import Home
from storage.leftovers import sweep_folder
from storage.processes import process_name


def test_only_old_leftovers_are_swept(tmp_path: Path) -> None:
    room = Home.at(str(tmp_path)).root
    two_days_ago = time.time() - 2 * 86_400
    for name in ("vigil-old.part", "vigil-young.part", "someone-elses"):
        (tmp_path / name).touch()
    for name in ("vigil-old.part", "someone-elses"):
        os.utime(tmp_path / name, (two_days_ago, two_days_ago))
    sweep_folder(room)
    assert list_names(room) == ["someone-elses", "vigil-young.part"]


def test_scratch_files_go_with_the_process_that_wrote_them(tmp_path: Path) -> None:
    room = Home.at(str(tmp_path)).root
    machine, pid, started = process_name().split("-")
    other = f"00000000-{pid}-{started}"
    dead = f"{machine}-{pid}-{int(started) + 1}"
    tail = "0" * 32
    kept = [
        f"vigil-{process_name()}.{tail}.part",
        f".x.{process_name()}.{tail}.tmp",
        f"vigil-{other}.{tail}.part",
    ]
    gone = [f"vigil-{dead}.{tail}.part", f".x.json.{dead}.{tail}.tmp", f".probe.{dead}.{tail}.tmp"]
    for name in (*kept, *gone, ".mine.tmp"):
        (tmp_path / name).write_bytes(b"abc")
    assert sweep_folder(room) == [3, 3, 3]
    assert list_names(room) == sorted([*kept, ".mine.tmp"])
    os.utime(tmp_path / kept[2], (0, 0))
    assert sweep_folder(room) == [3]
