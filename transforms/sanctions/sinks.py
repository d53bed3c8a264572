"""Sinks of the formats' tables: where a field of a sanctions list goes in a `Target`.

`transforms.reading.declaration` says what a sink is. Those that a list alone needs are in its module.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from transforms.fields import countries
from transforms.fields.dates import moment
from transforms.fields.dates_in_text import FileOrder
from transforms.fields.documents.fields import read_document_fields
from transforms.fields.placeholders import value
from transforms.fields.record_parts import Country, Identifier
from transforms.names import cleaning
from transforms.reading import declaration
from transforms.reading.declaration import TEXT, Group, Ignored, Node, Withheld, group
from transforms.reading.parse_result import FileReport
from transforms.sanctions import program_names
from transforms.sanctions.target import (
    Address,
    Nationality,
    NationalityKind,
    Particular,
    PlaceKind,
    Position,
    Program,
    Target,
    cleaned,
    place,
)


@dataclass(frozen=True, slots=True)
class Context:
    """What reading a record depends on beside it: the file's name, the counter of what is unknown, and the
    order of day and month in the file's dates of birth, and in its other dates."""

    file: str
    unknown: Counter[str]
    births: FileOrder
    days: FileOrder


Fields: TypeAlias = declaration.Fields[Target, Context]
Sink: TypeAlias = declaration.Sink[Target, Context]
ReadCountry: TypeAlias = Callable[[str | None, Counter[str]], Country]
ReadDay: TypeAlias = Callable[[str, Context], date | None]
AddressPart: TypeAlias = Literal["line", "city", "region", "postal_code", "country"]
PlaceField: TypeAlias = AddressPart | Ignored | Withheld[Target, Context]


@dataclass(frozen=True, slots=True)
class Key:
    """The publisher's key of a record, by what reads it: None for a text that is none."""

    read: Callable[[str | None], str | None]

    def __call__(self, target: Target, text: str, context: Context) -> None:
        target.key = self.read(text) or ""


def published(report: FileReport, text: str, context: Context) -> None:
    """The time of publication, in ISO 8601, of a header."""
    report.published_at = moment(text, context.unknown)


def title(target: Target, text: str, context: Context) -> None:
    target.positions.append(Position("title", cleaning.clean(text)))


def position(target: Target, text: str, context: Context) -> None:
    target.positions.append(Position("position", cleaning.clean(text)))


def reason(target: Target, text: str, context: Context) -> None:
    target.reasons.append(text)


def listing_date(read: ReadDay) -> Sink:
    """The day of listing; programmes further down in the table get it too."""

    def sink(target: Target, text: str, context: Context) -> None:
        target.listing_date = read(text, context)

    return sink


def amended_date(read: ReadDay) -> Sink:
    """The day of an amendment, of which the latest counts."""

    def sink(target: Target, text: str, context: Context) -> None:
        day = read(text, context)
        if day and (target.amended_date is None or day > target.amended_date):
            target.amended_date = day

    return sink


def program(known: Mapping[str, str], label: str) -> Sink:
    """A programme by its code; one that is not `known` counts as `<label> <code>`."""

    def sink(target: Target, text: str, context: Context) -> None:
        code, name = program_names.read(text, known, label, context.unknown)
        target.programs.append(Program(code, name, target.listing_date))

    return sink


def gender(words: Mapping[str, str], label: str) -> Sink:
    """A gender by the publisher's `words` in lower case; any other word counts as `<label> <text>`."""

    def sink(target: Target, text: str, context: Context) -> None:
        target.gender = words.get(cleaning.term(text))
        if target.gender is None:
            context.unknown[f"{label} {text}"] += 1

    return sink


def nationality(kind: NationalityKind, read: ReadCountry) -> Sink:
    """The states of a field, which may list several."""

    def sink(target: Target, text: str, context: Context) -> None:
        found = countries.several(text)
        states = found if len(found) > 1 else [read(text, context.unknown)]
        target.nationalities += [Nationality(kind, *state) for state in states]

    return sink


def state(kind: NationalityKind, read: ReadCountry, note: str | None = None) -> Sink:
    """The one state that a field names."""

    def sink(target: Target, text: str, context: Context) -> None:
        target.nationalities.append(Nationality(kind, *read(text, context.unknown), note))

    return sink


def particular(property_: str, note: str | None = None) -> Sink:
    """A fact without a column of its own."""

    def sink(target: Target, text: str, context: Context) -> None:
        target.particulars.append(Particular(property_, cleaning.clean(text), note))

    return sink


def identifier(type_: str, type_raw: str, type_name: str | None = None) -> Sink:
    """A number by the contract's type, the publisher's name for it, and that in words."""

    def sink(target: Target, text: str, context: Context) -> None:
        target.identifiers.append(Identifier(type_, type_raw, type_name, cleaning.clean(text)))

    return sink


def document_fields(type_: str, number_field: str, note_field: str) -> Group[Target, Context]:
    """A document by its number and what is written beside it; one without a number is left out."""

    def hook(target: Target, node: Node, context: Context) -> None:
        number, note = value(node.text(number_field)), value(node.text(note_field))
        target.identifiers += read_document_fields(type_, number_field, number, note)

    return group({number_field: TEXT, note_field: TEXT}, hook)


def place_fields(
    kind: PlaceKind, fields: Mapping[str, PlaceField], read_country: ReadCountry
) -> Group[Target, Context]:
    """An address or place of birth by its parts, which are joined in the order of the table.

    Of a part that is given by several fields, the first that is given is its column's.
    """
    parts = {name: part for name, part in fields.items() if isinstance(part, str)}
    steps = tuple(parts.items())

    def hook(target: Target, node: Node, context: Context) -> None:
        found: dict[str, str | None] = {}
        full: list[str | None] = []
        state = Country()
        for name, part in steps:
            text = node.text(name)
            if part == "country":
                state = read_country(text, context.unknown)
                full.append(state.raw)
            elif part == "line":
                full.append(text)
            else:
                full.append(cleaned(text))
                found.setdefault(part, full[-1])
        where = Address(kind, "", found.get("city"), found.get("region"), found.get("postal_code"), *state)
        if address := place(kind, full, where):
            target.addresses.append(address)

    rules = {name: TEXT if isinstance(rule, str) else rule for name, rule in fields.items()}
    return group(rules, hook)
