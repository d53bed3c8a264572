"""Answers of publishers that lie, break the rules of HTTP, or never end: each is a failed entry logged."""

from __future__ import annotations

import gzip
import hashlib
import socket
import time
import tracemalloc
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sources.archive.archive import Archive
from sources.archive.batch import Entry
from sources.fetching.fetcher import fetch_batch
from sources.fetching.http.client import make_client
from sources.registry import Source
from storage.home import Home

NOW = datetime(2026, 1, 28, 6, 0, tzinfo=UTC)
XML = b"<?xml version='1.0'?><list/>"
URL = "https://lists.example/list.xml"


def answer(
    body: bytes = XML, *headers: bytes, status: bytes = b"HTTP/1.1 200 OK", length: bool = True
) -> bytes:
    lines = [status, *headers, *([b"Content-Length: %d" % len(body)] if length else []), b"Connection: close"]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


class Visits:
    def __init__(self, archive: Archive, raw: Any, source: Source) -> None:
        self.archive, self.raw, self.source = archive, raw, source
        self.count = 0

    def visit(self, **given: Any) -> Any:
        self.count += 1
        at = NOW + timedelta(hours=self.count)
        with make_client(self.raw.base_url, **given) as client:
            return fetch_batch(
                self.source, self.archive, client=client, observed_at=at, via="live", sleep=lambda _: None
            )

    def entry(self, **given: Any) -> Any:
        (entry,) = self.visit(**given).entries
        return entry

    def kept(self, sha256: str | None) -> bytes:
        assert sha256
        with self.archive.open(sha256) as file:
            return file.read()


@pytest.fixture
def visits(archive: Archive, raw: Any, make_source: Any) -> Callable[..., Visits]:
    def make(**source: Any) -> Visits:
        files = [{"name": "list.xml", "url": URL}]
        return Visits(archive, raw, make_source(**{"files": files, **source}))

    return make


# heads


@pytest.mark.parametrize("name", [b"ETag", b"Last-Modified", b"Set-Cookie", b"Content-Type"])
@pytest.mark.parametrize("value", [b'"\xfc"', '"é"'.encode(), b"x" * 5000, b"a\tb"])
def test_a_header_that_is_no_plain_ascii_is_not_kept_and_the_source_lives_on(
    raw: Any, visits: Any, name: bytes, value: bytes
) -> None:
    raw.gives(answer(XML, name + b": " + value))
    visitor = visits()
    first, second = visitor.entry(), visitor.entry()
    assert (first.outcome, second.outcome) == ("new", "unchanged")
    assert (first.etag, first.last_modified, first.content_type) == (None, None, None)
    assert value not in raw.requests[1]


def test_a_validator_of_an_older_log_that_cannot_be_sent_is_not_sent(raw: Any, visits: Any) -> None:
    raw.gives(answer(XML))
    visitor = visits()
    sha256, size = visitor.archive.put([XML])
    batch = visitor.archive.open_batch("xx_list", NOW, "live")
    batch.add(
        Entry(
            "list.xml",
            URL,
            "new",
            "required",
            sha256=sha256,
            bytes=size,
            etag='"ü"',
            last_modified="heute, 5 ür",
        )
    )
    batch.log()
    assert visitor.entry().outcome == "unchanged"
    assert b"If-None-Match" not in raw.requests[0]


