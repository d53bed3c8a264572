"""Australia's Consolidated List, a workbook of the Department of Foreign Affairs and Trade (DFAT).

One sheet; a row is a name, and what is known of its bearer is repeated on each. Seen in the file of
2024-11-11, and, for the columns since November 2025, in what others wrote of them. What it taught:

- `2`, `2a`, `2b1` are names of the entry 2: a number, then letters and numbers. Bare numbers are
  numbers or texts. Rows of one entry stand together but for one row of one, and say different things
  of it at times: a date of birth that goes with one alias. DFAT gives numbers again: a row elsewhere
  that contradicts the entry is about somebody else.
- Dates are cells with dates, years as numbers, and text of every form, several to a cell. Figures have
  the day first, as far as the file's own dates tell.
- Values have spaces and line breaks around and within; `na` stands for nothing; types and kinds of
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
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from itertools import pairwise
from string import ascii_lowercase
from typing import Any, BinaryIO, NamedTuple, TypeVar

from transforms.fields import countries, document_numbers
from transforms.fields.contacts import withhold
from transforms.fields.dates import Order, figure_order, read_cell
from transforms.fields.placeholders import is_placeholder
from transforms.fields.record_parts import Identifier, Name, NameKind
from transforms.names import cleaning
from transforms.reading import spreadsheet
from transforms.reading.parse_result import FileReport, ParseResult, SourceFormatError
from transforms.reading.spreadsheet import Cell, Row, xlsx_rows
from transforms.sanctions.target import (
    Address,
    Birth,
    Nationality,
    Particular,
    PlaceKind,
    Position,
    Program,
    Target,
    alias,
    birth,
    main_name,
    place,
    write,
)

AUTHORITY = "Australian Government"

REFERENCE, NAME, TYPE, NAME_TYPE = "reference", "name of individual or entity", "type", "name type"
STRENGTH, BIRTH, BIRTH_PLACE = "alias strength", "date of birth", "place of birth"
CITIZENSHIP, ADDRESS, INFORMATION = "citizenship", "address", "additional information"
LISTING, IMO, COMMITTEES = "listing information", "imo number", "committees"
INSTRUMENT = "instrument of designation"
MEASURES = {
    "targeted financial sanction": "Targeted Financial Sanction",
    "travel ban": "Travel Ban",
    "arms embargo": "Arms Embargo",
    "maritime restriction": "Maritime Restriction",
}
NEEDED = (REFERENCE, NAME, TYPE, NAME_TYPE)
COLUMNS = {
    *NEEDED,
    *MEASURES,
    STRENGTH,
    BIRTH,
    BIRTH_PLACE,
    CITIZENSHIP,
    ADDRESS,
    INFORMATION,
    LISTING,
    IMO,
    COMMITTEES,
    INSTRUMENT,
}
IGNORED = {"control date"}  # see above
TITLE_ROWS = 20  # among which the row of titles is looked for
LONGEST = 4_000  # characters of a text that is taken apart; the real ones end at 3,333

SCHEMAS = {"individual": "Person", "person": "Person", "entity": "Organization", "vessel": "Vessel"}
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
OF_NAME = "of the name "  # the note on what a list says of one name alone
FLAGS = {"": False, "false": False, "no": False, "0": False, "true": True, "yes": True, "1": True}
# Committees whose name says no more than the resolution.
COMMITTEE_NAMES = {
    "1373 (2001)": "Counter-terrorism, Security Council resolution 1373 (2001)",
    "2093 (2013)": "Somalia, Security Council resolution 2093 (2013)",
}

_REFERENCE = re.compile(r"(\d{1,10}+)[a-z]*+\d*+", re.IGNORECASE)
_COMMITTEE = re.compile(r"(Autonomous|[\d/]+) \(([^()]*(?:\([^()]*\)[^()]*)*)\)")


class _Entry(NamedTuple):
    """A row: its number in the sheet, its place among the rows that hold anything, its cells by column,
    its name, cleaned, empty if it has none, and whether that is the main name."""

    number: int
    place: int
    cells: dict[str, Cell]
    name: str
    main: bool

    def text(self, column: str) -> str:
        """A cell's text, cleaned; empty if the cell is, or says `na`."""
        cell = self.cells.get(column)
        return "" if cell is None else _said(cell)


