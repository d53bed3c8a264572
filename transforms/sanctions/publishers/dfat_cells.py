"""Cells of Australia's list: what they hold of places, states, listings and labelled facts."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from transforms.fields import countries
from transforms.fields.contacts import withhold
from transforms.fields.dates_in_text import Order, read_cell
from transforms.fields.documents.numbers import find_numbers
from transforms.fields.placeholders import is_placeholder
from transforms.fields.record_parts import Identifier
from transforms.names import cleaning
from transforms.reading import spreadsheet
from transforms.reading.spreadsheet import Cell
from transforms.sanctions.target import Address, Nationality, Particular, PlaceKind, Position, place
from transforms.sanctions.vocabulary.listed_parts import LONGEST, listed_parts

# Committees whose name has no more in it than the resolution.
COMMITTEE_NAMES = {
    "1373 (2001)": "Counter-terrorism, Security Council resolution 1373 (2001)",
    "2093 (2013)": "Somalia, Security Council resolution 2093 (2013)",
}

_COMMITTEE = re.compile(r"(Autonomous|[\d/]+) \(([^()]*(?:\([^()]*\)[^()]*)*)\)")


@lru_cache(maxsize=16_384, typed=True)
def text_of(cell: Cell) -> str:
    """A cell as clean text; empty if it is a placeholder."""
    text = cleaning.clean(spreadsheet.text(cell))
    return "" if is_placeholder(text) else text


@lru_cache(maxsize=4_096, typed=True)
def _day(cell: Cell, order: Order | None) -> date | None:
    """The day that a cell is, and nothing more: a date, Excel's number of one, or a text."""
    read = read_cell(cell, order)
    known = len(read) == 1 and read[0].precision == "day"
    return date.fromisoformat(read[0].date) if known and read[0].date else None


_DAY = r"(?:\d{1,2}(?: ?[A-Za-z]{3,9}\.?,? ?|/\d{1,2}/)\d{4}(?!\d)|(?:19|20)\d\d-\d\d-\d\d(?!\d))"
# Listed for the first time: neither `relisted`, `re-listed` nor `last listed`. Between that and the day
# may be who listed it, on what ground.
_LISTED = re.compile(
    rf"^{_DAY}"
    r"|(?<![\w-])(?<!last )(?:listed(?:on)?|designated(?! persons))"
    rf"(?: ?|(?:(?!listed|amended|formerly)[^.]){{1,120}}?\b(?:on|committee)):? ?(?P<day>{_DAY})",
    re.IGNORECASE,
)


@lru_cache(maxsize=4_096, typed=True)
def listing_day(cell: Cell, order: Order | None) -> date | None:
    """The day of the first listing, where the text states it."""
    if (day := _day(cell, order)) is not None:
        return day
    found = _LISTED.search(text_of(cell)[:LONGEST])
    return _day(found["day"] or found[0], order) if found else None


_BARE_DAY = re.compile(r"\d{5}(?:\.\d+)?|\d{4}-\d\d-\d\d(?:[T ][\d:.]+Z?)?")


def is_bare_day(cell: Cell) -> bool:
    """Whether a cell holds a day and no more: the day of the listing, and no legal basis."""
    return not isinstance(cell, str) or _BARE_DAY.fullmatch(cell.strip()) is not None


@lru_cache(maxsize=4_096)
def read_committees(text: str) -> tuple[tuple[str, str | None], ...]:
    """`1970 (Libya) 1973 (Libya)` are two; each with its name in words."""
    if not text:
        return ()
    if len(text) > LONGEST or _COMMITTEE.sub("", text).strip():
        return ((text, None),)
    found = _COMMITTEE.finditer(text)
    return tuple((each[0], COMMITTEE_NAMES.get(each[0]) or _in_words(*each.groups())) for each in found)


def _in_words(number: str, subject: str) -> str:
    if number == "Autonomous":
        return f"Autonomous sanctions, {subject}"
    return f"{subject}, Security Council resolution{'s' if '/' in number else ''} {number.replace('/', ', ')}"


def without_contacts(text: str) -> str:
    """`text` without numbers to call and addresses to write to."""
    return cleaning.clean(withhold(text, "")).strip(" ;,")


_IN_BRACKETS = re.compile(r"(?: ?\([^()]*\))+$")


@lru_cache(maxsize=4_096)
def read_places(kind: PlaceKind, text: str) -> tuple[Address, ...]:
    found = [place(kind, [piece], _where(kind, piece)) for piece in listed_parts(without_contacts(text))]
    return tuple(each for each in found if each)


def _where(kind: PlaceKind, piece: str) -> Address:
    """The state that a place ends with, if it names one."""
    without = _IN_BRACKETS.sub("", piece[-LONGEST:], count=1) if ")" in piece else piece
    without = without.rstrip(" ,.")
    state = without.rpartition(",")[2].strip()
    code = countries.code(state)
    return Address(kind, "", None, None, None, code, state if code else None)


_NOTED = re.compile(r"(.+?) ?\(([^()]*)\)")


@lru_cache(maxsize=4_096)
def read_citizenships(text: str) -> tuple[Nationality, ...]:
    """States by name or adjective, each with its note in brackets, or `possibly` before it."""
    found: list[Nationality] = []
    for piece in listed_parts(text):
        noted = _NOTED.fullmatch(piece)
        state, note = (noted[1], noted[2]) if noted else (piece, None)
        if state.lower().startswith("possibly "):
            state, note = state[9:], "possibly"
        found += [Nationality("citizenship", *each, note) for each in countries.several(state)]
    return tuple(found)


_YEAR = re.compile(r"(?:19|20)\d\d")
_TITLE = re.compile(r"\b[Tt]itle:\s*(.{1,150}?)(?=\.\s|\s+(?:Designation|Review)\b|;|\.?$)")
_POSITION = re.compile(r"\b(?:Designation|Last known position):\s*(.{1,600}?)(?=\.\s+[A-Z]|;|\.?$)")
_GENDER = re.compile(r"\b(?:gender|sex)\b:?\s*\[?(male|female)\b|^(male|female)\b;", re.IGNORECASE)
_WEBSITE = re.compile(r"(?:https?://|www\.)[^\s;,)]*[^\s;,.)]")
_NOT_OF_THE_TARGET = ("interpol.int", "un.org")


class LabelledFacts(NamedTuple):
    """What is labelled in a text."""

    identifiers: tuple[Identifier, ...]
    positions: tuple[Position, ...]
    websites: tuple[Particular, ...]
    gender: str | None


@lru_cache(maxsize=4_096)
def read_facts(text: str) -> LabelledFacts:
    """The facts of a text, of which no more is read than its first part if it is very long."""
    read = find_numbers(text)
    found = [each for each in read if not (each.type == "registration" and _YEAR.fullmatch(each.number))]
    titles = _TITLE.findall(text) if "itle:" in text else []
    held = _POSITION.findall(text) if "Designation:" in text or "position:" in text else []
    positions = [
        *(Position("title", piece) for value in titles for piece in listed_parts(value)),
        *(Position("position", piece) for value in held for piece in listed_parts(value)),
    ]
    gender = _GENDER.search(text) if "ale" in text else None
    sites = _WEBSITE.findall(text) if "www." in text or "http" in text else ()
    sites = [site for site in sites if not any(host in site for host in _NOT_OF_THE_TARGET)]
    return LabelledFacts(
        tuple(found),
        tuple(positions),
        tuple(Particular("website", site) for site in sites),
        (gender[1] or gender[2]).lower() if gender else None,
    )
