"""The documents on SECO's list: the contract's types of theirs, and how one is read."""

from __future__ import annotations

from collections import Counter

from transforms.fields.documents.fields import read_document_fields
from transforms.fields.placeholders import value
from transforms.fields.record_parts import Country, Identifier, joined
from transforms.names import cleaning
from transforms.reading.declaration import Node
from transforms.sanctions.publishers.seco_names import word_of
from transforms.sanctions.publishers.seco_references import read_state

_TYPES = {
    **dict.fromkeys(("passport", "diplomatic-passport"), "passport"),
    **dict.fromkeys(("id-card", "residence-permit", "resident-permit"), "national_id"),
    **dict.fromkeys(("driving-license", "driving-permit", "travel-document", "other"), "other"),
}


def read_documents(item: Node, unknown: Counter[str]) -> list[Identifier]:
    """The numbers of an `identification-document`; none without a number, there or in its remark."""
    type_raw = item.text("@document-type")
    type_ = word_of(type_raw) or "other"
    is_known = type_ in _TYPES
    raw = (type_ if type_raw else None) if is_known else type_raw
    states = [read_state(issuer, "@code", unknown) for issuer in item.each("issuer")[:1]]
    number, remark = _value(item.text("number")), _value(item.text("remark"))
    state = states[0] if states else Country()
    documents = read_document_fields(_TYPES.get(type_, "other"), raw, number, remark, state)
    if documents and not is_known:
        unknown[f"document-type {type_raw}"] += 1
    issued, expires = item.text("date-of-issue"), item.text("expiry-date")
    dates = (issued and f"issued {issued}", expires and f"expires {expires}")
    return [found._replace(note=joined((found.note, *dates), "; ")) for found in documents]


def _value(text: str | None) -> str | None:
    return value(cleaning.clean(text)) if text else None
