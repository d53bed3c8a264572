"""What changed in a table between two releases, without suppressed records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import duckdb
import pyarrow as pa
from upath import UPath

from contracts import Contract, contracts
from storage.files import hash_file, relative_name
from storage.parquet import (
    parquet_files,
    partition_files,
    row_order,
    scan,
    scan_files,
    select_table,
    write_query,
)
from transforms.fields.record_ids import plain
from warehouse.privacy.redaction import IDENTIFYING_COLUMNS, NO_REDACTION, ROWS_AT_A_TIME, Redaction


def compare(con: duckdb.DuckDBPyConnection, contract: Contract, old: str, new: str) -> str:
    """SQL of the rows in which query `new` differs from query `old`, with a column `change`: `added` and
    `changed` rows are new ones, `removed` ones old; rows are identified by the contract's key."""
    same_key = " AND ".join(f'n."{k}" IS NOT DISTINCT FROM o."{k}"' for k in contract.primary_key)
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE came AS {new} EXCEPT ALL {old};
        CREATE OR REPLACE TEMP TABLE went AS {old} EXCEPT ALL {new};
        """
    )
    return f"""
        SELECT CASE WHEN EXISTS (SELECT 1 FROM went AS o WHERE {same_key}) THEN 'changed' ELSE 'added' END
            AS change, n.* FROM came AS n
        UNION ALL
        SELECT 'removed' AS change, n.* FROM went AS n
        WHERE NOT EXISTS (SELECT 1 FROM came AS o WHERE {same_key})
    """  # noqa: S608


def count_changes(con: duckdb.DuckDBPyConnection, query: str) -> dict[str, int]:
    """The number of rows of each kind of change, of a query by `compare`."""
    counts = con.execute(f"SELECT change, count(*) FROM ({query}) GROUP BY change ORDER BY change")  # noqa: S608
    return {str(change): int(n) for change, n in counts.fetchall()}


@dataclass(frozen=True)
class SuppressedRemovals:
    """Rows of the previous release that must not be reported as removed: by values of a column (`keys`), the
    suppressed records with the entities, articles and events that go with them; and by `redaction`, rows that
    identify them."""

    redaction: Redaction = NO_REDACTION
    keys: dict[str, list[Any]] = field(default_factory=dict)

    def exclude(self, con: duckdb.DuckDBPyConnection, contract: Contract) -> None:
        """Deletes these rows from `went`, the rows that `compare` found to be missing from a table."""
        for column, keys in self.keys.items():
            if keys and column in contract.arrow_schema.names:
                con.execute(f'DELETE FROM went WHERE "{column}" IN (SELECT unnest(?))', [keys])  # noqa: S608
        if self.redaction and contract.name in IDENTIFYING_COLUMNS:
            rows = con.execute("SELECT rowid AS went_row, * FROM went").to_arrow_reader(ROWS_AT_A_TIME)
            found = list(self.redaction.identifying_rows(rows, contract.name, "went_row"))
            con.execute("DELETE FROM went WHERE rowid IN (SELECT unnest(?::BIGINT[]))", [found])


def suppressed_removals(
    con: duckdb.DuckDBPyConnection, previous: UPath | None, redaction: Redaction
) -> SuppressedRemovals:
    """Find the rows of the release in folder `previous` that the one in `con` lacks for its `redaction`."""
    if previous is None or not redaction:
        return SuppressedRemovals(redaction)
    linked = scan(previous / "parquet", contracts()["entity_records"])
    records = con.execute(f"SELECT DISTINCT record_id FROM ({linked})").fetchall()  # noqa: S608
    ids = sorted({*redaction.ids, *(each for (each,) in records if plain(each) in redaction.ids)})
    entities = con.execute(
        f"SELECT DISTINCT entity_id FROM ({linked}) WHERE list_contains(?::VARCHAR[], record_id) "  # noqa: S608
        "AND entity_id NOT IN (SELECT entity_id FROM entities)",
        [ids],
    ).fetchall()
    retired = con.execute(
        f"SELECT entity_id FROM ({scan(previous / 'parquet', contracts()['retired_entities'])}) "  # noqa: S608
        "WHERE entity_id NOT IN (SELECT entity_id FROM retired_entities) "
        "AND entity_id NOT IN (SELECT entity_id FROM entities)"
    ).fetchall()
    _create_lost_keys(con, previous, "articles", "article_id")
    _create_lost_keys(con, previous, "news_events", "news_event_id")
    articles = {
        article_id
        for table in ("articles", "sightings", "article_counts", "news_events", "news_event_mentions")
        for article_id in _identifying_keys(con, previous, redaction, table, "article_id")
    }
    events = set(_identifying_keys(con, previous, redaction, "news_events", "news_event_id"))
    of_articles = con.execute(
        f"SELECT news_event_id FROM ({scan(previous / 'parquet', contracts()['news_events'])}) "  # noqa: S608
        "SEMI JOIN lost_news_event_id USING (news_event_id) "
        "WHERE article_id IN (SELECT unnest(?::VARCHAR[]))",
        [sorted(articles)],
    ).fetchall()
    return SuppressedRemovals(
        redaction,
        {
            "record_id": ids,
            "left_record": ids,
            "right_record": ids,
            "entity_id": sorted(entity_id for (entity_id,) in entities + retired),
            "became": sorted(entity_id for (entity_id,) in entities),
            "article_id": sorted(articles),
            "news_event_id": sorted(events | {news_event_id for (news_event_id,) in of_articles}),
        },
    )


def _create_lost_keys(con: duckdb.DuckDBPyConnection, previous: UPath, table: str, key: str) -> None:
    """Creates `lost_<key>`: keys of a table that the previous release has and the one in `con` lacks."""
    rows = scan(previous / "parquet", contracts()[table])
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE lost_{key} AS "  # noqa: S608
        f"SELECT {key} FROM ({rows}) ANTI JOIN {table} USING ({key})"
    )


def _identifying_keys(
    con: duckdb.DuckDBPyConnection, previous: UPath, redaction: Redaction, table: str, key: str
) -> Iterator[Any]:
    """The lost keys with a row, in a table of the previous release, that identifies a suppressed record."""
    rows = scan(previous / "parquet", contracts()[table])
    lost = con.execute(f"SELECT r.* FROM ({rows}) AS r SEMI JOIN lost_{key} USING ({key})")  # noqa: S608
    return redaction.identifying_rows(lost.to_arrow_reader(ROWS_AT_A_TIME), table, key)


def write_changes(
    con: duckdb.DuckDBPyConnection,
    contract: Contract,
    previous: UPath | None,
    folder: UPath,
    suppressed: SuppressedRemovals | None = None,
) -> dict[str, int]:
    """Write what changed in a table since the release in folder `previous`; return counts by kind.

    Rows with `change` `added` or `changed` are new rows, `removed` ones old: the old table without the rows
    whose key is `changed` or `removed`, plus the `added` and `changed` rows, is the new table. The exception
    is `suppressed`: rows that are in the old table, and neither in the new one nor reported as removed.
    """
    rows = select_table(contract)
    if previous is None:
        query = f"SELECT 'added' AS change, * FROM ({rows})"  # noqa: S608
    elif differing := _differing(con, contract, previous / "parquet", folder.parent / "parquet"):
        query = compare(con, contract, *differing)
        (suppressed or SuppressedRemovals()).exclude(con, contract)
    else:
        query = f"SELECT '' AS change, * FROM ({rows}) WHERE false"  # noqa: S608
    field = pa.field("change", pa.string(), False, {"description": "added, changed or removed"})
    schema = pa.schema([field, *contract.arrow_schema])
    path = folder / f"{contract.name}.parquet"
    ordered = f"FROM ({query}) ORDER BY change, {row_order(contract)}"
    title = {"title": f"{contract.title}: changes"}
    write_query(con, ordered, schema, path, metadata=title, row_group=contract.row_group)
    return count_changes(con, query)


def _differing(
    con: duckdb.DuckDBPyConnection, contract: Contract, before: UPath, after: UPath
) -> tuple[str, str] | None:
    """SQL of a table's rows in the `parquet` folder of the previous release, and of those in the working
    database, without files that are equal, so that a table that stayed, or old news, is not compared. None
    if all are equal."""
    there = dict(partition_files(con, contract, after))
    same = [
        path
        for path in there
        for old in [before / relative_name(path, after)]
        if path.exists() and old.exists() and _same_bytes(path, old)
    ]
    old_paths = [
        path for path in parquet_files(before, contract) if after / relative_name(path, before) not in same
    ]
    wheres = [f"({where})" for path, where in there.items() if path not in same]
    if not old_paths and not wheres:
        return None
    new = f"{select_table(contract)} WHERE {' OR '.join(wheres) or 'false'}"
    return scan_files(old_paths, contract), new


def _same_bytes(one: UPath, other: UPath) -> bool:
    return one.stat().st_size == other.stat().st_size and hash_file(one) == hash_file(other)
