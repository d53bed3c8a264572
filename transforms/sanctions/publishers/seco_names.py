"""The names of a target on SECO's list: which is the main one, their kinds, their parts and spellings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

import pycountry

from transforms.fields.placeholders import value
from transforms.fields.record_parts import Name, NameKind
from transforms.names import cleaning
from transforms.reading.declaration import OWN_TEXT, Fields, Node, group, ignored, texts
from transforms.sanctions.target import whole_number
from transforms.sanctions.vocabulary.names_in_parts import (
    OTHER,
    RANKS,
    Part,
    Spelling,
    join_values,
    sort_parts,
    spell_otherwise,
    split_maiden_name,
)

ENGLISH = "eng"
SSID = {"@ssid": ignored("number of the row; records are known by their target's")}
IN_LANGUAGE = texts("@lang", OWN_TEXT)
_SPELLING: Fields[Any, Any] = {
    **IN_LANGUAGE,
    **texts("@script"),
    "@spelling-variant-type": ignored("always `not-defined`"),
}
NAME: Fields[Any, Any] = {
    **SSID,
    **texts("@name-type", "@quality", "@lang"),
    "name-part": group({**texts("@order", "@name-part-type", "value"), "spelling-variant": group(_SPELLING)}),
}
_TITLE, _PRIMARY = "title", "primary-name"
_TYPES: dict[str, NameKind] = {_PRIMARY: "alias", "alias": "alias", "formerly-known-as": "former"}
_QUALITIES = frozenset({"good", "low"})
_BETWEEN_WORDS = re.compile(r"[\s_-]+")
# How near a name is to being the main one by its type: one whose type is not known may be.
_MAIN, _ODD, _NOT_MAIN = range(3)


@lru_cache(maxsize=4_096)
def word_of(text: str | None) -> str:
    """A word of the list's vocabulary as it is compared; empty if none is given."""
    return _BETWEEN_WORDS.sub("-", cleaning.term(text)) if text else ""


def read_quality(node: Node, unknown: Counter[str]) -> str:
    """`good` or `low`; a word that is neither is counted."""
    quality = node.text("@quality") or "good"
    if word_of(quality) in _QUALITIES:
        return word_of(quality)
    unknown[f"quality {quality}"] += 1
    return quality


@dataclass(slots=True)
class SecoNames:
    """A target's names with the main one, whose `main` is empty if there is none, and its titles."""

    main: str = ""
    lang: str | None = None
    names: list[Name] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)


def read_names(identities: Iterable[Node], unknown: Counter[str]) -> SecoNames:
    """The names in all identities. The main one is the main identity's primary one, in English if there are
    several."""
    found = SecoNames()
    candidates: list[tuple[bool, int, bool, bool, str, str]] = []
    for identity in identities:
        is_other = word_of(identity.text("@main")) != "true"
        for item in identity.each("name"):
            kind, lang = _kind(item, unknown), _lang(item.text("@lang"), unknown)
            parts, titles = _parts(item, unknown)
            found.titles += titles
            parts, former = split_maiden_name(parts)
            if former:
                found.names.append(_name(former, "former", lang))
            whole = join_values(parts)
            script = cleaning.script(whole)
            if whole:
                found.names.append(Name(whole, kind, script, lang))
                is_foreign = word_of(item.text("@lang")) != ENGLISH
                nearness = _nearness(word_of(item.text("@name-type")))
                candidates.append((is_other, nearness, is_foreign, kind == "weak_alias", whole, lang or ""))
            for spelling, code, is_partial in spell_otherwise(parts, script):
                in_part: NameKind = "weak_alias" if is_partial else kind
                found.names.append(_name(spelling, in_part, _lang(code, unknown)))
    if not candidates:  # a name in other spellings alone
        candidates = [(True, _NOT_MAIN, True, True, name.name, name.lang or "") for name in found.names]
    if candidates:
        *_, found.main, lang = min(candidates)
        found.lang = lang or None
    return found


def _nearness(type_: str) -> int:
    return _MAIN if type_ == _PRIMARY else _NOT_MAIN if type_ in _TYPES else _ODD


def _kind(name: Node, unknown: Counter[str]) -> NameKind:
    type_, quality = name.text("@name-type") or "", read_quality(name, unknown)
    if word_of(type_) not in _TYPES:
        unknown[f"name-type {type_}"] += 1
    kind = _TYPES.get(word_of(type_), "alias")
    return "weak_alias" if quality == "low" and kind == "alias" else kind


def _name(text: str, kind: NameKind, lang: str | None) -> Name:
    return Name(text, kind, cleaning.script(text), lang)


def _parts(name: Node, unknown: Counter[str]) -> tuple[list[Part], list[str]]:
    """The parts of a name, given names first, and its titles."""
    parts, titles = [], []
    for item in name.each("name-part"):
        type_raw, text = item.text("@name-part-type") or "", _part(item.text("value"))
        type_ = word_of(type_raw)
        if type_ == _TITLE:
            titles += [text] if text else []
            continue
        if type_ not in RANKS:
            unknown[f"name-part-type {type_raw}"] += 1
        if text or "spelling-variant" in item:
            order = whole_number(item.text("@order")) or 0
            rank = RANKS.get(type_, RANKS[OTHER])
            parts.append(Part(rank, order, text or "", type_, _spellings(item)))
    sort_parts(parts)
    return parts, titles


def _spellings(part: Node) -> tuple[Spelling, ...]:
    given = [(_part(item.text(OWN_TEXT)), item) for item in part.each("spelling-variant")]
    return tuple([Spelling(text, item.text("@lang"), item.text("@script")) for text, item in given if text])


@lru_cache(maxsize=16_384)
def _part(text: str | None) -> str | None:
    return value(cleaning.clean(text), "part") if text else None


def _lang(code: str | None, unknown: Counter[str]) -> str | None:
    if code is None:
        return None
    known, lang = _language(code)
    if not known:
        unknown[f"lang {code}"] += 1
    return lang


@cache
def _language(code: str) -> tuple[bool, str | None]:
    """Whether a code of three letters is a language's, and its code of two letters if it has one."""
    languages, code = pycountry.languages, code.lower()
    if len(code) != 3:
        return False, None
    found = languages.get(alpha_3=code) or languages.get(bibliographic=code)
    return found is not None, getattr(found, "alpha_2", None)
