"""The fetcher, against a local site that behaves and misbehaves as publishers do."""

from __future__ import annotations

import gzip
import hashlib
import logging
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sources.archive.archive import Archive
from sources.fetching.fetcher import FetchError, fetch_batch, raise_if_failed, replay_samples
from sources.fetching.http.client import (
    ATTEMPTS,
    FIRST_WAIT,
    LONGEST_RETRY_AFTER,
    make_client,
    retry_after,
    user_agent,
)
from sources.fetching.http.network import Network, connect
from sources.registry import Source

NOW = datetime(2026, 1, 28, 6, 0, tzinfo=UTC)
ADDRESS = "lists.example/list.xml?lang=en"
XML = b"<?xml version='1.0'?><list/>"
INDEX = {"urls": ["http://data.example/v2/lastupdate.txt"], "pattern": "*.gkg.csv.zip"}


class Visitor:
    """Fetches from the local site into the archive; waits are noted and not waited."""

    def __init__(self, archive: Archive, base_url: str) -> None:
        self.archive = archive
        self.base_url = base_url
        self.waits: list[float] = []

    def visit(self, source: Source, hours: int = 0, **client: Any) -> Any:
        with make_client(self.base_url, **client) as opened:
            at = NOW + timedelta(hours=hours)
            return fetch_batch(
                source, self.archive, client=opened, observed_at=at, via="live", sleep=self.waits.append
            )

    def kept(self, sha256: str | None) -> bytes:
        assert sha256
        with self.archive.open(sha256) as file:
            return file.read()


@pytest.fixture
def visitor(archive: Archive, site: Any) -> Visitor:
    return Visitor(archive, site.base_url)


def one(batch: Any) -> Any:
    (entry,) = batch.entries
    return entry


def stored(tmp_path: Path) -> list[Path]:
    return list((tmp_path / "home" / "raw").glob("objects/*/*"))


# what goes well


def test_a_file_comes_as_published_with_what_the_log_needs(
    site: Any, visitor: Visitor, make_source: Any
) -> None:
    body = b"\xef\xbb\xbf" + XML + b"\r\n"
    headers = {"ETag": '"v1"', "Last-Modified": "Tue, 27 Jan 2026 05:00:00 GMT", "Content-Type": "text/xml"}
    site.gives(ADDRESS, site.reply(body, headers=headers))
    batch = visitor.visit(make_source())
    entry = one(batch)
    assert visitor.kept(entry.sha256) == body
    assert (entry.outcome, entry.status, entry.bytes) == ("new", 200, len(body))
    assert (entry.etag, entry.last_modified) == ('"v1"', "Tue, 27 Jan 2026 05:00:00 GMT")
    assert entry.content_type == "text/xml"
    assert entry.url == "https://lists.example/list.xml?lang=en"
    assert visitor.archive.batches("xx_list") == [batch]
    raise_if_failed(batch, make_source())


def test_the_next_visit_asks_only_for_changes(site: Any, visitor: Visitor, make_source: Any) -> None:
    validators = {"ETag": '"v1"', "Last-Modified": "Tue, 27 Jan 2026 05:00:00 GMT"}
    headers = validators | {"Content-Type": "text/xml; charset=koi8-r"}
    site.gives(ADDRESS, site.reply(XML, headers=headers), site.reply(status=304, length=False))
    first = one(visitor.visit(make_source()))
    second = one(visitor.visit(make_source(), hours=1))
    third = one(visitor.visit(make_source(), hours=2))
    assert [entry.outcome for entry in (first, second, third)] == ["new", "unchanged", "unchanged"]
    assert third.sha256 == first.sha256
    assert third.content_type == first.content_type == "text/xml; charset=koi8-r"
    (_, unconditional), *conditional = site.asked
    assert "if-none-match" not in unconditional
    assert [h["if-none-match"] for _, h in conditional] == ['"v1"', '"v1"']
    assert [h["if-modified-since"] for _, h in conditional] == [validators["Last-Modified"]] * 2
    (snapshot,) = visitor.archive.snapshots("xx_list", "full")
    assert snapshot.last_seen_at == NOW + timedelta(hours=2)


def test_a_publisher_that_always_sends_everything_is_seen_to_be_unchanged(
    site: Any, visitor: Visitor, make_source: Any, tmp_path: Path
) -> None:
    site.gives(ADDRESS, site.reply(XML))
    batches = [visitor.visit(make_source(), hours) for hours in (0, 1)]
    assert [one(batch).outcome for batch in batches] == ["new", "unchanged"]
    assert len(stored(tmp_path)) == 1


