"""OFAC's legacy XML: `SDN.XML` and `CONSOLIDATED.XML` of the Sanctions List Service.

Root `sdnList`, header `publshInformation` (the publisher's spelling), one `sdnEntry` a target.
`SHAPE` says what is read and what is left out; whatever else turns up is counted as unknown.
Seen in SDN.XML of 2024-05-07 and CONSOLIDATED.XML of 2024-05-06 to 2025-12-18.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, BinaryIO, NamedTuple
from xml.etree.ElementTree import Element

from transforms.fields import countries
from transforms.fields.dates import FileOrder, PartialDate, between, in_any_form, partial, read_all
from transforms.fields.document_numbers import PERSONAL, in_remark, kind, read_fields
from transforms.fields.record_parts import Country, Identifier, NameKind, joined
from transforms.names import cleaning
from transforms.reading import xml
from transforms.reading.parse_result import FileReport, ParseResult, SourceFormatError
from transforms.reading.xml import Field, Node, Shape
from transforms.sanctions import program_names
from transforms.sanctions.target import (
    Address,
    Nationality,
    NationalityKind,
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
    number_key,
    place,
    whole_number,
    write,
)

AUTHORITY = "US Treasury, Office of Foreign Assets Control"
PAGE = "https://sanctionssearch.ofac.treas.gov/Details.aspx?id={uid}"

# Numbers of rows, and which row is shown first.
_ROW = {"uid": Field.IGNORED, "mainEntry": Field.IGNORED}
HEADER = Shape(
    {
        "@schemaLocation": Field.IGNORED,
        "publshInformation": {"Publish_Date": Field.TEXT, "Record_Count": Field.TEXT},
    }
)
SHAPE = Shape(
    {
        "uid": Field.TEXT,
        "firstName": Field.TEXT,
        "lastName": Field.TEXT,
        "title": Field.TEXT,
        "sdnType": Field.TEXT,
        "remarks": Field.TEXT,
        "programList": {"program": Field.TEXTS},
        "akaList": {
            "aka": {
                **_ROW,
                "type": Field.TEXT,
                "category": Field.TEXT,
                "firstName": Field.TEXT,
                "lastName": Field.TEXT,
            }
        },
        "addressList": {
            "address": {
                **_ROW,
                "address1": Field.TEXT,
                "address2": Field.TEXT,
                "address3": Field.TEXT,
                "city": Field.TEXT,
                "stateOrProvince": Field.TEXT,
                "postalCode": Field.TEXT,
                "country": Field.TEXT,
            }
        },
        "nationalityList": {"nationality": {**_ROW, "country": Field.TEXT}},
        "citizenshipList": {"citizenship": {**_ROW, "country": Field.TEXT}},
        "dateOfBirthList": {"dateOfBirthItem": {**_ROW, "dateOfBirth": Field.TEXT}},
        "placeOfBirthList": {"placeOfBirthItem": {**_ROW, "placeOfBirth": Field.TEXT}},
        "idList": {
            "id": {
                **_ROW,
                "idType": Field.TEXT,
                "idNumber": Field.TEXT,
                "idCountry": Field.TEXT,
                "issueDate": Field.TEXT,
                "expirationDate": Field.TEXT,
            }
        },
        "vesselInfo": {
            "callSign": Field.TEXT,
            "vesselFlag": Field.TEXT,
            "vesselType": Field.TEXT,
            "vesselOwner": Field.TEXT,
            "tonnage": Field.TEXT,
            "grossRegisteredTonnage": Field.TEXT,
        },
    }
)

# The publisher's words, as `_word` compares them.
SCHEMAS = {"individual": "Person", "entity": "Organization", "vessel": "Vessel", "aircraft": "Airplane"}
GENDERS = {"male": "male", "m": "male", "female": "female", "f": "female"}
AKA_TYPES = ("aka", "fka", "nka")  # without dots
# Fields of a country that say which state it is not, or that none is known.
NO_STATE = frozenset({"undetermined", "none identified"})
REGION = "region:"  # `Region: Crimea`: named so on purpose, without a state

# `idList` mixes numbers with attributes. The numbers, by the contract's types:
_IDENTIFIER_TYPES: dict[str, tuple[str, ...]] = {
    "passport": (
        "British National Overseas Passport",
        "Diplomatic Passport",
        "Passport",
        "Stateless Person Passport",
    ),
    "national_id": (
        "Birth Certificate Number",
        "Bosnian Personal ID No.",
        "C.U.I.",
        "C.U.I.P.",
        "C.U.R.P.",
        "CNP (Personal Numerical Code)",
        "Cartilla de Servicio Militar Nacional",
        "Cedula No.",
        "Citizen's Card Number",
        "Credencial electoral",
        "D.N.I.",
        "Electoral Registry No.",
        "I.F.E.",
        "Kenyan ID No.",
        "LE Number",
        "Moroccan Personal ID No.",
        "N.I.E.",
        "National Foreign ID Number",
        "National ID No.",
        "Numero de Identidad",
        "Personal ID Card",
        "Refugee ID Card",
        "Residency Number",
        "Romanian Permanent Resident",
        "SSN",
        "Stateless Person ID Card",
        "Tazkira National ID Card",
        "Turkish Identification Number",
        "UAE Identification",
    ),
    "tax_id": (
        "C.I.F.",
        "C.U.I.T.",
        "Fiscal Code",
        "Italian Fiscal Code",
        "N.I.F.",
        "NIT #",
        "Numero Unico de Identificacao Tributaria (NUIT)",
        "Paraguayan tax identification number",
        "R.F.C.",
        "RFC",
        "RIF #",
        "RTN",
        "RUC #",
        "Romanian Tax Registration",
        "Tax ID No.",
        "US FEIN",
        "V.A.T. Number",
    ),
    "registration": (
        "Branch Unit Number",
        "Business Number",
        "Business Registration Document #",
        "Business Registration Number",
        "C.I.N.",
        "C.R. No.",
        "Central Registration System Number",
        "Certificate of Incorporation Number",
        "Chamber of Commerce Number",
        "Commercial Registry Number",
        "Company Number",
        "Dubai Chamber of Commerce Membership No.",
        "Economic Register Number (CBLS)",
        "Enterprise Number",
        "File Number",
        "Folio Mercantil No.",
        "Government Gazette Number",
        "Istanbul Chamber of Comm. No.",
        "Legal Entity Number",
        "Matricula Mercantil No",
        "MSB Registration Number",
        "Organization Code",
        "Public Registration Number",
        "Registered Charity No.",
        "Registration Certificate Number (Dubai)",
        "Registration ID",
        "Registration Number",
        "Romanian C.R.",
        "Russian State Individual Business Registration Number Pattern (OGRNIP)",
        "Trade License No.",
        "Unified Social Credit Code (USCC)",
        "UK Company Number",
        "United Social Credit Code Certificate (USCCC)",
    ),
    "imo": ("Vessel Registration Identification",),
    "mmsi": ("MMSI",),
    "call_sign": ("Other Vessel Call Sign",),
    "aircraft": (
        "Aircraft Construction Number (also called L/N or S/N or F/N)",
        "Aircraft Manufacturer's Serial Number (MSN)",
        "Aircraft Mode S Transponder Code",
        "Aircraft Serial Identification",
        "Aircraft Tail Number",
        "Previous Aircraft Tail Number",
    ),
    "swift_bic": ("SWIFT/BIC",),
    "other": (
        "Afghan Money Service Provider License Number",
        "BIK (RU)",
        "Chinese Commercial Code",
        "D-U-N-S Number",
        "Driver's License No.",
        "Equity Ticker",
        "ISIN",
        "Identification Number",
        "Immigration No.",
        "License",
        "MICEX Code",
        "Military Registration Number",
        "Permit Number",
        "Pilot License Number",
        "Public Security and Immigration No.",
        "SRE Permit No.",
        "Seafarer's Identification Document",
        "Serial No.",
        "Tourism License No.",
        "Trademark number",
        "Travel Document Number",
        "UN/LOCODE",
        "VisaNumberID",
    ),
}


@lru_cache(maxsize=4_096)
def _word(text: str) -> str:
    """A word of the publisher's as it is compared: types of `idList` without the colon or dash at the end."""
    return cleaning.term(text).rstrip(" :-")


