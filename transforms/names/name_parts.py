"""A name in any script as parts that can be compared: given name, patronymic, surname and the rest.

What a part is, is told from the name itself, as lists seldom say it: a given name by the table of them, a
patronymic by its ending, a kunya by `Abu` or `Umm`, a particle by a list. Names in one cell with a stroke,
semicolon or brackets between them, and those that a publisher wrote one after the other (`Vadzim MURASHKA
Vadim MURASHKO`), are several readings, and so is one whose letters can be those of several languages.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
from anyascii import anyascii

from transforms.names.cleaning import MAX_NAME, clean
from transforms.names.phonetic_keys import consonant_skeleton, phonetic_key
from transforms.names.spellings import spellings

HERE = Path(__file__).parent

_WORD = re.compile(
    "[\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]|[^\\W_\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]+"
)
_MARK = re.compile("[\u0300-\u036f]")
_GLUED = re.compile("(?<=[а-яёіўґєї]{2})(?=[А-ЯЁІЎҐЄЇ][а-яёіўґєї])")
_JOINED = re.compile("['`´’‘ʼʹʾʿ″\"“”«»]")
_PARTING = re.compile(r"\s*[/;؛|]\s*|\s+a\.?k\.?a\.?\s+")
_BRACKETS = re.compile(r"\s*[(\[]([^()\[\]]*)[)\]]\s*")
_SHOUTED = re.compile(
    r"((?:\S+\s+){1,3}?[^\W\d_a-zа-яёіўґєї]{3,}) (?=\S*[a-zа-яёіўґєї])(.+\s[^\W\d_a-zа-яёіўґєї]{3,})"
)

# What looks the same in the two alphabets: letters of the one that stand among those of the other.
_TO_CYRILLIC = str.maketrans("aceikmhopxytbĸ", "асеікмнорхутвк")
_TO_LATIN = str.maketrans("асеікорхуѕјһ", "aceikopxysjh")
_CYRILLIC_LETTER = re.compile("[\u0400-\u052f]")
_LATIN_LETTER = re.compile("[a-zĸ]")

_PATRONYMIC = re.compile("^(.{2,}?)(?:[aei]vi?C|[aei]?vna|i?iCna|iC|iniCna)$")

_SMALL_WORDS = """
al el ul ad as ash an ar az at am bin ben bn ibn bint binti oglu ogly ogli oghlu kizi qizi kyzy uulu
de la le da do dos das del della di du van von der den ter y e et and und of the
"""
_PARTICLES = frozenset(_SMALL_WORDS.split())
_FATHER_OR_MOTHER_OF = "abu abou aboo abi umm um umu oum ابو أبو أبي ابي أم ام"
_KUNYA = frozenset(_FATHER_OR_MOTHER_OF.split())
_ARTICLES = "al el ul ur ar us as ad ud ash an un ال аль эль ар эр ас ад аш"
_ARTICLE = frozenset(_ARTICLES.split())
_ARABIC_END = re.compile("(?:ا?لل[هة]|اللہ|زاده|پور|نژاد|پناه)")
_PRESENTED = re.compile("[\ufb50-\ufdff\ufe70-\ufeff]")
_ARABIC_ARTICLE = re.compile("^ال(?=\\w{3})")
_SLAVIC = re.compile("(?:vi[ct]c?h|vych|[ei]vna|ovna)$")
_FOREIGN_J = re.compile("^j(?=[aeou])")
_SERVANT = re.compile(
    "^(?:عبد|абд(?:ул?ь?|аль|эль)?|(?:abd|abed)(?:[uae]l?|al|el|ul|ur|ar|er|us|as|es|ud|ad|ush|ash|un|an|en)?)$"
)


SCHEMA = pa.schema(
    [("name", pa.string()), ("reading", pa.int32()), ("place", pa.int32())]
    + [(column, pa.string()) for column in ("part", "kind", "root", "sound", "bones")]
)


class Part(NamedTuple):
    part: str
    kind: str
    root: str
    sound: str
    bones: str
    word: str


@cache
def _given_lines() -> list[list[str]]:
    """The lines of the table of given names, in fields."""
    lines = (HERE / "given_names.tsv").read_text("utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


@cache
def given_spellings() -> dict[str, str]:
    """The roots of given names, by spelling in lower case."""
    return {
        spelling: fields[0]
        for fields in _given_lines()
        if len(fields) == 3
        for spelling in (fields[0], *fields[2].split())
    }


@cache
def _given_names() -> tuple[dict[str, str], dict[str, str]]:
    """The roots of given names, by spelling and, where that is nobody's spelling, by sound; and the roots of
    fathers' names by the sound of the stem that patronymics are made from."""
    lines, names = _given_lines(), given_spellings()
    heard: dict[str, str] = {}
    for spelling, root in names.items():
        heard.setdefault(phonetic_key(spelling), root)
    stems = {
        phonetic_key(stem): fields[0][1:]
        for fields in lines
        if len(fields) == 2
        for stem in fields[1].split()
    }
    women = {fields[0] for fields in lines if len(fields) == 3 and fields[1] == "f"}
    for spelling, root in names.items():
        if root not in women:
            stems.setdefault(phonetic_key(spelling), root)
    return heard | names, stems


