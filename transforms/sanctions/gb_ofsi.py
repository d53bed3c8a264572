"""OFSI's consolidated list of financial sanctions targets, `ConList.csv` and `ConList.xlsx`.

Line 1 is `Last Updated,dd/mm/yyyy`, line 2 the header; then one row a name x date of birth x address,
grouped by `Group ID`. Both forms have the same rows; which one a file is, its first bytes say.
`COLUMNS` says what is read and what is left out; whatever else the header holds is counted as
unknown. Seen in the list of 2025-04-10 (18,796 rows, 4,686 groups); what it taught:

- Columns came and went over the years (29 in 2016, 36 in 2025), so they are found by name. Words
  changed too: a main name was `Prime Alias` and became `Primary name`.
- Within a group most columns are the same on each row, `Last Updated` and `Other Information` among them.
  Names, titles, dates of birth and addresses are not, and where a target is under two regimes (15 groups)
  `Regime` and `Listed On` are not. The rows of a group need not stand together.
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

from transforms.fields import countries, document_numbers
from transforms.fields.contacts import withhold
from transforms.fields.dates import Order, read_all
from transforms.fields.placeholders import is_placeholder
from transforms.fields.record_parts import Country, Identifier, Name, NameKind, joined
from transforms.names import cleaning
from transforms.reading.parse_result import FileReport, ParseResult, SourceFormatError
from transforms.reading.spreadsheet import Line, table_rows
from transforms.sanctions.target import (
    Address,
    Nationality,
    Particular,
    Position,
    Program,
    Target,
    birth,
    country,
    main_name,
    number_key,
    write,
)
from transforms.sanctions.united_kingdom import (
    LANGUAGES,
    birth_dates,
    day,
    order,
    registrations,
    same_day,
    spelt,
)

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
KIND_OF_TARGET: Final = "Group Type"
LISTED: Final = ("Regime", "Listed On")
UPDATED: Final = "Last Updated"
ESSENTIAL = (*NAME_PARTS, KIND_OF_TARGET, "Alias Type", *LISTED, KEY)
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
    UPDATED,
)
IGNORED = (
    "UK Sanctions List Date Designated",  # on another list, since 2020; `Listed On` is this one's
)
COLUMNS: Final = {cleaning.term(column): column for column in (*READ, *IGNORED)}

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
OTHER_LANGUAGES = {"cyrillic": None, "russia": "ru", "ukraine": "uk"}

SCRIPT_LANGUAGES = {"persian": "fa", "russian": "ru"}
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
LONGEST = 300  # characters of a country that are looked at closely
_BESIDES = "in addition to an asset freeze"

# What stands in a column for countries and names none.
NO_STATE = frozenset({"115088", "Crimea", "Moscow", "Yakut Autonomous SSR"})
# Slips of the pen; what is meant is beyond doubt.
SLIPS = {
    "Belrus": "BY",
    "Britain": "GB",
    "Repubic of Moldova": "MD",
    "Sundan": "SD",
    "Uzbekhistan": "UZ",
}
_NOW = re.compile(r"\b(?:now|currently)\s+([^()]+)", re.IGNORECASE)
_NOTED = re.compile(r"([^(.,]+?)[\s.,]*(?:\([^()]*\)|(?<=[.,] )former .+)", re.IGNORECASE)
_BETWEEN_STATES = re.compile(r"[.,;]\s*")

_LABEL = re.compile(r"\(([^()]{2,60})\) ?:")
_YEAR = re.compile(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)")
_NUMBERED = re.compile(r"\((\d{1,2})(?:(?: ?- ?|\) to \()(\d{1,2}))?\)")
_UK_REFERENCE = re.compile(r"\s*([A-Z]{3}\d{4}|[A-Z]{2}[A-Za-z]\.\d{3})\.?(?=\s|$)\s*(?:and\b)?")
_REFERENCE = r"[A-Z]{2}[A-Za-z]?\. ?(?:[A-Z]\.)?[\d.]*\d"
_UN_REFERENCE = re.compile(rf"\s*({_REFERENCE})\.?\s*(?:and\b)?")
# Before there were labels; of another target's reference there is talk in the midst of a sentence.
_OLD_UN_REFERENCE = re.compile(rf"(?:^|[.;]\s+)UN Ref(?:erence)?:?\s+({_REFERENCE})")
_WALLET = re.compile(
    r"\b([A-Z]{3,5}):?\s+(0x[0-9a-fA-F]{40}|[13][1-9A-HJ-NP-Za-km-z]{25,34}|bc1[0-9a-z]{11,71}|T[1-9A-HJ-NP-Za-km-z]{33})\b"
)
_TAX = re.compile(r"\b(?:tax\w*|TIN|INN|fiscal|VAT)\b", re.IGNORECASE)
_SHORT = 3  # letters of a word that many names have
_BETWEEN_SITES = re.compile(r"[\s,;|]+")


def parse(source_id: str, files: Mapping[str, BinaryIO], options: Mapping[str, Any]) -> ParseResult:
    """Reads a list; fills `sanctions` and its child tables.

    Of several files, which are forms of one list, the first by name is read, and the rows of the others
    are counted as outside. A row counts as parsed with its group. Raises SourceFormatError for what is
    no such list, and for files of different days or lengths. A row that cannot be relied on goes to
    quarantine, and so do all rows of a group without a name or of two kinds.
    """
    snapshot = ParseResult()
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


class Orders(NamedTuple):
    """Which of day and month comes first in the file's dates of birth, and in those of the list itself."""

    births: Order | None
    days: Order | None