class _Context(NamedTuple):
    """What reading a row depends on beside it: which of day and month comes first, and the counter."""

    order: Order | None
    unknown: Counter[str]


def parse(source_id: str, files: Mapping[str, BinaryIO], options: Mapping[str, Any]) -> ParseResult:
    """Reads each file as one list; fills `sanctions` and its child tables.

    The files' reports count rows. Raises SourceFormatError for what is no such workbook. A row without
    a reference or name, all rows of an entry without a main name or with those of two targets, and a row
    of somebody else under an entry's number go to quarantine.
    """
    snapshot = ParseResult()
    for name, file in files.items():
        _read_file(source_id, name, file, snapshot)
    return snapshot


def _read_file(source_id: str, name: str, file: BinaryIO, snapshot: ParseResult) -> None:
    report = snapshot.files[name] = FileReport()
    rows = xlsx_rows(file, name)
    columns = _columns(rows, name, snapshot.unknown)
    entries: dict[str, list[_Entry]] = {}
    for row in rows:
        cells = _cells(row, columns, snapshot.unknown)
        if not cells:
            continue
        report.declared += 1
        main = cleaning.term(_said(cells.get(NAME_TYPE, ""))) == MAIN
        entry = _Entry(row.number, report.declared, cells, _name(cells.get(NAME, "")), main)
        key = _key(entry.text(REFERENCE))
        if key is None or not entry.name:
            fault = "no Reference" if key is None else "no name"
            _reject(snapshot, name, entry, fault, key)
            continue
        entries.setdefault(key, []).append(entry)
    context = _Context(_order(entries), snapshot.unknown)
    for key, group in entries.items():
        own, others, fault = _apart(key, group)
        if own:
            write(snapshot, source_id, AUTHORITY, _target(key, own, context))
            report.parsed += len(own)
        for entry in others:
            _reject(snapshot, name, entry, fault, key)


def _reject(snapshot: ParseResult, name: str, entry: _Entry, fault: str, key: str | None) -> None:
    snapshot.reject(name, f"row {entry.number}", fault, _source(entry), key)


def _order(entries: Mapping[str, list[_Entry]]) -> Order | None:
    """Which of day and month comes first in the figures of the file's texts; DFAT does not say."""
    columns = (BIRTH, LISTING)
    cells = [entry.cells.get(column) for group in entries.values() for entry in group for column in columns]
    return figure_order({cell for cell in cells if isinstance(cell, str)})


# ---------------------------------------------------------------- rows of somebody else


class _Traits(NamedTuple):
    """What distinguishes the targets of rows; empty sets where nothing is given."""

    type: frozenset[str]
    births: frozenset[str]  # the years
    states: frozenset[str]
    committees: frozenset[str]
    listing: frozenset[str]
    texts: frozenset[str]  # of the additional information
    words: frozenset[str]  # of the name

    def joined(self, other: _Traits) -> _Traits:
        return _Traits(*(mine | theirs for mine, theirs in zip(self, other, strict=True)))

    def contradicts(self, other: _Traits) -> list[bool]:
        """Of type, births, citizenships, committees and listing, whether both give some and share none."""
        pairs = zip(self[:5], other[:5], strict=True)
        return [bool(mine and theirs and mine.isdisjoint(theirs)) for mine, theirs in pairs]

    def shares_a_word(self, other: _Traits) -> bool:
        return not self.words.isdisjoint(other.words)


_LONG_WORD = 4  # letters, of which fewer names have the same


