"""`vigil sources`: the registry of sources."""

from __future__ import annotations

from typing import Any

from vigil.commands.options import DEFAULT_HOME, HomeOption
from vigil.commands.output import query_release, show_rows
from vigil.printing import Format


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
