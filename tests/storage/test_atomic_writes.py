"""Files are written whole or not at all, on a local disk and on an object store."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from storage.atomic_writes import place_scratch, scratch, write_atomic, write_json
from storage.files import StorageError, list_names, read_json
from storage.home import Home


def test_a_written_file_is_read_back_and_nothing_is_left_beside_it(home: Home) -> None:
    path = home.releases / "one" / "data"
    write_atomic(path, b"old")
    write_atomic(path, b"new")
    assert path.read_bytes() == b"new"
    assert list_names(path.parent) == ["data"]


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


def test_json_is_written_in_one_form(home: Home) -> None:
    path = home.runs / "x.json"
    write_json(path, {"b": "Ціханоўскі", "a": [1, None]})
    first = path.read_bytes()
    write_json(path, {"a": [1, None], "b": "Ціханоўскі"})
    assert path.read_bytes() == first
    assert first.endswith(b"}\n")
    assert "Ціханоўскі".encode() in first
    assert read_json(path) == {"a": [1, None], "b": "Ціханоўскі"}


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