def _traits(entry: _Entry) -> _Traits:
    births = [read.date for read in read_cell(entry.cells.get(BIRTH, "")) if read.date]
    listed = _listed(entry.cells.get(LISTING, ""), "day")
    found = (
        {SCHEMAS.get(cleaning.term(entry.text(TYPE)), "")} - {""},
        {year for each in births for year in (each[:4], each.partition("/")[2][:4]) if year},
        {state.country for state in _citizenships(entry.text(CITIZENSHIP)) if state.country},
        {program for program, _ in _committees(entry.text(COMMITTEES))},
        {listed.isoformat()} if listed else (),
        {entry.text(INFORMATION)} - {""},
        {word for word in cleaning.key(entry.name).split() if len(word) >= _LONG_WORD},
    )
    return _Traits(*map(frozenset, found))


def _apart(key: str, group: list[_Entry]) -> tuple[list[_Entry], list[_Entry], str]:
    """The rows of the target that the number is of, those that are not taken, and why they are not.

    Rows that stand together with the main name are of others only if they contradict it in committees and
    in a birth or citizenship, and share no word of a name with it. A row elsewhere is the target's if it
    contradicts those in nothing, or in one thing and shares a word. Two main names are of one target if
    they have a word, a birth, or a text in common and contradict each other in nothing.
    """
    mains = [entry for entry in group if entry.main]
    fault = f"{len(mains)} rows of reference {key} have a primary name"
    if not mains:
        return [], group, fault
    together = group[-1].place - group[0].place == len(group) - 1
    committees = mains[0].cells.get(COMMITTEES)
    if len(mains) == 1 and together and all(entry.cells.get(COMMITTEES) == committees for entry in group):
        return group, [], fault
    first = _traits(mains[0])
    if not all(_is_same(first, _traits(entry)) for entry in mains[1:]):
        return [], group, fault
    block = _block(group, mains[0])
    own = [entry for entry in block if not _is_alien(_traits(entry), first)]
    known = first
    for entry in own:
        known = known.joined(_traits(entry))
    for entry in group:
        if entry not in block:
            traits = _traits(entry)
            allowed = traits.shares_a_word(known)
            own += [entry] if entry.main or sum(traits.contradicts(known)) <= allowed else []
    others = [entry for entry in group if entry not in own]
    return sorted(own), others, f"a row of another target under reference {key}"


def _is_alien(row: _Traits, main: _Traits) -> bool:
    _, births, states, committees, _ = row.contradicts(main)
    return not row.shares_a_word(main) and committees and (births or states)


def _is_same(one: _Traits, other: _Traits) -> bool:
    shared = [not mine.isdisjoint(theirs) for mine, theirs in zip(one, other, strict=True)]
    return not any(one.contradicts(other)) and (shared[1] or any(shared[-2:]))


def _block(group: list[_Entry], main: _Entry) -> list[_Entry]:
    """The rows that stand together with the main one."""
    places = {entry.place for entry in group}
    first = last = main.place
    while first - 1 in places:
        first -= 1
    while last + 1 in places:
        last += 1
    return [entry for entry in group if first <= entry.place <= last]


# ---------------------------------------------------------------- rows and cells


def _columns(rows: Iterator[Row], name: str, unknown: Counter[str]) -> dict[int, str | None]:
    """What each column is, by its place, from the row of titles; None for one that has no title."""
    for row, _ in zip(rows, range(TITLE_ROWS), strict=False):
        titles = [cleaning.clean(spreadsheet.text(cell)).lower() for cell in row.cells]
        if REFERENCE in titles and NAME in titles:
            if missing := [title for title in NEEDED if title not in titles]:
                raise SourceFormatError(f"{name}: no column {', '.join(missing)} in row {row.number}")
            return dict(_titled(titles, unknown))
    raise SourceFormatError(f"{name}: none of the first {TITLE_ROWS} rows has the titles of the columns")


