"""Cluster records into entities, the most certain links first, without contradictions.

A link is refused if the two groups that it would merge contain a pair of records that cannot be the same
person or body (`Records.contradiction`). So no chain of links merges two records that contradict each other.
A decision `same` overrides a contradiction; a decision `different` overrides everything.

Lists contain typing errors in dates of birth. If two records are linked by a hard fact, or agree in
everything but the date, and their dates differ only in the year, the month or the day, these are treated as
the same date, for the two records and for all that are merged with them. This does not apply to two records
that both have document numbers and none in common.

A list has each person once, except for lists with one record per programme. Two records of one list are
recognised as the same person by a third one, on another list, with the rare name and full date of birth of
both.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product

from transforms.fields.record_ids import plain
from transforms.identity.linking.birth_dates import is_typo

Pair = tuple[str, str]
Dates = frozenset[str]
"""Two dates that are the same one, one of them with a typing error."""

DECIDED = "decided: different"


def pair(one: str, other: str) -> Pair:
    """Return two record ids as a pair, in sorted order."""
    return (one, other) if one < other else (other, one)


@dataclass(frozen=True)
class Record:
    """The facts of a record that can contradict. Dates of birth are keys as in `birth_dates.BirthKeys`."""

    source_id: str
    kind: str
    gender: str | None = None
    day: frozenset[str] = frozenset()
    swapped: frozenset[str] = frozenset()
    part: frozenset[str] = frozenset()
    whole: frozenset[str] = frozenset()
    about: frozenset[str] = frozenset()
    references: frozenset[str] = frozenset()
    """References to lists, each beginning with the list's name."""
    imo: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    """Document and registration numbers."""
    taxed: frozenset[str] = frozenset()
    """Tax numbers of a body, each beginning with the country."""

    def birth_dates_conflict(self, other: Record) -> bool:
        """Return whether no dates of birth of the two agree, where both have a full date."""
        return bool(self.day and other.day) and not (
            self.day & other.day
            or self.day & other.swapped
            or self.part & other.whole
            or other.part & self.whole
            or self.about & (other.whole | other.about)
            or other.about & self.whole
        )

    def typos(self, other: Record) -> frozenset[Dates]:
        """Return the pairs of full dates of birth that differ as by a typing error."""
        return frozenset(frozenset(dates) for dates in product(self.day, other.day) if is_typo(*dates))

    def documents_differ(self, other: Record) -> bool:
        """Return whether both have numbers, and none in common."""
        return bool(self.numbers and other.numbers and not self.numbers & other.numbers)

    def tax_numbers_conflict(self, other: Record) -> bool:
        """Return whether both have tax numbers of the same country, and none of these in common."""
        countries = {text[:2] for text in self.taxed} & {text[:2] for text in other.taxed}
        common = {text[:2] for text in self.taxed & other.taxed}
        return bool(countries - common)


_ONE_EACH = ("UN", "UK", "OFSI")
"""Lists that give each person or body exactly one reference."""


def _list_that_separates(one: Record, other: Record) -> str | None:
    """Return a list of which both have references, and none in common; None if there is none."""
    for name in _ONE_EACH:
        a, b = ({text for text in each.references if text.startswith(f"{name} ")} for each in (one, other))
        if a and b and not a & b:
            return name
    return None


@dataclass
class Records:
    """The records by id, and what is known about pairs of them."""

    records: Mapping[str, Record]
    facts: Collection[Pair] = ()
    """Pairs that share a hard fact."""
    but_for_births: Collection[Pair] = ()
    """Pairs that agree in everything but their dates of birth."""
    listed_twice: Collection[Pair] = ()
    """Pairs of records of one list that are the same person."""
    decided: Mapping[Pair, bool] = field(default_factory=dict)
    """A person's decisions: whether the two are the same."""

    def typos(self, members: Sequence[str]) -> frozenset[Dates]:
        """Return the pairs of dates that count as the same one if these records are merged."""
        found: frozenset[Dates] = frozenset()
        for one, other in combinations(members, 2):
            both = pair(one, other)
            if both in self.facts or both in self.but_for_births:
                found |= self.records[one].typos(self.records[other])
        return found

    def contradiction(self, one: str, other: str, typos: frozenset[Dates] = frozenset()) -> str | None:
        """Return why two records cannot be the same person or body, in a few words; None if they can.

        A shared hard fact overrides the doubtful contradictions. A decision `different` overrides everything.
        `typos` are pairs of dates of birth that count as the same one.
        """
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
        checks = certain if pair(one, other) in self.facts else certain | doubtful
        return next((why for why, holds in checks.items() if holds), None)


@dataclass(frozen=True)
class Clustering:
    """The number of each record's group, and the refused links with the reason."""

    group_of: dict[str, int]
    refused: dict[Pair, str]
    overruled: list[Pair]
    """Decisions that overrode a contradiction."""


def cluster(records: Records, links: Sequence[Pair]) -> Clustering:
    """Merge records along `links`, which are ordered from the most certain to the least."""
    group_of = {record_id: number for number, record_id in enumerate(sorted(records.records))}
    members = {number: [record_id] for record_id, number in group_of.items()}
    refused: dict[Pair, str] = {}
    overruled: list[Pair] = []
    for link in links:
        left, right = group_of[link[0]], group_of[link[1]]
        if left == right:
            continue
        contradiction = _contradiction(records, members[left], members[right])
        if contradiction:
            if not records.decided.get(link) or contradiction == DECIDED:
                refused[link] = contradiction
                continue
            overruled.append(link)
        larger, smaller = sorted((left, right), key=lambda n: (-len(members[n]), n))
        for record_id in members[smaller]:
            group_of[record_id] = larger
        members[larger] += members.pop(smaller)
    return Clustering(group_of, refused, overruled)


def _contradiction(records: Records, left: Sequence[str], right: Sequence[str]) -> str | None:
    """Return why two groups cannot be merged, a decision first; None if they can."""
    typos = records.typos([*left, *right])
    found = None
    for one, other in product(left, right):
        if why := records.contradiction(one, other, typos):
            if why == DECIDED:
                return why
            found = found or f"{why}: {one}, {other}"
    return found
