"""OVD-Info's data on politically motivated prosecutions: one JSON answer per language, joined on `person_id`.

An answer is `{"total": …, "data": […]}`. A row of `data` is one prosecution of one person, who can have
several. These form one record: charges are merged, the verdict is the earliest, and facts about the person
that differ stay empty. Text fields end in `_en` or `_ru`; Russian ones are used where the English answer has
no text. Withheld fields are never looked at. A text that is not recognised as belonging to its field is not
kept.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from transforms.fields import dates
from transforms.fields.dates import PartialDate
from transforms.fields.record_parts import Name
from transforms.names import cleaning
from transforms.prisoners import prisoner
from transforms.prisoners.prisoner import Gender, Prisoner, Status
from transforms.prisoners.sinks import one_gender
from transforms.prisoners.vocabulary import charges, date_words, institutions, sentences
from transforms.prisoners.vocabulary.charges import Charge
from transforms.prisoners.vocabulary.date_words import FigureOrder
from transforms.prisoners.vocabulary.institutions import Institution
from transforms.prisoners.vocabulary.sentences import Kind, Sentence
from transforms.reading import json_text
from transforms.reading.declaration import TEXT, TEXTS, Fields, ignored, withheld, withheld_fields
from transforms.reading.parse_result import ParseResult, SourceFormatError

MAIN = "persons.en.json"
_FILES = {MAIN: "en", "persons.ru.json": "ru"}
DESIGNATION = "subjected to politically motivated criminal prosecution"

# Fields without their language suffix. The first three are required.
_NEEDED = frozenset({"person_id", "name", "persecution_imprisoned"})
_STATES = ("persecution_case_person_state", "persecution_person_state")
_ARTICLES = ("persecution_article_and_part", "persecution_articles_criminal_code")
# In this order: where the person is held, where the sentence is served, where the trial was awaited.
_PLACES = ("imprisonment_location", "penal_facility", "detention_center")
_OF_THE_CASE = (
    *("persecution_region", "persecution_region_iso", "persecution_city", "persecution_location"),
    *("persecution_subject", "persecution_case_profile", "case_name", "case_group"),
    *("age_persecution_began", "citizenship"),
)
_WITHHELD = (
    *("story", "persecution_story", "persecution_story_extended", "persecution_health_issues"),
    *("torture", "restraint_measure_location", "persecution_occupation"),
)
FIELDS: Fields[Any, Any] = {
    "person_id": TEXT,  # the key
    "name": TEXT,
    "persecution_imprisoned": TEXT,
    "persecution_ended_year": TEXT,
    **dict.fromkeys(_STATES, TEXT),
    **dict.fromkeys(("gender", "birth_year", "first_verdict_date"), TEXTS),
    **dict.fromkeys(("verdict_essence", "verdict_imprisonment_term", *_ARTICLES, *_PLACES), TEXTS),
    **dict.fromkeys(("persecution_started", "persecution_started_year"), ignored("it is no arrest")),
    **dict.fromkeys(_OF_THE_CASE, ignored("no column for it")),
    **{field: withheld(field) for field in _WITHHELD},
}
WITHHELD_FIELDS = withheld_fields(FIELDS)

_GENDERS: dict[str, Gender] = {"male": "male", "female": "female", "мужской": "male", "женский": "female"}
# States that explicitly give a person's status. Others are counted, never shown: they can be about health.
_KNOWN_STATES: tuple[tuple[re.Pattern[str], Status], ...] = (
    (re.compile(r"(?i:died|dead|deceased)"), "died"),
    (
        re.compile(r"(?i:in the pre-trial detention cent(?:re|er)(?: \(waiting for the transfer\))?)"),
        "detained",
    ),
    (re.compile(r"(?i:at large \(served (?:his|her|the|their) sentence\))"), "released"),
)
_STRONGEST_FIRST: tuple[Status, ...] = ("died", "detained", "released")
_YEAR = re.compile(r"(?:1[89]|20)\d\d(?!\d)", re.ASCII)
# A time at the beginning of a day, which means that day. Any other time may be another day in Moscow.
_MIDNIGHT = re.compile(r"(\d{4}-\d\d-\d\d)T00:00(?::00(?:\.0+)?)?(?:Z|[+-]00:?00)?", re.ASCII)
_LIFE = 10_000  # months: the publisher's number for life sentences is greater
_LONGEST = 1_200  # no term is longer
_NUMBER = re.compile(r"\d{1,9}(?:\.\d{1,9})?", re.ASCII)
_NAME = re.compile(r"\w{1,60}", re.ASCII)
_LIGHTEST: tuple[Kind, ...] = ("suspended", "fine")  # with several cases, a suspended sentence is not served
_GRAVEST_FIRST = (*(kind for kind in sentences.GRAVEST_FIRST if kind not in _LIGHTEST), *_LIGHTEST)


@dataclass(frozen=True)
class _Row:
    """One prosecution: its position, and its values by field without the language suffix."""

    place: str
    values: Mapping[str, object]

    def text(self, field_: str) -> str:
        return json_text.text(self.values.get(field_))

    def texts(self, field_: str) -> list[str]:
        """Return the texts of a field, which has a list or a single text."""
        value = self.values.get(field_)
        found = map(json_text.text, value if isinstance(value, list) else [value])
        return [text for text in found if text]


@dataclass
class _Person:
    """A person's prosecutions in each language."""

    rows: dict[str, list[_Row]] = field(default_factory=lambda: {"en": [], "ru": []})

    def texts(self, *fields: str, first: str = "en") -> list[str]:
        """Return all texts of the first of `fields` that has any, preferably in the language `first`."""
        for field_ in fields:
            for lang in sorted(self.rows, key=lambda lang: lang != first):
                if found := sorted({text for row in self.rows[lang] for text in row.texts(field_)}):
                    return found
        return []

    def names(self, lang: str) -> list[str]:
        return sorted({name for row in self.rows[lang] if prisoner.is_name(name := row.text("name"))})


