"""The UK Sanctions List of the Foreign, Commonwealth and Development Office, `UK-Sanctions-List.xml`.

Root `Designations` with `DateGenerated` and one `Designation` per target. `DESIGNATION` is the table of its
fields; those marked `reported` were not in the excerpt of two people of 2026-03-26, but are described by
others who read the whole list in 2026 (about 6,300 designations, 22 MB). Facts about the list:

- `UniqueID` is the key. One person under two regimes has two, with one `OFSIGroupID`; what was
  listed since 28 January 2026 has no `OFSIGroupID`.
- `DateGenerated` is new every day: it is the time of publication, and part of no record.
- The words of `NameType` and `AliasStrength` come in any case (`Primary name`, `ALias`). Some `Name`s hold no
  part; six designations have two primary names.
- Unknown parts of a date are letters: `dd/mm/1962`, `dd/07/1978`, `15/08/19yy`. Dates have the day first; if
  one of the file's cannot (`09/30/1978`), those that could be either are not taken as days.
- `LastUpdated` is the day of the last amendment, or of the listing where there was none.
- `NonLatinName` can be a name in Latin script, whatever its `NonLatinScriptType`.
- `AddressLine6` is a town on some addresses and a province on others, so none of the lines is called a city.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, date, datetime
from functools import lru_cache

from transforms.fields.contacts import withhold
from transforms.fields.placeholders import is_placeholder
from transforms.fields.record_parts import Country, Name, NameKind, joined
from transforms.names import cleaning
from transforms.reading.declaration import (
    TEXT,
    TEXTS,
    Node,
    each,
    group,
    ignored,
    texts,
    withheld,
    withheld_fields,
)
from transforms.reading.parse_result import FileReport
from transforms.reading.xml_record import XmlRecord
from transforms.sanctions import sinks, united_kingdom
from transforms.sanctions.sinks import Context, Fields
from transforms.sanctions.target import Nationality, Particular, Program, Target, birth, country, record_key
from transforms.sanctions.target_names import alias, main_name
from transforms.sanctions.united_kingdom import LANGUAGES, registrations, spelt
from transforms.sanctions.xml_list import TargetList, TargetRecord, text_of

AUTHORITY = "UK Foreign, Commonwealth and Development Office"

NAME_PARTS = ("Name1", "Name2", "Name3", "Name4", "Name5", "Name6")  # Name6 is the surname or all
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
_BETWEEN_SITES = re.compile(r" ?[|;] ?|,? and |, ")
_NO_LETTER = re.compile("[^a-z]+")


def _begin(node: Node, context: Context) -> Target:
    main, names = _names(node, context.unknown)
    return Target("", "LegalEntity", main, names=names)


def _names(node: Node, unknown: Counter[str]) -> tuple[str, list[Name]]:
    """The main name, empty if there is no name, and all names."""
    primary: list[str] = []
    of_no_type: list[str] = []
    found: list[Name] = []
    for item in node.each("Names/Name"):
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
    for item in node.each("NonLatinNames/NonLatinName"):
        if (original := item.text("NameNonLatinScript")) and main_name(original):
            found.append(alias(original, "alias", _language(item.text("NonLatinScriptLanguage"), unknown)))
    if found and not primary:
        unknown["no Primary Name"] += 1
        # One whose type is not known may be it: `Primay Name`.
        primary = of_no_type or [min((name.kind, name.name) for name in found)[1]]
    return min(primary, default=""), found


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


def _day(text: str, context: Context) -> date | None:
    return united_kingdom.day(text, context.days.found, context.unknown)


def _add_regime(target: Target, text: str, context: Context) -> None:
    """A regime is called as its regulations are."""
    name = spelt(text)
    target.programs.append(Program(name, name, legal_basis=name))


def _add_measures(target: Target, text: str, context: Context) -> None:
    target.measures += _split_measures(text)


@lru_cache(maxsize=1_024)
def _split_measures(imposed: str) -> tuple[str, ...]:
    return tuple(spelt(part) for part in imposed.split("|") if not is_placeholder(part))


def _compare_measures(target: Target, indicators: Node, context: Context) -> None:
    """Counts as unknown where the indicators and `SanctionsImposed` differ."""
    context.unknown.update(_differences(tuple(target.measures), tuple(indicators.items())))


@lru_cache(maxsize=1_024)
def _differences(measures: tuple[str, ...], indicators: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    """The differences as labels; `De-flag` and `Deflag` are the same measure."""
    imposed = {_NO_LETTER.sub("", measure.lower()): measure for measure in measures}
    stated = {name: cleaning.term(text) for name, text in indicators}
    on = {name.lower(): name for name, value in stated.items() if value == "true"}
    only_one = [(imposed | on)[key] for key in imposed.keys() ^ on.keys()]
    odd = [f"{name} {value}" for name, value in stated.items() if value not in {"true", "false"}]
    return tuple(f"SanctionsImposedIndicators {label}" for label in only_one + odd)


def _add_statement(target: Target, text: str, context: Context) -> None:
    target.reasons.append(withhold(text))


def _add_other_information(target: Target, text: str, context: Context) -> None:
    """Continues the statement of reasons."""
    target.reasons = [" ".join([*target.reasons, f"Other information: {withhold(text)}"])]


def _add_sites(target: Target, text: str, context: Context) -> None:
    """The web sites in one field; a mail address among them is left out."""
    for line in text.splitlines():
        for site in _BETWEEN_SITES.split(cleaning.clean(line)):
            if site and ("@" not in site or "/" in site):
                target.particulars.append(Particular("website", site))


def _add_births(target: Target, text: str, context: Context) -> None:
    read = united_kingdom.birth_dates(cleaning.clean(text), context.births.found, context.unknown)
    target.births += map(birth, read)


def _add_nationalities(target: Target, text: str, context: Context) -> None:
    states = united_kingdom.nationalities(cleaning.clean(text), context.unknown)
    target.nationalities += [Nationality("nationality", *state) for state in states]


def _birth_country(text: str | None, unknown: Counter[str]) -> Country:
    code = united_kingdom.current_state(text) if text else None
    return Country(code, cleaning.clean(text)) if text and code else country(text, unknown)


def _add_registrations(target: Target, text: str, context: Context) -> None:
    target.identifiers += registrations(text, "BusinessRegistrationNumber")


def _finish(target: Target, node: Node, context: Context) -> None:
    kind = node.text("IndividualEntityShip") or ""
    target.schema = SCHEMAS.get(cleaning.term(kind), target.schema)
    if cleaning.term(kind) not in SCHEMAS:
        context.unknown[f"IndividualEntityShip {kind}"] += 1
    people = node.each("IndividualDetails/Individual")
    given = {cleaning.term(text) for item in people for text in item.all("Genders/Gender")}
    genders = {text for text in given if not is_placeholder(text)}
    target.gender = GENDERS.get(min(genders)) if len(genders) == 1 else None
    if genders and target.gender is None:
        context.unknown[f"Gender {', '.join(sorted(genders))}"] += 1


def _published(report: FileReport, text: str, context: Context) -> None:
    if day := _day(text, context):
        report.published_at = datetime(day.year, day.month, day.day, tzinfo=UTC)


_FLAG = sinks.state("flag", country, "believed")
_OPERATOR = "owner or operator"  # which of the two, the list does not say
DESIGNATION: Fields = {
    "UniqueID": sinks.Key(record_key),
    "Names/Name": group(
        {
            **texts(*NAME_PARTS),  # Name3 to Name5 are reported
            "NameType": TEXT,
            "AliasStrength": TEXT,  # reported
        }
    ),
    "NonLatinNames/NonLatinName": group(
        {
            "NameNonLatinScript": TEXT,
            "NonLatinScriptType": ignored("the letters show it, and show it better"),
            "NonLatinScriptLanguage": TEXT,
        }
    ),
    "IndividualEntityShip": TEXT,  # the schema
    "DesignationSource": ignored("UK or UN; those of the UN have `UNReferenceNumber`"),
    "DateDesignated": sinks.listing_date(_day),
    "LastUpdated": sinks.amended_date(_day),
    "RegimeName": _add_regime,
    "SanctionsImposed": _add_measures,
    "SanctionsImposedIndicators": group(texts(*INDICATORS), _compare_measures),
    # Telephone numbers and mail addresses are taken out of the free texts.
    "UKStatementofReasons": withheld("PhoneNumbers", _add_statement),
    "OtherInformation": withheld("PhoneNumbers", _add_other_information),
    "Titles/Title": each(sinks.title),  # reported
    "OFSIGroupID": sinks.identifier("list_reference", "OFSIGroupID"),
    "UNReferenceNumber": sinks.identifier("list_reference", "UNReferenceNumber"),  # reported
    "CryptoWalletAddresses/CryptoWalletAddress": each(  # reported to be empty so far
        sinks.identifier("crypto_wallet", "CryptoWalletAddress")
    ),
    "Addresses/Address": sinks.place_fields(
        "address",
        {
            **{f"AddressLine{number}": "line" for number in range(1, 7)},
            "AddressPostalCode": "postal_code",  # reported
            "AddressCountry": "country",
        },
        country,
    ),
    "PhoneNumbers": withheld("PhoneNumbers"),  # reported
    "EmailAddresses": withheld("EmailAddresses"),  # reported
    "Websites/Website": withheld("EmailAddresses", each(_add_sites)),  # reported
    "IndividualDetails/Individual": group(
        {
            "DOBs/DOB": each(_add_births),
            "Nationalities/Nationality": each(_add_nationalities),
            "Positions/Position": each(sinks.position),
            "Genders/Gender": TEXTS,
            "BirthDetails/Location": sinks.place_fields(
                "birth_place", {"TownOfBirth": "city", "CountryOfBirth": "country"}, _birth_country
            ),
            "PassportDetails/Passport": sinks.document_fields(
                "passport", "PassportNumber", "PassportAdditionalInformation"
            ),  # reported
            "NationalIdentifierDetails/NationalIdentifier": sinks.document_fields(
                "national_id", "NationalIdentifierNumber", "NationalIdentifierAdditionalInformation"
            ),
        }
    ),
    "EntityDetails/Entity": group(  # reported
        {
            "BusinessRegistrationNumbers/BusinessRegistrationNumber": each(_add_registrations),
            "TypeOfEntities/TypeOfEntity": each(sinks.particular("organization_type")),
            "ParentCompanies/ParentCompany": each(sinks.particular("parent")),
            "Subsidiaries/Subsidiary": each(sinks.particular("subsidiary")),
        }
    ),
    "ShipDetails/Ship": group(  # reported
        {
            "IMONumbers/IMONumber": each(sinks.identifier("imo", "IMONumber")),
            "CurrentBelievedFlagOfShips/CurrentBelievedFlagOfShip": each(
                sinks.state("flag", country, "believed")
            ),
            "CurrentOwnerOperators/CurrentOwnerOperator": each(sinks.particular("operator", _OPERATOR)),
            "PreviousOwnerOperators/PreviousOwnerOperator": each(
                sinks.particular("former_operator", _OPERATOR)
            ),
            "PreviousFlags/PreviousFlag": each(sinks.particular("former_flag")),
            "TypeOfShipDetails/TypeOfShip": each(sinks.particular("vessel_type")),
            "TonnageOfShipDetails/TonnageOfShip": each(sinks.particular("tonnage")),
            "LengthOfShipDetails/LengthOfShip": each(sinks.particular("length")),
            "YearsBuilt/YearBuilt": each(sinks.particular("build_date")),
            "HullIdentificationNumbers/HullIdentificationNumber": each(sinks.particular("hull_number")),
        }
    ),
}
WITHHELD_FIELDS = withheld_fields(DESIGNATION)

parse = TargetList(
    AUTHORITY,
    XmlRecord(
        "Designations",
        {"@schemaLocation": ignored("where the publisher's schema is"), "DateGenerated": _published},
    ),
    [TargetRecord("Designation", DESIGNATION, _begin, _finish)],
    births=text_of("DOB"),
    days=text_of("DateDesignated", "LastUpdated", "DateGenerated"),
    documented_births="day",
    documented_days="day",
).parse
