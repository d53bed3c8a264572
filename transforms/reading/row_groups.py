"""Several rows of a table as one record: lists give a target a row for each of its names or addresses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from transforms.reading.declaration import Fields, Group, Node, Rule


class Rows(NamedTuple):
    """The rows of one record: by column that holds anything, a text for each row."""

    columns: dict[str, tuple[str, ...]]
    number: int

    @classmethod
    def of(cls, header: Sequence[str], rows: Sequence[Sequence[str]]) -> Rows:
        blank = ("",) * len(rows)
        columns = zip(header, zip(*rows, strict=False), strict=False)
        return cls({title: column for title, column in columns if column != blank}, len(rows))

    def column(self, name: str) -> tuple[str, ...]:
        return self.columns.get(name) or ("",) * self.number

    def together(self, columns: Iterable[str]) -> Iterator[tuple[str, ...]]:
        """The texts of several columns, row by row."""
        return zip(*map(self.column, columns), strict=True)


def columns_of(fields: Fields[Any, Any]) -> dict[str, Rule[Any, Any]]:
    """The columns that a table of fields names, those of its groups among them."""
    found: dict[str, Rule[Any, Any]] = {}
    for name, rule in fields.items():
        found |= rule.fields if isinstance(rule, Group) else {name: rule}
    return found


def compile_rows(fields: Fields[Any, Any]) -> Callable[[Rows], Node]:
    """Makes the function that reads rows as one record.

    A column is read as its distinct texts, a group as the distinct combinations of its columns. The group's
    own name is no column's.
    """
    groups = [(name, tuple(rule.fields)) for name, rule in fields.items() if isinstance(rule, Group)]
    singles = [name for name, rule in fields.items() if not isinstance(rule, Group)]

    def read(rows: Rows) -> Node:
        columns, node = rows.columns, Node()
        for name in singles:
            if name in columns:
                node[name] = [text for text in dict.fromkeys(columns[name]) if text]
        for name, names in groups:
            if there := [each for each in names if each in columns]:
                combinations = dict.fromkeys(zip(*[columns[each] for each in there], strict=True))
                node[name] = [Node(zip(there, texts, strict=True)) for texts in combinations]
        return node

    return read