class Group(NamedTuple):
    """The rows of one target by column: those that hold anything, with a text a row."""

    columns: dict[str, tuple[str, ...]]
    rows: int
    header: frozenset[str]
    orders: Orders


def _read_file(source_id: str, name: str, file: BinaryIO, snapshot: ParseResult) -> None:
    published, header, lines = _opened(name, file, snapshot.unknown)
    report = snapshot.files[name] = FileReport(published_at=published)
    groups = _grouped(name, header, lines, snapshot)
    orders = _orders(header, groups)
    for key, all_lines in groups.items():
        group = _group(header, all_lines, orders)
        lines_, strangers = all_lines, _strangers(group)
        if strangers and strangers != {*range(len(all_lines))}:
            lines_ = [line for at, line in enumerate(all_lines) if at not in strangers]
            group = _group(header, lines_, orders)
            for at in sorted(strangers):
                line, fault = all_lines[at], f"{KEY} {key}: a row of another target"
                snapshot.reject(name, f"line {line.number}", fault, _shown(header, line), key)
            strangers = set()
        schema = _schema(group, snapshot.unknown)
        main, found = _names(group, snapshot.unknown)
        if main is None or schema is None or strangers:
            fault = "no name" if main is None else "rows of two kinds" if schema is None else "two targets"
            for line in lines_:
                shown = _shown(header, line)
                snapshot.reject(name, f"line {line.number}", f"{KEY} {key}: {fault}", shown, key)
            continue
        target = Target(key, schema, main, names=found)
        _fill(target, group, snapshot.unknown)
        write(snapshot, source_id, AUTHORITY, target)
        report.parsed += len(lines_)


def _shown(header: list[str], line: Line) -> str:
    """A row for the quarantine, without `Other Information`, which has ways to reach someone in it."""
    cells = zip(header, line.cells, strict=True)
    return "; ".join([f"{title}: {cell}" for title, cell in cells if cell and title != OTHER])


def _group(header: list[str], lines: list[Line], orders: Orders) -> Group:
    blank = ("",) * len(lines)
    columns = zip(header, zip(*[line.cells for line in lines], strict=False), strict=False)
    filled = {title: column for title, column in columns if column != blank}
    return Group(filled, len(lines), frozenset(header), orders)


def _orders(header: list[str], groups: Mapping[str, list[Line]]) -> Orders:
    found: list[set[str]] = []
    for columns in (("DOB",), (LISTED[1], UPDATED)):
        places = [header.index(column) for column in columns if column in header]
        found.append({line.cells[at] for lines in groups.values() for line in lines for at in places})
    return Orders(*map(order, found))


