"""The HTTP client: it identifies itself, retries patiently, and sends conditional requests.

Nothing that a publisher answers is trusted: `Client` lists what is refused, `get` what follows from it.
"""

from __future__ import annotations

import os
import random
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from importlib.metadata import PackageNotFoundError, version

import httpcore
import httpx

from sources.fetching.http.addresses import web_address
from sources.fetching.http.gzip_stream import decompress
from sources.fetching.http.network import Network, Stream
from sources.fetching.response_body import FaultError, StoredBody, too_large

ATTEMPTS = 5
FIRST_WAIT = 1.0
LONGEST_WAIT = 60.0
LONGEST_RETRY_AFTER = 300.0
MOST_REDIRECTS = 10
MOST_HEADERS = 200
LONGEST_VALUE = 1000

_TIMEOUT = 60.0
_CONNECT_TIMEOUT = 15.0
_TRY_AGAIN = frozenset({408, 425, 429})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_RANDOM = random.SystemRandom()

# What a failed request is called, and whether another try may help; the first kind that fits counts.
# The library's own words are not used: they may repeat an address with its signature.
_FAULTS: tuple[tuple[type[Exception], str, bool], ...] = (
    (httpcore.TimeoutException, "no answer in time", True),
    (httpcore.ConnectError, "cannot connect", True),
    (httpcore.NetworkError, "the connection broke off", True),
    (httpcore.RemoteProtocolError, "the connection broke off", True),
    (httpcore.ProxyError, "the proxy refuses", True),
)


@dataclass(frozen=True)
class Answer:
    """How an address answered. `error` is one line; `again`: another try may succeed, after `pause` seconds
    if the publisher asks for them. The names of `headers` are in lower case. `total`: how many pages the
    publisher says there are, where that was read."""

    status: int | None = None
    body: StoredBody = field(default_factory=StoredBody)
    etag: str | None = None
    last_modified: str | None = None
    content_type: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    total: int | None = None
    error: str | None = None
    again: bool = False
    pause: float | None = None


