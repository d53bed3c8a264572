"""Chinese and Korean names of people as single parts, in the form of `transforms.names.name_parts`.

Each name that can be Chinese or Korean is a single part: of the kind `signs` if it is written in Chinese
characters or Hangul, `syllables` if in Latin letters. Two such parts are the same name if their roots are
equal and the `sound` of one matches that of the other as a pattern, unless both have `bones` (here: the
Chinese characters) that differ.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import pyarrow as pa

from transforms.names import chinese, korean
from transforms.names.cleaning import MAX_NAME
from transforms.names.name_parts import SCHEMA, readings

_WORD = re.compile("[a-z]+")
_EASTERN = re.compile(f"[{chinese.SIGN}\uac00-\ud7a3]")
_PARTED = re.compile("[/;|(\\[]")
_MARKS = re.compile("['`´’‘ʼʹʾʿ\u0300-\u036f]")
_OTHER_LETTER = re.compile("[^\\W\\d_a-z]")
_FIRST_READING = 1_000_000
"""Greater than every number of a reading in `name_parts` and in `comparison_parts.sql`."""

Whole = tuple[str, str, str, str]
"""The kind, root, sound and bones of a name."""


def _whole_readings(reading: str) -> list[Whole]:
    if _EASTERN.search(reading):
        return [
            *(("signs", *read) for read in chinese.parse_signs(reading)),
            *(("signs", root, sound, "") for root, sound in korean.parse_hangul(reading)),
        ]
    text = reading.lower()
    if not text.isascii():
        text = unicodedata.normalize("NFD", text)
    text = _MARKS.sub("", text)
    words = _WORD.findall(text)
    if not 2 <= len(words) <= 5 or (not text.isascii() and _OTHER_LETTER.search(text)):
        return []
    return [
        ("syllables", root, sound, "")
        for root, sound in chinese.parse_latin(words) + korean.parse_latin(words)
    ]


def whole_names(names: pa.ChunkedArray) -> pa.Table:
    """Return the distinct names that can be Chinese or Korean, one row per reading, as in `name_parts`.

    Texts longer than `cleaning.MAX_NAME` are left out.
    """
    columns: list[list[Any]] = [[] for _ in SCHEMA]
    for name in names.unique().to_pylist():
        if len(name) > MAX_NAME:
            continue
        number = _FIRST_READING
        for reading in readings(name) if _PARTED.search(name) else (name,):
            for kind, root, sound, bones in _whole_readings(reading):
                row = (name, number, 0, root, kind, root, sound, bones)
                for column, value in zip(columns, row, strict=True):
                    column.append(value)
                number += 1
    return pa.table([pa.array(c, f.type) for c, f in zip(columns, SCHEMA, strict=True)], schema=SCHEMA)
