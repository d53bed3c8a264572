"""Documents in a list's own fields, in which publishers put labels, countries and dates beside the number."""

from __future__ import annotations

import re
from functools import lru_cache

from transforms.fields import countries
from transforms.fields.documents.labels import LABEL, NO, label_type
from transforms.fields.documents.numbers import DAY, NUMBER, YEAR, find_numbers
from transforms.fields.documents.remarks import (
    ASIDE,
    CLAUSE,
    ENDING,
    TRIM,
    Remark,
    code_in_brackets,
    find_issuer,
    read_tail,
    state_code,
    state_first,
)
from transforms.fields.placeholders import value
from transforms.fields.record_parts import Country, Identifier, joined
from transforms.names import cleaning

_LONGEST_FIELD = 400  # characters: a longer text is no such field
_MORE = re.compile(r"\([^()]*\)|[\dA-Z][\d -]*")  # brackets after a label, or the number itself


def number_type(label: str) -> str | None:
    """The contract's type of number for a label alone: `Tax ID No. (Russia)` is `tax_id`.

    A country may precede or follow it. None if it is no such label, or says more.
    """
    if len(label) > _LONGEST_FIELD:
        return None
    text = cleaning.clean(label).strip(ENDING + '"“”.')
    state, rest = state_first(text)
    if found := LABEL.match(rest if state.code else text):
        left = found.string[found.end() :].strip(TRIM)
        if not left or _MORE.fullmatch(left) or countries.code(left):
            return label_type(found)
    return None


# Words before a number in a field of its own.
_LEAD = re.compile(
    rf"(?:[A-Z]{{2,5}}\s)?(?:(?:(?i:{NO})\s?[:.]*|[^\W\d_]*[a-z][^\W\d_]+[.:]*|\([^()\d]+\)|[A-Z]{{2,6}}:|(?:ID|INN|OGRN|SSN|TIN|VAT)\b[.:]*|/)\s*)+"
)
_HEAD = re.compile(r"\s*[(,;]|\s+(?=issued\b|expir|valid\b|[–-]\s[A-Z][a-z])|(?=/[A-Z][a-z])")
_CHECKED = re.compile(r"[\dA-Z]+\([\dA-Z]\)")  # K357514(4): numbers of Hong Kong, with a check digit
_PASSPORT = re.compile(rf"passport\b(?:\s{NO})?", re.IGNORECASE)
_STATE_BEFORE = re.compile(r"\((?P<state>[^()\d]+)\)\s*(?P<number>[\dA-ZА-Я-]+)")
_PLAIN = re.compile(r"[\dA-ZА-Я][\dA-ZА-Я /.\-‐-–]*")


# One of several numbers in a field: `A1234567 (Iran); B7654321 (Iraq)`.
_ONE_OF = re.compile(r"[A-ZА-Я]{0,3}[ -]?(?:\d{5,}[A-Z\d]*(?:\s*\([^()]*\))?|\d+\s*\([A-Z][a-z][^()\d]*\))")
_BETWEEN = re.compile(r"\s*(?:[,;&]|\band\b|\bor\b)\s*(?![^()]*\))")


def read_document_fields(
    type_: str,
    type_raw: str | None,
    number: str | None,
    note: str | None = None,
    state: Country = Country(),  # noqa: B008  immutable
) -> list[Identifier]:
    """The documents of a list's own fields: mostly one, none without a number; see `read_document_field`."""
    number = value(number)
    if number and not note and len(number) <= _LONGEST_FIELD and _PLAIN.fullmatch(number):  # as most are
        alone = value(cleaning.clean(number))
        chosen = state if state.code or state.raw else Country()
        return [Identifier(type_, type_raw, None, alone, *chosen)] if alone else []
    parts = _BETWEEN.split(number) if number and len(number) <= _LONGEST_FIELD else []
    several = len(parts) > 1 and all(map(_ONE_OF.fullmatch, parts))
    found = [
        read_document_field(type_, type_raw, part, note, state) for part in (parts if several else [number])
    ]
    return [each for each in found if each]


