"""Records of XML from outside, one by one: hardened, and bounded in memory.

Expat reads it, and builds the elements in C: no document type declaration, so no entities; no network; bounds
on depth and on the size of a record. `xml_record` reads what an element holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from transforms.reading.parse_result import SourceFormatError

CHUNK = 1 << 16
MAX_DEPTH = 64
MAX_PIECE = 16_000_000  # bytes of one record, or of one of its texts
MAX_OTHERS = 10_000  # elements beside the records
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def local_name(tag: str) -> str:
    """A tag without its prefix."""
    return tag.rpartition(":")[2]


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
