"""Parts of records shared by several families: countries, names, numbers, joined texts."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Literal, NamedTuple, TypeAlias

from transforms.fields.placeholders import value
from transforms.names import cleaning

NameKind: TypeAlias = Literal["alias", "weak_alias", "former"]


class Country(NamedTuple):
    """A country as a code and as written by the publisher; both None if not given."""

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
    """A number: the contract's `type`, the publisher's code or word for the type, and its name in words."""

    type: str
    type_raw: str | None
    type_name: str | None
    number: str
    country: str | None = None
    country_raw: str | None = None
    note: str | None = None


def joined(parts: Iterable[str | None], separator: str = ", ") -> str | None:
    """Join the given parts, cleaned; None if there is none.

    Placeholders are dropped, except those that can be a short name or code (`NA`).
    """
    return separator.join([part for text in parts if text and (part := _part(text))]) or None


@lru_cache(maxsize=16_384)
def _part(text: str) -> str | None:
    """Clean a part for joining; None if it is a placeholder."""
    return value(cleaning.clean(text), "part")
