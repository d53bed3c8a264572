"""The EU's consolidated list of financial sanctions, XML in version 1.1.

Root `export`, one `sanctionEntity` per target, almost all in attributes, `""` for null. `ENTITY` is the table
of its fields. Facts from the file of 2024-05-13:

- A target can come several times under one `euReferenceNumber`, once per regulation: the elements are merged.
- No alias is marked as the main name, and their order means nothing. `eu_names` chooses one.
- `designationDate` is missing on 14 %. The dates of acts do not replace it: `regulation` is nearly always the
  latest amendment. Even the earliest date in an element is the day of designation for only 72 % of those that
  have one. So the date of listing stays empty.
- Of those that have one, the latest act is of the same day for 1,836, published up to 39 days later for 143,
  the act that lists them, and more than 200 days later for 183, which amends them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, BinaryIO, TypeAlias
from xml.etree.ElementTree import Element

from transforms.fields import countries
from transforms.fields.date_parts import DateParts
from transforms.fields.dates import whole_day
from transforms.fields.dates_in_text import read_date
from transforms.fields.documents.numbers import PERSONAL, find_in_remark
from transforms.fields.placeholders import is_placeholder
from transforms.fields.record_parts import Country, joined
from transforms.names import cleaning
from transforms.reading import declaration, xml
from transforms.reading.declaration import TEXTS, Node, each, group, ignored, texts, withheld, withheld_fields
from transforms.reading.parse_result import ParseResult
from transforms.reading.xml_record import XmlRecord
from transforms.sanctions import program_names, sinks
from transforms.sanctions.publishers.eu_names import EuName, choose_main, read_name
from transforms.sanctions.publishers.eu_numbers import STATED, is_ship, is_yes, read_identification, word_of
from transforms.sanctions.sinks import Context
from transforms.sanctions.target import (
    Address,
    Nationality,
    Particular,
    PlaceKind,
    Program,
    Target,
    birth,
    cleaned,
    country,
    place,
    record_key,
)
from transforms.sanctions.target_names import main_name
from transforms.sanctions.target_rows import write
from transforms.sanctions.vocabulary.listing_history import LISTING_PERIOD, find_amendment
from transforms.sanctions.xml_list import XmlList

# The publisher's words, as `word_of` compares them.
SCHEMAS = {"person": "Person", "enterprise": "Organization"}
CLASSES = {"p": "person", "e": "enterprise"}  # the classification code, where the type is no word we know
_FIGURES = re.compile(rb"=[\"']\s*(\d\d?[/.-]\d\d?[/.-]\d{4})\s*[\"']")


@dataclass(slots=True)
class Merged(Target):
    """A target as put together so far; `designated` is the day in the element that is being read."""

    kind: str = ""  # `person` or `enterprise`, as far as an element gives it
    designated: date | None = None
    published: set[date] = field(default_factory=set)  # days of acts on it
    found_names: list[EuName] = field(default_factory=list)


Fields: TypeAlias = declaration.Fields[Merged, Context]


def _iso(text: str | None, context: Context) -> date | None:
    return whole_day(read_date(text, ("%Y-%m-%d",), context.days))


def _date(text: str | None, context: Context) -> date | None:
    found = _iso(text, context)
    if text and found is None and not is_placeholder(text):
        context.unknown[f"date {text}"] += 1
    return found


def _kind(node: Node) -> str:
    """`person` or `enterprise`; empty if the element gives neither."""
    for item in node.each("subjectType"):
        code, class_ = word_of(item.text("@code")), word_of(item.text("@classificationCode"))
        if code in SCHEMAS:
            return code
        if class_ in CLASSES:
            return CLASSES[class_]
    return ""


def _set_schema(target: Merged, node: Node, context: Context) -> None:
    subjects = node.each("subjectType")
    codes = [code for item in subjects if (code := item.text("@code"))] if subjects else [""]
    context.unknown.update(f"subjectType {code}" for code in codes if word_of(code) not in SCHEMAS)
    target.kind = _kind(node) or target.kind
    if target.kind == "enterprise" and (target.schema == "Vessel" or is_ship(node.each("identification"))):
        target.schema = "Vessel"
    elif target.kind:
        target.schema = SCHEMAS[target.kind]


def _add_designation(target: Merged, text: str, context: Context) -> None:
    target.designated = _date(text, context)
    days = [day for day in (target.listing_date, target.designated) if day]
    target.listing_date = min(days, default=None)


def _add_program(target: Merged, act: Node, context: Context) -> None:
    """A programme with its act; an element, with its day of designation, has one programme."""
    if published := _iso(act.text("@publicationDate"), context):
        target.published.add(published)
    if code := act.text("@programme"):
        known, name = program_names.read(code, program_names.EU, "programme", context.unknown)
        basis, day = act.text("@numberTitle"), _date(act.text("@publicationDate"), context)
        url = act.text("publicationUrl")
        target.programs.append(Program(known, name, target.designated, basis, day, url))


def _add_acts(target: Merged, element: Element, context: Context) -> None:
    """Adds the days of the acts on the parts of a target, where that of the latest does not say enough."""
    latest, listed = max(target.published, default=None), target.listing_date
    if latest and (listed is None or listed < latest <= listed + LISTING_PERIOD):
        acts = (below for below in element.iter() if xml.local_name(below.tag) == "regulationSummary")
        target.published |= {day for act in acts if (day := _iso(act.get("publicationDate"), context))}


def _add_name(target: Merged, item: Node, context: Context) -> None:
    if found := read_name(item, context.unknown):
        target.found_names.append(found)


def _country(item: Node, context: Context) -> Country:
    """A country by its code, or by its name or adjective if it has no code that is known."""
    code, text = item.text("@countryIso2Code"), item.text("@countryDescription")
    if code and code != "00":
        known = countries.code(code.upper()) or countries.code(text)
        if known is None:
            context.unknown[f"country {code}"] += 1
        return Country(known, text or code)
    return country(text, context.unknown, (text or "",) if code == "00" else ())


def _add_citizenship(target: Merged, item: Node, context: Context) -> None:
    remark = joined(sorted(item.all("remark")), "; ")
    target.nationalities.append(Nationality("citizenship", *_country(item, context), remark))


def _add_birth(target: Merged, item: Node, context: Context) -> None:
    calendar = item.text("@calendarType")
    if word_of(calendar) not in {"", "gregorian", "islamic"}:
        context.unknown[f"calendarType {calendar}"] += 1
    calendar = None if word_of(calendar) in {"", "gregorian"} else calendar
    parts = DateParts(
        full=item.text("@birthdate"),  # converted where the parts are of another calendar
        year=item.text("@year"),
        month=item.text("@monthOfYear"),
        day=item.text("@dayOfMonth"),
        start=item.text("@yearRangeFrom"),
        end=item.text("@yearRangeTo"),
        circa=is_yes(item.text("@circa")),
        calendar=calendar,
    )
    read = parts.read(context.births)
    if read.raw and read.date is None and parts.is_plain:
        context.unknown[f"date {read.raw}"] += 1
    target.births.append(birth(read, f"calendar {calendar}" if calendar else None))
    _add_place(target, item, context, "birth_place", item.text("@place"))


def _add_place(target: Merged, item: Node, context: Context, kind: PlaceKind, *lines: str | None) -> None:
    city, region, state = item.text("@city"), item.text("@region"), _country(item, context)
    where = Address(kind, "", cleaned(city), cleaned(region), cleaned(item.text("@zipCode")), *state)
    parts = [*lines, where.postal_code, where.city, where.region, state.raw]
    if found := place(kind, parts, where):
        target.addresses.append(found)


def _add_address(target: Merged, item: Node, context: Context) -> None:
    lines = [item.text(name) for name in ("@street", "@poBox", "@place")]
    _add_place(target, item, context, "address", *lines)


def _add_contact(target: Merged, contact: Node, context: Context) -> None:
    key, text = contact.text("@key"), contact.text("@value")
    if word_of(key) == "web" and text:
        target.particulars.append(Particular("website", cleaning.clean(text)))
    elif word_of(key) not in {"email", "fax", "phone"}:
        context.unknown[f"contactInfo {key}"] += 1


def _add_identification(target: Merged, item: Node, context: Context) -> None:
    is_person, state = target.schema == "Person", _country(item, context)
    target.identifiers += read_identification(item, state, is_person, context.unknown)


_ROW: Fields = {
    "@logicalId": ignored("number of the row"),
    "@regulationLanguage": ignored("always that of the English edition"),
    "regulationSummary": ignored("the act that the row is from"),
}
_COUNTRY: Fields = {**texts("@countryIso2Code", "@countryDescription")}
_PLACE: Fields = {**texts("@city", "@place", "@region", "@zipCode"), **_COUNTRY}
_UN_REFERENCE = "Reference on the United Nations' list"
_CONTACT = group(texts("@key", "@value"), _add_contact)
ENTITY: Fields = {
    **texts("@euReferenceNumber"),  # the key
    "@logicalId": ignored("the same in another numbering"),
    "subjectType": group(texts("@code", "@classificationCode")),  # the schema
    "@designationDate": _add_designation,
    "@designationDetails": sinks.reason,
    "remark": each(sinks.reason),
    "@unitedNationId": sinks.identifier("list_reference", "unitedNationId", _UN_REFERENCE),
    "regulation": group(
        {
            **texts("@programme", "@publicationDate", "@numberTitle", "publicationUrl"),
            "@entryIntoForceDate": ignored("not the date of listing, see above"),
            "@logicalId": ignored("number of the row"),
            **dict.fromkeys(("@organisationType", "@regulationType"), ignored("of the act itself")),
        },
        _add_program,
    ),
    "citizenship": group(
        {**_ROW, **_COUNTRY, "@region": ignored("given once"), "remark": TEXTS}, _add_citizenship
    ),
    "nameAlias": group(
        {
            **_ROW,
            "@title": sinks.title,
            "@function": sinks.position,
            **texts("@logicalId", "@wholeName", "@nameLanguage", "@strong", "@gender"),
            **dict.fromkeys(
                ("@firstName", "@middleName", "@lastName"), ignored("parts of wholeName, given for a quarter")
            ),
            "remark": withheld("nameAlias/remark", TEXTS),  # only the quality of a name is read from it
        },
        _add_name,
    ),
    "birthdate": group(
        {
            **_ROW,
            **_PLACE,
            **texts("@birthdate", "@circa", "@calendarType", "@yearRangeFrom", "@yearRangeTo"),
            **texts("@year", "@monthOfYear", "@dayOfMonth"),
            "remark": withheld("birthdate/remark"),
        },
        _add_birth,
    ),
    "address": group(
        {
            **_ROW,
            **_PLACE,
            **texts("@street", "@poBox"),
            "@asAtListingTime": ignored("former addresses are not distinguished"),
            "contactInfo": withheld("address/contactInfo", _CONTACT),
            "remark": withheld("address/remark"),
        },
        _add_address,
    ),
    "identification": group(
        {
            **_ROW,
            **_COUNTRY,
            **texts("@identificationTypeCode", "@identificationTypeDescription", "@number"),
            **texts(*STATED),
            "@latinNumber": ignored("always empty"),
            "remark": TEXTS,
        },
        _add_identification,
    ),
}
WITHHELD_FIELDS = withheld_fields(ENTITY)


LIST = XmlList(
    "Council of the European Union",
    XmlRecord(
        "export",
        {
            "@generationDate": sinks.published,
            "@globalFileId": ignored("number of the file"),
            "@schemaLocation": ignored("where the publisher's schema is"),
        },
    ),
    [XmlRecord("sanctionEntity", ENTITY)],
    births=_FIGURES,
    days=_FIGURES,
)


def parse(source_id: str, files: Mapping[str, BinaryIO], options: Mapping[str, Any]) -> ParseResult:
    """Reads each file as one list; fills `sanctions` and its child tables.

    Elements declared = targets parsed + quarantined + repetitions merged (counted as `outside`). Raises
    SourceFormatError for what is not such XML. An element without `euReferenceNumber` or name, or whose type
    contradicts that of the element it would be merged with, goes to quarantine, under its key if it has one.
    """
    result = ParseResult()
    for name, file in files.items():
        merged: dict[str, Merged] = {}
        context, rows = LIST.open(name, file, result)
        for row in rows:
            key = record_key(row.node.text("@euReferenceNumber")) or ""
            if fault := _fault(key, row.node, merged.get(key)):
                result.reject(name, row.locator, fault, row.record.show(row.element), key or None)
                continue
            result.files[name].outside += key in merged
            target = merged.setdefault(key, Merged(key, "LegalEntity"))
            target.designated = None
            _set_schema(target, row.node, context)
            row.record.fill(target, row.node, context)
            _add_acts(target, row.element, context)
        result.files[name].parsed = len(merged)
        for target in merged.values():
            _finish(target)
            write(result, source_id, LIST.authority, target)
    return result


def _fault(key: str, node: Node, before: Merged | None) -> str | None:
    if not key:
        return "no euReferenceNumber"
    if not any(main_name(item.text("@wholeName")) for item in node.each("nameAlias")):
        return "no name"
    is_other = before and before.kind and _kind(node) not in {"", before.kind}
    return f"{key} came before with another subjectType" if is_other else None


def _finish(target: Merged) -> None:
    main = choose_main(target.found_names)
    target.name, target.name_lang = main.name.name, main.name.lang
    target.names = [found.name for found in target.found_names]
    genders = {found.gender for found in target.found_names if found.gender}
    # One record of the 2024 file has both: its main name decides.
    target.gender = genders.pop() if len(genders) == 1 else main.gender
    target.amended_date = find_amendment(target.published, target.listing_date)
    for remark in sorted(set(target.reasons)):
        target.identifiers += find_in_remark(remark, target.identifiers, PERSONAL)
    acts = [act for act in target.programs if act.legal_basis_url]
    latest = max(acts, key=lambda act: (act.legal_basis_date or date.min, act.legal_basis_url), default=None)
    target.url = latest and latest.legal_basis_url