def _titled(titles: list[str], unknown: Counter[str]) -> Iterator[tuple[int, str | None]]:
    seen: set[str] = set()
    for place_, title in enumerate(titles):
        if title in seen or (title and title not in COLUMNS and title not in IGNORED):
            unknown[f"column {title}"] += 1
        elif title in COLUMNS or not title:
            yield place_, title or None
        if title:
            seen.add(title)


def _cells(row: Row, columns: Mapping[int, str | None], unknown: Counter[str]) -> dict[str, Cell]:
    """A row's cells by column; none if all are empty."""
    found: dict[str, Cell] = {}
    for at, column in columns.items():
        cell = row.cells[at]
        if cell == "" or (isinstance(cell, str) and not cell.strip()):
            continue
        if column is None:
            unknown["cell in a column without a title"] += 1
        else:
            found[column] = cell
    return found


@lru_cache(maxsize=16_384, typed=True)
def _said(cell: Cell) -> str:
    text = cleaning.clean(spreadsheet.text(cell))
    return "" if is_placeholder(text) else text


def _name(cell: Cell) -> str:
    """A name, cleaned; empty if the cell has none. `Na` is one."""
    text = cleaning.clean(spreadsheet.text(cell))
    return text if main_name(text) else ""


@lru_cache(maxsize=16_384)
def _key(reference: str) -> str | None:
    found = _REFERENCE.fullmatch("".join(reference.split()))
    return found[1] if found else None


def _source(entry: _Entry) -> str:
    """A row as text for the quarantine, without what is withheld."""
    return "; ".join(f"{column}: {_without_contacts(_said(cell))}" for column, cell in entry.cells.items())


def _target(key: str, group: list[_Entry], context: _Context) -> Target:
    main, *second = [entry for entry in group if entry.main]
    unknown = context.unknown
    if second:
        unknown["two primary names of one reference"] += 1
    type_ = main.text(TYPE)
    schema = SCHEMAS.get(cleaning.term(type_))
    if schema is None:
        unknown[f"Type {type_}"] += 1
    target = Target(key, schema or "LegalEntity", main.name)
    target.listing_date = _listed(main.cells.get(LISTING, ""), context.order)
    _add_entry(target, main, main, None, context)
    for entry in group:
        if entry is not main:
            target.names += _names(entry, unknown)
            _add_entry(target, entry, main, OF_NAME + entry.name, context)
    target.births = _without_repeats(target.births)
    target.nationalities = _without_repeats(target.nationalities)
    for column, measure in MEASURES.items():
        if column in main.cells:
            _add_measure(target, measure, main.text(column), unknown)
    return target


@lru_cache(maxsize=4_096, typed=True)
def _day(cell: Cell, order: Order | None) -> date | None:
    """The day that a cell is, and nothing more: a date, Excel's number of one, or a text."""
    read = read_cell(cell, order)
    known = len(read) == 1 and read[0].precision == "day"
    return date.fromisoformat(read[0].date) if known and read[0].date else None


def _add_entry(target: Target, entry: _Entry, main: _Entry, note: str | None, context: _Context) -> None:
    """Adds what a row says: of any but the main one, what that does not say in the same words."""
    for column, add in _FIELDS.items():
        cell = entry.cells.get(column)
        if cell is not None and (entry is main or not _same(cell, main.cells.get(column))):
            add(target, cell, note, context)
    if entry is main or any(entry.cells.get(each) != main.cells.get(each) for each in _OF_PROGRAMS):
        _add_programs(target, entry, context)


def _same(cell: Cell, other: Cell | None) -> bool:
    return cell == other or (other is not None and _said(cell) == _said(other))


_Noted = TypeVar("_Noted", Birth, Nationality)


def _without_repeats(found: list[_Noted]) -> list[_Noted]:
    """What is said of one name alone is left out if it is said of all."""
    of_all = {each[:3] for each in found if each.note is None}
    return [
        each for each in found if each[:3] not in of_all or not each.note or not each.note.startswith(OF_NAME)
    ]


