"""What entities are called from release to release."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import day
from transforms.identity.linking.entity_ids import (
    Assignment,
    PreviousEntities,
    Retired,
    assign_entity_ids,
    candidate_ids,
)

Groups = list[list[str]]
NAMES = [f"{source}:{n}" for n in range(6) for source in ("eu_fsf", "un_sc")]


def first(record_id: str, number: int = 0) -> str:
    """The id that is made of an anchor, or one of those after it."""
    ids = candidate_ids(record_id)
    return [next(ids) for _ in range(number + 1)][number]


def released(
    name: str, groups: Groups, called: Assignment, seen: dict[str, datetime], looked: float = 0.0
) -> PreviousEntities:
    """A release as the next one sees it, that looked at its lists on some day."""
    return PreviousEntities(
        name,
        {each: id_ for group, id_ in zip(groups, called.ids, strict=True) for each in group},
        {each: seen[each] for group in groups for each in group},
        dict.fromkeys(("eu_fsf", "un_sc"), day(looked)),
        called.retired,
    )


def seen_in_order(groups: Groups) -> dict[str, datetime]:
    """Everybody seen on the first day."""
    return {each: day(0) for group in groups for each in group}


def again(*steps: Groups) -> tuple[list[list[str]], list[Retired]]:
    """The ids of each of several releases, and what is retired in the last."""
    earlier, ids, called = None, [], Assignment([])
    for number, groups in enumerate(steps):
        seen = seen_in_order(groups)
        called = assign_entity_ids(groups, seen, earlier)
        ids.append(called.ids)
        earlier = released(f"r{number}", groups, called, seen)
    return ids, called.retired


A, B, C, D = "eu_fsf:a", "eu_fsf:b", "un_sc:c", "un_sc:d"


def test_a_new_entity_is_called_after_the_record_seen_first() -> None:
    seen = {A: day(2), B: day(1), C: day(1)}
    assert assign_entity_ids([[A, C, B]], seen).ids == [first(B)]
    assert assign_entity_ids([[C, B, A]], seen).ids == [first(B)]


def test_of_a_merge_the_older_id_stays_and_the_other_is_retired() -> None:
    ids, retired = again([[A], [B, C]], [[A, B, C]])
    assert ids == [[first(A), first(B)], [first(A)]]
    assert retired == [Retired(first(B), first(A), "r0", "merged")]


def test_of_a_split_the_larger_part_keeps_the_id_and_the_other_gets_a_new_one() -> None:
    ids, retired = again([[A, B, C]], [[A], [B, C]])
    assert ids[1] == [first(A, 1), first(A)]
    assert retired == []


def test_of_equal_parts_the_one_with_the_anchor_keeps_the_id() -> None:
    ids, _ = again([[A, B]], [[B], [A]])
    assert ids[1] == [first(B), first(A)]


def test_an_id_whose_records_are_spread_over_older_entities_is_retired_as_split() -> None:
    ids, retired = again([[A], [B], [C, D]], [[A, C], [B, D]])
    assert ids[1] == [first(A), first(B)]
    assert retired == [Retired(first(C), first(A), "r0", "split")]


def test_what_became_of_an_id_is_followed_through_later_releases() -> None:
    _, retired = again([[A], [B], [C]], [[A], [B, C]], [[A, B, C]])
    assert retired == [
        Retired(id_, first(A), release, "merged")
        for id_, release in sorted([(first(B), "r1"), (first(C), "r0")])
    ]


def test_an_id_all_whose_records_are_gone_is_retired_with_no_heir() -> None:
    _, retired = again([[A], [B]], [[A]])
    assert retired == [Retired(first(B), None, "r0", "gone")]


def test_a_retired_id_is_not_used_for_somebody_else() -> None:
    ids, _ = again([[A], [B]], [[A, B]], [[A], [B]])
    assert ids[2] == [first(A), first(B, 1)]


def test_a_snapshot_that_comes_late_gives_what_it_would_have_given_in_time() -> None:
    """B was on its list before A: a release that had known would have called the two after B."""
    in_time = assign_entity_ids([[A, B]], {A: day(2), B: day(1)})
    before = released(
        "r0", [[A, B]], assign_entity_ids([[A, B]], {A: day(2), B: day(3)}), {A: day(2), B: day(3)}, 3
    )
    late = assign_entity_ids([[A, B]], {A: day(2), B: day(1)}, before)
    assert late.ids == in_time.ids == [first(B)]
    assert late.retired == [Retired(first(A), first(B), "r0", "renamed")]


def test_a_record_that_a_late_snapshot_brings_is_late_too() -> None:
    before = released("r0", [[A]], assign_entity_ids([[A]], {A: day(2)}), {A: day(2)}, looked=3)
    seen = {A: day(2), B: day(1)}
    assert assign_entity_ids([[A, B]], seen, before).ids == [first(B)]
    in_order = {A: day(2), B: day(4)}
    assert assign_entity_ids([[A, B]], in_order, before).ids == [first(A)]


def test_a_withheld_record_leaves_no_trace_in_the_ids() -> None:
    """Neither its own id nor one made of it is kept or told of; what it was merged into keeps its name."""
    groups = [[A, B], [C], [D]]
    called = assign_entity_ids(groups, seen_in_order(groups))
    old = Retired("vg-old", called.ids[2], "r-1", "merged")
    before = released("r0", groups, Assignment(called.ids, [old]), seen_in_order(groups))
    now = [[B], [C]]
    left = assign_entity_ids(now, seen_in_order(now), before.without({A, D}))
    assert left.ids == [first(B), first(C)]
    assert left.retired == []


clusterings = st.lists(st.integers(0, 5), min_size=len(NAMES), max_size=len(NAMES)).map(
    lambda where: [
        group for n in range(6) if (group := [name for name, at in zip(NAMES, where, strict=True) if at == n])
    ]
)


@given(st.lists(clusterings, min_size=2, max_size=5))
@settings(max_examples=150, deadline=None)
def test_over_any_sequence_of_releases(steps: list[Groups]) -> None:
    """Ids are unique; an untouched entity keeps its id; no id is used for somebody else; every id that was
    ever used is in use or retired, and what became of it is in use."""
    earlier: PreviousEntities | None = None
    held: dict[str, set[str]] = {}
    for number, groups in enumerate(steps):
        seen = seen_in_order(groups)
        called = assign_entity_ids(groups, seen, earlier)
        now = dict(zip(called.ids, map(set, groups), strict=True))
        assert len(now) == len(groups)
        for id_, members in now.items():
            if earlier is not None and id_ in held:
                assert id_ in earlier.members, "a retired id came back"
                assert members & set(earlier.members[id_])
        if earlier is not None:
            before = {id_: set(members) for id_, members in earlier.members.items()}
            assert {id_ for id_, members in before.items() if members in now.values()} <= now.keys()
            retired = {each.entity_id: each for each in called.retired}
            assert (
                held.keys() | before.keys() == (now.keys() & (held.keys() | before.keys())) | retired.keys()
            )
            assert all(each.became in now for each in retired.values())
        held |= now
        earlier = released(f"r{number}", groups, called, seen, looked=-1)


@given(clusterings, st.permutations(NAMES), st.data())
@settings(max_examples=100, deadline=None)
def test_whatever_is_late_is_called_as_from_the_start(
    groups: Groups, order: Sequence[str], data: st.DataObject
) -> None:
    """If late snapshots change when all the records were first seen, nothing of an earlier release counts."""
    seen = {name: day(n) for n, name in enumerate(order)}
    later = {name: at.replace(year=at.year + 1) for name, at in seen.items()}
    other = data.draw(clusterings)
    before = released("r0", other, assign_entity_ids(other, later), later, looked=500)
    assert assign_entity_ids(groups, seen, before).ids == assign_entity_ids(groups, seen).ids
