"""A sanctions target as the formats read it, and its rows in the contracts' tables.

`write` leaves out what says nothing (`-`, `N/A`, `Unknown`, see `placeholders`), and takes the words
`a.k.a.` and the like off names. Everything that is a set on the publisher's side is written once each,
and what is joined into one text is sorted, so that a list that is exported again in another order
gives the same rows.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import Any, Literal, NamedTuple, TypeAlias, TypeVar

from transforms.fields import countries
from transforms.fields.dates import PartialDate
from transforms.fields.placeholders import any_placeholder, beginnings, is_placeholder, value
from transforms.fields.record_parts import Country, Identifier, Name, NameKind, joined
from transforms.names import cleaning
from transforms.reading.parse_result import ParseResult

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


# The words before a name that say how it is one, and are no part of it.
_LABEL = re.compile(
    r"(?P<former>f\.k\.a\.?|f/k/a|(?:formerly|previously) (?:known as|called)|formerly(?=\s*:))"
    r"|a\. ?k\. ?a\.?|a/k/a|n\.k\.a\.?|n/k/a"
    r"|(?:(?:also|better|commonly|otherwise|now|currently) )?known as|also called"
    r"|(?:également )?connue? sous le nom de|auch bekannt als|también conocid[oa] como|также известн?\w+ как"
    r"|(?P<word>aka|nka|(?P<fka>fka)|alias)",
    re.IGNORECASE,
)
_AFTER_LABEL = re.compile(r"\s*[:\-–—]\s*|\s+|(?<=\.)(?=\w)")
_LEGAL_FORMS = frozenset(
    ("company", "corporation", "gmbh", "group", "inc", "jsc", "limited", "llc", "ltd", "ooo")
)
_QUOTED = re.compile(r"[\"“”„«»](?P<double>[^\"“”„«»]+)[\"“”„«»]|['‘](?P<single>[^'‘’]+)['’]")
# What precedes a name with a label; nearly all names have none of it.
_MAY_BE_LABEL = re.compile(
    r"[(\"“„«'‘]?\s*(?:[afn][./]? ?k[./]? ?a\b|alias\b|also |better |commonly |otherwise |now |currently "
    r"|known |formerly|previously |également |connue? |auch |también |также )",
    re.IGNORECASE,
)
_LABEL_BEGINNINGS = beginnings(
    {letter + rest for letter in "afn" for rest in ("ka", "k.", "k/", ".k", ". ", "/k")}
    | {"alias", "also", "auch", "better", "commonly", "connu", "currently", "formerly", "known", "now"}
    | {"otherwise", "previously", "también", "également", "также"}
)


def _may_be_label(text: str) -> bool:
    return (text[:3] in _LABEL_BEGINNINGS or not text[:1].isalnum()) and bool(_MAY_BE_LABEL.match(text))


def _after_label(text: str, main: str | None) -> tuple[str, bool] | None:
    """The name after `a.k.a.` or the like, and whether it is a former one; None without such words.

    They can belong to the name (`AKA Bank`, `Alias Media`, `A.K.A. Rahman`). So those that may be a name
    are taken off an alias only if the main name does not have them too; and off a main name, for which
    `main` is None, only in small letters or with a colon.
    """
    label = _LABEL.match(text)
    between = _AFTER_LABEL.match(text, label.end()) if label else None
    if label is None or between is None or not any(map(str.isalnum, text[between.end() :])):
        return None
    rest = text[between.end() :]
    if not (label[0].islower() or ":" in between[0] or " " in label[0]):
        letters = "".join(filter(str.isalpha, label[0])).casefold()
        if (
            main is None
            or letters in _words_and_initials(main)
            or set(cleaning.key(rest).split()) <= _LEGAL_FORMS
        ):
            return None
    return rest, bool(label["former"] or label["fka"])


def _words_and_initials(name: str) -> list[str]:
    """The words of a name as compared, and its initials as one: `aka` of `A. K. A. Rahman`."""
    words = re.findall(r"\w+", name.casefold())
    return [*words, "".join(word for word in words if len(word) == 1)]


@lru_cache(maxsize=4_096)
def _without_label(text: str, main: str | None) -> tuple[str, bool]:
    """A name without `a.k.a.` or the like, and the quotes and brackets around; whether it is a former one."""
    bare = text[1:-1].strip() if text[0] in "(\"“„«'‘" and text[-1] in ")\"”“»'’" else text
    found = _after_label(bare, main) or _after_label(text, main)
    if found is None:
        return text, False
    rest = cleaning.clean(found[0])
    if quoted := _QUOTED.fullmatch(rest):
        rest = cleaning.clean(quoted["double"] or quoted["single"])
    return rest, found[1]


def main_name(text: str | None) -> str:
    """A main name as it is published; empty if the text is none: missing, a placeholder, only signs, or too
    long."""
    name = cleaning.clean(text or "")
    return "" if cleaning.is_too_long(name) else _main_name(name)


@lru_cache(maxsize=1_024)  # it is asked for where a record is looked at and where it is written
def _main_name(name: str) -> str:
    if name and _may_be_label(name):
        name = _without_label(name, None)[0]
    return "" if is_placeholder(name, "name") else name


def alias(text: str, kind: NameKind, lang: str | None = None) -> Name:
    """A name with its script found out."""
    name = cleaning.clean(text)
    return Name(name, kind, cleaning.script(name), lang)


def _other_names(found: list[Name], main: str) -> list[Name]:
    """The names besides the main one as they are published, without those that are none."""
    if not found:
        return found
    found = [name for name in found if not cleaning.is_too_long(name.name)]
    if any(map(_may_be_label, [name.name for name in found])):
        found = [_other_name(name, main) for name in found]
    if any_placeholder([name.name for name in found]):
        # A word for nothing that the main name has too is a short form of it: `TBC` of `TBC Bank`.
        words = cleaning.key(main).split()
        found = [
            name
            for name in found
            if not is_placeholder(name.name, "name") or cleaning.key(name.name) in words
        ]
    return found


def _other_name(found: Name, main: str) -> Name:
    """A name without the words that say how it is one."""
    if not (found.name and _may_be_label(found.name)):
        return found
    name, former = _without_label(found.name, main)
    return Name(name, "former" if former else found.kind, cleaning.script(name), found.lang)


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
        return cleaning.clean(texts[0]) or None
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


_Noted = TypeVar("_Noted", Birth, Identifier, Nationality, Particular)


def _noted(found: _Noted) -> _Noted:
    return found._replace(note=None) if found.note and is_placeholder(found.note) else found


def _stated(code: str | None, raw: str | None) -> bool:
    """Whether a country is given: `NA` with a code is Namibia, without one it is nothing."""
    return bool(code or (raw and not is_placeholder(raw)))


def _identifier(found: Identifier) -> Identifier:
    """A number without words for nothing beside it."""
    if found.country_raw and not _stated(found.country, found.country_raw):
        found = found._replace(country_raw=None)
    return _noted(found)


def _address(found: Address) -> Address:
    """An address without words for nothing in its parts."""
    city, region, postal_code = (value(part, "place") for part in found[2:5])
    raw = found.country_raw if _stated(found.country, found.country_raw) else None
    return Address(found.kind, found.full, city, region, postal_code, found.country, raw)


def _program(found: Program) -> Program:
    if found.legal_basis and is_placeholder(found.legal_basis):
        return found._replace(legal_basis=None)
    return found


def _texts(target: Target) -> list[str | None]:
    """A target's texts that can be placeholders, but for its names."""
    texts: list[str | None] = [target.url, *target.measures, *target.reasons]
    for program in target.programs:
        texts += (program.program, program.legal_basis)
    for position in target.positions:
        texts.append(position.position)
    for belongs in target.nationalities:
        texts += (None if belongs.country else belongs.country_raw, belongs.note)
    for born in target.births:
        texts += (None if born.date else born.raw, born.note)
    for number in target.identifiers:
        texts += (number.number, None if number.country else number.country_raw, number.note)
    for address in target.addresses:
        texts += address[1:5]
        if not address.country:
            texts.append(address.country_raw)
    for particular in target.particulars:
        texts += (particular.value, particular.note)
    return texts


