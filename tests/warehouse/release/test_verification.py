"""Verifying a release: its signature, its files, and one truth in all of them."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from contracts import contracts
from storage import database
from storage.home import Home
from tests.builders import both, day, digest, filled, row
from tests.privileges import ordinary_rights
from tests.releases import top, two_releases, whole, write
from warehouse.release.reader import Release, ReleaseError, find
from warehouse.release.signing import signing_key
from warehouse.release.verification import verify, verify_pointer

Edit = Callable[[dict[str, Any]], None]
UNSEALED = {"manifest.json", "manifest.sig", "SHA256SUMS"}
NEVER_SEALED = {*UNSEALED, "public_key.pem"}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with two releases: between them one target came, one changed, one went."""
    folder = tmp_path_factory.mktemp("template") / "it's home"
    two_releases(folder)
    return folder


@pytest.fixture
def home(template: Path, tmp_path: Path) -> Home:
    return Home.at(str(shutil.copytree(template, tmp_path / "it's home")))


@pytest.fixture
def release(home: Home) -> Release:
    return find(home)


def resealed(home: Home, release: Release, edit: Edit = lambda manifest: None) -> Release:
    """The release with hashes and signature made to fit whatever its files are now: as after a fault of
    ours, or by one who has the key."""
    folder = top(release)
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    manifest["files"] = {
        path.relative_to(folder).as_posix(): {"sha256": digest(path), "bytes": path.stat().st_size}
        for path in folder.rglob("*")
        if path.is_file() and path.name not in UNSEALED
    }
    edit(manifest)
    data = json.dumps(manifest).encode()
    (folder / "manifest.json").write_bytes(data)
    (folder / "manifest.sig").write_bytes(signing_key(home).sign(data))
    summed = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "SHA256SUMS"]
    lines = (f"{digest(path)}  {path.relative_to(folder).as_posix()}\n" for path in summed)
    (folder / "SHA256SUMS").write_text("".join(lines), "utf-8")
    return find(home, release.id)


def rewritten(path: Path, change: Callable[[pa.Table], pa.Table]) -> None:
    pq.write_table(change(pq.read_table(path)), path)


def in_database(release: Release, sql: str) -> None:
    with duckdb.connect(str(top(release) / "vigil.duckdb")) as con:
        con.execute(sql)


def test_a_whole_release_has_nothing_wrong(home: Home) -> None:
    for folder in sorted(home.releases.glob("2*")):
        assert verify(find(home, folder.name)) == []
    assert verify_pointer(home) == []


# What is not as published


def test_a_flipped_byte_is_found_in_each_file_and_the_file_named(release: Release) -> None:
    paths = sorted(path for path in top(release).rglob("*") if path.is_file())
    assert len(paths) > 70
    for path in paths:
        good = path.read_bytes()
        place = len(good) // 2
        path.write_bytes(good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :])
        problems = verify(release)
        assert any(str(path.relative_to(top(release))) in problem for problem in problems), path
        path.write_bytes(good)
    assert verify(release) == []


