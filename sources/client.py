"""HTTP as publishers like it: one honest client, patient retries, conditional requests."""

from __future__ import annotations

import logging
import os
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
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


@dataclass(frozen=True)
class Answer:
    """How an address answered in the end. `error` is one line; with status 304 there is no `kept`."""

    status: int | None = None
    kept: Kept | None = None
    etag: str | None = None
    last_modified: str | None = None
    content_type: str | None = None
    error: str | None = None


@dataclass(frozen=True)
class _Again:
    """An answer that may be better on another try, and how long the publisher asks to wait."""

    answer: Answer
    retry_after: float | None = None


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
    for attempt in range(1, ATTEMPTS + 1):
        outcome = _attempt(client, url, keep, limit, headers, final=attempt == ATTEMPTS)
        if isinstance(outcome, Answer):
            return outcome
        if attempt < ATTEMPTS:
            sleep(_wait(attempt, outcome.retry_after))
    return outcome.answer


def _attempt(  # noqa: PLR0913
    client: httpx.Client,
    url: str,
    keep: Callable[[httpx.Response], Kept],
    limit: int,
    headers: dict[str, str],
    *,
    final: bool,
) -> Answer | _Again:
    try:
        with client.stream("GET", url, headers=headers) as response:
            passing = response.status_code in _TRY_AGAIN or response.status_code >= 500
            if passing and not final:
                return _Again(Answer(), retry_after(response.headers.get("retry-after")))
            return _read(response, keep, limit)
    except httpx.TimeoutException:
        return _Again(Answer(error="no answer in time"))
    except (httpx.InvalidURL, httpx.UnsupportedProtocol):
        return Answer(error="not a web address, or redirected to what is none")
    except httpx.TooManyRedirects:
        return Answer(error="redirects without end")
    except httpx.DecodingError:
        return Answer(error="the compressed body is damaged")
    except httpx.ConnectError:
        return _Again(Answer(error="cannot connect"))
    except httpx.TransportError as error:
        # The library's own words may repeat an address with its signature: the kind says enough.
        return _Again(Answer(error=f"the connection broke off ({type(error).__name__})"))


def _read(response: httpx.Response, keep: Callable[[httpx.Response], Kept], limit: int) -> Answer:
    status, headers = response.status_code, response.headers
    length = headers.get("content-length", "")
    if status == 304:
        kept = None
    elif length.isdigit() and int(length) > limit:
        kept = Kept(error=too_large(limit))
    else:
        kept = keep(response)
    error = kept.error if kept else None
    if status not in {200, 304}:
        error = f"answered {status} {response.reason_phrase}".rstrip()
    return Answer(
        status, kept, headers.get("etag"), headers.get("last-modified"), headers.get("content-type"), error
    )


def retry_after(value: str | None) -> float | None:
    """The seconds that a `Retry-After` header asks for (RFC 9110: seconds or an HTTP date), capped."""
    if value is None:
        return None
    if value.strip().isdigit():
        seconds = float(value)
    else:
        try:
            moment = parsedate_to_datetime(value)
        except ValueError:
            return None
        if moment.tzinfo is None:  # RFC 5322 has `-0000` for UTC of unknown zone
            moment = moment.replace(tzinfo=UTC)
        seconds = (moment - datetime.now(UTC)).total_seconds()
    return min(max(seconds, 0.0), LONGEST_RETRY_AFTER)


def _wait(attempt: int, asked: float | None) -> float:
    longest = min(LONGEST_WAIT, FIRST_WAIT * 2 ** (attempt - 1))
    return asked if asked is not None else _RANDOM.uniform(0, longest)


class _StandIn(httpx.BaseTransport):
    """Sends every request to the local publisher."""

    def __init__(self, base_url: str) -> None:
        self._base = httpx.URL(base_url)
        self._inner = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
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
