"""Publishers' lists of dated files: lines `size md5 url`, as GDELT's `lastupdate.txt` has them."""

from __future__ import annotations

import os.path
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from sources.intake import Kept

_LINE = re.compile(r"(\d+) +([0-9a-f]{32}) +(https?://\S+)", re.ASCII | re.IGNORECASE)
_STAMP = re.compile(r"(\d{14})\.", re.ASCII)
_STAMP_FORMAT = "%Y%m%d%H%M%S"
_FIELDS = 3
_LONGEST_LINE = 1 << 20


@dataclass(frozen=True)
class Listed:
    """A file that a list names, with the size and MD5 it should have."""

    name: str
    url: str
    size: int
    md5: str

    def mismatch(self, kept: Kept) -> str | None:
        """In which way a file that came is not the one that the list names."""
        if kept.size != self.size:
            return f"{kept.size} bytes where the list says {self.size}"
        if kept.md5 != self.md5:
            return f"MD5 {kept.md5} where the list says {self.md5}"
        return None


def read(data: bytes) -> tuple[list[Listed], list[str]]:
    """The files that a list names, in its order, and one error a line that cannot be read."""
    files: list[Listed] = []
    errors: list[str] = []
    for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), start=1):
        if not line.strip():
            continue
        match = _LINE.fullmatch(line.strip())
        name = file_name(match[3]) if match else ""
        if match and name:
            files.append(Listed(name, match[3], int(match[1]), match[2].lower()))
        else:
            errors.append(f"line {number} is not `size md5 url`: {line.strip()[:100]!r}")
    return files, errors


def file_name(url: str) -> str:
    """The last part of an address's path."""
    return urlsplit(url).path.rpartition("/")[2]


def stamp(name: str) -> datetime | None:
    """The time, in UTC, that a dated file's name begins with: `20250911143000.gkg.csv.zip`."""
    match = _STAMP.match(name)
    try:
        return datetime.strptime(match[1], _STAMP_FORMAT).replace(tzinfo=UTC) if match else None
    except ValueError:  # no such day, or hour
        return None


class Excerpt:
    """Of a list that streams by, the lines of the files stamped from `since` to before `until`, and its
    last line, which tells how far the list goes. GDELT's list of all files has more than a million lines.

    `damaged` counts the lines with fewer than three parts in all of the list that was read last.
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
        rest = b""
        for chunk in chunks:
            block, _, rest = (rest + chunk).rpartition(b"\n")
            yield self._of(block)
            if len(rest) > _LONGEST_LINE:
                rest = rest[:1]  # no list at all: it is counted as one damaged line, and not held in memory
        yield self._of(rest)
        if self._last != self._picked:
            yield self._last + b"\n"

    def _of(self, block: bytes) -> bytes:
        """The wanted lines of some whole ones. Most blocks have none: these are not cut into lines."""
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
