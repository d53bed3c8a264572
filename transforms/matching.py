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
    """A name on a list. `births` are dates in EDTF, `countries` ISO 3166-1 alpha-2 codes; either
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
        if wanted := key(named.name):
            known[wanted].append(named)
    for named in left:
        wanted = key(named.name)
        for found in known.get(wanted, ()):
            agrees = _births_agree(named.births, found.births) and _overlap(named.countries, found.countries)
            yield Match(named, found, 1.0 if agrees else CONTRADICTED, agrees)


def _births_agree(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    return not a or not b or any(_one_time(_span(x), _span(y)) for x in a for y in b)


def _span(birth: str) -> tuple[str, str]:
    """From when to when an EDTF date is; an approximate one is taken at its word."""
    first, _, last = birth.removesuffix("~").partition("/")
    return first, last or first


def _one_time(a: tuple[str, str], b: tuple[str, str]) -> bool:
    return _not_after(a[0], b[1]) and _not_after(b[0], a[1])


def _not_after(a: str, b: str) -> bool:
    """Whether `a` can be before `b` or equal, as far as both are known: 1954 and 1954-08-30 can be."""
    known = min(len(a), len(b))
    return a[:known] <= b[:known]


def _overlap(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    return not a or not b or not set(a).isdisjoint(b)
