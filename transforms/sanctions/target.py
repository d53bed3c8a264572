"""A sanctions target as the formats read it: the parts of a record, and values that several formats have.

`target_rows` writes a target's rows, `target_names` reads its names.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Literal, NamedTuple, TypeAlias

from transforms.fields import countries
from transforms.fields.dates import PartialDate
from transforms.fields.placeholders import is_placeholder, value
from transforms.fields.record_parts import Country, Identifier, Name, joined
from transforms.names import cleaning

PlaceKind: TypeAlias = Literal["address", "birth_place"]
NationalityKind: TypeAlias = Literal["nationality", "citizenship", "registration", "flag"]


# The rows of the tables, in the order of their contracts, without `record_id`.


class Address(NamedTuple):
    """An address or a place of birth."""

    kind: PlaceKind
    full: str
    city: str | None = None
    region: str | None = None
    postal_code: str | None = None
    country: str | None = None
    country_raw: str | None = None


class Nationality(NamedTuple):
    """A state that a target belongs to."""

    kind: NationalityKind
    country: str | None
    country_raw: str | None
    note: str | None = None


class Birth(NamedTuple):
    """A date of birth; see `birth`."""

    date: str | None
    precision: str | None
    raw: str | None
    note: str | None = None


class Position(NamedTuple):
    """A title that goes with the name, or a position held."""

    kind: Literal["title", "position"]
    position: str


class Program(NamedTuple):
    """A programme that a target is listed under, with its legal basis."""

    program: str
    program_name: str | None = None
    listing_date: date | None = None
    legal_basis: str | None = None
    legal_basis_date: date | None = None
    legal_basis_url: str | None = None
    schedule: str | None = None
    item: str | None = None


class Particular(NamedTuple):
    """A fact without a column of its own; `property` is one of the contract's."""

    property: str
    value: str
    note: str | None = None


@dataclass(slots=True)
class Target:
    """One record of a list, under the publisher's key for it.

    Lists may hold the same thing twice, and empty countries, dates and words for nothing: `write` leaves
    them out. `name` must be a name: a parser rejects a record for which `main_name` finds none.
    """

    key: str
    schema: str
    name: str = ""
    name_lang: str | None = None
    listing_date: date | None = None
    amended_date: date | None = None
    delisting_date: date | None = None
    gender: str | None = None
    url: str | None = None
    measures: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    names: list[Name] = field(default_factory=list)
    programs: list[Program] = field(default_factory=list)
    positions: list[Position] = field(default_factory=list)
    nationalities: list[Nationality] = field(default_factory=list)
    births: list[Birth] = field(default_factory=list)
    identifiers: list[Identifier] = field(default_factory=list)
    addresses: list[Address] = field(default_factory=list)
    particulars: list[Particular] = field(default_factory=list)


def birth(read: PartialDate, note: str | None = None) -> Birth:
    """A date of birth with what the publisher says of it."""
    return Birth(read.date, read.precision, read.raw, note)


@lru_cache(maxsize=4_096)
def _country(text: str) -> Country:
    raw = cleaning.clean(text)
    return Country(countries.code(raw), raw)


def country(text: str | None, unknown: Counter[str], no_state: Collection[str] = ()) -> Country:
    """Reads a field that names a country.

    A text that is none we know counts in `unknown` as `country <text>`, unless `no_state`, the
    texts by which the publisher says that it knows no state, holds it. A placeholder is no country;
    `NA` is Namibia's code.
    """
    if not text:
        return Country()
    found = _country(text)
    if found.code is None and is_placeholder(found.raw or ""):
        return Country()
    if found.code is None and found.raw not in no_state:
        unknown[f"country {found.raw}"] += 1
    return found


def whole_number(text: str | None) -> int | None:
    """A number in digits alone, of a length that a count or a key can have; None for all else."""
    return int(text) if text and len(text) <= 18 and text.isdecimal() else None


_SHIP_NUMBER = re.compile(
    r"\s*+(?:IMO\b)?[\s:.#]*+(?:(?:number|no)\b[\s:.]*+)?(\d{7})\s*+", re.ASCII | re.IGNORECASE
)


def is_ship_number(text: str | None) -> bool:
    """Whether a text is an IMO number of a ship: seven digits, the last of which checks the others
    (IMO resolution A.1117(30)); a company's has another check digit.
    """
    found = _SHIP_NUMBER.fullmatch(text or "")
    if found is None:
        return False
    digits = found[1]
    weighed = sum(int(digit) * weight for digit, weight in zip(digits[:6], range(7, 1, -1), strict=True))
    return weighed % 10 == int(digits[6])


@lru_cache(maxsize=65_536)
def record_key(text: str | None) -> str | None:
    """A publisher's key, in which no blank means anything; None if it is missing or a placeholder."""
    return value("".join(cleaning.clean(text).split())) if text else None


def number_key(text: str | None) -> str | None:
    """A key of a publisher whose keys are numbers; None for anything else, which is a slip."""
    key = record_key(text)
    return key if key and key.isascii() and key.isdecimal() else None


@lru_cache(maxsize=16_384)
def cleaned(text: str | None) -> str | None:
    """A text that may be missing, cleaned; None if there is none, or a placeholder."""
    return value(cleaning.clean(text), "place") if text else None


def place(kind: PlaceKind, parts: Iterable[str | None], where: Address) -> Address | None:
    """`where` with `full` made of `parts`; None if there are none."""
    full = joined(parts)
    return Address(kind, full, *where[2:]) if full else None
