"""What a release is made from: the promoted snapshots of all sources, and what is known of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from typing import Any

import duckdb
import pyarrow as pa

from contracts import ARROW_TYPES, contract
from warehouse.history.versions import StagedUnit
from warehouse.privacy.redaction import NO_REDACTION, Redaction
from warehouse.privacy.suppression_list import Suppressions
from warehouse.staging import findings
from warehouse.staging.staging import Staging

STALE_AFTER_CADENCES = 3

OF_THE_SUPPRESSED = (
    "Records that were taken out to protect people. `changes` leaves out their removal, and that of what "
    "tells of them: for these the release before with its changes is not this release. Counts of what was "
    "read from a file count them."
)
"""What the manifest says beside their number."""


def inputs(  # noqa: PLR0913 - all that a release is a function of
    staging: Staging,
    cadences: Mapping[str, timedelta],
    code: str,
    suppressed: Suppressions | None = None,
    decisions: str | None = None,
    *,
    withdrawn: Mapping[str, date] = MappingProxyType({}),
) -> dict[str, Any]:
    """All that the tables of a release are a function of, with a `fingerprint` over it.

    `cadences` names the sources of the registry; promoted sources that are not among them are
    left out. `code` is the hash of all code that makes a release. Of the `suppressed` records of these
    sources only the tombstones are in it, neither ids nor a hash that could be guessed; of the `decisions`
    on who is who their digest. Freshness is
    as of the newest observation of all, not of the clock, so that the same archive always gives
    the same release. Of a source `withdrawn` by then, what was seen from that day on is held.
    """
    states = {
        source_id: state
        for source_id, state in staging.promoted().items()
        if source_id in cadences and (state["units"] or state["held"])
    }
    moments = [
        moment
        for state in states.values()
        for moment in (state["checked_at"], *(unit["observed_at"] for unit in state["units"]))
        if moment
    ]
    as_of = max(map(datetime.fromisoformat, moments), default=None)
    sources: dict[str, Any] = {}
    for source_id, state in states.items():
        ended_on = withdrawn.get(source_id)
        ended = as_of is not None and ended_on is not None and as_of.date() >= ended_on
        freshness, note = _freshness(state, cadences[source_id], as_of)
        if freshness != "held":
            note = "; ".join(filter(None, [note, findings.note_of(staging, source_id, state)])) or None
        units = [dict(unit) for unit in state["units"]]
        if ended_on and ended:
            units = [_after_the_end(unit, ended_on) for unit in units]
            withdrawal = f"withdrawn by its publisher on {ended_on}"
            freshness, note = (
                (freshness, f"{note}; {withdrawal}") if state["sample"] else ("ended", withdrawal)
            )
        for unit in units[-1:]:
            del unit["last_seen_at"]  # that the newest snapshot is still the same makes no new release
        sources[source_id] = {
            "code": state["code"],
            "freshness": freshness,
            "note": note,
            "units": units,
        }
        if ended_on and ended:
            sources[source_id]["ended_on"] = ended_on.isoformat()
    tombstones = (suppressed or Suppressions()).tombstones(sources)
    content: dict[str, Any] = {
        "code": code,
        "sources": sources,
        "suppressed": {"records": len(tombstones), "tombstones": tombstones},
    }
    if tombstones:
        content["suppressed"]["note"] = OF_THE_SUPPRESSED
    if decisions:
        content["decisions"] = decisions
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode())
    return {"fingerprint": digest.hexdigest()[:16], **content}


def differ(given: Mapping[str, Any], manifest: Mapping[str, Any], *, besides: Collection[str]) -> bool:
    """Whether the inputs of a release to be differ from those in a manifest in more than the sources
    `besides`: in code, decisions, suppressed records, snapshots or freshness."""

    def compared(content: Mapping[str, Any]) -> dict[str, Any]:
        others = {key: content.get(key) for key in given.keys() - {"fingerprint", "sources"}}
        sources = {
            source_id: [
                state["code"],
                state["freshness"],
                state.get("ended_on"),
                [(unit["unit_id"], unit["observed_at"], bool(unit["held"])) for unit in state["units"]],
            ]
            for source_id, state in content["sources"].items()
            if source_id not in besides
        }
        return {**others, "sources": sources}

    return compared(given) != compared(manifest)


def _after_the_end(unit: dict[str, Any], ended_on: date) -> dict[str, Any]:
    """A snapshot, held if it was seen when its list had been withdrawn."""
    if unit["held"] or datetime.fromisoformat(unit["observed_at"]).date() < ended_on:
        return unit
    return {**unit, "held": [f"the list ended on {ended_on}"]}


def _freshness(state: dict[str, Any], cadence: timedelta, as_of: datetime | None) -> tuple[str, str | None]:
    good = _good(state)
    if state["held"]:
        stands = f"the snapshot of {good[-1]['observed_at'][:10]} stands" if good else "no snapshot stands"
        return "held", f"{state['held']}; {stands}"
    if state["sample"]:
        return "sample", "bundled sample data, not the publisher's list"
    checked = datetime.fromisoformat(state["checked_at"])
    if as_of is not None and as_of - checked > STALE_AFTER_CADENCES * cadence:
        return "stale", f"not seen since {checked:%Y-%m-%d}"
    return "fresh", state.get("missing")


def _good(state: dict[str, Any]) -> list[dict[str, Any]]:
    return [unit for unit in state["units"] if not unit["held"]]


def list_ends(given: dict[str, Any]) -> dict[str, datetime]:
    """When the lists of `inputs` ended that their publishers have withdrawn."""
    return {
        source_id: datetime.combine(date.fromisoformat(state["ended_on"]), time.min, UTC)
        for source_id, state in given["sources"].items()
        if "ended_on" in state
    }


def staged_units(staging: Staging, given: dict[str, Any]) -> list[StagedUnit]:
    """The promoted snapshots of `inputs`, in order, as history takes them."""
    return [
        StagedUnit(
            source_id=source_id,
            seq=seq,
            unit_id=unit["unit_id"],
            observed_at=datetime.fromisoformat(unit["observed_at"]),
            last_seen_at=datetime.fromisoformat(unit.get("last_seen_at", unit["observed_at"])),
            rows=(staged.report(source_id, unit["unit_id"]) or {"rows": {}})["rows"],
            folder=staged.folder(source_id, unit["unit_id"]),
        )
        for source_id, state in given["sources"].items()
        for staged in [staging.of(state["code"])]
        for seq, unit in enumerate(_good(state))
    ]


def load_inputs(
    con: duckdb.DuckDBPyConnection,
    staging: Staging,
    given: dict[str, Any],
    entries: list[dict[str, Any]],
    *,
    withheld: Redaction = NO_REDACTION,
) -> None:
    """Fills the tables that tell of the snapshots themselves: `quarantined_record`, `keyless_record`,
    `quarantine`, `quality`, `snapshots`, `tombstones`, and `source_entry` (the registry's `entries` with
    freshness and note).

    A content that came back after another is judged anew; `quality` holds what was said last. What tells
    of a `withheld` record is left out: its rows of `quarantine`, and the files that are called after it.
    The counts of `snapshots` and `quality` are of what was read, so they count it still.
    """
    quality: dict[tuple[str, str], list[dict[str, Any]]] = {}
    dropped: list[dict[str, Any]] = []
    unread: list[dict[str, Any]] = []
    quarantine = [contract("quarantine").arrow_schema.empty_table()]
    news = {entry["source_id"] for entry in entries if entry["family"] == "news"}
    tables = {entry["source_id"]: entry["family"].replace("news", "articles") for entry in entries}
    for source_id, state in given["sources"].items():
        staged = staging.of(state["code"])
        for unit in state["units"]:
            report = staged.report(source_id, unit["unit_id"]) or {}
            noticed = findings.quality_rows(report, tables[source_id], unit, source_id, withheld.redact_text)
            quality[source_id, unit["unit_id"]] = noticed
            verdict = staged.verdict(source_id, unit["unit_id"], unit["verdict"])
            if verdict is None:
                continue
            rejected = staged.quarantine(source_id, unit["unit_id"])
            quarantine.append(rejected)
            if source_id not in news:
                seen = {
                    "source_id": source_id,
                    "observed_at": datetime.fromisoformat(unit["observed_at"]),
                    "unit_id": unit["unit_id"],
                    "by_gate": False,
                }
                unread += [seen | row for row in rejected.select(["record_id", "raw"]).to_pylist()]
            quality[source_id, unit["unit_id"]] = [*verdict["results"], *noticed]
            dropped += [
                {
                    "source_id": source_id,
                    "observed_at": datetime.fromisoformat(unit["observed_at"]),
                    "unit_id": unit["unit_id"],
                    "by_gate": True,
                    "record_id": q["record_id"],
                    "snapshot_id": next(iter(unit["files"].values())),
                    "locator": q["record_id"],
                    "reason": q["reason"],
                }
                for q in verdict["quarantined"]
            ]
    quarantine.append(pa.Table.from_pylist(dropped, contract("quarantine").arrow_schema))
    left_out = pa.schema(
        [
            ("source_id", pa.string()),
            ("observed_at", ARROW_TYPES["timestamp"]),
            ("unit_id", pa.string()),
            ("record_id", pa.string()),
            ("by_gate", pa.bool_()),
        ]
    )
    keyless = pa.schema([*list(left_out)[:3], ("raw", pa.string())])
    results = [result for found in quality.values() for result in found]
    state_rows = [
        {
            **entry,
            "freshness": state["freshness"],
            "note": withheld.redact_text(entry["source_id"], state["note"]),
            "last_snapshot_at": max(
                (datetime.fromisoformat(unit["observed_at"]) for unit in _good(state)), default=None
            ),
        }
        for entry in entries
        for state in [given["sources"][entry["source_id"]]]
    ]
    source_columns = [f for f in contract("sources").arrow_schema if f.name != "records"]
    loaded = {
        "quarantined_record": pa.Table.from_pylist(
            dropped + [row for row in unread if row["record_id"]], left_out
        ),
        "keyless_record": pa.Table.from_pylist([row for row in unread if not row["record_id"]], keyless),
        "quarantine": _kept(withheld, "quarantine", pa.concat_tables(quarantine)),
        "quality": pa.Table.from_pylist(results, contract("quality").arrow_schema),
        "snapshots": _kept(
            withheld,
            "snapshots",
            pa.Table.from_pylist(_snapshots(staging, given), contract("snapshots").arrow_schema),
        ),
        "tombstones": _tombstones(given["suppressed"]["tombstones"]),
        "source_entry": pa.Table.from_pylist(state_rows, pa.schema(source_columns)),
    }
    for name, table in loaded.items():
        con.register("incoming", table)
        con.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT DISTINCT * FROM incoming")  # noqa: S608
        con.unregister("incoming")


def _kept(withheld: Redaction, table: str, rows: pa.Table) -> pa.Table:
    """The rows of a table that do not tell of a withheld record."""
    if not withheld:
        return rows
    return rows.filter(
        pa.array([not withheld.row_identifies(row, table) for row in rows.to_pylist()], pa.bool_())
    )


def _tombstones(rows: list[dict[str, Any]]) -> pa.Table:
    dated = [{**row, "suppressed_on": date.fromisoformat(row["suppressed_on"])} for row in rows]
    return pa.Table.from_pylist(dated, contract("tombstones").arrow_schema)


def note_release_quality(con: duckdb.DuckDBPyConnection, results: list[dict[str, Any]]) -> None:
    """Puts the results of checking the release's own tables into `quality`, in place of earlier ones."""
    con.register("incoming", pa.Table.from_pylist(results, contract("quality").arrow_schema))
    con.execute("DELETE FROM quality WHERE source_id IS NULL")
    con.execute("INSERT INTO quality SELECT * FROM incoming")
    con.unregister("incoming")


