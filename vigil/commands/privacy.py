"""`vigil suppress`: who is left out of releases."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from vigil.commands.homes import existing_home
from vigil.commands.options import DEFAULT_HOME, HomeOption
from vigil.commands.output import Refused, print_line

if TYPE_CHECKING:
    from storage.home import Home


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
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Take a record out of all releases to come: its rows, and other texts that identify it."""
    from sources.registry import registry
    from warehouse.privacy import suppression, suppression_list

    root = existing_home(home)
    if accept_list:
        entries, lost = suppression.accept_list(root, registry())
        file = suppression_list.list_path(root)
        print_line(f"{file} is accepted as the whole list: {entries} entries, {lost} lifted")
    elif record_id is None:
        raise Refused("say which record, as in by_viasna:17")
    elif lift:
        suppression.lift_suppression(root, registry(), record_id)
        print_line(f"{record_id} is not suppressed any more: the next vigil run publishes it again")
    elif reason is None:
        raise Refused("say why: --reason request, family, risk, error or law")
    else:
        day = on.date() if on else datetime.now(UTC).date()
        entry = suppression.suppress_record(root, registry(), record_id, reason, day)
        print_line(f"{record_id} is suppressed: entry {entry.number} of {suppression_list.list_path(root)}")
        _report_releases_with(root, record_id)
        print_line("the next vigil run publishes without it")


def _report_releases_with(home: Home, record_id: str) -> None:
    """Removes releases that never became visible, and prints which of the others hold a record."""
    import duckdb

    from storage.files import StorageError
    from storage.lease import LeaseHeld, lease
    from warehouse.release.publication import PUBLICATION, remove_unfinished, unfinished
    from warehouse.release.reader import ReleaseError, companions, find, holding

    try:
        if unfinished(home):
            with lease(home, PUBLICATION, "removing unfinished releases"):
                for release, _ in remove_unfinished(home):
                    print_line(f"release {release}, which an earlier run left unfinished, is removed")
    except LeaseHeld as error:
        print_line(f"{error}; a release that is not visible yet is refused, as the list has changed")
    except StorageError:  # the pointer is damaged: `find` says how
        pass
    held, damaged = holding(home, record_id)
    try:
        newest = find(home)
    except ReleaseError:
        print_line("there is no latest release")
    except StorageError as error:  # withdrawn, or damaged
        print_line(str(error))
    else:
        if newest.id not in damaged:
            print_line(f"it is {'in' if newest.id in held else 'not in'} the latest release, {newest.id}")
        try:
            others = companions(newest, record_id)
        except (StorageError, duckdb.Error) as error:
            print_line(f"whether its entity has other records cannot be read: {' '.join(str(error).split())}")
            others = []
        if others:
            print_line(f"other records of the same entity, on public lists, stay: {', '.join(others)}")
            print_line("each is taken out by an entry of its own")
    if held:
        print_line(f"these releases hold it and are not changed: withdraw them: {', '.join(held)}")
    if damaged:
        print_line(f"these releases are damaged, and may hold it: withdraw them: {', '.join(damaged)}")
