"""Finding, verifying and comparing releases."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from upath import UPath

from contracts import contract
from storage import database
from storage.files import StorageError
from storage.home import Home
from tests.builders import Rows, both, day, filled, row, target
from warehouse.release.reader import (
    Release,
    ReleaseError,
    ask,
    chain,
    connect,
    diff,
    find,
    read_release_folder,
)
from warehouse.release.writer import write_release

START = day(700)
Write = Callable[[Rows], Release]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.at(str(tmp_path / "it's home"))


@pytest.fixture
def write(home: Home) -> Write:
    """Writes one release after another, a day apart."""
    count = 0

    def written(rows: Rows) -> Release:
        nonlocal count
        count += 1
        with database.connect() as con:
            filled(con, rows)
            inputs = {"fingerprint": str(count), "sources": {}}
            return find(home, write_release(con, home, inputs, START + timedelta(days=count)))

    return written


def whole() -> Rows:
    return both(
        target("eu_fsf:1"),
        {
            "sources": [row("sources", source_id="eu_fsf")],
            "entities": [row("entities", entity_id="vg-1")],
            "entity_records": [row("entity_records", entity_id="vg-1", record_id="eu_fsf:1")],
            "articles": [
                row("articles", article_id="a1", source_id="gdelt", published_at=day(0), seen_at=day(0))
            ],
        },
    )


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The releases of a home that has one."""
    home = Home.at(str(tmp_path_factory.mktemp("template") / "it's home"))
    with database.connect() as con:
        filled(con, whole())
        write_release(con, home, {"fingerprint": "1", "sources": {}}, START + timedelta(days=1))
    return Path(home.releases.path)


@pytest.fixture
def release(home: Home, template: Path) -> Release:
    """A release, the only one of its home."""
    shutil.copytree(template, home.releases.path)
    return find(home)


def folder(release: Release) -> Path:
    return Path(release.folder.path)


DAMAGED = {
    "empty": b"",
    "a list": b"[]",
    "an object without fields": b"{}",
    "null": b"null",
    "not UTF-8": b'{"release": "\xff"}',
    "cut": b'{"release": "2026-',
    "nested": b"[" * 100_000,
    "a huge number": b'{"release": ' + b"9" * 5000 + b"}",
    "NaN": b'{"release": NaN}',
    "a name that leaves the folder": b'{"release": "../../etc", "previous": null, "tables": {}}',
}


@pytest.mark.parametrize("damage", DAMAGED)
@pytest.mark.parametrize("name", ["manifest.json", "latest.json"])
def test_a_damaged_manifest_or_pointer_is_one_line_that_names_it(
    home: Home, release: Release, damage: str, name: str
) -> None:
    top = folder(release)
    (top / name if name == "manifest.json" else top.parent / name).write_bytes(DAMAGED[damage])
    with pytest.raises((ReleaseError, StorageError)) as caught:
        find(home)
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["manifest.json", "latest.json"])
def test_a_folder_in_place_of_a_manifest_or_pointer_is_one_line(
    home: Home, release: Release, name: str
) -> None:
    top = folder(release)
    path = top / name if name == "manifest.json" else top.parent / name
    path.unlink()
    path.mkdir()
    with pytest.raises((ReleaseError, StorageError), match=name):
        find(home)


@pytest.mark.parametrize("name", ["", ".", "..", "../../it's home/releases", "/etc"])
def test_a_release_is_looked_for_in_its_home_alone(home: Home, release: Release, name: str) -> None:
    (folder(release).parent / "manifest.json").write_text("{}", "utf-8")
    with pytest.raises(ReleaseError, match="no release"):
        find(home, name)


def test_a_release_in_any_folder_is_called_as_its_manifest_says(release: Release, tmp_path: Path) -> None:
    moved = folder(release).rename(tmp_path / "download")
    assert read_release_folder(UPath(moved)).id == release.id
    with pytest.raises(ReleaseError, match=r"manifest\.json"):
        read_release_folder(UPath(tmp_path))


def test_the_latest_is_found_unless_another_is_named(home: Home, write: Write) -> None:
    first, second = write(whole()), write(whole())
    assert find(home).id == second.id
    assert find(home, first.id).manifest["release"] == first.id


