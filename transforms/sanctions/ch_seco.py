"""Switzerland's consolidated list, `consolidated-list.xml` of SECO's database SESAM.

Root `swiss-sanctions-list`; below it `sanctions-program`s, then `target`s, then the `place`s that
targets refer to by id: their addresses wait for the end of the file. In any other order it is read alike.
`PROGRAM`, `TARGET` and `PLACE` say what is read and what is left out; whatever else turns up is
counted as unknown.

Seen, in three trimmed targets of 2026-08-27: programmes and sets, `sanctions-set-id` as elements,
`individual`, `entity`, `object`, names with one Latin variant, a date, an address, justification,
other information, all four attributes of `modification` and an old copy in `added`.
Said, by public code that reads the whole file: `sanctions-set-id` as an attribute (up to 2023),
`generic-attribute`, `relation`, `sex`, nationalities, documents, places of birth, `current`, all of
`place`, other types of names and parts, whole old `target`s in `added` and `removed`. It also says:

- Of some 17,000 `target` elements half are such old copies; only those below the root are records.
- Delisted targets stay. Modifications mostly stand newest first, but not always: dates decide.
- Parts of a name come in the publisher's order, mostly the family's name first; a part can have so
  many variants that all their combinations would be a thousand names.
- The file is the same in all its four languages: English is read.

Words of its vocabulary are compared without regard to case, and to blanks or hyphens between them. Dates
are ISO 8601; `1.3.2016` is read as well.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from operator import itemgetter
from typing import Any, BinaryIO, Literal, NamedTuple, TypeAlias

import pycountry

from transforms.fields import countries, document_numbers
from transforms.fields.dates import figure_order, from_parts, in_any_form, moment, partial, read_all
from transforms.fields.placeholders import Column
from transforms.fields.placeholders import value as stated
from transforms.fields.record_parts import Country, Identifier, Name, NameKind, joined
from transforms.names import cleaning
from transforms.reading import xml
from transforms.reading.parse_result import FileReport, ParseResult, SourceFormatError
from transforms.reading.xml import Entries, Field, Node, Shape
from transforms.sanctions.target import (
    Birth,
    NationalityKind,
    Particular,
    PlaceKind,
    Position,
    Program,
    Target,
    birth,
    cleaned,
    country,
    is_ship_number,
    main_name,
    number_key,
    write,
)
from transforms.sanctions.target import Nationality as Belonging

PositionKind: TypeAlias = Literal["title", "position"]

AUTHORITY = "State Secretariat for Economic Affairs (SECO), Switzerland"
ROOT_TAG = "swiss-sanctions-list"
ENGLISH = "eng"

TEXT = xml.OWN_TEXT

_SSID = {"@ssid": Field.IGNORED}  # numbers of rows; records are known by their target's
_COUNTRY = {"@iso-code": Field.TEXT, TEXT: Field.TEXT}
_IN_LANGUAGE = {"@lang": Field.TEXT, TEXT: Field.TEXT}  # the others translate the English text
_AT_PLACE = {
    **_SSID,
    "@place-id": Field.TEXT,
    "@quality": Field.IGNORED,  # how sure the place is; the table has no column for it
}
_IDENTITY: Entries = {
    **_SSID,
    "@main": Field.TEXT,
    "name": {
        **_SSID,
        "@name-type": Field.TEXT,
        "@quality": Field.TEXT,
        "@lang": Field.TEXT,
        "name-part": {
            "@order": Field.TEXT,
            "@name-part-type": Field.TEXT,
            "value": Field.TEXT,
            "spelling-variant": {
                **_IN_LANGUAGE,
                "@script": Field.TEXT,
                "@spelling-variant-type": Field.IGNORED,  # `not-defined`
            },
        },
    },
    "day-month-year": {
        **_SSID,
        "@day": Field.TEXT,
        "@month": Field.TEXT,
        "@year": Field.TEXT,
        "@calendar": Field.TEXT,
        "@quality": Field.TEXT,
    },
    "nationality": {**_SSID, "country": _COUNTRY},
    "place-of-birth": _AT_PLACE,
    "address": {
        **_AT_PLACE,
        "@current": Field.IGNORED,  # the table does not tell former addresses apart
        "c-o": Field.TEXT,
        "address-details": Field.TEXT,
        "p-o-box": Field.TEXT,
        "zip-code": Field.TEXT,
        "remark": Field.IGNORED,  # whereabouts in free text
    },
    "identification-document": {
        **_SSID,
        "@document-type": Field.TEXT,
        "number": Field.TEXT,
        "issuer": {"@code": Field.TEXT, TEXT: Field.TEXT},
        "date-of-issue": Field.TEXT,
        "expiry-date": Field.TEXT,
        "place-of-issue": _AT_PLACE,
        "remark": Field.TEXT,
    },
}
_SUBJECT: Entries = {
    "identity": _IDENTITY,
    "justification": {**_SSID, TEXT: Field.TEXT},
    "other-information": {**_SSID, TEXT: Field.TEXT},
    # That a target has to do with another one, `related-to`, with a remark; no table links records.
    "relation": Field.IGNORED,
}
TARGET = Shape(
    {
        "@ssid": Field.TEXT,
        "@sanctions-set-id": Field.TEXT,
        "sanctions-set-id": Field.TEXTS,
        "foreign-identifier": Field.TEXTS,
        "generic-attribute": {**_SSID, "@name": Field.TEXT, TEXT: Field.TEXT},
        "individual": {"@sex": Field.TEXT, **_SUBJECT},
        "entity": _SUBJECT,
        "object": {"@object-type": Field.TEXT, **_SUBJECT},
        "modification": {
            "@modification-type": Field.TEXT,
            "@enactment-date": Field.TEXT,
            "@publication-date": Field.TEXT,
            "@effective-date": Field.TEXT,
            "added": Field.IGNORED,  # the record as it was before and after
            "removed": Field.IGNORED,
        },
    }
)
PROGRAM = Shape(
    {
        **_SSID,
        "@version-date": Field.IGNORED,  # of the last change to the programme
        "@predecessor-version-date": Field.IGNORED,
        "program-key": _IN_LANGUAGE,
        "program-name": _IN_LANGUAGE,
        "sanctions-set": {"@ssid": Field.TEXT, **_IN_LANGUAGE},
        "origin": Field.TEXT,
    }
)
PLACE = Shape(
    {
        "@ssid": Field.TEXT,
        "location": Field.TEXT,
        "area": Field.TEXT,
        "country": _COUNTRY,
        "location-variant": Field.IGNORED,  # other spellings
        "area-variant": Field.IGNORED,
    }
)
ROOT = Shape({"@list-type": Field.TEXT, "@date": Field.TEXT, "@noNamespaceSchemaLocation": Field.IGNORED})
SHAPES = {"sanctions-program": PROGRAM, "target": TARGET, "place": PLACE}

# Read for the facts in them alone: they tell of telephones, e-mail, relatives and whereabouts as well.
WITHHELD = frozenset(
    {
        "individual/other-information",
        "entity/other-information",
        "object/other-information",
        "target/generic-attribute",
    }
)

SUBJECTS = {"individual": "Person", "entity": "Organization", "object": "LegalEntity"}
OBJECTS = {"vessel": "Vessel", "aircraft": "Airplane"}
BELONGS: dict[str, NationalityKind] = {"Person": "nationality", "Vessel": "flag"}  # else `registration`
BEGINNINGS = {"Organization": "established", "LegalEntity": "established"}  # else `build_date`
GENDERS = frozenset({"male", "female"})
QUALITIES = frozenset({"good", "low"})
NAME_TYPES: dict[str, NameKind] = {"primary-name": "alias", "alias": "alias", "formerly-known-as": "former"}
# Where a part stands in a name that begins with the given ones.
PART_RANKS = {
    "given-name": 0,
    "further-given-name": 1,
    "father-name": 2,
    "grand-father-name": 3,
    "other": 4,
    "whole-name": 4,
    "family-name": 5,
    "maiden-name": 6,
    "tribal-name": 7,
    "suffix": 8,
}
TITLE, FAMILY, MAIDEN, PRIMARY = "title", "family-name", "maiden-name", "primary-name"
DOCUMENTS = {
    "passport": "passport",
    "diplomatic-passport": "passport",
    "id-card": "national_id",
    "residence-permit": "national_id",
    "resident-permit": "national_id",
    "driving-license": "other",
    "driving-permit": "other",
    "travel-document": "other",
    "other": "other",
}
# Of two modifications of one day, which is the later: what is listed anew, as in another annex, has
# been taken off before, and what is taken off is not amended any more.
AMENDED, DELISTED, LISTED, UNKNOWN = range(4)
MODIFICATIONS = {"amended": AMENDED, "de-listed": DELISTED, "delisted": DELISTED, "listed": LISTED}

# The labels of other information that say what follows. Of numbers, by type:
_NUMBER_LABELS = {
    "imo": "imo number, imo no, imo",
    "mmsi": "mmsi number, mmsi",
    "call_sign": "call sign, callsign",
    "registration": "registration number, state registration number, main state registration number, "
    "primary state registration number, огрн/main state registration number, business registration number, "
    "company registration number, company number, registration number (ogrn), ogrn, огрн, okpo, "
    "unified social credit code, uscc",
    "tax_id": "taxpayer identification number, tax identification number, tax registration number, "
    "tax id number, tax id no, tax id, tax payer id, tax number, inn, инн, tin, unp, kpp, кпп",
    "passport": "passport number, passport no",
    "national_id": "national identification number, national identification no, national id number, "
    "national id, syrian national id number, id card number, id number, identity document number, "
    "personal identification number, personal id",
    "swift_bic": "swift/bic code, swift/bic, swift code, swift codes, swift, bic",
}
NUMBERS = {label: type_ for type_, labels in _NUMBER_LABELS.items() for label in labels.split(", ")}
_OGRN = "Primary state registration number (Russia)"
_INN = "Taxpayer identification number"
_KPP = "Code of the reason for tax registration (Russia)"
IN_WORDS = {
    "registration number (ogrn)": _OGRN,
    "ogrn": _OGRN,
    "огрн": _OGRN,
    "okpo": "Number in the classifier of enterprises and organisations",
    "uscc": "Unified social credit code (China)",
    "inn": _INN,
    "инн": _INN,
    "tin": _INN,
    "unp": "Payer's account number (Belarus)",
    "kpp": _KPP,
    "кпп": _KPP,
}
PARTICULARS = {
    "website": "website",
    "web site": "website",
    "company website": "website",
    "date of registration": "established",
    "date of incorporation": "established",
    "date of establishment": "established",
    "type of entity": "organization_type",
    "gross tonnage": "gross_tonnage",
    "gross registered tonnage": "gross_tonnage",
    "deadweight": "deadweight",
    "deadweight tonnage": "deadweight",
    "tonnage": "tonnage",
    "vessel type": "vessel_type",
    "type of vessel": "vessel_type",
    "year of build": "build_date",
    "year built": "build_date",
    "former flag": "former_flag",
}
POSITIONS: dict[str, PositionKind] = {
    "function": "position",
    "position": "position",
    "position(s)": "position",
    "designation": "position",
    "rank": "title",
    "title": "title",
}
STATES: dict[str, NationalityKind] = {"nationality": "nationality", "flag": "flag", "current flag": "flag"}
BIRTHS = frozenset({"dob", "date of birth", "year of birth", "date range"})
PLACES: dict[str, PlaceKind] = {
    "pob": "birth_place",
    "place of birth": "birth_place",
    "place of registration": "address",
    "principal place of business": "address",
}

_EXACT = {"imo", "swift_bic"}  # types of numbers whose form is known
_OF_A_STATE = {"passport", "national_id", "tax_id", "registration"}
_LONGEST_FACT = 200  # characters; what is longer is prose
# Words of a piece that tells how to reach somebody, and of one that tells what is a person's own affair.
_CONTACT = "tel telephone telephones phone phones fax telefax telex email emails e-mail e-mails whatsapp"
_PRIVATE = (
    "father mother son sons daughter daughters child children parent parents grandfather grandmother "
    "brother brothers sister sisters sibling siblings wife wives husband spouse widow widower married "
    "cousin nephew niece uncle aunt relative relatives brother-in-law sister-in-law father-in-law "
    "mother-in-law son-in-law daughter-in-law health illness ill disabled disability wounded injured "
    "whereabouts location located resides residing resident residence residences lives living "
    "custody detained detention arrested imprisoned incarcerated jailed"
)
CONTACT, PRIVATE = frozenset(_CONTACT.split()), frozenset(_PRIVATE.split())
_PHONE = re.compile(r"\+\d[\d ()/-]{6}")
_SIGNS = str.maketrans(dict.fromkeys(".,:;()[]\"'’“”/", " "))
# Where another label begins: after a semicolon, or after a sentence or comma if a colon follows soon.
_NEXT_LABEL = re.compile(r"\s*;\s*|(?<=[.,])\s+(?=[^\W\d_][^:;.,]{1,40}:)")
_NEXT_NUMBER = re.compile(r"\s*(?:,|/|;)\s+|\s+and\s+")
_SWIFT = re.compile(r"\b[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?\b")
_IMO = re.compile(r"\d{7}")
_BEFORE_IMO = re.compile(r"IMO\b\W*", re.IGNORECASE)
# An IMO number with no colon after its label, or without a label.
_SHIP = re.compile(r"(?P<said>IMO(?: (?:number|no))?\b)?[.#\s]*(?P<number>\d{7})\.?", re.IGNORECASE)
_SLASHED = re.compile(r"\d/\d{1,2}/\s?\d{4}(?!\d)", re.ASCII)
_DATED = re.compile(r"\bof (\d{1,2} [A-Z][a-z]+ \d{4})\b")
_BETWEEN_WORDS = re.compile(r"[\s_-]+")


class _Set(NamedTuple):
    """A set of measures, which is what targets refer to, in the programme that it is part of."""

    program: Program
    measure: str | None
    origin: str | None


class _Place(NamedTuple):
    location: str | None
    area: str | None
    state: Country


class _Address(NamedTuple):
    """An address or place of birth as far as the target itself tells it."""

    kind: PlaceKind
    place_id: str | None
    lines: tuple[str | None, ...] = ()
    postal_code: str | None = None


_NOWHERE = _Place(None, None, Country())


@dataclass(slots=True)
class _Read:
    """A target with its references to what may stand further down in the file."""

    target: Target
    sets: list[str]
    foreign: list[str]
    addresses: list[_Address] = field(default_factory=list)
    issued: list[tuple[Identifier, str]] = field(default_factory=list)  # with the id of the place
    born: list[str] = field(default_factory=list)  # texts that may have the day or the month first


@dataclass(slots=True)
class _List:
    """What targets refer to, as far as it has been read, and what waits for it."""

    sets: dict[str, _Set] = field(default_factory=dict)
    places: dict[str, _Place] = field(default_factory=dict)
    waiting: list[_Read] = field(default_factory=list)
    addresses: list[tuple[str, _Address]] = field(default_factory=list)  # with the record's id


def parse(source_id: str, files: Mapping[str, BinaryIO], options: Mapping[str, Any]) -> ParseResult:
    """Reads each file as one list; fills `sanctions` and its child tables.

    Raises SourceFormatError for what is no such XML, or not a whole list. A target without `ssid`,
    name or subject, with an `ssid` that came before, or of which the modifications do not say whether it is
    listed goes to quarantine, under its `ssid` if it has one. A target whose latest modification delists it
    gets a `delisting_date`.
    """
    snapshot = ParseResult()
    for name, file in files.items():
        found = _List()
        for item in _targets(name, file, found, snapshot):
            if item.issued or item.born or not all(set_id in found.sets for set_id in item.sets):
                found.waiting.append(item)
            else:
                _write(snapshot, source_id, item, found)
        order = figure_order(text for item in found.waiting for text in item.born)
        for item in found.waiting:
            for text in item.born:
                item.target.births += map(birth, read_all(text, order=order))
            _write(snapshot, source_id, item, found)
        rows = [_address(record_id, item, found, snapshot.unknown) for record_id, item in found.addresses]
        if said := dict.fromkeys(row for row in rows if row):
            snapshot.extend("addresses", said)
    return snapshot


def _targets(name: str, file: BinaryIO, found: _List, snapshot: ParseResult) -> Iterator[_Read]:
    """Reads the file's targets, and into `found` the rest; what is wrong goes to quarantine."""
    report, unknown = FileReport(), snapshot.unknown
    snapshot.files[name] = report
    seen: set[str] = set()
    for element in xml.elements(file, name, ROOT_TAG, tuple(SHAPES)):
        tag = xml.local_name(element.tag)
        if tag == ROOT_TAG:
            top = xml.read(element, ROOT, unknown, tag)
            if _word(kind := top.text("@list-type")) != "whole-list":
                given = repr(kind[:40]) if kind else "not given"
                raise SourceFormatError(f"{name}: list-type is {given}, not 'whole-list'")
            report.published_at = _published(top.text("@date"), unknown)
            continue
        node = xml.read(element, SHAPES[tag], unknown, tag)
        if tag == "sanctions-program":
            found.sets.update(_sets(node, unknown))
        elif tag == "place":
            found.places[node.text("@ssid") or ""] = _place(node, unknown)
        else:
            report.declared += 1
            item = _target(node, seen, unknown)
            if isinstance(item, str):
                raw = xml.source(element, TARGET, WITHHELD)
                snapshot.reject(name, f"target[{report.declared}]", item, raw, number_key(node.text("@ssid")))
            else:
                report.parsed += 1
                yield item


