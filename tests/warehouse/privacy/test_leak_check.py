"""The search for suppressed records in what is published: found wherever one is planted, nowhere else."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from upath import UPath

from storage.home import Home
from tests.builders import FAMILIES, House, both, digest, target
from tests.suppressing import LOSIK, OTHERS, house_with_losik, news, person, publish, suppressed
from warehouse.privacy.leak_check import LeakSearch, find_leaks
from warehouse.privacy.suppression import read_suppressions, suppress_record
from warehouse.release.reader import Release
from warehouse.release.verification import verify


@pytest.fixture
def house(tmp_path: Path) -> House:
    return house_with_losik(tmp_path / "home")


KEYS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"]),
    min_size=1,
    max_size=20,
).filter(lambda text: text == text.strip() and text.isprintable())


@settings(max_examples=100, deadline=None)
@given(KEYS, KEYS)
@example("a 'quoted' \"key\"\\n: {#}", "y")
@example("017", "17")
def test_any_record_id_comes_back_from_the_file_and_is_found_by_the_search(
    tmp_path_factory: pytest.TempPathFactory, key: str, other: str
) -> None:
    folder = tmp_path_factory.mktemp("home")
    home, record_id = Home.at(str(folder)), f"by_viasna:{key}"
    suppress_record(home, FAMILIES, record_id, "risk", date(2026, 11, 20))
    found = read_suppressions(home, FAMILIES)
    assert found.ids == {record_id}
    search = LeakSearch(found, ["by_viasna"])
    assert search.in_text(f"see {record_id}") == {1}
    assert search.in_json({"a": [record_id]}) == {1}
    table = pa.table({"record_id": [record_id, "x"], "n": [1, 2]})
    text = pa.table({"note": ["x", f"({record_id})", None]})
    lists = pa.table({"notes": [["x", None], ["y", record_id]]})
    pq.write_table(text, folder / "t.parquet", compression="none")
    assert search.in_file(UPath(folder / "t.parquet")) == {1}
    with duckdb.connect() as con:
        for columns in (table, text, lists):
            con.register("t", columns)
            assert search.in_rows(con, "t") == {1}
        con.register("t", pa.table({"record_id": [f"by_viasna:{other}", f"by_viasna:{key}{other}"]}))
        assert search.in_rows(con, "t") == ({1} if other == key else set())


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """A release in which nothing is found."""
    house = House(tmp_path_factory.mktemp("clean") / "home")
    house.see("by_viasna", 0, both(OTHERS, person("by_viasna:anna-bush-2", "Anna Bush", "1950-01-01")))
    house.see("un_sc", 0, target("un_sc:1", reason="see by_viasna:171"))
    house.see("gdelt", 0, news("a-other"))
    return publish(house, 0)


PLANTED = suppressed("by_viasna:99", LOSIK, "by_viasna:anna-bush")


def found_in(folder: Path, clean: Path | None = None) -> list[tuple[str, int]]:
    """What is found in a release; if it was made from one that is `clean`, in the files that differ."""
    files = {
        name: path
        for path in folder.rglob("*")
        if path.is_file()
        for name in [str(path.relative_to(folder))]
        if clean is None or not (clean / name).exists() or digest(clean / name) != digest(path)
    }
    return list(find_leaks({name: UPath(path) for name, path in files.items()}, PLANTED, ["by_viasna"]))


def test_a_number_within_a_longer_one_is_another(clean: Release) -> None:
    assert found_in(Path(clean.folder.path)) == []
    assert verify(clean, PLANTED) == []


def rewrite(path: UPath | Path, change: Any) -> None:
    table = change(pq.read_table(str(path)))
    pq.write_table(table, str(path), compression="zstd")


def set_column(name: str, value: Any) -> Any:
    def change(table: pa.Table) -> pa.Table:
        at = table.schema.get_field_index(name)
        return table.set_column(
            at, table.schema.field(at), pa.array([value] * table.num_rows, table.schema.field(at).type)
        )

    return change


def in_database(*statements: str) -> Any:
    def change(folder: Path) -> None:
        with duckdb.connect(str(folder / "vigil.duckdb")) as con:
            for statement in statements:
                con.execute(statement)

    return change


def in_parquet(name: str, change: Any) -> Any:
    return lambda folder: rewrite(folder / name, change)


def appended(name: str, text: str) -> Any:
    def change(folder: Path) -> None:
        path = folder / name
        path.write_text(path.read_text("utf-8") + text, "utf-8")

    return change


def in_manifest(value: Any) -> Any:
    def change(folder: Path) -> None:
        path = folder / "manifest.json"
        path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), "x": value}), "utf-8")

    return change


def new_file(name: str, data: bytes = b"x") -> Any:
    def change(folder: Path) -> None:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)

    return change


MONTH = "parquet/articles/month=2025-01/part-0.parquet"
EVENTS = "parquet/news_events/month=2025-01/part-0.parquet"
COUNTS = "parquet/article_counts/month=2025-01/part-0.parquet"


PRISONERS, NAMES = "parquet/prisoners.parquet", "parquet/names.parquet"
DATABASE = "vigil.duckdb, "
SAYS = f"{DATABASE}the catalog of its "


def described(table: pa.Table) -> pa.Table:
    meant = {"description": "anna-bush"}
    return table.cast(pa.schema([field.with_metadata(meant) for field in table.schema]))


@pytest.mark.parametrize(
    ("plant", "where", "number"),
    [
        (in_parquet(NAMES, set_column("record_id", LOSIK)), NAMES, 2),
        (in_parquet(NAMES, set_column("name", f"({LOSIK})")), NAMES, 2),
        (in_parquet(PRISONERS, set_column("charges", ["a", LOSIK])), PRISONERS, 2),
        (in_parquet(PRISONERS, set_column("case_url", "https://example.org/anna-bush.html")), PRISONERS, 3),
        (in_parquet(PRISONERS, set_column("case_url", "https://x.org/?id=by_viasna%3A17&x")), PRISONERS, 2),
        (in_parquet("changes/prisoners.parquet", set_column("name", LOSIK)), "changes/prisoners.parquet", 2),
        (in_parquet(MONTH, set_column("persons", ["x", "anna-bush"])), MONTH, 3),
        (in_parquet(PRISONERS, lambda t: t.replace_schema_metadata({"note": LOSIK})), PRISONERS, 2),
        (in_parquet(EVENTS, set_column("actor1_name", "anna-bush")), EVENTS, 3),
        (in_parquet(COUNTS, set_column("object", f"see {LOSIK}")), COUNTS, 2),
        (in_parquet(NAMES, described), NAMES, 3),
        (in_database("UPDATE names SET name = 'by_viasna:17'"), f"{DATABASE}table names", 2),
        (in_database("UPDATE prisoners SET charges = ['by_viasna:17']"), f"{DATABASE}table prisoners", 2),
        (in_database("CREATE TABLE t AS SELECT {'a': ['by_viasna:17']} AS deep"), f"{DATABASE}table t", 2),
        (in_database("CREATE VIEW v AS SELECT 'by_viasna:17' AS x"), f"{SAYS}views", 2),
        (in_database("CREATE MACRO m() AS 'by_viasna:17'"), f"{SAYS}functions", 2),
        (in_database("COMMENT ON TABLE names IS 'not anna-bush'"), f"{SAYS}tables", 3),
        (in_database('CREATE TABLE "anna-bush" (i INT)'), f"{SAYS}tables", 3),
        (in_manifest([f"x {LOSIK}."]), "manifest.json", 2),
        (in_manifest({LOSIK: 1}), "manifest.json", 2),
        (in_manifest({"\u00e9 anna-bush": 1}), "manifest.json", 3),
        (appended("LICENSES.md", f"\n{LOSIK}\n"), "LICENSES.md", 2),
        (appended("SHA256SUMS", "0  anna-bush.html\n"), "SHA256SUMS", 3),
        (new_file("changes/by_viasna:17.parquet.txt"), "a file's name", 2),
        (new_file("more.bin", b"\x00\xff0" + LOSIK.encode() + b"\x00"), "more.bin", 2),
    ],
)
def test_a_planted_record_is_found_and_told_by_its_number(
    clean: Release, tmp_path: Path, plant: Any, where: str, number: int
) -> None:
    folder = shutil.copytree(clean.folder.path, tmp_path / "release")
    plant(folder)
    found = found_in(folder, Path(clean.folder.path))
    assert (where, number) in found
    assert {n for _, n in found} == {number}
    assert "17" not in " ".join(place for place, _ in found)
    assert "bush" not in " ".join(place for place, _ in found)


def test_a_sanctions_lists_reference_to_another_entry_is_no_trace(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.see("un_sc", 0, target("un_sc:1", reason="associated with IQi.074"))
    house.suppressed = suppressed("un_sc:IQi.074")
    assert verify(publish(house, 0), house.suppressed) == []


@pytest.mark.parametrize("cut", range(16))
def test_bytes_are_searched_across_the_ends_of_chunks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cut: int
) -> None:
    monkeypatch.setattr("warehouse.privacy.leak_check.CHUNK", 64)
    search = LeakSearch(PLANTED, [])
    path = UPath(tmp_path / "f")
    for text, found in ((LOSIK, {2}), (f"{LOSIK}0", set()), (f"{LOSIK}-a", set())):
        for after in ("", " " * 100):
            path.write_bytes((" " * (64 - cut) + text + after).encode())
            assert search.in_file(path) == found, (text, after)


def test_an_older_release_is_to_be_withdrawn(house: House) -> None:
    first = publish(house, 0)
    problems = verify(first, suppressed("un_sc:99", LOSIK))
    assert problems
    assert all(
        problem.endswith("holds a suppressed record (entry 2 of suppressions.yml): withdraw this release")
        for problem in problems
    )
    assert {"parquet/prisoners.parquet", "vigil.duckdb, table prisoners", "changes/events.parquet"} <= {
        problem.partition(" holds ")[0] for problem in problems
    }
    assert "17" not in re.sub("[0-9a-f]{64}", "", " ".join(problems))
