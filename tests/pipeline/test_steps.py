"""The steps over a real archive, without Airflow: what a source's gate says of one snapshot after another."""

from __future__ import annotations

import io
import shutil
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.fetching import fetch_source, whole_days
from pipeline.parsing import parse_snapshot
from pipeline.promotion import promote_source
from pipeline.releasing import build_history, build_models
from pipeline.validation import validate_source
from pipeline.workspace import Workspace
from sources.archive.archive import Archive
from sources.archive.batch import Entry
from sources.registry import FOLDER, samples
from storage.home import Home
from warehouse.release.decisions import FILE as FILE_OF_DECISIONS
from warehouse.release.decisions import DecisionError
from warehouse.release.publication import ReleaseRefused
from warehouse.staging.states import PromotedSnapshot, States

FILE = "SDN.XML"


def test_a_snapshot_with_all_keys_changed_is_held_and_the_next_good_one_is_not(tmp_path: Path) -> None:
    home = str(tmp_path)
    archive = Archive(Home.at(home))
    [*_, newest] = sorted((samples("us_ofac_sdn")).iterdir())
    good = (newest / FILE).read_bytes()
    shifted = good.replace(b"<uid>", b"<uid>9")
    for number, content in enumerate((good, shifted, good + b"\n"), 1):
        batch = archive.open_batch("us_ofac_sdn", datetime(2025, 5, number, tzinfo=UTC), "sample")
        sha256, size = archive.put([content])
        batch.add(Entry(FILE, "https://lists.example/SDN.XML", "new", "required", sha256=sha256, bytes=size))
        batch.log()
    for unit in archive.snapshots("us_ofac_sdn", "full"):
        parse_snapshot(home, "us_ofac_sdn", unit.unit_id)
    assert validate_source(home, "us_ofac_sdn", None)["checked"] == 3
    assert promote_source(home, "us_ofac_sdn") == {"changed": True, "held": None}
    assert validate_source(home, "us_ofac_sdn", None) == {"checked": 0, "data_docs": None}
    first, other, last = States(Home.at(home)).load_all()["us_ofac_sdn"].snapshots
    assert (first.held, last.held) == ((), ())
    [held] = other.held
    assert "the record did not stand under another key in the last good snapshot" in held


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2025-09-01T00:00+00:00", "2025-09-02T00:00+00:00", ("2025-09-01", "2025-09-02")),
        ("2025-09-01T00:00+00:00", "2025-10-01T00:00+00:00", ("2025-09-01", "2025-10-01")),
        ("2025-09-01T09:00+00:00", "2025-09-01T10:00+00:00", ("2025-09-01", "2025-09-02")),
        ("2025-09-01T23:00+00:00", "2025-09-02T00:15+00:00", ("2025-09-01", "2025-09-03")),
        ("2025-09-01T00:00+03:00", "2025-09-01T03:00+03:00", ("2025-08-31", "2025-09-01")),
        ("2025-09-01T09:00+00:00", "2025-09-01T09:00+00:00", None),
        (None, None, None),
    ],
)
def test_the_days_of_an_interval(start: str | None, end: str | None, days: tuple[str, str] | None) -> None:
    moments = (datetime.fromisoformat(text) if text else None for text in (start, end))
    expected = (date.fromisoformat(days[0]), date.fromisoformat(days[1])) if days else None
    assert whole_days(*moments) == expected


def test_of_a_mirror_the_days_asked_for_are_read_and_each_is_parsed_once(tmp_path: Path) -> None:
    home, days = str(tmp_path), (date(2025, 9, 11), date(2025, 9, 12))
    [unit_id] = fetch_source(home, "gdelt", mirror=str(FOLDER), days=days)
    assert parse_snapshot(home, "gdelt", unit_id) == parse_snapshot(home, "gdelt", unit_id)
    assert fetch_source(home, "gdelt", mirror=str(FOLDER), days=days) == []
    [other] = fetch_source(home, "gdelt", mirror=str(FOLDER))
    assert other != unit_id


def _day_naming(person: str) -> bytes:
    """A file of GDELT's graph with one article, placed nowhere, that names a person."""
    cells = [""] * 27
    cells[0], cells[1], cells[4] = "20250911143000-0", "20250911143000", "https://news.example/1"
    cells[11] = person
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("a.csv", "\t".join(cells) + "\n")
    return packed.getvalue()


def _articles(home: str, unit_id: str) -> list[dict[str, Any]]:
    parse_snapshot(home, "gdelt", unit_id)
    staging = Workspace.open(home).staging("gdelt")
    found: list[dict[str, Any]] = staging.tables("gdelt", unit_id)["articles"].to_pylist()
    return found


