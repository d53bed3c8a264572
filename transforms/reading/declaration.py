"""A format as one table: what each field of a record is, and where it goes.

The table maps a field to one of

- a *sink*, a function `sink(target, text, context)` that puts the field's text where it belongs; `each(sink)`
  for a field that may come more than once,
- `group(fields, hook)`, an element with fields of its own: their sinks are called, then `hook(target, node,
  context)`, once per element,
- `TEXT` or `TEXTS`, read for the hook of the element that holds it,
- `ignored("why")`, known and left out with everything below it,
- `withheld("field")`, left out to do no harm: `field` is the entry under `withheld:` in source.yml that gives
  the reason; `withheld("field", rule)` for what is read, but not published as it is.

Fields of XML are element names, `@name` for attributes and `#text` for an element's own text. A path such as
`idList/id` is an element below wrappers that hold nothing else. Sinks are called in the order of the table,
whatever the order in the file.

Everything follows from this table, which is compiled once: the reader (`xml_record`) counts what it does not
name, a record in quarantine is cut to what it shows, and `withheld_fields` must be the entries of source.yml.
A test compares them for every source, so that what a release says is withheld is what the parser withholds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar, Union

T = TypeVar("T")
C = TypeVar("C")

OWN_TEXT = "#text"


class Mark(Enum):
    """A field that a hook reads."""

    TEXT = "at most once"
    TEXTS = "any number of times"


TEXT, TEXTS = Mark.TEXT, Mark.TEXTS


class Node(dict[str, Any]):
    """An element as read: trimmed texts and nodes by field; empty ones are left out."""

    __slots__ = ()

    if TYPE_CHECKING:

        def text(self, field: str) -> str | None:
            """The text of a `TEXT` field, or None."""
    else:
        text = dict.get  # called some hundred thousand times per file

    def all(self, field: str) -> list[str]:
        """Every text of a `TEXTS` field, in file order."""
        found: list[str] = self.get(field, [])
        return found

    def each(self, field: str) -> list[Node]:
        """Every node of a group, in file order."""
        found: list[Node] = self.get(field, [])
        return found


Sink: TypeAlias = Callable[[T, str, C], None]
Hook: TypeAlias = Callable[[T, Node, C], None]


@dataclass(frozen=True)
class Ignored:
    """A field that is left out with everything below it."""

    why: str


@dataclass(frozen=True)
class Each(Generic[T, C]):
    """A field that comes any number of times; its sink is called with each text."""

    sink: Sink[T, C]


@dataclass(frozen=True)
class Group(Generic[T, C]):
    """An element with fields of its own, which comes any number of times."""

    fields: Fields[T, C]
    hook: Hook[T, C] | None


@dataclass(frozen=True)
class Withheld(Generic[T, C]):
    """A field that is not published as it is; None as its `rule` if it is not even read."""

    field: str
    rule: Rule[T, C] | None


Rule: TypeAlias = Union[  # noqa: UP007  with forward references
    Mark, Ignored, Sink[T, C], Each[T, C], Group[T, C], Withheld[T, C]
]
Fields: TypeAlias = Mapping[str, Rule[T, C]]


def texts(*fields: str) -> dict[str, Mark]:
    """Fields that a hook reads, each at most once."""
    return dict.fromkeys(fields, TEXT)


def ignored(why: str) -> Ignored:
    """Leave a field out, for the reason `why`."""
    return Ignored(why)


def withheld(field: str, rule: Rule[T, C] | None = None) -> Withheld[T, C]:
    """Withholds a field, for the reason that source.yml gives under `field`; `rule` reads it nevertheless."""
    return Withheld(field, rule)


def each(sink: Sink[T, C]) -> Each[T, C]:
    """Calls `sink` with every text of a field that may come more than once."""
    return Each(sink)


def group(fields: Fields[T, C], hook: Hook[T, C] | None = None) -> Group[T, C]:
    """Read an element's own `fields`, then calls `hook` with all of them."""
    return Group(fields, hook)


def withheld_fields(*tables: Fields[Any, Any]) -> frozenset[str]:
    """The entries of source.yml's `withheld:` that the tables name."""
    return frozenset(name for fields in tables for rule in fields.values() for name in _withheld(rule))


def read_fields(fields: Fields[Any, Any]) -> tuple[str, ...]:
    """The fields that are read, in the order of the table: those of a row of a sheet or of a JSON object."""
    return tuple(name for name, rule in fields.items() if is_read(rule))


def is_read(rule: Rule[Any, Any]) -> bool:
    """Return whether a field is read, be it withheld."""
    return rule.rule is not None if isinstance(rule, Withheld) else not isinstance(rule, Ignored)


def _withheld(rule: Rule[Any, Any] | None) -> Iterator[str]:
    if isinstance(rule, Withheld):
        yield rule.field
        yield from _withheld(rule.rule)
    elif isinstance(rule, Group):
        yield from withheld_fields(rule.fields)


_Step: TypeAlias = tuple[str, Callable[[T, Any, C], None]]


def compile_filling(fields: Fields[T, C], hook: Hook[T, C] | None = None) -> Hook[T, C]:
    """Makes the function that calls the sinks of a record's fields in the order of the table, then `hook`."""
    steps = tuple(_steps(fields))
    if hook is not None and not steps:
        return hook
    if hook is None and len(steps) == 1:
        only, only_step = steps[0]

        def fill_one(target: T, node: Node, context: C) -> None:
            if only in node:
                only_step(target, node[only], context)

        return fill_one

    def fill(target: T, node: Node, context: C) -> None:
        for field, step in steps:
            if field in node:
                step(target, node[field], context)
        if hook is not None:
            hook(target, node, context)

    return fill


def _steps(fields: Fields[T, C]) -> Iterator[_Step[T, C]]:
    for field, declared in fields.items():
        rule = declared.rule if isinstance(declared, Withheld) else declared
        if isinstance(rule, Each):
            yield field, _for_each(rule.sink)
        elif isinstance(rule, Group):
            if rule.hook or any(_steps(rule.fields)):
                yield field, _for_each(compile_filling(rule.fields, rule.hook))
        elif callable(rule):
            yield field, rule


def _for_each(call: Callable[[T, Any, C], None]) -> Callable[[T, Any, C], None]:
    def call_each(target: T, found: Iterable[Any], context: C) -> None:
        for item in found:
            call(target, item, context)

    return call_each
