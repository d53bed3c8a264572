"""A file that is written anew with no change of content gives the same rows, so no event.

Sources are taken from the registry. What a format needs to be told apart stands in `ORDERED`.
"""

from __future__ import annotations

import csv
import html.entities
import io
import json
import re
import zipfile
from collections.abc import Callable
from functools import cache
from random import Random
from typing import Any

import pytest
from lxml import etree

from sources.registry import registry
from tests.fuzz import csv_mutations, html_mutations, json_mutations, xlsx_mutations, xml_mutations
from tests.fuzz.bytes_mutations import decoded
from tests.fuzz.campaign import Campaign, Files, campaigns, of_kind, sample_files
from transforms.reading.parse_result import parse

Rewriting = Callable[[bytes, Random], bytes]

# By format, the elements in which the order of children says something.
ORDERED: dict[str, frozenset[str]] = {}

DECLARATION = re.compile(r"<\?xml.*?\?>\s*")
_BLANK = re.compile(r">\s+<")


def _body(data: bytes) -> str:
    """An XML file's text without its declaration."""
    return DECLARATION.sub("", decoded(data), count=1)


def _in(encoding: str, declared: str) -> Rewriting:
    def rewriting(data: bytes, rng: Random) -> bytes:
        text = f'<?xml version="1.0" encoding="{declared}"?>\n{_body(data)}'
        return text.encode(encoding, "xmlcharrefreplace")

    return rewriting


