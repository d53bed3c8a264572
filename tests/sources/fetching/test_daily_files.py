"""Sources by days, against a local site that loses, damages, delays and re-publishes files as GDELT does."""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.archive.archive import Archive
from sources.fetching import daily_files, mirror
from sources.fetching.fetcher import FetchError, fetch_batch, raise_if_failed, replay_samples
from sources.fetching.file_lists import Excerpt, stamp
from sources.fetching.http.client import make_client
from sources.fetching.sample_server import serve
from sources.registry import Source
from storage.files import StorageError

HOST = "data.example/v2"
INDEX = {
    "urls": [f"http://{HOST}/lastupdate.txt"],
    "history": [f"http://{HOST}/masterfilelist.txt"],
    "pattern": "*.zip",
    "every": "PT12H",
    "late": "P1D",
}
MONDAY, TUESDAY, WEDNESDAY = (date(2026, 1, day) for day in (5, 6, 7))
KINDS = (".export.CSV.zip", ".gkg.csv.zip")


def names(*days: date) -> list[str]:
    """What is published on some days: a file of each kind at midnight and at noon."""
    return [f"{day:%Y%m%d}{time}{kind}" for day in days for time in ("000000", "120000") for kind in KINDS]


def line(name: str, body: bytes) -> str:
    return f"{len(body)} {hashlib.md5(body, usedforsecurity=False).hexdigest()} http://{HOST}/{name}\n"


def only(day: date) -> tuple[date, date]:
    return day, day + timedelta(days=1)


class News:
    """A publisher of dated files: what it has, what its lists say of it, and a visitor."""

    def __init__(self, site: Any, archive: Archive, source: Source) -> None:
        self.site, self.archive, self.source = site, archive, source
        self.bodies: dict[str, bytes] = {}
        self.visits = 0

    def publish(self, *published: str, version: int = 1) -> None:
        for name in published:
            self.bodies[name] = f"PK {name} {version}".encode()
            self.gives(name, self.site.reply(self.bodies[name]))
        self.lists(self.bodies)

    def lists(self, named: Iterable[str], also: str = "") -> None:
        lines = [line(name, self.bodies[name]) for name in sorted(named)]
        self.gives(
            "masterfilelist.txt", self.site.reply(("".join(lines[:1]) + also + "".join(lines[1:])).encode())
        )
        self.gives("lastupdate.txt", self.site.reply("".join(lines[-2:]).encode()))

    def gives(self, name: str, *replies: Any) -> None:
        self.site.gives(f"{HOST}/{name}", *replies)

    def visit(self, days: tuple[date, date] | None, sleep: Callable[[float], None] = lambda _: None) -> Any:
        self.visits += 1
        self.site.asked.clear()
        at = datetime(2026, 1, 8, self.visits, tzinfo=UTC)
        with make_client(self.site.base_url) as client:
            return fetch_batch(
                self.source, self.archive, client=client, observed_at=at, via="live", days=days, sleep=sleep
            )

    @property
    def asked(self) -> list[str]:
        """The files that the last visit asked for, but for the lists."""
        found = [address.rpartition("/")[2] for address, _ in self.site.asked]
        return [name for name in found if not name.endswith(".txt")]

    def snapshots(self) -> list[list[str]]:
        return [list(snapshot.files) for snapshot in self.archive.snapshots("xx_list", "days")]


@pytest.fixture
def source(make_source: Any) -> Source:
    made: Source = make_source(family="news", content="days", index=INDEX, cron="0 0 * * *")
    return made


@pytest.fixture
def news(site: Any, archive: Archive, source: Source, caplog: pytest.LogCaptureFixture) -> News:
    """Three days are published."""
    caplog.set_level(logging.INFO)
    found = News(site, archive, source)
    found.publish(*names(MONDAY, TUESDAY, WEDNESDAY))
    return found


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name.startswith("sources")]


# what goes well


def test_a_day_is_fetched_from_the_list_of_all_files_and_again_nothing(
    news: News, caplog: pytest.LogCaptureFixture
) -> None:
    raise_if_failed(news.visit(only(TUESDAY)), news.source)
    assert news.asked == names(TUESDAY)
    assert news.snapshots() == [names(TUESDAY)]
    assert said(caplog) == ["xx_list: 4 new, 0 late, 0 published again, 0 failed, 0 had already"]
    raise_if_failed(news.visit(only(TUESDAY)), news.source)
    assert news.asked == []
    assert said(caplog)[1:] == ["xx_list: 0 new, 0 late, 0 published again, 0 failed, 4 had already"]