@lru_cache(maxsize=4_096)
def _word(text: str | None) -> str:
    """A word of the list's vocabulary as it is compared; empty if none is given."""
    return _BETWEEN_WORDS.sub("-", cleaning.term(text)) if text else ""


def _published(text: str | None, unknown: Counter[str]) -> datetime | None:
    unread: Counter[str] = Counter()
    at = moment(text, unread)
    if unread and (day := _day(text or "")):
        return datetime(day.year, day.month, day.day, tzinfo=UTC)
    unknown.update(unread)
    return at


def _in_english(nodes: Iterable[Node]) -> str | None:
    return next((cleaned(node.text(TEXT)) for node in nodes if _word(node.text("@lang")) == ENGLISH), None)


def _sets(node: Node, unknown: Counter[str]) -> Iterator[tuple[str, _Set]]:
    """The programme's sets by id; a programme without a key in English goes by its sets' ids."""
    key, act = _in_english(node.each("program-key")), _in_english(node.each("program-name"))
    if key is None:
        unknown["sanctions-program without program-key in English"] += 1
    origin = cleaned(node.text("origin"))
    said: dict[str, str | None] = {}
    for item in node.each("sanctions-set"):
        if set_id := item.text("@ssid"):
            said[set_id] = said.get(set_id) or _in_english([item])
    for set_id, measure in said.items():
        program = Program(
            key or set_id, key, legal_basis=joined([act, measure], "; "), legal_basis_date=_dated(act)
        )
        yield set_id, _Set(program, measure, origin)


