"""Streaming XML: what is refused, how it is said, and what is counted."""

from __future__ import annotations

import io
import tracemalloc
from collections import Counter

import pytest

from transforms.reading import xml
from transforms.reading.parse_result import SourceFormatError
from transforms.reading.xml import Field, Shape

SHAPE = Shape(
    {
        "@id": Field.TEXT,
        "name": Field.TEXT,
        "alias": Field.TEXTS,
        "note": Field.IGNORED,
        "place": {"@id": Field.TEXT, "#text": Field.TEXT, "city": Field.TEXT},
    }
)


def elements(data: bytes) -> list[str]:
    return [xml.local_name(found.tag) for found in xml.elements(io.BytesIO(data), "f.xml", "list", ("row",))]


def read(text: str) -> tuple[xml.Node, Counter[str]]:
    unknown: Counter[str] = Counter()
    (element, _) = xml.elements(io.BytesIO(f"<list>{text}</list>".encode()), "f.xml", "list", ("row",))
    return xml.read(element, SHAPE, unknown, "row"), unknown


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "f.xml: the file is empty"),
        (b" \r\n ", "f.xml: the file is empty"),
        (b'{"status":500}', "f.xml: starts with '{\"status\":500}', not XML"),
        (b"<!DOCTYPE html><html></html>", "a web page"),
        (b"\n<HTML><body></body></HTML>", "a web page"),
        (b"<other><row/></other>", "the root element is other, not list"),
        (b"<other/>", "the root element is other, not list"),
        (b"<list><row>\n</list>", "line 2"),
        (b"<list><row/>", "line 1"),
        (b"<list>\n<row/></list><list/>", "line 2"),
        (b"<list>\n<row>\x80</row></list>", "line 2"),
        (b"<list><row>&name;</row></list>", "line 1"),
        (b'<!DOCTYPE list SYSTEM "file:///etc/hostname"><list/>', "document type declaration"),
        (b'<!DOCTYPE list [<!ENTITY a "aa">]><list><row>&a;</row></list>', "document type declaration"),
        (b"\x1f\x8b\x08 gzip", "not XML"),
        (b"<list>" + b"<row>" * 300, "nest deeper than 64"),
    ],
)
def test_what_is_not_the_list_ends_in_one_line(data: bytes, message: str) -> None:
    with pytest.raises(SourceFormatError, match=r"^f\.xml: ") as error:
        elements(data)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_entities_that_grow_are_not_expanded() -> None:
    grown = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE list [<!ENTITY e0 "lol">{grown}]><list><row>&e9;</row></list>'
    tracemalloc.start()
    with pytest.raises(SourceFormatError):
        elements(bomb.encode())
    assert tracemalloc.get_traced_memory()[1] < 10_000_000
    tracemalloc.stop()


def test_what_is_out_of_bounds_is_refused() -> None:
    others = b"<list>" + b"<other/>" * (xml.MAX_OTHERS + 1) + b"<row/></list>"
    with pytest.raises(SourceFormatError, match=r"f\.xml: more than 10,000 elements in list are no records"):
        elements(others)
    with pytest.raises(SourceFormatError, match=r"f\.xml: 16,000,000 bytes up to byte [0-9,]+ end no record"):
        elements(b"<list><row>" + b"x" * (xml.MAX_PIECE + xml.CHUNK) + b"</row></list>")


@pytest.mark.parametrize(
    ("head", "message"),
    [("encoding='klingon'", "cannot be decoded"), ("encoding='utf-16'", "not well-formed XML")],
)
def test_an_encoding_that_is_not_so_is_refused(head: str, message: str) -> None:
    with pytest.raises(SourceFormatError, match=message):
        elements(f"<?xml version='1.0' {head}?><list><row/></list>".encode())


def test_the_namespace_does_not_matter_and_the_root_comes_last() -> None:
    assert elements(b'<list xmlns="urn:one"><head/><row/><row/></list>') == ["row", "row", "list"]
    assert elements('<n:list xmlns:n="urn:two"><n:row/></n:list>'.encode("utf-16")) == ["row", "list"]


def test_records_are_let_go_and_the_rest_of_the_root_stays() -> None:
    data = b"<list><head/>" + b"<row><name>x</name></row>" * 5000 + b"<tail/></list>"
    seen = 0
    for element in xml.elements(io.BytesIO(data), "f.xml", "list", ("row",)):
        if element.tag == "list":
            assert [child.tag for child in element] == ["head", "tail"]
        else:
            seen += 1
            assert element.findtext("name") == "x"
    assert seen == 5000


def test_an_element_is_read_by_its_shape() -> None:
    node, unknown = read(
        '<row xmlns="urn:x" id="7"><name> A\n</name><alias>B</alias><alias/><alias>C</alias>'
        "<note a='1'><deep/></note><place><city>Minsk</city></place><place/>"
        "<place id='1'> Grodno </place></row>"
    )
    assert node.text("@id") == "7"
    assert node.text("name") == "A"
    assert node.all("alias") == ["B", "C"]
    assert [place.text("city") for place in node.each("place")] == ["Minsk", None]
    assert [place.text("#text") for place in node.each("place")] == [None, "Grodno"]
    assert node.text("note") is None
    assert unknown == Counter()


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("<row><extra/></row>", "element row/extra"),
        ("<row extra='1'/>", "attribute row@extra"),
        ("<row extra=''/>", "attribute row@extra"),
        ("<row><place><extra/></place></row>", "element row/place/extra"),
        ("<row><name><b>x</b></name></row>", "element row/name/b"),
        ("<row><name lang='be'>x</name></row>", "attribute row/name@lang"),
        ("<row>words</row>", "text row"),
        ("<row><name/>words</row>", "text row"),
        ("<row><name>A</name><name>B</name></row>", "repeated row/name"),
    ],
)
def test_what_the_shape_does_not_name_is_counted(text: str, label: str) -> None:
    assert read(text)[1] == Counter({label: 1})


def test_for_the_quarantine_an_element_is_cut_to_its_shape() -> None:
    data = (
        "<list><row id='7' mood='bad'><name lang='be'>A</name><note>B</note><extra>C</extra>"
        "<place><city>Minsk</city><street>D</street></place></row></list>"
    )
    (element, _) = xml.elements(io.BytesIO(data.encode()), "f.xml", "list", ("row",))
    assert xml.source(element, SHAPE, {"place/city"}) == '<row id="7"><name>A</name><place /></row>'