def _lines(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n")


def _written(root: etree._Element) -> bytes:
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def indented(data: bytes, rng: Random) -> bytes:
    root = etree.fromstring(data, etree.XMLParser(remove_blank_text=True))
    etree.indent(root, space="\t")
    return _written(root)


def unindented(data: bytes, rng: Random) -> bytes:
    return _BLANK.sub("><", decoded(data)).encode()


def another_namespace(data: bytes, rng: Random) -> bytes:
    """All elements in another namespace, by a prefix."""
    root = etree.fromstring(data)
    for element in root.iter("*"):
        element.tag = f"{{urn:another}}{etree.QName(element).localname}"
    top = etree.Element(root.tag, nsmap={"n": "urn:another"})
    top.attrib.update(root.attrib)
    top.text, top[:] = root.text, list(root)
    etree.cleanup_namespaces(top)
    assert b"<n:" in etree.tostring(top)
    return _written(top)


def attributes_shuffled(data: bytes, rng: Random) -> bytes:
    root = etree.fromstring(data)
    for element in root.iter("*"):
        items = rng.sample(list(element.attrib.items()), len(element.attrib))
        element.attrib.clear()
        element.attrib.update(items)
    return _written(root)


def with_comments(data: bytes, rng: Random) -> bytes:
    """Comments and instructions before, between and after the elements, and within texts."""
    root = etree.fromstring(data)
    for element in list(root.iter("*")):
        if rng.random() < 0.3:
            element.insert(0, etree.Comment(" as of today "))
            element[0].tail, element.text = element.text, None
        if rng.random() < 0.1:
            element.append(etree.ProcessingInstruction("app", "keep"))
    return (
        b"<?xml version='1.0' encoding='UTF-8'?><!-- a --><?b c?>"
        + etree.tostring(root, encoding="utf-8")
        + b"<!-- d -->"
    )


def as_cdata(data: bytes, rng: Random) -> bytes:
    root = etree.fromstring(data)
    for element in root.iter("*"):
        if element.text and element.text.strip() and "]]>" not in element.text:
            element.text = etree.CDATA(element.text)
    return _written(root)


def as_references(data: bytes, rng: Random) -> bytes:
    """Every character beyond ASCII as a reference to it."""
    return etree.tostring(etree.fromstring(data), encoding="us-ascii", xml_declaration=True)


def empty_elements_opened(data: bytes, rng: Random) -> bytes:
    return re.sub(r"<([\w:.-]+)([^<>]*?)\s*/>", r"<\1\2></\1>", decoded(data)).encode()


def shuffled(data: bytes, rng: Random, ordered: frozenset[str] = frozenset()) -> bytes:
    """Records, and what they hold, in another order."""
    root = etree.fromstring(data)
    for element in root.iter("*"):
        if etree.QName(element).localname not in ordered:
            element[:] = rng.sample(list(element), len(element))
    return _written(root)


XML: dict[str, Rewriting] = {
    "UTF-16": _in("utf-16", "UTF-16"),
    "UTF-8 with BOM": _in("utf-8-sig", "UTF-8"),
    "UTF-8 undeclared": lambda data, _: _body(data).encode(),
    "Latin-1": _in("latin-1", "ISO-8859-1"),
    "windows-1251": _in("cp1251", "windows-1251"),
    "LF": lambda data, _: _lines(data),
    "CRLF": lambda data, _: _lines(data).replace(b"\n", b"\r\n"),
    "indented": indented,
    "on one line": unindented,
    "another namespace": another_namespace,
    "attributes shuffled": attributes_shuffled,
    "comments": with_comments,
    "CDATA": as_cdata,
    "references": as_references,
    "empty elements opened": empty_elements_opened,
    "shuffled": shuffled,
}


def _delimiter(data: bytes) -> str:
    return csv_mutations.delimiter_of(decoded(data))


def rows_shuffled(data: bytes, rng: Random) -> bytes:
    cells = csv_mutations.rows(data)
    head = csv_mutations.header(cells) + 1
    rows = [row for row in cells[head:] if row]
    return csv_mutations.written(cells[:head] + rng.sample(rows, len(rows)), _delimiter(data))


def columns_shuffled(data: bytes, rng: Random) -> bytes:
    if _delimiter(data) == ";":  # Memorial's lists may have no header, and go by the order of the two columns
        return data
    cells = csv_mutations.rows(data)
    head = csv_mutations.header(cells)
    width = len(cells[head])
    order = rng.sample(range(width), width)
    return csv_mutations.written(
        cells[:head] + [[(row + [""] * width)[at] for at in order] for row in cells[head:] if row],
        _delimiter(data),
    )


def all_quoted(data: bytes, rng: Random) -> bytes:
    cells = csv_mutations.rows(data)
    return csv_mutations.written(cells, _delimiter(data), quoting=csv.QUOTE_ALL, end="\n")


CSV: dict[str, Rewriting] = {
    "UTF-8": lambda data, _: decoded(data).encode(),
    "UTF-8 with BOM": lambda data, _: decoded(data).encode("utf-8-sig"),
    "LF": lambda data, _: _lines(data),
    "CRLF": lambda data, _: _lines(data).replace(b"\n", b"\r\n"),
    "all quoted": all_quoted,
    "no end of line at the end": lambda data, _: data.rstrip(b"\r\n"),
    "rows shuffled": rows_shuffled,
    "columns shuffled": columns_shuffled,
}


def _on_sheet(
    change: Callable[[etree._Element, list[etree._Element], xlsx_mutations.Members, Random], None],
) -> Rewriting:
    """A rewriting of the first sheet; the change gets its rows too."""

    def rewriting(data: bytes, rng: Random) -> bytes:
        parts = xlsx_mutations.members(data)
        name = xlsx_mutations.sheet_name(parts)
        root = xml_mutations.parsed(parts[name])
        change(root, list(root.iter(f"{xlsx_mutations.SPACE}row")), parts, rng)
        parts[name] = _written(root)
        return xlsx_mutations.zipped(parts)

    return rewriting


def _column(cell: etree._Element) -> str:
    return cell.get("r", "").rstrip("0123456789")


@_on_sheet
def strings_inline(
    root: etree._Element, rows: list[etree._Element], parts: xlsx_mutations.Members, rng: Random
) -> None:
    """Texts in the cells instead of in the table of shared ones."""
    space = xlsx_mutations.SPACE
    if xlsx_mutations.STRINGS not in parts:
        return
    shared = xml_mutations.parsed(parts[xlsx_mutations.STRINGS]).findall(f"{space}si")
    texts = ["".join(text.text or "" for text in item.iter(f"{space}t")) for item in shared]
    for cell in root.iter(f"{space}c"):
        if cell.get("t") == "s":
            text = texts[int(cell.findtext(f"{space}v", "0"))]
            cell[:] = []
            cell.set("t", "inlineStr")
            inner = etree.SubElement(etree.SubElement(cell, f"{space}is"), f"{space}t")
            inner.text = text
            inner.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


@_on_sheet
def sheet_rows_shuffled(
    root: etree._Element, rows: list[etree._Element], parts: xlsx_mutations.Members, rng: Random
) -> None:
    """The rows below the header in another order, and numbered by it."""
    widest = max(range(min(3, len(rows))), key=lambda index: (len(rows[index]), -index))
    body = rows[widest + 1 :]
    numbers = [row.get("r") for row in body]
    parent = rows[0].getparent()
    assert parent is not None
    parent[:] = [*rows[: widest + 1], *rng.sample(body, len(body))]
    for row, number in zip(list(parent)[widest + 1 :], numbers, strict=True):
        if number is not None:
            row.set("r", number)
            for cell in row:
                cell.set("r", f"{_column(cell)}{number}")


@_on_sheet
def styles_gone(
    root: etree._Element, rows: list[etree._Element], parts: xlsx_mutations.Members, rng: Random
) -> None:
    """Widths, heights and the view: how it looks, not what it says."""
    for tag in ("cols", "sheetViews", "sheetFormatPr", "pageSetup", "pageMargins", "dimension"):
        etree.strip_elements(root, f"{xlsx_mutations.SPACE}{tag}", with_tail=False)
    for row in rows:
        for name in set(row.attrib) - {"r"}:
            del row.attrib[name]


XLSX: dict[str, Rewriting] = {
    "stored": lambda data, _: xlsx_mutations.zipped(xlsx_mutations.members(data), zipfile.ZIP_STORED),
    "members in another order": lambda data, rng: xlsx_mutations.zipped(
        dict(rng.sample(list((parts := xlsx_mutations.members(data)).items()), len(parts)))
    ),
    "texts in the cells": strings_inline,
    "rows shuffled": sheet_rows_shuffled,
    "another look": styles_gone,
}


def keys_shuffled(data: bytes, rng: Random) -> bytes:
    document = json_mutations.parsed(data)
    for each in json_mutations.objects(document):
        items = rng.sample(list(each.items()), len(each))
        each.clear()
        each.update(items)
    return json_mutations.written(document)


def records_shuffled(data: bytes, rng: Random) -> bytes:
    document = json_mutations.parsed(data)
    rng.shuffle(json_mutations.records(document))
    return json_mutations.written(document)


def all_escaped(data: bytes, rng: Random) -> bytes:
    """Every character of a string as a reference to it, slashes with a backslash."""

    def string(match: re.Match[str]) -> str:
        units = json.loads(match[0]).encode("utf-16-be")
        return '"' + "".join(f"\\u{units[at]:02x}{units[at + 1]:02X}" for at in range(0, len(units), 2)) + '"'

    text = json.dumps(json_mutations.parsed(data), ensure_ascii=False)
    return re.sub(r'"(?:[^"\\]|\\.)*"', string, text).encode()


JSON: dict[str, Rewriting] = {
    "UTF-8 with BOM": lambda data, _: decoded(data).encode("utf-8-sig"),
    "LF": lambda data, _: _lines(data),
    "CRLF": lambda data, _: _lines(data).replace(b"\n", b"\r\n"),
    "on one line": lambda data, _: json_mutations.written(json_mutations.parsed(data)),
    "indented": lambda data, _: json_mutations.written(json_mutations.parsed(data), indent=4),
    "ASCII": lambda data, _: json.dumps(json_mutations.parsed(data)).encode(),
    "slashes escaped": lambda data, _: decoded(data).replace("/", "\\/").encode(),
    "all escaped": all_escaped,
    "keys shuffled": keys_shuffled,
    "records shuffled": records_shuffled,
}

_TAG = re.compile(r"(</?)(\w+)([^<>]*>)")
_BLOCK_END = re.compile(r"(</(?:p|div|li|ul|dl|dd|dt|table|tr|td|h\d|article|main)>)")
_META = re.compile(r"<meta charset[^<>]*>")


def with_classes(data: bytes, rng: Random) -> bytes:
    """Every element with attributes that say how it looks."""
    return re.sub(
        r"<(\w+)([^<>]*)>",
        lambda tag: f"<{tag[1]} class='c{rng.randrange(9)}' style=\"color:red\" data-x=1 hidden{tag[2]}>",
        decoded(data),
    ).encode()


def other_elements(data: bytes, rng: Random) -> bytes:
    """Paragraphs as other blocks, bold as other text within a line."""
    block, inner = rng.choice(("div", "section", "blockquote")), rng.choice(("b", "span", "em", "label"))
    names = {"p": block, "strong": inner}
    return _TAG.sub(lambda tag: f"{tag[1]}{names.get(tag[2], tag[2])}{tag[3]}", decoded(data)).encode()


def in_wrappers(data: bytes, rng: Random) -> bytes:
    """Every paragraph within further elements, as page builders write it."""
    text = (
        decoded(data)
        .replace("<p>", "<div><div class='inner'><p><span>")
        .replace("</p>", "</span></p></div></div>")
    )
    return text.encode()


def comments_between(data: bytes, rng: Random) -> bytes:
    extra = (
        "<!-- a -->",
        "<script>var a = '<p>a</p>';</script>",
        "<style>p{}</style>",
        "<hr>",
        "<!--<p>a</p>-->",
    )
    return _BLOCK_END.sub(lambda end: end[0] + rng.choice(extra), decoded(data)).encode()


def in_latin(data: bytes, rng: Random) -> bytes:
    return _META.sub('<meta charset="windows-1252">', decoded(data)).encode("cp1252", "xmlcharrefreplace")


def by_libxml(data: bytes, rng: Random) -> bytes:
    return html_mutations.written(html_mutations.parsed(data))


HTML: dict[str, Rewriting] = {
    "UTF-8 with BOM": lambda data, _: decoded(data).encode("utf-8-sig"),
    "UTF-8 undeclared": lambda data, _: _META.sub("", decoded(data)).encode(),
    "windows-1252": in_latin,
    "LF": lambda data, _: _lines(data),
    "CRLF": lambda data, _: _lines(data).replace(b"\n", b"\r\n"),
    "on one line": unindented,
    "spread out": lambda data, _: re.sub(r">\s*<", ">\n\t  <", decoded(data)).encode(),
    "references": lambda data, _: decoded(data).encode("ascii", "xmlcharrefreplace"),
    "named references": lambda data, _: _named(decoded(data)).encode(),
    "hard spaces": lambda data, _: re.sub(r"(?<=\w,) (?=\w)", "&nbsp;", decoded(data)).encode(),
    "upper case": lambda data, _: _TAG.sub(
        lambda tag: f"{tag[1]}{tag[2].upper()}{tag[3]}", decoded(data)
    ).encode(),
    "no doctype": lambda data, _: re.sub(r"<!DOCTYPE[^>]*>\s*", "", decoded(data), count=1).encode(),
    "paragraphs left open": lambda data, _: decoded(data).replace("</p>", "").encode(),
    "comments and scripts": comments_between,
    "attributes": with_classes,
    "other elements": other_elements,
    "wrappers": in_wrappers,
    "as libxml writes it": by_libxml,
}


def _named(text: str) -> str:
    """Every character that HTML has a name for, but for those of its own, by its name."""
    named = {number: f"&{name};" for number, name in html.entities.codepoint2name.items() if number > 127}
    return text.translate(named)


SOURCES = registry()
ZIP: dict[str, Rewriting] = {"stored": XLSX["stored"]}

# Of a feed an element without content, a comment and an order of elements may say something to its reader.
FEED = (
    "UTF-16",
    "UTF-8 with BOM",
    "UTF-8 undeclared",
    "LF",
    "CRLF",
    "attributes shuffled",
    "CDATA",
    "references",
)
RSS = {name: XML[name] for name in FEED}

REWRITINGS = {".xml": XML, ".csv": CSV, ".xlsx": XLSX, ".json": JSON, ".html": HTML, ".zip": ZIP, ".rss": RSS}
CASES = [(campaign, name) for campaign in campaigns() for name in REWRITINGS[campaign.kind]]


def content(campaign: Campaign, files: Files) -> tuple[Any, ...]:
    """What a snapshot says: its rows in no order, what was counted, when it was published."""
    source = SOURCES[campaign.source_id]
    streams = {name: io.BytesIO(data) for name, data in files.items()}
    snapshot = parse(source.source_id, source.parser, streams, source.options)
    rows = {name: sorted(map(repr, table.to_pylist())) for name, table in snapshot.arrow().items()}
    reports = {name: report.to_dict() for name, report in snapshot.files.items()}
    return rows, reports, snapshot.unknown, sorted(record["reason"] or "" for record in snapshot.quarantine)


@cache
def snapshots(campaign: Campaign) -> list[tuple[Files, tuple[Any, ...]]]:
    """The bundled snapshots with what they say."""
    found = sample_files(SOURCES[campaign.source_id], campaign.kind)
    return [(files, content(campaign, files)) for files in found]


@pytest.mark.parametrize(("campaign", "rewriting"), CASES, ids=[f"{c}-{name}" for c, name in CASES])
def test_written_anew(campaign: Campaign, rewriting: str) -> None:
    ordered = ORDERED.get(SOURCES[campaign.source_id].format, frozenset())
    rewrite = REWRITINGS[campaign.kind][rewriting]
    for files, told in snapshots(campaign):
        written: list[Files] = []
        for seed in range(3):
            rng = Random(seed)  # noqa: S311
            again = {
                name: shuffled(files[name], rng, ordered)
                if rewriting == "shuffled"
                else rewrite(files[name], rng)
                for name in of_kind(files, campaign.kind)
            }
            if again not in written:  # most rewritings leave nothing to chance
                written.append(again)
                assert content(campaign, {**files, **again}) == told
