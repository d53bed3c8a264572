"""`vigil new-source` and `vigil check-source`: what they write works at once and passes the linter."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sources.sample_workbook import rebuild, workbook
from transforms.reading.spreadsheet import table_rows
from vigil.new_source import NewSourceError, write_source

TOP = Path(__file__).parents[2]
PACKAGES = ("contracts", "expectations", "pipeline", "sources", "storage", "transforms", "vigil", "warehouse")
CASES = [
    ("nz_mfat", "sanctions", "xlsx"),
    ("nz_list", "sanctions", "csv"),
    ("nz_xml", "sanctions", "xml"),
    ("az_list", "prisoners", "csv"),
    ("az_sheet", "prisoners", "xlsx"),
]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project, in which sources are begun."""
    top = tmp_path_factory.mktemp("project")
    for name in PACKAGES:
        shutil.copytree(TOP / name, top / name, ignore=shutil.ignore_patterns("__pycache__", "samples"))
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(TOP / name, top / name)
    (top / "tests").mkdir()
    for source_id, family, kind in CASES:
        write_source(source_id, family, kind, top)  # type: ignore[arg-type]
    return top


def run(project: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(project), "COLUMNS": "200"}
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def vigil(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    code = f"import sys; sys.argv = {['vigil', *arguments]!r}; from vigil.cli import main; main()"
    environment = {**os.environ, "PYTHONPATH": str(project)}
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_new_files_pass_their_tests_and_the_linter(project: Path) -> None:
    tests = run(project, "pytest", "-q", "-p", "no:cacheprovider", "tests")
    assert tests.returncode == 0, tests.stdout
    parsers = [f"transforms/{family}/{source_id}.py" for source_id, family, _ in CASES]
    paths = [*parsers, "tests"]
    for check in (["check", "--no-cache"], ["format", "--check", "--no-cache"]):
        found = run(project, "ruff", *check, *paths)
        assert found.returncode == 0, found.stdout
    assert max(len((project / path).read_text().splitlines()) for path in parsers) <= 150


@pytest.mark.parametrize("source_id", ["nz_mfat", "az_list"])
def test_check_source_reports_what_a_run_would(project: Path, source_id: str) -> None:
    found = vigil(project, "check-source", source_id, "--rows", "1")
    assert found.returncode == 0, found.stderr
    assert found.stdout.count("2 declared = 2 parsed, 0 quarantined, 0 outside") == 2
    assert found.stdout.count("the gate: passed") == 2
    assert "unknown" not in found.stdout
    assert f"record_id={source_id}:1" in found.stdout
    assert "note: source.yml: title: still TODO" in found.stdout


def test_check_source_reports_what_is_wrong_with_a_file(project: Path, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(
        "Reference,Type,Name,Regime,Listed on,Colour\n"
        "1,Individual,Ivan Petrov,Mars,soon,red\n,Entity,Belavia,,,\n2,Vessel,,,,\n"
    )
    found = vigil(project, "check-source", "nz_list", str(path))
    assert found.returncode == 1
    for line in (
        "list.csv: 3 declared = 1 parsed, 2 quarantined, 0 outside",
        "unknown: column Colour (1 times)",
        "unknown: Listed on: not a date (1 times)",
        "quarantined by the parser: list.csv line 3: no Reference",
        "quarantined by the parser: list.csv line 4: no name (2)",
        "held: sanctions: 1 rows, 2 expected at least (3 read, of which 25% may be quarantined)",
        "note: programs.tsv: no row for Mars: of no country",
    ):
        assert line in found.stdout
    assert found.stderr.startswith("vigil: a run would hold nz_list at the files")


def test_check_source_reports_faults_of_the_entry_with_their_lines(project: Path) -> None:
    entry = project / "sources/nz_xml/source.yml"
    text = entry.read_text()
    try:
        entry.write_text(text.replace("content: full", "contnet: full"))
        found = vigil(project, "check-source", "nz_xml")
    finally:
        entry.write_text(text)
    assert "nz_xml/source.yml, line" in found.stderr
    assert "contnet: unknown field, did you mean content?" in found.stderr


def test_a_workbook_of_rows_is_the_same_bytes_and_reads_as_the_rows(tmp_path: Path) -> None:
    rows = [["Name", "Born"], ["A & B", " 1970 "], ["", "x"]]
    path = tmp_path / "rows/2026-01-05/list.tsv"
    path.parent.mkdir(parents=True)
    path.write_text("\n".join("\t".join(row) for row in rows) + "\n")
    [made] = rebuild(tmp_path)
    assert made == tmp_path / "samples/2026-01-05/list.xlsx"
    assert made.read_bytes() == workbook(rows)
    assert rebuild(tmp_path) == []
    with made.open("rb") as file:
        assert [line.cells for line in table_rows(file, "list.xlsx")] == rows


@pytest.mark.parametrize("source_id", ["NZ_mfat", "nz", "nz-mfat", "../nz_mfat", "_nz_mfat"])
def test_an_id_has_a_country_and_a_publisher(tmp_path: Path, source_id: str) -> None:
    with pytest.raises(NewSourceError, match="is no source id"):
        write_source(source_id, "sanctions", "csv", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_is_not_written_over(tmp_path: Path) -> None:
    written = write_source("nz_mfat", "sanctions", "csv", tmp_path)
    before = {path: path.read_bytes() for path in written}
    with pytest.raises(NewSourceError, match=r"sources/nz_mfat/source\.yml is already there"):
        write_source("nz_mfat", "sanctions", "xlsx", tmp_path)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
