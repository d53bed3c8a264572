"""The fetch step: a source's files, from a mirror, a sample server or the publisher, into the archive."""

from __future__ import annotations

import logging
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from pipeline.workspace import Workspace
from sources.archive.archive import Archive
from sources.archive.failed_attempts import record_attempt
from sources.archive.origin import MixedHome
from sources.registry import Source

log = logging.getLogger(__name__)

MOST_MAPPED = 1000
"""Snapshots that Airflow maps over parse tasks in one run."""

Days = tuple[date, date]
"""A half-open interval of days (UTC)."""


def check_unmixed(archive: Archive, *, mirror: str | None, publisher: str | None) -> None:
    """Raises MixedHome if samples and publishers' lists would meet in the archive by a fetch from a mirror,
    from the sample server `publisher` or, with neither, from the publishers."""
    from sources.fetching.mirror import is_bundled

    if mirror and publisher:
        raise MixedHome(f"a mirror and a publisher of samples were both named ({mirror}, {publisher})")
    sample = bool(publisher) or (mirror is not None and is_bundled(Path(mirror)))
    archive.check_origin("sample" if sample else "live")


def whole_days(start: datetime | None, end: datetime | None) -> Days | None:
    """The days that an interval touches, in UTC; None if there is no interval, or it is empty."""
    if start is None or end is None or start >= end:
        return None
    last = (end - timedelta(microseconds=1)).astimezone(UTC).date()
    return start.astimezone(UTC).date(), last + timedelta(days=1)


def fetch_source(  # noqa: PLR0913 - where from, which days, whose run
    home: str,
    source_id: str,
    *,
    mirror: str | None = None,
    publisher: str | None = None,
    days: Days | None = None,
    run_id: str | None = None,
) -> list[str]:
    """Fetches a source's files into the archive: from a mirror folder, from a sample server, or from the
    publisher; of a source by days those within `days`, if these are given. Returns the unit ids of the
    snapshots that this code has not parsed yet, at most MOST_MAPPED.

    Raises FetchError if the publisher gave nothing usable, MixedHome as `check_unmixed`; a bad snapshot of a
    mirror is logged and held. An error that ends the attempt before anything is logged is recorded for
    `promote_source` of the same `run_id`.
    """
    workspace = Workspace.open(home)
    hidden = {str(workspace.home.root): "<home>"}
    if mirror and Path(mirror).is_absolute():
        hidden[mirror] = "<mirror>"
    with record_attempt(workspace.home, source_id, datetime.now(UTC), run_id, hidden):
        _fetch(workspace, source_id, mirror, publisher, days)
        return _unparsed(workspace, source_id)


def _fetch(
    workspace: Workspace, source_id: str, mirror: str | None, publisher: str | None, days: Days | None
) -> None:
    from sources.fetching import fetcher
    from sources.fetching import mirror as mirrors
    from sources.fetching.http.client import make_client
    from warehouse.privacy import suppression

    check_unmixed(workspace.archive, mirror=mirror, publisher=publisher)
    suppression.read_suppressions(
        workspace.home, workspace.sources
    )  # a list that is lost is to be put back first
    source, archive = workspace.sources[source_id], workspace.archive
    days = days if source.content == "days" else None
    names = None if publisher else _listed_names(workspace, source, mirror)
    if mirror:
        for day in mirrors.list_dates(Path(mirror), source_id):
            if days is None or days[0] <= day < days[1]:
                mirrors.import_date(source, Path(mirror), day, archive, names)
    elif publisher:
        fetcher.replay_samples(source, archive, publisher, days=days)
    else:
        with make_client() as client:
            batch = fetcher.fetch_batch(
                source,
                archive,
                client=client,
                observed_at=datetime.now(UTC),
                via="live",
                days=days,
                names=names,
            )
        fetcher.raise_if_failed(batch, source)


def _unparsed(workspace: Workspace, source_id: str) -> list[str]:
    """The unit ids of the snapshots that this code has not parsed, in order, at most MOST_MAPPED."""
    staging = workspace.staging(source_id)
    snapshots = workspace.archive.snapshots(source_id, workspace.sources[source_id].content)
    unit_ids = dict.fromkeys(snapshot.unit_id for snapshot in snapshots)
    waiting = [unit_id for unit_id in unit_ids if staging.report(source_id, unit_id) is None]
    if len(waiting) > MOST_MAPPED:
        later = len(waiting) - MOST_MAPPED
        log.warning("%s: %s snapshots wait for the next run to be parsed", source_id, later)
    return waiting[:MOST_MAPPED]


def _listed_names(workspace: Workspace, source: Source, mirror: str | None) -> bytes | None:
    """The file of names by which the rows of a source with the option `listed` are filtered: those on the
    promoted prisoner lists and, as a first run reads all sources at once, on those in the mirror."""
    from transforms.names.listed_people import format_names_file
    from warehouse.staging.listed_names import promoted_names

    if not source.options.get("listed"):
        return None
    lists = [each for each in workspace.sources.values() if each.family == "prisoners"]
    names = promoted_names(workspace.home, [each.source_id for each in lists])
    for each in lists if mirror else ():
        names |= _names_in_mirror(each, Path(mirror or ""))
    return format_names_file(names) if names else None


def _names_in_mirror(source: Source, mirror: Path) -> set[str]:
    """The names on a list's newest snapshot in a mirror and on those shortly before, if they can be read."""
    from sources.fetching import mirror as mirrors
    from transforms.reading.parse_result import SourceFormatError, parse
    from warehouse.staging.listed_names import RECENT, select_names

    dates = mirrors.list_dates(mirror, source.source_id)
    found: set[str] = set()
    for day in dates:
        if day < dates[-1] - RECENT:
            continue
        with ExitStack() as opened:
            files = {
                path.name: opened.enter_context(path.open("rb"))
                for path in mirrors.list_files(source, mirror, day)
            }
            try:
                tables = parse(source.source_id, source.parser, files, source.options).arrow()
            except SourceFormatError as error:
                log.warning("%s: %s", source.source_id, error)
                continue
        if "names" in tables:
            found |= select_names(tables["names"])
    return found
