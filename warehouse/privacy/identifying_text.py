"""How a record's id or key is found in a text: in which spellings, as a whole word, and if it is worth it."""

from __future__ import annotations

import re
from urllib.parse import quote

from warehouse.privacy.suppression_list import Entry

KEY_LENGTH = 6
"""The least length of a key that identifies a record in any text."""


def spellings(text: str) -> tuple[str, ...]:
    """A text and its percent-encoded forms, in which it may be part of an address."""
    return tuple(dict.fromkeys((text, quote(text), quote(text, safe=""))))


def whole_word(text: str) -> str:
    """A pattern for `text` where it is not part of something longer: `x-1` is not in `x-12` nor `x-1-a`."""
    return rf"(?<!\w)(?<!\w-){re.escape(text)}(?!\w|-\w)"


def is_identifying_key(entry: Entry) -> bool:
    """Whether a record's key identifies it without its source: a slug does, a number does not."""
    return len(entry.key) >= KEY_LENGTH and not entry.key.isdigit()
