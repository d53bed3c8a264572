"""The names on prisoner lists, by which a day of the news is filtered."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import timedelta

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from storage.files import StorageError
from storage.home import Home
from warehouse.staging.staging import Staging
from warehouse.staging.states import States

log = logging.getLogger(__name__)

RECENT = timedelta(days=32)
"""How long a person who left a list is still searched for: news of a release come with it or after it."""


def promoted_names(home: Home, source_ids: Iterable[str]) -> set[str]:
    """The names on the promoted lists of some sources: on the newest good snapshot of each, and on those up
    to RECENT before it. A damaged table is logged and skipped."""
    found: set[str] = set()
    states = States(home).load_all()
    for source_id in source_ids:
        state = states.get(source_id)
        if state is None or not state.good:
            continue
        since = state.good[-1].observed_at - RECENT
        staged = Staging(home, state.code)
        for snapshot in state.good:
            if (snapshot.last_seen_at or snapshot.observed_at) >= since:
                try:
                    path = staged.verified(source_id, snapshot.unit_id, "names")
                except StorageError as error:
                    log.warning("%s", error)
                    continue
                found |= select_names(pq.read_table(path.path, filesystem=path.fs, columns=["name", "kind"]))
    return found


def select_names(names: pa.Table) -> set[str]:
    """The names in a table of them, without weak aliases."""
    return set(names.filter(pc.not_equal(names["kind"], "weak_alias"))["name"].to_pylist())