def _dated(act: str | None) -> date | None:
    """The day of an act from its title, as in `Ordinance of 15 June 2016 on …`."""
    found = _DATED.search(act or "")
    read = partial(found[1], ("%d %B %Y",)) if found else None
    return date.fromisoformat(read.date) if read and read.date else None


def _place(node: Node, unknown: Counter[str]) -> _Place:
    state = next((_state(item, "@iso-code", unknown) for item in node.each("country")), Country())
    return _Place(_said(node.text("location")), _said(node.text("area")), state)


def _said(text: str | None, column: Column = "place") -> str | None:
    """A text, cleaned; None for a placeholder such as a dash."""
    return stated(cleaning.clean(text), column) if text else None


def _state(node: Node, attribute: str, unknown: Counter[str]) -> Country:
    """A country by its code, or by its name if it has none that is known."""
    code, raw = node.text(attribute), node.text(TEXT)
    if code and (known := code.upper()) in countries.ALL:
        return Country(known, cleaned(raw) or known)
    if code:
        unknown[f"country {code}"] += 1
    return country(raw, unknown) if raw else Country(None, code)


def _target(node: Node, seen: set[str], unknown: Counter[str]) -> _Read | str:
    """Reads a target, or says what is wrong with it."""
    key = number_key(node.text("@ssid"))
    if key is None:
        return "no ssid"
    if key in seen:
        return f"ssid {key} came before"
    seen.add(key)
    subjects = [(tag, subject) for tag in SUBJECTS for subject in node.each(tag)]
    if len(subjects) != 1:
        return f"{len(subjects)} of individual, entity and object"
    ((tag, subject),) = subjects
    target = Target(key, SUBJECTS[tag])
    if tag == "object":
        type_ = subject.text("@object-type") or ""
        target.schema = OBJECTS.get(_word(type_), target.schema)
        if _word(type_) not in OBJECTS:
            unknown[f"object-type {type_}"] += 1
    if fault := _add_dates(target, node.each("modification"), unknown):
        return fault
    _add_names(target, subject.each("identity"), unknown)
    if not main_name(target.name):
        return "no name"
    set_ids = node.all("sanctions-set-id") + (node.text("@sanctions-set-id") or "").split()
    if not set_ids:
        unknown["target without sanctions-set-id"] += 1
    item = _Read(target, set_ids, node.all("foreign-identifier"))
    _add_subject(item, subject, unknown)
    told = [f"{extra.text('@name')}: {extra.text(TEXT)}" for extra in node.each("generic-attribute")]
    told += [text for info in subject.each("other-information") if (text := info.text(TEXT))]
    for text in told:
        _add_information(item, cleaning.clean(text))
    return item


