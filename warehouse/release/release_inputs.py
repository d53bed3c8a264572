"""What a release is made of: the promoted snapshots of all sources, and what is known of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from typing import Any

from storage.home import Home
from warehouse.history.versions import StagedUnit
from warehouse.privacy.redaction import Redaction
from warehouse.privacy.suppression_list import Suppressions
from warehouse.staging import findings
from warehouse.staging.staging import Staging
from warehouse.staging.states import PromotedSnapshot, PromotedState, SnapshotSequence, States

STALE_AFTER_CADENCES = 3

SUPPRESSED_NOTE = (
    "Records that were taken out to protect people. `changes` leaves out their removal, and that of what "
    "tells of them: for these the release before with its changes is not this release. Counts of what was "
    "read from a file count them."
)
"""The manifest's note beside the number of suppressed records."""


@dataclass(frozen=True)
class SourceInputs(SnapshotSequence):
    """What a release takes from one source. `ended_on`: the day its publisher withdrew it, once it has."""

    freshness: str
    note: str | None
    ended_on: date | None = None

    def to_json(self) -> dict[str, Any]:
        """The source as manifests have it."""
        value: dict[str, Any] = {
            "code": self.code,
            "freshness": self.freshness,
            "note": self.note,
            "units": [snapshot.to_json() for snapshot in self.snapshots],
        }
        if self.ended_on:
            value["ended_on"] = self.ended_on.isoformat()
        return value

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> SourceInputs:
        """Reads what `to_json` made."""
        ended_on = value.get("ended_on")
        return cls(
            code=value["code"],
            snapshots=tuple(map(PromotedSnapshot.from_json, value["units"])),
            freshness=value["freshness"],
            note=value["note"],
            ended_on=date.fromisoformat(ended_on) if ended_on else None,
        )


@dataclass(frozen=True)
class ReleaseInputs:
    """All that the tables of a release are a function of.

    `fingerprint` is a hash of the rest. `code` is the hash of the code and library versions that make a
    release. `tombstones` are rows of that table for the suppressed records of the `sources`; neither ids nor
    a hash that could be guessed are among them. `decisions` is the digest of the decisions on identity.
    """

    fingerprint: str
    code: str
    sources: Mapping[str, SourceInputs]
    tombstones: Sequence[Mapping[str, Any]]
    decisions: str | None

    def to_json(self) -> dict[str, Any]:
        """The inputs as manifests have them."""
        suppressed: dict[str, Any] = {
            "records": len(self.tombstones),
            "tombstones": [dict(row) for row in self.tombstones],
        }
        if self.tombstones:
            suppressed["note"] = SUPPRESSED_NOTE
        value: dict[str, Any] = {
            "fingerprint": self.fingerprint,
            "code": self.code,
            "sources": {source_id: source.to_json() for source_id, source in self.sources.items()},
            "suppressed": suppressed,
        }
        if self.decisions:
            value["decisions"] = self.decisions
        return value

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> ReleaseInputs:
        """Reads what `to_json` made. Raises KeyError, TypeError or ValueError for anything else."""
        return cls(
            fingerprint=value["fingerprint"],
            code=value["code"],
            sources={name: SourceInputs.from_json(source) for name, source in value["sources"].items()},
            tombstones=value["suppressed"]["tombstones"],
            decisions=value.get("decisions"),
        )

    def redacted(self, withheld: Redaction) -> ReleaseInputs:
        """The inputs without what identifies a withheld record: a file may be called after a person, an
        address may hold a name, and an error may quote it."""
        if not withheld:
            return self
        sources = {
            source_id: replace(
                source,
                note=withheld.redact_text(source_id, source.note),
                snapshots=tuple(_redacted(withheld, source_id, each) for each in source.snapshots),
            )
            for source_id, source in self.sources.items()
        }
        return replace(self, sources=sources)


def collect_release_inputs(  # noqa: PLR0913 - all that a release is a function of
    home: Home,
    cadences: Mapping[str, timedelta],
    code: str,
    suppressed: Suppressions | None = None,
    decisions: str | None = None,
    *,
    withdrawn: Mapping[str, date] = MappingProxyType({}),
) -> ReleaseInputs:
    """What a release is made of now.

    `cadences` names the sources of the registry; other promoted sources are left out. Freshness is relative
    to the newest observation of all sources, not to the clock, so that the same archive always gives the
    same release. Of a source in `withdrawn`, by day, the snapshots observed from that day on are held.
    """
    states = {
        source_id: state
        for source_id, state in States(home).load_all().items()
        if source_id in cadences and (state.snapshots or state.held)
    }
    as_of = max((moment for state in states.values() for moment in _moments(state)), default=None)
    sources = {
        source_id: _source_inputs(
            home, source_id, state, cadences[source_id], as_of, withdrawn.get(source_id)
        )
        for source_id, state in states.items()
    }
    tombstones = (suppressed or Suppressions()).tombstones(sources)
    inputs = ReleaseInputs("", code, sources, tombstones, decisions)
    content = {key: value for key, value in inputs.to_json().items() if key != "fingerprint"}
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode())
    return replace(inputs, fingerprint=digest.hexdigest()[:16])


