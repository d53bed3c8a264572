"""Comparison keys of dates of birth: two records share a key where their dates agree, at any precision."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

import pyarrow as pa

ABOUT = 2
"""Years by which an approximate date may differ, in both directions."""

_DATE = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d))?)?(?P<about>~?)")
_MONTHS = 12
_LONGEST_RANGE = 30


class BirthKeys(NamedTuple):
    """The keys of one date of birth.

    A date without a day has no `day`. An approximate date or a range has neither `part` nor `whole`.
    """

    day: tuple[str, ...] = ()
    swapped: tuple[str, ...] = ()
    """The date with day and month exchanged."""
    part: tuple[str, ...] = ()
    """The month or the year, for a date that states no more."""
    whole: tuple[str, ...] = ()
    """The month and the year."""
    about: tuple[str, ...] = ()
    """The possible years of an approximate date or a range."""
    two_of_three: tuple[str, ...] = ()
    """Two of year, month and day each: the third may be a typing error."""
    near: tuple[str, ...] = ()
    """The adjacent years."""


def birth_keys(birth: str) -> BirthKeys:
    """Return the keys of a date of birth in EDTF (`1954`, `1954-08`, `1954-08-30`, `1954~`, `1954/1958`).

    A text in another form has no keys.
    """
    first, _, last = birth.partition("/")
    start, end = _DATE.fullmatch(first), _DATE.fullmatch(last or first)
    if not start or not end:
        return BirthKeys()
    years = int(start["year"]), int(end["year"])
    if last or start["about"]:
        slack = ABOUT if start["about"] or end["about"] else 0
        span = range(years[0] - slack, min(years[1], years[0] + _LONGEST_RANGE) + slack + 1)
        near = (span[0] - 1, span[-1] + 1) if span else ()
        return BirthKeys(about=tuple(map(_year, span)), near=tuple(map(_year, near)))
    year, month, day = start["year"], start["month"], start["day"]
    near_years = (_year(years[0] - 1), _year(years[0] + 1))
    if not month:
        return BirthKeys(part=(year,), whole=(year,), near=near_years)
    of_year = f"{year}-{month}"
    if not day:
        return BirthKeys(part=(of_year,), whole=(of_year, year), near=near_years)
    return BirthKeys(
        day=(birth,),
        swapped=(f"{year}-{day}-{month}",) if int(day) <= _MONTHS else (),
        whole=(of_year, year),
        two_of_three=(of_year, f"{year}--{day}", f"--{month}-{day}"),
        near=near_years,
    )


def is_typo(one: str, other: str) -> bool:
    """Return whether two full dates differ only in the year, the month or the day."""
    return (
        len(one) == len(other)
        and sum(a != b for a, b in zip(one.split("-"), other.split("-"), strict=True)) == 1
    )


def _year(number: int) -> str:
    return f"{number:04}"


def birth_key_table(births: Iterable[str]) -> pa.Table:
    """Return a table of distinct dates and their keys: `birth`, and the fields of `BirthKeys`."""
    births = list(births)
    found = [birth_keys(birth) for birth in births]
    texts = pa.list_(pa.string())
    columns = {name: pa.array([each[n] for each in found], texts) for n, name in enumerate(BirthKeys._fields)}
    return pa.table({"birth": pa.array(births, pa.string()), **columns})
