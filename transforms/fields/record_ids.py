"""Ids of records: `<source_id>:<publisher's key>`, and the suffix `#2`, `#3` for later holders of the key."""

from __future__ import annotations

import re

_HOLDER = re.compile(r"#[1-9][0-9]*$")


def of_holder(record_id: str, number: int) -> str:
    """Return the record id of a key's holder, numbered from 1; the first has no suffix."""
    return record_id if number == 1 else f"{record_id}#{number}"


def plain(record_id: str) -> str:
    """Return the id of the key's first holder."""
    return _HOLDER.sub("", record_id)
