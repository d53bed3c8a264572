"""Records of XML read by their declaration, compiled once to closures.

What the table does not name is counted in `unknown`: as `attribute p@a`, `element p/e`, `text p` for text
beside elements, `repeated p/e` for a second one of what comes once; `p` is the path from the record's tag on.
Names are matched without their namespace, since publishers change it (OFAC did) with no change of content.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeAlias
from xml.etree.ElementTree import Element, tostring

from transforms.reading.characters import scrubbed
from transforms.reading.declaration import (
    OWN_TEXT,
    TEXTS,
    C,
    Each,
    Fields,
    Group,
    Hook,
    Ignored,
    Node,
    Rule,
    T,
    Withheld,
    compile_filling,
)
from transforms.reading.xml import local_name


class XmlRecord(Generic[T, C]):
    """The declared element called `tag`.

    `read(element, unknown)` gives its node; `fill(target, node, context)` calls the sinks and hooks of the
    table with it, and `hook` after them. `prepare` changes an element before it is read; `hide` takes out of
    one what the quarantine may not show in addition to what the table leaves out.
    """

    def __init__(
        self,
        tag: str,
        fields: Fields[T, C],
        hook: Hook[T, C] | None = None,
        hide: Callable[[Element], None] | None = None,
        prepare: Callable[[Element], None] | None = None,
    ) -> None:
        self.tag, self.fields = tag, fields
        self.fill: Hook[T, C] = compile_filling(fields, hook)
        self.read: Callable[[Element, Counter[str]], Node] = _compile_record(_as_tree(fields), tag, prepare)
        self._shown, self._hide = _Shown(fields), hide

    def show(self, element: Element) -> str:
        """The element as XML text for the quarantine, without what is ignored, withheld or not in the table.

        The element is cut in place: nothing else may be read from it afterwards.
        """
        if self._hide:
            self._hide(element)
        _cut(element, self._shown)
        element.tail = None
        return tostring(element, encoding="unicode")


# ---------------------------------------------------------------- reading

_ReadInto: TypeAlias = Callable[[Element, Node, Counter[str]], None]


class _Leaf:
    """A field of text: the name by which a Node has it, and whether it comes more than once."""

    __slots__ = ("many", "name")

    def __init__(self, name: str, many: bool) -> None:
        self.name, self.many = name, many


class _Branch:
    """An element with others below it; without a `name` it is a wrapper, whose fields its holder gets."""

    __slots__ = ("below", "name")

    def __init__(self, name: str | None, below: dict[str, _Leaf | _Branch | None]) -> None:
        self.name, self.below = name, below


_Tree: TypeAlias = dict[str, _Leaf | _Branch | None]  # None: known, not read


def _as_tree(fields: Fields[Any, Any]) -> _Tree:
    """The fields by single names: the wrappers of a path become branches."""
    tree: _Tree = {}
    for path, rule in fields.items():
        *wrappers, name = path.split("/")
        at = tree
        for wrapper in wrappers:
            branch = at.setdefault(wrapper, _Branch(None, {}))
            if not isinstance(branch, _Branch) or branch.name is not None:
                raise ValueError(f"{path}: {wrapper} is a field and a wrapper")
            at = branch.below
        if name in at:
            raise ValueError(f"{path}: declared twice")
        at[name] = found = _node_of(path, rule)
        if wrappers and isinstance(found, _Leaf) and not found.many:
            raise ValueError(f"{path}: below a wrapper a text may come more than once: each() or TEXTS")
    return tree


def _node_of(path: str, rule: Rule[Any, Any] | None) -> _Leaf | _Branch | None:
    if isinstance(rule, Withheld):
        return _node_of(path, rule.rule)
    if rule is None or isinstance(rule, Ignored):
        return None
    if isinstance(rule, Group):
        return _Branch(path, _as_tree(rule.fields))
    return _Leaf(path, rule is TEXTS or isinstance(rule, Each))


def _compile_record(
    tree: _Tree, tag: str, prepare: Callable[[Element], None] | None
) -> Callable[[Element, Counter[str]], Node]:
    read_into = _compile_reading(tree, tag)

    def read(element: Element, unknown: Counter[str]) -> Node:
        if prepare:
            prepare(element)
        node = Node()
        read_into(element, node, unknown)
        return node

    return read


def _compile_reading(tree: _Tree, path: str) -> _ReadInto:
    """Makes the function that reads an element into a node."""
    attributes = {
        name[1:]: name if isinstance(rule, _Leaf) else None
        for name, rule in tree.items()
        if name.startswith("@")
    }
    has_text = OWN_TEXT in tree
    elements = {name: rule for name, rule in tree.items() if name[0] not in "@#"}
    once = {name for name, rule in elements.items() if isinstance(rule, _Leaf) and not rule.many}
    others = {name: _compile(rule, f"{path}/{name}") for name, rule in elements.items() if name not in once}
    stray, repeated = f"text {path}", f"repeated {path}/"

    def read_into(  # noqa: PLR0912  one loop, for speed
        element: Element, node: Node, unknown: Counter[str]
    ) -> None:
        for name, value in element.items():
            try:
                field = attributes[name]
            except KeyError:
                field = _other_attribute(name, attributes, unknown, path)
            if field and (text := value.strip() if value.isprintable() else _visible(value)):
                node[field] = text
        if (words := element.text) and not words.isspace():
            if has_text:
                node[OWN_TEXT] = _visible(words)
            else:
                unknown[stray] += 1
        for child in element:
            tag = child.tag
            if tag not in once and tag not in others:
                tag = local_name(tag)
            if tag in once:
                words = child.text
                if words and (text := words.strip() if words.isprintable() else _visible(words)):
                    if tag in node:
                        unknown[repeated + tag] += 1
                    else:
                        node[tag] = text
                if len(child) or child.keys():
                    _check_leaf(child, unknown, f"{path}/{tag}")
            elif tag not in others:
                unknown[f"element {path}/{tag}"] += 1
                continue
            elif read := others[tag]:
                read(child, node, unknown)
            if (words := child.tail) and not words.isspace():
                unknown[stray] += 1

    return read_into


def _compile(rule: _Leaf | _Branch | None, path: str) -> _ReadInto | None:
    if isinstance(rule, _Leaf):
        return _compile_texts(rule.name, path)
    return _compile_branch(rule, path) if rule else None


def _compile_texts(name: str, path: str) -> _ReadInto:
    def read(element: Element, node: Node, unknown: Counter[str]) -> None:
        if (words := element.text) and (text := _visible(words)):
            if name in node:
                node[name].append(text)
            else:
                node[name] = [text]
        if len(element) or element.keys():
            _check_leaf(element, unknown, path)

    return read


def _compile_branch(branch: _Branch, path: str) -> _ReadInto:
    name, read_into = branch.name, _compile_reading(branch.below, path)
    if name is None:
        return read_into
    field = name

    def read(element: Element, node: Node, unknown: Counter[str]) -> None:
        found = Node()
        read_into(element, found, unknown)
        if found:
            if field in node:
                node[field].append(found)
            else:
                node[field] = [found]

    return read


def _visible(text: str) -> str:
    """The text, trimmed, without the characters that no text of a table holds: each is counted here, where it
    is read, and not where cached functions look at the text."""
    return text.strip() if text.isprintable() else scrubbed(text).strip()


def _other_attribute(
    name: str, attributes: Mapping[str, str | None], unknown: Counter[str], path: str
) -> str | None:
    """The field of an attribute with a prefix; None for XML's own, and for an unknown one, which counts."""
    local = local_name(name)
    if name == "xmlns" or name.startswith("xmlns:"):
        return None
    if local in attributes:
        return attributes[local]
    unknown[f"attribute {path}@{local}"] += 1
    return None


