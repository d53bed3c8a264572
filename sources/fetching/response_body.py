"""Storing the bytes of a file in the raw archive, from a publisher and from a mirror alike."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sources.archive.archive import Archive

CHUNK = 1 << 16
_HEAD = 512
_HTML_STARTS = (b"<!doctype html", b"<html")
_HTML_NAMES = (".html", ".htm")


@dataclass(frozen=True)
class StoredBody:
    """A body in the archive, or why there is none. `error` is one line; `again`: another try may succeed."""

    sha256: str | None = None
    size: int | None = None
    md5: str | None = None
    error: str | None = None
    again: bool = False


class FaultError(Exception):
    """What is wrong with an answer or a file, in one line; `again`: another try may succeed."""

    def __init__(self, text: str, *, again: bool = False) -> None:
        super().__init__(text)
        self.again = again


def store_body(
    archive: Archive, chunks: Iterable[bytes], name: str, limit: int, content_type: str | None = None
) -> StoredBody:
    """Streams the body of the file `name` into the archive, and checks it on the way.

    An empty body, and a web page where the name promises another format, are errors; their bytes are stored.
    A body of more than `limit` bytes, or whose `chunks` end in a FaultError, is not stored.
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
        return StoredBody(error=str(fault), again=fault.again)
    error = None
    if size == 0:
        error = "the file is empty"
    elif not name.lower().endswith(_HTML_NAMES) and _is_html(bytes(head), content_type):
        error = "a web page came in place of the file"
    return StoredBody(sha256, size, md5.hexdigest(), error)


def too_large(limit: int) -> str:
    """The error of a body over the source's `max_bytes`."""
    return f"larger than the {limit} bytes allowed"


def _is_html(head: bytes, content_type: str | None) -> bool:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    declared = (content_type or "").split(";")[0].strip().lower() == "text/html"
    return start.startswith(_HTML_STARTS) or (declared and not start.startswith(b"<?xml"))
