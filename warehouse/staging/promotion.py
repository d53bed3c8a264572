"""Which of a source's snapshots are good: the gate's verdicts over the sequence of observation.

A verdict depends on the snapshot and on the last good one before it, so the whole sequence is
gone through each time; verdicts already reached are read, not reached again.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sized
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import takewhile
from typing import Any

from sources.archive.archive import Archive, LogError, Snapshot
from sources.archive.batch import Batch, Entry
from sources.archive.failed_attempts import FailedAttempt
from sources.registry import Content
from warehouse.staging.staging import Staging

NOT_PARSED = "not parsed: the log of its parse task says why"
NOT_JUDGED = "not judged: the log of its validate task says why"
OURS = ([NOT_PARSED], [NOT_JUDGED])
"""Why a snapshot is held that the next run is likely to parse and judge."""

NOT_REBUILT = "what was staged of it is damaged, and cannot be rebuilt from the archive"


@dataclass(frozen=True)
class Listing:
    """What promotion needs to know of a source."""

    source_id: str
    content: Content
    main_table: str


@dataclass(frozen=True)
class Judged:
    """A snapshot in the sequence. `verdict` is None while there is none under `key`; `error` says why
    it cannot be judged at all, and `lost` is whether that is because the archive lacks its bytes. `previous`
    is the unit id of the last good snapshot before it, None for the first one and in a stream, where no
    snapshot is measured by another. Of a whole list `baseline` is the rows of the previous one, of a source
    by days `shape` is how full its columns were."""

    unit: Snapshot
    key: str
    verdict: dict[str, Any] | None
    previous: str | None
    baseline: int | None
    error: str | None
    shape: dict[str, dict[str, int]] | None = None
    lost: bool = False

    @property
    def held(self) -> list[str]:
        if self.error:
            return [self.error]
        return [NOT_JUDGED] if self.verdict is None else list(self.verdict["held"])


def judge(archive: Archive, staging: Staging, listing: Listing) -> Iterator[Judged]:
    """A source's snapshots in the order of `Archive.units`. The consumer may write the verdict that is
    missing before it asks for the next snapshot, which is measured by the last good one."""
    previous: str | None = None
    baseline: int | None = None
    shape: dict[str, dict[str, int]] | None = None
    source_id = listing.source_id
    for unit in archive.snapshots(source_id, listing.content):
        key = f"{unit.observed_at:%Y%m%dT%H%M%SZ}-{previous}-{baseline}"
        report = staging.report(source_id, unit.unit_id)
        if report is None or report["error"]:
            lacking = archive.lost_files(unit) if report is None else None
            error = report["error"] if report else lacking or NOT_PARSED
            yield Judged(unit, key, None, previous, baseline, error, shape, lacking is not None)
            continue
        verdict = staging.verdict(source_id, unit.unit_id, key)
        yield Judged(unit, key, verdict, previous, baseline, None, shape)
        verdict = verdict or staging.verdict(source_id, unit.unit_id, key)
        if listing.content != "stream" and verdict:
            if verdict["held"]:
                continue
            previous = unit.unit_id
            if listing.content == "full":
                lost = {q["record_id"] for q in verdict["quarantined"]}  # a record goes with its child rows
                baseline = report["rows"].get(listing.main_table, 0) - len(lost)
            else:
                shape = verdict.get("shape")


def promotion(
    archive: Archive, staging: Staging, listing: Listing, failed: FailedAttempt | None = None
) -> dict[str, Any]:
    """What releases are to be built from, for one source whose newest fetch `failed`, if it did:

    `code`: which code's staged tables they are; `units`: every snapshot in order, with its
    files, its verdict's key and why it is held; `held`: since when and why visits give no good
    snapshot, or None; `missing`: what could not be had though visits did not fail, or None;
    `checked_at`: the newest visit that did not fail; `sample`: whether it is bundled sample data.

    If a step of ours failed, so that a snapshot is not parsed or not judged, if the archive lacks the bytes
    of a promoted one, or if the fetch log is damaged, what was promoted before stays as it was, but for
    `held`, and but for snapshots of which neither the bytes nor the staged tables are there. `held` names
    what the archive lacks as long as it does.
    """
    source_id = listing.source_id
    before = staging.state(source_id)
    try:
        batches = archive.batches(source_id)
        snapshots = list(judge(archive, staging, listing))
    except LogError as error:
        return _as_before(staging, source_id, before, _since(before, str(error)))
    sizes = {entry.sha256: entry.bytes for batch in batches for entry in batch.entries}
    if before and (forgotten := _forgotten(before, sizes)):
        reason = (
            f"raw/log/{source_id} lacks the visit of {forgotten}: put its file back, or remove "
            f"state/{source_id}.json too, to do without it"
        )
        return _as_before(staging, source_id, before, _since(before, reason))
    units: list[dict[str, Any]] = [
        {
            "unit_id": judged.unit.unit_id,
            "observed_at": judged.unit.observed_at.isoformat(),
            "last_seen_at": judged.unit.last_seen_at.isoformat(),
            "files": dict(judged.unit.files),
            "urls": dict(judged.unit.urls),
            "sizes": {sha256: sizes[sha256] for sha256 in judged.unit.files.values()},
            "came_at": {file: at.isoformat() for file, at in judged.unit.came_at.items()},
            "verdict": judged.key if judged.verdict is not None else None,
            "held": judged.held,
        }
        for judged in snapshots
    ]
    good = {unit["unit_id"] for unit in before["units"] if not unit["held"]} if before else set()
    kept = next((each for each in snapshots if each.held in OURS or _is_lost(each, good)), None)
    if kept and before:
        return _as_before(staging, source_id, before, _dated(kept))
    lost = next((_dated(each) for each in snapshots if each.lost), None)
    checked_at = archive.checked_at(source_id)
    return {
        "code": staging.code,
        "units": units,
        "held": lost or _held(batches, units, failed),
        "missing": _missing(batches, units, listing.content),
        "checked_at": checked_at.isoformat() if checked_at else None,
        "sample": bool(batches) and batches[-1].via == "sample",
    }


def settled(state: Mapping[str, Any]) -> bool:
    """Whether a source has snapshots, and none of them waits to be parsed or judged."""
    return bool(state["units"]) and all(unit["held"] not in OURS for unit in state["units"])


def _is_lost(judged: Judged, good: set[str]) -> bool:
    """Whether the archive lacks a snapshot that was good, `good` having the ids of those."""
    return judged.lost and judged.unit.unit_id in good


def _dated(judged: Judged) -> str:
    return f"{judged.unit.observed_at:%Y-%m-%d}: {judged.held[0]}"


def _since(before: dict[str, Any] | None, reason: str) -> str:
    """A reason with the day since when it holds a source: today, if it did not before."""
    held = before and before["held"]
    return held if held and held.endswith(f": {reason}") else f"{datetime.now(UTC):%Y-%m-%d}: {reason}"


def _forgotten(before: dict[str, Any], known: Container[str | None]) -> str | None:
    """The day of the first promoted snapshot of which the fetch log knows a file no more."""
    for unit in before["units"]:
        if any(sha256 not in known for sha256 in unit["files"].values()):
            return str(unit["observed_at"][:10])
    return None


def _as_before(staging: Staging, source_id: str, before: dict[str, Any] | None, held: str) -> dict[str, Any]:
    """What was promoted before, held for a reason, less what is not there any more."""
    if before is None:
        nothing: dict[str, Any] = {"units": [], "missing": None, "checked_at": None, "sample": False}
        return {"code": staging.code, "held": held, **nothing}
    staged = staging.of(before["code"])
    units = [
        unit if is_staged(staged, source_id, unit) else {**unit, "verdict": None, "held": [NOT_REBUILT]}
        for unit in before["units"]
    ]
    return {**before, "units": units, "held": held}


def is_staged(staged: Staging, source_id: str, unit: Mapping[str, Any]) -> bool:
    """Whether what a promoted snapshot is read from is there; a held one of no verdict is not read."""
    if unit["verdict"] is None:
        return True
    verdict = staged.verdict(source_id, unit["unit_id"], unit["verdict"])
    return verdict is not None and staged.report(source_id, unit["unit_id"]) is not None


def _held(batches: list[Batch], units: list[dict[str, Any]], failed: FailedAttempt | None) -> str | None:
    """The day of the first of the latest visits that went wrong the same way, and what the newest said. Of a
    failed attempt that got as far as the log, the log has the reason."""
    logged = failed and batches and batches[-1].failure and batches[-1].observed_at >= failed.second
    if failed and not logged:
        return f"{failed.since:%Y-%m-%d}: {failed.error}"
    if batches and batches[-1].failure:
        *_, first = takewhile(lambda batch: batch.failure, reversed(batches))
        return f"{first.observed_at:%Y-%m-%d}: {batches[-1].failure}"
    if units and units[-1]["held"]:
        *_, since = takewhile(lambda unit: unit["held"], reversed(units))
        return f"{since['observed_at'][:10]}: {'; '.join(units[-1]['held'])}"
    return None


def _missing(batches: list[Batch], units: list[dict[str, Any]], content: Content) -> str | None:
    """What a stream lacks though its newest visit did not fail: how many files could not be had, and the
    first error; of a source by days in any visit up to now, and how many days are held."""
    if content == "full":
        return None
    asked: dict[str, Entry] = {}
    for batch in batches if content == "days" else batches[-1:]:
        asked |= batch.files
    failed = [entry for entry in asked.values() if not entry.has_content]
    held = [unit["held"][0] for unit in units if unit["held"]] if content == "days" else []
    said = []
    if failed:
        said.append(f"{_some(failed, 'file')} could not be had: {failed[0].url}: {failed[0].error}")
    if held:
        said.append(f"{_some(held, 'day')} held: {held[0]}")
    return "; ".join(said) or None


def _some(found: Sized, what: str) -> str:
    return f"1 {what}" if len(found) == 1 else f"{len(found)} {what}s"