def test_of_the_list_of_all_files_only_the_lines_of_the_days_and_the_last_are_kept(news: News) -> None:
    batch = news.visit(only(MONDAY))
    entry = batch.current["masterfilelist.txt"]
    with news.archive.open(entry.sha256) as file:
        kept = re.findall(rb"v2/(\S+)", file.read())
    assert [name.decode() for name in kept] == [*names(MONDAY), names(WEDNESDAY)[-1]]


def test_some_days_make_as_many_snapshots(news: News) -> None:
    news.visit((MONDAY, WEDNESDAY))
    assert news.snapshots() == [names(MONDAY), names(TUESDAY)]


def test_without_days_the_newest_files_are_fetched(news: News) -> None:
    news.visit(None)
    assert news.asked == names(WEDNESDAY)[-2:]
    assert not any("masterfilelist" in address for address, _ in news.site.asked)


def test_what_breaks_off_is_not_fetched_anew_but_for_its_last_day(news: News) -> None:
    news.gives(names(TUESDAY)[1], news.site.reply(status=503))

    def killed(_: float) -> None:
        raise StorageError("the disk is full")

    with pytest.raises(StorageError):
        news.visit((MONDAY, WEDNESDAY), killed)
    assert news.snapshots() == [names(MONDAY)]
    news.publish()
    news.gives(names(TUESDAY)[1], news.site.reply(news.bodies[names(TUESDAY)[1]]))
    news.visit((MONDAY, WEDNESDAY))
    assert news.asked == names(TUESDAY)
    assert news.snapshots() == [names(MONDAY), names(TUESDAY)]


# what does not come as the list says


def wrong(body: bytes, site: Any) -> dict[str, Any]:
    return {
        "another MD5": site.reply(body.swapcase()),
        "cut short": site.reply(body[:-5]),
        "not there": site.reply(b"nothing here", 404),
        "empty": site.reply(b""),
        "a page": site.reply(b"<html>Busy</html>", headers={"Content-Type": "text/html"}),
    }


ERRORS = {
    "another MD5": "MD5 [0-9a-f]{32} where the list says [0-9a-f]{32}",
    "cut short": "26 bytes where the list says 31",
    "not there": "answered 404 Not Found",
    "empty": "the file is empty",
    "a page": "a web page came in place of the file",
}


@pytest.mark.parametrize("fault", ERRORS)
def test_a_bad_file_is_asked_for_once_more_after_the_others(news: News, fault: str) -> None:
    bad = names(MONDAY)[0].replace("export", "gkg.export")
    news.publish(bad)
    body = news.bodies[bad]
    news.gives(bad, wrong(body, news.site)[fault], news.site.reply(body))
    batch = news.visit(only(MONDAY))
    raise_if_failed(batch, news.source)
    assert news.asked == [*sorted([*names(MONDAY), bad]), bad]
    assert all(entry.has_content for entry in batch.entries)
    assert bad in news.snapshots()[0]