def test_news_of_who_is_on_a_prisoner_list_in_the_mirror_are_kept(tmp_path: Path) -> None:
    """Whichever of the two is read first, and the same however often."""
    home, mirror = str(tmp_path / "home"), tmp_path / "mirror"
    shutil.copytree(samples("by_viasna"), mirror / "by_viasna")
    day = mirror / "gdelt" / "2025-09-11"
    day.mkdir(parents=True)
    (day / "20250911143000.gkg.csv.zip").write_bytes(_day_naming("igor losik"))
    [unit_id] = fetch_source(home, "gdelt", mirror=str(mirror))
    assert [row["persons"] for row in _articles(home, unit_id)] == [["igor losik"]]
    for each in fetch_source(home, "by_viasna", mirror=str(mirror)):
        parse_snapshot(home, "by_viasna", each)
    validate_source(home, "by_viasna", None)
    assert promote_source(home, "by_viasna")["changed"]
    assert fetch_source(home, "gdelt", mirror=str(mirror)) == []


def test_news_of_who_is_on_a_promoted_prisoner_list_are_kept(tmp_path: Path) -> None:
    home, mirror = str(tmp_path / "home"), tmp_path / "mirror"
    day = mirror / "gdelt" / "2025-09-11"
    day.mkdir(parents=True)
    (day / "20250911143000.gkg.csv.zip").write_bytes(_day_naming("igor losik"))
    [unit_id] = fetch_source(home, "gdelt", mirror=str(mirror))
    assert _articles(home, unit_id) == []
    shutil.copytree(samples("by_viasna"), tmp_path / "lists" / "by_viasna")
    for each in fetch_source(home, "by_viasna", mirror=str(tmp_path / "lists")):
        parse_snapshot(home, "by_viasna", each)
    validate_source(home, "by_viasna", None)
    promote_source(home, "by_viasna")
    [filtered] = fetch_source(home, "gdelt", mirror=str(mirror))
    assert len(_articles(home, filtered)) == 1
    assert [unit.unit_id for unit in _promoted(home)] == [filtered]


def test_a_day_that_changed_before_it_was_parsed_is_parsed_as_it_is_now(tmp_path: Path) -> None:
    """Another run may have brought a late file of the day in the meantime."""
    home = str(tmp_path)
    archive = Archive(Home.at(home))
    found = []
    for number, name in enumerate(
        ("20250911143000.gkg.csv.zip", "20250911143000.translation.gkg.csv.zip"), 1
    ):
        batch = archive.open_batch("gdelt", datetime(2025, 9, 12, number, tzinfo=UTC), "sample")
        sha256, size = archive.put([(samples("gdelt") / "2025-09-11" / name).read_bytes()])
        batch.add(Entry(name, f"https://news.example/{name}", "new", "optional", sha256=sha256, bytes=size))
        batch.log()
        found += [unit.unit_id for unit in archive.snapshots("gdelt", "days")]
    old, new = found
    assert parse_snapshot(home, "gdelt", old) == {"rows": {}, "error": None}
    assert parse_snapshot(home, "gdelt", new)["rows"]
    assert [unit.unit_id for unit in _promoted(home)] == [new]


@pytest.mark.parametrize(
    ("content_type", "title"), [("text/xml; charset=KOI8-R", "Новости"), ("text/xml", "оПЧПУФЙ")]
)
def test_a_feed_is_read_by_the_charset_that_came_with_it_and_its_address(
    tmp_path: Path, content_type: str, title: str
) -> None:
    home = str(tmp_path)
    archive = Archive(Home.at(home))
    item = "<item><title>Новости</title><link>/1</link></item>"
    body = f'<?xml version="1.0" encoding="windows-1251"?><rss version="2.0"><channel>{item}</channel></rss>'
    sha256, size = archive.put([body.encode("koi8-r")])
    batch = archive.open_batch("rss", datetime(2025, 9, 12, tzinfo=UTC), "live")
    address = "https://nashaniva.com/rss"
    batch.add(
        Entry(
            "nashaniva.rss", address, "new", "optional", sha256=sha256, bytes=size, content_type=content_type
        )
    )
    batch.log()
    [unit] = archive.snapshots("rss", "stream")
    parse_snapshot(home, "rss", unit.unit_id)
    staging = Workspace.open(home).staging("rss")
    [row] = staging.tables("rss", unit.unit_id)["articles"].to_pylist()
    assert (row["title"], row["url"]) == (title, "https://nashaniva.com/1")


def _promoted(home: str) -> list[PromotedSnapshot]:
    validate_source(home, "gdelt", None)
    assert promote_source(home, "gdelt")["held"] is None
    return list(States(Home.at(home)).load_all()["gdelt"].snapshots)


def test_a_bad_file_of_decisions_stops_a_release_before_it_begins(tmp_path: Path) -> None:
    (tmp_path / FILE_OF_DECISIONS).write_text("left_record,right_record\n", "utf-8")
    with pytest.raises(DecisionError, match="line 1: no column decision"):
        build_history(str(tmp_path))


def test_an_unknown_place_to_link_in_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIL_LINKING", "flink")
    with pytest.raises(ReleaseRefused, match="VIGIL_LINKING is neither duckdb nor spark"):
        build_models(str(tmp_path), "fingerprint")
