"""Lists that come page by page, from a local site that behaves and misbehaves as publishers do."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sources.archive.archive import Archive
from sources.fetching import pagination
from sources.fetching.fetcher import FetchError, fetch_batch, raise_if_failed
from sources.fetching.http.client import ATTEMPTS, make_client
from sources.registry import Source
from storage.home import Home

NOW = datetime(2026, 1, 28, 6, 0, tzinfo=UTC)
PAUSE = 10
TOTAL = "X-WP-TotalPages"
CARDS = "lists.example/wp-json/cards?page="
DATA = "lists.example/api?page="
REST = {
    "name": "cards-{page}.json",
    "url": f"https://{CARDS}{{page}}",
    "end": {"status": 400},
    "total": TOTAL,
}
API = {"name": "data-{page}.json", "url": f"https://{DATA}{{page}}", "end": {"empty": "data"}}
LINKS = {
    "name": "list-{page}.html",
    "url": "https://lists.example/list/{page}/",
    "end": {"status": 404},
    "links": {"pattern": '[^"]*/person/([a-z]+)/', "name": "{0}.html"},
}


class Walker:
    """Fetches from the local site into an archive; waits are noted and not waited."""

    def __init__(self, home: Path, site: Any, source: Source) -> None:
        self.home, self.site, self.source = home, site, source
        self.archive = Archive(Home.at(str(home)))
        self.partial = home / "raw" / "partial" / "xx_list.json"
        self.waits: list[float] = []

    def visit(self, hours: float = 0, via: Any = "live", sleep: Callable[[float], None] | None = None) -> Any:
        self.site.asked.clear()
        at = NOW + timedelta(hours=hours)
        sleep = sleep or self.waits.append
        with make_client(self.site.base_url) as client:
            return fetch_batch(self.source, self.archive, client=client, observed_at=at, via=via, sleep=sleep)

    def asked(self) -> list[str]:
        """What the last visit asked for: the last word of each address."""
        return [address.rstrip("/").replace("=", "/").rpartition("/")[2] for address, _ in self.site.asked]

    def snapshots(self) -> list[Any]:
        return self.archive.snapshots("xx_list", "full")


@pytest.fixture
def walker(tmp_path: Path, site: Any, make_source: Any) -> Callable[..., Walker]:
    """Makes a walker over a source's pages, in a home of its own for each name."""

    def make(*pages: dict[str, Any], home: str = "home", **given: Any) -> Walker:
        source = make_source(**{"files": [], "pages": pages, "pause": PAUSE, **given})
        return Walker(tmp_path / home, site, source)

    return make


def card(page: int) -> bytes:
    return json.dumps([{"id": page}]).encode()


def gives_cards(site: Any, pages: int, total: str | None = None) -> None:
    headers = {TOTAL: str(pages) if total is None else total}
    for page in range(1, pages + 1):
        site.gives(f"{CARDS}{page}", site.reply(card(page), headers=headers))
    site.gives(f"{CARDS}{pages + 1}", site.reply(b'{"code": "rest_post_invalid_page_number"}', 400))


def gives_people(site: Any, *pages: str) -> None:
    """List pages that link to people of one letter each, and the people's pages."""
    for number, people in enumerate(pages, start=1):
        links = "".join(f'<a href="/person/{who}/">' for who in people)
        site.gives(f"lists.example/list/{number}/", site.reply(f"<html>{links}".encode()))
        for who in people:
            body = f"<html>{who}".encode()
            site.gives(
                f"lists.example/person/{who}/", site.reply(body, headers={"Content-Type": "text/html"})
            )


def files(batch: Any) -> list[tuple[str, str, str]]:
    return [(entry.file, entry.role, entry.outcome) for entry in batch.entries]


# to the end