IDENTIFIERS = {_word(text): type_ for type_, texts in _IDENTIFIER_TYPES.items() for text in texts}
# The types as the publisher writes them: one in another case is the same one.
SPELLINGS = {_word(text): text for texts in _IDENTIFIER_TYPES.values() for text in texts}
WALLET = "digital currency address"
# The attributes that say under what terms a target is listed: they go to `reason`. So does any type
# that begins with one of `REASON_STARTS`: there is one for each order.
REASONS = frozenset(
    map(
        _word,
        (
            "Additional Sanctions Information -",
            "CAATSA Section 235 Information:",
            "IFCA Determination -",
            "PEESA Information:",
            "Secondary sanctions risk:",
            "Transactions Prohibited For Persons Owned or Controlled By U.S. Financial Institutions:",
        ),
    )
)
# `Listing Date (EO 14024 Directive 1a):` is the day on which an order's measures were laid on the target.
LISTED, EFFECTIVE = "listing date", "effective date"
REASON_STARTS = (EFFECTIVE, "executive order ", LISTED, "purchase/sales for divestment date")
_PARTICULARS = {
    "Aircraft Manufacture Date": "build_date",
    "Aircraft Model": "model",
    "Aircraft Operator": "operator",
    "Former Vessel Flag": "former_flag",
    "Organization Established Date": "established",
    "Organization Type:": "organization_type",
    "Other Vessel Type": "vessel_type",
    "Target Type": "target_type",
    "Vessel Year of Build": "build_date",
    "Website": "website",
}
PARTICULARS = {_word(text): property_ for text, property_ in _PARTICULARS.items()}
NATIONALITIES = frozenset({"nationality of registration", "registration country"})
IGNORED = frozenset({"email address", "phone number"})  # ways to reach someone, not who it is
# A ship's particulars that stand in `vesselInfo`.
VESSEL = {
    "vesselType": "vessel_type",
    "vesselOwner": "owner",
    "tonnage": "tonnage",
    "grossRegisteredTonnage": "gross_tonnage",
}

