"""The tables about the snapshots themselves: `sources`, `snapshots`, `quarantine`, `quality`,
`tombstones`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import duckdb
import pyarrow as pa

from contracts import ARROW_TYPES, contract
from storage.home import Home
from warehouse.privacy.redaction import NO_REDACTION, Redaction
from warehouse.release.release_inputs import ReleaseInputs
from warehouse.staging import findings
from warehouse.staging.staging import Staging
from warehouse.staging.states import PromotedSnapshot

_KEYED = pa.schema(
    [
        ("source_id", pa.string()),
        ("observed_at", ARROW_TYPES["timestamp"]),
        ("unit_id", pa.string()),
        ("record_id", pa.string()),
        ("by_gate", pa.bool_()),
    ]
)
_KEYLESS = pa.schema([*list(_KEYED)[:3], ("raw", pa.string())])


def load_source_tables(
    con: duckdb.DuckDBPyConnection,
    home: Home,
    inputs: ReleaseInputs,
    entries: list[dict[str, Any]],
    *,
    withheld: Redaction = NO_REDACTION,
) -> None:
    """Fills `quarantined_record`, `keyless_record`, `quarantine`, `quality`, `snapshots`, `tombstones`, and
    `source_entry` (the registry's `entries` with freshness and note).

    If the same content reappears after a different snapshot it is validated again; `quality` keeps the latest
    result. What identifies a `withheld` record is left out: its rows of `quarantine`, and files named after
    it. The counts of `snapshots` and `quality` are of what was read, so they still count it.
    """
    quality: dict[tuple[str, str], list[dict[str, Any]]] = {}
    dropped: list[dict[str, Any]] = []
    unread: list[dict[str, Any]] = []
    quarantine = [contract("quarantine").arrow_schema.empty_table()]
    families = {entry["source_id"]: entry["family"] for entry in entries}
    for source_id, source in inputs.sources.items():
        staged = Staging(home, source.code)
        main_table = families[source_id].replace("news", "articles")
        for snapshot in source.snapshots:
            unit_id = snapshot.unit_id
            report = staged.report(source_id, unit_id) or {}
            found = findings.quality_rows(report, main_table, unit_id, source_id, withheld.redact_text)
            quality[source_id, unit_id] = found
            verdict = staged.verdict(source_id, unit_id, snapshot.verdict)
            if verdict is None:
                continue
            quality[source_id, unit_id] = [*verdict["results"], *found]
            rejected = staged.table(source_id, unit_id, "quarantine")
            quarantine.append(rejected)
            place = {"source_id": source_id, "observed_at": snapshot.observed_at, "unit_id": unit_id}
            if families[source_id] != "news":
                rows = rejected.select(["record_id", "raw"]).to_pylist()
                unread += [{**place, "by_gate": False, **row} for row in rows]
            dropped += [{**place, "by_gate": True, **row} for row in _dropped_by_gate(snapshot, verdict)]
    quarantine.append(pa.Table.from_pylist(dropped, contract("quarantine").arrow_schema))
    results = [result for found in quality.values() for result in found]
    snapshots = pa.Table.from_pylist(_snapshot_rows(home, inputs), contract("snapshots").arrow_schema)
    sources = pa.schema([field for field in contract("sources").arrow_schema if field.name != "records"])
    loaded = {
        "quarantined_record": pa.Table.from_pylist(
            dropped + [row for row in unread if row["record_id"]], _KEYED
        ),
        "keyless_record": pa.Table.from_pylist([row for row in unread if not row["record_id"]], _KEYLESS),
        "quarantine": _without_withheld(withheld, "quarantine", pa.concat_tables(quarantine)),
        "quality": pa.Table.from_pylist(results, contract("quality").arrow_schema),
        "snapshots": _without_withheld(withheld, "snapshots", snapshots),
        "tombstones": _tombstone_table(inputs.tombstones),
        "source_entry": pa.Table.from_pylist(
            [_source_row(entry, inputs, withheld) for entry in entries], sources
        ),
    }
    for name, table in loaded.items():
        con.register("incoming", table)
        con.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT DISTINCT * FROM incoming")  # noqa: S608
        con.unregister("incoming")


def replace_release_quality(con: duckdb.DuckDBPyConnection, results: list[dict[str, Any]]) -> None:
    """Puts the results of checking the release's own tables into `quality`, in place of earlier ones."""
    con.register("incoming", pa.Table.from_pylist(results, contract("quality").arrow_schema))
    con.execute("DELETE FROM quality WHERE source_id IS NULL")
    con.execute("INSERT INTO quality SELECT * FROM incoming")
    con.unregister("incoming")


def _dropped_by_gate(snapshot: PromotedSnapshot, verdict: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Rows of `quarantine` for the records that the gate took out. The gate knows no files: they are listed
    under the snapshot's first file."""
    return [
        {
            "record_id": q["record_id"],
            "snapshot_id": next(iter(snapshot.files.values())),
            "locator": q["record_id"],
            "reason": q["reason"],
        }
        for q in verdict["quarantined"]
    ]


def _source_row(entry: Mapping[str, Any], inputs: ReleaseInputs, withheld: Redaction) -> dict[str, Any]:
    source = inputs.sources[entry["source_id"]]
    return {
        **entry,
        "freshness": source.freshness,
        "note": withheld.redact_text(entry["source_id"], source.note),
        "last_snapshot_at": max((snapshot.observed_at for snapshot in source.good), default=None),
    }


def _without_withheld(withheld: Redaction, table: str, rows: pa.Table) -> pa.Table:
    """The rows of a table that do not identify a withheld record."""
    if not withheld:
        return rows
    return rows.filter(
        pa.array([not withheld.row_identifies(row, table) for row in rows.to_pylist()], pa.bool_())
    )


def _tombstone_table(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    dated = [{**row, "suppressed_on": date.fromisoformat(row["suppressed_on"])} for row in rows]
    return pa.Table.from_pylist(dated, contract("tombstones").arrow_schema)


def _snapshot_rows(home: Home, inputs: ReleaseInputs) -> list[dict[str, Any]]:
    """Rows of `snapshots`: each file of each snapshot whose content differs from the one before it."""
    rows: list[dict[str, Any]] = []
    for source_id, source in inputs.sources.items():
        staged = Staging(home, source.code)
        current: dict[str, dict[str, Any]] = {}
        for snapshot in source.snapshots:
            report = staged.report(source_id, snapshot.unit_id) or {"files": {}}
            counts = {file: dict(found) for file, found in report["files"].items()}
            if verdict := staged.verdict(source_id, snapshot.unit_id, snapshot.verdict):
                _count_dropped(counts, verdict)
            for file, sha256 in snapshot.files.items():
                came_at = snapshot.came_at.get(file)
                # a file of a day that came before the day's last one was not looked at again then
                seen_at = came_at or snapshot.last_seen_at or snapshot.observed_at
                if file in current and current[file]["snapshot_id"] == sha256:
                    current[file]["last_seen_at"] = seen_at
                    continue
                found = counts.get(file, {})
                published = found.get("published_at")
                current[file] = {
                    "snapshot_id": sha256,
                    "source_id": source_id,
                    "file": file,
                    "fetched_at": came_at or snapshot.observed_at,
                    "last_seen_at": seen_at,
                    "published_at": datetime.fromisoformat(published) if published else None,
                    "url": snapshot.urls[file],
                    "bytes": snapshot.sizes[sha256],
                    "gate": "held" if snapshot.held else "promoted",
                    "records_declared": found.get("declared"),
                    "records_parsed": found.get("parsed"),
                    "records_quarantined": found.get("quarantined"),
                    "records_outside": found.get("outside"),
                }
                rows.append(current[file])
    return rows


def _count_dropped(counts: dict[str, dict[str, Any]], verdict: dict[str, Any]) -> None:
    """Moves the records that the gate put into quarantine from parsed to quarantined.

    The gate knows no files: they are counted against the file that gave the most records.
    """
    dropped = len({q["record_id"] for q in verdict["quarantined"]})
    main = max(sorted(counts), key=lambda file: counts[file]["parsed"])
    counts[main]["parsed"] -= dropped
    counts[main]["quarantined"] += dropped
