"""The steps that DAGs run: each puts one room's functions to work on what the last step left.

Steps take references (a home, a source's id, a snapshot's unit id) and give references back.
Each can be run again at any time with the same result.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contracts import contract
from pipeline.run_records import clean_runs
from sources.archive.archive import Archive, LogError, ObjectError
from sources.archive.failed_attempts import failed_attempt, record_attempt
from sources.archive.origin import MixedHome as MixedHome  # noqa: PLC0414 - steps raise it
from sources.registry import Source, registry
from storage.files import StorageError, sql_path
from storage.home import Home, sweep_home
from warehouse.release.publication import ReleaseRefused as ReleaseRefused  # noqa: PLC0414 - steps raise it
from warehouse.staging import findings
from warehouse.staging.promotion import Listing, is_staged, judge, promotion, settled
from warehouse.staging.staging import Staging

if TYPE_CHECKING:
    from upath import UPath

    from transforms.identity.linking import model
    from warehouse.privacy.suppression_list import Suppressions

log = logging.getLogger(__name__)

STAGED_BY = ("contracts", "storage", "sources", "transforms", "expectations")
"""The rooms whose code makes what is in the staging area."""

RELEASED_BY = (*STAGED_BY, "warehouse", "pipeline")

MOST_MAPPED = 1000


class NothingToRelease(Exception):
    """No source has a good snapshot. One line that says why."""


@cache
def code_version(rooms: tuple[str, ...]) -> str:
    """A hash of all code and declarations in some rooms."""
    top = Path(__file__).parent.parent
    digest = hashlib.sha256()
    for room in rooms:
        for path in sorted((top / room).rglob("*")):
            if path.suffix in {".py", ".sql", ".tsv", ".yml"} and "samples" not in path.parts:
                digest.update(f"{path.relative_to(top)}\0".encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _archive(home: str) -> Archive:
    return Archive(Home.at(home))


def _staging(home: str) -> Staging:
    return Staging(Home.at(home), code_version(STAGED_BY))


def _listing(source: Source) -> Listing:
    return Listing(source.source_id, source.content, source.main_table)


def check_unmixed(home: str, *, mirror: str | None, publisher: str | None) -> None:
    """Raises MixedHome if what is about to be fetched from a mirror, a local publisher of samples or, with
    neither, the real publishers must not be in one history with what the archive holds."""
    from sources.fetching.mirror import is_bundled

    if mirror and publisher:
        raise MixedHome(f"a mirror and a publisher of samples were both named ({mirror}, {publisher})")
    sample = bool(publisher) or (mirror is not None and is_bundled(Path(mirror)))
    _archive(home).check_origin("sample" if sample else "live")


def whole_days(start: datetime | None, end: datetime | None) -> tuple[date, date] | None:
    """The days (UTC) that an interval touches: the first, and the first after them; None if there is no
    interval, or nothing in it."""
    if start is None or end is None or start >= end:
        return None
    last = (end - timedelta(microseconds=1)).astimezone(UTC).date()
    return start.astimezone(UTC).date(), last + timedelta(days=1)


def fetch(  # noqa: PLR0913 - where from, which days, whose run
    home: str,
    source_id: str,
    *,
    mirror: str | None = None,
    publisher: str | None = None,
    days: tuple[date, date] | None = None,
    run_id: str | None = None,
) -> list[str]:
    """Brings a source's files into the archive: from a mirror folder, from a local publisher's
    samples, or from the real publisher; of a source by days those of `days` (the first, and the first
    after them) if they are given. Returns the unit ids that this code has not parsed yet, the first
    thousand of them: Airflow maps no more at a time.

    Raises FetchError if the real publisher gave nothing usable, MixedHome as `check_unmixed`; a
    mirror's bad snapshot is logged and held. What ends it before anything is logged is kept for `promote`
    of the same `run_id`.
    """
    hidden = {str(Home.at(home).root): "<home>"}
    if mirror and Path(mirror).is_absolute():
        hidden[mirror] = "<mirror>"
    with record_attempt(Home.at(home), source_id, datetime.now(UTC), run_id, hidden):
        return _fetch(home, source_id, mirror, publisher, days)


def _fetch(
    home: str, source_id: str, mirror: str | None, publisher: str | None, days: tuple[date, date] | None
) -> list[str]:
    from sources.fetching import fetcher as fetching
    from sources.fetching import mirror as mirrors
    from sources.fetching.http.client import make_client
    from warehouse.privacy import suppression

    check_unmixed(home, mirror=mirror, publisher=publisher)
    suppression.read_suppressions(Home.at(home), registry())  # a lost list is to be put back first
    source = registry()[source_id]
    archive = _archive(home)
    days = days if source.content == "days" else None
    names = None if publisher else _listed_names(home, source, mirror)
    if mirror:
        for day in mirrors.list_dates(Path(mirror), source_id):
            if days is None or days[0] <= day < days[1]:
                mirrors.import_date(source, Path(mirror), day, archive, names)
    elif publisher:
        fetching.replay_samples(source, archive, publisher, days=days)
    else:
        with make_client() as client:
            batch = fetching.fetch_source(
                source,
                archive,
                client=client,
                observed_at=datetime.now(UTC),
                via="live",
                days=days,
                names=names,
            )
        fetching.raise_if_failed(batch, source)
    staging = _staging(home)
    units = {unit.unit_id: None for unit in archive.snapshots(source_id, source.content)}
    waiting = [unit_id for unit_id in units if staging.report(source_id, unit_id) is None]
    if len(waiting) > MOST_MAPPED:
        log.warning(
            "%s: %s snapshots wait for the next run to be parsed", source_id, len(waiting) - MOST_MAPPED
        )
    return waiting[:MOST_MAPPED]


def _listed_names(home: str, source: Source, mirror: str | None) -> bytes | None:
    """The file of names by which the rows of a source are filtered that wants the `listed` people: those on
    the promoted prisoner lists and, as a first run reads all sources at once, on those in the mirror."""
    from transforms.names.listed_people import format_names_file
    from warehouse.staging.listed_names import promoted_names

    if not source.options.get("listed"):
        return None
    lists = [each for each in registry().values() if each.family == "prisoners"]
    names = promoted_names(_staging(home), [each.source_id for each in lists])
    for each in lists if mirror else ():
        names |= _names_in_mirror(each, Path(mirror or ""))
    return format_names_file(names) if names else None


def _names_in_mirror(source: Source, mirror: Path) -> set[str]:
    """The names on a list's newest snapshot in a mirror and on those shortly before, if they can be read."""
    from sources.fetching import mirror as mirrors
    from transforms.reading.parse_result import SourceFormatError
    from transforms.reading.parse_result import parse as read
    from warehouse.staging.listed_names import LATELY, names_in

    dates = mirrors.list_dates(mirror, source.source_id)
    found: set[str] = set()
    for day in dates:
        if day < dates[-1] - LATELY:
            continue
        with ExitStack() as opened:
            files = {
                path.name: opened.enter_context(path.open("rb"))
                for path in mirrors.list_files(source, mirror, day)
            }
            try:
                tables = read(source.source_id, source.parser, files, source.options).arrow()
            except SourceFormatError as error:
                log.warning("%s: %s", source.source_id, error)
                continue
        if "names" in tables:
            found |= names_in(tables["names"])
    return found