@lru_cache(maxsize=8_192)
def read_document_field(
    type_: str,
    type_raw: str | None,
    number: str | None,
    note: str | None = None,
    state: Country = Country(),  # noqa: B008  immutable
) -> Identifier | None:
    """One document of a list's own fields: what else is beside the number goes to its own place.

    `Afghan passport number SE 100001` is the number `SE 100001` of `AF`; `R10000001, South Sudan` likewise.
    A `type_` other than by the number's own label gives way: `Social Security Number 1-2` in a field of
    passports is a national number; a label of type `other` does not count. Without a number the note is
    looked at; None if that has none either. `state` is the list's own country, which counts first.
    """
    note = cleaning.clean(note) if note else None
    number = value(cleaning.clean(number)) if number else None
    if not number:
        return _from_note(type_, type_raw, note, state) if note else None
    notes: list[str] = []
    found = Country()
    if len(number) <= _LONGEST_FIELD and not _PLAIN.fullmatch(number):
        type_, number, found, notes = _taken_apart(type_, number)
    if note:
        said = _noted(note) if len(note) <= _LONGEST_FIELD else Remark(Country(), (note,))
        found = found if found.code else said.state
        notes += [text for text in said.notes if text not in notes]
    chosen = state if state.code or state.raw else found
    return Identifier(type_, type_raw, None, number, *chosen, "; ".join(notes) or None)


def _taken_apart(type_: str, text: str) -> tuple[str, str, Country, list[str]]:
    """A field with more in it than a number: its type, the number, the country, and what else is said."""
    of_field, whole, state, notes = type_, text, Country(), []
    if _CHECKED.fullmatch(text):
        return type_, text, Country(), []
    before = _STATE_BEFORE.fullmatch(text)
    if before and code_in_brackets(before["state"]):
        text = f"{before['number']} ({before['state']})"  # `(Iran) A1234567`
    lead = _LEAD.match(text)
    if lead and lead.end() < len(text):
        words = lead[0].strip()
        first, rest = state_first(re.sub(rf"[\s:.]*{NO}?[\s:.]*$", "", words, flags=re.IGNORECASE))
        label = LABEL.match(rest) if rest else None
        if first.code or label or not rest:
            state, text = first, text[lead.end() :]
            type_ = label_type(label) if label and label_type(label) != "other" else type_
            if rest and not re.fullmatch("passport", rest, re.IGNORECASE):
                notes.append(rest.strip())
    head = _HEAD.split(text, maxsplit=1)[0]
    if not any(map(str.isdigit, head)):
        return of_field, whole, Country(), []
    rest = text[len(head) :]
    place = re.fullmatch(r"\s*[,/–-]\s*(?P<state>[^,;()\d]+)", rest)
    if place and (code := state_code(place["state"])):
        return type_, head, Country(code, place["state"]), notes
    said = read_tail(rest)
    if said.left:
        return of_field, whole, Country(), []
    return type_, head.strip(), state if state.code else said.state, [*notes, *said.notes]


@lru_cache(maxsize=8_192)
def _noted(note: str) -> Remark:
    """What a field beside a number says: `(Libyan). Issued on 1 May 2001`, `Issuing Country: Uganda`.

    The country is taken out where it is all there is at the start.
    """
    inner = note.strip(TRIM)
    bracket = ASIDE.match(inner)
    start, after = (bracket["aside"], inner[bracket.end() :]) if bracket else (inner, "")
    head, _, rest = start.partition(". ")
    state, left = state_first(head)
    if state.code is None:
        return Remark(find_issuer(note), (note,))
    plain = re.sub(rf"^(?:passport|{NO}|[\s.:])+$", "", left, flags=re.IGNORECASE).strip(TRIM)
    if (passport := _PASSPORT.match(plain)) and CLAUSE.match(plain, passport.end()):
        plain, rest = "", joined((plain[passport.end() :].strip(TRIM), rest), ". ") or ""
    if plain:
        return Remark(state, (note,))
    remaining = cleaning.clean(f"{rest} {after}").strip(" ,;.")
    return Remark(state, (remaining,) if remaining else ())


def _from_note(type_: str, type_raw: str | None, note: str, state: Country) -> Identifier | None:
    """The number that a note has in place of its own column."""
    labelled = find_numbers(note)
    if labelled:
        found = labelled[0]
        chosen = state if state.code or state.raw else Country(found.country, found.country_raw)
        return Identifier(found.type, type_raw or found.type_raw, None, found.number, *chosen, found.note)
    number = NUMBER.match(note)
    if number is None or YEAR.fullmatch(number["core"]) or sum(map(str.isdigit, number["core"])) < 4:
        return None
    if DAY.fullmatch(number["core"]):
        return None
    said = read_tail(note[number.end() :])
    chosen = state if state.code or state.raw else said.state
    return Identifier(type_, type_raw, None, number[0], *chosen, "; ".join(said.notes) or None)
