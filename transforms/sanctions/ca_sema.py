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
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, BinaryIO, NamedTuple
from xml.etree.ElementTree import Element

from rapidfuzz.distance import Levenshtein

from transforms.fields import countries
from transforms.fields.dates import Order, figure_order, read_all
from transforms.fields.placeholders import is_placeholder
from transforms.fields.record_parts import Identifier, Name, NameKind, joined
from transforms.names import cleaning
from transforms.reading import xml
from transforms.reading.parse_result import FileReport, ParseResult
from transforms.reading.xml import Field, Node, Shape
from transforms.sanctions.target import Particular, Position, Program, Target, alias, birth, write

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

# The regulations, by the English half of `Country` as in the file and in keys.
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
_CORRUPT_OFFICIALS = next(regime for regime in REGULATIONS if "(JVCFOR)" in regime)
_VICTIMS = ("justice for victims of corrupt foreign officials", "jvcfo")  # the act or the regulations
# The regimes by what else their English half may be, as compared.
_REGIMES = {
    **{cleaning.term(regime): regime for regime in REGULATIONS},
    **{cleaning.term(regulations): regime for regime, regulations in REGULATIONS.items()},
    "burma": "Myanmar (Burma)",
    "myanmar": "Myanmar (Burma)",
    "people's republic of china": "China",
}
_IN_TWO_LANGUAGES = (
    "Belarus / Bélarus",
    "China / Chine",
    "Extremist Settler Violence / Violence extrémiste des colons",
    "Guatemala",
    "Haiti / Haïti",
    "Hamas Terrorist Attacks / Attaques terroristes du Hamas",
    "Iran",
    "Justice for Victims of Corrupt Foreign Officials Regulations (JVCFOR) / "
    "Règlement relatif à la justice pour les victimes de dirigeants étrangers corrompus (RJVDEC)",
    "Moldova",
    "Myanmar (Burma) / Myanmar (Birmanie)",
    "Nicaragua",
    "Russia / Russie",
    "South Sudan / Soudan du sud",
    "Sri Lanka",
    "Sudan / Soudan",
    "Syria / Syrie",
    "Ukraine",
    "Venezuela",
    "Zimbabwe",
)
_BETWEEN_HALVES = re.compile(r"(?<!\s)\s*[/|]\s*")


def _halves(text: str) -> tuple[str, ...]:
    """A text in two languages as it is compared, whatever separates them."""
    return tuple(map(cleaning.term, _BETWEEN_HALVES.split(text)))


_SPELT = {_halves(text): text for text in _IN_TWO_LANGUAGES}
_IN_BOTH = {_REGIMES[halves[0]]: text for halves, text in _SPELT.items()}
_BY_FRENCH = {halves[1]: _REGIMES[halves[0]] for halves in _SPELT if len(halves) > 1}
_HALVES = re.compile(r"\s[/|]\s")  # English / French
_COMMA_BLANKS = re.compile(r"\s*,\s*")
_PART = re.compile(r"\bpart\b", re.IGNORECASE)
_SCHEDULE = re.compile(r"^schedule\s+", re.IGNORECASE)

_IMO = re.compile(r"(?:IMO\s*)?\d{7}", re.IGNORECASE)
_SHIP_NUMBER = re.compile(r"(?<!\d)\d{7}(?!\d)")
_SHIP_WORDS = re.compile(r"(?:IMO|ship|vessel|numbers?|no|and|\W)*", re.IGNORECASE)
_AKA = r"also known as|formerly known as|[af]\.k\.a\.?|[af]/k/a"
_KNOWN_AS = re.compile(rf"(.+?) ?\(((?:{_AKA}|aka|fka)(?:\s*:)?) (.+?)\)?", re.IGNORECASE)


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
            with_schedules.add(_regime(country or "").key)
            take(found)
        else:
            without.append(found)
    for found in without:
        if _regime(found.node.text("Country") or "").key in with_schedules:
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
    return is_placeholder(_HALVES.split(text)[0])


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
    return "/".join([part for part in (_regime(country).key, where, _without_blanks(item)) if part])


@lru_cache(maxsize=4_096)
def _schedule(text: str) -> str:
    """A schedule in English and one spelling: `1, Part 3`, also for `1,Part 3` and `Schedule 1, PART 3`."""
    english = _SCHEDULE.sub("", _HALVES.split(cleaning.clean(text))[0], count=1)
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
        _add_name(target, cleaning.clean(body.replace("-\n", "-")))
        if person:
            unknown["names of a person and of a body in one record"] += 1
            target.schema = "LegalEntity"
            target.names.append(alias(person, "alias"))
    elif person:
        _add_name(target, person)
    if title:
        _add_title(target, cleaning.clean(title))
    if number:
        target.identifiers += _ship_numbers(cleaning.clean(number), unknown)
    if text := node.text("Aliases"):
        target.names += aliases(text, body is None)
    return target


def _add_name(target: Target, text: str) -> None:
    """The main name, and those that stand in it: `Name (also known as Other)`, of a body `English/French`."""
    person = target.schema == "Person"
    target.name = text
    if len(text) > _LONGEST:
        return
    if "(" in text and (parts := _KNOWN_AS.fullmatch(text)):
        target.name = parts[1]
        kind: NameKind = "former" if parts[2][0] in "fF" else "alias"
        target.names += [found._replace(kind=kind) for found in aliases(parts[3], person)]
    if "/" in text and not person:
        target.name, *translated = _at_slashes(target.name, False)
        target.names += [alias(name, "alias") for name in translated]


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


