"""The UN Security Council's consolidated list, `consolidated.xml`.

Root `CONSOLIDATED_LIST` with `INDIVIDUALS` and `ENTITIES`. `INDIVIDUAL` and `ENTITY` say what is
read and what is left out; whatever else turns up is counted as unknown. Seen in the files of
2024-05-15 to 2026-01-28. What they taught:

- `dateGenerated` is new every day with no change of content: it is the time of publication, and
  part of no record. `VERSIONNUM` is always 1.
- `REFERENCE_NUMBER` is unique, and on 12 records has a trailing space. `LISTED_ON` can carry an
  offset (`2012-05-25-04:00`): the day is taken as written.
- Empty elements stand for nothing: aliases, documents, addresses, dates. Of some documents the number is
  in a note, or has the document's kind and country before it: `Afghan passport number OA1`.
- `LAST_DAY_UPDATED` has the days of all amendments, of which the latest is kept.
- Some names hold two, joined by `;`, some spellings in another script in brackets, and some notes an
  alias in its own script or that it was the name before.
- A date of birth in an alias that has a name is said of that name. In 2024 aliases without a name
  held a person's further dates.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any, BinaryIO, NamedTuple

from transforms.fields import countries
from transforms.fields.dates import (
    ISO_FORMATS,
    FileOrder,
    PartialDate,
    between,
    in_any_form,
    moment,
    partial,
    read_all,
)
from transforms.fields.document_numbers import in_remark, kind, read_fields
from transforms.fields.document_numbers import read_all as numbers_in
from transforms.fields.placeholders import is_placeholder
from transforms.fields.record_parts import Country, Identifier, NameKind, joined
from transforms.names import cleaning
from transforms.reading import xml
from transforms.reading.parse_result import FileReport, ParseResult
from transforms.reading.xml import Entries, Field, Node, Shape
from transforms.sanctions import program_names
from transforms.sanctions.target import (
    Address,
    Nationality,
    PlaceKind,
    Position,
    Program,
    Target,
    alias,
    birth,
    cleaned,
    country,
    is_ship_number,
    main_name,
    place,
    record_key,
    write,
)

AUTHORITY = "United Nations Security Council"

_VALUES = {"VALUE": Field.TEXTS}
_PLACE = {
    "STREET": Field.TEXT,
    "CITY": Field.TEXT,
    "STATE_PROVINCE": Field.TEXT,
    "ZIP_CODE": Field.TEXT,
    "COUNTRY": Field.TEXT,
    "NOTE": Field.IGNORED,  # whereabouts and doubts in free text
}
_COMMON: Entries = {
    "REFERENCE_NUMBER": Field.TEXT,
    "UN_LIST_TYPE": Field.TEXT,
    "LISTED_ON": Field.TEXT,
    "FIRST_NAME": Field.TEXT,
    "NAME_ORIGINAL_SCRIPT": Field.TEXT,
    "COMMENTS1": Field.TEXT,
    "DATAID": Field.IGNORED,  # another key
    "VERSIONNUM": Field.IGNORED,  # always 1
    "LAST_DAY_UPDATED": _VALUES,
    "LIST_TYPE": Field.IGNORED,  # always `UN List`
    "SORT_KEY": Field.IGNORED,
    "SORT_KEY_LAST_MOD": Field.IGNORED,
}
ROOT = Shape(
    {
        "@dateGenerated": Field.TEXT,
        "@noNamespaceSchemaLocation": Field.IGNORED,
        "INDIVIDUALS": {},
        "ENTITIES": {},
    }
)
INDIVIDUAL = Shape(
    {
        **_COMMON,
        "SECOND_NAME": Field.TEXT,
        "THIRD_NAME": Field.TEXT,
        "FOURTH_NAME": Field.TEXT,
        "GENDER": Field.TEXT,
        "TITLE": _VALUES,
        "DESIGNATION": _VALUES,
        "NATIONALITY": _VALUES,
        "INDIVIDUAL_ALIAS": {
            "QUALITY": Field.TEXT,
            "ALIAS_NAME": Field.TEXT,
            "NOTE": Field.TEXT,
            # Of an alias with a name, the date is kept with that said; no column tells it of a place.
            "CITY_OF_BIRTH": Field.TEXT,
            "COUNTRY_OF_BIRTH": Field.TEXT,
            "DATE_OF_BIRTH": Field.TEXT,
        },
        "INDIVIDUAL_ADDRESS": _PLACE,
        "INDIVIDUAL_PLACE_OF_BIRTH": _PLACE,
        "INDIVIDUAL_DATE_OF_BIRTH": {
            "TYPE_OF_DATE": Field.TEXT,
            "DATE": Field.TEXT,
            "YEAR": Field.TEXT,
            "FROM_YEAR": Field.TEXT,
            "TO_YEAR": Field.TEXT,
            "NOTE": Field.TEXT,
        },
        "INDIVIDUAL_DOCUMENT": {
            "TYPE_OF_DOCUMENT": Field.TEXT,
            "TYPE_OF_DOCUMENT2": Field.TEXT,
            "NUMBER": Field.TEXT,
            "ISSUING_COUNTRY": Field.TEXT,
            "COUNTRY_OF_ISSUE": Field.TEXT,
            "CITY_OF_ISSUE": Field.TEXT,
            "DATE_OF_ISSUE": Field.TEXT,
            "NOTE": Field.TEXT,
        },
    }
)
ENTITY = Shape(
    {
        **_COMMON,
        "ENTITY_ALIAS": {"QUALITY": Field.TEXT, "ALIAS_NAME": Field.TEXT, "NOTE": Field.TEXT},
        "ENTITY_ADDRESS": _PLACE,
    }
)

# Read for a name in its own script, and whether it was the name before; else it tells of relatives.
WITHHELD = frozenset({"INDIVIDUAL_ALIAS/NOTE", "ENTITY_ALIAS/NOTE"})

# The publisher's words, as `names.term` compares them.
GENDERS = {"male": "male", "m": "male", "female": "female", "f": "female"}
QUALITIES: dict[str, NameKind] = {"good": "alias", "aka": "alias", "low": "weak_alias", "fka": "former"}
# The documents' types in all spellings seen; a document without one is `other`.
DOCUMENTS = {
    "": "other",
    "national identification no.": "national_id",
    "national identification number": "national_id",
    "numéro de passeport": "passport",
    "número de pasaporte": "passport",
    "passport": "passport",
}
# The two types in use as the publisher writes them: one in another case is the same one.
SPELLINGS = {cleaning.term(text): text for text in ("National Identification Number", "Passport")}
NO_STATE = frozenset({"na"})
EXACT, CIRCA, BETWEEN = DATE_TYPES = ("exact", "approximately", "between")
NOTE_DATES = ("%b. %Y", "%b %Y", "%B %Y", "%d %b. %Y")
DATES = (*ISO_FORMATS, *NOTE_DATES, "%d %b %Y", "%d %B %Y")
# A note's label of a name in its own script, and the name: no Latin letter is part of it.
_ORIGINAL = re.compile(r"(?:original script|in\s+arabic(?:\s+script)?):([^.;A-Za-z]+)", re.IGNORECASE)
_SAID_SCRIPT = re.compile(r"\(original script\)|original script:")
# A ship's, or a shipping company's, number at the start of a sentence.
_SHIP_NUMBER = re.compile(
    r"(?:^|[.;]\s+)(?:International Maritime Organi[sz]ation )?\(?IMO\)?(?: (?:number|no\.?))?\s*:?\s*"
    r"(?P<number>\d{7})\b",
    re.IGNORECASE,
)
_OF_A_COMPANY = re.compile(
    r"\b(?:co|company|corp|inc|limited|ltd|llc|management|pte|sa|shipping)\b", re.IGNORECASE
)
# Dates in the file of births, and of listing and amendment.
_BIRTHS = re.compile(rb"<(?:[^\s<>/:]+:)?DATE(?:_OF_BIRTH)?(?:\s[^<>]*)?>([^<]*)<")
_DAYS = re.compile(rb"<(?:[^\s<>/:]+:)?(?:LISTED_ON|VALUE)(?:\s[^<>]*)?>\s*(\d[^<]*)<")
_FORMER = re.compile(r"(?:previously|formerly) listed as", re.IGNORECASE)


def parse(source_id: str, files: Mapping[str, BinaryIO], options: Mapping[str, Any]) -> ParseResult:
    """Reads each file as one list; fills `sanctions`, `names`, `identifiers` and `addresses`.

    Raises SourceFormatError for what is no such XML. A record without `REFERENCE_NUMBER` or name,
    or with a `REFERENCE_NUMBER` that came before, goes to quarantine, the latter two with that number.
    """
    snapshot = ParseResult()
    for name, file in files.items():
        _read_file(source_id, name, file, snapshot)
    return snapshot


class _Context(NamedTuple):
    """What reading a record depends on beside it: the order of day and month in dates, and the counter."""

    births: FileOrder
    days: FileOrder
    unknown: Counter[str]


def _read_file(source_id: str, name: str, file: BinaryIO, snapshot: ParseResult) -> None:
    report = snapshot.files[name] = FileReport()
    seen: set[str] = set()
    data = file.read()
    context = _Context(FileOrder(data, _BIRTHS), FileOrder(data, _DAYS), snapshot.unknown)
    for element in xml.elements(io.BytesIO(data), name, "CONSOLIDATED_LIST", ("INDIVIDUAL", "ENTITY")):
        tag = xml.local_name(element.tag)
        if tag == "CONSOLIDATED_LIST":
            top = xml.read(element, ROOT, snapshot.unknown, tag)
            report.published_at = moment(top.text("@dateGenerated"), snapshot.unknown)
            continue
        report.declared += 1
        shape = INDIVIDUAL if tag == "INDIVIDUAL" else ENTITY
        node = xml.read(element, shape, snapshot.unknown, tag)
        called = _names(node)
        key = record_key(node.text("REFERENCE_NUMBER"))
        if fault := _fault(key, called, seen):
            raw = xml.source(element, shape, WITHHELD)
            snapshot.reject(name, f"{tag}[{report.declared}]", fault, raw, key)
            continue
        write(snapshot, source_id, AUTHORITY, _target(key or "", tag, node, called, context))
        report.parsed += 1


def _fault(key: str | None, called: list[str], seen: set[str]) -> str | None:
    if key is None:
        return "no REFERENCE_NUMBER"
    if key in seen:
        return f"REFERENCE_NUMBER {key} came before"
    seen.add(key)
    return None if called and main_name(called[0]) else "no name"


def _names(node: Node) -> list[str]:
    parts = [node.text(name) for name in ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")]
    return _split(joined(parts, " "))


def _split(text: str | None) -> list[str]:
    return [name for part in cleaning.split(text) for name in _out_of_brackets(part)] if text else []


def _out_of_brackets(name: str) -> list[str]:
    """Spellings in another script that stand in brackets at a name's end are names too."""
    if name.isascii() or not name.endswith(")"):
        return [name]
    start, depth = len(name) - 1, 1
    while depth and start:
        start -= 1
        depth += {")": 1, "(": -1}.get(name[start], 0)
    spellings = [cleaning.clean(name[:start])]
    spellings += cleaning.split(_SAID_SCRIPT.sub("", name[start + 1 : -1]))
    scripts = {cleaning.script(spelling) for spelling in spellings}
    return spellings if spellings[0] and len(scripts - {None}) > 1 else [name]


