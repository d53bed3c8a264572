"""Streaming XML: which elements are given, and what is refused with which message."""

from __future__ import annotations

import io
import tracemalloc

import pytest

from transforms.reading import xml
from transforms.reading.parse_result import SourceFormatError


def elements(data: bytes) -> list[str]:
    return [xml.local_name(found.tag) for found in xml.elements(io.BytesIO(data), "f.xml", "list", ("row",))]


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
