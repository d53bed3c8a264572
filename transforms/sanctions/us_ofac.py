"""OFAC's legacy XML: `SDN.XML` and `CONSOLIDATED.XML` of the Sanctions List Service.

Root `sdnList`, header `publshInformation` (the publisher's spelling), one `sdnEntry` a target.
Seen in SDN.XML of 2024-05-07 and CONSOLIDATED.XML of 2024-05-06 to 2025-12-18.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from xml.etree.ElementTree import Element

from transforms.fields import countries
from transforms.fields.dates import FileOrder, PartialDate, between, in_any_form, partial, read_all
from transforms.fields.document_numbers import PERSONAL, in_remark, kind, read_fields
from transforms.fields.record_parts import Country, Identifier, NameKind, joined
from transforms.names import cleaning
from transforms.reading.declaration import (
    TEXT,
    Node,
    each,
    group,
    ignored,
    withheld,
    withheld_fields,
)
from transforms.reading.parse_result import SourceFormatError
from transforms.reading.xml_record import XmlRecord
from transforms.sanctions import program_names, sinks
from transforms.sanctions.sinks import Context, Fields
from transforms.sanctions.target import (
    Address,
    Nationality,
    Program,
    Target,
    alias,
    birth,
    cleaned,
    country,
    is_ship_number,
    number_key,
    place,
    whole_number,
)
from transforms.sanctions.xml_list import Header, TargetList, TargetRecord

AUTHORITY = "US Treasury, Office of Foreign Assets Control"
PAGE = "https://sanctionssearch.ofac.treas.gov/Details.aspx?id={uid}"

# The publisher's words, as `_word` compares them.
SCHEMAS = {"individual": "Person", "entity": "Organization", "vessel": "Vessel", "aircraft": "Airplane"}
GENDERS = {"male": "male", "m": "male", "female": "female", "f": "female"}
AKA_TYPES = ("aka", "fka", "nka")  # without dots
# Fields of a country that say which state it is not, or that none is known.
NO_STATE = frozenset({"undetermined", "none identified"})
REGION = "region:"  # `Region: Crimea`: named so on purpose, without a state


@lru_cache(maxsize=4_096)
def _word(text: str) -> str:
    """A word of the publisher's as it is compared: types of `idList` without the colon or dash at the end."""
    return cleaning.term(text).rstrip(" :-")


