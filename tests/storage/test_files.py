"""Storage: rooms of a home, whole writes, the same on a local disk and on an object store."""

from __future__ import annotations

import os
import stat
import subprocess
import time
from pathlib import Path
from uuid import uuid4

import pytest

from storage.atomic_writes import place_scratch, scratch, write_atomic, write_json
from storage.files import StorageError, list_names, read_json, remove, sql_path
from storage.home import Home
from storage.leftovers import sweep_folder
from storage.permissions import OPEN_FOLDER, make_folder
from storage.processes import is_alive, process_name
from tests.privileges import ordinary_rights, umask
from warehouse.release import work_database


@pytest.fixture(params=["path", "file:", "memory:"])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Home:
    where = {
        "path": str(tmp_path / "home"),
        "file:": (tmp_path / "home").as_uri(),
        "memory:": f"memory://{uuid4().hex}",
    }
    return Home.at(where[request.param])


def test_a_written_file_is_read_back_and_nothing_is_left_beside_it(home: Home) -> None:
    path = home.releases / "one" / "data"
    write_atomic(path, b"old")
    write_atomic(path, b"new")
    assert path.read_bytes() == b"new"
    assert list_names(path.parent) == ["data"]


def test_a_removed_file_is_gone_and_may_be_removed_again(home: Home) -> None:
    write_atomic(home.runs / "x", b"")
    for _ in range(2):
        remove(home.runs / "x")
    assert list_names(home.runs) == []


def test_private_files_are_the_owners_alone_and_releases_are_for_all(tmp_path: Path) -> None:
    home = Home.at(str(tmp_path / "home"))
    before = os.umask(0o022)
    try:
        home.shut()
        write_json(home.raw / "log" / "x.json", {}, private=True)
        write_json(home.releases / "latest.json", {})
        with scratch(home.raw, private=True) as part:
            assert stat.S_IMODE(part.stat().st_mode) == 0o600
            place_scratch(part, home.raw / "objects" / "x")
        with scratch(home.releases) as part:
            part.write_bytes(b"")
            place_scratch(part, home.releases / "x")
    finally:
        os.umask(before)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "home").rglob("*")}
    assert (modes["raw"], modes["staging"], modes["releases"]) == (0o700, 0o700, 0o755)
    assert (modes["x.json"], modes["latest.json"]) == (0o600, 0o644)
    assert stat.S_IMODE((tmp_path / "home/raw/objects/x").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "home/releases/x").stat().st_mode) == 0o644


def test_a_store_without_modes_is_shut_by_its_own_rules() -> None:
    home = Home.at(f"memory://{uuid4().hex}")
    home.shut()
    assert list_names(home.root) == []


def test_a_room_that_cannot_be_shut_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "raw").mkdir(mode=0o755)

    def refused(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "chmod", refused)
    with pytest.raises(StorageError, match=r"cannot shut .*raw: Operation not permitted"):
        Home.at(str(tmp_path)).shut()


def test_json_is_written_in_one_form(home: Home) -> None:
    path = home.runs / "x.json"
    write_json(path, {"b": "Ціханоўскі", "a": [1, None]})
    first = path.read_bytes()
    write_json(path, {"a": [1, None], "b": "Ціханоўскі"})
    assert path.read_bytes() == first
    assert first.endswith(b"}\n")
    assert "Ціханоўскі".encode() in first
    assert read_json(path) == {"a": [1, None], "b": "Ціханоўскі"}


def test_a_missing_and_a_damaged_json_file_are_told(home: Home) -> None:
    with pytest.raises(StorageError, match=r"cannot read .*gone\.json"):
        read_json(home.runs / "gone.json")
    write_atomic(home.runs / "cut.json", b'{"a": ')
    with pytest.raises(StorageError, match=r"cut\.json: not JSON"):
        read_json(home.runs / "cut.json")


def test_the_names_in_a_folder_are_sorted_and_a_missing_folder_has_none(home: Home) -> None:
    assert list_names(home.state) == []
    for name in ("b", "a", "c"):
        write_atomic(home.state / name, b"")
    assert list_names(home.state) == ["a", "b", "c"]


def test_a_scratch_file_becomes_visible_only_when_placed(home: Home) -> None:
    target = home.raw / "objects" / "x"
    with scratch(home.raw / "incoming") as part:
        part.write_bytes(b"whole")
        assert not target.exists()
        place_scratch(part, target)
        assert target.read_bytes() == b"whole"
    with scratch(home.raw / "incoming") as part:
        part.write_bytes(b"never placed")
    assert not part.exists()


def test_a_new_home_is_made_and_can_be_written(home: Home) -> None:
    home.check_writable()
    assert list_names(home.root) == []


def test_a_home_whose_name_is_not_utf8_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="its name is not UTF-8") as refused:
        Home.at(f"{tmp_path}/h\udcffme")  # as Python has the byte FF of a path
    assert "\n" not in str(refused.value)