@lru_cache(maxsize=8_192)
def _day(text: str) -> date | None:
    """A day in ISO 8601 or as the Swiss write it, or in any form in which day and month are certain."""
    read = in_any_form(text, ("%Y-%m-%d", "%d.%m.%Y"))
    return date.fromisoformat(read.date) if read.date and read.precision == "day" else None


def _add_dates(target: Target, modifications: list[Node], unknown: Counter[str]) -> str | None:
    """Sets when the target was listed, the last time, when it was last amended, and when it was delisted, if
    that is the latest that it was.

    A modification counts from when it took effect, or was published or enacted if only that is known.
    """
    history: list[tuple[date, int]] = []
    unread: set[int] = set()  # events with a day that is none
    for item in modifications:
        type_ = item.text("@modification-type") or ""
        event = MODIFICATIONS.get(_word(type_), UNKNOWN)
        if event == UNKNOWN:
            unknown[f"modification-type {type_}"] += 1
        days = []
        for name in ("@effective-date", "@publication-date", "@enactment-date"):
            if text := item.text(name):
                days.append(_day(text))
                if days[-1] is None:
                    unknown[f"date {text}"] += 1
        day = next((found for found in days if found), date.min)
        history.append((day, event))
        unread |= {event} if days and day == date.min else set()
    if not history:
        unknown["target without modification"] += 1
        return None
    history.sort()
    if fault := _unclear(history, unread):
        return fault
    listed, amended, delisted = None, None, False
    for day, event in history:
        if event == LISTED and (delisted or listed is None):
            listed = day
        if event == AMENDED and day != date.min:
            amended = day
        delisted, latest = event == DELISTED, day
    target.listing_date = None if listed == date.min else listed
    target.amended_date = amended
    target.delisting_date = latest if delisted else None
    return None