def test_pages_are_read_to_the_status_that_says_there_are_no_more(site: Any, walker: Any) -> None:
    gives_cards(site, 3)
    visitor = walker(REST)
    batch = visitor.visit()
    assert visitor.asked() == ["1", "2", "3", "4"]
    assert files(batch) == [
        ("cards-1.json", "required", "new"),
        ("cards-2.json", "required", "new"),
        ("cards-3.json", "required", "new"),
        ("cards-4.json", "listing", "new"),
    ]
    assert [(entry.status, entry.total) for entry in batch.entries] == [(200, 3)] * 3 + [(400, None)]
    assert batch.failure is None
    (snapshot,) = visitor.snapshots()
    assert list(snapshot.files) == ["cards-1.json", "cards-2.json", "cards-3.json"]
    assert snapshot.urls["cards-2.json"] == f"https://{CARDS}2"
    for page, sha256 in enumerate(snapshot.files.values(), start=1):
        with visitor.archive.open(sha256) as file:
            assert file.read() == card(page)
    assert not visitor.partial.exists()


def test_pages_are_read_to_the_empty_one(site: Any, walker: Any) -> None:
    for page, people in enumerate(([1, 2], [3], []), start=0):
        site.gives(f"{DATA}{page}", site.reply(json.dumps({"data": people}).encode()))
    visitor = walker(API | {"first": 0})
    assert files(visitor.visit()) == [
        ("data-0.json", "required", "new"),
        ("data-1.json", "required", "new"),
        ("data-2.json", "listing", "new"),
    ]
    assert list(visitor.snapshots()[0].files) == ["data-0.json", "data-1.json"]


def test_every_two_requests_are_a_pause_apart(site: Any, walker: Any) -> None:
    gives_cards(site, 2)
    file = {"name": "about.json", "url": "https://lists.example/about"}
    site.gives("lists.example/about", site.reply(b"{}"))
    visitor = walker(REST, files=[file])
    visitor.visit()
    assert visitor.asked() == ["about", "1", "2", "3"]
    assert visitor.waits == [PAUSE] * 3


def test_a_retry_waits_no_less_than_the_pause(site: Any, walker: Any) -> None:
    gives_cards(site, 2)
    site.gives(f"{CARDS}2", site.reply(b"", 503), site.reply(card(2)))
    visitor = walker(REST)
    assert visitor.visit().failure is None
    assert visitor.waits == [PAUSE] * 3


def test_the_local_publisher_needs_no_pause(site: Any, walker: Any) -> None:
    gives_cards(site, 2)
    visitor = walker(REST)
    assert visitor.visit(via="sample").failure is None
    assert visitor.waits == []


def test_the_same_pages_again_are_the_same_snapshot(site: Any, walker: Any) -> None:
    gives_cards(site, 3)
    visitor = walker(REST)
    visitor.visit()
    (before,) = visitor.snapshots()
    batch = visitor.visit(hours=24)
    assert {entry.outcome for entry in batch.entries} == {"unchanged"}
    (after,) = visitor.snapshots()
    assert (after.unit_id, after.last_seen_at) == (before.unit_id, NOW + timedelta(hours=24))


@given(st.integers(1, 7), st.integers(0, 3), st.booleans())
@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_length_and_the_first_number(
    site: Any, walker: Any, pages: int, first: int, whole: bool
) -> None:
    """`whole`: the list is the whole answer, not under a key."""
    key = "" if whole else "data"
    for number in range(pages + 1):
        people: list[int] = [number] if number < pages else []
        body = people if whole else {"data": people}
        site.gives(f"{DATA}{first + number}", site.reply(json.dumps(body).encode()))
    visitor = walker(API | {"first": first, "end": {"empty": key}}, home=f"{pages}-{first}-{whole}")
    batch = visitor.visit()
    assert batch.failure is None
    assert len(batch.content) == pages


# what is no list


def test_a_first_page_that_is_refused_is_a_failure_and_no_empty_list(site: Any, walker: Any) -> None:
    site.gives(f"{CARDS}1", site.reply(b"{}", 400))
    visitor = walker(REST)
    batch = visitor.visit()
    assert batch.failure == f"https://{CARDS}1: answered 400 Bad Request"
    with pytest.raises(FetchError, match="answered 400"):
        raise_if_failed(batch, visitor.source)
    assert visitor.snapshots() == []