@pytest.mark.parametrize("fault", ERRORS)
def test_a_file_that_stays_bad_is_told_and_asked_for_again_by_the_next_visit(
    news: News, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    bad = "20260105060000.gkg.csv.zip"
    news.publish(bad)
    news.gives(bad, wrong(news.bodies[bad], news.site)[fault])
    batch = news.visit(only(MONDAY))
    raise_if_failed(batch, news.source)
    [failed] = [entry for entry in batch.entries if not entry.has_content]
    assert (failed.file, failed.role) == (bad, "optional")
    assert re.fullmatch(ERRORS[fault], failed.error)
    assert f"xx_list: http://{HOST}/{bad}: {failed.error}" in said(caplog)
    assert news.snapshots() == [names(MONDAY)]
    news.gives(bad, news.site.reply(news.bodies[bad]))
    news.visit(only(TUESDAY))
    assert news.asked == [bad, *names(TUESDAY)]
    assert news.snapshots() == [sorted([*names(MONDAY), bad]), names(TUESDAY)]


def test_a_bad_file_alone_does_not_fail_a_visit_when_the_day_is_had(news: News) -> None:
    news.visit(only(MONDAY))
    news.bodies["20260105060000.gkg.csv.zip"] = b"PK never there"
    news.lists(news.bodies)
    raise_if_failed(news.visit(only(MONDAY)), news.source)


def test_a_visit_to_which_nothing_comes_fails(news: News) -> None:
    for name in names(MONDAY):
        news.gives(name, news.site.reply(status=404))
    with pytest.raises(FetchError, match=r"answered 404 Not Found \(and 3 more\)"):
        raise_if_failed(news.visit(only(MONDAY)), news.source)
    assert news.snapshots() == []


# what the lists lack, and what comes late or anew


def test_what_is_missing_from_the_lists_is_told_in_a_line_a_day(
    news: News, caplog: pytest.LogCaptureFixture
) -> None:
    holes = [names(MONDAY)[0], *names(TUESDAY)]
    news.lists(news.bodies.keys() - holes)
    raise_if_failed(news.visit((MONDAY, date(2026, 1, 10))), news.source)
    assert said(caplog)[:-1] == [
        f"xx_list: 2026-01-05: 1 of 4 files are not in the publisher's list: {holes[0]}",
        f"xx_list: 2026-01-06: 4 of 4 files are not in the publisher's list: {', '.join(holes[1:4])}, …",
    ]  # and nothing of days to come
    assert news.snapshots() == [names(MONDAY)[1:], names(WEDNESDAY)]


@pytest.mark.parametrize(("most", "lines"), [(2, 2), (1, 1)])
def test_lists_of_too_many_kinds_of_files_are_not_searched_for_holes(
    news: News, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, most: int, lines: int
) -> None:
    monkeypatch.setattr(daily_files, "_MOST_KINDS", most)
    news.lists(news.bodies.keys() - names(TUESDAY) - {names(MONDAY)[0]})
    news.visit((MONDAY, date(2026, 1, 10)))
    assert len(said(caplog)[:-1]) == lines
    unsearched = "xx_list: lists of 2 kinds of files: they are not searched for holes"
    assert (unsearched in said(caplog)) == (most < 2)


def test_a_late_file_comes_with_the_next_days_visit(news: News, caplog: pytest.LogCaptureFixture) -> None:
    late = names(TUESDAY)[3]
    news.lists(news.bodies.keys() - {late})
    news.visit(only(TUESDAY))
    news.lists(news.bodies)
    news.visit(only(WEDNESDAY))
    assert news.asked == [late, *names(WEDNESDAY)]  # and nothing of Monday, which nobody asked for
    assert f"xx_list: {late} is late" in said(caplog)
    assert said(caplog)[-1] == "xx_list: 4 new, 1 late, 0 published again, 0 failed, 3 had already"
    assert news.snapshots() == [names(TUESDAY), names(WEDNESDAY)]


def test_later_than_the_registry_says_is_only_had_by_asking_for_its_day(news: News) -> None:
    late = names(MONDAY)[0]
    news.lists(news.bodies.keys() - {late})
    news.visit(only(MONDAY))
    news.lists(news.bodies)
    news.visit(only(WEDNESDAY))
    assert late not in news.asked
    news.visit(only(MONDAY))
    assert news.asked == [late]


def test_a_file_published_again_takes_its_own_place(news: News, caplog: pytest.LogCaptureFixture) -> None:
    news.visit((MONDAY, WEDNESDAY))
    before, other = news.archive.snapshots("xx_list", "days")
    news.publish(names(MONDAY)[2], version=2)
    news.visit(only(TUESDAY))
    assert news.asked == [names(MONDAY)[2]]
    assert f"xx_list: {names(MONDAY)[2]} is published again" in said(caplog)
    after, same = news.archive.snapshots("xx_list", "days")
    assert same == other
    assert {name for name in after.files if after.files[name] != before.files[name]} == {names(MONDAY)[2]}
    assert after.unit_id != before.unit_id
    assert after.observed_at > before.observed_at
    assert dict(after.came_at) == dict.fromkeys(after.files.keys() - {names(MONDAY)[2]}, before.observed_at)


def test_a_log_of_before_md5s_were_noted_tells_by_the_size(news: News, tmp_path: Path) -> None:
    news.visit(only(MONDAY))
    [log] = (tmp_path / "home" / "raw" / "log" / "xx_list").iterdir()
    stored = json.loads(log.read_text())
    for entry in stored["entries"]:
        del entry["md5"]
    log.write_text(json.dumps(stored))
    news.publish(names(MONDAY)[0], version=2)
    news.publish(names(MONDAY)[1], version=10)
    news.visit(only(MONDAY))
    assert news.asked == [names(MONDAY)[1]]


# the lists themselves


def test_damaged_lines_are_counted_and_the_others_followed(
    news: News, caplog: pytest.LogCaptureFixture
) -> None:
    damaged = f"\n123\n12 {'0' * 32}\n7 no-md5 http://{HOST}/{names(MONDAY)[1]}\n\xff\n"
    news.lists(news.bodies, also=damaged)
    raise_if_failed(news.visit(only(MONDAY)), news.source)
    assert news.snapshots() == [names(MONDAY)]
    assert "xx_list: masterfilelist.txt: 4 lines cannot be read" in said(caplog)


@pytest.mark.parametrize("list_", ["masterfilelist.txt", "lastupdate.txt"])
@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        (b"", 404, "answered 404"),
        (b"", 200, "the file is empty"),
        (b"<html>\nBusy\n</html>\n", 200, "none of its 3 lines|a web page"),
        (b"12 0123\n", 200, "none of its 1 lines is `size md5 url`"),
    ],
)
def test_a_list_that_cannot_be_had_fails_the_batch_and_the_other_is_followed(
    news: News, list_: str, body: bytes, status: int, told: str
) -> None:
    news.gives(list_, news.site.reply(body, status))
    with pytest.raises(FetchError, match=rf"{re.escape(list_)}: ({told})"):
        raise_if_failed(news.visit(only(WEDNESDAY)), news.source)
    assert news.snapshots() == [names(WEDNESDAY)[-2:] if list_ == "masterfilelist.txt" else names(WEDNESDAY)]


