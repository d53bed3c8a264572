"""Australia's Consolidated List, a workbook of the Department of Foreign Affairs and Trade (DFAT).

One sheet; a row is a name, and what is known of its bearer is repeated on each. Seen in the file of
2024-11-11, and, for the columns since November 2025, in what others wrote of them. What it taught:

- `2`, `2a`, `2b1` are names of the entry 2: a number, then letters and numbers. Bare numbers are
  numbers or texts. Rows of one entry need not stand together, and say different things of it at
  times: a date of birth that goes with one alias. DFAT gives numbers anew.
- Dates are cells with dates, years as numbers, and text of every form, several to a cell.
- Values have spaces and line breaks around and within; `na` stands for nothing; types and kinds of
  names vary in case. The title row is read by name; a last column without one holds a blank.
- `Control Date` is when DFAT last touched the row, not a date of listing: it differs among the names
  of one entry, and is the day of an amendment for those that say so.
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

from transforms import countries, names, sheets
from transforms.contacts import withhold
from transforms.dates import read_all, read_cell
from transforms.sheets import Cell, Row, xlsx_rows
from transforms.snapshot import FileReport, Snapshot, SourceFormatError
from transforms.targets import (
    Address,
    Birth,
    Identifier,
    Name,
    NameKind,
    Nationality,
    Particular,
    PlaceKind,
    Position,
    Program,
    Target,
    alias,
    birth,
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
NOTHING = {"na", "n/a"}
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
    """A row: its number in the sheet, its cells by column, and whether it has the main name."""

    number: int
    cells: dict[str, Cell]
    main: bool

    def text(self, column: str) -> str:
        """A cell's text, cleaned; empty if the cell is, or says `na`."""
        cell = self.cells.get(column)
        return "" if cell is None else _said(cell)


def parse(source_id: str, files: Mapping[str, BinaryIO], options: Mapping[str, Any]) -> Snapshot:
    """Reads each file as one list; fills `sanctions` and its child tables.

    The files' reports count rows. Raises SourceFormatError for what is no such workbook. A row without
    a reference or name, and all rows of an entry without one main name, go to quarantine.
    """
    snapshot = Snapshot()
    for name, file in files.items():
        _read_file(source_id, name, file, snapshot)
    return snapshot


def _read_file(source_id: str, name: str, file: BinaryIO, snapshot: Snapshot) -> None:
    report = snapshot.files[name] = FileReport()
    rows = xlsx_rows(file, name)
    columns = _columns(rows, name, snapshot.unknown)
    entries: dict[str, list[_Entry]] = {}
    for row in rows:
        cells = _cells(row, columns, snapshot.unknown)
        if not cells:
            continue
        report.declared += 1
        entry = _Entry(row.number, cells, _said(cells.get(NAME_TYPE, "")).lower() == MAIN)
        key = _key(entry.text(REFERENCE))
        if key is None or not entry.text(NAME):
            fault = "no Reference" if key is None else "no name"
            snapshot.reject(name, f"row {row.number}", fault, _source(entry))
            continue
        entries.setdefault(key, []).append(entry)
    for key, group in entries.items():
        mains = [entry for entry in group if entry.main]
        if len(mains) == 1:
            write(snapshot, source_id, AUTHORITY, _target(key, mains[0], group, snapshot.unknown))
            report.parsed += len(group)
            continue
        for entry in group:
            fault = f"{len(mains)} rows of reference {key} have a primary name"
            snapshot.reject(name, f"row {entry.number}", fault, _source(entry))


def _columns(rows: Iterator[Row], name: str, unknown: Counter[str]) -> dict[int, str | None]:
    """What each column is, by its place, from the row of titles; None for one that has no title."""
    for row, _ in zip(rows, range(TITLE_ROWS), strict=False):
        titles = [names.clean(sheets.text(cell)).lower() for cell in row.cells]
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
    text = names.clean(sheets.text(cell))
    return "" if text.lower() in NOTHING else text


@lru_cache(maxsize=16_384)
def _key(reference: str) -> str | None:
    found = _REFERENCE.fullmatch(reference)
    return found[1] if found else None


def _source(entry: _Entry) -> str:
    """A row as text for the quarantine, without what is withheld."""
    return "; ".join(f"{column}: {_without_contacts(_said(cell))}" for column, cell in entry.cells.items())


