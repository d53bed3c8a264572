"""What lists state of themselves, as tables for the SQL that reads many lists.

`sources/<source_id>/programs.tsv` states the countries of a list's programmes. Its columns:

- `program`: the programme as the tables' column `program` has it, in upper or lower case; `*` matches any
  text, `?` any character. The first row that matches counts.
- `countries`: ISO 3166-1 alpha-2 codes, separated by blanks: the countries to whose government or situation
  the programme responds. The view `target_countries` shows them. Empty for a programme of no country, such as
  one against terrorism anywhere; a programme without a row is reported (`find_unmatched`).
- `likely_places`: the countries where the programme's targets probably are. Linking compares them where a
  list states no place of a body. Empty where that is not known.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import pyarrow as pa

from contracts.countries import CODES
from sources.registry import FOLDER, RegistryError, Source

PROGRAMS_FILE = "programs.tsv"
COLUMNS = ["program", "countries", "likely_places"]

PROGRAMS = pa.schema(
    [
        ("source_id", pa.string()),
        ("row", pa.int32()),
        ("pattern", pa.string()),
        ("countries", pa.list_(pa.string())),
        ("likely_places", pa.list_(pa.string())),
    ]
)
REFERENCES = pa.schema(
    [(name, pa.string()) for name in ("source_id", "cited_as", "list", "form", "compared")]
)


@dataclass(frozen=True)
class ListFacts:
    """What lists state of themselves.

    `programs` has the rows of all `programs.tsv`, with a `source_id` and their number in the file.
    `references` has a row for each list whose keys others cite (`cited_as` is null, `list` is what its keys
    are called, `form` a regular expression of them or null, `compared` the replacement by what its groups
    match), and one for each `type_raw` of identifiers, in lower case, under which a source cites another
    list's keys.
    """

    programs: pa.Table
    references: pa.Table


def list_facts(sources: Iterable[Source], folder: Path = FOLDER) -> ListFacts:
    """The facts of some sources. Raises RegistryError, with the line, for a file that cannot be read."""
    programs: list[tuple[str, int, str, list[str], list[str]]] = []
    references: list[tuple[str | None, ...]] = []
    for source in sources:
        path = folder / (source.programs or source.source_id) / PROGRAMS_FILE
        programs += [(source.source_id, *row) for row in _programs(path)]
        found = source.references
        if found.own:
            groups = range(1, re.compile(found.form).groups + 1) if found.form else ()
            compared = "".join(f"\\{group}" for group in groups) or None
            references.append((source.source_id, None, found.own, found.form, compared))
        references += [(source.source_id, raw.lower(), name, None, None) for raw, name in found.cites.items()]
    return ListFacts(_table(programs, PROGRAMS), _table(references, REFERENCES))


def find_unmatched(facts: ListFacts, source_id: str, programs: Iterable[str]) -> list[str]:
    """The programmes of a source that no row of `programs.tsv` matches, sorted."""
    rows = facts.programs.select(["source_id", "pattern"]).to_pylist()
    patterns = [row["pattern"].lower() for row in rows if row["source_id"] == source_id]
    return sorted(
        name for name in set(programs) if not any(fnmatchcase(name.lower(), pattern) for pattern in patterns)
    )


def _programs(path: Path) -> list[tuple[int, str, list[str], list[str]]]:
    if not path.exists():
        return []
    lines = csv.reader(path.read_text("utf-8").splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    where = f"{path.parent.name}/{path.name}, line"
    found: list[tuple[int, str, list[str], list[str]]] = []
    for number, cells in enumerate(lines, start=1):
        if number == 1:
            if cells != COLUMNS:
                raise RegistryError(f"{where} 1: the columns are not {', '.join(COLUMNS)}, with tabs between")
            continue
        if len(cells) != len(COLUMNS):
            raise RegistryError(f"{where} {number}: {len(cells)} cells, not {len(COLUMNS)}")
        countries, places = cells[1].split(), cells[2].split()
        if unknown := [code for code in (*countries, *places) if code not in CODES]:
            raise RegistryError(f"{where} {number}: {unknown[0]} is no ISO 3166-1 alpha-2 code")
        found.append((number, cells[0], countries, places))
    return found


def _table(rows: Iterable[tuple[object, ...]], schema: pa.Schema) -> pa.Table:
    return pa.Table.from_pylist([dict(zip(schema.names, row, strict=True)) for row in rows], schema)
