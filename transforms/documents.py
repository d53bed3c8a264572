"""Text and JSON from outside: read with bounds, and with their faults told in one line."""

from __future__ import annotations

import json
from typing import Any, BinaryIO

from transforms import names
from transforms.snapshot import SourceFormatError

MAX_DEPTH = 64


def utf8(name: str, data: bytes) -> str:
    """A file's text without a BOM. SourceFormatError, with the line, if it is in another encoding."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SourceFormatError(f"{name} line {line}: not UTF-8") from error


def json_document(name: str, stream: BinaryIO) -> Any:
    """What a JSON file holds. SourceFormatError, with its name and the place, if it is no JSON: empty,
    another encoding, a web page, cut off, with numbers that are none, or nested too deep."""
    text = utf8(name, stream.read())
    if not text.strip():
        raise SourceFormatError(f"{name}: empty file")
    if text.lstrip().startswith("<"):
        raise SourceFormatError(f"{name} line 1: starts with '<', not JSON")
    try:
        found = json.loads(text, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        raise SourceFormatError(f"{name} line {error.lineno}: not JSON: {error.msg}") from error
    except _NoNumber as error:
        raise SourceFormatError(f"{name}: {error} is no number of JSON") from error
    except (RecursionError, ValueError) as error:  # ValueError: a number of thousands of digits
        raise SourceFormatError(f"{name}: nested too deep, or with a number too long") from error
    if _depth(found) > MAX_DEPTH:
        raise SourceFormatError(f"{name}: nested too deep")
    return found


def text(value: object) -> str:
    """A value as clean text: empty for null, false, lists and objects; whole numbers without a fraction.

    Half of a character pair (`\\ud800`), which JSON can hold and no table can, is a question mark.
    """
    if isinstance(value, str):
        return names.clean(value.encode("utf-8", "replace").decode())
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    return str(value).removesuffix(".0")


class _NoNumber(Exception):
    pass


def _no_number(constant: str) -> Any:
    raise _NoNumber(constant)


def _depth(value: object) -> int:
    """How deep lists and objects are nested, looked at level by level."""
    level, depth = [value], 0
    while level:
        level = [
            child
            for each in level
            if isinstance(each, dict | list)
            for child in (each.values() if isinstance(each, dict) else each)
        ]
        depth += 1
    return depth
