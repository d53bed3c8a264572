"""What lists state of themselves: the countries of their programmes, and how they cite each other."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from sources.list_facts import PROGRAMS_FILE, find_unmatched, list_facts
from sources.registry import FOLDER, RegistryError, registry

SOURCE = registry()["eu_fsf"]
HEADER = "program\tcountries\tlikely_places\n"


def programs(tmp_path: Path, text: str) -> list[dict[str, object]]:
    (tmp_path / "eu_fsf").mkdir(exist_ok=True)
    (tmp_path / "eu_fsf" / PROGRAMS_FILE).write_text(text, "utf-8")
    rows: list[dict[str, object]] = list_facts([SOURCE], tmp_path).programs.to_pylist()
    return rows


def test_programmes_are_read_in_their_order(tmp_path: Path) -> None:
    rows = programs(tmp_path, HEADER + "SSD\tSS\tSD SS\nSDN*\tSD\t\n")
    assert rows == [
        {
            "source_id": "eu_fsf",
            "row": 2,
            "pattern": "SSD",
            "countries": ["SS"],
            "likely_places": ["SD", "SS"],
        },
        {"source_id": "eu_fsf", "row": 3, "pattern": "SDN*", "countries": ["SD"], "likely_places": []},
    ]


def test_a_source_without_the_file_has_no_programmes(tmp_path: Path) -> None:
    assert list_facts([SOURCE], tmp_path).programs.num_rows == 0


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", None),
        ("program\tcountries\n", "line 1: the columns are not program, countries, likely_places"),
        (HEADER + "BLR BY BY\n", "line 2: 1 cells, not 3"),
        (HEADER + "BLR\tBY\tBY\nRUS\tRU\tRU UK\n", "line 3: UK is no ISO 3166-1 alpha-2 code"),
    ],
)
def test_a_mistake_is_reported_with_file_and_line(tmp_path: Path, text: str, fault: str | None) -> None:
    if fault is None:
        assert programs(tmp_path, text) == []
        return
    with pytest.raises(RegistryError, match=re.escape(f"eu_fsf/programs.tsv, {fault}")):
        programs(tmp_path, text)


def test_a_programme_without_a_row_is_found_whatever_its_case(tmp_path: Path) -> None:
    (tmp_path / "eu_fsf").mkdir()
    (tmp_path / "eu_fsf" / PROGRAMS_FILE).write_text(HEADER + "BLR\tBY\tBY\nCyb*\t\t\n", "utf-8")
    facts = list_facts([SOURCE], tmp_path)
    assert find_unmatched(facts, "eu_fsf", ["blr", "CYBER", "NEW", "NEW", "BLR 2"]) == ["BLR 2", "NEW"]
    assert find_unmatched(facts, "un_sc", ["BLR"]) == ["BLR"]


def test_two_lists_can_share_their_programmes() -> None:
    known = registry()
    found = [list_facts([known[source_id]]).programs for source_id in ("us_ofac_sdn", "us_ofac_cons")]
    first, second = (table.drop_columns("source_id").to_pylist() for table in found)
    assert first == second != []


@pytest.mark.parametrize("path", sorted(FOLDER.glob(f"*/{PROGRAMS_FILE}")), ids=lambda path: path.parent.name)
def test_no_row_is_hidden_by_one_above_it(path: Path) -> None:
    patterns = [line.partition("\t")[0] for line in path.read_text("utf-8").splitlines()[1:]]
    for number, pattern in enumerate(patterns):
        plain = pattern.strip("*")
        hidden = [above for above in patterns[:number] if fnmatchcase(plain.lower(), above.lower())]
        assert hidden == [], pattern


def test_a_citing_list_and_the_cited_one_call_the_keys_alike() -> None:
    rows = list_facts(registry().values()).references.to_pylist()
    by_form = {row["list"]: (row["form"], row["compared"]) for row in rows if row["form"]}
    assert by_form == {"UN": (r"([A-Z]{2}[IE]\.)0*(\d{1,4})", r"\1\2")}
    cited = {(row["source_id"], row["cited_as"], row["list"]) for row in rows if row["cited_as"]}
    assert ("gb_ofsi", "uk sanctions list ref", "UK") in cited
    assert ("gb_uksl", "ofsigroupid", "OFSI") in cited
    own = {row["source_id"]: row["list"] for row in rows if row["cited_as"] is None}
    assert own == {
        "gb_ofsi": "OFSI",
        "gb_uksl": "UK",
        "un_sc": "UN",
        "us_ofac_cons": "OFAC",
        "us_ofac_sdn": "OFAC",
    }