# `idList` mixes numbers with attributes. The numbers, by the contract's types; ' = ' is followed by what an
# abbreviation means.
_NUMBERS = {
    "passport": (
        "British National Overseas Passport; Diplomatic Passport; Passport; Stateless Person Passport"
    ),
    "national_id": (
        "Birth Certificate Number; Bosnian Personal ID No.; "
        "C.U.I. = Código Único de Identificación (Guatemala); "
        "C.U.I.P. = Clave Única de Identificación Permanente (Mexico); "
        "C.U.R.P. = Clave Única de Registro de Población (Mexico); "
        "CNP (Personal Numerical Code) = Cod Numeric Personal (Romania); "
        "Cartilla de Servicio Militar Nacional; Cedula No.; Citizen's Card Number; Credencial electoral; "
        "D.N.I. = Documento Nacional de Identidad; Electoral Registry No.; "
        "I.F.E. = Credential of the Instituto Federal Electoral (Mexico); Kenyan ID No.; "
        "LE Number = Libreta Electoral (Peru); Moroccan Personal ID No.; "
        "N.I.E. = Número de Identidad de Extranjero (Spain); National Foreign ID Number; National ID No.; "
        "Numero de Identidad; Personal ID Card; Refugee ID Card; Residency Number; "
        "Romanian Permanent Resident; SSN = Social Security Number (United States); "
        "Stateless Person ID Card; Tazkira National ID Card; Turkish Identification Number; "
        "UAE Identification"
    ),
    "tax_id": (
        "C.I.F. = Código de Identificación Fiscal (Spain); "
        "C.U.I.T. = Clave Única de Identificación Tributaria (Argentina); Fiscal Code; Italian Fiscal Code; "
        "N.I.F. = Número de Identificación Fiscal (Spain); NIT # = Número de Identificación Tributaria; "
        "Numero Unico de Identificacao Tributaria (NUIT); Paraguayan tax identification number; "
        "R.F.C. = Registro Federal de Contribuyentes (Mexico); "
        "RFC = Registro Federal de Contribuyentes (Mexico); "
        "RIF # = Registro Único de Información Fiscal (Venezuela); "
        "RTN = Registro Tributario Nacional (Honduras); RUC # = Registro Único de Contribuyentes; "
        "Romanian Tax Registration; Tax ID No.; "
        "US FEIN = Federal Employer Identification Number (United States); V.A.T. Number"
    ),
    "registration": (
        "Branch Unit Number; Business Number; Business Registration Document #; "
        "Business Registration Number; C.I.N. = Corporate Identification Number (India); "
        "C.R. No. = Commercial register number; Central Registration System Number; "
        "Certificate of Incorporation Number; Chamber of Commerce Number; Commercial Registry Number; "
        "Company Number; Dubai Chamber of Commerce Membership No.; Economic Register Number (CBLS); "
        "Enterprise Number; File Number; Folio Mercantil No.; Government Gazette Number; "
        "Istanbul Chamber of Comm. No.; Legal Entity Number; Matricula Mercantil No; "
        "MSB Registration Number = Money services business registration number; Organization Code; "
        "Public Registration Number; Registered Charity No.; Registration Certificate Number (Dubai); "
        "Registration ID; Registration Number; Romanian C.R.; "
        "Russian State Individual Business Registration Number Pattern (OGRNIP); Trade License No.; "
        "Unified Social Credit Code (USCC); UK Company Number; United Social Credit Code Certificate (USCCC)"
    ),
    "imo": "Vessel Registration Identification",
    "mmsi": "MMSI = Maritime Mobile Service Identity",
    "call_sign": "Other Vessel Call Sign",
    "aircraft": (
        "Aircraft Construction Number (also called L/N or S/N or F/N); "
        "Aircraft Manufacturer's Serial Number (MSN); Aircraft Mode S Transponder Code; "
        "Aircraft Serial Identification; Aircraft Tail Number; Previous Aircraft Tail Number"
    ),
    "swift_bic": "SWIFT/BIC",
    "other": (
        "Afghan Money Service Provider License Number; BIK (RU) = Bank identification code (Russia); "
        "Chinese Commercial Code; D-U-N-S Number = Data Universal Numbering System number; "
        "Driver's License No.; Equity Ticker; ISIN; Identification Number; Immigration No.; License; "
        "MICEX Code = Moscow Interbank Currency Exchange ticker; Military Registration Number; "
        "Permit Number; Pilot License Number; Public Security and Immigration No.; "
        "SRE Permit No. = Permit of the Secretaría de Relaciones Exteriores (Mexico); "
        "Seafarer's Identification Document; Serial No.; Tourism License No.; Trademark number; "
        "Travel Document Number; UN/LOCODE; VisaNumberID"
    ),
}
IDENTIFIERS: dict[str, str] = {}
# The types as the publisher writes them, since one in another case is the same one, and what they mean.
SPELLINGS: dict[str, str] = {}
TYPE_NAMES: dict[str, str | None] = {}
for _type_of_number, _listed_types in _NUMBERS.items():
    for _text, _, _meaning in (entry.partition(" = ") for entry in _listed_types.split("; ")):
        IDENTIFIERS[_word(_text)] = _type_of_number
        SPELLINGS[_word(_text)] = _text
        TYPE_NAMES[_word(_text)] = _meaning or None
