"""Options that several commands take."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vigil.printing import Format

DEFAULT_HOME = Path("data")

HomeOption = Annotated[
    Path,
    typer.Option("--home", envvar="VIGIL_HOME", help="Where the archive and the releases are kept."),
]
ReleaseOption = Annotated[
    str | None, typer.Option("--release", help="A release's id; the latest if not given.")
]
FormatOption = Annotated[Format, typer.Option("--format", help="How to print the rows.")]
RawCellsOption = Annotated[
    bool,
    typer.Option(
        "--raw-cells", help="In a CSV, leave cells as they are that a spreadsheet would run as a formula."
    ),
]
PortOption = Annotated[int, typer.Option(help="Port for Airflow's API on 127.0.0.1; 0 takes a free one.")]
AirflowOption = Annotated[
    str | None,
    typer.Option("--airflow", help="The address of an Airflow that runs already, in place of our own."),
]
PasswordsOption = Annotated[
    Path | None,
    typer.Option(
        "--airflow-passwords", envvar="VIGIL_AIRFLOW_PASSWORDS", help="Its file of generated passwords."
    ),
]
