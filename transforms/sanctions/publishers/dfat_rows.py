"""Rows of Australia's list, each about one name, and which of those under one number are of its target."""

from __future__ import annotations

from typing import NamedTuple

from transforms.fields.dates_in_text import read_cell
from transforms.names import cleaning
from transforms.reading.spreadsheet import Cell
from transforms.sanctions.publishers.dfat_cells import (
    listing_day,
    read_citizenships,
    read_committees,
    text_of,
)
from transforms.sanctions.reused_keys import Traits

REFERENCE, NAME, TYPE, NAME_TYPE = "reference", "name of individual or entity", "type", "name type"
STRENGTH, BIRTH, CITIZENSHIP = "alias strength", "date of birth", "citizenship"
INFORMATION, LISTING, COMMITTEES = "additional information", "listing information", "committees"

SCHEMAS = {"individual": "Person", "person": "Person", "entity": "Organization", "vessel": "Vessel"}


class Entry(NamedTuple):
    """A row: its number in the sheet, its place among the rows that hold anything, its cells by column,
    its name, cleaned, empty if it has none, and whether that is the main name."""

    number: int
    place: int
    cells: dict[str, Cell]
    name: str
    main: bool

    def text(self, column: str) -> str:
        """A cell's text, cleaned; empty if the cell is, or is `na`."""
        cell = self.cells.get(column)
        return "" if cell is None else text_of(cell)


def _traits(entry: Entry) -> Traits:
    births = [read.date for read in read_cell(entry.cells.get(BIRTH, "")) if read.date]
    listed = listing_day(entry.cells.get(LISTING, ""), "day")
    facts = {
        "type": {SCHEMAS.get(cleaning.term(entry.text(TYPE)), "")} - {""},
        "births": {year for each in births for year in (each[:4], each.partition("/")[2][:4]) if year},
        "states": {state.country for state in read_citizenships(entry.text(CITIZENSHIP)) if state.country},
        "committees": {program for program, _ in read_committees(entry.text(COMMITTEES))},
        "listing": {listed.isoformat()} if listed else set(),
        "text": {entry.text(INFORMATION)} - {""},
    }
    return Traits.of(entry.name, facts)


def split_rows(key: str, group: list[Entry]) -> tuple[list[Entry], list[Entry], str]:
    """The rows of the target that the number is of, those that are not taken, and why they are not.

    Rows next to that of the main name are of others only if they contradict it in committees and
    in a birth or citizenship, and share no word of a name with it. A row elsewhere is the target's if it
    contradicts those in nothing, or in one thing and shares a word. Two main names are of one target if
    they have a word, a birth, or a text in common and contradict each other in nothing.
    """
    mains = [entry for entry in group if entry.main]
    fault = f"{len(mains)} rows of reference {key} have a primary name"
    if not mains:
        return [], group, fault
    together = group[-1].place - group[0].place == len(group) - 1
    committees = mains[0].cells.get(COMMITTEES)
    if len(mains) == 1 and together and all(entry.cells.get(COMMITTEES) == committees for entry in group):
        return group, [], fault
    first = _traits(mains[0])
    if not all(_is_same(first, _traits(entry)) for entry in mains[1:]):
        return [], group, fault
    block = _block(group, mains[0])
    own = [entry for entry in block if not _is_alien(_traits(entry), first)]
    known = first
    for entry in own:
        known |= _traits(entry)
    for entry in group:
        if entry not in block:
            traits = _traits(entry)
            allowed = traits.shares_a_word(known)
            own += [entry] if entry.main or len(_contradicted(traits, known)) <= allowed else []
    others = [entry for entry in group if entry not in own]
    return sorted(own), others, f"a row of another target under reference {key}"


def _contradicted(one: Traits, other: Traits) -> set[str]:
    """The facts that contradict each other; two texts do not."""
    return one.contradicts(other) - {"text"}


def _is_alien(row: Traits, main: Traits) -> bool:
    contradicted = row.contradicts(main)
    births_or_states = not contradicted.isdisjoint({"births", "states"})
    return not row.shares_a_word(main) and "committees" in contradicted and births_or_states


def _is_same(one: Traits, other: Traits) -> bool:
    shared = one.shares_a_word(other) or one.shares(other, "births") or one.shares(other, "text")
    return shared and not _contradicted(one, other)


def _block(group: list[Entry], main: Entry) -> list[Entry]:
    """The rows that follow each other and hold the main one."""
    places = {entry.place for entry in group}
    first = last = main.place
    while first - 1 in places:
        first -= 1
    while last + 1 in places:
        last += 1
    return [entry for entry in group if first <= entry.place <= last]
