"""What an entity is called, from release to release.

**A new entity.** Its id is made of its anchor: of its records the one that was seen first (then the one
whose record_id is smallest). So releases that are made from the same snapshots, in whatever order these
came, call it the same.

**From release to release** its records vote for the id that they had. If an entity has been split, the part
with most of its records keeps the id (of equal parts the one that holds its anchor, then the one whose own
anchor is older). If several were put together, the id stays whose anchor is the oldest. All others get ids
that were never used: the anchor's, and if that is taken the next that is made of it.

**Late snapshots** must give the tables that they would have given in time: then the earlier release would
have been another, and its ids are no guide. So nobody votes in a group of records of which one was seen
earlier than the earlier release knew, or of which one is new though the earlier release had looked at its
list later than it was first seen. Such a group gets its anchor's id, as if new. Other groups keep theirs.

**Retired ids** are those of earlier releases that nothing is called by now. Each says what became of most
of its records.

**Withheld records** leave no trace: the id of an entity that was made of one, as whoever knows the record
could make it again, is given up without a word, and so are retired ids that stood for nobody else.
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
"""When a record was first seen, and its id: what is older comes first."""

_MADE_OF_ONE = 64


@dataclass(frozen=True)
class Retired:
    """An id that nothing is called by any more. `became` is None if nothing is left of it."""

    entity_id: str
    became: str | None
    last_release: str
    reason: str
    """merged, split, renamed (for late snapshots: it is made of the same records) or gone."""


@dataclass(frozen=True)
class PreviousEntities:
    """What an earlier release called things.

    `entities` gives the id of each record's entity, `first_seen` when it knew the record to be seen first,
    `looked_at` when it had last looked at each source's list.
    """

    release: str
    entities: Mapping[str, str]
    first_seen: Mapping[str, datetime]
    looked_at: Mapping[str, datetime]
    retired: Sequence[Retired] = ()

    @classmethod
    def from_rows(cls, retired: Iterable[Mapping[str, Any]], **known: Any) -> PreviousEntities:
        """The same, with rows of `retired_entities`."""
        return cls(retired=[Retired(**row) for row in retired], **known)

    @cached_property
    def newest(self) -> datetime | None:
        """When it had last looked at any list. A list that it did not know may have been there by then."""
        return max(self.looked_at.values(), default=None)

    @cached_property
    def members(self) -> dict[str, list[str]]:
        """The records of each of its entities."""
        found: dict[str, list[str]] = defaultdict(list)
        for record_id, entity_id in sorted(self.entities.items()):
            found[entity_id].append(record_id)
        return found

    def anchor(self, entity_id: str) -> Seen:
        return min((self.first_seen[record_id], record_id) for record_id in self.members[entity_id])

    def without(self, withheld: Collection[str]) -> PreviousEntities:
        """The same, as if there had been no such records."""
        if not withheld:
            return self
        holders = {record_id for record_id in self.entities if plain(record_id) in withheld}
        banned = {
            made
            for record_id in holders.union(withheld)
            for made in itertools.islice(candidate_ids(record_id), _MADE_OF_ONE)
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
    """What groups of records are called: `ids` in their order, and the ids that are `retired`."""

    ids: list[str]
    retired: list[Retired] = field(default_factory=list)


def candidate_ids(record_id: str) -> Iterator[str]:
    """The ids that may be made of an anchor, in order."""
    for number in itertools.count():
        text = record_id if not number else f"{record_id}#{number}"
        yield f"vg-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def assign_entity_ids(
    groups: Sequence[Sequence[str]],
    first_seen: Mapping[str, datetime],
    earlier: PreviousEntities | None = None,
) -> Assignment:
    """The ids of entities that are these groups of records, none in two groups; `first_seen` says when each
    of the records was seen first."""
    anchors = [min((first_seen[record_id], record_id) for record_id in group) for group in groups]
    if earlier is None:
        return Assignment([next(candidate_ids(record_id)) for _, record_id in anchors])
    kept = _kept(groups, first_seen, anchors, earlier)
    used = set(earlier.members) | {each.entity_id for each in earlier.retired}
    taken = set(kept.values())
    ids: list[str] = [""] * len(groups)
    for number in sorted(range(len(groups)), key=anchors.__getitem__):
        # a group that late snapshots have changed is called as if it had been there from the start
        not_free: Container[str] = taken if _late(groups[number], first_seen, earlier) else used | taken
        ids[number] = kept.get(number) or next(
            x for x in candidate_ids(anchors[number][1]) if x not in not_free
        )
        taken.add(ids[number])
    return Assignment(ids, _retired(groups, ids, anchors, earlier))


def _late(group: Sequence[str], first_seen: Mapping[str, datetime], earlier: PreviousEntities) -> bool:
    """Whether the earlier release, had all snapshots come in time, would have known more of a group."""
    for record_id in group:
        known = earlier.first_seen.get(record_id)
        looked = earlier.looked_at.get(record_id.partition(":")[0], earlier.newest)
        if first_seen[record_id] < known if known else looked is not None and first_seen[record_id] <= looked:
            return True
    return False


def _kept(
    groups: Sequence[Sequence[str]],
    first_seen: Mapping[str, datetime],
    anchors: Sequence[Seen],
    earlier: PreviousEntities,
) -> dict[int, str]:
    """The groups, by number, that go by an id of the earlier release."""
    votes: dict[str, Counter[int]] = defaultdict(Counter)
    group_of: dict[str, int] = {}
    for number, group in enumerate(groups):
        if not _late(group, first_seen, earlier):
            for record_id in group:
                group_of[record_id] = number
                if entity_id := earlier.entities.get(record_id):
                    votes[entity_id][number] += 1
    won: dict[int, list[str]] = defaultdict(list)
    for entity_id, counted in votes.items():
        holds_anchor = group_of.get(earlier.anchor(entity_id)[1])
        winner = min(counted, key=lambda n: (-counted[n], n != holds_anchor, anchors[n]))
        won[winner].append(entity_id)
    return {number: min(ids, key=earlier.anchor) for number, ids in won.items()}


def _retired(
    groups: Sequence[Sequence[str]], ids: Sequence[str], anchors: Sequence[Seen], earlier: PreviousEntities
) -> list[Retired]:
    now = set(ids)
    group_of = {record_id: number for number, group in enumerate(groups) for record_id in group}
    found: dict[str, Retired] = {}
    for entity_id, members in earlier.members.items():
        if entity_id in now:
            continue
        parts = Counter(group_of[record_id] for record_id in members if record_id in group_of)
        if not parts:
            found[entity_id] = Retired(entity_id, None, earlier.release, "gone")
            continue
        heir = min(parts, key=lambda n: (-parts[n], anchors[n]))
        others = any(earlier.entities.get(each, entity_id) != entity_id for each in groups[heir])
        reason = "split" if len(parts) > 1 else "merged" if others else "renamed"
        found[entity_id] = Retired(entity_id, ids[heir], earlier.release, reason)
    for each in earlier.retired:
        if each.entity_id not in now:
            became = found[each.became].became if each.became in found else each.became
            found[each.entity_id] = Retired(each.entity_id, became, each.last_release, each.reason)
    return [found[entity_id] for entity_id in sorted(found)]