def _check_leaf(element: Element, unknown: Counter[str], path: str) -> None:
    unknown.update(f"element {path}/{local_name(below.tag)}" for below in element)
    for name in element.keys():  # noqa: SIM118  an Element is no dict
        _other_attribute(name, {}, unknown, path)


# ---------------------------------------------------------------- showing


class _Shown:
    """What may be shown of an element: attributes and elements by name."""

    __slots__ = ("attributes", "elements")

    def __init__(self, fields: Fields[Any, Any]) -> None:
        self.attributes: set[str] = set()
        self.elements: dict[str, _Shown] = {}
        for path, rule in fields.items():
            if isinstance(rule, Ignored | Withheld):
                continue
            *wrappers, name = path.split("/")
            at = self
            for wrapper in wrappers:
                at = at.elements.setdefault(wrapper, _Shown({}))
            if name.startswith("@"):
                at.attributes.add(name[1:])
            elif name != OWN_TEXT:
                at.elements[name] = _Shown(rule.fields if isinstance(rule, Group) else {})


def _cut(element: Element, shown: _Shown) -> None:
    for name in list(element.attrib):
        if local_name(name) not in shown.attributes:
            del element.attrib[name]
    for child in list(element):
        below = shown.elements.get(local_name(child.tag))
        if below is None:
            element.remove(child)
        else:
            _cut(child, below)
