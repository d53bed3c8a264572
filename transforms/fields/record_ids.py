"""Ids of records: `<source_id>:<publisher's key>`, with `#2`, `#3` behind it where the key went to others."""

from __future__ import annotations

import re

_HOLDER = re.compile(r"#[1-9][0-9]*$")


def of_holder(record_id: str, number: int) -> str:
    """The id of the record of a key's holder, numbered from 1; the first has the plain id."""
    return record_id if number == 1 else f"{record_id}#{number}"


def plain(record_id: str) -> str:
    """The id of the key's first holder, whichever holder is meant."""
    return _HOLDER.sub("", record_id)
