"""What changed between real snapshots, through the steps that the DAGs run: no more and no less."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from lxml import etree

from pipeline.fetching import fetch_source
from pipeline.parsing import parse_snapshot
from pipeline.promotion import promote_source
from pipeline.releasing import build_history, build_models, publish_release, validate_release
from pipeline.validation import validate_source
from storage.home import Home
from warehouse.release.reader import connect, find

SOURCES = ("un_sc", "us_ofac_cons")
# The newest real file of each, written anew: other order, other line ends, other encoding.
COPIED = {
    "un_sc": ("2026-01-28", "consolidated.xml", ("INDIVIDUALS", "ENTITIES")),
    "us_ofac_cons": ("2025-12-18", "CONSOLIDATED.XML", (".",)),
}


def turned(data: bytes, holders: tuple[str, ...]) -> bytes:
    """The same list with its records in the reverse order, without line ends, in UTF-16."""
    root = etree.fromstring(data, etree.XMLParser(remove_blank_text=True))
    for name in holders:
        holder = root.find(name)
        assert holder is not None
        holder[:] = holder[::-1]
    return etree.tostring(root, encoding="utf-16", xml_declaration=True)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("changes") / "home"


@pytest.fixture(scope="module")
def con(shared_data: Path, home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A release of two lists: every real snapshot, and a copy of the newest seen a month later."""
    at, mirror = str(home), home.parent / "mirror"
    for source_id in SOURCES:
        shutil.copytree(shared_data / source_id, mirror / source_id)
        day, name, holders = COPIED[source_id]
        copy = mirror / source_id / "2026-03-01" / name
        copy.parent.mkdir()
        copy.write_bytes(turned((shared_data / source_id / day / name).read_bytes(), holders))
        for unit_id in fetch_source(at, source_id, mirror=str(mirror)):
            assert parse_snapshot(at, source_id, unit_id)["error"] is None
        validate_source(at, source_id, None)
        assert promote_source(at, source_id)["held"] is None
    fingerprint = build_history(at)
    assert fingerprint is not None
    validate_release(at, build_models(at, fingerprint), None)
    publish_release(at, fingerprint)
    with connect(find(Home.at(at), None)) as opened:
        yield opened


def events(con: duckdb.DuckDBPyConnection, source_id: str, seen: str) -> list[tuple[str, str, str]]:
    """What was learnt from the snapshot of a day: type, record, date."""
    return con.execute(
        "SELECT event_type, record_id, event_date FROM events"
        " WHERE source_id = $1 AND observed_at = $2::TIMESTAMPTZ ORDER BY ALL",
        [source_id, seen],
    ).fetchall()


def test_every_snapshot_stands(con: duckdb.DuckDBPyConnection) -> None:
    seen = con.execute(
        "SELECT source_id, count(*), bool_and(gate = 'promoted') FROM snapshots GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    assert seen == [("un_sc", 5, True), ("us_ofac_cons", 4, True)]


def test_the_consolidated_list_loses_one_target_and_nothing_else(con: duckdb.DuckDBPyConnection) -> None:
    window = "2025-10-22/2025-12-18"
    assert events(con, "us_ofac_cons", "2025-12-18") == [("delisted", "us_ofac_cons:26182", window)]


def test_the_united_nations_list_changes_as_it_did(con: duckdb.DuckDBPyConnection) -> None:
    assert events(con, "un_sc", "2025-12-09") == []
    delisted = ("delisted", "un_sc:IQi.074", "2025-12-09/2026-01-28")
    assert [event for event in events(con, "un_sc", "2026-01-28") if event[0] != "amended"] == [delisted]


def test_an_amendment_says_what_was_and_what_is(con: duckdb.DuckDBPyConnection) -> None:
    told = con.execute(
        "SELECT details FROM events WHERE event_type = 'amended' AND source_id = 'un_sc'"
    ).fetchall()
    assert told
    for (details,) in told:
        changed = json.loads(details)
        assert changed.pop("basis", "publisher") == "publisher"
        assert changed
        for part in changed.values():
            assert part.keys() in ({"before", "after"}, {"added", "removed"})
            assert part.get("before") != part.get("after") or part.get("added") != part.get("removed")


def test_on_the_day_of_a_snapshot_just_its_records_are_listed(
    con: duckdb.DuckDBPyConnection, home: Path
) -> None:
    for source_id in SOURCES:
        for unit in json.loads((home / "state" / f"{source_id}.json").read_text("utf-8"))["units"]:
            day, staged = unit["observed_at"][:10], f"unit={unit['unit_id']}/sanctions.parquet"
            [path] = (home / "staging").glob(f"*/source={source_id}/{staged}")
            in_file = [(each,) for each in sorted(pq.read_table(path)["record_id"].to_pylist())]
            listed = con.execute(
                f"SELECT record_id FROM sanctions_as_of('{day}') WHERE source_id = ? ORDER BY ALL",  # noqa: S608
                [source_id],
            ).fetchall()
            assert in_file == listed, (source_id, day)


def test_who_came_back_with_a_date_of_before_we_missed_them_came_in_the_window(
    con: duckdb.DuckDBPyConnection,
) -> None:
    told = con.execute(
        "SELECT event_date, details FROM events WHERE event_type = 'listed' AND source_id = 'un_sc'"
        " AND observed_at = TIMESTAMPTZ '2025-11-29 00:00:00+00' AND contains(details, 'listing_date')"
    ).fetchall()
    assert told
    assert {on for on, _ in told} == {"2024-05-15/2025-11-29"}


@pytest.mark.parametrize("source_id", SOURCES)
def test_a_list_written_anew_with_no_change_gives_no_event(
    con: duckdb.DuckDBPyConnection, source_id: str
) -> None:
    assert events(con, source_id, "2026-03-01") == []
