"""Reading and removing files and folders by URL."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.atomic_writes import write_atomic
from storage.files import StorageError, list_names, read_json, remove, sql_path
from storage.home import Home


def test_a_removed_file_is_gone_and_may_be_removed_again(home: Home) -> None:
    write_atomic(home.runs / "x", b"")
    for _ in range(2):
        remove(home.runs / "x")
    assert list_names(home.runs) == []


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


def test_duckdb_gets_a_plain_path_or_the_stores_url(tmp_path: Path) -> None:
    assert sql_path(Home.at(tmp_path.as_uri()).releases) == str(tmp_path / "releases")
    assert sql_path(Home.at("memory://bucket/vigil").releases) == "memory://bucket/vigil/releases"