# ---------------------------------------------------------------- names

_LISTED_AS = re.compile(
    r"(.+?) ?\((?:formerly|previously) listed as\W*(?:in arabic\W*)?(.*?)\)", re.IGNORECASE
)


def _names(entry: _Entry, unknown: Counter[str]) -> list[Name]:
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


# ---------------------------------------------------------------- dates, places, states


def _add_births(target: Target, cell: Cell, note: str | None, context: _Context) -> None:
    found: list[Birth] = []
    for read in read_cell(cell, context.order):
        raw = read.raw or ""
        if read.date is None and raw.startswith("(") and found:  # a note on the date before
            found[-1] = found[-1]._replace(note=cleaning.clean(raw.strip("()")))
        elif not is_placeholder(raw):
            if read.date is None:
                context.unknown[f"date {raw}"] += 1
            found.append(birth(read, note))
    target.births += found


_MARK = re.compile(r"(?:^|(?<=[\s,;.]))\(?([a-z]|\d{1,2})\)\s*", re.IGNORECASE)
_NEXT_MARKS = dict(pairwise([*ascii_lowercase])) | {str(at): str(at + 1) for at in range(1, 99)}
_SEMICOLON = re.compile(r"(?:;|>>)(?![^()]*\))")
_HEADING = re.compile(r"[A-Za-z ]{0,15}\b(?:POB|Address)\s*:[\s.]*")
_IN_BRACKETS = re.compile(r"(?: ?\([^()]*\))+$")


@lru_cache(maxsize=4_096)
def _pieces(text: str) -> tuple[str, ...]:
    """What a cell lists: `a) … b) …`, else parts between semicolons."""
    if len(text) > LONGEST:
        return (text,)
    parts = _marked(text) if ")" in text else [text]
    if len(parts) == 1 and (";" in text or ">>" in text):
        parts = _SEMICOLON.split(text)
    found = [part.strip(" ,;") for part in parts]
    if ":" in text:
        found = [part[heading.end() :] if (heading := _HEADING.match(part)) else part for part in found]
    return tuple(part for part in found if not is_placeholder(part))


def _marked(text: str) -> list[str]:
    """A text parted at `a)`, `b)` and so on, in that order; the first may be missing, one come twice.

    What comes out of order parts nothing: a number in Roman figures, `(C)` for a copyright.
    """
    parts, at = [], 0
    wanted = {"1"} if text.startswith(("1)", "(1)")) else {"a", "b"}
    for mark in _MARK.finditer(text):
        sign = mark[1].lower()
        if sign in wanted:
            parts.append(text[at : mark.start()])
            at = mark.end()
            wanted = {_NEXT_MARKS.get(sign, ""), "" if sign == "i" else sign}
    return [*parts, text[at:]]


@lru_cache(maxsize=4_096)
def _places(kind: PlaceKind, text: str) -> tuple[Address, ...]:
    found = [place(kind, [piece], _where(kind, piece)) for piece in _pieces(_without_contacts(text))]
    return tuple(each for each in found if each)


def _where(kind: PlaceKind, piece: str) -> Address:
    """The state that a place ends with, if it names one."""
    without = _IN_BRACKETS.sub("", piece[-LONGEST:], count=1) if ")" in piece else piece
    without = without.rstrip(" ,.")
    state = without.rpartition(",")[2].strip()
    code = countries.code(state)
    return Address(kind, "", None, None, None, code, state if code else None)


def _add_address(target: Target, cell: Cell, note: str | None, context: _Context) -> None:
    target.addresses += _places("address", _said(cell))


def _add_birth_place(target: Target, cell: Cell, note: str | None, context: _Context) -> None:
    target.addresses += _places("birth_place", _said(cell))