def _unclear(history: list[tuple[date, int]], unread: set[int]) -> str | None:
    """Why it cannot be seen from the modifications, by day, whether a target is on the list."""
    events = {event for _, event in history}
    if DELISTED in unread or history[-1] == (date.min, DELISTED):
        return "de-listed on no day that can be read"
    if LISTED in unread and DELISTED in events:
        return "listed on no day that can be read, and de-listed"
    if UNKNOWN in unread or history[-1][1] == UNKNOWN:
        return "the latest modification is of no type that is known"
    return None


@cache
def _language(code: str) -> tuple[bool, str | None]:
    """Whether a code of three letters is a language's, and its code of two letters if it has one."""
    languages, code = pycountry.languages, code.lower()
    if len(code) != 3:
        return False, None
    found = languages.get(alpha_3=code) or languages.get(bibliographic=code)
    return found is not None, getattr(found, "alpha_2", None)


def _lang(code: str | None, unknown: Counter[str]) -> str | None:
    if code is None:
        return None
    known, lang = _language(code)
    if not known:
        unknown[f"lang {code}"] += 1
    return lang


class _Part(NamedTuple):
    rank: int
    order: int
    value: str
    type: str
    variants: list[Node]


_in_order = itemgetter(0, 1, 2, 3)  # of parts: by all but their variants


