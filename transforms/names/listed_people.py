"""Which rows of GDELT's name a person who is on a prisoner list, however agencies spell the name.

A name is found by two of its parts that stand together: one of them, a given name where there is one, is
looked for as it is written in any register and script (`given_names.tsv`), the other by its sound (`forms`).
What else a name has must stand nearby. Names in Chinese signs are looked for as they are, and in Pinyin.

Names that very many bear, by `common_names.tsv`, name nobody: they are not looked for, nor are single words.
Rows are worked on as Arrow arrays of words; Python sees each word of an array once, and what may be a name.
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
"""A name must be as rare as one in 2^14, by the sum of its parts' bits."""

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
# What the cases of Belarusian, Russian and Ukrainian put in the place of a given name's ending.
_CASES = "а я у ю е ё и ы і ї ом ем ём ой ей ою ею єю ию ія ия ии ії ій ою ым им ові еві".split()  # noqa: SIM905
_ALIKE = str.maketrans("yjw", "iiv")
_FLEETING = {"павел": "павл", "лев": "льв"}
# What those are called whom the press calls by a pet name. No other name has it.
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
    """The names in a day's file of them."""
    return data.decode("utf-8").splitlines()


def format_names_file(names: Iterable[str]) -> bytes:
    """A day's file of names: each once, in order, a line each."""
    found = sorted({line for name in names if (line := " ".join(name.split()))})
    return "".join(f"{name}\n" for name in found).encode()


class ListedNames:
    """People's `names`; says of texts whether they name one of them."""

    def __init__(self, names: Iterable[str]) -> None:
        listed = sorted({name for name in names if len(name) <= MAX_NAME})
        self._anchors: dict[str, tuple[str, ...]] = {}
        self._forms: dict[tuple[str, str], set[_Form]] = {}
        solid = [name.translate(_DOTS).replace(" ", "") for name in listed if _HAN.search(name)]
        self._signs: dict[str, set[str]] = {}
        for name in solid:
            if len(name) >= _SIGNS and _HAN.fullmatch(name):
                self._signs.setdefault(name[:_SIGNS].translate(_SAID), set()).add(name)
        in_pinyin = [" ".join(said.split()) for name in listed for _, said, _ in chinese.parse_signs(name)]
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

    def named(self, persons: pa.ChunkedArray, titles: pa.ChunkedArray) -> pa.Array:
        """Whether a row's persons (`a b;c d`) or its title, as GDELT writes it, name one of them."""
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
            ways: tuple[str, ...] = (_coarse(word),)
            if not word.isascii():
                ways = (word, *map(_referred, (word, word.capitalize(), word.upper())))
            for way in ways:
                if label not in (known := self._anchors.get(way, ())):
                    self._anchors[way] = (*known, label)

    def _anchor(self, word: str) -> tuple[str, ...]:
        """The labels of a word that can be part of a name; `_IN_SIGNS` if it is a text with a Chinese one."""
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
        said = text.translate(_SAID)
        return any(
            _is_written(name, text[at : at + len(name)])
            for at in range(len(text) - _SIGNS + 1)
            for name in self._signs.get(said[at : at + _SIGNS], ())
        )

    def _found_in(self, word: str) -> tuple[str, ...]:
        return tuple(root for root in _roots(word) if root in self._roots)


class _Said(dict[int, str]):
    """By each sign's number, one sign for all that are said like it."""

    def __init__(self) -> None:
        super().__init__()
        self._first: dict[str, str] = {}

    def __missing__(self, number: int) -> str:
        sign = chr(number)
        self[number] = self._first.setdefault(anyascii(sign), sign) if _HAN.match(sign) else sign
        return self[number]


_SAID = _Said()


def _is_written(name: str, text: str) -> bool:
    """Whether a text is a name in Chinese signs, some of which may be the traditional ones for simplified
    ones that are said alike."""
    return len(name) == len(text) and all(
        one == other or (one.translate(_SAID) == other.translate(_SAID) and not _are_simplified(one + other))
        for one, other in zip(name, text, strict=True)
    )


def _are_simplified(signs: str) -> bool:
    try:
        return bool(signs.encode("gb2312"))
    except UnicodeEncodeError:
        return False


def _segment(place: int, codes: np.ndarray, rows: np.ndarray, written: list[str]) -> list[str]:
    """The words near a place, in the same row and name."""
    first, last = max(place - _REACH, 0), min(place + _REACH + 1, len(codes))
    words = [written[codes[at]] if rows[at] == rows[place] else "|" for at in range(first, last)]
    before, after = words[: place - first], words[place - first :]
    start = len(before) - before[::-1].index("|") if "|" in before else 0
    end = after.index("|") if "|" in after else len(after)
    return before[start:] + after[:end]


def _referred(text: str) -> str:
    """A text as GDELT writes titles: with references for all characters but ASCII's."""
    return "".join(letter if letter.isascii() else f"&#x{ord(letter):X};" for letter in text)


