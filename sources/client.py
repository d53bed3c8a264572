"""HTTP as publishers like it: one honest client, patient retries, conditional requests."""

from __future__ import annotations

import logging
import os
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from importlib.metadata import PackageNotFoundError, version

import httpx

from sources.intake import Kept, too_large

ATTEMPTS = 5
FIRST_WAIT = 1.0
LONGEST_WAIT = 60.0
LONGEST_RETRY_AFTER = 300.0
_TRY_AGAIN = frozenset({408, 425, 429})
_TIMEOUT = httpx.Timeout(60, connect=15)
_RANDOM = random.SystemRandom()


# What a failed request is called, and whether another try may help; the first kind that fits counts.
# The library's own words are not used: they may repeat an address with its signature.
_FAULTS: tuple[tuple[type[Exception], str, bool], ...] = (
    (httpx.TimeoutException, "no answer in time", True),
    (httpx.ConnectError, "cannot connect", True),
    (httpx.TooManyRedirects, "redirects without end", False),
    (httpx.DecodingError, "the compressed body is damaged", False),
    (httpx.UnsupportedProtocol, "not a web address, or redirected to what is none", False),
    (httpx.InvalidURL, "not a web address", False),
    (httpx.RequestError, "the connection broke off", True),
)


@dataclass(frozen=True)
class Answer:
    """How an address answered. `error` is one line; `again` says whether another try may help,
    after as many seconds as the publisher asks for in `pause`. `total`: how many pages the publisher
    says there are, where that was looked for."""

    status: int | None = None
    kept: Kept = field(default_factory=Kept)
    etag: str | None = None
    last_modified: str | None = None
    content_type: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    total: int | None = None
    error: str | None = None
    again: bool = False
    pause: float | None = None


def make_client(base_url: str | None = None, *, timeout: httpx.Timeout | None = None) -> httpx.Client:
    """The client for all sources.

    With `base_url` every request goes to `{base_url}/{host}/{path}?{query}` instead: a local
    publisher stands in for the real ones, and all else is as it is live.
    """
    # It would log every address at level INFO, with the signatures in those that publishers redirect to.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    return httpx.Client(
        transport=_StandIn(base_url) if base_url else None,
        headers={"User-Agent": user_agent()},
        timeout=timeout or _TIMEOUT,
        follow_redirects=True,
        max_redirects=10,
    )


def user_agent() -> str:
    """Who is asking: `Vigil/<version>`, with the address in VIGIL_CONTACT where it is set."""
    try:
        name = f"Vigil/{version('vigil')}"
    except PackageNotFoundError:
        name = "Vigil"
    contact = os.environ.get("VIGIL_CONTACT", "").strip()
    return f"{name} (+{contact})" if contact else name


def get(  # noqa: PLR0913 - each is one part of a request
    client: httpx.Client,
    url: str,
    keep: Callable[[httpx.Response], Kept],
    *,
    limit: int,
    headers: dict[str, str],
    sleep: Callable[[float], None],
) -> Answer:
    """Gets one address; a whole body goes through `keep`, also that of an error page.

    Broken connections and the statuses 408, 425, 429 and 5xx are tried again, after what
    `Retry-After` says or else an exponential backoff with full jitter. Errors are in the
    answer, not raised; StorageError is what `keep` may raise.
    """
    for attempt in range(1, ATTEMPTS):
        answer = _attempt(client, url, keep, limit, headers)
        if not answer.again:
            return answer
        longest = min(LONGEST_WAIT, FIRST_WAIT * 2 ** (attempt - 1))
        sleep(_RANDOM.uniform(0, longest) if answer.pause is None else answer.pause)
    return _attempt(client, url, keep, limit, headers)


def _attempt(
    client: httpx.Client,
    url: str,
    keep: Callable[[httpx.Response], Kept],
    limit: int,
    headers: dict[str, str],
) -> Answer:
    try:
        with client.stream("GET", url, headers=headers) as response:
            return _read(response, keep, limit)
    except (httpx.RequestError, httpx.InvalidURL) as error:
        fault, again = next((text, again) for kind, text, again in _FAULTS if isinstance(error, kind))
        return Answer(error=fault, again=again)


def _read(response: httpx.Response, keep: Callable[[httpx.Response], Kept], limit: int) -> Answer:
    status, headers = response.status_code, response.headers
    length = headers.get("content-length", "")
    if status == HTTPStatus.NOT_MODIFIED:
        kept = Kept()
    elif length.isdecimal() and int(length) > limit:
        kept = Kept(error=too_large(limit))
    else:
        kept = keep(response)
    error = kept.error
    if status not in {HTTPStatus.OK, HTTPStatus.NOT_MODIFIED}:
        error = f"answered {status} {response.reason_phrase}".rstrip()
    return Answer(
        status=status,
        kept=kept,
        etag=headers.get("etag"),
        last_modified=headers.get("last-modified"),
        content_type=headers.get("content-type"),
        headers=headers,
        error=error,
        again=status in _TRY_AGAIN or status >= HTTPStatus.INTERNAL_SERVER_ERROR,
        pause=retry_after(headers.get("retry-after")),
    )


def retry_after(value: str | None) -> float | None:
    """The seconds that a `Retry-After` header asks for (RFC 9110: seconds or an HTTP date), capped."""
    if value is None:
        return None
    if (digits := value.strip()).isdecimal():
        seconds = float(digits)
    else:
        try:
            moment = parsedate_to_datetime(value)
        except (ValueError, OverflowError):  # no date, or one with an absurd zone
            return None
        if moment.tzinfo is None:  # RFC 5322 has `-0000` for UTC of unknown zone
            moment = moment.replace(tzinfo=UTC)
        seconds = (moment - datetime.now(UTC)).total_seconds()
    return min(max(seconds, 0.0), LONGEST_RETRY_AFTER)


class _StandIn(httpx.BaseTransport):
    """Sends every request to the local publisher."""

    def __init__(self, base_url: str) -> None:
        self._base = httpx.URL(base_url)
        self._inner = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.scheme not in {"http", "https"}:
            raise httpx.UnsupportedProtocol(request.url.scheme)
        path = self._base.raw_path.rstrip(b"/") + b"/" + request.url.netloc + request.url.raw_path
        headers = [(name, value) for name, value in request.headers.raw if name.lower() != b"host"]
        headers.append((b"Host", self._base.netloc))
        local = httpx.Request(
            request.method,
            self._base.copy_with(raw_path=path),
            headers=headers,
            stream=request.stream,
            extensions=request.extensions,
        )
        return self._inner.handle_request(local)

    def close(self) -> None:
        self._inner.close()