DAMAGES = {
    "empty": b"",
    "a list": b"[]",
    "an object": b"{}",
    "null": b"null",
    "not UTF-8": b"\xff\xfe\x00",
    "cut": b'{"release": "2026',
    "nested": b"[" * 200_000,
    "a huge number": b'{"release": ' + b"9" * 5000 + b"}",
    "not a number": b'{"release": NaN}',
    "a repeated key": b'{"release": "a", "release": "b"}',
    "a lone surrogate": b'{"release": "\\ud800"}',
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_any_damaged_file_is_named_in_one_line(home: Home, release: Release, damage: str) -> None:
    """As it is, and with hashes and signature made to fit it."""
    names = [path.relative_to(top(release)).as_posix() for path in top(release).rglob("*") if path.is_file()]
    some = [n for n in names if "/" not in n] + ["parquet/names.parquet", "changes/names.parquet"]
    for name in some:
        kept = {other: (top(release) / other).read_bytes() for other in (name, *UNSEALED)}
        (top(release) / name).write_bytes(DAMAGES[damage])
        problems = verify(release)
        assert any(name in problem for problem in problems), name
        if name == "datapackage.json" or (damage in {"empty", "not UTF-8"} and name not in NEVER_SEALED):
            problems = verify(resealed(home, release))
            assert any(name in problem or Path(name).stem in problem for problem in problems), name
        assert all("\n" not in problem and len(problem) < 600 for problem in problems)
        for other, good in kept.items():
            (top(release) / other).write_bytes(good)
    assert verify(release) == []


@pytest.mark.parametrize("field", ["release", "previous", "files", "tables", "suppressed", "sources"])
@pytest.mark.parametrize("value", [7, None, [], {"a": {"b": []}}, "../..", 10**400])
def test_a_signed_manifest_of_another_form_is_one_line(
    home: Home, release: Release, field: str, value: Any
) -> None:
    if (field, value) == ("previous", None):
        return  # a first release
    folder = top(release)
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    data = json.dumps({**manifest, field: value}).encode()
    (folder / "manifest.json").write_bytes(data)
    (folder / "manifest.sig").write_bytes(signing_key(home).sign(data))
    [problem] = verify(release)
    assert problem.startswith("manifest.json is damaged: ")


def test_a_field_more_or_less_than_a_manifest_has_is_named(home: Home, release: Release) -> None:
    resealed(home, release, lambda manifest: manifest.update(extra=1))
    assert verify(release) == ["manifest.json is damaged: extra: Extra inputs are not permitted"]


def test_a_missing_file_is_named(release: Release) -> None:
    for name in ("parquet/names.parquet", "LICENSES.md", "vigil.duckdb", "SHA256SUMS"):
        (top(release) / name).unlink()
    missing = ("LICENSES.md", "SHA256SUMS", "parquet/names.parquet", "vigil.duckdb")
    assert verify(release) == [f"{name} is missing" for name in missing]


@pytest.mark.parametrize("name", ["manifest.sig", "public_key.pem"])
def test_a_release_that_nobody_signed_is_refused(release: Release, name: str) -> None:
    (top(release) / name).unlink()
    [problem] = verify(release)
    assert problem.startswith("this release is not signed: ")
    assert name in problem


@pytest.mark.parametrize(
    "name",
    [
        "extra.txt",
        ".hidden",
        "LICENSES.MD",
        "parquet/articles/month=2025-01/part-1.parquet",
        "changes/manifest.json",
        "parquet/.names.parquet.tmp",
        "a/deep/folder/x",
        "a\nb\x1b[31m",
    ],
)
def test_an_extra_file_is_named(release: Release, name: str) -> None:
    path = top(release) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("x", "utf-8")
    problems = verify(release)
    shown = name.replace("\n", " ").replace("\x1b", "\\x1b")
    assert f"{shown} is not in manifest.json" in problems
    assert all(problem.isprintable() for problem in problems)


def test_a_file_whose_name_is_not_utf8_is_named(release: Release) -> None:
    (top(release) / os.fsdecode(b"caf\xe9")).write_text("x", "utf-8")
    assert verify(release) == ["caf\\udce9 is not in manifest.json"]


def test_links_pipes_and_folders_are_named_and_not_followed(release: Release, tmp_path: Path) -> None:
    folder = top(release)
    outside = tmp_path / "outside"
    outside.mkdir()
    (folder / "LICENSES.md").rename(outside / "LICENSES.md")
    (folder / "LICENSES.md").symlink_to(outside / "LICENSES.md")  # of the same bytes
    (folder / "parquet").rename(outside / "parquet")
    (folder / "parquet").symlink_to(outside / "parquet")
    (folder / "more").symlink_to(outside)
    (folder / "nowhere").symlink_to("no such file")
    (folder / "empty").mkdir()
    os.mkfifo(folder / "pipe")
    (folder / "datapackage.json").unlink()
    os.mkfifo(folder / "datapackage.json")
    (folder / "SHA256SUMS").unlink()
    (folder / "SHA256SUMS").mkdir()
    with socket.socket(socket.AF_UNIX) as listening:
        here = Path.cwd()
        os.chdir(folder)  # a socket's path is short
        listening.bind("socket")
        os.chdir(here)
        problems = verify(release)
    assert [problem for problem in problems if not problem.endswith(" is missing")] == [
        "LICENSES.md is a symbolic link",
        "SHA256SUMS is a folder",
        "datapackage.json is neither a file nor a folder",
        "empty is a folder, and not in manifest.json",
        "more is a symbolic link, and not in manifest.json",
        "nowhere is a symbolic link, and not in manifest.json",
        "parquet is a symbolic link, and not in manifest.json",
        "pipe is neither a file nor a folder, and not in manifest.json",
        "socket is neither a file nor a folder, and not in manifest.json",
    ]
    assert "parquet/names.parquet is missing" in problems


@pytest.mark.parametrize("name", ["manifest.json", "manifest.sig", "public_key.pem"])
@pytest.mark.parametrize("kind", ["link", "pipe", "folder"])
def test_a_manifest_signature_or_key_that_is_no_file_is_one_line(
    release: Release, tmp_path: Path, name: str, kind: str
) -> None:
    path = top(release) / name
    path.rename(tmp_path / name)
    if kind == "link":
        path.symlink_to(tmp_path / name)
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.mkdir()
    [problem] = verify(release)
    assert name in problem


def test_folders_nested_deeper_than_python_recurses(release: Release) -> None:
    here = os.open(top(release), os.O_RDONLY)
    for _ in range(1500):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    try:
        problems = verify(release)
    finally:
        subprocess.run(["rm", "-r", top(release) / "d"], check=True)  # pytest's own clean-up recurses
    assert problems[0] == "d is a folder, and not in manifest.json"
    assert all(len(problem) < 600 for problem in problems)


def test_a_file_that_may_not_be_read_is_one_line(release: Release) -> None:
    (top(release) / "LICENSES.md").chmod(0)
    with ordinary_rights():
        [problem] = verify(release)
    assert "LICENSES.md: Permission denied" in problem


def test_checksums_must_be_of_every_file_and_those_of_the_manifest(release: Release) -> None:
    path = top(release) / "SHA256SUMS"
    good = path.read_text("utf-8")
    zeros = "0" * 64
    lines = good.splitlines()
    assert {line[66:] for line in lines} > {"manifest.json", "manifest.sig", "public_key.pem"}
    for bad, problem in {
        good.replace(lines[0][:64], zeros): f"{lines[0][66:]} has another checksum in SHA256SUMS than in ",
        f"{good}{zeros}  other.txt\n": "other.txt has another checksum in SHA256SUMS than in ",
        f"{good}{lines[0]}\n": "SHA256SUMS is damaged: a file is named more than once",
        f"{good}nonsense\n": f"SHA256SUMS is damaged: line {len(lines) + 1} is not a checksum and a name",
        good.replace(f"{lines[3]}\n", ""): f"{lines[3][66:]} is not in SHA256SUMS",
    }.items():
        path.write_text(bad, "utf-8")
        [found] = verify(release)
        assert found.startswith(problem)


def test_checksums_in_another_form_than_they_are_written_in_are_named(release: Release) -> None:
    path = top(release) / "SHA256SUMS"
    good = path.read_bytes()
    for bad in (good[:-1], b"".join(reversed(good.splitlines(keepends=True)))):
        path.write_bytes(bad)
        assert verify(release) == [
            "SHA256SUMS is damaged: its lines are not in order, or a line does not end as it should"
        ]


def test_a_release_under_another_name_is_not_that_release(home: Home, release: Release) -> None:
    other = home.releases / "2030-01-01T000000Z"
    shutil.copytree(top(release), Path(other.path))
    assert verify(find(home, "2030-01-01T000000Z")) == [
        f"manifest.json is of release {release.id}, not of 2030-01-01T000000Z"
    ]


# One truth: what is signed is held against itself


def test_a_row_count_that_lies(home: Home, release: Release) -> None:
    resealed(home, release, lambda manifest: manifest["tables"]["articles"].update(rows=2))
    assert verify(release) == ["articles: 1 rows, manifest.json states 2"]


def test_a_schema_that_is_not_the_contracts(home: Home, release: Release) -> None:
    rewritten(top(release) / "parquet" / "names.parquet", lambda table: table.drop_columns(["lang"]))
    resealed(home, release)
    assert verify(release) == ["parquet/names.parquet: the schema is not the contract's"]


def test_parquet_that_is_cut_or_whose_footer_lies_is_one_line(home: Home, release: Release) -> None:
    path = top(release) / "parquet" / "names.parquet"
    good = path.read_bytes()
    size = int.from_bytes(good[-8:-4], "little")
    footers = [
        good[: len(good) // 2],
        good[:-8] + (2**31 - 1).to_bytes(4, "little") + b"PAR1",
        good[:-8] + (size // 2).to_bytes(4, "little") + b"PAR1",
        good[: -8 - size] + bytes(size) + good[-8:],
        good[:4] + bytes(len(good) - 12 - size) + good[-8 - size :],  # pages of zeros
        b"PAR1PAR1",
    ]
    for bad in footers:
        path.write_bytes(bad)
        resealed(home, release)
        problems = verify(release)
        assert problems
        assert all("names" in problem and "\n" not in problem for problem in problems)


def test_a_row_in_another_months_file(home: Home, release: Release) -> None:
    path = top(release) / "parquet" / "articles" / "month=2025-01" / "part-0.parquet"
    table = pq.read_table(path)
    [moved] = table.to_pylist()
    pq.write_table(pa.Table.from_pylist([moved | {"seen_at": day(31)}], table.schema), path)
    resealed(home, release)
    assert "articles: 1 rows are in another month's file" in verify(release)


def test_keys_that_stand_twice_and_references_that_lead_nowhere(home: Home) -> None:
    rows = whole("Stays")
    rows["articles"] *= 2
    rows["entity_records"].append(row("entity_records", entity_id="vg-2", record_id="eu_fsf:2"))
    rows["names"].append(row("names", record_id="eu_fsf:3"))
    assert sorted(verify(write(home, rows, 3))) == [
        "articles: 1 keys occur more than once",
        "entity_records: 1 values of entity_id are not in entities",
        "entity_records: 1 values of record_id are not in prisoners or sanctions",
        "names: 1 values of record_id are not in prisoners or sanctions",
    ]


@pytest.mark.parametrize(
    ("sql", "problem"),
    [
        ("UPDATE names SET name = 'Other' WHERE record_id = 'eu_fsf:1'", "lacks 1 rows .* has 1 others"),
        ("DELETE FROM names WHERE record_id = 'eu_fsf:1'", "lacks 1 rows .* has 0 others"),
        ("INSERT INTO names FROM names LIMIT 1", "lacks 0 rows .* has 1 others"),
        ("UPDATE sanctions SET programs = NULL WHERE record_id = 'eu_fsf:1'", "table sanctions lacks 1"),
        (
            "UPDATE sanctions SET programs = ['a', 'b'], nationalities = [] WHERE record_id = 'eu_fsf:1'",
            "table sanctions lacks 1 rows",
        ),
        ("UPDATE names SET lang = name, name = coalesce(lang, 'x')", "table names lacks 3 rows"),
    ],
)
def test_a_database_whose_rows_are_others_than_in_parquet(
    home: Home, release: Release, sql: str, problem: str
) -> None:
    in_database(release, sql)
    resealed(home, release)
    [found] = verify(release)
    assert found.startswith("vigil.duckdb: table ")
    assert pc.match_substring_regex(pa.array([found]), problem).to_pylist() == [True]


@pytest.mark.parametrize(
    ("sql", "name"),
    [
        ("CREATE OR REPLACE VIEW listings AS SELECT 1 AS lie", "view listings"),
        ("DROP VIEW timeline", "view timeline"),
        ("CREATE VIEW hidden AS SELECT 1 AS x", "view hidden"),
        ("CREATE TABLE hidden (x INTEGER)", "table hidden"),
        ("CREATE OR REPLACE MACRO sound(x) AS 'lie'", "macro sound"),
        ("CREATE SCHEMA other", "schema other"),
        ("COMMENT ON TABLE names IS 'a lie'", "table names"),
        ("CREATE OR REPLACE VIEW listings AS FROM read_csv('/etc/passwd')", "view listings"),
    ],
)
def test_a_database_that_defines_other_things_than_our_code(
    home: Home, release: Release, sql: str, name: str
) -> None:
    in_database(release, sql)
    resealed(home, release)
    problems = verify(release, code="c1")
    assert "vigil.duckdb: its views, macros and columns are not those that manifest.json states" in problems
    assert any(p.startswith("vigil.duckdb: not as this code makes it: ") and name in p for p in problems)


def test_a_table_that_is_missing_or_of_another_form_in_the_database(home: Home, release: Release) -> None:
    in_database(release, "DROP TABLE charges; ALTER TABLE quarantine DROP COLUMN raw")
    resealed(home, release)
    problems = verify(release)
    assert "vigil.duckdb: table charges is missing" in problems
    assert "vigil.duckdb: table quarantine has other columns than its Parquet files" in problems


@pytest.mark.parametrize("kind", ["no database", "newer"])
def test_a_database_that_duckdb_cannot_open_is_one_line(home: Home, release: Release, kind: str) -> None:
    path = top(release) / "vigil.duckdb"
    data = bytearray(path.read_bytes())
    if kind == "newer":
        data[12:20] = (9999).to_bytes(8, "little")
    path.write_bytes(b"\0" * 100_000 if kind == "no database" else data)
    resealed(home, release)
    [problem] = verify(release)
    assert problem.startswith("vigil.duckdb cannot be read: ")


def test_a_database_reaches_nothing_outside_its_release(home: Home, release: Release, tmp_path: Path) -> None:
    """A view in place of a table is not a way out."""
    (tmp_path / "secret.csv").write_text("record_id\nx\n", "utf-8")
    in_database(
        release,
        "ALTER TABLE charges RENAME TO kept; "
        f"CREATE VIEW charges AS FROM read_csv('{tmp_path / 'secret.csv'}')".replace("it's", "it''s"),
    )
    resealed(home, release)
    assert "vigil.duckdb: table charges is missing" in verify(release)


def changed_changes(release: Release, change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> None:
    path = top(release) / "changes" / "names.parquet"
    rewritten(path, lambda table: pa.Table.from_pylist(change(table.to_pylist()), table.schema))


CHANGES: dict[str, tuple[Callable[[list[dict[str, Any]]], list[dict[str, Any]]], str]] = {
    "a change is missing": (
        lambda rows: rows[1:],
        "does not give this release: 1 rows of names are unexplained",
    ),
    "a removal is missing": (
        lambda rows: [r for r in rows if not (r["change"] == "removed" and r["name"] == "Goes")],
        "does not give this release: 0 rows of names are unexplained, 1 are missing",
    ),
    "a row that is not there": (
        lambda rows: [*rows, {**rows[0], "record_id": "eu_fsf:99"}],
        "rows reported as added or changed are not in names, or removed ones are",
    ),
    "a removed row that never was": (
        lambda rows: [*rows, {**rows[0], "change": "removed", "record_id": "eu_fsf:99"}],
        "it disagrees with release .* on the previous rows of names",
    ),
    "a removed row that was another": (
        lambda rows: [{**r, "lang": "be"} if r["change"] == "removed" else r for r in rows],
        "it disagrees with release .* on the previous rows of names",
    ),
    "added is called changed": (
        lambda rows: [{**r, "change": "changed"} if r["change"] == "added" else r for r in rows],
        "it disagrees with release .* on the previous rows of names",
    ),
    "a kind that there is not": (lambda rows: [{**r, "change": "lied"} for r in rows], "lied is not a kind"),
}


@pytest.mark.parametrize("case", CHANGES)
def test_changes_that_do_not_lead_from_the_release_before_to_this_one(
    home: Home, release: Release, case: str
) -> None:
    change, problem = CHANGES[case]
    changed_changes(release, change)
    kinds = pq.read_table(top(release) / "changes" / "names.parquet")["change"].value_counts().to_pylist()
    counts = {each["values"]: each["counts"] for each in kinds if each["values"] != "lied"}
    resealed(home, release, lambda manifest: manifest["tables"]["names"].update(changes=counts))
    [found] = verify(release)
    assert found.startswith("changes/names.parquet: ")
    assert pc.match_substring_regex(pa.array([found]), problem).to_pylist() == [True], found


def test_changes_without_the_release_before_are_held_against_this_one(home: Home, release: Release) -> None:
    shutil.rmtree(home.releases / release.manifest["previous"])
    assert verify(release) == []
    changed_changes(release, lambda rows: [*rows, {**rows[0], "record_id": "eu_fsf:99"}])
    resealed(home, release, lambda m: m["tables"]["names"].update(changes={"added": 4, "removed": 2}))
    assert len(verify(release)) == 1 + 1  # the counts, and the row


def test_changes_of_a_first_release_are_all_its_rows(home: Home) -> None:
    first = find(home, sorted(path.name for path in home.releases.glob("2*"))[0])
    changed_changes(first, lambda rows: rows[1:])
    resealed(home, first, lambda m: m["tables"]["names"].update(changes={"added": 2}))
    assert verify(first) == [
        "changes/names.parquet: in a first release it should have all rows of names, as added"
    ]


def test_changes_that_are_counted_otherwise(home: Home, release: Release) -> None:
    resealed(home, release, lambda m: m["tables"]["names"].update(changes={"added": 7}))
    [problem] = verify(release)
    assert problem.startswith("changes/names.parquet: ")
    assert problem.endswith("manifest.json states 7 added")


def test_a_record_may_go_unreported_only_where_one_is_suppressed(home: Home, release: Release) -> None:
    """`changes` leaves out the removal of who was suppressed, and of nobody else."""

    def without(*names: str) -> None:
        for table in ("sanctions", "names", "entity_records"):
            rewritten(
                top(release) / "changes" / f"{table}.parquet",
                lambda rows: rows.filter(pc.field("change") != "removed"),
            )

        def edit(manifest: dict[str, Any]) -> None:
            for table in ("sanctions", "names", "entity_records"):
                manifest["tables"][table]["changes"].pop("removed", None)

        resealed(home, release, edit)

    without()
    problems = verify(release)
    assert len(problems) == 2
    assert all("does not give this release" in problem and "eu_fsf:3" not in problem for problem in problems)
    tombstone = {"tombstone_id": "t-1", "source_id": "eu_fsf", "suppressed_on": "2026-11-20", "reason": "law"}
    tombstones = {"tombstones": [row("tombstones", tombstone_id="t-1")]}
    suppressed = {"records": 1, "tombstones": [tombstone]}
    release = write(home, both(whole("Stays", "", "", "Comes"), tombstones), 3, suppressed=suppressed)
    without()
    assert verify(release) == []
    release = write(home, both(whole(), tombstones) | {"entity_records": []}, 4, suppressed=suppressed)
    without()
    [problem] = verify(release)
    assert problem.startswith("changes/sanctions.parquet: ")
    assert problem.endswith("0 rows of sanctions are unexplained, 2 are missing")


EDITS: dict[str, tuple[Edit, str]] = {
    "quality": (lambda m: m["quality"]["warn"].update(failed=0), "quality: manifest.json counts other"),
    "freshness": (lambda m: m["sources"]["eu_fsf"].update(freshness="held"), "sources: they are not those"),
    "a source": (lambda m: m["sources"].update(un_sc=m["sources"]["eu_fsf"]), "sources: they are not those"),
    "suppressed": (lambda m: m["suppressed"].update(records=1), "tombstones: they are not those"),
    "a table less": (lambda m: m["tables"].pop("names"), "names is not in this release"),
    "a table more": (lambda m: m["tables"].update(other=m["tables"]["names"]), "other is not a table"),
    "a table's files": (lambda m: m["tables"]["names"].update(files=["x"]), "x is not in manifest.json"),
}


@pytest.mark.parametrize("case", EDITS)
def test_a_manifest_that_says_other_than_the_tables(home: Home, release: Release, case: str) -> None:
    edit, problem = EDITS[case]
    resealed(home, release, edit)
    assert any(found.startswith(problem) for found in verify(release))


PACKAGES: dict[str, tuple[Edit, str]] = {
    "version": (lambda p: p.update(version="2020-01-01T000000Z"), "is of release 2020-01-01T000000Z"),
    "a resource less": (lambda p: p["resources"].pop(), "its resources are not the tables"),
    "a path": (lambda p: p["resources"][0].update(path=["parquet/x.parquet"]), "the files of addresses are"),
    "a column": (lambda p: p["resources"][0]["schema"]["fields"].pop(), "the columns of addresses are not"),
    "a type": (
        lambda p: p["resources"][0]["schema"]["fields"][0].update(type="number"),
        "the columns of addresses are not",
    ),
    "a field": (lambda p: p.update(homepage="x"), "is damaged: homepage: "),
}


@pytest.mark.parametrize("case", PACKAGES)
def test_a_datapackage_that_describes_another_release(home: Home, release: Release, case: str) -> None:
    edit, problem = PACKAGES[case]
    path = top(release) / "datapackage.json"
    package = json.loads(path.read_text("utf-8"))
    edit(package)
    path.write_text(json.dumps(package), "utf-8")
    resealed(home, release)
    [found] = verify(release)
    assert found.startswith("datapackage.json")
    assert problem in found


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("## eu_fsf", "## un_sc", "does not name eu_fsf"),
        ("CC BY 4.0", "public domain", "gives other terms of eu_fsf than the table sources"),
        ("EU list", "UN list", "gives other terms of eu_fsf than the table sources"),
    ],
)
def test_licences_that_are_not_the_sources(
    home: Home, release: Release, old: str, new: str, problem: str
) -> None:
    path = top(release) / "LICENSES.md"
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    resealed(home, release)
    assert f"LICENSES.md {problem}" in verify(release)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "null",
        '{"release": "2020-01-01T000000Z"}',
        '{"release": "..", "fingerprint": ""}',
        "[" * 99999,
    ],
)
def test_a_pointer_that_is_damaged_or_points_nowhere_is_one_line(home: Home, text: str) -> None:
    (home.releases / "latest.json").write_text(text, "utf-8")
    [problem] = verify_pointer(home)
    assert problem.startswith("latest.json: ")
    assert problem.isprintable()