OF_TWO_STATES = {"congolese"}
_NOTED = re.compile(r"(.+?) ?\(([^()]*)\)")


@lru_cache(maxsize=4_096)
def _citizenships(text: str) -> tuple[Nationality, ...]:
    """States by name or adjective, each with what is said of it in brackets, or `possibly` before it."""
    found: list[Nationality] = []
    for piece in _pieces(text):
        noted = _NOTED.fullmatch(piece)
        state, note = (noted[1], noted[2]) if noted else (piece, None)
        if state.lower().startswith("possibly "):
            state, note = state[9:], "possibly"
        found += [Nationality("citizenship", *each, note) for each in countries.several(state)]
    return tuple(found)


def _add_citizenships(target: Target, cell: Cell, note: str | None, context: _Context) -> None:
    for found in _citizenships(_said(cell)):
        if found.country is None and (found.country_raw or "").lower() not in OF_TWO_STATES:
            context.unknown[f"country {found.country_raw}"] += 1
        target.nationalities.append(found._replace(note=found.note or note))


# ---------------------------------------------------------------- listing

_DAY = r"(?:\d{1,2}(?: ?[A-Za-z]{3,9}\.?,? ?|/\d{1,2}/)\d{4}(?!\d)|(?:19|20)\d\d-\d\d-\d\d(?!\d))"
# Listed for the first time: neither `relisted`, `re-listed` nor `last listed`. Between that and the day
# may stand who listed it, on what ground.
_LISTED = re.compile(
    rf"^{_DAY}"
    r"|(?<![\w-])(?<!last )(?:listed(?:on)?|designated(?! persons))"
    rf"(?: ?|(?:(?!listed|amended|formerly)[^.]){{1,120}}?\b(?:on|committee)):? ?(?P<day>{_DAY})",
    re.IGNORECASE,
)
_FORMER_LIST = re.compile(r"\bRBA(?: Consolidated List)? as (\d{4}[A-Z]{3}\d+[a-z]?)")


@lru_cache(maxsize=4_096, typed=True)
def _listed(cell: Cell, order: Order | None) -> date | None:
    """The day of the first listing, where the text says it."""
    if (day := _day(cell, order)) is not None:
        return day
    found = _LISTED.search(_said(cell)[:LONGEST])
    return _day(found["day"] or found[0], order) if found else None


_OF_PROGRAMS = (COMMITTEES, LISTING, INSTRUMENT)


def _add_programs(target: Target, entry: _Entry, context: _Context) -> None:
    """The committees of a row; the day of its listing is that of a committee if there is one alone.

    Of two rows that give days for the same committee, that of the main name counts.
    """
    text, listing = entry.text(COMMITTEES), entry.cells.get(LISTING, "")
    bare = not isinstance(listing, str) or _BARE_DAY.fullmatch(listing.strip())
    basis = "; ".join(part for part in (entry.text(INSTRUMENT), "" if bare else _said(listing)) if part)
    found = _committees(text)
    day = _listed(listing, context.order) if len(found) == 1 else None
    known = {each.program: each.listing_date for each in target.programs}
    for program, name in found:
        if name is None:
            context.unknown[f"Committees {program}"] += 1
        target.programs.append(Program(program, name, known.get(program, day), legal_basis=basis or None))


_BARE_DAY = re.compile(r"\d{5}(?:\.\d+)?|\d{4}-\d\d-\d\d(?:[T ][\d:.]+Z?)?")


@lru_cache(maxsize=4_096)
def _committees(text: str) -> tuple[tuple[str, str | None], ...]:
    """`1970 (Libya) 1973 (Libya)` are two; each with its name in words."""
    if not text:
        return ()
    if len(text) > LONGEST or _COMMITTEE.sub("", text).strip():
        return ((text, None),)
    found = _COMMITTEE.finditer(text)
    return tuple((each[0], COMMITTEE_NAMES.get(each[0]) or _in_words(*each.groups())) for each in found)


