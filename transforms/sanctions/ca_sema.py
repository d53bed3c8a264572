"""Canada's consolidated list of autonomous sanctions, `sema-lmes.xml`.

Root `data-set` of flat `record`s; no date of the list, no count, no key. Seen in the file of
2025-05-25 and, for the names of the elements, in what others wrote of earlier and later ones:

- Elements were renamed twice: `Entity` became `EntityOrShip`, and in 2026 all became bilingual
  (`Country-Pays`). A record is read under the names of 2025.
- `Country` is the regime and not the target's country: a state, an event, or a whole act. It is
  bilingual (`Belarus / Bélarus`). With `Schedule` and `Item`, a place in that regime's regulations,
  it is the only key there is; both stay when others are repealed. Small regimes have no schedule.
- Blanks are uneven: `1,Part 3` once among `1, Part 3`, no-break spaces, names wrapped over lines.
- Other files had dates in a spreadsheet's forms: day first, month first (`09/30/1978`), serial numbers. The
  file does not say which; its own dates decide, see `dates.FileOrder`.
- `Aliases` holds any number of names in any way of joining them; see `joined_names`. Names of bodies hold
  others too: in French after a slash, or in brackets after `also known as`.
- There is nothing to withhold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, BinaryIO, TypeAlias
from xml.etree.ElementTree import Element

from transforms.fields.dates_in_text import read_dates, single_day
from transforms.fields.placeholders import is_placeholder
from transforms.fields.record_parts import Identifier, joined
from transforms.names import cleaning
from transforms.reading.declaration import Node, texts
from transforms.reading.parse_result import ParseResult
from transforms.reading.xml import local_name
from transforms.reading.xml_record import XmlRecord
from transforms.sanctions.publishers.canadian_regimes import english_half, find_regime
from transforms.sanctions.sinks import Context, Fields
from transforms.sanctions.target import Particular, Position, Program, Target, birth
from transforms.sanctions.target_names import alias
from transforms.sanctions.target_rows import write
from transforms.sanctions.vocabulary.joined_names import split_aliases, split_main_name
from transforms.sanctions.xml_list import Row, XmlList

# What else an element is called in English, and its name of 2025.
NAMES = {
    "Entity": "EntityOrShip",
    "Title": "TitleOrShip",
    "TitleOrShipType": "TitleOrShip",
    "DateOfBirth": "DateOfBirthOrShipBuildDate",
}
_NO_LETTERS = re.compile("[^a-z]")
_COMMA_BLANKS = re.compile(r"\s*,\s*")
_PART = re.compile(r"\bpart\b", re.IGNORECASE)
_SCHEDULE = re.compile(r"^schedule\s+", re.IGNORECASE)
_IMO = re.compile(r"(?:IMO\s*)?\d{7}", re.IGNORECASE)
_SHIP_NUMBER = re.compile(r"(?<!\d)\d{7}(?!\d)")
_SHIP_WORDS = re.compile(r"(?:IMO|ship|vessel|numbers?|no|and|\W)*", re.IGNORECASE)
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?", re.ASCII)
_DATES = re.compile(rb"<(?:[^\s<>/:]+:)?date[^<>]*>([^<]*)<", re.IGNORECASE)


def _rename(record: Element) -> None:
    """Gives the elements their names of 2025."""
    for child in record:
        if child.tag not in RECORD:
            child.tag = _field(child.tag)


@lru_cache(maxsize=1_024)
def _field(tag: str) -> str:
    """A tag's name of 2025, whatever its case and its French half; the tag itself if it is not known."""
    return _FIELDS.get(_letters(local_name(tag)), tag)


def _letters(tag: str) -> str:
    """The letters of a tag's English half, in small: what stays the same from file to file."""
    return _NO_LETTERS.sub("", tag.partition("-")[0].lower())


def _drop_placeholders(node: Node) -> None:
    """Takes out placeholders, as `N/A` for a regime without a schedule."""
    for name in [name for name, text in node.items() if name in _VALUES and _is_nothing(text)]:
        del node[name]
    body = node.text("EntityOrShip")
    if body and is_placeholder(body, "name"):
        del node["EntityOrShip"]


@lru_cache(maxsize=8_192)
def _is_nothing(text: str) -> bool:
    return is_placeholder(english_half(text))


@lru_cache(maxsize=4_096)
def _schedule(text: str) -> str:
    """A schedule in English and one spelling: `1, Part 3`, also for `1,Part 3` and `Schedule 1, PART 3`."""
    english = _SCHEDULE.sub("", english_half(cleaning.clean(text)), count=1)
    return _PART.sub("Part", _COMMA_BLANKS.sub(", ", english))


@lru_cache(maxsize=4_096)
def _without_blanks(text: str) -> str:
    return "".join(text.split())


def _key(node: Node) -> str | None:
    """The place in the regulations: `Belarus/1,Part1/12`, or `Guatemala/3` without a schedule.

    None if country or item are missing.
    """
    country, schedule, item = node.text("Country"), node.text("Schedule"), node.text("Item")
    if not country or not item:
        return None
    where = _without_blanks(_schedule(schedule)) if schedule else None
    return "/".join([part for part in (find_regime(country).key, where, _without_blanks(item)) if part])


def _begin(key: str, node: Node, person: str | None, context: Context) -> Target:
    """A target with its schema and names, without those in `Aliases`."""
    body = node.text("EntityOrShip")
    if not body:
        main, others = split_main_name(person or "", is_person=True)
        return Target(key, "Person", main, names=others)
    is_ship = node.text("TitleOrShip") or node.text("ShipIMONumber")
    main, others = split_main_name(cleaning.clean(body.replace("-\n", "-")), is_person=False)
    target = Target(key, "Vessel" if is_ship else "Organization", main, names=others)
    if person:
        context.unknown["names of a person and of a body in one record"] += 1
        target.schema = "LegalEntity"
        target.names.append(alias(person, "alias"))
    return target


