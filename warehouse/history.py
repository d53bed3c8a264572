"""Version history: from a sequence of whole lists to rows with `valid_from` and `valid_to`.

Each table is treated alike. A row that stands unchanged in consecutive snapshots of its source
is one version: `valid_from` is when it was first seen, `valid_to` when the first snapshot
without it was seen. Only the order of observation matters, not the order of arrival.

What the gate puts into quarantine was in the file all the same: while it is there the record's last
version that could be believed stands.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import duckdb
import pyarrow as pa
from upath import UPath

from contracts import Contract
from warehouse.storage import sql_path
from warehouse.tables import DAYS, literal, nothing, with_derived
from warehouse.withheld import NOTHING, Withheld


@dataclass(frozen=True)
class StagedUnit:
    """A promoted snapshot: the `seq`-th of its source, `rows` by table, in `folder`.

    `last_seen_at` is when it was last seen before the next one came.
    """

    source_id: str
    seq: int
    unit_id: str
    observed_at: datetime
    last_seen_at: datetime
    rows: dict[str, int]
    folder: UPath


def load_observations(con: duckdb.DuckDBPyConnection, units: list[StagedUnit]) -> None:
    """Fills `observation`: one row a promoted snapshot, with when the one before it was last seen."""
    utc = pa.timestamp("us", tz="UTC")
    rows = pa.table(
        {
            "source_id": pa.array([u.source_id for u in units], pa.string()),
            "seq": pa.array([u.seq for u in units], pa.int64()),
            "unit_id": pa.array([u.unit_id for u in units], pa.string()),
            "observed_at": pa.array([u.observed_at for u in units], utc),
            "last_seen_at": pa.array([u.last_seen_at for u in units], utc),
        }
    )
    con.register("observation_rows", rows)
    con.execute(
        "CREATE OR REPLACE TABLE observation AS SELECT *, "
        "lag(last_seen_at) OVER (PARTITION BY source_id ORDER BY seq) AS previous_seen_at "
        "FROM observation_rows"
    )
    con.unregister("observation_rows")


def _columns(contract: Contract) -> str:
    return ", ".join(f'"{c.name}"' for c in contract.content_columns)


def load_staged(
    con: duckdb.DuckDBPyConnection,
    contract: Contract,
    units: list[StagedUnit],
    withheld: Withheld = NOTHING,
    *,
    view: str | None = None,
) -> None:
    """Fills `staged`: a table's rows over all promoted snapshots, each with its `list`, `seq` and
    `observed_at`, less the records of `quarantined_record (source_id, observed_at, unit_id, record_id)`
    and the `withheld` ones: those whose key, the table's first column, stands in `withheld_key`.

    One content may be seen twice with another content between: it is judged each time, and what
    is quarantined may differ. A table that is too large to be kept twice is a `view` of that name instead.
    """
    key = contract.content_columns[0].name
    _list_keys(con, "withheld_key", withheld.ids)
    created = f"CREATE OR REPLACE TEMP {f'VIEW {view}' if view else 'TABLE staged'} AS"
    paths = [sql_path(u.folder / f"{contract.name}.parquet") for u in units if u.rows.get(contract.name)]
    if paths:
        columns = ", ".join(
            f'coalesce(t."{c.name}", o.observed_at) AS "{c.name}"' if c.observed else f't."{c.name}"'
            for c in contract.content_columns
        )
        files = ", ".join(literal(path) for path in sorted(set(paths)))
        con.execute(
            f"""
            {created}
            SELECT {columns}, t.source AS list, o.seq, o.observed_at
            FROM read_parquet(
                [{files}], hive_partitioning = true, hive_types = {{'source': VARCHAR, 'unit': VARCHAR}}
            ) AS t
            JOIN observation AS o ON o.source_id = t.source AND o.unit_id = t.unit
            WHERE NOT EXISTS (
                FROM quarantined_record AS q
                WHERE q.source_id = t.source AND q.observed_at = o.observed_at
                    AND q.unit_id = t.unit AND q.record_id = t.{key}::VARCHAR
            ) AND NOT EXISTS (FROM withheld_key AS w WHERE w.key = t.{key}::VARCHAR)
            """  # noqa: S608  columns come from the contract, paths are quoted
        )
    else:
        columns = ", ".join(map(nothing, contract.content_columns))
        con.execute(
            f"{created} SELECT {columns}, NULL::VARCHAR AS list, NULL::BIGINT AS seq, "
            "NULL::TIMESTAMPTZ AS observed_at WHERE false"
        )


def _list_keys(con: duckdb.DuckDBPyConnection, table: str, keys: Iterable[str]) -> None:
    """Creates a temporary table of keys: it is gone with the connection."""
    con.register("listed", pa.table({"key": pa.array(sorted(keys), pa.string())}))
    con.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS FROM listed")
    con.unregister("listed")


def _carry_forward(con: duckdb.DuckDBPyConnection) -> None:
    """Adds to `staged`, for each snapshot in which a record was put into quarantine, its rows as they were
    in the snapshot before its quarantine began; none if it was not there then."""
    con.execute(
        """
        INSERT INTO staged
        WITH doubted AS (
            SELECT
                q.source_id, q.record_id, o.seq, o.observed_at,
                o.seq - row_number() OVER (PARTITION BY q.source_id, q.record_id ORDER BY o.seq) AS stretch
            FROM quarantined_record AS q
            JOIN observation AS o USING (source_id, observed_at, unit_id)
        ),
        carried AS (
            SELECT *, min(seq) OVER (PARTITION BY source_id, record_id, stretch) - 1 AS believed_seq
            FROM doubted
        )
        SELECT s.* REPLACE (c.seq AS seq, c.observed_at AS observed_at)
        FROM staged AS s
        JOIN carried AS c ON c.source_id = s.list AND c.record_id = s.record_id AND c.believed_seq = s.seq
        """
    )


def build_versions(
    con: duckdb.DuckDBPyConnection,
    contract: Contract,
    units: list[StagedUnit],
    withheld: Withheld = NOTHING,
) -> None:
    """Creates the versioned table of `contract` from the promoted snapshots (`observation`)."""
    load_staged(con, contract, units, withheld)
    _carry_forward(con)
    columns = _columns(contract)
    con.execute(DAYS.read_text("utf-8"))
    con.execute(
        f"""
        CREATE OR REPLACE TABLE {contract.name} AS
        WITH seen AS (
            SELECT DISTINCT list, seq, {columns} FROM staged
        ),
        stretches AS (
            SELECT *, seq - row_number() OVER (PARTITION BY list, {columns} ORDER BY seq) AS stretch
            FROM seen
        ),
        versions AS (
            SELECT list, {columns}, min(seq) AS first_seq, max(seq) AS last_seq
            FROM stretches GROUP BY list, {columns}, stretch
        ),
        moment AS (SELECT source_id AS list, seq, observed_at AS at FROM observation)
        SELECT {with_derived(contract)}, first.at AS valid_from, gone.at AS valid_to
        FROM versions AS v
        JOIN moment AS first ON first.list = v.list AND first.seq = v.first_seq
        LEFT JOIN moment AS gone ON gone.list = v.list AND gone.seq = v.last_seq + 1
        """  # noqa: S608  table and columns come from the contract
    )
