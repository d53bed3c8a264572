"""OFSI's consolidated list of financial sanctions targets, `ConList.csv` and `ConList.xlsx`.

Line 1 is `Last Updated,dd/mm/yyyy`, line 2 the header; then one row a name x date of birth x address,
grouped by `Group ID`. Both forms have the same rows; which one a file is, its first bytes say.
`COLUMNS` says what is read and what is left out; whatever else the header holds is counted as
unknown. Seen in the list of 2025-04-10 (18,796 rows, 4,686 groups); what it taught:

- Columns came and went over the years (29 in 2016, 36 in 2025), so they are found by name. Words
  changed too: a main name was `Prime Alias` and became `Primary name`.
- Within a group most columns are the same on each row. Names, titles, dates and addresses are not,
  and where a target is under two regimes (15 groups) `Regime` and `Listed On` are not.
- Several values stand in one cell as `(1) Germany. (2) Morocco`, at times `(1-3) Libya (4) Morocco`,
  and passports, identity numbers and places of birth are told by two such cells. `-` is none.
- `Other Information` holds labelled parts, `(UK Sanctions List Ref):GHR0086. (Gender):Male`, and after
  the references free text. Brackets before a colon can stand in any text: `resolution 2662 (2022): …`.
- `Address 6` is a town on some rows and a province on others, so none of the lines is called a city.
- Cells are at times in the wrong column: `Country` is `Moscow` on 4 rows.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, BinaryIO, Final, NamedTuple, TypeAlias

from transforms import countries, names
from transforms.contacts import withhold
from transforms.dates import PartialDate, partial, read_all
from transforms.sheets import Line, table_rows
from transforms.snapshot import FileReport, Snapshot, SourceFormatError
from transforms.targets import (
    Address,
    Country,
    Identifier,
    Name,
    NameKind,
    Nationality,
    Particular,
    Position,
    Program,
    Target,
    birth,
    country,
    write,
)
from transforms.united_kingdom import LABELS, LANGUAGES

AUTHORITY = "UK Office of Financial Sanctions Implementation"

NAME_PARTS = ("Name 1", "Name 2", "Name 3", "Name 4", "Name 5", "Name 6")  # Name 6 is the surname or all
ORIGINAL = ("Name Non-Latin Script", "Non-Latin Script Type", "Non-Latin Script Language")
KIND = ("Alias Type", "Alias Quality")
ADDRESS_LINES = tuple(f"Address {number}" for number in range(1, 7))
DOCUMENTS = (
    ("passport", "Passport Number", "Passport Details"),
    ("national_id", "National Identification Number", "National Identification Details"),
)
NI: Final = "NI Number"
OTHER: Final = "Other Information"
KEY: Final = "Group ID"
ESSENTIAL = (*NAME_PARTS, "Group Type", "Alias Type", "Regime", "Listed On", KEY)
READ = (
    *ESSENTIAL,
    *ORIGINAL,
    "Alias Quality",
    "Title",
    "DOB",
    "Town of Birth",
    "Country of Birth",
    "Nationality",
    *(column for _, *columns in DOCUMENTS for column in columns),
    NI,  # until 2020, in place of the two on national identification
    "Position",
    *ADDRESS_LINES,
    "Post/Zip Code",
    "Country",
    OTHER,
)
IGNORED = (
    "Last Updated",  # the day of the last amendment; ours are observed
    "UK Sanctions List Date Designated",  # on another list, since 2020; `Listed On` is this one's
)
COLUMNS: Final = (*READ, *IGNORED)

SCHEMAS = {"individual": "Person", "entity": "Organization", "ship": "Vessel"}
ALIAS_TYPES: dict[str, NameKind] = {
    "primary name": "alias",  # of two, that which is not the main name
    "prime alias": "alias",  # its former word
    "primary name variation": "alias",
    "aka": "alias",
    "fka": "former",
}
PRIMARY_TYPES = ("primary name", "prime alias")
VARIATION = "primary name variation"
QUALITIES = ("", "good quality", "low quality")
LOW = "low quality"
# Languages that `uksl_xml` does not know, by their words here; a script in place of one says none.
OTHER_LANGUAGES = {"Cyrillic": None, "Russia": "ru", "Ukraine": "uk"}

SCRIPT_LANGUAGES = {"Persian": "fa", "Russian": "ru"}
KINDS: tuple[NameKind, ...] = ("alias", "weak_alias", "former")

# The parts of `Other Information` by label, in lower case.
UK, UN = "UK Sanctions List Ref", "UN Ref"
REFERENCES = {UK.casefold(): UK, UN.casefold(): UN}
STATEMENT = "uk statement of reasons"
REMARKS = ("further identifying information", "further identifiying information", "other information")
WITHHELD = (
    "email address",
    "fax",
    "fax number",
    "phone number",
    "phone number(s)",
    "tel",
    "telephone number",
)
FACTS: dict[str, tuple[str, str | None]] = {  # the property they are told as, with a note
    "type of entity": ("organization_type", None),
    "parent company": ("parent", None),
    "subsidiaries": ("subsidiary", None),
    "current owners": ("owner", None),
    "current owner/operator": ("operator", "owner or operator"),
    "previous owner/operator": ("former_operator", "owner or operator"),
    "previous flags": ("former_flag", None),
    "type of ship": ("vessel_type", None),
    "tonnage of ship": ("tonnage", None),
    "length of ship": ("length", None),
    "year built": ("build_date", None),
    "hull identification number": ("hull_number", None),
}
PARTS = frozenset((STATEMENT, *REFERENCES, *REMARKS, *WITHHELD, *FACTS)) | {
    "business reg no",
    "flag of ship",
    "gender",
    "imo number",
    "website",
}
GENDERS = {"male": "male", "female": "female"}
MEASURES = (
    "Correspondent banking relationships",
    "Dealing with transferable securities or money-market instruments",
    "Director Disqualification Sanction",
    "Loans and credit arrangements",
    "Travel ban",
    "Trust services",
)
LONGEST = 300  # characters of a country, or of numbers of registration, that are looked at closely
_BESIDES = "in addition to an asset freeze"

# What stands in a column for countries and names none.
NO_STATE = frozenset({"115088", "Crimea", "Moscow", "Yakut Autonomous SSR"})
# Slips of the pen; what is meant is beyond doubt.
SLIPS = {
    "Belrus": "BY",
    "Britain": "GB",
    "German": "DE",
    "Repubic of Moldova": "MD",
    "Russian": "RU",
    "Sundan": "SD",
    "Uzbekhistan": "UZ",
}
_NOW = re.compile(r"\b(?:now|currently)\s+([^()]+)", re.IGNORECASE)
_NOTED = re.compile(r"([^(.,]+?)[\s.,]*(?:\([^()]*\)|(?<=[.,] )former .+)", re.IGNORECASE)
_BETWEEN_STATES = re.compile(r"[.,;]\s*")

_LABEL = re.compile(r"\(([^()]{2,60})\):")
_NUMBERED = re.compile(r"\((\d{1,2})(?:(?: ?- ?|\) to \()(\d{1,2}))?\)")
_UK_REFERENCE = re.compile(r"\s*([A-Z]{3}\d{4}|[A-Z]{2}[A-Za-z]\.\d{3})\.?(?=\s|$)\s*(?:and\b)?")
_REFERENCE = r"[A-Z]{2}[A-Za-z]?\. ?(?:[A-Z]\.)?[\d.]*\d"
_UN_REFERENCE = re.compile(rf"\s*({_REFERENCE})\.?\s*(?:and\b)?")
# Before there were labels; of another target's reference there is talk in the midst of a sentence.
_OLD_UN_REFERENCE = re.compile(rf"(?:^|[.;]\s+)UN Ref(?:erence)?:?\s+({_REFERENCE})")
_WALLET = re.compile(
    r"\b([A-Z]{3,5}):?\s+(0x[0-9a-fA-F]{40}|[13][1-9A-HJ-NP-Za-km-z]{25,34}|bc1[0-9a-z]{11,71}|T[1-9A-HJ-NP-Za-km-z]{33})\b"
)
_ISSUER = re.compile(
    r"\(?([A-Z][^\W\d_]+(?:[ '][^\W\d_]+)*?)\)?(?= (?:number|passport|national|identi|card)|[.,;]|$)", re.I
)
_TAX = re.compile(r"\b(?:tax\w*|TIN|INN|fiscal|VAT)\b", re.IGNORECASE)
_CODE = re.compile(r"\b(?:SWIFT|BIC)\b")
_REGISTERED = re.compile(
    r"[\s;,.]*(?P<label>(?:[^\W\d_]+(?:\s*[:–]\s*|\s+-\s*|-\s+|\.(?:\s*:\s*|\s+)|/|\s+)){1,5}?|)(?P<number>[A-Z]{0,3}\d[\w/-]*)"
    r"(?: \((?P<country>[A-Za-z ]+)\)| [–-] (?P<after>[A-Za-z ]+))?[\s;,.]*"
)
_BETWEEN_SITES = re.compile(r"[\s,;|]+")


def parse(source_id: str, files: Mapping[str, BinaryIO], options: Mapping[str, Any]) -> Snapshot:
    """Reads a list; fills `sanctions` and its child tables.

    Of several files, which are forms of one list, the first by name is read, and the rows of the others
    are counted as outside. A row counts as parsed with its group. Raises SourceFormatError for what is
    no such list, and for files of different days or lengths. A row that cannot be relied on goes to
    quarantine, and so do all rows of a group without a name or of two kinds.
    """
    snapshot = Snapshot()
    first, *others = sorted(files)
    _read_file(source_id, first, files[first], snapshot)
    report = snapshot.files[first]
    for name in others:
        published, _, lines = _opened(name, files[name], Counter())
        rows = sum(1 for _ in lines)
        if (published, rows) != (report.published_at, report.declared):
            raise SourceFormatError(f"{name}: not the same list as {first}: other day or number of rows")
        snapshot.files[name] = FileReport(rows, outside=rows, published_at=published)
    return snapshot


Found: TypeAlias = dict[tuple[str, str | None], NameKind]  # by name and language


class Group(NamedTuple):
    """The rows of one target by column: those that hold anything, with a text a row."""

    columns: dict[str, tuple[str, ...]]
    rows: int
    header: frozenset[str]


def _read_file(source_id: str, name: str, file: BinaryIO, snapshot: Snapshot) -> None:
    published, header, lines = _opened(name, file, snapshot.unknown)
    report = snapshot.files[name] = FileReport(published_at=published)
    groups = _grouped(name, header, lines, snapshot)
    titles = frozenset(header)
    for group_id, lines_ in groups.items():
        rows = len(lines_)
        blank = ("",) * rows
        columns = zip(header, zip(*[line.cells for line in lines_], strict=False), strict=False)
        group = Group({title: column for title, column in columns if column != blank}, rows, titles)
        schema = _schema(group, snapshot.unknown)
        main, found = _names(group, snapshot.unknown)
        if main is None or schema is None:
            fault = f"Group ID {group_id}: {'rows of two kinds' if main else 'no name'}"
            for line in lines_:
                snapshot.reject(name, f"line {line.number}", fault, _shown(header, line))
            continue
        target = Target(group_id, schema, main, names=found)
        _fill(target, group, snapshot.unknown)
        write(snapshot, source_id, AUTHORITY, target)
        report.parsed += rows


def _grouped(
    name: str, header: list[str], lines: Iterable[Line], snapshot: Snapshot
) -> dict[str, list[Line]]:
    """The rows by Group ID; those without one, or that cannot be relied on, go to quarantine."""
    report = snapshot.files[name]
    width, key = len(header), header.index(KEY)
    other = header.index(OTHER) if OTHER in header else key
    groups: dict[str, list[Line]] = {}
    once: dict[str, str] = {}
    for line in lines:
        report.declared += 1
        if fault := _fault(line, width, key):
            # Without what it holds: its cells may stand in wrong columns.
            snapshot.reject(name, f"line {line.number}", fault)
        else:
            cells = line.cells
            cells[other] = once.setdefault(cells[other], cells[other])  # a long text, the same on each row
            groups.setdefault(_clean(cells[key]), []).append(line)
    return groups


def _fault(line: Line, width: int, key: int) -> str | None:
    _, cells, fault = line
    if fault:
        return fault
    if len(cells) < width or any(cells[width:]):
        return f"{len(cells)} cells under {width} columns"
    return None if _clean(cells[key]) else f"no {KEY}"


def _opened(
    name: str, file: BinaryIO, unknown: Counter[str]
) -> tuple[datetime | None, list[str], Iterator[Line]]:
    """The day of the list, its columns, and its rows."""
    lines = table_rows(file, name)
    first, second = next(lines, None), next(lines, None)
    if first is None or second is None or _clean(first.cells[0] if first.cells else "") != "Last Updated":
        raise SourceFormatError(f"{name}: does not start with `Last Updated` and a header")
    if fault := first.fault or second.fault:
        raise SourceFormatError(f"{name} line {first.number if first.fault else second.number}: {fault}")
    day = _day(first.cells[1] if len(first.cells) > 1 else "", unknown)
    header = [_clean(title) for title in second.cells]
    while header and not header[-1]:
        header.pop()
    if missing := [column for column in ESSENTIAL if column not in header]:
        raise SourceFormatError(f"{name} line {second.number}: no column {', '.join(missing)}")
    if len(set(header)) < len(header):
        raise SourceFormatError(f"{name} line {second.number}: a column appears twice")
    unknown.update(f"column {title}" for title in header if title not in COLUMNS)
    published = datetime(day.year, day.month, day.day, tzinfo=UTC) if day else None
    return published, header, lines


def _shown(header: list[str], line: Line) -> str:
    """A row for the quarantine, without `Other Information`, which has ways to reach someone in it."""
    cells = zip(header, line.cells, strict=True)
    return "; ".join([f"{title}: {cell}" for title, cell in cells if cell and title != OTHER])


@lru_cache(maxsize=65_536)
def _clean(text: str) -> str:
    return names.clean(text)


@lru_cache(maxsize=4_096)
def _date(text: str) -> date | None:
    read = partial(text[:10], ("%d/%m/%Y", "%Y-%m-%d"))  # the second where somebody saved the workbook
    return date.fromisoformat(read.date) if read.date else None


def _day(text: str, unknown: Counter[str]) -> date | None:
    found = _date(text)
    if found is None and text:
        unknown[f"date {text}"] += 1
    return found


def _values(group: Group, column: str) -> list[str]:
    """What a column holds, each once."""
    if column not in group.columns:
        return []
    return [text for cell in dict.fromkeys(group.columns[column]) if (text := _clean(cell))]


def _combined(group: Group, columns: Iterable[str]) -> Iterable[tuple[str, ...]]:
    """What several columns hold together, each once."""
    filled, blank = group.columns, ("",) * group.rows
    return dict.fromkeys(zip(*[filled.get(column, blank) for column in columns], strict=False))


def _several(group: Group, column: str) -> list[str]:
    """What a column holds, cells of several values taken apart."""
    found = [value for text in _values(group, column) for _, value in _numbered(text) if value]
    return found if len(found) < 2 else list(dict.fromkeys(found))


@lru_cache(maxsize=16_384)
def _numbered(text: str) -> tuple[tuple[int, str | None], ...]:
    """The values of `(1) one. (2) two`, by number; 0 is the number of a text that has none.

    Numbers count up, so that a year in brackets is none. None is a value `-`.
    """
    if not text.startswith("(1"):
        return ((0, _value(text)),)
    marks: list[tuple[range, int, int]] = []
    for mark in _NUMBERED.finditer(text):
        first, last = int(mark[1]), int(mark[2] or mark[1])
        due = marks[-1][0].stop if marks else 1
        if first in (due, due - 1) and first <= last:  # at times a number stands twice
            marks.append((range(due, last + 1 if first == due else due + 1), *mark.span()))
    if not marks or marks[0][1] > 0:
        return ((0, _value(text)),)
    ends = [start for _, start, _ in marks[1:]] + [len(text)]
    return tuple(
        (number, _value(text[start:end]))
        for (numbers, _, start), end in zip(marks, ends, strict=True)
        for number in numbers
    )


def _value(text: str) -> str | None:
    text = text.strip()
    text = text if text.endswith(("Co.", "Ltd.", "etc.")) else text.rstrip(" .")
    return None if text.strip("-–") == "" else text


def _paired(group: Group, column: str, other: str) -> Iterator[tuple[str | None, str | None]]:
    """The values of one column with those of another by number; what has no number belongs to all."""
    for text, told in _combined(group, (column, other)):
        numbered, by_number = _numbered(_clean(text)), dict(_numbered(_clean(told)))
        general = by_number.pop(0, None)
        for number, value in numbered:
            yield value, by_number.pop(number, general)
        yield from ((None, left) for left in by_number.values())


def _schema(group: Group, unknown: Counter[str]) -> str | None:
    """The kind of target; None if the rows differ."""
    kinds = _values(group, "Group Type")
    if len(kinds) > 1:
        return None
    kind = kinds[0] if kinds else ""
    schema = SCHEMAS.get(kind.casefold())
    if schema is None:
        unknown[f"Group Type {kind}"] += 1
    return schema or "LegalEntity"


@lru_cache(maxsize=1_024)
def _kind(type_: str, quality: str) -> tuple[int, NameKind, tuple[str, ...]]:
    """How near a name is to being the main one, its kind if it is not, and what is not known."""
    type_, quality = _clean(type_).replace(".", "").casefold(), _clean(quality).casefold()
    odd_type = () if type_ in ALIAS_TYPES else (f"Alias Type {type_}",)
    odd_quality = () if quality in QUALITIES else (f"Alias Quality {quality}",)
    kind = ALIAS_TYPES.get(type_, "alias")
    distance = 0 if type_ in PRIMARY_TYPES else 1 if type_ == VARIATION else 2
    weak = kind == "alias" and quality == LOW
    return distance, "weak_alias" if weak else kind, odd_type + odd_quality


def _names(group: Group, unknown: Counter[str]) -> tuple[str | None, list[Name]]:
    """The main name, if there is any name, and all names, each of its best kind."""
    nearest: tuple[int, str] | None = None
    found: Found = {}
    for *parts, type_, quality in _combined(group, (*NAME_PARTS, *KIND)):
        if text := names.clean(" ".join(filter(None, parts))):
            distance, kind, odd = _kind(type_, quality)
            if nearest is None or (distance, text) < nearest:
                nearest = distance, text
            _keep_best(found, (text, None), kind)
            if odd:
                unknown.update(odd)
    if nearest is None:
        return None, []
    if nearest[0] > 1:
        unknown["no Primary name"] += 1
    if ORIGINAL[0] in group.columns:
        _add_originals(found, group, unknown)
    return nearest[1], [Name(text, kind, names.script(text), lang) for (text, lang), kind in found.items()]


def _keep_best(found: Found, name: tuple[str, str | None], kind: NameKind) -> None:
    if name not in found or KINDS.index(kind) < KINDS.index(found[name]):
        found[name] = kind


def _add_originals(found: Found, group: Group, unknown: Counter[str]) -> None:
    """Adds the names in other scripts; one whose language some row tells is not there without it."""
    told: set[str] = set()
    for original, script, language, type_, quality in _combined(group, (*ORIGINAL, *KIND)):
        if text := names.clean(original):
            lang = _language(language, script, unknown)
            _keep_best(found, (text, lang), _kind(type_, quality)[1])
            if lang:
                told.add(text)
    for text in told:
        found.pop((text, None), None)


def _language(language: str, script: str, unknown: Counter[str]) -> str | None:
    """The language of a name, which at times stands in place of the script."""
    if not language and not script:
        return None
    language, script = _clean(language), _clean(script)
    if language and language not in LANGUAGES and language not in OTHER_LANGUAGES:
        unknown[f"{ORIGINAL[2]} {language}"] += 1
    return LANGUAGES.get(language) or OTHER_LANGUAGES.get(language) or SCRIPT_LANGUAGES.get(script)


def _fill(target: Target, group: Group, unknown: Counter[str]) -> None:
    filled = group.columns
    days = [day for text in _values(group, "Listed On") if (day := _day(text, unknown))]
    target.listing_date = min(days, default=None)
    target.programs = [_program(regime) for regime in _values(group, "Regime")]
    if "Title" in filled:
        target.positions = [Position("title", title) for title in _several(group, "Title")]
    if "Position" in filled:
        target.positions += [Position("position", position) for position in _several(group, "Position")]
    target.births = [birth(read) for text in _values(group, "DOB") for read in _birth_dates(text, unknown)]
    target.addresses = list(_addresses(group, unknown))
    if "Town of Birth" in filled or "Country of Birth" in filled:
        target.addresses += _birth_places(group, unknown)
    if "Nationality" in filled:
        states = [state for text in _several(group, "Nationality") for state in _states(text, unknown)]
        target.nationalities = [Nationality("nationality", *state) for state in states]
    for type_, number, details in DOCUMENTS:
        if number in filled or details in filled:
            target.identifiers += _documents(group, type_, number, details)
    if NI in filled:
        target.identifiers += [_identifier("national_id", NI, number) for number in _several(group, NI)]
    for text in dict.fromkeys(filled.get(OTHER, ())):
        _add_other(target, text, unknown)


def _birth_dates(text: str, unknown: Counter[str]) -> tuple[PartialDate, ...]:
    found = read_all(text)
    for read in found:
        if read.date is None:
            unknown[f"date {read.raw}"] += 1
    return found


def _birth_places(group: Group, unknown: Counter[str]) -> Iterator[Address]:
    for town, land in _paired(group, "Town of Birth", "Country of Birth"):
        state = _state(land, unknown)
        if parts := [part for part in (town, state.raw) if part]:
            yield Address("birth_place", ", ".join(parts), town, None, None, *state)


@lru_cache(maxsize=1_024)
def _program(regime: str) -> Program:
    """A regime has no code: its name is both."""
    return Program(regime, regime)


@lru_cache(maxsize=8_192)
def _known_state(text: str) -> str | None:
    """The code of the state that a text names, with notes on what was before or is now."""
    code = countries.code(text) or SLIPS.get(text)
    if len(text) > LONGEST:
        return None
    if code is None and (now := _NOW.search(text)):
        return countries.code(now[1])
    if code is None and (noted := _NOTED.fullmatch(text)):
        return countries.code(noted[1])
    return code


def _state(text: str | None, unknown: Counter[str]) -> Country:
    if not text:
        return Country()
    code = _known_state(text)
    return Country(code, text) if code else country(text, unknown, NO_STATE)


def _states(text: str, unknown: Counter[str]) -> list[Country]:
    """The state, or states, that a text names."""
    parts = [text] if _known_state(text) else _BETWEEN_STATES.split(text)
    if not all(map(_known_state, parts)):
        parts = [text]
    return [_state(part, unknown) for part in parts]


def _addresses(group: Group, unknown: Counter[str]) -> Iterator[Address]:
    for *lines, code, land in _combined(group, (*ADDRESS_LINES, "Post/Zip Code", "Country")):
        state, postal_code = _state(_clean(land), unknown), _clean(code) or None
        parts = [_clean(text) for text in (*lines, code) if text]
        if full := ", ".join(filter(None, (*parts, state.raw))):
            yield Address("address", full, None, None, postal_code, *state)


def _identifier(type_: str, type_raw: str, number: str, type_name: str | None = None) -> Identifier:
    return Identifier(type_, type_raw, type_name, number)


def _documents(group: Group, type_: str, column: str, details: str) -> Iterator[Identifier]:
    """Passports and the like; one without a number says nothing to identify by, and is left out."""
    if column not in group.header:  # until 2020 the details held the number too
        yield from [_identifier(type_, details, text) for text in _several(group, details)]
        return
    for number, note in _paired(group, column, details):
        if number is None:
            continue
        told = f"{number} {note}"
        found = Identifier("tax_id" if _TAX.search(told) else type_, column, None, number)
        issuer = _ISSUER.match(note) if note else None
        code = countries.code(issuer[1]) if issuer else None
        if issuer and code:
            found = found._replace(country=code, country_raw=issuer[1])
        yield found._replace(note=None if issuer and code and issuer[0] == note else note)


def _add_other(target: Target, text: str, unknown: Counter[str]) -> None:
    """Takes `Other Information` apart by its labels."""
    statement, remarks = "", []
    for label, value in _parts(text, unknown):
        if label == STATEMENT:
            statement = f"{statement} {value}" if statement else value
        elif label in ("", *REMARKS):
            found = _OLD_UN_REFERENCE.findall(value)
            target.identifiers += [_identifier("list_reference", UN, reference) for reference in found]
            remarks.append(value)
        elif label in REFERENCES:
            identifiers, rest = _references(REFERENCES[label], value)
            target.identifiers += identifiers
            remarks.append(rest)
        elif label not in WITHHELD:
            _add_fact(target, label, names.clean(value), unknown)
    remarks = [f"Other information: {remark}" for remark in remarks if remark]
    target.identifiers += [wallet for remark in remarks for wallet in _wallets(remark)]
    target.measures += _measures(remarks)
    if statement or remarks:
        target.reasons.append(withhold(" ".join([statement, *remarks])))


def _add_fact(target: Target, label: str, text: str, unknown: Counter[str]) -> None:
    """Adds what one part tells, which may be several of its kind."""
    if label == "gender":
        target.gender = GENDERS.get(text.casefold().strip("."))
        if target.gender is None:
            unknown[f"Gender {text}"] += 1
        return
    for _, value in _numbered(text):
        if value is None:
            continue
        if label == "website":
            target.particulars += [Particular("website", site) for site in _sites(value)]
        elif label == "business reg no":
            target.identifiers += _registrations(value)
        elif label == "imo number":
            target.identifiers.append(_identifier("imo", "IMO number", value))
        elif label == "flag of ship":
            target.nationalities.append(Nationality("flag", *_state(value, unknown)))
        else:
            property_, note = FACTS[label]
            target.particulars.append(Particular(property_, value, note))


def _parts(text: str, unknown: Counter[str]) -> list[tuple[str, str]]:
    """The labelled parts by label in lower case; what has none has the label `""`."""
    first, *pieces = _LABEL.split(text)
    found = [("", first)] if first.strip() else []
    for label, value in zip(pieces[::2], pieces[1::2], strict=True):
        if label.casefold() in PARTS:
            found.append((label.casefold(), value.strip()))
            continue
        if label[0].isupper() and value[:1].strip() and not countries.code(label):
            unknown[f"{OTHER} ({label})"] += 1
        before, told = found.pop() if found else ("", "")
        found.append((before, f"{told} ({label}):{value}".strip()))
    return found


def _references(type_raw: str, text: str) -> tuple[list[Identifier], str]:
    """The references that a text starts with, and the rest of it."""
    pattern = _UK_REFERENCE if type_raw == UK else _UN_REFERENCE
    found: list[Identifier] = []
    at = 0
    while match := pattern.match(text, at):
        found.append(_identifier("list_reference", type_raw, match[1].replace(" ", "")))
        at = match.end()
    return found, text[at:].lstrip(" .")


def _sites(text: str) -> list[str]:
    """The web sites in a text; a mail address among them is left out."""
    words = _BETWEEN_SITES.split(text)
    return [word for word in words if "." in word and ("@" not in word or "/" in word)]


def _registrations(text: str) -> list[Identifier]:
    """The numbers of one part: taken apart if it is nothing but numbers with labels, else as it is."""
    whole = [_identifier("registration", "Business Reg No", text)]
    found: list[Identifier] = []
    at = 0
    while at < len(text):
        match = _REGISTERED.match(text, at)
        if match is None or len(text) > LONGEST:
            return whole
        label = (match["label"] or match["after"] or "").strip(" /.:–-")
        land = match["country"] or label.partition(" ")[0]
        code = countries.code(land) if len(land) > 3 else None
        type_, type_name = LABELS.get(label.rpartition(" ")[2], (_registered_as(label), None))
        raw = label or "Business Reg No"
        found.append(Identifier(type_, raw, type_name, match["number"], code, land if code else None))
        at = match.end()
    unlabelled = any(each.type_raw == "Business Reg No" for each in found)
    return whole if unlabelled and len(found) > 1 else found


def _registered_as(label: str) -> str:
    return "tax_id" if _TAX.search(label) else "swift_bic" if _CODE.search(label) else "registration"


def _wallets(text: str) -> list[Identifier]:
    """The digital currency addresses that a text tells of, called as OFAC calls them."""
    if "igital Currency" not in text and "wallet" not in text:
        return []
    found = _WALLET.findall(text)
    return [
        _identifier("crypto_wallet", f"Digital Currency Address - {code}", address) for code, address in found
    ]


def _measures(remarks: list[str]) -> list[str]:
    """The measures besides an asset freeze that remarks tell of, with that one."""
    told = "".join([remark for remark in remarks if _BESIDES in remark]).casefold()
    return ["Asset freeze", *(measure for measure in MEASURES if measure.casefold() in told)] if told else []
