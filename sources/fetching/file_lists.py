"""Publishers' lists of dated files: lines `size md5 url`, as in GDELT's `lastupdate.txt`."""

from __future__ import annotations

import os.path
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from sources.fetching.http.addresses import as_secure_as
from sources.fetching.response_body import FaultError, StoredBody

LONGEST = 1 << 30
"""Bytes of a list that are read, of which an `Excerpt` is kept."""
LONGEST_KEPT = 32_000_000
MOST_FILES = 300_000
"""Files that a list, or an excerpt of one, may name: nearly three years of one of GDELT's streams."""

_LINE = re.compile(r"(\d{1,15}) +([0-9a-f]{32}) +(https?://[!-~]+)", re.ASCII | re.IGNORECASE)
_NAME = re.compile(r"[\w%~+-][\w.%~+-]{0,149}", re.ASCII)
_STAMP = re.compile(r"(\d{14})\.", re.ASCII)
_STAMP_FORMAT = "%Y%m%d%H%M%S"
_FIELDS = 3
_LONGEST_LINE = 1 << 20
_MOST_ERRORS = 3


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A file that a list names, with the size in bytes and the MD5 that the list states."""

    name: str
    url: str
    size: int
    md5: str

    def mismatch(self, body: StoredBody) -> str | None:
        """How a fetched file differs from the one that the list names; None if it does not."""
        if body.size != self.size:
            return f"{body.size} bytes where the list says {self.size}"
        if body.md5 != self.md5:
            return f"MD5 {body.md5} where the list says {self.md5}"
        return None


@dataclass
class FileList:
    """The files of a list in its order, the number of lines that cannot be read, and the first few errors."""

    files: list[ListedFile] = field(default_factory=list)
    damaged: int = 0
    errors: list[str] = field(default_factory=list)


def read_file_list(lines: Iterable[bytes], url: str) -> FileList:
    """Reads the list at an address, line by line. A file's address has https if the list's address has.

    Raises FaultError if it names more than MOST_FILES files.
    """
    found = FileList()
    for number, data in enumerate(lines, start=1):
        line = data.decode("utf-8", "replace").strip()
        if not line:
            continue
        match = _LINE.fullmatch(line)
        name = file_name(match[3]) if match else ""
        if match and _NAME.fullmatch(name):
            if len(found.files) == MOST_FILES:
                raise FaultError(f"names more than {MOST_FILES} files")
            address = as_secure_as(match[3], url)
            found.files.append(ListedFile(name, address, int(match[1]), match[2].lower()))
            continue
        found.damaged += 1
        if len(found.errors) < _MOST_ERRORS:
            found.errors.append(f"line {number} is not `size md5 url`: {line[:100]!r}")
    return found


def file_name(url: str) -> str:
    """The last part of an address's path; empty if it is not an address."""
    try:
        return urlsplit(url).path.rpartition("/")[2]
    except ValueError:
        return ""


def stamp(name: str) -> datetime | None:
    """The time (UTC) with which a dated file's name begins, as `20250911143000.gkg.csv.zip`; None without."""
    match = _STAMP.match(name)
    try:
        return datetime.strptime(match[1], _STAMP_FORMAT).replace(tzinfo=UTC) if match else None
    except ValueError:  # no such day, or hour
        return None


class Excerpt:
    """A filter of a streamed list: the lines of the files stamped in [`since`, `until`), and the last line,
    which shows how far the list goes. GDELT's list of all files has more than a million lines.

    `damaged` counts the lines with fewer than three parts, in the whole list that was read last.
    """

    def __init__(self, since: datetime, until: datetime) -> None:
        first, last = (f"{at:{_STAMP_FORMAT}}" for at in (since, until - timedelta(seconds=1)))
        common = os.path.commonprefix([first, last])  # noqa: RUF071  letter by letter is what is meant
        self._common = f"/{common}".encode()
        self._first, self._last_wanted = first.encode(), last.encode()
        self.damaged = 0

    def __call__(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        self.damaged = 0
        self._last = self._picked = b""
        rest = bytearray()  # grows in place: pieces may be of one byte
        for chunk in chunks:
            block, end, tail = chunk.rpartition(b"\n")
            if end:
                yield self._of(bytes(rest + block))
                rest.clear()
            rest += tail
            if len(rest) > _LONGEST_LINE:
                del rest[1:]  # not a list: it is counted as one damaged line, and not held in memory
        yield self._of(bytes(rest))
        if self._last != self._picked:
            yield self._last + b"\n"

    def _of(self, block: bytes) -> bytes:
        """The wanted lines of a block of complete lines. Most blocks have none, and are not split."""
        whole = block.count(b"\n") + 1
        if block.count(b" http") == whole and self._common not in block:
            self._last = block.rpartition(b"\n")[2]
            return b""
        wanted = []
        for line in filter(None, map(bytes.strip, block.split(b"\n"))):
            if len(line.split(None, _FIELDS - 1)) < _FIELDS:
                self.damaged += 1
                continue
            self._last = line
            if self._first <= line.rpartition(b"/")[2][: len(self._first)] <= self._last_wanted:
                wanted.append(line + b"\n")
                self._picked = line
        return b"".join(wanted)
