"""Keys that a publisher reused for someone else: each holder of a key is a record of its own.

The first observed holder has the plain `record_id`, the second `<record_id>#2`, and so on. If a key returns
to an earlier holder, it is that record again. The rules that detect a reused key are in
`expectations/keys.sql`; validation uses the same ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

import duckdb
import pyarrow as pa

from contracts import Contract
from expectations.runner import KEYS
from transforms.fields.record_ids import of_holder

# The periods of a record with the same main name, in order: `since` is when it was first seen, `ended` when
# it was first missing.
_SEGMENTS = """
WITH version AS (
    SELECT record_id, name, valid_from, valid_to FROM prisoners
    UNION ALL
    SELECT record_id, name, valid_from, valid_to FROM sanctions
),
spelled AS (
    SELECT *, list_sort(regexp_extract_all(lower(strip_accents(name)), '[\\p{L}\\p{M}\\p{N}]+')) AS words
    FROM version
),
marked AS (
    SELECT *, words IS DISTINCT FROM lag(words) OVER (PARTITION BY record_id ORDER BY valid_from) AS starts
    FROM spelled
),
numbered AS (
    SELECT *, count(*) FILTER (starts) OVER (PARTITION BY record_id ORDER BY valid_from) AS segment
    FROM marked
)
SELECT record_id, segment, min(valid_from) AS since, max(valid_to) AS ended
FROM numbered
GROUP BY record_id, segment
QUALIFY count(*) OVER (PARTITION BY record_id) > 1
ORDER BY record_id, segment
"""

# The tables that `keys.sql` compares, and their columns besides the record's id.
_COMPARED = {
    "sanctions": "t.schema, t.birth_dates",
    "prisoners": "t.birth_date",
    "names": "t.kind, t.name",
    "identifiers": "t.type, t.number",
}
_AFTER = "t.valid_from <= p.since AND (t.valid_to IS NULL OR t.valid_to > p.since)"
_BEFORE = "t.valid_from < p.ended AND (t.valid_to IS NULL OR t.valid_to >= p.ended)"


class _Pair(NamedTuple):
    """Two periods of one record, by their positions."""

    earlier: int
    later: int


def separate_holders(con: duckdb.DuckDBPyConnection, tables: Iterable[Contract]) -> None:
    """Give each later holder of a key its own `record_id`.

    Updates the versioned `tables`, `quarantined_record` and `unread_record`.
    """
    segments = con.execute(_SEGMENTS).fetchall()
    if not segments:
        return
    spans = list(_spans(con, segments))
    if not spans:
        return
    columns = ("record_id", "holder", "since", "before")
    utc = pa.timestamp("us", tz="UTC")
    types = (pa.string(), pa.string(), utc, utc)
    arrays = [pa.array(column, type_) for column, type_ in zip(zip(*spans, strict=True), types, strict=True)]
    con.register("span_rows", pa.table(dict(zip(columns, arrays, strict=True))))
    con.execute("CREATE OR REPLACE TEMP TABLE holder_span AS FROM span_rows")
    con.unregister("span_rows")
    for table in tables:
        _cut(con, table.name)
    con.execute(
        """
        UPDATE quarantined_record AS q SET record_id = h.holder
        FROM holder_span AS h
        WHERE h.record_id = q.record_id AND (h.since IS NULL OR q.observed_at >= h.since)
            AND (h.before IS NULL OR q.observed_at < h.before);
        UPDATE unread_record AS u SET record_id = h.holder
        FROM holder_span AS h, observation AS o
        WHERE h.record_id = u.record_id AND o.source_id = u.source_id AND o.seq = u.seq
            AND (h.since IS NULL OR o.observed_at >= h.since)
            AND (h.before IS NULL OR o.observed_at < h.before);
        """
    )


def _cut(con: duckdb.DuckDBPyConnection, table: str) -> None:
    """Split the versions of a table at the times when a key got another holder."""
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE cut AS
        SELECT t.* REPLACE (
            h.holder AS record_id,
            greatest(t.valid_from, h.since) AS valid_from, least(t.valid_to, h.before) AS valid_to
        )
        FROM {table} AS t
        JOIN holder_span AS h ON h.record_id = t.record_id
            AND (h.before IS NULL OR t.valid_from < h.before)
            AND (h.since IS NULL OR t.valid_to IS NULL OR t.valid_to > h.since);
        DELETE FROM {table} WHERE record_id IN (SELECT record_id FROM holder_span);
        INSERT INTO {table} FROM cut;
        DROP TABLE cut;
        """  # noqa: S608  the table is a contract's
    )


