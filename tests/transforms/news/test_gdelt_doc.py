"""The DOC API's answers: as they are, badly escaped, in plain words; asked for at its pace."""

from __future__ import annotations

import io
import json
import unicodedata
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.archive.archive import Archive
from sources.fetching.fetcher import fetch_batch, replay_samples
from sources.fetching.http.client import make_client
from sources.fetching.sample_server import serve
from sources.registry import registry, samples
from transforms.news import articles
from transforms.reading.parse_result import ParseResult, SourceFormatError, parse

SOURCE = registry()["gdelt_doc"]
LIMITED = b"Please limit requests to one every 5 seconds or contact us for larger queries.\n"
UNORED = b"Queries containing OR'd terms must be surrounded by ().\n"


def read(**answers: bytes) -> ParseResult:
    files = {f"{name}.json": io.BytesIO(body) for name, body in answers.items()}
    return parse("gdelt_doc", "news.gdelt_doc", files, {})


def answer(*items: dict[str, str]) -> bytes:
    keys = ["url", "url_mobile", "title", "seendate", "socialimage", "domain", "language", "sourcecountry"]
    body = ",".join(
        "{ " + ", ".join(f'"{key}": "{item.get(key, "")}"' for key in keys) + " }" for item in items
    )
    return f'{{"articles": [ {body}] }}'.encode()


def article(number: int = 1, **given: str) -> dict[str, str]:
    return {
        "url": f"https://example.org/{number}",
        "title": "T",
        "seendate": "20250911T143000Z",
        "language": "English",
    } | given


def rows(snapshot: ParseResult, table: str = "articles") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = snapshot.arrow()[table].to_pylist()
    return found


def test_the_real_answer(shared_data: Path) -> None:
    body = (shared_data / "gdelt_doc/2026-07-22/artlist.json").read_bytes()
    snapshot = read(artlist=body)
    report = snapshot.files["artlist.json"]
    assert (report.declared, report.parsed, report.quarantined, report.outside) == (250, 250, 0, 0)
    assert snapshot.unknown == {"answer with 250 articles, the most there can be: others were cut off": 1}
    # one stands there twice, with and without :443
    assert len(rows(snapshot)) == 249

    given = json.loads(body)["articles"]
    seen = {row["url"]: row for row in rows(snapshot, "sightings")}
    assert len(seen) == 250 + sum(bool(a["url_mobile"]) for a in given)
    languages = {"English": "en", "Greek": "el", "Chinese": "zh", "Czech": "cs", "Macedonian": "mk"}
    for a in given:
        row = seen[a["url"]]
        assert f"{row['seen_at']:%Y%m%dT%H%M%SZ}" == a["seendate"]
        assert row["published_at"] is None
        assert str(row["title"]).split() == unicodedata.normalize("NFC", a["title"]).split()
        assert row["lang"] == languages.get(a["language"], row["lang"]) is not None
    hosts = Counter(a["domain"] for a in given)
    hosts["cna.com.tw"] -= 1
    assert Counter(row["domain"] for row in rows(snapshot)) == hosts


@pytest.mark.parametrize("date", ["2025-09-12", "2025-12-14"])
def test_samples(date: str) -> None:
    paths = sorted((samples("gdelt_doc") / date).iterdir())
    snapshot = parse("gdelt_doc", "news.gdelt_doc", {p.name: io.BytesIO(p.read_bytes()) for p in paths}, {})
    assert not snapshot.unknown and not snapshot.quarantine
    assert len(rows(snapshot)) == 4


def test_samples_have_articles_of_gdelt_and_of_feeds_under_other_spellings() -> None:
    texts = [path.read_bytes() for path in (samples("rss")).glob("*/*.rss")]
    links = ["https://example.com/ru/2025/09/losik", "https://example.org/2025/09/11/fifty-two-freed"]
    assert any(links[0].encode() in text for text in texts)
    body = (samples("gdelt_doc") / "2025-09-12/artlist.json").read_bytes()
    assert set(articles.article_ids(links)) <= {row["article_id"] for row in rows(read(a=body))}
    assert not any(f'"{link}"'.encode() in body for link in links)


