"""Finding, verifying and comparing releases."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from contracts import contract
from tests.builders import Rows, both, day, digest, filled, row, target
from warehouse import database
from warehouse.reader import Release, ReleaseError, chain, connect, diff, find
from warehouse.release import write_release
from warehouse.storage import Home, StorageError
from warehouse.verification import verify

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


def folder(release: Release) -> Path:
    return Path(release.folder.path)


def sign(release: Release) -> Release:
    """Makes the checksums fit again, as one would who forges a release; returns it read anew."""
    top = folder(release)
    manifest = json.loads((top / "manifest.json").read_text("utf-8"))
    for table in manifest["tables"].values():
        for name, file in table["files"].items():
            file["sha256"] = digest(top / name)
    (top / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    paths = sorted(path for path in top.rglob("*") if path.is_file() and path.name != "SHA256SUMS")
    (top / "SHA256SUMS").write_text(
        "".join(f"{digest(path)}  {path.relative_to(top)}\n" for path in paths), "utf-8"
    )
    return Release(release.id, release.folder, manifest)


def test_a_whole_release_has_nothing_wrong(write: Write) -> None:
    assert verify(write(whole())) == []


def test_a_flipped_byte_is_found_in_each_file_and_the_file_named(write: Write) -> None:
    release = write(whole())
    top = folder(release)
    paths = sorted(path for path in top.rglob("*") if path.is_file())
    assert len(paths) > 30
    for path in paths:
        good = path.read_bytes()
        for place in (0, len(good) // 2, len(good) - 1):
            path.write_bytes(good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :])
            problems = verify(release)
            assert any(str(path.relative_to(top)) in problem for problem in problems), (path, place)
        path.write_bytes(good)
    assert verify(release) == []


def test_a_damaged_manifest_is_named_when_it_is_read(home: Home, write: Write) -> None:
    release = write(whole())
    (folder(release) / "manifest.json").write_bytes(b"{\xff")
    with pytest.raises(StorageError, match=r"manifest\.json: not JSON"):
        find(home, release.id)


def test_a_missing_file_is_named(write: Write) -> None:
    release = write(whole())
    for name in ("parquet/names.parquet", "LICENSES.md", "vigil.duckdb"):
        (folder(release) / name).unlink()
    assert verify(release) == [
        f"{name} is missing" for name in ("LICENSES.md", "parquet/names.parquet", "vigil.duckdb")
    ]
    (folder(release) / "SHA256SUMS").unlink()
    assert verify(release) == ["SHA256SUMS is missing"]


@pytest.mark.parametrize(
    "name", ["extra.txt", "parquet/articles/month=2025-01/part-1.parquet", "changes/manifest.json"]
)
def test_an_extra_file_is_named(write: Write, name: str) -> None:
    release = write(whole())
    (folder(release) / name).write_text("x", "utf-8")
    assert verify(release) == [f"{name} is not in SHA256SUMS"]


def test_a_row_count_that_lies(write: Write) -> None:
    release = write(whole())
    path = folder(release) / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    manifest["tables"]["articles"]["rows"] = 2
    path.write_text(json.dumps(manifest), "utf-8")
    assert verify(sign(release)) == ["articles: 1 rows, the manifest says 2"]


def test_a_schema_that_is_not_the_contracts(write: Write) -> None:
    release = write(whole())
    path = folder(release) / "parquet" / "names.parquet"
    pq.write_table(pq.read_table(path).drop_columns(["lang"]), path)
    assert verify(sign(release)) == ["names: the schema is not its contract's"]


def test_a_row_in_another_months_file(write: Write) -> None:
    release = write(whole())
    path = folder(release) / "parquet" / "articles" / "month=2025-01" / "part-0.parquet"
    table = pq.read_table(path)
    [moved] = table.to_pylist()
    pq.write_table(pa.Table.from_pylist([moved | {"seen_at": day(31)}], table.schema), path)
    assert verify(sign(release)) == ["articles: 1 rows lie in another month's file"]


def test_a_key_that_stands_twice(write: Write) -> None:
    rows = whole()
    rows["articles"] *= 2
    assert verify(write(rows)) == ["articles: 1 keys stand more than once"]


def test_a_reference_that_leads_nowhere(write: Write) -> None:
    rows = whole()
    rows["entity_records"].append(row("entity_records", entity_id="vg-2", record_id="eu_fsf:2"))
    rows["names"].append(row("names", record_id="eu_fsf:3"))
    assert sorted(verify(write(rows))) == [
        "entity_records: 1 values of entity_id are not in entities",
        "entity_records: 1 values of record_id are not in prisoners or sanctions",
        "names: 1 values of record_id are not in prisoners or sanctions",
    ]


def test_the_manifest_and_the_checksums_must_agree(write: Write) -> None:
    release = write(whole())
    release.manifest["tables"]["names"]["files"]["parquet/names.parquet"]["sha256"] = (
        hashlib.sha256().hexdigest()
    )
    assert verify(release) == ["parquet/names.parquet of names differs between manifest.json and SHA256SUMS"]


def test_the_latest_is_found_unless_another_is_named(home: Home, write: Write) -> None:
    first, second = write(whole()), write(whole())
    assert find(home).id == second.id
    assert find(home, first.id).manifest["release"] == first.id


def test_where_there_is_no_release_the_error_says_what_to_do(home: Home) -> None:
    with pytest.raises(ReleaseError, match=r"no release in .* yet: vigil run makes one"):
        find(home)
    with pytest.raises(ReleaseError, match=r"no release a in .*; there are: none"):
        find(home, "a")


def test_an_unknown_release_is_told_with_those_there_are(home: Home, write: Write) -> None:
    release = write(whole())
    (home.releases / "broken-off").mkdir()
    with pytest.raises(ReleaseError, match=f"no release a in .*; there are: {release.id}$"):
        find(home, "a")
    with pytest.raises(ReleaseError, match="no release broken-off"):
        find(home, "broken-off")


def test_a_connection_reads_only_and_shows_utc(write: Write) -> None:
    release = write(whole())
    with connect(release) as con:
        [(seen_at,)] = con.execute("SELECT seen_at::VARCHAR FROM articles").fetchall()
        assert seen_at == "2025-01-01 00:00:00+00"
        with pytest.raises(Exception, match="read-only"):
            con.execute("DELETE FROM articles")
    (folder(release) / "vigil.duckdb").unlink()
    with pytest.raises(ReleaseError, match=r"has no vigil\.duckdb"):
        connect(release)


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


def test_parquet_is_read_by_any_reader(write: Write) -> None:
    table = pq.read_table(folder(write(whole())) / "parquet" / "sanctions.parquet")
    assert isinstance(table, pa.Table)
    assert table.schema.equals(contract("sanctions").arrow_schema)
