"""Inflected forms of names, and the nominatives that they can be forms of: Slavic, Baltic and Germanic."""

from __future__ import annotations

import re
from collections.abc import Iterator

Endings = tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]


def _endings(*rules: tuple[str, str]) -> Endings:
    """Endings of cases, `a|b`, each set with what stands in their place in the nominative; `-` is nothing."""
    return tuple(
        (re.compile(f"(?<=.{{3}})(?:{cases})$"), tuple(new.strip("-") for new in nominative.split("|")))
        for cases, nominative in rules
    )


_CYRILLIC = re.compile("[\u0400-\u052f]")
_BY_ENDINGS = {
    # Belarusian, Russian, Ukrainian. A name's nominative in -о and -а sounds alike, as -ий, -ы, -і and -ая do
    # after к: one of them stands for all.
    "cyrillic": _endings(
        ("ого|его|ога|ага|яга|ому|ему|аму|яму", "ий"),
        ("ой|ою|ую|ай|аю|ей|ею|єю|яй|ої|ої|ій|ию|ію|ии|ії|іі|ыі", "а|ая|ия|я"),
        ("цы|ці|це|цэ", "ка"),
        ("зе|зі", "га"),
        ("[цц][ауы]|ц[ое]м", "ец"),
        ("ом|ам|ем|ям|ым|им|ім|ові|еві|єві", "-|а|й|ь|ий"),
        ("[ыиіуе]", "а|-"),
        ("[яюиі]", "й|ь|я"),
        ("а", "-"),
    ),
    "slavic": _endings(
        ("iego|iemu|[ií]m|ię|iej", "i|ia"),
        ("ego|ého|eho|og|oga|emu|ému|omu|ym|ým", "y"),
        ("ej|é|ou|ą|ę|ě|y|i|e|u|om|em", "a|o|-"),
        ("owi|ovi|ami", "-|o"),
        ("ia", "-|i"),
        ("a", "-|o"),
    ),
    "baltic": _endings(
        ("os|ą|ai|as|o", "a|-|o"),
        ("is|us|ys|s|š|ui|am|u", "-"),
        ("io|iui|į|iu", "is|-|i"),
        ("a", "-|o"),
    ),
    "germanic": _endings(
        ("s", "-"),
    ),
}
# Nominatives whose last vowel the other cases lack.
_FLEETING = {"павл": "павел", "паўл": "павел", "льв": "лев", "pawł": "paweł", "pavl": "pavel"}


def nominatives(word: str, endings: str) -> Iterator[str]:
    """What a word in lower case can be an inflected form of, itself left out.

    `endings` says by which languages a word in Latin letters is inflected: slavic, baltic, germanic or none.
    More are given than the language has: what is no name matches none.
    """
    seen = {word}
    rules = "cyrillic" if _CYRILLIC.search(word) else endings
    for pattern, nominative in _BY_ENDINGS.get(rules, ()):
        stem, found = pattern.subn("", word)
        if not found:
            continue
        for ending in nominative:
            read = _FLEETING.get(stem, stem) + ("" if stem in _FLEETING else ending)
            if read not in seen:
                seen.add(read)
                yield read
