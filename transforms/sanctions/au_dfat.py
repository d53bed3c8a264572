"""Australia's Consolidated List, a workbook of the Department of Foreign Affairs and Trade (DFAT).

One sheet; a row is a name, and what is known of its bearer is repeated on each. Seen in the file of
2024-11-11, and, for the columns since November 2025, in what others wrote of them. What it taught:

- `2`, `2a`, `2b1` are names of the entry 2: a number, then letters and numbers. Bare numbers are
  numbers or texts. Rows of one entry follow each other but for one row of one, and differ at times: a
  date of birth that goes with one alias. DFAT gives numbers again: a row elsewhere that contradicts the entry
  is about somebody else.
- Dates are cells with dates, years as numbers, and text of every form, several to a cell. Figures have
  the day first, as far as the file's own dates tell.
- Values have spaces and line breaks around and within; `na` means nothing; types and kinds of
  names vary in case. The title row is read by name; a last column without one holds a blank.
- `Control Date` is when DFAT last touched the row, not a date of listing nor surely one of amendment: it
  differs among the names of one entry, and on 36 entries is before a listing or amendment they state.
- `Additional Information` is text in the words of whoever listed the target. Facts that are labelled
  in it are read from it: titles, documents, numbers of companies, web sites. It stays whole as the
  reason, but for telephone and fax numbers and mail addresses, which are cut out, as in `Address`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, BinaryIO, NamedTuple, TypeAlias, TypeVar

from transforms.fields.dates_in_text import Order, figure_order, read_cell
from transforms.fields.placeholders import is_placeholder
from transforms.fields.record_parts import Identifier, Name, NameKind
from transforms.names import cleaning
from transforms.reading import declaration, spreadsheet
from transforms.reading.declaration import TEXT, Fields, Node, compile_filling, ignored, withheld
from transforms.reading.parse_result import FileReport, ParseResult
from transforms.reading.spreadsheet import Cell, xlsx_rows
from transforms.reading.table import TableFormat, filled
from transforms.sanctions.publishers import dfat_cells
from transforms.sanctions.publishers.dfat_cells import listing_day, read_committees, text_of, without_contacts
from transforms.sanctions.publishers.dfat_rows import (
    BIRTH,
    CITIZENSHIP,
    COMMITTEES,
    INFORMATION,
    LISTING,
    NAME,
    NAME_TYPE,
    REFERENCE,
    SCHEMAS,
    STRENGTH,
    TYPE,
    Entry,
    split_rows,
)
from transforms.sanctions.target import Birth, Nationality, Program, Target, birth
from transforms.sanctions.target_names import alias, main_name
from transforms.sanctions.target_rows import write
from transforms.sanctions.vocabulary.listed_parts import LONGEST

AUTHORITY = "Australian Government"

INSTRUMENT = "instrument of designation"

MAIN = "primary name"
NAME_TYPES: dict[str, NameKind] = {
    "aka": "alias",
    "alias": "alias",
    "original script": "alias",
    "formerly known as": "former",
    "fka": "former",
    "previously listed as": "former",
}
STRENGTHS = {"", "strong", "weak"}
OF_NAME = "of the name "  # the note on a fact of one name alone
FLAGS = {"": False, "false": False, "no": False, "0": False, "true": True, "yes": True, "1": True}
_REFERENCE = re.compile(r"(\d{1,10}+)[a-z]*+\d*+", re.IGNORECASE)
_FORMER_LIST = re.compile(r"\bRBA(?: Consolidated List)? as (\d{4}[A-Z]{3}\d+[a-z]?)")


class _Context(NamedTuple):
    """What reading a row depends on besides it: the counter of unknowns, which of day and month comes first,
    and the note on facts of its name alone; None for the row of the main name."""

    unknown: Counter[str]
    order: Order | None
    note: str | None = None


Sink: TypeAlias = Callable[[Target, Cell, _Context], None]


def parse(source_id: str, files: Mapping[str, BinaryIO], options: Mapping[str, Any]) -> ParseResult:
    """Reads each file as one list; fills `sanctions` and its child tables.

    The files' reports count rows. Raises SourceFormatError for what is no such workbook. A row without
    a reference or name, all rows of an entry without a main name or with those of two targets, and a row
    of somebody else under an entry's number go to quarantine.
    """
    result = ParseResult()
    for name, file in files.items():
        _read_file(source_id, name, file, result)
    return result


def _read_file(source_id: str, name: str, file: BinaryIO, result: ParseResult) -> None:
    report = result.files[name] = FileReport()
    rows = xlsx_rows(file, name)
    titles = _TABLE.find_titles(rows, name, result.unknown)
    entries: dict[str, list[Entry]] = {}
    for row in rows:
        cells = filled(titles, row.cells, result.unknown)
        if not cells:
            continue
        report.declared += 1
        main = cleaning.term(text_of(cells.get(NAME_TYPE, ""))) == MAIN
        entry = Entry(row.number, report.declared, cells, _name(cells.get(NAME, "")), main)
        key = _key(entry.text(REFERENCE))
        if key is None or not entry.name:
            _reject(result, name, entry, "no Reference" if key is None else "no name", key)
        else:
            entries.setdefault(key, []).append(entry)
    context = _Context(result.unknown, _order(entries))
    for key, group in entries.items():
        own, others, fault = split_rows(key, group)
        if own:
            write(result, source_id, AUTHORITY, _target(key, own, context))
            report.parsed += len(own)
        for entry in others:
            _reject(result, name, entry, fault, key)


def _reject(result: ParseResult, name: str, entry: Entry, fault: str, key: str | None) -> None:
    cells = [f"{column}: {without_contacts(text_of(cell))}" for column, cell in entry.cells.items()]
    result.reject(name, f"row {entry.number}", fault, "; ".join(cells), key)


def _order(entries: Mapping[str, list[Entry]]) -> Order | None:
    """Which of day and month comes first in the figures of the file's texts; DFAT does not say."""
    columns = (BIRTH, LISTING)
    cells = [entry.cells.get(column) for group in entries.values() for entry in group for column in columns]
    return figure_order({cell for cell in cells if isinstance(cell, str)})


