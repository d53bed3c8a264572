"""Recognise placeholders that publishers write for missing values: `-`, `N/A`, `Unknown`, `none`."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import product
from typing import Literal, TypeAlias

Column: TypeAlias = Literal["value", "name", "place", "part"]

# Placeholders in any column, in the languages of the lists; casefolded, without surrounding punctuation.
_ANYWHERE = frozenset(
    """
    n/a|#n/a|n.a|not available|not applicable|not known|not specified|not stated|not provided|not given
    |not recorded|not disclosed|not yet known|not yet available|unknown|unspecified|undisclosed|unavailable
    |none known|none available|unk|n/k|n / a|n. a|not-known|no number
    |no data|no information|no information available|information not available|data not available
    |to be confirmed|to be determined|to be advised|to be decided|details unknown|details not known
    |address unknown|address not known|unknown address|location unknown|unknown location|name unknown
    |number unknown|unknown number|date unknown|unknown date|dob unknown|date of birth unknown
    |pob unknown|place of birth unknown|nationality unknown|unknown nationality
    |inconnu|inconnue|inconnus|inconnues|non connu|non connue|non disponible|non précisé|non précisée
    |non spécifié|non spécifiée|non communiqué|non communiquée|sans objet|s/o|néant
    |unbekannt|nicht bekannt|nicht verfügbar|keine angabe|keine angaben|entfällt
    |sconosciuto|sconosciuta|non noto|non nota|non disponibile
    |desconocido|desconocida|se desconoce|no disponible|no conocido|no conocida|sin datos
    |неизвестно|неизвестен|неизвестна|не известно|нет данных|нет сведений|не указано|не указан|не указана|н/д
    |невядома|няма звестак|невідомо|не відомо|немає даних
    |不详|不詳|未知|无资料|غير معروف|غير متوفر|نامشخص|bilinmiyor
    """.replace("\n", "")
    .replace("    ", "")
    .split("|")
)
# Placeholders as complete values only; they can be part of a name or address (`TBC Bank`).
_WORDS = frozenset({"none", "nil", "tbc", "tbd", "tba"})
_VALUES = (
    _ANYWHERE
    | _WORDS
    | {"na", "nan", "null", "nothing", "n.d", "s.o", "k.a", "k. a", "aucun", "aucune", "keine", "нет"}
)

_SIGNS = " .,;:()[]{}<>\"'“”„«»*_–—-?!"
_LONGEST = 40


def beginnings(texts: Iterable[str]) -> frozenset[str]:
    """Return the first three characters (or fewer) of each text, in all combinations of case.

    Most values begin with none of them, which is a fast way to exclude them.
    """
    return frozenset(
        "".join(letters)
        for text in texts
        for letters in product(*((letter, letter.upper()) for letter in text[:3]))
    )


_BEGINNINGS = beginnings({text + sign for text in _VALUES for sign in ("", *_SIGNS)})


@lru_cache(maxsize=65_536)
def _is_known(text: str, column: Column) -> bool:
    bare = text.strip(_SIGNS)
    word = bare.casefold()
    if column == "value":
        return word in _VALUES
    if column == "part":
        return word in _ANYWHERE
    # `Na` is a name; a missing one is written `na` or `NA`.
    return (
        word in _ANYWHERE or word in _WORDS or bare in ("na", "NA") or (column == "place" and word == "null")
    )


def is_placeholder(text: str, column: Column = "value") -> bool:
    """Return whether a text stands for a missing value: it has no letter or digit, or is a placeholder.

    `column` is the kind of value. In a `name` or `place`, some placeholders are names of people or places
    (`Na`); in any other `value` they are not. In a `part` of a name or address, only texts that are
    placeholders everywhere count: `NA` within an address is Naples.
    """
    if text[:1].isalnum():
        return text[:3] in _BEGINNINGS and len(text) <= _LONGEST and _is_known(text, column)
    return not any(map(str.isalnum, text)) or (len(text) <= _LONGEST and _is_known(text, column))


def any_placeholder(texts: Iterable[str | None]) -> bool:
    """Return whether any of the texts may be a placeholder, in any column; fast if none is."""
    possible = [
        text for text in texts if text is not None and (text[:3] in _BEGINNINGS or not text[:1].isalnum())
    ]
    return any(map(is_placeholder, possible))


def value(text: str | None, column: Column = "value") -> str | None:
    """Return `text`, or None if it is missing or a placeholder."""
    return None if text is None or is_placeholder(text, column) else text
