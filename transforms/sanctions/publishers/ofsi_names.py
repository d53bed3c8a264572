"""Names on OFSI's list: the main one, the others and those in other scripts, by the words for their kinds."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import Any, TypeAlias

from transforms.fields.placeholders import is_placeholder
from transforms.fields.record_parts import Name, NameKind
from transforms.names import cleaning
from transforms.reading.declaration import TEXT, Fields, Node, group
from transforms.sanctions.target_names import main_name
from transforms.sanctions.united_kingdom import LANGUAGES, is_nothing

PARTS = ("Name 1", "Name 2", "Name 3", "Name 4", "Name 5", "Name 6")  # Name 6 is the surname or all
ORIGINAL = ("Name Non-Latin Script", "Non-Latin Script Type", "Non-Latin Script Language")
TYPE, QUALITY = "Alias Type", "Alias Quality"
FIELDS: Fields[Any, Any] = {
    "name": group(dict.fromkeys((*PARTS, TYPE, QUALITY), TEXT)),
    "original": group(dict.fromkeys((*ORIGINAL, TYPE, QUALITY), TEXT)),
}

ALIAS_TYPES: dict[str, NameKind] = {
    "primary name": "alias",  # of two, that which is not the main name
    "prime alias": "alias",  # its former word
    "primary name variation": "alias",
    "aka": "alias",
    "fka": "former",
}
PRIMARY_TYPES = ("primary name", "prime alias")
VARIATION = "primary name variation"
QUALITIES = ("", "good quality", "low quality")
LOW = "low quality"
# Languages that the UK Sanctions List does not have, by their words here; a script in place of one is none.
OTHER_LANGUAGES = {"cyrillic": None, "russia": "ru", "ukraine": "uk"}
SCRIPT_LANGUAGES = {"persian": "fa", "russian": "ru"}
KINDS: tuple[NameKind, ...] = ("alias", "weak_alias", "former")

Found: TypeAlias = dict[tuple[str, str | None], NameKind]  # by name and language

# How near a name is to being the main one by its type. Where none is, one whose type is not known may be:
# `Primay name`.
_MAIN, _ODD, _NEAR, _OTHER = range(4)


@lru_cache(maxsize=1_024)
def name_kind(type_: str, quality: str) -> tuple[int, NameKind, tuple[str, ...]]:
    """How near a name is to being the main one, its kind if it is not, and what is not known."""
    type_, quality = cleaning.term(type_).replace(".", ""), cleaning.term(quality)
    odd_type = () if type_ in ALIAS_TYPES else (f"Alias Type {type_}",)
    odd_quality = () if quality in QUALITIES else (f"Alias Quality {quality}",)
    kind = ALIAS_TYPES.get(type_, "alias")
    distance = (
        _MAIN if type_ in PRIMARY_TYPES else _ODD if odd_type else _NEAR if type_ == VARIATION else _OTHER
    )
    weak = kind == "alias" and quality == LOW
    return distance, "weak_alias" if weak else kind, odd_type + odd_quality


def read_names(node: Node, unknown: Counter[str]) -> tuple[str | None, list[Name]]:
    """The main name, if there is any name, and all names, each of its best kind."""
    nearest: tuple[int, str] | None = None
    found: Found = {}
    for given in node.each("name"):
        parts = [part for column in PARTS if (part := given.get(column)) and not is_nothing(part)]
        text = cleaning.clean(" ".join(parts))
        if main_name(text):
            distance, kind, odd = name_kind(given.get(TYPE, ""), given.get(QUALITY, ""))
            if nearest is None or (distance, text) < nearest:
                nearest = distance, text
            _keep_best(found, (text, None), kind)
            if odd:
                unknown.update(odd)
    if nearest is None:
        return None, []
    if nearest[0] in (_ODD, _OTHER):
        unknown["no Primary name"] += 1
    _add_originals(found, node, unknown)
    return nearest[1], [Name(text, kind, cleaning.script(text), lang) for (text, lang), kind in found.items()]


def _keep_best(found: Found, name: tuple[str, str | None], kind: NameKind) -> None:
    if name not in found or KINDS.index(kind) < KINDS.index(found[name]):
        found[name] = kind


def _add_originals(found: Found, node: Node, unknown: Counter[str]) -> None:
    """Adds the names in other scripts; one whose language some row gives is not there without it."""
    with_language: set[str] = set()
    for given in node.each("original"):
        original, script, language = (given.get(column, "") for column in ORIGINAL)
        if text := cleaning.clean(original):
            lang = _language(language, script, unknown)
            _keep_best(found, (text, lang), name_kind(given.get(TYPE, ""), given.get(QUALITY, ""))[1])
            if lang:
                with_language.add(text)
    for text in with_language:
        found.pop((text, None), None)


def _language(language: str, script: str, unknown: Counter[str]) -> str | None:
    """The language of a name, which at times is in place of the script."""
    if not language and not script:
        return None
    word = cleaning.term(language)
    if word not in LANGUAGES and word not in OTHER_LANGUAGES and not is_placeholder(word):
        unknown[f"{ORIGINAL[2]} {cleaning.clean(language)}"] += 1
    return LANGUAGES.get(word) or OTHER_LANGUAGES.get(word) or SCRIPT_LANGUAGES.get(cleaning.term(script))