def _add_names(target: Target, identities: list[Node], unknown: Counter[str]) -> None:
    """The main name is the main identity's primary one, in English if there are several."""
    candidates: list[tuple[bool, int, bool, bool, str, str]] = []
    for identity in identities:
        other = _word(identity.text("@main")) != "true"
        for item in identity.each("name"):
            code = item.text("@lang")
            kind, lang, parts = _kind(item, unknown), _lang(code, unknown), _parts(target, item, unknown)
            if len(parts) > 1:
                parts = _without_maiden(target, parts, lang)
            whole = _text([part.value for part in parts])
            script = cleaning.script(whole)
            if whole:
                order = (
                    other,
                    _distance(_word(item.text("@name-type"))),
                    _word(code) != ENGLISH,
                    kind == "weak_alias",
                )
                candidates.append((*order, whole, lang or ""))
                target.names.append(Name(whole, kind, script, lang))
            if any(part.variants for part in parts):
                for spelling, code, single in _variants(parts, script):
                    in_part: NameKind = "weak_alias" if single else kind
                    target.names.append(_name(spelling, in_part, _lang(code, unknown)))
    if not candidates:  # a name in other spellings alone
        candidates = [(True, _OTHER, True, True, name.name, name.lang or "") for name in target.names]
    if candidates:
        *_, target.name, main_lang = min(candidates)
        target.name_lang = main_lang or None


_MAIN, _ODD, _OTHER = range(3)


def _distance(type_: str) -> int:
    """How near a name is to being the main one by its type: one whose type is not known may be."""
    return _MAIN if type_ == PRIMARY else _OTHER if type_ in NAME_TYPES else _ODD


def _kind(name: Node, unknown: Counter[str]) -> NameKind:
    type_, quality = name.text("@name-type") or "", _quality(name, unknown)
    if _word(type_) not in NAME_TYPES:
        unknown[f"name-type {type_}"] += 1
    kind = NAME_TYPES.get(_word(type_), "alias")
    return "weak_alias" if quality == "low" and kind == "alias" else kind


def _quality(node: Node, unknown: Counter[str]) -> str:
    quality = node.text("@quality") or "good"
    if _word(quality) in QUALITIES:
        return _word(quality)
    unknown[f"quality {quality}"] += 1
    return quality


def _name(text: str, kind: NameKind, lang: str | None) -> Name:
    return Name(text, kind, cleaning.script(text), lang)


def _parts(target: Target, name: Node, unknown: Counter[str]) -> list[_Part]:
    """The parts of a name, given names first; titles are taken out."""
    parts = []
    for item in name.each("name-part"):
        given, value = item.text("@name-part-type") or "", _said(item.text("value"), "part")
        type_ = _word(given)
        if type_ == TITLE:
            if value:
                target.positions.append(Position("title", value))
            continue
        rank = PART_RANKS.get(type_)
        if rank is None:
            unknown[f"name-part-type {given}"] += 1
            rank = PART_RANKS["other"]
        variants = item.each("spelling-variant")
        if value or variants:
            parts.append(_Part(rank, _number(item.text("@order")), value or "", type_, variants))
    if len(parts) > 1:
        parts.sort(key=_in_order)
    return parts


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0


def _text(parts: Iterable[str]) -> str:
    return " ".join([part for part in parts if part])


def _without_maiden(target: Target, parts: list[_Part], lang: str | None) -> list[_Part]:
    """The parts without a maiden name that stands beside a family's; with it is a former name."""
    types = {part.type for part in parts}
    if not types >= {MAIDEN, FAMILY}:
        return parts
    if born := _text([part.value for part in parts if part.type != FAMILY]):
        target.names.append(_name(born, "former", lang))
    return [part for part in parts if part.type != MAIDEN]


def _variants(parts: list[_Part], script: str | None) -> Iterator[tuple[str, str | None, bool]]:
    """The name, whose script is given, in other spellings, with the language's code, and whether it
    is one part of several.

    What is spelt otherwise in one language and script goes together. A part that has no spelling
    there stands as it is, or is left out if its script is another one. Of a part that has several,
    each stands in one name with the others' first: a name for each spelling, not for each
    combination, which nobody has published.
    """
    if len(parts) == 1:
        for item in parts[0].variants:
            if text := _said(item.text(TEXT), "part"):
                yield text, item.text("@lang"), False
        return
    spelt: dict[tuple[str | None, str | None], dict[int, list[str]]] = {}
    for at, part in enumerate(parts):
        for item in part.variants:
            if text := _said(item.text(TEXT), "part"):
                key = (_word(item.text("@lang")) or None, _word(item.text("@script")) or None)
                in_key = spelt.setdefault(key, {})
                in_key.setdefault(at, []).append(text)
    for (code, _), by_part in spelt.items():
        first = {at: min(texts) for at, texts in by_part.items()}
        same_script = script is None or script == cleaning.script(" ".join(first.values()))
        row = [first.get(at) or (part.value if same_script else "") for at, part in enumerate(parts)]
        single = not same_script and len(first) == 1
        yield _text(row), code, single
        for at, texts in by_part.items():
            for other in texts:
                if other != first[at]:
                    yield _text([*row[:at], other, *row[at + 1 :]]), code, single


