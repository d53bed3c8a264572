"""The list and its tombstones: bounds, order, and what is missed from it."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from storage.home import Home
from tests.builders import FAMILIES
from tests.suppressing import SALT, listed, suppressed
from warehouse.privacy import suppression_list
from warehouse.privacy.suppression import (
    accept_list,
    lift_suppression,
    read_suppressions,
    record_suppressions,
    suppress_record,
)
from warehouse.privacy.suppression_list import (
    Entry,
    SuppressionError,
    Suppressions,
    list_path,
    parse_suppressions,
    reasons,
)

DAY = date(2026, 11, 20)
ENTRY = "record_id: by_viasna:17, on: 2026-11-20, reason: request"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.at(str(tmp_path / "home"))


def note(home: Home) -> dict[str, Any]:
    return dict(json.loads(Path(home.raw.path, "suppressed.json").read_text("utf-8")))


def test_a_salt_has_32_characters_at_least() -> None:
    assert parse_suppressions(f"salt: {'x' * 32}\n", "f", FAMILIES).salt == "x" * 32
    with pytest.raises(SuppressionError, match="salt: is shorter than 32 characters"):
        parse_suppressions(f"salt: {'x' * 31}\n", "f", FAMILIES)


@pytest.mark.parametrize(("now", "known"), [("2026-11-20T10:00", True), ("2026-11-20T09:59", False)])
def test_a_day_is_not_to_come_where_it_begins_first(
    monkeypatch: pytest.MonkeyPatch, now: str, known: bool
) -> None:
    class Clock(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
            return datetime.fromisoformat(now).replace(tzinfo=UTC)

    monkeypatch.setattr(suppression_list, "datetime", Clock)
    text = listed(ENTRY.replace("2026-11-20", "2026-11-21"))
    if known:
        assert parse_suppressions(text, "f", FAMILIES).entries[0].on == date(2026, 11, 21)
    else:
        with pytest.raises(SuppressionError, match="entry 1: on: is in the future"):
            parse_suppressions(text, "f", FAMILIES)


def test_entries_are_numbered_from_one_and_keep_what_they_say() -> None:
    text = listed(ENTRY, "source_id: un_sc, key: 5, on: 2026-01-02, reason: law")
    assert parse_suppressions(text, "f", FAMILIES).entries == (
        Entry(1, "by_viasna:17", DAY, "request"),
        Entry(2, "un_sc:5", date(2026, 1, 2), "law"),
    )
    assert parse_suppressions(f"salt: {SALT}\nsuppressed:\n", "f", FAMILIES).entries == ()


def test_the_fields_of_a_mistake_are_named() -> None:
    for text, said in (
        (listed(ENTRY) + "more: x\n", "f: has a field other than salt and suppressed"),
        (listed(ENTRY + ", more: x"),
         "f: entry 1: has a field other than record_id, source_id, key, on and reason"),
        (listed(ENTRY, "reason: law, record_id: un_sc:5"), "f: entry 2: no on"),
        ("salt: [x]\n", "f: salt: Input should be a valid string"),
        (f"salt: {SALT}\nsuppressed: {{a: b}}\n", "f: suppressed: not written as vigil suppress writes it"),
        (listed("- x"), "f: not YAML, or a field twice, near line 3"),
        (f"salt: {SALT}\nsalt: {SALT}\n", "f: not YAML, or a field twice, near line 1"),
    ):  # fmt: skip
        with pytest.raises(SuppressionError) as raised:
            parse_suppressions(text, "f", FAMILIES)
        assert str(raised.value) == said


def test_tombstones_are_of_the_sources_asked_for_in_order_of_their_numbers() -> None:
    found = suppressed("by_viasna:1", "by_viasna:2", "un_sc:3", "by_viasna:4")
    stones = found.tombstones(["by_viasna"])
    assert [stone["source_id"] for stone in stones] == ["by_viasna"] * 3
    numbers = [stone["tombstone_id"] for stone in stones]
    assert numbers == sorted(numbers)
    assert {*numbers} == suppressed("by_viasna:1", "by_viasna:2", "by_viasna:4").tombstone_ids
    assert all(re.fullmatch("t-[0-9a-f]{16}", number) for number in numbers)
    assert stones[0] == {**stones[0], "suppressed_on": "2026-11-20", "reason": "request"}
    assert found.tombstones([]) == []


def test_a_tombstone_tells_nothing_without_the_salt() -> None:
    one, other = suppressed("by_viasna:1"), Suppressions("y" * 32, suppressed("by_viasna:1").entries)
    assert one.tombstone_ids != other.tombstone_ids
    assert re.fullmatch("[0-9a-f]{16}", one.salt_hash)
    assert one.salt_hash != other.salt_hash
    assert Suppressions().salt_hash == ""


def test_reasons_are_those_of_the_contract() -> None:
    assert reasons() == ("request", "family", "risk", "error", "law")


def test_a_new_entry_has_the_next_number_and_is_noted(home: Home) -> None:
    assert suppress_record(home, FAMILIES, "by_viasna:17", "request", DAY) == Entry(
        1, "by_viasna:17", DAY, "request"
    )
    assert suppress_record(home, FAMILIES, "un_sc:5", "law", DAY) == Entry(2, "un_sc:5", DAY, "law")
    found = read_suppressions(home, FAMILIES)
    assert note(home) == {"salt": found.salt_hash, "known": sorted(found.tombstone_ids), "lifted": []}
    with pytest.raises(SuppressionError, match="entry 1 is of this record already"):
        suppress_record(home, FAMILIES, "by_viasna:17", "risk", DAY)


def test_remember_returns_the_list_and_notes_it_once(home: Home) -> None:
    assert record_suppressions(home, FAMILIES) == Suppressions()
    assert not Path(home.raw.path, "suppressed.json").exists()
    suppress_record(home, FAMILIES, "by_viasna:17", "request", DAY)
    found = record_suppressions(home, FAMILIES)
    assert found.ids == {"by_viasna:17"}
    file = Path(home.raw.path, "suppressed.json")
    at = file.stat().st_mtime_ns
    assert record_suppressions(home, FAMILIES) == found
    assert file.stat().st_mtime_ns == at
    file.unlink()
    record_suppressions(home, FAMILIES)
    assert note(home)["known"] == sorted(found.tombstone_ids)


def test_what_is_lifted_is_noted_and_counts_again_when_it_is_added(home: Home) -> None:
    suppress_record(home, FAMILIES, "by_viasna:17", "request", DAY)
    suppress_record(home, FAMILIES, "un_sc:5", "law", DAY)
    before = read_suppressions(home, FAMILIES)
    lift_suppression(home, FAMILIES, "un_sc:5")
    assert read_suppressions(home, FAMILIES).ids == {"by_viasna:17"}
    assert note(home)["known"] == sorted(before.tombstone_ids)
    [lifted] = note(home)["lifted"]
    assert lifted in before.tombstone_ids - read_suppressions(home, FAMILIES).tombstone_ids
    with pytest.raises(SuppressionError, match="has no entry of this record"):
        lift_suppression(home, FAMILIES, "un_sc:5")
    with pytest.raises(SuppressionError, match="has no entry of this record"):
        lift_suppression(home, FAMILIES, "un_sc:6")
    suppress_record(home, FAMILIES, "un_sc:5", "law", DAY)
    assert note(home)["lifted"] == []
    Path(list_path(home).path).unlink()
    with pytest.raises(SuppressionError, match="is missing, and 2 records were suppressed by it"):
        read_suppressions(home, FAMILIES)


def test_what_is_accepted_is_counted(home: Home) -> None:
    for number in range(3):
        suppress_record(home, FAMILIES, f"by_viasna:{number}", "request", DAY)
    lift_suppression(home, FAMILIES, "by_viasna:0")
    assert accept_list(home, FAMILIES) == (2, 0)
    file = Path(list_path(home).path)
    file.write_text("".join(file.read_text("utf-8").splitlines(keepends=True)[:-1]), "utf-8")
    assert accept_list(home, FAMILIES) == (1, 1)
    assert read_suppressions(home, FAMILIES).ids == {"by_viasna:1"}
    assert (len(note(home)["known"]), len(note(home)["lifted"])) == (3, 2)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601])
def test_a_list_that_others_may_use_in_any_way_is_warned_of(
    home: Home, caplog: pytest.LogCaptureFixture, mode: int
) -> None:
    suppress_record(home, FAMILIES, "by_viasna:17", "request", DAY)
    Path(list_path(home).path).chmod(mode)
    with caplog.at_level(logging.WARNING):
        read_suppressions(home, FAMILIES)
    assert caplog.messages == [f"{list_path(home)} can be read by others than its owner: chmod 600"]


def test_a_byte_order_mark_is_no_mistake(home: Home) -> None:
    Path(home.root.path).mkdir()
    file = Path(list_path(home).path)
    file.write_text(listed(ENTRY), "utf-8-sig")
    file.chmod(0o600)
    assert read_suppressions(home, FAMILIES).ids == {"by_viasna:17"}