def test_a_visit_of_an_earlier_time_is_not_asked_against_later_content(
    site: Any, visitor: Visitor, make_source: Any
) -> None:
    site.gives(ADDRESS, site.reply(XML, headers={"ETag": '"v2"'}))
    visitor.visit(make_source(), hours=5)
    visitor.visit(make_source(), hours=0)
    assert all("if-none-match" not in headers for _, headers in site.asked)


def test_fetching_the_same_moment_twice_leaves_the_archive_as_it_was(
    site: Any, visitor: Visitor, make_source: Any, tmp_path: Path
) -> None:
    site.gives(ADDRESS, site.reply(XML, headers={"ETag": '"v1"'}), site.reply(status=304, length=False))

    def content() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

    visitor.visit(make_source())
    before = content()
    visitor.visit(make_source())
    assert content() == before


def test_a_compressed_body_is_kept_as_the_file_itself(site: Any, visitor: Visitor, make_source: Any) -> None:
    site.gives(ADDRESS, site.reply(gzip.compress(XML), headers={"Content-Encoding": "gzip"}))
    assert visitor.kept(one(visitor.visit(make_source())).sha256) == XML


def test_redirects_are_followed_and_where_they_lead_is_logged_nowhere(
    site: Any, visitor: Visitor, make_source: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    signed = "https://bucket.example/list?signature=s3cr3t"
    site.gives(ADDRESS, site.reply(status=302, headers={"Location": signed}))
    site.gives("bucket.example/list?signature=s3cr3t", site.reply(XML))
    with caplog.at_level(logging.INFO):
        entry = one(visitor.visit(make_source()))
    assert visitor.kept(entry.sha256) == XML
    assert entry.url == "https://lists.example/list.xml?lang=en"
    assert "s3cr3t" not in caplog.text
    assert not [path for path in tmp_path.rglob("*.json") if "s3cr3t" in path.read_text()]


def test_we_say_who_we_are(
    site: Any, visitor: Visitor, make_source: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIGIL_CONTACT", "https://vigil.example/about")
    site.gives(ADDRESS, site.reply(XML))
    visitor.visit(make_source())
    ((_, headers),) = site.asked
    assert headers["user-agent"].startswith("Vigil")
    assert headers["user-agent"].endswith(" (+https://vigil.example/about)")
    monkeypatch.delenv("VIGIL_CONTACT")
    assert "(" not in user_agent()


def test_without_a_stand_in_the_address_itself_is_asked(
    site: Any, archive: Archive, make_source: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    port = int(site.base_url.rpartition(":")[2])
    network = Network(
        resolve=lambda host, _: ["93.184.215.14"] if host == "lists.example" else [],
        connect=lambda _, __, timeout: connect("127.0.0.1", port, timeout),
    )
    site.gives("list.xml", site.reply(XML))
    source = make_source(files=[{"name": "list.xml", "url": "http://lists.example/list.xml"}])
    with make_client(network=network) as client:
        batch = fetch_batch(source, archive, client=client, observed_at=NOW, via="live")
    assert one(batch).outcome == "new"
    ((_, headers),) = site.asked
    assert headers["host"] == "lists.example"


# what another try mends


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_a_passing_fault_is_tried_again(site: Any, visitor: Visitor, make_source: Any, status: int) -> None:
    site.gives(ADDRESS, site.reply(b"later", status), site.reply(XML))
    entry = one(visitor.visit(make_source()))
    assert (entry.outcome, entry.status) == ("new", 200)
    assert len(visitor.waits) == 1
    assert 0 <= visitor.waits[0] <= FIRST_WAIT


def test_what_retry_after_says_is_waited(site: Any, visitor: Visitor, make_source: Any) -> None:
    slow_down = site.reply(b"", 429, headers={"Retry-After": "7"})
    site.gives(ADDRESS, slow_down, slow_down, site.reply(XML))
    assert one(visitor.visit(make_source())).outcome == "new"
    assert visitor.waits == [7.0, 7.0]


def test_retry_after_is_read_in_both_forms_and_capped() -> None:
    in_a_minute = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    waited = retry_after(in_a_minute)
    assert waited is not None
    assert 50 < waited <= 60
    assert retry_after("Wed, 21 Oct 2015 07:28:00 GMT") == 0
    assert retry_after("86400") == LONGEST_RETRY_AFTER
    assert [retry_after(text) for text in (None, "soon", "-5", "")] == [None] * 4


@example("0\x1f")  # Python strips it from a text, but not from a number
@given(
    st.text(st.characters(max_codepoint=255))
    | st.from_regex(r"Wed, 21 Oct \d{4} \d\d:\d\d:\d\d [+-]\d{4,30}")
)
@example("²")
def test_no_retry_after_whatever_it_says_makes_us_wait_for_ever(text: str) -> None:
    waited = retry_after(text)
    assert waited is None or 0 <= waited <= LONGEST_RETRY_AFTER


def test_a_lasting_fault_ends_after_some_tries_with_the_answer_kept(
    site: Any, visitor: Visitor, make_source: Any
) -> None:
    body = b'{"timestamp":"2024-05-13T00:00:00","status":500}'
    site.gives(ADDRESS, site.reply(body, 500, headers={"Content-Type": "application/json"}))
    batch = visitor.visit(make_source())
    entry = one(batch)
    assert len(site.asked) == ATTEMPTS
    assert len(visitor.waits) == ATTEMPTS - 1
    assert (entry.outcome, entry.status) == ("failed", 500)
    assert visitor.kept(entry.sha256) == body
    with pytest.raises(FetchError) as told:
        raise_if_failed(batch, make_source())
    assert str(told.value) == (
        "xx_list: https://lists.example/list.xml?lang=en: answered 500 Internal Server Error"
    )
    assert visitor.archive.snapshots("xx_list", "full") == []


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 204, 206])
def test_an_answer_that_will_not_get_better_is_not_asked_again(
    site: Any, visitor: Visitor, make_source: Any, status: int
) -> None:
    site.gives(ADDRESS, site.reply(b"", status))
    entry = one(visitor.visit(make_source()))
    assert len(site.asked) == 1
    assert entry.error.startswith(f"answered {status} ")


def test_a_body_cut_short_is_fetched_again(
    site: Any, visitor: Visitor, make_source: Any, tmp_path: Path
) -> None:
    site.gives(ADDRESS, site.reply(XML[:10], missing=len(XML) - 10), site.reply(XML))
    entry = one(visitor.visit(make_source()))
    assert visitor.kept(entry.sha256) == XML
    assert len(stored(tmp_path)) == 1


def test_a_body_always_cut_short_fails_and_nothing_of_it_is_taken_for_content(
    site: Any, visitor: Visitor, make_source: Any, tmp_path: Path
) -> None:
    site.gives(ADDRESS, site.reply(XML, missing=1))
    entry = one(visitor.visit(make_source()))
    assert (entry.outcome, entry.error, entry.sha256) == ("failed", "the connection broke off", None)
    assert stored(tmp_path) == []


def test_a_publisher_that_hangs_is_given_up(site: Any, visitor: Visitor, make_source: Any) -> None:
    site.gives(ADDRESS, site.reply(XML, delay=0.15))
    entry = one(visitor.visit(make_source(), timeout=0.03))
    assert (entry.outcome, entry.error) == ("failed", "no answer in time")
    assert len(visitor.waits) == ATTEMPTS - 1


def test_a_refused_connection_is_tried_again_and_told(archive: Archive, make_source: Any) -> None:
    visitor = Visitor(archive, "http://127.0.0.1:1")
    entry = one(visitor.visit(make_source()))
    assert (entry.outcome, entry.error, entry.status) == ("failed", "cannot connect", None)
    assert len(visitor.waits) == ATTEMPTS - 1


# what no other try mends


def test_a_redirect_loop_is_told(site: Any, visitor: Visitor, make_source: Any) -> None:
    site.gives(ADDRESS, site.reply(status=302, headers={"Location": "/list.xml?lang=en"}))
    assert one(visitor.visit(make_source())).error == "redirects without end"
    assert visitor.waits == []


def test_a_redirect_out_of_the_web_is_not_followed(site: Any, visitor: Visitor, make_source: Any) -> None:
    site.gives(ADDRESS, site.reply(status=302, headers={"Location": "file:///list.xml"}))
    entry = one(visitor.visit(make_source()))
    assert (entry.outcome, entry.sha256) == ("failed", None)
    assert len(site.asked) == 1


def test_an_empty_file_fails(site: Any, visitor: Visitor, make_source: Any) -> None:
    site.gives(ADDRESS, site.reply(b""))
    assert one(visitor.visit(make_source())).error == "the file is empty"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"<!DOCTYPE html><title>Access denied</title>", "text/html; charset=utf-8"),
        (b"\xef\xbb\xbf \r\n<HTML><body>firewall", "application/xml"),
        (b"Request blocked", "text/html"),
    ],
)
def test_a_web_page_in_place_of_the_file_fails_with_its_bytes_kept(
    site: Any, visitor: Visitor, make_source: Any, body: bytes, content_type: str
) -> None:
    site.gives(ADDRESS, site.reply(body, headers={"Content-Type": content_type}))
    entry = one(visitor.visit(make_source()))
    assert (entry.outcome, entry.error) == ("failed", "a web page came in place of the file")
    assert visitor.kept(entry.sha256) == body