def _name(cell: Cell) -> str:
    """A name, cleaned; empty if the cell has none. `Na` is one."""
    text = cleaning.clean(spreadsheet.text(cell))
    return text if main_name(text) else ""


@lru_cache(maxsize=16_384)
def _key(reference: str) -> str | None:
    found = _REFERENCE.fullmatch("".join(reference.split()))
    return found[1] if found else None


def _target(key: str, group: list[Entry], context: _Context) -> Target:
    main, *second = [entry for entry in group if entry.main]
    unknown = context.unknown
    if second:
        unknown["two primary names of one reference"] += 1
    type_ = main.text(TYPE)
    schema = SCHEMAS.get(cleaning.term(type_))
    if schema is None:
        unknown[f"Type {type_}"] += 1
    target = Target(key, schema or "LegalEntity", main.name)
    target.listing_date = listing_day(main.cells.get(LISTING, ""), context.order)
    _FILL(target, Node(main.cells), context)
    _add_programs(target, main, context)
    for entry in group:
        if entry is not main:
            target.names += _names(entry, unknown)
            _add_entry(target, entry, main, context._replace(note=OF_NAME + entry.name))
    target.births = _without_repeats(target.births)
    target.nationalities = _without_repeats(target.nationalities)
    return target


_LISTED_AS = re.compile(
    r"(.+?) ?\((?:formerly|previously) listed as\W*(?:in arabic\W*)?(.*?)\)", re.IGNORECASE
)


def _names(entry: Entry, unknown: Counter[str]) -> list[Name]:
    type_, strength, text = entry.text(NAME_TYPE), entry.text(STRENGTH), entry.name
    word = cleaning.term(type_).replace(".", "")
    if word not in NAME_TYPES and not entry.main:
        unknown[f"Name Type {type_}"] += 1
    if cleaning.term(strength) not in STRENGTHS:
        unknown[f"Alias Strength {strength}"] += 1
    kind = NAME_TYPES.get(word, "alias")
    if len(text) < LONGEST and "listed as" in text.lower() and (parts := _LISTED_AS.fullmatch(text)):
        return [alias(part, "former") for part in parts.groups() if part]
    return [alias(text, "weak_alias" if kind == "alias" and cleaning.term(strength) == "weak" else kind)]


def _add_entry(target: Target, entry: Entry, main: Entry, context: _Context) -> None:
    """Adds what the row of another name gives, unless that of the main name gives it in the same words."""
    own, of_main = entry.cells, main.cells
    cells = [
        (column, own[column])
        for column in _WITH_SINKS
        if column in own and not _same(own[column], of_main.get(column))
    ]
    _FILL(target, Node(cells), context)
    if any(entry.cells.get(each) != main.cells.get(each) for each in (COMMITTEES, LISTING, INSTRUMENT)):
        _add_programs(target, entry, context)


def _same(cell: Cell, other: Cell | None) -> bool:
    return cell == other or (other is not None and text_of(cell) == text_of(other))


_Noted = TypeVar("_Noted", Birth, Nationality)


def _without_repeats(found: list[_Noted]) -> list[_Noted]:
    """What one name alone has is left out if all have it."""
    of_all = {each[:3] for each in found if each.note is None}
    return [
        each for each in found if each[:3] not in of_all or not each.note or not each.note.startswith(OF_NAME)
    ]