def test_a_pointer_with_another_fingerprint(home: Home, release: Release) -> None:
    (home.releases / "latest.json").write_text(
        json.dumps({"release": release.id, "fingerprint": "0" * 16}), "utf-8"
    )
    [problem] = verify_pointer(home)
    assert problem.startswith("latest.json states another fingerprint")


def test_every_file_is_in_the_manifest_but_the_three_that_follow_from_it(release: Release) -> None:
    manifest = json.loads((top(release) / "manifest.json").read_text("utf-8"))
    there = {path.relative_to(top(release)).as_posix() for path in top(release).rglob("*") if path.is_file()}
    assert set(manifest["files"]) == there - UNSEALED
    for name, file in manifest["files"].items():
        data = (top(release) / name).read_bytes()
        assert file == {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    assert set(manifest["tables"]) == set(contracts())


def test_the_tables_are_the_same_bytes_again_and_so_is_the_signature_of_the_same_manifest(
    home: Home, release: Release, tmp_path: Path
) -> None:
    with database.connect() as con:
        filled(con, whole("Stays", "Before", "Goes"))
        other = Home.at(str(tmp_path / "other"))
        again = write(other, whole("Stays", "Before", "Goes"), 1)
    first = find(home, again.id)
    for path in (top(first) / "parquet").rglob("*.parquet"):
        assert path.read_bytes() == (top(again) / path.relative_to(top(first))).read_bytes()
    manifest = (top(release) / "manifest.json").read_bytes()
    assert signing_key(home).sign(manifest) == (top(release) / "manifest.sig").read_bytes()


def test_a_release_in_a_folder_that_is_not_there_is_one_line(home: Home) -> None:
    with pytest.raises(ReleaseError, match="no release"):
        find(home, "nothing")
