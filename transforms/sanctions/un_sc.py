"""The UN Security Council's consolidated list, `consolidated.xml`.

Root `CONSOLIDATED_LIST` with `INDIVIDUALS` and `ENTITIES`. Seen in the files of 2024-05-15 to 2026-01-28.
What they taught:

- `dateGenerated` is new every day with no change of content: it is the time of publication, and
  part of no record. `VERSIONNUM` is always 1.
- `REFERENCE_NUMBER` is unique, and on 12 records has a trailing space. `LISTED_ON` can carry an
  offset (`2012-05-25-04:00`): the day is taken as written.
- Empty elements stand for nothing: aliases, documents, addresses, dates. Of some documents the number is
  in a note, or has the document's kind and country before it: `Afghan passport number OA1`.
- `LAST_DAY_UPDATED` has the days of all amendments, of which the latest is kept.
- Some names hold two, joined by `;`, some spellings in another script in brackets, and some notes an
  alias in its own script or that it was the name before.
- A date of birth in an alias that has a name is said of that name. In 2024 aliases without a name
  held a person's further dates.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date

from transforms.fields.dates import ISO_FORMATS, PartialDate, between, partial
from transforms.fields.dates_in_text import read_date, read_dates
from transforms.fields.documents.fields import number_type, read_document_fields
from transforms.fields.documents.numbers import find_in_remark, find_numbers
from transforms.fields.placeholders import is_placeholder
from transforms.fields.record_parts import Country, Identifier, NameKind, joined
from transforms.names import cleaning
from transforms.reading.declaration import TEXT, Node, each, group, ignored, texts, withheld, withheld_fields
from transforms.reading.xml_record import XmlRecord
from transforms.sanctions import program_names, sinks
from transforms.sanctions.sinks import Context, Fields
from transforms.sanctions.target import (
    Address,
    Target,
    birth,
    cleaned,
    country,
    is_ship_number,
    place,
    record_key,
)
from transforms.sanctions.target_names import alias
from transforms.sanctions.xml_list import TargetList, TargetRecord, text_of

AUTHORITY = "United Nations Security Council"

# The publisher's words, as `names.term` compares them.
GENDERS = {"male": "male", "m": "male", "female": "female", "f": "female"}
QUALITIES: dict[str, NameKind] = {"good": "alias", "aka": "alias", "low": "weak_alias", "fka": "former"}
# The documents' types in all spellings seen; a document without one is `other`.
DOCUMENTS = {
    "": "other",
    "national identification no.": "national_id",
    "national identification number": "national_id",
    "numéro de passeport": "passport",
    "número de pasaporte": "passport",
    "passport": "passport",
}
# The two types in use as the publisher writes them: one in another case is the same one.
SPELLINGS = {cleaning.term(text): text for text in ("National Identification Number", "Passport")}
NO_STATE = frozenset({"na"})
EXACT, CIRCA, BETWEEN = DATE_TYPES = ("exact", "approximately", "between")
NOTE_DATES = ("%b. %Y", "%b %Y", "%B %Y", "%d %b. %Y")
DATES = (*ISO_FORMATS, *NOTE_DATES, "%d %b %Y", "%d %B %Y")
# A note's label of a name in its own script, and the name: no Latin letter is part of it.
_ORIGINAL = re.compile(r"(?:original script|in\s+arabic(?:\s+script)?):([^.;A-Za-z]+)", re.IGNORECASE)
_SAID_SCRIPT = re.compile(r"\(original script\)|original script:")
# A ship's, or a shipping company's, number at the start of a sentence.
_SHIP_NUMBER = re.compile(
    r"(?:^|[.;]\s+)(?:International Maritime Organi[sz]ation )?\(?IMO\)?(?: (?:number|no\.?))?\s*:?\s*"
    r"(?P<number>\d{7})\b",
    re.IGNORECASE,
)
_OF_A_COMPANY = re.compile(
    r"\b(?:co|company|corp|inc|limited|ltd|llc|management|pte|sa|shipping)\b", re.IGNORECASE
)
# Dates of listing and amendment; other elements have a `VALUE` too.
_DAYS = re.compile(rb"<(?:[^\s<>/:]+:)?(?:LISTED_ON|VALUE)(?:\s[^<>]*)?>\s*(\d[^<]*)<")
_FORMER = re.compile(r"(?:previously|formerly) listed as", re.IGNORECASE)


def _names(node: Node) -> list[str]:
    parts = [node.text(name) for name in ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")]
    return _split(joined(parts, " "))


def _split(text: str | None) -> list[str]:
    return [name for part in cleaning.split(text) for name in _out_of_brackets(part)] if text else []


def _out_of_brackets(name: str) -> list[str]:
    """Spellings in another script that stand in brackets at a name's end are names too."""
    if name.isascii() or not name.endswith(")"):
        return [name]
    start, depth = len(name) - 1, 1
    while depth and start:
        start -= 1
        depth += {")": 1, "(": -1}.get(name[start], 0)
    spellings = [cleaning.clean(name[:start])]
    spellings += cleaning.split(_SAID_SCRIPT.sub("", name[start + 1 : -1]))
    scripts = {cleaning.script(spelling) for spelling in spellings}
    return spellings if spellings[0] and len(scripts - {None}) > 1 else [name]


