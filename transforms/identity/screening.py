"""Screen one list of names against another, in any spelling.

Names are compared by `names.comparison`. Dates of birth and countries, where both lists have them, adjust the
score: a contradiction rules out a match, agreement raises the score a little.
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
"""A list of names.

`person`: whether it is a person's name; null if it may be a body's. `births`: dates in EDTF. `countries`:
ISO 3166-1 alpha-2 codes. Either may be empty and is then not used. `record_id` and `entity_id`: whose name it
is, if the list is a release."""

CONTRADICTED = 0.7 * THRESHOLD
"""Factor of a score if births or countries contradict: worth reading, but no match."""

SAME_DAY, SAME_TIME, SAME_COUNTRY = 0.4, 0.15, 0.1
"""What agreement adds to a score s, as a share of s (1 - s): births on the same day; births that can be the
same (same year, or overlapping ranges); a common country."""

AT_ONCE = 1_000_000
"""How many pairs are sorted at a time if all pairs are requested."""


def match(
    con: duckdb.DuckDBPyConnection, left: pa.Table, right: pa.Table, floor: float
) -> Iterator[pa.RecordBatch]:
    """Yield every pair of a name in `left` and a name in `right` that scores at least `floor`.

    Both lists have the schema `NAMED`. Columns: `left, right, score, match, record_id, entity_id` (the last
    two of the right name). Order: as in `left`, then by descending score. With a floor of 0 all pairs are
    returned, even those with nothing in common.

    `score` is between 0 and 1, rounded to four decimals, and does not depend on which list is left. `match`
    is whether it is at least `comparison.THRESHOLD`. A repeated name is returned repeatedly.
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
    """Create `table`, the names with their positions, and `<table>_name`, the distinct names to compare."""
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