def test_a_name_without_a_time_is_passed_over(news: News, caplog: pytest.LogCaptureFixture) -> None:
    news.publish("20260105.zip", "20260199000000.zip")
    news.lists(news.bodies)
    news.gives("lastupdate.txt", news.site.reply(line("20260105.zip", b"PK").encode()))
    raise_if_failed(news.visit(only(MONDAY)), news.source)
    assert news.snapshots() == [names(MONDAY)]
    assert (
        "xx_list: listed without a time in the name, and passed over: 20260105.zip, 20260199000000.zip"
        in said(caplog)
    )


@given(st.text("0123456789.x", max_size=20))
def test_a_stamp_is_a_time_that_can_be(name: str) -> None:
    found = stamp(name)
    assert found is None or name.startswith(f"{found:%Y%m%d%H%M%S}.")


lines = st.lists(
    st.sampled_from(
        [line(name, b"PK") for name in names(MONDAY, TUESDAY, WEDNESDAY)]
        + ["\n", "12 34\n", "7 a http://b/\n"]
    ),
    max_size=20,
)


@given(lines, st.lists(st.integers(0, 2000), max_size=6), st.booleans())
def test_an_excerpt_is_the_same_however_the_list_comes(
    found: list[str], cuts: list[int], ended: bool
) -> None:
    data = "".join(found).encode()
    data = data if ended else data.rstrip(b"\n")
    edges = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    start = datetime(2026, 1, 6, tzinfo=UTC)
    excerpt = Excerpt(start, start + timedelta(days=1))
    kept = b"".join(excerpt(data[a:b] for a, b in pairwise(edges)))
    readable = [text for text in found if len(text.split()) == 3]
    wanted = [text for text in readable if f"/{TUESDAY:%Y%m%d}" in text]
    last = [] if not readable or (wanted and readable[-1] == wanted[-1]) else readable[-1:]
    assert kept.decode() == "".join(wanted + last)
    assert excerpt.damaged == sum(len(text.split()) == 2 for text in found)


# the names that a day is filtered by


