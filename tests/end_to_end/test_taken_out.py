"""A person taken out of the releases, through the steps that the DAGs run, over the bundled samples."""

from __future__ import annotations

import json
import logging
import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from contracts import contracts
from pipeline.releasing import build_history, build_models, publish_release, validate_release
from sources.registry import registry
from storage.home import Home
from tests.end_to_end.conftest import promoted_home
from tests.suppressing import everything, rows_of, ways_to_write
from warehouse.privacy.suppression import lift_suppression, read_suppressions, suppress_record
from warehouse.privacy.suppression_list import list_path
from warehouse.release.publication import ReleaseRefused
from warehouse.release.reader import Release, diff, find
from warehouse.release.verification import verify

pytestmark = pytest.mark.slow

SOURCES = ("by_viasna", "cu_prisonersdefenders", "rss", "gdelt", "us_ofac_cons")
LOSIK = "by_viasna:3"
SPELLINGS = ("Ihar Losik", "Ігар Лосік", "Игорь Лосик")


def release(home: str, run_id: str | None = None) -> Release | None:
    """A release, checked if the check is to be kept as `run_id`; None if there is nothing new."""
    fingerprint = build_history(home)
    if fingerprint is None:
        return None
    build_models(home, fingerprint)
    if run_id:
        validate_release(home, fingerprint, run_id)
    return find(Home.at(home), publish_release(home, fingerprint)["release"])


def made(home: str, run_id: str | None = None) -> Release:
    found = release(home, run_id)
    assert found is not None
    return found


def told_of(text: str) -> list[str]:
    """In which ways a text names the person."""
    ways = {LOSIK, *(way for name in SPELLINGS for way in ways_to_write(name))}
    text = text.casefold()
    found = [way.casefold() for way in ways if way.casefold() in text]
    return [way for way in found if re.search(rf"(?<!\w){re.escape(way)}(?!\w)", text)]


@pytest.fixture(scope="module")
def promoted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the samples of a few sources promoted."""
    return promoted_home(tmp_path_factory.mktemp("promoted") / "home", SOURCES)


@pytest.fixture
def home(promoted: Path, tmp_path: Path) -> str:
    return str(shutil.copytree(promoted, tmp_path / "home"))


def test_a_person_is_taken_out_and_brought_back(
    home: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    place = Home.at(home)
    first = made(home, "first")
    assert LOSIK in told_of(everything(Path(first.folder.path)))
    tables = {
        table
        for table in first.manifest["tables"]
        for row in rows_of(first, table)
        if row.get("record_id") == LOSIK
    }
    assert {"prisoners", "names", "events", "entity_records", "mentions"} <= tables
    before = {file: file.read_bytes() for file in Path(first.folder.path).rglob("*") if file.is_file()}
    articles = {row["article_id"] for row in rows_of(first, "articles")}
    named = {row["article_id"] for row in rows_of(first, "mentions") if row["record_id"] == LOSIK}

    suppress_record(place, registry(), LOSIK, "request", date(2026, 1, 2))
    suppressed = read_suppressions(place, registry())
    second = made(home, "second")
    assert told_of(everything(Path(second.folder.path))) == []
    assert verify(second, suppressed) == []
    left = {row["article_id"] for row in rows_of(second, "articles")}
    assert left < articles
    assert not named & left
    news = [name for name, each in contracts().items() if each.family == "news"]
    assert not named & {row["article_id"] for table in news for row in rows_of(second, table)}
    counts = diff(place, first, second)
    assert {table: count for table, count in counts.items() if count["removed"]} == {}
    assert counts["tombstones"]["added"] == 1
    others = [row["record_id"] for row in rows_of(first, "prisoners") if row["record_id"] != LOSIK]
    assert [row["record_id"] for row in rows_of(second, "prisoners")] == others
    assert {file: file.read_bytes() for file in before} == before
    assert any(
        "(entry 1 of suppressions.yml): withdraw this release" in line for line in verify(first, suppressed)
    )

    # the list is part of what a release is made from
    assert release(home) is None
    suppress_record(place, registry(), "by_viasna:999999", "risk", date(2026, 1, 3))
    third = made(home)
    assert "suppressions.yml: entry 2: no snapshot has such a record" in caplog.text
    [stone] = rows_of(second, "tombstones")
    assert stone in rows_of(third, "tombstones")
    for record_id in (LOSIK, "by_viasna:999999"):
        lift_suppression(place, registry(), record_id)
    fourth = made(home)
    back = [row for row in rows_of(fourth, "prisoners", "changes") if row["record_id"] == LOSIK]
    assert back
    assert {row["change"] for row in back} == {"added"}
    assert {row["article_id"] for row in rows_of(fourth, "articles")} == articles
    changes = [row for row in rows_of(fourth, "tombstones", "changes") if row["change"] == "removed"]
    assert len(changes) == 2

    # neither a log nor a page of the Data Docs has ever named them
    said = capfd.readouterr()
    assert told_of(caplog.text + said.out + said.err) == []
    pages = sorted(file for file in Path(place.runs.path).rglob("*") if file.is_file())
    assert any(file.name == "index.html" for file in pages)
    for file in pages:
        assert told_of(file.read_bytes().decode("utf-8", "replace")) == [], file
    assert not list(Path(place.staging.path).glob("release/*"))


def test_a_page_that_is_called_after_a_person_goes_too(home: str) -> None:
    """This publisher keeps a page a person: its name and address stand in `snapshots` and the manifest."""
    place, slug = Home.at(home), "jose-daniel-ferrer-garcia"
    record_id = f"cu_prisonersdefenders:{slug}"
    first = made(home)
    assert slug in json.dumps(first.manifest)
    assert record_id in {row["record_id"] for row in rows_of(first, "prisoners")}
    suppress_record(place, registry(), record_id, "family", date(2026, 1, 2))
    second = made(home)
    said = everything(Path(second.folder.path)).casefold()
    assert slug not in said
    assert "ferrer" not in said
    assert "maykel-castillo-perez.html" in said
    assert verify(second, read_suppressions(place, registry())) == []
    assert all(count["removed"] == 0 for count in diff(place, first, second).values())


def test_a_wrong_list_stops_the_release_in_one_line(home: str) -> None:
    first = made(home)
    list_path(Home.at(home)).write_text("salt: short\n", "utf-8")
    with pytest.raises(Exception, match=r"suppressions\.yml: salt: is shorter than 32 characters$") as raised:
        build_history(home)
    assert "\n" not in str(raised.value)
    assert json.loads(Path(first.folder.parent.path, "latest.json").read_text("utf-8"))["release"] == first.id


def test_a_list_that_changes_while_a_release_is_made_stops_it(home: str) -> None:
    place = Home.at(home)
    suppress_record(place, registry(), LOSIK, "request", date(2026, 1, 2))
    fingerprint = build_history(home)
    assert fingerprint is not None
    build_models(home, fingerprint)
    suppress_record(place, registry(), "by_viasna:4", "request", date(2026, 1, 2))
    with pytest.raises(ReleaseRefused, match="has changed while this release was made: run again"):
        publish_release(home, fingerprint)
    assert not place.releases.exists()
