"""Sinks of the formats' tables: where a field of a prisoner list goes in a `Prisoner`.

`transforms.reading.declaration` explains sinks. Those that a list alone needs are in its module.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from transforms.names import cleaning
from transforms.prisoners.prisoner import Gender, Prisoner
from transforms.prisoners.vocabulary import institutions
from transforms.prisoners.vocabulary.date_words import FileDates
from transforms.reading import declaration

DateColumn: TypeAlias = Literal["birth", "arrest", "verdict", "release", "term_end", "death"]


@dataclass(frozen=True, slots=True)
class Context:
    """What reading a record depends on besides it: the counter of unknowns, and how dates are written."""

    unknown: Counter[str]
    dates: FileDates


Fields: TypeAlias = declaration.Fields[Prisoner, Context]
Sink: TypeAlias = declaration.Sink[Prisoner, Context]

MALE_OR_FEMALE: Mapping[str, Gender] = {"male": "male", "female": "female"}


def date(column: DateColumn, field: str) -> Sink:
    """A date of the person; a text that is none counts as `<field>: not a date`."""

    def sink(person: Prisoner, text: str, context: Context) -> None:
        setattr(person, column, context.dates.read(text, field, context.unknown))

    return sink


def gender(field: str, words: Mapping[str, Gender] = MALE_OR_FEMALE) -> Sink:
    """A gender by the publisher's `words` in lower case; any other counts as `<field>: not known`."""

    def sink(person: Prisoner, text: str, context: Context) -> None:
        word = cleaning.term(text)
        person.gender = words.get(word)
        context.unknown[f"{field}: not known"] += bool(word) and person.gender is None

    return sink


def one_gender(
    words: Iterable[str], known: Mapping[str, Gender], field: str, unknown: Counter[str]
) -> Gender | None:
    """The gender that all `words` name; None, counted as `<field>: not known`, if they do not agree."""
    found = {known.get(word) for word in words}
    if len(found) > 1 or None in found:
        unknown[f"{field}: not known"] += 1
        return None
    return next(iter(found), None)


def facility(country: str) -> Sink:
    """An institution in `country`, by its name and town alone."""

    def sink(person: Prisoner, text: str, context: Context) -> None:
        person.facility = institutions.prison(text, context.unknown)
        person.facility_country = country if person.facility.name else None

    return sink


def page(form: re.Pattern[str], label: str) -> Sink:
    """The address of the case's page; a text that is none counts as `label`."""

    def sink(person: Prisoner, text: str, context: Context) -> None:
        found = form.fullmatch(text)
        person.url = found[0] if found else None
        context.unknown[label] += found is None

    return sink