def test_a_contact_that_is_no_ascii_does_not_keep_us_from_asking(
    raw: Any, visits: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIGIL_CONTACT", "jürgen@vigil.example\nX: y")
    raw.gives(answer(XML))
    assert visits().entry().outcome == "new"
    assert b"(+j?rgen@vigil.example?X: y)\r\n" in raw.requests[0]


def test_no_cookie_is_sent_back(raw: Any, visits: Any) -> None:
    file = {"name": "b.xml", "url": "https://lists.example/b.xml"}
    raw.gives(answer(XML, b"Set-Cookie: session=1; Path=/"))
    visits(files=[{"name": "a.xml", "url": "https://lists.example/a.xml"}, file]).visit()
    assert len(raw.requests) == 2
    assert not [request for request in raw.requests if b"ookie" in request]


@pytest.mark.parametrize(
    "location",
    [
        b"http://[::1/list.xml",
        b"https://[::1/list.xml",
        b"https://lists.example:99999999/",
        b"https://lists.example:port/",
        b"https://lists\x01.example/",
        b"ftp://lists.example/list.xml",
        b"file:///etc/passwd",
        b"gopher://lists.example/",
        b"data:text/xml,<a/>",
        b"https://me:secret@lists.example/list.xml",
        b"http://lists.example/list.xml",
        b"https://lists.example/" + b"a" * 70_000,
        b"https://xn--zz/list.xml",  # names in ACE form that cannot be decoded
        b"//xn--a.example/list.xml",
        b"https:///list.xml",
        b"https:list.xml",
    ],
)
def test_a_redirect_to_what_is_not_to_be_asked_is_a_failed_entry(
    raw: Any, visits: Any, location: bytes
) -> None:
    redirect = answer(b"", b"Location: " + location, status=b"HTTP/1.1 302 Found")
    raw.gives(redirect, answer(XML))
    entry = visits().entry()
    assert (entry.outcome, entry.sha256) == ("failed", None)
    assert "secret" not in entry.error
    assert len(raw.requests) <= 5  # none of them to where it leads
    assert not [request for request in raw.requests if b"/list.xml HTTP" not in request]


@pytest.mark.parametrize("status", [b"301", b"302", b"303", b"307", b"308"])
def test_a_redirect_from_https_to_http_is_named(raw: Any, visits: Any, status: bytes) -> None:
    raw.gives(answer(b"", b"Location: http://lists.example/b", status=b"HTTP/1.1 " + status + b" Moved"))
    assert visits().entry().error == "redirected from https to http"


STRANGE = [
    b"",
    b"\r\n\r\n",
    b"HTTP/1.1 000 Nothing\r\n\r\n",
    b"HTTP/1.1 999 Request denied\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 99 \r\n\r\n",
    b"HTTP/1.1 2000 OK\r\n\r\n",
    b"HTTP/9.9 200 OK\r\n\r\n",
    b"HTTP/2 200 OK\r\n\r\n",
    b"ICY 200 OK\r\n\r\n" + XML,
    b"SSH-2.0-OpenSSH_9.2\r\n",
    b"HTTP/1.1 404 \xff\xfe\x80 \x1b[31m\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 404 " + b"x" * 50_000 + b"\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
    b"HTTP/1.1 100 Continue\r\n\r\n",
    answer(XML[:5], b"Content-Length: 28"),
    answer(XML, b"Content-Length: -1", length=False),
    answer(XML, b"Content-Length: " + b"9" * 5000, length=False),
    answer(XML, b"Content-Length: \xb2", length=False),
    answer(XML, b"Transfer-Encoding: gzip", length=False),
    answer(b"zz\r\nabc", b"Transfer-Encoding: chunked", length=False),
    answer(b"-5\r\nabc", b"Transfer-Encoding: chunked", length=False),
    answer(b"5\r\nabcdefgh\r\n0\r\n\r\n", b"Transfer-Encoding: chunked", length=False),
    answer(b"1c\r\n" + XML + b"\r\n", b"Transfer-Encoding: chunked", length=False),
    answer(b"1c\r\n" + XML, b"Transfer-Encoding: chunked", length=False),
    answer(XML, b"Content-Encoding: br"),
    answer(XML, b"Content-Encoding: gzip\xff"),
    answer(XML, b"Content-Encoding: gzip"),
    answer(XML, b"Content-Encoding: identity, gzip"),
    answer(zlib.compress(XML), b"Content-Encoding: deflate"),
    answer(XML, b"Na me: x"),
    answer(XML, b": x"),
    answer(XML, b"X: a\x00b"),
    answer(XML, *(b"X-%d: y" % number for number in range(5000))),
    answer(XML, b"X: " + b"y" * 1_000_000),
    answer(b"", b"Retry-After: " + b"9" * 5000, status=b"HTTP/1.1 503 Busy"),
    answer(b"", b"Retry-After: \xff", status=b"HTTP/1.1 429 Slow"),
    answer(b"", b"Retry-After: Wed, 99 Foo 99999 99:99:99 +99999999", status=b"HTTP/1.1 503 Busy"),
]


@pytest.mark.parametrize("strange", STRANGE, ids=lambda data: repr(data[:60]))
def test_an_answer_that_breaks_the_rules_is_a_failed_entry_of_one_plain_line(
    raw: Any, visits: Any, strange: bytes
) -> None:
    raw.gives(strange)
    visitor = visits()
    entry = visitor.entry()
    assert entry.outcome == "failed"
    assert entry.error.isascii()
    assert entry.error.isprintable()
    assert len(entry.error) < 100
    raw.gives(answer(XML))
    assert visitor.entry().outcome == "new"


@pytest.mark.parametrize(
    "fine",
    [
        answer(XML, b"X-Folded: a", b"  b", b"ETag: 1"),
        answer(XML, b'Content-Type: text/xml; charset="klingon\\"'),
        answer(XML, b"Last-Modified: Wed, 99 Foo 99999 99:99:99 +99999999"),
        answer(XML, b"Date: never", b"Expires: -1", b"Retry-After: soon"),
        answer(XML, b"Content-Length: 28, 28"),
        answer(XML, status=b"HTTP/1.1 200 \xe4\xf6\xfc"),
        answer(XML, status=b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: x\r\n\r\nHTTP/1.1 200"),
        answer(XML, b"Content-Encoding: identity"),
        answer(b"1c;x=y\r\n" + XML + b"\r\n0\r\nTrailer: 1\r\n\r\n", b"Transfer-Encoding: chunked"),
    ],
    ids=lambda data: repr(data[:80]),
)
def test_what_is_odd_and_whole_is_taken(raw: Any, visits: Any, fine: bytes) -> None:
    raw.gives(fine)
    visitor = visits()
    entry = visitor.entry()
    assert (entry.error, visitor.kept(entry.sha256)) == (None, XML)
    assert visitor.entry().outcome == "unchanged"


def test_one_bad_file_does_not_keep_the_others_of_a_source_away(raw: Any, visits: Any) -> None:
    raw.gives(b"HTTP/1.1 302 x\r\nLocation: http://[::1/\r\n\r\n", answer(XML))
    files = [{"name": n, "url": f"https://lists.example/{n}", "optional": True} for n in ("a.xml", "b.xml")]
    batch = visits(files=files, content="stream").visit()
    assert [entry.outcome for entry in batch.entries] == ["failed", "new"]
    assert batch.failure is None


HEADERS = st.sampled_from(
    [
        b"ETag",
        b"Last-Modified",
        b"Set-Cookie",
        b"Location",
        b"Content-Type",
        b"Content-Encoding",
        b"Retry-After",
        b"Content-Length",
        b"Transfer-Encoding",
        b"Content-Range",
        b"Connection",
        b"Upgrade",
        b"X-WP-TotalPages",
    ]
)
VALUES = st.binary(max_size=40) | st.sampled_from(
    [
        b"gzip",
        b"gzip, gzip",
        b"chunked",
        b"28",
        b"0",
        b"http://[",
        b"//[::1",
        b"/list.xml",
        b"https://a@b/",
        b"close",
    ]
)
STATUS = st.sampled_from(
    [b"200 OK", b"302 Found", b"304 x", b"404", b"206 Part", b"500 \xff", b"100 C", b"204 "]
)
HEADS = st.builds(
    lambda status, headers: b"".join(
        [
            b"HTTP/1.1 " + status + b"\r\n",
            *(name + b": " + value + b"\r\n" for name, value in headers),
            b"\r\n",
        ]
    ),
    STATUS | st.binary(max_size=20),
    st.lists(st.tuples(HEADERS | st.binary(max_size=12), VALUES), max_size=6),
)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    HEADS | st.binary(max_size=80),
    st.sampled_from([XML, b"", gzip.compress(XML, mtime=0), b"1c\r\n" + XML + b"\r\n0\r\n\r\n"]),
)
@example(b"HTTP/1.1 200 OK\r\nETag: \xfc\r\n\r\n", XML)
def test_whatever_a_server_sends_a_visit_ends_with_entries_in_the_log(
    raw: Any, make_source: Any, tmp_path_factory: pytest.TempPathFactory, head: bytes, body: bytes
) -> None:
    archive = Archive(Home.at(str(tmp_path_factory.mktemp("home"))))
    raw.gives(head + body)
    visitor = Visits(archive, raw, make_source(max_bytes=10_000))
    for _ in range(2):
        entry = visitor.entry(timeout=2)
        assert entry.outcome == "failed" or entry.sha256
        assert entry.error is None or entry.error.isprintable()
    assert len(archive.batches("xx_list")) == 2


PAGES = {"name": "p-{page}.json", "url": "https://lists.example/?page={page}"}
LINKS = {"pattern": "/person/([a-z]+)/", "name": "{0}.html"}
LISTS = {"urls": ["https://lists.example/new.txt"], "pattern": "*.zip"}
KINDS: list[dict[str, Any]] = [
    {"files": [], "pages": [{**PAGES, "end": {"empty": "data"}}]},
    {"files": [], "pages": [{**PAGES, "end": {"status": 404}, "total": "X-WP-TotalPages", "links": LINKS}]},
    {"files": [], "index": LISTS, "content": "stream", "family": "news"},
    {
        "files": [],
        "index": {**LISTS, "history": ["https://lists.example/all.txt"], "every": "PT6H"},
        "content": "days",
        "cron": "0 0 * * *",
        "family": "news",
    },
]
BODIES = [
    b'{"data": []}',
    b'{"data": [1]}',
    b"[",
    b"<a href='/person/ab/'>",
    b"<a href='http://[/person/ab/'>",
]
BODIES += [
    f"3 {'0' * 32} {url}/1.zip\n".encode() for url in ("http://[::1", "https://a:b@c", "http://lists.example")
]


@pytest.mark.parametrize("kind", KINDS, ids=["pages", "links", "lists", "days"])
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(heads=st.lists(HEADS, min_size=1, max_size=3), body=st.sampled_from(BODIES) | st.binary(max_size=40))
def test_whatever_a_server_sends_of_pages_and_lists_a_visit_ends_in_the_log(  # noqa: PLR0917
    raw: Any,
    make_source: Any,
    tmp_path_factory: pytest.TempPathFactory,
    kind: dict[str, Any],
    heads: list[bytes],
    body: bytes,
) -> None:
    archive = Archive(Home.at(str(tmp_path_factory.mktemp("home"))))
    raw.gives(*(head + body for head in (b"HTTP/1.1 200 OK\r\n\r\n", *heads)))
    batch = Visits(archive, raw, make_source(max_bytes=10_000, **kind)).visit(timeout=2)
    assert batch.entries
    assert all(entry.error is None or entry.error.isprintable() for entry in batch.entries)
    assert archive.batches("xx_list") == [batch]


# whole or refused


def test_a_gzip_body_of_several_members_is_read_whole(raw: Any, visits: Any) -> None:
    rows = [b"%d,name\n" % number for number in range(1000)]
    body = (
        gzip.compress(b"".join(rows[:900]), mtime=0)
        + gzip.compress(b"", mtime=0)
        + gzip.compress(b"".join(rows[900:]), mtime=0)
    )
    raw.gives(answer(body, b"Content-Encoding: gzip"))
    visitor = visits(files=[{"name": "list.csv", "url": URL}])
    assert visitor.kept(visitor.entry().sha256) == b"".join(rows)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.binary(max_size=200).map(lambda data: data * 2000), min_size=1, max_size=4),
    st.integers(1, 70_000),
)
def test_any_gzip_body_in_any_pieces_is_what_was_compressed(
    raw: Any, make_source: Any, tmp_path_factory: pytest.TempPathFactory, parts: list[bytes], step: int
) -> None:
    body = b"".join(map(gzip.compress, parts))

    def send(connection: socket.socket) -> None:
        connection.sendall(
            answer(b"", b"Content-Encoding: gzip", b"Content-Length: %d" % len(body), length=False)
        )
        for at in range(0, len(body), step):
            connection.sendall(body[at : at + step])

    raw.gives(send)
    archive = Archive(Home.at(str(tmp_path_factory.mktemp("home"))))
    entry = Visits(archive, raw, make_source(files=[{"name": "list.csv", "url": URL}])).entry()
    assert entry.bytes == len(b"".join(parts))
    assert entry.sha256 == hashlib.sha256(b"".join(parts)).hexdigest()


