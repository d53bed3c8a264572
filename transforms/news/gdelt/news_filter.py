"""Which of GDELT's rows a release keeps: the `options` of the source's entry in the registry."""

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
    """A row is kept if any of these fits it: `countries` (ISO codes; the same as GDELT's FIPS codes in `fips`
    and as CAMEO's in `cameo`), `themes` (GDELT's, whole), `names` (in lower case, within the name of a
    person or body), or if it names a person of the day's file of names, `listed`. `everything` is kept if no
    option is given."""

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
    """The filter of a source's options, which may want the `listed` people; `con` holds the tables of
    `vocabulary.define`, and gets what `names_listed` asks for.

    OptionError for an option that is not one, or a country that GDELT has no code for.
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
    """Creates `is_listed(persons, title)` in a database: whether a row names one of the listed people."""
    if not keep.listed:
        con.execute("CREATE OR REPLACE MACRO is_listed(persons, title) AS false")
        return
    con.create_function(
        "is_listed",
        keep.listed.named,
        [VARCHAR, VARCHAR],
        BOOLEAN,
        type=ARROW,
        null_handling=SPECIAL,
    )


def names_listed(persons: str, title: str = "NULL") -> str:
    """SQL that holds if one of the listed people is among `persons` (`a b;c d`) or in a title."""
    return f"is_listed({persons}, {title})"


def _codes(con: duckdb.DuckDBPyConnection, query: str, countries: tuple[str, ...]) -> dict[str, str]:
    return {code: country for code, country in con.execute(query).fetchall() if country in countries}


def literal(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def any_of(conditions: list[str]) -> str:
    """SQL that holds if one of the conditions does; false if there are none. Null counts as false."""
    return "(" + " OR ".join(f"coalesce({condition}, false)" for condition in conditions or ["false"]) + ")"
