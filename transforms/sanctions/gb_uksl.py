"""The UK Sanctions List of the Foreign, Commonwealth and Development Office, `UK-Sanctions-List.xml`.

Root `Designations` with `DateGenerated` and one `Designation` a target. `DESIGNATION` says what is
read and what is left out; whatever else turns up is counted as unknown.

Seen in an excerpt of two people of 2026-03-26: all that stands in `DESIGNATION` without a mark. Said
by others who read the whole list in 2026 (about 6,300 designations, 22 MB): what is marked so. What
they teach:

- `UniqueID` is the key. One person under two regimes has two, with one `OFSIGroupID`; what was
  listed since 28 January 2026 has no `OFSIGroupID`.
- `DateGenerated` is new every day: it is the time of publication, and part of no record.
- Texts have spaces at their ends, and statements of reasons begin with a line break. The words of
  `NameType` and `AliasStrength` come in any case (`Primary name`, `ALias`).
- Some `Name`s hold no part; six designations have two primary names.
- What is not known of a date is spelt out: `dd/mm/1962`, `dd/07/1978`, `15/08/19yy`. Dates have the day
  first; if one of the file's cannot (`09/30/1978`), those that could be either are not taken as days.
- `LastUpdated` is the day of the last amendment, or of the listing where there was none.
- `NonLatinName` can be a name in Latin script, whatever its `NonLatinScriptType`: the script is
  seen from the letters.
- `AddressLine6` is a town on some addresses and a province on others, so none of the lines is
  called a city.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, BinaryIO, NamedTuple

from transforms.fields import countries, document_numbers
from transforms.fields.contacts import withhold
from transforms.fields.dates import Order
from transforms.fields.placeholders import is_placeholder, value
from transforms.fields.record_parts import Country, Identifier, Name, NameKind, joined
from transforms.names import cleaning
from transforms.reading import xml
from transforms.reading.parse_result import FileReport, ParseResult
from transforms.reading.xml import Field, Node, Shape
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
    main_name,
    record_key,
    write,
)
from transforms.sanctions.united_kingdom import (
    LANGUAGES,
    birth_dates,
    day,
    nationalities,
    order,
    registrations,
    spelt,
)

AUTHORITY = "UK Foreign, Commonwealth and Development Office"

NAME_PARTS = ("Name1", "Name2", "Name3", "Name4", "Name5", "Name6")  # Name6 is the surname or all
ADDRESS_LINES = tuple(f"AddressLine{number}" for number in range(1, 7))
# The measures of `SanctionsImposed` once more, each true or false.
INDICATORS = (
    "ArmsEmbargo",
    "AssetFreeze",
    "CharteringOfShips",
    "ClosureOfRepresentativeOffices",
    "CrewServicingOfShipsAndAircraft",
    "Deflag",
    "DirectorDisqualificationSanction",
    "PreventionOfBusinessArrangements",
    "PreventionOfCharteringOfShips",
    "PreventionOfCharteringOfShipsAndAircraft",
    "ProhibitionOfPortEntry",
    "TargetedArmsEmbargo",
    "TechnicalAssistanceRelatedToAircraft",
    "TravelBan",
    "TrustServicesSanctions",
)
# Lists of facts: the element that holds them, theirs, and the property they are told as.
BODY_FACTS = (
    ("TypeOfEntities", "TypeOfEntity", "organization_type"),
    ("ParentCompanies", "ParentCompany", "parent"),
    ("Subsidiaries", "Subsidiary", "subsidiary"),
)
SHIP_FACTS = (
    ("PreviousFlags", "PreviousFlag", "former_flag"),
    ("TypeOfShipDetails", "TypeOfShip", "vessel_type"),
    ("TonnageOfShipDetails", "TonnageOfShip", "tonnage"),
    ("LengthOfShipDetails", "LengthOfShip", "length"),
    ("YearsBuilt", "YearBuilt", "build_date"),
    ("HullIdentificationNumbers", "HullIdentificationNumber", "hull_number"),
)
SHIP_PEOPLE = (
    ("CurrentOwnerOperators", "CurrentOwnerOperator", "operator"),
    ("PreviousOwnerOperators", "PreviousOwnerOperator", "former_operator"),
)

ROOT = Shape({"@schemaLocation": Field.IGNORED, "DateGenerated": Field.TEXT})
DESIGNATION = Shape(
    {
        "UniqueID": Field.TEXT,
        "OFSIGroupID": Field.TEXT,
        "UNReferenceNumber": Field.TEXT,  # said
        "DateDesignated": Field.TEXT,
        "LastUpdated": Field.TEXT,
        "Names": {
            "Name": {
                **dict.fromkeys(NAME_PARTS, Field.TEXT),  # Name3 to Name5 are said
                "NameType": Field.TEXT,
                "AliasStrength": Field.TEXT,  # said
            }
        },
        "NonLatinNames": {
            "NonLatinName": {
                "NameNonLatinScript": Field.TEXT,
                "NonLatinScriptType": Field.IGNORED,  # the letters say it, and say it better
                "NonLatinScriptLanguage": Field.TEXT,
            }
        },
        "Titles": {"Title": Field.TEXTS},  # said
        "RegimeName": Field.TEXT,
        "IndividualEntityShip": Field.TEXT,
        "DesignationSource": Field.IGNORED,  # UK or UN; those of the UN have `UNReferenceNumber`
        "SanctionsImposed": Field.TEXT,
        "SanctionsImposedIndicators": dict.fromkeys(INDICATORS, Field.TEXT),
        "OtherInformation": Field.TEXT,
        "UKStatementofReasons": Field.TEXT,
        "Addresses": {
            "Address": {
                **dict.fromkeys(ADDRESS_LINES, Field.TEXT),
                "AddressPostalCode": Field.TEXT,  # said
                "AddressCountry": Field.TEXT,
            }
        },
        "PhoneNumbers": Field.IGNORED,  # said; a way to reach someone, not who it is
        "EmailAddresses": Field.IGNORED,  # said; likewise
        "Websites": {"Website": Field.TEXTS},  # said
        "CryptoWalletAddresses": {"CryptoWalletAddress": Field.TEXTS},  # said to be empty so far
        "IndividualDetails": {
            "Individual": {
                "DOBs": {"DOB": Field.TEXTS},
                "Nationalities": {"Nationality": Field.TEXTS},
                "Positions": {"Position": Field.TEXTS},
                "Genders": {"Gender": Field.TEXTS},
                "BirthDetails": {"Location": {"TownOfBirth": Field.TEXT, "CountryOfBirth": Field.TEXT}},
                "PassportDetails": {  # said
                    "Passport": {"PassportNumber": Field.TEXT, "PassportAdditionalInformation": Field.TEXT}
                },
                "NationalIdentifierDetails": {
                    "NationalIdentifier": {
                        "NationalIdentifierNumber": Field.TEXT,
                        "NationalIdentifierAdditionalInformation": Field.TEXT,
                    }
                },
            }
        },
        "EntityDetails": {  # said
            "Entity": {
                "BusinessRegistrationNumbers": {"BusinessRegistrationNumber": Field.TEXTS},
                **{holder: {item: Field.TEXTS} for holder, item, _ in BODY_FACTS},
            }
        },
        "ShipDetails": {  # said
            "Ship": {
                "IMONumbers": {"IMONumber": Field.TEXTS},
                "CurrentBelievedFlagOfShips": {"CurrentBelievedFlagOfShip": Field.TEXTS},
                **{holder: {item: Field.TEXTS} for holder, item, _ in SHIP_PEOPLE + SHIP_FACTS},
            }
        },
    }
)

# In the tables these are without ways to reach someone; in the quarantine they are not at all.
WITHHELD = frozenset(
    {"Designation/OtherInformation", "Designation/UKStatementofReasons", "Designation/Websites"}
)

SCHEMAS = {"individual": "Person", "entity": "Organization", "ship": "Vessel"}
GENDERS = {"male": "male", "female": "female"}
PRIMARY = "primary name"
# `formerly known as` is OFSI's FKA; this list has not been seen to use either.
NAME_TYPES: dict[str, NameKind] = {
    PRIMARY: "alias",  # of two, that which is not the main name
    "primary name variation": "alias",
    "alias": "alias",
    "fka": "former",
    "formerly known as": "former",
}
STRENGTHS = ("", "good quality a.k.a", "low quality a.k.a")
LOW = STRENGTHS[2]
_NOW = re.compile(r"\b(?:now|currently)\s+([^()]+)", re.IGNORECASE)
_BETWEEN_SITES = re.compile(r" ?[|;] ?|,? and |, ")
_NO_LETTER = re.compile("[^a-z]+")
_BIRTHS = re.compile(rb"<(?:[^\s<>/:]+:)?DOB(?:\s[^<>]*)?>([^<]*)<")
_DAYS = re.compile(rb"<(?:[^\s<>/:]+:)?(?:DateDesignated|LastUpdated|DateGenerated)(?:\s[^<>]*)?>([^<]*)<")


def parse(source_id: str, files: Mapping[str, BinaryIO], options: Mapping[str, Any]) -> ParseResult:
    """Reads each file as one list; fills `sanctions` and its child tables.

    Raises SourceFormatError for what is no such XML. A designation without `UniqueID` or name, or
    with a `UniqueID` that came before, goes to quarantine.
    """
    snapshot = ParseResult()
    for name, file in files.items():
        _read_file(source_id, name, file, snapshot)
    return snapshot


class _Orders(NamedTuple):
    """Which of day and month comes first in the file's dates of birth, and in those of the list itself."""

    births: Order | None
    days: Order | None