WALLET = "digital currency address"
# The attributes that say under what terms a target is listed go to `reason`. So does any type that begins
# with one of `TERM_STARTS`: there is one for each order.
TERMS = frozenset(
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
TERM_STARTS = (EFFECTIVE, "executive order ", LISTED, "purchase/sales for divestment date")
_DATES = ("%d %b %Y", "%b %Y", "%Y", "%d %B %Y", "%B %Y")
_PUBLISHED = ("%m/%d/%Y", "%d %b %Y")
_CIRCA = re.compile(r"circa\s+", re.IGNORECASE)
_RANGE = re.compile(r"(?<!\s)\s+to\s+", re.IGNORECASE)
_ORDER = re.compile(r"\d{5}")
# Dates in the file of births, and of listing and effect.
_BIRTHS = re.compile(rb"<(?:[^\s<>/:]+:)?dateOfBirth(?:\s[^<>]*)?>([^<]*)<")
_DAYS = re.compile(rb"<(?:[^\s<>/:]+:)?idNumber(?:\s[^<>]*)?>\s*(\d\d?/\d\d?/\d{4})\s*<")


def _name(node: Node) -> str:
    return joined((node.text("firstName"), node.text("lastName")), " ") or ""


def _begin(node: Node, context: Context) -> Target:
    type_ = node.text("sdnType") or ""
    schema = SCHEMAS.get(_word(type_))
    if schema is None:
        context.unknown[f"sdnType {type_}"] += 1
    return Target("", schema or "LegalEntity", _name(node))


def _country(text: str | None, unknown: Counter[str]) -> Country:
    if text and ((word := _word(text)) in NO_STATE or word.startswith(REGION)):
        return Country(countries.code(text), text)
    return country(text, unknown)


def _add_listing_dates(target: Target, node: Node, context: Context) -> None:
    """Takes the days of listing from `idList`, and each programme's own.

    A day of effect counts only where no day of listing is given. Of several the first counts.
    """
    found: dict[str, dict[str, date]] = {LISTED: {}, EFFECTIVE: {}}
    for item in node.each("idList/id"):
        word, text = _word(item.text("idType") or ""), item.text("idNumber")
        for start, days in found.items():
            if text and word.startswith(start) and (day := _day(text, context)):
                days[word] = min(day, days.get(word, day))
    for days in (found[EFFECTIVE], found[LISTED]):  # the latter replaces the former
        if days:
            target.listing_date = min(days.values())
            several = len(target.programs) > 1
            target.programs = [_listed(program, days, several) for program in target.programs]


def _day(text: str, context: Context) -> date | None:
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


def _add_aka(target: Target, aka: Node, context: Context) -> None:
    type_, category = aka.text("type") or "", aka.text("category") or ""
    kind_, strength = _word(type_).replace(".", ""), _word(category)
    if kind_ not in AKA_TYPES:
        context.unknown[f"aka type {type_}"] += 1
    if strength not in {"strong", "weak"}:
        context.unknown[f"aka category {category}"] += 1
    if name := _name(aka):
        # Weak first: a weak former name must not be screened against as if it were strong.
        kind: NameKind = "weak_alias" if strength == "weak" else "former" if kind_ == "fka" else "alias"
        target.names.append(alias(name, kind))


def _add_births(target: Target, text: str, context: Context) -> None:
    own = _read_birth(text)
    found = (own,) if own.date else _in_other_forms(text, context.births)
    context.unknown.update(f"date {read.raw}" for read in found if read.date is None)
    target.births += map(birth, found)


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


def _add_birth_place(target: Target, text: str, context: Context) -> None:
    target.addresses.append(_birth_place(text))


@lru_cache(maxsize=16_384)
def _birth_place(text: str) -> Address:
    """The text ends in the country where it is known: `Giza, Egypt`."""
    full = cleaning.clean(text)
    last = full.rpartition(", ")[2]
    code = countries.code(last)
    return Address("birth_place", full, country=code, country_raw=last if code else None)


def _add_address(target: Target, item: Node, context: Context) -> None:
    city, region, postal_code = item.text("city"), item.text("stateOrProvince"), item.text("postalCode")
    state = _country(item.text("country"), context.unknown)
    street = [item.text(line) for line in ("address1", "address2", "address3")]
    where = Address("address", "", cleaned(city), cleaned(region), postal_code, *state)
    if found := place("address", [*street, city, region, postal_code, state.raw], where):
        target.addresses.append(found)


def _add_flag(target: Target, text: str, context: Context) -> None:
    """A ship has the nationality of the state whose flag it may fly (UNCLOS, article 91)."""
    target.nationalities.append(Nationality("flag", *_country(text, context.unknown)))


def _add_registration(target: Target, text: str, context: Context) -> None:
    target.nationalities.append(Nationality("registration", *_country(text, context.unknown)))


def _add_call_sign(target: Target, text: str, context: Context) -> None:
    target.identifiers.append(Identifier("call_sign", "callSign", "Call sign", text))


def _add_name(target: Target, text: str, context: Context) -> None:
    target.names.append(alias(text, "alias"))


def _add_remarks(target: Target, text: str, context: Context) -> None:
    target.reasons.append(text)
    target.identifiers += in_remark(text, target.identifiers, PERSONAL)


# The attributes in `idList`; what is neither one of them nor of the terms of listing is a number.
ATTRIBUTES: Fields = {
    "Email Address": withheld("idList/id[Email Address]"),
    "Phone Number": withheld("idList/id[Phone Number]"),
    "Gender": sinks.gender(GENDERS, "Gender"),
    "Issuer Name": _add_name,
    "Nationality of Registration": _add_registration,
    "Registration Country": _add_registration,
    "Aircraft Manufacture Date": sinks.particular("build_date"),
    "Aircraft Model": sinks.particular("model"),
    "Aircraft Operator": sinks.particular("operator"),
    "Former Vessel Flag": sinks.particular("former_flag"),
    "Organization Established Date": sinks.particular("established"),
    "Organization Type:": sinks.particular("organization_type"),
    "Other Vessel Type": sinks.particular("vessel_type"),
    "Target Type": sinks.particular("target_type"),
    "Vessel Year of Build": sinks.particular("build_date"),
    "Website": sinks.particular("website"),
}
_ATTRIBUTES = {_word(text): rule if callable(rule) else None for text, rule in ATTRIBUTES.items()}


def _add_id(target: Target, item: Node, context: Context) -> None:
    type_raw, number = item.text("idType") or "", item.text("idNumber")
    word = _word(type_raw)
    if number is None:
        return
    if word in _ATTRIBUTES:
        if sink := _ATTRIBUTES[word]:
            sink(target, number, context)
    elif word in TERMS or word.startswith(TERM_STARTS):
        target.reasons.append(f"{type_raw.rstrip(' :-')}: {number}")
    elif word == "other vessel flag":
        target.nationalities.append(Nationality("flag", *_country(number, context.unknown), type_raw))
    else:
        target.identifiers += _identifiers(target.schema, type_raw, number, item, context.unknown)


def _hide_withheld(entry: Element) -> None:
    for listed in entry:
        for item in list(listed):
            if any(_ATTRIBUTES.get(_word(field.text or ""), _add_name) is None for field in item):
                listed.remove(item)


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


def _read_header(header: Header) -> None:
    """Raises SourceFormatError if the entries are not as many as `Record_Count` says."""
    said = header.node.each("publshInformation")
    count = whole_number((said[0].text("Record_Count") or "").replace(",", "")) if said else None
    if count is None:
        raise SourceFormatError(f"{header.file}: the header gives no Record_Count")
    if count != header.report.declared:
        raise SourceFormatError(
            f"{header.file}: Record_Count is {count}, but the file holds {header.report.declared} entries"
        )
    published = said[0].text("Publish_Date")
    read = partial(published, _PUBLISHED)
    if read.date:
        header.report.published_at = datetime.fromisoformat(read.date).replace(tzinfo=UTC)
    elif published:
        header.context.unknown[f"date {published}"] += 1


def _finish(target: Target, node: Node, context: Context) -> None:
    target.url = PAGE.format(uid=target.key)
    _add_listing_dates(target, node, context)


_ROW: Fields = {"uid": ignored("number of a row"), "mainEntry": ignored("which row is shown first")}
ENTRY: Fields = {
    "uid": sinks.Key(number_key),
    "firstName": TEXT,  # of the name
    "lastName": TEXT,
    "sdnType": TEXT,  # the schema
    "title": sinks.position,
    "programList/program": each(sinks.program(program_names.OFAC, "program")),
    "akaList/aka": group(
        {**_ROW, "type": TEXT, "category": TEXT, "firstName": TEXT, "lastName": TEXT}, _add_aka
    ),
    "addressList/address": group(
        {
            **_ROW,
            "address1": TEXT,
            "address2": TEXT,
            "address3": TEXT,
            "city": TEXT,
            "stateOrProvince": TEXT,
            "postalCode": TEXT,
            "country": TEXT,
        },
        _add_address,
    ),
    "nationalityList/nationality": group({**_ROW, "country": sinks.nationality("nationality", _country)}),
    "citizenshipList/citizenship": group({**_ROW, "country": sinks.nationality("citizenship", _country)}),
    "dateOfBirthList/dateOfBirthItem": group({**_ROW, "dateOfBirth": _add_births}),
    "placeOfBirthList/placeOfBirthItem": group({**_ROW, "placeOfBirth": _add_birth_place}),
    "idList/id": group(
        {
            **_ROW,
            "idType": TEXT,
            "idNumber": TEXT,
            "idCountry": TEXT,
            "issueDate": TEXT,
            "expirationDate": TEXT,
        },
        _add_id,
    ),
    "vesselInfo": group(
        {
            "callSign": _add_call_sign,
            "vesselFlag": _add_flag,
            "vesselType": sinks.particular("vessel_type"),
            "vesselOwner": sinks.particular("owner"),
            "tonnage": sinks.particular("tonnage"),
            "grossRegisteredTonnage": sinks.particular("gross_tonnage"),
        }
    ),
    "remarks": _add_remarks,  # last: they repeat numbers of `idList`
}
WITHHELD_FIELDS = withheld_fields(ENTRY, ATTRIBUTES)

parse = TargetList(
    AUTHORITY,
    XmlRecord(
        "sdnList",
        {
            "@schemaLocation": ignored("where the publisher's schema is"),
            "publshInformation": group({"Publish_Date": TEXT, "Record_Count": TEXT}),
        },
    ),
    _read_header,
    [TargetRecord("sdnEntry", ENTRY, _begin, _finish, _hide_withheld)],
    births=_BIRTHS,
    days=_DAYS,
    documented_days="month",
).parse
