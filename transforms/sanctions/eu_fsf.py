"""The EU's consolidated list of financial sanctions, XML in version 1.1.

Root `export`, one `sanctionEntity` a target, almost all in attributes, `""` for null. `SHAPE` says
what is read and what is left out; whatever else turns up is counted as unknown. Seen in the file
of 2024-05-13. What that file taught:

- A target can stand there several times under one `euReferenceNumber`, once a regulation: the
  elements are merged.
- No alias is marked as the main name, and their order means nothing. `_rank` chooses one.
- `designationDate` is missing on 14 %. The dates of acts do not stand in for it: `regulation` is
  nearly always the latest amendment, and even the earliest date anywhere in an element is the
  date of designation for 72 % only of those that have one. So the date of listing stays empty.
- Of those that have one, the latest act is of the same day for 1,836, published up to 39 days after it
  for 143, the act that lists them, and more than 200 days after it for 183, which amends them.
- Ships are enterprises with an identification of type `imo`; so are shipping companies, whose numbers
  have another check digit.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, BinaryIO, TypeAlias
from xml.etree.ElementTree import Element

from transforms.fields import countries
from transforms.fields.dates import FileOrder, PartialDate, between, from_parts, in_any_form, moment
from transforms.fields.document_numbers import PERSONAL, in_remark, kind, read_fields
from transforms.fields.placeholders import is_placeholder
from transforms.fields.record_parts import Country, Identifier, Name, joined
from transforms.names import cleaning
from transforms.reading import xml
from transforms.reading.parse_result import FileReport, ParseResult
from transforms.reading.xml import Field, Node, Shape
from transforms.sanctions import program_names
from transforms.sanctions.target import (
    Address,
    Nationality,
    Particular,
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
    whole_number,
    write,
)

AUTHORITY = "Council of the European Union"

# The publisher's row number, the language of the English edition, and the act a row comes from.
_ROW = {
    "@logicalId": Field.IGNORED,
    "@regulationLanguage": Field.IGNORED,
    "regulationSummary": Field.IGNORED,
}
_PLACE = {
    "@city": Field.TEXT,
    "@place": Field.TEXT,
    "@region": Field.TEXT,
    "@zipCode": Field.TEXT,
    "@countryIso2Code": Field.TEXT,
    "@countryDescription": Field.TEXT,
}
HEADER = Shape(
    {
        "@generationDate": Field.TEXT,
        "@globalFileId": Field.IGNORED,
        "@schemaLocation": Field.IGNORED,
    }
)
SHAPE = Shape(
    {
        "@euReferenceNumber": Field.TEXT,
        "@designationDate": Field.TEXT,
        "@designationDetails": Field.TEXT,
        "@logicalId": Field.IGNORED,  # the same as euReferenceNumber, in another numbering
        "@unitedNationId": Field.TEXT,
        "remark": Field.TEXTS,
        "subjectType": {"@code": Field.TEXT, "@classificationCode": Field.TEXT},
        "regulation": {
            "@programme": Field.TEXT,
            "@publicationDate": Field.TEXT,
            "@numberTitle": Field.TEXT,
            "@entryIntoForceDate": Field.IGNORED,  # see above: not the date of listing
            "@logicalId": Field.IGNORED,
            "@organisationType": Field.IGNORED,
            "@regulationType": Field.IGNORED,
            "publicationUrl": Field.TEXT,
        },
        "nameAlias": {
            **_ROW,
            "@logicalId": Field.TEXT,
            "@wholeName": Field.TEXT,
            "@nameLanguage": Field.TEXT,
            "@gender": Field.TEXT,
            "@title": Field.TEXT,
            "@function": Field.TEXT,
            "@strong": Field.TEXT,
            "@firstName": Field.IGNORED,  # parts of wholeName, given for a quarter
            "@middleName": Field.IGNORED,
            "@lastName": Field.IGNORED,
            "remark": Field.TEXTS,  # tells of relatives and documents: only the quality of a name is used
        },
        "citizenship": {
            **_ROW,
            "@countryIso2Code": Field.TEXT,
            "@countryDescription": Field.TEXT,
            "@region": Field.IGNORED,  # given once
            "remark": Field.TEXTS,
        },
        "birthdate": {
            **_ROW,
            **_PLACE,
            "@birthdate": Field.TEXT,
            "@calendarType": Field.TEXT,
            "@circa": Field.TEXT,
            "@year": Field.TEXT,
            "@monthOfYear": Field.TEXT,
            "@dayOfMonth": Field.TEXT,
            "@yearRangeFrom": Field.TEXT,
            "@yearRangeTo": Field.TEXT,
            "remark": Field.IGNORED,
        },
        "address": {
            **_ROW,
            **_PLACE,
            "@street": Field.TEXT,
            "@poBox": Field.TEXT,
            "@asAtListingTime": Field.IGNORED,
            "contactInfo": {"@key": Field.TEXT, "@value": Field.TEXT},  # of which the web site is kept
            "remark": Field.IGNORED,
        },
        "identification": {
            **_ROW,
            "@identificationTypeCode": Field.TEXT,
            "@identificationTypeDescription": Field.TEXT,
            "@number": Field.TEXT,
            "@countryIso2Code": Field.TEXT,
            "@countryDescription": Field.TEXT,
            "@issueDate": Field.TEXT,
            "@issuedBy": Field.TEXT,
            "@validFrom": Field.TEXT,
            "@validTo": Field.TEXT,
            "@diplomatic": Field.TEXT,
            "@knownExpired": Field.TEXT,
            "@knownFalse": Field.TEXT,
            "@reportedLost": Field.TEXT,
            "@revokedByIssuer": Field.TEXT,
            "@latinNumber": Field.IGNORED,  # always empty
            "@nameOnDocument": Field.TEXT,
            "@region": Field.TEXT,
            "remark": Field.TEXTS,
        },
    }
)

WITHHELD = frozenset({"nameAlias/remark", "address/contactInfo"})  # read, but not written as they are

# The publisher's words, as `_word` compares them.
SCHEMAS = {"person": "Person", "enterprise": "Organization"}
CLASSES = {"p": "person", "e": "enterprise"}  # the classification code, where the type is no word we know
GENDERS = {"m": "male", "f": "female", "male": "male", "female": "female"}
YES, NO = frozenset({"true", "1"}), frozenset({"false", "0"})
# Codes of identifications, with those that the publisher's schema has beside the ones seen.
_IDENTIFIER_TYPES: dict[str, tuple[str, ...]] = {
    "passport": ("passport", "diplpassport", "diplomaticpassport", "servicepassport"),
    "national_id": (
        *("birthcert", "electionid", "electoralid", "id", "idcard", "nationalid", "nationcert", "personalid"),
        *("residentperm", "residencepermit", "socialsecurity", "ssn", "voterid"),
    ),
    "tax_id": ("euvat", "fiscalcode", "taxid", "taxnumber", "tin", "vat", "vatid"),
    "registration": ("companyreg", "lei", "regnumber", "tradelic"),
    "imo": ("imo",),
    "mmsi": ("mmsi",),
    "call_sign": ("callsign",),
    "swift_bic": ("bic", "swift", "swiftbic"),
    "other": ("driver", "drivinglicence", "drivinglicense", "other", "traveldoc", "travelcardid", "visa"),
}
IDENTIFIERS = {code: type_ for type_, codes in _IDENTIFIER_TYPES.items() for code in codes}
OF_SHIPS = frozenset({"call_sign", "mmsi"})
FLAGS = {
    "@diplomatic": "diplomatic",
    "@knownExpired": "known to be expired",
    "@knownFalse": "known to be false",
    "@reportedLost": "reported lost",
    "@revokedByIssuer": "revoked by issuer",
}
NOTES = {
    "@nameOnDocument": "name on it",
    "@region": "region",
    "@issuedBy": "issued by",
    "@issueDate": "issued",
    "@validFrom": "valid from",
    "@validTo": "valid to",
}
NO_COUNTRY = "00"
# What a remark says of a name; with the slips seen: `Lo quality alias`, `low quality aliias`.
_QUALITY = re.compile(r"\b(?:good|(low?)) quality", re.IGNORECASE)
CONTACTS = ("email", "fax", "phone")
GREGORIAN = "gregorian"
CALENDARS = {"", GREGORIAN, "islamic"}
# An act published later than this after the designation is not the one that listed the target.
_LISTING = timedelta(days=60)
_FIGURES = re.compile(rb"=[\"']\s*(\d\d?[/.-]\d\d?[/.-]\d{4})\s*[\"']")
_ONLY_SIGNS = re.compile(r"[\W_]+")


@lru_cache(maxsize=1_024)
def _word(text: str | None) -> str:
    """A code of the publisher's as it is compared: without regard to case, blanks and signs."""
    return _ONLY_SIGNS.sub("", cleaning.term(text)) if text else ""


