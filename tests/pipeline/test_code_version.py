"""Versions of code: which change re-parses a source, validates it again, or makes a new release."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from pipeline import code_version
from pipeline.code_version import PACKAGES, ROOT, CodeTree
from sources.registry import registry

UN, VIASNA = "un_sc", "by_viasna"
Versions = dict[str, str]


@pytest.fixture(scope="module")
def unchanged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the code."""
    root = tmp_path_factory.mktemp("code")
    ignored = shutil.ignore_patterns("samples", "__pycache__")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, root / package, ignore=ignored)
    return root


@pytest.fixture
def copy(unchanged: Path) -> Iterator[Path]:
    """The copy, to be changed by `append` alone: it is put back after the test."""
    yield unchanged
    for path, text in CHANGED.items():
        path.write_text(text, "utf-8")
    CHANGED.clear()


CHANGED: dict[Path, str] = {}
SCAN = cache(code_version.scan_module)  # most files are the same in all tests


def versions(root: Path, monkeypatch: pytest.MonkeyPatch) -> Versions:
    monkeypatch.setattr(code_version, "scan_module", SCAN)
    tree = CodeTree(root)
    monkeypatch.setattr(code_version, "_tree", lambda: tree)
    parsers = {source_id: code_version.parser_version(source) for source_id, source in registry().items()}
    return {"gate": code_version.gate_version(), "release": code_version.release_version()} | parsers


def append(text: str) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        CHANGED.setdefault(path, path.read_text("utf-8"))
        path.write_text(path.read_text("utf-8") + text, "utf-8")

    return change


comment = append("\n# a comment\n")


def sources_with(format_: str) -> set[str]:
    return {source_id for source_id, source in registry().items() if source.format == format_}


@pytest.mark.parametrize(
    ("file", "changed"),
    [
        ("sources/fetching/sample_server.py", set()),
        ("sources/fetching/http/client.py", set()),
        ("transforms/sanctions/un_sc.py", {UN}),
        ("transforms/prisoners/by_viasna.py", {VIASNA}),
        ("transforms/sanctions/us_ofac.py", sources_with("us_ofac")),
        ("transforms/news/gdelt/events.sql", {"gdelt"}),
        ("transforms/news/gdelt/cameo_events.tsv", {"gdelt"}),
        ("sources/un_sc/source.yml", {UN, "release"}),
        ("sources/un_sc/programs.tsv", {"release"}),
        ("expectations/keys.sql", {"gate", "release"}),
        ("expectations/checks.py", {"gate", "release"}),
        ("pipeline/releasing.py", {"release"}),
        ("warehouse/history/models/30_events.sql", {"release"}),
        ("warehouse/release/sql/views/listings.sql", {"release"}),
        ("transforms/identity/linking/model.yml", {"release"}),
        ("warehouse/release/writer.py", {"release"}),
    ],
)
def test_a_change_rebuilds_what_depends_on_it_and_nothing_else(
    copy: Path, monkeypatch: pytest.MonkeyPatch, file: str, changed: set[str]
) -> None:
    before = versions(copy, monkeypatch)
    comment(copy / file)
    after = versions(copy, monkeypatch)
    assert {name for name in before if before[name] != after[name]} == changed


def test_what_all_parsers_share_parses_all_again(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = versions(copy, monkeypatch)
    comment(copy / "transforms/reading/parse_result.py")
    after = versions(copy, monkeypatch)
    assert all(before[source_id] != after[source_id] for source_id in registry())


@pytest.mark.parametrize("library", ["splink", "duckdb", "rapidfuzz"])
def test_another_version_of_a_library_that_decides_links_makes_a_new_release(
    monkeypatch: pytest.MonkeyPatch, library: str
) -> None:
    before = versions(ROOT, monkeypatch)
    real = code_version.library_version
    monkeypatch.setattr(
        code_version, "library_version", lambda package: "9.9" if package == library else real(package)
    )
    after = versions(ROOT, monkeypatch)
    assert before["release"] != after["release"]
    assert before[UN] == after[UN]


def test_a_new_module_counts_as_soon_as_it_is_imported(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (copy / "transforms/fields/added.py").write_text("ONE = 1\n", "utf-8")
    before = versions(copy, monkeypatch)
    append("\nfrom transforms.fields import added\n")(copy / "transforms/sanctions/un_sc.py")
    imported = versions(copy, monkeypatch)
    append("TWO = 2\n")(copy / "transforms/fields/added.py")
    after = versions(copy, monkeypatch)
    assert len({each[UN] for each in (before, imported, after)}) == 3
    assert before[VIASNA] == after[VIASNA]


def test_where_the_code_lies_does_not_matter(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert versions(copy, monkeypatch) == versions(ROOT, monkeypatch)


def test_every_data_file_is_named_by_a_module() -> None:
    tree = CodeTree(ROOT)
    kinds = ("*.sql", "*.tsv", "*.yml")
    files = {path for package in PACKAGES for kind in kinds for path in (ROOT / package).rglob(kind)}
    names = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
    ]
    named = {path for name in tree.modules(*names) for path in tree.data_files(name)}
    assert {path for path in files if "samples" not in path.parts} - named == set()


def test_every_library_that_is_imported_has_a_version() -> None:
    tree = CodeTree(ROOT)
    parsers = {f"transforms.{source.parser}" for source in registry().values()}
    modules = tree.modules("pipeline.releasing", "pipeline.parsed_tables", *parsers).values()
    libraries = {library for module in modules for library in module.libraries} - {"pyspark"}
    assert {library for library in libraries if not code_version.library_version(library)} == set()
