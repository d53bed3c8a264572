"""Find the nominatives of inflected names in Slavic, Baltic and Germanic languages."""

from __future__ import annotations

import re
from collections.abc import Iterator

Endings = tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]


def _endings(*rules: tuple[str, str]) -> Endings:
    """Compile case endings (`a|b`) and their replacements in the nominative; `-` is the empty text."""
    return tuple(
        (re.compile(f"(?<=.{{3}})(?:{cases})$"), tuple(new.strip("-") for new in nominative.split("|")))
        for cases, nominative in rules
    )


_CYRILLIC = re.compile("[\u0400-\u052f]")
_BY_ENDINGS = {
    # Belarusian, Russian, Ukrainian. Nominatives in -о and -а have the same phonetic key, and so do -ий, -ы,
    # -і and -ая after к. One of them is enough.
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
# Nominatives whose last vowel disappears in the other cases.
_FLEETING = {"павл": "павел", "паўл": "павел", "льв": "лев", "pawł": "paweł", "pavl": "pavel"}


def nominatives(word: str, endings: str) -> Iterator[str]:
    """Yield the nominatives of which a word in lower case can be an inflected form, except the word itself.

    `endings` is the language group that inflects words in Latin letters: slavic, baltic, germanic or none.
    Some results do not exist in the language; that is harmless, because they match no name.
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