def test_an_empty_first_page_is_a_failure_and_no_empty_list(site: Any, walker: Any) -> None:
    site.gives(f"{DATA}1", site.reply(b'{"data": []}'))
    visitor = walker(API)
    assert visitor.visit().failure == f"https://{DATA}1: the first page is empty"
    assert visitor.snapshots() == []


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"<!doctype html><title>Just a moment", "a web page came in place of the file"),
        (b"", "the file is empty"),
        (b'{"data": [1', "is not JSON"),
        (b'{"error": "slow down"}', "has no list under 'data'"),
        (b"x" * 10_001, "larger than the 10000 bytes allowed"),
    ],
)
def test_a_page_that_is_no_page_fails_the_visit_and_the_next_goes_on(
    site: Any, walker: Any, body: bytes, told: str
) -> None:
    site.gives(f"{DATA}1", site.reply(b'{"data": [1]}'))
    site.gives(f"{DATA}2", site.reply(body), site.reply(b'{"data": [2]}'))
    site.gives(f"{DATA}3", site.reply(b'{"data": []}'))
    visitor = walker(API, max_bytes=10_000)
    batch = visitor.visit()
    assert batch.failure == f"https://{DATA}2: {told}"
    assert (visitor.asked(), visitor.snapshots()) == (["1", "2"], [])
    assert visitor.visit(hours=1).failure is None
    assert visitor.asked() == ["2", "3"]


# the publisher's own number of pages


@pytest.mark.parametrize("total", ["72", "4", "0"])
def test_a_list_that_ends_too_soon_or_too_late_fails(site: Any, walker: Any, total: str) -> None:
    gives_cards(site, 5, total)
    visitor = walker(REST)
    batch = visitor.visit()
    assert batch.failure == f"https://{CARDS}6: the publisher says {total} pages, 5 came before the end"
    assert visitor.snapshots() == []
    assert not visitor.partial.exists()  # one cannot know which page is wrong


def test_of_numbers_that_change_on_the_way_the_last_counts(site: Any, walker: Any) -> None:
    gives_cards(site, 3)
    site.gives(f"{CARDS}1", site.reply(card(1), headers={TOTAL: "2"}))
    assert walker(REST).visit().failure is None


def test_a_number_that_is_not_given_is_not_missed(site: Any, walker: Any) -> None:
    gives_cards(site, 2)
    for page in (1, 2):
        site.gives(f"{CARDS}{page}", site.reply(card(page)))
    assert walker(REST).visit().failure is None


def test_a_number_that_is_none_is_told(site: Any, walker: Any) -> None:
    gives_cards(site, 2, "many")
    assert walker(REST).visit().failure == f"https://{CARDS}1: the header {TOTAL} holds no number"


# pages that repeat


def test_a_page_that_repeats_once_is_asked_again(site: Any, walker: Any) -> None:
    gives_cards(site, 5)
    right = site.replies[f"{CARDS}5"][0]
    site.gives(f"{CARDS}5", site.reply(card(4), headers={TOTAL: "5"}), right)
    visitor = walker(REST)
    batch = visitor.visit()
    assert batch.failure is None
    assert visitor.asked() == ["1", "2", "3", "4", "5", "5", "6"]
    assert len(set(visitor.snapshots()[0].files.values())) == 5


def test_a_page_that_always_repeats_fails_the_visit(site: Any, walker: Any) -> None:
    gives_cards(site, 5)
    site.gives(f"{CARDS}5", site.reply(card(4), headers={TOTAL: "5"}))
    visitor = walker(REST)
    batch = visitor.visit()
    assert batch.failure == f"https://{CARDS}5: page 5 repeats page 4"
    assert visitor.asked() == ["1", "2", "3", "4"] + ["5"] * (1 + len(pagination.REPEAT_WAITS))
    assert visitor.waits == [PAUSE] * 4 + [max(PAUSE, wait) for wait in pagination.REPEAT_WAITS]
    assert (visitor.snapshots(), visitor.partial.exists()) == ([], False)


