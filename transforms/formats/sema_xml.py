"""Canada's consolidated list of autonomous sanctions, `sema-lmes.xml`.

Root `data-set` of flat `record`s; no date of the list, no count, no key. Seen in the file of
2025-05-25 and, for the names of the elements, in what others wrote of earlier and later ones:

- Elements were renamed twice: `Entity` became `EntityOrShip`, and in 2026 all became bilingual
  (`Country-Pays`). `NAMES` holds every name known; a record is read under those of 2025.
- `Country` is the regime and not the target's country: a state, an event, or a whole act. It is
  bilingual (`Belarus / Bélarus`). With `Schedule` and `Item`, a place in that regime's regulations,
  it is the only key there is; both stay when others are repealed. Small regimes have no schedule.
- Blanks are uneven: `1,Part 3` once among `1, Part 3`, no-break spaces, names wrapped over lines.
- `Aliases` holds any number of names in any way of joining them; see `aliases`. Names of bodies hold
  others too: in French after a slash, or in brackets after `also known as`.
- There is nothing to withhold.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, BinaryIO
from xml.etree.ElementTree import Element

from transforms import names, xml
from transforms.dates import partial, read_all
from transforms.snapshot import FileReport, Snapshot
from transforms.targets import (
    Identifier,
    Name,
    Particular,
    Position,
    Program,
    Target,
    alias,
    birth,
    joined,
    write,
)
from transforms.xml import Field, Node, Shape

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

# The regulations, by the English half of `Country`.
_SPECIAL_MEASURES = {
    **{
        regime: regime
        for regime in (
            "Belarus",
            "Extremist Settler Violence",
            "Guatemala",
            "Haiti",
            "Hamas Terrorist Attacks",
            "Iran",
            "Moldova",
            "Nicaragua",
            "Russia",
            "South Sudan",
            "Sri Lanka",
            "Sudan",
            "Syria",
            "Ukraine",
            "Venezuela",
            "Zimbabwe",
        )
    },
    "China": "People's Republic of China",
    "Myanmar (Burma)": "Myanmar",  # until March 2025: Burma
}
REGULATIONS = {
    **{
        regime: f"Special Economic Measures ({name}) Regulations"
        for regime, name in _SPECIAL_MEASURES.items()
    },
    "Justice for Victims of Corrupt Foreign Officials Regulations (JVCFOR)": (
        "Justice for Victims of Corrupt Foreign Officials Regulations"
    ),
}
NO_SCHEDULE = "N/A"

_IMO = re.compile(r"(?:IMO\s*)?\d{7}", re.IGNORECASE)
_KNOWN_AS = re.compile(r"(.+?) ?\(also known as (.+?)\)?")


def parse(source_id: str, files: Mapping[str, BinaryIO], options: Mapping[str, Any]) -> Snapshot:
    """Reads each file as one list; fills `sanctions` and its child tables.

    Raises SourceFormatError for what is no such XML. A record without `Country`, `Item` or name,
    or whose place in the regulations came before, goes to quarantine.
    """
    snapshot = Snapshot()
    for name, file in files.items():
        _read_file(source_id, name, file, snapshot)
    return snapshot


def _read_file(source_id: str, name: str, file: BinaryIO, snapshot: Snapshot) -> None:
    report = snapshot.files[name] = FileReport()
    seen: set[str] = set()
    for element in xml.elements(file, name, "data-set", ("record",)):
        if xml.local_name(element.tag) == "data-set":
            xml.read(element, ROOT, snapshot.unknown, "data-set")
            continue
        report.declared += 1
        _rename(element)
        node = xml.read(element, RECORD, snapshot.unknown, "record")
        key = _key(node.text("Country"), node.text("Schedule"), node.text("Item"))
        if fault := _fault(node, key, seen):
            snapshot.reject(name, f"record[{report.declared}]", fault, xml.source(element, RECORD))
            continue
        write(snapshot, source_id, AUTHORITY, _target(node, key, snapshot.unknown))
        report.parsed += 1


def _rename(record: Element) -> None:
    for child in record:
        tag = child.tag
        if tag not in RECORD.elements:
            child.tag = NAMES.get(xml.local_name(tag), tag)


def _fault(node: Node, key: str, seen: set[str]) -> str | None:
    if not node.text("Country"):
        return "no Country"
    if not node.text("Item"):
        return "no Item"
    if key in seen:
        return f"{key} came before"
    seen.add(key)
    has_name = node.text("LastName") or node.text("GivenName") or node.text("EntityOrShip")
    return None if has_name else "no name"


def _key(country: str | None, schedule: str | None, item: str | None) -> str:
    """The place in the regulations: `Belarus/1,Part1/12`, or `Guatemala/3` without a schedule."""
    where = _without_blanks(schedule) if schedule and schedule != NO_SCHEDULE else None
    return "/".join([part for part in (_english(country or ""), where, _without_blanks(item or "")) if part])


@lru_cache(maxsize=4_096)
def _english(country: str) -> str:
    return names.clean(country.partition(" / ")[0])


@lru_cache(maxsize=4_096)
def _without_blanks(text: str) -> str:
    return "".join(text.split())


def _target(node: Node, key: str, unknown: Counter[str]) -> Target:
    person, body = joined((node.text("GivenName"), node.text("LastName")), " "), node.text("EntityOrShip")
    target = Target(key, "Person", person or "")
    target.listing_date = _listed(node.text("DateOfListing"), unknown)
    target.programs.append(_program(node, unknown))
    title, number = node.text("TitleOrShip"), node.text("ShipIMONumber")
    if body:
        target.schema = "Vessel" if title or number else "Organization"
        _name_body(target, names.clean(body.replace("-\n", "-")))
        if person:
            unknown["names of a person and of a body in one record"] += 1
            target.schema = "LegalEntity"
            target.names.append(alias(person, "alias"))
    if title:
        _add_title(target, names.clean(title))
    if day := node.text("DateOfBirthOrShipBuildDate"):
        _add_day(target, day, unknown)
    if number:
        target.identifiers.append(_imo(names.clean(number), unknown))
    if text := node.text("Aliases"):
        target.names += aliases(text, body is None)
    return target


def _name_body(target: Target, text: str) -> None:
    """The main name of a body, and those that stand in it: `Name (also known as Other)`, `English/French`."""
    target.name = text
    if len(text) > _LONGEST:
        return
    if "known as" in text and (parts := _KNOWN_AS.fullmatch(text)):
        target.name = parts[1]
        target.names += aliases(parts[2], False)
    if "/" in text:
        target.name, *translated = _at_slashes(target.name, False)
        target.names += [alias(name, "alias") for name in translated]


def _add_title(target: Target, title: str) -> None:
    if target.schema == "Vessel":
        target.particulars.append(Particular("vessel_type", title))
    else:
        target.positions.append(Position("title", title))


def _add_day(target: Target, text: str, unknown: Counter[str]) -> None:
    if target.schema == "Vessel":
        target.particulars.append(Particular("build_date", names.clean(text)))
        return
    if target.schema == "Organization":
        unknown["date of birth or build of a body"] += 1
    for read in read_all(text):
        if read.date is None:
            unknown[f"date {read.raw}"] += 1
        target.births.append(birth(read))


def _imo(number: str, unknown: Counter[str]) -> Identifier:
    if _IMO.fullmatch(number):
        return Identifier("imo", "ShipIMONumber", None, number)
    unknown[f"ShipIMONumber {number}"] += 1
    return Identifier("other", "ShipIMONumber", None, number)


@lru_cache(maxsize=4_096)
def _day(text: str | None) -> date | None:
    found = partial(text, ("%Y-%m-%d",)).date
    return date.fromisoformat(found) if found else None


def _listed(text: str | None, unknown: Counter[str]) -> date | None:
    day = _day(text)
    if text and day is None:
        unknown[f"date {text}"] += 1
    return day


@lru_cache(maxsize=4_096)
def _regime(country: str) -> tuple[str, str | None]:
    return names.clean(country), REGULATIONS.get(_english(country))


def _program(node: Node, unknown: Counter[str]) -> Program:
    country, name = _regime(node.text("Country") or "")
    if name is None:
        unknown[f"Country {country}"] += 1
    schedule, item = node.text("Schedule"), f"item: {names.clean(node.text('Item') or '')}"
    basis = f"schedule: {names.clean(schedule)}; {item}" if schedule else item
    return Program(country, name, legal_basis=basis)


# ---------------------------------------------------------------- names in one field

LANGUAGES = {
    "Arabic": "ar",
    "Belarusian": "be",
    "Belarussian": "be",
    "Farsi": "fa",
    "Hebrew": "he",
    "Persian": "fa",
    "Russian": "ru",
    "Ukrainian": "uk",
}
_FORM = (
    r"(?:(?:open|closed|public) )?joint[- ]stock company|limited liability company|[pco]?jsc|llc|fsue|sc|plc"
    r"|ltd\.?|limited|inc\.?|ao|oao|ooo|pao|zao|ао|оао|ооо|пао|зао|сао|мк|фгуп|акционерное общество"
    r"|общество с ограниченной ответственностью|некоммерческое партнерство"
)
_BARE_FORM = re.compile(rf"(?:{_FORM}|co\.?)", re.IGNORECASE)
_FORM_FIRST = re.compile(rf"(?:{_FORM})\b", re.IGNORECASE)
_FORM_LAST = re.compile(rf".*\b(?:{_FORM})", re.IGNORECASE)
_NOT_IN_BRACKETS = r"(?![^()]*\))"
_SEPARATORS = re.compile(r"[;,/:\n()]| or | and ")
_LABEL = re.compile(rf"\(?\b({'|'.join(LANGUAGES)})\s*:")
_COMMA = re.compile(rf"(,\s*)(?![\"”»]){_NOT_IN_BRACKETS}")
_LAST_OF_LIST = re.compile(r"\S+ (?:and|и|та) ", re.IGNORECASE)
_OR = re.compile(rf"( or ){_NOT_IN_BRACKETS}")
_AND = re.compile(rf"( and ){_NOT_IN_BRACKETS}")
_SLASH = re.compile(rf"( ?/ ?){_NOT_IN_BRACKETS}")
_LEADING = re.compile(r"(?:also|and|or) ")
_QUOTES = "\"'“”„«»‘’"
_LONGEST = 5_000  # the real ones end at 700
# A run of Latin words before or after Arabic or Hebrew ones, which no name mixes.
_OTHER_DIRECTION = re.compile(r"(?<=[֐-ࣿ])\s+(?=[A-Za-z])|(?<=[A-Za-z])\s+(?=[֐-ࣿ])")


@lru_cache(maxsize=4_096)
def aliases(text: str, person: bool) -> tuple[Name, ...]:
    """The names in an `Aliases` field, each with its language where a label names it.

    They are taken apart only where it is safe; else the text stays one name:

    - `;`, labels such as `Russian:`, and a change between Latin and Arabic or Hebrew always part.
    - A comma does, but not before or after a bare legal form (`Foo, LLC`); in the name of a body not
      before a small letter or within `A, B and C` (`Ministry of Education, Science and Youth`); in that
      of a person not when it may be `Surname, Given names`.
    - `or`, `and`, `/` do between whole names: a person's of two words or more, where the words
      beside do not start alike (`Evgenyevich or Evgenievich` are variants of one word); `and` of bodies
      only in text that is not Latin or beside a legal form; `/` only between names of two words or more.
    """
    if not _SEPARATORS.search(text) or len(text) > _LONGEST:
        return (alias(text, "alias"),)
    found: list[Name] = []
    for piece in names.split(_balanced(text)):
        first, *labelled = _LABEL.split(piece)
        parts = [(first, None), *zip(labelled[1::2], map(LANGUAGES.get, labelled[::2]), strict=True)]
        for part, lang in parts:
            found += [alias(name, "alias", lang) for name in _apart(part, person)]
    return tuple(dict.fromkeys(found))


def _apart(text: str, person: bool) -> list[str]:
    found = [names.clean(part) for part in _OTHER_DIRECTION.split(text)]
    for separate in (_at_words, _at_commas, _at_slashes):
        found = [part for whole in found for part in separate(whole, person)]
    return [name for part in found if (name := _trimmed(part))]


def _cut(text: str, separator: re.Pattern[str], separates: Callable[[str, str], bool]) -> list[str]:
    """`text` cut at those `separator`s of which `separates(before, after)` is true."""
    found, *rest = separator.split(text)
    parts: list[str] = []
    for sign, after in zip(rest[::2], rest[1::2], strict=True):
        if separates(found, after):
            parts.append(found)
            found = after
        else:
            found += sign + after
    return [*parts, found]


def _at_commas(text: str, person: bool) -> list[str]:
    if "," not in text:
        return [text]
    text = text.strip(" ,")
    if not person:
        return _cut(text, _COMMA, _lists_bodies)
    parts = _COMMA.split(text)[::2]
    return [text] if len(parts) == 2 and _surname_first(*parts) else parts


def _lists_bodies(before: str, after: str) -> bool:
    start = after.lstrip(_QUOTES)
    if not start or (start[0].islower() and not start.startswith(("the ", "l'", "l’"))):
        return False
    if _BARE_FORM.fullmatch(before.strip(_QUOTES + " ")) or _BARE_FORM.fullmatch(start.strip(_QUOTES + " ")):
        return False
    return not _LAST_OF_LIST.match(after)


def _surname_first(before: str, after: str) -> bool:
    return " " not in before and " " in after and names.script(before) == names.script(after)


def _at_words(text: str, person: bool) -> list[str]:
    found = [text]
    if " or " in text:
        found = _cut(text, _OR, _whole_people if person else _whole_bodies)
    if " and " in text:
        joins = _whole_people if person else _joined_bodies
        found = [part for whole in found for part in _cut(whole, _AND, joins)]
    return found


def _whole_people(before: str, after: str) -> bool:
    left, right = before.split(), after.split()
    if len(left) < 2 or len(right) < 2:
        return False
    return len(left) == len(right) > 2 or left[-1][0].lower() != right[0][0].lower()


def _whole_bodies(before: str, after: str) -> bool:
    return not (_BARE_FORM.fullmatch(before) or _BARE_FORM.fullmatch(after))


def _joined_bodies(before: str, after: str) -> bool:
    if _FORM_FIRST.match(after) or _FORM_LAST.fullmatch(before):
        return _whole_bodies(before, after)
    scripts = {names.script(before.rpartition(" ")[2]), names.script(after.partition(" ")[0])}
    return "Latn" not in scripts


def _at_slashes(text: str, person: bool) -> list[str]:
    if "/" not in text or " or " in text:
        return [text]
    return _cut(text, _SLASH, _whole_people if person else _of_several_words)


def _of_several_words(before: str, after: str) -> bool:
    return " " in before and " " in after


def _balanced(text: str) -> str:
    """`text` without a bracket at its start or end that has no other."""
    text = text.strip()
    surplus = text.count("(") - text.count(")")
    if surplus > 0 and text.startswith("("):
        return text[1:]
    if surplus < 0 and text.endswith(")"):
        return text[:-1]
    return text


def _trimmed(name: str) -> str:
    name = _balanced(name.strip(" ,;"))
    return _LEADING.sub("", name, count=1) if name.startswith(("also ", "and ", "or ")) else name
