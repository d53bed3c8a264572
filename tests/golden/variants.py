"""Deterministic changes of a snapshot's files, to reach quarantine, unknown elements and errors."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from functools import partial

Change = Callable[[bytes], bytes]
"""From a file's content to its changed content."""

_EVERY = 5
_ERROR_PAGE = b"<!DOCTYPE html><html><head><title>Error</title></head><body><h1>503</h1></body></html>\n"
# A word of a value, of a key in JSON or of a column's name; no part of a tag but an attribute's value.
_WORD = re.compile(rb"(?<=[>\"',;:\s])(?!(?:true|false|null|yes|no)\b)[A-Za-z0-9\x80-\xff]{3,}(?=[<\"',;\s])")
# An element or an attribute, but for those that XML itself gives a meaning.
_NAME = re.compile(
    rb"(?<=<)/?[A-Za-z][\w.:-]*|(?<=\s)(?!version|encoding|standalone|xmlns)[A-Za-z][\w.:-]*(?==\")"
)


def _empty(content: bytes) -> bytes:
    return b""


def _error_page(content: bytes) -> bytes:
    return _ERROR_PAGE


def _cut(content: bytes) -> bytes:
    return content[: len(content) * 3 // 5]


def _replace_words(content: bytes, first: int, *, in_head: bool) -> bytes:
    """Puts nonsense in place of every fifth word and number, in the first half of a file, where its columns'
    names are, or in the rest; in a workbook or zip, of its members."""
    if _is_zip(content):
        return _change_members(content, partial(_replace_words, first=first, in_head=in_head))
    head = len(content) // 2
    words = [word for word in _WORD.finditer(content) if (word.start() < head) == in_head]
    pieces = []
    end = 0
    for word in words[first::_EVERY]:
        pieces += [content[end : word.start()], b"7" if word[0].isdigit() else b"Qq7x"]
        end = word.end()
    return b"".join([*pieces, content[end:]])


def _rename_elements(content: bytes, first: int) -> bytes:
    """Renames every fifth of the elements and attributes of a file of XML or HTML, wherever they occur."""
    if _is_zip(content):
        return content
    names = sorted({name.lstrip(b"/") for name in _NAME.findall(content)})
    chosen = set(names[first::_EVERY])
    return _NAME.sub(lambda name: name[0] + b"X" * (name[0].lstrip(b"/") in chosen), content)


def _is_zip(content: bytes) -> bool:
    return content.startswith(b"PK")


def _change_members(content: bytes, change: Change) -> bytes:
    """A zip with its data changed: a workbook's shared texts, else every member."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(changed, "w") as after:
        for info in before.infolist():
            data = before.read(info)
            is_frame = info.filename.endswith((".xml", ".rels")) and "sharedStrings" not in info.filename
            after.writestr(info, data if is_frame else change(data))
    return changed.getvalue()


def _variants() -> Iterator[tuple[str, Change]]:
    yield from {"empty": _empty, "error page": _error_page, "cut": _cut}.items()
    for first in range(_EVERY):
        yield f"head {first}", partial(_replace_words, first=first, in_head=True)
        yield f"words {first}", partial(_replace_words, first=first, in_head=False)
        yield f"elements {first}", partial(_rename_elements, first=first)


VARIANTS = dict(_variants())
"""Every change by name."""
