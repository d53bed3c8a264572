"""Names that a list gives part by part, each part with spellings in other languages and scripts.

The parts come in the publisher's order, mostly the family's name first; a whole name here begins with the
given ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from transforms.names import cleaning

OTHER, FAMILY, MAIDEN = "other", "family-name", "maiden-name"
# Where a part of each type comes in a name.
RANKS = {
    "given-name": 0,
    "further-given-name": 1,
    "father-name": 2,
    "grand-father-name": 3,
    OTHER: 4,
    "whole-name": 4,
    FAMILY: 5,
    MAIDEN: 6,
    "tribal-name": 7,
    "suffix": 8,
}


class Spelling(NamedTuple):
    """A part in another spelling, with the publisher's codes of its language and script."""

    text: str
    lang: str | None
    script: str | None


class Part(NamedTuple):
    """A part of a name; its `value` may be empty if it has spellings."""

    rank: int
    order: int
    value: str
    type: str
    spellings: tuple[Spelling, ...] = ()


class Variant(NamedTuple):
    """A name in another spelling; `is_partial` if it is one part of several."""

    text: str
    lang: str | None
    is_partial: bool


_sorting_key = itemgetter(0, 1, 2, 3)  # all but the spellings


def sort_parts(parts: list[Part]) -> None:
    """Puts parts in the order of a name that begins with the given names."""
    if len(parts) > 1:
        parts.sort(key=_sorting_key)


def join_values(parts: Iterable[Part]) -> str:
    """The parts as one name."""
    return _join([part.value for part in parts])


def _join(texts: Iterable[str]) -> str:
    return " ".join([text for text in texts if text])


def split_maiden_name(parts: list[Part]) -> tuple[list[Part], str]:
    """The parts without a maiden name that comes beside a family's, and the former name with it.

    The latter is empty if there are not both.
    """
    if len(parts) == 1 or not {part.type for part in parts} >= {MAIDEN, FAMILY}:
        return parts, ""
    former = join_values(part for part in parts if part.type != FAMILY)
    return [part for part in parts if part.type != MAIDEN], former


@lru_cache(maxsize=1_024)
def _fold(code: str | None) -> str | None:
    return cleaning.term(code) or None if code else None


def spell_otherwise(parts: list[Part], script: str | None) -> Iterator[Variant]:
    """Gives the name in its other spellings; `script` is the name's own.

    Spellings in one language and script go together. A part without one keeps its value, or is left out if
    that is in another script. Of a part with several, each comes in one name with the first of the others:
    all combinations would be up to a thousand names, which nobody has published.
    """
    if len(parts) == 1:
        for text, lang, _ in parts[0].spellings:
            yield Variant(text, lang, False)
        return
    if not any(part.spellings for part in parts):
        return
    spelt: dict[tuple[str | None, str | None], dict[int, list[str]]] = {}
    for at, part in enumerate(parts):
        for text, lang, in_script in part.spellings:
            spelt.setdefault((_fold(lang), _fold(in_script)), {}).setdefault(at, []).append(text)
    for (lang, _), by_part in spelt.items():
        first = {at: min(texts) for at, texts in by_part.items()}
        same_script = script is None or script == cleaning.script(" ".join(first.values()))
        row = [first.get(at) or (part.value if same_script else "") for at, part in enumerate(parts)]
        is_partial = not same_script and len(first) == 1
        yield Variant(_join(row), lang, is_partial)
        for at, texts in by_part.items():
            for other in texts:
                if other != first[at]:
                    yield Variant(_join([*row[:at], other, *row[at + 1 :]]), lang, is_partial)
