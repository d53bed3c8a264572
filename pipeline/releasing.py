"""The steps of a release: history, links and models, validation, publication."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from pipeline.code_version import parser_version, release_version
from pipeline.repair import rebuild_damaged, restore_states
from pipeline.workspace import Workspace
from sources.list_facts import list_facts
from storage.database import connect
from warehouse.privacy import suppression, suppression_list
from warehouse.release import decisions, release_inputs, work_database
from warehouse.release.publication import ReleaseRefused, check_whole, latest
from warehouse.release.release_inputs import ReleaseInputs
from warehouse.staging.staging import remove_outdated

if TYPE_CHECKING:
    from transforms.identity.linking import model
    from warehouse.privacy.suppression_list import Suppressions

log = logging.getLogger(__name__)


class NothingToRelease(Exception):
    """No source has a good snapshot. One line that says why."""


def build_history(home: str, *, news_wait: timedelta | None = None) -> str | None:
    """Builds the versioned tables of a new release in a database of its own; returns the id of this work for
    the following steps, or None if the latest release was made from the same inputs. Raises
    NothingToRelease, SuppressionError, DecisionError, SigningError.

    With `news_wait`, for a release by the clock, also None if nothing is promoted yet, or if only sources
    that come as a stream have changed and the latest release is younger than that."""
    from transforms.names.name_spotter import NameSpotter
    from warehouse.history import versions
    from warehouse.history.news import build_news
    from warehouse.privacy.redaction import collect_redaction
    from warehouse.release.signing import signing_key
    from warehouse.release.source_tables import load_source_tables

    workspace = Workspace.open(home)
    at, sources = workspace.home, workspace.sources
    restore_states(workspace)
    # before the inputs are read: a release that is published from here on refuses this one
    current = latest(at)
    suppressed = suppression.record_suppressions(at, sources)
    inputs = _collect(workspace, suppressed)
    if not any(source.good for source in inputs.sources.values()):
        if news_wait is not None:
            log.info("no source has a good snapshot yet")
            return None
        notes = [f"{source_id}: {source.note}" for source_id, source in inputs.sources.items()]
        raise NothingToRelease(f"no source has a good snapshot: {'; '.join(notes) or 'nothing was fetched'}")
    if current and not _is_due(workspace, inputs, current, news_wait):
        return None
    signing_key(at)  # one that is lost or damaged ends the run here, not after its work
    if current:
        check_whole(at, str(current["release"]))
    if rebuild_damaged(workspace, inputs):
        return build_history(home, news_wait=news_wait)
    withheld = collect_redaction(suppressed, at, inputs.sources, NameSpotter)
    for number in withheld.unseen:
        log.warning("%s: entry %s: no snapshot has such a record", suppression_list.FILE, number)
    work = work_database.begin(at, inputs.redacted(withheld), str(current["release"]) if current else None)
    units = release_inputs.staged_units(at, inputs)
    with connect(work.database) as con:
        entries = [sources[source_id].entry() for source_id in inputs.sources]
        load_source_tables(con, at, inputs, entries, withheld=withheld)
        versions.load_observations(con, units, release_inputs.list_ends(inputs))
        versions.build_lists(con, units, withheld)
        build_news(con, units, withheld)
    return work.id


def _collect(workspace: Workspace, suppressed: Suppressions) -> ReleaseInputs:
    sources = workspace.sources
    return release_inputs.collect_release_inputs(
        workspace.home,
        {source_id: source.cadence for source_id, source in sources.items()},
        release_version(),
        suppressed,
        decisions.hash_decisions(decisions.read_decisions(workspace.home), suppressed.salt),
        withdrawn={source_id: end.day for source_id, source in sources.items() if (end := source.withdrawn)},
    )


def _is_due(
    workspace: Workspace, inputs: ReleaseInputs, current: dict[str, Any], news_wait: timedelta | None
) -> bool:
    """Whether a release of these inputs is to be made after the `current` one."""
    from storage.files import read_json

    release = current["release"]
    if current.get("fingerprint") == inputs.fingerprint:
        log.info("nothing has changed since release %s", release)
        return False
    if news_wait and _age(release) < news_wait:
        streams = {source_id for source_id, source in workspace.sources.items() if source.content == "stream"}
        manifest = read_json(workspace.home.releases / release / "manifest.json")
        if not release_inputs.differ(inputs, manifest, besides=streams):
            log.info("only news has changed since release %s: it waits", release)
            return False
    return True


def _age(release: str) -> timedelta:
    """How long ago the release with this id was begun."""
    return datetime.now(UTC) - datetime.strptime(release, "%Y-%m-%dT%H%M%SZ").replace(tzinfo=UTC)


def build_models(home: str, work_id: str) -> str:
    """Links records to entities and articles, and derives events and the other tables; returns the work's id.
    Raises ReleaseRefused if the decisions have changed since the release was begun, or `VIGIL_LINKING` names
    no backend; SparkMissing if it names Spark and Spark is not installed."""
    from transforms.identity.linking.linking import PreviousEntities, link
    from transforms.identity.mentions.mentions import find_mentions
    from transforms.names.name_index import build_name_index
    from warehouse.history import models
    from warehouse.release.previous_release import read_previous_release

    workspace, backend = Workspace.open(home), _linking_backend()
    at = workspace.home
    work = work_database.resume(at, work_id)
    suppressed = suppression.read_suppressions(at, workspace.sources)
    decided = decisions.read_decisions(at)
    if decisions.hash_decisions(decided, suppressed.salt) != work.inputs.decisions:
        raise ReleaseRefused(f"{decisions.FILE} has changed while this release was made: run again")
    before = read_previous_release(at, work.previous) if work.previous else None
    with connect(work.database) as con:
        link(
            con,
            lists=list_facts(workspace.sources.values()),
            previous=PreviousEntities.from_rows(**before).without(suppressed.ids) if before else None,
            decisions=decided,
            backend=backend,
        )
        find_mentions(con)
        build_name_index(con)
        models.build_models(con)
    return work_id


def _linking_backend() -> model.Backend:
    """Where records are linked according to `VIGIL_LINKING`: in DuckDB by default."""
    from transforms.identity.linking import model

    named = os.environ.get("VIGIL_LINKING") or "duckdb"
    for backend in model.BACKENDS:
        if named == backend:
            return backend
    raise ReleaseRefused(f"VIGIL_LINKING is neither {' nor '.join(model.BACKENDS)}")


def validate_release(home: str, work_id: str, run_id: str | None) -> str:
    """Checks the tables against their contracts and each other, and adds the results to `quality`; returns
    the work's id. Raises ReleaseRefused if a table breaks its contract."""
    from expectations.runner import Session
    from warehouse.release.source_tables import replace_release_quality

    workspace = Workspace.open(home)
    work = work_database.resume(workspace.home, work_id)
    session = Session()
    with connect(work.database) as con:
        verdict = session.check_release(con)
        replace_release_quality(con, verdict.results)
    session.build_docs(workspace.docs_folder("release", run_id))
    if verdict.held:
        raise ReleaseRefused(f"the release breaks its contracts: {'; '.join(verdict.held)}")
    return work_id


