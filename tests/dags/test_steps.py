"""The steps over a real archive, without Airflow: what a source's gate says of one snapshot after another."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from dags import steps
from sources.registry import SAMPLES
from warehouse.archive import Archive
from warehouse.staging import Staging
from warehouse.storage import Home

FILE = "SDN.XML"


def test_a_snapshot_with_all_keys_changed_is_held_and_the_next_good_one_is_not(tmp_path: Path) -> None:
    home = str(tmp_path)
    archive = Archive(Home.at(home))
    [*_, newest] = sorted((SAMPLES / "us_ofac_sdn").iterdir())
    good = (newest / FILE).read_bytes()
    shifted = good.replace(b"<uid>", b"<uid>9")
    for number, content in enumerate((good, shifted, good + b"\n"), 1):
        draft = archive.draft("us_ofac_sdn", datetime(2025, 5, number, tzinfo=UTC), "sample")
        sha256, size = archive.put([content])
        draft.add(FILE, "https://lists.example/SDN.XML", "required", sha256=sha256, size=size)
        draft.log()
    for unit in archive.units("us_ofac_sdn", "full"):
        steps.parse(home, "us_ofac_sdn", unit.unit_id)
    assert steps.validate(home, "us_ofac_sdn", None)["checked"] == 3
    assert steps.promote(home, "us_ofac_sdn") == {"changed": True, "held": None}
    assert steps.validate(home, "us_ofac_sdn", None) == {"checked": 0, "data_docs": None}
    first, other, last = Staging(Home.at(home), "any").promoted()["us_ofac_sdn"]["units"]
    assert (first["held"], last["held"]) == ([], [])
    [held] = other["held"]
    assert "the record did not stand under another key in the last good snapshot" in held