class _Regime(NamedTuple):
    key: str  # as in keys
    program: str  # in the publisher's two languages
    regulations: str | None
    is_known: bool


_SLIP = 2  # letters that differ at most
_SHORTEST_SLIP = 5  # letters of a word in which that many do not make another one


def _meant(term: str, halves: tuple[str, ...]) -> str | None:
    """The regime that a name with a slip of the pen is meant to be: its French half or one like it says so.

    None if there is none, or if the name is that of a state, which may be a new regime.
    """
    if countries.code(term):
        return None
    if french := [regime for half in halves[1:] if (regime := _BY_FRENCH.get(half))]:
        return french[0]
    near = [known for known in _REGIMES if len(known) >= _SHORTEST_SLIP <= len(term)]
    found = {_REGIMES[known] for known in near if Levenshtein.distance(known, term) <= _SLIP}
    return found.pop() if len(found) == 1 else None


@lru_cache(maxsize=4_096)
def _regime(country: str) -> _Regime:
    """The regime that `Country` names, in one spelling whatever its case."""
    text = cleaning.clean(country)
    english = _HALVES.split(text)[0]
    term = cleaning.term(english.partition("/")[0]).replace("’", "'")
    regime = _CORRUPT_OFFICIALS if term.startswith(_VICTIMS) else _REGIMES.get(term)
    program = _SPELT.get(_halves(text), text)
    if regime:
        return _Regime(regime, program, REGULATIONS[regime], True)
    if meant := _meant(term, _halves(text)):
        return _Regime(meant, _IN_BOTH[meant], REGULATIONS[meant], False)
    is_act = "regulations" in term or term.endswith(" act")
    return _Regime(english, program, english if is_act else None, False)


def _program(node: Node, listed: date | None, unknown: Counter[str]) -> Program:
    regime = _regime(node.text("Country") or "")
    if not regime.is_known:
        unknown[f"Country {_clean(node.text('Country') or '')}"] += 1
    schedule, item, basis = node.text("Schedule"), node.text("Item") or "", regime.regulations
    where = _schedule(schedule) if schedule else None
    return Program(regime.program, basis, listed, basis, None, None, where, _clean(item))


@lru_cache(maxsize=4_096)
def _clean(text: str) -> str:
    return cleaning.clean(text)


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
# `Name a.k.a. Other`: the label begins another name. In capitals it may belong to a body's name.
_LABEL_BETWEEN = re.compile(rf"[\s,;(]+(?<=[\s(])(?P<label>(?:(?i:{_AKA})|aka|fka)(?=[\s:]))")
_LEADING = re.compile(r"(?:also|and|or) ")
_QUOTES = "\"'“”„«»‘’"
_LONGEST = 2_000  # the real ones end at 700
# A run of Latin words before or after Arabic or Hebrew ones, which no name mixes.
_OTHER_DIRECTION = re.compile(r"(?<=[֐-ࣿ])\s+(?=[A-Za-z])|(?<=[A-Za-z])\s+(?=[֐-ࣿ])")


@lru_cache(maxsize=4_096)
def aliases(text: str, person: bool) -> tuple[Name, ...]:
    """The names in an `Aliases` field, each with its language where a label names it.

    They are taken apart only where it is safe; else the text stays one name:

    - `;`, `a.k.a.`, labels such as `Russian:`, and a change between Latin and Arabic or Hebrew always part.
    - A comma does, but not before or after a bare legal form (`Foo, LLC`); in the name of a body not
      before a small letter or within `A, B and C` (`Ministry of Education, Science and Youth`); in that
      of a person not when it may be `Surname, Given names`.
    - `or`, `and`, `/` do between whole names: a person's of two words or more, where the words
      beside do not start alike (`Evgenyevich or Evgenievich` are variants of one word); `and` of bodies
      only in text that is not Latin or beside a legal form; `/` only between names of two words or more.
    """
    if len(text) > _LONGEST:
        return (alias(text, "alias"),)
    if not _SEPARATORS.search(text) and not _LABEL_BETWEEN.search(text):
        return (alias(text, "alias"),)
    text = _LABEL_BETWEEN.sub(r"; \g<label>", text)
    found: list[Name] = []
    for piece in cleaning.split(_balanced(text)):
        first, *labelled = _LABEL.split(piece)
        parts = [(first, None), *zip(labelled[1::2], map(LANGUAGES.get, labelled[::2]), strict=True)]
        for part, lang in parts:
            found += [alias(name, "alias", lang) for name in _apart(part, person)]
    return tuple(dict.fromkeys(found))


def _apart(text: str, person: bool) -> list[str]:
    found = [cleaning.clean(part) for part in _OTHER_DIRECTION.split(text)]
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
    return " " not in before and " " in after and cleaning.script(before) == cleaning.script(after)


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
    scripts = {cleaning.script(before.rpartition(" ")[2]), cleaning.script(after.partition(" ")[0])}
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
