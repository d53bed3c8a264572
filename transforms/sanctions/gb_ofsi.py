"""OFSI's consolidated list of financial sanctions targets, `ConList.csv` and `ConList.xlsx`.

Line 1 is `Last Updated,dd/mm/yyyy`, line 2 the header; then one row per name x date of birth x address,
grouped by `Group ID`. Both forms have the same rows; the first bytes of a file show which one it is. Seen in
the list of 2025-04-10 (18,796 rows, 4,686 groups). What it taught:

- Columns came and went (29 in 2016, 36 in 2025), so they are found by name. Words changed too.
- Within a group the rows differ in names, titles, dates of birth and addresses, and where a target is under
  two regimes (15 groups) in `Regime` and `Listed On`. They need not follow each other.
- A cell can hold several values, `(1) Germany. (2) Morocco`, at times `(1-3) Libya (4) Morocco`; passports,
  identity numbers and places of birth are given by two such cells. `-` is none.
- `Other Information` holds labelled parts, `(UK Sanctions List Ref):GHR0086. (Gender):Male`, and after
  the references free text.
- `Address 6` is a town on some rows and a province on others, so none of the lines is called a city.
- Cells are at times in the wrong column: `Country` is `Moscow` on 4 rows.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, BinaryIO, Literal, TypeAlias

from transforms.fields.dates_in_text import Order, read_dates
from transforms.fields.record_parts import joined
from transforms.names import cleaning
from transforms.reading import declaration
from transforms.reading.declaration import TEXT, TEXTS, Group, Node, compile_filling, each, group
from transforms.reading.parse_result import FileReport, ParseResult, SourceFormatError
from transforms.reading.row_groups import Rows, columns_of, compile_rows
from transforms.reading.spreadsheet import Line
from transforms.reading.table import TableFormat
from transforms.sanctions import united_kingdom
from transforms.sanctions.publishers import ofsi_names
from transforms.sanctions.publishers.ofsi_other_information import WITHHELD_PARTS, add_other_information
from transforms.sanctions.reused_keys import Traits, strangers
from transforms.sanctions.target import Address, Nationality, Position, Program, Target, birth, number_key
from transforms.sanctions.target_rows import write
from transforms.sanctions.united_kingdom import is_nothing, numbers_of_documents, same_day, state
from transforms.sanctions.vocabulary.bracketed_labels import paired_values, values, without_stop

AUTHORITY = "UK Office of Financial Sanctions Implementation"

KEY, KIND_OF_TARGET, UPDATED, OTHER = "Group ID", "Group Type", "Last Updated", "Other Information"
REGIME, LISTED = "Regime", "Listed On"
ESSENTIAL = (*ofsi_names.PARTS, KIND_OF_TARGET, ofsi_names.TYPE, REGIME, LISTED, KEY)
# Of these the rows of one target differ only if it is under two regimes.
ALIKE = (REGIME, LISTED, UPDATED, OTHER)

SCHEMAS = {"individual": "Person", "entity": "Organization", "ship": "Vessel"}
_YEAR = re.compile(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)")


@dataclass(frozen=True, slots=True)
class Context:
    """What reading a target depends on besides its rows.

    `births` and `days`: which of day and month comes first in the file's dates of birth, and in those of the
    list itself. `header`: the columns that the file has.
    """

    unknown: Counter[str]
    births: Order | None
    days: Order | None
    header: frozenset[str]

    def day(self, text: str) -> date | None:
        return united_kingdom.day(_clean(text), self.days, self.unknown)


Fields: TypeAlias = declaration.Fields[Target, Context]


def parse(source_id: str, files: Mapping[str, BinaryIO], options: Mapping[str, Any]) -> ParseResult:
    """Reads a list; fills `sanctions` and its child tables.

    Of several files, which are forms of one list, the first by name is read, and the rows of the others are
    counted as outside. SourceFormatError for what is no such list, and for files of different days or
    lengths. A row that cannot be relied on goes to quarantine, and so do all rows of a group without a name
    or of two kinds.
    """
    result = ParseResult()
    first, *others = sorted(files)
    _read_file(source_id, first, files[first], result)
    report = result.files[first]
    for name in others:
        published, _, lines = _opened(name, files[name], Counter())
        rows = sum(1 for _ in lines)
        if (published, rows) != (report.published_at, report.declared):
            raise SourceFormatError(f"{name}: not the same list as {first}: other day or number of rows")
        result.files[name] = FileReport(rows, outside=rows, published_at=published)
    return result


def _read_file(source_id: str, name: str, file: BinaryIO, result: ParseResult) -> None:
    published, header, lines = _opened(name, file, result.unknown)
    report = result.files[name] = FileReport(published_at=published)
    groups = _grouped(name, header, lines, result)
    context = _context(header, groups, result.unknown)
    for key, all_lines in groups.items():
        lines_, rows = all_lines, Rows.of(header, [line.cells for line in all_lines])
        alien = _strangers(rows, context)
        if alien and len(alien) < len(all_lines):
            of_others = [all_lines[at] for at in sorted(alien)]
            _reject(result, name, header, "a row of another target", of_others)
            lines_ = [line for at, line in enumerate(all_lines) if at not in alien]
            rows, alien = Rows.of(header, [line.cells for line in lines_]), set()
        node = _READ(rows)
        schema = _schema(node, context.unknown)
        main, names = ofsi_names.read_names(node, context.unknown)
        if main is None or schema is None or alien:
            fault = "no name" if main is None else "rows of two kinds" if schema is None else "two targets"
            _reject(result, name, header, fault, lines_)
            continue
        target = Target(key, schema, main, names=names)
        _FILL(target, node, context)
        target.listing_date = min(
            (each.listing_date for each in target.programs if each.listing_date), default=None
        )
        write(result, source_id, AUTHORITY, target)
        report.parsed += len(lines_)


def _opened(
    name: str, file: BinaryIO, unknown: Counter[str]
) -> tuple[datetime | None, list[str], Iterator[Line]]:
    """The day of the list, its columns, and its rows."""
    lines = _TABLE.lines(file.read(), name)
    first, second = next(lines, None), next(lines, None)
    if first is None or second is None or cleaning.term("".join(first.cells[:1])) != cleaning.term(UPDATED):
        raise SourceFormatError(f"{name}: does not start with `Last Updated` and a header")
    if first.fault:
        raise SourceFormatError(f"{name} line {first.number}: {first.fault}")
    stated = united_kingdom.day(_clean("".join(first.cells[1:2])), "day", unknown)
    header = list(_TABLE.find_titles(iter([second]), name, unknown).columns.values())
    published = datetime(stated.year, stated.month, stated.day, tzinfo=UTC) if stated else None
    return published, header, lines


def _grouped(
    name: str, header: list[str], lines: Iterable[Line], result: ParseResult
) -> dict[str, list[Line]]:
    """The rows by Group ID; those without one, or that cannot be relied on, go to quarantine."""
    report = result.files[name]
    width, key = len(header), header.index(KEY)
    other = header.index(OTHER) if OTHER in header else key
    groups: dict[str, list[Line]] = {}
    once: dict[str, str] = {}
    for line in lines:
        report.declared += 1
        cells = line.cells
        stated = _key(cells[key]) if len(cells) > key else None
        if fault := _TABLE.fault(line, width) or (None if stated else f"no {KEY}"):
            # Without what it holds: its cells may be in wrong columns. If there are as many as there are
            # columns, the key at least is where it should be.
            result.reject(name, f"line {line.number}", fault, key=stated if len(cells) == width else None)
        else:
            cells[other] = once.setdefault(cells[other], cells[other])  # a long text, the same on each row
            groups.setdefault(stated or "", []).append(line)
    return groups


@lru_cache(maxsize=16_384)
def _key(text: str) -> str | None:
    """A Group ID, a number, which a spreadsheet may have made one with a fraction; None if it is none."""
    return number_key(text.strip().removesuffix(".0"))


def _context(header: list[str], groups: Mapping[str, list[Line]], unknown: Counter[str]) -> Context:
    found: list[set[str]] = []
    for columns in (("DOB",), (LISTED, UPDATED)):
        places = [header.index(column) for column in columns if column in header]
        found.append({line.cells[at] for lines in groups.values() for line in lines for at in places})
    births, days = map(united_kingdom.order, found)
    return Context(unknown, births, days, frozenset(header))


def _reject(result: ParseResult, name: str, header: list[str], fault: str, lines: Iterable[Line]) -> None:
    """Puts rows of a target into quarantine, without `Other Information`, which has ways to reach someone."""
    for line in lines:
        key = _key(line.cells[header.index(KEY)])
        cells = zip(header, line.cells, strict=True)
        shown = "; ".join([f"{title}: {cell}" for title, cell in cells if cell and title != OTHER])
        result.reject(name, f"line {line.number}", f"{KEY} {key}: {fault}", shown, key)


# ---------------------------------------------------------------- rows of somebody else


def _strangers(rows: Rows, context: Context) -> set[int]:
    """The rows under the group's number that are about somebody else.

    A row is if it shares no word of a name with those of the main name and differs from them in two or
    more of the listing, the years of birth, the last update and `Other Information`, the listing or birth
    among them; one with a main name also if it differs in birth and shares no `Other Information`. If a
    main name is among them, all rows are strangers: nobody knows whose number it is.
    """
    same = all(len(set(rows.column(each))) == 1 for each in ALIKE)
    if same and len(set(rows.column("DOB"))) < 2:
        return set()
    types = [ofsi_names.name_kind(text, "")[0] for text in rows.column(ofsi_names.TYPE)]
    mains = [at for at, type_ in enumerate(types) if type_ == min(types)]
    names = [*rows.together(ofsi_names.PARTS)]
    if same and len({names[at] for at in mains}) < 2:
        return set()
    facts = zip(names, rows.together((*ALIKE, "DOB")), strict=True)
    traits = [_traits(parts, stated, context.days) for parts, stated in facts]
    left = strangers(traits, mains[0], lambda at, own: _is_stranger(traits[at], own, is_main=at in mains))
    return {*range(rows.number)} if left.intersection(mains) else left


def _is_stranger(row: Traits, own: Traits, *, is_main: bool) -> bool:
    if row.shares_a_word(own):
        return False
    contradicted = row.contradicts(own)
    if is_main and "births" in contradicted and not row.shares(own, "other"):
        return True
    return bool(contradicted & {"listing", "births"}) and len(contradicted) > 1


def _traits(parts: tuple[str, ...], stated: tuple[str, ...], order: Order | None) -> Traits:
    regime, listed, updated, other, born = stated
    since = same_day(_clean(listed), order)
    years = [year for read in read_dates(born, serials=True) for year in _YEAR.findall(read.date or "")]
    facts = {
        "listing": [f"{cleaning.term(regime)} {since}"] if regime or since else [],
        "births": years or _YEAR.findall(born),
        "updated": [same_day(text, order)] if (text := _clean(updated)) else [],
        "other": [text] if (text := _clean(other)) else [],
    }
    return Traits.of(" ".join(parts), facts)


@lru_cache(maxsize=65_536)
def _clean(text: str) -> str:
    return cleaning.clean(text)


def _schema(node: Node, unknown: Counter[str]) -> str | None:
    """The kind of target; None if the rows differ in it. A word that is none is counted and passed over."""
    kinds = [kind for text in node.all(KIND_OF_TARGET) if (kind := _clean(text))] or [""]
    found = {schema for kind in kinds if (schema := SCHEMAS.get(cleaning.term(kind)))}
    unknown.update(f"{KIND_OF_TARGET} {kind}" for kind in kinds if cleaning.term(kind) not in SCHEMAS)
    return None if len(found) > 1 else min(found, default="LegalEntity")


def _positions(kind: Literal["title", "position"]) -> declaration.Sink[Target, Context]:
    def add(target: Target, text: str, context: Context) -> None:
        target.positions += [Position(kind, value) for value in values(text)]

    return add


def _add_births(target: Target, text: str, context: Context) -> None:
    target.births += map(birth, united_kingdom.birth_dates(_clean(text), context.births, context.unknown))


def _add_nationalities(target: Target, text: str, context: Context) -> None:
    found = [each for value in values(text) for each in united_kingdom.states(value, context.unknown)]
    target.nationalities += [Nationality("nationality", *each) for each in found]


def _add_amendment(target: Target, text: str, context: Context) -> None:
    target.amended_date = max(filter(None, (target.amended_date, context.day(text))), default=None)


def _add_program(target: Target, node: Node, context: Context) -> None:
    """A regime, with the earliest day of listing under it. It has no code: its name is both."""
    regime, listed = united_kingdom.spelt(node.get(REGIME, "")), context.day(node.get(LISTED, ""))
    for at, before in enumerate(target.programs):
        if before.program == regime:
            earliest = min(filter(None, (listed, before.listing_date)), default=None)
            target.programs[at] = before._replace(listing_date=earliest)
            return
    if regime:
        target.programs.append(Program(regime, regime, listed))


def _add_address(target: Target, node: Node, context: Context) -> None:
    land, code = state(_clean(node.get("Country", "")), context.unknown), node.get(POSTAL_CODE, "")
    parts = [part for column in LINES if (part := _clean(node.get(column, ""))) and not is_nothing(part)]
    if full := ", ".join(filter(None, (*parts, land.raw))):
        target.addresses.append(Address("address", full, None, None, without_stop(_clean(code)), *land))


def _add_birth_places(target: Target, node: Node, context: Context) -> None:
    for town, country in paired_values(node.get("Town of Birth", ""), node.get("Country of Birth", "")):
        land = state(country, context.unknown)
        if full := joined([town, land.raw]):
            target.addresses.append(Address("birth_place", full, town, None, None, *land))


def _documents(type_: str, column: str, details: str) -> Group[Target, Context]:
    """Passports and the like; one without a number identifies nobody, and is left out."""

    def add(target: Target, node: Node, context: Context) -> None:
        if column in context.header:
            target.identifiers += numbers_of_documents(
                type_, column, paired_values(node.get(column, ""), node.get(details, ""))
            )
        else:  # until 2020 the details held the number too
            given = [(value, None) for value in values(node.get(details, ""))]
            target.identifiers += numbers_of_documents(type_, details, given)

    return group({column: TEXT, details: TEXT}, add)


def _add_national_numbers(target: Target, text: str, context: Context) -> None:
    target.identifiers += numbers_of_documents("national_id", NI, [(value, None) for value in values(text)])


NI, POSTAL_CODE = "NI Number", "Post/Zip Code"
LINES = (*(f"Address {number}" for number in range(1, 7)), POSTAL_CODE)
FIELDS: Fields = {
    KEY: TEXTS,
    KIND_OF_TARGET: TEXTS,
    **ofsi_names.FIELDS,
    "listing": group({REGIME: TEXT, LISTED: TEXT}, _add_program),
    UPDATED: each(_add_amendment),
    "Title": each(_positions("title")),
    "Position": each(_positions("position")),
    "DOB": each(_add_births),
    "address": group(dict.fromkeys((*LINES, "Country"), TEXT), _add_address),
    "birth place": group({"Town of Birth": TEXT, "Country of Birth": TEXT}, _add_birth_places),
    "Nationality": each(_add_nationalities),
    "passport": _documents("passport", "Passport Number", "Passport Details"),
    "national id": _documents(
        "national_id", "National Identification Number", "National Identification Details"
    ),
    NI: each(_add_national_numbers),  # until 2020, in place of the two on national identification
    OTHER: each(lambda target, text, context: add_other_information(target, text, context.unknown)),
    "UK Sanctions List Date Designated": declaration.ignored(
        "on another list, since 2020; `Listed On` is this one's"
    ),
}
WITHHELD_FIELDS = declaration.withheld_fields(WITHHELD_PARTS)
_READ, _FILL = compile_rows(FIELDS), compile_filling(FIELDS)
_TABLE = TableFormat(columns_of(FIELDS), needed=ESSENTIAL, shape="padded", encoding="any")
