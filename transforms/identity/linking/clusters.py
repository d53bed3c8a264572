"""Records put together into entities, the surest links first, and never against what contradicts.

A link is refused if the two groups that it would join hold a pair of records that cannot be one person or
body (`Records.contradiction`): so no chain of links puts two together that a look at them keeps apart. A
decision that two are the same is followed all the same; one that two are different before all else.

Lists write one person's date of birth with typos. Where two records are one by a hard fact or by all but the
date, and their dates differ in one of year, month and day, these are taken to be one date with a slip, for
these two and for what is put together with them; but not for two that have documents and none in common.

A list has nobody twice, but for those that it has once for each programme: two records of it are known for
one by a third, on another list, that has the rare name and the full date of birth of both.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product

from transforms.fields.record_ids import plain
from transforms.identity.linking.birth_dates import is_typo

Pair = tuple[str, str]
Dates = frozenset[str]
"""Two dates that are one, one of them with a slip."""

DECIDED = "decided: different"


def pair(one: str, other: str) -> Pair:
    return (one, other) if one < other else (other, one)


@dataclass(frozen=True)
class Record:
    """What may contradict. Sets of texts; of dates of birth as `birth_dates.BirthKeys` has them."""

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
    numbers: frozenset[str] = frozenset()
    """Of documents and registers."""
    taxed: frozenset[str] = frozenset()
    """Of a body, its tax numbers, each with the country before it."""

    def birth_dates_conflict(self, other: Record) -> bool:
        """Whether all that is known of both dates of birth contradicts, a full date on either side."""
        return bool(self.day and other.day) and not (
            self.day & other.day
            or self.day & other.swapped
            or self.part & other.whole
            or other.part & self.whole
            or self.about & (other.whole | other.about)
            or other.about & self.whole
        )

    def typos(self, other: Record) -> frozenset[Dates]:
        """Full dates of birth of the two that differ as by a slip."""
        return frozenset(frozenset(dates) for dates in product(self.day, other.day) if is_typo(*dates))

    def documents_differ(self, other: Record) -> bool:
        """Whether both have numbers, and none in common."""
        return bool(self.numbers and other.numbers and not self.numbers & other.numbers)

    def tax_numbers_conflict(self, other: Record) -> bool:
        """Whether a country gives both tax numbers, and none in common."""
        countries = {text[:2] for text in self.taxed} & {text[:2] for text in other.taxed}
        common = {text[:2] for text in self.taxed & other.taxed}
        return bool(countries - common)


_ONE_EACH = ("UN", "UK", "OFSI")
"""Lists that give everyone one reference."""


def _list_that_separates(one: Record, other: Record) -> str | None:
    """A list by whose references they are two: both have some, and none in common."""
    for name in _ONE_EACH:
        a, b = ({text for text in each.references if text.startswith(f"{name} ")} for each in (one, other))
        if a and b and not a & b:
            return name
    return None


@dataclass
class Records:
    """The records by id, the pairs that share a hard fact, those that are one by all but their dates of
    birth, those that one list has of one person, and those that a person has decided on."""

    records: Mapping[str, Record]
    facts: Collection[Pair] = ()
    but_for_births: Collection[Pair] = ()
    listed_twice: Collection[Pair] = ()
    decided: Mapping[Pair, bool] = field(default_factory=dict)
    """Whether they are the same."""

    def typos(self, members: Sequence[str]) -> frozenset[Dates]:
        """The dates of birth of records, if they are put together, that are one date with a slip."""
        found: frozenset[Dates] = frozenset()
        for one, other in combinations(members, 2):
            both = pair(one, other)
            if both in self.facts or both in self.but_for_births:
                found |= self.records[one].typos(self.records[other])
        return found

    def contradiction(self, one: str, other: str, typos: frozenset[Dates] = frozenset()) -> str | None:
        """Why two records cannot be one person or body, in a few words; None if they can. A hard fact goes
        before what may be a slip, and a decision that they are different before all else. `typos` are
        dates of birth that are known to be one."""
        a, b = self.records[one], self.records[other]
        if self.decided.get(pair(one, other)) is False:
            return DECIDED
        list_ = _list_that_separates(a, b)
        certain = {
            f"a {a.kind} and a {b.kind}": a.kind != b.kind,
            "one key of a list, given to two": plain(one) == plain(other),
            "different UN references": list_ == "UN",
            "different IMO numbers": bool(a.imo and b.imo and not a.imo & b.imo),
        }
        doubtful = {
            f"different {list_} references": list_ is not None,
            "two records of one list": a.source_id == b.source_id
            and (pair(one, other) not in self.listed_twice or a.documents_differ(b)),
            "different genders": bool(a.gender and b.gender and a.gender != b.gender),
            "different tax numbers": a.tax_numbers_conflict(b),
            "different dates of birth": a.birth_dates_conflict(b)
            and (a.documents_differ(b) or not a.typos(b) & typos),
        }
        said = certain if pair(one, other) in self.facts else certain | doubtful
        return next((why for why, holds in said.items() if holds), None)


@dataclass(frozen=True)
class Clustering:
    """The groups that hold each record, and the links that were refused, each with the reason."""

    group_of: dict[str, int]
    refused: dict[Pair, str]
    overruled: list[Pair]
    """Decisions that were followed against a contradiction."""


def cluster(records: Records, links: Sequence[Pair]) -> Clustering:
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
    return Clustering(group_of, refused, overruled)


def _against(records: Records, left: Sequence[str], right: Sequence[str]) -> str | None:
    """What speaks against putting two groups together: a decision before all else."""
    typos = records.typos([*left, *right])
    found = None
    for one, other in product(left, right):
        if why := records.contradiction(one, other, typos):
            if why == DECIDED:
                return why
            found = found or f"{why}: {one}, {other}"
    return found
