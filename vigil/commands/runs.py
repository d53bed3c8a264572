"""`vigil run` and `vigil demo`: everything from fetching to the release, through Airflow."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from vigil.commands.options import DEFAULT_HOME, AirflowOption, HomeOption, PasswordsOption, PortOption
from vigil.commands.output import Refused, err, out, print_line, query_release, show_rows
from vigil.printing import Format
from vigil.run import AirflowChoice, run_dags
from vigil.signals import ended_by_signals

if TYPE_CHECKING:
    from sources.registry import Source
    from warehouse.release.reader import Release


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
    home: HomeOption = DEFAULT_HOME,
    port: PortOption = 0,
    airflow: AirflowOption = None,
    passwords: PasswordsOption = None,
) -> None:
    """Fetch, parse, check and release: has Airflow run the DAGs over a mirror or the live publishers."""
    if live == (mirror is not None):
        raise Refused("say where from: either --mirror DIR or --live")
    from sources.registry import registry, select

    conf: dict[str, str | None] = {"mirror": str(mirror.absolute()) if mirror else None, "publisher": None}
    interval = _parse_days(days) if days else None
    if interval and (others := [s.source_id for s in select(source or []) if s.content != "days"]):
        raise Refused(f"--days is for sources by days, chosen with --source: {others[0]} is none")
    if mirror is not None:
        from sources.fetching.mirror import list_ignored, list_unregistered

        for name in list_unregistered(mirror, registry()):
            print_line(f"passing over {mirror / name}: not a source of the registry")
        for chosen in select(source or []):
            if left := list_ignored(chosen, mirror):
                more = f" and {len(left) - 1} more" if len(left) > 1 else ""
                print_line(f"passing over {left[0]}{more}: not files of {chosen.source_id}")
    with ended_by_signals():
        _run(AirflowChoice(home.absolute(), port, airflow, passwords), source or [], conf, interval)


def _parse_days(days: str) -> tuple[datetime, datetime]:
    """`FIRST..LAST`, or one day, as the half-open interval in UTC that ends after the last of these days."""
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


def demo(
    home: HomeOption = DEFAULT_HOME,
    port: PortOption = 0,
    airflow: AirflowOption = None,
    passwords: PasswordsOption = None,
) -> None:
    """The main job over the bundled samples, served by a local publisher; then three queries."""
    from sources.fetching.sample_server import serve
    from storage.home import Home
    from vigil.demo_queries import QUERIES
    from warehouse.release.reader import find

    with ended_by_signals(), serve() as publisher:
        _run(
            AirflowChoice(home.absolute(), port, airflow, passwords),
            [],
            {"mirror": None, "publisher": publisher},
        )
    release = find(Home.at(str(home)))
    for title, sql in QUERIES:
        out.print(f"\n[bold]{title}[/]\n[dim]{escape(sql)}[/]", highlight=False, soft_wrap=True)
        show_rows(*query_release(release, sql), Format.table)


def _run(
    choice: AirflowChoice,
    wanted: list[str],
    conf: dict[str, str | None],
    interval: tuple[datetime, datetime] | None = None,
) -> None:
    """Runs the DAGs of the sources `wanted` (all if empty) and the release, and prints what came of them.
    Raises Refused if there is no new release or no source could be fetched."""
    from pipeline.fetching import check_unmixed
    from pipeline.reports import list_unreleased
    from sources.archive.archive import Archive
    from sources.registry import registry, select
    from storage.home import Home
    from warehouse.privacy import suppression
    from warehouse.release import decisions
    from warehouse.release.publication import latest
    from warehouse.release.reader import connect, find

    sources = select(wanted)
    home = Home.at(str(choice.home))
    home.check_writable()
    check_unmixed(Archive(home), mirror=conf["mirror"], publisher=conf["publisher"])
    decided = decisions.read_decisions(home)
    suppression.read_suppressions(home, registry())  # a lost or damaged list stops the run before it begins
    before = latest(home)
    outcome = run_dags(choice, sources, conf, out, interval)
    for name, reason in outcome.failures.items():
        err.print(f"[red]{name} failed:[/] {escape(reason)}", highlight=False)
    if outcome.release_state == "success":
        release = find(home)
        for line in list_unreleased(release.manifest, outcome.promoted):
            raise Refused(f"release {release.id} lacks what this run promoted: {line}")
        if before and release.id == before["release"]:
            print_line(f"nothing has changed: release {release.id} is current")
        else:
            print_line(f"release {release.id}: {release.folder}")
        _report_freshness(release)
        with connect(release) as con:
            for line in decisions.ineffective_decisions(con, decided):
                out.print(f"[yellow]{decisions.FILE}[/] {line}", highlight=False, soft_wrap=True)
    _report_findings(choice.home, sources)
    if outcome.release_state != "success" or outcome.crashed:
        raise Refused("the run failed" if not outcome.failures else "the run failed: see above")
    if len(outcome.failures) == len(sources):
        raise Refused("no source could be fetched")


def _report_freshness(release: Release) -> None:
    """Prints a line for each source that is held or stale."""
    _, rows = query_release(
        release,
        "SELECT source_id, freshness, note FROM sources WHERE freshness IN ('held', 'stale') ORDER BY ALL",
    )
    for source_id, freshness, note in rows:
        out.print(f"[yellow]{source_id} {freshness}:[/] {escape(note)}", highlight=False, soft_wrap=True)


def _report_findings(home: Path, sources: Iterable[Source]) -> None:
    """Prints what holds snapshots, warnings, what parsers did not know and how much is in quarantine; and of
    sources that are held, where the results of their checks and their logs are."""
    from pipeline.reports import list_findings
    from pipeline.run_records import newest_records
    from storage.home import Home
    from warehouse.staging import findings

    found = list_findings(str(home), [source.source_id for source in sources])
    for line in findings.format_table(found):
        print_line(line)
    for source_id in sorted({finding.source_id for finding in found if finding.what == "held"}):
        records = newest_records(Home.at(str(home)), source_id)
        if records:
            print_line(f"{source_id}: " + ", ".join(f"{what}: {path}" for what, path in records.items()))