WHOLE = gzip.compress(XML * 1000, mtime=0)


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (WHOLE[:-1], "the compressed body is cut short"),
        (WHOLE[:-8], "the compressed body is cut short"),
        (WHOLE[: len(WHOLE) // 2], "the compressed body is cut short"),
        (WHOLE[:5], "the compressed body is cut short"),
        (WHOLE + WHOLE[:-3], "the compressed body is cut short"),
        (WHOLE + b"garbage", "the compressed body is damaged"),
        (WHOLE + WHOLE + b"\x1f\x8c garbage", "the compressed body is damaged"),
        (WHOLE[:-8] + b"\0" * 8, "the compressed body is damaged"),
        (zlib.compress(XML), "the compressed body is damaged"),
    ],
)
@pytest.mark.parametrize("length", [True, False])
def test_a_gzip_body_that_is_cut_or_followed_by_anything_is_refused(
    raw: Any, visits: Any, body: bytes, error: str, length: bool
) -> None:
    raw.gives(answer(body, b"Content-Encoding: gzip", length=length))
    entry = visits().entry()
    assert (entry.outcome, entry.error, entry.sha256) == ("failed", error, None)


def test_a_body_longer_than_its_content_length_is_refused(raw: Any, visits: Any) -> None:
    """As where a server counts letters, and sends bytes: taken at its word, the end would be lost."""
    text = "имя\n".encode() * 20_000
    head = answer(b"", b"Content-Length: %d" % len(text.decode()), length=False)

    def slowly(connection: socket.socket) -> None:
        connection.sendall(head + text[: len(text.decode())])
        time.sleep(0.05)
        connection.sendall(text[len(text.decode()) :])

    visitor = visits(files=[{"name": "list.csv", "url": URL}])
    for script in (head + text, slowly):
        raw.gives(script)
        assert visitor.entry().error == "longer than its Content-Length says"


