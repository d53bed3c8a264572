"""Read untrusted text and JSON within limits; errors are one line."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from typing import Any, BinaryIO

from transforms.names import cleaning
from transforms.reading.parse_result import SourceFormatError

MAX_DEPTH = 64

_FIRST_WORDS = 80

# What follows a string in a JSON object: the next key, or the end of the object.
_UNPAIRED_AT_END = re.compile(r'(?<!\\)((?:\\\\)*)\\"(?=\s*(?:,\s*"\w+"\s*:|\}\s*[,\]]))')
_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_FAULT = re.compile(r'\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})|(\\)|([\x00-\x1f])')


def utf8(name: str, data: bytes) -> str:
    """Return a file's text without a BOM. Raises SourceFormatError, with the line, for another encoding."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SourceFormatError(f"{name} line {line}: not UTF-8") from error


def json_document(name: str, stream: BinaryIO) -> Any:
    """Parse a JSON file. Raises SourceFormatError, with the file's name and the position, if it is invalid.

    Invalid are: an empty file, another encoding, a web page, a truncated file, NaN or infinite numbers, and
    too deep nesting.
    """
    return _document(name, utf8(name, stream.read()))


def mended_json(name: str, stream: BinaryIO) -> tuple[Any, Counter[str]]:
    """Parse a JSON file with badly escaped strings; return its content and counts of the repairs by kind.

    Backslashes that escape nothing and control characters are taken literally; invalid UTF-8 is replaced.
    Raises SourceFormatError like `json_document`; if the file is plain text, the message has its first words.
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
    """Return a value as clean text: empty for null, false, lists and objects; integers without a fraction."""
    if isinstance(value, str):
        return cleaning.clean(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    return str(value).removesuffix(".0")


def count_unknown(
    fields: Iterable[str], form: re.Pattern[str], otherwise: str, unknown: Counter[str]
) -> None:
    """Counts fields that a format does not know, by name where that has the form of one."""
    unknown.update(f"field {field}" if form.fullmatch(field) else otherwise for field in fields)


def numbered_files(names: Iterable[str], form: re.Pattern[str], template: str) -> tuple[list[str], list[str]]:
    """The files whose names have the form of a numbered page, in order, and all others.

    SourceFormatError if a page between others is missing, named by `template`.
    """
    numbers: dict[int, str] = {}
    others: list[str] = []
    for name in names:
        if page := form.fullmatch(name):
            numbers[int(page[1])] = name
        else:
            others.append(name)
    for number in range(1, max(numbers, default=0) + 1):
        if number not in numbers:
            raise SourceFormatError(f"{template.format(number)}: not in the snapshot")
    return [numbers[number] for number in sorted(numbers)], others


class _NoNumber(Exception):
    pass


def _no_number(constant: str) -> Any:
    raise _NoNumber(constant)


def _depth(value: object) -> int:
    """Return the nesting depth of lists and objects."""
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
