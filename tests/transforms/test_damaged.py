"""Real files that came damaged, or in place of a list: each ends in one line that names the file."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from sources.registry import registry
from transforms.reading.parse_result import SourceFormatError, parse


@pytest.mark.parametrize(
    ("damaged", "source_id", "message"),
    [
        ("eu_fsf/xmlFullSanctionsList_1_1.xml", "eu_fsf", 'starts with \'{"timestamp"'),
        ("eu_fsf_csv/csvFullSanctionsList.csv", "eu_fsf", "starts with '\"Date_file"),
        ("un_sc/consolidated.xml", "un_sc", "not well-formed XML"),
    ],
)
def test_it_ends_in_one_clear_line(shared_data: Path, damaged: str, source_id: str, message: str) -> None:
    source = registry()[source_id]
    name = source.files[0].name
    data = io.BytesIO((shared_data / "damaged" / damaged).read_bytes())
    with pytest.raises(SourceFormatError) as error:
        parse(source_id, source.parser, {name: data}, source.options)
    said = str(error.value)
    assert said.startswith(f"{name}: ")
    assert message in said
    assert "\n" not in said


def test_every_damaged_file_is_looked_at(shared_data: Path) -> None:
    there = {
        path.relative_to(shared_data / "damaged").as_posix()
        for path in (shared_data / "damaged").rglob("*.*")
    }
    assert there == {
        "eu_fsf/xmlFullSanctionsList_1_1.xml",
        "eu_fsf_csv/csvFullSanctionsList.csv",
        "un_sc/consolidated.xml",
    }
