"""Assign ids to entities, stable from release to release.

**New entities.** The id is derived from the anchor: the record of the entity that was seen first (of several,
the one with the smallest record_id). So releases built from the same snapshots assign the same ids, in
whatever order the snapshots came.

**From release to release** the records vote for the id that they had. If an entity was split, the part with
most of its records keeps the id (of equal parts the one with the anchor, then the one with the older anchor
of its own). If entities were merged, the id with the oldest anchor stays. All others get ids that were never
used: the first unused candidate of their anchor.

**Late snapshots** must give the same tables as if they had come in time. The earlier release would then have
been different, so its ids do not count. A group does not vote if one of its records was first seen earlier
than the previous release knew, or if one is new although the previous release had observed its list after the
record was first seen. Such a group gets the id of its anchor, as if new. Other groups keep their ids.

**Retired ids** are ids of earlier releases that are no longer used. Each states what became of most of its
records.

**Withheld records** leave no trace. An id derived from a withheld record could be derived again by anyone who
knows the record. It is therefore dropped without an entry in `retired_entities`, and so are retired ids of
entities that had no other record.
"""

from __future__ import annotations

import hashlib
import itertools
from collections import Counter, defaultdict
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from transforms.fields.record_ids import plain

Seen = tuple[datetime, str]
"""When a record was first seen, and its id: sorts from older to newer."""

_CANDIDATES = 64
"""How many candidate ids of a withheld record are dropped."""


@dataclass(frozen=True)
class Retired:
    """An id that is no longer used. `became` is None if none of its records is left."""

    entity_id: str
    became: str | None
    last_release: str
    reason: str
    """merged, split, renamed (because of late snapshots, with the same records) or gone."""


@dataclass(frozen=True)
class PreviousEntities:
    """The entities of the previous release.

    `entities`: the entity id of each record. `first_seen`: when each record was first seen, according to that
    release. `looked_at`: the last observation of each source.
    """

    release: str
    entities: Mapping[str, str]
    first_seen: Mapping[str, datetime]
    looked_at: Mapping[str, datetime]
    retired: Sequence[Retired] = ()

    @classmethod
    def from_rows(cls, retired: Iterable[Mapping[str, Any]], **known: Any) -> PreviousEntities:
        """Create it with `retired` from rows of `retired_entities`."""
        return cls(retired=[Retired(**row) for row in retired], **known)

    @cached_property
    def newest(self) -> datetime | None:
        """The last observation of any list. A list unknown to that release may have existed by then."""
        return max(self.looked_at.values(), default=None)

    @cached_property
    def members(self) -> dict[str, list[str]]:
        """The records of each entity."""
        found: dict[str, list[str]] = defaultdict(list)
        for record_id, entity_id in sorted(self.entities.items()):
            found[entity_id].append(record_id)
        return found

    def anchor(self, entity_id: str) -> Seen:
        return min((self.first_seen[record_id], record_id) for record_id in self.members[entity_id])

    def without(self, withheld: Collection[str]) -> PreviousEntities:
        """Return a copy without these records, as if they had never existed."""
        if not withheld:
            return self
        holders = {record_id for record_id in self.entities if plain(record_id) in withheld}
        banned = {
            made
            for record_id in holders.union(withheld)
            for made in itertools.islice(candidate_ids(record_id), _CANDIDATES)
        }
        entities = {
            record_id: entity_id
            for record_id, entity_id in self.entities.items()
            if record_id not in holders and entity_id not in banned
        }
        left = set(entities.values())
        return PreviousEntities(
            self.release,
            entities,
            self.first_seen,
            self.looked_at,
            [
                each
                for each in self.retired
                if each.entity_id not in banned and (each.became is None or each.became in left)
            ],
        )


@dataclass(frozen=True)
class Assignment:
    """The ids of groups of records, in the order of the groups, and the retired ids."""

    ids: list[str]
    retired: list[Retired] = field(default_factory=list)