@lru_cache(maxsize=1 << 16)
def _read(word: str) -> str:
    """A word as a reader has it, in lower case, without signs about it and, in Latin letters, accents."""
    text = _POSSESSIVE.sub("", html.unescape(word).lower().strip(_PUNCTUATION))
    if not text.isascii() and not _CYRILLIC.search(text) and not _HAN.search(text):
        text = anyascii(text).lower()
    return text


@lru_cache(maxsize=1 << 17)
def _roots(word: str) -> tuple[str, ...]:
    """What a word can be as part of a name: by its spelling, its sound, or the sound of its nominative."""
    text = _read(word)
    if len(text) < 2 or not _LETTERS.match(text):
        return ()
    given = given_spellings()
    if _CYRILLIC.search(text):
        ways = [text, *nominatives(text, "none")]
    else:
        ways = [*spellings(text), *_as_neighbours_write(text)]
    return tuple(dict.fromkeys(given.get(way) or phonetic_key(way) for way in ways))


def _as_neighbours_write(text: str) -> Iterator[str]:
    """A word as if it were in Central European or German spelling, whether or not it shows that: machines
    that translate drop the accents and leave the rest."""
    for _, rules in ORTHOGRAPHIES[:2]:
        respelt = text
        for old, new in rules:
            respelt = old.sub(new, respelt)
        yield respelt


@lru_cache(maxsize=1)
def _spelled() -> dict[str, set[str]]:
    """The spellings of each given name, Cyrillic ones in all cases."""
    found: dict[str, set[str]] = {}
    given = given_spellings()
    pets = [(pet, given[name]) for name, pet in _PET_NAMES]
    for word, root in (*given.items(), *pets):
        found.setdefault(root, set()).update(_in_cases(word))
    return found


def _in_cases(word: str) -> list[str]:
    """A word and, in Cyrillic letters, its cases."""
    if not _CYRILLIC.search(word):
        return [word]
    stem = _FLEETING.get(word, word if word[-1] not in "аеёиіоуыэюяйь" else word[:-1])
    return [word, *(stem + ending for ending in _CASES)]


def _coarse(word: str) -> str:
    """A word in Latin letters without what registers and languages differ in where they write given names."""
    word = word.translate(_ALIKE).replace("ks", "x").replace("ii", "i")
    return word.replace("kh", "h") if "kh" in word else word


@lru_cache(maxsize=1)
def _common() -> tuple[dict[str, float], set[str]]:
    """The bits of names that many bear, by root, and which of them are East Asian."""
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
    """What names are looked for by: a word to be found as it is written, or none for all spellings of a given
    name; its label, which is that given name's root; the root beside it; the other roots."""
    if not names:
        return
    table = parse_names(pa.chunked_array([names], pa.string()), words=True)
    columns = (table[name].to_pylist() for name in ("name", "reading", "kind", "root", "word"))
    cores: dict[tuple[str, int], list[tuple[str, str, str]]] = {}
    for name, reading, kind, root, word in zip(*columns, strict=True):
        if kind in {"given", "other", "kunya"} and len(root) > 1:
            cores.setdefault((name, reading), []).append((kind, root, word))
    for core in cores.values():
        for form in _telling(core):
            yield from _anchored(form)


def _telling(core: list[tuple[str, str, str]]) -> Iterator[list[tuple[str, str, str]]]:
    """What may stand for a name: all its parts; of three or more also the first and last, or all but one."""
    count = len(core)
    if not 2 <= count <= _MOST_PARTS:
        return
    bits = _worth(core)
    ways = [(core, sum(bits))]
    if count > 2:
        ways += [([core[0], core[-1]], bits[0] + bits[-1] - 2 * count + 1), (core[:-1], sum(bits[:-1]) - 4)]
    for form, worth in ways:
        if worth >= _BITS and (form is core or any(kind != "given" for kind, _, _ in form)):
            yield form


def _worth(core: list[tuple[str, str, str]]) -> list[float]:
    common, eastern = _common()
    is_eastern = any(root in eastern for _, root, _ in core)
    worth = []
    for kind, root, word in core:
        most = _GIVEN if kind == "given" else _OTHER
        if is_eastern and root not in eastern:
            most = _EASTERN if len(_VOWELS.findall(anyascii(word))) > 1 else _SYLLABLE
        worth.append(min(most, common.get(root, most)))
    return worth


def _anchored(form: list[tuple[str, str, str]]) -> Iterator[tuple[str, str, str, _Form]]:
    places = [at for at, (kind, _, _) in enumerate(form) if kind == "given"][:1] or range(len(form))
    for at in places:
        beside = at + 1 if at + 1 < len(form) else at - 1
        kind, label, word = form[at]
        rest = tuple(root for number, (_, root, _) in enumerate(form) if number not in {at, beside})
        plain = anyascii(unicodedata.normalize("NFC", word)).lower()
        for anchor in dict.fromkeys((*([""] if kind == "given" else []), word, plain)):
            yield anchor, label, form[beside][1], rest
