"""Suppression outlives accidents with its file: what was suppressed is published again only on purpose."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from upath import UPath

from pipeline.fetching import fetch_source
from pipeline.releasing import build_history
from sources.registry import registry
from storage.files import StorageError
from storage.home import Home
from storage.lease import lease
from tests.builders import FAMILIES, House
from tests.suppressing import LOSIK, house_with_losik, publish
from vigil import cli
from warehouse.privacy import suppression_list, suppression_record
from warehouse.privacy.suppression import (
    accept_list,
    lift_suppression,
    read_suppressions,
    record_suppressions,
    suppress_record,
)
from warehouse.privacy.suppression_list import SuppressionError
from warehouse.release import decisions
from warehouse.release.publication import PUBLICATION

FORK = multiprocessing.get_context("fork")
DAY = date(2026, 11, 20)
OTHER = "by_viasna:1"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home in which two records are suppressed."""
    home = Home.at(str(tmp_path / "home"))
    for record_id in (LOSIK, OTHER):
        suppress_record(home, FAMILIES, record_id, "request", DAY)
    return home


def file(home: Home) -> Path:
    return Path(suppression_list.list_path(home).path)


def lost(home: Home) -> None:
    file(home).unlink()


def emptied(home: Home) -> None:
    file(home).write_bytes(b"")


def without_entries(home: Home) -> None:
    text = file(home).read_text("utf-8")
    file(home).write_text("".join(text.splitlines(keepends=True)[:2]), "utf-8")


def cut(home: Home) -> None:
    file(home).write_text(file(home).read_text("utf-8").rstrip().rpartition("\n")[0], "utf-8")


def another_salt(home: Home) -> None:
    text = file(home).read_text("utf-8")
    file(home).write_text(text.replace(text[6:10], "aaaa", 1), "utf-8")


def made_again(home: Home) -> None:
    elsewhere = Home.at(str(Path(home.root.path).parent / "elsewhere"))
    for record_id in (LOSIK, OTHER):
        suppress_record(elsewhere, FAMILIES, record_id, "request", DAY)
    shutil.copy(file(elsewhere), file(home))


ACCIDENTS = {
    lost: "is missing, and 2 records were suppressed by it",
    emptied: "no salt",
    without_entries: "has no entry of 2 records that it suppressed",
    cut: "has no entry of 1 records that it suppressed",
    another_salt: "has another salt than it had",
    made_again: "has another salt than it had",
}


@pytest.mark.parametrize("accident", ACCIDENTS)
def test_an_accident_with_the_list_is_one_line_wherever_it_is_read(
    home: Home, accident: Callable[[Home], None]
) -> None:
    where = str(home.root)
    accident(home)
    for act in (
        lambda: read_suppressions(home, FAMILIES),
        lambda: record_suppressions(home, FAMILIES),
        lambda: suppress_record(home, FAMILIES, "by_viasna:5", "risk", DAY),
        lambda: fetch_source(where, "by_viasna", mirror=where),
        lambda: build_history(where),
    ):
        with pytest.raises(SuppressionError) as raised:
            act()
        assert ACCIDENTS[accident] in str(raised.value)
        assert "\n" not in str(raised.value)
        assert LOSIK not in str(raised.value)
    assert not (Path(home.root.path) / "raw" / "log").exists()


@pytest.mark.parametrize(
    "accident",
    [lost, *(pytest.param(each, marks=pytest.mark.slow) for each in (without_entries, cut, made_again))],
)
def test_the_releases_know_it_too(tmp_path: Path, accident: Callable[[Home], None]) -> None:
    """As of a home of before the archive kept it, or whose archive was set up anew."""
    house = house_with_losik(tmp_path / "home")
    for record_id in (LOSIK, OTHER):
        suppress_record(house.home, FAMILIES, record_id, "request", DAY)
    house.suppressed = read_suppressions(house.home, FAMILIES)
    first = publish(house, 0)
    Path(house.home.raw.path, "suppressed.json").unlink()
    assert len(read_suppressions(house.home, FAMILIES).entries) == 2
    accident(house.home)
    with pytest.raises(SuppressionError):
        read_suppressions(house.home, FAMILIES)
    (Path(first.folder.path) / "manifest.json").write_bytes(b"[" * 100_000)  # verify names it
    if accident is lost:
        assert read_suppressions(house.home, FAMILIES).entries == ()