def _target(key: str, main: _Entry, group: list[_Entry], unknown: Counter[str]) -> Target:
    type_ = main.text(TYPE)
    schema = SCHEMAS.get(type_.lower())
    if schema is None:
        unknown[f"Type {type_}"] += 1
    target = Target(key, schema or "LegalEntity", main.text(NAME))
    target.listing_date = _listed(main.cells.get(LISTING, ""))
    _add_entry(target, main, main, None, unknown)
    for entry in group:
        if entry is not main:
            target.names += _names(entry, unknown)
            _add_entry(target, entry, main, OF_NAME + entry.text(NAME), unknown)
    target.births = _without_repeats(target.births)
    target.nationalities = _without_repeats(target.nationalities)
    for column, measure in MEASURES.items():
        if column in main.cells:
            _add_measure(target, measure, main.text(column), unknown)
    return target


def _add_entry(target: Target, entry: _Entry, main: _Entry, note: str | None, unknown: Counter[str]) -> None:
    """Adds what a row says: of any but the main one, what that does not say in the same words."""
    for column, add in _FIELDS.items():
        cell = entry.cells.get(column)
        if cell is not None and (entry is main or not _same(cell, main.cells.get(column))):
            add(target, cell, note, unknown)
    if entry is main or any(entry.cells.get(each) != main.cells.get(each) for each in _OF_PROGRAMS):
        _add_programs(target, entry, unknown)


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
    type_, strength, text = entry.text(NAME_TYPE), entry.text(STRENGTH), entry.text(NAME)
    if type_.lower() not in NAME_TYPES:
        unknown[f"Name Type {type_}"] += 1
    if strength.lower() not in STRENGTHS:
        unknown[f"Alias Strength {strength}"] += 1
    kind = NAME_TYPES.get(type_.lower(), "alias")
    if len(text) < LONGEST and "listed as" in text.lower() and (parts := _LISTED_AS.fullmatch(text)):
        return [alias(part, "former") for part in parts.groups() if part]
    return [alias(text, "weak_alias" if kind == "alias" and strength.lower() == "weak" else kind)]


# ---------------------------------------------------------------- dates, places, states


def _add_births(target: Target, cell: Cell, note: str | None, unknown: Counter[str]) -> None:
    found: list[Birth] = []
    for read in read_cell(cell):
        raw = read.raw or ""
        if read.date is None and raw.startswith("(") and found:  # a note on the date before
            found[-1] = found[-1]._replace(note=names.clean(raw.strip("()")))
        elif raw.lower() not in NOTHING:
            if read.date is None:
                unknown[f"date {raw}"] += 1
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
    return tuple(part for part in found if part and part.lower() not in NOTHING)


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


def _add_address(target: Target, cell: Cell, note: str | None, unknown: Counter[str]) -> None:
    target.addresses += _places("address", _said(cell))


def _add_birth_place(target: Target, cell: Cell, note: str | None, unknown: Counter[str]) -> None:
    target.addresses += _places("birth_place", _said(cell))


# The adjectives that stand for states, with two that are misspelt.
_ADJECTIVES = {
    "AE": ("emirati",),
    "AF": ("afghan", "afghani"),
    "AU": ("australian",),
    "AZ": ("azerbaijani",),
    "BG": ("bulgarian",),
    "BY": ("belarusian", "belarussian"),
    "CN": ("chinese",),
    "DE": ("german",),
    "DZ": ("algerian",),
    "EG": ("egyptian",),
    "ES": ("spanish",),
    "ET": ("ethiopian",),
    "FR": ("french",),
    "GB": ("british",),
    "GE": ("georgian",),
    "ID": ("indonesian",),
    "IL": ("israeli",),
    "IN": ("indian",),
    "IQ": ("iraqi",),
    "IR": ("iranian",),
    "IT": ("italian",),
    "JO": ("jordanian",),
    "KE": ("kenyan",),
    "KP": ("north korean", "dprk"),
    "KW": ("kuwaiti",),
    "KZ": ("kazakhstani",),
    "LB": ("lebanese",),
    "LY": ("libyan",),
    "MA": ("moroccan",),
    "MD": ("moldovan",),
    "ML": ("malian",),
    "MM": ("burmese",),
    "MR": ("mauritanian",),
    "MU": ("mauritian",),
    "MY": ("malaysian",),
    "NG": ("nigerian",),
    "NO": ("norwegian",),
    "PH": ("filipino",),
    "PK": ("pakistani",),
    "QA": ("qatari",),
    "RS": ("serbian",),
    "RU": ("russian",),
    "RW": ("rwandan",),
    "SA": ("saudi", "saudi arabian"),
    "SD": ("sudanese",),
    "SK": ("slovak",),
    "SN": ("senegalese",),
    "SO": ("somali",),
    "SS": ("south sudanese",),
    "SY": ("syrian",),
    "TJ": ("tajik",),
    "TN": ("tunisian",),
    "TR": ("turkish", "türkiyish"),
    "TZ": ("tanzanian",),
    "UA": ("ukrainian", "ukranian"),
    "UG": ("ugandan",),
    "US": ("american",),
    "UZ": ("uzbek", "uzbekistani"),
    "YE": ("yemeni",),
    "ZA": ("south african",),
    "ZW": ("zimbabwean",),
}
DEMONYMS = {word: code for code, words in _ADJECTIVES.items() for word in words}
OF_TWO_STATES = {"congolese"}
_NOTED = re.compile(r"(.+?) ?\(([^()]*)\)")
_SEVERAL = re.compile(r",| and |/")


