"""A sanctions list in XML: what all of them share, from the file to the tables.

The root holds records, in any depth of one, and facts on the list itself. A record has a key of the
publisher's, which comes once in a file, and a name; one without either goes to quarantine.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, Generic, NamedTuple, TypeVar
from xml.etree.ElementTree import Element

from transforms.fields.dates_in_text import FileOrder, Order
from transforms.reading import xml
from transforms.reading.declaration import Hook, Node
from transforms.reading.parse_result import FileReport, ParseResult
from transforms.reading.xml_record import XmlRecord
from transforms.sanctions.sinks import Context, Fields, Key
from transforms.sanctions.target import Target
from transforms.sanctions.target_names import main_name
from transforms.sanctions.target_rows import write

_NEVER = re.compile(rb"(?!)")


def text_of(*tags: str) -> re.Pattern[bytes]:
    """A pattern of the texts of these elements in a file's bytes."""
    return re.compile(rb"<(?:[^\s<>/:]+:)?(?:%s)(?:\s[^<>]*)?>([^<]*)<" % "|".join(tags).encode())


class TargetRecord(XmlRecord[Target, Context]):
    """A kind of record that is one target.

    One of its fields is the key (`sinks.Key`). `begin` makes the target with its schema and main name, which
    is empty if there is none; the table's sinks fill it.
    """

    def __init__(
        self,
        tag: str,
        fields: Fields,
        begin: Callable[[Node, Context], Target],
        hook: Hook[Target, Context] | None = None,
        hide: Callable[[Element], None] | None = None,
    ) -> None:
        super().__init__(tag, fields, hook, hide)
        self.begin = begin
        self._key_field, self._key = next(
            (name, rule) for name, rule in fields.items() if isinstance(rule, Key)
        )

    def fault(self, node: Node, target: Target, seen: set[str]) -> tuple[str | None, str | None]:
        """Why a record is none, None if it is one, and its key; `seen` are the keys of those before it."""
        field, key = self._key_field, self._key.read(node.text(self._key_field))
        if key is None:
            return f"no {field}", None
        if key in seen:
            return f"{field} {key} came before", key
        seen.add(key)
        return None if main_name(target.name) else "no name", key


R = TypeVar("R", bound=XmlRecord[Any, Context])


class Row(NamedTuple, Generic[R]):
    """A record as read, and where it is."""

    record: R
    locator: str
    element: Element
    node: Node


@dataclass(frozen=True, slots=True)
class XmlList(Generic[R]):
    """A format: its root element, its kinds of records, where its dates are.

    `references` are elements beside the records that these refer to: they are given too, but not counted.

    `births` and `days` are patterns of the dates of birth and of the others in a file's bytes: the dates that
    can be read in one way alone decide whether the day or the month comes first. `documented_births` and
    `documented_days` are the order that the publisher documents.
    """

    authority: str
    root: XmlRecord[FileReport, Context]
    records: Sequence[R]
    references: Sequence[R] = ()
    births: re.Pattern[bytes] = _NEVER
    days: re.Pattern[bytes] = _NEVER
    documented_births: Order | None = None
    documented_days: Order | None = None

    def open(self, name: str, file: BinaryIO, result: ParseResult) -> tuple[Context, Iterator[Row[R]]]:
        """Begins a file's report; gives its records one by one, which the report's `declared` counts."""
        result.files[name] = FileReport()
        data = file.read()
        births = FileOrder(data, self.births, self.documented_births)
        days = FileOrder(data, self.days, self.documented_days)
        context = Context(name, result.unknown, births, days)
        return context, self._rows(name, data, result.files[name], context)

    def _rows(self, name: str, data: bytes, report: FileReport, context: Context) -> Iterator[Row[R]]:
        unknown = context.unknown
        counted = {record.tag for record in self.records}
        records = {record.tag: record for record in (*self.records, *self.references)}
        for element in xml.elements(io.BytesIO(data), name, self.root.tag, tuple(records)):
            tag = xml.local_name(element.tag)
            if tag == self.root.tag:
                self.root.fill(report, self.root.read(element, unknown), context)
                continue
            report.declared += tag in counted
            record = records[tag]
            yield Row(record, f"{tag}[{report.declared}]", element, record.read(element, unknown))


@dataclass(frozen=True, slots=True)
class TargetList(XmlList[TargetRecord]):
    """A format each of whose records is one target."""

    def parse(self, source_id: str, files: Mapping[str, BinaryIO], options: Mapping[str, Any]) -> ParseResult:
        """Reads each file as one list; fills `sanctions` and its child tables.

        Raises SourceFormatError for what is not such XML. A record without key or name, or with a key that
        came before, goes to quarantine; the latter two with that key.
        """
        result = ParseResult()
        for name, file in files.items():
            seen: set[str] = set()
            context, rows = self.open(name, file, result)
            for row in rows:
                record, target = row.record, row.record.begin(row.node, context)
                fault, key = record.fault(row.node, target, seen)
                if fault:
                    result.reject(name, row.locator, fault, record.show(row.element), key)
                    continue
                record.fill(target, row.node, context)
                write(result, source_id, self.authority, target)
                result.files[name].parsed += 1
        return result
