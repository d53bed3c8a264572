"""Version history and events, from sequences of whole lists to rows with dates."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts import contract, contracts
from transforms.linking import link
from warehouse import database, models
from warehouse.history import StagedUnit, build_articles, build_versions, load_observations
from warehouse.staging import Staging
from warehouse.storage import Home

START = datetime(2025, 1, 1, tzinfo=UTC)
LIST = "xx_list"


def day(number: int) -> datetime:
    return START + timedelta(days=number)


def target(key: str, **given: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        "record_id": f"{LIST}:{key}",
        "source_id": LIST,
        "authority": "An authority",
        "schema": "Organization",
        "name": f"Body {key}",
    }
    lists = ("programs", "nationalities", "nationalities_raw", "birth_dates", "birth_dates_raw")
    return {**{name: [] for name in lists}, **row, **given}


Content = list[dict[str, Any]]


def built(
    folder: Path,
    snapshots: list[Content],
    last_seen: dict[int, int] | None = None,
    quarantined: tuple[str, int] | None = None,
) -> duckdb.DuckDBPyConnection:
    """A database with all models, from one sanctions list seen on day 0, 1, 2 and so on."""
    staging = Staging(Home.at(str(folder)), "code")
    units = []
    for seq, content in enumerate(snapshots):
        table = pa.Table.from_pylist(content, contract("sanctions").parsed_schema)
        names = [{"record_id": r["record_id"], "name": r["name"], "kind": "primary"} for r in content]
        tables = {"sanctions": table, "names": pa.Table.from_pylist(names, contract("names").parsed_schema)}
        unit_id = f"{seq:016x}"
        staging.write(LIST, unit_id, tables, {})
        seen = day((last_seen or {}).get(seq, seq))
        rows = {name: t.num_rows for name, t in tables.items()}
        units.append(StagedUnit(LIST, seq, unit_id, day(seq), seen, rows, staging.folder(LIST, unit_id)))
    con = database.connect()
    con.execute(
        "CREATE TABLE quarantined_record (source_id VARCHAR, observed_at TIMESTAMPTZ, record_id VARCHAR)"
    )
    if quarantined:
        key, seq = quarantined
        con.execute("INSERT INTO quarantined_record VALUES (?, ?, ?)", [LIST, day(seq), f"{LIST}:{key}"])
    con.register("entries", contract("sources").arrow_schema.empty_table())
    con.execute("CREATE TABLE source_entry AS SELECT * EXCLUDE (records) FROM entries")
    load_observations(con, units)
    for table_contract in contracts().values():
        if table_contract.versioned:
            build_versions(con, table_contract, units)
    build_articles(con, contract("articles"), units)
    link(con)
    models.build(con)
    return con


def events(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str]]:
    found = con.execute(
        "SELECT event_type, record_id, event_date FROM events ORDER BY event_date, event_type, record_id"
    ).fetchall()
    return [(kind, record.removeprefix(f"{LIST}:"), date) for kind, record, date in found]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.dictionaries(st.sampled_from("abc"), st.sampled_from("xyz"), max_size=3), min_size=1, max_size=5
    )
)
def test_history_as_of_a_moment_is_the_list_as_it_was_then(
    tmp_path_factory: pytest.TempPathFactory, lists: list[dict[str, str]]
) -> None:
    snapshots = [[target(key, position=value) for key, value in sorted(seen.items())] for seen in lists]
    with built(tmp_path_factory.mktemp("h"), snapshots) as con:
        for number, seen in enumerate(lists):
            for table, column in (("sanctions", "position"), ("names", "name")):
                rows = con.execute(
                    f"SELECT record_id, {column} FROM {table} "  # noqa: S608
                    "WHERE valid_from <= $1 AND (valid_to > $1 OR valid_to IS NULL) ORDER BY ALL",
                    [day(number)],
                ).fetchall()
                expected = [
                    (f"{LIST}:{key}", value if table == "sanctions" else f"Body {key}")
                    for key, value in sorted(seen.items())
                ]
                assert rows == expected


def test_what_does_not_change_is_one_version_without_an_event(tmp_path: Path) -> None:
    with built(tmp_path, [[target("a")]] * 3) as con:
        assert con.execute("SELECT valid_from, valid_to FROM sanctions").fetchall() == [(day(0), None)]
        assert events(con) == []


def test_leaving_a_list_is_a_delisting_in_the_window_between_two_visits(tmp_path: Path) -> None:
    with built(tmp_path, [[target("a"), target("b")], [target("b")]], last_seen={0: 0}) as con:
        assert events(con) == [("delisted", "a", "2025-01-01/2025-01-02")]


def test_a_record_in_quarantine_is_not_delisted(tmp_path: Path) -> None:
    both = [target("a"), target("b")]
    with built(tmp_path, [both, both], quarantined=("a", 1)) as con:
        assert con.execute("SELECT name FROM sanctions WHERE valid_to IS NULL").fetchall() == [("Body b",)]
        assert events(con) == []


def test_a_later_visit_that_finds_the_same_narrows_the_window(tmp_path: Path) -> None:
    unit = [[target("a"), target("b")], [target("b")]]
    with built(tmp_path, unit, last_seen={0: 1}) as con:
        assert events(con) == [("delisted", "a", "2025-01-02/2025-01-02")]


def test_a_listing_has_the_publishers_date_or_a_window(tmp_path: Path) -> None:
    dated = target("b", listing_date=datetime(2024, 6, 1, tzinfo=UTC).date())
    with built(tmp_path, [[dated], [dated, target("c")]]) as con:
        assert events(con) == [("listed", "b", "2024-06-01"), ("listed", "c", "2025-01-01/2025-01-02")]


def test_one_who_comes_back_is_listed_again(tmp_path: Path) -> None:
    with built(tmp_path, [[target("a"), target("b")], [target("b")], [target("a"), target("b")]]) as con:
        assert [(kind, record) for kind, record, _ in events(con)] == [("delisted", "a"), ("listed", "a")]


def test_an_amendment_tells_what_was_before_and_after(tmp_path: Path) -> None:
    with built(tmp_path, [[target("a")], [target("a", name="Body A renamed", position="Chair")]]) as con:
        [(kind, text)] = con.execute("SELECT event_type, details FROM events").fetchall()
    details = json.loads(text)
    assert kind == "amended"
    assert details["position"] == {"before": None, "after": "Chair"}
    assert [row["name"] for row in details["names"]["added"]] == ["Body A renamed"]
    assert [row["name"] for row in details["names"]["removed"]] == ["Body a"]
