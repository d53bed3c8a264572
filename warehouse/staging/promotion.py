"""Promotion: which of a source's snapshots releases are built from."""

from __future__ import annotations

from collections.abc import Collection, Container, Sequence, Sized
from dataclasses import replace
from datetime import UTC, datetime
from itertools import takewhile

from sources.archive.archive import Archive, LogError
from sources.archive.batch import Batch, Entry
from sources.archive.failed_attempts import FailedAttempt
from sources.registry import Content
from warehouse.staging.evaluation import PENDING, SnapshotState, SourceSpec, evaluate_snapshots
from warehouse.staging.staging import Staging
from warehouse.staging.states import PromotedSnapshot, PromotedState, States

NOT_REBUILT = "what was staged of it is damaged, and cannot be rebuilt from the archive"


def decide_state(
    archive: Archive, staging: Staging, spec: SourceSpec, failed: FailedAttempt | None = None
) -> PromotedState:
    """The state to promote for a source, whose newest fetch attempt is `failed` if it failed.

    If one of Vigil's own steps failed, so that a snapshot is not parsed or not validated, if the archive
    lacks the bytes of a promoted snapshot, or if the fetch log is damaged, the promoted state stays as it is,
    but for `held`, and but for snapshots of which neither the bytes nor the staged tables exist. `held` names
    what the archive lacks as long as it does."""
    source_id = spec.source_id
    before = States(staging.home).load(source_id)
    try:
        batches = archive.batches(source_id)
        evaluated = list(evaluate_snapshots(archive, staging, spec))
    except LogError as error:
        return _keep(staging, source_id, before, _held_since(before, str(error)))
    sizes = {entry.sha256: entry.bytes for batch in batches for entry in batch.entries}
    if before and (forgotten := _forgotten_day(before, sizes)):
        reason = (
            f"raw/log/{source_id} lacks the visit of {forgotten}: put its file back, or remove "
            f"state/{source_id}.json too, to do without it"
        )
        return _keep(staging, source_id, before, _held_since(before, reason))
    good = {snapshot.unit_id for snapshot in before.good} if before else set()
    kept = next((each for each in evaluated if each.held in PENDING or _is_lost(each, good)), None)
    if kept and before:
        return _keep(staging, source_id, before, _dated(kept))
    lost = next((_dated(each) for each in evaluated if each.lost), None)
    snapshots = tuple(_promoted(each, sizes) for each in evaluated)
    return PromotedState(
        code=staging.code,
        snapshots=snapshots,
        held=lost or _held(batches, snapshots, failed),
        missing=_missing(batches, snapshots, spec.content),
        checked_at=archive.checked_at(source_id),
        sample=bool(batches) and batches[-1].via == "sample",
    )


def is_settled(state: PromotedState) -> bool:
    """Whether a source has snapshots, and none of them is still to be parsed or validated."""
    return bool(state.snapshots) and all(snapshot.held not in PENDING for snapshot in state.snapshots)


def is_staged(staging: Staging, source_id: str, snapshot: PromotedSnapshot) -> bool:
    """Whether the staged files of a promoted snapshot exist; a held one without a verdict needs none."""
    if snapshot.verdict is None:
        return True
    verdict = staging.verdict(source_id, snapshot.unit_id, snapshot.verdict)
    return verdict is not None and staging.report(source_id, snapshot.unit_id) is not None


def _promoted(state: SnapshotState, sizes: dict[str | None, int | None]) -> PromotedSnapshot:
    snapshot = state.snapshot
    return PromotedSnapshot(
        unit_id=snapshot.unit_id,
        observed_at=snapshot.observed_at,
        files=dict(snapshot.files),
        urls=dict(snapshot.urls),
        sizes={sha256: sizes[sha256] for sha256 in snapshot.files.values()},
        verdict=state.key if state.verdict is not None else None,
        held=state.held,
        last_seen_at=snapshot.last_seen_at,
        came_at=dict(snapshot.came_at),
    )


def _is_lost(state: SnapshotState, good: Collection[str]) -> bool:
    """Whether the archive lacks a snapshot that was good, by the unit ids of `good`."""
    return state.lost and state.snapshot.unit_id in good


def _dated(state: SnapshotState) -> str:
    return f"{state.snapshot.observed_at:%Y-%m-%d}: {state.held[0]}"


def _held_since(before: PromotedState | None, reason: str) -> str:
    """A reason with the day since when it holds a source: today, if it did not hold it before."""
    held = before and before.held
    return held if held and held.endswith(f": {reason}") else f"{datetime.now(UTC):%Y-%m-%d}: {reason}"


def _forgotten_day(before: PromotedState, known: Container[str | None]) -> str | None:
    """The day of the first promoted snapshot of which the fetch log lacks a file; None if it has all."""
    for snapshot in before.snapshots:
        if any(sha256 not in known for sha256 in snapshot.files.values()):
            return snapshot.day
    return None


def _keep(staging: Staging, source_id: str, before: PromotedState | None, held: str) -> PromotedState:
    """The state before, held for a reason. Snapshots whose staged files are gone are held too."""
    if before is None:
        return PromotedState(staging.code, (), held, missing=None, checked_at=None, sample=False)
    staged = Staging(staging.home, before.code)
    snapshots = tuple(
        snapshot
        if is_staged(staged, source_id, snapshot)
        else replace(snapshot, verdict=None, held=(NOT_REBUILT,))
        for snapshot in before.snapshots
    )
    return replace(before, snapshots=snapshots, held=held)


def _held(
    batches: list[Batch], snapshots: Sequence[PromotedSnapshot], failed: FailedAttempt | None
) -> str | None:
    """The day of the first of the latest attempts that failed in a row, and the error of the newest. If a
    failed attempt was logged, the log has its error."""
    logged = failed and batches and batches[-1].failure and batches[-1].observed_at >= failed.second
    if failed and not logged:
        return f"{failed.since:%Y-%m-%d}: {failed.error}"
    if batches and batches[-1].failure:
        *_, first = takewhile(lambda batch: batch.failure, reversed(batches))
        return f"{first.observed_at:%Y-%m-%d}: {batches[-1].failure}"
    if snapshots and snapshots[-1].held:
        *_, since = takewhile(lambda snapshot: snapshot.held, reversed(snapshots))
        return f"{since.day}: {'; '.join(snapshots[-1].held)}"
    return None


def _missing(batches: list[Batch], snapshots: Sequence[PromotedSnapshot], content: Content) -> str | None:
    """What a stream lacks though its newest attempt succeeded: how many files could not be fetched, and the
    first error; of a source by days in any attempt up to now, and how many days are held."""
    if content == "full":
        return None
    asked: dict[str, Entry] = {}
    for batch in batches if content == "days" else batches[-1:]:
        asked |= batch.files
    failed = [entry for entry in asked.values() if not entry.has_content]
    held = [snapshot.held[0] for snapshot in snapshots if snapshot.held] if content == "days" else []
    found = []
    if failed:
        found.append(f"{_counted(failed, 'file')} could not be had: {failed[0].url}: {failed[0].error}")
    if held:
        found.append(f"{_counted(held, 'day')} held: {held[0]}")
    return "; ".join(found) or None


def _counted(found: Sized, noun: str) -> str:
    return f"1 {noun}" if len(found) == 1 else f"{len(found)} {noun}s"