def _begin(schema: str) -> Callable[[Node, Context], Target]:
    def begin(node: Node, context: Context) -> Target:
        main, *further = _names(node) or [""]
        return Target("", schema, main, names=[alias(text, "alias") for text in further])

    return begin


def _add_original_names(target: Target, text: str, context: Context) -> None:
    target.names += [alias(name, "alias") for name in _split(text)]


def _add_comment(target: Target, text: str, context: Context) -> None:
    target.reasons.append(text)
    if target.schema != "Person" and "IMO" in text:
        _add_ship_numbers(target, text)
    target.identifiers += find_in_remark(text, target.identifiers)


def _country(text: str | None, unknown: Counter[str]) -> Country:
    return country(text, unknown, (text,) if text and cleaning.term(text) in NO_STATE else ())


def _add_ship_numbers(target: Target, text: str) -> None:
    """The numbers of the IMO that begin a sentence: the target's own, not those of ships that it has."""
    for found in _SHIP_NUMBER.finditer(text):
        # The number of one company in ten looks like a ship's.
        ship = is_ship_number(found["number"]) and not _OF_A_COMPANY.search(target.name)
        target.schema = "Vessel" if ship else target.schema
        type_ = "imo" if ship else "imo_company"
        target.identifiers.append(Identifier(type_, "IMO number", None, found["number"]))


def _day(text: str, context: Context) -> date | None:
    if is_placeholder(text):
        return None
    iso = partial(text[:10])  # an offset may follow
    read = iso if iso.precision == "day" else read_date(text, DATES, context.days)
    if read.precision != "day":
        context.unknown[f"date {text}"] += 1
        return None
    return date.fromisoformat(read.date or "")


def _add_alias(target: Target, item: Node, context: Context) -> None:
    """An alias can carry a birth of its own. One without a name only carries the record's further births."""
    unknown = context.unknown
    quality, text, born = item.text("QUALITY") or "", item.text("ALIAS_NAME"), item.text("DATE_OF_BIRTH")
    for read in _in_figures_or_words(born, context) if born and not is_placeholder(born) else ():
        target.births.append(birth(read, f"of the name {cleaning.clean(text)}" if text else None))
        if read.date is None:
            unknown[f"date {read.raw}"] += 1
    if text is None:
        city = cleaned(item.text("CITY_OF_BIRTH"))
        state = _country(item.text("COUNTRY_OF_BIRTH"), unknown)
        where = Address("birth_place", "", city, None, None, *state)
        if found := place("birth_place", [city, state.raw], where):
            target.addresses.append(found)
        return
    kind = QUALITIES.get(cleaning.term(quality).replace(".", ""))
    if kind is None:
        unknown[f"QUALITY {quality}"] += 1
        kind = "alias"
    parts = _split(text)
    if note := item.text("NOTE"):
        parts += [name for said in _ORIGINAL.findall(note) for name in _split(said)]
        if kind == "alias" and _FORMER.search(note):
            kind = "former"
    target.names += [alias(part, kind) for part in parts]


