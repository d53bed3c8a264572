"""Find rows of GDELT that name a person on a prisoner list, however news agencies spell the name.

A name is found by two adjacent parts. One, a given name if there is one, is the *anchor*: it is searched in
all spellings and scripts of `given_names.tsv`. The other is compared by its phonetic key. All further parts
of the name must be nearby. Names in Chinese characters are searched as written, and in Pinyin.

Very common names (`common_names.tsv`) and single words are not searched, because they identify nobody. Rows
are processed as Arrow arrays of words: Python handles each distinct word once, and possible names.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import product

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from anyascii import anyascii

from transforms.names import chinese
from transforms.names.cleaning import MAX_NAME
from transforms.names.common_names import common_names
from transforms.names.inflections import nominatives
from transforms.names.name_parts import given_spellings, parse_names
from transforms.names.phonetic_keys import phonetic_key
from transforms.names.spellings import ORTHOGRAPHIES, spellings

_BITS = 14
"""Minimum rarity of a name: one in 2^14, by the sum of its parts' bits."""

_GIVEN, _OTHER, _EASTERN, _SYLLABLE = 10.0, 12.0, 10.0, 6.0
_MOST_PARTS = 6
_NEAR = (-2, -1, 1, 2)
_REACH = 5
_SIGNS = 3

_PUNCTUATION = ".,:!?\"'()[]«»“”„‘’–—-…"
_LETTERS = re.compile(r"[^\W\d_]+")
_POSSESSIVE = re.compile("['’]s$")
_CYRILLIC = re.compile("[\u0400-\u052f]")
_HAN = re.compile(f"[{chinese.SIGN}]+")
_DOTS = str.maketrans("", "", "·•・‧∙")  # between the parts of a name in Chinese signs
_HYPHEN = re.compile(r"(?<=\w\w\w)-(\w)(?=\w\w)")
_VOWELS = re.compile("[aeiouy]+")
# Case endings of given names in Belarusian, Russian and Ukrainian.
_CASES = "а я у ю е ё и ы і ї ом ем ём ой ей ою ею єю ию ія ия ии ії ій ою ым им ові еві".split()  # noqa: SIM905
_ALIKE = str.maketrans("yjw", "iiv")
_FLEETING = {"павел": "павл", "лев": "льв"}
# Given names and the pet names by which the press calls people. Each pet name belongs to one name only.
_PET_NAMES_TEXT = """
мария маша masha, александр саша sasha, александра саша sasha, евгений женя zhenya zhenia,
евгения женя zhenya zhenia, дмитрий дима dima, наталья наташа natasha, екатерина катя katya,
елена лена lena, владимир володя volodya, михаил миша misha, николай коля kolya, анастасия настя nastya
наста nasta, ольга оля olya, татьяна таня tanya, сергей сережа seryozha, мария маруся marusya,
jose pepe, francisco paco
"""
_PET_NAMES = [(name, pet) for name, *pets in map(str.split, _PET_NAMES_TEXT.split(",")) for pet in pets]

_Form = tuple[str, ...]
_IN_SIGNS = ("",)


def parse_names_file(data: bytes) -> list[str]:
    """Parse the file of names that belongs to one day of news."""
    return data.decode("utf-8").splitlines()


def format_names_file(names: Iterable[str]) -> bytes:
    """Format a day's file of names: one per line, sorted, without duplicates."""
    found = sorted({line for name in names if (line := " ".join(name.split()))})
    return "".join(f"{name}\n" for name in found).encode()