def test_a_list_without_end_is_given_up(site: Any, walker: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pagination, "MOST_PAGES", 3)
    gives_cards(site, 9)
    visitor = walker(REST)
    assert visitor.visit().failure == f"https://{CARDS}4: no end after 3 pages"
    gives_cards(site, 3)
    assert visitor.visit(hours=1).failure is None


# what breaks off, and how it is gone on with


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_too_many_requests_is_waited_out(site: Any, walker: Any, form: str) -> None:
    gives_cards(site, 2)
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    slow_down = site.reply(b"", 429, headers={"Retry-After": "90" if form == "seconds" else later})
    site.gives(f"{CARDS}2", slow_down, slow_down, *site.replies[f"{CARDS}2"])
    visitor = walker(REST)
    assert visitor.visit().failure is None
    assert len(visitor.waits) == 4
    assert [80 < wait <= 90 for wait in visitor.waits] == [False, True, True, False]


BROKEN = {
    "429": ("answered 429 Too Many Requests", {"status": 429}),
    "503": ("answered 503 Service Unavailable", {"status": 503}),
    "cut": ("the connection broke off", {"body": b'[{"id"', "missing": 10}),
    "403": ("answered 403 Forbidden", {"status": 403}),
}


def test_a_page_cut_short_is_fetched_again(site: Any, walker: Any) -> None:
    gives_cards(site, 3)
    site.gives(f"{CARDS}2", site.reply(card(2)[:5], missing=5), *site.replies[f"{CARDS}2"])
    visitor = walker(REST)
    assert visitor.visit().failure is None
    assert visitor.asked() == ["1", "2", "2", "3", "4"]


@pytest.mark.parametrize("fault", BROKEN)
def test_a_visit_that_breaks_off_is_gone_on_with_and_gives_what_an_unbroken_one_gives(
    site: Any, walker: Any, fault: str
) -> None:
    told, reply = BROKEN[fault]
    gives_cards(site, 4)
    site.gives("lists.example/about", site.reply(b"{}"))
    file = [{"name": "about.json", "url": "https://lists.example/about"}]
    unbroken = walker(REST, home="unbroken", files=file).visit(hours=2)

    visitor = walker(REST, files=file)
    site.gives(f"{CARDS}3", site.reply(**reply))
    batch = visitor.visit()
    assert batch.failure == f"https://{CARDS}3: {told}"
    assert visitor.asked()[:3] == ["about", "1", "2"]
    assert len(visitor.asked()) == 3 + (1 if fault == "403" else ATTEMPTS)
    assert visitor.snapshots() == []

    assert visitor.visit(hours=1).failure == f"https://{CARDS}3: {told}"
    assert set(visitor.asked()) == {"3"}

    gives_cards(site, 4)
    batch = visitor.visit(hours=2)
    assert visitor.asked() == ["3", "4", "5"]
    assert batch == unbroken
    assert not visitor.partial.exists()
    (snapshot,) = visitor.snapshots()
    assert (len(snapshot.files), snapshot.observed_at) == (5, NOW + timedelta(hours=2))

    visitor.visit(hours=3)
    assert visitor.asked() == ["about", "1", "2", "3", "4", "5"]


