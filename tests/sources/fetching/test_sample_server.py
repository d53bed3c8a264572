"""The local publisher: samples served as the real addresses would have given them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from sources.archive.archive import Archive
from sources.fetching import file_lists
from sources.fetching.fetcher import raise_if_failed, replay_samples
from sources.fetching.sample_server import PublisherError, serve
from sources.registry import Source, registry, samples

OK = {200, 304}
FIRST, SECOND = "2025-09-11", "2025-12-13"


CARDS = {
    "name": "cards-{page}.json",
    "url": "https://rest.example/cards?filter={}&page={page}",
    "end": {"status": 400},
    "total": "X-Total",
}
API = {
    "name": "data-{page}.json",
    "url": "https://api.example/?in(status,'x y')=&page={page}",
    "end": {"empty": "data"},
    "total": "X-Total",
}
PEOPLE = {
    "name": "list-{page}.html",
    "url": "https://people.example/list/{page}/",
    "end": {"status": 404},
    "links": {"pattern": r"/person/([a-z-]+)/", "name": "{0}.html"},
}


def listed(name: str, body: bytes) -> bytes:
    md5 = hashlib.md5(body, usedforsecurity=False).hexdigest()
    return f"{len(body)} {md5} http://data.example/v2/{name}\n".encode()


@pytest.fixture
def sources(make_source: Any) -> dict[str, Source]:
    index = {"urls": ["http://data.example/v2/lastupdate.txt"], "pattern": "*.gkg.csv.zip"}
    return {
        "xx_list": make_source(),
        "news": make_source(source_id="news", family="news", content="stream", index=index),
        "cards": make_source(source_id="cards", files=[], pages=[CARDS]),
        "api": make_source(source_id="api", files=[], pages=[API]),
        "people": make_source(source_id="people", files=[], pages=[PEOPLE]),
    }


@pytest.fixture
def base(tmp_path: Path, sources: dict[str, Source]) -> Iterator[str]:
    """Serves a list of two dates, and a stream with one file a date."""
    bodies = {
        f"xx_list/{FIRST}/list.xml": b"<list>1</list>",
        f"xx_list/{SECOND}/list.xml": b"<list>2</list>",
        f"news/{FIRST}/1.gkg.csv.zip": b"PK one",
        f"news/{FIRST}/lastupdate.txt": listed("1.gkg.csv.zip", b"PK one"),
        f"news/{FIRST}/unlisted.gkg.csv.zip": b"PK nobody knows",
        f"news/{SECOND}/2.gkg.csv.zip": b"PK two",
        f"news/{SECOND}/lastupdate.txt": listed("2.gkg.csv.zip", b"PK two"),
    }
    for day, last in ((FIRST, 2), (SECOND, 3)):
        for page in range(1, last + 1):
            bodies[f"cards/{day}/cards-{page}.json"] = b'[{"id": %d}]' % page
            bodies[f"api/{day}/data-{page}.json"] = b'{"data": [%d]}' % page
            bodies[f"people/{day}/list-{page}.html"] = b'<a href="/person/p%s/">' % (b"abc"[page - 1 : page])
            bodies[f"people/{day}/p{'abc'[page - 1]}.html"] = b"<html>%d" % page
        bodies[f"api/{day}/data-{last + 1}.json"] = b'{"data": []}'
        bodies[f"people/{day}/unlisted.html"] = b"<html>"
    for path, body in bodies.items():
        target = tmp_path / "samples" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(body)
    with serve(samples=tmp_path / "samples", sources=sources) as url:
        yield url


def get(url: str, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.get(url, headers=named, trust_env=False)


def test_an_address_gives_what_it_gave_that_day(base: str) -> None:
    address = "lists.example/list.xml?lang=en"
    assert get(f"{base}/{FIRST}/{address}").content == b"<list>1</list>"
    assert get(f"{base}/{SECOND}/{address}").content == b"<list>2</list>"
    assert get(f"{base}/{FIRST}/{address}").headers["content-type"] in {"application/xml", "text/xml"}


@pytest.mark.parametrize(
    "path",
    [
        "",
        "2025-09-12/lists.example/list.xml?lang=en",
        f"{FIRST}/lists.example/list.xml",
        f"{FIRST}/data.example/v2/2.gkg.csv.zip",
        f"{FIRST}/data.example/v2/unlisted.gkg.csv.zip",
        f"{FIRST}/lists.example/..%2f..%2fregistry.py",
        "someday/lists.example/list.xml?lang=en",
        "dates/unheard_of",
        f"{FIRST}/rest.example/cards?filter={{}}&page=0",
        f"{FIRST}/rest.example/cards?filter={{}}&page=x",
        "2025-09-12/rest.example/cards?filter={}&page=9",
        f"{FIRST}/api.example/?in(status,'x%20y')=&page=9",
        f"{FIRST}/people.example/person/unlisted/",
        f"{FIRST}/people.example/person/pc/",
    ],
)
def test_all_else_is_not_found(base: str, path: str) -> None:
    assert get(f"{base}/{path}").status_code == 404


def test_pages_are_served_with_their_number_and_past_the_last_as_the_publisher_says_it(base: str) -> None:
    url = f"{base}/{SECOND}/rest.example/cards?filter={{}}&page="
    second = get(f"{url}2")
    assert (second.json(), second.headers["x-total"]) == ([{"id": 2}], "3")
    past = get(f"{url}4")
    assert (past.status_code, past.json()["code"]) == (400, "rest_post_invalid_page_number")
    assert past.json()["data"] == {"status": 400}
    empty = get(f"{base}/{SECOND}/api.example/?in(status,'x%20y')=&page=4")
    assert (empty.json(), empty.headers["x-total"]) == ({"data": []}, "3")


def test_what_a_days_pages_link_to_is_served(base: str) -> None:
    assert get(f"{base}/{FIRST}/people.example/person/pb/").content == b"<html>2"


def test_conditional_requests_are_understood(base: str) -> None:
    url = f"{base}/{FIRST}/lists.example/list.xml?lang=en"
    headers = get(url).headers
    assert headers["last-modified"] == "Thu, 11 Sep 2025 00:00:00 GMT"
    assert get(url, If_None_Match=headers["etag"]).status_code == 304
    assert get(url, If_Modified_Since=headers["last-modified"]).status_code == 304
    assert get(url, If_None_Match='"other"', If_Modified_Since=headers["last-modified"]).status_code == 200
    assert get(url, If_Modified_Since="Wed, 10 Sep 2025 00:00:00 GMT").status_code == 200
    assert get(url, If_Modified_Since="yesterday").status_code == 200
    later = get(f"{base}/{SECOND}/lists.example/list.xml?lang=en", If_None_Match=headers["etag"])
    assert later.status_code == 200


def test_the_dates_of_a_source_are_told(base: str) -> None:
    assert get(f"{base}/dates/xx_list").json() == [FIRST, SECOND]


def test_it_is_quiet(base: str, capfd: pytest.CaptureFixture[str]) -> None:
    get(f"{base}/{FIRST}/lists.example/list.xml?lang=en")
    get(f"{base}/nothing")
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("source_id", ["xx_list", "news", "cards", "api", "people"])
def test_a_replay_brings_every_date_and_again_nothing_new(
    base: str, sources: dict[str, Source], archive: Archive, source_id: str
) -> None:
    source = sources[source_id]
    batches: list[Any] = [*replay_samples(source, archive, base)]
    assert [(str(b.observed_at.date()), b.via, b.failure) for b in batches] == [
        (FIRST, "sample", None),
        (SECOND, "sample", None),
    ]
    snapshots = archive.snapshots(source_id, source.content)
    assert len(snapshots) == 2
    again: list[Any] = [*replay_samples(source, archive, base)]
    assert {entry.outcome for batch in again for entry in batch.entries} == {"unchanged"}
    assert archive.snapshots(source_id, source.content) == snapshots


def test_a_port_in_use_is_one_line(base: str, tmp_path: Path) -> None:
    port = int(base.rpartition(":")[2])
    with (
        pytest.raises(PublisherError) as told,
        serve(port, samples=tmp_path / "samples", sources={}),
    ):
        pass
    assert str(told.value) == f"cannot serve on 127.0.0.1:{port}: Address already in use"


def test_samples_that_are_not_there_are_one_line(tmp_path: Path) -> None:
    with pytest.raises(PublisherError, match="no samples at"), serve(samples=tmp_path / "gone", sources={}):
        pass


def test_every_bundled_sample_is_served_and_fetched_whole(archive: Archive) -> None:
    with serve() as base:
        for source_id, source in registry().items():
            batches = replay_samples(source, archive, base)
            assert len(batches) >= 2, source_id
            for batch in batches:
                raise_if_failed(batch, source)
    for source_id in registry():
        for batch in archive.batches(source_id):
            folder = samples(source_id) / batch.observed_at.date().isoformat()
            # the answer to a page past the last is no sample
            fetched = {entry.file: entry.sha256 for entry in batch.entries if entry.status in OK}
            bundled = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
            for url in getattr(registry()[source_id].index, "history", ()):  # of these only the day's lines
                del bundled[file_lists.file_name(url)], fetched[file_lists.file_name(url)]
            assert fetched == bundled, f"{source_id} {folder.name}"
