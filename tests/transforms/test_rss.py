"""Feeds: dates, languages and addresses as they are, and bodies that are no feeds."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.registry import SAMPLES, registry
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


def sightings(snapshot: Snapshot) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = snapshot.arrow()["sightings"].to_pylist()
    return found


def one(item: str, head: str = "") -> tuple[dict[str, Any], Snapshot]:
    snapshot = read(a=feed(f"<link>https://example.org/1</link>{item}", head=head))
    return rows(snapshot)[0], snapshot


def sample(date: str) -> Snapshot:
    paths = sorted((SAMPLES / "rss" / date).iterdir())
    options = registry()["rss"].options
    return parse("rss", "rss", {p.name: io.BytesIO(p.read_bytes()) for p in paths}, options)


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
    assert len({(s["article_id"], s["url"]) for s in sightings(snapshot)}) == len(sightings(snapshot)) == 264


_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_DATE = re.compile(r"(\d+) (\w{3}) (\d{4}) (\d+):(\d+):(\d+) GMT(?:\+(\d+))?\s*$")


def test_real_dates_as_a_plain_reader_has_them(shared_data: Path) -> None:
    """The items' links and dates by another way: the raw text, cut at tags."""
    folder = shared_data / "rss/2022-07-28"
    expected: dict[str, datetime | None] = {}
    for path in folder.iterdir():
        for item in path.read_text("utf-8").split("<item>")[1:]:
            fields = {}
            for tag in ("link", "pubdate"):
                found = re.search(
                    rf"<{tag}>(.*?)</{tag}>", item.split("</item>")[0], re.IGNORECASE | re.DOTALL
                )
                text = found[1] if found else ""
                fields[tag] = text.replace("<![CDATA[", "").replace("]]>", "").replace("&amp;", "&").strip()
            moment = None
            if date := _DATE.search(fields["pubdate"]):
                day, month, year, hour, minute, second, ahead = date.groups()
                local = datetime(
                    int(year),
                    _MONTHS.index(month) + 1,
                    int(day),
                    int(hour),
                    int(minute),
                    int(second),
                    tzinfo=UTC,
                )
                moment = local - timedelta(hours=int(ahead or 0))
            expected[fields["link"]] = moment
    snapshot = parse("rss", "rss", {p.name: io.BytesIO(p.read_bytes()) for p in folder.iterdir()}, {})
    assert {s["url"]: s["published_at"] for s in sightings(snapshot)} == expected
    assert len(expected) == 264 and sum(moment is None for moment in expected.values()) == 17


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


@settings(max_examples=40, deadline=None)  # DuckDB takes a while to start
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


ATOM = '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://example.org/be/">{}</feed>'


def test_an_atom_entry_is_where_its_alternate_link_leads() -> None:
    links = (
        '<link rel="self" href="https://example.org/self"/>'
        '<link rel="alternate" type="text/html" href="2025/1"/>'
        '<link rel="enclosure" href="https://example.org/1.mp3"/>'
    )
    entry = f"<entry><id>tag:1</id>{links}<updated>2025-09-11T10:00:00Z</updated></entry>"
    (row,) = rows(read(a=ATOM.format(entry).encode()))
    assert row["url"] == "https://example.org/be/2025/1"
    assert row["published_at"] is None  # when it was changed is not when it was published


def test_dublin_core_gives_the_date_of_an_rss_item() -> None:
    dc = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
    item = "<link>https://example.org/1</link><dc:date>2025-09-11T17:10:00+03:00</dc:date>"
    body = feed(item, item.replace("/1<", "/2<") + "<pubDate>Thu, 11 Sep 2025 10:00:00 GMT</pubDate>")
    found = rows(read(a=body.replace(b"<rss", f"<rss {dc}".encode())))
    assert [row["published_at"] for row in found] == [
        datetime(2025, 9, 11, 14, 10, tzinfo=UTC),
        datetime(2025, 9, 11, 10, 0, tzinfo=UTC),
    ]


