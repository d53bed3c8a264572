"""Comparison features of records: names, numbers and dates of birth as sets of keys."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Protocol

import duckdb
import pyarrow as pa

from transforms.identity.linking import birth_dates, model
from transforms.names import comparison
from transforms.names.common_names import common_names
from transforms.names.name_parts import parse_names

HERE = Path(__file__).parent


class ListFacts(Protocol):
    """What lists state of themselves: the tables `list_program` and `list_reference` of the SQL here."""

    @property
    def programs(self) -> pa.Table: ...
    @property
    def references(self) -> pa.Table: ...


def prepare(con: duckdb.DuckDBPyConnection, lists: ListFacts) -> None:
    """Create temporary tables of a database that holds `prisoners`, `sanctions`, `names`, `addresses` and
    `identifiers` with their history: `record`, `spelled`, `record_fact`, `shared_fact`, `name_pair`,
    `record_key` and `record_features`, as the SQL files here describe."""
    con.register("list_program", lists.programs)
    con.register("list_reference", lists.references)
    for step in ("records", "shared_facts"):
        con.execute((HERE / f"{step}.sql").read_text("utf-8"))
    for name in ("list_program", "list_reference"):
        con.unregister(name)
    con.execute("CREATE OR REPLACE TEMP TABLE listed_name AS SELECT DISTINCT name, person FROM spelled")
    line = comparison.THRESHOLD
    least = {alike: line + of_the_rest * (1 - line) for alike, of_the_rest in model.ALIKE.items()}
    comparison.compare(con, "listed_name", "listed_name", min(least.values()))
    dates = con.execute("SELECT DISTINCT unnest(births) FROM record").fetchall()
    given = {
        "form": _forms(con),
        "word": _words(con),
        "common": _common(),
        "born": birth_dates.birth_key_table(birth for (birth,) in dates),
    }
    for name, table in given.items():
        con.register(name, table)
    bands = {
        "alike": _bands("score", least),
        "rare": f"WHEN person THEN CASE {_bands('bits', model.RARE['person'])} END "
        f"ELSE CASE {_bands('bits', model.RARE['body'])} END",
    }
    con.execute((HERE / "name_rarity.sql").read_text("utf-8").format(**bands))
    con.execute((HERE / "record_features.sql").read_text("utf-8").format(**_columns()))
    for name in given:
        con.unregister(name)


def _forms(con: duckdb.DuckDBPyConnection) -> pa.Table:
    """Return the parts of all names, with `person`: whether it is the name of a person or of a body."""
    found = []
    for person in (True, False):
        names = con.execute("SELECT DISTINCT name FROM spelled WHERE person = ?", [person]).to_arrow_table()[
            "name"
        ]
        made = parse_names(names, bodies=not person)
        found.append(made.append_column("person", pa.repeat(pa.scalar(person), made.num_rows)))
    return pa.concat_tables(found)


def _words(con: duckdb.DuckDBPyConnection) -> pa.Table:
    """Return the parts of bodies' names with bracketed words included: they distinguish branches by place."""
    names = con.execute(
        r"""
        SELECT DISTINCT name, regexp_replace(name, '[()\[\]]', ' ', 'g') AS open FROM spelled WHERE NOT person
        """
    ).to_arrow_table()
    made = parse_names(names["open"], bodies=True).rename_columns({"name": "open"})
    return names.join(made, "open")


@cache
def _common() -> pa.Table:
    """Return the very common parts of names of people (`person`) and of bodies, with their rarity in bits."""
    bits: dict[tuple[bool, str], float] = {}
    for person in (True, False):
        listed = sorted(
            common_names(), key=lambda each: -each[1]
        )  # of a repeated name the lowest value applies
        rarity = {name: worth for name, worth, of in listed if (of != "body") == person}
        made = parse_names(pa.chunked_array([list(rarity)], pa.string()), bodies=not person)
        for name, root in zip(made["name"].to_pylist(), made["root"].to_pylist(), strict=True):
            bits[person, root] = min(rarity[name], bits.get((person, root), math.inf))
    rows = [{"person": person, "root": root, "bits": each} for (person, root), each in bits.items()]
    return pa.Table.from_pylist(rows)


def _bands(column: str, least: Mapping[str, float]) -> str:
    """Return SQL branches that name the band of a value; `least` maps bands to minimums, highest first."""
    return " ".join(f"WHEN {column} >= {value} THEN '{name}'" for name, value in least.items())


def _columns() -> dict[str, str]:
    """Return the SQL of the repeated columns of `record_features`."""
    of_names = [name.split("_") for name in model.NAMES]
    of_births = birth_dates.BirthKeys._fields
    names = [
        f"list(key ORDER BY key) FILTER (strong AND alike = '{alike}' AND rare = '{rare}') AS {alike}_{rare}"
        for alike, rare in of_names
    ]
    dates = [f"list_sort(list_distinct(flatten(list({part})))) AS {part}" for part in of_births]
    filled = [f"coalesce(n.{name}, []) AS name_{name}" for name in model.NAMES]
    filled += [f"coalesce(b.{part}, []) AS birth_{part}" for part in of_births]
    return {"names": ", ".join(names), "births": ", ".join(dates), "columns": ", ".join(filled)}