def test_where_there_is_no_release_the_error_says_what_to_do(home: Home) -> None:
    with pytest.raises(ReleaseError, match=r"no release in .* yet: vigil run makes one"):
        find(home)
    with pytest.raises(ReleaseError, match=r"no release a in .*; there are: none"):
        find(home, "a")


def test_an_unknown_release_is_told_with_those_there_are(home: Home, release: Release) -> None:
    (home.releases / "broken-off").mkdir()
    with pytest.raises(ReleaseError, match=f"no release a in .*; there are: {release.id}$"):
        find(home, "a")
    with pytest.raises(ReleaseError, match="no release broken-off"):
        find(home, "broken-off")


def test_a_connection_reads_only_and_shows_utc(release: Release) -> None:
    with connect(release) as con:
        [(seen_at,)] = con.execute("SELECT seen_at::VARCHAR FROM articles").fetchall()
        assert seen_at == "2025-01-01 00:00:00+00"
        with pytest.raises(Exception, match="read-only"):
            con.execute("DELETE FROM articles")
    (folder(release) / "vigil.duckdb").unlink()
    with pytest.raises(ReleaseError, match=r"has no vigil\.duckdb"):
        connect(release)


def test_a_query_reads_the_release(release: Release) -> None:
    with connect(release) as con:
        assert [header for header, _ in [ask(con, "FROM names SELECT record_id, name")]] == [
            ["record_id", "name"]
        ]
        for sql in (
            "SELECT * FROM names;",
            "-- a comment\nSELECT 1 /* another */",
            "WITH n AS (FROM names) SELECT count(*) FROM n",
            "PIVOT names ON kind USING count(*)",
            "SELECT * FROM (PIVOT names ON kind USING count(*))",
            "VALUES (1)",
            "TABLE names",
            "DESCRIBE names",
            "SUMMARIZE names",
            "SHOW TABLES",
            "EXPLAIN SELECT 1",
            "FROM current_sanctions",
            "SELECT count(*) FROM whois('Body')",
        ):
            assert list(ask(con, sql)[1]), sql


@pytest.mark.parametrize(
    "sql", ["SELECT to_days(2000000000)", "SELECT to_months(2000000000)", "SELECT 1 AS \udcff"]
)
def test_what_python_cannot_hold_is_an_error_of_one_line(release: Release, sql: str) -> None:
    with connect(release) as con, pytest.raises(ReleaseError):
        list(ask(con, sql)[1])


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A folder with files that a query is not to read, in which nothing must be written."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "secret.csv").write_text("a,b\n1,2\n", "utf-8")
    (folder / "secret.json").write_text('{"a": 1}', "utf-8")
    pq.write_table(pa.table({"a": [1]}), folder / "secret.parquet")
    with database.connect(UPath(folder / "secret.duckdb")) as con:
        con.execute("CREATE TABLE t AS SELECT 1 AS a")
    return folder


READS = (
    "FROM read_text('{0}/secret.csv')",
    "FROM read_blob('{0}/secret.csv')",
    "FROM glob('{0}/*')",
    "FROM '{0}/secret.csv'",
    "FROM read_csv('{0}/secret.csv')",
    "FROM read_csv_auto('{0}/secret.csv')",
    "FROM sniff_csv('{0}/secret.csv')",
    "FROM '{0}/secret.parquet'",
    "FROM parquet_scan('{0}/secret.parquet')",
    "FROM parquet_metadata('{0}/secret.parquet')",
    "FROM parquet_schema('{0}/secret.parquet')",
    "FROM '{0}/secret.json'",
    "FROM read_json('{0}/secret.json')",
    "FROM read_ndjson_objects('{0}/secret.json')",
    "FROM read_duckdb('{0}/secret.duckdb', table_name := 't')",
    "FROM '{0}/secret.duckdb'",
    "FROM query('FROM read_text(''{0}/secret.csv'')')",
    "FROM query_table('{0}/secret.csv')",
    "EXPLAIN ANALYZE FROM read_text('{0}/secret.csv')",
    "FROM json_execute_serialized_sql(json_serialize_sql('FROM read_text(''{0}/secret.csv'')'))",
    "FROM variable",
    "FROM 'https://127.0.0.1:9/x.csv'",
    "FROM read_parquet('s3://bucket/x.parquet')",
    "SELECT getenv('HOME')",
)


