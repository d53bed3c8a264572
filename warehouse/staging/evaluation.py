"""The gate's verdicts over a source's sequence of snapshots.

A verdict depends on the snapshot and on the last good one before it, so the whole sequence is evaluated each
time; verdicts that exist already are read, not reached again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sources.archive.archive import Archive, Snapshot
from sources.registry import Content
from warehouse.staging.staging import Staging

NOT_PARSED = "not parsed: the log of its parse task says why"
NOT_JUDGED = "not judged: the log of its validate task says why"
PENDING = ((NOT_PARSED,), (NOT_JUDGED,))
"""Why a snapshot is held that the next run is likely to parse and validate."""


@dataclass(frozen=True)
class SourceSpec:
    """What evaluation and promotion need to know of a source. `gate_code` is the hash of the gate's code: a
    changed gate validates every snapshot again."""

    source_id: str
    content: Content
    main_table: str
    gate_code: str


@dataclass(frozen=True)
class SnapshotState:
    """A snapshot in the sequence.

    `verdict` is the verdict under `key`, None if there is none yet. `error` states why the snapshot cannot be
    validated at all; `lost` is whether that is because the archive lacks its bytes. `previous` is the unit id
    of the last good snapshot before it: None for the first one, and in a stream, where no snapshot is
    compared with another. Of a whole list `baseline` is the rows of the previous one; of a source by days
    `shape` is how full its columns were."""

    snapshot: Snapshot
    key: str
    verdict: dict[str, Any] | None
    previous: str | None
    baseline: int | None
    error: str | None
    shape: dict[str, dict[str, int]] | None = None
    lost: bool = False

    @property
    def held(self) -> tuple[str, ...]:
        """Why the snapshot is held; empty if it is good."""
        if self.error:
            return (self.error,)
        return (NOT_JUDGED,) if self.verdict is None else tuple(self.verdict["held"])


def evaluate_snapshots(archive: Archive, staging: Staging, spec: SourceSpec) -> Iterator[SnapshotState]:
    """A source's snapshots in the order of `Archive.snapshots`. The consumer may write a missing verdict
    before it requests the next snapshot, which is compared with the last good one. Raises LogError."""
    previous: str | None = None
    baseline: int | None = None
    shape: dict[str, dict[str, int]] | None = None
    source_id = spec.source_id
    for snapshot in archive.snapshots(source_id, spec.content):
        key = f"{snapshot.observed_at:%Y%m%dT%H%M%SZ}-{previous}-{baseline}-{spec.gate_code}"
        report = staging.report(source_id, snapshot.unit_id)
        if report is None or report["error"]:
            lost = archive.lost_files(snapshot) if report is None else None
            error = report["error"] if report else lost or NOT_PARSED
            yield SnapshotState(snapshot, key, None, previous, baseline, error, shape, lost is not None)
            continue
        verdict = staging.verdict(source_id, snapshot.unit_id, key)
        yield SnapshotState(snapshot, key, verdict, previous, baseline, None, shape)
        verdict = verdict or staging.verdict(source_id, snapshot.unit_id, key)
        if spec.content != "stream" and verdict:
            if verdict["held"]:
                continue
            previous = snapshot.unit_id
            if spec.content == "full":
                dropped = {q["record_id"] for q in verdict["quarantined"]}  # with its rows in other tables
                baseline = report["rows"].get(spec.main_table, 0) - len(dropped)
            else:
                shape = verdict.get("shape")
