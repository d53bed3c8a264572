"""The record of a person on a prisoner list, and its rows in the contracts' tables.

Only the fields of `Prisoner` can reach a table: it has none for what a source withholds. Words that are not
recognised as belonging to their field are left out too, such as those of the next column in a shifted row, or
a note about a relative or a diagnosis. They are counted under labels that do not contain them. Sets are
deduplicated and sorted, so that a list in another order gives the same rows.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, TypeAlias

from transforms.fields.dates import PartialDate
from transforms.fields.placeholders import is_placeholder
from transforms.fields.record_parts import Name
from transforms.names import cleaning
from transforms.prisoners.vocabulary import charge_tokens, date_words
from transforms.prisoners.vocabulary.charges import Charge
from transforms.prisoners.vocabulary.institutions import Institution, is_place
from transforms.prisoners.vocabulary.sentences import Sentence
from transforms.reading.parse_result import FileReport, ParseResult, SourceFormatError

TABLES = ("prisoners", "names", "charges")

Status: TypeAlias = Literal["detained", "released", "died", "exiled", "unknown"]
Gender: TypeAlias = Literal["male", "female", "other"]

# The form of a publisher's key: it contains a digit. Any other text belongs to another field.
KEY = re.compile(r"(?=[^0-9]*[0-9])[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")

# Relatives, illnesses, homes and third persons, in a note after a name or a charge.
_RELATIVE = (
    r"\b(?:wife|husband|spouse|widow(?:er)?|mother|father|sister|brother|son|daughter|uncle|aunt|nephew|niece|cousin"
    r"|orphan\w*|жен[аыуе]|женой|муж|мужа|мужем|вдов\w*|мать|матери|матерью|мама|мамы|отец|отца|сестр\w*|брат|брата"
    r"|братом|сын|сына|сыном|доч(?:ь|ери|ерью)|дяд\w*|тёт\w*|племянни\w*|сирот\w*|жонк[аіу]|маці|мац[іе]р\w*"
    r"|бацьк\w*|братам|дачк[аі]|дачкой|сынам|удав\w*|дружин\w*|чоловік\w*|мати|батько|донька|син|сина"
    r"|espos[ao]|marido|viud[ao]|madre|padre|herman[ao]s?|hij[ao]s?|t[ií][ao]|sobrin[ao]|prim[ao]|hu[ée]rfan[ao]s?"
    r"|(?:[0-9]{1,2}|two|three|four|five|двое|трое|четверо|двух|тр[её]х|двоих|троих|дваіх|траіх|двума|dos|tres)"
    r" (?:детей|ребёнка|дзяцей|дітей|children|kids))\b"
    r"|妻子|丈夫|父亲|父親|母亲|母親|儿子|兒子|女儿|女兒|兄弟|姐姐|妹妹|哥哥|弟弟|之妻|之夫|之子|之女|夫妇|夫婦"
)
_ILLNESS = (
    r"\b(?:cancer|diabet\w*|epilep\w*|hepatit\w*|hiv|stroke|heart|cardiac|tumou?r|sick|illness|diseas\w*|disabl\w*"
    r"|disabilit\w*|asthma\w*|arthrit\w*|covid\S*|coronavirus|pregnan\w*|schizo\w*|bipolar|depression|depressive"
    r"|tubercul\w*|hypertens\w*|wounded|died|dies|hospital\w*"
    r"|онко\w*|рак|рака|раком|диаб[еэ]т\w*|дыябет\w*|діабет\w*|эпилеп\w*|эпілеп\w*|гепатит\w*|гепатыт\w*"
    r"|инсульт\w*|інсульт\w*|инфаркт\w*|інфаркт\w*|бол[ье]н\w*|хвор\w*|астм\w*|артрит\w*|ковид\w*|коронавир\w*"
    r"|беремен\w*|цяжарн\w*|вагітн\w*|шизофрен\w*|шызафрэн\w*|депресс\w*|дэпрэс\w*|туб[еэё]рк\w*|тубэрк\w*"
    r"|гипертон\w*|гіпертан\w*|инвалид\w*|інвалід\w*|ранен\w*|паранен\w*|умер|умерла|умерли|скончал\w*|памёр"
    r"|памерл\w*|помер|померла|больниц\w*|бальніц\w*|лікарн\w*|госпитал\w*|шпітал\w*"
    r"|c[aá]ncer|enferm\w*|infarto|diab[eé]tic\w*|hipertens\w*|asma|asm[aá]tic\w*|coraz[oó]n|embarazada|muri[oó]"
    r"|falleci\w*)\b|病|癌|患|怀孕|懷孕|去世|死于|死於"
)
_HOME = (
    r"://|@|\+[0-9][0-9 ()-]{6,}|[0-9]{6,}|[0-9]{3}-[0-9]{2}-[0-9]{2}|(?:\b[0-9]{1,4}[ -]){3,12}[0-9]{2,4}\b"
    r"|\b(?:lives|living|прожив\w*|живёт|живет|жыве|пражыва\w*|мешкае|vive|vulica|вуліца|улица|ул|вул|calle)\b"
    r"|\b(?:tel|phone|тел|телефон|тэлефон|tel[eé]fono|passport|паспорт|пашпарт|pasaporte)\b[.:]?"
    r" ?(?:no\.?|№)? ?(?-i:[A-ZА-Я]{0,2}) ?[0-9]|住址|电话|電話|护照"
)
_THIRD_PERSON = (
    r"\b(?:judge|lawyer|attorney|prosecutor|guardian|судь[яёи]\w?|адвокат\w{0,2}|прокурор\w{0,2}|следовател\w{1,2}"
    r"|суддзя|адвакат\w?|пракурор\w?|следчы|суддя|слідчий|juez|jueza|abogad[oa]|fiscal|tutora?)"
    r":? (?!(?:art|part|ст|арт)\b)(?-i:[A-ZА-ЯЁІЎ])|法官|律师|律師"
)
_PRIVATE = re.compile(f"{_RELATIVE}|{_ILLNESS}|{_HOME}|{_THIRD_PERSON}", re.IGNORECASE)
# Those of these words that are never part of a name, even if capitalised.
_NEVER_A_NAME = re.compile(
    rf"\b(?:wife|husband|widow|daughter|жена|жонка|мать|маці|дочь|дачка|вдова|esposa|esposo|madre|hijo|hija"
    rf"|HIV|Cancer|Diabet\w*|Epilep\w*|Asthma|Covid\S*|Pregnant|Hospital|Умер|Умерла|Диабет\w*|Инвалид\w*"
    rf"|Беременна\w*|Больна\w?|Больной|Хворы|Хворая)\b|{_THIRD_PERSON}|://|@|[病癌患]|母亲|母親|父亲|父親|妻子"
    r"|^住",
    re.IGNORECASE,
)
# Words of other columns, which appear alone in shifted rows.
_OTHER_WORDS = """
male female man woman m f active former np true false imprisoned journalist detained released died detention
life death imprisonment fine arrest мужской женский мужчина женщина мужчынскі жаночы муж жен hombre mujer
masculino femenino 男 女 男性 女性
"""
_OTHER_COLUMNS = frozenset(_OTHER_WORDS.split())
_BRACKET = re.compile(r"[()（）\[\]]")
_BRACKETS = re.compile(r"\s*[(（\[](?P<inner>[^()（）\[\]]+)(?:[)）\]]|$)")
# A word of a name: it is capitalised, or its script has no capitals. Small words may occur between.
_NAME_WORD = re.compile(
    r"(?:(?:al|el|as|ash|ad|ar|an|at|az|ul|d|l|аль|эль|ад|аш|ас)[-'’])?"
    r"[^\W\d_a-zа-яёіўїєґ][^\W\d_]*(?:[.'’ʼ‘`•·﹒‧・-]+[^\W\d_]+)*[.'’ʼ‘`•·﹒‧・-]*"
)
_SMALL_NAME_WORD = re.compile(
    r"(?:da|das|de|den|der|di|do|dos|du|la|las|le|lo|los|del|della|y|e|i|al|el|ul|ud|ur|bin|bint|ibn|ben|abu|van|von"
    r"|ter|zu|the|a[.]?k[.]?a[.]?|oglu|oğlu|ogly|oghli|ogli|kyzy|qizi|qyzy|gizi|kizi|uulu|uly|zade|khan|bek|bey"
    r"|оглы|оглу|огли|углы|угли|улы|уулу|кызы|кизи|гызы|заде|хан|бек|бей|эль|аль|ибн|бин|де|да|ди|ла|фон|ван|дер|тер|и|і)"
    r"[.]?|&"
)
_AROUND_WORDS = "\"«»“”„'‘’`.,()（）[]"
_MOST_NAME_WORDS = 8
_HOUSE = re.compile(r"[0-9]{1,3} ?[-–/] ?[0-9]")
_JOINING = ("/", "|", "–", "—", "-", "=")
_CLAUSE = re.compile("([,;:(–—])")

_NO_DATE, _NO_SENTENCE, _NOWHERE = PartialDate(), Sentence(), Institution()


@dataclass(slots=True)
class Prisoner:
    """One record of a list: a person whom the source designates, under the publisher's key.

    `status`: as stated by the source, otherwise `unknown`. `release`: date of a past release. `term_end`: the
    day on which the sentence ends or was to end. `name_lang`: language of `name`. `name_original`: one of the
    names, in the person's own script.
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