def _target(key: str, tag: str, node: Node, called: list[str], context: _Context) -> Target:
    unknown = context.unknown
    main, *further = called
    schema = "Person" if tag == "INDIVIDUAL" else "Organization"
    target = Target(key, schema, main)
    target.listing_date = _listed(node.text("LISTED_ON"), context)
    updated = [_listed(value, context) for value in _values(node, "LAST_DAY_UPDATED")]
    target.amended_date = max((day for day in updated if day), default=None)
    if program := node.text("UN_LIST_TYPE"):
        known = program_names.read(program, program_names.UN, "UN_LIST_TYPE", unknown)
        target.programs.append(Program(*known, listing_date=target.listing_date))
    if reason := node.text("COMMENTS1"):
        target.reasons.append(reason)
        if tag == "ENTITY" and "IMO" in reason:
            _add_ship_numbers(target, reason)
    target.positions += [Position("title", cleaning.clean(value)) for value in _values(node, "TITLE")]
    target.positions += [
        Position("position", cleaning.clean(value)) for value in _values(node, "DESIGNATION")
    ]
    further += _split(node.text("NAME_ORIGINAL_SCRIPT"))
    target.names += [alias(text, "alias") for text in further]
    for item in node.each(f"{tag}_ALIAS"):
        _add_alias(target, item, context)
    if gender := node.text("GENDER"):
        target.gender = GENDERS.get(cleaning.term(gender))
        if target.gender is None:
            unknown[f"GENDER {gender}"] += 1
    for value in _values(node, "NATIONALITY"):
        states = countries.several(value)
        found = states if len(states) > 1 else [_country(value, unknown)]
        target.nationalities += [Nationality("nationality", *state) for state in found]
    for item in node.each("INDIVIDUAL_DATE_OF_BIRTH"):
        target.births += [birth(read) for read in _births(item, context)]
    for item in node.each(f"{tag}_ADDRESS"):
        _add_place(target, "address", item, unknown)
    for item in node.each("INDIVIDUAL_PLACE_OF_BIRTH"):
        _add_place(target, "birth_place", item, unknown)
    for item in node.each("INDIVIDUAL_DOCUMENT"):
        _add_document(target, item, unknown)
    for text in target.reasons:
        target.identifiers += in_remark(text, target.identifiers)
    return target


