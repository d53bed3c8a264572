"""The data dictionary for people: `python -m contracts.dictionary` writes docs/tables.md."""

from __future__ import annotations

from pathlib import Path

from contracts import Column, Contract, contracts

PAGE = Path(__file__).parent.parent / "docs" / "tables.md"

HEAD = """# The tables

Made from the contracts in `contracts/` by `make docs`; do not edit.

Tables with `valid_from` and `valid_to` hold every version of each row. Times are in UTC.

A sanctions record's `programs`, `birth_dates`, `nationalities` and `positions` stand in full in tables of
these names; the columns of `sanctions` that are called so sum them up.

## Views

- `current_<table>`, for each table with versions: what stands now. A target that its publisher keeps in the
  file as delisted is not there, nor are its names and the rest.
- `listings`: one row is a record under a programme of a sanctions list, now or before, with the programme in
  words, its legal basis, the publisher's `listing_date` (and `delisting_date`, if any), and `first_seen`.
  `ended` is when we first saw that it no longer stood; it is empty while it stands. Every list that a person
  is on: `FROM listings WHERE entity_name = 'Viktar Sheiman' AND ended IS NULL`.
- `delistings`: one row is a target's leaving a sanctions list, with the programmes it was under. `delisted`
  is the publisher's own day where there is one, else the window between our last sight of it,
  `delisted_after`, and the first time it was missing, `delisted_by`. Everything delisted in 2026, with the
  windows that end in it: `FROM delistings WHERE year(delisted_by) = 2026`.
- `vessels`: one row is a ship that is on a sanctions list now, by IMO number in seven digits, with its flag,
  former flags, type, sizes, build date, owner and operator, where the list gives them:
  `FROM vessels WHERE imo = '9187629'`.
- `crypto_wallets`: one row is a digital currency address that is on a sanctions list now, with one code for
  each currency, however lists write it: `FROM crypto_wallets WHERE currency = 'BTC'`.
- `timeline`: one row is an event, or an article that names an entity: `FROM timeline ORDER BY date`. It lies
  between `earliest` and `latest`; `basis` says by whose word, `known_at` when we learnt it.
- `prisoners_by_day`: one row is how many people of a prisoner list stood where on a day.
- `target_countries`: one row is a country that a sanctioned entity is of: by `nationality` in any of its
  records, or by a `programme` that answers what is done in or by that country. Programmes for the integrity
  of Ukraine are of Russia.

Macros, which are asked with a name, an entity or a day, are in [asking.md](asking.md).
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
