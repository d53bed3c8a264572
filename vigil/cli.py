"""`vigil`: a thin command line over the functions that the DAGs call, and over releases."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from vigil.printing import Console, Format, print_rows
from vigil.run import Ended, Where, ended_by_signals
from vigil.run import run as run_dags

if TYPE_CHECKING:
    from sources.registry import Source
    from storage.home import Home as Place
    from warehouse.release.reader import Release

app = typer.Typer(
    help="Prisoner lists, sanctions registries and news metadata, joined over time.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
out = Console(emoji=False)
err = Console(stderr=True, soft_wrap=True, emoji=False)

Home = Annotated[
    Path,
    typer.Option("--home", envvar="VIGIL_HOME", help="Where the archive and the releases are kept."),
]
ReleaseId = Annotated[str | None, typer.Option("--release", help="A release's id; the latest if not given.")]
Port = Annotated[int, typer.Option(help="Port for Airflow's API on 127.0.0.1; 0 takes a free one.")]
RunningAt = Annotated[
    str | None,
    typer.Option("--airflow", help="The address of an Airflow that runs already, in place of our own."),
]
Passwords = Annotated[
    Path | None,
    typer.Option(
        "--airflow-passwords", envvar="VIGIL_AIRFLOW_PASSWORDS", help="Its file of generated passwords."
    ),
]
RawCells = Annotated[
    bool,
    typer.Option(
        "--raw-cells", help="In a CSV, leave cells as they are that a spreadsheet would run as a formula."
    ),
]
DEFAULT_HOME = Path("data")


class Refused(Exception):
    """The command cannot do what it was asked. One line."""


@app.command()
def run(
    mirror: Annotated[
        Path | None, typer.Option(help="Take snapshots from DIR/<source>/<date>/<file>.")
    ] = None,
    source: Annotated[list[str] | None, typer.Option(help="Only this source; can be given again.")] = None,
    live: Annotated[bool, typer.Option("--live", help="Fetch from the publishers.")] = False,
    days: Annotated[
        str | None,
        typer.Option(metavar="FIRST..LAST", help="Of a source by days these (UTC), 2025-09-01..2025-09-30."),
    ] = None,
    home: Home = DEFAULT_HOME,
    port: Port = 0,
    airflow: RunningAt = None,
    passwords: Passwords = None,
) -> None:
    """Fetch, parse, check and release: has Airflow run the DAGs over a mirror or the live publishers."""
    if live == (mirror is not None):
        raise Refused("say where from: either --mirror DIR or --live")
    from sources.registry import registry, select

    conf: dict[str, str | None] = {"mirror": str(mirror.absolute()) if mirror else None, "publisher": None}
    interval = _interval(days) if days else None
    if interval and (others := [s.source_id for s in select(source or []) if s.content != "days"]):
        raise Refused(f"--days is for sources by days, chosen with --source: {others[0]} is none")
    if mirror is not None:
        from sources.fetching.mirror import passed_over, unregistered

        for name in unregistered(mirror, registry()):
            _say(f"passing over {mirror / name}: not a source of the registry")
        for chosen in select(source or []):
            if left := passed_over(chosen, mirror):
                more = f" and {len(left) - 1} more" if len(left) > 1 else ""
                _say(f"passing over {left[0]}{more}: not files of {chosen.source_id}")
    with ended_by_signals():
        _run(Where(home.absolute(), port, airflow, passwords), source or [], conf, interval)


def _interval(days: str) -> tuple[datetime, datetime]:
    """`FIRST..LAST`, or one day, as an interval in UTC that ends with the last of these days."""
    first, dots, last = days.partition("..")
    try:
        start, end = (datetime.strptime(text, "%Y-%m-%d") for text in (first, last if dots else first))
    except ValueError as error:
        raise Refused(f"--days {days}: say FIRST..LAST, as in 2025-09-01..2025-09-30") from error
    if end < start:
        raise Refused(f"--days {days}: the last day is before the first")
    if end.date() > datetime.now(UTC).date():
        raise Refused(f"--days {days}: the last day is not here yet")
    return start.replace(tzinfo=UTC), end.replace(tzinfo=UTC) + timedelta(days=1)


@app.command()
def demo(
    home: Home = DEFAULT_HOME, port: Port = 0, airflow: RunningAt = None, passwords: Passwords = None
) -> None:
    """The main job over the bundled samples, served by a local publisher; then three queries."""
    from sources.fetching.sample_server import serve
    from storage.home import Home as Place
    from vigil.demo import QUERIES
    from warehouse.release.reader import find

    with ended_by_signals(), serve() as publisher:
        _run(Where(home.absolute(), port, airflow, passwords), [], {"mirror": None, "publisher": publisher})
    release = find(Place.at(str(home)))
    for title, sql in QUERIES:
        out.print(f"\n[bold]{title}[/]\n[dim]{escape(sql)}[/]", highlight=False, soft_wrap=True)
        _show(*_ask(release, sql), Format.table)


def _run(
    where: Where,
    wanted: list[str],
    conf: dict[str, str | None],
    interval: tuple[datetime, datetime] | None = None,
) -> None:
    from pipeline.steps import check_unmixed, unreleased
    from sources.registry import registry, select
    from storage.home import Home as Place
    from warehouse.privacy import suppression
    from warehouse.release import decisions
    from warehouse.release.publication import latest
    from warehouse.release.reader import connect, find

    sources = select(wanted)
    place = Place.at(str(where.home))
    place.check_writable()
    check_unmixed(str(where.home), mirror=conf["mirror"], publisher=conf["publisher"])
    decided = decisions.read(place)
    suppression.read(place, registry())  # one that is lost or damaged is to stop the run before it begins
    before = latest(place)
    outcome = run_dags(where, sources, conf, out, interval)
    for name, said in outcome.failures.items():
        err.print(f"[red]{name} failed:[/] {escape(said)}", highlight=False)
    if outcome.release_state == "success":
        release = find(place)
        for line in unreleased(release.manifest, outcome.promoted):
            raise Refused(f"release {release.id} lacks what this run promoted: {line}")
        if before and release.id == before["release"]:
            _say(f"nothing has changed: release {release.id} is current")
        else:
            _say(f"release {release.id}: {release.folder}")
        _report_freshness(release)
        with connect(release) as con:
            for line in decisions.unheeded(con, decided):
                out.print(f"[yellow]{decisions.FILE}[/] {line}", highlight=False, soft_wrap=True)
    _report_findings(where.home, sources)
    if outcome.release_state != "success" or outcome.crashed:
        raise Refused("the run failed" if not outcome.failures else "the run failed: see above")
    if len(outcome.failures) == len(sources):
        raise Refused("no source could be fetched")


def _report_freshness(release: Release) -> None:
    """Prints a line for each source that is not what it should be."""
    _, rows = _ask(
        release,
        "SELECT source_id, freshness, note FROM sources WHERE freshness IN ('held', 'stale') ORDER BY ALL",
    )
    for source_id, freshness, note in rows:
        out.print(f"[yellow]{source_id} {freshness}:[/] {escape(note)}", highlight=False, soft_wrap=True)


def _report_findings(home: Path, sources: Iterable[Source]) -> None:
    """Prints what holds snapshots, what warns, what parsers did not know and how much is in quarantine."""
    from pipeline.steps import noticed
    from warehouse.staging import findings

    for line in findings.lines(noticed(str(home), [source.source_id for source in sources])):
        out.print(line, highlight=False, markup=False, soft_wrap=True)


@app.command()
def query(
    sql: str,
    release: ReleaseId = None,
    format_: Annotated[Format, typer.Option("--format", help="How to print the rows.")] = Format.table,
    raw_cells: RawCells = False,
    allow_files: Annotated[
        bool, typer.Option("--allow-files", help="Let the query read and write files of this machine.")
    ] = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """SQL over a release: its tables, the current_ views, and timeline. Nothing else can be read."""
    from storage.database import interruptible
    from storage.home import Home as Place
    from warehouse.release.reader import ask, connect, find

    with connect(find(Place.at(str(home)), release), files=allow_files) as con, interruptible(con):
        _show(*ask(con, sql, files=allow_files), format_, raw_cells=raw_cells)


@app.command()
def search(
    name: str,
    release: ReleaseId = None,
    format_: Annotated[Format, typer.Option("--format", help="How to print the rows.")] = Format.table,
    raw_cells: RawCells = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """Who is this: entities with that name or with these parts in a name, in any script and spelling."""
    from storage.database import interruptible
    from storage.home import Home as Place
    from vigil.lookup import search as look_up
    from warehouse.release.reader import connect, find

    with connect(find(Place.at(str(home)), release)) as con, interruptible(con):
        header, rows = look_up(con, name)
    if not rows:
        raise Refused(f"nobody of the name {name} in this release")
    _show(header, rows, format_, raw_cells=raw_cells)


@app.command()
def match(
    names: Path,
    against: Annotated[
        Path | None, typer.Option(help="Another list of names, in place of a release.")
    ] = None,
    release: ReleaseId = None,
    format_: Annotated[Format, typer.Option("--format", help="How to print the pairs.")] = Format.csv,
    floor: Annotated[
        float, typer.Option(min=0, max=1, help="Only pairs with at least this score; 0 gives all pairs.")
    ] = 0.5,
    raw_cells: RawCells = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """Screen a list of names (CSV: first column; birth_date and country where present)."""
    from storage import database
    from storage.home import Home as Place
    from transforms.identity.screening import match as pair_up
    from vigil.lookup import read_list, release_names
    from warehouse.release.reader import connect, find

    listed = [read_list(path) for path in (names, against) if path is not None]
    header = ["left", "right", "score", "match"]
    if against is not None:
        right = listed[1].names
    else:
        with connect(find(Place.at(str(home)), release)) as con:
            right = release_names(con)
        header += ["record_id", "entity_id"]
    for each in listed:  # beside the pairs, which go to a file
        err.print(each.read, style="dim", markup=False, highlight=False)
    with database.connect() as con, database.interruptible(con):
        batches = (batch.select(header).to_pydict() for batch in pair_up(con, listed[0].names, right, floor))
        pairs = (row for batch in batches for row in zip(*batch.values(), strict=True))
        _show(header, pairs, format_, raw_cells=raw_cells)


@app.command()
def verify(
    release: Annotated[
        str | None, typer.Argument(help="A release's id, or the folder of any; the latest if not given.")
    ] = None,
    key: Annotated[
        str | None,
        typer.Option(metavar="PUBLIC", help="The public key that must have signed it: a file, or its text."),
    ] = None,
    home: Home = DEFAULT_HOME,
) -> None:
    """Check a release: signature, checksums, one truth in all its files; no suppressed record in it."""
    from upath import UPath

    from pipeline.steps import RELEASED_BY, code_version
    from sources.registry import registry
    from storage.home import Home as Place
    from warehouse.privacy.suppression import read
    from warehouse.release import signing
    from warehouse.release.reader import at, find
    from warehouse.release.verification import previous_folder, verify_pointer
    from warehouse.release.verification import verify as check

    place = Place.at(str(home))
    elsewhere = _folder_elsewhere(place, release)
    found = at(UPath(elsewhere)) if elsewhere else find(place, release and Path(release).name)
    trusted = [] if elsewhere else signing.trusted(place)
    keys = [signing.given_key(key)] if key is not None else trusted or None
    suppressed = None if elsewhere else read(place, registry())
    problems = check(found, suppressed, keys=keys, code=code_version(RELEASED_BY))
    if not elsewhere:
        problems += verify_pointer(place)
    for problem in problems:
        line = " ".join(problem.split())  # a file's name may hold line breaks
        err.print(f"[red]wrong[/] {escape(line)}", highlight=False)
    if problems:
        raise Refused(f"release {found.id} is not whole: {len(problems)} problems")
    rows = sum(table["rows"] for table in found.manifest["tables"].values())
    _say(f"release {found.id} is whole: {len(found.manifest['tables'])} tables, {rows:,} rows")
    signer = signing.fingerprint(signing.signer(found.folder))
    if keys is None:
        _say(f"signed with key {signer}, not checked against a known key: use --key PUBLIC")
    else:
        _say(f"signed with key {signer}, {'the one given' if key is not None else 'of this home'}")
    if found.manifest["previous"] and previous_folder(found) is None:
        _say(f"not held against its changes: release {found.manifest['previous']} is not beside it")


def _folder_elsewhere(place: Place, release: str | None) -> Path | None:
    """The folder that `release` names, if it is one outside the home; None if it is a release of the home."""
    from storage.files import names

    if release is None or release in names(place.releases):
        return None
    folder = Path(release).absolute()
    if not folder.is_dir() or folder.parent.resolve() == Path(place.releases.path).resolve():
        return None
    return folder


def _existing(home: Path) -> Place:
    """The home, which a command that changes it does not make. Raises Refused if it is not there."""
    from storage.home import Home as Place

    place = Place.at(str(home))
    if not place.root.exists():
        raise Refused(f"there is no {home}: which home is meant? (--home)")
    return place


@app.command()
def key(
    new: Annotated[
        bool, typer.Option("--new", help="Replace the key; what the one before signed stays valid here.")
    ] = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """The public key that a home signs its releases with: for readers, who give it to verify --key."""
    from warehouse.release import signing

    place = _existing(home)
    public = (signing.renew(place) if new else signing.signing_key(place)).public_key()
    sys.stdout.write(signing.public_pem(public).decode())
    err.print(f"fingerprint {signing.fingerprint(public)}", markup=False, highlight=False)


@app.command()
def suppress(
    record_id: Annotated[
        str | None, typer.Argument(help="The record, as releases have it: by_viasna:17.")
    ] = None,
    reason: Annotated[str | None, typer.Option(help="request, family, risk, error or law.")] = None,
    on: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The day of the decision; today if not given."),
    ] = None,
    lift: Annotated[bool, typer.Option("--lift", help="Publish the record again.")] = False,
    accept_list: Annotated[
        bool,
        typer.Option(
            "--accept-list", help="Take suppressions.yml as it is for the whole, though entries are missing."
        ),
    ] = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """Take a record out of all releases to come: its rows, and what else tells of it."""
    from sources.registry import registry
    from warehouse.privacy import suppression

    place = _existing(home)
    if accept_list:
        entries, lost = suppression.accept(place, registry())
        _say(f"{suppression.path(place)} is taken for the whole list: {entries} entries, {lost} lifted")
    elif record_id is None:
        raise Refused("say which record, as in by_viasna:17")
    elif lift:
        suppression.lift(place, registry(), record_id)
        _say(f"{record_id} is not suppressed any more: the next vigil run publishes it again")
    elif reason is None:
        raise Refused("say why: --reason request, family, risk, error or law")
    else:
        day = on.date() if on else datetime.now(UTC).date()
        entry = suppression.add(place, registry(), record_id, reason, day)
        _say(f"{record_id} is suppressed: entry {entry.number} of {suppression.path(place)}")
        _report_releases_with(place, record_id)
        _say("the next vigil run publishes without it")


def _report_releases_with(place: Place, record_id: str) -> None:
    """Removes releases that never became visible, and prints which of the others hold a record."""
    import duckdb

    from storage.files import StorageError
    from storage.lease import LeaseHeld, lease
    from warehouse.release.publication import PUBLICATION, remove_unfinished, unfinished
    from warehouse.release.reader import ReleaseError, companions, find, holding

    try:
        if unfinished(place):
            with lease(place, PUBLICATION, "removing unfinished releases"):
                for release, _ in remove_unfinished(place):
                    _say(f"release {release}, which an earlier run left unfinished, is removed")
    except LeaseHeld as error:
        _say(f"{error}; a release that is not visible yet is refused, as the list has changed")
    except StorageError:  # the pointer is damaged: `find` says how
        pass
    held, damaged = holding(place, record_id)
    try:
        newest = find(place)
    except ReleaseError:
        _say("there is no latest release")
    except StorageError as error:  # withdrawn, or damaged
        _say(str(error))
    else:
        if newest.id not in damaged:
            _say(f"it is {'in' if newest.id in held else 'not in'} the latest release, {newest.id}")
        try:
            others = companions(newest, record_id)
        except (StorageError, duckdb.Error) as error:
            _say(f"whether its entity has other records cannot be read: {' '.join(str(error).split())}")
            others = []
        if others:
            _say(f"other records of the same entity, on public lists, stay: {', '.join(others)}")
            _say("each is taken out by an entry of its own")
    if held:
        _say(f"these releases hold it and are not changed: withdraw them: {', '.join(held)}")
    if damaged:
        _say(f"these releases are damaged, and may hold it: withdraw them: {', '.join(damaged)}")


@app.command()
def diff(older: str, newer: str, home: Home = DEFAULT_HOME) -> None:
    """What changed between two releases, by table."""
    from storage.home import Home as Place
    from warehouse.release.reader import diff as compare
    from warehouse.release.reader import find

    place = Place.at(str(home))
    counts = compare(place, find(place, older), find(place, newer))
    rows = [(table, *(c[kind] for kind in ("added", "changed", "removed"))) for table, c in counts.items()]
    _show(["table", "added", "changed", "removed"], [row for row in rows if any(row[1:])], Format.table)


@app.command()
def sources(home: Home = DEFAULT_HOME) -> None:
    """The registry, with each source's freshness in the latest release."""
    from sources.registry import registry
    from storage.home import Home as Place
    from warehouse.release.publication import latest
    from warehouse.release.reader import find

    known: dict[str, tuple[Any, ...]] = {}
    place = Place.at(str(home))
    if newest := latest(place):
        _, rows = _ask(
            find(place, newest["release"]),
            "SELECT source_id, freshness, last_snapshot_at, records, note FROM sources",
        )
        known = {row[0]: row[1:] for row in rows}
    nothing = ("not yet", None, None, None)
    _show(
        ["source_id", "family", "title", "freshness", "last_snapshot_at", "records", "note"],
        [(s.source_id, s.family, s.title, *known.get(s.source_id, nothing)) for s in registry().values()],
        Format.table,
    )


