"""Dates of birth of any precision as sets of texts that two records share where their dates agree."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

import pyarrow as pa

ABOUT = 2
"""Years to either side of a date that is said to be about right."""

_DATE = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d))?)?(?P<about>~?)")
_MONTHS = 12
_LONGEST_RANGE = 30


class BirthKeys(NamedTuple):
    """What a date offers to be compared. A date without a day has no `day`, one that is about or between
    has neither `part` nor `whole`."""

    day: tuple[str, ...] = ()
    swapped: tuple[str, ...] = ()
    """The day with day and month exchanged."""
    part: tuple[str, ...] = ()
    """The month or the year, of a date that tells no more."""
    whole: tuple[str, ...] = ()
    """The month and the year."""
    about: tuple[str, ...] = ()
    """The years in which it may be."""
    two_of_three: tuple[str, ...] = ()
    """Two of year, month and day: one of them may be a slip."""
    near: tuple[str, ...] = ()
    """The years before and after."""


def birth_keys(birth: str) -> BirthKeys:
    """What a date of birth in EDTF (`1954`, `1954-08`, `1954-08-30`, `1954~`, `1954/1958`) offers; nothing if
    it is none."""
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
    """Whether two full dates differ in the year, the month or the day alone, as by a slip of the pen."""
    return (
        len(one) == len(other)
        and sum(a != b for a, b in zip(one.split("-"), other.split("-"), strict=True)) == 1
    )


def _year(number: int) -> str:
    return f"{number:04}"


def birth_key_table(births: Iterable[str]) -> pa.Table:
    """Each of some distinct dates with what it offers: `birth` and the fields of `BirthKeys`."""
    births = list(births)
    found = [birth_keys(birth) for birth in births]
    texts = pa.list_(pa.string())
    columns = {name: pa.array([each[n] for each in found], texts) for n, name in enumerate(BirthKeys._fields)}
    return pa.table({"birth": pa.array(births, pa.string()), **columns})
