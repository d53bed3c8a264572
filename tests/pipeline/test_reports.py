"""What a run reports of its sources at its end."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.fetching import fetch_source
from pipeline.parsing import parse_snapshot
from pipeline.promotion import promote_source
from pipeline.reports import list_findings
from pipeline.validation import validate_source
from sources.list_facts import list_facts
from sources.registry import FOLDER, registry

SOURCE = "us_ofac_sdn"


@pytest.fixture
def home(tmp_path: Path) -> str:
    """A home with the bundled snapshots of a list promoted."""
    home = str(tmp_path / "home")
    for unit_id in fetch_source(home, SOURCE, mirror=str(FOLDER)):
        parse_snapshot(home, SOURCE, unit_id)
    validate_source(home, SOURCE, None)
    promote_source(home, SOURCE)
    return home


def test_programmes_of_which_no_countries_are_stated_are_reported(
    home: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert list_findings(home, [SOURCE]) == []
    (tmp_path / SOURCE).mkdir()
    rows = (FOLDER / SOURCE / "programs.tsv").read_text("utf-8").splitlines(keepends=True)
    kept = [row for row in rows if not row.startswith("BELARUS")]
    assert len(kept) < len(rows)
    (tmp_path / SOURCE / "programs.tsv").write_text("".join(kept), "utf-8")
    monkeypatch.setattr("pipeline.reports.list_facts", lambda sources: list_facts(sources, tmp_path))
    [finding] = list_findings(home, [SOURCE])
    assert (finding.source_id, finding.what) == (SOURCE, "unknown")
    assert all(
        text.startswith("programme BELARUS") and text.endswith(": no row in programs.tsv")
        for text in finding.texts
    )


def test_a_source_without_programmes_has_nothing_to_report(tmp_path: Path) -> None:
    home = str(tmp_path)
    source = registry()["cn_cppc"]
    for unit_id in fetch_source(home, source.source_id, mirror=str(FOLDER)):
        parse_snapshot(home, source.source_id, unit_id)
    validate_source(home, source.source_id, None)
    promote_source(home, source.source_id)
    assert [each for each in list_findings(home, [source.source_id]) if "programme" in str(each.texts)] == []
