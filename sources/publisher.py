"""A local publisher: serves the bundled samples over HTTP as the real publishers would have.

/<YYYY-MM-DD>/<host>/<path>?<query>   what that address gave on that date
/dates/<source_id>                    the dates there are, as a JSON list
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
from urllib.parse import urlsplit

from sources import listing, mirror
from sources.registry import SAMPLES, Source, registry

_LOOPBACK = "127.0.0.1"


class PublisherError(Exception):
    """The local publisher cannot start. One line."""


@contextmanager
def serve(
    port: int = 0, *, samples: Path = SAMPLES, sources: Mapping[str, Source] | None = None
) -> Iterator[str]:
    """Serves `samples` (laid out as a mirror) on loopback while the block runs; yields the base URL.

    Port 0 takes any free one. Raises PublisherError if the port is taken or there are no samples.
    """
    if not samples.is_dir():
        raise PublisherError(f"no samples at {samples}: no such folder")
    shelves = _Shelves(samples, registry() if sources is None else sources)
    try:
        server = ThreadingHTTPServer((_LOOPBACK, port), partial(_Handler, shelves))
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


class _Shelves:
    """Which sample stands for which address."""

    def __init__(self, samples: Path, sources: Mapping[str, Source]) -> None:
        self._samples = samples
        self._sources = sources
        self._fixed: dict[str, tuple[str, str]] = {}
        self._indexed = [source for source in sources.values() if source.index]
        for source in sources.values():
            files = {file.url: file.name for file in source.files}
            lists = {url: listing.file_name(url) for url in source.index.urls} if source.index else {}
            for url, name in (files | lists).items():
                self._fixed[_address(url)] = (source.source_id, name)

    def dates(self, source_id: str) -> list[str] | None:
        """A source's dates, or None if there is no such source."""
        if source_id not in self._sources:
            return None
        return [day.isoformat() for day in mirror.dates(self._samples, source_id)]

    def find(self, day: str, address: str) -> Path | None:
        """The sample file that an address gave on a day."""
        if address in self._fixed:
            source_id, name = self._fixed[address]
            path = self._samples / source_id / day / name
            return path if path.is_file() else None
        for source in self._indexed:
            folder = self._samples / source.source_id / day
            for name in _listed(source, folder, address):
                if (folder / name).is_file():
                    return folder / name
        return None


def _listed(source: Source, folder: Path, address: str) -> Iterator[str]:
    """The names under which a source's lists of a day have an address."""
    for url in source.index.urls if source.index else ():
        path = folder / listing.file_name(url)
        files, _ = listing.read(path.read_bytes()) if path.is_file() else ([], [])
        yield from (file.name for file in files if _address(file.url) == address)


def _address(url: str) -> str:
    """An address as it stands in a request to the local publisher: host, path and query."""
    parts = urlsplit(url)
    return f"{parts.netloc}{parts.path}" + (f"?{parts.query}" if parts.query else "")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "VigilSamples"

    def __init__(self, shelves: _Shelves, *args: object) -> None:
        self._shelves = shelves
        super().__init__(*args)  # type: ignore[arg-type]  # what socketserver hands over

    def do_GET(self) -> None:
        first, _, rest = self.path.removeprefix("/").partition("/")
        if first == "dates":
            days = self._shelves.dates(rest)
            if days is not None:
                self._send(json.dumps(days).encode(), "application/json", {})
                return
        elif (day := _day(first)) and (path := self._shelves.find(first, rest)):
            self._file(path, day)
            return
        self._send(b"not found\n", "text/plain", {}, HTTPStatus.NOT_FOUND)

    do_HEAD = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: the fetch log tells what was asked for."""

    def _file(self, path: Path, day: datetime) -> None:
        body = path.read_bytes()
        etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        validators = {"ETag": etag, "Last-Modified": format_datetime(day, usegmt=True)}
        if self._unchanged(etag, day):
            self._send(b"", None, validators, HTTPStatus.NOT_MODIFIED)
        else:
            self._send(body, _content_type(path.name), validators)

    def _unchanged(self, etag: str, day: datetime) -> bool:
        """Whether the request's conditions say that the client has it (RFC 9110: the tag comes first)."""
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
        status: HTTPStatus = HTTPStatus.OK,
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


def _day(text: str) -> datetime | None:
    try:
        return datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC)
    except ValueError:
        return None


def _content_type(name: str) -> str:
    if name.endswith(".rss"):
        return "application/rss+xml"
    return mimetypes.guess_type(name)[0] or "application/octet-stream"