def _orders(data: bytes) -> _Orders:
    plain = data.replace(b"\0", b"")  # UTF-16 is read here too
    births, days = ([text.decode("latin-1") for text in each.findall(plain)] for each in (_BIRTHS, _DAYS))
    return _Orders(order(births), order(days))


def _read_file(source_id: str, name: str, file: BinaryIO, snapshot: ParseResult) -> None:
    report = snapshot.files[name] = FileReport()
    unknown = snapshot.unknown
    seen: set[str] = set()
    data = file.read()
    orders = _orders(data)
    for element in xml.elements(io.BytesIO(data), name, "Designations", ("Designation",)):
        tag = xml.local_name(element.tag)
        if tag == "Designations":
            generated = day(xml.read(element, ROOT, unknown, tag).text("DateGenerated"), orders.days, unknown)
            if generated:
                report.published_at = datetime(generated.year, generated.month, generated.day, tzinfo=UTC)
            continue
        report.declared += 1
        node = xml.read(element, DESIGNATION, unknown, tag)
        key = record_key(node.text("UniqueID"))
        main, others = _names(node, unknown)
        if fault := _fault(key, main, seen):
            locator = f"{tag}[{report.declared}]"
            snapshot.reject(name, locator, fault, xml.source(element, DESIGNATION, WITHHELD), key)
            continue
        write(snapshot, source_id, AUTHORITY, _target(key or "", node, (main or "", others), orders, unknown))
        report.parsed += 1