# How well an alias serves as the main name: the greatest is taken.
Rank: TypeAlias = tuple[bool, bool, int, int, str]


@dataclass
class _Merged:
    """A target as put together from its elements so far."""

    target: Target
    types: set[str]
    order: FileOrder  # of day and month in the file's dates
    published: set[date | None] = field(default_factory=set)  # when acts on it were
    aliases: list[tuple[Name, Node]] = field(default_factory=list)


def parse(source_id: str, files: Mapping[str, BinaryIO], options: Mapping[str, Any]) -> ParseResult:
    """Reads each file as one list; fills `sanctions`, `names`, `identifiers` and `addresses`.

    Elements declared = targets parsed + quarantined + repetitions merged (counted as `outside`).
    Raises SourceFormatError for what is no such XML. An element without `euReferenceNumber` or
    name, or one whose type contradicts that of the element it would be merged with, goes to
    quarantine, with its `euReferenceNumber` if it has one.
    """
    snapshot = ParseResult()
    for name, file in files.items():
        _read_file(source_id, name, file, snapshot)
    return snapshot


def _read_file(source_id: str, name: str, file: BinaryIO, snapshot: ParseResult) -> None:
    report = snapshot.files[name] = FileReport()
    merged: dict[str, _Merged] = {}
    data = file.read()
    order = FileOrder(data, _FIGURES)
    for element in xml.elements(io.BytesIO(data), name, "export", ("sanctionEntity",)):
        if xml.local_name(element.tag) == "export":
            header = xml.read(element, HEADER, snapshot.unknown, "export")
            report.published_at = moment(header.text("@generationDate"), snapshot.unknown)
            continue
        report.declared += 1
        node = xml.read(element, SHAPE, snapshot.unknown, "sanctionEntity")
        key = record_key(node.text("@euReferenceNumber")) or ""
        if fault := _fault(key, node, merged):
            raw = xml.source(element, SHAPE, WITHHELD)
            snapshot.reject(name, f"sanctionEntity[{report.declared}]", fault, raw, key or None)
            continue
        if key in merged:
            report.outside += 1
        else:
            report.parsed += 1
            merged[key] = _Merged(Target(key, "LegalEntity"), set(), order)
        _merge(merged[key], node, snapshot.unknown)
        _add_acts(merged[key], node, element)
    for each in merged.values():
        write(snapshot, source_id, AUTHORITY, _finished(each))


