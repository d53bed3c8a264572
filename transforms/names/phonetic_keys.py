"""Phonetic keys of parts of names, independent of alphabet and romanisation.

All spellings of an East Slavic name should have the same key, whether Belarusian, Russian or Ukrainian, in
Cyrillic or in any Latin spelling: the official Belarusian systems of 2000 and 2007, Łacinka, BGN/PCGN, GOST
and ICAO for passports, and the English, German, French and Polish press. The key therefore ignores what these
differ in: `o` and `a` (Belarusian writes unstressed o as a); `e`, `ya` and `yo`; the soft sign; dz for d and
ts for t before soft vowels; g, h and kh; the Belarusian short u and v.

The rules are data in the syntax that Python's `re` and RE2 share, so that DuckDB computes the same keys
(`phonetic_key_sql`). In a key, X stands for sh and shch, C for ch, J for zh and j.
"""

from __future__ import annotations

import re
from functools import lru_cache

from anyascii import anyascii

from transforms.names.korean import romanised

# Letters and their replacements, applied first; `-` is the empty text. H is an h that forms no digraph with
# the letter before it.
_CYRILLIC = """
а a б b в v г H ґ H д d е e ё yo є ye ж J з z и i і i ї yi й y к k л l м m н n о o п p р r
с s т t у u ў u ф f х H ц t ч C ш X щ X ъ - ы y ь - э e ю yu я ya ђ J ћ C љ l њ n џ J ј y ѕ z
қ k ғ H ә a ө o ү u ұ u ң n һ H ҳ H ҷ J ӣ i ӯ u
"""
_ARABIC = """
ا a أ a إ i آ a ٱ a ب b پ p ت t ث t ج J چ C ح H خ H د d ذ d ر r ز z ژ J س s ش X ص s ض d ط t
ظ z ع a غ H ف f ق k ك k ک k گ k ل l م m ن n ه H ھ H ہ H ة a و u ى i ي i ی i ئ i ؤ u ء -
"""
_HEBREW = """
א a ב b ג g ד d ה h ו u ז z ח H ט t י i כ k ך H ל l ם m מ m ן n נ n ס s ע a ף f פ p ץ ts צ ts ק k ר r
ש X ת t
"""
_GREEK = """
α a ά a β v γ g δ d ε e έ e ζ z η i ή i θ t ι i ί i ϊ i ΐ i κ k λ l μ m ν n ξ x ο o ό o π p ρ r σ s ς s
τ t υ y ύ y ϋ y ΰ y φ f χ ch ψ ps ω o ώ o
"""
_GEORGIAN = """
ა a ბ b გ g დ d ე e ვ v ზ z თ t ი i კ k ლ l მ m ნ n ო o პ p ჟ zh რ r ს s ტ t უ u ფ p ქ k ღ gh ყ q შ sh
ჩ ch ც ts ძ dz წ ts ჭ ch ხ kh ჯ j ჰ h
"""
_ARMENIAN = """
ա a բ b գ g դ d ե e զ z է e ը y թ t ժ zh ի i լ l խ kh ծ ts կ k հ h ձ dz ղ gh ճ ch մ m յ y ն n շ sh ո o
չ ch պ p ջ j ռ r ս s վ v տ t ր r ց ts ւ v փ p ք k օ o ֆ f
"""
# Letters of Latin alphabets that are pronounced differently from the letter without its accent.
_LATIN = """
š sh ś s ş sh ș sh č ch ç ch ć C ž zh ż zh ź z ț ts ţ ts đ dj ł l ŭ u ə a ı i ğ g ß ss æ ae ø o
œ e þ th ĸ k
"""


def _pairs(text: str) -> dict[str, str]:
    words = text.split()
    return dict(zip(words[::2], (word.strip("-") for word in words[1::2]), strict=True))


LETTERS = {
    letter: new
    for alphabet in (_CYRILLIC, _ARABIC, _HEBREW, _GREEK, _GEORGIAN, _ARMENIAN, _LATIN)
    for letter, new in _pairs(alphabet).items()
}
"""Replacements of single letters in lower case, applied after SEQUENCES and before RULES."""

_VOICELESS = "[θκξπσςτφχψ]"
SEQUENCES = (
    ("ъ([бвгджзйклмнпрстфхцчшщ])", "a$1"),  # Bulgarian; in Russian it comes before a vowel
    ("[οό][υύ]", "ou"),
    (f"[αά][υύ]({_VOICELESS})", "af$1"),
    (f"[εέηή][υύ]({_VOICELESS})", "ef$1"),
    ("[αά][υύ]", "av"),
    ("[εέηή][υύ]", "ev"),
    ("^μπ", "b"),
    ("^ντ", "d"),
    ("γκ", "g"),
    ("γ([γξχ])", "n$1"),
    ("ու", "u"),
    ("և", "ev"),
    ("^ե", "ye"),
    ("^ո", "vo"),
)
"""Replacements of adjacent or initial letters of some alphabets, in the form of RULES."""

