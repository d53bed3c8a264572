"""What `Other Information` on OFSI's list holds: parts by labels in brackets, and free text.

`PARTS` is what each label means. The parts of `WITHHELD_PARTS` are ways to reach somebody.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from transforms.fields.contacts import withhold
from transforms.fields.placeholders import is_placeholder
from transforms.fields.record_parts import Identifier
from transforms.names import cleaning
from transforms.reading.declaration import Withheld, withheld
from transforms.sanctions.target import Nationality, Particular, Target
from transforms.sanctions.united_kingdom import registrations, state
from transforms.sanctions.vocabulary.bracketed_labels import labelled_parts, values

UK, UN = "UK Sanctions List Ref", "UN Ref"
GENDERS = {"male": "male", "female": "female"}
MEASURES = (
    "Correspondent banking relationships",
    "Dealing with transferable securities or money-market instruments",
    "Director Disqualification Sanction",
    "Loans and credit arrangements",
    "Travel ban",
    "Trust services",
)
_BESIDES = "in addition to an asset freeze"

_UK_REFERENCE = re.compile(r"\s*([A-Z]{3}\d{4}|[A-Z]{2}[A-Za-z]\.\d{3})\.?(?=\s|$)\s*(?:and\b)?")
_REFERENCE = r"[A-Z]{2}[A-Za-z]?\. ?(?:[A-Z]\.)?[\d.]*\d"
_UN_REFERENCE = re.compile(rf"\s*({_REFERENCE})\.?\s*(?:and\b)?")
# Before there were labels; of another target's reference there is talk in the midst of a sentence.
_OLD_UN_REFERENCE = re.compile(rf"(?:^|[.;]\s+)UN Ref(?:erence)?:?\s+({_REFERENCE})")
_WALLET = re.compile(
    r"\b([A-Z]{3,5}):?\s+(0x[0-9a-fA-F]{40}|[13][1-9A-HJ-NP-Za-km-z]{25,34}|bc1[0-9a-z]{11,71}|T[1-9A-HJ-NP-Za-km-z]{33})\b"
)
_BETWEEN_SITES = re.compile(r"[\s,;|]+")


@dataclass(slots=True)
class Notes:
    """What a text holds besides facts: the statement of reasons, and remarks."""

    statement: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


Part: TypeAlias = Callable[[Target, Notes, str, Counter[str]], None]


def _add_statement(target: Target, notes: Notes, value: str, unknown: Counter[str]) -> None:
    if value or notes.statement:
        notes.statement.append(value)


def _add_remark(target: Target, notes: Notes, value: str, unknown: Counter[str]) -> None:
    found = _OLD_UN_REFERENCE.findall(value)
    target.identifiers += [Identifier("list_reference", UN, None, reference) for reference in found]
    notes.remarks.append(value)


def _references(type_raw: str, form: re.Pattern[str]) -> Part:
    """The references that a text starts with; the rest of it is a remark."""

    def add(target: Target, notes: Notes, value: str, unknown: Counter[str]) -> None:
        at = 0
        while match := form.match(value, at):
            number = match[1].replace(" ", "")
            target.identifiers.append(Identifier("list_reference", type_raw, None, number))
            at = match.end()
        notes.remarks.append(value[at:].lstrip(" ."))

    return add


def _add_gender(target: Target, notes: Notes, value: str, unknown: Counter[str]) -> None:
    text = cleaning.clean(value)
    target.gender = GENDERS.get(cleaning.term(text).strip(" ."))
    if target.gender is None and not is_placeholder(text):
        unknown[f"Gender {text}"] += 1


def _each(add: Callable[[Target, str, Counter[str]], None]) -> Part:
    """A part that may hold several values of its kind."""

    def add_each(target: Target, notes: Notes, text: str, unknown: Counter[str]) -> None:
        for value in values(text):
            add(target, value, unknown)

    return add_each


def _particular(property_: str, note: str | None = None) -> Part:
    return _each(lambda target, value, _: target.particulars.append(Particular(property_, value, note)))


def _add_sites(target: Target, value: str, unknown: Counter[str]) -> None:
    """The web sites in a text; a mail address among them is left out."""
    words = _BETWEEN_SITES.split(value)
    sites = [word for word in words if "." in word and ("@" not in word or "/" in word)]
    target.particulars += [Particular("website", site) for site in sites]


def _add_registrations(target: Target, value: str, unknown: Counter[str]) -> None:
    target.identifiers += registrations(value, "Business Reg No")


def _add_ship_number(target: Target, value: str, unknown: Counter[str]) -> None:
    target.identifiers.append(Identifier("imo", "IMO number", None, value))


def _add_flag(target: Target, value: str, unknown: Counter[str]) -> None:
    target.nationalities.append(Nationality("flag", *state(value, unknown)))


def _wallets(text: str) -> list[Identifier]:
    """The digital currency addresses in a text, named as OFAC names them."""
    if "igital Currency" not in text and "wallet" not in text:
        return []
    found = _WALLET.findall(text)
    return [
        Identifier("crypto_wallet", f"Digital Currency Address - {code}", None, address)
        for code, address in found
    ]


def _measures(remarks: list[str]) -> list[str]:
    """The measures besides an asset freeze that remarks name, with that one."""
    named = "".join([folded for remark in remarks if _BESIDES in (folded := remark.casefold())])
    return (
        ["Asset freeze", *(measure for measure in MEASURES if measure.casefold() in named)] if named else []
    )


_PHONE = "Other Information (Phone number)"
_EMAIL = "Other Information (Email address)"
_FAX = "Other Information (Fax)"

# The parts of `Other Information` by label, in lower case; `""` is what has none.
PARTS: dict[str, Part] = {
    "": _add_remark,
    "uk statement of reasons": _add_statement,
    "further identifying information": _add_remark,
    "further identifiying information": _add_remark,
    "other information": _add_remark,
    UK.casefold(): _references(UK, _UK_REFERENCE),
    UN.casefold(): _references(UN, _UN_REFERENCE),
    "business reg no": _each(_add_registrations),
    "gender": _add_gender,
    "website": _each(_add_sites),
    "imo number": _each(_add_ship_number),
    "flag of ship": _each(_add_flag),
    "type of entity": _particular("organization_type"),
    "parent company": _particular("parent"),
    "subsidiaries": _particular("subsidiary"),
    "current owners": _particular("owner"),
    "current owner/operator": _particular("operator", "owner or operator"),
    "previous owner/operator": _particular("former_operator", "owner or operator"),
    "previous flags": _particular("former_flag"),
    "type of ship": _particular("vessel_type"),
    "tonnage of ship": _particular("tonnage"),
    "length of ship": _particular("length"),
    "year built": _particular("build_date"),
    "hull identification number": _particular("hull_number"),
}
WITHHELD_PARTS: dict[str, Withheld[Any, Any]] = {
    "phone number": withheld(_PHONE),
    "phone number(s)": withheld(_PHONE),
    "email address": withheld(_EMAIL),
    "fax": withheld(_FAX),
    "fax number": withheld(_FAX),
    "tel": withheld(_FAX),
    "telephone number": withheld(_FAX),
}
_KNOWN = PARTS.keys() | WITHHELD_PARTS.keys()


def add_other_information(target: Target, text: str, unknown: Counter[str]) -> None:
    """Takes a text apart by its labels; a label that is not known counts as `Other Information (<label>)`."""
    notes = Notes()
    for label, value in labelled_parts(text, _KNOWN, "Other Information", unknown):
        if part := PARTS.get(label):
            part(target, notes, value, unknown)
    remarks = [f"Other information: {remark}" for remark in notes.remarks if remark]
    target.identifiers += [wallet for remark in remarks for wallet in _wallets(remark)]
    target.measures += _measures(remarks)
    if notes.statement or remarks:
        target.reasons.append(withhold(" ".join([" ".join(notes.statement), *remarks])))