def test_xml_under_a_wrong_content_type_is_xml(site: Any, visitor: Visitor, make_source: Any) -> None:
    site.gives(ADDRESS, site.reply(XML, headers={"Content-Type": "text/html"}))
    assert one(visitor.visit(make_source())).outcome == "new"


def test_a_source_of_web_pages_may_give_web_pages(site: Any, visitor: Visitor, make_source: Any) -> None:
    source = make_source(files=[{"name": "list.html", "url": "https://lists.example/list"}])
    site.gives("lists.example/list", site.reply(b"<html>", headers={"Content-Type": "text/html"}))
    assert one(visitor.visit(source)).outcome == "new"


@pytest.mark.parametrize("announced", [True, False])
@pytest.mark.parametrize("compressed", [True, False])
def test_a_file_over_the_limit_fails_and_is_not_kept(  # noqa: PLR0917
    site: Any, visitor: Visitor, make_source: Any, tmp_path: Path, announced: bool, compressed: bool
) -> None:
    body = b"x" * 200_000
    headers = {"Content-Encoding": "gzip"} if compressed else {}
    site.gives(
        ADDRESS, site.reply(gzip.compress(body) if compressed else body, length=announced, headers=headers)
    )
    entry = one(visitor.visit(make_source(max_bytes=199_999)))
    assert (entry.outcome, entry.error) == ("failed", "larger than the 199999 bytes allowed")
    assert stored(tmp_path) == []
    assert len(site.asked) == 1
    assert one(visitor.visit(make_source(max_bytes=200_000), hours=1)).outcome == "new"