def parse(home: str, source_id: str, unit_id: str) -> dict[str, Any]:
    """Parses one snapshot into the staging area; returns its row counts. One that cannot be read at
    all is reported there with the reason, and is then held. One that has been parsed meanwhile, or that
    newer content has taken the place of, is left as it is; so is one whose bytes the archive lacks, until
    they are there."""
    import pyarrow as pa

    from transforms.reading.parse_result import SourceFormatError
    from transforms.reading.parse_result import parse as read

    source = registry()[source_id]
    archive = _archive(home)
    done = _staging(home).report(source_id, unit_id)
    unit = next((u for u in archive.snapshots(source_id, source.content) if u.unit_id == unit_id), None)
    if done or unit is None:
        return {"rows": done["rows"] if done else {}, "error": done["error"] if done else None}
    report: dict[str, Any] = {"error": None, "files": {}, "unknown": {}, "rows": {}}
    tables: dict[str, pa.Table] = {}
    with ExitStack() as opened:
        try:
            files = {name: opened.enter_context(archive.open(sha)) for name, sha in unit.files.items()}
        except ObjectError as error:
            log.error("%s: %s", source_id, error)
            return {"rows": {}, "error": archive.lost_files(unit) or str(error)}
        try:
            snapshot = read(source_id, source.parser, files, source.parser_options(unit.charsets))
        except SourceFormatError as error:
            log.error("%s: %s", source_id, error)
            report["error"] = str(error)
        else:
            tables = snapshot.arrow()
            report["rows"] = {name: table.num_rows for name, table in tables.items()}
            report["unknown"] = dict(sorted(snapshot.unknown.items()))
            report["files"] = {name: found.to_dict() for name, found in snapshot.files.items()}
            rejected = [
                {
                    "source_id": source_id,
                    "snapshot_id": unit.files[record["file"] or ""],
                    "locator": record["locator"],
                    "reason": record["reason"],
                    "record_id": f"{source_id}:{record['key']}" if record["key"] else None,
                    "raw": record["raw"],
                }
                for record in snapshot.quarantine
            ]
            tables["quarantine"] = pa.Table.from_pylist(rejected, contract("quarantine").arrow_schema)
    for what, count in report["unknown"].items():
        log.warning("%s: not known to this parser: %s (%s times)", source_id, what, count)
    _staging(home).write(source_id, unit_id, tables, report)
    return {"rows": report["rows"], "error": report["error"]}