def _without_placeholders(target: Target) -> Target:
    """The target without words for nothing, but for those among its names."""
    return replace(
        target,
        url=value(target.url),
        measures=[text for text in target.measures if not is_placeholder(text)],
        reasons=[text for text in target.reasons if not is_placeholder(text)],
        programs=[_program(found) for found in target.programs if not is_placeholder(found.program)],
        positions=[found for found in target.positions if not is_placeholder(found.position)],
        nationalities=[
            _noted(found) for found in target.nationalities if _stated(found.country, found.country_raw)
        ],
        births=[
            _noted(found) for found in target.births if found.date or not is_placeholder(found.raw or "")
        ],
        identifiers=[_identifier(found) for found in target.identifiers if not is_placeholder(found.number)],
        addresses=[_address(found) for found in target.addresses if not is_placeholder(found.full, "place")],
        particulars=[_noted(found) for found in target.particulars if not is_placeholder(found.value)],
    )


def write(snapshot: ParseResult, source_id: str, authority: str, target: Target) -> None:
    """Adds the target's rows to `sanctions` and its child tables.

    A name that only repeats the main one is left out of the others, and a placeholder out of all.
    """
    record_id = f"{source_id}:{target.key}"
    main, lang = main_name(target.name), target.name_lang
    if any_placeholder(_texts(target)):
        target = _without_placeholders(target)
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
    others = [n for n in _other_names(target.names, main) if n.name and (n.name != main or n.lang != lang)]
    children: dict[str, Sequence[tuple[Any, ...]]] = {
        "names": [(main, "primary", cleaning.script(main), lang), *others],
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