def test_a_damaged_compression_is_told(site: Any, visitor: Visitor, make_source: Any) -> None:
    site.gives(ADDRESS, site.reply(b"not gzip at all", headers={"Content-Encoding": "gzip"}))
    assert one(visitor.visit(make_source())).error == "the compressed body is damaged"


def test_not_modified_without_having_asked_is_told(site: Any, visitor: Visitor, make_source: Any) -> None:
    site.gives(ADDRESS, site.reply(status=304, length=False))
    assert one(visitor.visit(make_source())).error == (
        "answered 304 Not Modified to a request without a condition"
    )


# several files


def test_one_bad_file_does_not_keep_the_others_from_the_archive(
    site: Any, visitor: Visitor, make_source: Any
) -> None:
    urls = {name: f"https://lists.example/{name}" for name in ("bad.csv", "good.csv")}
    source = make_source(files=[{"name": name, "url": url} for name, url in urls.items()])
    site.gives("lists.example/good.csv", site.reply(b"id\n1\n"))
    batch = visitor.visit(source)
    assert [(e.file, e.outcome) for e in batch.entries] == [("bad.csv", "failed"), ("good.csv", "new")]
    with pytest.raises(FetchError, match=r"xx_list: https://lists\.example/bad\.csv: answered 404 Not Found"):
        raise_if_failed(batch, source)


def test_feeds_fail_only_when_all_do(site: Any, visitor: Visitor, make_source: Any) -> None:
    names = ("one.rss", "two.rss")
    feeds = [{"name": n, "url": f"https://feeds.example/{n}", "optional": True} for n in names]
    source = make_source(family="news", content="stream", files=feeds)
    site.gives("feeds.example/two.rss", site.reply(b"<rss/>"))
    raise_if_failed(visitor.visit(source), source)
    site.gives("feeds.example/two.rss", site.reply(b"", 403))
    with pytest.raises(FetchError, match="and 1 more"):
        raise_if_failed(visitor.visit(source, hours=1), source)


def test_a_whole_list_needs_even_its_optional_files(site: Any, visitor: Visitor, make_source: Any) -> None:
    """Else what stands in the missing one would look gone."""
    files = [
        {"name": n, "url": f"https://lists.example/{n}", "optional": n == "be.csv"}
        for n in ("en.csv", "be.csv")
    ]
    source = make_source(files=files)
    site.gives("lists.example/en.csv", site.reply(b"id\n1\n"))
    batch = visitor.visit(source)
    assert batch.failure is not None
    assert "be.csv" in batch.failure


# lists of dated files


def line(name: str, body: bytes, *, size: int | None = None) -> bytes:
    md5 = hashlib.md5(body, usedforsecurity=False).hexdigest()
    return f"{len(body) if size is None else size} {md5} http://data.example/v2/{name}\n".encode()


@pytest.fixture
def stream(make_source: Any) -> Source:
    source: Source = make_source(family="news", content="stream", index=INDEX)
    return source


