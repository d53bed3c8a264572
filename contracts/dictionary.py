"""The data dictionary for people: `python -m contracts.dictionary` writes docs/tables.md."""

from __future__ import annotations

from pathlib import Path

from contracts import Column, Contract, contracts

PAGE = Path(__file__).parent.parent / "docs" / "tables.md"

HEAD = """# The tables

Made from the contracts in `contracts/` by `make docs`; do not edit.

`prisoners`, `sanctions`, `names`, `identifiers` and `addresses` hold every version of each row;
the views `current_prisoners`, `current_sanctions` and so on hold those that stand now. The view
`timeline` puts events and articles on one line. Times are in UTC.
"""


def _meaning(column: Column) -> str:
    parts = [column.description]
    if column.enum:
        parts.append("One of " + ", ".join(f"`{value}`" for value in column.enum) + ".")
    if column.unit:
        parts.append(f"In {column.unit}.")
    return " ".join(parts).replace("|", "\\|")


def _table(contract: Contract) -> str:
    key = ", ".join(f"`{name}`" for name in contract.primary_key)
    lines = [f"## {contract.name}", "", f"{contract.description} Key: {key}.", ""]
    lines += ["| column | type | empty? | meaning |", "|---|---|---|---|"]
    lines += [
        f"| `{c.name}` | {c.type} | {'may be' if c.nullable else 'never'} | {_meaning(c)} |"
        for c in contract.columns
    ]
    return "\n".join(lines)


def markdown() -> str:
    """The page, every table in alphabetical order."""
    return "\n\n".join([HEAD.rstrip(), *map(_table, contracts().values())]) + "\n"


if __name__ == "__main__":
    PAGE.write_text(markdown(), "utf-8")
