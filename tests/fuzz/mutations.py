"""The mutated files of a campaign: which mutation each gets follows from its number and the seed."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from tests.fuzz import (
    bytes_mutations,
    csv_mutations,
    html_mutations,
    json_mutations,
    rss_mutations,
    xlsx_mutations,
    xml_mutations,
    zip_mutations,
)
from tests.fuzz.bytes_mutations import Mutation

KINDS = (".xml", ".csv", ".xlsx", ".json", ".html", ".zip", ".rss")
HEAVY_EVERY = 30  # files of many megabytes are few

_LIGHT: dict[str, tuple[Mutation, ...]] = {
    ".xml": xml_mutations.MUTATIONS,
    ".csv": csv_mutations.MUTATIONS,
    ".xlsx": xlsx_mutations.MUTATIONS,
    ".json": json_mutations.MUTATIONS,
    ".html": html_mutations.MUTATIONS,
    ".zip": zip_mutations.MUTATIONS,
    ".rss": rss_mutations.MUTATIONS,
}
_HEAVY: dict[str, tuple[Mutation, ...]] = {
    ".xml": xml_mutations.HEAVY,
    ".csv": csv_mutations.HEAVY,
    ".xlsx": xlsx_mutations.HEAVY,
    ".json": json_mutations.HEAVY,
    ".html": html_mutations.HEAVY,
    ".zip": zip_mutations.HEAVY,
    ".rss": rss_mutations.HEAVY,
}


class Mutated(NamedTuple):
    """A spoilt file and what was done to it."""

    mutation: str
    data: bytes


def mutate(sample: bytes, kind: str, number: int, rng: Random) -> Mutated:
    """Spoils `sample`, a file of `kind`. Each mutation comes in its turn; one file in five is hit twice."""
    if number % HEAVY_EVERY == HEAVY_EVERY - 1:
        heavy = _HEAVY[kind]
        chosen = heavy[number // HEAVY_EVERY % len(heavy)]
        return Mutated(chosen.__name__, chosen(sample, rng))
    light = (*_LIGHT[kind], *bytes_mutations.MUTATIONS)
    chosen = light[number % len(light)]
    data = chosen(sample, rng)
    if data and rng.random() < 0.2:
        second = rng.choice(bytes_mutations.MUTATIONS)
        return Mutated(f"{chosen.__name__}, {second.__name__}", second(data, rng))
    return Mutated(chosen.__name__, data)