class Response:
    """An answer whose body is still to be read. The names of `headers` are in lower case."""

    def __init__(self, raw: httpcore.Response, client: Client) -> None:
        if len(raw.headers) > MOST_HEADERS:
            raise FaultError(f"more than {MOST_HEADERS} headers")
        self._raw, self._client = raw, client
        self.status = raw.status
        self.headers: dict[str, str] = {}
        for name, value in raw.headers:
            key = name.decode("ascii").lower()
            before = f"{self.headers[key]}, " if key in self.headers else ""
            self.headers[key] = before + _text(value)

    def body(self, limit: int) -> Iterator[bytes]:
        """The body without its compression. Raises FaultError if it is not whole, or larger than `limit`
        bytes."""
        length = self._length()
        if length is not None and length > limit:
            raise FaultError(too_large(limit))
        encoding = self.headers.get("content-encoding", "").strip().lower()
        if encoding in {"gzip", "x-gzip"}:
            # what gzip cannot make smaller it makes a little larger
            yield from _bounded(decompress(_bounded(self._received(), limit + limit // 256 + 1024)), limit)
        elif encoding in {"", "identity"}:
            yield from _bounded(self._received(), limit)
        else:
            raise FaultError("compressed in a way that was not asked for")

    def _received(self) -> Iterator[bytes]:
        stream: Stream = self._raw.extensions["network_stream"]
        stream.begin_body()
        chunks = self._raw.iter_stream()
        while True:
            with self._client.faults():
                chunk = next(chunks, None)
            if chunk is None:
                break
            yield chunk
        length = self._length()
        if length is not None and stream.has_more_than(length):
            raise FaultError("longer than its Content-Length says", again=True)

    def _length(self) -> int | None:
        length = self.headers.get("content-length", "")
        return int(length) if length.isdecimal() and "transfer-encoding" not in self.headers else None


class Client:
    """Requests addresses on the public internet.

    Refused are hosts without a public address, addresses with a user or password, schemes other than http
    and https, redirects from https to http, and more than MOST_REDIRECTS of them. No cookie is kept. Every
    request has a connection of its own, so that no part of one answer can be taken for another's.
    With a proxy in the environment (HTTPS_PROXY and the like) the proxy resolves names, and only numeric
    addresses are checked.
    """

    def __init__(self, base_url: str | None, timeout: float, network: Network) -> None:
        self._base = httpx.URL(base_url) if base_url else None
        self._clock = network.clock
        self._network = network
        self._timeouts = {"connect": _CONNECT_TIMEOUT, "read": timeout, "write": timeout, "pool": timeout}
        plain = self._base is not None and self._base.scheme == "http"
        self._tls = None if plain else httpx.create_ssl_context()
        self._pools: dict[str | None, httpcore.ConnectionPool] = {}

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        for pool in self._pools.values():
            pool.close()

    @contextmanager
    def open(self, url: str, headers: Mapping[str, str], within: timedelta) -> Iterator[Response]:
        """Requests an address, and those it redirects to, until one answers otherwise. The answer must be
        complete after `within`. Raises FaultError."""
        self._clock.start(within.total_seconds())
        address = web_address(url)
        for _ in range(MOST_REDIRECTS + 1):
            raw = self._send(address, headers)
            try:
                location = _location(raw)
                if location is None:
                    yield Response(raw, self)
                    return
            finally:
                with suppress(Exception):
                    raw.close()
            address = web_address(location, address)
        raise FaultError("redirects without end")

    @contextmanager
    def faults(self) -> Iterator[None]:
        """Re-raises whatever an answer does to the libraries below as a FaultError."""
        try:
            yield
        except FaultError:
            raise
        except Exception as error:  # no bytes of a publisher may end the fetch attempt
            if self._clock.is_over:
                raise FaultError("no whole answer in time") from error
            for kind, text, again in _FAULTS:
                if isinstance(error, kind):
                    raise FaultError(text, again=again) from error
            raise FaultError(f"no answer that can be read ({type(error).__name__})") from error

    def _send(self, address: httpx.URL, headers: Mapping[str, str]) -> httpcore.Response:
        with self.faults():
            target = self._stand_in(address) if self._base else address
            request = httpcore.Request(
                "GET",
                httpcore.URL(
                    scheme=target.raw_scheme, host=target.raw_host, port=target.port, target=target.raw_path
                ),
                headers=[
                    ("Host", target.netloc.decode("ascii")),
                    ("User-Agent", user_agent()),
                    ("Accept", "*/*"),
                    ("Accept-Encoding", "gzip"),
                    ("Connection", "close"),
                    *headers.items(),
                ],
                extensions={"timeout": self._timeouts},
            )
            return self._pool(None if self._base else _proxy(address), target.host).handle_request(request)

    def _stand_in(self, address: httpx.URL) -> httpx.URL:
        base = self._base or address
        return base.copy_with(raw_path=base.raw_path.rstrip(b"/") + b"/" + address.netloc + address.raw_path)

    def _pool(self, proxy: str | None, host: str) -> httpcore.ConnectionPool:
        if proxy:
            self._network.check_literal(host)
        if proxy not in self._pools:
            self._pools[proxy] = self._proxied(proxy) if proxy else self._direct()
        return self._pools[proxy]

    def _direct(self) -> httpcore.ConnectionPool:
        return httpcore.ConnectionPool(
            ssl_context=self._tls, network_backend=self._network, max_keepalive_connections=0
        )

    def _proxied(self, proxy: str) -> httpcore.ConnectionPool:
        parsed = httpx.Proxy(proxy)
        return httpcore.HTTPProxy(
            str(parsed.url),
            proxy_auth=parsed.raw_auth,
            ssl_context=self._tls,
            network_backend=Network(allowed=lambda _: True, clock=self._clock),
            max_keepalive_connections=0,
        )


def make_client(
    base_url: str | None = None, *, timeout: float = _TIMEOUT, network: Network | None = None
) -> Client:
    """The client for all sources; `timeout` is the longest wait in seconds between two parts of an answer.

    With `base_url` every request goes to `{base_url}/{host}/{path}?{query}` instead: a sample server replaces
    the publishers, and no other address is connected to. Nothing else differs.
    """
    if network is None:
        network = Network(allowed=lambda _: True) if base_url else Network()
    return Client(base_url, timeout, network)


def user_agent() -> str:
    """The User-Agent: `Vigil/<version>`, with the address in VIGIL_CONTACT where it is set."""
    try:
        name = f"Vigil/{version('vigil')}"
    except PackageNotFoundError:
        name = "Vigil"
    contact = os.environ.get("VIGIL_CONTACT", "").strip()
    plain = "".join(letter if is_plain(letter) else "?" for letter in contact)
    return f"{name} (+{plain})" if plain else name


def is_plain(value: str) -> bool:
    """Whether a header's value is printable ASCII of an ordinary length, to be kept and to be sent back."""
    return 0 < len(value) <= LONGEST_VALUE and value.isascii() and value.isprintable()


def get(  # noqa: PLR0913 - each is one part of a request
    client: Client,
    url: str,
    store: Callable[[Iterator[bytes], str | None], StoredBody],
    *,
    limit: int,
    headers: Mapping[str, str],
    sleep: Callable[[float], None],
    within: timedelta,
) -> Answer:
    """Requests one address. A body of up to `limit` bytes, also that of an error page, is passed to `store`
    with its Content-Type.

    Broken connections and the statuses 408, 425, 429 and 5xx are tried again, after the time of
    `Retry-After` or else an exponential backoff with full jitter. An answer that is not complete after
    `within` is refused. Errors of a publisher are in the answer, not raised; `store` may raise StorageError.
    """
    for attempt in range(1, ATTEMPTS):
        answer = _attempt(client, url, store, limit, headers, within)
        if not answer.again:
            return answer
        longest = min(LONGEST_WAIT, FIRST_WAIT * 2 ** (attempt - 1))
        sleep(_RANDOM.uniform(0, longest) if answer.pause is None else answer.pause)
    return _attempt(client, url, store, limit, headers, within)


def _attempt(  # noqa: PLR0913, PLR0917
    client: Client,
    url: str,
    store: Callable[[Iterator[bytes], str | None], StoredBody],
    limit: int,
    headers: Mapping[str, str],
    within: timedelta,
) -> Answer:
    try:
        with client.open(url, headers, within) as response:
            return _read(response, store, limit)
    except FaultError as fault:
        return Answer(error=str(fault), again=fault.again)


def _read(
    response: Response, store: Callable[[Iterator[bytes], str | None], StoredBody], limit: int
) -> Answer:
    status, headers = response.status, response.headers
    content_type, etag, last_modified = (
        value if is_plain(value := headers.get(name, "")) else None
        for name in ("content-type", "etag", "last-modified")
    )
    body = StoredBody() if status == HTTPStatus.NOT_MODIFIED else store(response.body(limit), content_type)
    is_final = status in {HTTPStatus.OK, HTTPStatus.NOT_MODIFIED}
    return Answer(
        status=status,
        body=body,
        etag=etag,
        last_modified=last_modified,
        content_type=content_type,
        headers=headers,
        error=body.error if is_final else f"answered {status} {_phrase(status)}".rstrip(),
        again=body.again if is_final else status in _TRY_AGAIN or status >= HTTPStatus.INTERNAL_SERVER_ERROR,
        pause=retry_after(headers.get("retry-after")),
    )


def _phrase(status: int) -> str:
    """The standard phrase of a status; the server's own may hold anything."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def retry_after(value: str | None) -> float | None:
    """The seconds that a `Retry-After` header asks for (RFC 9110: seconds or an HTTP date), capped."""
    if value is None:
        return None
    if (digits := value.strip()).isdecimal():
        seconds = float(digits)
    else:
        try:
            moment = parsedate_to_datetime(value)
        except (ValueError, OverflowError, TypeError, IndexError):  # no date, or one with an absurd zone
            return None
        if moment.tzinfo is None:  # RFC 5322 has `-0000` for UTC of unknown zone
            moment = moment.replace(tzinfo=UTC)
        seconds = (moment - datetime.now(UTC)).total_seconds()
    return min(max(seconds, 0.0), LONGEST_RETRY_AFTER)


def _bounded(chunks: Iterator[bytes], limit: int) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > limit:
            raise FaultError(too_large(limit))
        yield chunk


def _location(raw: httpcore.Response) -> str | None:
    """Where an answer redirects to; None if it does not."""
    if raw.status not in _REDIRECTS:
        return None
    return next((_text(value) for name, value in raw.headers if name.lower() == b"location"), None)


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _proxy(address: httpx.URL) -> str | None:
    """The proxy that the environment names for an address."""
    found = urllib.request.getproxies()
    proxy = found.get(address.scheme) or found.get("all")
    if not proxy or urllib.request.proxy_bypass(address.host):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"
