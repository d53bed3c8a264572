"""Who on one list of names is on another: by equal names, for now.

Two names match if they are equal after transliteration, whatever the order of their parts.
A birth date or country that speaks against it takes the match back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from transforms.names import key

CONTRADICTED = 0.5
"""The score of an equal name with a birth date or country that differs: to be looked at, no match."""


@dataclass(frozen=True)
class Named:
    """A name on a list. `births` are dates as ISO prefixes, `countries` ISO 3166-1 alpha-2 codes; either
    may be empty, and then speaks neither for nor against. `ref` is the record it comes from."""

    name: str
    births: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    ref: str = ""


@dataclass(frozen=True)
class Match:
    left: Named
    right: Named
    score: float
    match: bool


def match(left: Iterable[Named], right: Iterable[Named]) -> Iterator[Match]:
    """Every pair with an equal name, in the order of `left`, with whether the rest agrees."""
    known: dict[str, list[Named]] = defaultdict(list)
    for named in right:
        known[key(named.name)].append(named)
    for named in left:
        wanted = key(named.name)
        for found in known[wanted] if wanted else []:
            agrees = _births_agree(named.births, found.births) and _overlap(named.countries, found.countries)
            yield Match(named, found, 1.0 if agrees else CONTRADICTED, agrees)


def _births_agree(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    return not a or not b or any(x.startswith(y) or y.startswith(x) for x in a for y in b)


def _overlap(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    return not a or not b or not set(a).isdisjoint(b)