def started(files: Iterable[str]) -> ParseResult:
    """Create the result of these files, with the tables of a prisoner list, all empty."""
    snapshot = ParseResult(files={name: FileReport() for name in files})
    for table in TABLES:
        snapshot.extend(table, [])
    return snapshot


def started_in_languages(files: Iterable[str], known: Mapping[str, str]) -> ParseResult:
    """Start a result for a list that is published in several languages.

    `known` has the language of each file. SourceFormatError for any other file, and if the first is missing.
    """
    main, there = next(iter(known)), set(files)
    if unexpected := sorted(there - known.keys()):
        raise SourceFormatError(f"{unexpected[0]}: not a file of this source")
    if main not in there:
        raise SourceFormatError(f"{main}: not in the snapshot")
    return started(name for name in known if name in there)


def write(snapshot: ParseResult, source_id: str, person: Prisoner) -> None:
    """Add the person's rows to `prisoners`, `names` and `charges`.

    Names that only repeat the main one are left out. Anything in a name or text that does not belong to it is
    left out, and counted in the snapshot's `unknown`.
    """
    unknown = snapshot.unknown
    record_id = f"{source_id}:{person.key}"
    name = without_notes(person.name, unknown)
    original = person.name_original and (
        name if person.name_original == person.name else without_notes(person.name_original, unknown) or None
    )
    aliases = [each._replace(name=without_notes(each.name, unknown)) for each in person.names]
    charges = _without_stories(person.charges, unknown)
    row = (  # in the order of the contract
        record_id,
        source_id,
        name,
        original,
        person.gender,
        *_shown(person.birth),
        person.country,
        person.status,
        person.status_raw,
        True,  # recognised
        person.designation,
        *_shown(person.recognised),
        *_shown(person.arrest),
        *_shown(person.verdict),
        *_shown(person.release),
        *_shown(person.term_end),
        *_shown(person.death),
        person.sentence_raw,
        person.sentence.kind,
        person.sentence.months,
        sorted({charge.charge for charge in charges}),
        person.facility.name,
        person.facility.place,
        person.facility_country,
        person.court.name,
        person.court.place,
        person.court_country,
        person.url,
    )
    snapshot.extend("prisoners", [row])
    main = Name(name, "alias", cleaning.script(name), person.name_lang)
    others = sorted({each for each in aliases if each.name and each != main}, key=str)
    snapshot.extend("names", [(record_id, main.name, "primary", main.script, main.lang)])
    snapshot.extend("names", [(record_id, *name) for name in others])
    snapshot.extend("charges", [(record_id, *charge) for charge in sorted(set(charges), key=str)])