def parse(source_id: str, files: Mapping[str, BinaryIO], options: Mapping[str, Any]) -> ParseResult:
    """Parse `persons.en.json`, and `persons.ru.json` if present, into `prisoners`, `names` and `charges`.

    Raises SourceFormatError for a missing English answer, an invalid file, or one with fewer rows than its
    `total`: an incomplete list would make people seem to have disappeared.
    """
    result = prisoner.started_in_languages(files, _FILES)
    people: dict[str, _Person] = {}
    for name, lang in _FILES.items():
        if name in files:
            for row in _rows(name, files[name], lang, result):
                people.setdefault(row.text("person_id"), _Person()).rows[lang].append(row)
    verdicts = (text for person in people.values() for text in person.texts("first_verdict_date"))
    order = date_words.figure_order(verdicts)
    for key, person in people.items():
        if _accounted(key, person, result):
            prisoner.write(result, source_id, _prisoner(key, person, order, result.unknown))
    result.unknown = +result.unknown
    return result


def _accounted(key: str, person: _Person, result: ParseResult) -> bool:
    """Count the person's rows for their files; return False if they form no record."""
    reason = None
    if not person.rows["en"]:
        reason = f"person_id is not in {MAIN}"
    elif not (person.names("en") or person.names("ru")):
        reason = "no name"
    for name, lang in _FILES.items():
        for row in person.rows[lang]:
            if reason:
                result.reject(name, row.place, reason, key=key)
            else:
                result.files[name].parsed += 1
    return reason is None