def _spans(
    con: duckdb.DuckDBPyConnection, segments: list[tuple[str, int, object, object]]
) -> Iterator[tuple[str, str, object, object]]:
    """Yield the holders of reused keys as `(record_id, holder's record_id, since, before)`.

    `since` and `before` form a half-open interval; None is an open end.
    """
    of_record = {record_id: list(rows) for record_id, rows in groupby(segments, key=lambda row: row[0])}
    pairs = [
        (record_id, _Pair(earlier, later))
        for record_id, rows in of_record.items()
        for later in range(1, len(rows))
        for earlier in range(later)
    ]
    rows = [
        (str(number), record_id, of_record[record_id][pair.later][2], of_record[record_id][pair.earlier][3])
        for number, (record_id, pair) in enumerate(pairs)
    ]
    given, renamed = _compared(con, rows)
    reused = {pair for number, pair in enumerate(pairs) if str(number) in given}
    strangers = {pair for number, pair in enumerate(pairs) if str(number) in renamed}
    for record_id, rows_of_record in of_record.items():
        holders = [1]
        for later in range(1, len(rows_of_record)):
            if (record_id, _Pair(later - 1, later)) not in reused:
                holders.append(holders[-1])
                continue
            back = (e for e in range(later - 1) if (record_id, _Pair(e, later)) not in strangers)
            known = next(back, None)
            holders.append(max(holders) + 1 if known is None else holders[known])
        if max(holders) == 1:
            continue
        starts = [place for place in range(len(holders)) if not place or holders[place] != holders[place - 1]]
        for place, following in zip(starts, [*starts[1:], None], strict=True):
            since = rows_of_record[place][2] if place else None
            before = rows_of_record[following][2] if following else None
            yield record_id, of_holder(record_id, holders[place]), since, before


def _compared(
    con: duckdb.DuckDBPyConnection, pairs: list[tuple[str, str, object, object]]
) -> tuple[set[str], set[str]]:
    """Compare pairs of a record's states: return which have a reused key, and which share no name.

    `pairs` are `(number, record_id, begin of the later state, end of the earlier state)`.
    """
    utc = pa.timestamp("us", tz="UTC")
    names, types = ("number", "record_id", "since", "ended"), (pa.string(), pa.string(), utc, utc)
    arrays = [pa.array(column, type_) for column, type_ in zip(zip(*pairs, strict=True), types, strict=True)]
    con.register("pair", pa.table(dict(zip(names, arrays, strict=True))))
    with duckdb.connect() as apart:
        for table, columns in _COMPARED.items():
            for prefix, moment in (("", _AFTER), ("before_", _BEFORE)):
                state = con.execute(
                    f"SELECT p.number AS record_id, {columns} FROM pair AS p "  # noqa: S608  our own SQL
                    f"JOIN {table} AS t ON t.record_id = p.record_id AND {moment}"
                ).to_arrow_table()
                apart.register("state", state)
                apart.execute(f"CREATE TABLE {prefix}{table} AS FROM state")
                apart.unregister("state")
        apart.execute(KEYS.read_text("utf-8"))
        reused = {number for (number,) in apart.execute("SELECT record_id FROM reused").fetchall()}
        renamed = {number for (number,) in apart.execute("SELECT record_id FROM renamed").fetchall()}
    con.unregister("pair")
    return reused, renamed
