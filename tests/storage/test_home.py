"""The folders of a home, and who may read them."""

from __future__ import annotations

import stat
from pathlib import Path
from uuid import uuid4

import pytest

from storage.atomic_writes import write_json
from storage.files import StorageError, list_names, sql_path
from storage.home import Home
from storage.permissions import OPEN_FOLDER, make_folder
from tests.privileges import ordinary_rights, umask
from warehouse.release import work_database


def test_a_store_without_modes_is_shut_by_its_own_rules() -> None:
    home = Home.at(f"memory://{uuid4().hex}")
    home.shut()
    assert list_names(home.root) == []


def test_a_folder_that_cannot_be_shut_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "raw").mkdir(mode=0o755)

    def refused(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "chmod", refused)
    with pytest.raises(StorageError, match=r"cannot shut .*raw: Operation not permitted"):
        Home.at(str(tmp_path)).shut()


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


def test_a_file_in_the_way_of_the_home_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("in the way")
    with pytest.raises(StorageError) as told:
        Home.at(str(tmp_path / "data")).check_writable()
    assert str(told.value) == f"cannot use {tmp_path / 'data'}: File exists"


def test_a_home_without_leave_to_write_is_one_line(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with ordinary_rights(), pytest.raises(StorageError, match="Permission denied"):
        Home.at(str(tmp_path / "data")).check_writable()


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


FOLDERS = ("raw", "staging", "state", "runs")


@pytest.mark.parametrize("bits", [0o000, 0o022, 0o077])
def test_of_a_home_others_can_read_the_releases_alone_whatever_the_umask(tmp_path: Path, bits: int) -> None:
    home = Home.at(str(tmp_path / "home"))
    with umask(bits):
        home.check_writable()
        home.shut()
        make_folder(home.releases, OPEN_FOLDER)
        write_json(home.releases / "latest.json", {})
        write_json(home.root / "suppressions.yml", {}, private=True)
    assert {name: mode(tmp_path / "home" / name) for name in FOLDERS} == dict.fromkeys(FOLDERS, 0o700)
    assert [mode(tmp_path / "home" / name) for name in (".", "releases", "releases/latest.json")] == [
        0o755,
        0o755,
        0o644,
    ]
    assert mode(tmp_path / "home" / "suppressions.yml") == 0o600


def test_a_home_of_an_earlier_version_is_tightened(tmp_path: Path) -> None:
    home = Home.at(str(tmp_path))
    with umask(0):
        for name in (*FOLDERS, "airflow", "releases"):
            (tmp_path / name).mkdir()
        for name in ("suppressions.yml", "decisions.csv", "airflow/airflow.db"):
            (tmp_path / name).touch()
        tmp_path.chmod(0o777)
    home.shut()
    assert {mode(tmp_path / name) for name in (*FOLDERS, "airflow")} == {0o700}
    assert {mode(tmp_path / name) for name in ("suppressions.yml", "decisions.csv")} == {0o600}
    assert [mode(tmp_path), mode(tmp_path / "releases")] == [0o755, 0o755]


def test_what_is_tighter_than_need_be_stays_so(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    (tmp_path / "releases").mkdir(mode=0o700)
    Home.at(str(tmp_path)).shut()
    assert [mode(tmp_path), mode(tmp_path / "releases")] == [0o700, 0o700]


def test_a_folder_that_lies_elsewhere_is_shut_there(tmp_path: Path) -> None:
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


@pytest.mark.parametrize("name", ["home?", "what?/home", "a?b=c"])
def test_a_home_in_which_duckdb_makes_no_database_is_refused_before_anything_is_done(
    tmp_path: Path, name: str
) -> None:
    home = Home.at(str(tmp_path / name))
    for act in (home.check_writable, lambda: work_database.begin(home, {"fingerprint": "f" * 16}, None)):
        with pytest.raises(StorageError, match=r"cannot use .*\?.*: rename it"):
            act()
    assert not list(tmp_path.iterdir())