def _snapshots(staging: Staging, given: dict[str, Any]) -> list[dict[str, Any]]:
    """Rows of `snapshots`: each file of each snapshot whose content differs from the one before it."""
    rows: list[dict[str, Any]] = []
    for source_id, state in given["sources"].items():
        staged = staging.of(state["code"])
        standing: dict[str, dict[str, Any]] = {}
        for unit in state["units"]:
            report = staged.report(source_id, unit["unit_id"]) or {"files": {}}
            counts = {file: dict(found) for file, found in report["files"].items()}
            if verdict := staged.verdict(source_id, unit["unit_id"], unit["verdict"]):
                _count_dropped(counts, verdict)
            came = unit.get("came_at", {})
            for file, sha256 in unit["files"].items():
                came_at = came.get(file, unit["observed_at"])
                # a file of a day that came before the day's last one was not looked at again then
                seen_at = datetime.fromisoformat(came.get(file) or unit.get("last_seen_at", came_at))
                if file in standing and standing[file]["snapshot_id"] == sha256:
                    standing[file]["last_seen_at"] = seen_at
                    continue
                found = counts.get(file, {})
                published = found.get("published_at")
                standing[file] = {
                    "snapshot_id": sha256,
                    "source_id": source_id,
                    "file": file,
                    "fetched_at": datetime.fromisoformat(came_at),
                    "last_seen_at": seen_at,
                    "published_at": datetime.fromisoformat(published) if published else None,
                    "url": unit["urls"][file],
                    "bytes": unit["sizes"][sha256],
                    "gate": "held" if unit["held"] else "promoted",
                    "records_declared": found.get("declared"),
                    "records_parsed": found.get("parsed"),
                    "records_quarantined": found.get("quarantined"),
                    "records_outside": found.get("outside"),
                }
                rows.append(standing[file])
    return rows


def _count_dropped(counts: dict[str, dict[str, Any]], verdict: dict[str, Any]) -> None:
    """Moves the records that the gate put into quarantine from parsed to quarantined.

    The gate knows no files: they are counted against the file that gave the most records.
    """
    dropped = len({q["record_id"] for q in verdict["quarantined"]})
    main = max(sorted(counts), key=lambda file: counts[file]["parsed"])
    counts[main]["parsed"] -= dropped
    counts[main]["quarantined"] += dropped
