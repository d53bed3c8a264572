"""Lists of files that name what is no file, never end, or would have us ask without encryption."""

from __future__ import annotations

import hashlib
import io
import time
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.archive.archive import Archive
from sources.fetching import file_lists
from sources.fetching.fetcher import fetch_batch
from sources.fetching.file_lists import Excerpt
from sources.fetching.http.client import make_client

NOW = datetime(2026, 1, 28, 6, 0, tzinfo=UTC)
DAY = (date(2026, 1, 27), date(2026, 1, 28))
MD5 = hashlib.md5(b"PK", usedforsecurity=False).hexdigest()
NAME = "20260127000000.gkg.csv.zip"
GOOD = f"2 {MD5} http://data.example/{NAME}\n".encode()
LISTS = {"urls": ["http://data.example/lastupdate.txt"], "pattern": "*.zip"}
DAILY = {**LISTS, "history": ["http://data.example/masterfilelist.txt"], "every": "PT15M"}

BAD = [
    b"2 %s http://[::1/%s\n" % (MD5.encode(), NAME.encode()),
    b"2 %s https://[v1.x/%s\n" % (MD5.encode(), NAME.encode()),
    b"%s %s http://data.example/%s\n" % (b"9" * 5000, MD5.encode(), NAME.encode()),
    b"2 %s http://data.example/\xff\xfe.zip\n" % MD5.encode(),
    b"2 %s http://data.example/a\x01.zip\n" % MD5.encode(),
    b"2 %s http://data.example/..zip\n" % MD5.encode(),
    b"2 %s http://data.example/%s.zip\n" % (MD5.encode(), b"a" * 300),
    b"2 %s file:///etc/%s\n" % (MD5.encode(), NAME.encode()),
    b"x" * 2_000_000 + b"\n",
    b"\n" * 100_000,
    b"\x00" * 1000 + b"\n",
]


@pytest.fixture
def visit(site: Any, archive: Archive, make_source: Any) -> Callable[..., Any]:
    def make(index: dict[str, Any], **source: Any) -> Any:
        days = DAY if "every" in index else None
        kind = {"content": "days", "cron": "0 0 * * *"} if days else {"content": "stream"}
        made = make_source(family="news", index=index, **kind, **source)
        with make_client(site.base_url) as client:
            return fetch_batch(
                made,
                archive,
                client=client,
                observed_at=NOW,
                via="live",
                days=days,
                sleep=lambda _: None,
            )

    return make


@pytest.mark.parametrize("bad", BAD, ids=lambda data: repr(data[-60:]))
@pytest.mark.parametrize("index", [LISTS, DAILY], ids=["stream", "days"])
def test_a_bad_line_costs_itself_alone(site: Any, visit: Any, bad: bytes, index: dict[str, Any]) -> None:
    for url in (*index["urls"], *index.get("history", ())):
        site.gives(url.removeprefix("http://"), site.reply(bad + GOOD))
    site.gives(f"data.example/{NAME}", site.reply(b"PK"))
    entries = {entry.file: entry for entry in visit(index).entries}
    assert entries[NAME].outcome == "new"
    assert all(entry.error is None or entry.error.isprintable() for entry in entries.values())


@pytest.mark.parametrize(
    "address",
    ["http://user:pw@data.example/1.zip", "http://data.example:0x50/1.zip", "http://exa mple/1.zip"],
)
@pytest.mark.parametrize("index", [LISTS, DAILY], ids=["stream", "days"])
def test_a_line_with_an_address_that_is_not_asked_is_told_and_the_others_are_fetched(
    site: Any, visit: Any, address: str, index: dict[str, Any]
) -> None:
    bad = f"2 {MD5} {address.replace('1.zip', '20260127001500.gkg.csv.zip')}\n".encode()
    for url in (*index["urls"], *index.get("history", ())):
        site.gives(url.removeprefix("http://"), site.reply(bad + GOOD))
    site.gives(f"data.example/{NAME}", site.reply(b"PK"))
    outcomes = {entry.file: entry.outcome for entry in visit(index).entries}
    assert outcomes[NAME] == "new"
    assert outcomes.get("20260127001500.gkg.csv.zip") in {"failed", None}