def differ(inputs: ReleaseInputs, manifest: Mapping[str, Any], *, besides: Collection[str]) -> bool:
    """Whether the inputs of a new release differ from those in a manifest in more than the sources
    `besides`: in code, decisions, suppressed records, snapshots or freshness."""
    given = inputs.to_json()

    def compared(content: Mapping[str, Any]) -> dict[str, Any]:
        others = {key: content.get(key) for key in given.keys() - {"fingerprint", "sources"}}
        sources = {
            source_id: [
                source["code"],
                source["freshness"],
                source.get("ended_on"),
                [(unit["unit_id"], unit["observed_at"], bool(unit["held"])) for unit in source["units"]],
            ]
            for source_id, source in content["sources"].items()
            if source_id not in besides
        }
        return {**others, "sources": sources}

    return compared(given) != compared(manifest)


def list_ends(inputs: ReleaseInputs) -> dict[str, datetime]:
    """When the lists that their publishers have withdrawn ended, by source id."""
    return {
        source_id: datetime.combine(source.ended_on, time.min, UTC)
        for source_id, source in inputs.sources.items()
        if source.ended_on
    }


def staged_units(home: Home, inputs: ReleaseInputs) -> list[StagedUnit]:
    """The good snapshots of all sources, in order, as history reads them."""
    return [
        StagedUnit(
            source_id=source_id,
            seq=seq,
            unit_id=snapshot.unit_id,
            observed_at=snapshot.observed_at,
            last_seen_at=snapshot.last_seen_at or snapshot.observed_at,
            rows=(staged.report(source_id, snapshot.unit_id) or {"rows": {}})["rows"],
            folder=staged.folder(source_id, snapshot.unit_id),
        )
        for source_id, source in inputs.sources.items()
        for staged in [Staging(home, source.code)]
        for seq, snapshot in enumerate(source.good)
    ]


def _moments(state: PromotedState) -> list[datetime]:
    checked_at = [state.checked_at] if state.checked_at else []
    return [*checked_at, *(snapshot.observed_at for snapshot in state.snapshots)]


def _source_inputs(  # noqa: PLR0913, PLR0917
    home: Home,
    source_id: str,
    state: PromotedState,
    cadence: timedelta,
    as_of: datetime | None,
    withdrawn_on: date | None,
) -> SourceInputs:
    freshness, note = _freshness(state, cadence, as_of)
    if freshness != "held":
        note = "; ".join(filter(None, [note, findings.newest_note(home, source_id, state)])) or None
    ended_on = withdrawn_on if as_of and withdrawn_on and as_of.date() >= withdrawn_on else None
    snapshots = state.snapshots
    if ended_on:
        snapshots = tuple(_ended(snapshot, ended_on) for snapshot in snapshots)
        withdrawal = f"withdrawn by its publisher on {ended_on}"
        freshness, note = (freshness, f"{note}; {withdrawal}") if state.sample else ("ended", withdrawal)
    # that the newest snapshot is still the same makes no new release
    newest = tuple(replace(snapshot, last_seen_at=None) for snapshot in snapshots[-1:])
    return SourceInputs(state.code, (*snapshots[:-1], *newest), freshness, note, ended_on)


def _ended(snapshot: PromotedSnapshot, ended_on: date) -> PromotedSnapshot:
    """A snapshot, held if it was observed after its list was withdrawn."""
    if snapshot.held or snapshot.observed_at.date() < ended_on:
        return snapshot
    return replace(snapshot, held=(f"the list ended on {ended_on}",))


def _freshness(state: PromotedState, cadence: timedelta, as_of: datetime | None) -> tuple[str, str | None]:
    """A source's freshness, and the note on it."""
    if state.held:
        stands = f"the snapshot of {state.good[-1].day} stands" if state.good else "no snapshot stands"
        return "held", f"{state.held}; {stands}"
    if state.sample:
        return "sample", "bundled sample data, not the publisher's list"
    checked = state.checked_at
    if as_of and checked and as_of - checked > STALE_AFTER_CADENCES * cadence:
        return "stale", f"not seen since {checked:%Y-%m-%d}"
    return "fresh", state.missing


def _redacted(withheld: Redaction, source_id: str, snapshot: PromotedSnapshot) -> PromotedSnapshot:
    files = [file for file in snapshot.files if not withheld.identifies(source_id, file)]
    return replace(
        snapshot,
        files={file: snapshot.files[file] for file in files},
        urls={file: withheld.redact_text(source_id, snapshot.urls[file]) for file in files},
        held=tuple(withheld.redact_text(source_id, reason) or "" for reason in snapshot.held),
    )
