"""A sanctions target as the formats read it, and its rows in the contracts' tables.

Everything that is a set on the publisher's side is written once each, and what is joined into one
text is sorted, so that a list that is exported again in another order gives the same rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, Literal, NamedTuple, TypeAlias

from transforms import countries, names
from transforms.dates import PartialDate
from transforms.snapshot import Snapshot

NameKind: TypeAlias = Literal["alias", "weak_alias", "former"]
PlaceKind: TypeAlias = Literal["address", "birth_place"]
NationalityKind: TypeAlias = Literal["nationality", "citizenship", "registration", "flag"]


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

    Lists may hold the same thing twice, and empty countries and dates: `write` leaves them out.
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


def alias(text: str, kind: NameKind, lang: str | None = None) -> Name:
    """A name with its script found out."""
    name = names.clean(text)
    return Name(name, kind, names.script(name), lang)


def birth(read: PartialDate, note: str | None = None) -> Birth:
    """A date of birth with what the publisher says of it."""
    return Birth(read.date, read.precision, read.raw, note)


@lru_cache(maxsize=4_096)
def _country(text: str) -> Country:
    raw = names.clean(text)
    return Country(countries.code(raw), raw)


def country(text: str | None, unknown: Counter[str], no_state: Collection[str] = ()) -> Country:
    """Reads a field that names a country.

    A text that is none we know counts in `unknown` as `country <text>`, unless `no_state`, the
    texts by which the publisher says that it knows no state, holds it.
    """
    if not text:
        return Country()
    found = _country(text)
    if found.code is None and found.raw not in no_state:
        unknown[f"country {found.raw}"] += 1
    return found


def whole_number(text: str | None) -> int | None:
    """A number in digits alone, of a length that a count or a key can have; None for all else."""
    return int(text) if text and len(text) <= 18 and text.isdecimal() else None


def is_ship_number(text: str | None) -> bool:
    """Whether a text is an IMO number of a ship: seven digits, the last of which checks the others
    (IMO resolution A.1117(30)); a company's has another check digit.
    """
    digits = (text or "").removeprefix("IMO").strip()
    if len(digits) != 7 or not (digits.isascii() and digits.isdecimal()):
        return False
    weighed = sum(int(digit) * weight for digit, weight in zip(digits[:6], range(7, 1, -1), strict=True))
    return weighed % 10 == int(digits[6])


def cleaned(text: str | None) -> str | None:
    """A text that may be missing, cleaned; None if there is none."""
    return names.clean(text) if text else None


def joined(parts: Iterable[str | None], separator: str = ", ") -> str | None:
    """The parts that are there, cleaned, as one text; None if there is none."""
    return separator.join([names.clean(part) for part in parts if part]) or None


def place(kind: PlaceKind, parts: Iterable[str | None], where: Address) -> Address | None:
    """`where` with `full` made of `parts`; None if there are none."""
    full = joined(parts)
    return Address(kind, full, *where[2:]) if full else None


def _aligned(pairs: Collection[tuple[str | None, str | None]]) -> tuple[list[str], list[str]]:
    """Codes, sorted, each once, and what the publisher wrote for each; last what has no code."""
    if not pairs:
        return [], []
    raws: dict[str | None, set[str]] = {}
    for code, raw in pairs:
        raws.setdefault(code, set()).add(raw or code or "")
    unread = sorted(raws.pop(None, set()) - {""})
    codes = sorted(code for code in raws if code)
    return codes, ["; ".join(sorted(raws[code])) for code in codes] + unread


def _summary(texts: Sequence[str]) -> str | None:
    if len(texts) == 1:
        return names.clean(texts[0]) or None
    return joined(sorted(set(texts)), "; ") if texts else None


def _identifiers(target: Target) -> list[Identifier]:
    """Lists give the IMO's numbers of shipping companies as they give those of ships."""
    if target.schema == "Vessel" or not any(found.type == "imo" for found in target.identifiers):
        return target.identifiers
    return [
        found._replace(type="imo_company")
        if found.type == "imo" and not is_ship_number(found.number)
        else found
        for found in target.identifiers
    ]


def _rows(record_id: str, found: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Each once, in the order in which they came."""
    return [(record_id, *item) for item in (found if len(found) == 1 else dict.fromkeys(found))]


def write(snapshot: Snapshot, source_id: str, authority: str, target: Target) -> None:
    """Adds the target's rows to `sanctions` and its child tables.

    A name that only repeats the main one is left out of the others.
    """
    record_id = f"{source_id}:{target.key}"
    main, lang = target.name, target.name_lang
    belongs = [found for found in target.nationalities if found.country_raw or found.country]
    births = [found for found in target.births if found.raw]
    nationalities, nationalities_raw = _aligned([found[1:3] for found in belongs])
    dates = [(f"{b.date}~" if b.precision == "circa" else b.date, b.raw) for b in births]
    birth_dates, birth_dates_raw = _aligned(dates)
    row = (
        record_id,
        source_id,
        authority,
        target.schema,
        main,
        sorted({found.program for found in target.programs}),
        target.listing_date,
        target.amended_date,
        target.delisting_date,
        sorted(set(target.measures)),
        _summary(target.reasons),
        nationalities,
        nationalities_raw,
        birth_dates,
        birth_dates_raw,
        target.gender,
        _summary([found.position for found in target.positions]),
        target.url,
    )
    snapshot.extend("sanctions", [row])
    others = [n for n in target.names if n.name and (n.name != main or n.lang != lang)]
    children: dict[str, Sequence[tuple[Any, ...]]] = {
        "names": [(main, "primary", names.script(main), lang), *others],
        "programs": target.programs,
        "positions": target.positions,
        "nationalities": belongs,
        "birth_dates": births,
        "identifiers": _identifiers(target),
        "addresses": target.addresses,
        "particulars": target.particulars,
    }
    for table, found in children.items():
        if found:
            snapshot.extend(table, _rows(record_id, found))
