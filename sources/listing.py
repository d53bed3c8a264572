"""Publishers' lists of dated files: lines `size md5 url`, as GDELT's `lastupdate.txt` has them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

_LINE = re.compile(r"(\d+) +([0-9a-f]{32}) +(https?://\S+)", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True)
class Listed:
    """A file that a list names, with the size and MD5 it should have."""

    name: str
    url: str
    size: int
    md5: str


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
