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
- Ships are enterprises with an identification of type `imo`; so are shipping companies, whose numbers
  have another check digit.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, BinaryIO, TypeAlias

from transforms import names, xml
from transforms.dates import PartialDate, between, from_parts, moment, partial
from transforms.programs import EU, in_words
from transforms.snapshot import FileReport, Snapshot
from transforms.targets import (
    Address,
    Country,
    Identifier,
    Name,
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
    joined,
    place,
    whole_number,
    write,
)
from transforms.xml import Field, Node, Shape

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
        "subjectType": {"@code": Field.TEXT, "@classificationCode": Field.IGNORED},
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

SCHEMAS = {"person": "Person", "enterprise": "Organization"}
GENDERS = {"M": "male", "F": "female"}
IDENTIFIERS = {
    "birthcert": "national_id",
    "drivinglicence": "other",
    "electionid": "national_id",
    "fiscalcode": "tax_id",
    "id": "national_id",
    "imo": "imo",
    "nationcert": "national_id",
    "other": "other",
    "passport": "passport",
    "regnumber": "registration",
    "residentperm": "national_id",
    "ssn": "national_id",
    "swiftbic": "swift_bic",
    "tradelic": "registration",
    "travelcardid": "other",
}
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
CONTACTS = ("EMAIL", "FAX", "PHONE")

# How well an alias serves as the main name: the greatest is taken.
Rank: TypeAlias = tuple[bool, bool, int, int, str]


@dataclass
class _Merged:
    """A target as put together from its elements so far."""

    target: Target
    aliases: list[tuple[Name, Node]] = field(default_factory=list)


def parse(source_id: str, files: Mapping[str, BinaryIO], options: Mapping[str, Any]) -> Snapshot:
    """Reads each file as one list; fills `sanctions`, `names`, `identifiers` and `addresses`.

    Elements declared = targets parsed + quarantined + repetitions merged (counted as `outside`).
    Raises SourceFormatError for what is no such XML. An element without `euReferenceNumber` or
    name, or one whose type contradicts that of the element it would be merged with, goes to
    quarantine.
    """
    snapshot = Snapshot()
    for name, file in files.items():
        _read_file(source_id, name, file, snapshot)
    return snapshot


def _read_file(source_id: str, name: str, file: BinaryIO, snapshot: Snapshot) -> None:
    report = snapshot.files[name] = FileReport()
    merged: dict[str, _Merged] = {}
    for element in xml.elements(file, name, "export", ("sanctionEntity",)):
        if xml.local_name(element.tag) == "export":
            header = xml.read(element, HEADER, snapshot.unknown, "export")
            report.published_at = moment(header.text("@generationDate"), snapshot.unknown)
            continue
        report.declared += 1
        node = xml.read(element, SHAPE, snapshot.unknown, "sanctionEntity")
        if fault := _fault(node, merged):
            snapshot.reject(
                name, f"sanctionEntity[{report.declared}]", fault, xml.source(element, SHAPE, WITHHELD)
            )
            continue
        key = names.clean(node.text("@euReferenceNumber") or "")
        if key in merged:
            report.outside += 1
        else:
            report.parsed += 1
            merged[key] = _Merged(Target(key, _schema(node, snapshot.unknown)))
        _merge(merged[key], node, snapshot.unknown)
    for each in merged.values():
        write(snapshot, source_id, AUTHORITY, _finished(each))


def _schema(node: Node, unknown: Counter[str]) -> str:
    code = _type(node)
    if code not in SCHEMAS:
        unknown[f"subjectType {code}"] += 1
    if code == "enterprise" and any(
        item.text("@identificationTypeCode") == "imo" and is_ship_number(item.text("@number"))
        for item in node.each("identification")
    ):
        return "Vessel"
    return SCHEMAS.get(code, "LegalEntity")


def _type(node: Node) -> str:
    return next((code for item in node.each("subjectType") if (code := item.text("@code"))), "")


def _fault(node: Node, merged: Mapping[str, _Merged]) -> str | None:
    key = node.text("@euReferenceNumber")
    if key is None:
        return "no euReferenceNumber"
    if not any(item.text("@wholeName") for item in node.each("nameAlias")):
        return "no name"
    before = merged.get(names.clean(key))
    if before and (before.target.schema == "Person") != (_type(node) == "person"):
        return f"{key} came before with another subjectType"
    return None


