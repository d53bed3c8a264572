"""Translate GDELT's codes into words and standard codes.

CAMEO is the coding scheme of GDELT's events. The names are those of its codebook, version 1.1b3 of March
2012, whose numbers GDELT uses. Lists based on an older version have other names for some codes, such as "Halt
negotiations" for 163; GDELT rates it -8.0, as it does "Impose embargo, boycott, or sanctions". Countries and
roles are those of GDELT's lists of actor codes.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb
import pyarrow as pa
import pycountry

from transforms.fields import countries

EVENTS = Path(__file__).with_name("cameo_events.tsv")
VALUES = Path(__file__).with_name("values.sql")

# Codes of GDELT or FIPS for no single country: oceans, the Paracel and Spratly Islands.
FIPS_NO_COUNTRY = frozenset({"OS", "PF", "PG"})

# CAMEO's countries are ISO 3166-1 alpha-3 codes, except these: its own (BAG is Baghdad, GZS the Gaza Strip,
# IMY the Isle of Man, MTN Montenegro, WSB the West Bank), and those of former names and states.
_CAMEO_OWN = """
    ANT:AN BAG:IQ BUR:MM DDR:DD GZS:PS IMY:IM KSV:XK MTN:ME ROM:RO SCG:CS SUN:SU TMP:TL WSB:PS YUG:YU ZAR:CD
"""

# Parts of the world, used in place of a country.
CAMEO_REGIONS = {
    "AFR": "Africa",
    "ASA": "Asia",
    "BLK": "Balkans",
    "CAS": "Central Asia",
    "CAU": "Caucasus",
    "CEU": "Central Europe",
    "CFR": "Central Africa",
    "CRB": "Caribbean",
    "EAF": "East Africa",
    "EEU": "Eastern Europe",
    "EIN": "East Indies",
    "EUR": "Europe",
    "LAM": "Latin America",
    "MDT": "Mediterranean",
    "MEA": "Middle East",
    "NAF": "North Africa",
    "NMR": "North America",
    "PGS": "Persian Gulf",
    "SAF": "Southern Africa",
    "SAM": "South America",
    "SAS": "South Asia",
    "SCN": "Scandinavia",
    "SEA": "Southeast Asia",
    "WAF": "West Africa",
    "WST": "the West",
}

ROLES = {
    "AGR": "agriculture",
    "AMN": "Amnesty International",
    "BUS": "business",
    "COP": "police",
    "CRM": "criminals",
    "CVL": "civilians",
    "DEV": "development",
    "EDU": "education",
    "ELI": "elites",
    "ENV": "environment",
    "GOV": "government",
    "GRP": "Greenpeace",
    "HLH": "health",
    "HRI": "human rights",
    "IGO": "intergovernmental organization",
    "IMG": "international militarized group",
    "INS": "insurgents",
    "INT": "international or transnational",
    "IRC": "Red Cross",
    "JUD": "judiciary",
    "LAB": "labour",
    "LEG": "legislature",
    "MED": "media",
    "MIL": "military",
    "MNC": "multinational corporation",
    "MOD": "moderates",
    "NGM": "non-governmental movement",
    "NGO": "non-governmental organization",
    "OPP": "political opposition",
    "PKO": "peacekeepers",
    "PTY": "political party",
    "RAD": "radicals",
    "REB": "rebels",
    "REF": "refugees",
    "SEP": "separatists",
    "SET": "settlers",
    "SPY": "state intelligence",
    "UAF": "unaligned armed forces",
    "UIS": "unidentified state actor",
    "UNO": "United Nations",
}


def cameo_countries() -> dict[str, str]:
    """Map CAMEO's country codes (`BLR`) to ISO 3166-1 alpha-2 codes."""
    alpha3 = {country.alpha_3: country.alpha_2 for country in pycountry.countries}
    return alpha3 | dict(pair.split(":") for pair in _CAMEO_OWN.split())


def cameo_events() -> dict[str, str]:
    """Map CAMEO's event codes to names: from two digits (names in capitals) to four."""
    lines = EVENTS.read_text("utf-8").splitlines()
    return dict(line.split("\t") for line in lines)


def define(con: duckdb.DuckDBPyConnection) -> None:
    """Create the vocabulary in a database.

    Tables: `fips_country(fips, country)` and `fips_no_country(fips)`, which are disjoint;
    `cameo_country(code, country)` and `cameo_region(code, name)`, likewise; `cameo_event(code, name)`;
    `cameo_role(code, role)`. Macros: those of `values.sql`, which parse numbers, times and types of places.
    """
    _table(con, "fips_country", ("fips", "country"), countries.fips().items())
    _table(con, "fips_no_country", ("fips",), [(code,) for code in FIPS_NO_COUNTRY])
    _table(con, "cameo_country", ("code", "country"), cameo_countries().items())
    _table(con, "cameo_region", ("code", "name"), CAMEO_REGIONS.items())
    _table(con, "cameo_event", ("code", "name"), cameo_events().items())
    _table(con, "cameo_role", ("code", "role"), ROLES.items())
    con.execute(VALUES.read_text("utf-8"))


def _table(
    con: duckdb.DuckDBPyConnection, name: str, columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]
) -> None:
    given = zip(*sorted(rows), strict=True)
    con.register("given", pa.table([pa.array(column, pa.string()) for column in given], names=list(columns)))
    con.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM given")  # noqa: S608  a constant of this module
    con.unregister("given")
