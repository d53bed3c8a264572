"""Canada's consolidated list of autonomous sanctions, `sema-lmes.xml`.

Root `data-set` of flat `record`s; no date of the list, no count, no key. Seen in the file of
2025-05-25 and, for the names of the elements, in what others wrote of earlier and later ones:

- Elements were renamed twice: `Entity` became `EntityOrShip`, and in 2026 all became bilingual
  (`Country-Pays`). `NAMES` holds the English half of every name known; a record is read under those of 2025.
- `Country` is the regime and not the target's country: a state, an event, or a whole act. It is
  bilingual (`Belarus / Bélarus`). With `Schedule` and `Item`, a place in that regime's regulations,
  it is the only key there is; both stay when others are repealed. Small regimes have no schedule.
- Blanks are uneven: `1,Part 3` once among `1, Part 3`, no-break spaces, names wrapped over lines.
- Other files had dates in a spreadsheet's forms: day first, month first (`09/30/1978`), serial numbers. The
  file does not say which; its own dates decide, see `dates.figure_order`.
- `Aliases` holds any number of names in any way of joining them; see `aliases`. Names of bodies hold
  others too: in French after a slash, or in brackets after `also known as`.
- There is nothing to withhold.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, BinaryIO, NamedTuple
from xml.etree.ElementTree import Element

from transforms.fields.dates import Order, figure_order, read_all
from transforms.fields.placeholders import is_placeholder
from transforms.fields.record_parts import Identifier, joined
from transforms.names import cleaning
from transforms.reading import xml
from transforms.reading.parse_result import FileReport, ParseResult
from transforms.reading.xml import Field, Node, Shape
from transforms.sanctions.target import Particular, Position, Program, Target, alias, birth, write
from transforms.sanctions.vocabulary.canadian_regimes import english_half, find_regime
from transforms.sanctions.vocabulary.joined_names import split_aliases, split_main_name

AUTHORITY = "Government of Canada"

ROOT = Shape({})
RECORD = Shape(
    {
        "Country": Field.TEXT,
        "LastName": Field.TEXT,
        "GivenName": Field.TEXT,
        "EntityOrShip": Field.TEXT,
        "TitleOrShip": Field.TEXT,
        "Aliases": Field.TEXT,
        "DateOfBirthOrShipBuildDate": Field.TEXT,
        "ShipIMONumber": Field.TEXT,
        "Schedule": Field.TEXT,
        "Item": Field.TEXT,
        "DateOfListing": Field.TEXT,
    }
)

# What else an element is called, and its name of 2025.
NAMES = {
    "Entity": "EntityOrShip",
    "Title": "TitleOrShip",
    "DateOfBirth": "DateOfBirthOrShipBuildDate",
    "Country-Pays": "Country",
    "LastName-NomDeFamille": "LastName",
    "GivenName-Prenom": "GivenName",
    "EntityOrShip-EntiteOuNavire": "EntityOrShip",
    "TitleOrShipType-TitreOuTypeDeNavire": "TitleOrShip",
    "Aliases-Alias": "Aliases",
    "DateOfBirthOrShipBuildDate-DateDeNaissanceOuDateDeConstructionDuNavire": "DateOfBirthOrShipBuildDate",
    "ShipIMONumber-NumeroOMIDuNavire": "ShipIMONumber",
    "Schedule-Annexe": "Schedule",
    "Item-NumeroDarticle": "Item",
    "DateOfListing-DateDinscription": "DateOfListing",
}
_NO_LETTERS = re.compile("[^a-z]")


def _letters(tag: str) -> str:
    """The letters of a tag's English half, in small: what stays the same from file to file."""
    return _NO_LETTERS.sub("", tag.partition("-")[0].lower())


_FIELDS = {_letters(tag): name for tag, name in (NAMES | {name: name for name in RECORD.elements}).items()}
BORN = "DateOfBirthOrShipBuildDate"
_NAMES = {"LastName", "GivenName", "EntityOrShip", "Aliases"}
_VALUES = RECORD.elements.keys() - _NAMES

_COMMA_BLANKS = re.compile(r"\s*,\s*")
_PART = re.compile(r"\bpart\b", re.IGNORECASE)
_SCHEDULE = re.compile(r"^schedule\s+", re.IGNORECASE)