def _add_subject(item: _Read, subject: Node, unknown: Counter[str]) -> None:
    target = item.target
    if gender := subject.text("@sex"):
        target.gender = _word(gender) if _word(gender) in GENDERS else None
        if target.gender is None:
            unknown[f"sex {gender}"] += 1
    for text in subject.each("justification"):
        if reason := text.text(TEXT):
            target.reasons.append(reason)
    belongs = BELONGS.get(target.schema, "registration")
    for identity in subject.each("identity"):
        for born in identity.each("day-month-year"):
            _add_day(target, born, unknown)
        for nationality in identity.each("nationality"):
            for state in nationality.each("country"):
                target.nationalities.append(Belonging(belongs, *_state(state, "@iso-code", unknown)))
        for place in identity.each("place-of-birth"):
            item.addresses.append(_Address("birth_place", place.text("@place-id")))
        for address in identity.each("address"):
            box = _said(address.text("p-o-box"))
            lines = (
                _said(address.text("c-o")),
                _said(address.text("address-details")),
                f"P.O. Box {box}" if box and box.isdecimal() else box,
            )
            code = _said(address.text("zip-code"))
            item.addresses.append(_Address("address", address.text("@place-id"), lines, code))
        for document in identity.each("identification-document"):
            _add_document(item, document, unknown)


def _add_day(target: Target, node: Node, unknown: Counter[str]) -> None:
    """A date of birth; of what is not born, the day when it was founded or built."""
    day, month, year = node.text("@day"), node.text("@month"), node.text("@year")
    calendar = node.text("@calendar") or "Gregorian"
    raw = ".".join([part for part in (day, month, year) if part])
    if not raw:
        return
    gregorian, quality = _word(calendar) == "gregorian", _quality(node, unknown)
    if not gregorian:
        unknown[f"calendar {calendar}"] += 1
    doubts = [] if gregorian else [f"calendar {calendar}"]
    if quality != "good":
        doubts.append(f"quality {quality}")
    note = joined(doubts) if doubts else None
    if target.schema != "Person":
        target.particulars.append(Particular(BEGINNINGS.get(target.schema, "build_date"), raw, note))
    elif gregorian:
        read = from_parts(year, month, day, raw=raw)
        if read.date is None and year:
            unknown[f"date {raw}"] += 1
        target.births.append(birth(read, note))
    else:
        target.births.append(Birth(None, None, raw, note))


def _add_document(item: _Read, node: Node, unknown: Counter[str]) -> None:
    """A document without a number, there or in its remark, says nothing to identify by, and is left out."""
    type_raw = node.text("@document-type")
    type_ = _word(type_raw) or "other"
    if type_ in DOCUMENTS:
        type_raw = type_ if type_raw else None
    state = next((_state(issuer, "@code", unknown) for issuer in node.each("issuer")), Country())
    documents = document_numbers.read_fields(
        DOCUMENTS.get(type_, "other"),
        type_raw,
        _said(node.text("number"), "value"),
        _said(node.text("remark"), "value"),
        state,
    )
    if documents and type_ not in DOCUMENTS:
        unknown[f"document-type {type_raw}"] += 1
    issued, expires = node.text("date-of-issue"), node.text("expiry-date")
    places = [place_id for place in node.each("place-of-issue") if (place_id := place.text("@place-id"))]
    for found in documents:
        said = (found.note, issued and f"issued {issued}", expires and f"expires {expires}")
        noted = found._replace(note=joined(said, "; "))
        if places:
            item.issued.append((noted, places[0]))
        else:
            item.target.identifiers.append(noted)


def _add_information(item: _Read, text: str) -> None:
    """Takes the facts that a label says what they are. What is left is a remark on the target, unless
    it is how to reach somebody, or, of a person, tells of relatives, health and whereabouts."""
    pieces = [text]
    if (";" in text or text.count(":") > 1) and (_label(text) not in POSITIONS or _is_contact(text)):
        pieces = [piece for piece in _NEXT_LABEL.split(text) if piece]
    left = [piece for piece in pieces if not _is_contact(piece) and not _take(item, piece)]
    if item.target.schema == "Person":
        left = [piece for piece in left if not _is_private(piece)]
    if left:
        item.target.reasons.append(text if len(left) == len(pieces) else "; ".join(left))


def _words(text: str) -> list[str]:
    return text.lower().translate(_SIGNS).split()


def _is_contact(text: str) -> bool:
    return "@" in text or ("+" in text and bool(_PHONE.search(text))) or not CONTACT.isdisjoint(_words(text))


def _is_private(text: str) -> bool:
    return not PRIVATE.isdisjoint(_words(text))


def _is_ship(target: Target, number: str) -> bool:
    return target.schema == "Vessel" and is_ship_number(number)


def _label(text: str) -> str:
    return text.partition(":")[0].strip().lower().rstrip(".")