def candidate_ids(record_id: str) -> Iterator[str]:
    """Yield the ids that can be derived from an anchor, in order."""
    for number in itertools.count():
        text = record_id if not number else f"{record_id}#{number}"
        yield f"vg-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def assign_entity_ids(
    groups: Sequence[Sequence[str]],
    first_seen: Mapping[str, datetime],
    previous: PreviousEntities | None = None,
) -> Assignment:
    """Assign an id to each group of records. No record is in two groups; `first_seen` has every record."""
    anchors = [min((first_seen[record_id], record_id) for record_id in group) for group in groups]
    if previous is None:
        return Assignment([next(candidate_ids(record_id)) for _, record_id in anchors])
    kept = _kept(groups, first_seen, anchors, previous)
    used = set(previous.members) | {each.entity_id for each in previous.retired}
    taken = set(kept.values())
    ids: list[str] = [""] * len(groups)
    for number in sorted(range(len(groups)), key=anchors.__getitem__):
        # a group affected by late snapshots gets its id as if it had been there from the start
        not_free: Container[str] = taken if _late(groups[number], first_seen, previous) else used | taken
        ids[number] = kept.get(number) or next(
            x for x in candidate_ids(anchors[number][1]) if x not in not_free
        )
        taken.add(ids[number])
    return Assignment(ids, _retired(groups, ids, anchors, previous))


def _late(group: Sequence[str], first_seen: Mapping[str, datetime], previous: PreviousEntities) -> bool:
    """Return whether late snapshots affect a group: in time, the previous release would have known more."""
    for record_id in group:
        known = previous.first_seen.get(record_id)
        looked = previous.looked_at.get(record_id.partition(":")[0], previous.newest)
        if first_seen[record_id] < known if known else looked is not None and first_seen[record_id] <= looked:
            return True
    return False


def _kept(
    groups: Sequence[Sequence[str]],
    first_seen: Mapping[str, datetime],
    anchors: Sequence[Seen],
    previous: PreviousEntities,
) -> dict[int, str]:
    """Return the ids of the previous release that are kept, by the number of the group."""
    votes: dict[str, Counter[int]] = defaultdict(Counter)
    group_of: dict[str, int] = {}
    for number, group in enumerate(groups):
        if not _late(group, first_seen, previous):
            for record_id in group:
                group_of[record_id] = number
                if entity_id := previous.entities.get(record_id):
                    votes[entity_id][number] += 1
    won: dict[int, list[str]] = defaultdict(list)
    for entity_id, counted in votes.items():
        holds_anchor = group_of.get(previous.anchor(entity_id)[1])
        winner = min(counted, key=lambda n: (-counted[n], n != holds_anchor, anchors[n]))
        won[winner].append(entity_id)
    return {number: min(ids, key=previous.anchor) for number, ids in won.items()}


def _retired(
    groups: Sequence[Sequence[str]], ids: Sequence[str], anchors: Sequence[Seen], previous: PreviousEntities
) -> list[Retired]:
    now = set(ids)
    group_of = {record_id: number for number, group in enumerate(groups) for record_id in group}
    found: dict[str, Retired] = {}
    for entity_id, members in previous.members.items():
        if entity_id in now:
            continue
        parts = Counter(group_of[record_id] for record_id in members if record_id in group_of)
        if not parts:
            found[entity_id] = Retired(entity_id, None, previous.release, "gone")
            continue
        heir = min(parts, key=lambda n: (-parts[n], anchors[n]))
        others = any(previous.entities.get(each, entity_id) != entity_id for each in groups[heir])
        reason = "split" if len(parts) > 1 else "merged" if others else "renamed"
        found[entity_id] = Retired(entity_id, ids[heir], previous.release, reason)
    for each in previous.retired:
        if each.entity_id not in now:
            became = found[each.became].became if each.became in found else each.became
            found[each.entity_id] = Retired(each.entity_id, became, each.last_release, each.reason)
    return [found[entity_id] for entity_id in sorted(found)]
