"""The raw archive: content by hash, the fetch log, and the snapshots made of it."""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.archive.archive import Archive, charset
from sources.archive.batch import Batch, Entry
from sources.registry import Content
from storage.files import StorageError, list_names
from storage.home import Home

DAY = datetime(2026, 1, 28, tzinfo=UTC)
SHA = {letter: hashlib.sha256(letter.encode()).hexdigest() for letter in "abcdef"}


def entry(letter: str | None, file: str = "list.xml", **given: Any) -> Entry:
    """A file with the content that a letter stands for, or a failed one."""
    if letter is None:
        given = {"outcome": "failed", "error": "answered 503"} | given
        return Entry(file=file, url=f"https://lists.example/{file}", **given)
    given = {"outcome": "new", "sha256": SHA[letter], "bytes": 1} | given
    return Entry(file=file, url=f"https://lists.example/{file}", **given)


def batch(days: int, *entries: Entry) -> Batch:
    return Batch("xx_list", DAY + timedelta(days=days), "live", entries)


def told(archive: Archive, content: Content = "full") -> list[tuple[int, dict[str, str], int]]:
    """The snapshots as day, content by letter, day last seen."""
    letters = {sha: letter for letter, sha in SHA.items()}
    return [
        (
            (snapshot.observed_at - DAY).days,
            {file: letters[sha] for file, sha in snapshot.files.items()},
            (snapshot.last_seen_at - DAY).days,
        )
        for snapshot in archive.snapshots("xx_list", content)
    ]


# objects


@pytest.mark.parametrize("where", ["{tmp}/home", "memory://{random}"])
def test_content_lies_under_its_hash_and_reads_back(where: str, tmp_path: Path) -> None:
    home = Home.at(where.format(tmp=tmp_path, random=uuid4().hex))
    archive = Archive(home)
    sha256, size = archive.put([b"as ", b"published\r\n"])
    assert (sha256, size) == (hashlib.sha256(b"as published\r\n").hexdigest(), 14)
    assert (home.raw / "objects" / sha256[:2] / sha256).read_bytes() == b"as published\r\n"
    assert archive.has(sha256)
    with archive.open(sha256) as file:
        assert file.read() == b"as published\r\n"


def test_the_same_content_is_kept_once(archive: Archive, tmp_path: Path) -> None:
    assert archive.put([b"ab"]) == archive.put([b"a", b"b"])
    kept = [path for path in (tmp_path / "home").rglob("*") if path.is_file()]
    assert len(kept) == 1


