"""Zips from outside: their list of members is bounded before it is read."""

from __future__ import annotations

import zipfile
from io import BytesIO

from transforms.reading.parse_result import SourceFormatError

_ENTRY = b"PK\x01\x02"  # which begins each member's entry in the list at the end


def opened(data: bytes, name: str, most: int) -> zipfile.ZipFile:
    """The zip in `data`, the bytes of the file called `name`.

    SourceFormatError if it has more than `most` members; zipfile's errors for what is no whole zip.
    """
    # A list of millions weighs gigabytes. Twice as many, since members' bytes may have one by chance.
    if data.count(_ENTRY) <= 2 * most:
        archive = zipfile.ZipFile(BytesIO(data))
        if len(archive.infolist()) <= most:
            return archive
    raise SourceFormatError(f"{name}: more than {most:,} members in the zip")