@pytest.mark.parametrize("stopped_at", range(1, 5))
def test_a_visit_that_is_killed_is_gone_on_with(site: Any, walker: Any, stopped_at: int) -> None:
    gives_cards(site, 4)
    unbroken = walker(REST, home="unbroken").visit(hours=1)
    waited: list[float] = []

    def killed(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == stopped_at:
            raise KeyboardInterrupt

    visitor = walker(REST)
    with pytest.raises(KeyboardInterrupt):
        visitor.visit(sleep=killed)
    assert visitor.archive.batches("xx_list") == []
    assert visitor.visit(hours=1) == unbroken
    assert visitor.asked() == ["1", "2", "3", "4", "5"][stopped_at:]


def break_at_three(site: Any, visitor: Walker, hours: float = 0) -> None:
    gives_cards(site, 4)
    site.gives(f"{CARDS}3", site.reply(b"", 403))
    assert visitor.visit(hours).failure is not None
    gives_cards(site, 4)


@pytest.mark.parametrize(
    ("cadence", "hours", "goes_on"),
    [("P1D", 23.9, True), ("P1D", 24, False), ("PT6H", 5, True), ("PT6H", 6, False), ("P7D", 30, False)],
)
def test_a_visit_is_gone_on_with_within_the_cadence_and_a_day(
    site: Any, walker: Any, cadence: str, hours: float, goes_on: bool
) -> None:
    visitor = walker(REST, cadence=cadence)
    break_at_three(site, visitor)
    assert visitor.visit(hours).failure is None
    assert visitor.asked() == (["3", "4", "5"] if goes_on else ["1", "2", "3", "4", "5"])


def test_the_time_counts_from_the_first_attempt(site: Any, walker: Any) -> None:
    visitor = walker(REST)
    for hours in (0, 23):
        break_at_three(site, visitor, hours)
    assert visitor.visit(25).failure is None
    assert visitor.asked() == ["1", "2", "3", "4", "5"]


def test_a_visit_of_an_earlier_time_or_another_way_begins_anew(site: Any, walker: Any) -> None:
    visitor = walker(REST)
    break_at_three(site, visitor)
    break_at_three(site, visitor, hours=-1)
    assert visitor.asked() == ["1", "2", "3"]
    visitor.visit(via="mirror")
    assert visitor.asked() == ["1", "2", "3", "4", "5"]


def test_a_page_whose_bytes_are_gone_is_fetched_again(site: Any, walker: Any) -> None:
    visitor = walker(REST)
    break_at_three(site, visitor)
    sha256 = visitor.archive.batches("xx_list")[0].entries[0].sha256
    (visitor.home / "raw" / "objects" / sha256[:2] / sha256).unlink()
    assert visitor.visit(1).failure is None
    assert visitor.asked() == ["1", "3", "4", "5"]


@pytest.mark.parametrize(
    "damage", [b"", b"[]", b'{"began": "then"}', b'{"entries": 3, "began": 1, "via": "live"}']
)
def test_progress_that_cannot_be_read_is_passed_over(site: Any, walker: Any, damage: bytes) -> None:
    visitor = walker(REST)
    break_at_three(site, visitor)
    visitor.partial.write_bytes(damage)
    assert visitor.visit(1).failure is None
    assert visitor.asked() == ["1", "2", "3", "4", "5"]


def test_a_list_whose_length_changed_over_the_break_is_read_anew(site: Any, walker: Any) -> None:
    """Who stood at the seam may have moved to a page that was read before."""
    visitor = walker(REST)
    break_at_three(site, visitor)
    gives_cards(site, 3)
    assert visitor.visit(1).failure == (
        f"https://{CARDS}3: the list has changed since this visit broke off: 3 pages, 4 before"
    )
    assert visitor.visit(2).failure is None
    assert visitor.asked() == ["1", "2", "3", "4"]


def test_a_repeat_over_the_break_is_seen(site: Any, walker: Any) -> None:
    visitor = walker(REST)
    break_at_three(site, visitor)
    site.gives(f"{CARDS}3", site.reply(card(2), headers={TOTAL: "4"}))
    assert visitor.visit(1).failure == f"https://{CARDS}3: page 3 repeats page 2"


# pages that link to others


def test_what_the_pages_link_to_is_the_snapshot(site: Any, walker: Any) -> None:
    gives_people(site, "ab", "bc")
    visitor = walker(LINKS)
    batch = visitor.visit()
    assert visitor.asked() == ["1", "2", "3", "a", "b", "c"]
    assert files(batch) == [
        ("list-1.html", "listing", "new"),
        ("list-2.html", "listing", "new"),
        ("list-3.html", "listing", "new"),
        ("a.html", "required", "new"),
        ("b.html", "required", "new"),
        ("c.html", "required", "new"),
    ]
    assert visitor.waits == [PAUSE] * 5
    (snapshot,) = visitor.snapshots()
    assert list(snapshot.files) == ["a.html", "b.html", "c.html"]
    assert snapshot.urls["b.html"] == "https://lists.example/person/b/"


def test_linked_pages_are_asked_for_only_if_they_changed(site: Any, walker: Any) -> None:
    gives_people(site, "ab")
    site.gives("lists.example/person/a/", site.reply(b"<html>a", headers={"ETag": '"1"'}))
    visitor = walker(LINKS)
    visitor.visit()
    site.gives("lists.example/person/a/", site.reply(status=304, length=False))
    assert visitor.visit(24).failure is None
    assert len(visitor.snapshots()) == 1
    assert dict(site.asked)["lists.example/person/a/"]["if-none-match"] == '"1"'


def test_a_linked_page_that_is_gone_is_noted_and_the_rest_stands(site: Any, walker: Any) -> None:
    gives_people(site, "abc")
    site.gives("lists.example/person/b/", site.reply(b"<html>gone", 410))
    visitor = walker(LINKS)
    batch = visitor.visit()
    assert batch.failure is None
    assert ("b.html", "optional", "failed") in files(batch)
    assert list(visitor.snapshots()[0].files) == ["a.html", "c.html"]


def test_any_other_failure_of_a_linked_page_breaks_off_and_names_nobody(site: Any, walker: Any) -> None:
    gives_people(site, "abcd")
    site.gives("lists.example/person/a/", site.reply(b"<html>gone", 404))
    unbroken = walker(LINKS, home="unbroken").visit(1)
    site.gives("lists.example/person/c/", site.reply(b"", 503))
    visitor = walker(LINKS)
    batch = visitor.visit()
    assert batch.failure == (
        "https://lists.example/list/1/: a page that it links to: answered 503 Service Unavailable"
    )
    assert visitor.snapshots() == []
    gives_people(site, "abcd")
    assert visitor.visit(1) == unbroken
    assert visitor.asked() == ["c", "d"]


def test_links_to_another_host_are_not_followed(site: Any, walker: Any) -> None:
    page = b'<a href="https://elsewhere.example/person/x/"><a href="https://lists.example/person/a/">'
    gives_people(site, "a")
    site.gives("lists.example/list/1/", site.reply(page))
    visitor = walker(LINKS)
    assert visitor.visit().failure is None
    assert visitor.asked() == ["1", "2", "a"]


def test_a_list_that_links_to_nothing_fails(site: Any, walker: Any) -> None:
    gives_people(site, "a", "")
    visitor = walker(LINKS)
    assert visitor.visit().failure == ("https://lists.example/list/2/: has none of the links that a list has")
    assert visitor.asked() == ["1", "2"]


def test_more_links_than_can_be_are_given_up(site: Any, walker: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pagination, "MOST_LINKS", 2)
    gives_people(site, "ab", "bc")
    assert walker(LINKS).visit().failure == "https://lists.example/list/2/: more than 2 links"


def test_a_list_that_links_to_pages_that_are_all_gone_is_no_snapshot(site: Any, walker: Any) -> None:
    gives_people(site, "ab")
    for who in "ab":
        site.gives(f"lists.example/person/{who}/", site.reply(b"gone", 404))
    visitor = walker(LINKS)
    assert (
        visitor.visit().failure == "https://lists.example/list/1/: every page that the list links to is gone"
    )
    assert visitor.snapshots() == []


# several lists


def test_one_list_that_fails_does_not_keep_the_next_from_the_archive(site: Any, walker: Any) -> None:
    gives_cards(site, 2)
    visitor = walker(API, REST)
    batch = visitor.visit()
    assert batch.failure == f"https://{DATA}1: answered 404 Not Found"
    site.gives(f"{DATA}1", site.reply(b'{"data": [1]}'))
    site.gives(f"{DATA}2", site.reply(b'{"data": []}'))
    batch = visitor.visit(1)
    assert [address for address, _ in site.asked] == [f"{DATA}1", f"{DATA}2"]
    assert list(batch.content) == ["cards-1.json", "cards-2.json", "data-1.json"]