def validate(home: str, source_id: str, run_id: str | None) -> dict[str, Any]:
    """Puts every snapshot without a verdict through the source's gate, in order of observation, and
    writes the verdicts down. Returns how many, and where the Data Docs are."""
    source = registry()[source_id]
    staging = _staging(home)
    session: Any = None
    checked = 0
    for judged in judge(_archive(home), staging, _listing(source)):
        if judged.error or judged.verdict is not None:
            continue
        # Great Expectations takes seconds to import: only where there is something to check
        from expectations.gate import Gate
        from expectations.runner import Session
        from expectations.sizes import Reported, file_counts

        session = session or Session()
        gate = Gate.of(source, judged.unit.observed_at)
        unit_id = judged.unit.unit_id
        full = judged.previous if source.content == "full" else None
        if not all(_staged(home, source_id, each) for each in (unit_id, full) if each):
            continue  # `promote` says what is lacking
        report = staging.report(source_id, unit_id) or {"files": {}, "unknown": {}}
        verdict = session.check_snapshot(
            gate,
            unit_id,
            staging.tables(source_id, unit_id),
            judged.baseline,
            staging.tables(source_id, full) if full else None,
            reported=Reported(file_counts(source, report["files"]), report["unknown"]),
            shape=judged.shape,
        )
        staging.write_verdict(source_id, unit_id, judged.key, asdict(verdict))
        checked += 1
    docs = session.build_docs(Path(sql_path(_run(home, source_id, run_id)))) if session else None
    return {"checked": checked, "data_docs": str(docs) if docs else None}


def _staged(home: str, source_id: str, unit_id: str) -> bool:
    """Whether a snapshot's staged tables are whole; damaged ones are parsed again first."""
    staging = _staging(home)
    if not staging.is_whole(source_id, unit_id):
        parse(home, source_id, unit_id)
    return staging.report(source_id, unit_id) is not None


def promote(home: str, source_id: str, run_id: str | None = None) -> dict[str, Any]:
    """Makes the source's good snapshots what releases are built from. Returns whether that changed
    anything and, if the newest snapshot is held or its fetch failed, why."""
    staging = _staging(home)
    failed = failed_attempt(Home.at(home), source_id, run_id)
    state = promotion(_archive(home), staging, _listing(registry()[source_id]), failed)
    changed = staging.promote(source_id, state)
    for line in findings.lines(_shown(home, {source_id: state})):
        log.warning("%s", line)
    if state["held"]:
        log.error("%s is held at its last good snapshot: %s", source_id, state["held"])
    return {"changed": changed, "held": state["held"]}