def _in_words(number: str, subject: str) -> str:
    if number == "Autonomous":
        return f"Autonomous sanctions, {subject}"
    return f"{subject}, Security Council resolution{'s' if '/' in number else ''} {number.replace('/', ', ')}"


def _add_former_list(target: Target, cell: Cell, note: str | None, context: _Context) -> None:
    for number in _FORMER_LIST.findall(_said(cell)):
        target.identifiers.append(Identifier("list_reference", "RBA Consolidated List", None, number))


def _add_imo(target: Target, cell: Cell, note: str | None, context: _Context) -> None:
    if number := _said(cell):
        target.identifiers.append(Identifier("imo", "IMO Number", None, number))


def _add_measure(target: Target, measure: str, text: str, unknown: Counter[str]) -> None:
    word = cleaning.term(text)
    if word not in FLAGS:
        unknown[f"{measure} {text}"] += 1
    if FLAGS.get(word):
        target.measures.append(measure)


# ---------------------------------------------------------------- additional information


def _without_contacts(text: str) -> str:
    """`text` without numbers to call and addresses to write to."""
    return cleaning.clean(withhold(text, "")).strip(" ;,")


_YEAR = re.compile(r"(?:19|20)\d\d")
_TITLE = re.compile(r"\b[Tt]itle:\s*(.{1,150}?)(?=\.\s|\s+(?:Designation|Review)\b|;|\.?$)")
_POSITION = re.compile(r"\b(?:Designation|Last known position):\s*(.{1,600}?)(?=\.\s+[A-Z]|;|\.?$)")
_GENDER = re.compile(r"\b(?:gender|sex)\b:?\s*\[?(male|female)\b|^(male|female)\b;", re.IGNORECASE)
_WEBSITE = re.compile(r"(?:https?://|www\.)[^\s;,)]*[^\s;,.)]")
_NOT_OF_THE_TARGET = ("interpol.int", "un.org")


def _add_information(target: Target, cell: Cell, note: str | None, context: _Context) -> None:
    text = _without_contacts(_said(cell))
    if not text:
        return
    target.reasons.append(text)
    facts = _facts(text[:LONGEST])
    target.identifiers += facts.identifiers
    target.positions += facts.positions
    target.particulars += facts.websites
    if note is None:
        target.gender = facts.gender


class _Facts(NamedTuple):
    identifiers: tuple[Identifier, ...]
    positions: tuple[Position, ...]
    websites: tuple[Particular, ...]
    gender: str | None


@lru_cache(maxsize=4_096)
def _facts(text: str) -> _Facts:
    """What is labelled in the text."""
    read = document_numbers.read_all(text)
    found = [each for each in read if not (each.type == "registration" and _YEAR.fullmatch(each.number))]
    titles = _TITLE.findall(text) if "itle:" in text else []
    held = _POSITION.findall(text) if "Designation:" in text or "position:" in text else []
    positions = [
        *(Position("title", piece) for value in titles for piece in _pieces(value)),
        *(Position("position", piece) for value in held for piece in _pieces(value)),
    ]
    gender = _GENDER.search(text) if "ale" in text else None
    sites = _WEBSITE.findall(text) if "www." in text or "http" in text else ()
    sites = [site for site in sites if not any(host in site for host in _NOT_OF_THE_TARGET)]
    return _Facts(
        tuple(found),
        tuple(positions),
        tuple(Particular("website", site) for site in sites),
        (gender[1] or gender[2]).lower() if gender else None,
    )


Add = Callable[[Target, Cell, str | None, _Context], None]


_FIELDS: dict[str, Add] = {
    BIRTH: _add_births,
    BIRTH_PLACE: _add_birth_place,
    CITIZENSHIP: _add_citizenships,
    ADDRESS: _add_address,
    INFORMATION: _add_information,
    LISTING: _add_former_list,
    IMO: _add_imo,
}
