"""Hostile input: each parser ends in tables or in one SourceFormatError, and soon."""

from __future__ import annotations

import contextlib
import io
import tracemalloc
import zipfile
from collections.abc import Callable
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from tests.timing import seconds
from transforms.identity.mentions import mentions
from transforms.names.comparison import compare
from transforms.names.listed_people import ListedNames
from transforms.names.name_parts import parse_names
from transforms.names.name_spotter import NameSpotter
from transforms.names.syllables import whole_names
from transforms.reading.parse_result import (
    LONGEST_LABEL,
    MOST_LABELS,
    OptionError,
    ParserError,
    ParseResult,
    SourceFormatError,
    parse,
)

LONG = 1_001  # characters, one more than a name can have


def feed(items: str, declarations: str = "") -> bytes:
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n{declarations}<rss version="2.0"><channel><title>x</title>'
        f"<link>https://example.org/</link>{items}</channel></rss>"
    ).encode()


def item(title: str, more: str = "") -> str:
    return f"<item><title>{title}</title><link>https://example.org/1</link>{more}</item>"


def read_feed(data: bytes) -> ParseResult:
    return parse("rss", "news.rss", {"feed.xml": io.BytesIO(data)}, {})


def titles(snapshot: ParseResult) -> list[str | None]:
    found: list[str | None] = snapshot.arrow()["articles"]["title"].to_pylist()
    return found