def _rows(name: str, stream: BinaryIO, lang: str, result: ParseResult) -> Iterator[_Row]:
    """Return the distinct rows of one answer; a repeated row counts as outside."""
    found = json_text.json_document(name, stream)
    total, data = (found.get("total"), found.get("data")) if isinstance(found, dict) else (None, None)
    if not isinstance(data, list):
        raise SourceFormatError(f"{name}: no list data")
    if not isinstance(total, int) or isinstance(total, bool):
        raise SourceFormatError(f"{name}: no number total")
    if len(data) < total:
        raise SourceFormatError(f"{name}: not whole: {len(data)} rows, and total says {total}")
    result.unknown["total: less than the rows"] += len(data) > total
    report = result.files[name]
    report.declared = len(data)
    fields: Counter[str] = Counter()
    seen: set[str] = set()
    for number, each in enumerate(data):
        place = f"data[{number}]"
        if not isinstance(each, dict):
            result.reject(name, place, "not an object")
            continue
        values = _values(each, lang)
        fields.update(values.keys())
        row = _Row(place, values)
        same = json.dumps(each, sort_keys=True)
        if not prisoner.KEY.fullmatch(row.text("person_id")):
            result.reject(name, place, "no person_id")
        elif same in seen:
            report.outside += 1
        else:
            seen.add(same)
            yield row
    if data and (missing := sorted(_NEEDED - fields.keys())):
        raise SourceFormatError(f"{name}: no row has {', '.join(missing)}")
    strangers = (field_ for field_ in fields.elements() if field_ not in FIELDS)
    json_text.count_unknown(strangers, _NAME, "field with a name that is none", result.unknown)


def _values(row: Mapping[str, object], lang: str) -> dict[str, object]:
    """Return a row's values by field without the language suffix; other languages are left out."""
    other = "_ru" if lang == "en" else "_en"
    plain = {key: value for key, value in row.items() if not key.endswith((f"_{lang}", other))}
    return plain | {key[:-3]: value for key, value in row.items() if key.endswith(f"_{lang}")}


def _prisoner(key: str, person: _Person, order: FigureOrder, unknown: Counter[str]) -> Prisoner:
    main = person.rows["en"]
    english, russian = person.names("en"), person.names("ru")
    status, status_raw = _status(main, unknown)
    sentence_raw, sentence = _sentence(person, unknown)
    facility = _facility(person, unknown)
    others = [*((name, "en") for name in english[1:]), *((name, "ru") for name in russian)]
    return Prisoner(
        key=key,
        name=(english or russian)[0],
        name_lang="en" if english else "ru",
        name_original=russian[0] if russian else None,
        names=[Name(name, "alias", cleaning.script(name), lang) for name, lang in others],
        country="RU",
        designation=DESIGNATION,
        status=status,
        status_raw=status_raw,
        gender=one_gender(map(cleaning.term, person.texts("gender")), _GENDERS, "gender", unknown),
        birth=_birth(person, unknown),
        verdict=_verdict(person, order, unknown),
        sentence=sentence,
        sentence_raw=sentence_raw,
        charges=_charges(person, unknown),
        facility=facility,
        facility_country=institutions.russian_or_occupied(facility),
    )


def _status(rows: list[_Row], unknown: Counter[str]) -> tuple[Status, str | None]:
    """Return the person's status, and the publisher's words.

    A person imprisoned in one case is detained. A person who has served the sentence of one case is released
    only if no other case states anything else.
    """
    read = [_row_status(row, unknown) for row in rows]
    found, words = {status for status, _ in read}, {raw for _, raw in read}
    strongest: Status = next((status for status in _STRONGEST_FIRST if status in found), "unknown")
    if strongest == "released" and "unknown" in found:
        strongest = "unknown"
    return strongest, "; ".join(sorted(words - {""})) or None


def _row_status(row: _Row, unknown: Counter[str]) -> tuple[Status, str]:
    imprisoned, ended = row.values.get("persecution_imprisoned"), row.text("persecution_ended_year")
    if imprisoned is not None and not isinstance(imprisoned, bool):
        unknown["persecution_imprisoned: neither true nor false"] += 1
    if ended and not _YEAR.fullmatch(ended):
        unknown["persecution_ended_year: no year"] += 1
    words = [f"persecution_imprisoned {str(imprisoned).lower()}"] if isinstance(imprisoned, bool) else []
    words += [f"persecution_ended_year {ended}"] if _YEAR.fullmatch(ended) else []
    states: set[Status] = {"detained"} if imprisoned is True else set()
    for text in sorted({text for field_ in _STATES if (text := row.text(field_))}):
        state = next((status for words_, status in _KNOWN_STATES if words_.fullmatch(text)), None)
        if state:
            states.add(state)
            words.append(text)
        else:
            unknown["person_state: words not known"] += 1
    if ended:
        states.discard("detained")
    return next((each for each in _STRONGEST_FIRST if each in states), "unknown"), ", ".join(words)


