"""The sample server: a local publisher that serves the bundled samples over HTTP.

/<YYYY-MM-DD>/<host>/<path>?<query>   what that address gave on that date
/dates/<source_id>                    the dates of the source's samples, as a JSON list
"""

from __future__ import annotations

import hashlib
import json
import mimetypes
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from sources.fetching.sample_catalog import SampleCatalog
from sources.registry import FOLDER, Source, registry

_LOOPBACK = "127.0.0.1"


class PublisherError(Exception):
    """The local publisher cannot start. One line."""


@contextmanager
def serve(
    port: int = 0, *, samples: Path = FOLDER, sources: Mapping[str, Source] | None = None
) -> Iterator[str]:
    """Serves `samples` (laid out as a mirror) on loopback while the block runs; yields the base URL.

    Port 0 takes any free one. Raises PublisherError if the port is taken or there are no samples.
    """
    if not samples.is_dir():
        raise PublisherError(f"no samples at {samples}: no such folder")
    catalog = SampleCatalog(samples, registry() if sources is None else sources)
    try:
        server = ThreadingHTTPServer((_LOOPBACK, port), partial(_Handler, catalog))
    except OSError as error:
        raise PublisherError(f"cannot serve on {_LOOPBACK}:{port}: {error.strerror}") from error
    with server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield f"http://{_LOOPBACK}:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "VigilSamples"
    disable_nagle_algorithm = True  # a body after its headers would else wait for the client, 40 ms a file

    def __init__(self, catalog: SampleCatalog, *args: object) -> None:
        self._shelves = catalog
        super().__init__(*args)  # type: ignore[arg-type]  # what socketserver hands over

    def do_GET(self) -> None:
        first, _, rest = self.path.removeprefix("/").partition("/")
        if first == "dates":
            days = self._shelves.dates(rest)
            if days is not None:
                self._send(json.dumps(days).encode(), "application/json", {})
                return
        elif (day := _day(first)) and (found := self._shelves.find(first, rest)):
            if found.path:
                self._file(found.path, day, found.headers)
            else:
                self._send(_past_the_end(found.status), "application/json", {}, found.status)
            return
        self._send(b"not found\n", "text/plain", {}, HTTPStatus.NOT_FOUND)

    do_HEAD = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Logs nothing: the fetch log records the requests."""

    def _file(self, path: Path, day: datetime, headers: dict[str, str]) -> None:
        body = path.read_bytes()
        etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        headers = {"ETag": etag, "Last-Modified": format_datetime(day, usegmt=True), **headers}
        if self._unchanged(etag, day):
            self._send(b"", None, headers, HTTPStatus.NOT_MODIFIED)
        else:
            self._send(body, _content_type(path.name), headers)

    def _unchanged(self, etag: str, day: datetime) -> bool:
        """Whether the request's conditions show that the client has it (RFC 9110: the tag first)."""
        tags = self.headers.get("If-None-Match")
        if tags is not None:
            return etag in (tag.strip() for tag in tags.split(","))
        since = self.headers.get("If-Modified-Since")
        try:
            return since is not None and parsedate_to_datetime(since) >= day
        except ValueError:
            return False

    def _send(
        self,
        body: bytes,
        content_type: str | None,
        headers: dict[str, str],
        status: int = HTTPStatus.OK,
    ) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if content_type:
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def _past_the_end(status: int) -> bytes:
    """The answer to a page past the last one, in the words of WordPress."""
    message = "The page number requested is larger than the number of pages available."
    error = {"code": "rest_post_invalid_page_number", "message": message, "data": {"status": status}}
    return json.dumps(error).encode()


def _day(text: str) -> datetime | None:
    try:
        return datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC)
    except ValueError:
        return None


def _content_type(name: str) -> str:
    if name.endswith(".rss"):
        return "application/rss+xml"
    return mimetypes.guess_type(name)[0] or "application/octet-stream"