@lru_cache(maxsize=4_096)
def _state(text: str) -> str | None:
    return countries.code(text) or DEMONYMS.get(text.lower())


@lru_cache(maxsize=4_096)
def _citizenships(text: str) -> tuple[Nationality, ...]:
    """States by name or adjective, each with what is said of it in brackets, or `possibly` before it."""
    found: list[Nationality] = []
    for piece in _pieces(text):
        noted = _NOTED.fullmatch(piece)
        state, note = (noted[1], noted[2]) if noted else (piece, None)
        if state.lower().startswith("possibly "):
            state, note = state[9:], "possibly"
        parts = [state] if _state(state) else [part.strip() for part in _SEVERAL.split(state)]
        if not all(map(_state, parts)):
            parts = [state]
        found += [Nationality("citizenship", _state(part), part, note) for part in parts]
    return tuple(found)


def _add_citizenships(target: Target, cell: Cell, note: str | None, unknown: Counter[str]) -> None:
    for found in _citizenships(_said(cell)):
        if found.country is None and (found.country_raw or "").lower() not in OF_TWO_STATES:
            unknown[f"country {found.country_raw}"] += 1
        target.nationalities.append(found._replace(note=found.note or note))


# ---------------------------------------------------------------- listing

_DAY = r"\d{1,2}(?: ?[A-Za-z]{3,9}\.?,? ?|/\d{1,2}/)\d{4}(?!\d)"
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
def _listed(cell: Cell) -> date | None:
    """The day of the first listing, where the text says it."""
    if isinstance(cell, date):
        return date(cell.year, cell.month, cell.day)
    found = _LISTED.search(_said(cell)[:LONGEST])
    read = read_all(found["day"] or found[0]) if found else ()
    return date.fromisoformat(read[0].date) if read and read[0].date and read[0].precision == "day" else None


_OF_PROGRAMS = (COMMITTEES, LISTING, INSTRUMENT)


def _add_programs(target: Target, entry: _Entry, unknown: Counter[str]) -> None:
    text, listing = entry.text(COMMITTEES), entry.cells.get(LISTING, "")
    told = [entry.text(INSTRUMENT), "" if isinstance(listing, date) else _said(listing)]
    basis = "; ".join(part for part in told if part) or None
    for program, name in _committees(text):
        if name is None:
            unknown[f"Committees {program}"] += 1
        target.programs.append(Program(program, name, legal_basis=basis))


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


def _add_former_list(target: Target, cell: Cell, note: str | None, unknown: Counter[str]) -> None:
    for number in _FORMER_LIST.findall(_said(cell)):
        target.identifiers.append(Identifier("list_reference", "RBA Consolidated List", None, number))


def _add_imo(target: Target, cell: Cell, note: str | None, unknown: Counter[str]) -> None:
    if number := _said(cell):
        target.identifiers.append(Identifier("imo", "IMO Number", None, number))


def _add_measure(target: Target, measure: str, text: str, unknown: Counter[str]) -> None:
    if text.lower() not in FLAGS:
        unknown[f"{measure} {text}"] += 1
    if FLAGS.get(text.lower()):
        target.measures.append(measure)


# ---------------------------------------------------------------- additional information


def _without_contacts(text: str) -> str:
    """`text` without numbers to call and addresses to write to."""
    return names.clean(withhold(text, "")).strip(" ;,")


