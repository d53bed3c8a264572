"""One article under all the spellings of its address, and no two articles under one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.news import articles


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        articles.define_url_macros(opened)
        yield opened


def normal(con: duckdb.DuckDBPyConnection, url: str | None) -> str | None:
    (found,) = con.execute("SELECT normal_url(?)", [url]).fetchall()[0]
    return found if found is None else str(found)


SAME = [
    "https://example.org/2025/09/story",
    "http://example.org/2025/09/story",
    "HTTPS://WWW.Example.ORG/2025/09/story/",
    " https://example.org/2025/09/story//\n",
    "https://example.org:443/2025/09/story",
    "http://example.org:80/2025/09/story",
    "https://example.org./2025/09/story",
    "https://reader:secret@example.org/2025/09/story",
    "https://example.org/2025/09/story#comments",
    "https://example.org/2025/09/story#:~:text=freed",
    "https://example.org/2025/09/story#Echobox=1757600000",
    "https://example.org/2025/09/story?",
    "https://example.org/2025/09/story?utm_source=rss&utm_medium=feed&utm_campaign=x",
    "https://example.org/2025/09/story/?fbclid=IwAR0&gclid=1&yclid=2&ysclid=3&msclkid=4",
    "https://example.org/2025/09/story?mc_cid=1&amp;mc_eid=2",
    "https://example.org/2025/09/story?at_medium=RSS&at_campaign=KARANGA",
    "https://example.org/2025/09/story?CMP=share_btn_tw&ns_mchannel=social&xtor=AL-72",
    "https://example.org/2025/09/story?ref_src=twsrc%5Etfw&__twitter_impression=true",
    "https://example.org/2025/09/story/amp",
    "https://example.org/2025/09/story/amp/?utm_source=x",
    "https://example.org/amp/2025/09/story",
    "https://example.org/amphtml/2025/09/story",
    "https://example.org/2025/09/story.amp",
    "https://example.org/2025/09/story?amp",
    "https://example.org/2025/09/story?amp=1",
    "https://example.org/2025/09/story?_amp=true",
    "https://example.org/2025/09/story/?outputType=amp",
    "https://example.org/2025/09/story?outputType=amp-type",
    "https://amp.example.org/2025/09/story",
    "https://example-org.cdn.ampproject.org/c/s/example.org/2025/09/story/amp/",
    "https://example-org.cdn.ampproject.org/v/s/www.example.org/2025/09/story?amp_js_v=0.1&usqp=mq331AQ",
    "https://www.google.com/amp/s/example.org/2025/09/story",
    "https://www.google.co.uk/amp/s/amp.example.org/2025/09/story",
]


@pytest.mark.parametrize("url", SAME)
def test_spellings_of_one_address(con: duckdb.DuckDBPyConnection, url: str) -> None:
    assert normal(con, url) == "example.org/2025/09/story"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/story.html", "https://example.org/story.amp.html"),
        ("https://example.org/story.html", "https://example.org/story-amp.html"),
        ("https://example.org/?id=2&page=1", "https://example.org/?utm_source=x&page=1&amp;id=2"),
        ("https://example.org/%d0%9d", "https://example.org/%D0%9D"),
        ("https://example.org/Навіны", f"https://example.org/{quote('Навіны')}"),
        ("https://example.org/a b", "https://example.org/a%20b"),
        ("https://example.org", "https://www.example.org/"),
        ("https://example.org#!/1", "http://example.org/#!/1"),
    ],
)
def test_two_spellings(one: str, other: str) -> None:
    assert len(set(articles.article_ids([one, other]))) == 1


@pytest.mark.parametrize(
    "urls",
    [
        [f"https://example.org/story{rest}" for rest in ("", "?id=1", "?id=2", "?ID=1", "?amp=2", "?ref=1")],
        [f"https://example.org/{path}" for path in ("", "Story", "story", "story/2", "story.html", "story2")],
        [f"https://example.org/#{route}" for route in ("", "!/1", "!/2", "/1")],
        [f"https://example.org/{path}" for path in ("camp", "amps", "ampere/x", "news/amp/x", "stamp.html")],
        [
            f"https://{host}/story"
            for host in ("example.org", "example.com", "be.example.org", "m.example.org")
        ],
        ["https://example.org:8443/", "https://example.org/"],
        ["https://www.com/", "https://com.com/"],
        ["https://example.org/a%2Fb", "https://example.org/a/b"],
        ["https://example.org/?a=1&b=2", "https://example.org/?a=1%26b=2"],
        ["doi:10.1000/1", "doi:10.1000/2", "DOI:10.1000/1"],
    ],
)
def test_different_articles_stay_apart(urls: list[str]) -> None:
    assert len(set(articles.article_ids(urls))) == len(urls)


@pytest.mark.parametrize(
    "text",
    [
        "10.1000/182",
        "BBC Monitoring, Minsk, 2015-02-18",
        "ftp://example.org/a/",
        "http://",
        "http://[bad/",
        "/a/",
    ],
)
def test_what_is_no_web_address_stays_as_it_is(con: duckdb.DuckDBPyConnection, text: str) -> None:
    assert normal(con, f" {text} ") == text
    assert articles.article_ids_and_domains([text])[0][1] is None


def test_null_is_null(con: duckdb.DuckDBPyConnection) -> None:
    found = con.execute("SELECT normal_url(NULL), article_id(NULL), web_domain(NULL)").fetchall()
    assert found == [(None, None, None)]


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://www.Example.ORG:8443/x", "example.org"),
        ("http://user@be.example.org", "be.example.org"),
        ("https://amp.example.org/x", "example.org"),
        ("https://www.com/", "www.com"),
        ("https://example-org.cdn.ampproject.org/c/s/example.org/x", "example.org"),
        ("http://[2001:db8::1]:80/", "[2001:db8::1]"),
        ("javascript:alert(1)", None),
        ("//example.org/x", None),
        ("", None),
    ],
)
def test_domains(url: str, domain: str | None) -> None:
    assert articles.article_ids_and_domains([url])[0][1] == domain


def test_the_key_is_a_hash_of_the_normal_form_and_does_not_change() -> None:
    (key,) = articles.article_ids(["https://www.example.org/2025/09/11/fifty-two-freed/?utm_source=rss"])
    assert key == "a-" + hashlib.sha256(b"example.org/2025/09/11/fifty-two-freed").hexdigest()[:16]
    assert key == "a-2bd0e59958c783c8"


def test_keys_come_in_the_order_of_the_addresses() -> None:
    urls = [f"https://example.org/{n}" for n in range(5_000)]
    assert articles.article_ids(urls[::-1]) == articles.article_ids(urls)[::-1]
    assert articles.article_ids([]) == []


def test_real_pages_and_their_mobile_forms(con: duckdb.DuckDBPyConnection, shared_data: Path) -> None:
    """GDELT gives 70 pages with the address of their mobile or AMP form: it must not be told apart from them
    where only AMP's known forms differ, and no two pages may fall together."""
    answer = json.loads((shared_data / "gdelt_doc/2026-07-22/artlist.json").read_bytes())["articles"]
    mobile = [(a["url"], a["url_mobile"]) for a in answer if a["url_mobile"]]
    together = [one for one, other in mobile if normal(con, one) == normal(con, other)]
    assert (len(mobile), len(together)) == (70, 55)
    port = "https://www.cna.com.tw:443/news/asoc/202607220277.aspx"  # stands there with and without
    rest = [a["url"] for a in answer if a["url"] != port]
    assert len(set(articles.article_ids(rest))) == len(rest) == 249


