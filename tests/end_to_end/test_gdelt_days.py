"""GDELT's day through Airflow: by its schedule; again by Airflow's backfill; by hand after a file was
published again.

The files are made up: every quarter of an hour six of them, in the publisher's columns, with pages that no
outlet has.
"""

from __future__ import annotations

import hashlib
import io
import json
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sources.fetching.sample_server import serve
from sources.registry import registry
from storage.home import Home
from vigil.airflow.client import Airflow
from vigil.airflow.embedded import running
from vigil.airflow.errors import AirflowError
from vigil.airflow.settings import DAGS_FOLDER
from warehouse.release.reader import connect, find

pytestmark = pytest.mark.slow  # a day of news three times

GKG, EXPORT, MENTIONS = "gkg.csv", "export.CSV", "mentions.CSV"
STREAMS = ("", "translation.")
ADDRESS = "http://data.gdeltproject.org/gdeltv2/"
TABLES = (
    "articles",
    "sightings",
    "article_places",
    "article_counts",
    "article_names",
    "news_events",
    "news_event_mentions",
)
PATIENCE = 300


def row(width: int, **cells: object) -> str:
    """A line with some of its columns filled, `c4` being the fifth."""
    return "\t".join(str(cells.get(f"c{at}", "")) for at in range(width))


def article(stamp: str, stream: str, number: int, title: str) -> str:
    translated = {"c25": "srclc:rus;eng:GT-RUS 1.0"} if stream else {}
    return row(
        27,
        c0=f"{stamp}-{'T' if stream else ''}{number}",
        c1=stamp,
        c2=1,
        c3="news.example",
        c4=url(stamp, stream, number),
        c5="ARREST#3#protesters#1#Belarus#BO#BO#53#28#BO;",
        c6="ARREST#3#protesters#1#Belarus#BO#BO#53#28#BO#120;",
        c7="ARREST;",
        c8="ARREST,120;",
        c9="1#Belarus#BO#BO#53#28#BO",
        c10="1#Belarus#BO#BO##53#28#BO#110",
        c11="alexander lukashenko",
        c12="Alexander Lukashenko,40",
        c15="-2.5,1.2,3.7,4.9,20.1,0.5,400",
        c26=f"<PAGE_TITLE>{title}</PAGE_TITLE>",
        **translated,
    )


def url(stamp: str, stream: str, number: int) -> str:
    return f"https://news.example/{stream.rstrip('.') or 'english'}/{stamp}/{number}"


def event(stamp: str, stream: str) -> str:
    place = {"35": 1, "36": "Belarus", "37": "BO", "38": "BO", "40": 53, "41": 28, "42": "BO"}
    places = {f"c{int(at) + shift}": value for at, value in place.items() for shift in (0, 16)}
    return row(
        61,
        c0=number(stamp, stream),
        c1=stamp[:8],
        c2=stamp[:6],
        c3=stamp[:4],
        c4=f"{stamp[:4]}.5",
        c5="BLRGOV",
        c6="BELARUS",
        c7="BLR",
        c12="GOV",
        c25=1,
        c26="173",
        c27="173",
        c28="17",
        c29=4,
        c30="-5.0",
        c31=1,
        c32=1,
        c33=1,
        c34="-2.5",
        c59=stamp,
        c60=url(stamp, stream, 0),
        **places,
    )


def number(stamp: str, stream: str) -> int:
    return int(stamp[6:12]) * 10 + (5 if stream else 0)


def mention(stamp: str, stream: str) -> str:
    return row(
        16,
        c0=number(stamp, stream),
        c1=stamp,
        c2=stamp,
        c3=1,
        c4="news.example",
        c5=url(stamp, stream, 0),
        c6=1,
        c7=-1,
        c8=-1,
        c9=120,
        c10=1,
        c11=50,
        c12=2000,
        c13="-2.5",
        c14="srclc:rus;eng:GT-RUS 1.0" if stream else "",
    )