_NUMBER = r"(?P<number>[A-Z]{0,4}[ -]?\d[\w./-]{2,}\w)"
_FISCAL_CODE = r"[A-Z]{6}\d\d[A-Z]\d\d[A-Z]\d{3}[A-Z]"
_STATE_AFTER = r"(?: \((?P<after>[A-Z][A-Za-z ]+)\))?"
_NO = r"(?:no\b\.?|numbers?\b)\s*[.:]*\s*"
# The kinds of numbers, each with a word without which no text holds one.
_DOCUMENTS = tuple(
    (word, type_, re.compile(pattern))
    for word, type_, pattern in (
        (
            "assport",
            "passport",
            rf"(?:\b(?P<before>[A-Z][a-z]+) )?\b[Pp]assport (?i:{_NO})(?:(?P<of>[A-Z][a-z]+) )?{_NUMBER}",
        ),
        (
            "ational",
            "national_id",
            r"(?:\b(?P<before>[A-Z][a-z]+) )?(?i:\bnational (?:identification|identity|ID)(?: card)?)"
            rf"(?: \(tazkira\))? ?(?i:{_NO})(?:(?P<of>[A-Z][a-z]+) )?{_NUMBER}",
        ),
        (
            "dentity",
            "national_id",
            rf"(?:\b(?P<before>[A-Z][a-z]+) )?(?i:\bidentity card) (?i:{_NO}){_NUMBER}",
        ),
        ("dentification", "registration", rf"\bCompany (?i:identification {_NO}){_NUMBER}{_STATE_AFTER}"),
        (
            "egistr",
            "registration",
            rf"\b(?i:business registration|state registration) (?i:{_NO}){_NUMBER}{_STATE_AFTER}",
        ),
        ("egistered", "registration", rf"\b(?i:registered company) (?i:{_NO}){_NUMBER}{_STATE_AFTER}"),
        (
            "Registration",
            "registration",
            rf"\bRegistration (?:ID(?: \(OGRN no\.\))?\s*:\s*|(?i:{_NO})){_NUMBER}{_STATE_AFTER}",
        ),
        ("Tax", "tax_id", rf"\bTax ID(?: No\.)?\s*:\s*{_NUMBER}{_STATE_AFTER}"),
        ("iscal", "tax_id", rf"\b(?P<before>Italian) [Ff]iscal [Cc]ode\s*:?\s*(?P<number>{_FISCAL_CODE})"),
        (
            "IMO",
            "imo",
            r"\bIMO\)?(?: (?:[Ii]dentification|[Ss]hip))? (?i:no|number)\b[.:]*\s*(?P<number>\d{7})\b",
        ),
        (
            "SWIFT",
            "swift_bic",
            r"\bSWIFT(?:/BIC)?\s*:?\s*(?P<number>[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?)\b",
        ),
        ("(BIC)", "swift_bic", r"\(BIC\):\s*(?P<number>[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?)\b"),
    )
)
_TITLE = re.compile(r"\b[Tt]itle:\s*(.{1,150}?)(?=\.\s|\s+(?:Designation|Review)\b|;|\.?$)")
_POSITION = re.compile(r"\b(?:Designation|Last known position):\s*(.{1,600}?)(?=\.\s+[A-Z]|;|\.?$)")
_GENDER = re.compile(r"\b(?:gender|sex)\b:?\s*\[?(male|female)\b|^(male|female)\b;", re.IGNORECASE)
_WEBSITE = re.compile(r"(?:https?://|www\.)[^\s;,)]*[^\s;,.)]")
_NOT_OF_THE_TARGET = ("interpol.int", "un.org")


def _add_information(target: Target, cell: Cell, note: str | None, unknown: Counter[str]) -> None:
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
    """What is labelled in the text; the first of a kind of number that stands at a place counts."""
    found: dict[int, Identifier] = {}
    for word, type_, pattern in _DOCUMENTS:
        if word in text:
            for number in pattern.finditer(text):
                found.setdefault(number.start("number"), _document(type_, number))
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
        tuple(found.values()),
        tuple(positions),
        tuple(Particular("website", site) for site in sites),
        (gender[1] or gender[2]).lower() if gender else None,
    )


def _document(type_: str, found: re.Match[str]) -> Identifier:
    """A number with its label; of the states that stand by it the one that is known."""
    parts = found.groupdict()
    label = found.string[found.start() : found.start("number")].strip(" :.").replace("IMO)", "IMO")
    states = [parts.get(where) for where in ("after", "of", "before")]
    state = next((state for state in states if state and _state(state)), None)
    return Identifier(type_, label, None, parts["number"], _state(state) if state else None, state)


Add = Callable[[Target, Cell, str | None, Counter[str]], None]


_FIELDS: dict[str, Add] = {
    BIRTH: _add_births,
    BIRTH_PLACE: _add_birth_place,
    CITIZENSHIP: _add_citizenships,
    ADDRESS: _add_address,
    INFORMATION: _add_information,
    LISTING: _add_former_list,
    IMO: _add_imo,
}
