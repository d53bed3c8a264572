"""The types of numbers in OFAC's `idList`: the contract's type, the publisher's spelling, the meaning."""

from __future__ import annotations

import re
from functools import lru_cache

from transforms.names import cleaning
from transforms.sanctions.target import is_ship_number


@lru_cache(maxsize=4_096)
def word_of(text: str) -> str:
    """A word of the publisher's as it is compared: types of `idList` without the colon or dash at the end."""
    return cleaning.term(text).rstrip(" :-")


# By the contract's types; ` = ` is followed by what an abbreviation means.
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
_TYPES: dict[str, str] = {}
# The types as the publisher writes them, since one in another case is the same one, and what they mean.
_SPELLINGS: dict[str, str] = {}
_MEANINGS: dict[str, str | None] = {}
for _type_of_number, _listed_types in _NUMBERS.items():
    for _text, _, _meaning in (entry.partition(" = ") for entry in _listed_types.split("; ")):
        _TYPES[word_of(_text)] = _type_of_number
        _SPELLINGS[word_of(_text)] = _text
        _MEANINGS[word_of(_text)] = _meaning or None
_WALLET = "digital currency address"
_SHIP_NUMBER = re.compile(r"imo\b[\s:.]*(?=\d)", re.IGNORECASE)


def identifier_type(schema: str, word: str, number: str) -> str | None:
    """The contract's type of a number: that of its type, or of the IMO by `IMO` before it; None if not known.

    Ships have their number also without that word; a body has one of the IMO for companies.
    """
    type_ = "crypto_wallet" if word.startswith(_WALLET) else _TYPES.get(word)
    if type_ in {"imo", "other", "registration"} and _SHIP_NUMBER.match(number):
        return "imo" if schema == "Vessel" or type_ == "imo" else "imo_company"
    if type_ == "imo" and not is_ship_number(number):
        return "registration"
    return type_


@lru_cache(maxsize=4_096)
def spelling_and_meaning(type_raw: str) -> tuple[str | None, str | None]:
    """A type as the publisher mostly writes it (one in another case is the same one), and what it means if it
    is an abbreviation."""
    word = word_of(type_raw)
    if word.startswith(_WALLET):
        return f"Digital Currency Address - {word.removeprefix(_WALLET).strip(' -').upper()}", None
    return _SPELLINGS.get(word) or cleaning.clean(type_raw) or None, _MEANINGS.get(word)
