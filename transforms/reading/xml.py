"""Streaming XML from outside: hardened, bounded in memory, and strict about what it meets.

Expat reads it, and builds the elements in C: no document type declaration, so no entities; no
network; bounds on depth and on what a record may weigh. Names are matched without their namespace,
since publishers change it (OFAC did) with no change of content.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from enum import Enum
from typing import TYPE_CHECKING, Any, BinaryIO, Final, TypeAlias
from xml.etree.ElementTree import Element, TreeBuilder, tostring
from xml.parsers import expat

from transforms.reading.characters import scrubbed
from transforms.reading.parse_result import SourceFormatError

CHUNK = 1 << 16
MAX_DEPTH = 64
MAX_PIECE = 16_000_000  # bytes of one record, or of one of its texts
MAX_OTHERS = 10_000  # elements beside the records
OWN_TEXT = "#text"
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


class Field(Enum):
    """What a format does with an attribute or element that holds text alone."""

    TEXT = "read, once at most"
    TEXTS = "read, any number of times"
    IGNORED = "known and left out on purpose, with all below it"


Rule: TypeAlias = "Field | Shape"
Entries: TypeAlias = "Mapping[str, Field | Shape | Entries]"


class Shape:
    """What an element may hold: attributes as `@name`, elements by local name, its own text as `#text`.

    A nested mapping is an element with a shape of its own, any number of times.
    """

    __slots__ = ("attributes", "elements", "own_text")

    def __init__(self, entries: Entries) -> None:
        self.attributes: dict[str, str | None] = {}  # what it is called in a Node; None if ignored
        self.elements: dict[str, Rule] = {}
        self.own_text = OWN_TEXT in entries
        for name, rule in entries.items():
            if name.startswith("@"):
                self.attributes[name[1:]] = None if rule is Field.IGNORED else name
            elif name != OWN_TEXT:
                self.elements[name] = rule if isinstance(rule, Field | Shape) else Shape(rule)


_EMPTY: Final = Shape({})
_TEXT, _TEXTS = Field.TEXT, Field.TEXTS  # an Enum's attributes are slow to find


class Node(dict[str, Any]):
    """An element read by its shape: texts (trimmed) and nodes, by name; what is empty is left out."""

    __slots__ = ()

    if TYPE_CHECKING:

        def text(self, name: str) -> str | None:
            """The text called `name` where the shape says `TEXT`, or None."""
    else:
        text = dict.get  # asked for some hundred thousand times a file

    def all(self, name: str) -> list[str]:
        """Every text called `name` where the shape says `TEXTS`, in file order."""
        found: list[str] = self.get(name, [])
        return found

    def each(self, *path: str) -> list[Node]:
        """Every node at the end of `path`, in file order."""
        found: list[Node] = self.get(path[0], [])
        for name in path[1:]:
            found = [child for node in found for child in node.get(name, ())]
        return found


def local_name(tag: str) -> str:
    """A tag without its prefix."""
    return tag.rpartition(":")[2]


def read(  # noqa: PLR0912  one loop, for speed
    element: Element, shape: Shape, unknown: Counter[str], path: str
) -> Node:
    """Read `element` by `shape`; whatever it does not name is counted in `unknown`.

    `path` is how the element is called there: `attribute p@a`, `element p/e`, `text p` for text
    beside elements, `repeated p/e` for a second one of what comes once.
    """
    values = Node()
    attributes, elements = shape.attributes, shape.elements
    for name, value in element.attrib.items():
        try:
            key = attributes[name]
        except KeyError:
            key = _other_attribute(name, shape, unknown, path)
        if key and (text := _visible(value)):
            values[key] = text
    if (words := element.text) and not words.isspace():
        if shape.own_text:
            values[OWN_TEXT] = _visible(words)
        else:
            unknown[f"text {path}"] += 1
    for child in element:
        tag = child.tag
        try:
            rule = elements[tag]
        except KeyError:
            tag = local_name(tag)
            if tag not in elements:
                unknown[f"element {path}/{tag}"] += 1
                continue
            rule = elements[tag]
        if rule is _TEXT:
            if (given := child.text) and (text := _visible(given)):
                if tag in values:
                    unknown[f"repeated {path}/{tag}"] += 1
                else:
                    values[tag] = text
            if len(child) or child.keys():
                _check_leaf(child, unknown, f"{path}/{tag}")
        elif rule is _TEXTS:
            if (given := child.text) and (text := _visible(given)):
                values.setdefault(tag, []).append(text)
            if len(child) or child.keys():
                _check_leaf(child, unknown, f"{path}/{tag}")
        elif isinstance(rule, Shape) and (node := read(child, rule, unknown, f"{path}/{tag}")):
            values.setdefault(tag, []).append(node)
        if (words := child.tail) and not words.isspace():
            unknown[f"text {path}"] += 1
    return values


def _visible(text: str) -> str:
    """The text, trimmed, without the characters that no text of a table holds: each is counted here, where it
    is read, and not where cached functions look at the text."""
    return text.strip() if text.isprintable() else scrubbed(text).strip()


def _other_attribute(name: str, shape: Shape, unknown: Counter[str], path: str) -> str | None:
    """An attribute that is not named as it stands: with a prefix, of XML's own, or unknown."""
    local = local_name(name)
    if name == "xmlns" or name.startswith("xmlns:"):
        return None
    if local in shape.attributes:
        return shape.attributes[local]
    unknown[f"attribute {path}@{local}"] += 1
    return None