def _values(node: Node, name: str) -> list[str]:
    return [value for item in node.each(name) for value in item.all("VALUE")]


def _country(text: str | None, unknown: Counter[str]) -> Country:
    return country(text, unknown, (text,) if text and cleaning.term(text) in NO_STATE else ())


def _add_ship_numbers(target: Target, text: str) -> None:
    """The numbers of the IMO that begin a sentence: the target's own, not those of ships that it has."""
    for found in _SHIP_NUMBER.finditer(text):
        # The number of one company in ten looks like a ship's.
        ship = is_ship_number(found["number"]) and not _OF_A_COMPANY.search(target.name)
        target.schema = "Vessel" if ship else target.schema
        type_ = "imo" if ship else "imo_company"
        target.identifiers.append(Identifier(type_, "IMO number", None, found["number"]))


def _listed(text: str | None, context: _Context) -> date | None:
    if not text or is_placeholder(text):
        return None
    iso = partial(text[:10])  # an offset may follow
    read = iso if iso.precision == "day" else in_any_form(text, DATES, context.days)
    if read.precision != "day":
        context.unknown[f"date {text}"] += 1
        return None
    return date.fromisoformat(read.date or "")


def _add_alias(target: Target, item: Node, context: _Context) -> None:
    """An alias can carry a birth of its own. One without a name only carries the record's further births."""
    unknown = context.unknown
    quality, text, born = item.text("QUALITY") or "", item.text("ALIAS_NAME"), item.text("DATE_OF_BIRTH")
    for read in _in_figures_or_words(born, context) if born and not is_placeholder(born) else ():
        target.births.append(birth(read, f"of the name {cleaning.clean(text)}" if text else None))
        if read.date is None:
            unknown[f"date {read.raw}"] += 1
    if text is None:
        city = cleaned(item.text("CITY_OF_BIRTH"))
        state = _country(item.text("COUNTRY_OF_BIRTH"), unknown)
        where = Address("birth_place", "", city, None, None, *state)
        if found := place("birth_place", [city, state.raw], where):
            target.addresses.append(found)
        return
    kind = QUALITIES.get(cleaning.term(quality).replace(".", ""))
    if kind is None:
        unknown[f"QUALITY {quality}"] += 1
        kind = "alias"
    parts = _split(text)
    if note := item.text("NOTE"):
        parts += [name for said in _ORIGINAL.findall(note) for name in _split(said)]
        if kind == "alias" and _FORMER.search(note):
            kind = "former"
    target.names += [alias(part, kind) for part in parts]


