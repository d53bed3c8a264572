"""The names of a target on the EU's list, and which of them is the main one: the file marks none."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from operator import attrgetter
from typing import NamedTuple

from transforms.fields.record_parts import Name
from transforms.reading.declaration import Node
from transforms.sanctions.publishers.eu_numbers import NO, YES, word_of
from transforms.sanctions.target import whole_number
from transforms.sanctions.target_names import alias, main_name

_YES_OR_NO = YES | NO
_GENDERS = {"m": "male", "f": "female", "male": "male", "female": "female"}
# What a remark says of a name; with the slips seen: `Lo quality alias`, `low quality aliias`.
_QUALITY = re.compile(r"\b(?:good|(low?)) quality", re.IGNORECASE)


class Rank(NamedTuple):
    """How well a name serves as the main one: the greatest is taken.

    First what is not of low quality and what the English edition writes in Latin script; of these what has
    most of function, title and remark, which the publisher puts on the name that the act begins with; of
    these the one first entered. Nothing of this depends on the order in the file.
    """

    is_strong: bool
    is_english: bool
    described: int
    first_entered: int  # the negative `logicalId`
    name: str


class EuName(NamedTuple):
    """A name with the gender that is given with it."""

    rank: Rank
    name: Name
    gender: str | None


_rank = attrgetter("rank")


def read_name(item: Node, unknown: Counter[str]) -> EuName | None:
    """The name in a `nameAlias`; None if it has none. Words that are not known are counted."""
    given = item.text("@gender")
    gender = _GENDERS.get(word_of(given)) if given else None
    if given and gender is None:
        unknown[f"gender {given}"] += 1
    text, strong = item.text("@wholeName"), item.text("@strong")
    if text is None:
        return None
    if strong and word_of(strong) not in _YES_OR_NO:
        unknown[f"strong {strong}"] += 1
    qualities = [_QUALITY.search(remark) for remark in item.all("remark")] if "remark" in item else []
    is_weak = word_of(strong) in NO or (bool(qualities) and any(found and found[1] for found in qualities))
    lang = item.text("@nameLanguage")
    name = alias(text, "weak_alias" if is_weak else "alias", lang.lower() if lang else None)
    is_english = name.lang in {None, "en"} and name.script == "Latn"
    described = ("@function" in item) + ("@title" in item) + (None in qualities)
    first = -(whole_number(item.text("@logicalId")) or 0)
    return EuName(Rank(not is_weak, is_english, described, first, name.name), name, gender)


def choose_main(names: Sequence[EuName]) -> EuName:
    """The main one of a target's names, at least one of which is no placeholder."""
    chosen = max(names, key=_rank)
    if main_name(chosen.name.name):
        return chosen
    return max((each for each in names if main_name(each.name.name)), key=_rank)
