"""Version history: turn a sequence of complete lists into rows with `valid_from` and `valid_to`.

All tables are treated alike. A row that is the same in consecutive snapshots of its source is one version:
`valid_from` is when it was first seen, `valid_to` when the first snapshot without it was seen, or when the
publisher withdrew the list. Only the order of observation matters, not the order of arrival.

A record that could not be read was still in the file: as long as it may be there, its last valid version
applies.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

import duckdb
import pyarrow as pa
from upath import UPath

from contracts import Contract, contracts
from storage.database import sql_literal
from storage.files import sql_path
from storage.parquet import DAYS, empty_column, with_derived
from warehouse.history.key_holders import separate_holders
from warehouse.privacy.redaction import NO_REDACTION, Redaction

UNREAD = Path(__file__).with_name("unread.sql")

_MAIN = ("prisoners", "sanctions")
_HIVE = "hive_partitioning = true, hive_types = {'source': VARCHAR, 'unit': VARCHAR}"


@dataclass(frozen=True)
class StagedUnit:
    """A promoted snapshot: number `seq` of its source, with its `rows` by table, in `folder`.

    `last_seen_at` is when it was last seen before the next one.
    """

    source_id: str
    seq: int
    unit_id: str
    observed_at: datetime
    last_seen_at: datetime
    rows: dict[str, int]
    folder: UPath


def load_observations(
    con: duckdb.DuckDBPyConnection,
    units: list[StagedUnit],
    ends: Mapping[str, datetime] = MappingProxyType({}),
) -> None:
    """Create `observation` and `list_end`.

    `observation`: one row per promoted snapshot, with the time at which the previous one was last seen.
    `list_end`: when each withdrawn list ended.
    """
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
    con.register(
        "end_rows",
        pa.table(
            {
                "source_id": pa.array(list(ends), pa.string()),
                "ended_at": pa.array(list(ends.values()), utc),
            }
        ),
    )
    con.execute("CREATE OR REPLACE TABLE list_end AS FROM end_rows")
    con.unregister("end_rows")


def _columns(contract: Contract) -> str:
    return ", ".join(f'"{c.name}"' for c in contract.content_columns)


def load_staged(
    con: duckdb.DuckDBPyConnection,
    contract: Contract,
    units: list[StagedUnit],
    withheld: Redaction = NO_REDACTION,
    *,
    view: str | None = None,
) -> None:
    """Create `staged`: a table's rows in all promoted snapshots, with `list`, `seq` and `observed_at`.

    Left out are records in `excluded_record (source_id, seq, record_id)`, and withheld ones: rows whose key,
    the table's first column, is in `withheld_key`. For large tables, pass the name of a `view` to create
    instead.
    """
    key = contract.content_columns[0].name
    _list_keys(con, "withheld_key", withheld.ids)
    created = f"CREATE OR REPLACE TEMP {f'VIEW {view}' if view else 'TABLE staged'} AS"
    if files := _files(units, contract.name):
        columns = ", ".join(
            f'coalesce(t."{c.name}", o.observed_at) AS "{c.name}"' if c.observed else f't."{c.name}"'
            for c in contract.content_columns
        )
        con.execute(
            f"""
            {created}
            SELECT {columns}, t.source AS list, o.seq, o.observed_at
            FROM read_parquet([{files}], {_HIVE}) AS t
            JOIN observation AS o ON o.source_id = t.source AND o.unit_id = t.unit
            WHERE NOT EXISTS (
                FROM excluded_record AS e
                WHERE e.source_id = t.source AND e.seq = o.seq AND e.record_id = t.{key}::VARCHAR
            ) AND NOT EXISTS (FROM withheld_key AS w WHERE w.key = t.{key}::VARCHAR)
            """  # noqa: S608  columns come from the contract, paths are quoted
        )
    else:
        columns = ", ".join(map(empty_column, contract.content_columns))
        con.execute(
            f"{created} SELECT {columns}, NULL::VARCHAR AS list, NULL::BIGINT AS seq, "
            "NULL::TIMESTAMPTZ AS observed_at WHERE false"
        )


def _list_keys(con: duckdb.DuckDBPyConnection, table: str, keys: Iterable[str]) -> None:
    """Create a temporary table of keys, which disappears with the connection."""
    con.register("listed", pa.table({"key": pa.array(sorted(keys), pa.string())}))
    con.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS FROM listed")
    con.unregister("listed")


def find_unread(con: duckdb.DuckDBPyConnection, units: list[StagedUnit]) -> None:
    """Create `unread_record` and `excluded_record`; the rules are in `unread.sql`.

    `unread_record`: records that were, or may have been, in a snapshot but could not be read, each with the
    snapshot (`believed_seq`) whose version applies instead. `excluded_record`: records whose rows in a
    snapshot do not count.
    """
    doubtful = {
        source_id
        for (source_id,) in con.execute(
            "SELECT source_id FROM quarantined_record UNION SELECT source_id FROM keyless_record"
        ).fetchall()
    }
    rows = [
        f"SELECT t.source AS source_id, o.seq, t.record_id FROM read_parquet([{files}], {_HIVE}) AS t "  # noqa: S608
        "JOIN observation AS o ON o.source_id = t.source AND o.unit_id = t.unit"
        for table in _MAIN
        if (files := _files([unit for unit in units if unit.source_id in doubtful], table))
    ]
    nothing_read = (
        "SELECT NULL::VARCHAR AS source_id, NULL::BIGINT AS seq, NULL::VARCHAR AS record_id WHERE false"
    )
    con.execute(f"CREATE OR REPLACE TEMP TABLE main_row AS {' UNION '.join([*rows, nothing_read])}")
    con.execute(UNREAD.read_text("utf-8"))


def _files(units: list[StagedUnit], table: str) -> str:
    """Return the paths of a table's staged files as SQL, without duplicates; empty if there are none."""
    paths = {sql_path(unit.folder / f"{table}.parquet") for unit in units if unit.rows.get(table)}
    return ", ".join(map(sql_literal, sorted(paths)))


