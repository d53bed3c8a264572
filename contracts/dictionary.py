"""The data dictionary as a page: `python -m contracts.dictionary` writes docs/tables.md."""

from __future__ import annotations

from pathlib import Path

from contracts import Column, Contract, contracts

PAGE = Path(__file__).parent.parent / "docs" / "tables.md"

HEAD = """# The tables

Generated from the contracts in `contracts/` by `make docs`; do not edit.

Tables with `valid_from` and `valid_to` contain every version of each row. Times are in UTC.

A sanctions record's programmes, dates of birth, nationalities and positions are in the tables `programs`,
`birth_dates`, `nationalities` and `positions`, with all details. The columns of these names in `sanctions`
are summaries.

## Views

- `current_<table>`, for each table with versions: the rows that apply now. A target that its publisher keeps
  in the file as delisted is not included, nor are its names and other rows.
- `listings`: one row per record and programme of a sanctions list, current or former. It has the programme's
  name, its legal basis, the publisher's `listing_date` and `delisting_date` where given, and `first_seen`.
  `ended` is when Vigil first saw that the listing no longer applied; it is empty while it applies. All
  current lists of a person: `FROM listings WHERE entity_name = 'Viktar Sheiman' AND ended IS NULL`.
- `delistings`: one row per target that left a sanctions list, with the programmes it was listed under.
  `delisted` is the publisher's date if there is one. Otherwise it is the range from `delisted_after`, when
  the target was last seen, to `delisted_by`, when it was first missing. All delistings in 2026, including
  ranges that end in it: `FROM delistings WHERE year(delisted_by) = 2026`.
- `vessels`: one row per ship currently on a sanctions list, by IMO number (seven digits), with flag, former
  flags, type, sizes, build date, owner and operator where the list gives them:
  `FROM vessels WHERE imo = '9187629'`.
- `crypto_wallets`: one row per digital currency address currently on a sanctions list, with one code per
  currency however the lists write it: `FROM crypto_wallets WHERE currency = 'BTC'`.
- `timeline`: one row per event, and per article that mentions an entity: `FROM timeline ORDER BY date`. The
  date lies between `earliest` and `latest`. `basis` states whose date it is, `known_at` when Vigil first
  saw it.
- `prisoners_by_day`: the number of people of each prisoner list per day, status and gender.
- `target_countries`: one row per sanctioned entity and country: the country is a `nationality` in one of its
  records, or the country at which a `programme` is aimed. Programmes on the integrity of Ukraine count for
  Russia.

Macros, which take a name, an entity or a day, are described in [asking.md](asking.md).
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
    """Return the page, with the tables in alphabetical order."""
    return "\n\n".join([HEAD.rstrip(), *map(_table, contracts().values())]) + "\n"


if __name__ == "__main__":
    PAGE.write_text(markdown(), "utf-8")