def _take(item: _Read, piece: str) -> bool:
    """Takes a fact with its label, if it is one that can be read as what the label says."""
    if len(piece) > _LONGEST_FACT:
        return False
    if (ship := _SHIP.fullmatch(piece)) and (ship["said"] or _is_ship(item.target, ship["number"])):
        item.target.identifiers.append(Identifier("imo", ship["said"], None, ship["number"]))
        return True
    said, _, value = piece.partition(":")
    value = value.strip().rstrip(".,")
    if not value:
        return _take_numbers(item.target, piece)
    target, label = item.target, _label(piece)
    taken = True
    if label in NUMBERS and (numbers := _numbers(said.strip(), label, value)):
        target.identifiers += numbers
    elif label in PARTICULARS:
        target.particulars.append(Particular(PARTICULARS[label], value))
    elif label in POSITIONS:
        target.positions.append(Position(POSITIONS[label], value))
    elif label in PLACES:
        item.addresses.append(_Address(PLACES[label], None, (value,)))
    elif label in STATES and all(code for code, _ in countries.several(value)):
        target.nationalities += [Belonging(STATES[label], *state) for state in countries.several(value)]
    elif (
        label in BIRTHS and target.schema == "Person" and all(day.date for day in read_all(value, order=None))
    ):
        if _SLASHED.search(value):
            item.born.append(value)
        else:
            target.births += map(birth, read_all(value))
    else:
        taken = NUMBERS.get(label) not in _EXACT and _take_numbers(target, piece)
    return taken


def _take_numbers(target: Target, piece: str) -> bool:
    """Takes the numbers within free words: `Passport No A012, issued in Doha`. Whether that was all."""
    if not any(map(str.isdecimal, piece)) or (target.schema == "Person" and _is_private(piece)):
        return False
    rest = piece
    for found in document_numbers.read_all(piece):
        target.identifiers.append(found)
        for text in (found.type_raw, found.number, found.country_raw, *(found.note or "").split("; ")):
            rest = rest.replace(text or "", "", 1)
    return rest != piece and not any(map(str.isalnum, rest))


def _numbers(said: str, label: str, value: str) -> list[Identifier]:
    """The numbers in `value`, each with what is said of it in brackets; none if there is more to it."""
    type_, type_name = NUMBERS[label], IN_WORDS.get(label)
    if type_ == "swift_bic":
        codes = _SWIFT.findall(value)
        note = None if codes == [value] else value
        return [Identifier(type_, said, type_name, code, note=note) for code in codes]
    found = []
    for part in _NEXT_NUMBER.split(value):
        number, bracket, note = part.partition("(")
        number = _BEFORE_IMO.sub("", number.strip()) if type_ == "imo" else number.strip()
        words = number.split()
        numeric = _IMO.fullmatch(number) if type_ == "imo" else all(any(map(str.isdigit, w)) for w in words)
        if not words or not numeric or (bracket and (note[-1:] != ")" or "(" in note)):
            return []
        read = Identifier(type_, said, type_name, number, note=note[:-1].strip() or None)
        found.append(_with_state(read) if type_ in _OF_A_STATE else read)
    return found


def _with_state(found: Identifier) -> Identifier:
    """A number with the country that its note names: `(Russia)`, `(Qatari passport issued in Doha)`."""
    read = document_numbers.read_field(found.type, found.type_raw, found.number, found.note)
    if read is None or read.country is None:
        return found
    return found._replace(country=read.country, country_raw=read.country_raw, note=read.note)


def _write(snapshot: ParseResult, source_id: str, item: _Read, found: _List) -> None:
    """Writes the target with what it refers to; its addresses wait for the places."""
    _refer(item, found, snapshot.unknown)
    write(snapshot, source_id, AUTHORITY, item.target)
    record_id = f"{source_id}:{item.target.key}"
    found.addresses += [(record_id, address) for address in item.addresses]


def _refer(item: _Read, found: _List, unknown: Counter[str]) -> None:
    target, origins = item.target, set()
    for set_id in item.sets:
        measures = found.sets.get(set_id)
        if measures is None:
            unknown["sanctions-set-id of no sanctions-set"] += 1
            target.programs.append(Program(set_id))
            continue
        target.programs.append(measures.program)
        if measures.measure:
            target.measures.append(measures.measure)
        if measures.origin:
            origins.add(f"{measures.origin} reference")
    if item.foreign:
        whose = " or ".join(sorted(origins)) or None
        numbers = [cleaning.clean(number) for number in item.foreign]
        target.identifiers += [
            Identifier("list_reference", "foreign-identifier", whose, number) for number in numbers
        ]
    for document, place_id in item.issued:
        at = _lookup(place_id, found, unknown)
        where = joined([at.location, at.area, at.state.raw])
        note = joined([document.note, where and f"issued in {where}"], "; ")
        target.identifiers.append(document._replace(note=note))


def _address(
    record_id: str, item: _Address, found: _List, unknown: Counter[str]
) -> tuple[str | None, ...] | None:
    """A row of `addresses`, or None if nothing is said of the place."""
    at = _lookup(item.place_id, found, unknown)
    parts = (*item.lines, at.location, at.area, item.postal_code, at.state.raw)
    full = ", ".join([part for part in parts if part])
    return (record_id, item.kind, full, at.location, at.area, item.postal_code, *at.state) if full else None


def _lookup(place_id: str | None, found: _List, unknown: Counter[str]) -> _Place:
    if place_id is None:
        return _NOWHERE
    if place_id not in found.places:
        unknown["place-id of no place"] += 1
    return found.places.get(place_id, _NOWHERE)