def summary(home: str, source_id: str) -> dict[str, Any]:
    """What a source's asset event states of what is promoted: `snapshot_day` and `rows` by table of the
    newest good snapshot, whether the source is `held`, the `reason`, and the `failed_checks` of the newest
    snapshot. Nothing of it is a value of a record."""
    staging = _staging(home)
    state = staging.promoted()[source_id]
    staged, units = staging.of(state["code"]), state["units"]
    good = next((unit for unit in reversed(units) if not unit["held"]), None)
    report = staged.report(source_id, good["unit_id"]) if good else None
    key = units[-1]["verdict"] if units else None
    verdict = staged.verdict(source_id, units[-1]["unit_id"], key) if key else None
    return {
        "snapshot_day": good["observed_at"][:10] if good else None,
        "rows": report["rows"] if report else {},
        "held": state["held"] is not None,
        "reason": _presentable(home, {source_id: state})(source_id, state["held"]),
        "failed_checks": sorted(
            f"{result['table_name']}: {result['expectation']}"
            for result in (verdict["results"] if verdict else ())
            if not result["success"]
        ),
    }


def alarms(
    home: str, source_id: str, errors: Mapping[str, str], days: tuple[date, date] | None = None
) -> list[str]:
    """What a run of a source has to be red for, a line each: its failed tasks' `errors`, by task, since when
    and why the source is held, and of a source by days which of `days` are held. A list that its publisher
    has withdrawn is held for good, and its fetch fails: neither is worth an alarm."""
    source = registry()[source_id]
    state = _staging(home).promoted().get(source_id) or {"units": [], "held": None}
    shown = _presentable(home, {source_id: state} if state["units"] else {})
    ended = source.withdrawn is not None and source.withdrawn.day <= datetime.now(UTC).date()
    lines = [
        f"{task} failed: {shown(source_id, error)}"
        for task, error in errors.items()
        if not (ended and task == "fetch")
    ]
    if state["held"] and not ended:
        lines.append(f"held since {shown(source_id, state['held'])}")
    for unit in state["units"][:-1] if source.content == "days" and days else ():
        day = date.fromisoformat(min(unit["files"])[: len("20250911")])
        if unit["held"] and days and days[0] <= day < days[1]:
            lines.append(f"the day {day} is held: {shown(source_id, '; '.join(unit['held']))}")
    return [f"{source_id}: {line}" for line in lines]


def noticed(home: str, source_ids: Iterable[str]) -> list[findings.Finding]:
    """What is wrong with the snapshots of these sources, as promoted: what a run ends with."""
    states = _staging(home).promoted()
    return _shown(home, {source_id: states[source_id] for source_id in source_ids if source_id in states})


def promoted_units(home: str, source_ids: Iterable[str]) -> dict[str, list[str]]:
    """The unit ids of these sources' promoted snapshots, in order, by source."""
    states = _staging(home).promoted()
    return {
        source_id: [unit["unit_id"] for unit in states[source_id]["units"]]
        for source_id in source_ids
        if source_id in states
    }


def unreleased(manifest: Mapping[str, Any], promoted: Mapping[str, list[str]]) -> list[str]:
    """A line for each source of which a release, by its manifest, lacks promoted snapshots."""
    lines = []
    for source_id, unit_ids in promoted.items():
        released = {unit["unit_id"] for unit in manifest["sources"].get(source_id, {"units": []})["units"]}
        if lacking := [unit_id for unit_id in unit_ids if unit_id not in released]:
            lines.append(f"{source_id}: {len(lacking)} of {len(unit_ids)} snapshots, {lacking[0]} first")
    return lines


def _shown(home: str, states: Mapping[str, dict[str, Any]]) -> list[findings.Finding]:
    """The findings of sources, without what identifies a suppressed record."""
    staging = _staging(home)
    found = [
        each for source_id, state in states.items() for each in findings.of_source(staging, source_id, state)
    ]
    return list(findings.redacted(found, _presentable(home, states)))


