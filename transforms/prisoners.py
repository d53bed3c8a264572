"""A person on a prisoner list as the formats read one, and the rows in the contracts' tables.

Only what stands in `Prisoner` can get into a table: a field that a source withholds has no place in it. Nor
have words that are not understood as what their field is for, such as the next column's in a row that is
shifted, or a note on a relative or a diagnosis: they are left out and counted, and no label has them.
Sets are written once each and sorted, so that a list in another order gives the same rows.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, TypeAlias

from transforms import date_words, names
from transforms.charges import Charge
from transforms.dates import PartialDate
from transforms.institutions import Institution
from transforms.sentences import Sentence
from transforms.snapshot import FileReport, Snapshot
from transforms.targets import Name

TABLES = ("prisoners", "names", "charges")

Status: TypeAlias = Literal["detained", "released", "died", "exiled", "unknown"]
Gender: TypeAlias = Literal["male", "female", "other"]

# What a publisher's own key can look like: it has a figure. Other text in its place is of another field.
KEY = re.compile(r"(?=[^0-9]*[0-9])[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")

# Relatives, illnesses and homes, in a note beside a name or behind a charge.
_RELATIVE = (
    r"\b(?:wife|husband|spouse|widow(?:er)?|mother|father|sister|brother|son|daughter|uncle|aunt|nephew|niece|cousin"
    r"|жен[аыуе]|женой|муж|мужа|мужем|вдов\w*|мать|матери|матерью|мама|мамы|отец|отца|сестр\w*|брат|брата|братом"
    r"|сын|сына|сыном|доч(?:ь|ери|ерью)|дяд\w*|тёт\w*|племянни\w*|жонк[аіу]|маці|мац[іе]р\w*|бацьк\w*|братам"
    r"|дачк[аі]|дачкой|сынам|удав\w*|дружин\w*|чоловік\w*|мати|батько|донька|син|сина"
    r"|espos[ao]|marido|viud[ao]|madre|padre|herman[ao]s?|hij[ao]s?|t[ií][ao]|sobrin[ao]|prim[ao])\b"
    r"|妻子|丈夫|父亲|父親|母亲|母親|儿子|兒子|女儿|女兒|兄弟|姐姐|妹妹|哥哥|弟弟|之妻|之夫|之子|之女|夫妇|夫婦"
)
_ILLNESS = (
    r"\b(?:cancer|diabet\w*|epilep\w*|hepatit\w*|hiv|stroke|heart|tumou?r|sick|illness|diseas\w*|disabled"
    r"|онко\w*|рак|раком|диабет\w*|дыябет\w*|діабет\w*|эпилеп\w*|эпілеп\w*|гепатит\w*|гепатыт\w*|инсульт\w*"
    r"|інсульт\w*|инфаркт\w*|інфаркт\w*|бол[ье]н\w*|хвор\w*|c[aá]ncer|enferm\w*|infarto)\b|病|癌|患"
)
_HOME = (
    r"://|@|\+[0-9][0-9 ()-]{6,}|[0-9]{7,}|[0-9]{3}-[0-9]{2}-[0-9]{2}"
    r"|\b(?:lives|living|прожив\w*|живёт|живет|жыве|пражыва\w*|vive|vulica|вуліца|улица|ул|вул|calle)\b|住址|电话|電話"
)
_PRIVATE = re.compile(f"{_RELATIVE}|{_ILLNESS}|{_HOME}", re.IGNORECASE)
_NO_NAME = re.compile("://|@")
_PLAIN_NAME = re.compile(r"[^\W\d_][^()（）\[\],;，；:@]*")
_BRACKETS = re.compile(r"\s*[(（\[](?P<inner>[^()（）\[\]]+)(?:[)）\]]|$)")
# A word of a name: it begins with a capital, or its script has none. Small words may stand between.
_NAME_WORD = re.compile(
    r"[^\W\d_a-zа-яёіўїєґ][^\W\d_]*(?:[.'’ʼ•·-]+[^\W\d_]*)*|(?:de|la|los|las|del|y|e|al|el|ul|bin|ibn|van|von|der|the|oglu|kyzy)"
)
_MOST_NAME_WORDS = 6
_CLAUSE = re.compile("([,;:(–—])")

_NO_DATE, _NO_SENTENCE, _NOWHERE = PartialDate(), Sentence(), Institution()


@dataclass(slots=True)
class Prisoner:
    """One record of a list, under the publisher's key for it, of a person whom the source designates.

    `status` is what the source says outright, `unknown` else. `release` is a release that has been,
    `term_end` the day on which the sentence ends or was to end. `name_lang` is the language of `name`,
    `name_original` one of the names, in the person's own script.
    """

    key: str
    name: str
    country: str | None
    designation: str
    status: Status = "unknown"
    status_raw: str | None = None
    name_lang: str | None = None
    name_original: str | None = None
    names: list[Name] = field(default_factory=list)
    gender: Gender | None = None
    birth: PartialDate = _NO_DATE
    recognised: PartialDate = _NO_DATE
    arrest: PartialDate = _NO_DATE
    verdict: PartialDate = _NO_DATE
    release: PartialDate = _NO_DATE
    term_end: PartialDate = _NO_DATE
    death: PartialDate = _NO_DATE
    sentence: Sentence = _NO_SENTENCE
    sentence_raw: str | None = None
    charges: list[Charge] = field(default_factory=list)
    facility: Institution = _NOWHERE
    facility_country: str | None = None
    court: Institution = _NOWHERE
    court_country: str | None = None
    url: str | None = None


def started(files: Iterable[str]) -> Snapshot:
    """A snapshot of these files with the tables of a prisoner list, all there and empty."""
    snapshot = Snapshot(files={name: FileReport() for name in files})
    for table in TABLES:
        snapshot.extend(table, [])
    return snapshot


def write(snapshot: Snapshot, source_id: str, person: Prisoner) -> None:
    """Adds the person's rows to `prisoners`, `names` and `charges`.

    A name that only repeats the main one is left out of the others. What a name or a text has beside what it
    is for is left out, and counted in the snapshot's `unknown`.
    """
    unknown = snapshot.unknown
    record_id = f"{source_id}:{person.key}"
    name = without_notes(person.name, unknown)
    original = person.name_original and (
        name if person.name_original == person.name else without_notes(person.name_original, unknown) or None
    )
    aliases = [each._replace(name=without_notes(each.name, unknown)) for each in person.names]
    charges = _without_stories(person.charges, unknown)
    snapshot.add(
        "prisoners",
        {
            "record_id": record_id,
            "source_id": source_id,
            "name": name,
            "name_original": original,
            "gender": person.gender,
            **_shown(person.birth).columns("birth_date"),
            "country": person.country,
            "status": person.status,
            "status_raw": person.status_raw,
            "recognised": True,
            "designation": person.designation,
            **_shown(person.recognised).columns("recognised_date"),
            **_shown(person.arrest).columns("arrest_date"),
            **_shown(person.verdict).columns("verdict_date"),
            **_shown(person.release).columns("release_date"),
            **_shown(person.term_end).columns("term_end_date"),
            **_shown(person.death).columns("death_date"),
            "sentence_raw": person.sentence_raw,
            "sentence_kind": person.sentence.kind,
            "sentence_months": person.sentence.months,
            "charges": sorted({charge.charge for charge in charges}),
            "facility": person.facility.name,
            "facility_place": person.facility.place,
            "facility_country": person.facility_country,
            "court": person.court.name,
            "court_place": person.court.place,
            "court_country": person.court_country,
            "case_url": person.url,
        },
    )
    main = Name(name, "alias", names.script(name), person.name_lang)
    others = sorted({each for each in aliases if each.name and each != main}, key=str)
    snapshot.extend("names", [(record_id, main.name, "primary", main.script, main.lang)])
    snapshot.extend("names", [(record_id, *name) for name in others])
    snapshot.extend("charges", [(record_id, *charge) for charge in sorted(set(charges), key=str)])


def _shown(date: PartialDate) -> PartialDate:
    """The date as it may be shown; most that are not given are not looked at."""
    return date if date.raw is None else date_words.shown(date)


def without_notes(name: str, unknown: Counter[str]) -> str:
    """The name without what stands beside it in brackets or behind a comma and is no name.

    Empty for text that is no name at all, such as a number, or the address of a page.
    """
    if _PLAIN_NAME.fullmatch(name):
        return names.clean(name)
    text = _BRACKETS.sub(lambda found: found[0] if _is_name(found["inner"]) else " ", name)
    first, *others = re.split("([,;，；])", text)
    beside = zip(others[::2], others[1::2], strict=True)
    cleaned = names.clean(first + "".join(sign + part for sign, part in beside if _is_name(part)))
    unknown["name: a note beside it, left out"] += cleaned != names.clean(name)
    return cleaned if any(map(str.isalpha, cleaned)) and not _NO_NAME.search(cleaned) else ""


def is_name(text: str) -> bool:
    """Whether a text has a name in it, which `write` takes."""
    return bool(without_notes(text, Counter()))


def _is_name(text: str) -> bool:
    """Whether all words of a text are those of a name."""
    words = text.split()
    return (
        0 < len(words) <= _MOST_NAME_WORDS
        and all(map(_NAME_WORD.fullmatch, words))
        and not _PRIVATE.search(text)
    )


def _without_stories(charges: Iterable[Charge], unknown: Counter[str]) -> list[Charge]:
    """The charges without what tells of a relative, an illness or a home, from the sign before it on."""
    found = []
    for charge in charges:
        kept = _without_story(charge.charge)
        if kept == charge.charge:
            found.append(charge)
            continue
        unknown["charges: withheld, it tells of a private life"] += 1
        if kept:
            found.append(charge._replace(charge=kept))
    return found


@lru_cache(maxsize=16_384)
def _without_story(text: str) -> str:
    private = _PRIVATE.search(text)
    if private is None:
        return text
    return "".join(_CLAUSE.split(text[: private.start()])[:-1]).rstrip(" ,;:(–—-")