def _birth(person: _Person, unknown: Counter[str]) -> PartialDate:
    """Return the year of birth; by the field's name nothing more precise is known."""
    years = {found[0] if (found := _YEAR.match(text)) else None for text in person.texts("birth_year")}
    if len(years) > 1 or None in years:
        unknown["birth_year: no year, or several"] += 1
        return PartialDate()
    year = next(iter(years), None)
    return dates.from_parts(year, raw=year)


def _verdict(person: _Person, order: FigureOrder, unknown: Counter[str]) -> PartialDate:
    """Return the earliest of the first verdicts."""
    read = []
    for text in person.texts("first_verdict_date"):
        midnight = _MIDNIGHT.fullmatch(text)
        day = midnight[1] if midnight else text
        date = date_words.read_date(day, "first_verdict_date: not a date", unknown, order)
        read.append(date._replace(raw=text) if midnight else date)
    return min(
        read, key=lambda date: (date.date is None, date.date or "", date.raw or ""), default=PartialDate()
    )


def _sentence(person: _Person, unknown: Counter[str]) -> tuple[str | None, Sentence]:
    """Return the sentence in the publisher's words, or else its number of months, and the parsed sentence.

    Several terms are not combined: the months stay empty.
    """
    words = person.texts("verdict_essence")
    shown = [text for text in words if not sentences.tells_of_health(text)]
    unknown["verdict_essence: withheld, it tells of health"] += len(words) - len(shown)
    read = [sentences.read(text) for text in shown]
    unknown["verdict_essence: form not known"] += sum(not each.understood for each in read)
    numbers = person.texts("verdict_imprisonment_term")
    terms = {term for text in numbers if (term := _term(text, unknown))}
    kinds = {each.kind for each in read} - {None}
    if terms and kinds <= {"fine"}:  # the words belong to another case, or are missing
        kinds.add("imprisonment")
    if math.inf in terms:
        kinds.add("life")
    kind = next((kind for kind in _GRAVEST_FIRST if kind in kinds), None)
    months = terms or {each.months for each in read} - {None}
    unknown["verdict_imprisonment_term: several"] += len(months) > 1
    one = next(iter(months)) if len(months) == 1 and kind not in ("life", "death") else None
    known = [known for text in shown if (known := sentences.in_known_words(text))]
    figures = [text for text in numbers if _NUMBER.fullmatch(text)]
    if not known and words and not shown:  # all of it is about health
        figures = []
    return "; ".join(known or figures) or None, Sentence(one, kind)


def _term(text: str, unknown: Counter[str]) -> float | None:
    """Return a term in months, infinity for life, None for no term."""
    months = float(text) if _NUMBER.fullmatch(text) else math.nan
    if months > _LIFE:
        return math.inf
    if not 0 <= months <= _LONGEST:
        unknown["verdict_imprisonment_term: no term"] += 1
        return None
    return months or None


def _charges(person: _Person, unknown: Counter[str]) -> list[Charge]:
    found = (charge for text in person.texts(*_ARTICLES) for charge in charges.read(text, "RU"))
    return charges.of_known_form(found, "persecution_article", unknown)


def _facility(person: _Person, unknown: Counter[str]) -> Institution:
    """Return where the person is or was last held; empty if several places are named, in unknown order.

    Russian names are preferred: the English ones are machine translations, with Mordovia as Moldova.
    """
    for field_ in _PLACES:
        read = (institutions.prison(text, unknown) for text in person.texts(field_, first="ru"))
        found = {each for each in read if each.name}
        if len(found) > 1:
            unknown[f"{field_}: several institutions"] += 1
            return Institution()
        if found:
            return found.pop()
    return Institution()