def _check_leaf(element: Element, unknown: Counter[str], path: str) -> None:
    unknown.update(f"element {path}/{local_name(below.tag)}" for below in element)
    for name in element.keys():  # noqa: SIM118  an Element is no dict
        _other_attribute(name, _EMPTY, unknown, path)


def elements(file: BinaryIO, name: str, root: str, records: tuple[str, ...]) -> Iterator[Element]:
    """Yield each element called one of `records`, below the root or below one of its other children,
    then, last, the root with all but those records.

    An element is the caller's: it has left the tree when it comes. Raises SourceFormatError, naming
    the file and the line, for what is not whole and well-formed XML with `root` at its root, for a
    document type declaration, and for what is out of bounds.
    """
    tree = _Tree(name, root)
    chunk = file.read(CHUNK)
    _check_start(chunk, name)
    fed = progress = 0
    while chunk:
        tree.feed(chunk)
        fed += len(chunk)
        for record in tree.take(records, whole=False):
            progress = fed
            yield record
        if fed - progress > MAX_PIECE:
            raise SourceFormatError(f"{name}: {MAX_PIECE:,} bytes up to byte {fed:,} end no record")
        chunk = file.read(CHUNK)
    top = tree.close()
    yield from tree.take(records, whole=True)
    yield top


class _Tree:
    """The tree as far as it has been read."""

    def __init__(self, name: str, root: str) -> None:
        self._name, self._root_name = name, root
        self._root: Element | None = None
        self._builder = TreeBuilder()
        self._parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.buffer_size = CHUNK
        parser.StartElementHandler = self._start_root
        parser.EndElementHandler = self._builder.end
        parser.CharacterDataHandler = self._builder.data
        parser.StartDoctypeDeclHandler = self._refuse_doctype

    def feed(self, chunk: bytes, final: bool = False) -> None:
        try:
            self._parser.Parse(chunk, final)
        except expat.ExpatError as error:
            reason = f"{expat.ErrorString(error.code)}, line {error.lineno}"
            raise SourceFormatError(f"{self._name}: not well-formed XML: {reason}") from error
        except (LookupError, ValueError) as error:  # an encoding that Python does not know, or not so
            raise SourceFormatError(f"{self._name}: cannot be decoded: {str(error)[:80]}") from error
        depth, element = 0, self._root
        while element is not None and len(element):
            depth, element = depth + 1, element[-1]
            if depth > MAX_DEPTH:
                raise SourceFormatError(f"{self._name}: elements nest deeper than {MAX_DEPTH}")

    def close(self) -> Element:
        self.feed(b"", final=True)
        assert self._root is not None  # noqa: S101  expat refuses a document without an element
        return self._root

    def take(self, records: tuple[str, ...], *, whole: bool) -> Iterator[Element]:
        """Take the records that have ended out of the tree: all if it is `whole`, else all but the
        last child of what is still open."""
        if self._root is None:
            return
        holders = [self._root, *(child for child in self._root if local_name(child.tag) not in records)]
        for holder in holders:
            # A holder that another child has followed has ended.
            ended = whole or (holder is not self._root and holder is not self._root[-1])
            children = holder[:] if ended else holder[:-1]
            taken = [child for child in children if local_name(child.tag) in records]
            if len(taken) == len(children):
                del holder[: len(children)]
            else:
                holder[: len(children)] = [c for c in children if local_name(c.tag) not in records]
            if len(holder) > MAX_OTHERS:
                raise SourceFormatError(
                    f"{self._name}: more than {MAX_OTHERS:,} elements in {holder.tag[:40]} are no records"
                )
            yield from taken

    def _start_root(self, tag: str, attributes: dict[str, str]) -> None:
        found = local_name(tag)
        if found != self._root_name:
            raise SourceFormatError(f"{self._name}: the root element is {found[:40]}, not {self._root_name}")
        self._root = self._builder.start(tag, attributes)
        self._parser.StartElementHandler = self._builder.start

    def _refuse_doctype(self, *_: Any) -> None:
        raise SourceFormatError(
            f"{self._name}: has a document type declaration, which the format does not allow"
        )


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


def source(element: Element, shape: Shape, withheld: Collection[str] = ()) -> str:
    """An element as XML text for the quarantine, with no more in it than the tables may hold.

    Left out are what `shape` ignores or does not name, and the fields of `withheld`, given as
    `parent/child`. The element is cut in place: nothing else may be read from it after.
    """
    _cut(element, shape, withheld)
    element.tail = None
    return tostring(element, encoding="unicode")


def _cut(element: Element, shape: Shape, withheld: Collection[str]) -> None:
    parent = local_name(element.tag)
    for name in list(element.attrib):
        if shape.attributes.get(local_name(name)) is None:
            del element.attrib[name]
    for child in list(element):
        tag = local_name(child.tag)
        rule = shape.elements.get(tag)
        if rule is None or rule is Field.IGNORED or f"{parent}/{tag}" in withheld:
            element.remove(child)
        else:
            _cut(child, rule if isinstance(rule, Shape) else _EMPTY, withheld)
