"""Split a name in any script into parts that can be compared: given name, patronymic, surname and others.

Lists rarely state what a part is, so it is derived from the name itself: a given name by `given_names.tsv`, a
patronymic by its ending, a kunya by `Abu` or `Umm`, a particle by a list of words. One cell can hold several
names, each a reading of its own: separated by a slash or semicolon, in brackets, or written one after the
other (`Vadzim MURASHKA Vadim MURASHKO`). A name whose letters can be those of several languages has several
readings too.
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

# Letters that look the same in Cyrillic and Latin, to correct words that mix both alphabets.
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
    """One part of a name; the fields are those of `parse_names`."""

    part: str
    kind: str
    root: str
    sound: str
    bones: str
    word: str


@cache
def _given_lines() -> list[list[str]]:
    """Return the lines of `given_names.tsv`, split into fields."""
    lines = (HERE / "given_names.tsv").read_text("utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


@cache
def given_spellings() -> dict[str, str]:
    """Map each spelling of a given name, in lower case, to its root (canonical form)."""
    return {
        spelling: fields[0]
        for fields in _given_lines()
        if len(fields) == 3
        for spelling in (fields[0], *fields[2].split())
    }


@cache
def _given_names() -> tuple[dict[str, str], dict[str, str]]:
    """Return two mappings to roots: of given names, and of the names that patronymics are derived from.

    Given names are found by spelling, and by phonetic key where that is not itself a spelling. Patronymics
    are found by the phonetic key of their stem.
    """
    lines, names = _given_lines(), given_spellings()
    by_key: dict[str, str] = {}
    for spelling, root in names.items():
        by_key.setdefault(phonetic_key(spelling), root)
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
    return by_key | names, stems


def _in_one_alphabet(word: str, *, cyrillic: bool) -> str:
    """Replace letters of the wrong alphabet by those that look the same.

    `word` is in lower case; `cyrillic` states whether the name is mostly Cyrillic.
    """
    if not _CYRILLIC_LETTER.search(word) or not _LATIN_LETTER.search(word):
        return word
    return word.translate(_TO_CYRILLIC if cyrillic else _TO_LATIN)


def readings(name: str) -> list[str]:
    """Return the names in one cell: separated by slashes or semicolons, in brackets, or in sequence."""
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
    """Return a word's ASCII form, phonetic key and consonant skeleton."""
    key = phonetic_key(word)
    ascii_ = word if word.isascii() else "".join(filter(str.isalnum, anyascii(word).lower()))
    return ascii_, key, consonant_skeleton(key)


@lru_cache(maxsize=1 << 16)
def _patronymic_root(key: str) -> str | None:
    """Return the root of the given name that a patronymic, given by its phonetic key, is derived from."""
    if not (match := _PATRONYMIC.fullmatch(key)):
        return None
    _, stems = _given_names()
    ending = "na" if key.endswith("na") else "ich"
    stem = match[1]
    for tried in (stem, stem.rstrip("aei"), stem + "i", stem + "e", stem + "a", key.removesuffix("iC")):
        if tried in stems:
            return f"{stems[tried]}+{ending}"
    return None


def _words(reading: str) -> list[str]:
    """Return the words of a reading in lower case, each in one alphabet; compound Arabic names are joined."""
    if _PRESENTED.search(reading):  # Arabic presentation forms
        reading = unicodedata.normalize("NFKC", reading)
    text = _MARK.sub("", _JOINED.sub("", _GLUED.sub(" ", _MARK.sub("", reading)).lower()))
    cyrillic = len(_CYRILLIC_LETTER.findall(text)) >= len(_LATIN_LETTER.findall(text))
    words = [_in_one_alphabet(word, cyrillic=cyrillic) for word in _WORD.findall(text)]
    words = [_ARABIC_ARTICLE.sub("", word) for word in words]
    if any(map(_SLAVIC.search, words)):  # j is not pronounced as in English
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
        ascii_, key, skeleton = _word(word)
        if word in _KUNYA and place + 1 < len(words):
            rest = words[place + 1]
            if rest in _ARTICLE and place + 2 < len(words):
                place += 1
                rest = words[place + 1]
            other = _word(rest)
            start = "umm" if ascii_[0] in "uo" else "abu"
            root, key, skeleton = f"{start} {other[1]}", start + other[1], start[0] + other[2]
            parts.append(Part(start + other[0], "kunya", root, key, skeleton, rest))
            place += 2
            continue
        if given_root := given.get(word) or given.get(key):
            kind, root = "given", given_root
        elif ascii_ in _PARTICLES:
            kind, root = "particle", ascii_
        elif len(word) == 1 and not word.isdigit():
            kind, root = "initial", key
        else:
            kind, root = "other", key
        parts.append(Part(ascii_, kind, root, key, skeleton, word))
        place += 1
    return _with_patronymic(parts)


def _with_patronymic(parts: list[Part]) -> list[Part]:
    """Mark the part that is a patronymic: never the first part, unless only a surname follows."""
    full = [place for place, part in enumerate(parts) if part.kind in {"given", "other"}]
    alone = len(full) == 2 and parts[full[1]].kind == "other"
    for place in full[:1] if alone else full[1:] if len(full) > 2 else []:
        if parts[place].kind == "other" and (root := _patronymic_root(parts[place].sound)):
            parts[place] = parts[place]._replace(kind="patronymic", root=root)
            break
    return parts


@cache
def _phrases() -> tuple[dict[tuple[str, ...], tuple[str, str]], int]:
    """Return the phrases of `legal_forms.tsv` and the number of words in the longest.

    The mapping is from the words of a phrase to its kind (`legal` or `generic`) and root.
    """
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
        ascii_, key, skeleton = _word(words[place])
        for length in range(min(longest, len(words) - place), 0, -1):
            if known := phrases.get(tuple(words[place : place + length])):
                parts.append(Part(ascii_, *known, key, skeleton, words[place]))
                break
        else:
            length = 1
            kind = "number" if ascii_.isdigit() else "particle" if ascii_ in _PARTICLES else "other"
            kind = "initial" if len(key) == 1 and kind == "other" else kind
            parts.append(Part(ascii_, kind, key, key, skeleton, words[place]))
        place += length
    return parts


def parse_names(names: pa.ChunkedArray, *, bodies: bool = False, words: bool = False) -> pa.Table:
    """Split each distinct name of people, or of `bodies`, into parts: one row per part.

    Columns:
    `name`;
    `reading` (int32): number of the reading, from 0;
    `place` (int32): position in the reading, from 0;
    `part`: in ASCII and lower case;
    `kind`: for people given, patronymic, kunya, initial, particle or other; for bodies legal (a legal form),
    generic (a word that lists translate, such as bank), number, initial, particle or other;
    `root`: the canonical form, equal for the same part in all languages;
    `sound`, `bones`: phonetic key and consonant skeleton, see `phonetic_keys`;
    `word`, only if `words`: the part as written, in lower case; a kunya without its first word.

    A text longer than `cleaning.MAX_NAME` has no rows.
    """
    schema = SCHEMA.append(pa.field("word", pa.string())) if words else SCHEMA
    split = _body_parts if bodies else _parts
    columns: list[list[Any]] = [[] for _ in schema]
    for name in names.unique().to_pylist():
        if len(name) > MAX_NAME:
            continue
        found = readings(name)
        if not bodies:
            found = [spelling for reading in found for spelling in spellings(reading)]
        for number, reading in enumerate(found):
            for place, part in enumerate(split(reading)):
                for column, value in zip(columns, (name, number, place, *part), strict=False):
                    column.append(value)
    return pa.table([pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)], schema=schema)