def _fault(key: str | None, main: str | None, seen: set[str]) -> str | None:
    if key is None:
        return "no UniqueID"
    if key in seen:
        return f"UniqueID {key} came before"
    seen.add(key)
    return None if main else "no name"


def _values(node: Node, holder: str, item: str) -> list[str]:
    """The texts of a list such as `DOBs/DOB`, cleaned."""
    found = node.each(holder)
    return [cleaning.clean(text) for each in found for text in each.all(item)] if found else []


def _names(node: Node, unknown: Counter[str]) -> tuple[str | None, list[Name]]:
    """The main name, if there is any name, and all names."""
    primary: list[str] = []
    of_no_type: list[str] = []
    found: list[Name] = []
    for item in node.each("Names", "Name"):
        text = joined([item.text(name) for name in NAME_PARTS], " ")
        if not text or not main_name(text):
            continue
        kind, is_primary, odd = _kind(item.text("NameType"), item.text("AliasStrength"))
        found.append(Name(text, kind, cleaning.script(text)))
        if is_primary:
            primary.append(text)
        if odd:
            unknown.update(odd)
            of_no_type += [text] if cleaning.term(item.text("NameType") or "") not in NAME_TYPES else []
    for item in node.each("NonLatinNames", "NonLatinName"):
        if (original := item.text("NameNonLatinScript")) and main_name(original):
            found.append(alias(original, "alias", _language(item.text("NonLatinScriptLanguage"), unknown)))
    if found and not primary:
        unknown["no Primary Name"] += 1
        # One whose type is not known may be it: `Primay Name`.
        primary = of_no_type or [min((name.kind, name.name) for name in found)[1]]
    return min(primary, default=None), found


