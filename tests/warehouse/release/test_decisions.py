"""The file of decisions: what it may say, and what is said of what it may not."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage import database
from storage.home import Home
from tests.builders import filled, row
from warehouse.release.decisions import (
    FILE,
    Decision,
    DecisionError,
    hash_decisions,
    ineffective_decisions,
    parse_decisions,
    read_decisions,
)

HEADER = "left_record,right_record,decision,reason,decided_on,by"
GOOD = "un_sc:9,by_viasna:17,same,the papers name both,2026-11-20,A. Analyst"


def test_a_decision_is_of_two_records_in_order() -> None:
    text = f'{HEADER}\n\n{GOOD}\neu_fsf:1,un_sc:1,different,"father, and son",2026-11-20,\n'
    assert parse_decisions(text, "here") == (
        Decision(3, "by_viasna:17", "un_sc:9", True, "the papers name both"),
        Decision(4, "eu_fsf:1", "un_sc:1", False, "father, and son"),
    )


def test_the_home_may_have_none(tmp_path: Path) -> None:
    home = Home.at(str(tmp_path))
    assert read_decisions(home) == ()
    (tmp_path / FILE).write_text(f"\ufeff{HEADER}\r\n{GOOD}\r\n", "utf-8")
    assert [each.line for each in read_decisions(home)] == [2]
    (tmp_path / FILE).write_bytes(f"{HEADER}\n{GOOD}\n".replace(",", "\t").encode("utf-16"))
    assert [each.reason for each in read_decisions(home)] == ["the papers name both"]
    (tmp_path / FILE).write_bytes(f"{HEADER}\n{GOOD.replace('the', 'мы')}".encode("cp1251"))
    with pytest.raises(DecisionError, match="line 2: not UTF-8: save it as CSV in UTF-8"):
        read_decisions(home)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1: no column left_record, right_record, decision, reason, decided_on: begin with"),
        ("left_record,right_record,decision,reason", "line 1: no column decided_on"),
        (f"{HEADER},note\n{GOOD},x", "line 1: a column twice, or other than"),
        (f"{HEADER}\n{GOOD}\na:1,b:2", "line 3: 2 cells, not 6: quote what holds a comma"),
        (
            f"{HEADER}\n17,un_sc:9,same,why,2026-11-20,",
            "line 2: left_record is not a record: write its record_id",
        ),
        (f"{HEADER}\na:1,a:1,same,why,2026-11-20,", "line 2: a record and itself"),
        (f"{HEADER}\na:1,b:1,maybe,why,2026-11-20,", "line 2: decision is neither same nor different"),
        (f"{HEADER}\na:1,b:1,same, ,2026-11-20,", "line 2: no reason"),
        (f"{HEADER}\na:1,b:1,same,why,20.11.2026,", "line 2: decided_on is not a date"),
        (f"{HEADER}\na:1,b:1,same,why,2999-01-01,", "line 2: decided_on is in the future"),
        (f"{HEADER}\n{GOOD}\n{GOOD}", "line 3: the same two records as in line 2: keep one of the rows"),
        (f'{HEADER}\na:1,b:1,same,"why,2026-11-20,', "line 2: not CSV"),
    ],
)
def test_what_is_wrong_is_said_in_one_line_without_a_records_id(text: str, said: str) -> None:
    with pytest.raises(DecisionError) as caught:
        parse_decisions(text, "here")
    message = str(caught.value)
    assert message.startswith(f"here: {said}")
    assert "\n" not in message
    assert not any(told in message for told in ("viasna", "a:1", "un_sc"))


def test_the_cells_may_be_parted_as_the_spreadsheet_program_likes() -> None:
    assert parse_decisions(f"{HEADER}\n{GOOD}".replace(",", ";"), "here") == parse_decisions(
        f"{HEADER}\n{GOOD}", "there"
    )


def test_what_a_release_does_not_follow_is_told_by_its_line() -> None:
    rows = [
        "by_viasna:1,un_sc:1,same,one,2026-11-20,",
        "by_viasna:1,un_sc:2,different,not one,2026-11-20,",
        "by_viasna:1,un_sc:3,same,no such record,2026-11-20,",
        "by_viasna:2,un_sc:2,same,against line 6,2026-11-20,",
        "by_viasna:2,un_sc:1,different,and so apart,2026-11-20,",
    ]
    linked = {"by_viasna:1": "vg-1", "un_sc:1": "vg-1", "un_sc:2": "vg-2", "by_viasna:2": "vg-3"}
    with database.connect() as con:
        filled(
            con,
            {
                "entity_records": [
                    row("entity_records", record_id=record_id, entity_id=entity_id)
                    for record_id, entity_id in linked.items()
                ]
            },
        )
        assert ineffective_decisions(con, parse_decisions("\n".join([HEADER, *rows]), "here")) == [
            "line 4: no list has such a record: it has no effect",
            "line 5: not followed, as another line is against it",
        ]


def test_the_digest_is_of_what_is_decided_and_needs_the_salt() -> None:
    one = parse_decisions(f"{HEADER}\n{GOOD}", "here")
    assert hash_decisions((), "salt") is None
    assert hash_decisions(one, "salt") == hash_decisions(
        parse_decisions(f"{HEADER}\n\n\n{GOOD}", "there"), "salt"
    )
    other = parse_decisions(f"{HEADER}\n{GOOD.replace('same', 'different')}", "here")
    assert (
        len({hash_decisions(one, "salt"), hash_decisions(one, "pepper"), hash_decisions(other, "salt")}) == 3
    )
