"""What lies in a home is damaged: it is had again, or the source is held with the reason; nothing is lost."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from upath import UPath

from pipeline.fetching import fetch_source
from pipeline.parsing import parse_snapshot
from pipeline.promotion import promote_source
from pipeline.releasing import build_history
from pipeline.validation import validate_source
from sources.archive.archive import Archive, LogError
from sources.archive.batch import Entry
from sources.fetching.fetcher import fetch_batch
from sources.fetching.http.client import make_client
from sources.registry import Source, samples
from storage import database
from storage.files import StorageError
from storage.home import Home
from tests.builders import House, target
from tests.conftest import Site

LISTS = ("by_viasna", "us_ofac_sdn")
_Item = TypeVar("_Item")
Damage = Callable[[Path], None]


def flipped(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()
    (path / "inside").write_text("x")


def a_link(path: Path) -> None:
    path.unlink()
    path.symlink_to("/dev/zero")


def a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def unreadable(path: Path) -> None:
    path.chmod(0)
    if os.access(path, os.R_OK):  # the superuser reads it all the same
        path.unlink()


DAMAGES: dict[str, Damage] = {
    "emptied": lambda path: path.write_bytes(b"") and None,
    "cut": lambda path: path.write_bytes(path.read_bytes()[:-5]) and None,
    "flipped": flipped,
    "longer": lambda path: path.write_bytes(path.read_bytes() + b"x") and None,
    "swapped": lambda path: path.write_bytes(b"another file") and None,
    "removed": Path.unlink,
    "a folder": a_folder,
    "a link": a_link,
    "a pipe": a_pipe,
    "unreadable": unreadable,
}
AS_JSON: dict[str, Damage] = DAMAGES | {
    text: lambda path, text=text: path.write_text(text, "utf-8") and None  # type: ignore[misc]
    for text in ("[]", "{}", "null", "7", '""', "[" * 100_000, '{"units": 3, "held": [], "rows": 1}')
}
each_damage = pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())


# the archive


@each_damage
def test_a_damaged_object_is_not_read_and_the_same_content_repairs_it(
    archive: Archive, tmp_path: Path, damage: Damage
) -> None:
    sha256, _ = archive.put([b"as published"])
    path = tmp_path / "home/raw/objects" / sha256[:2] / sha256
    damage(path)
    with pytest.raises(StorageError, match=r"raw object|cannot read"):
        archive.open(sha256)
    assert not archive.has(sha256)
    assert archive.put([b"as published"]) == (sha256, 12)
    with archive.open(sha256) as file:
        assert file.read() == b"as published"


def test_content_that_comes_again_repairs_what_nobody_has_read(archive: Archive, tmp_path: Path) -> None:
    sha256, _ = archive.put([b"as published"])
    path = tmp_path / "home/raw/objects" / sha256[:2] / sha256
    flipped(path)
    bad = path.read_bytes()
    archive.put([b"as published"])
    assert path.read_bytes() == b"as published"
    [kept] = (tmp_path / "home/raw/damaged").iterdir()  # for the operator
    assert kept.read_bytes() == bad
    assert kept.name.startswith(sha256)


@each_damage
def test_what_is_damaged_is_asked_for_without_a_condition(
    archive: Archive, make_source: Callable[..., Source], site: Site, tmp_path: Path, damage: Damage
) -> None:
    source = make_source()
    site.gives("lists.example/list.xml?lang=en", site.reply(b"<list/>", headers={"ETag": '"1"'}))
    moments = iter(datetime(2026, 1, day, tzinfo=UTC) for day in (1, 2, 3))

    def visit() -> None:
        with make_client(site.base_url) as client:
            fetch_batch(source, archive, client=client, observed_at=next(moments), via="live")

    visit()
    [entry] = archive.batches("xx_list")[0].entries
    assert entry.sha256
    damage(tmp_path / "home/raw/objects" / entry.sha256[:2] / entry.sha256)
    visit()
    visit()
    conditions = [headers.get("if-none-match") for _, headers in site.asked]
    assert conditions == [None, None, '"1"']
    assert archive.has(entry.sha256)


def test_a_listed_file_that_the_archive_lost_is_fetched_again(
    archive: Archive, make_source: Callable[..., Source], site: Site, tmp_path: Path
) -> None:
    source = make_source(
        content="stream", index={"urls": ["http://data.example/last.txt"], "pattern": "*.csv.zip"}
    )
    site.gives(
        "data.example/last.txt",
        site.reply(b"5 5d41402abc4b2a76b9719d911017c592 http://data.example/20250911143000.csv.zip\n"),
    )
    site.gives("data.example/20250911143000.csv.zip", site.reply(b"hello"))
    for day in (1, 2, 3):
        with make_client(site.base_url) as client:
            fetch_batch(
                source, archive, client=client, observed_at=datetime(2026, 1, day, tzinfo=UTC), via="live"
            )
        if day == 1:
            [unit] = archive.snapshots("xx_list", "stream")
            [sha256] = unit.files.values()
            flipped(tmp_path / "home/raw/objects" / sha256[:2] / sha256)
            with pytest.raises(StorageError):
                archive.open(sha256)
    asked = [address for address, _ in site.asked if address.endswith(".zip")]
    assert len(asked) == 2
    assert [each.unit_id for each in archive.snapshots("xx_list", "stream")] == [unit.unit_id]
    assert archive.has(sha256)


@pytest.mark.parametrize("damage", AS_JSON.values(), ids=[name[:20] for name in AS_JSON])
def test_a_damaged_record_of_an_unfinished_visit_is_dropped(
    archive: Archive, tmp_path: Path, damage: Damage
) -> None:
    at, url = datetime(2026, 1, 1, tzinfo=UTC), "https://lists.example/page/1"
    sha256, size = archive.put([b"page"])
    batch = archive.open_batch("xx_list", at, "live")
    batch.resume(timedelta(days=1))
    batch.add(Entry("page-1", url, "new", "required", sha256=sha256, bytes=size))
    damage(tmp_path / "home/raw/partial/xx_list.json")
    again = archive.open_batch("xx_list", at, "live")
    again.resume(timedelta(days=1))
    assert again.restored(url) is None
    again.add(Entry("page-1", url, "new", "required", sha256=sha256, bytes=size))
    assert again.restored(url)
    assert again.log().failure is None


def edited(old: str, new: str) -> Damage:
    def damage(path: Path) -> None:
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")

    return damage


BAD_LOGS = {
    **{name: damage for name, damage in AS_JSON.items() if name not in {"removed", "flipped", "unreadable"}},
    "another source": edited("xx_list", "xx_other"),
    "another time": edited("2026-01-01", "2026-01-02"),
    "a path for a hash": edited('"sha256": "', '"sha256": "../../../'),
    "an unknown outcome": edited('"new"', '"odd"'),
    "a number for a name": edited('"file": "list.xml"', '"file": 7'),
}


@pytest.mark.parametrize("damage", BAD_LOGS.values(), ids=[name[:20] for name in BAD_LOGS])
def test_a_damaged_log_file_is_named_and_stops_no_other_source(
    archive: Archive, tmp_path: Path, damage: Damage
) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    sha256, size = archive.put([b"list"])
    for source_id in ("xx_list", "xx_second"):
        batch = archive.open_batch(source_id, at, "live")
        batch.add(
            Entry("list.xml", "https://lists.example/list.xml", "new", "required", sha256=sha256, bytes=size)
        )
        batch.log()
    damage(tmp_path / "home/raw/log/xx_list/2026-01-01T000000Z.json")
    with pytest.raises(StorageError) as raised:
        archive.batches("xx_list")
    assert "raw/log/xx_list/2026-01-01T000000Z.json" in str(raised.value)
    assert len(str(raised.value).splitlines()) == 1
    assert len(archive.snapshots("xx_second", "full")) == 1
    archive.open_batch("xx_second", at, "live")
    assert archive.vias() == {"live"}


# staged tables, verdicts, states


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = House(tmp_path / "home")
    for when in range(2):
        house.see("un_sc", when, target("un_sc:1", f"Body {when}"))
    house.promote()
    return house


@pytest.mark.parametrize("name", ["sanctions.parquet", "quarantine.parquet", "report.json"])
@each_damage
def test_a_snapshot_whose_staged_files_are_damaged_counts_as_not_parsed(
    house: House, damage: Damage, name: str
) -> None:
    unit = house.state("un_sc").snapshots[0]
    folder = Path(house.staging.folder("un_sc", unit.unit_id).path)
    damage(folder / name)
    assert not house.staging.is_whole("un_sc", unit.unit_id)
    assert house.staging.report("un_sc", unit.unit_id) is None
    house.promote()
    assert house.staging.is_whole("un_sc", unit.unit_id)
    assert house.state("un_sc").snapshots[0] == unit


def test_what_was_written_for_another_source_or_snapshot_is_not_believed(house: House) -> None:
    house.see("eu_fsf", 0, target("eu_fsf:1"))
    house.promote()
    before = house.states.load_all()
    state = house.folder / "state"
    shutil.copy(state / "eu_fsf.json", state / "un_sc.json")
    assert house.states.load_all() == {"eu_fsf": before["eu_fsf"]}
    house.promote()
    assert house.states.load_all() == before
    first, second = (
        Path(house.staging.folder("un_sc", unit.unit_id).path) for unit in before["un_sc"].snapshots
    )
    shutil.rmtree(second)
    shutil.copytree(first, second)
    assert house.staging.report("un_sc", before["un_sc"].snapshots[1].unit_id) is None
    house.promote()
    assert house.states.load_all() == before


@pytest.mark.parametrize("damage", AS_JSON.values(), ids=[name[:20] for name in AS_JSON])
def test_a_damaged_verdict_is_reached_again(house: House, damage: Damage) -> None:
    state = house.state("un_sc")
    unit = state.snapshots[1]
    damage(Path(house.staging.folder("un_sc", unit.unit_id).path) / f"gate-{unit.verdict}.json")
    assert house.judge("un_sc") == 1
    assert house.state("un_sc") == state


@pytest.mark.parametrize("damage", AS_JSON.values(), ids=[name[:20] for name in AS_JSON])
def test_a_damaged_state_stops_no_other_source_and_is_written_again(house: House, damage: Damage) -> None:
    house.see("eu_fsf", 0, target("eu_fsf:1"))
    house.promote()
    before = house.states.load_all()
    damage(house.folder / "state/un_sc.json")
    assert house.states.load_all() == {"eu_fsf": before["eu_fsf"]}
    house.promote()
    assert house.states.load_all() == before


@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_no_flipped_byte_of_a_state_is_believed(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    house = House(tmp_path_factory.mktemp("home"))
    house.see("un_sc", 0, target("un_sc:1"))
    house.promote()
    path = house.folder / "state/un_sc.json"
    good, stated = path.read_bytes(), house.states.load("un_sc")
    place = data.draw(st.integers(0, len(good) - 1))
    bit = data.draw(st.integers(0, 7))
    path.write_bytes(good[:place] + bytes([good[place] ^ (1 << bit)]) + good[place + 1 :])
    assert house.states.load("un_sc") in (None, stated)  # white space between values may be another


@pytest.mark.parametrize("link", [False, True])
def test_something_else_in_place_of_a_log_folder_holds_its_source(house: House, link: bool) -> None:
    folder = house.folder / "raw/log/un_sc"
    shutil.rmtree(folder)
    folder.symlink_to("/nowhere") if link else folder.touch()
    before = house.states.load_all()["un_sc"]
    with pytest.raises(LogError, match=r"cannot read raw/log/un_sc: .*: put it back from a copy"):
        house.archive.batches("un_sc")
    state = house.state("un_sc")
    assert state.snapshots == before.snapshots
    assert "cannot read raw/log/un_sc" in (state.held or "")


def test_a_promoted_visit_that_is_gone_from_the_log_holds_the_source(house: House) -> None:
    before = house.states.load_all()["un_sc"]
    [first, *_] = sorted((house.folder / "raw/log/un_sc").iterdir())
    first.unlink()
    house.promote()
    after = house.states.load_all()["un_sc"]
    assert after.snapshots == before.snapshots
    assert "raw/log/un_sc lacks the visit of" in after.held
    (house.folder / "state/un_sc.json").unlink()  # to do without it
    house.promote()
    after = house.states.load_all()["un_sc"]
    assert (len(after.snapshots), after.held) == (1, None)


# the steps, on the bundled samples


def batched(items: Iterable[_Item], size: int) -> Iterator[list[_Item]]:
    left = iter(items)
    while batch := list(islice(left, size)):
        yield batch


def take(home: Path, source_id: str, mirror: Path) -> None:
    for unit_id in fetch_source(str(home), source_id, mirror=str(mirror)):
        parse_snapshot(str(home), source_id, unit_id)
    validate_source(str(home), source_id, None)
    promote_source(str(home), source_id)


@pytest.fixture(scope="module")
def mirror(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mirror")
    for source_id in LISTS:
        shutil.copytree(samples(source_id), folder / source_id)
    return folder


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, mirror: Path) -> Path:
    home = tmp_path_factory.mktemp("made") / "home"
    for source_id in LISTS:
        take(home, source_id, mirror)
    return home


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "home")


TABLES = ("prisoners", "sanctions", "names", "quarantine", "snapshots", "source_entry")


def released(home: Path) -> dict[str, list[Any]]:
    """The rows of the tables that `history` makes."""
    assert build_history(str(home))
    [work] = (home / "staging/release").rglob("*.duckdb")
    with database.connect(UPath(work), read_only=True) as con:
        rows = {name: con.execute(f"FROM {name} ORDER BY ALL").fetchall() for name in TABLES}
    shutil.rmtree(home / "staging/release")
    return rows


def notes(rows: dict[str, list[Any]]) -> dict[str, str]:
    """By source what is held, and why."""
    return {
        row[0]: text for row in rows["source_entry"] for text in row if text and "; the snap" in str(text)
    }


def objects(home: Path, source_id: str) -> list[Path]:
    found = []
    for unit in Archive(Home.at(str(home))).snapshots(source_id, "full"):
        found += [home / "raw/objects" / sha256[:2] / sha256 for sha256 in unit.files.values()]
    return found


def staged(home: Path, source_id: str, pattern: str) -> Iterator[Path]:
    return (home / "staging").glob(f"*/source={source_id}/unit=*/{pattern}")


@pytest.mark.slow
def test_a_release_from_a_damaged_home_is_the_one_from_a_whole_home(home: Path) -> None:
    """Whatever is damaged of what can be rebuilt, and in whichever way."""
    expected = released(home)
    assert expected["prisoners"]
    assert expected["sanctions"]
    for damages in batched(AS_JSON.values(), 3):
        paths = [
            home / "state/by_viasna.json",
            next(staged(home, "us_ofac_sdn", "names.parquet")),
            next(staged(home, "us_ofac_sdn", "gate-*.json")),
        ]
        for path, damage in zip(paths, damages, strict=False):
            damage(path)
        assert released(home) == expected, damages
    shutil.rmtree(next(staged(home, "us_ofac_sdn", "report.json")).parent)
    next(staged(home, "by_viasna", "report.json")).write_bytes(b"")
    assert released(home) == expected


def test_a_state_file_that_is_gone_is_rebuilt(home: Path) -> None:
    expected = released(home)
    (home / "state/by_viasna.json").unlink()
    assert released(home) == expected


@pytest.mark.slow
def test_what_other_code_staged_is_rebuilt_by_the_code_of_now(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = released(home)
    monkeypatch.setattr("pipeline.workspace.parser_version", lambda source: "changed")
    assert released(home) == expected  # as the code of then staged it
    flipped(next(staged(home, "by_viasna", "names.parquet")))
    assert released(home) == expected
    assert json.loads((home / "state/by_viasna.json").read_text("utf-8"))["code"] == "changed"
    assert json.loads((home / "state/us_ofac_sdn.json").read_text("utf-8"))["code"] != "changed"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["removed", "flipped", "a folder"])
def test_what_the_archive_lost_holds_its_source_until_the_mirror_gives_it_back(
    home: Path, mirror: Path, name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    expected = released(home)
    monkeypatch.setattr("pipeline.workspace.parser_version", lambda source: "changed")
    oldest = objects(home, "us_ofac_sdn")[0]
    DAMAGES[name](oldest)
    (tmp_path / "none").mkdir()
    take(home, "us_ofac_sdn", tmp_path / "none")
    state = json.loads((home / "state/us_ofac_sdn.json").read_text("utf-8"))
    assert state["code"] != "changed"  # what was promoted stays
    assert "SDN.XML" in state["held"]
    assert "is damaged or not in the archive" in state["held"]
    rows = released(home)
    assert rows["sanctions"] == expected["sanctions"]
    assert list(notes(rows)) == ["us_ofac_sdn"]
    take(home, "us_ofac_sdn", mirror)
    state = json.loads((home / "state/us_ofac_sdn.json").read_text("utf-8"))
    assert (state["code"], state["held"]) == ("changed", None)
    assert released(home) == expected


@pytest.mark.slow
def test_of_a_snapshot_lost_in_archive_and_staging_the_others_are_released(
    home: Path,
) -> None:
    whole = released(home)
    oldest, *_ = objects(home, "us_ofac_sdn")
    oldest.unlink()
    [first, *_] = json.loads((home / "state/us_ofac_sdn.json").read_text("utf-8"))["units"]
    flipped(
        next(staged(home, "us_ofac_sdn", "names.parquet")).parents[1]
        / f"unit={first['unit_id']}/names.parquet"
    )
    rows = released(home)
    assert rows["prisoners"] == whole["prisoners"]
    assert rows["sanctions"]
    [(source_id, note)] = notes(rows).items()
    assert source_id == "us_ofac_sdn"
    assert "SDN.XML" in note


def test_a_damaged_log_holds_its_source_and_no_other(home: Path, mirror: Path) -> None:
    expected = released(home)
    [*_, newest] = sorted((home / "raw/log/us_ofac_sdn").iterdir())
    newest.write_bytes(b"")
    take(home, "by_viasna", mirror)
    with pytest.raises(StorageError, match="raw/log/us_ofac_sdn/"):
        fetch_source(str(home), "us_ofac_sdn", mirror=str(mirror))
    promote_source(str(home), "us_ofac_sdn")
    rows = released(home)
    assert {name: rows[name] for name in TABLES[:-1]} == {name: expected[name] for name in TABLES[:-1]}
    [(source_id, note)] = notes(rows).items()
    assert source_id == "us_ofac_sdn"
    assert f"raw/log/us_ofac_sdn/{newest.name} is damaged" in note
    assert str(home) not in note