@lru_cache(maxsize=1_024)
def _kind(type_: str | None, strength: str | None) -> tuple[NameKind, bool, tuple[str, ...]]:
    """The kind of a name that is not the main one, whether it is a primary one, what is not known."""
    type_, strength = cleaning.term(type_ or ""), cleaning.term(strength or "").rstrip(".")
    odd_type = () if type_ in NAME_TYPES else (f"NameType {type_}",)
    odd_strength = () if strength in STRENGTHS else (f"AliasStrength {strength}",)
    kind = NAME_TYPES.get(type_, "alias")
    weak = kind == "alias" and strength == LOW
    return "weak_alias" if weak else kind, type_ == PRIMARY, odd_type + odd_strength


def _language(text: str | None, unknown: Counter[str]) -> str | None:
    if text is None or is_placeholder(text):
        return None
    code = LANGUAGES.get(cleaning.term(text))
    if code is None:
        unknown[f"NonLatinScriptLanguage {text}"] += 1
    return code


def _target(
    key: str, node: Node, named: tuple[str, list[Name]], orders: _Orders, unknown: Counter[str]
) -> Target:
    target = Target(key, _schema(node, unknown), named[0], names=named[1])
    target.listing_date = day(node.text("DateDesignated"), orders.days, unknown)
    target.amended_date = day(node.text("LastUpdated"), orders.days, unknown)
    if regime := node.text("RegimeName"):
        target.programs.append(_program(regime))
    target.measures = _measures(node, unknown)
    if reason := _reason(node):
        target.reasons.append(reason)
    target.positions += [Position("title", title) for title in _values(node, "Titles", "Title")]
    for reference in ("OFSIGroupID", "UNReferenceNumber"):
        if number := node.text(reference):
            target.identifiers.append(_number("list_reference", reference, number))
    for wallet in _values(node, "CryptoWalletAddresses", "CryptoWalletAddress"):
        target.identifiers.append(_number("crypto_wallet", "CryptoWalletAddress", wallet))
    for item in node.each("Addresses", "Address"):
        target.addresses += _address(item, unknown)
    for holder in node.each("Websites"):
        sites = [site for text in holder.all("Website") for site in _sites(text)]
        target.particulars += [Particular("website", site) for site in sites]
    people = node.each("IndividualDetails", "Individual")
    for item in people:
        _add_person(target, item, orders.births, unknown)
    target.gender = _gender(
        {cleaning.term(text) for item in people for text in _values(item, "Genders", "Gender")}, unknown
    )
    for item in node.each("EntityDetails", "Entity"):
        _add_body(target, item)
    for item in node.each("ShipDetails", "Ship"):
        _add_ship(target, item, unknown)
    return target


def _schema(node: Node, unknown: Counter[str]) -> str:
    kind = node.text("IndividualEntityShip") or ""
    schema = SCHEMAS.get(cleaning.term(kind))
    if schema is None:
        unknown[f"IndividualEntityShip {kind}"] += 1
    return schema or "LegalEntity"


@lru_cache(maxsize=1_024)
def _program(regime: str) -> Program:
    """A regime is called as its regulations are."""
    name = spelt(regime)
    return Program(name, name, legal_basis=name)


def _measures(node: Node, unknown: Counter[str]) -> list[str]:
    """The measures imposed; where the indicators say otherwise, that counts as unknown."""
    measures = _parted(node.text("SanctionsImposed") or "")
    for indicators in node.each("SanctionsImposedIndicators"):
        values = tuple([indicators.text(name) for name in INDICATORS])
        if odd := _differences(measures, values):
            unknown.update(odd)
    return list(measures)


@lru_cache(maxsize=1_024)
def _parted(imposed: str) -> tuple[str, ...]:
    return tuple(spelt(part) for part in imposed.split("|") if not is_placeholder(part))


@lru_cache(maxsize=1_024)
def _differences(measures: tuple[str, ...], values: tuple[str | None, ...]) -> tuple[str, ...]:
    """What only one of the two says, as labels; `De-flag` and `Deflag` are the same measure."""
    said = {_NO_LETTER.sub("", measure.lower()): measure for measure in measures}
    stated = {name: value and cleaning.term(value) for name, value in zip(INDICATORS, values, strict=True)}
    on = {name.lower(): name for name, value in stated.items() if value == "true"}
    only_one = [(said | on)[key] for key in said.keys() ^ on.keys()]
    odd = [f"{name} {value}" for name, value in stated.items() if value not in {"true", "false", None}]
    return tuple(f"SanctionsImposedIndicators {label}" for label in only_one + odd)