def _shown(date: PartialDate) -> PartialDate:
    """Return the date in publishable form; a fast path for missing dates."""
    return date if date.raw is None else date_words.shown(date)


def without_notes(name: str, unknown: Counter[str]) -> str:
    """Return the name without notes: in brackets, after a comma or dash, or from the first non-name word on.

    Empty for a text that is not a name, such as a number, a town, a word of another column, an illness, or a
    text that is too long.
    """
    name = cleaning.clean(name)
    if cleaning.is_too_long(name):
        return ""
    kept, whole = _kept(name)
    unknown["name: a note beside it, left out"] += not whole
    return kept


@lru_cache(maxsize=4_096)
def _kept(name: str) -> tuple[str, bool]:
    """Return the cleaned name without notes, and whether it had none."""
    if not _BRACKET.search(name) and _is_name(name):
        return "" if _is_of_another_column(name) else name, True
    text = _BRACKETS.sub(lambda found: found[0] if _is_note_of_name(found["inner"]) else " ", name)
    first, *others = re.split("([,;，；])", text)
    main = _leading_name(first)
    beside = zip(others[::2], others[1::2], strict=True) if main else ()
    kept = cleaning.clean(main + "".join(sign + part for sign, part in beside if _is_note_of_name(part)))
    return kept, kept == name