def _add_acts(into: _Merged, node: Node, element: Element) -> None:
    """Notes the days on which acts on a target were published.

    `regulation` is the latest; the others, which every row has, are read only where it does not say enough.
    """
    listed = into.target.listing_date
    into.published |= {_iso(act.text("@publicationDate"), into.order) for act in node.each("regulation")}
    latest = max((day for day in into.published if day), default=None)
    if latest and (listed is None or listed < latest <= listed + _LISTING):
        acts = (below for below in element.iter() if xml.local_name(below.tag) == "regulationSummary")
        into.published |= {_iso(act.get("publicationDate"), into.order) for act in acts}


def _iso(text: str | None, order: FileOrder) -> date | None:
    if text is None:
        return None
    read = in_any_form(text, ("%Y-%m-%d",), order)
    return date.fromisoformat(read.date) if read.date and read.precision == "day" else None


def _is_ship(node: Node) -> bool:
    """Ships have a number of the IMO or one of those that only ships have; companies have the IMO's too."""
    for item in node.each("identification"):
        type_ = _identifier_type(item)
        if type_ in OF_SHIPS or (type_ == "imo" and is_ship_number(item.text("@number"))):
            return True
    return False


def _type(node: Node) -> str:
    """`person` or `enterprise`; empty if the element says neither."""
    for item in node.each("subjectType"):
        code, class_ = _word(item.text("@code")), _word(item.text("@classificationCode"))
        if code in SCHEMAS:
            return code
        if class_ in CLASSES:
            return CLASSES[class_]
    return ""


