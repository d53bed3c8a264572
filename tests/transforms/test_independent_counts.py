"""The parsers' tables hold what other code counts in the raw files (`tests/independent_counts.py`)."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

import pyarrow as pa
import pytest
from lxml import etree

from sources.registry import registry
from tests.independent_counts import NUMBERS, count, gb_ofsi, tidy, words
from transforms.reading.parse_result import ParseResult, parse

KNOWN = {
    ("us_ofac_sdn", "2024-05-07"): 14_966,
    ("us_ofac_cons", "2024-05-06"): 443,
    ("us_ofac_cons", "2025-10-22"): 443,
    ("us_ofac_cons", "2025-12-18"): 442,
    ("eu_fsf", "2024-05-13"): 4_808,
    ("un_sc", "2024-05-15"): 875,
    ("un_sc", "2025-11-29"): 1_000,
    ("un_sc", "2025-12-09"): 1_000,
    ("un_sc", "2026-01-28"): 999,
    ("gb_ofsi", "2025-04-10"): 4_686,
    ("gb_uksl", "2026-03-26"): 2,
    ("ca_sema", "2025-05-25"): 4_759,
    ("au_dfat", "2024-11-11"): 3_062,
    ("ch_seco", "2026-08-27"): 3,
}
# More than a plain rule counts, read by eye: `Germany. Russia`, `Estonia, Russia`; one man's six towns in
# three states; UN documents whose number is in a note, and numbers in comments; a `-` for a number.
BY_EYE = defaultdict(
    Counter,
    {
        ("gb_ofsi", "2025-04-10"): Counter({"nationalities": 2, "birth_place": 1}),
        ("un_sc", "2024-05-15"): Counter({"identifiers": 51}),
        ("un_sc", "2025-11-29"): Counter({"identifiers": 49}),
        ("un_sc", "2025-12-09"): Counter({"identifiers": 49}),
        ("un_sc", "2026-01-28"): Counter({"identifiers": 49}),
        ("eu_fsf", "2024-05-13"): Counter({"identifiers": -1}),
    },
)
UNSEEN = dict.fromkeys((0x00AD, 0x202C))  # a soft hyphen, a mark of direction: left out of every text
PARSED = [(source_id, date) for source_id, date in KNOWN if source_id in registry()]


def the_file(shared_data: Path, source_id: str, date: str) -> Path:
    (file,) = (shared_data / source_id / date).iterdir()
    return file


counted = cache(count)


@cache
def parsed(source_id: str, file: Path) -> tuple[ParseResult, dict[str, pa.Table]]:
    source = registry()[source_id]
    with file.open("rb") as opened:
        snapshot = parse(source_id, source.parser, {file.name: opened}, source.options)
    return snapshot, snapshot.arrow()


def numbers(tables: dict[str, pa.Table], wanted: Counter[str]) -> Counter[str]:
    """The tables' rows under the names that `count` gives them."""
    found = Counter({"entries": tables["sanctions"].num_rows})
    found.update(f"names {kind}" for kind in tables["names"]["kind"].to_pylist())
    if "addresses" in tables:
        found.update(tables["addresses"]["kind"].to_pylist())
    for table in ("identifiers", "birth_dates", "nationalities", "positions", "programs"):
        found[table] = tables[table].num_rows if table in tables else 0
    if "words of names" in wanted:
        of: defaultdict[str, set[str]] = defaultdict(set)
        for row in tables["names"].to_pylist():
            of[row["record_id"]] |= words(row["name"])
        found["words of names"] = sum(len(each) for each in of.values())
    return found


def keys(shared_data: Path, source_id: str, date: str) -> set[str]:
    _, tables = parsed(source_id, the_file(shared_data, source_id, date))
    return set(tables["sanctions"]["record_id"].to_pylist())


@pytest.mark.parametrize(("source_id", "date"), PARSED)
def test_the_parser_finds_what_another_count_finds(source_id: str, date: str, shared_data: Path) -> None:
    file = the_file(shared_data, source_id, date)
    wanted = counted(source_id, file)
    snapshot, tables = parsed(source_id, file)
    found = numbers(tables, wanted)
    compared = set(wanted) - {NUMBERS} | {f"names {kind}" for kind in ("weak_alias", "former")}
    wanted = wanted + BY_EYE[source_id, date]
    assert not {name: (found[name], wanted[name]) for name in compared if found[name] != wanted[name]}
    assert not snapshot.quarantine


def test_no_number_of_the_uk_list_is_lost(shared_data: Path) -> None:
    """They are not counted one by one: the parser tells tax numbers and business numbers apart, and numbers
    from what else their cell says of them (`TIN: 7`, `7 (Ukraine)`).
    """
    file = the_file(shared_data, "gb_ofsi", "2025-04-10")
    _, tables = parsed("gb_ofsi", file)
    found = {(row["record_id"], row["number"]) for row in tables["identifiers"].to_pylist()}
    wanted = {
        (f"gb_ofsi:{key}", row[1]) for key, record in gb_ofsi(file).items() for row in record.rows[NUMBERS]
    }
    assert len(wanted) > 6_000
    lost = wanted - found
    assert len(lost) < 10
    for record_id, cell in lost:
        assert {(record_id, number) for number in re.findall(r"[0-9]{6,}", cell)} <= found


@pytest.mark.parametrize(("source_id", "date"), KNOWN)
def test_the_known_numbers_of_targets(source_id: str, date: str, shared_data: Path) -> None:
    assert counted(source_id, the_file(shared_data, source_id, date))["entries"] == KNOWN[source_id, date]


def test_one_target_left_the_us_consolidated_list(shared_data: Path) -> None:
    before, after = (keys(shared_data, "us_ofac_cons", date) for date in ("2025-10-22", "2025-12-18"))
    assert before - after == {"us_ofac_cons:26182"}
    assert after < before


def test_the_eu_elements_are_merged_with_all_their_names(shared_data: Path) -> None:
    file = the_file(shared_data, "eu_fsf", "2024-05-13")
    snapshot, tables = parsed("eu_fsf", file)
    (report,) = snapshot.files.values()
    assert (report.declared, report.parsed, report.outside) == (4_811, 4_808, 3)
    rows = tables["names"].to_pylist()
    assert {(row["record_id"], row["name"]) for row in rows} == {
        (f"eu_fsf:{entity.get('euReferenceNumber')}", tidy(alias.get("wholeName")).translate(UNSEEN))
        for entity in etree.parse(file).iterfind("{*}sanctionEntity")
        for alias in entity.iterfind("{*}nameAlias")
    }
