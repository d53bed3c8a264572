"""The one door to the raw archive, for bytes from a publisher and from a mirror alike."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import BinaryIO, Literal, Protocol

CHUNK = 1 << 16
_HEAD = 512
_HTML_STARTS = (b"<!doctype html", b"<html")
_HTML_NAMES = (".html", ".htm")

Role = Literal["required", "optional", "listing"]
Via = Literal["live", "mirror", "sample"]


class Entry(Protocol):
    """One file of a batch, as the archive keeps it."""

    @property
    def file(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def outcome(self) -> str: ...
    @property
    def status(self) -> int | None: ...
    @property
    def sha256(self) -> str | None: ...
    @property
    def bytes(self) -> int | None: ...
    @property
    def etag(self) -> str | None: ...
    @property
    def last_modified(self) -> str | None: ...
    @property
    def content_type(self) -> str | None: ...
    @property
    def total(self) -> int | None: ...
    @property
    def md5(self) -> str | None: ...
    @property
    def error(self) -> str | None: ...


class Batch(Protocol):
    """What one visit to a source brought. `failure` is one line if it failed as a whole."""

    @property
    def observed_at(self) -> datetime: ...
    @property
    def entries(self) -> Sequence[Entry]: ...
    @property
    def failure(self) -> str | None: ...


class Draft(Protocol):
    """A batch being gathered: `add` a file at a time, then `log`.

    After `resume` its progress is kept, and what an earlier attempt brought can be had: `restored`
    finds a file, `keep` notes it again as it was noted then. `drop` forgets the progress.
    """

    def resume(self, within: timedelta) -> None: ...

    def restored(self, url: str) -> Entry | None: ...

    def keep(self, url: str) -> None: ...

    def drop(self) -> None: ...

    def last(self, url: str) -> Entry | None: ...

    def newest(self, file: str) -> Entry | None: ...

    def named(self) -> Iterable[str]: ...

    def add(  # noqa: PLR0913 - an entry's fields, by keyword
        self,
        file: str,
        url: str,
        role: Role,
        *,
        status: int | None = None,
        sha256: str | None = None,
        size: int | None = None,
        etag: str | None = None,
        last_modified: str | None = None,
        content_type: str | None = None,
        total: int | None = None,
        md5: str | None = None,
        error: str | None = None,
    ) -> None: ...

    def log(self) -> Batch: ...


class Archive(Protocol):
    """What the fetcher and the mirror need of the raw archive."""

    def put(self, chunks: Iterable[bytes]) -> tuple[str, int]: ...

    def open(self, sha256: str) -> BinaryIO: ...

    def has(self, sha256: str) -> bool: ...

    def draft(self, source_id: str, observed_at: datetime, via: Via) -> Draft: ...


@dataclass(frozen=True)
class Kept:
    """What became of a body: where it lies in the archive, and what is wrong with it, if anything is.
    `again`: another try may bring it whole."""

    sha256: str | None = None
    size: int | None = None
    md5: str | None = None
    error: str | None = None
    again: bool = False


class FaultError(Exception):
    """What is wrong with an answer or a file, in one line; `again`: another try may help."""

    def __init__(self, text: str, *, again: bool = False) -> None:
        super().__init__(text)
        self.again = again


def keep(
    archive: Archive, chunks: Iterable[bytes], name: str, limit: int, content_type: str | None = None
) -> Kept:
    """Streams a body into the archive and looks at it on the way.

    An empty body, and a web page where the file's name promises something else, are errors; their
    bytes are kept. Of a body of more than `limit` bytes, or whose `chunks` end in a FaultError, nothing is.
    """
    head = bytearray()
    md5 = hashlib.md5(usedforsecurity=False)  # what publishers' lists give

    def watched() -> Iterator[bytes]:
        size = 0
        for chunk in chunks:
            size += len(chunk)
            if size > limit:
                raise FaultError(too_large(limit))
            if len(head) < _HEAD:
                head.extend(chunk[: _HEAD - len(head)])
            md5.update(chunk)
            yield chunk

    try:
        sha256, size = archive.put(watched())
    except FaultError as fault:
        return Kept(error=str(fault), again=fault.again)
    error = None
    if size == 0:
        error = "the file is empty"
    elif not name.lower().endswith(_HTML_NAMES) and _is_html(bytes(head), content_type):
        error = "a web page came in place of the file"
    return Kept(sha256, size, md5.hexdigest(), error)


def too_large(limit: int) -> str:
    """The error of a body over the source's `max_bytes`."""
    return f"larger than the {limit} bytes allowed"


def _is_html(head: bytes, content_type: str | None) -> bool:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    declared = (content_type or "").split(";")[0].strip().lower() == "text/html"
    return start.startswith(_HTML_STARTS) or (declared and not start.startswith(b"<?xml"))
