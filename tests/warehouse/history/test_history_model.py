"""The history of random sequences of snapshots, against a slow model in Python."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.builders import House, Row, Rows, both, contents, day, row, target, verdict
from warehouse.release.writer import create_views

SOURCE = "un_sc"
KEYS = ("1", "2", "3")
ALWAYS = f"{SOURCE}:9"  # so that no snapshot is empty
READ, REJECTED, BY_GATE, ABSENT = "read", "rejected", "by gate", "absent"


@dataclass(frozen=True)
class Seen:
    """What a snapshot has of each record: how it is in it, and what it says; whether it has a record besides
    whose key cannot be read."""

    records: dict[str, tuple[str, str]]
    keyless: bool

    def rows(self) -> Rows:
        parts = [target(ALWAYS, "Always Here")]
        quarantine: list[Row] = []
        for key, (how, program) in self.records.items():
            record_id = f"{SOURCE}:{key}"
            if how in {READ, BY_GATE}:
                parts.append(target(record_id, f"Name Of {key}", programs=[program]))
            elif how == REJECTED:
                quarantine.append(_rejected(record_id))
        if self.keyless:
            quarantine.append(_rejected(None))
        return both(*parts, {"quarantine": quarantine})


def _rejected(record_id: str | None) -> Row:
    return row("quarantine", source_id=SOURCE, locator="?", reason="bad", record_id=record_id, raw=None)


RECORD = st.tuples(
    st.sampled_from((READ, READ, READ, REJECTED, BY_GATE, ABSENT, ABSENT)), st.sampled_from("AB")
)
SNAPSHOT = st.builds(
    Seen, st.fixed_dictionaries(dict.fromkeys(KEYS, RECORD)), st.integers(0, 5).map(lambda n: n == 0)
)


@dataclass
class Model:
    """Who is in which snapshot, and with what: as read, or as last read for as long as it may be there."""

    snapshots: list[Seen]
    standing: list[dict[str, str]] = field(init=False)

    def __post_init__(self) -> None:
        self.standing = []
        before: dict[str, str] = {}
        for seen in self.snapshots:
            now = {}
            for key, (how, program) in seen.records.items():
                if how == READ:
                    now[key] = program
                elif key in before and (how != ABSENT or seen.keyless):
                    now[key] = before[key]
            self.standing.append(now)
            before = now

    def versions(self) -> set[tuple[str, str, datetime, datetime | None]]:
        found = set()
        for key in KEYS:
            start = 0
            course = [now.get(key) for now in self.standing] + [None]
            for at in range(1, len(course)):
                if at == len(course) - 1 or course[at] != course[start]:
                    if program := course[start]:
                        end = None if at == len(self.snapshots) else day(at)
                        found.add((f"{SOURCE}:{key}", program, day(start), end))
                    start = at
        return found

    def ends(self) -> set[tuple[str, int]]:
        """The snapshots from which a record's end is known."""
        return {
            (f"{SOURCE}:{key}", at)
            for at in range(1, len(self.standing))
            for key in self.standing[at - 1].keys() - self.standing[at].keys()
        }


def _house(folder: str, snapshots: list[Seen], order: Iterable[int]) -> House:
    held_back = {
        day(at): tuple(f"{SOURCE}:{key}" for key, (how, _) in seen.records.items() if how == BY_GATE)
        for at, seen in enumerate(snapshots)
    }
    house = House(Path(folder), gate=lambda _, when, __: verdict(quarantined=held_back.get(when, ())))
    for at in order:
        house.see(SOURCE, at, both(snapshots[at].rows(), _marker(at)))
    return house


def _marker(at: int) -> Rows:
    """Makes a snapshot's bytes its own: the same bytes again would be the same snapshot."""
    return {"particulars": [row("particulars", record_id=ALWAYS, property="other", value=f"copy {at}")]}


@pytest.mark.slow
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(SNAPSHOT, min_size=2, max_size=6), st.randoms(use_true_random=False))
def test_history_is_that_of_the_model_in_any_order_of_arrival(snapshots: list[Seen], random: Random) -> None:
    model = Model(snapshots)
    order = list(range(len(snapshots)))
    with tempfile.TemporaryDirectory() as folder, _house(folder, snapshots, order).build() as con:
        create_views(con)
        found = con.execute(
            "SELECT record_id, programs[1], valid_from, valid_to FROM sanctions WHERE record_id <> ?",
            [ALWAYS],
        ).fetchall()
        assert set(found) == model.versions() and len(found) == len(set(found))
        delisted = con.execute("SELECT record_id FROM events WHERE event_type = 'delisted'").fetchall()
        assert sorted(record for (record,) in delisted) == sorted(record for record, _ in model.ends())
        for at, now in enumerate(model.standing):
            if not snapshots[at].keyless:
                rows = con.execute("SELECT record_id FROM sanctions_as_of(?)", [day(at).date()]).fetchall()
                assert {record for (record,) in rows} == {ALWAYS, *(f"{SOURCE}:{key}" for key in now)}
        first = contents(con)
    random.shuffle(order)
    with tempfile.TemporaryDirectory() as folder, _house(folder, snapshots, order).build() as con:
        again = contents(con)
    assert {name: rows for name, rows in again.items() if rows != first[name]} == {}
