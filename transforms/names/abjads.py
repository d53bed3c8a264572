"""Match words in Arabic and Hebrew letters with spellings in letters that write vowels.

These scripts (abjads) write consonants and long vowels. A word is a pattern with optional vowels between its
consonants, and a Latin spelling matches it or does not. Consonants that spellings of Arabic, Persian, Urdu or
Hebrew do not distinguish are treated as one. A letter that can be a consonant or a vowel must be one of the
two in the spelling.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import product

SURE, SHORT = 0.95, 0.9
"""Similarity of a word and a matching spelling; SHORT with fewer than three consonants."""

ABJAD = "[\u05d0-\u05ea\u0621-\u06ff]"
"""Pattern of one letter of an abjad."""

_ARABIC = re.compile("[\u0621-\u06ff]+")
_HEBREW = re.compile("[\u05d0-\u05ea]+")

# Codes of a spelling: consonants in upper case, vowels in lower case.
_ARABIC_SPELLING = """
tch C sch C sh C ch C kh X gh K dj J zh J dh DH th TH ph F ck K ou u oo u ee i b B c K d D f F g K h H
j J k K l L m M n N p B q K r R s S t T v W w W x KS y i z D o u
"""
_HEBREW_SPELLING = """
tsch Z tz Z ts Z sch S sh S tch Z ch X kh X gh G dj G zh Z th T ph P ck K ou u oo u ee i b B c K d D f P
g G h H j G k K l L m M n N p P q K r R s S t T v B w B x KS y i z Z o u
"""
_V = "[aeiu]*"
_W = f"(?:{_V}[uW]{_V})"
# For each letter: its codes in the key that word and spelling share (`-` is nothing), and its pattern.
_ONE_CONSONANT = zip("بپجژحخزڈرڑسصشچفغقكکگلمنں", "BBJJHXDDRRSSCCFKKKKKLMNN", strict=True)
_ARABIC_LETTERS = {
    **{letter: (code, code) for letter, code in _ONE_CONSONANT},
    **dict.fromkeys("تطٹ", ("T", "TH?")),
    **dict.fromkeys("دذضظ", ("D", "DH?")),
    "ث": ("TS", "(?:TH?|S)"),
    **dict.fromkeys("هہھ", ("H", "H")),
    "ة": ("-", f"{_V}[TH]?"),
    "و": ("-", _W),
    "ؤ": ("-", f"{_V}W?{_V}"),
    **dict.fromkeys("يیے", ("-", f"{_V}[ie]{_V}")),
    **dict.fromkeys("اآ", ("-", f"{_V}[aeu]{_V}")),
    "ى": ("-", f"{_V}[aei]{_V}"),
}
_HEBREW_LETTERS = {
    **{letter: (code, code) for letter, code in zip("בגדזטלםמןנסףפקרשת", "BGDZTLMMNNSPPKRST", strict=True)},
    "ח": ("-", "[XH]"),
    **dict.fromkeys("כך", ("K-", "[KX]")),
    **dict.fromkeys("צץ", ("Z-", "[ZX]")),
    "ה": ("-", f"{_V}H?"),
    "ו": ("-B", f"(?:{_V}[uB]{_V})"),
    "י": ("-", f"{_V}[ie]{_V}"),
}
_OPEN = {True: "אעי", False: "اأإآعيیئ"}
"""Initial letters, by whether Hebrew, of names that begin with a vowel."""
_LONG = frozenset("ויويی")
_OF_FAITH = re.compile("ال[دذ][يی]ن$")
_DOUBLED = re.compile("([A-Z])\\1+")
_SOFT_C = re.compile("c(?=[eiy])")
_WA = re.compile("^ou(?=[aeiy])")
_DIN = re.compile("[aeou]l?-?dd?(?:i|ee|ie)ne?$")
_SUN = re.compile("^abd[aeou]([rsnzdt])(?=\\1)")
_DROPPED = {True: re.compile("[aeiuXH]+"), False: re.compile("[aeiuWH]+")}


@cache
def _spelling(hebrew: bool) -> tuple[list[tuple[str, str]], dict[int, str]]:
    """Return the code of letter combinations, longest first, and the translation table of single letters."""
    words = (_HEBREW_SPELLING if hebrew else _ARABIC_SPELLING).split()
    codes = dict(zip(words[::2], words[1::2], strict=True))
    together = sorted((each for each in codes.items() if len(each[0]) > 1), key=lambda each: -len(each[0]))
    return together, str.maketrans({old: new for old, new in codes.items() if len(old) == 1})


def _key(coded: str, hebrew: bool) -> str:
    bare = _DOUBLED.sub(r"\1", _DROPPED[hebrew].sub("", coded))
    return f"A{bare}" if coded[0] in "aeiu" else bare


def _coded(spelling: str, hebrew: bool) -> str:
    together, single = _spelling(hebrew)
    text = _SOFT_C.sub("s", _WA.sub("w", spelling))
    if not hebrew:
        text = _SUN.sub("abdul", _DIN.sub("udin", text))
    for old, new in together:
        if old in text:
            text = text.replace(old, new)
    return _DOUBLED.sub(r"\1", text.translate(single))


def _read(word: str, hebrew: bool) -> tuple[set[str], str]:
    """Return the possible keys of a word in an abjad, and its pattern."""
    letters = _HEBREW_LETTERS if hebrew else _ARABIC_LETTERS
    if not hebrew:
        word = _OF_FAITH.sub("ودين", word)
    keys: list[str] = []
    pattern = before = ""
    for place, letter in enumerate(word):
        codes, part = letters.get(letter, ("-", ""))
        if place == 0 and letter in _OPEN[hebrew]:
            part = "i[aeiu]*" if letter in "יيی" else _V if word[1:2] in _LONG else "[aeiu]+"
        elif letter == before:
            part = f"(?:{part})?"
        else:
            keys.append(codes)
        pattern += (_V if place else "") + part
        before = letter
    if word[-1] in "اىةعהא":
        pattern += f"{_V}H?"
    elif word[-1] in "هہ":
        pattern += "?"
    start = "A" if word[0] in _OPEN[hebrew] else ""
    found = {
        start + _DOUBLED.sub(r"\1", "".join(each).replace("-", "").replace("H", ""))
        for each in product(*keys)
    }
    if not hebrew and len(word) > 2:  # a spelling may include the article
        return found | {_DOUBLED.sub(r"\1", f"AL{key}") for key in found}, f"(?:[ae]L)?{pattern}"
    return found, pattern


def match_spellings(words: Iterable[str], spellings: Iterable[str]) -> Iterator[tuple[str, str, float]]:
    """Yield each pair of a word in Arabic or Hebrew letters and a matching spelling, with their similarity.

    `spellings` are in ASCII and lower case. Words in other scripts are ignored.
    """
    in_abjad = [word for word in words if _ARABIC.fullmatch(word) or _HEBREW.fullmatch(word)]
    for hebrew in (False, True):
        read = [(word, *_read(word, hebrew)) for word in in_abjad if bool(_HEBREW.fullmatch(word)) == hebrew]
        wanted = {key for _, keys, _ in read for key in keys}
        found: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for spelling in spellings if read else ():
            if (coded := _coded(spelling, hebrew)) and (key := _key(coded, hebrew)) in wanted:
                found[key].append((spelling, coded))
        for word, keys, pattern in read:
            fits = re.compile(pattern).fullmatch
            for spelling, coded in (each for key in keys for each in found.get(key, ())):
                consonants = sum(map(str.isupper, coded))
                if consonants >= 2 and fits(coded):
                    yield word, spelling, SURE if consonants >= 3 else SHORT
