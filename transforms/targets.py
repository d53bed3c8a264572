"""A sanctions target as the formats read it, and its rows in the contract's tables.

Everything that is a set on the publisher's side is kept as one here and written sorted, so that a
list that is exported again in another order gives the same rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple, TypeAlias

from transforms import countries, names
from transforms.dates import PartialDate
from transforms.snapshot import Snapshot

Kind: TypeAlias = Literal["alias", "weak_alias", "former"]
PlaceKind: TypeAlias = Literal["address", "birth_place"]


class Country(NamedTuple):
    """A country as a code and in the publisher's words; both None if none is given."""

    code: str | None = None
    raw: str | None = None


class Name(NamedTuple):
    """A name besides the main one."""

    name: str
    kind: Kind
    script: str | None
    lang: str | None = None


class Identifier(NamedTuple):
    """A number, by the contract's `type` and the publisher's own word for it."""

    type: str
    type_raw: str
    number: str
    country: str | None
    country_raw: str | None
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


@dataclass
class Target:
    """One record of a list, under the publisher's key for it."""

    key: str
    schema: str
    name: str = ""
    name_lang: str | None = None
    listing_date: date | None = None
    gender: str | None = None
    url: str | None = None
    programs: set[str] = field(default_factory=set)
    reasons: set[str] = field(default_factory=set)
    positions: set[str] = field(default_factory=set)
    nationalities: set[Country] = field(default_factory=set)
    births: set[PartialDate] = field(default_factory=set)
    names: set[Name] = field(default_factory=set)
    identifiers: set[Identifier] = field(default_factory=set)
    addresses: set[Address] = field(default_factory=set)


def alias(text: str, kind: Kind, lang: str | None = None) -> Name:
    """A name with its script found out."""
    cleaned = names.clean(text)
    return Name(cleaned, kind, names.script(cleaned), lang)


def country(text: str | None, unknown: Counter[str], no_state: Iterable[str] = ()) -> Country:
    """Reads a field that names a country.

    A text that is none we know counts in `unknown` as `country <text>`, unless `no_state`, the
    texts by which the publisher says that it knows no state, holds it.
    """
    if not text:
        return Country()
    raw = names.clean(text)
    code = countries.code(raw)
    if code is None and raw not in no_state:
        unknown[f"country {raw}"] += 1
    return Country(code, raw)


def joined(parts: Iterable[str | None], separator: str = ", ") -> str | None:
    """The parts that are there, cleaned, as one text; None if there is none."""
    return separator.join(names.clean(part) for part in parts if part) or None


def place(kind: PlaceKind, parts: Iterable[str | None], where: Address) -> Address | None:
    """`where` with `full` made of `parts`; None if there are none."""
    full = joined(parts)
    return where._replace(kind=kind, full=full) if full else None


def _aligned(pairs: Iterable[tuple[str | None, str | None]]) -> tuple[list[str], list[str]]:
    """Codes, sorted, each once, and what the publisher wrote for each; last what has no code."""
    raws: dict[str | None, set[str]] = {}
    for code, raw in pairs:
        raws.setdefault(code, set()).add(raw or code or "")
    unread = sorted(raws.pop(None, set()) - {""})
    codes = sorted(code for code in raws if code)
    return codes, ["; ".join(sorted(raws[code])) for code in codes] + unread


def _rows(table: str, record_id: str, found: Iterable[NamedTuple], snapshot: Snapshot) -> None:
    for item in sorted(found, key=lambda row: tuple(value or "" for value in row)):
        snapshot.add(table, {"record_id": record_id, **item._asdict()})


def write(snapshot: Snapshot, source_id: str, authority: str, target: Target) -> None:
    """Adds the target's rows to `sanctions`, `names`, `identifiers` and `addresses`.

    A name that only repeats the main one is left out of the others.
    """
    record_id = f"{source_id}:{target.key}"
    nationalities, nationalities_raw = _aligned(target.nationalities)
    births, births_raw = _aligned((birth.edtf, birth.raw) for birth in target.births)
    row = {
        "record_id": record_id,
        "source_id": source_id,
        "authority": authority,
        "schema": target.schema,
        "name": target.name,
        "programs": sorted(target.programs),
        "listing_date": target.listing_date,
        "reason": joined(sorted(target.reasons), "; "),
        "nationalities": nationalities,
        "nationalities_raw": nationalities_raw,
        "birth_dates": births,
        "birth_dates_raw": births_raw,
        "gender": target.gender,
        "position": joined(sorted(target.positions), "; "),
        "url": target.url,
    }
    snapshot.add("sanctions", row)
    primary = {"name": target.name, "kind": "primary", "script": names.script(target.name)}
    snapshot.add("names", {"record_id": record_id, **primary, "lang": target.name_lang})
    others = {n for n in target.names if n.name and (n.name, n.lang) != (target.name, target.name_lang)}
    _rows("names", record_id, others, snapshot)
    _rows("identifiers", record_id, target.identifiers, snapshot)
    _rows("addresses", record_id, target.addresses, snapshot)
