"""Parse sentences of prisoner lists: their kind, and their terms in months.

A small grammar over the words of `sentence_words`. A text is parsed completely or not at all, because an
unknown word can change the meaning of a number (reduced to, up to, of which). A text with several terms is
not parsed, because no number is better than a wrong one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias, get_args

from transforms.prisoners.vocabulary.sentence_words import Token, fold, tokens, without_rights

Kind: TypeAlias = Literal[
    "imprisonment",
    "prison",
    "colony",
    "arrest",
    "restricted_freedom",
    "forced_labour",
    "community_service",
    "suspended",
    "fine",
    "life",
    "death",
]


@dataclass(frozen=True)
class Sentence:
    """A parsed sentence.

    `months`: the term, or None. `kind`: the kind of sentence, if stated. `understood`: False for an unknown
    form.
    """

    months: float | None = None
    kind: Kind | None = None
    understood: bool = True


@dataclass(frozen=True)
class _Term:
    """A length of time.

    `months` is None if it includes days, which are no defined fraction of a month. `parted`: there is a comma
    between years and months, so that they may be two terms.
    """

    months: float | None
    parted: bool = False


_Item: TypeAlias = "_Term | str"

_NOT_UNDERSTOOD = Sentence(understood=False)
_KINDS: frozenset[str] = frozenset(get_args(Kind))
# The most severe first; what is next to `suspended` has been suspended.
GRAVEST_FIRST: tuple[Kind, ...] = (
    "death",
    "life",
    "suspended",
    "prison",
    "colony",
    "imprisonment",
    "arrest",
    "forced_labour",
    "restricted_freedom",
    "community_service",
    "fine",
)
_CUSTODY = frozenset({"prison", "colony", "imprisonment"})
_TERMED = (_CUSTODY, frozenset({"arrest"}), frozenset({"forced_labour"}), frozenset({"restricted_freedom"}))
_BOTH_SIDES = frozenset({"probation", "extra"})
_BINDERS = _BOTH_SIDES | {"probation_after", "extra_after"}
_PROBATION = frozenset({"probation", "probation_after", "suspended"})
_SAYS_SOMETHING = _KINDS | _BINDERS | {"status", "endless"}

_NUMBERS = ("number", "tens", "ones")
# Words that occur in any text.
_SMALL = frozenset({*_NUMBERS, "half", "comma", "break", "and", "of", "for", "filler", "replaced"})
_RANKS = {"year": 2, "month": 1, "day": 0}
_HIGHEST = 1_200  # a hundred years
_PHONE = 3  # numbers in a row
_LONGEST = 400  # characters; a longer text is not a sentence

# Words that can change a term, so that a text with them is not parsed, but that contain nothing private.
_QUALIFIERS = re.compile(
    r"(?<![^\W\d_])(?:up|to|from|or|more|less|than|at least|at most|over|under|about|around|approximately"
    r"|almost|reduced|increased|changed|without|not?|by"
    r"|до|от|или|либо|не|менее|более|больше|меньше|чем|около|примерно|почти|без|снижен[^\W\d_]*|сокращ[^\W\d_]*"
    r"|увелич[^\W\d_]*|изменен[^\W\d_]*|замен[^\W\d_]*|досрочно|освобожд[^\W\d_]*"
    r"|да|ад|або|ц[іi]|больш|менш|чым|каля|прыкладна|амаль|зн[іi]ж[^\W\d_]*|паменш[^\W\d_]*|павял[іi]ч[^\W\d_]*"
    r"|в[іi]д|чи|менше|б[іi]льше|близько|майже|зменш[^\W\d_]*|зб[іi]льш[^\W\d_]*"
    r"|hasta|desde|mas|menos|casi|o|reducid[ao]s?|aumentad[ao]s?)(?![^\W\d_])"
    r"|以上|以下|至|到|余|约|或|[-~+?/]|(?<=[0-9])[.,](?=[0-9])"
)

_START = r"(?<![^\W\d_])"  # of a word
_HEALTH = re.compile(
    rf"ps[iy]ch|psiqu|psih|pregnan|embaraz|беременн|цяжарн"
    rf"|treatment|medic|hospital|clinic|disab|illness|disease|insan|diagnos"
    rf"|{_START}mental|tratamient|enferm|salud|discapac"
    rf"|пс[иіы]х|{_START}(?:принуд[^\W\d_]*)?леч[еи]|{_START}лячэ|м[еэ]д[иы]ц[иы]|больниц|бальніц"
    rf"|госпитал|шп[иі]тал|[иі]нвал[иі]д|болезн|хвароб|здоров|здароу|здарау|вменяем|неасудн"
    rf"|стац[иы][оя]нар|д[иы]спансер|нарколог|нарколаг|{_START}(?:lacen|liacen|liachen|lechen)|balnic"
    rf"|病|医|疗|残疾|健康"
)


@lru_cache(maxsize=8_192)
def tells_of_health(text: str) -> bool:
    """Return whether a text mentions treatment, illness, a hospital or a disability, which are withheld.

    An example is a court's order of compulsory treatment. Errs on the side of withholding.
    """
    return _HEALTH.search(fold(text)) is not None


def _number(found: Sequence[Token], at: int) -> tuple[float, int] | None:
    """Return the number that starts at `at`, and its end; None if there is none."""
    if at >= len(found) or found[at].meaning not in _NUMBERS:
        return None
    value, end = found[at].value, at + 1
    if found[at].meaning == "tens" and end < len(found) and found[end].meaning == "ones":
        value, end = value + found[end].value, end + 1
    if value.is_integer() and end < len(found) and found[end].meaning == "half":
        value, end = value + 0.5, end + 1
    return value, end


def _amount(found: Sequence[Token], at: int) -> tuple[float, int] | None:
    """Return a number, which may be repeated in brackets, as in court texts: `5 (five)`."""
    amount = _number(found, at)
    if amount and [token.meaning for token in found[amount[1] : amount[1] + 1]] == ["break"]:
        again = _number(found, amount[1] + 1)
        if (
            again
            and again[0] == amount[0]
            and [t.meaning for t in found[again[1] : again[1] + 1]] == ["break"]
        ):
            return amount[0], again[1] + 1
    return amount


def _part(found: Sequence[Token], at: int) -> tuple[float, str, int] | None:
    """Return a number with its unit, and their end: `2 years`, `2 1/2 years`, `2 years and a half`."""
    amount = _amount(found, at)
    if amount is None or amount[1] >= len(found) or found[amount[1]].meaning not in (*_RANKS, "hour"):
        return None
    value, end = amount
    unit, end = found[end].meaning, end + 1
    if value.is_integer() and end < len(found) and found[end].meaning == "half":
        value, end = value + 0.5, end + 1
    return value, unit, end


def _term(found: Sequence[Token], at: int) -> tuple[_Term | None, int] | None:
    """Return the term that starts at `at` (None for hours of work), and its end; None if there is none."""
    part = _part(found, at)
    if part is None:
        return None
    value, unit, end = part
    if unit == "hour":
        return None, end
    parts, parted = {unit: value}, False
    while True:
        joined = end < len(found) and found[end].meaning in ("and", "comma")
        following = _part(found, end + joined)
        if following is None or _RANKS.get(following[1], 9) >= _RANKS[unit]:
            break
        parted |= found[end].meaning == "comma"
        value, unit, end = following
        parts[unit] = value
    months = parts.get("year", 0) * 12 + parts.get("month", 0)
    if months > _HIGHEST or not any(parts.values()):
        return None
    return _Term(None if "day" in parts else months, parted), end


def _items(found: Sequence[Token]) -> list[_Item] | None:
    """Combine numbers and units into terms; None if a number has no known unit."""
    items: list[_Item] = []
    at = 0
    while at < len(found):
        meaning = found[at].meaning
        if meaning in (*_NUMBERS, *_RANKS, "half", "hour"):
            term = _term(found, at)
            if term is None:
                return None
            at = term[1]
            items.append(term[0] or "hours")
        else:
            items.append(meaning)
            at += 1
    return items


def _before(items: Sequence[_Item], at: int) -> int | None:
    """Return the position of the term directly before `at`."""
    at -= 1
    while at >= 0 and items[at] == "of":
        at -= 1
    return at if at >= 0 and isinstance(items[at], _Term) else None


def _after(items: Sequence[_Item], at: int) -> int | None:
    """Return the position of the term after `at`; after `suspended` it must be introduced by `for`."""
    needs_for = items[at] == "suspended"
    at += 1
    while at < len(items) and items[at] in ("of", "for", "filler"):
        needs_for &= items[at] != "for"
        at += 1
    return at if at < len(items) and isinstance(items[at], _Term) and not needs_for else None


def _terms(items: Sequence[_Item]) -> list[_Term] | None:
    """Return the terms of the sentence itself, without those of probation or an additional penalty.

    None if it is unclear what a term belongs to.
    """
    taken: set[int] = set()
    for at, item in enumerate(items):
        if not isinstance(item, str) or item not in _BINDERS | {"suspended"}:
            continue
        before, after = _before(items, at), _after(items, at)
        left = items[before] if before is not None else None
        if isinstance(left, _Term) and left.parted and item in _BOTH_SIDES:
            return None
        its = {place for place in (before if item in _BOTH_SIDES else None, after) if place is not None}
        if len(its) > 1 or its & taken:
            return None
        taken |= its
    return [item for at, item in enumerate(items) if isinstance(item, _Term) and at not in taken]


def _kinds(items: Sequence[_Item]) -> set[str]:
    """Return the kind of sentence; a penalty that was replaced by another one does not count."""
    kinds: set[str] = set()
    for item in items:
        if item == "replaced":
            kinds.clear()
        elif isinstance(item, str) and item in _KINDS:
            kinds.add(item)
        elif item in _PROBATION:
            kinds.add("suspended")
    return kinds


def _sentence(items: Sequence[_Item]) -> Sentence:
    kinds, terms = _kinds(items), _terms(items)
    kind = next((kind for kind in GRAVEST_FIRST if kind in kinds), None)
    if kind in ("death", "life"):
        return Sentence(kind=kind)
    if terms is None or len(terms) > 1:
        return _NOT_UNDERSTOOD
    if not terms:
        return Sentence(kind=kind) if any(item in _SAYS_SOMETHING for item in items) else _NOT_UNDERSTOOD
    if sum(bool(family & kinds) for family in _TERMED) > 1:  # it is not stated whose term it is
        return _NOT_UNDERSTOOD
    if terms[0].parted and kinds - _CUSTODY - {"fine"}:  # the months may be a separate term
        return _NOT_UNDERSTOOD
    if kind == "fine" or (kind == "community_service" and "hours" in items):
        kind = None  # it is next to a term of something else
    months = terms[0].months
    return _NOT_UNDERSTOOD if months is None and kind is None else Sentence(months, kind)


@lru_cache(maxsize=8_192)
def _read(text: str) -> Sentence:
    if not text.strip() or tells_of_health(text):
        return Sentence()
    found = tokens(text)
    items = _items(found) if found else None
    return _sentence(items) if items else _NOT_UNDERSTOOD


def read(text: str) -> Sentence:
    """Parse a sentence in Belarusian, Russian, Ukrainian, English, Spanish or Chinese.

    The term is that of the sentence alone, without probation and additional penalties. Fines, life and death
    have no term. Days are not converted to months, so `15 days of arrest` is an arrest without a term. A text
    in an unknown form, with several terms, or with an implausible one (zero, more than 100 years) is not
    understood. A text about health (`tells_of_health`) gives an empty result: the caller withholds it. The
    time is linear in the length of the text.
    """
    return _read(text) if len(text) <= _LONGEST else _NOT_UNDERSTOOD


def _is_a_row_of_numbers(found: Sequence[Token]) -> bool:
    """Return whether numbers follow each other as in a telephone number."""
    kinds = "".join("n" if token.meaning == "number" else "-" for token in found)
    return "n" * _PHONE in kinds


@lru_cache(maxsize=8_192)
def in_known_words(text: str) -> str | None:
    """Return the text if it may be published: if every word is a known word of sentences.

    None for a text with any other word or sign, which can be a story, an address or a name; for numbers and
    small words alone; and for a text about health. Descriptions of lost rights are left out.
    """
    text = " ".join(text.split())
    if not text or len(text) > _LONGEST or tells_of_health(text):
        return None
    found = tokens(text) or tokens(_QUALIFIERS.sub(" ", fold(text)))
    if not found or all(token.meaning in _SMALL for token in found) or _is_a_row_of_numbers(found):
        return None
    return without_rights(text)