def _merge(into: _Merged, node: Node, unknown: Counter[str]) -> None:
    target = into.target
    if target.schema == "Organization":
        target.schema = _schema(node, unknown)
    listed = _date(node.text("@designationDate"), unknown)
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
            target.programs.append(_program(code, item, unknown))
    for item in node.each("citizenship"):
        remark = joined(sorted(item.all("remark")), "; ")
        target.nationalities.append(Nationality("citizenship", *_country(item, unknown), remark))
    for item in node.each("nameAlias"):
        _add_alias(into, item, unknown)
    for item in node.each("birthdate"):
        calendar = item.text("@calendarType")
        note = None if calendar in {None, "GREGORIAN"} else f"calendar {calendar}"
        target.births.append(birth(_birth(item, unknown), note))
        _add_place(target, item, unknown)
    for item in node.each("address"):
        _add_address(target, item, unknown)
    for item in node.each("identification"):
        _add_identification(target, item, unknown)


def _program(code: str, act: Node, unknown: Counter[str]) -> Program:
    name = in_words(code, EU, "programme", unknown)
    published = _date(act.text("@publicationDate"), unknown)
    return Program(
        code,
        name,
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
    target.name, target.name_lang = name.name, name.lang
    target.names = [alias for alias, _ in merged.aliases]
    genders = {gender for _, item in merged.aliases if (gender := item.text("@gender"))}
    # One record of the 2024 file has both: its main name decides.
    target.gender = GENDERS.get(genders.pop() if len(genders) == 1 else item.text("@gender") or "")
    acts = [
        (act.legal_basis_date or date.min, url) for act in target.programs if (url := act.legal_basis_url)
    ]
    target.url = max(acts)[1] if acts else None
    return target


def _is_weak(remarks: list[str]) -> bool:
    qualities = [_QUALITY.search(remark) for remark in remarks]
    return any(found and found[1] for found in qualities)


def _add_alias(into: _Merged, item: Node, unknown: Counter[str]) -> None:
    if title := item.text("@title"):
        into.target.positions.append(Position("title", names.clean(title)))
    if function := item.text("@function"):
        into.target.positions.append(Position("position", names.clean(function)))
    if (gender := item.text("@gender")) and gender not in GENDERS:
        unknown[f"gender {gender}"] += 1
    if text := item.text("@wholeName"):
        weak = item.text("@strong") == "false" or ("remark" in item and _is_weak(item.all("remark")))
        lang = item.text("@nameLanguage")
        name = alias(text, "weak_alias" if weak else "alias", lang.lower() if lang else None)
        into.aliases.append((name, item))


def _date(text: str | None, unknown: Counter[str]) -> date | None:
    read = partial(text, ("%Y-%m-%d",))
    if read.date:
        return date.fromisoformat(read.date)
    if read.raw:
        unknown[f"date {read.raw}"] += 1
    return None


def _birth(item: Node, unknown: Counter[str]) -> PartialDate:
    """`birthdate` is the whole date, converted where the parts are of another calendar.

    Without it, parts of another calendar stay unread, and a range that has one end only too.
    """
    circa, full, calendar = item.text("@circa") == "true", item.text("@birthdate"), item.text("@calendarType")
    year, month, day = item.text("@year"), item.text("@monthOfYear"), item.text("@dayOfMonth")
    start, end = item.text("@yearRangeFrom"), item.text("@yearRangeTo")
    said = full or joined((year, month, day), "-") or (f"{start or ''}/{end or ''}" if start or end else None)
    if said is None:
        return PartialDate()
    marks = ("circa" if circa else None, said, None if calendar == "GREGORIAN" else calendar)
    raw = joined(marks, " ")
    if full:
        read = partial(full, ("%Y-%m-%d",), circa)
        found = PartialDate(read.date, read.precision, raw)
    elif calendar != "GREGORIAN":
        return PartialDate(raw=raw)
    elif start or end:
        return between(start, end, raw)
    else:
        found = from_parts(year, month, day, circa, raw)
    if found.date is None:
        unknown[f"date {raw}"] += 1
    return found


def _country(item: Node, unknown: Counter[str]) -> Country:
    code, text = item.text("@countryIso2Code"), item.text("@countryDescription")
    if code in {None, NO_COUNTRY}:
        return Country()
    return Country(country(code, unknown).code, text or code)


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
        if key == "WEB" and text:
            target.particulars.append(Particular("website", names.clean(text)))
        elif key not in CONTACTS:
            unknown[f"contactInfo {key}"] += 1


def _add_identification(target: Target, item: Node, unknown: Counter[str]) -> None:
    number, code = item.text("@number"), item.text("@identificationTypeCode") or ""
    if number is None:
        return
    if code not in IDENTIFIERS:
        unknown[f"identification type {code}"] += 1
    state = _country(item, unknown)
    flags = [meaning for name, meaning in FLAGS.items() if item.text(name) == "true"]
    told = [f"{meaning} {text}" for name, meaning in NOTES.items() if (text := item.text(name))]
    note = joined([*flags, *told, *sorted(item.all("remark"))], "; ")
    type_, described = IDENTIFIERS.get(code, "other"), item.text("@identificationTypeDescription")
    found = Identifier(type_, code or None, described, names.clean(number), *state, note)
    target.identifiers.append(found)