def _fault(key: str, node: Node, merged: Mapping[str, _Merged]) -> str | None:
    if not key:
        return "no euReferenceNumber"
    if not any(main_name(item.text("@wholeName")) for item in node.each("nameAlias")):
        return "no name"
    if key in merged and len((merged[key].types | {_type(node)}) - {""}) > 1:
        return f"{key} came before with another subjectType"
    return None


def _add_schema(into: _Merged, node: Node, unknown: Counter[str]) -> None:
    for item in node.each("subjectType"):
        if (code := item.text("@code")) and _word(code) not in SCHEMAS:
            unknown[f"subjectType {code}"] += 1
    if type_ := _type(node):
        into.types.add(type_)
    elif not node.each("subjectType"):
        unknown["subjectType "] += 1
    if "enterprise" in into.types and (into.target.schema == "Vessel" or _is_ship(node)):
        into.target.schema = "Vessel"
    elif into.types:
        into.target.schema = SCHEMAS[next(iter(into.types))]


def _merge(into: _Merged, node: Node, unknown: Counter[str]) -> None:
    target = into.target
    _add_schema(into, node, unknown)
    listed = _date(node.text("@designationDate"), into.order, unknown)
    target.listing_date = min((day for day in (target.listing_date, listed) if day), default=None)
    target.reasons += node.all("remark")
    if details := node.text("@designationDetails"):
        target.reasons.append(details)
    if reference := node.text("@unitedNationId"):
        target.identifiers.append(
            Identifier("list_reference", "unitedNationId", "Reference on the United Nations' list", reference)
        )
    for item in node.each("regulation"):
        if code := item.text("@programme"):
            target.programs.append(_program(code, item, listed, into.order, unknown))
    for item in node.each("citizenship"):
        remark = joined(sorted(item.all("remark")), "; ")
        target.nationalities.append(Nationality("citizenship", *_country(item, unknown), remark))
    for item in node.each("nameAlias"):
        _add_alias(into, item, unknown)
    for item in node.each("birthdate"):
        calendar = item.text("@calendarType")
        if _word(calendar) not in CALENDARS:
            unknown[f"calendarType {calendar}"] += 1
        note = None if _word(calendar) in {"", GREGORIAN} else f"calendar {calendar}"
        target.births.append(birth(_birth(item, into.order, unknown), note))
        _add_place(target, item, unknown)
    for item in node.each("address"):
        _add_address(target, item, unknown)
    for item in node.each("identification"):
        _add_identification(target, item, unknown)


def _program(code: str, act: Node, listed: date | None, order: FileOrder, unknown: Counter[str]) -> Program:
    """A programme with its act; an element, with its day of designation, has one programme."""
    known, name = program_names.read(code, program_names.EU, "programme", unknown)
    published = _date(act.text("@publicationDate"), order, unknown)
    return Program(
        known,
        name,
        listing_date=listed,
        legal_basis=act.text("@numberTitle"),
        legal_basis_date=published,
        legal_basis_url=act.text("publicationUrl"),
    )


