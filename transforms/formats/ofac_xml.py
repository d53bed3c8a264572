"""OFAC's legacy XML: `SDN.XML` and `CONSOLIDATED.XML` of the Sanctions List Service.

Root `sdnList`, header `publshInformation` (the publisher's spelling), one `sdnEntry` a target.
`SHAPE` says what is read and what is left out; whatever else turns up is counted as unknown.
Seen in SDN.XML of 2024-05-07 and CONSOLIDATED.XML of 2024-05-06 to 2025-12-18.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, BinaryIO

from lxml import etree

from transforms import countries, names, xml
from transforms.dates import PartialDate, between, partial
from transforms.snapshot import FileReport, Snapshot, SourceFormatError
from transforms.targets import (
    Address,
    Country,
    Identifier,
    Kind,
    Target,
    alias,
    country,
    joined,
    place,
    write,
)
from transforms.xml import Field, Node, Shape

AUTHORITY = "US Treasury, Office of Foreign Assets Control"
PAGE = "https://sanctionssearch.ofac.treas.gov/Details.aspx?id={uid}"

# Numbers of rows, and which row is shown first.
_ROW = {"uid": Field.IGNORED, "mainEntry": Field.IGNORED}
HEADER: Shape = {
    "@schemaLocation": Field.IGNORED,
    "publshInformation": {"Publish_Date": Field.TEXT, "Record_Count": Field.TEXT},
}
SHAPE: Shape = {
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
        # What the ship is and whose, which no column holds.
        "vesselType": Field.IGNORED,
        "vesselOwner": Field.IGNORED,
        "tonnage": Field.IGNORED,
        "grossRegisteredTonnage": Field.IGNORED,
    },
}

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
        "Other Vessel Call Sign",
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
NATIONALITIES = frozenset({"Nationality of Registration", "Registration Country"})
IGNORED = {
    "Aircraft Manufacture Date": "no column holds it",
    "Aircraft Model": "no column holds it",
    "Aircraft Operator": "no column holds it",
    "Email Address": "a way to reach someone, not who it is",
    "Issuer Name": "a name of the target again",
    "Former Vessel Flag": "not the flag now",
    "Organization Established Date": "no column holds it",
    "Organization Type:": "no column holds it",
    "Other Vessel Flag": "not the main flag",
    "Other Vessel Type": "no column holds it",
    "Phone Number": "a way to reach someone, not who it is",
    "Target Type": "no column holds it",
    "Vessel Year of Build": "no column holds it",
    "Website": "a way to reach someone, not who it is",
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
        if element.getparent() is None:
            _read_header(element, name, position, report, snapshot.unknown)
            continue
        position += 1
        node = xml.read(element, SHAPE, snapshot.unknown, "sdnEntry")
        if fault := _fault(node, seen):
            snapshot.reject(name, f"sdnEntry[{position}]", fault, _source(element))
            continue
        write(snapshot, source_id, AUTHORITY, _target(node, snapshot.unknown))
        report.parsed += 1


def _source(element: etree._Element) -> str:
    for item in element.findall("{*}idList/{*}id"):
        if item.findtext("{*}idType", "").strip() in IGNORED and (parent := item.getparent()) is not None:
            parent.remove(item)
    return xml.source(element, SHAPE)


def _read_header(
    top: etree._Element, name: str, entries: int, report: FileReport, unknown: Counter[str]
) -> None:
    header = xml.read(top, HEADER, unknown, "sdnList").each("publshInformation")
    count = header[0].text("Record_Count") if header else None
    if count is None or not count.isdecimal():
        raise SourceFormatError(f"{name}: the header gives no Record_Count")
    if int(count) != entries:
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
    target.programs.update(p for each in node.each("programList") for p in each.all("program"))
    target.reasons.update(node.all("remarks"))
    target.positions.update(node.all("title"))
    for aka in node.each("akaList", "aka"):
        _add_aka(target, aka, unknown)
    for item in node.each("nationalityList", "nationality") + node.each("citizenshipList", "citizenship"):
        target.nationalities.add(_country(item.text("country"), unknown))
    for item in node.each("dateOfBirthList", "dateOfBirthItem"):
        target.births.add(_birth(item.text("dateOfBirth"), unknown))
    for item in node.each("placeOfBirthList", "placeOfBirthItem"):
        _add_birth_place(target, item.text("placeOfBirth"))
    for item in node.each("addressList", "address"):
        _add_address(target, item, unknown)
    for item in node.each("idList", "id"):
        _add_id(target, item, unknown)
    for item in node.each("vesselInfo"):
        # A ship has the nationality of the state whose flag it may fly (UNCLOS, article 91).
        target.nationalities.add(_country(item.text("vesselFlag"), unknown))
        if call_sign := item.text("callSign"):
            target.identifiers.add(Identifier("other", "callSign", call_sign, None, None))
    target.nationalities.discard(Country())
    target.births.discard(PartialDate())
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
        kind: Kind = "weak_alias" if category == "weak" else "former" if type_ == "f.k.a." else "alias"
        target.names.add(alias(name, kind))


def _birth(text: str | None, unknown: Counter[str]) -> PartialDate:
    if not text:
        return PartialDate()
    if text.startswith(_CIRCA):
        day = partial(text.removeprefix(_CIRCA), _DATES, circa=True)
        found = PartialDate(day.date, day.precision, text)
    elif _RANGE in text:
        start, _, end = text.partition(_RANGE)
        found = between(partial(start, _DATES).date, partial(end, _DATES).date, text)
    else:
        found = partial(text, _DATES)
    if found.date is None:
        unknown[f"date {text}"] += 1
    return found


def _add_birth_place(target: Target, text: str | None) -> None:
    """The text ends in the country where it is known: `Giza, Egypt`."""
    if not text:
        return
    full = names.clean(text)
    last = full.rpartition(", ")[2]
    code = countries.code(last)
    target.addresses.add(Address("birth_place", full, country=code, country_raw=last if code else None))


def _add_address(target: Target, item: Node, unknown: Counter[str]) -> None:
    city, region, postal_code = item.text("city"), item.text("stateOrProvince"), item.text("postalCode")
    state = _country(item.text("country"), unknown)
    street = [item.text(line) for line in ("address1", "address2", "address3")]
    where = Address("address", "", joined([city]), joined([region]), postal_code, state.code, state.raw)
    if found := place("address", [*street, city, region, postal_code, state.raw], where):
        target.addresses.add(found)


def _add_id(target: Target, item: Node, unknown: Counter[str]) -> None:
    type_raw, number = item.text("idType") or "", item.text("idNumber")
    if number is None or type_raw in IGNORED:
        return
    if type_raw == "Gender":
        target.gender = GENDERS.get(number)
        if target.gender is None:
            unknown[f"Gender {number}"] += 1
    elif type_raw in REASONS or type_raw.startswith(REASON_STARTS):
        target.reasons.add(f"{type_raw.rstrip(' :-')}: {number}")
    elif type_raw in NATIONALITIES:
        target.nationalities.add(_country(number, unknown))
    else:
        target.identifiers.add(_identifier(type_raw, number, item, unknown))


def _identifier(type_raw: str, number: str, item: Node, unknown: Counter[str]) -> Identifier:
    type_ = "crypto_wallet" if type_raw.startswith(WALLET) else IDENTIFIERS.get(type_raw)
    if type_ is None:
        unknown[f"idType {type_raw}"] += 1
    elif type_ == "imo" and not number.startswith("IMO"):
        type_ = "registration"
    state = _country(item.text("idCountry"), unknown)
    issued, expires = item.text("issueDate"), item.text("expirationDate")
    note = joined((issued and f"issued {issued}", expires and f"expires {expires}"), "; ")
    return Identifier(type_ or "other", type_raw, number, state.code, state.raw, note)
