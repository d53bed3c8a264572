"""`vigil`: a thin command line over the functions that the DAGs call, and over releases."""

from __future__ import annotations

import contextlib
import os
import sys

import typer

from vigil.commands import privacy, queries, releases, runs, sources
from vigil.commands.output import Refused, err
from vigil.signals import Ended

COMMANDS = (
    runs.run,
    runs.demo,
    queries.query,
    queries.search,
    queries.match,
    releases.verify,
    releases.key,
    privacy.suppress,
    releases.diff,
    sources.sources,
    sources.new_source,
    sources.check_source,
)
"""In the order in which `vigil --help` lists them."""

app = typer.Typer(
    help="Prisoner lists, sanctions registries and news metadata, joined over time.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for command in COMMANDS:
    app.command()(command)


def main() -> None:
    """The entry point: known errors end in one line and exit code 1."""
    import duckdb

    from sources.archive.origin import MixedHome
    from sources.fetching.mirror import MirrorError
    from sources.fetching.sample_server import PublisherError
    from sources.registry import RegistryError
    from storage.files import StorageError
    from storage.lease import LeaseHeld
    from vigil.airflow.errors import AirflowError
    from vigil.name_list import NameListError
    from vigil.new_source import NewSourceError
    from warehouse.privacy.suppression_list import SuppressionError
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
        NewSourceError,
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
            err.print(f"vigil: {error}: what is done is kept, the next run continues from there")
        os._exit(128 + error.number)  # with nothing to flush that could fail
    except known as error:
        err.print(f"vigil: {' '.join(str(error).split())}", markup=False, highlight=False)
        sys.exit(1)
