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
from transforms.fields.dates import PartialDate, between, partial, whole_day
from transforms.fields.dates_in_text import FileOrder, read_date, read_dates
from transforms.fields.documents.fields import number_type, read_document_fields
from transforms.fields.documents.numbers import PERSONAL, find_in_remark
from transforms.fields.record_parts import Country, Identifier, NameKind, joined
from transforms.names import cleaning
from transforms.reading.declaration import TEXT, Node, each, group, ignored, texts, withheld, withheld_fields
from transforms.reading.parse_result import FileReport, SourceFormatError
from transforms.reading.xml_record import XmlRecord
from transforms.sanctions import program_names, sinks
from transforms.sanctions.publishers import ofac_numbers
from transforms.sanctions.publishers.ofac_numbers import word_of
from transforms.sanctions.sinks import Context, Fields
from transforms.sanctions.target import (
    Address,
    Nationality,
    Program,
    Target,
    birth,
    cleaned,
    country,
    number_key,
    place,
    whole_number,
)
from transforms.sanctions.target_names import alias
from transforms.sanctions.xml_list import TargetList, TargetRecord, text_of

AUTHORITY = "US Treasury, Office of Foreign Assets Control"
PAGE = "https://sanctionssearch.ofac.treas.gov/Details.aspx?id={uid}"

# The publisher's words, as `word_of` compares them.
SCHEMAS = {"individual": "Person", "entity": "Organization", "vessel": "Vessel", "aircraft": "Airplane"}
GENDERS = {"male": "male", "m": "male", "female": "female", "f": "female"}
AKA_TYPES = ("aka", "fka", "nka")  # without dots
# Fields of a country that say which state it is not, or that none is known.
NO_STATE = frozenset({"undetermined", "none identified"})
STREET = ("address1", "address2", "address3")
REGION = "region:"  # `Region: Crimea`: named so on purpose, without a state


# The attributes that say under what terms a target is listed go to `reason`. So does any type that begins
# with one of `TERM_STARTS`: there is one for each order.
TERMS = {
    "additional sanctions information",
    "caatsa section 235 information",
    "ifca determination",
    "peesa information",
    "secondary sanctions risk",
    "transactions prohibited for persons owned or controlled by u.s. financial institutions",
}
# `Listing Date (EO 14024 Directive 1a):` is the day on which an order's measures were laid on the target.
LISTED, EFFECTIVE = "listing date", "effective date"
TERM_STARTS = (EFFECTIVE, "executive order ", LISTED, "purchase/sales for divestment date")
_DATES = ("%d %b %Y", "%b %Y", "%Y", "%d %B %Y", "%B %Y")
_PUBLISHED = ("%m/%d/%Y", "%d %b %Y")
_CIRCA = re.compile(r"circa\s+", re.IGNORECASE)
_RANGE = re.compile(r"(?<!\s)\s+to\s+", re.IGNORECASE)
_ORDER = re.compile(r"\d{5}")
# Dates of listing and effect.
_DAYS = re.compile(rb"<(?:[^\s<>/:]+:)?idNumber(?:\s[^<>]*)?>\s*(\d\d?/\d\d?/\d{4})\s*<")


def _name(node: Node) -> str:
    return joined((node.text("firstName"), node.text("lastName")), " ") or ""


def _begin(node: Node, context: Context) -> Target:
    type_ = node.text("sdnType") or ""
    schema = SCHEMAS.get(word_of(type_))
    if schema is None:
        context.unknown[f"sdnType {type_}"] += 1
    return Target("", schema or "LegalEntity", _name(node))


def _country(text: str | None, unknown: Counter[str]) -> Country:
    if text and ((word := word_of(text)) in NO_STATE or word.startswith(REGION)):
        return Country(countries.code(text), text)
    return country(text, unknown)


def _add_listing_dates(target: Target, node: Node, context: Context) -> None:
    """Takes the days of listing from `idList`, and each programme's own.

    A day of effect counts only where no day of listing is given. Of several the first counts.
    """
    found: dict[str, dict[str, date]] = {LISTED: {}, EFFECTIVE: {}}
    for item in node.each("idList/id"):
        word, text = word_of(item.text("idType") or ""), item.text("idNumber")
        for start, days in found.items():
            if text and word.startswith(start) and (day := _day(text, context)):
                days[word] = min(day, days.get(word, day))
    for days in (found[EFFECTIVE], found[LISTED]):  # the latter replaces the former
        if days:
            target.listing_date = min(days.values())
            several = len(target.programs) > 1
            target.programs = [_listed(program, days, several) for program in target.programs]


