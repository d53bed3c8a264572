"""Sentence terms as prisoner lists write them, in months."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_NUMBER = r"(?P<{0}>\d+(?:\.\d+)?)(?:\s+(?P<{0}_half>1/2))?"
_TERM = re.compile(
    rf"(?:{_NUMBER.format('years')}\s*years?)?"
    r"(?:\s*(?:,|and)?\s*)"
    rf"(?:{_NUMBER.format('months')}\s*months?)?",
    re.IGNORECASE,
)
# Sentences that are no term: fines by amount or in base values, and those without an end.
_NO_TERM = re.compile(
    r"[\d.,\s]*(?:base (?:value|unit|amount)s?|(?:Belarusian )?rubles?|BYN|fine)"
    r"|life(?: imprisonment| sentence)?|death penalty",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Sentence:
    """`months` is the term, or None if it is none; `understood` is False for text of no known form."""

    months: float | None = None
    understood: bool = True


def _number(match: re.Match[str], part: str) -> float:
    return float(match[part] or 0) + (0.5 if match[f"{part}_half"] else 0)


@lru_cache(maxsize=4_096)
def read(text: str) -> Sentence:
    """Reads an English sentence text.

    Known forms, all seen in Viasna's export: `6 years`, `2 1/2 years`, `19 months`,
    `1 year 6 months` (with `and` or a comma too), and as no term `500 base value`,
    `5.100 Belarusian rubles` and empty text.
    """
    text = " ".join(text.split())
    if not text or _NO_TERM.fullmatch(text):
        return Sentence()
    match = _TERM.fullmatch(text)
    if not match or not (match["years"] or match["months"]):
        return Sentence(understood=False)
    return Sentence(_number(match, "years") * 12 + _number(match, "months"))