@given(st.lists(st.binary(max_size=60) | st.sampled_from([GOOD.rstrip(), *(bad[:80] for bad in BAD)])))
def test_any_bytes_are_read_as_files_of_plain_names_and_addresses_or_counted(lines: list[bytes]) -> None:
    data = b"\n".join(lines)
    contents = file_lists.read_file_list(io.BytesIO(data), "http://data.example/list.txt")
    for file in contents.files:
        assert file.url.isascii()
        assert file.url.isprintable()
        assert "/" not in file.name
        assert not file.name.startswith(".")
    assert len(contents.errors) <= 3
    written = sum(1 for line in data.split(b"\n") if line.decode("utf-8", "replace").strip())
    assert len(contents.files) + contents.damaged == written


def test_a_list_that_came_with_https_names_files_to_be_asked_for_with_it(site: Any, visit: Any) -> None:
    index = {"urls": ["https://data.example/lastupdate.txt"], "pattern": "*.zip"}
    site.gives("data.example/lastupdate.txt", site.reply(GOOD))
    site.gives(f"data.example/{NAME}", site.reply(b"PK"))
    entry = visit(index).entries[-1]
    assert (entry.outcome, entry.url) == ("new", f"https://data.example/{NAME}")


def test_a_list_of_too_many_files_is_refused_whole(
    site: Any, visit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_lists, "MOST_FILES", 3)
    site.gives("data.example/lastupdate.txt", site.reply(GOOD * 4))
    batch = visit(LISTS)
    assert batch.failure == "http://data.example/lastupdate.txt: names more than 3 files"
    assert len(site.asked) == 1


def test_of_a_list_that_never_ends_only_so_much_is_read(
    raw: Any, archive: Archive, make_source: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sources.fetching.fetch_attempt.LONGEST", 5_000_000)

    def endless(connection: Any) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        while True:
            connection.sendall(b"2 " + MD5.encode() + b" http://data.example/20200101000000.zip\n" * 1000)

    raw.gives(endless)
    source = make_source(family="news", content="days", cron="0 0 * * *", index=DAILY)
    with make_client(raw.base_url) as client:
        batch: Any = fetch_batch(
            source, archive, client=client, observed_at=NOW, via="live", days=DAY, sleep=lambda _: None
        )
    assert [entry.error for entry in batch.entries] == [
        "larger than the 5000000 bytes allowed",
        "larger than the 32000000 bytes allowed",
    ]


def test_a_line_without_end_in_pieces_of_a_byte_takes_no_longer_than_in_large_ones() -> None:
    window = (datetime(2020, 1, 1, tzinfo=UTC), datetime(2020, 1, 2, tzinfo=UTC))
    start = time.process_time()
    assert b"".join(Excerpt(*window)(b"x" for _ in range(2_000_000))) == b""
    assert time.process_time() - start < 10


def test_a_list_of_very_many_kinds_of_files_takes_no_memory(
    site: Any, visit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = "2 " + MD5 + " http://data.example/20260127000000.%d.zip\n"
    last = GOOD.replace(b"27000000", b"27234500")  # as far as which each kind is looked for
    site.gives("data.example/masterfilelist.txt", site.reply(last))
    site.gives("data.example/lastupdate.txt", site.reply("".join(map(line.__mod__, range(20_000))).encode()))
    monkeypatch.setattr(
        "sources.fetching.daily_files._fetch_by_day", lambda *_: []
    )  # what is listed is not asked for here
    tracemalloc.start()
    batch = visit(DAILY)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert not batch.entries[1].error
    assert peak < 100_000_000


@pytest.mark.parametrize(
    "piece",
    [GOOD * 1000, b"x" * 65536, b"\n" * 65536, b"a b " * 16384, b"2 " + b"y" * 65536, b"bad\n" * 16384],
    ids=["files", "line", "empty lines", "words", "half lines", "bad lines"],
)
def test_a_long_list_takes_no_memory(piece: bytes) -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(1_000_000 // len(piece)):
            yield piece

    window = (datetime(2020, 1, 1, tzinfo=UTC), datetime(2020, 1, 2, tzinfo=UTC))
    tracemalloc.start()
    size = sum(map(len, Excerpt(*window)(chunks())))
    contents = file_lists.read_file_list(io.BytesIO(piece * 3), "http://data.example/list.txt")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size < 3_000_000
    assert len(contents.errors) <= 3
    assert peak < 12_000_000
