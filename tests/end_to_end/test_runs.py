"""`vigil run --mirror`: again with nothing new, with a broken snapshot, and from the archive alone."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from pipeline.fetching import fetch_source
from pipeline.parsing import parse_snapshot
from pipeline.promotion import promote_source
from pipeline.releasing import build_history, build_models, publish_release, validate_release
from pipeline.validation import validate_source
from tests.end_to_end.conftest import Mirrored, Vigil


def sums(home: Path, release: str) -> dict[str, str]:
    lines = (home / "releases" / release / "SHA256SUMS").read_text("utf-8").splitlines()
    return {
        name: digest for digest, name in (line.split("  ") for line in lines) if name.endswith(".parquet")
    }


def releases(home: Path) -> list[str]:
    return sorted(path.name for path in (home / "releases").iterdir() if path.is_dir())


def test_the_first_run_releases_and_names_what_it_passes_over(mirrored: Mirrored) -> None:
    assert mirrored.first.code == 0, mirrored.first.err
    assert "xx_unknown: not a source of the registry" in mirrored.first.out.replace("\n", " ")


def test_the_same_again_makes_no_release(mirrored: Mirrored) -> None:
    assert mirrored.again.code == 0, mirrored.again.err
    assert f"nothing has changed: release {releases(mirrored.home)[0]} is current" in mirrored.again.out
    assert len(releases(mirrored.home)) == 2  # the first and the one with the broken snapshot


def test_a_broken_snapshot_holds_its_source_and_the_release_goes_out(
    vigil: Vigil, mirrored: Mirrored
) -> None:
    assert mirrored.broken.code == 0, mirrored.broken.err
    assert "eu_fsf held: 2026-01-02" in mirrored.broken.out
    assert "the snapshot of 2025-03-17 stands" in mirrored.broken.out
    before, after = releases(mirrored.home)
    said = vigil(
        "query",
        "SELECT freshness, note, records FROM sources WHERE source_id = 'eu_fsf'",
        "--format",
        "json",
        "--home",
        mirrored.home,
    )
    [eu] = json.loads(said.out)
    assert eu["freshness"] == "held"
    assert "not XML" in eu["note"]
    counts = [
        vigil(
            "query",
            "SELECT count(*) AS n FROM current_sanctions",
            "--release",
            release,
            "--format",
            "csv",
            "--home",
            mirrored.home,
        ).out
        for release in (before, after)
    ]
    assert counts[0] == counts[1]
    diff = vigil("diff", before, after, "--home", mirrored.home)
    assert "sources" in diff.out
    assert "sanctions" not in diff.out.replace("current_sanctions", "")
    assert "held" in vigil("sources", "--home", mirrored.home).out


@pytest.mark.slow
def test_from_the_archive_alone_the_steps_make_the_same_bytes(mirrored: Mirrored, tmp_path: Path) -> None:
    """The tables, that is: without an earlier release, `changes/` has nothing to compare with. And with no
    Airflow, which adds nothing to them."""
    last = releases(mirrored.home)[-1]
    home = tmp_path / "home"
    shutil.copytree(mirrored.home / "raw", home / "raw")
    for source_id in ("eu_fsf", "by_viasna"):
        for unit_id in fetch_source(str(home), source_id, mirror=str(mirrored.mirror)):
            parse_snapshot(str(home), source_id, unit_id)
        validate_source(str(home), source_id, None)
        promote_source(str(home), source_id)
    fingerprint = build_history(str(home))
    assert fingerprint is not None
    validate_release(str(home), build_models(str(home), fingerprint), None)
    rebuilt = publish_release(str(home), fingerprint)["release"]
    was = {name: digest for name, digest in sums(mirrored.home, last).items() if name.startswith("parquet/")}
    now = {name: digest for name, digest in sums(home, rebuilt).items() if name.startswith("parquet/")}
    assert now == was


def test_samples_and_publishers_lists_do_not_meet_in_one_home(vigil: Vigil, mirrored: Mirrored) -> None:
    done = vigil("demo", "--home", mirrored.home)
    assert done.code == 1
    assert "holds publishers' lists" in done.err
