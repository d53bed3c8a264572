"""OFAC's legacy XML: `SDN.XML` and `CONSOLIDATED.XML` of the Sanctions List Service.

Root `sdnList`, header `publshInformation` (the publisher's spelling), one `sdnEntry` a target.
`SHAPE` says what is read and what is left out; whatever else turns up is counted as unknown.
Seen in SDN.XML of 2024-05-07 and CONSOLIDATED.XML of 2024-05-06 to 2025-12-18.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, BinaryIO
from xml.etree.ElementTree import Element

from transforms import countries, names, xml
from transforms.dates import PartialDate, between, partial
from transforms.programs import OFAC, in_words
from transforms.snapshot import FileReport, Snapshot, SourceFormatError
from transforms.targets import (
    Address,
    Country,
    Identifier,
    NameKind,
    Nationality,
    Particular,
    Position,
    Program,
    Target,
    alias,
    birth,
    cleaned,
    country,
    joined,
    place,
    whole_number,
    write,
)
from transforms.xml import Field, Node, Shape

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

SCHEMAS = {"Individual": "Person", "Entity": "Organization", "Vessel": "Vessel", "Aircraft": "Airplane"}
GENDERS = {"Male": "male", "Female": "female"}
AKA_TYPES = ("a.k.a.", "f.k.a.", "n.k.a.")
# Fields of a country that say which state it is not, or that none is known.
NO_STATE = frozenset({"undetermined", "None Identified"})
REGION = "Region: "  # `Region: Crimea`: named so on purpose, without a state

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
IDENTIFIERS = {text: type_ for type_, texts in _IDENTIFIER_TYPES.items() for text in texts}
WALLET = "Digital Currency Address - "
# The attributes that say under what terms a target is listed: they go to `reason`. So does any type
# that begins with one of `REASON_STARTS`: there is one for each order.
REASONS = frozenset(
    {
        "Additional Sanctions Information -",
        "CAATSA Section 235 Information:",
        "IFCA Determination -",
        "PEESA Information:",
        "Secondary sanctions risk:",
        "Transactions Prohibited For Persons Owned or Controlled By U.S. Financial Institutions:",
    }
)
REASON_STARTS = (
    "Effective Date (",
    "Executive Order ",
    "Listing Date (",
    "Purchase/Sales For Divestment Date (",
)
PARTICULARS = {
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
NATIONALITIES = frozenset({"Nationality of Registration", "Registration Country"})
IGNORED = {
    "Email Address": "a way to reach someone, not who it is",
    "Phone Number": "a way to reach someone, not who it is",
}
# A ship's particulars that stand in `vesselInfo`.
VESSEL = {
    "vesselType": "vessel_type",
    "vesselOwner": "owner",
    "tonnage": "tonnage",
    "grossRegisteredTonnage": "gross_tonnage",
}

# What abbreviations of documents mean; the other types say it themselves.
TYPE_NAMES = {
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

_DATES = ("%d %b %Y", "%b %Y", "%Y")
_CIRCA = "circa "
_RANGE = " to "


def parse(source_id: str, files: Mapping[str, BinaryIO], options: Mapping[str, Any]) -> Snapshot:
    """Reads each file as one list; fills `sanctions`, `names`, `identifiers` and `addresses`.

    Raises SourceFormatError for what is no such XML, and for a file whose entries are not as many
    as its `Record_Count` says. An entry without `uid` or name, or with a `uid` that came before,
    goes to quarantine.
    """
    snapshot = Snapshot()
    for name, file in files.items():
        _read_file(source_id, name, file, snapshot)
    return snapshot


def _read_file(source_id: str, name: str, file: BinaryIO, snapshot: Snapshot) -> None:
    report = snapshot.files[name] = FileReport()
    seen: set[str] = set()
    position = 0
    for element in xml.elements(file, name, "sdnList", ("sdnEntry",)):
        if xml.local_name(element.tag) == "sdnList":
            _read_header(element, name, position, report, snapshot.unknown)
            continue
        position += 1
        node = xml.read(element, SHAPE, snapshot.unknown, "sdnEntry")
        if fault := _fault(node, seen):
            snapshot.reject(name, f"sdnEntry[{position}]", fault, _source(element))
            continue
        write(snapshot, source_id, AUTHORITY, _target(node, snapshot.unknown))
        report.parsed += 1


def _source(element: Element) -> str:
    for listed in element:
        for item in list(listed):
            if any((field.text or "").strip() in IGNORED for field in item):
                listed.remove(item)
    return xml.source(element, SHAPE)


def _read_header(top: Element, name: str, entries: int, report: FileReport, unknown: Counter[str]) -> None:
    header = xml.read(top, HEADER, unknown, "sdnList").each("publshInformation")
    count = whole_number(header[0].text("Record_Count")) if header else None
    if count is None:
        raise SourceFormatError(f"{name}: the header gives no Record_Count")
    if count != entries:
        raise SourceFormatError(f"{name}: Record_Count is {count}, but the file holds {entries} entries")
    report.declared = entries
    published = header[0].text("Publish_Date")
    read = partial(published, ("%m/%d/%Y",))
    if read.date:
        report.published_at = datetime.fromisoformat(read.date).replace(tzinfo=UTC)
    elif published:
        unknown[f"date {published}"] += 1


def _fault(node: Node, seen: set[str]) -> str | None:
    uid = node.text("uid")
    if uid is None:
        return "no uid"
    if uid in seen:
        return f"uid {uid} came before"
    seen.add(uid)
    return None if _name(node) else "no name"


def _name(node: Node) -> str:
    return joined((node.text("firstName"), node.text("lastName")), " ") or ""


def _target(node: Node, unknown: Counter[str]) -> Target:
    uid, type_ = node.text("uid") or "", node.text("sdnType") or ""
    if type_ not in SCHEMAS:
        unknown[f"sdnType {type_}"] += 1
    target = Target(uid, SCHEMAS.get(type_, "LegalEntity"), _name(node), url=PAGE.format(uid=uid))
    for listed in node.each("programList"):
        codes = listed.all("program")
        target.programs += [Program(code, in_words(code, OFAC, "program", unknown)) for code in codes]
    if remarks := node.text("remarks"):
        target.reasons.append(remarks)
    if title := node.text("title"):
        target.positions.append(Position("position", names.clean(title)))
    for aka in node.each("akaList", "aka"):
        _add_aka(target, aka, unknown)
    for item in node.each("nationalityList", "nationality"):
        target.nationalities.append(Nationality("nationality", *_country(item.text("country"), unknown)))
    for item in node.each("citizenshipList", "citizenship"):
        target.nationalities.append(Nationality("citizenship", *_country(item.text("country"), unknown)))
    for item in node.each("dateOfBirthList", "dateOfBirthItem"):
        target.births.append(birth(_birth(item.text("dateOfBirth"), unknown)))
    for item in node.each("placeOfBirthList", "placeOfBirthItem"):
        _add_birth_place(target, item.text("placeOfBirth"))
    for item in node.each("addressList", "address"):
        _add_address(target, item, unknown)
    for item in node.each("idList", "id"):
        _add_id(target, item, unknown)
    for item in node.each("vesselInfo"):
        _add_vessel(target, item, unknown)
    return target


def _country(text: str | None, unknown: Counter[str]) -> Country:
    if text and text.startswith(REGION):
        return Country(countries.code(text), text)
    return country(text, unknown, NO_STATE)


def _add_aka(target: Target, aka: Node, unknown: Counter[str]) -> None:
    type_, category = aka.text("type") or "", aka.text("category") or ""
    if type_ not in AKA_TYPES:
        unknown[f"aka type {type_}"] += 1
    if category not in {"strong", "weak"}:
        unknown[f"aka category {category}"] += 1
    if name := _name(aka):
        # Weak first: a weak former name must not be screened against as if it were strong.
        kind: NameKind = "weak_alias" if category == "weak" else "former" if type_ == "f.k.a." else "alias"
        target.names.append(alias(name, kind))


def _birth(text: str | None, unknown: Counter[str]) -> PartialDate:
    if not text:
        return PartialDate()
    found = _read_birth(text)
    if found.date is None:
        unknown[f"date {text}"] += 1
    return found


@lru_cache(maxsize=16_384)
def _read_birth(text: str) -> PartialDate:
    if text.startswith(_CIRCA):
        day = partial(text.removeprefix(_CIRCA), _DATES, circa=True)
        return PartialDate(day.date, day.precision, text)
    if _RANGE in text:
        start, _, end = text.partition(_RANGE)
        return between(partial(start, _DATES).date, partial(end, _DATES).date, text)
    return partial(text, _DATES)


def _add_birth_place(target: Target, text: str | None) -> None:
    if text:
        target.addresses.append(_birth_place(text))


@lru_cache(maxsize=16_384)
def _birth_place(text: str) -> Address:
    """The text ends in the country where it is known: `Giza, Egypt`."""
    full = names.clean(text)
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
            target.particulars.append(Particular(property_, names.clean(text)))


def _add_id(target: Target, item: Node, unknown: Counter[str]) -> None:
    type_raw, number = item.text("idType") or "", item.text("idNumber")
    if number is None or type_raw in IGNORED:
        return
    if type_raw == "Gender":
        target.gender = GENDERS.get(number)
        if target.gender is None:
            unknown[f"Gender {number}"] += 1
    elif property_ := PARTICULARS.get(type_raw):
        target.particulars.append(Particular(property_, names.clean(number)))
    elif type_raw in REASONS or type_raw.startswith(REASON_STARTS):
        target.reasons.append(f"{type_raw.rstrip(' :-')}: {number}")
    elif type_raw in NATIONALITIES:
        target.nationalities.append(Nationality("registration", *_country(number, unknown)))
    elif type_raw == "Other Vessel Flag":
        target.nationalities.append(Nationality("flag", *_country(number, unknown), type_raw))
    elif type_raw == "Issuer Name":
        target.names.append(alias(number, "alias"))
    else:
        target.identifiers.append(_identifier(type_raw, number, item, unknown))


def _identifier(type_raw: str, number: str, item: Node, unknown: Counter[str]) -> Identifier:
    type_ = "crypto_wallet" if type_raw.startswith(WALLET) else IDENTIFIERS.get(type_raw)
    if type_ is None:
        unknown[f"idType {type_raw}"] += 1
    elif type_ == "imo" and not number.startswith("IMO"):
        type_ = "registration"
    state = _country(item.text("idCountry"), unknown)
    issued, expires = item.text("issueDate"), item.text("expirationDate")
    note = joined((issued and f"issued {issued}", expires and f"expires {expires}"), "; ")
    return Identifier(type_ or "other", type_raw or None, TYPE_NAMES.get(type_raw), number, *state, note)