def _ask(release: Release, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    from warehouse.release.reader import ask, connect

    with connect(release) as con:
        header, rows = ask(con, sql)
        return header, list(rows)


def _say(line: str) -> None:
    """Prints one line as it is, however long."""
    out.print(line, markup=False, highlight=False, soft_wrap=True)


def _show(
    header: list[str], rows: Iterable[tuple[Any, ...]], format_: Format, *, raw_cells: bool = False
) -> None:
    """Prints rows; what cannot be written ends in one line."""
    try:
        print_rows(out, header, rows, format_, raw_cells=raw_cells)
    except BrokenPipeError:  # who reads has seen enough
        raise
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for what is left to be written
        raise Refused(f"cannot write what was asked for: {error.strerror}") from error


def main() -> None:
    """The entry point: known errors end in one line and exit code 1."""
    import duckdb

    from pipeline.steps import MixedHome
    from sources.fetching.mirror import MirrorError
    from sources.fetching.sample_server import PublisherError
    from sources.registry import RegistryError
    from storage.files import StorageError
    from storage.lease import LeaseHeld
    from vigil.airflow import AirflowError
    from vigil.lookup import NameListError
    from warehouse.privacy.suppression import SuppressionError
    from warehouse.release.decisions import DecisionError
    from warehouse.release.reader import ReleaseError
    from warehouse.release.signing import SigningError

    known = (
        Refused,
        RegistryError,
        MirrorError,
        PublisherError,
        AirflowError,
        MixedHome,
        NameListError,
        DecisionError,
        LeaseHeld,
        ReleaseError,
        SigningError,
        StorageError,
        SuppressionError,
        duckdb.Error,
    )
    try:
        app()
    except Ended as error:
        with contextlib.suppress(OSError):  # its terminal may be closed
            err.print(f"vigil: {error}: what is done is kept, the next run goes on from there")
        os._exit(128 + error.number)  # with nothing to flush that could fail
    except known as error:
        err.print(f"vigil: {' '.join(str(error).split())}", markup=False, highlight=False)
        sys.exit(1)