_IMO = re.compile(r"(?:IMO\s*)?\d{7}", re.IGNORECASE)
_SHIP_NUMBER = re.compile(r"(?<!\d)\d{7}(?!\d)")
_SHIP_WORDS = re.compile(r"(?:IMO|ship|vessel|numbers?|no|and|\W)*", re.IGNORECASE)


def parse(source_id: str, files: Mapping[str, BinaryIO], options: Mapping[str, Any]) -> ParseResult:
    """Reads each file as one list; fills `sanctions` and its child tables.

    Raises SourceFormatError for what is no such XML. A record without `Country`, `Item` or name,
    or whose place in the regulations came before, goes to quarantine; in the two last cases its key is
    known there. So does one without `Schedule` under regulations that have some. Records whose dates wait
    for the file's other dates come last.
    """
    snapshot = ParseResult()
    for name, file in files.items():
        _read_file(source_id, name, file, snapshot)
    return snapshot


class _Found(NamedTuple):
    """A record, and where it is."""

    locator: str
    element: Element
    node: Node


def _read_file(source_id: str, name: str, file: BinaryIO, snapshot: ParseResult) -> None:
    report = snapshot.files[name] = FileReport()
    unknown = snapshot.unknown
    seen: set[str] = set()
    days: list[str | None] = []
    waiting: list[tuple[Target, Node]] = []  # until all the file's dates are known

    def take(found: _Found) -> None:
        node = found.node
        key = _key(node.text("Country"), node.text("Schedule"), node.text("Item"))
        person = joined((node.text("GivenName"), node.text("LastName")), " ")
        if fault := _fault(node, key, person, seen):
            snapshot.reject(name, found.locator, fault, xml.source(found.element, RECORD), key)
            return
        report.parsed += 1
        target = _target(node, key or "", person, unknown)
        born, listed = node.text(BORN), node.text("DateOfListing")
        days.extend((born, listed))
        if _is_figures(born) or _is_figures(listed):
            waiting.append((target, node))
        else:
            _add_dates(target, node, None, unknown)
            write(snapshot, source_id, AUTHORITY, target)

    with_schedules: set[str] = set()  # regimes
    without: list[_Found] = []  # records without one, until all of those are known
    for found in _records(name, file, report, unknown):
        country = found.node.text("Country")
        if found.node.text("Schedule") or not country:
            with_schedules.add(find_regime(country or "").key)
            take(found)
        else:
            without.append(found)
    for found in without:
        if find_regime(found.node.text("Country") or "").key in with_schedules:
            snapshot.reject(name, found.locator, "no Schedule", xml.source(found.element, RECORD))
        else:
            take(found)
    order = figure_order(days) if waiting else None
    for target, node in waiting:
        _add_dates(target, node, order, unknown)
        write(snapshot, source_id, AUTHORITY, target)


def _records(name: str, file: BinaryIO, report: FileReport, unknown: Counter[str]) -> Iterator[_Found]:
    for element in xml.elements(file, name, "data-set", ("record",)):
        if xml.local_name(element.tag) == "data-set":
            xml.read(element, ROOT, unknown, "data-set")
            continue
        report.declared += 1
        _rename(element)
        node = xml.read(element, RECORD, unknown, "record")
        _drop_placeholders(node)
        yield _Found(f"record[{report.declared}]", element, node)


def _rename(record: Element) -> None:
    for child in record:
        tag = child.tag
        if tag not in RECORD.elements:
            child.tag = _field(tag)


@lru_cache(maxsize=1_024)
def _field(tag: str) -> str:
    """A tag's name of 2025, whatever its case and its French half; the tag itself if it is not known."""
    return _FIELDS.get(_letters(xml.local_name(tag)), tag)


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


def _key(country: str | None, schedule: str | None, item: str | None) -> str | None:
    """The place in the regulations: `Belarus/1,Part1/12`, or `Guatemala/3` without a schedule.

    None if country or item are missing.
    """
    if not country or not item:
        return None
    where = _without_blanks(_schedule(schedule)) if schedule else None
    return "/".join([part for part in (find_regime(country).key, where, _without_blanks(item)) if part])


@lru_cache(maxsize=4_096)
def _schedule(text: str) -> str:
    """A schedule in English and one spelling: `1, Part 3`, also for `1,Part 3` and `Schedule 1, PART 3`."""
    english = _SCHEDULE.sub("", english_half(cleaning.clean(text)), count=1)
    return _PART.sub("Part", _COMMA_BLANKS.sub(", ", english))


