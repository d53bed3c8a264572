"""Texts that list several values: `a) one b) two`, `1) one 2) two`, or separated by semicolons."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from string import ascii_lowercase

from transforms.fields.placeholders import is_placeholder

LONGEST = 4_000  # characters of a text that is taken apart; the real ones end at 3,333

_MARK = re.compile(r"(?:^|(?<=[\s,;.]))\(?([a-z]|\d{1,2})\)\s*", re.IGNORECASE)
_NEXT_MARKS = dict(pairwise([*ascii_lowercase])) | {str(at): str(at + 1) for at in range(1, 99)}
_SEMICOLON = re.compile(r"(?:;|>>)(?![^()]*\))")
_HEADING = re.compile(r"[A-Za-z ]{0,15}\b(?:POB|Address)\s*:[\s.]*")


@lru_cache(maxsize=4_096)
def listed_parts(text: str) -> tuple[str, ...]:
    """The values of a text, without placeholders and without the heading of each (`POB:`)."""
    if len(text) > LONGEST:
        return (text,)
    parts = _marked(text) if ")" in text else [text]
    if len(parts) == 1 and (";" in text or ">>" in text):
        parts = _SEMICOLON.split(text)
    found = [part.strip(" ,;") for part in parts]
    if ":" in text:
        found = [part[heading.end() :] if (heading := _HEADING.match(part)) else part for part in found]
    return tuple(part for part in found if not is_placeholder(part))


def _marked(text: str) -> list[str]:
    """A text split at `a)`, `b)` and so on, in that order; the first may be missing, one come twice.

    What comes out of order parts nothing: a number in Roman figures, `(C)` for a copyright.
    """
    parts, at = [], 0
    wanted = {"1"} if text.startswith(("1)", "(1)")) else {"a", "b"}
    for mark in _MARK.finditer(text):
        sign = mark[1].lower()
        if sign in wanted:
            parts.append(text[at : mark.start()])
            at = mark.end()
            wanted = {_NEXT_MARKS.get(sign, ""), "" if sign == "i" else sign}
    return [*parts, text[at:]]