def zipped(name: str, lines: list[str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(zipfile.ZipInfo(name), "".join(f"{line}\n" for line in lines))
    return packed.getvalue()


class Publisher:
    """A folder of samples with a day's files and the lists that name them."""

    def __init__(self, samples: Path, day: date) -> None:
        self.folder = samples / "gdelt" / day.isoformat()
        self.folder.mkdir(parents=True)
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
        self.stamps = [f"{midnight + timedelta(minutes=15 * at):%Y%m%d%H%M%S}" for at in range(96)]
        for stamp in self.stamps:
            for stream in STREAMS:
                self.put(stamp, stream, GKG, [article(stamp, stream, n, f"Title {n}") for n in range(2)])
                self.put(stamp, stream, EXPORT, [event(stamp, stream)])
                self.put(stamp, stream, MENTIONS, [mention(stamp, stream)])
        self.lists()

    def put(self, stamp: str, stream: str, kind: str, lines: list[str]) -> None:
        name = f"{stamp}.{stream}{kind}"
        (self.folder / f"{name}.zip").write_bytes(zipped(name, lines))

    def lists(self) -> None:
        """The lists as they are now: of all files, and of the newest ones."""
        for stream, suffix in zip(STREAMS, ("", "-translation"), strict=True):
            lines = [self._line(f"{s}.{stream}{k}.zip") for s in self.stamps for k in (EXPORT, MENTIONS, GKG)]
            (self.folder / f"masterfilelist{suffix}.txt").write_text("".join(lines))
            (self.folder / f"lastupdate{suffix}.txt").write_text("".join(lines[-3:]))

    def _line(self, name: str) -> str:
        body = (self.folder / name).read_bytes()
        return f"{len(body)} {hashlib.md5(body, usedforsecurity=False).hexdigest()} {ADDRESS}{name}\n"


Tables = dict[str, list[dict[str, Any]]]


@dataclass
class Days:
    """What was released after each step, and how many releases there were by then."""

    stamps: list[str]
    tables: list[Tables] = field(default_factory=list)
    releases: list[int] = field(default_factory=list)
    snapshots: list[int] = field(default_factory=list)

    def look(self, home: Path) -> None:
        with connect(find(Home.at(str(home)))) as con:
            found: Tables = {}
            for table in TABLES:
                rows = con.execute(f"SELECT * FROM {table} ORDER BY ALL")  # noqa: S608
                names = [column[0] for column in rows.description or []]
                found[table] = [dict(zip(names, values, strict=True)) for values in rows.fetchall()]
            [(snapshots,)] = con.execute("SELECT count(*) FROM snapshots").fetchall()
        self.tables.append(found)
        self.snapshots.append(snapshots)
        self.releases.append(sum(path.is_dir() for path in (home / "releases").iterdir()))


def wait(airflow: Airflow, dag_id: str, runs: int) -> None:
    """Until so many runs of a DAG have ended well; those of the release by the clock do not count."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        runs_so_far = airflow.call("GET", f"/dags/{dag_id}/dagRuns")["dag_runs"]
        states = [
            run["state"] for run in runs_so_far if (dag_id, run["run_type"]) != ("release", "scheduled")
        ]
        assert "failed" not in states, (dag_id, states)
        if states == ["success"] * runs:
            return
        time.sleep(0.3)
    pytest.fail(f"{dag_id}: {states} after {PATIENCE} s")


def backfill(airflow: Airflow, day: date) -> None:
    """Has Airflow run a day again, and waits until it has."""
    at = f"{day}T00:00:00Z"
    asked = {"dag_id": "gdelt", "from_date": at, "to_date": at, "reprocess_behavior": "completed"}
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            made = airflow.call("POST", "/backfills", json=asked)
            break
        except AirflowError:  # SQLite is busy with a release by the clock, or made it after all
            found = airflow.call("GET", "/backfills", params={"dag_id": "gdelt"})["backfills"]
            if found:
                [made] = found
                break
            assert time.monotonic() < deadline, "no backfill can be made"
            time.sleep(1)
    while airflow.call("GET", f"/backfills/{made['id']}")["completed_at"] is None:
        assert time.monotonic() < deadline, "the backfill does not end"
        time.sleep(0.3)


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Days]:
    top = tmp_path_factory.mktemp("gdelt")
    home = top / "home"
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    publisher = Publisher(top / "samples", yesterday)
    seen = Days(publisher.stamps)
    local = {"VIGIL_SCHEDULE": "on"}
    with (
        serve(samples=top / "samples", sources={"gdelt": registry()["gdelt"]}) as base,
        running(home / "airflow", home, 0, ["gdelt"], local | {"VIGIL_PUBLISHER": base}) as airflow,
    ):
        airflow.make_pools(json.loads((DAGS_FOLDER / "pools.json").read_text("utf-8")))
        airflow.wait_for_dags({"gdelt", "release"})
        wait(airflow, "gdelt", 1)  # by the schedule: the day that has just ended
        wait(airflow, "release", 1)
        seen.look(home)
        backfill(airflow, yesterday)
        wait(airflow, "gdelt", 1)
        wait(airflow, "release", 2)
        seen.look(home)
        stamp = publisher.stamps[40]
        corrected = [article(stamp, "", 0, "Title 0, corrected"), article(stamp, "", 2, "Title 2")]
        publisher.put(stamp, "", GKG, corrected)
        publisher.lists()
        midnight = datetime(yesterday.year, yesterday.month, yesterday.day, tzinfo=UTC)
        airflow.trigger("gdelt", "by-hand", {}, (midnight, midnight + timedelta(days=1)))
        wait(airflow, "gdelt", 2)
        wait(airflow, "release", 3)
        seen.look(home)
        yield seen


def test_a_day_comes_whole_by_the_schedule(days: Days) -> None:
    first = days.tables[0]
    pages = {url(stamp, stream, n) for stamp in days.stamps for stream in STREAMS for n in range(2)}
    assert {row["url"] for row in first["articles"]} == pages
    assert {row["url"] for row in first["sightings"]} == pages
    counts = {table: len(rows) for table, rows in first.items()}
    assert counts["articles"] == counts["sightings"] == 96 * 2 * 2
    assert counts["news_events"] == counts["news_event_mentions"] == 96 * 2
    assert days.snapshots[0] == 96 * 6


def test_the_same_day_again_changes_nothing(days: Days) -> None:
    assert days.tables[1] == days.tables[0]
    assert days.releases[:2] == [1, 1]


def test_a_file_published_again_changes_exactly_its_rows(days: Days) -> None:
    assert days.releases[2] == 2
    before, after = days.tables[1:]
    stamp = days.stamps[40]
    zero, one, two = (url(stamp, "", n) for n in range(3))
    changed = {table: [row for row in after[table] if row not in before[table]] for table in TABLES}
    gone = {table: [row for row in before[table] if row not in after[table]] for table in TABLES}
    assert [(row["url"], row["title"]) for row in by_url(changed["articles"])] == [
        (zero, "Title 0, corrected"),
        (two, "Title 2"),
    ]
    assert [(row["url"], row["title"]) for row in by_url(gone["articles"])] == [
        (zero, "Title 0"),
        (one, "Title 1"),
    ]
    assert not (changed["news_events"] or gone["news_events"])
    assert not (changed["news_event_mentions"] or gone["news_event_mentions"])
    new = {row["article_id"] for row in after["articles"] if row["url"] in {zero, two}}
    old = {row["article_id"] for row in before["articles"] if row["url"] in {zero, one}}
    for table in ("sightings", "article_places", "article_counts", "article_names"):
        assert {row["article_id"] for row in changed[table]} <= new, table
        assert {row["article_id"] for row in gone[table]} <= old, table
        assert len(before[table]) == len(after[table]), table
    assert days.snapshots[2] == 96 * 6


def by_url(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: str(row["url"]))