def test_a_relative_home_is_fixed_when_it_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    home = Home.at("./data")
    monkeypatch.chdir("/")
    assert sql_path(home.root) == str(tmp_path / "data")


def test_the_users_home_is_understood(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert sql_path(Home.at("~/vigil").root) == str(tmp_path / "vigil")


def test_duckdb_gets_a_plain_path_or_the_stores_url(tmp_path: Path) -> None:
    assert sql_path(Home.at(tmp_path.as_uri()).releases) == str(tmp_path / "releases")
    assert sql_path(Home.at("memory://bucket/vigil").releases) == "memory://bucket/vigil/releases"


def test_a_file_in_the_way_of_the_home_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("in the way")
    with pytest.raises(StorageError) as told:
        Home.at(str(tmp_path / "data")).check_writable()
    assert str(told.value) == f"cannot use {tmp_path / 'data'}: File exists"


def test_a_home_without_leave_to_write_is_one_line(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with ordinary_rights(), pytest.raises(StorageError, match="Permission denied"):
        Home.at(str(tmp_path / "data")).check_writable()


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = Home.at(str(tmp_path)).root / "pointer.json"
    write_atomic(path, b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match=r"pointer\.json: No space left on device"):
        write_atomic(path, b"new")
    assert path.read_bytes() == b"old"
    assert list_names(path.parent) == ["pointer.json"]


def test_only_old_leftovers_are_swept(tmp_path: Path) -> None:
    room = Home.at(str(tmp_path)).root
    two_days_ago = time.time() - 2 * 86_400
    for name in ("vigil-old.part", "vigil-young.part", "someone-elses"):
        (tmp_path / name).touch()
    for name in ("vigil-old.part", "someone-elses"):
        os.utime(tmp_path / name, (two_days_ago, two_days_ago))
    sweep_folder(room)
    assert list_names(room) == ["someone-elses", "vigil-young.part"]


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


ROOMS = ("raw", "staging", "state", "runs")


@pytest.mark.parametrize("bits", [0o000, 0o022, 0o077])
def test_of_a_home_others_can_read_the_releases_alone_whatever_the_umask(tmp_path: Path, bits: int) -> None:
    home = Home.at(str(tmp_path / "home"))
    with umask(bits):
        home.check_writable()
        home.shut()
        make_folder(home.releases, OPEN_FOLDER)
        write_json(home.releases / "latest.json", {})
        write_json(home.root / "suppressions.yml", {}, private=True)
    assert {name: mode(tmp_path / "home" / name) for name in ROOMS} == dict.fromkeys(ROOMS, 0o700)
    assert [mode(tmp_path / "home" / name) for name in (".", "releases", "releases/latest.json")] == [
        0o755,
        0o755,
        0o644,
    ]
    assert mode(tmp_path / "home" / "suppressions.yml") == 0o600


def test_a_home_of_an_earlier_version_is_tightened(tmp_path: Path) -> None:
    home = Home.at(str(tmp_path))
    with umask(0):
        for name in (*ROOMS, "airflow", "releases"):
            (tmp_path / name).mkdir()
        for name in ("suppressions.yml", "decisions.csv", "airflow/airflow.db"):
            (tmp_path / name).touch()
        tmp_path.chmod(0o777)
    home.shut()
    assert {mode(tmp_path / name) for name in (*ROOMS, "airflow")} == {0o700}
    assert {mode(tmp_path / name) for name in ("suppressions.yml", "decisions.csv")} == {0o600}
    assert [mode(tmp_path), mode(tmp_path / "releases")] == [0o755, 0o755]


def test_what_is_tighter_than_need_be_stays_so(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    (tmp_path / "releases").mkdir(mode=0o700)
    Home.at(str(tmp_path)).shut()
    assert [mode(tmp_path), mode(tmp_path / "releases")] == [0o700, 0o700]


def test_a_room_that_lies_elsewhere_is_shut_there(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (tmp_path / "large disk").mkdir(mode=0o755)
    (home / "raw").symlink_to(tmp_path / "large disk")
    (home / "staging").symlink_to(tmp_path / "not there")
    with pytest.raises(StorageError, match=r"cannot shut .*staging: File exists"):
        Home.at(str(home)).shut()
    assert mode(tmp_path / "large disk") == 0o700


def test_a_folder_that_is_for_all_is_left_so(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    Home.at(str(tmp_path)).shut()
    assert mode(tmp_path) == 0o1777


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


@pytest.mark.parametrize("name", ["home?", "what?/home", "a?b=c"])
def test_a_home_in_which_duckdb_makes_no_database_is_refused_before_anything_is_done(
    tmp_path: Path, name: str
) -> None:
    home = Home.at(str(tmp_path / name))
    for act in (home.check_writable, lambda: work_database.begin(home, {"fingerprint": "f" * 16}, None)):
        with pytest.raises(StorageError, match=r"cannot use .*\?.*: rename it"):
            act()
    assert not list(tmp_path.iterdir())