@pytest.mark.parametrize("sql", READS)
def test_a_query_reads_nothing_but_the_release(release: Release, elsewhere: Path, sql: str) -> None:
    variable = pa.table({"a": [1]})
    with connect(release) as con, pytest.raises((duckdb.Error, ReleaseError)):
        list(ask(con, sql.format(elsewhere))[1])
    assert variable


DOES = (
    "COPY names TO '{0}/out.csv'",
    "COPY (SELECT 1) TO '{0}/out.parquet'",
    "EXPLAIN ANALYZE COPY names TO '{0}/out.csv'",
    "EXPORT DATABASE '{0}/out'",
    "IMPORT DATABASE '{0}'",
    "ATTACH '{0}/secret.duckdb' AS other",
    "ATTACH ':memory:' AS other",
    "DETACH vigil",
    "USE vigil",
    "INSTALL httpfs",
    "LOAD httpfs",
    "LOAD '{0}/secret.csv'",
    "UPDATE EXTENSIONS",
    "SET enable_external_access = true",
    "RESET enable_external_access",
    "SET lock_configuration = false",
    "SET profiling_output = '{0}/out.json'",
    "SET log_query_path = '{0}/out.log'",
    "SET temp_directory = '{0}'",
    "SET VARIABLE a = 1",
    "PRAGMA enable_profiling = 'json'",
    "PRAGMA profile_output = '{0}/out.json'",
    "CALL enable_logging(storage := 'file', storage_config := {{'path': '{0}/out'}})",
    "CALL enable_profiling(format := 'json', save_location := '{0}/out.json')",
    "CREATE TEMP TABLE t AS SELECT 1",
    "CREATE TABLE t AS SELECT 1",
    "CREATE SECRET (TYPE s3)",
    "CREATE PERSISTENT SECRET (TYPE s3)",
    "INSERT INTO names SELECT * FROM names",
    "EXPLAIN ANALYZE DELETE FROM names",
    "DELETE FROM names",
    "DROP TABLE names",
    "CHECKPOINT",
    "VACUUM",
    "BEGIN",
    "PREPARE p AS SELECT 1",
    "EXECUTE p",
    "SELECT 1; SELECT 2",
    "CREATE TEMP TYPE t AS ENUM ('a'); SELECT 1",
    "PIVOT names ON kind; SELECT 1",
    "PIVOT names ON kind; COPY names TO '{0}/out.csv'",
    "FROM enable_logging(storage := 'stdout'); SELECT 1",
    "",
    " -- nothing",
    "SELEC 1",
)


@pytest.mark.parametrize("sql", DOES)
def test_a_query_does_nothing_but_read(release: Release, elsewhere: Path, sql: str) -> None:
    before = sorted(elsewhere.rglob("*"))
    with connect(release) as con:
        with pytest.raises((duckdb.Error, ReleaseError)) as raised:
            ask(con, sql.format(elsewhere))
        assert "internal" not in str(raised.value).lower()
        assert list(ask(con, "SELECT count(*) FROM names")[1]) == [(1,)]
    assert sorted(elsewhere.rglob("*")) == before


@pytest.mark.parametrize(
    "sql",
    [
        "FROM enable_logging(storage := 'file', storage_config := {{'path': '{0}/out'}})",
        "FROM enable_profiling(format := 'json', save_location := '{0}/out.json')",
        "WITH a AS MATERIALIZED (FROM enable_profiling(format := 'json', save_location := '{0}/out.json')) "
        "SELECT count(*) FROM a, names",
    ],
)
def test_a_function_that_would_write_a_log_writes_none(release: Release, elsewhere: Path, sql: str) -> None:
    before = sorted(elsewhere.rglob("*"))
    with contextlib.suppress(duckdb.Error), connect(release) as con:
        list(ask(con, sql.format(elsewhere))[1])
    assert sorted(elsewhere.rglob("*")) == before