def _in_figures_or_words(text: str, context: Context) -> tuple[PartialDate, ...]:
    order = context.births.found if any(sign in text for sign in "/.-") else None
    return read_dates(text, serials=True, order=order)


def _about(read: PartialDate, type_: str) -> PartialDate:
    """A date that is approximate by its type."""
    return PartialDate(read.date, "range" if read.precision == "range" else "circa", f"{type_} {read.raw}")


def _add_births(target: Target, item: Node, context: Context) -> None:
    target.births += map(birth, _births(item, context))


def _births(item: Node, context: Context) -> tuple[PartialDate, ...]:
    type_, note = item.text("TYPE_OF_DATE") or "", item.text("NOTE")
    kind = cleaning.term(type_)
    day, start, end = item.text("DATE") or item.text("YEAR"), item.text("FROM_YEAR"), item.text("TO_YEAR")
    raw = joined((None if kind == EXACT else type_, day, start, end, note), " ")
    if not (day or start or end or note):
        return ()
    if kind not in DATE_TYPES:
        context.unknown[f"TYPE_OF_DATE {type_}"] += 1
        return (PartialDate(raw=raw),)
    if (kind == BETWEEN and not day) or (start and end and not day):
        found = between(start, end, raw)
    elif day:
        read = read_date(day, DATES, context.births, circa=kind == CIRCA)
        several = () if read.date else _in_figures_or_words(day, context)
        if kind == BETWEEN:  # `1960-1965` in one field
            is_range = len(several) == 1 and several[0].precision == "range"
            read, several = several[0] if is_range else PartialDate(), ()
        if several and all(each.date for each in several):
            return tuple(_about(each, type_) if kind == CIRCA else each for each in several)
        found = PartialDate(read.date, read.precision, raw)
    else:  # in words alone: `Nov. 1973` is read, `30-35 years old` is not
        read = partial(note, NOTE_DATES, circa=kind == CIRCA)
        several = () if read.date else _in_figures_or_words(note or "", context)
        if several and all(each.date for each in several):
            return tuple(_about(each, type_) if kind == CIRCA else each for each in several)
        return (PartialDate(read.date, read.precision, raw),)
    if found.date is None:
        context.unknown[f"date {raw}"] += 1
    return (found,)


def _add_document(target: Target, item: Node, context: Context) -> None:
    """A document without a number, there or in what is said of it, identifies nobody and is left out."""
    unknown = context.unknown
    type_raw, further = item.text("TYPE_OF_DOCUMENT"), cleaned(item.text("TYPE_OF_DOCUMENT2"))
    number, note = item.text("NUMBER"), item.text("NOTE")
    if not (number or further or note):
        return
    type_ = DOCUMENTS.get(cleaning.term(type_raw or "")) or number_type(type_raw or "")
    if type_ is None:
        unknown[f"TYPE_OF_DOCUMENT {cleaning.clean(type_raw or '')}"] += 1
    types = [each for text in (further, note) if text and (each := number_type(text)) not in {None, "other"}]
    # A national passport, which is one within the country, is listed as a national number.
    if types and (type_, types[0]) != ("national_id", "passport"):
        type_ = types[0]
    state = _country(item.text("ISSUING_COUNTRY") or item.text("COUNTRY_OF_ISSUE"), unknown)
    raw = SPELLINGS.get(cleaning.term(type_raw)) or cleaning.clean(type_raw) if type_raw else None
    documents = read_document_fields(type_ or "other", raw, number, note, state)
    if not documents and further:  # `Afghan national identification card (tazkira) number 55130`
        documents, further = _numbered(find_numbers(further), raw, note, state), None
    issued, city = item.text("DATE_OF_ISSUE"), item.text("CITY_OF_ISSUE")
    for document in documents:
        notes = (further, issued and f"issued {issued}", city and f"issued in {city}", document.note)
        target.identifiers.append(document._replace(note=joined(notes, "; ")))


def _numbered(
    found: tuple[Identifier, ...], type_raw: str | None, note: str | None, state: Country
) -> list[Identifier]:
    """The first number of a text, as one of the record's documents."""
    if not found:
        return []
    own = found[0]
    code, raw = state if state.raw else (own.country, own.country_raw)
    return [Identifier(own.type, type_raw, None, own.number, code, raw, joined((own.note, note), "; "))]