@pytest.mark.parametrize(
    ("written", "title", "faults"),
    [
        (r"C:\Downloads", r"C:\Downloads", {"backslash that escapes nothing": 1}),
        (r"a \u00e9 \u00zz \n", r"a é \u00zz", {"backslash that escapes nothing": 1}),
        (r"both \\ and \" but \q", r'both \ and " but \q', {"backslash that escapes nothing": 1}),
        (
            "a\tb\x01c\nd",
            "a bc d",
            {"control character in a string": 3, "control character U+0001, left out": 1},
        ),
        ("at the end \\", "at the end \\", {"backslash that escapes nothing": 1}),
        (r"fine \\", "fine \\", {}),
        (r"\ud83d\ude00 \ud83d", "😀", {"control character U+D83D, left out": 1}),
    ],
)
def test_what_json_does_not_allow_in_strings(written: str, title: str, faults: dict[str, int]) -> None:
    snapshot = read(a=answer(article(1, title=written), article(2)))
    assert [row["title"] for row in rows(snapshot)] == [title, "T"]
    assert {what.removeprefix("JSON: "): count for what, count in snapshot.unknown.items()} == faults


def test_bytes_that_are_not_utf_8_are_replaced_and_said() -> None:
    snapshot = read(a=answer(article(title="caf?")).replace(b"caf?", b"caf\xe9"))
    assert rows(snapshot)[0]["title"] == "caf\ufffd"
    assert snapshot.unknown == {"bytes not UTF-8, replaced": 1}


@settings(deadline=None)  # DuckDB takes a while to start
@given(st.text(min_size=1).filter(str.strip))
def test_titles_come_through_an_encoder_unharmed(title: str) -> None:
    body = json.dumps({"articles": [article(title=title)]}, ensure_ascii=False).encode("utf-8", "replace")
    snapshot = read(a=body)
    assert all(what.startswith("control character U+") for what in snapshot.unknown)
    assert len(rows(snapshot)) == 1


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (LIMITED, "a.json: not JSON, but says: Please limit requests to one every 5 seconds"),
        (UNORED, "a.json: not JSON, but says: Queries containing OR'd terms must be surrounded by ()."),
        (b"", "a.json: empty file"),
        (b"<html>", "a.json line 1: starts with '<', not JSON"),
        (b"[]", "a.json: JSON that is no object with articles"),
        (b'{"articles": {}}', "a.json: articles is no list"),
        (answer(article())[:-20], "a.json line 1: not JSON: "),
    ],
)
def test_an_answer_that_is_none_is_reported_and_the_others_are_read(body: bytes, said: str) -> None:
    snapshot = read(a=body, b=answer(article()))
    assert len(rows(snapshot)) == 1
    ((quarantined),) = snapshot.quarantine
    assert quarantined["file"] == "a.json" and str(quarantined["reason"]).startswith(said)
    with pytest.raises(SourceFormatError, match=r"^a\.json"):
        read(a=body)


@pytest.mark.parametrize("body", [b"{}", b"{ }\n", b'{"articles": []}'])
def test_no_articles_are_no_fault(body: bytes) -> None:
    snapshot = read(a=body)
    assert rows(snapshot) == rows(snapshot, "sightings") == []
    assert not snapshot.unknown and snapshot.files["a.json"].declared == 0


def test_the_first_sighting_stands_and_all_addresses_are_kept() -> None:
    later = article(title="later", url="https://www.example.org/1/", seendate="20250911T150000Z")
    first = article(title="first", url_mobile="https://m.example.org/1")
    snapshot = read(a=answer(later), b=answer(first, first))
    (row,) = rows(snapshot)
    assert (row["title"], row["url"], row["domain"]) == ("first", "https://example.org/1", "example.org")
    assert row["seen_at"] == datetime(2025, 9, 11, 14, 30, tzinfo=UTC)
    assert {(s["url"], s["title"]) for s in rows(snapshot, "sightings")} == {
        ("https://example.org/1", "first"),
        ("https://m.example.org/1", "first"),
        ("https://www.example.org/1/", "later"),
    }
    assert {s["article_id"] for s in rows(snapshot, "sightings")} == {row["article_id"]}
    assert [(f.declared, f.parsed, f.outside) for f in snapshot.files.values()] == [(1, 1, 0), (2, 1, 1)]


