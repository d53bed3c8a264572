"""`vigil query`, `vigil search` and `vigil match`: questions to a release."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vigil.commands.options import DEFAULT_HOME, FormatOption, HomeOption, RawCellsOption, ReleaseOption
from vigil.commands.output import Refused, err, show_rows
from vigil.printing import Format


def query(
    sql: str,
    release: ReleaseOption = None,
    format_: FormatOption = Format.table,
    raw_cells: RawCellsOption = False,
    allow_files: Annotated[
        bool, typer.Option("--allow-files", help="Let the query read and write files of this machine.")
    ] = False,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """SQL over a release: its tables, the current_ views, and timeline. Nothing else can be read."""
    from storage.database import interruptible
    from storage.home import Home
    from warehouse.release.reader import ask, connect, find

    with connect(find(Home.at(str(home)), release), files=allow_files) as con, interruptible(con):
        show_rows(*ask(con, sql, files=allow_files), format_, raw_cells=raw_cells)


def search(
    name: str,
    release: ReleaseOption = None,
    format_: FormatOption = Format.table,
    raw_cells: RawCellsOption = False,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Who is this: entities with that name or with these parts in a name, in any script and spelling."""
    from storage.database import interruptible
    from storage.home import Home
    from vigil.lookup import search_names
    from warehouse.release.reader import connect, find

    found = find(Home.at(str(home)), release)
    with connect(found) as con, interruptible(con):
        header, rows = search_names(con, name)
    if not rows:
        raise Refused(f"no match for {name} in release {found.id}")
    show_rows(header, rows, format_, raw_cells=raw_cells)


def match(
    names: Path,
    against: Annotated[
        Path | None, typer.Option(help="Another list of names, in place of a release.")
    ] = None,
    release: ReleaseOption = None,
    format_: Annotated[Format, typer.Option("--format", help="How to print the pairs.")] = Format.csv,
    floor: Annotated[
        float, typer.Option(min=0, max=1, help="Only pairs with at least this score; 0 gives all pairs.")
    ] = 0.5,
    raw_cells: RawCellsOption = False,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Screen a list of names (CSV: first column; birth_date and country where present)."""
    from storage import database
    from storage.home import Home
    from transforms.identity import screening
    from vigil.lookup import release_names
    from vigil.name_list import read_name_list
    from warehouse.release.reader import connect, find

    lists = [read_name_list(path) for path in (names, against) if path is not None]
    header = ["left", "right", "score", "match"]
    if against is not None:
        right = lists[1].names
    else:
        with connect(find(Home.at(str(home)), release)) as con:
            right = release_names(con)
        header += ["record_id", "entity_id"]
    for each in lists:  # on standard error: the pairs may go to a file
        err.print(each.summary, style="dim", markup=False, highlight=False)
    with database.connect() as con, database.interruptible(con):
        found = screening.match(con, lists[0].names, right, floor)
        batches = (batch.select(header).to_pydict() for batch in found)
        pairs = (row for batch in batches for row in zip(*batch.values(), strict=True))
        show_rows(header, pairs, format_, raw_cells=raw_cells)
