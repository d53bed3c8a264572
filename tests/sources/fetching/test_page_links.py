"""What stands on a page: whether its list is empty, and what it links to."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.fetching.page_links import PageError, is_empty, linked
from sources.locations import Pages

URL = "https://lists.example/people/?page=2"
PAGES = Pages.model_validate(
    {
        "name": "list-{page}.html",
        "url": "https://lists.example/people/?page={page}",
        "end": {"status": 404},
        "links": {"pattern": r'(?:https?:)?[^"\s]*/person/([^"/]*)/', "name": "{0}.html"},
    }
)


@pytest.mark.parametrize(
    ("page", "key", "empty"),
    [
        ({"data": [], "total": 3}, "data", True),
        ({"data": [{}]}, "data", False),
        ([], "", True),
        ([None], "", False),
    ],
)
def test_an_empty_list_is_the_end(page: Any, key: str, empty: bool) -> None:
    assert is_empty(json.dumps(page).encode(), key) is empty


@pytest.mark.parametrize(
    ("body", "key", "told"),
    [
        (b"", "data", "is not JSON"),
        (b'{"data": [', "data", "is not JSON"),
        (b"\xff\xfe", "data", "is not JSON"),
        (b"[" * 100_000, "data", "is not JSON"),
        (b"1" * 10_000, "", "is not JSON"),
        (b'{"data": null}', "data", "has no list under 'data'"),
        (b'{"data": {}}', "data", "has no list under 'data'"),
        (b"[]", "data", "has no list under 'data'"),
        (b'{"data": []}', "", "is not a list"),
    ],
)
def test_a_page_without_its_list_is_told(body: bytes, key: str, told: str) -> None:
    with pytest.raises(PageError) as raised:
        is_empty(body, key)
    assert str(raised.value) == told


@settings(deadline=None)
@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode), st.sampled_from(["", "data"]))
def test_any_bytes_are_a_list_or_are_told(body: bytes, key: str) -> None:
    try:
        is_empty(body, key)
    except PageError as error:
        assert "\n" not in str(error)


def test_links_are_resolved_and_each_is_named_once_in_the_pages_order() -> None:
    page = b"""<a href="/person/bb/"><img src="/person/bb/"></a> <a href="../person/aa/#life">
    <a href="https://lists.example/person/cc/?x=1"> <a href="//LISTS.example/person/dd/">"""
    assert list(linked(page, URL, PAGES).items()) == [
        ("bb.html", "https://lists.example/person/bb/"),
        ("aa.html", "https://lists.example/person/aa/"),
        ("cc.html", "https://lists.example/person/cc/"),
        ("dd.html", "https://LISTS.example/person/dd/"),
    ]


def test_a_link_without_encryption_is_asked_for_with_it_where_the_page_was() -> None:
    page = b'<a href="http://lists.example/person/aa/">'
    assert linked(page, URL, PAGES) == {"aa.html": "https://lists.example/person/aa/"}


def test_links_to_other_hosts_are_passed_over() -> None:
    page = b"""<a href="/person/aa/"> <a href="https://elsewhere.example/person/bb/">
    <a href="https://lists.example.evil.example/person/cc/"> <a href="https://me@lists.example/person/dd/">
    <a href="https://lists.example:8080/person/ee/"> <a href="http://[/person/ff/">"""
    assert list(linked(page, URL, PAGES)) == ["aa.html"]


@pytest.mark.parametrize("slug", ["", "..", ".hidden", "a\\b", "a b", "a\x00", "x" * 151, "a%0a&"])
def test_a_link_that_gives_no_safe_name_is_told_without_the_link(slug: str) -> None:
    page = f'<a href="/person/aa/"> <a href="/person/{slug}/">'.encode()
    pages = PAGES.model_copy(update={"links": PAGES.links})
    assert pages.links is not None
    pages = pages.model_copy(
        update={"links": pages.links.model_copy(update={"pattern": r'/person/([^"/]*)/'})}
    )
    with pytest.raises(PageError) as raised:
        linked(page, URL, pages)
    assert str(raised.value) == "has a link that gives no file name of its own"


def test_a_link_cannot_take_the_name_of_a_page() -> None:
    with pytest.raises(PageError, match="no file name of its own"):
        linked(b'<a href="/person/list-7/">', URL, PAGES)


def test_a_list_that_links_to_nothing_is_told() -> None:
    with pytest.raises(PageError, match="none of the links"):
        linked(b"<p>Under construction</p>", URL, PAGES)


@settings(deadline=None)
@given(st.lists(st.sampled_from(['"', "/person/", "a", "/", "..", "http://", "[", "%", " ", "\xe9"])))
def test_whatever_a_page_holds_links_stay_on_the_host_and_names_are_plain(parts: list[str]) -> None:
    try:
        found = linked("".join(parts).encode("latin-1"), URL, PAGES)
    except PageError:
        return
    for name, url in found.items():
        assert "/" not in name
        assert not name.startswith(".")
        assert url.split("/")[2].lower() == "lists.example"
