"""The other ways in which a name in Latin letters can be meant.

The same letters are other sounds in other languages: ch is kh in Łacinka, Czech, Polish and German, and sh in
French; j is y in all of Central Europe; c is ts there, and j in Turkish and Azerbaijani. The language of a
list says nothing of it, as lists and papers take names over as they find them. So a name is read as English
writes it and also, where its own letters suggest that, as these others do.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Orthography(NamedTuple):
    """`evidence` is searched in a name in lower case; `rules`, patterns and what they become in English
    spelling, are applied one after the other."""

    evidence: re.Pattern[str]
    rules: tuple[tuple[re.Pattern[str], str], ...]


def _orthography(evidence: str, *rules: tuple[str, str]) -> Orthography:
    return Orthography(re.compile(evidence), tuple((re.compile(old), new) for old, new in rules))


# č and š stand for what must not be changed again: `sound` knows them
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
_ENGLISH = re.compile(r"v[iy]ch\b")  # who writes the end of a patronymic so writes the rest so


def spellings(name: str) -> list[str]:
    """A name, and what else its letters can be, in English spelling and lower case; each once.

    A name in other letters than Latin ones is itself alone.
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