# What abbreviations of documents mean; the other types say it themselves.
_TYPE_NAMES = {
    "BIK (RU)": "Bank identification code (Russia)",
    "C.I.F.": "Código de Identificación Fiscal (Spain)",
    "C.I.N.": "Corporate Identification Number (India)",
    "C.R. No.": "Commercial register number",
    "C.U.I.": "Código Único de Identificación (Guatemala)",
    "C.U.I.P.": "Clave Única de Identificación Permanente (Mexico)",
    "C.U.I.T.": "Clave Única de Identificación Tributaria (Argentina)",
    "C.U.R.P.": "Clave Única de Registro de Población (Mexico)",
    "CNP (Personal Numerical Code)": "Cod Numeric Personal (Romania)",
    "D-U-N-S Number": "Data Universal Numbering System number",
    "D.N.I.": "Documento Nacional de Identidad",
    "I.F.E.": "Credential of the Instituto Federal Electoral (Mexico)",
    "LE Number": "Libreta Electoral (Peru)",
    "MICEX Code": "Moscow Interbank Currency Exchange ticker",
    "MMSI": "Maritime Mobile Service Identity",
    "MSB Registration Number": "Money services business registration number",
    "N.I.E.": "Número de Identidad de Extranjero (Spain)",
    "N.I.F.": "Número de Identificación Fiscal (Spain)",
    "NIT #": "Número de Identificación Tributaria",
    "R.F.C.": "Registro Federal de Contribuyentes (Mexico)",
    "RFC": "Registro Federal de Contribuyentes (Mexico)",
    "RIF #": "Registro Único de Información Fiscal (Venezuela)",
    "RTN": "Registro Tributario Nacional (Honduras)",
    "RUC #": "Registro Único de Contribuyentes",
    "SRE Permit No.": "Permit of the Secretaría de Relaciones Exteriores (Mexico)",
    "SSN": "Social Security Number (United States)",
    "US FEIN": "Federal Employer Identification Number (United States)",
}
TYPE_NAMES = {_word(text): name for text, name in _TYPE_NAMES.items()}

_DATES = ("%d %b %Y", "%b %Y", "%Y", "%d %B %Y", "%B %Y")
_PUBLISHED = ("%m/%d/%Y", "%d %b %Y")
_CIRCA = re.compile(r"circa\s+", re.IGNORECASE)
_RANGE = re.compile(r"(?<!\s)\s+to\s+", re.IGNORECASE)
_ORDER = re.compile(r"\d{5}")
# Dates in the file of births, and of listing and effect.
_BIRTHS = re.compile(rb"<(?:[^\s<>/:]+:)?dateOfBirth(?:\s[^<>]*)?>([^<]*)<")
_DAYS = re.compile(rb"<(?:[^\s<>/:]+:)?idNumber(?:\s[^<>]*)?>\s*(\d\d?/\d\d?/\d{4})\s*<")


