"""Feeds: dates, languages and addresses as they are, and bodies that are no feeds."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.registry import SAMPLES
from transforms import articles
from transforms.snapshot import Snapshot, SourceFormatError, parse


def read(**feeds: bytes) -> Snapshot:
    return parse("rss", "rss", {f"{name}.rss": io.BytesIO(body) for name, body in feeds.items()}, {})


def feed(*items: str, head: str = "") -> bytes:
    body = "".join(f"<item>{item}</item>" for item in items)
    return f'<rss version="2.0"><channel><title>T</title>{head}{body}</channel></rss>'.encode()


def rows(snapshot: Snapshot) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = snapshot.arrow()["articles"].to_pylist()
    return found


def one(item: str, head: str = "") -> tuple[dict[str, Any], Snapshot]:
    snapshot = read(a=feed(f"<link>https://example.org/1</link>{item}", head=head))
    return rows(snapshot)[0], snapshot


def sample(date: str) -> Snapshot:
    paths = sorted((SAMPLES / "rss" / date).iterdir())
    return parse("rss", "rss", {p.name: io.BytesIO(p.read_bytes()) for p in paths}, {})


def test_real_feeds(shared_data: Path) -> None:
    folder = shared_data / "rss/2022-07-28"
    snapshot = parse("rss", "rss", {p.name: io.BytesIO(p.read_bytes()) for p in folder.iterdir()}, {})
    assert {name: (f.declared, f.parsed) for name, f in snapshot.files.items()} == {
        "cnn.rss": (69, 69),
        "korea-times.rss": (195, 195),
    }
    assert snapshot.unknown == {"language US": 1}
    by_domain = {
        domain: [row for row in rows(snapshot) if row["domain"] == domain]
        for domain in ("cnn.com", "koreatimes.co.kr")
    }
    assert sum(row["published_at"] is None for row in by_domain["cnn.com"]) == 17
    assert {row["lang"] for row in by_domain["cnn.com"]} == {"en"}
    korea = by_domain["koreatimes.co.kr"]
    assert {row["lang"] for row in korea} == {None}
    # Thu,28 Jul 2022 4:35:5 GMT+9
    assert korea[0]["published_at"] == datetime(2022, 7, 27, 19, 35, 5, tzinfo=UTC)
    assert str(korea[0]["title"]).endswith(": weather office")
    assert korea[0]["themes"] == ["nation"]
    assert all(row["seen_at"] is None for row in rows(snapshot))


@pytest.mark.parametrize("date", ["2025-09-12", "2025-12-14"])
def test_samples(date: str) -> None:
    snapshot = sample(date)
    assert not snapshot.unknown and not snapshot.quarantine
    assert {row["lang"] for row in rows(snapshot)} == {"be", "ru"}
    assert sum(row["published_at"] is None for row in rows(snapshot)) == 1
    assert {row["domain"] for row in rows(snapshot)} == {"example.org", "example.com"}


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Thu,28 Jul 2022 4:35:5 GMT+9", datetime(2022, 7, 27, 19, 35, 5, tzinfo=UTC)),
        ("Thu, 28 Jul 2022 04:35 GMT-03:30", datetime(2022, 7, 28, 8, 5, tzinfo=UTC)),
        ("Wed, 27 Jul 2022 03:27:09 GMT", datetime(2022, 7, 27, 3, 27, 9, tzinfo=UTC)),
        ("Wed, 27 Jul 2022 03:27:09 -0000", datetime(2022, 7, 27, 3, 27, 9, tzinfo=UTC)),
        ("Wed, 27 Jul 2022 03:27:09 EDT", datetime(2022, 7, 27, 7, 27, 9, tzinfo=UTC)),
        ("2025-09-11T17:10:00+03:00", datetime(2025, 9, 11, 14, 10, tzinfo=UTC)),
        ("2025-09-11T17:10:00Z", datetime(2025, 9, 11, 17, 10, tzinfo=UTC)),
        ("Wed, 27 Jul 2022 03:27:09", None),
        ("Wed, 27 Jul 2022 03:27:09 MSK", None),
        ("2025-09-11", None),
        ("31 Feb 2022 03:27:09 GMT", None),
        ("0001-01-01T00:00:00+05:00", None),
        ("yesterday", None),
    ],
)
def test_dates_are_right_or_null_and_said(text: str, moment: datetime | None) -> None:
    row, snapshot = one(f"<pubdate>{text}</pubdate>")
    assert row["published_at"] == moment
    assert snapshot.unknown.total() == (moment is None)


@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)), st.integers(-12, 14))
def test_offsets_of_gmt_count_from_greenwich(local: datetime, offset: int) -> None:
    local = local.replace(microsecond=0)
    zoned = datetime.fromisoformat(f"{local.isoformat()}{offset:+03}:00")
    row, _ = one(f"<pubDate>{local:%d %b %Y %H:%M:%S} GMT{offset:+}</pubDate>")
    assert row["published_at"] == zoned


def test_no_date_is_no_date_and_nothing_to_report() -> None:
    row, snapshot = one("<title>x</title>")
    assert row["published_at"] is None and row["seen_at"] is None
    assert not snapshot.unknown


@pytest.mark.parametrize(
    ("tag", "lang"),
    [("en-US", "en"), ("be", "be"), ("be-tarask", "be"), ("RU_ru", "ru"), ("bel", "be"), ("cze", "cs")],
)
def test_language_tags(tag: str, lang: str) -> None:
    assert articles.language(tag) == lang
    assert one("", head=f"<language>{tag}</language>")[0]["lang"] == lang


@pytest.mark.parametrize("tag", ["US", "xx-XX", "english"])
def test_languages_that_are_none_are_counted(tag: str) -> None:
    row, snapshot = one("", head=f"<language>{tag}</language>")
    assert row["lang"] is None
    assert snapshot.unknown == {f"language {tag}": 1}


def test_titles_are_plain_text() -> None:
    assert one("<title>A &amp;amp; &lt;b&gt;B&lt;/b&gt;\n C</title>")[0]["title"] == "A & B C"
    assert one("<title>AT&amp;T</title>")[0]["title"] == "AT&T"
    assert one("<title> </title>")[0]["title"] is None


def test_bodies_and_authors_are_never_read() -> None:
    row, _ = one("<description>SECRET</description><author>SECRET</author><comments>SECRET</comments>")
    assert "SECRET" not in str(row)


def test_items_without_a_web_address_go_to_quarantine() -> None:
    snapshot = read(
        a=feed(
            "<title>none</title>",
            "<guid>333</guid>",
            "<link>/relative</link>",
            "<link>javascript:alert(1)</link>",
            "<link>http://[bad/</link>",
            "<guid isPermaLink='true'>https://example.org/2</guid>",
        )
    )
    assert [q["locator"] for q in snapshot.quarantine] == [f"item {n}" for n in range(1, 6)]
    assert [row["url"] for row in rows(snapshot)] == ["https://example.org/2"]
    report = snapshot.files["a.rss"]
    assert report.declared == 6 == report.parsed + report.quarantined + report.outside


def test_one_address_is_one_article() -> None:
    item = "<link>https://www.example.org/1?x=2</link>"
    snapshot = read(a=feed(item, item), b=feed(item))
    assert [f.outside for f in snapshot.files.values()] == [1, 1]
    (row,) = rows(snapshot)
    assert row["article_id"] == articles.article_id("https://www.example.org/1?x=2")
    assert row["domain"] == "example.org"


def test_the_key_of_an_article_does_not_change() -> None:
    assert articles.article_id("https://example.org/2025/09/11/fifty-two-freed") == "a-1f99e90cc75901b8"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"hello world",
        b"<html><body><p>403</p></body></html>",
        b'{"items": []}',
        b"/etc/hostname",
        b"https://example.org/feed",
        '<rss version="2.0"><channel><item><title>Навіны</title></item></channel></rss>'.encode("cp1251"),
    ],
)
def test_a_body_that_is_no_feed_is_reported_and_the_others_are_read(body: bytes) -> None:
    snapshot = read(a=body, b=feed("<link>https://example.org/1</link>"))
    assert len(rows(snapshot)) == 1
    assert [(q["file"], q["locator"]) for q in snapshot.quarantine] == [("a.rss", "a.rss")]
    with pytest.raises(SourceFormatError, match=r"^a\.rss: "):
        read(a=body)


def test_no_file_at_all_is_an_error() -> None:
    with pytest.raises(SourceFormatError):
        read()


def test_a_feed_without_items_is_an_empty_table() -> None:
    assert rows(read(a=feed())) == []


def test_a_feed_that_is_cut_off_gives_its_whole_items_and_says_so() -> None:
    body = feed("<link>https://example.org/1</link>", "<link>https://example.org/2</link>")
    snapshot = read(a=body[: body.index(b"/2</link>")])
    assert [row["url"] for row in rows(snapshot)] == ["https://example.org/1"]
    assert snapshot.unknown == {"feed not well-formed": 1}
    assert snapshot.files["a.rss"].quarantined == 1


def test_entities_do_not_reach_out_or_blow_up() -> None:
    bomb = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    outside = '<!ENTITY f SYSTEM "file:///etc/hostname">'
    for doctype, name in ((bomb, "a9"), (outside, "f")):
        item = f"<item><title>x&{name};</title><link>https://example.org/1</link></item>"
        body = f'<!DOCTYPE rss [{doctype}]><rss version="2.0"><channel>{item}</channel></rss>'
        try:
            snapshot = read(a=body.encode())
        except SourceFormatError:
            continue
        assert all(len(row["title"] or "") < 100 for row in rows(snapshot))


@given(st.binary(max_size=100) | st.text(max_size=100).map(feed))
def test_any_bytes_end_in_rows_or_in_one_error(body: bytes) -> None:
    try:
        snapshot = read(a=body)
    except SourceFormatError as error:
        assert "\n" not in str(error)
    else:
        report = snapshot.files["a.rss"]
        assert report.declared == report.parsed + report.quarantined + report.outside
