"""Declared fields: what is read, where it goes and in which order, what is counted, and what may be shown."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple
from xml.etree.ElementTree import Element, fromstring

import pytest

from transforms.reading.declaration import (
    TEXT,
    TEXTS,
    Fields,
    Node,
    Sink,
    each,
    group,
    ignored,
    withheld,
    withheld_fields,
)
from transforms.reading.xml_record import XmlRecord


class Context(NamedTuple):
    found: list[str]


def put(label: str) -> Sink[list[str], Context]:
    def sink(target: list[str], text: str, context: Context) -> None:
        target.append(f"{label} {text}")

    return sink


def put_place(target: list[str], node: Node, context: Context) -> None:
    target.append(f"place {node.text('@id')} {node.text('city')} {node.text('#text')} {node.all('street')}")


FIELDS: Fields[list[str], Context] = {
    "@id": put("id"),
    "aliases/alias": each(put("alias")),
    "name": put("name"),
    "note": withheld("row/note"),
    "mood": ignored("says nothing"),
    "remark": withheld("remarks", put("remark")),
    "places/place": group({"@id": TEXT, "#text": TEXT, "city": TEXT, "street": TEXTS}, put_place),
    "born": group({"year": put("year"), "place": ignored("above")}),
}
RECORD = XmlRecord("row", FIELDS)


def read(text: str) -> tuple[list[str], Counter[str]]:
    unknown: Counter[str] = Counter()
    target: list[str] = []
    RECORD.fill(target, RECORD.read(fromstring(text), unknown), Context([]))  # noqa: S314
    return target, unknown


def test_sinks_are_called_in_the_order_of_the_table() -> None:
    text = """
    <row id="7"><born><year>1980</year></born><name> A\n</name><note a="1">B<deep/></note><mood>C</mood>
    <aliases><alias>B</alias><alias/></aliases><aliases><alias>C</alias></aliases>
    <places><place id="1">D<city>Minsk</city><street>x</street><street>y</street></place><place/></places>
    </row>
    """
    target, unknown = read(text)
    assert target == [
        "id 7",
        "alias B",
        "alias C",
        "name A",
        "place 1 Minsk D ['x', 'y']",
        "year 1980",
    ]
    assert unknown == Counter()


def test_prefixes_of_tags_and_attributes_do_not_matter() -> None:
    row = Element("n:row", {"n:id": "7", "xmlns:n": "urn:x"})
    row.append(Element("n:name"))
    row[0].text = "A"
    unknown: Counter[str] = Counter()
    assert RECORD.read(row, unknown) == {"@id": "7", "name": "A"}
    assert unknown == Counter()


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("<row><extra/></row>", "element row/extra"),
        ("<row extra='1'/>", "attribute row@extra"),
        ("<row extra=''/>", "attribute row@extra"),
        ("<row><places><extra/></places></row>", "element row/places/extra"),
        ("<row><places><place><extra/></place></places></row>", "element row/places/place/extra"),
        ("<row><places a='1'/></row>", "attribute row/places@a"),
        ("<row><places>words</places></row>", "text row/places"),
        ("<row><name><b>x</b></name></row>", "element row/name/b"),
        ("<row><name lang='be'>x</name></row>", "attribute row/name@lang"),
        ("<row><aliases><alias lang='be'>x</alias></aliases></row>", "attribute row/aliases/alias@lang"),
        ("<row><born><year>1<b/></year></born></row>", "element row/born/year/b"),
        ("<row>words</row>", "text row"),
        ("<row><name/>words</row>", "text row"),
        ("<row><note/>words</row>", "text row"),
        ("<row><name>A</name><name>B</name></row>", "repeated row/name"),
    ],
)
def test_what_the_table_does_not_name_is_counted(text: str, label: str) -> None:
    assert read(text)[1] == Counter({label: 1})


def test_of_what_comes_once_the_first_text_counts() -> None:
    target, _ = read("<row><name> </name><name>A</name><name/><name>B</name></row>")
    assert target == ["name A"]


def test_what_is_read_though_withheld_is_not_shown() -> None:
    text = (
        "<row id='7' mood='bad'><name lang='be'>A</name><note>B</note><remark>C</remark><mood>D</mood>"
        "<extra>E</extra><places><place id='1'><city>Minsk</city><house>1</house></place></places></row>"
    )
    assert read("<row><remark>C</remark></row>")[0] == ["remark C"]
    shown = '<row id="7"><name>A</name><places><place id="1"><city>Minsk</city></place></places></row>'
    assert RECORD.show(fromstring(text)) == shown  # noqa: S314


def test_the_withheld_fields_are_those_of_the_table() -> None:
    assert withheld_fields(FIELDS) == {"row/note", "remarks"}
    assert withheld_fields({"a": group({"b": withheld("a/b")})}, {"c": withheld("c", TEXT)}) == {"a/b", "c"}


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"list/name": put("name")}, "list/name: below a wrapper a text may come more than once"),
        ({"list": TEXT, "list/name": TEXTS}, "list/name: list is a field and a wrapper"),
        ({"list/name": TEXTS, "list": TEXT}, "list: declared twice"),
    ],
)
def test_a_table_that_contradicts_itself_is_refused(fields: Fields[list[str], Context], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        XmlRecord("row", fields)


def test_an_element_is_prepared_before_it_is_read_and_hidden_before_it_is_shown() -> None:
    def rename(row: Element) -> None:
        for child in row:
            child.tag = child.tag.lower()

    def hide(row: Element) -> None:
        row.remove(row[0])

    record = XmlRecord("row", FIELDS, prepare=rename, hide=hide)
    row, unknown = fromstring("<row><NAME>A</NAME><Born><year>1980</year></Born></row>"), Counter[str]()  # noqa: S314
    assert record.read(row, unknown) == {"name": "A", "born": [{"year": "1980"}]}
    assert record.show(row) == "<row><born><year>1980</year></born></row>"
    assert unknown == Counter()
