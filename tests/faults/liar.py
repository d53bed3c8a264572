"""A publisher that lies: it asks an honest one, and spoils the answer to one chosen request on the wire."""

from __future__ import annotations

import gzip
import http.client
import itertools
import signal
import socket
import struct
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

from tests.faults.processes import Child

PATIENCE = 1.0
"""Seconds without a byte after which the fetcher gives an answer up, in a campaign."""

DEADLINE = 3
"""Seconds in which an answer has to be whole, in a campaign."""

_MOST = 64 << 20
_CHUNK = 1 << 16


@dataclass(frozen=True)
class Honest:
    """An answer as it should be."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def has(self, *without: str) -> list[tuple[str, str]]:
        return [
            (name, value) for name, value in self.headers if name.lower() not in {*without, "content-length"}
        ]


Wire = socket.socket
Lie = Callable[[Wire, Honest, Random], None]


def head(
    status: str, headers: list[tuple[str, str]] | tuple[tuple[str, str], ...], end: bytes = b"\r\n"
) -> bytes:
    lines = [f"HTTP/1.1 {status}".encode(), *(f"{name}: {value}".encode() for name, value in headers)]
    return end.join(lines) + end + end


def answer(
    wire: Wire, honest: Honest, body: bytes | None = None, *more: tuple[str, str], status: str = "200 OK"
) -> None:
    """A well-formed answer, with another body or more headers."""
    body = honest.body if body is None else body
    names = {name.lower() for name, _ in more}
    wire.sendall(head(status, [*honest.has(*names), *more, ("Content-Length", str(len(body)))]) + body)


def _length(wanted: Callable[[int], str]) -> Lie:
    def lie(wire: Wire, honest: Honest, _: Random) -> None:
        wire.sendall(
            head("200 OK", [*honest.has(), ("Content-Length", wanted(len(honest.body)))]) + honest.body
        )

    return lie


def _cut(wire: Wire, honest: Honest, rng: Random) -> None:
    part = honest.body[: int(len(honest.body) * rng.random() * 0.99)]
    wire.sendall(head("200 OK", [*honest.has(), ("Content-Length", str(len(honest.body)))]) + part)


def _reset(wire: Wire, honest: Honest, rng: Random) -> None:
    _cut(wire, honest, rng)
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _silent(wire: Wire, honest: Honest, rng: Random) -> None:
    time.sleep(PATIENCE * 3)


def _drip(part: Callable[[Honest], bytes]) -> Lie:
    """A byte at a time, each in time, the whole never."""

    def lie(wire: Wire, honest: Honest, rng: Random) -> None:
        for byte in itertools.chain(part(honest), itertools.cycle(b" ")):
            wire.sendall(bytes([byte]))
            time.sleep(PATIENCE / 4)

    return lie


def _flood(start: Callable[[Honest], bytes], block: bytes) -> Lie:
    """Bytes without end, until the client goes."""

    def lie(wire: Wire, honest: Honest, rng: Random) -> None:
        wire.sendall(start(honest))
        repeated = block * max(1, _CHUNK // len(block))
        for _ in range(_MOST // len(repeated)):
            wire.sendall(repeated)

    return lie


def _raw(data: Callable[[Honest, Random], bytes]) -> Lie:
    def lie(wire: Wire, honest: Honest, rng: Random) -> None:
        wire.sendall(data(honest, rng))

    return lie


def _header(name: bytes, value: bytes) -> Lie:
    """The truth, with one odd header."""

    def lie(wire: Wire, honest: Honest, rng: Random) -> None:
        lines = [f"{key}: {text}".encode() for key, text in honest.has(name.decode("latin-1").lower())]
        lines += [name + b": " + value, f"Content-Length: {len(honest.body)}".encode()]
        wire.sendall(b"HTTP/1.1 200 OK\r\n" + b"\r\n".join(lines) + b"\r\n\r\n" + honest.body)

    return lie


def _redirect(location: Callable[[Random], bytes], status: int = 302) -> Lie:
    def lie(wire: Wire, honest: Honest, rng: Random) -> None:
        place = location(rng)
        wire.sendall(
            f"HTTP/1.1 {status} Found\r\nLocation: ".encode() + place + b"\r\nContent-Length: 0\r\n\r\n"
        )

    return lie


def _status(status: str, *headers: tuple[str, str], body: bytes | None = b"<html>no</html>") -> Lie:
    def lie(wire: Wire, honest: Honest, rng: Random) -> None:
        answer(wire, honest, body, *headers, status=status)

    return lie


def _encoded(name: str, encode: Callable[[bytes, Random], bytes]) -> Lie:
    def lie(wire: Wire, honest: Honest, rng: Random) -> None:
        answer(wire, honest, encode(honest.body, rng), ("Content-Encoding", name))

    return lie


def _members(body: bytes, rng: Random) -> bytes:
    """Gzip of several members, which together are the whole."""
    cuts = sorted(rng.randrange(len(body) + 1) for _ in range(rng.randint(1, 4)))
    return b"".join(gzip.compress(body[a:b]) for a, b in itertools.pairwise([0, *cuts, len(body)]))


def _bomb(_: bytes, rng: Random) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = bytes(1 << 20)
    return b"".join(packer.compress(block) for _ in range(400)) + packer.flush()


def _damaged(body: bytes, rng: Random) -> bytes:
    data = bytearray(gzip.compress(body))
    data[rng.randrange(10, len(data))] ^= 1 << rng.randrange(8)
    return bytes(data)


def _chunked(chunks: Callable[[bytes], bytes]) -> Lie:
    def lie(wire: Wire, honest: Honest, rng: Random) -> None:
        wire.sendall(head("200 OK", [*honest.has(), ("Transfer-Encoding", "chunked")]) + chunks(honest.body))

    return lie


def _as_chunk(body: bytes) -> bytes:
    return f"{len(body):x}\r\n".encode() + body + b"\r\n"


def _begin(honest: Honest) -> bytes:
    return head("200 OK", honest.has())


WIRE: dict[str, Lie] = {
    "a body cut short": _cut,
    "a connection reset in the body": _reset,
    "a Content-Length too large": _length(lambda n: str(n + 1)),
    "a Content-Length far too large": _length(lambda n: str(10**18)),
    "a Content-Length too small": _length(lambda n: str(n - 7)),
    "a Content-Length below zero": _length(lambda n: "-5"),
    "a Content-Length of letters": _length(lambda n: "many"),
    "two Content-Lengths": _length(lambda n: f"{n}\r\nContent-Length: {n - 3}"),
    "a Content-Length of 5,000 digits": _length(lambda n: "9" * 5000),
    "no answer": _silent,
    "a connection closed at once": _raw(lambda honest, rng: b""),
    "a body byte by byte": _drip(lambda honest: _begin(honest) + honest.body[:3]),
    "a head byte by byte": _drip(lambda honest: b"HTTP/1.1 200 OK\r\nX-Slow: "),
    "a body without end": _flood(_begin, b"<record/>\n"),
    "chunks without end": _flood(
        lambda honest: head("200 OK", [*honest.has(), ("Transfer-Encoding", "chunked")]), b"1\r\nx\r\n"
    ),
    "headers without end": _flood(lambda honest: b"HTTP/1.1 200 OK\r\n", b"X-More: more\r\n"),
    "one header without end": _flood(lambda honest: b"HTTP/1.1 200 OK\r\nX-Long: ", b"long"),
    "a status line without end": _flood(lambda honest: b"HTTP/1.1 200 ", b"OK"),
    "informational answers without end": _flood(lambda honest: b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "a chunk cut short": _chunked(lambda body: f"{len(body):x}\r\n".encode() + body[: len(body) // 2]),
    "chunks without the last": _chunked(_as_chunk),
    "a chunk of a size that is no number": _chunked(lambda body: b"zz\r\n" + body),
    "a chunk of a size without bound": _chunked(lambda body: b"F" * 40 + b"\r\n" + body),
    "a chunk of a size below zero": _chunked(lambda body: b"-5\r\n" + body),
    "whole chunks": _chunked(lambda body: _as_chunk(body) + b"0\r\n\r\n"),
    "whole chunks and a length": _length(lambda n: f"{n}\r\nTransfer-Encoding: chunked"),
    "a body in gzip": _encoded("gzip", lambda body, rng: gzip.compress(body)),
    "a body in gzip of several members": _encoded("gzip", _members),
    "a body in gzip, cut short": _encoded(
        "gzip", lambda body, rng: gzip.compress(body)[: -rng.randint(1, 12)]
    ),
    "a body in gzip, one bit wrong": _encoded("gzip", _damaged),
    "a body in gzip with garbage behind": _encoded(
        "gzip", lambda body, rng: gzip.compress(body) + rng.randbytes(9)
    ),
    "a body in gzip twice": _encoded("gzip, gzip", lambda body, rng: gzip.compress(gzip.compress(body))),
    "a bomb of gzip": _encoded("gzip", _bomb),
    "a bomb of gzip in gzip": _encoded("gzip, gzip", lambda body, rng: gzip.compress(_bomb(body, rng))),
    "a plain body called gzip": _encoded("gzip", lambda body, rng: body),
    "an empty body called gzip": _encoded("gzip", lambda body, rng: b""),
    "a body called deflate": _encoded("deflate", lambda body, rng: zlib.compress(body)),
    "a body called br": _encoded("br", lambda body, rng: rng.randbytes(100)),
    "a body in an unknown encoding": _encoded("rot13", lambda body, rng: body),
    "a body in 500 encodings": _encoded(", ".join(["gzip"] * 500), lambda body, rng: gzip.compress(body)),
    "a 304 of another version": _status("304 Not Modified", ("ETag", '"another"'), body=b""),
    "a 304 without being asked": _status("304 Not Modified", body=b""),
    "a 206": _status("206 Partial Content", ("Content-Range", "bytes 0-9/100"), body=b"0123456789"),
    "a 204": _raw(lambda honest, rng: b"HTTP/1.1 204 No Content\r\n\r\n"),
    "a 205": _status("205 Reset Content"),
    "a 203": _status("203 Non-Authoritative Information", body=None),
    "a 101": _raw(
        lambda honest, rng: b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"
    ),
    "a status 000": _status("000 Nothing"),
    "a status 999": _status("999 Denied"),
    "a status of letters": _status("OK 200"),
    "a status without a reason": _status("200", body=None),
    "a reason that is not UTF-8": _raw(
        lambda honest, rng: (
            b"HTTP/1.1 200 \xff\xfe\xe9\r\nContent-Length: %d\r\n\r\n" % len(honest.body) + honest.body
        )
    ),
    "a status line of another protocol": _raw(lambda honest, rng: b"ICY 200 OK\r\n\r\n" + honest.body),
    "HTTP/0.9": _raw(lambda honest, rng: honest.body),
    "the preface of HTTP/2": _raw(lambda honest, rng: b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    "random bytes for an answer": _raw(lambda honest, rng: rng.randbytes(2000)),
    "line ends without CR": _raw(
        lambda honest, rng: (
            head("200 OK", [*honest.has(), ("Content-Length", str(len(honest.body)))], b"\n") + honest.body
        )
    ),
    "401": _status("401 Unauthorized", ("WWW-Authenticate", 'Basic realm="\\"')),
    "403": _status("403 Forbidden"),
    "404": _status("404 Not Found"),
    "410": _status("410 Gone"),
    "429 with a pause of years": _status("429 Too Many Requests", ("Retry-After", "99999999999999999999")),
    "503 with a pause below zero": _status("503 Service Unavailable", ("Retry-After", "-1")),
    "503 with a pause of nonsense": _status(
        "503 Service Unavailable", ("Retry-After", "Mon, 99 Foo 99999 99:99:99")
    ),
    "500": _status("500 Internal Server Error"),
    "an ETag that is not ASCII": _header(b"ETag", b'"\xc3\xa9\xff"'),
    "an ETag of 100,000 bytes": _header(b"ETag", b'"' + b"e" * 100_000 + b'"'),
    "an ETag with control characters": _header(b"ETag", b'"\x01\x1b[31m"'),
    "a cookie that is not ASCII": _header(b"Set-Cookie", b"a=\xff\xfe; Path=/\xe9"),
    "a Content-Type that is none": _header(b"Content-Type", b"text/xml; charset=\xff\xffutf-99; ;;="),
    "a charset that is none": _header(b"Content-Type", b"text/csv; charset=klingon-8"),
    "a Last-Modified that is no date": _header(b"Last-Modified", b"yesterday \xe9"),
    "a header with a space in its name": _header(b"X Odd", b"1"),
    "a header without a name": _header(b"", b"1"),
    "a header with a NUL": _header(b"X-Nul", b"a\0b"),
    "a folded header": _header(b"X-Folded", b"a\r\n  b"),
    "300 headers": _header(
        b"X-1", b"1\r\n" + b"\r\n".join(b"X-%d: 1" % n for n in range(300)) + b"\r\nX-2: 2"
    ),
    "redirects without end": _redirect(lambda rng: b"?again=%d" % rng.randrange(10**9)),
    "a redirect to itself": _redirect(lambda rng: b""),
    "a redirect to a file": _redirect(lambda rng: b"file:///etc/passwd"),
    "a redirect to ftp": _redirect(lambda rng: b"ftp://lists.example/x"),
    "a redirect to a script": _redirect(lambda rng: b"javascript:alert(1)"),
    "a redirect with a password": _redirect(lambda rng: b"https://user:pw@lists.example/x"),
    "a redirect to a broken address": _redirect(lambda rng: b"http://[::1/x"),
    "a redirect to an address that is not ASCII": _redirect(lambda rng: b"http://\xff\xe9.example/\xe9"),
    "a redirect to a long address": _redirect(lambda rng: b"/" + b"x" * 100_000),
    "a redirect to a port that is none": _redirect(lambda rng: b"http://lists.example:99999/"),
    "a redirect to a metadata service": _redirect(lambda rng: b"http://169.254.169.254/latest/meta-data/"),
    "a redirect to this machine": _redirect(lambda rng: b"http://127.0.0.1:1/x"),
    "a redirect without a place": _status("302 Found", body=b""),
    "many choices": _status("300 Multiple Choices"),
}
"""Lies that are no HTTP, or no whole answer, or the truth in an odd form: what is archived is the truth."""

CONTENT: dict[str, Callable[[bytes, Random], bytes]] = {
    "a web page": lambda body, rng: b"<!DOCTYPE html><html><body>Please come back later</body></html>",
    "nothing": lambda body, rng: b"",
    "a third of it": lambda body, rng: body[: len(body) // 3],
    "random bytes": lambda body, rng: rng.randbytes(5000),
    "zero bytes": lambda body, rng: bytes(5000),
    "an error in JSON": lambda body, rng: b'{"error": "quota exceeded"}',
    "an empty list in JSON": lambda body, rng: b"[]",
    "a laugh in XML": lambda body, rng: (
        b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">'
        + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(12))
        + b"]><l>&m;</l>"
    ),
    "an entity of a local file": lambda body, rng: (
        b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]><l>&a;</l>'
    ),
    "deep JSON": lambda body, rng: b"[" * 200_000,
    "a gzip that was not declared": lambda body, rng: gzip.compress(body),
}
"""Other contents, in faultless answers: they may be archived, and must not be promoted."""


@contextmanager
def liar(
    base_url: str, day: str, chosen: int, lie: Lie, marker: Path, *, once: bool, seed: str
) -> Iterator[str]:
    """Serves what the publisher at `base_url` serves, but for the answer to request number `chosen` of those
    for `day` (from 0): that address is lied about, `once` or whenever it is asked for. Yields its address;
    `marker` is there once it has lied."""
    listening = socket.create_server(("127.0.0.1", 0), backlog=64)
    port = listening.getsockname()[1]

    def live() -> None:
        served = _Served(urlsplit(base_url).netloc, day, chosen, lie, marker, once=once, seed=seed)
        signal.alarm(600)
        while True:
            wire, _ = listening.accept()
            threading.Thread(target=served.serve, args=(wire,), daemon=True).start()

    child = Child(live, name="liar")
    listening.close()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        child.kill()
        child.wait()


class _Served:
    def __init__(
        self, honest: str, day: str, chosen: int, lie: Lie, marker: Path, *, once: bool, seed: str
    ) -> None:
        self._honest, self._day, self._chosen, self._lie = honest, day, chosen, lie
        self._marker, self._once, self._seed = marker, once, seed
        self._lock = threading.Lock()
        self._seen: list[str] = []

    def serve(self, wire: Wire) -> None:
        """Answers one request."""
        with wire, suppress(OSError):
            wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            wire.settimeout(20)
            asked = b""
            while b"\r\n\r\n" not in asked and (data := wire.recv(_CHUNK)):
                asked += data
            lines = asked.decode("latin-1").split("\r\n")
            path = lines[0].split(" ")[1]
            headers = dict(line.split(": ", 1) for line in lines[1:] if ": " in line)
            if self._is_chosen(path):
                self._marker.touch()
                # the truth is what it would be without the client's conditions
                truth = self._ask(
                    path, {name: text for name, text in headers.items() if not name.startswith("If-")}
                )
                self._lie(wire, truth, Random(self._seed))  # noqa: S311
            else:
                truth = self._ask(path, headers)
                wire.sendall(
                    head(f"{truth.status} x", [*truth.has(), ("Content-Length", str(len(truth.body)))])
                )
                wire.sendall(truth.body)

    def _is_chosen(self, path: str) -> bool:
        with self._lock:
            if not path.startswith(f"/{self._day}/"):
                return False
            first = path not in self._seen
            if first:
                self._seen.append(path)
            is_it = self._seen.index(path) == self._chosen
            return is_it and (first or not self._once)

    def _ask(self, path: str, headers: dict[str, str]) -> Honest:
        connection = http.client.HTTPConnection(self._honest, timeout=20)
        try:
            connection.request("GET", path, headers={k: v for k, v in headers.items() if k.lower() != "host"})
            answer = connection.getresponse()
            given = tuple(
                (name, text)
                for name, text in answer.getheaders()
                if name.lower() not in {"connection", "server", "date"}
            )
            return Honest(answer.status, given, answer.read())
        finally:
            connection.close()


def faultless(content: Callable[[bytes, Random], bytes]) -> Lie:
    """Another content in an answer without fault."""

    def lie(wire: Wire, honest: Honest, rng: Random) -> None:
        answer(wire, honest, content(honest.body, rng), ("ETag", f'"{rng.randrange(10**9)}"'))

    return lie