def _reason(node: Node) -> str | None:
    """The statement of reasons, then what else is said, without ways to reach someone."""
    statement, other = node.text("UKStatementofReasons"), node.text("OtherInformation")
    parts = (statement and withhold(statement), other and f"Other information: {withhold(other)}")
    return " ".join([text for text in parts if text]) or None


def _sites(text: str) -> Iterator[str]:
    """The web sites in one field; a mail address among them is left out."""
    for line in text.splitlines():
        for site in _BETWEEN_SITES.split(cleaning.clean(line)):
            if site and ("@" not in site or "/" in site):
                yield site


def _number(type_: str, type_raw: str, number: str, type_name: str | None = None) -> Identifier:
    return Identifier(type_, type_raw, type_name, cleaning.clean(number))


def _documents(type_: str, item: Node, element: str) -> list[Identifier]:
    """Passports or the like; what has no number says nothing to identify by, and is left out."""
    number, info = (value(item.text(f"{element}{part}")) for part in ("Number", "AdditionalInformation"))
    return document_numbers.read_fields(type_, f"{element}Number", number, info)


def _address(item: Node, unknown: Counter[str]) -> Iterator[Address]:
    state = country(item.text("AddressCountry"), unknown)
    postal_code = cleaned(item.text("AddressPostalCode"))
    if full := joined([*(item.text(line) for line in ADDRESS_LINES), postal_code, state.raw]):
        yield Address("address", full, None, None, postal_code, *state)


def _add_person(target: Target, item: Node, order: Order | None, unknown: Counter[str]) -> None:
    for text in _values(item, "DOBs", "DOB"):
        target.births += [birth(read) for read in birth_dates(text, order, unknown)]
    for text in _values(item, "Nationalities", "Nationality"):
        target.nationalities += [Nationality("nationality", *state) for state in nationalities(text, unknown)]
    target.positions += [Position("position", text) for text in _values(item, "Positions", "Position")]
    for location in item.each("BirthDetails", "Location"):
        town, state = cleaned(location.text("TownOfBirth")), _birth_country(location, unknown)
        if full := joined([town, state.raw]):
            target.addresses.append(Address("birth_place", full, town, None, None, *state))
    for document in item.each("PassportDetails", "Passport"):
        target.identifiers += _documents("passport", document, "Passport")
    for document in item.each("NationalIdentifierDetails", "NationalIdentifier"):
        target.identifiers += _documents("national_id", document, "NationalIdentifier")


def _gender(said: set[str], unknown: Counter[str]) -> str | None:
    said = {text for text in said if not is_placeholder(text)}
    gender = GENDERS.get(min(said)) if len(said) == 1 else None
    if said and gender is None:
        unknown[f"Gender {', '.join(sorted(said))}"] += 1
    return gender


def _birth_country(location: Node, unknown: Counter[str]) -> Country:
    text = location.text("CountryOfBirth")
    return (_now(text) if text else None) or country(text, unknown)


@lru_cache(maxsize=4_096)
def _now(text: str) -> Country | None:
    """The state that a place is in now: `Former USSR Currently Belarus` is Belarus."""
    now = _NOW.search(text)
    code = countries.code(now[1].strip()) if now else None
    return Country(code, cleaning.clean(text)) if code else None


def _add_body(target: Target, item: Node) -> None:
    for text in _values(item, "BusinessRegistrationNumbers", "BusinessRegistrationNumber"):
        target.identifiers += registrations(text, "BusinessRegistrationNumber")
    target.particulars += _facts(item, BODY_FACTS)


def _add_ship(target: Target, item: Node, unknown: Counter[str]) -> None:
    for number in _values(item, "IMONumbers", "IMONumber"):
        target.identifiers.append(_number("imo", "IMONumber", number))
    for flag in _values(item, "CurrentBelievedFlagOfShips", "CurrentBelievedFlagOfShip"):
        target.nationalities.append(Nationality("flag", *country(flag, unknown), "believed"))
    target.particulars += _facts(item, SHIP_PEOPLE, "owner or operator")
    target.particulars += _facts(item, SHIP_FACTS)


def _facts(
    item: Node, facts: Iterable[tuple[str, str, str]], note: str | None = None
) -> Iterator[Particular]:
    for holder, name, property_ in facts:
        for text in _values(item, holder, name):
            yield Particular(property_, text, note)