def _add_title(target: Target, text: str, context: Context) -> None:
    title = cleaning.clean(text)
    if target.schema == "Vessel":
        target.particulars.append(Particular("vessel_type", title))
    else:
        target.positions.append(Position("title", title))


def _add_ship_numbers(target: Target, text: str, context: Context) -> None:
    """A ship's number as given; the numbers alone if there are several, or words besides."""
    text = cleaning.clean(text)
    numbers = _SHIP_NUMBER.findall(text)
    if _IMO.fullmatch(text):
        numbers = [text]
    elif not numbers or not _SHIP_WORDS.fullmatch(_SHIP_NUMBER.sub(" ", text)):
        context.unknown[f"ShipIMONumber {text}"] += 1
    if not numbers:
        target.identifiers.append(Identifier("other", "ShipIMONumber", None, text))
    note = None if numbers == [text] else text
    target.identifiers += [Identifier("imo", "ShipIMONumber", None, number, note=note) for number in numbers]


def _add_aliases(target: Target, text: str, context: Context) -> None:
    target.names += split_aliases(text, target.schema == "Person")


def _add_listing(target: Target, text: str, context: Context) -> None:
    target.listing_date = single_day(text, context.days.of(text))
    if target.listing_date is None:  # less than a day
        context.unknown[f"date {text}"] += 1


def _add_birth(target: Target, text: str, context: Context) -> None:
    """A date of birth; of a ship, when it was built, as the publisher writes it."""
    if target.schema == "Vessel":
        target.particulars.append(_built(cleaning.clean(text)))
        return
    if target.schema == "Organization":
        context.unknown["date of birth or build of a body"] += 1
    for read in read_dates(text, serials=True, order=context.days.of(text)):
        if read.date is None:
            context.unknown[f"date {read.raw}"] += 1
        target.births.append(birth(read))


def _built(text: str) -> Particular:
    """A spreadsheet's number is the day that it counts."""
    if _SERIAL.fullmatch(text) and (day := read_dates(text, serials=True)[0].date):
        return Particular("build_date", day, text)
    return Particular("build_date", text)


def _add_program(target: Target, node: Node, context: Context) -> None:
    country, schedule = node.text("Country") or "", node.text("Schedule")
    regime = find_regime(country)
    if not regime.is_known:
        context.unknown[f"Country {cleaning.clean(country)}"] += 1
    where = _schedule(schedule) if schedule else None
    item, basis, listed = cleaning.clean(node.text("Item") or ""), regime.regulations, target.listing_date
    target.programs.append(Program(regime.program, basis, listed, basis, None, None, where, item))


RECORD: Fields = {
    **texts("Country", "Schedule", "Item"),  # the programme and the key
    **texts("LastName", "GivenName", "EntityOrShip"),  # the name
    "TitleOrShip": _add_title,
    "ShipIMONumber": _add_ship_numbers,
    "Aliases": _add_aliases,
    "DateOfListing": _add_listing,
    "DateOfBirthOrShipBuildDate": _add_birth,
}
_VALUES = RECORD.keys() - {"LastName", "GivenName", "EntityOrShip", "Aliases"}
_FIELDS = {_letters(tag): name for tag, name in (NAMES | {name: name for name in RECORD}).items()}

SemaRow: TypeAlias = Row[XmlRecord[Target, Context]]
LIST = XmlList(
    "Government of Canada",
    XmlRecord("data-set", {}),
    [XmlRecord("record", RECORD, _add_program, prepare=_rename)],
    days=_DATES,
)


def parse(source_id: str, files: Mapping[str, BinaryIO], options: Mapping[str, Any]) -> ParseResult:
    """Reads each file as one list; fills `sanctions` and its child tables.

    Raises SourceFormatError for what is not such XML. A record without `Country`, `Item` or name, or whose
    place in the regulations came before, goes to quarantine; in the two last cases under its key. So does one
    without `Schedule` under regulations that have some.
    """
    result = ParseResult()
    for name, file in files.items():
        context, rows = LIST.open(name, file, result)
        seen: set[str] = set()
        for row, no_schedule in _find_schedules(rows):
            key = None if no_schedule else _key(row.node)
            person = joined((row.node.text("GivenName"), row.node.text("LastName")), " ")
            if fault := no_schedule or _fault(row.node, key, person, seen):
                result.reject(name, row.locator, fault, row.record.show(row.element), key)
                continue
            target = _begin(key or "", row.node, person, context)
            row.record.fill(target, row.node, context)
            write(result, source_id, LIST.authority, target)
            result.files[name].parsed += 1
    return result


def _find_schedules(rows: Iterator[SemaRow]) -> Iterator[tuple[SemaRow, str | None]]:
    """The rows, those without a schedule last, with a fault if their regulations have some."""
    with_schedules: set[str] = set()
    without: list[SemaRow] = []
    for row in rows:
        _drop_placeholders(row.node)
        country = row.node.text("Country")
        if country and not row.node.text("Schedule"):
            without.append(row)
        else:
            with_schedules.add(find_regime(country or "").key)
            yield row, None
    for row in without:
        has_schedules = find_regime(row.node.text("Country") or "").key in with_schedules
        yield row, "no Schedule" if has_schedules else None


def _fault(node: Node, key: str | None, person: str | None, seen: set[str]) -> str | None:
    if not node.text("Country"):
        return "no Country"
    if key is None:
        return "no Item"
    if key in seen:
        return f"{key} came before"
    seen.add(key)
    is_named = node.text("EntityOrShip") or (person and not is_placeholder(person, "name"))
    return None if is_named else "no name"
