"""Facts in free text that a label identifies: `Flag: Liberia; IMO number: 1234567; DOB: 5 June 1978`.

`LABELS` is the table: which label means what. A text is taken apart where another label begins. A piece on
how to reach somebody is left out, and so is, of a person, one on relatives, health or whereabouts. What no
label explains is the remark.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from transforms.fields import countries
from transforms.fields.contacts import mentions_contact, mentions_private_life
from transforms.fields.dates import PartialDate
from transforms.fields.dates_in_text import read_dates
from transforms.fields.documents.fields import read_document_field
from transforms.fields.documents.numbers import find_numbers
from transforms.fields.record_parts import Identifier
from transforms.sanctions.target import (
    Nationality,
    NationalityKind,
    Particular,
    PlaceKind,
    Position,
    Target,
    birth,
    is_ship_number,
)


@dataclass(slots=True)
class Facts:
    """The facts of a text on a target of this `schema`.

    `places` are texts, each with what it is the place of. `undated` are dates of birth in figures, which can
    be read once the order of day and month is known. `remark` is what is left of the text.
    """

    schema: str
    identifiers: list[Identifier] = field(default_factory=list)
    particulars: list[Particular] = field(default_factory=list)
    positions: list[Position] = field(default_factory=list)
    nationalities: list[Nationality] = field(default_factory=list)
    births: list[PartialDate] = field(default_factory=list)
    places: list[tuple[PlaceKind, str]] = field(default_factory=list)
    undated: list[str] = field(default_factory=list)
    remark: str | None = None

    def add_to(self, target: Target) -> None:
        """Adds the facts that need nothing else: all but `places` and `undated`. The remark is a reason."""
        target.identifiers += self.identifiers
        target.particulars += self.particulars
        target.positions += self.positions
        target.nationalities += self.nationalities
        target.births += map(birth, self.births)
        target.reasons += [self.remark] if self.remark else []


# Adds the value after a label, which is given as written; False if the value is of another kind.
Add: TypeAlias = Callable[[Facts, str, str], bool]

_OF_A_STATE = {"passport", "national_id", "tax_id", "registration"}
_NEXT_NUMBER = re.compile(r"(?:(?<!\s)\s+)?[,/;]\s+|(?<!\s)\s+and\s+")
_SWIFT = re.compile(r"\b[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?\b")
_IMO = re.compile(r"\d{7}")
_BEFORE_IMO = re.compile(r"IMO\b\W*", re.IGNORECASE)
_SLASHED = re.compile(r"\d/\d{1,2}/\s?\d{4}(?!\d)", re.ASCII)


def _numbers(type_: str, type_name: str | None = None) -> Add:
    def add(facts: Facts, label: str, value: str) -> bool:
        found = _split_numbers(type_, type_name, label, value)
        facts.identifiers += found
        return bool(found)

    return add


def _split_numbers(type_: str, type_name: str | None, label: str, value: str) -> list[Identifier]:
    """The numbers in `value`, each with its note in brackets; none if there is anything else."""
    found = []
    for part in _NEXT_NUMBER.split(value):
        number, bracket, note = part.partition("(")
        number = _BEFORE_IMO.sub("", number.strip()) if type_ == "imo" else number.strip()
        words = number.split()
        numeric = _IMO.fullmatch(number) if type_ == "imo" else all(any(map(str.isdigit, w)) for w in words)
        if not words or not numeric or (bracket and (note[-1:] != ")" or "(" in note)):
            return []
        read = Identifier(type_, label, type_name, number, note=note[:-1].strip() or None)
        found.append(_with_state(read) if type_ in _OF_A_STATE else read)
    return found


def _with_state(found: Identifier) -> Identifier:
    """A number with the country that its note names: `(Russia)`, `(Qatari passport issued in Doha)`."""
    read = read_document_field(found.type, found.type_raw, found.number, found.note)
    if read is None or read.country is None:
        return found
    return found._replace(country=read.country, country_raw=read.country_raw, note=read.note)


def _bank_codes(facts: Facts, label: str, value: str) -> bool:
    codes = _SWIFT.findall(value)
    note = None if codes == [value] else value
    facts.identifiers += [Identifier("swift_bic", label, None, code, note=note) for code in codes]
    return bool(codes)


def _particular(property_: str) -> Add:
    def add(facts: Facts, label: str, value: str) -> bool:
        facts.particulars.append(Particular(property_, value))
        return True

    return add


def _position(kind: Literal["title", "position"]) -> Add:
    def add(facts: Facts, label: str, value: str) -> bool:
        facts.positions.append(Position(kind, value))
        return True

    return add


def _place(kind: PlaceKind) -> Add:
    def add(facts: Facts, label: str, value: str) -> bool:
        facts.places.append((kind, value))
        return True

    return add


def _states(kind: NationalityKind) -> Add:
    def add(facts: Facts, label: str, value: str) -> bool:
        states = countries.several(value)
        if not all(code for code, _ in states):
            return False
        facts.nationalities += [Nationality(kind, *state) for state in states]
        return True

    return add


def _births(facts: Facts, label: str, value: str) -> bool:
    if facts.schema != "Person" or not all(read.date for read in read_dates(value, order=None)):
        return False
    if _SLASHED.search(value):
        facts.undated.append(value)
    else:
        facts.births += read_dates(value)
    return True


_INN = "Taxpayer identification number"
_KPP = "Code of the reason for tax registration (Russia)"
_OGRN = "Primary state registration number (Russia)"
# The number itself shows whether it is one: no number of another kind is looked for behind these labels.
_EXACT: dict[str, Add] = {
    "imo number, imo no, imo": _numbers("imo"),
    "swift/bic code, swift/bic, swift code, swift codes, swift, bic": _bank_codes,
}
_LABELS: dict[str, Add] = {
    "mmsi number, mmsi": _numbers("mmsi"),
    "call sign, callsign": _numbers("call_sign"),
    "registration number, state registration number, main state registration number, "
    "primary state registration number, огрн/main state registration number, "
    "business registration number, company registration number, company number, "
    "unified social credit code": _numbers("registration"),
    "registration number (ogrn), ogrn, огрн": _numbers("registration", _OGRN),
    "okpo": _numbers("registration", "Number in the classifier of enterprises and organisations"),
    "uscc": _numbers("registration", "Unified social credit code (China)"),
    "taxpayer identification number, tax identification number, tax registration number, tax id number, "
    "tax id no, tax id, tax payer id, tax number": _numbers("tax_id"),
    "inn, инн, tin": _numbers("tax_id", _INN),
    "unp": _numbers("tax_id", "Payer's account number (Belarus)"),
    "kpp, кпп": _numbers("tax_id", _KPP),
    "passport number, passport no": _numbers("passport"),
    "national identification number, national identification no, national id number, national id, "
    "syrian national id number, id card number, id number, identity document number, "
    "personal identification number, personal id": _numbers("national_id"),
    "website, web site, company website": _particular("website"),
    "date of registration, date of incorporation, date of establishment": _particular("established"),
    "type of entity": _particular("organization_type"),
    "gross tonnage, gross registered tonnage": _particular("gross_tonnage"),
    "deadweight, deadweight tonnage": _particular("deadweight"),
    "tonnage": _particular("tonnage"),
    "vessel type, type of vessel": _particular("vessel_type"),
    "year of build, year built": _particular("build_date"),
    "former flag": _particular("former_flag"),
    "function, position, position(s), designation": _position("position"),
    "rank, title": _position("title"),
    "nationality": _states("nationality"),
    "flag, current flag": _states("flag"),
    "dob, date of birth, year of birth, date range": _births,
    "pob, place of birth": _place("birth_place"),
    "place of registration, principal place of business": _place("address"),
}
LABELS = {label: add for labels, add in (_EXACT | _LABELS).items() for label in labels.split(", ")}
_EXACT_LABELS = frozenset(label for labels in _EXACT for label in labels.split(", "))
# A text that begins with one of these is a list of posts, in which semicolons and colons begin no label.
_HELD = frozenset({"function", "position", "position(s)", "designation", "rank", "title"})

_LONGEST = 200  # characters of a fact; what is longer is prose
# Where another label begins: after a semicolon, or after a sentence or comma if a colon follows soon.
_NEXT_LABEL = re.compile(r"\s*;\s*|(?<=[.,])\s+(?=[^\W\d_][^:;.,]{1,40}:)")
# An IMO number with no colon after its label, or without a label.
_SHIP = re.compile(r"(?P<label>IMO(?: (?:number|no))?\b)?[.#\s]*(?P<number>\d{7})\.?", re.IGNORECASE)


def read_facts(text: str, schema: str) -> Facts:
    """Reads the facts of a cleaned text on a target of this `schema`."""
    facts = Facts(schema)
    pieces = [text]
    if (";" in text or text.count(":") > 1) and (_label(text) not in _HELD or mentions_contact(text)):
        pieces = [piece for piece in _NEXT_LABEL.split(text) if piece]
    left = [piece for piece in pieces if not mentions_contact(piece) and not _take(facts, piece)]
    if schema == "Person":
        left = [piece for piece in left if not mentions_private_life(piece)]
    if left:
        facts.remark = text if len(left) == len(pieces) else "; ".join(left)
    return facts


def _label(text: str) -> str:
    return text.partition(":")[0].strip().lower().rstrip(".")


def _take(facts: Facts, piece: str) -> bool:
    """Adds a piece of the text to the facts, if it is a fact of the kind that its label names."""
    if len(piece) > _LONGEST:
        return False
    ship = _SHIP.fullmatch(piece)
    if ship and (ship["label"] or (facts.schema == "Vessel" and is_ship_number(ship["number"]))):
        facts.identifiers.append(Identifier("imo", ship["label"], None, ship["number"]))
        return True
    written, _, value = piece.partition(":")
    value, label = value.strip().rstrip(".,"), _label(piece)
    if value and label in LABELS and LABELS[label](facts, written.strip(), value):
        return True
    return not (value and label in _EXACT_LABELS) and _take_numbers(facts, piece)


def _take_numbers(facts: Facts, piece: str) -> bool:
    """Adds the numbers within free words: `Passport No A012, issued in Doha`. False if that was not all."""
    if not any(map(str.isdecimal, piece)) or (facts.schema == "Person" and mentions_private_life(piece)):
        return False
    rest = piece
    for found in find_numbers(piece):
        facts.identifiers.append(found)
        for text in (found.type_raw, found.number, found.country_raw, *(found.note or "").split("; ")):
            rest = rest.replace(text or "", "", 1)
    return rest != piece and not any(map(str.isalnum, rest))
