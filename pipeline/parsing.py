"""The parse step: one snapshot, from the archive into the staging area."""

from __future__ import annotations

import logging
from contextlib import ExitStack
from typing import Any

from pipeline.workspace import Workspace
from sources.archive.archive import ObjectError

log = logging.getLogger(__name__)


def parse_snapshot(home: str, source_id: str, unit_id: str) -> dict[str, Any]:
    """Parses a snapshot into the staging area; returns its `rows` by table, and its `error` or None.

    A snapshot that cannot be read as a whole is reported there with the reason, and is then held. Nothing is
    done if it has been parsed meanwhile, if newer content has replaced it, or if the archive lacks its bytes.
    """
    return parse_into_staging(Workspace.open(home), source_id, unit_id)


def parse_into_staging(workspace: Workspace, source_id: str, unit_id: str) -> dict[str, Any]:
    """The same, in an open workspace."""
    from pipeline.parsed_tables import parse_files

    source, archive, staging = workspace.sources[source_id], workspace.archive, workspace.staging(source_id)
    done = staging.report(source_id, unit_id)
    snapshots = archive.snapshots(source_id, source.content)
    snapshot = next((each for each in snapshots if each.unit_id == unit_id), None)
    if done or snapshot is None:
        return {"rows": done["rows"] if done else {}, "error": done["error"] if done else None}
    with ExitStack() as opened:
        try:
            files = {name: opened.enter_context(archive.open(sha)) for name, sha in snapshot.files.items()}
        except ObjectError as error:
            log.error("%s: %s", source_id, error)
            return {"rows": {}, "error": archive.lost_files(snapshot) or str(error)}
        tables, report = parse_files(source, files, snapshot.files, snapshot.charsets)
    if report["error"]:
        log.error("%s: %s", source_id, report["error"])
    for label, count in report["unknown"].items():
        log.warning("%s: not known to this parser: %s (%s times)", source_id, label, count)
    staging.write(source_id, unit_id, tables, report)
    return {"rows": report["rows"], "error": report["error"]}
