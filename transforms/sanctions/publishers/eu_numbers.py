"""The identifications on the EU's list: codes of their types, and what is stated of a document."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from transforms.fields.documents.fields import number_type, read_document_fields
from transforms.fields.record_parts import Country, Identifier, joined
from transforms.names import cleaning
from transforms.reading.declaration import Node
from transforms.sanctions.target import is_ship_number

# The codes by the contract's types, with those that the publisher's schema has in addition to those seen.
_CODES: dict[str, tuple[str, ...]] = {
    "passport": ("passport", "diplpassport", "diplomaticpassport", "servicepassport"),
    "national_id": (
        *("birthcert", "electionid", "electoralid", "id", "idcard", "nationalid", "nationcert", "personalid"),
        *("residentperm", "residencepermit", "socialsecurity", "ssn", "voterid"),
    ),
    "tax_id": ("euvat", "fiscalcode", "taxid", "taxnumber", "tin", "vat", "vatid"),
    "registration": ("companyreg", "lei", "regnumber", "tradelic"),
    "imo": ("imo",),
    "mmsi": ("mmsi",),
    "call_sign": ("callsign",),
    "swift_bic": ("bic", "swift", "swiftbic"),
    "other": ("driver", "drivinglicence", "drivinglicense", "other", "traveldoc", "travelcardid", "visa"),
}
_TYPES = {code: type_ for type_, codes in _CODES.items() for code in codes}
_FLAGS = {
    "@diplomatic": "diplomatic",
    "@knownExpired": "known to be expired",
    "@knownFalse": "known to be false",
    "@reportedLost": "reported lost",
    "@revokedByIssuer": "revoked by issuer",
}
_NOTES = {
    "@nameOnDocument": "name on it",
    "@region": "region",
    "@issuedBy": "issued by",
    "@issueDate": "issued",
    "@validFrom": "valid from",
    "@validTo": "valid to",
}
STATED = (*_FLAGS, *_NOTES)
YES, NO = frozenset({"true", "1"}), frozenset({"false", "0"})
_ONLY_SIGNS = re.compile(r"[\W_]+")


@lru_cache(maxsize=1_024)
def word_of(text: str | None) -> str:
    """A code of the publisher's as it is compared: without regard to case, blanks and signs."""
    return _ONLY_SIGNS.sub("", cleaning.term(text)) if text else ""


def is_yes(text: str | None) -> bool:
    return word_of(text) in YES


def identifier_type(item: Node) -> str:
    """The contract's type of an identification: by its code, else by its description or remarks."""
    found = _TYPES.get(word_of(item.text("@identificationTypeCode")))
    if found in {None, "other"}:
        found = number_type(item.text("@identificationTypeDescription") or "") or found
    if found in {None, "other"}:
        found = next((type_ for remark in item.all("remark") if (type_ := number_type(remark))), found)
    return found or "other"


def is_ship(identifications: Iterable[Node]) -> bool:
    """Whether an enterprise is a ship: it has the IMO's number of one, or a number that only ships have.

    Companies have numbers of the IMO, too, with another check digit.
    """
    for item in identifications:
        type_ = identifier_type(item)
        if type_ in {"call_sign", "mmsi"} or (type_ == "imo" and is_ship_number(item.text("@number"))):
            return True
    return False


def read_identification(
    item: Node, state: Country, is_person: bool, unknown: Counter[str]
) -> list[Identifier]:
    """The documents of an identification, each with what is stated of it; none without a number."""
    code = item.text("@identificationTypeCode")
    flags = [meaning for name, meaning in _FLAGS.items() if is_yes(item.text(name))]
    notes = [f"{meaning} {text}" for name, meaning in _NOTES.items() if (text := item.text(name))]
    type_by_code = _TYPES.get(word_of(code))
    documents = []
    for read in read_document_fields(identifier_type(item), code, item.text("@number"), None, state):
        found = read._replace(
            type_raw=word_of(code) if type_by_code else code,
            type_name=item.text("@identificationTypeDescription"),
            note=joined([*flags, *notes, read.note, *sorted(item.all("remark"))], "; "),
        )
        # What a remark calls the `ID number` of a body is that of its registration.
        if not is_person and found.type == "national_id" and type_by_code != "national_id":
            found = found._replace(type="registration")
        documents.append(found)
    if documents and type_by_code is None:
        unknown[f"identification type {code or ''}"] += 1
    return documents
