"""Rebuilding from the archive what is damaged or missing in the staging area and the state files."""

from __future__ import annotations

import logging

from pipeline.parsing import parse_into_staging
from pipeline.promotion import promote_snapshots
from pipeline.validation import validate_snapshots
from pipeline.workspace import Workspace
from sources.archive.archive import LogError
from sources.archive.failed_attempts import failed_attempt
from storage.files import StorageError
from warehouse.release.release_inputs import ReleaseInputs
from warehouse.staging.promotion import decide_state, is_settled, is_staged
from warehouse.staging.staging import Staging
from warehouse.staging.states import SnapshotSequence

log = logging.getLogger(__name__)


def restore_states(workspace: Workspace) -> None:
    """Rebuilds the state files that are damaged, and those that are missing though all snapshots of the
    source are validated: a source in the middle of its first run is left to that run."""
    stated = workspace.states.source_ids()
    for source_id in stated:
        if source_id in workspace.sources and workspace.states.load(source_id) is None:
            log.warning("%s: its state file is damaged and is rebuilt from the archive", source_id)
            _rebuild(workspace, source_id)
    for source_id in workspace.archive.logged():
        if source_id in workspace.sources and source_id not in stated:
            failed = failed_attempt(workspace.home, source_id, None)
            state = decide_state(
                workspace.archive, workspace.staging(source_id), workspace.spec(source_id), failed
            )
            if is_settled(state):
                log.warning("%s: its state file is missing and is rebuilt from the archive", source_id)
                workspace.states.save(source_id, state)


def rebuild_damaged(workspace: Workspace, inputs: ReleaseInputs) -> bool:
    """Hashes the staged files that a release is about to be made of, and rebuilds the sources of which any is
    damaged; returns whether there were any. Raises StorageError if one is still damaged then."""
    damaged = [
        source_id
        for source_id, source in inputs.sources.items()
        if not _is_whole(workspace, source_id, source)
    ]
    for source_id in damaged:
        log.warning("%s: staged tables are damaged and are rebuilt from the archive", source_id)
        _rebuild(workspace, source_id)
        state = workspace.states.load(source_id)
        if state is None or not _is_whole(workspace, source_id, state):
            raise StorageError(
                f"{source_id}: staged tables are damaged as soon as they are rebuilt: check the disk"
            )
    return bool(damaged)


def _is_whole(workspace: Workspace, source_id: str, source: SnapshotSequence) -> bool:
    staged = Staging(workspace.home, source.code)
    return all(
        is_staged(staged, source_id, snapshot) and staged.is_whole(source_id, snapshot.unit_id)
        for snapshot in source.snapshots
        if snapshot.verdict
    )


def _rebuild(workspace: Workspace, source_id: str) -> None:
    """Parses, validates and promotes what a source lacks, from the archive."""
    try:
        snapshots = workspace.archive.snapshots(source_id, workspace.sources[source_id].content)
    except LogError:
        snapshots = []  # promotion reports why
    for snapshot in snapshots:
        parse_into_staging(workspace, source_id, snapshot.unit_id)
    if snapshots:
        validate_snapshots(workspace, source_id, None)
    promote_snapshots(workspace, source_id)