def _in_one_alphabet(word: str, *, cyrillic: bool) -> str:
    """A word, in lower case, whose letters of another alphabet are replaced by those that look like them:
    by Cyrillic ones where the name is in Cyrillic."""
    if not _CYRILLIC_LETTER.search(word) or not _LATIN_LETTER.search(word):
        return word
    return word.translate(_TO_CYRILLIC if cyrillic else _TO_LATIN)


def readings(name: str) -> list[str]:
    """The names that a cell holds: parted by strokes or semicolons, in brackets, or one after the other."""
    found: list[str] = []
    for piece in _PARTING.split(clean(name)):
        inner = _BRACKETS.findall(piece)
        outer = _BRACKETS.sub(" ", piece).strip()
        if match := _SHOUTED.fullmatch(outer):
            found += match.groups()
        elif outer:
            found.append(outer)
        if outer and inner:
            found += [text for text in inner if len(text.split()) > 1]
    return found or [clean(name)]


@lru_cache(maxsize=1 << 17)
def _word(word: str) -> tuple[str, str, str]:
    """A word's ASCII form, sound and bones."""
    heard = phonetic_key(word)
    ascii_ = word if word.isascii() else "".join(filter(str.isalnum, anyascii(word).lower()))
    return ascii_, heard, consonant_skeleton(heard)


@lru_cache(maxsize=1 << 16)
def _father(heard: str) -> str | None:
    """The root of the given name that a patronymic, by its sound, is made from."""
    if not (match := _PATRONYMIC.fullmatch(heard)):
        return None
    _, stems = _given_names()
    ending = "na" if heard.endswith("na") else "ich"
    stem = match[1]
    for tried in (stem, stem.rstrip("aei"), stem + "i", stem + "e", stem + "a", heard.removesuffix("iC")):
        if tried in stems:
            return f"{stems[tried]}+{ending}"
    return None


def _words(reading: str) -> list[str]:
    """The words of a reading, in lower case and one alphabet each; Arabic names of several are joined."""
    if _PRESENTED.search(reading):  # Arabic letters as the forms that they take in a word
        reading = unicodedata.normalize("NFKC", reading)
    text = _MARK.sub("", _JOINED.sub("", _GLUED.sub(" ", _MARK.sub("", reading)).lower()))
    cyrillic = len(_CYRILLIC_LETTER.findall(text)) >= len(_LATIN_LETTER.findall(text))
    words = [_in_one_alphabet(word, cyrillic=cyrillic) for word in _WORD.findall(text)]
    words = [_ARABIC_ARTICLE.sub("", word) for word in words]
    if any(map(_SLAVIC.search, words)):  # where j is not the English one
        words = [_FOREIGN_J.sub("y", word) for word in words]
    joined: list[str] = []
    place = 0
    while place < len(words):
        word = words[place]
        rest = words[place + 1 : place + 3]
        if _SERVANT.fullmatch(word) and rest:
            skip = 1 if rest[0] in _ARTICLE and len(rest) > 1 else 0
            joined.append(("عبدال" if word == "عبد" else "abdul") + rest[skip])
            place += 2 + skip
        elif rest and rest[0] in _ARTICLE and len(rest) > 1 and rest[1] in {"din", "deen", "dine", "dien"}:
            joined.append(word + "uddin")
            place += 3
        elif rest and rest[0] in {"eddin", "uddin", "aldin", "eddine", "دين"}:
            joined.append(word + ("الدين" if rest[0] == "دين" else "uddin"))
            place += 2
        elif joined and _ARABIC_END.fullmatch(word):
            joined[-1] += word
            place += 1
        else:
            joined.append(word)
            place += 1
    return joined