def _presentable(home: str, states: Mapping[str, dict[str, Any]]) -> Callable[[str, str | None], str | None]:
    """What may be shown of a text of these sources, by source and text: not one that identifies a suppressed
    record, and none while it cannot be known who is suppressed."""
    from warehouse.privacy import suppression, suppression_list
    from warehouse.privacy.redaction import collect_redaction

    try:
        suppressed = suppression.read_suppressions(Home.at(home), registry())
        from transforms.names.name_spotter import NameSpotter

        if not suppressed.entries:
            return lambda _, text: text
        return collect_redaction(suppressed, _staging(home), {"sources": states}, NameSpotter).redact_text
    except (suppression_list.SuppressionError, StorageError):  # `history` refuses or mends it
        return lambda _, text: text and "(not shown: who is suppressed cannot be read)"


def history(home: str, *, news_wait: timedelta | None = None) -> str | None:
    """Builds the versioned tables of a release to be in a database of its own; returns the id of this work
    for the steps to come, or None if the latest release was made from just the same. Raises
    NothingToRelease, SuppressionError, DecisionError, SigningError.

    With `news_wait`, for a release by the clock, also None if nothing is promoted yet, or if only sources
    that come as a stream have changed and the latest release is younger than that."""
    from storage.database import connect
    from storage.files import read_json
    from transforms.names.name_spotter import NameSpotter
    from warehouse.history import versions as histories
    from warehouse.history.news import build_news
    from warehouse.privacy import suppression, suppression_list
    from warehouse.privacy.redaction import collect_redaction
    from warehouse.release import decisions, release_inputs, work_database
    from warehouse.release.publication import check_whole, latest
    from warehouse.release.signing import signing_key

    _restore_states(home)
    at, staging = Home.at(home), _staging(home)
    known = registry()
    standing = latest(at)  # before what is promoted is looked at: one published from here on refuses this one
    suppressed = suppression.record_suppressions(at, known)
    cadences = {source_id: source.cadence for source_id, source in known.items()}
    decided = decisions.hash_decisions(decisions.read_decisions(at), suppressed.salt)
    withdrawn = {source_id: end.day for source_id, source in known.items() if (end := source.withdrawn)}
    given = release_inputs.inputs(
        staging, cadences, code_version(RELEASED_BY), suppressed, decided, withdrawn=withdrawn
    )
    units = release_inputs.staged_units(staging, given)
    if not units:
        if news_wait is not None:
            log.info("no source has a good snapshot yet")
            return None
        notes = [f"{source_id}: {state['note']}" for source_id, state in given["sources"].items()]
        raise NothingToRelease(f"no source has a good snapshot: {'; '.join(notes) or 'nothing was fetched'}")
    if standing and standing.get("fingerprint") == given["fingerprint"]:
        log.info("nothing has changed since release %s", standing["release"])
        return None
    if standing and news_wait and _age(standing["release"]) < news_wait:
        streams = {source_id for source_id, source in known.items() if source.content == "stream"}
        manifest = read_json(at.releases / standing["release"] / "manifest.json")
        if not release_inputs.differ(given, manifest, besides=streams):
            log.info("only news has changed since release %s: it waits", standing["release"])
            return None
    signing_key(at)  # one that is lost or damaged ends the run here, not after its work
    if standing:
        check_whole(at, str(standing["release"]))
    if _rebuilt(home, given["sources"]):
        return history(home, news_wait=news_wait)
    withheld = collect_redaction(suppressed, staging, given, NameSpotter)
    for number in withheld.unseen:
        log.warning("%s: entry %s: no snapshot has such a record", suppression_list.FILE, number)
    begun = work_database.begin(
        at, withheld.redact_inputs(given), str(standing["release"]) if standing else None
    )
    with connect(begun.database) as con:
        entries = [known[source_id].entry() for source_id in given["sources"]]
        release_inputs.load_inputs(con, staging, given, entries, withheld=withheld)
        histories.load_observations(con, units, release_inputs.list_ends(given))
        histories.build_lists(con, units, withheld)
        build_news(con, units, withheld)
    return begun.id


def _restore_states(home: str) -> None:
    """Rebuilds the state files that are damaged, and those that are not there though all of the source's
    snapshots are judged; what is in the middle of its first run is left to it."""
    staging, archive, known = _staging(home), _archive(home), registry()
    stated = staging.stated()
    for source_id in stated:
        if source_id in known and staging.state(source_id) is None:
            log.warning("%s: its state file is damaged and is rebuilt from the archive", source_id)
            _rebuild(home, source_id)
    for source_id in archive.logged():
        if source_id in known and source_id not in stated:
            failed = failed_attempt(Home.at(home), source_id, None)
            state = promotion(archive, staging, _listing(known[source_id]), failed)
            if settled(state):
                log.warning("%s: its state file is missing and is rebuilt from the archive", source_id)
                staging.promote(source_id, state)