def _rank(found: tuple[Name, Node]) -> Rank:
    """Chooses the main name, since the file marks none.

    First what is not of low quality and what the English edition writes in Latin script; of these
    what has most of function, title and remark, which the publisher puts on the name the act leads
    with; of these the one first entered (the lowest `logicalId`). Nothing of this depends on the
    order in the file.
    """
    name, item = found
    english = name.lang in {None, "en"} and name.script == "Latn"
    remarked = "remark" in item and any(not _QUALITY.search(remark) for remark in item.all("remark"))
    told = ("@function" in item) + ("@title" in item) + remarked
    first = -(whole_number(item.text("@logicalId")) or 0)
    return name.kind != "weak_alias", english, told, first, name.name


def _finished(merged: _Merged) -> Target:
    target = merged.target
    name, item = max(merged.aliases, key=_rank)
    if not main_name(name.name):  # a placeholder, which another element of the target may lack
        name, item = max((found for found in merged.aliases if main_name(found[0].name)), key=_rank)
    target.name, target.name_lang = name.name, name.lang
    target.names = [alias for alias, _ in merged.aliases]
    genders = {gender for _, item in merged.aliases if (gender := _gender(item))}
    # One record of the 2024 file has both: its main name decides.
    target.gender = genders.pop() if len(genders) == 1 else _gender(item)
    target.amended_date = _amended(merged)
    for remark in sorted(set(target.reasons)):
        target.identifiers += in_remark(remark, target.identifiers, PERSONAL)
    acts = [
        (act.legal_basis_date or date.min, url) for act in target.programs if (url := act.legal_basis_url)
    ]
    target.url = max(acts)[1] if acts else None
    return target


def _gender(item: Node) -> str | None:
    return GENDERS.get(_word(item.text("@gender")))


def _amended(merged: _Merged) -> date | None:
    """The day of the latest act, if it is not the one that lists the target.

    An act is taken to amend if it is later than another one or long after the day of designation. Of a
    target without that day and with one act nobody knows which it is.
    """
    days, listed = merged.published - {None}, merged.target.listing_date
    latest = max((day for day in days if day), default=None)
    if latest is None or (listed and latest <= listed):
        return None
    amends = len(days) > 1 or (listed and latest - listed > _LISTING)
    return latest if amends else None


def _is_weak(remarks: list[str]) -> bool:
    qualities = [_QUALITY.search(remark) for remark in remarks]
    return any(found and found[1] for found in qualities)


def _add_alias(into: _Merged, item: Node, unknown: Counter[str]) -> None:
    if title := item.text("@title"):
        into.target.positions.append(Position("title", cleaning.clean(title)))
    if function := item.text("@function"):
        into.target.positions.append(Position("position", cleaning.clean(function)))
    if (gender := item.text("@gender")) and _gender(item) is None:
        unknown[f"gender {gender}"] += 1
    if text := item.text("@wholeName"):
        if (strong := item.text("@strong")) and _word(strong) not in YES | NO:
            unknown[f"strong {strong}"] += 1
        weak = _word(item.text("@strong")) in NO or ("remark" in item and _is_weak(item.all("remark")))
        lang = item.text("@nameLanguage")
        name = alias(text, "weak_alias" if weak else "alias", lang.lower() if lang else None)
        into.aliases.append((name, item))


def _date(text: str | None, order: FileOrder, unknown: Counter[str]) -> date | None:
    found = _iso(text, order)
    if text and found is None and not is_placeholder(text):
        unknown[f"date {text}"] += 1
    return found


def _birth(item: Node, order: FileOrder, unknown: Counter[str]) -> PartialDate:
    """`birthdate` is the whole date, converted where the parts are of another calendar.

    Without it, parts of another calendar stay unread, and a range that has one end only too.
    """
    circa, full = _word(item.text("@circa")) in YES, item.text("@birthdate")
    calendar = item.text("@calendarType")
    gregorian = _word(calendar) in {"", GREGORIAN}
    year, month, day = item.text("@year"), item.text("@monthOfYear"), item.text("@dayOfMonth")
    start, end = item.text("@yearRangeFrom"), item.text("@yearRangeTo")
    said = full or joined((year, month, day), "-") or (f"{start or ''}/{end or ''}" if start or end else None)
    if said is None:
        return PartialDate()
    marks = ("circa" if circa else None, said, None if gregorian else calendar)
    raw = joined(marks, " ")
    if full:
        read = in_any_form(full, ("%Y-%m-%d",), order, circa)
        found = PartialDate(read.date, read.precision, raw)
    elif not gregorian:
        return PartialDate(raw=raw)
    elif start or end:
        return between(start, end, raw)
    elif month or day:
        found = from_parts(year, month, day, circa, raw)
    else:
        read = in_any_form(year, ("%Y",), None, circa)
        found = PartialDate(read.date, read.precision, raw)
    if found.date is None:
        unknown[f"date {raw}"] += 1
    return found