def test_an_entry_written_by_hand_is_missed_from_the_next_run_on(home: Home) -> None:
    before = file(home).read_text("utf-8")
    entry = "  - {record_id: by_viasna:5, on: 2026-11-20, reason: law}\n"
    file(home).write_text(before + entry, "utf-8")
    assert len(record_suppressions(home, FAMILIES).entries) == 3
    file(home).write_text(before, "utf-8")
    with pytest.raises(SuppressionError, match="has no entry of 1 records"):
        read_suppressions(home, FAMILIES)
    file(home).write_text(before + entry, "utf-8")
    assert len(read_suppressions(home, FAMILIES).entries) == 3


def test_without_suppressions_nothing_is_noted(tmp_path: Path) -> None:
    home = Home.at(str(tmp_path))
    assert record_suppressions(home, FAMILIES).entries == ()
    assert not (tmp_path / "raw" / "suppressed.json").exists()


def test_what_is_noted_is_private_and_names_nobody(home: Home) -> None:
    noted = Path(home.raw.path, "suppressed.json")
    assert noted.stat().st_mode & 0o777 == 0o600
    assert noted.parent.stat().st_mode & 0o777 == 0o700
    text = noted.read_text("utf-8")
    assert "viasna" not in text
    assert read_suppressions(home, FAMILIES).salt not in text


@pytest.mark.parametrize("text", ["", "[]", "{", '{"known": 1}', '{"known": [], "other": 1}', "[" * 100_000])
def test_a_damaged_note_is_one_line_with_a_way_out(home: Home, text: str) -> None:
    Path(home.raw.path, "suppressed.json").write_text(text, "utf-8")
    with pytest.raises(SuppressionError, match=r"suppressed\.json is damaged: .*--accept-list$") as raised:
        read_suppressions(home, FAMILIES)
    assert "\n" not in str(raised.value)
    assert accept_list(home, FAMILIES) == (2, 0)
    assert len(read_suppressions(home, FAMILIES).entries) == 2
    cut(home)
    with pytest.raises(SuppressionError):
        read_suppressions(home, FAMILIES)


def test_one_entry_is_lifted_on_purpose(home: Home) -> None:
    file(home).write_text(file(home).read_text("utf-8") + "  # asked by mail\n", "utf-8")
    lift_suppression(home, FAMILIES, LOSIK)
    assert [entry.record_id for entry in read_suppressions(home, FAMILIES).entries] == [OTHER]
    assert "# asked by mail" in file(home).read_text("utf-8")
    assert file(home).stat().st_mode & 0o777 == 0o600
    with pytest.raises(SuppressionError, match="has no entry of this record"):
        lift_suppression(home, FAMILIES, LOSIK)
    lift_suppression(home, FAMILIES, OTHER)
    assert read_suppressions(home, FAMILIES).entries == ()
    suppress_record(home, FAMILIES, LOSIK, "risk", DAY)
    lost(home)
    with pytest.raises(SuppressionError, match="is missing, and 1 records"):
        read_suppressions(home, FAMILIES)


def test_an_entry_deleted_by_hand_is_lifted_by_the_command(home: Home) -> None:
    cut(home)
    with pytest.raises(SuppressionError, match="has no entry of 1 records"):
        lift_suppression(home, FAMILIES, LOSIK)  # another is missing
    lift_suppression(home, FAMILIES, OTHER)
    assert [entry.record_id for entry in read_suppressions(home, FAMILIES).entries] == [LOSIK]


def test_an_entry_that_is_not_a_line_of_its_own_is_deleted_by_hand(home: Home) -> None:
    text = file(home).read_text("utf-8")
    entry = f'  - record_id: "{OTHER}"\n    on: 2026-11-20\n    reason: request\n'
    before = text.rstrip().rpartition("\n")[0] + "\n"
    file(home).write_text(before + entry, "utf-8")
    with pytest.raises(SuppressionError, match="delete the entry by hand, then run this again"):
        lift_suppression(home, FAMILIES, OTHER)
    assert file(home).read_text("utf-8") == before + entry
    assert len(read_suppressions(home, FAMILIES).entries) == 2
    file(home).write_text(before, "utf-8")
    lift_suppression(home, FAMILIES, OTHER)
    assert [entry.record_id for entry in read_suppressions(home, FAMILIES).entries] == [LOSIK]