def _rebuilt(home: str, sources: Mapping[str, dict[str, Any]]) -> bool:
    """Hashes what a release is about to be made from, and rebuilds the sources of which something is
    damaged; whether there were any. Raises StorageError if something is still damaged then."""
    staging = _staging(home)

    def is_whole(source_id: str, state: dict[str, Any]) -> bool:
        staged = staging.of(state["code"])
        units = [unit for unit in state["units"] if unit["verdict"]]
        return all(
            is_staged(staged, source_id, unit) and staged.is_whole(source_id, unit["unit_id"])
            for unit in units
        )

    damaged = [source_id for source_id, state in sources.items() if not is_whole(source_id, state)]
    for source_id in damaged:
        log.warning("%s: staged tables are damaged and are rebuilt from the archive", source_id)
        _rebuild(home, source_id)
        state = staging.state(source_id)
        if state is None or not is_whole(source_id, state):
            raise StorageError(
                f"{source_id}: staged tables are damaged as soon as they are rebuilt: check the disk"
            )
    return bool(damaged)


def _rebuild(home: str, source_id: str) -> None:
    """Parses, judges and promotes what a source lacks, from the archive."""
    try:
        units = _archive(home).snapshots(source_id, registry()[source_id].content)
    except LogError:
        units = []  # `promote` says why
    for unit in units:
        parse(home, source_id, unit.unit_id)
    if units:
        validate(home, source_id, None)
    promote(home, source_id)


def _age(release: str) -> timedelta:
    """How long ago a release of this id was begun."""
    return datetime.now(UTC) - datetime.strptime(release, "%Y-%m-%dT%H%M%SZ").replace(tzinfo=UTC)


def models(home: str, work_id: str) -> str:
    """Links records to entities and articles, and derives events and the rest; returns the work's id.
    Raises ReleaseRefused if the decisions are not those that the release was begun with, or `VIGIL_LINKING`
    names no backend; SparkMissing if it names Spark and there is none."""
    from sources.list_facts import list_facts
    from storage.database import connect
    from transforms.identity.linking.linking import PreviousEntities, link
    from transforms.identity.mentions.mentions import find_mentions
    from transforms.names.name_index import build_name_index
    from warehouse.history import models as derived
    from warehouse.privacy import suppression
    from warehouse.release import decisions, work_database
    from warehouse.release.previous_release import read_previous_release

    at, backend = Home.at(home), _linking_backend()
    begun = work_database.resume(at, work_id)
    suppressed = suppression.read_suppressions(at, registry())
    decided = decisions.read_decisions(at)
    if decisions.hash_decisions(decided, suppressed.salt) != begun.inputs.get("decisions"):
        raise ReleaseRefused(f"{decisions.FILE} has changed while this release was made: run again")
    before = read_previous_release(at, begun.previous) if begun.previous else None
    with connect(begun.database) as con:
        link(
            con,
            lists=list_facts(registry().values()),
            previous=PreviousEntities.from_rows(**before).without(suppressed.ids) if before else None,
            decisions=decided,
            backend=backend,
        )
        find_mentions(con)
        build_name_index(con)
        derived.build_models(con)
    return work_id


def _linking_backend() -> model.Backend:
    """Where records are linked, as the environment says: in DuckDB if it says nothing."""
    from transforms.identity.linking import model

    named = os.environ.get("VIGIL_LINKING") or "duckdb"
    for backend in model.BACKENDS:
        if named == backend:
            return backend
    raise ReleaseRefused(f"VIGIL_LINKING is neither {' nor '.join(model.BACKENDS)}")


