"""The validate step: a source's snapshots through its gate."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from pipeline.parsing import parse_into_staging
from pipeline.workspace import Workspace
from warehouse.staging.evaluation import SnapshotState, evaluate_snapshots

if TYPE_CHECKING:
    from expectations.runner import Session


def validate_source(home: str, source_id: str, run_id: str | None) -> dict[str, Any]:
    """Validates every snapshot without a verdict, in order of observation, and writes the verdicts. Returns
    how many it `checked`, and the path of the run's `data_docs` or None."""
    return validate_snapshots(Workspace.open(home), source_id, run_id)


def validate_snapshots(workspace: Workspace, source_id: str, run_id: str | None) -> dict[str, Any]:
    """The same, in an open workspace."""
    staging = workspace.staging(source_id)
    session: Session | None = None
    checked = 0
    for state in evaluate_snapshots(workspace.archive, staging, workspace.spec(source_id)):
        if state.error or state.verdict is not None:
            continue
        # Great Expectations takes seconds to import: only where there is something to check
        from expectations.runner import Session

        session = session or Session()
        checked += _validate(workspace, session, source_id, state)
    docs = session.build_docs(workspace.docs_folder(source_id, run_id)) if session else None
    return {"checked": checked, "data_docs": str(docs) if docs else None}


def _validate(workspace: Workspace, session: Session, source_id: str, state: SnapshotState) -> bool:
    """Writes a snapshot's verdict; False if its staged tables, or those of the one that it is compared with,
    are damaged and cannot be rebuilt: promotion reports that."""
    from expectations.gate import Gate
    from expectations.sizes import Reported, file_counts

    source, staging = workspace.sources[source_id], workspace.staging(source_id)
    unit_id = state.snapshot.unit_id
    previous = state.previous if source.content == "full" else None
    if not all(_ensure_staged(workspace, source_id, each) for each in (unit_id, previous) if each):
        return False
    report = staging.report(source_id, unit_id) or {"files": {}, "unknown": {}}
    verdict = session.check_snapshot(
        Gate.of(source, state.snapshot.observed_at),
        unit_id,
        staging.tables(source_id, unit_id),
        state.baseline,
        staging.tables(source_id, previous) if previous else None,
        reported=Reported(file_counts(source, report["files"]), report["unknown"]),
        shape=state.shape,
    )
    staging.write_verdict(source_id, unit_id, state.key, asdict(verdict))
    return True


def _ensure_staged(workspace: Workspace, source_id: str, unit_id: str) -> bool:
    """Whether a snapshot's staged tables are undamaged; damaged ones are parsed again first."""
    staging = workspace.staging(source_id)
    if not staging.is_whole(source_id, unit_id):
        parse_into_staging(workspace, source_id, unit_id)
    return staging.report(source_id, unit_id) is not None
