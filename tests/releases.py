"""Small releases whose manifest says what their tables say."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from storage import database
from storage.home import Home
from tests.builders import Rows, both, day, filled, row, target
from warehouse.release.reader import Release, find
from warehouse.release.writer import write_release

START = day(700)


def whole(*names: str) -> Rows:
    """A release's rows, with targets `eu_fsf:1`, `eu_fsf:2`, … of these names."""
    return both(
        *(target(f"eu_fsf:{number}", name) for number, name in enumerate(names, 1) if name),
        {
            "sources": [
                row("sources", source_id="eu_fsf", title="EU list", licence="CC BY 4.0", freshness="fresh")
            ],
            "entities": [row("entities", entity_id="vg-1")],
            "entity_records": [row("entity_records", entity_id="vg-1", record_id="eu_fsf:1")],
            "articles": [
                row("articles", article_id="a1", source_id="gdelt", published_at=day(0), seen_at=day(0))
            ],
            "quality": [row("quality", expectation="e", severity="warn", success=False)],
        },
    )


def write(home: Home, rows: Rows, number: int, **given: Any) -> Release:
    """A release whose inputs say what its rows say."""
    freshness = {each["source_id"]: each["freshness"] for each in rows.get("sources", [])}
    inputs = {
        "fingerprint": f"{number:016x}",
        "code": "c1",
        "sources": {
            source_id: {"code": "c1", "freshness": fresh, "note": None, "units": []}
            for source_id, fresh in freshness.items()
        },
        "suppressed": {"records": 0, "tombstones": []},
        **given,
    }
    with database.connect() as con:
        filled(con, rows)
        return find(home, write_release(con, home, inputs, START + timedelta(days=number)))


def two_releases(folder: Path) -> None:
    """Makes a home with two releases: between them one target came, one changed, one went."""
    home = Home.at(str(folder))
    write(home, whole("Stays", "Before", "Goes"), 1)
    write(home, whole("Stays", "After", "", "Comes"), 2)


def top(release: Release) -> Path:
    return Path(release.folder.path)