@pytest.mark.parametrize(
    ("name", "lang"),
    [("Belarusian", "be"), ("Greek", "el"), ("Malay", "ms"), ("NorwegianNynorsk", "nn"), ("Punjabi", "pa")],
)
def test_languages_by_gdelts_names(name: str, lang: str) -> None:
    assert rows(read(a=answer(article(language=name))))[0]["lang"] == lang


def test_what_is_not_known_is_null_and_counted() -> None:
    snapshot = read(
        a=answer(
            article(1, language="Klingon"),
            article(2, seendate="2025-09-11"),
            article(3, seendate="20250931T000000Z"),
            article(4, seendate="19700101T000000Z", language=""),
            article(5, url="javascript:alert(1)"),
            article(6, seendate=""),
        ).replace(b'"articles"', b'"status": "ok", "articles"')
    )
    assert [row["lang"] for row in rows(snapshot)] == [None, "en", "en", None, "en"]
    assert [row["seen_at"] is None for row in rows(snapshot)] == [False, True, True, True, True]
    assert snapshot.unknown == {
        "language Klingon": 1,
        "seendate: not a time": 3,
        "seendate: missing": 1,
        "key status": 1,
    }
    assert [(q["locator"], q["reason"]) for q in snapshot.quarantine] == [("article 5", "no web address")]


def test_images_are_never_read() -> None:
    snapshot = read(a=answer(article(socialimage="https://example.org/SECRET.jpg", sourcecountry="SECRET")))
    assert "SECRET" not in str(rows(snapshot)) + str(rows(snapshot, "sightings"))


# the API's pace


def asked(site: Any, archive: Archive, waits: list[float]) -> Any:
    with make_client(site.base_url) as client:
        at = datetime(2026, 7, 22, 12, 35, tzinfo=UTC)
        return fetch_batch(SOURCE, archive, client=client, observed_at=at, via="live", sleep=waits.append)


def addresses() -> list[str]:
    return [file.url.removeprefix("https://") for file in SOURCE.files]


def test_a_429_on_the_first_call_is_tried_again_after_a_pause(site: Any, archive: Archive) -> None:
    for address in addresses():
        site.gives(address, site.reply(b"{}"))
    site.gives(addresses()[0], site.reply(LIMITED, 429), site.reply(answer(article())))
    waits: list[float] = []
    batch = asked(site, archive, waits)
    assert [entry.outcome for entry in batch.entries] == ["new"] * len(addresses())
    assert [address for address, _ in site.asked] == [addresses()[0], *addresses()]
    # one request every 5 seconds is what the API asks for
    assert len(waits) == len(site.asked) - 1 and min(waits) >= 5


def test_what_the_api_asks_for_is_waited(site: Any, archive: Archive) -> None:
    for address in addresses():
        site.gives(address, site.reply(b"{}"))
    site.gives(addresses()[0], site.reply(LIMITED, 429, headers={"Retry-After": "90"}), site.reply(b"{}"))
    waits: list[float] = []
    asked(site, archive, waits)
    assert waits[0] == 90


def test_an_api_that_goes_on_refusing_one_query_does_not_hold_the_others(site: Any, archive: Archive) -> None:
    for address in addresses():
        site.gives(address, site.reply(b"{}"))
    site.gives(addresses()[0], site.reply(LIMITED, 429))
    waits: list[float] = []
    batch = asked(site, archive, waits)
    assert batch.failure is None
    assert [entry.error for entry in batch.entries] == ["answered 429 Too Many Requests", None, None]
    assert min(waits) >= 5


def test_the_samples_are_what_the_queries_give(archive: Archive) -> None:
    with serve(sources={"gdelt_doc": SOURCE}) as url:
        batches = replay_samples(SOURCE, archive, url, sleep=lambda _: None)
    assert [[entry.file for entry in batch.entries if entry.outcome == "new"] for batch in batches] == [
        ["artlist.json", "artlist-sanctions.json"]
    ] * 2