def test_of_a_list_what_fits_and_is_new_is_fetched(site: Any, visitor: Visitor, stream: Source) -> None:
    bodies = {"1.gkg.csv.zip": b"PK one", "2.gkg.csv.zip": b"PK two"}
    for name, body in bodies.items():
        site.gives(f"data.example/v2/{name}", site.reply(body))
    first = line("1.export.CSV.zip", b"PK") + line("1.gkg.csv.zip", b"PK one")
    site.gives(
        "data.example/v2/lastupdate.txt",
        site.reply(first),
        site.reply(first + b"\n" + line("2.gkg.csv.zip", b"PK two")),
    )
    for hours in (0, 1):
        raise_if_failed(visitor.visit(stream, hours=hours), stream)
    asked = [address.rpartition("/")[2] for address, _ in site.asked]
    assert asked == ["lastupdate.txt", "1.gkg.csv.zip", "lastupdate.txt", "2.gkg.csv.zip"]
    snapshots = visitor.archive.snapshots("xx_list", "stream")
    assert [list(snapshot.files) for snapshot in snapshots] == [["1.gkg.csv.zip"], ["2.gkg.csv.zip"]]
    assert [visitor.kept(sha) for snapshot in snapshots for sha in snapshot.files.values()] == list(
        bodies.values()
    )


@pytest.mark.parametrize(
    ("listed", "error"),
    [
        (line("1.gkg.csv.zip", b"PK ONE"), "MD5 .* where the list says .*"),
        (line("1.gkg.csv.zip", b"PK one", size=7), "6 bytes where the list says 7"),
    ],
)
def test_a_file_that_is_not_what_the_list_says_fails_and_is_fetched_again(
    site: Any, visitor: Visitor, stream: Source, listed: bytes, error: str
) -> None:
    site.gives(
        "data.example/v2/lastupdate.txt", site.reply(listed), site.reply(line("1.gkg.csv.zip", b"PK one"))
    )
    site.gives("data.example/v2/1.gkg.csv.zip", site.reply(b"PK one"))
    batch = visitor.visit(stream)
    with pytest.raises(FetchError, match=error):
        raise_if_failed(batch, stream)
    assert visitor.archive.snapshots("xx_list", "stream") == []
    raise_if_failed(visitor.visit(stream, hours=1), stream)
    assert len(visitor.archive.snapshots("xx_list", "stream")) == 1


@pytest.mark.parametrize(
    "bad",
    [
        b"not a list\n",
        b"12 0123 http://data.example/v2/2.gkg.csv.zip\n",
        b"12 " + b"0" * 32 + b" ftp://data.example/v2/2.gkg.csv.zip\n",
        b"12 " + b"0" * 32 + b" http://data.example/v2/\n",
        b"\xff\xfe\n",
    ],
)
def test_a_line_that_cannot_be_read_is_told_and_the_others_are_followed(
    site: Any, visitor: Visitor, stream: Source, bad: bytes
) -> None:
    site.gives("data.example/v2/lastupdate.txt", site.reply(line("1.gkg.csv.zip", b"PK one") + bad))
    site.gives("data.example/v2/1.gkg.csv.zip", site.reply(b"PK one"))
    batch = visitor.visit(stream)
    assert [(e.file, e.outcome) for e in batch.entries] == [
        ("lastupdate.txt", "failed"),
        ("1.gkg.csv.zip", "new"),
    ]
    with pytest.raises(FetchError, match="line 2 is not `size md5 url`"):
        raise_if_failed(batch, stream)


def test_a_list_cut_short_and_fetched_again_is_read_once(site: Any, visitor: Visitor, stream: Source) -> None:
    listed = line("1.gkg.csv.zip", b"PK one")
    site.gives("data.example/v2/lastupdate.txt", site.reply(listed[:20], missing=50), site.reply(listed))
    site.gives("data.example/v2/1.gkg.csv.zip", site.reply(b"PK one"))
    raise_if_failed(visitor.visit(stream), stream)


def test_a_list_that_does_not_come_fails_the_batch(site: Any, visitor: Visitor, stream: Source) -> None:
    with pytest.raises(FetchError, match=r"lastupdate\.txt: answered 404"):
        raise_if_failed(visitor.visit(stream), stream)


# the local publisher's absence


def test_replaying_from_no_publisher_is_one_line(archive: Archive, make_source: Any) -> None:
    with pytest.raises(FetchError, match="the local publisher gives no dates") as told:
        replay_samples(make_source(), archive, "http://127.0.0.1:1")
    assert "\n" not in str(told.value)
