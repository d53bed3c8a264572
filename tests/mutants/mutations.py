"""Mutants of a module: its source with one token changed in a way that should make a test fail."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

COMPARISONS: dict[type[ast.cmpop], tuple[str, str]] = {
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
    ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
}


@dataclass(frozen=True)
class Mutant:
    """A change of a module's text: `old`, which is at `start`, becomes `new`."""

    kind: str
    line: int
    start: int
    old: str
    new: str

    def apply(self, source: str) -> str:
        end = self.start + len(self.old)
        assert source[self.start : end] == self.old
        return source[: self.start] + self.new + source[end:]


def mutants(source: str) -> list[Mutant]:
    """All mutants of a module in the order of its text.

    A comparison turned, a number plus one, `and` and `or` swapped, a condition negated, and the value of a
    return dropped. What only types or documents (annotations, docstrings) is left as it is.
    """
    return sorted(_Finder(source).find(), key=lambda mutant: (mutant.start, mutant.new))


class _Finder:
    def __init__(self, source: str) -> None:
        self._source = source
        self._tree = ast.parse(source)
        self._bytes = source.encode()
        self._starts = [0]
        for line in self._bytes.split(b"\n"):
            self._starts.append(self._starts[-1] + len(line) + 1)

    def find(self) -> Iterator[Mutant]:
        for node in _executed(self._tree):
            match node:
                case ast.Compare():
                    yield from self._comparisons(node)
                case ast.BoolOp():
                    yield from self._conjunctions(node)
                case ast.Constant(value=int() | float()) if not isinstance(node.value, bool):
                    yield self._replace("number", node, f"({self._text(node)} + 1)")
                case ast.If() | ast.While() | ast.IfExp():
                    if not _is_type_checking(node.test):
                        test = node.test
                        yield self._replace("condition", test, f"(not ({self._text(test)}))")
                case ast.comprehension():
                    for test in node.ifs:
                        yield self._replace("condition", test, f"(not ({self._text(test)}))")
                case ast.Return(value=ast.expr() as value) if not _is_none(value):
                    yield self._replace("return", value, "None")

    def _comparisons(self, node: ast.Compare) -> Iterator[Mutant]:
        left: ast.expr = node.left
        for operator, right in zip(node.ops, node.comparators, strict=True):
            old, new = COMPARISONS[type(operator)]
            if mutant := self._between("comparison", left, right, old, new):
                yield mutant
            left = right

    def _conjunctions(self, node: ast.BoolOp) -> Iterator[Mutant]:
        old, new = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
        for left, right in zip(node.values, node.values[1:], strict=False):
            if mutant := self._between("and, or", left, right, old, new):
                yield mutant

    def _between(self, kind: str, left: ast.expr, right: ast.expr, old: str, new: str) -> Mutant | None:
        """The operator that is written between two expressions; None if a comment is between them too."""
        gap = self._bytes[self._end(left) : self._start(right)].decode()
        if "#" in gap or gap.count(old) != 1:
            return None
        start = len(self._bytes[: self._end(left)].decode()) + gap.index(old)
        line = self._source.count("\n", 0, start) + 1
        return Mutant(kind, line, start, old, new)

    def _replace(self, kind: str, node: ast.expr, new: str) -> Mutant:
        start = len(self._bytes[: self._start(node)].decode())
        return Mutant(kind, node.lineno, start, self._text(node), new)

    def _text(self, node: ast.expr) -> str:
        return self._bytes[self._start(node) : self._end(node)].decode()

    def _start(self, node: ast.expr) -> int:
        return self._starts[node.lineno - 1] + node.col_offset

    def _end(self, node: ast.expr) -> int:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self._starts[node.end_lineno - 1] + node.end_col_offset


def _executed(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a tree without its annotations, f-strings' formats and what `if TYPE_CHECKING` guards."""
    if isinstance(node, ast.If) and _is_type_checking(node.test):
        return
    yield node
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns", "format_spec"} or isinstance(node, ast.JoinedStr):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _executed(child)


def _is_type_checking(test: ast.expr) -> bool:
    return isinstance(test, ast.Name) and test.id == "TYPE_CHECKING"


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None
