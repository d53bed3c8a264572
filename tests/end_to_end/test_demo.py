"""`vigil demo`: Airflow runs the DAGs over the bundled samples, served by the local publisher."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from pathlib import Path

import duckdb
import pytest

from contracts import contracts
from sources.registry import registry
from tests.end_to_end.conftest import Ran, Vigil

pytestmark = pytest.mark.slow


def rows(vigil: Vigil, home: Path, sql: str) -> list[dict[str, str]]:
    done = vigil("query", sql, "--format", "csv", "--home", home)
    assert done.code == 0, done.err
    return list(csv.DictReader(io.StringIO(done.out)))


def release(home: Path) -> Path:
    latest = json.loads((home / "releases" / "latest.json").read_text("utf-8"))
    return home / "releases" / str(latest["release"])


def test_it_succeeds_and_answers_three_queries(demo: Ran) -> None:
    assert demo.done.code == 0, demo.done.err
    assert str(release(demo.home)) in demo.done.out.replace("\n", "")
    assert demo.done.out.count("\nSELECT ") == 3
    assert "\n0 rows" not in demo.done.out
    assert demo.done.err == ""


def test_airflows_own_database_shows_every_run_as_successful(demo: Ran) -> None:
    with sqlite3.connect(demo.home / "airflow" / "airflow.db") as database:
        runs = dict(database.execute("SELECT dag_id, state FROM dag_run").fetchall())
        failed = database.execute("SELECT count(*) FROM task_instance WHERE state = 'failed'").fetchone()
    assert runs == dict.fromkeys([*registry(), "release"], "success")
    assert failed == (0,)


def test_the_release_is_whole(vigil: Vigil, demo: Ran) -> None:
    done = vigil("verify", "--home", demo.home)
    assert (done.code, done.err) == (0, "")
    assert f"{len(contracts())} tables" in done.out


def test_a_changed_byte_is_found_and_named(vigil: Vigil, demo: Ran) -> None:
    victim = release(demo.home) / "parquet" / "sanctions.parquet"
    whole = victim.read_bytes()
    victim.write_bytes(whole[:-40] + bytes([whole[-40] ^ 1]) + whole[-39:])
    done = vigil("verify", "--home", demo.home)
    victim.write_bytes(whole)
    assert done.code == 1
    assert "parquet/sanctions.parquet" in done.err


def test_prisoners_sanctions_and_news_meet_on_one_line_of_time(vigil: Vigil, demo: Ran) -> None:
    found = rows(vigil, demo.home, "SELECT DISTINCT family, what FROM timeline")
    assert {row["family"] for row in found} == {"prisoners", "sanctions", "news"}
    assert {"detained", "released", "listed", "delisted", "reported"} <= {row["what"] for row in found}


def test_a_release_is_told_by_the_source_and_found_in_the_news(vigil: Vigil, demo: Ran) -> None:
    found = rows(
        vigil,
        demo.home,
        "SELECT what, date FROM timeline WHERE name = 'Ales Bialiatski'",
    )
    assert {"what": "released", "date": "2025-12-13"} in found
    assert {"what": "reported", "date": "2025-12-13"} in found


def test_nobody_still_held_is_called_released(vigil: Vigil, demo: Ran) -> None:
    found = rows(vigil, demo.home, "SELECT status FROM current_prisoners WHERE name = 'Mikola Statkevich'")
    assert found == [{"status": "detained"}]
    assert (
        rows(
            vigil,
            demo.home,
            "SELECT 1 FROM events JOIN prisoners USING (record_id) "
            "WHERE event_type = 'released' AND status = 'detained' AND valid_to IS NULL",
        )
        == []
    )


def test_every_source_says_that_it_is_sample_data(vigil: Vigil, demo: Ran) -> None:
    found = rows(vigil, demo.home, "SELECT source_id, freshness FROM sources")
    assert {row["source_id"]: row["freshness"] for row in found} == dict.fromkeys(registry(), "sample")


def test_what_was_declared_is_accounted_for(vigil: Vigil, demo: Ran) -> None:
    assert (
        rows(
            vigil,
            demo.home,
            "SELECT * FROM snapshots WHERE records_declared IS DISTINCT FROM "
            "records_parsed + records_quarantined + records_outside",
        )
        == []
    )


def test_a_name_is_found_in_another_script(vigil: Vigil, demo: Ran) -> None:
    done = vigil("search", "Лосік Ігар", "--home", demo.home)
    assert done.code == 0, done.err
    assert "Ihar Losik" in done.out


def test_a_list_of_names_is_screened(vigil: Vigil, demo: Ran, tmp_path: Path) -> None:
    names = tmp_path / "names.csv"
    names.write_text("name,birth_date\nLosik Ihar,1992-05-20\nLOSIK IHAR,1950-01-01\nJane Doe,\n", "utf-8")
    done = vigil("match", names, "--home", demo.home)
    rows = list(csv.DictReader(io.StringIO(done.out)))
    found = {(row["left"], row["match"]) for row in rows if row["record_id"] == "by_viasna:3"}
    assert found == {("Losik Ihar", "true"), ("LOSIK IHAR", "false")}
    assert not [row for row in rows if row["left"] == "Jane Doe"]


def test_anyone_can_attach_the_database(demo: Ran) -> None:
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{release(demo.home) / 'vigil.duckdb'}' AS v (READ_ONLY)")
        held = {
            name
            for (name,) in con.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()
        }
        tables = {name for (name,) in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    assert tables == set(contracts())
    assert {"current_sanctions", "current_prisoners", "timeline"} <= held


def test_data_docs_are_in_the_runs_folder(demo: Ran) -> None:
    pages = {path.relative_to(demo.home / "runs").parts[0] for path in demo.home.glob("runs/**/index.html")}
    assert pages == {*registry(), "release"}