def validate_release(home: str, work_id: str, run_id: str | None) -> str:
    """Checks the tables against their contracts and each other, and adds the results to `quality`;
    returns the work's id. Raises ReleaseRefused if one breaks what it promises."""
    from expectations.runner import Session
    from storage.database import connect
    from warehouse.release import work_database
    from warehouse.release.release_inputs import note_release_quality

    begun = work_database.resume(Home.at(home), work_id)
    session = Session()
    with connect(begun.database) as con:
        verdict = session.check_release(con)
        note_release_quality(con, verdict.results)
    session.build_docs(Path(sql_path(_run(home, "release", run_id))))
    if verdict.held:
        raise ReleaseRefused(f"the release breaks its contracts: {'; '.join(verdict.held)}")
    return work_id


def publish(home: str, work_id: str) -> dict[str, Any]:
    """Writes the release and makes it visible. Returns its id, or that of the latest release if it is made
    from just the same: by another run, or by this step before it was stopped.

    Raises ReleaseRefused if another release was published since this one was begun, or the suppressed records
    or the decisions are not those that it was made by, up to the moment in which it becomes visible;
    LeaseHeld if another process is at it.
    """
    from storage.database import connect
    from transforms.names.name_spotter import NameSpotter
    from warehouse.privacy import suppression
    from warehouse.privacy.redaction import collect_redaction
    from warehouse.release import work_database
    from warehouse.release.publication import latest
    from warehouse.release.writer import write_release

    at, staging = Home.at(home), _staging(home)
    standing = latest(at)
    if standing and standing.get("fingerprint") == work_database.fingerprint_of(work_id):
        log.info("release %s is made from just the same", standing["release"])
        work_database.discard(at, work_id)
        return {"release": standing["release"]}
    begun = work_database.resume(at, work_id)

    @contextmanager
    def moving() -> Iterator[None]:
        with suppression.list_unchanged(at):
            _check_unchanged(at, begun.inputs)
            yield

    suppressed = _check_unchanged(at, begun.inputs)
    withheld = collect_redaction(suppressed, staging, begun.inputs, NameSpotter)
    with connect(begun.database) as con:
        release = write_release(
            con, at, begun.inputs, redaction=withheld, previous=begun.previous, moving=moving
        )
    work_database.discard(at, work_id)
    staging.sweep()
    return {"release": release}


def _check_unchanged(at: Home, given: dict[str, Any]) -> Suppressions:
    """The suppressed records. Raises ReleaseRefused if they or the decisions are not those of a release's
    inputs."""
    from warehouse.privacy import suppression, suppression_list
    from warehouse.release import decisions

    suppressed = suppression.read_suppressions(at, registry())
    if suppressed.tombstones(given["sources"]) != given["suppressed"]["tombstones"]:
        raise ReleaseRefused(f"{suppression_list.FILE} has changed while this release was made: run again")
    if decisions.hash_decisions(decisions.read_decisions(at), suppressed.salt) != given.get("decisions"):
        raise ReleaseRefused(f"{decisions.FILE} has changed while this release was made: run again")
    return suppressed


def clean(home: str) -> list[str]:
    """Makes the home's rooms, shuts them to others, and removes what earlier runs that ended in the middle
    left: releases that never became visible, working databases, temporary files. What a live process works
    with stays, and so do the records of the newest runs. Returns a line for each kind of thing that was
    removed."""
    from storage.lease import LeaseHeld, lease
    from warehouse.release import work_database
    from warehouse.release.publication import PUBLICATION, remove_unfinished, unfinished

    at = Home.at(home)
    at.shut()
    releases: list[int] = []
    if unfinished(at):
        with suppress(LeaseHeld), lease(at, PUBLICATION, "removing unfinished releases"):
            releases = [size for _, size in remove_unfinished(at)]
    left = {
        "unfinished release": releases,
        "working database": work_database.discard_left_behind(at),
        "temporary file": sweep_home(at),
    }
    lines = [
        f"removed {len(sizes)} {what}{'s' if len(sizes) > 1 else ''}, {sum(sizes) / 1e6:.1f} MB"
        for what, sizes in left.items()
        if sizes
    ]
    return lines + clean_runs(at)


def _run(home: str, dag_id: str, run_id: str | None) -> UPath:
    name = "".join(c if c.isalnum() or c in "-_." else "-" for c in run_id or "by-hand")
    return Home.at(home).runs / dag_id / name / "data_docs"
