"""The promote step: a source's good snapshots become what releases are built from."""

from __future__ import annotations

import logging
from typing import Any

from pipeline.reports import redacted_findings
from pipeline.workspace import Workspace
from sources.archive.failed_attempts import failed_attempt
from warehouse.staging import findings
from warehouse.staging.promotion import decide_state

log = logging.getLogger(__name__)


def promote_source(home: str, source_id: str, run_id: str | None = None) -> dict[str, Any]:
    """Promotes a source's good snapshots. Returns whether that `changed` anything and, if the newest snapshot
    is held or its fetch attempt failed, why it is `held`."""
    return promote_snapshots(Workspace.open(home), source_id, run_id)


def promote_snapshots(workspace: Workspace, source_id: str, run_id: str | None = None) -> dict[str, Any]:
    """The same, in an open workspace."""
    failed = failed_attempt(workspace.home, source_id, run_id)
    state = decide_state(workspace.archive, workspace.staging(source_id), workspace.spec(source_id), failed)
    changed = workspace.states.save(source_id, state)
    for line in findings.format_table(redacted_findings(workspace, {source_id: state})):
        log.warning("%s", line)
    if state.held:
        log.error("%s is held at its last good snapshot: %s", source_id, state.held)
    return {"changed": changed, "held": state.held}
