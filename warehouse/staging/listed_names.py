"""The names that are on prisoner lists: what a day of the news is filtered by."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from storage.files import StorageError
from warehouse.staging.staging import Staging

log = logging.getLogger(__name__)

LATELY = timedelta(days=32)
"""Whoever left a list is looked for so long: news of a release come with it or after it."""


def promoted_names(staging: Staging, source_ids: Iterable[str]) -> set[str]:
    """The names on the promoted lists of some sources: on the newest of each, and those shortly before."""
    found: set[str] = set()
    states = staging.promoted()
    for source_id in source_ids:
        state = states.get(source_id, {"units": [], "code": staging.code})
        good = [unit for unit in state["units"] if not unit["held"]]
        if not good:
            continue
        since = datetime.fromisoformat(good[-1]["observed_at"]) - LATELY
        staged = staging.of(state["code"])
        for unit in good:
            if datetime.fromisoformat(unit.get("last_seen_at", unit["observed_at"])) >= since:
                try:
                    path = staged.verified(source_id, unit["unit_id"], "names")
                except StorageError as error:
                    log.warning("%s", error)
                    continue
                found |= names_in(pq.read_table(path.path, filesystem=path.fs, columns=["name", "kind"]))
    return found


def names_in(names: pa.Table) -> set[str]:
    """The names in a table of them, but for weak aliases."""
    return set(names.filter(pc.not_equal(names["kind"], "weak_alias"))["name"].to_pylist())