def test_files_can_be_allowed_and_nothing_else(write: Write, elsewhere: Path) -> None:
    with connect(write(whole()), files=True) as con:
        header, rows = ask(con, f"FROM '{elsewhere}/secret.csv' SELECT a", files=True)
        assert (header, list(rows)) == (["a"], [(1,)])
        ask(con, f"COPY names TO '{elsewhere}/out.csv'", files=True)
        assert (elsewhere / "out.csv").exists()
        for sql in (
            "INSTALL httpfs",
            "LOAD httpfs",
            "SET threads = 1",
            "DELETE FROM names",
            "ATTACH ':memory:' AS m",
        ):
            with pytest.raises((duckdb.Error, ReleaseError)):
                ask(con, sql, files=True)
    with connect(write(whole()), files=True) as con, pytest.raises(ReleaseError):
        ask(con, f"COPY names TO '{elsewhere}/second.csv'")


def test_rows_come_before_all_are_made(release: Release) -> None:
    with connect(release) as con:
        _, rows = ask(con, "SELECT range, repeat('x', 1000) FROM range(1_000_000_000)")
        assert next(rows)[0] == 0


def test_a_large_answer_leaves_nothing_beside_the_release(release: Release) -> None:
    before = sorted(folder(release).rglob("*"))
    with connect(release) as con:
        [(place,)] = con.execute("SELECT current_setting('temp_directory')").fetchall()
        assert not place.startswith(str(folder(release)))
        list(ask(con, "SELECT count(DISTINCT range) FROM range(1_000_000)")[1])
        assert sorted(folder(release).rglob("*")) == before


NOTHING = {"added": 0, "changed": 0, "removed": 0}


def counted(home: Home, older: Release, newer: Release) -> dict[str, int]:
    return diff(home, older, newer)["sanctions"]


def test_a_diff_of_neighbours(home: Home, write: Write) -> None:
    old = write(both(target("eu_fsf:1"), target("eu_fsf:2"), target("eu_fsf:3")))
    new = write(both(target("eu_fsf:2", "Other"), target("eu_fsf:3"), target("eu_fsf:4")))
    assert counted(home, old, new) == {"added": 1, "changed": 1, "removed": 1}
    assert counted(home, new, new) == NOTHING


def test_a_diff_over_a_chain_is_what_is_left_of_it(home: Home, write: Write) -> None:
    names_over_time = {
        "came and went": (None, "A", None),
        "came": (None, "A", "B"),
        "went and came back": ("A", None, "A"),
        "went and came back another": ("A", None, "B"),
        "changed and changed back": ("A", "B", "A"),
        "changed twice": ("A", "B", "C"),
        "changed and went": ("A", "B", None),
    }
    releases = [
        write(
            both(
                target("eu_fsf:0"),
                *(target(f"eu_fsf:{case}", n[step]) for case, n in names_over_time.items() if n[step]),
            )
        )
        for step in range(3)
    ]
    assert counted(home, releases[0], releases[2]) == {"added": 1, "changed": 2, "removed": 1}
    assert counted(home, releases[0], releases[1]) == {"added": 2, "changed": 3, "removed": 2}


def test_a_diff_wants_the_older_one_first(home: Home, write: Write) -> None:
    first, second, third = write(whole()), write(whole()), write(whole())
    assert [release.id for release in chain(home, first, third)] == [second.id, third.id]
    with pytest.raises(ReleaseError, match=f"release {third.id} does not come before {first.id}"):
        diff(home, third, first)


def test_a_release_from_before_a_column_was_added_can_be_compared(home: Home, write: Write) -> None:
    old = write(target("eu_fsf:1"))
    path = folder(old) / "parquet" / "sanctions.parquet"
    pq.write_table(pq.read_table(path).drop_columns(["position"]), path)
    new = write(target("eu_fsf:1", position="Chair"))
    assert counted(home, old, new) == {**NOTHING, "changed": 1}


def test_parquet_is_read_by_any_reader(release: Release) -> None:
    table = pq.read_table(folder(release) / "parquet" / "sanctions.parquet")
    assert isinstance(table, pa.Table)
    assert table.schema.equals(contract("sanctions").arrow_schema)
