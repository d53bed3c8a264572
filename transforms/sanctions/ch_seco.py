"""Switzerland's consolidated list, `consolidated-list.xml` of SECO's database SESAM.

Root `swiss-sanctions-list`; below it `sanctions-program`s, then `target`s, then the `place`s that targets
refer to by id: their addresses wait for the end of the file. Another order is read alike. `TARGET` is the
table of a target's fields; those of programmes and places are in `seco_references`.

Seen, in three trimmed targets of 2026-08-27: programmes, `sanctions-set-id` as elements, `individual`,
`entity`, `object`, names with one Latin variant, a date, an address, justification, other information, all
four attributes of `modification` and an old copy in `added`. All else is reported by public code:

- Of some 17,000 `target` elements half are such old copies; only those below the root are records.
- Delisted targets stay. Modifications mostly come newest first, but not always: dates decide.
- The file is the same in all its four languages: English is read.

Words are compared without regard to case, and to blanks or hyphens between them. Dates are ISO 8601;
`1.3.2016` is read as well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, BinaryIO, TypeAlias

from transforms.fields.dates import from_parts, moment, whole_day
from transforms.fields.dates_in_text import figure_order, read_date, read_dates
from transforms.fields.record_parts import joined
from transforms.names import cleaning
from transforms.reading import declaration
from transforms.reading.declaration import (
    OWN_TEXT,
    TEXT,
    TEXTS,
    Node,
    group,
    ignored,
    texts,
    withheld,
    withheld_fields,
)
from transforms.reading.parse_result import FileReport, ParseResult, SourceFormatError
from transforms.reading.xml_record import XmlRecord
from transforms.sanctions import sinks
from transforms.sanctions.publishers.seco_names import NAME, SSID, read_names, read_quality, word_of
from transforms.sanctions.publishers.seco_numbers import read_documents
from transforms.sanctions.publishers.seco_references import (
    COUNTRY,
    PLACE,
    PROGRAM,
    PlaceReference,
    References,
    SecoTarget,
    read_state,
)
from transforms.sanctions.sinks import Context
from transforms.sanctions.target import (
    Birth,
    Nationality,
    NationalityKind,
    Particular,
    Position,
    birth,
    cleaned,
    number_key,
)
from transforms.sanctions.target_names import main_name
from transforms.sanctions.target_rows import write
from transforms.sanctions.vocabulary.labelled_facts import read_facts
from transforms.sanctions.vocabulary.listing_history import Change, Event, UnclearListingError, find_listing
from transforms.sanctions.xml_list import XmlList

SUBJECTS = {"individual": "Person", "entity": "Organization", "object": "LegalEntity"}
OBJECTS = {"vessel": "Vessel", "aircraft": "Airplane"}
BELONGS: dict[str, NationalityKind] = {"Person": "nationality", "Vessel": "flag"}  # else `registration`
BEGINNINGS = {"Organization": "established", "LegalEntity": "established"}  # else `build_date`
CHANGES = {
    "amended": Change.AMENDED,
    **dict.fromkeys(("de-listed", "delisted"), Change.DELISTED),
    "listed": Change.LISTED,
}
UNKNOWN = Change.UNKNOWN
DAYS = ("@effective-date", "@publication-date", "@enactment-date")  # of which the first counts

Fields: TypeAlias = declaration.Fields[SecoTarget, Context]


@lru_cache(maxsize=8_192)
def _day(text: str) -> date | None:
    """A day in ISO 8601 or as the Swiss write it, or in any form in which day and month are certain."""
    return whole_day(read_date(text, ("%Y-%m-%d", "%d.%m.%Y")))


def _begin(key: str | None, node: Node, seen: set[str], context: Context) -> SecoTarget | str:
    """The target with its schema, dates of listing and names, or what is wrong with it."""
    if key is None:
        return "no ssid"
    if key in seen:
        return f"ssid {key} came before"
    seen.add(key)
    subjects = [(tag, subject) for tag in SUBJECTS for subject in node.each(tag)]
    if len(subjects) != 1:
        return f"{len(subjects)} of individual, entity and object"
    ((tag, subject),) = subjects
    target = SecoTarget(key, SUBJECTS[tag])
    if tag == "object":
        type_ = subject.text("@object-type") or ""
        target.schema = OBJECTS.get(word_of(type_), target.schema)
        if word_of(type_) not in OBJECTS:
            context.unknown[f"object-type {type_}"] += 1
    try:
        _set_dates(target, node.each("modification"), context)
    except UnclearListingError as error:
        return str(error)
    found = read_names(subject.each("identity"), context.unknown)
    target.name, target.name_lang, target.names = found.main, found.lang, found.names
    target.positions = [Position("title", title) for title in found.titles]
    target.sets = node.all("sanctions-set-id") + (node.text("@sanctions-set-id") or "").split()
    target.foreign = node.all("foreign-identifier")
    return target if main_name(found.main) else "no name"


def _set_dates(target: SecoTarget, modifications: list[Node], context: Context) -> None:
    """Sets when the target was last listed, last amended, and delisted if that is the latest that it was.

    A modification counts from when it took effect, or was published or enacted if only that is known. Raises
    UnclearListingError.
    """
    events = []
    for item in modifications:
        type_ = item.text("@modification-type") or ""
        change = CHANGES.get(word_of(type_), UNKNOWN)
        if change is UNKNOWN:
            context.unknown[f"modification-type {type_}"] += 1
        given = [text for name in DAYS if (text := item.text(name))]
        days = [_day(text) for text in given]
        if None in days:
            context.unknown.update(f"date {text}" for text in given if _day(text) is None)
        events.append(Event.dated(change, days))
    if not events:
        context.unknown["target without modification"] += 1
    target.listing_date, target.amended_date, target.delisting_date = find_listing(events)


def _add_nationality(target: SecoTarget, item: Node, context: Context) -> None:
    kind = BELONGS.get(target.schema, "registration")
    target.nationalities.append(Nationality(kind, *read_state(item, "@iso-code", context.unknown)))


def _add_birth_place(target: SecoTarget, item: Node, context: Context) -> None:
    target.places.append(PlaceReference("birth_place", item.text("@place-id")))


def _add_address(target: SecoTarget, item: Node, context: Context) -> None:
    box = cleaned(item.text("p-o-box"))
    box = f"P.O. Box {box}" if box and box.isdecimal() else box
    lines = (cleaned(item.text("c-o")), cleaned(item.text("address-details")), box)
    postal_code = cleaned(item.text("zip-code"))
    target.places.append(PlaceReference("address", item.text("@place-id"), lines, postal_code))


def _add_day(target: SecoTarget, item: Node, context: Context) -> None:
    """A date of birth; of what is not born, the day when it was founded or built."""
    day, month, year = item.text("@day"), item.text("@month"), item.text("@year")
    calendar = item.text("@calendar") or "Gregorian"
    raw = ".".join([part for part in (day, month, year) if part])
    if not raw:
        return
    is_gregorian, quality = word_of(calendar) == "gregorian", read_quality(item, context.unknown)
    if not is_gregorian:
        context.unknown[f"calendar {calendar}"] += 1
    doubts = (None if is_gregorian else f"calendar {calendar}", quality != "good" and f"quality {quality}")
    note = joined([doubt for doubt in doubts if doubt])
    if target.schema != "Person":
        target.particulars.append(Particular(BEGINNINGS.get(target.schema, "build_date"), raw, note))
    elif is_gregorian:
        read = from_parts(year, month, day, raw=raw)
        if read.date is None and year:
            context.unknown[f"date {raw}"] += 1
        target.births.append(birth(read, note))
    else:
        target.births.append(Birth(None, None, raw, note))


def _add_document(target: SecoTarget, item: Node, context: Context) -> None:
    places = [place_id for place in item.each("place-of-issue") if (place_id := place.text("@place-id"))]
    for document in read_documents(item, context.unknown):
        if places:
            target.issued.append((document, places[0]))
        else:
            target.identifiers.append(document)


def _finish(target: SecoTarget, node: Node, context: Context) -> None:
    if not target.sets:
        context.unknown["target without sanctions-set-id"] += 1
    given = [f"{item.text('@name')}: {item.text(OWN_TEXT)}" for item in node.each("generic-attribute")]
    for tag in SUBJECTS:
        for subject in node.each(tag):
            given += [text for item in subject.each("other-information") if (text := item.text(OWN_TEXT))]
    for text in given:
        facts = read_facts(cleaning.clean(text), target.schema)
        facts.add_to(target)
        target.places += [PlaceReference(kind, None, (place,)) for kind, place in facts.places]
        target.undated += facts.undated


_AT_PLACE: Fields = {
    **SSID,
    **texts("@place-id"),
    "@quality": ignored("how sure the place is; the table has no column for it"),
}
_IDENTITY: Fields = {
    **SSID,
    **texts("@main"),
    "name": group(NAME),
    "day-month-year": group({**SSID, **texts("@day", "@month", "@year", "@calendar", "@quality")}, _add_day),
    "nationality": group({**SSID, "country": group(COUNTRY, _add_nationality)}),
    "place-of-birth": group(_AT_PLACE, _add_birth_place),
    "address": group(
        {
            **_AT_PLACE,
            **texts("c-o", "address-details", "p-o-box", "zip-code"),
            "@current": ignored("former addresses are not distinguished"),
            "remark": withheld("address/remark"),
        },
        _add_address,
    ),
    "identification-document": group(
        {
            **SSID,
            **texts("@document-type", "number", "date-of-issue", "expiry-date", "remark"),
            "issuer": group(texts("@code", OWN_TEXT)),
            "place-of-issue": group(_AT_PLACE),
        },
        _add_document,
    ),
}
_SUBJECT: Fields = {
    "justification": group({**SSID, OWN_TEXT: sinks.reason}),
    "identity": group(_IDENTITY),
    # Read for the facts in it, and what is left without words on contacts and private life.
    "other-information": withheld("other-information", group({**SSID, OWN_TEXT: TEXT})),
    "relation": ignored("that a target has to do with another one; no table links records"),
}
TARGET = XmlRecord[SecoTarget, Context](
    "target",
    {
        **texts("@ssid"),  # the key
        "sanctions-set-id": TEXTS,  # the programmes, which consist of sets of measures
        "@sanctions-set-id": TEXT,
        "foreign-identifier": TEXTS,
        "individual": group({"@sex": sinks.gender({"male": "male", "female": "female"}, "sex"), **_SUBJECT}),
        "entity": group(_SUBJECT),
        "object": group({**texts("@object-type"), **_SUBJECT}),
        "generic-attribute": withheld("generic-attribute", group({**SSID, **texts("@name", OWN_TEXT)})),
        "modification": group(
            {
                **texts("@modification-type", *DAYS),
                **dict.fromkeys(("added", "removed"), ignored("the record as it was before and after")),
            }
        ),
    },
    _finish,
)


def _published(report: FileReport, text: str, context: Context) -> None:
    unread: Counter[str] = Counter()
    report.published_at = moment(text, unread)
    if unread and (day := _day(text)):
        report.published_at = datetime(day.year, day.month, day.day, tzinfo=UTC)
    else:
        context.unknown.update(unread)


def _check_whole(report: FileReport, node: Node, context: Context) -> None:
    kind = node.text("@list-type")
    if word_of(kind) != "whole-list":
        given = repr(kind[:40]) if kind else "not given"
        raise SourceFormatError(f"{context.file}: list-type is {given}, not 'whole-list'")


LIST: XmlList[XmlRecord[Any, Context]] = XmlList(
    "State Secretariat for Economic Affairs (SECO), Switzerland",
    XmlRecord(
        "swiss-sanctions-list",
        {
            **texts("@list-type"),
            "@date": _published,
            "@noNamespaceSchemaLocation": ignored("where the publisher's schema is"),
        },
        _check_whole,
    ),
    [TARGET],
    references=[PROGRAM, PLACE],
)
WITHHELD_FIELDS = withheld_fields(TARGET.fields)


def parse(source_id: str, files: Mapping[str, BinaryIO], options: Mapping[str, Any]) -> ParseResult:
    """Reads each file as one list; fills `sanctions` and its child tables.

    Raises SourceFormatError for what is not such XML, or not a whole list. A target without `ssid`,
    name or subject, with an `ssid` that came before, or of which the modifications do not show whether it is
    listed goes to quarantine, under its `ssid` if it has one. A target whose latest modification delists it
    gets a `delisting_date`.
    """
    result = ParseResult()
    for name, file in files.items():
        _read_file(source_id, name, file, result)
    return result


def _read_file(source_id: str, name: str, file: BinaryIO, result: ParseResult) -> None:
    references = References()
    places: list[tuple[str, PlaceReference]] = []  # with the record's id
    waiting: list[SecoTarget] = []  # for the rest of the file
    seen: set[str] = set()
    context, rows = LIST.open(name, file, result)

    def publish(target: SecoTarget) -> None:
        references.resolve(target, context.unknown)
        write(result, source_id, LIST.authority, target)
        places.extend((f"{source_id}:{target.key}", place) for place in target.places)

    for row in rows:
        if row.record is not TARGET:
            row.record.fill(references, row.node, context)
            continue
        key = number_key(row.node.text("@ssid"))
        target = _begin(key, row.node, seen, context)
        if isinstance(target, str):
            result.reject(name, row.locator, target, row.record.show(row.element), key)
            continue
        result.files[name].parsed += 1
        row.record.fill(target, row.node, context)
        if target.issued or target.undated or not all(set_id in references.sets for set_id in target.sets):
            waiting.append(target)
        else:
            publish(target)
    order = figure_order(text for target in waiting for text in target.undated)
    for target in waiting:
        for text in target.undated:
            target.births += map(birth, read_dates(text, order=order))
        publish(target)
    found = [(key, references.address(place, context.unknown)) for key, place in places]
    if addresses := dict.fromkeys((key, *address) for key, address in found if address):
        result.extend("addresses", addresses)