_LATIN_SPELLINGS = (
    ("^chr", "kr"),
    ("schtsch|szcz|shch", "X"),
    ("tsch|tch", "C"),
    ("sch|sh|sz", "X"),
    ("tX|tj$", "C"),
    ("cz|ch", "C"),
    ("dzh|dJ|dj|zh", "J"),
    ("ck(i|y|aya|aja|a)$", "tk$1"),
    ("ck", "k"),
    ("[kg]h", "h"),
    ("g", "h"),
    ("t[sz]", "t"),
    ("dz", "d"),
    ("ph", "f"),
    ("th", "t"),
    ("H", "h"),
    ("x", "ks"),
    ("q", "k"),
    ("w", "v"),
    ("c([eiy])", "s$1"),
    ("c", "k"),
    ("ee([dfmnlrkbtz])$", "i$1"),
    ("oo", "u"),
    ("j$", "i"),
    ("([^aeiouy])j", "$1i"),
    ("([aeiouy])j", "$1i"),
    ("^j", "J"),
)
_VOWELS = (
    ("y", "i"),
    ("i+", "i"),
    ("i[aeo]", "e"),
    ("iu", "u"),
    ("([aeiou])vu", "$1u"),
    ("^v([^aeiou])", "u$1"),
    ("([aeio])u([^u]|$)", "$1v$2"),
    ("([aeio])u([^u]|$)", "$1v$2"),  # again, because adjacent matches overlap
    ("o", "a"),
    ("([CXJr])e", "$1a"),
)
_DOUBLES = tuple((f"{letter}{letter}+", letter) for letter in "aeiubvhdjzklmnprstfCXJ")
_ENDINGS = (("([st]k)(ae|ai|ei|[aei])$", "$1i"),)
RULES = (*_LATIN_SPELLINGS, *_VOWELS, *_DOUBLES, *_ENDINGS)
"""Patterns and replacements (`$1` is the first group), applied in order to all matches."""

_SKELETON = (
    ("^[aeiou]+", "A"),
    ("v([^aeiou]|$)", "$1"),
    ("[aeiou]", ""),
    ("[CJ]", "X"),
    ("z", "s"),
    ("AA+", "A"),
    *((f"{letter}{letter}+", letter) for letter in "bvhdklmnprstfX"),
)


def _compiled(rules: tuple[tuple[str, str], ...]) -> list[tuple[re.Pattern[str], str]]:
    return [(re.compile(pattern), new.replace("$", "\\")) for pattern, new in rules]


_SEQUENCES = _compiled(SEQUENCES)
_IN_SEQUENCE = re.compile("[ъ\u0370-\u03ff\u0530-\u058f]")
_KEY_RULES = _compiled(RULES)
_SKELETON_RULES = _compiled(_SKELETON)
_TABLE = str.maketrans(LETTERS)


@lru_cache(maxsize=1 << 17)
def phonetic_key(token: str) -> str:
    """Return the phonetic key of a token in lower case and any script; see the module."""
    if not token.isascii():
        if _IN_SEQUENCE.search(token):
            for pattern, new in _SEQUENCES:
                token = pattern.sub(new, token)
        token = anyascii(romanised(token).translate(_TABLE))
    token = "".join(letter for letter in token if letter.isalnum())
    for pattern, new in _KEY_RULES:
        token = pattern.sub(new, token)
    return token


@lru_cache(maxsize=1 << 17)
def consonant_skeleton(key: str) -> str:
    """Return the consonants of a phonetic key; a vowel at the beginning becomes A."""
    for pattern, new in _SKELETON_RULES:
        key = pattern.sub(new, key)
    return key


def phonetic_key_sql(token: str, rules: tuple[tuple[str, str], ...] = RULES) -> str:
    """Return a DuckDB expression that computes the phonetic key of `token`, or what other `rules` give.

    `token` is an expression for a word in lower case. Only the scripts of LETTERS are supported: those that
    are transliterated by code, such as Hangul and Chinese characters, give no usable key.
    """
    one = {old: new for old, new in LETTERS.items() if len(new) < 2}
    ordered = sorted(
        one, key=one.__getitem__, reverse=True
    )  # `translate` drops letters without a counterpart
    token = _sql(token, SEQUENCES)
    sql = f"translate({token}, '{''.join(ordered)}', '{''.join(one[letter] for letter in ordered)}')"
    for old, new in LETTERS.items():
        if len(new) > 1:
            sql = f"replace({sql}, '{old}', '{new}')"
    return _sql(f"regexp_replace(strip_accents({sql}), '[^0-9A-Za-z]', '', 'g')", rules)


def consonant_skeleton_sql(key: str) -> str:
    """Return a DuckDB expression that computes the consonant skeleton of `key`, an expression for a key."""
    return _sql(key, _SKELETON)


def _sql(sql: str, rules: tuple[tuple[str, str], ...]) -> str:
    for pattern, new in rules:
        sql = f"regexp_replace({sql}, '{pattern}', '{new.replace('$', chr(92))}', 'g')"
    return sql
