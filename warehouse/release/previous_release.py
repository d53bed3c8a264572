"""The ids and times of the previous release, from which the next one takes over its ids."""

from __future__ import annotations

from typing import Any

from contracts import contracts
from storage import database
from storage.home import Home
from storage.parquet import scan


def read_previous_release(home: Home, release: str) -> dict[str, Any]:
    """Of a release: its id (`release`); the entity (`entities`) and the time of the first observation
    (`first_seen`) of each record; the time of the last observation of each source (`looked_at`); the rows of
    `retired_entities` (`retired`)."""
    folder = home.releases / release / "parquet"
    of = {name: scan(folder, table) for name, table in contracts().items()}
    with database.connect() as con:

        def pairs(query: str) -> dict[str, Any]:
            return dict(con.execute(query).fetchall())

        return {
            "release": release,
            "entities": pairs(f"SELECT record_id, entity_id FROM ({of['entity_records']})"),  # noqa: S608
            "first_seen": pairs(
                "SELECT record_id, min(valid_from) FROM "  # noqa: S608
                f"(SELECT record_id, valid_from FROM ({of['prisoners']}) "
                f"UNION ALL SELECT record_id, valid_from FROM ({of['sanctions']})) GROUP BY record_id"
            ),
            "looked_at": pairs(
                f"SELECT source_id, last_snapshot_at FROM ({of['sources']}) "  # noqa: S608
                "WHERE last_snapshot_at IS NOT NULL"
            ),
            "retired": con.execute(of["retired_entities"]).to_arrow_table().to_pylist(),
        }