def _day(text: str, context: Context) -> date | None:
    day = whole_day(read_date(text, _PUBLISHED[1:], context.days))
    if day is None:
        context.unknown[f"date {text}"] += 1
    return day


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
    kind_, strength = word_of(type_).replace(".", ""), word_of(category)
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
    one = read_date(text, _DATES, order)
    return (one,) if one.date else read_dates(text, order=None)


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
    street = [item.text(line) for line in STREET]
    where = Address("address", "", cleaned(city), cleaned(region), postal_code, *state)
    if found := place("address", [*street, city, region, postal_code, state.raw], where):
        target.addresses.append(found)


def _add_call_sign(target: Target, text: str, context: Context) -> None:
    target.identifiers.append(Identifier("call_sign", "callSign", "Call sign", text))


def _add_name(target: Target, text: str, context: Context) -> None:
    target.names.append(alias(text, "alias"))


def _add_remarks(target: Target, text: str, context: Context) -> None:
    target.reasons.append(text)
    target.identifiers += find_in_remark(text, target.identifiers, PERSONAL)


# The attributes in `idList`; what is neither one of them nor of the terms of listing is a number.
ATTRIBUTES: Fields = {
    "Email Address": withheld("idList/id[Email Address]"),
    "Phone Number": withheld("idList/id[Phone Number]"),
    "Gender": sinks.gender(GENDERS, "Gender"),
    "Issuer Name": _add_name,
    "Nationality of Registration": sinks.state("registration", _country),
    "Registration Country": sinks.state("registration", _country),
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
_ATTRIBUTES = {word_of(text): rule if callable(rule) else None for text, rule in ATTRIBUTES.items()}


def _add_id(target: Target, item: Node, context: Context) -> None:
    type_raw, number = item.text("idType") or "", item.text("idNumber")
    word = word_of(type_raw)
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
            if any(_ATTRIBUTES.get(word_of(field.text or ""), _add_name) is None for field in item):
                listed.remove(item)


_WITH_NOTES = PERSONAL | {"tax_id"}  # numbers beside which notes and countries can stand


def _identifiers(
    schema: str, type_raw: str, number: str, item: Node, unknown: Counter[str]
) -> list[Identifier]:
    word = word_of(type_raw)
    type_ = ofac_numbers.identifier_type(schema, word, number)
    if type_ is None:
        unknown[f"idType {type_raw}"] += 1
        type_ = number_type(type_raw)
    state = _country(item.text("idCountry"), unknown)
    issued, expires = item.text("issueDate"), item.text("expirationDate")
    note = joined((issued and f"issued {issued}", expires and f"expires {expires}"), "; ")
    raw, name = ofac_numbers.spelling_and_meaning(type_raw)
    if type_ in _WITH_NOTES:
        return [
            each._replace(type_name=name) for each in read_document_fields(type_, raw, number, note, state)
        ]
    return [Identifier(type_ or "other", raw, name, number, *state, note)]


def _read_header(report: FileReport, node: Node, context: Context) -> None:
    """Raises SourceFormatError if the entries are not as many as `Record_Count` says."""
    said = node.each("publshInformation")
    count = whole_number((said[0].text("Record_Count") or "").replace(",", "")) if said else None
    if count is None:
        raise SourceFormatError(f"{context.file}: the header gives no Record_Count")
    if count != report.declared:
        raise SourceFormatError(
            f"{context.file}: Record_Count is {count}, but the file holds {report.declared} entries"
        )
    published = said[0].text("Publish_Date")
    read = partial(published, _PUBLISHED)
    if read.date:
        report.published_at = datetime.fromisoformat(read.date).replace(tzinfo=UTC)
    elif published:
        context.unknown[f"date {published}"] += 1


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
    "akaList/aka": group({**_ROW, **texts("type", "category", "firstName", "lastName")}, _add_aka),
    "addressList/address": group(
        {**_ROW, **texts(*STREET, "city", "stateOrProvince", "postalCode", "country")},
        _add_address,
    ),
    "nationalityList/nationality": group({**_ROW, "country": sinks.nationality("nationality", _country)}),
    "citizenshipList/citizenship": group({**_ROW, "country": sinks.nationality("citizenship", _country)}),
    "dateOfBirthList/dateOfBirthItem": group({**_ROW, "dateOfBirth": _add_births}),
    "placeOfBirthList/placeOfBirthItem": group({**_ROW, "placeOfBirth": _add_birth_place}),
    "idList/id": group(
        {**_ROW, **texts("idType", "idNumber", "idCountry", "issueDate", "expirationDate")},
        _add_id,
    ),
    "vesselInfo": group(
        {
            "callSign": _add_call_sign,
            # A ship has the nationality of the state whose flag it may fly (UNCLOS, article 91).
            "vesselFlag": sinks.state("flag", _country),
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
            "publshInformation": group(texts("Publish_Date", "Record_Count")),
        },
        _read_header,
    ),
    [TargetRecord("sdnEntry", ENTRY, _begin, _finish, _hide_withheld)],
    births=text_of("dateOfBirth"),
    days=_DAYS,
    documented_days="month",
).parse
