"""The home that a command works on."""

from __future__ import annotations

from pathlib import Path

from storage.home import Home
from vigil.commands.output import Refused


def existing_home(folder: Path) -> Home:
    """The home at `folder`, for a command that changes a home but does not create one. Raises Refused if it
    is not there."""
    home = Home.at(str(folder))
    if not home.root.exists():
        raise Refused(f"there is no {folder}: which home is meant? (--home)")
    return home
