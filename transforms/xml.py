"""Streaming XML from outside: hardened, bounded in memory, and strict about what it meets.

No DTD, no entities, no network, libxml2's limits on depth and size kept. Names are matched without
their namespace, since publishers change it (OFAC did) with no change of content.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from typing import BinaryIO, TypeAlias, cast

from lxml import etree

from transforms.snapshot import SourceFormatError

CHUNK = 1 << 16
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


class Field(Enum):
    """What a format does with an attribute or element that holds text alone."""

    TEXT = "read, once at most"
    TEXTS = "read, any number of times"
    IGNORED = "known and left out on purpose, with all below it"


# What an element may hold: attributes as `@name`, elements by local name. A nested shape is an
# element with a shape of its own, any number of times.
Shape: TypeAlias = Mapping[str, "Field | Shape"]


@dataclass(slots=True)
class Node:
    """An element read by its shape: texts (trimmed, empty ones left out) and nodes, by name."""

    texts: dict[str, list[str]] = field(default_factory=dict)
    nodes: dict[str, list[Node]] = field(default_factory=dict)

    def text(self, name: str) -> str | None:
        """The text called `name`, or None."""
        found = self.texts.get(name)
        return found[0] if found else None

    def all(self, name: str) -> list[str]:
        """Every text called `name`, in file order."""
        return self.texts.get(name, [])

    def each(self, *path: str) -> list[Node]:
        """Every node at the end of `path`, in file order."""
        found = [self]
        for name in path:
            found = [child for node in found for child in node.nodes.get(name, ())]
        return found


@lru_cache(maxsize=4_096)
def local_name(tag: str) -> str:
    """A tag without its namespace."""
    return tag.rpartition("}")[2]


@lru_cache(maxsize=4_096)
def _attribute(raw_name: str) -> str:
    return f"@{local_name(raw_name)}"


def read(element: etree._Element, shape: Shape, unknown: Counter[str], path: str) -> Node:
    """Reads `element` by `shape`; whatever it does not name is counted in `unknown`.

    `path` is how the element is called there: `attribute p@a`, `element p/e`, `text p` for text
    beside elements, `repeated p/e` for a second one of what comes once.
    """
    node = Node()
    texts = node.texts
    for raw_name, value in element.items():
        name = _attribute(str(raw_name))
        rule = shape.get(name)
        if not isinstance(rule, Field):
            unknown[f"attribute {path}{name}"] += 1
        elif rule is not Field.IGNORED and (text := str(value).strip()):
            texts[name] = [text]
    if element.text and not element.text.isspace():
        unknown[f"text {path}"] += 1
    for child in element:
        tag = local_name(str(child.tag))
        rule = shape.get(tag)
        if rule is None:
            unknown[f"element {path}/{tag}"] += 1
        elif not isinstance(rule, Field):
            node.nodes.setdefault(tag, []).append(read(child, rule, unknown, f"{path}/{tag}"))
        elif rule is not Field.IGNORED:
            if text := (child.text or "").strip():
                if rule is Field.TEXT and tag in texts:
                    unknown[f"repeated {path}/{tag}"] += 1
                texts.setdefault(tag, []).append(text)
            if len(child) or child.keys():
                unknown.update(f"element {path}/{tag}/{local_name(str(below.tag))}" for below in child)
                unknown.update(f"attribute {path}/{tag}{_attribute(str(name))}" for name in child.attrib)
        if child.tail and not child.tail.isspace():
            unknown[f"text {path}"] += 1
    return node


def elements(file: BinaryIO, name: str, root: str, records: tuple[str, ...]) -> Iterator[etree._Element]:
    """Yields each element called one of `records`, then, last, the root with all but those records.

    An element is emptied when the next is asked for: take out of it what is needed at once.
    Raises SourceFormatError, naming the file and the line, for what is not whole and well-formed
    XML with `root` at its root, and for any document type declaration.
    """
    parser = etree.XMLPullParser(
        events=("start", "end"),
        tag=[f"{{*}}{tag}" for tag in (root, *records)],
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    first = file.read(CHUNK)
    _check_start(first, name)
    done: etree._Element | None = None
    line = 0
    chunk = first
    try:
        while chunk:
            parser.feed(chunk)
            for event, found in parser.read_events():
                element = cast("etree._Element", found)  # comments and the rest are removed above
                if not line:
                    _check_root(element.getroottree(), name, root)
                line = cast("int | None", element.sourceline) or line
                if event == "start" or element.getparent() is None:
                    continue
                yield element
                # The one before, not this one: the parser still holds on to the last.
                if done is not None:
                    _drop(done)
                done = element
            chunk = file.read(CHUNK)
        top = parser.close()
    except etree.XMLSyntaxError as error:
        # For an undefined entity lxml gives no place.
        place = "" if error.lineno else f", after line {line}"
        raise SourceFormatError(f"{name}: not well-formed XML: {error.msg}{place}") from error
    _check_root(top.getroottree(), name, root)
    if done is not None:
        _drop(done)
    yield top


def _drop(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _check_start(first: bytes, name: str) -> None:
    start = first.lstrip()
    if not start:
        raise SourceFormatError(f"{name}: the file is empty")
    if start.startswith(_BOMS):
        return
    seen = start[:40].decode("utf-8", "replace")
    if not start.startswith(b"<"):
        raise SourceFormatError(f"{name}: starts with {seen!r}, not XML")
    if start[:14].lower().startswith((b"<!doctype html", b"<html")):
        raise SourceFormatError(f"{name}: starts with {seen!r}: a web page, not the list")


def _check_root(tree: etree._ElementTree, name: str, root: str) -> None:
    if tree.docinfo.internalDTD is not None or tree.docinfo.externalDTD is not None:
        raise SourceFormatError(f"{name}: has a document type declaration, which the format does not allow")
    found = local_name(str(tree.getroot().tag))
    if found != root:
        raise SourceFormatError(f"{name}: the root element is {found}, not {root}")


def source(element: etree._Element, shape: Shape, withheld: Collection[str] = ()) -> str:
    """An element as XML text for the quarantine, with no more in it than the tables may hold.

    Left out are what `shape` ignores or does not name, and the fields of `withheld`, given as
    `parent/child`. The element is cut in place: nothing else may be read from it after.
    """
    _cut(element, shape, withheld)
    return str(etree.tostring(element, encoding="unicode", with_tail=False))


def _cut(element: etree._Element, shape: Shape, withheld: Collection[str]) -> None:
    parent = local_name(str(element.tag))
    for raw_name in list(element.attrib):
        if shape.get(_attribute(str(raw_name))) in {None, Field.IGNORED}:
            del element.attrib[raw_name]
    for child in list(element):
        tag = local_name(str(child.tag))
        rule = shape.get(tag)
        if rule is None or rule is Field.IGNORED or f"{parent}/{tag}" in withheld:
            element.remove(child)
        else:
            _cut(child, {} if isinstance(rule, Field) else rule, withheld)
