"""The search itself: which texts, rows, values and bytes hold a suppressed record."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from upath import UPath

from tests.suppressing import suppressed
from warehouse.privacy.leak_check import LeakSearch, describe_leak, find_leaks
from warehouse.privacy.suppression_list import Suppressions

LISTED = ("by_viasna:17", "by_viasna:anna-bush", "un_sc:QDi.017", "by_viasna:short")


@pytest.fixture(scope="module")
def search() -> LeakSearch:
    return LeakSearch(suppressed(*LISTED), ["by_viasna"])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see by_viasna:17.", {1}),
        ("by_viasna:170 and 17", set()),
        ("anna-bush", {2}),
        ("anna-bush-2", set()),
        ("by_viasna:anna-bush", {2}),
        ("QDi.017", {3}),
        ("short", set()),
        ("by_viasna:short", {4}),
        ("by_viasna%3A17 and un_sc:QDi.017", {1, 3}),
        ("", set()),
    ],
)
def test_texts(search: LeakSearch, text: str, found: set[int]) -> None:
    assert search.in_text(text) == found


@pytest.mark.parametrize(
    ("text", "record_id", "found"),
    [
        ("anna-bush", "by_viasna:5", {2}),
        ("anna-bush", "un_sc:5", set()),
        ("by_viasna:anna-bush", "un_sc:5", {2}),
        ("QDi.017", "un_sc:5", set()),
        ("QDi.017", "by_viasna:5", set()),
        ("un_sc:QDi.017", "un_sc:5", {3}),
        ("anna-bush", "by_viasna2:5", set()),
    ],
)
def test_a_key_alone_in_the_row_of_another_record_counts_on_lists_of_prisoners(
    search: LeakSearch, text: str, record_id: str, found: set[int]
) -> None:
    assert search.in_text(text, record_id) == found
    table = pa.table({"record_id": [record_id], "note": [text]})
    with duckdb.connect() as con:
        con.register("t", table)
        assert search.in_rows(con, "t") == found


def test_values_of_json(search: LeakSearch) -> None:
    assert search.in_json({"a": [1, None, {"b": "by_viasna:17"}]}) == {1}
    assert search.in_json({"anna-bush": "un_sc:QDi.017"}) == {2, 3}
    assert search.in_json([["x"], 17, True, None]) == set()


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        ({"record_id": ["by_viasna:17", "by_viasna:1"]}, {1}),
        ({"record_id": ["by_viasna:170", "see by_viasna:17"]}, set()),
        ({"record_id": ["un_sc:QDi.017", "by_viasna:anna-bush"]}, {2, 3}),
        ({"note": [None, "by_viasna:17"]}, {1}),
        ({"note": ["by_viasna:1", "x"], "more": ["x", "anna-bush"]}, {2}),
        ({"notes": [["x", None], ["anna-bush"]]}, {2}),
        ({"deep": [{"a": ["un_sc:QDi.017"]}, None]}, {3}),
        ({"bytes": [b"by_viasna:17", b"x"]}, {1}),
        ({"n": [17, 18]}, set()),
        ({"n": [17, 18], "note": ["by_viasna:17", None]}, {1}),
    ],
)
def test_rows(search: LeakSearch, columns: Mapping[str, Any], found: set[int]) -> None:
    with duckdb.connect() as con:
        con.register("t", pa.table(dict(columns)))
        assert search.in_rows(con, "t") == found


def test_a_column_whose_name_is_quoted(search: LeakSearch) -> None:
    with duckdb.connect() as con:
        con.execute("""CREATE TABLE t AS SELECT 'by_viasna:17' AS "a ""b", ['anna-bush'] AS "c"" d" """)
        assert search.in_rows(con, "t") == {1, 2}


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"by_viasna:17", {1}),
        (b"\x0cby_viasna:17\x00", {1}),
        (b"xby_viasna:17", {1}),  # what stands before may be a length
        (b"by_viasna:17-", {1}),
        (b"by_viasna:17-a", set()),
        (b"by_viasna:17\xc3\xa9", set()),
        (b"by_viasna:170", set()),
        (b"anna-bush", set()),  # keys alone are not looked for in bytes
        (b"by_viasna:anna-bush un_sc:QDi.017 ", {2, 3}),
        (b"", set()),
    ],
)
def test_bytes(search: LeakSearch, tmp_path: Path, data: bytes, found: set[int]) -> None:
    (tmp_path / "f").write_bytes(data)
    assert search.in_file(UPath(tmp_path / "f")) == found


def found_in(files: Mapping[str, Path], listed: Suppressions | None = None) -> list[tuple[str, int]]:
    given = {name: UPath(path) for name, path in files.items()}
    return list(find_leaks(given, suppressed(*LISTED) if listed is None else listed, ["by_viasna"]))


def test_files_in_order_each_place_once(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_text("by_viasna:17 by_viasna:17 anna-bush")
    (tmp_path / "a.json").write_text(json.dumps({"\u00e9": "by_viasna:17", "x": "by_viasna%3a17"}))
    (tmp_path / "c.json").write_text('{"x": "\\u0062y_viasna:17"}')
    (tmp_path / "d.json").write_text("no JSON, but by_viasna:17")
    (tmp_path / "e.html").write_bytes(b"\xff by_viasna:17")
    (tmp_path / "f.txt").write_text("nobody")
    assert found_in({path.name: path for path in tmp_path.iterdir()}) == [
        ("a.json", 1),
        ("b.txt", 1),
        ("b.txt", 2),
        ("c.json", 1),
        ("d.json", 1),
        ("e.html", 1),
    ]


def test_a_file_named_after_a_record_is_named_by_its_kind(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("un_sc:QDi.017")
    assert found_in({"persons/anna-bush.html": tmp_path / "x"}) == [
        ("a file's name", 2),
        ("a nameless file", 3),
    ]
    (tmp_path / "x.html").write_text("un_sc:QDi.017")
    assert found_in({"anna-bush.html": tmp_path / "x.html"}) == [("a file's name", 2), ("a .html file", 3)]


@pytest.mark.parametrize(
    "table",
    [
        pa.table({"note": ["by_viasna:17"]}),
        pa.table({"by_viasna:17": [1]}),
        pa.table({"n": [1]}).replace_schema_metadata({"by_viasna:17": "x"}),
        pa.table({"n": [1]}).cast(pa.schema([pa.field("n", pa.int64(), metadata={"x": "by_viasna:17"})])),
    ],
)
def test_parquet(tmp_path: Path, table: pa.Table) -> None:
    pq.write_table(table, tmp_path / "it's.parquet", compression="zstd")
    assert found_in({"t.parquet": tmp_path / "it's.parquet"}) == [("t.parquet", 1)]


def test_nothing_is_read_if_nothing_is_suppressed(tmp_path: Path) -> None:
    assert found_in({"a": tmp_path / "is not there"}, Suppressions()) == []


def test_the_line_that_verify_prints() -> None:
    assert describe_leak("x.parquet", 3) == (
        "x.parquet holds a suppressed record (entry 3 of suppressions.yml): withdraw this release"
    )