_PLACE: Mapping[str, sinks.PlaceField] = {
    "STREET": "line",
    "CITY": "city",
    "STATE_PROVINCE": "region",
    "ZIP_CODE": "postal_code",
    "COUNTRY": "country",
    "NOTE": withheld("INDIVIDUAL_ADDRESS/NOTE"),
}
_ALIAS: Fields = {
    "QUALITY": TEXT,
    "ALIAS_NAME": TEXT,
    # Read for a name in its own script, and whether it was the name before.
    "NOTE": withheld("INDIVIDUAL_ALIAS/NOTE", TEXT),
}
_COMMON: Fields = {
    "REFERENCE_NUMBER": sinks.Key(record_key),
    "FIRST_NAME": TEXT,  # part of the name
    "DATAID": ignored("another key"),
    "VERSIONNUM": ignored("always 1"),
    "LIST_TYPE": ignored("always `UN List`"),
    "SORT_KEY": ignored("the publisher's order"),
    "SORT_KEY_LAST_MOD": ignored("likewise"),
    "LISTED_ON": sinks.listing_date(_day),
    "LAST_DAY_UPDATED/VALUE": each(sinks.amended_date(_day)),
    "UN_LIST_TYPE": sinks.program(program_names.UN, "UN_LIST_TYPE"),
    "NAME_ORIGINAL_SCRIPT": _add_original_names,
}
INDIVIDUAL: Fields = {
    **_COMMON,
    "SECOND_NAME": TEXT,
    "THIRD_NAME": TEXT,
    "FOURTH_NAME": TEXT,
    "TITLE/VALUE": each(sinks.title),
    "DESIGNATION/VALUE": each(sinks.position),
    # An alias can have a birth of its own. No column says of a place that it is one name's alone.
    "INDIVIDUAL_ALIAS": group(
        {**_ALIAS, **texts("CITY_OF_BIRTH", "COUNTRY_OF_BIRTH", "DATE_OF_BIRTH")}, _add_alias
    ),
    "GENDER": sinks.gender(GENDERS, "GENDER"),
    "NATIONALITY/VALUE": each(sinks.nationality("nationality", _country)),
    "INDIVIDUAL_DATE_OF_BIRTH": group(
        texts("TYPE_OF_DATE", "DATE", "YEAR", "FROM_YEAR", "TO_YEAR", "NOTE"), _add_births
    ),
    "INDIVIDUAL_ADDRESS": sinks.place_fields("address", _PLACE, _country),
    "INDIVIDUAL_PLACE_OF_BIRTH": sinks.place_fields("birth_place", _PLACE, _country),
    "INDIVIDUAL_DOCUMENT": group(
        texts(
            *("TYPE_OF_DOCUMENT", "TYPE_OF_DOCUMENT2", "NUMBER", "ISSUING_COUNTRY", "COUNTRY_OF_ISSUE"),
            *("CITY_OF_ISSUE", "DATE_OF_ISSUE", "NOTE"),
        ),
        _add_document,
    ),
    "COMMENTS1": _add_comment,  # last: it repeats numbers of documents
}
ENTITY: Fields = {
    **_COMMON,
    "ENTITY_ALIAS": group(_ALIAS, _add_alias),
    "ENTITY_ADDRESS": sinks.place_fields("address", _PLACE, _country),
    "COMMENTS1": _add_comment,
}
WITHHELD_FIELDS = withheld_fields(INDIVIDUAL, ENTITY)

parse = TargetList(
    AUTHORITY,
    XmlRecord(
        "CONSOLIDATED_LIST",
        {
            "@dateGenerated": sinks.published,
            "@noNamespaceSchemaLocation": ignored("where the publisher's schema is"),
            "INDIVIDUALS": group({}),
            "ENTITIES": group({}),
        },
    ),
    (
        TargetRecord("INDIVIDUAL", INDIVIDUAL, _begin("Person")),
        TargetRecord("ENTITY", ENTITY, _begin("Organization")),
    ),
    births=text_of("DATE", "DATE_OF_BIRTH"),
    days=_DAYS,
).parse