@pytest.mark.parametrize("accident", [lost, without_entries, cut, another_salt, made_again])
def test_the_list_as_it_is_can_be_accepted(home: Home, accident: Callable[[Home], None]) -> None:
    accident(home)
    left = accept_list(home, FAMILIES)[0]
    assert len(read_suppressions(home, FAMILIES).entries) == left
    suppress_record(home, FAMILIES, "by_viasna:5", "risk", DAY)
    cut(home)
    with pytest.raises(SuppressionError, match="has no entry of 1 records"):
        read_suppressions(home, FAMILIES)


def test_twelve_commands_at_once_add_twelve_entries(tmp_path: Path) -> None:
    home = Home.at(str(tmp_path))
    together = FORK.Barrier(12)

    def act(number: int) -> None:
        together.wait()
        suppress_record(home, FAMILIES, f"by_viasna:{number}", "request", DAY)

    children = [FORK.Process(target=act, args=(number,)) for number in range(12)]
    for child in children:
        child.start()
    for child in children:
        child.join()
        assert child.exitcode == 0
    found = read_suppressions(home, FAMILIES)
    assert {entry.record_id for entry in found.entries} == {f"by_viasna:{number}" for number in range(12)}
    assert file(home).stat().st_mode & 0o777 == 0o600


@pytest.fixture
def vigil(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    def run(*arguments: str | Path) -> tuple[int, str]:
        monkeypatch.setattr("sys.argv", ["vigil", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out + said.err

    return run


@pytest.fixture
def house(tmp_path: Path) -> House:
    return house_with_losik(tmp_path / "home")


def test_the_commands_stop_before_anything_is_done(home: Home, vigil: Any, tmp_path: Path) -> None:
    lost(home)
    (tmp_path / "mirror" / "by_viasna").mkdir(parents=True)
    code, said = vigil("run", "--mirror", tmp_path / "mirror", "--home", home.root)
    assert (code, said.count("\n")) == (1, 1)
    assert "is missing, and 2 records were suppressed by it" in said
    assert not (tmp_path / "home" / "airflow").exists()


def test_verify_stops_in_one_line(house: House, vigil: Any) -> None:
    publish(house, 0)
    suppress_record(house.home, registry(), LOSIK, "request", DAY)
    lost(house.home)
    code, said = vigil("verify", "--home", house.folder)
    assert (code, said.count("\n")) == (1, 1)
    assert "is missing, and 1 records were suppressed by it: put back your copy of it" in said


def test_lifting_and_accepting_by_the_command(home: Home, vigil: Any) -> None:
    code, said = vigil("suppress", LOSIK, "--lift", "--home", home.root)
    assert (code, said) == (0, f"{LOSIK} is not suppressed any more: the next vigil run publishes it again\n")
    lost(home)
    code, said = vigil("suppress", "--accept-list", "--home", home.root)
    assert code == 0
    assert "is accepted as the whole list: 0 entries, 1 lifted" in said
    assert read_suppressions(home, FAMILIES).entries == ()
    for arguments, problem in (((), "say which record"), ((LOSIK,), "say why")):
        code, said = vigil("suppress", *arguments, "--home", home.root)
        assert (code, said.count("\n")) == (1, 1)
        assert problem in said


def test_the_command_removes_an_unfinished_release(house: House, vigil: Any) -> None:
    first = publish(house, 0)
    left = Path(first.folder.parent.path, "2026-11-24T000000Z")
    shutil.copytree(first.folder.path, left)
    (left / "manifest.json").unlink()
    with lease(house.home, PUBLICATION, "publishing a release"):
        code, said = vigil("suppress", "by_viasna:5", "--reason", "risk", "--home", house.folder)
        assert code == 0
        assert "another process is publishing a release: process" in said
        assert "a release that is not visible yet is refused, as the list has changed" in said.replace(
            "\n", " "
        )
    assert left.exists()
    code, said = vigil("suppress", LOSIK, "--reason", "risk", "--home", house.folder)
    assert code == 0
    assert f"release {left.name}, which an earlier run left unfinished, is removed" in said
    assert f"withdraw them: {first.id}\n" in said
    assert not left.exists()


def test_the_command_does_its_part_though_the_pointer_is_damaged(house: House, vigil: Any) -> None:
    first = publish(house, 0)
    pointer = Path(first.folder.parent.path, "latest.json")
    pointer.write_text(json.dumps({"release": "2020-01-01T000000Z"}), "utf-8")
    code, said = vigil("suppress", LOSIK, "--reason", "risk", "--home", house.folder)
    assert code == 0
    assert "which has no manifest" in said
    assert f"withdraw them: {first.id}" in said
    assert len(read_suppressions(house.home, FAMILIES).entries) == 1


@pytest.mark.parametrize("target", ["/nowhere/at/all", "suppressions.yml"])
def test_a_list_that_is_a_link_to_nowhere_is_not_an_empty_one(tmp_path: Path, target: str) -> None:
    home = Home.at(str(tmp_path))
    file(home).symlink_to(target)
    with pytest.raises(StorageError, match=f"cannot read .*{suppression_list.FILE}"):
        read_suppressions(home, FAMILIES)


@pytest.mark.parametrize("name", [suppression_list.FILE, decisions.FILE])
def test_a_pipe_in_place_of_a_list_is_not_waited_for(home: Home, name: str) -> None:
    path = Path((home.root / name).path)
    path.unlink(missing_ok=True)
    os.mkfifo(path)
    with pytest.raises(StorageError, match=f"cannot read .*{name}: it is not a regular file"):
        decisions.read_decisions(home) if name == decisions.FILE else read_suppressions(home, FAMILIES)


def test_a_list_that_is_nested_too_deeply_is_one_line(home: Home) -> None:
    file(home).write_text("[" * 5000, "utf-8")
    with pytest.raises(SuppressionError, match="nested too deeply"):
        read_suppressions(home, FAMILIES)


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def a_dead_link(path: Path) -> None:
    path.unlink()
    path.symlink_to("/nowhere/at/all")


@pytest.mark.parametrize("damage", [a_folder, a_dead_link])
def test_whatever_lies_in_place_of_the_note_the_way_out_works(
    home: Home, damage: Callable[[Path], None]
) -> None:
    damage(Path(home.raw.path) / "suppressed.json")
    with pytest.raises(SuppressionError, match="vigil suppress --accept-list"):
        read_suppressions(home, FAMILIES)
    assert accept_list(home, FAMILIES) == (2, 0)
    assert len(read_suppressions(home, FAMILIES).entries) == 2
    lost(home)
    with pytest.raises(SuppressionError, match="is missing, and 2 records"):
        read_suppressions(home, FAMILIES)


def test_a_note_that_may_not_be_read_is_not_called_damaged(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(file: UPath) -> None:
        raise StorageError(f"cannot read {file}: Permission denied") from PermissionError(13, "no")

    monkeypatch.setattr(suppression_record, "read_json", refuse)
    with pytest.raises(StorageError, match=r"suppressed\.json: Permission denied"):
        read_suppressions(home, FAMILIES)


@pytest.mark.parametrize("table", ["prisoners", "entity_records"])
@pytest.mark.parametrize("data", [b"x", b"\0" * 5000])
def test_the_command_does_its_part_though_a_release_is_damaged(
    house: House, vigil: Any, table: str, data: bytes
) -> None:
    first = publish(house, 0)
    Path(first.folder.path, "parquet", f"{table}.parquet").write_bytes(data)
    code, said = vigil("suppress", LOSIK, "--reason", "risk", "--home", house.folder)
    said = said.replace("\n", " ")
    assert code == 0
    assert len(read_suppressions(house.home, FAMILIES).entries) == 1
    assert f"withdraw them: {first.id}" in said
    assert ("may hold it" in said) == (table == "prisoners")
    assert ("cannot be read" in said) == (table == "entity_records") or table == "prisoners"
    assert "not in the latest release" not in said