@lru_cache(maxsize=1 << 16)
def _parts(reading: str) -> list[Part]:
    words = _words(reading)
    given, _ = _given_names()
    parts: list[Part] = []
    place = 0
    while place < len(words):
        word = words[place]
        ascii_, heard, boned = _word(word)
        if word in _KUNYA and place + 1 < len(words):
            rest = words[place + 1]
            if rest in _ARTICLE and place + 2 < len(words):
                place += 1
                rest = words[place + 1]
            other = _word(rest)
            start = "umm" if ascii_[0] in "uo" else "abu"
            label, heard, boned = f"{start} {other[1]}", start + other[1], start[0] + other[2]
            parts.append(Part(start + other[0], "kunya", label, heard, boned, rest))
            place += 2
            continue
        if root := given.get(word) or given.get(heard):
            kind = "given"
        elif ascii_ in _PARTICLES:
            kind, root = "particle", ascii_
        elif len(word) == 1 and not word.isdigit():
            kind, root = "initial", heard
        else:
            kind, root = "other", heard
        parts.append(Part(ascii_, kind, root, heard, boned, word))
        place += 1
    return _with_patronymic(parts)


def _with_patronymic(parts: list[Part]) -> list[Part]:
    """Marks which part is the patronymic: not the first, unless only a surname follows."""
    full = [place for place, part in enumerate(parts) if part.kind in {"given", "other"}]
    alone = len(full) == 2 and parts[full[1]].kind == "other"
    for place in full[:1] if alone else full[1:] if len(full) > 2 else []:
        if parts[place].kind == "other" and (father := _father(parts[place].sound)):
            parts[place] = parts[place]._replace(kind="patronymic", root=father)
            break
    return parts


@cache
def _phrases() -> tuple[dict[tuple[str, ...], tuple[str, str]], int]:
    """The legal forms and the words of bodies' names that are translated: kind and root, by their words; and
    how many words the longest has."""
    found: dict[tuple[str, ...], tuple[str, str]] = {}
    for line in (HERE / "legal_forms.tsv").read_text("utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        label, _, variants = line.partition("\t")
        kind = "generic" if label.startswith("=") else "legal"
        for variant in variants.split(";"):
            found.setdefault(tuple(_words(variant)), (kind, label))
    found.pop((), None)
    return found, max(map(len, found))


@lru_cache(maxsize=1 << 16)
def _body_parts(reading: str) -> list[Part]:
    words = _words(reading)
    phrases, longest = _phrases()
    parts: list[Part] = []
    place = 0
    while place < len(words):
        ascii_, heard, boned = _word(words[place])
        for length in range(min(longest, len(words) - place), 0, -1):
            if known := phrases.get(tuple(words[place : place + length])):
                parts.append(Part(ascii_, *known, heard, boned, words[place]))
                break
        else:
            length = 1
            kind = "number" if ascii_.isdigit() else "particle" if ascii_ in _PARTICLES else "other"
            kind = "initial" if len(heard) == 1 and kind == "other" else kind
            parts.append(Part(ascii_, kind, heard, heard, boned, words[place]))
        place += length
    return parts


def parse_names(names: pa.ChunkedArray, *, bodies: bool = False, words: bool = False) -> pa.Table:
    """What each distinct name of people, or of `bodies`, is made of, a row a part.

    Columns: `name`; `reading` (int32, from 0); `place` (int32, from 0, within the reading); `part` (ASCII,
    lower case); `kind`; `root`, equal for what is one part in all languages; `sound` and `bones` as in
    `names.phonetic_keys`. Of people's names the kinds are given, patronymic, kunya, initial, particle and
    other; of bodies' they are legal (a legal form), generic (a word that is translated: bank), number,
    initial, particle and other. With `words` the last column is `word`: the part as it is written, in lower
    case, of a kunya without its beginning. A text longer than `names.MAX_NAME` has no parts.
    """
    schema = SCHEMA.append(pa.field("word", pa.string())) if words else SCHEMA
    taken_apart = _body_parts if bodies else _parts
    columns: list[list[Any]] = [[] for _ in schema]
    for name in names.unique().to_pylist():
        if len(name) > MAX_NAME:
            continue
        spelt = readings(name) if bodies else [way for each in readings(name) for way in spellings(each)]
        for number, reading in enumerate(spelt):
            for place, part in enumerate(taken_apart(reading)):
                for column, value in zip(columns, (name, number, place, *part), strict=False):
                    column.append(value)
    return pa.table([pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)], schema=schema)