def test_names_are_archived_with_each_day_that_has_files(
    site: Any, archive: Archive, source: Source, tmp_path: Path
) -> None:
    news = News(site, archive, source)
    news.publish(*names(MONDAY, TUESDAY))

    def visit(days: tuple[date, date], listed: bytes | None) -> list[dict[str, str]]:
        news.visits += 1
        at = datetime(2026, 1, 8, news.visits, tzinfo=UTC)
        with make_client(site.base_url) as client:
            batch = fetch_batch(
                source, archive, client=client, observed_at=at, via="live", days=days, names=listed
            )
        raise_if_failed(batch, source)
        return [dict(snapshot.files) for snapshot in archive.snapshots("xx_list", "days")]

    [monday] = visit(only(MONDAY), None)
    assert list(monday) == names(MONDAY)
    [filtered] = visit(only(MONDAY), b"Ihar Losik\n")
    assert list(filtered) == sorted([*names(MONDAY), "20260105.names.tsv"])
    with archive.open(filtered["20260105.names.tsv"]) as file:
        assert file.read() == b"Ihar Losik\n"
    assert visit(only(MONDAY), b"Ihar Losik\n") == [filtered]
    # a day that is only looked at for late files is left as it is
    same, tuesday = visit(only(TUESDAY), b"Ales Bialiatski\nIhar Losik\n")
    assert same == filtered and "20260106.names.tsv" in tuesday
    # one to which something came is filtered by the names of now
    news.publish("20260105060000.gkg.csv.zip")
    late, _ = visit(only(TUESDAY), b"Ales Bialiatski\nIhar Losik\n")
    assert late["20260105.names.tsv"] == tuesday["20260106.names.tsv"]
    # and none is made of a day that has nothing
    assert len(visit(only(WEDNESDAY), b"Ihar Losik\n")) == 2


# from a mirror, and from the samples


def test_from_a_mirror_each_date_gives_its_stamped_files(
    tmp_path: Path, archive: Archive, source: Source
) -> None:
    folder = tmp_path / "mirror"
    for day, name, body in [
        (MONDAY, names(MONDAY)[0], b"PK"),
        (MONDAY, names(MONDAY)[1], b""),
        (MONDAY, "notes.zip", b"PK"),
        (TUESDAY, names(MONDAY)[2], b"PK late"),
    ]:
        path = folder / "xx_list" / day.isoformat() / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    batches = [
        mirror.import_date(source, folder, day, archive) for day in mirror.list_dates(folder, "xx_list")
    ]
    assert [batch.failure for batch in batches] == [None, None]
    [snapshot] = archive.snapshots("xx_list", "days")
    assert list(snapshot.files) == [names(MONDAY)[0], names(MONDAY)[2]]
    assert mirror.list_ignored(source, folder) == ["xx_list/2026-01-05/notes.zip"]
    before = snapshot.unit_id
    for _ in range(2):
        mirror.import_date(source, folder, MONDAY, archive, b"Ihar Losik\n")
        [snapshot] = archive.snapshots("xx_list", "days")
        assert list(snapshot.files) == ["20260105.names.tsv", names(MONDAY)[0], names(MONDAY)[2]]
    assert snapshot.unit_id != before


def test_samples_are_replayed_each_date_for_its_own_day(
    tmp_path: Path, archive: Archive, source: Source
) -> None:
    for day in (MONDAY, WEDNESDAY):
        folder = tmp_path / "xx_list" / day.isoformat()
        folder.mkdir(parents=True)
        for name in names(day):
            (folder / name).write_bytes(name.encode())
        listed = [line(name, name.encode()) for name in names(day)]
        (folder / "masterfilelist.txt").write_text("".join(listed))
        (folder / "lastupdate.txt").write_text("".join(listed[-2:]))
    with serve(samples=tmp_path, sources={"xx_list": source}) as base:
        for days, expected in [
            (only(TUESDAY), []),
            (only(WEDNESDAY), [WEDNESDAY]),
            (None, [MONDAY, WEDNESDAY]),
        ]:
            for batch in replay_samples(source, archive, base, days=days):
                raise_if_failed(batch, source)
            assert [list(snapshot.files) for snapshot in archive.snapshots("xx_list", "days")] == [
                names(day) for day in expected
            ]