def _country(item: Node, unknown: Counter[str]) -> Country:
    """A country by its code, or by its name or adjective if it has no code that is known."""
    code, text = item.text("@countryIso2Code"), item.text("@countryDescription")
    if code and code != NO_COUNTRY:
        known = countries.code(code.upper()) or countries.code(text)
        if known is None:
            unknown[f"country {code}"] += 1
        return Country(known, text or code)
    return country(text, unknown, (text or "",) if code == NO_COUNTRY else ())


def _where(item: Node, unknown: Counter[str]) -> Address:
    city, region, state = item.text("@city"), item.text("@region"), _country(item, unknown)
    return Address("address", "", cleaned(city), cleaned(region), cleaned(item.text("@zipCode")), *state)


def _add_place(target: Target, item: Node, unknown: Counter[str]) -> None:
    where = _where(item, unknown)
    parts = [item.text("@place"), where.postal_code, where.city, where.region, where.country_raw]
    if found := place("birth_place", parts, where):
        target.addresses.append(found)


def _add_address(target: Target, item: Node, unknown: Counter[str]) -> None:
    where = _where(item, unknown)
    lines = [item.text("@street"), item.text("@poBox"), item.text("@place")]
    if found := place(
        "address", [*lines, where.postal_code, where.city, where.region, where.country_raw], where
    ):
        target.addresses.append(found)
    for contact in item.each("contactInfo"):
        key, text = contact.text("@key"), contact.text("@value")
        if _word(key) == "web" and text:
            target.particulars.append(Particular("website", cleaning.clean(text)))
        elif _word(key) not in CONTACTS:
            unknown[f"contactInfo {key}"] += 1


def _identifier_type(item: Node) -> str:
    """The contract's type of an identification: by its code, else by what the publisher says of it."""
    found = IDENTIFIERS.get(_word(item.text("@identificationTypeCode")))
    if found in {None, "other"}:
        found = kind(item.text("@identificationTypeDescription") or "") or found
    if found in {None, "other"}:
        found = next((type_ for remark in item.all("remark") if (type_ := kind(remark))), found)
    return found or "other"


def _of_a_body(found: Identifier) -> Identifier:
    """What a remark calls the `ID number` of a body is that of its registration."""
    by_remark = found.type == "national_id" and IDENTIFIERS.get(_word(found.type_raw)) != "national_id"
    return found._replace(type="registration") if by_remark else found


def _add_identification(target: Target, item: Node, unknown: Counter[str]) -> None:
    code, state = item.text("@identificationTypeCode"), _country(item, unknown)
    documents = read_fields(_identifier_type(item), code, item.text("@number"), None, state)
    if documents and _word(code) not in IDENTIFIERS:
        unknown[f"identification type {code or ''}"] += 1
    flags = [meaning for name, meaning in FLAGS.items() if _word(item.text(name)) in YES]
    noted = [f"{meaning} {text}" for name, meaning in NOTES.items() if (text := item.text(name))]
    described = item.text("@identificationTypeDescription")
    raw = _word(code) if _word(code) in IDENTIFIERS else code
    for read in documents:
        note = joined([*flags, *noted, read.note, *sorted(item.all("remark"))], "; ")
        found = read._replace(type_raw=raw, type_name=described, note=note)
        target.identifiers.append(found if target.schema == "Person" else _of_a_body(found))