@lru_cache(maxsize=4_096)
def _without_blanks(text: str) -> str:
    return "".join(text.split())


def _target(node: Node, key: str, person: str | None, unknown: Counter[str]) -> Target:
    """A target without its dates, and the programme that has one."""
    body = node.text("EntityOrShip")
    target = Target(key, "Person")
    title, number = node.text("TitleOrShip"), node.text("ShipIMONumber")
    if body:
        target.schema = "Vessel" if title or number else "Organization"
        target.name, target.names = split_main_name(
            cleaning.clean(body.replace("-\n", "-")), target.schema == "Person"
        )
        if person:
            unknown["names of a person and of a body in one record"] += 1
            target.schema = "LegalEntity"
            target.names.append(alias(person, "alias"))
    elif person:
        target.name, target.names = split_main_name(person, target.schema == "Person")
    if title:
        _add_title(target, cleaning.clean(title))
    if number:
        target.identifiers += _ship_numbers(cleaning.clean(number), unknown)
    if text := node.text("Aliases"):
        target.names += split_aliases(text, body is None)
    return target


def _add_title(target: Target, title: str) -> None:
    if target.schema == "Vessel":
        target.particulars.append(Particular("vessel_type", title))
    else:
        target.positions.append(Position("title", title))


_SERIAL = re.compile(r"\d{5}(?:\.\d+)?", re.ASCII)
_FIGURES = re.compile(r"\d[/.-]\d{1,2}[/.-]\s?\d{4}(?!\d)", re.ASCII)


@lru_cache(maxsize=8_192)
def _is_figures(text: str | None) -> bool:
    """Whether a text has a date with the year last, as in `05/06/1978`."""
    return text is not None and bool(_FIGURES.search(text))


def _add_dates(target: Target, node: Node, order: Order | None, unknown: Counter[str]) -> None:
    if listed := node.text("DateOfListing"):
        target.listing_date = _day(listed, order)
        if target.listing_date is None:  # less than a day
            unknown[f"date {listed}"] += 1
    target.programs.append(_program(node, target.listing_date, unknown))
    born = node.text(BORN)
    if born and target.schema == "Vessel":
        target.particulars.append(_built(cleaning.clean(born)))
    elif born:
        if target.schema == "Organization":
            unknown["date of birth or build of a body"] += 1
        for read in read_all(born, serials=True, order=order):
            if read.date is None:
                unknown[f"date {read.raw}"] += 1
            target.births.append(birth(read))


def _built(text: str) -> Particular:
    """When a ship was built, as the publisher writes it; a spreadsheet's number as the day that it is."""
    if _SERIAL.fullmatch(text) and (day := read_all(text, serials=True)[0].date):
        return Particular("build_date", day, text)
    return Particular("build_date", text)


def _ship_numbers(text: str, unknown: Counter[str]) -> list[Identifier]:
    """A ship's number as given; the numbers alone if there are several, or words besides."""
    numbers = _SHIP_NUMBER.findall(text)
    if _IMO.fullmatch(text):
        numbers = [text]
    elif not numbers or not _SHIP_WORDS.fullmatch(_SHIP_NUMBER.sub(" ", text)):
        unknown[f"ShipIMONumber {text}"] += 1
    if not numbers:
        return [Identifier("other", "ShipIMONumber", None, text)]
    note = None if numbers == [text] else text
    return [Identifier("imo", "ShipIMONumber", None, number, note=note) for number in numbers]


@lru_cache(maxsize=4_096)
def _day(text: str, order: Order | None) -> date | None:
    read = read_all(text, serials=True, order=order)
    whole = len(read) == 1 and read[0].date is not None and read[0].precision == "day"
    return date.fromisoformat(read[0].date or "") if whole else None


def _program(node: Node, listed: date | None, unknown: Counter[str]) -> Program:
    regime = find_regime(node.text("Country") or "")
    if not regime.is_known:
        unknown[f"Country {_clean(node.text('Country') or '')}"] += 1
    schedule, item, basis = node.text("Schedule"), node.text("Item") or "", regime.regulations
    where = _schedule(schedule) if schedule else None
    return Program(regime.program, basis, listed, basis, None, None, where, _clean(item))


@lru_cache(maxsize=4_096)
def _clean(text: str) -> str:
    return cleaning.clean(text)