def test_an_items_own_language_comes_first_then_the_feeds_then_the_configured_one() -> None:
    own = '<entry xml:lang="be"><title>x</title><link href="1"/></entry>'
    none = '<entry><title>x</title><link href="2"/></entry>'
    options = {"languages": {"a.rss": "ru"}}

    def langs(body: str) -> list[str | None]:
        snapshot = parse("rss", "rss", {"a.rss": io.BytesIO(body.encode())}, options)
        return [row["lang"] for row in rows(snapshot)]

    assert langs(ATOM.format(own + none)) == ["be", "ru"]
    assert langs(ATOM.replace("<feed", '<feed xml:lang="lt"').format(own + none)) == ["be", "lt"]
    assert langs(ATOM.replace("<feed", '<feed xml:lang="US"').format(none)) == ["ru"]


@pytest.mark.parametrize(
    "options", [{"lang": "be"}, {"languages": {"a.rss": "bel"}}, {"languages": {"a.rss": "xx"}}]
)
def test_options_that_are_none_are_errors(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"^rss"):
        parse("rss", "rss", {"a.rss": io.BytesIO(feed())}, options)


def encoded(declared: str, encoding: str) -> bytes:
    item = "<item><title>Навіны Беларусі</title><link>https://example.org/1</link></item>"
    text = f'<?xml version="1.0" encoding="{declared}"?><rss version="2.0"><channel>{item}</channel></rss>'
    return text.encode(encoding)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (encoded("utf-8", "utf-8-sig"), {}),
        (encoded("windows-1251", "cp1251"), {}),
        (encoded("UTF-16", "utf-16"), {}),
        (encoded("windows-1251", "utf-8"), {"feed in UTF-8 that declares another encoding": 1}),
    ],
)
def test_encodings_that_are_as_declared_or_utf_8(body: bytes, said: dict[str, int]) -> None:
    snapshot = read(a=body)
    assert [row["title"] for row in rows(snapshot)] == ["Навіны Беларусі"]
    assert snapshot.unknown == said


def test_a_damaged_byte_is_replaced_and_said() -> None:
    body = encoded("utf-8", "utf-8").replace("Б".encode(), b"\xff")
    snapshot = read(a=body.replace(b"</channel>", b"<!--" + b"x" * 100 + b"--></channel>"))
    assert [row["title"] for row in rows(snapshot)] == ["Навіны \ufffdеларусі"]
    assert snapshot.unknown == {"bytes not UTF-8, replaced": 1}


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
    assert [row["article_id"]] == articles.ids(["https://www.example.org/1?x=2"])
    assert row["domain"] == "example.org"
    assert len(sightings(snapshot)) == 1


def test_two_spellings_of_an_address_are_one_article_with_two_sightings() -> None:
    urls = ["https://example.org/1", "http://www.example.org/1/?utm_source=rss"]
    snapshot = read(a=feed(*(f"<link>{url}</link><title>{url[:5]}</title>" for url in urls)))
    (row,) = rows(snapshot)
    assert (row["url"], row["title"]) == (urls[0], "https")
    assert [(s["article_id"], s["url"]) for s in sightings(snapshot)] == [
        (row["article_id"], url) for url in urls
    ]
    assert (snapshot.files["a.rss"].parsed, snapshot.files["a.rss"].outside) == (2, 0)


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
        b"<?xml version='1.0' encoding='klingon'?><rss version='2.0'><channel><title>\xff</title>",
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


@settings(deadline=None)  # DuckDB takes a while to start
@given(st.binary(max_size=100) | st.text(max_size=100).map(feed))
def test_any_bytes_end_in_rows_or_in_one_error(body: bytes) -> None:
    try:
        snapshot = read(a=body)
    except SourceFormatError as error:
        assert "\n" not in str(error)
    else:
        report = snapshot.files["a.rss"]
        assert report.declared == report.parsed + report.quarantined + report.outside