def is_private(text: str) -> bool:
    """Return whether a text mentions a relative, an illness, a home or a third person."""
    return _PRIVATE.search(text) is not None


def is_name(text: str) -> bool:
    """Return whether a text contains a name that `write` accepts."""
    name = cleaning.clean(text)
    return not cleaning.is_too_long(name) and bool(_kept(name)[0])


def _is_name(text: str) -> bool:
    """Return whether all words of a text can be part of a name."""
    words = text.split()
    return (
        0 < len(words) <= _MOST_NAME_WORDS
        and all(map(_is_name_word, words))
        and not all(map(_SMALL_NAME_WORD.fullmatch, words))
        and not _NEVER_A_NAME.search(text)
    )


def _is_name_word(word: str) -> bool:
    if _NAME_WORD.fullmatch(word):
        return True
    bare = word.strip(_AROUND_WORDS)
    return bool(_NAME_WORD.fullmatch(bare) or _SMALL_NAME_WORD.fullmatch(bare))


def _is_note_of_name(text: str) -> bool:
    """Return whether the text next to a name is a part of it or another name."""
    return _is_name(text) and not _PRIVATE.search(text) and not is_place(text)


def _leading_name(text: str) -> str:
    """Return the name at the beginning of a text; empty if there is none, or the rest rules it out."""
    plain = _BRACKETS.sub(lambda found: " " * len(found[0]), text)
    words = re.finditer(r"\S+", plain)
    end = next((word.start() for word in words if not _is_name_word(word[0])), len(text))
    if private := _NEVER_A_NAME.search(text, 0, end):
        end = private.start()
    name, rest = text[:end].strip(), text[end:]
    if end < len(text) and rest[:1] in _JOINING and _is_name(rest[1:].strip()):
        name, rest = text.strip(), ""
    parts = _BRACKET.sub(" ", name).split()
    house = len(parts) == 1 and _HOUSE.match(rest)  # and the name of a street
    if all(map(_SMALL_NAME_WORD.fullmatch, parts)) or house or _is_of_another_column(name):
        return ""
    return name


def _is_of_another_column(name: str) -> bool:
    """Return whether an apparent name is a word of another column, a town, or a placeholder."""
    if " " in name:
        return False
    if cleaning.script(name) == "Hani":
        return name in _OTHER_COLUMNS
    return cleaning.term(name) in _OTHER_COLUMNS or is_placeholder(name, "name") or is_place(name)


def _without_stories(charges: Iterable[Charge], unknown: Counter[str]) -> list[Charge]:
    """Return the charges, each cut off before a remark about a relative, an illness or a home."""
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
    ahead = text[: private.start()]
    return "".join(_CLAUSE.split(ahead)[:-1]).rstrip(" ,;:(–—-") or _reference(ahead)


def _reference(text: str) -> str:
    """Return the articles of law at the beginning of a text, up to the first other word."""
    found = charge_tokens.tokens(text)
    words = list(itertools.takewhile(lambda token: token.kind not in ("other", "end"), found))
    numbers = [token.end for token in words if token.kind in ("number", "code")]
    return text[: numbers[-1]].strip() if numbers else ""