def parse(source_id: str, files: Mapping[str, BinaryIO], options: Mapping[str, Any]) -> ParseResult:
    """Reads each file as one list; fills `sanctions`, `names`, `identifiers` and `addresses`.

    Raises SourceFormatError for what is no such XML, and for a file whose entries are not as many
    as its `Record_Count` says. An entry without `uid` or name, or with a `uid` that came before,
    goes to quarantine; the latter two with their `uid`.
    """
    snapshot = ParseResult()
    for name, file in files.items():
        _read_file(source_id, name, file, snapshot)
    return snapshot


class _Context(NamedTuple):
    """What reading an entry depends on beside it: the order of day and month in dates, and the counter.

    OFAC writes its months in words, and the figures of `Publish_Date` with the month first.
    """

    births: FileOrder
    days: FileOrder
    unknown: Counter[str]


def _read_file(source_id: str, name: str, file: BinaryIO, snapshot: ParseResult) -> None:
    report = snapshot.files[name] = FileReport()
    seen: set[str] = set()
    position = 0
    data = file.read()
    context = _Context(FileOrder(data, _BIRTHS), FileOrder(data, _DAYS, "month"), snapshot.unknown)
    for element in xml.elements(io.BytesIO(data), name, "sdnList", ("sdnEntry",)):
        if xml.local_name(element.tag) == "sdnList":
            _read_header(element, name, position, report, snapshot.unknown)
            continue
        position += 1
        node = xml.read(element, SHAPE, snapshot.unknown, "sdnEntry")
        uid = number_key(node.text("uid"))
        if fault := _fault(uid, node, seen):
            snapshot.reject(name, f"sdnEntry[{position}]", fault, _source(element), uid)
            continue
        write(snapshot, source_id, AUTHORITY, _target(uid or "", node, context))
        report.parsed += 1


def _source(element: Element) -> str:
    for listed in element:
        for item in list(listed):
            if any(_word(field.text or "") in IGNORED for field in item):
                listed.remove(item)
    return xml.source(element, SHAPE)


def _read_header(top: Element, name: str, entries: int, report: FileReport, unknown: Counter[str]) -> None:
    header = xml.read(top, HEADER, unknown, "sdnList").each("publshInformation")
    count = whole_number((header[0].text("Record_Count") or "").replace(",", "")) if header else None
    if count is None:
        raise SourceFormatError(f"{name}: the header gives no Record_Count")
    if count != entries:
        raise SourceFormatError(f"{name}: Record_Count is {count}, but the file holds {entries} entries")
    report.declared = entries
    published = header[0].text("Publish_Date")
    read = partial(published, _PUBLISHED)
    if read.date:
        report.published_at = datetime.fromisoformat(read.date).replace(tzinfo=UTC)
    elif published:
        unknown[f"date {published}"] += 1


def _fault(uid: str | None, node: Node, seen: set[str]) -> str | None:
    if uid is None:
        return "no uid"
    if uid in seen:
        return f"uid {uid} came before"
    seen.add(uid)
    return None if main_name(_name(node)) else "no name"


def _name(node: Node) -> str:
    return joined((node.text("firstName"), node.text("lastName")), " ") or ""


def _target(uid: str, node: Node, context: _Context) -> Target:
    unknown = context.unknown
    type_ = node.text("sdnType") or ""
    schema = SCHEMAS.get(_word(type_))
    if schema is None:
        unknown[f"sdnType {type_}"] += 1
    target = Target(uid, schema or "LegalEntity", _name(node), url=PAGE.format(uid=uid))
    for listed in node.each("programList"):
        for code in listed.all("program"):
            target.programs.append(Program(*program_names.read(code, program_names.OFAC, "program", unknown)))
    if remarks := node.text("remarks"):
        target.reasons.append(remarks)
    for aka in node.each("akaList", "aka"):
        _add_aka(target, aka, unknown)
    for item in node.each("addressList", "address"):
        _add_address(target, item, unknown)
    _add_person(target, node, context)
    terms = [item for item in node.each("idList", "id") if not _add_id(target, item, unknown)]
    if terms:
        _add_terms(target, terms, context)
    for item in node.each("vesselInfo"):
        _add_vessel(target, item, unknown)
    if remarks:
        target.identifiers += in_remark(remarks, target.identifiers, PERSONAL)
    return target


