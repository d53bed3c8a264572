"""A target on SECO's list and what it refers to by id: sets of measures in programmes, and places."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from transforms.fields import countries
from transforms.fields.dates import partial, whole_day
from transforms.fields.record_parts import Country, Identifier, joined
from transforms.names import cleaning
from transforms.reading.declaration import OWN_TEXT, TEXT, Node, group, ignored, texts
from transforms.reading.xml_record import XmlRecord
from transforms.sanctions.publishers.seco_names import ENGLISH, IN_LANGUAGE, SSID, word_of
from transforms.sanctions.sinks import Context
from transforms.sanctions.target import Address, PlaceKind, Program, Target, cleaned, country

_DATED = re.compile(r"\bof (\d{1,2} [A-Z][a-z]+ \d{4})\b")


class MeasureSet(NamedTuple):
    """A set of measures, which is what targets refer to, in the programme that it is part of."""

    program: Program
    measure: str | None
    origin: str | None


class Place(NamedTuple):
    """A place; all None if nothing is known of it."""

    location: str | None = None
    area: str | None = None
    state: Country = Country()


class PlaceReference(NamedTuple):
    """An address or place of birth as far as the target itself gives it."""

    kind: PlaceKind
    place_id: str | None
    lines: tuple[str | None, ...] = ()
    postal_code: str | None = None


@dataclass(slots=True)
class SecoTarget(Target):
    """A target with its references to what may come further down in the file."""

    sets: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)  # its keys on the list that the programme follows
    places: list[PlaceReference] = field(default_factory=list)
    issued: list[tuple[Identifier, str]] = field(default_factory=list)  # with the id of the place
    undated: list[str] = field(default_factory=list)  # dates of birth that may have the month first


@dataclass(slots=True)
class References:
    """The sets and places of a file by id, as far as it has been read."""

    sets: dict[str, MeasureSet] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)

    def place(self, place_id: str | None, unknown: Counter[str]) -> Place:
        if place_id is None:
            return Place()
        if place_id not in self.places:
            unknown["place-id of no place"] += 1
        return self.places.get(place_id, Place())

    def address(self, given: PlaceReference, unknown: Counter[str]) -> Address | None:
        """The address with its place; None if nothing is known of it."""
        at = self.place(given.place_id, unknown)
        parts = (*given.lines, at.location, at.area, given.postal_code, at.state.raw)
        full = ", ".join([part for part in parts if part])
        found = Address(given.kind, full, at.location, at.area, given.postal_code, *at.state)
        return found if full else None

    def resolve(self, target: SecoTarget, unknown: Counter[str]) -> None:
        """Adds what a target refers to, but for its places: they may come at the end of the file."""
        origins = set()
        for set_id in target.sets:
            measures = self.sets.get(set_id)
            if measures is None:
                unknown["sanctions-set-id of no sanctions-set"] += 1
                target.programs.append(Program(set_id))
                continue
            target.programs.append(measures.program)
            if measures.measure:
                target.measures.append(measures.measure)
            if measures.origin:
                origins.add(f"{measures.origin} reference")
        whose = " or ".join(sorted(origins)) or None
        target.identifiers += [
            Identifier("list_reference", "foreign-identifier", whose, cleaning.clean(number))
            for number in target.foreign
        ]
        for document, place_id in target.issued:
            at = self.place(place_id, unknown)
            where = joined([at.location, at.area, at.state.raw])
            note = joined([document.note, where and f"issued in {where}"], "; ")
            target.identifiers.append(document._replace(note=note))


def _add_sets(references: References, node: Node, context: Context) -> None:
    """Adds a programme's sets; one without a key in English goes by its sets' ids."""
    key, act = _in_english(node.each("program-key")), _in_english(node.each("program-name"))
    if key is None:
        context.unknown["sanctions-program without program-key in English"] += 1
    measures: dict[str, str | None] = {}
    for item in node.each("sanctions-set"):
        if set_id := item.text("@ssid"):
            measures[set_id] = measures.get(set_id) or _in_english([item])
    for set_id, measure in measures.items():
        basis = joined([act, measure], "; ")
        program = Program(key or set_id, key, legal_basis=basis, legal_basis_date=_date_of(act))
        references.sets[set_id] = MeasureSet(program, measure, cleaned(node.text("origin")))


def _in_english(nodes: Iterable[Node]) -> str | None:
    english = (node for node in nodes if word_of(node.text("@lang")) == ENGLISH)
    return next((cleaned(node.text(OWN_TEXT)) for node in english), None)


def _date_of(act: str | None) -> date | None:
    """The day of an act from its title, as in `Ordinance of 15 June 2016 on …`."""
    found = _DATED.search(act or "")
    return whole_day(partial(found[1], ("%d %B %Y",))) if found else None


def _add_place(references: References, node: Node, context: Context) -> None:
    states = node.each("country")
    state = read_state(states[0], "@iso-code", context.unknown) if states else Country()
    place = Place(cleaned(node.text("location")), cleaned(node.text("area")), state)
    references.places[node.text("@ssid") or ""] = place


def read_state(node: Node, code_field: str, unknown: Counter[str]) -> Country:
    """A country by its code, or by its name if it has none that is known."""
    code, raw = node.text(code_field), node.text(OWN_TEXT)
    if code and (known := code.upper()) in countries.ALL:
        return Country(known, cleaned(raw) or known)
    if code:
        unknown[f"country {code}"] += 1
    return country(raw, unknown) if raw else Country(None, code)


COUNTRY = texts("@iso-code", OWN_TEXT)
PROGRAM = XmlRecord[References, Context](
    "sanctions-program",
    {
        **SSID,
        "@version-date": ignored("of the last change to the programme"),
        "@predecessor-version-date": ignored("likewise"),
        "program-key": group(IN_LANGUAGE),
        "program-name": group(IN_LANGUAGE),
        "sanctions-set": group({**texts("@ssid"), **IN_LANGUAGE}),
        "origin": TEXT,
    },
    _add_sets,
)
PLACE = XmlRecord[References, Context](
    "place",
    {
        **texts("@ssid", "location", "area"),
        "country": group(COUNTRY),
        **dict.fromkeys(("location-variant", "area-variant"), ignored("other spellings")),
    },
    _add_place,
)