def test_a_not_modified_about_another_version_is_not_believed(raw: Any, visits: Any) -> None:
    def not_modified(*headers: bytes) -> bytes:
        return answer(b"", *headers, status=b"HTTP/1.1 304 Not Modified", length=False)

    visitor = visits()
    raw.gives(answer(XML, b'ETag: "1"'))
    visitor.entry()
    raw.gives(not_modified(b'ETag: "2"'), answer(XML + b"2", b'ETag: "2"'))
    entry = visitor.entry()
    assert (entry.outcome, visitor.kept(entry.sha256)) == ("new", XML + b"2")
    assert b"If-None-Match" not in raw.requests[-1]
    raw.gives(not_modified(b'ETag: W/"2"'))
    assert visitor.entry().outcome == "unchanged"
    raw.gives(not_modified(b"Last-Modified: Tue, 27 Jan 2026 05:00:00 GMT"), answer(XML + b"3"))
    assert visitor.entry().outcome == "new"


# bounds


def dripping(head: bytes, drop: bytes) -> Callable[[socket.socket], None]:
    def drip(connection: socket.socket) -> None:
        connection.sendall(head)
        for _ in range(400):
            connection.sendall(drop)
            time.sleep(0.02)

    return drip


@pytest.mark.parametrize(
    "script",
    [
        dripping(b"", b"H"),
        dripping(b"HTTP/1.1 200 OK\r\n", b"x"),
        dripping(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
        dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        dripping(answer(b"", b"Content-Length: 1000", length=False), b"x"),
        dripping(answer(b"", length=False), b"x"),
        dripping(answer(b"", b"Content-Encoding: gzip", length=False), gzip.compress(b"", mtime=0)),
        dripping(answer(b"", b"Transfer-Encoding: chunked", length=False), b"1\r\nx\r\n"),
    ],
)
def test_an_answer_that_drips_is_given_up_at_the_deadline(raw: Any, visits: Any, script: Any) -> None:
    raw.gives(script)
    began = time.monotonic()
    entry = visits(deadline=timedelta(seconds=0.3)).entry()
    assert time.monotonic() - began < 3
    assert entry.error == "no whole answer in time"
    assert len(raw.requests) == 1


def test_redirects_count_towards_the_deadline(raw: Any, visits: Any) -> None:
    def slow(connection: socket.socket) -> None:
        time.sleep(0.15)
        connection.sendall(answer(b"", b"Location: /list.xml", status=b"HTTP/1.1 302 Found"))

    raw.gives(slow)
    assert visits(deadline=timedelta(seconds=0.4)).entry().error == "no whole answer in time"
    assert len(raw.requests) <= 4


def endless(head: bytes, piece: bytes) -> Callable[[socket.socket], None]:
    def send(connection: socket.socket) -> None:
        connection.sendall(head)
        for _ in range(2000):
            connection.sendall(piece)

    return send


ZEROS = gzip.compress(bytes(50_000_000), mtime=0)


@pytest.mark.parametrize(
    ("script", "error"),
    [
        (
            answer(gzip.compress(ZEROS, mtime=0), b"Content-Encoding: gzip, gzip"),
            "compressed in a way that was not asked for",
        ),
        (
            answer(gzip.compress(ZEROS, mtime=0), b"Content-Encoding: gzip", b"Content-Encoding: gzip"),
            "compressed in a way",
        ),
        (answer(ZEROS, b"Content-Encoding: gzip"), "larger than the 1000000 bytes allowed"),
        (endless(answer(b"", length=False), b"x" * 65536), "larger than the 1000000 bytes allowed"),
        (
            endless(answer(b"", b"Content-Encoding: gzip", length=False), gzip.compress(b"", mtime=0) * 3000),
            "larger than",
        ),
        (
            endless(
                answer(b"", b"Transfer-Encoding: chunked", length=False),
                b"10000\r\n" + b"x" * 65536 + b"\r\n",
            ),
            "larger than the 1000000 bytes allowed",
        ),
        (endless(b"HTTP/1.1 200 OK\r\n", b"X: " + b"y" * 60_000 + b"\r\n"), "the connection broke off"),
        (endless(b"HTTP/1.1 200 OK\r\nX: ", b"y" * 65536), "the connection broke off"),
        (endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 2000), "more than 262144 bytes before the body"),
        (answer(XML, *[b"X: y"] * 300), "more than 200 headers"),
    ],
    ids=[
        "twice",
        "two headers",
        "bomb",
        "endless",
        "members",
        "chunks",
        "headers",
        "header",
        "1xx",
        "number",
    ],
)
def test_whatever_has_no_bound_meets_one_in_flat_memory(
    raw: Any, visits: Any, script: Any, error: str, tmp_path: Path
) -> None:
    raw.gives(script)
    visitor = visits(max_bytes=1_000_000)
    visitor.archive.vias()
    tracemalloc.start()
    entry = visitor.entry()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert entry.outcome == "failed"
    assert entry.error.startswith(error)
    assert peak < 8_000_000
    assert not list((tmp_path / "home" / "raw").glob("objects/*/*"))
