"""The registry: every entry reads, and what is wrong in one is told with its place."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from sources.registry import FOLDER, SAMPLES, RegistryError, load, registry, select

ENTRY = """
family: sanctions
title: A list
publisher: A publisher
licence: CC0
attribution: A publisher
url: https://lists.example/
cadence: P1D
cron: "0 5 * * *"
format: none
content: full
files:
  - {name: list.xml, url: "https://lists.example/list.xml"}
"""


def test_an_entry_reads_with_its_defaults(tmp_path: Path) -> None:
    (tmp_path / "xx_list.yml").write_text(ENTRY)
    source = load(tmp_path / "xx_list.yml")
    assert source.source_id == "xx_list"
    assert source.cadence == timedelta(days=1)
    assert not source.files[0].optional
    assert source.main_table == "sanctions"


def test_entries_come_in_alphabetical_order(tmp_path: Path) -> None:
    for name in ("zz", "aa", "mm"):
        (tmp_path / f"{name}.yml").write_text(ENTRY)
    assert list(registry(tmp_path)) == ["aa", "mm", "zz"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("title: A list\n", "", r"xx_list\.yml: title: "),
        ("content: full", "content: some", r"xx_list\.yml: content: "),
        ("cadence: P1D", "cadence: daily", r"xx_list\.yml: cadence: "),
        ("format: none", "format: none\nfromat: xml", r"xx_list\.yml: fromat: "),
        ("{name: list.xml, url:", "{nmae: list.xml, url:", r"xx_list\.yml: files\.0\."),
        ("files:", "index: {urls: [], pattern: '*'}\nfiles:", "either files or index"),
    ],
)
def test_a_mistake_in_an_entry_is_told_with_file_and_field(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    assert old in ENTRY
    (tmp_path / "xx_list.yml").write_text(ENTRY.replace(old, new))
    with pytest.raises(RegistryError, match=told):
        load(tmp_path / "xx_list.yml")


def test_every_bundled_entry_reads_and_has_a_parser_and_samples() -> None:
    sources = registry()
    assert sources
    for source_id, source in sources.items():
        assert (FOLDER.parent / "transforms" / "formats" / f"{source.format}.py").is_file(), source_id
        assert (SAMPLES / source_id).is_dir(), source_id
        assert source.doc, source_id
        assert all(source.withheld.values()), source_id


def test_sources_are_chosen_by_name_or_all() -> None:
    everything = registry()
    first = next(iter(everything))
    assert select([]) == list(everything.values())
    assert select([first]) == [everything[first]]


def test_a_source_nobody_knows_is_told_with_those_that_are_known() -> None:
    with pytest.raises(RegistryError, match="unknown source xx_nowhere; known are "):
        select(["xx_nowhere"])
