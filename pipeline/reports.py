"""What a run reports on its sources: findings, summaries, alarms. Nothing of it identifies a suppressed
record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

from pipeline.workspace import Workspace
from sources.list_facts import find_unmatched, list_facts
from storage.files import StorageError
from warehouse.staging import findings
from warehouse.staging.staging import Staging
from warehouse.staging.states import PromotedState

_DAY = len("20250911")


def summarize_source(home: str, source_id: str) -> dict[str, Any]:
    """What a source's asset event states of its promoted snapshots: `snapshot_day` and `rows` by table of the
    newest good snapshot, whether the source is `held`, the `reason`, and the `failed_checks` of the newest
    snapshot. No value of a record is among it."""
    workspace = Workspace.open(home)
    state = workspace.states.load_all()[source_id]
    staged = Staging(workspace.home, state.code)
    good = state.good[-1] if state.good else None
    report = staged.report(source_id, good.unit_id) if good else None
    newest = state.snapshots[-1] if state.snapshots else None
    verdict = staged.verdict(source_id, newest.unit_id, newest.verdict) if newest else None
    return {
        "snapshot_day": good.day if good else None,
        "rows": report["rows"] if report else {},
        "held": state.held is not None,
        "reason": _redaction(workspace, {source_id: state})(source_id, state.held),
        "failed_checks": sorted(
            f"{result['table_name']}: {result['expectation']}"
            for result in (verdict["results"] if verdict else ())
            if not result["success"]
        ),
    }


def list_alarms(
    home: str, source_id: str, errors: Mapping[str, str], days: tuple[date, date] | None = None
) -> list[str]:
    """Why a run of a source fails, one line each: the `errors` of its tasks by task, since when and why the
    source is held, and of a source by days which of `days` are held. A list that its publisher has withdrawn
    is held for good, and its fetch fails: neither is an alarm."""
    workspace = Workspace.open(home)
    source = workspace.sources[source_id]
    state = workspace.states.load_all().get(source_id)
    redact = _redaction(workspace, {source_id: state} if state and state.snapshots else {})
    ended = source.withdrawn is not None and source.withdrawn.day <= datetime.now(UTC).date()
    lines = [
        f"{task} failed: {redact(source_id, error)}"
        for task, error in errors.items()
        if not (ended and task == "fetch")
    ]
    if state and state.held and not ended:
        lines.append(f"held since {redact(source_id, state.held)}")
    for snapshot in state.snapshots[:-1] if state and source.content == "days" and days else ():
        day = date.fromisoformat(min(snapshot.files)[:_DAY])
        if snapshot.held and days and days[0] <= day < days[1]:
            lines.append(f"the day {day} is held: {redact(source_id, '; '.join(snapshot.held))}")
    return [f"{source_id}: {line}" for line in lines]


def list_findings(home: str, source_ids: Iterable[str]) -> list[findings.Finding]:
    """What is wrong with the promoted snapshots of these sources."""
    workspace = Workspace.open(home)
    states = workspace.states.load_all()
    return redacted_findings(workspace, {name: states[name] for name in source_ids if name in states})


def redacted_findings(workspace: Workspace, states: Mapping[str, PromotedState]) -> list[findings.Finding]:
    """What is wrong with the snapshots of sources with these states."""
    found = [
        each
        for source_id, state in states.items()
        for each in (
            *findings.find_problems(workspace.home, source_id, state),
            *_unmatched_programs(workspace, source_id, state),
        )
    ]
    return list(findings.redact_findings(found, _redaction(workspace, states)))


def _unmatched_programs(
    workspace: Workspace, source_id: str, state: PromotedState
) -> Iterator[findings.Finding]:
    """The programmes of the newest good snapshot for which `programs.tsv` states no countries."""
    facts = list_facts([workspace.sources[source_id]])
    if not (facts.programs.num_rows and state.good):
        return
    staged, newest = Staging(workspace.home, state.code), state.good[-1]
    report = staged.report(source_id, newest.unit_id)
    if not report or "programs" not in report["rows"] or not staged.is_whole(source_id, newest.unit_id):
        return
    names = staged.table(source_id, newest.unit_id, "programs")["program"].unique().to_pylist()
    if unmatched := find_unmatched(facts, source_id, names):
        texts = tuple(f"programme {findings.shorten(name)}: no row in programs.tsv" for name in unmatched)
        yield findings.Finding(source_id, newest.day, "unknown", len(texts), texts)


def promoted_units(home: str, source_ids: Iterable[str]) -> dict[str, list[str]]:
    """The unit ids of these sources' promoted snapshots, in order, by source."""
    states = Workspace.open(home).states.load_all()
    return {
        source_id: [snapshot.unit_id for snapshot in states[source_id].snapshots]
        for source_id in source_ids
        if source_id in states
    }


def list_unreleased(manifest: Mapping[str, Any], promoted: Mapping[str, list[str]]) -> list[str]:
    """A line for each source of which a release, by its manifest, lacks promoted snapshots."""
    lines = []
    for source_id, unit_ids in promoted.items():
        released = {unit["unit_id"] for unit in manifest["sources"].get(source_id, {"units": []})["units"]}
        if lacking := [unit_id for unit_id in unit_ids if unit_id not in released]:
            lines.append(f"{source_id}: {len(lacking)} of {len(unit_ids)} snapshots, {lacking[0]} first")
    return lines


def _redaction(
    workspace: Workspace, states: Mapping[str, PromotedState]
) -> Callable[[str, str | None], str | None]:
    """A function of a source's id and a text that gives what may be shown of it: not a text that identifies a
    suppressed record, and none while the list of suppressed records cannot be read."""
    from warehouse.privacy import suppression, suppression_list
    from warehouse.privacy.redaction import collect_redaction

    try:
        suppressed = suppression.read_suppressions(workspace.home, workspace.sources)
        from transforms.names.name_spotter import NameSpotter

        if not suppressed.entries:
            return lambda _, text: text
        return collect_redaction(suppressed, workspace.home, states, NameSpotter).redact_text
    except (suppression_list.SuppressionError, StorageError):  # building a release refuses or mends it
        return lambda _, text: text and "(not shown: who is suppressed cannot be read)"
