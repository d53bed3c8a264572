"""Canada's sanctions regimes by their names in English and French, and their regulations."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from transforms.fields import countries
from transforms.names import cleaning

# The regimes under the Special Economic Measures Act: the English half of the list's name, the French half
# where there is one, and the name in the regulations' title where it is another.
_SPECIAL_MEASURES: tuple[tuple[str, str | None, str | None], ...] = (
    ("Belarus", "Bélarus", None),
    ("China", "Chine", "People's Republic of China"),
    ("Extremist Settler Violence", "Violence extrémiste des colons", None),
    ("Guatemala", None, None),
    ("Haiti", "Haïti", None),
    ("Hamas Terrorist Attacks", "Attaques terroristes du Hamas", None),
    ("Iran", None, None),
    ("Moldova", None, None),
    ("Myanmar (Burma)", "Myanmar (Birmanie)", "Myanmar"),  # until March 2025: Burma
    ("Nicaragua", None, None),
    ("Russia", "Russie", None),
    ("South Sudan", "Soudan du sud", None),
    ("Sri Lanka", None, None),
    ("Sudan", "Soudan", None),
    ("Syria", "Syrie", None),
    ("Ukraine", None, None),
    ("Venezuela", None, None),
    ("Zimbabwe", None, None),
)
_CORRUPT_OFFICIALS = "Justice for Victims of Corrupt Foreign Officials Regulations (JVCFOR)"
_VICTIMS = ("justice for victims of corrupt foreign officials", "jvcfo")  # the act or the regulations
_REGULATIONS = {
    **{
        regime: f"Special Economic Measures ({title or regime}) Regulations"
        for regime, _, title in _SPECIAL_MEASURES
    },
    _CORRUPT_OFFICIALS: _CORRUPT_OFFICIALS.removesuffix(" (JVCFOR)"),
}
_BILINGUAL = {
    **{regime: f"{regime} / {french}" if french else regime for regime, french, _ in _SPECIAL_MEASURES},
    _CORRUPT_OFFICIALS: f"{_CORRUPT_OFFICIALS} / Règlement relatif à la justice pour les victimes de "
    "dirigeants étrangers corrompus (RJVDEC)",
}
# The regimes by what else their English half may be, as compared.
_REGIMES = {
    **{cleaning.term(regime): regime for regime in _REGULATIONS},
    **{cleaning.term(regulations): regime for regime, regulations in _REGULATIONS.items()},
    "burma": "Myanmar (Burma)",
    "myanmar": "Myanmar (Burma)",
    "people's republic of china": "China",
}
_BETWEEN_HALVES = re.compile(r"(?<!\s)\s*[/|]\s*")
_HALVES = re.compile(r"\s[/|]\s")


def _halves(text: str) -> tuple[str, ...]:
    """A text in two languages as it is compared, whatever separates them."""
    return tuple(map(cleaning.term, _BETWEEN_HALVES.split(text)))


_SPELLINGS = {_halves(text): text for text in _BILINGUAL.values()}
_BY_FRENCH = {halves[1]: _REGIMES[halves[0]] for halves in _SPELLINGS if len(halves) > 1}
_MOST_SLIPS = 2  # letters that differ at most
_SHORTEST_WITH_SLIP = 5  # letters of a word in which that many do not make another one


class Regime(NamedTuple):
    """A regime: as in keys, in the publisher's two languages, and its regulations.

    `is_known` is False for a regime that is not listed here, or is written with a slip of the pen.
    """

    key: str
    program: str
    regulations: str | None
    is_known: bool


def english_half(text: str) -> str:
    """The English half of a text in two languages: `Belarus` of `Belarus / Bélarus`."""
    return _HALVES.split(text)[0]


@lru_cache(maxsize=4_096)
def find_regime(country: str) -> Regime:
    """The regime that the list's `Country` names, in one spelling whatever its case."""
    text = cleaning.clean(country)
    english = english_half(text)
    term = cleaning.term(english.partition("/")[0]).replace("’", "'")
    regime = _CORRUPT_OFFICIALS if term.startswith(_VICTIMS) else _REGIMES.get(term)
    program = _SPELLINGS.get(_halves(text), text)
    if regime:
        return Regime(regime, program, _REGULATIONS[regime], True)
    if meant := _find_meant(term, _halves(text)):
        return Regime(meant, _BILINGUAL[meant], _REGULATIONS[meant], False)
    is_act = "regulations" in term or term.endswith(" act")
    return Regime(english, program, english if is_act else None, False)


def _find_meant(term: str, halves: tuple[str, ...]) -> str | None:
    """The regime that a name with a slip of the pen means: its French half or one like it shows which.

    None if there is none, or if the name is that of a state, which may be a new regime.
    """
    if countries.code(term):
        return None
    if french := [regime for half in halves[1:] if (regime := _BY_FRENCH.get(half))]:
        return french[0]
    near = [known for known in _REGIMES if len(known) >= _SHORTEST_WITH_SLIP <= len(term)]
    found = {_REGIMES[known] for known in near if Levenshtein.distance(known, term) <= _MOST_SLIPS}
    return found.pop() if len(found) == 1 else None