# ---------------------------------------------------------------- sinks


def _add_births(target: Target, cell: Cell, context: _Context) -> None:
    found: list[Birth] = []
    for read in read_cell(cell, context.order):
        raw = read.raw or ""
        if read.date is None and raw.startswith("(") and found:  # a note on the date before
            found[-1] = found[-1]._replace(note=cleaning.clean(raw.strip("()")))
        elif not is_placeholder(raw):
            if read.date is None:
                context.unknown[f"date {raw}"] += 1
            found.append(birth(read, context.note))
    target.births += found


def _add_address(target: Target, cell: Cell, context: _Context) -> None:
    target.addresses += dfat_cells.read_places("address", text_of(cell))


def _add_birth_place(target: Target, cell: Cell, context: _Context) -> None:
    target.addresses += dfat_cells.read_places("birth_place", text_of(cell))


OF_TWO_STATES = {"congolese"}


def _add_citizenships(target: Target, cell: Cell, context: _Context) -> None:
    for found in dfat_cells.read_citizenships(text_of(cell)):
        if found.country is None and (found.country_raw or "").lower() not in OF_TWO_STATES:
            context.unknown[f"country {found.country_raw}"] += 1
        target.nationalities.append(found._replace(note=found.note or context.note))


def _add_programs(target: Target, entry: Entry, context: _Context) -> None:
    """The committees of a row; the day of its listing is that of a committee if there is one alone.

    Of two rows that give days for the same committee, that of the main name counts.
    """
    text, listing = entry.text(COMMITTEES), entry.cells.get(LISTING, "")
    parts = (entry.text(INSTRUMENT), "" if dfat_cells.is_bare_day(listing) else text_of(listing))
    basis = "; ".join(filter(None, parts))
    found = read_committees(text)
    day = listing_day(listing, context.order) if len(found) == 1 else None
    known = {each.program: each.listing_date for each in target.programs}
    for program, name in found:
        if name is None:
            context.unknown[f"Committees {program}"] += 1
        target.programs.append(Program(program, name, known.get(program, day), legal_basis=basis or None))


def _add_former_list(target: Target, cell: Cell, context: _Context) -> None:
    for number in _FORMER_LIST.findall(text_of(cell)):
        target.identifiers.append(Identifier("list_reference", "RBA Consolidated List", None, number))


def _add_imo(target: Target, cell: Cell, context: _Context) -> None:
    if number := text_of(cell):
        target.identifiers.append(Identifier("imo", "IMO Number", None, number))


def _measure(measure: str) -> Sink:
    """A measure that applies to the target or not, as the row of the main name states."""

    def add(target: Target, cell: Cell, context: _Context) -> None:
        word = cleaning.term(text_of(cell))
        if context.note is None:
            if word not in FLAGS:
                context.unknown[f"{measure} {text_of(cell)}"] += 1
            target.measures += [measure] if FLAGS.get(word) else []

    return add


def _add_information(target: Target, cell: Cell, context: _Context) -> None:
    text = without_contacts(text_of(cell))
    if not text:
        return
    target.reasons.append(text)
    facts = dfat_cells.read_facts(text[:LONGEST])
    target.identifiers += facts.identifiers
    target.positions += facts.positions
    target.particulars += facts.websites
    if context.note is None:
        target.gender = facts.gender


FIELDS: Fields[Target, _Context] = {
    REFERENCE: TEXT,
    NAME: TEXT,
    TYPE: TEXT,
    NAME_TYPE: TEXT,
    STRENGTH: TEXT,
    BIRTH: _add_births,
    "place of birth": _add_birth_place,
    CITIZENSHIP: _add_citizenships,
    "address": withheld("Address, telephone and mail", _add_address),
    INFORMATION: withheld("Additional Information, telephone and mail", _add_information),
    LISTING: _add_former_list,
    "imo number": _add_imo,
    "targeted financial sanction": _measure("Targeted Financial Sanction"),
    "travel ban": _measure("Travel Ban"),
    "arms embargo": _measure("Arms Embargo"),
    "maritime restriction": _measure("Maritime Restriction"),
    COMMITTEES: TEXT,
    INSTRUMENT: TEXT,
    "control date": ignored(
        "when DFAT last touched the row: neither a day of listing nor surely of an amendment"
    ),
}
WITHHELD_FIELDS = declaration.withheld_fields(FIELDS)
_FILL = compile_filling(FIELDS)
_WITH_SINKS = [column for column in declaration.read_fields(FIELDS) if FIELDS[column] is not TEXT]
_TABLE = TableFormat(
    FIELDS,
    needed=(REFERENCE, NAME, TYPE, NAME_TYPE),
    shape="loose",
    title_rows=20,
    label=lambda title: f"column {title.lower()}",
)
