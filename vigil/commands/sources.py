"""`vigil sources`, `new-source`, `check-source`: the registry of sources, and what a new one needs."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vigil.commands.options import DEFAULT_HOME, HomeOption
from vigil.commands.output import Refused, print_line, query_release, show_rows
from vigil.new_source import Family, FileKind
from vigil.printing import Format

if TYPE_CHECKING:
    from pipeline.source_check import CheckedSnapshot

MOST_SHOWN = 10
MAIN_TABLES = ("prisoners", "sanctions", "articles")


def sources(home: HomeOption = DEFAULT_HOME) -> None:
    """The registry, with each source's freshness in the latest release."""
    from sources.registry import registry
    from storage.home import Home
    from warehouse.release.publication import latest
    from warehouse.release.reader import find

    known: dict[str, tuple[Any, ...]] = {}
    root = Home.at(str(home))
    if newest := latest(root):
        _, rows = query_release(
            find(root, newest["release"]),
            "SELECT source_id, freshness, last_snapshot_at, records, note FROM sources",
        )
        known = {row[0]: row[1:] for row in rows}
    nothing = ("not yet", None, None, None)
    show_rows(
        ["source_id", "family", "title", "freshness", "last_snapshot_at", "records", "note"],
        [(s.source_id, s.family, s.title, *known.get(s.source_id, nothing)) for s in registry().values()],
        Format.table,
    )


Rows = Annotated[int, typer.Option(min=0, help="How many rows of each table to show.")]


def new_source(
    source_id: Annotated[str, typer.Argument(help="<country or body>_<publisher>[_<list>], as in nz_mfat.")],
    family: Annotated[Family, typer.Option(help="What the list is of.")],
    format_: Annotated[FileKind, typer.Option("--format", help="How the publisher's files come.")],
) -> None:
    """Begin a source: an explained source.yml, a parser, two samples and a test, all of which work."""
    from sources.registry import FOLDER
    from vigil.new_source import write_source

    for path in write_source(source_id, family, format_):
        print_line(f"written: {path.relative_to(FOLDER.parent)}")
    print_line(f"next: vigil check-source {source_id}; then replace what the files call TODO")


def check_source(
    source_id: Annotated[str, typer.Argument(help="A source of the registry.")],
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILE]…", help="The files of one snapshot; its samples if not given."),
    ] = None,
    rows: Rows = 3,
) -> None:
    """What a run would make of a source, in seconds: counts, unknown elements, the gate, some rows."""
    from pipeline.source_check import check_snapshots, entry_faults, sample_snapshots
    from sources.registry import FOLDER, select
    from sources.sample_workbook import rebuild

    [source] = select([source_id])
    if missing := [path for path in files or [] if not path.is_file()]:
        raise Refused(f"{missing[0]} is no file")
    for path in rebuild(FOLDER / source_id):
        print_line(f"written from its rows: {path.relative_to(FOLDER.parent)}")
    given = [("the files", datetime.now(UTC), {path.name: path for path in files})] if files else None
    checked = list(check_snapshots(source, given or sample_snapshots(source)))
    if not checked:
        raise Refused(
            f"{source_id} has no samples: give files, or put some in sources/{source_id}/samples/<date>/"
        )
    for snapshot in checked:
        _report_snapshot(snapshot, rows)
    for fault in entry_faults(source, checked):
        print_line(f"note: {fault}")
    if bad := [each.name for each in checked if not each.is_good]:
        raise Refused(f"a run would hold {source_id} at {', '.join(bad)}: see above")


def _report_snapshot(snapshot: CheckedSnapshot, rows: int) -> None:
    """Prints what a run would make of one snapshot."""
    print_line(f"\n{snapshot.name}")
    if snapshot.error:
        print_line(f"  cannot be read: {snapshot.error}")
        return
    for name, report in snapshot.files.items():
        parts = f"{report.parsed:,} parsed, {report.quarantined:,} quarantined, {report.outside:,} outside"
        print_line(f"  {name}: {report.declared:,} declared = {parts}")
    for label, count in sorted((+Counter(snapshot.unknown)).items()):
        print_line(f"  unknown: {label} ({count:,} times)")
    for line in snapshot.quarantine[:MOST_SHOWN]:
        print_line(f"  quarantined by the parser: {line}")
    verdict = snapshot.verdict
    reasons = Counter(row["reason"] for row in verdict.quarantined)
    for reason, count in reasons.most_common(MOST_SHOWN):
        print_line(f"  quarantined by the gate: {reason} ({count:,} times)")
    for line in verdict.warned:
        print_line(f"  warning: {line}")
    for line in verdict.held:
        print_line(f"  held: {line}")
    print_line("  the gate: " + ("held" if verdict.held else "passed"))
    for name, table in sorted(
        snapshot.tables.items(), key=lambda each: (each[0] not in MAIN_TABLES, each[0])
    ):
        print_line(f"  {name}: {table.num_rows:,} rows")
        for row in table.slice(0, rows).to_pylist():
            filled = {column: value for column, value in row.items() if value not in (None, [], "")}
            print_line("    " + ", ".join(f"{column}={value}" for column, value in filled.items()))
