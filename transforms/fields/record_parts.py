"""Parts of a record that several families and fields share: a country, a name, a number, a joined text."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Literal, NamedTuple, TypeAlias

from transforms.fields.placeholders import value
from transforms.names import cleaning

NameKind: TypeAlias = Literal["alias", "weak_alias", "former"]


class Country(NamedTuple):
    """A country as a code and in the publisher's words; both None if none is given."""

    code: str | None = None
    raw: str | None = None


# The rows of the tables, in the order of their contracts, without `record_id`.


class Name(NamedTuple):
    """A name besides the main one."""

    name: str
    kind: NameKind
    script: str | None
    lang: str | None = None


class Identifier(NamedTuple):
    """A number, by the contract's `type`, the publisher's own code or word for it, and that in words."""

    type: str
    type_raw: str | None
    type_name: str | None
    number: str
    country: str | None = None
    country_raw: str | None = None
    note: str | None = None


def joined(parts: Iterable[str | None], separator: str = ", ") -> str | None:
    """The parts that are there, cleaned, as one text; None if there is none.

    A placeholder is no part, but for one that may be a short name or code (`NA`).
    """
    return separator.join([part for text in parts if text and (part := _part(text))]) or None


@lru_cache(maxsize=16_384)
def _part(text: str) -> str | None:
    """A part as it is joined; None if it is a placeholder."""
    return value(cleaning.clean(text), "part")
