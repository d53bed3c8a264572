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

from sources.registry import registry, samples
from transforms.news import articles
from transforms.reading.parse_result import ParseResult, SourceFormatError, parse


def read(**feeds: bytes) -> ParseResult:
    return parse("rss", "news.rss", {f"{name}.rss": io.BytesIO(body) for name, body in feeds.items()}, {})


def feed(*items: str, head: str = "") -> bytes:
    body = "".join(f"<item>{item}</item>" for item in items)
    return f'<rss version="2.0"><channel><title>T</title>{head}{body}</channel></rss>'.encode()


def rows(snapshot: ParseResult) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = snapshot.arrow()["articles"].to_pylist()
    return found


def sightings(snapshot: ParseResult) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = snapshot.arrow()["sightings"].to_pylist()
    return found


def one(item: str, head: str = "") -> tuple[dict[str, Any], ParseResult]:
    snapshot = read(a=feed(f"<link>https://example.org/1</link>{item}", head=head))
    return rows(snapshot)[0], snapshot


def sample(date: str) -> ParseResult:
    paths = sorted((samples("rss") / date).iterdir())
    options = registry()["rss"].parser_options()
    return parse("rss", "news.rss", {p.name: io.BytesIO(p.read_bytes()) for p in paths}, options)


def test_real_feeds(shared_data: Path) -> None:
    folder = shared_data / "rss/2022-07-28"
    snapshot = parse("rss", "news.rss", {p.name: io.BytesIO(p.read_bytes()) for p in folder.iterdir()}, {})
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
    snapshot = parse("rss", "news.rss", {p.name: io.BytesIO(p.read_bytes()) for p in folder.iterdir()}, {})
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
        ("Wed, 27 Jul 2022 03:27:09 MSK", datetime(2022, 7, 27, 0, 27, 9, tzinfo=UTC)),
        (
            "Thu, 28 Jul 2011 04:35:05 MSK",
            datetime(2011, 7, 28, 0, 35, 5, tzinfo=UTC),
        ),  # +4 from 2011 to 2014
        ("Wed, 27 Jul 2022 03:27:09 CEST", datetime(2022, 7, 27, 1, 27, 9, tzinfo=UTC)),
        ("Thu, 27 Jan 2022 03:27:09 CET", datetime(2022, 1, 27, 2, 27, 9, tzinfo=UTC)),
        ("Thu, 27 Jan 2022 03:27:09 EET", datetime(2022, 1, 27, 1, 27, 9, tzinfo=UTC)),
        ("Wed, 27 Jul 2022 03:27:09 EEST", datetime(2022, 7, 27, 0, 27, 9, tzinfo=UTC)),
        ("Wed, 27 Jul 22 03:27 CST", datetime(2022, 7, 27, 9, 27, tzinfo=UTC)),
        ("Wed, 27 Jul 2022 03:27:09 UT", datetime(2022, 7, 27, 3, 27, 9, tzinfo=UTC)),
        ("27 Jul 2022 03:27:09 Z", datetime(2022, 7, 27, 3, 27, 9, tzinfo=UTC)),
        ("27 Jul 2022 03:27:09 A", datetime(2022, 7, 27, 4, 27, 9, tzinfo=UTC)),  # RFC 822: A is -1, N is +1
        ("27 Jul 2022 03:27:09 N", datetime(2022, 7, 27, 2, 27, 9, tzinfo=UTC)),
        ("Wed, 27 Jul 2022 4:35:05 PM GMT", datetime(2022, 7, 27, 16, 35, 5, tzinfo=UTC)),
        ("Wed, 27 Jul 2022 12:35:05 a.m. +0300", datetime(2022, 7, 26, 21, 35, 5, tzinfo=UTC)),
        ("Wed, 27 Jul 2022 17:35 PM EST", datetime(2022, 7, 27, 22, 35, tzinfo=UTC)),
        ("July 27, 2022 4:35 PM EDT", datetime(2022, 7, 27, 20, 35, tzinfo=UTC)),
        ("Wed Jul 27 2022 04:35:05 GMT+0300 (MSK)", datetime(2022, 7, 27, 1, 35, 5, tzinfo=UTC)),
        ("Wed Jul 27 04:35:05 UTC 2022", datetime(2022, 7, 27, 4, 35, 5, tzinfo=UTC)),
        ("2022-07-27 04:35:05 +0300", datetime(2022, 7, 27, 1, 35, 5, tzinfo=UTC)),
        ("2022-07-27 04:35:05 MSK", datetime(2022, 7, 27, 1, 35, 5, tzinfo=UTC)),
        ("2022-07-27T04:35:05.1234567Z", datetime(2022, 7, 27, 4, 35, 5, 123456, tzinfo=UTC)),
        ("2022/07/27 04:35 +0900", datetime(2022, 7, 26, 19, 35, tzinfo=UTC)),
        ("27.07.2022 04:35 MSK", datetime(2022, 7, 27, 1, 35, tzinfo=UTC)),
        ("27/07/2022 4:35 PM EST", datetime(2022, 7, 27, 21, 35, tzinfo=UTC)),
        ("7/27/2022 4:35:05 PM +03:00", datetime(2022, 7, 27, 13, 35, 5, tzinfo=UTC)),
        ("07/07/2022 4:35 PM EST", datetime(2022, 7, 7, 21, 35, tzinfo=UTC)),
        ("07/08/2022 4:35 PM EST", None),  # in July or in August
        ("27/07/2022 4:35 PM", None),
        ("27/27/2022 4:35 PM EST", None),
        ("Ср, 27 Jul 2022 04:35:05 +0300", datetime(2022, 7, 27, 1, 35, 5, tzinfo=UTC)),
        ("Wed, 27 Jul 2022 04:35 Uhr +0200", None),
        ("Wed, 27 Jul 2022 04:35:05 nach GMT", None),
        ("Wed, 27 Jul 2022 04:35:05 ABC", None),
        ("Wed, 27 Jul 2022 13:35:05 AM GMT", None),
        ("Wed, 27 Jul 2022 04:35:05 +9900", None),
        ("Wed, 27 Foo 2022 04:35:05 GMT", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("1970-01-01T03:00:00+03:00", None),
        ("Mon, 01 Jan 0001 00:00:00 GMT", None),
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


@pytest.mark.parametrize(
    ("others", "month"),
    [
        (["27/07/2022 10:00 GMT"], 8),
        (["7-27-2022 10:00 GMT"], 7),
        (["27/7/2022 1:00 Z", "7/27/2022 1:00 Z"], None),
    ],
)
def test_the_feeds_other_dates_say_whether_the_day_comes_first(others: list[str], month: int | None) -> None:
    dates = ["07/08/2022 4:35 PM GMT", *others]
    items = [f"<link>https://example.org/{n}</link><pubDate>{date}</pubDate>" for n, date in enumerate(dates)]
    first, *found = rows(read(a=feed(*items)))
    expected = month and datetime(2022, month, 15 - month, 16, 35, tzinfo=UTC)
    assert first["published_at"] == expected
    assert all(row["published_at"].month == 7 for row in found)


@settings(deadline=None)  # DuckDB takes a while to start
@given(st.datetimes(datetime(1990, 1, 2), datetime(2100, 1, 1)), st.integers(-12, 14))
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
    assert articles.language_code(tag) == lang
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
        snapshot = parse("rss", "news.rss", {"a.rss": io.BytesIO(body.encode())}, options)
        return [row["lang"] for row in rows(snapshot)]

    assert langs(ATOM.format(own + none)) == ["be", "ru"]
    assert langs(ATOM.replace("<feed", '<feed xml:lang="lt"').format(own + none)) == ["be", "lt"]
    assert langs(ATOM.replace("<feed", '<feed xml:lang="US"').format(none)) == ["ru"]


@pytest.mark.parametrize(
    "options", [{"lang": "be"}, {"languages": {"a.rss": "bel"}}, {"languages": {"a.rss": "xx"}}]
)
def test_options_that_are_none_are_errors(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"^rss"):
        parse("rss", "news.rss", {"a.rss": io.BytesIO(feed())}, options)


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


BODY = "<item><title>{}</title><link>https://example.org/1</link></item>"


def declared(label: str, encoding: str, title: str) -> bytes:
    channel = f'<rss version="2.0"><channel>{BODY.format(title)}</channel></rss>'
    return f'<?xml version="1.0" encoding="{label}"?>{channel}'.encode(encoding)


@pytest.mark.parametrize(
    ("label", "encoding", "title"),
    [
        ("gb2312", "gb18030", "朱镕基与陶喆"),  # 镕 is in GBK alone
        ("GBK", "gb18030", "㐂 and €"),
        ("big5", "big5hkscs", "香港嘅新聞：邨"),
        ("euc-kr", "cp949", "똠방각하와 펲시콜라"),
        ("ks_c_5601-1987", "cp949", "똠방각하와 펲시콜라"),
        ("shift_jis", "cp932", "髙橋①氏の釈放"),
        ("iso-8859-1", "cp1252", "“Freed” – at last … for €5"),
        ("us-ascii", "cp1252", "Café “Minsk”"),
        ("iso-8859-9", "cp1254", "“Özgür” – İstanbul’da"),
        ("tis-620", "cp874", "ข่าว “วันนี้” …"),
        ("windows-1251", "cp1251", "Навіны Беларусі"),
        ("koi8-r", "koi8-r", "Новости России"),
        ("koi8-r", "koi8-u", "Київ, Україна"),
        ("big5", "cp950", "€5 香港"),
        ("iso-2022-jp", "iso2022_jp", "香港の新聞"),
        ("iso-8859-2", "cp1250", "“Łódź” – źródło"),
        ("iso-8859-5", "cp1251", "Навіны – “Беларусь”"),
        ("iso-8859-7", "cp1253", "“Άνθρωποι”"),
        ("iso-8859-2", "iso-8859-2", "Łódź"),
    ],
)
def test_what_is_declared_is_read_as_what_holds_more(label: str, encoding: str, title: str) -> None:
    snapshot = read(a=declared(label, encoding, title))
    assert [row["title"] for row in rows(snapshot)] == [title]
    assert not snapshot.unknown


@pytest.mark.parametrize(
    ("label", "encoding", "title"),
    [
        ("gb2312", "gb18030", "香港新闻"),
        ("big5", "big5hkscs", "香港新聞"),
        ("euc-kr", "cp949", "새 소식"),
        ("shift_jis", "cp932", "香港の新聞"),
    ],
)
def test_a_character_outside_the_declared_encoding_costs_that_character(
    label: str, encoding: str, title: str
) -> None:
    body = declared(label, encoding, f"A{title}").replace(b"<title>A", b"<title>\xff")
    snapshot = read(a=body)
    assert [row["title"] for row in rows(snapshot)] == [f"\ufffd{title}"]
    assert list(snapshot.unknown.values()) == [1]
    with pytest.raises(SourceFormatError, match="not in the encoding"):
        read(a=body.replace(b"\xff", b"\xff<b>\xff</b>" * 20))


@pytest.mark.parametrize(
    ("body", "charset", "title"),
    [
        (declared("utf-8", "cp1251", "Навіны"), "windows-1251", "Навіны"),  # HTTP's comes first
        (
            BODY.format("Новости").join(("<rss><channel>", "</channel></rss>")).encode("koi8-r"),
            "koi8-r",
            "Новости",
        ),
        (declared("windows-1251", "cp1251", "Навіны"), "utf-8", "Навіны"),  # and is not always true
        (declared("windows-1251", "utf-8", "Навіны"), "windows-1251", "Навіны"),
        (declared("windows-1251", "utf-8-sig", "Навіны"), "koi8-r", "Навіны"),
        (declared("gb2312", "gb18030", "香港新闻"), "klingon", "香港新闻"),
        # what a server says of all that it sends
        (declared("windows-1251", "cp1251", "Навіны"), "ISO-8859-1", "Навіны"),
        (declared("gb2312", "gb18030", "香港新闻"), "us-ascii", "香港新闻"),
        (declared("utf-8", "cp1252", "“Café”"), "ISO-8859-1", "“Café”"),
    ],
)
def test_the_charset_of_http_comes_before_the_declared_one(body: bytes, charset: str, title: str) -> None:
    snapshot = parse("rss", "news.rss", {"a.rss": io.BytesIO(body)}, {"charsets": {"a.rss": charset}})
    assert [row["title"] for row in rows(snapshot)] == [title]


def test_controls_that_xml_does_not_allow_do_not_break_a_feed() -> None:
    snapshot = read(a=feed("<title>A\x00B&#1;C&#xD800; D</title><link>https://example.org/1</link>"))
    assert [row["title"] for row in rows(snapshot)] == ["ABC D"]
    assert snapshot.unknown == {"control characters in a feed, left out": 3}


@pytest.mark.parametrize(
    ("title", "read_"),
    [
        ("Free<br/>Losik", "Free Losik"),
        ("<![CDATA[Free<br>Losik]]>", "Free Losik"),
        ("Free&lt;br&gt;Losik", "Free Losik"),
        ("&lt;p&gt;Free&lt;/p&gt;&lt;p&gt;Losik&lt;/p&gt;", "Free Losik"),
        ("<div>Free</div><div>Losik</div>", "Free Losik"),
        ("<![CDATA[<h2>Free</h2>Losik<ul><li>1</li><li>2</li></ul>]]>", "Free Losik 1 2"),
        ("&lt;b&gt;F&lt;/b&gt;ree &lt;i&gt;Losik", "Free Losik"),
        ("<![CDATA[Free <em>Lo</em>sik<script>alert(1)</script>]]>", "Free Losik"),
        ("3 &lt; 5 &amp;&amp; 7 &gt; 5", "3 < 5 && 7 > 5"),
        ("<![CDATA[<img src='x.png' alt='x'>Free Losik]]>", "Free Losik"),
        ("<![CDATA[Free <!-- not yet -->Losik]]>", "Free Losik"),
    ],
)
def test_elements_that_end_a_line_part_the_words_of_a_title(title: str, read_: str) -> None:
    assert one(f"<title>{title}</title>")[0]["title"] == read_


@pytest.mark.parametrize(
    "change",
    [
        "<updated>{}</updated>",
        "<atom:updated>{}</atom:updated>",
        "<dcterms:modified>{}</dcterms:modified>",
        "<dc:modified>{}</dc:modified>",
        "<lastBuildDate>{}</lastBuildDate>",
        "<modified>{}</modified>",
    ],
)
def test_a_time_of_change_is_never_one_of_publication(change: str) -> None:
    spaces = (
        '<rss xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:atom="http://www.w3.org/2005/Atom"'
    )
    changed = change.format("2025-09-11T10:00:00Z")
    published = "<dc:date>2025-09-10T10:00:00Z</dc:date>"
    link = "<link>https://example.org/{}</link>"
    body = feed(
        link.format(1) + changed, link.format(2) + published + changed, link.format(3) + changed + published
    )
    found = rows(read(a=body.replace(b"<rss", spaces.encode())))
    day = datetime(2025, 9, 10, 10, tzinfo=UTC)
    assert [row["published_at"] for row in found] == [None, day, day]


def addresses(*items: str, head: str = "", address: str = "") -> list[str]:
    options = {"addresses": {"a.rss": address}} if address else {}
    found = parse("rss", "news.rss", {"a.rss": io.BytesIO(feed(*items, head=head))}, options)
    return [row["url"] for row in sightings(found)]


def test_relative_links_are_resolved_by_the_feeds_links_or_its_address() -> None:
    item = "<link>2025/1</link>"
    own = (
        '<a:link xmlns:a="http://www.w3.org/2005/Atom" rel="self" href="https://example.org/feeds/all.xml"/>'
    )
    site = "<link>https://example.org/be/</link>"
    assert addresses(item, head=site) == ["https://example.org/be/2025/1"]
    assert addresses(item, head=own) == ["https://example.org/feeds/2025/1"]
    assert addresses(item, head=own + site) == ["https://example.org/be/2025/1"]
    assert addresses(item, head="<link>/be/</link>", address="https://example.org/rss") == [
        "https://example.org/be/2025/1"
    ]
    assert addresses(
        item, "<link>/2</link>", "<link>//example.com/3</link>", address="https://example.org/rss/x"
    ) == [
        "https://example.org/rss/2025/1",
        "https://example.org/2",
        "https://example.com/3",
    ]
    atom = ATOM.replace(' xml:base="https://example.org/be/"', "").format(
        '<link rel="self" href="https://example.org/feeds/atom"/><link href="https://example.org/"/>'
        '<entry><link href="1"/></entry>'
    )
    assert [row["url"] for row in rows(read(a=atom.encode()))] == ["https://example.org/feeds/1"]


def test_a_guid_that_is_no_address_is_not_made_one() -> None:
    snapshot = read(a=feed("<guid>333</guid>", head="<link>https://example.org/</link>"))
    assert not rows(snapshot) and snapshot.files["a.rss"].quarantined == 1


def test_the_registry_gives_the_addresses_of_the_feeds() -> None:
    source = registry()["rss"]
    files = {"nashaniva.rss": io.BytesIO(feed("<link>/1</link>"))}
    assert [row["url"] for row in rows(parse("rss", "news.rss", files, source.parser_options()))] == [
        "https://nashaniva.com/1"
    ]


LIVE = "<link>https://example.org/live{}</link><title>{}</title>"


@pytest.mark.parametrize(
    ("items", "articles_"),
    [
        ([LIVE.format("", "A") + "<guid>1</guid>", LIVE.format("", "B") + "<guid>2</guid>"], 2),
        ([LIVE.format("", "A") + "<guid>1</guid>", LIVE.format("", "A") + "<guid>2</guid>"], 2),
        ([LIVE.format("", "A") + "<guid>1</guid>", LIVE.format("", "B") + "<guid>1</guid>"], 1),
        ([LIVE.format("#1", "A"), LIVE.format("#2", "B")], 2),
        ([LIVE.format("", "A"), LIVE.format("#2", "B")], 2),
        ([LIVE.format("#top", "A"), LIVE.format("#comments", "A")], 1),
        ([LIVE.format("", "A"), LIVE.format("?utm_source=rss", "B")], 1),
        (
            [
                LIVE.format("", "A") + "<guid>https://example.org/live#1</guid>",
                LIVE.format("", "B") + "<guid>https://example.org/live#2</guid>",
            ],
            2,
        ),
        (
            [
                LIVE.format("", "A") + "<guid>https://example.org/live</guid>",
                LIVE.format("", "A") + "<guid>http://www.example.org/live/?utm_source=rss</guid>",
            ],
            1,
        ),
    ],
)
def test_items_that_share_an_address_are_two_if_something_tells_them_apart(
    items: list[str], articles_: int
) -> None:
    snapshot = read(a=feed(*items))
    found = rows(snapshot)
    assert len(found) == len({row["article_id"] for row in found}) == articles_
    assert all(row["url"].startswith("https://example.org/live") for row in found)
    if articles_ == 2:
        again = rows(read(a=feed(*reversed(items))))
        assert {(row["article_id"], row["title"]) for row in again} == {
            (row["article_id"], row["title"]) for row in found
        }
    report = snapshot.files["a.rss"]
    assert report.declared == 2 == report.parsed + report.outside


def test_an_item_of_a_page_that_has_many_is_the_same_in_another_feed() -> None:
    one_, two = (LIVE.format("", title) + f"<guid>{title}</guid>" for title in "AB")
    snapshot = read(a=feed(one_, two), b=feed(two))
    assert [row["title"] for row in rows(snapshot)] == ["A", "B"]
    assert snapshot.files["b.rss"].outside == 1


def test_two_feeds_of_one_outlet_may_give_an_article_two_guids() -> None:
    item = LIVE.format("", "A")
    assert len(rows(read(a=feed(item + "<guid>a1</guid>"), b=feed(item + "<guid>b1</guid>")))) == 1


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
    assert [row["article_id"]] == articles.article_ids(["https://www.example.org/1?x=2"])
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
