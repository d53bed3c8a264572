"""Text and JSON from outside: read with bounds, and with their faults told in one line."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any, BinaryIO

from transforms.names import cleaning
from transforms.reading.parse_result import SourceFormatError

MAX_DEPTH = 64

_FIRST_WORDS = 80

# What follows on a string in a JSON object: the next key, or the object's end.
_UNPAIRED_AT_END = re.compile(r'(?<!\\)((?:\\\\)*)\\"(?=\s*(?:,\s*"\w+"\s*:|\}\s*[,\]]))')
_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_FAULT = re.compile(r'\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})|(\\)|([\x00-\x1f])')


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
    return _document(name, utf8(name, stream.read()))


def mended_json(name: str, stream: BinaryIO) -> tuple[Any, Counter[str]]:
    """What a JSON file with badly written strings holds, and how many faults of which kind were mended.

    A backslash that escapes nothing stands for itself, a control character too, and bytes that are not
    UTF-8 are replaced. SourceFormatError as from `json_document`; for plain words, with the first of them.
    """
    data = stream.read()
    faults: Counter[str] = Counter()
    text = data.decode("utf-8-sig", "replace")
    if bad := text.count("\ufffd") - data.count("\ufffd".encode()):
        faults["bytes not UTF-8, replaced"] = bad
    start = text.lstrip()[:_FIRST_WORDS]
    if start and start[0] not in "{[<":
        raise SourceFormatError(f"{name}: not JSON, but says: {' '.join(start.split())}")
    try:
        return _document(name, text), faults
    except SourceFormatError:
        return _document(name, _mended(text, faults)), faults


def _mended(text: str, faults: Counter[str]) -> str:
    def fault(match: re.Match[str]) -> str:
        if match[1]:
            faults["JSON: backslash that escapes nothing"] += 1
            return r"\\"
        if match[2]:
            faults["JSON: control character in a string"] += 1
            return f"\\u{ord(match[2]):04x}"
        return match[0]

    def last(match: re.Match[str]) -> str:
        faults["JSON: backslash that escapes nothing"] += 1
        return match[1] + r'\\"'

    text = _UNPAIRED_AT_END.sub(last, text)
    return _STRING.sub(lambda string: _FAULT.sub(fault, string[0]), text)


def _document(name: str, text: str) -> Any:
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
    """A value as clean text: empty for null, false, lists and objects; whole numbers without a fraction."""
    if isinstance(value, str):
        return cleaning.clean(value)
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