SEGMENT = st.text(st.sampled_from("abAB09-_.~%é ы"), min_size=1, max_size=6) | st.sampled_from(
    ["amp", "AMP", "x.amp", "x.amp.html", "amphtml"]
)
PARAMETER = st.sampled_from(
    ["utm_source=a", "amp", "amp=1", "id=1", "ID=2", "b", "", "a= ", "q=%d0%9d", "&amp;c=3"]
)
WEB = st.builds(
    "{}{}/{}{}{}".format,
    st.sampled_from(["http://", "https://", "HTTPS://u@", "https://www.", "https://amp.www."]),
    st.sampled_from(["example.org", "EXAMPLE.org:80", "example.org:8443", "amp.dev", "пример.рф"]),
    st.lists(SEGMENT, max_size=4).map("/".join),
    st.lists(PARAMETER, max_size=4).map(lambda found: "?" + "&".join(found) if found else ""),
    st.sampled_from(["", "#top", "#!/a", "#/b/"]),
)


@settings(deadline=None)
@given(url=WEB | st.text(max_size=30) | st.text(max_size=30).map("http://{}".format))
def test_the_normal_form_is_its_own(con: duckdb.DuckDBPyConnection, url: str) -> None:
    once = normal(con, url)
    assert once is not None
    assert normal(con, once) == once


@settings(deadline=None)
@given(url=WEB)
def test_the_normal_form_leads_to_the_same_page(con: duckdb.DuckDBPyConnection, url: str) -> None:
    """Nothing of the path but AMP's part, slashes at the end and the way of escaping is lost."""
    found = urlsplit(f"https://{normal(con, url)}")
    given_path = urlsplit(url.strip()).path

    def words(path: str) -> list[str]:
        return [word for word in unquote(path.lower()).replace(".", "/").split("/") if "amp" not in word]

    assert [word for word in words(found.path) if word] == [word for word in words(given_path) if word]