def _add_person(target: Target, node: Node, context: _Context) -> None:
    unknown = context.unknown
    if title := node.text("title"):
        target.positions.append(Position("position", cleaning.clean(title)))
    for item in node.each("nationalityList", "nationality"):
        target.nationalities += _nationalities("nationality", item.text("country"), unknown)
    for item in node.each("citizenshipList", "citizenship"):
        target.nationalities += _nationalities("citizenship", item.text("country"), unknown)
    for item in node.each("dateOfBirthList", "dateOfBirthItem"):
        target.births += [birth(read) for read in _births(item.text("dateOfBirth"), context)]
    for item in node.each("placeOfBirthList", "placeOfBirthItem"):
        _add_birth_place(target, item.text("placeOfBirth"))


def _country(text: str | None, unknown: Counter[str]) -> Country:
    if text and ((word := _word(text)) in NO_STATE or word.startswith(REGION)):
        return Country(countries.code(text), text)
    return country(text, unknown)


def _nationalities(kind: NationalityKind, text: str | None, unknown: Counter[str]) -> list[Nationality]:
    """The states of one field, which may list several."""
    found = countries.several(text) if text else ()
    if len(found) > 1:
        return [Nationality(kind, *each) for each in found]
    return [Nationality(kind, *_country(text, unknown))]


def _add_terms(target: Target, items: list[Node], context: _Context) -> None:
    """Under what terms a target is listed goes to `reason`, since when to the columns of listing dates.

    A day of effect counts only where no day of listing is given. Of several the first counts.
    """
    found: dict[str, dict[str, date]] = {LISTED: {}, EFFECTIVE: {}}
    for item in items:
        type_raw, text = item.text("idType") or "", item.text("idNumber") or ""
        target.reasons.append(f"{type_raw.rstrip(' :-')}: {text}")
        word = _word(type_raw)
        for start, days in found.items():
            if word.startswith(start) and (day := _day(text, context)):
                days[word] = min(day, days.get(word, day))
    for days in (found[EFFECTIVE], found[LISTED]):  # the latter replaces the former
        if days:
            target.listing_date = min(days.values())
            several = len(target.programs) > 1
            target.programs = [_listed(program, days, several) for program in target.programs]


def _day(text: str, context: _Context) -> date | None:
    read = in_any_form(text, _PUBLISHED[1:], context.days)
    if read.precision != "day":
        context.unknown[f"date {text}"] += 1
        return None
    return date.fromisoformat(read.date or "")


def _listed(program: Program, days: Mapping[str, date], several: bool) -> Program:
    """A programme with the first of the days whose label names its order or code; of an only one, of all."""
    named = f"{program.program} {program.program_name or ''}"
    orders = set(_ORDER.findall(named))
    code = cleaning.term(program.program)
    found = [
        day
        for label, day in days.items()
        if not several
        or orders & set(_ORDER.findall(label))
        or code.startswith(label.partition("(")[2].rstrip(")") or "(")
    ]
    return program._replace(listing_date=min(found)) if found else program


def _add_aka(target: Target, aka: Node, unknown: Counter[str]) -> None:
    type_, category = aka.text("type") or "", aka.text("category") or ""
    kind_, strength = _word(type_).replace(".", ""), _word(category)
    if kind_ not in AKA_TYPES:
        unknown[f"aka type {type_}"] += 1
    if strength not in {"strong", "weak"}:
        unknown[f"aka category {category}"] += 1
    if name := _name(aka):
        # Weak first: a weak former name must not be screened against as if it were strong.
        kind: NameKind = "weak_alias" if strength == "weak" else "former" if kind_ == "fka" else "alias"
        target.names.append(alias(name, kind))


def _births(text: str | None, context: _Context) -> tuple[PartialDate, ...]:
    if not text:
        return ()
    own = _read_birth(text)
    found = (own,) if own.date else _in_other_forms(text, context.births)
    context.unknown.update(f"date {read.raw}" for read in found if read.date is None)
    return found


def _in_other_forms(text: str, order: FileOrder) -> tuple[PartialDate, ...]:
    """The dates of a text that is in none of OFAC's forms: `05/17/1980`, `1960 or 1962`."""
    one = in_any_form(text, _DATES, order)
    return (one,) if one.date else read_all(text, order=None)


@lru_cache(maxsize=16_384)
def _read_birth(text: str) -> PartialDate:
    if span := _RANGE.search(text):
        start, end = (_CIRCA.sub("", end) for end in (text[: span.start()], text[span.end() :]))
        return between(partial(start, _DATES).date, partial(end, _DATES).date, text)
    if circa := _CIRCA.match(text):
        day = partial(text[circa.end() :], _DATES, circa=True)
        return PartialDate(day.date, day.precision, text)
    return partial(text, _DATES)