def _in_figures_or_words(text: str, context: _Context) -> tuple[PartialDate, ...]:
    order = context.births.found if any(sign in text for sign in "/.-") else None
    return read_all(text, serials=True, order=order)


def _about(read: PartialDate, type_: str) -> PartialDate:
    """A date that is approximate by its type."""
    return PartialDate(read.date, "range" if read.precision == "range" else "circa", f"{type_} {read.raw}")


def _births(item: Node, context: _Context) -> tuple[PartialDate, ...]:
    type_, note = item.text("TYPE_OF_DATE") or "", item.text("NOTE")
    kind = cleaning.term(type_)
    day, start, end = item.text("DATE") or item.text("YEAR"), item.text("FROM_YEAR"), item.text("TO_YEAR")
    raw = joined((None if kind == EXACT else type_, day, start, end, note), " ")
    if not (day or start or end or note):
        return ()
    if kind not in DATE_TYPES:
        context.unknown[f"TYPE_OF_DATE {type_}"] += 1
        return (PartialDate(raw=raw),)
    if (kind == BETWEEN and not day) or (start and end and not day):
        found = between(start, end, raw)
    elif day:
        read = in_any_form(day, DATES, context.births, circa=kind == CIRCA)
        several = () if read.date else _in_figures_or_words(day, context)
        if kind == BETWEEN:  # `1960-1965` in one field
            is_range = len(several) == 1 and several[0].precision == "range"
            read, several = several[0] if is_range else PartialDate(), ()
        if several and all(each.date for each in several):
            return tuple(_about(each, type_) if kind == CIRCA else each for each in several)
        found = PartialDate(read.date, read.precision, raw)
    else:  # in words alone: `Nov. 1973` is read, `30-35 years old` is not
        read = partial(note, NOTE_DATES, circa=kind == CIRCA)
        several = () if read.date else _in_figures_or_words(note or "", context)
        if several and all(each.date for each in several):
            return tuple(_about(each, type_) if kind == CIRCA else each for each in several)
        return (PartialDate(read.date, read.precision, raw),)
    if found.date is None:
        context.unknown[f"date {raw}"] += 1
    return (found,)


