"""Records put together into entities, the surest links first, and never against what contradicts.

A link is refused if the two groups that it would join hold a pair of records that cannot be one person or
body (`Records.contradiction`): so no chain of links puts two together that a look at them keeps apart. A
decision that two are the same is followed all the same; one that two are different before all else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

Pair = tuple[str, str]

DECIDED = "decided: different"


def pair(one: str, other: str) -> Pair:
    return (one, other) if one < other else (other, one)


@dataclass(frozen=True)
class Record:
    """What may contradict. Sets of texts; of dates of birth as `births.Born` has them."""

    source_id: str
    kind: str
    gender: str | None = None
    day: frozenset[str] = frozenset()
    swapped: frozenset[str] = frozenset()
    part: frozenset[str] = frozenset()
    whole: frozenset[str] = frozenset()
    about: frozenset[str] = frozenset()
    references: frozenset[str] = frozenset()
    """References to lists, each with the list's name before it."""
    imo: frozenset[str] = frozenset()

    def born_otherwise(self, other: Record) -> bool:
        """Whether all that is known of both dates of birth contradicts, a full date on either side."""
        return bool(self.day and other.day) and not (
            self.day & other.day
            or self.day & other.swapped
            or self.part & other.whole
            or other.part & self.whole
            or self.about & (other.whole | other.about)
            or other.about & self.whole
        )


_ONE_EACH = ("UN", "UK", "OFSI")
"""Lists that give everyone one reference."""


def _listed_apart(one: Record, other: Record) -> str | None:
    """A list by whose references they are two: both have some, and none in common."""
    for name in _ONE_EACH:
        a, b = ({text for text in each.references if text.startswith(f"{name} ")} for each in (one, other))
        if a and b and not a & b:
            return name
    return None


@dataclass
class Records:
    """The records by id, the pairs that share a hard fact, and those that a person has decided on."""

    records: Mapping[str, Record]
    facts: Collection[Pair] = ()
    decided: Mapping[Pair, bool] = field(default_factory=dict)
    """Whether they are the same."""

    def contradiction(self, one: str, other: str) -> str | None:
        """Why two records cannot be one person or body, in a few words; None if they can. A hard fact goes
        before what may be a slip, and a decision that they are different before all else."""
        a, b = self.records[one], self.records[other]
        if self.decided.get(pair(one, other)) is False:
            return DECIDED
        list_ = _listed_apart(a, b)
        certain = {
            f"a {a.kind} and a {b.kind}": a.kind != b.kind,
            "different UN references": list_ == "UN",
            "different IMO numbers": bool(a.imo and b.imo and not a.imo & b.imo),
        }
        doubtful = {
            f"different {list_} references": list_ is not None,
            "two records of one list": a.source_id == b.source_id,
            "different genders": bool(a.gender and b.gender and a.gender != b.gender),
            "different dates of birth": a.born_otherwise(b),
        }
        said = certain if pair(one, other) in self.facts else certain | doubtful
        return next((why for why, holds in said.items() if holds), None)


@dataclass(frozen=True)
class Clustered:
    """The groups that hold each record, and the links that were refused, each with the reason."""

    group_of: dict[str, int]
    refused: dict[Pair, str]
    overruled: list[Pair]
    """Decisions that were followed against a contradiction."""


def cluster(records: Records, links: Sequence[Pair]) -> Clustered:
    """Puts records together along `links`, which come in order, the surest first."""
    group_of = {record_id: number for number, record_id in enumerate(sorted(records.records))}
    members = {number: [record_id] for record_id, number in group_of.items()}
    refused: dict[Pair, str] = {}
    overruled: list[Pair] = []
    for link in links:
        left, right = group_of[link[0]], group_of[link[1]]
        if left == right:
            continue
        against = _against(records, members[left], members[right])
        if against:
            if not records.decided.get(link) or against == DECIDED:
                refused[link] = against
                continue
            overruled.append(link)
        keep, gone = sorted((left, right), key=lambda n: (-len(members[n]), n))
        for record_id in members[gone]:
            group_of[record_id] = keep
        members[keep] += members.pop(gone)
    return Clustered(group_of, refused, overruled)


def _against(records: Records, left: Iterable[str], right: Sequence[str]) -> str | None:
    """What speaks against putting two groups together: a decision before all else."""
    found = None
    for one in left:
        for other in right:
            if why := records.contradiction(one, other):
                if why == DECIDED:
                    return why
                found = found or f"{why}: {one}, {other}"
    return found
