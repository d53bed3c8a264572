"""OFSI's consolidated list of financial sanctions targets, `ConList.csv` and `ConList.xlsx`.

Line 1 is `Last Updated,dd/mm/yyyy`, line 2 the header; then one row per name x date of birth x address,
grouped by `Group ID`. Both forms have the same rows; the first bytes of a file show which one it is. Seen in
the list of 2025-04-10 (18,796 rows, 4,686 groups). What it taught:

- Columns came and went over the years (29 in 2016, 36 in 2025), so they are found by name. Words
  changed too: a main name was `Prime Alias` and became `Primary name`.
- Within a group most columns are the same on each row, `Last Updated` and `Other Information` among them.
  Names, titles, dates of birth and addresses are not, and where a target is under two regimes (15 groups)
  `Regime` and `Listed On` are not. The rows of a group need not follow each other.
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
from typing import Any, BinaryIO, TypeAlias

from transforms.fields import document_numbers
from transforms.fields.dates import Order, read_all
from transforms.fields.placeholders import is_placeholder
from transforms.fields.record_parts import Identifier, Name, NameKind, joined
from transforms.names import cleaning
from transforms.reading import declaration
from transforms.reading.declaration import (
    TEXT,
    TEXTS,
    Group,
    Node,
    compile_filling,
    each,
    group,
    ignored,
    withheld_fields,
)
from transforms.reading.parse_result import FileReport, ParseResult, SourceFormatError
from transforms.reading.row_groups import Rows, columns_of, compile_rows
from transforms.reading.spreadsheet import Line
from transforms.reading.table import TableFormat
from transforms.sanctions.reused_keys import Traits
from transforms.sanctions.target import (
    Address,
    Nationality,
    Position,
    Program,
    Target,
    birth,
    main_name,
    number_key,
    write,
)
from transforms.sanctions.united_kingdom import (
    LANGUAGES,
    birth_dates,
    day,
    order,
    same_day,
    spelt,
    state,
    states,
)
from transforms.sanctions.vocabulary.bracketed_labels import numbered_values, values, without_stop
from transforms.sanctions.vocabulary.ofsi_other_information import WITHHELD_PARTS, add_other_information

AUTHORITY = "UK Office of Financial Sanctions Implementation"

NAME_PARTS = ("Name 1", "Name 2", "Name 3", "Name 4", "Name 5", "Name 6")  # Name 6 is the surname or all
ORIGINAL = ("Name Non-Latin Script", "Non-Latin Script Type", "Non-Latin Script Language")
KEY, KIND_OF_TARGET, UPDATED, OTHER = "Group ID", "Group Type", "Last Updated", "Other Information"
REGIME, LISTED, TYPE, QUALITY = "Regime", "Listed On", "Alias Type", "Alias Quality"
ESSENTIAL = (*NAME_PARTS, KIND_OF_TARGET, TYPE, REGIME, LISTED, KEY)
# Of these the rows of one target differ only if it is under two regimes.
ALIKE = (REGIME, LISTED, UPDATED, OTHER)

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
# Languages that the UK Sanctions List does not have, by their words here; a script in place of one says none.
OTHER_LANGUAGES = {"cyrillic": None, "russia": "ru", "ukraine": "uk"}
SCRIPT_LANGUAGES = {"persian": "fa", "russian": "ru"}
KINDS: tuple[NameKind, ...] = ("alias", "weak_alias", "former")

_YEAR = re.compile(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)")
_TAX = re.compile(r"\b(?:tax\w*|TIN|INN|fiscal|VAT)\b", re.IGNORECASE)


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
        return day(_clean(text), self.days, self.unknown)


Fields: TypeAlias = declaration.Fields[Target, Context]
Sink: TypeAlias = declaration.Sink[Target, Context]


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


def _read_file(source_id: str, name: str, file: BinaryIO, result: ParseResult) -> None:
    published, header, lines = _opened(name, file, result.unknown)
    report = result.files[name] = FileReport(published_at=published)
    groups = _grouped(name, header, lines, result)
    context = _context(header, groups, result.unknown)
    for key, all_lines in groups.items():
        lines_, rows = all_lines, Rows.of(header, [line.cells for line in all_lines])
        strangers = _strangers(rows, context)
        if strangers and len(strangers) < len(all_lines):
            for at in sorted(strangers):
                line, fault = all_lines[at], f"{KEY} {key}: a row of another target"
                result.reject(name, f"line {line.number}", fault, _shown(header, line), key)
            lines_ = [line for at, line in enumerate(all_lines) if at not in strangers]
            rows, strangers = Rows.of(header, [line.cells for line in lines_]), set()
        node = _READ(rows)
        schema = _schema(node, context.unknown)
        main, names = _names(node, context.unknown)
        if main is None or schema is None or strangers:
            fault = "no name" if main is None else "rows of two kinds" if schema is None else "two targets"
            for line in lines_:
                shown = _shown(header, line)
                result.reject(name, f"line {line.number}", f"{KEY} {key}: {fault}", shown, key)
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
    stated = day(_clean("".join(first.cells[1:2])), "day", unknown)
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
    births, days = map(order, found)
    return Context(unknown, births, days, frozenset(header))


def _shown(header: list[str], line: Line) -> str:
    """A row for the quarantine, without `Other Information`, which has ways to reach someone in it."""
    cells = zip(header, line.cells, strict=True)
    return "; ".join([f"{title}: {cell}" for title, cell in cells if cell and title != OTHER])


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
    types = [_kind(text, "")[0] for text in rows.column(TYPE)]
    mains = [at for at, type_ in enumerate(types) if type_ == min(types)]
    names = [*rows.together(NAME_PARTS)]
    if same and len({names[at] for at in mains}) < 2:
        return set()
    facts = zip(names, rows.together((*ALIKE, "DOB")), strict=True)
    traits = [_traits(parts, stated, context.days) for parts, stated in facts]
    own = traits[mains[0]]
    left = [at for at in range(rows.number) if at != mains[0]]
    grown = True
    while grown and left:
        joining = {at for at in left if not _is_stranger(traits[at], own, is_main=at in mains)}
        for at in joining:
            own |= traits[at]
        left = [at for at in left if at not in joining]
        grown = bool(joining)
    return {*range(rows.number)} if any(at in mains for at in left) else {*left}


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
    years = [year for read in read_all(born, serials=True) for year in _YEAR.findall(read.date or "")]
    facts = {
        "listing": [f"{cleaning.term(regime)} {since}"] if regime or since else [],
        "births": years or _YEAR.findall(born),
        "updated": [same_day(text, order)] if (text := _clean(updated)) else [],
        "other": [text] if (text := _clean(other)) else [],
    }
    return Traits.of(" ".join(parts), facts)


# ---------------------------------------------------------------- cells


@lru_cache(maxsize=65_536)
def _clean(text: str) -> str:
    return cleaning.clean(text)


@lru_cache(maxsize=16_384)
def _is_nothing(part: str) -> bool:
    return is_placeholder(part, "part")


def _paired(node: Node, column: str, other: str) -> Iterator[tuple[str | None, str | None]]:
    """The values of one column with those of another by number; what has no number belongs to all."""
    numbered = numbered_values(_clean(node.get(column, "")))
    by_number = dict(numbered_values(_clean(node.get(other, ""))))
    general = by_number.pop(0, None)
    for number, value in numbered:
        yield value, by_number.pop(number, general)
    yield from ((None, left) for left in by_number.values())


def _schema(node: Node, unknown: Counter[str]) -> str | None:
    """The kind of target; None if the rows differ in it. A word that is none is counted and passed over."""
    kinds = [kind for text in node.all(KIND_OF_TARGET) if (kind := _clean(text))] or [""]
    found = {schema for kind in kinds if (schema := SCHEMAS.get(cleaning.term(kind)))}
    unknown.update(f"{KIND_OF_TARGET} {kind}" for kind in kinds if cleaning.term(kind) not in SCHEMAS)
    return None if len(found) > 1 else min(found, default="LegalEntity")


Found: TypeAlias = dict[tuple[str, str | None], NameKind]  # by name and language

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


def _names(node: Node, unknown: Counter[str]) -> tuple[str | None, list[Name]]:
    """The main name, if there is any name, and all names, each of its best kind."""
    nearest: tuple[int, str] | None = None
    found: Found = {}
    for given in node.each("name"):
        parts = [part for column in NAME_PARTS if (part := given.get(column)) and not _is_nothing(part)]
        text = cleaning.clean(" ".join(parts))
        if main_name(text):
            distance, kind, odd = _kind(given.get(TYPE, ""), given.get(QUALITY, ""))
            if nearest is None or (distance, text) < nearest:
                nearest = distance, text
            _keep_best(found, (text, None), kind)
            if odd:
                unknown.update(odd)
    if nearest is None:
        return None, []
    if nearest[0] in (_ODD, _OTHER):
        unknown["no Primary name"] += 1
    _add_originals(found, node, unknown)
    return nearest[1], [Name(text, kind, cleaning.script(text), lang) for (text, lang), kind in found.items()]


def _keep_best(found: Found, name: tuple[str, str | None], kind: NameKind) -> None:
    if name not in found or KINDS.index(kind) < KINDS.index(found[name]):
        found[name] = kind


def _add_originals(found: Found, node: Node, unknown: Counter[str]) -> None:
    """Adds the names in other scripts; one whose language some row gives is not there without it."""
    with_language: set[str] = set()
    for given in node.each("original"):
        original, script, language = (given.get(column, "") for column in ORIGINAL)
        if text := cleaning.clean(original):
            lang = _language(language, script, unknown)
            _keep_best(found, (text, lang), _kind(given.get(TYPE, ""), given.get(QUALITY, ""))[1])
            if lang:
                with_language.add(text)
    for text in with_language:
        found.pop((text, None), None)


def _language(language: str, script: str, unknown: Counter[str]) -> str | None:
    """The language of a name, which at times stands in place of the script."""
    if not language and not script:
        return None
    word = cleaning.term(language)
    if word not in LANGUAGES and word not in OTHER_LANGUAGES and not is_placeholder(word):
        unknown[f"{ORIGINAL[2]} {_clean(language)}"] += 1
    return LANGUAGES.get(word) or OTHER_LANGUAGES.get(word) or SCRIPT_LANGUAGES.get(cleaning.term(script))


# ---------------------------------------------------------------- sinks


def _add_title(target: Target, text: str, context: Context) -> None:
    target.positions += [Position("title", title) for title in values(text)]


def _add_position(target: Target, text: str, context: Context) -> None:
    target.positions += [Position("position", position) for position in values(text)]


def _add_births(target: Target, text: str, context: Context) -> None:
    target.births += map(birth, birth_dates(_clean(text), context.births, context.unknown))


def _add_nationalities(target: Target, text: str, context: Context) -> None:
    found = [each for value in values(text) for each in states(value, context.unknown)]
    target.nationalities += [Nationality("nationality", *each) for each in found]


def _add_amendment(target: Target, text: str, context: Context) -> None:
    target.amended_date = max(filter(None, (target.amended_date, context.day(text))), default=None)


def _add_program(target: Target, node: Node, context: Context) -> None:
    """A regime, with the earliest day of listing under it. It has no code: its name is both."""
    regime, listed = spelt(node.get(REGIME, "")), context.day(node.get(LISTED, ""))
    for at, before in enumerate(target.programs):
        if before.program == regime:
            earliest = min(filter(None, (listed, before.listing_date)), default=None)
            target.programs[at] = before._replace(listing_date=earliest)
            return
    if regime:
        target.programs.append(Program(regime, regime, listed))


def _add_address(target: Target, node: Node, context: Context) -> None:
    land, code = state(_clean(node.get("Country", "")), context.unknown), node.get(POSTAL_CODE, "")
    parts = [part for column in LINES if (part := _clean(node.get(column, ""))) and not _is_nothing(part)]
    if full := ", ".join(filter(None, (*parts, land.raw))):
        target.addresses.append(Address("address", full, None, None, without_stop(_clean(code)), *land))


def _add_birth_places(target: Target, node: Node, context: Context) -> None:
    for town, country in _paired(node, "Town of Birth", "Country of Birth"):
        land = state(country, context.unknown)
        if full := joined([town, land.raw]):
            target.addresses.append(Address("birth_place", full, town, None, None, *land))


def _documents(type_: str, column: str, details: str) -> Group[Target, Context]:
    """Passports and the like; one without a number says nothing to identify by, and is left out."""

    def add(target: Target, node: Node, context: Context) -> None:
        if column in context.header:
            target.identifiers += _numbers(type_, column, _paired(node, column, details))
        else:  # until 2020 the details held the number too
            given = [(value, None) for value in values(node.get(details, ""))]
            target.identifiers += _numbers(type_, details, given)

    return group({column: TEXT, details: TEXT}, add)


def _add_national_numbers(target: Target, text: str, context: Context) -> None:
    target.identifiers += _numbers("national_id", NI, [(value, None) for value in values(text)])


def _add_other(target: Target, text: str, context: Context) -> None:
    add_other_information(target, text, context.unknown)


def _numbers(type_: str, column: str, given: Iterable[tuple[str | None, str | None]]) -> Iterator[Identifier]:
    """The numbers of a column with what another says of each; a cell can hold several with labels."""
    for number, note in given:
        labelled = document_numbers.read_all(number) if number and " " in number else ()
        if len(labelled) > 1:
            yield from labelled
            continue
        for read in document_numbers.read_fields(type_, column, number, note):
            is_tax = read.type == type_ and _TAX.search(f"{number} {note}")
            yield read._replace(type="tax_id") if is_tax else read


# ---------------------------------------------------------------- the list's columns

NI, POSTAL_CODE = "NI Number", "Post/Zip Code"
LINES = (*(f"Address {number}" for number in range(1, 7)), POSTAL_CODE)
FIELDS: Fields = {
    KEY: TEXTS,
    KIND_OF_TARGET: TEXTS,
    "name": group(dict.fromkeys((*NAME_PARTS, TYPE, QUALITY), TEXT)),
    "original": group(dict.fromkeys((*ORIGINAL, TYPE, QUALITY), TEXT)),
    "listing": group({REGIME: TEXT, LISTED: TEXT}, _add_program),
    UPDATED: each(_add_amendment),
    "Title": each(_add_title),
    "Position": each(_add_position),
    "DOB": each(_add_births),
    "address": group(dict.fromkeys((*LINES, "Country"), TEXT), _add_address),
    "birth place": group({"Town of Birth": TEXT, "Country of Birth": TEXT}, _add_birth_places),
    "Nationality": each(_add_nationalities),
    "passport": _documents("passport", "Passport Number", "Passport Details"),
    "national id": _documents(
        "national_id", "National Identification Number", "National Identification Details"
    ),
    NI: each(_add_national_numbers),  # until 2020, in place of the two on national identification
    OTHER: each(_add_other),  # by its `PARTS`
    "UK Sanctions List Date Designated": ignored("on another list, since 2020; `Listed On` is this one's"),
}
WITHHELD_FIELDS = withheld_fields(WITHHELD_PARTS)
_READ, _FILL = compile_rows(FIELDS), compile_filling(FIELDS)
_TABLE = TableFormat(columns_of(FIELDS), needed=ESSENTIAL, shape="padded", encoding="any")