class ListedNames:
    """A matcher that finds the people with these `names` in rows of news."""

    def __init__(self, names: Iterable[str]) -> None:
        listed = sorted({name for name in names if len(name) <= MAX_NAME})
        self._anchors: dict[str, tuple[str, ...]] = {}
        self._forms: dict[tuple[str, str], set[_Form]] = {}
        solid = [name.translate(_DOTS).replace(" ", "") for name in listed if _HAN.search(name)]
        self._signs: dict[str, set[str]] = {}
        for name in solid:
            if len(name) >= _SIGNS and _HAN.fullmatch(name):
                self._signs.setdefault(name[:_SIGNS].translate(_HOMOPHONES), set()).add(name)
        in_pinyin = [
            " ".join(pinyin.split()) for name in listed for _, pinyin, _ in chinese.parse_signs(name)
        ]
        in_letters = [name for name in listed if not _HAN.search(name)]
        joined = [
            _HYPHEN.sub(lambda hyphen: hyphen[1].lower(), name) for name in in_letters if _HYPHEN.search(name)
        ]
        anchors: set[tuple[str, str]] = set()
        for word, label, other, rest in _forms([*in_letters, *joined, *in_pinyin]):
            self._forms.setdefault((label, other), set()).add(rest)
            anchors.add((word, label))
        for word, label in sorted(anchors):
            self._learn(word, label)
        self._roots = {root for _, root in self._forms}
        self._find = lru_cache(maxsize=1 << 17)(self._found_in)

    def __bool__(self) -> bool:
        return bool(self._forms or self._signs)

    def find_rows(self, persons: pa.ChunkedArray, titles: pa.ChunkedArray) -> pa.Array:
        """Return for each row whether GDELT's persons (`a b;c d`) or title name one of the people."""
        texts = pc.binary_join_element_wise(
            pc.replace_substring(pc.fill_null(persons, ""), ";", " | "),
            pc.replace_substring(pc.fill_null(titles, ""), "&#xA0;", " "),
            " | ",
        )
        texts = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
        lists = pc.ascii_split_whitespace(texts)
        found = np.zeros(len(texts), bool)
        rows = pc.list_parent_indices(lists).to_numpy()
        words = lists.flatten().dictionary_encode()
        codes, written = words.indices.to_numpy(), words.dictionary.to_pylist()
        labels = [self._anchor(word) for word in written]
        signs = np.fromiter((label is _IN_SIGNS for label in labels), bool, len(labels))
        found[rows[signs[codes]]] = True
        anchored = np.fromiter((bool(label) for label in labels), bool, len(labels))
        places = np.flatnonzero(anchored[codes])
        places = places[~found[rows[places]]]
        beside = (
            np.unique(
                codes[np.clip(np.concatenate([places + step for step in _NEAR]), 0, max(len(codes) - 1, 0))]
            )
            if len(places)
            else np.array([], int)
        )
        roots = {code: hit for code in beside.tolist() if (hit := self._find(written[code]))}
        known = np.zeros(len(written), bool)
        known[list(roots)] = True
        for step in _NEAR:
            others = places + step
            inside = (others >= 0) & (others < len(codes))
            pairs = np.column_stack([places[inside], others[inside]])
            pairs = pairs[(rows[pairs[:, 0]] == rows[pairs[:, 1]]) & known[codes[pairs[:, 1]]]]
            for place, other in pairs.tolist():
                if found[rows[place]] or (abs(step) > 1 and written[codes[(place + other) // 2]] == "|"):
                    continue
                for label, root in product(labels[codes[place]], roots[codes[other]]):
                    forms = self._forms.get((label, root), ())
                    if any(not rest for rest in forms) or (
                        forms and self._has_rest(forms, _segment(place, codes, rows, written))
                    ):
                        found[rows[place]] = True
        return pa.array(found)

    def _has_rest(self, forms: Iterable[_Form], words: list[str]) -> bool:
        roots = {root for word in words for root in _roots(word)}
        return any(roots.issuperset(rest) for rest in forms)

    def _learn(self, written: str, label: str) -> None:
        for word in _in_cases(written) if written else _spelled().get(label, ()):
            written_as: tuple[str, ...] = (_coarse(word),)
            if not word.isascii():
                written_as = (word, *map(_referred, (word, word.capitalize(), word.upper())))
            for spelling in written_as:
                if label not in (known := self._anchors.get(spelling, ())):
                    self._anchors[spelling] = (*known, label)

    def _anchor(self, word: str) -> tuple[str, ...]:
        """Return the labels of a word that can be an anchor; `_IN_SIGNS` if it contains a Chinese name."""
        if word.isascii():
            if "&" not in word:
                return self._anchors.get(_coarse(word.strip(_PUNCTUATION).lower()), ())
            if word.startswith("&#x") and word[6:7] == ";":  # a word in Cyrillic
                return self._anchors.get(word.strip(_PUNCTUATION), ())
        text = _read(word)
        if self._signs and _HAN.search(text) and self._in_signs(text):
            return _IN_SIGNS
        return self._anchors.get(_coarse(text) if text.isascii() else text, ())

    def _in_signs(self, text: str) -> bool:
        text = text.translate(_DOTS)
        homophones = text.translate(_HOMOPHONES)
        return any(
            _is_written(name, text[at : at + len(name)])
            for at in range(len(text) - _SIGNS + 1)
            for name in self._signs.get(homophones[at : at + _SIGNS], ())
        )

    def _found_in(self, word: str) -> tuple[str, ...]:
        return tuple(root for root in _roots(word) if root in self._roots)


class _Homophones(dict[int, str]):
    """Map each Chinese character's code point to one character for all with the same reading."""

    def __init__(self) -> None:
        super().__init__()
        self._first: dict[str, str] = {}

    def __missing__(self, number: int) -> str:
        sign = chr(number)
        self[number] = self._first.setdefault(anyascii(sign), sign) if _HAN.match(sign) else sign
        return self[number]


_HOMOPHONES = _Homophones()


def _is_written(name: str, text: str) -> bool:
    """Return whether a text is a name in Chinese characters, where simplified and traditional may differ.

    A character may differ if both have the same reading and not both are simplified.
    """
    return len(name) == len(text) and all(
        one == other
        or (one.translate(_HOMOPHONES) == other.translate(_HOMOPHONES) and not _are_simplified(one + other))
        for one, other in zip(name, text, strict=True)
    )


def _are_simplified(signs: str) -> bool:
    try:
        return bool(signs.encode("gb2312"))
    except UnicodeEncodeError:
        return False


def _segment(place: int, codes: np.ndarray, rows: np.ndarray, written: list[str]) -> list[str]:
    """Return the words near a position, in the same row and the same name."""
    first, last = max(place - _REACH, 0), min(place + _REACH + 1, len(codes))
    words = [written[codes[at]] if rows[at] == rows[place] else "|" for at in range(first, last)]
    before, after = words[: place - first], words[place - first :]
    start = len(before) - before[::-1].index("|") if "|" in before else 0
    end = after.index("|") if "|" in after else len(after)
    return before[start:] + after[:end]


def _referred(text: str) -> str:
    """Return a text as GDELT writes titles: with a character reference for each non-ASCII character."""
    return "".join(letter if letter.isascii() else f"&#x{ord(letter):X};" for letter in text)


@lru_cache(maxsize=1 << 16)
def _read(word: str) -> str:
    """Return a word with references resolved, in lower case, without punctuation and Latin accents."""
    text = _POSSESSIVE.sub("", html.unescape(word).lower().strip(_PUNCTUATION))
    if not text.isascii() and not _CYRILLIC.search(text) and not _HAN.search(text):
        text = anyascii(text).lower()
    return text


@lru_cache(maxsize=1 << 17)
def _roots(word: str) -> tuple[str, ...]:
    """Return the roots that a word can have as part of a name, also as an inflected form or respelling."""
    text = _read(word)
    if len(text) < 2 or not _LETTERS.match(text):
        return ()
    given = given_spellings()
    if _CYRILLIC.search(text):
        forms = [text, *nominatives(text, "none")]
    else:
        forms = [*spellings(text), *_respelled(text)]
    return tuple(dict.fromkeys(given.get(form) or phonetic_key(form) for form in forms))


def _respelled(text: str) -> Iterator[str]:
    """Yield a word read as Central European and as German spelling, without requiring evidence for it.

    Machine translation drops the accents that would be the evidence.
    """
    for _, rules in ORTHOGRAPHIES[:2]:
        respelt = text
        for old, new in rules:
            respelt = old.sub(new, respelt)
        yield respelt


@lru_cache(maxsize=1)
def _spelled() -> dict[str, set[str]]:
    """Map each root of a given name to its spellings, Cyrillic ones in all cases."""
    found: dict[str, set[str]] = {}
    given = given_spellings()
    pets = [(pet, given[name]) for name, pet in _PET_NAMES]
    for word, root in (*given.items(), *pets):
        found.setdefault(root, set()).update(_in_cases(word))
    return found


def _in_cases(word: str) -> list[str]:
    """Return a word and, if it is Cyrillic, its case forms."""
    if not _CYRILLIC.search(word):
        return [word]
    stem = _FLEETING.get(word, word if word[-1] not in "аеёиіоуыэюяйь" else word[:-1])
    return [word, *(stem + ending for ending in _CASES)]


def _coarse(word: str) -> str:
    """Return a word in Latin letters without differences between romanisations of given names."""
    word = word.translate(_ALIKE).replace("ks", "x").replace("ii", "i")
    return word.replace("kh", "h") if "kh" in word else word


@lru_cache(maxsize=1)
def _common() -> tuple[dict[str, float], set[str]]:
    """Return the bits of common names by root, and the set of East Asian roots."""
    by_name: dict[str, tuple[float, bool]] = {
        name: (bits, region == "east") for name, bits, region in common_names() if region != "body"
    }
    taken = parse_names(pa.chunked_array([list(by_name)], pa.string()))
    bits: dict[str, float] = {}
    eastern: set[str] = set()
    for name, root in zip(taken["name"].to_pylist(), taken["root"].to_pylist(), strict=True):
        bits[root] = min(by_name[name][0], bits.get(root, _OTHER))
        if by_name[name][1]:
            eastern.add(root)
    return bits, eastern


def _forms(names: list[str]) -> Iterator[tuple[str, str, str, _Form]]:
    """Yield the search forms of names, as `(word, label, root, other roots)`.

    `word` is the anchor as written, or empty for all spellings of a given name. `label` is the anchor's root.
    `root` is that of the adjacent part.
    """
    if not names:
        return
    table = parse_names(pa.chunked_array([names], pa.string()), words=True)
    columns = (table[name].to_pylist() for name in ("name", "reading", "kind", "root", "word"))
    cores: dict[tuple[str, int], list[tuple[str, str, str]]] = {}
    for name, reading, kind, root, word in zip(*columns, strict=True):
        if kind in {"given", "other", "kunya"} and len(root) > 1:
            cores.setdefault((name, reading), []).append((kind, root, word))
    for core in cores.values():
        for form in _rare_forms(core):
            yield from _anchored(form)


def _rare_forms(core: list[tuple[str, str, str]]) -> Iterator[list[tuple[str, str, str]]]:
    """Yield the forms of a name that are rare enough to search.

    All parts; for three or more parts also first and last, and all except the last.
    """
    count = len(core)
    if not 2 <= count <= _MOST_PARTS:
        return
    bits = _bits_of(core)
    forms = [(core, sum(bits))]
    if count > 2:
        forms += [([core[0], core[-1]], bits[0] + bits[-1] - 2 * count + 1), (core[:-1], sum(bits[:-1]) - 4)]
    for form, total in forms:
        if total >= _BITS and (form is core or any(kind != "given" for kind, _, _ in form)):
            yield form


def _bits_of(core: list[tuple[str, str, str]]) -> list[float]:
    """Return the rarity of each part of a name, in bits."""
    common, eastern = _common()
    is_eastern = any(root in eastern for _, root, _ in core)
    bits = []
    for kind, root, word in core:
        most = _GIVEN if kind == "given" else _OTHER
        if is_eastern and root not in eastern:
            most = _EASTERN if len(_VOWELS.findall(anyascii(word))) > 1 else _SYLLABLE
        bits.append(min(most, common.get(root, most)))
    return bits


def _anchored(form: list[tuple[str, str, str]]) -> Iterator[tuple[str, str, str, _Form]]:
    places = [at for at, (kind, _, _) in enumerate(form) if kind == "given"][:1] or range(len(form))
    for at in places:
        beside = at + 1 if at + 1 < len(form) else at - 1
        kind, label, word = form[at]
        rest = tuple(root for number, (_, root, _) in enumerate(form) if number not in {at, beside})
        plain = anyascii(unicodedata.normalize("NFC", word)).lower()
        for anchor in dict.fromkeys((*([""] if kind == "given" else []), word, plain)):
            yield anchor, label, form[beside][1], rest
