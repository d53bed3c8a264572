"""Find out whether a text names one of some people, so that rows about them can be withheld.

Unlike linking, which must not confuse people, this errs on the side of withholding. A name is found as whole
words, in any script, in its own order or with its first or last part moved to the other end. In addition:

- a Cyrillic name in the grammatical cases of Belarusian, Russian and Ukrainian;
- a name of three parts without its patronymic, and a longer one without its last part;
- a name with another one in brackets, with either of the two.

A name of one part is ignored, except three or more Chinese, Japanese or Korean characters, which are
searched as they are written. Not found: surnames alone, or fewer parts than the spellings have.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import unquote

from transforms.names.cleaning import MAX_NAME, clean, key, script

PARTS = 2
"""A name needs this many parts: single names are shared by many people."""

_UNPARTED = frozenset({"Hani", "Hang", "Hira", "Kana"})
_UNPARTED_LENGTH = 3

_PIECE = re.compile(r"(?:[^\W_]|['`’ʼ])+")
# After transliteration, in Latin spellings too.
_PATRONYMIC = re.compile(r"(?:v[iy]c[hz]?|[iy]ch|[aeo][uv]na|[iy]chna)$")
_BRACKETS = re.compile(r"(.*?)(\S+) \(([^()]+)\)(.*)")
_CASE = re.compile(r"(?<=[a-z]{3})(?:[oe]go|aga|[oea]mu|[aeioy]m|[aeiouyv])$")

_LONGEST_WORD = 100

Words = tuple[str, ...]


@lru_cache(maxsize=1 << 16)
def _word(piece: str) -> Words:
    return tuple(key(piece).split())


def _words(text: str) -> Words:
    if "%" in text:
        text = unquote(text)
    return tuple(word for piece in _PIECE.findall(clean(text)) for word in _word(piece))


@lru_cache(maxsize=1 << 16)
def _stem(word: str) -> str:
    """Remove the case endings of a transliterated Slavic word, as long as three letters are left.

    A word longer than `_LONGEST_WORD` is returned unchanged.
    """
    while len(word) <= _LONGEST_WORD and (shorter := _CASE.sub("", word)) != word:
        word = shorter
    return word


def _short(words: Words) -> Words:
    """Return the short form of a name.

    Three parts: without the patronymic, which is second, or last after the surname. More parts: without the
    last, which in Spanish names is the mother's surname and often omitted.
    """
    if len(words) == 3:
        for place in (1, 2):
            if _PATRONYMIC.search(words[place]):
                return words[:place] + words[place + 1 :]
    return words[:-1] if len(words) > 3 else words


def _readings(spelling: str) -> set[str]:
    """Return a name and its variants by brackets: Anna Bush (Tree), Anna Bush, Anna Tree."""
    found = {spelling}
    if match := _BRACKETS.fullmatch(spelling):
        before, last, other, after = match.groups()
        found |= {f"{before} {last} {after}", f"{before} {other} {after}"}
    return found


def _orders(words: Words) -> set[Words]:
    return {words, words[1:] + words[:1], words[-1:] + words[:-1]}


class NameSpotter:
    """A predicate on texts: whether a text names one of the people with these `spellings` of their names.

    Spellings longer than `cleaning.MAX_NAME` are ignored.
    """

    def __init__(self, spellings: Iterable[str]) -> None:
        self._sorted: set[Words] = set()
        self._plain: dict[str, set[Words]] = defaultdict(set)
        self._stems: dict[str, set[Words]] = defaultdict(set)
        self._unparted: set[str] = set()
        for spelling in spellings:
            if len(spelling) > MAX_NAME:
                continue
            for reading in _readings(clean(spelling)):
                self._learn(clean(reading))

    def _learn(self, spelling: str) -> None:
        writing = script(spelling)
        if writing in _UNPARTED and len(solid := spelling.replace(" ", "")) >= _UNPARTED_LENGTH:
            self._unparted |= {spelling, solid}
        if len(key(spelling).split()) < PARTS:
            return
        words = _words(spelling)
        if not words:  # characters that become words only by transliteration
            return
        for name in {words, _short(words)}:
            self._sorted.add(tuple(sorted(name)))
            for order in _orders(name):
                self._plain[order[0]].add(order)
                if writing == "Cyrl":
                    stems = tuple(map(_stem, order))
                    self._stems[stems[0]].add(stems)

    def __call__(self, text: str, *, scattered: bool = False) -> bool:
        """Return whether `text` (a title, a URL, a name) names one of the people.

        With `scattered`, the parts of a name need not be adjacent, as in a record with one element per part.
        """
        if any(name in text for name in self._unparted):
            return True
        if not self._plain:
            return False
        words = _words(text)
        if scattered and any(set(words).issuperset(name) for name in self._sorted):
            return True
        return (
            tuple(sorted(words)) in self._sorted
            or _holds(words, self._plain)
            or (bool(self._stems) and _holds(tuple(map(_stem, words)), self._stems))
        )


def _holds(words: Words, wanted: dict[str, set[Words]]) -> bool:
    """Return whether `words` contains a sequence in `wanted`, which maps first words to sequences."""
    return any(
        words[place : place + len(sequence)] == sequence
        for place, word in enumerate(words)
        for sequence in wanted.get(word, ())
    )