def test_an_interrupted_put_leaves_nothing(archive: Archive, tmp_path: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield b"half"
        raise ConnectionResetError(104, "Connection reset by peer")

    with pytest.raises(StorageError):
        archive.put(broken())
    assert not [path for path in (tmp_path / "home").rglob("*") if path.is_file()]


def test_damaged_content_is_not_there_and_set_aside(archive: Archive, tmp_path: Path) -> None:
    sha256, _ = archive.put([b"as published"])
    [path] = (tmp_path / "home").rglob(sha256)
    path.write_bytes(b"as damaged")
    assert archive.has(sha256) is False
    assert not path.exists()


def test_content_that_is_not_there_is_told(archive: Archive) -> None:
    assert archive.has(SHA["a"]) is False
    with pytest.raises(StorageError, match=f"raw object {SHA['a']} is not in the archive"):
        archive.open(SHA["a"])


@pytest.fixture
def usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.usefixtures("usual_umask")
def test_nobody_else_on_the_machine_reads_the_archive(archive: Archive, tmp_path: Path) -> None:
    sha256, _ = archive.put([b"who is where"])
    batch = archive.open_batch("xx_list", DAY, "live")
    batch.resume(timedelta(days=1))
    batch.add(Entry("list.xml", "https://lists.example/list.xml", "new", "required", sha256=sha256, bytes=12))
    home = tmp_path / "home"
    assert mode(home / "raw/partial/xx_list.json") == 0o600
    batch.log()
    assert [mode(home / room) for room in ("raw", "staging")] == [0o700, 0o700]
    assert {mode(path) for path in (home / "raw").rglob("*") if path.is_file()} == {0o600}
    assert mode(home) == 0o755


@pytest.mark.usefixtures("usual_umask")
def test_an_open_home_is_shut_when_it_is_next_used(archive: Archive, tmp_path: Path) -> None:
    rooms = [tmp_path / "home" / room for room in ("raw", "staging")]
    for room in rooms:
        room.mkdir(parents=True)
    archive.log(batch(0, entry("a")))
    assert [mode(room) for room in rooms] == [0o700, 0o700]


# the fetch log


def test_a_batch_is_logged_under_its_second_in_utc(archive: Archive, tmp_path: Path) -> None:
    moment = datetime(2026, 1, 28, 2, 30, 5, 999_000, tzinfo=timezone(timedelta(hours=3)))
    given = Batch("xx_list", moment, "mirror", (entry("a", etag='"1"', status=200),))
    archive.log(given)
    log = Home.at(str(tmp_path / "home")).raw / "log" / "xx_list"
    assert list_names(log) == ["2026-01-27T233005Z.json"]
    assert archive.batches("xx_list") == [given]
    assert given.observed_at == datetime(2026, 1, 27, 23, 30, 5, tzinfo=UTC)


def test_a_time_without_a_zone_is_refused(archive: Archive) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        archive.open_batch("xx_list", datetime(2026, 1, 28), "live")


def test_the_same_batch_again_changes_nothing(archive: Archive, tmp_path: Path) -> None:
    archive.log(batch(0, entry("a", status=200), entry(None, "b.xml")))
    (log,) = (tmp_path / "home/raw/log/xx_list").iterdir()
    first = log.read_bytes()
    archive.log(batch(0, entry("a", status=304, outcome="unchanged"), entry(None, "b.xml")))
    assert log.read_bytes() == first


def test_other_content_at_the_same_time_is_kept_beside_and_wins(archive: Archive) -> None:
    for letter in "abab":
        archive.log(batch(0, entry(letter)))
    (stored,) = archive.batches("xx_list")
    assert [e.sha256 for e in stored.entries] == [SHA[letter] for letter in "abab"]
    assert told(archive) == [(0, {"list.xml": "b"}, 0)]


def test_a_failure_at_the_same_time_does_not_undo_what_came(archive: Archive) -> None:
    archive.log(batch(0, entry("a")))
    archive.log(batch(0, entry(None)))
    assert told(archive) == [(0, {"list.xml": "a"}, 0)]
    assert archive.failure("xx_list") is None


def test_a_damaged_log_is_told(archive: Archive, tmp_path: Path) -> None:
    archive.log(batch(0, entry("a")))
    (log,) = (tmp_path / "home/raw/log/xx_list").iterdir()
    log.write_bytes(log.read_bytes()[:50])
    with pytest.raises(StorageError, match=r"raw/log/xx_list/2026-01-28T000000Z\.json is damaged"):
        archive.batches("xx_list")


def test_a_draft_knows_what_was_seen_at_an_address_up_to_its_own_time(archive: Archive) -> None:
    archive.log(batch(0, entry("a", etag='"a"')))
    archive.log(batch(1, entry(None)))
    archive.log(batch(5, entry("b", etag='"b"')))
    url = "https://lists.example/list.xml"

    def last_etag(days: int) -> str | None:
        last = archive.open_batch("xx_list", DAY + timedelta(days=days), "live").last(url)
        return last.etag if last else None

    assert [last_etag(days) for days in (-1, 0, 2, 5, 9)] == [None, '"a"', '"a"', '"b"', '"b"']
    assert archive.open_batch("xx_list", DAY, "live").last("https://other.example/") is None


def test_an_open_batch_records_of_each_file_whether_it_is_new_unchanged_or_failed(archive: Archive) -> None:
    archive.put([b"a"])
    archive.log(batch(0, entry("a"), entry("a", "b.xml")))
    opened = archive.open_batch("xx_list", DAY + timedelta(days=1), "live")
    for file, letter, error in [("list.xml", "a", None), ("b.xml", "b", None), ("c.xml", None, "empty")]:
        sha256 = SHA[letter] if letter else None
        opened.add(
            Entry(
                file,
                f"https://lists.example/{file}",
                "failed" if error else "new",
                "required",
                sha256=sha256,
                error=error,
            )
        )
    assert [e.outcome for e in opened.log().entries] == ["unchanged", "new", "failed"]
    assert opened.newest("b.xml") == entry("a", "b.xml")
    assert opened.newest("c.xml") is None


# a visit that breaks off


def test_what_an_earlier_attempt_brought_is_noted_as_it_was_then(archive: Archive, tmp_path: Path) -> None:
    url = "https://lists.example/list.xml"
    sha256, _ = archive.put([b"a"])
    first = archive.open_batch("xx_list", DAY, "live")
    first.resume(timedelta(days=1))
    first.add(Entry("list.xml", url, "new", "required", status=200, sha256=sha256, bytes=1, total=3))
    first.add(
        Entry(
            "gone.html",
            f"{url}/gone",
            "failed",
            "optional",
            status=404,
            sha256=sha256,
            error="answered 404 Not Found",
        )
    )
    first.add(Entry("b.xml", f"{url}/b", "failed", "required", sha256=sha256, error="answered 503"))
    assert first.log().failure is not None

    second = archive.open_batch("xx_list", DAY + timedelta(hours=1), "live")
    assert second.restored(url) is None
    second.resume(timedelta(days=1))
    found = [second.restored(each) for each in (url, f"{url}/gone", f"{url}/b", f"{url}/c")]
    assert [one and (one.file, one.outcome, one.total) for one in found] == [
        ("list.xml", "new", 3),
        ("gone.html", "failed", None),
        None,
        None,
    ]
    second.keep(url)
    second.keep(f"{url}/b")
    assert second.log().entries == (found[0],)
    assert not (tmp_path / "home/raw/partial/xx_list.json").exists()


def test_progress_that_is_dropped_is_not_taken_up(archive: Archive) -> None:
    sha256, _ = archive.put([b"a"])
    for hours in (0, 1):
        batch = archive.open_batch("xx_list", DAY + timedelta(hours=hours), "live")
        batch.resume(timedelta(days=1))
        assert batch.restored("https://lists.example/list.xml") is None
        batch.add(Entry("list.xml", "https://lists.example/list.xml", "new", "required", sha256=sha256))
        batch.drop_progress()
        assert batch.restored("https://lists.example/list.xml") is None


# what later stages see


def test_whole_snapshots_collapse_while_nothing_changes(archive: Archive) -> None:
    for days, letter in enumerate("aabba"):
        archive.log(batch(days, entry(letter)))
    assert told(archive) == [(0, {"list.xml": "a"}, 1), (2, {"list.xml": "b"}, 3), (4, {"list.xml": "a"}, 4)]
    first, _, third = archive.snapshots("xx_list", "full")
    assert first.unit_id == third.unit_id


def test_a_failed_file_leaves_a_gap_and_not_a_smaller_snapshot(archive: Archive) -> None:
    archive.log(batch(0, entry("a"), entry("b", "b.xml")))
    archive.log(batch(1, entry("c"), entry(None, "b.xml")))
    archive.log(batch(2, entry("a"), entry("b", "b.xml")))
    assert told(archive) == [(0, {"b.xml": "b", "list.xml": "a"}, 2)]


def test_a_late_batch_takes_its_place(archive: Archive) -> None:
    archive.log(batch(0, entry("a")))
    archive.log(batch(2, entry("a")))
    assert told(archive) == [(0, {"list.xml": "a"}, 2)]
    archive.log(batch(1, entry("b")))
    assert told(archive) == [(0, {"list.xml": "a"}, 0), (1, {"list.xml": "b"}, 1), (2, {"list.xml": "a"}, 2)]


def test_an_optional_file_that_fails_is_only_missing(archive: Archive) -> None:
    archive.log(batch(0, entry("a"), entry(None, "be.csv", role="optional")))
    assert told(archive) == [(0, {"list.xml": "a"}, 0)]
    assert archive.failure("xx_list") is None


def test_a_stream_gives_what_no_earlier_batch_brought(archive: Archive) -> None:
    archive.log(batch(0, entry("a", "1.zip"), entry("b", "2.zip")))
    archive.log(batch(1, entry("b", "2.zip"), entry("c", "3.zip"), entry(None, "4.zip")))
    archive.log(batch(2, entry("b", "2.zip")))
    archive.log(batch(3, entry("d", "2.zip"), entry("a", "5.zip")))
    assert told(archive, "stream") == [
        (0, {"1.zip": "a", "2.zip": "b"}, 0),
        (1, {"3.zip": "c"}, 1),
        (3, {"2.zip": "d", "5.zip": "a"}, 3),
    ]


@pytest.mark.parametrize("content", ["full", "stream", "days"])
def test_a_publishers_list_of_files_is_no_part_of_a_snapshot(archive: Archive, content: Content) -> None:
    archive.log(batch(0, entry("a", "lastupdate.txt", role="listing"), entry("b", "1.zip")))
    archive.log(batch(1, entry("c", "lastupdate.txt", role="listing")))
    assert told(archive, content) == [(0, {"1.zip": "b"}, 0)]
    assert archive.checked_at("xx_list") == DAY + timedelta(days=1)


def test_the_unit_id_hashes_names_and_content_and_nothing_else(archive: Archive) -> None:
    archive.log(batch(0, entry("b", "z.csv"), entry("a", "a.csv")))
    (snapshot,) = archive.snapshots("xx_list", "full")
    lines = f"a.csv {SHA['a']}\nz.csv {SHA['b']}\n"
    assert snapshot.unit_id == hashlib.sha256(lines.encode()).hexdigest()[:16]
    assert list(snapshot.files) == ["a.csv", "z.csv"]
    assert snapshot.urls == {"a.csv": "https://lists.example/a.csv", "z.csv": "https://lists.example/z.csv"}


def test_the_newest_batchs_failure_is_told_until_one_succeeds(archive: Archive) -> None:
    assert (archive.failure("xx_list"), archive.checked_at("xx_list")) == (None, None)
    archive.log(batch(0, entry("a")))
    archive.log(batch(1, entry(None), entry(None, "b.xml")))
    assert archive.failure("xx_list") == "https://lists.example/list.xml: answered 503 (and 1 more)"
    assert archive.checked_at("xx_list") == DAY
    archive.log(batch(2, entry("a")))
    assert archive.failure("xx_list") is None
    assert archive.checked_at("xx_list") == DAY + timedelta(days=2)


def test_feeds_fail_only_together(archive: Archive) -> None:
    archive.log(batch(0, entry("a", "1.rss", role="optional"), entry(None, "2.rss", role="optional")))
    assert archive.failure("xx_list") is None
    archive.log(batch(1, *(entry(None, name, role="optional") for name in ("1.rss", "2.rss"))))
    assert archive.failure("xx_list") is not None


visits = st.lists(
    st.tuples(
        st.integers(0, 9),
        st.dictionaries(
            st.sampled_from(["20250101x", "20250101y", "20250102x"]),
            st.none() | st.sampled_from("abc"),
            min_size=1,
        ),
    ),
    unique_by=lambda visit: visit[0],
    max_size=7,
)


@settings(deadline=None)  # the disk is at times slow
@given(visits, st.randoms(use_true_random=False), st.sampled_from(["full", "stream", "days"]))
def test_the_order_of_arrival_does_not_matter(
    seen: list[tuple[int, dict[str, str | None]]], chance: Any, content: Content
) -> None:
    batches = [batch(day, *(entry(letter, file) for file, letter in files.items())) for day, files in seen]
    results = []
    for given_batches in (sorted(batches, key=lambda b: b.observed_at), chance.sample(batches, len(batches))):
        with tempfile.TemporaryDirectory() as folder:
            archive = Archive(Home.at(folder))
            for one in given_batches:
                archive.log(one)
            for one in given_batches:
                archive.log(one)
            results.append((archive.snapshots("xx_list", content), archive.failure("xx_list")))
    assert results[0] == results[1]


@settings(deadline=None)
@given(visits)
def test_a_stream_gives_every_file_version_once(seen: list[tuple[int, dict[str, str | None]]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive(Home.at(folder))
        for day, files in seen:
            archive.log(batch(day, *(entry(letter, file) for file, letter in files.items())))
        snapshots = archive.snapshots("xx_list", "stream")
    brought = [item for snapshot in snapshots for item in snapshot.files.items()]
    expected = {(file, SHA[letter]) for _, files in seen for file, letter in files.items() if letter}
    assert len(brought) == len(set(brought))
    assert set(brought) == expected


@settings(deadline=None)
@given(visits)
def test_a_day_has_the_newest_content_of_each_of_its_files(
    seen: list[tuple[int, dict[str, str | None]]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive(Home.at(folder))
        for day, files in seen:
            archive.log(batch(day, *(entry(letter, file) for file, letter in files.items())))
        snapshots = archive.snapshots("xx_list", "days")
    newest: dict[str, str] = {}
    came: dict[str, int] = {}
    for day, files in sorted(seen, key=lambda visit: visit[0]):
        for file, letter in files.items():
            if letter and newest.get(file) != SHA[letter]:
                newest[file], came[file] = SHA[letter], day
    of_days = [sorted(file for file in newest if file.startswith(day)) for day in ("20250101", "20250102")]
    assert [list(snapshot.files) for snapshot in snapshots] == [of_day for of_day in of_days if of_day]
    for snapshot in snapshots:
        assert dict(snapshot.files) == {file: newest[file] for file in snapshot.files}
        assert (snapshot.observed_at - DAY).days == max(came[file] for file in snapshot.files)
        found = {file: snapshot.came_at.get(file, snapshot.observed_at) for file in snapshot.files}
        assert {file: (at - DAY).days for file, at in found.items()} == {
            file: came[file] for file in snapshot.files
        }


# the charset of HTTP


@pytest.mark.parametrize(
    ("content_type", "label"),
    [
        ("text/xml; charset=Windows-1251", "windows-1251"),
        ('application/rss+xml;version=2; CharSet="utf-8"', "utf-8"),
        ("text/xml; charset=", None),
        ("text/xml; charset=a b", None),
        ("text/xml", None),
        (None, None),
    ],
)
def test_the_charset_of_a_content_type(content_type: str | None, label: str | None) -> None:
    assert charset(content_type) == label


def test_the_same_bytes_under_another_charset_are_another_snapshot_of_a_stream(archive: Archive) -> None:
    types = [
        "text/xml",
        "text/xml; charset=windows-1251",
        "application/xml; charset=WINDOWS-1251",
        "text/xml",
    ]
    for number, content_type in enumerate(types):
        archive.log(batch(number, entry("a", content_type=content_type)))
    snapshots = archive.snapshots("xx_list", "stream")
    assert [dict(snapshot.charsets) for snapshot in snapshots] == [{}, {"list.xml": "windows-1251"}]
    assert len({snapshot.unit_id for snapshot in snapshots}) == 2
    (whole,) = archive.snapshots("xx_list", "full")
    assert whole.unit_id == snapshots[0].unit_id and not whole.charsets