def publish_release(home: str, work_id: str) -> dict[str, Any]:
    """Writes the release and makes it visible. Returns its id as `release`, or that of the latest release if
    it is made from the same inputs: by another run, or by this step before it was interrupted.

    Raises ReleaseRefused if another release was published since this one was begun, or if the suppressed
    records or the decisions have changed, up to the moment in which it becomes visible; LeaseHeld if another
    process publishes.
    """
    from transforms.names.name_spotter import NameSpotter
    from warehouse.privacy.redaction import collect_redaction
    from warehouse.release.writer import write_release

    workspace = Workspace.open(home)
    at = workspace.home
    current = latest(at)
    if current and current.get("fingerprint") == work_database.fingerprint_of(work_id):
        log.info("release %s is made from just the same", current["release"])
        work_database.discard(at, work_id)
        return {"release": current["release"]}
    work = work_database.resume(at, work_id)

    @contextmanager
    def moving() -> Iterator[None]:
        with suppression.list_unchanged(at):
            _check_unchanged(workspace, work.inputs)
            yield

    suppressed = _check_unchanged(workspace, work.inputs)
    withheld = collect_redaction(suppressed, at, work.inputs.sources, NameSpotter)
    with connect(work.database) as con:
        release = write_release(
            con, at, work.inputs.to_json(), redaction=withheld, previous=work.previous, moving=moving
        )
    work_database.discard(at, work_id)
    _remove_outdated(workspace)
    return {"release": release}


def _check_unchanged(workspace: Workspace, inputs: ReleaseInputs) -> Suppressions:
    """The suppressed records. Raises ReleaseRefused if they or the decisions are not those of a release's
    inputs."""
    suppressed = suppression.read_suppressions(workspace.home, workspace.sources)
    if suppressed.tombstones(inputs.sources) != inputs.tombstones:
        raise ReleaseRefused(f"{suppression_list.FILE} has changed while this release was made: run again")
    if (
        decisions.hash_decisions(decisions.read_decisions(workspace.home), suppressed.salt)
        != inputs.decisions
    ):
        raise ReleaseRefused(f"{decisions.FILE} has changed while this release was made: run again")
    return suppressed


def _remove_outdated(workspace: Workspace) -> None:
    """Removes what code has staged that is neither current nor that of a promoted state."""
    promoted = {state.code for state in workspace.states.load_all().values()}
    remove_outdated(workspace.home, promoted | {parser_version(each) for each in workspace.sources.values()})
