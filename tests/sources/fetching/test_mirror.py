"""The mirror folder: files saved by hand come in through the fetcher's door."""

from __future__ import annotations

import io
import os
import socket
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from sources.archive.archive import Archive
from sources.fetching import mirror
from tests.privileges import ordinary_rights

DAY = date(2026, 1, 28)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A mirror with one source and one empty date."""
    (tmp_path / "mirror" / "xx_list" / "2026-01-28").mkdir(parents=True)
    return tmp_path / "mirror"


def put(folder: Path, path: str, body: bytes = b"<list/>") -> None:
    target = folder / "xx_list" / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(body)


def test_a_file_comes_in_as_if_fetched_that_day(folder: Path, archive: Archive, make_source: Any) -> None:
    put(folder, "2026-01-28/list.xml", b"<list>\r\n</list>")
    batch: Any = mirror.import_date(make_source(), folder, DAY, archive)
    (entry,) = batch.entries
    assert (batch.via, batch.observed_at) == ("mirror", datetime(2026, 1, 28, tzinfo=UTC))
    assert (entry.file, entry.outcome, entry.bytes) == ("list.xml", "new", 15)
    assert entry.url == "https://lists.example/list.xml?lang=en"
    with archive.open(entry.sha256) as file:
        assert file.read() == b"<list>\r\n</list>"
    assert archive.batches("xx_list") == [batch]


def test_reading_again_changes_nothing(
    folder: Path, archive: Archive, make_source: Any, tmp_path: Path
) -> None:
    put(folder, "2026-01-28/list.xml")
    mirror.import_date(make_source(), folder, DAY, archive)
    before = {path: path.read_bytes() for path in (tmp_path / "home").rglob("*") if path.is_file()}
    mirror.import_date(make_source(), folder, DAY, archive)
    assert {path: path.read_bytes() for path in (tmp_path / "home").rglob("*") if path.is_file()} == before


def test_a_required_file_that_is_missing_fails_and_an_optional_one_does_not(
    folder: Path, archive: Archive, make_source: Any
) -> None:
    names = {"en.csv": False, "ru.csv": False, "be.csv": True}
    files = [{"name": n, "url": f"https://lists.example/{n}", "optional": o} for n, o in names.items()]
    put(folder, "2026-01-28/en.csv", b"id\n")
    batch = mirror.import_date(make_source(files=files), folder, DAY, archive)
    assert [(e.file, e.outcome, e.error) for e in batch.entries] == [
        ("ru.csv", "failed", "missing in the mirror of 2026-01-28"),
        ("en.csv", "new", None),
    ]
    assert archive.snapshots("xx_list", "full") == []


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", "the file is empty"),
        (b"<!doctype html><title>Sorry", "a web page came in place of the file"),
        (b"x" * 11, "larger than the 10 bytes allowed"),
    ],
)
def test_a_bad_file_fails_as_it_would_from_the_publisher(
    folder: Path, archive: Archive, make_source: Any, body: bytes, error: str
) -> None:
    put(folder, "2026-01-28/list.xml", body)
    limit = 10 if error.startswith("larger") else 100
    batch = mirror.import_date(make_source(max_bytes=limit), folder, DAY, archive)
    assert [(e.outcome, e.error) for e in batch.entries] == [("failed", error)]
    assert batch.failure is not None


def test_of_an_indexed_source_files_that_fit_the_pattern_are_read(
    folder: Path, archive: Archive, make_source: Any
) -> None:
    index = {"urls": ["http://data.example/v2/lastupdate.txt"], "pattern": "*.gkg.csv.zip"}
    source = make_source(family="news", content="stream", index=index)
    for name in ("1.gkg.csv.zip", "1.export.CSV.zip", "lastupdate.txt"):
        put(folder, f"2026-01-28/{name}", b"PK")
    batch = mirror.import_date(source, folder, DAY, archive)
    assert [(e.file, e.url) for e in batch.entries] == [
        ("1.gkg.csv.zip", "http://data.example/v2/1.gkg.csv.zip")
    ]
    assert mirror.list_ignored(source, folder) == [
        "xx_list/2026-01-28/1.export.CSV.zip",
        "xx_list/2026-01-28/lastupdate.txt",
    ]


def test_of_feeds_every_file_is_read_also_one_nobody_registered(
    folder: Path, archive: Archive, make_source: Any
) -> None:
    files = [{"name": "known.rss", "url": "https://feeds.example/rss", "optional": True}]
    source = make_source(family="news", content="stream", files=files)
    for name in ("known.rss", "other.rss", ".DS_Store"):
        put(folder, f"2026-01-28/{name}")
    batch = mirror.import_date(source, folder, DAY, archive)
    assert [(e.file, e.url) for e in batch.entries] == [
        ("known.rss", "https://feeds.example/rss"),
        ("other.rss", "other.rss"),
    ]


PAGES = {"name": "page-{page}.json", "url": "https://lists.example/api?page={page}", "end": {"empty": "data"}}
LINKS = {
    "name": "list-{page}.html",
    "url": "https://lists.example/list/{page}/",
    "end": {"status": 404},
    "links": {"pattern": '"/person/([a-z-]+)/"', "name": "{0}.html"},
}


def test_of_a_paged_source_the_pages_are_read_and_an_empty_last_one_is_the_end(
    folder: Path, archive: Archive, make_source: Any
) -> None:
    file = {"name": "about.json", "url": "https://lists.example/about"}
    source = make_source(files=[file], pages=[PAGES])
    for page in (1, 2, 10):
        put(folder, f"2026-01-28/page-{page}.json", b'{"data": [1]}')
    for page in range(3, 10):
        put(folder, f"2026-01-28/page-{page}.json", b'{"data": []}' if page == 7 else b"{}")
    put(folder, "2026-01-28/page-11.json", b'{"data": []}')
    put(folder, "2026-01-28/about.json", b"{}")
    put(folder, "2026-01-28/page-01.json", b"a copy")
    put(folder, "2026-01-28/notes.txt", b"mine")
    batch = mirror.import_date(source, folder, DAY, archive)
    assert batch.failure is None
    roles = {entry.file: entry.role for entry in batch.entries}  # type: ignore[attr-defined]
    assert roles.pop("page-11.json") == "listing"
    assert set(roles.values()) == {"required"}
    assert len(roles) == 11
    urls = {entry.file: entry.url for entry in batch.entries}
    assert urls["page-10.json"] == "https://lists.example/api?page=10"
    assert mirror.list_ignored(source, folder) == [
        "xx_list/2026-01-28/notes.txt",
        "xx_list/2026-01-28/page-01.json",
    ]


@pytest.mark.parametrize(
    ("there", "missing"),
    [([1, 2, 4], [3]), ([2], [1]), ([1, 4], [2, 3]), ([], [1]), ([999_999_999], [*range(1, 11)])],
)
def test_a_page_that_is_missing_fails_the_snapshot(
    folder: Path, archive: Archive, make_source: Any, there: list[int], missing: list[int]
) -> None:
    for page in there:
        put(folder, f"2026-01-28/page-{page}.json", b'{"data": [1]}')
    batch = mirror.import_date(make_source(files=[], pages=[PAGES]), folder, DAY, archive)
    failed = {entry.error for entry in batch.entries if entry.outcome == "failed"}
    assert failed == {f"page {page} is missing in the mirror of 2026-01-28" for page in missing}
    assert archive.snapshots("xx_list", "full") == []


def test_of_a_list_that_links_only_the_linked_pages_are_read(
    folder: Path, archive: Archive, make_source: Any
) -> None:
    source = make_source(files=[], pages=[LINKS])
    for name in ("list-1.html", "ana-maria.html", "jose.html", "photo.jpg"):
        put(folder, f"2026-01-28/{name}", b"<html>")
    batch = mirror.import_date(source, folder, DAY, archive)
    assert [(e.file, e.outcome) for e in batch.entries] == [("ana-maria.html", "new"), ("jose.html", "new")]
    assert mirror.list_ignored(source, folder) == [
        "xx_list/2026-01-28/list-1.html",
        "xx_list/2026-01-28/photo.jpg",
    ]


def test_a_list_without_a_linked_page_fails(folder: Path, archive: Archive, make_source: Any) -> None:
    put(folder, "2026-01-28/list-1.html", b"<html>")
    batch = mirror.import_date(make_source(files=[], pages=[LINKS]), folder, DAY, archive)
    assert batch.failure == "https://lists.example/list/{page}/: none in the mirror of 2026-01-28"


def test_dates_come_in_order_and_what_is_no_date_is_passed_over(folder: Path, make_source: Any) -> None:
    for name in ("2026-01-28/list.xml", "2026-01-28/notes.txt", "2024-05-15/list.xml", "20240101/list.xml"):
        put(folder, name)
    put(folder, "2026-02-30/list.xml")
    put(folder, "2026-03-01")
    assert mirror.list_dates(folder, "xx_list") == [date(2024, 5, 15), DAY]
    assert mirror.list_ignored(make_source(), folder) == [
        "xx_list/20240101",
        "xx_list/2026-01-28/notes.txt",
        "xx_list/2026-02-30",
    ]


def test_a_source_without_a_folder_has_no_dates(folder: Path, make_source: Any) -> None:
    assert mirror.list_dates(folder, "yy_list") == []
    assert mirror.list_ignored(make_source(source_id="yy_list"), folder) == []


def test_folders_of_unknown_sources_are_named(folder: Path) -> None:
    (folder / "zz_other").mkdir()
    (folder / "README.md").write_text("about this mirror")
    assert mirror.list_unregistered(folder, {"xx_list": 1}) == ["zz_other"]


def test_a_mirror_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(mirror.MirrorError) as told:
        mirror.list_dates(tmp_path / "gone", "xx_list")
    assert str(told.value) == f"no mirror at {tmp_path / 'gone'}: no such folder"


def test_real_snapshots_come_in_whole(shared_data: Path, archive: Archive, make_source: Any) -> None:
    files = [{"name": "consolidated.xml", "url": "https://lists.example/consolidated.xml"}]
    source = make_source(source_id="un_sc", files=files)
    days = mirror.list_dates(shared_data, "un_sc")
    for day in reversed(days):
        assert mirror.import_date(source, shared_data, day, archive).failure is None
    snapshots = archive.snapshots("un_sc", "full")
    assert [snapshot.observed_at.date() for snapshot in snapshots] == days
    for snapshot in snapshots:
        with archive.open(snapshot.files["consolidated.xml"]) as file:
            original = shared_data / "un_sc" / snapshot.observed_at.date().isoformat() / "consolidated.xml"
            assert file.read() == original.read_bytes()


# what is no ordinary file of the mirror


def two(make_source: Any) -> Any:
    names = ("bad.xml", "good.xml")
    return make_source(files=[{"name": name, "url": f"https://lists.example/{name}"} for name in names])


def by_name(batch: Any) -> dict[str, tuple[str, str | None]]:
    return {entry.file: (entry.outcome, entry.error) for entry in batch.entries}


def test_a_link_out_of_the_mirror_fails_and_is_not_read(
    folder: Path, archive: Archive, make_source: Any, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    (folder / "xx_list" / "2026-01-28" / "bad.xml").symlink_to(tmp_path / "secret")
    put(folder, "2026-01-28/good.xml")
    batch = mirror.import_date(two(make_source), folder, DAY, archive)
    assert by_name(batch) == {
        "bad.xml": ("failed", "a symbolic link that leads out of the mirror is not read"),
        "good.xml": ("new", None),
    }
    assert [path.name for path in mirror.list_files(two(make_source), folder, DAY)] == ["good.xml"]
    assert not [p for p in (tmp_path / "home").rglob("*") if p.is_file() and p.read_bytes() == b"secret"]


def test_a_date_that_is_a_link_out_of_the_mirror_is_not_read(
    folder: Path, archive: Archive, make_source: Any, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "list.xml").write_bytes(b"<list/>")
    (folder / "xx_list" / "2026-01-29").symlink_to(tmp_path / "elsewhere")
    batch = mirror.import_date(make_source(), folder, date(2026, 1, 29), archive)
    assert by_name(batch)["list.xml"][0] == "failed"


def test_a_link_within_a_mirror_that_is_a_link_itself_is_read(
    folder: Path, archive: Archive, make_source: Any, tmp_path: Path
) -> None:
    put(folder, "2026-01-27/list.xml")
    (folder / "xx_list" / "2026-01-28" / "list.xml").symlink_to("../2026-01-27/list.xml")
    (tmp_path / "link").symlink_to(folder)
    assert mirror.import_date(make_source(), tmp_path / "link", DAY, archive).failure is None


@pytest.mark.parametrize("kind", ["pipe", "device", "circle", "dangling", "socket"])
def test_what_is_no_file_fails_at_once(
    folder: Path, archive: Archive, make_source: Any, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder / "xx_list" / "2026-01-28")  # a socket's path has to be short
    bad = Path("bad.xml")
    if kind == "pipe":
        os.mkfifo(bad)
    elif kind == "device":
        bad.symlink_to("/dev/zero")
    elif kind == "circle":
        bad.symlink_to("bad.xml")
    elif kind == "dangling":
        bad.symlink_to("nowhere")
    else:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(bad))
    Path("good.xml").write_bytes(b"<list/>")
    batch = mirror.import_date(two(make_source), folder, DAY, archive)
    (outcome, error), good = by_name(batch)["bad.xml"], by_name(batch)["good.xml"]
    assert (outcome, good) == ("failed", ("new", None))
    assert error is not None
    assert error.startswith(("cannot be read: ", "is no ordinary file", "a symbolic link"))
    assert [path.name for path in mirror.list_files(two(make_source), folder, DAY)] == ["good.xml"]
    assert mirror.list_ignored(two(make_source), folder) == []


def test_a_name_that_is_no_utf8_is_logged_in_hexadecimal(
    folder: Path, archive: Archive, make_source: Any
) -> None:
    files = [{"name": "known.rss", "url": "https://feeds.example/rss", "optional": True}]
    for name in (b"known.rss", b"\xff.rss"):
        path = os.fsencode(folder / "xx_list" / "2026-01-28") + b"/" + name
        Path(os.fsdecode(path)).write_bytes(name)
    (folder / os.fsdecode(b"\xfe")).mkdir()
    source = make_source(family="news", content="stream", files=files)
    batch = mirror.import_date(source, folder, DAY, archive)
    assert sorted(by_name(batch)) == ["\\xff.rss", "known.rss"]
    assert archive.batches("xx_list") == [batch]
    assert mirror.list_ignored(make_source(), folder) == [
        "xx_list/2026-01-28/\\xff.rss",
        "xx_list/2026-01-28/known.rss",
    ]
    assert mirror.list_unregistered(folder, ["xx_list"]) == ["\\xfe"]


def test_what_may_not_be_read_fails(folder: Path, archive: Archive, make_source: Any) -> None:
    put(folder, "2026-01-28/bad.xml")
    put(folder, "2026-01-28/good.xml")
    (folder / "xx_list" / "2026-01-28" / "bad.xml").chmod(0)
    with ordinary_rights():
        batch = mirror.import_date(two(make_source), folder, DAY, archive)
    assert by_name(batch)["bad.xml"] == ("failed", "cannot be read: Permission denied")


def test_a_folder_that_cannot_be_read_fails_the_date(
    folder: Path, archive: Archive, make_source: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> Any:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refuse)
    batch = mirror.import_date(make_source(), folder, DAY, archive)
    assert (
        batch.failure == "https://lists.example/: the mirror of 2026-01-28 cannot be read: Permission denied"
    )
    with pytest.raises(mirror.MirrorError, match="cannot be read: Permission denied"):
        mirror.list_dates(folder, "xx_list")


def test_a_file_that_breaks_off_while_it_is_read_fails(
    folder: Path, archive: Archive, make_source: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a network share, or a disk with a bad sector."""

    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError(5, "Input/output error")

    put(folder, "2026-01-28/list.xml")
    whole = os.fdopen
    monkeypatch.setattr(os, "fdopen", lambda opened, mode: (whole(opened, mode).close(), Broken())[1])
    batch = mirror.import_date(make_source(), folder, DAY, archive)
    assert by_name(batch) == {"list.xml": ("failed", "cannot be read: Input/output error")}
