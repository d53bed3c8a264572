"""What all sources' names share: cleaning, script, and a key for exact matching."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache

from anyascii import anyascii

# The first word of a letter's Unicode name, and the ISO 15924 code of its script.
_SCRIPTS = {
    "ARABIC": "Arab",
    "ARMENIAN": "Armn",
    "BENGALI": "Beng",
    "CJK": "Hani",
    "CYRILLIC": "Cyrl",
    "DEVANAGARI": "Deva",
    "ETHIOPIC": "Ethi",
    "GEORGIAN": "Geor",
    "GREEK": "Grek",
    "GURMUKHI": "Guru",
    "HANGUL": "Hang",
    "HEBREW": "Hebr",
    "HIRAGANA": "Hira",
    "KATAKANA": "Kana",
    "KHMER": "Khmr",
    "LAO": "Laoo",
    "LATIN": "Latn",
    "MONGOLIAN": "Mong",
    "MYANMAR": "Mymr",
    "SINHALA": "Sinh",
    "SYRIAC": "Syrc",
    "TAMIL": "Taml",
    "THAANA": "Thaa",
    "THAI": "Thai",
    "TIBETAN": "Tibt",
}
_APOSTROPHES = re.compile("['`]")
_TOKEN = re.compile("[a-z0-9]+")


def clean(text: str) -> str:
    """`text` in Unicode NFC, without outer whitespace and with each inner run of it as one space."""
    return " ".join(unicodedata.normalize("NFC", text).split())


@lru_cache(maxsize=4_096)
def _script_of(letter: str) -> str | None:
    return _SCRIPTS.get(unicodedata.name(letter, "").partition(" ")[0]) if letter.isalpha() else None


def script(text: str) -> str | None:
    """The ISO 15924 code of the script most letters of `text` are in; None if it has no known letter.

    Simplified and traditional Chinese are both `Hani`: a name's characters rarely tell them apart.
    """
    if text.isascii():
        return "Latn" if any(letter.isalpha() for letter in text) else None
    counted = Counter(code for letter in text if (code := _script_of(letter)))
    return max(sorted(counted), key=counted.__getitem__) if counted else None


def key(text: str) -> str:
    """A key under which two writings of one name are equal: in ASCII and lower case, letters and
    digits only, tokens sorted. Apostrophes join (`Shar'a` is `shara`), all else parts.
    """
    ascii_text = _APOSTROPHES.sub("", anyascii(clean(text))).lower()
    return " ".join(sorted(_TOKEN.findall(ascii_text)))
