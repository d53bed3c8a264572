"""Which of a source's snapshots are good: the gate's verdicts over the sequence of observation.

A verdict depends on the snapshot and on the last good one before it, so the whole sequence is
gone through each time; verdicts already reached are read, not reached again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sized
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from warehouse.archive import Archive, Batch, Unit
from warehouse.attempts import Attempt
from warehouse.batch import Content, Entry
from warehouse.staging import Staging

NOT_PARSED = "not parsed: the log of its parse task says why"
NOT_JUDGED = "not judged: the log of its validate task says why"
OURS = ([NOT_PARSED], [NOT_JUDGED])


@dataclass(frozen=True)
class Listing:
    """What promotion needs to know of a source."""

    source_id: str
    content: Content
    main_table: str


@dataclass(frozen=True)
class Judged:
    """A snapshot in the sequence. `verdict` is None while there is none under `key`; `error` says why
    it cannot be judged at all; `previous` is the unit id of the last good snapshot before it, None for the
    first one and in a stream, where no snapshot is measured by another. Of a whole list `baseline` is the
    rows of the previous one, of a source by days `shape` is how full its columns were."""

    unit: Unit
    key: str
    verdict: dict[str, Any] | None
    previous: str | None
    baseline: int | None
    error: str | None
    shape: dict[str, dict[str, int]] | None = None

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
    for unit in archive.units(source_id, listing.content):
        key = f"{unit.observed_at:%Y%m%dT%H%M%SZ}-{previous}-{baseline}"
        report = staging.report(source_id, unit.unit_id)
        if report is None or report["error"]:
            error = report["error"] if report else NOT_PARSED
            yield Judged(unit, key, None, previous, baseline, error, shape)
            continue
        verdict = staging.verdict(source_id, unit.unit_id, key) if _done(staging, unit, key) else None
        yield Judged(unit, key, verdict, previous, baseline, None, shape)
        if listing.content != "stream" and _done(staging, unit, key):
            verdict = verdict or staging.verdict(source_id, unit.unit_id, key)
            if verdict["held"]:
                continue
            previous = unit.unit_id
            if listing.content == "full":
                lost = {q["record_id"] for q in verdict["quarantined"]}  # a record goes with its child rows
                baseline = report["rows"].get(listing.main_table, 0) - len(lost)
            else:
                shape = verdict.get("shape")


def _done(staging: Staging, unit: Unit, key: str) -> bool:
    return staging.judged(unit.source_id, unit.unit_id, key)


def promotion(
    archive: Archive, staging: Staging, listing: Listing, failed: Attempt | None = None
) -> dict[str, Any]:
    """What releases are to be built from, for one source whose newest fetch `failed`, if it did:

    `code`: which code's staged tables they are; `units`: every snapshot in order, with its
    files, its verdict's key and why it is held; `held`: since when and why visits give no good
    snapshot, or None; `missing`: what could not be had though visits did not fail, or None;
    `checked_at`: the newest visit that did not fail; `sample`: whether it is bundled sample data.

    If a step of ours failed, so that a snapshot is not parsed or not judged, what was promoted
    before stays as it was, but for `held`.
    """
    units: list[dict[str, Any]] = [
        {
            "unit_id": judged.unit.unit_id,
            "observed_at": judged.unit.observed_at.isoformat(),
            "last_seen_at": judged.unit.last_seen_at.isoformat(),
            "files": dict(judged.unit.files),
            "urls": dict(judged.unit.urls),
            "came_at": {file: at.isoformat() for file, at in judged.unit.came_at.items()},
            "verdict": judged.key if judged.verdict is not None else None,
            "held": judged.held,
        }
        for judged in judge(archive, staging, listing)
    ]
    before = staging.promoted().get(listing.source_id)
    ours = next((f"{u['observed_at'][:10]}: {u['held'][0]}" for u in units if u["held"] in OURS), None)
    if ours and before:
        return {**before, "held": ours}
    batches = archive.batches(listing.source_id)
    checked_at = archive.checked_at(listing.source_id)
    return {
        "code": staging.code,
        "units": units,
        "held": _held(batches, units, failed),
        "missing": _missing(batches, units, listing.content),
        "checked_at": checked_at.isoformat() if checked_at else None,
        "sample": bool(batches) and batches[-1].via == "sample",
    }


def _held(batches: list[Batch], units: list[dict[str, Any]], failed: Attempt | None) -> str | None:
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