def _add_place(target: Target, kind: PlaceKind, item: Node, unknown: Counter[str]) -> None:
    state = _country(item.text("COUNTRY"), unknown)
    city, region = cleaned(item.text("CITY")), cleaned(item.text("STATE_PROVINCE"))
    postal_code = cleaned(item.text("ZIP_CODE"))
    where = Address(kind, "", city, region, postal_code, *state)
    if found := place(kind, [item.text("STREET"), city, region, postal_code, state.raw], where):
        target.addresses.append(found)


def _add_document(target: Target, item: Node, unknown: Counter[str]) -> None:
    """A document without a number, there or in what is said of it, identifies nobody and is left out."""
    type_raw, further = item.text("TYPE_OF_DOCUMENT"), cleaned(item.text("TYPE_OF_DOCUMENT2"))
    number, note = item.text("NUMBER"), item.text("NOTE")
    if not (number or further or note):
        return
    type_ = DOCUMENTS.get(cleaning.term(type_raw or "")) or kind(type_raw or "")
    if type_ is None:
        unknown[f"TYPE_OF_DOCUMENT {cleaning.clean(type_raw or '')}"] += 1
    types = [each for text in (further, note) if text and (each := kind(text)) not in {None, "other"}]
    # A national passport, which is one within the country, is listed as a national number.
    if types and (type_, types[0]) != ("national_id", "passport"):
        type_ = types[0]
    state = _country(item.text("ISSUING_COUNTRY") or item.text("COUNTRY_OF_ISSUE"), unknown)
    raw = SPELLINGS.get(cleaning.term(type_raw)) or cleaning.clean(type_raw) if type_raw else None
    documents = read_fields(type_ or "other", raw, number, note, state)
    if not documents and further:  # `Afghan national identification card (tazkira) number 55130`
        documents, further = _numbered(numbers_in(further), raw, note, state), None
    issued, city = item.text("DATE_OF_ISSUE"), item.text("CITY_OF_ISSUE")
    for document in documents:
        notes = (further, issued and f"issued {issued}", city and f"issued in {city}", document.note)
        target.identifiers.append(document._replace(note=joined(notes, "; ")))


def _numbered(
    found: tuple[Identifier, ...], type_raw: str | None, note: str | None, state: Country
) -> list[Identifier]:
    """The first number of a text, as one of the record's documents."""
    if not found:
        return []
    own = found[0]
    code, raw = state if state.raw else (own.country, own.country_raw)
    return [Identifier(own.type, type_raw, None, own.number, code, raw, joined((own.note, note), "; "))]