def zipped(*members: tuple[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, body in members:
            archive.writestr(name, body)
    return out.getvalue()


def read_graph(body: bytes, **options: Any) -> ParseResult:
    return parse("gdelt", "news.gdelt", {"a.gkg.csv.zip": io.BytesIO(zipped(("a", body)))}, options)


def graph_row(number: int, **columns: bytes) -> bytes:
    cells = [b""] * 27
    cells[0], cells[1], cells[4] = b"2025-%d" % number, b"20250911143000", b"https://example.org/%d" % number
    for column, value in columns.items():
        cells[int(column[1:])] = value
    return b"\t".join(cells)


# ------------------------------------------------------------------------------ feeds


@pytest.mark.parametrize(
    "reference",
    [
        "&#x110000;",
        "&#1114112;",
        "&#99999999999999999999;",
        "&#x99999999999999999;",
        "&#xD800;",
        f"&#{'9' * 5_000};",
        "&#X110000;",
        "&#99999999999 x",
        "&amp;#x110000;",
        "<![CDATA[&#x110000;]]>",
        "&#99999999999; <b>x</p>",
    ],
)
def test_references_to_no_character_cost_themselves(reference: str) -> None:
    snapshot = read_feed(feed(item(f"before {reference} after")))
    assert len(titles(snapshot)) == 1
    assert str(titles(snapshot)[0]).startswith("before")


def test_entities_that_a_feed_declares_are_not_expanded() -> None:
    declared = '<!DOCTYPE rss [\n<!ENTITY a "OPENED">\n<!ENTITY b "&a;&a;">\n]>\n'
    snapshot = read_feed(feed(item("x &a; &b; y"), declared))
    assert "OPENED" not in repr(snapshot.arrow())
    assert snapshot.unknown["declaration of an entity in a feed, left out"] == 2


@pytest.mark.parametrize("declared", ['<!ENTITY x SYSTEM "file:///etc/hostname">', '<!ENTITY % x "y"> %x;'])
def test_entities_from_elsewhere_are_not_looked_for(declared: str) -> None:
    snapshot = read_feed(feed(item("x &x; y"), f"<!DOCTYPE rss [\n{declared}\n]>\n"))
    assert len(titles(snapshot)) == 1
    assert snapshot.unknown["declaration of an entity in a feed, left out"] == 1


def test_a_document_type_without_declarations_stays() -> None:
    declared = (
        '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://example.org/rss.dtd">\n'
    )
    assert titles(read_feed(feed(item("a &nbsp; b"), declared))) == ["a b"]


FEEDS: dict[str, Callable[[int], bytes]] = {
    "open titles": lambda n: feed("<title>" * n).replace(b"</title>", b""),
    "comments in a title": lambda n: feed(item("&lt;!--" * n)),
    "tags": lambda n: feed("<a>" * n),
    "attributes": lambda n: feed(
        "<item " + " ".join(f"a{at}='1'" for at in range(n)) + f">{item('a')}</item>"
    ),
    "categories": lambda n: feed(item("a", "".join(f"<category>{at}</category>" for at in range(n)))),
    "keywords": lambda n: feed(
        item("a", f"<itunes:keywords>{','.join(map(str, range(n)))}</itunes:keywords>").replace(
            "<item>", '<item xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd">'
        )
    ),
    "entities": lambda n: feed(item("a"), "<!DOCTYPE rss [" + "<!ENTITY" * n),
    "declarations": lambda n: feed("<!" * n),
    "references": lambda n: feed(item("&#" * n)),
    "times": lambda n: feed(item("a", f"<pubDate>Thu, 28 Jul 2022 04:35:05 GMT {'(' * n}</pubDate>")),
}


@pytest.mark.parametrize("name", FEEDS)
def test_feeds_are_read_in_time_in_proportion(name: str) -> None:
    def read(size: int) -> None:
        with contextlib.suppress(SourceFormatError):
            read_feed(FEEDS[name](size))

    read(10)
    assert seconds(lambda: read(40_000)) < 4  # what is quadratic here takes ten


# ------------------------------------------------------------------------------ GDELT


SEQUENCES = [
    *(bytes([code]) for code in range(256)),
    *(b"\xed\xa0\x80", b"\xc0\xaf", b"\xf4\x90\x80\x80", b"\xe2\x82", b"\xf8\x88\x80\x80\x80"),
    *(b"\xef\xbb\xbf", b"\r\n", b'"', b'""', b"&#x110000;", b"&#99999999999999999999;", b"&#xD800;"),
]


def test_any_byte_in_any_column_of_the_graph() -> None:
    numbered = [(column, sequence) for column in range(27) for sequence in SEQUENCES]
    made = [
        graph_row(number, **{f"c{column}": (b"%s", b"x%s", b"x%sy")[number % 3] % sequence})
        for number, (column, sequence) in enumerate(numbered)
    ]
    body = b"\n".join([*made, graph_row(999_999, c26=b"<PAGE_TITLE>The last</PAGE_TITLE>")]) + b"\n"
    snapshot = read_graph(body)
    report = snapshot.files["a.gkg.csv.zip"]
    assert report.declared == body.count(b"\n")
    assert report.declared == report.parsed + report.quarantined + report.outside
    assert "The last" in titles(snapshot)
    assert report.parsed > 0.7 * len(made)


@pytest.mark.parametrize("column", range(27))
def test_a_byte_that_is_not_utf8_costs_one_file_nothing_and_the_next_file_neither(column: int) -> None:
    bad = graph_row(1, **{f"c{column}": b"20250911143000\xff" if column == 1 else b"a\xffb"})
    good = b"\n".join(graph_row(number) for number in range(2, 50))
    files = {
        f"{at}.gkg.csv.zip": io.BytesIO(zipped(("a", b"\n".join([bad, good]) if at % 2 else good)))
        for at in range(6)
    }
    snapshot = parse("gdelt", "news.gdelt", files, {})
    assert all(
        report.outside == report.declared - report.parsed - report.quarantined
        for report in snapshot.files.values()
    )
    assert sum(report.quarantined for report in snapshot.files.values()) == (3 if column == 1 else 0)
    assert snapshot.arrow()["articles"].num_rows >= 48


def test_lines_that_are_none_are_not_kept_by_the_million() -> None:
    body = b"a\n" * 400_000 + graph_row(1)
    tracemalloc.start()
    with pytest.raises(SourceFormatError, match="only 1 of 400001 lines has 27 columns"):
        read_graph(body)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 60_000_000


@pytest.mark.parametrize("body", [b"\n" * 1_000, b" \n\t\n"])
def test_lines_without_anything_are_an_empty_file(body: bytes) -> None:
    with pytest.raises(SourceFormatError, match="empty file"):
        read_graph(body)


def test_a_line_of_many_megabytes_is_put_aside() -> None:
    snapshot = read_graph(b"x" * 30_000_000 + b"\n" + graph_row(1))
    assert [(record["reason"], len(record["raw"] or "")) for record in snapshot.quarantine] == [
        ("1 columns, not 27", 32)
    ]
    assert len(titles(snapshot)) == 1


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_packed_as_no_publisher_packs_is_not_unpacked(method: int) -> None:
    bomb = bytearray(zipped(("a", b"\0" * 60_000_000), method=method))
    sizes = bomb.rindex(b"PK\x01\x02") + 24
    bomb[sizes : sizes + 4] = (1_000).to_bytes(4, "little")  # it says that it is small
    tracemalloc.start()
    with pytest.raises(SourceFormatError, match="packed in a way"):
        parse("gdelt", "news.gdelt", {"a.gkg.csv.zip": io.BytesIO(bytes(bomb))}, {})
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


@pytest.mark.parametrize(
    ("entry", "offset", "value"),
    [
        (b"PK\x05\x06", 16, b"\xff\xff\x00\x00"),  # where the list of members begins
        (b"PK\x05\x06", 16, b"\xff\xff\xff\xff"),
        (b"PK\x05\x06", 12, b"\xff\xff\xff\x7f"),  # how long it is
        (b"PK\x01\x02", 8, b"\x00\x08"),  # the name is said to be UTF-8
        (b"PK\x01\x02", 42, b"\xff\xff\xff\x7f"),  # where the member begins
    ],
)
def test_a_zip_whose_list_of_members_lies_costs_its_file_alone(
    entry: bytes, offset: int, value: bytes
) -> None:
    damaged = bytearray(zipped(("a.csv", graph_row(1))))
    at = damaged.index(entry) + offset
    damaged[at : at + len(value)] = value
    if entry == b"PK\x01\x02" and offset == 8:
        damaged[damaged.index(entry) + 46] = 0xFF
    files = {"a.gkg.csv.zip": io.BytesIO(damaged), "b.gkg.csv.zip": io.BytesIO(zipped(("b", graph_row(2))))}
    snapshot = parse("gdelt", "news.gdelt", files, {})
    assert [each["locator"] for each in snapshot.quarantine] == ["a.gkg.csv.zip"]
    assert snapshot.arrow()["articles"]["url"].to_pylist() == ["https://example.org/2"]


def test_a_zip_of_a_million_members_is_not_listed() -> None:
    member = zipped(("a", b""))
    entry = member[member.index(b"PK\x01\x02") : member.index(b"PK\x05\x06")]
    start = member[: member.index(b"PK\x01\x02")]
    count = 300_000
    end = b"PK\x05\x06" + b"\0" * 4 + b"\xff" * 4 + (len(entry) * count).to_bytes(4, "little")
    data = start + entry * count + end + len(start).to_bytes(4, "little") + b"\0\0"
    for source_id, parser, name in (
        ("gdelt", "news.gdelt", "a.gkg.csv.zip"),
        ("au_dfat", "sanctions.au_dfat", "a.xlsx"),
    ):
        tracemalloc.start()
        with pytest.raises(SourceFormatError, match="members in the zip"):
            parse(source_id, parser, {name: io.BytesIO(data)}, {})
        assert tracemalloc.get_traced_memory()[1] < 3 * len(data)
        tracemalloc.stop()


# ------------------------------------------------------------------------------ names


SIGNS = {
    "CJK": "\u4e60",
    "Hangul": "\uae40",
    "Cyrillic": "\u0416\u0430",
    "Arabic": "\u0645",
    "Latin": "ab",
    "words": "ab ",
}


@pytest.mark.parametrize("script", SIGNS)
def test_a_text_that_is_too_long_for_a_name_is_not_analysed_as_one(script: str) -> None:
    text = (SIGNS[script] * 20_000)[:20_000]
    column = pa.chunked_array([[text, text + "z", "Anna Bush"]], pa.string())
    con = duckdb.connect(":memory:")
    con.register("ours", pa.table({"name": column, "person": [True] * 3}))

    def analyse() -> None:
        assert set(parse_names(column)["name"].to_pylist()) <= {"Anna Bush"}
        assert set(parse_names(column, bodies=True)["name"].to_pylist()) <= {"Anna Bush"}
        assert whole_names(column)["name"].to_pylist() == []
        compare(con, "ours", "ours", 0.5)
        assert not NameSpotter([text])(text)
        ListedNames([text, "Anna Bush"]).named(pa.chunked_array([[text]]), pa.chunked_array([[text]]))

    analyse_small = parse_names(pa.chunked_array([["Anna Bush"]]))  # loads the tables of names
    assert analyse_small.num_rows == 2
    assert seconds(analyse) < 3


def test_a_record_with_a_name_too_long_goes_to_quarantine_and_an_alias_is_left_out() -> None:
    def record(uid: int, name: str, alias: str) -> str:
        return (
            f"<sdnEntry><uid>{uid}</uid><lastName>{name}</lastName><sdnType>Entity</sdnType><programList>"
            f"<program>TEST</program></programList><akaList><aka><uid>{uid}1</uid><type>a.k.a.</type>"
            f"<category>strong</category><lastName>{alias}</lastName></aka></akaList></sdnEntry>"
        )

    body = (
        '<?xml version="1.0"?><sdnList><publshInformation><Publish_Date>05/17/2024</Publish_Date>'
        "<Record_Count>3</Record_Count></publshInformation>"
        f"{record(1, 'Good', 'Fine')}{record(2, 'x' * LONG, 'Fine')}{record(3, 'Other', 'x' * LONG)}"
        "</sdnList>"
    )
    snapshot = parse("us_ofac_sdn", "sanctions.us_ofac", {"sdn.xml": io.BytesIO(body.encode())}, {})
    assert snapshot.arrow()["sanctions"]["name"].to_pylist() == ["Good", "Other"]
    assert snapshot.arrow()["names"]["name"].to_pylist() == ["Good", "Fine", "Other"]
    assert [record["key"] for record in snapshot.quarantine] == ["2"]
    assert snapshot.unknown["name of more than 1,000 characters, left out"] >= 2


def test_texts_of_the_news_that_are_too_long_are_not_looked_through() -> None:
    sql = (mentions.HERE / "text.sql").read_text("utf-8")
    assert f"len(text) <= {LONG - 1}" in sql


# ------------------------------------------------------------------------------ all parsers


@pytest.mark.parametrize(
    "error", [RecursionError("deep"), MemoryError(), KeyError("x"), ValueError("a\nb"), OverflowError("big")]
)
def test_an_error_that_a_parser_does_not_expect_holds_its_source(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> ParseResult:
        raise error

    monkeypatch.setattr("transforms.news.rss.parse", broken)
    with pytest.raises(ParserError) as raised:
        read_feed(b"")
    assert str(raised.value).startswith(f"rss: the parser stopped: {type(error).__name__}")
    assert "\n" not in str(raised.value)


def test_a_panic_of_a_library_is_an_error_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    class PanicException(BaseException):
        """As pyo3 raises it."""

    def broken(*_: Any) -> ParseResult:
        raise PanicException("index out of bounds")

    monkeypatch.setattr("transforms.news.rss.parse", broken)
    with pytest.raises(ParserError, match="PanicException: index out of bounds"):
        read_feed(b"")


def test_options_that_a_format_does_not_have_are_no_fault_of_the_file() -> None:
    for format_ in ("rss", "gdelt"):
        with pytest.raises(OptionError, match="no option"):
            parse(format_, f"news.{format_}", {}, {"no_such": True})


def test_an_error_that_quotes_a_file_has_none_of_its_controls() -> None:
    files = {"artlist.json": io.BytesIO(b"\x1b]0;title\x07 not\r\n\xe2\x80\xaefound \xc2\x9b2J\0")}
    with pytest.raises(SourceFormatError, match=r"not JSON, but says: ]0;title not found 2J$") as raised:
        parse("gdelt_doc", "news.gdelt_doc", files, {})
    assert str(raised.value).isprintable()


def with_list_type(text: str) -> ParseResult:
    """A list with a type that the parser does not know."""
    individual = "<INDIVIDUAL><DATAID>1</DATAID><FIRST_NAME>A</FIRST_NAME>" + (
        "<REFERENCE_NUMBER>KPi.001</REFERENCE_NUMBER><LISTED_ON>2020-01-01</LISTED_ON>"
        f"<UN_LIST_TYPE>{text}</UN_LIST_TYPE></INDIVIDUAL>"
    )
    data = f"<CONSOLIDATED_LIST><INDIVIDUALS>{individual}</INDIVIDUALS></CONSOLIDATED_LIST>".encode()
    return parse("un_sc", "sanctions.un_sc", {"consolidated.xml": io.BytesIO(data)}, {})


def test_what_a_parser_does_not_know_is_told_on_one_line() -> None:
    snapshot = with_list_type("x&#10;release&#13; is&#9;whole\u2028 \u202eok")
    assert "UN_LIST_TYPE x release is whole ok" in snapshot.unknown
    assert all(map(str.isprintable, snapshot.unknown))


def test_a_label_is_shortened_if_it_is_too_long() -> None:
    longest = "x" * (LONGEST_LABEL - len("UN_LIST_TYPE "))
    assert f"UN_LIST_TYPE {longest}" in with_list_type(longest).unknown
    assert f"UN_LIST_TYPE {longest[1:]}…" in with_list_type(f"{longest}x").unknown


def test_of_what_a_parser_does_not_know_only_so_much_is_noted() -> None:
    unknown = "".join(f"<X{number}/>" for number in range(5_000)) + f"<Y{'y' * 9_000}/>" * 5
    individual = f"<INDIVIDUAL><DATAID>1</DATAID><FIRST_NAME>A</FIRST_NAME>{unknown}</INDIVIDUAL>"
    data = f"<CONSOLIDATED_LIST><INDIVIDUALS>{individual}</INDIVIDUALS></CONSOLIDATED_LIST>".encode()
    snapshot = parse("un_sc", "sanctions.un_sc", {"consolidated.xml": io.BytesIO(data)}, {})
    assert len(snapshot.unknown) <= MOST_LABELS + 1
    assert max(map(len, snapshot.unknown)) <= LONGEST_LABEL
    assert snapshot.unknown.total() >= 5_005


def test_the_end_of_a_process_is_not_held_back(monkeypatch: pytest.MonkeyPatch) -> None:
    def ended(*_: Any) -> ParseResult:
        raise KeyboardInterrupt

    monkeypatch.setattr("transforms.news.rss.parse", ended)
    with pytest.raises(KeyboardInterrupt):
        read_feed(b"")
