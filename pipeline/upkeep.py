"""The upkeep step: removes what interrupted and old runs have left behind."""

from __future__ import annotations

from contextlib import suppress

from pipeline.run_records import clean_runs
from storage.home import Home, sweep_home
from storage.lease import LeaseHeld, lease
from warehouse.release import work_database
from warehouse.release.publication import PUBLICATION, remove_unfinished, unfinished


def clean_home(home: str) -> list[str]:
    """Makes the home's folders, closes them to others, and removes what interrupted runs left: unfinished
    releases, working databases, temporary files. What a live process works with stays, and so do the records
    of the newest runs. Returns a line for each kind of thing that was removed."""
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
