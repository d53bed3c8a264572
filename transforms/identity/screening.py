"""Who on one list of names is on another, in any spelling.

The names decide, as `names.comparison` weighs them; what the lists know of births and countries moves
their score: a contradiction takes a match back, agreement raises it a little.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa

from transforms.names.comparison import THRESHOLD, compare

SQL = Path(__file__).with_suffix(".sql")

NAMED = pa.schema(
    [
        pa.field("name", pa.string()),
        pa.field("person", pa.bool_()),
        pa.field("births", pa.list_(pa.string())),
        pa.field("countries", pa.list_(pa.string())),
        pa.field("record_id", pa.string()),
        pa.field("entity_id", pa.string()),
    ]
)
"""A list of names. `person`: whether a person bears the name; null where it may be a body. `births` are dates
in EDTF, `countries` ISO 3166-1 alpha-2 codes; either may be empty, and then speaks neither for nor against.
`record_id` and `entity_id`: whose name it is, where the list is a release's."""

CONTRADICTED = 0.7 * THRESHOLD
"""What is left of a score where births or countries contradict: to be looked at, no match."""

SAME_DAY, SAME_TIME, SAME_COUNTRY = 0.4, 0.15, 0.1
"""What agreement adds to a score s, in parts of s (1 - s): births on one day, births that can be one (in the
same year, or within a span), and a country that both name."""

AT_ONCE = 1_000_000
"""How many pairs are put in order at a time where all of them are wanted."""


def match(
    con: duckdb.DuckDBPyConnection, left: pa.Table, right: pa.Table, floor: float
) -> Iterator[pa.RecordBatch]:
    """Every pair of a name in `left` and one in `right`, both as `NAMED`, whose score is at least `floor`, as
    `left, right, score, match, record_id, entity_id` (whose the right name is): in the order of `left`, the
    highest scores first. With a floor of 0 all pairs, those too for which nothing speaks.

    `score` is from 0 to 1, to four decimals, and the same whichever list stands left; `match`, whether it
    is at least `comparing.THRESHOLD`. A name counts as often as it is on a list.
    """
    for side, names in (("left_list", left), ("right_list", right)):
        _load(con, side, names)
    compare(con, "left_list_name", "right_list_name", floor / (1 + SAME_DAY + SAME_COUNTRY))
    for name, value in (
        ("threshold", THRESHOLD),
        ("contradicted", CONTRADICTED),
        ("same_day_adds", SAME_DAY),
        ("same_time_adds", SAME_TIME),
        ("same_country_adds", SAME_COUNTRY),
    ):
        con.execute(f"CREATE OR REPLACE TEMP MACRO {name}() AS {value!r}::DOUBLE")
    con.execute(SQL.read_text("utf-8"))
    pairs, step = "named_alike", max(1, left.num_rows)
    if floor <= 0:
        pairs, step = "every_pair", max(1, AT_ONCE // max(1, right.num_rows))
    for first in range(0, left.num_rows, step):
        rows = con.execute("SELECT * FROM weighed(?, ?, ?, ?)", [pairs, first, first + step - 1, floor])
        yield from rows.to_arrow_reader()


def _load(con: duckdb.DuckDBPyConnection, table: str, names: pa.Table) -> None:
    """Creates `table`, the names with their places, and `table`_name, each once as what it is compared as."""
    placed = names.append_column("place", pa.array(range(names.num_rows), pa.int64()))
    con.register("given", placed)
    con.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS FROM given")
    con.unregister("given")
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE {table}_name AS
        SELECT DISTINCT name, unnest(CASE WHEN person IS NULL THEN [true, false] ELSE [person] END) AS person
        FROM {table}
        """  # noqa: S608  a name of this module's
    )
