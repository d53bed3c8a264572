"""Respell names in Latin letters from other orthographies into English spelling.

The same letters stand for different sounds: ch is kh in Łacinka, Czech, Polish and German, and sh in French;
j is y in all of Central Europe; c is ts there, and j in Turkish and Azerbaijani. The language of a list does
not help, because lists and newspapers copy names as they find them. So a name is read with English spelling
rules, and also with those of other orthographies if its letters suggest them.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Orthography(NamedTuple):
    """Spelling rules of one or several languages.

    `evidence`: a pattern that a name in lower case must contain. `rules`: patterns and their English
    spelling, applied in order.
    """

    evidence: re.Pattern[str]
    rules: tuple[tuple[re.Pattern[str], str], ...]


def _orthography(evidence: str, *rules: tuple[str, str]) -> Orthography:
    return Orthography(re.compile(evidence), tuple((re.compile(old), new) for old, new in rules))


# č and š protect a result from later rules; `phonetic_key` knows them
_SIBILANTS = (("schtsch|szcz", "šč"), ("tsch|cz", "č"), ("sch|sz", "š"), ("ch", "kh"))
ORTHOGRAPHIES = (
    # Łacinka, Polish, Czech and Slovak, Lithuanian, the languages of Gaj's alphabet, German
    _orthography(
        r"[čšžśźńłŭěřůňđ]|sch|cz|sz|[oe]wa?\b|[iy]j\b|\bj[aeiou]|[^aeiouy\W]j[aeou]",
        *_SIBILANTS,
        ("c(?![hkzč])", "ts"),
        ("j", "y"),
    ),
    # German alone: s is z before vowels, z is ts
    _orthography(
        r"tsch|[oe]wa?\b|yj\b",
        *_SIBILANTS,
        ("z", "ts"),
        (r"\bs(?=[aeiou])|(?<=[aeiou])s(?=[aeioun])", "z"),
        ("j", "y"),
    ),
    # French
    _orthography(
        r"^(?!.*(?:[čšžłŭw]|sch)).*(?:tch|ou|dj|[aio]ï|gu[ei]|ine\b)",
        ("chtch", "šč"),
        ("tch", "č"),
        ("ch", "š"),
        ("(?<!d)j", "zh"),
        ("dj", "dzh"),
        ("ou", "u"),
        ("gu(?=[ei])", "g"),
        (r"(?<=i)ne\b", "n"),
    ),
    # Turkish, Azerbaijani
    _orthography("[əğı]", ("j", "zh"), ("c", "j"), ("x", "kh"), ("q", "g")),
)
_ENGLISH = re.compile(r"v[iy]ch\b")  # a patronymic spelled in English: so is the rest of the name


def spellings(name: str) -> list[str]:
    """Return a name and its respellings in English spelling and lower case, without duplicates.

    A name that is not in Latin letters is returned alone.
    """
    found = [name]
    text = name.lower()
    if _ENGLISH.search(text):
        return found
    for evidence, rules in ORTHOGRAPHIES:
        if evidence.search(text):
            respelt = text
            for old, new in rules:
                respelt = old.sub(new, respelt)
            if respelt != text and respelt not in found:
                found.append(respelt)
    return found