def _grouped(
    name: str, header: list[str], lines: Iterable[Line], snapshot: ParseResult
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
            # Without what it holds: its cells may stand in wrong columns. If there are as many as there
            # are columns, the key at least is where it should be.
            stated = _key(line.cells[key]) if len(line.cells) == width else None
            snapshot.reject(name, f"line {line.number}", fault, None, stated)
        else:
            cells = line.cells
            cells[other] = once.setdefault(cells[other], cells[other])  # a long text, the same on each row
            groups.setdefault(_key(cells[key]) or "", []).append(line)
    return groups


@lru_cache(maxsize=16_384)
def _key(text: str) -> str | None:
    """A Group ID, a number, which a spreadsheet may have made one with a fraction; None if it is none."""
    return number_key(text.strip().removesuffix(".0"))


def _fault(line: Line, width: int, key: int) -> str | None:
    _, cells, fault = line
    if fault:
        return fault
    if len(cells) < width or any(cells[width:]):
        return f"{len(cells)} cells under {width} columns"
    return None if _key(cells[key]) else f"no {KEY}"


def _opened(
    name: str, file: BinaryIO, unknown: Counter[str]
) -> tuple[datetime | None, list[str], Iterator[Line]]:
    """The day of the list, its columns, and its rows."""
    lines = table_rows(file, name)
    first, second = next(lines, None), next(lines, None)
    if first is None or second is None or cleaning.term("".join(first.cells[:1])) != cleaning.term(UPDATED):
        raise SourceFormatError(f"{name}: does not start with `Last Updated` and a header")
    if fault := first.fault or second.fault:
        raise SourceFormatError(f"{name} line {first.number if first.fault else second.number}: {fault}")
    stated = day(_clean("".join(first.cells[1:2])), "day", unknown)
    header = [COLUMNS.get(cleaning.term(title), _clean(title)) for title in second.cells]
    while header and not header[-1]:
        header.pop()
    if missing := [column for column in ESSENTIAL if column not in header]:
        raise SourceFormatError(f"{name} line {second.number}: no column {', '.join(missing)}")
    if len(set(header)) < len(header):
        raise SourceFormatError(f"{name} line {second.number}: a column appears twice")
    unknown.update(f"column {title}" for title in header if title not in COLUMNS.values())
    published = datetime(stated.year, stated.month, stated.day, tzinfo=UTC) if stated else None
    return published, header, lines


# ---------------------------------------------------------------- rows of somebody else


class _Facts(NamedTuple):
    """What distinguishes the targets of rows, as compared; empty sets where nothing is given."""

    listing: frozenset[str]
    births: frozenset[str]  # the years
    updated: frozenset[str]
    other: frozenset[str]
    words: frozenset[str]  # of the name

    def __or__(self, other: _Facts) -> _Facts:
        return _Facts(*(mine | theirs for mine, theirs in zip(self, other, strict=True)))

    def contradicts(self, other: _Facts) -> list[bool]:
        """Of listing, births, update and `Other Information`, whether both give some and share none."""
        pairs = zip(self[:4], other[:4], strict=True)
        return [bool(mine and theirs and mine.isdisjoint(theirs)) for mine, theirs in pairs]


def _strangers(group: Group) -> set[int]:
    """The rows under the group's number that are about somebody else.

    A row is if it shares no word of a name with those of the main name and differs from them in two or
    more of the listing, the years of birth, the last update and `Other Information`, the listing or birth
    among them; one with a main name also if it differs in birth and shares no `Other Information`. If a
    main name is among them, all rows are strangers: whose number it is is not known.
    """
    columns = group.columns
    blank = ("",) * group.rows
    same = all(len(set(columns.get(each, blank))) == 1 for each in (*LISTED, UPDATED, OTHER))
    if same and len(set(columns.get("DOB", blank))) < 2:
        return set()
    types = [_kind(text, "")[0] for text in columns.get("Alias Type", blank)]
    nearest = min(types)
    if (
        same
        and len({row for row, type_ in zip(_parts_of_names(group), types, strict=True) if type_ == nearest})
        < 2
    ):
        return set()
    facts = [_Facts(*row) for row in _facts(group)]
    mains = [at for at, type_ in enumerate(types) if type_ == nearest]
    own = facts[mains[0]]
    left = [at for at in range(group.rows) if at != mains[0]]
    grown = True
    while grown and left:
        joining = [at for at in left if not _alien(facts[at], own, is_main=at in mains)]
        for at in joining:
            own |= facts[at]
        left = [at for at in left if at not in set(joining)]
        grown = bool(joining)
    return {*range(group.rows)} if any(at in mains for at in left) else {*left}


def _alien(row: _Facts, own: _Facts, *, is_main: bool) -> bool:
    if not row.words.isdisjoint(own.words):
        return False
    listing, births, *others = row.contradicts(own)
    if is_main and births and row.other.isdisjoint(own.other):
        return True
    return (listing or births) and listing + births + sum(others) > 1


def _parts_of_names(group: Group) -> Iterator[tuple[str, ...]]:
    blank = ("",) * group.rows
    return zip(*[group.columns.get(column, blank) for column in NAME_PARTS], strict=True)


def _facts(group: Group) -> Iterator[tuple[frozenset[str], ...]]:
    blank = ("",) * group.rows
    columns = [group.columns.get(column, blank) for column in (*LISTED, "DOB", UPDATED, OTHER)]
    for parts, (regime, listed, born, updated, other) in zip(
        _parts_of_names(group), zip(*columns, strict=True), strict=True
    ):
        since = same_day(_clean(listed), group.orders.days)
        listing = [f"{cleaning.term(regime)} {since}"] if regime or since else []
        words = {word for word in cleaning.key(" ".join(parts)).split() if len(word) > _SHORT}
        days = [same_day(text, group.orders.days)] if (text := _clean(updated)) else []
        others = [text] if (text := _clean(other)) else []
        years = [year for read in read_all(born, serials=True) for year in _YEAR.findall(read.date or "")]
        years = years or _YEAR.findall(born)
        yield tuple(map(frozenset, (listing, years, days, others, words)))


@lru_cache(maxsize=65_536)
def _clean(text: str) -> str:
    return cleaning.clean(text)


@lru_cache(maxsize=16_384)
def _is_nothing(part: str) -> bool:
    return is_placeholder(part, "part")


_term = lru_cache(maxsize=4_096)(cleaning.term)


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
    return None if is_placeholder(text, "part") else text


def _paired(group: Group, column: str, other: str) -> Iterator[tuple[str | None, str | None]]:
    """The values of one column with those of another by number; what has no number belongs to all."""
    for text, told in _combined(group, (column, other)):
        numbered, by_number = _numbered(_clean(text)), dict(_numbered(_clean(told)))
        general = by_number.pop(0, None)
        for number, value in numbered:
            yield value, by_number.pop(number, general)
        yield from ((None, left) for left in by_number.values())


def _schema(group: Group, unknown: Counter[str]) -> str | None:
    """The kind of target; None if the rows differ in it. A word that is none is counted and passed over."""
    kinds = _values(group, KIND_OF_TARGET) or [""]
    found = {schema for kind in kinds if (schema := SCHEMAS.get(_term(kind)))}
    unknown.update(f"{KIND_OF_TARGET} {kind}" for kind in kinds if _term(kind) not in SCHEMAS)
    return None if len(found) > 1 else min(found, default="LegalEntity")


# How near a name is to being the main one by its type. Where none is, one whose type is not known may be:
# `Primay name`.
_MAIN, _ODD, _NEAR, _OTHER = range(4)


@lru_cache(maxsize=1_024)
def _kind(type_: str, quality: str) -> tuple[int, NameKind, tuple[str, ...]]:
    """How near a name is to being the main one, its kind if it is not, and what is not known."""
    type_, quality = cleaning.term(type_).replace(".", ""), cleaning.term(quality)
    odd_type = () if type_ in ALIAS_TYPES else (f"Alias Type {type_}",)
    odd_quality = () if quality in QUALITIES else (f"Alias Quality {quality}",)
    kind = ALIAS_TYPES.get(type_, "alias")
    distance = (
        _MAIN if type_ in PRIMARY_TYPES else _ODD if odd_type else _NEAR if type_ == VARIATION else _OTHER
    )
    weak = kind == "alias" and quality == LOW
    return distance, "weak_alias" if weak else kind, odd_type + odd_quality


def _names(group: Group, unknown: Counter[str]) -> tuple[str | None, list[Name]]:
    """The main name, if there is any name, and all names, each of its best kind."""
    nearest: tuple[int, str] | None = None
    found: Found = {}
    for *parts, type_, quality in _combined(group, (*NAME_PARTS, *KIND)):
        text = cleaning.clean(" ".join([part for part in parts if part and not _is_nothing(part)]))
        if main_name(text):
            distance, kind, odd = _kind(type_, quality)
            if nearest is None or (distance, text) < nearest:
                nearest = distance, text
            _keep_best(found, (text, None), kind)
            if odd:
                unknown.update(odd)
    if nearest is None:
        return None, []
    if nearest[0] in (_ODD, _OTHER):
        unknown["no Primary name"] += 1
    if ORIGINAL[0] in group.columns:
        _add_originals(found, group, unknown)
    return nearest[1], [Name(text, kind, cleaning.script(text), lang) for (text, lang), kind in found.items()]


def _keep_best(found: Found, name: tuple[str, str | None], kind: NameKind) -> None:
    if name not in found or KINDS.index(kind) < KINDS.index(found[name]):
        found[name] = kind


def _add_originals(found: Found, group: Group, unknown: Counter[str]) -> None:
    """Adds the names in other scripts; one whose language some row tells is not there without it."""
    told: set[str] = set()
    for original, script, language, type_, quality in _combined(group, (*ORIGINAL, *KIND)):
        if text := cleaning.clean(original):
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
    word = cleaning.term(language)
    if word not in LANGUAGES and word not in OTHER_LANGUAGES and not is_placeholder(word):
        unknown[f"{ORIGINAL[2]} {_clean(language)}"] += 1
    return LANGUAGES.get(word) or OTHER_LANGUAGES.get(word) or SCRIPT_LANGUAGES.get(cleaning.term(script))


def _fill(target: Target, group: Group, unknown: Counter[str]) -> None:
    filled = group.columns
    target.programs = _programs(group, unknown)
    target.listing_date = min(
        (each.listing_date for each in target.programs if each.listing_date), default=None
    )
    updated = [found for text in _values(group, UPDATED) if (found := day(text, group.orders.days, unknown))]
    target.amended_date = max(updated, default=None)
    if "Title" in filled:
        target.positions = [Position("title", title) for title in _several(group, "Title")]
    if "Position" in filled:
        target.positions += [Position("position", position) for position in _several(group, "Position")]
    for text in _values(group, "DOB"):
        target.births += [birth(read) for read in birth_dates(text, group.orders.births, unknown)]
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
        target.identifiers += _numbers("national_id", NI, [(text, None) for text in _several(group, NI)])
    for text in dict.fromkeys(filled.get(OTHER, ())):
        _add_other(target, text, unknown)


def _birth_places(group: Group, unknown: Counter[str]) -> Iterator[Address]:
    for town, land in _paired(group, "Town of Birth", "Country of Birth"):
        state = _state(land, unknown)
        if full := joined([town, state.raw]):
            yield Address("birth_place", full, town, None, None, *state)


def _programs(group: Group, unknown: Counter[str]) -> list[Program]:
    """The regimes, each with the earliest day of listing under it. A regime has no code: its name is both."""
    days: dict[str, list[date]] = {}
    for regime, listed in _combined(group, LISTED):
        found = day(_clean(listed), group.orders.days, unknown)
        days.setdefault(spelt(regime), []).extend([found] if found else [])
    return [Program(regime, regime, min(each, default=None)) for regime, each in days.items() if regime]


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
    if not text or is_placeholder(text):
        return Country()
    code = _known_state(text)
    return Country(code, text) if code else country(text, unknown, NO_STATE)


def _states(text: str, unknown: Counter[str]) -> list[Country]:
    """The state, or states, that a text names."""
    if is_placeholder(text):
        return []
    parts = [text] if _known_state(text) else _BETWEEN_STATES.split(text)
    if not all(map(_known_state, parts)):
        parts = [raw for _, raw in countries.several(text)]
    return [_state(part, unknown) for part in parts]


def _addresses(group: Group, unknown: Counter[str]) -> Iterator[Address]:
    for *lines, code, land in _combined(group, (*ADDRESS_LINES, "Post/Zip Code", "Country")):
        state, postal_code = _state(_clean(land), unknown), _value(_clean(code))
        parts = [part for text in (*lines, code) if text and not _is_nothing(part := _clean(text))]
        if full := ", ".join(filter(None, (*parts, state.raw))):
            yield Address("address", full, None, None, postal_code, *state)


def _identifier(type_: str, type_raw: str, number: str, type_name: str | None = None) -> Identifier:
    return Identifier(type_, type_raw, type_name, number)


def _documents(group: Group, type_: str, column: str, details: str) -> Iterator[Identifier]:
    """Passports and the like; one without a number says nothing to identify by, and is left out."""
    if column in group.header:
        return _numbers(type_, column, _paired(group, column, details))
    # until 2020 the details held the number too
    return _numbers(type_, details, [(text, None) for text in _several(group, details)])


def _numbers(type_: str, column: str, given: Iterable[tuple[str | None, str | None]]) -> Iterator[Identifier]:
    """The numbers of a column with what another says of each; a cell can hold several with labels."""
    for number, note in given:
        labelled = document_numbers.read_all(number) if number and " " in number else ()
        if len(labelled) > 1:
            yield from labelled
            continue
        for each in document_numbers.read_fields(type_, column, number, note):
            is_tax = each.type == type_ and _TAX.search(f"{number} {note}")
            yield each._replace(type="tax_id") if is_tax else each


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
            _add_fact(target, label, cleaning.clean(value), unknown)
    remarks = [f"Other information: {remark}" for remark in remarks if remark]
    target.identifiers += [wallet for remark in remarks for wallet in _wallets(remark)]
    target.measures += _measures(remarks)
    if statement or remarks:
        target.reasons.append(withhold(" ".join([statement, *remarks])))


def _add_fact(target: Target, label: str, text: str, unknown: Counter[str]) -> None:
    """Adds what one part tells, which may be several of its kind."""
    if label == "gender":
        target.gender = GENDERS.get(cleaning.term(text).strip(" ."))
        if target.gender is None and not is_placeholder(text):
            unknown[f"Gender {text}"] += 1
        return
    for _, value in _numbered(text):
        if value is None:
            continue
        if label == "website":
            target.particulars += [Particular("website", site) for site in _sites(value)]
        elif label == "business reg no":
            target.identifiers += registrations(value, "Business Reg No")
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
        if (part := _term(label)) in PARTS:
            found.append((part, value.strip()))
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


def _wallets(text: str) -> list[Identifier]:
    """The digital currency addresses that a text tells of, called as OFAC calls them."""
    if "igital Currency" not in text and "wallet" not in text:
        return []
    found = _WALLET.findall(text)
    return [
        _identifier("crypto_wallet", f"Digital Currency Address - {code}", address) for code, address in found
    ]


def _measures(remarks: list[str]) -> list[str]:
    """The measures besides an asset freeze that remarks name, with that one."""
    named = "".join([folded for remark in remarks if _BESIDES in (folded := remark.casefold())])
    return (
        ["Asset freeze", *(measure for measure in MEASURES if measure.casefold() in named)] if named else []
    )
