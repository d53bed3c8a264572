"""Which mutants a module has."""

from __future__ import annotations

import ast

import pytest

from tests.mutants.campaign import MODULES, own_tests, wider_tests
from tests.mutants.mutations import mutants


@pytest.mark.parametrize(
    ("line", "changed"),
    [
        ("a == b", ["a != b"]),
        ("a < b <= c", ["a <= b <= c", "a < b < c"]),
        ("'é' > b", ["'é' >= b"]),
        ("a not in b", ["a in b"]),
        ("a is b", ["a is not b"]),
        ("f(5)", ["f((5 + 1))"]),
        ("a and b or c", ["a or b or c", "a and b and c"]),
        ("a if b else c", ["a if (not (b)) else c"]),
        ("[a for a in b if a]", ["[a for a in b if (not (a))]"]),
        ("def f(): return a", ["def f(): return None"]),
        ("def f(): return None", []),
        ("def f(a: int = True) -> Literal[1]: ...", []),
        ("f'{a:>5}'", []),
        ("if TYPE_CHECKING: a = 1", []),
        ("'1 < 2'", []),
    ],
)
def test_mutants_of_a_line(line: str, changed: list[str]) -> None:
    assert [mutant.apply(line) for mutant in mutants(line)] == changed


def test_a_mutant_knows_its_line() -> None:
    assert [mutant.line for mutant in mutants("# é\n\nx = (a ==\n  b)\n")] == [3]


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_every_mutant_is_a_module(module: str) -> None:
    found = mutants(source := MODULES[module].read_text("utf-8"))
    for mutant in found[:: max(1, len(found) // 5)]:
        changed = mutant.apply(source)
        assert changed != source
        ast.parse(changed)


def test_every_module_has_tests() -> None:
    assert [module for module in MODULES if not (own_tests(module) or wider_tests(module))] == []