def _add_birth_place(target: Target, text: str | None) -> None:
    if text:
        target.addresses.append(_birth_place(text))


@lru_cache(maxsize=16_384)
def _birth_place(text: str) -> Address:
    """The text ends in the country where it is known: `Giza, Egypt`."""
    full = cleaning.clean(text)
    last = full.rpartition(", ")[2]
    code = countries.code(last)
    return Address("birth_place", full, country=code, country_raw=last if code else None)


def _add_address(target: Target, item: Node, unknown: Counter[str]) -> None:
    city, region, postal_code = item.text("city"), item.text("stateOrProvince"), item.text("postalCode")
    state = _country(item.text("country"), unknown)
    street = [item.text(line) for line in ("address1", "address2", "address3")]
    where = Address("address", "", cleaned(city), cleaned(region), postal_code, *state)
    if found := place("address", [*street, city, region, postal_code, state.raw], where):
        target.addresses.append(found)


def _add_vessel(target: Target, item: Node, unknown: Counter[str]) -> None:
    # A ship has the nationality of the state whose flag it may fly (UNCLOS, article 91).
    target.nationalities.append(Nationality("flag", *_country(item.text("vesselFlag"), unknown)))
    if call_sign := item.text("callSign"):
        target.identifiers.append(Identifier("call_sign", "callSign", "Call sign", call_sign))
    for name, property_ in VESSEL.items():
        if text := item.text(name):
            target.particulars.append(Particular(property_, cleaning.clean(text)))


def _add_id(target: Target, item: Node, unknown: Counter[str]) -> bool:
    """Adds a number or an attribute. False for the terms of listing, which are read together."""
    type_raw, number = item.text("idType") or "", item.text("idNumber")
    word = _word(type_raw)
    if number is None or word in IGNORED:
        return True
    if word in REASONS or word.startswith(REASON_STARTS):
        return False
    if word == "gender":
        target.gender = GENDERS.get(cleaning.term(number))
        if target.gender is None:
            unknown[f"Gender {number}"] += 1
    elif property_ := PARTICULARS.get(word):
        target.particulars.append(Particular(property_, cleaning.clean(number)))
    elif word in NATIONALITIES:
        target.nationalities.append(Nationality("registration", *_country(number, unknown)))
    elif word == "other vessel flag":
        target.nationalities.append(Nationality("flag", *_country(number, unknown), type_raw))
    elif word == "issuer name":
        target.names.append(alias(number, "alias"))
    else:
        target.identifiers += _identifiers(target.schema, type_raw, number, item, unknown)
    return True


_WITH_NOTES = PERSONAL | {"tax_id"}  # numbers beside which notes and countries can stand
_SHIP_NUMBER = re.compile(r"imo\b[\s:.]*(?=\d)", re.IGNORECASE)


def _type(schema: str, word: str, number: str) -> str | None:
    """The kind of a number: that of its type, or of the IMO by `IMO` before it.

    Ships have their number also without that word; a body has one of the IMO for companies.
    """
    type_ = "crypto_wallet" if word.startswith(WALLET) else IDENTIFIERS.get(word)
    if type_ in {"imo", "other", "registration"} and _SHIP_NUMBER.match(number):
        return "imo" if schema == "Vessel" or type_ == "imo" else "imo_company"
    if type_ == "imo" and not is_ship_number(number):
        return "registration"
    return type_


def _identifiers(
    schema: str, type_raw: str, number: str, item: Node, unknown: Counter[str]
) -> list[Identifier]:
    word = _word(type_raw)
    type_ = _type(schema, word, number)
    if type_ is None:
        unknown[f"idType {type_raw}"] += 1
        type_ = kind(type_raw)
    state = _country(item.text("idCountry"), unknown)
    issued, expires = item.text("issueDate"), item.text("expirationDate")
    note = joined((issued and f"issued {issued}", expires and f"expires {expires}"), "; ")
    raw = SPELLINGS.get(word) or cleaning.clean(type_raw) or None
    if word.startswith(WALLET):
        raw = f"Digital Currency Address - {word.removeprefix(WALLET).strip(' -').upper()}"
    name = TYPE_NAMES.get(word)
    if type_ in _WITH_NOTES:
        return [each._replace(type_name=name) for each in read_fields(type_, raw, number, note, state)]
    return [Identifier(type_ or "other", raw, name, number, *state, note)]
