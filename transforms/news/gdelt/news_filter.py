"""The filter on GDELT's rows, from the `options` of the source in the registry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb
from duckdb.func import ARROW, SPECIAL
from duckdb.sqltypes import BOOLEAN, VARCHAR

from transforms.names.listed_people import ListedNames
from transforms.reading.parse_result import OptionError

OPTIONS = frozenset({"countries", "themes", "names", "listed"})


@dataclass(frozen=True)
class Keep:
    """The filter. A row is kept if any of the criteria matches, or if `everything` is kept.

    `countries`: ISO codes, also as GDELT's FIPS codes in `fips` and CAMEO codes in `cameo`. `themes`: GDELT's
    themes. `names`: lower-case texts contained in the name of a person or body. `listed`: the people in the
    day's file of names. `everything`: no option was given.
    """

    everything: bool
    countries: tuple[str, ...] = ()
    fips: tuple[str, ...] = ()
    cameo: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    listed: ListedNames | None = None


def keep(
    con: duckdb.DuckDBPyConnection, options: Mapping[str, Any], listed: ListedNames | None = None
) -> Keep:
    """Return the filter of a source's options. `con` has the tables of `vocabulary.define`.

    `listed` is used if the options request it. Raises OptionError for an unknown option, or for a country
    without a GDELT code.
    """
    if other := sorted(options.keys() - OPTIONS):
        raise OptionError(f"gdelt has no option {other[0]}")
    countries = tuple(options.get("countries", ()))
    fips = _codes(con, "SELECT fips, country FROM fips_country", countries)
    cameo = _codes(con, "SELECT code, country FROM cameo_country", countries)
    if unknown := sorted(set(countries) - set(fips.values())):
        raise OptionError(f"gdelt has no code for country {unknown[0]}")
    return Keep(
        everything=not any(options.get(key) for key in OPTIONS),
        countries=countries,
        fips=tuple(sorted(fips)),
        cameo=tuple(sorted(cameo)),
        themes=tuple(options.get("themes", ())),
        names=tuple(text.lower() for text in options.get("names", ())),
        listed=listed if options.get("listed") and listed else None,
    )


def define(con: duckdb.DuckDBPyConnection, keep: Keep) -> None:
    """Create the function `is_listed(persons, title)`: whether a row names one of the listed people."""
    if not keep.listed:
        con.execute("CREATE OR REPLACE MACRO is_listed(persons, title) AS false")
        return
    con.create_function(
        "is_listed",
        keep.listed.find_rows,
        [VARCHAR, VARCHAR],
        BOOLEAN,
        type=ARROW,
        null_handling=SPECIAL,
    )


def names_listed(persons: str, title: str = "NULL") -> str:
    """Return an SQL condition: one of the listed people is among `persons` (`a b;c d`) or in the title."""
    return f"is_listed({persons}, {title})"


def _codes(con: duckdb.DuckDBPyConnection, query: str, countries: tuple[str, ...]) -> dict[str, str]:
    return {code: country for code, country in con.execute(query).fetchall() if country in countries}


def literal(text: str) -> str:
    """Quote a text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def any_of(conditions: list[str]) -> str:
    """Combine SQL conditions with OR; false if there are none. NULL counts as false."""
    return "(" + " OR ".join(f"coalesce({condition}, false)" for condition in conditions or ["false"]) + ")"
