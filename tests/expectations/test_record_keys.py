"""Records' keys, compared with the last good snapshot."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from expectations.gate import Gate
from expectations.runner import Session
from tests.builders import both, target
from tests.expectations.snapshots import (
    NAMES,
    NEWS,
    PRISONERS,
    SANCTIONS,
    Rows,
    articles,
    by_number,
    example,
    failed,
    named_records,
    sanctions,
    validate,
)

LISTS = pytest.mark.parametrize("gate", [PRISONERS, SANCTIONS], ids=lambda gate: gate.family)


@LISTS
@pytest.mark.parametrize(
    ("size", "other", "holds"),
    [
        (78, 1, False),
        (78, 2, False),
        (78, 3, True),
        (10, 2, False),
        (10, 3, True),
        (10, 10, True),
        (2, 2, False),
    ],
)
def test_few_new_keys_warn_and_many_hold(
    session: Session, gate: Gate, size: int, other: int, holds: bool
) -> None:
    names = NAMES[:size]
    after = by_number(names[other:], other) | {f"new-{n}": name for n, name in enumerate(names[:other])}
    verdict = validate(session, gate, named_records(gate, after), None, named_records(gate, by_number(names)))
    said = f"{gate.main_table}: {other} of {size} rows fail: the record did not stand under another key"
    assert [line.startswith(said) for line in verdict.held] == ([True] if holds else [])
    assert any(line.startswith(said) for line in verdict.warned)
    assert verdict.quarantined == []
    assert not any("reused" in target for target in failed(verdict))


def test_an_operator_can_let_new_keys_pass(session: Session) -> None:
    gate = replace(SANCTIONS, rekeyed=True)
    before, after = by_number(NAMES), {f"new-{n}": name for n, name in enumerate(NAMES)}
    verdict = validate(session, gate, named_records(gate, after), None, named_records(gate, before))
    assert verdict.held == []
    assert any("under another key" in line for line in verdict.warned)


def test_of_a_long_list_two_in_a_hundred_may_have_new_keys(session: Session) -> None:
    names = [f"{name} {n}" for n in range(5) for name in NAMES]  # 390: 7 may
    for other, held in ((7, 0), (8, 1)):
        after = by_number(names[other:], other) | {f"new-{n}": name for n, name in enumerate(names[:other])}
        verdict = validate(
            session,
            SANCTIONS,
            named_records(SANCTIONS, after),
            None,
            named_records(SANCTIONS, by_number(names)),
        )
        assert len(verdict.held) == held


@LISTS
def test_keys_that_have_moved_by_one_hold(session: Session, gate: Gate) -> None:
    """As where a publisher's key is a row's number, and a row came in on top."""
    words = ["Zmitser Dashkevich", "Maria Kalesnikava", "Ihar Losik", "Pavel Seviarynets", "Volha Harbunova"]
    before, after = by_number(words), by_number(["Ales Bialiatski", *words])
    verdict = validate(session, gate, named_records(gate, after), None, named_records(gate, before))
    meaning = "the key was not another's in the last good snapshot (2 may fail)"
    assert verdict.held == [f"{gate.main_table}: 5 of 6 rows fail: {meaning}"]


@LISTS
def test_coming_and_going_are_no_new_keys(session: Session, gate: Gate) -> None:
    before = by_number([*NAMES[:20], *["Ivan Ivanou"] * 5])
    after = by_number([*NAMES[:20]]) | {f"new-{n}": "Ivan Ivanou" for n in range(5)}
    born = {key: f"19{60 + int(key)}" for key, name in before.items() if name == "Ivan Ivanou"}
    later = {f"new-{n}": f"199{n}" for n in range(5)}
    verdict = validate(
        session, gate, named_records(gate, after, later), None, named_records(gate, before, born)
    )
    assert verdict.held == verdict.warned == []
    others = by_number(NAMES[:20]) | {f"new-{n}": name for n, name in enumerate(NAMES[40:50])}
    verdict = validate(
        session, gate, named_records(gate, others), None, named_records(gate, by_number(NAMES[:30]))
    )
    assert verdict.held == verdict.warned == []


def test_a_first_snapshot_has_no_keys_to_keep(session: Session) -> None:
    assert not any("key" in row["expectation"] for row in validate(session, SANCTIONS, sanctions()).results)


def test_articles_have_no_keys_to_keep(session: Session) -> None:
    verdict = validate(session, NEWS, articles(4, article_id="a-9"), None, articles())
    assert failed(verdict) == verdict.held == []


@pytest.mark.parametrize(
    ("before", "after", "reused"),
    [
        pytest.param({}, {}, False, id="nothing changed"),
        pytest.param({}, {"name": "Alexander Lukashenko"}, False, id="spelt otherwise"),
        pytest.param({}, {"name": "LUKASHENKA, Aliaksandr"}, False, id="turned round"),
        pytest.param({}, {"name": "Aliaksandr Ryhoravich Lukashenka"}, False, id="written in full"),
        pytest.param(
            {}, {"name": "Alexander Lukashenko", "birth_dates": ["1955"]}, False, id="both corrected"
        ),
        pytest.param({}, {"name": "Viktar Sheiman", "birth_dates": ["1958"]}, True, id="another birth"),
        pytest.param(
            {}, {"name": "Aliaksandr Sheiman", "birth_dates": ["1958"]}, True, id="a namesake by one word"
        ),
        pytest.param({}, {"name": "Viktar Sheiman"}, False, id="the same birth"),
        pytest.param(
            {},
            {"name": "Viktar Sheiman", "birth_dates": ["1950/1956"]},
            False,
            id="a birth that can be the same",
        ),
        pytest.param({"birth_dates": []}, {"name": "Viktar Sheiman"}, True, id="nothing alike"),
        pytest.param({"birth_dates": []}, {"name": "Aliaksandr Sheiman"}, False, id="one word alike"),
        pytest.param(
            {"birth_dates": []},
            {"name": "Aliaksandr Sheiman", "schema": "Vessel", "birth_dates": []},
            True,
            id="another kind",
        ),
        pytest.param(
            {},
            {"name": "Viktar Sheiman", "birth_dates": ["1958"], "also": "Aliaksandr Lukashenka"},
            False,
            id="an old name kept",
        ),
        pytest.param(
            {"birth_dates": [], "imo": "9187629"},
            {"name": "Sea Star", "birth_dates": [], "imo": "9187629"},
            False,
            id="renamed with the same number",
        ),
    ],
)
def test_a_key_given_to_somebody_else_is_told(
    session: Session, before: dict[str, Any], after: dict[str, Any], reused: bool
) -> None:
    def snapshot(
        name: str = "Aliaksandr Lukashenka", also: str | None = None, imo: str | None = None, **given: Any
    ) -> Rows:
        person = {"schema": "Person", "birth_dates": ["1954-08-30"], **given}
        numbers = [example("identifiers", record_id="eu_fsf:1", type="imo", number=imo)] if imo else []
        others = {"alias": also} if also else None
        rows = both(target("eu_fsf:1", name, others, **person), target("eu_fsf:2"), {"identifiers": numbers})
        return {table: listed for table, listed in rows.items() if listed}

    verdict = validate(session, SANCTIONS, snapshot(**after), None, snapshot(**before))
    assert ("not_reused" in failed(verdict)) == reused
    assert verdict.held == verdict.quarantined == []
