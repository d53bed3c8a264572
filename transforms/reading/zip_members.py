"""Open untrusted zip files: the size of their directory is checked before it is read."""

from __future__ import annotations

import zipfile
from io import BytesIO

from transforms.reading.parse_result import SourceFormatError

_ENTRY = b"PK\x01\x02"  # the beginning of each member's entry in the central directory


def opened(data: bytes, name: str, most: int) -> zipfile.ZipFile:
    """Open the zip in `data`, the bytes of the file `name`.

    Raises SourceFormatError if it has more than `most` members, and zipfile's errors if it is damaged.
    """
    # A directory of millions of members needs gigabytes. The limit is doubled, because the signature can
    # occur in members by chance.
    if data.count(_ENTRY) <= 2 * most:
        archive = zipfile.ZipFile(BytesIO(data))
        if len(archive.infolist()) <= most:
            return archive
    raise SourceFormatError(f"{name}: more than {most:,} members in the zip")
