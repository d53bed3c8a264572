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
from typing import Any, BinaryIO, NamedTuple

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
    main_name,
    number_key,
    whole_number,
    write,
)
from transforms.sanctions.target import Nationality as Belonging
from transforms.sanctions.vocabulary.labelled_facts import read_facts
from transforms.sanctions.vocabulary.listing_history import Change, Event, UnclearListingError, find_listing
from transforms.sanctions.vocabulary.names_in_parts import (
    OTHER,
    RANKS,
    Part,
    Spelling,
    join_values,
    sort_parts,
    spell_otherwise,
    split_maiden_name,
)

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
TITLE, PRIMARY = "title", "primary-name"
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
DAYS = ("@effective-date", "@publication-date", "@enactment-date")  # of which the first counts
CHANGES = {
    "amended": Change.AMENDED,
    "de-listed": Change.DELISTED,
    "delisted": Change.DELISTED,
    "listed": Change.LISTED,
}
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
    try:
        _add_dates(target, node.each("modification"), unknown)
    except UnclearListingError as error:
        return str(error)
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


def _add_dates(target: Target, modifications: list[Node], unknown: Counter[str]) -> None:
    """Sets when the target was last listed, last amended, and delisted if that is the latest that it was.

    A modification counts from when it took effect, or was published or enacted if only that is known. Raises
    UnclearListingError.
    """
    events: list[Event] = []
    undatable: set[Change] = set()
    for item in modifications:
        type_ = item.text("@modification-type") or ""
        change = CHANGES.get(_word(type_), Change.UNKNOWN)
        if change is Change.UNKNOWN:
            unknown[f"modification-type {type_}"] += 1
        given = [text for name in DAYS if (text := item.text(name))]
        days = [_day(text) for text in given]
        unknown.update(f"date {text}" for text, day in zip(given, days, strict=True) if day is None)
        events.append(Event(next((day for day in days if day), date.min), change))
        if given and events[-1].day == date.min:
            undatable.add(change)
    if not events:
        unknown["target without modification"] += 1
    target.listing_date, target.amended_date, target.delisting_date = find_listing(events, undatable)


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


def _add_names(target: Target, identities: list[Node], unknown: Counter[str]) -> None:
    """The main name is the main identity's primary one, in English if there are several."""
    candidates: list[tuple[bool, int, bool, bool, str, str]] = []
    for identity in identities:
        other = _word(identity.text("@main")) != "true"
        for item in identity.each("name"):
            code = item.text("@lang")
            kind, lang, parts = _kind(item, unknown), _lang(code, unknown), _parts(target, item, unknown)
            parts, former = split_maiden_name(parts)
            if former:
                target.names.append(_name(former, "former", lang))
            whole = join_values(parts)
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
            for spelling, code, is_partial in spell_otherwise(parts, script):
                target.names.append(
                    _name(spelling, "weak_alias" if is_partial else kind, _lang(code, unknown))
                )
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


def _parts(target: Target, name: Node, unknown: Counter[str]) -> list[Part]:
    """The parts of a name, given names first; titles are taken out."""
    parts = []
    for item in name.each("name-part"):
        given, value = item.text("@name-part-type") or "", _said(item.text("value"), "part")
        type_ = _word(given)
        if type_ == TITLE:
            if value:
                target.positions.append(Position("title", value))
            continue
        if type_ not in RANKS:
            unknown[f"name-part-type {given}"] += 1
        rank = RANKS.get(type_, RANKS[OTHER])
        if value or "spelling-variant" in item:
            order = whole_number(item.text("@order")) or 0
            parts.append(Part(rank, order, value or "", type_, tuple(_spellings(item))))
    return sort_parts(parts)


def _spellings(part: Node) -> Iterator[Spelling]:
    for item in part.each("spelling-variant"):
        if text := _said(item.text(TEXT), "part"):
            yield Spelling(text, item.text("@lang"), item.text("@script"))


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
    """Takes the facts out of a text; what is left of it is a remark on the target."""
    target, facts = item.target, read_facts(text, item.target.schema)
    target.identifiers += facts.identifiers
    target.particulars += facts.particulars
    target.positions += facts.positions
    target.nationalities += facts.nationalities
    target.births += map(birth, facts.births)
    item.addresses += [_Address(kind, None, (place,)) for kind, place in facts.places]
    item.born += facts.undated
    if facts.remark:
        target.reasons.append(facts.remark)


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
