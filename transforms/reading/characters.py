"""Remove invisible characters from all texts of tables.

Readers do not see them, but texts that look alike differ by them. Removed are control characters of ASCII and
Latin-1, Unicode's line and paragraph separators, direction marks, the soft hyphen, zero-width spaces and
joiners, tags, and unpaired surrogates. The zero-width joiner and non-joiner stay within words of scripts that
use them, such as Arabic and Indic scripts.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import pyarrow as pa

_JOINERS = "\u200c\u200d"
_PARTING = "\v\f\x1c-\x1f\x85\u2028\u2029"
_OTHERS = (
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ud800-\udfff\ufff9-\ufffb\ufffe\uffff\U000e0001-\U000e007f"
)
_ANY = re.compile(f"[{_JOINERS}{_PARTING}{_OTHERS}]")
_NO_JOINER = re.compile(f"[{_PARTING}{_OTHERS}]")
_SPACE = re.compile(f"[\t\n\r{_PARTING}]")

# All of these with tab and line ends, and the bytes with which none of them begins in UTF-8.
_ANY_OR_LINE = re.compile(f"[\t\n\r{_JOINERS}{_PARTING}{_OTHERS}]")
_HARMLESS = bytes({*range(0x20, 0x7F), *range(0x80, 0x100)} - set(b"\xc2\xd8\xe2\xef\xf3"))

# Letters and marks of scripts that use joiners: Arabic to Mongolian.
_JOINED = (
    "\u0600-\u061b\u061d-\u109f\u1780-\u18af\u1a20-\u1cff\ua840-\ua87f\ua8e0-\ua8ff\ufb50-\ufdff\ufe70-\ufefc"
)
_VIRAMA = "\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d4d\u0dca"
_LOOSE_JOINER = re.compile(f"(?<![{_JOINED}])[{_JOINERS}]|(?<![{_VIRAMA}])[{_JOINERS}](?![{_JOINED}])")
_SPACES = re.compile(" {2,}")
_PIECE = 1 << 20

_counted: ContextVar[Counter[str] | None] = ContextVar("counted", default=None)


@contextmanager
def counting() -> Iterator[Counter[str]]:
    """Count what `scrubbed` removes in the block, by a readable label per character, and calls of `count`."""
    counted: Counter[str] = Counter()
    token = _counted.set(counted)
    try:
        yield counted
    finally:
        _counted.reset(token)


def scrubbed(text: str) -> str:
    """Remove invisible characters from `text`; one that separated words is replaced by a space.

    Tabs and line ends stay.
    """
    if text.isprintable() or not _ANY.search(text):
        return text
    return _LOOSE_JOINER.sub(_left_out, _NO_JOINER.sub(_left_out, text))


def decodes(data: bytes, encoding: str) -> bool:
    """Return whether all of `data` is valid in an encoding; checked in chunks."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for at in range(0, len(data), _PIECE):
            decoder.decode(data[at : at + _PIECE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def count(what: str) -> None:
    """Count one occurrence of `what` in the enclosing `counting` block."""
    if (counted := _counted.get()) is not None:
        counted[what] += 1


def _left_out(match: re.Match[str]) -> str:
    count(f"control character U+{ord(match[0]):04X}, left out")
    return " " if _SPACE.match(match[0]) else ""


def scrubbed_table(table: pa.Table, scrub: Callable[[str], str] = scrubbed) -> pa.Table:
    """Apply `scrubbed_value` to each value of a table; return the same table if nothing changes."""
    for place, column in enumerate(table.schema):
        chunks = table.column(place).chunks
        dirty = list(map(_is_dirty, chunks))
        if any(dirty):
            cleaned = [
                _scrubbed(chunk, column, scrub) if is_dirty else chunk
                for chunk, is_dirty in zip(chunks, dirty, strict=True)
            ]
            table = table.set_column(place, column, pa.chunked_array(cleaned, column.type))
    return table


def _scrubbed(array: pa.Array, column: pa.Field, scrub: Callable[[str], str]) -> pa.Array:
    values = [scrubbed_value(value, nullable=column.nullable, scrub=scrub) for value in array.to_pylist()]
    return pa.array(values, column.type)


def _is_dirty(array: pa.Array) -> bool:
    texts = array.values if pa.types.is_list(array.type) else array
    if not pa.types.is_string(texts.type) or not (buffer := texts.buffers()[2]):
        return False
    data = buffer.to_pybytes()
    return bool(data.translate(None, _HARMLESS) and _ANY_OR_LINE.search(data.decode("utf-8", "replace")))


def scrubbed_value(value: Any, *, nullable: bool, scrub: Callable[[str], str] = scrubbed) -> Any:
    """Apply `scrub` to a text or to the texts of a list, and put each on one line with single spaces.

    An unaffected value is returned as it is. A text that becomes empty is null if the column allows it, and
    is removed from a list.
    """
    if isinstance(value, list):
        return [
            left for each in value if (left := scrubbed_value(each, nullable=False, scrub=scrub)) or not each
        ]
    if not isinstance(value, str) or (left := _SPACE.sub(" ", scrub(value))) == value:
        return value
    left = _SPACES.sub(" ", left).strip()
    return left if left or not nullable else None
