"""A release as it lies on the disk: schemas, bytes, changes, manifest, database; writing that breaks off."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from upath import UPath

from contracts import Contract, contract, contracts
from storage import database
from storage.home import Home
from storage.parquet import scan, write_table
from tests.builders import (
    Row,
    Rows,
    arrow,
    both,
    contents,
    day,
    digest,
    filled,
    prisoner,
    quoted,
    row,
    target,
)
from warehouse.release import changes, writer
from warehouse.release.changes import write_changes
from warehouse.release.publication import latest
from warehouse.release.writer import write_release

NOON = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)
INPUTS = {"fingerprint": "f1", "code": "c1", "sources": {}}


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with database.connect() as opened:
        yield opened


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.at(str(tmp_path / "it's home"))


OF_ARTICLES = (
    "sightings",
    "article_names",
    "article_places",
    "article_counts",
    "news_events",
    "news_event_mentions",
)


def world() -> Rows:
    """A little of everything."""
    return both(
        prisoner("by_viasna:1", charges=["Art. 342", "Art. 130"]),
        target("eu_fsf:1", birth_dates=["1954-08-30"], listing_date=date(2020, 11, 6)),
        {
            "sources": [row("sources", source_id="eu_fsf", licence="CC BY 4.0", attribution="The EU")],
            "entities": [row("entities", entity_id="vg-1", name="Belavia")],
            "entity_records": [row("entity_records", entity_id="vg-1", record_id="eu_fsf:1")],
            "events": [
                row("events", event_id="e-1", entity_id="vg-1", record_id="eu_fsf:1", source_id="eu_fsf")
            ],
            "articles": [
                row("articles", article_id="a1", source_id="eu_fsf", published_at=day(0), seen_at=day(1)),
                row("articles", article_id="a2", source_id="eu_fsf", published_at=day(31), seen_at=day(32)),
                row("articles", article_id="a3", source_id="eu_fsf", seen_at=day(40)),
            ],
            "mentions": [
                row(
                    "mentions",
                    article_id="a1",
                    entity_id="vg-1",
                    record_id="eu_fsf:1",
                    published_at=day(0),
                    seen_at=day(1),
                )
            ],
            **{
                table: [
                    row(table, article_id=f"a{n}", seen_at=day(when))
                    | ({"news_event_id": n} if table.startswith("news_event") else {})
                    for n, when in ((1, 1), (2, 32), (3, 40))
                ]
                for table in OF_ARTICLES
            },
            "quality": [row("quality", expectation="e", severity="warn", success=False)],
        },
    )


def write(con: duckdb.DuckDBPyConnection, home: Home, rows: Rows, now: datetime = NOON) -> Path:
    filled(con, rows)
    return Path(home.releases.path) / write_release(con, home, INPUTS, now)


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_every_table_is_there_in_its_contracts_schema(con: duckdb.DuckDBPyConnection, home: Home) -> None:
    folder = write(con, home, world())
    for name, each in contracts().items():
        paths = writer.parquet_files(UPath(folder / "parquet"), each)
        assert paths, name
        for path in paths:
            schema = pq.read_schema(path.path)
            assert schema.equals(each.arrow_schema), name
            for column in each.columns:
                metadata = schema.field(column.name).metadata
                assert metadata[b"description"].decode() == column.description
        assert pq.read_schema(folder / "changes" / f"{name}.parquet").names == [
            "change",
            *each.arrow_schema.names,
        ]


def test_articles_lie_by_the_month_in_which_they_were_first_seen(
    con: duckdb.DuckDBPyConnection, home: Home
) -> None:
    folder = write(con, home, world())
    months = {path.parent.name: pq.read_table(path)["article_id"].to_pylist() for path in
              sorted((folder / "parquet" / "articles").glob("*/*.parquet"))}  # fmt: skip
    assert months == {"month=2025-01": ["a1"], "month=2025-02": ["a2", "a3"]}


def test_what_is_of_articles_lies_by_month_too(con: duckdb.DuckDBPyConnection, home: Home) -> None:
    folder = write(con, home, world())
    for table in OF_ARTICLES:
        months = {path.parent.name: pq.read_metadata(path).num_rows for path in
                  (folder / "parquet" / table).glob("*/*.parquet")}  # fmt: skip
        assert months == {"month=2025-01": 1, "month=2025-02": 2}, table


def test_news_lie_in_the_order_of_their_contract(con: duckdb.DuckDBPyConnection, home: Home) -> None:
    at = (day(0), day(2), day(9))  # two in one week, one in the next
    articles = [
        row("articles", article_id=f"a{n}", domain=domain, seen_at=at[week])
        for n, (domain, week) in enumerate([("b.org", 2), ("c.org", 0), ("a.org", 1), ("a.org", 2)])
    ]
    names = [
        row("article_names", article_id=f"a{n}", name=name, seen_at=day(when))
        for n, (name, when) in enumerate([("b", 0), ("a", 1), ("c", 0), ("a", 0)])
    ]
    folder = write(con, home, {"articles": articles, "article_names": names}) / "parquet"
    part = "month=2025-01/part-0.parquet"
    assert pq.read_table(folder / "articles" / part)["article_id"].to_pylist() == ["a2", "a1", "a3", "a0"]
    assert pq.read_table(folder / "article_names" / part)["article_id"].to_pylist() == [
        "a3",
        "a1",
        "a0",
        "a2",
    ]


def test_a_row_group_is_as_large_as_its_contract_says(con: duckdb.DuckDBPyConnection, home: Home) -> None:
    rows = contract("article_names").row_group
    filled(con, {})
    con.execute(
        "INSERT INTO article_names SELECT 'n' || i, 'person', 'a' || i, 'example.org', "  # noqa: S608
        f"TIMESTAMPTZ '2025-01-01 00:00:00+00' FROM range({2 * rows + 1}) AS t(i)"
    )
    write_table(con, contract("article_names"), UPath(home.releases))
    [path] = writer.parquet_files(UPath(home.releases), contract("article_names"))
    metadata = pq.read_metadata(path.path)
    assert [metadata.row_group(i).num_rows for i in range(metadata.num_row_groups)] == [rows, rows, 1]


def test_tables_and_months_that_stayed_as_they_were_are_not_compared(
    con: duckdb.DuckDBPyConnection, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = world()
    write(con, home, rows)
    rows["articles"][0]["title"] = "Corrected"
    rows["articles"][1]["seen_at"] = day(64)
    tables, compared = set(), []
    compare = changes.compare

    def noted(con: duckdb.DuckDBPyConnection, each: Contract, old: str, new: str) -> str:
        tables.add(each.name)
        if each.name == "articles":
            compared.append(con.sql(old).order("article_id").project("article_id").fetchall())
        return compare(con, each, old, new)

    monkeypatch.setattr(changes, "compare", noted)
    filled(con, rows)
    second = Path(home.releases.path) / write_release(con, home, INPUTS, NOON + timedelta(days=1))
    told = json.loads((second / "manifest.json").read_text())["tables"]
    assert told["articles"]["changes"] == {"changed": 2}
    assert told["article_names"]["changes"] == {}
    assert tables == {"articles"}
    assert compared == [[("a1",), ("a2",), ("a3",)]]
    rows["articles"][0]["title"] = "Corrected again"
    filled(con, rows)
    third = Path(home.releases.path) / write_release(con, home, INPUTS, NOON + timedelta(days=2))
    told = json.loads((third / "manifest.json").read_text())["tables"]
    assert told["articles"]["changes"] == {"changed": 1}
    assert compared[1:] == [[("a1",)]]


def test_a_month_is_one_of_utc(con: duckdb.DuckDBPyConnection, home: Home) -> None:
    late = datetime.fromisoformat("2025-02-01T01:00:00+03:00")
    articles = [row("articles", article_id="a", source_id="s", published_at=late, seen_at=late)]
    folder = write(con, home, {"articles": articles})
    assert [path.name for path in (folder / "parquet" / "articles").iterdir()] == ["month=2025-01"]


def test_equal_tables_are_equal_files_whatever_the_order_of_rows(
    con: duckdb.DuckDBPyConnection, home: Home
) -> None:
    rows = world()
    for i in range(3_000):
        rows["names"].append(
            row("names", record_id=f"eu_fsf:{i % 7}", name=f"N {i % 500}", lang=[None, "en"][i % 2])
        )
    first = write(con, home, rows)
    for listed in rows.values():
        random.Random(1).shuffle(listed)  # noqa: S311  no secret
    con.execute("SET threads = 4")
    second = write(con, home, rows, NOON + timedelta(hours=1))
    parquet = sorted(path for path in files(first) if path.startswith("parquet/"))
    assert [digest(first / path) for path in parquet] == [digest(second / path) for path in parquet]


def test_rows_are_grouped_alike_however_many_threads_wrote_them(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    sums = set()
    for threads, order in ((1, "i"), (4, "hash(i)")):
        con.execute(f"SET threads = {threads}")
        con.execute(
            "CREATE OR REPLACE TABLE entity_records AS SELECT 'vg' AS entity_id, 'r' || i AS record_id, "  # noqa: S608
            f"1.0::DOUBLE AS score, 'own' AS method FROM range(250_000) AS t(i) ORDER BY {order}"
        )
        write_table(con, contract("entity_records"), UPath(tmp_path / str(threads)))
        sums.add(digest(tmp_path / str(threads) / "entity_records.parquet"))
    assert len(sums) == 1


def values(type_: str) -> st.SearchStrategy[Any]:
    return {
        "string": st.sampled_from(["", "a", "ä", "b'\"", "\n"]),
        "bool": st.booleans(),
        "int32": st.integers(-1, 2),
        "int64": st.integers(-1, 2),
        "double": st.sampled_from([0.0, -3.2, 1e300]),
        "date": st.sampled_from([date(1, 1, 1), date(2025, 1, 1)]),
        "timestamp": st.sampled_from([day(0), day(31), day(0.5)]),
        "list<string>": st.lists(st.sampled_from(["", "a", "b"]), max_size=2),
    }[type_]


@st.composite
def tables(draw: st.DrawFn, of: Contract) -> list[Row]:
    """Rows of a table with no key twice; half of them alike but for the key, so that keys meet again."""
    drawn = draw(
        st.lists(
            st.fixed_dictionaries(
                {c.name: st.none() | values(c.type) if c.nullable else values(c.type) for c in of.columns}
            ),
            max_size=5,
        )
    )
    by_key = {repr([r[name] for name in of.primary_key]): r for r in drawn}
    return list(by_key.values())


KINDS = (
    "sanctions",
    "names",
    "articles",
    "article_places",
    "mentions",
    "news_events",
    "quality",
    "quarantine",
    "entities",
    "prisoners",
)


@pytest.mark.parametrize("table", KINDS)
@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_the_old_release_with_the_changes_is_the_new_one(
    tmp_path_factory: pytest.TempPathFactory, table: str, data: st.DataObject
) -> None:
    each = contract(table)
    old, new = data.draw(tables(each)), data.draw(tables(each))
    kept = data.draw(st.lists(st.booleans(), min_size=len(old), max_size=len(old)))
    keys = {repr([r[name] for name in each.primary_key]) for r in new}
    for keep, r in zip(kept, old, strict=True):
        key = repr([r[name] for name in each.primary_key])
        if keep and key not in keys:
            new.append(r)
            keys.add(key)
    folder = UPath(tmp_path_factory.mktemp("r"))
    with database.connect() as con:
        for name, rows in (("old", old), ("new", new)):
            con.register("incoming", arrow(table, rows, each.arrow_schema))
            con.execute(f"CREATE OR REPLACE TABLE {table} AS FROM incoming")
            write_table(con, each, folder / name / "parquet")
        counts = write_changes(con, each, folder / "old", folder / "new" / "changes")
        con.execute(f"CREATE TABLE old AS {scan(folder / 'old' / 'parquet', each)}")
        con.execute(f"CREATE TABLE changes AS FROM read_parquet('{folder.path}/new/changes/{table}.parquet')")
        same = " AND ".join(f'old."{k}" IS NOT DISTINCT FROM c."{k}"' for k in each.primary_key)
        columns = quoted(each.arrow_schema.names)
        result = con.execute(
            f"SELECT {columns} FROM old WHERE NOT EXISTS (FROM changes AS c WHERE {same} "  # noqa: S608
            "AND c.change IN ('changed', 'removed')) "
            f"UNION ALL SELECT {columns} FROM changes WHERE change IN ('added', 'changed') ORDER BY ALL"
        ).fetchall()
        assert result == con.execute(f"SELECT {columns} FROM {table} ORDER BY ALL").fetchall()  # noqa: S608
        told = con.execute("SELECT change, count(*) FROM changes GROUP BY change").fetchall()
        assert dict(told) == counts


def test_changes_are_against_the_release_before(con: duckdb.DuckDBPyConnection, home: Home) -> None:
    first = write(con, home, both(target("eu_fsf:1"), target("eu_fsf:2"), target("eu_fsf:3")))
    assert json.loads((first / "manifest.json").read_text())["tables"]["sanctions"]["changes"] == {"added": 3}
    second = write(con, home, both(target("eu_fsf:2", "Other"), target("eu_fsf:3"), target("eu_fsf:4")))
    found = pq.read_table(second / "changes" / "sanctions.parquet").select(["change", "record_id", "name"])
    assert [tuple(r.values()) for r in found.to_pylist()] == [
        ("added", "eu_fsf:4", "Belavia"),
        ("changed", "eu_fsf:2", "Other"),
        ("removed", "eu_fsf:1", "Belavia"),
    ]


def test_changes_against_a_release_that_lacked_a_column_and_a_table(
    con: duckdb.DuckDBPyConnection, home: Home
) -> None:
    """As after Vigil itself has changed: the next release must come out all the same."""
    first = write(con, home, target("eu_fsf:1", position="Chair"))
    path = first / "parquet" / "sanctions.parquet"
    pq.write_table(pq.read_table(path).drop_columns(["position"]), path)
    (first / "parquet" / "names.parquet").unlink()
    second = write(con, home, target("eu_fsf:1", position="Chair"))
    changes = json.loads((second / "manifest.json").read_text())["tables"]
    assert changes["sanctions"]["changes"] == {"changed": 1}
    assert changes["names"]["changes"] == {"added": 1}


def test_the_manifest_tells_inputs_tables_quality_and_the_release_before(
    con: duckdb.DuckDBPyConnection, home: Home
) -> None:
    first = write(con, home, world())
    second = write(con, home, world(), NOON + timedelta(days=1))
    manifest = json.loads((second / "manifest.json").read_text())
    assert (first.name, second.name) == ("2026-11-23T120000Z", "2026-11-24T120000Z")
    assert manifest["previous"] == first.name
    assert json.loads((first / "manifest.json").read_text())["previous"] is None
    assert manifest.items() >= INPUTS.items()
    assert set(manifest["tables"]) == set(contracts())
    assert manifest["tables"]["articles"]["rows"] == 3
    assert len(manifest["tables"]["articles"]["files"]) == 2
    assert manifest["quality"] == {"warn": {"expectations": 1, "failed": 1}}
    for table in manifest["tables"].values():
        for path in table["files"]:
            file = manifest["files"][path]
            assert (digest(second / path), (second / path).stat().st_size) == (file["sha256"], file["bytes"])
    assert latest(home) == {"release": second.name, "fingerprint": "f1"}


def test_the_checksums_are_of_every_other_file(con: duckdb.DuckDBPyConnection, home: Home) -> None:
    folder = write(con, home, world())
    lines = (folder / "SHA256SUMS").read_text("utf-8").splitlines()
    sums = {name: sha256 for sha256, name in (line.split("  ") for line in lines)}
    assert set(sums) == files(folder) - {"SHA256SUMS"}
    assert all(digest(folder / name) == sha256 for name, sha256 in sums.items())


def test_the_datapackage_is_the_data_dictionary(con: duckdb.DuckDBPyConnection, home: Home) -> None:
    folder = write(con, home, world())
    package = json.loads((folder / "datapackage.json").read_text("utf-8"))
    resources = {resource["name"]: resource for resource in package["resources"]}
    assert set(resources) == set(contracts())
    for name, resource in resources.items():
        each = contract(name)
        assert resource["schema"]["primaryKey"] == list(each.primary_key)
        assert [field["name"] for field in resource["schema"]["fields"]] == each.arrow_schema.names
        assert all((folder / path).is_file() for path in resource["path"])
    status = next(f for f in resources["prisoners"]["schema"]["fields"] if f["name"] == "status")
    assert status["constraints"] == {
        "required": True,
        "enum": ["detained", "released", "died", "exiled", "unknown"],
    }


def test_the_licences_name_each_source_with_its_terms(con: duckdb.DuckDBPyConnection, home: Home) -> None:
    text = (write(con, home, world()) / "LICENSES.md").read_text("utf-8")
    assert "## eu_fsf" in text
    assert "Terms: CC BY 4.0" in text
    assert "Cite as: The EU" in text


@pytest.mark.parametrize("alias", ["vigil", "another"])
def test_the_database_holds_all_tables_and_views(
    con: duckdb.DuckDBPyConnection, home: Home, alias: str
) -> None:
    rows = world()
    gone = target("eu_fsf:2", "Gone")
    gone["sanctions"][0]["valid_to"] = day(300)
    folder = write(con, home, both(rows, gone))
    expected = contents(con)
    with duckdb.connect() as reader:
        reader.execute("SET timezone = 'UTC'")
        path = str(folder / "vigil.duckdb").replace("'", "''")
        reader.execute(f"ATTACH '{path}' AS {alias} (READ_ONLY)")
        reader.execute(f"USE {alias}")
        assert contents(reader) == expected
        assert reader.execute("SELECT record_id FROM current_sanctions").fetchall() == [("eu_fsf:1",)]
        columns = [c[0] for c in reader.execute("FROM current_prisoners").description or []]
        assert "valid_from" in columns
        assert "valid_to" not in columns
        assert reader.execute("SELECT what, name, url FROM timeline ORDER BY what").fetchall() == [
            (rows["events"][0]["event_type"], "Belavia", None),
            ("reported", "Belavia", rows["articles"][0]["url"]),
        ]
        [comment] = reader.execute(
            "SELECT comment FROM duckdb_columns() "
            "WHERE table_name = 'sanctions' AND column_name = 'authority'"
        ).fetchall()
        assert comment == ("The body that lists the target.",)


@pytest.mark.parametrize(
    "step",
    [
        "write_table",
        *(pytest.param(s, marks=pytest.mark.slow) for s in ("write_changes", "write_database", "licenses")),
        "seal_release",
    ],
)
def test_a_release_that_broke_off_is_not_there_and_the_one_before_is_whole(
    con: duckdb.DuckDBPyConnection, home: Home, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    first = write(con, home, world())
    before = {name: digest(first / name) for name in files(first)}

    def broken(*_: object) -> None:
        raise OSError("no space left")

    with monkeypatch.context() as patch:
        patch.setattr(writer, step, broken)
        with pytest.raises(OSError, match="no space"):
            write(con, home, target("eu_fsf:9"), NOON + timedelta(hours=1))
    assert latest(home) == {"release": first.name, "fingerprint": "f1"}
    assert not list(Path(home.releases.path).glob("2026-11-23T130000Z/manifest.json"))
    assert {name: digest(first / name) for name in files(first)} == before
    # and what it left is neither taken up nor written over
    again = write(con, home, target("eu_fsf:9"), NOON + timedelta(hours=1))
    manifest = json.loads((again / "manifest.json").read_text())
    assert manifest["previous"] == first.name
    assert manifest["tables"]["sanctions"]["rows"] == 1


def test_two_releases_in_one_second_do_not_meet(con: duckdb.DuckDBPyConnection, home: Home) -> None:
    first = write(con, home, target("eu_fsf:1"))
    second = write(con, home, target("eu_fsf:2"))
    assert first != second
    assert first.name < second.name
    assert pq.read_table(first / "parquet" / "sanctions.parquet")["record_id"].to_pylist() == ["eu_fsf:1"]
    assert json.loads((second / "manifest.json").read_text())["previous"] == first.name