def build_lists(
    con: duckdb.DuckDBPyConnection, units: list[StagedUnit], withheld: Redaction = NO_REDACTION
) -> None:
    """Create all versioned tables from the promoted snapshots (`observation`).

    Unreadable records keep their last valid version, and later holders of reused keys become separate
    records.
    """
    find_unread(con, units)
    con.execute(DAYS.read_text("utf-8"))
    versioned = [table for table in contracts().values() if table.versioned]
    for table in versioned:
        build_versions(con, table, units, withheld)
    separate_holders(con, versioned)


def _carry_forward(con: duckdb.DuckDBPyConnection) -> None:
    """Add the last valid rows of unreadable records to `staged`, for each snapshot concerned."""
    con.execute(
        """
        INSERT INTO staged
        SELECT s.* REPLACE (u.seq AS seq, o.observed_at AS observed_at)
        FROM staged AS s
        JOIN unread_record AS u
            ON u.source_id = s.list AND u.record_id = s.record_id AND u.believed_seq = s.seq
        JOIN observation AS o ON o.source_id = u.source_id AND o.seq = u.seq
        """
    )


def build_versions(
    con: duckdb.DuckDBPyConnection,
    contract: Contract,
    units: list[StagedUnit],
    withheld: Redaction = NO_REDACTION,
) -> None:
    """Create the versioned table of `contract` from the promoted snapshots (`observation`)."""
    load_staged(con, contract, units, withheld)
    _carry_forward(con)
    columns = _columns(contract)
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
        moment AS (SELECT source_id AS list, seq, observed_at AS at FROM observation),
            ending AS (SELECT source_id AS list, ended_at FROM list_end)
        SELECT {with_derived(contract)}, first.at AS valid_from, coalesce(missing.at, e.ended_at) AS valid_to
        FROM versions AS v
        JOIN moment AS first ON first.list = v.list AND first.seq = v.first_seq
        LEFT JOIN moment AS missing ON missing.list = v.list AND missing.seq = v.last_seq + 1
        LEFT JOIN ending AS e ON e.list = v.list
        """  # noqa: S608  table and columns come from the contract
    )
